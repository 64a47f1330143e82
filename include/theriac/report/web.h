/* Floor 7, for the web app: a writer of HTML that escapes by itself, the frame around every page, and the parts that forms are made of.
 *
 * The writer keeps the open elements, so that what is opened is closed, and knows no way to put text in unescaped; pictures come from
 * plot, whole. Nothing in here computes. A want of memory shows in out->failed. */
#ifndef THERIAC_REPORT_WEB_H
#define THERIAC_REPORT_WEB_H

#include "theriac/report.h"

#define TH_LIMIT_HTML_DEPTH 64 /* elements open at once */

typedef struct th_html th_html;
struct th_html {
  th_buf *out;
  th_arena *a;
  th_words lang;
  const char *open[TH_LIMIT_HTML_DEPTH];
  unsigned depth;
  bool in_tag;              /* attributes may still be added */
  const char *const *heads; /* of the table under way: a cell carries its column's for narrow screens */
  size_t n_heads, column;
};

void th_html_init(th_html *h, th_arena *a, th_buf *out, th_words lang);
/* Opens an element. Attributes follow, then content, then th_html_close. Void elements (input, br, img, link, meta, hr) take attributes and
 * close themselves with the next call. */
void th_html_open(th_html *h, const char *tag);
void th_html_open_cls(th_html *h, const char *tag, const char *cls);
/* href, src, action and formaction take addresses of this site, https, http, mailto and # alone: anything else is written as "#". */
void th_html_attr(th_html *h, const char *name, th_str value);
void th_html_attrz(th_html *h, const char *name, const char *value);
void th_html_attr_say(th_html *h, const char *name, const char *key); /* value from the catalogue */
void th_html_flag(th_html *h, const char *name, bool on);             /* checked, disabled, required … */
void th_html_text(th_html *h, th_str s);
void th_html_textf(th_html *h, const char *fmt, ...) TH_PRINTF(2, 3);
void th_html_say(th_html *h, const char *key); /* text from the catalogue */
void th_html_sayf(th_html *h, const char *key, size_t n, const th_str *values);
void th_html_close(th_html *h); /* the innermost */

/* A whole element. cls may be NULL. */
void th_html_el(th_html *h, const char *tag, const char *cls, th_str text);
void th_html_el_say(th_html *h, const char *tag, const char *cls, const char *key);
void th_html_el_sayf(th_html *h, const char *tag, const char *cls, const char *key, size_t n, const th_str *values);
void th_html_link(th_html *h, th_str href, th_str text);
void th_html_link_say(th_html *h, th_str href, const char *key);
void th_html_badge(th_html *h, const char *cls, th_str text); /* as in dossiers: "l3", "ok", "stop", "hold" */
void th_html_svg(th_html *h, th_str svg);                     /* as plot wrote it */
/* Words of a source: in <q>, with their language where it is not the page's. */
void th_html_quote(th_html *h, th_str text);
/* th_words_fill with the page's language: text, not yet written. */
th_str th_html_words(th_html *h, const char *key, size_t n, const th_str *values);

#define TH_HTML_WORDS(h, key, ...)                                                                                             \
  th_html_words(h, key, sizeof((th_str[]){ __VA_ARGS__ }) / sizeof(th_str), (th_str[]){ __VA_ARGS__ })
#define TH_HTML_FILL(h, key, ...)                                                                                              \
  th_html_sayf(h, key, sizeof((th_str[]){ __VA_ARGS__ }) / sizeof(th_str), (th_str[]){ __VA_ARGS__ })

/* "/drug/" + name, percent-encoded for a path or a value of a query. */
th_str th_web_encode(th_arena *a, th_str s);
th_str th_web_path(th_arena *a, const char *before, th_str segment, const char *after);

/* ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The head of a table that scrolls by itself, for whoever writes its cells; then th_html_table_end. */
void th_html_table_open(th_html *h, const char *cls, const char *caption_key);
/* A table that scrolls by itself, with a caption for those who hear it. Then rows (th_html_row_begin … cells … end). keys: headings in
 * the catalogue. */
void th_html_table_begin(th_html *h, const char *cls, const char *caption_key, const char *const *keys, size_t n);
void th_html_table_end(th_html *h);
void th_html_row_begin(th_html *h, const char *cls);
void th_html_row_end(th_html *h);
void th_html_cell(th_html *h, th_str text);

/* ── Forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_web_option {
  const char *value;
  const char *key; /* words from the catalogue; NULL: text */
  th_str text;
} th_web_option;

/* A labelled field. hint_key and error may be NULL or empty. type: "text", "search", "date", "number", "file", "password". */
typedef struct th_web_field {
  const char *name, *label_key, *hint_key, *type;
  th_str label; /* instead of label_key */
  th_str hint;  /* instead of hint_key */
  th_str value, error, placeholder;
  const char *inputmode, *autocomplete, *list;
  bool required, multiple;
  unsigned rows; /* over 1: a text area */
} th_web_field;

/* method "get" or "post"; multipart where files are sent. Closed by th_html_close. */
void th_web_form_begin(th_html *h, const char *method, th_str action, bool multipart);
void th_web_field_put(th_html *h, const th_web_field *f);
void th_web_hidden(th_html *h, const char *name, th_str value);
void th_web_select(th_html *h, const char *name, const char *label_key, const th_web_option *o, size_t n, th_str chosen);
/* Radio buttons in a fieldset: what is not chosen stays not chosen. */
void th_web_choice(th_html *h, const char *name, th_str legend, const th_web_option *o, size_t n, th_str chosen);
void th_web_check(th_html *h, const char *name, const char *value, th_str label, bool on);
void th_web_button(th_html *h, const char *cls, const char *key); /* submits; cls "primary", "quiet", "danger" */
void th_web_button_value(th_html *h, const char *cls, const char *name, const char *value, const char *key);

/* A call-out: cls "warn", "stop", "info", "ok". Closed by th_html_close. */
void th_web_note_begin(th_html *h, const char *cls);
void th_web_note(th_html *h, const char *cls, const char *key);
/* Nothing to show, and what to do about it. */
void th_web_empty(th_html *h, const char *title_key, const char *what_key);

/* ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_web_frame {
  th_str title;       /* of the page, also its h1 unless bare */
  const char *here;   /* "home", "drugs", "apply", "check", "trials", "predict", "manage": which part of the site */
  th_str path;        /* of this page with its query: where a change of language comes back to */
  const char *script; /* a further ES module of web/, or NULL */
  bool bare;          /* the page writes its own h1 */
  bool noindex;
  bool refresh; /* long work: loaded again every two seconds where there is no script */
} th_web_frame;

/* Doctype to <main>, and </main> to the end. */
void th_web_begin(th_html *h, const th_web_frame *f);
void th_web_end(th_html *h);

/* Files of the web app by name ("app.css", "app.js"); empty: no such file. type: its media type. */
TH_API th_str th_web_file(th_str name, const char **type);

/* Address of the page that a related drug has; empty: it has none. */
typedef struct th_web_links {
  th_str (*drug)(void *ctx, th_arena *a, const th_dossier_relative *r);
  void *ctx;
} th_web_links;

/* The dossier's sections as they stand in the one-file form, for a page of the web app; level of the first headings. */
TH_API th_code th_web_dossier(th_html *h, const th_dossier *d, int level, const th_web_links *links, th_err *err);

#endif
