/* theriac model eval: the default predictor beside every baseline, on diseases none of them has seen. */
#include <math.h>
#include <stdio.h>

#include "cli/cli_model.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { "split", 's', "KIND", "cluster_holdout (default) or disease_holdout", false },
  { "seeds", 0, "A-B", "seeds of the splits, 1-5 unless given", false },
  { "stratum", 0, "S", "all (default), novel_hop1 or novel_kin", false },
  { "members", 0, "N", "models in the ensemble, 8 unless given", false },
  { "threads", 0, "N", "threads; the result is the same for any number", false },
  { "network", 0, NULL, "train the network too: its row, and the default's with it", false },
  { "epochs", 0, "N", "with --network: epochs of fine-tuning, 500 unless given", false },
  { 0 },
};

static const char *const examples[] = { "theriac model eval", "theriac model eval --stratum novel_kin --json", NULL };

enum { MEASURES = 3, DRAWS = 2000, ROWS_MAX = 64, UNITS_MAX = 20000 };
static const char *const names[MEASURES] = { "percentile", "mrr", "recall30" };

typedef struct totals {
  const char *method[ROWS_MAX];
  double sum[ROWS_MAX][MEASURES], sum2[ROWS_MAX][MEASURES], effective[ROWS_MAX], auprc[ROWS_MAX];
  size_t n_rows;
  float (*unit)[MEASURES]; /* rows × UNITS_MAX: value of each disease of each seed */
  uint32_t n_units, n_seeds, unit_seed_first[128];
  uint64_t seed[128];
  char split_sha256[128][65];
  th_predict_calibration cal;
} totals;

typedef struct interval {
  double mean, lo, hi;
} interval;

static double value(const th_nn_measure *m, int k) {
  return k == 0 ? m->percentile : k == 1 ? m->mrr : m->recall30;
}

static bool add_seed(totals *t, const th_predict_table *one, const th_predict_calibration *cal) {
  t->n_rows = one->n < ROWS_MAX ? one->n : ROWS_MAX;
  const uint32_t n = one->row[0].n_diseases;
  if (t->n_units + n > UNITS_MAX) return false;
  for (size_t m = 0; m < t->n_rows; m++) {
    const th_predict_result *r = &one->row[m];
    t->method[m] = r->method;
    t->effective[m] += r->effective30;
    t->auprc[m] += r->auprc_drug;
    for (int k = 0; k < MEASURES; k++) {
      const double v = value(&r->mean, k);
      t->sum[m][k] += v;
      t->sum2[m][k] += v * v;
      for (uint32_t i = 0; i < n; i++) t->unit[m * UNITS_MAX + t->n_units + i][k] = (float)value(&r->each[i], k);
    }
  }
  t->unit_seed_first[t->n_seeds++] = t->n_units;
  t->n_units += n;
  t->cal.n += cal->n, t->cal.slope += cal->slope, t->cal.ece += cal->ece, t->cal.brier += cal->brier;
  t->cal.top_observed += cal->top_observed, t->cal.top_expected += cal->top_expected;
  t->cal.observed += cal->observed, t->cal.expected += cal->expected;
  return true;
}

/* Mean over seeds of the mean over diseases, of the difference of two rows; 95 % interval by drawing diseases within each seed. */
static interval paired(const totals *t, size_t x, size_t y, int k) {
  static double draw[DRAWS];
  interval out = { 0 };
  for (int d = -1; d < DRAWS; d++) {
    th_rng r = { 20, (uint64_t)(d + 1), 0 };
    double all = 0;
    for (uint32_t s = 0; s < t->n_seeds; s++) {
      const uint32_t from = t->unit_seed_first[s], to = s + 1 < t->n_seeds ? t->unit_seed_first[s + 1] : t->n_units,
                     n = to - from;
      double sum = 0;
      for (uint32_t i = 0; i < n; i++) {
        const uint32_t u = from + (d < 0 ? i : (uint32_t)th_rng_below(&r, n));
        sum += (double)t->unit[x * UNITS_MAX + u][k] - t->unit[y * UNITS_MAX + u][k];
      }
      all += sum / n / t->n_seeds;
    }
    if (d < 0) {
      out.mean = all;
      continue;
    }
    int at = d; /* kept sorted: few draws */
    for (; at > 0 && draw[at - 1] > all; at--) draw[at] = draw[at - 1];
    draw[at] = all;
  }
  out.lo = draw[DRAWS * 25 / 1000];
  out.hi = draw[DRAWS - 1 - DRAWS * 25 / 1000];
  return out;
}

static size_t best_baseline(const totals *t, int k) {
  size_t best = 0;
  for (size_t m = 0; m + 1 < t->n_rows; m++)
    if (t->sum[m][k] > t->sum[best][k]) best = m;
  return best;
}

static double spread(const totals *t, size_t m, int k) {
  const double n = t->n_seeds;
  return n > 1 ? sqrt(fmax(0, (t->sum2[m][k] - t->sum[m][k] * t->sum[m][k] / n) / (n - 1))) : 0;
}

static void as_text(th_buf *b, const totals *t, const char *split) {
  const double n = t->n_seeds;
  th_buf_addf(b, "%s, %u seeds, %u held-out diseases: mean ± standard deviation over seeds\n", split, t->n_seeds, t->n_units);
  th_buf_addf(b, "%-20s %13s %13s %13s %7s %9s\n", "method", "percentile", "MRR", "Recall@30", "eff@30", "AUPRC 1:1");
  for (size_t m = 0; m < t->n_rows; m++) {
    th_buf_addf(b, "%-20s", t->method[m]);
    for (int k = 0; k < MEASURES; k++) th_buf_addf(b, "  %.3f±%.3f", t->sum[m][k] / n, spread(t, m, k));
    th_buf_addf(b, " %7.0f %9.3f\n", t->effective[m] / n, t->auprc[m] / n);
  }
  th_buf_addz(b, "\ndefault against the best baseline of each measure, paired bootstrap over diseases, 95 % interval\n");
  for (int k = 0; k < MEASURES; k++) {
    const size_t best = best_baseline(t, k);
    const interval d = paired(t, t->n_rows - 1, best, k);
    th_buf_addf(b, "  %-10s %+.3f [%+.3f, %+.3f] against %s%s\n", names[k], d.mean, d.lo, d.hi, t->method[best],
                d.lo > 0 ? "" : "  (the interval holds 0)");
  }
  th_buf_addf(
      b,
      "\ncalibration on the test diseases: slope %.2f, observed over expected in the top 1 %% %.2f, in all %.2f, ECE %.2g, "
      "Brier %.3g\nAUPRC 1:1 is the pooled figure others publish: it flatters, and is context only.\n",
      t->cal.slope / n, t->cal.top_observed / t->cal.top_expected, t->cal.observed / t->cal.expected, t->cal.ece / n,
      t->cal.brier / n);
  th_buf_addz(b, "Protocol: full ranking of all drugs less the disease's known ones, mid-ranks of ties, mean over diseases.\n");
  for (uint32_t i = 0; i < t->n_seeds; i++)
    th_buf_addf(b, "split of seed %llu: sha256 %s\n", (unsigned long long)t->seed[i], t->split_sha256[i]);
}

static void as_json(th_buf *b, const totals *t, const char *split) {
  const double n = t->n_seeds;
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "split"), th_jw_z(&w, split);
  th_jw_key(&w, "seeds"), th_jw_i64(&w, t->n_seeds);
  th_jw_key(&w, "diseases"), th_jw_i64(&w, t->n_units);
  th_jw_key(&w, "splits");
  th_jw_arr(&w);
  for (uint32_t i = 0; i < t->n_seeds; i++) {
    th_jw_obj(&w);
    th_jw_key(&w, "seed"), th_jw_i64(&w, (int64_t)t->seed[i]);
    th_jw_key(&w, "sha256"), th_jw_z(&w, t->split_sha256[i]);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_key(&w, "methods");
  th_jw_arr(&w);
  for (size_t m = 0; m < t->n_rows; m++) {
    th_jw_obj(&w);
    th_jw_key(&w, "method"), th_jw_z(&w, t->method[m]);
    for (int k = 0; k < MEASURES; k++) th_jw_key(&w, names[k]), th_jw_f64(&w, t->sum[m][k] / n);
    th_jw_key(&w, "effective30"), th_jw_f64(&w, t->effective[m] / n);
    th_jw_key(&w, "auprc_1_1"), th_jw_f64(&w, t->auprc[m] / n);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_key(&w, "against_best_baseline");
  th_jw_obj(&w);
  for (int k = 0; k < MEASURES; k++) {
    const size_t best = best_baseline(t, k);
    const interval d = paired(t, t->n_rows - 1, best, k);
    th_jw_key(&w, names[k]);
    th_jw_obj(&w);
    th_jw_key(&w, "baseline"), th_jw_z(&w, t->method[best]);
    th_jw_key(&w, "difference"), th_jw_f64(&w, d.mean);
    th_jw_key(&w, "lo"), th_jw_f64(&w, d.lo);
    th_jw_key(&w, "hi"), th_jw_f64(&w, d.hi);
    th_jw_obj_end(&w);
  }
  th_jw_obj_end(&w);
  th_jw_key(&w, "calibration");
  th_jw_obj(&w);
  th_jw_key(&w, "slope"), th_jw_f64(&w, t->cal.slope / n);
  th_jw_key(&w, "top1pc_observed_over_expected"), th_jw_f64(&w, t->cal.top_observed / t->cal.top_expected);
  th_jw_key(&w, "observed_over_expected"), th_jw_f64(&w, t->cal.observed / t->cal.expected);
  th_jw_key(&w, "ece"), th_jw_f64(&w, t->cal.ece / n);
  th_jw_key(&w, "brier"), th_jw_f64(&w, t->cal.brier / n);
  th_jw_obj_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static int read_options(th_cli *c, th_predict_eval *e, th_predict_train *t, int64_t *from, int64_t *to) {
  const char *kind = th_cli_opt(c, "split"), *seeds = th_cli_opt(c, "seeds"), *stratum = th_cli_opt(c, "stratum");
  const char *members = th_cli_opt(c, "members");
  int64_t v;
  e->kind = TH_SPLIT_CLUSTER;
  *from = 1, *to = 5;
  if (kind && (!th_predict_split_kind_of(kind, &e->kind) || e->kind == TH_SPLIT_FULL || e->kind == TH_SPLIT_RANDOM))
    return th_cli_usage(c, "--split takes cluster_holdout or disease_holdout, not \"%s\"", kind);
  if (seeds) {
    th_str rest = th_str_of(seeds), a;
    th_str_split(&rest, '-', &a);
    const th_str b = rest.p ? rest : a;
    if (!th_str_to_i64(a, from) || !th_str_to_i64(b, to) || *from < 0 || *to < *from || *to - *from > 99)
      return th_cli_usage(c, "--seeds takes A-B, at most 100 of them, not \"%s\"", seeds);
  }
  if (stratum && strcmp(stratum, "all") != 0) {
    e->stratum = !strcmp(stratum, "novel_hop1") ? TH_STRATUM_HOP1 : TH_STRATUM_KIN;
    e->with_valid = e->stratum == TH_STRATUM_KIN;
    if (strcmp(stratum, "novel_hop1") != 0 && strcmp(stratum, "novel_kin") != 0)
      return th_cli_usage(c, "--stratum takes all, novel_hop1 or novel_kin, not \"%s\"", stratum);
  }
  if (members && (!th_str_to_i64(th_str_of(members), &v) || v < 1 || v > TH_PREDICT_MEMBERS_MAX))
    return th_cli_usage(c, "--members takes 1 to %d, not \"%s\"", TH_PREDICT_MEMBERS_MAX, members);
  if (members) t->members = (uint32_t)v;
  return 0;
}

static th_code all_seeds(th_cli *c, const th_nn_world *w, th_predict_eval e, th_predict_train t,
                         const th_predict_network *network, int64_t from, int64_t to, th_pool *pool, totals *sum, th_err *err) {
  sum->unit = th_arena_alloc(c->arena, sizeof(float[MEASURES]) * ROWS_MAX * UNITS_MAX, alignof(float));
  if (!sum->unit) return th_fail_nomem(err);
  for (int64_t seed = from; seed <= to; seed++) {
    th_arena *a = th_arena_new(1 << 20);
    if (!a) return th_fail_nomem(err);
    e.seed = (uint64_t)seed;
    th_predict_table one;
    th_predict_calibration cal;
    th_predict_network n = network ? *network : (th_predict_network){ 0 };
    n.o.seed_vectors = n.o.seed_weights = n.o.seed_draws = e.seed;
    th_predict_split split;
    th_code code = th_predict_split_make(a, w, e.kind, e.seed, &split, err);
    if (code == TH_OK) {
      sum->seed[sum->n_seeds] = e.seed;
      memcpy(sum->split_sha256[sum->n_seeds], split.sha256, sizeof split.sha256);
      code = th_predict_compare(a, w, e, t, network ? &n : NULL, pool, &one, &cal, err);
    }
    if (code == TH_OK && !add_seed(sum, &one, &cal))
      code = th_fail(err, TH_ELIMIT, "more than %d held-out diseases", UNITS_MAX);
    th_arena_del(a);
    TH_TRY(code);
    th_log(TH_LOG_INFO, "seed %d done", (int)seed);
  }
  return TH_OK;
}

static int run(th_cli *c) {
  th_predict_eval e = { 0 };
  th_predict_train t = { 0 };
  int64_t from, to;
  th_err err = { 0 };
  th_predict_graph g;
  th_pool *pool;
  th_predict_network network = { .o = th_net_default(1) };
  network.o.self_loops = true;
  const char *epochs = th_cli_opt(c, "epochs");
  int64_t v;
  if (epochs && (!th_str_to_i64(th_str_of(epochs), &v) || v < 1 || v > 100000 || !th_cli_has(c, "network")))
    return th_cli_usage(c, "--epochs takes a number and goes with --network, not \"%s\"", epochs);
  if (epochs) network.o.epochs = (uint32_t)v;
  int status = read_options(c, &e, &t, &from, &to);
  if (!status) status = th_cli__graph_open(c, &g);
  if (status) return status;
  status = th_cli__threads(c, &pool);
  totals *sum = TH_NEW(c->arena, totals);
  th_nn_world *w;
  th_code code = !status && sum ? th_nn_world_open(c->arena, &g.g, &w, &err) : th_fail_nomem(&err);
  if (!status && code == TH_OK)
    code = all_seeds(c, w, e, t, th_cli_has(c, "network") ? &network : NULL, from, to, pool, sum, &err);
  if (!status) {
    th_buf b;
    th_buf_init(&b, c->arena, 0);
    if (code == TH_OK && c->json) as_json(&b, sum, th_predict_split_name(e.kind));
    if (code == TH_OK && !c->json) as_text(&b, sum, th_predict_split_name(e.kind));
    th_pool_del(pool);
    status = code != TH_OK ? th_cli_error(c, &err) : b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
  }
  th_predict_graph_close(&g);
  return status;
}

const th_cmd th_cmd_model_eval = {
  .name = "model eval",
  .group = "Prediction",
  .synopsis = "[--split KIND] [--seeds A-B] [--stratum S]",
  .summary = "the predictor beside every baseline on held-out diseases",
  .details =
      "Trains the predictor anew for every seed without the test diseases, ranks all drugs for each of them, and compares: "
      "paired bootstrap over diseases against the best baseline of each measure, and how well the probabilities hold. "
      "novel_kin measures test and calibration diseases together.",
  .opts = opts,
  .args_max = 0,
  .examples = examples,
  .run = run,
};
