/* The dossier's tables as CSV. Columns and rows stand beside each other here, so that neither can grow without the other. */
#include "theriac/report/tables.h"

#include <math.h>

#include "theriac/io.h"

#define MINE(name)                                                                                                             \
  { name, false }
#define PRINTED(name)                                                                                                          \
  { name, true }
#define DRUG    MINE("drug_id"), MINE("drug_en"), MINE("drug_zh")
#define DISEASE MINE("pair"), MINE("disease_id"), MINE("disease_en"), MINE("disease_zh")
#define PLACE   MINE("source_sha256"), MINE("source_line"), MINE("source_retrieved"), MINE("source_licence")

static const th_table_column pairs_columns[] = {
  DRUG,
  DISEASE,
  MINE("leading"),
  MINE("level"),
  MINE("level_rule"),
  MINE("direction"),
  MINE("decision"),
  MINE("decision_row"),
  MINE("novelty"),
  MINE("ocebm"),
  MINE("grade"),
  MINE("counted_units"),
  MINE("listed_units"),
  MINE("as_of"),
};
static const th_table_column predictions_columns[] = {
  DRUG,
  DISEASE,
  PRINTED("claimed_name"),
  PRINTED("claimed_rank"),
  PRINTED("claimed_score"),
  PRINTED("claimed_level"),
  PRINTED("claimed_decision"),
  MINE("level"),
  PLACE,
};
static const th_table_column units_columns[] = {
  DRUG,
  DISEASE,
  PRINTED("study_id"),
  PRINTED("study_title"),
  MINE("counted"),
  MINE("role"),
  MINE("relevance"),
  MINE("design"),
  MINE("direction"),
  PRINTED("n"),
  PRINTED("phase"),
  PRINTED("status"),
  MINE("reasons"),
  MINE("flags"),
  PLACE,
};
static const th_table_column trials_columns[] = {
  DRUG, PRINTED("study_id"), PRINTED("start"), PRINTED("end"), MINE("state"), PRINTED("has_results"), PLACE,
};
static const th_table_column papers_columns[] = {
  DRUG,
  PRINTED("study_id"),
  PRINTED("study_title"),
  PRINTED("citation"),
  PRINTED("events_1"),
  PRINTED("total_1"),
  PRINTED("events_2"),
  PRINTED("total_2"),
  MINE("odds_ratio"),
  MINE("odds_ratio_lo"),
  MINE("odds_ratio_hi"),
  MINE("fisher_p"),
  MINE("checks"),
  PLACE,
};
static const th_table_column interactions_columns[] = {
  DRUG,
  PRINTED("other_drug"),
  MINE("other_drug_id"),
  PRINTED("severity"),
  MINE("sources_differ"),
  MINE("claim"),
  PRINTED("group"),
  PRINTED("effect"),
  PLACE,
};
static const th_table_column licences_columns[] = {
  DRUG,
  PRINTED("licence_no"),
  PRINTED("product"),
  PRINTED("form"),
  PRINTED("holder"),
  PRINTED("expires"),
  MINE("licence_state"),
  MINE("claim"),
  PRINTED("indication"),
  PLACE,
};
static const th_table_column discrepancies_columns[] = {
  DRUG, MINE("code"), MINE("pair"), MINE("finding_en"), MINE("finding_zh"), PRINTED("values"), PLACE,
};

#define TABLE(name, from)                                                                                                      \
  { #name, from, name##_columns, sizeof name##_columns / sizeof *name##_columns }
static const struct {
  const char *name, *from;
  const th_table_column *column;
  size_t n;
} tables[TH_TABLE_KINDS] = {
  TABLE(pairs, ""),
  TABLE(predictions, "report-page"),
  TABLE(units, "abstract capture ctgov ictrp pubmed report-page trial-page"),
  TABLE(trials, "capture ctgov ictrp report-page trial-page"),
  TABLE(papers, "abstract pubmed"),
  TABLE(interactions, "ddinter report-page"),
  TABLE(licences, "report-page tfda"),
  TABLE(discrepancies, "report-page"),
};

const char *th_table_name(th_table_kind t) {
  return tables[t].name;
}
const char *th_table_from(th_table_kind t) {
  return tables[t].from;
}
const th_table_column *th_table_columns(th_table_kind t, size_t *n) {
  *n = tables[t].n;
  return tables[t].column;
}

void th_table_head(th_table_kind t, th_buf *out) {
  for (size_t i = 0; i < tables[t].n; i++) {
    if (i) th_buf_addc(out, ',');
    th_buf_addz(out, tables[t].column[i].name);
  }
  th_buf_addz(out, "\r\n");
}

/* ── Cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct row {
  th_buf *b;
  const th_dossier *d;
  size_t n; /* cells so far */
} row;

static void cell(row *r, th_str s) {
  if (r->n++) th_buf_addc(r->b, ',');
  th_csv_write_cell(r->b, s);
}
static void word(row *r, const char *z) {
  cell(r, th_str_of(z));
}
static void yes(row *r, bool v) {
  word(r, v ? "true" : "false");
}
static void whole(row *r, int64_t v, bool known) {
  char text[32];
  snprintf(text, sizeof text, "%lld", (long long)v);
  cell(r, known ? th_str_of(text) : TH_STR_NONE);
}
static void real(row *r, double v) {
  char text[32];
  snprintf(text, sizeof text, "%.6g", v);
  cell(r, isnan(v) ? TH_STR_NONE : th_str_of(isinf(v) ? v > 0 ? "inf" : "-inf" : text));
}
static void day(row *r, th_date d) {
  char text[TH_DATE_TEXT];
  word(r, th_date_iso(d, text));
}
static void codes(row *r, const th_codes *v) {
  th_buf b;
  th_buf_init(&b, r->b->arena, 0);
  for (size_t i = 0; i < v->n; i++) {
    if (i) th_buf_addc(&b, ' ');
    th_buf_addz(&b, v->v[i]);
  }
  if (b.failed) r->b->failed = true;
  cell(r, b.failed ? TH_STR_NONE : th_buf_str(&b));
}

static void drug(row *r) {
  r->n = 0;
  cell(r, r->d->drug->id);
  cell(r, r->d->drug_en);
  cell(r, r->d->drug_zh);
}
static void disease(row *r, const th_dossier_pair *p) {
  cell(r, p->id);
  cell(r, p->disease->id);
  cell(r, p->name_en);
  cell(r, p->name_zh);
}
static void place(row *r, uint32_t source, uint32_t line) {
  const bool known = source < r->d->sources.n;
  const th_dossier_source *s = known ? &r->d->sources.v[source] : NULL;
  cell(r, known ? s->sha256 : TH_STR_NONE);
  whole(r, line, known && line);
  day(r, known ? s->retrieved : (th_date){ 0 });
  cell(r, known ? s->licence : TH_STR_NONE);
}
static void end(row *r, th_table_kind t) {
  TH_ASSERT(r->n == tables[t].n);
  th_buf_addz(r->b, "\r\n");
}

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void pair_row(row *r, const th_dossier_pair *p) {
  drug(r);
  disease(r, p);
  yes(r, p->leading);
  word(r, th_level_code(p->grade.level));
  word(r, p->grade.level_rule);
  word(r, th_direction_code(p->grade.direction));
  word(r, th_decision_code(p->decided.decision));
  whole(r, p->decided.row, true);
  word(r, th_novelty_code(p->novelty.novelty));
  whole(r, p->grade.ocebm, p->grade.ocebm > 0);
  word(r, th_certainty_code(p->grade.certainty));
  whole(r, p->grade.counted_units, true);
  whole(r, p->grade.listed, true);
  day(r, r->d->as_of);
  end(r, TH_TABLE_PAIRS);
}

static void claim_row(row *r, const th_dossier_pair *p, const th_dossier_claim *c) {
  drug(r);
  disease(r, p);
  cell(r, c->name);
  cell(r, c->rank);
  cell(r, c->score);
  cell(r, c->level);
  cell(r, c->decision);
  word(r, th_level_code(p->grade.level));
  place(r, c->at.source, c->at.line);
  end(r, TH_TABLE_PREDICTIONS);
}

static void unit_row(row *r, const th_dossier_pair *p, const th_evidence_item *it) {
  const th_study_seen *s = it->study;
  drug(r);
  disease(r, p);
  cell(r, s->id);
  cell(r, s->title);
  yes(r, it->counted);
  word(r, th_role_code(it->role));
  word(r, th_relevance_code(it->relevance));
  word(r, th_design_code(it->design));
  word(r, th_direction_code(it->direction));
  whole(r, s->n, s->n >= 0);
  cell(r, s->phase_text.text);
  cell(r, s->status_text.text);
  codes(r, &it->gates);
  codes(r, &it->flags);
  place(r, s->source, s->line);
  end(r, TH_TABLE_UNITS);
}

static void span_row(row *r, const th_dossier_span *s) {
  static const char *const state[] = { "unknown", "completed", "ongoing", "terminated", "withdrawn", "withheld", "not_told" };
  drug(r);
  cell(r, s->id);
  day(r, s->start);
  day(r, s->end);
  word(r, state[s->status]);
  word(r, s->has_results == TH_TRUE ? "true" : s->has_results == TH_FALSE ? "false" : "unknown");
  place(r, s->at.source, s->at.line);
  end(r, TH_TABLE_TRIALS);
}

static void paper_row(row *r, const th_dossier_appraisal *ap) {
  const th_study_table *t = ap->main;
  drug(r);
  cell(r, ap->id);
  cell(r, ap->title);
  cell(r, ap->citation);
  whole(r, t ? t->t.a : 0, t != NULL);
  whole(r, t ? t->t.a + t->t.b : 0, t != NULL);
  whole(r, t ? t->t.c : 0, t != NULL);
  whole(r, t ? t->t.c + t->t.d : 0, t != NULL);
  real(r, t ? t->panel.odds_ratio.estimate : NAN);
  real(r, t ? t->panel.odds_ratio.ci.lo : NAN);
  real(r, t ? t->panel.odds_ratio.ci.hi : NAN);
  real(r, t ? t->panel.fisher_p : NAN);
  th_codes flags = { 0 };
  for (size_t i = 0; i < ap->check.flags.n; i++)
    if (!TH_VEC_PUSH(r->b->arena, &flags, ap->check.flags.v[i].code)) r->b->failed = true;
  codes(r, &flags);
  place(r, ap->at.source, ap->at.line);
  end(r, TH_TABLE_PAPERS);
}

static void interaction_row(row *r, const th_safety_interaction *x) {
  drug(r);
  cell(r, x->name);
  cell(r, x->drug ? x->drug->id : TH_STR_NONE);
  word(r, th_severity_name(x->severity));
  yes(r, x->conflict);
  yes(r, x->page_only);
  cell(r, x->group);
  cell(r, x->effect);
  place(r, x->source, x->line);
  end(r, TH_TABLE_INTERACTIONS);
}

static void licence_row(row *r, const th_licence_product *x) {
  drug(r);
  cell(r, x->number);
  cell(r, x->name);
  cell(r, x->form);
  cell(r, x->holder);
  day(r, x->expires);
  word(r, th_licence_state_code(x->state));
  yes(r, !x->from_register);
  cell(r, x->indication);
  place(r, x->source, x->line);
  end(r, TH_TABLE_LICENCES);
}

static void finding_row(row *r, const th_dossier_finding *f) {
  char key[96];
  th_arena *a = r->b->arena;
  snprintf(key, sizeof key, "finding.%s", f->code);
  const bool known = th_words_has(key);
  th_buf values;
  th_buf_init(&values, a, 0);
  for (size_t i = 0; i < f->values.n; i++) {
    if (i) th_buf_addz(&values, " | ");
    th_buf_add(&values, f->values.v[i]);
  }
  if (values.failed) r->b->failed = true;
  drug(r);
  word(r, f->code);
  cell(r, f->pair < r->d->pairs.n ? r->d->pairs.v[f->pair].id : TH_STR_NONE);
  cell(r, known ? th_words_fill(a, th_words_get(TH_WORDS_EN, key), f->values.v, f->values.n) : f->message);
  cell(r, known             ? th_words_fill(a, th_words_get(TH_WORDS_ZH_TW, key), f->values.v, f->values.n)
          : f->message_zh.n ? f->message_zh
                            : f->message);
  cell(r, th_buf_str(&values));
  place(r, f->at.source, f->at.line);
  end(r, TH_TABLE_DISCREPANCIES);
}

void th_table_rows(th_table_kind t, const th_dossier *d, th_buf *out) {
  row r = { out, d, 0 };
  const bool by_pair = t == TH_TABLE_PAIRS || t == TH_TABLE_PREDICTIONS || t == TH_TABLE_UNITS;
  for (size_t i = 0; by_pair && i < d->pairs.n; i++) {
    const th_dossier_pair *p = &d->pairs.v[i];
    if (t == TH_TABLE_PAIRS) pair_row(&r, p);
    for (size_t k = 0; t == TH_TABLE_PREDICTIONS && k < p->claims.n; k++) claim_row(&r, p, &p->claims.v[k]);
    for (size_t k = 0; t == TH_TABLE_UNITS && k < p->items.n; k++) unit_row(&r, p, &p->items.v[k]);
  }
  for (size_t i = 0; t == TH_TABLE_TRIALS && i < d->spans.n; i++) span_row(&r, &d->spans.v[i]);
  for (size_t i = 0; t == TH_TABLE_PAPERS && i < d->appraisals.n; i++) paper_row(&r, &d->appraisals.v[i]);
  for (size_t i = 0; t == TH_TABLE_INTERACTIONS && i < d->interactions.n; i++) interaction_row(&r, &d->interactions.v[i]);
  for (size_t i = 0; t == TH_TABLE_LICENCES && i < d->products.n; i++) licence_row(&r, &d->products.v[i]);
  for (size_t i = 0; t == TH_TABLE_DISCREPANCIES && i < d->findings.n; i++) finding_row(&r, &d->findings.v[i]);
}
