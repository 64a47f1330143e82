/* Contradictions a published page holds within itself. The same codes serve the dossier's own scan; each is explained in
 * theriac-findings(7). */
#ifndef THERIAC_SOURCE_AUDIT_PAGE_H
#define THERIAC_SOURCE_AUDIT_PAGE_H

#include "theriac/source/report_page.h"

typedef struct th_finding {
  const char *code; /* "AUD-LEVEL" */
  uint32_t line;    /* of the first value */
  th_field_vec values;
  th_str message; /* one sentence, English */
} th_finding;
typedef TH_VEC(th_finding) th_findings;

/* One finding a code for what concerns the page, one a place for what concerns a row. Order: by code's place in the table, then
 * by line. Pure; linear in the page. */
TH_API th_code th_source_audit_page(th_arena *a, const th_report_page *page, th_findings *out, th_err *err);

#endif
