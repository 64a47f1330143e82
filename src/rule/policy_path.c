/* Score tables and paths: what a score counts, and for each path its nodes in the order of evaluation, its ambiguities, facts and
 * decisions. */
#include <math.h>
#include <stdlib.h>

#include "rule/rule_priv.h"

/* ── Score tables ──────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_rule__load_tables(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "id", "prefix", "zh", "en", "items", "cap", NULL };
  static const char *const cap_keys[] = { "group", "max", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "scores", false, &list, l->err));
  for (uint32_t i = 0; list && i < list->n; i++) {
    const th_yaml *y = &list->u.item[i], *cap = th_yaml_get(y, "cap");
    th_rule_table t = { .yaml = y, .cap = -1 };
    bool prefix = false;
    TH_TRY(th_rule__keys(y, keys, "a score table", l->err));
    TH_TRY(th_rule__text(y, "id", true, &t.id, l->err));
    TH_TRY(th_rule__bool(y, "prefix", &prefix, l->err));
    if (!prefix) return TH_RULE__FAIL(l->err, y, "\"prefix: true\" is missing: a table is read at a sheet");
    TH_TRY(th_rule__seq(y, "items", true, &t.items, l->err));
    if (cap) {
      int64_t max;
      TH_TRY(th_rule__keys(cap, cap_keys, "a cap", l->err));
      TH_TRY(th_rule__text(cap, "group", true, &t.cap_group, l->err));
      TH_TRY(th_rule__whole(cap, "max", 0, 1000, &max, l->err));
      t.cap = (int32_t)max;
    }
    for (size_t k = 0; k < l->tables.n; k++)
      if (th_str_eq(l->tables.v[k].id, t.id)) return TH_RULE__FAIL(l->err, y, "table \"%.*s\" stands twice", TH_STR_ARG(t.id));
    if (!TH_VEC_PUSH(l->arena, &l->tables, t)) return th_fail_nomem(l->err);
  }
  return TH_OK;
}

static th_code item_of(th_rule_load *l, const th_yaml *y, th_rule_item *item) {
  static const char *const keys[] = { "item", "weight", "group", "counts", "zh", "en", "definition", NULL };
  static const char *const def_keys[] = { "zh", "en", "zh_2k", "en_2k", NULL };
  TH_TRY(th_rule__keys(y, keys, "an item", l->err));
  TH_TRY(th_rule__text(y, "item", true, &item->name, l->err));
  TH_TRY(th_rule__text(y, "group", true, &item->group, l->err));
  TH_TRY(th_rule__text(y, "zh", true, &item->zh, l->err));
  TH_TRY(th_rule__text(y, "en", true, &item->en, l->err));
  int64_t w;
  TH_TRY(th_rule__whole(y, "weight", 1, 100, &w, l->err));
  item->weight = (int32_t)w;
  const th_yaml *def = th_yaml_get(y, "definition");
  if (def) {
    TH_TRY(th_rule__keys(def, def_keys, "a definition", l->err));
    TH_TRY(th_rule__text(def, "zh", true, &item->def_zh[0], l->err));
    TH_TRY(th_rule__text(def, "en", true, &item->def_en[0], l->err));
    TH_TRY(th_rule__text(def, "zh_2k", false, &item->def_zh[1], l->err));
    TH_TRY(th_rule__text(def, "en_2k", false, &item->def_en[1], l->err));
  }
  const th_yaml *counts = th_yaml_get(y, "counts");
  if (!counts) return TH_RULE__FAIL(l->err, y, "\"counts\" is missing here");
  return th_rule__load_node(l, counts, TH_NEUTRAL_F, &item->node);
}

static th_code tally_of(th_rule_load *l, const th_yaml *at, th_str table, th_str prefix, int32_t *out) {
  for (size_t i = 0; i < l->tallies.n; i++)
    if (th_str_eq(l->tallies.v[i].table, table) && th_str_eq(l->tallies.v[i].prefix, prefix)) {
      *out = (int32_t)i;
      return TH_OK;
    }
  const th_rule_table *t = NULL;
  for (size_t i = 0; i < l->tables.n && !t; i++)
    if (th_str_eq(l->tables.v[i].id, table)) t = &l->tables.v[i];
  if (!t) return TH_RULE__FAIL(l->err, at, "no score table is called \"%.*s\"", TH_STR_ARG(table));
  bool known = false;
  for (uint32_t i = 0; i < l->dict->n_prefixes; i++) known |= th_str_eq(l->dict->prefix[i].name, prefix);
  if (!known) return TH_RULE__FAIL(l->err, at, "no sheet is called \"%.*s\"", TH_STR_ARG(prefix));
  if (l->prefix.n) return TH_RULE__FAIL(l->err, at, "a score cannot stand in the items of a score");
  th_rule_item *items = TH_NEWN(l->arena, th_rule_item, t->items->n ? t->items->n : 1);
  if (!items) return th_fail_nomem(l->err);
  if (t->items->n == 0 || t->items->n > 64) return TH_RULE__FAIL(l->err, t->items, "a table has 1 to 64 items");
  l->prefix = prefix;
  for (uint32_t i = 0; i < t->items->n; i++) {
    TH_TRY(item_of(l, &t->items->u.item[i], &items[i]));
    items[i].capped = t->cap >= 0 && th_str_eq(items[i].group, t->cap_group);
  }
  l->prefix = TH_STR_NONE;
  const th_rule_tally tally = { table, prefix, items, t->items->n, t->cap_group, t->cap };
  *out = (int32_t)l->tallies.n;
  return TH_VEC_PUSH(l->arena, &l->tallies, tally) ? TH_OK : th_fail_nomem(l->err);
}

th_code th_rule__load_score(th_rule_load *l, const th_yaml *y, th_rule_node *node) {
  static const char *const keys[] = { "of", "at", "minus", "op", "value", NULL };
  th_str table, at, minus;
  th_rule_node n = { .kind = TH_RULE_SCORE, .minus = -1 };
  TH_TRY(th_rule__keys(y, keys, "a score", l->err));
  TH_TRY(th_rule__text(y, "of", true, &table, l->err));
  TH_TRY(th_rule__text(y, "at", true, &at, l->err));
  TH_TRY(th_rule__text(y, "minus", false, &minus, l->err));
  TH_TRY(th_rule__load_op(l, y, &n.op));
  if (n.op == TH_RULE_EQ) return TH_RULE__FAIL(l->err, th_yaml_get(y, "op"), "a score is compared by >=, >, <= or <");
  TH_TRY(th_rule__number(y, "value", &n.value, l->err));
  if (!(fabs(n.value) < 1e6)) return TH_RULE__FAIL(l->err, y, "a score's threshold is a small number");
  TH_TRY(tally_of(l, y, table, at, &n.tally));
  if (minus.n) TH_TRY(tally_of(l, y, table, minus, &n.minus));
  *node = n;
  return TH_OK;
}

/* ── Paths ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct path_walk {
  th_rule_load *l;
  uint8_t *seen; /* a node */
  TH_VEC(uint32_t) order;
  TH_VEC(int32_t) ambs, facts, humans;
  bool gated;
} path_walk;

typedef TH_VEC(int32_t) int_vec;

static th_code note(path_walk *w, void *list, int32_t value) {
  int_vec *v = list;
  for (size_t i = 0; i < v->n; i++)
    if (v->v[i] == value) return TH_OK;
  return TH_VEC_PUSH(w->l->arena, v, value) ? TH_OK : th_fail_nomem(w->l->err);
}

static th_code visit_node(path_walk *w, uint32_t at);

static th_code visit_tally(path_walk *w, int32_t tally) {
  if (tally < 0) return TH_OK;
  const th_rule_tally *t = &w->l->tallies.v[tally];
  for (uint32_t i = 0; i < t->n; i++) TH_TRY(visit_node(w, t->item[i].node));
  return TH_OK;
}

static th_code visit_node(path_walk *w, uint32_t at) {
  if (w->seen[at]) return TH_OK;
  w->seen[at] = 1;
  const th_rule_node *n = &w->l->nodes.v[at];
  for (uint32_t i = 0; i < n->n_kids; i++) TH_TRY(visit_node(w, n->kid[i]));
  if (n->kind == TH_RULE_SCORE) {
    TH_TRY(visit_tally(w, n->tally));
    TH_TRY(visit_tally(w, n->minus));
  }
  if (n->kind == TH_RULE_LEAF) {
    const th_rule_leaf *f = &w->l->leaves.v[n->leaf];
    for (uint32_t i = 0; i < f->n_facts; i++) TH_TRY(note(w, &w->facts, f->fact[i]));
  }
  if (n->kind == TH_RULE_HUMAN) {
    TH_TRY(note(w, &w->facts, n->fact));
    TH_TRY(note(w, &w->humans, n->fact));
  }
  if (n->kind == TH_RULE_READING && w->l->out->amb[n->amb].active) TH_TRY(note(w, &w->ambs, n->amb));
  w->gated |= n->kind == TH_RULE_GATE;
  return TH_VEC_PUSH(w->l->arena, &w->order, at) ? TH_OK : th_fail_nomem(w->l->err);
}

static long number_in(th_str id) {
  long n = 0;
  for (size_t i = 0; i < id.n; i++)
    if (id.p[i] >= '0' && id.p[i] <= '9' && n < 100000) n = n * 10 + (id.p[i] - '0');
  return n;
}

static int by_number(const void *a, const void *b, void *ctx) {
  const th_rule_amb *amb = ctx;
  const th_str x = amb[*(const int32_t *)a].id, y = amb[*(const int32_t *)b].id;
  const long m = number_in(x), n = number_in(y);
  return m != n ? (m < n ? -1 : 1) : th_str_cmp(x, y);
}

static int by_fact_name(const void *a, const void *b, void *ctx) {
  const th_rule_dict *d = ctx;
  return th_str_cmp(d->fact[*(const int32_t *)a].name, d->fact[*(const int32_t *)b].name);
}

/* Where each node stands in the order, and which combinations read r1: the same for every case. */
static th_code places(th_rule_load *l, th_rule_path *p) {
  const uint32_t combos = 1u << p->n_amb, words = (combos + 63) / 64;
  int32_t *slot = TH_NEWN(l->arena, int32_t, l->nodes.n);
  uint64_t *mask = TH_NEWN(l->arena, uint64_t, (size_t)(p->n_amb ? p->n_amb : 1) * words);
  if (!slot || !mask) return th_fail_nomem(l->err);
  memset(slot, 0xff, l->nodes.n * sizeof *slot);
  for (uint32_t i = 0; i < p->n_order; i++) slot[p->order[i]] = (int32_t)i;
  for (uint32_t i = 0; i < p->n_amb; i++)
    for (uint32_t c = 0; c < combos; c++)
      if (c >> (p->n_amb - 1 - i) & 1) mask[i * words + c / 64] |= (uint64_t)1 << (c % 64);
  p->slot = slot;
  p->amb_mask = mask;
  return TH_OK;
}

static th_code path_of(th_rule_load *l, const th_yaml_pair *p, uint32_t root, th_rule_path *out) {
  path_walk w = { .l = l };
  w.seen = TH_NEWN(l->arena, uint8_t, l->nodes.n);
  if (!w.seen) return th_fail_nomem(l->err);
  TH_TRY(visit_node(&w, root));
  if (w.ambs.n > TH_LIMIT_RULE_AMBS)
    return th_fail_at(l->err, TH_ELIMIT, p->line, p->col, "more active ambiguities than TH_LIMIT_RULE_AMBS (%d)",
                      TH_LIMIT_RULE_AMBS);
  if (w.humans.n > TH_LIMIT_RULE_HUMANS)
    return th_fail_at(l->err, TH_ELIMIT, p->line, p->col, "more decisions than TH_LIMIT_RULE_HUMANS (%d)",
                      TH_LIMIT_RULE_HUMANS);
  if (w.facts.n > TH_LIMIT_RULE_PATHFACTS)
    return th_fail_at(l->err, TH_ELIMIT, p->line, p->col, "more facts than TH_LIMIT_RULE_PATHFACTS (%d)",
                      TH_LIMIT_RULE_PATHFACTS);
  union {
    const th_rule_dict *in;
    void *out;
  } dict = { .in = l->dict };
  if (w.ambs.n) {
    union {
      const th_rule_amb *in;
      void *out;
    } amb = { .in = l->out->amb };
    qsort_r(w.ambs.v, w.ambs.n, sizeof *w.ambs.v, by_number, amb.out);
  }
  if (w.facts.n) qsort_r(w.facts.v, w.facts.n, sizeof *w.facts.v, by_fact_name, dict.out);
  *out = (th_rule_path){ .name = p->key,
                         .root = root,
                         .order = w.order.v,
                         .n_order = (uint32_t)w.order.n,
                         .amb = w.ambs.v,
                         .n_amb = (uint32_t)w.ambs.n,
                         .fact = w.facts.v,
                         .n_facts = (uint32_t)w.facts.n,
                         .human = w.humans.v,
                         .n_humans = (uint32_t)w.humans.n,
                         .gated = w.gated };
  TH_TRY(places(l, out));
  return th_rule__named(l->arena, l->nodes.v, (uint32_t)l->nodes.n, root, INT32_MIN, &out->named, &out->n_named, l->err);
}

th_code th_rule__load_paths(th_rule_load *l, const th_yaml *top) {
  const th_yaml *paths = th_yaml_get(top, "paths");
  if (!paths || paths->kind != TH_YAML_MAP || paths->n == 0)
    return TH_RULE__FAIL(l->err, paths ? paths : top, "\"paths\" names one path or more");
  TH_TRY(th_rule__scan_ids(l, paths, false));
  uint32_t *root = TH_NEWN(l->arena, uint32_t, paths->n);
  th_rule_path *list = TH_NEWN(l->arena, th_rule_path, paths->n);
  if (!root || !list) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < paths->n; i++) TH_TRY(th_rule__load_node(l, &paths->u.pair[i].value, TH_NEUTRAL_NONE, &root[i]));
  for (uint32_t i = 0; i < paths->n; i++) TH_TRY(path_of(l, &paths->u.pair[i], root[i], &list[i]));
  l->out->path = list;
  l->out->n_paths = paths->n;
  return TH_OK;
}
