/* Diseases that speak for others: likeness by profile, prototypes, the gate by degree, and Ĥ. */
#include <math.h>

#include "nn/net_priv.h"

typedef struct likes {
  th_net *t;
  th_nn_scratch **scratch;
} likes;

/* The most like labelled diseases that may be seen, by falling likeness, ties by number. */
static th_code like_one(void *ctx, size_t v, unsigned worker) {
  const likes *l = ctx;
  const th_net *t = l->t;
  th_nn_scratch *s = l->scratch[worker];
  uint32_t *out = t->like + v * NET_LIKE, n = 0;
  float *sim = t->like_sim + v * NET_LIKE;
  th_nn__similar(t->w, (uint32_t)v, s);
  for (uint32_t i = 0; i < th_nn_n_labelled(t->w); i++) {
    const float x = (float)s->sim[TH_NN__C][i];
    if (!(x > 0) || !t->visible[i] || th_nn_labelled(t->w, i) == v) continue;
    if (n == NET_LIKE && x <= sim[n - 1]) continue;
    uint32_t at = n < NET_LIKE ? n++ : n - 1;
    for (; at > 0 && sim[at - 1] < x; at--) out[at] = out[at - 1], sim[at] = sim[at - 1];
    out[at] = i, sim[at] = x;
  }
  for (; n < NET_LIKE; n++) out[n] = TH_GRAPH_NONE;
  return TH_OK;
}

/* Ablation: prototypes drawn by lot, all alike. */
static void like_by_lot(th_net *t, size_t n) {
  for (size_t v = 0; v < n; v++)
    for (uint32_t j = 0; j < NET_LIKE; j++) {
      const uint32_t i = (uint32_t)(th_rng_at(t->o.seed_weights, 4000 + j, v) % th_nn_n_labelled(t->w));
      t->like[v * NET_LIKE + j] = t->visible[i] && th_nn_labelled(t->w, i) != v ? i : TH_GRAPH_NONE;
      t->like_sim[v * NET_LIKE + j] = 1;
    }
}

th_code th_net__like(th_net *t, th_err *err) {
  const size_t n = t->size[t->disease];
  likes l = { t, TH_NEWN(t->a, th_nn_scratch *, t->n_threads) };
  t->like = TH_NEWN(t->a, uint32_t, n * NET_LIKE), t->like_sim = TH_NEWN(t->a, float, n *NET_LIKE);
  t->proto = TH_NEWN(t->a, uint32_t, NET_KINDS * n * t->o.prototypes + 1);
  t->proto_share = TH_NEWN(t->a, float, NET_KINDS *n * t->o.prototypes + 1);
  if (!l.scratch || !t->like || !t->like_sim || !t->proto || !t->proto_share) return th_fail_nomem(err);
  if (t->o.random_prototypes) {
    like_by_lot(t, n);
    return TH_OK;
  }
  for (unsigned k = 0; k < t->n_threads; k++) TH_TRY(th_nn_scratch_new(t->a, t->w, &l.scratch[k], err));
  return th_pool_run(t->pool, n, like_one, &l);
}

static bool is_hidden(const th_net *t, uint32_t disease) {
  const uint32_t k = th_nn_labelled_of(t->w, disease);
  return k != TH_GRAPH_NONE && (t->hidden[k] || !t->visible[k]);
}

static void hide_in(th_net *t, th_net__relation *r) {
  const bool rows_are_diseases = r->dst == t->disease;
  uint32_t n = 0;
  for (uint32_t v = 0; v < r->all.n; v++) {
    const bool none = rows_are_diseases && is_hidden(t, v);
    for (uint32_t k = r->all.row[v]; k < r->all.row[v + 1] && !none; k++)
      if (rows_are_diseases || !is_hidden(t, r->all.col[k])) r->own_col[n++] = r->all.col[k];
    r->own_row[v + 1] = n;
  }
  r->in = (th_net__rows){ r->all.n, r->own_row, r->own_col };
  for (uint32_t v = 0; rows_are_diseases && r->kind >= 0 && v < r->all.n; v++)
    t->degree[r->kind][v] = r->own_row[v + 1] - r->own_row[v];
}

static void choose_prototypes(th_net *t, int kind) {
  const uint32_t n = t->size[t->disease], want = t->o.prototypes;
  for (uint32_t v = 0; v < n; v++) {
    uint32_t *p = t->proto + ((size_t)kind * n + v) * want, found = 0;
    float *share = t->proto_share + ((size_t)kind * n + v) * want, sum = 0;
    if (t->o.own_prototype && want && t->degree[kind][v]) p[found] = v, share[found++] = 1, sum = 1;
    for (uint32_t j = 0; j < NET_LIKE && found < want; j++) {
      const uint32_t k = t->like[(size_t)v * NET_LIKE + j];
      const uint32_t d = k == TH_GRAPH_NONE ? TH_GRAPH_NONE : th_nn_labelled(t->w, k);
      if (d == TH_GRAPH_NONE || !t->degree[kind][d]) continue;
      p[found] = d, share[found] = t->like_sim[(size_t)v * NET_LIKE + j];
      sum += share[found++];
    }
    for (uint32_t j = 0; j < found; j++) share[j] /= sum;
    for (; found < want; found++) p[found] = TH_GRAPH_NONE;
    const double degree = t->degree[kind][v];
    t->gate[kind][v] = want ? (float)(t->o.gate * exp(-t->o.gate * degree) + 0.2) : 0;
  }
}

void th_net__hide(th_net *t) {
  for (uint32_t i = 0; i < t->n_relations; i++)
    if (t->r[i].own_row) hide_in(t, &t->r[i]);
  for (int k = 0; k < NET_KINDS; k++) choose_prototypes(t, k);
}

typedef struct kinds {
  int kind;
} kinds;

static void hat_rows(th_net *t, const void *what, size_t from, size_t to, unsigned worker) {
  const int kind = ((const kinds *)what)->kind;
  const uint32_t want = t->o.prototypes, ld = t->ld;
  const float *h = t->h2[t->disease];
  (void)worker;
  for (size_t v = from; v < to; v++) {
    const size_t base = ((size_t)kind * t->size[t->disease] + v) * want;
    const float c = t->gate[kind][v];
    float *out = t->hat[kind] + v * ld;
    for (uint32_t j = 0; j < ld; j++) out[j] = (1 - c) * h[v * ld + j];
    for (uint32_t q = 0; q < want && t->proto[base + q] != TH_GRAPH_NONE; q++) {
      const float *like = h + (size_t)t->proto[base + q] * ld, share = c * t->proto_share[base + q];
      for (uint32_t j = 0; j < ld; j++) out[j] += share * like[j];
    }
  }
}

void th_net__hat(th_net *t) {
  for (int k = 0; k < NET_KINDS; k++) {
    const kinds what = { k };
    th_net__over_rows(t, t->size[t->disease], hat_rows, &what);
  }
}

/* A prototype serves many diseases, so this runs in one thread, in order. */
void th_net__hat_back(th_net *t) {
  const uint32_t want = t->o.prototypes, ld = t->ld, n = t->size[t->disease];
  float *g = t->g2[t->disease];
  for (int kind = 0; kind < NET_KINDS; kind++)
    for (size_t v = 0; v < n; v++) {
      const float *from = t->g_hat[kind] + v * ld, c = t->gate[kind][v];
      const size_t base = ((size_t)kind * n + v) * want;
      bool any = false;
      for (uint32_t j = 0; j < t->d && !any; j++) any = from[j] != 0;
      if (!any) continue;
      for (uint32_t j = 0; j < t->d; j++) g[v * ld + j] += (1 - c) * from[j];
      for (uint32_t q = 0; q < want && t->proto[base + q] != TH_GRAPH_NONE; q++) {
        float *to = g + (size_t)t->proto[base + q] * ld;
        const float share = c * t->proto_share[base + q];
        for (uint32_t j = 0; j < t->d; j++) to[j] += share * from[j];
      }
    }
}
