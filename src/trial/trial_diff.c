/* What changed between two versions of one study, criteria line by line. */
#include "trial_priv.h"

#include "theriac/text.h"

typedef struct differ {
  th_arena *a;
  th_trial_diff *out;
  th_err *err;
} differ;

static th_code push(differ *d, const char *field, th_trial_change_kind kind, th_str before, th_str after) {
  const th_trial_change c = { field, kind, before, after };
  return TH_VEC_PUSH(d->a, &d->out->changes, c) ? TH_OK : th_fail_nomem(d->err);
}

/* A line as it is compared: what it says, without bullet, case, blanks and the full stop at its end. */
static th_str comparable(th_arena *a, th_str text) {
  th_str f = th_text_fold(a, text, TH_TRIAL__FOLD, NULL);
  while (f.p && f.n && strchr(".;, ", f.p[f.n - 1])) f.n--;
  return f;
}

/* Lines of one side that the other version does not hold; each is matched once, in order. */
static th_code lines(differ *d, const th_trial_lines *before, const th_trial_lines *after, th_trial_side side,
                     const char *field, size_t *n) {
  th_str *x = TH_NEWN(d->a, th_str, before->n), *y = TH_NEWN(d->a, th_str, after->n);
  bool *taken = TH_NEWN(d->a, bool, after->n);
  if (!x || !y || !taken) return th_fail_nomem(d->err);
  for (size_t i = 0; i < before->n; i++)
    if (!(x[i] = comparable(d->a, before->v[i].text)).p) return th_fail_nomem(d->err);
  for (size_t i = 0; i < after->n; i++)
    if (!(y[i] = comparable(d->a, after->v[i].text)).p) return th_fail_nomem(d->err);
  for (size_t i = 0; i < before->n; i++) {
    bool kept = before->v[i].side != side;
    for (size_t k = 0; k < after->n && !kept; k++)
      if (!taken[k] && after->v[k].side == side && th_str_eq(x[i], y[k])) taken[k] = kept = true;
    if (kept) continue;
    TH_TRY(push(d, field, TH_TRIAL_REMOVED, before->v[i].text, TH_STR_NONE));
    ++*n;
  }
  for (size_t k = 0; k < after->n; k++) {
    if (taken[k] || after->v[k].side != side) continue;
    TH_TRY(push(d, field, TH_TRIAL_ADDED, TH_STR_NONE, after->v[k].text));
    ++*n;
  }
  return TH_OK;
}

static th_code criteria(differ *d, const th_ctgov_study *before, const th_ctgov_study *after, size_t *n) {
  if (!th_field_has(before->eligibility) || !th_field_has(after->eligibility)) {
    if (!th_field_has(before->eligibility) && !th_field_has(after->eligibility)) return TH_OK;
    return push(d, "eligibility", TH_TRIAL_CHANGED, before->eligibility.text, after->eligibility.text);
  }
  th_trial_lines x = { 0 }, y = { 0 };
  TH_TRY(th_trial_criteria(d->a, NULL, before->eligibility.text, &x, d->err));
  TH_TRY(th_trial_criteria(d->a, NULL, after->eligibility.text, &y, d->err));
  TH_TRY(lines(d, &x, &y, TH_TRIAL_INCLUDE, "include", n));
  TH_TRY(lines(d, &x, &y, TH_TRIAL_EXCLUDE, "exclude", n));
  return lines(d, &x, &y, TH_TRIAL_UNSTATED, "criteria", n);
}

/* Day a version speaks of: when it was last updated, else verified. */
static th_date version_day(const th_ctgov_study *s) {
  return s->last_update.date.prec != TH_DATE_NONE ? s->last_update.date : s->verified.date;
}

/* Both versions from after the start: what changed, changed after it. The older from before it: it may have. */
static th_tri after_start(const th_ctgov_study *before, const th_ctgov_study *after, th_date as_of) {
  const th_date start = after->start.date.prec != TH_DATE_NONE ? after->start.date : before->start.date;
  const th_date x = version_day(before);
  th_date y = version_day(after);
  if (y.prec == TH_DATE_NONE) y = as_of;
  if (start.prec == TH_DATE_NONE || y.prec == TH_DATE_NONE) return TH_UNKNOWN;
  if (th_date_before(y, start) == TH_TRUE) return TH_FALSE;
  return x.prec != TH_DATE_NONE && th_date_before(start, x) == TH_TRUE ? TH_TRUE : TH_UNKNOWN;
}

th_code th_trial_diff_of(th_arena *a, const th_ctgov_study *before, const th_ctgov_study *after, th_date as_of,
                         th_trial_diff *out, th_err *err) {
  *out = (th_trial_diff){ .outcome_changed = TH_FALSE };
  differ d = { a, out, err };
  bool moved = false;
  for (size_t f = 0; f < th_trial__n_fields; f++) {
    const th_trial__field *x = &th_trial__fields[f];
    if (strcmp(x->name, "eligibility") == 0) continue; /* line by line, below */
    const th_str p = x->value(a, before), q = x->value(a, after);
    if (th_trial__same(a, p, q)) continue;
    TH_TRY(push(&d, x->name, TH_TRIAL_CHANGED, p, q));
    /* A version that does not state its outcomes says nothing of a change. */
    moved |= strcmp(x->name, "primary_outcomes") == 0 && p.p && q.p;
  }
  size_t n = 0;
  TH_TRY(criteria(&d, before, after, &n));
  if (moved || n) out->outcome_changed = after_start(before, after, as_of);
  return TH_OK;
}
