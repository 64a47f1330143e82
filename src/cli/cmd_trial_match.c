/* theriac trial match: a patient against the criteria of a study, line by line. */
#include "cli/cli_trial.h"

#include <math.h>

static const th_opt opts[] = {
  { "patient", 'p', "FILE", "the patient's facts, JSON (a case of coverage check fits); - reads standard input", false },
  { "lines", 0, NULL, "show the criteria as they were read, without a patient", false },
  { 0 },
};

static const char *answer_word(th_tri v) {
  return v == TH_TRUE ? "yes" : v == TH_FALSE ? "no" : "unknown";
}

static void number(th_jwrite *w, const char *key, double v) {
  th_jw_key(w, key);
  if (isnan(v))
    th_jw_null(w);
  else
    th_jw_f64(w, v);
}

static void term_json(th_jwrite *w, const th_trial_term *t) {
  th_jw_obj(w);
  th_jw_key(w, "field"), th_jw_z(w, th_trial_fact_code(t->fact));
  th_jw_key(w, "operator"), th_jw_z(w, th_trial_op_code(t->op));
  if (t->what.n) th_cli_json_text(w, "what", t->what);
  if (t->row) th_cli_json_text(w, "id", t->row->id);
  number(w, "number", t->number);
  if (!isnan(t->number2)) number(w, "number2", t->number2);
  if (t->unit.n) th_cli_json_text(w, "unit", t->unit);
  if (t->window_days) {
    th_cli_json_text(w, "window", t->window);
    th_jw_key(w, "window_days"), th_jw_i64(w, t->window_days);
  }
  th_jw_obj_end(w);
}

static void line_json(th_jwrite *w, const th_trial_line *l, const th_trial_answer *x) {
  th_jw_obj(w);
  th_jw_key(w, "kind"), th_jw_z(w, th_trial_side_code(l->side));
  th_cli_json_text(w, "raw", l->raw);
  th_cli_json_text(w, "text", l->text);
  th_jw_key(w, "line"), th_jw_i64(w, l->line);
  if (l->field) th_jw_key(w, "from"), th_jw_z(w, l->field);
  if (l->under.n) th_cli_json_text(w, "under", l->under);
  if (l->parent >= 0) th_jw_key(w, "parent"), th_jw_i64(w, l->parent);
  if (l->heads) th_jw_key(w, "children"), th_jw_z(w, th_trial_join_code(l->children));
  th_jw_key(w, "terms");
  th_jw_arr(w);
  for (size_t i = 0; i < l->terms.n; i++) term_json(w, &l->terms.v[i]);
  th_jw_arr_end(w);
  if (l->terms.n > 1) th_jw_key(w, "join"), th_jw_z(w, th_trial_join_code(l->join));
  th_jw_key(w, "read"), th_jw_z(w, l->whole ? "whole" : l->terms.n ? "part" : "ask");
  if (x) {
    th_jw_key(w, "eligible"), th_jw_z(w, answer_word(x->eligible));
    th_cli_json_text(w, "why", x->why);
  }
  th_jw_obj_end(w);
}

static void json(th_buf *b, const th_cli_study *x, const th_trial_lines *lines, const th_trial_match *m, const char *as_of) {
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_cli_json_text(&w, "id", x->study.nct_id.text);
  if (m) {
    th_jw_key(&w, "as_of"), th_jw_z(&w, as_of);
    th_jw_key(&w, "eligible"), th_jw_z(&w, answer_word(m->eligible));
    th_jw_key(&w, "yes"), th_jw_i64(&w, m->n[TH_TRUE]);
    th_jw_key(&w, "no"), th_jw_i64(&w, m->n[TH_FALSE]);
    th_jw_key(&w, "unknown"), th_jw_i64(&w, m->n[TH_UNKNOWN]);
  }
  th_jw_key(&w, "lines");
  th_jw_arr(&w);
  for (size_t i = 0; i < lines->n; i++) line_json(&w, &lines->v[i], m ? &m->lines.v[i] : NULL);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void term_text(th_buf *b, const th_trial_term *t) {
  th_buf_addz(b, th_trial_fact_code(t->fact));
  if (t->what.n) th_buf_addf(b, " %.*s", TH_STR_ARG(t->what));
  th_buf_addf(b, " %s", th_trial_op_code(t->op));
  if (!isnan(t->number)) th_buf_addf(b, " %.10g", t->number);
  if (!isnan(t->number2)) th_buf_addf(b, "–%.10g", t->number2);
  if (t->unit.n) th_buf_addf(b, " %.*s", TH_STR_ARG(t->unit));
  if (t->window_days) th_buf_addf(b, " (%.*s)", TH_STR_ARG(t->window));
}

static void line_text(const th_cli_trials *t, th_buf *b, const th_trial_line *l, const th_trial_answer *x, size_t columns) {
  const char *mark = !x ? "·" : x->eligible == TH_TRUE ? "✓" : x->eligible == TH_FALSE ? "✗" : "?";
  const size_t indent = 4 + 2 * (size_t)(l->parent >= 0 ? (l->depth < 6 ? l->depth : 6) : 0);
  for (size_t i = 4; i < indent; i++) th_buf_addc(b, ' ');
  th_buf_addf(b, "  %s ", mark);
  if (l->field) {
    char key[64];
    snprintf(key, sizeof key, "from.%s", l->field);
    const th_str name = th_cli_trial_word(t, key);
    th_buf_addf(b, "%.*s: ", TH_STR_ARG(name));
  }
  th_cli_wrap(b, l->text, indent, indent, columns);
  th_buf_addc(b, '\n');
  if (!l->terms.n && (!x || !x->why.n)) return;
  for (size_t i = 0; i < indent + 2; i++) th_buf_addc(b, ' ');
  th_buf line;
  th_buf_init(&line, t->c->arena, 128);
  for (size_t i = 0; i < l->terms.n; i++) {
    if (i) th_buf_addf(&line, " %s ", l->join == TH_TRIAL_ALL ? "&" : l->join == TH_TRIAL_ANY ? "|" : "?");
    term_text(&line, &l->terms.v[i]);
  }
  if (!l->whole && l->terms.n) th_buf_addf(&line, " %.*s", TH_STR_ARG(th_cli_trial_word(t, "match.part")));
  if (x && x->why.n) th_buf_addf(&line, "%s%.*s", l->terms.n ? " — " : "", TH_STR_ARG(x->why));
  th_cli_wrap(b, th_buf_str(&line), indent + 2, indent + 2, columns);
  th_buf_addc(b, '\n');
}

static void text(const th_cli_trials *t, th_buf *b, const th_cli_study *x, const th_trial_lines *lines, const th_trial_match *m,
                 const char *as_of) {
  const size_t columns = th_cli_columns();
  th_buf_addf(b, "%.*s  ", TH_STR_ARG(x->study.nct_id.text));
  th_cli_wrap(b, x->study.brief_title.text, 13, 13, columns);
  th_buf_addc(b, '\n');
  for (int side = TH_TRIAL_INCLUDE; side >= 0; side = side == TH_TRIAL_INCLUDE   ? TH_TRIAL_EXCLUDE
                                                      : side == TH_TRIAL_EXCLUDE ? TH_TRIAL_UNSTATED
                                                                                 : -1) {
    bool head = false;
    for (size_t i = 0; i < lines->n; i++) {
      if ((int)lines->v[i].side != side) continue;
      if (!head) th_buf_addf(b, "\n%.*s\n", TH_STR_ARG(th_cli_trial_word(t, th_trial_side_code((th_trial_side)side))));
      head = true;
      line_text(t, b, &lines->v[i], m ? &m->lines.v[i] : NULL, columns);
    }
  }
  if (!m) return;
  const th_str values[] = { th_str_fmt(t->c->arena, "%u", m->n[TH_TRUE]), th_str_fmt(t->c->arena, "%u", m->n[TH_FALSE]),
                            th_str_fmt(t->c->arena, "%u", m->n[TH_UNKNOWN]), th_str_of(as_of) };
  char key[32];
  snprintf(key, sizeof key, "match.%s", answer_word(m->eligible));
  th_buf_addc(b, '\n');
  th_cli_wrap(b, th_cli_trial_word(t, key), 0, 0, columns);
  th_buf_addc(b, '\n');
  th_cli_wrap(b, th_words_fill(t->c->arena, th_cli_trial_word(t, "match.counts"), values, 4), 0, 0, columns);
  th_buf_addc(b, '\n');
}

static th_code match(th_cli_trials *t, const th_trial_lines *lines, th_trial_match *m, char as_of[TH_DATE_TEXT], th_err *err) {
  th_cli *c = t->c;
  const char *path = th_cli_opt(c, "patient");
  th_trial_patient *patient;
  th_str bytes;
  TH_TRY(th_cli_read_file(c, path, &bytes, err));
  const th_code code = th_trial_patient_read(c->arena, bytes, c->as_of.prec ? c->as_of : th_cli_today(), &patient, err);
  if (code != TH_OK) {
    th_err_source(err, path);
    return code;
  }
  th_date_iso(th_trial_patient_day(patient), as_of);
  return th_trial_match_lines(c->arena, t->names, lines, patient, m, err);
}

static int run(th_cli *c) {
  th_cli_trials t;
  th_cli_study x;
  th_trial_lines lines = { 0 };
  th_trial_match m;
  th_err err = { 0 };
  th_buf b;
  char as_of[TH_DATE_TEXT] = "";
  const bool bare = th_cli_has(c, "lines");
  if (!bare && !th_cli_opt(c, "patient"))
    return th_cli_usage(c, "--patient FILE is needed (or --lines for the criteria alone)");
  th_cli_trials_open(c, &t);
  th_buf_init(&b, c->arena, 8192);
  th_code code = th_cli_trial_load(&t, c->args[0], &x, &err);
  if (code == TH_OK) code = th_cli_trials_names(&t, &err);
  if (code == TH_OK) code = th_trial_criteria_of(c->arena, t.names, &x.study, &lines, &err);
  if (code == TH_OK && !bare) code = match(&t, &lines, &m, as_of, &err);
  th_cli_trials_close(&t);
  if (code != TH_OK) return th_cli_error(c, &err);
  if (c->json)
    json(&b, &x, &lines, bare ? NULL : &m, as_of);
  else
    text(&t, &b, &x, &lines, bare ? NULL : &m, as_of);
  const int status = th_cli__put_buf(c, &b);
  return status ? status : !bare && m.eligible != TH_TRUE;
}

static const char *const examples[] = { "theriac trial match NCT05154734 --patient patient.json",
                                        "theriac trial match study.json --lines --json", NULL };

const th_cmd th_cmd_trial_match = {
  .name = "trial match",
  .group = "Evidence",
  .synopsis = "STUDY|FILE --patient FILE | --lines",
  .summary = "a patient against a study's criteria: yes, no or unknown for each line",
  .details =
      "The criteria are cut into lines; age, sex, diagnoses, scores, laboratory values, events in a window, treatments, other "
      "trials and pregnancy are read where their wording is plain. A line that was not read, or read in part, is a question to "
      "a "
      "person: its answer is unknown, never yes. The original line is always shown.\n\n"
      "The patient's file is a JSON object: {\"age\": 34, \"sex\": \"female\", \"diagnoses\": [\"NMOSD\"], \"edss\": 4.5, "
      "\"aqp4_igg\": \"positive\", \"relapses\": [\"2025-11-02\"], \"hemoglobin\": {\"value\": 11.2, \"unit\": \"g/dL\"}, "
      "\"drugs\": {\"rituximab\": {\"from\": \"2024-01\", \"to\": \"2024-07-15\"}, \"belimumab\": false}, \"pregnant\": "
      "false}. "
      "What it does not state is unknown; a diagnosis or drug that is not listed is unknown too (false says that there is "
      "none). "
      "An event list is taken as complete.\n\n"
      "Exit status 0 when every line leaves the patient in, 1 otherwise. Eligibility is decided by the investigator.",
  .opts = opts,
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
