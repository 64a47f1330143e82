/* How verdicts are made: written from the tables and settings that make them. */
#include "site_parts.h"

#include "theriac/names.h"

static void decision_table(th_html *h) {
  static const char *const heads[] = { "col.row", "col.if", "col.decision" };
  th_site__table(h, "rules.decision", heads, 3, -1);
  for (int row = 1; row <= TH_DECISION_HOLD; row++) {
    char key[32];
    snprintf(key, sizeof key, "rule.row.%d", row);
    th_html_row_begin(h, NULL);
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    th_html_text(h, th_str_fmt(h->a, "%d", row));
    th_html_close(h);
    th_html_cell(h, th_words_get(h->lang, key));
    th_html_open(h, "td");
    th_web_decision(h, (th_decision)row);
    th_html_close(h);
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

static void level_cell(th_html *h, th_level level, const char *rule) {
  th_html_open(h, "td");
  if (level == TH_LEVEL_UNKNOWN)
    th_html_say(h, "site.method.no-level");
  else
    th_web_level(h, level);
  th_html_text(h, TH_S(" "));
  th_html_el(h, "code", NULL, th_str_of(rule));
  th_html_close(h);
}

static void level_table(th_html *h) {
  static const char *const heads[] = { "col.design", "site.method.here", "site.method.near", "site.method.open" };
  th_level_row rows[TH_DESIGN_COUNT];
  th_evidence_level_rows(rows);
  th_site__table(h, "site.method.levels", heads, 4, -1);
  for (int d = 0; d < TH_DESIGN_COUNT; d++) {
    th_html_row_begin(h, NULL);
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    th_html_text(h, th_site__code(h, "design", th_design_code(rows[d].design)));
    th_html_close(h);
    level_cell(h, rows[d].here.level, rows[d].here.rule);
    level_cell(h, rows[d].near.level, rows[d].near.rule);
    level_cell(h, rows[d].open.level, rows[d].open.rule);
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

/* Codes of one kind with their words, as the catalogue has them. */
static void code_table(th_html *h, const char *prefix, const char *title) {
  static const char *const heads[] = { "col.code", "site.col.meaning" };
  th_str key;
  char z[96];
  th_html_el_say(h, "h3", NULL, title);
  th_site__table(h, title, heads, 2, 0);
  for (size_t i = 0; th_words_next(prefix, &i, &key);) {
    const th_str code = th_str_sub(key, strlen(prefix), key.n);
    if (th_str_has(code, TH_S("."))) continue; /* words around a code */
    snprintf(z, sizeof z, "%.*s", TH_STR_ARG(key));
    th_html_row_begin(h, NULL);
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    th_html_el(h, "code", NULL, code);
    th_html_close(h);
    th_html_cell(h, th_words_get(h->lang, z));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

void th_site__method(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_site_frame f = { .path = path, .title = th_words_get(h->lang, "site.method.title"), .here = "method" };
  const th_evidence_settings set = th_evidence_settings_default();
  (void)which;
  th_site__begin(h, s, &f);
  th_html_el_say(h, "p", "lede", "site.method.what");
  th_html_el_say(h, "h2", NULL, "site.method.levels");
  th_html_el_say(h, "p", NULL, "site.method.levels.what");
  level_table(h);
  th_html_open(h, "p");
  TH_HTML_FILL(h, "site.method.settings", th_site__number(h, set.trials_min), th_site__number(h, (uint64_t)set.people_min),
               th_site__number(h, TH_KIN_DESCENDANTS_MAX));
  th_html_close(h);
  th_html_el_say(h, "p", NULL, "site.method.nothing");
  th_html_el_say(h, "h2", NULL, "rules.decision");
  decision_table(h);
  th_html_el_say(h, "h2", NULL, "site.method.codes");
  static const char *const lists[][2] = { { "relevance.", "col.relevance" },          { "gate.", "site.method.gates" },
                                          { "flag.", "site.method.flags" },           { "search.", "site.method.searches" },
                                          { "certainty.", "site.method.grade" },      { "novelty.", "col.novelty" },
                                          { "change.title.", "site.method.changes" }, { "finding.", "h.findings" } };
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) code_table(h, lists[i][0], lists[i][1]);
  th_html_el_say(h, "h2", NULL, "h.disclaimer");
  th_html_el_say(h, "p", NULL, "disclaimer");
  th_site__end(h, s, &f);
}
