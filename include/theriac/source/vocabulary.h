/* Vocabularies: tables that name drugs and diseases, and say which is a kind of which and what others call them. */
#ifndef THERIAC_SOURCE_VOCABULARY_H
#define THERIAC_SOURCE_VOCABULARY_H

#include "theriac/source/field.h"

typedef enum th_vocabulary_form {
  TH_VOCABULARY_TABLE,    /* ours: kind, id, en, zh, synonyms, parents, source, tab-separated */
  TH_VOCABULARY_NAMES,    /* MONDO: mondo_id, name, group_name */
  TH_VOCABULARY_PARENTS,  /* MONDO: child, parent */
  TH_VOCABULARY_XREFS,    /* MONDO: mondo_id, ontology, id */
  TH_VOCABULARY_DRUGBANK, /* DrugBank's open vocabulary */
  TH_VOCABULARY_ATC,      /* atc_code, atc_name, … */
  TH_VOCABULARY_FORMS
} th_vocabulary_form;
TH_API const char *th_vocabulary_form_name(th_vocabulary_form f); /* "MONDO names" */

typedef enum th_vocabulary_kind {
  TH_VOCABULARY_DRUG,
  TH_VOCABULARY_DISEASE,
  TH_VOCABULARY_GROUP, /* a class of drugs (ATC above the substance, combinations): no drug */
} th_vocabulary_kind;

/* What a table says of one entity; what it does not speak of is empty. Several lines of one entity are one row, where the first stood. */
typedef struct th_vocabulary_row {
  th_vocabulary_kind kind;
  th_str id; /* disease: MONDO id with seven digits; drug: its name in small letters; group: its code */
  th_str en, zh;
  th_str synonyms; /* '|' between them */
  th_str parents;  /* ';' between ids */
  th_str xrefs;    /* '|' between "SCHEME:id" */
  th_str group;    /* a group the source put it in */
  th_str source;
  uint32_t line;
} th_vocabulary_row;
typedef TH_VEC(th_vocabulary_row) th_vocabulary_rows;

typedef struct th_vocabulary {
  th_vocabulary_form form;
  th_vocabulary_rows rows;
  uint64_t n_lines; /* of the table, its head not counted */
  th_gap_vec gaps;
} th_vocabulary;

/* The form such a head line stands for; false: none. */
TH_API bool th_vocabulary_form_of(th_str head, th_vocabulary_form *out);
/* Reads a whole table. Refused with line: a row with other columns than the head, an id that is none, an entity without a name where
 * the table is one of names. Texts view bytes or live in the arena. O(n). */
TH_API th_code th_source_vocabulary_read(th_arena *a, th_str bytes, th_vocabulary *out, th_err *err);

#endif
