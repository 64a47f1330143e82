/* What the collectors share. */
#ifndef THERIAC_IMPORT_FETCH_PRIV_H
#define THERIAC_IMPORT_FETCH_PRIV_H

#include "theriac/import/fetch.h"

/* One request with its answer, as it lies on the tape: <key>.json beside <key>.body. */
typedef struct th_fetch__entry {
  char key[33];   /* of source and request */
  th_str request; /* path and query, without the address it went to and without who asked */
  th_str url, at; /* address and moment */
  int status;
  th_str content_type, etag, last_modified;
  th_str sha256; /* of the body */
  th_str error;  /* it failed so; no body */
  th_str body;
} th_fetch__entry;

/* An answer that counts: to be imported, or kept as it is. */
typedef struct th_fetch__page {
  char key[33];
  th_str request, url, at, sha256, etag, last_modified, content_type;
  uint64_t records;
  bool imported; /* holds records of the source's kind */
} th_fetch__page;

typedef struct th_fetch__run {
  th_arena *a, *work; /* the result; one answer */
  th_store *s;
  const th_fetch_world *w;
  const th_fetch_request *q;
  const th_fetch_about *about;
  th_fetch_result *out;
  const char *base;
  th_str tape; /* folder of this chain */
  bool from_tape, no_validators;
  bool stale;      /* an answer of an earlier time was used */
  int64_t next_at; /* no request before that moment */
  TH_VEC(th_fetch__page) pages;
  th_map ids;       /* records seen */
  th_err fault;     /* what the source did wrong */
  int fault_status; /* the HTTP status it was told by, or 0 */
  th_progress bar;
  th_err *err;
} th_fetch__run;

/* Is this the answer that was expected? Fills `into`; its memory is r->work. TH_EPARSE: it is not. */
typedef th_code (*th_fetch__check)(th_fetch__run *r, const th_fetch__entry *x, void *into, th_err *err);

/* One answer: from the tape, from the records to be replayed, or from the network, politely. *answered false: the source failed, see
 * r->fault. r->work is emptied first; x and `into` last until the next call. */
th_code th_fetch__ask(th_fetch__run *r, th_str request, unsigned tries, th_fetch__check check, void *into, th_fetch__entry *x,
                      bool *answered);
/* Milliseconds a Retry-After asks for, seen from the answer's own date; -1: says nothing. */
int64_t th_fetch__retry_after(th_str retry_after, th_str date);

/* ── The tape ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_fetch__key(const char *source, th_str request, char key[33]);
/* found false: no such entry, or one whose body is not what was written. body false: without it. */
th_code th_fetch__tape_read(th_arena *a, th_str folder, const char *key, bool body, bool *found, th_fetch__entry *x,
                            th_err *err);
/* Body first, then what refers to it: an entry is there whole or not at all. */
th_code th_fetch__tape_write(th_arena *a, th_str folder, const char *source, const th_fetch__entry *x, bool body, th_err *err);
th_code th_fetch__tape_clear(th_arena *a, th_str folder, bool folder_too, th_err *err);

/* ── Queries ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Names of the drug or disease that a source in English can be asked for: what was typed, the preferred name, synonyms. TH_EINVAL
 * when there is none. */
th_code th_fetch__terms(th_arena *a, const th_names *names, th_name_kind kind, th_str typed, th_str_vec *out, th_err *err);
/* The first request of the source (without paging), and the query as a person reads it. */
th_code th_fetch__query(th_arena *a, const th_fetch_request *q, th_str *request, th_str *shown, th_err *err);

/* ── Answers ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_fetch__found {
  int64_t total; /* -1: not stated */
  th_str next;   /* token of the next page; empty: the last */
  th_str_vec ids;
  th_str webenv, query_key; /* esearch */
  th_str doubt;             /* what the source says it did not understand */
  th_str version;
} th_fetch__found;

th_code th_fetch__read_studies(th_arena *a, th_str body, th_fetch__found *out, th_err *err);
th_code th_fetch__read_version(th_arena *a, th_str body, th_fetch__found *out, th_err *err);
th_code th_fetch__read_esearch(th_arena *a, th_str body, th_fetch__found *out, th_err *err);
th_code th_fetch__read_articles(th_arena *a, th_str body, th_fetch__found *out, th_err *err);
th_code th_fetch__read_labels(th_arena *a, th_str body, th_fetch__found *out, th_err *err);

/* The list of licences in an answer: the answer itself, or the first JSON or CSV of the archive that it is. */
th_code th_fetch__register(th_arena *a, th_str body, th_str *rows, th_err *err);

/* The chain of the source: asks until its end, a fault or a limit; fills pages, ids and the result's state. */
th_code th_fetch__chain(th_fetch__run *r, th_str first);

/* The search as a document of kind "capture". */
th_code th_fetch__log(th_arena *a, const th_fetch__run *r, th_str *out, th_err *err);

#endif
