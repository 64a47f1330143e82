/* A form as PDF: what the drawing of the page (form_pdf.c), the cutting of fonts (form_face.c) and the fields (form_fields.c) share. */
#ifndef THERIAC_REPORT_FORM_DRAW_H
#define THERIAC_REPORT_FORM_DRAW_H

#include <cairo-ft.h>
#include <hb.h>

#include "theriac/report.h"

#define FORM_FACES 16

typedef struct form_word { /* what a glyph of a field stands for */
  uint32_t glyph;
  th_str text;
} form_word;

typedef struct form_face {
  hb_face_t *from;         /* as pango has it */
  hb_set_t *drawn, *typed; /* glyphs of the page, glyphs of the fields */
  TH_VEC(form_word) word;  /* one for each of typed */
  hb_blob_t *blob;         /* of the face cut down for cairo */
  FT_Face small;
  cairo_font_face_t *cairo;
  uint32_t object; /* in the file, for the fields; 0: they do not use it */
} form_face;

typedef struct form_glyph {
  uint32_t face, id;
  double size, x, y; /* of the base line, from the upper left corner of the field */
} form_glyph;

typedef struct form_field {
  const th_form_cell *cell;
  uint32_t page;
  double x, y, w, h; /* from the upper left corner of the page */
  TH_VEC(form_glyph) glyph;
} form_field;

typedef struct form_fields {
  form_face *face;
  uint32_t n_faces;
  double page_h;
  TH_VEC(form_field) field;
} form_fields;

/* The face with these glyphs alone; NULL when it cannot be cut. keep_ids: a glyph keeps its number (others leave empty places). The caller
 * destroys it. */
hb_blob_t *th_report__face_cut(hb_face_t *from, const hb_set_t *glyphs, bool keep_ids);
/* Cuts every face down to its drawn glyphs, for cairo. False: a font or memory failed. Faces and their bytes live until cairo's caches
 * drop them. */
bool th_report__faces_cut(form_face *face, uint32_t n);
/* Appends the fields to the file that cairo wrote, as an update: its bytes stay as they are. TH_EUNSUP: not built as cairo does. */
th_code th_report__fields_add(th_arena *a, form_fields *f, th_buf *pdf, th_err *err);

/* th_report_form_pdf that tells the pages too. */
th_code th_report__form_pdf(th_arena *a, const th_form *f, th_date day, th_str *out, uint32_t *pages, th_err *err);

#endif
