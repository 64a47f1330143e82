/* What licences and indications grant: invented products; what is expected is what their sentences and dates say. */
#include "test.h"
#include "theriac/licence.h"

static th_arena *a;
static th_names *names;

#define LUPUS_NEPHRITIS "MONDO:0005556"
#define LUPUS           "MONDO:0007915"

static th_date day(int16_t year, uint8_t month, uint8_t d) {
  return (th_date){ .year = year, .month = month, .day = d, .prec = TH_DATE_DAY };
}

static size_t uses_in(const char *text, th_licence_label_uses *v) {
  *v = (th_licence_label_uses){ 0 };
  CHECK_OK(th_licence_uses_in(a, names, th_str_of(text), 7, v, NULL));
  return v->n;
}

TEST(chinese_words_of_refusal) {
  th_licence_label_uses v;
  CHECK_INT(uses_in("適用於治療活動性狼瘡腎炎之成人病人。不建議用於全身性紅斑性狼瘡。", &v), 1);
  if (v.n) CHECK_STR(v.v[0].disease->id, LUPUS_NEPHRITIS);
  if (v.n) CHECK_STR(v.v[0].sentence, "適用於治療活動性狼瘡腎炎之成人病人。");
  if (v.n) CHECK_INT(v.v[0].line, 7);
  CHECK_INT(uses_in("使用限制：尚未評估於狼瘡腎炎；亦不宜使用於全身性紅斑性狼瘡。", &v), 0);
  CHECK_INT(uses_in("使用限制：重度活動性狼瘡腎炎；適用於全身性紅斑性狼瘡。", &v), 1);
  if (v.n) CHECK_STR(v.v[0].disease->id, LUPUS);
  CHECK_INT(uses_in("適用於未合併狼瘡腎炎之全身性紅斑性狼瘡", &v), 1);
  if (v.n) CHECK_STR(v.v[0].disease->id, LUPUS);
}

/* A licence that is over licenses nothing, and neither does one whose end is not known. */
TEST(only_licences_in_force) {
  const th_date as_of = day(2026, 1, 1);
  th_licence_product rows[] = {
    { .number = TH_S("A"), .indication = TH_S("狼瘡腎炎"), .state = th_licence_state_on(day(2025, 12, 31), false, as_of) },
    { .number = TH_S("B"), .indication = TH_S("狼瘡腎炎"), .state = th_licence_state_on(day(2030, 1, 1), true, as_of) },
    { .number = TH_S("C"), .indication = TH_S("狼瘡腎炎"), .state = TH_LICENCE_UNKNOWN },
    { .number = TH_S("D"), .state = TH_LICENCE_VALID },
    { .number = TH_S("E"),
      .indication = TH_S("全身性紅斑性狼瘡"),
      .state = th_licence_state_on(day(2026, 1, 1), false, as_of) },
    { .number = TH_S("F"), .indication = TH_S("全身性紅斑性狼瘡"), .state = TH_LICENCE_VALID },
  };
  const th_licence_products products = { .v = rows, .n = sizeof rows / sizeof *rows };
  th_licence_product_uses uses = { 0 };
  CHECK_OK(th_licence_uses_of_products(a, names, &products, &uses, NULL));
  CHECK_INT(uses.n, 1);
  CHECK_STR(uses.v[0].disease->id, LUPUS);
  CHECK_INT(uses.v[0].product, 4);
}

/* "cancer" with more than a thousand kinds below it is a word; with a thousand it is a use. */
TEST(a_word_as_wide_as_cancer_is_no_use) {
  for (int kinds = 1000; kinds <= 1001; kinds++) {
    th_name_rows rows = { 0 };
    th_names *wide;
    th_licence_label_uses v = { 0 };
    const th_name_row top = { .kind = TH_NAME_DISEASE, .id = TH_S("MONDO:1000000"), .en = TH_S("cancer") };
    CHECK(TH_VEC_PUSH(a, &rows, top));
    for (int i = 1; i <= kinds; i++) {
      const th_name_row kind = { .kind = TH_NAME_DISEASE,
                                 .id = th_str_fmt(a, "MONDO:%07d", 1000000 + i),
                                 .en = th_str_fmt(a, "carcinoma of kind %d", i),
                                 .parents = top.id };
      CHECK(TH_VEC_PUSH(a, &rows, kind));
    }
    CHECK_OK(th_names_build(a, &rows, &wide, NULL));
    CHECK_OK(th_licence_uses_in(a, wide, TH_S("INVENTEX is indicated for cancer, and for carcinoma of kind 12."), 1, &v, NULL));
    CHECK_INT(v.n, kinds == 1000 ? 2 : 1);
    if (v.n) CHECK_STR(v.v[v.n - 1].disease->id, "MONDO:1000012");
  }
}

int main(void) {
  a = th_arena_new(0);
  if (!a || th_names_builtin_index(a, &names, NULL) != TH_OK) return 1;
  static const th_test tests[] = { RUN(chinese_words_of_refusal), RUN(only_licences_in_force),
                                   RUN(a_word_as_wide_as_cancer_is_no_use) };
  const int status = test_main_(tests, sizeof tests / sizeof *tests);
  th_arena_del(a);
  return status;
}
