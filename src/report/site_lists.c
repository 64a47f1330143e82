/* Lists of the site: drugs in several orders, diseases, one disease, pairs by level and by decision. Without the script every order and every
 * choice is a page of its own; with it any column sorts and narrows. */
#include "site_parts.h"

#include <stdlib.h>

/* ── Cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void row_head(th_html *h, th_str href, th_str en, th_str zh) {
  th_html_open(h, "th");
  th_html_attrz(h, "scope", "row");
  th_site__name(h, href, en, zh);
  th_html_close(h);
}

static th_str drug_page(th_html *h, th_str from, const th_atlas *v, uint32_t drug) {
  return th_str_fmt(h->a, "%.*sdrug/%.*s.html", TH_STR_ARG(th_site__up(h->a, from)), TH_STR_ARG(v->drug[drug]->slug));
}

/* L1 before L5 before unknown; licensed uses first. */
static th_str level_by(const th_overview_pair *p) {
  static const char *const by[] = { "9", "1", "2", "3", "4", "5" };
  return th_str_of(p->novelty == TH_NOVELTY_LICENSED ? "0" : by[p->level]);
}

static void verdict_cells(th_html *h, const th_overview_pair *p) {
  th_html_cell(h, th_site__code(h, "novelty", th_novelty_code(p->novelty)));
  th_html_open(h, "td");
  th_html_attr(h, "data-by", level_by(p));
  th_web_level(h, p->level);
  th_html_close(h);
  th_html_cell(h, th_site__code(h, "direction", th_direction_code(p->direction)));
  th_html_open(h, "td");
  th_html_attr(h, "data-by", th_str_fmt(h->a, "%02d", (int)p->decision));
  th_web_decision(h, p->decision);
  if (p->pregnancy) {
    th_html_text(h, TH_S(" "));
    th_html_badge(h, "stop", th_words_get(h->lang, "site.pregnancy"));
  }
  th_html_close(h);
  th_site__cell_by(h, "num", th_str_fmt(h->a, "%08u", p->counted), th_str_fmt(h->a, "%u / %u", p->counted, p->listed));
}

/* ── Drugs ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum order { BY_NAME, BY_LEVEL, BY_DECISION, BY_DISEASE, BY_COUNTED, ORDERS } order;
static const char *const order_file[ORDERS] = { "index.html", "by-level.html", "by-decision.html", "by-disease.html",
                                                "by-counted.html" };

size_t th_site__orders(void) {
  return ORDERS;
}
const char *th_site__order_file(size_t i) {
  return order_file[i];
}

typedef struct listed {
  uint32_t drug;
  th_str by;
} listed;

static int by_text(const void *x, const void *y) {
  const listed *p = x, *q = y;
  const int d = th_str_cmp(p->by, q->by);
  return d ? d : (p->drug > q->drug) - (p->drug < q->drug);
}

static const th_overview_pair *leading_of(const th_atlas *v, uint32_t drug) {
  const th_overview_drug *d = &v->all.drugs.v[drug];
  for (uint32_t k = 0; k < d->n_pairs; k++)
    if (v->all.pairs.v[d->first + k].leading) return &v->all.pairs.v[d->first + k];
  return NULL;
}

static th_str sort_text(th_html *h, const th_atlas *v, uint32_t drug, order by) {
  const th_overview_pair *p = leading_of(v, drug);
  if (by == BY_NAME) return TH_S("");
  if (!p) return TH_S("\x7f"); /* behind all others */
  switch (by) {
  case BY_LEVEL: return level_by(p);
  case BY_DECISION: return th_str_fmt(h->a, "%02d", (int)p->decision);
  case BY_DISEASE: return th_site__first_name(h, p->disease_en, p->disease_zh);
  case BY_COUNTED: return th_str_fmt(h->a, "%08u", 99999999u - (p->counted < 99999999u ? p->counted : 99999999u));
  case BY_NAME:
  case ORDERS: break;
  }
  return TH_S("");
}

static void drug_row(th_html *h, th_str path, const th_atlas *v, uint32_t i) {
  const th_overview_drug *d = &v->all.drugs.v[i];
  const th_overview_pair *p = leading_of(v, i);
  th_html_row_begin(h, NULL);
  row_head(h, drug_page(h, path, v, i), d->en, d->zh);
  if (p) {
    th_html_open(h, "td");
    th_site__name(h, th_str_fmt(h->a, "%.*s#%.*s", TH_STR_ARG(drug_page(h, path, v, i)), TH_STR_ARG(p->id)), p->disease_en,
                  p->disease_zh);
    th_html_close(h);
    verdict_cells(h, p);
  } else {
    th_html_open(h, "td");
    th_html_attrz(h, "colspan", "6");
    th_html_say(h, "site.no-pair");
    th_html_close(h);
  }
  th_site__cell_by(h, "num", th_str_fmt(h->a, "%08u", d->n_pairs), th_site__number(h, d->n_pairs));
  const uint32_t grave = d->n_interactions[TH_SEVERITY_MAJOR] + d->n_interactions[TH_SEVERITY_CONTRAINDICATED];
  th_site__cell_by(h, "num", th_str_fmt(h->a, "%08u", grave), th_site__number(h, grave));
  th_html_row_end(h);
  th_html_text(h, TH_S("\n"));
}

/* Headings that lead to the page in that order. */
static void drug_heads(th_html *h, order now) {
  static const struct {
    const char *key;
    int by;
  } heads[] = { { "col.drug", BY_NAME },       { "site.col.leading", BY_DISEASE },
                { "col.novelty", -1 },         { "col.level", BY_LEVEL },
                { "col.direction", -1 },       { "col.decision", BY_DECISION },
                { "col.counted", BY_COUNTED }, { "site.col.pairs", -1 },
                { "site.col.grave", -1 } };
  th_html_open_cls(h, "div", "scroll");
  th_html_attrz(h, "tabindex", "0");
  th_html_attrz(h, "role", "group");
  th_html_attr_say(h, "aria-label", "site.drugs.caption");
  th_html_open_cls(h, "table", "list");
  th_html_flag(h, "data-sort", true);
  th_html_el_say(h, "caption", NULL, "site.drugs.caption");
  th_html_open(h, "thead");
  th_html_open(h, "tr");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "col");
    if (heads[i].by == (int)now) th_html_attrz(h, "aria-sort", now == BY_COUNTED ? "descending" : "ascending");
    if (heads[i].by >= 0)
      th_html_link_say(h, th_str_of(order_file[heads[i].by]), heads[i].key);
    else
      th_html_say(h, heads[i].key);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
  th_html_open(h, "tbody");
  th_html_text(h, TH_S("\n"));
}

static char letter_of(th_str name) {
  const char c = name.n ? name.p[0] : '#';
  return c >= 'a' && c <= 'z' ? (char)(c - 32) : c >= 'A' && c <= 'Z' ? c : '#';
}

static void letters(th_html *h, const listed *v, uint32_t n, const th_atlas *at) {
  th_html_open(h, "nav");
  th_html_attr_say(h, "aria-label", "site.letters");
  th_html_open_cls(h, "ul", "chips");
  for (uint32_t i = 0; i < n; i++) {
    const char c = letter_of(at->all.drugs.v[v[i].drug].en);
    if (i && letter_of(at->all.drugs.v[v[i - 1].drug].en) == c) continue;
    th_html_open(h, "li");
    th_html_link(h, th_str_fmt(h->a, "#letter-%c", c == '#' ? '0' : c), th_str_fmt(h->a, "%c", c));
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

void th_site__drugs(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_atlas *v = s->atlas;
  const order by = (order)which;
  const uint32_t n = (uint32_t)v->all.drugs.n;
  listed *list = TH_NEWN(h->a, listed, n + 1);
  if (!list) {
    h->out->failed = true;
    return;
  }
  for (uint32_t i = 0; i < n; i++) list[i] = (listed){ i, sort_text(h, v, i, by) };
  if (n) qsort(list, n, sizeof *list, by_text);
  const th_site_frame f = { .path = path,
                            .title = th_words_get(h->lang, "site.drugs.title"),
                            .about = th_words_get(h->lang, "site.drugs.what"),
                            .here = "drugs" };
  th_site__begin(h, s, &f);
  th_html_open(h, "p");
  TH_HTML_FILL(h, "site.drugs.count", th_site__number(h, n), th_site__number(h, v->all.pairs.n));
  th_html_close(h);
  if (by == BY_NAME) letters(h, list, n, v);
  drug_heads(h, by);
  char last = 0;
  for (uint32_t i = 0; i < n; i++) {
    const char c = letter_of(v->all.drugs.v[list[i].drug].en);
    if (by == BY_NAME && c != last) { /* where the letters lead */
      th_html_open_cls(h, "tr", "letter");
      th_html_attr(h, "id", th_str_fmt(h->a, "letter-%c", c == '#' ? '0' : c));
      th_html_open(h, "td");
      th_html_attrz(h, "colspan", "9");
      th_html_text(h, th_str_fmt(h->a, "%c", c));
      th_html_close(h);
      th_html_close(h);
      last = c;
    }
    drug_row(h, path, v, list[i].drug);
  }
  th_html_table_end(h);
  th_site__end(h, s, &f);
}

/* ── Diseases ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_site__diseases(th_html *h, const th_site *s, th_str path, size_t which) {
  static const char *const heads[] = { "col.disease", "site.col.drugs", "site.licensed", "level.L1",     "level.L2",
                                       "level.L3",    "level.L4",       "level.L5",      "level.unknown" };
  static const th_level levels[] = { TH_LEVEL_L1, TH_LEVEL_L2, TH_LEVEL_L3, TH_LEVEL_L4, TH_LEVEL_L5, TH_LEVEL_UNKNOWN };
  const th_atlas *v = s->atlas;
  (void)which;
  const th_site_frame f = { .path = path,
                            .title = th_words_get(h->lang, "site.diseases.title"),
                            .about = th_words_get(h->lang, "site.diseases.what"),
                            .here = "diseases" };
  th_site__begin(h, s, &f);
  th_html_el_say(h, "p", NULL, "site.diseases.what");
  th_site__table(h, "site.diseases.title", heads, sizeof heads / sizeof *heads, 0);
  for (uint32_t i = 0; i < v->n_diseases; i++) {
    const th_atlas_disease *x = &v->disease[i];
    uint32_t judged = 0;
    th_html_row_begin(h, NULL);
    row_head(h, th_str_fmt(h->a, "../disease/%.*s.html", TH_STR_ARG(x->slug)), x->en, x->zh);
    th_site__cell_by(h, "num", th_str_fmt(h->a, "%08u", x->n_pairs), th_site__number(h, x->n_pairs));
    for (size_t k = 0; k < sizeof levels / sizeof *levels; k++) judged += x->levels[levels[k]];
    th_site__cell_by(h, "num", th_str_fmt(h->a, "%08u", x->n_pairs - judged), th_site__number(h, x->n_pairs - judged));
    for (size_t k = 0; k < sizeof levels / sizeof *levels; k++)
      th_site__cell_by(h, "num", th_str_fmt(h->a, "%08u", x->levels[levels[k]]), th_site__number(h, x->levels[levels[k]]));
    th_html_row_end(h);
    th_html_text(h, TH_S("\n"));
  }
  th_html_table_end(h);
  th_site__end(h, s, &f);
}

static void pair_row(th_html *h, const th_atlas *v, th_str path, uint32_t pair, bool with_disease) {
  const th_overview_pair *p = &v->all.pairs.v[pair];
  const th_overview_drug *d = &v->all.drugs.v[p->drug];
  th_html_row_begin(h, NULL);
  row_head(h, th_str_fmt(h->a, "%.*s#%.*s", TH_STR_ARG(drug_page(h, path, v, p->drug)), TH_STR_ARG(p->id)), d->en, d->zh);
  if (with_disease) {
    const th_atlas_disease *x = &v->disease[v->disease_of[pair]];
    th_html_open(h, "td");
    th_site__name(h, th_str_fmt(h->a, "%.*sdisease/%.*s.html", TH_STR_ARG(th_site__up(h->a, path)), TH_STR_ARG(x->slug)),
                  p->disease_en, p->disease_zh);
    th_html_close(h);
  }
  verdict_cells(h, p);
  th_html_row_end(h);
  th_html_text(h, TH_S("\n"));
}

/* Changes of the pairs of one disease: what was graded anew. */
static th_site__entry *entries_of(th_html *h, const th_atlas *v, const th_atlas_disease *x, size_t *n) {
  th_site__entry *e = TH_NEWN(h->a, th_site__entry, v->n_events + 1);
  *n = 0;
  if (!e) h->out->failed = true;
  for (size_t i = 0; e && i < v->n_events; i++) {
    const th_dossier_change *c = v->event[i].change;
    if (strcmp(c->code, "REGRADED") == 0 && th_str_eq(c->subject, x->en))
      e[(*n)++] = (th_site__entry){ v->drug[v->event[i].drug], c };
  }
  return e;
}

void th_site__disease(th_html *h, const th_site *s, th_str path, size_t which) {
  static const char *const heads[] = { "col.drug", "col.novelty", "col.level", "col.direction", "col.decision", "col.counted" };
  const th_atlas *v = s->atlas;
  const th_atlas_disease *x = &v->disease[which];
  const th_str feed = th_str_fmt(h->a, "disease/%.*s.atom", TH_STR_ARG(x->slug));
  const th_site_frame f = { .path = path,
                            .title = th_site__first_name(h, x->en, x->zh),
                            .about = th_html_words(
                                h, "site.disease.about", 2,
                                (th_str[]){ th_site__first_name(h, x->en, x->zh), th_site__number(h, x->n_pairs) }),
                            .here = "diseases",
                            .feed = feed,
                            .bare = true };
  size_t n;
  const th_site__entry *e = entries_of(h, v, x, &n);
  th_site__begin(h, s, &f);
  th_html_open(h, "h1");
  th_html_text(h, f.title);
  const th_str second = th_str_eq(f.title, x->en) ? x->zh : x->en;
  if (second.n) {
    th_html_text(h, TH_S(" "));
    th_html_el(h, "span", "other-script", second);
  }
  th_html_close(h);
  if (x->id.n) th_html_el(h, "p", "small", x->id);
  th_html_el_say(h, "p", NULL, "site.disease.note");
  th_site__table(h, "site.disease.caption", heads, sizeof heads / sizeof *heads, -1);
  for (uint32_t i = 0; i < x->n_pairs; i++) pair_row(h, v, path, x->pair[i], false);
  th_html_table_end(h);
  th_html_el_say(h, "h2", NULL, "site.changes.title");
  if (n)
    th_site__change_rows(h, path, e, n, true);
  else
    th_html_el_say(h, "p", NULL, "site.changes.none");
  th_html_open(h, "p");
  th_html_link_say(h, th_str_fmt(h->a, "%.*s.atom", TH_STR_ARG(x->slug)), "site.feed");
  th_html_close(h);
  th_site__end(h, s, &f);
}

void th_site__disease_feed(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_atlas_disease *x = &s->atlas->disease[which];
  size_t n;
  const th_site__entry *e = entries_of(h, s->atlas, x, &n);
  th_site__feed(h, s, path, th_site__first_name(h, x->en, x->zh), th_str_fmt(h->a, "disease/%.*s.html", TH_STR_ARG(x->slug)), e,
                n);
}

/* ── By level, by decision ─────────────────────────────────────────────────────────────────────────────────────────── */

#define LEVEL_VALUES 7 /* licensed, L1 … L5, unknown */
static const char *const level_file[LEVEL_VALUES] = { "licensed", "l1", "l2", "l3", "l4", "l5", "unknown" };

/* Rows of the decision table that decide the same are one choice: the first of them. 0 behind the last. */
static th_decision decision_at(size_t value) {
  size_t n = 0;
  for (int d = 1; d <= TH_DECISION_HOLD; d++) {
    bool before = false;
    for (int k = 1; k < d && !before; k++)
      before = strcmp(th_decision_code((th_decision)k), th_decision_code((th_decision)d)) == 0;
    if (!before && n++ == value) return (th_decision)d;
  }
  return (th_decision)0;
}

static bool decides(th_decision d, size_t value) {
  return strcmp(th_decision_code(d), th_decision_code(decision_at(value))) == 0;
}

size_t th_site__facet_values(th_site__facet f) {
  size_t n = 0;
  if (f == TH_SITE__BY_LEVEL) return LEVEL_VALUES;
  while (decision_at(n)) n++;
  return n;
}

static uint32_t count_of(const th_atlas *v, th_site__facet f, size_t value) {
  uint32_t n = 0;
  if (f == TH_SITE__BY_LEVEL) return value == 0 ? v->licensed : value == 6 ? v->levels[TH_LEVEL_UNKNOWN] : v->levels[value];
  for (int d = 1; d <= TH_DECISION_HOLD; d++)
    if (decides((th_decision)d, value)) n += v->decisions[d];
  return n;
}

static bool belongs(const th_overview_pair *p, th_site__facet f, size_t value) {
  if (f == TH_SITE__BY_DECISION) return decides(p->decision, value);
  if (value == 0) return p->novelty == TH_NOVELTY_LICENSED;
  return p->novelty != TH_NOVELTY_LICENSED && (size_t)p->level == (value == 6 ? TH_LEVEL_UNKNOWN : value);
}

size_t th_site__facet_parts(const th_site *s, th_site__facet f, size_t value) {
  const uint32_t n = count_of(s->atlas, f, value);
  return n ? (n + TH_SITE__ROWS - 1) / TH_SITE__ROWS : 1;
}

th_str th_site__facet_path(th_arena *a, th_site__facet f, size_t value, size_t part) {
  const char *folder = f == TH_SITE__BY_LEVEL ? "levels" : "decisions";
  char file[48];
  if (f == TH_SITE__BY_LEVEL) {
    snprintf(file, sizeof file, "%s", level_file[value]);
  } else {
    snprintf(file, sizeof file, "%s", th_decision_code(decision_at(value)));
    for (char *c = file; *c; c++) *c = *c == '_' ? '-' : *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
  }
  return part ? th_str_fmt(a, "%s/%s-%zu.html", folder, file, part + 1) : th_str_fmt(a, "%s/%s.html", folder, file);
}

static th_str value_word(th_html *h, th_site__facet f, size_t value) {
  if (f == TH_SITE__BY_DECISION) return th_site__code(h, "decision", th_decision_code(decision_at(value)));
  if (value == 0) return th_words_get(h->lang, "site.licensed");
  return th_site__code(h, "level", th_level_code(value == 6 ? TH_LEVEL_UNKNOWN : (th_level)value));
}

static void choices(th_html *h, const th_site *s, th_str path, th_site__facet f, size_t value, bool here) {
  th_html_open(h, "nav");
  th_html_attr_say(h, "aria-label", f == TH_SITE__BY_LEVEL ? "site.by-level" : "site.by-decision");
  th_html_el_say(h, "span", "small", f == TH_SITE__BY_LEVEL ? "site.by-level" : "site.by-decision");
  th_html_open_cls(h, "ul", "chips");
  for (size_t i = 0; i < th_site__facet_values(f); i++) {
    th_html_open(h, "li");
    th_html_open(h, "a");
    th_html_attr(h, "href", th_site__href(h, path, th_site__facet_path(h->a, f, i, 0).p));
    if (here && i == value) th_html_attrz(h, "aria-current", "page");
    th_html_text(h, value_word(h, f, i));
    th_html_text(h, th_str_fmt(h->a, " (%u)", count_of(s->atlas, f, i)));
    th_html_close(h);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

static void parts(th_html *h, const th_site *s, th_str path, th_site__facet f, size_t value, size_t part) {
  const size_t n = th_site__facet_parts(s, f, value);
  if (n < 2) return;
  th_html_open(h, "nav");
  th_html_attr_say(h, "aria-label", "site.parts");
  th_html_open_cls(h, "ul", "chips");
  for (size_t i = 0; i < n; i++) {
    th_html_open(h, "li");
    th_html_open(h, "a");
    th_html_attr(h, "href", th_site__href(h, path, th_site__facet_path(h->a, f, value, i).p));
    if (i == part) th_html_attrz(h, "aria-current", "page");
    th_html_text(h, th_site__number(h, i + 1));
    th_html_close(h);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

static void facet_page(th_html *h, const th_site *s, th_str path, th_site__facet facet, size_t which) {
  static const char *const heads[] = { "col.drug",      "col.disease",  "col.novelty", "col.level",
                                       "col.direction", "col.decision", "col.counted" };
  const size_t value = which % 16, part = which / 16;
  const th_atlas *v = s->atlas;
  const th_str word = value_word(h, facet, value);
  const char *key = facet == TH_SITE__BY_LEVEL ? value ? "site.level.title" : "site.level.licensed" : "site.decision.title";
  const th_site_frame f = { .path = path, .title = th_html_words(h, key, 1, &word), .here = "levels" };
  th_site__begin(h, s, &f);
  choices(h, s, path, TH_SITE__BY_LEVEL, value, facet == TH_SITE__BY_LEVEL);
  choices(h, s, path, TH_SITE__BY_DECISION, value, facet == TH_SITE__BY_DECISION);
  parts(h, s, path, facet, value, part);
  if (!count_of(v, facet, value)) th_html_el_say(h, "p", NULL, "site.facet.none");
  th_site__table(h, "site.pairs.caption", heads, sizeof heads / sizeof *heads, 0);
  size_t n = 0;
  for (uint32_t i = 0; i < v->all.pairs.n; i++) {
    if (!belongs(&v->all.pairs.v[i], facet, value)) continue;
    if (n / TH_SITE__ROWS == part) pair_row(h, v, path, i, true);
    n++;
  }
  th_html_table_end(h);
  th_site__end(h, s, &f);
}

void th_site__levels(th_html *h, const th_site *s, th_str path, size_t which) {
  facet_page(h, s, path, TH_SITE__BY_LEVEL, which);
}
void th_site__decisions(th_html *h, const th_site *s, th_str path, size_t which) {
  facet_page(h, s, path, TH_SITE__BY_DECISION, which);
}
