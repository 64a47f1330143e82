#include "theriac/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base_priv.h"

static const th_code_info codes[TH_CODE_COUNT] = {
  [TH_OK] = { "TH_OK", 0, 200, "informational" },
  [TH_ENOMEM] = { "TH_ENOMEM", 4, 503, "transient" },
  [TH_EINVAL] = { "TH_EINVAL", 2, 400, "invalid" },
  [TH_EPARSE] = { "TH_EPARSE", 3, 400, "structure" },
  [TH_EIO] = { "TH_EIO", 4, 500, "exception" },
  [TH_ENOENT] = { "TH_ENOENT", 4, 404, "not-found" },
  [TH_ECONFLICT] = { "TH_ECONFLICT", 3, 409, "conflict" },
  [TH_ELIMIT] = { "TH_ELIMIT", 3, 413, "too-costly" },
  [TH_ETIMEOUT] = { "TH_ETIMEOUT", 4, 504, "timeout" },
  [TH_ECANCEL] = { "TH_ECANCEL", 4, 503, "incomplete" },
  [TH_EAUTH] = { "TH_EAUTH", 4, 403, "forbidden" },
  [TH_EUNSUP] = { "TH_EUNSUP", 3, 501, "not-supported" },
  [TH_EBUG] = { "TH_EBUG", 70, 500, "exception" },
};

th_code_info th_code_describe(th_code code) {
  return (unsigned)code < TH_CODE_COUNT ? codes[code] : codes[TH_EBUG];
}

size_t th_base__utf8_whole(const char *s, size_t n) {
  size_t i = n;
  while (i > 0 && n - i < 3 && ((unsigned char)s[i - 1] & 0xC0) == 0x80) i--;
  if (i == 0) return n;
  const unsigned char lead = (unsigned char)s[i - 1];
  const size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return want > 1 && n - (i - 1) < want ? i - 1 : n;
}

static void put_text(char *out, size_t size, const char *fmt, va_list ap) TH_PRINTF(3, 0);
static void put_text(char *out, size_t size, const char *fmt, va_list ap) {
  const int n = th_base__vsnprintf(out, size, fmt, ap);
  if (n < 0) out[0] = 0;
  if (n >= 0 && (size_t)n >= size) out[th_base__utf8_whole(out, size - 1)] = 0;
}

static th_code fill(th_err *err, th_code code, uint32_t line, uint32_t col, const char *fmt, va_list ap) TH_PRINTF(5, 0);
static th_code fill(th_err *err, th_code code, uint32_t line, uint32_t col, const char *fmt, va_list ap) {
  if (!err || err->code != TH_OK) return code;
  err->code = code;
  err->line = line;
  err->col = col;
  put_text(err->msg, sizeof err->msg, fmt, ap);
  return code;
}

th_code th_fail(th_err *err, th_code code, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fill(err, code, 0, 0, fmt, ap);
  va_end(ap);
  return code;
}

th_code th_fail_at(th_err *err, th_code code, uint32_t line, uint32_t col, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fill(err, code, line, col, fmt, ap);
  va_end(ap);
  return code;
}

th_code th_fail_nomem(th_err *err) {
  return th_fail(err, TH_ENOMEM, "out of memory, or past the limit set for this piece of work");
}

void th_err_ctx(th_err *err, const char *fmt, ...) {
  if (!err) return;
  char was[sizeof err->msg];
  memcpy(was, err->msg, sizeof was);
  va_list ap;
  va_start(ap, fmt);
  put_text(err->msg, sizeof err->msg, fmt, ap);
  va_end(ap);
  const size_t n = strlen(err->msg), room = sizeof err->msg - n;
  const int more = snprintf(err->msg + n, room, ": %s", was);
  if (more > 0 && (size_t)more >= room) err->msg[th_base__utf8_whole(err->msg, sizeof err->msg - 1)] = 0;
}

void th_err_source(th_err *err, const char *source) {
  if (!err || err->source[0] || !source) return;
  const size_t n = strlen(source);
  if (n < sizeof err->source) {
    memcpy(err->source, source, n + 1);
    return;
  }
  /* The end of a long path tells more than its start. */
  size_t from = n - (sizeof err->source - 4);
  while (((unsigned char)source[from] & 0xC0) == 0x80) from++;
  snprintf(err->source, sizeof err->source, "...%s", source + from);
}

int th_err_text(const th_err *err, char *out, uint32_t n) {
  char place[24] = "";
  if (err->line && err->col)
    snprintf(place, sizeof place, "%u:%u", (unsigned)err->line, (unsigned)err->col);
  else if (err->line)
    snprintf(place, sizeof place, "%u", (unsigned)err->line);
  else if (err->offset)
    snprintf(place, sizeof place, "+%llu", (unsigned long long)err->offset);
  const char *name = err->source[0] || !place[0] ? err->source : "line ";
  const char *colon = err->source[0] && place[0] ? ":" : "";
  return snprintf(out, n, "%s%s%s%s%s", name, colon, place, name[0] ? ": " : "", err->msg);
}

void th_assert_failed(const char *cond, const char *file, int line) {
  fprintf(stderr, "theriac: a fault of the program: %s does not hold (%s:%d)\n", cond, file, line);
  abort();
}
