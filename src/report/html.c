/* The page as one HTML file: no script, no outside request. The content policy names the one style by its hash, so that nothing else
 * can run or load even if a source's text tried. All text is escaped here and nowhere else. */
#include "page.h"

#include "theriac/base/embed.h"
#include "theriac/report/web.h"

#include <sodium.h>

extern const th_embed th_report__files[];

typedef struct html {
  th_buf *b;
  const th_page *p;
  int depth;    /* of sections: heading level */
  th_str title; /* of the section or fold that stands open: what its tables are called */
} html;

/* What stands for a byte in text and attributes; "" leaves it out, NULL is the byte itself. */
static const char *instead(unsigned char c) {
  switch (c) {
  case '&': return "&amp;";
  case '<': return "&lt;";
  case '>': return "&gt;";
  case '"': return "&quot;";
  default: return c >= 0x20 || c == '\n' || c == '\t' ? NULL : "";
  }
}

void th_report__escape(th_buf *b, th_str s) {
  size_t from = 0;
  for (size_t i = 0; i < s.n; i++) {
    const unsigned char c = (unsigned char)s.p[i];
    if (c > '>' || (c >= ' ' && c != '&' && c != '"' && c != '<' && c != '>')) continue;
    const char *other = instead(c);
    if (!other) continue;
    th_buf_add(b, th_str_sub(s, from, i));
    th_buf_addz(b, other);
    from = i + 1;
  }
  th_buf_add(b, th_str_sub(s, from, s.n));
}

bool th_report__has_han(th_str s) {
  for (size_t i = 0; i + 2 < s.n; i++)
    if ((unsigned char)s.p[i] >= 0xe3 && (unsigned char)s.p[i] <= 0xe9) return true;
  return false;
}

static void quote(html *h, th_str s) {
  const bool zh = th_report__has_han(s);
  const bool foreign = zh != (h->p->lang == TH_WORDS_ZH_TW);
  th_buf_addz(h->b, "<q");
  if (foreign) th_buf_addf(h->b, " lang=\"%s\"", zh ? "zh" : "en");
  th_buf_addc(h->b, '>');
  for (th_str rest = s, line; th_str_line(&rest, &line);) {
    th_report__escape(h->b, line);
    if (rest.n) th_buf_addz(h->b, "<br>");
  }
  th_buf_addz(h->b, "</q>");
}

static void class_of(th_buf *b, const char *cls) {
  if (!cls) return;
  th_buf_addz(b, " class=\"");
  th_buf_addz(b, cls);
  th_buf_addc(b, '"');
}

static void close_tag(th_buf *b, const char *tag) {
  th_buf_addz(b, "</");
  th_buf_addz(b, tag);
  th_buf_addc(b, '>');
}

static void tagged(html *h, const char *tag, const char *cls, th_str s) {
  th_buf_addc(h->b, '<');
  th_buf_addz(h->b, tag);
  class_of(h->b, cls);
  th_buf_addc(h->b, '>');
  th_report__escape(h->b, s);
  close_tag(h->b, tag);
}

static void run(html *h, const th_run *r) {
  switch (r->kind) {
  case RUN_TEXT:
    if (r->cls)
      tagged(h, "span", r->cls, r->text);
    else
      th_report__escape(h->b, r->text);
    break;
  case RUN_STRONG: tagged(h, "strong", NULL, r->text); break;
  case RUN_BADGE:
    th_buf_addz(h->b, "<span class=\"badge b-");
    th_buf_addz(h->b, r->cls);
    th_buf_addz(h->b, "\">");
    th_report__escape(h->b, r->text);
    th_buf_addz(h->b, "</span>");
    break;
  case RUN_REF:
    th_buf_addz(h->b, " <a class=\"ref\" href=\"");
    th_report__escape(h->b, r->href);
    th_buf_addz(h->b, "\" title=\"");
    th_report__escape(h->b, th_words_get(h->p->lang, "ref.title"));
    th_buf_addz(h->b, "\">");
    th_report__escape(h->b, r->text);
    th_buf_addz(h->b, "</a>");
    break;
  case RUN_LINK:
    th_buf_addz(h->b, "<a href=\"");
    th_report__escape(h->b, r->href);
    th_buf_addz(h->b, "\">");
    th_report__escape(h->b, r->text);
    th_buf_addz(h->b, "</a>");
    break;
  case RUN_QUOTE: quote(h, r->text); break;
  case RUN_CODE: tagged(h, "code", NULL, r->text); break;
  case RUN_BREAK: th_buf_addz(h->b, "<br>"); break;
  }
}

static void runs(html *h, const th_block *b) {
  for (size_t i = 0; i < b->runs.n; i++) run(h, &b->runs.v[i]);
}

static void open_tag(html *h, const char *tag, const th_block *b) {
  th_buf_addc(h->b, '<');
  th_buf_addz(h->b, tag);
  if (b->id.n) {
    th_buf_addz(h->b, " id=\"");
    th_report__escape(h->b, b->id);
    th_buf_addc(h->b, '"');
  }
  class_of(h->b, b->cls);
}

static void block(html *h, const th_block *b);

static void children(html *h, const th_block *b) {
  for (const th_block *c = b->first; c; c = c->next) block(h, c);
}

/* The plain words of a title. */
static th_str title_of(html *h, const th_block *b) {
  th_buf t;
  th_buf_init(&t, h->p->a, 64);
  for (size_t i = 0; i < b->runs.n; i++)
    if (b->runs.v[i].kind != RUN_REF) th_buf_add(&t, b->runs.v[i].text);
  if (t.failed) h->b->failed = true;
  return th_buf_str(&t);
}

static void section(html *h, const th_block *b) {
  const int level = h->depth < 6 ? h->depth : 6;
  const th_str outer = h->title;
  open_tag(h, "section", b);
  th_buf_addf(h->b, "><h%d>", level);
  runs(h, b);
  th_buf_addf(h->b, "</h%d>\n", level);
  h->title = title_of(h, b);
  h->depth++;
  children(h, b);
  h->depth--;
  h->title = outer;
  th_buf_addz(h->b, "</section>\n");
}

/* A wide table scrolls by itself, and by keyboard. It is called after its section. */
static void table(html *h, const th_block *b) {
  th_buf_addz(h->b, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"");
  th_report__escape(h->b, h->title);
  th_buf_addz(h->b, "\">");
  open_tag(h, "table", b);
  th_buf_addz(h->b, "><caption>");
  th_report__escape(h->b, h->title);
  th_buf_addz(h->b, "</caption>");
  const th_block *row = b->first;
  if (b->has_head && row) {
    th_buf_addz(h->b, "<thead><tr>");
    for (const th_block *c = row->first; c; c = c->next) {
      th_buf_addz(h->b, "<th scope=\"col\">");
      runs(h, c);
      th_buf_addz(h->b, "</th>");
    }
    th_buf_addz(h->b, "</tr></thead>");
    row = row->next;
  }
  th_buf_addz(h->b, "<tbody>\n");
  for (; row; row = row->next) {
    open_tag(h, "tr", row);
    th_buf_addc(h->b, '>');
    const th_block *head = b->has_head && b->first ? b->first->first : NULL;
    for (const th_block *c = row->first; c; c = c->next) {
      const bool first = c == row->first;
      open_tag(h, first ? "th" : "td", c);
      if (first) th_buf_addz(h->b, " scope=\"row\"");
      if (head && head->runs.n) {
        th_buf_addz(h->b, " data-label=\"");
        th_report__escape(h->b, head->runs.v[0].text);
        th_buf_addc(h->b, '"');
      }
      th_buf_addc(h->b, '>');
      runs(h, c);
      close_tag(h->b, first ? "th" : "td");
      head = head ? head->next : NULL;
    }
    th_buf_addz(h->b, "</tr>\n");
  }
  th_buf_addz(h->b, "</tbody></table></div>\n");
}

static bool is_link(const th_run *r) {
  return r->kind == RUN_REF || r->kind == RUN_LINK;
}

/* A list item that folds stays an item, so that the tree stays a list. A summary is a button: links in it go below it. */
static void fold(html *h, const th_block *b, bool in_list) {
  const th_str outer = h->title;
  bool links = false;
  if (in_list) th_buf_addz(h->b, "<li>");
  open_tag(h, "details", b);
  if (b->open) th_buf_addz(h->b, " open");
  th_buf_addz(h->b, "><summary>");
  for (size_t i = 0; i < b->runs.n; i++) {
    if (is_link(&b->runs.v[i]))
      links = true;
    else
      run(h, &b->runs.v[i]);
  }
  th_buf_addz(h->b, "</summary>\n");
  if (links) th_buf_addz(h->b, "<p class=\"at\">");
  for (size_t i = 0; i < b->runs.n; i++)
    if (is_link(&b->runs.v[i])) run(h, &b->runs.v[i]);
  if (links) th_buf_addz(h->b, "</p>\n");
  h->title = title_of(h, b);
  children(h, b);
  h->title = outer;
  th_buf_addz(h->b, "</details>");
  if (in_list) th_buf_addz(h->b, "</li>");
  th_buf_addc(h->b, '\n');
}

static void list(html *h, const th_block *b) {
  if (!b->first) return;
  open_tag(h, "ul", b);
  th_buf_addc(h->b, '>');
  for (const th_block *c = b->first; c; c = c->next) {
    if (c->kind == BLOCK_FOLD)
      fold(h, c, true);
    else {
      open_tag(h, "li", c);
      th_buf_addc(h->b, '>');
      runs(h, c);
      children(h, c);
      th_buf_addz(h->b, "</li>\n");
    }
  }
  th_buf_addz(h->b, "</ul>\n");
}

static void figure(html *h, const th_block *b) {
  open_tag(h, "figure", b);
  th_buf_addz(h->b, "><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"");
  for (size_t i = 0; i < b->runs.n; i++) th_report__escape(h->b, b->runs.v[i].text);
  th_buf_addz(h->b, "\">");
  th_buf_add(h->b, b->svg);
  th_buf_addz(h->b, "</div><figcaption>");
  runs(h, b);
  th_buf_addz(h->b, "</figcaption>");
  if (b->first) {
    th_buf_addz(h->b, "<details><summary>");
    th_report__escape(h->b, th_words_get(h->p->lang, "figure.table"));
    th_buf_addz(h->b, "</summary>");
    const th_str outer = h->title;
    h->title = title_of(h, b);
    children(h, b);
    h->title = outer;
    th_buf_addz(h->b, "</details>");
  }
  th_buf_addz(h->b, "</figure>\n");
}

static void block(html *h, const th_block *b) {
  switch (b->kind) {
  case BLOCK_SECTION: section(h, b); break;
  case BLOCK_TABLE: table(h, b); break;
  case BLOCK_FOLD: fold(h, b, false); break;
  case BLOCK_LIST: list(h, b); break;
  case BLOCK_FIGURE: figure(h, b); break;
  case BLOCK_PARA:
    open_tag(h, "p", b);
    th_buf_addc(h->b, '>');
    runs(h, b);
    th_buf_addz(h->b, "</p>\n");
    break;
  case BLOCK_NOTE:
    th_buf_addf(h->b, "<div role=\"note\" class=\"note n-%s\"", b->cls);
    if (b->id.n) {
      th_buf_addz(h->b, " id=\"");
      th_report__escape(h->b, b->id);
      th_buf_addc(h->b, '"');
    }
    th_buf_addz(h->b, ">\n");
    children(h, b);
    th_buf_addz(h->b, "</div>\n");
    break;
  case BLOCK_CODE:
    th_buf_addz(h->b, "<pre tabindex=\"0\">");
    th_report__escape(h->b, b->text);
    th_buf_addz(h->b, "</pre>\n");
    break;
  case BLOCK_CARDS:
    th_buf_addz(h->b, "<div class=\"cards\">\n");
    children(h, b);
    th_buf_addz(h->b, "</div>\n");
    break;
  case BLOCK_ITEM:
  case BLOCK_ROW:
  case BLOCK_CELL: break; /* written by their list or table */
  }
}

/* 'sha256-…' of the style, for the content policy. */
static void style_hash(th_str css, char out[64]) {
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, (const unsigned char *)css.p, css.n);
  sodium_bin2base64(out, 64, digest, sizeof digest, sodium_base64_VARIANT_ORIGINAL);
}

static void navigation(html *h) {
  th_buf_addz(h->b, "<nav aria-label=\"");
  th_report__escape(h->b, th_words_get(h->p->lang, "nav.label"));
  th_buf_addz(h->b, "\"><ul>\n");
  for (const th_block *c = h->p->root.first; c; c = c->next) {
    if (c->kind != BLOCK_SECTION || !c->id.n) continue;
    th_buf_addz(h->b, "<li><a href=\"#");
    th_report__escape(h->b, c->id);
    th_buf_addz(h->b, "\">");
    for (size_t i = 0; i < c->runs.n; i++) th_report__escape(h->b, c->runs.v[i].text);
    th_buf_addz(h->b, "</a></li>\n");
  }
  th_buf_addz(h->b, "</ul></nav>\n");
}

th_code th_web_dossier(th_html *w, const th_dossier *d, int level, const th_web_links *links, th_err *err) {
  th_page page;
  TH_TRY(th_page_of_dossier(w->a, d, w->lang, links, &page, err));
  th_html_text(w, TH_STR_NONE); /* ends the tag that stands open */
  html h = { w->out, &page, level, TH_STR_NONE };
  th_html_open_cls(w, "div", "layout");
  th_html_text(w, TH_S("\n"));
  navigation(&h);
  th_html_open_cls(w, "div", "sections");
  th_html_text(w, TH_S("\n"));
  children(&h, &page.root);
  th_html_close(w);
  th_html_close(w);
  return w->out->failed ? th_fail_nomem(err) : TH_OK;
}

void th_web__page(th_html *w, const th_page *p, int level, th_str title) {
  th_html_text(w, TH_STR_NONE); /* ends the tag that stands open */
  html h = { w->out, p, level, title };
  children(&h, &p->root);
}

static void header(html *h, const th_dossier *d) {
  char day[TH_DATE_TEXT], old[TH_DATE_TEXT];
  th_buf_addz(h->b, "<header><h1>");
  const bool zh = h->p->lang == TH_WORDS_ZH_TW && d->drug_zh.n;
  th_report__escape(h->b, zh ? d->drug_zh : d->drug_en);
  if (d->drug_zh.n) {
    th_buf_addz(h->b, " <span class=\"other-script\">");
    th_report__escape(h->b, zh ? d->drug_en : d->drug_zh);
    th_buf_addz(h->b, "</span>");
  }
  th_buf_addz(h->b, "</h1>\n<p class=\"as-of\">");
  const th_str values[] = { th_str_of(th_date_iso(d->as_of, day)), th_str_of(th_date_iso(d->oldest_source, old)),
                            th_str_fmt(h->p->a, "%zu", d->findings.n), th_str_fmt(h->p->a, "%zu", d->sources.n) };
  th_report__escape(h->b, th_words_fill(h->p->a, th_words_get(h->p->lang, "header.facts"), values, 4));
  th_buf_addz(h->b, "</p>\n</header>\n");
}

th_code th_report_html(th_arena *a, const th_dossier *d, th_words lang, th_buf *out, th_err *err) {
  th_page page;
  TH_TRY(th_page_of_dossier(a, d, lang, NULL, &page, err));
  const th_str css = th_embed_find(th_report__files, "dossier.css");
  char hash[64];
  style_hash(css, hash);
  html h = { out, &page, 2, TH_STR_NONE };
  th_buf_addf(out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
              lang == TH_WORDS_ZH_TW ? "zh-Hant-TW" : "en");
  th_buf_addf(out,
              "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; base-uri "
              "'none'; form-action 'none'\">\n",
              hash);
  th_buf_addz(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" "
                   "content=\"no-referrer\">\n<title>");
  const th_str title =
      th_words_fill(a, th_words_get(lang, "title"), (th_str[]){ d->drug_en, d->drug_zh.n ? d->drug_zh : d->drug_en }, 2);
  th_report__escape(out, title);
  th_buf_addz(out, "</title>\n<style>");
  th_buf_add(out, css);
  th_buf_addz(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#verdict\">");
  th_report__escape(out, th_words_get(lang, "skip"));
  th_buf_addz(out, "</a>\n");
  header(&h, d);
  th_buf_addz(out, "<div class=\"layout\">\n");
  navigation(&h);
  th_buf_addz(out, "<main>\n");
  children(&h, &page.root);
  th_buf_addz(out, "</main>\n</div>\n<footer><p>");
  th_report__escape(out, th_words_get(lang, "footer"));
  th_buf_addz(out, "</p></footer>\n</body>\n</html>\n");
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
