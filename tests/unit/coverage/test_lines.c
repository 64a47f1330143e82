/* A case line means the same by the short way (straight into the slots) as by the long one (a tree), or the short way declines it; and
 * an answer written by frame has the bytes of the answer written member by member. */
#include "coverage/coverage_priv.h"
#include "test.h"

static th_arena *fixed, *scratch;
static th_coverage cov;
static th_coverage_lane lane;
static th_coverage_batch batch;
static unsigned long taken, declined;

static bool open_all(void) {
  th_err err = { 0 };
  fixed = th_arena_new(0);
  scratch = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  CHECK(th_coverage__lane_open(&lane, &cov));
  batch = (th_coverage_batch){ .coverage = &cov };
  CHECK(th_coverage__frames(fixed, &cov, &batch.frame, &batch.n_frames));
  taken = declined = 0;
  return test_failed_checks == 0;
}

static void close_all(void) {
  th_coverage__lane_close(&lane);
  th_arena_del(scratch);
  th_arena_del(fixed);
}

static void answer(const th_coverage_case *k, bool framed, th_buf *b) {
  th_coverage_result r = { .kase = k, .policy = k->policy, .path = k->path };
  th_err err = { 0 };
  th_jwrite w;
  CHECK_OK_ERR(th_rule_check(scratch, k->policy, k->path, k->values, k->as_of, &r.rule, &err), &err);
  th_buf_init(b, scratch, 1024);
  th_jwrite_open(&w, b, 0);
  framed ? th_coverage__brief(b, &batch, &r) : th_coverage_json(&w, &r, true);
}

/* What is known of a fact, beside the answer: warnings and units do not all show in a brief one. */
static bool same_facts(const th_coverage_case *x, const th_coverage_case *y) {
  for (uint32_t i = 0; i < cov.dict.n; i++) {
    const th_rule_value *a = &x->values[i], *b = &y->values[i];
    if (a->state != b->state || a->fault != b->fault || a->boolean != b->boolean || a->classes != b->classes ||
        a->class_bad != b->class_bad || a->lo != b->lo || a->hi != b->hi || a->n_entries != b->n_entries ||
        th_date_cmp(a->dated, b->dated) || th_date_cmp(a->date, b->date) || !th_str_eq(a->text, b->text) ||
        !th_str_eq(a->raw_unit, b->raw_unit))
      return false;
  }
  return true;
}

static bool same(th_str line) {
  th_coverage_case quick, slow;
  th_buf x, y, z;
  th_arena_reset(scratch);
  const bool took = th_coverage__scan(&cov, &lane, line, &quick);
  const bool good = th_coverage_case_parse(scratch, &cov, line, &slow, NULL) == TH_OK;
  took ? taken++ : declined++;
  bool ok = true;
  if (good) {
    answer(&slow, true, &x);
    answer(&slow, false, &y);
    ok = th_str_eq(th_buf_str(&x), th_buf_str(&y));
  }
  if (took && good) {
    answer(&quick, true, &z);
    ok = ok && th_str_eq(th_buf_str(&x), th_buf_str(&z)) && same_facts(&quick, &slow);
  }
  th_arena_reset(lane.arena);
  if (!ok || (took && !good)) {
    printf("# %.*s\n", TH_STR_ARG(line));
    CHECK(false);
    return false;
  }
  return true;
}

TEST(synthetic_cases_of_all_paths) {
  if (!open_all()) return;
  static const th_date days[] = { { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE }, { 2024, 2, 29, TH_DATE_DAY, TH_ERA_CE } };
  for (uint32_t i = 0; i < cov.n; i++)
    for (uint32_t k = 0; k < cov.policy[i].n_paths; k++)
      for (size_t d = 0; d < 2; d++) {
        th_buf out;
        th_err err = { 0 };
        th_arena *text = th_arena_new(0);
        th_buf_init(&out, text, 1 << 16);
        CHECK_OK_ERR(
            th_coverage_synth(scratch, &cov.policy[i], &cov.policy[i].path[k], TH_SYNTH_BOUNDARY, 9, 120, days[d], &out, &err),
            &err);
        th_str rest = th_buf_str(&out), line;
        while (th_str_line(&rest, &line) && same(line)) {
        }
        th_arena_del(text);
      }
  CHECK_INT(declined, 0); /* all of the usual form */
  close_all();
}

static const char usual[] =
    "{\"case\":\"x1\",\"note\":null,\"program\":\"nhi-8.2.13\",\"path\":\"ln-initial\", \"as_of\" : \"2025-06-15\",\"facts\":{"
    "\"birth_date\":\"1990-03\",\"upcr\":{\"value\":1.2e3,\"unit\":\"mg/"
    "g\",\"date\":\"2025-06-01\"},\"ln_class\":[\"III\",\"V\"],"
    "\"gfr\":{\"lo\":-0,\"hi\":60.25},\"weight\":null,\"started_before_approval\":false,\"steroid_months\":7 , "
    "\"gfr_equation\":{\"value\":\" MDRD\"},\"activity_history\":[{\"date\":\"2024\",\"score\":2,\"remission\":true}]}}";

static const char *const odd[] = {
  "",
  "{",
  "{}",
  "[]",
  "{\"case\":\"x\"}",
  " {\"case\":1}",
#define HEAD "{\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06-15\","
  HEAD "\"facts\":{}}",
  HEAD "\"facts\":{} } ",
  HEAD "\"facts\":{}}x",
  HEAD "\"facts\":{},}",
  HEAD "\"facts\":[]}",
  HEAD "\"facts\":{\"gfr\":01}}",
  HEAD "\"facts\":{\"gfr\":1.}}",
  HEAD "\"facts\":{\"gfr\":-}}",
  HEAD "\"facts\":{\"gfr\":+1}}",
  HEAD "\"facts\":{\"gfr\":1e999}}",
  HEAD "\"facts\":{\"gfr\":1,\"gfr\":2}}",
  HEAD "\"facts\":{\"gfr\":null,\"gfr\":2}}",
  HEAD "\"facts\":{\"nobody\":1}}",
  HEAD "\"facts\":{\"gfr\":{}}}",
  HEAD "\"facts\":{\"gfr\":{\"value\":1,\"value\":1}}}",
  HEAD "\"facts\":{\"gfr\":{\"value\":1,\"other\":1}}}",
  HEAD "\"facts\":{\"gfr\":{\"value\":{\"a\":1}}}}",
  HEAD "\"facts\":{\"gfr\":{\"value\":1,\"unit\":7}}}",
  HEAD "\"facts\":{\"gfr\":{\"lo\":null,\"hi\":5}}}",
  HEAD "\"facts\":{\"gfr\":\"\\u0031\"}}",
  HEAD "\"facts\":{\"g\\u0066r\":5}}",
  HEAD "\"facts\":{\"gfr\":\"\xe5\xb9\xb4\"}}",
  HEAD "\"facts\":{\"gfr\":\"\xff\"}}",
  HEAD "\"facts\":{\"gfr\":\"\t\"}}",
  HEAD "\"facts\":{\"gfr\":tru}}",
  HEAD "\"facts\":{\"dialysis_or_transplant\":true}}",
  HEAD "\"evidence\":[\"E-drugs\"],\"facts\":{}}",
  HEAD "\"evidence\":7,\"facts\":{}}",
  HEAD "\"form\":[],\"facts\":{}}",
  HEAD "\"a\":1,\"a\":2,\"facts\":{}}",
  HEAD "\"facts\":{},\"facts\":{}}",
  HEAD "\"case\":\"y\",\"facts\":{}}",
  HEAD "\"a\":[1],\"facts\":{}}",
  HEAD "\"facts\":{\"gfr\":[[[[[[[[[[1]]]]]]]]]]}}",
  HEAD "\"facts\":{\"gfr\":[1,]}}",
  "{\"facts\":{\"gfr\":1},\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06-15\"}",
  "{\"case\":\"\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06-15\",\"facts\":{}}",
  "{\"case\":\"x\",\"program\":\"no\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06-15\",\"facts\":{}}",
  "{\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"no\",\"as_of\":\"2025-06-15\",\"facts\":{}}",
  "{\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06\",\"facts\":{}}",
  "{\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-02-30\",\"facts\":{}}",
  "{\"case\":\"a\\\"b\xe7\x97\x85\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2023-06-15\",\"facts\":{}}",
  "\xef\xbb\xbf" HEAD "\"facts\":{}}",
};

TEST(odd_lines) {
  if (!open_all()) return;
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) same(th_str_of(odd[i]));
  CHECK(taken >= 5 && declined >= 30);
  close_all();
}

/* Every truncation of a usual line, and every byte of it replaced by each of a few that mean something. */
TEST(lines_with_one_thing_wrong) {
  if (!open_all()) return;
  static const char bytes[] = "{}[]\",:\\ 09-.eEtn\x01\x80";
  char line[sizeof usual];
  CHECK(same(th_str_of(usual)));
  CHECK_INT(taken, 1);
  for (size_t n = 0; n < sizeof usual - 1; n++)
    if (!same(th_str_n(usual, n))) break;
  for (size_t i = 0; i < sizeof usual - 1; i++)
    for (size_t k = 0; k < sizeof bytes - 1; k++) {
      memcpy(line, usual, sizeof usual);
      line[i] = bytes[k];
      if (!same(th_str_n(line, sizeof usual - 1))) i = sizeof usual, k = sizeof bytes;
    }
  CHECK(taken > 500 && declined > 500);
  close_all();
}

TEST_MAIN(RUN(synthetic_cases_of_all_paths), RUN(odd_lines), RUN(lines_with_one_thing_wrong))
