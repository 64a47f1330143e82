/* The catalogue: complete in both languages (its words are held to the glossary by tests/lint); and what goes into a page is escaped. */
#include "test.h"

#include "theriac/io.h"
#include "theriac/report.h"

typedef struct row {
  th_str key, en, zh;
} row;
static row rows[2000];
static size_t n_rows;

static void read_rows(void) {
  static th_file file;
  th_err err = { 0 };
  if (n_rows) return;
  CHECK_OK_ERR(th_file_open(THERIAC_SOURCE_ROOT "/po/messages.tsv", 0, &file, &err), &err);
  th_str rest = file.bytes, line;
  while (th_str_line(&rest, &line) && n_rows < sizeof rows / sizeof *rows) {
    row *r = &rows[n_rows];
    if (!line.n || line.p[0] == '#') continue;
    if (th_str_split(&line, '\t', &r->key) && th_str_split(&line, '\t', &r->en) && th_str_split(&line, '\t', &r->zh))
      n_rows++;
    else
      CHECK(!"a row has three cells");
  }
}

TEST(every_message_has_both_languages) {
  read_rows();
  CHECK(n_rows > 300);
  for (size_t i = 0; i < n_rows; i++) {
    if (!rows[i].en.n || !rows[i].zh.n) printf("# %.*s\n", TH_STR_ARG(rows[i].key));
    CHECK(rows[i].en.n && rows[i].zh.n);
  }
}

static unsigned slots(th_str s) {
  unsigned bits = 0;
  for (size_t i = 0; i + 2 < s.n; i++)
    if (s.p[i] == '{' && s.p[i + 2] == '}') bits |= 1u << (s.p[i + 1] - '0');
  return bits;
}

TEST(both_languages_say_the_same_values) {
  read_rows();
  for (size_t i = 0; i < n_rows; i++) {
    if (slots(rows[i].en) == slots(rows[i].zh)) continue;
    const bool title = th_str_is(rows[i].key, "title"); /* the drug's name in the page's own script */
    if (!title) printf("# %.*s\n", TH_STR_ARG(rows[i].key));
    CHECK(title);
  }
}

TEST(values_are_filled_in_and_missing_ones_show) {
  th_arena *a = th_arena_new(0);
  const th_str v[] = { TH_S("one"), TH_S("{0}") };
  CHECK_STR(th_words_fill(a, TH_S("{1} and {0}, {2}"), v, 2), "{0} and one, ?");
  CHECK_STR(th_words_fill(a, TH_S("no slot {x} {"), v, 2), "no slot {x} {");
  CHECK_STR(th_words_get(TH_WORDS_EN, "no.such.key"), "no.such.key");
  th_words lang;
  CHECK(th_words_find("zh-TW", &lang) && lang == TH_WORDS_ZH_TW);
  CHECK(!th_words_find("zh-CN", &lang));
  th_arena_del(a);
}

/* A dossier of nothing but hostile text. */
static th_dossier hostile(th_arena *a, th_name_row *drug) {
  static const char text[] = "</style><script>alert(1)</script>\" onload=\"x\" & | * _ `";
  *drug = (th_name_row){ .kind = TH_NAME_DRUG, .id = th_str_of(text), .en = th_str_of(text), .zh = th_str_of(text) };
  th_dossier d = { .schema = "theriac.dossier/1",
                   .build = "test",
                   .as_of = { 2026, 1, 2, TH_DATE_DAY, 0 },
                   .drug = drug,
                   .drug_en = drug->en,
                   .drug_zh = drug->zh,
                   .leading = UINT32_MAX };
  th_dossier_source s = { .id = TH_S("S1"),
                          .kind = th_str_of(text),
                          .key = th_str_of(text),
                          .title = th_str_of(text),
                          .name = th_str_of(text),
                          .sha256 = th_str_of(text),
                          .licence = th_str_of(text) };
  CHECK(TH_VEC_PUSH(a, &d.sources, s));
  th_dossier_finding f = { .code = "NO-SUCH-CODE", .message = th_str_of(text), .pair = UINT32_MAX };
  CHECK(TH_VEC_PUSH(a, &f.values, th_str_of(text)));
  CHECK(TH_VEC_PUSH(a, &d.findings, f));
  return d;
}

TEST(what_a_source_says_never_becomes_markup) {
  th_arena *a = th_arena_new(0);
  th_name_row drug;
  const th_dossier d = hostile(a, &drug);
  th_err err = { 0 };
  for (int lang = 0; lang < 2; lang++) {
    th_buf b;
    th_buf_init(&b, a, 1000);
    CHECK_OK_ERR(th_report_html(a, &d, (th_words)lang, &b, &err), &err);
    const th_str html = th_buf_str(&b);
    CHECK(!th_str_has(html, TH_S("<script")));
    CHECK(!th_str_has(html, TH_S("\" onload")));
    CHECK(th_str_has(html, TH_S("&lt;script&gt;")));
    CHECK(th_str_has(html, TH_S("default-src 'none'; style-src 'sha256-")));
    CHECK(!th_str_has(html, TH_S("<script")) && !th_str_has(html, TH_S("http://")) && !th_str_has(html, TH_S("https://")));
  }
  th_buf j;
  th_buf_init(&j, a, 1000);
  CHECK_OK_ERR(th_report_json(a, &d, &j, &err), &err);
  th_json v;
  CHECK_OK_ERR(th_json_parse(a, th_buf_str(&j), &v, &err), &err);
  CHECK_STR(th_json_text(th_json_at(&v, "drug.en")), "</style><script>alert(1)</script>\" onload=\"x\" & | * _ `");
  th_arena_del(a);
}

static th_code write_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_name_row drug = { .kind = TH_NAME_DRUG, .id = TH_S("x"), .en = TH_S("x") };
  const th_dossier d = { .schema = "s",
                         .build = "b",
                         .as_of = { 2026, 1, 2, TH_DATE_DAY, 0 },
                         .drug = &drug,
                         .drug_en = drug.en,
                         .leading = UINT32_MAX };
  th_buf b;
  th_buf_init(&b, a, 64);
  th_code code = th_report_html(a, &d, TH_WORDS_EN, &b, NULL);
  if (code == TH_OK) code = th_report_markdown(a, &d, TH_WORDS_ZH_TW, &b, NULL);
  if (code == TH_OK) code = th_report_json(a, &d, &b, NULL);
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_told) {
  CHECK(test_each_alloc_fails(write_once) > 10);
}

TEST_MAIN(RUN(every_message_has_both_languages), RUN(both_languages_say_the_same_values),
          RUN(values_are_filled_in_and_missing_ones_show), RUN(what_a_source_says_never_becomes_markup),
          RUN(want_of_memory_is_told))
