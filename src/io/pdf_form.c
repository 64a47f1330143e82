/* A page of any PDF as a form that can be drawn onto another page. Drawn so, whatever state its instructions leave behind ends with it,
 * its names do not meet those of the page below, and nothing of it can be clicked or run. */
#include <stdio.h>
#include <stdlib.h>

#include "io/pdf_priv.h"

#define ANNOTATIONS 2000 /* of a page: what comes after is not drawn */

static void set_matrix(qpdf_data q, qpdf_oh dict, const char *key, const double *v, int n) {
  qpdf_oh array = qpdf_oh_new_array(q);
  for (int i = 0; i < n; i++) qpdf_oh_append_item(q, array, qpdf_oh_new_real_from_double(q, v[i], 4));
  qpdf_oh_replace_key(q, dict, key, array);
}

/* A copy of an object of src in dest; what it leads to comes along. */
static qpdf_oh copied(qpdf_data dest, qpdf_data src, qpdf_oh object) {
  if (!qpdf_oh_is_indirect(src, object)) object = qpdf_make_indirect_object(src, object);
  return qpdf_oh_copy_foreign_object(dest, src, object);
}

static qpdf_oh new_form(qpdf_data q, const char *ink, size_t n, const double box[4]) {
  qpdf_oh stream = qpdf_oh_new_stream(q);
  qpdf_oh_replace_stream_data(q, stream, (const unsigned char *)ink, n, qpdf_oh_new_null(q), qpdf_oh_new_null(q));
  qpdf_oh dict = qpdf_oh_get_dict(q, stream);
  qpdf_oh_replace_key(q, dict, "/Type", qpdf_oh_new_name(q, "/XObject"));
  qpdf_oh_replace_key(q, dict, "/Subtype", qpdf_oh_new_name(q, "/Form"));
  set_matrix(q, dict, "/BBox", box, 4);
  return stream;
}

/* The page's own instructions, as a form in its own coordinates. */
static th_code content_form(qpdf_data dest, qpdf_data src, qpdf_oh page, const double box[4], qpdf_oh *out, th_err *err) {
  unsigned char *ink = NULL;
  size_t n = 0;
  qpdf_oh_get_page_content_data(src, page, &ink, &n);
  th_code code = th_io__pdf_error(src, err);
  if (code == TH_OK) {
    *out = new_form(dest, ink ? (const char *)ink : "", n, box);
    qpdf_oh dict = qpdf_oh_get_dict(dest, *out), resources = qpdf_oh_get_key(src, page, "/Resources"),
            group = qpdf_oh_get_key(src, page, "/Group");
    qpdf_oh_replace_key(dest, dict, "/Resources",
                        qpdf_oh_is_dictionary(src, resources) ? copied(dest, src, resources) : qpdf_oh_new_dictionary(dest));
    if (qpdf_oh_is_dictionary(src, group)) qpdf_oh_replace_key(dest, dict, "/Group", copied(dest, src, group));
    code = th_io__pdf_error(src, err);
    if (code == TH_OK) code = th_io__pdf_error(dest, err);
  }
  free(ink);
  return code;
}

/* ── Annotations ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool numbers(qpdf_data q, qpdf_oh array, double *v, int n) {
  if (!qpdf_oh_is_array(q, array) || qpdf_oh_get_array_n_items(q, array) != n) return false;
  for (int i = 0; i < n; i++)
    if (!qpdf_oh_get_value_as_number(q, qpdf_oh_get_array_item(q, array, i), &v[i]) || !(v[i] > -1e6 && v[i] < 1e6))
      return false;
  return true;
}

/* The stream that shows an annotation as it now is; false: it is hidden, or has none. */
static bool appearance(qpdf_data q, qpdf_oh annotation, qpdf_oh *out) {
  enum { HIDDEN = 2, NO_VIEW = 32 };
  qpdf_oh flags = qpdf_oh_get_key_if_dict(q, annotation, "/F");
  if (qpdf_oh_is_integer(q, flags) && (qpdf_oh_get_int_value(q, flags) & (HIDDEN | NO_VIEW))) return false;
  if (qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key_if_dict(q, annotation, "/Subtype"), "/Popup")) return false;
  *out = qpdf_oh_get_key_if_dict(q, qpdf_oh_get_key_if_dict(q, annotation, "/AP"), "/N");
  qpdf_oh state = qpdf_oh_get_key_if_dict(q, annotation, "/AS");
  if (qpdf_oh_is_dictionary(q, *out) && qpdf_oh_is_name(q, state)) {
    char name[256];
    snprintf(name, sizeof name, "%s", qpdf_oh_get_name(q, state));
    *out = qpdf_oh_get_key(q, *out, name);
  }
  return qpdf_oh_is_stream(q, *out);
}

/* Where its picture goes: the box of the picture, turned by its own matrix, onto the annotation's rectangle (ISO 32000-1, 12.5.5). */
static bool placed(qpdf_data q, qpdf_oh annotation, qpdf_oh picture, double out[4]) {
  double rect[4], box[4], m[6] = { 1, 0, 0, 1, 0, 0 };
  qpdf_oh dict = qpdf_oh_get_dict(q, picture);
  if (!numbers(q, qpdf_oh_get_key(q, annotation, "/Rect"), rect, 4) || !numbers(q, qpdf_oh_get_key(q, dict, "/BBox"), box, 4))
    return false;
  numbers(q, qpdf_oh_get_key(q, dict, "/Matrix"), m, 6);
  double x0 = 1e12, y0 = 1e12, x1 = -1e12, y1 = -1e12;
  for (int i = 0; i < 4; i++) {
    const double x = box[i & 1 ? 2 : 0], y = box[i & 2 ? 3 : 1], tx = m[0] * x + m[2] * y + m[4],
                 ty = m[1] * x + m[3] * y + m[5];
    x0 = tx < x0 ? tx : x0;
    x1 = tx > x1 ? tx : x1;
    y0 = ty < y0 ? ty : y0;
    y1 = ty > y1 ? ty : y1;
  }
  const double left = rect[0] < rect[2] ? rect[0] : rect[2], low = rect[1] < rect[3] ? rect[1] : rect[3],
               w = rect[0] < rect[2] ? rect[2] - rect[0] : rect[0] - rect[2],
               h = rect[1] < rect[3] ? rect[3] - rect[1] : rect[1] - rect[3];
  if (x1 - x0 < 1e-3 || y1 - y0 < 1e-3 || w < 1e-3 || h < 1e-3) return false;
  out[0] = w / (x1 - x0);
  out[1] = h / (y1 - y0);
  out[2] = left - x0 * out[0];
  out[3] = low - y0 * out[1];
  return true;
}

/* Draws them behind what stands in `ink`, their pictures into `objects`. */
static th_code annotations(qpdf_data dest, qpdf_data src, qpdf_oh page, qpdf_oh objects, th_buf *ink, th_err *err) {
  qpdf_oh list = qpdf_oh_get_key(src, page, "/Annots");
  const int n = qpdf_oh_is_array(src, list) ? qpdf_oh_get_array_n_items(src, list) : 0;
  for (int i = 0; i < n && i < ANNOTATIONS; i++) {
    qpdf_oh annotation = qpdf_oh_get_array_item(src, list, i), picture;
    double at[4];
    char name[24];
    if (!qpdf_oh_is_dictionary(src, annotation) || !appearance(src, annotation, &picture) ||
        !placed(src, annotation, picture, at))
      continue;
    qpdf_oh copy = copied(dest, src, picture), dict = qpdf_oh_get_dict(dest, copy);
    qpdf_oh_replace_key(dest, dict, "/Type", qpdf_oh_new_name(dest, "/XObject"));
    qpdf_oh_replace_key(dest, dict, "/Subtype", qpdf_oh_new_name(dest, "/Form"));
    snprintf(name, sizeof name, "/A%d", i);
    qpdf_oh_replace_key(dest, objects, name, copy);
    th_buf_addf(ink, "q %.5f 0 0 %.5f %.4f %.4f cm %s Do Q\n", at[0], at[1], at[2], at[3], name);
    TH_TRY(th_io__pdf_error(src, err));
  }
  return th_io__pdf_error(dest, err);
}

/* ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Puts the lower left corner of what is shown at the origin, upright. */
static void upright(const th_io__pdf_size *s, double m[6], double *w, double *h) {
  const double W = s->x1 - s->x0, H = s->y1 - s->y0;
  const double all[4][6] = { { 1, 0, 0, 1, -s->x0, -s->y0 },
                             { 0, -1, 1, 0, -s->y0, s->x1 },
                             { -1, 0, 0, -1, s->x1, s->y1 },
                             { 0, 1, -1, 0, s->y1, -s->x0 } };
  memcpy(m, all[s->turn / 90], sizeof all[0]);
  *w = s->turn % 180 ? H : W;
  *h = s->turn % 180 ? W : H;
}

th_code th_io__pdf_form(qpdf_data dest, qpdf_data src, uint32_t page, qpdf_oh *out, double *w, double *h, th_err *err) {
  qpdf_oh from = qpdf_get_page_n(src, page), own;
  th_io__pdf_size size;
  double m[6];
  th_buf ink;
  TH_TRY(th_io__pdf_error(src, err));
  TH_TRY(th_io__pdf_page_size(src, from, page, &size, err));
  const double box[4] = { size.x0, size.y0, size.x1, size.y1 };
  TH_TRY(content_form(dest, src, from, box, &own, err));
  th_arena *a = th_arena_new(0);
  if (!a) return th_fail_nomem(err);
  th_buf_init(&ink, a, 256);
  th_buf_addz(&ink, "q /P Do Q\n");
  qpdf_oh objects = qpdf_oh_new_dictionary(dest), resources = qpdf_oh_new_dictionary(dest);
  qpdf_oh_replace_key(dest, objects, "/P", own);
  th_code code = annotations(dest, src, from, objects, &ink, err);
  if (code == TH_OK && ink.failed) code = th_fail_nomem(err);
  if (code == TH_OK) {
    upright(&size, m, w, h);
    *out = new_form(dest, ink.p, ink.n, box);
    qpdf_oh dict = qpdf_oh_get_dict(dest, *out);
    set_matrix(dest, dict, "/Matrix", m, 6);
    qpdf_oh_replace_key(dest, resources, "/XObject", objects);
    qpdf_oh_replace_key(dest, dict, "/Resources", resources);
    code = th_io__pdf_error(dest, err);
  }
  th_arena_del(a);
  return code;
}
