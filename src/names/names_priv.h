#ifndef THERIAC_NAMES_PRIV_H
#define THERIAC_NAMES_PRIV_H

#include "theriac/names.h"

/* ── The index as bytes: a head, then arrays, each beginning at a multiple of 8, in the order of th_names__section ─────── */

#define TH_NAMES__MAGIC   "THNAMES\x1a"
#define TH_NAMES__VERSION 1
#define TH_NAMES__ORDER   0x01020304u

typedef struct th_names__text {
  uint32_t at, n; /* in the text */
} th_names__text;

enum {
  TH_NAMES__EN,
  TH_NAMES__ZH,
  TH_NAMES__SYNONYMS,
  TH_NAMES__PARENTS,
  TH_NAMES__SOURCE,
  TH_NAMES__XREFS,
  TH_NAMES__GROUPS,
  TH_NAMES__ID,
  TH_NAMES__TEXTS
};

typedef struct th_names__row {
  th_names__text text[TH_NAMES__TEXTS];
  uint8_t kind, reason, imported, spare[5];
} th_names__row;

/* A name in comparable form and whom it means: one entity, or several that bear it with equal right. */
typedef struct th_names__key {
  th_names__text text;
  uint32_t first, n; /* in `meant` */
  uint8_t how;       /* th_name_how: EXACT or SYNONYM */
  uint8_t whole;     /* never looked for in running text: a code of two letters, a variant, an imported abbreviation */
  uint8_t spare[6];
} th_names__key;

/* First unit of a name, and most units of a name that begins so. */
typedef struct th_names__first {
  th_names__text text;
  uint32_t most, spare;
} th_names__first;

typedef struct th_names__xref {
  th_names__text text; /* folded */
  uint32_t row, spare;
} th_names__xref;

typedef enum th_names__section {
  TH_NAMES__S_ROW,
  TH_NAMES__S_KEY,         /* drugs, then diseases; each in byte order */
  TH_NAMES__S_MEANT,       /* uint32_t rows */
  TH_NAMES__S_FIRST,       /* drugs, then diseases */
  TH_NAMES__S_XREF,        /* in byte order, then by row */
  TH_NAMES__S_KEY_SLOTS_0, /* uint32_t: index + 1 of a record, 0 = free; powers of two */
  TH_NAMES__S_KEY_SLOTS_1,
  TH_NAMES__S_FIRST_SLOTS_0,
  TH_NAMES__S_FIRST_SLOTS_1,
  TH_NAMES__S_ID_SLOTS,
  TH_NAMES__S_PARENT_ROW, /* uint32_t: the hierarchy as th_graph_csr, rows of all kinds */
  TH_NAMES__S_PARENT,
  TH_NAMES__S_ANCESTOR_ROW,
  TH_NAMES__S_ANCESTOR,
  TH_NAMES__S_DESCENDANTS, /* uint32_t: how many */
  TH_NAMES__S_DEPTH,       /* uint32_t: shortest way from a root, the root's own is 1 */
  TH_NAMES__S_IC,          /* double */
  TH_NAMES__S_TEXT,        /* bytes */
  TH_NAMES__SECTIONS
} th_names__section;

typedef struct th_names__head {
  char magic[8];
  uint32_t version, order;
  uint64_t bytes;
  uint32_t crc;                    /* CRC-32C of the whole, itself taken as 0 */
  uint32_t n_keys[2], n_firsts[2]; /* of each kind */
  uint32_t units_max[2];           /* of all names */
  uint32_t key_n;
  char key[64];
  uint64_t n[TH_NAMES__SECTIONS]; /* elements */
} th_names__head;

size_t th_names__size_of(th_names__section s); /* of an element */
uint32_t th_names__crc(th_str bytes);          /* of a file with a whole head */

struct th_names {
  const th_names__head *head;
  const char *at[TH_NAMES__SECTIONS];
  th_name_row *rows;
  size_t n_rows;
  th_graph_onto onto;    /* ancestors, parents and ic alone */
  const th_names *under; /* what is asked when this index does not know */
};

/* Everything below is written against these views. */
static inline th_str th_names__view(const th_names *n, th_names__text t) {
  return th_str_n(n->at[TH_NAMES__S_TEXT] + t.at, t.n);
}
static inline const th_names__key *th_names__keys(const th_names *n, th_name_kind kind) {
  return (const th_names__key *)(const void *)n->at[TH_NAMES__S_KEY] + (kind == TH_NAME_DRUG ? 0 : n->head->n_keys[0]);
}
/* The record of this comparable name, or NULL. */
const th_names__key *th_names__key_find(const th_names *n, th_name_kind kind, th_str key);
/* Most units of a name that begins with this unit; 0: none does. */
uint32_t th_names__first_find(const th_names *n, th_name_kind kind, th_str unit);
/* Index of a row, or UINT32_MAX. */
uint32_t th_names__row_find(const th_names *n, th_str id);
static inline const th_name_row *th_names__meant(const th_names *n, const th_names__key *k, uint32_t i) {
  return &n->rows[((const uint32_t *)(const void *)n->at[TH_NAMES__S_MEANT])[k->first + i]];
}

/* ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The form in which names are compared. Empty when nothing is left. p is NULL when memory is short. */
th_str th_names__key_of(th_arena *a, th_str name);
/* A second form, in which the many ways to write a disease's name fall together: comma inversion, types in Arabic numbers at the end,
 * "disease" for disorder and syndrome, no plural of the last word. Empty: the same as the key. */
th_str th_names__variant(th_arena *a, th_str name, th_str key);
/* Without strength, form, salt and hydrate words at its end. May equal the key. */
th_str th_names__drug_stem(th_str key);
/* Without a stereo prefix ("l", "d", "r", "s", "rac", …). Empty: it has none. */
th_str th_names__drug_plain(th_str key);
/* A synonym that names nothing: a word of everyday language in a list of names. */
bool th_names__is_junk(th_name_kind kind, th_str key);
bool th_names__is_excipient(th_str key);
/* An id of another vocabulary in comparable form: letters in capitals, padding of MeSH ids gone. */
th_str th_names__xref_of(th_arena *a, th_str xref);
/* Units of a folded name: its Latin words and its Chinese characters. *first gets the first of them. */
size_t th_names__units(th_str key, th_str *first);

/* ── Making ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Rows joined (pack_rows.c): one an entity, with every name and whom it means. */
typedef struct th_names__meaning {
  uint32_t row, next; /* next: index + 1 in meanings */
  uint8_t rank, how, whole;
} th_names__meaning;

typedef struct th_names__maker {
  th_arena *a;
  TH_VEC(th_name_row) rows;
  TH_VEC(bool) parents_told; /* a row: by a vocabulary */
  th_map by_id;
  th_map by_key[2]; /* name → index + 1 of its first meaning */
  TH_VEC(th_names__meaning) meanings;
  th_err *err;
} th_names__maker;

th_code th_names__join(th_names__maker *m, const th_name_rows *rows);
/* Parents of every row as th_graph_csr arrays. */
th_code th_names__parents(th_names__maker *m, uint32_t **row, uint32_t **parent);
/* Why a disease or drug is no target; the hierarchy is known. */
void th_names__reasons(th_names__maker *m, const th_graph_onto *o);

#endif
