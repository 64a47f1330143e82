/* Statistics: panels of one table, its closed forms, REML, the reading of an abstract; beside metafor doing the same REML where R
 * is installed. */
#include <math.h>
#include <unistd.h>

#include "bench.h"
#include "theriac/study.h"

static th_arena *arena;
static unsigned turn;

/* Tables of about a hundred subjects, never the same twice in a row. */
static th_table2 table(void) {
  turn = turn * 1664525u + 1013904223u;
  const int64_t a = 20 + (turn >> 8) % 25, c = 15 + (turn >> 16) % 25;
  return (th_table2){ a, 51 - a, c, 51 - c };
}

static void panel(void *ctx) {
  th_stat_panel *p = ctx;
  if (th_stat_panel_make(arena, table(), (th_stat_panel_opts){ .no_unconditional = true }, p, NULL) != TH_OK) abort();
}

static void odds(void *ctx) {
  *(th_effect *)ctx = th_stat_or(table(), 1.959963984540054);
}

static void risks(void *ctx) {
  *(th_effect *)ctx = th_stat_rd(table(), 1.959963984540054);
}

static void closed(void *ctx) {
  th_stat_panel *p = ctx;
  if (th_stat_panel_make(arena, table(), (th_stat_panel_opts){ .closed_only = true }, p, NULL) != TH_OK) abort();
}

static void whole_panel(void *ctx) {
  th_stat_panel *p = ctx;
  if (th_stat_panel_make(arena, table(), (th_stat_panel_opts){ 0 }, p, NULL) != TH_OK) abort();
}

static void large_panel(void *ctx) {
  th_stat_panel *p = ctx;
  if (th_stat_panel_make(arena, (th_table2){ 123456, 1876544, 120000, 1880000 }, (th_stat_panel_opts){ 0 }, p, NULL) != TH_OK)
    abort();
}

static void reml(void *ctx) {
  th_meta_data *d = ctx;
  th_meta_result r;
  const th_arena_mark m = th_arena_save(arena);
  if (th_meta_run(arena, d, (th_meta_opts){ .method = TH_META_REML, .pooled_only = true }, &r, NULL) != TH_OK) abort();
  th_arena_rewind(arena, m);
}

static void abstract(void *ctx) {
  const th_str *text = ctx;
  th_study_result r;
  th_arena *a = th_arena_new(0);
  if (th_study_check(a, text, 1, &r, NULL) != TH_OK) abort();
  th_arena_del(a);
}

/* Seconds of one REML fit of the same studies by metafor, or 0. */
static double metafor_seconds(const th_meta_data *d) {
  char path[] = "/tmp/theriac-bench-XXXXXX";
  const int fd = mkstemp(path);
  if (fd < 0) return 0;
  FILE *f = fdopen(fd, "w");
  fputs("yi,vi\n", f);
  for (size_t i = 0; i < d->n; i++) fprintf(f, "%.17g,%.17g\n", d->row[i].raw[0], d->row[i].raw[1]);
  fclose(f);
  char command[512];
  snprintf(command, sizeof command,
           "Rscript -e 'suppressMessages(library(metafor)); d<-read.csv(\"%s\"); t<-system.time(for(i in 1:3) "
           "rma(yi,vi,data=d))[3]; cat(t/3)' 2>/dev/null",
           path);
  FILE *r = popen(command, "r");
  double seconds = 0;
  if (r) {
    if (fscanf(r, "%lf", &seconds) != 1) seconds = 0;
    pclose(r);
  }
  unlink(path);
  return seconds;
}

int main(void) {
  arena = th_arena_new(0);
  th_stat_panel p;
  bench_line("2x2 panel, N 102, without unconditional", 1, "panel", bench_seconds(panel, &p), "", 0, "asked", 1e5);
  th_effect e;
  bench_line("odds ratio, Woolf interval and P", 1, "table", bench_seconds(odds, &e), "", 0, "asked", 1e7);
  bench_line("risk difference, Wald interval and P", 1, "table", bench_seconds(risks, &e), "", 0, "asked", 1e7);
  bench_line("all closed forms of the panel", 1, "panel", bench_seconds(closed, &p), "", 0, "", 0);
  bench_line("2x2 panel, N 102, everything", 1, "panel", bench_seconds(whole_panel, &p), "", 0, "", 0);
  bench_line("2x2 panel, N 4,000,000", 1, "panel", bench_seconds(large_panel, &p), "", 0, "", 0);
  const size_t k = 1000;
  th_meta_data d = { .measure = TH_META_GEN, .n = k, .row = TH_NEWN(arena, th_meta_row, k) };
  th_rng rng = { .seed = 2 };
  for (size_t i = 0; i < k; i++) {
    const double v = 0.02 + 0.2 * th_rng_unit(&rng);
    d.row[i] = (th_meta_row){ .raw = { 0.4 + sqrt(v + 0.1) * th_rng_normal(&rng), v } };
  }
  const double other = metafor_seconds(&d);
  bench_line("REML, HKSJ, Q-profile of 1,000 studies", 1, "fit", bench_seconds(reml, &d), other > 0 ? "metafor" : "",
             other > 0 ? 1 / other : 0, "asked", 2000);
  const th_str text =
      TH_S("Of 676 patients, 15/88 (17.0%) with drug vs 2/74 (2.7%) in the control group had an event; hazard ratio 0.15 (95% "
           "CI 0.03-0.65; "
           "p = 0.01). Response was 45 of 51 (88.2%) and t(28) = 2.76, p = .01. The study included 102 women (n = 51) and was "
           "registered as "
           "NCT05154734. 有效率為26.07%（61/234），校正後勝算比為 2.10（95% 信賴區間：1.30 至 3.40，P＝0.002）。");
  bench_line("study check of a small abstract", (double)text.n, "B",
             bench_seconds(abstract, (void *)&(th_str){ text.p, text.n }), "", 0, "", 0);
  th_arena_del(arena);
  return 0;
}
