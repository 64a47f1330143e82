/* Gamma function and its incomplete integrals.
 *
 * lnΓ: power series at 2 (coefficients ζ(k) − 1) for ½ ≤ x ≤ 2.5, downward recurrence to it below 12, Stirling with Bernoulli
 * terms above. The prefactor x^a e^−x / Γ(a+1) of the incomplete integrals must not be exp of a difference of large
 * logarithms: for a = 1e6 that loses six digits. It is exp(−rest(a) − D(a, x)) / √(2πa) with D the deviance, both small near
 * the centre (Loader 2000, "Fast and accurate computation of binomial probabilities"). */
#include "stat/stat_priv.h"

/* ζ(k) − 1, k ≥ 2. From k = 14 on the plain sum to n = 8 leaves less than 1e-18 of a term. */
static double zeta_minus_1(int k) {
  static const double exact[] = { 0.64493406684822643647, 0.20205690315959428540, 0.08232323371113819152,
                                  0.03692775514336992633, 0.01734306198444913971, 0.00834927738192282684,
                                  0.00407735619794433938, 0.00200839282608221442, 0.00099457512781808534,
                                  0.00049418860411946456, 0.00024608655330804830, 0.00012271334757848915 };
  const int given = (int)(sizeof exact / sizeof *exact);
  if (k - 2 < given) return exact[k - 2];
  double sum = 0;
  for (int n = 8; n >= 2; n--) sum += pow(n, -k);
  return sum;
}

static double lgamma_near_2(double z) { /* lnΓ(2 + z), |z| ≤ ½ */
  static const double one_minus_gamma = 0.42278433509846713939;
  double sum = 0, power = z;
  for (int k = 2; k < 40; k++) {
    power *= -z;
    const double term = power * zeta_minus_1(k) / k;
    sum -= term;
    if (fabs(term) < 1e-19 * fabs(z)) break;
  }
  return z * one_minus_gamma + sum;
}

static double stirling_series(double x) { /* Σ B_2j / (2j(2j−1) x^(2j−1)), x ≥ 12 */
  const double y = 1 / (x * x);
  return (1. / 12 - y * (1. / 360 -
                         y * (1. / 1260 -
                              y * (1. / 1680 - y * (1. / 1188 - y * (691. / 360360 - y * (1. / 156 - y * 3617. / 122400))))))) /
         x;
}

double th_stat_lgamma(double x) {
  if (isnan(x) || x <= 0) return NAN;
  if (x < 0.5) return th_stat_lgamma(x + 1) - log(x);
  if (x <= 1.5) return lgamma_near_2(x - 1) - log1p(x - 1);
  if (x <= 2.5) return lgamma_near_2(x - 2);
  if (x < 12) {
    double product = 1;
    while (x > 2.5) product *= x -= 1;
    return log(product) + lgamma_near_2(x - 2);
  }
  return (x - 0.5) * log(x) - x + TH_STAT_LN_SQRT_2PI + stirling_series(x);
}

double th_stat__stirling_rest(double x) {
  if (x >= 12) return stirling_series(x);
  return th_stat_lgamma(x + 1) - (x + 0.5) * log(x) + x - TH_STAT_LN_SQRT_2PI;
}

double th_stat__deviance(double x, double m) {
  const double d = x - m;
  if (fabs(d) < 0.1 * (x + m)) {
    const double v = d / (x + m), v2 = v * v;
    double sum = d * v, term = 2 * x * v;
    for (int j = 3; j < 200; j += 2) {
      term *= v2;
      const double next = sum + term / j;
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }
  return x * log(x / m) + m - x;
}

double th_stat_lfact(double n) {
  return n == 0 || n == 1 ? 0 : th_stat_lgamma(n + 1);
}

/* Through the deviance form, so that C(2n, n) for n = 1e8 keeps its digits. */
double th_stat_lchoose(double n, double k) {
  if (!(k >= 0) || !(k <= n)) return NAN;
  if (k == 0 || k == n) return 0;
  if (k == 1 || k == n - 1) return log(n);
  const double r = n - k;
  return -k * log(k / n) - r * log1p(-k / n) + 0.5 * log(n / (2 * TH_STAT_PI * k * r)) + th_stat__stirling_rest(n) -
         th_stat__stirling_rest(k) - th_stat__stirling_rest(r);
}

static double poisson_front(double a, double x) { /* x^a e^−x / Γ(a+1) */
  if (x == 0) return a == 0 ? 1 : 0;
  if (a < 1) return exp(a * log(x) - x - th_stat_lgamma(a + 1));
  return exp(-th_stat__stirling_rest(a) - th_stat__deviance(a, x)) / sqrt(2 * TH_STAT_PI * a);
}

static double p_series(double a, double x) { /* Σ x^k / ((a+1)…(a+k)) */
  double term = 1, sum = 1;
  for (double n = a + 1; n < a + 1e7; n++) {
    term *= x / n;
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return poisson_front(a, x) * sum;
}

static double q_fraction(double a, double x) { /* Lentz, continued fraction of Γ(a, x) */
  double b = x + 1 - a, c = INFINITY, d = 1 / b, h = d;
  for (double i = 1; i < 1e7; i++) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    c = isinf(c) ? b : b + an / c;
    if (d == 0) d = 1e-300;
    if (c == 0) c = 1e-300;
    d = 1 / d;
    const double step = d * c;
    h *= step;
    if (fabs(step - 1) < 2.3e-16) break;
  }
  return poisson_front(a, x) * a * h;
}

/* For a < 1 and small x both pieces of 1 − P are small differences; each is built as such. */
static double q_small(double a, double x) {
  const double lead = a * log(x) - th_stat_lgamma(a + 1);
  double sum = 0, term = 1;
  for (int n = 1; n < 200; n++) {
    term *= -x / n;
    sum += term / (a + n);
    if (fabs(term) < 1e-18 * fabs(sum)) break;
  }
  return -expm1(lead) - exp(lead) * a * sum;
}

static void gamma_both(double a, double x, double *p, double *q) {
  if (isnan(a) || isnan(x) || a <= 0 || x < 0) {
    *p = *q = NAN;
  } else if (x == 0) {
    *p = 0, *q = 1;
  } else if (isinf(x)) {
    *p = 1, *q = 0;
  } else if (x < a + 1) {
    *p = p_series(a, x);
    *q = a < 1 && x < 1.5 ? q_small(a, x) : 1 - *p;
  } else {
    *q = q_fraction(a, x);
    *p = 1 - *q;
  }
}

double th_stat_gamma_p(double a, double x) {
  double p, q;
  gamma_both(a, x, &p, &q);
  return p;
}

double th_stat_gamma_q(double a, double x) {
  double p, q;
  gamma_both(a, x, &p, &q);
  return q;
}

double th_stat_hedges_j(double m) {
  if (!(m > 1)) return NAN;
  if (m < 60) return exp(th_stat_lgamma(m / 2) - th_stat_lgamma((m - 1) / 2) - 0.5 * log(m / 2));
  /* With x = m/2 the difference of two large logarithms cancels by hand: what stays is of order 1/m. */
  const double x = m / 2, y = x - 0.5;
  return exp((x - 1) * log1p(0.5 / y) - 0.5 + stirling_series(x) - stirling_series(y));
}
