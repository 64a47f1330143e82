/* The frame around every page of the static site, and the cells its lists are made of. */
#include "site_parts.h"

const char *th_site__lang(th_words lang) {
  return lang == TH_WORDS_ZH_TW ? "zh-TW" : "en";
}

th_str th_site__up(th_arena *a, th_str path) {
  th_buf b;
  th_buf_init(&b, a, 16);
  for (size_t i = 0; i < path.n; i++)
    if (path.p[i] == '/') th_buf_addz(&b, "../");
  return b.failed ? TH_STR_NONE : b.n ? th_buf_str(&b) : TH_S("");
}

th_str th_site__href(th_html *h, th_str from, const char *to) {
  return th_str_fmt(h->a, "%.*s%s", TH_STR_ARG(th_site__up(h->a, from)), to);
}

/* ── Head ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void meta(th_html *h, const char *name, th_str content) {
  th_html_open(h, "meta");
  th_html_attrz(h, "name", name);
  th_html_attr(h, "content", content);
}

static void link_to(th_html *h, const char *rel, th_str href, const char *type, const char *lang) {
  th_html_open(h, "link");
  th_html_attrz(h, "rel", rel);
  if (type) th_html_attrz(h, "type", type);
  if (lang) th_html_attrz(h, "hreflang", lang);
  th_html_attr(h, "href", href);
}

/* The same page in one language: by its whole address where that is known, else from here. */
static th_str other(th_html *h, const th_site *s, const th_site_frame *f, th_words lang) {
  if (s->base.n) return th_str_fmt(h->a, "%.*s%s/%.*s", TH_STR_ARG(s->base), th_site__lang(lang), TH_STR_ARG(f->path));
  return th_str_fmt(h->a, "%.*s../%s/%.*s", TH_STR_ARG(th_site__up(h->a, f->path)), th_site__lang(lang), TH_STR_ARG(f->path));
}

static void head(th_html *h, const th_site *s, const th_site_frame *f) {
  th_html_open(h, "head");
  th_html_open(h, "meta");
  th_html_attrz(h, "charset", "utf-8");
  th_html_open(h, "meta");
  th_html_attrz(h, "http-equiv", "Content-Security-Policy");
  th_html_attrz(h, "content",
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'");
  meta(h, "viewport", TH_S("width=device-width, initial-scale=1"));
  meta(h, "referrer", TH_S("no-referrer"));
  if (f->about.n) meta(h, "description", f->about);
  th_html_el(h, "title", NULL, th_str_fmt(h->a, "%.*s · Theriac", TH_STR_ARG(f->title)));
  link_to(h, "stylesheet", th_site__href(h, f->path, "../assets/site.css"), NULL, NULL);
  link_to(h, "icon", th_site__href(h, f->path, "../assets/icon.svg"), NULL, NULL);
  if (s->base.n) link_to(h, "canonical", other(h, s, f, h->lang), NULL, NULL);
  link_to(h, "alternate", other(h, s, f, TH_WORDS_EN), NULL, "en");
  link_to(h, "alternate", other(h, s, f, TH_WORDS_ZH_TW), NULL, "zh-Hant-TW");
  link_to(h, "alternate", th_site__href(h, f->path, "changes.atom"), "application/atom+xml", NULL);
  if (f->feed.n) link_to(h, "alternate", th_site__href(h, f->path, th_str_z(h->a, f->feed)), "application/atom+xml", NULL);
  th_html_open(h, "script");
  th_html_attr(h, "src", th_site__href(h, f->path, "../assets/site.js"));
  th_html_flag(h, "defer", true);
  th_html_close(h);
  if (f->facts.n) { /* data, no program: nothing of it is run */
    th_html_open(h, "script");
    th_html_attrz(h, "type", "application/ld+json");
    th_html_svg(h, f->facts);
    th_html_close(h);
  }
  th_html_close(h);
}

/* ── Top and foot ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static void way(th_html *h, const th_site_frame *f, const char *name, const char *to, const char *key) {
  th_html_open(h, "li");
  th_html_open(h, "a");
  th_html_attr(h, "href", th_site__href(h, f->path, to));
  if (f->here && strcmp(f->here, name) == 0) th_html_attrz(h, "aria-current", "true");
  th_html_say(h, key);
  th_html_close(h);
  th_html_close(h);
}

static void finder(th_html *h, const th_site_frame *f) {
  th_html_open_cls(h, "form", "find");
  th_html_attrz(h, "method", "get");
  th_html_attr(h, "action", th_site__href(h, f->path, "search.html"));
  th_html_attrz(h, "role", "search");
  th_html_open(h, "input");
  th_html_attrz(h, "type", "search");
  th_html_attrz(h, "name", "q");
  th_html_attrz(h, "id", "find");
  th_html_attr_say(h, "aria-label", "site.find.label");
  th_html_attr_say(h, "placeholder", "site.find.short");
  th_html_attrz(h, "autocomplete", "off");
  th_html_open(h, "button");
  th_html_attrz(h, "type", "submit");
  th_html_say(h, "site.find.go");
  th_html_close(h);
  th_html_close(h);
}

static void top(th_html *h, const th_site_frame *f) {
  th_html_open_cls(h, "header", "site");
  th_html_open_cls(h, "a", "mark");
  th_html_attr(h, "href", th_site__href(h, f->path, "index.html"));
  th_html_text(h, TH_S("Theriac"));
  th_html_close(h);
  th_html_open_cls(h, "nav", "ways");
  th_html_attr_say(h, "aria-label", "site.ways");
  th_html_open(h, "ul");
  way(h, f, "drugs", "drugs/index.html", "site.way.drugs");
  way(h, f, "diseases", "diseases/index.html", "site.way.diseases");
  way(h, f, "levels", "levels/l1.html", "site.way.levels");
  way(h, f, "charts", "charts.html", "site.way.charts");
  way(h, f, "changes", "changes.html", "site.way.changes");
  way(h, f, "data", "data.html", "site.way.data");
  way(h, f, "method", "method.html", "site.way.method");
  th_html_close(h);
  th_html_close(h);
  finder(h, f);
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_open_cls(h, "a", "language");
  th_html_attr(h, "href",
               th_str_fmt(h->a, "%.*s../%s/%.*s", TH_STR_ARG(th_site__up(h->a, f->path)),
                          th_site__lang(zh ? TH_WORDS_EN : TH_WORDS_ZH_TW), TH_STR_ARG(f->path)));
  th_html_attrz(h, "lang", zh ? "en" : "zh-Hant-TW");
  th_html_attrz(h, "hreflang", zh ? "en" : "zh-Hant-TW");
  th_html_text(h, zh ? TH_S("English") : TH_S("中文"));
  th_html_close(h);
  th_html_close(h);
}

void th_site__begin(th_html *h, const th_site *s, const th_site_frame *f) {
  th_buf_addz(h->out, "<!doctype html>\n");
  th_html_open(h, "html");
  th_html_attrz(h, "lang", h->lang == TH_WORDS_ZH_TW ? "zh-Hant-TW" : "en");
  th_html_attr(h, "data-up", th_site__up(h->a, f->path));
  head(h, s, f);
  th_html_open(h, "body");
  th_html_open_cls(h, "a", "skip");
  th_html_attrz(h, "href", "#main");
  th_html_say(h, "site.skip");
  th_html_close(h);
  top(h, f);
  th_html_open_cls(h, "main", "page");
  th_html_attrz(h, "id", "main");
  th_html_attrz(h, "tabindex", "-1");
  if (!f->bare) th_html_el(h, "h1", NULL, f->title);
}

void th_site__end(th_html *h, const th_site *s, const th_site_frame *f) {
  th_html_close(h);
  th_html_open(h, "footer");
  th_html_el_say(h, "p", NULL, "footer");
  th_html_open(h, "p");
  TH_HTML_FILL(h, "site.foot", th_site__day(h->a, s->as_of), TH_S(THERIAC_VERSION));
  th_html_text(h, TH_S(" · "));
  th_html_link_say(h, th_site__href(h, f->path, "about.html"), "site.way.about");
  th_html_text(h, TH_S(" · "));
  th_html_link_say(h, th_site__href(h, f->path, "changes.atom"), "site.feed");
  th_html_close(h);
  th_html_close(h);
  th_html_close(h);
  th_html_close(h);
  th_buf_addc(h->out, '\n');
  TH_ASSERT(h->depth == 0);
}

/* ── Words and cells ───────────────────────────────────────────────────────────────────────────────────────────────── */

th_str th_site__code(th_html *h, const char *prefix, const char *code) {
  char key[96];
  snprintf(key, sizeof key, "%s.%s", prefix, code);
  return th_words_get(h->lang, key);
}

th_str th_site__first_name(const th_html *h, th_str en, th_str zh) {
  return h->lang == TH_WORDS_ZH_TW && zh.n ? zh : en;
}

void th_site__name(th_html *h, th_str href, th_str en, th_str zh) {
  const bool first_zh = h->lang == TH_WORDS_ZH_TW && zh.n;
  th_html_link(h, href, first_zh ? zh : en);
  if (!zh.n) return;
  th_html_text(h, TH_S(" "));
  th_html_open_cls(h, "span", "other-script");
  th_html_attrz(h, "lang", first_zh ? "en" : "zh-Hant-TW");
  th_html_text(h, first_zh ? en : zh);
  th_html_close(h);
}

void th_site__cell_by(th_html *h, const char *cls, th_str by, th_str text) {
  th_html_open_cls(h, "td", cls);
  if (by.n) th_html_attr(h, "data-by", by);
  th_html_text(h, text);
  th_html_close(h);
}

th_str th_site__number(th_html *h, uint64_t n) {
  return th_str_fmt(h->a, "%llu", (unsigned long long)n);
}

th_str th_site__day(th_arena *a, th_date d) {
  char text[TH_DATE_TEXT];
  return th_str_dup(a, th_str_of(th_date_iso(d, text)));
}

void th_site__table(th_html *h, const char *caption_key, const char *const *keys, size_t n, int sorted) {
  th_html_open_cls(h, "div", "scroll");
  th_html_attrz(h, "tabindex", "0");
  th_html_attrz(h, "role", "group");
  th_html_attr_say(h, "aria-label", caption_key);
  th_html_open_cls(h, "table", "list");
  th_html_flag(h, "data-sort", true);
  th_html_el_say(h, "caption", NULL, caption_key);
  th_html_open(h, "thead");
  th_html_open(h, "tr");
  for (size_t i = 0; i < n; i++) {
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "col");
    if ((int)i == sorted) th_html_attrz(h, "aria-sort", "ascending");
    th_html_say(h, keys[i]);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
  th_html_open(h, "tbody");
  th_html_text(h, TH_S("\n"));
}

static void drawing(th_html *h, const th_plot_figure *f, const char *key, const char *cls) {
  th_buf svg;
  th_html_open_cls(h, "div", cls);
  th_html_attrz(h, "tabindex", "0");
  th_html_attrz(h, "role", "group");
  th_html_attr_say(h, "aria-label", key);
  th_buf_init(&svg, h->a, 1 << 14);
  if (!th_plot_svg(f, &svg)) h->out->failed = true;
  th_html_svg(h, th_buf_str(&svg));
  th_html_close(h);
}

void th_site__figure(th_html *h, const th_site *s, const char *id, th_site__plot *plot, const char *key) {
  th_plot_figure wide, narrow;
  const th_plot_opts o = { .lang = th_site__lang(h->lang), .id = id },
                     small = { .lang = o.lang, .id = th_str_fmt(h->a, "%s-narrow", id).p, .width = 340 };
  const th_code code = plot(h, s, o, &wide);
  if (code == TH_EINVAL) { /* nothing to draw */
    th_html_el_say(h, "p", NULL, "site.facet.none");
    return;
  }
  if (code != TH_OK || plot(h, s, small, &narrow) != TH_OK) {
    h->out->failed = true;
    return;
  }
  const th_plot_table *t = &wide.table;
  th_html_open(h, "figure");
  drawing(h, &wide, key, "scroll for-wide");
  drawing(h, &narrow, key, "scroll for-narrow");
  th_html_el(h, "figcaption", NULL, wide.desc);
  th_html_open(h, "details");
  th_html_el_say(h, "summary", NULL, "figure.table");
  th_html_open_cls(h, "div", "scroll");
  th_html_attrz(h, "tabindex", "0");
  th_html_attrz(h, "role", "group");
  th_html_attr_say(h, "aria-label", key);
  th_html_open(h, "table");
  th_html_el_say(h, "caption", NULL, key);
  for (size_t r = 0; r < t->rows; r++) {
    if (r < 2) th_html_open(h, r ? "tbody" : "thead");
    th_html_open(h, "tr");
    for (size_t c = 0; c < t->columns; c++) {
      th_html_open(h, r && c ? "td" : "th");
      if (!r || !c) th_html_attrz(h, "scope", r ? "row" : "col");
      th_html_text(h, t->cell[r * t->columns + c]);
      th_html_close(h);
    }
    th_html_close(h);
    if (r == 0 || r + 1 == t->rows) th_html_close(h);
  }
  for (int i = 0; i < 4; i++) th_html_close(h);
}
