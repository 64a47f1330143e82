/* A checked study as a page: what is wrong first, then why, then every number, then the text itself. */
#include "theriac/report/web_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "page.h"

static th_str keyed(th_html *h, const char *prefix, const char *code) {
  char key[96];
  snprintf(key, sizeof key, "%s.%s", prefix, code);
  return th_words_has(key) ? th_words_get(h->lang, key) : th_str_of(code);
}

static th_str number(th_arena *a, th_printed v) {
  return isnan(v.v) ? TH_STR_NONE : th_str_fmt(a, "%.*f", v.decimals, v.v);
}

/* ── The answer ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t count_flags(const th_study_result *r, th_study_severity s) {
  size_t n = 0;
  for (size_t i = 0; i < r->flags.n; i++) n += r->flags.v[i].severity == s;
  return n;
}

static void answer(th_html *h, const th_study_record *r) {
  const th_study_result *c = &r->check;
  const bool nothing = !c->findings.n;
  const size_t looks = count_flags(c, TH_STUDY_WARN) + count_flags(c, TH_STUDY_ERROR);
  const char *key = nothing ? "web.study.nothing" : c->error ? "web.study.error" : looks ? "web.study.look" : "web.study.fits";
  th_html_open(h, "div");
  th_html_attr(h, "class", th_str_fmt(h->a, "answer %s", c->error ? "stop" : looks || nothing ? "hold" : "ok"));
  th_html_attrz(h, "role", "status");
  th_html_el_say(h, "p", "lede", key);
  const th_str n[] = { th_str_fmt(h->a, "%zu", c->findings.n), th_str_fmt(h->a, "%zu", c->tables.n),
                       th_str_fmt(h->a, "%zu", c->flags.n) };
  th_html_el_sayf(h, "p", NULL, "web.study.counts", 3, n);
  if (nothing) th_html_el_say(h, "p", NULL, "web.study.nothing.what");
  th_html_close(h);
}

static th_str place_of(th_html *h, th_study_span s) {
  return th_str_fmt(h->a, "#s%u-%u", s.section, s.from);
}

static void flags(th_html *h, const th_study_record *r) {
  static const char *const badge[] = { "hold", "moderate", "stop" }, *const word[] = { "web.study.note", "web.study.warn",
                                                                                       "web.study.wrong" };
  if (!r->check.flags.n) return;
  th_html_el_say(h, "h2", NULL, "web.study.flags");
  th_html_open_cls(h, "ul", "results");
  for (int s = TH_STUDY_ERROR; s >= 0; s--)
    for (size_t i = 0; i < r->check.flags.n; i++) {
      const th_study_flag *f = &r->check.flags.v[i];
      if ((int)f->severity != s) continue;
      th_html_open(h, "li");
      th_html_badge(h, badge[s], th_words_get(h->lang, word[s]));
      th_html_text(h, TH_S(" "));
      th_html_text(h, h->lang == TH_WORDS_ZH_TW ? f->zh : f->en);
      th_html_text(h, TH_S(" "));
      th_html_el(h, "code", NULL, th_str_of(f->code));
      if (strcmp(r->kind, "ctgov") != 0 && f->span.to > f->span.from) {
        th_html_text(h, TH_S(" "));
        th_html_open_cls(h, "a", "ref");
        th_html_attr(h, "href", place_of(h, f->span));
        th_html_say(h, "web.study.place");
        th_html_close(h);
      }
      th_html_close(h);
    }
  th_html_close(h);
}

/* ── Tables rebuilt ────────────────────────────────────────────────────────────────────────────────────────────────── */

static void tables(th_html *h, const th_study_record *r) {
  if (!r->check.tables.n) {
    th_html_el_say(h, "h2", NULL, "web.study.tables");
    th_html_el_say(h, "p", NULL, "appraisal.no-table");
    return;
  }
  th_page page;
  th_page_init(&page, h->a, h->lang, NULL);
  th_page_section(&page, "tables", "web.study.tables");
  th_page_para(&page, "appraisal.note");
  for (size_t i = 0; i < r->check.tables.n; i++) {
    const th_dossier_appraisal ap = { .check = r->check, .sections = r->sections, .main = &r->check.tables.v[i] };
    th_page_begin(&page, BLOCK_SECTION, NULL);
    FILL(&page, "web.study.table", th_str_fmt(h->a, "%zu", i + 1));
    th_page__recheck(&page, &ap);
    th_page_end(&page);
  }
  th_page_end(&page);
  if (page.failed)
    h->out->failed = true;
  else
    th_web__page(h, &page, 2, TH_STR_NONE);
}

/* ── Every number ──────────────────────────────────────────────────────────────────────────────────────────────────── */

/* What the text prints, as it stands there; of a registry record its values. */
static th_str printed(th_arena *a, const th_study_record *r, const th_study_finding *f) {
  const th_str text =
      f->span.section < r->sections.n ? th_str_sub(r->sections.v[f->span.section], f->span.from, f->span.to) : TH_STR_NONE;
  if (strcmp(r->kind, "ctgov") != 0 || text.n > 40) return text;
  if (isnan(f->lo.v)) return text;
  return th_str_fmt(a, "%s %.*s [%.*s, %.*s]", f->what ? f->what : "", TH_STR_ARG(number(a, f->value)),
                    TH_STR_ARG(number(a, f->lo)), TH_STR_ARG(number(a, f->hi)));
}

static th_str recomputed(th_arena *a, const th_study_finding *f) {
  if (f->kind == TH_STUDY_PROPORTION) return isnan(f->rec_share) ? TH_STR_NONE : th_str_fmt(a, "%.2f %%", f->rec_share);
  if (f->kind != TH_STUDY_RATIO && f->kind != TH_STUDY_DIFFERENCE && f->kind != TH_STUDY_TEST) return TH_STR_NONE;
  return isnan(f->rec_p) ? TH_STR_NONE : th_str_fmt(a, "P %.4g (%.4g–%.4g)", f->rec_p, f->rec_lo, f->rec_hi);
}

/* The verdict that matters for its kind; NULL: a number that is only read. */
static const char *verdict(const th_study_finding *f) {
  switch (f->kind) {
  case TH_STUDY_RATIO:
  case TH_STUDY_DIFFERENCE: return f->klass ? f->klass : th_study_verdict_name(f->p_check, TH_STUDY_TEST);
  case TH_STUDY_PROPORTION: return th_study_verdict_name(f->share, f->kind);
  case TH_STUDY_TEST: return th_study_verdict_name(f->p_check, f->kind);
  case TH_STUDY_MEAN: return th_study_verdict_name(f->grim, f->kind);
  case TH_STUDY_ARM_N:
  case TH_STUDY_TOTAL_N:
  case TH_STUDY_REGISTRATION:
  case TH_STUDY_DOSE:
  case TH_STUDY_SCHEDULE:
  case TH_STUDY_FOLLOW_UP:
  case TH_STUDY_DESIGN:
  case TH_STUDY_P:
  case TH_STUDY_MEAN_SD:
  case TH_STUDY_LOST_N:
  case TH_STUDY_ANALYSED_N:
  case TH_STUDY_DURATION:
  case TH_STUDY_OUTCOME:
  case TH_STUDY_COUNTRY: break;
  }
  return NULL;
}

static void numbers(th_html *h, const th_study_record *r) {
  static const char *const heads[] = { "web.study.kind", "web.study.printed", "web.study.recomputed", "web.study.verdict" };
  if (!r->check.findings.n) return;
  th_html_open(h, "details");
  th_html_flag(h, "open", r->check.findings.n < 40);
  th_html_el_say(h, "summary", NULL, "web.study.numbers");
  th_html_table_begin(h, "list", "web.study.numbers", heads, 4);
  for (size_t i = 0; i < r->check.findings.n; i++) {
    const th_study_finding *f = &r->check.findings.v[i];
    const char *v = verdict(f);
    th_html_row_begin(h, NULL);
    th_html_cell(h, keyed(h, "web.kind", th_study_kind_name(f->kind)));
    th_html_open(h, "td");
    th_html_quote(h, printed(h->a, r, f));
    if (strcmp(r->kind, "ctgov") != 0) {
      th_html_text(h, TH_S(" "));
      th_html_open_cls(h, "a", "ref");
      th_html_attr(h, "href", place_of(h, f->span));
      th_html_textf(h, "%u", f->span.from);
      th_html_close(h);
    }
    th_html_close(h);
    th_html_el(h, "td", "num", recomputed(h->a, f));
    th_html_cell(h, v ? keyed(h, f->klass ? "class" : "web.verdict", v) : TH_STR_NONE);
    th_html_row_end(h);
  }
  th_html_table_end(h);
  th_html_close(h);
}

/* ── The text ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_place(const void *x, const void *y) {
  const th_study_span *p = x, *q = y;
  if (p->section != q->section) return p->section < q->section ? -1 : 1;
  if (p->from != q->from) return p->from < q->from ? -1 : 1;
  return p->to > q->to ? -1 : p->to < q->to;
}

/* Of what overlaps the longest from the left is marked; the others' places lead to it where they begin with it. */
static void marked(th_html *h, th_str text, uint32_t section, const th_study_span *s, size_t n) {
  uint32_t at = 0;
  for (size_t i = 0; i < n; i++) {
    if (s[i].section != section || s[i].from < at || s[i].to > text.n) continue;
    th_html_text(h, th_str_sub(text, at, s[i].from));
    th_html_open(h, "mark");
    th_html_attr(h, "id", th_str_fmt(h->a, "s%u-%u", section, s[i].from));
    th_html_text(h, th_str_sub(text, s[i].from, s[i].to));
    th_html_close(h);
    at = s[i].to;
  }
  th_html_text(h, th_str_sub(text, at, text.n));
}

static void text_with_marks(th_html *h, const th_study_record *r) {
  if (strcmp(r->kind, "ctgov") == 0) return;
  const size_t n = r->check.findings.n + r->check.flags.n;
  th_study_span *s = TH_NEWN(h->a, th_study_span, n + 1);
  size_t k = 0;
  if (!s) {
    h->out->failed = true;
    return;
  }
  for (size_t i = 0; i < r->check.findings.n; i++) s[k++] = r->check.findings.v[i].span;
  for (size_t i = 0; i < r->check.flags.n; i++)
    if (r->check.flags.v[i].span.to > r->check.flags.v[i].span.from) s[k++] = r->check.flags.v[i].span;
  qsort(s, k, sizeof *s, by_place);
  th_html_el_say(h, "h2", NULL, "web.study.text");
  for (uint32_t i = 0; i < r->sections.n; i++) {
    th_html_open_cls(h, "p", "source-text");
    if (th_report__has_han(r->sections.v[i]) != (h->lang == TH_WORDS_ZH_TW))
      th_html_attrz(h, "lang", h->lang == TH_WORDS_ZH_TW ? "en" : "zh-Hant");
    marked(h, r->sections.v[i], i, s, k);
    th_html_close(h);
  }
}

void th_web_study(th_html *h, const th_study_record *r) {
  answer(h, r);
  flags(h, r);
  tables(h, r);
  th_html_el_say(h, "h2", NULL, "web.study.read");
  numbers(h, r);
  text_with_marks(h, r);
}

/* ── By itself ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_report_study_csv(th_buf *out, const th_study_record *r) {
  th_buf_addz(out, "section,from,to,kind,printed,value,low,high,x,n,p,recomputed_p,recomputed_percent,verdict\r\n");
  for (size_t i = 0; i < r->check.findings.n; i++) {
    const th_study_finding *f = &r->check.findings.v[i];
    const char *v = verdict(f);
    const th_str text = printed(out->arena, r, f);
    th_buf_addf(out, "%u,%u,%u,%s,", f->span.section, f->span.from, f->span.to, th_study_kind_name(f->kind));
    th_csv_write_cell(out, text);
    const double cell[] = { f->value.v, f->lo.v, f->hi.v };
    for (size_t k = 0; k < 3; k++) {
      th_buf_addc(out, ',');
      if (!isnan(cell[k])) th_buf_addf(out, "%.10g", cell[k]);
    }
    th_buf_addc(out, ',');
    if (f->kind == TH_STUDY_PROPORTION) th_buf_addf(out, "%lld", (long long)f->x);
    th_buf_addc(out, ',');
    if (f->n > 0) th_buf_addf(out, "%lld", (long long)f->n);
    th_buf_addc(out, ',');
    if (f->p_cmp != TH_P_NONE && f->p_cmp != TH_P_NS)
      th_buf_addf(out, "%s%.10g", f->p_cmp == TH_P_EQ ? "" : th_p_cmp_name(f->p_cmp), f->p.v);
    th_buf_addc(out, ',');
    if (!isnan(f->rec_p) && f->kind != TH_STUDY_PROPORTION) th_buf_addf(out, "%.10g", f->rec_p);
    th_buf_addc(out, ',');
    if (f->kind == TH_STUDY_PROPORTION && !isnan(f->rec_share)) th_buf_addf(out, "%.10g", f->rec_share);
    th_buf_addf(out, ",%s\r\n", v ? v : "");
  }
}

static void appendix_table(th_buf *out, const th_study_table *t) {
  const th_stat_panel *s = &t->panel;
  th_buf_addf(out, "\n2x2: %lld/%lld, %lld/%lld\n", (long long)t->t.a, (long long)(t->t.a + t->t.b), (long long)t->t.c,
              (long long)(t->t.c + t->t.d));
  const struct {
    const char *name;
    double estimate, lo, hi, p;
  } row[] = { { "OR, Woolf", s->odds_ratio.estimate, s->odds_ratio.ci.lo, s->odds_ratio.ci.hi, s->odds_ratio.p },
              { "OR, conditional maximum likelihood, exact limits, Fisher P", s->or_exact.estimate, s->or_exact.ci.lo,
                s->or_exact.ci.hi, s->fisher_p },
              { "OR, mid-P", s->or_midp.estimate, s->or_midp.ci.lo, s->or_midp.ci.hi, s->midp_p },
              { "RR, Katz", s->rr.estimate, s->rr.ci.lo, s->rr.ci.hi, s->rr.p },
              { "RD, Newcombe limits", s->rd.estimate, s->rd_newcombe.lo, s->rd_newcombe.hi, s->rd.p },
              { "Pearson chi-squared", NAN, NAN, NAN, s->pearson.p },
              { "Pearson chi-squared, Yates", NAN, NAN, NAN, s->yates.p } };
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    th_buf_addf(out, "  %s:", row[i].name);
    if (!isnan(row[i].estimate)) th_buf_addf(out, " %.10g [%.10g, %.10g]", row[i].estimate, row[i].lo, row[i].hi);
    if (!isnan(row[i].p)) th_buf_addf(out, " P %.10g", row[i].p);
    th_buf_addc(out, '\n');
  }
  th_buf_addz(out, "  printed P made by:");
  for (size_t i = 0; i < t->n_p; i++) th_buf_addf(out, " %s", t->p_family[i]);
  th_buf_addz(out, "\n  printed interval made by:");
  for (size_t i = 0; i < t->n_ci; i++) th_buf_addf(out, " %s", t->ci_family[i]);
  th_buf_addc(out, '\n');
}

void th_report_study_appendix(th_buf *out, th_arena *a, th_words lang, const th_study_record *r, th_str sha256) {
  th_buf_addf(out, "Theriac %s, study check\ninput: %s, SHA-256 %.*s\n", THERIAC_VERSION, r->kind, TH_STR_ARG(sha256));
  if (r->id.n) th_buf_addf(out, "record: %.*s %.*s\n", TH_STR_ARG(r->id), TH_STR_ARG(r->title));
  th_buf_addz(out, "A printed number stands for all that round to it; a check asks whether such ranges meet.\n");
  for (size_t i = 0; i < r->check.tables.n; i++) appendix_table(out, &r->check.tables.v[i]);
  th_buf_addc(out, '\n');
  for (size_t i = 0; i < r->check.flags.n; i++) {
    const th_study_flag *f = &r->check.flags.v[i];
    th_buf_addf(out, "%s: %.*s\n", f->code, TH_STR_ARG(lang == TH_WORDS_ZH_TW ? f->zh : f->en));
  }
  th_buf_addc(out, '\n');
  for (size_t i = 0; i < r->check.findings.n; i++) {
    const th_study_finding *f = &r->check.findings.v[i];
    const th_str text = printed(a, r, f), again = recomputed(a, f);
    const char *v = verdict(f);
    th_buf_addf(out, "%u:%u-%u %s \"%.*s\"", f->span.section, f->span.from, f->span.to, th_study_kind_name(f->kind),
                TH_STR_ARG(text));
    if (again.n) th_buf_addf(out, " = %.*s", TH_STR_ARG(again));
    if (v) th_buf_addf(out, " (%s)", v);
    th_buf_addc(out, '\n');
  }
}
