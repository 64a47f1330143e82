/* A rule of the NHI drug benefit list as published: numbered clauses, effective dates in the ROC era, appended forms and tables.
 *
 * Ids follow the citing habit of the rule: the rule number, a hyphen, the section, then what stands below it:
 * 8.2.13-2(4)II-iii(i) is section 2, item (4), II, iii, (i). */
#ifndef THERIAC_SOURCE_COVERAGE_TEXT_H
#define THERIAC_SOURCE_COVERAGE_TEXT_H

#include "theriac/source/field.h"

typedef struct th_coverage_date {
  th_field at; /* "114/2/1" */
  th_date date;
} th_coverage_date;
typedef TH_VEC(th_coverage_date) th_coverage_dates;

typedef struct th_coverage_clause {
  th_str id;      /* "8.2.13-2(4)II-iii"; the rule itself is clause 0 with the bare number */
  th_field label; /* "iii." as printed; absent for the rule */
  th_field text;  /* own words, as printed (several lines keep their line ends), without the clauses below it */
  th_str clean; /* the same joined to one paragraph each, $…$, \geq, \%, \text{} turned into plain characters, dates removed */
  th_coverage_dates dates; /* printed with this clause */
  uint32_t parent;         /* index, UINT32_MAX for the rule */
  uint32_t depth;          /* 0 the rule, 1 its sections, … */
  uint32_t n_below;        /* clauses below it, all levels: they follow it directly in the list */
  uint32_t from, to, line; /* with all that stands below */
} th_coverage_clause;
typedef TH_VEC(th_coverage_clause) th_coverage_clauses;

typedef enum th_coverage_block_kind { TH_COVERAGE_PARA, TH_COVERAGE_TABLE, TH_COVERAGE_SIGN } th_coverage_block_kind;

/* A form's content in order: paragraphs (with their label, "1.", "(2)"), tables, lines to sign. */
typedef struct th_coverage_block {
  th_coverage_block_kind kind;
  th_field label, text;
  th_str clean;
  uint32_t table; /* index in form.tables when TABLE */
} th_coverage_block;

typedef struct th_coverage_form {
  th_str id;       /* "36", "36-1", "36-2": 附表三十六之二 in Arabic figures */
  th_field number; /* "附表三十六之二" */
  th_field title;
  th_field reference;   /* where the rule's text names it (◎ line); absent when nowhere */
  th_field_pairs heads; /* head fields: label and printed blank ("醫院代號", "") */
  TH_VEC(th_coverage_block) block;
  th_field_tables tables;
  uint32_t n_ticks; /* boxes to tick */
  bool is_score;    /* a score table: see items */
  bool attached;    /* the form itself is in the document, not only its name */
  uint32_t from, to, line;
} th_coverage_form;
typedef TH_VEC(th_coverage_form) th_coverage_forms;

typedef struct th_coverage_score_item {
  uint32_t form; /* index */
  th_field weight_text;
  int32_t weight;
  th_field name_en, name_zh, definition_en, definition_zh;
  uint32_t line;
} th_coverage_score_item;
typedef TH_VEC(th_coverage_score_item) th_coverage_score_items;

typedef struct th_coverage_text {
  th_field number;    /* "8.2.13" */
  th_field heading;   /* the heading line whole */
  th_field_vec drugs; /* generic names, then brands as printed ("如 Benlysta") */
  th_field_vec brands;
  th_coverage_dates dates;     /* of the heading: every edition named there, in order printed */
  th_date effective;           /* the latest of all dates in the document */
  th_coverage_clauses clauses; /* [0] is the rule; document order, parents before children */
  th_coverage_forms forms;
  th_coverage_score_items items;
  int32_t items_sum; /* of the weights */
  th_gap_vec gaps;   /* form named and not attached, number skipped, table without items … */
} th_coverage_text;

typedef TH_VEC(th_coverage_text) th_coverage_texts;

/* Every rule of a document, in order: a line that begins with a rule number begins one; forms belong to the rule before them.
 * Refused (TH_EPARSE): no rule number at the head; a rule with neither clause nor text; a text that stops inside a table row or
 * at a bare label (cut). Numbers out of order are gaps, and the clause is kept where it stands. Views point into bytes. Linear. */
TH_API th_code th_source_coverage_read(th_arena *a, th_str bytes, th_coverage_texts *out, th_err *err);

/* 附表三十六之二 → "36-2"; false when s is no such number. Chinese numerals up to 999, Arabic and full-width figures too. */
TH_API bool th_source_form_id(th_arena *a, th_str s, th_str *out);

#endif
