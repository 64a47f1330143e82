/* Floor 5: which drugs rank high for a disease, and how far to believe it. Opens the files that the engines of floors 2 and 3 work
 * on, splits what is known into parts, measures, trains, scores and explains. */
#ifndef THERIAC_PREDICT_H
#define THERIAC_PREDICT_H

#include "theriac/graph.h"
#include "theriac/nn.h"
#include "theriac/nn/net.h"
#include "theriac/predict/outlook.h"

/* ── The graph file ────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_predict_import {
  const char *const *path; /* node and edge tables, plain or gzip, in any order */
  size_t n_paths;
  const char *columns;  /* see th_graph_build_begin; NULL: the headers as they are */
  const char *synonyms; /* table node_type, node_id, name; NULL: none */
  bool strict;
} th_predict_import;

/* Reads the tables and writes the graph to path_out, beside it first and renamed, so that a failed import leaves the old graph.
 * *report is filled also when --strict refuses. */
TH_API th_code th_predict_graph_import(th_predict_import in, const char *path_out, th_graph_report *report, th_err *err);

/* A graph file in memory with the view over it. */
typedef struct th_predict_graph {
  th_graph g;
  th_arena *arena;
  void *owned; /* private */
} th_predict_graph;

TH_API th_code th_predict_graph_open(const char *path, th_predict_graph *out, th_err *err);
TH_API void th_predict_graph_close(th_predict_graph *p);

/* ── Splits ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_predict_split_kind { TH_SPLIT_DISEASE, TH_SPLIT_CLUSTER, TH_SPLIT_RANDOM, TH_SPLIT_FULL } th_predict_split_kind;
typedef enum th_predict_part { TH_PART_TRAIN, TH_PART_VALID, TH_PART_TEST } th_predict_part;

/* disease_holdout, cluster_holdout: every drug–disease edge of a labelled disease follows it. random_edge: single indications;
 * full: every twentieth cluster to valid, nothing to test. */
typedef struct th_predict_split {
  th_predict_split_kind kind;
  uint64_t seed;
  uint32_t n;              /* labelled diseases */
  const uint8_t *part;     /* of each (random_edge: all train) */
  const uint32_t *cluster; /* of each: the labelled disease whose id is the smallest of its cluster */
  uint32_t n_pairs;        /* random_edge: indications in byte order of drug and disease id */
  const uint32_t *pair_labelled, *pair_drug;
  const uint8_t *pair_part;
  th_str text;     /* the split file */
  char sha256[65]; /* of it */
} th_predict_split;

/* The generator is splitmix64 with Fisher and Yates' shuffle and whole-number cuts, so that a seed gives the same file anywhere. */
TH_API th_code th_predict_split_make(th_arena *a, const th_nn_world *w, th_predict_split_kind kind, uint64_t seed,
                                     th_predict_split *out, th_err *err);
TH_API const char *th_predict_split_name(th_predict_split_kind kind); /* "cluster_holdout" */
TH_API bool th_predict_split_kind_of(const char *name, th_predict_split_kind *out);

/* ── Evaluation ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_predict_stratum { TH_STRATUM_ALL, TH_STRATUM_HOP1, TH_STRATUM_KIN } th_predict_stratum;

/* Means over diseases of one method on one split, and the values of each disease for paired comparison. */
typedef struct th_predict_result {
  const char *method;
  th_nn_measure mean; /* n_positive: pairs in all */
  uint32_t n_diseases;
  double auprc_drug, auroc_drug, auroc_disease; /* pooled 1:1, mean of ten draws */
  double effective30, support30;
  const th_nn_measure *each; /* n_diseases */
  const uint32_t *disease;
} th_predict_result;

typedef struct th_predict_table {
  th_predict_result *row;
  size_t n;
} th_predict_table;

typedef struct th_predict_eval {
  th_predict_split_kind kind;
  uint64_t seed;
  bool with_valid; /* test and valid diseases, else test alone; valid_only wins */
  bool valid_only;
  th_predict_stratum stratum;
  bool no_fits; /* leave out what needs fitting */
} th_predict_eval;

/* Every baseline on one split. */
TH_API th_code th_predict_baselines(th_arena *a, const th_nn_world *w, th_predict_eval e, th_pool *pool, th_predict_table *out,
                                    th_err *err);

/* ── The model ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

enum { TH_PREDICT_MEMBERS_MAX = 16, TH_PREDICT_QUANTILES = 33 };

typedef struct th_predict_train {
  th_predict_split_kind kind; /* full for use, another for evaluation */
  uint64_t seed;
  uint32_t members;      /* 0: 8; each with its own negatives, rows and features drawn, fitted to a bootstrap of clusters */
  uint32_t trees, depth; /* 0: the defaults */
} th_predict_train;

/* A set of boosted models over the features of nn.h, fitted with the twin cluster of each training disease hidden, so that it learns
 * what an unseen disease looks like; and what turns its score into something to read. Tied to one graph by SHA-256. */
typedef struct th_predict_model {
  char graph_sha256[65], split_sha256[65];
  th_predict_split_kind kind;
  uint64_t seed;
  uint32_t n_members, n_drugs;
  th_net_vectors net;         /* of a network, which is one member without trees; drug NULL: boosted trees */
  th_net_options net_options; /* with these and the parameters it can be laid over the graph again */
  const float *net_parameter;
  uint64_t n_net_parameters;
  th_nn_boost member[TH_PREDICT_MEMBERS_MAX];
  double cal[3];      /* logit of the calibrated probability: cal[0] + cal[1]·raw + cal[2]·ln(1 + indications of the drug) */
  double base_rate;   /* share of listed indications among all pairs of the calibration diseases */
  double sim_min;     /* likeness to the nearest labelled disease below which a disease counts as unsupported */
  double lift[2];     /* expected raw score of a drug: lift[0] + lift[1]·ln(1 + indications) */
  double specificity; /* β of the frequent-flyer correction */
  const float *drug_mean, *drug_sd; /* of the standardised score of each drug over the reference diseases */
  const float *top_share;           /* share of the reference diseases in whose top 1 % the drug stands */
  const float *quantile;            /* n_drugs × TH_PREDICT_QUANTILES: raw score of the drug over the reference diseases */
  uint32_t n_reference;
  th_nn_measure valid; /* on the diseases it was calibrated on */
} th_predict_model;

TH_API th_code th_predict_model_train(th_arena *a, const th_nn_world *w, th_predict_train t, th_pool *pool,
                                      th_predict_model *out, th_err *err);
/* The network in place of the trees. Every 20 epochs it is measured on the calibration diseases, and the best state is kept. */
typedef struct th_predict_network {
  th_net_options o;
  const char *checkpoint; /* where the state goes after every epoch, so that a kill costs one; NULL: nowhere */
  bool resume;            /* go on from the checkpoint, which must be of the same graph, split and options */
} th_predict_network;
TH_API th_code th_predict_network_train(th_arena *a, const th_nn_world *w, th_predict_train t, th_predict_network n,
                                        th_pool *pool, th_predict_model *out, th_err *err);
/* The network of a model laid over the graph again, ready to explain. TH_EINVAL for a model of trees. */
TH_API th_code th_predict_network_open(th_arena *a, const th_predict_model *m, const th_nn_world *w, th_pool *pool,
                                       th_net **out, th_err *err);

/* Whether stated probabilities hold on diseases held out: slope of observed over stated log odds (1 is right), pairs observed and
 * expected in all and among the top 1 %, expected calibration error over 15 bins of equal count, Brier score. */
typedef struct th_predict_calibration {
  double n, slope, observed, expected, top_observed, top_expected, ece, brier;
} th_predict_calibration;

/* Trains the model without the test part of the split and measures it beside every baseline; its row is the last, "default". With
 * `network` that is trained too and measured alone and beside the default. */
TH_API th_code th_predict_compare(th_arena *a, const th_nn_world *w, th_predict_eval e, th_predict_train t,
                                  const th_predict_network *network, th_pool *pool, th_predict_table *out,
                                  th_predict_calibration *cal, th_err *err);

TH_API th_code th_predict_model_save(const th_predict_model *m, const char *path, th_err *err);
/* TH_ECONFLICT when the model was made from another graph. */
TH_API th_code th_predict_model_load(th_arena *a, const char *path, const th_nn_world *w, th_predict_model *out, th_err *err);

/* ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Of one pair. raw is a log odds against drawn negatives and no probability; p_cal is the probability that a source like the training
 * labels lists the pair as an indication, which is no probability that the drug works. */
typedef struct th_predict_score {
  uint32_t drug, disease;
  double raw, sd, raw_lo, raw_hi; /* mean, spread and range over the members */
  double rank, pct_in_disease;    /* among all drugs: 1 is the best; mid-rank of ties; share of the others below */
  double rank_lo, rank_hi;        /* ranks at the highest and the lowest member's score; rank lies between them */
  double pct_labelled;            /* among the drugs with an indication */
  double pct_in_drug;             /* among the reference diseases of this drug */
  double pct_contra;              /* by votes of contraindications, among all drugs */
  double p_cal, lift;
  double z, z_specific, rank_specific; /* standardised in the disease; with the drug's own mean over diseases taken off */
  double top_share;
  th_predict_novelty novelty;
  th_nn_support support;
  th_predict_abstain abstain; /* why the rank is not to be relied on, or TH_ABSTAIN_NO */
} th_predict_score;

/* One scorer for one thread at a time. */
typedef struct th_predict_scorer th_predict_scorer;
TH_API th_code th_predict_scorer_new(th_arena *a, const th_predict_model *m, const th_nn_world *w, th_predict_scorer **out,
                                     th_err *err);
/* All drugs of one disease: fills out[n_drugs] in order of drug. O(drugs · trees). */
TH_API void th_predict_disease(th_predict_scorer *s, uint32_t disease, th_predict_score *out);
/* All pairs of a network scored at once, the `most` best drugs of every disease kept for th_predict_best; *out NULL for a model of
 * trees, which needs nothing beforehand. */
TH_API th_code th_predict_best_of_all(th_arena *a, const th_predict_model *m, uint32_t most, th_pool *pool, th_net_best **out,
                                      th_err *err);
/* The best drugs of a disease by falling score: at most `most`, how many there are is returned. all: as th_predict_best_of_all gave
 * it for the same `most`; then z, pct_labelled and pct_contra, which ask for every drug, are NAN. */
TH_API uint32_t th_predict_best(th_predict_scorer *s, uint32_t disease, const th_net_best *all, uint32_t most,
                                th_predict_score *out);
/* Why: what each feature added to the raw score of the drug in the disease last scored, and the rest that none did; they add up to
 * raw. share[TH_NN_FEATURES]. */
TH_API double th_predict_explain(th_predict_scorer *s, uint32_t drug, double *share);
/* Those shares handed on to the paths that carry them. */
TH_API th_code th_predict_trace(th_arena *a, const th_predict_scorer *s, uint32_t drug, const double *share, th_nn_trace *out,
                                th_err *err);
/* Feature values of the disease last scored: x[feature · n_drugs + drug]. */
TH_API const float *th_predict_features(const th_predict_scorer *s);

/* The diseases that speak for a drug in the disease last scored, nearest first by profile C; returns how many of at most n. */
typedef struct th_predict_voter {
  uint32_t disease;
  double sim;
} th_predict_voter;
TH_API uint32_t th_predict_voters(const th_predict_scorer *s, uint32_t drug, th_predict_voter *out, uint32_t n);

#endif
