#ifndef THERIAC_IO_PRIV_H
#define THERIAC_IO_PRIV_H

#include "theriac/io.h"

/* Makes *p hold `cap` bytes, keeping the first `n`. False when memory is short. */
typedef bool (*th_io__grow_fn)(void *ctx, char **p, size_t n, size_t cap);

/* Inflates every gzip member. On failure *out is what had been allocated (the caller frees it where it must). */
th_code th_io__inflate(th_str packed, size_t limit, th_io__grow_fn grow, void *ctx, char **out, size_t *out_n, th_err *err);

/* TH_ELIMIT that names the limit: ours when limit is the default, the caller's figure otherwise. */
th_code th_io__too_large(size_t limit, const char *what, th_err *err);

#endif
