/* From the record kinds of the outside world to what can be re-checked. */
#include "theriac/dossier/study_record.h"

#include <math.h>

#include "theriac/source/ctgov.h"
#include "theriac/source/pubmed.h"

static th_code one_only(size_t n, th_err *err) {
  return n == 1 ? TH_OK : th_fail(err, TH_EUNSUP, "this file holds %zu records; study check reads one at a time", n);
}

static th_code of_pubmed(th_arena *a, th_str bytes, th_study_record *out, th_err *err) {
  th_pubmed_articles v = { 0 };
  TH_TRY(th_source_pubmed_read(a, bytes, &v, err));
  TH_TRY(one_only(v.n, err));
  const th_pubmed_article *p = &v.v[0];
  *out = (th_study_record){ .kind = "pubmed", .id = p->pmid.text, .title = p->title.text };
  if (!TH_VEC_PUSH(a, &out->sections, p->title.text)) return th_fail_nomem(err);
  for (size_t i = 0; i < p->parts.n && out->sections.n < TH_STUDY_SECTIONS_MAX; i++)
    if (!TH_VEC_PUSH(a, &out->sections, p->parts.v[i].text.text)) return th_fail_nomem(err);
  return th_study_check(a, out->sections.v, out->sections.n, &out->check, err);
}

/* ── Registry records ──────────────────────────────────────────────────────────────────────────────────────────────── */

static bool number(th_field f, th_printed *out) {
  double v;
  if (!th_field_has(f) || !th_str_to_f64(f.text, &v)) return *out = (th_printed){ NAN, 0 }, false;
  const size_t dot = th_str_find(f.text, TH_S("."), 0);
  *out = (th_printed){ v, dot == SIZE_MAX ? 0 : (int)(f.text.n - dot - 1) };
  return true;
}

static void p_value(th_field f, th_study_posted *p) { /* "0.65", "<0.0001", "<= 0.05" */
  if (!th_field_has(f)) return;
  th_field rest = f;
  size_t i = 0;
  while (i < f.text.n && (f.text.p[i] == '<' || f.text.p[i] == '>' || f.text.p[i] == '=' || f.text.p[i] == ' ')) i++;
  rest.text = th_str_sub(f.text, i, f.text.n);
  if (number(rest, &p->p) && p->p.v >= 0 && p->p.v <= 1)
    p->p_cmp = f.text.p[0] == '<' ? TH_P_LT : f.text.p[0] == '>' ? TH_P_GT : TH_P_EQ;
}

static bool has_nocase(th_str s, const char *word) {
  const size_t n = strlen(word);
  for (size_t i = 0; i + n <= s.n; i++)
    if (th_str_eq_nocase(th_str_sub(s, i, i + n), th_str_of(word))) return true;
  return false;
}

static bool same(th_field x, th_field y) {
  return th_field_has(x) && th_field_has(y) && th_str_eq(x.text, y.text);
}

/* Size and events of a group: the first denominator, and the one value that stands for the whole group. */
static th_study_posted_group group_of(const th_ctgov_result *r, th_field id) {
  th_study_posted_group g = { .n = -1, .x = -1 };
  for (size_t i = 0; i < r->denominators.n && g.n < 0; i++)
    if (same(r->denominators.v[i].group, id) && !th_str_to_i64(r->denominators.v[i].value.text, &g.n)) g.n = -1;
  const th_ctgov_measurement *only = NULL;
  for (size_t i = 0; i < r->measurements.n; i++) {
    if (!same(r->measurements.v[i].group, id)) continue;
    if (only) return g; /* by class or category: no single number */
    only = &r->measurements.v[i];
  }
  if (!only) return g;
  const bool percent = has_nocase(r->unit.text, "percent") || th_str_has(r->unit.text, TH_S("%"));
  const bool people =
      has_nocase(r->unit.text, "participant") || has_nocase(r->unit.text, "patient") || has_nocase(r->unit.text, "subject");
  const bool counted = has_nocase(r->param_type.text, "NUMBER") || has_nocase(r->param_type.text, "COUNT");
  if (!people || !counted) return g;
  if (percent)
    g.has_percent = number(only->value, &g.percent);
  else if (!th_str_to_i64(only->value.text, &g.x))
    g.x = -1;
  return g;
}

typedef TH_VEC(th_study_posted) posted_vec;

static th_code of_result(th_arena *a, const th_ctgov_result *r, posted_vec *out, th_err *err) {
  for (size_t i = 0; i < r->analyses.n; i++) {
    const th_ctgov_analysis *x = &r->analyses.v[i];
    if (x->groups.n != 2) continue;
    th_study_posted p = { .span = { 0, x->param_value.from, x->param_value.to },
                          .title = r->title.text,
                          .method = x->method.text,
                          .param = x->param_type.text };
    th_printed level;
    number(x->param_value, &p.estimate);
    number(x->ci_lower, &p.lo);
    number(x->ci_upper, &p.hi);
    if (number(x->ci_percent, &level) && level.v > 50 && level.v < 100) p.level = level.v / 100;
    p_value(x->p_value, &p);
    for (int g = 0; g < 2; g++) p.group[g] = group_of(r, x->groups.v[g]);
    if (!TH_VEC_PUSH(a, out, p)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* STARTED, COMPLETED and NOT COMPLETED of one period and group. */
static int64_t milestone(const th_ctgov_study *s, const th_ctgov_flow *at, const char *what, th_study_span *span) {
  for (size_t i = 0; i < s->flow.n; i++) {
    const th_ctgov_flow *f = &s->flow.v[i];
    int64_t n;
    if (f->left || !same(f->period, at->period) || !same(f->group, at->group) || !th_str_is(f->what.text, what)) continue;
    if (!th_str_to_i64(f->count.text, &n)) return -1;
    *span = (th_study_span){ 0, f->count.from, f->count.to };
    return n;
  }
  return -1;
}

static th_code of_ctgov(th_arena *a, th_str bytes, th_study_record *out, th_err *err) {
  th_ctgov_doc d = { 0 };
  TH_TRY(th_source_ctgov_read(a, bytes, &d, err));
  TH_TRY(one_only(d.studies.n, err));
  const th_ctgov_study *s = &d.studies.v[0];
  *out = (th_study_record){ .kind = "ctgov", .id = s->nct_id.text, .title = s->brief_title.text };
  if (!TH_VEC_PUSH(a, &out->sections, bytes)) return th_fail_nomem(err);
  posted_vec posted = { 0 };
  TH_VEC(th_study_flow) flow = { 0 };
  for (size_t i = 0; i < s->results.n; i++) TH_TRY(of_result(a, &s->results.v[i], &posted, err));
  for (size_t i = 0; i < s->flow.n; i++) {
    const th_ctgov_flow *f = &s->flow.v[i];
    if (f->left || !th_str_is(f->what.text, "STARTED")) continue;
    th_study_flow v = { .group = f->group.text };
    for (size_t g = 0; g < s->flow_groups.n; g++)
      if (same(s->flow_groups.v[g].id, f->group)) v.group = s->flow_groups.v[g].title.text;
    v.started = milestone(s, f, "STARTED", &v.span);
    v.left = milestone(s, f, "NOT COMPLETED", &v.span);
    v.completed = milestone(s, f, "COMPLETED", &v.span);
    if (!TH_VEC_PUSH(a, &flow, v)) return th_fail_nomem(err);
  }
  return th_study_check_posted(a, posted.v, posted.n, flow.v, flow.n, &out->check, err);
}

th_code th_study_record_check(th_arena *a, th_str bytes, th_study_record *out, th_err *err) {
  th_source_guess guess = { 0 };
  /* Only what looks like a record is asked what it is: a text is never refused for not being one. */
  size_t i = 0;
  while (i < bytes.n &&
         (bytes.p[i] == ' ' || bytes.p[i] == '\n' || bytes.p[i] == '\r' || bytes.p[i] == '\t' ||
          (unsigned char)bytes.p[i] == 0xEF || (unsigned char)bytes.p[i] == 0xBB || (unsigned char)bytes.p[i] == 0xBF))
    i++;
  if (i < bytes.n && (bytes.p[i] == '{' || bytes.p[i] == '<')) {
    TH_TRY(th_source_detect(bytes, &guess, err));
    if (guess.kind == TH_SOURCE_CTGOV) return of_ctgov(a, bytes, out, err);
    if (guess.kind == TH_SOURCE_PUBMED) return of_pubmed(a, bytes, out, err);
  }
  *out = (th_study_record){ .kind = "text" };
  if (!TH_VEC_PUSH(a, &out->sections, bytes)) return th_fail_nomem(err);
  return th_study_check(a, out->sections.v, 1, &out->check, err);
}
