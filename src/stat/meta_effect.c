/* Effect sizes (metafor's definitions, so that both can be held side by side) and the names of measures and methods. */
#include "stat/meta_priv.h"

static const char *const measures[TH_META_MEASURES] = { "OR",  "RR", "RD",  "PETO", "MD",  "SMD",  "ROM",
                                                        "IRR", "PR", "PLO", "PFT",  "COR", "ZCOR", "GEN" };
static const char *const methods[TH_META_METHODS] = { "EE", "DL", "HE", "HS", "SJ", "PM", "EB", "ML", "REML", "MH", "PETO" };

const char *th_meta_measure_name(th_meta_measure m) {
  return (unsigned)m < TH_META_MEASURES ? measures[m] : "";
}

const char *th_meta_method_name(th_meta_method m) {
  return (unsigned)m < TH_META_METHODS ? methods[m] : "";
}

static int index_of(const char *const *names, int n, const char *name) {
  for (int i = 0; i < n; i++)
    if (th_str_eq_nocase(th_str_of(names[i]), th_str_of(name))) return i;
  return -1;
}

bool th_meta_measure_of(const char *name, th_meta_measure *out) {
  const int i = index_of(measures, TH_META_MEASURES, name);
  if (i >= 0) *out = (th_meta_measure)i;
  return i >= 0;
}

bool th_meta_method_of(const char *name, th_meta_method *out) {
  const int i = index_of(methods, TH_META_METHODS, name);
  if (i >= 0) *out = (th_meta_method)i;
  return i >= 0;
}

bool th_meta_is_ratio(th_meta_measure m) {
  return m == TH_META_OR || m == TH_META_RR || m == TH_META_PETO || m == TH_META_ROM || m == TH_META_IRR;
}

bool th_meta__has_table(th_meta_measure m) {
  return m == TH_META_OR || m == TH_META_RR || m == TH_META_RD || m == TH_META_PETO;
}

/* ── Two groups of events ──────────────────────────────────────────────────────────────────────────────────────────── */

static void of_table(th_meta_measure m, double a, double b, double c, double d, double *y, double *v) {
  const double n1 = a + b, n2 = c + d, n = n1 + n2;
  switch ((int)m) {
  case TH_META_OR:
    *y = log(a * d / (b * c));
    *v = 1 / a + 1 / b + 1 / c + 1 / d;
    break;
  case TH_META_RR:
    *y = log(a / n1 / (c / n2));
    *v = 1 / a - 1 / n1 + 1 / c - 1 / n2;
    break;
  case TH_META_RD:
    *y = a / n1 - c / n2;
    *v = a * b / (n1 * n1 * n1) + c * d / (n2 * n2 * n2);
    break;
  default: {
    const double m1 = a + c, m0 = b + d, var = n1 / n * (n2 / n) * m1 * m0 / (n - 1);
    *y = (a - n1 * m1 / n) / var;
    *v = 1 / var;
  }
  }
}

/* ── Means, rates, shares, correlations ────────────────────────────────────────────────────────────────────────────── */

static void of_means(th_meta_measure m, const double *x, double *y, double *v) {
  const double m1 = x[0], s1 = x[1], n1 = x[2], m2 = x[3], s2 = x[4], n2 = x[5];
  if (m == TH_META_MD) {
    *y = m1 - m2;
    *v = s1 * s1 / n1 + s2 * s2 / n2;
  } else if (m == TH_META_SMD) {
    const double df = n1 + n2 - 2, pooled = sqrt(((n1 - 1) * s1 * s1 + (n2 - 1) * s2 * s2) / df);
    *y = th_stat_hedges_j(df) * (m1 - m2) / pooled;
    *v = 1 / n1 + 1 / n2 + *y * *y / (2 * (n1 + n2));
  } else {
    *y = log(m1 / m2);
    *v = s1 * s1 / (n1 * m1 * m1) + s2 * s2 / (n2 * m2 * m2);
  }
}

static void of_share(th_meta_measure m, double x, double n, double add, double *y, double *v) {
  if (m == TH_META_PFT) { /* Freeman & Tukey: never corrected */
    *y = 0.5 * (asin(sqrt(x / (n + 1))) + asin(sqrt((x + 1) / (n + 1))));
    *v = 1 / (4 * n + 2);
    return;
  }
  x += add;
  n += 2 * add;
  if (m == TH_META_PR) {
    *y = x / n;
    *v = *y * (1 - *y) / n;
  } else {
    *y = log(x / (n - x));
    *v = 1 / x + 1 / (n - x);
  }
}

/* ── One row ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t cells_of(th_meta_measure m) {
  switch ((int)m) {
  case TH_META_MD:
  case TH_META_SMD:
  case TH_META_ROM: return 6;
  case TH_META_OR:
  case TH_META_RR:
  case TH_META_RD:
  case TH_META_PETO:
  case TH_META_IRR: return 4;
  default: return 2;
  }
}

static bool has_zero(th_meta_measure m, const double *x) {
  switch ((int)m) {
  case TH_META_OR:
  case TH_META_RR:
  case TH_META_RD: return x[0] == 0 || x[1] == 0 || x[2] == 0 || x[3] == 0;
  case TH_META_IRR: return x[0] == 0 || x[2] == 0;
  case TH_META_PR:
  case TH_META_PLO: return x[0] == 0 || x[0] == x[1];
  default: return false;
  }
}

static bool empty_row(th_meta_measure m, const double *x) { /* no events, or only events, in both arms */
  if (th_meta__has_table(m)) return (x[0] == 0 && x[2] == 0) || (x[1] == 0 && x[3] == 0);
  return m == TH_META_IRR && x[0] == 0 && x[2] == 0;
}

static void effect(th_meta_measure m, const double *x, double add, double *y, double *v) {
  switch ((int)m) {
  case TH_META_OR:
  case TH_META_RR:
  case TH_META_RD: of_table(m, x[0] + add, x[1] + add, x[2] + add, x[3] + add, y, v); break;
  case TH_META_PETO: of_table(m, x[0], x[1], x[2], x[3], y, v); break;
  case TH_META_MD:
  case TH_META_SMD:
  case TH_META_ROM: of_means(m, x, y, v); break;
  case TH_META_IRR:
    *y = log((x[0] + add) / x[1] / ((x[2] + add) / x[3]));
    *v = 1 / (x[0] + add) + 1 / (x[2] + add);
    break;
  case TH_META_PR:
  case TH_META_PLO:
  case TH_META_PFT: of_share(m, x[0], x[1], add, y, v); break;
  case TH_META_COR:
    *y = x[0];
    *v = (1 - x[0] * x[0]) * (1 - x[0] * x[0]) / (x[1] - 1);
    break;
  case TH_META_ZCOR:
    *y = atanh(x[0]);
    *v = x[1] > 3 ? 1 / (x[1] - 3) : NAN;
    break;
  default: *y = x[0]; *v = x[1];
  }
}

void th_meta__effects(th_meta_data *data, th_meta_opts o) {
  const th_meta_measure m = data->measure;
  const size_t cells = cells_of(m);
  const double add = o.add_given ? o.add : 0.5;
  bool any_zero = false;
  for (size_t i = 0; i < data->n; i++) any_zero |= has_zero(m, data->row[i].raw);
  for (size_t i = 0; i < data->n; i++) {
    th_meta_row *r = &data->row[i];
    r->yi = r->vi = NAN;
    r->left_out = NULL;
    for (size_t c = 0; c < cells; c++)
      if (isnan(r->raw[c])) r->left_out = "missing value";
    if (r->left_out) continue;
    if (th_meta__has_table(m) && (r->raw[0] + r->raw[1] == 0 || r->raw[2] + r->raw[3] == 0)) {
      r->left_out = "a group has no subjects";
      continue;
    }
    if (o.drop00 && empty_row(m, r->raw)) {
      r->left_out = "no events, or only events, in both groups";
      continue;
    }
    const bool corrected =
        o.to == TH_META_ALL || (o.to == TH_META_ONLY0 && has_zero(m, r->raw)) || (o.to == TH_META_IF0ALL && any_zero);
    effect(m, r->raw, corrected ? add : 0, &r->yi, &r->vi);
    if (o.method == TH_META_MH ||
        o.method == TH_META_PETO_METHOD) { /* a row without an effect of its own still adds its cells */
      if (!isfinite(r->yi) || !isfinite(r->vi)) r->yi = r->vi = NAN;
    } else if (!isfinite(r->yi))
      r->left_out = "effect is not defined";
    else if (!isfinite(r->vi))
      r->left_out = "variance is not defined";
    else if (!(r->vi > 0))
      r->left_out = "variance is zero";
    else if (fabs(r->yi) > 1e100 || r->vi < 1e-100 || r->vi > 1e100) /* its weight, squared, is no number any more */
      r->left_out = "effect or variance beyond 1e100 or below 1e-100";
  }
}
