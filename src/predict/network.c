/* Trains the network of nn on a split, keeps the state that ranks the calibration diseases best, and can be interrupted. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "predict/predict_priv.h"
#include "theriac/io.h"

enum { MEASURE_EVERY = 20 };

/* ── The checkpoint: a head, then parameters, both moments, and the best parameters so far ─────────────────────────── */

typedef struct head {
  char magic[8];
  char graph_sha256[64], split_sha256[64];
  char options[1024]; /* as text */
  uint64_t n, step;
  double rate, best_loss, best;
  uint32_t bad, pretrained, epochs, crc;
} head;

typedef struct course {
  th_net *net;
  const th_predict__bench *b;
  const th_predict_split *s;
  const char *checkpoint;
  uint32_t pretrained, epochs; /* done */
  double best;                 /* percentile + reciprocal rank */
  float *best_parameter;
  head like; /* what a checkpoint of this course begins with */
  float *score;
  uint8_t *is;
  uint32_t *scratch;
} course;

static void fill_head(course *c, const th_predict_model *m, const th_predict_split *s, th_net_options o, uint64_t n) {
  memset(&c->like, 0, sizeof c->like);
  memcpy(c->like.magic, "THCOURSE", 8);
  memcpy(c->like.graph_sha256, m->graph_sha256, 64);
  memcpy(c->like.split_sha256, s->sha256, 64);
  snprintf(c->like.options, sizeof c->like.options,
           "%u %u %.17g %.17g %u %u %u %.17g %.17g %.17g %d %u %.17g %d %d %d %llu %llu %llu %s", o.width, o.prototypes, o.gate,
           o.mask, o.pretrain_epochs, o.epochs, o.batch, o.pretrain_rate, o.rate, o.decay, (int)o.negatives, o.negatives_each,
           o.contra_weight, o.self_loops, o.own_prototype, o.random_prototypes, (unsigned long long)o.seed_vectors,
           (unsigned long long)o.seed_weights, (unsigned long long)o.seed_draws, o.skip ? o.skip : "");
  c->like.n = n;
}

static th_code keep_state(course *c, th_err *err) {
  if (!c->checkpoint) return TH_OK;
  const th_net_state s = th_net_save(c->net);
  const size_t each = s.n * sizeof(float), size = sizeof(head) + 4 * each;
  char *file = th_malloc(size);
  if (!file) return th_fail_nomem(err);
  head h = c->like;
  h.step = s.step, h.rate = s.rate, h.best_loss = s.best_loss, h.bad = s.bad;
  h.best = c->best, h.pretrained = c->pretrained, h.epochs = c->epochs;
  const float *part[] = { s.parameter, s.m, s.v, c->best_parameter };
  for (size_t k = 0; k < 4; k++) memcpy(file + sizeof h + k * each, part[k], each);
  h.crc = th_crc32c(0, th_str_n(file + sizeof h, 4 * each));
  memcpy(file, &h, sizeof h);
  const th_code code = th_file_write(c->checkpoint, th_str_n(file, size), err);
  th_free(file);
  return code;
}

static bool same_course(const head *x, const head *y) {
  return !memcmp(x->magic, y->magic, sizeof x->magic) && !memcmp(x->graph_sha256, y->graph_sha256, 64) &&
         !memcmp(x->split_sha256, y->split_sha256, 64) && !memcmp(x->options, y->options, sizeof x->options) && x->n == y->n;
}

static th_code take_state(course *c, th_str file, th_err *err) {
  head h;
  if (file.n < sizeof h) return th_fail(err, TH_EPARSE, "the checkpoint is damaged: train from the start");
  memcpy(&h, file.p, sizeof h);
  if (!same_course(&h, &c->like))
    return th_fail(err, TH_ECONFLICT,
                   "the checkpoint is of another graph, split or setting: train from the start, or give the "
                   "same options");
  const size_t each = (size_t)h.n * sizeof(float);
  if (file.n != sizeof h + 4 * each || th_crc32c(0, th_str_n(file.p + sizeof h, 4 * each)) != h.crc)
    return th_fail(err, TH_EPARSE, "the checkpoint is damaged: train from the start");
  float *v = th_malloc(4 * each);
  if (!v) return th_fail_nomem(err);
  memcpy(v, file.p + sizeof h, 4 * each);
  const th_net_state s = { v, v + h.n, v + 2 * h.n, h.n, h.step, h.rate, h.best_loss, h.bad };
  const th_code code = th_net_load(c->net, &s, err);
  if (code == TH_OK) memcpy(c->best_parameter, v + 3 * h.n, each);
  c->best = h.best, c->pretrained = h.pretrained, c->epochs = h.epochs;
  th_free(v);
  return code;
}

static th_code resume(course *c, th_err *err) {
  th_file f;
  const th_code opened = th_file_open(c->checkpoint, 0, &f, err);
  if (opened == TH_ENOENT) th_err_ctx(err, "nothing to resume: train without --resume");
  TH_TRY(opened);
  const th_code code = take_state(c, f.bytes, err);
  th_file_close(&f);
  if (code != TH_OK) th_err_source(err, c->checkpoint);
  return code;
}

/* ── The course ────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Mean percentile and reciprocal rank over the calibration diseases. */
static double measure(course *c) {
  const th_nn_world *w = c->b->w;
  const uint32_t n_drugs = th_nn_n_drugs(w);
  double sum = 0;
  uint32_t n = 0;
  th_net_encode(c->net);
  for (uint32_t i = 0; i < c->s->n; i++) {
    uint32_t n_known;
    const uint32_t *known = th_nn_known(w, false, i, &n_known);
    if (c->s->part[i] != TH_PART_VALID || !n_known) continue;
    memset(c->is, 0, n_drugs);
    for (uint32_t k = 0; k < n_known; k++) c->is[known[k]] = 1;
    th_net_score(c->net, th_nn_labelled(w, i), c->score);
    const th_nn_measure m = th_nn_measure_ranking(c->score, c->is, n_drugs, c->scratch);
    sum += m.percentile + m.mrr, n++;
  }
  return n ? sum / n : 0;
}

static th_code one_epoch(course *c, uint32_t epochs, double *loss, th_err *err) {
  TH_TRY(th_net_epoch(c->net, c->epochs, loss, err));
  c->epochs++;
  if (c->epochs % MEASURE_EVERY == 0 || c->epochs == epochs) {
    const double now = measure(c);
    const th_net_state s = th_net_save(c->net);
    if (now > c->best) {
      c->best = now;
      memcpy(c->best_parameter, s.parameter, s.n * sizeof(float));
    }
  }
  return keep_state(c, err);
}

static void show_progress(void *ctx, uint64_t done, uint64_t total) {
  th_progress *bar = ctx;
  bar->total = total;
  th_progress_step(bar, done - bar->done);
}

static th_code run_course(course *c, const th_net_options *o, th_err *err) {
  double loss;
  for (; c->pretrained < o->pretrain_epochs;) {
    th_progress edges;
    th_progress_begin(&edges, "pretraining, edges", 0);
    TH_TRY(th_net_pretrain(c->net, c->pretrained, (th_net_tick){ show_progress, &edges }, &loss, err));
    th_progress_end(&edges);
    c->pretrained++;
    th_log(TH_LOG_INFO, "pretraining epoch %u of %u: loss %.4f", c->pretrained, o->pretrain_epochs, loss);
    if (c->pretrained == o->pretrain_epochs) th_net_begin(c->net);
    TH_TRY(keep_state(c, err));
  }
  if (!o->pretrain_epochs && !c->epochs) th_net_begin(c->net);
  th_progress bar;
  th_progress_begin(&bar, "epochs", o->epochs);
  th_progress_step(&bar, c->epochs);
  while (c->epochs < o->epochs) {
    TH_TRY(one_epoch(c, o->epochs, &loss, err));
    th_progress_note(&bar, "loss %.4f", loss);
    th_progress_step(&bar, 1);
  }
  th_progress_end(&bar);
  return TH_OK;
}

static th_code course_room(th_arena *a, course *c, uint64_t n, th_err *err) {
  const uint32_t n_drugs = th_nn_n_drugs(c->b->w);
  c->best = -1;
  c->best_parameter = TH_NEWN(a, float, n);
  c->score = TH_NEWN(a, float, n_drugs);
  c->is = TH_NEWN(a, uint8_t, n_drugs);
  c->scratch = TH_NEWN(a, uint32_t, n_drugs);
  return c->best_parameter && c->score && c->is && c->scratch ? TH_OK : th_fail_nomem(err);
}

static uint8_t *trained_on(th_arena *a, const th_predict_split *s) {
  uint8_t *v = TH_NEWN(a, uint8_t, (size_t)s->n + 1);
  for (uint32_t i = 0; v && i < s->n; i++) v[i] = s->part[i] == TH_PART_TRAIN;
  return v;
}

static th_code learn(th_arena *a, const th_predict__bench *b, const th_predict_split *s, th_predict_network n,
                     th_predict_model *out, th_err *err) {
  course c = { .b = b, .s = s, .checkpoint = n.checkpoint };
  uint8_t *visible = trained_on(a, s);
  if (!visible) return th_fail_nomem(err);
  TH_TRY(th_net_new(a, b->w, visible, s->cluster, n.o, b->pool, &c.net, err));
  const th_net_state s0 = th_net_save(c.net);
  TH_TRY(course_room(a, &c, s0.n, err));
  fill_head(&c, out, s, n.o, s0.n);
  if (n.resume) TH_TRY(resume(&c, err));
  TH_TRY(run_course(&c, &n.o, err));
  if (c.best >= 0) memcpy(s0.parameter, c.best_parameter, s0.n * sizeof(float));
  th_net_encode(c.net);
  out->net_options = n.o;
  out->net_parameter = s0.parameter;
  out->n_net_parameters = s0.n;
  TH_TRY(th_net_vectors_of(a, c.net, &out->net, err));
  if (n.checkpoint) unlink(n.checkpoint);
  return TH_OK;
}

th_code th_predict_network_train(th_arena *a, const th_nn_world *w, th_predict_train t, th_predict_network n, th_pool *pool,
                                 th_predict_model *out, th_err *err) {
  th_predict_split s;
  th_nn_labels l;
  th_predict__bench b;
  if (t.kind == TH_SPLIT_RANDOM)
    return th_fail(err, TH_EINVAL, "a model is trained on whole diseases held out, not on random_edge");
  TH_TRY(th_predict_split_make(a, w, t.kind, t.seed, &s, err));
  TH_TRY(th_predict__labels(a, w, &s, &l, err));
  TH_TRY(th_predict__bench_new(a, w, pool, &b, err));
  *out = (th_predict_model){ .kind = t.kind, .seed = t.seed, .n_members = 1, .n_drugs = th_nn_n_drugs(w), .specificity = 0.5 };
  memcpy(out->split_sha256, s.sha256, sizeof out->split_sha256);
  memcpy(out->graph_sha256, th_nn_graph(w)->sha256.p, 64);
  TH_TRY(learn(a, &b, &s, n, out, err));
  return th_predict__measure_up(a, &b, &s, &l, out, err);
}

th_code th_predict_network_open(th_arena *a, const th_predict_model *m, const th_nn_world *w, th_pool *pool, th_net **out,
                                th_err *err) {
  th_predict_split s;
  if (!m->net.drug) return th_fail(err, TH_EINVAL, "the model is no network");
  TH_TRY(th_predict_split_make(a, w, m->kind, m->seed, &s, err));
  if (strcmp(s.sha256, m->split_sha256) != 0)
    return th_fail(err, TH_ECONFLICT, "the model's split cannot be drawn again from this graph: train the model again");
  uint8_t *visible = trained_on(a, &s);
  if (!visible) return th_fail_nomem(err);
  TH_TRY(th_net_new(a, w, visible, s.cluster, m->net_options, pool, out, err));
  const th_net_state own = th_net_save(*out);
  if (own.n != m->n_net_parameters) return th_fail(err, TH_ECONFLICT, "the model's network does not fit this graph");
  memcpy(own.parameter, m->net_parameter, own.n * sizeof(float));
  th_net_encode(*out);
  return TH_OK;
}
