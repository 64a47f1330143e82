/* Vocabularies: one record a table, packed; the index of names is made of them (store_names.c). */
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
