/* A calendar as an iCalendar file (RFC 5545): whole days, lines ended by CR LF and folded at 75 octets between characters, texts escaped. It
 * names no patient: an event says what is due, and its UID is a digest. */
#include "report/page.h"
#include "theriac/io.h"

enum { LINE_OCTETS = 75 };

/* One content line; a line that goes on begins with a blank, which counts. */
static void line(th_buf *out, th_str s) {
  size_t room = LINE_OCTETS;
  for (size_t i = 0; i < s.n;) {
    const size_t n = th_utf8_seq(s.p + i, s.n - i); /* text() left well-formed UTF-8 */
    if (n > room) {
      th_buf_addz(out, "\r\n ");
      room = LINE_OCTETS - 1;
    }
    th_buf_add(out, th_str_sub(s, i, i + n));
    room -= n;
    i += n;
  }
  th_buf_addz(out, "\r\n");
}

static void linez(th_buf *out, const char *z) {
  line(out, th_str_of(z));
}

/* NAME;LANGUAGE=…:text */
static void text(th_buf *out, th_arena *a, const char *name, th_words lang, th_str value) {
  th_buf b;
  th_buf_init(&b, a, value.n + 64);
  th_buf_addf(&b, "%s;LANGUAGE=%s:", name, lang == TH_WORDS_ZH_TW ? "zh-TW" : "en");
  for (size_t i = 0, n; i < value.n; i += n) {
    const char c = value.p[i];
    n = th_utf8_seq(value.p + i, value.n - i);
    if (c == '\\' || c == ';' || c == ',') th_buf_addc(&b, '\\');
    if (c == '\n')
      th_buf_addz(&b, "\\n");
    else if (n == 0)
      th_buf_add_rune(&b, 0xFFFD);
    else if ((unsigned char)c >= ' ' && c != 127)
      th_buf_add(&b, th_str_sub(value, i, i + n));
    n += n == 0;
  }
  line(out, th_buf_str(&b));
  out->failed |= b.failed;
}

static void date(th_buf *out, th_arena *a, const char *name, th_date d, const char *rest) {
  const th_str s = th_str_fmt(a, "%s:%04d%02d%02d%s", name, d.year, d.month, d.day, rest);
  line(out, s);
  out->failed |= !s.p;
}

static void uid(th_buf *out, th_arena *a, const th_coverage_calendar *c, const th_calendar_day *d) {
  const th_coverage_case *k = c->result->kase;
  char iso[TH_DATE_TEXT], hex[TH_SHA256_HEX];
  const th_str of = th_str_fmt(a, "%.*s\n%.*s\n%.*s\n%s\n%.*s", TH_STR_ARG(k->program), TH_STR_ARG(k->path_name),
                               TH_STR_ARG(k->id), th_date_iso(c->as_of, iso), TH_STR_ARG(d->key));
  const th_str s = th_str_fmt(a, "UID:%.32s@theriac", th_sha256_hex(of, hex));
  line(out, s);
  out->failed |= !of.p || !s.p;
}

static void event(th_buf *out, th_arena *a, const th_coverage_calendar *c, const th_calendar_day *d, th_words lang) {
  const bool zh = lang == TH_WORDS_ZH_TW;
  const th_date last = d->to.prec == TH_DATE_NONE ? d->day : d->to;
  const th_str of[2] = { c->regimen ? c->regimen->drug : TH_STR_NONE, zh ? d->zh : d->en };
  const th_str what = d->kind == TH_DAY_DOSE || !of[0].n ? of[1] : th_words_fill(a, th_words_get(lang, "ics.summary"), of, 2);
  th_str more[2] = { d->clause, th_words_get(lang, "case.note") };
  linez(out, "BEGIN:VEVENT");
  uid(out, a, c, d);
  date(out, a, "DTSTAMP", c->as_of, "T000000Z");
  date(out, a, "DTSTART;VALUE=DATE", d->day, "");
  const th_date end = th_civil_from_days(th_date_first(last) + 1); /* not included; the last day there is has none after it */
  if (end.prec != TH_DATE_NONE) date(out, a, "DTEND;VALUE=DATE", end, "");
  text(out, a, "SUMMARY", lang, what);
  text(out, a, "DESCRIPTION", lang, d->clause.n ? th_words_fill(a, TH_S("{0}\n{1}"), more, 2) : more[1]);
  text(out, a, "CATEGORIES", lang, th_str_of(th_day_kind_text(d->kind, zh)));
  linez(out, "CLASS:PRIVATE");
  linez(out, "TRANSP:TRANSPARENT");
  linez(out, "END:VEVENT");
}

th_code th_report_calendar_ics(th_arena *a, const th_coverage_calendar *c, th_words lang, th_buf *out, th_err *err) {
  if (c->n == 0) return th_fail(err, TH_ENOENT, "no day is known: an iCalendar file cannot be empty");
  linez(out, "BEGIN:VCALENDAR");
  linez(out, "VERSION:2.0");
  linez(out, lang == TH_WORDS_ZH_TW ? "PRODID:-//Theriac//Coverage calendar//ZH" : "PRODID:-//Theriac//Coverage calendar//EN");
  linez(out, "CALSCALE:GREGORIAN");
  for (uint32_t i = 0; i < c->n; i++) event(out, a, c, &c->day[i], lang);
  linez(out, "END:VCALENDAR");
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
