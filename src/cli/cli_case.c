#include "cli/cli_case.h"

#include <stdlib.h>

th_code th_cli__cases_open(const th_cli *c, th_cases_mode mode, th_cases **out, th_err *err) {
  return th_cases_open(c->home, mode, NULL, -1, out, err);
}

th_code th_cli__cases_at_hand(const th_cli *c, th_cases **out, th_err *err) {
  if (!th_cases_exist(c->home)) return th_fail(err, TH_ENOENT, "no case is kept in %s yet", c->home);
  return th_cases_open(c->home, TH_CASES_WRITE, NULL, -1, out, err);
}

th_code th_cli__act(const th_cli *c, th_cases_act *out, th_err *err) {
  const char *who = th_cli_opt(c, "who");
  if (!who || !*who) who = getenv("USER");
  if (!who || !*who) who = getenv("LOGNAME");
  if (!who || !*who) return th_fail(err, TH_EINVAL, "--who NAME is missing: the log keeps who did what");
  *out = (th_cases_act){ th_str_of(who), th_cli_now() };
  return TH_OK;
}

th_str th_cli__moment(th_arena *a, int64_t at) {
  char iso[TH_DATE_TEXT];
  const int64_t day = at / 86400 - (at % 86400 < 0), rest = at - day * 86400;
  if (day < -719162 || day > 2932896) return th_str_fmt(a, "%lld s", (long long)at); /* outside years 1–9999 */
  return th_str_fmt(a, "%sT%02d:%02d:%02dZ", th_date_iso(th_civil_from_days((int32_t)day), iso), (int)(rest / 3600),
                    (int)(rest / 60 % 60), (int)(rest % 60));
}
