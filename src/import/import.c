/* The way of a document: read, recognise, parse, store. What is wrong with a document shows before the store is touched, or, where it
 * holds more records than are read at once, is undone there; what goes wrong otherwise is the machine's fault and ends the call. */
#include "theriac/import.h"

#include <stdio.h>

#include "import/import_priv.h"
#include "theriac/io.h"
#include "theriac/text.h"

typedef struct importer {
  th_arena *keep, *work; /* the summary; one document */
  th_store *s;
  const th_import_options *o;
  th_import_summary *out;
  th_import__many_run *many; /* when first needed */
  size_t first_open;         /* first document of the batch not committed yet */
  size_t open_bytes;
  bool open, strict_failed;
  th_err *err;
} importer;

const char *th_import_outcome_name(th_import_outcome o) {
  switch (o) {
  case TH_IMPORT_NOT_STORED: return "not stored";
  case TH_IMPORT_STORED: return "stored";
  case TH_IMPORT_HELD: return "already held";
  case TH_IMPORT_REFUSED: return "refused";
  }
  return "";
}

/* Errors of ours and of the machine are no fault of the document. */
static bool is_fatal(th_code code) {
  return code == TH_ENOMEM || code == TH_EBUG || code == TH_ECANCEL;
}

static th_code refuse(th_import_document *doc, th_code code) {
  if (is_fatal(code)) return code;
  doc->outcome = TH_IMPORT_REFUSED;
  return TH_OK;
}

/* ── A document ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code tell_kind(importer *im, th_str bytes, th_import_document *doc, const th_import__kind **kind, th_err *err) {
  if (im->o->kind != TH_SOURCE_UNKNOWN) {
    doc->kind = im->o->kind;
    doc->why = TH_S("as told");
  } else {
    th_source_guess guess = { 0 };
    TH_TRY(th_source_detect(bytes, &guess, err));
    doc->kind = guess.kind;
    doc->why = th_str_dup(im->keep, th_str_of(guess.why));
    if (!doc->why.p) return th_fail_nomem(err);
  }
  *kind = th_import__kind_of(doc->kind);
  if (!*kind)
    return th_fail(err, TH_EUNSUP, "this is %s; there is no reader for it yet (theriac import --list)",
                   th_source_kind_about(doc->kind));
  if (bytes.n > (*kind)->limit_bytes)
    return th_fail(err, TH_ELIMIT, "a document of kind %s of %zu bytes: more than TH_LIMIT_DOCUMENT_BYTES (%zu)",
                   th_source_kind_name(doc->kind), bytes.n, (*kind)->limit_bytes);
  return TH_OK;
}

static th_code note_sha(importer *im, th_str bytes, th_import_document *doc) {
  char hex[TH_SHA256_HEX];
  doc->bytes = bytes.n;
  doc->sha256 = th_str_dup(im->keep, th_str_of(th_sha256_hex(bytes, hex)));
  return doc->sha256.p ? TH_OK : th_fail_nomem(im->err);
}

/* What was said of its records is void. */
static void forget(th_import_document *d) {
  d->records.n = 0;
  d->n_new = d->n_new_versions = d->n_same = 0;
}

/* One record of many on its way into the store. */
typedef struct one_record {
  importer *im;
  const th_store_document *d;
  const th_import__many *kind;
  th_import_document *doc;
} one_record;

static th_code store_record(void *ctx, const void *record) {
  const one_record *x = ctx;
  const th_arena_mark mark = th_arena_save(x->im->work);
  const th_code code = x->kind->put(x->im->work, x->im->s, x->d, record, x->im->keep, x->doc, x->im->err);
  th_arena_rewind(x->im->work, mark);
  return code;
}

/* Nothing is stored any more: the rest is read to say what else is wrong. */
static th_code pass_over(void *ctx, const void *record) {
  (void)ctx, (void)record;
  return TH_OK;
}

static th_code store_records(importer *im, const th_store_document *d, const th_import__kind *kind, th_import_document *doc) {
  one_record x = { im, d, kind->many, doc };
  TH_TRY(th_import__many_put(im->many, store_record, &x, &doc->error, im->err));
  if (!kind->many->end) return TH_OK;
  return kind->many->end(im->work, th_import__many_frame(im->many), th_import__many_count(im->many), im->keep, doc, im->err);
}

static th_code store_value(importer *im, th_str bytes, th_import_document *doc, const th_import__kind *kind,
                           const void *value) {
  th_store_document d = { .name = doc->path,
                          .sha256 = doc->sha256,
                          .kind = th_str_of(th_source_kind_name(doc->kind)),
                          .retrieved = im->o->retrieved,
                          .licence = im->o->licence };
  if (d.licence.n == 0 && kind->licence) d.licence = kind->licence(value);
  TH_TRY(th_store_document_add(im->work, im->s, bytes, &d, im->err));
  TH_TRY(kind->many ? store_records(im, &d, kind, doc) : kind->put(im->work, im->s, &d, value, im->keep, doc, im->err));
  for (size_t i = 0; i < doc->notes.n; i++) TH_TRY(th_store_note_add(im->s, d.id, &doc->notes.v[i], im->err));
  return TH_OK;
}

static th_code store_document(importer *im, th_str bytes, th_import_document *doc, const th_import__kind *kind,
                              const void *value) {
  if (!im->open) {
    TH_TRY(th_store_begin(im->s, im->err));
    im->open = true;
  }
  bool found = false;
  th_store_document held;
  TH_TRY(th_store_document_find(im->work, im->s, doc->sha256, &found, &held, im->err));
  if (found) {
    doc->outcome = TH_IMPORT_HELD;
    return TH_OK;
  }
  TH_TRY(th_store_mark(im->s, im->err));
  const th_code code = store_value(im, bytes, doc, kind, value);
  if (code != TH_OK && doc->error.code != TH_OK) { /* a record cannot be read: nothing of the document is kept */
    th_store_undo(im->s);
    forget(doc);
    doc->notes.n = 0;
    return refuse(doc, code);
  }
  if (code != TH_OK) return code; /* the whole batch goes back */
  TH_TRY(th_store_keep(im->s, im->err));
  doc->outcome = TH_IMPORT_STORED;
  im->open_bytes += bytes.n;
  return TH_OK;
}

static th_code read_document(importer *im, th_str bytes, th_import_document *doc) {
  const th_import__kind *kind = NULL;
  void *value = NULL;
  /* What is larger than any text need not be hashed whole to be refused. */
  if (bytes.n > TH_LIMIT_DOCUMENT_BYTES && tell_kind(im, bytes, doc, &kind, &doc->error) != TH_OK)
    return refuse(doc, doc->error.code);
  TH_TRY(note_sha(im, bytes, doc));
  bool found = false;
  th_store_document held;
  TH_TRY(th_store_document_find(im->work, im->s, doc->sha256, &found, &held, im->err));
  if (found) {
    doc->outcome = TH_IMPORT_HELD;
    th_source_kind_find(held.kind, &doc->kind);
    return TH_OK;
  }
  th_str text = bytes;
  th_code code = tell_kind(im, bytes, doc, &kind, &doc->error);
  if (code == TH_OK) code = th_text_require_utf8(&text, &doc->error);
  if (code == TH_OK)
    code = kind->many ? th_import__many_open(im->work, &im->many, kind->many, bytes, &doc->error)
                      : kind->read(im->work, bytes, &value, &doc->error);
  if (code == TH_OK && im->strict_failed && kind->many)
    code = th_import__many_put(im->many, pass_over, NULL, &doc->error, im->err);
  if (code != TH_OK) return refuse(doc, code);
  return im->strict_failed ? TH_OK : store_document(im, bytes, doc, kind, value);
}

/* What every document goes through once its bytes are there, or could not be had (code). */
static th_code settle(importer *im, const char *path, th_import_document *doc, th_code code) {
  th_err_source(&doc->error, path);
  if (code != TH_OK && im->err && im->err->code == TH_OK) *im->err = doc->error;
  if (code == TH_OK && doc->outcome == TH_IMPORT_REFUSED && im->o->strict && !im->strict_failed) {
    im->strict_failed = true;
    th_store_rollback(im->s);
    im->open = false;
  }
  th_arena_reset(im->work);
  return code;
}

static th_import_document *new_document(importer *im, th_str path) {
  th_import_document *doc = TH_VEC_ADD(im->keep, &im->out->documents);
  if (doc) doc->path = path;
  return doc;
}

/* A member of an archive is a document of its own: "pages.zip/one.html". */
static th_code import_member(importer *im, const char *path, th_str archive, const th_zip_entry *e, size_t n) {
  th_str name = e->name, text, bytes;
  if (th_text_require_utf8(&name, NULL) != TH_OK) name = th_str_fmt(im->keep, "#%zu", n + 1);
  name = th_str_fmt(im->keep, "%s/%.*s", path, TH_STR_ARG(name));
  th_import_document *doc = name.p ? new_document(im, name) : NULL;
  if (!doc) return th_fail_nomem(im->err);
  th_code code = th_zip_read(im->work, archive, e, &bytes, &doc->error);
  doc->was_gzip = code == TH_OK && th_gzip_is(bytes);
  text = bytes;
  if (doc->was_gzip) code = th_gzip_inflate(im->work, bytes, 0, &text, &doc->error);
  if (code == TH_OK && th_zip_is(text))
    code = th_fail(&doc->error, TH_EUNSUP, "an archive within an archive: unpack the outer one first");
  code = code == TH_OK ? read_document(im, text, doc) : refuse(doc, code);
  return settle(im, name.p, doc, code);
}

static bool passed_over(const th_zip_entry *e) {
  const size_t slash = th_str_rfind(e->name, TH_S("/"));
  const th_str base = slash == SIZE_MAX ? e->name : th_str_sub(e->name, slash + 1, e->name.n);
  return e->is_dir || th_str_starts(base, TH_S(".")) || th_str_starts(e->name, TH_S("__MACOSX/"));
}

static th_code import_archive(importer *im, const char *path, th_str archive) {
  th_zip_entries all;
  th_err err = { 0 };
  const th_code code = th_zip_list(im->keep, archive, &all, &err);
  if (code != TH_OK) {
    th_import_document *doc = new_document(im, th_str_of(path));
    if (!doc) return th_fail_nomem(im->err);
    doc->error = err;
    return settle(im, path, doc, refuse(doc, code));
  }
  for (size_t i = 0; i < all.n; i++)
    if (!passed_over(&all.v[i])) TH_TRY(import_member(im, path, archive, &all.v[i], i));
  return TH_OK;
}

static th_code import_file(importer *im, const th_import__file *file) {
  th_file f;
  th_err err = { 0 };
  th_code code = th_file_open(file->path.p, 0, &f, &err);
  if (code == TH_OK && th_zip_is(f.bytes)) {
    code = import_archive(im, file->path.p, f.bytes);
    th_file_close(&f);
    return code;
  }
  th_import_document *doc = new_document(im, file->path);
  if (!doc) {
    if (code == TH_OK) th_file_close(&f);
    return th_fail_nomem(im->err);
  }
  doc->error = err;
  if (code != TH_OK) {
    code = refuse(doc, code);
  } else {
    doc->was_gzip = f.was_gzip;
    code = read_document(im, f.bytes, doc);
    th_file_close(&f);
  }
  return settle(im, file->path.p, doc, code);
}

/* ── The batch ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Documents since the last commit are not in the store. */
static void take_back(importer *im) {
  for (size_t i = im->first_open; i < im->out->documents.n; i++) {
    th_import_document *d = &im->out->documents.v[i];
    if (d->outcome != TH_IMPORT_STORED) continue;
    d->outcome = TH_IMPORT_NOT_STORED;
    forget(d);
  }
}

static th_code commit(importer *im) {
  if (im->open) TH_TRY(th_store_commit(im->s, im->err));
  im->open = false;
  im->open_bytes = 0;
  im->first_open = im->out->documents.n;
  return TH_OK;
}

static th_code import_all(importer *im, const th_import__file_vec *files) {
  th_progress bar;
  th_code code = TH_OK;
  if (im->o->progress) th_progress_begin(&bar, "import", files->n);
  for (size_t i = 0; code == TH_OK && i < files->n; i++) {
    code = import_file(im, &files->v[i]);
    const bool full = im->out->documents.n - im->first_open >= TH_IMPORT_BATCH_DOCS || im->open_bytes >= TH_IMPORT_BATCH_BYTES;
    if (code == TH_OK && full && !im->o->strict) code = commit(im);
    if (im->o->progress) th_progress_step(&bar, 1);
  }
  if (code == TH_OK && !im->strict_failed) code = commit(im);
  if (im->o->progress) th_progress_end(&bar);
  return code;
}

static void count(th_import_summary *sum) {
  for (size_t i = 0; i < sum->documents.n; i++) {
    const th_import_document *d = &sum->documents.v[i];
    sum->n_stored += d->outcome == TH_IMPORT_STORED;
    sum->n_held += d->outcome == TH_IMPORT_HELD;
    sum->n_refused += d->outcome == TH_IMPORT_REFUSED;
    sum->n_new += d->n_new;
    sum->n_new_versions += d->n_new_versions;
    sum->n_same += d->n_same;
  }
}

static th_code first_refusal(const th_import_summary *sum, th_err *err) {
  for (size_t i = 0; i < sum->documents.n; i++) {
    if (sum->documents.v[i].outcome != TH_IMPORT_REFUSED) continue;
    if (err) *err = sum->documents.v[i].error;
    return sum->documents.v[i].error.code;
  }
  return TH_EBUG;
}

/* Ends the call: what was not committed is not stored. */
static th_code finish(importer *im, th_code code) {
  if (code != TH_OK || im->strict_failed) {
    th_store_rollback(im->s);
    take_back(im);
  }
  if (code == TH_OK && im->strict_failed) code = first_refusal(im->out, im->err);
  th_arena_del(im->work);
  th_import__many_del(im->many);
  count(im->out);
  return code;
}

th_code th_import_paths(th_arena *a, th_store *s, const char *const *path, size_t n, const th_import_options *o,
                        th_import_summary *out, th_err *err) {
  th_err own = { 0 };
  if (!err) err = &own;
  *out = (th_import_summary){ 0 };
  if (o->retrieved.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "the day of retrieval must be a full date");
  th_import__file_vec files;
  TH_TRY(th_import__list(a, path, n, &files, err));
  importer im = { .keep = a, .work = th_arena_new(1 << 20), .s = s, .o = o, .out = out, .err = err };
  if (!im.work) return th_fail_nomem(err);
  return finish(&im, import_all(&im, &files));
}

th_code th_import_bytes(th_arena *a, th_store *s, th_str name, th_str bytes, const th_import_options *o, th_import_summary *out,
                        th_err *err) {
  th_err own = { 0 };
  if (!err) err = &own;
  *out = (th_import_summary){ 0 };
  if (o->retrieved.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "the day of retrieval must be a full date");
  importer im = { .keep = a, .work = th_arena_new(1 << 20), .s = s, .o = o, .out = out, .err = err };
  if (!im.work) return th_fail_nomem(err);
  const th_str path = th_str_dup(a, name);
  th_import_document *doc = path.p ? new_document(&im, path) : NULL;
  th_code code = doc ? TH_OK : th_fail_nomem(err);
  if (code == TH_OK) code = settle(&im, doc->path.p, doc, read_document(&im, bytes, doc));
  if (code == TH_OK && !im.strict_failed) code = commit(&im);
  return finish(&im, code);
}
