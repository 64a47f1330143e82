/* Floor 5: which drugs rank high for a disease, and how far to believe it. Opens the files that the engines of floors 2 and 3 work
 * on, splits what is known into parts, measures, trains, scores and explains. */
#ifndef THERIAC_PREDICT_H
#define THERIAC_PREDICT_H

#include "theriac/graph.h"
#include "theriac/nn.h"

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

#endif
