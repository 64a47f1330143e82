/* A form as PDF on A4. What can be filled is left out of the page and handed to form_fields.c with the glyphs that stand in it. */
#include "ink.h"

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
  pdf_ink ink;
  form_fields fields;
  uint32_t page;
  pdf_cell *cell; /* CELLS a row, the title last */
  th_buf out;
} pdf_doc;

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
  form_face *f = th_report__ink_face(&d->ink, run->item->analysis.font);
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
    const form_glyph at = { (uint32_t)(f - d->ink.face), g->glyph, size, x + (double)g->geometry.x_offset / PANGO_SCALE,
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
    cairo_set_source_rgb(d->ink.cr, grey, grey, grey);
    cairo_rectangle(d->ink.cr, x, y, w, h);
    cairo_fill_preserve(d->ink.cr);
    cairo_set_source_rgb(d->ink.cr, 0.2, 0.2, 0.2);
    cairo_set_line_width(d->ink.cr, 0.6);
    cairo_stroke(d->ink.cr);
  }
  cairo_set_source_rgb(d->ink.cr, 0, 0, 0);
  if (c->kind == TH_FORM_TICK) {
    cairo_set_line_width(d->ink.cr, 0.7);
    cairo_rectangle(d->ink.cr, x + PAD, y + PAD + 1, BOX, BOX);
    cairo_stroke(d->ink.cr);
  }
  if (c->kind == TH_FORM_TICK || c->kind == TH_FORM_VALUE) add_field(d, c, layout, x, y, w, h);
  if (c->kind == TH_FORM_VALUE) return;
  cairo_tag_begin(d->ink.cr, "P", NULL);
  th_report__ink_draw(&d->ink, layout, x + text_offset(c), y + PAD);
  cairo_tag_end(d->ink.cr, "P");
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
  cairo_tag_begin(d->ink.cr, "Document", NULL);
  cairo_tag_begin(d->ink.cr, "H1", NULL);
  cairo_set_source_rgb(d->ink.cr, 0, 0, 0);
  th_report__ink_draw(&d->ink, title->layout, MARGIN, y);
  cairo_tag_end(d->ink.cr, "H1");
  y += title->height + 8;
  for (size_t i = 0; i < d->form->row.n; i++) {
    const double h = row_height(d, i);
    if (y + wanted_height(d, i) > PAGE_H - MARGIN) {
      cairo_show_page(d->ink.cr);
      d->page++;
      y = MARGIN;
    }
    draw_row(d, i, y, h);
    y += h;
  }
  cairo_show_page(d->ink.cr);
  cairo_tag_end(d->ink.cr, "Document");
}

static void lay_out(pdf_doc *d) {
  PangoLayout *line = th_report__ink_shape(&d->ink, TH_S("國"), COLUMN, "Noto Sans CJK TC 8.5");
  const double one = th_report__ink_height(line);
  for (size_t i = 0; i < d->form->row.n; i++)
    for (uint32_t k = 0; k < d->form->row.v[i].n; k++) {
      const th_form_cell *c = &d->form->row.v[i].cell[k];
      pdf_cell *p = &d->cell[i * CELLS + k];
      const char *font = c->kind == TH_FORM_HEADING                           ? "Noto Sans CJK TC Bold 9"
                         : c->kind == TH_FORM_NOTE || c->kind == TH_FORM_TEXT ? "Noto Sans CJK TC 7.5"
                                                                              : "Noto Sans CJK TC 8.5";
      p->layout = th_report__ink_shape(&d->ink, c->text, COLUMN * c->span - text_offset(c) - PAD, font);
      p->height = c->text.n ? th_report__ink_height(p->layout) : 0;
      if (p->height < one * c->lines) p->height = one * c->lines;
      th_report__ink_collect(&d->ink, p->layout, c->kind == TH_FORM_VALUE);
    }
  pdf_cell *t = &d->cell[d->form->row.n * CELLS];
  t->layout = th_report__ink_shape(&d->ink, d->form->title, PAGE_W - 2 * MARGIN, "Noto Sans CJK TC Bold 13");
  if (t->layout) pango_layout_set_alignment(t->layout, PANGO_ALIGN_CENTER);
  t->height = th_report__ink_height(t->layout);
  th_report__ink_collect(&d->ink, t->layout, false);
}

/* What is filled must be shown as it is; on a page that is only read, a sign that no font has must not cost the whole page. */
static bool only_read(const th_form *f) {
  for (size_t i = 0; i < f->row.n; i++)
    for (uint32_t k = 0; k < f->row.v[i].n; k++)
      if (f->row.v[i].cell[k].kind == TH_FORM_VALUE || f->row.v[i].cell[k].kind == TH_FORM_TICK) return false;
  return true;
}

th_code th_report__form_pdf(th_arena *a, const th_form *f, th_date day, th_str *out, uint32_t *pages, th_err *err) {
  pdf_doc d = { .arena = a, .form = f };
  th_code code = TH_OK;
  d.cell = TH_NEWN(a, pdf_cell, f->row.n * CELLS + 1);
  th_buf_init(&d.out, a, 1 << 16);
  if (!d.cell) return th_fail_nomem(err);
  th_report__ink_open(&d.ink, a);
  d.ink.lenient = only_read(f);
  lay_out(&d);
  d.fields.face = d.ink.face;
  d.fields.n_faces = d.ink.n_faces;
  d.fields.page_h = PAGE_H;
  if (!d.ink.fault && !th_report__faces_cut(d.ink.face, d.ink.n_faces))
    d.ink.fault = "a font could not be cut down to the form's characters";
  if (!d.ink.fault) {
    th_report__ink_page(&d.ink, &d.out, f->title, day);
    draw_pages(&d);
    th_report__ink_finish(&d.ink);
  }
  if (!d.ink.fault && !d.out.failed && d.fields.field.n) code = th_report__fields_add(a, &d.fields, &d.out, err);
  th_report__ink_close(&d.ink);
  if (d.out.failed) return th_fail_nomem(err);
  if (d.ink.fault) return th_fail(err, TH_EUNSUP, "the form could not be drawn: %s", d.ink.fault);
  *out = th_buf_str(&d.out);
  *pages = d.page + 1;
  return code;
}

th_code th_report_form_pdf(th_arena *a, const th_form *f, th_date day, th_str *out, th_err *err) {
  uint32_t pages;
  return th_report__form_pdf(a, f, day, out, &pages, err);
}
