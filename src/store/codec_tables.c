/* The tables of codec.c: one line a member, in the order of include/theriac/source/. A key, once stored, is never renamed; a new
 * member is a new line. */
#include "store/codec_items.h"

NAMES(tri_name, "false", "unknown", "true")
NAMES(origin_name, "section", "table", "quick")
NAMES(caution_kind_name, "disease", "food", "herb")
NAMES(count_kind_name, "unknown", "actual", "estimated")
NAMES(block_kind_name, "paragraph", "table", "sign")
static const char *severity_name(int v) {
  return th_severity_name((th_severity)v);
}
static const char *role_name(int v) {
  return th_report_role_name((th_report_role)v);
}
static const char *lang_name(int v) {
  return th_lang_name((th_lang)v);
}
static const char *abstract_role_name(int v) {
  return th_abstract_role_name((th_abstract_role)v);
}
static const char *state_name(int v) {
  return th_search_state_name((th_search_state)v);
}
static const char *capture_source_name(int v) {
  return th_capture_source_name((th_capture_source)v);
}

/* ── Shared ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_codec_item pair_items[] = { FIELD(th_field_pair, key), FIELD(th_field_pair, value), END };
CODEC(pair, th_field_pair);
static const th_codec_item row_items[] = { FIELDS(th_field_row, cell), PLACE(th_field_row, line), END };
CODEC(row, th_field_row);
static const th_codec_item table_items[] = { FIELDS(th_field_table, head), VEC(th_field_table, row, row), SPAN(th_field_table),
                                             END };
CODEC(table, th_field_table);
static const th_codec_item gap_items[] = { CSTR(th_gap, what), PLACE(th_gap, line), STR(th_gap, why), END };
CODEC(gap, th_gap);

/* ── Report page ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_codec_item level_items[] = { FIELD(th_level_mark, at), U8(th_level_mark, lo), U8(th_level_mark, hi), END };
CODEC(level, th_level_mark);

#define T th_report_trial
static const th_codec_item trial_items[] = { FIELD(T, id),         FIELD(T, phase),
                                             FIELD(T, status),     FIELD(T, n),
                                             FIELD(T, title),      FIELD(T, finding),
                                             FIELD(T, condition),  VEC(T, other, pair),
                                             INDEX(T, prediction), BOOL(T, title_cut),
                                             BOOL(T, withdrawn),   BOOL(T, placeholder),
                                             PLACE(T, line),       END };
CODEC(trial, T);
#undef T
#define T th_report_paper
static const th_codec_item paper_items[] = { FIELD(T, pmid),
                                             FIELD(T, doi),
                                             FIELD(T, year),
                                             FIELD(T, type),
                                             FIELD(T, journal),
                                             FIELD(T, title),
                                             FIELD(T, finding),
                                             FIELD(T, relevance),
                                             VEC(T, other, pair),
                                             INDEX(T, prediction),
                                             BOOL(T, placeholder),
                                             PLACE(T, line),
                                             END };
CODEC(paper, T);
#undef T
#define T th_report_prediction
static const th_codec_item prediction_items[] = { ENUM(T, origin, origin_name, origin_name_n),
                                                  FIELD(T, rank),
                                                  FIELD(T, name),
                                                  FIELD(T, name_en),
                                                  FIELD(T, name_zh),
                                                  SUB(T, badge, level),
                                                  SUB(T, badge_class, level),
                                                  FIELD(T, score),
                                                  BOOL(T, primary),
                                                  FIELD(T, rationale),
                                                  FIELD(T, no_evidence),
                                                  FIELD(T, decision),
                                                  FIELD(T, trials_claimed),
                                                  FIELD(T, papers_claimed),
                                                  VEC(T, other, pair),
                                                  SPAN(T),
                                                  END };
CODEC(prediction, T);
#undef T
#define T th_report_licence
static const th_codec_item licence_items[] = { FIELD(T, number),
                                               FIELD(T, name),
                                               FIELD(T, form),
                                               FIELD(T, holder),
                                               FIELD(T, expiry),
                                               FIELD(T, indication),
                                               FIELD(T, state),
                                               DATE(T, expires),
                                               VEC(T, other, pair),
                                               PLACE(T, line),
                                               END };
CODEC(licence, T);
#undef T
#define T th_report_interaction
static const th_codec_item interaction_items[] = { ENUM(T, severity, severity_name, TH_SEVERITY_CONTRAINDICATED + 1),
                                                   FIELD(T, severity_text),
                                                   FIELD(T, group),
                                                   FIELDS(T, name),
                                                   FIELD(T, effect),
                                                   FIELD(T, raw),
                                                   END };
CODEC(interaction, T);
#undef T
#define T th_report_caution
static const th_codec_item caution_items[] = { ENUM(T, kind, caution_kind_name, caution_kind_name_n),
                                               FIELD(T, subject),
                                               FIELD(T, label),
                                               ENUM(T, severity, severity_name, TH_SEVERITY_CONTRAINDICATED + 1),
                                               FIELD(T, text),
                                               BOOL(T, forbids),
                                               BOOL(T, fatal),
                                               SPAN(T),
                                               END };
CODEC(caution, T);
#undef T
#define T th_report_related
static const th_codec_item related_items[] = { FIELD(T, name), FIELD(T, slug), FIELD(T, why), SUB(T, level, level), END };
CODEC(related, T);
#undef T
static const th_codec_item qa_items[] = { FIELD(th_report_qa, question), FIELD(th_report_qa, answer), END };
CODEC(qa, th_report_qa);
static const th_codec_item decision_items[] = { FIELD(th_report_decision, text), FIELD(th_report_decision, core),
                                                FIELD(th_report_decision, about), END };
CODEC(decision, th_report_decision);
#define T th_report_section
static const th_codec_item section_items[] = { ENUM(T, role, role_name, TH_REPORT_ROLE_COUNT),
                                               BOOL(T, inherited),
                                               U8(T, level),
                                               FIELD(T, heading),
                                               FIELD(T, body),
                                               INDEX(T, parent),
                                               INDEX(T, prediction),
                                               END };
CODEC(section, T);
#undef T

#define T th_report_page
static const th_codec_item report_items[] = {
  U8(T, generation),
  FIELD(T, drug),
  FIELD(T, title),
  VEC(T, front, pair),
  SUB(T, level_front, level),
  SUB(T, level_header, level),
  SUB(T, level_table, level),
  SUB(T, level_description, level),
  SUB(T, level_parent, level),
  U8(T, best_badge),
  FIELD(T, count_front),
  FIELD(T, count_header),
  U32(T, n_sections),
  VEC(T, quick, pair),
  FIELD(T, original),
  FIELD(T, predicted),
  FIELD(T, score),
  FIELD(T, marketed),
  FIELD(T, licence_count),
  FIELD(T, decision),
  FIELD(T, decision_header),
  FIELD(T, summary),
  VEC(T, qa, qa),
  VEC(T, predictions, prediction),
  VEC(T, trials, trial),
  VEC(T, papers, paper),
  FIELD(T, why),
  FIELD(T, mechanism),
  VEC(T, licences, licence),
  VEC(T, interactions, interaction),
  FIELD(T, interactions_claimed),
  VEC(T, cautions, caution),
  VEC(T, decisions, decision),
  FIELD(T, conclusion),
  FIELD(T, rationale),
  FIELD(T, needs_heading),
  FIELDS(T, needs),
  VEC(T, related, related),
  FIELD(T, apa),
  FIELD(T, bibtex),
  FIELD(T, reviewed),
  FIELD(T, reviewer),
  DATE(T, reviewed_on),
  FIELD(T, disclaimer),
  VEC(T, sections, section),
  U32(T, n_unknown),
  VEC(T, tables, table),
  VEC(T, gaps, gap),
  END,
};
#undef T
const th_codec th_store__codec_report_page = { sizeof(th_report_page), report_items };

/* ── Abstract ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define T th_abstract_section
static const th_codec_item abstract_section_items[] = { ENUM(T, lang, lang_name, TH_LANG_COUNT),
                                                        ENUM(T, role, abstract_role_name, TH_ABSTRACT_ROLE_COUNT),
                                                        BOOL(T, inferred),
                                                        FIELD(T, label),
                                                        FIELD(T, text),
                                                        END };
CODEC(abstract_section, T);
#undef T
#define T th_abstract_doc
static const th_codec_item abstract_items[] = {
  FIELD(T, title),
  FIELD(T, title_zh),
  FIELDS(T, authors),
  FIELDS(T, affiliations),
  FIELD(T, citation),
  FIELD(T, journal),
  FIELD(T, volume),
  FIELD(T, issue),
  FIELD(T, pages),
  FIELD(T, doi),
  FIELD(T, pmid),
  FIELD(T, pmcid),
  DATE(T, date),
  FIELDS(T, registry_ids),
  VEC(T, sections, abstract_section),
  { "n_en", offsetof(T, n_lang[TH_LANG_EN]), TH_C_U32, 0, 0, NULL, NULL },
  { "n_zh_hant", offsetof(T, n_lang[TH_LANG_ZH_HANT]), TH_C_U32, 0, 0, NULL, NULL },
  { "n_zh_hans", offsetof(T, n_lang[TH_LANG_ZH_HANS]), TH_C_U32, 0, 0, NULL, NULL },
  { "n_zh", offsetof(T, n_lang[TH_LANG_ZH]), TH_C_U32, 0, 0, NULL, NULL },
  FIELD(T, retraction),
  FIELDS(T, keywords),
  FIELDS(T, other),
  VEC(T, gaps, gap),
  END,
};
#undef T
const th_codec th_store__codec_abstract = { sizeof(th_abstract_doc), abstract_items };
_Static_assert(TH_LANG_COUNT == 4, "a language more is a line more in abstract_items");

/* ── Trial page ────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define T th_trial_arm
static const th_codec_item arm_items[] = { FIELD(T, label), FIELD(T, type), FIELD(T, description), FIELDS(T, treatments), END };
CODEC(arm, T);
#undef T
#define T th_trial_outcome
static const th_codec_item outcome_items[] = { BOOL(T, primary), FIELD(T, measure), FIELD(T, time_frame), END };
CODEC(outcome, T);
#undef T
#define T th_trial_page
static const th_codec_item trial_page_items[] = {
  FIELD(T, site),
  FIELD(T, title),
  FIELD(T, official_title),
  FIELD(T, acronym),
  FIELD(T, sponsor),
  FIELDS(T, collaborators),
  FIELD(T, status),
  FIELDS(T, phases),
  FIELDS(T, conditions),
  FIELDS(T, treatments),
  FIELDS(T, keywords),
  FIELD(T, study_type),
  FIELD(T, funder),
  FIELDS(T, identifiers),
  FIELD(T, registry_id),
  FIELD(T, about),
  FIELD(T, full_description),
  FIELD(T, enrolment),
  I64(T, enrolment_n),
  ENUM(T, enrolment_kind, count_kind_name, count_kind_name_n),
  FIELD(T, sex),
  FIELD(T, ages),
  FIELD(T, volunteers),
  ENUM(T, healthy_volunteers, tri_name, tri_name_n),
  FIELDS(T, inclusion),
  FIELDS(T, exclusion),
  FIELD(T, eligibility),
  FIELD(T, purpose),
  FIELD(T, allocation),
  FIELD(T, model),
  FIELD(T, masking),
  FIELD(T, masked_roles),
  FIELD(T, observation_model),
  FIELD(T, time_perspective),
  VEC(T, arms, arm),
  I64(T, arm_count),
  VEC(T, outcomes, outcome),
  FIELD(T, start),
  FIELD(T, primary_completion),
  FIELD(T, completion),
  FIELD(T, first_posted),
  FIELD(T, last_update),
  DATE(T, start_on),
  DATE(T, primary_completion_on),
  DATE(T, completion_on),
  DATE(T, last_update_on),
  ENUM(T, has_results, tri_name, tri_name_n),
  FIELD(T, results),
  FIELD(T, contacts),
  I64(T, location_count),
  FIELDS(T, locations),
  FIELD(T, source_line),
  VEC(T, other, pair),
  VEC(T, gaps, gap),
  END,
};
#undef T
const th_codec th_store__codec_trial_page = { sizeof(th_trial_page), trial_page_items };

/* ── Coverage rule ─────────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_codec_item coverage_date_items[] = { FIELD(th_coverage_date, at), DATE(th_coverage_date, date), END };
CODEC(coverage_date, th_coverage_date);
#define T th_coverage_clause
static const th_codec_item clause_items[] = {
  STR(T, id),       FIELD(T, label), FIELD(T, text),  STR(T, clean), VEC(T, dates, coverage_date),
  INDEX(T, parent), U32(T, depth),   U32(T, n_below), SPAN(T),       END
};
CODEC(clause, T);
#undef T
#define T th_coverage_block
static const th_codec_item block_items[] = {
  ENUM(T, kind, block_kind_name, block_kind_name_n), FIELD(T, label), FIELD(T, text), STR(T, clean), U32(T, table), END
};
CODEC(block, T);
#undef T
#define T th_coverage_form
static const th_codec_item form_items[] = { STR(T, id),
                                            FIELD(T, number),
                                            FIELD(T, title),
                                            FIELD(T, reference),
                                            VEC(T, heads, pair),
                                            VEC(T, block, block),
                                            VEC(T, tables, table),
                                            U32(T, n_ticks),
                                            BOOL(T, is_score),
                                            BOOL(T, attached),
                                            SPAN(T),
                                            END };
CODEC(form, T);
#undef T
#define T th_coverage_score_item
static const th_codec_item score_item_items[] = { U32(T, form),
                                                  FIELD(T, weight_text),
                                                  I32(T, weight),
                                                  FIELD(T, name_en),
                                                  FIELD(T, name_zh),
                                                  FIELD(T, definition_en),
                                                  FIELD(T, definition_zh),
                                                  PLACE(T, line),
                                                  END };
CODEC(score_item, T);
#undef T
#define T th_coverage_text
static const th_codec_item coverage_items[] = {
  FIELD(T, number),
  FIELD(T, heading),
  FIELDS(T, drugs),
  FIELDS(T, brands),
  VEC(T, dates, coverage_date),
  DATE(T, effective),
  VEC(T, clauses, clause),
  VEC(T, forms, form),
  VEC(T, items, score_item),
  I32(T, items_sum),
  VEC(T, gaps, gap),
  END,
};
#undef T
const th_codec th_store__codec_coverage = { sizeof(th_coverage_text), coverage_items };

/* ── Captures of searches ──────────────────────────────────────────────────────────────────────────────────────────── */

#define T th_capture_trial
static const th_codec_item capture_trial_items[] = { FIELD(T, id),
                                                     FIELD(T, title),
                                                     FIELD(T, phase),
                                                     FIELD(T, status),
                                                     FIELD(T, start_date),
                                                     FIELD(T, completion_date),
                                                     FIELD(T, country),
                                                     FIELD(T, enrolment),
                                                     FIELD(T, summary),
                                                     FIELD(T, eligibility),
                                                     FIELD(T, sponsor),
                                                     DATE(T, start_on),
                                                     DATE(T, completion_on),
                                                     I64(T, enrolment_n),
                                                     FIELDS(T, endpoints),
                                                     BOOL(T, summary_cut),
                                                     BOOL(T, eligibility_cut),
                                                     SPAN(T),
                                                     END };
CODEC(capture_trial, T);
#undef T
#define T th_capture_paper
static const th_codec_item capture_paper_items[] = {
  FIELD(T, pmid),
  FIELD(T, title),
  FIELD(T, abstract),
  FIELD(T, journal),
  FIELD(T, year),
  FIELDS(T, authors),
  FIELDS(T, pub_types),
  FIELDS(T, mesh_terms),
  BOOL(T, abstract_cut),
  SPAN(T),
  END,
};
CODEC(capture_paper, T);
#undef T
#define T th_capture
static const th_codec_item capture_items[] = {
  ENUM(T, source, capture_source_name, TH_CAPTURE_OTHER + 1),
  FIELD(T, source_text),
  FIELD(T, drug),
  FIELD(T, disease),
  FIELD(T, query),
  FIELD(T, query_form),
  FIELD(T, queried_at),
  DATE(T, queried_on),
  ENUM(T, state, state_name, TH_SEARCH_NOT_APPLICABLE + 1),
  FIELD(T, state_text),
  STR(T, state_why),
  FIELD(T, error),
  I64(T, records_in_source),
  I64(T, records_kept),
  BOOL(T, incomplete),
  FIELD(T, provenance),
  VEC(T, trials, capture_trial),
  VEC(T, papers, capture_paper),
  VEC(T, other, pair),
  SPAN(T),
  END,
};
#undef T
const th_codec th_store__codec_capture = { sizeof(th_capture), capture_items };

/* ── Rows of tables ────────────────────────────────────────────────────────────────────────────────────────────────── */

#define T th_caution_row
static const th_codec_item caution_row_items[] = {
  ENUM(T, kind, caution_kind_name, caution_kind_name_n),
  FIELD(T, drug),
  FIELD(T, subject),
  FIELD(T, subject_zh),
  FIELD(T, label),
  U8(T, raw_level),
  ENUM(T, labelled, severity_name, TH_SEVERITY_CONTRAINDICATED + 1),
  ENUM(T, severity, severity_name, TH_SEVERITY_CONTRAINDICATED + 1),
  U8(T, rules),
  BOOL(T, class_statement),
  FIELD(T, sentence),
  FIELD(T, text),
  FIELD(T, management),
  FIELD(T, mechanism),
  FIELD(T, references),
  END,
};
#undef T
const th_codec th_store__codec_caution = { sizeof(th_caution_row), caution_row_items };

/* The rows stand in a table of their own. */
#define T th_caution_table
static const th_codec_item caution_table_items[] = {
  FIELD(T, source),  FIELD(T, url),        FIELD(T, licence),
  I64(T, stated),    U32(T, n_forbidding), U32(T, n_forbidding_lowest),
  BOOL(T, inverted), VEC(T, gaps, gap),    END,
};
#undef T
const th_codec th_store__codec_caution_table = { sizeof(th_caution_table), caution_table_items };

static const th_codec_item ddinter_table_items[] = { VEC(th_ddinter_table, gaps, gap), END };
const th_codec th_store__codec_ddinter_table = { sizeof(th_ddinter_table), ddinter_table_items };
static const th_codec_item tfda_register_items[] = { VEC(th_tfda_register, gaps, gap), END };
const th_codec th_store__codec_tfda_register = { sizeof(th_tfda_register), tfda_register_items };

static const th_codec_item ingredient_items[] = { STR(th_tfda_ingredient, name), STR(th_tfda_ingredient, base), END };
CODEC(ingredient, th_tfda_ingredient);
#define T th_tfda_licence
#define COLUMN(k, zh)                                                                                                          \
  { zh, offsetof(T, text[k]), TH_C_STR, 0, 0, NULL, NULL }
static const th_codec_item licence_row_items[] = {
  COLUMN(TH_TFDA_NUMBER, "許可證字號"),
  COLUMN(TH_TFDA_CANCELLED, "註銷狀態"),
  COLUMN(TH_TFDA_CANCELLED_DATE, "註銷日期"),
  COLUMN(TH_TFDA_CANCEL_REASON, "註銷理由"),
  COLUMN(TH_TFDA_EXPIRY, "有效日期"),
  COLUMN(TH_TFDA_ISSUED, "發證日期"),
  COLUMN(TH_TFDA_TYPE, "許可證種類"),
  COLUMN(TH_TFDA_OLD_NUMBER, "舊證字號"),
  COLUMN(TH_TFDA_CUSTOMS_NUMBER, "通關簽審文件編號"),
  COLUMN(TH_TFDA_NAME_ZH, "中文品名"),
  COLUMN(TH_TFDA_NAME_EN, "英文品名"),
  COLUMN(TH_TFDA_INDICATION, "適應症"),
  COLUMN(TH_TFDA_FORM, "劑型"),
  COLUMN(TH_TFDA_PACKAGE, "包裝"),
  COLUMN(TH_TFDA_CATEGORY, "藥品類別"),
  COLUMN(TH_TFDA_CONTROLLED, "管制藥品分類級別"),
  COLUMN(TH_TFDA_INGREDIENTS, "主成分略述"),
  COLUMN(TH_TFDA_APPLICANT, "申請商名稱"),
  COLUMN(TH_TFDA_APPLICANT_PLACE, "申請商地址"),
  COLUMN(TH_TFDA_APPLICANT_ID, "申請商統一編號"),
  COLUMN(TH_TFDA_MAKER, "製造商名稱"),
  COLUMN(TH_TFDA_MAKER_PLACE, "製造廠廠址"),
  COLUMN(TH_TFDA_MAKER_OFFICE, "製造廠公司地址"),
  COLUMN(TH_TFDA_COUNTRY, "製造廠國別"),
  COLUMN(TH_TFDA_PROCESS, "製程"),
  COLUMN(TH_TFDA_CHANGED, "異動日期"),
  COLUMN(TH_TFDA_DOSAGE, "用法用量"),
  COLUMN(TH_TFDA_BARCODE, "包裝與國際條碼"),
  DATE(T, cancelled_on),
  DATE(T, expires),
  DATE(T, issued),
  DATE(T, changed),
  VEC(T, ingredients, ingredient),
  { "from", offsetof(T, from), TH_C_I64, 0, 0, NULL, NULL },
  { "to", offsetof(T, to), TH_C_I64, 0, 0, NULL, NULL },
  PLACE(T, line),
  END,
};
#undef COLUMN
#undef T
const th_codec th_store__codec_licence = { sizeof(th_tfda_licence), licence_row_items };
_Static_assert(TH_TFDA_COLUMNS == 28, "a column more is a line more in licence_row_items");
