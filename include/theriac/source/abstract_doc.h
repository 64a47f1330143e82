/* One study's abstract as text: as a literature database prints it, or pasted without any labels, in English, Chinese or both. */
#ifndef THERIAC_SOURCE_ABSTRACT_DOC_H
#define THERIAC_SOURCE_ABSTRACT_DOC_H

#include "theriac/source/field.h"

typedef enum th_lang { TH_LANG_EN = 0, TH_LANG_ZH_HANT, TH_LANG_ZH_HANS, TH_LANG_ZH, TH_LANG_COUNT } th_lang;
TH_API const char *th_lang_name(th_lang l); /* "en", "zh-Hant", "zh-Hans", "zh" (characters common to both) */

typedef enum th_abstract_role {
  TH_ABSTRACT_UNLABELLED = 0, /* no label, and its place does not tell */
  TH_ABSTRACT_BACKGROUND,     /* background, objective, aim, purpose, introduction */
  TH_ABSTRACT_METHODS,        /* methods, design, setting, participants, interventions, outcome measures */
  TH_ABSTRACT_RESULTS,
  TH_ABSTRACT_CONCLUSION,
  TH_ABSTRACT_OTHER, /* labelled otherwise: registration, funding, keywords, limitations */
  TH_ABSTRACT_ROLE_COUNT
} th_abstract_role;
TH_API const char *th_abstract_role_name(th_abstract_role r);

typedef struct th_abstract_section {
  th_lang lang;
  th_abstract_role role;
  bool inferred;  /* the role follows from the order of unlabelled paragraphs or their cue words, not from a label */
  th_field label; /* as printed, absent without one */
  th_field text;
} th_abstract_section;
typedef TH_VEC(th_abstract_section) th_abstract_sections;

typedef struct th_abstract_doc {
  th_field title;
  th_field title_zh;
  th_field_vec authors;
  th_field_vec affiliations;
  th_field citation; /* the line journal to DOI, whole */
  th_field journal, volume, issue, pages, doi, pmid, pmcid;
  th_date date;              /* of publication, at the precision printed */
  th_field_vec registry_ids; /* NCT…, ISRCTN…, EudraCT, ChiCTR …, in order, each once */
  th_abstract_sections sections;
  uint32_t n_lang[TH_LANG_COUNT]; /* sections in each language */
  th_field retraction;            /* the words, when the text says it is retracted or of concern */
  th_field_vec keywords;
  th_field_vec other; /* lines of no section: copyright, conflict of interest, links */
  th_gap_vec gaps;    /* title, authors, citation, results … not there */
} th_abstract_doc;

/* Refused (TH_EPARSE): no paragraph of a study's text. Authors, title and citation may be absent: gaps. A text that ends inside
 * a sentence is accepted with the gap "end": an abstract cannot be told from its beginning otherwise.
 * Views point into bytes. Linear. */
TH_API th_code th_source_abstract_read(th_arena *a, th_str bytes, th_abstract_doc *out, th_err *err);

#endif
