/* An outlook as JSON, and the folder of kept ones. What is kept is named by everything that it depends on: model, graph, drug,
 * diseases, how many. A fresh answer is read back from its own text, so that it cannot differ from a kept one. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "theriac/io.h"

#include "predict/outlook_priv.h"

static const char kept_schema[] = "theriac.outlook/2";

typedef struct number {
  const char *key;
  size_t at;
} number;
#define N(T, field)                                                                                                            \
  { #field, offsetof(T, field) }
static const number of_model[] = { N(th_outlook, base_rate), N(th_outlook, sim_min),        N(th_outlook, valid_percentile),
                                   N(th_outlook, valid_mrr), N(th_outlook, valid_recall30), N(th_outlook, drug_flyer) };
static const number of_pair[] = { N(th_outlook_pair, rank),         N(th_outlook_pair, rank_lo),
                                  N(th_outlook_pair, rank_hi),      N(th_outlook_pair, pct_in_disease),
                                  N(th_outlook_pair, pct_labelled), N(th_outlook_pair, rank_in_drug),
                                  N(th_outlook_pair, pct_in_drug),  N(th_outlook_pair, p_cal),
                                  N(th_outlook_pair, p_lo),         N(th_outlook_pair, p_hi),
                                  N(th_outlook_pair, lift),         N(th_outlook_pair, rank_specific),
                                  N(th_outlook_pair, pct_contra),   N(th_outlook_pair, disease_flyer),
                                  N(th_outlook_pair, raw),          N(th_outlook_pair, sd),
                                  N(th_outlook_pair, rest),         N(th_outlook_pair, paths_sum),
                                  N(th_outlook_pair, own_sum) };
enum { OF_MODEL = sizeof of_model / sizeof *of_model, OF_PAIR = sizeof of_pair / sizeof *of_pair };

static double number_at(const void *base, size_t at) {
  double v;
  memcpy(&v, (const char *)base + at, sizeof v);
  return v;
}

/* ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void put_str(th_jwrite *w, const char *key, th_str s) {
  th_jw_key(w, key);
  th_jw_str(w, s.n ? s : TH_S(""));
}

static void put_count(th_jwrite *w, const char *key, uint64_t v) {
  th_jw_key(w, key);
  th_jw_i64(w, (int64_t)v);
}

static void put_numbers(th_jwrite *w, const void *base, const number *list, int n) {
  for (int i = 0; i < n; i++) th_jw_key(w, list[i].key), th_jw_f64(w, number_at(base, list[i].at));
}

static void put_groups(th_jwrite *w, const double group[TH_NN_GROUPS]) {
  th_jw_key(w, "groups");
  th_jw_obj(w);
  for (int g = 0; g < TH_NN_GROUPS; g++) th_jw_key(w, th_nn_group_name((th_nn_group)g)), th_jw_f64(w, group[g]);
  th_jw_obj_end(w);
}

static void put_path(th_jwrite *w, const th_outlook_path *p) {
  th_jw_obj(w);
  th_jw_key(w, "via"), th_jw_z(w, th_nn_via_name(p->via));
  th_jw_key(w, "share"), th_jw_f64(w, p->share);
  th_jw_key(w, "nodes");
  th_jw_arr(w);
  for (uint32_t i = 0; i < p->n; i++) {
    th_jw_obj(w);
    put_str(w, "type", p->node[i].type), put_str(w, "id", p->node[i].id), put_str(w, "name", p->node[i].name);
    put_count(w, "degree", p->node[i].degree);
    th_jw_key(w, "hub"), th_jw_bool(w, p->node[i].hub);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static void put_sibling(th_jwrite *w, const th_outlook_sibling *s) {
  th_jw_obj(w);
  put_str(w, "id", s->id), put_str(w, "name", s->name);
  th_jw_key(w, "rank_in_drug"), th_jw_f64(w, s->rank_in_drug);
  th_jw_key(w, "difference"), th_jw_f64(w, s->difference);
  put_groups(w, s->group);
  th_jw_key(w, "rest"), th_jw_f64(w, s->rest);
  th_jw_obj_end(w);
}

static void put_like(th_jwrite *w, const th_outlook_pair *p) {
  put_count(w, "near_duplicates_in_all", p->n_like_all);
  th_jw_key(w, "near_duplicates");
  th_jw_arr(w);
  for (size_t i = 0; i < p->n_like; i++) {
    th_jw_obj(w);
    put_str(w, "id", p->like[i].id), put_str(w, "name", p->like[i].name);
    th_jw_key(w, "rank_in_drug"), th_jw_f64(w, p->like[i].rank_in_drug);
    th_jw_key(w, "listed_use"), th_jw_bool(w, p->like[i].listed_use);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void put_pair(th_jwrite *w, const th_outlook_pair *p) {
  th_jw_obj(w);
  put_str(w, "disease_id", p->id), put_str(w, "disease_name", p->name);
  th_jw_key(w, "asked"), th_jw_bool(w, p->asked);
  th_jw_key(w, "best"), th_jw_bool(w, p->best);
  put_numbers(w, p, of_pair, OF_PAIR);
  th_jw_key(w, "both_extreme"), th_jw_bool(w, p->both_extreme);
  th_jw_key(w, "support");
  th_jw_obj(w);
  put_count(w, "ancestors", p->support.ancestors), put_count(w, "genes", p->support.genes);
  put_count(w, "phenotypes", p->support.phenotypes), put_count(w, "like_diseases", p->support.n_keys);
  th_jw_key(w, "max_sim"), th_jw_f64(w, p->support.max_sim);
  th_jw_obj_end(w);
  th_jw_key(w, "novelty"), th_jw_z(w, th_predict_novelty_name(p->novelty));
  th_jw_key(w, "abstain"), th_jw_z(w, p->abstain ? th_predict_abstain_code(p->abstain) : "no");
  put_count(w, "cluster", p->cluster);
  put_like(w, p);
  put_groups(w, p->group);
  put_count(w, "paths_in_all", p->n_paths_all);
  th_jw_key(w, "paths");
  th_jw_arr(w);
  for (size_t i = 0; i < p->n_paths; i++) put_path(w, &p->path[i]);
  th_jw_arr_end(w);
  th_jw_key(w, "siblings");
  th_jw_arr(w);
  for (size_t i = 0; i < p->n_siblings; i++) put_sibling(w, &p->sibling[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static void put_alike(th_jwrite *w, const th_outlook_alike *x) {
  th_jw_obj(w);
  put_str(w, "drug_id", x->id), put_str(w, "drug_name", x->name);
  th_jw_key(w, "via"), th_jw_z(w, th_nn_via_name(x->via));
  th_jw_key(w, "likeness"), th_jw_f64(w, x->likeness);
  put_count(w, "shared", x->n_shared);
  th_jw_key(w, "over");
  th_jw_arr(w);
  for (size_t i = 0; i < x->n_over; i++) th_jw_str(w, x->over[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

void th_outlook_json(const th_outlook *o, th_jwrite *w) {
  th_jw_obj(w);
  th_jw_key(w, "state"), th_jw_z(w, th_outlook_state_code(o->state));
  put_str(w, "why", o->why), put_str(w, "model_id", o->model_id), put_str(w, "method", o->method);
  put_str(w, "graph_sha256", o->graph_sha256), put_str(w, "split", o->split), put_str(w, "split_sha256", o->split_sha256);
  put_count(w, "seed", o->seed), put_count(w, "members", o->members), put_count(w, "drugs", o->n_drugs);
  put_count(w, "diseases", o->n_diseases), put_count(w, "reference_diseases", o->n_reference);
  put_count(w, "valid_pairs", o->valid_pairs);
  put_str(w, "drug_id", o->drug_id), put_str(w, "drug_name", o->drug_name);
  put_count(w, "indications", o->n_indications), put_count(w, "contraindications", o->n_contraindications);
  put_numbers(w, o, of_model, OF_MODEL);
  th_jw_key(w, "frequent_flyer"), th_jw_bool(w, o->flyer);
  th_jw_key(w, "pairs");
  th_jw_arr(w);
  for (size_t i = 0; i < o->n_pairs; i++) put_pair(w, &o->pair[i]);
  th_jw_arr_end(w);
  th_jw_key(w, "drugs_alike");
  th_jw_arr(w);
  for (size_t i = 0; i < o->n_alike; i++) put_alike(w, &o->alike[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool take_str(const th_json *j, const char *key, th_str *out) {
  const th_json *v = th_json_get(j, key);
  if (!v || v->kind != TH_JSON_STRING) return false;
  *out = v->u.text;
  return true;
}

static bool take_u32(const th_json *j, const char *key, uint32_t *out) {
  int64_t v;
  if (!th_json_i64(th_json_get(j, key), &v) || v < 0 || v > UINT32_MAX) return false;
  *out = (uint32_t)v;
  return true;
}

static bool take_f64(const th_json *v, double *out) {
  if (v && v->kind == TH_JSON_NULL) return *out = NAN, true;
  return th_json_f64(v, out);
}

static bool take_bool(const th_json *j, const char *key, bool *out) {
  const th_json *v = th_json_get(j, key);
  if (!v || v->kind != TH_JSON_BOOL) return false;
  *out = v->boolean;
  return true;
}

static bool take_numbers(const th_json *j, void *base, const number *list, int n) {
  for (int i = 0; i < n; i++) {
    double v;
    if (!take_f64(th_json_get(j, list[i].key), &v)) return false;
    memcpy((char *)base + list[i].at, &v, sizeof v);
  }
  return true;
}

static bool take_groups(const th_json *j, double group[TH_NN_GROUPS]) {
  const th_json *o = th_json_get(j, "groups");
  for (int g = 0; g < TH_NN_GROUPS; g++)
    if (!take_f64(th_json_get(o, th_nn_group_name((th_nn_group)g)), &group[g])) return false;
  return true;
}

/* Place of a word among n names, or n. */
static int place_of(th_str word, const char *(*name)(int), int n) {
  for (int i = 0; i < n; i++)
    if (th_str_is(word, name(i))) return i;
  return n;
}

static const char *via_at(int i) {
  return th_nn_via_name((th_nn_via)i);
}

static const char *novelty_at(int i) {
  return th_predict_novelty_name((th_predict_novelty)i);
}

static const char *abstain_at(int i) {
  return i ? th_predict_abstain_code((th_predict_abstain)i) : "no";
}

static bool list_of(const th_json *j, const char *key, uint32_t most, const th_json **out) {
  *out = th_json_get(j, key);
  return *out && (*out)->kind == TH_JSON_ARRAY && (*out)->n <= most;
}

static bool take_path(const th_json *j, th_outlook_path *p) {
  th_str via;
  const th_json *nodes;
  if (!take_str(j, "via", &via) || !take_f64(th_json_get(j, "share"), &p->share) || !list_of(j, "nodes", 3, &nodes))
    return false;
  const int k = place_of(via, via_at, TH_NN_VIAS);
  if (k == TH_NN_VIAS) return false;
  p->via = (th_nn_via)k;
  p->n = nodes->n;
  for (uint32_t i = 0; i < p->n; i++) {
    const th_json *o = th_json_item(nodes, i);
    th_outlook_node *v = &p->node[i];
    if (!take_str(o, "type", &v->type) || !take_str(o, "id", &v->id) || !take_str(o, "name", &v->name) ||
        !take_u32(o, "degree", &v->degree) || !take_bool(o, "hub", &v->hub))
      return false;
  }
  return true;
}

static bool take_sibling(const th_json *j, th_outlook_sibling *s) {
  return take_str(j, "id", &s->id) && take_str(j, "name", &s->name) &&
         take_f64(th_json_get(j, "rank_in_drug"), &s->rank_in_drug) && take_f64(th_json_get(j, "difference"), &s->difference) &&
         take_groups(j, s->group) && take_f64(th_json_get(j, "rest"), &s->rest);
}

static bool take_like(const th_json *j, th_outlook_like *l) {
  return take_str(j, "id", &l->id) && take_str(j, "name", &l->name) &&
         take_f64(th_json_get(j, "rank_in_drug"), &l->rank_in_drug) && take_bool(j, "listed_use", &l->listed_use);
}

enum { PATHS_MAX = 1000, SIBLINGS_MAX = 100, PAIRS_MAX = 100000 };

static bool take_pair(th_arena *a, const th_json *j, th_outlook_pair *p) {
  th_str novelty, abstain;
  uint32_t all, like_all;
  const th_json *s = th_json_get(j, "support"), *paths, *siblings, *like;
  if (!take_str(j, "disease_id", &p->id) || !take_str(j, "disease_name", &p->name) || !take_bool(j, "asked", &p->asked) ||
      !take_bool(j, "best", &p->best) || !take_u32(j, "near_duplicates_in_all", &like_all) ||
      !list_of(j, "near_duplicates", SIBLINGS_MAX, &like) || !take_numbers(j, p, of_pair, OF_PAIR) ||
      !take_bool(j, "both_extreme", &p->both_extreme) || !take_u32(s, "ancestors", &p->support.ancestors) ||
      !take_u32(s, "genes", &p->support.genes) || !take_u32(s, "phenotypes", &p->support.phenotypes) ||
      !take_u32(s, "like_diseases", &p->support.n_keys) || !take_f64(th_json_get(s, "max_sim"), &p->support.max_sim) ||
      !take_str(j, "novelty", &novelty) || !take_str(j, "abstain", &abstain) || !take_u32(j, "cluster", &p->cluster) ||
      !take_groups(j, p->group) || !take_u32(j, "paths_in_all", &all) || !list_of(j, "paths", PATHS_MAX, &paths) ||
      !list_of(j, "siblings", SIBLINGS_MAX, &siblings))
    return false;
  const int n = place_of(novelty, novelty_at, TH_PREDICT_CONTRAINDICATED + 1), w = place_of(abstain, abstain_at, TH_ABSTAINS);
  if (n > TH_PREDICT_CONTRAINDICATED || w == TH_ABSTAINS) return false;
  p->novelty = (th_predict_novelty)n, p->abstain = (th_predict_abstain)w;
  p->n_paths_all = all, p->n_paths = paths->n, p->n_siblings = siblings->n;
  p->n_like_all = like_all, p->n_like = like->n;
  p->like = TH_NEWN(a, th_outlook_like, p->n_like);
  p->path = TH_NEWN(a, th_outlook_path, p->n_paths);
  p->sibling = TH_NEWN(a, th_outlook_sibling, p->n_siblings);
  if (!p->path || !p->sibling || !p->like) return false;
  for (size_t i = 0; i < p->n_like; i++)
    if (!take_like(th_json_item(like, i), &p->like[i])) return false;
  for (size_t i = 0; i < p->n_paths; i++)
    if (!take_path(th_json_item(paths, i), &p->path[i])) return false;
  for (size_t i = 0; i < p->n_siblings; i++)
    if (!take_sibling(th_json_item(siblings, i), &p->sibling[i])) return false;
  return true;
}

static bool take_model(const th_json *j, th_outlook *o) {
  th_str state;
  int64_t seed;
  if (!take_str(j, "state", &state) || !take_str(j, "why", &o->why) || !take_str(j, "model_id", &o->model_id) ||
      !take_str(j, "method", &o->method) || !take_str(j, "graph_sha256", &o->graph_sha256) ||
      !take_str(j, "split", &o->split) || !take_str(j, "split_sha256", &o->split_sha256) ||
      !th_json_i64(th_json_get(j, "seed"), &seed) || !take_u32(j, "members", &o->members) ||
      !take_u32(j, "drugs", &o->n_drugs) || !take_u32(j, "diseases", &o->n_diseases) ||
      !take_u32(j, "reference_diseases", &o->n_reference) || !take_u32(j, "valid_pairs", &o->valid_pairs) ||
      !take_str(j, "drug_id", &o->drug_id) || !take_str(j, "drug_name", &o->drug_name) ||
      !take_u32(j, "indications", &o->n_indications) || !take_u32(j, "contraindications", &o->n_contraindications) ||
      !take_numbers(j, o, of_model, OF_MODEL) || !take_bool(j, "frequent_flyer", &o->flyer))
    return false;
  o->seed = (uint64_t)seed;
  for (int s = 0; s < TH_OUTLOOK_STATES; s++)
    if (th_str_is(state, th_outlook_state_code((th_outlook_state)s))) return o->state = (th_outlook_state)s, true;
  return false;
}

static bool take_alike(th_arena *a, const th_json *j, th_outlook_alike *x) {
  th_str via;
  const th_json *over;
  if (!take_str(j, "drug_id", &x->id) || !take_str(j, "drug_name", &x->name) || !take_str(j, "via", &via) ||
      !take_f64(th_json_get(j, "likeness"), &x->likeness) || !take_u32(j, "shared", &x->n_shared) ||
      !list_of(j, "over", SIBLINGS_MAX, &over))
    return false;
  const int k = place_of(via, via_at, TH_NN_VIAS);
  if (k == TH_NN_VIAS) return false;
  x->via = (th_nn_via)k;
  x->n_over = over->n;
  x->over = TH_NEWN(a, th_str, over->n + 1);
  for (size_t i = 0; x->over && i < x->n_over; i++) x->over[i] = th_json_text(th_json_item(over, i));
  return x->over != NULL;
}

bool th_outlook_read(th_arena *a, const th_json *j, th_outlook *o) {
  const th_json *pairs, *alike;
  *o = (th_outlook){ 0 };
  if (!take_model(j, o) || !list_of(j, "pairs", PAIRS_MAX, &pairs) || !list_of(j, "drugs_alike", PATHS_MAX, &alike))
    return false;
  o->n_alike = alike->n;
  o->alike = TH_NEWN(a, th_outlook_alike, o->n_alike + 1);
  for (size_t i = 0; o->alike && i < o->n_alike; i++)
    if (!take_alike(a, th_json_item(alike, i), &o->alike[i])) return false;
  o->n_pairs = pairs->n;
  o->pair = TH_NEWN(a, th_outlook_pair, o->n_pairs);
  for (size_t i = 0; o->pair && i < o->n_pairs; i++)
    if (!take_pair(a, th_json_item(pairs, i), &o->pair[i])) return false;
  return o->pair && o->alike;
}

/* ── The folder ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void add_key(th_buf *b, th_str s) {
  th_buf_addf(b, "%zu ", s.n);
  th_buf_add(b, s);
}

/* <cache>/<16 digits>.json, by everything the answer depends on; order and repetition of the diseases do not matter to it, so
 * callers give them in one order. */
static const char *kept_path(th_arena *a, const th_outlook_ask *q, const th_outlook *o) {
  th_buf b;
  char hex[TH_SHA256_HEX];
  if (!q->cache) return NULL;
  th_buf_init(&b, a, 0);
  th_buf_addf(&b, "%s %s %u ", kept_schema, THERIAC_VERSION, q->best);
  add_key(&b, o->model_id), add_key(&b, o->graph_sha256);
  for (size_t i = 0; i < q->n_drug; i++) add_key(&b, q->drug[i]);
  th_buf_addc(&b, '\n');
  for (size_t i = 0; i < q->n_disease; i++) add_key(&b, q->disease[i]);
  if (b.failed) return NULL;
  th_sha256_hex(th_buf_str(&b), hex);
  return th_str_fmt(a, "%s/%.16s.json", q->cache, hex).p;
}

static bool read_kept(th_arena *a, const char *path, th_outlook *o) {
  th_str bytes;
  th_json j;
  th_err none = { 0 };
  if (!path || th_file_load(a, path, TH_LIMIT_DOCUMENT_BYTES, &bytes, &none) != TH_OK) return false;
  return th_json_parse(a, bytes, &j, &none) == TH_OK && th_outlook_read(a, &j, o);
}

/* A home that cannot be written to costs time, not the answer. */
static void keep(const th_outlook_ask *q, const char *path, th_str bytes) {
  th_err err = { 0 };
  if (path && (th_dir_make(q->cache, &err) != TH_OK || th_file_write(path, bytes, &err) != TH_OK))
    th_log(TH_LOG_INFO, "the outlook is not kept: %s", err.msg);
}

static th_code identify(th_arena *a, const th_outlook_ask *q, th_outlook *o, th_err *err) {
  char graph[65], id[65];
  th_json j;
  th_code code = th_predict__graph_sha256(q->graph, graph, err);
  if (code != TH_OK) return o->state = code == TH_ENOENT ? TH_OUTLOOK_NO_GRAPH : TH_OUTLOOK_FAILED, code;
  code = th_predict__model_head(a, q->model, &j, id, err);
  if (code != TH_OK) return o->state = code == TH_ENOENT ? TH_OUTLOOK_NO_MODEL : TH_OUTLOOK_FAILED, code;
  int64_t seed = 0;
  double valid[4] = { 0 }, rest[3] = { 0 };
  o->model_id = th_str_dup(a, th_str_of(id));
  o->graph_sha256 = th_json_text(th_json_get(&j, "graph_sha256"));
  o->split = th_json_text(th_json_get(&j, "split")), o->split_sha256 = th_json_text(th_json_get(&j, "split_sha256"));
  o->method = th_json_text(th_json_get(&j, "kind"));
  th_json_i64(th_json_get(&j, "seed"), &seed);
  o->seed = (uint64_t)seed;
  const th_json *members = th_json_get(&j, "members");
  o->members = members && members->kind == TH_JSON_ARRAY ? members->n : 0;
  take_u32(&j, "reference_diseases", &o->n_reference);
  for (size_t i = 0; i < 4; i++)
    th_json_f64(th_json_item(th_json_get(&j, "valid_percentile_mrr_recall30_pairs"), i), &valid[i]);
  for (size_t i = 0; i < 3; i++) th_json_f64(th_json_item(th_json_get(&j, "base_rate_sim_min_specificity"), i), &rest[i]);
  o->valid_percentile = valid[0], o->valid_mrr = valid[1], o->valid_recall30 = valid[2], o->valid_pairs = (uint32_t)valid[3];
  o->base_rate = rest[0], o->sim_min = rest[1];
  if (!th_str_is(o->graph_sha256, graph)) o->state = TH_OUTLOOK_OTHER_GRAPH;
  return TH_OK;
}

static th_code fresh(th_arena *a, const th_outlook_ask *q, const char *path, th_outlook *o, th_err *err) {
  th_arena *scratch = th_arena_new(1 << 20);
  if (!scratch) return th_fail_nomem(err);
  const th_code code = th_predict__outlook(a, scratch, q, o, err);
  th_arena_del(scratch);
  TH_TRY(code);
  th_buf b;
  th_jwrite w;
  th_json j;
  th_buf_init(&b, a, 1 << 16);
  th_jwrite_open(&w, &b, 0);
  th_outlook_json(o, &w);
  if (b.failed) return th_fail_nomem(err);
  keep(q, path, th_buf_str(&b));
  TH_TRY(th_json_parse(a, th_buf_str(&b), &j, err));
  return th_outlook_read(a, &j, o) ? TH_OK : th_fail(err, TH_EBUG, "an outlook cannot be read back");
}

th_code th_outlook_of_drug(th_arena *a, th_outlook_ask q, th_outlook **out, th_err *err) {
  th_err why = { 0 };
  th_outlook *o = TH_NEW(a, th_outlook);
  *out = o;
  if (!o) return th_fail_nomem(err);
  o->state = TH_OUTLOOK_DONE;
  th_code code = identify(a, &q, o, &why);
  if (code == TH_ENOMEM) return th_fail_nomem(err);
  if (code == TH_OK && o->state == TH_OUTLOOK_DONE) {
    const char *path = kept_path(a, &q, o);
    th_outlook *kept = TH_NEW(a, th_outlook);
    if (!kept) return th_fail_nomem(err);
    if (read_kept(a, path, kept)) return *out = kept, TH_OK;
    const th_outlook identity = *o;
    code = fresh(a, &q, path, o, &why);
    if (code == TH_ENOMEM) return th_fail_nomem(err);
    if (code != TH_OK) *o = identity, o->state = TH_OUTLOOK_FAILED, o->n_pairs = 0;
  }
  if (o->state == TH_OUTLOOK_FAILED) o->why = th_str_dup(a, th_str_of(why.msg));
  return TH_OK;
}
