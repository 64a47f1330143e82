/* What a patient's file says to one statement of a line. A fact that is not there is unknown; so is one whose unit cannot be brought
 * to the line's, or whose date is too coarse to tell. */
#include "trial_priv.h"

#include "theriac/text.h"
#include "theriac/unit.h"

#include <math.h>

/* ── Facts by name ─────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "AQP4-IgG", "aqp4_igg" and "AQP4 IgG" are one name: letters and digits count, folded. */
static th_str squash(th_arena *a, th_str name) {
  const th_str f = th_text_fold(a, name, TH_FOLD_NAME, NULL);
  char *p = f.p ? th_arena_alloc(a, f.n + 1, 1) : NULL;
  size_t n = 0;
  if (!p) return TH_STR_NONE;
  for (size_t i = 0; i < f.n; i++)
    if (!strchr(" -_/.'()", f.p[i])) p[n++] = f.p[i];
  return th_str_n(p, n);
}

static const th_json *find(th_arena *a, const th_json *obj, th_str name) {
  if (!obj || obj->kind != TH_JSON_OBJECT) return NULL;
  const th_str want = squash(a, name);
  for (uint32_t i = 0; want.p && i < obj->n; i++) {
    const th_str key = squash(a, obj->u.member[i].key);
    if (key.p && th_str_eq(key, want)) return obj->u.member[i].value.kind == TH_JSON_NULL ? NULL : &obj->u.member[i].value;
  }
  return NULL;
}

static const th_json *find_any(th_arena *a, const th_json *obj, const char *const *names) {
  const th_json *v = NULL;
  for (; *names && !v; names++) v = find(a, obj, th_str_of(*names));
  return v;
}
#define FIND(a, p, ...) find_any((a), &(p)->facts, (const char *const[]){ __VA_ARGS__, NULL })

static const char *const sex_names[] = { "sex", "gender", NULL };
static const char *const truth_names[][6] = {
  { "healthy_volunteer", "healthy", NULL },
  { "pregnant", "pregnancy", NULL },
  { "breastfeeding", "breast_feeding", "lactating", NULL },
  { "childbearing_potential", "child_bearing_potential", NULL },
  { "consent", "informed_consent", NULL },
};

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool date_of(const th_json *v, th_date *out) {
  return v && v->kind == TH_JSON_STRING && (th_date_parse_iso(v->u.text, out) || th_date_parse_roc(v->u.text, out));
}

static th_code wrong(const th_json *v, const char *name, const char *form, th_err *err) {
  th_fail(err, TH_EPARSE, "the fact \"%s\" is to be %s", name, form);
  if (err) err->offset = v->offset;
  return TH_EPARSE;
}

static th_code check_known(th_arena *a, const th_trial_patient *p, th_err *err) {
  th_date d;
  const th_json *v = FIND(a, p, "birth_date");
  if (v && !date_of(v, &d)) return wrong(v, "birth_date", "a date, as 1988-04 or 1988-04-21", err);
  v = FIND(a, p, "age");
  if (v && v->kind != TH_JSON_NUMBER && v->kind != TH_JSON_OBJECT) return wrong(v, "age", "a number of years", err);
  v = find_any(a, &p->facts, sex_names);
  if (v && v->kind != TH_JSON_STRING) return wrong(v, "sex", "\"female\" or \"male\"", err);
  for (size_t i = 0; i < sizeof truth_names / sizeof *truth_names; i++) {
    v = find_any(a, &p->facts, truth_names[i]);
    if (v && v->kind != TH_JSON_BOOL) return wrong(v, truth_names[i][0], "true or false", err);
  }
  static const char *const lists[] = { "diagnoses", "drugs" };
  for (size_t i = 0; i < 2; i++) {
    v = find(a, &p->facts, th_str_of(lists[i]));
    if (v && v->kind != TH_JSON_ARRAY && v->kind != TH_JSON_OBJECT) return wrong(v, lists[i], "a list or an object", err);
  }
  return TH_OK;
}

th_code th_trial_patient_read(th_arena *a, th_str json, th_date as_of, th_trial_patient **out, th_err *err) {
  th_trial_patient *p = *out = TH_NEW(a, th_trial_patient);
  th_json root;
  if (!p) return th_fail_nomem(err);
  TH_TRY(th_json_parse(a, json, &root, err));
  if (root.kind != TH_JSON_OBJECT) return th_fail(err, TH_EPARSE, "a patient's file is a JSON object of facts");
  const th_json *facts = th_json_get(&root, "facts"), *day = th_json_get(&root, "as_of");
  if (facts && facts->kind != TH_JSON_OBJECT) return wrong(facts, "facts", "an object", err);
  p->facts = facts ? *facts : root;
  p->as_of = as_of;
  if (day && day->kind != TH_JSON_NULL && (!date_of(day, &p->as_of) || p->as_of.prec != TH_DATE_DAY))
    return wrong(day, "as_of", "a full date, as 2026-03-01", err);
  return check_known(a, p, err);
}

th_date th_trial_patient_day(const th_trial_patient *p) {
  return p->as_of;
}

/* ── Comparing ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct span {
  double lo, hi; /* what the value may be */
} span;

/* Is every value of the span on the right side, none, or some? */
static th_tri holds_for(span x, const th_trial_term *t) {
  bool all, none;
  switch ((int)t->op) {
  case TH_TRIAL_LT: all = x.hi < t->number, none = x.lo >= t->number; break;
  case TH_TRIAL_LE: all = x.hi <= t->number, none = x.lo > t->number; break;
  case TH_TRIAL_GE: all = x.lo >= t->number, none = x.hi < t->number; break;
  case TH_TRIAL_GT: all = x.lo > t->number, none = x.hi <= t->number; break;
  case TH_TRIAL_EQ: all = x.lo == t->number && x.hi == t->number, none = x.hi < t->number || x.lo > t->number; break;
  case TH_TRIAL_BETWEEN: all = x.lo >= t->number && x.hi <= t->number2, none = x.hi < t->number || x.lo > t->number2; break;
  default: return TH_UNKNOWN;
  }
  return all ? TH_TRUE : none ? TH_FALSE : TH_UNKNOWN;
}

static th_tri of_op(const th_trial_term *t, th_tri v) {
  return t->op == TH_TRIAL_IS_NOT ? th_tri_not(v) : v;
}

static void say(th_arena *a, th_str *why, const char *name, const char *rest) {
  *why = th_str_fmt(a, "%s%s%s", name, *rest ? ": " : "", rest);
}

static void lacks(th_arena *a, th_str *why, th_str name) {
  *why = th_str_fmt(a, "%.*s: not stated", TH_STR_ARG(name));
}

/* ── Age and sex ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static double unit_days(th_str unit) {
  static const struct {
    const char *name;
    double days;
  } all[] = { { "year", 365.2425 }, { "month", 30.436875 }, { "week", 7 }, { "day", 1 } };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (th_str_starts(unit, th_str_of(all[i].name))) return all[i].days;
  return 0;
}

/* Completed years, or days over the unit's length. Of a partial date of birth, the first and last day it may be. */
static bool age_span(const th_trial_patient *p, const th_json *birth, th_str unit, span *out) {
  th_date d;
  if (!date_of(birth, &d) || p->as_of.prec != TH_DATE_DAY) return false;
  const int32_t now = th_date_first(p->as_of);
  const th_date first = th_civil_from_days(th_date_first(d)), last = th_civil_from_days(th_date_last(d));
  if (th_str_starts(unit, TH_S("year"))) {
    *out = (span){ th_date_age_years(last, p->as_of), th_date_age_years(first, p->as_of) };
  } else {
    const double days = unit_days(unit);
    if (days == 0) return false;
    *out = (span){ (now - th_date_last(d)) / days, (now - th_date_first(d)) / days };
  }
  return out->lo >= 0;
}

static th_tri age_holds(th_arena *a, const th_trial_term *t, const th_trial_patient *p, th_str *why) {
  const th_json *birth = FIND(a, p, "birth_date"), *age = FIND(a, p, "age");
  span x;
  double years;
  const bool stated = age && (th_json_f64(age, &years) || th_json_f64(th_json_get(age, "value"), &years));
  if (stated && th_str_starts(t->unit, TH_S("year")))
    x = (span){ years, years };
  else if (!age_span(p, birth, t->unit, &x))
    return lacks(a, why, TH_S("age")), TH_UNKNOWN;
  char text[64];
  snprintf(text, sizeof text, x.lo == x.hi ? "%g" : "%g–%g", x.lo, x.hi);
  say(a, why, "age", text);
  /* "Older than 18" said of one who is 18 and some months: the line may mean either. */
  if (t->op == TH_TRIAL_GT && x.lo <= t->number && x.hi >= t->number && x.hi < t->number + 1) return TH_UNKNOWN;
  return holds_for(x, t);
}

static th_tri sex_holds(th_arena *a, const th_trial_term *t, const th_trial_patient *p, th_str *why) {
  const th_json *v = find_any(a, &p->facts, sex_names);
  const th_str s = th_json_text(v);
  const bool female =
      th_str_eq_nocase(s, TH_S("female")) || th_str_eq_nocase(s, TH_S("f")) || th_str_is(s, "女") || th_str_is(s, "女性");
  const bool male =
      th_str_eq_nocase(s, TH_S("male")) || th_str_eq_nocase(s, TH_S("m")) || th_str_is(s, "男") || th_str_is(s, "男性");
  if (!female && !male) return lacks(a, why, TH_S("sex")), TH_UNKNOWN;
  say(a, why, "sex", female ? "female" : "male");
  return th_tri_of(female == th_str_is(t->what, "female"));
}

/* ── Scores and findings ───────────────────────────────────────────────────────────────────────────────────────────── */

/* Units as criteria print them, in UCUM. */
static const char *ucum(th_str unit) {
  static const struct {
    const char *printed, *code;
  } all[] = {
    { "g/dl", "g/dL" },
    { "g/l", "g/L" },
    { "mg/dl", "mg/dL" },
    { "mg/l", "mg/L" },
    { "ng/ml", "ng/mL" },
    { "pg/ml", "pg/mL" },
    { "μg/l", "ug/L" },
    { "μg/ml", "ug/mL" },
    { "μmol/l", "umol/L" },
    { "umol/l", "umol/L" },
    { "mmol/l", "mmol/L" },
    { "mol/l", "mol/L" },
    { "ml/min", "mL/min" },
    { "ml/min/1.73 m2", "mL/min" },
    { "ml/min/1.73m2", "mL/min" },
    { "u/l", "U/L" },
    { "iu/l", "[iU]/L" },
    { "/mm3", "/mm3" },
    { "/ mm3", "/mm3" },
    { "/mm^3", "/mm3" },
    { "cells/mm3", "/mm3" },
    { "/μl", "/uL" },
    { "/ul", "/uL" },
    { "cells/μl", "/uL" },
    { "k/μl", "10*3/uL" },
    { "k/ul", "10*3/uL" },
    { "x10^9/l", "10*9/L" },
    { "x 10^9/l", "10*9/L" },
    { "×10^9/l", "10*9/L" },
    { "× 10^9/l", "10*9/L" },
    { "x109/l", "10*9/L" },
    { "x 109/l", "10*9/L" },
    { "×109/l", "10*9/L" },
    { "10^9/l", "10*9/L" },
    { "kg", "kg" },
    { "kg/m2", "kg/m2" },
    { "kg/m^2", "kg/m2" },
    { "%", "%" },
    { "g/day", "g/d" },
    { "g/d", "g/d" },
    { "g/24h", "g/d" },
    { "g/24 h", "g/d" },
    { "g/g", "g/g" },
    { "mg/g", "mg/g" },
    { "mg/mg", "mg/mg" },
    { "mm/hr", "mm/h" },
    { "mm/h", "mm/h" },
    { "years", "a" },
    { "months", "mo" },
    { "weeks", "wk" },
    { "days", "d" },
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (th_str_is(unit, all[i].printed)) return all[i].code;
  return NULL;
}

static bool per_surface(th_str unit) {
  return th_str_has(unit, TH_S("1.73"));
}

/* The patient's value in the line's unit. */
static bool in_unit(th_arena *a, double value, th_str from, th_str to, double *out) {
  const th_str x = th_text_fold(a, from, TH_TRIAL__FOLD, NULL), y = to;
  if (!x.p || per_surface(x) != per_surface(y)) return false;
  *out = value;
  if (th_str_eq(x, y)) return true;
  th_unit u, v;
  long double converted;
  const char *code = ucum(y), *own = ucum(x);
  th_err none = { 0 };
  if (!code || th_unit_parse(th_str_of(code), &v, &none) != TH_OK) return false;
  if (th_unit_parse(own ? th_str_of(own) : from, &u, &none) != TH_OK || !th_unit_convert(value, u, v, &converted)) return false;
  *out = (double)converted;
  return true;
}

static th_tri number_holds(th_arena *a, const th_trial_term *t, const th_json *v, th_str *why) {
  double value, uln;
  const bool object = v->kind == TH_JSON_OBJECT;
  if (!th_json_f64(v, &value) && !(object && th_json_f64(th_json_get(v, "value"), &value)))
    return lacks(a, why, t->what), TH_UNKNOWN;
  const th_str unit = object ? th_json_text(th_json_get(v, "unit")) : TH_STR_NONE;
  *why = th_str_fmt(a, "%.*s: %.10g%s%.*s", TH_STR_ARG(t->what), value, unit.n ? " " : "", TH_STR_ARG(unit));
  if (th_str_has(t->unit, TH_S("uln")) || th_str_has(t->unit, TH_S("upper limit"))) {
    if (!object || !th_json_f64(th_json_get(v, "uln"), &uln) || !(uln > 0)) {
      *why = th_str_fmt(a, "%.*s: upper limit of normal (uln) not stated", TH_STR_ARG(t->what));
      return TH_UNKNOWN;
    }
    value /= uln;
  } else if (t->unit.n && !th_str_is(t->unit, "points")) {
    if (!unit.n || !in_unit(a, value, unit, t->unit, &value)) {
      *why = th_str_fmt(a, "%.*s: a unit like %.*s is needed", TH_STR_ARG(t->what), TH_STR_ARG(t->unit));
      return TH_UNKNOWN;
    }
  } else if (unit.n && t->fact == TH_TRIAL_LAB) {
    *why = th_str_fmt(a, "%.*s: the line states no unit", TH_STR_ARG(t->what));
    return TH_UNKNOWN;
  }
  return holds_for((span){ value, value }, t);
}

static th_tri measured_holds(th_arena *a, const th_trial_term *t, const th_trial_patient *p, th_str *why) {
  const th_json *v = find(a, &p->facts, t->what);
  if (!v) return lacks(a, why, t->what), TH_UNKNOWN;
  if (t->op != TH_TRIAL_POSITIVE && t->op != TH_TRIAL_NEGATIVE) return number_holds(a, t, v, why);
  const th_str word = th_json_text(v);
  const bool positive =
      (v->kind == TH_JSON_BOOL && v->boolean) || th_str_eq_nocase(word, TH_S("positive")) || th_str_is(word, "陽性");
  const bool negative =
      (v->kind == TH_JSON_BOOL && !v->boolean) || th_str_eq_nocase(word, TH_S("negative")) || th_str_is(word, "陰性");
  if (!positive && !negative) return lacks(a, why, t->what), TH_UNKNOWN;
  *why = th_str_fmt(a, "%.*s: %s", TH_STR_ARG(t->what), positive ? "positive" : "negative");
  return th_tri_of(positive == (t->op == TH_TRIAL_POSITIVE));
}

/* ── Events, drugs, diagnoses ──────────────────────────────────────────────────────────────────────────────────────── */

/* Did a day lie within the window before the as-of day? A day after it does not count. */
static th_tri in_window(const th_trial_patient *p, th_date d, int32_t window_days) {
  if (p->as_of.prec != TH_DATE_DAY || d.prec == TH_DATE_NONE) return TH_UNKNOWN;
  const int32_t now = th_date_first(p->as_of), from = window_days ? now - window_days : INT32_MIN;
  const int32_t first = th_date_first(d), last = th_date_last(d);
  if (last < from || first > now) return TH_FALSE;
  return first >= from && last <= now ? TH_TRUE : TH_UNKNOWN;
}

static th_tri count_holds(th_arena *a, const th_trial_term *t, const th_trial_patient *p, th_str *why) {
  const th_str plural = th_str_fmt(a, "%.*ss", TH_STR_ARG(t->what));
  const th_json *events = find(a, &p->facts, TH_S("events")), *v = NULL;
  if (events) v = find(a, events, t->what);
  if (!v && plural.p) v = find(a, &p->facts, plural);
  if (!v || v->kind != TH_JSON_ARRAY) {
    *why = th_str_fmt(a, "dates of %.*ss: not stated", TH_STR_ARG(t->what));
    return TH_UNKNOWN;
  }
  span n = { 0, 0 };
  for (uint32_t i = 0; i < v->n; i++) {
    th_date d;
    const th_tri in = date_of(&v->u.item[i], &d) ? in_window(p, d, t->window_days) : TH_UNKNOWN;
    n.lo += in == TH_TRUE;
    n.hi += in != TH_FALSE;
  }
  *why = th_str_fmt(a, n.lo == n.hi ? "%.*ss counted: %g" : "%.*ss counted: %g–%g", TH_STR_ARG(t->what), n.lo, n.hi);
  return holds_for(n, t);
}

/* Treatment that one entry tells of: "true" ever, a date the last day, an object with from and to, "false" never. */
static th_tri treated(const th_trial_patient *p, const th_json *v, int32_t window_days) {
  th_date d = { 0 };
  if (!v || v->kind == TH_JSON_NULL) return TH_UNKNOWN;
  if (v->kind == TH_JSON_BOOL) return !v->boolean ? TH_FALSE : window_days ? TH_UNKNOWN : TH_TRUE;
  if (v->kind == TH_JSON_STRING) return date_of(v, &d) ? in_window(p, d, window_days) : TH_UNKNOWN;
  if (v->kind != TH_JSON_OBJECT) return TH_UNKNOWN;
  const th_json *to = th_json_get(v, "to"), *from = th_json_get(v, "from");
  if (!to || to->kind == TH_JSON_NULL) { /* still taken */
    return !from || (date_of(from, &d) && in_window(p, d, 0) != TH_FALSE) ? TH_TRUE : TH_UNKNOWN;
  }
  return date_of(to, &d) ? in_window(p, d, window_days) : TH_UNKNOWN;
}

static bool named(th_arena *a, const th_names *names, th_name_kind kind, const th_trial_term *t, th_str name,
                  const th_name_row **row) {
  *row = names ? th_names_resolve(names, a, kind, name).row : NULL;
  if (*row && t->row) return *row == t->row;
  const th_str x = squash(a, name), y = squash(a, t->what);
  return x.p && y.p && th_str_eq(x, y);
}

static th_tri drug_holds(th_arena *a, const th_names *names, const th_trial_term *t, const th_trial_patient *p, th_str *why) {
  const th_json *all = find(a, &p->facts, TH_S("drugs"));
  const th_name_row *row;
  th_tri found = TH_UNKNOWN;
  bool known = false;
  for (uint32_t i = 0; all && i < all->n; i++) {
    const bool list = all->kind == TH_JSON_ARRAY;
    const th_json *v = list ? &all->u.item[i] : &all->u.member[i].value;
    const th_str name = !list                       ? all->u.member[i].key
                        : v->kind == TH_JSON_OBJECT ? th_json_text(th_json_get(v, "name"))
                                                    : th_json_text(v);
    if (!named(a, names, TH_NAME_DRUG, t, name, &row)) continue;
    const th_tri one =
        list && v->kind == TH_JSON_STRING ? (t->window_days ? TH_UNKNOWN : TH_TRUE) : treated(p, v, t->window_days);
    found = known ? th_tri_or(found, one) : one;
    known = true;
  }
  if (!known)
    lacks(a, why, t->what);
  else
    *why = th_str_fmt(a, "%.*s: %s", TH_STR_ARG(t->what),
                      found == TH_TRUE    ? "yes"
                      : found == TH_FALSE ? "no"
                                          : "when, is not stated");
  return of_op(t, found);
}

static bool below(th_arena *a, const th_names *names, const th_name_row *x, const th_name_row *of) {
  if (!names || !x || !of) return false;
  const th_kinship k = th_names_kinship(names, a, of->id, x->id).kinship;
  return k == TH_KIN_SAME || k == TH_KIN_DESCENDANT;
}

/* One who has a kind of the disease has it; one who has not the disease has no kind of it. */
static th_tri diagnosis_holds(th_arena *a, const th_names *names, const th_trial_term *t, const th_trial_patient *p,
                              th_str *why) {
  const th_json *all = find(a, &p->facts, TH_S("diagnoses"));
  bool has = false, has_not = false;
  for (uint32_t i = 0; all && i < all->n; i++) {
    const bool list = all->kind == TH_JSON_ARRAY;
    const th_json *v = list ? &all->u.item[i] : &all->u.member[i].value;
    const th_str name = list ? th_json_text(v) : all->u.member[i].key;
    const bool no = !list && v->kind == TH_JSON_BOOL && !v->boolean, yes = list || (v->kind == TH_JSON_BOOL && v->boolean);
    const th_name_row *row;
    const bool same = named(a, names, TH_NAME_DISEASE, t, name, &row);
    has |= yes && (same || below(a, names, row, t->row));
    has_not |= no && (same || below(a, names, t->row, row));
  }
  if (has == has_not)
    lacks(a, why, t->what);
  else
    *why = th_str_fmt(a, "%.*s: %s", TH_STR_ARG(t->what), has ? "yes" : "no");
  return of_op(t, has == has_not ? TH_UNKNOWN : th_tri_of(has));
}

static th_tri truth_holds(th_arena *a, const th_trial_term *t, const th_trial_patient *p, size_t i, th_str *why) {
  const th_json *v = find_any(a, &p->facts, truth_names[i]);
  if (!v || v->kind != TH_JSON_BOOL) return lacks(a, why, th_str_of(truth_names[i][0])), TH_UNKNOWN;
  say(a, why, truth_names[i][0], v->boolean ? "yes" : "no");
  return of_op(t, th_tri_of(v->boolean));
}

th_code th_trial__term_holds(th_arena *a, const th_names *names, const th_trial_term *t, const th_trial_patient *p,
                             th_tri *holds, th_str *why, th_err *err) {
  *why = TH_S("");
  *holds = TH_UNKNOWN;
  switch (t->fact) {
  case TH_TRIAL_AGE: *holds = age_holds(a, t, p, why); break;
  case TH_TRIAL_SEX: *holds = sex_holds(a, t, p, why); break;
  case TH_TRIAL_HEALTHY: *holds = truth_holds(a, t, p, 0, why); break;
  case TH_TRIAL_DIAGNOSIS: *holds = diagnosis_holds(a, names, t, p, why); break;
  case TH_TRIAL_SCORE:
  case TH_TRIAL_LAB: *holds = measured_holds(a, t, p, why); break;
  case TH_TRIAL_COUNT: *holds = count_holds(a, t, p, why); break;
  case TH_TRIAL_DRUG: *holds = drug_holds(a, names, t, p, why); break;
  case TH_TRIAL_OTHER_TRIAL: {
    const th_json *v = FIND(a, p, "other_trial");
    *holds = of_op(t, treated(p, v, t->window_days));
    if (!v) lacks(a, why, TH_S("other_trial"));
    break;
  }
  case TH_TRIAL_PREGNANCY: *holds = truth_holds(a, t, p, 1, why); break;
  case TH_TRIAL_BREASTFEEDING: *holds = truth_holds(a, t, p, 2, why); break;
  case TH_TRIAL_CHILDBEARING: *holds = truth_holds(a, t, p, 3, why); break;
  case TH_TRIAL_CONSENT: *holds = truth_holds(a, t, p, 4, why); break;
  case TH_TRIAL_FACTS: break;
  }
  return why->p ? TH_OK : th_fail_nomem(err);
}
