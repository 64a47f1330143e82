/* A list of drugs looked at together: what may harm, pair by pair and drug by drug. The value that `theriac safety check` and the page of a
 * patient's list are written from. */
#ifndef THERIAC_DOSSIER_DRUG_LIST_H
#define THERIAC_DOSSIER_DRUG_LIST_H

#include "theriac/safety.h"
#include "theriac/store.h"

#define TH_LIMIT_DRUG_LIST 200

typedef struct th_drug_list_item {
  th_str asked;
  const th_name_row *row;
  bool known;                  /* some table of names has it */
  bool in_tables;              /* stands in some table of interactions held: else nothing can be said of it */
  th_safety_cautions cautions; /* gravest first */
  th_safety_warnings warnings;
  size_t labels;                 /* held on it; 0: what the label says is not known from here */
  th_safety_interactions others; /* of a single drug: everything it interacts with */
} th_drug_list_item;

typedef struct th_drug_list_source {
  int64_t record_id;
  th_str name, licence;
} th_drug_list_source;

typedef struct th_drug_list {
  TH_VEC(th_drug_list_item) drugs;
  TH_VEC(th_drug_list_source) sources; /* what `source` of pairs and cautions counts in */
  th_safety_pair_vec pairs;            /* gravest first */
  size_t tables, caution_tables;       /* held; 0: not searched, which is not "no interaction" */
  const th_names *names;               /* the index given, with names that no table lists added */
} th_drug_list;

/* names: whatever is typed, one a drug; blank ones and those that begin with # are passed over, one named twice counts once. TH_EINVAL: a
 * name of several drugs, or no drug at all; TH_ELIMIT: over TH_LIMIT_DRUG_LIST. Lives in the arena. */
TH_API th_code th_drug_list_build(th_arena *a, th_store *s, const th_names *names, const th_str *asked, size_t n,
                                  th_drug_list *out, th_err *err);
/* Whether there is something to look at before these go together, or something nobody can tell. */
TH_API bool th_drug_list_calls_for_a_look(const th_drug_list *l);

#endif
