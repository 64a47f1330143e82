/* Text and pages of a PDF as report draws them: what the forms, the packet and the sheet for the bedside share. */
#ifndef THERIAC_REPORT_INK_H
#define THERIAC_REPORT_INK_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "form_draw.h"

#define PAGE_W 595.0 /* A4, in points */
#define PAGE_H 842.0

typedef struct pdf_ink {
  th_arena *arena;
  PangoFontMap *map;
  PangoContext *context;
  form_face face[FORM_FACES];
  uint32_t n_faces;
  TH_VEC(PangoLayout *) layout; /* all that were shaped */
  cairo_t *cr;
  bool lenient;      /* a character that no font has is shown as 〓; else it is a fault */
  const char *fault; /* what went wrong first, in words; NULL: nothing */
} pdf_ink;

/* Open; shape and collect all text; cut the faces; then a page, drawing, finish; close in any case. */
void th_report__ink_open(pdf_ink *k, th_arena *a);
void th_report__ink_close(pdf_ink *k);
/* A text broken at `width` points. It stays until close; NULL when memory is short. */
PangoLayout *th_report__ink_shape(pdf_ink *k, th_str text, double width, const char *font);
double th_report__ink_height(PangoLayout *l);
form_face *th_report__ink_face(pdf_ink *k, PangoFont *font);
/* Its glyphs will be drawn (typed: they will stand in a field instead). */
void th_report__ink_collect(pdf_ink *k, PangoLayout *l, bool typed);
/* Begins a file of A4 pages that goes to out; cairo_show_page ends each. */
void th_report__ink_page(pdf_ink *k, th_buf *out, th_str title, th_date day);
void th_report__ink_draw(pdf_ink *k, PangoLayout *l, double x, double y);
void th_report__ink_finish(pdf_ink *k);

#endif
