/* Tables that are asked for whole: vocabularies (the index of names is made of them, store_names.c), targets, items. One record a
 * table, packed. */
#include "store/put_priv.h"
#include "theriac/io.h"

th_code th_store_vocabulary_put(th_arena *a, th_store *s, const th_store_document *d, const th_vocabulary *v,
                                th_store_record *r, th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("vocabulary"),
                          .key = th_store__table_key(d),
                          .title = th_str_of(th_vocabulary_form_name(v->form)),
                          .to = d->bytes };
  th_store__put p = { a, s, r, TH_OK, err };
  (void)th_store__put_packed(&p, &th_store__codec_vocabulary, v, d, 0, added);
  return p.code;
}

th_code th_store_vocabulary_of(th_arena *a, const th_store_record *r, th_vocabulary *out, th_err *err) {
  return th_store__decode(a, &th_store__codec_vocabulary, r->body, out, err);
}

/* ── Targets ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_store_targets_put(th_arena *a, th_store *s, const th_store_document *d, const th_target_table *t, th_store_record *r,
                             th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("targets"), .key = th_store__table_key(d), .title = t->version, .to = d->bytes };
  if (!r->title.n) r->title = r->key;
  th_store__put p = { a, s, r, TH_OK, err };
  (void)th_store__put_packed(&p, &th_store__codec_targets, t, d, 0, added);
  return p.code;
}

th_code th_store_targets_of(th_arena *a, const th_store_record *r, th_target_table *out, th_err *err) {
  return th_store__decode(a, &th_store__codec_targets, r->body, out, err);
}

static th_code is_one_of(th_arena *a, th_str text, const th_str_vec *folded, bool *is, th_err *err) {
  th_str key;
  TH_TRY(th_store__fold(a, text, &key, err));
  for (size_t i = 0; i < folded->n && key.n && !*is; i++) *is = th_str_eq(folded->v[i], key);
  return TH_OK;
}

static th_code fold_all(th_arena *a, const th_str *names, size_t n, th_str_vec *out, th_err *err) {
  for (size_t i = 0; i < n; i++) {
    th_str key;
    TH_TRY(th_store__fold(a, names[i], &key, err));
    if (!TH_VEC_PUSH(a, out, key)) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code bears(th_arena *a, const th_target_row *x, const th_str_vec *folded, bool *is, th_err *err) {
  th_str rest = x->synonyms, one;
  *is = false;
  TH_TRY(is_one_of(a, x->drug, folded, is, err));
  while (rest.n && !*is && th_str_split(&rest, '|', &one)) TH_TRY(is_one_of(a, one, folded, is, err));
  return TH_OK;
}

th_code th_store_targets(th_arena *a, th_store *s, const th_str *names, size_t n, th_store_target_vec *out, th_err *err) {
  th_store_record_vec tables;
  th_str_vec folded = { 0 };
  *out = (th_store_target_vec){ 0 };
  TH_TRY(fold_all(a, names, n, &folded, err));
  TH_TRY(th_store_records(a, s, TH_S("targets"), &tables, err));
  for (size_t i = 0; i < tables.n; i++) {
    th_target_table t;
    TH_TRY(th_store__decode(a, &th_store__codec_targets, tables.v[i].body, &t, err));
    for (size_t k = 0; k < t.rows.n; k++) {
      bool is;
      TH_TRY(bears(a, &t.rows.v[k], &folded, &is, err));
      if (is && !TH_VEC_PUSH(a, out, (th_store_target){ tables.v[i].id, t.rows.v[k] })) return th_fail_nomem(err);
    }
  }
  return TH_OK;
}

/* ── Items of the NHI ──────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_store_nhi_items_put(th_arena *a, th_store *s, const th_store_document *d, const th_nhi_table *t, th_store_record *r,
                               th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("nhi-items"), .key = th_store__table_key(d), .to = d->bytes };
  r->title = r->key;
  th_store__put p = { a, s, r, TH_OK, err };
  (void)th_store__put_packed(&p, &th_store__codec_nhi_items, t, d, 0, added);
  return p.code;
}

th_code th_store_nhi_items(th_arena *a, th_store *s, th_str atc, const th_str *names, size_t n, th_store_nhi_item_vec *out,
                           th_err *err) {
  th_store_record_vec tables;
  th_str_vec folded = { 0 };
  *out = (th_store_nhi_item_vec){ 0 };
  TH_TRY(fold_all(a, names, n, &folded, err));
  TH_TRY(th_store_records(a, s, TH_S("nhi-items"), &tables, err));
  for (size_t i = 0; i < tables.n; i++) {
    th_nhi_table t;
    TH_TRY(th_store__decode(a, &th_store__codec_nhi_items, tables.v[i].body, &t, err));
    for (size_t k = 0; k < t.rows.n; k++) {
      bool is = atc.n && th_str_eq_nocase(atc, t.rows.v[k].atc);
      TH_TRY(is_one_of(a, t.rows.v[k].ingredient, &folded, &is, err));
      if (is && !TH_VEC_PUSH(a, out, (th_store_nhi_item){ tables.v[i].id, t.rows.v[k] })) return th_fail_nomem(err);
    }
  }
  return TH_OK;
}

th_code th_store_nhi_item_find(th_arena *a, th_store *s, th_str code, th_store_nhi_item_vec *out, size_t *tables, th_err *err) {
  th_store_record_vec held;
  *out = (th_store_nhi_item_vec){ 0 };
  TH_TRY(th_store_records(a, s, TH_S("nhi-items"), &held, err));
  *tables = held.n;
  for (size_t i = 0; i < held.n; i++) {
    th_nhi_table t;
    TH_TRY(th_store__decode(a, &th_store__codec_nhi_items, held.v[i].body, &t, err));
    for (size_t k = 0; k < t.rows.n; k++)
      if (th_str_eq_nocase(code, t.rows.v[k].code) && !TH_VEC_PUSH(a, out, (th_store_nhi_item){ held.v[i].id, t.rows.v[k] }))
        return th_fail_nomem(err);
  }
  return TH_OK;
}
