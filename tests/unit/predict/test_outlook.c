/* What a model says of one drug: shares of paths add up to the score, a kept answer is the fresh one, and whatever is missing is a
 * state. */
#include "theriac/io.h"

#include "families.h"
#include "predict/predict_priv.h"

static void sums_hold(const th_outlook_pair *p) {
  double sum = p->rest;
  for (int g = 0; g < TH_NN_GROUPS; g++) sum += p->group[g];
  CHECK(fabs(sum - p->raw) <= 1e-5 * fmax(1, fabs(p->raw)));
  CHECK(fabs(p->paths_sum + p->own_sum + p->rest - p->raw) <= 1e-5 * fmax(1, fabs(p->raw)));
  for (size_t i = 0; i < p->n_siblings; i++) {
    const th_outlook_sibling *s = &p->sibling[i];
    sum = s->rest;
    for (int g = 0; g < TH_NN_GROUPS; g++) sum += s->group[g];
    CHECK(fabs(sum - s->difference) <= 1e-5 * fmax(1, fabs(s->difference)));
    CHECK(!th_str_eq(s->id, p->id));
  }
}

/* Every pair of the toy: what the features add is what the paths and the rest carry. */
TEST(paths_carry_all_that_the_features_add) {
  toy t = invent();
  th_pool *pool = th_pool_new(1);
  th_predict_model m;
  th_predict_scorer *s;
  th_err err = { 0 };
  CHECK_OK_ERR(th_predict_model_train(t.a, t.w, quick, pool, &m, &err), &err);
  CHECK_OK_ERR(th_predict_scorer_new(t.a, &m, t.w, &s, &err), &err);
  const uint32_t n = th_nn_n_drugs(t.w);
  th_predict_score *p = TH_NEWN(t.a, th_predict_score, n);
  for (uint32_t v = 0; v < 20; v++) {
    th_predict_disease(s, v, p);
    for (uint32_t u = 0; u < n; u++) {
      double share[TH_NN_FEATURES], want = 0, got = 0;
      th_nn_trace trace;
      th_predict_explain(s, u, share);
      CHECK_OK(th_predict_trace(t.a, s, u, share, &trace, NULL));
      for (int f = 0; f < TH_NN_FEATURES; f++) want += share[f];
      for (int g = 0; g < TH_NN_GROUPS; g++) got += trace.own[g];
      for (size_t i = 0; i < trace.n; i++) {
        got += trace.path[i].share;
        CHECK(trace.path[i].n >= 1 && trace.path[i].n <= 3);
        for (uint32_t k = 0; k < trace.path[i].n; k++) CHECK(trace.path[i].node[k] < t.g->n_nodes);
      }
      CHECK(fabs(got - want) <= 1e-9 + 1e-9 * fabs(want));
    }
  }
  th_pool_del(pool);
  th_arena_del(t.a);
}

typedef struct files {
  char dir[64], graph[80], model[80], cache[80];
} files;

static files folder(void) {
  files f;
  snprintf(f.dir, sizeof f.dir, "/tmp/th-outlook-%d", (int)getpid());
  snprintf(f.graph, sizeof f.graph, "%s/graph.thg", f.dir);
  snprintf(f.model, sizeof f.model, "%s/model.thm", f.dir);
  snprintf(f.cache, sizeof f.cache, "%s/cache", f.dir);
  CHECK_OK(th_dir_make(f.dir, NULL));
  return f;
}

static void clear(const files *f) {
  th_arena *a = th_arena_new(0);
  th_dir_list list;
  if (th_dir_read(a, f->cache, &list, NULL) == TH_OK)
    for (size_t i = 0; i < list.n; i++) unlink(list.v[i].path.p);
  rmdir(f->cache);
  unlink(f->graph);
  unlink(f->model);
  rmdir(f->dir);
  th_arena_del(a);
}

static th_outlook *ask(toy *t, const files *f, const char *drug, const char *disease) {
  th_str *name = TH_NEWN(t->a, th_str, 2);
  th_outlook *o;
  name[0] = th_str_of(drug), name[1] = th_str_of(disease);
  const th_outlook_ask q = { f->graph, f->model, f->cache, &name[0], 1, &name[1], 1, 5 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_outlook_of_drug(t->a, q, &o, &err), &err);
  return o;
}

static th_str as_text(th_arena *a, const th_outlook *o) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 0);
  th_jwrite_open(&w, &b, 0);
  th_outlook_json(o, &w);
  return th_buf_str(&b);
}

TEST(a_kept_answer_is_the_fresh_one) {
  toy t = invent();
  th_pool *pool = th_pool_new(1);
  th_predict_model m;
  th_err err = { 0 };
  files f = folder();
  CHECK_OK_ERR(th_predict_model_train(t.a, t.w, quick, pool, &m, &err), &err);
  CHECK_OK(th_file_write(f.graph, t.g->bytes, NULL));
  CHECK_OK(th_predict_model_save(&m, f.model, NULL));
  const th_outlook *fresh = ask(&t, &f, "drug5", "disease30");
  CHECK_INT(fresh->state, TH_OUTLOOK_DONE);
  CHECK(fresh->n_pairs >= 5 && fresh->n_pairs <= 6);
  size_t asked = 0;
  for (size_t i = 0; i < fresh->n_pairs; i++) {
    sums_hold(&fresh->pair[i]);
    asked += fresh->pair[i].asked;
    if (i) CHECK(fresh->pair[i - 1].rank_in_drug <= fresh->pair[i].rank_in_drug);
  }
  CHECK_INT(asked, 1);
  th_dir_list list;
  CHECK_OK(th_dir_read(t.a, f.cache, &list, NULL));
  CHECK_INT(list.n, 1);
  const th_outlook *kept = ask(&t, &f, "drug5", "disease30");
  CHECK(th_str_eq(as_text(t.a, fresh), as_text(t.a, kept)));
  /* a kept file that is damaged is made again */
  CHECK_OK(th_file_write(list.v[0].path.p, TH_S("{\"state\":\"done\"}"), NULL));
  CHECK(th_str_eq(as_text(t.a, fresh), as_text(t.a, ask(&t, &f, "drug5", "disease30"))));
  clear(&f);
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST(what_is_missing_is_a_state) {
  toy t = invent();
  th_pool *pool = th_pool_new(1);
  th_predict_model m;
  files f = folder();
  CHECK_OK(th_predict_model_train(t.a, t.w, quick, pool, &m, NULL));
  CHECK_INT(ask(&t, &f, "drug5", "disease3")->state, TH_OUTLOOK_NO_GRAPH);
  CHECK_OK(th_file_write(f.graph, t.g->bytes, NULL));
  CHECK_INT(ask(&t, &f, "drug5", "disease3")->state, TH_OUTLOOK_NO_MODEL);
  CHECK_OK(th_predict_model_save(&m, f.model, NULL));
  CHECK_INT(ask(&t, &f, "aspirin", "disease3")->state, TH_OUTLOOK_NO_DRUG);
  CHECK_INT(ask(&t, &f, "drug5", "a disease nobody knows")->state, TH_OUTLOOK_DONE);
  m.graph_sha256[0] = m.graph_sha256[0] == 'a' ? 'b' : 'a';
  CHECK_OK(th_predict_model_save(&m, f.model, NULL));
  CHECK_INT(ask(&t, &f, "drug5", "disease3")->state, TH_OUTLOOK_OTHER_GRAPH);
  CHECK_OK(th_file_write(f.model, TH_S("no model at all, but long enough to hold the head of one"), NULL));
  const th_outlook *o = ask(&t, &f, "drug5", "disease3");
  CHECK_INT(o->state, TH_OUTLOOK_FAILED);
  CHECK(o->why.n > 0);
  clear(&f);
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST_MAIN(RUN(paths_carry_all_that_the_features_add), RUN(a_kept_answer_is_the_fresh_one), RUN(what_is_missing_is_a_state))
