/* The network's parts, shared among its files. */
#ifndef THERIAC_NN_NET_PRIV_H
#define THERIAC_NN_NET_PRIV_H

#include "nn/nn_priv.h"
#include "theriac/nn/net.h"

/* ── Kernels ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Rows of `ld` floats (a multiple of 16, the first d used, the rest zero). An index of NULL means row i itself. Each row of C stands
 * at most once in ci, so calls on distinct rows may run side by side. */
typedef struct th_net__kernels {
  const char *name;
  /* C[ci[i]] += A[ai[i]] · W, W of d rows. */
  void (*multiply)(size_t n, const float *a, const uint32_t *ai, const float *w, float *c, const uint32_t *ci, uint32_t d,
                   uint32_t ld);
  /* C += Σ A[ai[i]]ᵀ B[bi[i]], C of d rows. */
  void (*outer)(size_t n, const float *a, const uint32_t *ai, const float *b, const uint32_t *bi, float *c, uint32_t d,
                uint32_t ld);
  /* C = A · W: n rows of A (lda apart, the first d used), W of d rows of `width` floats, rows of C `width` apart; width a multiple
   * of 64. */
  void (*product)(size_t n, const float *a, uint32_t lda, const float *w, uint32_t d, float *c, uint32_t width);
  /* out = scale · Σ src[col[k]] */
  void (*gather)(const float *src, const uint32_t *col, size_t n, float scale, float *out, uint32_t ld);
} th_net__kernels;

const th_net__kernels *th_net__kernels_plain(void);
const th_net__kernels *th_net__kernels_avx2(void);   /* NULL where the processor lacks it */
const th_net__kernels *th_net__kernels_avx512(void); /* likewise */
const th_net__kernels *th_net__kernels_best(void);

/* ── The parts ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Rows of one relation in one direction: messages flow from col (of type src) to row (of type dst). */
typedef struct th_net__rows {
  uint32_t n;
  const uint32_t *row, *col;
} th_net__rows;

enum { NET_KINDS = 3, NET_SELF = -2 }; /* indication, contraindication, off-label use */

typedef struct th_net__relation {
  const char *name;
  uint32_t src, dst;           /* types */
  uint32_t back;               /* the relation that holds the same edges the other way (itself within one type) */
  int kind;                    /* of drug and disease: 0 … NET_KINDS - 1; a node with itself: NET_SELF; else -1 */
  th_net__rows in, all;        /* in: what messages flow over now; all: every training edge */
  uint32_t *own_row, *own_col; /* of `in`, when edges are taken out of it */
  uint8_t *out;                /* of each edge of `in`: left out of the flow for this batch; NULL outside pretraining */
  size_t at;                   /* of its parameters: W1, b1, W2, b2, each of rows of ld */
} th_net__relation;

/* What one layer does with one relation: rows that receive anything, and the mean each receives. */
typedef struct th_net__flow {
  uint32_t n;
  uint32_t *active; /* rows of dst with an edge, rising */
  uint32_t *at;     /* place of each row of dst in active, or TH_GRAPH_NONE */
  float *inverse;   /* 1/degree */
  float *mean;      /* n × ld */
} th_net__flow;

typedef struct th_net__edges { /* to score and learn from */
  size_t n, room;
  uint32_t *relation, *src, *dst; /* relation by number; rows within the types */
  float *label, *weight, *delta;
  uint32_t *start, *item; /* edges of each end: rows of all types, then of the kinds' Ĥ */
} th_net__edges;

typedef struct th_net__adam {
  float *m, *v;
  uint64_t step;
  double rate, best_loss;
  uint32_t bad;
} th_net__adam;

struct th_net {
  th_arena *a;
  const th_nn_world *w;
  th_pool *pool;
  const th_net__kernels *k;
  th_net_options o;
  uint32_t d, ld, n_types, n_relations, drug, disease, n_threads;
  uint32_t *size;  /* nodes of each type */
  uint32_t *first; /* row of each type, then of each kind's Ĥ, among all rows that edges end at */
  th_net__relation *r;
  const uint8_t *visible;  /* of each labelled disease: may be learnt from */
  const uint32_t *cluster; /* of each labelled disease */
  uint8_t *hidden;         /* labelled diseases whose drug edges are out of the flow now */
  size_t n_theta, decoder; /* parameters; where the decoder's rows begin */
  float *theta, *gradient;
  float **x, **h1, **h2, **g1, **g2; /* of each type: rows of ld; g: gradients. h2, g2 of types not wanted are NULL */
  th_net__flow *flow1, *flow2;
  bool *use1, *use2;                        /* of each relation */
  float *hat[NET_KINDS], *g_hat[NET_KINDS]; /* of each disease */
  uint32_t *like; /* diseases × NET_LIKE: labelled diseases by falling likeness; TH_GRAPH_NONE behind the last */
  float *like_sim;
  uint32_t *proto; /* kinds × diseases × prototypes */
  float *proto_share, *gate[NET_KINDS];
  uint32_t *degree[NET_KINDS]; /* of diseases, in the flow now */
  th_net__edges e;
  float *partial; /* blocks of sums, one after the other */
  uint32_t n_partial;
  uint32_t **spare; /* of each thread: columns left after taking some out */
  th_net__adam adam;
  uint32_t *lot;        /* room for a number of each labelled disease */
  const uint8_t **want; /* rows of each type that round 2 is needed for while fine-tuning: all, but of diseases the labelled */
};

enum { NET_LIKE = 48, NET_ROWS = 192, NET_BLOCKS = 32 };

/* Runs fn(net, what, from, to) over rows 0..n-1 in pieces of NET_ROWS; every row is done by one call. */
typedef void (*th_net__rows_fn)(th_net *t, const void *what, size_t from, size_t to, unsigned worker);
void th_net__over_rows(th_net *t, size_t n, th_net__rows_fn fn, const void *what);

/* Columns of row v of `in` that flow now: in place, or in `spare`. */
const uint32_t *th_net__flowing(const th_net__relation *r, size_t v, uint32_t *spare, uint32_t *n);
/* Rows that receive anything (NULL want: all wanted) into f, and their inverse degrees. */
void th_net__flow_set(const th_net *t, const th_net__relation *r, const uint8_t *want, th_net__flow *f);

th_code th_net__like(th_net *t, th_err *err);
/* Takes the drug edges of hidden and unseen diseases out of the flow; sets degrees, gates and prototypes. */
void th_net__hide(th_net *t);
void th_net__forward(th_net *t);
void th_net__backward(th_net *t);
/* Ĥ of all diseases from h2, and its gradient back into g2. */
void th_net__hat(th_net *t);
void th_net__hat_back(th_net *t);
/* Scores and gradients of the edges; returns the mean loss. learn: fills gradients of the decoder, h2 and Ĥ. */
double th_net__decode(th_net *t, bool with_hat, bool learn);
float *th_net__decoder(const th_net *t, uint32_t relation);
uint32_t th_net__indication(const th_net *t); /* the relation from drugs to diseases, or TH_GRAPH_NONE */
bool th_net__edge_add(th_net *t, uint32_t relation, uint32_t src, uint32_t dst, float label, float weight);
bool th_net__edges_lay(th_net *t);
/* Both flows of every relation in use, over rows of `want` (a row of flags for each type, or NULL) in round 2. */
void th_net__flows(th_net *t, const uint8_t *const *want);
/* Which relations feed drugs and diseases in two rounds; everywhere: all of them. */
void th_net__use(th_net *t, bool everywhere);

#endif
