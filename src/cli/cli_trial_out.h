/* How studies found are written on a terminal. */
#ifndef THERIAC_CLI_TRIAL_OUT_H
#define THERIAC_CLI_TRIAL_OUT_H

#include "cli/cli_trial.h"

typedef struct th_cli_found {
  const th_trial_found *found;
  const th_str *note; /* what was searched for */
  size_t n_notes;
  uint32_t offset;
} th_cli_found;

void th_cli_trials_text(const th_cli_trials *t, th_buf *b, const th_cli_found *f);

#endif
