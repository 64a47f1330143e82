/* Text on a PDF page. Pango shapes and breaks it; the glyphs that the whole document uses are collected, each font face is cut down to
 * them (glyph ids kept) and only the small face is given to cairo. Text goes out with its clusters, so that it can be selected and
 * searched. */
#include "ink.h"

void th_report__ink_open(pdf_ink *k, th_arena *a) {
  *k = (pdf_ink){ .arena = a };
  k->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(k->map), 72);
  k->context = pango_font_map_create_context(k->map);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(k->context, options);
  cairo_font_options_destroy(options);
  pango_context_set_language(k->context, pango_language_from_string("zh-TW"));
}

void th_report__ink_close(pdf_ink *k) {
  for (size_t i = 0; i < k->layout.n; i++) g_object_unref(k->layout.v[i]);
  for (uint32_t i = 0; i < k->n_faces; i++) {
    if (k->face[i].cairo) cairo_font_face_destroy(k->face[i].cairo);
    hb_set_destroy(k->face[i].drawn);
    hb_set_destroy(k->face[i].typed);
    hb_face_destroy(k->face[i].from);
  }
  g_object_unref(k->context);
  g_object_unref(k->map);
}

/* ── Shaping ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* 〓 in the place of what no font can show, and of pictures that fonts in colour bring along. */
static th_str showable(pdf_ink *k, PangoLayout *l, th_str text) {
  bool *lost = TH_NEWN(k->arena, bool, text.n + 1);
  th_buf b;
  th_buf_init(&b, k->arena, text.n + 16);
  PangoLayoutIter *it = lost ? pango_layout_get_iter(l) : NULL;
  for (bool more = it != NULL; more; more = pango_layout_iter_next_run(it)) {
    const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
    for (int i = 0; run && i < run->glyphs->num_glyphs; i++)
      if (run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY && run->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG)
        lost[run->item->offset + run->glyphs->log_clusters[i]] = true;
  }
  if (it) pango_layout_iter_free(it);
  for (size_t at = 0; lost && at < text.n;) {
    const size_t from = at;
    const uint32_t rune = th_utf8_next(text, &at);
    const bool picture = rune >= 0x1f000 && rune < 0x20000;
    th_buf_add_rune(&b, lost[from] || picture ? 0x3013 : rune < 0x20 && rune != '\n' ? ' ' : rune);
  }
  if (!lost || b.failed) k->fault = "memory is short";
  return th_buf_str(&b);
}

PangoLayout *th_report__ink_shape(pdf_ink *k, th_str text, double width, const char *font) {
  PangoLayout *l = pango_layout_new(k->context);
  PangoFontDescription *f = pango_font_description_from_string(font);
  pango_layout_set_font_description(l, f);
  pango_font_description_free(f);
  pango_layout_set_width(l, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(l, text.p ? text.p : "", (int)text.n);
  if (k->lenient) {
    const th_str now = showable(k, l, text);
    pango_layout_set_text(l, now.p ? now.p : "", (int)now.n);
  }
  if (!TH_VEC_PUSH(k->arena, &k->layout, l)) {
    k->fault = "memory is short";
    g_object_unref(l);
    return NULL;
  }
  return l;
}

double th_report__ink_height(PangoLayout *l) {
  PangoRectangle r = { 0 };
  if (l) pango_layout_get_extents(l, NULL, &r);
  return (double)r.height / PANGO_SCALE;
}

form_face *th_report__ink_face(pdf_ink *k, PangoFont *font) {
  hb_face_t *face = hb_font_get_face(pango_font_get_hb_font(font));
  for (uint32_t i = 0; i < k->n_faces; i++)
    if (k->face[i].from == face) return &k->face[i];
  if (k->n_faces == FORM_FACES) {
    k->fault = "the text needs more fonts than a page may have";
    return NULL;
  }
  form_face *f = &k->face[k->n_faces++];
  *f = (form_face){ .from = hb_face_reference(face), .drawn = hb_set_create(), .typed = hb_set_create() };
  return f;
}

void th_report__ink_collect(pdf_ink *k, PangoLayout *l, bool typed) {
  if (!l) return;
  PangoLayoutIter *it = pango_layout_get_iter(l);
  do {
    const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
    if (!run) continue;
    form_face *f = th_report__ink_face(k, run->item->analysis.font);
    for (int i = 0; f && i < run->glyphs->num_glyphs; i++) {
      const PangoGlyph g = run->glyphs->glyphs[i].glyph;
      if (g == PANGO_GLYPH_EMPTY) continue;
      if (g & PANGO_GLYPH_UNKNOWN_FLAG)
        k->fault = "no font of this machine has all characters of the text: install Noto Sans CJK";
      else if (!typed)
        hb_set_add(f->drawn, g);
    }
  } while (pango_layout_iter_next_run(it));
  pango_layout_iter_free(it);
}

/* ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void draw_run(pdf_ink *k, const PangoLayoutRun *run, const char *text, double x, double y) {
  form_face *f = th_report__ink_face(k, run->item->analysis.font);
  const PangoGlyphString *s = run->glyphs;
  const th_arena_mark mark = th_arena_save(k->arena);
  cairo_glyph_t *g = TH_NEWN(k->arena, cairo_glyph_t, (size_t)s->num_glyphs + 1);
  cairo_text_cluster_t *c = TH_NEWN(k->arena, cairo_text_cluster_t, (size_t)s->num_glyphs + 1);
  if (!f || !g || !c) {
    k->fault = "memory is short";
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
  cairo_set_font_face(k->cr, f->cairo);
  cairo_set_font_size(k->cr, (double)pango_font_description_get_size(desc) / PANGO_SCALE);
  pango_font_description_free(desc);
  cairo_show_text_glyphs(k->cr, text + run->item->offset, run->item->length, g, n, c, n_clusters, 0);
  th_arena_rewind(k->arena, mark);
}

void th_report__ink_draw(pdf_ink *k, PangoLayout *l, double x, double y) {
  PangoLayoutIter *it = pango_layout_get_iter(l);
  const char *text = pango_layout_get_text(l);
  do {
    const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
    if (!run) continue;
    PangoRectangle r;
    pango_layout_iter_get_run_extents(it, NULL, &r);
    draw_run(k, run, text, x + (double)r.x / PANGO_SCALE, y + (double)pango_layout_iter_get_baseline(it) / PANGO_SCALE);
  } while (pango_layout_iter_next_run(it));
  pango_layout_iter_free(it);
}

/* ── The file ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static cairo_status_t write_out(void *ctx, const unsigned char *bytes, unsigned n) {
  th_buf *b = ctx;
  th_buf_add(b, th_str_n((const char *)bytes, n));
  return b->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

void th_report__ink_page(pdf_ink *k, th_buf *out, th_str title, th_date day) {
  char iso[TH_DATE_TEXT], stamp[40], *text = th_str_z(k->arena, title);
  cairo_surface_t *s = cairo_pdf_surface_create_for_stream(write_out, out, PAGE_W, PAGE_H);
  snprintf(stamp, sizeof stamp, "%sT00:00:00Z", th_date_iso(day, iso));
  cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, text ? text : "");
  cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "Theriac");
  cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, stamp);
  k->cr = cairo_create(s);
  cairo_surface_destroy(s);
}

void th_report__ink_finish(pdf_ink *k) {
  cairo_surface_t *s = cairo_surface_reference(cairo_get_target(k->cr));
  if (cairo_status(k->cr) != CAIRO_STATUS_SUCCESS) k->fault = cairo_status_to_string(cairo_status(k->cr));
  cairo_destroy(k->cr);
  cairo_surface_finish(s);
  if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) k->fault = cairo_status_to_string(cairo_surface_status(s));
  cairo_surface_destroy(s);
  k->cr = NULL;
}
