/* What later imports changed, as a page and as Atom feeds (RFC 4287). An entry's id is made of what it says, so that it stays the same from
 * build to build and is new when the thing is new. */
#include "site_parts.h"

#include "theriac/io.h"

void th_site__change_rows(th_html *h, th_str path, const th_site__entry *v, size_t n, bool with_drug) {
  static const char *const heads[] = { "col.day", "col.drug", "col.change" }, *const without[] = { "col.day", "col.change" };
  th_site__table(h, "site.changes.title", with_drug ? heads : without, with_drug ? 3 : 2, -1);
  for (size_t i = 0; i < n; i++) {
    const th_overview_drug *d = &v[i].drug->glance.drugs.v[0];
    th_html_row_begin(h, NULL);
    th_html_open(h, "td");
    th_html_el(h, "time", NULL, th_site__day(h->a, v[i].change->on));
    th_html_close(h);
    if (with_drug) {
      th_html_open(h, "th");
      th_html_attrz(h, "scope", "row");
      th_site__name(
          h, th_str_fmt(h->a, "%.*sdrug/%.*s.html#history", TH_STR_ARG(th_site__up(h->a, path)), TH_STR_ARG(v[i].drug->slug)),
          d->en, d->zh);
      th_html_close(h);
    }
    const th_str text = th_report_change(h->a, h->lang, v[i].change);
    if (!text.p) h->out->failed = true;
    th_html_cell(h, text);
    th_html_row_end(h);
    th_html_text(h, TH_S("\n"));
  }
  th_html_table_end(h);
}

#define SHOWN 1000 /* on the page; the rest stands on the pages of the drugs */

void th_site__changes(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_atlas *v = s->atlas;
  const th_site_frame f = { .path = path,
                            .title = th_words_get(h->lang, "site.changes.title"),
                            .about = th_words_get(h->lang, "site.changes.what"),
                            .here = "changes" };
  const size_t n = v->n_events < SHOWN ? v->n_events : SHOWN;
  th_site__entry *e = TH_NEWN(h->a, th_site__entry, n + 1);
  (void)which;
  if (!e) {
    h->out->failed = true;
    return;
  }
  for (size_t i = 0; i < n; i++) e[i] = (th_site__entry){ v->drug[v->event[i].drug], v->event[i].change };
  th_site__begin(h, s, &f);
  th_html_el_say(h, "p", NULL, "site.changes.what");
  th_html_open(h, "p");
  TH_HTML_FILL(h, "site.changes.count", th_site__number(h, v->n_events), th_site__number(h, n));
  th_html_text(h, TH_S(" "));
  th_html_link_say(h, TH_S("changes.atom"), "site.feed");
  th_html_close(h);
  if (n)
    th_site__change_rows(h, path, e, n, true);
  else
    th_html_el_say(h, "p", NULL, "site.changes.none");
  th_site__end(h, s, &f);
}

/* ── Atom ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* urn:uuid made of a hash: version 8 (RFC 9562), bits as that asks. */
static th_str urn(th_html *h, th_str of) {
  char x[TH_SHA256_HEX];
  th_sha256_hex(of, x);
  const char *const variant = "89ab";
  x[12] = '8';
  x[16] = variant[(x[16] >= 'a' ? x[16] - 'a' + 10 : x[16] - '0') & 3];
  return th_str_fmt(h->a, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", x, x + 8, x + 12, x + 16, x + 20);
}

static th_str moment(th_html *h, th_date d) {
  return th_str_fmt(h->a, "%.*sT00:00:00Z", TH_STR_ARG(th_site__day(h->a, d)));
}

static void feed_link(th_html *h, const char *rel, const char *type, th_str href) {
  th_html_open(h, "link"); /* a void element of HTML is closed here by hand: XML asks for it */
  if (rel) th_html_attrz(h, "rel", rel);
  if (type) th_html_attrz(h, "type", type);
  th_html_attr(h, "href", href);
  th_html_text(h, TH_STR_NONE);
  h->out->n--; /* the '>' */
  th_buf_addz(h->out, "/>\n");
}

static th_str absolute(th_html *h, const th_site *s, th_str from, th_str to) {
  return s->base.n ? th_str_fmt(h->a, "%.*s%s/%.*s", TH_STR_ARG(s->base), th_site__lang(h->lang), TH_STR_ARG(to))
                   : th_str_fmt(h->a, "%.*s%.*s", TH_STR_ARG(th_site__up(h->a, from)), TH_STR_ARG(to));
}

static void entry(th_html *h, const th_site *s, th_str path, const th_site__entry *e) {
  const th_overview_drug *d = &e->drug->glance.drugs.v[0];
  const th_dossier_change *c = e->change;
  const th_str text = th_report_change(h->a, h->lang, c), name = th_site__first_name(h, d->en, d->zh);
  const th_str said =
      th_str_fmt(h->a, "%.*s\n%s\n%.*s\n%.*s\n%.*s\n%.*s\n%s\n%s", TH_STR_ARG(e->drug->slug), c->code,
                 TH_STR_ARG(th_site__day(h->a, c->on)), TH_STR_ARG(c->subject), TH_STR_ARG(c->was), TH_STR_ARG(c->now),
                 c->grade[0].level ? c->grade[0].level : "", c->grade[1].level ? c->grade[1].level : "");
  if (!text.p || !said.p) h->out->failed = true;
  th_html_open(h, "entry");
  th_html_el(h, "title", NULL,
             th_str_fmt(h->a, "%.*s: %.*s", TH_STR_ARG(name), TH_STR_ARG(th_site__code(h, "change.title", c->code))));
  th_html_el(h, "id", NULL, urn(h, said));
  th_html_el(h, "updated", NULL, moment(h, c->on));
  feed_link(h, "alternate", "text/html",
            absolute(h, s, path, th_str_fmt(h->a, "drug/%.*s.html#history", TH_STR_ARG(e->drug->slug))));
  th_html_el(h, "summary", NULL, text);
  th_html_close(h);
  th_html_text(h, TH_S("\n"));
}

void th_site__feed(th_html *h, const th_site *s, th_str path, th_str title, th_str page, const th_site__entry *v, size_t n) {
  th_buf_addz(h->out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
  th_html_open(h, "feed");
  th_html_attrz(h, "xmlns", "http://www.w3.org/2005/Atom");
  th_html_attrz(h, "xml:lang", h->lang == TH_WORDS_ZH_TW ? "zh-Hant-TW" : "en");
  th_html_text(h, TH_S("\n"));
  th_html_el(h, "title", NULL, th_html_words(h, "site.feed.title", 1, &title));
  th_html_el(h, "id", NULL, urn(h, th_str_fmt(h->a, "feed\n%s\n%.*s", th_site__lang(h->lang), TH_STR_ARG(path))));
  /* nothing changed: the day of the site says when that was looked at */
  th_html_el(h, "updated", NULL, moment(h, n ? v[0].change->on : s->as_of));
  th_html_open(h, "author");
  th_html_el(h, "name", NULL, TH_S("Theriac"));
  th_html_close(h);
  th_html_text(h, TH_S("\n"));
  if (s->base.n) feed_link(h, "self", "application/atom+xml", absolute(h, s, path, path));
  feed_link(h, "alternate", "text/html", absolute(h, s, path, page));
  for (size_t i = 0; i < n && i < TH_SITE__ENTRIES; i++) entry(h, s, path, &v[i]);
  th_html_close(h);
  th_buf_addc(h->out, '\n');
}

void th_site__changes_feed(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_atlas *v = s->atlas;
  const size_t n = v->n_events < TH_SITE__ENTRIES ? v->n_events : TH_SITE__ENTRIES;
  th_site__entry *e = TH_NEWN(h->a, th_site__entry, n + 1);
  (void)which;
  if (!e) {
    h->out->failed = true;
    return;
  }
  for (size_t i = 0; i < n; i++) e[i] = (th_site__entry){ v->drug[v->event[i].drug], v->event[i].change };
  th_site__feed(h, s, path, th_words_get(h->lang, "site.feed.all"), TH_S("changes.html"), e, n);
}
