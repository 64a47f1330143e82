/* Which labels are held out. The rules and the generator are fixed to the bit, so that anybody can draw the same split. */
#include <stdio.h>

#include "predict/predict_priv.h"
#include "theriac/io.h"

uint64_t th_predict__splitmix(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

uint64_t th_predict__bounded(uint64_t *state, uint64_t n) {
  const uint64_t refuse = -n % n; /* 2^64 mod n */
  for (;;) {
    const uint64_t r = th_predict__splitmix(state);
    if (r >= refuse) return r % n;
  }
}

void th_predict__shuffle(uint64_t *state, uint32_t *v, uint32_t n) {
  for (uint32_t i = n; i-- > 1;) {
    const uint32_t j = (uint32_t)th_predict__bounded(state, i + 1), t = v[i];
    v[i] = v[j];
    v[j] = t;
  }
}

static const char *const names[] = { "disease_holdout", "cluster_holdout", "random_edge", "full" };

const char *th_predict_split_name(th_predict_split_kind kind) {
  return names[kind];
}

bool th_predict_split_kind_of(const char *name, th_predict_split_kind *out) {
  for (int k = 0; k < 4; k++)
    if (!strcmp(name, names[k])) {
      *out = (th_predict_split_kind)k;
      return true;
    }
  return false;
}

/* ── Cuts ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void cut(const uint32_t *order, uint32_t n, uint8_t *part) {
  const uint64_t train = (uint64_t)n * 83125 / 100000, valid = (uint64_t)n * 95 / 100;
  for (uint32_t i = 0; i < n; i++) part[order[i]] = i < train ? TH_PART_TRAIN : i < valid ? TH_PART_VALID : TH_PART_TEST;
}

static void cut_clusters(const uint32_t *cluster, uint32_t n, uint64_t seed, uint32_t *order, uint8_t *part, bool full) {
  uint32_t n_clusters = 0, in_test = 0, in_valid = 0;
  for (uint32_t i = 0; i < n; i++)
    if (cluster[i] == i) order[n_clusters++] = i;
  uint64_t state = 2000 + seed;
  th_predict__shuffle(&state, order, n_clusters);
  const uint32_t test_max = full ? 0 : n * 5 / 100, valid_max = (uint32_t)((uint64_t)n * (full ? 5000 : 11875) / 100000);
  for (uint32_t k = 0; k < n_clusters; k++) {
    uint32_t size = 0;
    for (uint32_t i = 0; i < n; i++) size += cluster[i] == order[k];
    const uint8_t to = size > 100             ? TH_PART_TRAIN
                       : in_test < test_max   ? TH_PART_TEST
                       : in_valid < valid_max ? TH_PART_VALID
                                              : TH_PART_TRAIN;
    in_test += to == TH_PART_TEST ? size : 0;
    in_valid += to == TH_PART_VALID ? size : 0;
    for (uint32_t i = 0; i < n; i++)
      if (cluster[i] == order[k]) part[i] = to;
  }
}

static th_code cut_pairs(th_arena *a, const th_nn_world *w, uint64_t seed, th_predict_split *s, th_err *err) {
  for (uint32_t i = 0; i < s->n; i++) {
    uint32_t n;
    th_nn_known(w, false, i, &n);
    s->n_pairs += n;
  }
  uint32_t *drug = TH_NEWN(a, uint32_t, s->n_pairs), *dis = TH_NEWN(a, uint32_t, s->n_pairs),
           *order = TH_NEWN(a, uint32_t, s->n_pairs);
  uint8_t *part = TH_NEWN(a, uint8_t, s->n_pairs);
  uint32_t *at = TH_NEWN(a, uint32_t, (size_t)th_nn_n_drugs(w) + 2);
  if (!drug || !dis || !order || !part || !at) return th_fail_nomem(err);
  for (uint32_t i = 0; i < s->n; i++) {
    uint32_t n;
    const uint32_t *d = th_nn_known(w, false, i, &n);
    for (uint32_t k = 0; k < n; k++) at[d[k] + 2]++;
  }
  for (uint32_t u = 0; u < th_nn_n_drugs(w); u++) at[u + 2] += at[u + 1];
  for (uint32_t i = 0; i < s->n; i++) { /* numbers rise as ids do */
    uint32_t n;
    const uint32_t *d = th_nn_known(w, false, i, &n);
    for (uint32_t k = 0; k < n; k++) {
      const uint32_t p = at[d[k] + 1]++;
      drug[p] = d[k];
      dis[p] = i;
    }
  }
  for (uint32_t p = 0; p < s->n_pairs; p++) order[p] = p;
  uint64_t state = 1000 + seed;
  th_predict__shuffle(&state, order, s->n_pairs);
  cut(order, s->n_pairs, part);
  s->pair_drug = drug;
  s->pair_labelled = dis;
  s->pair_part = part;
  return TH_OK;
}

static th_code write_text(th_arena *a, const th_nn_world *w, th_predict_split *s, th_err *err) {
  static const char *const parts[] = { "train", "valid", "test" };
  const th_graph *g = th_nn_graph(w);
  const uint32_t dis0 = g->type[th_graph_type_find(g, "disease")].first, drug0 = g->type[th_graph_type_find(g, "drug")].first;
  th_buf b;
  th_buf_init(&b, a, 1 << 16);
  th_buf_addz(&b, s->kind == TH_SPLIT_RANDOM    ? "drug_id,disease_id,part\n"
                  : s->kind == TH_SPLIT_DISEASE ? "disease_id,part\n"
                                                : "disease_id,cluster_id,part\n");
  for (uint32_t i = 0; i < s->n && s->kind != TH_SPLIT_RANDOM; i++) {
    th_buf_add(&b, th_graph_node_id(g, dis0 + th_nn_labelled(w, i)));
    th_buf_addc(&b, ',');
    if (s->kind != TH_SPLIT_DISEASE) {
      th_buf_add(&b, th_graph_node_id(g, dis0 + th_nn_labelled(w, s->cluster[i])));
      th_buf_addc(&b, ',');
    }
    th_buf_addz(&b, parts[s->part[i]]);
    th_buf_addc(&b, '\n');
  }
  for (uint32_t p = 0; p < s->n_pairs; p++) {
    th_buf_add(&b, th_graph_node_id(g, drug0 + s->pair_drug[p]));
    th_buf_addc(&b, ',');
    th_buf_add(&b, th_graph_node_id(g, dis0 + th_nn_labelled(w, s->pair_labelled[p])));
    th_buf_addc(&b, ',');
    th_buf_addz(&b, parts[s->pair_part[p]]);
    th_buf_addc(&b, '\n');
  }
  if (b.failed) return th_fail_nomem(err);
  s->text = th_buf_str(&b);
  th_sha256_hex(s->text, s->sha256);
  return TH_OK;
}

th_code th_predict_split_make(th_arena *a, const th_nn_world *w, th_predict_split_kind kind, uint64_t seed,
                              th_predict_split *out, th_err *err) {
  const uint32_t n = th_nn_n_labelled(w);
  uint8_t *part = TH_NEWN(a, uint8_t, n);
  uint32_t *order = TH_NEWN(a, uint32_t, n);
  const uint32_t *cluster;
  if (!part || !order) return th_fail_nomem(err);
  TH_TRY(th_nn_all_twins(a, w, &cluster, err));
  *out = (th_predict_split){ .kind = kind, .seed = seed, .n = n, .part = part, .cluster = cluster };
  if (kind == TH_SPLIT_DISEASE) {
    for (uint32_t i = 0; i < n; i++) order[i] = i;
    uint64_t state = seed;
    th_predict__shuffle(&state, order, n);
    cut(order, n, part);
  } else if (kind == TH_SPLIT_RANDOM) {
    TH_TRY(cut_pairs(a, w, seed, out, err));
  } else {
    cut_clusters(cluster, n, seed, order, part, kind == TH_SPLIT_FULL);
  }
  return write_text(a, w, out, err);
}

th_code th_predict__labels(th_arena *a, const th_nn_world *w, const th_predict_split *s, th_nn_labels *out, th_err *err) {
  uint8_t *visible = TH_NEWN(a, uint8_t, s->n);
  if (!visible) return th_fail_nomem(err);
  for (uint32_t i = 0; i < s->n; i++) visible[i] = s->part[i] == TH_PART_TRAIN;
  TH_TRY(th_nn_labels_of(a, w, visible, out, err));
  if (s->kind != TH_SPLIT_RANDOM) return TH_OK;
  uint32_t *row = TH_NEWN(a, uint32_t, (size_t)s->n + 2), *drug = TH_NEWN(a, uint32_t, s->n_pairs);
  if (!row || !drug) return th_fail_nomem(err);
  for (uint32_t p = 0; p < s->n_pairs; p++)
    if (s->pair_part[p] == TH_PART_TRAIN) row[s->pair_labelled[p] + 2]++;
  for (uint32_t i = 0; i < s->n; i++) row[i + 2] += row[i + 1];
  for (uint32_t p = 0; p < s->n_pairs; p++)
    if (s->pair_part[p] == TH_PART_TRAIN) drug[row[s->pair_labelled[p] + 1]++] = s->pair_drug[p];
  return th_nn_labels_take(a, w, out, row, drug, err);
}
