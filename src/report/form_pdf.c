/* A form as PDF on A4. Pango shapes and breaks the text; the glyphs that the whole document uses are collected, each font face is cut
 * down to them (glyph ids kept) and only the small face is given to cairo. Text goes out with its clusters, so that it can be selected
 * and searched. What can be filled is left out of the page and handed to form_fields.c with the glyphs that stand in it. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "form_draw.h"

#define PAGE_W 595.0
#define PAGE_H 842.0
#define MARGIN 36.0
#define COLUMN ((PAGE_W - 2 * MARGIN) / 12)
#define PAD    3.0
#define BOX    9.0 /* a box to tick */
#define INSET  0.8 /* of a field within its frame */
#define CELLS  8   /* a row */

typedef struct pdf_cell {
  PangoLayout *layout;
  double height;
} pdf_cell;

typedef struct pdf_doc {
  th_arena *arena;
  const th_form *form;
  PangoFontMap *map;
  PangoContext *context;
  form_face face[FORM_FACES];
  form_fields fields;
  uint32_t page;
  pdf_cell *cell; /* CELLS a row, the title last */
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

static form_face *face_of(pdf_doc *d, PangoFont *font) {
  hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(font));
  for (uint32_t i = 0; i < d->fields.n_faces; i++)
    if (d->face[i].from == face) return &d->face[i];
  if (d->fields.n_faces == FORM_FACES) {
    d->fault = "the text needs more fonts than a form may have";
    return NULL;
  }
  form_face *f = &d->face[d->fields.n_faces++];
  *f = (form_face){ .from = hb_face_reference(face), .drawn = hb_set_create(), .typed = hb_set_create() };
  return f;
}

static void collect_glyphs(pdf_doc *d, PangoLayout *l, bool typed) {
  PangoLayoutIter *it = pango_layout_get_iter(l);
  do {
    const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
    if (!run) continue;
    form_face *f = face_of(d, run->item->analysis.font);
    for (int i = 0; f && i < run->glyphs->num_glyphs; i++) {
      const PangoGlyph g = run->glyphs->glyphs[i].glyph;
      if (g == PANGO_GLYPH_EMPTY) continue;
      if (g & PANGO_GLYPH_UNKNOWN_FLAG)
        d->fault = "no font of this machine has all characters of the form: install Noto Sans CJK";
      else if (!typed)
        hb_set_add(f->drawn, g);
    }
  } while (pango_layout_iter_next_run(it));
  pango_layout_iter_free(it);
}

/* ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void draw_run(pdf_doc *d, const PangoLayoutRun *run, const char *text, double x, double y) {
  form_face *f = face_of(d, run->item->analysis.font);
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

static double text_offset(const th_form_cell *c) {
  return PAD + (c->kind == TH_FORM_TICK ? BOX + 4 : 0);
}

static double row_height(const pdf_doc *d, size_t row) {
  double h = BOX;
  for (uint32_t k = 0; k < d->form->row.v[row].n; k++)
    if (d->cell[row * CELLS + k].height > h) h = d->cell[row * CELLS + k].height;
  return h + 2 * PAD;
}

/* ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The glyphs of one run of a field's text; each stands for the text of its cluster, the first glyph of it for all of it. */
static void field_run(pdf_doc *d, form_field *into, const PangoLayoutRun *run, const char *text, double x, double y) {
  form_face *f = face_of(d, run->item->analysis.font);
  const PangoGlyphString *s = run->glyphs;
  PangoFontDescription *desc = pango_font_describe_with_absolute_size(run->item->analysis.font);
  const double size = (double)pango_font_description_get_size(desc) / PANGO_SCALE;
  pango_font_description_free(desc);
  for (int i = 0; f && i < s->num_glyphs; i++) {
    const PangoGlyphInfo *g = &s->glyphs[i];
    const bool starts = i == 0 || s->log_clusters[i] != s->log_clusters[i - 1];
    int next = i + 1;
    while (next < s->num_glyphs && s->log_clusters[next] == s->log_clusters[i]) next++;
    const int end = next < s->num_glyphs ? s->log_clusters[next] : run->item->length;
    const form_glyph at = { (uint32_t)(f - d->face), g->glyph, size, x + (double)g->geometry.x_offset / PANGO_SCALE,
                            y + (double)g->geometry.y_offset / PANGO_SCALE };
    x += (double)g->geometry.width / PANGO_SCALE;
    if (g->glyph == PANGO_GLYPH_EMPTY) continue;
    const th_str word =
        starts ? th_str_n(text + run->item->offset + s->log_clusters[i], (size_t)(end - s->log_clusters[i])) : TH_STR_NONE;
    const bool known = hb_set_has(f->typed, g->glyph);
    hb_set_add(f->typed, g->glyph);
    if ((!known && !TH_VEC_PUSH(d->arena, &f->word, ((form_word){ g->glyph, word }))) ||
        !TH_VEC_PUSH(d->arena, &into->glyph, at))
      d->out.failed = true;
  }
}

static void add_field(pdf_doc *d, const th_form_cell *c, PangoLayout *l, double x, double y, double w, double h) {
  form_field f = { .cell = c, .page = d->page, .x = x + INSET, .y = y + INSET, .w = w - 2 * INSET, .h = h - 2 * INSET };
  if (c->kind == TH_FORM_TICK)
    f = (form_field){ .cell = c, .page = d->page, .x = x + PAD, .y = y + PAD + 1, .w = BOX, .h = BOX };
  const double dx = PAD - INSET, dy = PAD - INSET;
  PangoLayoutIter *it = c->kind == TH_FORM_VALUE && c->text.n ? pango_layout_get_iter(l) : NULL;
  if (it) {
    do {
      const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
      if (!run) continue;
      PangoRectangle r;
      pango_layout_iter_get_run_extents(it, NULL, &r);
      field_run(d, &f, run, pango_layout_get_text(l), dx + (double)r.x / PANGO_SCALE,
                dy + (double)pango_layout_iter_get_baseline(it) / PANGO_SCALE);
    } while (pango_layout_iter_next_run(it));
    pango_layout_iter_free(it);
  }
  if (!TH_VEC_PUSH(d->arena, &d->fields.field, f)) d->out.failed = true;
}

/* ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void draw_cell(pdf_doc *d, const th_form_cell *c, PangoLayout *layout, double x, double y, double w, double h) {
  const double grey = c->kind == TH_FORM_HEADING ? 0.86 : c->kind == TH_FORM_LABEL ? 0.94 : 1;
  if (c->kind != TH_FORM_NOTE) {
    cairo_set_source_rgb(d->cr, grey, grey, grey);
    cairo_rectangle(d->cr, x, y, w, h);
    cairo_fill_preserve(d->cr);
    cairo_set_source_rgb(d->cr, 0.2, 0.2, 0.2);
    cairo_set_line_width(d->cr, 0.6);
    cairo_stroke(d->cr);
  }
  cairo_set_source_rgb(d->cr, 0, 0, 0);
  if (c->kind == TH_FORM_TICK) {
    cairo_set_line_width(d->cr, 0.7);
    cairo_rectangle(d->cr, x + PAD, y + PAD + 1, BOX, BOX);
    cairo_stroke(d->cr);
  }
  if (c->kind == TH_FORM_TICK || c->kind == TH_FORM_VALUE) add_field(d, c, layout, x, y, w, h);
  if (c->kind == TH_FORM_VALUE) return;
  cairo_tag_begin(d->cr, "P", NULL);
  draw_layout(d, layout, x + text_offset(c), y + PAD);
  cairo_tag_end(d->cr, "P");
}

static void draw_row(pdf_doc *d, size_t row, double y, double height) {
  const th_form_row *r = &d->form->row.v[row];
  double x = MARGIN;
  for (uint32_t k = 0; k < r->n; k++) {
    const double w = COLUMN * r->cell[k].span;
    draw_cell(d, &r->cell[k], d->cell[row * CELLS + k].layout, x, y, w, height);
    x += w;
  }
}

/* A heading does not stand alone at the foot of a page. */
static double wanted_height(const pdf_doc *d, size_t row) {
  double h = row_height(d, row);
  for (size_t i = row; i + 1 < d->form->row.n && i < row + 2 && d->form->row.v[i].cell[0].kind == TH_FORM_HEADING; i++)
    h += row_height(d, i + 1);
  return h;
}

static void draw_pages(pdf_doc *d) {
  pdf_cell *title = &d->cell[d->form->row.n * CELLS];
  double y = MARGIN;
  cairo_tag_begin(d->cr, "Document", NULL);
  cairo_tag_begin(d->cr, "H1", NULL);
  cairo_set_source_rgb(d->cr, 0, 0, 0);
  draw_layout(d, title->layout, MARGIN, y);
  cairo_tag_end(d->cr, "H1");
  y += title->height + 8;
  for (size_t i = 0; i < d->form->row.n; i++) {
    const double h = row_height(d, i);
    if (y + wanted_height(d, i) > PAGE_H - MARGIN) {
      cairo_show_page(d->cr);
      d->page++;
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
  PangoLayout *line = shape(d, TH_S("國"), COLUMN, "Noto Sans CJK TC 8.5");
  const double one = height_of(line);
  g_object_unref(line);
  for (size_t i = 0; i < d->form->row.n; i++)
    for (uint32_t k = 0; k < d->form->row.v[i].n; k++) {
      const th_form_cell *c = &d->form->row.v[i].cell[k];
      pdf_cell *p = &d->cell[i * CELLS + k];
      const char *font = c->kind == TH_FORM_HEADING                           ? "Noto Sans CJK TC Bold 9"
                         : c->kind == TH_FORM_NOTE || c->kind == TH_FORM_TEXT ? "Noto Sans CJK TC 7.5"
                                                                              : "Noto Sans CJK TC 8.5";
      p->layout = shape(d, c->text, COLUMN * c->span - text_offset(c) - PAD, font);
      p->height = c->text.n ? height_of(p->layout) : 0;
      if (p->height < one * c->lines) p->height = one * c->lines;
      collect_glyphs(d, p->layout, c->kind == TH_FORM_VALUE);
    }
  pdf_cell *t = &d->cell[d->form->row.n * CELLS];
  t->layout = shape(d, d->form->title, PAGE_W - 2 * MARGIN, "Noto Sans CJK TC Bold 13");
  pango_layout_set_alignment(t->layout, PANGO_ALIGN_CENTER);
  t->height = height_of(t->layout);
  collect_glyphs(d, t->layout, false);
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
  for (size_t i = 0; i <= d->form->row.n * CELLS; i++)
    if (d->cell[i].layout) g_object_unref(d->cell[i].layout);
  for (uint32_t i = 0; i < d->fields.n_faces; i++) {
    if (d->face[i].cairo) cairo_font_face_destroy(d->face[i].cairo);
    hb_set_destroy(d->face[i].drawn);
    hb_set_destroy(d->face[i].typed);
    hb_face_destroy(d->face[i].from);
  }
  g_object_unref(d->context);
  g_object_unref(d->map);
}

th_code th_report_form_pdf(th_arena *a, const th_form *f, th_date day, th_str *out, th_err *err) {
  pdf_doc d = { .arena = a, .form = f };
  th_code code = TH_OK;
  d.cell = TH_NEWN(a, pdf_cell, f->row.n * CELLS + 1);
  th_buf_init(&d.out, a, 1 << 16);
  if (!d.cell) return th_fail_nomem(err);
  d.fields.face = d.face;
  d.fields.page_h = PAGE_H;
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
  if (!d.fault && !th_report__faces_cut(d.face, d.fields.n_faces))
    d.fault = "a font could not be cut down to the form's characters";
  if (!d.fault) render(&d, day);
  if (!d.fault && !d.out.failed) code = th_report__fields_add(a, &d.fields, &d.out, err);
  release(&d);
  if (d.out.failed) return th_fail_nomem(err);
  if (d.fault) return th_fail(err, TH_EUNSUP, "the form could not be drawn: %s", d.fault);
  *out = th_buf_str(&d.out);
  return code;
}
