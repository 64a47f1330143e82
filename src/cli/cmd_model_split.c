/* theriac model split: which labels are held out, as a file anybody can draw again. */
#include <stdio.h>

#include "cli/cli_graph.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { "split", 's', "KIND", "cluster_holdout (default), disease_holdout, random_edge or full", false },
  { "seed", 0, "N", "1 unless given", false },
  { 0 },
};

static const char *const examples[] = { "theriac model split --split cluster_holdout --seed 1 > split.csv", NULL };

static int put(th_cli *c, const th_predict_split *s) {
  if (!c->json) {
    fprintf(stderr, "sha256 %s\n", s->sha256);
    return th_cli_put(c, s->text);
  }
  uint32_t n[3] = { 0 };
  const bool pairs = s->kind == TH_SPLIT_RANDOM;
  for (uint32_t i = 0; i < (pairs ? s->n_pairs : s->n); i++) n[pairs ? s->pair_part[i] : s->part[i]]++;
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, c->arena, 0);
  th_jwrite_open(&w, &b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "split"), th_jw_z(&w, th_predict_split_name(s->kind));
  th_jw_key(&w, "seed"), th_jw_i64(&w, (int64_t)s->seed);
  th_jw_key(&w, "sha256"), th_jw_z(&w, s->sha256);
  th_jw_key(&w, "counts"), th_jw_z(&w, pairs ? "pairs" : "diseases");
  th_jw_key(&w, "train"), th_jw_i64(&w, n[TH_PART_TRAIN]);
  th_jw_key(&w, "valid"), th_jw_i64(&w, n[TH_PART_VALID]);
  th_jw_key(&w, "test"), th_jw_i64(&w, n[TH_PART_TEST]);
  th_jw_obj_end(&w);
  th_buf_addc(&b, '\n');
  return b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
}

static int run(th_cli *c) {
  th_predict_split_kind kind = TH_SPLIT_CLUSTER;
  const char *name = th_cli_opt(c, "split"), *given = th_cli_opt(c, "seed");
  int64_t seed = 1;
  if (name && !th_predict_split_kind_of(name, &kind))
    return th_cli_usage(c, "--split takes cluster_holdout, disease_holdout, random_edge or full, not \"%s\"", name);
  if (given && (!th_str_to_i64(th_str_of(given), &seed) || seed < 0))
    return th_cli_usage(c, "--seed takes a number, not \"%s\"", given);
  th_predict_graph g;
  th_err err = { 0 };
  int status = th_cli__graph_open(c, &g);
  if (status) return status;
  th_nn_world *w;
  th_predict_split s;
  th_code code = th_nn_world_open(c->arena, &g.g, &w, &err);
  if (code == TH_OK) code = th_predict_split_make(c->arena, w, kind, (uint64_t)seed, &s, &err);
  status = code == TH_OK ? put(c, &s) : th_cli_error(c, &err);
  th_predict_graph_close(&g);
  return status;
}

const th_cmd th_cmd_model_split = {
  .name = "model split",
  .group = "Prediction",
  .synopsis = "[--split KIND] [--seed N]",
  .summary = "draw the diseases, clusters or pairs held out for evaluation",
  .details =
      "Writes the split as a table on standard output and the SHA-256 of it on standard error. Only drug-disease edges are "
      "held out; all edges of a disease go together. cluster_holdout keeps diseases with nearly the same drugs on one side.",
  .opts = opts,
  .args_max = 0,
  .examples = examples,
  .run = run,
};
