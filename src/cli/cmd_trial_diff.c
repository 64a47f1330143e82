/* theriac trial diff: what changed between two versions of one study. */
#include "cli/cli_trial.h"

static th_str kind_word(th_trial_change_kind k) {
  static const char *const words[] = { "same", "changed", "added", "removed" };
  return th_str_of(words[k]);
}

static void json(th_buf *b, const th_cli_study *x, const th_trial_diff *d) {
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_cli_json_text(&w, "id", x[1].study.nct_id.text);
  th_jw_key(&w, "before"), th_jw_z(&w, x[0].asked);
  th_jw_key(&w, "after"), th_jw_z(&w, x[1].asked);
  th_jw_key(&w, "changes");
  th_jw_arr(&w);
  for (size_t i = 0; i < d->changes.n; i++) {
    th_jw_obj(&w);
    th_jw_key(&w, "field"), th_jw_z(&w, d->changes.v[i].field);
    th_cli_json_text(&w, "what", kind_word(d->changes.v[i].kind));
    th_cli_json_text(&w, "before", d->changes.v[i].before);
    th_cli_json_text(&w, "after", d->changes.v[i].after);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_key(&w, "outcome_changed");
  if (d->outcome_changed == TH_UNKNOWN)
    th_jw_null(&w);
  else
    th_jw_bool(&w, d->outcome_changed == TH_TRUE);
  th_jw_key(&w, "flags");
  th_jw_arr(&w);
  if (d->outcome_changed == TH_TRUE) th_jw_z(&w, "OUTCOME_CHANGED");
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void side(const th_cli_trials *t, th_buf *b, const char *sign, th_str value, size_t columns) {
  th_buf_addf(b, "  %s ", sign);
  th_cli_wrap(b, value.p ? value : th_cli_trial_word(t, "not_stated"), 4, 4, columns);
  th_buf_addc(b, '\n');
}

static void text(const th_cli_trials *t, th_buf *b, const th_cli_study *x, const th_trial_diff *d) {
  const size_t columns = th_cli_columns();
  const char *last = "";
  th_buf_addf(b, "%.*s  ", TH_STR_ARG(x[1].study.nct_id.text));
  th_cli_wrap(b, x[1].study.brief_title.text, 13, 13, columns);
  th_buf_addc(b, '\n');
  for (size_t i = 0; i < d->changes.n; i++) {
    const th_trial_change *c = &d->changes.v[i];
    char key[64];
    snprintf(key, sizeof key, "field.%s", c->field);
    if (strcmp(last, c->field) != 0) th_buf_addf(b, "\n%.*s\n", TH_STR_ARG(th_cli_trial_word(t, key)));
    last = c->field;
    if (c->kind != TH_TRIAL_ADDED) side(t, b, "-", th_cli_trial_field(t, c->field, c->before), columns);
    if (c->kind != TH_TRIAL_REMOVED) side(t, b, "+", th_cli_trial_field(t, c->field, c->after), columns);
  }
  if (d->changes.n == 0) th_buf_addf(b, "%.*s\n", TH_STR_ARG(th_cli_trial_word(t, "diff.none")));
  if (d->outcome_changed != TH_FALSE) {
    th_buf_addz(b, d->outcome_changed == TH_TRUE ? "\nOUTCOME_CHANGED  " : "\nOUTCOME_CHANGED?  ");
    th_cli_wrap(b, th_cli_trial_word(t, d->outcome_changed == TH_TRUE ? "diff.outcome" : "diff.maybe"), 18, 18, columns);
    th_buf_addc(b, '\n');
  }
}

/* One argument: the two newest versions held. */
static th_code load(th_cli_trials *t, th_cli_study *x, th_err *err) {
  th_cli *c = t->c;
  if (c->n_args == 2) {
    TH_TRY(th_cli_trial_load(t, c->args[0], &x[0], err));
    TH_TRY(th_cli_trial_load(t, c->args[1], &x[1], err));
    if (!th_str_eq(x[0].study.nct_id.text, x[1].study.nct_id.text))
      return th_fail(err, TH_EINVAL, "%.*s and %.*s are two studies: trial compare sets them side by side",
                     TH_STR_ARG(x[0].study.nct_id.text), TH_STR_ARG(x[1].study.nct_id.text));
    return TH_OK;
  }
  TH_TRY(th_cli_trial_load(t, c->args[0], &x[1], err));
  if (!x[1].record.id)
    return th_fail(err, TH_EINVAL, "a file is one version: give a second file, or the number of a study held");
  th_store_record_vec all;
  const th_store_record *before = NULL;
  TH_TRY(th_store_record_versions(c->arena, t->store, TH_S("ctgov"), x[1].record.key, &all, err));
  for (size_t i = 0; i < all.n; i++)
    if (all.v[i].id != x[1].record.id) before = &all.v[i];
  if (!before) return th_fail(err, TH_ENOENT, "%s: one version is held; there is nothing to compare with", c->args[0]);
  x[0].asked = th_str_fmt(c->arena, "%.*s@%u", TH_STR_ARG(before->key), before->version).p;
  x[0].record = *before;
  return x[0].asked ? th_store_ctgov_of(c->arena, before, &x[0].study, err) : th_fail_nomem(err);
}

static int run(th_cli *c) {
  th_cli_trials t;
  th_cli_study x[2] = { 0 };
  th_trial_diff d;
  th_err err = { 0 };
  th_buf b;
  th_cli_trials_open(c, &t);
  th_buf_init(&b, c->arena, 8192);
  th_code code = load(&t, x, &err);
  if (code == TH_OK)
    code = th_trial_diff_of(c->arena, &x[0].study, &x[1].study, c->as_of.prec ? c->as_of : th_cli_today(), &d, &err);
  th_cli_trials_close(&t);
  if (code != TH_OK) return th_cli_error(c, &err);
  if (c->json)
    json(&b, x, &d);
  else
    text(&t, &b, x, &d);
  const int status = th_cli__put_buf(c, &b);
  return status ? status : d.changes.n > 0;
}

static const char *const examples[] = { "theriac trial diff NCT05154734", "theriac trial diff NCT05154734@1 NCT05154734@2",
                                        "theriac trial diff old.json new.json --json", NULL };

const th_cmd th_cmd_trial_diff = {
  .name = "trial diff",
  .group = "Evidence",
  .synopsis = "STUDY|FILE [STUDY|FILE]",
  .summary = "what changed between two versions of a study: status, number, dates, outcomes, criteria line by line",
  .details =
      "A study is a number (NCT05154734, the current version; NCT05154734@1, the first imported) or a file. With one number "
      "the two last versions held are compared. OUTCOME_CHANGED says that a primary outcome or the criteria changed after the "
      "study began; with a question mark, that the dates do not tell whether it was after. What one version does not state is "
      "shown as not stated.\n\nExit status 0 without a change, 1 with one.",
  .args_min = 1,
  .args_max = 2,
  .examples = examples,
  .run = run,
};
