/* Paths between two nodes by meeting in the middle: half paths of up to two steps from either end, joined where they meet. Of the
 * joined ones only the heaviest are kept, in a bounded heap; half paths that meet in one node are sorted by weight, so joining
 * stops as soon as the product falls below the lightest path kept. */
#include <math.h>
#include <stdlib.h>

#include "graph/graph_priv.h"

#define HALVES_MAX ((size_t)4 << 20)
#define JOINS_MAX  ((size_t)100 << 20)
enum { POWERS = 4096 };

typedef struct half {
  uint32_t end, n;
  double weight;
  th_graph_step step[2];
} half;

typedef TH_VEC(half) half_vec;

typedef struct walk {
  th_arena *a;
  const th_graph *g;
  const th_graph_path_options *opt;
  uint32_t from, to, k;
  double power[POWERS];
  half_vec there, back;
  th_graph_path *heap; /* lightest on top */
  size_t n, cap, joins;
  bool sums_only; /* no path is wanted, only how many there are and what they weigh together */
} walk;

static double power_of(const walk *w, uint32_t degree) {
  return degree < POWERS ? w->power[degree] : pow(degree, -0.4);
}

static bool skipped(const walk *w, th_str relation) {
  for (const char *const *s = w->opt->skip; s && *s; s++)
    if (th_str_is(relation, *s)) return true;
  return false;
}

static uint32_t mark_of(const th_graph_relation *r, bool fwd, uint32_t v, uint32_t at) {
  if (fwd) return r->fwd.mark[at];
  const uint32_t k = th_graph_csr_find(&r->fwd, r->rev.col[at], v);
  return k == TH_GRAPH_NONE ? 0 : r->fwd.mark[k] ^ TH_GRAPH_FORWARD;
}

static th_code step_over(walk *w, half_vec *out, const half *h, uint32_t relation, bool fwd, th_err *err) {
  const th_graph_relation *r = &w->g->relation[relation];
  const th_graph_csr *c = fwd ? &r->fwd : &r->rev, *other = fwd ? &r->rev : &r->fwd;
  const uint32_t v = h->end - w->g->type[fwd ? r->src : r->dst].first, first = w->g->type[fwd ? r->dst : r->src].first;
  const double w0 = h->weight * power_of(w, th_graph_degree(c, v));
  for (uint32_t k = c->row[v]; k < c->row[v + 1]; k++) {
    const uint32_t node = first + c->col[k];
    if (node == w->from || node == w->to) {
      const bool closes =
          out == &w->there && node == w->to; /* a path of one or two steps, ended by no half from the other side */
      if (!closes) continue;
    }
    if (h->n && h->step[0].node == node) continue;
    if (out->n >= HALVES_MAX)
      return th_fail(err, TH_ELIMIT, "more than %zu half paths: shorten the paths (--length) or leave relations out",
                     HALVES_MAX);
    half *x = TH_VEC_ADD(w->a, out);
    if (!x) return th_fail_nomem(err);
    *x = *h;
    x->step[x->n++] = (th_graph_step){ relation, w->sums_only ? 0 : mark_of(r, fwd, v, k), node };
    x->end = node;
    x->weight = w0 * power_of(w, th_graph_degree(other, c->col[k]));
  }
  return TH_OK;
}

static th_code step_all(walk *w, half_vec *out, const half *h, th_err *err) {
  const half from = *h; /* out may move */
  const th_graph_metapath *m = w->opt->metapath;
  if (m) { /* from the far end a step is walked the other way; within one type both ways are one */
    const bool there = out == &w->there;
    const uint32_t i = there ? from.n : m->n - 1 - from.n;
    const th_graph_relation *r = &w->g->relation[m->relation[i]];
    return step_over(w, out, &from, m->relation[i], r->src == r->dst || m->back[i] != there, err);
  }
  const uint32_t type = th_graph_type_of(w->g, from.end);
  for (uint32_t i = 0; i < w->g->n_relations; i++) {
    const th_graph_relation *r = &w->g->relation[i];
    if (skipped(w, r->name)) continue;
    if (r->src == type) TH_TRY(step_over(w, out, &from, i, true, err));
    if (r->dst == type && r->src != r->dst) TH_TRY(step_over(w, out, &from, i, false, err));
  }
  return TH_OK;
}

static th_code halves(walk *w, half_vec *out, uint32_t start, uint32_t steps, th_err *err) {
  const half none = { .end = start, .weight = 1 };
  if (!TH_VEC_PUSH(w->a, out, none)) return th_fail_nomem(err);
  size_t from = 0;
  for (uint32_t s = 0; s < steps; s++) {
    const size_t to = out->n;
    for (size_t i = from; i < to; i++)
      if (out->v[i].end != w->to || i == 0) TH_TRY(step_all(w, out, &out->v[i], err));
    from = to;
  }
  return TH_OK;
}

/* Falling weight, then rising nodes and relations: one order for all. */
static int by_weight(const void *p, const void *q) {
  const th_graph_path *x = p, *y = q;
  if (x->weight != y->weight) return x->weight > y->weight ? -1 : 1;
  if (x->n != y->n) return x->n < y->n ? -1 : 1;
  for (uint32_t i = 0; i < x->n; i++) {
    if (x->step[i].node != y->step[i].node) return x->step[i].node < y->step[i].node ? -1 : 1;
    if (x->step[i].relation != y->step[i].relation) return x->step[i].relation < y->step[i].relation ? -1 : 1;
  }
  return 0;
}

static void keep(walk *w, const th_graph_path *p) {
  size_t i;
  if (w->n < w->cap) {
    i = w->n++;
    for (; i && by_weight(p, &w->heap[(i - 1) / 2]) > 0; i = (i - 1) / 2) w->heap[i] = w->heap[(i - 1) / 2];
  } else {
    if (by_weight(p, &w->heap[0]) > 0) return;
    for (i = 0;;) {
      size_t c = 2 * i + 1;
      if (c >= w->n) break;
      if (c + 1 < w->n && by_weight(&w->heap[c + 1], &w->heap[c]) > 0) c++;
      if (by_weight(&w->heap[c], p) <= 0) break;
      w->heap[i] = w->heap[c];
      i = c;
    }
  }
  w->heap[i] = *p;
}

static bool wanted(const walk *w, const th_graph_path *p) {
  bool through = w->opt->through == TH_GRAPH_NONE, relation = !w->opt->relation, display = !w->opt->display;
  for (uint32_t i = 0; i < p->n; i++) {
    const th_graph_relation *r = &w->g->relation[p->step[i].relation];
    through = through || (i + 1 < p->n && p->step[i].node == w->opt->through);
    relation = relation || th_str_is(r->name, w->opt->relation);
    for (uint32_t d = 0; !display && d < r->n_displays; d++)
      display = (p->step[i].display_mark >> d & 1) && th_str_is(r->display[d], w->opt->display);
  }
  return through && relation && display;
}

static bool join(const half *x, const half *y, uint32_t to, th_graph_path *p) {
  *p = (th_graph_path){ .n = x->n + y->n, .weight = x->weight * y->weight };
  for (uint32_t i = 0; i < x->n; i++) p->step[i] = x->step[i];
  for (uint32_t i = 0; i < y->n; i++) {
    const th_graph_step *s = &y->step[y->n - 1 - i];
    p->step[x->n + i] =
        (th_graph_step){ s->relation, s->display_mark ^ TH_GRAPH_FORWARD, i + 1 < y->n ? y->step[y->n - 2 - i].node : to };
  }
  return x->n < 2 || y->n < 2 || x->step[0].node != y->step[0].node;
}

static int by_end(const void *p, const void *q) {
  const half *x = p, *y = q;
  if (x->end != y->end) return x->end < y->end ? -1 : 1;
  if (x->n != y->n) return x->n < y->n ? -1 : 1;
  return (x->weight < y->weight) - (x->weight > y->weight);
}

static th_code join_all(walk *w, uint32_t length, th_err *err) {
  const uint32_t lx = (length + 1) / 2, ly = length / 2;
  half key = { .n = ly };
  for (size_t i = 0; i < w->there.n; i++) {
    const half *x = &w->there.v[i];
    if (x->n != lx || (x->end == w->to) != (ly == 0)) continue;
    size_t lo = 0, hi = w->back.n;
    key.end = x->end;
    key.weight = INFINITY;
    while (lo < hi) {
      const size_t mid = lo + (hi - lo) / 2;
      if (by_end(&w->back.v[mid], &key) < 0)
        lo = mid + 1;
      else
        hi = mid;
    }
    for (; lo < w->back.n && w->back.v[lo].end == x->end && w->back.v[lo].n == ly; lo++) {
      th_graph_path p;
      if (++w->joins > JOINS_MAX)
        return th_fail(err, TH_ELIMIT, "more than %zu paths: shorten the paths (--length)", JOINS_MAX);
      if (w->n == w->cap && x->weight * w->back.v[lo].weight < w->heap[0].weight) break;
      if (join(x, &w->back.v[lo], w->to, &p) && wanted(w, &p)) keep(w, &p);
    }
  }
  return TH_OK;
}

static bool shares_inner(const th_graph_path *x, const th_graph_path *y) {
  for (uint32_t i = 0; i + 1 < x->n; i++)
    for (uint32_t k = 0; k + 1 < y->n; k++)
      if (x->step[i].node == y->step[k].node) return true;
  return false;
}

static size_t pick(walk *w, bool disjoint) {
  size_t n = 0;
  for (size_t i = 0; i < w->n && n < w->k; i++) {
    bool clash = false;
    for (size_t j = 0; disjoint && j < n && !clash; j++) clash = shares_inner(&w->heap[i], &w->heap[j]);
    if (!clash) w->heap[n++] = w->heap[i];
  }
  return n;
}

th_code th_graph_paths(th_arena *a, const th_graph *g, uint32_t from, uint32_t to, th_graph_path_options opt,
                       th_graph_path **out, size_t *n, th_err *err) {
  const uint32_t length = opt.metapath ? opt.metapath->n : opt.length_max ? opt.length_max : 3;
  *out = NULL;
  *n = 0;
  if (length > 4) return th_fail(err, TH_EINVAL, "paths have at most 4 steps");
  if (from >= g->n_nodes || to >= g->n_nodes || from == to) return th_fail(err, TH_EINVAL, "paths need two different nodes");
  walk *w = TH_NEW(a, walk);
  if (!w) return th_fail_nomem(err);
  *w = (walk){ .a = a, .g = g, .opt = &opt, .from = from, .to = to, .k = opt.k ? opt.k : 10 };
  for (uint32_t d = 1; d < POWERS; d++) w->power[d] = pow(d, -0.4);
  w->cap = opt.disjoint ? (size_t)w->k * 50 + 2000 : w->k;
  w->heap = TH_NEWN(a, th_graph_path, w->cap);
  if (!w->heap) return th_fail_nomem(err);
  TH_TRY(halves(w, &w->there, from, (length + 1) / 2, err));
  TH_TRY(halves(w, &w->back, to, length / 2, err));
  qsort(w->back.v, w->back.n, sizeof *w->back.v, by_end);
  for (uint32_t l = opt.metapath ? length : 1; l <= length; l++) TH_TRY(join_all(w, l, err));
  qsort(w->heap, w->n, sizeof *w->heap, by_weight);
  *n = pick(w, opt.disjoint);
  *out = w->heap;
  return TH_OK;
}

static th_code sum_joins(walk *w, uint32_t length, th_graph_typed *out, th_err *err) {
  const uint32_t lx = (length + 1) / 2, ly = length / 2;
  for (size_t i = 0, at = 0; i < w->there.n; i++) { /* both by end: one goes along with the other */
    const half *x = &w->there.v[i];
    if (x->n != lx || (x->end == w->to) != (ly == 0)) continue;
    while (at < w->back.n && w->back.v[at].end < x->end) at++;
    for (size_t k = at; k < w->back.n && w->back.v[k].end == x->end; k++) {
      th_graph_path p;
      if (w->back.v[k].n != ly || !join(x, &w->back.v[k], w->to, &p)) continue;
      if (++w->joins > JOINS_MAX) return th_fail(err, TH_ELIMIT, "more than %zu paths of these relations", JOINS_MAX);
      out->n++;
      out->weight += p.weight;
    }
  }
  return TH_OK;
}

th_code th_graph__metapath_sum(th_arena *a, const th_graph *g, uint32_t from, uint32_t to, const th_graph_metapath *m,
                               th_graph_typed *out, th_err *err) {
  const th_graph_path_options opt = { .metapath = m, .through = TH_GRAPH_NONE };
  walk *w = TH_NEW(a, walk);
  if (!w) return th_fail_nomem(err);
  *w = (walk){ .a = a, .g = g, .opt = &opt, .from = from, .to = to, .sums_only = true };
  for (uint32_t d = 1; d < POWERS; d++) w->power[d] = pow(d, -0.4);
  *out = (th_graph_typed){ 0 };
  TH_TRY(halves(w, &w->there, from, (m->n + 1) / 2, err));
  TH_TRY(halves(w, &w->back, to, m->n / 2, err));
  qsort(w->there.v, w->there.n, sizeof *w->there.v, by_end);
  qsort(w->back.v, w->back.n, sizeof *w->back.v, by_end);
  return sum_joins(w, m->n, out, err);
}
