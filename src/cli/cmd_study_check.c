/* theriac study check FILE: the printed numbers of a study, read and recomputed. */
#include <math.h>
#include <stdio.h>

#include "cli/cli_priv.h"
#include "theriac/dossier/study_record.h"
#include "theriac/io.h"

static const char *const examples[] = { "theriac study check abstract.txt", "theriac study check - --json < abstract.txt",
                                        "theriac study check NCT02210780.json", NULL };

static void mean(th_buf *b, const th_study_finding *f, bool zh) {
  th_buf_addf(b, "%s %.*f", zh ? "平均" : "mean", f->value.decimals, f->value.v);
  if (!f->has_spread) return;
  const char *name = !f->spread_name ? "±" : strcmp(f->spread_name, "sd") == 0 ? (zh ? "標準差" : "SD") : zh ? "標準誤" : "SE";
  th_buf_addf(b, " %s %.*f", name, f->spread.decimals, f->spread.v);
}

static void one(th_buf *b, const th_study_finding *f, bool zh) {
  const char *cmp = th_p_cmp_name(f->p_cmp);
  th_buf_addf(b, "  %5u  ", f->span.from);
  switch (f->kind) {
  case TH_STUDY_RATIO:
  case TH_STUDY_DIFFERENCE:
    th_buf_addf(b, "%s%s %g [%g, %g] %g %%", f->adjusted ? (zh ? "校正 " : "adjusted ") : "", f->what ? f->what : "?",
                f->value.v, f->lo.v, f->hi.v, 100 * f->level);
    if (cmp) th_buf_addf(b, "  P %s %g", cmp, f->p.v);
    th_buf_addf(b, "  → P %.4g [%.4g, %.4g]  %s, ", f->rec_p, f->rec_lo, f->rec_hi, th_study_verdict_name(f->centre, f->kind));
    if (f->explained_by)
      th_buf_addf(b, zh ? "印出的 P 出自 %s" : "printed P by %s", f->explained_by);
    else
      th_buf_addz(b, th_study_verdict_name(f->p_check, TH_STUDY_TEST));
    if (f->klass) th_buf_addf(b, ", %s", f->klass);
    if (f->text.n) th_buf_addf(b, "\n         %.*s", TH_STR_ARG(f->text));
    break;
  case TH_STUDY_PROPORTION:
    th_buf_addf(b, "%lld/%lld  %.*f %%  → %.*f %%  %s", (long long)f->x, (long long)f->n, f->value.decimals, f->value.v,
                f->value.decimals + 2, f->rec_share, th_study_verdict_name(f->share, f->kind));
    break;
  case TH_STUDY_TEST:
    th_buf_addf(b, "%s = %g", f->what, f->value.v);
    if (cmp && f->p_cmp == TH_P_NS)
      th_buf_addz(b, "  ns");
    else if (cmp)
      th_buf_addf(b, "  P %s %g", cmp, f->p.v);
    if (!isnan(f->rec_p)) th_buf_addf(b, "  → P %.4g [%.4g, %.4g]", f->rec_p, f->rec_lo, f->rec_hi);
    th_buf_addf(b, "  %s", th_study_verdict_name(f->p_check, f->kind));
    break;
  case TH_STUDY_MEAN:
    mean(b, f, zh);
    th_buf_addf(b, ", n %lld  %s", (long long)f->n, th_study_verdict_name(f->grim, f->kind));
    if (f->grimmer != TH_V_NOT_CHECKED)
      th_buf_addf(b, ", %s %s", zh ? "標準差" : "SD", th_study_verdict_name(f->grimmer, f->kind));
    break;
  case TH_STUDY_MEAN_SD: mean(b, f, zh); break;
  case TH_STUDY_ARM_N: th_buf_addf(b, "n = %lld  %.*s", (long long)f->n, TH_STR_ARG(f->text)); break;
  case TH_STUDY_TOTAL_N: th_buf_addf(b, "N = %lld", (long long)f->n); break;
  case TH_STUDY_REGISTRATION: th_buf_addf(b, "%.*s", TH_STR_ARG(f->text)); break;
  case TH_STUDY_DOSE: th_buf_addf(b, "%g %.*s", f->value.v, TH_STR_ARG(f->text)); break;
  case TH_STUDY_SCHEDULE: th_buf_addf(b, "%s %g %s", zh ? "每" : "every", f->value.v, f->what); break;
  case TH_STUDY_FOLLOW_UP: th_buf_addf(b, "%s %g %s", zh ? "追蹤" : "follow-up", f->value.v, f->what); break;
  case TH_STUDY_DURATION: th_buf_addf(b, "%s %g %s", zh ? "療程" : "for", f->value.v, f->what); break;
  case TH_STUDY_LOST_N: th_buf_addf(b, "%s %lld", zh ? "失訪或排除" : "lost or excluded", (long long)f->n); break;
  case TH_STUDY_ANALYSED_N: th_buf_addf(b, "%s %lld", zh ? "納入分析或完成" : "analysed or completed", (long long)f->n); break;
  case TH_STUDY_OUTCOME: th_buf_addf(b, "%s: %.*s", zh ? "主要指標" : "primary outcome", TH_STR_ARG(f->text)); break;
  case TH_STUDY_COUNTRY: th_buf_addf(b, "%s (%.*s)", f->what, TH_STR_ARG(f->text)); break;
  case TH_STUDY_DESIGN: th_buf_addf(b, "%s", f->what); break;
  case TH_STUDY_P: th_buf_addf(b, "P %s %g", cmp ? cmp : "", f->p.v); break;
  }
  th_buf_addc(b, '\n');
}

static void print(th_buf *b, const th_study_result *r, bool zh) {
  static const char *const en[] = { "note", "look", "error" }, *const tw[] = { "說明", "注意", "錯誤" };
  th_buf_addz(b, zh ? "讀到的數字（位元組位置）\n" : "Read from the text (byte offset)\n");
  if (r->findings.n == 0) th_buf_addz(b, zh ? "  未找到可檢查的數字\n" : "  not found: no number that can be checked\n");
  for (size_t i = 0; i < r->findings.n; i++) one(b, &r->findings.v[i], zh);
  for (size_t i = 0; i < r->tables.n; i++) {
    const th_table2 t = r->tables.v[i].t;
    th_buf_addf(b, "\n%s %lld/%lld, %lld/%lld   P:", zh ? "重建表" : "Table", (long long)t.a, (long long)(t.a + t.b),
                (long long)t.c, (long long)(t.c + t.d));
    for (size_t k = 0; k < r->tables.v[i].n_p; k++) th_buf_addf(b, " %s", r->tables.v[i].p_family[k]);
    th_buf_addz(b, "   CI:");
    for (size_t k = 0; k < r->tables.v[i].n_ci; k++) th_buf_addf(b, " %s", r->tables.v[i].ci_family[k]);
    th_buf_addc(b, '\n');
  }
  if (r->flags.n) th_buf_addc(b, '\n');
  for (size_t i = 0; i < r->flags.n; i++) {
    const th_study_flag *f = &r->flags.v[i];
    const th_str text = zh ? f->zh : f->en;
    th_buf_addf(b, "%s  %s: %.*s\n", zh ? tw[f->severity] : en[f->severity], f->code, TH_STR_ARG(text));
  }
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_file file;
  if (th_file_open(c->args[0], TH_LIMIT_DOCUMENT_BYTES, &file, &err) != TH_OK) return th_cli_error(c, &err);
  th_study_record record;
  const th_code code = th_study_record_check(c->arena, file.bytes, &record, &err);
  const th_study_result *r = &record.check;
  if (code != TH_OK) {
    th_err_source(&err, c->args[0]);
    th_file_close(&file);
    return th_cli_error(c, &err);
  }
  th_buf b;
  th_buf_init(&b, c->arena, 8192);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    th_study_json(r, c->lang, &w);
    th_buf_addc(&b, '\n');
  } else {
    print(&b, r, strcmp(c->lang, "zh-TW") == 0);
  }
  th_file_close(&file);
  if (b.failed) {
    th_fail_nomem(&err);
    return th_cli_error(c, &err);
  }
  const int status = th_cli_put(c, th_buf_str(&b));
  return status ? status : r->error ? 1 : 0;
}

const th_cmd th_cmd_study_check = {
  .name = "study check",
  .group = "Statistics",
  .synopsis = "FILE",
  .summary = "read a study's printed numbers and recompute them",
  .details =
      "Reads a text (English, traditional or simplified Chinese; - for standard input), a PubMed record (XML) or a registry "
      "record with posted results (ClinicalTrials.gov, JSON). It finds ratios with their intervals, shares, test results, "
      "means "
      "with their spreads, arm sizes, the flow of subjects, and what the text says of design, doses, outcome and place, and "
      "holds each printed number against the others, allowing for rounding. Where a 2×2 table can be rebuilt it says which "
      "test made the P and which method the interval. Exit status 1 when a number cannot be right.",
  .opts = NULL,
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
