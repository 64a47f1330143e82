/* A code that is read is commensurable with itself, keeps a value converted to itself, and divides itself away. */
#include <stdlib.h>

#include "theriac/unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_unit u, one, back;
  th_err err = { 0 };
  const th_code code = th_unit_parse(th_str_n((const char *)data, n), &u, &err);
  if (code != TH_OK) {
    if (!err.msg[0]) abort();
    return 0;
  }
  long double v = 0;
  if (!th_unit_commensurable(u, u) || !th_unit_convert(2.5L, u, u, &v) || v != 2.5L) abort();
  if (th_unit_parse(TH_S("1"), &one, NULL) != TH_OK) abort();
  if (!u.special && th_unit_multiply(one, u, -1, &back) && th_unit_multiply(back, u, 1, &back) &&
      !th_unit_commensurable(back, one))
    abort();
  return 0;
}
