/* theriac graph generate: an invented graph of PrimeKG's shape and size, for tests and benchmarks. */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "cli/cli_graph.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "out", 'o', "DIR", "where node.csv and kg.csv go (default: the working directory)", false },
  { "seed", 0, "N", "1 unless given", false },
  { "scale", 0, "X", "1 (default): 129,375 nodes and 8.1 million rows, about 1 GB", false },
  { 0 },
};

static const char *const examples[] = { "theriac graph generate --scale 0.01 --out toy", NULL };

static th_code put(void *ctx, int table, th_str piece) {
  FILE *const *file = ctx;
  return fwrite(piece.p, 1, piece.n, file[table]) == piece.n ? TH_OK : TH_EIO;
}

static int run(th_cli *c) {
  const char *dir = th_cli_opt(c, "out"), *seed_text = th_cli_opt(c, "seed"), *scale_text = th_cli_opt(c, "scale");
  th_graph_shape shape = { .seed = 1, .scale = 1 };
  int64_t seed = 1;
  th_err err = { 0 };
  if (!dir) dir = ".";
  if (seed_text && (!th_str_to_i64(th_str_of(seed_text), &seed) || seed < 0))
    return th_cli_usage(c, "--seed takes a number, not \"%s\"", seed_text);
  if (scale_text && !th_str_to_f64(th_str_of(scale_text), &shape.scale))
    return th_cli_usage(c, "--scale takes a number, not \"%s\"", scale_text);
  shape.seed = (uint64_t)seed;
  if (th_dir_make(dir, &err) != TH_OK) return th_cli_error(c, &err);
  const char *const path[2] = { th_str_fmt(c->arena, "%s/node.csv", dir).p, th_str_fmt(c->arena, "%s/kg.csv", dir).p };
  if (!path[0] || !path[1]) return th_cli__nomem(c);
  FILE *file[2] = { fopen(path[0], "wb"), fopen(path[1], "wb") };
  th_code code = TH_OK;
  if (!file[0] || !file[1])
    code = th_fail(&err, TH_EIO, "%s cannot be written: %s", file[0] ? path[1] : path[0], strerror(errno));
  if (code == TH_OK) code = th_graph_generate(shape, put, file, &err);
  for (int k = 0; k < 2; k++)
    if (file[k] && fclose(file[k]) != 0 && code == TH_OK) code = th_fail(&err, TH_EIO, "%s: %s", path[k], strerror(errno));
  return code == TH_OK ? 0 : th_cli_error(c, &err);
}

const th_cmd th_cmd_graph_generate = {
  .name = "graph generate",
  .group = "Prediction",
  .synopsis = "[--scale X] [--seed N] [--out DIR]",
  .summary = "write an invented graph of PrimeKG's shape, for tests and benchmarks",
  .details = "Nothing in it is true: only the types, relations, numbers and the unevenness of degrees are PrimeKG's.",
  .opts = opts,
  .args_max = 0,
  .examples = examples,
  .run = run,
};
