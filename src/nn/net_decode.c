/* Scores of edges as weighted products of their ends, the logistic loss over them, and its gradients. */
#include <math.h>

#include "nn/net_priv.h"

bool th_net__edges_lay(th_net *t) {
  uint32_t n = 0;
  t->first = TH_NEWN(t->a, uint32_t, t->n_types + NET_KINDS + 1);
  if (!t->first) return false;
  for (uint32_t k = 0; k < t->n_types; k++) t->first[k] = n, n += t->size[k];
  for (uint32_t k = 0; k < NET_KINDS; k++) t->first[t->n_types + k] = n, n += t->size[t->disease];
  t->first[t->n_types + NET_KINDS] = n;
  t->e.start = TH_NEWN(t->a, uint32_t, (size_t)n + 2);
  return t->e.start;
}

static bool more_room(th_net *t) {
  th_net__edges *e = &t->e;
  const size_t room = e->room ? e->room * 2 : 4096;
  uint32_t *u = TH_NEWN(t->a, uint32_t, room * 5);
  float *f = TH_NEWN(t->a, float, room * 3);
  if (!u || !f) return false;
  if (e->n) {
    memcpy(u, e->relation, e->n * 4), memcpy(u + room, e->src, e->n * 4), memcpy(u + 2 * room, e->dst, e->n * 4);
    memcpy(f, e->label, e->n * 4), memcpy(f + room, e->weight, e->n * 4);
  }
  e->relation = u, e->src = u + room, e->dst = u + 2 * room, e->item = u + 3 * room;
  e->label = f, e->weight = f + room, e->delta = f + 2 * room;
  e->room = room;
  return true;
}

bool th_net__edge_add(th_net *t, uint32_t relation, uint32_t src, uint32_t dst, float label, float weight) {
  th_net__edges *e = &t->e;
  if (e->n == e->room && !more_room(t)) return false;
  e->relation[e->n] = relation, e->src[e->n] = src, e->dst[e->n] = dst;
  e->label[e->n] = label, e->weight[e->n++] = weight;
  return true;
}

/* The table an end lies in: its type's rows, or Ĥ of the relation's kind. */
static uint32_t table_of(const th_net *t, uint32_t relation, bool dst, bool with_hat) {
  const th_net__relation *r = &t->r[relation];
  const uint32_t type = dst ? r->dst : r->src;
  return with_hat && r->kind >= 0 && type == t->disease ? t->n_types + (uint32_t)r->kind : type;
}

static float *row_at(const th_net *t, uint32_t table, uint32_t row, bool gradient) {
  float *p = table < t->n_types ? (gradient ? t->g2[table] : t->h2[table])
                                : (gradient ? t->g_hat[table - t->n_types] : t->hat[table - t->n_types]);
  return p + (size_t)row * t->ld;
}

typedef struct decode {
  bool with_hat;
  double total; /* of weights */
} decode;

static void score_edges(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  const decode *q = what;
  const th_net__edges *e = &t->e;
  (void)worker;
  for (size_t i = from; i < to; i++) {
    const float *a = row_at(t, table_of(t, e->relation[i], false, q->with_hat), e->src[i], false);
    const float *b = row_at(t, table_of(t, e->relation[i], true, q->with_hat), e->dst[i], false);
    const float *w = th_net__decoder(t, e->relation[i]);
    float s = 0;
    for (uint32_t j = 0; j < t->d; j++) s += a[j] * w[j] * b[j];
    e->delta[i] = s;
  }
}

/* Counting sort of both ends of all edges by row: item 2i is the source end of edge i, 2i + 1 its destination. */
static uint32_t end_row(const th_net *t, const decode *q, size_t end) {
  const th_net__edges *e = &t->e;
  const size_t i = end / 2;
  return t->first[table_of(t, e->relation[i], end & 1, q->with_hat)] + (end & 1 ? e->dst[i] : e->src[i]);
}

static void sort_ends(th_net *t, const decode *q) {
  th_net__edges *e = &t->e;
  const uint32_t rows = t->first[t->n_types + NET_KINDS];
  memset(e->start, 0, ((size_t)rows + 2) * sizeof *e->start);
  for (size_t k = 0; k < 2 * e->n; k++) e->start[end_row(t, q, k) + 2]++;
  for (uint32_t v = 0; v < rows; v++) e->start[v + 2] += e->start[v + 1];
  for (size_t k = 0; k < 2 * e->n; k++) e->item[e->start[end_row(t, q, k) + 1]++] = (uint32_t)k;
}

static void end_gradients(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  const decode *q = what;
  const th_net__edges *e = &t->e;
  uint32_t table = 0;
  (void)worker;
  for (size_t v = from; v < to; v++) {
    while (v >= t->first[table + 1]) table++;
    if (e->start[v] == e->start[v + 1]) continue;
    float *g = row_at(t, table, (uint32_t)(v - t->first[table]), true);
    for (uint32_t k = e->start[v]; k < e->start[v + 1]; k++) {
      const uint32_t i = e->item[k] / 2;
      const bool dst = e->item[k] & 1;
      const float *other = row_at(t, table_of(t, e->relation[i], !dst, q->with_hat), dst ? e->src[i] : e->dst[i], false);
      const float *w = th_net__decoder(t, e->relation[i]), delta = e->delta[i];
      for (uint32_t j = 0; j < t->d; j++) g[j] += delta * w[j] * other[j];
    }
  }
}

/* The decoder's rows are few: each piece of edges sums its own, and the pieces are added up in order. */
static void decoder_gradients(th_net *t, const decode *q) {
  const th_net__edges *e = &t->e;
  float *g = t->gradient + t->decoder;
  for (size_t i = 0; i < e->n; i++) {
    const float *a = row_at(t, table_of(t, e->relation[i], false, q->with_hat), e->src[i], false);
    const float *b = row_at(t, table_of(t, e->relation[i], true, q->with_hat), e->dst[i], false), delta = e->delta[i];
    float *to = g + (size_t)e->relation[i] * t->ld;
    for (uint32_t j = 0; j < t->d; j++) to[j] += delta * a[j] * b[j];
  }
}

double th_net__decode(th_net *t, bool with_hat, bool learn) {
  th_net__edges *e = &t->e;
  decode q = { with_hat, 0 };
  double loss = 0;
  th_net__over_rows(t, e->n, score_edges, &q);
  for (size_t i = 0; i < e->n; i++) {
    const double s = e->delta[i], y = e->label[i]; /* ln(1 + e^s) − y·s, without overflow */
    loss += e->weight[i] * ((s > 0 ? s : 0) + log1p(exp(-fabs(s))) - y * s);
    q.total += e->weight[i];
  }
  if (!(q.total > 0)) return 0;
  if (!learn) return loss / q.total;
  for (size_t i = 0; i < e->n; i++)
    e->delta[i] = (float)(e->weight[i] * (1 / (1 + exp(-(double)e->delta[i])) - e->label[i]) / q.total);
  for (uint32_t k = 0; k < t->n_types; k++) memset(t->g2[k], 0, (size_t)t->size[k] * t->ld * sizeof(float));
  for (int k = 0; k < NET_KINDS && with_hat; k++) memset(t->g_hat[k], 0, (size_t)t->size[t->disease] * t->ld * sizeof(float));
  sort_ends(t, &q);
  th_net__over_rows(t, t->first[t->n_types + NET_KINDS], end_gradients, &q);
  decoder_gradients(t, &q);
  return loss / q.total;
}
