/* Why the network scores a pair so: with the gates of round 1 held fixed the score is a sum over typed paths, and this is the sum.
 *
 * On the disease side  s = q · ĥ,  q = w ∘ h²(drug),  ĥ a mixture of the disease's own vector and of its prototypes'; each vector is a
 * sum over round-2 neighbours n (and biases), each neighbour's over its round-1 neighbours m (and biases). The drug side likewise with
 * q = w ∘ ĥ. Shares of neighbours are exact for all; those that weigh most are opened into their paths. */
#include <math.h>
#include <stdlib.h>

#include "nn/net_priv.h"

enum { OPENED = 48 };

typedef struct middle {
  uint32_t relation, row, via; /* round-2 relation, row of its source type, whose vector (row of drug or disease) */
  double share, factor;        /* factor: mixture · 1/degree */
} middle;

typedef struct shares {
  th_net *t;
  th_arena *a;
  TH_VEC(th_net_share) path;
  TH_VEC(middle) mid;
  double total, bias;
} shares;

static double dot(const float *x, const float *y, uint32_t d) {
  double s = 0;
  for (uint32_t j = 0; j < d; j++) s += (double)x[j] * y[j];
  return s;
}

/* out = W · q, W of d rows. */
static void pull(const th_net *t, const float *w, const float *q, float *out) {
  for (uint32_t k = 0; k < t->d; k++) out[k] = (float)dot(w + (size_t)k * t->ld, q, t->d);
}

static const float *layer(const th_net *t, uint32_t relation, int round) {
  return t->theta + t->r[relation].at + (round == 2 ? (size_t)(t->d + 1) * t->ld : 0);
}

static uint32_t node_of(const th_net *t, uint32_t type, uint32_t row) {
  return th_nn_graph(t->w)->type[type].first + row;
}

static th_code add_path(shares *s, th_net_share p, th_err *err) {
  s->total += p.share;
  return TH_VEC_PUSH(s->a, &s->path, p) ? TH_OK : th_fail_nomem(err);
}

/* One vector h² of `type`, weighted by `mix`, against q. */
static th_code open_vector(shares *s, bool drug_side, uint32_t type, uint32_t row, double mix, const float *q, th_err *err) {
  const th_net *t = s->t;
  float g[512];
  for (uint32_t i = 0; i < t->n_relations; i++) {
    const th_net__relation *r = &t->r[i];
    if (!t->use2[i] || r->dst != type || t->flow2[i].at[row] == TH_GRAPH_NONE) continue;
    const float *w = layer(t, i, 2);
    const double bias = mix * dot(q, w + (size_t)t->d * t->ld, t->d);
    pull(t, w, q, g);
    s->bias += bias;
    TH_TRY(add_path(s, (th_net_share){ drug_side, node_of(t, type, row), i, TH_GRAPH_NONE, TH_GRAPH_NONE, TH_GRAPH_NONE, bias },
                    err));
    const double factor = mix / (r->in.row[row + 1] - r->in.row[row]);
    for (uint32_t k = r->in.row[row]; k < r->in.row[row + 1]; k++) {
      const uint32_t n = r->in.col[k];
      const middle m = { i, n, row, factor * dot(g, t->h1[r->src] + (size_t)n * t->ld, t->d), factor };
      if (!TH_VEC_PUSH(s->a, &s->mid, m)) return th_fail_nomem(err);
    }
  }
  return TH_OK;
}

static int by_share(const void *p, const void *q) {
  const middle *x = p, *y = q;
  const double a = fabs(x->share), b = fabs(y->share);
  if (a != b) return a < b ? 1 : -1;
  if (x->relation != y->relation) return x->relation < y->relation ? -1 : 1;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  return (x->via > y->via) - (x->via < y->via);
}

/* The paths behind one neighbour: they and the biases of round 1 add up to its share. */
static th_code open_middle(shares *s, bool drug_side, const middle *m, const float *q, th_err *err) {
  const th_net *t = s->t;
  const th_net__relation *r2 = &t->r[m->relation];
  const float *h1 = t->h1[r2->src] + (size_t)m->row * t->ld;
  float p[512], back[512];
  const uint32_t via = node_of(t, drug_side ? t->drug : t->disease, m->via), mid = node_of(t, r2->src, m->row);
  pull(t, layer(t, m->relation, 2), q, p);
  for (uint32_t j = 0; j < t->d; j++) p[j] *= h1[j] > 0 ? 1 : 0.01f; /* the gate */
  for (uint32_t i = 0; i < t->n_relations; i++) {
    const th_net__relation *r = &t->r[i];
    if (!t->use1[i] || r->dst != r2->src || t->flow1[i].at[m->row] == TH_GRAPH_NONE) continue;
    const float *w = layer(t, i, 1);
    const double bias = m->factor * dot(p, w + (size_t)t->d * t->ld, t->d);
    const double each = m->factor / (r->in.row[m->row + 1] - r->in.row[m->row]);
    s->bias += bias;
    TH_TRY(add_path(s, (th_net_share){ drug_side, via, m->relation, mid, i, TH_GRAPH_NONE, bias }, err));
    pull(t, w, p, back);
    for (uint32_t k = r->in.row[m->row]; k < r->in.row[m->row + 1]; k++) {
      const uint32_t far = r->in.col[k];
      const double share = each * dot(back, t->x[r->src] + (size_t)far * t->ld, t->d);
      TH_TRY(add_path(s, (th_net_share){ drug_side, via, m->relation, mid, i, node_of(t, r->src, far), share }, err));
    }
  }
  return TH_OK;
}

static th_code open_side(shares *s, bool drug_side, const float *q, th_err *err) {
  const th_net *t = s->t;
  if (s->mid.n) qsort(s->mid.v, s->mid.n, sizeof *s->mid.v, by_share);
  for (size_t k = 0; k < s->mid.n; k++) {
    const middle *m = &s->mid.v[k];
    if (k < OPENED) {
      TH_TRY(open_middle(s, drug_side, m, q, err));
      continue;
    }
    const th_net__relation *r = &t->r[m->relation];
    const th_net_share whole = { drug_side,     node_of(t, drug_side ? t->drug : t->disease, m->via),
                                 m->relation,   node_of(t, r->src, m->row),
                                 TH_GRAPH_NONE, TH_GRAPH_NONE,
                                 m->share };
    TH_TRY(add_path(s, whole, err));
  }
  return TH_OK;
}

static int by_size(const void *p, const void *q) {
  const th_net_share *x = p, *y = q;
  const double a = fabs(x->share), b = fabs(y->share);
  if (a != b) return a < b ? 1 : -1;
  if (x->via != y->via) return x->via < y->via ? -1 : 1;
  if (x->middle != y->middle) return x->middle < y->middle ? -1 : 1;
  if (x->far != y->far) return x->far < y->far ? -1 : 1;
  return (x->relation1 > y->relation1) - (x->relation1 < y->relation1);
}

th_code th_net_explain(th_arena *a, th_net *t, uint32_t drug, uint32_t disease, size_t k, th_net_reasons *out, th_err *err) {
  const uint32_t i = th_net__indication(t), want = t->o.prototypes;
  if (i == TH_GRAPH_NONE) return th_fail(err, TH_EINVAL, "the graph has no indications to explain");
  const float *w = th_net__decoder(t, i), *h = t->h2[t->drug] + (size_t)drug * t->ld,
              *hat = t->hat[0] + (size_t)disease * t->ld;
  float from_drug[512], from_disease[512];
  for (uint32_t j = 0; j < t->d; j++) from_drug[j] = w[j] * h[j], from_disease[j] = w[j] * hat[j];
  shares s = { .t = t, .a = a }, of_drug = s;
  const float c = t->gate[0][disease];
  TH_TRY(open_vector(&s, false, t->disease, disease, 1 - c, from_drug, err));
  for (uint32_t q = 0; q < want; q++) {
    const size_t at = (size_t)disease * want + q; /* the indications' block is the first */
    if (t->proto[at] == TH_GRAPH_NONE) break;
    TH_TRY(open_vector(&s, false, t->disease, t->proto[at], (double)c * t->proto_share[at], from_drug, err));
  }
  TH_TRY(open_side(&s, false, from_drug, err));
  TH_TRY(open_vector(&of_drug, true, t->drug, drug, 1, from_disease, err));
  TH_TRY(open_side(&of_drug, true, from_disease, err));
  *out = (th_net_reasons){
    .score = dot(from_drug, hat, t->d), .disease_total = s.total, .bias = s.bias, .drug_total = of_drug.total
  };
  for (size_t q = 0; q < of_drug.path.n; q++)
    if (!TH_VEC_PUSH(a, &s.path, of_drug.path.v[q])) return th_fail_nomem(err);
  if (s.path.n) qsort(s.path.v, s.path.n, sizeof *s.path.v, by_size);
  out->path = s.path.v;
  out->n = s.path.n < k ? s.path.n : k;
  return TH_OK;
}
