/* Where studies are: one tile a country, set out roughly as on the globe, its number in it. No outline is drawn and nothing is asked of
 * anybody; a country without a tile stands in the table. The grid is our own. */
#include "theriac/report/web_trial.h"

#include <stdio.h>

typedef struct tile {
  const char *name, *code;
  int column, row;
} tile;

static const tile tiles[] = {
  { "Canada", "CA", 2, 1 },        { "United States", "US", 2, 2 },  { "Mexico", "MX", 2, 3 },
  { "Guatemala", "GT", 2, 4 },     { "Panama", "PA", 3, 5 },         { "Colombia", "CO", 3, 6 },
  { "Peru", "PE", 3, 7 },          { "Brazil", "BR", 4, 7 },         { "Chile", "CL", 3, 8 },
  { "Argentina", "AR", 4, 8 },     { "Puerto Rico", "PR", 4, 4 },    { "Iceland", "IS", 6, 0 },
  { "Ireland", "IE", 6, 1 },       { "United Kingdom", "GB", 7, 1 }, { "Norway", "NO", 8, 0 },
  { "Sweden", "SE", 9, 0 },        { "Finland", "FI", 10, 0 },       { "Denmark", "DK", 8, 1 },
  { "Estonia", "EE", 10, 1 },      { "Latvia", "LV", 11, 1 },        { "Lithuania", "LT", 11, 0 },
  { "Netherlands", "NL", 7, 2 },   { "Germany", "DE", 8, 2 },        { "Poland", "PL", 9, 2 },
  { "Belarus", "BY", 10, 2 },      { "Russia", "RU", 12, 1 },        { "Belgium", "BE", 6, 2 },
  { "France", "FR", 6, 3 },        { "Switzerland", "CH", 7, 3 },    { "Austria", "AT", 8, 3 },
  { "Czechia", "CZ", 9, 3 },       { "Slovakia", "SK", 10, 3 },      { "Ukraine", "UA", 11, 2 },
  { "Hungary", "HU", 9, 4 },       { "Romania", "RO", 10, 4 },       { "Bulgaria", "BG", 10, 5 },
  { "Serbia", "RS", 9, 5 },        { "Croatia", "HR", 8, 5 },        { "Slovenia", "SI", 8, 4 },
  { "Italy", "IT", 7, 4 },         { "Spain", "ES", 6, 4 },          { "Portugal", "PT", 5, 4 },
  { "Greece", "GR", 9, 6 },        { "Turkey", "TR", 10, 6 },        { "Georgia", "GE", 11, 4 },
  { "Israel", "IL", 10, 7 },       { "Lebanon", "LB", 11, 6 },       { "Jordan", "JO", 11, 7 },
  { "Saudi Arabia", "SA", 11, 8 }, { "Iran", "IR", 12, 6 },          { "Egypt", "EG", 9, 7 },
  { "Tunisia", "TN", 7, 6 },       { "Nigeria", "NG", 7, 8 },        { "Kenya", "KE", 9, 8 },
  { "South Africa", "ZA", 8, 9 },  { "Pakistan", "PK", 13, 6 },      { "India", "IN", 13, 7 },
  { "Bangladesh", "BD", 14, 6 },   { "China", "CN", 14, 4 },         { "Hong Kong", "HK", 15, 5 },
  { "South Korea", "KR", 16, 3 },  { "Japan", "JP", 17, 3 },         { "Taiwan", "TW", 16, 5 },
  { "Thailand", "TH", 14, 7 },     { "Vietnam", "VN", 15, 7 },       { "Philippines", "PH", 16, 7 },
  { "Malaysia", "MY", 14, 8 },     { "Singapore", "SG", 15, 8 },     { "Indonesia", "ID", 15, 9 },
  { "Australia", "AU", 16, 10 },   { "New Zealand", "NZ", 17, 11 },  { "Kazakhstan", "KZ", 12, 3 },
};

#define SIDE 46

static uint32_t number_of(const th_trial_found *f, const char *country, uint32_t *most) {
  uint32_t n = 0;
  for (size_t i = 0; i < f->counts.n; i++) {
    if (f->counts.v[i].facet != TH_FACET_COUNTRY) continue;
    if (f->counts.v[i].n > *most) *most = f->counts.v[i].n;
    if (th_str_eq_nocase(f->counts.v[i].value, th_str_of(country))) n = f->counts.v[i].n;
  }
  return n;
}

/* Four steps of colour; the number stands in the tile, so that none is needed to read it. */
static void draw(th_html *h, const th_trial_found *f) {
  th_buf b;
  th_buf_init(&b, h->a, 16384);
  th_buf_addf(&b, "<svg class=\"tiles\" role=\"img\" viewBox=\"0 0 %d %d\" ", 18 * SIDE, 12 * SIDE);
  th_buf_addz(&b, "xmlns=\"http://www.w3.org/2000/svg\" aria-labelledby=\"map-title\"><title id=\"map-title\">");
  th_buf_add(&b, th_words_get(h->lang, "web.trial.map"));
  th_buf_addz(&b, "</title>");
  for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
    uint32_t most = 1;
    const uint32_t n = number_of(f, tiles[i].name, &most);
    const int step = !n                                     ? 0
                     : 4 * (uint64_t)n > 3 * (uint64_t)most ? 4
                     : 2 * (uint64_t)n > most               ? 3
                     : 4 * (uint64_t)n > most               ? 2
                                                            : 1;
    const int x = tiles[i].column * SIDE, y = tiles[i].row * SIDE;
    th_buf_addf(&b, "<g class=\"t%d\"><title>%s: %u</title>", step, tiles[i].name, n);
    th_buf_addf(&b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>", x + 2, y + 2, SIDE - 4, SIDE - 4);
    th_buf_addf(&b, "<text x=\"%d\" y=\"%d\">%s</text>", x + SIDE / 2, y + 18, tiles[i].code);
    if (n) th_buf_addf(&b, "<text x=\"%d\" y=\"%d\" class=\"n\">%u</text>", x + SIDE / 2, y + 35, n);
    th_buf_addz(&b, "</g>");
  }
  th_buf_addz(&b, "</svg>");
  if (b.failed)
    h->out->failed = true;
  else
    th_html_svg(h, th_buf_str(&b));
}

void th_web_trial_map(th_html *h, const th_trial_found *f) {
  static const char *const heads[] = { "web.trial.country", "web.trial.n" };
  size_t n = 0;
  for (size_t i = 0; i < f->counts.n; i++) n += f->counts.v[i].facet == TH_FACET_COUNTRY && f->counts.v[i].value.n;
  if (!n) return;
  th_html_open(h, "details");
  th_html_el_say(h, "summary", NULL, "web.trial.map");
  th_html_open(h, "figure");
  draw(h, f);
  th_html_el_say(h, "figcaption", NULL, "web.trial.map.note");
  th_html_close(h);
  th_html_table_begin(h, "list", "web.trial.map", heads, 2);
  for (size_t i = 0; i < f->counts.n; i++) {
    if (f->counts.v[i].facet != TH_FACET_COUNTRY || !f->counts.v[i].value.n) continue;
    th_html_row_begin(h, NULL);
    th_html_cell(h, th_web_trial_value(h, f->counts.v[i].value));
    th_html_el(h, "td", "num", th_str_fmt(h->a, "%u", f->counts.v[i].n));
    th_html_row_end(h);
  }
  th_html_table_end(h);
  th_html_close(h);
}
