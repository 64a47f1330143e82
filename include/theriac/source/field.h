/* What every record read from outside shares: values that keep their place, gaps that are said aloud, kinds told by content. */
#ifndef THERIAC_SOURCE_FIELD_H
#define THERIAC_SOURCE_FIELD_H

#include "theriac/base.h"

/* A value as read. `text` is trimmed and free of markup (entities decoded, links and tags replaced by what they show); it views
 * the document where no byte had to change, else the arena. from..to are the bytes it came from in the document as handed in
 * (a BOM counts), line the first of its lines, 1-based. Absent: text.p is NULL and line 0. Present but blank: n is 0. */
typedef struct th_field {
  th_str text;
  uint32_t from, to, line;
} th_field;
typedef TH_VEC(th_field) th_field_vec;

static inline bool th_field_has(th_field f) {
  return f.text.p != NULL;
}

/* A value under the name the document gives it (a column head, a key, a row label). */
typedef struct th_field_pair {
  th_field key, value;
} th_field_pair;
typedef TH_VEC(th_field_pair) th_field_pairs;

typedef struct th_field_row {
  th_field_vec cell;
  uint32_t line;
} th_field_row;

/* A table as printed. head.n may be 0 (a table without a head), rows may have fewer or more cells than the head. */
typedef struct th_field_table {
  th_field_vec head;
  TH_VEC(th_field_row) row;
  uint32_t from, to, line;
} th_field_table;
typedef TH_VEC(th_field_table) th_field_tables;

/* Something a reader of such a document would look for and that is not there, or that could not be used. Not an error. */
typedef struct th_gap {
  const char *what; /* a stable word: "outcomes", "title", "score table total" */
  uint32_t line;    /* 0: nowhere in the document */
  th_str why;       /* one sentence in English */
} th_gap;
typedef TH_VEC(th_gap) th_gap_vec;

/* Where one record of a large document stands: bytes from..to, its first line. */
typedef struct th_source_cut {
  uint64_t from, to;
  uint32_t line;
  bool is_document; /* the whole document, not one record among others */
} th_source_cut;
typedef TH_VEC(th_source_cut) th_source_cuts;

/* Kinds of documents, told by content, never by name. */
typedef enum th_source_kind {
  TH_SOURCE_UNKNOWN = 0,
  TH_SOURCE_REPORT_PAGE,   /* a published drug-repurposing page, Markdown or HTML */
  TH_SOURCE_ABSTRACT,      /* one study's abstract as text, English, Chinese or both */
  TH_SOURCE_TRIAL_PAGE,    /* one registry page as text */
  TH_SOURCE_COVERAGE_TEXT, /* a rule of the NHI drug benefit list as text */
  TH_SOURCE_CAPTURE,       /* what a search of a registry or of the literature returned, JSON */
  TH_SOURCE_CTGOV,         /* ClinicalTrials.gov API v2 studies, JSON or NDJSON */
  TH_SOURCE_PUBMED,        /* PubMed efetch XML */
  TH_SOURCE_ICTRP,         /* WHO ICTRP export, XML or CSV */
  TH_SOURCE_TFDA,          /* Taiwan FDA licences, open data set 36, JSON or CSV */
  TH_SOURCE_DDINTER,       /* DDInter drug-drug pairs, CSV */
  TH_SOURCE_CAUTIONS,      /* drug-disease and drug-food cautions, JSON */
  TH_SOURCE_VOCABULARY,    /* names, parents and cross-references of drugs and diseases, CSV */
  TH_SOURCE_TARGETS,       /* drugs and their targets (Guide to PHARMACOLOGY), CSV */
  TH_SOURCE_NHI_ITEMS,     /* what the NHI pays for, with price and clause, CSV */
  TH_SOURCE_LABEL,         /* labels of the United States, openFDA JSON */
  TH_SOURCE_KIND_COUNT
} th_source_kind;

/* The name used by `import --kind` and in records: "report-page"; "unknown" for 0. A static string. */
TH_API const char *th_source_kind_name(th_source_kind k);
/* One line for `import --list`: what it is and by what it is recognised. */
TH_API const char *th_source_kind_about(th_source_kind k);
TH_API bool th_source_kind_find(th_str name, th_source_kind *out);

typedef struct th_source_guess {
  th_source_kind kind;
  char why[160]; /* the marks it was told by, for the log */
} th_source_guess;

/* Tells the kind of a document from its bytes. TH_EPARSE with a message that names what was expected when it is none (empty,
 * binary, another encoding, text of no known kind); TH_EUNSUP for a kind known and refused by name (the retired registry
 * formats). Linear in the first 256 KiB, no allocation. */
TH_API th_code th_source_detect(th_str bytes, th_source_guess *out, th_err *err);

#endif
