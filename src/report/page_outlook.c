/* What the home's own model says of the drug: ranks and how far to believe them, and the paths behind them. */
#include "page.h"

#include "theriac/plot.h"

#include <math.h>

enum { FOLDS_BEST = 5, NEAR_SHOWN = 5 }; /* reasons are shown for the dossier's pairs and for so many of the best others */

static th_str disease_name(const th_page *p, const th_dossier_foretold *f) {
  if (f->pair < p->d->pairs.n) return th_page_name(p, &p->d->pairs.v[f->pair]);
  return p->lang == TH_WORDS_ZH_TW && f->row && f->row->zh.n ? f->row->zh : f->of->name;
}

/* Shares small and large with two figures: "12 %", "0.034 %". */
static th_str percent(th_page *p, double v) {
  if (isnan(v)) return TH_S("–");
  const double x = 100 * v;
  const bool edge = x >= 99 && x < 100; /* what is left to the whole counts there */
  const int digits = edge ? 2 : x >= 90 && x < 100 ? 1 : x >= 10 || x <= 0 ? 0 : x >= 1 ? 1 : x >= 0.1 ? 2 : x >= 0.01 ? 3 : 4;
  const th_str s = edge && x > 99.99 ? th_str_fmt(p->a, "> 99.99 %%") : th_str_fmt(p->a, "%.*f %%", digits, x);
  if (!s.p) p->failed = true;
  return s;
}

static th_str whole(th_page *p, double v) {
  const th_str s = floor(v) == v ? th_str_fmt(p->a, "%.0f", v) : th_str_fmt(p->a, "%.1f", v); /* ties share a middle rank */
  if (!s.p) p->failed = true;
  return s;
}

static th_str added(th_page *p, double v) {
  const th_str s = th_str_fmt(p->a, "%s%.2f", v < 0 ? "−" : "+", fabs(v));
  if (!s.p) p->failed = true;
  return s;
}

static th_str short_id(th_page *p, th_str id) {
  return th_str_sub(id, 0, id.n < 12 ? id.n : 12).n ? th_str_fmt(p->a, "%.12s…", id.p) : TH_S("–");
}

/* ── Who speaks ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void identity(th_page *p, const th_outlook *o) {
  th_page_begin(p, BLOCK_PARA, "small");
  FILL(p, "outlook.identity", th_str_fmt(p->a, "%u", o->members), short_id(p, o->model_id), short_id(p, o->graph_sha256),
       o->split, th_str_fmt(p->a, "%llu", (unsigned long long)o->seed), short_id(p, o->split_sha256));
  th_page_text(p, TH_S(" "));
  FILL(p, "outlook.valid", th_page_num(p, o->valid_percentile, 3), th_page_num(p, o->valid_mrr, 3),
       th_page_num(p, o->valid_recall30, 3), th_str_fmt(p->a, "%u", o->valid_pairs));
  th_page_end(p);
}

static void meaning(th_page *p, const th_outlook *o) {
  th_page_begin(p, BLOCK_PARA, NULL);
  FILL(p, "outlook.meaning", percent(p, o->base_rate));
  th_page_end(p);
  th_page_begin(p, BLOCK_PARA, NULL);
  FILL(p, o->flyer ? "outlook.flyer" : "outlook.no-flyer", o->drug_name, percent(p, o->drug_flyer),
       th_str_fmt(p->a, "%u", o->n_reference), th_str_fmt(p->a, "%u", o->n_indications));
  th_page_end(p);
}

/* ── The lists ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void disease_run(th_page *p, const th_dossier_foretold *f) {
  const th_dossier *d = p->d;
  const th_str name = disease_name(p, f);
  if (f->pair < d->pairs.n)
    th_page_run(p, RUN_LINK, NULL, name, th_str_fmt(p->a, "#%.*s", TH_STR_ARG(d->pairs.v[f->pair].id)));
  else
    th_page_text(p, name);
  const th_str other = f->row && f->row->zh.n ? (p->lang == TH_WORDS_ZH_TW ? f->of->name : f->row->zh) : TH_STR_NONE;
  if (!other.n) return;
  th_page_text(p, TH_S(" "));
  th_page_run(p, RUN_TEXT, "other-script", other, TH_STR_NONE);
}

/* "with 5 near-duplicates: a (2), b (3) …" */
static void near_duplicates(th_page *p, const th_outlook_pair *x) {
  th_buf b;
  if (!x->n_like) return;
  th_buf_init(&b, p->a, 256);
  const size_t n = x->n_like < NEAR_SHOWN ? x->n_like : NEAR_SHOWN;
  for (size_t i = 0; i < n; i++)
    th_buf_addf(&b, "%s%.*s%.*s (%.*s)", i ? "; " : "", TH_STR_ARG(x->like[i].name),
                TH_STR_ARG(x->like[i].listed_use ? th_page_word(p, "outlook.listed-use") : TH_STR_NONE),
                TH_STR_ARG(whole(p, x->like[i].rank_in_drug)));
  if (n < x->n_like_all) th_buf_addz(&b, " …");
  if (b.failed) p->failed = true;
  th_page_run(p, RUN_TEXT, "small",
              th_words_fill(p->a, th_page_word(p, "outlook.near"),
                            (th_str[]){ th_str_fmt(p->a, "%zu", x->n_like_all), th_buf_str(&b) }, 2),
              TH_STR_NONE);
}

static void standing_cell(th_page *p, const th_outlook_pair *x) {
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, th_page_code(p, "foretold", th_predict_novelty_name(x->novelty)));
  th_page_text(p, TH_S("; "));
  if (x->abstain) {
    th_page_badge(p, "hold", th_page_word(p, "outlook.abstain"));
    th_page_text(p, TH_S(" "));
    th_page_text(p, th_page_code(p, "abstain", th_predict_abstain_code(x->abstain)));
  } else {
    FILL(p, "outlook.support", th_str_fmt(p->a, "%u", x->support.n_keys), th_page_num(p, x->support.max_sim, 2));
  }
  if (x->both_extreme) th_page_say(p, "outlook.both");
  th_page_end(p);
}

static void list_row(th_page *p, const th_dossier_foretold *f, bool best) {
  const th_outlook_pair *x = f->of;
  th_page_begin(p, BLOCK_ROW, x->abstain ? "uncounted" : NULL);
  th_page_begin(p, BLOCK_CELL, NULL);
  disease_run(p, f);
  if (best)
    near_duplicates(p, x);
  else if (x->cluster)
    FILL(p, "outlook.cluster", th_str_fmt(p->a, "%u", x->cluster));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, "num");
  th_page_text(p, whole(p, x->rank_in_drug));
  if (best && x->cluster) FILL(p, "outlook.cluster", th_str_fmt(p->a, "%u", x->cluster));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  FILL(p, "outlook.among", whole(p, x->rank), whole(p, x->rank_lo), whole(p, x->rank_hi), percent(p, x->pct_in_disease));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  FILL(p, "outlook.p", percent(p, x->p_cal), percent(p, x->p_lo), percent(p, x->p_hi));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, "num");
  th_page_text(p, whole(p, x->rank_specific));
  th_page_end(p);
  standing_cell(p, x);
  th_page_end(p);
}

static void list(th_page *p, const char *key, bool best) {
  static const char *const head[] = { "col.disease", "col.rank-in-drug",  "col.rank-in-disease",
                                      "col.p-cal",   "col.rank-specific", "col.graph-says" };
  size_t n = 0;
  for (size_t i = 0; i < p->d->foretold.n; i++) n += best ? p->d->foretold.v[i].of->best : p->d->foretold.v[i].of->asked;
  if (!n) return;
  th_page_section(p, best ? "outlook-best" : "outlook-pairs", key);
  th_page_begin(p, BLOCK_TABLE, "stack ranks");
  th_page_head(p, head, 6);
  for (size_t i = 0; i < p->d->foretold.n; i++)
    if (best ? p->d->foretold.v[i].of->best : p->d->foretold.v[i].of->asked) list_row(p, &p->d->foretold.v[i], best);
  th_page_end(p);
  th_page_end(p);
}

static void list_note(th_page *p, const th_outlook *o) {
  th_page_begin(p, BLOCK_PARA, "small");
  FILL(p, "outlook.list-note", th_str_fmt(p->a, "%u", o->n_diseases), th_str_fmt(p->a, "%u", o->n_drugs));
  th_page_end(p);
}

/* ── Reasons ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str through(th_page *p, const th_outlook_path *x) {
  th_buf b;
  th_buf_init(&b, p->a, 64);
  for (uint32_t i = 0; i < x->n; i++) {
    if (i) th_buf_addz(&b, " › ");
    th_buf_add(&b, x->node[i].name);
  }
  if (b.failed) p->failed = true;
  return th_buf_str(&b);
}

static bool any_hub(const th_outlook_path *x) {
  bool hub = false;
  for (uint32_t i = 0; i < x->n; i++) hub |= x->node[i].hub;
  return hub;
}

static void groups(th_page *p, const th_outlook_pair *x) {
  static const char *const head[] = { "col.reason", "col.share-of-score" };
  th_page_begin(p, BLOCK_TABLE, NULL);
  th_page_head(p, head, 2);
  for (int g = 0; g <= TH_NN_GROUPS; g++) {
    const double v = g < TH_NN_GROUPS ? x->group[g] : x->rest;
    if (g < TH_NN_GROUPS && fabs(v) < 0.005) continue;
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_cell(p, th_page_code(p, "group", g < TH_NN_GROUPS ? th_nn_group_name((th_nn_group)g) : "rest"));
    th_page_begin(p, BLOCK_CELL, "num");
    th_page_text(p, added(p, v));
    th_page_end(p);
    th_page_end(p);
  }
  th_page_end(p);
}

static void paths(th_page *p, const th_outlook_pair *x) {
  static const char *const head[] = { "col.through", "col.path-kind", "col.share-of-score" };
  if (!x->n_paths) {
    th_page_para(p, "outlook.no-path");
    return;
  }
  th_page_begin(p, BLOCK_TABLE, "stack");
  th_page_head(p, head, 3);
  for (size_t i = 0; i < x->n_paths; i++) {
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_begin(p, BLOCK_CELL, NULL);
    th_page_text(p, through(p, &x->path[i]));
    if (any_hub(&x->path[i])) th_page_say(p, "outlook.hub");
    th_page_end(p);
    th_page_cell(p, th_page_code(p, "via", th_nn_via_name(x->path[i].via)));
    th_page_begin(p, BLOCK_CELL, "num");
    th_page_text(p, added(p, x->path[i].share));
    th_page_end(p);
    th_page_end(p);
  }
  th_page_end(p);
  th_page_begin(p, BLOCK_PARA, "small");
  FILL(p, "outlook.path-sum", th_str_fmt(p->a, "%zu", x->n_paths_all), added(p, x->paths_sum), added(p, x->own_sum),
       added(p, x->rest), added(p, x->raw));
  th_page_end(p);
}

static th_str chief_reason(th_page *p, const th_outlook_sibling *s) {
  int best = 0;
  for (int g = 1; g < TH_NN_GROUPS; g++)
    if (fabs(s->group[g]) > fabs(s->group[best])) best = g;
  return th_str_fmt(p->a, "%.*s %.*s", TH_STR_ARG(th_page_code(p, "group", th_nn_group_name((th_nn_group)best))),
                    TH_STR_ARG(added(p, s->group[best])));
}

static void siblings(th_page *p, const th_outlook_pair *x) {
  static const char *const head[] = { "col.sibling", "col.rank-in-drug", "col.difference", "col.chief-reason" };
  if (!x->n_siblings) return;
  th_page_begin(p, BLOCK_PARA, NULL);
  th_page_run(p, RUN_STRONG, NULL, th_page_word(p, "outlook.siblings"), TH_STR_NONE);
  th_page_end(p);
  th_page_begin(p, BLOCK_TABLE, "stack");
  th_page_head(p, head, 4);
  for (size_t i = 0; i < x->n_siblings; i++) {
    const th_outlook_sibling *s = &x->sibling[i];
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_cell(p, s->name);
    th_page_begin(p, BLOCK_CELL, "num");
    th_page_text(p, whole(p, s->rank_in_drug));
    th_page_end(p);
    th_page_begin(p, BLOCK_CELL, "num");
    th_page_text(p, added(p, s->difference));
    th_page_end(p);
    th_page_cell(p, chief_reason(p, s));
    th_page_end(p);
  }
  th_page_end(p);
}

/* Drawn wide; on a telephone the table below it reads better. */
static void figure(th_page *p, const th_outlook *o, const th_dossier_foretold *f) {
  const th_outlook_pair *x = f->of;
  th_path_row *row = TH_NEWN(p->a, th_path_row, x->n_paths + 1);
  size_t n = 0;
  for (; row && n < x->n_paths && n < 8; n++)
    row[n] = (th_path_row){ through(p, &x->path[n]), th_page_code(p, "via", th_nn_via_name(x->path[n].via)), x->path[n].share,
                            any_hub(&x->path[n]) };
  const th_str title = th_words_fill(p->a, th_page_word(p, "fig.paths"), (th_str[]){ p->d->drug_en, disease_name(p, f) }, 2);
  if (!row || !title.p) p->failed = true;
  const th_paths in = { title, o->drug_name, disease_name(p, f), row, n };
  th_plot_figure fig;
  const th_plot_opts opts = { .lang = p->lang == TH_WORDS_ZH_TW ? "zh-TW" : "en", .id = "paths" };
  if (n && th_plot_paths(p->a, &in, opts, &fig, NULL) == TH_OK) th_page__put_figure(p, &fig, title);
}

static void reasons(th_page *p, const th_dossier_foretold *f) {
  th_page_begin(p, BLOCK_FOLD, NULL)->id =
      th_str_fmt(p->a, "why-%.*s", (int)(f->of->id.n < 40 ? f->of->id.n : 40), f->of->id.p);
  FILL(p, "outlook.why", disease_name(p, f), whole(p, f->of->rank_in_drug));
  groups(p, f->of);
  paths(p, f->of);
  siblings(p, f->of);
  th_page_end(p);
}

/* The pair the dossier is about, else the best that is no listed use and rests on something. */
static const th_dossier_foretold *shown(const th_dossier *d) {
  for (size_t i = 0; i < d->foretold.n; i++)
    if (d->foretold.v[i].pair == d->leading && d->leading < d->pairs.n && d->foretold.v[i].of->n_paths)
      return &d->foretold.v[i];
  for (size_t i = 0; i < d->foretold.n; i++) {
    const th_outlook_pair *x = d->foretold.v[i].of;
    if (!x->abstain && x->n_paths && (x->novelty == TH_PREDICT_NEW || x->novelty == TH_PREDICT_EXPANSION))
      return &d->foretold.v[i];
  }
  return d->foretold.n ? &d->foretold.v[0] : NULL;
}

void th_page__outlook(th_page *p) {
  const th_outlook *o = p->d->outlook;
  th_page_section(p, "outlook", "h.outlook");
  th_page_begin(p, BLOCK_PARA, NULL);
  th_page_text(p, th_page_code(p, "outlook.state", o ? th_outlook_state_code(o->state) : "not-asked"));
  if (o && o->why.n) th_page_quote(p, o->why);
  th_page_end(p);
  if (o && o->state == TH_OUTLOOK_DONE) {
    meaning(p, o);
    list(p, "h.outlook-pairs", false);
    list(p, "h.outlook-best", true);
    list_note(p, o);
    const th_dossier_foretold *f = shown(p->d);
    if (f) figure(p, o, f);
    for (size_t i = 0, best = 0; i < p->d->foretold.n; i++)
      if (p->d->foretold.v[i].pair < p->d->pairs.n || best++ < FOLDS_BEST) reasons(p, &p->d->foretold.v[i]);
    identity(p, o);
  }
  th_page_end(p);
}
