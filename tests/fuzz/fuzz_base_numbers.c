/* Dates, decimals and numbers in text: what is taken, prints and reads back to the same value. */
#include "theriac/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void dates(th_str s) {
  bool (*const parse[])(th_str, th_date *) = { th_date_parse_iso, th_date_parse_roc, th_date_parse_english };
  for (int k = 0; k < 3; k++) {
    th_date d, e;
    char t[TH_DATE_TEXT];
    if (!parse[k](s, &d)) continue;
    TH_ASSERT(th_date_valid(d));
    TH_ASSERT(th_date_first(d) <= th_date_last(d));
    TH_ASSERT(th_date_parse_iso(th_str_of(th_date_iso(d, t)), &e));
    TH_ASSERT(th_date_cmp(d, e) == 0);
    th_date_roc(d, t);
  }
}

static void decimals(th_str s) {
  th_dec d, e;
  if (!th_dec_parse(s, &d)) return;
  char t[TH_DEC_TEXT];
  TH_ASSERT(th_dec_parse(th_str_of(th_dec_fmt(d, t)), &e));
  TH_ASSERT(th_dec_cmp(d, e) == 0);
  double v;
  if (th_str_to_f64(s, &v)) TH_ASSERT(v == th_dec_to_f64(d));
  const th_dec r = th_dec_round(d, d.scale / 2, TH_ROUND_HALF_EVEN);
  th_dec sum, product, quotient;
  if (th_dec_add(d, r, &sum) && th_dec_sub(sum, r, &sum)) TH_ASSERT(th_dec_cmp(sum, d) == 0);
  if (r.coeff && th_dec_mul(d, r, &product) && th_dec_div(product, r, d.scale, TH_ROUND_DOWN, &quotient))
    TH_ASSERT(th_dec_cmp(quotient, d) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const th_str s = th_str_n((const char *)data, size);
  dates(s);
  decimals(s);
  int64_t i;
  double v;
  if (th_str_to_i64(s, &i)) TH_ASSERT(th_str_to_f64(s, &v) || size > 1023);
  th_str_trim(s);
  return 0;
}
