/* Floor 8: the web app. Requests in, pages out; everything medical is decided by the desks and drawn by report.
 *
 * One process, a few threads, the home directory as it is. Bound to the loopback interface unless told otherwise; beyond it, the pages
 * about patients are closed. Nothing is asked of any other host. */
#ifndef THERIAC_SERVE_H
#define THERIAC_SERVE_H

#include "theriac/base.h"

typedef struct th_serve th_serve;

typedef struct th_serve_options {
  const char *home;
  const char *listen;       /* "127.0.0.1:8420", "[::1]:0", "8420"; NULL: 127.0.0.1:8420. Port 0: any free one */
  const char *const *hosts; /* further names under which it may be asked for ("theriac.hospital.example") */
  size_t n_hosts;
  unsigned threads;       /* 0: two for each processor */
  bool read_only;         /* nothing may be changed or uploaded */
  th_date (*today)(void); /* the day of questions without one */
  int64_t (*now)(void); /* seconds since 1970-01-01 UTC, for the record of who did what when; NULL: the first moment of today */
  int32_t utc_offset;   /* seconds that local time, as it is shown, is ahead of UTC */
  const char *who;      /* who works here, for that record; NULL: "theriac serve" */
} th_serve_options;

/* Opens the home (made when it is not there, unless read_only). TH_ENOENT, TH_EAUTH, TH_EIO as th_store_open. */
TH_API th_code th_serve_open(const th_serve_options *o, th_serve **out, th_err *err);
/* Binds and answers in threads of its own. TH_EINVAL: an address that is none; TH_EIO: the port is taken. */
TH_API th_code th_serve_start(th_serve *s, th_err *err);
TH_API unsigned th_serve_port(const th_serve *s); /* 0 before start */
TH_API bool th_serve_is_local(const th_serve *s); /* bound to the loopback interface alone */
TH_API void th_serve_close(th_serve *s);          /* waits for requests at hand; long work is cancelled */

/* ── One request, without a socket: for tests, fuzzing and measuring ───────────────────────────────────────────────── */

typedef struct th_request_header {
  th_str name, value;
} th_request_header;

typedef struct th_request {
  th_str method; /* "GET", "HEAD", "POST" */
  th_str target; /* "/drug/belimumab?role=physician", percent-encoded */
  const th_request_header *header;
  size_t n_headers;
  th_str body;
} th_request;

typedef struct th_response {
  int status;
  th_str type; /* media type */
  th_str body;
  th_request_header header[16];
  size_t n_headers;
} th_response;

/* Answers; the response lives in the arena. Never fails: what went wrong is a page with its status. Thread-safe. */
TH_API void th_serve_answer(th_serve *s, th_arena *a, const th_request *q, th_response *out);

#endif
