/* A form as PDF on A4. Pango shapes and breaks the text; the glyphs that the whole document uses are collected, each font face is cut
 * down to them (glyph ids kept) and only the small face is given to cairo, which would otherwise carry CJK faces nearly whole. Text
 * goes out with its clusters, so that it can be selected and searched. */
#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <hb-subset.h>
#include <pango/pangocairo.h>

#include "coverage/coverage_priv.h"

#define PAGE_W   595.0
#define PAGE_H   842.0
#define MARGIN   36.0
#define COLUMN   ((PAGE_W - 2 * MARGIN) / 12)
#define PAD      3.0
#define MAX_FACE 16

static const cairo_user_data_key_t face_key;

typedef struct pdf_face {
  hb_face_t *from; /* as pango has it */
  hb_set_t *glyphs;
  hb_blob_t *blob;
  FT_Face small;
  cairo_font_face_t *cairo;
} pdf_face;

typedef struct pdf_cell {
  PangoLayout *layout;
  double height;
} pdf_cell;

typedef struct pdf_doc {
  th_arena *arena;
  const th_form *form;
  PangoFontMap *map;
  PangoContext *context;
  pdf_face face[MAX_FACE];
  unsigned n_faces;
  FT_Library ft;
  pdf_cell *cell; /* 8 a row, the title last */
  cairo_t *cr;
  th_buf out;
  const char *fault;
} pdf_doc;

/* ── Shaping ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static PangoLayout *shape(pdf_doc *d, th_str text, double width, const char *font) {
  PangoLayout *l = pango_layout_new(d->context);
  PangoFontDescription *f = pango_font_description_from_string(font);
  pango_layout_set_font_description(l, f);
  pango_font_description_free(f);
  pango_layout_set_width(l, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(l, text.p ? text.p : "", (int)text.n);
  return l;
}

static double height_of(PangoLayout *l) {
  PangoRectangle r;
  pango_layout_get_extents(l, NULL, &r);
  return (double)r.height / PANGO_SCALE;
}

static pdf_face *face_of(pdf_doc *d, PangoFont *font) {
  hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(font));
  for (unsigned i = 0; i < d->n_faces; i++)
    if (d->face[i].from == face) return &d->face[i];
  if (d->n_faces == MAX_FACE) {
    d->fault = "the text needs more fonts than a form may have";
    return NULL;
  }
  pdf_face *f = &d->face[d->n_faces++];
  *f = (pdf_face){ .from = hb_face_reference(face), .glyphs = hb_set_create() };
  return f;
}

static void collect_glyphs(pdf_doc *d, PangoLayout *l) {
  PangoLayoutIter *it = pango_layout_get_iter(l);
  do {
    const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
    if (!run) continue;
    pdf_face *f = face_of(d, run->item->analysis.font);
    for (int i = 0; f && i < run->glyphs->num_glyphs; i++) {
      const PangoGlyph g = run->glyphs->glyphs[i].glyph;
      if (g == PANGO_GLYPH_EMPTY) continue;
      if (g & PANGO_GLYPH_UNKNOWN_FLAG)
        d->fault = "no font of this machine has all characters of the form: install Noto Sans CJK";
      else
        hb_set_add(f->glyphs, g);
    }
  } while (pango_layout_iter_next_run(it));
  pango_layout_iter_free(it);
}

/* ── Small faces ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool cut_face(pdf_doc *d, pdf_face *f) {
  hb_subset_input_t *input = hb_subset_input_create_or_fail();
  if (!input) return false;
  hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_RETAIN_GIDS | HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_DESUBROUTINIZE);
  hb_set_union(hb_subset_input_glyph_set(input), f->glyphs);
  hb_face_t *small = hb_subset_or_fail(f->from, input);
  hb_subset_input_destroy(input);
  if (!small) return false;
  f->blob = hb_face_reference_blob(small);
  hb_face_destroy(small);
  unsigned n;
  const char *bytes = hb_blob_get_data(f->blob, &n);
  if (FT_New_Memory_Face(d->ft, (const FT_Byte *)bytes, (FT_Long)n, 0, &f->small) != 0) return false;
  f->cairo = cairo_ft_font_face_create_for_ft_face(f->small, FT_LOAD_NO_HINTING);
  return cairo_font_face_status(f->cairo) == CAIRO_STATUS_SUCCESS;
}

/* ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void draw_run(pdf_doc *d, const PangoLayoutRun *run, const char *text, double x, double y) {
  pdf_face *f = face_of(d, run->item->analysis.font);
  const PangoGlyphString *s = run->glyphs;
  const th_arena_mark mark = th_arena_save(d->arena);
  cairo_glyph_t *g = TH_NEWN(d->arena, cairo_glyph_t, (size_t)s->num_glyphs + 1);
  cairo_text_cluster_t *c = TH_NEWN(d->arena, cairo_text_cluster_t, (size_t)s->num_glyphs + 1);
  if (!f || !g || !c) {
    d->fault = "memory is short";
    return;
  }
  int n = 0, n_clusters = 0;
  for (int i = 0; i < s->num_glyphs; i++) {
    const PangoGlyphInfo *info = &s->glyphs[i];
    const bool starts = i == 0 || s->log_clusters[i] != s->log_clusters[i - 1];
    int next = i + 1;
    while (next < s->num_glyphs && s->log_clusters[next] == s->log_clusters[i]) next++;
    const int end = next < s->num_glyphs ? s->log_clusters[next] : run->item->length;
    if (starts) c[n_clusters++] = (cairo_text_cluster_t){ .num_bytes = end - s->log_clusters[i] };
    if (info->glyph != PANGO_GLYPH_EMPTY) {
      g[n++] = (cairo_glyph_t){ info->glyph, x + (double)info->geometry.x_offset / PANGO_SCALE,
                                y + (double)info->geometry.y_offset / PANGO_SCALE };
      c[n_clusters - 1].num_glyphs++;
    }
    x += (double)info->geometry.width / PANGO_SCALE;
  }
  PangoFontDescription *desc = pango_font_describe_with_absolute_size(run->item->analysis.font);
  cairo_set_font_face(d->cr, f->cairo);
  cairo_set_font_size(d->cr, (double)pango_font_description_get_size(desc) / PANGO_SCALE);
  pango_font_description_free(desc);
  cairo_show_text_glyphs(d->cr, text + run->item->offset, run->item->length, g, n, c, n_clusters, 0);
  th_arena_rewind(d->arena, mark);
}

static void draw_layout(pdf_doc *d, PangoLayout *l, double x, double y) {
  PangoLayoutIter *it = pango_layout_get_iter(l);
  const char *text = pango_layout_get_text(l);
  do {
    const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
    if (!run) continue;
    PangoRectangle r;
    pango_layout_iter_get_run_extents(it, NULL, &r);
    draw_run(d, run, text, x + (double)r.x / PANGO_SCALE, y + (double)pango_layout_iter_get_baseline(it) / PANGO_SCALE);
  } while (pango_layout_iter_next_run(it));
  pango_layout_iter_free(it);
}

static void draw_box(cairo_t *cr, double x, double y, th_tri tick) {
  cairo_set_line_width(cr, 0.7);
  cairo_rectangle(cr, x, y, 8, 8);
  cairo_stroke(cr);
  if (tick != TH_TRUE) return;
  cairo_set_line_width(cr, 1.3);
  cairo_move_to(cr, x + 1.5, y + 4);
  cairo_line_to(cr, x + 3.5, y + 6.5);
  cairo_line_to(cr, x + 7, y + 1);
  cairo_stroke(cr);
}

static double text_offset(const th_form_cell *c) {
  return PAD + (c->kind == TH_FORM_TICK ? 12 : 0);
}

static double row_height(const pdf_doc *d, size_t row) {
  double h = 9;
  for (uint32_t k = 0; k < d->form->row.v[row].n; k++)
    if (d->cell[row * 8 + k].height > h) h = d->cell[row * 8 + k].height;
  return h + 2 * PAD;
}

static void draw_row(pdf_doc *d, size_t row, double y, double height) {
  const th_form_row *r = &d->form->row.v[row];
  double x = MARGIN;
  for (uint32_t k = 0; k < r->n; k++) {
    const th_form_cell *c = &r->cell[k];
    const double w = COLUMN * c->span;
    const double grey = c->kind == TH_FORM_HEADING ? 0.86 : c->kind == TH_FORM_LABEL ? 0.94 : 1;
    if (c->kind != TH_FORM_NOTE) {
      cairo_set_source_rgb(d->cr, grey, grey, grey);
      cairo_rectangle(d->cr, x, y, w, height);
      cairo_fill_preserve(d->cr);
      cairo_set_source_rgb(d->cr, 0.2, 0.2, 0.2);
      cairo_set_line_width(d->cr, 0.6);
      cairo_stroke(d->cr);
    }
    cairo_set_source_rgb(d->cr, 0, 0, 0);
    if (c->kind == TH_FORM_TICK) draw_box(d->cr, x + PAD, y + PAD + 2, c->tick);
    cairo_tag_begin(d->cr, "P", NULL);
    draw_layout(d, d->cell[row * 8 + k].layout, x + text_offset(c), y + PAD);
    cairo_tag_end(d->cr, "P");
    x += w;
  }
}

static void draw_pages(pdf_doc *d) {
  pdf_cell *title = &d->cell[d->form->row.n * 8];
  double y = MARGIN;
  cairo_tag_begin(d->cr, "Document", NULL);
  cairo_tag_begin(d->cr, "H1", NULL);
  cairo_set_source_rgb(d->cr, 0, 0, 0);
  draw_layout(d, title->layout, MARGIN, y);
  cairo_tag_end(d->cr, "H1");
  y += title->height + 8;
  for (size_t i = 0; i < d->form->row.n; i++) {
    const double h = row_height(d, i);
    if (y + h > PAGE_H - MARGIN) {
      cairo_show_page(d->cr);
      y = MARGIN;
    }
    draw_row(d, i, y, h);
    y += h;
  }
  cairo_show_page(d->cr);
  cairo_tag_end(d->cr, "Document");
}

static cairo_status_t write_out(void *ctx, const unsigned char *bytes, unsigned n) {
  th_buf *b = ctx;
  th_buf_add(b, th_str_n((const char *)bytes, n));
  return b->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static void lay_out(pdf_doc *d) {
  for (size_t i = 0; i < d->form->row.n; i++)
    for (uint32_t k = 0; k < d->form->row.v[i].n; k++) {
      const th_form_cell *c = &d->form->row.v[i].cell[k];
      pdf_cell *p = &d->cell[i * 8 + k];
      const char *font = c->kind == TH_FORM_HEADING ? "Noto Sans CJK TC Bold 9"
                         : c->kind == TH_FORM_NOTE  ? "Noto Sans CJK TC 7.5"
                                                    : "Noto Sans CJK TC 8.5";
      p->layout = shape(d, c->text, COLUMN * c->span - text_offset(c) - PAD, font);
      p->height = height_of(p->layout);
      collect_glyphs(d, p->layout);
    }
  pdf_cell *t = &d->cell[d->form->row.n * 8];
  t->layout = shape(d, d->form->title, PAGE_W - 2 * MARGIN, "Noto Sans CJK TC Bold 13");
  pango_layout_set_alignment(t->layout, PANGO_ALIGN_CENTER);
  t->height = height_of(t->layout);
  collect_glyphs(d, t->layout);
}

static void render(pdf_doc *d, th_date day) {
  char iso[TH_DATE_TEXT], stamp[40], *title = th_str_z(d->arena, d->form->title);
  cairo_surface_t *s = cairo_pdf_surface_create_for_stream(write_out, &d->out, PAGE_W, PAGE_H);
  snprintf(stamp, sizeof stamp, "%sT00:00:00Z", th_date_iso(day, iso));
  cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, title ? title : "");
  cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "Theriac");
  cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, stamp);
  d->cr = cairo_create(s);
  draw_pages(d);
  if (cairo_status(d->cr) != CAIRO_STATUS_SUCCESS) d->fault = cairo_status_to_string(cairo_status(d->cr));
  cairo_destroy(d->cr);
  cairo_surface_finish(s);
  if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) d->fault = cairo_status_to_string(cairo_surface_status(s));
  cairo_surface_destroy(s);
}

static void release(pdf_doc *d) {
  for (size_t i = 0; i <= d->form->row.n * 8; i++)
    if (d->cell && d->cell[i].layout) g_object_unref(d->cell[i].layout);
  for (unsigned i = 0; i < d->n_faces; i++) {
    if (d->face[i].cairo) cairo_font_face_destroy(d->face[i].cairo);
    hb_set_destroy(d->face[i].glyphs);
    hb_face_destroy(d->face[i].from);
  }
  if (d->context) g_object_unref(d->context);
  if (d->map) g_object_unref(d->map);
}

/* Faces cut down live as long as cairo's caches may hold them: cairo drops the last reference, and with it the face and its bytes. */
static void drop_face(void *data) {
  pdf_face *f = data;
  FT_Done_Face(f->small);
  hb_blob_destroy(f->blob);
  th_free(f);
}

static bool cut_faces(pdf_doc *d) {
  for (unsigned i = 0; i < d->n_faces; i++) {
    pdf_face *f = &d->face[i], *owned = th_malloc(sizeof *owned);
    if (!owned || !cut_face(d, f)) {
      th_free(owned);
      return false;
    }
    *owned = *f;
    if (cairo_font_face_set_user_data(f->cairo, &face_key, owned, drop_face) != CAIRO_STATUS_SUCCESS) return false;
  }
  return true;
}

/* One FreeType library for the process: faces may outlive a document in cairo's caches. */
static FT_Library library(void) {
  static FT_Library ft;
  if (!ft && FT_Init_FreeType(&ft) != 0) ft = NULL;
  return ft;
}

th_code th_coverage_form_pdf(th_arena *a, const th_form *f, th_date day, th_str *out, th_err *err) {
  pdf_doc d = { .arena = a, .form = f, .ft = library() };
  d.cell = TH_NEWN(a, pdf_cell, f->row.n * 8 + 1);
  th_buf_init(&d.out, a, 1 << 16);
  if (!d.cell || !d.ft) return th_fail_nomem(err);
  d.map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(d.map), 72);
  d.context = pango_font_map_create_context(d.map);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(d.context, options);
  cairo_font_options_destroy(options);
  pango_context_set_language(d.context, pango_language_from_string("zh-TW"));
  lay_out(&d);
  if (!d.fault && !cut_faces(&d)) d.fault = "a font could not be cut down to the form's characters";
  if (!d.fault) render(&d, day);
  release(&d);
  if (d.out.failed) return th_fail_nomem(err);
  if (d.fault) return th_fail(err, TH_EUNSUP, "the form could not be drawn: %s", d.fault);
  *out = th_buf_str(&d.out);
  return TH_OK;
}
