/* theriac model score: pairs of a table, the drugs of a disease, or every pair. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli_model.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { "model", 'm', "FILE", "this model instead of models/default.thm in the home", false },
  { "pairs", 'p', "FILE", "a table with the columns drug_id and disease_id", false },
  { "disease", 'd', "DISEASE", "the best drugs for this disease", false },
  { "limit", 'n', "N", "with --disease: how many, 20 unless given; with --all: only so many of each disease, the best", false },
  { "all", 0, NULL, "every pair, as a table, disease by disease", false },
  { "threads", 0, "N", "threads for --all; the table is the same for any number", false },
  { 0 },
};

static const char *const examples[] = {
  "theriac model score --pairs pairs.tsv --json", "theriac model score --disease MONDO:0007915",
  "theriac model score belimumab MONDO:0007915",  "theriac model score --all > all.tsv",
  "theriac model score --all --limit 30",         NULL
};

static void pair_json(th_jwrite *w, const th_cli__model *m, const th_predict_score *p) {
  const th_graph *g = &m->graph.g;
  th_jw_obj(w);
  th_jw_key(w, "drug_id"), th_jw_str(w, th_graph_node_id(g, m->first_drug + p->drug));
  th_jw_key(w, "disease_id"), th_jw_str(w, th_graph_node_id(g, m->first_disease + p->disease));
  th_jw_key(w, "drug_name"), th_jw_str(w, th_graph_node_name(g, m->first_drug + p->drug));
  th_jw_key(w, "disease_name"), th_jw_str(w, th_graph_node_name(g, m->first_disease + p->disease));
  const struct {
    const char *key;
    double v;
  } numbers[] = { { "raw", p->raw },
                  { "raw_sd", p->sd },
                  { "pct_in_disease", p->pct_in_disease },
                  { "pct_in_drug", p->pct_in_drug },
                  { "pct_labelled", p->pct_labelled },
                  { "rank", p->rank },
                  { "rank_lo", p->rank_lo },
                  { "rank_hi", p->rank_hi },
                  { "rank_specific", p->rank_specific },
                  { "z", p->z },
                  { "z_specific", p->z_specific },
                  { "lift", p->lift },
                  { "p_cal", p->p_cal },
                  { "contraindication_pct", p->pct_contra },
                  { "frequent_flyer", p->top_share } };
  for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) th_jw_key(w, numbers[k].key), th_jw_f64(w, numbers[k].v);
  th_jw_key(w, "both_extreme"), th_jw_bool(w, p->pct_in_disease >= 0.99 && p->pct_contra >= 0.99);
  th_jw_key(w, "support");
  th_jw_obj(w);
  th_jw_key(w, "ancestors"), th_jw_i64(w, p->support.ancestors);
  th_jw_key(w, "genes"), th_jw_i64(w, p->support.genes);
  th_jw_key(w, "phenotypes"), th_jw_i64(w, p->support.phenotypes);
  th_jw_key(w, "like_diseases"), th_jw_i64(w, p->support.n_keys);
  th_jw_key(w, "max_sim"), th_jw_f64(w, p->support.max_sim);
  th_jw_obj_end(w);
  th_jw_key(w, "novelty"), th_jw_z(w, th_predict_novelty_name(p->novelty));
  th_jw_key(w, "abstain"), th_jw_bool(w, p->abstain);
  if (p->abstain) th_jw_key(w, "why_code"), th_jw_z(w, th_predict_abstain_code(p->abstain));
  if (p->abstain) th_jw_key(w, "why"), th_jw_z(w, th_predict_abstain_text(p->abstain));
  th_jw_obj_end(w);
}

static void pair_text(th_buf *b, const th_cli__model *m, const th_predict_score *p) {
  const th_graph *g = &m->graph.g;
  th_buf_addf(b, "%6.0f %6.1f%% %6.1f%% %9.2g %6.2f %-15s %-9.*s %.*s → %.*s%s%s\n", p->rank, 100 * p->pct_in_disease,
              100 * p->pct_in_drug, p->p_cal, p->lift, th_predict_novelty_name(p->novelty),
              TH_STR_ARG(th_graph_node_id(g, m->first_drug + p->drug)),
              TH_STR_ARG(th_graph_node_name(g, m->first_drug + p->drug)),
              TH_STR_ARG(th_graph_node_name(g, m->first_disease + p->disease)), p->abstain ? "  no support: " : "",
              th_predict_abstain_text(p->abstain));
}

static const char head_text[] = "  rank in-dis.  in-drug     p_cal   lift novelty         drug\n";

static void put_list(th_cli *c, th_buf *b, const th_cli__model *m, const th_predict_score *const *p, size_t n) {
  th_jwrite w;
  if (!c->json) {
    th_buf_addz(b, head_text);
    for (size_t i = 0; i < n; i++) pair_text(b, m, p[i]);
    th_buf_addz(b, "p_cal: probability that a source like the training labels lists the pair; not that the drug works.\n");
    return;
  }
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "graph_sha256"), th_jw_z(&w, m->model.graph_sha256);
  th_jw_key(&w, "split"), th_jw_z(&w, th_predict_split_name(m->model.kind));
  th_jw_key(&w, "split_sha256"), th_jw_z(&w, m->model.split_sha256);
  th_jw_key(&w, "base_rate"), th_jw_f64(&w, m->model.base_rate);
  th_jw_key(&w, "p_cal_means"),
      th_jw_z(&w,
              "probability that a source like the training labels lists the pair as an indication; not that the drug works");
  th_jw_key(&w, "pairs");
  th_jw_arr(&w);
  for (size_t i = 0; i < n; i++) pair_json(&w, m, p[i]);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

typedef struct wanted {
  uint32_t drug, disease;
  size_t at;
} wanted;

static int by_disease(const void *p, const void *q) {
  const wanted *x = p, *y = q;
  if (x->disease != y->disease) return x->disease < y->disease ? -1 : 1;
  return (x->at > y->at) - (x->at < y->at);
}

typedef TH_VEC(wanted) wanted_vec;

static th_code read_pairs(th_cli *c, const th_cli__model *m, const char *path, wanted_vec *out, th_err *err) {
  th_file f;
  TH_TRY(th_file_open(path, TH_LIMIT_DOCUMENT_BYTES, &f, err));
  const th_graph *g = &m->graph.g;
  const uint32_t drug_type = th_graph_type_find(g, "drug"), disease_type = th_graph_type_find(g, "disease");
  th_csv csv;
  th_csv_row row = { 0 };
  bool more = true;
  th_csv_open(&csv, f.bytes, th_csv_sniff(f.bytes));
  th_code code = th_csv_next(&csv, c->arena, &row, &more, err);
  const int drug_col = th_csv_column(&row, "drug_id"), disease_col = th_csv_column(&row, "disease_id");
  if (code == TH_OK && (drug_col < 0 || disease_col < 0))
    code = th_fail_at(err, TH_EPARSE, 1, 0, "the table of pairs needs the columns drug_id and disease_id");
  const int widest = drug_col > disease_col ? drug_col : disease_col;
  while (code == TH_OK && (code = th_csv_next(&csv, c->arena, &row, &more, err)) == TH_OK && more) {
    uint32_t drug = 0, disease = 0;
    const size_t at = out->n;
    if ((int)row.n <= widest) code = th_fail_at(err, TH_EPARSE, row.line, 0, "the row has %zu cells", row.n);
    if (code == TH_OK) code = th_graph_lookup_one(g, drug_type, row.cell[drug_col], &drug, err);
    if (code == TH_OK) code = th_graph_lookup_one(g, disease_type, row.cell[disease_col], &disease, err);
    if (code != TH_OK && err->line == 0) err->line = row.line;
    if (code == TH_OK && !TH_VEC_PUSH(c->arena, out, (wanted){ drug - m->first_drug, disease - m->first_disease, at }))
      code = th_fail_nomem(err);
  }
  if (code != TH_OK) th_err_source(err, path);
  th_file_close(&f);
  return code;
}

static int score_wanted(th_cli *c, th_cli__model *m, wanted_vec *v) {
  th_predict_score *out = TH_NEWN(c->arena, th_predict_score, v->n);
  const th_predict_score **list = TH_NEWN(c->arena, const th_predict_score *, v->n);
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  if (!out || !list) return th_cli__nomem(c);
  if (v->n) qsort(v->v, v->n, sizeof *v->v, by_disease);
  th_progress bar;
  th_progress_begin(&bar, "pairs", v->n);
  for (size_t i = 0; i < v->n; i++) {
    if (i == 0 || v->v[i].disease != v->v[i - 1].disease) th_predict_disease(m->scorer, v->v[i].disease, m->score);
    out[v->v[i].at] = m->score[v->v[i].drug];
    list[v->v[i].at] = &out[v->v[i].at];
    th_progress_step(&bar, 1);
  }
  th_progress_end(&bar);
  put_list(c, &b, m, list, v->n);
  return b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
}

static int by_rank(const void *p, const void *q) {
  const th_predict_score *x = *(const th_predict_score *const *)p, *y = *(const th_predict_score *const *)q;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return (x->drug > y->drug) - (x->drug < y->drug);
}

static int best_of(th_cli *c, th_cli__model *m, const char *text) {
  uint32_t node;
  int64_t limit = 20;
  const char *given = th_cli_opt(c, "limit");
  if (given && (!th_str_to_i64(th_str_of(given), &limit) || limit < 1))
    return th_cli_usage(c, "--limit takes a number, not \"%s\"", given);
  const int status = th_cli__graph_node(c, &m->graph.g, "disease", text, &node);
  if (status) return status;
  th_predict_disease(m->scorer, node - m->first_disease, m->score);
  const th_predict_score **list = TH_NEWN(c->arena, const th_predict_score *, m->n_drugs);
  if (!list) return th_cli__nomem(c);
  for (uint32_t u = 0; u < m->n_drugs; u++) list[u] = &m->score[u];
  qsort(list, m->n_drugs, sizeof *list, by_rank);
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  put_list(c, &b, m, list, (size_t)limit < m->n_drugs ? (size_t)limit : m->n_drugs);
  return b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
}

/* ── Every pair ────────────────────────────────────────────────────────────────────────────────────────────────────── */

enum { DISEASES_AT_ONCE = 64 };

typedef struct worker {
  th_predict_scorer *scorer;
  th_predict_score *score; /* of all drugs, or of the best */
} worker;

typedef struct every {
  const th_cli__model *m;
  th_pool *pool;
  worker *worker;
  uint32_t most; /* 0: all */
  const th_net_best *best;
  uint32_t first; /* disease of the first row of text */
  th_arena *arena[DISEASES_AT_ONCE];
  th_buf text[DISEASES_AT_ONCE];
} every;

static th_code rows_of_disease(void *ctx, size_t task, unsigned at) {
  every *e = ctx;
  const worker *k = &e->worker[at];
  const th_cli__model *m = e->m;
  const th_graph *g = &m->graph.g;
  const uint32_t v = e->first + (uint32_t)task;
  const th_str id = th_graph_node_id(g, m->first_disease + v);
  uint32_t n = m->n_drugs;
  if (e->most)
    n = th_predict_best(k->scorer, v, e->best, e->most, k->score);
  else
    th_predict_disease(k->scorer, v, k->score);
  th_arena_reset(e->arena[task]);
  th_buf_init(&e->text[task], e->arena[task], (size_t)n * 96 + 64);
  for (uint32_t i = 0; i < n; i++) {
    const th_predict_score *p = &k->score[i];
    th_buf_addf(&e->text[task], "%.*s\t%.*s\t%.5g\t%.1f\t%.5f\t%.4f\t%.3g\t%.4g\t%s\t%d\n", TH_STR_ARG(id),
                TH_STR_ARG(th_graph_node_id(g, m->first_drug + p->drug)), p->raw, p->rank, p->pct_in_disease, p->pct_in_drug,
                p->p_cal, p->lift, th_predict_novelty_name(p->novelty), p->abstain != TH_ABSTAIN_NO);
  }
  return e->text[task].failed ? TH_ENOMEM : TH_OK;
}

static th_code every_new(th_cli *c, every *e, th_err *err) {
  const unsigned threads = th_pool_threads(e->pool);
  e->worker = TH_NEWN(c->arena, worker, threads);
  if (!e->worker) return th_fail_nomem(err);
  for (unsigned k = 0; k < threads; k++) {
    TH_TRY(th_predict_scorer_new(c->arena, &e->m->model, e->m->world, &e->worker[k].scorer, err));
    e->worker[k].score = TH_NEWN(c->arena, th_predict_score, e->m->n_drugs);
    if (!e->worker[k].score) return th_fail_nomem(err);
  }
  for (int k = 0; k < DISEASES_AT_ONCE; k++)
    if (!(e->arena[k] = th_arena_new(0))) return th_fail_nomem(err);
  th_net_best *best;
  if (e->most) TH_TRY(th_predict_best_of_all(c->arena, &e->m->model, e->most, e->pool, &best, err));
  e->best = e->most ? best : NULL;
  return TH_OK;
}

static int put_every(th_cli *c, every *e) {
  th_progress bar;
  int status =
      th_cli_put(c, TH_S("disease_id\tdrug_id\traw\trank\tpct_in_disease\tpct_in_drug\tp_cal\tlift\tnovelty\tabstain\n"));
  th_progress_begin(&bar, "diseases", e->m->n_diseases);
  for (e->first = 0; e->first < e->m->n_diseases && !status; e->first += DISEASES_AT_ONCE) {
    const uint32_t left = e->m->n_diseases - e->first, n = left < DISEASES_AT_ONCE ? left : DISEASES_AT_ONCE;
    if (th_pool_run(e->pool, n, rows_of_disease, e) != TH_OK) return th_cli__nomem(c);
    for (uint32_t k = 0; k < n && !status; k++) status = th_cli_put(c, th_buf_str(&e->text[k]));
    th_progress_step(&bar, n);
  }
  th_progress_end(&bar);
  return status;
}

static int every_pair(th_cli *c, th_cli__model *m) {
  every e = { .m = m };
  th_err err = { 0 };
  int64_t limit = 0;
  const char *given = th_cli_opt(c, "limit");
  if (given && (!th_str_to_i64(th_str_of(given), &limit) || limit < 1))
    return th_cli_usage(c, "--limit takes a number, not \"%s\"", given);
  e.most = (uint64_t)limit < m->n_drugs ? (uint32_t)limit : m->n_drugs;
  if (!given) e.most = 0;
  int status = th_cli__threads(c, &e.pool);
  if (!status && every_new(c, &e, &err) != TH_OK) status = th_cli_error(c, &err);
  if (!status) status = put_every(c, &e);
  for (int k = 0; k < DISEASES_AT_ONCE; k++) th_arena_del(e.arena[k]);
  th_pool_del(e.pool);
  return status;
}

static int run(th_cli *c) {
  const char *pairs = th_cli_opt(c, "pairs"), *disease = th_cli_opt(c, "disease");
  const bool all = th_cli_has(c, "all");
  if ((pairs != NULL) + (disease != NULL) + all + (c->n_args > 0) != 1 || c->n_args == 1)
    return th_cli_usage(c, "give one of --pairs FILE, --disease DISEASE, --all, or a drug and a disease");
  th_cli__model m;
  int status = th_cli__model_open(c, &m);
  if (status) return status;
  th_err err = { 0 };
  wanted_vec v = { 0 };
  if (all) {
    status = every_pair(c, &m);
  } else if (disease) {
    status = best_of(c, &m, disease);
  } else if (pairs) {
    status = read_pairs(c, &m, pairs, &v, &err) == TH_OK ? score_wanted(c, &m, &v) : th_cli_error(c, &err);
  } else {
    uint32_t u, d;
    status = th_cli__graph_node(c, &m.graph.g, "drug", c->args[0], &u);
    if (!status) status = th_cli__graph_node(c, &m.graph.g, "disease", c->args[1], &d);
    if (!status && !TH_VEC_PUSH(c->arena, &v, (wanted){ u - m.first_drug, d - m.first_disease, 0 })) status = th_cli__nomem(c);
    if (!status) status = score_wanted(c, &m, &v);
  }
  th_cli__model_close(&m);
  return status;
}

const th_cmd th_cmd_model_score = {
  .name = "model score",
  .group = "Prediction",
  .synopsis = "[DRUG DISEASE] [--pairs FILE] [--disease DISEASE] [--all]",
  .summary = "scores of pairs: rank, percentiles, lift, calibrated probability, support, novelty",
  .details =
      "Scores a table of pairs, one pair, the best drugs of a disease, or streams every pair. A disease or drug of which too "
      "little is known gives an answer marked as abstaining, with the reason.",
  .opts = opts,
  .args_max = 2,
  .examples = examples,
  .run = run,
};
