/* Log and progress go to stderr; stdout carries data alone. Engines (floors 2 and 3) never log. */
#ifndef THERIAC_BASE_LOG_H
#define THERIAC_BASE_LOG_H

#include <stdint.h>
#include <stdio.h>

#include "theriac/base/err.h"

typedef enum th_log_level { TH_LOG_ERROR, TH_LOG_WARN, TH_LOG_INFO, TH_LOG_DEBUG } th_log_level;

/* Process-wide settings; call before threads start. Default: TH_LOG_WARN, stderr. */
TH_API void th_log_setup(th_log_level max, FILE *to);
TH_API th_log_level th_log_max(void);
TH_API void th_log(th_log_level level, const char *fmt, ...) TH_PRINTF(2, 3);
TH_API void th_log_err(const th_err *err); /* "error: source:line:col: message" */

/* Progress: a bar redrawn in place on a terminal, a line at most every five seconds elsewhere, nothing when the level is
 * below INFO and stderr is no terminal. The clock is passed in by nobody: this is the one place on floor 0 that reads it. */
typedef struct th_progress {
  const char *label;
  uint64_t total, done; /* total 0 = not known */
  int64_t start_ms, last_ms;
  int tty;
  char note[40]; /* what th_progress_note said last */
} th_progress;

TH_API void th_progress_begin(th_progress *p, const char *label, uint64_t total);
TH_API void th_progress_step(th_progress *p, uint64_t more);
TH_API void th_progress_note(th_progress *p, const char *fmt, ...) TH_PRINTF(2, 3); /* "loss 0.31" */
TH_API void th_progress_end(th_progress *p);

#endif
