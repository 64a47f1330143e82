/* One study as it was handed in (text, PubMed record, registry record with results), read and re-checked; and one published report page held
 * against itself and the store. What `theriac study check`, `theriac audit` and their pages are written from. */
#ifndef THERIAC_DOSSIER_STUDY_RECORD_H
#define THERIAC_DOSSIER_STUDY_RECORD_H

#include "theriac/dossier.h"

typedef struct th_study_record {
  const char *kind;    /* "text", "pubmed", "ctgov" */
  th_str id, title;    /* of a record; empty for text */
  th_str_vec sections; /* what the spans of findings and flags count in; a registry record: its bytes */
  th_study_result check;
} th_study_record;

/* A PubMed record is checked by its title and abstracts, a registry record by its posted results, anything else as text. Errors as of the
 * readers; TH_EUNSUP: a file of more than one record. The result views bytes and lives in the arena. */
TH_API th_code th_study_record_check(th_arena *a, th_str bytes, th_study_record *out, th_err *err);

typedef struct th_page_audit {
  th_report_page page;
  th_findings findings; /* of the page against itself, then against the store */
  bool held_against;    /* records of its drug are held */
} th_page_audit;

/* bytes: a page as published (Markdown, HTML). store NULL: against itself alone. A message that the catalogue has to word ("finding.CODE")
 * is left empty. TH_EPARSE: no report page. Lives in a; work is reset. */
TH_API th_code th_page_audit_run(th_arena *a, th_arena *work, th_store *store, const th_names *names, th_date as_of,
                                 th_str name, th_str bytes, th_page_audit *out, th_err *err);

#endif
