/* Pages that check what others printed: a study, a report page, a record as read. Values come in whole. */
#ifndef THERIAC_REPORT_WEB_CHECK_H
#define THERIAC_REPORT_WEB_CHECK_H

#include "theriac/dossier/study_record.h"
#include "theriac/report/web.h"

/* The answer, findings in plain words with their place, each rebuilt table recomputed with its figure, every number read, and the text with
 * its numbers marked (of a text or paper; a registry record's text is not shown). */
void th_web_study(th_html *h, const th_study_record *r);
/* The same as a text that stands alone: input's SHA-256, program, formulas by name, every number with its bytes. Same bytes for the same
 * input, language and program. */
void th_report_study_appendix(th_buf *out, th_arena *a, th_words lang, const th_study_record *r, th_str sha256);
/* Every number read as CSV (RFC 4180, with a head; no cell begins like a formula). */
void th_report_study_csv(th_buf *out, const th_study_record *r);

/* Contradictions by code beside the page's text, whose lines can be led to. */
void th_web_audit(th_html *h, const th_page_audit *audit, th_str bytes);
void th_report_audit_json(th_buf *out, th_arena *a, th_words lang, th_str name, const th_page_audit *audit);

#endif
