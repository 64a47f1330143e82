/* The directives that nearly every format of the program consists of: %s, %.*s, %c, %d, %u, %zu, %lld, %%. The C library reads a
 * format anew for every call and puts a stream behind it; this is a loop. What else stands in a format is left to the library. */
#include <stdarg.h>
#include <string.h>

#include "base/base_priv.h"

typedef struct sink {
  char *out;
  size_t n, at; /* room, and what the whole text would take so far */
} sink;

static void put(sink *s, const char *p, size_t n) {
  if (s->at < s->n) memcpy(s->out + s->at, p, n < s->n - s->at ? n : s->n - s->at);
  s->at += n;
}

static void put_whole(sink *s, unsigned long long v, bool minus) {
  char text[24];
  size_t i = sizeof text;
  do text[--i] = (char)('0' + v % 10);
  while (v /= 10);
  if (minus) text[--i] = '-';
  put(s, text + i, sizeof text - i);
}

static void put_signed(sink *s, long long v) {
  put_whole(s, v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v, v < 0);
}

/* Length of the directive behind the %, 0: none of ours. */
static size_t directive(const char *p) {
  if (*p == 's' || *p == 'c' || *p == 'd' || *p == 'u' || *p == '%') return 1;
  if (p[0] == 'z' && p[1] == 'u') return 2;
  if (p[0] == '.' && p[1] == '*' && p[2] == 's') return 3;
  return p[0] == 'l' && p[1] == 'l' && p[2] == 'd' ? 3 : 0;
}

static bool all_ours(const char *fmt) {
  for (const char *p = fmt; (p = strchr(p, '%')); p++) {
    const size_t n = directive(p + 1);
    if (!n) return false;
    p += n;
  }
  return true;
}

bool th_base__format(char *out, size_t n, const char *fmt, va_list ap, int *len) {
  sink s = { out, n ? n - 1 : 0, 0 };
  if (!all_ours(fmt)) return false;
  for (const char *p = fmt;;) {
    const char *next = strchr(p, '%');
    put(&s, p, next ? (size_t)(next - p) : strlen(p));
    if (!next) break;
    p = next + 1 + directive(next + 1);
    switch (next[1]) {
    case 's': {
      const char *z = va_arg(ap, const char *);
      if (!z) z = "(null)";
      put(&s, z, strlen(z));
      break;
    }
    case '.': {
      const int most = va_arg(ap, int);
      const char *z = va_arg(ap, const char *);
      if (!z) z = most >= 6 || most < 0 ? "(null)" : "";
      put(&s, z, most < 0 ? strlen(z) : strnlen(z, (size_t)most));
      break;
    }
    case 'c': {
      const char c = (char)va_arg(ap, int);
      put(&s, &c, 1);
      break;
    }
    case 'd': put_signed(&s, va_arg(ap, int)); break;
    case 'u': put_whole(&s, va_arg(ap, unsigned), false); break;
    case 'z': put_whole(&s, va_arg(ap, size_t), false); break;
    case 'l': put_signed(&s, va_arg(ap, long long)); break;
    default: put(&s, "%", 1); break;
    }
  }
  if (n) out[s.at < n ? s.at : n - 1] = 0;
  *len = s.at <= INT32_MAX ? (int)s.at : -1;
  return true;
}
