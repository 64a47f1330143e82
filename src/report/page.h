/* The page: what all text forms are written from. Blocks hold runs of text or further blocks; nothing here is a number to compute with. */
#ifndef THERIAC_REPORT_PAGE_H
#define THERIAC_REPORT_PAGE_H

#include "theriac/report.h"

typedef enum th_run_kind {
  RUN_TEXT,
  RUN_STRONG,
  RUN_BADGE, /* a code with a class: level, severity, state */
  RUN_REF,   /* where it was read: text "S1:24", href "#S1" */
  RUN_LINK,
  RUN_QUOTE, /* words of a source, in the source's language */
  RUN_CODE,
  RUN_BREAK,
} th_run_kind;

typedef struct th_run {
  th_run_kind kind;
  th_str text;
  const char *cls; /* BADGE: "l3", "major"; QUOTE: language or NULL */
  th_str href;
} th_run;
typedef TH_VEC(th_run) th_runs;

typedef enum th_block_kind {
  BLOCK_SECTION, /* title (runs), children; depth follows nesting */
  BLOCK_PARA,
  BLOCK_LIST,   /* children: items */
  BLOCK_ITEM,   /* runs, then children */
  BLOCK_TABLE,  /* children: rows; head: first row when has_head */
  BLOCK_ROW,    /* children: cells */
  BLOCK_CELL,   /* runs */
  BLOCK_FOLD,   /* title (runs), children; open or closed where the form can fold */
  BLOCK_NOTE,   /* a call-out: cls "warn", "stop", "info"; children */
  BLOCK_FIGURE, /* svg, title; children: the same numbers as a table */
  BLOCK_CODE,   /* verbatim text */
  BLOCK_CARDS,  /* children: sections side by side where there is room */
} th_block_kind;

typedef struct th_block th_block;
struct th_block {
  th_block_kind kind;
  const char *cls;
  th_str id; /* anchor, or empty */
  th_runs runs;
  th_str svg, text;
  bool open, has_head;
  th_block *first, *last, *next;
};

/* Builder: sticky failure, one open block at a time. */
typedef struct th_page {
  th_arena *a;
  th_words lang;
  const th_dossier *d;
  th_block root;
  th_block *open[24];
  int depth;
  const struct th_web_links *links; /* where other drugs have their pages; NULL: nowhere */
  unsigned forests;                 /* drawn so far: each has an id of its own */
  bool failed;
} th_page;

void th_page_init(th_page *p, th_arena *a, th_words lang, const th_dossier *d);
th_block *th_page_begin(th_page *p, th_block_kind kind, const char *cls);
void th_page_end(th_page *p);
th_str th_page_word(th_page *p, const char *key);                      /* from the catalogue in the page's language */
th_str th_page_code(th_page *p, const char *prefix, const char *code); /* "level." + "L3" */
void th_page_run(th_page *p, th_run_kind kind, const char *cls, th_str text, th_str href);
void th_page_text(th_page *p, th_str text);
void th_page_say(th_page *p, const char *key); /* text from the catalogue */
void th_page_sayf(th_page *p, const char *key, size_t n, const th_str *values);
void th_page_badge(th_page *p, const char *cls, th_str text);
void th_page_ref(th_page *p, th_place at);
void th_page_quote(th_page *p, th_str text);
th_str th_page_name(const th_page *p,
                    const th_dossier_pair *pair);     /* the disease in the page's language, as far as it is known */
th_str th_page_num(th_page *p, double v, int digits); /* as printed in tables; "∞", "–" for infinite and undefined */

/* A paragraph or cell of one run, the commonest cases. */
void th_page_para(th_page *p, const char *key);
void th_page_cell(th_page *p, th_str text);
void th_page_cell_say(th_page *p, const char *key);
void th_page_head(th_page *p, const char *const *keys, size_t n); /* header row */
void th_page_section(th_page *p, const char *id, const char *key);

#define FILL(p, key, ...) th_page_sayf(p, key, sizeof((th_str[]){ __VA_ARGS__ }) / sizeof(th_str), (th_str[]){ __VA_ARGS__ })

/* The dossier's page, in the order of dossier.md §1. */
th_code th_page_of_dossier(th_arena *a, const th_dossier *d, th_words lang, const struct th_web_links *links, th_page *out,
                           th_err *err);

/* Its parts, one file each. */
/* The recomputed effects of one table as a forest plot, with its numbers. */
/* Where there is something to draw: units by pair, trials in time, published scores. */
void th_page__stack_figure(th_page *p);
void th_page__timeline_figure(th_page *p);
void th_page__score_figure(th_page *p);
void th_page__put_figure(th_page *p, const struct th_plot_figure *f, th_str caption); /* with its numbers as a table below it */
void th_page__forest(th_page *p, const th_dossier_appraisal *ap);

/* What was printed, the table it comes from, which methods fit, every measure of it. ap->doc may be NULL. */
void th_page__recheck(th_page *p, const th_dossier_appraisal *ap);

void th_page__verdict(th_page *p);
void th_page__cards(th_page *p);
void th_page__predictions(th_page *p);
void th_page__outlook(th_page *p);
void th_page__evidence(th_page *p);
void th_page__appraisal(th_page *p);
void th_page__safety(th_page *p);
void th_page__licence(th_page *p);
void th_page__coverage(th_page *p);
void th_page__change(th_page *p);
void th_page__findings(th_page *p);
void th_page__relatives(th_page *p);
void th_page__claims(th_page *p);
void th_page__history(th_page *p); /* only where it was asked for */
void th_page__provenance(th_page *p);

/* The blocks of a page within a page of the web app; level of the first headings, title of tables outside a section. */
struct th_html;
void th_web__page(struct th_html *w, const th_page *p, int level, th_str title);

/* For HTML text and attributes; control characters are left out. */
void th_report__escape(th_buf *b, th_str s);
bool th_report__has_han(th_str s); /* whether a Chinese character stands in it */

#endif
