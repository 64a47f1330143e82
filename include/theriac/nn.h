/* Floor 3: what can be learnt over the graph. Profiles of diseases and their likeness, votes of like diseases, weighted paths, the
 * fitted models over them, and the measures of a ranking. Pure: no file, clock or network.
 *
 * Diseases and drugs are numbered within their type. "Labelled" diseases are those with an indication or contraindication anywhere
 * in the graph: the only ones that can vote; they have a second number, their place among the labelled, in rising order. */
#ifndef THERIAC_NN_H
#define THERIAC_NN_H

#include "theriac/graph.h"

/* ── What stays the same whichever labels are held out ─────────────────────────────────────────────────────────────── */

typedef struct th_nn_world th_nn_world;

/* Reads what the graph has of: disease_disease, disease_protein, disease_phenotype_positive, phenotype_phenotype, drug_protein,
 * protein_protein, pathway_protein, drug_effect, drug_drug, indication, contraindication. A relation that is absent leaves its
 * part empty; without drugs, diseases and indications: TH_EPARSE. Lives in the arena. */
TH_API th_code th_nn_world_open(th_arena *a, const th_graph *g, th_nn_world **out, th_err *err);
TH_API uint32_t th_nn_n_drugs(const th_nn_world *w);
TH_API uint32_t th_nn_n_diseases(const th_nn_world *w);
TH_API uint32_t th_nn_n_labelled(const th_nn_world *w);
TH_API uint32_t th_nn_labelled(const th_nn_world *w, uint32_t k);          /* disease of the k-th labelled */
TH_API uint32_t th_nn_labelled_of(const th_nn_world *w, uint32_t disease); /* its place, or TH_GRAPH_NONE */
TH_API const th_graph_onto *th_nn_ontology(const th_nn_world *w);
TH_API const th_graph *th_nn_graph(const th_nn_world *w);
/* Edges of a labelled disease: drugs, rising. contra: contraindications instead of indications. */
TH_API const uint32_t *th_nn_known(const th_nn_world *w, bool contra, uint32_t labelled, uint32_t *n);

/* ── Labels at hand ────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Which indications and contraindications may be seen: rows over the labelled diseases. */
typedef struct th_nn_labels {
  uint32_t n;
  const uint32_t *row, *drug;               /* indications */
  const uint32_t *contra_row, *contra_drug; /* contraindications */
  /* Clusters of twins among what may be seen, numbered; of each labelled disease its own, or TH_GRAPH_NONE without an indication. */
  uint32_t n_twins, n_twin_drugs;
  const uint32_t *twin, *twin_row, *twin_member; /* members: places of the labelled, cluster by cluster */
  const uint32_t *twin_drug;                     /* of each indication: number of this drug in this cluster */
} th_nn_labels;

/* Joins two diseases into one cluster when the hierarchy links them and they share a drug, or when they share at least two drugs and at
 * least half of all they have. out[i]: the smallest place of its cluster. Rows of drugs over the labelled diseases. O(labelled²). */
TH_API th_code th_nn_twins(th_arena *a, const th_nn_world *w, const uint32_t *row, const uint32_t *drug, const uint32_t **out,
                           th_err *err);
/* Those over all indications of the graph. */
TH_API th_code th_nn_all_twins(th_arena *a, const th_nn_world *w, const uint32_t **out, th_err *err);
/* Other indications in place of those of th_nn_labels_of, as rows that last as long as `l`. */
TH_API th_code th_nn_labels_take(th_arena *a, const th_nn_world *w, th_nn_labels *l, const uint32_t *row, const uint32_t *drug,
                                 th_err *err);

/* All edges of the labelled diseases for which visible[k] holds. */
TH_API th_code th_nn_labels_of(th_arena *a, const th_nn_world *w, const uint8_t *visible, th_nn_labels *out, th_err *err);

/* ── Scores of one disease over all drugs ──────────────────────────────────────────────────────────────────────────── */

typedef enum th_nn_feature {
  TH_NN_DEGREE, /* indications of the drug */
  TH_NN_KNN_A_K3,
  TH_NN_KNN_A_K10,
  TH_NN_KNN_A_K30,
  TH_NN_KNN_B_K3,
  TH_NN_KNN_B_K10,
  TH_NN_KNN_B_K30,
  TH_NN_KNN_B_ALL,
  TH_NN_KNN_G_K30,
  TH_NN_KNN_G_ALL,
  TH_NN_KNN_P_K30,
  TH_NN_KNN_P_ALL,
  TH_NN_KNN_C_K10,
  TH_NN_KNN_C_K30,
  TH_NN_KNN_C_ALL,
  TH_NN_GENE_COUNT,
  TH_NN_GENE,         /* disease – gene – drug */
  TH_NN_GENE_TARGET,  /* the same over targets alone */
  TH_NN_GENE_PPI,     /* disease – gene – gene – drug */
  TH_NN_KIN_GENE,     /* disease – disease – gene – drug */
  TH_NN_GENE_DISEASE, /* disease – gene – disease – drug */
  TH_NN_GENE_PATHWAY, /* disease – gene – pathway – gene – drug */
  TH_NN_PHENO_EFFECT, /* disease – phenotype – drug */
  TH_NN_X_TARGET,     /* votes spread over drugs alike in proteins */
  TH_NN_X_EFFECT,     /* … in side effects */
  TH_NN_X_DRUG,       /* … that interact */
  TH_NN_CONTRA,       /* votes of contraindications */
  TH_NN_LOG_PROTEINS,
  TH_NN_LOG_DRUGS,
  TH_NN_LOG_EFFECTS,
  TH_NN_X_PARTNER, /* votes spread over drugs with the same interaction partners */
  TH_NN_X_USE,     /* votes spread over drugs used for the same diseases */
  TH_NN_LIN_ALL,   /* votes by Lin's similarity in the ontology */
  TH_NN_LIN_BEST,  /* the nearest disease with this drug */
  TH_NN_B_BEST,    /* the same by profile B */
  TH_NN_B_SHARE,   /* share of all votes of profile B */
  TH_NN_B_CLUSTER, /* votes of profile B, each group of diseases with one drug set counted once */
  TH_NN_KIN_UP,    /* indicated for an ancestor, weighted by its information content */
  TH_NN_KIN_DOWN,  /* indicated for a descendant */
  TH_NN_LIFT,      /* log ratio of observed to expected votes */
  TH_NN_X_ALL,     /* votes of all diseases spread over drugs with the same interaction partners */
  TH_NN_REL_B,     /* knnB_all, knnC_all, lin_all, and the spread votes, each over the largest of the disease */
  TH_NN_REL_C,
  TH_NN_REL_LIN,
  TH_NN_REL_TARGET,
  TH_NN_REL_PARTNER,
  TH_NN_REL_USE,
  TH_NN_MAX_SIM, /* of the disease: the nearest labelled one by profile C, and its number of genes */
  TH_NN_N_GENES,
  TH_NN_TWIN_DEGREE, /* clusters of twins with the drug */
  TH_NN_TWIN_C,      /* votes of profile C, B and Lin's, each cluster of twins once for each drug, by its nearest member */
  TH_NN_TWIN_C_NEAR, /* C with the square of the vote */
  TH_NN_TWIN_B,
  TH_NN_TWIN_LIN,
  TH_NN_RATE_WEAK, /* log share of the clusters under the classes of the disease that have the drug, shrunk to the wider class */
  TH_NN_RATE_STRONG,
  TH_NN_RATE_LIFT,  /* the weakly shrunk one over that of all clusters */
  TH_NN_CLASS_SIZE, /* of the disease: clusters under its narrowest class with any */
  TH_NN_REL_TWIN_B, /* over the largest of the disease */
  TH_NN_REL_TWIN_C,
  TH_NN_FEATURES
} th_nn_feature;

TH_API const char *th_nn_feature_name(th_nn_feature f);

/* Scratch of one thread. */
typedef struct th_nn_scratch th_nn_scratch;
TH_API th_code th_nn_scratch_new(th_arena *a, const th_nn_world *w, th_nn_scratch **out, th_err *err);

/* How well the profile of a disease is known: what its scores rest on. */
typedef struct th_nn_support {
  uint32_t ancestors, genes, phenotypes;
  uint32_t n_keys; /* labelled diseases with any likeness */
  double max_sim;  /* the nearest of them by profile C */
} th_nn_support;

/* Fills x[f · n_drugs + drug] for all features. hide[k] leaves the labels of the k-th labelled disease out (NULL: none hidden); the
 * disease itself never votes for itself. Degrees, votes and paths see visible labels only. O(edges near the disease). */
TH_API void th_nn_features(const th_nn_world *w, const th_nn_labels *l, const uint8_t *hide, uint32_t disease, th_nn_scratch *s,
                           float *x, th_nn_support *support);

/* The support alone, much cheaper than the features. */
TH_API void th_nn_support_of(const th_nn_world *w, const th_nn_labels *l, uint32_t disease, th_nn_scratch *s,
                             th_nn_support *out);
/* Whether the graph knows anything of a drug beside its name and its uses: a protein, an interaction, an effect. */
TH_API bool th_nn_drug_known(const th_nn_world *w, uint32_t drug);

/* Likeness by profile C of the disease last given to th_nn_features to each labelled disease. */
TH_API const double *th_nn_similarity(const th_nn_scratch *s);

/* ── Measures of a ranking ─────────────────────────────────────────────────────────────────────────────────────────── */

/* Of one disease: exact expectations under random order of ties. N candidates; of each positive g candidates stand strictly above
 * and e are tied with it, itself included. */
typedef struct th_nn_measure {
  double percentile;                    /* mean of (N − g − e + (e − 1)/2)/(N − 1) */
  double mrr;                           /* 1/(g + (t + 1)/(m + 1)) at the best positive level: t ties, m of them positive */
  double recall10, recall30, recall100; /* mean of clip((k − g)/e, 0, 1) */
  double recall1pc, recall5pc;          /* k = ⌊share · N⌋ */
  double hit10;                         /* P(a positive among the first 10) */
  double ap;                            /* average precision, tied scores as one threshold */
  uint32_t n_positive;
} th_nn_measure;

/* score[n]; is[n]: 1 positive, 0 other candidate, 2 no candidate (left out). n_positive 0 gives zeros. O(n log n). scratch: n u32. */
TH_API th_nn_measure th_nn_measure_ranking(const float *score, const uint8_t *is, uint32_t n, uint32_t *scratch);
/* Area under the precision-recall curve (average precision) and the ROC curve of pooled scores; ties as one threshold. */
TH_API void th_nn_pooled(const float *score, const uint8_t *positive, size_t n, uint32_t *scratch, double *ap, double *auroc);
/* exp of the entropy of how often each drug stands in the top k of the lists added; entries at a list's lowest score left out,
 * ties at the border shared. count[n_drugs] sums over lists; returns the number of places filled. */
TH_API double th_nn_add_top(const float *score, uint32_t n, uint32_t k, uint32_t *scratch, double *count);
TH_API double th_nn_effective(const double *count, uint32_t n);

/* ── Fitted models ─────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Minimises Σ weight·logloss + penalty·Σ w² (the intercept is free) by Newton's method. x: rows of n_features; w: n_features + 1,
 * the intercept last. TH_EPARSE never; "did not converge" is *iterations = limit. */
TH_API th_code th_nn_logistic_fit(th_arena *a, const float *x, const uint8_t *y, const float *weight, size_t n,
                                  uint32_t n_features, double penalty, double *w, int *iterations, th_err *err);

/* Boosted trees on binned features: Newton steps on the logistic loss, level by level, one histogram pass a level (Friedman 2001;
 * Chen and Guestrin 2016). */
typedef struct th_nn_boost_options {
  uint32_t trees, depth;           /* 200, 5 */
  double rate, ridge, min_child;   /* 0.05; on leaf values, 1; smallest sum of second derivatives in a leaf, 5 */
  double row_share, feature_share; /* drawn anew for each tree: 0.5, 0.7 */
  bool rank; /* within groups: the loss of pairs (positive, other), each pair's gain weighed by the positive's place */
  uint64_t seed;
} th_nn_boost_options;
TH_API th_nn_boost_options th_nn_boost_default(void);

typedef struct th_nn_boost_node {
  uint32_t feature; /* UINT32_MAX: a leaf */
  float cut;        /* left: x ≤ cut */
  uint32_t left;    /* right is left + 1 */
  float value;      /* of a leaf; of an inner node what it would give were it a leaf */
} th_nn_boost_node;

typedef struct th_nn_boost {
  uint32_t n_features, n_trees, n_nodes;
  double base;
  const uint32_t *root; /* first node of each tree */
  const th_nn_boost_node *node;
  const void *forest; /* private: as th_nn_boost_prepare left it, or NULL */
} th_nn_boost;

/* x: n rows of n_features; group: rows of one group stand together (only for rank; else NULL). The result is the same at any number
 * of threads. */
TH_API th_code th_nn_boost_fit(th_arena *a, const float *x, const uint8_t *y, const float *weight, const uint32_t *group,
                               size_t n, uint32_t n_features, th_nn_boost_options opt, th_pool *pool, th_nn_boost *out,
                               th_err *err);
/* Log odds (or rank score) of one row; feature f is x[f · stride]. */
TH_API double th_nn_boost_at(const th_nn_boost *b, const float *x, size_t stride);
/* Lays the trees out for th_nn_boost_all, several times as fast with it; root and node must stay as they are. TH_ENOMEM. */
TH_API th_code th_nn_boost_prepare(th_arena *a, th_nn_boost *b, th_err *err);
/* th_nn_boost_at of n rows whose feature f is x[f · n + row]. */
TH_API void th_nn_boost_all(const th_nn_boost *b, const float *x, size_t n, double *out);
/* The same score as a sum: share[f] += what the cuts on feature f moved it by (Saabas 2014); returns the rest, which no feature
 * moved. Rest and shares add up to th_nn_boost_at exactly, but for rounding. */
TH_API double th_nn_boost_explain(const th_nn_boost *b, const float *x, size_t stride, double *share);

#endif
