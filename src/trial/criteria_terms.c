/* What a line of criteria says: statements read from its words by fixed patterns, and whether the whole line was understood. Precision
 * before recall: a condition ("if", "for patients who"), or a negation no pattern took, leaves the line a question. */
#include "trial_priv.h"

#include "theriac/text.h"

#include <math.h>

typedef struct reader {
  th_arena *a;
  th_str s; /* folded */
  th_trial__words w;
  th_trial_line *line;
  bool failed;
} reader;

static th_trial__class class_at(const reader *r, size_t i) {
  return i < r->w.n ? r->w.v[i].c : W_MARK;
}

static th_str word(const reader *r, size_t i) {
  return i < r->w.n ? th_str_sub(r->s, r->w.v[i].from, r->w.v[i].to) : TH_STR_NONE;
}

static void use(reader *r, size_t from, size_t to) {
  for (size_t i = from; i < to && i < r->w.n; i++) r->w.v[i].used = true;
}

static void add(reader *r, th_trial_term t) {
  if (!TH_VEC_PUSH(r->a, &r->line->terms, t)) r->failed = true;
}

static bool idle(th_trial__class c) {
  return c == W_STOP || c == W_MARK;
}

/* ── Numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct range {
  th_trial_op op;
  double a, b;
  size_t next;    /* word behind it */
  int32_t period; /* W_PERIOD or W_OLD seen behind a number: its days × 100; 0: none */
  const char *unit;
  bool old;    /* that was an age */
  bool stated; /* an operator, a range or "or more" stands there, not a bare number */
} range;

static size_t period_at(const reader *r, size_t i, range *x) {
  if (class_at(r, i) == W_MARK && th_str_is(word(r, i), "-")) i++;
  if (class_at(r, i) != W_PERIOD && class_at(r, i) != W_OLD) return 0;
  x->period = r->w.v[i].value;
  x->unit = r->w.v[i].what;
  x->old |= class_at(r, i) == W_OLD;
  return i + 1;
}

/* Operators and brackets before a number: "greater than or equal to (>=) 2". Two that differ are no operator. */
static size_t operator_at(const reader *r, size_t i, range *x) {
  bool seen = false;
  for (; class_at(r, i) == W_OP || (class_at(r, i) == W_MARK && i < r->w.n); i++) {
    if (class_at(r, i) == W_MARK) {
      if (!strchr("(:)", word(r, i).p[0])) return 0;
      continue;
    }
    if (seen && x->op != (th_trial_op)r->w.v[i].value) return 0;
    x->op = (th_trial_op)r->w.v[i].value;
    seen = true;
  }
  x->stated |= seen;
  return i;
}

/* [operator] number [unit] [to number [unit]] [or more]. False when no number stands at i. */
static bool range_at(const reader *r, size_t i, range *x) {
  *x = (range){ .op = TH_TRIAL_EQ, .a = NAN, .b = NAN };
  const bool between = class_at(r, i) == W_BETWEEN;
  if (between) x->old = th_str_is(word(r, i), "between the ages of");
  i = between ? i + 1 : operator_at(r, i, x);
  while (between && class_at(r, i) == W_AGE) i++, x->old = true;
  if (class_at(r, i) != W_NUMBER) return false;
  x->a = r->w.v[i++].number;
  size_t after = period_at(r, i, x);
  size_t j = after ? after : i;
  const th_trial__class joint = class_at(r, j);
  const bool to = joint == W_TO || (joint == W_AND && between) || (joint == W_OR && !x->stated && !between);
  if (to && class_at(r, j + 1) == W_NUMBER) {
    const double b = r->w.v[j + 1].number;
    /* "0 or 1" is a range of two neighbours; "5 or 8" is none. */
    if (joint != W_OR || b == x->a + 1) {
      x->b = b;
      x->op = TH_TRIAL_BETWEEN;
      x->stated = true;
      i = j + 2;
      after = period_at(r, i, x);
      j = after ? after : i;
    }
  }
  if (x->op == TH_TRIAL_EQ && class_at(r, j) == W_POST) {
    x->op = (th_trial_op)r->w.v[j].value;
    x->stated = true;
    j++;
    const size_t later = x->period ? 0 : period_at(r, j, x);
    if (later) j = later;
  }
  x->next = j;
  return !between || x->op == TH_TRIAL_BETWEEN;
}

/* ── Units behind a measured value ─────────────────────────────────────────────────────────────────────────────────── */

static const char *const units[] = {
  "g/dl",
  "g/l",
  "mg/dl",
  "mg/l",
  "ng/ml",
  "pg/ml",
  "μg/l",
  "μg/ml",
  "μmol/l",
  "umol/l",
  "mmol/l",
  "mmol/mol",
  "mol/l",
  "ml/min/1.73 m2",
  "ml/min/1.73m2",
  "ml/min/1.73 m^2",
  "ml/min/1.73m^2",
  "ml/min",
  "u/l",
  "iu/l",
  "iu/ml",
  "u/ml",
  "/mm3",
  "/mm^3",
  "/ mm3",
  "cells/mm3",
  "cells/mm^3",
  "cells/μl",
  "cells/ul",
  "/μl",
  "/ul",
  "/l",
  "x10^9/l",
  "x 10^9/l",
  "×10^9/l",
  "× 10^9/l",
  "x109/l",
  "x 109/l",
  "×109/l",
  "× 109/l",
  "x 10e9/l",
  "10^9/l",
  "k/μl",
  "k/ul",
  "%",
  "kg/m2",
  "kg/m^2",
  "kg",
  "g/day",
  "g/d",
  "g/24h",
  "g/24 h",
  "g/g",
  "mg/g",
  "mg/mg",
  "mg/mmol",
  "mm/hr",
  "mm/h",
  "x uln",
  "× uln",
  "*uln",
  "x upper limit of normal",
  "× upper limit of normal",
  "times uln",
  "times the uln",
  "times upper limit of normal",
  "times the upper limit of normal",
  "x the upper limit of normal",
  "x institutional uln",
  "× institutional uln",
  "uln",
  "points",
  "分",
};

/* The unit at a byte, blanks before it allowed; its end, or 0. */
static size_t unit_at(const reader *r, size_t at, th_str *out) {
  while (at < r->s.n && r->s.p[at] == ' ') at++;
  size_t best = 0;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    const th_str u = th_str_of(units[i]);
    if (u.n <= best || !th_str_starts(th_str_sub(r->s, at, r->s.n), u)) continue;
    const char next = at + u.n < r->s.n ? r->s.p[at + u.n] : ' ';
    if ((next >= 'a' && next <= 'z') || (next >= '0' && next <= '9') || next == '/') continue;
    best = u.n;
  }
  if (best) *out = th_str_sub(r->s, at, at + best);
  return best ? at + best : 0;
}

/* ── Windows ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "within 4 months of baseline", "in the year before screening", 過去 3 個月內, "< 4 weeks before": its end, or 0. */
static size_t window_at(const reader *r, size_t i, th_trial_term *t) {
  bool opened = false;
  double n = 1;
  while (class_at(r, i) == W_PAST && i < r->w.n) i++, opened = true;
  const size_t from = i;
  if (!opened) {
    range x = { 0 };
    const size_t j = operator_at(r, i, &x);
    if (x.stated && (x.op == TH_TRIAL_LT || x.op == TH_TRIAL_LE) && class_at(r, j) == W_NUMBER) i = j;
  }
  const bool counted = class_at(r, i) == W_NUMBER && i < r->w.n;
  if (counted) n = r->w.v[i++].number;
  if (class_at(r, i) != W_PERIOD) return 0;
  const size_t period = i++;
  while (i < r->w.n && class_at(r, i) == W_STOP && (th_str_is(word(r, i), "of") || th_str_is(word(r, i), "the"))) i++;
  const bool closed = class_at(r, i) == W_BEFORE;
  if (closed) i++;
  if (!opened && !closed) return 0;
  if (!(n >= 0 && n < 1000)) return 0;
  t->window_days = (int32_t)(n * r->w.v[period].value / 100.0 + 0.5);
  t->window = th_str_sub(r->s, r->w.v[from].from, r->w.v[period].to);
  return i;
}

/* ── Statements ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_trial_term term_of(th_trial_fact fact, const range *x) {
  th_trial_term t = { .fact = fact, .op = TH_TRIAL_IS, .number = NAN, .number2 = NAN };
  if (x) {
    t.op = x->op, t.number = x->a, t.number2 = x->b;
    t.unit = th_str_of(x->unit);
  }
  return t;
}

/* Does the line say nothing but the words from..to, and perhaps a sex? Then years are an age: "over 18 years". Behind a disease they
 * are how long it has been there. */
static bool stands_alone(const reader *r, size_t from, size_t to) {
  for (size_t i = 0; i < r->w.n; i++)
    if ((i < from || i >= to) && !idle(class_at(r, i)) && class_at(r, i) != W_SEX) return false;
  return true;
}

/* A second limit of the same statement: "≥ 18 and ≤ 65". */
static size_t second_limit(reader *r, size_t i, const range *first, th_trial_term t) {
  range y;
  size_t j = class_at(r, i) == W_AND ? i + 1 : i;
  while (class_at(r, j) == W_AGE) j++;
  if (first->op == TH_TRIAL_BETWEEN || first->op == TH_TRIAL_EQ || !range_at(r, j, &y) || !y.stated) return i;
  const bool lower = first->op == TH_TRIAL_GE || first->op == TH_TRIAL_GT;
  const bool upper = y.op == TH_TRIAL_LE || y.op == TH_TRIAL_LT;
  if (!lower || !upper || y.a <= first->a) return i;
  t.op = y.op, t.number = y.a;
  if (y.unit) t.unit = th_str_of(y.unit);
  add(r, t);
  return y.next;
}

static size_t age(reader *r, size_t i) {
  size_t j = i;
  bool named = false;
  while (j < r->w.n &&
         (class_at(r, j) == W_AGE || (named && idle(class_at(r, j)) && word(r, j).p[0] != ',' && word(r, j).p[0] != ';'))) {
    named |= class_at(r, j) == W_AGE;
    j++;
  }
  range x;
  if (!range_at(r, j, &x)) return 0;
  const bool years = x.unit && x.period;
  const bool told = named || x.old || (years && x.stated && stands_alone(r, i, x.next) && x.period > 30000);
  if (!told || !x.stated) return 0;
  if (!x.unit) x.unit = "years";
  const th_trial_term t = term_of(TH_TRIAL_AGE, &x);
  add(r, t);
  return second_limit(r, x.next, &x, t);
}

/* The name of a score or a laboratory value, words that say nothing, its limit and unit. */
static size_t measured(reader *r, size_t i, th_trial_fact fact) {
  const char *what = r->w.v[i].what;
  range x;
  size_t j = i + 1;
  for (size_t k = 0; k < 6 && j < r->w.n; k++, j++) {
    if (range_at(r, j, &x)) break;
    const th_trial__class c = class_at(r, j);
    const bool again = (c == W_SCORE || c == W_LAB) && strcmp(r->w.v[j].what, what) == 0;
    if (!again && !idle(c)) return 0;
  }
  if (!range_at(r, j, &x) || (!x.stated && fact == TH_TRIAL_LAB)) return 0;
  th_trial_term t = term_of(fact, &x);
  t.what = th_str_of(what);
  size_t next = x.next;
  if (!x.unit) {
    const size_t end = unit_at(r, r->w.v[x.next - 1].to, &t.unit);
    while (end && next < r->w.n && r->w.v[next].from < end) next++;
  }
  add(r, t);
  return second_limit(r, next, &x, t);
}

/* "at least two relapses in the 12 months": words between the event and its window stay unread. */
static size_t counted(reader *r, size_t i) {
  range x;
  if (!range_at(r, i, &x) || x.period || class_at(r, x.next) != W_EVENT) return 0;
  th_trial_term t = term_of(TH_TRIAL_COUNT, &x);
  if (x.op == TH_TRIAL_EQ) t.op = TH_TRIAL_GE; /* "two attacks": two or more */
  t.what = th_str_of(r->w.v[x.next].what);
  use(r, i, x.next + 1);
  for (size_t j = x.next + 1; j < r->w.n; j++) {
    const size_t end = window_at(r, j, &t);
    if (end) {
      use(r, j, end);
      break;
    }
    if (class_at(r, j) == W_EVENT) break;
  }
  add(r, t);
  return x.next + 1;
}

/* Was there a negation right before, through words that say nothing? It is then used. */
static bool negated(reader *r, size_t i) {
  while (i-- > 0) {
    if (class_at(r, i) == W_NOT && !r->w.v[i].used) return r->w.v[i].used = true;
    if (class_at(r, i) != W_STOP || r->w.v[i].used) return false;
  }
  return false;
}

/* Drugs after a word of treatment, or with a window of their own; "or", commas and "and" go on with the list. */
static size_t drugs(reader *r, size_t i) {
  const bool treated = class_at(r, i) == W_TREATED;
  const bool no = treated && negated(r, i);
  size_t j = i + treated, last = 0;
  const size_t first_term = r->line->terms.n;
  for (; j < r->w.n; j++) {
    const th_trial__class c = class_at(r, j);
    if (c == W_DRUG) {
      th_trial_term t = term_of(TH_TRIAL_DRUG, NULL);
      t.op = no ? TH_TRIAL_IS_NOT : TH_TRIAL_IS;
      t.row = r->w.v[j].row;
      t.what = word(r, j);
      add(r, t);
      last = j + 1;
    } else if (!idle(c) && c != W_OR && c != W_AND) {
      break;
    }
  }
  if (!last) return 0;
  th_trial_term window = { 0 };
  const size_t end = window_at(r, last, &window);
  for (size_t k = first_term; end && k < r->line->terms.n; k++) {
    r->line->terms.v[k].window_days = window.window_days;
    r->line->terms.v[k].window = window.window;
  }
  if (treated || end) return end ? end : last;
  r->line->terms.n = first_term; /* a drug merely named: an allergy, an example */
  return 0;
}

static size_t other_trial(reader *r, size_t i) {
  th_trial_term t = term_of(TH_TRIAL_OTHER_TRIAL, NULL);
  const size_t end = window_at(r, i + 1, &t);
  if (negated(r, i)) t.op = TH_TRIAL_IS_NOT;
  add(r, t);
  return end ? end : i + 1;
}

static size_t disease(reader *r, size_t i) {
  if (i > 0 && class_at(r, i - 1) == W_NOT && th_str_is(word(r, i - 1), "with or without")) { /* says nothing */
    r->w.v[i - 1].used = true;
    return i + 1;
  }
  th_trial_term t = term_of(TH_TRIAL_DIAGNOSIS, NULL);
  if (negated(r, i)) t.op = TH_TRIAL_IS_NOT;
  t.row = r->w.v[i].row;
  t.what = word(r, i);
  add(r, t);
  return i + 1;
}

static size_t finding(reader *r, size_t i) {
  size_t j = i;
  th_trial_op op = TH_TRIAL_IS;
  if (class_at(r, j) == W_POSITIVE) op = (th_trial_op)r->w.v[j++].value;
  while (idle(class_at(r, j)) && j < r->w.n) j++;
  if (class_at(r, j) != W_FINDING) return 0;
  const size_t at = j++;
  if (op == TH_TRIAL_IS) {
    while (j < r->w.n && idle(class_at(r, j))) j++;
    if (class_at(r, j) != W_POSITIVE || j >= r->w.n) return 0;
    op = (th_trial_op)r->w.v[j++].value;
  }
  if (i > 0 && class_at(r, i - 1) == W_NOT) return 0;
  th_trial_term t = term_of(TH_TRIAL_LAB, NULL);
  t.op = op;
  t.what = th_str_of(r->w.v[at].what);
  add(r, t);
  return j;
}

static size_t simple(reader *r, size_t i, th_trial_fact fact) {
  th_trial_term t = term_of(fact, NULL);
  if (negated(r, i)) t.op = TH_TRIAL_IS_NOT;
  add(r, t);
  return i + 1;
}

/* Words behind the statement that begins at i, or 0. */
static size_t statement(reader *r, size_t i) {
  size_t next = 0;
  switch ((int)class_at(r, i)) {
  case W_AGE:
  case W_NUMBER:
  case W_OP:
  case W_BETWEEN: next = counted(r, i); return next ? next : age(r, i);
  case W_SCORE: return measured(r, i, TH_TRIAL_SCORE);
  case W_LAB: return measured(r, i, TH_TRIAL_LAB);
  case W_TREATED:
  case W_DRUG: return drugs(r, i);
  case W_TRIAL: return other_trial(r, i);
  case W_DISEASE: return disease(r, i);
  case W_FINDING:
  case W_POSITIVE: return finding(r, i);
  case W_PREGNANT: return simple(r, i, (th_trial_fact)r->w.v[i].value);
  case W_CONSENT: return simple(r, i, TH_TRIAL_CONSENT);
  case W_HEALTHY: return simple(r, i, TH_TRIAL_HEALTHY);
  default: return 0;
  }
}

/* ── The line as a whole ───────────────────────────────────────────────────────────────────────────────────────────── */

/* Sex is context beside pregnancy, and a limit only where nothing else is left to say. */
static void sexes(reader *r) {
  bool one[3] = { false, false, false }, pregnancy = false;
  for (size_t i = 0; i < r->w.n; i++) {
    pregnancy |= class_at(r, i) == W_PREGNANT;
    if (class_at(r, i) == W_SEX && r->w.v[i].value >= 0 && r->w.v[i].value <= 2) one[r->w.v[i].value] = true;
  }
  if (one[1] && one[2]) return; /* each sex has limits of its own: unread */
  for (size_t i = 0; i < r->w.n; i++)
    if (class_at(r, i) == W_SEX && !(i > 0 && class_at(r, i - 1) == W_NOT)) r->w.v[i].used = true;
  if ((one[1] || one[2]) && !pregnancy) {
    th_trial_term t = term_of(TH_TRIAL_SEX, NULL);
    t.what = one[1] ? TH_S("female") : TH_S("male");
    add(r, t);
  }
}

static bool conditional(th_str s) {
  static const char *const starts[] = { "for ", "if ", "in case", "when ", "in patients", "in women", "若", "如" };
  static const char *const inside[] = { " if ",       " for patients ", " for subjects ", " for participants ", " for women ",
                                        " for men ",  " for those ",    " in patients ",  " in women ",         " in subjects ",
                                        " provided ", " in case ",      " depending ",    " (or per " };
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (th_str_starts(s, th_str_of(starts[i]))) return true;
  for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
    if (th_str_has(s, th_str_of(inside[i]))) return true;
  return false;
}

static void settle(reader *r) {
  th_trial_line *l = r->line;
  bool any = false, all = false, refused = false;
  l->whole = l->terms.n > 0;
  for (size_t i = 0; i < r->w.n; i++) {
    const th_trial__word *w = &r->w.v[i];
    if (w->used || idle(w->c) || w->c == W_DIAGNOSIS) continue;
    if (w->c == W_OR)
      any = true;
    else if (w->c == W_AND)
      all = true;
    else
      l->whole = false, refused |= w->c == W_NOT;
  }
  if (refused || conditional(r->s)) l->terms.n = 0, l->whole = false;
  l->join = any && all                            ? TH_TRIAL_UNCLEAR
            : any                                 ? TH_TRIAL_ANY
            : l->side == TH_TRIAL_EXCLUDE && !all ? TH_TRIAL_ANY
                                                  : TH_TRIAL_ALL;
  if (l->terms.n < 2 && l->join == TH_TRIAL_UNCLEAR) l->join = TH_TRIAL_ANY;
  if (l->whole) return;
  size_t kept = 0; /* in a line read in part, sex is mere context */
  for (size_t i = 0; i < l->terms.n; i++)
    if (l->terms.v[i].fact != TH_TRIAL_SEX) l->terms.v[kept++] = l->terms.v[i];
  l->terms.n = kept;
}

th_code th_trial__read_line(th_arena *a, const th_names *names, th_trial_line *line, th_err *err) {
  reader r = { .a = a, .line = line };
  TH_TRY(th_trial__lex(a, names, line->text, &r.s, &r.w, err));
  for (size_t i = 0; i < r.w.n && !r.failed;) {
    const size_t next = r.w.v[i].used ? 0 : statement(&r, i);
    use(&r, i, next);
    i = next > i ? next : i + 1;
  }
  sexes(&r);
  if (r.failed) return th_fail_nomem(err);
  settle(&r);
  return TH_OK;
}

/* ── Codes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

const char *th_trial_side_code(th_trial_side v) {
  static const char *const codes[] = { "unstated", "include", "exclude" };
  return (size_t)v < sizeof codes / sizeof *codes ? codes[v] : "unstated";
}

const char *th_trial_fact_code(th_trial_fact v) {
  static const char *const codes[] = {
    "age",       "sex",           "healthy_volunteer",      "diagnosis", "score", "lab", "events", "treatment", "other_trial",
    "pregnancy", "breastfeeding", "childbearing_potential", "consent"
  };
  return (size_t)v < sizeof codes / sizeof *codes ? codes[v] : "unknown";
}

const char *th_trial_op_code(th_trial_op v) {
  static const char *const codes[] = { "is", "is not", "<", "<=", "=", ">=", ">", "between", "positive", "negative" };
  return (size_t)v < sizeof codes / sizeof *codes ? codes[v] : "unknown";
}

const char *th_trial_join_code(th_trial_join v) {
  static const char *const codes[] = { "all", "any", "unclear" };
  return (size_t)v < sizeof codes / sizeof *codes ? codes[v] : "unclear";
}
