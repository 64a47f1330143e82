/* The world's parts, shared among the files of `nn`. */
#ifndef THERIAC_NN_PRIV_H
#define THERIAC_NN_PRIV_H

#include "theriac/nn.h"

/* Rows of weighted columns. */
typedef struct th_nn__sparse {
  uint32_t n;
  uint32_t *row, *col;
  float *w;
} th_nn__sparse;

/* A block of the disease profile: rows of all diseases, and for each column the labelled diseases that have it. */
typedef struct th_nn__block {
  uint32_t n_cols;
  th_nn__sparse of;       /* disease → columns, weights idf (1 for the binary block) */
  th_nn__sparse labelled; /* column → labelled disease */
  double *norm;           /* of each disease */
} th_nn__block;

enum { BLOCK_A, BLOCK_ONTO, BLOCK_GENE, BLOCK_PHENO, BLOCKS };
enum { LIKE_TARGET, LIKE_EFFECT, LIKE_PARTNER, LIKES };

struct th_nn_world {
  th_arena *a;
  const th_graph *g;
  th_graph_onto onto;
  bool has_onto;
  uint32_t n_drugs, n_diseases, n_genes, n_labelled, n_pathways;
  uint32_t *labelled, *labelled_of;
  th_nn_labels all;
  th_nn__block block[BLOCKS];
  th_nn__sparse like[LIKES]; /* drug → the 20 drugs most alike, ties by id */
  /* degree-weighted edges, weight = (degree of both ends)^-0.4 */
  th_nn__sparse dis_gene, gene_drug, gene_target, gene_gene, gene_path, path_gene, kin, gene_dis, dis_pheno, pheno_drug;
  th_nn__sparse drug_drug; /* weight (degree of both ends)^-0.5 */
  float *log_proteins, *log_drugs, *log_effects;
  uint32_t *drug_set; /* labelled disease → number of its set of indicated drugs (equal sets share it) */
  uint32_t n_drug_sets;
};

struct th_nn_scratch {
  double *sim[5]; /* A, B, G, P, C over the labelled */
  double *dot[BLOCKS];
  double *lin;
  uint32_t *order;
  double *degree; /* of drugs, visible labels */
  double *v1, *v2, *v3, *v4, *v5;
  double *best;                    /* of drugs, 0 between uses */
  uint32_t *touched;               /* drugs */
  uint32_t *pair_seen, *twin_seen; /* of drugs in clusters, of clusters */
  double *gene1, *gene2, *path;
  uint8_t *mark;
  float *set_best;
};

#define TH_NN__A 0
#define TH_NN__B 1
#define TH_NN__G 2
#define TH_NN__P 3
#define TH_NN__C 4

/* One disease to be spoken of: s->mark[i], the i-th labelled disease may vote; x, see th_nn_features. */
typedef struct th_nn__query {
  const th_nn_world *w;
  const th_nn_labels *l;
  uint32_t disease;
  th_nn_scratch *s;
  float *x;
} th_nn__query;

/* The features in which a cluster of twins counts once, and the rates by class. Needs likenesses and marks. */
void th_nn__twin_votes(const th_nn__query *q);
/* The disease and its ancestors from the widest to the narrowest; out has room for all diseases. How many. */
uint32_t th_nn__classes(const th_nn_world *w, uint32_t disease, uint32_t *out);
bool th_nn__is_under(const th_nn_world *w, uint32_t disease, uint32_t class); /* the class itself, or below it */
/* Share of all clusters that have a drug, before any class is looked at. */
#define TH_NN__PRIOR(of_drug, n_clusters) (((of_drug) + 0.5) / ((n_clusters) + 50))
#define TH_NN__WEAK                       2.0 /* clusters that the wider class counts as */
#define TH_NN__STRONG                     8.0
th_code th_nn__group_twins(th_arena *a, const th_nn_world *w, th_nn_labels *l, th_err *err);

enum { TH_NN__TOP = 30 };
/* The most alike that may vote (mark) and have a label in these rows, by falling likeness, then by number; returns how many. */
uint32_t th_nn__nearest(const th_nn_labels *l, const uint8_t *mark, const double *sim, const uint32_t *row,
                        uint32_t top[TH_NN__TOP]);
bool th_nn__has(const th_nn_labels *l, uint32_t labelled, uint32_t drug); /* is it among the indications */

/* Likeness of a disease to every labelled one under the five profiles, into s->sim. */
void th_nn__similar(const th_nn_world *w, uint32_t disease, th_nn_scratch *s);

#endif
