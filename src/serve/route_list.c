/* Lists of everything that has a verdict: by drug, by disease, with facets. */
#include "serve/serve_priv.h"

#include "theriac/report/web_dossier.h"
#include "theriac/text.h"

#include <stdlib.h>

#define ROWS_PER_PAGE 100

/* ── Facets ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum facet_kind { FACET_LEVEL, FACET_DIRECTION, FACET_DECISION, FACET_NOVELTY, FACETS } facet_kind;
static const char facet_name[FACETS][12] = { "level", "direction", "decision", "novelty" };
static const char *const facet_title[FACETS] = { "col.level", "col.direction", "col.decision", "col.novelty" };

static const char *facet_code(facet_kind k, const th_overview_pair *p) {
  switch (k) {
  case FACET_LEVEL: return th_level_code(p->level);
  case FACET_DIRECTION: return th_direction_code(p->direction);
  case FACET_DECISION: return th_decision_code(p->decision);
  case FACET_NOVELTY: return th_novelty_code(p->novelty);
  case FACETS: break;
  }
  return "";
}

typedef struct list {
  th_ctx *x;
  const th_overview *o;
  th_str path; /* "/drugs" */
  th_str chosen[FACETS], sort, q;
  th_overview_pair_list rows;
} list;

static bool has_word(th_ctx *x, th_str text, th_str q) {
  if (!q.n) return true;
  return th_str_has(th_text_fold(x->a, text, TH_FOLD_NAME, NULL), th_text_fold(x->a, q, TH_FOLD_NAME, NULL));
}

static bool fits(const list *l, const th_overview_pair *p, facet_kind but) {
  for (int k = 0; k < FACETS; k++)
    if ((facet_kind)k != but && l->chosen[k].n && !th_str_is(l->chosen[k], facet_code((facet_kind)k, p))) return false;
  if (!l->q.n) return true;
  const th_overview_drug *d = &l->o->drugs.v[p->drug];
  return has_word(l->x, d->en, l->q) || has_word(l->x, d->zh, l->q) || has_word(l->x, p->disease_en, l->q) ||
         has_word(l->x, p->disease_zh, l->q);
}

/* The address of this list with one choice changed (NULL value: taken back). */
static th_str address(const list *l, const char *name, const char *value) {
  th_buf b;
  char sep = '?';
  th_buf_init(&b, l->x->a, 128);
  th_buf_add(&b, l->path);
  const struct {
    const char *name;
    th_str value;
  } all[] = { { "level", l->chosen[FACET_LEVEL] },
              { "direction", l->chosen[FACET_DIRECTION] },
              { "decision", l->chosen[FACET_DECISION] },
              { "novelty", l->chosen[FACET_NOVELTY] },
              { "sort", l->sort },
              { "q", l->q } };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    const th_str v = strcmp(all[i].name, name) == 0 ? th_str_of(value) : all[i].value;
    if (!v.n) continue;
    const th_str e = th_web_encode(l->x->a, v);
    th_buf_addf(&b, "%c%s=%.*s", sep, all[i].name, TH_STR_ARG(e));
    sep = '&';
  }
  return b.failed ? l->path : th_buf_str(&b);
}

static th_str sort_address(void *ctx, const char *by) {
  return address(ctx, "sort", by);
}

static th_str word_of(const list *l, facet_kind k, const char *code) {
  const th_str key = th_str_fmt(l->x->a, "%s.%s", facet_name[k], code ? code : "unknown");
  return key.p ? th_words_get(l->x->lang, key.p) : th_str_of(code);
}

static void facet(const list *l, facet_kind k) {
  th_web_facet_value v[24];
  const char *code[24];
  size_t n = 0;
  for (size_t i = 0; i < l->o->pairs.n; i++) {
    const th_overview_pair *p = &l->o->pairs.v[i];
    if (!fits(l, p, k)) continue;
    const char *c = facet_code(k, p);
    size_t at = 0;
    while (at < n && strcmp(code[at], c)) at++;
    if (at == sizeof v / sizeof *v) continue;
    if (at == n) {
      const bool chosen = th_str_is(l->chosen[k], c);
      code[n] = c;
      v[n++] = (th_web_facet_value){ word_of(l, k, c), address(l, facet_name[k], chosen ? NULL : c), 0, chosen };
    }
    v[at].n++;
  }
  if (n > 1 || l->chosen[k].n) th_web_facet(&l->x->html, facet_title[k], v, n);
}

/* ── Order ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct order {
  const th_overview *o;
  th_str by;
} order;

static int level_rank(th_level v) {
  return v == TH_LEVEL_UNKNOWN ? 9 : (int)v;
}

static int compare(const void *a, const void *b, void *ctx) {
  const th_overview_pair *p = *(th_overview_pair *const *)a, *q = *(th_overview_pair *const *)b;
  const order *s = ctx;
  int c = 0;
  if (th_str_is(s->by, "level"))
    c = level_rank(p->level) - level_rank(q->level);
  else if (th_str_is(s->by, "disease"))
    c = th_str_cmp(p->disease_en, q->disease_en);
  else if (th_str_is(s->by, "novelty"))
    c = (int)p->novelty - (int)q->novelty;
  else if (th_str_is(s->by, "direction"))
    c = (int)p->direction - (int)q->direction;
  else if (th_str_is(s->by, "decision"))
    c = (int)p->decision - (int)q->decision;
  else if (th_str_is(s->by, "counted"))
    c = (p->counted < q->counted) - (p->counted > q->counted);
  if (c) return c;
  return p < q ? -1 : p > q; /* as they stand: by drug, then as in the dossier */
}

static th_code select_rows(list *l, th_err *err) {
  for (size_t i = 0; i < l->o->pairs.n; i++) {
    const th_overview_pair *p = &l->o->pairs.v[i];
    if (fits(l, p, FACETS) && !TH_VEC_PUSH(l->x->a, &l->rows, p)) return th_fail_nomem(err);
  }
  order s = { l->o, l->sort };
  if (l->rows.n) qsort_r(l->rows.v, l->rows.n, sizeof *l->rows.v, compare, &s);
  return TH_OK;
}

/* ── The list ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void pages(const list *l, size_t from) {
  th_html *h = &l->x->html;
  if (l->rows.n <= ROWS_PER_PAGE) return;
  const th_str here = address(l, "", NULL);
  const char sep = th_str_has(here, TH_S("?")) ? '&' : '?';
  th_html_open_cls(h, "nav", "pages");
  th_html_attr_say(h, "aria-label", "web.list.pages");
  if (from >= ROWS_PER_PAGE)
    th_html_link_say(h, th_str_fmt(h->a, "%.*s%cfrom=%zu", TH_STR_ARG(here), sep, from - ROWS_PER_PAGE), "web.list.before");
  th_html_text(h, TH_S(" "));
  if (from + ROWS_PER_PAGE < l->rows.n)
    th_html_link_say(h, th_str_fmt(h->a, "%.*s%cfrom=%zu", TH_STR_ARG(here), sep, from + ROWS_PER_PAGE), "web.list.after");
  th_html_close(h);
}

static void list_body(list *l) {
  th_ctx *x = l->x;
  th_html *h = &x->html;
  int64_t from = 0;
  if (!th_str_to_i64(th_serve_param(x, "from"), &from) || from < 0 || (size_t)from >= l->rows.n) from = 0;
  th_web_form_begin(h, "get", l->path, false);
  th_html_attrz(h, "role", "search");
  th_html_attr_say(h, "aria-label", "web.list.narrow");
  for (int k = 0; k < FACETS; k++)
    if (l->chosen[k].n) th_web_hidden(h, facet_name[k], l->chosen[k]);
  th_web_field_put(h, &(th_web_field){ .name = "q", .label_key = "web.list.narrow", .type = "search", .value = l->q });
  th_web_button(h, NULL, "web.list.narrow.go");
  th_html_close(h);
  th_html_open_cls(h, "div", "facets");
  for (int k = 0; k < FACETS; k++) facet(l, (facet_kind)k);
  th_html_close(h);
  const th_str n[] = { th_str_fmt(x->a, "%zu", l->rows.n), th_str_fmt(x->a, "%zu", l->o->pairs.n) };
  th_html_el_sayf(h, "p", NULL, "web.list.count", 2, n);
  if (!l->rows.n) {
    th_web_empty(h, "web.list.none", "web.list.none.what");
    return;
  }
  const size_t left = l->rows.n - (size_t)from;
  char sorted[16] = "";
  if (l->sort.n < sizeof sorted) memcpy(sorted, l->sort.n ? l->sort.p : "", l->sort.n);
  th_web_pairs_put(h, &(th_web_pairs){ .overview = l->o,
                                       .row = l->rows.v + from,
                                       .n = left < ROWS_PER_PAGE ? left : ROWS_PER_PAGE,
                                       .caption_key = "web.list.title",
                                       .with_drug = true,
                                       .with_disease = true,
                                       .sort = sort_address,
                                       .ctx = l,
                                       .sorted_by = sorted });
  pages(l, (size_t)from);
}

static void tools(th_ctx *x) {
  th_html *h = &x->html;
  th_html_open_cls(h, "p", "actions");
  static const struct {
    const char *href, *key;
  } to[] = { { "/diseases", "web.list.diseases" }, { "/safety", "web.safety.title" }, { "/compare", "web.compare.title" } };
  for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
    th_html_open_cls(h, "a", "button");
    th_html_attrz(h, "href", to[i].href);
    th_html_say(h, to[i].key);
    th_html_close(h);
  }
  th_html_close(h);
}

static th_done drugs(th_ctx *x) {
  th_err err = { 0 };
  th_serve_glance g;
  if (!th_serve_need_store(x)) return TH_DONE;
  if (th_serve_overview(x, &g, &err) != TH_OK) return th_serve_fail(x, &err);
  list l = {
    .x = x, .o = g.overview, .path = TH_S("/drugs"), .sort = th_serve_param(x, "sort"), .q = th_str_trim(th_serve_param(x, "q"))
  };
  for (int k = 0; k < FACETS; k++) l.chosen[k] = th_serve_param(x, facet_name[k]);
  th_done done;
  if (l.o && select_rows(&l, &err) != TH_OK)
    done = th_serve_fail(x, &err);
  else {
    th_serve_page_begin(x,
                        &(th_web_frame){ .title = th_words_get(x->lang, "web.list.title"), .here = "drugs", .refresh = !l.o });
    tools(x);
    th_serve_in_work(x, &g);
    if (l.o) list_body(&l);
    done = th_serve_page_end(x, 200);
  }
  th_serve_overview_done(x, &g);
  return done;
}

/* ── Diseases ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_disease(const void *a, const void *b) {
  const th_overview_pair *p = *(th_overview_pair *const *)a, *q = *(th_overview_pair *const *)b;
  const int c = th_str_cmp(p->disease_en, q->disease_en);
  return c ? c : level_rank(p->level) - level_rank(q->level);
}

static th_code sorted_by_disease(th_arena *a, const th_overview *o, th_overview_pair_list *out, th_err *err) {
  for (size_t i = 0; i < o->pairs.n; i++)
    if (!TH_VEC_PUSH(a, out, &o->pairs.v[i])) return th_fail_nomem(err);
  if (out->n) qsort(out->v, out->n, sizeof *out->v, by_disease);
  return TH_OK;
}

static void disease_item(th_ctx *x, const th_overview_pair *p, size_t n) {
  th_html *h = &x->html;
  const bool zh = x->lang == TH_WORDS_ZH_TW && p->disease_zh.n;
  th_html_open(h, "li");
  th_html_link(h, th_web_path(x->a, "/disease/", p->disease_en, ""), zh ? p->disease_zh : p->disease_en);
  th_html_text(h, TH_S(" "));
  if (p->disease_zh.n) th_html_el(h, "span", "other-script", zh ? p->disease_en : p->disease_zh);
  th_html_text(h, TH_S(" "));
  th_web_level(h, p->level);
  th_html_text(h, TH_S(" "));
  TH_HTML_FILL(h, "web.list.n-drugs", th_str_fmt(x->a, "%zu", n));
  th_html_close(h);
}

static th_done diseases(th_ctx *x) {
  th_err err = { 0 };
  th_serve_glance g;
  th_overview_pair_list v = { 0 };
  if (!th_serve_need_store(x)) return TH_DONE;
  if (th_serve_overview(x, &g, &err) != TH_OK) return th_serve_fail(x, &err);
  if (g.overview && sorted_by_disease(x->a, g.overview, &v, &err) != TH_OK) {
    th_serve_overview_done(x, &g);
    return th_serve_fail(x, &err);
  }
  th_serve_page_begin(
      x, &(th_web_frame){ .title = th_words_get(x->lang, "web.list.diseases"), .here = "drugs", .refresh = !g.overview });
  th_serve_in_work(x, &g);
  th_html_el_say(&x->html, "p", NULL, "web.list.diseases.what");
  th_html_open_cls(&x->html, "ul", "results");
  for (size_t i = 0, n; i < v.n; i += n) { /* the first of a disease carries its best level */
    for (n = 1; i + n < v.n && th_str_eq(v.v[i]->disease_en, v.v[i + n]->disease_en);) n++;
    disease_item(x, v.v[i], n);
  }
  th_html_close(&x->html);
  const th_done done = th_serve_page_end(x, 200);
  th_serve_overview_done(x, &g);
  return done;
}

static void kin_link(th_ctx *x, const th_name_row *r) {
  th_html_open(&x->html, "li");
  th_html_link(&x->html, th_web_path(x->a, "/disease/", r->en, ""), x->lang == TH_WORDS_ZH_TW && r->zh.n ? r->zh : r->en);
  th_html_close(&x->html);
}

static void kin(th_ctx *x, const th_name_row *row) {
  th_html *h = &x->html;
  th_name_row_list below = { 0 };
  th_err err = { 0 };
  th_str rest = row->parents, id;
  th_html_el_say(h, "h2", NULL, "web.disease.kin");
  th_html_el_say(h, "h3", NULL, "web.disease.parents");
  th_html_open_cls(h, "ul", "columns");
  while (rest.n && th_str_split(&rest, ';', &id)) {
    const th_name_row *r = th_names_by_id(x->lane->names, th_str_trim(id));
    if (r) kin_link(x, r);
  }
  th_html_close(h);
  if (th_names_descendants(x->lane->names, x->a, row->id, &below, &err) != TH_OK || !below.n) return;
  th_html_el_say(h, "h3", NULL, "web.disease.kinds");
  th_html_open_cls(h, "ul", "columns");
  for (size_t i = 0; i < below.n && i < 60; i++) kin_link(x, below.v[i]);
  th_html_close(h);
}

static th_done disease(th_ctx *x) {
  th_err err = { 0 };
  th_serve_glance g;
  th_overview_pair_list v;
  const th_name_hit hit = th_names_resolve(x->lane->names, x->a, TH_NAME_DISEASE, x->seg[0]);
  if (!th_serve_need_store(x)) return TH_DONE;
  if (hit.how == TH_NAME_AMBIGUOUS) return th_serve_redirect(x, th_web_path(x->a, "/find?q=", x->seg[0], ""));
  if (th_serve_overview(x, &g, &err) != TH_OK) return th_serve_fail(x, &err);
  th_html *h = &x->html;
  const th_str name = hit.row ? (x->lang == TH_WORDS_ZH_TW && hit.row->zh.n ? hit.row->zh : hit.row->en) : x->seg[0];
  th_done done;
  if (g.overview && th_overview_of_disease(x->a, g.overview, hit.row ? hit.row->id : x->seg[0], &v, &err) != TH_OK)
    done = th_serve_fail(x, &err);
  else {
    th_serve_page_begin(x, &(th_web_frame){ .title = name, .here = "drugs", .refresh = !g.overview });
    if (hit.row)
      th_html_el(h, "p", "as-of",
                 th_str_fmt(x->a, "%.*s · %.*s", TH_STR_ARG(x->lang == TH_WORDS_ZH_TW ? hit.row->en : hit.row->zh),
                            TH_STR_ARG(hit.row->id)));
    th_serve_in_work(x, &g);
    th_html_el_say(h, "h2", NULL, "web.disease.drugs");
    if (g.overview && v.n)
      th_web_pairs_put(
          h, &(th_web_pairs){
                 .overview = g.overview, .row = v.v, .n = v.n, .caption_key = "web.disease.drugs", .with_drug = true });
    else if (g.overview)
      th_web_empty(h, "web.disease.none", "web.disease.none.what");
    th_html_open_cls(h, "p", "actions");
    th_html_open_cls(h, "a", "button");
    th_html_attr(h, "href", th_web_path(x->a, "/trials?condition=", hit.row ? hit.row->en : x->seg[0], ""));
    th_html_say(h, "web.disease.trials");
    th_html_close(h);
    th_html_close(h);
    if (hit.row) kin(x, hit.row);
    done = th_serve_page_end(x, 200);
  }
  th_serve_overview_done(x, &g);
  return done;
}

const th_route th_serve__list_routes[] = {
  { "GET", "/drugs", drugs, 0 },
  { "GET", "/diseases", diseases, 0 },
  { "GET", "/disease/*", disease, 0 },
  { 0 },
};
