/* What was taken on a day, by two stories (see th_drug_span). Between two cut days nothing changes, so sums and runs go from cut to cut.
 *
 * Records of one substance that overlap: of the same kind they add up, unless one names no end (another may then have replaced it:
 * least, the smallest; most, the sum); what was ordered and what was taken tell of one and the same drug, so the two are not
 * added but bound the dose. */
#include <math.h>

#include "coverage/coverage_priv.h"

#define LONGEST_RUN 20000 /* days looked back */

static bool covers(const th_drug_span *s, int story, int32_t day) {
  return day >= s->from[story] && day < s->to[story];
}

bool th_coverage__taken(const th_fhir_facts *f, int story, th_drug drug, int32_t day) {
  for (size_t i = 0; i < f->span.n; i++)
    if (f->span.v[i].drug == drug && !f->span.v[i].pulse && covers(&f->span.v[i], story, day)) return true;
  return false;
}

/* One substance as told by one kind of record. False: no such record covers the day. */
static bool kind_dose(const th_fhir_facts *f, int story, uint32_t substance, bool request, int32_t day, double *out) {
  double sum = 0, least = INFINITY;
  const th_fhir_resource *row = NULL;
  bool open = false, several = false;
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *s = &f->span.v[i];
    if (s->substance != substance || s->request != request || s->pulse || !covers(s, story, day)) continue;
    several |= row && row != s->row;
    open |= s->open;
    row = s->row;
    sum += s->daily[story];
    if (s->daily[story] < least || isnan(s->daily[story])) least = s->daily[story];
  }
  *out = story == TH_LEAST && open && several ? least : sum;
  return row != NULL;
}

double th_coverage__dose_on(const th_fhir_facts *f, int story, th_drug drug, int32_t day) {
  double sum = 0, taken, ordered;
  uint64_t seen = 0;
  for (size_t i = 0; i < f->span.n; i++) {
    const uint32_t substance = f->span.v[i].substance;
    if (f->span.v[i].drug != drug || seen >> substance & 1) continue;
    seen |= (uint64_t)1 << substance;
    const bool t = kind_dose(f, story, substance, false, day, &taken), o = kind_dose(f, story, substance, true, day, &ordered);
    if (t && o)
      sum += story == TH_LEAST ? (taken < ordered ? taken : ordered) : (taken > ordered ? taken : ordered);
    else if (t || o)
      sum += t ? taken : ordered;
  }
  return sum;
}

/* The next day after `day` on which something may change, at most `to`. */
static int32_t next_cut(const th_fhir_facts *f, int32_t day, int32_t to) {
  size_t lo = 0, hi = f->cut.n;
  while (lo < hi) {
    const size_t mid = (lo + hi) / 2;
    if (f->cut.v[mid] > day)
      hi = mid;
    else
      lo = mid + 1;
  }
  return lo < f->cut.n && f->cut.v[lo] < to ? f->cut.v[lo] : to;
}

double th_coverage__dose_least(const th_fhir_facts *f, int story, th_drug drug, int32_t from, int32_t to) {
  double least = INFINITY;
  for (int32_t day = from; day < to; day = next_cut(f, day, to)) {
    const double d = th_coverage__dose_on(f, story, drug, day);
    if (isnan(d)) return NAN;
    least = fmin(least, d);
  }
  return isinf(least) ? 0 : least;
}

double th_coverage__dose_mean(const th_fhir_facts *f, int story, th_drug drug, int32_t from, int32_t to) {
  double sum = 0;
  for (int32_t day = from, next; day < to; day = next) {
    next = next_cut(f, day, to);
    sum += th_coverage__dose_on(f, story, drug, day) * (next - day);
  }
  return to > from ? sum / (to - from) : NAN;
}

static bool immunosuppressed(const th_fhir_facts *f, int story, int32_t day) {
  for (th_drug d = TH_DRUG_MMF; d <= TH_DRUG_CYC; d++)
    if (th_coverage__taken(f, story, d, day)) return true;
  return th_coverage__taken(f, story, TH_DRUG_OTHER, day) && story == TH_MOST; /* whether it counts is for a person (A47) */
}

/* Standard therapy of the section the path belongs to: all its classes together; in section 3 two of the three. */
bool th_coverage__on_therapy(const th_fhir_facts *f, int story, int32_t day) {
  const int steroid = th_coverage__taken(f, story, TH_DRUG_STEROID, day), hcq = th_coverage__taken(f, story, TH_DRUG_HCQ, day),
            is = immunosuppressed(f, story, day);
  if (th_str_starts(f->path->name, TH_S("ln-"))) return steroid && is;
  if (th_str_starts(f->path->name, TH_S("psle-"))) return steroid + hcq + is >= 2;
  return steroid && hcq && is;
}

int32_t th_coverage__run_start(const th_fhir_facts *f, int story, th_drug drug) {
  int32_t start = f->today + 1;
  size_t at = f->cut.n;
  while (start > f->today - LONGEST_RUN) {
    while (at > 0 && f->cut.v[at - 1] >= start) at--;
    const int32_t from = at > 0 ? f->cut.v[at - 1] : f->today - LONGEST_RUN;
    const bool on = drug == TH_DRUGS ? th_coverage__on_therapy(f, story, from) : th_coverage__taken(f, story, drug, from);
    if (!on) break;
    start = from;
  }
  return start;
}

double th_coverage__months_since(const th_fhir_facts *f, int32_t first) {
  if (first > f->today) return 0;
  const th_date from = th_civil_from_days(first);
  int n = 0;
  while (n < 1200 && th_date_first(th_date_add_months(from, n + 1)) <= f->today + 1) n++;
  const int32_t at = th_date_first(th_date_add_months(from, n)), next = th_date_first(th_date_add_months(from, n + 1));
  return n + (double)(f->today + 1 - at) / (next - at);
}

th_str th_coverage__rows_of(th_fhir_facts *f, th_drug from, th_drug to) {
  th_buf b;
  th_buf_init(&b, f->arena, 48);
  const th_fhir_resource *shown[4];
  int n = 0;
  for (size_t i = 0; i < f->span.n; i++) {
    bool again = f->span.v[i].drug < from || f->span.v[i].drug > to;
    for (int k = 0; k < n && k < 4; k++) again |= shown[k] == f->span.v[i].row;
    if (again) continue;
    if (n == 4) {
      th_buf_addz(&b, ", …");
      break;
    }
    if (n) th_buf_addz(&b, ", ");
    shown[n++] = f->span.v[i].row;
    th_buf_add(&b, th_coverage__row(f, f->span.v[i].row));
  }
  if (b.n == 0 && f->whole) return TH_S(TH_WHOLE_TABLE);
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

void th_coverage__put_range(th_fhir_facts *f, const char *name, double a, double b, th_str unit, th_str rows) {
  const int32_t fact = th_coverage__fact(f, name);
  if (fact < 0 || isnan(a) || isnan(b)) return;
  th_rule_set_number(f->dict, f->values, fact, fmin(a, b), fmax(a, b), unit, th_civil_from_days(f->today), f->as_of);
  f->values[fact].source = rows;
}
