/* From shares of features to shares of paths. A feature's value is a sum over voters, genes and so on (or the largest of them); its
 * share is divided in the same proportion. */
#include <math.h>
#include <stdlib.h>

#include "nn/nn_priv.h"
#include "theriac/nn/trace.h"

#define LIGHT 1e-5 /* of a feature's value: lighter paths are summed up */

static const struct {
  const char *name;
  th_nn_group group;
} vias[TH_NN_VIAS] = {
  [TH_NN_VIA_DISEASE] = { "like_disease", TH_NN_GROUP_DISEASES },
  [TH_NN_VIA_CONTRA] = { "contraindicated_disease", TH_NN_GROUP_CONTRA },
  [TH_NN_VIA_TARGET] = { "drug_of_like_proteins", TH_NN_GROUP_DRUGS },
  [TH_NN_VIA_EFFECT] = { "drug_of_like_effects", TH_NN_GROUP_DRUGS },
  [TH_NN_VIA_PARTNER] = { "drug_of_like_partners", TH_NN_GROUP_DRUGS },
  [TH_NN_VIA_INTERACTION] = { "interacting_drug", TH_NN_GROUP_DRUGS },
  [TH_NN_VIA_USE] = { "drug_of_like_uses", TH_NN_GROUP_DRUGS },
  [TH_NN_VIA_GENE] = { "gene", TH_NN_GROUP_GENES },
  [TH_NN_VIA_GENE_GENE] = { "gene_gene", TH_NN_GROUP_GENES },
  [TH_NN_VIA_GENE_KIN] = { "gene_kin_disease", TH_NN_GROUP_GENES },
  [TH_NN_VIA_DISEASE_GENE] = { "disease_gene", TH_NN_GROUP_GENES },
  [TH_NN_VIA_GENE_PATHWAY] = { "gene_pathway_gene", TH_NN_GROUP_GENES },
  [TH_NN_VIA_PHENOTYPE] = { "phenotype", TH_NN_GROUP_PHENOTYPES },
};

const char *th_nn_via_name(th_nn_via v) {
  return vias[v].name;
}

th_nn_group th_nn_via_group(th_nn_via v) {
  return vias[v].group;
}

const char *th_nn_group_name(th_nn_group g) {
  static const char *const names[TH_NN_GROUPS] = { "like_diseases",     "like_drugs", "genes",      "phenotypes",
                                                   "contraindications", "popularity", "drug_known", "disease_known" };
  return names[g];
}

th_nn_group th_nn_group_of(th_nn_feature f) {
  switch (f) {
  case TH_NN_DEGREE:
  case TH_NN_TWIN_DEGREE: return TH_NN_GROUP_POPULARITY;
  case TH_NN_LOG_PROTEINS:
  case TH_NN_LOG_DRUGS:
  case TH_NN_LOG_EFFECTS: return TH_NN_GROUP_DRUG;
  case TH_NN_MAX_SIM:
  case TH_NN_CLASS_SIZE:
  case TH_NN_N_GENES: return TH_NN_GROUP_DISEASE;
  case TH_NN_GENE_COUNT:
  case TH_NN_GENE:
  case TH_NN_GENE_TARGET:
  case TH_NN_GENE_PPI:
  case TH_NN_KIN_GENE:
  case TH_NN_GENE_DISEASE:
  case TH_NN_GENE_PATHWAY: return TH_NN_GROUP_GENES;
  case TH_NN_PHENO_EFFECT: return TH_NN_GROUP_PHENOTYPES;
  case TH_NN_X_TARGET:
  case TH_NN_X_EFFECT:
  case TH_NN_X_DRUG:
  case TH_NN_X_PARTNER:
  case TH_NN_X_USE:
  case TH_NN_X_ALL:
  case TH_NN_REL_TARGET:
  case TH_NN_REL_PARTNER:
  case TH_NN_REL_USE: return TH_NN_GROUP_DRUGS;
  case TH_NN_CONTRA: return TH_NN_GROUP_CONTRA;
  case TH_NN_KNN_A_K3:
  case TH_NN_KNN_A_K10:
  case TH_NN_KNN_A_K30:
  case TH_NN_KNN_B_K3:
  case TH_NN_KNN_B_K10:
  case TH_NN_KNN_B_K30:
  case TH_NN_KNN_B_ALL:
  case TH_NN_KNN_G_K30:
  case TH_NN_KNN_G_ALL:
  case TH_NN_KNN_P_K30:
  case TH_NN_KNN_P_ALL:
  case TH_NN_KNN_C_K10:
  case TH_NN_KNN_C_K30:
  case TH_NN_KNN_C_ALL:
  case TH_NN_LIN_ALL:
  case TH_NN_LIN_BEST:
  case TH_NN_B_BEST:
  case TH_NN_B_SHARE:
  case TH_NN_B_CLUSTER:
  case TH_NN_KIN_UP:
  case TH_NN_KIN_DOWN:
  case TH_NN_LIFT:
  case TH_NN_REL_B:
  case TH_NN_REL_C:
  case TH_NN_REL_LIN:
  case TH_NN_TWIN_C:
  case TH_NN_TWIN_C_NEAR:
  case TH_NN_TWIN_B:
  case TH_NN_TWIN_LIN:
  case TH_NN_RATE_WEAK:
  case TH_NN_RATE_STRONG:
  case TH_NN_RATE_LIFT:
  case TH_NN_REL_TWIN_B:
  case TH_NN_REL_TWIN_C:
  case TH_NN_FEATURES: break;
  }
  return TH_NN_GROUP_DISEASES;
}

/* ── Contributions ─────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(th_nn_trace_path) path_vec;

typedef struct trace {
  th_arena *a;
  const th_nn_world *w;
  const th_nn_labels *l;
  const th_nn_scratch *s;
  const float *x;
  uint32_t disease, drug, first_drug, first_disease, first_gene, first_pathway, first_pheno;
  const double *share;
  double *own;
  path_vec out;
  size_t from;            /* contributions of the feature at hand start here; until closed they carry their part in the value */
  uint8_t *treats;        /* labelled diseases that may vote and have the drug */
  uint32_t *gene, n_gene; /* of the drug */
  float *gene_w, *target_w; /* weights of the edges gene – drug */
  double *sim30;            /* likeness by B of the 30 nearest that vote, 0 for the others */
  bool failed;
} trace;

static void part(trace *t, th_nn_via via, double value, uint32_t n, uint32_t n1, uint32_t n2, uint32_t n3) {
  if (!(value > 0)) return;
  const th_nn_trace_path p = { via, n, { n1, n2, n3 }, value };
  if (!TH_VEC_PUSH(t->a, &t->out, p)) t->failed = true;
}

/* Turns the parts since `from` into shares of the feature. A part without a node is what the drug's popularity alone gives. */
static void close_feature(trace *t, th_nn_feature f) {
  double sum = 0, kept = 0;
  const double share = t->share[f];
  size_t n = t->from;
  for (size_t i = t->from; i < t->out.n; i++) sum += t->out.v[i].share;
  for (size_t i = t->from; i < t->out.n; i++) {
    th_nn_trace_path p = t->out.v[i];
    if (p.n && p.share < LIGHT * sum) continue;
    p.share *= share / sum;
    kept += p.share;
    if (p.n)
      t->out.v[n++] = p;
    else
      t->own[TH_NN_GROUP_POPULARITY] += p.share;
  }
  t->own[th_nn_group_of(f)] += share - kept;
  t->out.n = t->from = n;
}

static double feature(const trace *t, th_nn_feature f) {
  return (double)t->x[(size_t)f * t->w->n_drugs + t->drug];
}

static uint32_t disease_node(const trace *t, uint32_t labelled) {
  return t->first_disease + t->w->labelled[labelled];
}

/* ── Diseases that vote ────────────────────────────────────────────────────────────────────────────────────────────── */

enum { TOP = TH_NN__TOP };

static void vote_nearest(trace *t, const double *sim, uint32_t k, th_nn_feature f) {
  uint32_t top[TOP];
  uint32_t n = th_nn__nearest(t->l, t->s->mark, sim, t->l->row, top);
  for (uint32_t i = 0; i < n && i < k; i++)
    if (t->treats[top[i]]) part(t, TH_NN_VIA_DISEASE, sim[top[i]], 1, disease_node(t, top[i]), 0, 0);
  close_feature(t, f);
}

static void vote_all(trace *t, const double *sim, th_nn_feature f) {
  for (uint32_t i = 0; i < t->l->n; i++)
    if (t->treats[i] && sim[i] > 0) part(t, TH_NN_VIA_DISEASE, sim[i] * sim[i], 1, disease_node(t, i), 0, 0);
  close_feature(t, f);
}

static void vote_best(trace *t, const double *sim, th_nn_feature f) {
  uint32_t best = TH_GRAPH_NONE;
  for (uint32_t i = 0; i < t->l->n; i++)
    if (t->treats[i] && sim[i] > 0 && (best == TH_GRAPH_NONE || sim[i] > sim[best])) best = i;
  if (best != TH_GRAPH_NONE) part(t, TH_NN_VIA_DISEASE, 1, 1, disease_node(t, best), 0, 0);
  close_feature(t, f);
}

/* Each set of drugs speaks once, by its nearest disease. */
static void vote_sets(trace *t) {
  const double *sim = t->s->sim[TH_NN__B];
  float *best = TH_NEWN(t->a, float, t->w->n_drug_sets);
  if (!best) {
    t->failed = true;
    return;
  }
  for (uint32_t i = 0; i < t->l->n; i++)
    if (t->s->mark[i] && sim[i] > best[t->w->drug_set[i]]) best[t->w->drug_set[i]] = (float)sim[i];
  for (uint32_t i = 0; i < t->l->n; i++) {
    float *b = &best[t->w->drug_set[i]];
    if (!t->s->mark[i] || *b <= 0 || (float)sim[i] < *b) continue;
    if (t->treats[i]) part(t, TH_NN_VIA_DISEASE, (double)*b * *b, 1, disease_node(t, i), 0, 0);
    *b = 0;
  }
  close_feature(t, TH_NN_B_CLUSTER);
}

/* Of a cluster of twins the member with the drug that is nearest; under: only members with this disease above them, or any. */
static uint32_t nearest_twin(const trace *t, uint32_t twin, const double *sim, uint32_t under) {
  uint32_t best = TH_GRAPH_NONE;
  for (uint32_t m = t->l->twin_row[twin]; m < t->l->twin_row[twin + 1]; m++) {
    const uint32_t i = t->l->twin_member[m];
    if (!t->treats[i] || (under == TH_GRAPH_NONE && !(sim[i] > 0))) continue;
    if (under != TH_GRAPH_NONE && !th_nn__is_under(t->w, t->w->labelled[i], under)) continue;
    if (best == TH_GRAPH_NONE || sim[i] > sim[best]) best = i;
  }
  return best;
}

static void vote_twins(trace *t, const double *sim, bool fourth, th_nn_feature f) {
  for (uint32_t c = 0; c < t->l->n_twins; c++) {
    const uint32_t i = nearest_twin(t, c, sim, TH_GRAPH_NONE);
    if (i == TH_GRAPH_NONE) continue;
    const double v = sim[i] * sim[i];
    part(t, TH_NN_VIA_DISEASE, fourth ? v * v : v, 1, disease_node(t, i), 0, 0);
  }
  close_feature(t, f);
}

/* Clusters under a class that may vote, and those of them that have the drug. */
static uint32_t size_of_class(const trace *t, uint32_t class, uint8_t *has) {
  uint32_t n = 0;
  for (uint32_t c = 0; c < t->l->n_twins; c++) {
    bool any = false, drug = false;
    for (uint32_t m = t->l->twin_row[c]; m < t->l->twin_row[c + 1]; m++) {
      const uint32_t i = t->l->twin_member[m];
      if (!t->s->mark[i] || !th_nn__is_under(t->w, t->w->labelled[i], class)) continue;
      any = true, drug |= t->treats[i];
    }
    n += any, has[c] = drug;
  }
  return n;
}

/* A rate is a sum over classes: what each cluster with the drug adds there, and what is left of the wider class's own rate. */
static void class_rate(trace *t, double shrink, th_nn_feature f) {
  uint32_t *class = TH_NEWN(t->a, uint32_t, t->w->n_diseases + 1);
  uint8_t *has = TH_NEWN(t->a, uint8_t, t->l->n_twins);
  if (!class || !has) {
    t->failed = true;
    return;
  }
  uint32_t n = th_nn__classes(t->w, t->disease, class), of_drug = 0, clusters = 0;
  double left = 1; /* what reaches the disease of what the class at hand says; from the narrowest up */
  for (uint32_t c = 0; c < t->l->n_twins; c++) {
    bool any = false, drug = false;
    for (uint32_t m = t->l->twin_row[c]; m < t->l->twin_row[c + 1]; m++) {
      const uint32_t i = t->l->twin_member[m];
      any |= t->s->mark[i], drug |= t->treats[i];
    }
    clusters += any, of_drug += drug;
  }
  while (n-- > 0) {
    const uint32_t size = size_of_class(t, class[n], has);
    if (!size) continue;
    for (uint32_t c = 0; c < t->l->n_twins; c++)
      if (has[c])
        part(t, TH_NN_VIA_DISEASE, left / (size + shrink), 1, disease_node(t, nearest_twin(t, c, t->s->lin, class[n])), 0, 0);
    left *= shrink / (size + shrink);
  }
  part(t, TH_NN_VIAS, left * TH_NN__PRIOR(of_drug, clusters), 0, 0, 0, 0);
  close_feature(t, f);
}

static void twins(trace *t) {
  double *const *sim = t->s->sim;
  vote_twins(t, sim[TH_NN__C], false, TH_NN_TWIN_C);
  vote_twins(t, sim[TH_NN__C], false, TH_NN_REL_TWIN_C);
  vote_twins(t, sim[TH_NN__C], true, TH_NN_TWIN_C_NEAR);
  vote_twins(t, sim[TH_NN__B], false, TH_NN_TWIN_B);
  vote_twins(t, sim[TH_NN__B], false, TH_NN_REL_TWIN_B);
  vote_twins(t, t->s->lin, false, TH_NN_TWIN_LIN);
  class_rate(t, TH_NN__WEAK, TH_NN_RATE_WEAK);
  class_rate(t, TH_NN__STRONG, TH_NN_RATE_STRONG);
  if (feature(t, TH_NN_RATE_LIFT) > 0)
    class_rate(t, TH_NN__WEAK, TH_NN_RATE_LIFT);
  else
    t->own[TH_NN_GROUP_POPULARITY] += t->share[TH_NN_RATE_LIFT];
}

static void kin(trace *t, bool down) {
  const th_nn_world *w = t->w;
  const th_graph_csr *c = down ? &w->onto.descendants : &w->onto.ancestors;
  uint32_t best = TH_GRAPH_NONE;
  for (uint32_t k = w->has_onto ? c->row[t->disease] : 0; w->has_onto && k < c->row[t->disease + 1]; k++) {
    const uint32_t i = w->labelled_of[c->col[k]];
    if (i == TH_GRAPH_NONE || !t->treats[i]) continue;
    if (down)
      part(t, TH_NN_VIA_DISEASE, t->s->lin[i], 1, disease_node(t, i), 0, 0);
    else if (best == TH_GRAPH_NONE || t->s->lin[i] > t->s->lin[best])
      best = i;
  }
  if (best != TH_GRAPH_NONE) part(t, TH_NN_VIA_DISEASE, t->s->lin[best], 1, disease_node(t, best), 0, 0);
  close_feature(t, down ? TH_NN_KIN_DOWN : TH_NN_KIN_UP);
}

static void contra(trace *t) {
  uint32_t top[TOP];
  const double *sim = t->s->sim[TH_NN__B];
  const uint32_t n = th_nn__nearest(t->l, t->s->mark, sim, t->l->contra_row, top);
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t k = t->l->contra_row[top[i]]; k < t->l->contra_row[top[i] + 1]; k++)
      if (t->l->contra_drug[k] == t->drug) part(t, TH_NN_VIA_CONTRA, sim[top[i]], 1, disease_node(t, top[i]), 0, 0);
  close_feature(t, TH_NN_CONTRA);
}

static void diseases(trace *t) {
  double *const *sim = t->s->sim;
  static const struct {
    int sim;
    uint32_t k;
    th_nn_feature f;
  } nearest[] = { { TH_NN__A, 3, TH_NN_KNN_A_K3 },   { TH_NN__A, 10, TH_NN_KNN_A_K10 }, { TH_NN__A, 30, TH_NN_KNN_A_K30 },
                  { TH_NN__B, 3, TH_NN_KNN_B_K3 },   { TH_NN__B, 10, TH_NN_KNN_B_K10 }, { TH_NN__B, 30, TH_NN_KNN_B_K30 },
                  { TH_NN__G, 30, TH_NN_KNN_G_K30 }, { TH_NN__P, 30, TH_NN_KNN_P_K30 }, { TH_NN__C, 10, TH_NN_KNN_C_K10 },
                  { TH_NN__C, 30, TH_NN_KNN_C_K30 } };
  for (size_t i = 0; i < sizeof nearest / sizeof *nearest; i++)
    vote_nearest(t, sim[nearest[i].sim], nearest[i].k, nearest[i].f);
  vote_all(t, sim[TH_NN__B], TH_NN_KNN_B_ALL);
  vote_all(t, sim[TH_NN__B], TH_NN_B_SHARE);
  vote_all(t, sim[TH_NN__B], TH_NN_REL_B);
  vote_all(t, sim[TH_NN__G], TH_NN_KNN_G_ALL);
  vote_all(t, sim[TH_NN__P], TH_NN_KNN_P_ALL);
  vote_all(t, sim[TH_NN__C], TH_NN_KNN_C_ALL);
  vote_all(t, sim[TH_NN__C], TH_NN_REL_C);
  vote_all(t, t->s->lin, TH_NN_LIN_ALL);
  vote_all(t, t->s->lin, TH_NN_REL_LIN);
  vote_best(t, t->s->lin, TH_NN_LIN_BEST);
  vote_best(t, sim[TH_NN__B], TH_NN_B_BEST);
  vote_sets(t);
  kin(t, false);
  kin(t, true);
  contra(t);
  if (feature(t, TH_NN_LIFT) > 0)
    vote_all(t, sim[TH_NN__B], TH_NN_LIFT);
  else /* fewer votes than its popularity promises */
    t->own[TH_NN_GROUP_POPULARITY] += t->share[TH_NN_LIFT];
}

/* ── Drugs alike ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One drug′ that lends `weight` of its votes: its own voters one by one. all: sim² of every voter, else sim of the 30 nearest. */
static void lent(trace *t, th_nn_via via, uint32_t drug, double weight, bool all) {
  for (uint32_t i = 0; i < t->l->n; i++) {
    const double sim = all ? t->s->sim[TH_NN__B][i] * t->s->sim[TH_NN__B][i] : t->sim30[i];
    if (!(sim > 0) || !t->s->mark[i] || !th_nn__has(t->l, i, drug)) continue;
    part(t, via, weight * sim, 2, t->first_drug + drug, disease_node(t, i), 0);
  }
}

static void alike(trace *t, th_nn_via via, const th_nn__sparse *like, bool all, th_nn_feature f) {
  const float *votes = t->x + (size_t)(all ? TH_NN_KNN_B_ALL : TH_NN_KNN_B_K30) * t->w->n_drugs;
  if (t->share[f] != 0)
    for (uint32_t u = 0; u < t->w->n_drugs; u++) {
      if (!(votes[u] > 0)) continue;
      for (uint32_t k = like->row[u]; k < like->row[u + 1]; k++)
        if (like->col[k] == t->drug) lent(t, via, u, (double)like->w[k], all);
    }
  close_feature(t, f);
}

static void same_use(trace *t, th_nn_feature f) {
  const float *votes = t->x + (size_t)TH_NN_KNN_B_K30 * t->w->n_drugs;
  double *lends = TH_NEWN(t->a, double, t->w->n_drugs);
  if (!lends) {
    t->failed = true;
    return;
  }
  for (uint32_t i = 0; i < t->l->n && t->share[f] != 0; i++) {
    if (!t->treats[i]) continue;
    for (uint32_t k = t->l->row[i]; k < t->l->row[i + 1]; k++) {
      const uint32_t u = t->l->drug[k];
      if (u != t->drug && votes[u] > 0) lends[u] += 1 / sqrt(t->s->degree[u] * t->s->degree[t->drug]);
    }
  }
  for (uint32_t u = 0; u < t->w->n_drugs; u++)
    if (lends[u] > 0) lent(t, TH_NN_VIA_USE, u, lends[u], false);
  close_feature(t, f);
}

static void drugs(trace *t) {
  const th_nn_world *w = t->w;
  alike(t, TH_NN_VIA_TARGET, &w->like[LIKE_TARGET], false, TH_NN_X_TARGET);
  alike(t, TH_NN_VIA_TARGET, &w->like[LIKE_TARGET], false, TH_NN_REL_TARGET);
  alike(t, TH_NN_VIA_EFFECT, &w->like[LIKE_EFFECT], false, TH_NN_X_EFFECT);
  alike(t, TH_NN_VIA_PARTNER, &w->like[LIKE_PARTNER], false, TH_NN_X_PARTNER);
  alike(t, TH_NN_VIA_PARTNER, &w->like[LIKE_PARTNER], false, TH_NN_REL_PARTNER);
  alike(t, TH_NN_VIA_PARTNER, &w->like[LIKE_PARTNER], true, TH_NN_X_ALL);
  alike(t, TH_NN_VIA_INTERACTION, &w->drug_drug, false, TH_NN_X_DRUG);
  same_use(t, TH_NN_X_USE);
  same_use(t, TH_NN_REL_USE);
}

/* ── Genes and phenotypes ──────────────────────────────────────────────────────────────────────────────────────────── */

static bool genes_of_drug(trace *t) {
  const th_nn_world *w = t->w;
  t->gene = TH_NEWN(t->a, uint32_t, w->n_genes);
  t->gene_w = TH_NEWN(t->a, float, w->n_genes);
  t->target_w = TH_NEWN(t->a, float, w->n_genes);
  if (!t->gene || !t->gene_w || !t->target_w) return false;
  for (uint32_t g = 0; g < w->n_genes; g++) {
    for (uint32_t k = w->gene_drug.row[g]; k < w->gene_drug.row[g + 1]; k++)
      if (w->gene_drug.col[k] == t->drug) t->gene_w[g] = w->gene_drug.w[k];
    for (uint32_t k = w->gene_target.row[g]; k < w->gene_target.row[g + 1]; k++)
      if (w->gene_target.col[k] == t->drug) t->target_w[g] = w->gene_target.w[k];
    if (t->gene_w[g] > 0) t->gene[t->n_gene++] = g;
  }
  return true;
}

static void own_genes(trace *t, th_nn_feature f) {
  const th_nn__sparse *dg = &t->w->dis_gene;
  for (uint32_t k = dg->row[t->disease]; k < dg->row[t->disease + 1]; k++) {
    const uint32_t g = dg->col[k];
    const double way = t->gene_w[g] > 0 ? 1 : 0, w = (double)dg->w[k];
    part(t, TH_NN_VIA_GENE, f == TH_NN_GENE_COUNT ? way : w * (double)(f == TH_NN_GENE ? t->gene_w[g] : t->target_w[g]), 1,
         t->first_gene + g, 0, 0);
  }
  close_feature(t, f);
}

static void near_genes(trace *t) {
  const th_nn__sparse *dg = &t->w->dis_gene, *gg = &t->w->gene_gene;
  for (uint32_t k = dg->row[t->disease]; k < dg->row[t->disease + 1]; k++)
    for (uint32_t j = gg->row[dg->col[k]]; j < gg->row[dg->col[k] + 1]; j++)
      part(t, TH_NN_VIA_GENE_GENE, (double)dg->w[k] * gg->w[j] * t->gene_w[gg->col[j]], 2, t->first_gene + gg->col[j],
           t->first_gene + dg->col[k], 0);
  close_feature(t, TH_NN_GENE_PPI);
}

static void kin_genes(trace *t) {
  const th_nn_world *w = t->w;
  for (uint32_t k = w->kin.row[t->disease]; k < w->kin.row[t->disease + 1]; k++) {
    const uint32_t d = w->kin.col[k];
    for (uint32_t j = w->dis_gene.row[d]; j < w->dis_gene.row[d + 1]; j++)
      part(t, TH_NN_VIA_GENE_KIN, (double)w->kin.w[k] * w->dis_gene.w[j] * t->gene_w[w->dis_gene.col[j]], 2,
           t->first_gene + w->dis_gene.col[j], t->first_disease + d, 0);
  }
  close_feature(t, TH_NN_KIN_GENE);
}

static void gene_diseases(trace *t) {
  const th_nn_world *w = t->w;
  for (uint32_t k = w->dis_gene.row[t->disease]; k < w->dis_gene.row[t->disease + 1]; k++) {
    const uint32_t g = w->dis_gene.col[k];
    for (uint32_t j = w->gene_dis.row[g]; j < w->gene_dis.row[g + 1]; j++) {
      const uint32_t i = w->labelled_of[w->gene_dis.col[j]];
      if (i == TH_GRAPH_NONE || !t->treats[i]) continue;
      part(t, TH_NN_VIA_DISEASE_GENE, (double)w->dis_gene.w[k] * w->gene_dis.w[j] * pow(t->l->row[i + 1] - t->l->row[i], -0.4),
           2, disease_node(t, i), t->first_gene + g, 0);
    }
  }
  close_feature(t, TH_NN_GENE_DISEASE);
}

static void pathways(trace *t) {
  const th_nn_world *w = t->w;
  const th_nn__sparse *dg = &w->dis_gene, *gp = &w->gene_path;
  double *at = TH_NEWN(t->a, double, w->n_pathways);
  if (!at) t->failed = true;
  for (uint32_t m = 0; at && m < t->n_gene && t->share[TH_NN_GENE_PATHWAY] != 0; m++) {
    const uint32_t g = t->gene[m];
    for (uint32_t k = gp->row[g]; k < gp->row[g + 1]; k++) at[gp->col[k]] = (double)gp->w[k] * t->gene_w[g];
    for (uint32_t k = dg->row[t->disease]; k < dg->row[t->disease + 1]; k++)
      for (uint32_t j = gp->row[dg->col[k]]; j < gp->row[dg->col[k] + 1]; j++)
        part(t, TH_NN_VIA_GENE_PATHWAY, at[gp->col[j]] * (double)dg->w[k] * gp->w[j], 3, t->first_gene + g,
             t->first_pathway + gp->col[j], t->first_gene + dg->col[k]);
    for (uint32_t k = gp->row[g]; k < gp->row[g + 1]; k++) at[gp->col[k]] = 0;
  }
  close_feature(t, TH_NN_GENE_PATHWAY);
}

static void phenotypes(trace *t) {
  const th_nn_world *w = t->w;
  for (uint32_t k = w->dis_pheno.row[t->disease]; k < w->dis_pheno.row[t->disease + 1]; k++) {
    const uint32_t p = w->dis_pheno.col[k];
    for (uint32_t j = w->pheno_drug.row[p]; j < w->pheno_drug.row[p + 1]; j++)
      if (w->pheno_drug.col[j] == t->drug)
        part(t, TH_NN_VIA_PHENOTYPE, (double)w->dis_pheno.w[k] * w->pheno_drug.w[j], 1, t->first_pheno + p, 0, 0);
  }
  close_feature(t, TH_NN_PHENO_EFFECT);
}

/* ── Together ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int same_first(const void *p, const void *q) {
  const th_nn_trace_path *x = p, *y = q;
  if (x->via != y->via) return x->via < y->via ? -1 : 1;
  for (int k = 0; k < 3; k++)
    if (x->node[k] != y->node[k]) return x->node[k] < y->node[k] ? -1 : 1;
  return (x->share < y->share) - (x->share > y->share); /* so that sums do not hang on the sort */
}

static int heaviest_first(const void *p, const void *q) {
  const th_nn_trace_path *x = p, *y = q;
  const double a = fabs(x->share), b = fabs(y->share);
  return a != b ? (a > b ? -1 : 1) : same_first(p, q);
}

static void merge(path_vec *v) {
  size_t n = 0;
  if (!v->n) return;
  qsort(v->v, v->n, sizeof *v->v, same_first);
  for (size_t i = 1; i < v->n; i++) {
    const th_nn_trace_path *p = &v->v[i], *q = &v->v[n];
    if (p->via == q->via && memcmp(p->node, q->node, sizeof p->node) == 0)
      v->v[n].share += p->share;
    else
      v->v[++n] = *p;
  }
  v->n = n + 1;
  qsort(v->v, v->n, sizeof *v->v, heaviest_first);
}

static uint32_t first_of(const th_graph *g, const char *type) {
  const uint32_t t = th_graph_type_find(g, type);
  return t == TH_GRAPH_NONE ? 0 : g->type[t].first;
}

static bool begin(trace *t) {
  const th_graph *g = t->w->g;
  uint32_t top[TOP];
  t->first_drug = first_of(g, "drug"), t->first_disease = first_of(g, "disease"), t->first_gene = first_of(g, "gene/protein");
  t->first_pathway = first_of(g, "pathway"), t->first_pheno = first_of(g, "effect/phenotype");
  t->treats = TH_NEWN(t->a, uint8_t, t->l->n);
  t->sim30 = TH_NEWN(t->a, double, t->l->n);
  if (!t->treats || !t->sim30) return false;
  for (uint32_t i = 0; i < t->l->n; i++) t->treats[i] = t->s->mark[i] && th_nn__has(t->l, i, t->drug);
  const double *sim = t->s->sim[TH_NN__B];
  const uint32_t n = th_nn__nearest(t->l, t->s->mark, sim, t->l->row, top);
  for (uint32_t i = 0; i < n; i++) t->sim30[top[i]] = sim[top[i]];
  return genes_of_drug(t);
}

th_code th_nn_trace_paths(th_arena *a, const th_nn_world *w, const th_nn_labels *l, const th_nn_scratch *s, const float *x,
                          uint32_t disease, uint32_t drug, const double *share, th_nn_trace *out, th_err *err) {
  *out = (th_nn_trace){ 0 };
  trace t = { .a = a, .w = w, .l = l, .s = s, .x = x, .disease = disease, .drug = drug, .share = share, .own = out->own };
  if (!begin(&t)) return th_fail_nomem(err);
  diseases(&t);
  twins(&t);
  drugs(&t);
  own_genes(&t, TH_NN_GENE_COUNT);
  own_genes(&t, TH_NN_GENE);
  own_genes(&t, TH_NN_GENE_TARGET);
  near_genes(&t);
  kin_genes(&t);
  gene_diseases(&t);
  pathways(&t);
  phenotypes(&t);
  static const th_nn_feature properties[] = { TH_NN_DEGREE,      TH_NN_TWIN_DEGREE, TH_NN_LOG_PROTEINS, TH_NN_LOG_DRUGS,
                                              TH_NN_LOG_EFFECTS, TH_NN_MAX_SIM,     TH_NN_N_GENES,      TH_NN_CLASS_SIZE };
  for (size_t k = 0; k < sizeof properties / sizeof *properties; k++)
    out->own[th_nn_group_of(properties[k])] += share[properties[k]];
  if (t.failed) return th_fail_nomem(err);
  merge(&t.out);
  out->path = t.out.v;
  out->n = t.out.n;
  return TH_OK;
}

void th_nn_basis(const th_nn_world *w, const th_nn_scratch *s, uint32_t disease, uint32_t labelled, double out[3]) {
  static const int block[3] = { BLOCK_ONTO, BLOCK_GENE, BLOCK_PHENO };
  const uint32_t d = w->labelled[labelled];
  double sum = 0;
  for (int k = 0; k < 3; k++) {
    const th_nn__block *b = &w->block[block[k]];
    const double n = b->norm[disease] * b->norm[d];
    out[k] = n > 0 ? s->dot[block[k]][labelled] / n : 0;
    sum += out[k];
  }
  for (int k = 0; k < 3 && sum > 0; k++) out[k] /= sum;
}
