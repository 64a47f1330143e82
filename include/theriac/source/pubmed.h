/* Records of PubMed, efetch XML. Places are lines: the XML reader resolves entities and markup, so bytes do not map one to one
 * (from and to are 0). */
#ifndef THERIAC_SOURCE_PUBMED_H
#define THERIAC_SOURCE_PUBMED_H

#include "theriac/source/field.h"

/* One AbstractText. `language` is set for an OtherAbstract ("chi"), absent for the record's own abstract. */
typedef struct th_pubmed_part {
  th_field label, category, language, text;
} th_pubmed_part;
typedef TH_VEC(th_pubmed_part) th_pubmed_parts;

typedef struct th_pubmed_author {
  th_field last, fore, initials, collective, identifier;
  th_field_vec affiliations;
} th_pubmed_author;
typedef TH_VEC(th_pubmed_author) th_pubmed_authors;

typedef struct th_pubmed_mesh {
  th_field ui, name;
  bool major; /* the descriptor or one of its qualifiers */
  th_field_vec qualifiers;
} th_pubmed_mesh;
typedef TH_VEC(th_pubmed_mesh) th_pubmed_meshes;

/* CommentsCorrections: RetractionIn, ExpressionOfConcernIn, ErratumIn, CommentIn … */
typedef struct th_pubmed_link {
  th_field type, pmid, source;
} th_pubmed_link;
typedef TH_VEC(th_pubmed_link) th_pubmed_links;

/* DataBankList: a number of another register ("ClinicalTrials.gov", "ISRCTN", but also "GENBANK"). */
typedef struct th_pubmed_accession {
  th_field bank, number;
} th_pubmed_accession;
typedef TH_VEC(th_pubmed_accession) th_pubmed_accessions;

typedef struct th_pubmed_type {
  th_field ui, name;
} th_pubmed_type;
typedef TH_VEC(th_pubmed_type) th_pubmed_types;

typedef struct th_pubmed_article {
  bool book;
  th_field pmid, version, status;
  th_field journal, journal_short, issn, volume, issue, pages;
  th_field date_text; /* "2011 Dec", or the MedlineDate as printed */
  th_date date, revised;
  th_field title, vernacular_title;
  th_field doi, pmc;
  th_pubmed_parts parts; /* superscripts are kept as ³ or ^text, never dropped */
  th_pubmed_authors authors;
  th_field_vec languages;
  th_pubmed_accessions accessions;
  th_pubmed_types types;
  th_pubmed_types chemicals, supplementary;
  th_pubmed_meshes mesh;
  th_field_vec keywords;
  th_pubmed_links links;
  bool retracted, of_concern; /* by publication type or by a link */
  uint32_t line;
} th_pubmed_article;
typedef TH_VEC(th_pubmed_article) th_pubmed_articles;

/* PubmedArticleSet, or a single PubmedArticle or PubmedBookArticle. Refused (TH_EPARSE with line): XML that is not well formed
 * or ends too early, a record without PMID, no record. Values live in the arena. Linear. Source: the PubMed DTD of 2024. */
TH_API th_code th_source_pubmed_read(th_arena *a, th_str bytes, th_pubmed_articles *out, th_err *err);

/* The same in two steps, as for registry studies. */
TH_API th_code th_source_pubmed_cut(th_arena *a, th_str bytes, th_source_cuts *out, th_err *err);
TH_API th_code th_source_pubmed_one(th_arena *a, th_str bytes, const th_source_cut *cut, th_pubmed_article *out, th_err *err);

#endif
