/* What the files of import share. */
#ifndef THERIAC_IMPORT_PRIV_H
#define THERIAC_IMPORT_PRIV_H

#include "theriac/import.h"

typedef struct th_import__file {
  th_str path; /* ends in NUL */
} th_import__file;
typedef TH_VEC(th_import__file) th_import__file_vec;

/* Files and folders given, as a list of files. */
th_code th_import__list(th_arena *a, const char *const *path, size_t n, th_import__file_vec *out, th_err *err);

/* Records of a kind that come many in a document: where they stand, one by itself (in any thread), one into the store, and what is said of the whole. */
typedef struct th_import__many {
  th_code (*cut)(th_arena *a, th_str bytes, th_source_cuts *out, void **frame, th_err *err);
  th_code (*one)(th_arena *a, th_packer *p, th_str bytes, const th_source_cut *cut, void **record, th_err *err);
  th_code (*put)(th_arena *a, th_store *s, const th_store_document *d, const void *record, th_arena *keep,
                 th_import_document *out, th_err *err);
  th_code (*end)(th_arena *a, const void *frame, size_t n, th_arena *keep, th_import_document *out,
                 th_err *err); /* may be NULL */
} th_import__many;

/* One kind of document: read gives a value in the arena (the error is about the document), put stores it (the error is about the
 * store) and fills records, notes and rows. */
typedef struct th_import__kind {
  th_source_kind kind;
  size_t limit_bytes;
  th_code (*read)(th_arena *a, th_str bytes, void **value, th_err *err);
  th_code (*put)(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                 th_import_document *out, th_err *err);
  th_str (*licence)(const void *value); /* what the document says of its own licence; may be NULL */
  const th_import__many *many;          /* instead of read and put */
} th_import__kind;

/* Threads, arenas and the document at hand; made when first needed. */
typedef struct th_import__many_run th_import__many_run;
void th_import__many_del(th_import__many_run *m);
/* Cuts the document and reads its first records. */
th_code th_import__many_open(th_arena *a, th_import__many_run **run, const th_import__many *kind, th_str bytes, th_err *err);
/* Hands every record to write, in order, one at a time; what write says is wrong is in *err, the first record that cannot be read in
 * *unread (then records before it may have been handed on). */
th_code th_import__many_put(th_import__many_run *m, th_code (*write)(void *ctx, const void *record), void *ctx, th_err *unread,
                            th_err *err);
size_t th_import__many_count(const th_import__many_run *m);
const void *th_import__many_frame(const th_import__many_run *m);

/* NULL: known, but there is no reader for it. */
const th_import__kind *th_import__kind_of(th_source_kind kind);

#endif
