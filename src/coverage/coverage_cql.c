/* A path of a policy as CQL: facts become parameters, every node a define, readings parameters that default to the first. The text
 * compiles with the standard translator; on cases without unknowns its outcome is that of the clause tree. */
#include <math.h>

#include "coverage/coverage_priv.h"

typedef struct cql {
  th_buf *b;
  const th_rule_policy *p;
  const th_rule_path *path;
} cql;

static void quoted(th_buf *b, th_str s, char quote) {
  th_buf_addc(b, quote);
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == quote || s.p[i] == '\\') th_buf_addc(b, '\\');
    th_buf_addc(b, s.p[i] == '\n' ? ' ' : s.p[i]);
  }
  th_buf_addc(b, quote);
}

static void fact_name(const cql *c, int32_t fact) {
  quoted(c->b, c->p->dict->fact[fact].name, '"');
}

static void node_name(const cql *c, uint32_t at) {
  const th_rule_node *n = &c->p->node[at];
  if (n->id.n)
    quoted(c->b, n->id, '"');
  else
    th_buf_addf(c->b, "\"node %u\"", at);
}

/* Eight places are all that a Decimal holds. */
static void decimal(const cql *c, double v) {
  th_buf_addf(c->b, fabs(v - round(v)) < 1e-9 ? "%.1f" : "%.8f", v);
}

static const char *op_text(uint8_t op) {
  static const char *const text[] = { ">=", ">", "<=", "<", "=" };
  return text[op];
}

/* ── Leaves ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void window_start(const cql *c, const th_rule_leaf *l) {
  th_buf_addf(c->b, "(\"as_of\" - %d %s)", l->window, l->in_days ? "days" : "months");
}

static void terms(const cql *c, const th_rule_leaf *l) {
  th_buf_addz(c->b, "Min({ ");
  for (uint32_t i = 0; i < l->n_terms; i++) {
    if (i) th_buf_addz(c->b, ", ");
    decimal(c, l->term[i].times);
    if (l->term[i].of < 0) continue;
    th_buf_addz(c->b, " * ");
    fact_name(c, l->term[i].of);
  }
  th_buf_addz(c->b, " })");
}

/* Mosteller, or Du Bois & Du Bois, as rule_leaf.c has them. */
static void surface(const cql *c, const th_rule_leaf *l) {
  th_buf_addz(c->b, l->du_bois ? "(0.007184 * Power(" : "Power(");
  fact_name(c, l->fact[1]);
  th_buf_addz(c->b, l->du_bois ? ", 0.725) * Power(" : " * ");
  fact_name(c, l->fact[2]);
  th_buf_addz(c->b, l->du_bois ? ", 0.425))" : " / 3600.0, 0.5)");
}

/* Completed years; a birthday on 29 February falls on 1 March in common years, which is one day later than CQL's own count. */
static void age(const cql *c, const th_rule_leaf *l) {
  th_buf_addz(c->b, "((year from \"as_of\") - (year from ");
  fact_name(c, l->fact[0]);
  th_buf_addz(c->b, ") - (if (month from \"as_of\") * 100 + (day from \"as_of\") < (month from ");
  fact_name(c, l->fact[0]);
  th_buf_addz(c->b, ") * 100 + (day from ");
  fact_name(c, l->fact[0]);
  th_buf_addz(c->b, ") then 1 else 0))");
}

static void codes(const cql *c, const th_rule_leaf *l) {
  const th_rule_fact *f = &c->p->dict->fact[l->fact[0]];
  const bool classes = f->type == TH_RULE_CODES;
  const uint32_t n = classes ? 6 : f->n_values;
  bool first = true;
  if (classes) th_buf_addz(c->b, "exists (");
  fact_name(c, l->fact[0]);
  th_buf_addz(c->b, classes ? " X where X in { " : " in { ");
  for (uint32_t i = 0; i < n; i++) {
    if (!(l->codes >> i & 1)) continue;
    if (!first) th_buf_addz(c->b, ", ");
    first = false;
    if (classes)
      th_buf_addf(c->b, "%u", i + 1);
    else
      quoted(c->b, f->values[i], '\'');
  }
  th_buf_addz(c->b, classes ? " })" : " }");
}

static void field(const cql *c, const th_rule_leaf *l, const char *alias, uint8_t i) {
  th_buf_addf(c->b, "%s.", alias);
  quoted(c->b, c->p->dict->fact[l->fact[0]].field[i].name, '"');
}

static void count(const cql *c, const th_rule_leaf *l) {
  th_buf_addz(c->b, "Count(");
  fact_name(c, l->fact[0]);
  th_buf_addz(c->b, " X where ");
  field(c, l, "X", l->field);
  th_buf_addf(c->b, " = %s and X.\"date\" >= ", l->want ? "true" : "false");
  window_start(c, l);
  th_buf_addz(c->b, " and X.\"date\" <= \"as_of\")");
}

/* The run of good visits that ends with the last one: its first day, carried along in order of date; a gap that is too long makes it
 * start anew, and a wait that is too long since the last visit ends it. */
static void sustained(const cql *c, const th_rule_leaf *l) {
  th_buf_addz(c->b, "(((");
  fact_name(c, l->fact[0]);
  th_buf_addz(c->b, " X where X.\"date\" <= \"as_of\" return all Tuple { seen: X.\"date\", good: ");
  field(c, l, "X", l->field2);
  th_buf_addz(c->b, " or ");
  field(c, l, "X", l->field);
  th_buf_addf(c->b, " %s ", op_text(l->op));
  decimal(c, l->value);
  th_buf_addz(c->b,
              " } sort by seen) V aggregate all R starting (Tuple { began: null as Date, last: null as Date }): Tuple { began: "
              "if not V.good then null as Date else if R.began is null");
  if (l->has_gap) th_buf_addf(c->b, " or V.seen > R.last + %d months", l->gap);
  th_buf_addz(c->b, " then V.seen else R.began, last: V.seen }) S return S.began is not null and S.began <= \"as_of\" - ");
  th_buf_addf(c->b, "%d months", l->window);
  if (l->has_gap) th_buf_addf(c->b, " and \"as_of\" <= S.last + %d months", l->gap);
  th_buf_addz(c->b, ")");
}

static void sum(const cql *c, const th_rule_leaf *l) {
  th_buf_addc(c->b, '(');
  for (uint32_t i = 0; i < l->n_facts; i++) {
    if (i) th_buf_addz(c->b, " + ");
    fact_name(c, l->fact[i]);
  }
  th_buf_addc(c->b, ')');
}

static void leaf(const cql *c, const th_rule_leaf *l) {
  const char *op = op_text(l->op);
  switch ((th_rule_leaf_kind)l->kind) {
  case TH_LEAF_IS:
    fact_name(c, l->fact[0]);
    th_buf_addz(c->b, l->want ? " = true" : " = false");
    return;
  case TH_LEAF_VALUE: fact_name(c, l->fact[0]); break;
  case TH_LEAF_RATIO:
  case TH_LEAF_MIN:
    fact_name(c, l->fact[0]);
    th_buf_addf(c->b, " %s ", op);
    terms(c, l);
    return;
  case TH_LEAF_BSA:
    fact_name(c, l->fact[0]);
    th_buf_addf(c->b, " %s ", op);
    decimal(c, l->value);
    th_buf_addz(c->b, " * ");
    surface(c, l);
    return;
  case TH_LEAF_SUM: sum(c, l); break;
  case TH_LEAF_AGE: age(c, l); break;
  case TH_LEAF_IN: codes(c, l); return;
  case TH_LEAF_COUNT: count(c, l); break;
  case TH_LEAF_SUSTAINED: sustained(c, l); return;
  case TH_LEAF_FROM:
  case TH_LEAF_TO:
  case TH_LEAF_BEFORE:
    fact_name(c, l->fact[0]);
    th_buf_addz(c->b, l->kind == TH_LEAF_FROM ? " >= " : " <= ");
    if (l->kind == TH_LEAF_TO)
      th_buf_addz(c->b, "\"as_of\"");
    else
      window_start(c, l);
    return;
  }
  th_buf_addf(c->b, " %s ", op);
  decimal(c, l->value);
}

/* ── Nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void joined(const cql *c, const uint32_t *kid, uint32_t n, const char *with, const char *none) {
  if (n == 0) th_buf_addz(c->b, none);
  for (uint32_t i = 0; i < n; i++) {
    if (i) th_buf_addz(c->b, with);
    node_name(c, kid[i]);
  }
}

static void absent(const cql *c, const th_rule_leaf *l) {
  th_buf_addc(c->b, '(');
  for (uint32_t i = 0; i < l->n_facts; i++) {
    if (i) th_buf_addz(c->b, " or ");
    fact_name(c, l->fact[i]);
    th_buf_addz(c->b, " is null");
  }
  th_buf_addc(c->b, ')');
}

/* Only what was measured counts; nothing measured is not known. */
static void measured(const cql *c, const th_rule_node *n) {
  th_buf_addz(c->b, "if ");
  for (uint32_t i = 0; i < n->n_kids; i++) {
    if (i) th_buf_addz(c->b, " and ");
    absent(c, &c->p->leaf[c->p->node[n->kid[i]].leaf]);
  }
  th_buf_addz(c->b, " then null as Boolean else ");
  for (uint32_t i = 0; i < n->n_kids; i++) {
    if (i) th_buf_addz(c->b, n->measured_all ? " and " : " or ");
    th_buf_addz(c->b, n->measured_all ? "(" : "(not ");
    absent(c, &c->p->leaf[c->p->node[n->kid[i]].leaf]);
    th_buf_addz(c->b, n->measured_all ? " or " : " and ");
    node_name(c, n->kid[i]);
    th_buf_addc(c->b, ')');
  }
}

static void weights(const cql *c, const th_rule_tally *t, bool capped) {
  th_buf_addc(c->b, '0');
  for (uint32_t i = 0; i < t->n; i++) {
    if (t->item[i].capped != capped) continue;
    th_buf_addz(c->b, " + (if ");
    node_name(c, t->item[i].node);
    th_buf_addf(c->b, " then %d else 0)", t->item[i].weight);
  }
}

static void tally(const cql *c, const th_rule_tally *t) {
  th_buf_addc(c->b, '(');
  weights(c, t, false);
  th_buf_addz(c->b, t->cap >= 0 ? " + Min({ " : " + (");
  weights(c, t, true);
  if (t->cap >= 0)
    th_buf_addf(c->b, ", %d })", t->cap);
  else
    th_buf_addc(c->b, ')');
  th_buf_addc(c->b, ')');
}

static void iso_day(const cql *c, int32_t day) {
  char text[TH_DATE_TEXT];
  th_buf_addf(c->b, "@%s", th_date_iso(th_civil_from_days(day), text));
}

static void gate(const cql *c, const th_rule_node *n) {
  th_buf_addz(c->b, "if true");
  if (n->from > th_days_from_civil(1, 1, 1)) {
    th_buf_addz(c->b, " and \"as_of\" >= ");
    iso_day(c, n->from);
  }
  if (n->to < th_days_from_civil(9999, 12, 31)) {
    th_buf_addz(c->b, " and \"as_of\" <= ");
    iso_day(c, n->to);
  }
  th_buf_addz(c->b, " then ");
  node_name(c, n->kid[0]);
  th_buf_addz(c->b, " else ");
  node_name(c, n->kid[1]);
}

static void reading_name(const cql *c, int32_t amb) {
  th_buf_addz(c->b, "\"reading ");
  th_buf_add(c->b, c->p->amb[amb].id);
  th_buf_addc(c->b, '"');
}

static bool open_reading(const cql *c, int32_t amb) {
  for (uint32_t i = 0; i < c->path->n_amb; i++)
    if (c->path->amb[i] == amb) return true;
  return false;
}

static void at_least(const cql *c, const th_rule_node *n) {
  for (uint32_t i = 0; i < n->n_kids; i++) {
    th_buf_addz(c->b, i ? " + (if " : "(if ");
    node_name(c, n->kid[i]);
    th_buf_addz(c->b, " then 1 else 0)");
  }
  th_buf_addf(c->b, " >= %u", n->k);
}

static void score(const cql *c, const th_rule_node *n) {
  tally(c, &c->p->tally[n->tally]);
  if (n->minus >= 0) {
    th_buf_addz(c->b, " - ");
    tally(c, &c->p->tally[n->minus]);
  }
  th_buf_addf(c->b, " %s ", op_text(n->op));
  decimal(c, n->value);
}

static void body(const cql *c, const th_rule_node *n) {
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: joined(c, n->kid, n->n_kids, " and ", "true"); break;
  case TH_RULE_ANY: joined(c, n->kid, n->n_kids, " or ", "false"); break;
  case TH_RULE_NOT:
    th_buf_addz(c->b, "not ");
    node_name(c, n->kid[0]);
    break;
  case TH_RULE_AT_LEAST: at_least(c, n); break;
  case TH_RULE_MEASURED: measured(c, n); break;
  case TH_RULE_EXCEPTION:
    node_name(c, n->kid[0]);
    th_buf_addz(c->b, " or (");
    joined(c, n->kid + 1, 2, " and ", "");
    th_buf_addc(c->b, ')');
    break;
  case TH_RULE_HUMAN: fact_name(c, n->fact); break;
  case TH_RULE_STOP_OVERRIDE:
    th_buf_addz(c->b, "not ");
    node_name(c, n->kid[0]);
    if (n->n_kids > 1) th_buf_addz(c->b, " and ");
    joined(c, n->kid + 1, n->n_kids - 1, " and ", "");
    break;
  case TH_RULE_SCORE: score(c, n); break;
  case TH_RULE_LEAF: leaf(c, &c->p->leaf[n->leaf]); break;
  case TH_RULE_READING:
    if (open_reading(c, n->amb)) {
      th_buf_addz(c->b, "if ");
      reading_name(c, n->amb);
      th_buf_addz(c->b, " then ");
      node_name(c, n->kid[1]);
      th_buf_addz(c->b, " else ");
    }
    node_name(c, n->kid[0]);
    break;
  case TH_RULE_GATE: gate(c, n); break;
  case TH_RULE_CONST: th_buf_addz(c->b, n->constant ? "true" : "false"); break;
  }
}

/* ── The library ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static void parameter(const cql *c, int32_t fact) {
  static const char *const type[] = { "Decimal", "Boolean", "Date", "String", "List<Integer>" };
  const th_rule_fact *f = &c->p->dict->fact[fact];
  th_buf_addz(c->b, "parameter ");
  fact_name(c, fact);
  if (f->type != TH_RULE_LIST) {
    th_buf_addf(c->b, " %s", type[f->type]);
  } else {
    th_buf_addz(c->b, " List<Tuple { \"date\" Date");
    for (uint32_t i = 0; i < f->n_fields; i++) {
      th_buf_addz(c->b, ", ");
      quoted(c->b, f->field[i].name, '"');
      th_buf_addz(c->b, f->field[i].is_bool ? " Boolean" : " Decimal");
    }
    th_buf_addz(c->b, " }>");
  }
  if (f->unit.n) th_buf_addf(c->b, " // %.*s", TH_STR_ARG(f->unit));
  th_buf_addc(c->b, '\n');
}

static void identifier(th_buf *b, th_str s) {
  for (size_t i = 0; i < s.n; i++) {
    const char ch = s.p[i];
    const bool plain = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
    th_buf_addc(b, plain ? ch : '_');
  }
}

static bool is_fact_of_path(const th_rule_path *path, int32_t fact) {
  for (uint32_t i = 0; i < path->n_facts; i++)
    if (path->fact[i] == fact) return true;
  return false;
}

void th_coverage_cql(th_buf *out, const th_rule_policy *p, const th_rule_path *path) {
  const cql c = { out, p, path };
  th_buf_addz(out, "library Rule_");
  identifier(out, p->id);
  th_buf_addc(out, '_');
  identifier(out, path->name);
  th_buf_addf(out, " version '%.*s'\n\n// Facts, as the dictionary has them, each in its unit. Null is \"not recorded\".\n",
              TH_STR_ARG(p->version));
  th_buf_addz(out, "parameter \"as_of\" Date\n");
  for (uint32_t i = 0; i < path->n_facts; i++) parameter(&c, path->fact[i]);
  for (uint32_t i = 0; i < path->n_humans; i++)
    if (!is_fact_of_path(path, path->human[i])) parameter(&c, path->human[i]);
  if (path->n_amb) th_buf_addz(out, "\n// Readings that the wording admits: false is the first, true the second.\n");
  for (uint32_t i = 0; i < path->n_amb; i++) {
    th_buf_addz(out, "parameter ");
    reading_name(&c, path->amb[i]);
    th_buf_addz(out, " Boolean default false\n");
  }
  for (uint32_t i = 0; i < path->n_order; i++) {
    const th_rule_node *n = &p->node[path->order[i]];
    th_buf_addc(out, '\n');
    if (n->cite.n) th_buf_addf(out, "// %.*s\n", TH_STR_ARG(n->cite));
    th_buf_addz(out, "define ");
    node_name(&c, path->order[i]);
    th_buf_addz(out, ":\n  ");
    body(&c, n);
    th_buf_addc(out, '\n');
  }
  th_buf_addz(
      out,
      "\n// Whether the recorded facts satisfy the written conditions. The insurer decides.\ndefine \"criteria met\":\n  ");
  node_name(&c, path->root);
  th_buf_addc(out, '\n');
}
