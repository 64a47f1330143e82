/* A network over the graph, after TxGNN (Huang 2024): node vectors that stay random, two rounds of typed neighbour means, a product
 * per relation as the score, and diseases that borrow from the diseases most like them. It differs where the specification asks:
 * the drug edges of a share of the training diseases, with their twins, are out of the flow while they are learnt from.
 *
 * Same bytes for a seed at any number of threads (on one instruction set). */
#ifndef THERIAC_NN_NET_H
#define THERIAC_NN_NET_H

#include "theriac/nn.h"

typedef struct th_net th_net;

typedef enum th_net_negatives {
  TH_NET_RANKED,   /* for each positive, drugs drawn over all drugs that are no positive of the disease */
  TH_NET_N1,       /* TxGNN's: the other end drawn among ends with an edge, no filter */
  TH_NET_FILTERED, /* N1 without known positives */
} th_net_negatives;

typedef struct th_net_options {
  uint32_t width;                    /* 100 */
  uint32_t prototypes;               /* 3; 0: every disease stands for itself */
  double gate;                       /* λ, 0.7 */
  double mask;                       /* share of the training diseases hidden in each epoch, 0.15; 0: none, as published */
  uint32_t pretrain_epochs, epochs;  /* 1, 500 */
  uint32_t batch;                    /* of pretraining, 65,536 edges */
  double pretrain_rate, rate, decay; /* 1e-3·√(batch/1024) at most 4e-3, 5e-4, 0.01 */
  th_net_negatives negatives;
  uint32_t negatives_each; /* RANKED: 8 */
  double contra_weight;    /* contraindicated pairs as negatives of indication; 0: not */
  bool self_loops;         /* every node also hears itself; not in TxGNN */
  bool own_prototype;      /* a disease may be its own prototype when scored, as published */
  bool random_prototypes;  /* ablation */
  const char *skip;        /* relations left out, commas between; NULL: none */
  uint64_t seed_vectors, seed_weights, seed_draws;
} th_net_options;
TH_API th_net_options th_net_default(uint64_t seed);

/* A network over the world's graph that may see the drug edges of the labelled diseases with visible[k]; cluster[k]: diseases hidden
 * together. World, visible and cluster must outlive it. TH_EINVAL for options out of range. Memory: about 5 · nodes · width floats. */
TH_API th_code th_net_new(th_arena *a, const th_nn_world *w, const uint8_t *visible, const uint32_t *cluster, th_net_options o,
                          th_pool *pool, th_net **out, th_err *err);
TH_API uint64_t th_net_n_parameters(const th_net *t); /* trainable ones: those of relations and decoder */

/* Told after each batch how many edges of how many are done; fn may be NULL. */
typedef struct th_net_tick {
  void (*fn)(void *ctx, uint64_t done, uint64_t total);
  void *ctx;
} th_net_tick;

/* One pass over all training edges in batches, each batch's edges and their reverses out of the flow. TH_EPARSE when the loss is no
 * number any more. Call for epoch 0 … pretrain_epochs − 1, then th_net_begin, then th_net_epoch for 0 … epochs − 1. */
TH_API th_code th_net_pretrain(th_net *t, uint32_t epoch, th_net_tick tick, double *loss, th_err *err);
TH_API void th_net_begin(th_net *t); /* decoder and optimiser anew, as between the two stages */
TH_API th_code th_net_epoch(th_net *t, uint32_t epoch, double *loss, th_err *err);

/* Sums what every node is worth with all visible edges in the flow; to be called before scoring. */
TH_API void th_net_encode(th_net *t);
/* Log odds of an indication for all drugs; out[n_drugs]. False when nothing speaks for the disease: no edge and no like disease. */
TH_API bool th_net_score(const th_net *t, uint32_t disease, float *out);

/* All that an interrupted training needs; same program and options give the same bytes after as without the interruption. */
typedef struct th_net_state {
  float *parameter, *m, *v;
  uint64_t n, step;
  double rate, best_loss;
  uint32_t bad;
} th_net_state;
TH_API th_net_state th_net_save(th_net *t); /* views into the network */
TH_API th_code th_net_load(th_net *t, const th_net_state *s, th_err *err);

/* What scoring needs, without the network: decoder-weighted vectors of drugs and of diseases; score = their product. */
typedef struct th_net_vectors {
  uint32_t width, n_diseases; /* of a row, zeros behind the options' width; rows of disease */
  const float *drug, *disease;
} th_net_vectors;
TH_API th_code th_net_vectors_of(th_arena *a, const th_net *t, th_net_vectors *out, th_err *err);

/* A drug among the best of a disease. */
typedef struct th_net_best {
  float score;
  uint32_t drug;
} th_net_best;
/* Scores all pairs and keeps of each disease the `most` best drugs (all, when there are fewer), by falling score, equal ones by number:
 * out[disease · min(most, n_drugs) + place], in the arena. The same at any number of threads. Memory beside it: one copy of the drugs'
 * vectors. 2 · diseases · drugs · width operations. */
TH_API th_code th_net_best_of(th_arena *a, const th_net_vectors *v, uint32_t n_drugs, uint32_t most, th_pool *pool,
                              th_net_best **out, th_err *err);

/* ── Reasons ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One typed path's exact share of a score, gates of the first round held fixed: end ← middle ← far. */
typedef struct th_net_share {
  bool drug_side; /* the path hangs on the drug; else on the disease or on one like it */
  uint32_t via;   /* the disease whose vector it belongs to (the disease or a prototype), or the drug */
  uint32_t relation2, middle, relation1,
      far; /* relations by th_net_relation, nodes of the graph; middle TH_GRAPH_NONE: the bias of round 2; far: the bias of round 1 */
  double share;
} th_net_share;

/* Name of a relation, and whether it is read from the graph's second type to its first. */
TH_API const char *th_net_relation(const th_net *t, uint32_t relation, bool *reverse);

typedef struct th_net_reasons {
  double score;
  double disease_total, drug_total; /* sums of all shares of each side, biases among them: each is the score again */
  double bias;                      /* of the disease side */
  th_net_share *path;               /* by falling absolute share */
  size_t n;
} th_net_reasons;
/* k: paths kept, of both sides. Neighbours of round 2 are all counted; those that weigh most are opened into their paths, the others
 * stay whole (relation1 TH_GRAPH_NONE). After th_net_encode. O(edges within two steps). */
TH_API th_code th_net_explain(th_arena *a, th_net *t, uint32_t drug, uint32_t disease, size_t k, th_net_reasons *out,
                              th_err *err);

#endif
