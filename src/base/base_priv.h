/* What the files of `base` share among themselves. */
#ifndef THERIAC_BASE_PRIV_H
#define THERIAC_BASE_PRIV_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "theriac/base/err.h"

/* Counts one allocation while injection is armed; false when it is to fail. */
bool th_base__alloc_may(void);
void *th_base__calloc(size_t n); /* zeroed bytes; a counted allocation */

/* As vsnprintf, for formats of a few plain directives; false: the format holds another one, and nothing was taken of ap. */
bool th_base__format(char *out, size_t n, const char *fmt, va_list ap, int *len) TH_PRINTF(3, 0);
/* vsnprintf with the numbers of the C locale, whatever locale the host program chose. */
int th_base__vsnprintf(char *out, size_t n, const char *fmt, va_list ap) TH_PRINTF(3, 0);
/* strtod in the C locale; z is checked by the caller and ends in NUL. */
double th_base__strtod(const char *z);
/* Length of s[0..n) without a UTF-8 sequence that was cut off at its end. */
size_t th_base__utf8_whole(const char *s, size_t n);

#endif
