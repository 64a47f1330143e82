/* Pages around dossiers: lists of pairs, comparison, a patient's list of drugs. Values come in whole; nothing here is computed. */
#ifndef THERIAC_REPORT_WEB_DOSSIER_H
#define THERIAC_REPORT_WEB_DOSSIER_H

#include "theriac/dossier/drug_list.h"
#include "theriac/dossier/overview.h"
#include "theriac/report/web.h"

/* Rows of pairs: drug, disease, novelty, level, direction, decision, counted / listed. sort: where each heading leads; NULL: not sortable. */
typedef struct th_web_pairs {
  const th_overview *overview;
  const th_overview_pair *const *row;
  size_t n;
  const char *caption_key;
  bool with_drug, with_disease;
  th_str (*sort)(void *ctx, const char *by); /* address of the same list sorted so */
  void *ctx;
  const char *sorted_by;
} th_web_pairs;
void th_web_pairs_put(th_html *h, const th_web_pairs *p);

/* The codes of a pair as everywhere: badge of its level, decision. */
void th_web_level(th_html *h, th_level v);
void th_web_decision(th_html *h, th_decision v);

/* A facet: its values with their number, each a link. */
typedef struct th_web_facet_value {
  th_str text, href;
  size_t n;
  bool chosen;
} th_web_facet_value;
void th_web_facet(th_html *h, const char *title_key, const th_web_facet_value *v, size_t n);

/* Drugs against diseases; pair[d * n_diseases + k]: NULL where the dossier of drug d has no such pair. */
typedef struct th_web_matrix {
  const th_overview *overview;
  const th_overview_drug *const *drug;
  const th_overview_pair *const *pair;
  const th_overview_pair *const *disease; /* any pair of the disease, for its names */
  size_t n_drugs, n_diseases;
} th_web_matrix;
void th_web_matrix_put(th_html *h, const th_web_matrix *m);

/* What the list calls for: pairs gravest first, then cautions and label warnings drug by drug; what is not held is said first. */
void th_web_drug_list(th_html *h, const th_drug_list *l);

#endif
