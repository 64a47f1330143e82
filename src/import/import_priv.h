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

/* One kind of document: read gives a value in the arena (the error is about the document), put stores it (the error is about the
 * store) and fills records, notes and rows. */
typedef struct th_import__kind {
  th_source_kind kind;
  size_t limit_bytes;
  th_code (*read)(th_arena *a, th_str bytes, void **value, th_err *err);
  th_code (*put)(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                 th_import_document *out, th_err *err);
  th_str (*licence)(const void *value); /* what the document says of its own licence; may be NULL */
} th_import__kind;

/* NULL: known, but there is no reader for it. */
const th_import__kind *th_import__kind_of(th_source_kind kind);

#endif
