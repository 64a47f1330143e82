/* One drug's page on a published repurposing site. Its statements are claims to be checked, not facts; every one keeps its place.
 *
 * Two generations are known: "indication sections" (HTML details blocks with badges) and "page sections" (Markdown headings for
 * why, trials and papers). The reader goes by what is there, not by which it is. */
#ifndef THERIAC_SOURCE_REPORT_PAGE_H
#define THERIAC_SOURCE_REPORT_PAGE_H

#include "theriac/source/field.h"

/* A level of evidence where it is printed: 1–5, hi > lo for a range ("L3-L4"), 0 when the place holds none. */
typedef struct th_level_mark {
  th_field at;
  uint8_t lo, hi;
} th_level_mark;

typedef struct th_report_trial {
  th_field id, phase, status, n, title, finding, condition;
  th_field_pairs other; /* columns not named above */
  uint32_t prediction;  /* index of the prediction it is listed under, or UINT32_MAX: the page as a whole */
  bool title_cut;       /* the title or finding ends in "..." or "…" */
  bool withdrawn;       /* its status says WITHDRAWN, 撤回 or 已撤銷 */
  bool placeholder;     /* a row that says there is none ("-", "無") */
  uint32_t line;
} th_report_trial;
typedef TH_VEC(th_report_trial) th_report_trials;

typedef struct th_report_paper {
  th_field pmid, doi, year, type, journal, title, finding, relevance;
  th_field_pairs other;
  uint32_t prediction;
  bool placeholder;
  uint32_t line;
} th_report_paper;
typedef TH_VEC(th_report_paper) th_report_papers;

typedef enum th_report_origin {
  TH_REPORT_FROM_SECTION, /* an indication section of its own */
  TH_REPORT_FROM_TABLE,   /* a row of an overview table */
  TH_REPORT_FROM_QUICK,   /* named in the quick table only */
} th_report_origin;

typedef struct th_report_prediction {
  th_report_origin origin;
  th_field rank;             /* as printed; absent when the page does not number */
  th_field name;             /* as printed, without the rank */
  th_field name_en, name_zh; /* parts of it by script; either may be absent */
  th_level_mark badge;       /* the badge's text, or the table cell */
  th_level_mark badge_class; /* the level its style class says */
  th_field score;            /* "99.96%" */
  bool primary;              /* marked as the main analysis */
  th_field rationale;        /* the text under "why", markup removed, paragraphs kept */
  th_field no_evidence;      /* the notice that there is no study */
  th_field decision;
  th_field trials_claimed, papers_claimed; /* counts in headings: "20" of "相關文獻（20 篇）" */
  th_field_pairs other;                    /* further headings with their text, further table cells */
  uint32_t from, to, line;                 /* all of it */
} th_report_prediction;
typedef TH_VEC(th_report_prediction) th_report_predictions;

typedef struct th_report_licence {
  th_field number, name, form, holder, expiry, indication, state;
  th_date expires; /* NONE when absent or unreadable */
  th_field_pairs other;
  uint32_t line;
} th_report_licence;
typedef TH_VEC(th_report_licence) th_report_licences;

typedef enum th_severity {
  TH_SEVERITY_UNKNOWN = 0,
  TH_SEVERITY_MINOR,
  TH_SEVERITY_MODERATE,
  TH_SEVERITY_MAJOR,
  TH_SEVERITY_CONTRAINDICATED,
} th_severity;
TH_API const char *th_severity_name(th_severity s); /* "minor", …; "unknown" */
/* From a printed word in English or Chinese (Major, 重度, 嚴重, 🔴 …); UNKNOWN when none fits. */
TH_API th_severity th_severity_parse(th_str s);

/* Interactions the page claims, one entry a list or table row. */
typedef struct th_report_interaction {
  th_severity severity;
  th_field severity_text; /* where the class is printed */
  th_field group;         /* "活疫苗", absent without a group label */
  th_field_vec name;      /* the drugs, split */
  th_field effect;        /* mechanism, meaning, advice */
  th_field raw;           /* the whole item or row */
} th_report_interaction;
typedef TH_VEC(th_report_interaction) th_report_interactions;

typedef enum th_caution_kind { TH_CAUTION_DISEASE, TH_CAUTION_FOOD, TH_CAUTION_HERB } th_caution_kind;

typedef struct th_report_caution {
  th_caution_kind kind;
  th_field subject; /* the disease, food or herb */
  th_field label;   /* severity as printed, without the coloured dot */
  th_severity severity;
  th_field text; /* all its lines */
  bool forbids;  /* the text says 禁用, contraindicated … (a sentence about "certain agents" excepted) */
  bool fatal;    /* the text says 致命, fatal, life-threatening */
  uint32_t from, to, line;
} th_report_caution;
typedef TH_VEC(th_report_caution) th_report_cautions;

typedef struct th_report_related {
  th_field name, slug, why;
  th_level_mark level;
} th_report_related;
typedef TH_VEC(th_report_related) th_report_relateds;

typedef struct th_report_qa {
  th_field question, answer;
} th_report_qa;
typedef TH_VEC(th_report_qa) th_report_qas;

typedef struct th_report_decision {
  th_field text;  /* as printed */
  th_field core;  /* without bracketed remarks */
  th_field about; /* what the label adds: "主要預測，Rank 1" */
} th_report_decision;
typedef TH_VEC(th_report_decision) th_report_decisions;

/* What a heading stands over. OTHER: not understood, kept and counted. */
typedef enum th_report_role {
  TH_REPORT_OTHER = 0,
  TH_REPORT_TITLE,
  TH_REPORT_CONTENTS,
  TH_REPORT_FRAME, /* a heading that only groups what follows */
  TH_REPORT_SUMMARY,
  TH_REPORT_QUICK,
  TH_REPORT_INDICATIONS,
  TH_REPORT_WHY,
  TH_REPORT_TRIALS,
  TH_REPORT_PAPERS,
  TH_REPORT_MECHANISM,
  TH_REPORT_LICENCES,
  TH_REPORT_SAFETY,
  TH_REPORT_DDI,
  TH_REPORT_DDSI,
  TH_REPORT_DFI,
  TH_REPORT_DHI,
  TH_REPORT_CYTOTOXIC,
  TH_REPORT_CONCLUSION,
  TH_REPORT_RELATED,
  TH_REPORT_CITATION,
  TH_REPORT_DISCLAIMER,
  TH_REPORT_ROLE_COUNT
} th_report_role;
TH_API const char *th_report_role_name(th_report_role r);

/* Every heading, Markdown or HTML, with all that stands under it up to the next heading. Nothing between two headings is lost:
 * the bodies of all sections in order, with the front matter, are the page. The first section may have no heading (level 0). */
typedef struct th_report_section {
  th_report_role role; /* its own, or the role inherited from the heading above when it has none */
  bool inherited;
  uint8_t level; /* 1–6; 0 before the first heading */
  th_field heading;
  th_field body;       /* markup removed; from..to are the whole body */
  uint32_t parent;     /* index of the section it stands in, UINT32_MAX at the top */
  uint32_t prediction; /* the indication section it lies in, or UINT32_MAX */
} th_report_section;
typedef TH_VEC(th_report_section) th_report_sections;

typedef struct th_report_page {
  uint8_t generation; /* 1: indication sections (badges); 2: page sections; 0: neither mark seen */
  th_field drug;      /* front-matter title, else first top heading */
  th_field title;     /* the long title: "Belimumab：從…到…" */
  th_field_pairs front;

  th_level_mark level_front, level_header, level_table, level_description, level_parent;
  uint8_t best_badge;                 /* smallest number among the badges' texts, 0 without badges */
  th_field count_front, count_header; /* predicted indications as printed */
  uint32_t n_sections;                /* indication sections on the page */

  th_field_pairs quick; /* the quick table, all rows in order */
  th_field original, predicted, score, marketed, licence_count, decision, decision_header; /* known rows of it; header line's */

  th_field summary; /* the one-sentence summary */
  th_report_qas qa;

  th_report_predictions predictions;
  th_report_trials trials;
  th_report_papers papers;
  th_field why, mechanism; /* page-level text of the newer generation */

  th_report_licences licences;
  th_report_interactions interactions;
  th_field interactions_claimed; /* the count the page states: "69" */
  th_report_cautions cautions;

  th_report_decisions decisions; /* of the conclusion; [0] is the main one */
  th_field conclusion;           /* its whole text */
  th_field rationale, needs_heading;
  th_field_vec needs;

  th_report_relateds related;
  th_field apa, bibtex;
  th_field reviewed, reviewer; /* "2026-02-20", "… Team" */
  th_date reviewed_on;
  th_field disclaimer;

  th_report_sections sections;
  uint32_t n_unknown;     /* sections whose role is OTHER */
  th_field_tables tables; /* every table, whole */
  th_gap_vec gaps;
} th_report_page;

/* Reads a page. Views point into bytes: keep them as long as the page. LF, CRLF and CR, BOM or none.
 * Accepted with gaps: any missing section. Refused (TH_EPARSE, with line and what to do): no drug name; neither a level, a
 * prediction nor a quick table; front matter, an indication section or a code block that is not closed (a cut page).
 * Cost: linear in the bytes. */
TH_API th_code th_source_report_read(th_arena *a, th_str bytes, th_report_page *out, th_err *err);

#endif
