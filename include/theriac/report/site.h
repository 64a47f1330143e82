/* Floor 7: the static site over all dossiers. Pages, feeds and files are drawn here, each as bytes with its path below the site's folder; who
 * puts them down is no concern of this floor. Nothing of a patient is ever in them: a dossier made with a case is refused.
 *
 * Links are relative, so that the site works from a disk as from any place of a server. There is one style and one script, both files of the
 * site; nothing outside is asked for. Everything is complete without the script. */
#ifndef THERIAC_REPORT_SITE_H
#define THERIAC_REPORT_SITE_H

#include "theriac/dossier/atlas.h"
#include "theriac/io/tree.h"
#include "theriac/report/tables.h"
#include "theriac/report/web.h"

typedef struct th_site_terms { /* a kind of document, and a licence such documents state */
  th_str kind, licence;        /* licence empty: not stated */
} th_site_terms;

typedef struct th_site {
  th_date as_of;
  th_str base; /* address of the site's folder with a '/' at its end ("https://example.org/drugs/"); empty: not known, then what
                            must hold whole addresses (sitemap) is left out */
  const th_subjects *subjects; /* drugs that have a page */
  const th_atlas *atlas;       /* NULL while single dossiers are drawn */
  const th_site_terms *terms;
  size_t n_terms; /* by kind and licence */
  const th_tree_file *file;
  size_t n_files; /* of the downloads, for their sizes and checksums; by path */
  bool bom;       /* CSV begins with a byte order mark */
} th_site;

/* ── Of one dossier ────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_site_part {
  TH_SITE_PAGE_EN, /* TH_WORDS_EN and TH_WORDS_ZH_TW */
  TH_SITE_PAGE_ZH,
  TH_SITE_FEED_EN,
  TH_SITE_FEED_ZH,
  TH_SITE_JSON,
  TH_SITE_RIS,
  TH_SITE_BIBTEX,
  TH_SITE_PARTS
} th_site_part;

/* One of the files of a drug. b: the same dossier in brief. TH_EINVAL: a dossier made with a patient's case. */
TH_API th_code th_site_drug(th_arena *a, const th_site *s, const th_dossier *d, const th_brief *b, th_site_part part,
                            th_str *path, th_buf *out, th_err *err);

/* ── Of all of them ────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The other files of the site: how many there are, and the i-th. The atlas must be set; the pages on downloads want the files put before. */
TH_API size_t th_site_pages(const th_site *s);
TH_API th_code th_site_page(th_arena *a, const th_site *s, size_t i, th_str *path, th_buf *out, th_err *err);
/* "data/pairs.csv". */
TH_API th_str th_site_table_path(th_arena *a, th_table_kind t);
/* All drugs and pairs as one JSON document, "data/drugs.json", and what every column of the tables means, "data/fields.json". */
TH_API th_code th_site_drugs_json(const th_site *s, th_buf *out, th_err *err);
TH_API th_code th_site_fields_json(const th_site *s, th_buf *out, th_err *err);
/* A page at an old address that leads to `to` (a path of the site). from: a path that ends in .html, or a folder. */
TH_API th_code th_site_redirect(th_arena *a, const th_site *s, th_str from, th_str to, th_str *path, th_buf *out, th_err *err);
/* Path of what a name or slug leads to, "en/drug/belimumab.html"; empty: nothing of the site. */
TH_API th_str th_site_find(th_arena *a, const th_site *s, th_str drug_slug);

#endif
