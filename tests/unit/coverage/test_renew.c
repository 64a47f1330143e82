/* The next application from the last case. What holds on which day is worked out by hand from policy/nhi-8.2.13.yaml and the pages of the
 * rule: current values count for 90 days, baselines stay, sheets are scored again. */
#include "test.h"
#include "theriac/coverage/renew.h"

static th_arena *fixed, *arena;
static th_coverage cov;
static th_renewal renewal;

static th_date day(const char *iso) {
  th_date d = { 0 };
  CHECK(!*iso || th_date_parse_iso(th_str_of(iso), &d));
  return d;
}

static th_code renew(const char *last, const char *path, const char *as_of, const char *start, th_err *err) {
  th_err none = { 0 };
  if (!fixed) {
    fixed = th_arena_new(0);
    CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &none), &none);
  }
  arena = arena ? arena : th_arena_new(0);
  return th_coverage_renew(arena, &cov, th_str_of(last), th_str_of(path), day(as_of), day(start), &renewal, err);
}

static bool opened(const char *last, const char *path, const char *as_of, const char *start) {
  th_err err = { 0 };
  CHECK_OK_ERR(renew(last, path, as_of, start, &err), &err);
  return test_failed_checks == 0;
}

static th_str json_text(const th_json *v) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, arena, 64);
  th_jwrite_open(&w, &b, 0);
  if (v) th_jw_json(&w, v);
  return th_buf_str(&b);
}

/* State, reason and value of a fact of the new path; value NULL: none. */
static void is(const char *name, th_renew_state state, th_renew_why why, const char *value) {
  for (uint32_t i = 0; i < renewal.n; i++) {
    const th_renew_fact *f = &renewal.fact[i];
    if (!th_str_is(cov.dict.fact[f->fact].name, name)) continue;
    if (f->state != state || f->why != why) printf("# %s\n", name);
    CHECK_INT(f->state, state);
    CHECK_INT(f->why, why);
    CHECK_STR(json_text(f->value), value ? value : "");
    return;
  }
  printf("# no %s\n", name);
  CHECK(!"the renewal has the fact");
}

static bool is_there(const char *name) {
  for (uint32_t i = 0; i < renewal.n; i++)
    if (th_str_is(cov.dict.fact[renewal.fact[i].fact].name, name)) return true;
  return false;
}

static const char lupus_nephritis[] =
    "{\"case\":\"p1\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-initial\",\"as_of\":\"2025-06-15\","
    "\"form\":{\"name\":\"王\",\"hospital_code\":\"01\",\"application_date\":\"2025-06-15\",\"period_from\":\"2025-07-01\"},"
    "\"drugs\":[{\"drug\":\"mmf\",\"dose\":\"2 g\"}],\"evidence\":[\"E-biopsy\",\"E-lab-now\"],"
    "\"facts\":{\"birth_date\":\"1990-03-01\",\"ln_class\":[\"III\",\"V\"],\"weight\":58,"
    "\"upcr\":{\"value\":2100,\"unit\":\"mg/g\",\"date\":\"2025-06-01\"},\"gfr\":{\"value\":80,\"date\":\"2025-06-01\"},"
    "\"creatinine\":0.9,\"gfr_equation\":\"CKD-EPI\",\"upcr_pre_standard\":3.0,\"gfr_pre_standard\":90,\"creatinine_pre_"
    "standard\":0.8,"
    "\"dialysis_or_transplant\":false,\"urine_rbc_hpf\":{\"value\":9,\"unit\":\"mg\"}}}";

TEST(lupus_nephritis_after_a_year) {
  if (!opened(lupus_nephritis, "", "2026-06-20", "")) return;
  CHECK_STR(renewal.path->name, "ln-renewal");
  CHECK_INT(renewal.months, 12);
  is("upcr_pre_standard", TH_RENEW_CARRIED, TH_WHY_STAYS, "3.0");
  is("upcr", TH_RENEW_AGAIN, TH_WHY_OUTDATED, NULL);
  is("creatinine", TH_RENEW_AGAIN, TH_WHY_UNDATED, NULL);
  is("protein_24h", TH_RENEW_AGAIN, TH_WHY_NOT_TOLD, NULL);
  is("gfr_min_12m", TH_RENEW_AGAIN, TH_WHY_NOT_TOLD, NULL);
  is("upcr_pre_belimumab", TH_RENEW_PROPOSED, TH_WHY_BASELINE, "{\"value\":2100,\"unit\":\"mg/g\",\"date\":\"2025-06-01\"}");
  is("gfr_equation_pre_belimumab", TH_RENEW_PROPOSED, TH_WHY_BASELINE, "\"CKD-EPI\""); /* not asked, yet of the baseline */
  is("months_on_belimumab", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "12");
  is("dialysis_or_transplant", TH_RENEW_PROPOSED, TH_WHY_MAY_HAVE, "false");
  is("ln_class", TH_RENEW_CARRIED, TH_WHY_STAYS, "[\"III\",\"V\"]"); /* not asked, yet sure */
  CHECK(!is_there("weight"));                                        /* neither */
  CHECK_INT(renewal.count[TH_RENEW_CARRIED] + renewal.count[TH_RENEW_PROPOSED] + renewal.count[TH_RENEW_AGAIN],
            renewal.n_asked);
  CHECK_INT(renewal.n_evidence, 1);
  CHECK_STR(renewal.evidence[0], "E-biopsy");
  CHECK_STR(renewal.evidence_again[0], "E-lab-now");
}

/* From the first dose on 1 August 2025: 10 completed months on 20 June 2026. On the last day of August a month ends with February. */
TEST(months_from_the_first_dose) {
  if (!opened(lupus_nephritis, "", "2026-06-20", "2025-08-01")) return;
  is("months_on_belimumab", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "10");
  if (!opened(lupus_nephritis, "", "2026-02-28", "2025-08-31")) return;
  is("months_on_belimumab", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "6");
  if (!opened(lupus_nephritis, "", "2026-02-27", "2025-08-31")) return;
  is("months_on_belimumab", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "5");
}

/* Ninety days before 30 August 2025 are 1 June: a report of that day still counts; on 31 August it does not. */
TEST(the_last_day_that_counts) {
  if (!opened(lupus_nephritis, "", "2025-08-30", "")) return;
  is("upcr", TH_RENEW_CARRIED, TH_WHY_CURRENT, "{\"value\":2100,\"unit\":\"mg/g\",\"date\":\"2025-06-01\"}");
  if (!opened(lupus_nephritis, "", "2025-08-31", "")) return;
  is("upcr", TH_RENEW_AGAIN, TH_WHY_OUTDATED, NULL);
}

static th_rule_outcome outcome(bool confirmed, const char *more) {
  th_buf b;
  th_jwrite w;
  th_err err = { 0 };
  th_json json;
  th_coverage_case kase;
  th_coverage_result r;
  th_buf_init(&b, arena, 1024);
  th_jwrite_open(&w, &b, 0);
  th_coverage_renewal_case(&w, &renewal, TH_S("p2"), confirmed);
  th_str text = th_buf_str(&b);
  const size_t at = th_str_find(text, TH_S("\"facts\":{"), 0) + 9;
  text = th_str_fmt(arena, "%.*s%s%.*s", (int)at, text.p, more, (int)(text.n - at), text.p + at);
  CHECK_OK_ERR(th_json_parse(arena, text, &json, &err), &err);
  CHECK_STR(th_json_text(th_json_get(&json, "based_on")), "p1");
  CHECK_OK_ERR(th_coverage_case_read(arena, &cov, &json, &kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(arena, &kase, &r, &err), &err);
  return r.rule.outcome;
}

/* uPCR 0.6 is at most 0.7; GFR 78 fell by less than a fifth of 80 and of 90; creatinine 1.0 is within twice 0.9 and 0.8; a year is over. A
 * year of 79 is no complete response, and two years are not over anyhow. What is proposed decides nothing until it is confirmed. */
TEST(decided_only_when_confirmed) {
  static const char now[] = "\"upcr\":{\"value\":0.6,\"date\":\"2026-06-10\"},\"gfr\":{\"value\":78,\"date\":\"2026-06-10\"},"
                            "\"creatinine\":{\"value\":1.0,\"date\":\"2026-06-10\"},\"gfr_min_12m\":76,";
  if (!opened(lupus_nephritis, "", "2026-06-20", "")) return;
  CHECK_INT(outcome(true, now), TH_OUT_MET);
  CHECK_INT(outcome(false, now), TH_OUT_UNKNOWN);
  CHECK_INT(outcome(true, ""), TH_OUT_UNKNOWN);
}

TEST(the_form_without_its_last_days) {
  th_buf b;
  th_jwrite w;
  if (!opened(lupus_nephritis, "", "2026-06-20", "")) return;
  th_buf_init(&b, arena, 1024);
  th_jwrite_open(&w, &b, 0);
  th_coverage_renewal_case(&w, &renewal, TH_S("p2"), false);
  CHECK(th_str_has(th_buf_str(&b), TH_S("\"form\":{\"name\":\"王\",\"hospital_code\":\"01\"}")));
  CHECK(th_str_has(th_buf_str(&b), TH_S("\"drugs\":[{\"drug\":\"mmf\",\"dose\":\"2 g\"}]")));
  CHECK(th_str_has(th_buf_str(&b), TH_S("\"evidence\":[\"E-biopsy\"]")));
}

static const char adult[] =
    "{\"case\":\"p1\",\"program\":\"nhi-8.2.13\",\"path\":\"sle-initial\",\"as_of\":\"2025-06-15\",\"form\":{\"t2_date\":"
    "\"2025-06-10\"},"
    "\"facts\":{\"birth_date\":\"1990-03-01\",\"prescriber_rheumatology\":true,\"np_lupus\":false,\"anti_dsdna_positive\":true,"
    "\"t2_rash\":true,\"t2_seizure\":false,\"t1_rash\":false,\"steroid_dose_now\":{\"value\":15,\"unit\":\"mg/d\"}}}";

/* The second sheet becomes the one before treatment; the sheet of the day is scored again; the first renewal is number 1. */
TEST(adults_after_half_a_year) {
  if (!opened(adult, "", "2025-12-20", "")) return;
  CHECK_STR(renewal.path->name, "sle-renewal");
  is("base_rash", TH_RENEW_PROPOSED, TH_WHY_BASELINE, "true");
  is("base_seizure", TH_RENEW_PROPOSED, TH_WHY_BASELINE, "false");
  is("base_arthritis", TH_RENEW_AGAIN, TH_WHY_NOT_TOLD, NULL);
  is("now_rash", TH_RENEW_AGAIN, TH_WHY_NOT_TOLD, NULL);
  is("steroid_dose_pre_belimumab", TH_RENEW_PROPOSED, TH_WHY_BASELINE, "{\"value\":15,\"unit\":\"mg/d\"}");
  is("steroid_dose_now", TH_RENEW_AGAIN, TH_WHY_OF_DAY, NULL);
  is("renewal_number", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "1");
  is("months_on_belimumab", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "6");
  is("np_lupus", TH_RENEW_PROPOSED, TH_WHY_MAY_HAVE, "false");
  is("prescriber_rheumatology", TH_RENEW_PROPOSED, TH_WHY_MAY_HAVE, "true");
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, arena, 1024);
  th_jwrite_open(&w, &b, 0);
  th_coverage_renewal_case(&w, &renewal, TH_S("p2"), false);
  CHECK(th_str_has(th_buf_str(&b), TH_S("\"form\":{\"base_date\":\"2025-06-10\"}")));
}

static const char second[] =
    "{\"case\":\"p1\",\"program\":\"nhi-8.2.13\",\"path\":\"sle-renewal\",\"as_of\":\"2025-12-20\",\"facts\":{\"base_rash\":"
    "true,"
    "\"now_rash\":{\"value\":false,\"date\":\"2025-12-18\"},\"renewal_number\":1,\"months_on_belimumab\":{\"value\":6.4},"
    "\"steroid_dose_pre_belimumab\":15,\"new_organ_involvement\":false,\"activity_history\":[{\"date\":\"2025-12-18\","
    "\"score\":3}]}}";

TEST(the_second_renewal_and_what_may_follow) {
  th_str paths[8];
  if (!opened(second, "", "2026-03-25", "")) return;
  is("base_rash", TH_RENEW_CARRIED, TH_WHY_STAYS, "true"); /* the baseline is not taken from the last renewal */
  is("now_rash", TH_RENEW_AGAIN, TH_WHY_OF_DAY, NULL);
  is("renewal_number", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "2");
  is("months_on_belimumab", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "9"); /* 6 whole ones and 3 */
  is("months_since_last_review", TH_RENEW_PROPOSED, TH_WHY_COUNTED, "3");
  is("new_organ_involvement", TH_RENEW_AGAIN, TH_WHY_OF_DAY, NULL);
  CHECK_INT(th_coverage_renewal_paths(renewal.last.policy, TH_S("sle-renewal"), paths, 8), 2);
  CHECK_STR(paths[0], "sle-renewal");
  CHECK_STR(paths[1], "sle-taper");
  if (!opened(second, "sle-taper", "2026-03-25", "")) return;
  is("activity_history", TH_RENEW_PROPOSED, TH_WHY_EXTEND, "[{\"date\":\"2025-12-18\",\"score\":3}]");
}

TEST(children_and_their_birthday) {
  static const char child[] = "{\"case\":\"p1\",\"program\":\"nhi-8.2.13\",\"path\":\"psle-initial\",\"as_of\":\"2025-06-15\","
                              "\"facts\":{\"birth_date\":"
                              "\"2008-01-02\",\"now_arthritis\":true,\"decision_transition\":true,\"low_complement_ever\":true,"
                              "\"months_on_belimumab\":{"
                              "\"lo\":1,\"hi\":2}}}";
  if (!opened(child, "", "2026-06-16", "")) return;
  CHECK_STR(renewal.path->name, "psle-renewal");
  is("birth_date", TH_RENEW_CARRIED, TH_WHY_STAYS, "\"2008-01-02\"");
  is("base_arthritis", TH_RENEW_PROPOSED, TH_WHY_BASELINE, "true");
  is("now_arthritis", TH_RENEW_AGAIN, TH_WHY_OF_DAY, NULL);
  is("decision_transition", TH_RENEW_AGAIN, TH_WHY_OF_DAY, NULL);
  is("months_on_belimumab", TH_RENEW_AGAIN, TH_WHY_UNUSABLE, NULL); /* a range cannot be counted on */
  is("low_complement_ever", TH_RENEW_CARRIED, TH_WHY_STAYS, "true");
}

TEST(what_cannot_be_opened) {
  CHECK_CODE(renew(lupus_nephritis, "sle-renewal", "2026-06-20", "", NULL), TH_ENOENT);
  CHECK_CODE(renew(lupus_nephritis, "", "2025-06-15", "", NULL), TH_EINVAL);
  CHECK_CODE(renew(lupus_nephritis, "", "2026-06", "", NULL), TH_EINVAL);
  CHECK_CODE(renew(lupus_nephritis, "", "2026-06-20", "2026-06-21", NULL), TH_EINVAL);
  CHECK_CODE(renew("{\"case\":1}", "", "2026-06-20", "", NULL), TH_EPARSE);
  CHECK_CODE(
      renew("{\"case\":\"x\",\"program\":\"trial-NCT05154734\",\"path\":\"screening\",\"as_of\":\"2025-06-15\",\"facts\":{}}",
            "", "2026-06-20", "", NULL),
      TH_ENOENT);
}

TEST(told_in_both_languages) {
  th_buf b;
  if (!opened(lupus_nephritis, "", "2026-06-20", "")) return;
  th_buf_init(&b, arena, 1024);
  th_coverage_renewal_text(&b, &renewal, true);
  CHECK(th_str_has(th_buf_str(&b), TH_S("uPCR belimumab 前（upcr_pre_belimumab）：2100 mg/g（= 2.1 g/g）")));
  CHECK(th_str_has(th_buf_str(&b), TH_S("須重新填寫（")));
  b.n = 0;
  th_coverage_renewal_text(&b, &renewal, false);
  CHECK(th_str_has(th_buf_str(&b), TH_S("months on belimumab (months_on_belimumab): 12 — reckoned")));
}

static th_code once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_renewal r;
  th_buf b;
  th_jwrite w;
  th_code code =
      th_coverage_renew(a, &cov, th_str_of(lupus_nephritis), TH_STR_NONE, day("2026-06-20"), (th_date){ 0 }, &r, NULL);
  th_buf_init(&b, a, 16);
  if (code == TH_OK) {
    th_jwrite_open(&w, &b, 0);
    th_coverage_renewal_json(&w, &r, TH_S("p2"));
    th_coverage_renewal_text(&b, &r, true);
    if (b.failed) code = TH_ENOMEM;
  }
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_told) {
  if (!opened(lupus_nephritis, "", "2026-06-20", "")) return;
  CHECK(test_each_alloc_fails(once) > 0);
}

TEST_MAIN(RUN(lupus_nephritis_after_a_year), RUN(months_from_the_first_dose), RUN(the_last_day_that_counts),
          RUN(decided_only_when_confirmed), RUN(the_form_without_its_last_days), RUN(adults_after_half_a_year),
          RUN(the_second_renewal_and_what_may_follow), RUN(children_and_their_birthday), RUN(what_cannot_be_opened),
          RUN(told_in_both_languages), RUN(want_of_memory_is_told))
