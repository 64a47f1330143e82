/* What handlers see: one request as a th_ctx, with the store, the words and the writer at hand.
 *
 * A handler reads parameters, asks desks for values, has report draw them into x->html, and ends with th_serve_page_end (or sends bytes,
 * redirects, or fails with an error). A handler that changes something is a POST and ends with a redirect. */
#ifndef THERIAC_SERVE_PRIV_H
#define THERIAC_SERVE_PRIV_H

#include <stdatomic.h>

#include "theriac/names.h"
#include "theriac/report/web.h"
#include "theriac/serve.h"
#include "theriac/store.h"

#define TH_LIMIT_REQUEST_BODY   ((size_t)64 << 20) /* with its uploads */
#define TH_LIMIT_REQUEST_FIELDS 4096               /* parameters of a query and form together */
#define TH_LIMIT_REQUEST_TARGET 16384
#define TH_LIMIT_SERVE_CACHE    ((size_t)256 << 20) /* pages kept */
#define TH_LIMIT_SERVE_JOBS     64

typedef struct th_param {
  th_str name, value;
  th_str file, type; /* of an upload: its name and the media type that was claimed */
} th_param;

/* A store handle and what belongs to it; a request has one for itself. */
typedef struct th_lane {
  th_store *store;        /* NULL: the home holds no store yet */
  bool empty;             /* nothing was imported yet */
  th_arena *arena;        /* of names */
  th_names *names;        /* never NULL: the built-in ones without a store */
  th_kindred *kindred;    /* th_serve_kindred; NULL: not made yet */
  uint64_t version;       /* of what is seen, for pages kept: the same for all lanes */
  uint64_t store_version; /* as this handle counts, see th_store_version; 0: not asked yet */
  uint64_t names_of;      /* store_version that names were read at */
  struct th_lane *next;
} th_lane;

typedef struct th_ctx {
  th_serve *app;
  th_arena *a;
  th_lane *lane;
  const th_request *q;
  th_response *r;
  th_words lang;
  th_str path;   /* decoded */
  th_str seg[6]; /* what the stars of the route's pattern stood for, decoded */
  const th_param *param;
  size_t n_params;
  th_buf out;
  th_html html;
  th_date today;
  bool patient;          /* a page about a patient: not to be kept by the browser */
  bool own_style;        /* a page in one file, with its styles in itself */
  bool head, post, json; /* json: the asker prefers application/json, or the path ends in .json */
} th_ctx;

/* What a handler returns, and every call that answers: so no path through one can forget to. */
typedef enum th_done { TH_DONE } th_done;
typedef th_done th_handler(th_ctx *x);

enum {
  TH_ROUTE_PATIENT = 1 /* closed beyond the loopback interface */,
  TH_ROUTE_CHANGES = 2 /* POST; closed when read-only */
};

typedef struct th_route {
  const char *method;  /* "GET" (HEAD too), "POST" */
  const char *pattern; /* a star stands for one segment */
  th_handler *run;
  unsigned flags;
} th_route;

/* Each file of routes has one table, ending in a NULL method; serve.c lists the tables. */
extern const th_route th_serve__asset_routes[];
extern const th_route th_serve__case_packet_routes[];
extern const th_route th_serve__case_renew_routes[];
extern const th_route th_serve__case_routes[];
extern const th_route th_serve__case_tool_routes[];
extern const th_route th_serve__compare_routes[];
extern const th_route th_serve__drug_routes[];
extern const th_route th_serve__home_routes[];
extern const th_route th_serve__list_routes[];
extern const th_route th_serve__manage_routes[];
extern const th_route th_serve__predict_routes[];
extern const th_route th_serve__record_routes[];
extern const th_route th_serve__remark_routes[];
extern const th_route th_serve__study_routes[];
extern const th_route th_serve__trial_routes[];

/* Parameters: of the query, then of the form. Empty when not given. */
th_str th_serve_param(const th_ctx *x, const char *name);
const th_param *th_serve_upload(const th_ctx *x, const char *name, size_t k); /* k-th file of this name; NULL: no more */
bool th_serve_has(const th_ctx *x, const char *name);
size_t th_serve_count(const th_ctx *x, const char *name);
th_str th_serve_nth(const th_ctx *x, const char *name, size_t k);
th_str th_serve_header(const th_ctx *x, const char *name);

/* Answers. */
void th_serve_page_begin(th_ctx *x, const th_web_frame *f); /* f->path may be left empty: this request's */
th_done th_serve_page_end(th_ctx *x, int status);
th_done th_serve_bytes(th_ctx *x, int status, const char *type, th_str body);
th_done th_serve_download(th_ctx *x, const char *type, th_str file_name, th_str body);
th_done th_serve_redirect(th_ctx *x, th_str to); /* 303 */
th_done th_serve_fail(th_ctx *x, const th_err *err);
/* The same, with another way on than to the first page. */
th_done th_serve_fail_at(th_ctx *x, const th_err *err, th_str href,
                         const char *key); /* a page, or JSON, with the code's status */
th_done th_serve_fail_code(th_ctx *x, th_code code, const char *fmt, ...) TH_PRINTF(3, 4);
void th_serve_add_header(th_ctx *x, const char *name, th_str value);

/* Notes and review states of a drug's dossier and its pairs, and the form to add one. */
void th_serve_remarks(th_ctx *x, th_str drug, const th_str *diseases, size_t n);
th_done th_serve_study(th_ctx *x); /* the check of a study: the box of the first page hands texts over */

/* The store, or a page that says what to do when there is none (false: answered). */
bool th_serve_need_store(th_ctx *x);
/* A handle that may write, for this request; closed by the caller. */
th_code th_serve_open_write(th_ctx *x, th_store **out, th_err *err);
int64_t th_serve_now(const th_ctx *x);                    /* seconds since 1970-01-01 UTC */
th_str th_serve_moment(const th_ctx *x, int64_t seconds); /* "2025-06-01 14:05", local time */
const th_serve_options *th_serve_options_of(const th_serve *s);

/* Pages that hang on the store and the address alone are kept until the store changes. At the start of a handler; true: answered. */
bool th_serve_cached(th_ctx *x);
th_done th_serve_keep(th_ctx *x); /* after th_serve_page_end or th_serve_bytes */

/* Verdicts of all drugs (theriac/dossier/overview.h). NULL while the first is being made; in_work: what is had is of an older state. Every
 * success is followed by th_serve_overview_done. */
struct th_overview;
typedef struct th_serve_glance {
  const struct th_overview *overview;
  bool in_work;
  size_t done, total;
  void *held;
} th_serve_glance;
th_code th_serve_overview(th_ctx *x, th_serve_glance *out, th_err *err);
void th_serve_overview_done(th_ctx *x, th_serve_glance *g);
void th_serve_in_work(th_ctx *x, const th_serve_glance *g); /* a note on the page, while verdicts are being made */

/* ── Long work ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_job th_job;
/* Runs in a thread of its own. result: where to go when it is done, in the job's arena. */
typedef th_code (*th_job_fn)(th_job *j, void *arg, th_err *err);
struct th_job_info {
  char id[17];
  const char *kind; /* key of its name in the catalogue: "web.job.import" */
  enum { TH_JOB_WAITING, TH_JOB_RUNNING, TH_JOB_DONE, TH_JOB_FAILED, TH_JOB_CANCELLED } state;
  uint64_t done, total;
  char note[160], result[240];
  th_err err;
};
/* Queues it and redirects to its page. arg and all it views live in `own`, which goes with the job. */
th_done th_serve_job(th_ctx *x, const char *kind, th_job_fn fn, th_arena *own, void *arg);
th_arena *th_job_arena(th_job *j);
th_serve *th_job_app(th_job *j);
/* Tells how far it is; false: it was cancelled, stop and give TH_ECANCEL. */
bool th_job_step(th_job *j, uint64_t done, uint64_t total, th_str note);
void th_job_result(th_job *j, th_str path);

/* ── Inside the module ─────────────────────────────────────────────────────────────────────────────────────────────── */

struct th_jobs;
struct th_cache;
struct th_overviews;

struct th_serve {
  th_serve_options o;
  char listen_host[64];
  unsigned port;
  bool local;
  struct MHD_Daemon *daemon;
  const struct th_coverage *policies; /* read when first asked for: th_serve__coverage */
  th_arena *policies_arena;
  struct th_lanes *lanes;
  struct th_cache *cache;
  struct th_jobs *jobs;
  struct th_overviews *overviews;
  struct th_cases *_Atomic cases; /* held open, see case_desk.c */
};

/* What drugs share, made when it is first asked for: of this lane, as its names are. */
th_code th_serve_kindred(th_ctx *x, const th_kindred **out, th_err *err);
void th_serve__http_stop(th_serve *s);
void th_serve__cases_forget(th_serve *s);
void th_serve__cases_on_home(th_ctx *x); /* recent cases and what falls due; nothing beyond this machine */

th_code th_serve__lanes_new(th_serve *s, th_err *err);
void th_serve__lanes_del(th_serve *s);
th_lane *th_serve__lane_take(th_serve *s, th_err *err);
void th_serve__lane_give(th_serve *s, th_lane *l);

struct th_cache *th_serve__cache_new(void);
void th_serve__cache_del(struct th_cache *c);

struct th_overviews *th_serve__overviews_new(th_serve *s);
void th_serve__overviews_del(struct th_overviews *v);

struct th_jobs *th_serve__jobs_new(th_serve *s);
void th_serve__jobs_del(struct th_jobs *j); /* cancels, and waits */
bool th_serve__job_info(struct th_jobs *j, th_str id, struct th_job_info *out);
bool th_serve__job_cancel(struct th_jobs *j, th_str id);
size_t th_serve__job_list(struct th_jobs *j, struct th_job_info *out, size_t cap); /* newest first */

/* "a=1&b=%20" into parameters; multipart bodies with their boundary. TH_EPARSE, TH_ELIMIT. */
th_code th_serve__params(th_arena *a, const th_request *q, th_str query, const th_param **out, size_t *n, th_err *err);
th_str th_serve__decode(th_arena *a, th_str s, bool plus_is_blank); /* p NULL: a broken escape, a NUL, or no UTF-8 */

/* Whether the request may come in at all: its host is ours, and a change was asked for by a page of ours. */
bool th_serve__host_ok(const th_serve *s, th_str host);
bool th_serve__origin_ok(const th_request *q);

#endif
