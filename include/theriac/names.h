/* Floor 3: who is meant. Drugs and diseases resolve by identity over whole names, never by a piece of a word.
 *
 * Rows are handed in (from the built-in table, from imported vocabularies); an index over them is immutable and may be shared by
 * threads. What does not resolve stays unresolved: no first disease that contains the word. */
#ifndef THERIAC_NAMES_H
#define THERIAC_NAMES_H

#include "theriac/base.h"
#include "theriac/graph.h"

typedef enum th_name_kind { TH_NAME_DRUG, TH_NAME_DISEASE } th_name_kind;

/* Why an entity is no target of a prediction or a study, though it has a name. */
typedef enum th_name_reason {
  TH_NAME_REASON_NONE,
  TH_NAME_EXCIPIENT,      /* water, lactose: in every product */
  TH_NAME_ANIMAL,         /* a disease of animals */
  TH_NAME_SUSCEPTIBILITY, /* "susceptibility to X" is not X */
  TH_NAME_OBSOLETE,       /* withdrawn from the vocabulary */
} th_name_reason;
TH_API const char *th_name_reason_name(th_name_reason r); /* "excipient"; "" for NONE */

typedef struct th_name_row {
  th_name_kind kind;
  th_str id;             /* drug: INN; disease: MONDO id with seven digits */
  th_str en, zh;         /* preferred name in each script; zh may be empty */
  th_str synonyms;       /* '|' between them, any script, codes and brands too */
  th_str parents;        /* ';' between ids (diseases) */
  th_str source;         /* where the row's statements come from */
  th_str xrefs;          /* '|' between "SCHEME:id" of other vocabularies */
  th_str groups;         /* '|' between names of a group the entity was put in: no name of its own */
  bool imported;         /* from a vocabulary: the built-in rows go before it */
  th_name_reason reason; /* found when the index is made */
} th_name_row;
typedef TH_VEC(th_name_row) th_name_rows;

typedef struct th_names th_names;

/* How a name was reached, best first. */
typedef enum th_name_how {
  TH_NAME_NOT_FOUND,
  TH_NAME_EXACT,     /* the preferred name */
  TH_NAME_SYNONYM,   /* a listed synonym, brand or code */
  TH_NAME_STRIPPED,  /* after leaving out strength, form or salt */
  TH_NAME_CUT,       /* the text was cut short; only one entity's names begin so */
  TH_NAME_AMBIGUOUS, /* names more than one entity: none is chosen */
} th_name_how;

typedef struct th_name_hit {
  const th_name_row *row; /* NULL when not found or ambiguous */
  th_name_how how;
  uint32_t from, to; /* th_names_find: bytes of the text */
} th_name_hit;
typedef TH_VEC(th_name_hit) th_name_hits;

/* Rows of the table that ships with the program: what the demonstration, the policies and their neighbours need. */
TH_API th_code th_names_builtin(th_arena *a, th_name_rows *out, th_err *err);
/* Reads such a table (tab-separated, header line as in names/builtin.tsv). */
TH_API th_code th_names_read(th_arena *a, th_str tsv, th_name_rows *out, th_err *err);

/* The index as bytes, for keeping: rows joined (later rows of the same id add names, parents and cross-references to earlier ones;
 * drugs of the same name are one; parents that an imported row states replace built-in ones), every name in its comparable
 * forms, the hierarchy with its ancestors. key (at most 64 bytes) is kept in it and says what it was made from. The same rows give
 * the same bytes. O(total names). */
TH_API th_code th_names_pack(th_arena *a, const th_name_rows *rows, th_str key, th_str *bytes, th_err *err);
/* An index over such bytes, which must outlive it (and be aligned to 8). Checked whole, so that no file can lead a reader out of its
 * bounds. TH_EPARSE: damaged; TH_EUNSUP: another version. */
TH_API th_code th_names_open(th_arena *a, th_str bytes, th_names **out, th_err *err);
TH_API th_str th_names_key(const th_names *n); /* what it was made from */
TH_API size_t th_names_count(const th_names *n, th_name_kind kind);

/* Both at once. */
TH_API th_code th_names_build(th_arena *a, const th_name_rows *rows, th_names **out, th_err *err);

/* Index over the built-in rows alone. */
TH_API th_code th_names_builtin_index(th_arena *a, th_names **out, th_err *err);
/* The same index with one row more: for a name that no table lists and that is asked for all the same. base must outlive it. */
TH_API th_code th_names_with(th_arena *a, const th_names *base, const th_name_row *row, th_names **out, th_err *err);

/* The whole text is one name. Matching folds case, width, hyphens, commas, Greek, Chinese variants, British spelling; then, when
 * nothing bears that name: comma inversion, Roman and Arabic types, "disease", "disorder" and "syndrome" for one another (diseases);
 * strength, form, route, salt, stereo prefix (drugs); the part before a bracket. */
TH_API th_name_hit th_names_resolve(const th_names *n, th_arena *a, th_name_kind kind, th_str name);
/* All that the text may mean: every entity of an ambiguous name (how AMBIGUOUS, row set), each part of a combination of drugs
 * ("a / b", "a + b", "a and b"; a part that is no name has row NULL and how NOT_FOUND), or the one hit. Spans are of the text. */
TH_API th_code th_names_resolve_all(const th_names *n, th_arena *a, th_name_kind kind, th_str name, th_name_hits *out,
                                    th_err *err);
/* Rows that carry this id of another vocabulary: "MESH:D008180", "SCTID:55464009", "ATC:L04AG04". Zeros that pad a MeSH id do not
 * matter. By row. */
TH_API th_code th_names_by_xref(const th_names *n, th_arena *a, th_str xref, th_name_hits *out, th_err *err);
/* Rows that carry an id which begins so: "ATC:L04A". By id, then row; a row stands once for each such id. O(log n + hits). */
TH_API th_code th_names_under_xref(const th_names *n, th_arena *a, th_str prefix, th_name_hits *out, th_err *err);
/* Codes of a substance in the WHO's ATC ("L04AG04"), in byte order: its cross-references and, of a built-in row, its synonyms. */
TH_API th_code th_names_atc(th_arena *a, const th_name_row *drug, th_str_vec *out, th_err *err);
/* The one that stands for its class: the first that is not of a group of local use (A01, A07, C05, D, G01, M02, R01, R02, S), else the
 * first. NONE: no code is known. A view into the row. */
TH_API th_str th_names_atc_main(const th_name_row *drug);
/* Names near this one, best first: for a name that was not found. At most `max`; row set, how SYNONYM; score is not told. */
TH_API th_code th_names_suggest(const th_names *n, th_arena *a, th_name_kind kind, th_str name, size_t max, th_name_hits *out,
                                th_err *err);
/* Row by id, or NULL. */
TH_API const th_name_row *th_names_by_id(const th_names *n, th_str id);
/* Every name inside a text, longest first from left to right, without overlap. Abbreviations of up to three letters and plain words
 * count only when written in capitals. cut: the text ends in the middle ("…", "..."), so its last words may begin a name. */
TH_API th_code th_names_find(const th_names *n, th_arena *a, th_name_kind kind, th_str text, bool cut, th_name_hits *out,
                             th_err *err);

/* Where disease x stands seen from target t: SAME, DESCENDANT, PARENT, SIBLING (the shared parent is specific enough), NEAR (the nearest
 * common ancestor has few descendants and is not of the top levels; t's own ancestor is its nearest common one), FAR, UNMAPPED (one
 * of them is not in the table). */
typedef struct th_kin {
  th_kinship kinship;
  const th_name_row *ancestor; /* nearest common one, or NULL */
  uint32_t descendants;        /* of that ancestor */
} th_kin;

#define TH_KIN_DESCENDANTS_MAX 200 /* evidence.md §5: information content cut */

TH_API th_kin th_names_kinship(const th_names *n, th_arena *scratch, th_str target_id, th_str x_id);

typedef TH_VEC(const th_name_row *) th_name_row_list;
/* Every kind of it: all rows below this one, by row. Empty when the id is not in the table. O(rows). */
TH_API th_code th_names_descendants(const th_names *n, th_arena *a, th_str id, th_name_row_list *out, th_err *err);

#endif
