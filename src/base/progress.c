#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "theriac/base/log.h"

enum { REDRAW_MS = 100, LINE_MS = 5000, BAR = 30 };

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void draw(const th_progress *p) {
  const double seconds = (double)(p->last_ms - p->start_ms) / 1000;
  const unsigned long long done = p->done, total = p->total;
  if (!total) {
    fprintf(stderr, p->tty ? "\r\033[K%s  %llu  %.0f s" : "%s: %llu in %.0f s\n", p->label, done, seconds);
    return;
  }
  const double part = done < total ? (double)done / (double)total : 1, left = part > 0 ? seconds * (1 - part) / part : 0;
  const char *comma = p->note[0] ? ", " : "";
  if (!p->tty) {
    fprintf(stderr, "%s: %llu of %llu (%.0f%%)%s%s in %.0f s, %.0f s left\n", p->label, done, total, 100 * part, comma, p->note,
            seconds, left);
    return;
  }
  char bar[BAR + 1];
  const size_t full = (size_t)(part * BAR);
  memset(bar, '#', full);
  memset(bar + full, '.', BAR - full);
  bar[BAR] = 0;
  fprintf(stderr, "\r\033[K%s [%s] %3.0f%%%s%s  %.0f s, %.0f s left", p->label, bar, 100 * part, comma, p->note, seconds, left);
}

/* Printed at the next redraw. */
void th_progress_note(th_progress *p, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(p->note, sizeof p->note, fmt, ap);
  va_end(ap);
}

/* start_ms = -1 marks a progress that shows nothing. */
void th_progress_begin(th_progress *p, const char *label, uint64_t total) {
  *p = (th_progress){ .label = label, .total = total, .start_ms = -1, .tty = isatty(STDERR_FILENO) };
  if (th_log_max() < TH_LOG_WARN || (!p->tty && th_log_max() < TH_LOG_INFO)) return;
  p->start_ms = p->last_ms = now_ms();
}

void th_progress_step(th_progress *p, uint64_t more) {
  p->done += more;
  if (p->start_ms < 0) return;
  const int64_t now = now_ms();
  if (now - p->last_ms < (p->tty ? REDRAW_MS : LINE_MS)) return;
  p->last_ms = now;
  draw(p);
}

void th_progress_end(th_progress *p) {
  if (p->start_ms >= 0 && p->tty) fputs("\r\033[K", stderr);
  p->start_ms = -1;
}
