/* Aggregates (CQL 1.5, Appendix B, "Aggregate Functions"): nulls are left out; nothing left gives null, Count 0. */
#include <math.h>
#include <stdlib.h>

#include "elm/elm_priv.h"

static th_code values(eval *e, const node *n, const val **v, size_t *m) {
  KID(0, a);
  *m = 0;
  *v = NULL;
  if (is_null(a)) return TH_OK;
  if (a.kind != TH_ELM_LIST)
    return th_elm__fail(e, n, TH_EINVAL, "%s takes a list, not a %s", n->op->name, th_elm_kind_name(a));
  val *kept = TH_NEWN(e->arena, val, a.n);
  if (!kept) return th_elm__nomem(e);
  for (uint32_t i = 0; i < a.n; i++) {
    const val x = th_elm__fhir_primitive(e, a.u.list[i]);
    if (!is_null(x)) kept[(*m)++] = x;
  }
  *v = kept;
  return TH_OK;
}

#define VALUES                                                                                                                 \
  const val *v;                                                                                                                \
  size_t m;                                                                                                                    \
  TH_TRY(values(e, n, &v, &m));                                                                                                \
  *out = v_null();

th_code th_elm__op_Count(eval *e, const node *n, val *out) {
  VALUES
  *out = v_int((int64_t)m);
  return TH_OK;
}

static th_code sum(eval *e, const node *n, const val *v, size_t m, val *out) {
  *out = v[0];
  for (size_t i = 1; i < m && !is_null(*out); i++) TH_TRY(th_elm__add(e, n, *out, v[i], false, out));
  return TH_OK;
}

th_code th_elm__op_Sum(eval *e, const node *n, val *out) {
  VALUES
  return m ? sum(e, n, v, m, out) : TH_OK;
}

/* Of uncertain values the extreme is uncertain too: between the extreme of their lows and that of their highs. */
static th_code extreme_end(eval *e, const node *n, const val *v, size_t m, int sign, bool high, val *out) {
  for (size_t i = 0; i < m; i++) {
    const bool range = v[i].kind == TH_ELM_INTERVAL && v[i].flag;
    const val x = !range ? v[i] : high ? as_interval(v[i])->high : as_interval(v[i])->low;
    int c = 1;
    if (i && !th_elm__order(e, x, *out, &c))
      return th_elm__fail(e, n, TH_EINVAL, "%s: values that do not compare", n->op->name);
    if (i == 0 || c * sign > 0) *out = x;
  }
  return TH_OK;
}

static bool any_uncertain(const val *v, size_t m) {
  for (size_t i = 0; i < m; i++) {
    if (v[i].kind == TH_ELM_INTERVAL && v[i].flag) return true;
  }
  return false;
}

static th_code extreme(eval *e, const node *n, int sign, val *out) {
  VALUES
  TH_TRY(extreme_end(e, n, v, m, sign, true, out));
  if (!any_uncertain(v, m)) return TH_OK;
  val low;
  TH_TRY(extreme_end(e, n, v, m, sign, false, &low));
  *out = th_elm__uncertain(e, low, *out);
  return TH_OK;
}
th_code th_elm__op_Min(eval *e, const node *n, val *out) {
  return extreme(e, n, -1, out);
}
th_code th_elm__op_Max(eval *e, const node *n, val *out) {
  return extreme(e, n, 1, out);
}

th_code th_elm__op_AllTrue(eval *e, const node *n, val *out) {
  VALUES
  bool all = true;
  for (size_t i = 0; i < m; i++) all = all && is_true(v[i]);
  *out = v_bool(all);
  return TH_OK;
}
th_code th_elm__op_AnyTrue(eval *e, const node *n, val *out) {
  VALUES
  bool any = false;
  for (size_t i = 0; i < m; i++) any = any || is_true(v[i]);
  *out = v_bool(any);
  return TH_OK;
}

/* ── Numbers and quantities as decimals in one unit ────────────────────────────────────────────────────────────────── */

typedef struct series {
  th_i128 *d;
  size_t m;
  bool quantity;
  th_str unit;
} series;

static th_code read_series(eval *e, const node *n, const val *v, size_t m, series *s) {
  *s = (series){ .d = TH_NEWN(e->arena, th_i128, m), .m = m };
  if (!s->d) return th_elm__nomem(e);
  for (size_t i = 0; i < m; i++) {
    val x = v[i];
    if (x.kind == TH_ELM_QUANTITY) {
      if (!s->quantity) {
        s->quantity = true;
        s->unit = th_elm__qty(x)->unit;
      } else if (!th_elm__qty_convert(e, x, s->unit, &x)) {
        return th_elm__fail(e, n, TH_EINVAL, "%s: quantities whose units do not meet", n->op->name);
      }
      s->d[i] = th_elm__qty(x)->v;
    } else if (x.kind == TH_ELM_DECIMAL) {
      s->d[i] = dec_of(x);
    } else if (x.kind == TH_ELM_INT || x.kind == TH_ELM_LONG) {
      s->d[i] = (th_i128)x.u.i * DEC_ONE;
    } else {
      return th_elm__fail(e, n, TH_EINVAL, "%s does not take a %s", n->op->name, th_elm_kind_name(x));
    }
  }
  return TH_OK;
}

static val of_series(eval *e, const series *s, th_i128 d, th_str unit) {
  const unsigned p = th_elm__dec_places(d);
  return s->quantity ? th_elm__qty_new(e, d, p, unit) : v_dec(d, p ? p : 1);
}

static bool mean(const series *s, th_i128 *out) {
  th_i128 total = 0;
  for (size_t i = 0; i < s->m; i++) {
    total += s->d[i];
    if (!dec_fits(total)) return false;
  }
  return th_elm__dec_div(total, (th_i128)s->m * DEC_ONE, out);
}

th_code th_elm__op_Avg(eval *e, const node *n, val *out) {
  VALUES
  series s;
  th_i128 r;
  if (!m || any_uncertain(v, m)) return TH_OK;
  TH_TRY(read_series(e, n, v, m, &s));
  if (mean(&s, &r)) *out = of_series(e, &s, r, s.unit);
  return TH_OK;
}

static int by_size(const void *x, const void *y) {
  const th_i128 a = *(const th_i128 *)x, b = *(const th_i128 *)y;
  return a < b ? -1 : a > b;
}

th_code th_elm__op_Median(eval *e, const node *n, val *out) {
  VALUES
  series s;
  if (!m || any_uncertain(v, m)) return TH_OK;
  TH_TRY(read_series(e, n, v, m, &s));
  qsort(s.d, m, sizeof *s.d, by_size);
  th_i128 r = s.d[m / 2];
  if (m % 2 == 0 && !th_elm__dec_div(s.d[m / 2 - 1] + r, 2 * DEC_ONE, &r)) return TH_OK;
  *out = of_series(e, &s, r, s.unit);
  return TH_OK;
}

/* The first of the most frequent. */
th_code th_elm__op_Mode(eval *e, const node *n, val *out) {
  VALUES
  size_t kinds = 0, best = 0;
  uint32_t *first = TH_NEWN(e->arena, uint32_t, m), *count = TH_NEWN(e->arena, uint32_t, m);
  if (!first || !count) return th_elm__nomem(e);
  for (size_t i = 0; i < m; i++) {
    size_t k = 0;
    for (th_tri same = TH_FALSE; k < kinds; k++) {
      TH_TRY(th_elm__equal(e, n, v[i], v[first[k]], &same));
      if (same == TH_TRUE) break;
    }
    if (k == kinds) {
      count[kinds] = 0;
      first[kinds++] = (uint32_t)i;
    }
    count[k]++;
  }
  for (size_t k = 1; k < kinds; k++) best = count[k] > count[best] ? k : best;
  if (kinds) *out = v[first[best]];
  return TH_OK;
}

th_code th_elm__op_Product(eval *e, const node *n, val *out) {
  VALUES
  if (!m) return TH_OK;
  val r = v[0];
  for (size_t i = 1; i < m && !is_null(r); i++) {
    TH_TRY(th_elm__multiply(e, n, r, v[i], &r));
  }
  *out = r;
  return TH_OK;
}

/* The nth root of the product; of a negative product there is none. */
th_code th_elm__op_GeometricMean(eval *e, const node *n, val *out) {
  VALUES
  series s;
  long double log_sum = 0;
  bool negative = false, zero = false;
  if (!m || any_uncertain(v, m)) return TH_OK;
  TH_TRY(read_series(e, n, v, m, &s));
  for (size_t i = 0; i < m; i++) {
    zero = zero || s.d[i] == 0;
    negative = negative != (s.d[i] < 0);
    if (s.d[i]) log_sum += logl(fabsl(th_elm__dec_to_f80(s.d[i])));
  }
  if (zero)
    *out = v_dec(0, 1);
  else if (m == 1)
    *out = v_dec(s.d[0], v[0].kind == TH_ELM_DECIMAL ? v[0].scale : 1);
  else if (!negative)
    *out = th_elm__dec_from_f80(expl(log_sum / (long double)m));
  return TH_OK;
}

/* Sum of squared distances from the mean over m (population) or m - 1. */
static th_code spread(eval *e, const node *n, bool population, bool root, val *out) {
  VALUES
  series s;
  if (!m || (!population && m < 2) || any_uncertain(v, m)) return TH_OK;
  TH_TRY(read_series(e, n, v, m, &s));
  long double total = 0, centre = 0;
  for (size_t i = 0; i < m; i++) centre += th_elm__dec_to_f80(s.d[i]);
  centre /= (long double)m;
  for (size_t i = 0; i < m; i++) {
    const long double x = th_elm__dec_to_f80(s.d[i]) - centre;
    total += x * x;
  }
  total /= (long double)(population ? m : m - 1);
  const val d = th_elm__dec_from_f80(root ? sqrtl(total) : total);
  if (is_null(d)) return TH_OK;
  const th_str unit = s.quantity && !root ? th_elm__unit_product(e, s.unit, s.unit, false) : s.unit;
  *out = of_series(e, &s, dec_of(d), unit);
  return TH_OK;
}
th_code th_elm__op_Variance(eval *e, const node *n, val *out) {
  return spread(e, n, false, false, out);
}
th_code th_elm__op_PopulationVariance(eval *e, const node *n, val *out) {
  return spread(e, n, true, false, out);
}
th_code th_elm__op_StdDev(eval *e, const node *n, val *out) {
  return spread(e, n, false, true, out);
}
th_code th_elm__op_PopulationStdDev(eval *e, const node *n, val *out) {
  return spread(e, n, true, true, out);
}
