/* A figure as a PDF page. Pango shapes every text once; the glyphs used are collected, each face is cut down to them (glyph ids
 * kept) and the small face given to cairo, which otherwise embeds CJK faces nearly whole (910 kB for one line). A structure tag
 * that is not closed gives a broken file without an error, so the status of context and surface is looked at, always. */
#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <hb-subset.h>
#include <pango/pangocairo.h>

#include "plot/plot_priv.h"

enum { FACES = 12 };

typedef struct th_face {
  hb_face_t *from;
  hb_set_t *glyphs;
  cairo_font_face_t *cairo;
} th_face;

typedef struct th_pdf {
  const th_plot_figure *figure;
  PangoContext *context;
  PangoLayout **layout; /* one a text, in order */
  size_t n_layouts, next;
  th_face face[FACES];
  size_t n_faces;
  cairo_t *cr;
  th_buf *out;
  const char *fault;
} th_pdf;

static const cairo_user_data_key_t keep_face;

static PangoLayout *shape(th_pdf *d, const th_plot_item *t) {
  PangoLayout *l = pango_layout_new(d->context);
  PangoFontDescription *f = pango_font_description_from_string("Noto Sans CJK TC, Noto Sans, sans-serif");
  pango_font_description_set_absolute_size(f, t->size * PANGO_SCALE);
  pango_font_description_set_weight(f, t->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(l, f);
  pango_font_description_free(f);
  pango_layout_set_single_paragraph_mode(l, TRUE);
  pango_layout_set_text(l, t->text.p, (int)t->text.n);
  return l;
}

static th_face *face_of(th_pdf *d, PangoFont *font) {
  hb_face_t *from = hb_font_get_face(pango_font_get_hb_font(font));
  for (size_t i = 0; i < d->n_faces; i++)
    if (d->face[i].from == from) return &d->face[i];
  if (d->n_faces == FACES) {
    d->fault = "the figure needs more fonts than a page may have";
    return NULL;
  }
  d->face[d->n_faces] = (th_face){ .from = hb_face_reference(from), .glyphs = hb_set_create() };
  return &d->face[d->n_faces++];
}

static void collect(th_pdf *d, PangoLayout *l) {
  PangoLayoutIter *it = pango_layout_get_iter(l);
  do {
    const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
    th_face *f = run ? face_of(d, run->item->analysis.font) : NULL;
    for (int i = 0; f && i < run->glyphs->num_glyphs; i++) {
      const PangoGlyph g = run->glyphs->glyphs[i].glyph;
      if (g == PANGO_GLYPH_EMPTY) continue;
      if (g & PANGO_GLYPH_UNKNOWN_FLAG)
        d->fault = "no font of this machine has all characters of the figure: install Noto Sans CJK";
      else
        hb_set_add(f->glyphs, g);
    }
  } while (pango_layout_iter_next_run(it));
  pango_layout_iter_free(it);
}

/* Cairo's caches may hold a face longer than the document does: it goes, with its bytes, when cairo drops the last reference. */
typedef struct th_kept {
  FT_Face face;
  hb_blob_t *blob;
} th_kept;

static void drop_kept(void *data) {
  th_kept *k = data;
  FT_Done_Face(k->face);
  hb_blob_destroy(k->blob);
  th_free(k);
}

/* One FreeType library for the process, for the same reason. */
static FT_Library freetype(void) {
  static FT_Library ft;
  if (!ft && FT_Init_FreeType(&ft) != 0) ft = NULL;
  return ft;
}

static bool cut(th_face *f) {
  hb_subset_input_t *input = hb_subset_input_create_or_fail();
  if (!input) return false;
  hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_RETAIN_GIDS | HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_DESUBROUTINIZE);
  hb_set_union(hb_subset_input_glyph_set(input), f->glyphs);
  hb_face_t *small = hb_subset_or_fail(f->from, input);
  hb_subset_input_destroy(input);
  if (!small) return false;
  hb_blob_t *blob = hb_face_reference_blob(small);
  hb_face_destroy(small);
  unsigned n;
  const char *bytes = hb_blob_get_data(blob, &n);
  th_kept *k = th_malloc(sizeof *k);
  FT_Face face;
  if (!k || FT_New_Memory_Face(freetype(), (const FT_Byte *)bytes, (FT_Long)n, 0, &face) != 0) {
    hb_blob_destroy(blob);
    th_free(k);
    return false;
  }
  *k = (th_kept){ face, blob };
  f->cairo = cairo_ft_font_face_create_for_ft_face(face, FT_LOAD_NO_HINTING);
  return cairo_font_face_set_user_data(f->cairo, &keep_face, k, drop_kept) == CAIRO_STATUS_SUCCESS;
}

enum { GLYPHS = 1024 };

static void draw_run(th_pdf *d, const PangoLayoutRun *run, const char *text, double x, double y, double size) {
  th_face *f = face_of(d, run->item->analysis.font);
  const PangoGlyphString *s = run->glyphs;
  cairo_glyph_t g[GLYPHS];
  cairo_text_cluster_t c[GLYPHS];
  if (!f || s->num_glyphs > GLYPHS) return;
  int n = 0, clusters = 0;
  for (int i = 0; i < s->num_glyphs; i++) {
    const PangoGlyphInfo *info = &s->glyphs[i];
    if (i == 0 || s->log_clusters[i] != s->log_clusters[i - 1]) {
      int next = i + 1;
      while (next < s->num_glyphs && s->log_clusters[next] == s->log_clusters[i]) next++;
      const int end = next < s->num_glyphs ? s->log_clusters[next] : run->item->length;
      c[clusters++] = (cairo_text_cluster_t){ .num_bytes = end - s->log_clusters[i] };
    }
    if (info->glyph != PANGO_GLYPH_EMPTY) {
      g[n++] = (cairo_glyph_t){ info->glyph, x + (double)info->geometry.x_offset / PANGO_SCALE,
                                y + (double)info->geometry.y_offset / PANGO_SCALE };
      c[clusters - 1].num_glyphs++;
    }
    x += (double)info->geometry.width / PANGO_SCALE;
  }
  cairo_set_font_face(d->cr, f->cairo);
  cairo_set_font_size(d->cr, size);
  cairo_show_text_glyphs(d->cr, text + run->item->offset, run->item->length, g, n, c, clusters, 0);
}

static void draw_text(void *ctx, const th_plot_item *t) {
  th_pdf *d = ctx;
  PangoLayout *l = d->layout[d->next++];
  int w, h;
  pango_layout_get_size(l, &w, &h);
  const double width = (double)w / PANGO_SCALE, x = t->anchor == TH_PLOT_END      ? t->x - width
                                                    : t->anchor == TH_PLOT_MIDDLE ? t->x - width / 2
                                                                                  : t->x;
  PangoLayoutIter *it = pango_layout_get_iter(l);
  do {
    const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(it);
    if (!run) continue;
    PangoRectangle r;
    pango_layout_iter_get_run_extents(it, NULL, &r);
    draw_run(d, run, pango_layout_get_text(l), x + (double)r.x / PANGO_SCALE, t->y, t->size);
  } while (pango_layout_iter_next_run(it));
  pango_layout_iter_free(it);
}

static cairo_status_t write_bytes(void *ctx, const unsigned char *bytes, unsigned n) {
  th_buf *b = ctx;
  th_buf_add(b, th_str_n((const char *)bytes, n));
  return b->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static bool prepare(th_pdf *d, PangoFontMap *map) {
  d->context = pango_font_map_create_context(map);
  pango_cairo_context_set_resolution(d->context, 72);
  cairo_font_options_t *o = cairo_font_options_create();
  cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(d->context, o);
  cairo_font_options_destroy(o);
  const th_plot_figure *f = d->figure;
  for (size_t i = 0; i < f->items.n; i++) d->n_layouts += f->items.v[i].shape == TH_PLOT_TEXT;
  d->layout = th_malloc((d->n_layouts + 1) * sizeof(PangoLayout *));
  if (!d->layout) return false;
  size_t n = 0;
  for (size_t i = 0; i < f->items.n; i++) {
    if (f->items.v[i].shape != TH_PLOT_TEXT) continue;
    d->layout[n] = shape(d, &f->items.v[i]);
    collect(d, d->layout[n++]);
  }
  if (!freetype()) return false;
  for (size_t i = 0; i < d->n_faces && !d->fault; i++)
    if (!cut(&d->face[i])) d->fault = "a font could not be cut down to the figure";
  return true;
}

static cairo_status_t page(th_pdf *d, const char *created) {
  const th_plot_figure *f = d->figure;
  const double margin = 56.5, scale = 482.0 / f->width, height = fmax(842, f->height * scale + 2 * margin);
  cairo_surface_t *s = cairo_pdf_surface_create_for_stream(write_bytes, d->out, 595, height);
  char *title = th_malloc(f->title.n + 1);
  if (title) {
    memcpy(title, f->title.p ? f->title.p : "", f->title.n);
    title[f->title.n] = '\0';
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, title);
  }
  cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, created);
  cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "Theriac");
  d->cr = cairo_create(s);
  cairo_tag_begin(d->cr, "Document", NULL);
  cairo_tag_begin(d->cr, "Figure", NULL);
  cairo_translate(d->cr, margin, margin);
  cairo_scale(d->cr, scale, scale);
  th_plot_paint(f, d->cr, draw_text, d);
  cairo_tag_end(d->cr, "Figure");
  cairo_tag_end(d->cr, "Document");
  cairo_show_page(d->cr);
  cairo_status_t status = cairo_status(d->cr);
  cairo_destroy(d->cr);
  cairo_surface_finish(s);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(s);
  cairo_surface_destroy(s);
  th_free(title);
  return status;
}

static void drop(th_pdf *d) {
  for (size_t i = 0; i < d->n_layouts && d->layout; i++) g_object_unref(d->layout[i]);
  th_free(d->layout);
  for (size_t i = 0; i < d->n_faces; i++) {
    if (d->face[i].cairo) cairo_font_face_destroy(d->face[i].cairo);
    hb_set_destroy(d->face[i].glyphs);
    hb_face_destroy(d->face[i].from);
  }
  if (d->context) g_object_unref(d->context);
}

th_code th_plot_pdf(const th_plot_figure *f, const char *created, th_buf *out, th_err *err) {
  PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
  if (!map) return th_fail(err, TH_EUNSUP, "pango has no FreeType fonts here: install fonts-noto-cjk");
  th_pdf d = { .figure = f, .out = out };
  const bool ready = prepare(&d, map);
  cairo_status_t status = CAIRO_STATUS_SUCCESS;
  if (ready && !d.fault) status = page(&d, created);
  const char *fault = d.fault;
  drop(&d);
  g_object_unref(map);
  if (!ready || out->failed || status == CAIRO_STATUS_NO_MEMORY) return th_fail_nomem(err);
  if (fault) return th_fail(err, TH_EUNSUP, "%s", fault);
  if (status != CAIRO_STATUS_SUCCESS) return th_fail(err, TH_EBUG, "cairo: %s", cairo_status_to_string(status));
  return TH_OK;
}
