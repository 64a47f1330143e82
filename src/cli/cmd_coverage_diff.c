/* What changes between two days, or between two policies: paths that come into force or out of it, clauses that come, go, or are worded
 * or built in another way. */
#include "cli/cli_coverage.h"

typedef struct diff_side {
  const th_rule_policy *p;
  th_date day;
  th_coverage cov;
  const char *arg;
} diff_side;

typedef struct diff_out {
  th_buf *b;
  th_jwrite *w; /* NULL: words */
  uint32_t n;
} diff_out;

/* POLICY@YYYY-MM-DD; POLICY is an id of the built-in ones or a file. */
static th_code side_of(th_cli *c, const char *arg, diff_side *s, th_err *err) {
  const th_str text = th_str_of(arg);
  const size_t at = th_str_rfind(text, TH_S("@"));
  s->arg = arg;
  if (at == SIZE_MAX || !th_date_parse_iso(th_str_sub(text, at + 1, text.n), &s->day) || s->day.prec != TH_DATE_DAY)
    return th_fail(err, TH_EINVAL, "\"%s\": expected POLICY@YYYY-MM-DD", arg);
  const char *name = th_str_z(c->arena, th_str_sub(text, 0, at));
  if (!name) return th_fail_nomem(err);
  TH_TRY(th_coverage_open(c->arena, NULL, 0, &s->cov, err));
  s->p = th_coverage_policy(&s->cov, th_str_of(name));
  if (s->p) return TH_OK;
  TH_TRY(th_coverage_open(c->arena, &name, 1, &s->cov, err));
  s->p = th_coverage_policy(&s->cov, s->cov.given);
  return TH_OK;
}

static const char *state_of(const diff_side *s, th_str path) {
  const int32_t today = th_date_first(s->day);
  for (uint32_t i = 0; i < s->p->n_versions; i++) {
    const th_rule_version *v = &s->p->versions[i];
    for (uint32_t k = 0; k < v->n_applies; k++)
      if (th_str_eq(v->applies[k], path) && today >= th_date_first(v->from) &&
          (v->to.prec == TH_DATE_NONE || today <= th_date_first(v->to)))
        return v->held ? "held" : "text_not_held";
  }
  return "not_in_force";
}

static void tell(diff_out *o, const char *what, th_str path, th_str clause, th_str from, th_str to) {
  o->n++;
  if (!o->w) {
    th_buf_addf(o->b, "%-8s %-14.*s %-8.*s %.*s -> %.*s\n", what, TH_STR_ARG(path), TH_STR_ARG(clause), TH_STR_ARG(from),
                TH_STR_ARG(to));
    return;
  }
  th_jw_obj(o->w);
  th_jw_key(o->w, "what"), th_jw_z(o->w, what);
  th_jw_key(o->w, "path"), th_jw_str(o->w, path);
  if (clause.n) th_jw_key(o->w, "clause"), th_jw_str(o->w, clause);
  th_jw_key(o->w, "from"), th_jw_str(o->w, from);
  th_jw_key(o->w, "to"), th_jw_str(o->w, to);
  th_jw_obj_end(o->w);
}

/* A clause in words, its leaves included, down to the next named clause: equal texts mean equal conditions. */
static void describe(th_buf *b, const th_rule_policy *p, int32_t today, uint32_t at, bool top) {
  static const char *const kinds[] = { "all",  "any",   "not", "at least", "measured", "exception", "person",
                                       "stop", "score", "",    "reading",  "in force", "" };
  const th_rule_node *n = &p->node[at];
  if (n->kind == TH_RULE_GATE) {
    describe(b, p, today, n->kid[today >= n->from && today <= n->to ? 0 : 1], top);
    return;
  }
  if (!top && n->id.n) {
    th_buf_add(b, n->id);
    return;
  }
  if (n->kind == TH_RULE_LEAF) {
    th_coverage_leaf_text(b, p, (uint32_t)n->leaf, false);
    return;
  }
  th_buf_addz(b, kinds[n->kind]);
  if (n->kind == TH_RULE_AT_LEAST) th_buf_addf(b, " %u", n->k);
  if (n->kind == TH_RULE_SCORE)
    th_buf_addf(b, " %.*s %s %g", TH_STR_ARG(p->tally[n->tally].table), th_rule_op_text((th_rule_op)n->op), n->value);
  if (n->kind == TH_RULE_CONST) th_buf_addz(b, "left out");
  if (n->n_kids == 0) return;
  th_buf_addz(b, " (");
  for (uint32_t i = 0; i < n->n_kids; i++) {
    if (i) th_buf_addz(b, "; ");
    describe(b, p, today, n->kid[i], false);
  }
  th_buf_addc(b, ')');
}

static th_str described(th_arena *a, const diff_side *s, uint32_t node) {
  th_buf b;
  th_buf_init(&b, a, 128);
  describe(&b, s->p, th_date_first(s->day), node, true);
  return th_buf_str(&b);
}

static int64_t named(const th_rule_policy *p, const th_rule_path *path, th_str id) {
  for (uint32_t i = 0; path && i < path->n_named; i++)
    if (th_str_eq(p->node[path->named[i]].id, id)) return path->named[i];
  return -1;
}

static void compare_clauses(diff_out *o, th_arena *a, const diff_side *s, const diff_side *t, th_str path) {
  const th_rule_path *x = th_rule_path_find(s->p, path), *y = th_rule_path_find(t->p, path);
  for (uint32_t i = 0; x && i < x->n_named; i++) {
    const th_rule_node *n = &s->p->node[x->named[i]];
    const int64_t other = named(t->p, y, n->id);
    const th_str was = described(a, s, x->named[i]), is = other < 0 ? TH_STR_NONE : described(a, t, (uint32_t)other);
    if (other < 0)
      tell(o, "gone", path, n->id, was, TH_S("-"));
    else if (!th_str_eq(was, is))
      tell(o, "changed", path, n->id, was, is);
  }
  for (uint32_t i = 0; y && i < y->n_named; i++)
    if (named(s->p, x, t->p->node[y->named[i]].id) < 0)
      tell(o, "new", path, t->p->node[y->named[i]].id, TH_S("-"), described(a, t, y->named[i]));
}

static int run_diff(th_cli *c) {
  th_err err = { 0 };
  static diff_side s, t;
  th_buf b;
  th_jwrite w;
  if (side_of(c, c->args[0], &s, &err) != TH_OK || side_of(c, c->args[1], &t, &err) != TH_OK) return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 4096);
  diff_out o = { .b = &b, .w = c->json ? &w : NULL };
  if (c->json) {
    th_jwrite_open(&w, &b, 0);
    th_jw_obj(&w);
    th_jw_key(&w, "changes");
    th_jw_arr(&w);
  }
  for (uint32_t i = 0; i < t.p->n_paths; i++) {
    const th_str path = t.p->path[i].name;
    const char *was = state_of(&s, path), *is = state_of(&t, path);
    if (strcmp(was, is) != 0) tell(&o, "path", path, TH_STR_NONE, th_str_of(was), th_str_of(is));
    if (strcmp(was, "held") == 0 && strcmp(is, "held") == 0) compare_clauses(&o, c->arena, &s, &t, path);
  }
  for (uint32_t i = 0; i < s.p->n_paths; i++)
    if (!th_rule_path_find(t.p, s.p->path[i].name))
      tell(&o, "path", s.p->path[i].name, TH_STR_NONE, th_str_of(state_of(&s, s.p->path[i].name)), TH_S("gone"));
  if (c->json) {
    th_jw_arr_end(&w);
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
  } else if (o.n == 0) {
    th_buf_addz(&b, "no change\n");
  }
  return th_cli__put_buf(c, &b);
}

static const char *const examples[] = { "theriac coverage diff nhi-8.2.13@2024-12-31 nhi-8.2.13@2025-02-01", NULL };

const th_cmd th_cmd_coverage_diff = {
  .name = "coverage diff",
  .group = "Reimbursement",
  .synopsis = "POLICY@DATE POLICY@DATE",
  .summary = "what changes in a rule between two days, or between two policies",
  .args_min = 2,
  .args_max = 2,
  .examples = examples,
  .run = run_diff,
};
