/* A score taken apart into typed paths: what each feature added is handed on to the diseases, drugs, genes, pathways and phenotypes
 * that make its value up. Floor 3, pure. */
#ifndef THERIAC_NN_TRACE_H
#define THERIAC_NN_TRACE_H

#include "theriac/nn.h"

/* What a feature speaks of. The first five groups are carried by paths, the others are properties of drug or disease. */
typedef enum th_nn_group {
  TH_NN_GROUP_DISEASES,   /* used in diseases like this */
  TH_NN_GROUP_DRUGS,      /* drugs like it used in diseases like this */
  TH_NN_GROUP_GENES,      /* genes and pathways */
  TH_NN_GROUP_PHENOTYPES, /* phenotypes and side effects */
  TH_NN_GROUP_CONTRA,     /* contraindications in diseases like this */
  TH_NN_GROUP_POPULARITY, /* how widely the drug is used */
  TH_NN_GROUP_DRUG,       /* how much is known of the drug */
  TH_NN_GROUP_DISEASE,    /* how much is known of the disease */
  TH_NN_GROUPS
} th_nn_group;
TH_API th_nn_group th_nn_group_of(th_nn_feature f);
TH_API const char *th_nn_group_name(th_nn_group g); /* "like_diseases", "like_drugs", "genes" … */

/* Kinds of path, inner nodes from the drug's side to the disease's. */
typedef enum th_nn_via {
  TH_NN_VIA_DISEASE,      /* drug – indication – disease′ ~ disease */
  TH_NN_VIA_CONTRA,       /* drug – contraindication – disease′ ~ disease */
  TH_NN_VIA_TARGET,       /* drug ~ drug′ (proteins) – indication – disease′ ~ disease */
  TH_NN_VIA_EFFECT,       /* … (side effects) */
  TH_NN_VIA_PARTNER,      /* … (the same interaction partners) */
  TH_NN_VIA_INTERACTION,  /* … (they interact) */
  TH_NN_VIA_USE,          /* … (used for the same diseases) */
  TH_NN_VIA_GENE,         /* drug – gene – disease */
  TH_NN_VIA_GENE_GENE,    /* drug – gene – gene – disease */
  TH_NN_VIA_GENE_KIN,     /* drug – gene – disease′ – disease (hierarchy) */
  TH_NN_VIA_DISEASE_GENE, /* drug – indication – disease′ – gene – disease */
  TH_NN_VIA_GENE_PATHWAY, /* drug – gene – pathway – gene – disease */
  TH_NN_VIA_PHENOTYPE,    /* drug – phenotype – disease */
  TH_NN_VIAS
} th_nn_via;
TH_API const char *th_nn_via_name(th_nn_via v); /* "like_disease", "gene", "gene_pathway_gene" … */
TH_API th_nn_group th_nn_via_group(th_nn_via v);

typedef struct th_nn_trace_path {
  th_nn_via via;
  uint32_t n, node[3]; /* nodes of the graph */
  double share;        /* log odds */
} th_nn_trace_path;

typedef struct th_nn_trace {
  th_nn_trace_path *path; /* by falling size of share, then by kind and nodes: one order for all */
  size_t n;
  double own
      [TH_NN_GROUPS]; /* what no path carries: properties, evidence that is not there, paths lighter than 1e-5 of their feature */
} th_nn_trace;

/* After th_nn_features(w, l, …, disease, s, x, …): hands share[f] of the drug on to the paths behind feature f, each by the part it
 * has in the feature's value. Sum over paths and own equals the sum of the shares, but for rounding. O(edges near both ends). */
TH_API th_code th_nn_trace_paths(th_arena *a, const th_nn_world *w, const th_nn_labels *l, const th_nn_scratch *s,
                                 const float *x, uint32_t disease, uint32_t drug, const double *share, th_nn_trace *out,
                                 th_err *err);

/* What makes a labelled disease like the one last given to th_nn_features: shares of hierarchy, genes and phenotypes; sum 1, or all
 * 0 when they are not alike. */
TH_API void th_nn_basis(const th_nn_world *w, const th_nn_scratch *s, uint32_t disease, uint32_t labelled, double out[3]);

#endif
