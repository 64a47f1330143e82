/* What an import did, as JSON. */
#include "import/import_priv.h"
#include "theriac/io.h"

static void put_records(th_jwrite *w, const th_import_record_vec *v) {
  static const char *const what[] = { "new", "new version", "same" };
  th_jw_key(w, "records");
  th_jw_arr(w);
  for (size_t i = 0; i < v->n; i++) {
    th_jw_obj(w);
    th_jw_key(w, "kind");
    th_jw_str(w, v->v[i].kind);
    th_jw_key(w, "key");
    th_jw_str(w, v->v[i].key);
    th_jw_key(w, "title");
    th_jw_str(w, v->v[i].title);
    th_jw_key(w, "version");
    th_jw_i64(w, v->v[i].version);
    th_jw_key(w, "added");
    th_jw_z(w, what[v->v[i].added]);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void put_notes(th_jwrite *w, const th_store_note_vec *v) {
  th_jw_key(w, "notes");
  th_jw_arr(w);
  for (size_t i = 0; i < v->n; i++) {
    th_jw_obj(w);
    th_jw_key(w, "code");
    th_jw_str(w, v->v[i].code);
    th_jw_key(w, "line");
    th_jw_i64(w, v->v[i].line);
    th_jw_key(w, "message");
    th_jw_str(w, v->v[i].message);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void put_error(th_jwrite *w, const th_err *e) {
  th_jw_key(w, "error");
  th_jw_obj(w);
  th_jw_key(w, "code");
  th_jw_z(w, th_code_describe(e->code).name);
  th_jw_key(w, "line");
  th_jw_i64(w, e->line);
  th_jw_key(w, "column");
  th_jw_i64(w, e->col);
  th_jw_key(w, "message");
  th_jw_z(w, e->msg);
  th_jw_obj_end(w);
}

static void put_document(th_jwrite *w, const th_import_document *d) {
  th_jw_obj(w);
  th_jw_key(w, "path");
  th_jw_str(w, d->path);
  th_jw_key(w, "outcome");
  th_jw_z(w, th_import_outcome_name(d->outcome));
  th_jw_key(w, "sha256");
  th_jw_str(w, d->sha256);
  th_jw_key(w, "bytes");
  th_jw_i64(w, (int64_t)d->bytes);
  th_jw_key(w, "gzip");
  th_jw_bool(w, d->was_gzip);
  th_jw_key(w, "kind");
  th_jw_z(w, th_source_kind_name(d->kind));
  th_jw_key(w, "recognised_by");
  th_jw_str(w, d->why);
  put_records(w, &d->records);
  if (d->n_new + d->n_new_versions + d->n_same > d->records.n) {
    th_jw_key(w, "records_not_told");
    th_jw_i64(w, (int64_t)(d->n_new + d->n_new_versions + d->n_same - d->records.n));
  }
  if (d->rows > 0) {
    th_jw_key(w, "rows");
    th_jw_i64(w, (int64_t)d->rows);
  }
  put_notes(w, &d->notes);
  if (d->outcome == TH_IMPORT_REFUSED) put_error(w, &d->error);
  th_jw_obj_end(w);
}

th_code th_import_json(th_arena *a, const th_import_summary *sum, th_str *out, th_err *err) {
  const struct {
    const char *key;
    size_t n;
  } count[] = { { "stored", sum->n_stored },
                { "already_held", sum->n_held },
                { "refused", sum->n_refused },
                { "records_new", sum->n_new },
                { "records_new_version", sum->n_new_versions },
                { "records_same", sum->n_same } };
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 4096);
  th_jwrite_open(&w, &b, 2);
  th_jw_obj(&w);
  for (size_t i = 0; i < sizeof count / sizeof *count; i++) {
    th_jw_key(&w, count[i].key);
    th_jw_i64(&w, (int64_t)count[i].n);
  }
  th_jw_key(&w, "documents");
  th_jw_arr(&w);
  for (size_t i = 0; i < sum->documents.n; i++) put_document(&w, &sum->documents.v[i]);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(&b, '\n');
  if (b.failed) return th_fail_nomem(err);
  *out = th_buf_str(&b);
  return TH_OK;
}
