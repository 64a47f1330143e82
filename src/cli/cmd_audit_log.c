/* theriac audit-log verify, audit-log show: who did what to which case. */
#include "cli/cli_case.h"
#include "theriac/io.h"

static bool zh(const th_cli *c) {
  return th_str_is(th_str_of(c->lang), "zh-TW");
}

/* ── verify ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void verify_json(th_buf *b, const th_cases_state *s) {
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "whole"), th_jw_bool(&w, s->fault.n == 0);
  th_jw_key(&w, "entries"), th_jw_i64(&w, (int64_t)s->entries);
  th_jw_key(&w, "last"), th_jw_z(&w, s->last);
  th_jw_key(&w, "key"), th_jw_z(&w, s->key_id);
  th_jw_key(&w, "cases"), th_jw_i64(&w, (int64_t)s->cases);
  th_jw_key(&w, "versions"), th_jw_i64(&w, (int64_t)s->versions);
  th_jw_key(&w, "attachments"), th_jw_i64(&w, (int64_t)s->attachments);
  th_jw_key(&w, "faults");
  th_jw_arr(&w);
  for (size_t i = 0; i < s->fault.n; i++) th_jw_str(&w, s->fault.v[i]);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void verify_text(th_buf *b, const th_cases_state *s, bool z) {
  th_buf_addf(b,
              z ? "稽核紀錄 %llu 筆，個案 %llu 件（%llu 個版本），附件 %llu 件\n"
                : "entries: %llu; cases: %llu (versions: %llu); attachments: %llu\n",
              (unsigned long long)s->entries, (unsigned long long)s->cases, (unsigned long long)s->versions,
              (unsigned long long)s->attachments);
  if (s->entries) th_buf_addf(b, z ? "末筆雜湊：%s\n" : "hash of the last: %s\n", s->last);
  for (size_t i = 0; i < s->fault.n; i++) th_buf_addf(b, z ? "錯誤：%.*s\n" : "FAULT: %.*s\n", TH_STR_ARG(s->fault.v[i]));
  if (s->fault.n == 0) th_buf_addz(b, z ? "紀錄完整，與個案相符\n" : "the log is whole and fits the cases\n");
}

static int run_verify(th_cli *c) {
  th_err err = { 0 };
  th_cases *cases;
  th_cases_state s;
  th_buf b;
  const char *last = th_cli_opt(c, "last");
  if (th_cli__cases_open(c, TH_CASES_READ, &cases, &err) != TH_OK) return th_cli_error(c, &err);
  const th_code code = th_cases_verify(c->arena, cases, th_str_of(last), &s, &err);
  th_cases_close(cases);
  if (code != TH_OK) return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 1024);
  if (c->json)
    verify_json(&b, &s);
  else
    verify_text(&b, &s, zh(c));
  const int status = th_cli__put_buf(c, &b);
  return status ? status : s.fault.n ? 1 : 0;
}

static const th_opt verify_opts[] = {
  { "last", 0, "HASH", "a hash noted earlier, which must still stand in the log", false },
  { 0 },
};
static const char *const verify_examples[] = { "theriac audit-log verify", "theriac audit-log verify --json", NULL };

const th_cmd th_cmd_audit_log_verify = {
  .name = "audit-log verify",
  .group = "Cases",
  .synopsis = "[--last HASH]",
  .summary = "whether the log of the cases is whole and fits what is kept",
  .details =
      "Each entry is bound to the one before by a hash that needs the key, so one that was changed, left out or put in is "
      "found; so is a record without an entry, and one that is gone without having been deleted. What was cut off at the "
      "end and left no record behind shows only against a hash noted earlier: note the one printed here. Status 1: not "
      "whole.",
  .opts = verify_opts,
  .examples = verify_examples,
  .run = run_verify,
};

/* ── show ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void show_json(th_arena *a, th_buf *b, const th_cases_entries *v) {
  th_jwrite w;
  th_jwrite_open(&w, b, 0);
  th_jw_arr(&w);
  for (size_t i = 0; i < v->n; i++) {
    const th_cases_entry *e = &v->v[i];
    th_jw_obj(&w);
    th_jw_key(&w, "n"), th_jw_i64(&w, (int64_t)e->n);
    th_jw_key(&w, "at"), th_jw_str(&w, th_cli__moment(a, e->at));
    th_jw_key(&w, "who"), th_jw_str(&w, e->who);
    th_jw_key(&w, "did"), th_jw_str(&w, e->did);
    th_jw_key(&w, "id"), th_jw_str(&w, e->id);
    th_jw_key(&w, "version"), th_jw_i64(&w, e->version);
    th_jw_key(&w, "hash"), th_jw_z(&w, e->hash);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_buf_addc(b, '\n');
}

static int run_show(th_cli *c) {
  th_err err = { 0 };
  th_cases *cases;
  th_cases_entries v;
  th_buf b;
  const th_str id = c->n_args ? th_str_of(c->args[0]) : TH_S("");
  if (th_cli__cases_open(c, TH_CASES_READ, &cases, &err) != TH_OK) return th_cli_error(c, &err);
  const th_code code = th_cases_entries_get(c->arena, cases, id, 1, 0, &v, &err);
  th_cases_close(cases);
  if (code != TH_OK) return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 4096);
  if (c->json)
    show_json(c->arena, &b, &v);
  else
    for (size_t i = 0; i < v.n; i++)
      th_buf_addf(&b, "%llu  %.*s  %-8.*s %.*s  %u  %.*s\n", (unsigned long long)v.v[i].n,
                  TH_STR_ARG(th_cli__moment(c->arena, v.v[i].at)), TH_STR_ARG(v.v[i].did), TH_STR_ARG(v.v[i].id),
                  v.v[i].version, TH_STR_ARG(v.v[i].who));
  return th_cli__put_buf(c, &b);
}

static const char *const show_examples[] = { "theriac audit-log show", "theriac audit-log show --json", NULL };

const th_cmd th_cmd_audit_log_show = {
  .name = "audit-log show",
  .group = "Cases",
  .synopsis = "[ID]",
  .summary = "who did what to which case, and when",
  .details = "Oldest first: number, time, what was done, id, version, who. It holds nothing about a patient.",
  .args_max = 1,
  .examples = show_examples,
  .run = run_show,
};
