/* Fonts cut down to the glyphs in use. cairo 1.16 carries CJK faces of the OpenType kind nearly whole (their subroutines are not cut),
 * so it is given faces that are small already. */
#include <ft2build.h>
#include FT_FREETYPE_H
#include <hb-subset.h>

#include "form_draw.h"

static const cairo_user_data_key_t face_key;

hb_blob_t *th_report__face_cut(hb_face_t *from, const hb_set_t *glyphs, bool keep_ids) {
  hb_subset_input_t *input = hb_subset_input_create_or_fail();
  if (!input) return NULL;
  hb_subset_input_set_flags(input, (keep_ids ? HB_SUBSET_FLAGS_RETAIN_GIDS : 0u) | HB_SUBSET_FLAGS_NO_HINTING |
                                       HB_SUBSET_FLAGS_DESUBROUTINIZE);
  hb_set_union(hb_subset_input_glyph_set(input), glyphs);
  hb_face_t *small = hb_subset_or_fail(from, input);
  hb_subset_input_destroy(input);
  if (!small) return NULL;
  hb_blob_t *blob = hb_face_reference_blob(small);
  hb_face_destroy(small);
  return blob;
}

/* One FreeType library for the process: faces may outlive a document in cairo's caches. */
static FT_Library library(void) {
  static FT_Library ft;
  if (!ft && FT_Init_FreeType(&ft) != 0) ft = NULL;
  return ft;
}

/* cairo drops the last reference, and with it the face and its bytes. */
static void drop_face(void *data) {
  form_face *f = data;
  FT_Done_Face(f->small);
  hb_blob_destroy(f->blob);
  th_free(f);
}

static bool cut_face(FT_Library ft, form_face *f) {
  unsigned n;
  f->blob = th_report__face_cut(f->from, f->drawn, true);
  if (!f->blob) return false;
  const char *bytes = hb_blob_get_data(f->blob, &n);
  if (FT_New_Memory_Face(ft, (const FT_Byte *)bytes, (FT_Long)n, 0, &f->small) != 0) return false;
  f->cairo = cairo_ft_font_face_create_for_ft_face(f->small, FT_LOAD_NO_HINTING);
  return cairo_font_face_status(f->cairo) == CAIRO_STATUS_SUCCESS;
}

bool th_report__faces_cut(form_face *face, uint32_t n) {
  FT_Library ft = library();
  if (!ft) return false;
  for (uint32_t i = 0; i < n; i++) {
    form_face *f = &face[i], *owned;
    if (hb_set_is_empty(f->drawn)) continue;
    owned = th_malloc(sizeof *owned);
    if (!owned || !cut_face(ft, f)) {
      th_free(owned);
      return false;
    }
    *owned = *f;
    if (cairo_font_face_set_user_data(f->cairo, &face_key, owned, drop_face) != CAIRO_STATUS_SUCCESS) return false;
  }
  return true;
}
