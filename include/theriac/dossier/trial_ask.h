/* A search over the studies held as a person puts it: names become all names of what they mean, Chinese words the registry's English. */
#ifndef THERIAC_DOSSIER_TRIAL_ASK_H
#define THERIAC_DOSSIER_TRIAL_ASK_H

#include "theriac/store.h"

/* What was searched for: key of a sentence in the catalogue ("registry." + key) and its values. */
typedef struct th_trial_note {
  const char *key; /* "search.disease", "search.drug", "search.unknown", "search.ambiguous" */
  th_str asked, en, zh, id;
  size_t n_kinds; /* kinds of a disease that are searched too */
} th_trial_note;

typedef struct th_trial_ask {
  th_trial_query q; /* settled by th_trial_ask_settle */
  th_str_vec conditions, drugs;
  TH_VEC(th_trial_words) text;
  TH_VEC(th_trial_filter) filters;
  TH_VEC(th_trial_note) notes;
} th_trial_ask;

/* Adds a disease or drug by any of its names. exact: without the kinds of a disease. */
TH_API th_code th_trial_ask_name(th_arena *a, const th_names *names, th_trial_ask *ask, th_name_kind kind, th_str name,
                                 bool exact, th_err *err);
/* Adds words, each of which must be met ("-word": must not, "word*": a beginning). */
TH_API th_code th_trial_ask_words(th_arena *a, const th_names *names, th_trial_ask *ask, th_str text, th_err *err);
/* Adds values of a facet, commas between alternatives; an empty one finds studies that do not state it. */
TH_API th_code th_trial_ask_filter(th_arena *a, th_trial_ask *ask, th_trial_facet facet, th_str values, th_err *err);
/* "2020..2022-06": from the first day of the one to the last of the other; either may be left out. False: no such range. */
TH_API bool th_trial_ask_range(th_str s, th_days *out);
/* The query views what was added: call when all is. */
TH_API void th_trial_ask_settle(th_trial_ask *ask);
/* The registry's name of a country: 臺灣 is Taiwan. */
TH_API th_str th_trial_country(th_str name);

#endif
