/* What later imports changed, in a sentence each. */
#include "page.h"

#define SHOWN 160 /* characters of a text that changed; the whole of it stands in the JSON */

static th_str shortened(th_arena *a, th_str s) {
  size_t at = 0, n = 0;
  while (at < s.n && n < SHOWN) {
    (void)th_utf8_next(s, &at);
    n++;
  }
  return at < s.n ? th_str_fmt(a, "%.*s…", (int)at, s.p) : s;
}

static th_str word_of(th_words lang, const char *prefix, const char *code) {
  char key[96];
  snprintf(key, sizeof key, "%s.%s", prefix, code);
  return th_words_get(lang, key);
}

static th_str stated(th_words lang, th_str s) {
  return s.n ? s : th_words_get(lang, "state.not-stated");
}

/* "L3, unclear, RESEARCH QUESTION (LEVEL-L3-COHORT)". */
static th_str grade_text(th_arena *a, th_words lang, const th_dossier_change *c, int k) {
  if (!c->grade[k].level) return th_words_get(lang, "change.no-pair");
  const th_str values[] = { word_of(lang, "level", c->grade[k].level), word_of(lang, "direction", c->grade[k].direction),
                            word_of(lang, "decision", c->grade[k].decision), th_str_of(c->grade[k].rule) };
  return th_words_fill(a, th_words_get(lang, "change.grade"), values, 4);
}

th_str th_report_change(th_arena *a, th_words lang, const th_dossier_change *c) {
  const th_str pattern = word_of(lang, "change", c->code);
  if (strcmp(c->code, "REGRADED") == 0) {
    const th_str name = lang == TH_WORDS_ZH_TW && c->subject_zh.n ? c->subject_zh : c->subject;
    return th_words_fill(a, pattern, (th_str[]){ name, grade_text(a, lang, c, 0), grade_text(a, lang, c, 1) }, 3);
  }
  th_str was = stated(lang, shortened(a, c->was)), now = stated(lang, shortened(a, c->now));
  if (strcmp(c->code, "LICENCE_STATE") == 0) {
    char code[32];
    snprintf(code, sizeof code, "%.*s", TH_STR_ARG(c->was));
    was = word_of(lang, "licence", code);
    snprintf(code, sizeof code, "%.*s", TH_STR_ARG(c->now));
    now = word_of(lang, "licence", code);
  }
  return th_words_fill(a, pattern, (th_str[]){ c->subject, was, now }, 3);
}

void th_page__history(th_page *p) {
  const th_dossier *d = p->d;
  char day[TH_DATE_TEXT];
  if (!d->history) return;
  th_page_section(p, "history", "h.history");
  th_page_begin(p, BLOCK_PARA, NULL);
  FILL(p, d->changes.n ? "history.since" : "history.none", th_str_dup(p->a, th_str_of(th_date_iso(d->changes_since, day))));
  if (d->regraded_since.prec)
    FILL(p, "history.regraded-since", th_str_dup(p->a, th_str_of(th_date_iso(d->regraded_since, day))));
  th_page_end(p);
  if (d->changes.n) {
    th_page_begin(p, BLOCK_TABLE, NULL);
    static const char *const head[] = { "col.day", "col.change" };
    th_page_head(p, head, 2);
    for (size_t i = 0; i < d->changes.n; i++) {
      const th_dossier_change *c = &d->changes.v[i];
      th_page_begin(p, BLOCK_ROW, strcmp(c->code, "REGRADED") == 0 ? "leading" : NULL);
      th_page_cell(p, th_str_dup(p->a, th_str_of(th_date_iso(c->on, day))));
      th_page_begin(p, BLOCK_CELL, NULL);
      const th_str text = th_report_change(p->a, p->lang, c);
      if (!text.p) p->failed = true;
      th_page_text(p, text);
      th_page_ref(p, c->at);
      th_page_end(p);
      th_page_end(p);
    }
    th_page_end(p);
  }
  th_page_end(p);
}
