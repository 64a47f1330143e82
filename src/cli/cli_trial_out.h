/* How studies found are written: terminal, JSON, CSV, RIS. */
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
void th_cli_trials_json(th_buf *b, const th_cli_found *f);
/* RFC 4180, a head row, lists separated by |. */
void th_cli_trials_csv(th_buf *b, const th_trial_found *f);
/* A record of type DBASE a study, as reference managers read it. */
void th_cli_trials_ris(th_buf *b, const th_trial_found *f);
/* The registry's name of a country: 臺灣 is Taiwan. */
th_str th_cli_trial_country(th_str name);

#endif
