/* Errors are values: a code, and where the caller wants more, a th_err it owns.
 *
 * "Unknown", "nothing found" and "did not converge" are results, never errors. */
#ifndef THERIAC_BASE_ERR_H
#define THERIAC_BASE_ERR_H

#include <stdint.h>

#define TH_API               __attribute__((visibility("default")))
#define TH_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define TH_MUST_USE          __attribute__((warn_unused_result))

typedef enum th_code {
  TH_OK = 0,
  TH_ENOMEM,    /* memory could not be had */
  TH_EINVAL,    /* an argument or option is off: usage */
  TH_EPARSE,    /* input is not of the form it should be */
  TH_EIO,       /* reading or writing failed */
  TH_ENOENT,    /* a file, record or name is not there */
  TH_ECONFLICT, /* another writer, or a record that contradicts a stored one */
  TH_ELIMIT,    /* a named limit was hit */
  TH_ETIMEOUT,
  TH_ECANCEL,
  TH_EAUTH,  /* permission refused */
  TH_EUNSUP, /* understood, and not supported */
  TH_EBUG,   /* an invariant of ours does not hold */
  TH_CODE_COUNT
} th_code;

/* Filled once, by whoever found the fault; nothing to free. Callers may pass NULL. */
typedef struct th_err {
  th_code code;
  uint32_t line, col; /* in the user's input, 1-based; 0 = not known */
  uint64_t offset;    /* bytes from the start of the input */
  char source[160];   /* the file or registry id the user gave us; "" = not known */
  char msg[320];      /* one sentence: what, where, what to do */
} th_err;

/* What a code means to each of our surfaces. One table, so that they cannot disagree. */
typedef struct th_code_info {
  const char *name;       /* "TH_EPARSE" */
  int exit_status;        /* of the program: 2 usage, 3 bad data, 4 environment, 70 a bug */
  int http_status;        /* of the server */
  const char *fhir_issue; /* OperationOutcome.issue.code */
} th_code_info;

TH_API th_code_info th_code_describe(th_code code);

/* Set code and message and return the code, so that `return th_fail(...)` reads well. A second call on a filled error
 * keeps the first message: the fault nearest its cause is the one to show. */
TH_API th_code th_fail(th_err *err, th_code code, const char *fmt, ...) TH_PRINTF(3, 4);
TH_API th_code th_fail_at(th_err *err, th_code code, uint32_t line, uint32_t col, const char *fmt, ...) TH_PRINTF(5, 6);
TH_API th_code th_fail_nomem(th_err *err);

/* Puts "context: " before the message, for callers that know more than the finder ("trial NCT…"). */
TH_API void th_err_ctx(th_err *err, const char *fmt, ...) TH_PRINTF(2, 3);
/* Names the input unless it is named already. */
TH_API void th_err_source(th_err *err, const char *source);
/* "source:line:col: message" in out; always terminated. Returns the length it would have liked. */
TH_API int th_err_text(const th_err *err, char *out, uint32_t n);

#define TH_TRY(expr)                                                                                                           \
  do {                                                                                                                         \
    const th_code th_try_code = (expr);                                                                                        \
    if (th_try_code != TH_OK) return th_try_code;                                                                              \
  } while (0)

/* An invariant of ours. Stays on in release builds: we publish the numbers that follow. */
#define TH_ASSERT(cond) ((cond) ? (void)0 : th_assert_failed(#cond, __FILE__, __LINE__))
TH_API _Noreturn void th_assert_failed(const char *cond, const char *file, int line);

#endif
