#ifndef THERIAC_DOSSIER_PRIV_H
#define THERIAC_DOSSIER_PRIV_H

#include "theriac/dossier.h"
#include "theriac/trial.h"

/* Records that concern the drug, whole, as they were read. */
typedef struct th_dossier_docs {
  TH_VEC(struct {
    th_report_page page;
    uint32_t source;
  })
  pages;
  TH_VEC(struct {
    th_abstract_doc doc;
    uint32_t source;
  })
  abstracts;
  TH_VEC(struct {
    th_trial_page page;
    uint32_t source;
  })
  trials;
  TH_VEC(struct {
    const th_ctgov_study *study;
    uint32_t source;
    th_tri changed; /* OUTCOME_CHANGED, over the versions held */
  })
  registry;
  TH_VEC(struct {
    const th_pubmed_article *article;
    uint32_t source;
    uint32_t appraisal; /* index, UINT32_MAX: not rechecked */
  })
  papers;
  TH_VEC(struct {
    th_coverage_text text;
    uint32_t source;
  })
  rules;
  TH_VEC(struct {
    th_capture capture;
    uint32_t source;
  })
  captures;
} th_dossier_docs;

typedef struct th_dossier_work {
  th_arena *a;
  th_store *store;
  const th_names *names;
  const th_dossier_options *opts;
  th_dossier *d;
  th_dossier_docs docs;
  th_studies_seen studies;
  th_evidence_observed *observed; /* one a study */
  th_name_row_vec licensed, contraindicated;
  TH_VEC(th_place) licensed_at;
  th_err *err;
} th_dossier_work;

th_code th_dossier__load(th_dossier_work *w);
/* The version of a record that was current at the end of a day, by the days of import. *found false: it was not there yet. */
th_code th_dossier__version_on(th_arena *a, th_store *s, const th_store_record *now, th_date day, bool *found,
                               th_store_record *out, th_err *err);
th_code th_dossier__appraise(th_dossier_work *w); /* rechecks of papers, before studies are judged */
th_code th_dossier__appraise_one(th_dossier_work *w, const th_abstract_doc *doc, uint32_t source);
th_code th_dossier__papers(th_dossier_work *w);   /* literature records that test the drug, rechecked */
th_code th_dossier__studies(th_dossier_work *w);  /* every document's studies in one form */
th_code th_dossier__licensed(th_dossier_work *w); /* products, licensed diseases, cautions, interactions, warnings */
th_code th_dossier__pairs(th_dossier_work *w);
th_code th_dossier__outlook(th_dossier_work *w); /* what the home's model says */
th_code th_dossier__pool(th_dossier_work *w);    /* counted units of one question together */
th_code th_dossier__clusters(th_dossier_work *w);
th_code th_dossier__needs(th_dossier_work *w);
th_code th_dossier__claims_of_pages(th_dossier_work *w); /* mechanism, questions, related drugs */
th_code th_dossier__relatives(th_dossier_work *w);       /* drugs that share something with it */
th_code th_dossier__cover(th_dossier_work *w);           /* the policy's wording of each clause; a case decided */
th_code th_dossier__scan(th_dossier_work *w);
th_code th_dossier__cite(th_dossier_work *w);

/* The names a record may call the drug by. */
th_code th_dossier__drug_names(th_arena *a, const th_name_row *drug, th_str_vec *out, th_err *err);
/* Index of the record's document among the sources, listed when it is new. dated: the day the document gives. */
th_code th_dossier__add_source(th_dossier_work *w, const th_store_record *r, th_date dated, uint32_t *index);
th_code th_dossier__tables(th_dossier_work *w); /* imported tables: licences, cautions, interactions */
th_place th_dossier__at(uint32_t source, th_field f);
/* The pair of this disease (row, or printed name when unmapped), made when it is new. */
th_code th_dossier__pair(th_dossier_work *w, const th_name_row *disease, th_str printed, th_dossier_pair **out);
th_code th_dossier__finding(th_dossier_work *w, const char *code, th_place at, uint32_t pair, th_str message, size_t n,
                            const th_str *values);

#endif
