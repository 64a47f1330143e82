/* Dose, vials, waste, codes and cost: values by hand, vials also against all pairs of counts tried one by one. */
#include "test.h"
#include "theriac/coverage.h"

static th_arena *fixed, *arena;
static th_coverage cov;
static th_dose dose;

static th_date day(const char *iso) {
  th_date d;
  CHECK(th_date_parse_iso(th_str_of(iso), &d));
  return d;
}

/* A question as of 2025-06-15; weight NULL: not known. */
static th_dose_ask ask(const char *weight) {
  th_err err = { 0 };
  if (!fixed) {
    fixed = th_arena_new(0);
    CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  }
  arena = arena ? arena : th_arena_new(0);
  th_dose_ask q = { .policy = th_coverage_policy(&cov, TH_S("nhi-8.2.13")), .drug = TH_S("Belimumab"), .age = -1 };
  q.start = day("2025-06-15");
  q.has_weight = weight != NULL;
  if (weight) CHECK(th_dec_parse(th_str_of(weight), &q.weight));
  return q;
}

static bool work_out(th_dose_ask q) {
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_dose(arena, &q, &dose, &err), &err);
  return test_failed_checks == 0;
}

static th_str plain(th_dec d) {
  char text[TH_DEC_TEXT];
  return th_str_dup(arena, th_str_of(th_dec_fmt(d, text)));
}

/* Weight, dose, vials of 400 and 120 mg, left over, per cent of what is opened. 58 kg: 5 × 120 leaves 20, 400 + 2 × 120 would leave 60.
 * 120 kg: 3 × 400 and 10 × 120 both leave nothing. 300 kg: 6 × 400 + 5 × 120 = 3000, in 40 mg 10 a + 3 b = 75. */
static const struct {
  const char *kg, *mg;
  uint32_t large, small;
  const char *waste, *percent;
} by_hand[] = {
  { "58", "580", 0, 5, "20", "3.3" },        { "40", "400", 1, 0, "0", "0.0" },    { "60", "600", 0, 5, "0", "0.0" },
  { "76", "760", 1, 3, "0", "0.0" },         { "50", "500", 1, 1, "20", "3.8" },   { "120", "1200", 3, 0, "0", "0.0" },
  { "17.5", "175", 0, 2, "65", "27.1" },     { "8", "80", 0, 1, "40", "33.3" },    { "300", "3000", 6, 5, "0", "0.0" },
  { "58.35", "583.5", 0, 5, "16.5", "2.8" }, { "58.0", "580", 0, 5, "20", "3.3" },
};

TEST(vials_by_hand) {
  for (size_t i = 0; i < sizeof by_hand / sizeof *by_hand; i++) {
    if (!work_out(ask(by_hand[i].kg))) return;
    const th_dose_amount *d = &dose.amount[0];
    CHECK_INT(dose.n_amounts, 1);
    CHECK_STR(plain(d->mg), by_hand[i].mg);
    CHECK_INT(d->n_packs, 2);
    CHECK_INT(d->pack[0].count, by_hand[i].large);
    CHECK_INT(d->pack[1].count, by_hand[i].small);
    CHECK_STR(plain(d->waste), by_hand[i].waste);
    CHECK_STR(plain(d->waste_percent), by_hand[i].percent);
    CHECK_INT(d->price, TH_PRICE_NO_LIST);
  }
}

/* Every tenth of a kilogram of the plausible range. */
TEST(vials_by_trying_all) {
  char kg[16];
  for (int w = 80; w <= 3000; w++) {
    int best_open = INT32_MAX, best_vials = 0;
    for (int a = 0; a <= 8; a++)
      for (int b = 0; b <= 25; b++) {
        const int opened = 400 * a + 120 * b;
        if (opened < w || opened > best_open || (opened == best_open && a + b >= best_vials)) continue;
        best_open = opened;
        best_vials = a + b;
      }
    snprintf(kg, sizeof kg, "%d.%d", w / 10, w % 10);
    if (!work_out(ask(kg))) return;
    CHECK_INT((int)th_dec_to_f64(dose.amount[0].opened), best_open);
    CHECK_INT(dose.amount[0].pack[0].count + dose.amount[0].pack[1].count, best_vials);
    th_arena_reset(arena);
  }
}

static th_str words(bool zh) {
  th_buf b;
  th_buf_init(&b, arena, 1024);
  th_coverage_dose_text(&b, &dose, zh);
  CHECK(!b.failed);
  return th_buf_str(&b);
}

static void no_dose(th_dose_ask q, th_dose_state want) {
  if (!work_out(q)) return;
  CHECK_INT(dose.state, want);
  CHECK_INT(dose.n_amounts, 0);
  CHECK_INT(dose.n_courses, 3);
  CHECK_INT(dose.course[0].price, TH_PRICE_NO_DOSE);
  CHECK(th_str_has(dose.dosage_zh, TH_S("每次 10 mg/kg，第 0、14、28 天各 1 次，之後每 28 天 1 次")));
  CHECK(th_str_has(words(true), TH_S("資料不足")) && th_str_has(words(false), TH_S("not known")));
}

TEST(unknown_is_not_nought) {
  th_dose_ask young = ask("20"), old = ask("58");
  young.age = 4;
  old.age = 5;
  no_dose(ask(NULL), TH_DOSE_NO_WEIGHT);
  no_dose(ask("7.99"), TH_DOSE_BAD_WEIGHT);
  no_dose(ask("300.01"), TH_DOSE_BAD_WEIGHT);
  no_dose(ask("-58"), TH_DOSE_BAD_WEIGHT);
  no_dose(ask("580000"), TH_DOSE_BAD_WEIGHT);
  no_dose(young, TH_DOSE_OTHER_AGE);
  if (work_out(old)) CHECK_INT(dose.state, TH_DOSE_KNOWN);
}

/* ── Money ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_nhi_item item(const char *code, const char *amount, const char *unit, const char *price, const char *from,
                        const char *to) {
  return (th_nhi_item){ .code = th_str_of(code),
                        .atc = TH_S("L04AG04"),
                        .ingredient = TH_S("BELIMUMAB"),
                        .name_en = TH_S("TEST"),
                        .name_zh = TH_S("測試"),
                        .amount = th_str_of(amount),
                        .unit = th_str_of(unit),
                        .price = th_str_of(price),
                        .from = day(from),
                        .to = *to ? day(to) : (th_date){ 0 } };
}

static th_dose_ask priced(const char *kg, const th_nhi_item *list, size_t n) {
  th_dose_ask q = ask(kg);
  q.list_held = true;
  q.item = list;
  q.n_items = n;
  q.path = TH_S("ln-initial");
  return q;
}

/* 50 kg: 13000 + 4321.55 a dose; days 0, 14, 28, 56 … 364 are 15 doses in the year before 15 June 2026: 259823.25. */
TEST(cost_in_exact_decimals) {
  const th_nhi_item list[] = { item("KC00935257", "120.0000000", "MG", "4321.55", "2025-02-01", ""),
                               item("KC00935271", "0.4", "gm", "13000", "2025-02-01", "2025-12-31"),
                               item("KC00935271", "0.4", "gm", "15000.00", "2022-10-01", "2025-01-31") };
  if (!work_out(priced("50", list, 3))) return;
  CHECK_STR(plain(dose.amount[0].cost), "17321.55");
  CHECK_STR(dose.amount[0].pack[0].item->code, "KC00935271");
  CHECK_INT(dose.n_courses, 1);
  CHECK_INT(dose.course[0].doses, 15);
  CHECK_STR(plain(dose.course[0].cost), "259823.25");
  CHECK_INT(th_date_cmp(dose.course[0].last, day("2026-06-14")), 0);
  CHECK_INT(th_date_cmp(dose.course[0].review_day, day("2026-06-15")), 0);
  CHECK_INT(th_date_cmp(dose.course[0].price_ends, day("2025-12-31")), 0);
  CHECK(th_str_has(words(true), TH_S("259,823.25 元")) && th_str_has(words(false), TH_S("NT$ 259,823.25")));
  CHECK(th_str_has(words(true), TH_S("藥品代碼 KC00935257 測試")));
}

static void price_state(const th_nhi_item *list, size_t n, th_price_state want) {
  if (!work_out(priced("60", list, n))) return; /* 5 × 120 mg */
  CHECK_INT(dose.amount[0].price, want);
  CHECK_INT(dose.course[0].price, want);
  CHECK_INT(dose.amount[0].cost.coeff, 0);
}

TEST(what_is_not_held_has_no_cost) {
  const th_nhi_item past = item("X", "120", "MG", "4321", "2020-01-01", "2025-06-14");
  const th_nhi_item other = item("X", "120", "ML", "4321", "2020-01-01", "");
  const th_nhi_item blank = item("X", "", "", "4321", "2020-01-01", "");
  const th_nhi_item nought = item("X", "120", "MG", "0.00", "2020-01-01", "");
  const th_nhi_item bad = item("X", "120", "MG", "議價", "2020-01-01", "");
  th_nhi_item foreign = item("X", "120", "MG", "4321", "2020-01-01", ""), undated = foreign;
  foreign.atc = TH_S("L04AB02");
  foreign.ingredient = TH_S("INFLIXIMAB");
  undated.from = (th_date){ 0 };
  price_state(NULL, 0, TH_PRICE_NO_ITEM);
  price_state(&past, 1, TH_PRICE_NOT_THEN);
  price_state(&undated, 1, TH_PRICE_NOT_THEN);
  price_state(&other, 1, TH_PRICE_NO_ITEM);
  price_state(&blank, 1, TH_PRICE_NO_ITEM);
  price_state(&foreign, 1, TH_PRICE_NO_ITEM);
  price_state(&nought, 1, TH_PRICE_NONE);
  price_state(&bad, 1, TH_PRICE_NONE);
}

TEST(which_of_several_items) {
  const th_nhi_item list[] = { item("B2", "120", "MG", "2", "2024-01-01", ""), item("A1", "120", "MG", "1", "2024-01-01", ""),
                               item("KC00935257", "120", "MG", "3", "2024-01-01", ""),
                               item("KC00935257", "120", "MG", "4", "2025-03-01", "") };
  if (!work_out(priced("60", list, 4))) return;
  CHECK_STR(plain(dose.amount[0].cost), "20"); /* named in the policy, in force last */
  CHECK_INT(dose.amount[0].pack[1].others, 2);
  if (!work_out(priced("60", list, 2))) return;
  CHECK_STR(plain(dose.amount[0].cost), "5"); /* the lowest code */
}

/* Subcutaneous: 4 doses of two pens, then one a week; days 0, 7 … 364 are 53 doses, 8 + 49 pens. No weight is asked for. */
TEST(two_amounts_in_one_course) {
  const th_nhi_item pen = item("P", "200", "MG", "1000.5", "2024-01-01", "");
  th_dose_ask q = priced(NULL, &pen, 1);
  q.route = TH_S("SC");
  if (!work_out(q)) return;
  CHECK_INT(dose.n_amounts, 2);
  CHECK_INT(dose.amount[1].pack[0].count, 2);
  CHECK_INT(dose.course[0].doses, 53);
  CHECK_INT(dose.course[0].firsts, 4);
  CHECK_STR(plain(dose.course[0].cost), "57028.5");
  CHECK_STR(dose.dosage_zh, "皮下注射，第 0、7、14、21 天各 400 mg，之後每 7 天 200 mg");
  CHECK_STR(dose.dosage_en, "subcutaneous injection, on days 0, 7, 14, 21 400 mg, then every 7 days 200 mg");
  q.age = 17;
  if (work_out(q)) CHECK_INT(dose.state, TH_DOSE_OTHER_AGE);
}

/* A renewal goes on every 28 days: 0 … 364 are 14 doses in a year, 0 … 84 are 4 in the three months to 15 September (92 days). */
TEST(courses_of_a_renewal) {
  th_dose_ask q = ask("58");
  q.path = TH_S("ln-renewal");
  if (!work_out(q)) return;
  CHECK_INT(dose.course[0].doses, 14);
  q.path = TH_S("sle-renewal");
  if (!work_out(q)) return;
  CHECK_INT(dose.course[0].doses, 4);
  CHECK_INT(th_date_cmp(dose.course[0].last, day("2025-09-07")), 0);
  CHECK_STR(dose.dosage_en, "intravenous infusion, 580 mg (10 mg/kg × 58 kg) every 28 days");
}

TEST(what_is_not_stated) {
  th_dose_ask drug = ask("58"), route = ask("58"), path = ask("58"), start = ask("58");
  drug.drug = TH_S("rituximab");
  route.route = TH_S("po");
  path.path = TH_S("sle-taper");
  start.start = (th_date){ 0 };
  CHECK_CODE(th_coverage_dose(arena, &drug, &dose, NULL), TH_ENOENT);
  CHECK_CODE(th_coverage_dose(arena, &route, &dose, NULL), TH_ENOENT);
  CHECK_CODE(th_coverage_dose(arena, &path, &dose, NULL), TH_ENOENT);
  CHECK_CODE(th_coverage_dose(arena, &start, &dose, NULL), TH_EINVAL);
  th_dose_ask code = ask("58"), digits = ask("58.00000000000011");
  code.drug = TH_S("L04AG04");
  if (work_out(code)) CHECK_STR(dose.regimen->drug, "belimumab");
  CHECK_CODE(th_coverage_dose(arena, &digits, &dose, NULL), TH_ELIMIT);
}

TEST(weight_and_age_of_a_case) {
  th_coverage_case kase;
  th_err err = { 0 };
  th_dose_ask q = ask(NULL);
  const char *json = "{\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"psle-initial\",\"as_of\":\"2025-06-15\",\"facts\":{"
                     "\"birth_date\":\"2020-06-16\",\"weight\":{\"value\":17500,\"unit\":\"g\"}}}";
  CHECK_OK_ERR(th_coverage_case_parse(arena, &cov, th_str_of(json), &kase, &err), &err);
  CHECK_OK_ERR(th_coverage_dose_of_case(arena, &kase, &q, &err), &err);
  CHECK_INT(q.age, 4); /* 5 on the day after */
  CHECK_STR(plain(q.weight), "17.5");
  CHECK_STR(q.path, "psle-initial");
  q.start = day("2025-06-16");
  CHECK_OK_ERR(th_coverage_dose_of_case(arena, &kase, &q, &err), &err);
  CHECK_INT(q.age, 5);
  if (work_out(q)) CHECK_STR(plain(dose.amount[0].mg), "175");
}

/* ── The policy ────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define HEAD                                                                                                                   \
  "policy: p\ntitle: {zh: a, en: a}\nversions: [{from: 2025-01-01, to: open, applies: [x], state: held}]\n"                    \
  "paths: {x: {fact: weight, op: \">\", value: 1}}\n"
#define DOSE "drug: d, route: iv, paths: [x], zh: a, en: a, source: s, "

static th_code load(const char *tail) {
  th_rule_policy p;
  const th_str yaml = th_str_fmt(arena, "%s%s", HEAD, tail);
  ask(NULL);
  return th_rule_policy_load(arena, &cov.dict, yaml, "t", &p, NULL);
}

TEST(doses_are_read_strictly) {
  ask(NULL);
  CHECK_CODE(load("doses: [{" DOSE
                  "mg: 1.50, days: [0, 7], every: 7}]\nproducts: [{drug: d, route: iv, mg: 2, zh: a, en: a, source: s}]\n"),
             TH_OK);
  static const char *const bad[] = {
    "doses: [{" DOSE "mg: 1, mg_per_kg: 1, days: [0], every: 7}]\n",
    "doses: [{" DOSE "days: [0], every: 7}]\n",
    "doses: [{" DOSE "mg: 0, days: [0], every: 7}]\n",
    "doses: [{" DOSE "mg: -1, days: [0], every: 7}]\n",
    "doses: [{" DOSE "mg: one, days: [0], every: 7}]\n",
    "doses: [{" DOSE "mg: 1, days: [], every: 7}]\n",
    "doses: [{" DOSE "mg: 1, days: [1], every: 7}]\n",
    "doses: [{" DOSE "mg: 1, days: [0, 7, 7], every: 7}]\n",
    "doses: [{" DOSE "mg: 1, days: [0], every: 0}]\n",
    "doses: [{" DOSE "mg: 1, days: [0]}]\n",
    "doses: [{" DOSE "mg: 1, days: [0], every: 7, often: 1}]\n",
    "doses: [{" DOSE "mg: 1, days: [0], every: 7, first: 0}]\n",
    "doses: [{" DOSE "mg: 1, days: [0], every: 7, age_from: 9, age_to: 8}]\n",
    "doses: [{" DOSE "mg: 1, days: [0], every: 7, note: {zh: a}}]\n",
    "doses: [{drug: d, route: iv, paths: [y], zh: a, en: a, source: s, mg: 1, days: [0], every: 7}]\n",
    "doses: [{drug: d, route: iv, paths: [x], zh: a, en: a, mg: 1, days: [0], every: 7}]\n",
    "products: [{drug: d, route: iv, zh: a, en: a, source: s}]\n",
    "products: [{drug: d, mg: 1, zh: a, en: a, source: s}]\n",
    "renewals: [{from: [x]}]\n",
    "renewals: [{from: [], to: x}]\n",
    "renewals: [{from: [y], to: x}]\n",
    "renewals: [{from: [x], to: y}]\n",
    "renewals: [{from: [x], to: x, carry: {nothing: weight}}]\n",
    "renewals: [{from: [x], to: x, sheet: {base: nothing}}]\n",
    "renewals: [{from: [x], to: x, months: 3}]\n",
    "schedule: [{kind: birthday, paths: [x], months: 1, zh: a, en: a}]\n",
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const th_code code = load(bad[i]);
    if (code != TH_EPARSE) printf("# %s", bad[i]);
    CHECK_CODE(code, TH_EPARSE);
  }
}

static th_code once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  const th_nhi_item list[] = { item("KC00935257", "120", "MG", "4321.55", "2025-02-01", "") };
  th_dose_ask q = priced("58", list, 1);
  th_dose d;
  th_buf b;
  th_code code = th_coverage_dose(a, &q, &d, NULL);
  th_buf_init(&b, a, 16);
  if (code == TH_OK) {
    th_jwrite w;
    th_coverage_dose_text(&b, &d, true);
    th_jwrite_open(&w, &b, 0);
    th_coverage_dose_json(&w, &d);
    if (b.failed) code = TH_ENOMEM;
  }
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_told) {
  ask("58");
  CHECK(test_each_alloc_fails(once) > 0);
}

TEST_MAIN(RUN(vials_by_hand), RUN(vials_by_trying_all), RUN(unknown_is_not_nought), RUN(cost_in_exact_decimals),
          RUN(what_is_not_held_has_no_cost), RUN(which_of_several_items), RUN(two_amounts_in_one_course),
          RUN(courses_of_a_renewal), RUN(what_is_not_stated), RUN(weight_and_age_of_a_case), RUN(doses_are_read_strictly),
          RUN(want_of_memory_is_told))
