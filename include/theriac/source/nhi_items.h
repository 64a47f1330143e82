/* Items that Taiwan's NHI pays for: price, ATC code and clause of each product. */
#ifndef THERIAC_SOURCE_NHI_ITEMS_H
#define THERIAC_SOURCE_NHI_ITEMS_H

#include "theriac/source/field.h"

typedef struct th_nhi_item {
  th_str code, name_en, name_zh, ingredient, amount, unit;
  th_str single; /* 單方 or 複方, as printed */
  th_str price;  /* digits as printed */
  th_str holder, maker, form, category, group, atc;
  th_str clause;    /* 給付規定章節 as printed: "8.2.13." */
  th_date from, to; /* days inclusive; to is NONE when the item has no end (ROC 9991231 too) */
  uint32_t line;
} th_nhi_item;
typedef TH_VEC(th_nhi_item) th_nhi_items;

typedef struct th_nhi_table {
  th_nhi_items rows;
  th_gap_vec gaps;
} th_nhi_table;

/* The item file, CSV with a head of Chinese column names in any order (藥品代號, 支付價, 有效起日, 有效迄日 and ATC代碼 must be there).
 * Dates are ROC years ("1120101", "112/01/01"); one that cannot be read is a gap and NONE. Refused with line: a row of another
 * width, a row without a code. O(n). */
TH_API th_code th_source_nhi_items_read(th_arena *a, th_str bytes, th_nhi_table *out, th_err *err);

#endif
