/* Which files the site has besides those of its drugs; the index of the search; the sitemap; pages at old addresses. */
#include "site_parts.h"

#include "theriac/io.h"
#include "theriac/text.h"

#include <stdlib.h>

/* ── The pages ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum group {
  FIXED,
  DRUGS,
  LEVELS,
  DECISIONS,
  DISEASES,
  FEEDS, /* of diseases */
  GROUPS
} group;

static const struct {
  const char *file;
  th_site_draw *draw;
} fixed[] = {
  { "index.html", th_site__home },    { "search.html", th_site__search },   { "diseases/index.html", th_site__diseases },
  { "charts.html", th_site__charts }, { "changes.html", th_site__changes }, { "changes.atom", th_site__changes_feed },
  { "method.html", th_site__method }, { "data.html", th_site__data },       { "about.html", th_site__about }
};
#define N_FIXED (sizeof fixed / sizeof *fixed)

static const char *const loose[] = { "index.html",      "404.html",        "assets/site.css", "assets/site.js",
                                     "assets/icon.svg", "search/index.js", "robots.txt",      "sitemap.xml" };
#define N_LOOSE (sizeof loose / sizeof *loose)

static size_t parts_of(const th_site *s, th_site__facet f) {
  size_t n = 0;
  for (size_t i = 0; i < th_site__facet_values(f); i++) n += th_site__facet_parts(s, f, i);
  return n;
}

static size_t size_of(const th_site *s, group g) {
  switch (g) {
  case FIXED: return N_FIXED;
  case DRUGS: return th_site__orders();
  case LEVELS: return parts_of(s, TH_SITE__BY_LEVEL);
  case DECISIONS: return parts_of(s, TH_SITE__BY_DECISION);
  case DISEASES:
  case FEEDS: return s->atlas->n_diseases;
  case GROUPS: break;
  }
  return 0;
}

/* Value and part of the i-th page of a facet, as the pages take them. */
static size_t facet_at(const th_site *s, th_site__facet f, size_t i, th_arena *a, th_str *path) {
  size_t value = 0, n;
  while (i >= (n = th_site__facet_parts(s, f, value))) i -= n, value++;
  *path = th_site__facet_path(a, f, value, i);
  return value + 16 * i;
}

static size_t of_language(const th_site *s) {
  size_t n = 0;
  for (int g = 0; g < GROUPS; g++) n += size_of(s, (group)g);
  return n;
}

/* The i-th page of a language. */
static th_site_draw *page_at(const th_site *s, size_t i, th_arena *a, th_str *path, size_t *which) {
  int g = 0;
  for (size_t n; g < GROUPS && i >= (n = size_of(s, (group)g)); g++) i -= n;
  *which = i;
  switch ((group)g) {
  case FIXED: *path = th_str_of(fixed[i].file); return fixed[i].draw;
  case DRUGS: *path = th_str_fmt(a, "drugs/%s", th_site__order_file(i)); return th_site__drugs;
  case LEVELS: *which = facet_at(s, TH_SITE__BY_LEVEL, i, a, path); return th_site__levels;
  case DECISIONS: *which = facet_at(s, TH_SITE__BY_DECISION, i, a, path); return th_site__decisions;
  case DISEASES: *path = th_str_fmt(a, "disease/%.*s.html", TH_STR_ARG(s->atlas->disease[i].slug)); return th_site__disease;
  case FEEDS: *path = th_str_fmt(a, "disease/%.*s.atom", TH_STR_ARG(s->atlas->disease[i].slug)); return th_site__disease_feed;
  case GROUPS: break;
  }
  return NULL;
}

size_t th_site_pages(const th_site *s) {
  return 2 * of_language(s) + N_LOOSE - (s->base.n ? 0 : 2);
}

/* ── Files outside the languages ───────────────────────────────────────────────────────────────────────────────────── */

static void bare_head(th_buf *b, th_words lang, const char *up, const char *title) {
  th_buf_addf(
      b,
      "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" "
      "content=\"no-referrer\">\n<title>%s</title>\n<link rel=\"stylesheet\" href=\"%sassets/site.css\">\n",
      lang == TH_WORDS_ZH_TW ? "zh-Hant-TW" : "en", title, up);
}

/* Both languages, neither before the other's reader. */
static void both(th_buf *b, const char *key, const char *en, const char *zh) {
  const th_words lang[2] = { TH_WORDS_ZH_TW, TH_WORDS_EN };
  for (int i = 0; i < 2; i++) {
    th_buf_addf(b, "<section lang=\"%s\">\n<h2><a href=\"%s\">%s</a></h2>\n<p>%.*s</p>\n</section>\n", i ? "en" : "zh-Hant-TW",
                i ? en : zh, i ? "English" : "中文", TH_STR_ARG(th_words_get(lang[i], key)));
  }
}

/* What is served for an address that is none stands at any depth: its links are whole ones where the site's address is known. */
static void chooser(th_arena *a, const th_site *s, th_buf *b, bool missing) {
  const th_str up = missing && s->base.n ? s->base : TH_S(""), en = th_str_fmt(a, "%.*sen/index.html", TH_STR_ARG(up)),
               zh = th_str_fmt(a, "%.*szh-TW/index.html", TH_STR_ARG(up)), own = th_str_dup(a, up);
  if (!en.p || !zh.p || !own.p) b->failed = true;
  bare_head(b, TH_WORDS_ZH_TW, own.p ? own.p : "", "Theriac");
  if (missing) th_buf_addz(b, "<meta name=\"robots\" content=\"noindex\">\n");
  th_buf_addz(b, "</head>\n<body>\n<main class=\"page\">\n<h1>Theriac</h1>\n");
  both(b, missing ? "site.missing" : "site.home.lede", en.p ? en.p : "", zh.p ? zh.p : "");
  th_buf_addz(b, "</main>\n</body>\n</html>\n");
}

static void web_file(th_buf *b, const char *name) {
  const char *type;
  th_buf_add(b, th_web_file(th_str_of(name), &type));
}

void th_site__sitemap(th_arena *a, const th_site *s, th_buf *out) {
  const th_atlas *v = s->atlas;
  const th_str day = th_site__day(a, s->as_of);
  th_buf_addz(out,
              "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
  for (int l = 0; l < 2; l++) {
    const char *lang = th_site__lang((th_words)l);
    for (size_t i = 0; i < of_language(s); i++) {
      th_str path;
      size_t which;
      page_at(s, i, a, &path, &which);
      if (!path.p || !th_str_ends(path, TH_S(".html"))) continue;
      th_buf_addf(out, "<url><loc>%.*s%s/%.*s</loc><lastmod>%.*s</lastmod></url>\n", TH_STR_ARG(s->base), lang,
                  TH_STR_ARG(path), TH_STR_ARG(day));
    }
    for (uint32_t i = 0; i < v->all.drugs.n; i++)
      th_buf_addf(out, "<url><loc>%.*s%s/drug/%.*s.html</loc><lastmod>%.*s</lastmod></url>\n", TH_STR_ARG(s->base), lang,
                  TH_STR_ARG(v->drug[i]->slug), TH_STR_ARG(day));
  }
  th_buf_addz(out, "</urlset>\n");
}

static th_code loose_file(th_arena *a, const th_site *s, const char *name, th_buf *out, th_err *err) {
  if (strcmp(name, "index.html") == 0) {
    chooser(a, s, out, false);
  } else if (strcmp(name, "404.html") == 0) {
    chooser(a, s, out, true);
  } else if (strcmp(name, "assets/site.css") == 0) {
    web_file(out, "dossier.css");
    web_file(out, "app.css");
    web_file(out, "site.css");
  } else if (strcmp(name, "assets/site.js") == 0) {
    web_file(out, "site.js");
  } else if (strcmp(name, "assets/icon.svg") == 0) {
    web_file(out, "icon.svg");
  } else if (strcmp(name, "search/index.js") == 0) {
    th_site__index(a, s, out, err);
  } else if (strcmp(name, "robots.txt") == 0) {
    th_buf_addf(out, "User-agent: *\nAllow: /\nSitemap: %.*ssitemap.xml\n", TH_STR_ARG(s->base));
  } else {
    th_site__sitemap(a, s, out);
  }
  return out->failed ? th_fail_nomem(err) : TH_OK;
}

th_code th_site_page(th_arena *a, const th_site *s, size_t i, th_str *path, th_buf *out, th_err *err) {
  const size_t n = of_language(s);
  if (i >= 2 * n) {
    *path = th_str_of(loose[i - 2 * n]);
    return loose_file(a, s, loose[i - 2 * n], out, err);
  }
  const th_words lang = i < n ? TH_WORDS_EN : TH_WORDS_ZH_TW;
  th_str below;
  size_t which;
  th_site_draw *draw = page_at(s, i % n, a, &below, &which);
  if (!below.p) return th_fail_nomem(err);
  *path = th_str_fmt(a, "%s/%.*s", th_site__lang(lang), TH_STR_ARG(below));
  th_html h;
  th_html_init(&h, a, out, lang);
  draw(&h, s, below, which);
  return out->failed || !path->p ? th_fail_nomem(err) : TH_OK;
}

/* ── Old addresses ─────────────────────────────────────────────────────────────────────────────────────────────────── */

th_str th_site_find(th_arena *a, const th_site *s, th_str drug_slug) {
  for (uint32_t i = 0; i < s->atlas->all.drugs.n; i++)
    if (th_str_eq(s->atlas->drug[i]->slug, drug_slug)) return th_str_fmt(a, "drug/%.*s.html", TH_STR_ARG(drug_slug));
  return TH_STR_NONE;
}

th_code th_site_redirect(th_arena *a, const th_site *s, th_str from, th_str to, th_str *path, th_buf *out, th_err *err) {
  while (from.n && from.p[from.n - 1] == '/') from.n--;
  while (from.n && from.p[0] == '/') from = th_str_sub(from, 1, from.n);
  *path = th_str_ends(from, TH_S(".html")) ? from : th_str_fmt(a, "%.*s/index.html", TH_STR_ARG(from));
  const th_str up = th_site__up(a, *path);
  if (!path->p || !up.p) return th_fail_nomem(err);
  const th_str zh = th_str_fmt(a, "%.*szh-TW/%.*s", TH_STR_ARG(up), TH_STR_ARG(to)),
               en = th_str_fmt(a, "%.*sen/%.*s", TH_STR_ARG(up), TH_STR_ARG(to));
  if (!zh.p || !en.p) return th_fail_nomem(err);
  bare_head(out, TH_WORDS_ZH_TW, up.p, "Theriac");
  th_buf_addz(out, "<meta http-equiv=\"refresh\" content=\"0; url=");
  th_buf_add(out, zh);
  th_buf_addz(out, "\">\n<meta name=\"robots\" content=\"noindex\">\n");
  if (s->base.n) th_buf_addf(out, "<link rel=\"canonical\" href=\"%.*szh-TW/%.*s\">\n", TH_STR_ARG(s->base), TH_STR_ARG(to));
  th_buf_addz(out, "</head>\n<body>\n<main class=\"page\">\n<h1>Theriac</h1>\n");
  both(out, "site.moved", en.p, zh.p);
  th_buf_addz(out, "</main>\n</body>\n</html>\n");
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
