#include <utf8proc.h>

#include "test.h"
#include "text/text_priv.h"

static th_arena *arena;

static th_str fold(const char *s, unsigned flags) {
  uint32_t *map = NULL;
  const th_str in = th_str_of(s), out = th_text_fold(arena, in, flags, &map), again = th_text_fold(arena, in, flags, NULL);
  CHECK(out.p && map && th_str_eq(out, again));
  for (size_t i = 0; out.p && i <= out.n; i++) {
    CHECK(map[i] <= in.n && (i == 0 || map[i - 1] <= map[i]));
    CHECK(i == out.n || map[i] < in.n);
    if (map[i] < in.n && th_utf8_check(in) == SIZE_MAX)
      CHECK(((unsigned char)s[map[i]] & 0xC0) != 0x80); /* the start of a character */
  }
  return out;
}

/* UAX 15: figures 3 to 6 and the composition exclusions; CaseFolding.txt. */
TEST(normalises_as_uax15_shows) {
  static const struct {
    const char *in, *want;
  } k[] = {
    { "e\u0301", "\u00e9" },
    { "\u212b", "\u00c5" },
    { "\u2126", "\u03a9" },
    { "\u1e9b\u0323", "\u1e69" },
    { "d\u0323\u0307", "\u1e0d\u0307" },
    { "d\u0307\u0323", "\u1e0d\u0307" },
    { "\ufb01", "fi" },
    { "2\u2075", "25" },
    { "\u1100\u1161\u11a8", "\uac01" },
    { "\uac00\u11a8", "\uac01" },
    { "\uff76\uff9e", "\u30ac" },
    { "\uff21\uff11", "A1" },
    { "\u2163", "IV" },
    { "\u0958", "\u0915\u093c" },
    { "a\u0315\u0300\u05ae\u0301b", "\u00e0\u05ae\u0301\u0315b" },
    { "\u3392", "MHz" },
    { "\u33a1", "m2" },
    { "\uf900", "\u8c48" },
    { "\u09c7\u09be", "\u09cb" },
  };
  for (size_t i = 0; i < sizeof k / sizeof *k; i++) CHECK_STR(fold(k[i].in, TH_FOLD_NFKC), k[i].want);
}

TEST(folds_case_in_full) {
  CHECK_STR(fold("Straße", TH_FOLD_CASE), "strasse");
  CHECK_STR(fold("ΣΊΣΥΦΟΣ", TH_FOLD_CASE), "σίσυφοσ");
  CHECK_STR(fold("\u0130", TH_FOLD_CASE), "i\u0307");
  CHECK_STR(fold("ABCxyz", TH_FOLD_CASE), "abcxyz");
  CHECK_STR(fold("\u1e9e", TH_FOLD_CASE), "ss");
  CHECK_STR(fold("ABC", 0), "ABC");
}

TEST(folds_blanks_dashes_and_dots) {
  CHECK_STR(fold(" \t a\u00a0\u3000 b\r\n", TH_FOLD_SPACE), "a b");
  CHECK_STR(fold("beli\u00admu\u200bmab\ufeff", TH_FOLD_SPACE), "belimumab");
  CHECK_STR(fold("\u3000", TH_FOLD_SPACE), "");
  CHECK_STR(fold("1\u20132 \u22123 \u2014 \uff0d \u2010", TH_FOLD_DASH), "1-2 -3 - - -");
  CHECK_STR(fold("0\u00b75 a\u00b7b 1\u00b7x x\u00b71 3\u22c54\u00b75", TH_FOLD_DASH), "0.5 a\u00b7b 1\u00b7x x\u00b71 3.4.5");
  CHECK_STR(fold("1\u30fb5 \u30d9\u30ea\u30fb\u30e0", TH_FOLD_DASH), "1.5 \u30d9\u30ea\u30fb\u30e0");
  CHECK_STR(fold("1\u00b7 5", TH_FOLD_DASH | TH_FOLD_SPACE), "1\u00b7 5");
}

TEST(folds_names) {
  CHECK_STR(fold("Ｂｅｌｉｍｕｍａｂ　１２０ｍｇ", TH_FOLD_NAME), "belimumab 120mg");
  CHECK_STR(fold("IFN\u2010α", TH_FOLD_NAME), "ifn-alpha");
  CHECK_STR(fold("TGFβ1", TH_FOLD_NAME), "tgfbeta1");
  CHECK_STR(fold("紅斑性狼瘡", TH_FOLD_NAME), "红斑性狼疮");
  CHECK_STR(fold("红斑性狼疮", TH_FOLD_NAME), "红斑性狼疮");
  CHECK(th_str_eq(fold("台灣衛生福利部", TH_FOLD_NAME), fold("臺灣衞生福利部", TH_FOLD_NAME)));
  CHECK(th_str_eq(fold("抗體藥物", TH_FOLD_HAN), fold("抗体药物", TH_FOLD_HAN)));
  CHECK_STR(fold("", TH_FOLD_NAME), "");
}

TEST(greek_letters_have_their_names) {
  CHECK_STR(fold("αβγδεζηθικλμνξοπρςστυφχψω", TH_FOLD_GREEK),
            "alphabetagammadeltaepsilonzetaetathetaiotakappalambdamunuxiomicronpirhosigmasigmatauupsilonphichipsiomega");
  CHECK_STR(fold("ΑΩΡΣ", TH_FOLD_GREEK), "alphaomegarhosigma");
  CHECK_STR(fold("\u00b5g", TH_FOLD_NAME), "mug"); /* the micro sign is a mu */
}

TEST(ill_formed_bytes_become_the_replacement_character) {
  CHECK_STR(fold("a\xff"
                 "b\xed\xa0\x80",
                 TH_FOLD_NAME),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void check_span(const char *text, const char *needle, const char *want) {
  uint32_t *map;
  const th_str folded = th_text_fold(arena, th_str_of(text), TH_FOLD_NAME, &map);
  const size_t at = th_str_find(folded, th_str_of(needle), 0);
  CHECK(at != SIZE_MAX);
  if (at == SIZE_MAX) return;
  size_t from, to;
  th_text_fold_span(map, folded.n, at, at + strlen(needle), &from, &to);
  CHECK_STR(th_str_sub(th_str_of(text), from, to), want);
}

TEST(spans_lead_back_to_the_original) {
  check_span("用 Ｂｅｌｉｍｕｍａｂ 治療", "belimumab", "Ｂｅｌｉｍｕｍａｂ");
  check_span("anti\u2010TNFα drug", "tnfalpha", "TNFα");
  check_span("e\ufb03cacy", "ffi", "\ufb03");
  check_span("e\ufb03cacy", "f", "\ufb03");
  check_span("a  \u3000 b  ", "b", "b");
  check_span("a  \u3000 b  ", " ", "  \u3000 ");
  check_span("  a\u0301x", "\u00e1", "a\u0301");
  check_span("系統性紅斑性狼瘡", "红斑", "紅斑");
  check_span("beli\u00admumab.", "belimumab", "beli\u00admumab");
  check_span("HR 0\u00b775,", "0.75", "0\u00b775");
  size_t from = 9, to = 9;
  const uint32_t map[] = { 4, 5 };
  th_text_fold_span(map, 1, 0, 0, &from, &to);
  CHECK(from == 4 && to == 4);
}

/* The library's own whole-string NFKC is the other witness. */
TEST(random_text_normalises_as_the_library_does_it_whole) {
  static const uint32_t pool[] = { 'a',    'e',    'A',    ' ',    0x301,  0x323,  0x307,  0x345,  0x315,  0x1100,
                                   0x1161, 0x11a8, 0xac00, 0xff76, 0xff9e, 0x3099, 0x304b, 0xfb01, 0x212b, 0x4e2d,
                                   0x9c7,  0x9be,  0xb92,  0xbd7,  0x1025, 0x102e, 0xfdfa, 0x2126, 0xd55c, 0x958 };
  th_rng r = { .seed = 11 };
  for (int i = 0; i < 20000; i++) {
    th_arena_reset(arena);
    th_buf b;
    th_buf_init(&b, arena, 0);
    for (uint64_t n = th_rng_below(&r, 12); n > 0; n--) th_buf_add_rune(&b, pool[th_rng_below(&r, sizeof pool / sizeof *pool)]);
    th_buf_addc(&b, '\0');
    utf8proc_uint8_t *want = NULL;
    utf8proc_map((const utf8proc_uint8_t *)b.p, 0, &want,
                 UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    CHECK_STR(fold(b.p, TH_FOLD_NFKC), (const char *)want);
    free(want);
  }
}

TEST(folding_twice_changes_nothing) {
  th_rng r = { .seed = 12 };
  for (int i = 0; i < 20000; i++) {
    th_arena_reset(arena);
    th_buf b;
    th_buf_init(&b, arena, 0);
    for (uint64_t n = th_rng_below(&r, 8); n > 0; n--)
      th_buf_add_rune(&b, (uint32_t)th_rng_below(&r, 4) ? 0x4E00 + (uint32_t)th_rng_below(&r, 0x5200)
                                                        : 1 + (uint32_t)th_rng_below(&r, 0x2fff));
    const th_str once = th_text_fold(arena, th_buf_str(&b), TH_FOLD_SPACE | TH_FOLD_DASH | TH_FOLD_HAN | TH_FOLD_GREEK, NULL);
    const th_str twice = th_text_fold(arena, once, TH_FOLD_SPACE | TH_FOLD_DASH | TH_FOLD_HAN | TH_FOLD_GREEK, NULL);
    CHECK(th_str_eq(once, twice));
  }
}

TEST(a_tower_of_marks_takes_linear_time) {
  const size_t n = 1 << 20;
  char *s = malloc(2 * n + 1);
  s[0] = 'a';
  for (size_t i = 0; i < n; i++) memcpy(s + 1 + 2 * i, i % 2 ? "\u0301" : "\u0323", 2);
  th_arena_reset(arena);
  uint32_t *map;
  const th_str out = th_text_fold(arena, th_str_n(s, 2 * n + 1), TH_FOLD_NAME, &map);
  CHECK(out.p && map[out.n] == 2 * n + 1);
  free(s);
}

TEST(the_variant_table_is_in_order_and_flat) {
  uint32_t found = 0;
  for (uint32_t r = 0x4E00; r <= 0x9FFF; r++) {
    const uint32_t to = th_text__han_fold(r);
    found += to != r;
    CHECK_INT(th_text__han_fold(to), to);
  }
  CHECK(found > 2000); /* a table out of order would hide some from the search */
}

static th_code fold_sample(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  uint32_t *map;
  const bool ok = th_text_fold(a, th_str_of("狼瘡 \ufdfa\ufdfa\ufdfa αα e\u0301"), TH_FOLD_NAME, &map).p != NULL;
  th_arena_del(a);
  return ok ? TH_OK : TH_ENOMEM;
}

TEST(survives_want_of_memory) {
  CHECK(test_each_alloc_fails(fold_sample) > 2);
}

static int run(void) {
  static const th_test tests[] = {
    RUN(normalises_as_uax15_shows),
    RUN(folds_case_in_full),
    RUN(folds_blanks_dashes_and_dots),
    RUN(folds_names),
    RUN(greek_letters_have_their_names),
    RUN(ill_formed_bytes_become_the_replacement_character),
    RUN(spans_lead_back_to_the_original),
    RUN(random_text_normalises_as_the_library_does_it_whole),
    RUN(folding_twice_changes_nothing),
    RUN(a_tower_of_marks_takes_linear_time),
    RUN(the_variant_table_is_in_order_and_flat),
    RUN(survives_want_of_memory),
  };
  return test_main_(tests, sizeof tests / sizeof *tests);
}

int main(void) {
  arena = th_arena_new(0);
  const int rc = run();
  th_arena_del(arena);
  return rc;
}
