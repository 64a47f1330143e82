/* What the pages of the static site share: the frame, links, cells of lists. */
#ifndef THERIAC_REPORT_SITE_PARTS_H
#define THERIAC_REPORT_SITE_PARTS_H

#include "theriac/report/site.h"
#include "theriac/report/web_dossier.h"

typedef struct th_site_frame {
  th_str path;      /* of this page below the folder of its language: "drug/belimumab.html" */
  th_str title;     /* also its h1, unless bare */
  th_str about;     /* a sentence for search engines; may be empty */
  const char *here; /* which part of the site: "home", "drugs" … */
  th_str feed;      /* path of its feed below the folder of its language; empty: none */
  th_str facts;     /* JSON-LD, whole; empty: none */
  bool bare;        /* the page writes its own h1 */
} th_site_frame;

const char *th_site__lang(th_words lang);     /* "en", "zh-TW": folder and name of the language */
th_str th_site__up(th_arena *a, th_str path); /* "../" as often as leads from this page to its language's folder */
th_str th_site__href(th_html *h, th_str from, const char *to); /* from one page of the language to another */
void th_site__begin(th_html *h, const th_site *s, const th_site_frame *f);
void th_site__end(th_html *h, const th_site *s, const th_site_frame *f);

/* ── Words and cells ───────────────────────────────────────────────────────────────────────────────────────────────── */

th_str th_site__code(th_html *h, const char *prefix, const char *code);
/* A name in the page's script as a link, the other script beside it. */
void th_site__name(th_html *h, th_str href, th_str en, th_str zh);
th_str th_site__first_name(const th_html *h, th_str en, th_str zh);
/* A cell whose text is sorted by something else than what is read ("9", "10"; L5 behind L1). */
void th_site__cell_by(th_html *h, const char *cls, th_str by, th_str text);
th_str th_site__number(th_html *h, uint64_t n);
th_str th_site__day(th_arena *a, th_date d);
/* A table with a caption, headings from the catalogue; sortable by the script. sorted: index of the column it is sorted by, or -1. */
void th_site__table(th_html *h, const char *caption_key, const char *const *keys, size_t n, int sorted);
/* A figure in two widths, of which the window shows one, and its numbers as a table. TH_EINVAL of `plot`: there is nothing to draw. */
typedef th_code th_site__plot(th_html *h, const th_site *s, th_plot_opts o, th_plot_figure *out);
void th_site__figure(th_html *h, const th_site *s, const char *id, th_site__plot *plot, const char *key);

/* ── Pages by their files ──────────────────────────────────────────────────────────────────────────────────────────── */

/* Each draws one page in h's language. path is below the folder of the language; which: what of. */
typedef void th_site_draw(th_html *h, const th_site *s, th_str path, size_t which);
th_site_draw th_site__home, th_site__search, th_site__drugs, th_site__diseases, th_site__disease, th_site__disease_feed,
    th_site__levels, th_site__decisions, th_site__charts, th_site__changes, th_site__changes_feed, th_site__method,
    th_site__data, th_site__about;

/* Orders of the list of drugs: "name", "level" … and how many. */
size_t th_site__orders(void);
const char *th_site__order_file(size_t i); /* "index.html", "by-level.html" */
/* Lists by level: licensed, L1 … L5, unknown; by decision: the ten of the table. Each in parts of so many pairs. */
#define TH_SITE__ROWS 1000
typedef enum th_site__facet { TH_SITE__BY_LEVEL, TH_SITE__BY_DECISION } th_site__facet;
size_t th_site__facet_values(th_site__facet f);
size_t th_site__facet_parts(const th_site *s, th_site__facet f, size_t value);
th_str th_site__facet_path(th_arena *a, th_site__facet f, size_t value, size_t part);

/* An Atom feed of the changes that `keep` lets through (NULL: all), the latest first, TH_SITE__ENTRIES at most. */
#define TH_SITE__ENTRIES 200
typedef struct th_site__entry {
  const th_brief *drug;
  const th_dossier_change *change;
} th_site__entry;
void th_site__feed(th_html *h, const th_site *s, th_str path, th_str title, th_str page, const th_site__entry *v, size_t n);
/* Rows of a list of changes. */
void th_site__change_rows(th_html *h, th_str path, const th_site__entry *v, size_t n, bool with_drug);

/* The facts on a drug that are held, as JSON-LD. */
th_str th_site__facts(th_html *h, const th_site *s, const th_dossier *d, th_str path);
/* Questions that the dossier answers, with their answers. */
void th_site__questions(th_html *h, const th_dossier *d);

void th_site__index(th_arena *a, const th_site *s, th_buf *out, th_err *err); /* of the search */
void th_site__sitemap(th_arena *a, const th_site *s, th_buf *out);

#endif
