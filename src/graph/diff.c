/* Two graphs side by side: which nodes and edges one has and the other has not. Nodes are the same by type and id, relations by name
 * and types. Both graphs sort nodes by id, so what is common stands in the same order in both, and all is found by merging. */
#include "graph/graph_priv.h"

typedef struct side {
  const th_graph *old, *new_;
  uint32_t **to_new; /* of each old type: node within the type → within the new type, or TH_GRAPH_NONE */
  th_graph_diff_fn fn;
  void *ctx;
} side;

static void tell(const side *s, th_graph_change_kind kind, const th_graph *g, const th_graph_relation *r, uint32_t x,
                 uint32_t y) {
  if (s->fn) s->fn(s->ctx, &(th_graph_change){ kind, g, r, x, y });
}

/* One type of both: nodes gone, come, renamed. t_old or t_new may be TH_GRAPH_NONE. */
static void compare_type(side *s, uint32_t t_old, uint32_t t_new, th_graph_diff_type *out) {
  const th_graph_type none = { 0 };
  const th_graph_type *o = t_old == TH_GRAPH_NONE ? &none : &s->old->type[t_old];
  const th_graph_type *n = t_new == TH_GRAPH_NONE ? &none : &s->new_->type[t_new];
  *out = (th_graph_diff_type){ .name = t_old == TH_GRAPH_NONE ? n->name : o->name, .n_old = o->n, .n_new = n->n };
  for (uint32_t i = 0, k = 0; i < o->n || k < n->n;) {
    const uint32_t v = o->first + i, w = n->first + k;
    const int order = i == o->n ? 1 : k == n->n ? -1 : th_str_cmp(th_graph_node_id(s->old, v), th_graph_node_id(s->new_, w));
    if (order < 0) {
      s->to_new[t_old][i++] = TH_GRAPH_NONE;
      out->removed++;
      tell(s, TH_GRAPH_NODE_REMOVED, s->old, NULL, v, v);
    } else if (order > 0) {
      k++;
      out->added++;
      tell(s, TH_GRAPH_NODE_ADDED, s->new_, NULL, w, w);
    } else {
      s->to_new[t_old][i++] = k++;
      if (th_str_eq(th_graph_node_name(s->old, v), th_graph_node_name(s->new_, w))) continue;
      out->renamed++;
      tell(s, TH_GRAPH_NODE_RENAMED, s->new_, NULL, w, w);
    }
  }
}

/* Displays of an edge of the old graph as bits of the new one's; those the new one does not know at all in bit 31. */
static uint32_t display_bits(const uint32_t *to, uint32_t mark, uint32_t n) {
  uint32_t bits = 0;
  for (uint32_t d = 0; d < n; d++)
    if (mark >> d & 1) bits |= 1u << to[d];
  return bits;
}

static void compare_rows(const side *s, const th_graph_relation *o, const th_graph_relation *n, uint32_t v, uint32_t w,
                         const uint32_t *display, th_graph_diff_relation *out) {
  const uint32_t *to = s->to_new[o->dst];
  const bool one_type = o->src == o->dst;
  const uint32_t src_old = s->old->type[o->src].first, dst_old = s->old->type[o->dst].first;
  const uint32_t src_new = s->new_->type[n->src].first, dst_new = s->new_->type[n->dst].first;
  uint32_t i = o->fwd.row[v], k = w == TH_GRAPH_NONE ? 0 : n->fwd.row[w];
  const uint32_t i_end = o->fwd.row[v + 1], k_end = w == TH_GRAPH_NONE ? 0 : n->fwd.row[w + 1];
  while (i < i_end || k < k_end) {
    const uint32_t at = i < i_end ? to[o->fwd.col[i]] : TH_GRAPH_NONE;
    if (i < i_end && (at == TH_GRAPH_NONE || k == k_end || at < n->fwd.col[k])) {
      if (!one_type || v < o->fwd.col[i]) {
        out->removed++;
        tell(s, TH_GRAPH_EDGE_REMOVED, s->old, o, src_old + v, dst_old + o->fwd.col[i]);
      }
      i++;
    } else if (i == i_end || at > n->fwd.col[k]) {
      if (!one_type || w < n->fwd.col[k]) {
        out->added++;
        tell(s, TH_GRAPH_EDGE_ADDED, s->new_, n, src_new + w, dst_new + n->fwd.col[k]);
      }
      k++;
    } else {
      const uint32_t bits = display_bits(display, o->fwd.mark[i], o->n_displays);
      if ((!one_type || w < n->fwd.col[k]) && bits != (n->fwd.mark[k] & ~TH_GRAPH_FORWARD)) {
        out->changed++;
        tell(s, TH_GRAPH_EDGE_CHANGED, s->new_, n, src_new + w, dst_new + n->fwd.col[k]);
      }
      i++, k++;
    }
  }
}

static void all_edges(const side *s, th_graph_change_kind kind, const th_graph *g, const th_graph_relation *r) {
  for (uint32_t v = 0; v < r->fwd.n; v++)
    for (uint32_t k = r->fwd.row[v]; k < r->fwd.row[v + 1]; k++)
      if (r->src != r->dst || v < r->fwd.col[k])
        tell(s, kind, g, r, g->type[r->src].first + v, g->type[r->dst].first + r->fwd.col[k]);
}

static void compare_relation(const side *s, const th_graph_relation *o, const th_graph_relation *n, uint8_t *known,
                             th_graph_diff_relation *out) {
  *out = (th_graph_diff_relation){ .name = o ? o->name : n->name, .n_old = o ? o->n_pairs : 0, .n_new = n ? n->n_pairs : 0 };
  const th_graph *g = o ? s->old : s->new_;
  out->src = g->type[o ? o->src : n->src].name, out->dst = g->type[o ? o->dst : n->dst].name;
  if (!o || !n) {
    out->added = out->n_new, out->removed = out->n_old;
    all_edges(s, o ? TH_GRAPH_EDGE_REMOVED : TH_GRAPH_EDGE_ADDED, g, o ? o : n);
    return;
  }
  uint32_t display[TH_GRAPH_DISPLAYS_MAX];
  for (uint32_t d = 0; d < o->n_displays; d++) {
    display[d] = 31;
    for (uint32_t x = 0; x < n->n_displays; x++)
      if (th_str_eq(o->display[d], n->display[x])) display[d] = x;
  }
  memset(known, 0, n->fwd.n);
  for (uint32_t v = 0; v < o->fwd.n; v++) {
    const uint32_t w = s->to_new[o->src][v];
    if (w != TH_GRAPH_NONE) known[w] = 1;
    compare_rows(s, o, n, v, w, display, out);
  }
  for (uint32_t w = 0; w < n->fwd.n; w++) /* rows of nodes that are new */
    for (uint32_t k = n->fwd.row[w]; !known[w] && k < n->fwd.row[w + 1]; k++) {
      if (n->src == n->dst && w > n->fwd.col[k]) continue; /* told from its lower end */
      out->added++;
      tell(s, TH_GRAPH_EDGE_ADDED, s->new_, n, s->new_->type[n->src].first + w, s->new_->type[n->dst].first + n->fwd.col[k]);
    }
}

static uint32_t type_named(const th_graph *g, th_str name) {
  for (uint32_t t = 0; t < g->n_types; t++)
    if (th_str_eq(g->type[t].name, name)) return t;
  return TH_GRAPH_NONE;
}

static const th_graph_relation *relation_like(const th_graph *g, const th_graph_relation *r, const th_graph *of) {
  for (uint32_t k = 0; k < g->n_relations; k++) {
    const th_graph_relation *x = &g->relation[k];
    if (th_str_eq(x->name, r->name) && th_str_eq(g->type[x->src].name, of->type[r->src].name) &&
        th_str_eq(g->type[x->dst].name, of->type[r->dst].name))
      return x;
  }
  return NULL;
}

static void compare_types(side *s, th_graph_diff *out) {
  for (uint32_t t = 0; t < s->old->n_types; t++)
    compare_type(s, t, type_named(s->new_, s->old->type[t].name), &out->type[out->n_types++]);
  for (uint32_t t = 0; t < s->new_->n_types; t++)
    if (type_named(s->old, s->new_->type[t].name) == TH_GRAPH_NONE)
      compare_type(s, TH_GRAPH_NONE, t, &out->type[out->n_types++]);
}

static void compare_relations(const side *s, uint8_t *known, th_graph_diff *out) {
  for (uint32_t k = 0; k < s->old->n_relations; k++) {
    const th_graph_relation *o = &s->old->relation[k];
    compare_relation(s, o, relation_like(s->new_, o, s->old), known, &out->relation[out->n_relations++]);
  }
  for (uint32_t k = 0; k < s->new_->n_relations; k++) {
    const th_graph_relation *n = &s->new_->relation[k];
    if (!relation_like(s->old, n, s->new_)) compare_relation(s, NULL, n, known, &out->relation[out->n_relations++]);
  }
}

th_code th_graph_diff_of(th_arena *a, const th_graph *old, const th_graph *new_, th_graph_diff_fn fn, void *ctx,
                         th_graph_diff *out, th_err *err) {
  side s = { old, new_, TH_NEWN(a, uint32_t *, old->n_types + 1), fn, ctx };
  uint8_t *known = TH_NEWN(a, uint8_t, (size_t)new_->n_nodes + 1);
  *out = (th_graph_diff){ .type = TH_NEWN(a, th_graph_diff_type, (size_t)old->n_types + new_->n_types + 1),
                          .relation = TH_NEWN(a, th_graph_diff_relation, (size_t)old->n_relations + new_->n_relations + 1) };
  if (!s.to_new || !known || !out->type || !out->relation) return th_fail_nomem(err);
  for (uint32_t t = 0; t < old->n_types; t++)
    if (!(s.to_new[t] = TH_NEWN(a, uint32_t, (size_t)old->type[t].n + 1))) return th_fail_nomem(err);
  compare_types(&s, out);
  compare_relations(&s, known, out);
  for (uint32_t t = 0; t < out->n_types; t++) {
    const th_graph_diff_type *x = &out->type[t];
    out->n_changes += (uint64_t)x->added + x->removed + x->renamed;
  }
  for (uint32_t k = 0; k < out->n_relations; k++) {
    const th_graph_diff_relation *x = &out->relation[k];
    out->n_changes += (uint64_t)x->added + x->removed + x->changed;
  }
  return TH_OK;
}
