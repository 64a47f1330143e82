/* Floor 7, for the web app: pages about a case. Values come in whole; here they are drawn. */
#ifndef THERIAC_REPORT_WEB_CASE_H
#define THERIAC_REPORT_WEB_CASE_H

#include "theriac/coverage/entry.h"
#include "theriac/coverage/renew.h"
#include "theriac/report/web.h"
#include "theriac/store/cases.h"

typedef struct th_case_view {
  const th_entry *e;
  const th_coverage_result *r;
  const uint8_t *ask; /* of every fact, see th_coverage_entry_ask */
  const th_entry_gate *gate;
  uint32_t n_gates;
  const th_coverage_text *official; /* the rule as imported; NULL: not held */
  th_str href;                      /* "/case/0123…" */
  uint32_t version;
  bool read_only;
  /* What was just sent and could not be read, shown again as it was typed. */
  const th_entry_field *sent;
  size_t n_sent;
  const th_entry_problem *problem;
  size_t n_problems;
  bool bad_sheet_day;
} th_case_view;

/* "/case/…/enter/person", for a score sheet "/case/…/enter/score-t1". */
TH_API th_str th_web_case_step(th_html *h, const th_case_view *v, const th_entry_gate *g);
TH_API th_str th_web_gate_name(const th_html *h, const th_case_view *v, const th_entry_gate *g);
/* 符合, 不符合, 資料不足, 需專業判斷, 依條文解讀而異; class of its colour: "ok", "stop", "hold". */
TH_API const char *th_web_outcome_key(const th_coverage_result *r);
TH_API const char *th_web_outcome_class(const th_coverage_result *r);
TH_API const char *th_web_outcome_key_of(th_str name); /* "criteria_met" … as a list keeps it */

/* Steps of the entry, with how much each still lacks; here: the step shown, or NULL on the page of the answer. */
void th_web_case_steps(th_html *h, const th_case_view *v, const th_entry_gate *here);
/* The answer so far, in short. */
void th_web_case_aside(th_html *h, const th_case_view *v);
/* One step's questions, as a form. */
void th_web_case_gate(th_html *h, const th_case_view *v, const th_entry_gate *g);
/* The table of drugs: pasting it, the picture, what was computed. */
void th_web_case_drugs(th_html *h, const th_case_view *v, th_str table);
void th_web_case_problems(th_html *h, const th_case_view *v); /* lines of a table that could not be read */
/* A FHIR record to take over. */
void th_web_case_record(th_html *h, const th_case_view *v);
/* The official words of a clause, folded away; nothing where the rule is not held or words it otherwise. */
void th_web_official(th_html *h, const th_coverage_text *rule, th_str cite);
/* The whole answer. */
void th_web_case_answer(th_html *h, const th_case_view *v);
/* What is to be noted: warnings, what records brought and was not used, notices of the policy. */
void th_web_case_remarks(th_html *h, const th_case_view *v);

/* ── What is made of it ────────────────────────────────────────────────────────────────────────────────────────────── */

/* Ways to the pages of a case; here: "", "calendar", "dose", "form", "renew", "versions". */
void th_web_case_tabs(th_html *h, const th_case_view *v, const char *here);
th_code th_web_case_calendar(th_html *h, const th_case_view *v, const th_coverage_calendar *c, th_str route, bool bad_start,
                             th_err *err);

typedef struct th_web_dose { /* what was asked of the dose */
  th_str weight;
  bool bad_weight, bad_start;
} th_web_dose;
void th_web_case_dose(th_html *h, const th_case_view *v, const th_dose *d, const th_web_dose *w);

/* Keys of the case's "form" that forms of this path print; in the arena (NULL: no memory). */
size_t th_web_form_fields(const th_rule_path *path, const char *const **keys, th_arena *a);
/* Forms of a path ("36", "s2" …), NULL at the end. */
const char *const *th_web_forms_of(const th_rule_policy *p, const th_rule_path *path);
void th_web_case_form(th_html *h, const th_case_view *v);

typedef struct th_web_renew { /* what was asked of a renewal */
  th_str action, path, as_of, start, token;
  th_str table; /* of drugs, to be brought up to date; empty: none was given */
  bool bad_day, bad_start;
} th_web_renew;
/* Which application, as of when. */
void th_web_case_renew_ask(th_html *h, const th_case_view *v, const th_web_renew *w);
/* The new case opened: v shows it with what is proposed in its fields. */
void th_web_case_renew(th_html *h, const th_case_view *v, const th_renewal *r, const th_web_renew *w);

/* A rule: its policy (NULL: none is written), its text as imported (NULL: not held). */
void th_web_policy(th_html *h, const th_rule_policy *p, const th_coverage_text *text);

/* ── Many cases ────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_web_case_table(th_html *h, const th_coverage *cov, const th_case_heads *all, size_t most, int32_t utc_offset);
void th_web_case_versions(th_html *h, const th_coverage *cov, const th_case_heads *all, int32_t utc_offset);
th_str th_web_moment(th_arena *a, int64_t at); /* "2025-06-15 09:30" */

typedef struct th_web_basics { /* name, day and clause of a case */
  th_str action, title, as_of, program, path;
  th_str token;     /* of a new case: the same form sent twice makes one */
  uint32_t version; /* 0: a new case */
  bool same_policy, bad_day, no_path;
} th_web_basics;
void th_web_case_basics(th_html *h, const th_coverage *cov, const th_web_basics *b);

/* ── Parts of them ─────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A fact's own name, without its sheet's. */
th_str th_web_fact_name(const th_html *h, const th_case_view *v, int32_t fact);
void th_web_case_fact(th_html *h, const th_case_view *v, int32_t fact, bool cites);
void th_web_case_sheet(th_html *h, const th_case_view *v, const th_entry_gate *g);
void th_web_case_clauses(th_html *h, const th_case_view *v);
/* Named clauses right below a node, in the order of the text; at most cap. */
uint32_t th_web_clauses_below(const th_coverage_result *r, uint32_t at, uint32_t *out, uint32_t cap);
const char *th_web_clause_key(const th_coverage_result *r, uint32_t at);   /* word of its state */
const char *th_web_clause_class(const th_coverage_result *r, uint32_t at); /* "met", "not", "unknown", "human", "depends" */

#endif
