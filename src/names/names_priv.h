#ifndef THERIAC_NAMES_PRIV_H
#define THERIAC_NAMES_PRIV_H

#include "theriac/names.h"

typedef struct th_name_key {
  uint32_t row; /* index into rows */
  th_name_how how;
  bool ambiguous;
} th_name_key;

struct th_names {
  th_arena *arena;
  th_name_row *rows; /* one a distinct id */
  size_t n_rows;
  th_map by_id;     /* id → row */
  th_map by_key[2]; /* per kind: folded name → index into keys */
  TH_VEC(th_name_key) keys;
  th_str_vec sorted[2]; /* per kind: folded names in byte order, for cut texts */
  th_map first[2];      /* per kind: first unit of a name → most units of a name that begins so */
  size_t units_max[2];  /* of all names */
  uint32_t *parent;     /* row → parents, CSR */
  uint32_t *parent_at;
  uint32_t *descendants; /* row → number of rows below it */
  uint32_t *depth;       /* shortest way to a root */
};

/* The form in which names are compared. Empty when nothing is left. */
th_str th_names__key(th_arena *a, th_str name);
/* Without strength, form, salt and hydrate words at its end. May equal the key. */
th_str th_names__drug_stem(th_str key);
/* Units of a folded name: its Latin words and its Chinese characters. *first gets the first of them. */
size_t th_names__units(th_str key, th_str *first);
th_code th_names__ontology(th_names *n, th_err *err);

#endif
