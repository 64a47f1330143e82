/* Floor 6: the one value a reader sees. Everything printed in any form is in here, computed once, each with the place it came from;
 * renderers choose words and layout and compute nothing.
 *
 * Built from the store for one drug (optionally one disease). Lives in the caller's arena. Two builds over equal stores, options and
 * program are equal value for value. */
#ifndef THERIAC_DOSSIER_H
#define THERIAC_DOSSIER_H

#include "theriac/coverage.h"
#include "theriac/dossier/kindred.h"
#include "theriac/evidence.h"
#include "theriac/licence.h"
#include "theriac/predict/outlook.h"
#include "theriac/safety.h"
#include "theriac/stat.h"
#include "theriac/store.h"
#include "theriac/study.h"

#define TH_NO_SOURCE UINT32_MAX

/* Where a value stands: document and line; the bytes when known. */
typedef struct th_place {
  uint32_t source; /* index in sources, TH_NO_SOURCE: a rule or table of the program */
  uint32_t line;
  uint32_t from, to;
} th_place;

typedef struct th_dossier_source {
  th_str id; /* "S1", in order of kind and key */
  th_str kind, key, title, name, sha256, licence;
  uint32_t version;
  uint64_t bytes;
  th_date retrieved;
  th_date dated; /* the date the document itself gives, NONE without one */
  bool restated; /* facts put in our own words (the demonstration pack), not the original */
} th_dossier_source;

/* What a page predicts for this pair, beside what we find. */
typedef struct th_dossier_claim {
  th_place at;
  th_str name;                         /* as printed */
  th_str rank, score, level, decision; /* as printed; level "L3" */
  double score_percent;                /* the printed score read as a number; NaN: none printed */
  bool primary;
  th_str rationale;
  bool doubts_itself; /* its own text calls the prediction doubtful */
  bool no_study;      /* the page itself says there is no study */
  int cluster;        /* predictions of one neighbourhood of diseases share a number ≥ 1; 0: alone */
} th_dossier_claim;
typedef TH_VEC(th_dossier_claim) th_dossier_claims;

/* Something that would change the verdict. */
typedef struct th_dossier_need {
  const char *
      code; /* "RESULT_MISSING", "SEARCH_REGISTRY", "SEARCH_LITERATURE", "SOURCE_FAILED", "TRIAL_ONGOING", "REPEAT_RANDOMISED" … */
  th_str subject; /* NCT number, source … */
  th_str effect;  /* code of what it could move: "level", "direction", "decision" */
  th_date due;
  th_place at;
} th_dossier_need;
typedef TH_VEC(th_dossier_need) th_dossier_needs;

/* What became of a unit that was looked at. */
typedef enum th_unit_state { TH_UNIT_COUNTED, TH_UNIT_ONGOING, TH_UNIT_LISTED, TH_UNIT_VOID, TH_UNIT_STATES } th_unit_state;

/* Counted units of one question pooled, or why not. */
typedef enum th_pool_state {
  TH_POOL_NO_UNIT,   /* nothing counted */
  TH_POOL_ONE_UNIT,  /* nothing to pool with */
  TH_POOL_NO_COUNTS, /* fewer than two of the counted units print counts a table can be rebuilt from */
  TH_POOL_DESIGNS,   /* they differ in design: randomised and not randomised are not pooled */
  TH_POOL_DONE
} th_pool_state;

typedef struct th_dossier_pool {
  th_pool_state state;
  th_meta_result meta; /* DONE: odds ratios, REML with HKSJ */
} th_dossier_pool;

typedef struct th_dossier_pair {
  th_str id;                  /* "p1" … in table order */
  const th_name_row *disease; /* NULL: unmapped */
  th_str name_en, name_zh;    /* zh may be empty */
  th_str as_printed;
  bool leading; /* the main analysis of this dossier */
  th_novelty_seen novelty;
  th_place novelty_at;
  th_grade grade;
  th_decided decided;
  bool pregnancy;       /* a statement on pregnancy must come before anything favourable */
  th_str pregnancy_why; /* the words that make it so */
  th_place pregnancy_at;
  th_evidence_items items;
  uint32_t n_units[TH_UNIT_STATES]; /* units listed, by state */
  th_searches_seen searches;
  th_dossier_claims claims;
  th_dossier_needs needs;
  th_dossier_pool pool;
  const th_outlook_pair
      *foretold; /* what the home's model says of it; NULL: no model, or the graph does not know the disease */
} th_dossier_pair;
typedef TH_VEC(th_dossier_pair) th_dossier_pairs;

/* A study whose printed numbers were recomputed. */
typedef struct th_dossier_appraisal {
  th_place at;
  th_str id, title, citation;
  uint32_t pair; /* index of the pair it belongs to, UINT32_MAX none */
  const th_abstract_doc *doc;
  th_str_vec sections; /* the texts the recheck's spans count in */
  th_study_result check;
  const th_study_table *main; /* the table everything hangs on: the first one rebuilt; NULL when none could be */
} th_dossier_appraisal;
typedef TH_VEC(th_dossier_appraisal) th_dossier_appraisals;

typedef struct th_dossier_trial {
  th_place at;
  const th_trial_page *page;
} th_dossier_trial;
typedef TH_VEC(th_dossier_trial) th_dossier_trials;

/* A trial's span of time, as far as any record tells; one entry a registration. */
typedef struct th_dossier_span {
  th_place at;
  th_str id;
  th_date start, end;
  th_study_status status;
  th_tri has_results;
} th_dossier_span;
typedef TH_VEC(th_dossier_span) th_dossier_spans;

typedef struct th_dossier_related {
  th_place at;
  th_str name, level, why; /* as claimed */
  const th_name_row *drug;
  bool by_level_only; /* nothing but the level is given as the reason */
} th_dossier_related;
typedef TH_VEC(th_dossier_related) th_dossier_relateds;

/* What two drugs share, the strongest kind of reason first. */
typedef enum th_relative_by {
  TH_RELATIVE_BY_TARGET, /* a protein that both act on (imported tables of targets) */
  TH_RELATIVE_BY_USE,    /* a disease that both are licensed for */
  TH_RELATIVE_BY_ATC,    /* the deepest group of the ATC, fourth level or third */
  TH_RELATIVE_BY_PATH,   /* near each other in the home's graph (th_outlook_alike) */
  TH_RELATIVE_BYS
} th_relative_by;
TH_API const char *th_relative_by_code(th_relative_by by); /* "target", "use", "atc", "path" */

/* What is known of each kind. */
typedef enum th_relative_state {
  TH_RELATIVES_NOT_HELD, /* nothing is imported that could tell */
  TH_RELATIVES_NO_DRUG,  /* what is held does not know this drug */
  TH_RELATIVES_NONE,     /* it knows the drug; no other shares anything */
  TH_RELATIVES_FOUND
} th_relative_state;
TH_API const char *th_relative_state_code(th_relative_state s); /* "not-held", "no-drug", "none", "found" */

typedef struct th_relative_reason {
  th_relative_by by;
  th_str id, name, name_zh; /* of what is shared: a target's number, MONDO id, "L04AG", a gene or pathway (without id) */
  unsigned level;           /* of the ATC: 4 or 3; else 0 */
  th_outlook_alike *path;   /* PATH */
  th_place own, other;      /* where it stands for this drug, and for the other */
} th_relative_reason;

#define TH_LIMIT_RELATIVES        12 /* drugs of a dossier */
#define TH_LIMIT_RELATIVE_REASONS 4  /* of one kind, told of one drug */

/* A drug that shares something with the dossier's. */
typedef struct th_dossier_relative {
  const th_name_row *drug;
  th_str en, zh;
  bool held;                   /* it has a dossier of its own */
  uint32_t n[TH_RELATIVE_BYS]; /* what is shared of each kind, told or not */
  unsigned atc_level;          /* 4, 3; 0: none */
  double likeness;             /* the larger of the graph's two; 0: none */
  TH_VEC(th_relative_reason) why;
} th_dossier_relative;
typedef TH_VEC(th_dossier_relative) th_dossier_relatives;

typedef struct th_dossier_passage {
  th_place at;
  th_str head, text; /* question and answer; heading and body */
} th_dossier_passage;
typedef TH_VEC(th_dossier_passage) th_dossier_passages;

/* A contradiction, within one document, between documents, or between a document and what we find. */
typedef struct th_dossier_finding {
  const char *code; /* theriac-findings(7) */
  th_place at;
  th_str_vec values;          /* filled into the code's sentence in either language */
  th_str message, message_zh; /* sentences for codes that have none in the catalogue */
  uint32_t pair;              /* UINT32_MAX: the dossier as a whole */
} th_dossier_finding;
typedef TH_VEC(th_dossier_finding) th_dossier_findings;

/* A clause of a payer's rule as the policy that decides it words it. */
typedef struct th_dossier_wording {
  uint32_t clause; /* index in the rule's clauses, UINT32_MAX: its citation is not in the imported text */
  th_str id, cite; /* "AD-07", "8.2.13-2(4)II" */
  th_str zh, en;
} th_dossier_wording;
typedef TH_VEC(th_dossier_wording) th_dossier_wordings;

typedef struct th_dossier_rule {
  th_place at;
  const th_coverage_text *text; /* NULL: no rule imported for this drug */
  bool in_force;                /* on the as-of day, as far as the document tells */
  th_dossier_wordings wordings; /* of the policy for this rule; empty when there is none */
} th_dossier_rule;
typedef TH_VEC(th_dossier_rule) th_dossier_rules;

/* A disease the home's model was asked for, or ranks the drug high in. */
typedef struct th_dossier_foretold {
  const th_outlook_pair *of;
  const th_name_row *row; /* the disease in the table of names, NULL: not there */
  uint32_t pair;          /* first of the dossier's pairs that it is, UINT32_MAX: none */
} th_dossier_foretold;
typedef TH_VEC(th_dossier_foretold) th_dossier_foretolds;

/* A record that the dossier rests on. */
typedef struct th_dossier_record {
  th_str kind, key;
  uint32_t version; /* 1: as it was first imported */
  th_date retrieved;
  uint32_t source;
} th_dossier_record;
typedef TH_VEC(th_dossier_record) th_dossier_records;

/* What one import brought that was not so before. */
typedef struct th_dossier_change {
  const char
      *code;  /* "NEW_TRIAL", "NEW_PAPER", "NEW_RULE", "STATUS", "RESULTS", "OUTCOME", "RETRACTED", "CONCERN", "LICENCE_NEW",
                       "LICENCE_GONE", "LICENCE_STATE", "LICENCE_EXPIRY", "LICENCE_USE", "CLAUSE_NEW", "CLAUSE_GONE", "CLAUSE_TEXT",
                       "REGRADED" */
  th_date on; /* day of the import */
  th_str subject; /* "NCT05154734", "PMID…", a licence number, a clause; REGRADED: the disease's name */
  th_str subject_zh;
  th_str was, now; /* as printed, or a code; empty: not stated, or nothing there */
  struct {         /* REGRADED: before and after. NULL: the pair was not (is not) there */
    const char *level, *rule, *direction, *decision;
  } grade[2];
  th_place at; /* of the newer version */
} th_dossier_change;
typedef TH_VEC(th_dossier_change) th_dossier_changes;

#define TH_LIMIT_CHANGE_DAYS 12   /* days of change that are graded again, the latest */
#define TH_LIMIT_CHANGES     2000 /* of one dossier */

typedef struct th_dossier_cite {
  th_str apa, bibtex, key;
} th_dossier_cite;

typedef struct th_dossier {
  const char *schema; /* "theriac.dossier/1" */
  const char *build;  /* program version */
  th_date as_of, oldest_source;
  const th_name_row *drug;
  th_str drug_en, drug_zh, asked_for;
  uint32_t leading; /* index of the leading pair, UINT32_MAX without pairs */

  th_dossier_pairs pairs;
  th_dossier_appraisals appraisals;
  th_dossier_trials trials;
  th_dossier_spans spans;

  th_safety_interactions interactions;
  uint32_t n_interactions[TH_SEVERITY_CONTRAINDICATED + 1];
  th_safety_classes interaction_classes; /* the same by class of the other drug */
  th_str interactions_claimed;           /* count a page states */
  th_place interactions_claimed_at;
  th_safety_cautions cautions;
  th_safety_warnings warnings;

  th_licence_products products;
  th_dossier_passages indications; /* licensed use as printed */
  th_dossier_rules rules;
  const th_coverage_result *kase; /* a patient's case decided; NULL when none was given */

  const th_outlook *outlook; /* of the home's model; NULL: none was asked */
  th_dossier_foretolds foretold;

  th_dossier_passages mechanism, qa;
  th_dossier_relateds related; /* as pages claim */
  bool relatives_asked;        /* the next three are known */
  /* By targets shared, the more the earlier; then licensed diseases, likewise; then the deeper group of the ATC; then likeness in the
   * graph; then those with a dossier of their own; then the name. The first TH_LIMIT_RELATIVES. */
  th_dossier_relatives relatives;
  size_t n_relatives; /* in all */
  th_relative_state relative_state[TH_RELATIVE_BYS];
  th_dossier_findings findings;
  struct th_dossier_sources {
    th_dossier_source *v;
    size_t n, cap;
  } sources;
  th_dossier_records records; /* in the order of kind and key */
  th_dossier_cite cite;

  bool history;               /* the next three are known (th_dossier_history) */
  th_dossier_changes changes; /* the latest day first */
  th_date changes_since;      /* the first import: before it nothing is known */
  th_date regraded_since;     /* changes before this day were not graded again; NONE: all were */
} th_dossier;

typedef struct th_dossier_options {
  th_str drug;    /* any name */
  th_str disease; /* empty: all pairs of the drug */
  th_date as_of;
  th_str case_json;   /* a patient's case (coverage), empty: none */
  const th_str *with; /* the patient's other drugs, by any name: interactions with them stand first */
  size_t n_with;
  bool
      only; /* of all pairs only the one asked for; every study of the drug is listed for it, with the reason why it counts or not */
  const th_kindred *kindred;            /* what drugs share: related ones are told; NULL: they are not looked for */
  bool imported;                        /* graded by what was imported alone: no search is looked at */
  const th_evidence_settings *settings; /* NULL: the default */
  const th_report_page
      *page; /* a page to be held against the store, in place of the pages held; its source is the first; NULL: none */
  th_str page_name;
  const char
      *home; /* folder with graph.thg, models/default.thm and cache/: what the model says is told; NULL: it is not asked */
  /* Records as they stood at the end of this day, by the day of their import; NONE: as they are. Tables (licences, interactions,
   * cautions) are always as they are. */
  th_date until;
} th_dossier_options;

/* TH_ENOENT when no document of the store concerns the drug and no model knows it (the message says what is held), TH_EINVAL for a drug name that names
 * several. names: index in use (built-in rows and imported ones). */
TH_API th_code th_dossier_build(th_arena *a, th_store *s, const th_names *names, const th_dossier_options *o, th_dossier **out,
                                th_err *err);
/* Fills changes, changes_since and regraded_since of a dossier built with the same options: what later imports changed, from the versions of
 * its records, and how its pairs were graded before and after each day of change (TH_LIMIT_CHANGE_DAYS, each a dossier of its own built
 * in scratch memory). Without a second version and with all imports of one day it costs next to nothing. */
TH_API th_code th_dossier_history(th_arena *a, th_store *s, const th_names *names, const th_dossier_options *o, th_dossier *d,
                                  th_err *err);

#endif
