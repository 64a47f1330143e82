/* Codec tables of registry and literature records (see codec_tables.c). */
#include "store/codec_items.h"

NAMES(tri_name, "false", "unknown", "true")
NAMES(outcome_name, "primary", "secondary", "other")

static const th_codec_item gap_items[] = { CSTR(th_gap, what), PLACE(th_gap, line), STR(th_gap, why), END };
CODEC(gap, th_gap);

/* ── ClinicalTrials.gov ────────────────────────────────────────────────────────────────────────────────────────────── */

#define T th_ctgov_id
static const th_codec_item id_items[] = {
  FIELD(T, id),
  FIELD(T, type),
  END,
};
CODEC(id, T);
#undef T
#define T th_ctgov_day
static const th_codec_item day_items[] = {
  FIELD(T, text),
  FIELD(T, kind),
  DATE(T, date),
  END,
};
CODEC(day, T);
#undef T
#define T th_ctgov_arm
static const th_codec_item arm_items[] = {
  FIELD(T, label), FIELD(T, type), FIELD(T, description), FIELDS(T, interventions), END,
};
CODEC(arm, T);
#undef T
#define T th_ctgov_intervention
static const th_codec_item intervention_items[] = {
  FIELD(T, type), FIELD(T, name), FIELD(T, description), FIELDS(T, other_names), FIELDS(T, arm_labels), END,
};
CODEC(intervention, T);
#undef T
#define T th_ctgov_outcome
static const th_codec_item outcome_items[] = {
  ENUM(T, kind, outcome_name, outcome_name_n), FIELD(T, measure), FIELD(T, description), FIELD(T, time_frame), END,
};
CODEC(outcome, T);
#undef T
#define T th_ctgov_reference
static const th_codec_item reference_items[] = {
  FIELD(T, pmid), FIELD(T, type), FIELD(T, citation), U32(T, n_retractions), END,
};
CODEC(reference, T);
#undef T
#define T th_ctgov_term
static const th_codec_item term_items[] = {
  FIELD(T, id), FIELD(T, term), FIELD(T, as_found), FIELD(T, relevance), END,
};
CODEC(term, T);
#undef T
#define T th_ctgov_place
static const th_codec_item place_items[] = {
  FIELD(T, facility), FIELD(T, status), FIELD(T, city),    FIELD(T, state),
  FIELD(T, country),  F64(T, latitude), F64(T, longitude), END,
};
CODEC(place, T);
#undef T
#define T th_ctgov_group
static const th_codec_item group_items[] = {
  FIELD(T, id),
  FIELD(T, title),
  FIELD(T, description),
  END,
};
CODEC(group, T);
#undef T
#define T th_ctgov_denominator
static const th_codec_item denominator_items[] = {
  FIELD(T, units),
  FIELD(T, group),
  FIELD(T, value),
  END,
};
CODEC(denominator, T);
#undef T
#define T th_ctgov_measurement
static const th_codec_item measurement_items[] = {
  FIELD(T, class_title), FIELD(T, category_title), FIELD(T, group), FIELD(T, value),
  FIELD(T, spread),      FIELD(T, lower),          FIELD(T, upper), END,
};
CODEC(measurement, T);
#undef T
#define T th_ctgov_analysis
static const th_codec_item analysis_items[] = {
  FIELDS(T, groups),     FIELD(T, method),          FIELD(T, p_value),     FIELD(T, param_type),
  FIELD(T, param_value), FIELD(T, ci_percent),      FIELD(T, ci_sides),    FIELD(T, ci_lower),
  FIELD(T, ci_upper),    FIELD(T, non_inferiority), FIELD(T, description), END,
};
CODEC(analysis, T);
#undef T
#define T th_ctgov_result
static const th_codec_item result_items[] = {
  FIELD(T, type),
  FIELD(T, title),
  FIELD(T, description),
  FIELD(T, population),
  FIELD(T, status),
  FIELD(T, time_frame),
  FIELD(T, param_type),
  FIELD(T, dispersion),
  FIELD(T, unit),
  VEC(T, groups, group),
  VEC(T, denominators, denominator),
  VEC(T, measurements, measurement),
  VEC(T, analyses, analysis),
  PLACE(T, line),
  END,
};
CODEC(result, T);
#undef T
#define T th_ctgov_flow
static const th_codec_item flow_items[] = {
  FIELD(T, period), FIELD(T, what), FIELD(T, group), FIELD(T, count), BOOL(T, left), END,
};
CODEC(flow, T);
#undef T
#define T th_ctgov_events
static const th_codec_item events_items[] = {
  FIELD(T, id),
  FIELD(T, title),
  FIELD(T, deaths),
  FIELD(T, deaths_at_risk),
  FIELD(T, serious),
  FIELD(T, serious_at_risk),
  FIELD(T, other),
  FIELD(T, other_at_risk),
  END,
};
CODEC(events, T);
#undef T

#define T th_ctgov_study
static const th_codec_item ctgov_items[] = {
  FIELD(T, nct_id),
  FIELD(T, org_id),
  FIELD(T, brief_title),
  FIELD(T, official_title),
  FIELD(T, acronym),
  FIELD(T, organization),
  FIELDS(T, aliases),
  VEC(T, secondary_ids, id),
  FIELD(T, status),
  FIELD(T, last_known_status),
  FIELD(T, why_stopped),
  SUB(T, verified, day),
  SUB(T, start, day),
  SUB(T, primary_completion, day),
  SUB(T, completion, day),
  SUB(T, results_posted, day),
  SUB(T, last_update, day),
  FIELD(T, sponsor),
  FIELD(T, sponsor_class),
  FIELDS(T, collaborators),
  FIELD(T, brief_summary),
  FIELD(T, detailed_description),
  FIELDS(T, conditions),
  FIELDS(T, keywords),
  FIELD(T, study_type),
  FIELDS(T, phases),
  U32(T, phase_bits),
  FIELD(T, allocation),
  FIELD(T, model),
  FIELD(T, observational_model),
  FIELD(T, time_perspective),
  FIELD(T, purpose),
  FIELD(T, masking),
  FIELDS(T, who_masked),
  I64(T, enrolment),
  FIELD(T, enrolment_kind),
  VEC(T, arms, arm),
  VEC(T, interventions, intervention),
  VEC(T, outcomes, outcome),
  FIELD(T, eligibility),
  FIELD(T, sex),
  FIELD(T, minimum_age),
  FIELD(T, maximum_age),
  FIELDS(T, std_ages),
  ENUM(T, healthy_volunteers, tri_name, tri_name_n),
  ENUM(T, has_results, tri_name, tri_name_n),
  VEC(T, places, place),
  VEC(T, references, reference),
  VEC(T, condition_mesh, term),
  VEC(T, condition_ancestors, term),
  VEC(T, condition_leaves, term),
  VEC(T, intervention_mesh, term),
  VEC(T, intervention_ancestors, term),
  VEC(T, intervention_leaves, term),
  VEC(T, results, result),
  VEC(T, baseline, result),
  VEC(T, baseline_groups, group),
  VEC(T, flow_groups, group),
  VEC(T, flow, flow),
  VEC(T, events, events),
  FIELD(T, provenance),
  VEC(T, gaps, gap),
  SPAN(T),
  END,
};
#undef T
const th_codec th_store__codec_ctgov = { sizeof(th_ctgov_study), ctgov_items };

/* ── PubMed ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define T th_pubmed_part
static const th_codec_item part_items[] = {
  FIELD(T, label), FIELD(T, category), FIELD(T, language), FIELD(T, text), END,
};
CODEC(part, T);
#undef T
#define T th_pubmed_author
static const th_codec_item author_items[] = {
  FIELD(T, last), FIELD(T, fore), FIELD(T, initials), FIELD(T, collective), FIELD(T, identifier), FIELDS(T, affiliations), END,
};
CODEC(author, T);
#undef T
#define T th_pubmed_mesh
static const th_codec_item mesh_items[] = {
  FIELD(T, ui), FIELD(T, name), BOOL(T, major), FIELDS(T, qualifiers), END,
};
CODEC(mesh, T);
#undef T
#define T th_pubmed_link
static const th_codec_item link_items[] = {
  FIELD(T, type),
  FIELD(T, pmid),
  FIELD(T, source),
  END,
};
CODEC(link, T);
#undef T
#define T th_pubmed_accession
static const th_codec_item accession_items[] = {
  FIELD(T, bank),
  FIELD(T, number),
  END,
};
CODEC(accession, T);
#undef T
#define T th_pubmed_type
static const th_codec_item type_items[] = {
  FIELD(T, ui),
  FIELD(T, name),
  END,
};
CODEC(type, T);
#undef T

#define T th_pubmed_article
static const th_codec_item pubmed_items[] = {
  BOOL(T, book),
  FIELD(T, pmid),
  FIELD(T, version),
  FIELD(T, status),
  FIELD(T, journal),
  FIELD(T, journal_short),
  FIELD(T, issn),
  FIELD(T, volume),
  FIELD(T, issue),
  FIELD(T, pages),
  FIELD(T, date_text),
  DATE(T, date),
  DATE(T, revised),
  FIELD(T, title),
  FIELD(T, vernacular_title),
  FIELD(T, doi),
  FIELD(T, pmc),
  VEC(T, parts, part),
  VEC(T, authors, author),
  FIELDS(T, languages),
  VEC(T, accessions, accession),
  VEC(T, types, type),
  VEC(T, chemicals, type),
  VEC(T, supplementary, type),
  VEC(T, mesh, mesh),
  FIELDS(T, keywords),
  VEC(T, links, link),
  BOOL(T, retracted),
  BOOL(T, of_concern),
  PLACE(T, line),
  END,
};
#undef T
const th_codec th_store__codec_pubmed = { sizeof(th_pubmed_article), pubmed_items };

/* ── Vocabularies ──────────────────────────────────────────────────────────────────────────────────────────────────── */

NAMES(vocabulary_kind_name, "drug", "disease", "group")

static const char *vocabulary_form_name(int v) {
  return th_vocabulary_form_name((th_vocabulary_form)v);
}

#define T th_vocabulary_row
static const th_codec_item vocabulary_row_items[] = {
  ENUM(T, kind, vocabulary_kind_name, vocabulary_kind_name_n),
  STR(T, id),
  STR(T, en),
  STR(T, zh),
  STR(T, synonyms),
  STR(T, parents),
  STR(T, xrefs),
  STR(T, group),
  STR(T, source),
  PLACE(T, line),
  END,
};
CODEC(vocabulary_row, T);
#undef T
#define T th_vocabulary
static const th_codec_item vocabulary_items[] = {
  ENUM(T, form, vocabulary_form_name, TH_VOCABULARY_FORMS),
  VEC(T, rows, vocabulary_row),
  I64(T, n_lines),
  VEC(T, gaps, gap),
  END,
};
#undef T
const th_codec th_store__codec_vocabulary = { sizeof(th_vocabulary), vocabulary_items };

/* ── Targets and items ─────────────────────────────────────────────────────────────────────────────────────────────── */

#define T th_target_row
static const th_codec_item target_row_items[] = { STR(T, drug), STR(T, drug_id), STR(T, type),      STR(T, synonyms),
                                                  STR(T, cas),  STR(T, target),  STR(T, target_id), STR(T, gene_id),
                                                  STR(T, gene), STR(T, ensembl), STR(T, species),   PLACE(T, line),
                                                  END };
CODEC(target_row, T);
#undef T
#define T th_target_table
static const th_codec_item target_table_items[] = { STR(T, version), VEC(T, rows, target_row), VEC(T, gaps, gap), END };
#undef T
const th_codec th_store__codec_targets = { sizeof(th_target_table), target_table_items };

#define T th_nhi_item
static const th_codec_item nhi_item_items[] = { STR(T, code),
                                                STR(T, name_en),
                                                STR(T, name_zh),
                                                STR(T, ingredient),
                                                STR(T, amount),
                                                STR(T, unit),
                                                STR(T, single),
                                                STR(T, price),
                                                STR(T, holder),
                                                STR(T, maker),
                                                STR(T, form),
                                                STR(T, category),
                                                STR(T, group),
                                                STR(T, atc),
                                                STR(T, clause),
                                                DATE(T, from),
                                                DATE(T, to),
                                                PLACE(T, line),
                                                END };
CODEC(nhi_item, T);
#undef T
#define T th_nhi_table
static const th_codec_item nhi_table_items[] = { VEC(T, rows, nhi_item), VEC(T, gaps, gap), END };
#undef T
const th_codec th_store__codec_nhi_items = { sizeof(th_nhi_table), nhi_table_items };

/* ── Labels ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *label_part(int v) {
  return th_label_part_name((th_label_part)v);
}

#define T th_label_section
static const th_codec_item label_section_items[] = {
  ENUM(T, part, label_part, TH_LABEL_PARTS),
  STR(T, key),
  FIELD(T, text),
  END,
};
CODEC(label_section, T);
#undef T
#define T th_label
static const th_codec_item label_items[] = {
  FIELD(T, set_id),
  FIELD(T, id),
  FIELD(T, version),
  DATE(T, effective),
  FIELDS(T, brands),
  FIELDS(T, generics),
  FIELDS(T, substances),
  FIELDS(T, makers),
  FIELDS(T, types),
  FIELDS(T, routes),
  FIELDS(T, applications),
  VEC(T, sections, label_section),
  VEC(T, gaps, gap),
  SPAN(T),
  END,
};
#undef T
const th_codec th_store__codec_label = { sizeof(th_label), label_items };
