/* Decimals that keep their text. The number is coeff · 10^-scale, exactly; the text is what the source printed, so that 0.10
 * stays 0.10. Up to TH_LIMIT_DECIMAL_DIGITS digits. */
#ifndef THERIAC_BASE_DEC_H
#define THERIAC_BASE_DEC_H

#include "theriac/base/str.h"

__extension__ typedef __int128 th_i128;

typedef struct th_dec {
  th_str text; /* as printed, a view into the source; empty for computed values */
  th_i128 coeff;
  int32_t scale; /* digits after the point, ≥ 0 */
} th_dec;

typedef enum th_round {
  TH_ROUND_HALF_UP,
  TH_ROUND_HALF_EVEN,
  TH_ROUND_DOWN
} th_round; /* half up = away from zero; down = cut */

/* [+-]digits[.digits][(e|E)[+-]digits]; the whole text. False when it is none, or has too many digits. */
TH_API bool th_dec_parse(th_str s, th_dec *out);
TH_API th_dec th_dec_of(th_i128 coeff, int32_t scale);
TH_API double th_dec_to_f64(th_dec d);     /* correctly rounded */
TH_API int th_dec_cmp(th_dec a, th_dec b); /* by value: 0.10 equals 0.1 */
TH_API th_dec th_dec_round(th_dec d, int32_t scale, th_round how);
/* Exact; false on overflow of TH_LIMIT_DECIMAL_DIGITS digits. */
TH_API bool th_dec_add(th_dec a, th_dec b, th_dec *out);
TH_API bool th_dec_sub(th_dec a, th_dec b, th_dec *out);
TH_API bool th_dec_mul(th_dec a, th_dec b, th_dec *out);
/* a / b to `scale` digits; false when b is 0 or digits overflow. */
TH_API bool th_dec_div(th_dec a, th_dec b, int32_t scale, th_round how, th_dec *out);

#define TH_DEC_TEXT 64
TH_API char *th_dec_fmt(th_dec d, char out[TH_DEC_TEXT]); /* from coeff and scale; returns out */

#endif
