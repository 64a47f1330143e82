/* What people add to a dossier: notes, whether it was reviewed, shortlists of predictions. They lie open in theriac.db and say nothing
 * of a patient. Each is kept by version: a change is a new version, a withdrawal too, and nothing is taken away. Each says who, when,
 * and what was looked at: the dossier as the caller names it, and the generation of the records it was made from. */
#ifndef THERIAC_STORE_REMARKS_H
#define THERIAC_STORE_REMARKS_H

#include "theriac/base.h"

struct th_store;

/* A number that grows with every record that is stored: a dossier made at another generation may say something else. */
TH_API th_code th_store_generation(struct th_store *s, int64_t *out, th_err *err);

/* Who, when (seconds since 1970-01-01 UTC), and what was looked at. */
typedef struct th_store_hand {
  th_str who;
  int64_t at;
  th_str dossier; /* version of what was looked at, as the caller names it; may be empty */
  int64_t generation;
} th_store_hand;

typedef enum th_remark_state {
  TH_REMARK_NOTE,       /* a note */
  TH_REMARK_REVIEWED,   /* somebody stands for what the dossier says */
  TH_REMARK_QUESTIONED, /* somebody doubts it; text says what */
  TH_REMARK_WITHDRAWN,  /* taken back; the versions before say what it was */
} th_remark_state;
TH_API const char *th_remark_state_name(th_remark_state s); /* "note", "reviewed", "questioned", "withdrawn" */

/* A remark on a drug's dossier, or on a pair of drug and disease. Names are compared folded, as everywhere in the store; synonyms are
 * for the caller to resolve. */
typedef struct th_store_remark {
  int64_t id; /* 0: a new one */
  uint32_t version;
  th_str drug, disease; /* disease empty: of the drug as a whole */
  th_remark_state state;
  th_str text;
  th_store_hand hand;
} th_store_remark;
typedef TH_VEC(th_store_remark) th_store_remarks;

/* Keeps a remark (id 0) or a new version of one, inside begin…commit; sets id and version. *same true: the newest version says this
 * already (for a new one: another of the same hand, time aside), and nothing was written. The subject of a remark never changes:
 * drug and disease of a new version are those of the first. TH_EINVAL: who or drug is empty, or a note without text. TH_ENOENT: no
 * remark of this id. TH_ELIMIT. */
TH_API th_code th_store_remark_put(th_arena *a, struct th_store *s, th_store_remark *r, bool *same, th_err *err);
/* Newest versions of the remarks on a subject, withdrawn ones too, in the order they were begun. disease NULL: on the drug and on all
 * its pairs. */
TH_API th_code th_store_remarks_of(th_arena *a, struct th_store *s, th_str drug, const th_str *disease, th_store_remarks *out,
                                   th_err *err);
/* All versions of one, oldest first. TH_ENOENT. */
TH_API th_code th_store_remark_versions(th_arena *a, struct th_store *s, int64_t id, th_store_remarks *out, th_err *err);
/* The latest word on a subject by its review state: the newest of its remarks that says reviewed or questioned. *found false: not
 * reviewed. Whether it still holds is for the caller to compare: hand.generation with th_store_generation, hand.dossier. */
TH_API th_code th_store_review(th_arena *a, struct th_store *s, th_str drug, th_str disease, bool *found, th_store_remark *out,
                               th_err *err);

/* ── Shortlists ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_shortlist_item {
  th_str drug, disease;
  int64_t rank;  /* as predicted; 0: none */
  th_str score;  /* as printed there */
  th_str why;    /* it was kept */
  bool negative; /* a negative control, kept on purpose */
} th_shortlist_item;

typedef struct th_shortlist {
  int64_t id; /* 0: a new one */
  uint32_t version;
  th_str name, note;
  th_str model; /* identity of the model that ranked */
  bool withdrawn;
  th_store_hand hand;
  const th_shortlist_item *item; /* in the order to be shown */
  uint32_t n;
} th_shortlist;
typedef TH_VEC(th_shortlist) th_shortlists;

/* Keeps a whole list, inside begin…commit; every put is a new version unless the newest has this content (*same). TH_EINVAL: who or
 * name is empty, an item without a drug or disease. TH_ENOENT: no list of this id. TH_ELIMIT. */
TH_API th_code th_store_shortlist_put(th_arena *a, struct th_store *s, th_shortlist *l, bool *same, th_err *err);
/* A version of a list (0: the newest) with its items. TH_ENOENT. */
TH_API th_code th_store_shortlist_get(th_arena *a, struct th_store *s, int64_t id, uint32_t version, th_shortlist *out,
                                      th_err *err);
/* Newest versions of all lists with their items, withdrawn ones too, in the order they were begun. */
TH_API th_code th_store_shortlist_all(th_arena *a, struct th_store *s, th_shortlists *out, th_err *err);

#endif
