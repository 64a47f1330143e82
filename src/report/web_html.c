/* The writer of HTML. Text can go in by one door, which escapes; what is opened is known, so that it is closed. */
#include "theriac/report/web.h"

#include <stdarg.h>
#include <stdio.h>

#include "page.h"

void th_html_init(th_html *h, th_arena *a, th_buf *out, th_words lang) {
  *h = (th_html){ .out = out, .a = a, .lang = lang };
}

static bool is_void(const char *tag) {
  static const char *const list[] = { "input", "br", "img", "link", "meta", "hr", "source" };
  for (size_t i = 0; i < sizeof list / sizeof *list; i++)
    if (strcmp(tag, list[i]) == 0) return true;
  return false;
}

/* Ends the tag that stands open for attributes. */
static void settle(th_html *h) {
  if (!h->in_tag) return;
  h->in_tag = false;
  th_buf_addc(h->out, '>');
  if (is_void(h->open[h->depth - 1])) h->depth--;
}

void th_html_open(th_html *h, const char *tag) {
  settle(h);
  TH_ASSERT(h->depth < TH_LIMIT_HTML_DEPTH);
  h->open[h->depth++] = tag;
  th_buf_addc(h->out, '<');
  th_buf_addz(h->out, tag);
  h->in_tag = true;
  const bool data = strcmp(tag, "td") == 0;
  if (!h->heads || h->column >= h->n_heads || (!data && strcmp(tag, "th") != 0)) return;
  const char *head = h->heads[h->column++]; /* the head of a row is a column too, and names itself */
  if (data) th_html_attr_say(h, "data-label", head);
}

void th_html_open_cls(th_html *h, const char *tag, const char *cls) {
  th_html_open(h, tag);
  if (cls) th_html_attrz(h, "class", cls);
}

static bool is_address(const char *name) {
  return strcmp(name, "href") == 0 || strcmp(name, "src") == 0 || strcmp(name, "action") == 0 ||
         strcmp(name, "formaction") == 0;
}

/* "javascript:", "data:", "//elsewhere" and the like are nowhere to go. */
static bool may_lead_to(th_str to) {
  if (th_str_starts(to, TH_S("//")) || th_str_starts(to, TH_S("/\\"))) return false;
  if (th_str_starts(to, TH_S("https://")) || th_str_starts(to, TH_S("http://")) || th_str_starts(to, TH_S("mailto:")))
    return true;
  for (size_t i = 0; i < to.n; i++) {
    if (to.p[i] == '/' || to.p[i] == '?' || to.p[i] == '#') return true;
    if (to.p[i] == ':' || (unsigned char)to.p[i] <= ' ') return false;
  }
  return true;
}

void th_html_attr(th_html *h, const char *name, th_str value) {
  TH_ASSERT(h->in_tag);
  if (is_address(name) && !may_lead_to(value)) value = TH_S("#");
  th_buf_addc(h->out, ' ');
  th_buf_addz(h->out, name);
  th_buf_addz(h->out, "=\"");
  th_report__escape(h->out, value);
  th_buf_addc(h->out, '"');
}

void th_html_attrz(th_html *h, const char *name, const char *value) {
  th_html_attr(h, name, th_str_of(value));
}

void th_html_attr_say(th_html *h, const char *name, const char *key) {
  th_html_attr(h, name, th_words_get(h->lang, key));
}

void th_html_flag(th_html *h, const char *name, bool on) {
  TH_ASSERT(h->in_tag);
  if (!on) return;
  th_buf_addc(h->out, ' ');
  th_buf_addz(h->out, name);
}

void th_html_text(th_html *h, th_str s) {
  settle(h);
  th_report__escape(h->out, s);
}

void th_html_textf(th_html *h, const char *fmt, ...) {
  char text[512];
  va_list ap;
  va_start(ap, fmt);
  const int n = vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  th_html_text(h, th_str_n(text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1));
}

void th_html_say(th_html *h, const char *key) {
  th_html_text(h, th_words_get(h->lang, key));
}

th_str th_html_words(th_html *h, const char *key, size_t n, const th_str *values) {
  return th_words_fill(h->a, th_words_get(h->lang, key), values, n);
}

void th_html_sayf(th_html *h, const char *key, size_t n, const th_str *values) {
  th_html_text(h, th_html_words(h, key, n, values));
}

void th_html_close(th_html *h) {
  settle(h);
  TH_ASSERT(h->depth > 0);
  const char *tag = h->open[--h->depth];
  th_buf_addz(h->out, "</");
  th_buf_addz(h->out, tag);
  th_buf_addc(h->out, '>');
}

void th_html_el(th_html *h, const char *tag, const char *cls, th_str text) {
  th_html_open_cls(h, tag, cls);
  th_html_text(h, text);
  th_html_close(h);
}

void th_html_el_say(th_html *h, const char *tag, const char *cls, const char *key) {
  th_html_el(h, tag, cls, th_words_get(h->lang, key));
}

void th_html_el_sayf(th_html *h, const char *tag, const char *cls, const char *key, size_t n, const th_str *values) {
  th_html_el(h, tag, cls, th_html_words(h, key, n, values));
}

void th_html_link(th_html *h, th_str href, th_str text) {
  th_html_open(h, "a");
  th_html_attr(h, "href", href);
  th_html_text(h, text);
  th_html_close(h);
}

void th_html_link_say(th_html *h, th_str href, const char *key) {
  th_html_link(h, href, th_words_get(h->lang, key));
}

void th_html_badge(th_html *h, const char *cls, th_str text) {
  th_html_open(h, "span");
  th_html_attr(h, "class", th_str_fmt(h->a, "badge b-%s", cls));
  th_html_text(h, text);
  th_html_close(h);
}

void th_html_svg(th_html *h, th_str svg) {
  settle(h);
  th_buf_add(h->out, svg);
}

void th_html_quote(th_html *h, th_str text) {
  const bool zh = th_report__has_han(text);
  th_html_open(h, "q");
  if (zh != (h->lang == TH_WORDS_ZH_TW)) th_html_attrz(h, "lang", zh ? "zh-Hant" : "en");
  th_html_text(h, text);
  th_html_close(h);
}

th_str th_web_encode(th_arena *a, th_str s) {
  static const char hex[] = "0123456789ABCDEF";
  th_buf b;
  th_buf_init(&b, a, s.n + 16);
  for (size_t i = 0; i < s.n; i++) {
    const unsigned char c = (unsigned char)s.p[i];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                       c == '.' || c == '~';
    if (plain)
      th_buf_addc(&b, (char)c);
    else
      th_buf_addc(&b, '%'), th_buf_addc(&b, hex[c >> 4]), th_buf_addc(&b, hex[c & 15]);
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

th_str th_web_path(th_arena *a, const char *before, th_str segment, const char *after) {
  const th_str s = th_web_encode(a, segment);
  return th_str_fmt(a, "%s%.*s%s", before, TH_STR_ARG(s), after);
}
