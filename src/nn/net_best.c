/* All pairs of drugs and diseases, scored block by block from their vectors; of each disease only the best drugs are kept, so that
 * nothing of the size of all pairs ever lies in memory. Drugs stand side by side in panels, so that a row of scores is a sum of
 * rows. */
#include <stdlib.h>

#include "nn/net_priv.h"

enum { PANEL = 512, ROWS = 48, CHUNK = 16 }; /* drugs of a panel, diseases of a task, scores looked at together */

typedef struct best {
  const th_net__kernels *k;
  th_net_vectors v;
  uint32_t n_drugs, n_panels, d, most;
  float *panel; /* n_panels × d × PANEL */
  float *c;     /* of each worker: ROWS × PANEL */
  th_net_best *out;
} best;

/* The worst kept stands on top: the lowest score, of equal ones the drug with the highest number. */
static bool worse(th_net_best x, th_net_best y) {
  return x.score != y.score ? x.score < y.score : x.drug > y.drug;
}

static void sink(th_net_best *heap, uint32_t n, th_net_best x) {
  uint32_t i = 0;
  for (uint32_t c; (c = 2 * i + 1) < n; i = c) {
    if (c + 1 < n && worse(heap[c + 1], heap[c])) c++;
    if (!worse(heap[c], x)) break;
    heap[i] = heap[c];
  }
  heap[i] = x;
}

static void rise(th_net_best *heap, uint32_t i, th_net_best x) {
  for (; i && worse(x, heap[(i - 1) / 2]); i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
  heap[i] = x;
}

/* Drugs first .. first + n - 1 of one disease. Drugs come in rising order, so that an equal score never drives one out. */
static uint32_t take_scores(th_net_best *heap, uint32_t held, uint32_t most, const float *score, uint32_t first, uint32_t n) {
  for (uint32_t at = 0; at < n; at += CHUNK) {
    const uint32_t end = n - at < CHUNK ? n : at + CHUNK;
    if (held == most) {
      const float limit = heap[0].score;
      int any = 0;
      for (uint32_t i = at; i < end; i++) any |= score[i] > limit;
      if (!any) continue;
    }
    for (uint32_t i = at; i < end; i++) {
      const th_net_best x = { score[i], first + i };
      if (held < most)
        rise(heap, held++, x);
      else if (score[i] > heap[0].score)
        sink(heap, most, x);
    }
  }
  return held;
}

static int by_place(const void *p, const void *q) {
  const th_net_best *x = p, *y = q;
  return worse(*y, *x) ? -1 : worse(*x, *y);
}

static th_code best_of_rows(void *ctx, size_t task, unsigned worker) {
  const best *b = ctx;
  const uint32_t from = (uint32_t)task * ROWS;
  const uint32_t n = b->v.n_diseases - from < ROWS ? b->v.n_diseases - from : ROWS;
  float *c = b->c + (size_t)worker * ROWS * PANEL;
  uint32_t held[ROWS] = { 0 };
  for (uint32_t p = 0; p < b->n_panels; p++) {
    const uint32_t first = p * PANEL, width = b->n_drugs - first < PANEL ? b->n_drugs - first : PANEL;
    b->k->product(n, b->v.disease + (size_t)from * b->v.width, b->v.width, b->panel + (size_t)p * b->d * PANEL, b->d, c, PANEL);
    for (uint32_t i = 0; i < n; i++)
      held[i] = take_scores(b->out + (size_t)(from + i) * b->most, held[i], b->most, c + (size_t)i * PANEL, first, width);
  }
  for (uint32_t i = 0; i < n; i++) qsort(b->out + (size_t)(from + i) * b->most, held[i], sizeof *b->out, by_place);
  return TH_OK;
}

/* Columns that are zero in every drug add nothing: rows are filled up with them. */
static uint32_t width_used(const th_net_vectors *v, uint32_t n_drugs) {
  uint32_t d = 0;
  for (uint32_t u = 0; u < n_drugs; u++)
    for (uint32_t k = v->width; k > d; k--)
      if (v->drug[(size_t)u * v->width + k - 1] != 0) d = k;
  return d;
}

th_code th_net_best_of(th_arena *a, const th_net_vectors *v, uint32_t n_drugs, uint32_t most, th_pool *pool, th_net_best **out,
                       th_err *err) {
  best b = { .k = th_net__kernels_best(), .v = *v, .n_drugs = n_drugs, .most = most < n_drugs ? most : n_drugs };
  if (!b.most) return th_fail(err, TH_EINVAL, "at least one drug of each disease is to be kept");
  b.n_panels = (n_drugs + PANEL - 1) / PANEL;
  b.d = width_used(v, n_drugs);
  b.panel = th_malloc((size_t)b.n_panels * (b.d + 1) * PANEL * sizeof *b.panel);
  b.c = th_malloc((size_t)th_pool_threads(pool) * ROWS * PANEL * sizeof *b.c);
  b.out = TH_NEWN(a, th_net_best, (size_t)v->n_diseases * b.most);
  th_code code = b.panel && b.c && b.out ? TH_OK : th_fail_nomem(err);
  if (code == TH_OK) {
    memset(b.panel, 0, (size_t)b.n_panels * b.d * PANEL * sizeof *b.panel);
    for (uint32_t u = 0; u < n_drugs; u++)
      for (uint32_t k = 0; k < b.d; k++)
        b.panel[((size_t)(u / PANEL) * b.d + k) * PANEL + u % PANEL] = v->drug[(size_t)u * v->width + k];
    code = th_pool_run(pool, (v->n_diseases + ROWS - 1) / ROWS, best_of_rows, &b);
  }
  th_free(b.panel);
  th_free(b.c);
  *out = b.out;
  return code;
}
