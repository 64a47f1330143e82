#ifndef THERIAC_IO_PRIV_H
#define THERIAC_IO_PRIV_H

#include "theriac/io.h"

/* Makes *p hold `cap` bytes, keeping the first `n`. False when memory is short. */
typedef bool (*th_io__grow_fn)(void *ctx, char **p, size_t n, size_t cap);

/* Inflates every gzip member. On failure *out is what had been allocated (the caller frees it where it must). */
th_code th_io__inflate(th_str packed, size_t limit, th_io__grow_fn grow, void *ctx, char **out, size_t *out_n, th_err *err);

/* What errno says of the file, with what to do about it. */
th_code th_io__fail_errno(th_err *err, const char *path, const char *doing);

/* TH_ELIMIT that names the limit: ours when limit is the default, the caller's figure otherwise. */
th_code th_io__too_large(size_t limit, const char *what, th_err *err);

void th_io__sha256(th_str bytes, unsigned char digest[32]);

/* The two readers behind th_xml_read. Plain: *plain false when the document is not as plain as that one takes (or not well-formed);
 * the handler was then not called. Linear; the arena holds scratch of about twice the document and must not be the handler's. */
th_code th_io__xml_plain(th_arena *a, th_str bytes, const th_xml_handler *h, bool *plain, th_err *err);
th_code th_io__xml_expat(th_str bytes, const th_xml_handler *h, th_err *err);

#endif
