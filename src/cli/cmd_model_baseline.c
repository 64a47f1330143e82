/* theriac model baseline: what any model has to beat, on one split or several, one table. */
#include <math.h>
#include <stdio.h>

#include "cli/cli_graph.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { "split", 's', "KIND", "cluster_holdout (default), disease_holdout or random_edge", false },
  { "seeds", 0, "A-B", "seeds of the splits, 1-5 unless given", false },
  { "stratum", 0, "S", "all (default), novel_hop1 or novel_kin: held-out drugs that no near disease has", false },
  { "part", 0, "P", "test (default), valid or both", false },
  { "threads", 0, "N", "threads; the result is the same for any number", false },
  { "no-fits", 0, NULL, "only what needs no fitting", false },
  { 0 },
};

static const char *const examples[] = { "theriac model baseline", "theriac model baseline --split disease_holdout --seeds 1-1",
                                        NULL };

typedef struct stat {
  double sum, sum2;
} stat;

enum { COLUMNS = 11 };
static const char *const heads[COLUMNS] = { "AUPRC11",   "AUROC11", "AUROC11dis", "percentile", "MRR",       "Recall@30",
                                            "Recall@1%", "Hit@10",  "AP",         "eff@30",     "support@30" };

static void add(stat *s, const th_predict_result *r) {
  const double v[COLUMNS] = { r->auprc_drug, r->auroc_drug,    r->auroc_disease,  r->mean.percentile,
                              r->mean.mrr,   r->mean.recall30, r->mean.recall1pc, r->mean.hit10,
                              r->mean.ap,    r->effective30,   r->support30 };
  for (int k = 0; k < COLUMNS; k++) {
    s[k].sum += v[k];
    s[k].sum2 += v[k] * v[k];
  }
}

static double sd(stat s, double n) {
  return n > 1 ? sqrt(fmax(0, (s.sum2 - s.sum * s.sum / n) / (n - 1))) : 0;
}

static void as_json(th_buf *b, th_predict_eval e, int64_t from, int64_t to, const th_predict_table *t, stat (*s)[COLUMNS]) {
  const double n = (double)(to - from + 1);
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "split"), th_jw_z(&w, th_predict_split_name(e.kind));
  th_jw_key(&w, "seeds");
  th_jw_arr(&w);
  for (int64_t k = from; k <= to; k++) th_jw_i64(&w, k);
  th_jw_arr_end(&w);
  th_jw_key(&w, "methods");
  th_jw_arr(&w);
  for (size_t m = 0; m < t->n; m++) {
    th_jw_obj(&w);
    th_jw_key(&w, "method"), th_jw_z(&w, t->row[m].method);
    for (int k = 0; k < COLUMNS; k++) {
      th_jw_key(&w, heads[k]);
      th_jw_obj(&w);
      th_jw_key(&w, "mean"), th_jw_f64(&w, s[m][k].sum / n);
      th_jw_key(&w, "sd"), th_jw_f64(&w, sd(s[m][k], n));
      th_jw_obj_end(&w);
    }
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void as_text(th_buf *b, th_predict_eval e, int64_t from, int64_t to, const th_predict_table *t, stat (*s)[COLUMNS]) {
  const double n = (double)(to - from + 1);
  th_buf_addf(b, "%s, seeds %lld to %lld: mean ± standard deviation over seeds\n%-20s", th_predict_split_name(e.kind),
              (long long)from, (long long)to, "method");
  for (int k = 0; k < COLUMNS; k++) th_buf_addf(b, " %12s", heads[k]);
  th_buf_addc(b, '\n');
  for (size_t m = 0; m < t->n; m++) {
    th_buf_addf(b, "%-20s", t->row[m].method);
    for (int k = 0; k < COLUMNS; k++)
      th_buf_addf(b, k == 9 ? "  %6.0f±%-4.0f" : "  %.3f±%.3f", s[m][k].sum / n, sd(s[m][k], n));
    th_buf_addc(b, '\n');
  }
}

static int read_options(th_cli *c, th_predict_eval *e, int64_t *from, int64_t *to) {
  const char *kind = th_cli_opt(c, "split"), *seeds = th_cli_opt(c, "seeds"), *stratum = th_cli_opt(c, "stratum");
  const char *part = th_cli_opt(c, "part");
  *e = (th_predict_eval){ .kind = TH_SPLIT_CLUSTER, .no_fits = th_cli_has(c, "no-fits") };
  *from = 1, *to = 5;
  if (kind && (!th_predict_split_kind_of(kind, &e->kind) || e->kind == TH_SPLIT_FULL))
    return th_cli_usage(c, "--split takes cluster_holdout, disease_holdout or random_edge, not \"%s\"", kind);
  if (seeds) {
    th_str rest = th_str_of(seeds), a, b;
    th_str_split(&rest, '-', &a);
    b = rest.p ? rest : a;
    if (!th_str_to_i64(a, from) || !th_str_to_i64(b, to) || *from < 0 || *to < *from || *to - *from > 99)
      return th_cli_usage(c, "--seeds takes A-B, at most 100 of them, not \"%s\"", seeds);
  }
  if (stratum && !strcmp(stratum, "novel_hop1"))
    e->stratum = TH_STRATUM_HOP1;
  else if (stratum && !strcmp(stratum, "novel_kin"))
    e->stratum = TH_STRATUM_KIN;
  else if (stratum && strcmp(stratum, "all") != 0)
    return th_cli_usage(c, "--stratum takes all, novel_hop1 or novel_kin, not \"%s\"", stratum);
  e->valid_only = part && !strcmp(part, "valid");
  e->with_valid = part && !strcmp(part, "both");
  if (part && !e->valid_only && !e->with_valid && strcmp(part, "test") != 0)
    return th_cli_usage(c, "--part takes test, valid or both, not \"%s\"", part);
  return 0;
}

static th_code all_seeds(th_cli *c, const th_nn_world *w, th_predict_eval e, int64_t from, int64_t to, th_pool *pool, th_buf *b,
                         th_err *err) {
  th_predict_table t = { 0 };
  stat(*s)[COLUMNS] = NULL;
  th_progress bar;
  th_progress_begin(&bar, "seeds", (uint64_t)(to - from + 1));
  for (int64_t seed = from; seed <= to; seed++) {
    th_arena *a = th_arena_new(1 << 20);
    if (!a) return th_fail_nomem(err);
    e.seed = (uint64_t)seed;
    th_predict_table one;
    const th_code code = th_predict_baselines(a, w, e, pool, &one, err);
    if (code == TH_OK && !s) {
      s = th_arena_alloc(c->arena, one.n * sizeof *s, alignof(stat));
      t = (th_predict_table){ TH_NEWN(c->arena, th_predict_result, one.n), one.n };
    }
    for (size_t m = 0; code == TH_OK && s && t.row && m < one.n; m++) {
      t.row[m].method = one.row[m].method;
      add(s[m], &one.row[m]);
    }
    th_arena_del(a);
    TH_TRY(code);
    if (!s || !t.row) return th_fail_nomem(err);
    th_progress_step(&bar, 1);
  }
  th_progress_end(&bar);
  if (c->json)
    as_json(b, e, from, to, &t, s);
  else
    as_text(b, e, from, to, &t, s);
  return b->failed ? th_fail_nomem(err) : TH_OK;
}

static int run(th_cli *c) {
  th_predict_eval e;
  int64_t from, to, threads = 0;
  th_err err = { 0 };
  th_predict_graph g;
  int status = read_options(c, &e, &from, &to);
  const char *given = th_cli_opt(c, "threads");
  if (!status && given && (!th_str_to_i64(th_str_of(given), &threads) || threads < 1 || threads > TH_LIMIT_POOL_THREADS))
    status = th_cli_usage(c, "--threads takes 1 to %d, not \"%s\"", TH_LIMIT_POOL_THREADS, given);
  if (!status) status = th_cli__graph_open(c, &g);
  if (status) return status;
  th_nn_world *w;
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  th_pool *pool = th_pool_new((unsigned)threads);
  th_code code = pool ? th_nn_world_open(c->arena, &g.g, &w, &err) : th_fail_nomem(&err);
  if (code == TH_OK) code = all_seeds(c, w, e, from, to, pool, &b, &err);
  th_pool_del(pool);
  th_predict_graph_close(&g);
  return code == TH_OK ? th_cli_put(c, th_buf_str(&b)) : th_cli_error(c, &err);
}

const th_cmd th_cmd_model_baseline = {
  .name = "model baseline",
  .group = "Prediction",
  .synopsis = "[--split KIND] [--seeds A-B] [--stratum S]",
  .summary = "simple methods on the held-out diseases: what a model has to beat",
  .details = "Full ranking of all drugs for every held-out disease (percentile, MRR, recall, hits, average precision) and the "
             "pooled 1:1 figures that other studies publish (AUPRC11, AUROC11), which flatter and are context only.",
  .opts = opts,
  .args_max = 0,
  .examples = examples,
  .run = run,
};
