#ifndef THERIAC_IO_PRIV_H
#define THERIAC_IO_PRIV_H

#include "theriac/io.h"

struct th_paper;

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

/* Files that are shown as they are (picture.c, pdf.c). */
th_code th_io__png(th_str bytes, struct th_paper *out, th_err *err);
th_code th_io__jpeg(th_str bytes, struct th_paper *out, th_err *err);
th_code th_io__pdf(th_arena *a, th_str bytes, struct th_paper *out, th_err *err);
/* The same in this very process, for fuzzing. */
th_code th_io__pdf_here(th_arena *a, th_str bytes, struct th_paper *out, th_err *err);

/* Runs the work in a process of its own, with bounded memory and time, and gives what it wrote: a fault in the work, or a file that
 * makes a library use up everything, ends that process alone. `what`: "the PDF". */
typedef th_code (*th_io__work)(th_arena *a, void *ctx, th_str *out, th_err *err);
th_code th_io__apart(th_arena *a, th_io__work work, void *ctx, const char *what, th_str *out, th_err *err);

#endif
