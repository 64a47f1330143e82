/* Pages of several PDFs as one: some as they are, with their fields, others drawn onto them; an outline; the same bytes for the same
 * input. */
#include <stdio.h>

#include "io/pdf_priv.h"

typedef struct joiner {
  th_arena *arena;
  const th_pdf_join *j;
  qpdf_data *doc; /* one a document, opened */
  qpdf_data dest; /* one of them: its catalog is the result's */
  uint32_t base;  /* which */
  qpdf_oh *page;  /* of the result */
  uint32_t drawn; /* layers so far: their names are unique */
  th_err *err;
} joiner;

static uint32_t base_of(const th_pdf_join *j) {
  return j->n_forms ? j->form[0] : j->page[0].doc;
}

/* ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code open_all(joiner *k) {
  for (uint32_t i = 0; i < k->j->n_docs; i++) {
    TH_TRY(th_io__pdf_open(k->j->doc[i], &k->doc[i], k->err));
    qpdf_push_inherited_attributes_to_page(k->doc[i]);
    TH_TRY(th_io__pdf_error(k->doc[i], k->err));
  }
  k->base = base_of(k->j);
  k->dest = k->doc[k->base];
  return TH_OK;
}

/* Its own pages are taken out and put back in their new places: they stay the objects that fields point to. */
static th_code take_pages(joiner *k) {
  const int n = qpdf_get_num_pages(k->dest);
  TH_TRY(th_io__pdf_error(k->dest, k->err));
  qpdf_oh *own = TH_NEWN(k->arena, qpdf_oh, (size_t)n + 1);
  if (!own) return th_fail_nomem(k->err);
  for (int i = 0; i < n; i++) own[i] = qpdf_get_page_n(k->dest, (size_t)i);
  for (int i = 0; i < n; i++) qpdf_remove_page(k->dest, own[i]);
  for (uint32_t i = 0; i < k->j->n_pages; i++) {
    const th_pdf_page *p = &k->j->page[i];
    qpdf_data from = k->doc[p->doc];
    const bool is_own = p->doc == k->base;
    qpdf_oh page = is_own && p->page < (uint32_t)n ? own[p->page] : qpdf_get_page_n(from, p->page);
    TH_TRY(th_io__pdf_error(from, k->err));
    qpdf_add_page(k->dest, from, page, QPDF_FALSE);
    k->page[i] = qpdf_get_page_n(k->dest, i);
    /* Marks of structure belong to the tree of the document they came from. */
    if (!is_own) qpdf_oh_remove_key(k->dest, k->page[i], "/StructParents");
    TH_TRY(th_io__pdf_error(k->dest, k->err));
  }
  return TH_OK;
}

/* ── Layers ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static qpdf_oh ink_stream(qpdf_data q, const char *ink, size_t n) {
  qpdf_oh s = qpdf_oh_new_stream(q);
  qpdf_oh_replace_stream_data(q, s, (const unsigned char *)ink, n, qpdf_oh_new_null(q), qpdf_oh_new_null(q));
  return s;
}

/* The page's instructions between q and Q, then `ink`. */
static void add_ink(qpdf_data q, qpdf_oh page, const th_buf *ink) {
  qpdf_oh old = qpdf_oh_get_key(q, page, "/Contents"), now = qpdf_oh_new_array(q);
  qpdf_oh_append_item(q, now, ink_stream(q, "q\n", 2));
  if (qpdf_oh_is_array(q, old)) {
    for (int i = 0; i < qpdf_oh_get_array_n_items(q, old); i++) qpdf_oh_append_item(q, now, qpdf_oh_get_array_item(q, old, i));
  } else if (qpdf_oh_is_stream(q, old)) {
    qpdf_oh_append_item(q, now, old);
  }
  qpdf_oh_append_item(q, now, ink_stream(q, ink->p, ink->n));
  qpdf_oh_replace_key(q, page, "/Contents", now);
}

static qpdf_oh dict_in(qpdf_data q, qpdf_oh of, const char *key) {
  qpdf_oh d = qpdf_oh_get_key(q, of, key);
  if (qpdf_oh_is_dictionary(q, d)) return d;
  d = qpdf_oh_new_dictionary(q);
  qpdf_oh_replace_key(q, of, key, d);
  return d;
}

static th_code draw_layer(joiner *k, qpdf_oh objects, const th_pdf_layer *l, th_buf *ink) {
  qpdf_oh form;
  double w, h;
  char name[24];
  TH_TRY(th_io__pdf_form(k->dest, k->doc[l->doc], l->page, &form, &w, &h, k->err));
  snprintf(name, sizeof name, "/ThL%u", k->drawn++);
  qpdf_oh_replace_key(k->dest, objects, name, form);
  double scale = 1, x = 0, y = 0;
  if (!l->whole) {
    if (w * scale > l->box.w) scale = l->box.w / w;
    if (h * scale > l->box.h) scale = l->box.h / h;
    x = l->box.x + (l->box.w - w * scale) / 2;
    y = l->box.y + l->box.h - h * scale;
  }
  th_buf_addf(ink, "q %.5f 0 0 %.5f %.3f %.3f cm %s Do Q\n", scale, scale, x, y, name);
  return TH_OK;
}

static th_code draw_layers(joiner *k) {
  for (uint32_t i = 0; i < k->j->n_pages; i++) {
    const th_pdf_page *p = &k->j->page[i];
    th_buf ink;
    if (p->n_layers == 0) continue;
    th_buf_init(&ink, k->arena, 128);
    th_buf_addz(&ink, "\nQ\n");
    qpdf_oh objects = dict_in(k->dest, dict_in(k->dest, k->page[i], "/Resources"), "/XObject");
    for (uint32_t n = 0; n < p->n_layers; n++) TH_TRY(draw_layer(k, objects, &p->layer[n], &ink));
    if (ink.failed) return th_fail_nomem(k->err);
    add_ink(k->dest, k->page[i], &ink);
    TH_TRY(th_io__pdf_error(k->dest, k->err));
  }
  return TH_OK;
}

/* ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Fields of a further document go under one field of its name: "36-2.hospital_code". */
static th_code add_fields(joiner *k, uint32_t n) {
  qpdf_data q = k->dest, src = k->doc[k->j->form[n]];
  qpdf_oh theirs = qpdf_oh_get_key(src, qpdf_get_root(src), "/AcroForm");
  qpdf_oh ours = dict_in(q, qpdf_get_root(q), "/AcroForm");
  if (!qpdf_oh_is_dictionary(src, theirs)) return th_io__pdf_error(src, k->err);
  if (!qpdf_oh_is_indirect(src, theirs)) theirs = qpdf_make_indirect_object(src, theirs);
  qpdf_oh copy = qpdf_oh_copy_foreign_object(q, src, theirs), kids = qpdf_oh_get_key(q, copy, "/Fields");
  TH_TRY(th_io__pdf_error(src, k->err));
  qpdf_oh parent = qpdf_make_indirect_object(q, qpdf_oh_new_dictionary(q)), list = qpdf_oh_get_key(q, ours, "/Fields");
  char *name = th_str_z(k->arena, k->j->form_name[n]);
  if (!name) return th_fail_nomem(k->err);
  for (int i = 0; i < qpdf_oh_get_array_n_items(q, kids); i++)
    qpdf_oh_replace_key(q, qpdf_oh_get_array_item(q, kids, i), "/Parent", parent);
  qpdf_oh_replace_key(q, parent, "/T", qpdf_oh_new_unicode_string(q, name));
  qpdf_oh_replace_key(q, parent, "/Kids", kids);
  qpdf_oh_append_item(q, list, parent);
  return th_io__pdf_error(q, k->err);
}

/* ── Outline ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static qpdf_oh mark_dict(joiner *k, const th_pdf_mark *m) {
  qpdf_data q = k->dest;
  qpdf_oh d = qpdf_make_indirect_object(q, qpdf_oh_new_dictionary(q)), to = qpdf_oh_new_array(q);
  char *title = th_str_z(k->arena, m->title);
  qpdf_oh_append_item(q, to, k->page[m->page]);
  qpdf_oh_append_item(q, to, qpdf_oh_new_name(q, "/Fit"));
  qpdf_oh_replace_key(q, d, "/Title", qpdf_oh_new_unicode_string(q, title ? title : ""));
  qpdf_oh_replace_key(q, d, "/Dest", to);
  return d;
}

/* Links the marks from..to of one depth as children of parent, those deeper beneath the one before them. */
static void link_marks(joiner *k, const qpdf_oh *dict, qpdf_oh parent, uint32_t from, uint32_t to, uint32_t depth) {
  qpdf_data q = k->dest;
  qpdf_oh before = 0;
  long long n = 0;
  for (uint32_t i = from; i < to; n++) {
    uint32_t next = i + 1;
    while (next < to && k->j->mark[next].depth > depth) next++;
    qpdf_oh_replace_key(q, dict[i], "/Parent", parent);
    if (before) {
      qpdf_oh_replace_key(q, dict[i], "/Prev", before);
      qpdf_oh_replace_key(q, before, "/Next", dict[i]);
    } else {
      qpdf_oh_replace_key(q, parent, "/First", dict[i]);
    }
    if (next > i + 1) link_marks(k, dict, dict[i], i + 1, next, depth + 1);
    before = dict[i];
    i = next;
  }
  if (before) qpdf_oh_replace_key(q, parent, "/Last", before);
  qpdf_oh_replace_key(q, parent, "/Count", qpdf_oh_new_integer(q, n));
}

static th_code outline(joiner *k) {
  qpdf_data q = k->dest;
  qpdf_oh root = qpdf_get_root(q);
  if (k->j->n_marks == 0) return TH_OK;
  qpdf_oh *dict = TH_NEWN(k->arena, qpdf_oh, k->j->n_marks);
  if (!dict) return th_fail_nomem(k->err);
  for (uint32_t i = 0; i < k->j->n_marks; i++) dict[i] = mark_dict(k, &k->j->mark[i]);
  qpdf_oh top = qpdf_make_indirect_object(q, qpdf_oh_new_dictionary(q));
  link_marks(k, dict, top, 0, k->j->n_marks, 0);
  qpdf_oh_replace_key(q, root, "/Outlines", top);
  qpdf_oh_replace_key(q, root, "/PageMode", qpdf_oh_new_name(q, "/UseOutlines"));
  return th_io__pdf_error(q, k->err);
}

static th_code info(joiner *k) {
  qpdf_data q = k->dest;
  char *title = th_str_z(k->arena, k->j->title);
  if (!title) return th_fail_nomem(k->err);
  qpdf_oh_replace_key(q, dict_in(q, qpdf_get_trailer(q), "/Info"), "/Title", qpdf_oh_new_unicode_string(q, title));
  /* Pages that were added carry no structure; a reader must not take that of the others for the whole. */
  qpdf_oh marks = qpdf_oh_get_key(q, qpdf_get_root(q), "/MarkInfo");
  if (qpdf_oh_is_dictionary(q, marks)) qpdf_oh_replace_key(q, marks, "/Suspects", qpdf_oh_new_bool(q, QPDF_TRUE));
  return th_io__pdf_error(q, k->err);
}

static th_code write_out(joiner *k, th_str *out) {
  qpdf_data q = k->dest;
  qpdf_init_write_memory(q);
  qpdf_set_deterministic_ID(q, QPDF_TRUE);
  qpdf_set_object_stream_mode(q, qpdf_o_generate);
  qpdf_set_suppress_original_object_IDs(q, QPDF_TRUE);
  qpdf_write(q);
  TH_TRY(th_io__pdf_error(q, k->err));
  *out = th_str_n((const char *)qpdf_get_buffer(q), qpdf_get_buffer_length(q));
  return TH_OK;
}

static th_code join(joiner *k, th_str *out) {
  TH_TRY(open_all(k));
  TH_TRY(take_pages(k));
  TH_TRY(draw_layers(k));
  for (uint32_t i = 1; i < k->j->n_forms; i++) TH_TRY(add_fields(k, i));
  TH_TRY(outline(k));
  TH_TRY(info(k));
  return write_out(k, out);
}

/* The documents stay open until the bytes are sent: the process ends then. */
static th_code join_work(th_arena *a, void *ctx, th_str *out, th_err *err) {
  const th_pdf_join *j = ctx;
  joiner k = { .arena = a, .j = j, .err = err };
  k.doc = TH_NEWN(a, qpdf_data, j->n_docs);
  k.page = TH_NEWN(a, qpdf_oh, j->n_pages);
  return k.doc && k.page ? join(&k, out) : th_fail_nomem(err);
}

/* The base's own pages move about while it becomes the result, so none of them can be a layer. */
static bool in_range(const th_pdf_join *j) {
  bool ok = j->n_docs > 0 && j->n_pages > 0;
  for (uint32_t i = 0; i < j->n_pages; i++) {
    ok &= j->page[i].doc < j->n_docs;
    for (uint32_t n = 0; n < j->page[i].n_layers; n++)
      ok &= j->page[i].layer[n].doc < j->n_docs && j->page[i].layer[n].doc != base_of(j);
  }
  for (uint32_t i = 0; i < j->n_forms; i++) ok &= j->form[i] < j->n_docs;
  for (uint32_t i = 0; i < j->n_marks; i++) ok &= j->mark[i].page < j->n_pages;
  return ok;
}

th_code th_pdf_join_pages(th_arena *a, const th_pdf_join *j, th_str *out, th_err *err) {
  th_pdf_join copy = *j;
  if (!in_range(j)) return th_fail(err, TH_EBUG, "a page was to be joined that is in no document, or a layer of the base");
  if (j->n_pages > TH_LIMIT_PACKET_PAGES)
    return th_fail(err, TH_ELIMIT, "the PDF would have %u pages: TH_LIMIT_PACKET_PAGES (%d)", j->n_pages,
                   TH_LIMIT_PACKET_PAGES);
  return th_io__apart(a, join_work, &copy, "one of the PDFs", out, err);
}
