/* Tables of cautions: a drug with a disease, a food or a herb. Severities are checked against their own text at reading. */
#ifndef THERIAC_SOURCE_CAUTION_TABLE_H
#define THERIAC_SOURCE_CAUTION_TABLE_H

#include "theriac/source/report_page.h"

/* Rules that moved a severity, as bits. */
enum {
  TH_CAUTION_S1 = 1, /* the text states a contraindication: contraindicated, whatever the label */
  TH_CAUTION_S2 = 2, /* the text says fatal or life-threatening: not minor */
  TH_CAUTION_S3 = 4, /* the file's scale stands upside down: mapped back */
};

typedef struct th_caution_row {
  th_caution_kind kind;
  th_field drug, subject, subject_zh; /* subject_zh absent when it only repeats the English */
  th_field label;                     /* "Minor", or the raw level "1" */
  int8_t raw_level;                   /* 1–3 where the file holds it, else 0 */
  th_severity labelled;               /* what the label says by itself */
  th_severity severity;               /* after the rules */
  uint8_t rules;                      /* TH_CAUTION_S1 | … */
  bool class_statement;               /* "certain agents are contraindicated": of the class, not surely of this drug */
  th_field sentence;                  /* the sentence behind S-1, S-2 or the class statement */
  th_field text;                      /* description, interaction or effect */
  th_field management, mechanism, references;
} th_caution_row;
typedef TH_VEC(th_caution_row) th_caution_rows;

typedef struct th_caution_table {
  th_field source, url, licence; /* as the file states them */
  int64_t stated;                /* records the source says it has; -1 */
  th_caution_rows rows;
  uint32_t n_forbidding, n_forbidding_lowest; /* texts without a raw level that state a contraindication; in the lowest class */
  bool inverted;                              /* S-3 was applied */
  th_gap_vec gaps;
} th_caution_table;

/* JSON in one of three forms: {interactions: {drug: [row]}}, {interactions: [row with its drug]}, {data: [row with drugName]}.
 * Rules (evidence specification, 2.3):
 *   S-3  more than half of the texts that state a contraindication sit in the lowest class of the file: the scale is inverted.
 *        Minor becomes major; nothing is lowered, for the raw level is not held. A file that holds the raw level (1–3, 3 the
 *        gravest) is read by that.
 *   S-1  contraindicat…, 禁用, 禁忌; not when the sentence denies it, not when it speaks of certain or some agents.
 *   S-2  fatal, life-threatening, 致命 (nonfatal apart): at least moderate.
 * Refused: other JSON, no row, a row without drug or subject. Views point into bytes or the arena. Linear. */
TH_API th_code th_source_caution_read(th_arena *a, th_str bytes, th_caution_table *out, th_err *err);

#endif
