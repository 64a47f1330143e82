/* All dossiers of a store at a glance: what lists, searches by disease, charts and comparisons are written from. Each verdict is the one
 * of the dossier itself. */
#ifndef THERIAC_DOSSIER_OVERVIEW_H
#define THERIAC_DOSSIER_OVERVIEW_H

#include "theriac/dossier.h"

typedef struct th_overview_pair {
  uint32_t drug;     /* index in drugs */
  th_str disease_id; /* empty: no table of names has it */
  th_str disease_en, disease_zh;
  th_str id; /* of the pair in its dossier */
  th_level level;
  th_direction direction;
  th_decision decision;
  th_novelty novelty;
  uint32_t counted, listed;
  bool leading, pregnancy;
} th_overview_pair;

typedef struct th_overview_drug {
  th_str en, zh;
  uint32_t first, n_pairs; /* in pairs */
  uint32_t n_findings, n_sources;
  uint32_t n_interactions[TH_SEVERITY_CONTRAINDICATED + 1];
  uint32_t n_licences, n_valid_licences, n_rules;
  th_date oldest;
} th_overview_drug;

typedef struct th_overview {
  TH_VEC(th_overview_drug) drugs; /* by English name */
  TH_VEC(th_overview_pair) pairs; /* by drug, then as in its dossier */
} th_overview;

/* Drugs a dossier is about by itself: those of a published page, a search, a payer's rule. By English name, each once. */
TH_API th_code th_overview_subjects(th_arena *a, th_store *s, const th_names *names, th_str_vec *out, th_err *err);
/* Appends one dossier; every text is copied, so that d may go. */
TH_API th_code th_overview_add(th_arena *a, th_overview *o, const th_dossier *d, th_err *err);
/* Pairs of one disease (by id, or by English name where it has none), best level first. */
typedef TH_VEC(const th_overview_pair *) th_overview_pair_list;
TH_API th_code th_overview_of_disease(th_arena *a, const th_overview *o, th_str id_or_name, th_overview_pair_list *out,
                                      th_err *err);

#endif
