/* Nodes of a policy: one function a kind of the grammar. A reading or an interval of force may leave a child out; what stays then is
 * the constant that is neutral for its parent, so that the tree keeps its shape and the evaluation needs no special case. */
#include "rule/rule_priv.h"

/* Shapes are keyed by their fields, eight bytes each, the first telling leaves from nodes. */
static void put(th_buf *b, int64_t v) {
  th_buf_add(b, th_str_n((const char *)&v, sizeof v));
}

static void put_real(th_buf *b, double v) {
  th_buf_add(b, th_str_n((const char *)&v, sizeof v));
}

static void put_leaf(th_buf *b, const th_rule_leaf *f) {
  const int64_t fields[] = { 0,        f->kind,   f->op,     f->want, f->du_bois, f->in_days, f->has_gap, f->has_absent_min,
                             f->field, f->field2, f->window, f->gap,  f->n_facts, f->n_terms };
  th_buf_add(b, th_str_n((const char *)fields, sizeof fields));
  put_real(b, f->value);
  put_real(b, f->absent_min);
  put(b, (int64_t)f->codes);
  for (uint32_t i = 0; i < f->n_facts; i++) put(b, f->fact[i]);
  for (uint32_t i = 0; i < f->n_terms; i++) {
    put_real(b, f->term[i].times);
    put(b, f->term[i].of);
  }
}

th_code th_rule__add_leaf(th_rule_load *l, const th_rule_leaf *f, int32_t *at) {
  th_buf b;
  th_buf_init(&b, l->arena, 192);
  put_leaf(&b, f);
  if (b.failed) return th_fail_nomem(l->err);
  bool is_new;
  uint64_t *slot = th_map_at(&l->shapes, th_buf_str(&b), &is_new);
  if (!slot) return th_fail_nomem(l->err);
  if (is_new) {
    *slot = l->leaves.n;
    if (!TH_VEC_PUSH(l->arena, &l->leaves, *f)) return th_fail_nomem(l->err);
  }
  *at = (int32_t)*slot;
  return TH_OK;
}

static th_code shape_of(th_rule_load *l, const th_rule_node *n, th_str *out) {
  th_buf b;
  const int64_t fields[] = { 1,       n->kind, n->op,    n->measured_all, n->constant, n->k,  n->leaf,
                             n->fact, n->amb,  n->tally, n->minus,        n->from,     n->to, n->n_kids };
  th_buf_init(&b, l->arena, 192);
  th_buf_add(&b, th_str_n((const char *)fields, sizeof fields));
  put_real(&b, n->value);
  for (uint32_t i = 0; i < n->n_kids; i++) put(&b, n->kid[i]);
  for (uint32_t i = 0; i < n->n_evidence; i++) {
    put(&b, (int64_t)n->evidence[i].n);
    th_buf_add(&b, n->evidence[i]);
  }
  *out = th_buf_str(&b);
  return b.failed ? th_fail_nomem(l->err) : TH_OK;
}

th_code th_rule__add_node(th_rule_load *l, const th_rule_node *n, uint32_t *at) {
  uint64_t *slot = NULL;
  if (!n->id.n) {
    th_str shape;
    bool is_new;
    TH_TRY(shape_of(l, n, &shape));
    slot = th_map_at(&l->shapes, shape, &is_new);
    if (!slot) return th_fail_nomem(l->err);
    if (!is_new) {
      *at = (uint32_t)*slot;
      return TH_OK;
    }
    *slot = l->nodes.n;
  }
  if (l->nodes.n >= TH_LIMIT_RULE_NODES)
    return th_fail_at(l->err, TH_ELIMIT, n->line, 0, "more nodes than TH_LIMIT_RULE_NODES (%d)", TH_LIMIT_RULE_NODES);
  *at = (uint32_t)l->nodes.n;
  return TH_VEC_PUSH(l->arena, &l->nodes, *n) ? TH_OK : th_fail_nomem(l->err);
}

th_code th_rule__load_constant(th_rule_load *l, bool value, uint32_t *node) {
  const th_rule_node n = { .kind = TH_RULE_CONST, .constant = value };
  return th_rule__add_node(l, &n, node);
}

/* ── Kinds ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define KEYS(...)                                                                                                              \
  (const char *const[]) {                                                                                                      \
    TH_RULE_NODE_KEYS, __VA_ARGS__, NULL                                                                                       \
  }

static th_code kids_of(th_rule_load *l, const th_yaml *list, th_rule_neutral neutral, uint32_t first, uint32_t **kids) {
  if (list->kind != TH_YAML_SEQ || list->n == 0) return TH_RULE__FAIL(l->err, list, "expected a list of one node or more");
  if (!*kids) *kids = TH_NEWN(l->arena, uint32_t, (size_t)list->n + first);
  if (!*kids) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) TH_TRY(th_rule__load_node(l, &list->u.item[i], neutral, &(*kids)[first + i]));
  return TH_OK;
}

static th_code all_any(th_rule_load *l, const th_yaml *y, th_rule_kind kind, th_rule_node *n) {
  const char *key = kind == TH_RULE_ALL ? "all" : "any";
  TH_TRY(th_rule__keys(y, KEYS(key), "a node", l->err));
  const th_yaml *list = th_yaml_get(y, key);
  uint32_t *kids = NULL;
  TH_TRY(kids_of(l, list, kind == TH_RULE_ALL ? TH_NEUTRAL_T : TH_NEUTRAL_F, 0, &kids));
  n->kind = (uint8_t)kind;
  n->kid = kids;
  n->n_kids = list->n;
  return TH_OK;
}

static th_code one_kid(th_rule_load *l, const th_yaml *y, th_rule_node *n) {
  TH_TRY(th_rule__keys(y, KEYS("not"), "a node", l->err));
  uint32_t *kid = TH_NEW(l->arena, uint32_t);
  if (!kid) return th_fail_nomem(l->err);
  TH_TRY(th_rule__load_node(l, th_yaml_get(y, "not"), TH_NEUTRAL_NONE, kid));
  *n = (th_rule_node){ .kind = TH_RULE_NOT, .kid = kid, .n_kids = 1 };
  return TH_OK;
}

static th_code at_least_of(th_rule_load *l, const th_yaml *y, th_rule_node *n) {
  static const char *const inner[] = { "k", "of", NULL };
  TH_TRY(th_rule__keys(y, KEYS("at_least"), "a node", l->err));
  const th_yaml *b = th_yaml_get(y, "at_least"), *of;
  TH_TRY(th_rule__keys(b, inner, "at_least", l->err));
  TH_TRY(th_rule__seq(b, "of", true, &of, l->err));
  if (of->n > 24) return TH_RULE__FAIL(l->err, of, "at_least takes 24 children at most");
  int64_t k;
  TH_TRY(th_rule__whole(b, "k", 1, of->n ? of->n : 1, &k, l->err));
  uint32_t *kids = NULL;
  TH_TRY(kids_of(l, of, TH_NEUTRAL_F, 0, &kids));
  *n = (th_rule_node){ .kind = TH_RULE_AT_LEAST, .k = (uint32_t)k, .kid = kids, .n_kids = of->n };
  return TH_OK;
}

static th_code measured_of(th_rule_load *l, const th_yaml *y, th_rule_node *n) {
  static const char *const inner[] = { "mode", "of", NULL };
  TH_TRY(th_rule__keys(y, KEYS("measured"), "a node", l->err));
  const th_yaml *b = th_yaml_get(y, "measured"), *of;
  TH_TRY(th_rule__keys(b, inner, "measured", l->err));
  const th_str mode = th_yaml_text(th_yaml_get(b, "mode"));
  const bool all = th_str_is(mode, "all");
  if (!all && !th_str_is(mode, "any")) return TH_RULE__FAIL(l->err, b, "\"mode\" is any or all");
  TH_TRY(th_rule__seq(b, "of", true, &of, l->err));
  for (uint32_t i = 0; i < of->n; i++)
    if (!th_rule__is_leaf(&of->u.item[i])) return TH_RULE__FAIL(l->err, &of->u.item[i], "measured takes leaves only");
  uint32_t *kids = NULL;
  TH_TRY(kids_of(l, of, TH_NEUTRAL_NONE, 0, &kids));
  for (uint32_t i = 0; i < of->n; i++)
    if (l->nodes.v[kids[i]].kind != TH_RULE_LEAF)
      return TH_RULE__FAIL(l->err, &of->u.item[i], "measured takes plain leaves only");
  *n = (th_rule_node){ .kind = TH_RULE_MEASURED, .measured_all = all, .kid = kids, .n_kids = of->n };
  return TH_OK;
}

static th_code decision_node(th_rule_load *l, const th_yaml *y, uint32_t *node);

static th_code decision_fact(th_rule_load *l, const th_yaml *v, th_rule_node *n) {
  const int32_t f = v && v->kind == TH_YAML_SCALAR ? th_rule_fact_find(l->dict, v->u.text) : -1;
  if (f < 0 || l->dict->fact[f].type != TH_RULE_BOOL)
    return TH_RULE__FAIL(l->err, v, "a human decision needs a yes-or-no fact");
  *n = (th_rule_node){ .kind = TH_RULE_HUMAN, .fact = f };
  return TH_OK;
}

static th_code human_of(th_rule_load *l, const th_yaml *y, th_rule_node *n) {
  TH_TRY(th_rule__keys(y, KEYS("human"), "a node", l->err));
  return decision_fact(l, th_yaml_get(y, "human"), n);
}

static th_code exception_of(th_rule_load *l, const th_yaml *y, th_rule_node *n) {
  static const char *const inner[] = { "base", "when", "decide", NULL };
  TH_TRY(th_rule__keys(y, KEYS("exception"), "a node", l->err));
  const th_yaml *b = th_yaml_get(y, "exception");
  TH_TRY(th_rule__keys(b, inner, "exception", l->err));
  uint32_t *kid = TH_NEWN(l->arena, uint32_t, 3);
  if (!kid) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < 3; i++) {
    const th_yaml *part = th_yaml_get(b, inner[i]);
    if (!part) return TH_RULE__FAIL(l->err, b, "\"%s\" is missing in exception", inner[i]);
    const bool by_name = th_yaml_get(part, "id") || th_yaml_get(part, "use");
    TH_TRY(i == 2 && !by_name ? decision_node(l, part, &kid[i]) : th_rule__load_node(l, part, TH_NEUTRAL_NONE, &kid[i]));
  }
  if (l->nodes.v[kid[2]].kind != TH_RULE_HUMAN)
    return TH_RULE__FAIL(l->err, th_yaml_get(b, "decide"), "\"decide\" is a human decision");
  *n = (th_rule_node){ .kind = TH_RULE_EXCEPTION, .kid = kid, .n_kids = 3 };
  return TH_OK;
}

static th_code stop_of(th_rule_load *l, const th_yaml *y, th_rule_node *n) {
  static const char *const inner[] = { "stop", "rest", NULL };
  TH_TRY(th_rule__keys(y, KEYS("stop_override"), "a node", l->err));
  const th_yaml *b = th_yaml_get(y, "stop_override"), *rest;
  TH_TRY(th_rule__keys(b, inner, "stop_override", l->err));
  TH_TRY(th_rule__seq(b, "rest", true, &rest, l->err));
  if (!th_yaml_get(b, "stop")) return TH_RULE__FAIL(l->err, b, "\"stop\" is missing here");
  uint32_t *kids = TH_NEWN(l->arena, uint32_t, (size_t)rest->n + 1);
  if (!kids) return th_fail_nomem(l->err);
  TH_TRY(th_rule__load_node(l, th_yaml_get(b, "stop"), TH_NEUTRAL_NONE, &kids[0]));
  TH_TRY(kids_of(l, rest, TH_NEUTRAL_T, 1, &kids));
  l->nodes.v[kids[0]].stop = true;
  *n = (th_rule_node){ .kind = TH_RULE_STOP_OVERRIDE, .kid = kids, .n_kids = rest->n + 1 };
  return TH_OK;
}

static th_code reading_limb(th_rule_load *l, const th_yaml *y, const char *key, th_rule_neutral neutral, uint32_t *node) {
  const th_yaml *v = th_yaml_get(y, key);
  if (!v) return TH_RULE__FAIL(l->err, y, "\"%s\" is missing in a reading", key);
  if (v->kind != TH_YAML_SCALAR) return th_rule__load_node(l, v, neutral, node);
  if (!th_str_is(v->u.text, "none")) return TH_RULE__FAIL(l->err, v, "expected a node or none");
  if (neutral == TH_NEUTRAL_NONE)
    return TH_RULE__FAIL(l->err, v, "none may stand only in all, any, at_least, rest and the items of a score");
  return th_rule__load_constant(l, neutral == TH_NEUTRAL_T, node);
}

static th_code reading_of(th_rule_load *l, const th_yaml *y, th_rule_neutral neutral, th_rule_node *n) {
  TH_TRY(th_rule__keys(y, KEYS("reading", "r0", "r1"), "a reading", l->err));
  const th_yaml *r = th_yaml_get(y, "reading");
  int32_t amb = -1;
  for (uint32_t i = 0; i < l->out->n_ambs && amb < 0; i++)
    if (th_str_eq(l->out->amb[i].id, th_yaml_text(r))) amb = (int32_t)i;
  if (amb < 0) return TH_RULE__FAIL(l->err, r, "no ambiguity is called \"%.*s\"", TH_STR_ARG(th_yaml_text(r)));
  uint32_t *kid = TH_NEWN(l->arena, uint32_t, 2);
  if (!kid) return th_fail_nomem(l->err);
  TH_TRY(reading_limb(l, y, "r0", neutral, &kid[0]));
  TH_TRY(reading_limb(l, y, "r1", neutral, &kid[1]));
  *n = (th_rule_node){ .kind = TH_RULE_READING, .amb = amb, .kid = kid, .n_kids = 2 };
  return TH_OK;
}

static th_code body_of(th_rule_load *l, const th_yaml *y, th_rule_neutral neutral, th_rule_node *n) {
  if (th_yaml_get(y, "all")) return all_any(l, y, TH_RULE_ALL, n);
  if (th_yaml_get(y, "any")) return all_any(l, y, TH_RULE_ANY, n);
  if (th_yaml_get(y, "not")) return one_kid(l, y, n);
  if (th_yaml_get(y, "at_least")) return at_least_of(l, y, n);
  if (th_yaml_get(y, "measured")) return measured_of(l, y, n);
  if (th_yaml_get(y, "exception")) return exception_of(l, y, n);
  if (th_yaml_get(y, "human")) return human_of(l, y, n);
  if (th_yaml_get(y, "stop_override")) return stop_of(l, y, n);
  if (th_yaml_get(y, "reading")) return reading_of(l, y, neutral, n);
  if (th_yaml_get(y, "score")) {
    TH_TRY(th_rule__keys(y, KEYS("score"), "a node", l->err));
    return th_rule__load_score(l, th_yaml_get(y, "score"), n);
  }
  if (th_rule__is_leaf(y)) return th_rule__load_leaf(l, y, n);
  return TH_RULE__FAIL(l->err, y,
                       "expected a node: all, any, not, at_least, measured, exception, human, stop_override, score, reading, "
                       "use, or a leaf");
}

/* ── Names, wording, intervals of force ────────────────────────────────────────────────────────────────────────────── */

static th_code evidence_of(th_rule_load *l, const th_yaml *y, th_rule_node *n) {
  TH_TRY(th_rule__texts(l->arena, y, "evidence", &n->evidence, &n->n_evidence, l->err));
  for (uint32_t i = 0; i < n->n_evidence; i++) {
    bool known = false;
    for (uint32_t k = 0; k < l->out->n_needs && !known; k++) known = th_str_eq(l->out->need[k].id, n->evidence[i]);
    if (!known)
      return TH_RULE__FAIL(l->err, th_yaml_get(y, "evidence"), "no evidence is called \"%.*s\"", TH_STR_ARG(n->evidence[i]));
  }
  return TH_OK;
}

static th_code wording_of(th_rule_load *l, const th_yaml *y, th_rule_node *n) {
  TH_TRY(th_rule__text(y, "id", false, &n->id, l->err));
  if (n->id.n && l->prefix.n)
    return TH_RULE__FAIL(l->err, y, "items of a score have no ids: their names are those of the table");
  TH_TRY(th_rule__text(y, "cite", false, &n->cite, l->err));
  TH_TRY(th_rule__text(y, "zh", n->id.n != 0, &n->zh, l->err));
  TH_TRY(th_rule__text(y, "en", n->id.n != 0, &n->en, l->err));
  return evidence_of(l, y, n);
}

static th_code day_of(th_rule_load *l, const th_yaml *y, const char *key, int32_t otherwise, int32_t *out) {
  th_date d;
  const th_yaml *v = th_yaml_get(y, key);
  *out = otherwise;
  if (!v) return TH_OK;
  if (!th_rule__date(th_yaml_text(v), &d) || d.prec != TH_DATE_DAY)
    return TH_RULE__FAIL(l->err, v, "expected a date, YYYY-MM-DD");
  *out = th_date_first(d);
  return TH_OK;
}

static th_code gate(th_rule_load *l, const th_yaml *y, th_rule_neutral neutral, uint32_t *node) {
  if (!th_yaml_get(y, "from") && !th_yaml_get(y, "to")) return TH_OK;
  if (neutral == TH_NEUTRAL_NONE)
    return TH_RULE__FAIL(l->err, y, "only a child of all, any, at_least or rest can go out of force");
  uint32_t *kid = TH_NEWN(l->arena, uint32_t, 2);
  if (!kid) return th_fail_nomem(l->err);
  th_rule_node n = { .kind = TH_RULE_GATE, .kid = kid, .n_kids = 2 };
  TH_TRY(day_of(l, y, "from", INT32_MIN, &n.from));
  TH_TRY(day_of(l, y, "to", INT32_MAX, &n.to));
  kid[0] = *node;
  TH_TRY(th_rule__load_constant(l, neutral == TH_NEUTRAL_T, &kid[1]));
  return th_rule__add_node(l, &n, node);
}

static th_code plain_node(th_rule_load *l, const th_yaml *y, th_rule_neutral neutral, uint32_t *node) {
  th_rule_node n = { 0 }, words = { 0 };
  TH_TRY(body_of(l, y, neutral, &n));
  TH_TRY(wording_of(l, y, &words));
  n.id = words.id;
  n.cite = words.cite;
  n.zh = words.zh;
  n.en = words.en;
  n.evidence = words.evidence;
  n.n_evidence = words.n_evidence;
  n.line = y->line;
  return th_rule__add_node(l, &n, node);
}

static th_code decision_node(th_rule_load *l, const th_yaml *y, uint32_t *node) {
  TH_TRY(th_rule__keys(y, KEYS("fact"), "a decision", l->err));
  th_rule_node n, words = { 0 };
  const th_yaml *fact = th_yaml_get(y, "fact");
  TH_TRY(decision_fact(l, fact ? fact : y, &n));
  TH_TRY(wording_of(l, y, &words));
  n.id = words.id;
  n.cite = words.cite;
  n.zh = words.zh;
  n.en = words.en;
  n.line = y->line;
  return th_rule__add_node(l, &n, node);
}

static bool leaves_out(const th_rule_load *l, uint32_t node) {
  const th_rule_node *n = &l->nodes.v[node];
  if (n->kind != TH_RULE_READING) return false;
  return l->nodes.v[n->kid[0]].kind == TH_RULE_CONST || l->nodes.v[n->kid[1]].kind == TH_RULE_CONST;
}

/* A named node is built when first met, from the text or from a `use`, and once only. */
static th_code named_node(th_rule_load *l, th_str id, const th_yaml *at, th_rule_neutral neutral, uint32_t *node) {
  uint64_t i;
  if (!th_map_get(&l->ids, id, &i)) return TH_RULE__FAIL(l->err, at, "no node is called \"%.*s\"", TH_STR_ARG(id));
  if (l->named.v[i].open) return TH_RULE__FAIL(l->err, at, "\"%.*s\" uses itself", TH_STR_ARG(id));
  const th_yaml *y = l->named.v[i].yaml;
  if (l->named.v[i].done && l->named.v[i].neutral != neutral && leaves_out(l, l->named.v[i].node))
    return TH_RULE__FAIL(l->err, at, "\"%.*s\" has a reading without a clause and cannot be used under another kind of node",
                         TH_STR_ARG(id));
  if (!l->named.v[i].done) {
    l->named.v[i].neutral = neutral;
    l->named.v[i].open = true;
    uint32_t built;
    TH_TRY(l->named.v[i].decision ? decision_node(l, y, &built) : plain_node(l, y, neutral, &built));
    l->named.v[i].open = false;
    l->named.v[i].done = true;
    l->named.v[i].node = built;
  }
  *node = l->named.v[i].node;
  return l->named.v[i].decision ? TH_OK : gate(l, y, neutral, node);
}

th_code th_rule__load_node(th_rule_load *l, const th_yaml *y, th_rule_neutral neutral, uint32_t *node) {
  static const char *const use_keys[] = { "use", NULL };
  if (y->kind != TH_YAML_MAP) return TH_RULE__FAIL(l->err, y, "expected a node");
  if (++l->depth > TH_LIMIT_YAML_DEPTH)
    return th_fail_at(l->err, TH_ELIMIT, y->line, y->col, "nested deeper than TH_LIMIT_YAML_DEPTH (%d)", TH_LIMIT_YAML_DEPTH);
  const th_yaml *use = th_yaml_get(y, "use"), *id = th_yaml_get(y, "id");
  if (use) {
    TH_TRY(th_rule__keys(y, use_keys, "a use", l->err));
    TH_TRY(named_node(l, th_yaml_text(use), use, neutral, node));
  } else if (id && !l->prefix.n) {
    TH_TRY(named_node(l, th_yaml_text(id), id, neutral, node));
  } else {
    TH_TRY(plain_node(l, y, neutral, node));
    TH_TRY(gate(l, y, neutral, node));
  }
  l->depth--;
  return TH_OK;
}

/* Notes every id below y before anything is built, so that `use` may point forward and a second use of an id is found. */
th_code th_rule__scan_ids(th_rule_load *l, const th_yaml *y, bool decision) {
  if (y->kind == TH_YAML_SEQ)
    for (uint32_t i = 0; i < y->n; i++) TH_TRY(th_rule__scan_ids(l, &y->u.item[i], false));
  if (y->kind != TH_YAML_MAP) return TH_OK;
  const th_yaml *id = th_yaml_get(y, "id");
  if (id) {
    if (id->kind != TH_YAML_SCALAR || id->u.text.n == 0) return TH_RULE__FAIL(l->err, id, "expected an id");
    bool is_new;
    uint64_t *at = th_map_at(&l->ids, id->u.text, &is_new);
    if (!at) return th_fail_nomem(l->err);
    if (!is_new)
      return TH_RULE__FAIL(l->err, id, "id \"%.*s\" stands twice (first in line %u)", TH_STR_ARG(id->u.text),
                           l->named.v[*at].yaml->line);
    *at = l->named.n;
    const th_rule_named n = { .yaml = y, .decision = decision };
    if (!TH_VEC_PUSH(l->arena, &l->named, n)) return th_fail_nomem(l->err);
  }
  for (uint32_t i = 0; i < y->n; i++) TH_TRY(th_rule__scan_ids(l, &y->u.pair[i].value, th_str_is(y->u.pair[i].key, "decide")));
  return TH_OK;
}
