/* What the files of `predict` share. */
#ifndef THERIAC_PREDICT_PRIV_H
#define THERIAC_PREDICT_PRIV_H

#include "theriac/predict.h"

/* splitmix64 (Steele, Lea, Flood 2014), the splits' generator. */
uint64_t th_predict__splitmix(uint64_t *state);
uint64_t th_predict__bounded(uint64_t *state, uint64_t n); /* 0..n-1 */
void th_predict__shuffle(uint64_t *state, uint32_t *v, uint32_t n);

/* What a split leaves visible. */
th_code th_predict__labels(th_arena *a, const th_nn_world *w, const th_predict_split *s, th_nn_labels *out, th_err *err);

/* One scratch and feature matrix for each thread. */
typedef struct th_predict__bench {
  const th_nn_world *w;
  th_pool *pool;
  unsigned n;
  th_nn_scratch **scratch;
  float **x;
} th_predict__bench;

th_code th_predict__bench_new(th_arena *a, const th_nn_world *w, th_pool *pool, th_predict__bench *out, th_err *err);

/* ── Rows to fit on ────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_predict__hide { HIDE_OWN, HIDE_CLUSTER } th_predict__hide;

/* Positives and drawn negatives of the training diseases, features as th_nn_features gives them with the labels of the disease
 * itself, or of its whole cluster, hidden. */
typedef struct th_predict__rows {
  size_t n;
  float *x; /* n × TH_NN_FEATURES */
  uint8_t *y;
  uint32_t *group; /* training disease */
} th_predict__rows;

th_code th_predict__rows_make(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                              th_predict__hide hide, uint32_t negatives, uint64_t seed, th_predict__rows *out, th_err *err);

/* ── Methods ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Turns the feature matrix of one disease into one score for each drug. */
typedef struct th_predict__method {
  const char *name;
  void (*score)(const struct th_predict__method *m, const th_nn_world *w, const float *x, uint32_t disease, float *out);
  th_nn_feature feature;
  int how;         /* of a plain one: 0 as it is, 1 plus degree as a tie break, 2 that over √(degree + 1) */
  const void *fit; /* of a fitted one */
} th_predict__method;

th_code th_predict__evaluate(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                             th_predict_eval e, const th_predict__method *m, size_t n, th_predict_table *out, th_err *err);

th_code th_predict__baseline_methods(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                                     th_predict_eval e, const th_predict__method **out, size_t *n_out, th_err *err);

/* The score of every member for n drugs: each[member · n + drug]. x: features of the disease (a network reads none). */
void th_predict__raw(const th_predict_model *m, const float *x, uint32_t disease, uint32_t n, double *each);

/* The mean over the members for one drug. */
double th_predict__raw_of(const th_predict_model *m, const float *x, uint32_t disease, uint32_t n, uint32_t drug);
double th_predict__calibrated(const th_predict_model *m, double raw, uint32_t degree); /* degree: indications of the drug */

/* The labels a model may see; see scorer.c. */
th_code th_predict__visible(th_arena *a, const th_predict_model *m, const th_nn_world *w, th_nn_labels *out, th_err *err);
/* The features of a disease alone, for th_predict_explain; no score is reckoned. */
void th_predict__look(th_predict_scorer *s, uint32_t disease, th_nn_support *support);

/* What turns a fitted model's scores into something to read, from the calibration diseases and the training diseases. */
th_code th_predict__measure_up(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                               th_predict_model *out, th_err *err);

#endif
