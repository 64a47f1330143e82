/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, each once and each at cost 1
 * (Damerau 1964; recurrence of Wagner and Fischer 1974). Only the band of cells within max of the diagonal can matter. */
#include "theriac/text.h"

static uint32_t *runes_of(th_arena *a, th_str s, size_t *n) {
  uint32_t *out = TH_NEWN(a, uint32_t, s.n);
  *n = 0;
  for (size_t at = 0; out && at < s.n;) out[(*n)++] = th_utf8_next(s, &at);
  return out;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Rows of m + 1 cells; row[0] is the one being filled, row[1] and row[2] those before. Cells outside the band hold `far`. */
static size_t banded(const uint32_t *x, size_t n, const uint32_t *y, size_t m, size_t max, size_t *row[3]) {
  const size_t far = max + 1;
  for (size_t j = 0; j <= m; j++) row[1][j] = least(j, far), row[0][j] = row[2][j] = far;
  for (size_t i = 1; i <= n; i++) {
    const size_t lo = i > max ? i - max : 1, hi = least(m, i + max);
    size_t best = row[0][lo - 1] = lo == 1 ? least(i, far) : far;
    for (size_t j = lo; j <= hi; j++) {
      size_t d = row[1][j - 1] + (x[i - 1] != y[j - 1]);
      d = least(d, least(row[1][j], row[0][j - 1]) + 1);
      if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1]) d = least(d, row[2][j - 2] + 1);
      row[0][j] = least(d, far);
      best = least(best, row[0][j]);
    }
    if (hi < m) row[0][hi + 1] = far;
    if (best == far) return far;
    size_t *oldest = row[2];
    row[2] = row[1];
    row[1] = row[0];
    row[0] = oldest;
  }
  return row[1][m];
}

size_t th_text_distance(th_arena *a, th_str x, th_str y, size_t max) {
  const th_arena_mark mark = th_arena_save(a);
  size_t n, m, d = SIZE_MAX;
  const uint32_t *p = runes_of(a, x, &n), *q = p ? runes_of(a, y, &m) : NULL;
  if (q) {
    const size_t longer = n > m ? n : m, shorter = n > m ? m : n;
    if (max > longer) max = longer;
    size_t *cell = longer - shorter > max ? NULL : TH_NEWN(a, size_t, 3 * (m + 1));
    if (longer - shorter > max)
      d = max + 1;
    else if (cell)
      d = banded(p, n, q, m, max, (size_t *[3]){ cell, cell + (m + 1), cell + 2 * (m + 1) });
  }
  th_arena_rewind(a, mark);
  return d;
}
