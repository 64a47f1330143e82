/* The first page of each language, the page of the search, what the site is. */
#include "site_parts.h"

static th_code bars_of(th_html *h, const th_site *s, th_plot_opts o, th_plot_figure *f) {
  static const struct {
    th_level level;
    th_bar_tone tone;
  } levels[] = { { TH_LEVEL_L1, TH_BAR_STRONGEST }, { TH_LEVEL_L2, TH_BAR_STRONG },  { TH_LEVEL_L3, TH_BAR_MIDDLE },
                 { TH_LEVEL_L4, TH_BAR_WEAK },      { TH_LEVEL_L5, TH_BAR_WEAKEST }, { TH_LEVEL_UNKNOWN, TH_BAR_UNKNOWN } };
  th_bar bar[7];
  bar[0] = (th_bar){ th_words_get(h->lang, "site.licensed"), s->atlas->licensed, TH_BAR_APART };
  for (size_t i = 0; i < 6; i++)
    bar[i + 1] = (th_bar){ th_site__code(h, "level", th_level_code(levels[i].level)), s->atlas->levels[levels[i].level],
                           levels[i].tone };
  const th_bars in = { .title = th_words_get(h->lang, "site.fig.levels"),
                       .head = { th_words_get(h->lang, "col.level"), th_words_get(h->lang, "site.col.pairs") },
                       .bar = bar,
                       .n = 7 };
  return th_plot_bars(h->a, &in, o, f, NULL);
}

static void card(th_html *h, const char *to, const char *title, const char *what) {
  th_html_open_cls(h, "a", "way");
  th_html_attrz(h, "href", to);
  th_html_el_say(h, "strong", NULL, title);
  th_html_el_say(h, "span", NULL, what);
  th_html_close(h);
}

void th_site__home(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_atlas *v = s->atlas;
  const th_site_frame f = { .path = path,
                            .title = th_words_get(h->lang, "site.home.title"),
                            .about = th_words_get(h->lang, "site.home.lede"),
                            .here = "home" };
  th_site__entry latest[10];
  size_t n = 0;
  (void)which;
  th_site__begin(h, s, &f);
  th_html_el_say(h, "p", "lede", "site.home.lede");
  th_html_open(h, "p");
  TH_HTML_FILL(h, "site.home.counts", th_site__number(h, v->all.drugs.n), th_site__number(h, v->n_diseases),
               th_site__number(h, v->all.pairs.n), th_site__day(h->a, s->as_of), th_site__day(h->a, v->oldest_source));
  th_html_close(h);
  th_html_open_cls(h, "div", "three-ways");
  card(h, "drugs/index.html", "site.way.drugs", "site.drugs.what");
  card(h, "diseases/index.html", "site.way.diseases", "site.diseases.what");
  card(h, "levels/l1.html", "site.way.levels", "site.levels.what");
  th_html_close(h);
  th_html_el_say(h, "h2", NULL, "site.fig.levels");
  th_site__figure(h, s, "levels", bars_of, "site.fig.levels");
  th_html_el_say(h, "h2", NULL, "site.changes.title");
  for (; n < 10 && n < v->n_events; n++) latest[n] = (th_site__entry){ v->drug[v->event[n].drug], v->event[n].change };
  if (n)
    th_site__change_rows(h, path, latest, n, true);
  else
    th_html_el_say(h, "p", NULL, "site.changes.none");
  th_html_open(h, "p");
  th_html_link_say(h, TH_S("changes.html"), "site.changes.all");
  th_html_close(h);
  th_html_el_say(h, "h2", NULL, "h.disclaimer");
  th_html_el_say(h, "p", NULL, "disclaimer");
  th_site__end(h, s, &f);
}

/* ── Charts ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define MAP_DRUGS    40
#define MAP_DISEASES 24

static th_code heat_of(th_html *h, const th_site *s, th_plot_opts o, th_plot_figure *f) {
  static const th_bar_tone tone[] = { TH_BAR_UNKNOWN, TH_BAR_STRONGEST, TH_BAR_STRONG,
                                      TH_BAR_MIDDLE,  TH_BAR_WEAK,      TH_BAR_WEAKEST };
  const th_atlas *v = s->atlas;
  th_atlas_map m;
  th_heat_class class[7];
  TH_TRY(th_atlas_map_of(h->a, v, MAP_DRUGS, MAP_DISEASES, &m, NULL));
  if (!m.n_drugs || !m.n_diseases) return TH_EINVAL;
  for (int i = 0; i < 6; i++) {
    const th_str word = th_site__code(h, "level", th_level_code((th_level)i));
    class[i] = (th_heat_class){ word, i ? word : TH_S("?"), tone[i] };
  }
  class[6] = (th_heat_class){ th_words_get(h->lang, "site.licensed"), TH_S("●"), TH_BAR_APART };
  th_str *row = TH_NEWN(h->a, th_str, m.n_drugs), *column = TH_NEWN(h->a, th_str, m.n_diseases);
  int *cell = TH_NEWN(h->a, int, (size_t)m.n_drugs *m.n_diseases);
  if (!row || !column || !cell) return TH_ENOMEM;
  for (uint32_t r = 0; r < m.n_drugs; r++)
    row[r] = th_site__first_name(h, v->all.drugs.v[m.drug[r]].en, v->all.drugs.v[m.drug[r]].zh);
  for (uint32_t c = 0; c < m.n_diseases; c++)
    column[c] = th_site__first_name(h, v->disease[m.disease[c]].en, v->disease[m.disease[c]].zh);
  for (size_t k = 0; k < (size_t)m.n_drugs * m.n_diseases; k++) {
    const th_overview_pair *p = m.cell[k] ? &v->all.pairs.v[m.cell[k] - 1] : NULL;
    cell[k] = !p ? -1 : p->novelty == TH_NOVELTY_LICENSED ? 6 : (int)p->level;
  }
  const th_heat in = { .title = th_words_get(h->lang, "site.fig.map"),
                       .corner = th_words_get(h->lang, "col.drug"),
                       .none = th_words_get(h->lang, "site.no-pair"),
                       .row = row,
                       .column = column,
                       .n_rows = m.n_drugs,
                       .n_columns = m.n_diseases,
                       .cell = cell,
                       .class = class,
                       .n_classes = 7 };
  return th_plot_heat(h->a, &in, o, f, NULL);
}

void th_site__charts(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_site_frame f = { .path = path, .title = th_words_get(h->lang, "site.charts.title"), .here = "charts" };
  (void)which;
  th_site__begin(h, s, &f);
  th_html_el_say(h, "p", NULL, "site.charts.what");
  th_html_el_say(h, "h2", NULL, "site.fig.levels");
  th_site__figure(h, s, "levels", bars_of, "site.fig.levels");
  th_html_el_say(h, "h2", NULL, "site.fig.map");
  th_html_open(h, "p");
  TH_HTML_FILL(h, "site.fig.map.what", th_site__number(h, MAP_DRUGS), th_site__number(h, MAP_DISEASES));
  th_html_close(h);
  th_site__figure(h, s, "map", heat_of, "site.fig.map");
  th_site__end(h, s, &f);
}

/* ── Search, and what this is ──────────────────────────────────────────────────────────────────────────────────────── */

void th_site__search(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_site_frame f = { .path = path, .title = th_words_get(h->lang, "site.search.title"), .here = "search" };
  (void)which;
  th_site__begin(h, s, &f);
  th_html_el_say(h, "p", NULL, "site.search.what");
  th_html_open(h, "div");
  th_html_attrz(h, "id", "results");
  th_html_attrz(h, "aria-live", "polite");
  th_html_attr_say(h, "data-none", "site.search.none");
  th_html_attr_say(h, "data-count", "site.search.count");
  th_html_attr_say(h, "data-drug", "col.drug");
  th_html_attr_say(h, "data-disease", "col.disease");
  th_html_open(h, "noscript");
  th_html_el_say(h, "p", NULL, "site.search.no-script");
  th_html_close(h);
  th_html_close(h);
  th_html_open_cls(h, "ul", "chips");
  static const char *const to[][2] = { { "drugs/index.html", "site.drugs.title" },
                                       { "diseases/index.html", "site.diseases.title" } };
  for (size_t i = 0; i < 2; i++) {
    th_html_open(h, "li");
    th_html_link_say(h, th_str_of(to[i][0]), to[i][1]);
    th_html_close(h);
  }
  th_html_close(h);
  th_site__end(h, s, &f);
}

void th_site__about(th_html *h, const th_site *s, th_str path, size_t which) {
  static const char *const parts[][2] = { { "h.disclaimer", "disclaimer" },
                                          { "site.about.review", "review.none" },
                                          { "site.about.privacy", "site.about.privacy.what" },
                                          { "site.about.access", "site.about.access.what" },
                                          { "site.about.made", "site.about.made.what" } };
  const th_site_frame f = { .path = path, .title = th_words_get(h->lang, "site.about.title"), .here = "about" };
  (void)which;
  th_site__begin(h, s, &f);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    th_html_el_say(h, "h2", NULL, parts[i][0]);
    th_html_el_say(h, "p", NULL, parts[i][1]);
  }
  th_html_el_say(h, "h2", NULL, "h.cite");
  const th_str day = th_site__day(h->a, s->as_of), year = th_str_sub(day, 0, 4), n = th_site__number(h, s->atlas->all.drugs.n);
  th_html_open(h, "pre");
  th_html_attrz(h, "tabindex", "0");
  th_html_text(h,
               th_str_fmt(h->a, "Theriac. (%.*s). Dossiers of %.*s drugs (program version %s, as of %.*s) [Computed reports].",
                          TH_STR_ARG(year), TH_STR_ARG(n), THERIAC_VERSION, TH_STR_ARG(day)));
  th_html_close(h);
  th_html_el_say(h, "p", NULL, "site.about.cite");
  th_site__end(h, s, &f);
}
