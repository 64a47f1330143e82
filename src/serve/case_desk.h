/* A kept case for one request: opened, judged, drawn, kept again as a further version. */
#ifndef THERIAC_SERVE_CASE_DESK_H
#define THERIAC_SERVE_CASE_DESK_H

#include "serve/serve_priv.h"
#include "theriac/report/web_case.h"
#include "theriac/store/cases.h"

typedef struct th_case_at {
  th_ctx *x;
  th_cases *cases; /* open while the request lasts: th_serve__case_close */
  th_case_head head;
  th_entry entry;
  th_coverage_case kase;
  th_coverage_result result;
  th_case_view view;
} th_case_at;

/* The policies, read once for the server. NULL: the error, or answered with it. */
const th_coverage *th_serve__policies(th_serve *s, th_err *err);
const th_coverage *th_serve__coverage(th_ctx *x);
/* The cases of the home. False: answered with a page that says what to do. READ of a home without cases: *out NULL. */
bool th_serve__cases_open(th_ctx *x, th_cases_mode mode, th_cases **out);
th_cases_act th_serve__act(const th_ctx *x);
/* Case seg[0] in its newest version (or ?version=N), judged. False: answered; nothing to close. */
bool th_serve__case_open(th_ctx *x, th_cases_mode mode, th_case_at *c);
void th_serve__case_close(th_case_at *c);
/* Judges the entry as it now is, and fills the view. */
th_code th_serve__case_judge(th_case_at *c, th_err *err);
/* Keeps it: a further version of the case, made from version `expect` (0: whichever is newest); with an empty head.id a new case. */
th_code th_serve__case_keep(th_case_at *c, uint32_t expect, th_str token, th_err *err);
/* The version the form was made from, as it says. */
uint32_t th_serve__case_expect(const th_ctx *x);
/* Where the entry goes on after a step: the next one that lacks something, else the answer. */
th_str th_serve__case_next(th_case_at *c, const th_entry_gate *after);
const th_entry_gate *th_serve__case_gate(const th_case_at *c, th_str name); /* "person", "score-t1"; NULL: none */
/* Page of a case: its name, its steps, and what may be done with it. Begun here, ended by th_serve__case_end. */
/* tab: see th_web_case_tabs; "": with the steps, unless title_key names a page of its own. */
void th_serve__case_begin(th_case_at *c, const char *title_key, const th_entry_gate *here, const char *tab);
th_done th_serve__case_end(th_case_at *c, int status);
th_done th_serve__case_fail(th_case_at *c, const th_err *err); /* closes */
/* Hard to guess, made once for a form: sent twice, it makes one case. */
th_str th_serve__token(th_ctx *x);
/* A full day of either era that a patient of today can have: 1900 to 2199. "0114/6/15" is a year of the ROC written as if it were another. */
bool th_serve__day(th_str text, th_date *out);
/* What was sent, for th_coverage_entry_apply. */
th_code th_serve__fields(th_ctx *x, const th_entry_field **out, th_err *err);
th_str th_serve__case_href(const th_ctx *x, th_str id);

#endif
