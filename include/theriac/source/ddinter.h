/* DDInter's bulk table of drug-drug interactions. */
#ifndef THERIAC_SOURCE_DDINTER_H
#define THERIAC_SOURCE_DDINTER_H

#include "theriac/source/report_page.h"

typedef struct th_ddinter_row {
  th_str id_a, name_a, id_b, name_b; /* as printed; the order in the table means nothing */
  th_severity severity;
  th_str label; /* as printed */
  uint32_t line;
  int64_t tag; /* the caller's own: which table the row came from */
} th_ddinter_row;
typedef TH_VEC(th_ddinter_row) th_ddinter_rows;

typedef struct th_ddinter_table {
  th_ddinter_rows rows; /* all of them, in order */
  th_gap_vec gaps;      /* a class of severity not known */
} th_ddinter_table;

/* CSV with the columns DDInterID_A, Drug_A, DDInterID_B, Drug_B, Level in any order. Refused with the line: a column missing, a
 * row of another width, a drug without a name or number, a drug with itself, a table without rows. Views point into bytes or
 * live in the arena. Linear. */
TH_API th_code th_source_ddinter_read(th_arena *a, th_str bytes, th_ddinter_table *out, th_err *err);

typedef struct th_ddinter_pair {
  th_ddinter_row row; /* the gravest; id_a is before id_b by bytes */
  uint32_t n_rows;    /* how often the pair stands, in either order */
  bool differs;       /* not all of them with this severity */
} th_ddinter_pair;
typedef TH_VEC(th_ddinter_pair) th_ddinter_pairs;

/* Unordered pairs over all rows (of as many tables as you like), each once, by id_a and id_b. Of differing severities the gravest
 * is kept and marked; a known one counts before unknown. O(n log n). */
TH_API th_code th_source_ddinter_pairs(th_arena *a, const th_ddinter_row *row, size_t n, th_ddinter_pairs *out, th_err *err);

#endif
