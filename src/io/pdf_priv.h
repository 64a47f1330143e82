/* qpdf as the files about PDF share it. Its functions that give no code say by qpdf_has_error whether they failed. */
#ifndef THERIAC_IO_PDF_PRIV_H
#define THERIAC_IO_PDF_PRIV_H

#include <qpdf/qpdf-c.h>

#include "io/io_priv.h"
#include "theriac/io/paper.h"

/* Opens a document over bytes that stay. TH_EUNSUP: encrypted; TH_EPARSE, TH_ENOMEM. Close with qpdf_cleanup in any case. */
th_code th_io__pdf_open(th_str bytes, qpdf_data *out, th_err *err);
/* The error that qpdf holds, as ours; TH_OK when there is none. */
th_code th_io__pdf_error(qpdf_data q, th_err *err);

typedef struct th_io__pdf_size { /* of a page: the part that is shown, and how it is turned */
  double x0, y0, x1, y1;
  int turn; /* 0, 90, 180, 270 degrees clockwise */
} th_io__pdf_size;
/* TH_EPARSE: the page has no size. n counts from 0, for the message. */
th_code th_io__pdf_page_size(qpdf_data q, qpdf_oh page, uint32_t n, th_io__pdf_size *out, th_err *err);

/* A page of src as a form of dest (ISO 32000-1, 8.10), upright, its lower left corner at the origin, with its annotations as they look;
 * *w, *h its size then. */
th_code th_io__pdf_form(qpdf_data dest, qpdf_data src, uint32_t page, qpdf_oh *out, double *w, double *h, th_err *err);

#endif
