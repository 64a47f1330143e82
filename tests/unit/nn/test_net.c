/* The network: kernels against plain C, gradients against differences in double precision, the same bytes however it is run, and
 * reasons that add up. */
#include "unit/nn/toy.h"

#include "nn/net_priv.h"

/* ── Kernels ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static float *noise(th_arena *a, size_t rows, uint32_t d, uint32_t ld, uint64_t seed) {
  float *v = th_arena_alloc(a, (rows + 1) * ld * sizeof *v, 64);
  for (size_t i = 0; i < rows; i++)
    for (uint32_t j = 0; j < d; j++) v[i * ld + j] = (float)((double)(th_rng_at(seed, 1, i * d + j) >> 40) / 0x1p23 - 1);
  return v;
}

static void near_rows(const float *got, const float *want, size_t n, double size) {
  double worst = 0;
  for (size_t i = 0; i < n; i++) worst = fmax(worst, fabs((double)got[i] - want[i]));
  CHECK(worst <= 4e-7 * size);
}

static void compare_kernels(const th_net__kernels *fast, size_t n, uint32_t d) {
  const th_net__kernels *plain = th_net__kernels_plain();
  const uint32_t ld = (d + 15) & ~15u;
  th_arena *a = th_arena_new(1 << 16);
  const float *x = noise(a, 3 * n + 3, d, ld, 1), *y = noise(a, 3 * n + 3, d, ld, 2), *w = noise(a, d, d, ld, 3);
  uint32_t *xi = TH_NEWN(a, uint32_t, n + 1), *yi = TH_NEWN(a, uint32_t, n + 1);
  for (uint32_t i = 0; i < n; i++) xi[i] = (i * 7 + 3) % (uint32_t)(3 * n), yi[i] = 3 * i;
  for (int indexed = 0; indexed < 2; indexed++) {
    float *c[2] = { noise(a, 3 * n + 3, d, ld, 4), noise(a, 3 * n + 3, d, ld, 4) };
    plain->multiply(n, x, indexed ? xi : NULL, w, c[0], indexed ? yi : NULL, d, ld);
    fast->multiply(n, x, indexed ? xi : NULL, w, c[1], indexed ? yi : NULL, d, ld);
    near_rows(c[1], c[0], (3 * n + 3) * ld, d);
    float *o[2] = { noise(a, ld, d, ld, 5), noise(a, ld, d, ld, 5) };
    plain->outer(n, x, indexed ? xi : NULL, y, indexed ? yi : NULL, o[0], d, ld);
    fast->outer(n, x, indexed ? xi : NULL, y, indexed ? yi : NULL, o[1], d, ld);
    near_rows(o[1], o[0], (size_t)d * ld, (double)n + 1);
  }
  enum { WIDE = 128 };
  const float *wide = noise(a, d, WIDE, WIDE, 8);
  float *p[2] = { noise(a, n, WIDE, WIDE, 9), noise(a, n, WIDE, WIDE, 10) };
  plain->product(n, x, ld, wide, d, p[0], WIDE);
  fast->product(n, x, ld, wide, d, p[1], WIDE);
  near_rows(p[1], p[0], n * WIDE, d);
  float *g[2] = { noise(a, 1, d, ld, 6), noise(a, 1, d, ld, 7) };
  plain->gather(x, xi, n, 0.25f, g[0], ld);
  fast->gather(x, xi, n, 0.25f, g[1], ld);
  near_rows(g[1], g[0], ld, (double)n + 1);
  th_arena_del(a);
}

TEST(fast_kernels_say_what_plain_c_says) {
  const th_net__kernels *all[] = { th_net__kernels_avx2(), th_net__kernels_avx512() };
  const uint32_t widths[] = { 4, 16, 20, 48, 64, 100, 128, 200 };
  int seen = 0;
  for (int k = 0; k < 2; k++)
    for (size_t i = 0; all[k] && i < sizeof widths / sizeof *widths; i++)
      for (size_t n = 0; n < 40; n = n * 2 + 1, seen++) compare_kernels(all[k], n, widths[i]);
  if (!seen) SKIP("this processor has neither AVX2 nor AVX-512");
}

/* Small whole numbers, so that sums are exact and many scores are equal; against all pairs scored and picked over one by one. */
static void best_of_all(uint32_t n_drugs, uint32_t n_diseases, uint32_t most) {
  enum { D = 5, LD = 16 };
  th_arena *a = th_arena_new(1 << 16);
  float *drug = TH_NEWN(a, float, (size_t)n_drugs *LD), *disease = TH_NEWN(a, float, (size_t)n_diseases *LD);
  for (uint32_t u = 0; u < n_drugs; u++)
    for (uint32_t k = 0; k < D; k++) drug[u * LD + k] = (float)(th_rng_at(1, u, k) % 5) - 2;
  for (uint32_t v = 0; v < n_diseases; v++)
    for (uint32_t k = 0; k < D; k++) disease[v * LD + k] = (float)(th_rng_at(2, v, k) % 5) - 2;
  const th_net_vectors vectors = { LD, n_diseases, drug, disease };
  const uint32_t kept = most < n_drugs ? most : n_drugs;
  for (unsigned threads = 1; threads < 4; threads++) {
    th_pool *pool = th_pool_new(threads);
    th_net_best *out;
    CHECK_OK(th_net_best_of(a, &vectors, n_drugs, most, pool, &out, NULL));
    for (uint32_t v = 0; v < n_diseases; v++)
      for (uint32_t place = 0; place < kept; place++) {
        const th_net_best x = out[(size_t)v * kept + place];
        uint32_t before = 0;
        float own = 0;
        for (uint32_t k = 0; k < D; k++) own += drug[x.drug * LD + k] * disease[v * LD + k];
        for (uint32_t u = 0; u < n_drugs; u++) {
          float other = 0;
          for (uint32_t k = 0; k < D; k++) other += drug[u * LD + k] * disease[v * LD + k];
          before += other > own || (other == own && u < x.drug);
        }
        CHECK(own == x.score && before == place);
      }
    th_pool_del(pool);
  }
  th_arena_del(a);
}

TEST(the_best_of_all_pairs) {
  best_of_all(3, 2, 10);
  best_of_all(700, 50, 7);
  best_of_all(513, 97, 1);
  th_pool *pool = th_pool_new(1);
  th_net_best *out;
  CHECK_CODE(th_net_best_of(NULL, &(th_net_vectors){ 0 }, 0, 3, pool, &out, NULL), TH_EINVAL);
  th_pool_del(pool);
}

/* ── A network over the toy ────────────────────────────────────────────────────────────────────────────────────────── */

static uint8_t *all_visible(const toy *t) {
  uint8_t *v = TH_NEWN(t->a, uint8_t, th_nn_n_labelled(t->w) + 1);
  memset(v, 1, th_nn_n_labelled(t->w));
  return v;
}

static uint32_t *families(const toy *t) {
  uint32_t *c = TH_NEWN(t->a, uint32_t, th_nn_n_labelled(t->w) + 1);
  for (uint32_t k = 0; k < th_nn_n_labelled(t->w); k++) c[k] = k / 5 * 5;
  return c;
}

static th_net *net_of(const toy *t, th_net_options o, th_pool *pool) {
  th_net *net = NULL;
  th_err err = { 0 };
  CHECK_OK_ERR(th_net_new(t->a, t->w, all_visible(t), families(t), o, pool, &net, &err), &err);
  return net;
}

static th_net_options small(void) {
  th_net_options o = th_net_default(7);
  o.width = 12, o.pretrain_epochs = 1, o.batch = 64, o.epochs = 6;
  return o;
}

/* The published graph has 30 relations, 50 with both directions: 2·50·10,100 + 5,000 numbers (specification, section 15.5). */
static th_code collect(void *ctx, int table, th_str piece) {
  th_graph_build **b = ctx;
  (void)table;
  th_err err = { 0 };
  return th_graph_build_feed(*b, piece, &err);
}

typedef struct tables {
  th_buf text[2];
} tables;

static th_code keep(void *ctx, int table, th_str piece) {
  tables *t = ctx;
  th_buf_add(&t->text[table], piece);
  return TH_OK;
}

TEST(the_published_shape_has_the_published_number_of_parameters) {
  toy t = { .a = th_arena_new(1 << 20) };
  t.g = TH_NEW(t.a, th_graph);
  tables text;
  th_err err = { 0 };
  for (int k = 0; k < 2; k++) th_buf_init(&text.text[k], t.a, 0);
  CHECK_OK_ERR(th_graph_generate((th_graph_shape){ .seed = 3, .scale = 0.01 }, keep, &text, &err), &err);
  th_graph_build *build = th_graph_build_new(false);
  for (int k = 0; k < 2; k++) {
    CHECK_OK_ERR(th_graph_build_begin(build, k ? "kg.csv" : "node.csv", NULL, &err), &err);
    CHECK_OK(collect(&build, k, th_buf_str(&text.text[k])));
    CHECK_OK_ERR(th_graph_build_end(build, NULL, &err), &err);
  }
  toy_take(&t, build);
  th_pool *pool = th_pool_new(1);
  th_net *net = net_of(&t, th_net_default(1), pool);
  CHECK_INT(th_net_n_parameters(net), 1015000);
  th_pool_del(pool);
  th_arena_del(t.a);
}

/* ── Gradients ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The loss once more, straight from the formulas of specification 6.2 to 6.6, in double precision and without the house's kernels. */
typedef struct plain_net {
  const th_net *t;
  const double *theta;
  double *h1[8], *h2[8], *hat[NET_KINDS];
} plain_net;

static void plain_round(const plain_net *p, int round, double *const *from, double **to) {
  const th_net *t = p->t;
  for (uint32_t i = 0; i < t->n_relations; i++) {
    const th_net__relation *r = &t->r[i];
    const double *w = p->theta + r->at + (round == 2 ? (size_t)(t->d + 1) * t->ld : 0);
    if (!(round == 1 ? t->use1[i] : t->use2[i])) continue;
    for (uint32_t v = 0; v < t->size[r->dst]; v++) {
      const uint32_t n = r->in.row[v + 1] - r->in.row[v];
      for (uint32_t j = 0; n && j < t->d; j++) {
        double sum = w[(size_t)t->d * t->ld + j];
        for (uint32_t k = 0; k < t->d; k++) {
          double mean = 0;
          for (uint32_t q = r->in.row[v]; q < r->in.row[v + 1]; q++) mean += from[r->src][(size_t)r->in.col[q] * t->d + k] / n;
          sum += mean * w[(size_t)k * t->ld + j];
        }
        to[r->dst][(size_t)v * t->d + j] += sum;
      }
    }
  }
}

static double plain_loss(const th_net *t, const double *theta) {
  th_arena *a = th_arena_new(1 << 16);
  plain_net p = { .t = t, .theta = theta };
  double *x[8] = { NULL };
  for (uint32_t k = 0; k < t->n_types; k++) {
    const size_t n = (size_t)t->size[k] * t->d;
    x[k] = TH_NEWN(a, double, n), p.h1[k] = TH_NEWN(a, double, n), p.h2[k] = TH_NEWN(a, double, n);
    for (size_t i = 0; i < n; i++) x[k][i] = t->x[k][i / t->d * t->ld + i % t->d];
  }
  plain_round(&p, 1, x, p.h1);
  for (uint32_t k = 0; k < t->n_types; k++)
    for (size_t i = 0; i < (size_t)t->size[k] * t->d; i++) p.h1[k][i] *= p.h1[k][i] > 0 ? 1 : 0.01;
  plain_round(&p, 2, p.h1, p.h2);
  const uint32_t n = t->size[t->disease], want = t->o.prototypes;
  for (int kind = 0; kind < NET_KINDS; kind++) {
    p.hat[kind] = TH_NEWN(a, double, (size_t)n * t->d);
    for (size_t v = 0; v < n; v++)
      for (uint32_t j = 0; j < t->d; j++) {
        const double c = t->gate[kind][v];
        double sum = (1 - c) * p.h2[t->disease][v * t->d + j];
        for (uint32_t q = 0; q < want; q++) {
          const size_t at = ((size_t)kind * n + v) * want + q;
          if (t->proto[at] != TH_GRAPH_NONE) sum += c * t->proto_share[at] * p.h2[t->disease][(size_t)t->proto[at] * t->d + j];
        }
        p.hat[kind][v * t->d + j] = sum;
      }
  }
  double loss = 0, total = 0;
  for (size_t e = 0; e < t->e.n; e++) {
    const uint32_t i = t->e.relation[e];
    const th_net__relation *r = &t->r[i];
    const double *u = (r->src == t->disease ? p.hat[r->kind] : p.h2[r->src]) + (size_t)t->e.src[e] * t->d;
    const double *v = (r->dst == t->disease ? p.hat[r->kind] : p.h2[r->dst]) + (size_t)t->e.dst[e] * t->d;
    double s = 0;
    for (uint32_t j = 0; j < t->d; j++) s += u[j] * theta[t->decoder + (size_t)i * t->ld + j] * v[j];
    loss += t->e.weight[e] * (log1p(exp(-fabs(s))) + fmax(s, 0) - t->e.label[e] * s);
    total += t->e.weight[e];
  }
  th_arena_del(a);
  return loss / total;
}

static void check_gradient(th_net_negatives negatives, bool self_loops) {
  toy t = toy_families();
  th_pool *pool = th_pool_new(2);
  th_net_options o = small();
  o.negatives = negatives, o.self_loops = self_loops, o.contra_weight = 0.5, o.width = 8, o.rate = 1e-9, o.decay = 0;
  th_net *net = net_of(&t, o, pool);
  double loss, largest = 0, worst = 0;
  th_err err = { 0 };
  CHECK_OK_ERR(th_net_epoch(net, 0, &loss, &err), &err); /* a rate so small that the parameters stay */
  double *theta = TH_NEWN(t.a, double, net->n_theta);
  for (size_t i = 0; i < net->n_theta; i++) theta[i] = net->theta[i];
  CHECK_REL(loss, plain_loss(net, theta), 1e-6);
  for (size_t i = 0; i < net->n_theta; i++) largest = fmax(largest, fabs(net->gradient[i]));
  CHECK(largest > 1e-4);
  for (size_t k = 0; k < 400; k++) {
    const size_t i = th_rng_at(11, 1, k) % net->n_theta;
    const double h = 1e-5, was = theta[i];
    theta[i] = was + h;
    const double up = plain_loss(net, theta);
    theta[i] = was - h;
    const double down = plain_loss(net, theta);
    theta[i] = was;
    worst = fmax(worst, fabs((up - down) / (2 * h) - net->gradient[i]));
  }
  CHECK(worst < 2e-6 * largest); /* single precision of the network against double */
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST(gradients_are_what_differences_of_the_loss_say) {
  check_gradient(TH_NET_RANKED, false);
  check_gradient(TH_NET_N1, true);
  check_gradient(TH_NET_FILTERED, false);
}

/* ── Running it ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void whole_training(th_net *net, double *last) {
  th_err err = { 0 };
  for (uint32_t k = 0; k < net->o.pretrain_epochs; k++)
    CHECK_OK_ERR(th_net_pretrain(net, k, (th_net_tick){ 0 }, last, &err), &err);
  th_net_begin(net);
  for (uint32_t k = 0; k < net->o.epochs; k++) CHECK_OK_ERR(th_net_epoch(net, k, last, &err), &err);
}

TEST(the_same_seed_gives_the_same_bytes_at_any_thread_count) {
  toy t = toy_families();
  double loss[3];
  th_net *net[3];
  for (unsigned k = 0; k < 3; k++) {
    th_pool *pool = th_pool_new(1 + k);
    net[k] = net_of(&t, small(), pool);
    whole_training(net[k], &loss[k]);
    CHECK(loss[k] == loss[0]);
    CHECK(memcmp(net[k]->theta, net[0]->theta, net[0]->n_theta * sizeof(float)) == 0);
    th_pool_del(pool);
  }
  th_arena_del(t.a);
}

TEST(a_resumed_training_ends_where_an_uninterrupted_one_does) {
  toy t = toy_families();
  th_pool *pool = th_pool_new(2);
  th_net *whole = net_of(&t, small(), pool), *first = net_of(&t, small(), pool), *second = net_of(&t, small(), pool);
  double loss;
  th_err err = { 0 };
  whole_training(whole, &loss);
  CHECK_OK_ERR(th_net_pretrain(first, 0, (th_net_tick){ 0 }, &loss, &err), &err);
  th_net_begin(first);
  for (uint32_t k = 0; k < 3; k++) CHECK_OK_ERR(th_net_epoch(first, k, &loss, &err), &err);
  const th_net_state s = th_net_save(first);
  CHECK_OK_ERR(th_net_load(second, &s, &err), &err);
  for (uint32_t k = 3; k < 6; k++) CHECK_OK_ERR(th_net_epoch(second, k, &loss, &err), &err);
  CHECK(memcmp(whole->theta, second->theta, whole->n_theta * sizeof(float)) == 0);
  th_net_options o = small();
  o.width = 16;
  CHECK_CODE(th_net_load(net_of(&t, o, pool), &s, &err), TH_ECONFLICT);
  th_pool_del(pool);
  th_arena_del(t.a);
}

/* Before anything is learnt every score is near 0, so the loss is near ln 2 (specification 15.5). It then falls, and the drugs of each
 * disease come to stand above the others (15.6). */
TEST(it_starts_at_ln_2_and_can_learn_what_it_is_shown) {
  toy t = toy_families();
  th_pool *pool = th_pool_new(2);
  th_net_options o = small();
  o.width = 32, o.mask = 0, o.negatives = TH_NET_FILTERED, o.rate = 0.02, o.decay = 0, o.prototypes = 0;
  th_net *net = net_of(&t, o, pool);
  double loss = 0, first = 0;
  th_err err = { 0 };
  th_net_begin(net);
  for (uint32_t k = 0; k < 300; k++) {
    CHECK_OK_ERR(th_net_epoch(net, k, &loss, &err), &err);
    if (!k) first = loss;
  }
  CHECK_REL(first, log(2), 0.03);
  CHECK(loss < 0.35);
  th_net_encode(net);
  double area = 0;
  uint32_t n = 0;
  float score[60];
  for (uint32_t i = 0; i < 20; i++, n++) {
    uint32_t n_known, order[60];
    uint8_t is[60] = { 0 };
    const uint32_t *known = th_nn_known(t.w, false, i, &n_known);
    double ap, auroc;
    for (uint32_t j = 0; j < n_known; j++) is[known[j]] = 1;
    CHECK(th_net_score(net, th_nn_labelled(t.w, i), score));
    th_nn_pooled(score, is, th_nn_n_drugs(t.w), order, &ap, &auroc);
    area += auroc;
  }
  CHECK(area / n > 0.99);
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST(a_rate_that_blows_up_stops_with_a_reason) {
  toy t = toy_families();
  th_pool *pool = th_pool_new(1);
  th_net *net = net_of(&t, small(), pool);
  double loss;
  th_err err = { 0 };
  for (size_t i = 0; i < net->n_theta; i++) net->theta[i] = 1e30f;
  CHECK_CODE(th_net_epoch(net, 0, &loss, &err), TH_EPARSE);
  CHECK(strstr(err.msg, "no number"));
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST(options_out_of_range_are_refused) {
  toy t = toy_families();
  th_pool *pool = th_pool_new(1);
  th_net_options bad[] = { small(), small(), small(), small() };
  bad[0].width = 7, bad[1].mask = 0.9, bad[2].rate = NAN, bad[3].prototypes = 1000;
  for (int k = 0; k < 4; k++) {
    th_net *net;
    th_err err = { 0 };
    CHECK_CODE(th_net_new(t.a, t.w, all_visible(&t), families(&t), bad[k], pool, &net, &err), TH_EINVAL);
  }
  th_pool_del(pool);
  th_arena_del(t.a);
}

/* ── Reasons ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void check_reasons(bool self_loops) {
  toy t = toy_families();
  th_pool *pool = th_pool_new(2);
  th_net_options o = small();
  o.self_loops = self_loops;
  th_net *net = net_of(&t, o, pool);
  double loss;
  th_err err = { 0 };
  whole_training(net, &loss);
  th_net_encode(net);
  float score[60];
  for (uint32_t v = 0; v < th_nn_n_diseases(t.w); v += 7) {
    th_net_score(net, v, score);
    for (uint32_t u = 0; u < 60; u += 9) {
      th_net_reasons r;
      double disease = 0, drug = 0;
      CHECK_OK_ERR(th_net_explain(t.a, net, u, v, SIZE_MAX, &r, &err), &err);
      for (size_t k = 0; k < r.n; k++) *(r.path[k].drug_side ? &drug : &disease) += r.path[k].share;
      const double size = fmax(fabs(score[u]), 1e-3);
      CHECK(fabs(disease - score[u]) <= 1e-5 * size && fabs(drug - score[u]) <= 1e-5 * size);
      CHECK(fabs(r.disease_total - disease) <= 1e-12 + 1e-9 * size && fabs(r.drug_total - drug) <= 1e-12 + 1e-9 * size);
    }
  }
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST(the_shares_of_all_paths_add_up_to_the_score) {
  check_reasons(false);
  check_reasons(true);
}

/* What is held out is neither learnt from nor walked over. */
TEST(no_edge_of_an_unseen_disease_is_in_any_reason) {
  toy t = toy_families();
  th_pool *pool = th_pool_new(1);
  uint8_t *visible = all_visible(&t);
  for (uint32_t k = 0; k < 5; k++) visible[k] = 0;
  th_net *net;
  double loss;
  th_err err = { 0 };
  CHECK_OK_ERR(th_net_new(t.a, t.w, visible, families(&t), small(), pool, &net, &err), &err);
  whole_training(net, &loss);
  th_net_encode(net);
  for (uint32_t k = 0; k < 5; k++) {
    th_net_reasons r;
    bool reverse;
    const uint32_t v = th_nn_labelled(t.w, k), node = t.g->type[net->disease].first + v;
    CHECK_OK_ERR(th_net_explain(t.a, net, k, v, SIZE_MAX, &r, &err), &err);
    for (size_t q = 0; q < r.n; q++) {
      const th_net_share *p = &r.path[q];
      const bool touches = p->via == node || p->middle == node || p->far == node;
      if (touches && p->via == node) CHECK(strcmp(th_net_relation(net, p->relation2, &reverse), "indication") != 0);
      if (p->far == node) CHECK(strcmp(th_net_relation(net, p->relation1, &reverse), "indication") != 0);
    }
  }
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST_MAIN(RUN(fast_kernels_say_what_plain_c_says), RUN(the_best_of_all_pairs),
          RUN(the_published_shape_has_the_published_number_of_parameters), RUN(gradients_are_what_differences_of_the_loss_say),
          RUN(the_same_seed_gives_the_same_bytes_at_any_thread_count),
          RUN(a_resumed_training_ends_where_an_uninterrupted_one_does), RUN(it_starts_at_ln_2_and_can_learn_what_it_is_shown),
          RUN(a_rate_that_blows_up_stops_with_a_reason), RUN(options_out_of_range_are_refused),
          RUN(the_shares_of_all_paths_add_up_to_the_score), RUN(no_edge_of_an_unseen_disease_is_in_any_reason))
