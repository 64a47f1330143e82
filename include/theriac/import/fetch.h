/* Floor 5: collectors. Ask the public interfaces of a registry, of PubMed, of label and licence registers for one drug (and one
 * disease), keep every answer exactly as read, import it, and write down that the search was made: what was asked, when, how many
 * the source counts, how many came, and whether that was all. A source that failed is recorded as failed, never as "nothing".
 *
 * What leaves the machine are names of drugs and diseases, and nothing else.
 *
 * A search is a chain of requests. Each answer goes to <home>/fetch/<chain>/ as it comes, so that a chain that was cut off goes on
 * where it stood. Nothing reaches the store before the chain has come to an end of some kind. */
#ifndef THERIAC_IMPORT_FETCH_H
#define THERIAC_IMPORT_FETCH_H

#include "theriac/import.h"
#include "theriac/io.h"
#include "theriac/names.h"

typedef enum th_fetch_source {
  TH_FETCH_TRIALS,   /* ClinicalTrials.gov, API version 2 */
  TH_FETCH_PAPERS,   /* PubMed, E-utilities */
  TH_FETCH_LABELS,   /* openFDA, drug labels */
  TH_FETCH_LICENCES, /* Taiwan FDA, open data set 36: the whole register */
  TH_FETCH_SOURCE_COUNT
} th_fetch_source;

typedef struct th_fetch_about {
  const char *name;     /* "trials" */
  const char *text;     /* "ClinicalTrials.gov" */
  const char *base;     /* the address its requests begin with */
  const char *setting;  /* environment variable that gives another */
  const char *licence;  /* of what it gives, as recorded with every document */
  uint32_t interval_ms; /* between two requests, as its operator asks */
} th_fetch_about;
/* Facts of a source; a static value. */
TH_API const th_fetch_about *th_fetch_source_about(th_fetch_source s);
TH_API bool th_fetch_source_find(th_str name, th_fetch_source *out);

/* What the collectors reach the world by. Tests hand in their own. */
typedef struct th_fetch_world {
  void *ctx;
  th_code (*get)(void *ctx, th_arena *a, const th_http_ask *ask, th_http_answer *out, th_err *err); /* as th_http_get */
  int64_t (*now_ms)(void *ctx);           /* a clock that only goes forward */
  bool (*wait_ms)(void *ctx, int64_t ms); /* false: interrupted */
  void (*stamp)(void *ctx, char out[21]); /* "2026-11-21T10:00:00Z" */
} th_fetch_world;

typedef struct th_fetch_request {
  th_fetch_source source;
  th_str drug, disease;  /* disease empty: whatever disease */
  th_str_vec ids;        /* instead of drug and disease: these trials (NCT…) or papers (PMID); no search is recorded then */
  const th_names *names; /* for synonyms */
  th_date since;         /* only what changed on that day or later; NONE: all */
  uint64_t limit;        /* records; 0: all */
  uint32_t page_size;    /* 0: what suits the source */
  bool resume;           /* go on with the chain that was cut off */
  bool progress;
  const char *replay; /* folder of recorded answers to be used instead of the network, or NULL */
  const char *record; /* folder to record answers in, or NULL */
  const char *base;   /* other address, or NULL */
  th_str api_key, mail;
  double pace; /* factor on every wait; 1 by default. Below 1 for a server on this machine alone (TH_EINVAL) */
} th_fetch_request;

typedef struct th_fetch_result {
  th_str drug, disease, query; /* the query as a person reads it */
  th_search_state state;
  bool incomplete;         /* found, and there is more: see why */
  th_str why;              /* of a failure, of incompleteness; empty otherwise */
  th_str version;          /* of the source's data, where it states one */
  th_str remark;           /* what the source says of the search: words it left out */
  th_str begun;            /* "2026-11-21T10:00:00Z": when the first answer came */
  int64_t in_source, kept; /* records; -1: not known */
  uint64_t requests, tries_again, from_tape,
      unchanged;                        /* answers had from the network, asked again, at hand, not changed (304) */
  size_t n_stored, n_held, n_refused;   /* documents */
  size_t n_new, n_new_versions, n_same; /* records */
} th_fetch_result;

#define TH_LIMIT_FETCH_PAGES  5000 /* requests of one chain */
#define TH_LIMIT_FETCH_TRIES  5    /* of one request */
#define TH_LIMIT_FETCH_WAIT_S 600  /* longest wait that a source may ask for */
#define TH_LIMIT_FETCH_TERMS  24   /* names of one drug or disease in a query */
#define TH_LIMIT_FETCH_IDS    400  /* records asked for by number at once */
#define TH_LIMIT_FETCH_PUBMED 9999 /* records that PubMed gives of one search */

/* One search. TH_OK also when the source failed (state TH_SEARCH_FAILED) or the chain was cut (incomplete). Errors are ours: the
 * store, the disk, the request (TH_EINVAL: no name the source understands), TH_ENOENT (replay lacks an answer), TH_ECONFLICT (the
 * same search runs in another process), TH_ECANCEL (interrupted; what came is kept for resume). */
TH_API th_code th_import_fetch(th_arena *a, th_store *s, const th_fetch_world *w, const th_fetch_request *q,
                               th_fetch_result *out, th_err *err);

/* A chain that was cut off and can be resumed. */
typedef struct th_fetch_left {
  th_str source, drug, disease, since, begun;
  uint64_t limit;
  uint32_t page_size;
  uint64_t answers; /* at hand */
} th_fetch_left;
typedef TH_VEC(th_fetch_left) th_fetch_left_vec;
/* By folder name; a home without any gives none. */
TH_API th_code th_import_fetch_left(th_arena *a, const char *home, th_fetch_left_vec *out, th_err *err);

#endif
