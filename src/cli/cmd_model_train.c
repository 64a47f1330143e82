/* theriac model train: fits the default predictor and writes it with its card. */
#include <stdio.h>

#include "cli/cli_model.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { "model", 'm', "FILE", "write here instead of models/default.thm in the home", false },
  { "split", 's', "KIND", "full (default, for use); cluster_holdout or disease_holdout keep their test part unseen", false },
  { "seed", 0, "N", "1 unless given", false },
  { "members", 0, "N", "models in the ensemble, 8 unless given, 16 at most", false },
  { "threads", 0, "N", "threads; the model is the same for any number", false },
  { "method", 0, "M", "trees (default) or network", false },
  { "epochs", 0, "N", "network: epochs of fine-tuning, 500 unless given", false },
  { "pretrain", 0, "N", "network: epochs of pretraining, 1 unless given, 0 for none", false },
  { "as-published", 0, NULL, "network: TxGNN's recipe: nothing hidden while learning, its negatives, no self loops", false },
  { "prototypes", 0, "N", "network: diseases that speak for each, 3 unless given, 0 for none", false },
  { "random-prototypes", 0, NULL, "network: prototypes by lot, to see what likeness is worth", false },
  { "skip", 0, "LIST", "network: relations left out, commas between", false },
  { "resume", 0, NULL, "network: go on from the checkpoint of an interrupted training with the same options", false },
  { 0 },
};

static const char *const examples[] = { "theriac model train",
                                        "theriac model train --split cluster_holdout --seed 2 --model m2.thm",
                                        "theriac model train --method network --epochs 200", NULL };

static const char trees_text[] =
    "boosted tree models over features of the graph (votes of like diseases, degree-weighted paths, votes spread over like "
    "drugs, "
    "how much is known of the drug), fitted with whole clusters of twin diseases hidden, and the votes of the nearest diseases "
    "beside them";
static const char network_text[] =
    "network over the graph (two rounds of typed neighbour means over fixed random vectors, a weighted product as score, "
    "diseases "
    "that borrow from those most like them; after TxGNN), trained with the drug edges of a share of the diseases hidden";

static void card(th_buf *b, const th_predict_model *m, const th_graph *g) {
  th_buf_addf(b,
              "# Model card\n\n"
              "What it is: %u %s. Version of the file: theriac-model(5).\n\n"
              "Made from: graph %.64s",
              m->n_members, m->net.drug ? network_text : trees_text, m->graph_sha256);
  for (uint32_t k = 0; k < g->n_sources; k++)
    th_buf_addf(b, "%s%.*s (%.*s)", k ? ", " : "; tables ", TH_STR_ARG(g->source[k].name), TH_STR_ARG(g->source[k].sha256));
  th_buf_addf(
      b,
      "; split %s, seed %llu, %.64s.\n\n"
      "On the %u indications of the diseases held out for calibration: mean percentile %.3f, mean reciprocal rank %.3f, "
      "recall in the first 30 %.3f. `theriac model eval` measures on test diseases against every baseline.\n\n"
      "What p_cal means: the probability that a source like the training labels lists the pair as an indication, at the base "
      "rate %.2g of all pairs of such diseases. It is no probability that the drug works. Labels are positive and unlabelled: "
      "a pair without a label may be a good one.\n\n"
      "Not for: choosing a treatment; diseases or drugs the graph does not know; comparing scores of two graphs or models. "
      "Below a likeness of %.3f to the nearest treated disease the model abstains.\n",
      th_predict_split_name(m->kind), (unsigned long long)m->seed, m->split_sha256, m->valid.n_positive, m->valid.percentile,
      m->valid.mrr, m->valid.recall30, m->base_rate, m->sim_min);
}

static int report(th_cli *c, const th_predict_model *m, const char *path) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, c->arena, 0);
  if (c->json) {
    th_jwrite_open(&w, &b, 2);
    th_jw_obj(&w);
    th_jw_key(&w, "model"), th_jw_z(&w, path);
    th_jw_key(&w, "split"), th_jw_z(&w, th_predict_split_name(m->kind));
    th_jw_key(&w, "split_sha256"), th_jw_z(&w, m->split_sha256);
    th_jw_key(&w, "members"), th_jw_i64(&w, m->n_members);
    th_jw_key(&w, "valid_percentile"), th_jw_f64(&w, m->valid.percentile);
    th_jw_key(&w, "valid_mrr"), th_jw_f64(&w, m->valid.mrr);
    th_jw_key(&w, "valid_recall30"), th_jw_f64(&w, m->valid.recall30);
    th_jw_key(&w, "base_rate"), th_jw_f64(&w, m->base_rate);
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
  } else {
    th_buf_addf(&b, "%s\nsplit %s, seed %llu, sha256 %s\ncalibration diseases: percentile %.3f, MRR %.3f, Recall@30 %.3f\n",
                path, th_predict_split_name(m->kind), (unsigned long long)m->seed, m->split_sha256, m->valid.percentile,
                m->valid.mrr, m->valid.recall30);
  }
  return b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
}

static th_code write_out(th_cli *c, const th_predict_model *m, const th_graph *g, const char *path, th_err *err) {
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  card(&b, m, g);
  const char *card_path = th_str_fmt(c->arena, "%s.md", path).p;
  if (b.failed || !card_path) return th_fail_nomem(err);
  TH_TRY(th_predict_model_save(m, path, err));
  return th_file_write(card_path, th_buf_str(&b), err);
}

typedef struct method {
  bool network;
  th_predict_network n;
} method;

static int whole_option(th_cli *c, const char *name, int64_t most, uint32_t *out) {
  const char *text = th_cli_opt(c, name);
  int64_t v;
  if (!text) return 0;
  if (!th_str_to_i64(th_str_of(text), &v) || v < 0 || v > most)
    return th_cli_usage(c, "--%s takes 0 to %lld, not \"%s\"", name, (long long)most, text);
  *out = (uint32_t)v;
  return 0;
}

static int read_method(th_cli *c, uint64_t seed, const char *path, method *m) {
  static const char *const own[] = {
    "epochs", "pretrain", "as-published", "prototypes", "random-prototypes", "skip", "resume"
  };
  const char *name = th_cli_opt(c, "method");
  m->network = name && !strcmp(name, "network");
  if (name && !m->network && strcmp(name, "trees") != 0)
    return th_cli_usage(c, "--method takes trees or network, not \"%s\"", name);
  for (size_t k = 0; k < sizeof own / sizeof *own && !m->network; k++)
    if (th_cli_has(c, own[k])) return th_cli_usage(c, "--%s is for --method network", own[k]);
  m->n = (th_predict_network){ .o = th_net_default(seed), .resume = th_cli_has(c, "resume") };
  th_net_options *o = &m->n.o;
  o->self_loops = true;
  if (th_cli_has(c, "as-published")) o->mask = 0, o->negatives = TH_NET_N1, o->self_loops = false;
  o->random_prototypes = th_cli_has(c, "random-prototypes");
  o->skip = th_cli_opt(c, "skip");
  int status = whole_option(c, "epochs", 100000, &o->epochs);
  if (!status) status = whole_option(c, "pretrain", 1000, &o->pretrain_epochs);
  if (!status) status = whole_option(c, "prototypes", 24, &o->prototypes);
  m->n.checkpoint = th_str_fmt(c->arena, "%s.checkpoint", path).p;
  return status || m->n.checkpoint ? status : th_cli__nomem(c);
}

static int train(th_cli *c, const th_graph *g, th_predict_train t, const method *how, const char *path, th_pool *pool) {
  th_err err = { 0 };
  th_nn_world *w;
  th_predict_model *m = TH_NEW(c->arena, th_predict_model);
  if (!m) return th_cli__nomem(c);
  th_code code = th_nn_world_open(c->arena, g, &w, &err);
  if (code == TH_OK)
    code = how->network ? th_predict_network_train(c->arena, w, t, how->n, pool, m, &err)
                        : th_predict_model_train(c->arena, w, t, pool, m, &err);
  if (code == TH_OK) code = write_out(c, m, g, path, &err);
  return code == TH_OK ? report(c, m, path) : th_cli_error(c, &err);
}

static int run(th_cli *c) {
  th_predict_train t = { .kind = TH_SPLIT_FULL, .seed = 1 };
  const char *kind = th_cli_opt(c, "split"), *seed = th_cli_opt(c, "seed"), *members = th_cli_opt(c, "members");
  int64_t v;
  th_err err = { 0 };
  if (kind && (!th_predict_split_kind_of(kind, &t.kind) || t.kind == TH_SPLIT_RANDOM))
    return th_cli_usage(c, "--split takes full, cluster_holdout or disease_holdout, not \"%s\"", kind);
  if (seed && (!th_str_to_i64(th_str_of(seed), &v) || v < 0)) return th_cli_usage(c, "--seed takes a number, not \"%s\"", seed);
  if (seed) t.seed = (uint64_t)v;
  if (members && (!th_str_to_i64(th_str_of(members), &v) || v < 1 || v > TH_PREDICT_MEMBERS_MAX))
    return th_cli_usage(c, "--members takes 1 to %d, not \"%s\"", TH_PREDICT_MEMBERS_MAX, members);
  if (members) t.members = (uint32_t)v;
  const char *name = th_cli_opt(c, "method");
  const bool network = name && !strcmp(name, "network");
  const char *path =
      network && !th_cli_opt(c, "model") ? th_str_fmt(c->arena, "%s/models/network.thm", c->home).p : th_cli__model_path(c);
  const char *dir = th_str_fmt(c->arena, "%s/models", c->home).p;
  if (!path || !dir) return th_cli__nomem(c);
  if (!th_cli_opt(c, "model") && th_dir_make(dir, &err) != TH_OK) return th_cli_error(c, &err);
  th_predict_graph g;
  th_pool *pool;
  method how;
  int status = read_method(c, t.seed, path, &how);
  if (!status) status = th_cli__graph_open(c, &g);
  if (status) return status;
  status = th_cli__threads(c, &pool);
  if (!status) {
    status = train(c, &g.g, t, &how, path, pool);
    th_pool_del(pool);
  }
  th_predict_graph_close(&g);
  return status;
}

const th_cmd th_cmd_model_train = {
  .name = "model train",
  .group = "Prediction",
  .synopsis = "[--split KIND] [--seed N] [--members N] [--method network]",
  .summary = "fit the predictor and write it with its card",
  .details = "The predictor is what wins on held-out diseases (theriac model eval shows by how much): boosted trees over graph "
             "features with the votes of the nearest diseases. The same seed gives the same bytes at any number of threads. "
             "--method network trains a graph neural network instead, into models/network.thm: it is optional, theriac model "
             "eval --network shows what it is worth. A killed training costs one epoch. "
             "See theriac-model(7) for the method and its limits.",
  .opts = opts,
  .args_max = 0,
  .examples = examples,
  .run = run,
};
