/* Labels held on a drug, and the names its licences stand under, for every desk that asks. */
#ifndef THERIAC_DOSSIER_LABELS_H
#define THERIAC_DOSSIER_LABELS_H

#include "theriac/names.h"
#include "theriac/store.h"

typedef struct th_held_label {
  th_label label;
  th_store_record record; /* without its body */
  th_tri single;          /* the drug alone; FALSE: a combination */
} th_held_label;
typedef TH_VEC(th_held_label) th_held_labels;

/* Labels whose substance, generic name or brand is the drug. Those of the drug alone come first, then prescription labels before others,
 * then those with more of their texts, the newest first; combinations only where there is nothing else. At most TH_LIMIT_HELD_LABELS:
 * makers of one substance by the dozen say the same. */
#define TH_LIMIT_HELD_LABELS 60
TH_API th_code th_labels_held(th_arena *a, th_store *s, const th_names *names, const th_name_row *drug, th_held_labels *out,
                              th_err *err);

/* Appends every name of the drug and, of the ingredients in the registers held, its salts and hydrates: what begins with one of its
 * names and resolves to it, as "WARFARIN SODIUM" does. */
TH_API th_code th_licence_names(th_arena *a, th_store *s, const th_names *names, const th_name_row *drug, th_str_vec *out,
                                th_err *err);

#endif
