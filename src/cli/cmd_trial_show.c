/* theriac trial show: one study whole. */
#include "cli/cli_trial.h"

#include <math.h>

static void line(const th_cli_trials *t, th_buf *b, const char *field, th_str value, size_t columns) {
  char key[64];
  if (!value.p || !value.n) return;
  snprintf(key, sizeof key, "field.%s", field);
  th_buf_addf(b, "%.*s\n  ", TH_STR_ARG(th_cli_trial_word(t, key)));
  th_cli_wrap(b, value, 2, 2, columns);
  th_buf_addc(b, '\n');
}

/* ── What the record and those held with it say together ───────────────────────────────────────────────────────────── */

typedef struct shown {
  th_cli_study x;
  th_trial_rows rows; /* its fields, by the table that compare uses */
  th_trial_results results;
  th_store_record_vec papers, versions;
  th_trial_found similar;
  th_str_vec conflicts; /* codes */
  th_date as_of;
} shown;

static th_code related(th_cli_trials *t, shown *s, th_err *err) {
  th_arena *a = t->c->arena;
  const th_ctgov_study *x = &s->x.study;
  th_err none = { 0 };
  if (!t->store && th_cli_trials_store(t, &none) != TH_OK) return TH_OK; /* a file by itself needs no store */
  th_store_record_vec all;
  TH_TRY(th_store_records_with_id(a, t->store, TH_S("trial"), x->nct_id.text, &all, err));
  for (size_t i = 0; i < all.n; i++)
    if ((th_str_is(all.v[i].kind, "pubmed") || th_str_is(all.v[i].kind, "abstract")) && !TH_VEC_PUSH(a, &s->papers, all.v[i]))
      return th_fail_nomem(err);
  TH_TRY(th_store_record_versions(a, t->store, TH_S("ctgov"), x->nct_id.text, &s->versions, err));
  th_str_vec conditions = { 0 }, drugs = { 0 };
  for (size_t i = 0; i < x->conditions.n; i++)
    if (!TH_VEC_PUSH(a, &conditions, x->conditions.v[i].text)) return th_fail_nomem(err);
  for (size_t i = 0; i < x->interventions.n; i++)
    if (!th_str_has(x->interventions.v[i].name.text, TH_S("lacebo")) &&
        !TH_VEC_PUSH(a, &drugs, x->interventions.v[i].name.text))
      return th_fail_nomem(err);
  if (!conditions.n || !drugs.n) return TH_OK;
  const th_trial_query q = {
    .condition = conditions.v, .n_conditions = conditions.n, .intervention = drugs.v, .n_interventions = drugs.n, .limit = 6
  };
  return th_store_trial_search(a, t->store, &q, &s->similar, err);
}

/* What the record says against itself (evidence.md §7). */
static th_code conflicts(th_arena *a, const th_trial_lines *lines, shown *s, th_err *err) {
  const th_ctgov_study *x = &s->x.study;
  bool diagnosis = false;
  for (size_t i = 0; i < lines->n && !diagnosis; i++) {
    const th_trial_line *l = &lines->v[i];
    for (size_t k = 0; k < l->terms.n; k++)
      diagnosis |= l->side == TH_TRIAL_INCLUDE && l->terms.v[k].fact == TH_TRIAL_DIAGNOSIS;
    diagnosis |= l->side == TH_TRIAL_INCLUDE && (th_str_has(l->text, TH_S("iagnosis")) ||
                                                 th_str_has(l->text, TH_S("iagnosed")) || th_str_has(l->text, TH_S("診斷")));
  }
  const th_str titles[] = { x->brief_title.text, x->official_title.text };
  bool efficacy = false;
  for (int i = 0; i < 2; i++) efficacy |= th_str_has(titles[i], TH_S("fficacy"));
  if (x->healthy_volunteers == TH_TRUE && diagnosis && !TH_VEC_PUSH(a, &s->conflicts, TH_S("HEALTHY_VOLUNTEER_CONFLICT")))
    return th_fail_nomem(err);
  if (th_str_is(x->purpose.text, "BASIC_SCIENCE") && efficacy && !TH_VEC_PUSH(a, &s->conflicts, TH_S("PURPOSE_CONFLICT")))
    return th_fail_nomem(err);
  return TH_OK;
}

static th_code gather(th_cli_trials *t, shown *s, th_err *err) {
  th_arena *a = t->c->arena;
  th_trial_lines lines = { 0 };
  s->as_of = t->c->as_of.prec ? t->c->as_of : th_cli_today();
  TH_TRY(th_cli_trial_load(t, t->c->args[0], &s->x, err));
  TH_TRY(th_cli_trials_names(t, err));
  const th_ctgov_study *twice[] = { &s->x.study, &s->x.study };
  TH_TRY(th_trial_compare(a, twice, 2, &s->rows, err));
  TH_TRY(related(t, s, err));
  TH_TRY(th_trial_criteria_of(a, t->names, &s->x.study, &lines, err));
  TH_TRY(conflicts(a, &lines, s, err));
  s->results = th_trial_results_of(&s->x.study, (uint32_t)s->papers.n, s->as_of);
  return TH_OK;
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void outcomes_json(th_jwrite *w, const th_ctgov_study *x) {
  static const char *const kinds[] = { "primary", "secondary", "other" };
  th_jw_key(w, "outcomes");
  th_jw_arr(w);
  for (size_t i = 0; i < x->outcomes.n; i++) {
    const th_ctgov_outcome *o = &x->outcomes.v[i];
    th_jw_obj(w);
    th_jw_key(w, "kind"), th_jw_z(w, kinds[o->kind]);
    th_cli_json_text(w, "measure", o->measure.text);
    th_cli_json_text(w, "time_frame", o->time_frame.text);
    th_cli_json_text(w, "description", o->description.text);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void results_json(th_jwrite *w, const th_ctgov_study *x) {
  th_jw_key(w, "posted_results");
  th_jw_arr(w);
  for (size_t i = 0; i < x->results.n; i++) {
    const th_ctgov_result *r = &x->results.v[i];
    th_jw_obj(w);
    th_cli_json_text(w, "type", r->type.text);
    th_cli_json_text(w, "title", r->title.text);
    th_cli_json_text(w, "time_frame", r->time_frame.text);
    th_cli_json_text(w, "unit", r->unit.text);
    th_jw_key(w, "measurements");
    th_jw_arr(w);
    for (size_t k = 0; k < r->measurements.n; k++) {
      const th_ctgov_measurement *m = &r->measurements.v[k];
      th_jw_obj(w);
      th_cli_json_text(w, "group", m->group.text);
      if (m->class_title.text.n) th_cli_json_text(w, "class", m->class_title.text);
      if (m->category_title.text.n) th_cli_json_text(w, "category", m->category_title.text);
      th_cli_json_text(w, "value", m->value.text);
      if (m->lower.text.n) th_cli_json_text(w, "lower", m->lower.text), th_cli_json_text(w, "upper", m->upper.text);
      if (m->spread.text.n) th_cli_json_text(w, "spread", m->spread.text);
      th_jw_obj_end(w);
    }
    th_jw_arr_end(w);
    th_jw_key(w, "analyses");
    th_jw_arr(w);
    for (size_t k = 0; k < r->analyses.n; k++) {
      const th_ctgov_analysis *n = &r->analyses.v[k];
      th_jw_obj(w);
      th_cli_json_text(w, "method", n->method.text);
      th_cli_json_text(w, "p", n->p_value.text);
      th_cli_json_text(w, "parameter", n->param_type.text);
      th_cli_json_text(w, "value", n->param_value.text);
      th_cli_json_text(w, "ci_percent", n->ci_percent.text);
      th_cli_json_text(w, "ci_lower", n->ci_lower.text);
      th_cli_json_text(w, "ci_upper", n->ci_upper.text);
      th_jw_obj_end(w);
    }
    th_jw_arr_end(w);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void terms_json(th_jwrite *w, const char *key, const th_ctgov_terms *v) {
  th_jw_key(w, key);
  th_jw_arr(w);
  for (size_t i = 0; i < v->n; i++) {
    th_jw_obj(w);
    th_cli_json_text(w, "id", v->v[i].id.text);
    th_cli_json_text(w, "term", v->v[i].term.text);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void rest_json(th_jwrite *w, const shown *s) {
  const th_ctgov_study *x = &s->x.study;
  char day[TH_DATE_TEXT];
  th_jw_key(w, "results");
  th_jw_obj(w);
  th_jw_key(w, "state"), th_jw_z(w, th_trial_due_code(s->results.state));
  th_jw_key(w, "from"), th_jw_z(w, s->results.from);
  th_jw_key(w, "due"), th_jw_z(w, th_date_iso(s->results.due, day));
  th_jw_key(w, "as_of"), th_jw_z(w, th_date_iso(s->as_of, day));
  th_jw_key(w, "rule"), th_jw_z(w, "12 months after the actual primary completion, else completion");
  th_jw_obj_end(w);
  th_jw_key(w, "papers");
  th_jw_arr(w);
  for (size_t i = 0; i < s->papers.n; i++) {
    th_jw_obj(w);
    th_cli_json_text(w, "key", s->papers.v[i].key);
    th_cli_json_text(w, "title", s->papers.v[i].title);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_key(w, "references");
  th_jw_arr(w);
  for (size_t i = 0; i < x->references.n; i++) {
    th_jw_obj(w);
    th_cli_json_text(w, "pmid", x->references.v[i].pmid.text);
    th_cli_json_text(w, "type", x->references.v[i].type.text);
    th_cli_json_text(w, "citation", x->references.v[i].citation.text);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_key(w, "versions");
  th_jw_arr(w);
  for (size_t i = 0; i < s->versions.n; i++) {
    th_jw_obj(w);
    th_jw_key(w, "version"), th_jw_i64(w, s->versions.v[i].version);
    th_jw_key(w, "dated"), th_jw_z(w, th_date_iso(s->versions.v[i].dated, day));
    th_jw_key(w, "current"), th_jw_bool(w, s->versions.v[i].current);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_key(w, "similar");
  th_jw_arr(w);
  for (size_t i = 0; i < s->similar.hits.n; i++)
    if (!th_str_eq(s->similar.hits.v[i].id, x->nct_id.text)) th_jw_str(w, s->similar.hits.v[i].id);
  th_jw_arr_end(w);
  th_jw_key(w, "contradictions");
  th_jw_arr(w);
  for (size_t i = 0; i < s->conflicts.n; i++) th_jw_str(w, s->conflicts.v[i]);
  th_jw_arr_end(w);
}

static void json(th_buf *b, const shown *s) {
  const th_ctgov_study *x = &s->x.study;
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_cli_json_text(&w, "id", x->nct_id.text);
  th_jw_key(&w, "fields");
  th_jw_obj(&w);
  for (size_t i = 0; i < s->rows.n; i++) th_jw_key(&w, s->rows.v[i].field), th_jw_str(&w, s->rows.v[i].value[0]);
  th_jw_obj_end(&w);
  th_cli_json_text(&w, "summary", x->brief_summary.text);
  outcomes_json(&w, x);
  results_json(&w, x);
  terms_json(&w, "condition_mesh", &x->condition_mesh);
  terms_json(&w, "intervention_mesh", &x->intervention_mesh);
  rest_json(&w, s);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

/* ── Terminal ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void posted(const th_cli_trials *t, th_buf *b, const th_ctgov_study *x, size_t columns) {
  if (!x->results.n) return;
  th_buf_addf(b, "%.*s\n", TH_STR_ARG(th_cli_trial_word(t, "field.posted")));
  for (size_t i = 0; i < x->results.n; i++) {
    const th_ctgov_result *r = &x->results.v[i];
    th_buf_addf(b, "  [%.*s] ", TH_STR_ARG(r->type.text));
    th_cli_wrap(b, r->title.text, 5 + r->type.text.n, 4, columns);
    th_buf_addc(b, '\n');
    for (size_t k = 0; k < r->analyses.n; k++) {
      const th_ctgov_analysis *n = &r->analyses.v[k];
      th_buf_addf(b, "    %.*s %.*s", TH_STR_ARG(n->param_type.text), TH_STR_ARG(n->param_value.text));
      if (n->ci_lower.text.n)
        th_buf_addf(b, " (%.*s%% CI %.*s–%.*s)", TH_STR_ARG(n->ci_percent.text), TH_STR_ARG(n->ci_lower.text),
                    TH_STR_ARG(n->ci_upper.text));
      if (n->p_value.text.n) th_buf_addf(b, " P %.*s", TH_STR_ARG(n->p_value.text));
      th_buf_addc(b, '\n');
    }
  }
}

static void due(const th_cli_trials *t, th_buf *b, const shown *s, size_t columns) {
  char key[64], day[TH_DATE_TEXT], as_of[TH_DATE_TEXT];
  snprintf(key, sizeof key, "due.%s", th_trial_due_code(s->results.state));
  const th_str values[] = { th_str_of(th_date_iso(s->results.due, day)), th_str_of(th_date_iso(s->as_of, as_of)) };
  line(t, b, "results", th_words_fill(t->c->arena, th_cli_trial_word(t, key), values, 2), columns);
}

static void listed(const th_cli_trials *t, th_buf *b, const shown *s, size_t columns) {
  char key[64], day[TH_DATE_TEXT];
  th_buf x;
  th_buf_init(&x, t->c->arena, 256);
  for (size_t i = 0; i < s->papers.n; i++)
    th_buf_addf(&x, "%s%.*s  %.*s", i ? "\n" : "", TH_STR_ARG(s->papers.v[i].key), TH_STR_ARG(s->papers.v[i].title));
  for (size_t i = 0; i < s->x.study.references.n; i++)
    th_buf_addf(&x, "%s[%.*s] PMID %.*s  %.*s", x.n ? "\n" : "", TH_STR_ARG(s->x.study.references.v[i].type.text),
                TH_STR_ARG(s->x.study.references.v[i].pmid.text), TH_STR_ARG(s->x.study.references.v[i].citation.text));
  line(t, b, "papers", th_buf_str(&x), columns);
  x.n = 0;
  for (size_t i = 0; i < s->versions.n; i++)
    th_buf_addf(&x, "%s@%u  %s%s", i ? "\n" : "", s->versions.v[i].version, th_date_iso(s->versions.v[i].dated, day),
                s->versions.v[i].current ? " *" : "");
  const th_str versions = th_str_dup(t->c->arena, th_buf_str(&x));
  if (s->versions.n > 1) line(t, b, "versions", versions, columns);
  th_buf y;
  th_buf_init(&y, t->c->arena, 256);
  for (size_t i = 0; i < s->similar.hits.n; i++)
    if (!th_str_eq(s->similar.hits.v[i].id, s->x.study.nct_id.text))
      th_buf_addf(&y, "%s%.*s  %.*s", y.n ? "\n" : "", TH_STR_ARG(s->similar.hits.v[i].id),
                  TH_STR_ARG(s->similar.hits.v[i].title));
  line(t, b, "similar", th_buf_str(&y), columns);
  for (size_t i = 0; i < s->conflicts.n; i++) {
    snprintf(key, sizeof key, "conflict.%.*s", TH_STR_ARG(s->conflicts.v[i]));
    line(t, b, "contradiction", th_cli_trial_word(t, key), columns);
  }
}

static void text(const th_cli_trials *t, th_buf *b, const shown *s) {
  const size_t columns = th_cli_columns();
  th_buf_addf(b, "%.*s\n", TH_STR_ARG(s->x.study.nct_id.text));
  for (size_t i = 0; i < s->rows.n; i++) {
    const th_trial_row *r = &s->rows.v[i];
    if (strcmp(r->field, "eligibility") != 0) line(t, b, r->field, th_cli_trial_field(t, r->field, r->value[0]), columns);
  }
  line(t, b, "summary", s->x.study.brief_summary.text, columns);
  line(t, b, "eligibility", s->x.study.eligibility.text, columns);
  posted(t, b, &s->x.study, columns);
  due(t, b, s, columns);
  listed(t, b, s, columns);
}

static int run(th_cli *c) {
  th_cli_trials t;
  shown s = { 0 };
  th_err err = { 0 };
  th_buf b;
  th_cli_trials_open(c, &t);
  th_buf_init(&b, c->arena, 16384);
  const th_code code = gather(&t, &s, &err);
  th_cli_trials_close(&t);
  if (code != TH_OK) return th_cli_error(c, &err);
  if (c->json)
    json(&b, &s);
  else
    text(&t, &b, &s);
  return th_cli__put_buf(c, &b);
}

static const char *const examples[] = { "theriac trial show NCT05154734", "theriac trial show study.json --lang zh-TW", NULL };

const th_cmd th_cmd_trial_show = {
  .name = "trial show",
  .group = "Evidence",
  .synopsis = "STUDY|FILE",
  .summary = "one study whole: design, dates, outcomes, criteria, results, papers, versions, similar studies",
  .details = "Beside what the registry states: whether its results are overdue on the as-of day (and by which date that was "
             "judged), papers "
             "held that report it, the versions held, studies of the same condition and drug, and what the record says against "
             "itself.",
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
