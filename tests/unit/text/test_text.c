#include "test.h"
#include "theriac/text.h"

static th_arena *arena;

TEST(utf8_is_what_table_3_7_says) {
  static const char *const ok[] = { "",
                                    "a",
                                    "\x7f",
                                    "\xc2\x80",
                                    "\xdf\xbf",
                                    "\xe0\xa0\x80",
                                    "\xed\x9f\xbf",
                                    "\xee\x80\x80",
                                    "\xef\xbf\xbf",
                                    "\xf0\x90\x80\x80",
                                    "\xf4\x8f\xbf\xbf" };
  static const char *const ill[] = { "\x80",
                                     "\xbf",
                                     "\xc0\x80",
                                     "\xc1\xbf",
                                     "\xe0\x9f\xbf",
                                     "\xed\xa0\x80",
                                     "\xed\xbf\xbf",
                                     "\xf0\x8f\xbf\xbf",
                                     "\xf4\x90\x80\x80",
                                     "\xf5\x80\x80\x80",
                                     "\xff",
                                     "\xc2",
                                     "\xc2\x41",
                                     "\xe4\xb8",
                                     "\xf0\x9f\x98",
                                     "\xf8\x88\x80\x80\x80" };
  for (size_t i = 0; i < sizeof ok / sizeof *ok; i++) CHECK(th_utf8_check(th_str_of(ok[i])) == SIZE_MAX);
  for (size_t i = 0; i < sizeof ill / sizeof *ill; i++) {
    CHECK_INT(th_utf8_check(th_str_of(ill[i])), 0);
    char padded[64];
    for (int pad = 1; pad < 20; pad++) {
      snprintf(padded, sizeof padded, "%.*s%s", pad, "aaaaaaaaaaaaaaaaaaaa", ill[i]);
      CHECK_INT(th_utf8_check(th_str_of(padded)), pad);
    }
    size_t at = 0;
    CHECK_INT(th_utf8_next(th_str_of(ill[i]), &at), 0xFFFD);
    CHECK_INT(at, 1);
  }
}

TEST(every_code_point_goes_out_and_back) {
  for (uint32_t r = 1; r < 0x110000; r++) {
    if (r >= 0xD800 && r < 0xE000) continue;
    th_arena_reset(arena);
    th_buf b;
    th_buf_init(&b, arena, 8);
    th_buf_add_rune(&b, r);
    size_t at = 0;
    if (th_utf8_next(th_buf_str(&b), &at) != r || at != b.n || th_utf8_length(th_buf_str(&b)) != 1) {
      CHECK_INT(r, -1);
      break;
    }
  }
}

TEST(runes_have_their_kinds) {
  CHECK(th_rune_is_cjk(0x72FC) && th_rune_is_cjk(0x3042) && th_rune_is_cjk(0x30FC) && th_rune_is_cjk(0xAC00) &&
        th_rune_is_cjk(0x20000) && th_rune_is_cjk(0x3105));
  CHECK(!th_rune_is_cjk('a') && !th_rune_is_cjk(0x3001) && !th_rune_is_cjk(0x3000) && !th_rune_is_cjk(0xFF21) &&
        !th_rune_is_cjk(0x10FFFF) && !th_rune_is_cjk(0x30FB));
  CHECK(th_rune_is_letter('a') && th_rune_is_letter('Z') && th_rune_is_letter(0xE9) && th_rune_is_letter(0x301) &&
        th_rune_is_letter(0x72FC));
  CHECK(!th_rune_is_letter('1') && !th_rune_is_letter('@') && !th_rune_is_letter('[') && !th_rune_is_letter(0x2013) &&
        !th_rune_is_letter(0xB2));
  CHECK(th_rune_is_digit('0') && th_rune_is_digit('9') && !th_rune_is_digit(0xFF11) && !th_rune_is_digit('a'));
  CHECK(th_rune_is_space(' ') && th_rune_is_space('\n') && th_rune_is_space(0xA0) && th_rune_is_space(0x2009) &&
        th_rune_is_space(0x3000) && th_rune_is_space(0x85));
  CHECK(!th_rune_is_space('a') && !th_rune_is_space(0x200B) && !th_rune_is_space(0));
}

static const char *cut(const char *s) {
  th_token_vec v;
  th_buf b;
  th_buf_init(&b, arena, 0);
  CHECK_OK(th_text_tokens(arena, th_str_of(s), &v, NULL));
  for (size_t i = 0; i < v.n; i++) {
    if (i) th_buf_addc(&b, '|');
    th_buf_add(&b, th_str_sub(th_str_of(s), v.v[i].from, v.v[i].to));
    if (v.v[i].cjk) th_buf_addc(&b, '*');
  }
  th_buf_addc(&b, '\0');
  return b.p;
}

TEST(cuts_words_and_bigrams) {
  static const struct {
    const char *in, *want;
  } k[] = {
    { "", "" },
    { " ,.", "" },
    { "癌症", "癌症*" },
    { "癌", "癌*" },
    { "紅斑性狼瘡", "紅斑*|斑性*|性狼*|狼瘡*" },
    { "treats SLE, IL-6", "treats|SLE|IL|6" },
    { "用belimumab治療狼瘡。", "用*|belimumab|治療*|療狼*|狼瘡*" },
    { "狼瘡、腎炎", "狼瘡*|腎炎*" },
    { "naïve cafe\u0301", "naïve|cafe\u0301" },
    { "か\u3099き", "か\u3099き*" },
    { "NCT01610492", "NCT01610492" },
    { "８.２", "８|２" },
    { "한국어", "한국*|국어*" },
    { "x\xffy", "x|y" },
  };
  for (size_t i = 0; i < sizeof k / sizeof *k; i++) CHECK_STR(th_str_of(cut(k[i].in)), k[i].want);
}

TEST(measures_columns) {
  CHECK_INT(th_text_width(TH_S("abc")), 3);
  CHECK_INT(th_text_width(th_str_of("紅斑性狼瘡")), 10);
  CHECK_INT(th_text_width(th_str_of("Ａ１")), 4);
  CHECK_INT(th_text_width(th_str_of("ｱｲ")), 2);
  CHECK_INT(th_text_width(th_str_of("e\u0301")), 1);
  CHECK_INT(th_text_width(th_str_of("한국")), 4);
  CHECK_INT(th_text_width(th_str_of("a\u200b\tb")), 2);
  CHECK_INT(th_text_width(th_str_of("α")), 1);
  CHECK_INT(th_text_width(TH_STR_NONE), 0);
}

static size_t dist(const char *x, const char *y, size_t max) {
  return th_text_distance(arena, th_str_of(x), th_str_of(y), max);
}

TEST(measures_nearness) {
  CHECK_INT(dist("kitten", "sitting", 9), 3);
  CHECK_INT(dist("saturday", "sunday", 9), 3);
  CHECK_INT(dist("ca", "abc", 9), 3); /* the optimal string alignment; the unrestricted distance is 2 */
  CHECK_INT(dist("ab", "ba", 9), 1);
  CHECK_INT(dist("belimumab", "belimumab", 0), 0);
  CHECK_INT(dist("belimumab", "beilmumab", 1), 1);
  CHECK_INT(dist("", "abc", 9), 3);
  CHECK_INT(dist("abc", "", 2), 3);
  CHECK_INT(dist("", "", 0), 0);
  CHECK_INT(dist("狼瘡", "狼疮", 9), 1);
  CHECK_INT(dist("kitten", "sitting", 2), 3);
  CHECK_INT(dist("kitten", "sitting", 0), 1);
  CHECK_INT(dist("aaaaaaaaaa", "bbbbbbbbbb", 4), 5);
  CHECK_INT(dist("abc", "xyz", SIZE_MAX), 3);
}

/* The full table, no band, is the witness. */
static size_t plain(const char *x, const char *y) {
  static size_t d[16][16];
  const size_t n = strlen(x), m = strlen(y);
  for (size_t i = 0; i <= n; i++)
    for (size_t j = 0; j <= m; j++) {
      if (!i || !j) {
        d[i][j] = i + j;
        continue;
      }
      size_t v = d[i - 1][j - 1] + (x[i - 1] != y[j - 1]);
      if (d[i - 1][j] + 1 < v) v = d[i - 1][j] + 1;
      if (d[i][j - 1] + 1 < v) v = d[i][j - 1] + 1;
      if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] && d[i - 2][j - 2] + 1 < v) v = d[i - 2][j - 2] + 1;
      d[i][j] = v;
    }
  return d[n][m];
}

TEST(the_band_changes_nothing) {
  th_rng r = { .seed = 3 };
  for (int i = 0; i < 50000; i++) {
    char x[12], y[12];
    size_t n = th_rng_below(&r, 11), m = th_rng_below(&r, 11);
    for (size_t k = 0; k < n; k++) x[k] = (char)('a' + th_rng_below(&r, 3));
    for (size_t k = 0; k < m; k++) y[k] = (char)('a' + th_rng_below(&r, 3));
    x[n] = y[m] = '\0';
    const size_t max = th_rng_below(&r, 8), want = plain(x, y);
    CHECK_INT(dist(x, y, max), want > max ? max + 1 : want);
  }
}

static th_code cut_sample(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_token_vec v;
  th_code code = th_text_tokens(a, th_str_of("紅斑性狼瘡 belimumab 治療的藥物與劑量 one two three four"), &v, NULL);
  if (code == TH_OK && th_text_distance(a, TH_S("belimumab"), TH_S("tabalumab"), 9) == SIZE_MAX) code = TH_ENOMEM;
  th_arena_del(a);
  return code;
}

TEST(survives_want_of_memory) {
  CHECK(test_each_alloc_fails(cut_sample) > 1);
}

static int run(void) {
  static const th_test tests[] = {
    RUN(utf8_is_what_table_3_7_says),
    RUN(every_code_point_goes_out_and_back),
    RUN(runes_have_their_kinds),
    RUN(cuts_words_and_bigrams),
    RUN(measures_columns),
    RUN(measures_nearness),
    RUN(the_band_changes_nothing),
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
