/* What a site over all dossiers is made of, beyond the overview: an address for every drug and disease, the diseases with their pairs, what is
 * counted over all, the latest changes, a map. Everything of one dossier comes from that dossier (theriac/dossier/overview.h); what is
 * counted over all of them is counted here and nowhere else. */
#ifndef THERIAC_DOSSIER_ATLAS_H
#define THERIAC_DOSSIER_ATLAS_H

#include "theriac/dossier/overview.h"

/* ── Addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_subject {
  const th_name_row *row; /* NULL: no table lists the drug */
  th_str name;            /* the English name, or what it was asked for by */
  th_str slug;            /* of small letters, digits and '-': its name in an address, the same for the same set of drugs */
} th_subject;
typedef TH_VEC(th_subject) th_subjects;

/* Drugs by their names, each once, by name. TH_EINVAL: a name of several drugs. */
TH_API th_code th_subjects_of(th_arena *a, const th_names *names, const th_str *name, size_t n, th_subjects *out, th_err *err);
/* Address of a disease: "mondo-0007915", or its name and a few letters that tell it from others of nearly the same name. */
TH_API th_str th_slug_of_disease(th_arena *a, th_str id, th_str name);

/* ── One dossier ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* What is kept of a dossier when it goes. Lives in the arena it was made in. */
typedef struct th_brief {
  th_str slug, drug_id, synonyms; /* synonyms: '|' between them */
  th_overview glance;             /* of this drug alone */
  uint32_t trials, papers;
  th_dossier_changes changes; /* without places */
  th_date changes_since, regraded_since;
} th_brief;
TH_API th_code th_brief_of(th_arena *a, const th_dossier *d, th_str slug, th_brief *out, th_err *err);

/* ── All of them ───────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_atlas_disease {
  th_str slug, id, en, zh;
  uint32_t *pair; /* indices of the overview's pairs: licensed uses, then by level, then by drug */
  uint32_t n_pairs;
  uint32_t levels[TH_LEVEL_L5 + 1]; /* pairs of each level, licensed uses left out */
} th_atlas_disease;

typedef struct th_atlas_event {
  uint32_t drug;
  const th_dossier_change *change;
} th_atlas_event;

typedef struct th_atlas {
  th_overview all;
  const th_brief **drug;     /* one a drug of the overview */
  th_atlas_disease *disease; /* by English name */
  uint32_t n_diseases;
  uint32_t *disease_of;                     /* one a pair of the overview: index of its disease */
  uint32_t levels[TH_LEVEL_L5 + 1];         /* pairs of each level, licensed uses left out */
  uint32_t licensed;                        /* pairs that are licensed uses */
  uint32_t decisions[TH_DECISION_HOLD + 1]; /* pairs of each decision */
  th_atlas_event *event;                    /* changes of all drugs: the latest day first, then by drug and as there */
  size_t n_events;
  th_date oldest_source;
} th_atlas;

/* Sorts the briefs by English name; they must outlive the atlas. Linear but for sorting. */
TH_API th_code th_atlas_make(th_arena *a, th_brief *brief, uint32_t n, th_atlas *out, th_err *err);

/* Rows and columns of a map drugs × diseases: those that stand in most pairs, at most `drugs` and `diseases`, by name; cell[r * columns + c]:
 * index + 1 of the pair, 0: no such pair. */
typedef struct th_atlas_map {
  uint32_t *drug, *disease;
  uint32_t n_drugs, n_diseases;
  uint32_t *cell;
} th_atlas_map;
TH_API th_code th_atlas_map_of(th_arena *a, const th_atlas *v, uint32_t drugs, uint32_t diseases, th_atlas_map *out,
                               th_err *err);

#endif
