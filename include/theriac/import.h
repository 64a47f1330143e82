/* Floor 5: documents into the store. Recognises each by its content, reads it whole or refuses it, stores it with everything it
 * says; what was refused changed nothing. Only what was committed is reported as stored. */
#ifndef THERIAC_IMPORT_H
#define THERIAC_IMPORT_H

#include "theriac/store.h"

typedef enum th_import_outcome {
  TH_IMPORT_NOT_STORED = 0, /* fine by itself, but the call failed before it was committed (or --strict) */
  TH_IMPORT_STORED,
  TH_IMPORT_HELD,    /* these very bytes are in the store already: nothing to do */
  TH_IMPORT_REFUSED, /* see error */
} th_import_outcome;
TH_API const char *th_import_outcome_name(th_import_outcome o); /* "stored", "already held", … */

typedef struct th_import_record {
  th_str kind, key, title;
  uint32_t version;
  th_store_added added;
} th_import_record;
typedef TH_VEC(th_import_record) th_import_record_vec;

typedef struct th_import_document {
  th_str path;   /* as given, or found below a folder given; "-" for standard input */
  th_str sha256; /* of the bytes, inflated; empty when they could not be read */
  uint64_t bytes;
  bool was_gzip;
  th_import_outcome outcome;
  th_source_kind kind;
  th_str why;                             /* the marks the kind was told by */
  th_import_record_vec records;           /* the first TH_IMPORT_RECORDS_TOLD */
  uint64_t n_new, n_new_versions, n_same; /* records, all of them */
  th_store_note_vec notes;                /* what was not there or not understood */
  uint64_t rows;                          /* of a table: rows stored */
  th_err error;                           /* REFUSED */
} th_import_document;
typedef TH_VEC(th_import_document) th_import_document_vec;

typedef struct th_import_summary {
  th_import_document_vec documents; /* in the order read */
  size_t n_stored, n_held, n_refused;
  size_t n_new, n_new_versions, n_same; /* records */
} th_import_summary;

typedef struct th_import_options {
  th_source_kind kind; /* TH_SOURCE_UNKNOWN: told by content */
  bool strict;         /* all or nothing */
  bool progress;       /* shows how far it is, on standard error */
  th_str licence;      /* of the source, kept with every document; empty: what the document says of itself, if anything */
  th_date retrieved;   /* the day to write down; must be a full date */
} th_import_options;

#define TH_LIMIT_FOLDER_DEPTH  64
#define TH_IMPORT_RECORDS_TOLD 1000               /* records (and notes) of one document told one by one */
#define TH_LIMIT_IMPORT_FILES  ((size_t)4 << 20)  /* files of one call */
#define TH_IMPORT_BATCH_DOCS   256                /* a commit at least every so many documents … */
#define TH_IMPORT_BATCH_BYTES  ((size_t)64 << 20) /* … or bytes */

/* Imports files, folders (all below, in byte order of their paths; names that begin with a dot and
 * links to folders are passed over) and "-". gzip is inflated; the members of a zip archive are documents of their own, known as
 * archive/member. Documents go in in batches, each document whole or not at all; out tells of each.
 *
 * TH_OK also when documents were refused: look at n_refused. Refused: not readable, of no known kind, broken, too large. With
 * `strict` one refusal means that nothing is stored; the refusals of all documents are still told, and the code is the first's.
 * Other errors (disk full, another writer, memory) end the call: what was committed before stays and is in out. */
TH_API th_code th_import_paths(th_arena *a, th_store *s, const char *const *path, size_t n, const th_import_options *o,
                               th_import_summary *out, th_err *err);

/* The same for one document whose bytes are at hand (an answer of an API); name is what it is known by, its address say. Never
 * inflated: bytes are what is kept. Committed when this returns TH_OK. */
TH_API th_code th_import_bytes(th_arena *a, th_store *s, th_str name, th_str bytes, const th_import_options *o,
                               th_import_summary *out, th_err *err);

/* Whether documents of this kind can be imported, or are only recognised. */
TH_API bool th_import_has_reader(th_source_kind kind);

/* The summary as JSON: {stored, already_held, refused, documents: [{path, sha256, kind, outcome, records, notes, error}]}. */
TH_API th_code th_import_json(th_arena *a, const th_import_summary *sum, th_str *out, th_err *err);

#endif
