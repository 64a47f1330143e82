/* One study's sections: fold, find, re-check, rebuild tables, flag. */
#include <math.h>
#include <stdlib.h>

#include "study/study_priv.h"

th_study_finding *th_study__add(th_finder *w, th_study_kind kind, size_t from, size_t to, const char *rule) {
  if (w->out->findings.n >= TH_STUDY_FINDINGS_MAX) return NULL;
  th_study_finding *f = TH_VEC_ADD(w->f->arena, &w->out->findings);
  if (!f) {
    w->failed = true;
    return NULL;
  }
  f->kind = kind;
  f->span = th_study__span(w->f, from, to);
  f->sentence = th_study__sentence_of(w->f, from);
  f->zh = th_study__is_zh(w->f, f->sentence);
  f->rule = rule;
  f->df1 = f->df2 = f->rec_p = f->rec_lo = f->rec_hi = f->rec_share = NAN;
  memset(w->taken + from, 1, to - from);
  return f;
}

bool th_study__is_taken(const th_finder *w, size_t from, size_t to) {
  return memchr(w->taken + from, 1, to - from) != NULL;
}

static int by_place(const void *x, const void *y) {
  const th_study_finding *a = x, *b = y;
  if (a->span.section != b->span.section) return a->span.section < b->span.section ? -1 : 1;
  if (a->span.from != b->span.from) return a->span.from < b->span.from ? -1 : 1;
  return (a->kind > b->kind) - (a->kind < b->kind);
}

th_code th_study_check(th_arena *a, const th_str *section, size_t n_sections, th_study_result *out, th_err *err) {
  *out = (th_study_result){ 0 };
  if (n_sections > TH_STUDY_SECTIONS_MAX)
    return th_fail(err, TH_ELIMIT, "%zu sections: more than TH_STUDY_SECTIONS_MAX (%d)", n_sections, TH_STUDY_SECTIONS_MAX);
  if (n_sections == 0) return TH_OK;
  th_folded f;
  TH_TRY(th_study__fold(a, section, n_sections, &f, err));
  th_finder w = { .f = &f, .out = out, .taken = TH_NEWN(a, uint8_t, f.s.n + 1) };
  if (!w.taken) return th_fail_nomem(err);
  th_study__find_ratios(&w);
  th_study__find_tests(&w);
  th_study__find_arms(&w);
  th_study__find_means(&w);
  th_study__find_shares(&w);
  th_study__find_spreads(&w);
  th_study__find_words(&w);
  th_study__find_facts(&w);
  th_study__find_bare_p(&w);
  if (w.failed) return th_fail_nomem(err);
  if (out->findings.n >= TH_STUDY_FINDINGS_MAX)
    return th_fail(err, TH_ELIMIT, "more findings than TH_STUDY_FINDINGS_MAX (%d): this is no abstract", TH_STUDY_FINDINGS_MAX);
  if (out->findings.n) qsort(out->findings.v, out->findings.n, sizeof *out->findings.v, by_place);
  for (size_t i = 0; i < out->findings.n; i++) th_study__recheck(&out->findings.v[i]);
  TH_TRY(th_study__tables(a, &f, out, err));
  return th_study__flags(a, &f, out) ? TH_OK : th_fail_nomem(err);
}

const char *th_study_kind_name(th_study_kind k) {
  static const char *const names[] = { "ratio",        "difference", "proportion", "test",      "mean",   "arm_n", "total_n",
                                       "registration", "dose",       "schedule",   "follow_up", "design", "p",     "mean_sd",
                                       "lost_n",       "analysed_n", "duration",   "outcome",   "country" };
  return (size_t)k < sizeof names / sizeof *names ? names[k] : "";
}

const char *th_p_cmp_name(th_p_cmp c) {
  static const char *const names[] = { NULL, "=", "<", ">", "ns" };
  return (size_t)c < sizeof names / sizeof *names ? names[c] : NULL;
}

const char *th_study_verdict_name(th_verdict v, th_study_kind k) {
  const bool grim = k == TH_STUDY_MEAN, p = k == TH_STUDY_TEST || k == TH_STUDY_P;
  switch (v) {
  case TH_V_OK: return grim ? "possible" : p ? "consistent" : "ok";
  case TH_V_TRUNCATED: return "truncated";
  case TH_V_OFF: return "off";
  case TH_V_OUTSIDE: return "outside";
  case TH_V_NO_P: return "no_p";
  case TH_V_NOT_CHECKABLE: return "not_checkable";
  case TH_V_NOT_INFORMATIVE: return "not_informative";
  case TH_V_ERROR: return grim ? "impossible" : "error";
  case TH_V_DECISION_ERROR: return "decision_error";
  case TH_V_NOT_CHECKED: break;
  }
  return "not_checked";
}
