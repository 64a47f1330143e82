/* Figures of the dossier, drawn by plot from one description each. The numbers come from the Dossier as they are. */
#include "page.h"

#include "theriac/plot.h"

#include <math.h>

static th_plot_opts options(const th_page *p, const char *id) {
  return (th_plot_opts){ .lang = p->lang == TH_WORDS_ZH_TW ? "zh-TW" : "en", .id = id };
}

void th_page__put_figure(th_page *p, const th_plot_figure *f, th_str caption) {
  th_block *b = th_page_begin(p, BLOCK_FIGURE, NULL);
  th_buf svg;
  th_buf_init(&svg, p->a, 1 << 14);
  if (!th_plot_svg(f, &svg)) p->failed = true;
  b->svg = th_buf_str(&svg);
  th_page_text(p, caption);
  th_page_begin(p, BLOCK_TABLE, NULL)->has_head = f->table.rows > 0;
  for (size_t r = 0; r < f->table.rows; r++) {
    th_page_begin(p, BLOCK_ROW, NULL);
    for (size_t c = 0; c < f->table.columns; c++) th_page_cell(p, f->table.cell[r * f->table.columns + c]);
    th_page_end(p);
  }
  th_page_end(p);
  th_page_end(p);
}

static void put(th_page *p, const th_plot_figure *f, const char *key) {
  th_page__put_figure(p, f, th_page_word(p, key));
}

void th_page__stack_figure(th_page *p) {
  const th_dossier *d = p->d;
  th_stack_row *row = TH_NEWN(p->a, th_stack_row, d->pairs.n + 1);
  size_t n = 0;
  for (size_t i = 0; row && i < d->pairs.n; i++) {
    const th_dossier_pair *pair = &d->pairs.v[i];
    const th_str label = th_str_fmt(p->a, "%s %.*s", th_level_code(pair->grade.level), TH_STR_ARG(th_page_name(p, pair)));
    row[n++] = (th_stack_row){ label, pair->n_units[TH_UNIT_COUNTED], pair->n_units[TH_UNIT_ONGOING],
                               pair->n_units[TH_UNIT_LISTED], pair->n_units[TH_UNIT_VOID] };
  }
  if (!n) return;
  th_plot_figure f;
  const th_stack in = { th_page_word(p, "fig.stack"), row, n };
  if (th_plot_stack(p->a, &in, options(p, "stack"), &f, NULL) == TH_OK) put(p, &f, "fig.stack");
}

static th_trial_state trial_state(th_study_status s) {
  switch (s) {
  case TH_STATUS_COMPLETED: return TH_TRIAL_DONE;
  case TH_STATUS_ONGOING: return TH_TRIAL_ONGOING;
  case TH_STATUS_TERMINATED: return TH_TRIAL_STOPPED;
  case TH_STATUS_WITHDRAWN:
  case TH_STATUS_WITHHELD: return TH_TRIAL_VOID;
  case TH_STATUS_UNKNOWN:
  case TH_STATUS_NOT_TOLD: break;
  }
  return TH_TRIAL_UNKNOWN;
}

void th_page__timeline_figure(th_page *p) {
  const th_dossier *d = p->d;
  if (!d->spans.n) return;
  th_trial_bar *bar = TH_NEWN(p->a, th_trial_bar, d->spans.n);
  for (size_t i = 0; bar && i < d->spans.n; i++) {
    const th_dossier_span *s = &d->spans.v[i];
    bar[i] = (th_trial_bar){
      .label = s->id, .start = s->start, .end = s->end, .state = trial_state(s->status), .has_results = s->has_results
    };
  }
  th_plot_figure f;
  const th_timeline in = { th_page_word(p, "fig.timeline"), bar, d->spans.n, d->as_of };
  if (bar && th_plot_timeline(p->a, &in, options(p, "timeline"), &f, NULL) == TH_OK) put(p, &f, "fig.timeline");
}

/* Where the page's first prediction stands among its own scores: all of them near the ceiling, which is the point. */
void th_page__score_figure(th_page *p) {
  const th_dossier *d = p->d;
  double *all = TH_NEWN(p->a, double, d->pairs.n * 4 + 1);
  const th_dossier_pair *first = NULL;
  size_t n = 0;
  for (size_t i = 0; all && i < d->pairs.n; i++)
    for (size_t k = 0; k < d->pairs.v[i].claims.n && k < 4; k++) {
      const th_dossier_claim *c = &d->pairs.v[i].claims.v[k];
      if (isnan(c->score_percent)) continue;
      all[n++] = c->score_percent;
      if (!first || c->primary) first = &d->pairs.v[i];
    }
  if (!first) return;
  const th_strip strip = { .label = th_page_name(p, first),
                           .value = all,
                           .n = n,
                           .pin = first->claims.v[0].score_percent,
                           .note = first->claims.v[0].score };
  th_plot_figure f;
  const th_strips in = { .title = th_page_word(p, "fig.score"), .strip = &strip, .n = 1, .lo = 0, .hi = 100 };
  if (th_plot_strips(p->a, &in, options(p, "score"), &f, NULL) == TH_OK) put(p, &f, "fig.score");
}

void th_page__forest(th_page *p, const th_dossier_appraisal *ap) {
  const th_stat_panel *s = &ap->main->panel;
  const struct {
    const char *key;
    double estimate;
    th_interval ci;
  } measure[] = { { "m.or-woolf", s->odds_ratio.estimate, s->odds_ratio.ci },
                  { "m.or-exact", s->or_exact.estimate, s->or_exact.ci },
                  { "m.or-midp", s->or_midp.estimate, s->or_midp.ci },
                  { "m.rr-katz", s->rr.estimate, s->rr.ci } };
  th_forest_row row[sizeof measure / sizeof *measure];
  const size_t n = sizeof measure / sizeof *measure;
  for (size_t i = 0; i < n; i++)
    row[i] = (th_forest_row){ .kind = TH_FOREST_STEP,
                              .label = th_page_word(p, measure[i].key),
                              .estimate = measure[i].estimate,
                              .lo = measure[i].ci.lo,
                              .hi = measure[i].ci.hi,
                              .weight = NAN };
  const th_forest in = { .title = th_page_word(p, "fig.forest"),
                         .measure = th_page_word(p, "fig.forest.measure"),
                         .log_scale = true,
                         .null_value = 1,
                         .level = s->level,
                         .row = row,
                         .n_rows = n,
                         .favours_left = th_page_word(p, "fig.control"),
                         .favours_right = th_page_word(p, "fig.drug") };
  th_plot_figure f;
  const th_str id = th_str_fmt(p->a, "forest-%u", ++p->forests);
  if (id.p && th_plot_forest(p->a, &in, options(p, id.p), &f, NULL) == TH_OK) put(p, &f, "fig.forest");
}
