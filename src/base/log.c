#include "theriac/base/log.h"

#include <string.h>

#include "base/base_priv.h"

static th_log_level max_level = TH_LOG_WARN;
static FILE *target;

void th_log_setup(th_log_level max, FILE *to) {
  max_level = max;
  target = to;
}

th_log_level th_log_max(void) {
  return max_level;
}

/* One line, one write: lines of several threads do not mix, and no control byte out of somebody's file reaches a terminal. */
static void put_line(const char *label, const char *text) {
  char line[1200];
  int n = snprintf(line, sizeof line - 1, "%s: %s", label, text);
  if (n < 0) return;
  if ((size_t)n >= sizeof line - 1) n = (int)th_base__utf8_whole(line, sizeof line - 2);
  for (int i = 0; i < n; i++)
    if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7F) line[i] = ' ';
  line[n++] = '\n';
  fwrite(line, 1, (size_t)n, target ? target : stderr);
}

void th_log(th_log_level level, const char *fmt, ...) {
  static const char *const labels[] = { "error", "warning", "info", "debug" };
  if (level > max_level) return;
  char text[1024];
  va_list ap;
  va_start(ap, fmt);
  const int n = th_base__vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  if (n >= 0) put_line(labels[level], text);
}

void th_log_err(const th_err *err) {
  char text[640];
  th_err_text(err, text, sizeof text);
  put_line("error", text);
}
