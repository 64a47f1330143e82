/* What the commands over kept cases share. */
#ifndef THERIAC_CLI_CASE_H
#define THERIAC_CLI_CASE_H

#include "cli/cli_priv.h"
#include "theriac/store/cases.h"

/* The cases of the home, with the key from its usual place. */
th_code th_cli__cases_open(const th_cli *c, th_cases_mode mode, th_cases **out, th_err *err);
/* To change one: there must be some. */
th_code th_cli__cases_at_hand(const th_cli *c, th_cases **out, th_err *err);
/* --who, else the name the user is logged in by; now. */
th_code th_cli__act(const th_cli *c, th_cases_act *out, th_err *err);
/* "2026-11-21T08:00:00Z" */
th_str th_cli__moment(th_arena *a, int64_t at);

#define TH_CLI_WHO                                                                                                             \
  { .name = "who", .arg = "NAME", .help = "who does this, for the log (default: the name you are logged in by)" }

#endif
