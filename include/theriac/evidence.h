/* Floor 5: what a study is worth for one drug in one disease, and what all of them say together.
 *
 * Studies come in one form (th_study_seen), whatever they were read from. Each is judged for the pair (th_evidence_item: role of the
 * drug, relevance of the condition, design, gates, direction), and the items are graded together (th_grade). Every step names its
 * rule and the words it rests on. Level says how much and how good; direction says which way: two axes, never one.
 * Pure: nothing here reads a store or a clock; the as-of date is an argument. Specification: evidence.md; codes in
 * theriac-findings(7). */
#ifndef THERIAC_EVIDENCE_H
#define THERIAC_EVIDENCE_H

#include "theriac/names.h"
#include "theriac/source.h"
#include "theriac/study.h"

typedef enum th_level { TH_LEVEL_UNKNOWN, TH_LEVEL_L1, TH_LEVEL_L2, TH_LEVEL_L3, TH_LEVEL_L4, TH_LEVEL_L5 } th_level;
typedef enum th_direction {
  TH_DIRECTION_NONE, /* no counted unit */
  TH_DIRECTION_SUPPORTS,
  TH_DIRECTION_NULL,
  TH_DIRECTION_AGAINST,
  TH_DIRECTION_UNCLEAR,
  TH_DIRECTION_MIXED
} th_direction;
typedef enum th_design {
  TH_DESIGN_UNKNOWN,
  TH_DESIGN_SR_RCT,
  TH_DESIGN_SR_OBS,
  TH_DESIGN_RCT,
  TH_DESIGN_NRCT,
  TH_DESIGN_COHORT,
  TH_DESIGN_CASE_CONTROL,
  TH_DESIGN_CROSS_SECTIONAL,
  TH_DESIGN_UNCONTROLLED,
  TH_DESIGN_CASE_SERIES,
  TH_DESIGN_CASE_REPORT,
  TH_DESIGN_EXPANDED_ACCESS,
  TH_DESIGN_PRECLINICAL,
  TH_DESIGN_GUIDELINE,
  TH_DESIGN_COUNT
} th_design;
typedef enum th_role { TH_ROLE_UNKNOWN, TH_ROLE_TESTED, TH_ROLE_BACKGROUND, TH_ROLE_COMPARATOR, TH_ROLE_MENTIONED } th_role;
typedef enum th_relevance { TH_RELEVANCE_U, TH_RELEVANCE_A, TH_RELEVANCE_B, TH_RELEVANCE_C } th_relevance;
typedef enum th_novelty {
  TH_NOVELTY_UNKNOWN,
  TH_NOVELTY_NEW,
  TH_NOVELTY_EXPANSION,
  TH_NOVELTY_LICENSED,
  TH_NOVELTY_CONTRAINDICATED
} th_novelty;
typedef enum th_certainty { TH_GRADE_NONE, TH_GRADE_VERY_LOW, TH_GRADE_LOW, TH_GRADE_MODERATE, TH_GRADE_HIGH } th_certainty;
typedef enum th_decision {
  TH_DECISION_STOP = 1,
  TH_DECISION_LICENSED,
  TH_DECISION_SEARCH_FIRST,
  TH_DECISION_NO_GO,
  TH_DECISION_GO,
  TH_DECISION_GUARDRAILS,
  TH_DECISION_HOLD_MIXED,
  TH_DECISION_QUESTION_GUARDED,
  TH_DECISION_QUESTION,
  TH_DECISION_HOLD
} th_decision; /* the number is the row of the decision table */

/* Codes as exported: "L3", "supports", "COHORT", "tested", "A", "new", "VERY_LOW", "RESEARCH_QUESTION". Static strings. */
TH_API const char *th_level_code(th_level v);
TH_API const char *th_direction_code(th_direction v);
TH_API const char *th_design_code(th_design v);
TH_API const char *th_role_code(th_role v);
TH_API const char *th_relevance_code(th_relevance v);
TH_API const char *th_novelty_code(th_novelty v);
TH_API const char *th_certainty_code(th_certainty v);
TH_API const char *th_decision_code(th_decision v);

/* ── One study, whatever it was read from ──────────────────────────────────────────────────────────────────────────── */

typedef enum th_study_origin {
  TH_ORIGIN_REGISTRY,
  TH_ORIGIN_PAPER,
  TH_ORIGIN_CLAIM /* a row on somebody's report page */
} th_study_origin;
typedef enum th_study_status {
  TH_STATUS_UNKNOWN,
  TH_STATUS_COMPLETED,
  TH_STATUS_ONGOING,
  TH_STATUS_TERMINATED,
  TH_STATUS_WITHDRAWN,
  TH_STATUS_WITHHELD,
  TH_STATUS_NOT_TOLD
} th_study_status;

/* A published effect as the text prints it, from the recheck of the study. */
typedef struct th_effect_seen {
  double estimate, ci_lo, ci_hi, p; /* NaN: not printed */
  bool ratio;                       /* null value 1, else 0 */
  bool adjusted;
  th_str sentence;
  bool hazard; /* a hazard ratio: below 1 is fewer events, whatever the outcome is called */
} th_effect_seen;

/* A paper a registry entry names. */
typedef enum th_reference_kind { TH_REFERENCE_BACKGROUND, TH_REFERENCE_RESULT, TH_REFERENCE_DERIVED } th_reference_kind;
typedef struct th_reference_seen {
  th_str id; /* "PMID31243451"; empty when only cited in words */
  th_reference_kind kind;
  bool retracted;
  bool no_result; /* by its title a protocol: joined, and no result */
} th_reference_seen;

/* One group of a posted comparison. */
typedef struct th_group_seen {
  th_str title, description;
  double value;  /* NaN: none, or more than one (classes, time points) */
  double people; /* analysed; NaN: not posted */
} th_group_seen;

/* One comparison of a registry's result section, as posted. */
typedef struct th_analysis_seen {
  int rank;                          /* 0 primary outcome, 1 secondary, 2 other */
  uint32_t outcome;                  /* index of the outcome in the result section, for the path */
  th_str title, words;               /* of the outcome: its title; unit and measure */
  th_str param;                      /* "Hazard Ratio (HR)" */
  double estimate, lo, hi, p, level; /* NaN: not posted; level 0.9, 0.95 … */
  char p_sign;                       /* '=', '<', '>', 0: no P */
  bool non_inferiority;              /* tested for non-inferiority or equivalence */
  th_str comment;                    /* what the record says of the comparison */
  TH_VEC(th_group_seen) groups;
  uint32_t line;
} th_analysis_seen;

typedef enum th_study_form { TH_FORM_OTHER, TH_FORM_CTGOV, TH_FORM_PUBMED } th_study_form; /* whose field paths it has */

typedef struct th_study_seen {
  th_study_origin origin;
  th_study_form form;
  uint32_t source; /* index of the document in the caller's list */
  th_str id;       /* "NCT05154734", "PMID40259254", "doi:10.…" */
  th_str title;
  bool title_cut;
  th_field_vec conditions; /* as the source lists them; empty when it has no such field */
  th_field_vec treatments; /* interventions */
  th_trial_arms arms;
  unsigned phases; /* bit 0 early phase 1, 1…4 the phases */
  th_study_status status;
  th_field status_text, phase_text, n_text;
  int64_t n; /* -1 not told */
  th_count_kind n_kind;
  th_field study_type, allocation, model, masking, purpose; /* as printed */
  th_tri healthy_volunteers;
  th_tri has_results; /* posted or reported here */
  th_field_vec texts; /* what can be read for design, role, population: abstract sections, summary, inclusion lines */
  th_str_vec pub_types;
  th_date published, started, completed;
  th_str_vec related_ids; /* registrations named inside, identifiers of the same study */
  TH_VEC(th_effect_seen) effects;
  int64_t events;      /* of the recomputed main table; -1 none */
  th_str listed_under; /* disease under which a search returned it or a page lists it; empty otherwise */
  uint32_t line;

  bool partial; /* the source holds only part of such a record: no design, no arms (captures, field lists) */
  th_str official_title, sponsor;
  th_field why_stopped;
  th_field_vec topics; /* what indexers say it is about: major MeSH of a paper, derived terms of a registry entry that its own
                          conditions bear out */
  TH_VEC(th_reference_seen) references;
  TH_VEC(th_analysis_seen) analyses;
  th_date due;                        /* of a page or a capture: the day it says the study was completed */
  const th_ctgov_study *registry;     /* of a registry's record: it, as long as it lives; else NULL */
  th_str conclusion;                  /* of a paper, in its own words; empty: the end of the last text */
  bool cut;                           /* the text at hand stops before the end: it holds no conclusion */
  th_field inclusion;                 /* who may take part: the part of the criteria before the exclusions */
  th_tri outcome_changed;             /* a primary outcome or the criteria changed after the start (versions of the record) */
  th_str table_arm[2];                /* words beside the two rows of `table`: which group each is */
  bool animals, humans, animal_model; /* by indexing */
  th_str_vec headings;                /* all MeSH headings of a paper */
  double analysed;                    /* people in the first primary outcome; NaN: not posted */
  double people_started, people_done; /* participant flow over all groups; NaN: not posted */
  bool has_table;                     /* of a paper: the first table its numbers give */
  th_table2 table;
} th_study_seen;
typedef TH_VEC(th_study_seen) th_studies_seen;

TH_API th_code th_study_of_trial_page(th_arena *a, const th_trial_page *p, uint32_t source, th_study_seen *out, th_err *err);
TH_API th_code th_study_of_abstract(th_arena *a, const th_abstract_doc *d, uint32_t source, th_study_seen *out, th_err *err);
TH_API th_code th_study_of_capture_trial(th_arena *a, const th_capture_trial *t, uint32_t source, th_study_seen *out,
                                         th_err *err);
TH_API th_code th_study_of_capture_paper(th_arena *a, const th_capture_paper *p, uint32_t source, th_study_seen *out,
                                         th_err *err);
/* A full registry record: arms with everything an arm gets, conditions, derived terms by the rule of evidence.md §5, references,
 * posted comparisons. Texts view the record. */
TH_API th_code th_study_of_ctgov(th_arena *a, const th_ctgov_study *r, uint32_t source, th_study_seen *out, th_err *err);
/* A literature record, without the numbers of its text: those come from a recheck (th_study_take_facts). */
TH_API th_code th_study_of_pubmed(th_arena *a, const th_pubmed_article *r, uint32_t source, th_study_seen *out, th_err *err);
/* Effects, people and events from a recheck of `section` into out->effects, n, events. */
TH_API th_code th_study_take_facts(th_arena *a, const th_study_result *r, const th_str *section, size_t n_sections,
                                   th_study_seen *out, th_err *err);
TH_API th_code th_study_of_claim(th_arena *a, const th_report_trial *t, uint32_t source, th_study_seen *out, th_err *err);

/* ── One study judged for one pair ─────────────────────────────────────────────────────────────────────────────────── */

/* A step of the judgement: rule, what it gave, the words it rests on. */
typedef struct th_evidence_step {
  const char *rule; /* "ROLE", "REL", "DESIGN", "GATE", "DIR" … */
  th_str gave;      /* a code */
  th_str words;     /* quoted from the source, or empty */
  th_str path;      /* field it was read from: "conditions[0]" */
} th_evidence_step;
typedef TH_VEC(th_evidence_step) th_evidence_steps;

typedef TH_VEC(const char *) th_codes;                         /* static strings: "V-NO-RESULT" */
TH_API bool th_codes_has(const th_codes *v, const char *code); /* by its letters */

typedef struct th_evidence_item {
  const th_study_seen *study;
  th_role role;
  th_relevance relevance;
  const th_name_row *about; /* the condition that decided the relevance, or NULL */
  th_design design, design_labelled;
  th_direction direction;
  th_codes gates, flags;
  bool counted;                  /* its unit counts towards the level */
  bool reported;                 /* with results */
  bool duplicate;                /* another report of a unit listed before it */
  uint32_t unit;                 /* items of one study share the number */
  th_str outcome;                /* the outcome that direction and certainty rest on, in its own words */
  th_effect_seen effect;         /* of it; estimate NaN: none */
  bool has_table, table_rebuilt; /* counts of it; rebuilt from percentages and group sizes */
  bool table_turned;             /* group 1 is known to have the drug: only such tables are pooled */
  th_table2 table;
  th_evidence_steps steps;
} th_evidence_item;
typedef TH_VEC(th_evidence_item) th_evidence_items;

typedef struct th_evidence_question {
  const th_names *names;
  const th_name_row *drug, *disease;
  th_date as_of;
} th_evidence_question;

/* What a study says whatever disease is asked about: role of the drug, design, direction, the diseases it names. Made once a study. */
typedef struct th_evidence_observed {
  th_evidence_item item; /* without relevance and gates */
  th_evidence_item own;  /* gates, flags and steps that the study brings whatever the disease */
  th_name_hits about;
} th_evidence_observed;
/* q->disease is not looked at. Cost: linear in the study's texts. */
TH_API th_code th_evidence_observe(th_arena *a, const th_evidence_question *q, const th_study_seen *s,
                                   th_evidence_observed *out, th_err *err);
/* The same study held against one disease: relevance and gates. *out shares nothing that grows with o. */
TH_API th_code th_evidence_relate(th_arena *a, const th_evidence_question *q, const th_evidence_observed *o,
                                  th_evidence_item *out, th_err *err);
/* Both in one. */
TH_API th_code th_evidence_judge(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *out,
                                 th_err *err);
/* The sentence of a text around byte `at`. */
TH_API th_str th_evidence_sentence(th_str text, size_t at);
/* Names in a study's conditions or, failing these, its title and population: what it is about. */
TH_API th_code th_evidence_about(th_arena *a, const th_names *n, const th_study_seen *s, th_name_hits *out, th_err *err);
/* Design from types, design fields and cue words; repairs a label that contradicts how the groups were formed. */
TH_API th_code th_evidence_design(th_arena *a, const th_study_seen *s, th_evidence_item *out, th_err *err);
/* Which way it points for q->drug. */
TH_API th_code th_evidence_direction(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *out,
                                     th_err *err);
/* +1: more of what these words measure is better, −1: worse, 0: they do not tell. */
TH_API int th_evidence_polarity(th_arena *a, th_str words);

/* ── All of them together ──────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_search_seen {
  th_capture_source source;
  th_search_state state;
  bool incomplete;
  th_str query, error;
  th_date on;
  int64_t records;
  uint32_t document; /* index in the caller's list; UINT32_MAX: no document (not searched) */
} th_search_seen;
typedef TH_VEC(th_search_seen) th_searches_seen;

typedef struct th_certainty_step {
  const char *domain; /* "start", "risk_of_bias", "imprecision" … */
  int change;
  th_str why; /* with its number */
} th_certainty_step;

/* Thresholds of the level, printed with the result. */
typedef struct th_evidence_settings {
  int64_t people_min; /* a randomised trial of phase 3 or 4, or of this many people, counts towards L1 (200) */
  size_t trials_min;  /* that many of them make L1 (2) */
} th_evidence_settings;
TH_API th_evidence_settings th_evidence_settings_default(void);

/* The level a single counted study of a design gives, as the rules have it: for documents that explain them. */
typedef struct th_level_row {
  th_design design;
  struct {
    th_level level; /* UNKNOWN: it gives none */
    const char *rule;
  } here, near, open; /* a result in the disease itself; in a related one; no result yet, or phase 1, in the disease itself */
} th_level_row;
/* One row a design, TH_DESIGN_COUNT of them. */
TH_API void th_evidence_level_rows(th_level_row out[TH_DESIGN_COUNT]);

typedef struct th_grade {
  th_level level;
  const char *level_rule; /* "LEVEL-L3-COHORT" */
  uint32_t level_unit;    /* the unit that carries it, UINT32_MAX none */
  th_direction direction;
  int ocebm; /* 1–5, 0: none */
  th_certainty certainty;
  bool certainty_automatic; /* a pre-fill: needs a person */
  TH_VEC(th_certainty_step) certainty_steps;
  uint32_t counted_units, listed;
  th_evidence_settings settings;
  th_codes flags; /* union of those of counted and ongoing items, and SEARCH_INCOMPLETE */
} th_grade;

/* items: judged for one pair; their duplicate, unit, counted and reported are settled here, and the speaker of a unit takes over
 * what its papers found. searches: of this pair; empty = nothing was searched. settings NULL: the default. */
TH_API th_code th_evidence_grade(th_arena *a, th_evidence_items *items, const th_searches_seen *searches,
                                 const th_evidence_settings *settings, th_grade *out, th_err *err);

typedef struct th_decision_facts {
  th_novelty novelty;
  bool major_warning;  /* a label warning of the gravest kind for this very population */
  bool pregnancy;      /* disease, population or patient is pregnant, or treatment may reach a pregnancy */
  th_str confirmed_by; /* the person who confirmed GRADE; empty: nobody */
} th_decision_facts;

typedef struct th_decided {
  th_decision decision;
  int row;     /* of the printed table */
  bool capped; /* lowered to a research question because of pregnancy */
} th_decided;

/* First row of the table that fits. The model's score never enters. */
TH_API th_decided th_evidence_decide(const th_grade *g, const th_decision_facts *f);

/* licensed: diseases the licences or the label name, with the words; contraindicated likewise. */
typedef struct th_novelty_seen {
  th_novelty novelty;
  const th_name_row *through; /* the licensed or contraindicated disease it hangs on */
  th_kinship kinship;
} th_novelty_seen;
typedef TH_VEC(const th_name_row *) th_name_row_vec;
TH_API th_novelty_seen th_evidence_novelty(th_arena *scratch, const th_names *n, const th_name_row *disease,
                                           const th_name_row_vec *licensed, const th_name_row_vec *contraindicated,
                                           bool licence_known);

#endif
