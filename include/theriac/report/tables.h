/* The dossier as tables, one a kind of thing, for CSV: every row carries its drug and where it was read. What each column means stands in the
 * catalogue under "field.<column>". */
#ifndef THERIAC_REPORT_TABLES_H
#define THERIAC_REPORT_TABLES_H

#include "theriac/report.h"

typedef enum th_table_kind {
  TH_TABLE_PAIRS,       /* what we find of each pair of drug and disease */
  TH_TABLE_PREDICTIONS, /* what pages claim of it */
  TH_TABLE_UNITS,       /* studies looked at, with the reason why each counts or not */
  TH_TABLE_TRIALS,      /* registrations in time */
  TH_TABLE_PAPERS,      /* printed numbers recomputed */
  TH_TABLE_INTERACTIONS,
  TH_TABLE_LICENCES,
  TH_TABLE_DISCREPANCIES, /* contradictions found */
  TH_TABLE_KINDS
} th_table_kind;

typedef struct th_table_column {
  const char *name;
  bool printed; /* as a source prints it, under that source's licence; else found here */
} th_table_column;

TH_API const char *th_table_name(th_table_kind t); /* "pairs" */
/* Kinds of documents that its printed columns come from, blanks between them ("ddinter report-page"). */
TH_API const char *th_table_from(th_table_kind t);
TH_API const th_table_column *th_table_columns(th_table_kind t, size_t *n);
/* The head row. */
TH_API void th_table_head(th_table_kind t, th_buf *out);
/* Rows of one dossier, as RFC 4180 has them; text that a spreadsheet would run as a formula is disarmed. A want of memory shows in
 * out->failed. */
TH_API void th_table_rows(th_table_kind t, const th_dossier *d, th_buf *out);

#endif
