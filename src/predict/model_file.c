/* A model as one file: a short head, what it is as JSON, and its numbers as named arrays, each with a checksum. See
 * theriac-model(5). */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "predict/outlook_priv.h"
#include "theriac/io.h"

static const char network_kind[] = "network over the graph";

#define MAGIC  "THMODEL"
#define ENDIAN 0x01020304u
enum { HEAD_MAX = 1 << 20 };
enum { VERSION = 2, ALIGN = 64, TREE_TENSORS = 9, TENSORS = 12 };

typedef struct head {
  char magic[8];
  uint32_t version, endian;
  uint64_t json_n, size;
  uint32_t json_crc, reserved;
} head;

typedef struct tensor {
  const char *name, *dtype;
  const void *p;
  size_t rows, cols;
} tensor;

static size_t aligned(size_t n) {
  return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static size_t bytes_of(const tensor *t) {
  return t->rows * t->cols * 4;
}

/* The nodes of all members as four arrays, the roots of all trees as one. */
static th_code flatten(th_arena *a, const th_predict_model *m, tensor t[TENSORS], th_err *err) {
  size_t n = 0, trees = 0;
  for (uint32_t k = 0; k < m->n_members; k++) n += m->member[k].n_nodes, trees += m->member[k].n_trees;
  uint32_t *feature = TH_NEWN(a, uint32_t, n), *left = TH_NEWN(a, uint32_t, n), *root = TH_NEWN(a, uint32_t, trees);
  float *cut = TH_NEWN(a, float, n), *value = TH_NEWN(a, float, n);
  if (!feature || !left || !root || !cut || !value) return th_fail_nomem(err);
  n = trees = 0;
  for (uint32_t k = 0; k < m->n_members; k++) {
    const th_nn_boost *b = &m->member[k];
    for (uint32_t i = 0; i < b->n_trees; i++) root[trees++] = b->root[i];
    for (uint32_t i = 0; i < b->n_nodes; i++, n++) {
      feature[n] = b->node[i].feature, left[n] = b->node[i].left;
      cut[n] = b->node[i].cut, value[n] = b->node[i].value;
    }
  }
  const tensor all[TENSORS] = { { "root", "u32", root, trees, 1 },
                                { "feature", "u32", feature, n, 1 },
                                { "left", "u32", left, n, 1 },
                                { "cut", "f32", cut, n, 1 },
                                { "value", "f32", value, n, 1 },
                                { "drug_mean", "f32", m->drug_mean, m->n_drugs, 1 },
                                { "drug_sd", "f32", m->drug_sd, m->n_drugs, 1 },
                                { "top_share", "f32", m->top_share, m->n_drugs, 1 },
                                { "quantile", "f32", m->quantile, m->n_drugs, TH_PREDICT_QUANTILES },
                                { "net_drug", "f32", m->net.drug, m->n_drugs, m->net.width },
                                { "net_disease", "f32", m->net.disease, m->net.n_diseases, m->net.width },
                                { "net_parameter", "f32", m->net_parameter, m->n_net_parameters, 1 } };
  memcpy(t, all, sizeof all);
  return TH_OK;
}

static void put_numbers(th_jwrite *w, const char *key, const double *v, size_t n) {
  th_jw_key(w, key);
  th_jw_arr(w);
  for (size_t i = 0; i < n; i++) th_jw_f64(w, v[i]);
  th_jw_arr_end(w);
}

static int tensors_of(const th_predict_model *m) {
  return m->net.drug ? TENSORS : TREE_TENSORS;
}

/* The options of a network, so that it can be laid over the graph again. */
static void put_options(th_jwrite *w, const th_net_options *o) {
  th_jw_key(w, "network");
  th_jw_obj(w);
  th_jw_key(w, "width"), th_jw_i64(w, o->width);
  th_jw_key(w, "prototypes"), th_jw_i64(w, o->prototypes);
  th_jw_key(w, "gate"), th_jw_f64(w, o->gate);
  th_jw_key(w, "mask"), th_jw_f64(w, o->mask);
  th_jw_key(w, "pretrain_epochs"), th_jw_i64(w, o->pretrain_epochs);
  th_jw_key(w, "epochs"), th_jw_i64(w, o->epochs);
  th_jw_key(w, "batch"), th_jw_i64(w, o->batch);
  th_jw_key(w, "pretrain_rate"), th_jw_f64(w, o->pretrain_rate);
  th_jw_key(w, "rate"), th_jw_f64(w, o->rate);
  th_jw_key(w, "decay"), th_jw_f64(w, o->decay);
  th_jw_key(w, "negatives"), th_jw_i64(w, o->negatives);
  th_jw_key(w, "negatives_each"), th_jw_i64(w, o->negatives_each);
  th_jw_key(w, "contra_weight"), th_jw_f64(w, o->contra_weight);
  th_jw_key(w, "self_loops"), th_jw_bool(w, o->self_loops);
  th_jw_key(w, "own_prototype"), th_jw_bool(w, o->own_prototype);
  th_jw_key(w, "random_prototypes"), th_jw_bool(w, o->random_prototypes);
  th_jw_key(w, "skip"), th_jw_z(w, o->skip ? o->skip : "");
  th_jw_key(w, "seed_vectors"), th_jw_i64(w, (int64_t)o->seed_vectors);
  th_jw_key(w, "seed_weights"), th_jw_i64(w, (int64_t)o->seed_weights);
  th_jw_key(w, "seed_draws"), th_jw_i64(w, (int64_t)o->seed_draws);
  th_jw_obj_end(w);
}

static void put_json(th_buf *b, const th_predict_model *m, const tensor *t) {
  th_jwrite w;
  th_jwrite_open(&w, b, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "kind"), th_jw_z(&w, m->net.drug ? network_kind : "boosted trees over graph features");
  if (m->net.drug) put_options(&w, &m->net_options);
  th_jw_key(&w, "graph_sha256"), th_jw_z(&w, m->graph_sha256);
  th_jw_key(&w, "split"), th_jw_z(&w, th_predict_split_name(m->kind));
  th_jw_key(&w, "seed"), th_jw_i64(&w, (int64_t)m->seed);
  th_jw_key(&w, "split_sha256"), th_jw_z(&w, m->split_sha256);
  th_jw_key(&w, "drugs"), th_jw_i64(&w, m->n_drugs);
  th_jw_key(&w, "reference_diseases"), th_jw_i64(&w, m->n_reference);
  th_jw_key(&w, "features");
  th_jw_arr(&w);
  for (int f = 0; f < TH_NN_FEATURES; f++) th_jw_z(&w, th_nn_feature_name((th_nn_feature)f));
  th_jw_arr_end(&w);
  put_numbers(&w, "calibration", m->cal, 3);
  put_numbers(&w, "lift", m->lift, 2);
  const double rest[] = { m->base_rate, m->sim_min, m->specificity };
  put_numbers(&w, "base_rate_sim_min_specificity", rest, 3);
  const double valid[] = { m->valid.percentile, m->valid.mrr, m->valid.recall30, m->valid.n_positive };
  put_numbers(&w, "valid_percentile_mrr_recall30_pairs", valid, 4);
  th_jw_key(&w, "members");
  th_jw_arr(&w);
  for (uint32_t k = 0; k < m->n_members; k++) {
    th_jw_obj(&w);
    th_jw_key(&w, "trees"), th_jw_i64(&w, m->member[k].n_trees);
    th_jw_key(&w, "nodes"), th_jw_i64(&w, m->member[k].n_nodes);
    th_jw_key(&w, "base"), th_jw_f64(&w, m->member[k].base);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_key(&w, "tensors");
  th_jw_arr(&w);
  for (int k = 0; k < tensors_of(m); k++) {
    th_jw_obj(&w);
    th_jw_key(&w, "name"), th_jw_z(&w, t[k].name);
    th_jw_key(&w, "dtype"), th_jw_z(&w, t[k].dtype);
    th_jw_key(&w, "rows"), th_jw_i64(&w, (int64_t)t[k].rows);
    th_jw_key(&w, "cols"), th_jw_i64(&w, (int64_t)t[k].cols);
    th_jw_key(&w, "crc32c"), th_jw_i64(&w, th_crc32c(0, th_str_n(t[k].p, bytes_of(&t[k]))));
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
}

th_code th_predict_model_save(const th_predict_model *m, const char *path, th_err *err) {
  th_arena *a = th_arena_new(1 << 16);
  if (!a) return th_fail_nomem(err);
  tensor t[TENSORS];
  th_buf json;
  th_buf_init(&json, a, 1 << 14);
  th_code code = flatten(a, m, t, err);
  if (code == TH_OK) put_json(&json, m, t);
  if (code == TH_OK && json.failed) code = th_fail_nomem(err);
  size_t size = aligned(sizeof(head) + json.n);
  for (int k = 0; code == TH_OK && k < tensors_of(m); k++) size += aligned(bytes_of(&t[k]));
  char *file = code == TH_OK ? th_arena_alloc(a, size, ALIGN) : NULL;
  if (code == TH_OK && !file) code = th_fail_nomem(err);
  if (code == TH_OK) {
    const head h = { MAGIC, VERSION, ENDIAN, json.n, size, th_crc32c(0, th_buf_str(&json)), 0 };
    memcpy(file, &h, sizeof h);
    memcpy(file + sizeof h, json.p, json.n);
    size_t at = aligned(sizeof h + json.n);
    for (int k = 0; k < tensors_of(m); at += aligned(bytes_of(&t[k++]))) memcpy(file + at, t[k].p, bytes_of(&t[k]));
    code = th_file_write(path, th_str_n(file, size), err);
  }
  th_arena_del(a);
  return code;
}

/* ── Loading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code damaged(th_err *err, const char *what) {
  th_fail(err, TH_EPARSE, "the model file is damaged (%s): train the model again", what);
  return TH_EPARSE;
}

static bool numbers(const th_json *j, const char *key, double *v, size_t n) {
  const th_json *arr = th_json_get(j, key);
  for (size_t i = 0; i < n; i++)
    if (!th_json_f64(th_json_item(arr, i), &v[i]) || !isfinite(v[i])) return false;
  return true;
}

static bool whole(const th_json *v, int64_t lo, int64_t hi, int64_t *out) {
  return th_json_i64(v, out) && *out >= lo && *out <= hi;
}

static void take_text(const th_json *v, char out[65]) {
  const th_str s = th_json_text(v);
  snprintf(out, 65, "%.*s", (int)(s.n < 64 ? s.n : 64), s.p ? s.p : "");
}

static bool count_of(const th_json *j, const char *key, uint32_t *out) {
  int64_t v;
  if (!whole(th_json_get(j, key), 0, UINT32_MAX, &v)) return false;
  *out = (uint32_t)v;
  return true;
}

static bool seed_of(const th_json *j, const char *key, uint64_t *out) {
  int64_t v;
  if (!th_json_i64(th_json_get(j, key), &v)) return false;
  *out = (uint64_t)v;
  return true;
}

static bool yes_of(const th_json *j, const char *key, bool *out) {
  const th_json *v = th_json_get(j, key);
  if (!v || v->kind != TH_JSON_BOOL) return false;
  *out = v->boolean;
  return true;
}

static th_code read_options(th_arena *a, const th_json *j, th_net_options *o, th_err *err) {
  uint32_t negatives;
  const bool ok = count_of(j, "width", &o->width) && count_of(j, "prototypes", &o->prototypes) &&
                  th_json_f64(th_json_get(j, "gate"), &o->gate) && th_json_f64(th_json_get(j, "mask"), &o->mask) &&
                  count_of(j, "pretrain_epochs", &o->pretrain_epochs) && count_of(j, "epochs", &o->epochs) &&
                  count_of(j, "batch", &o->batch) && th_json_f64(th_json_get(j, "pretrain_rate"), &o->pretrain_rate) &&
                  th_json_f64(th_json_get(j, "rate"), &o->rate) && th_json_f64(th_json_get(j, "decay"), &o->decay) &&
                  count_of(j, "negatives", &negatives) && negatives <= TH_NET_FILTERED &&
                  count_of(j, "negatives_each", &o->negatives_each) &&
                  th_json_f64(th_json_get(j, "contra_weight"), &o->contra_weight) && yes_of(j, "self_loops", &o->self_loops) &&
                  yes_of(j, "own_prototype", &o->own_prototype) && yes_of(j, "random_prototypes", &o->random_prototypes) &&
                  seed_of(j, "seed_vectors", &o->seed_vectors) && seed_of(j, "seed_weights", &o->seed_weights) &&
                  seed_of(j, "seed_draws", &o->seed_draws);
  if (!ok) return damaged(err, "options of the network");
  o->negatives = (th_net_negatives)negatives;
  const th_str skip = th_json_text(th_json_get(j, "skip"));
  if (skip.n && !(o->skip = th_str_z(a, skip))) return th_fail_nomem(err);
  return TH_OK;
}

static th_code read_meta(th_arena *a, const th_json *j, th_predict_model *m, int64_t *trees, int64_t *nodes, th_err *err) {
  int64_t v;
  const bool is_network = th_str_is(th_json_text(th_json_get(j, "kind")), network_kind);
  if (is_network) TH_TRY(read_options(a, th_json_get(j, "network"), &m->net_options, err));
  double rest[3], valid[4];
  take_text(th_json_get(j, "graph_sha256"), m->graph_sha256);
  take_text(th_json_get(j, "split_sha256"), m->split_sha256);
  char kind[65];
  take_text(th_json_get(j, "split"), kind);
  if (!th_predict_split_kind_of(kind, &m->kind)) return damaged(err, "split");
  if (!whole(th_json_get(j, "seed"), 0, INT64_MAX, &v)) return damaged(err, "seed");
  m->seed = (uint64_t)v;
  if (!whole(th_json_get(j, "drugs"), 1, UINT32_MAX, &v)) return damaged(err, "drugs");
  m->n_drugs = (uint32_t)v;
  if (!whole(th_json_get(j, "reference_diseases"), 1, UINT32_MAX, &v)) return damaged(err, "reference diseases");
  m->n_reference = (uint32_t)v;
  const th_json *features = th_json_get(j, "features"), *members = th_json_get(j, "members");
  for (int f = 0; f < TH_NN_FEATURES; f++)
    if (!th_str_is(th_json_text(th_json_item(features, (size_t)f)), th_nn_feature_name((th_nn_feature)f)))
      return th_fail(err, TH_EUNSUP, "the model uses other features than this program knows: train it again");
  if (!numbers(j, "calibration", m->cal, 3) || !numbers(j, "lift", m->lift, 2) ||
      !numbers(j, "base_rate_sim_min_specificity", rest, 3) || !numbers(j, "valid_percentile_mrr_recall30_pairs", valid, 4))
    return damaged(err, "numbers");
  m->base_rate = rest[0], m->sim_min = rest[1], m->specificity = rest[2];
  m->valid.percentile = valid[0], m->valid.mrr = valid[1], m->valid.recall30 = valid[2],
  m->valid.n_positive = (uint32_t)valid[3];
  if (!members || members->kind != TH_JSON_ARRAY || members->n < 1 || members->n > TH_PREDICT_MEMBERS_MAX)
    return damaged(err, "members");
  m->n_members = members->n;
  *trees = *nodes = 0;
  for (uint32_t k = 0; k < m->n_members; k++) {
    const th_json *o = th_json_item(members, k);
    int64_t t, n;
    if (!whole(th_json_get(o, "trees"), is_network ? 0 : 1, 100000, &t) ||
        !whole(th_json_get(o, "nodes"), is_network ? 0 : 1, 1 << 26, &n) ||
        !th_json_f64(th_json_get(o, "base"), &m->member[k].base))
      return damaged(err, "members");
    m->member[k].n_features = TH_NN_FEATURES;
    m->member[k].n_trees = (uint32_t)t, m->member[k].n_nodes = (uint32_t)n;
    *trees += t, *nodes += n;
  }
  return TH_OK;
}

static th_code take_tensors(th_str file, size_t at, const th_json *j, const size_t want[TENSORS], int n_tensors,
                            const void *p[TENSORS], uint64_t *n_parameters, th_err *err) {
  static const char *const names[TENSORS] = { "root",    "feature",   "left",     "cut",      "value",       "drug_mean",
                                              "drug_sd", "top_share", "quantile", "net_drug", "net_disease", "net_parameter" };
  const th_json *list = th_json_get(j, "tensors");
  for (int k = 0; k < n_tensors; k++) {
    const th_json *o = th_json_item(list, (size_t)k);
    int64_t rows, cols, crc;
    if (!th_str_is(th_json_text(th_json_get(o, "name")), names[k]) || !whole(th_json_get(o, "rows"), 0, UINT32_MAX, &rows) ||
        !whole(th_json_get(o, "cols"), 1, 4096, &cols) || !whole(th_json_get(o, "crc32c"), 0, UINT32_MAX, &crc))
      return damaged(err, "list of arrays");
    const size_t n = (size_t)rows * (size_t)cols * 4;
    if ((want[k] != SIZE_MAX && (size_t)rows * (size_t)cols != want[k]) || at > file.n || n > file.n - at)
      return damaged(err, names[k]);
    if (th_crc32c(0, th_str_n(file.p + at, n)) != (uint32_t)crc) return damaged(err, names[k]);
    p[k] = file.p + at;
    if (k == TENSORS - 1) *n_parameters = (uint64_t)rows;
    at += aligned(n);
  }
  return TH_OK;
}

static th_code take_members(th_arena *a, th_predict_model *m, const void *const p[TENSORS], th_err *err) {
  const uint32_t *root = p[0], *feature = p[1], *left = p[2];
  const float *cut = p[3], *value = p[4];
  for (uint32_t k = 0; k < m->n_members; k++) {
    th_nn_boost *b = &m->member[k];
    uint32_t *r = TH_NEWN(a, uint32_t, b->n_trees);
    th_nn_boost_node *v = TH_NEWN(a, th_nn_boost_node, b->n_nodes);
    if (!r || !v) return th_fail_nomem(err);
    for (uint32_t i = 0; i < b->n_trees; i++) {
      r[i] = *root++;
      if (r[i] >= b->n_nodes) return damaged(err, "roots");
    }
    for (uint32_t i = 0; i < b->n_nodes; i++) {
      v[i] = (th_nn_boost_node){ *feature++, *cut++, *left++, *value++ };
      const bool leaf = v[i].feature == UINT32_MAX; /* children stand behind their parent: every walk ends */
      if (!leaf && (v[i].feature >= TH_NN_FEATURES || v[i].left <= i || v[i].left >= b->n_nodes - 1))
        return damaged(err, "nodes");
    }
    b->root = r;
    b->node = v;
    TH_TRY(th_nn_boost_prepare(a, b, err));
  }
  return TH_OK;
}

static const float *copy_floats(th_arena *a, const void *p, size_t n) {
  float *v = TH_NEWN(a, float, n);
  if (v) memcpy(v, p, n * sizeof *v);
  return v;
}

static th_code read_model(th_arena *a, th_str file, const th_nn_world *w, th_predict_model *m, th_err *err) {
  head h;
  th_json j;
  int64_t trees = 0, nodes = 0;
  const void *p[TENSORS];
  if (file.n < sizeof h || memcmp(file.p, MAGIC, sizeof h.magic) != 0)
    return th_fail(err, TH_EPARSE, "this is no model file (theriac model train makes one)");
  memcpy(&h, file.p, sizeof h);
  if (h.endian != ENDIAN || h.version != VERSION)
    return th_fail(err, TH_EUNSUP, "the model file has another version or byte order: train the model again");
  if (h.size != file.n || h.json_n > file.n - sizeof h) return damaged(err, "size");
  const th_str json = th_str_n(file.p + sizeof h, (size_t)h.json_n);
  if (th_crc32c(0, json) != h.json_crc) return damaged(err, "checksum");
  TH_TRY(th_json_parse(a, json, &j, err));
  TH_TRY(read_meta(a, &j, m, &trees, &nodes, err));
  const th_str sha = th_nn_graph(w)->sha256;
  if (!th_str_is(sha, m->graph_sha256))
    return th_fail(err, TH_ECONFLICT, "the model was made from another graph (%.12s…, this one is %.12s…): train it again",
                   m->graph_sha256, sha.p);
  if (m->n_drugs != th_nn_n_drugs(w)) return damaged(err, "number of drugs");
  const size_t nd = m->n_drugs, n = (size_t)nodes;
  m->net.width = (m->net_options.width + 15) & ~15u, m->net.n_diseases = th_nn_n_diseases(w);
  const size_t want[TENSORS] = { (size_t)trees,
                                 n,
                                 n,
                                 n,
                                 n,
                                 nd,
                                 nd,
                                 nd,
                                 nd * TH_PREDICT_QUANTILES,
                                 nd * m->net.width,
                                 (size_t)m->net.n_diseases * m->net.width,
                                 SIZE_MAX }; /* the network itself knows how many parameters it takes */
  const int n_tensors = m->net_options.width ? TENSORS : TREE_TENSORS;
  TH_TRY(take_tensors(file, aligned(sizeof h + json.n), &j, want, n_tensors, p, &m->n_net_parameters, err));
  TH_TRY(take_members(a, m, p, err));
  m->drug_mean = copy_floats(a, p[5], nd);
  m->drug_sd = copy_floats(a, p[6], nd);
  m->top_share = copy_floats(a, p[7], nd);
  m->quantile = copy_floats(a, p[8], nd * TH_PREDICT_QUANTILES);
  if (n_tensors == TENSORS) {
    m->net.drug = copy_floats(a, p[9], want[9]);
    m->net.disease = copy_floats(a, p[10], want[10]);
    m->net_parameter = copy_floats(a, p[11], (size_t)m->n_net_parameters);
    if (!m->net.drug || !m->net.disease || !m->net_parameter) return th_fail_nomem(err);
  }
  return m->drug_mean && m->drug_sd && m->top_share && m->quantile ? TH_OK : th_fail_nomem(err);
}

th_code th_predict__model_head(th_arena *a, const char *path, th_json *out, char id[65], th_err *err) {
  head h;
  FILE *f = fopen(path, "rb");
  if (!f) return th_fail(err, errno == ENOENT ? TH_ENOENT : TH_EIO, "%s cannot be opened: %s", path, strerror(errno));
  char *text = NULL;
  th_code code = TH_OK;
  if (fread(&h, sizeof h, 1, f) != 1 || memcmp(h.magic, MAGIC, sizeof h.magic) != 0 || h.json_n > HEAD_MAX)
    code = th_fail(err, TH_EPARSE, "%s is no model file (theriac model train makes one)", path);
  else if (h.endian != ENDIAN || h.version != VERSION)
    code = th_fail(err, TH_EUNSUP, "%s has another version or byte order: train the model again", path);
  else if (!(text = th_arena_alloc(a, h.json_n + 1, 1)))
    code = th_fail_nomem(err);
  else if (fread(text, 1, h.json_n, f) != h.json_n || th_crc32c(0, th_str_n(text, h.json_n)) != h.json_crc)
    code = damaged(err, "checksum");
  fclose(f);
  TH_TRY(code);
  th_sha256_hex(th_str_n(text, h.json_n), id);
  return th_json_parse(a, th_str_n(text, h.json_n), out, err);
}

th_code th_predict_model_load(th_arena *a, const char *path, const th_nn_world *w, th_predict_model *out, th_err *err) {
  th_file f;
  *out = (th_predict_model){ 0 };
  const th_code opened = th_file_open(path, 0, &f, err);
  if (opened == TH_ENOENT) th_err_ctx(err, "no model yet (theriac model train makes it)");
  TH_TRY(opened);
  const th_code code = read_model(a, f.bytes, w, out, err);
  th_file_close(&f);
  if (code != TH_OK) th_err_source(err, path);
  return code;
}
