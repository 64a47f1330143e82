/* Labels: one record a set of labels, a newer one a new version; each section is a passage. */
#include "store/put_priv.h"
#include "store/ready_priv.h"
#include "theriac/io.h"

#define NAMES "names" /* path of the passage that holds every name of the product */

static th_code names_part(th_arena *a, const th_label *l, th_str title, th_store__index *out, th_err *err) {
  const th_field_vec *const lists[] = { &l->substances, &l->generics, &l->brands };
  th_store__part *p = TH_VEC_ADD(a, &out->parts);
  th_buf b;
  if (!p) return th_fail_nomem(err);
  th_buf_init(&b, a, 256);
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
    for (size_t i = 0; i < lists[k]->n; i++) {
      if (b.n) th_buf_addc(&b, '\n');
      th_buf_add(&b, lists[k]->v[i].text);
    }
  if (b.failed) return th_fail_nomem(err);
  *p = (th_store__part){ .path = NAMES, .lang = "en", .at = l->set_id, .title = title, .text = th_buf_str(&b) };
  TH_TRY(th_store__cut_text(a, p->title, false, &p->cut[0], err));
  return th_store__cut_text(a, p->text, false, &p->cut[1], err);
}

th_code th_store__label_index(th_arena *a, const th_label *l, th_store__index *out, th_err *err) {
  *out = (th_store__index){ 0 };
  const th_str title = l->brands.n ? l->brands.v[0].text : l->generics.n ? l->generics.v[0].text : l->set_id.text;
  TH_TRY(names_part(a, l, title, out, err));
  for (size_t i = 0; i < l->sections.n; i++) {
    const th_label_section *x = &l->sections.v[i];
    th_store__part *p = TH_VEC_ADD(a, &out->parts);
    if (!p) return th_fail_nomem(err);
    *p = (th_store__part){
      .path = th_label_part_name(x->part), .lang = "en", .at = x->text, .title = title, .text = x->text.text
    };
    TH_TRY(th_store__cut_text(a, p->title, false, &p->cut[0], err));
    TH_TRY(th_store__cut_text(a, p->text, false, &p->cut[1], err));
  }
  return TH_OK;
}

static void names(th_store__put *p, const th_field_vec *v, const char *role) {
  for (size_t i = 0; i < v->n; i++) th_store__put_about(p, TH_STORE_DRUG, v->v[i].text, role, th_store__path(p, role, i, ""));
}

th_code th_store_label_put(th_arena *a, th_store *s, const th_store_document *d, const th_label *label, th_store_record *r,
                           th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("label"),
                          .key = label->set_id.text,
                          .title = label->brands.n     ? label->brands.v[0].text
                                   : label->generics.n ? label->generics.v[0].text
                                                       : label->set_id.text,
                          .dated = label->effective,
                          .from = label->from,
                          .to = label->to };
  const th_store__index *index = s->ready ? s->ready->index : NULL;
  th_store__index own;
  th_store__put p = { a, s, r, TH_OK, err };
  if (!th_store__put_packed(&p, &th_store__codec_label, label, d, 0, added)) return p.code;
  th_store__put_identifier(&p, "label", label->set_id.text, TH_S("set_id"));
  for (size_t i = 0; i < label->applications.n; i++)
    th_store__put_identifier(&p, "us-application", label->applications.v[i].text, th_store__path(&p, "applications", i, ""));
  names(&p, &label->substances, "substance");
  names(&p, &label->generics, "generic");
  names(&p, &label->brands, "brand");
  if (!index && p.code == TH_OK) p.code = th_store__label_index(a, label, &own, err);
  th_store__put_parts(&p, index ? index : &own);
  return p.code;
}

th_code th_store_label_of(th_arena *a, const th_store_record *r, th_label *out, th_err *err) {
  TH_TRY(th_store__decode(a, &th_store__codec_label, r->body, out, err));
  out->from = (uint32_t)r->from;
  out->to = (uint32_t)r->to;
  return TH_OK;
}

th_code th_store_labels(th_arena *a, th_store *s, const th_str *names, size_t n, th_store_record_vec *out, th_err *err) {
  sqlite3_stmt *st;
  th_str fts;
  *out = (th_store_record_vec){ 0 };
  TH_TRY(th_store__query_any(a, names, n, &fts, err));
  if (fts.n == 0) return TH_OK;
  TH_TRY(th_store__stmt(s,
                        "SELECT " TH_STORE__RECORD_COLUMNS " FROM record r JOIN document d ON d.id = r.document_id "
                        "WHERE r.id IN (SELECT p.record_id FROM passage_text t JOIN passage p ON p.id = t.rowid "
                        "WHERE passage_text MATCH ?1 AND p.path = '" NAMES
                        "') AND r.kind = 'label' AND r.current = 1 ORDER BY r.key",
                        &st, err));
  th_store__bind(st, 1, fts);
  return th_store__record_list(a, s, st, out, err);
}
