/* Files that are shown as they are: pictures (PNG, JPEG) and PDF. What one is is told by its content, never by its name; what cannot be
 * shown is refused with the reason. PDFs are put together page by page. Nothing here knows what a file is about. */
#ifndef THERIAC_IO_PAPER_H
#define THERIAC_IO_PAPER_H

#include "theriac/base.h"

typedef enum th_paper_kind { TH_PAPER_PNG, TH_PAPER_JPEG, TH_PAPER_PDF } th_paper_kind;

typedef struct th_paper {
  th_paper_kind kind;
  const char *media_type; /* "image/png", "image/jpeg", "application/pdf" */
  uint32_t pages;         /* 1 for a picture */
  uint32_t width, height; /* a picture's, in pixels as stored: before it is turned */
  uint8_t turn;           /* 1 to 8: how it is to be shown, as EXIF counts (JPEG; else 1) */
} th_paper;

/* Looks through the file: a PNG is inflated and its checksums compared, of a JPEG every segment is read up to the end of the scans, of a
 * PDF the pages and all that they use. Whatever the bytes are, this ends in an answer or an error:
 * TH_EUNSUP: another type of file (named where it is known), a JPEG in CMYK or of 12 bits, an encrypted PDF; TH_EPARSE: broken or cut
 * off; TH_ELIMIT: too many pages or pixels; TH_ENOMEM. A PDF is read in a process of its own, bounded by TH_LIMIT_PAPER_MEMORY and
 * TH_LIMIT_PAPER_SECONDS: some 10 ms. */
TH_API th_code th_paper_probe(th_arena *a, th_str bytes, th_paper *out, th_err *err);

/* ── Joining PDFs ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_pdf_box { /* in points, from the lower left corner of the page */
  double x, y, w, h;
} th_pdf_box;

/* A page of a document drawn onto another, upright, as large as fits into the box and never enlarged. Its annotations are drawn with
 * it, as they look; nothing of it can be clicked or run. */
typedef struct th_pdf_layer {
  uint32_t doc, page;
  th_pdf_box box;
  bool whole; /* the box is that page itself: drawn as it lies, unscaled */
} th_pdf_layer;

typedef struct th_pdf_page {
  uint32_t doc, page; /* taken as it is, with its fields */
  const th_pdf_layer *layer;
  uint32_t n_layers;
} th_pdf_page;

typedef struct th_pdf_mark { /* an entry of the outline */
  th_str title;
  uint32_t page;  /* of the result, from 0 */
  uint32_t depth; /* 0 or 1 */
} th_pdf_mark;

typedef struct th_pdf_join {
  const th_str *doc; /* the bytes; must stay until the call is over */
  uint32_t n_docs;
  const th_pdf_page *page;
  uint32_t n_pages;
  const th_pdf_mark *mark;
  uint32_t n_marks;
  const uint32_t
      *form; /* documents whose pages are taken and whose fields live on, those of the second and later ones under a name */
  const th_str *form_name; /* of their own: one a document of `form` */
  uint32_t n_forms;
  th_str title;
} th_pdf_join;

/* The pages in order as one PDF, in the arena; the same bytes for the same input. Pages that are taken as they are come from documents
 * we made; those drawn as layers from anywhere, and must have passed th_paper_probe; none is of the first form, or without forms of the
 * document that page 0 comes from. Errors as there. */
TH_API th_code th_pdf_join_pages(th_arena *a, const th_pdf_join *j, th_str *out, th_err *err);

#endif
