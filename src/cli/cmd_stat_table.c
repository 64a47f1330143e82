/* theriac stat table A B C D: every measure, test and interval of one 2×2 table. */
#include "cli/cli_priv.h"
#include "theriac/stat.h"
#include "theriac/text.h"

#include <math.h>
#include <stdio.h>

static const th_opt opts[] = {
  { "level", 0, "L", "confidence level, 0.95 unless given", false },
  { 0 },
};

static const char *const examples[] = { "theriac stat table 45 6 36 15", "theriac stat table 45 6 36 15 --level 0.99 --json",
                                        NULL };

static bool zh(const th_cli *c) {
  return strcmp(c->lang, "zh-TW") == 0;
}

/* A number as people read it: six significant digits, ∞ and – for what is not a number. */
static const char *num(char out[32], double v) {
  if (isnan(v))
    snprintf(out, 32, "–");
  else if (isinf(v))
    snprintf(out, 32, v > 0 ? "∞" : "-∞");
  else
    snprintf(out, 32, "%.6g", v);
  return out;
}

/* A name in its column: Chinese characters take two places. */
static void name_cell(th_buf *b, const char *name) {
  th_buf_addf(b, "  %s", name);
  for (size_t w = th_text_width(th_str_of(name)); w < 26; w++) th_buf_addc(b, ' ');
}

static void row(th_buf *b, const char *name, double estimate, th_interval ci, double p) {
  char e[32], lo[32], hi[32], q[32];
  char left[64] = "";
  if (!isnan(estimate)) snprintf(left, sizeof left, "%s", num(e, estimate));
  name_cell(b, name);
  th_buf_addf(b, " %10s", left);
  if (!isnan(ci.lo) || !isnan(ci.hi)) th_buf_addf(b, "  [%s, %s]", num(lo, ci.lo), num(hi, ci.hi));
  if (!isnan(p)) th_buf_addf(b, "  P %s", num(q, p));
  th_buf_addc(b, '\n');
}

static void p_row(th_buf *b, const char *name, double statistic, double p) {
  char s[32], q[32];
  name_cell(b, name);
  if (!isnan(statistic)) th_buf_addf(b, " χ² %-10s", num(s, statistic));
  th_buf_addf(b, " P %s\n", num(q, p));
}

static void effects(th_buf *b, const th_stat_panel *p, bool z) {
  th_buf_addf(b, "%s (%.10g %%)\n", z ? "效果與信賴區間" : "Effects and intervals", 100 * p->level);
  row(b, z ? "第 1 組風險（Wilson）" : "risk 1 (Wilson)", p->p1.estimate, p->p1.ci, NAN);
  row(b, z ? "第 2 組風險（Wilson）" : "risk 2 (Wilson)", p->p2.estimate, p->p2.ci, NAN);
  row(b, "OR (Woolf)", p->odds_ratio.estimate, p->odds_ratio.ci, p->odds_ratio.p);
  row(b, "OR (Haldane +½)", p->or_haldane.estimate, p->or_haldane.ci, p->or_haldane.p);
  row(b, "OR (exact)", p->or_exact.estimate, p->or_exact.ci, NAN);
  row(b, "OR (mid-P)", p->or_midp.estimate, p->or_midp.ci, NAN);
  row(b, "OR (Cornfield)", NAN, p->or_cornfield, NAN);
  row(b, "OR (Miettinen-Nurminen)", NAN, p->or_mn, NAN);
  row(b, "OR (Peto)", p->or_peto.estimate, p->or_peto.ci, p->or_peto.p);
  row(b, "RR (Katz)", p->rr.estimate, p->rr.ci, p->rr.p);
  row(b, "RR (Haldane +½)", p->rr_haldane.estimate, p->rr_haldane.ci, p->rr_haldane.p);
  row(b, "RR (Miettinen-Nurminen)", NAN, p->rr_mn, NAN);
  row(b, "RD (Wald)", p->rd.estimate, p->rd.ci, p->rd.p);
  row(b, "RD (Newcombe)", NAN, p->rd_newcombe, NAN);
  row(b, "RD (Miettinen-Nurminen)", NAN, p->rd_mn, NAN);
}

static void tests(th_buf *b, const th_stat_panel *p, bool z) {
  th_buf_addz(b, z ? "檢定（雙尾）\n" : "Tests (two-sided)\n");
  p_row(b, "Fisher", NAN, p->fisher_p);
  p_row(b, z ? "Fisher 單尾（少）" : "Fisher, less", NAN, p->fisher_less);
  p_row(b, z ? "Fisher 單尾（多）" : "Fisher, greater", NAN, p->fisher_greater);
  p_row(b, "mid-P", NAN, p->midp_p);
  p_row(b, "Pearson", p->pearson.statistic, p->pearson.p);
  p_row(b, "Yates", p->yates.statistic, p->yates.p);
  p_row(b, "N-1", p->n1.statistic, p->n1.p);
  p_row(b, "G", p->lr.statistic, p->lr.p);
  p_row(b, "Williams", p->williams.statistic, p->williams.p);
  if (p->barnard.given) p_row(b, "Barnard", NAN, p->barnard.p);
  if (p->boschloo.given) p_row(b, "Boschloo", NAN, p->boschloo.p);
}

/* Altman 1998: an interval of the difference that holds 0 runs from benefit through infinity to harm. */
static void nnt_row(th_buf *b, const th_stat_panel *p, bool z) {
  char e[32], lo[32], hi[32];
  const char *name = z ? "NNT（益一需治數）" : "NNT";
  if (isnan(p->nnt.ci.lo) || !p->nnt_through_infinity) {
    row(b, name, p->nnt.estimate, p->nnt.ci, NAN);
    return;
  }
  name_cell(b, name);
  th_buf_addf(b, " %10s  NNTB %s %s ∞ %s NNTH %s\n", num(e, p->nnt.estimate), num(lo, p->nnt.ci.lo), z ? "到" : "to",
              z ? "到" : "to", num(hi, fabs(p->nnt.ci.hi)));
}

static void fragility_row(th_buf *b, const th_fragility *f, bool z) {
  if (!f->given) return;
  name_cell(b, z ? "脆弱指數（Fisher 0.05）" : "fragility (Fisher 0.05)");
  if (f->index < 0)
    th_buf_addz(b, z ? "  無：移動再多人也不改變顯著性\n" : "  none: no number of moves changes significance\n");
  else {
    char q[32];
    const char *to = f->to_event ? (z ? "非事件→事件" : "non-event to event") : (z ? "事件→非事件" : "event to non-event");
    th_buf_addf(b, " %10lld  (%s %d, %s; P %s)\n", (long long)f->index, z ? "組" : "group", f->group, to, num(q, f->p_after));
  }
  if (f->walsh >= 0) {
    name_cell(b, "  Walsh");
    th_buf_addf(b, " %10lld\n", (long long)f->walsh);
  }
  if (f->reverse >= 0) {
    name_cell(b, z ? "  反向" : "  reverse");
    th_buf_addf(b, " %10lld\n", (long long)f->reverse);
  }
}

static void print(th_buf *b, const th_stat_panel *p, bool z, const char *lang) {
  const th_table2 t = p->t;
  th_buf_addf(b, "%s 1: %lld / %lld    %s 2: %lld / %lld\n\n", z ? "組" : "group", (long long)t.a, (long long)(t.a + t.b),
              z ? "組" : "group", (long long)t.c, (long long)(t.c + t.d));
  effects(b, p, z);
  nnt_row(b, p, z);
  th_buf_addc(b, '\n');
  tests(b, p, z);
  th_buf_addf(b, "\n%s\n", z ? "穩健度" : "Robustness");
  const th_interval none = { NAN, NAN };
  row(b, z ? "E 值（RR）" : "E-value (RR)", p->evalue_rr, none, NAN);
  row(b, z ? "E 值（界限）" : "E-value (limit)", p->evalue_rr_limit, none, NAN);
  row(b, "phi", p->phi, none, NAN);
  fragility_row(b, &p->fragility, z);
  const char *notes[TH_STAT_NOTES];
  const size_t n = th_stat_panel_notes(p, lang, notes);
  th_buf_addc(b, '\n');
  for (size_t i = 0; i < n; i++) th_buf_addf(b, "%s\n", notes[i]);
}

static int run(th_cli *c) {
  th_err err = { 0 };
  int64_t cell[4];
  for (int i = 0; i < 4; i++) {
    double as_number;
    if (th_str_to_i64(th_str_of(c->args[i]), &cell[i])) continue;
    if (th_str_to_f64(th_str_of(c->args[i]), &as_number))
      th_fail(&err, TH_EPARSE, "cell %c is \"%s\": a count is a whole number of at most %lld", 'A' + i, c->args[i],
              (long long)TH_STAT_COUNT_MAX);
    else
      th_fail(&err, TH_EINVAL, "cell %c is \"%s\", not a number; give four counts A B C D (rows are groups)", 'A' + i,
              c->args[i]);
    return th_cli_error(c, &err);
  }
  th_stat_panel_opts o = { 0 };
  const char *level = th_cli_opt(c, "level");
  if (level && (!th_str_to_f64(th_str_of(level), &o.level) || !(o.level > 0 && o.level < 1)))
    return th_cli_usage(c, "--level %s: give a number between 0 and 1, such as 0.95", level);
  th_stat_panel panel;
  if (th_stat_panel_make(c->arena, (th_table2){ cell[0], cell[1], cell[2], cell[3] }, o, &panel, &err) != TH_OK)
    return th_cli_error(c, &err);
  th_buf b;
  th_buf_init(&b, c->arena, 4096);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    th_stat_panel_json(&panel, &w);
    th_buf_addc(&b, '\n');
  } else {
    print(&b, &panel, zh(c), c->lang);
  }
  if (b.failed) {
    th_fail_nomem(&err);
    return th_cli_error(c, &err);
  }
  return th_cli_put(c, th_buf_str(&b));
}

const th_cmd th_cmd_stat_table = {
  .name = "stat table",
  .group = "Statistics",
  .synopsis = "A B C D [--level L]",
  .summary = "every effect, interval and test of one 2×2 table",
  .details =
      "Rows are groups: group 1 has A events and B non-events, group 2 has C and D. Prints odds ratio, relative risk and risk "
      "difference by every common method, exact and asymptotic tests, number needed to treat, E-value and fragility, so that "
      "a published number can be traced to the method that made it.",
  .opts = opts,
  .args_min = 4,
  .args_max = 4,
  .examples = examples,
  .run = run,
};
