/* Floor 7: an application on paper. The packet is one PDF: cover with an index by clause, the forms with their fields, then every document
 * at hand with a running head. The sheet for the bedside is a page of its own. */
#ifndef THERIAC_REPORT_PACKET_PDF_H
#define THERIAC_REPORT_PACKET_PDF_H

#include "theriac/coverage.h"
#include "theriac/coverage/packet.h"
#include "theriac/report.h"

/* The packet, A4, in the arena: pages numbered, an outline, dates in ISO and of the ROC era, what is missing named on the cover. form: the
 * filled forms, in order. Documents that do not fit the rule are in it too, with what is wrong with them. The same bytes for the same
 * input; its day is the day assessed. TH_ELIMIT: TH_LIMIT_PACKET_PAGES. TH_EUNSUP, TH_EPARSE: a document cannot be drawn (which passed
 * th_paper_probe all the same), or no font has the characters. */
TH_API th_code th_report_packet_pdf(th_arena *a, const th_coverage_packet *p, const th_form *form, size_t n_forms,
                                    th_words lang, th_str *out, th_err *err);
/* One A4 page: outcome, clauses, what to collect, documents missing, next days. What does not fit is counted. */
TH_API th_code th_report_bedside_pdf(th_arena *a, const th_coverage_packet *p, th_words lang, th_str *out, th_err *err);

#endif
