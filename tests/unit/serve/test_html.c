/* The writer: nothing goes in unescaped, and no address leads where scripts run. */
#include "test.h"

#include "theriac/report/web.h"

static th_arena *a;
static th_buf b;
static th_html h;

static void begin(void) {
  a = th_arena_new(0);
  th_buf_init(&b, a, 0);
  th_html_init(&h, a, &b, TH_WORDS_EN);
}

TEST(text_and_attributes_are_escaped) {
  begin();
  th_html_open_cls(&h, "p", "x");
  th_html_attr(&h, "title", TH_S("\"><script>"));
  th_html_text(&h, TH_S("a<b & \"c\""));
  th_html_close(&h);
  CHECK_STR(th_buf_str(&b), "<p class=\"x\" title=\"&quot;&gt;&lt;script&gt;\">a&lt;b &amp; &quot;c&quot;</p>");
  th_arena_del(a);
}

TEST(cells_name_their_column) {
  static const char *const heads[] = { "col.day", "col.kind", "col.what" };
  begin();
  th_html_table_begin(&h, NULL, "calendar.caption", heads, 3);
  const size_t from = b.n;
  th_html_row_begin(&h, NULL);
  th_html_el(&h, "th", NULL, TH_S("1"));
  th_html_el(&h, "td", NULL, TH_S("2"));
  th_html_el(&h, "td", NULL, TH_S("3"));
  th_html_row_end(&h);
  th_html_row_begin(&h, NULL);
  th_html_el(&h, "td", NULL, TH_S("4"));
  th_html_row_end(&h);
  const th_str rows = th_str_sub(th_buf_str(&b), from, b.n), day = th_words_get(TH_WORDS_EN, "col.day"),
               kind = th_words_get(TH_WORDS_EN, "col.kind"), what = th_words_get(TH_WORDS_EN, "col.what");
  CHECK_STR(rows, th_str_fmt(a,
                             "><tr><th>1</th><td data-label=\"%.*s\">2</td><td data-label=\"%.*s\">3</td></tr>"
                             "<tr><td data-label=\"%.*s\">4</td></tr>",
                             TH_STR_ARG(kind), TH_STR_ARG(what), TH_STR_ARG(day))
                      .p);
  th_html_table_end(&h);
  th_arena_del(a);
}

TEST(void_elements_close_themselves) {
  begin();
  th_html_open(&h, "p");
  th_html_open(&h, "input");
  th_html_flag(&h, "required", true);
  th_html_open(&h, "br");
  th_html_text(&h, TH_S("x"));
  th_html_close(&h);
  CHECK_STR(th_buf_str(&b), "<p><input required><br>x</p>");
  CHECK_INT(h.depth, 0);
  th_arena_del(a);
}

TEST(addresses) {
  static const struct {
    const char *to;
    bool good;
  } rows[] = { { "/drug/a", true },
               { "#x", true },
               { "?a=b:c", true },
               { "page", true },
               { "https://example.org/", true },
               { "mailto:a@b", true },
               { "javascript:alert(1)", false },
               { "JavaScript:x", false },
               { " javascript:x", false },
               { "java\tscript:x", false },
               { "data:text/html,x", false },
               { "//evil.example", false },
               { "/\\evil.example", false },
               { "vbscript:x", false } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    begin();
    th_html_link(&h, th_str_of(rows[i].to), TH_S("t"));
    CHECK_STR(th_buf_str(&b), rows[i].good ? th_str_fmt(a, "<a href=\"%s\">t</a>", rows[i].to).p : "<a href=\"#\">t</a>");
    th_arena_del(a);
  }
}

/* RFC 3986 §2.3: what stays as it is. */
TEST(percent_encoding) {
  a = th_arena_new(0);
  CHECK_STR(th_web_path(a, "/drug/", TH_S("a/b ?\xe8\x97\xa5-_.~"), "/x"), "/drug/a%2Fb%20%3F%E8%97%A5-_.~/x");
  th_arena_del(a);
}

TEST_MAIN(RUN(text_and_attributes_are_escaped), RUN(cells_name_their_column), RUN(void_elements_close_themselves),
          RUN(addresses), RUN(percent_encoding))
