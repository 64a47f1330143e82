/* A hierarchy: direct parents and children, everything reachable, information content, nearest common ancestor. */
#include <math.h>
#include <stdlib.h>

#include "graph/graph_priv.h"

typedef TH_VEC(uint32_t) u32_vec;

/* Keeps of each row the neighbours that the edge points to (forward) or from. */
static bool direct(th_arena *a, const th_graph_csr *in, bool forward, th_graph_csr *out) {
  uint32_t *row = TH_NEWN(a, uint32_t, (size_t)in->n + 1), *col = TH_NEWN(a, uint32_t, in->row[in->n]);
  if (!row || !col) return false;
  uint32_t n = 0;
  for (uint32_t v = 0; v < in->n; v++) {
    for (uint32_t k = in->row[v]; k < in->row[v + 1]; k++)
      if (!(in->mark[k] & TH_GRAPH_FORWARD) == !forward) col[n++] = in->col[k];
    row[v + 1] = n;
  }
  *out = (th_graph_csr){ .n = in->n, .row = row, .col = col };
  return true;
}

static int by_number(const void *p, const void *q) {
  const uint32_t x = *(const uint32_t *)p, y = *(const uint32_t *)q;
  return (x > y) - (x < y);
}

/* Everything reachable from each node, itself excluded; found[] holds for whom a node was last seen. Cycles are no trouble. */
static bool reach(th_arena *a, const th_graph_csr *step, th_graph_csr *out) {
  const uint32_t n = step->n;
  uint32_t *row = TH_NEWN(a, uint32_t, (size_t)n + 1), *found = TH_NEWN(a, uint32_t, n);
  u32_vec all = { 0 };
  if (!row || !found) return false;
  for (uint32_t v = 0; v < n; v++) {
    const size_t first = all.n;
    found[v] = v + 1;
    for (size_t at = first; at <= all.n; at++) {
      const uint32_t from = at == first ? v : all.v[at - 1];
      for (uint32_t k = step->row[from]; k < step->row[from + 1]; k++) {
        if (found[step->col[k]] == v + 1) continue;
        found[step->col[k]] = v + 1;
        if (all.n >= UINT32_MAX - 1 || !TH_VEC_PUSH(a, &all, step->col[k])) return false;
      }
    }
    if (all.n > first) qsort(all.v + first, all.n - first, sizeof *all.v, by_number);
    row[v + 1] = (uint32_t)all.n;
  }
  *out = (th_graph_csr){ .n = n, .row = row, .col = all.v };
  return true;
}

static th_code complete(th_arena *a, th_graph_onto *out, th_err *err) {
  double *ic = TH_NEWN(a, double, (size_t)out->n + 1);
  if (!ic || !reach(a, &out->parents, &out->ancestors) || !reach(a, &out->children, &out->descendants))
    return th_fail_nomem(err);
  uint32_t inside = 0;
  for (uint32_t v = 0; v < out->n; v++) inside += th_graph_degree(&out->parents, v) + th_graph_degree(&out->children, v) > 0;
  for (uint32_t v = 0; v < out->n; v++)
    if (th_graph_degree(&out->parents, v) + th_graph_degree(&out->children, v))
      ic[v] = log((double)inside / (1.0 + th_graph_degree(&out->descendants, v)));
  out->ic = ic;
  return TH_OK;
}

th_code th_graph_onto_open(th_arena *a, const th_graph *g, const char *relation, th_graph_onto *out, th_err *err) {
  const th_graph_relation *r = th_graph_relation_find(g, relation);
  if (!r) return th_fail(err, TH_ENOENT, "the graph has no relation \"%s\"", relation);
  if (r->src != r->dst) return th_fail(err, TH_EINVAL, "relation \"%s\" joins two types: no hierarchy", relation);
  *out = (th_graph_onto){ .g = g, .type = r->src, .n = r->fwd.n };
  if (!direct(a, &r->fwd, true, &out->children) || !direct(a, &r->fwd, false, &out->parents)) return th_fail_nomem(err);
  return complete(a, out, err);
}

/* Children are the parents' rows turned round; filled in order of the child, so that every row rises. */
static bool turn(th_arena *a, const th_graph_csr *in, th_graph_csr *out) {
  uint32_t *row = TH_NEWN(a, uint32_t, (size_t)in->n + 2), *col = TH_NEWN(a, uint32_t, (size_t)in->row[in->n] + 1);
  if (!row || !col) return false;
  for (uint32_t k = 0; k < in->row[in->n]; k++) row[in->col[k] + 2]++;
  for (uint32_t v = 0; v < in->n; v++) row[v + 2] += row[v + 1];
  for (uint32_t v = 0; v < in->n; v++)
    for (uint32_t k = in->row[v]; k < in->row[v + 1]; k++) col[row[in->col[k] + 1]++] = v;
  *out = (th_graph_csr){ .n = in->n, .row = row, .col = col };
  return true;
}

th_code th_graph_onto_of(th_arena *a, uint32_t n, const uint32_t *row, uint32_t *parent, th_graph_onto *out, th_err *err) {
  for (uint32_t v = 0; v < n; v++)
    if (row[v + 1] > row[v]) qsort(parent + row[v], row[v + 1] - row[v], sizeof *parent, by_number);
  *out = (th_graph_onto){ .n = n, .parents = { .n = n, .row = row, .col = parent } };
  if (!turn(a, &out->parents, &out->children)) return th_fail_nomem(err);
  return complete(a, out, err);
}

static bool above_or_self(const th_graph_onto *o, uint32_t x, uint32_t above) {
  return x == above || th_graph_csr_find(&o->ancestors, x, above) != TH_GRAPH_NONE;
}

uint32_t th_graph_common_ancestor(const th_graph_onto *o, uint32_t x, uint32_t y) {
  uint32_t best = TH_GRAPH_NONE;
  for (uint32_t k = o->ancestors.row[x]; k <= o->ancestors.row[x + 1]; k++) {
    const uint32_t c = k < o->ancestors.row[x + 1] ? o->ancestors.col[k] : x;
    if (!above_or_self(o, y, c)) continue;
    if (best == TH_GRAPH_NONE || o->ic[c] > o->ic[best] || (o->ic[c] == o->ic[best] && c < best)) best = c;
  }
  return best;
}

th_kinship th_graph_kinship(const th_graph_onto *o, uint32_t x, uint32_t y) {
  if (x == y) return TH_KIN_SAME;
  if (th_graph_csr_find(&o->parents, x, y) != TH_GRAPH_NONE) return TH_KIN_PARENT;
  if (th_graph_csr_find(&o->ancestors, x, y) != TH_GRAPH_NONE) return TH_KIN_ANCESTOR;
  if (th_graph_csr_find(&o->ancestors, y, x) != TH_GRAPH_NONE) return TH_KIN_DESCENDANT;
  for (uint32_t k = o->parents.row[x]; k < o->parents.row[x + 1]; k++)
    if (th_graph_csr_find(&o->parents, y, o->parents.col[k]) != TH_GRAPH_NONE) return TH_KIN_SIBLING;
  return TH_KIN_FAR;
}

double th_graph_lin(const th_graph_onto *o, uint32_t x, uint32_t y) {
  if (x == y) return 1;
  const uint32_t c = th_graph_common_ancestor(o, x, y);
  const double sum = o->ic[x] + o->ic[y];
  return c == TH_GRAPH_NONE || sum <= 0 ? 0 : 2 * o->ic[c] / sum;
}
