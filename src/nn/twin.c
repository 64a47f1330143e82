/* Clusters of twins: diseases that are one as far as drugs go. What was copied from a disease to its subtypes and synonyms must not
 * count as often as it was copied. */
#include "nn/nn_priv.h"

static uint32_t root_of(uint32_t *up, uint32_t v) {
  while (up[v] != v) v = up[v] = up[up[v]];
  return v;
}

/* The root is the smallest number, which is the smallest id in byte order. */
static void join(uint32_t *up, uint32_t x, uint32_t y) {
  x = root_of(up, x);
  y = root_of(up, y);
  if (x < y)
    up[y] = x;
  else
    up[x] = y;
}

static uint32_t shared(const uint32_t *x, uint32_t nx, const uint32_t *y, uint32_t ny) {
  uint32_t n = 0, i = 0, j = 0;
  while (i < nx && j < ny) {
    n += x[i] == y[j];
    const uint32_t step = x[i] <= y[j];
    j += y[j] <= x[i];
    i += step;
  }
  return n;
}

th_code th_nn_twins(th_arena *a, const th_nn_world *w, const uint32_t *row, const uint32_t *drug, const uint32_t **out,
                    th_err *err) {
  const uint32_t n = w->n_labelled;
  const th_graph_relation *tree = th_graph_relation_find(w->g, "disease_disease");
  uint32_t *up = TH_NEWN(a, uint32_t, n);
  if (!up) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n; i++) up[i] = i;
  for (uint32_t i = 0; i < n; i++) {
    const uint32_t ni = row[i + 1] - row[i];
    for (uint32_t j = i + 1; j < n && ni; j++) {
      const uint32_t nj = row[j + 1] - row[j], both = nj ? shared(drug + row[i], ni, drug + row[j], nj) : 0;
      if (both >= 2 && both * 2 >= ni + nj - both) join(up, i, j);
      if (both >= 1 && tree && th_graph_csr_find(&tree->fwd, w->labelled[i], w->labelled[j]) != TH_GRAPH_NONE) join(up, i, j);
    }
  }
  for (uint32_t i = 0; i < n; i++) up[i] = root_of(up, i);
  *out = up;
  return TH_OK;
}

/* Members of each cluster that have an indication to be seen, one cluster after the other; and the edges numbered so that a drug of a
 * cluster has one number in all of its members. */
th_code th_nn__group_twins(th_arena *a, const th_nn_world *w, th_nn_labels *l, th_err *err) {
  const uint32_t n = l->n, edges = l->row[n];
  const uint32_t *cluster;
  TH_TRY(th_nn_twins(a, w, l->row, l->drug, &cluster, err));
  uint32_t *number = TH_NEWN(a, uint32_t, n), *row = TH_NEWN(a, uint32_t, (size_t)n + 2), *member = TH_NEWN(a, uint32_t, n);
  uint32_t *pair = TH_NEWN(a, uint32_t, edges), *seen = TH_NEWN(a, uint32_t, w->n_drugs),
           *at = TH_NEWN(a, uint32_t, w->n_drugs);
  if (!number || !row || !member || !pair || !seen || !at) return th_fail_nomem(err);
  l->n_twins = 0, l->n_twin_drugs = 0;
  for (uint32_t i = 0; i < n; i++) {
    const bool has = l->row[i] < l->row[i + 1];
    number[i] = !has              ? TH_GRAPH_NONE
                : cluster[i] == i ? l->n_twins++
                                  : number[cluster[i]]; /* the smallest member comes first, and has one */
    if (has) row[number[i] + 2]++;
  }
  for (uint32_t c = 0; c < l->n_twins; c++) row[c + 2] += row[c + 1];
  for (uint32_t i = 0; i < n; i++)
    if (number[i] != TH_GRAPH_NONE) member[row[number[i] + 1]++] = i;
  for (uint32_t c = 0; c < l->n_twins; c++)
    for (uint32_t m = row[c]; m < row[c + 1]; m++)
      for (uint32_t k = l->row[member[m]]; k < l->row[member[m] + 1]; k++) {
        const uint32_t u = l->drug[k];
        if (seen[u] != c + 1) at[u] = l->n_twin_drugs++;
        seen[u] = c + 1;
        pair[k] = at[u];
      }
  l->twin = number, l->twin_row = row, l->twin_member = member, l->twin_drug = pair;
  return TH_OK;
}
