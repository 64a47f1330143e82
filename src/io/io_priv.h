#ifndef THERIAC_IO_PRIV_H
#define THERIAC_IO_PRIV_H

#include "theriac/io.h"

/* Makes *p hold `cap` bytes, keeping the first `n`. False when memory is short. */
typedef bool (*th_io__grow_fn)(void *ctx, char **p, size_t n, size_t cap);

/* Inflates every gzip member. On failure *out is what had been allocated (the caller frees it where it must). */
th_code th_io__inflate(th_str packed, size_t limit, th_io__grow_fn grow, void *ctx, char **out, size_t *out_n, th_err *err);

/* What errno says of the file, with what to do about it. */
th_code th_io__fail_errno(th_err *err, const char *path, const char *doing);
/* A regular file opened for reading, its size; everything else is refused by name. */
th_code th_io__open_regular(const char *path, size_t limit, int *fd, size_t *size, th_err *err);

th_code th_io__gzip_broken(th_err *err, size_t at, const char *what); /* at: bytes into the packed input */
void *th_io__z_alloc(void *ctx, unsigned n, unsigned size);           /* zlib's memory through our door */
void th_io__z_free(void *ctx, void *p);

/* TH_ELIMIT that names the limit: ours when limit is the default, the caller's figure otherwise. */
th_code th_io__too_large(size_t limit, const char *what, th_err *err);

/* plain: by the library, whatever the processor has. */
void th_io__sha256_begin(th_sha256 *s, bool plain);

/* The two readers behind th_xml_read. Plain: *plain false when the document is not as plain as that one takes (or not well-formed);
 * the handler was then not called. Linear; the arena holds scratch of about twice the document and must not be the handler's. */
th_code th_io__xml_plain(th_arena *a, th_str bytes, const th_xml_handler *h, bool *plain, th_err *err);
th_code th_io__xml_expat(th_str bytes, const th_xml_handler *h, th_err *err);

#endif
