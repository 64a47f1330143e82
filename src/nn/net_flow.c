/* Messages: means of neighbours, the two rounds forward, and their gradients back. */
#include <math.h>

#include "nn/net_priv.h"

typedef struct over {
  th_net *t;
  th_net__rows_fn fn;
  const void *what;
  size_t n;
} over;

static th_code over_piece(void *ctx, size_t task, unsigned worker) {
  const over *o = ctx;
  const size_t from = task * NET_ROWS;
  o->fn(o->t, o->what, from, from + NET_ROWS < o->n ? from + NET_ROWS : o->n, worker);
  return TH_OK;
}

void th_net__over_rows(th_net *t, size_t n, th_net__rows_fn fn, const void *what) {
  over o = { t, fn, what, n };
  th_pool_run(t->pool, (n + NET_ROWS - 1) / NET_ROWS, over_piece, &o);
}

const uint32_t *th_net__flowing(const th_net__relation *r, size_t v, uint32_t *spare, uint32_t *n) {
  const uint32_t from = r->in.row[v], to = r->in.row[v + 1];
  *n = to - from;
  if (!r->out) return r->in.col + from;
  *n = 0;
  for (uint32_t k = from; k < to; k++)
    if (!r->out[k]) spare[(*n)++] = r->in.col[k];
  return spare;
}

static uint32_t flowing_n(const th_net__relation *r, size_t v) {
  uint32_t n = r->in.row[v + 1] - r->in.row[v];
  for (uint32_t k = r->in.row[v]; r->out && k < r->in.row[v + 1]; k++) n -= r->out[k];
  return n;
}

void th_net__flow_set(const th_net *t, const th_net__relation *r, const uint8_t *want, th_net__flow *f) {
  f->n = 0;
  for (uint32_t v = 0; v < t->size[r->dst]; v++) {
    const uint32_t n = flowing_n(r, v);
    f->at[v] = TH_GRAPH_NONE;
    if (!n || (want && !want[v])) continue;
    f->at[v] = f->n;
    f->inverse[f->n] = 1.0f / (float)n;
    f->active[f->n++] = v;
  }
}

typedef struct round {
  const th_net__relation *r;
  th_net__flow *f;
  float *const *from; /* node rows */
  const float *w;     /* weights, and the bias in the row behind them */
  float *to;
} round_;

static void mean_rows(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  const round_ *q = what;
  for (size_t i = from; i < to; i++) {
    uint32_t n;
    const uint32_t *col = th_net__flowing(q->r, q->f->active[i], t->spare[worker], &n);
    t->k->gather(q->from[q->r->src], col, n, q->f->inverse[i], q->f->mean + i * t->ld, t->ld);
  }
}

static void flow_mean(th_net *t, const th_net__relation *r, th_net__flow *f, float *const *from) {
  const round_ q = { r, f, from, NULL, NULL };
  th_net__over_rows(t, f->n, mean_rows, &q);
}

void th_net__use(th_net *t, bool everywhere) {
  for (uint32_t i = 0; i < t->n_relations; i++)
    t->use1[i] = t->use2[i] = everywhere || t->r[i].dst == t->drug || t->r[i].dst == t->disease;
  if (everywhere) return;
  bool feeds[256] = { false };
  for (uint32_t i = 0; i < t->n_relations; i++)
    if (t->use2[i]) feeds[t->r[i].src] = true;
  for (uint32_t i = 0; i < t->n_relations; i++) t->use1[i] = feeds[t->r[i].dst];
}

void th_net__flows(th_net *t, const uint8_t *const *want) {
  for (uint32_t i = 0; i < t->n_relations; i++) {
    const th_net__relation *r = &t->r[i];
    const bool known =
        t->flow1[i].n && !r->own_row && !r->out; /* the first round's means never change but by edges taken out */
    if (t->use1[i] && !known) {
      th_net__flow_set(t, r, NULL, &t->flow1[i]);
      flow_mean(t, r, &t->flow1[i], t->x);
    }
    if (t->use2[i]) th_net__flow_set(t, r, want ? want[r->dst] : NULL, &t->flow2[i]);
  }
}

static void transform_rows(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  const round_ *q = what;
  const float *bias = q->w + (size_t)t->d * t->ld;
  (void)worker;
  for (size_t i = from; i < to; i++) {
    float *row = q->to + (size_t)q->f->active[i] * t->ld;
    for (uint32_t j = 0; j < t->d; j++) row[j] += bias[j];
  }
  t->k->multiply(to - from, q->f->mean + from * t->ld, NULL, q->w, q->to, q->f->active + from, t->d, t->ld);
}

static void leaky_rows(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  float *h = (float *)(uintptr_t)what;
  (void)worker;
  for (size_t i = from * t->ld; i < to * t->ld; i++) h[i] = h[i] > 0 ? h[i] : 0.01f * h[i];
}

static const float *weights_of(const th_net *t, const th_net__relation *r, int layer) {
  return t->theta + r->at + (layer == 2 ? (size_t)(t->d + 1) * t->ld : 0);
}

void th_net__forward(th_net *t) {
  for (uint32_t k = 0; k < t->n_types; k++) {
    memset(t->h1[k], 0, (size_t)t->size[k] * t->ld * sizeof(float));
    memset(t->h2[k], 0, (size_t)t->size[k] * t->ld * sizeof(float));
  }
  for (uint32_t i = 0; i < t->n_relations; i++) {
    if (!t->use1[i]) continue;
    const round_ q = { &t->r[i], &t->flow1[i], t->x, weights_of(t, &t->r[i], 1), t->h1[t->r[i].dst] };
    th_net__over_rows(t, q.f->n, transform_rows, &q);
  }
  for (uint32_t k = 0; k < t->n_types; k++) th_net__over_rows(t, t->size[k], leaky_rows, t->h1[k]);
  for (uint32_t i = 0; i < t->n_relations; i++) {
    if (!t->use2[i]) continue;
    const round_ q = { &t->r[i], &t->flow2[i], t->h1, weights_of(t, &t->r[i], 2), t->h2[t->r[i].dst] };
    th_net__over_rows(t, q.f->n, mean_rows, &q);
    th_net__over_rows(t, q.f->n, transform_rows, &q);
  }
}

/* ── Back ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct sums {
  th_net *t;
  const th_net__flow *f;
  const float *g;
  size_t n;
} sums;

/* One of NET_BLOCKS equal blocks of rows, whatever the number of threads; the blocks are then added up in order. */
static th_code sum_block(void *ctx, size_t task, unsigned worker) {
  const sums *s = ctx;
  const th_net *t = s->t;
  const size_t from = s->n * task / NET_BLOCKS, to = s->n * (task + 1) / NET_BLOCKS;
  float *p = t->partial + task * (t->d + 1) * t->ld, *bias = p + (size_t)t->d * t->ld;
  (void)worker;
  memset(p, 0, (size_t)(t->d + 1) * t->ld * sizeof(float));
  t->k->outer(to - from, s->f->mean + from * t->ld, NULL, s->g, s->f->active + from, p, t->d, t->ld);
  for (size_t i = from; i < to; i++) {
    const float *row = s->g + (size_t)s->f->active[i] * t->ld;
    for (uint32_t j = 0; j < t->d; j++) bias[j] += row[j];
  }
  return TH_OK;
}

static void parameter_gradient(th_net *t, const th_net__flow *f, const float *g, float *out) {
  const size_t n = (size_t)(t->d + 1) * t->ld;
  sums s = { t, f, g, f->n };
  th_pool_run(t->pool, NET_BLOCKS, sum_block, &s);
  for (size_t k = 0; k < NET_BLOCKS; k++)
    for (size_t i = 0; i < n; i++) out[i] += t->partial[k * n + i];
}

typedef struct back {
  const th_net__relation *r, *other;
  th_net__flow *f;
  const float *g, *w; /* w: the weights turned over */
  float *to;
} back;

/* The means are done with: their place takes the gradient of each, over the row's degree. */
static void mean_gradient(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  const back *b = what;
  (void)worker;
  memset(b->f->mean + from * t->ld, 0, (to - from) * t->ld * sizeof(float));
  t->k->multiply(to - from, b->g, b->f->active + from, b->w, b->f->mean + from * t->ld, NULL, t->d, t->ld);
  for (size_t i = from; i < to; i++)
    for (uint32_t j = 0; j < t->d; j++) b->f->mean[i * t->ld + j] *= b->f->inverse[i];
}

/* A source row gathers over the same edges the other way: the exact transpose, without two writers to one row. */
static void to_sources(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  const back *b = what;
  uint32_t *list = t->spare[worker];
  float sum[512];
  for (size_t u = from; u < to; u++) {
    uint32_t n = 0, n_cols;
    const uint32_t *col = th_net__flowing(b->other, u, list, &n_cols); /* may be the list itself: read before written */
    for (uint32_t k = 0; k < n_cols; k++)
      if (b->f->at[col[k]] != TH_GRAPH_NONE) list[n++] = b->f->at[col[k]];
    if (!n) continue;
    t->k->gather(b->f->mean, list, n, 1, sum, t->ld);
    for (uint32_t j = 0; j < t->d; j++) b->to[u * t->ld + j] += sum[j];
  }
}

static void leaky_back(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  const uint32_t k = *(const uint32_t *)what;
  (void)worker;
  for (size_t i = from * t->ld; i < to * t->ld; i++)
    if (!(t->h1[k][i] > 0)) t->g1[k][i] *= 0.01f;
}

/* w turned over: row j of it is column j. */
static void turn(const th_net *t, const float *w, float *out) {
  memset(out, 0, (size_t)t->d * t->ld * sizeof(float));
  for (uint32_t i = 0; i < t->d; i++)
    for (uint32_t j = 0; j < t->d; j++) out[(size_t)j * t->ld + i] = w[(size_t)i * t->ld + j];
}

void th_net__backward(th_net *t) {
  const size_t layer = (size_t)(t->d + 1) * t->ld;
  for (uint32_t k = 0; k < t->n_types; k++) memset(t->g1[k], 0, (size_t)t->size[k] * t->ld * sizeof(float));
  for (uint32_t i = 0; i < t->n_relations; i++) {
    const th_net__relation *r = &t->r[i];
    if (!t->use2[i]) continue;
    parameter_gradient(t, &t->flow2[i], t->g2[r->dst], t->gradient + r->at + layer);
    turn(t, weights_of(t, r, 2), t->partial);
    const back b = { r, &t->r[r->back], &t->flow2[i], t->g2[r->dst], t->partial, t->g1[r->src] };
    th_net__over_rows(t, b.f->n, mean_gradient, &b);
    th_net__over_rows(t, t->size[r->src], to_sources, &b);
  }
  for (uint32_t k = 0; k < t->n_types; k++) th_net__over_rows(t, t->size[k], leaky_back, &k);
  for (uint32_t i = 0; i < t->n_relations; i++)
    if (t->use1[i]) parameter_gradient(t, &t->flow1[i], t->g1[t->r[i].dst], t->gradient + t->r[i].at);
}
