/* theriac case: cases of patients kept sealed in the home. */
#include "cli/cli_case.h"
#include "cli/cli_coverage.h"

static void head_json(th_arena *a, th_jwrite *w, const th_case_head *h) {
  char iso[TH_DATE_TEXT];
  th_jw_obj(w);
  th_jw_key(w, "id"), th_jw_str(w, h->id);
  th_jw_key(w, "version"), th_jw_i64(w, h->version);
  th_jw_key(w, "at"), th_jw_str(w, th_cli__moment(a, h->at));
  if (h->damaged) {
    th_jw_key(w, "damaged"), th_jw_bool(w, true);
    th_jw_obj_end(w);
    return;
  }
  th_jw_key(w, "who"), th_jw_str(w, h->who);
  th_jw_key(w, "title"), th_jw_str(w, h->summary.title);
  th_jw_key(w, "program"), th_jw_str(w, h->summary.program);
  th_jw_key(w, "path"), th_jw_str(w, h->summary.path);
  th_jw_key(w, "as_of"), th_jw_z(w, th_date_iso(h->summary.as_of, iso));
  th_jw_key(w, "outcome"), th_jw_str(w, h->summary.outcome);
  th_jw_key(w, "due");
  th_jw_arr(w);
  for (uint32_t i = 0; i < h->summary.n_due; i++) {
    th_jw_obj(w);
    th_jw_key(w, "day"), th_jw_z(w, th_date_iso(h->summary.due[i].day, iso));
    th_jw_key(w, "zh"), th_jw_str(w, h->summary.due[i].zh);
    th_jw_key(w, "en"), th_jw_str(w, h->summary.due[i].en);
    if (h->summary.due[i].kind.n) th_jw_key(w, "kind"), th_jw_str(w, h->summary.due[i].kind);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static void head_text(th_buf *b, const th_case_head *h, bool zh) {
  char iso[TH_DATE_TEXT];
  if (h->damaged) {
    th_buf_addf(b,
                zh ? "%.*s  第 %u 版  無法開啟：內容遭更動或毀損\n" : "%.*s  version %u  does not open: changed or damaged\n",
                TH_STR_ARG(h->id), h->version);
    return;
  }
  th_buf_addf(b, zh ? "%.*s  第 %u 版  %.*s  %.*s  %s  %.*s\n" : "%.*s  version %u  %.*s  %.*s  %s  %.*s\n", TH_STR_ARG(h->id),
              h->version, TH_STR_ARG(h->summary.title), TH_STR_ARG(h->summary.path), th_date_iso(h->summary.as_of, iso),
              TH_STR_ARG(h->summary.outcome));
  for (uint32_t i = 0; i < h->summary.n_due; i++) {
    const th_case_due *d = &h->summary.due[i];
    th_buf_addf(b, "    %s  %.*s\n", th_date_iso(d->day, iso), TH_STR_ARG(zh ? d->zh : d->en));
  }
}

static int put_heads(const th_cli *c, const th_case_head *h, size_t n, bool list) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, c->arena, 4096);
  th_jwrite_open(&w, &b, 0);
  if (c->json && list) th_jw_arr(&w);
  for (size_t i = 0; i < n; i++) {
    if (c->json)
      head_json(c->arena, &w, &h[i]);
    else
      head_text(&b, &h[i], th_str_is(th_str_of(c->lang), "zh-TW"));
  }
  if (c->json && list) th_jw_arr_end(&w);
  if (c->json) th_buf_addc(&b, '\n');
  return th_cli__put_buf(c, &b);
}

/* ── keep ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code read_and_judge(th_cli *c, th_case_in *in, th_err *err) {
  th_coverage cov;
  th_coverage_case kase;
  th_coverage_result r;
  const char *title = th_cli_opt(c, "title");
  TH_TRY(th_cli__coverage_open(c, &cov, err));
  TH_TRY(th_file_load(c->arena, c->args[0], TH_LIMIT_CASE_BYTES, &in->body, err));
  th_code code = th_coverage_case_parse(c->arena, &cov, in->body, &kase, err);
  if (code == TH_OK) code = th_coverage_check(c->arena, &kase, &r, err);
  if (code != TH_OK) {
    th_err_source(err, c->args[0]);
    return code;
  }
  return th_coverage_summary(c->arena, &r, title ? th_str_of(title) : kase.id, &in->summary, err);
}

static int run_keep(th_cli *c) {
  th_err err = { 0 };
  th_cases *cases;
  th_cases_act act;
  th_case_in in = { .id = th_str_of(th_cli_opt(c, "id")) };
  th_case_head head;
  bool same;
  if (th_cli__act(c, &act, &err) != TH_OK || read_and_judge(c, &in, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__cases_open(c, TH_CASES_WRITE, &cases, &err) != TH_OK) return th_cli_error(c, &err);
  const th_code code = th_cases_put(c->arena, cases, act, &in, &head, &same, &err);
  th_cases_close(cases);
  return code == TH_OK ? put_heads(c, &head, 1, false) : th_cli_error(c, &err);
}

static const th_opt keep_opts[] = {
  { "id", 0, "ID", "a new version of this case", false },
  { "title", 0, "TEXT", "your own name for it (default: what the case calls itself)", false },
  TH_CLI_WHO,
  { "policy", 'p', "FILE", "a further policy; one of the same id replaces the built-in one", true },
  { 0 },
};
static const char *const keep_examples[] = { "theriac case keep patient.json --title \"A-17\"", NULL };

const th_cmd th_cmd_case_keep = {
  .name = "case keep",
  .group = "Cases",
  .synopsis = "FILE [--id ID] [--title TEXT] [--who NAME]",
  .summary = "keep a case, sealed, as it is and with its answer of today",
  .details = "Prints the id by which it is found again. The same content twice is one; another content with --id is a new "
             "version, and the old one stays. The key is made at first use, outside the home: $THERIAC_KEY_FILE, else "
             "cases.key in the theriac folder of $XDG_CONFIG_HOME. Keep a copy of it elsewhere: without it nothing opens.",
  .opts = keep_opts,
  .args_min = 1,
  .args_max = 1,
  .examples = keep_examples,
  .run = run_keep,
};

/* ── list, show ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int run_list(th_cli *c) {
  th_err err = { 0 };
  th_cases *cases;
  th_case_heads v;
  if (th_cli__cases_open(c, TH_CASES_READ, &cases, &err) != TH_OK) return th_cli_error(c, &err);
  const th_code code = c->n_args ? th_cases_versions(c->arena, cases, th_str_of(c->args[0]), &v, &err)
                                 : th_cases_list(c->arena, cases, &v, &err);
  th_cases_close(cases);
  return code == TH_OK ? put_heads(c, v.v, v.n, true) : th_cli_error(c, &err);
}

static const char *const list_examples[] = { "theriac case list", "theriac case list --json", NULL };

const th_cmd th_cmd_case_list = {
  .name = "case list",
  .group = "Cases",
  .synopsis = "[ID]",
  .summary = "the kept cases, newest change first, with what falls due; or the versions of one",
  .args_max = 1,
  .examples = list_examples,
  .run = run_list,
};

static int run_show(th_cli *c) {
  th_err err = { 0 };
  th_cases *cases;
  th_cases_act act;
  th_case_head head;
  th_str body;
  int64_t version = 0;
  const char *asked = c->n_args > 1 ? c->args[1] : NULL;
  if (asked && (!th_str_to_i64(th_str_of(asked), &version) || version < 1 || version > UINT32_MAX))
    return th_cli_usage(c, "version %s: expected a number from 1", asked);
  if (th_cli__act(c, &act, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__cases_at_hand(c, &cases, &err) != TH_OK) return th_cli_error(c, &err);
  th_code code = th_cases_get(c->arena, cases, th_str_of(c->args[0]), (uint32_t)version, &head, &body, &err);
  if (code == TH_OK) code = th_cases_log(cases, act, "read", head.id, head.version, &err);
  th_cases_close(cases);
  return code == TH_OK ? th_cli_put(c, body) : th_cli_error(c, &err);
}

static const th_opt show_opts[] = { TH_CLI_WHO, { 0 } };
static const char *const show_examples[] = { "theriac case show ID > patient.json", "theriac case show ID 2", NULL };

const th_cmd th_cmd_case_show = {
  .name = "case show",
  .group = "Cases",
  .synopsis = "ID [VERSION] [--who NAME]",
  .summary = "a kept case as it was given; the log notes who read it",
  .opts = show_opts,
  .args_min = 1,
  .args_max = 2,
  .examples = show_examples,
  .run = run_show,
};

/* ── delete ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int run_delete(th_cli *c) {
  th_err err = { 0 };
  th_cases *cases;
  th_cases_act act;
  if (th_cli__act(c, &act, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__cases_at_hand(c, &cases, &err) != TH_OK) return th_cli_error(c, &err);
  const th_code code = th_cases_delete(cases, act, th_str_of(c->args[0]), &err);
  th_cases_close(cases);
  return code == TH_OK ? 0 : th_cli_error(c, &err);
}

static const th_opt delete_opts[] = { TH_CLI_WHO, { 0 } };
static const char *const delete_examples[] = { "theriac case delete ID", NULL };

const th_cmd th_cmd_case_delete = {
  .name = "case delete",
  .group = "Cases",
  .synopsis = "ID [--who NAME]",
  .summary = "take a case away with all its versions and attachments",
  .details = "Its bytes are overwritten in the database. Backups made before keep theirs; so does cases.db.before-restore.",
  .opts = delete_opts,
  .args_min = 1,
  .args_max = 1,
  .examples = delete_examples,
  .run = run_delete,
};
