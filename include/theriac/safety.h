/* Floor 5: what may harm. Severities are checked against their own text; a conflict is shown, never smoothed. */
#ifndef THERIAC_SAFETY_H
#define THERIAC_SAFETY_H

#include "theriac/names.h"
#include "theriac/source.h"

/* A caution about a disease, food or herb, after its severity was held against its text (evidence.md §2.3). */
typedef struct th_safety_caution {
  th_caution_kind kind;
  th_str subject;
  const th_name_row *disease;     /* of a disease caution, or NULL */
  th_str label;                   /* severity as printed */
  th_severity labelled, severity; /* printed; ours */
  const char *rule;               /* "S-1", "S-2" when the text moved it, else NULL */
  const char *section;            /* of the label it stands in: "contraindications", "boxed_warning"; NULL: no label */
  bool class_statement;           /* "certain agents": concerns the class, not surely this drug */
  th_str text;
  uint32_t source, line;
} th_safety_caution;
typedef TH_VEC(th_safety_caution) th_safety_cautions;

/* Appends the page's cautions. source: the caller's index of the document. */
TH_API th_code th_safety_cautions_of_page(th_arena *a, const th_names *names, const th_report_page *page, uint32_t source,
                                          th_safety_cautions *out, th_err *err);

/* Appends a row of a table of cautions, its severity as the table's rules left it. */
TH_API th_code th_safety_caution_of_row(th_arena *a, const th_names *names, const th_caution_row *row, uint32_t source,
                                        th_safety_cautions *out, th_err *err);

/* One interacting drug, class or vaccine, joined over all sources that name it. */
typedef struct th_safety_interaction {
  th_severity severity; /* gravest of all sources */
  th_str name;          /* as printed first */
  const th_name_row *drug;
  th_str atc;   /* of the other drug: the code that stands for its class (th_names_atc_main); "J07" for what is called
                   a vaccine and has none; or empty */
  th_str group; /* class that a page names, "活疫苗", or empty */
  th_str effect;
  bool conflict;  /* sources differ in severity */
  bool page_only; /* no table lists it: a published page says so */
  bool vague;     /* names a class or "several", no substance */
  bool listed;    /* stands in the list of the patient that was given */
  uint32_t source, line;
  uint32_t n_sources;
} th_safety_interaction;
typedef TH_VEC(th_safety_interaction) th_safety_interactions;

TH_API th_code th_safety_interactions_of_page(th_arena *a, const th_names *names, const th_report_page *page, uint32_t source,
                                              th_safety_interactions *out, th_err *err);
/* Appends the other drug of each pair (th_source_ddinter_pairs) in which `drug` stands. source_of: index of the document a row's tag
 * came from. */
TH_API th_code th_safety_interactions_of_pairs(th_arena *a, const th_names *names, const th_name_row *drug,
                                               const th_ddinter_pairs *pairs, uint32_t (*source_of)(void *ctx, int64_t tag),
                                               void *ctx, th_safety_interactions *out, th_err *err);
/* Sorted gravest first, then by name; n[s] = how many of each severity: of the tables' when any is held, else of the pages'. */
TH_API void th_safety_sort(th_safety_interactions *v, uint32_t n[TH_SEVERITY_CONTRAINDICATED + 1]);

/* Marks the other drugs that a patient's list has. NULL among them is passed over. */
TH_API void th_safety_mark_listed(th_safety_interactions *v, const th_name_row *const *listed, size_t n);

/* Interactions whose other drugs are of one class. */
typedef struct th_safety_class {
  th_str atc;   /* second level of the ATC, "L04"; empty: no code is known of these */
  th_str name;  /* then the class that a page names; empty too: nothing is known of their class */
  uint32_t *of; /* indices of the interactions: the list's drugs first, then in their order */
  uint32_t n, n_listed, n_severity[TH_SEVERITY_CONTRAINDICATED + 1];
  th_severity worst, worst_listed;
} th_safety_class;
typedef TH_VEC(th_safety_class) th_safety_classes;

/* v: sorted. Classes with drugs of the patient's list first (the gravest of these first), then by the gravest severity, then the larger
 * first, then by code and name. O(n · classes). */
TH_API th_code th_safety_classes_of(th_arena *a, const th_safety_interactions *v, th_safety_classes *out, th_err *err);

/* Two drugs of a list that interact, joined over all that say so. */
typedef struct th_safety_pair {
  size_t a, b;          /* indices in the list, a < b */
  th_severity severity; /* gravest of all sources */
  bool conflict;        /* sources differ in severity */
  bool page_only;       /* no table lists it: a published page says so */
  th_str label, effect; /* as the gravest source prints them; effect may be empty */
  uint32_t source, line, n_sources;
} th_safety_pair;
typedef TH_VEC(th_safety_pair) th_safety_pair_vec;

/* Pairs within the list, from rows of tables (th_source_ddinter_pairs joins them first), gravest first, then by a and b. Drugs are
 * told by identity; one that stands in the list twice makes no pair with itself. O(rows + n). */
TH_API th_code th_safety_pairs_of_list(th_arena *a, const th_names *names, const th_name_row *const *drug, size_t n,
                                       const th_ddinter_pairs *rows, uint32_t (*source_of)(void *ctx, int64_t tag), void *ctx,
                                       th_safety_pair_vec *out, th_err *err);
/* Joins what the page of drug number `at` claims on other drugs of the list. */
TH_API th_code th_safety_pairs_of_page(th_arena *a, const th_names *names, const th_name_row *const *drug, size_t n, size_t at,
                                       const th_report_page *page, uint32_t source, th_safety_pair_vec *out, th_err *err);
TH_API void th_safety_pairs_sort(th_safety_pair_vec *v);

/* What labels say on populations: of an imported label in its own words, else restated in ours with the section to check (ships with
 * the program for few drugs). */
typedef struct th_safety_warning {
  th_str drug_id, population; /* "pregnancy", "breast-feeding", "contraception", "boxed", "contraindications", "infection" … */
  bool major;                 /* of the gravest kind: bars the use in this population */
  th_str en, zh, source;
  bool quoted;       /* of an imported label; then the document's index and line follow */
  uint32_t at, line; /* else 0 */
} th_safety_warning;
typedef TH_VEC(th_safety_warning) th_safety_warnings;

/* Appends what a label says. Cautions: each disease named in its contraindications (contraindicated), each that its boxed warning
 * speaks of as a population, "in patients with …" (major), once; with the sentence. Warnings, where asked for: the beginning of each section on
 * a population. Pregnancy, breast-feeding and contraception are major when the boxed warning or the contraindications speak of them. */
TH_API th_code th_safety_of_label(th_arena *a, const th_names *names, const th_label *label, uint32_t source, bool warnings_too,
                                  th_safety_warnings *warnings, th_safety_cautions *cautions, th_err *err);
/* Appends what ships with the program on populations that no label among `all` speaks of. */
TH_API th_code th_safety_warnings_add(th_arena *a, th_safety_warnings *all, const th_safety_warnings *built_in, th_err *err);
TH_API th_code th_safety_warnings_of(th_arena *a, th_str drug_id, th_safety_warnings *out, th_err *err);

#endif
