/* Guide to PHARMACOLOGY: approved drugs and the targets they act on. A path for the graph, never an interaction with another drug. */
#ifndef THERIAC_SOURCE_TARGET_TABLE_H
#define THERIAC_SOURCE_TARGET_TABLE_H

#include "theriac/source/field.h"

typedef struct th_target_row {
  th_str drug, drug_id, type, synonyms; /* '|' between; entities decoded */
  th_str cas, target, target_id, gene_id, gene, ensembl, species;
  uint32_t line;
} th_target_row;
typedef TH_VEC(th_target_row) th_target_rows;

typedef struct th_target_table {
  th_str version; /* of the remark in the first line: "GtoPdb Version: 2025.4 - published: 2025-12-10" */
  th_target_rows rows;
  th_gap_vec gaps; /* rows without a target */
} th_target_table;

/* approved_drug_detailed_interactions.csv: the first line may be a quoted remark. Refused with line: other columns, a row of another
 * width, a row without a drug. O(n). */
TH_API th_code th_source_targets_read(th_arena *a, th_str bytes, th_target_table *out, th_err *err);

#endif
