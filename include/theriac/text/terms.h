/* The glossary (po/glossary.tsv): one word a concept in each language. Code takes the words of outcomes from here, pages list and explain
 * them, and tests hold every other text of the program to them. */
#ifndef THERIAC_TEXT_TERMS_H
#define THERIAC_TEXT_TERMS_H

#include "theriac/base.h"

typedef struct th_term {
  th_str id;                   /* "odds-ratio" */
  th_str group;                /* "coverage", "licence", "safety", "evidence", "statistics", "prediction", "records" */
  bool bound;                  /* where a text says the English term, its Chinese says the Chinese one */
  th_str en, zh;               /* the term */
  th_str also_en, also_zh;     /* further forms that may stand for it, "|" between; may be empty */
  th_str not_en, not_zh;       /* forms that are not used, "|" between; may be empty */
  th_str plain_en, plain_zh;   /* explained for patients */
  th_str expert_en, expert_zh; /* for professionals */
  th_str source;               /* whose usage it follows */
} th_term;

/* All terms, in the glossary's order: groups stand together. Never changes, lives as long as the program; thread-safe. */
TH_API const th_term *th_terms(size_t *n);
/* By id, or by the term itself or a further form in either language, as a whole (any case); NULL: no such term. */
TH_API const th_term *th_term_find(th_str word);
/* The word of a concept; a wrong id is a bug and ends the program. */
TH_API const char *th_term_word(const char *id, bool zh);
/* "Coverage", "健保給付": the heading of a group; the group itself when it is none. */
TH_API const char *th_term_group(th_str group, bool zh);

#endif
