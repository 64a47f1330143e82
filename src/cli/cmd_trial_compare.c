/* theriac trial compare: two to four studies side by side. */
#include "cli/cli_trial.h"
#include "theriac/text.h"

static const th_opt opts[] = {
  { "all", 'a', NULL, "the rows in which they agree too", false },
  { 0 },
};

static void json(th_buf *b, const th_cli_study *x, size_t n, const th_trial_rows *rows, bool all) {
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_jw_key(&w, "studies");
  th_jw_arr(&w);
  for (size_t i = 0; i < n; i++) th_jw_str(&w, x[i].study.nct_id.text);
  th_jw_arr_end(&w);
  th_jw_key(&w, "rows");
  th_jw_arr(&w);
  for (size_t r = 0; r < rows->n; r++) {
    if (!rows->v[r].differs && !all) continue;
    th_jw_obj(&w);
    th_jw_key(&w, "field"), th_jw_z(&w, rows->v[r].field);
    th_jw_key(&w, "differs"), th_jw_bool(&w, rows->v[r].differs);
    th_jw_key(&w, "values");
    th_jw_arr(&w);
    for (size_t i = 0; i < n; i++) th_jw_str(&w, rows->v[r].value[i]);
    th_jw_arr_end(&w);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

/* A field's values one under the other, each behind its study's number: four columns of prose have no room on a terminal. */
static void text(const th_cli_trials *t, th_buf *b, const th_cli_study *x, size_t n, const th_trial_rows *rows, bool all) {
  const size_t columns = th_cli_columns();
  size_t same = 0;
  for (size_t r = 0; r < rows->n; r++) {
    char key[64];
    same += !rows->v[r].differs;
    if (!rows->v[r].differs && !all) continue;
    snprintf(key, sizeof key, "field.%s", rows->v[r].field);
    th_buf_addf(b, "%.*s\n", TH_STR_ARG(th_cli_trial_word(t, key)));
    for (size_t i = 0; i < (rows->v[r].differs ? n : 1); i++) {
      const th_str v = th_cli_trial_field(t, rows->v[r].field, rows->v[r].value[i]);
      th_buf_addf(b, "  %-11.*s  ", TH_STR_ARG(rows->v[r].differs ? x[i].study.nct_id.text : TH_S("=")));
      th_cli_wrap(b, v.p ? v : th_cli_trial_word(t, "not_stated"), 15, 15, columns);
      th_buf_addc(b, '\n');
    }
  }
  if (!all) {
    const th_str n_same = th_str_fmt(t->c->arena, "%zu", same);
    th_buf_add(b, th_words_fill(t->c->arena, th_cli_trial_word(t, "compare.same"), &n_same, 1));
    th_buf_addc(b, '\n');
  }
}

static int run(th_cli *c) {
  th_cli_trials t;
  th_cli_study x[TH_TRIAL_COMPARE_MAX] = { 0 };
  const th_ctgov_study *study[TH_TRIAL_COMPARE_MAX];
  const size_t n = (size_t)c->n_args;
  th_trial_rows rows;
  th_err err = { 0 };
  th_buf b;
  th_code code = TH_OK;
  th_cli_trials_open(c, &t);
  th_buf_init(&b, c->arena, 8192);
  for (size_t i = 0; i < n && code == TH_OK; i++) {
    code = th_cli_trial_load(&t, c->args[i], &x[i], &err);
    study[i] = &x[i].study;
  }
  th_cli_trials_close(&t);
  if (code == TH_OK) code = th_trial_compare(c->arena, study, n, &rows, &err);
  if (code != TH_OK) return th_cli_error(c, &err);
  if (c->json)
    json(&b, x, n, &rows, th_cli_has(c, "all"));
  else
    text(&t, &b, x, n, &rows, th_cli_has(c, "all"));
  return th_cli__put_buf(c, &b);
}

static const char *const examples[] = { "theriac trial compare NCT05154734 NCT01610492",
                                        "theriac trial compare a.json b.json --all --json", NULL };

const th_cmd th_cmd_trial_compare = {
  .name = "trial compare",
  .group = "Evidence",
  .synopsis = "STUDY|FILE STUDY|FILE… [--all]",
  .summary = "two to four studies side by side: the rows that differ",
  .details = "A study is a number of one held (NCT05154734, NCT05154734@1 for an older version) or a file. A value that a "
             "record does not "
             "state is shown as not stated; it differs from one that is stated.",
  .opts = opts,
  .args_min = 2,
  .args_max = 4,
  .examples = examples,
  .run = run,
};
