/* A case entered by fields, a table of drugs, and what is still asked. Months and doses of the table are reckoned by hand. */
#include "test.h"
#include "theriac/coverage/entry.h"

static th_arena *a;
static th_coverage cov;

static void open_all(void) {
  th_err err = { 0 };
  a = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(a, NULL, 0, &cov, &err), &err);
}

static th_date day(const char *iso) {
  th_date d = { 0 };
  CHECK(th_date_parse_iso(th_str_of(iso), &d));
  return d;
}

static th_entry entry_for(const char *program, const char *path, const char *as_of) {
  th_entry e;
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_entry_new(a, &cov, th_str_of(program), th_str_of(path), day(as_of), &e, &err), &err);
  return e;
}

static size_t apply(th_entry *e, const th_entry_field *f, size_t n) {
  th_entry_problems bad = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_entry_apply(e, f, n, &bad, &err), &err);
  return bad.n;
}

static th_coverage_result judged(const th_entry *e, th_coverage_case *kase) {
  th_coverage_result r;
  th_err err = { 0 };
  th_buf b;
  th_buf_init(&b, a, 4096);
  th_coverage_entry_write(&b, e);
  CHECK(!b.failed);
  CHECK_OK_ERR(th_coverage_case_parse(a, &cov, th_buf_str(&b), kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(a, kase, &r, &err), &err);
  return r;
}

static int32_t fact(const char *name) {
  return th_rule_fact_find(&cov.dict, th_str_of(name));
}

/* ── Sample cases by their fields ──────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(th_entry_field) fields;

static void put(fields *f, th_str name, const char *suffix, th_str value) {
  const th_entry_field one = { th_str_fmt(a, "%.*s%s", TH_STR_ARG(name), suffix), value };
  CHECK(TH_VEC_PUSH(a, f, one));
}

static th_str words(const th_json *v) {
  if (v->kind == TH_JSON_BOOL) return v->boolean ? TH_S("yes") : TH_S("no");
  if (v->kind != TH_JSON_ARRAY) return th_json_text(v);
  th_buf b;
  th_buf_init(&b, a, 64);
  for (uint32_t i = 0; i < v->n; i++) th_buf_add(&b, th_json_text(&v->u.item[i])), th_buf_addz(&b, "\r\n");
  return th_buf_str(&b);
}

static void list_fields(fields *f, th_str name, const th_json *v) {
  put(f, name, ".count", th_str_fmt(a, "%u", v->n + 3));
  for (uint32_t i = 0; i < v->n; i++)
    for (uint32_t k = 0; k < v->u.item[i].n; k++) {
      const th_json_member *m = &v->u.item[i].u.member[k];
      put(f, name, th_str_fmt(a, ".%u.%.*s", i, TH_STR_ARG(m->key)).p, words(&m->value));
    }
}

static void fact_fields(fields *f, th_str name, const th_json *v) {
  const th_json *value = v->kind == TH_JSON_OBJECT ? th_json_get(v, "value") : v;
  const th_json *lo = th_json_get(v, "lo"), *hi = th_json_get(v, "hi");
  if (cov.dict.fact[th_rule_fact_find(&cov.dict, name)].type == TH_RULE_LIST) {
    list_fields(f, name, value);
    return;
  }
  if (value)
    put(f, name, "", words(value));
  else
    put(f, name, "",
        lo && hi ? th_str_fmt(a, "%.*s–%.*s", TH_STR_ARG(th_json_text(lo)), TH_STR_ARG(th_json_text(hi)))
        : hi     ? th_str_fmt(a, "≤ %.*s", TH_STR_ARG(th_json_text(hi)))
                 : th_str_fmt(a, ">= %.*s", TH_STR_ARG(th_json_text(lo))));
  if (v->kind != TH_JSON_OBJECT) return;
  if (th_json_get(v, "unit")) put(f, name, ".unit", th_json_text(th_json_get(v, "unit")));
  if (th_json_get(v, "date")) put(f, name, ".date", th_json_text(th_json_get(v, "date")));
}

static void enter(th_str line, th_str expected) {
  th_json in, want;
  th_err err = { 0 };
  fields f = { 0 };
  th_coverage_case kase;
  CHECK_OK(th_json_parse(a, line, &in, &err));
  CHECK_OK(th_json_parse(a, expected, &want, &err));
  const char *program = th_str_z(a, th_json_text(th_json_get(&in, "program"))),
             *path = th_str_z(a, th_json_text(th_json_get(&in, "path"))),
             *as_of = th_str_z(a, th_json_text(th_json_get(&in, "as_of")));
  th_entry e = entry_for(program, path, as_of);
  const th_json *facts = th_json_get(&in, "facts");
  for (uint32_t i = 0; i < facts->n; i++)
    if (facts->u.member[i].value.kind != TH_JSON_NULL) fact_fields(&f, facts->u.member[i].key, &facts->u.member[i].value);
  CHECK_INT(apply(&e, f.v, f.n), 0);
  th_coverage_result r = judged(&e, &kase);
  CHECK_STR(th_json_text(th_json_get(&want, "outcome")), th_rule_outcome_name(r.rule.outcome));
  const th_str by_default = th_json_text(th_json_get(&want, "by_default_reading"));
  if (by_default.n) CHECK_INT(by_default.p[0], th_rule_verdict_letter(r.rule.by_default));
  /* The same fields again change nothing. */
  th_buf one, two;
  th_buf_init(&one, a, 4096), th_buf_init(&two, a, 4096);
  th_coverage_entry_write(&one, &e);
  CHECK_INT(apply(&e, f.v, f.n), 0);
  th_coverage_entry_write(&two, &e);
  CHECK(th_str_eq(th_buf_str(&one), th_buf_str(&two)));
  /* What is not asked for leaves the outcome as it is. */
  const uint8_t *ask;
  uint32_t n_ask = 0;
  CHECK_OK(th_coverage_entry_ask(a, &r, &ask, &err));
  for (uint32_t i = 0; i < cov.dict.n; i++) n_ask += ask[i] != TH_ASK_NOT;
  if (r.rule.outcome == TH_OUT_UNKNOWN) CHECK(n_ask > 0);
  if (r.rule.outcome == TH_OUT_MET || r.rule.outcome == TH_OUT_NOT_MET) CHECK_INT(n_ask, 0);
  for (uint32_t s = 0; s < r.rule.n_collect; s++)
    for (uint32_t k = 0; k < r.rule.collect[s].n; k++) CHECK(ask[r.rule.collect[s].fact[k]] != TH_ASK_NOT);
}

TEST(thirty_cases_entered_by_fields) {
  const char *shared = test_shared();
  if (!shared) SKIP("no shared data here");
  th_file in, want;
  th_err err = { 0 };
  char path[4200];
  open_all();
  snprintf(path, sizeof path, "%s/data/coverage/sample_cases.jsonl", shared);
  CHECK_OK_ERR(th_file_open(path, 0, &in, &err), &err);
  snprintf(path, sizeof path, "%s/data/coverage/sample_expected.jsonl", shared);
  CHECK_OK_ERR(th_file_open(path, 0, &want, &err), &err);
  th_str x = in.bytes, y = want.bytes, line, expected;
  int n = 0;
  while (th_str_line(&x, &line) && th_str_line(&y, &expected)) {
    if (!line.n) continue;
    enter(line, expected);
    n++;
  }
  CHECK_INT(n, 30);
  th_file_close(&in), th_file_close(&want);
  th_arena_del(a);
}

/* ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define F(n, v)                                                                                                                \
  { TH_S(n), TH_S(v) }

TEST(unknown_not_done_and_no_are_three) {
  open_all();
  th_entry e = entry_for("nhi-8.2.13", "sle-initial", "2025-06-15");
  const th_entry_field f[] = { F("np_lupus", ""), F("anti_dsdna_positive", "not-done"), F("sle_diagnosis", "no"), F("c3", ""),
                               F("c3.not-done", "1") };
  CHECK_INT(apply(&e, f, 5), 0);
  CHECK(!e.fact[fact("np_lupus")].json && !e.fact[fact("np_lupus")].not_done);
  CHECK(!e.fact[fact("anti_dsdna_positive")].json && e.fact[fact("anti_dsdna_positive")].not_done);
  CHECK(e.fact[fact("sle_diagnosis")].json && !e.fact[fact("sle_diagnosis")].json->boolean);
  CHECK(e.fact[fact("c3")].not_done);
  /* They come back from the file. */
  th_buf b;
  th_entry back;
  th_err err = { 0 };
  th_buf_init(&b, a, 1024);
  th_coverage_entry_write(&b, &e);
  CHECK_OK_ERR(th_coverage_entry_read(a, &cov, th_buf_str(&b), &back, &err), &err);
  CHECK(back.fact[fact("c3")].not_done && back.fact[fact("anti_dsdna_positive")].not_done);
  CHECK_STR(th_coverage_entry_value(&back, fact("anti_dsdna_positive")), "not-done");
  CHECK_STR(th_coverage_entry_value(&back, fact("sle_diagnosis")), "no");
  th_arena_del(a);
}

TEST(numbers_days_and_what_cannot_be_read) {
  static const struct {
    const char *typed, *shown;
  } good[] = {
    { "0.3", "0.3" }, { "<0.3", "≤ 0.3" }, { "≧ 5", "≥ 5" }, { "５－７", "5–7" }, { "1200", "1200" }, { ".5", "0.5" }
  };
  static const char *const bad[] = { "abc", "7-5", "1,200", "5 mg", "--", "nan", "1e999" };
  open_all();
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    th_entry e = entry_for("nhi-8.2.13", "ln-initial", "2025-06-15");
    const th_entry_field f = { TH_S("upcr"), th_str_of(good[i].typed) };
    CHECK_INT(apply(&e, &f, 1), 0);
    CHECK_STR(th_coverage_entry_value(&e, fact("upcr")), good[i].shown);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_entry e = entry_for("nhi-8.2.13", "ln-initial", "2025-06-15");
    const th_entry_field f = { TH_S("upcr"), th_str_of(bad[i]) };
    CHECK_INT(apply(&e, &f, 1), 1);
    CHECK(!e.fact[fact("upcr")].json);
  }
  th_entry e = entry_for("nhi-8.2.13", "ln-initial", "2025-06-15");
  const th_entry_field f[] = { F("upcr", "1200"), F("upcr.unit", "mg/g"), F("upcr.date", "114/6/1"),
                               F("birth_date", "民國79年3月1日") };
  CHECK_INT(apply(&e, f, 4), 0);
  CHECK_STR(th_coverage_entry_unit(&e, fact("upcr")), "mg/g");
  CHECK_STR(th_coverage_entry_date(&e, fact("upcr")), "2025-06-01");
  CHECK_STR(th_coverage_entry_value(&e, fact("birth_date")), "1990-03-01");
  th_arena_del(a);
}

TEST(all_other_items_absent_in_one_act) {
  open_all();
  th_entry e = entry_for("nhi-8.2.13", "sle-initial", "2025-06-15");
  const th_entry_field f[] = { F("t1_arthritis", "yes"), F("t1_fever", "not-done") };
  CHECK_INT(apply(&e, f, 2), 0);
  CHECK_INT(th_coverage_entry_absent(&e, TH_S("t1")), 22); /* 24 items less the two told of */
  CHECK(e.fact[fact("t1_arthritis")].json->boolean);
  CHECK(!e.fact[fact("t1_seizure")].json->boolean);
  CHECK(!e.fact[fact("t1_fever")].json);
  CHECK(!e.fact[fact("t2_seizure")].json);
  CHECK_INT(th_coverage_entry_absent(&e, TH_S("t1")), 0);
  th_arena_del(a);
}

/* ── The table of drugs ────────────────────────────────────────────────────────────────────────────────────────────── */

static th_drug_lines table(const char *text, th_entry_problems *bad) {
  th_drug_lines out = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_drug_table(a, th_str_of(text), &out, bad, &err), &err);
  return out;
}

TEST(columns_by_head_in_any_order_or_without_one) {
  th_entry_problems bad = { 0 };
  open_all();
  th_drug_lines t =
      table("起\t藥品\t迄\t劑量\n113/10/1\tPlaquenil\t迄今\t200 mg BID\n2024-9\tMTX\t2025/03/31\t15 mg QW\n", &bad);
  CHECK_INT(bad.n, 0);
  CHECK_INT(t.n, 2);
  CHECK_STR(t.v[0].drug, "hcq");
  CHECK_STR(t.v[0].from, "2024-10-01");
  CHECK_INT(t.v[0].to.n, 0);
  CHECK_STR(t.v[1].drug, "mtx");
  CHECK_STR(t.v[1].from, "2024-09");
  CHECK_STR(t.v[1].to, "2025-03-31");
  t = table("prednisolone,10 mg/d,2024-11-01,\n\"amlodipine\",5 mg QD,2024-01-01,now\n", &bad);
  CHECK_INT(bad.n, 0);
  CHECK_INT(t.n, 2);
  CHECK_STR(t.v[0].drug, "steroid");
  CHECK_INT(t.v[1].drug.n, 0); /* kept, and counted as nothing */
  th_arena_del(a);
}

TEST(faults_are_told_by_line) {
  static const struct {
    uint32_t line;
    th_entry_fault fault;
  } want[] = { { 2, TH_ENTRY_NO_DATE }, { 3, TH_ENTRY_NO_DOSE },     { 4, TH_ENTRY_NO_DRUG },
               { 5, TH_ENTRY_NO_FROM }, { 6, TH_ENTRY_ENDS_BEFORE }, { 7, TH_ENTRY_NO_DOSE } };
  th_entry_problems bad = { 0 };
  open_all();
  const th_drug_lines t =
      table("drug,dose,from,to\nHCQ,200 mg/d,2024-13-01,\nHCQ,two tablets,2024-01-01,\n,200 mg,2024-01-01,\n"
            "HCQ,200 mg,,\nHCQ,200 mg,2024-05-01,2024-04-01\nAZA,2 mg/kg/d,2024-05-01,\nMMF,2 g/d,2024-05-01,\n",
            &bad);
  CHECK_INT(t.n, 1);
  CHECK_INT(bad.n, 6);
  for (size_t i = 0; i < bad.n && i < 6; i++) {
    CHECK_INT(bad.v[i].line, want[i].line);
    CHECK_INT(bad.v[i].fault, want[i].fault);
  }
  th_arena_del(a);
}

/* 2024-10-01 to 2025-06-15, both included: 8 months to 31 May, then 15 of the 30 days of June. */
TEST(months_and_doses_from_the_table) {
  th_entry_problems bad = { 0 };
  th_err err = { 0 };
  th_coverage_case kase;
  open_all();
  th_entry e = entry_for("nhi-8.2.13", "sle-initial", "2025-06-15");
  const th_entry_field f = F("weight", "50");
  CHECK_INT(apply(&e, &f, 1), 0);
  const th_drug_lines t = table("藥品\t劑量\t起\t迄\n"
                                "prednisolone\t30 mg QD\t2024-10-01\t2024-12-31\n"
                                "prednisolone\t10 mg QD\t2025-01-01\t\n"
                                "HCQ\t200 mg BID\t2024-10-01\t\n"
                                "azathioprine\t100 mg/d\t2024-12-01\t\n",
                                &bad);
  CHECK_INT(bad.n, 0);
  CHECK_OK_ERR(th_coverage_entry_drugs(&e, t.v, t.n, true, &err), &err);
  const th_coverage_result r = judged(&e, &kase);
  (void)r;
  CHECK_REL(kase.values[fact("hcq_months")].lo, 8.5, 1e-9);
  CHECK_REL(kase.values[fact("hcq_daily_dose")].lo, 400, 1e-12);
  CHECK_REL(kase.values[fact("steroid_months")].lo, 8.5, 1e-9);
  CHECK_REL(kase.values[fact("steroid_target_months")].lo, 3, 1e-12); /* 30 mg ≥ 0.5 × 50 kg: October to December */
  CHECK_REL(kase.values[fact("aza_months")].lo, 6.5, 1e-9);
  CHECK_REL(kase.values[fact("therapy_overlap_months")].lo, 6.5, 1e-9); /* all three from 1 December */
  CHECK_REL(kase.values[fact("therapy_overlap_months")].hi, 6.5, 1e-9);
  CHECK_REL(kase.values[fact("mtx_months")].hi, 0, 1e-12);
  CHECK_STR(kase.values[fact("hcq_months")].source, "#3");
  CHECK_STR(kase.values[fact("steroid_months")].source, "#1, #2");
  CHECK(kase.values[fact("pulse_date")].state == TH_RULE_ABSENT);
  /* Not told to be whole: a drug that is not in it is not known, and by hand goes before the table. */
  const th_entry_field hand = F("hcq_months", "12");
  CHECK_INT(apply(&e, &hand, 1), 0);
  CHECK_OK_ERR(th_coverage_entry_drugs(&e, t.v, t.n, false, &err), &err);
  (void)judged(&e, &kase);
  CHECK(kase.values[fact("mtx_months")].state == TH_RULE_ABSENT);
  CHECK_REL(kase.values[fact("hcq_months")].lo, 12, 1e-12);
  CHECK_INT(kase.values[fact("hcq_months")].source.n, 0);
  /* A later day counts more months. */
  e.as_of = day("2025-07-15");
  CHECK_OK_ERR(th_coverage_entry_compute(&e, &err), &err);
  (void)judged(&e, &kase);
  CHECK_REL(kase.values[fact("aza_months")].lo, 7 + 15.0 / 31, 1e-9);
  th_arena_del(a);
}

/* ── What is asked ─────────────────────────────────────────────────────────────────────────────────────────────────── */

TEST(only_what_can_change_the_outcome_is_asked) {
  const uint8_t *ask;
  th_err err = { 0 };
  th_coverage_case kase;
  open_all();
  th_entry e = entry_for("nhi-8.2.13", "sle-initial", "2025-06-15");
  th_coverage_result r = judged(&e, &kase);
  CHECK_OK(th_coverage_entry_ask(a, &r, &ask, &err));
  CHECK_INT(ask[fact("birth_date")], TH_ASK_DEFAULT);
  CHECK_INT(ask[fact("t1_arthritis")], TH_ASK_DEFAULT);
  CHECK_INT(ask[fact("decision_sle_dose")], TH_ASK_NOT); /* nothing to decide before an intolerance is documented */
  CHECK_INT(ask[fact("ln_class")], TH_ASK_NOT);          /* another path's */
  /* C3 below its limit settles the complement clause: C4 is not asked for. */
  const th_entry_field c3[] = { F("c3", "60"), F("c3_lln", "90"), F("dose_intolerance_documented", "yes") };
  CHECK_INT(apply(&e, c3, 3), 0);
  r = judged(&e, &kase);
  CHECK_OK(th_coverage_entry_ask(a, &r, &ask, &err));
  CHECK_INT(ask[fact("c4")], TH_ASK_NOT);
  CHECK_INT(ask[fact("decision_sle_dose")], TH_ASK_DEFAULT);
  /* Seventeen years old: nothing changes it any more. */
  const th_entry_field born = F("birth_date", "2008-02-29");
  CHECK_INT(apply(&e, &born, 1), 0);
  r = judged(&e, &kase);
  CHECK_INT(r.rule.outcome, TH_OUT_NOT_MET);
  CHECK_OK(th_coverage_entry_ask(a, &r, &ask, &err));
  for (uint32_t i = 0; i < cov.dict.n; i++) CHECK_INT(ask[i], TH_ASK_NOT);
  th_arena_del(a);
}

TEST(gates_hold_every_fact_of_a_path_once) {
  th_err err = { 0 };
  open_all();
  for (uint32_t p = 0; p < cov.n; p++)
    for (uint32_t k = 0; k < cov.policy[p].n_paths; k++) {
      const th_rule_path *path = &cov.policy[p].path[k];
      th_coverage_case kase;
      const uint8_t *ask;
      const th_entry_gate *gate;
      uint32_t n, facts = 0;
      th_entry e = entry_for(th_str_z(a, cov.policy[p].id), th_str_z(a, path->name), "2025-06-15");
      th_coverage_result r = judged(&e, &kase);
      CHECK_OK(th_coverage_entry_ask(a, &r, &ask, &err));
      CHECK_OK(th_coverage_entry_gates(a, &e, ask, &gate, &n, &err));
      for (uint32_t g = 0; g < n; g++) facts += gate[g].n;
      CHECK_INT(facts, e.n_asked);
      CHECK(facts >= path->n_facts);
    }
  for (uint32_t i = 0; i < cov.dict.n; i++) CHECK(cov.dict.fact[i].gate >= 0);
  th_arena_del(a);
}

TEST_MAIN(RUN(thirty_cases_entered_by_fields), RUN(unknown_not_done_and_no_are_three),
          RUN(numbers_days_and_what_cannot_be_read), RUN(all_other_items_absent_in_one_act),
          RUN(columns_by_head_in_any_order_or_without_one), RUN(faults_are_told_by_line), RUN(months_and_doses_from_the_table),
          RUN(only_what_can_change_the_outcome_is_asked), RUN(gates_hold_every_fact_of_a_path_once))
