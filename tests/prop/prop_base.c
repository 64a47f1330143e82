/* Properties of dates, decimals and text, over all days or many random values. */
#include "test.h"

TEST(every_day_of_the_years_1_to_9999_comes_back) {
  int32_t day = th_days_from_civil(1, 1, 1);
  for (int y = 1; y <= 9999; y++)
    for (int m = 1; m <= 12; m++)
      for (int d = 1; d <= th_days_in_month(y, m); d++, day++) {
        const th_date c = th_civil_from_days(day);
        if (th_days_from_civil(y, m, d) == day && c.year == y && c.month == m && c.day == d && c.prec == TH_DATE_DAY) continue;
        CHECK_INT(th_days_from_civil(y, m, d), day);
        return;
      }
  CHECK_INT(th_civil_from_days(day).prec, TH_DATE_NONE);
}

TEST(printed_dates_are_read_back) {
  for (int32_t day = th_days_from_civil(1850, 1, 1); day < th_days_from_civil(2200, 1, 1); day += 3) {
    const th_date d = th_civil_from_days(day);
    th_date e = { 0 }, r = { 0 };
    char t[TH_DATE_TEXT];
    CHECK(th_date_parse_iso(th_str_of(th_date_iso(d, t)), &e) && th_date_cmp(d, e) == 0);
    if (d.year > 1911) CHECK(th_date_parse_roc(th_str_of(th_date_roc(d, t)), &r) && th_date_cmp(d, r) == 0);
  }
}

TEST(months_there_and_back) {
  th_rng r = { 1, 1, 0 };
  for (int k = 0; k < 20000; k++) {
    const th_date d = th_civil_from_days((int32_t)th_rng_below(&r, 20000));
    const int m = (int)th_rng_below(&r, 500) - 250;
    const th_date e = th_date_add_months(d, m);
    CHECK_INT((e.year - d.year) * 12 + e.month - d.month, m);
    CHECK(e.day <= d.day && (e.day == d.day || e.day == th_days_in_month(e.year, e.month)));
    if (d.day <= 28) CHECK(th_date_cmp(th_date_add_months(e, -m), d) == 0);
  }
}

static th_dec random_dec(th_rng *r, int digits_max) {
  th_i128 c = 0;
  for (int n = (int)th_rng_below(r, (uint64_t)digits_max) + 1; n > 0; n--) c = c * 10 + (int)th_rng_below(r, 10);
  return th_dec_of(th_rng_below(r, 2) ? -c : c, (int32_t)th_rng_below(r, 20));
}

TEST(sums_and_differences_undo_each_other) {
  th_rng r = { 1, 2, 0 };
  for (int k = 0; k < 50000; k++) {
    const th_dec a = random_dec(&r, 14), b = random_dec(&r, 14);
    th_dec s, d, t;
    CHECK(th_dec_add(a, b, &s) && th_dec_sub(s, b, &d) && th_dec_cmp(d, a) == 0);
    CHECK(th_dec_add(b, a, &t) && th_dec_cmp(s, t) == 0);
    CHECK((th_dec_cmp(a, b) < 0) == (th_dec_cmp(b, a) > 0));
    CHECK(th_dec_sub(a, b, &d));
    CHECK_INT(th_dec_cmp(a, b), (d.coeff > 0) - (d.coeff < 0));
  }
}

TEST(products_are_divided_back) {
  th_rng r = { 1, 3, 0 };
  for (int k = 0; k < 50000; k++) {
    const th_dec a = random_dec(&r, 16), b = random_dec(&r, 16);
    th_dec p, q;
    CHECK(th_dec_mul(a, b, &p));
    if (b.coeff == 0) continue;
    CHECK(th_dec_div(p, b, a.scale, TH_ROUND_DOWN, &q));
    CHECK(th_dec_cmp(q, a) == 0);
  }
}

/* |a − q·b| ≤ |b|·10^-scale / 2 for the rounded quotient. */
TEST(quotients_are_off_by_half_a_unit_at_most) {
  th_rng r = { 1, 4, 0 };
  for (int k = 0; k < 50000; k++) {
    const th_dec a = random_dec(&r, 9), b = random_dec(&r, 9);
    const int32_t scale = (int32_t)th_rng_below(&r, 9);
    th_dec q, back, rest, bound;
    if (b.coeff == 0 || !th_dec_div(a, b, scale, TH_ROUND_HALF_EVEN, &q)) continue;
    if (!th_dec_mul(q, b, &back) || !th_dec_sub(a, back, &rest)) continue;
    CHECK(th_dec_mul(b, th_dec_of(5, scale + 1), &bound));
    if (rest.coeff < 0) rest.coeff = -rest.coeff;
    if (bound.coeff < 0) bound.coeff = -bound.coeff;
    CHECK(th_dec_cmp(rest, bound) <= 0);
  }
}

TEST(printed_decimals_are_read_back) {
  th_rng r = { 1, 5, 0 };
  for (int k = 0; k < 50000; k++) {
    th_dec a = random_dec(&r, 36), b = { 0 };
    if (k % 3 == 0) a.scale *= 9;
    char t[TH_DEC_TEXT];
    CHECK(th_dec_parse(th_str_of(th_dec_fmt(a, t)), &b));
    CHECK(a.coeff == b.coeff && (a.scale == b.scale || a.coeff == 0));
  }
}

TEST(split_pieces_join_to_the_text) {
  th_rng r = { 1, 6, 0 };
  for (int k = 0; k < 20000; k++) {
    char text[24], back[64];
    const size_t n = (size_t)th_rng_below(&r, sizeof text);
    for (size_t i = 0; i < n; i++) text[i] = "ab,;"[th_rng_below(&r, 4)];
    th_str rest = th_str_n(text, n), piece;
    size_t m = 0, pieces = 0;
    while (th_str_split(&rest, ',', &piece)) {
      if (pieces++) back[m++] = ',';
      memcpy(back + m, piece.p, piece.n);
      m += piece.n;
    }
    CHECK(m == n && memcmp(text, back, n) == 0);
    size_t from = 0, found = 0;
    for (size_t at; (at = th_str_find(th_str_n(text, n), TH_S(","), from)) != SIZE_MAX; from = at + 1) found++;
    CHECK_INT(pieces, found + 1);
  }
}

TEST_MAIN(RUN(every_day_of_the_years_1_to_9999_comes_back), RUN(printed_dates_are_read_back), RUN(months_there_and_back),
          RUN(sums_and_differences_undo_each_other), RUN(products_are_divided_back),
          RUN(quotients_are_off_by_half_a_unit_at_most), RUN(printed_decimals_are_read_back),
          RUN(split_pieces_join_to_the_text))
