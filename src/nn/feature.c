/* What speaks for each drug in one disease: votes of like diseases, weighted paths, votes spread over like drugs.
 *
 * A vote is the likeness of a disease that may be seen, given to every drug indicated for it. Paths carry the product, over their
 * edges, of both ends' degrees to the power -0.4 (Himmelstein 2015). */
#include <math.h>

#include "nn/nn_priv.h"

static const char *const names[TH_NN_FEATURES] = {
  "degree",
  "knnA_k3",
  "knnA_k10",
  "knnA_k30",
  "knnB_k3",
  "knnB_k10",
  "knnB_k30",
  "knnB_all",
  "knnG_k30",
  "knnG_all",
  "knnP_k30",
  "knnP_all",
  "knnC_k10",
  "knnC_k30",
  "knnC_all",
  "gene_count",
  "gene_dwpc",
  "gene_target",
  "gene_ppi_dwpc",
  "kin_gene_dwpc",
  "gene_disease_dwpc",
  "gene_path_dwpc",
  "pheno_effect_dwpc",
  "knnB30_x_target",
  "knnB30_x_effect",
  "knnB30_x_drug",
  "knnB30_contra",
  "log_proteins",
  "log_drugs",
  "log_effects",
  "knnB30_x_partner",
  "knnB30_x_use",
  "lin_all",
  "lin_best",
  "knnB_best",
  "knnB_share",
  "knnB_sets",
  "kin_up",
  "kin_down",
  "knnB_lift",
  "knnB_all_x_partner",
  "knnB_all/max",
  "knnC_all/max",
  "lin_all/max",
  "x_target/max",
  "x_partner/max",
  "x_use/max",
  "max_sim",
  "n_genes",
  "twin_degree",
  "knnC_twins",
  "knnC_twins_near",
  "knnB_twins",
  "lin_twins",
  "class_rate_weak",
  "class_rate_strong",
  "class_rate_lift",
  "class_size",
  "knnB_twins/max",
  "knnC_twins/max",
};

const char *th_nn_feature_name(th_nn_feature f) {
  return (unsigned)f < TH_NN_FEATURES ? names[f] : "";
}

th_code th_nn_scratch_new(th_arena *a, const th_nn_world *w, th_nn_scratch **out, th_err *err) {
  th_nn_scratch *s = TH_NEW(a, th_nn_scratch);
  if (!s) return th_fail_nomem(err);
  const uint32_t nl = w->n_labelled + 1, nd = w->n_drugs + 1;
  for (int k = 0; k < 5; k++)
    if (!(s->sim[k] = TH_NEWN(a, double, nl))) return th_fail_nomem(err);
  for (int k = 0; k < BLOCKS; k++)
    if (!(s->dot[k] = TH_NEWN(a, double, nl))) return th_fail_nomem(err);
  double **const per_drug[] = { &s->degree, &s->v1, &s->v2, &s->v3, &s->v4 };
  for (int k = 0; k < 5; k++)
    if (!(*per_drug[k] = TH_NEWN(a, double, nd))) return th_fail_nomem(err);
  s->v5 = TH_NEWN(a, double, nl);
  s->lin = TH_NEWN(a, double, nl);
  s->order = TH_NEWN(a, uint32_t, (size_t)w->n_diseases + 1);
  s->gene1 = TH_NEWN(a, double, (size_t)w->n_genes + 1);
  s->gene2 = TH_NEWN(a, double, (size_t)w->n_genes + 1);
  s->path = TH_NEWN(a, double, (size_t)w->n_pathways + 1);
  s->mark = TH_NEWN(a, uint8_t, nl);
  s->set_best = TH_NEWN(a, float, (size_t)w->n_drug_sets + 1);
  s->best = TH_NEWN(a, double, nd);
  s->touched = TH_NEWN(a, uint32_t, nd);
  s->pair_seen = TH_NEWN(a, uint32_t, (size_t)w->all.row[w->n_labelled] + 1);
  s->twin_seen = TH_NEWN(a, uint32_t, nl);
  if (!s->best || !s->touched || !s->pair_seen || !s->twin_seen) return th_fail_nomem(err);
  if (!s->v5 || !s->lin || !s->order || !s->gene1 || !s->gene2 || !s->path || !s->mark || !s->set_best)
    return th_fail_nomem(err);
  *out = s;
  return TH_OK;
}

/* ── Likeness of diseases ──────────────────────────────────────────────────────────────────────────────────────────── */

static void block_dots(const th_nn__block *b, uint32_t v, double *dot, uint32_t n) {
  memset(dot, 0, n * sizeof *dot);
  for (uint32_t k = b->of.row[v]; k < b->of.row[v + 1]; k++) {
    const double x = b->of.w[k];
    const uint32_t c = b->of.col[k];
    for (uint32_t j = b->labelled.row[c]; j < b->labelled.row[c + 1]; j++) dot[b->labelled.col[j]] += x * b->labelled.w[j];
  }
}

static double cosine(double dot, double x, double y) {
  return dot > 0 && x > 0 && y > 0 ? dot / (x * y) : 0;
}

void th_nn__similar(const th_nn_world *w, uint32_t v, th_nn_scratch *s) {
  const th_nn__block *b = w->block;
  for (int k = 0; k < BLOCKS; k++) block_dots(&b[k], v, s->dot[k], w->n_labelled);
  const double vo = b[BLOCK_ONTO].norm[v], vg = b[BLOCK_GENE].norm[v], vp = b[BLOCK_PHENO].norm[v];
  const int nv = (vo > 0) + (vg > 0) + (vp > 0);
  for (uint32_t i = 0; i < w->n_labelled; i++) {
    const uint32_t d = w->labelled[i];
    const double o = b[BLOCK_ONTO].norm[d], g = b[BLOCK_GENE].norm[d], p = b[BLOCK_PHENO].norm[d];
    const int n = (o > 0) + (g > 0) + (p > 0);
    s->sim[TH_NN__A][i] = cosine(s->dot[BLOCK_A][i], b[BLOCK_A].norm[v], b[BLOCK_A].norm[d]);
    s->sim[TH_NN__B][i] = cosine(s->dot[BLOCK_ONTO][i] + s->dot[BLOCK_GENE][i], sqrt(vo * vo + vg * vg), sqrt(o * o + g * g));
    s->sim[TH_NN__G][i] = cosine(s->dot[BLOCK_GENE][i], vg, g);
    s->sim[TH_NN__P][i] = cosine(s->dot[BLOCK_PHENO][i], vp, p);
    const double sum = cosine(s->dot[BLOCK_ONTO][i], vo, o) + s->sim[TH_NN__G][i] + s->sim[TH_NN__P][i];
    s->sim[TH_NN__C][i] = n && nv ? sum / sqrt((double)n * nv) : 0;
  }
}

/* Lin's similarity to each labelled disease: common ancestors from the most to the least informative, the first one counts. */
static void lin_similar(const th_nn_world *w, uint32_t v, th_nn_scratch *s) {
  memset(s->lin, 0, w->n_labelled * sizeof *s->lin);
  if (!w->has_onto) return;
  const double *ic = w->onto.ic;
  uint32_t n = 0;
  s->order[n++] = v;
  for (uint32_t k = w->onto.ancestors.row[v]; k < w->onto.ancestors.row[v + 1]; k++) {
    uint32_t at = n++;
    const uint32_t c = w->onto.ancestors.col[k];
    for (; at > 1 && ic[s->order[at - 1]] < ic[c]; at--) s->order[at] = s->order[at - 1];
    s->order[at] = c;
  }
  const th_nn__sparse *in = &w->block[BLOCK_ONTO].labelled;
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = in->row[s->order[i]]; j < in->row[s->order[i] + 1]; j++) {
      const uint32_t l = in->col[j], d = w->labelled[l];
      const double sum = ic[v] + ic[d], lin = sum > 0 ? 2 * ic[s->order[i]] / sum : 0;
      if (lin > s->lin[l]) s->lin[l] = lin;
    }
}

/* ── Votes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef th_nn__query query;

static float *out_of(const query *q, th_nn_feature f) {
  return q->x + (size_t)f * q->w->n_drugs;
}

enum { TOP = TH_NN__TOP };

uint32_t th_nn__nearest(const th_nn_labels *l, const uint8_t *mark, const double *sim, const uint32_t *row, uint32_t top[TOP]) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < l->n; i++) {
    if (!(sim[i] > 0) || !mark[i] || row[i] == row[i + 1]) continue;
    if (n == TOP && sim[i] <= sim[top[n - 1]]) continue;
    uint32_t at = n < TOP ? n++ : n - 1;
    for (; at > 0 && sim[top[at - 1]] < sim[i]; at--) top[at] = top[at - 1];
    top[at] = i;
  }
  return n;
}

bool th_nn__has(const th_nn_labels *l, uint32_t labelled, uint32_t drug) {
  for (uint32_t k = l->row[labelled]; k < l->row[labelled + 1]; k++)
    if (l->drug[k] == drug) return true;
  return false;
}

static uint32_t nearest(const query *q, const double *sim, const uint32_t *row, uint32_t top[TOP]) {
  return th_nn__nearest(q->l, q->s->mark, sim, row, top);
}

static void vote_top(const query *q, const double *sim, const uint32_t *top, uint32_t n, float *out) {
  for (uint32_t t = 0; t < n; t++)
    for (uint32_t k = q->l->row[top[t]]; k < q->l->row[top[t] + 1]; k++) out[q->l->drug[k]] += (float)sim[top[t]];
}

static double vote_all(const query *q, const double *sim, float *out) {
  double sum = 0;
  for (uint32_t i = 0; i < q->l->n; i++) {
    if (!(sim[i] > 0) || !q->s->mark[i] || q->l->row[i] == q->l->row[i + 1]) continue;
    const double v = sim[i] * sim[i];
    sum += v;
    for (uint32_t k = q->l->row[i]; k < q->l->row[i + 1]; k++) out[q->l->drug[k]] += (float)v;
  }
  return sum;
}

static void vote_best(const query *q, const double *sim, float *out) {
  for (uint32_t i = 0; i < q->l->n; i++) {
    if (!(sim[i] > 0) || !q->s->mark[i]) continue;
    for (uint32_t k = q->l->row[i]; k < q->l->row[i + 1]; k++)
      if (out[q->l->drug[k]] < (float)sim[i]) out[q->l->drug[k]] = (float)sim[i];
  }
}

static void votes(const query *q) {
  uint32_t top[TOP], n;
  double *const *sim = q->s->sim;
  n = nearest(q, sim[TH_NN__A], q->l->row, top);
  vote_top(q, sim[TH_NN__A], top, n < 3 ? n : 3, out_of(q, TH_NN_KNN_A_K3));
  vote_top(q, sim[TH_NN__A], top, n < 10 ? n : 10, out_of(q, TH_NN_KNN_A_K10));
  vote_top(q, sim[TH_NN__A], top, n, out_of(q, TH_NN_KNN_A_K30));
  n = nearest(q, sim[TH_NN__B], q->l->row, top);
  vote_top(q, sim[TH_NN__B], top, n < 3 ? n : 3, out_of(q, TH_NN_KNN_B_K3));
  vote_top(q, sim[TH_NN__B], top, n < 10 ? n : 10, out_of(q, TH_NN_KNN_B_K10));
  vote_top(q, sim[TH_NN__B], top, n, out_of(q, TH_NN_KNN_B_K30));
  n = nearest(q, sim[TH_NN__G], q->l->row, top);
  vote_top(q, sim[TH_NN__G], top, n, out_of(q, TH_NN_KNN_G_K30));
  vote_all(q, sim[TH_NN__G], out_of(q, TH_NN_KNN_G_ALL));
  n = nearest(q, sim[TH_NN__P], q->l->row, top);
  vote_top(q, sim[TH_NN__P], top, n, out_of(q, TH_NN_KNN_P_K30));
  vote_all(q, sim[TH_NN__P], out_of(q, TH_NN_KNN_P_ALL));
  n = nearest(q, sim[TH_NN__C], q->l->row, top);
  vote_top(q, sim[TH_NN__C], top, n < 10 ? n : 10, out_of(q, TH_NN_KNN_C_K10));
  vote_top(q, sim[TH_NN__C], top, n, out_of(q, TH_NN_KNN_C_K30));
  vote_all(q, sim[TH_NN__C], out_of(q, TH_NN_KNN_C_ALL));
  n = nearest(q, sim[TH_NN__B], q->l->contra_row, top);
  for (uint32_t t = 0; t < n; t++)
    for (uint32_t k = q->l->contra_row[top[t]]; k < q->l->contra_row[top[t] + 1]; k++)
      out_of(q, TH_NN_CONTRA)[q->l->contra_drug[k]] += (float)sim[TH_NN__B][top[t]];
  vote_all(q, q->s->lin, out_of(q, TH_NN_LIN_ALL));
  vote_best(q, q->s->lin, out_of(q, TH_NN_LIN_BEST));
  vote_best(q, sim[TH_NN__B], out_of(q, TH_NN_B_BEST));
}

/* Votes by B again: as a share, against what the drug's popularity makes expected, and with equal drug sets counted once. */
static void votes_against_chance(const query *q) {
  const uint32_t n = q->w->n_drugs;
  const double *sim = q->s->sim[TH_NN__B];
  float *all = out_of(q, TH_NN_KNN_B_ALL), *share = out_of(q, TH_NN_B_SHARE), *lift = out_of(q, TH_NN_LIFT);
  float *sets = out_of(q, TH_NN_B_CLUSTER), *best = q->s->set_best;
  const double sum = vote_all(q, sim, all);
  uint32_t voters = 0;
  for (uint32_t i = 0; i < q->l->n; i++) voters += q->s->mark[i] && q->l->row[i] < q->l->row[i + 1];
  for (uint32_t u = 0; u < n; u++) {
    share[u] = sum > 0 ? (float)(all[u] / sum) : 0;
    const double expected = voters ? sum * q->s->degree[u] / voters : 0;
    lift[u] = (float)log((all[u] + 0.02) / (expected + 0.02));
  }
  memset(best, 0, q->w->n_drug_sets * sizeof *best);
  for (uint32_t i = 0; i < q->l->n; i++)
    if (q->s->mark[i] && sim[i] > best[q->w->drug_set[i]]) best[q->w->drug_set[i]] = (float)sim[i];
  for (uint32_t i = 0; i < q->l->n; i++) {
    float *b = &best[q->w->drug_set[i]];
    if (!q->s->mark[i] || *b <= 0 || (float)sim[i] < *b) continue;
    for (uint32_t k = q->l->row[i]; k < q->l->row[i + 1]; k++) sets[q->l->drug[k]] += *b * *b;
    *b = 0; /* counted */
  }
}

static void kin_votes(const query *q) {
  const th_nn_world *w = q->w;
  if (!w->has_onto) return;
  float *up = out_of(q, TH_NN_KIN_UP), *down = out_of(q, TH_NN_KIN_DOWN);
  for (int way = 0; way < 2; way++) {
    const th_graph_csr *c = way ? &w->onto.descendants : &w->onto.ancestors;
    for (uint32_t k = c->row[q->disease]; k < c->row[q->disease + 1]; k++) {
      const uint32_t i = w->labelled_of[c->col[k]];
      if (i == TH_GRAPH_NONE || !q->s->mark[i]) continue;
      for (uint32_t j = q->l->row[i]; j < q->l->row[i + 1]; j++) {
        float *x = &(way ? down : up)[q->l->drug[j]];
        if (way)
          *x += (float)q->s->lin[i];
        else if (*x < (float)q->s->lin[i])
          *x = (float)q->s->lin[i];
      }
    }
  }
}

/* ── Paths ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void spread(const th_nn__sparse *m, uint32_t v, double x, double *out) {
  for (uint32_t k = m->row[v]; k < m->row[v + 1]; k++) out[m->col[k]] += x * m->w[k];
}

static void spread_out(const th_nn__sparse *m, uint32_t v, double x, float *out) {
  for (uint32_t k = m->row[v]; k < m->row[v + 1]; k++) out[m->col[k]] += (float)(x * m->w[k]);
}

static void gene_paths(const query *q) {
  const th_nn_world *w = q->w;
  const th_nn__sparse *dg = &w->dis_gene;
  double *via = q->s->gene1, *path = q->s->path;
  float *count = out_of(q, TH_NN_GENE_COUNT);
  memset(via, 0, w->n_genes * sizeof *via);
  memset(path, 0, w->n_pathways * sizeof *path);
  for (uint32_t k = dg->row[q->disease]; k < dg->row[q->disease + 1]; k++) {
    const uint32_t g = dg->col[k];
    const double x = dg->w[k];
    for (uint32_t j = w->gene_drug.row[g]; j < w->gene_drug.row[g + 1]; j++) count[w->gene_drug.col[j]]++;
    spread_out(&w->gene_drug, g, x, out_of(q, TH_NN_GENE));
    spread_out(&w->gene_target, g, x, out_of(q, TH_NN_GENE_TARGET));
    spread(&w->gene_gene, g, x, via);
    spread(&w->gene_path, g, x, path);
  }
  for (uint32_t g = 0; g < w->n_genes; g++)
    if (via[g] > 0) spread_out(&w->gene_drug, g, via[g], out_of(q, TH_NN_GENE_PPI));
  memset(via, 0, w->n_genes * sizeof *via);
  for (uint32_t p = 0; p < w->n_pathways; p++)
    if (path[p] > 0) spread(&w->path_gene, p, path[p], via);
  for (uint32_t g = 0; g < w->n_genes; g++)
    if (via[g] > 0) spread_out(&w->gene_drug, g, via[g], out_of(q, TH_NN_GENE_PATHWAY));
}

static void other_paths(const query *q) {
  const th_nn_world *w = q->w;
  const uint32_t v = q->disease;
  double *via = q->s->gene2, *dis = q->s->v5;
  memset(via, 0, w->n_genes * sizeof *via);
  for (uint32_t k = w->kin.row[v]; k < w->kin.row[v + 1]; k++) spread(&w->dis_gene, w->kin.col[k], w->kin.w[k], via);
  for (uint32_t g = 0; g < w->n_genes; g++)
    if (via[g] > 0) spread_out(&w->gene_drug, g, via[g], out_of(q, TH_NN_KIN_GENE));
  for (uint32_t k = w->dis_pheno.row[v]; k < w->dis_pheno.row[v + 1]; k++)
    spread_out(&w->pheno_drug, w->dis_pheno.col[k], w->dis_pheno.w[k], out_of(q, TH_NN_PHENO_EFFECT));
  memset(dis, 0, w->n_labelled * sizeof *dis);
  for (uint32_t k = w->dis_gene.row[v]; k < w->dis_gene.row[v + 1]; k++) {
    const uint32_t g = w->dis_gene.col[k];
    for (uint32_t j = w->gene_dis.row[g]; j < w->gene_dis.row[g + 1]; j++) {
      const uint32_t i = w->labelled_of[w->gene_dis.col[j]];
      if (i != TH_GRAPH_NONE && q->s->mark[i]) dis[i] += (double)w->dis_gene.w[k] * w->gene_dis.w[j];
    }
  }
  float *out = out_of(q, TH_NN_GENE_DISEASE);
  for (uint32_t i = 0; i < q->l->n; i++) {
    const uint32_t n = q->l->row[i + 1] - q->l->row[i];
    if (dis[i] <= 0 || !n) continue;
    const double x = dis[i] * pow(n, -0.4);
    for (uint32_t k = q->l->row[i]; k < q->l->row[i + 1]; k++)
      out[q->l->drug[k]] += (float)(x * pow(q->s->degree[q->l->drug[k]], -0.4));
  }
}

/* ── Votes spread over like drugs ──────────────────────────────────────────────────────────────────────────────────── */

/* Drugs used for the same diseases: cosine over the visible indications, own vote excluded. */
static void spread_by_use(const query *q, const float *votes_of, float *out) {
  const th_nn_labels *l = q->l;
  const double *degree = q->s->degree;
  for (uint32_t i = 0; i < l->n; i++) {
    if (!q->s->mark[i]) continue;
    double sum = 0;
    for (uint32_t k = l->row[i]; k < l->row[i + 1]; k++) sum += votes_of[l->drug[k]] / sqrt(degree[l->drug[k]]);
    if (sum <= 0) continue;
    for (uint32_t k = l->row[i]; k < l->row[i + 1]; k++) {
      const uint32_t u = l->drug[k];
      const double root = sqrt(degree[u]);
      out[u] += (float)((sum - votes_of[u] / root) / root);
    }
  }
}

static void spread_votes(const query *q) {
  const th_nn_world *w = q->w;
  const float *b30 = out_of(q, TH_NN_KNN_B_K30), *all = out_of(q, TH_NN_KNN_B_ALL);
  for (uint32_t u = 0; u < w->n_drugs; u++) {
    if (all[u] > 0) spread_out(&w->like[LIKE_PARTNER], u, all[u], out_of(q, TH_NN_X_ALL));
    if (!(b30[u] > 0)) continue;
    spread_out(&w->like[LIKE_TARGET], u, b30[u], out_of(q, TH_NN_X_TARGET));
    spread_out(&w->like[LIKE_EFFECT], u, b30[u], out_of(q, TH_NN_X_EFFECT));
    spread_out(&w->like[LIKE_PARTNER], u, b30[u], out_of(q, TH_NN_X_PARTNER));
    spread_out(&w->drug_drug, u, b30[u], out_of(q, TH_NN_X_DRUG));
  }
  spread_by_use(q, b30, out_of(q, TH_NN_X_USE));
}

static void relative(const query *q, th_nn_feature from, th_nn_feature to) {
  const float *v = out_of(q, from);
  float *out = out_of(q, to), top = 0;
  for (uint32_t u = 0; u < q->w->n_drugs; u++) top = v[u] > top ? v[u] : top;
  for (uint32_t u = 0; u < q->w->n_drugs && top > 0; u++) out[u] = v[u] / top;
}

static void tell_support(const query *q, th_nn_support *out) {
  const th_nn_world *w = q->w;
  const uint32_t v = q->disease;
  *out = (th_nn_support){ .ancestors = w->has_onto ? th_graph_degree(&w->onto.ancestors, v) : 0,
                          .genes = w->dis_gene.row[v + 1] - w->dis_gene.row[v],
                          .phenotypes = w->dis_pheno.row[v + 1] - w->dis_pheno.row[v] };
  for (uint32_t i = 0; i < q->l->n; i++) {
    if (!q->s->mark[i] || q->l->row[i] == q->l->row[i + 1]) continue;
    const double sim = q->s->sim[TH_NN__C][i];
    out->n_keys += sim > 0;
    if (sim > out->max_sim) out->max_sim = sim;
  }
}

void th_nn_features(const th_nn_world *w, const th_nn_labels *l, const uint8_t *hide, uint32_t disease, th_nn_scratch *s,
                    float *x, th_nn_support *support) {
  const query q = { w, l, disease, s, x };
  memset(x, 0, (size_t)TH_NN_FEATURES * w->n_drugs * sizeof *x);
  memset(s->degree, 0, w->n_drugs * sizeof *s->degree);
  for (uint32_t i = 0; i < l->n; i++) {
    s->mark[i] = !(hide && hide[i]) && w->labelled[i] != disease;
    for (uint32_t k = l->row[i]; s->mark[i] && k < l->row[i + 1]; k++) s->degree[l->drug[k]]++;
  }
  for (uint32_t u = 0; u < w->n_drugs; u++) out_of(&q, TH_NN_DEGREE)[u] = (float)s->degree[u];
  memcpy(out_of(&q, TH_NN_LOG_PROTEINS), w->log_proteins, w->n_drugs * sizeof *x);
  memcpy(out_of(&q, TH_NN_LOG_DRUGS), w->log_drugs, w->n_drugs * sizeof *x);
  memcpy(out_of(&q, TH_NN_LOG_EFFECTS), w->log_effects, w->n_drugs * sizeof *x);
  th_nn__similar(w, disease, s);
  lin_similar(w, disease, s);
  votes(&q);
  votes_against_chance(&q);
  kin_votes(&q);
  th_nn__twin_votes(&q);
  gene_paths(&q);
  other_paths(&q);
  spread_votes(&q);
  relative(&q, TH_NN_KNN_B_ALL, TH_NN_REL_B);
  relative(&q, TH_NN_KNN_C_ALL, TH_NN_REL_C);
  relative(&q, TH_NN_LIN_ALL, TH_NN_REL_LIN);
  relative(&q, TH_NN_X_TARGET, TH_NN_REL_TARGET);
  relative(&q, TH_NN_X_PARTNER, TH_NN_REL_PARTNER);
  relative(&q, TH_NN_X_USE, TH_NN_REL_USE);
  relative(&q, TH_NN_TWIN_B, TH_NN_REL_TWIN_B);
  relative(&q, TH_NN_TWIN_C, TH_NN_REL_TWIN_C);
  th_nn_support own;
  tell_support(&q, &own);
  if (support) *support = own;
  for (uint32_t u = 0; u < w->n_drugs; u++) {
    out_of(&q, TH_NN_MAX_SIM)[u] = (float)own.max_sim;
    out_of(&q, TH_NN_N_GENES)[u] = (float)own.genes;
  }
}

void th_nn_support_of(const th_nn_world *w, const th_nn_labels *l, uint32_t disease, th_nn_scratch *s, th_nn_support *out) {
  const query q = { w, l, disease, s, NULL };
  for (uint32_t i = 0; i < l->n; i++) s->mark[i] = w->labelled[i] != disease;
  th_nn__similar(w, disease, s);
  tell_support(&q, out);
}

bool th_nn_drug_known(const th_nn_world *w, uint32_t drug) {
  return w->log_proteins[drug] > 0 || w->log_drugs[drug] > 0 || w->log_effects[drug] > 0;
}

const double *th_nn_similarity(const th_nn_scratch *s) {
  return s->sim[TH_NN__C];
}
