/* A record made ready for the store ahead of it: texts cut into words, terms of the index of studies. All of it can be made in any
 * thread, so that the one thread that writes has little else to do. */
#ifndef THERIAC_STORE_READY_PRIV_H
#define THERIAC_STORE_READY_PRIV_H

#include "store/trial_index.h"
#include "theriac/text.h"

/* The words of a text as full-text search keeps them. */
typedef struct th_store__cut {
  th_str text, folded;
  uint32_t *map; /* from folded to text; NULL when not wanted */
  th_token_vec tokens;
} th_store__cut;

typedef struct th_store__part {
  const char *path, *lang;
  th_field at;
  th_str title, text;
  th_store__cut cut[2]; /* of title and text */
} th_store__part;
typedef TH_VEC(th_store__part) th_store__part_vec;

typedef struct th_store__index {
  th_store__part_vec parts; /* passages */
  th_store__trial_terms trial;
} th_store__index;

th_code th_store__cut_text(th_arena *a, th_str text, bool map, th_store__cut *out, th_err *err);
/* As th_store_passage_add; cut may be NULL. */
th_code th_store__passage_add(th_store *s, const th_store_passage *p, const th_store__cut cut[2], th_err *err);

/* terms: those of the index of studies too. */
th_code th_store__study_index(th_arena *a, const th_ctgov_study *t, bool terms, th_store__index *out, th_err *err);
/* Fills into->trial; the words of the passages are taken from into->parts. */
th_code th_store__trial_terms_of(th_arena *a, const th_ctgov_study *t, th_store__index *into, th_err *err);
th_code th_store__label_index(th_arena *a, const th_label *l, th_store__index *out, th_err *err);
th_code th_store__paper_index(th_arena *a, const th_pubmed_article *x, th_store__index *out, th_err *err);

#endif
