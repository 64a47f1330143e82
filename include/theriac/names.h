/* Floor 3: who is meant. Drugs and diseases resolve by identity over whole names, never by a piece of a word.
 *
 * Rows are handed in (from the built-in table, from imported vocabularies); an index over them is immutable and may be shared by
 * threads. What does not resolve stays unresolved: no first disease that contains the word. */
#ifndef THERIAC_NAMES_H
#define THERIAC_NAMES_H

#include "theriac/base.h"

typedef enum th_name_kind { TH_NAME_DRUG, TH_NAME_DISEASE } th_name_kind;

typedef struct th_name_row {
  th_name_kind kind;
  th_str id;       /* drug: INN; disease: MONDO id with seven digits */
  th_str en, zh;   /* preferred name in each script; zh may be empty */
  th_str synonyms; /* '|' between them, any script, codes and brands too */
  th_str parents;  /* ';' between ids (diseases) */
  th_str source;   /* where the row's statements come from */
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

/* Index over rows (later rows add synonyms to earlier ones of the same id). Rows and texts must outlive it. O(total names). */
TH_API th_code th_names_build(th_arena *a, const th_name_rows *rows, th_names **out, th_err *err);

/* Index over the built-in rows alone. */
TH_API th_code th_names_builtin_index(th_arena *a, th_names **out, th_err *err);
/* The same index with one row more: for a name that no table lists and that is asked for all the same. O(total names). */
TH_API th_code th_names_with(th_arena *a, const th_names *base, const th_name_row *row, th_names **out, th_err *err);

/* The whole text is one name. Matching folds case, width, hyphens, commas, Greek, Chinese variants, British spelling. */
TH_API th_name_hit th_names_resolve(const th_names *n, th_arena *a, th_name_kind kind, th_str name);
/* Row by id, or NULL. */
TH_API const th_name_row *th_names_by_id(const th_names *n, th_str id);
/* Every name inside a text, longest first from left to right, without overlap. Abbreviations of up to three letters and plain words
 * count only when written in capitals. cut: the text ends in the middle ("…", "..."), so its last words may begin a name. */
TH_API th_code th_names_find(const th_names *n, th_arena *a, th_name_kind kind, th_str text, bool cut, th_name_hits *out,
                             th_err *err);

/* Where disease x stands seen from target t. */
typedef enum th_kinship {
  TH_KIN_UNMAPPED,   /* one of them is not in the table */
  TH_KIN_SAME,       /* the same entity */
  TH_KIN_DESCENDANT, /* x is a kind of t */
  TH_KIN_PARENT,     /* x is a direct parent of t */
  TH_KIN_SIBLING,    /* they share a direct parent that is specific enough */
  TH_KIN_NEAR,       /* nearest common ancestor has few descendants and is not of the top two levels */
  TH_KIN_FAR,
} th_kinship;

typedef struct th_kin {
  th_kinship kinship;
  const th_name_row *ancestor; /* nearest common one, or NULL */
  uint32_t descendants;        /* of that ancestor */
} th_kin;

#define TH_KIN_DESCENDANTS_MAX 200 /* evidence.md §5: information content cut */

TH_API th_kin th_names_kinship(const th_names *n, th_arena *scratch, th_str target_id, th_str x_id);

#endif
