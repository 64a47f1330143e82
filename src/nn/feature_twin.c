/* Votes in which a cluster of twins speaks once for each drug, and how often a class of diseases is treated with a drug. */
#include <math.h>

#include "nn/nn_priv.h"

static float *out_of(const th_nn__query *q, th_nn_feature f) {
  return q->x + (size_t)f * q->w->n_drugs;
}

/* Of each cluster and drug the likeness of the nearest member that has the drug, squared; twice squared into `fourth`. */
static void vote(const th_nn__query *q, const double *sim, float *square, float *fourth) {
  const th_nn_labels *l = q->l;
  double *best = q->s->best;
  uint32_t *touched = q->s->touched;
  for (uint32_t c = 0; c < l->n_twins; c++) {
    uint32_t n = 0;
    for (uint32_t m = l->twin_row[c]; m < l->twin_row[c + 1]; m++) {
      const uint32_t i = l->twin_member[m];
      if (!q->s->mark[i] || !(sim[i] > 0)) continue;
      for (uint32_t k = l->row[i]; k < l->row[i + 1]; k++) {
        const uint32_t u = l->drug[k];
        if (best[u] == 0) touched[n++] = u;
        if (sim[i] > best[u]) best[u] = sim[i];
      }
    }
    for (uint32_t t = 0; t < n; t++) {
      const uint32_t u = touched[t];
      const double v = best[u] * best[u];
      square[u] += (float)v;
      if (fourth) fourth[u] += (float)(v * v);
      best[u] = 0;
    }
  }
}

/* Clusters that may vote, and of each drug those that have it. */
static double count_clusters(const th_nn__query *q, double *of_drug) {
  const th_nn_labels *l = q->l;
  uint32_t *seen = q->s->pair_seen, n = 0;
  memset(of_drug, 0, q->w->n_drugs * sizeof *of_drug);
  memset(seen, 0, l->n_twin_drugs * sizeof *seen);
  for (uint32_t c = 0; c < l->n_twins; c++) {
    bool any = false;
    for (uint32_t m = l->twin_row[c]; m < l->twin_row[c + 1]; m++) {
      const uint32_t i = l->twin_member[m];
      if (!q->s->mark[i]) continue;
      any = true;
      for (uint32_t k = l->row[i]; k < l->row[i + 1]; k++) {
        if (seen[l->twin_drug[k]]) continue;
        seen[l->twin_drug[k]] = 1;
        of_drug[l->drug[k]]++;
      }
    }
    n += any;
  }
  return n;
}

/* Clusters with a member under this disease that may vote; counts[touched[t]]: those that have the drug. */
static double count_under(const th_nn__query *q, uint32_t ancestor, uint32_t stamp, double *counts, uint32_t *n_touched) {
  const th_nn_labels *l = q->l;
  const th_nn__sparse *in = &q->w->block[BLOCK_ONTO].labelled;
  uint32_t n = 0;
  *n_touched = 0;
  for (uint32_t j = in->row[ancestor]; j < in->row[ancestor + 1]; j++) {
    const uint32_t i = in->col[j], c = l->twin[i];
    if (c == TH_GRAPH_NONE || !q->s->mark[i]) continue;
    n += q->s->twin_seen[c] != stamp;
    q->s->twin_seen[c] = stamp;
    for (uint32_t k = l->row[i]; k < l->row[i + 1]; k++) {
      const uint32_t u = l->drug[k];
      if (q->s->pair_seen[l->twin_drug[k]] == stamp) continue;
      q->s->pair_seen[l->twin_drug[k]] = stamp;
      if (counts[u] == 0) q->s->touched[(*n_touched)++] = u;
      counts[u]++;
    }
  }
  return n;
}

bool th_nn__is_under(const th_nn_world *w, uint32_t disease, uint32_t class) {
  return disease == class || (w->has_onto && th_graph_csr_find(&w->onto.ancestors, disease, class) != TH_GRAPH_NONE);
}

uint32_t th_nn__classes(const th_nn_world *w, uint32_t disease, uint32_t *out) {
  if (!w->has_onto) return 0;
  const double *ic = w->onto.ic;
  uint32_t n = 0;
  for (uint32_t k = w->onto.ancestors.row[disease]; k <= w->onto.ancestors.row[disease + 1]; k++) {
    const bool own = k == w->onto.ancestors.row[disease + 1];
    const uint32_t c = own ? disease : w->onto.ancestors.col[k];
    uint32_t at = n++;
    for (; at > 0 && (ic[out[at - 1]] > ic[c] || (ic[out[at - 1]] == ic[c] && out[at - 1] > c)); at--) out[at] = out[at - 1];
    out[at] = c;
  }
  return n;
}

/* From the widest class to the narrowest: the share of a class's clusters that have the drug, shrunk towards that of the class before
 * as if so many clusters more had been seen with it. */
static void rates(const th_nn__query *q, const double *of_drug, double n_clusters) {
  const uint32_t n_drugs = q->w->n_drugs;
  double *weak = q->s->v1, *strong = q->s->v2, *counts = q->s->v3;
  uint32_t *class = q->s->order;
  for (uint32_t u = 0; u < n_drugs; u++) weak[u] = strong[u] = TH_NN__PRIOR(of_drug[u], n_clusters);
  memset(counts, 0, n_drugs * sizeof *counts);
  memset(q->s->pair_seen, 0, q->l->n_twin_drugs * sizeof *q->s->pair_seen);
  memset(q->s->twin_seen, 0, ((size_t)q->l->n_twins + 1) * sizeof *q->s->twin_seen);
  const uint32_t n = th_nn__classes(q->w, q->disease, class);
  double narrowest = 0;
  for (uint32_t t = 0; t < n; t++) {
    uint32_t n_touched;
    const double size = count_under(q, class[t], t + 1, counts, &n_touched);
    if (size == 0) continue;
    narrowest = size;
    const double w = TH_NN__WEAK / (size + TH_NN__WEAK), s = TH_NN__STRONG / (size + TH_NN__STRONG);
    for (uint32_t u = 0; u < n_drugs; u++) weak[u] *= w, strong[u] *= s;
    for (uint32_t k = 0; k < n_touched; k++) {
      const uint32_t u = q->s->touched[k];
      weak[u] += counts[u] / (size + TH_NN__WEAK);
      strong[u] += counts[u] / (size + TH_NN__STRONG);
      counts[u] = 0;
    }
  }
  float *lw = out_of(q, TH_NN_RATE_WEAK), *ls = out_of(q, TH_NN_RATE_STRONG), *lift = out_of(q, TH_NN_RATE_LIFT);
  float *size = out_of(q, TH_NN_CLASS_SIZE);
  for (uint32_t u = 0; u < n_drugs; u++) {
    lw[u] = (float)log(weak[u]), ls[u] = (float)log(strong[u]);
    lift[u] = (float)log(weak[u] / TH_NN__PRIOR(of_drug[u], n_clusters));
    size[u] = (float)narrowest;
  }
}

void th_nn__twin_votes(const th_nn__query *q) {
  double *of_drug = q->s->v4;
  vote(q, q->s->sim[TH_NN__C], out_of(q, TH_NN_TWIN_C), out_of(q, TH_NN_TWIN_C_NEAR));
  vote(q, q->s->sim[TH_NN__B], out_of(q, TH_NN_TWIN_B), NULL);
  vote(q, q->s->lin, out_of(q, TH_NN_TWIN_LIN), NULL);
  const double n = count_clusters(q, of_drug);
  for (uint32_t u = 0; u < q->w->n_drugs; u++) out_of(q, TH_NN_TWIN_DEGREE)[u] = (float)of_drug[u];
  rates(q, of_drug, n);
}
