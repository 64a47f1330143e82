/* The frame around every page of the web app: head, the ways through the site, language, foot. */
#include "theriac/report/web.h"

#include "theriac/base/embed.h"

extern const th_embed th_report__web[];

th_str th_web_file(th_str name, const char **type) {
  static const struct {
    const char *end, *type;
  } types[] = { { ".css", "text/css; charset=utf-8" },
                { ".js", "text/javascript; charset=utf-8" },
                { ".svg", "image/svg+xml" } };
  char z[64];
  if (!name.n || name.n >= sizeof z) return TH_STR_NONE;
  memcpy(z, name.p, name.n);
  z[name.n] = 0;
  const th_str bytes = th_embed_find(th_report__web, z);
  for (size_t i = 0; i < sizeof types / sizeof *types && bytes.p; i++)
    if (th_str_ends(name, th_str_of(types[i].end))) *type = types[i].type;
  return bytes;
}

static void style(th_html *h, const char *href) {
  th_html_open(h, "link");
  th_html_attrz(h, "rel", "stylesheet");
  th_html_attrz(h, "href", href);
}

static void script(th_html *h, th_str src) {
  th_html_open(h, "script");
  th_html_attrz(h, "type", "module");
  th_html_attr(h, "src", src);
  th_html_close(h);
}

static void meta(th_html *h, const char *name, const char *content) {
  th_html_open(h, "meta");
  th_html_attrz(h, "name", name);
  th_html_attrz(h, "content", content);
}

static void head(th_html *h, const th_web_frame *f) {
  th_html_open(h, "head");
  th_html_open(h, "meta");
  th_html_attrz(h, "charset", "utf-8");
  meta(h, "viewport", "width=device-width, initial-scale=1");
  meta(h, "referrer",
       "same-origin"); /* with "no-referrer" browsers send forms of ours with the origin "null", which is refused */
  if (f->noindex) meta(h, "robots", "noindex");
  if (f->refresh) {
    th_html_open(h, "noscript");
    th_html_open(h, "meta");
    th_html_attrz(h, "http-equiv", "refresh");
    th_html_attrz(h, "content", "2");
    th_html_close(h);
  }
  th_html_el(h, "title", NULL, th_str_fmt(h->a, "%.*s%sTheriac", TH_STR_ARG(f->title), f->title.n ? " · " : ""));
  style(h, "/web/dossier.css");
  style(h, "/web/app.css");
  th_html_open(h, "link");
  th_html_attrz(h, "rel", "icon");
  th_html_attrz(h, "href", "/web/icon.svg");
  script(h, TH_S("/web/app.js"));
  if (f->script) script(h, th_str_fmt(h->a, "/web/%s", f->script));
  th_html_close(h);
}

static void way(th_html *h, const th_web_frame *f, const char *name, const char *href, const char *key) {
  const bool here = f->here && strcmp(f->here, name) == 0;
  th_html_open(h, "li");
  th_html_open(h, "a");
  th_html_attrz(h, "href", href);
  if (here) th_html_attrz(h, "aria-current", "page");
  th_html_say(h, key);
  th_html_close(h);
  th_html_close(h);
}

/* Where the same page is had in the other language; the choice is kept in a cookie by the server. */
static void language(th_html *h, const th_web_frame *f) {
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  const th_str back = th_web_encode(h->a, f->path.n ? f->path : TH_S("/"));
  th_html_open_cls(h, "a", "language");
  th_html_attr(h, "href", th_str_fmt(h->a, "/language?to=%s&back=%.*s", zh ? "en" : "zh-TW", TH_STR_ARG(back)));
  th_html_attrz(h, "lang", zh ? "en" : "zh-Hant-TW");
  th_html_attrz(h, "rel", "nofollow");
  th_html_text(h, zh ? TH_S("English") : TH_S("中文"));
  th_html_close(h);
}

static void top(th_html *h, const th_web_frame *f) {
  th_html_open_cls(h, "header", "site");
  th_html_open_cls(h, "a", "mark");
  th_html_attrz(h, "href", "/");
  th_html_text(h, TH_S("Theriac"));
  th_html_close(h);
  th_html_open_cls(h, "nav", "ways");
  th_html_attr_say(h, "aria-label", "web.ways");
  th_html_open(h, "ul");
  way(h, f, "drugs", "/drugs", "web.way.drugs");
  way(h, f, "apply", "/cases", "web.way.apply");
  way(h, f, "check", "/study", "web.way.check");
  way(h, f, "trials", "/trials", "web.way.trials");
  way(h, f, "predict", "/predict", "web.way.predict");
  way(h, f, "manage", "/manage", "web.way.manage");
  th_html_close(h);
  th_html_close(h);
  th_html_open_cls(h, "form", "find");
  th_html_attrz(h, "method", "get");
  th_html_attrz(h, "action", "/find");
  th_html_attrz(h, "role", "search");
  th_html_attr_say(h, "aria-label", "web.find.go");
  th_html_open(h, "input");
  th_html_attrz(h, "type", "search");
  th_html_attrz(h, "name", "q");
  th_html_attrz(h, "id", "find");
  th_html_attr_say(h, "aria-label", "web.find.label");
  th_html_attr_say(h, "placeholder", "web.find.short");
  th_html_attrz(h, "autocomplete", "off");
  th_html_open(h, "button");
  th_html_attrz(h, "type", "submit");
  th_html_say(h, "web.find.go");
  th_html_close(h);
  th_html_close(h);
  language(h, f);
  th_html_close(h);
}

void th_web_begin(th_html *h, const th_web_frame *f) {
  th_buf_addz(h->out, "<!doctype html>\n");
  th_html_open(h, "html");
  th_html_attrz(h, "lang", h->lang == TH_WORDS_ZH_TW ? "zh-Hant-TW" : "en");
  head(h, f);
  th_html_open(h, "body");
  th_html_open_cls(h, "a", "skip");
  th_html_attrz(h, "href", "#main");
  th_html_say(h, "web.skip");
  th_html_close(h);
  top(h, f);
  th_html_open_cls(h, "main", "page");
  th_html_attrz(h, "id", "main");
  th_html_attrz(h, "tabindex", "-1");
  if (!f->bare) th_html_el(h, "h1", NULL, f->title);
}

void th_web_end(th_html *h) {
  th_html_close(h);
  th_html_open(h, "footer");
  th_html_el_say(h, "p", NULL, "footer");
  th_html_open(h, "p");
  th_html_link_say(h, TH_S("/glossary"), "web.glossary");
  th_html_text(h, TH_S(" · Theriac " THERIAC_VERSION));
  th_html_close(h);
  th_html_close(h);
  th_html_close(h);
  th_html_close(h);
  th_buf_addc(h->out, '\n');
  TH_ASSERT(h->depth == 0);
}
