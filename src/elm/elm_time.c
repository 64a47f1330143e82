/* Dates and times with precision (CQL 1.5, Appendix B "Date and Time Operators", Appendix H): what is not written is not known.
 * Comparison goes component by component; a side that runs out before a difference is found leaves the answer open. Seconds and
 * milliseconds are kept apart: the official suite has @T12:00:00 against @T12:00:00.001 uncertain. */
#include <stdio.h>

#include "elm/elm_priv.h"

#define MS_DAY INT64_C(86400000)

static const int64_t ms_of[] = { [TH_ELM_DAY] = MS_DAY,  [TH_ELM_HOUR] = 3600000, [TH_ELM_MINUTE] = 60000,
                                 [TH_ELM_SECOND] = 1000, [TH_ELM_MILLI] = 1,      [TH_ELM_WEEK] = 7 * MS_DAY };

static unsigned first_of(th_elm_kind kind) {
  return kind == TH_ELM_TIME ? TH_ELM_HOUR : TH_ELM_YEAR;
}
static unsigned last_of(th_elm_kind kind) {
  return kind == TH_ELM_DATE ? TH_ELM_DAY : TH_ELM_MILLI;
}

static int part(th_elm_time t, unsigned p) {
  const int v[] = { 0, t.year, t.month, t.day, t.hour, t.minute, t.second, t.milli };
  return v[p];
}
static void set_part(th_elm_time *t, unsigned p, int v) {
  switch (p) {
  case TH_ELM_YEAR: t->year = (int16_t)v; break;
  case TH_ELM_MONTH: t->month = (uint8_t)v; break;
  case TH_ELM_DAY: t->day = (uint8_t)v; break;
  case TH_ELM_HOUR: t->hour = (uint8_t)v; break;
  case TH_ELM_MINUTE: t->minute = (uint8_t)v; break;
  case TH_ELM_SECOND: t->second = (uint8_t)v; break;
  default: t->milli = (int16_t)v;
  }
}
static int least(unsigned p) {
  return p <= TH_ELM_DAY ? 1 : 0;
}
static int most(th_elm_time t, unsigned p) {
  static const int top[] = { 0, 9999, 12, 31, 23, 59, 59, 999 };
  return p == TH_ELM_DAY && t.year ? th_days_in_month(t.year, t.month) : top[p];
}

th_elm_time th_elm__time_cut(th_elm_kind kind, th_elm_time t, unsigned prec) {
  for (unsigned p = prec + 1; p <= TH_ELM_MILLI; p++) set_part(&t, p, kind == TH_ELM_TIME && p < TH_ELM_HOUR ? 0 : least(p));
  if (t.prec > prec) t.prec = (uint8_t)prec;
  return t;
}

static th_elm_time fill(th_elm_kind kind, th_elm_time t, unsigned prec, bool high) {
  const unsigned last = prec ? prec : last_of(kind);
  for (unsigned p = t.prec + 1u; p <= last; p++) set_part(&t, p, high ? most(t, p) : least(p));
  if (t.prec < last) t.prec = (uint8_t)last;
  return th_elm__time_cut(kind, t, last);
}
th_elm_time th_elm__time_low(th_elm_kind kind, th_elm_time t, unsigned prec) {
  return fill(kind, t, prec, false);
}
th_elm_time th_elm__time_high(th_elm_kind kind, th_elm_time t, unsigned prec) {
  return fill(kind, t, prec, true);
}

th_elm_time th_elm__time_min(th_elm_kind kind) {
  const th_elm_time t = { .year = kind == TH_ELM_TIME ? 0 : 1, .prec = (uint8_t)first_of(kind) };
  return fill(kind, t, 0, false);
}
th_elm_time th_elm__time_max(th_elm_kind kind) {
  th_elm_time t = { .year = kind == TH_ELM_TIME ? 0 : 9999, .prec = (uint8_t)first_of(kind) };
  if (kind == TH_ELM_TIME) t.hour = 23;
  return fill(kind, t, 0, true);
}

bool th_elm__time_valid(th_elm_kind kind, th_elm_time t) {
  for (unsigned p = first_of(kind); p <= t.prec; p++) {
    if (part(t, p) < least(p) || part(t, p) > most(t, p)) return false;
  }
  return t.prec >= first_of(kind) && t.prec <= last_of(kind) && t.offset >= -14 * 60 && t.offset <= 14 * 60;
}

/* ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool digits(th_str s, size_t *at, size_t n, int *out) {
  if (*at + n > s.n) return false;
  int v = 0;
  for (size_t i = 0; i < n; i++) {
    const char c = s.p[*at + i];
    if (c < '0' || c > '9') return false;
    v = v * 10 + (c - '0');
  }
  *at += n;
  *out = v;
  return true;
}
static bool eat(th_str s, size_t *at, char c) {
  if (*at >= s.n || s.p[*at] != c) return false;
  ++*at;
  return true;
}

static bool parse_offset(th_str s, size_t *at, int16_t *tz) {
  if (eat(s, at, 'Z')) {
    *tz = 0;
    return true;
  }
  const bool plus = *at < s.n && s.p[*at] == '+';
  int h, m;
  if (!plus && (*at >= s.n || s.p[*at] != '-')) return false;
  ++*at;
  if (!digits(s, at, 2, &h) || !eat(s, at, ':') || !digits(s, at, 2, &m) || m > 59) return false;
  *tz = (int16_t)((h * 60 + m) * (plus ? 1 : -1));
  return true;
}

static bool parse_clock(th_str s, size_t *at, th_elm_time *t) {
  int v;
  if (!digits(s, at, 2, &v)) return false;
  t->hour = (uint8_t)v;
  t->prec = TH_ELM_HOUR;
  if (!eat(s, at, ':')) return true;
  if (!digits(s, at, 2, &v)) return false;
  t->minute = (uint8_t)v;
  t->prec = TH_ELM_MINUTE;
  if (!eat(s, at, ':')) return true;
  if (!digits(s, at, 2, &v)) return false;
  t->second = (uint8_t)v;
  t->prec = TH_ELM_SECOND;
  if (!eat(s, at, '.')) return true;
  int n = 0, ms = 0;
  for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at, n++) {
    if (n < 3) ms = ms * 10 + (s.p[*at] - '0');
  }
  if (n == 0) return false;
  for (; n < 3; n++) ms *= 10;
  t->milli = (int16_t)ms;
  t->prec = TH_ELM_MILLI;
  return true;
}

bool th_elm__time_parse(th_elm_kind kind, th_str s, int16_t dflt_tz, th_elm_time *out) {
  th_elm_time t = { .month = 1, .day = 1, .offset = dflt_tz };
  size_t at = 0;
  int v;
  if (kind == TH_ELM_TIME) {
    t.month = t.day = 0;
    t.offset = 0;
    int16_t ignored;
    eat(s, &at, 'T');
    if (!parse_clock(s, &at, &t)) return false;
    if (at < s.n && !parse_offset(s, &at, &ignored)) return false;
  } else {
    if (!digits(s, &at, 4, &v)) return false;
    t.year = (int16_t)v;
    t.prec = TH_ELM_YEAR;
    if (eat(s, &at, '-')) {
      if (!digits(s, &at, 2, &v)) return false;
      t.month = (uint8_t)v;
      t.prec = TH_ELM_MONTH;
      if (eat(s, &at, '-')) {
        if (!digits(s, &at, 2, &v)) return false;
        t.day = (uint8_t)v;
        t.prec = TH_ELM_DAY;
      }
    }
    if (kind == TH_ELM_DATE) t.offset = 0;
    if (kind == TH_ELM_DATETIME && eat(s, &at, 'T') && at < s.n) {
      if (t.prec != TH_ELM_DAY || !parse_clock(s, &at, &t)) return false;
      if (at < s.n && !parse_offset(s, &at, &t.offset)) return false;
    }
  }
  if (at != s.n || !th_elm__time_valid(kind, t)) return false;
  *out = t;
  return true;
}

th_str th_elm__time_text(th_arena *a, th_elm_kind kind, th_elm_time t, bool offset) {
  char b[48];
  int n = 0;
  if (kind != TH_ELM_TIME) {
    n += snprintf(b + n, sizeof b - (size_t)n, "%04d", t.year);
    if (t.prec >= TH_ELM_MONTH) n += snprintf(b + n, sizeof b - (size_t)n, "-%02d", t.month);
    if (t.prec >= TH_ELM_DAY) n += snprintf(b + n, sizeof b - (size_t)n, "-%02d", t.day);
    if (t.prec >= TH_ELM_HOUR) n += snprintf(b + n, sizeof b - (size_t)n, "T");
  }
  if (t.prec >= TH_ELM_HOUR) n += snprintf(b + n, sizeof b - (size_t)n, "%02d", t.hour);
  if (t.prec >= TH_ELM_MINUTE) n += snprintf(b + n, sizeof b - (size_t)n, ":%02d", t.minute);
  if (t.prec >= TH_ELM_SECOND) n += snprintf(b + n, sizeof b - (size_t)n, ":%02d", t.second);
  if (t.prec >= TH_ELM_MILLI) n += snprintf(b + n, sizeof b - (size_t)n, ".%03d", t.milli);
  if (kind == TH_ELM_DATETIME && t.prec >= TH_ELM_HOUR && offset) {
    const int m = t.offset < 0 ? -t.offset : t.offset;
    n += snprintf(b + n, sizeof b - (size_t)n, "%c%02d:%02d", t.offset < 0 ? '-' : '+', m / 60, m % 60);
  }
  return th_str_dup(a, th_str_n(b, (size_t)n));
}

unsigned th_elm__prec_of(th_str w) {
  static const char *const word[] = { "", "year", "month", "day", "hour", "minute", "second", "millisecond", "week" };
  if (w.n > 1 && (w.p[w.n - 1] | 32) == 's') w.n--;
  for (unsigned i = 1; i < sizeof word / sizeof *word; i++) {
    if (th_str_eq_nocase(w, th_str_of(word[i]))) return i;
  }
  return 0;
}

/* ── Counting ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Milliseconds of the local clock since 1970; a time of day counts from midnight. */
static int64_t local_ms(th_elm_kind kind, th_elm_time t) {
  const int64_t day = kind == TH_ELM_TIME ? 0 : th_days_from_civil(t.year, t.month, t.day);
  return day * MS_DAY + t.hour * ms_of[TH_ELM_HOUR] + t.minute * ms_of[TH_ELM_MINUTE] + t.second * INT64_C(1000) + t.milli;
}

static int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static bool from_local_ms(th_elm_kind kind, int64_t ms, th_elm_time like, th_elm_time *out) {
  int64_t day = floor_div(ms, MS_DAY);
  int64_t rest = ms - day * MS_DAY;
  th_elm_time t = like;
  if (kind != TH_ELM_TIME) {
    if (day < th_days_from_civil(1, 1, 1) || day > th_days_from_civil(9999, 12, 31)) return false;
    const th_date d = th_civil_from_days((int32_t)day);
    t.year = d.year;
    t.month = d.month;
    t.day = d.day;
  }
  t.hour = (uint8_t)(rest / 3600000);
  t.minute = (uint8_t)(rest / 60000 % 60);
  t.second = (uint8_t)(rest / 1000 % 60);
  t.milli = (int16_t)(rest % 1000);
  *out = th_elm__time_cut(kind, t, like.prec);
  return true;
}

th_elm_time th_elm__time_to_offset(th_elm_time t, int16_t tz) {
  th_elm_time r = t;
  if (t.prec >= TH_ELM_HOUR && t.offset != tz) {
    if (!from_local_ms(TH_ELM_DATETIME, local_ms(TH_ELM_DATETIME, t) + (int64_t)(tz - t.offset) * 60000, t, &r)) return t;
  }
  r.offset = tz;
  return r;
}

static void same_offset(const eval *e, th_elm_kind kind, th_elm_time *a, th_elm_time *b) {
  if (kind != TH_ELM_DATETIME || a->offset == b->offset) return;
  *a = th_elm__time_to_offset(*a, e->now.offset);
  *b = th_elm__time_to_offset(*b, e->now.offset);
}

elm_cmp th_elm__time_cmp(const eval *e, th_elm_kind kind, th_elm_time a, th_elm_time b, unsigned prec) {
  /* Offsets matter only where hours are compared (Same As: "only when the comparison precision is hours …"). */
  if (prec == 0 || prec >= TH_ELM_HOUR) same_offset(e, kind, &a, &b);
  const unsigned last = prec ? prec : last_of(kind);
  for (unsigned p = first_of(kind); p <= last; p++) {
    if (p > a.prec && p > b.prec) return prec ? CMP_UNKNOWN : CMP_EQ;
    if (p > a.prec || p > b.prec) return CMP_UNKNOWN;
    const int x = part(a, p), y = part(b, p);
    if (x != y) return x < y ? CMP_LT : CMP_GT;
  }
  return CMP_EQ;
}

/* Total: what is not known comes first. */
elm_cmp th_elm__time_order(th_elm_kind kind, th_elm_time a, th_elm_time b) {
  if (kind == TH_ELM_DATETIME && a.offset != b.offset) b = th_elm__time_to_offset(b, a.offset);
  for (unsigned p = first_of(kind); p <= last_of(kind); p++) {
    const int x = p > a.prec ? -1 : part(a, p), y = p > b.prec ? -1 : part(b, p);
    if (x != y) return x < y ? CMP_LT : CMP_GT;
  }
  return CMP_EQ;
}

static bool add_months(th_elm_time t, int64_t months, th_elm_time *out) {
  const int64_t m = (int64_t)t.year * 12 + (t.month ? t.month - 1 : 0) + months;
  const int64_t year = floor_div(m, 12);
  if (year < 1 || year > 9999) return false;
  t.year = (int16_t)year;
  t.month = (uint8_t)(m - year * 12 + 1);
  const int top = th_days_in_month(t.year, t.month);
  if (t.day > top) t.day = (uint8_t)top;
  *out = t;
  return true;
}

/* n whole units of precision p; false when the result leaves the years 1–9999. */
static bool add_units(th_elm_kind kind, th_elm_time t, int64_t n, unsigned p, th_elm_time *out) {
  if (n > INT64_C(400000000000000) || n < -INT64_C(400000000000000)) return false;
  if (p == TH_ELM_YEAR) return add_months(t, n * 12, out);
  if (p == TH_ELM_MONTH) return add_months(t, n, out);
  if (n > INT64_C(9000000000000000) / ms_of[p] || n < -INT64_C(9000000000000000) / ms_of[p]) return false;
  int64_t ms = local_ms(kind, t) + n * ms_of[p];
  if (kind == TH_ELM_TIME) ms = (ms % MS_DAY + MS_DAY) % MS_DAY;
  return from_local_ms(kind, ms, t, out);
}

bool th_elm__time_step(th_elm_kind kind, th_elm_time t, int by, th_elm_time *out) {
  if (kind == TH_ELM_TIME) {
    const int64_t ms = local_ms(kind, t) + by * ms_of[t.prec];
    return ms >= 0 && ms < MS_DAY && from_local_ms(kind, ms, t, out);
  }
  return add_units(kind, t, by, t.prec, out);
}

/* A unit finer than the value is first turned into the value's own precision, cutting the rest (Add: "truncating any resulting
 * decimal portion"); a month counts 30 days and a year 365. */
bool th_elm__time_add(th_elm_kind kind, th_elm_time t, th_i128 amount, unsigned p, th_elm_time *out) {
  const th_i128 most = INT64_C(4000000000000000) * DEC_ONE;
  if (kind == TH_ELM_TIME) amount %= MS_DAY / ms_of[p] * DEC_ONE; /* a time of day is cyclic */
  if (amount > most || amount < -most) return false;
  if (p == TH_ELM_SECOND && t.prec == TH_ELM_MILLI) {
    amount *= 1000;
    p = TH_ELM_MILLI;
  }
  int64_t n = (int64_t)(amount / DEC_ONE);
  if (p == TH_ELM_WEEK) {
    n *= 7;
    p = TH_ELM_DAY;
  }
  if (p > t.prec) {
    if (p >= TH_ELM_DAY) {
      if (t.prec >= TH_ELM_DAY) {
        n = n / (ms_of[t.prec] / ms_of[p]);
      } else {
        n = n / (MS_DAY / ms_of[p]) / (t.prec == TH_ELM_YEAR ? 365 : 30);
      }
    } else {
      n /= 12; /* months to years */
    }
    p = t.prec;
  }
  return add_units(kind, t, n, p, out);
}

/* ── Between ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int64_t boundaries(th_elm_kind kind, th_elm_time a, th_elm_time b, unsigned p) {
  if (p == TH_ELM_YEAR) return b.year - a.year;
  if (p == TH_ELM_MONTH) return (b.year - a.year) * INT64_C(12) + b.month - a.month;
  const int64_t x = local_ms(kind, a), y = local_ms(kind, b);
  /* Weeks begin on Sunday; 1970-01-01 was a Thursday. */
  if (p == TH_ELM_WEEK) return floor_div(y + 4 * MS_DAY, ms_of[p]) - floor_div(x + 4 * MS_DAY, ms_of[p]);
  return floor_div(y, ms_of[p]) - floor_div(x, ms_of[p]);
}

static int64_t periods(th_elm_kind kind, th_elm_time a, th_elm_time b, unsigned p) {
  const int64_t x = local_ms(kind, a), y = local_ms(kind, b);
  if (x > y) return -periods(kind, b, a, p);
  if (p != TH_ELM_YEAR && p != TH_ELM_MONTH) return (y - x) / ms_of[p];
  const int64_t size = p == TH_ELM_YEAR ? 12 : 1;
  int64_t n = boundaries(kind, a, b, p);
  th_elm_time t;
  if (n > 0 && (!add_months(a, n * size, &t) || local_ms(kind, t) > y)) n--;
  return n;
}

void th_elm__time_between(const eval *e, th_elm_kind kind, th_elm_time a, th_elm_time b, unsigned p, bool diff, int64_t *lo,
                          int64_t *hi) {
  if (!diff || p >= TH_ELM_HOUR) same_offset(e, kind, &a, &b);
  /* Seconds and milliseconds count as one decimal here: :00 is :00.000, or no count of minutes would ever be firm. */
  if (p != TH_ELM_MILLI && a.prec == TH_ELM_SECOND) a.prec = TH_ELM_MILLI;
  if (p != TH_ELM_MILLI && b.prec == TH_ELM_SECOND) b.prec = TH_ELM_MILLI;
  int64_t (*count)(th_elm_kind, th_elm_time, th_elm_time, unsigned) = diff ? boundaries : periods;
  *lo = count(kind, fill(kind, a, 0, true), fill(kind, b, 0, false), p);
  *hi = count(kind, fill(kind, a, 0, false), fill(kind, b, 0, true), p);
}

bool th_elm_now_parse(th_str s, th_elm_time *out) {
  th_elm_time t;
  if (!th_elm__time_parse(TH_ELM_DATETIME, s, TZ_NONE, &t)) {
    /* TZ_NONE is no valid offset, so a text without one ends here. */
    return false;
  }
  *out = fill(TH_ELM_DATETIME, t, 0, false);
  return t.prec >= TH_ELM_SECOND;
}
