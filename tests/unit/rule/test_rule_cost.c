/* What to collect by what it costs to learn: classes are data of the dictionary, every fact has one where there are any, and the sets are
 * told by their sum. Sums here are made by hand. */
#include "test.h"
#include "theriac/rule.h"

#define CLASSES                                                                                                                \
  "costs:\n"                                                                                                                   \
  "  - {name: look, cost: 1, zh: \"查\", en: \"look\", why: \"w\"}\n"                                                         \
  "  - {name: blood, cost: 6, zh: \"血\", en: \"blood\", why: \"w\"}\n"                                                       \
  "  - {name: knife, cost: 100, zh: \"刀\", en: \"knife\", why: \"w\"}\n"
#define FACT(name, more) "  - {name: " name ", type: bool, zh: \"z\", en: \"e\"" more "}\n"

static const char dict_yaml[] =
    CLASSES "prefixes:\n"
            "  - {name: old, cost: look, zh: \"舊\", en: \"old\"}\n"
            "  - {name: new, zh: \"新\", en: \"new\", current: true}\n"
            "facts:\n" FACT("biopsy", ", cost: knife") FACT("c3", ", cost: blood") FACT("c4", ", cost: blood")
                FACT("chart", ", cost: look") FACT("note", ", cost: look")
                    FACT("order", ", cost: look") "scoped:\n" FACT("esr", ", cost: blood");

/* True by a biopsy, by C3 and C4, or by three things of the chart; or by a sheet's ESR. */
static const char policy_yaml[] = "policy: p\ntitle: {zh: \"z\", en: \"e\"}\n"
                                  "versions: [{from: 2020-01-01, to: open, applies: [x], state: held}]\n"
                                  "paths:\n"
                                  "  x:\n"
                                  "    id: R\n    zh: \"z\"\n    en: \"e\"\n"
                                  "    any:\n"
                                  "      - {fact: biopsy, is: true}\n"
                                  "      - {all: [{fact: c3, is: true}, {fact: c4, is: true}]}\n"
                                  "      - {all: [{fact: chart, is: true}, {fact: note, is: true}, {fact: order, is: true}]}\n"
                                  "      - {all: [{fact: old_esr, is: true}, {fact: new_esr, is: true}]}\n";

static th_str set_text(th_arena *a, const th_rule_policy *p, const th_rule_set *s, uint32_t n) {
  th_buf b;
  th_buf_init(&b, a, 64);
  for (uint32_t i = 0; i < n; i++) {
    if (i) th_buf_addz(&b, " | ");
    for (uint32_t k = 0; k < s[i].n; k++) th_buf_addf(&b, "%s%.*s", k ? "+" : "", TH_STR_ARG(p->dict->fact[s[i].fact[k]].name));
    th_buf_addf(&b, " %u", s[i].cost);
  }
  return th_buf_str(&b);
}

static void checked(th_arena *a, const char *dict, th_rule_policy *p, th_rule_dict *d, th_rule_result *r) {
  th_err err = { 0 };
  const th_date today = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };
  CHECK_OK_ERR(th_rule_dict_load(a, th_str_of(dict), "dict", d, &err), &err);
  CHECK_OK_ERR(th_rule_policy_load(a, d, th_str_of(policy_yaml), "policy", p, &err), &err);
  CHECK_OK_ERR(th_rule_check(a, p, &p->path[0], th_rule_values_new(a, d), today, r, &err), &err);
}

TEST(cheapest_first_and_fewest_first) {
  th_arena *a = th_arena_new(0);
  th_rule_dict d;
  th_rule_policy p;
  th_rule_result r;
  checked(a, dict_yaml, &p, &d, &r);
  CHECK_INT(r.outcome, TH_OUT_UNKNOWN);
  /* 1+1+1, 6+1 (the old sheet is looked up), 6+6, 100 */
  CHECK_STR(set_text(a, &p, r.cheapest, r.n_cheapest), "chart+note+order 3 | new_esr+old_esr 7 | c3+c4 12 | biopsy 100");
  CHECK_STR(set_text(a, &p, r.collect, r.n_collect), "biopsy 100 | c3+c4 12 | new_esr+old_esr 7 | chart+note+order 3");
  const int32_t old = th_rule_fact_find(&d, TH_S("old_esr")), new = th_rule_fact_find(&d, TH_S("new_esr"));
  CHECK_STR(th_rule_fact_cost(&d, old)->name, "look");
  CHECK_STR(th_rule_fact_cost(&d, new)->name, "blood");
  th_arena_del(a);
}

TEST(without_classes_the_fewest_come_first) {
  static const char plain[] = "prefixes:\n  - {name: old, zh: \"舊\", en: \"old\"}\n  - {name: new, zh: \"新\", en: \"new\"}\n"
                              "facts:\n" FACT("biopsy", "") FACT("c3", "") FACT("c4", "") FACT("chart", "") FACT("note", "")
                                  FACT("order", "") "scoped:\n" FACT("esr", "");
  th_arena *a = th_arena_new(0);
  th_rule_dict d;
  th_rule_policy p;
  th_rule_result r;
  checked(a, plain, &p, &d, &r);
  CHECK_STR(set_text(a, &p, r.cheapest, r.n_cheapest), "biopsy 0 | c3+c4 0 | new_esr+old_esr 0 | chart+note+order 0");
  CHECK(th_rule_fact_cost(&d, 0) == NULL);
  th_arena_del(a);
}

TEST(a_dictionary_that_is_refused) {
  static const struct {
    const char *yaml, *said;
  } bad[] = {
    { CLASSES "facts:\n" FACT("c3", ""), "cost" },
    { CLASSES "facts:\n" FACT("c3", ", cost: gold"), "no class of costs is called \"gold\"" },
    { "facts:\n" FACT("c3", ", cost: look"), "no class of costs is called \"look\"" },
    { CLASSES "prefixes: [{name: old, cost: gold, zh: \"z\", en: \"e\"}]\nfacts:\n" FACT("c3", ", cost: look"), "\"gold\"" },
    { "costs: [{name: a, cost: 0, zh: \"z\", en: \"e\", why: \"w\"}]\nfacts:\n" FACT("c3", ", cost: a"), "whole number" },
    { "costs: [{name: a, cost: 1.5, zh: \"z\", en: \"e\", why: \"w\"}]\nfacts:\n" FACT("c3", ", cost: a"), "whole number" },
    { "costs: [{name: a, cost: 10001, zh: \"z\", en: \"e\", why: \"w\"}]\nfacts:\n" FACT("c3", ", cost: a"), "10000" },
    { "costs: [{name: a, zh: \"z\", en: \"e\", why: \"w\"}]\nfacts:\n" FACT("c3", ", cost: a"), "whole number" },
    { "costs: [{name: a, cost: 1, zh: \"z\", en: \"e\"}]\nfacts:\n" FACT("c3", ", cost: a"), "why" },
    { "costs: [{name: a, cost: 1, zh: \"z\", en: \"e\", why: \"w\", price: 3}]\nfacts:\n" FACT("c3", ", cost: a"), "price" },
    { CLASSES "  - {name: look, cost: 2, zh: \"z\", en: \"e\", why: \"w\"}\nfacts:\n" FACT("c3", ", cost: look"),
      "there already" },
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_rule_dict d;
    th_err err = { 0 };
    CHECK_INT(th_rule_dict_load(a, th_str_of(bad[i].yaml), "dict", &d, &err), TH_EPARSE);
    if (!strstr(err.msg, bad[i].said)) printf("# %zu: %s\n", i, err.msg);
    CHECK(strstr(err.msg, bad[i].said) != NULL);
  }
  th_arena_del(a);
}

TEST_MAIN(RUN(cheapest_first_and_fewest_first), RUN(without_classes_the_fewest_come_first), RUN(a_dictionary_that_is_refused))
