/* Drugs beside each other: up to four by their verdicts, and a patient's whole list by what may harm. */
#include "serve/serve_priv.h"

#include "theriac/report/web_dossier.h"

#define COMPARED_MAX 4

static const th_overview_drug *drug_of(th_ctx *x, const th_overview *o, th_str asked) {
  const th_name_hit hit = th_names_resolve(x->lane->names, x->a, TH_NAME_DRUG, asked);
  const th_str name = hit.row ? hit.row->en : asked;
  for (size_t i = 0; i < o->drugs.n; i++)
    if (th_str_eq_nocase(o->drugs.v[i].en, name)) return &o->drugs.v[i];
  return NULL;
}

static th_code matrix_of(th_ctx *x, const th_overview *o, const th_overview_drug *const *d, size_t n, th_web_matrix *m,
                         th_err *err) {
  th_map seen;
  th_overview_pair_list diseases_of = { 0 };
  th_map_init(&seen, x->a);
  for (size_t k = 0; k < n; k++)
    for (uint32_t i = 0; i < d[k]->n_pairs; i++) {
      const th_overview_pair *p = &o->pairs.v[d[k]->first + i];
      bool fresh;
      uint64_t *at = th_map_at(&seen, p->disease_en, &fresh);
      if (!at) return th_fail_nomem(err);
      if (!fresh) continue;
      *at = diseases_of.n;
      if (!TH_VEC_PUSH(x->a, &diseases_of, p)) return th_fail_nomem(err);
    }
  const th_overview_pair **cells = TH_NEWN(x->a, const th_overview_pair *, n *diseases_of.n + 1);
  if (!cells) return th_fail_nomem(err);
  for (size_t k = 0; k < n; k++)
    for (uint32_t i = 0; i < d[k]->n_pairs; i++) {
      uint64_t at = 0;
      th_map_get(&seen, o->pairs.v[d[k]->first + i].disease_en, &at);
      cells[k * diseases_of.n + at] = &o->pairs.v[d[k]->first + i];
    }
  *m = (th_web_matrix){
    .overview = o, .drug = d, .pair = cells, .disease = diseases_of.v, .n_drugs = n, .n_diseases = diseases_of.n
  };
  return TH_OK;
}

static void compare_form(th_ctx *x) {
  th_html *h = &x->html;
  th_web_form_begin(h, "get", TH_S("/compare"), false);
  th_html_open_cls(h, "div", "columns-2");
  for (size_t i = 0; i < COMPARED_MAX; i++) {
    const th_str n = th_str_fmt(x->a, "%zu", i + 1);
    th_html_open_cls(h, "p", "field");
    th_html_open(h, "label");
    th_html_attr(h, "for", th_str_fmt(x->a, "f-drug-%zu", i));
    th_html_sayf(h, "web.compare.drug", 1, &n);
    th_html_close(h);
    th_html_open(h, "input");
    th_html_attr(h, "id", th_str_fmt(x->a, "f-drug-%zu", i));
    th_html_attrz(h, "name", "drug");
    th_html_attrz(h, "autocomplete", "off");
    th_html_attr(h, "value", th_serve_nth(x, "drug", i));
    th_html_close(h);
  }
  th_html_close(h);
  th_web_button(h, "primary", "web.compare.go");
  th_html_close(h);
}

static void compare_body(th_ctx *x, const th_overview *o) {
  const th_overview_drug *d[COMPARED_MAX];
  th_html *h = &x->html;
  th_err err = { 0 };
  size_t n = 0;
  for (size_t i = 0; i < th_serve_count(x, "drug") && n < COMPARED_MAX; i++) {
    const th_str asked = th_str_trim(th_serve_nth(x, "drug", i));
    if (!asked.n) continue;
    const th_overview_drug *found = drug_of(x, o, asked);
    bool twice = false;
    for (size_t k = 0; k < n; k++) twice |= found == d[k];
    if (!found) {
      th_web_note_begin(h, "warn");
      th_html_el_sayf(h, "p", NULL, "web.compare.unknown", 1, &asked);
      th_html_close(h);
    } else if (!twice)
      d[n++] = found;
  }
  th_web_matrix m;
  if (n < 1 || matrix_of(x, o, d, n, &m, &err) != TH_OK) return;
  th_html_el_say(h, "h2", NULL, "web.compare.matrix");
  th_html_el_say(h, "p", NULL, "web.compare.note");
  th_web_matrix_put(h, &m);
  if (n < 2) return;
  th_drug_list l;
  th_str names[COMPARED_MAX];
  for (size_t i = 0; i < n; i++) names[i] = d[i]->en;
  if (th_drug_list_build(x->a, x->lane->store, x->lane->names, names, n, &l, &err) == TH_OK) th_web_drug_list(h, &l);
}

static th_done compare_page(th_ctx *x) {
  th_err err = { 0 };
  th_serve_glance g;
  if (!th_serve_need_store(x)) return TH_DONE;
  if (th_serve_overview(x, &g, &err) != TH_OK) return th_serve_fail(x, &err);
  th_serve_page_begin(
      x, &(th_web_frame){ .title = th_words_get(x->lang, "web.compare.title"), .here = "drugs", .refresh = !g.overview });
  compare_form(x);
  th_serve_in_work(x, &g);
  if (g.overview) compare_body(x, g.overview);
  const th_done done = th_serve_page_end(x, 200);
  th_serve_overview_done(x, &g);
  return done;
}

/* ── A patient's list ──────────────────────────────────────────────────────────────────────────────────────────────── */

static th_done safety(th_ctx *x) {
  th_html *h = &x->html;
  th_err err = { 0 };
  th_drug_list l;
  th_str_vec asked = { 0 };
  th_str rest = th_serve_param(x, "drugs"), line;
  if (!th_serve_need_store(x)) return TH_DONE;
  while (th_str_line(&rest, &line))
    if (th_str_trim(line).n && !TH_VEC_PUSH(x->a, &asked, th_str_trim(line)))
      return th_serve_fail_code(x, TH_ENOMEM, "out of memory");
  const bool judged = asked.n && th_drug_list_build(x->a, x->lane->store, x->lane->names, asked.v, asked.n, &l, &err) == TH_OK;
  th_serve_page_begin(x,
                      &(th_web_frame){ .title = th_words_get(x->lang, "web.safety.title"), .here = "drugs", .noindex = true });
  th_web_form_begin(h, "get", TH_S("/safety"), false);
  th_html_attrz(h, "class", "asking");
  th_web_field_put(h, &(th_web_field){ .name = "drugs",
                                       .label_key = "web.safety.list",
                                       .hint_key = "web.safety.list.hint",
                                       .rows = 8,
                                       .value = th_serve_param(x, "drugs"),
                                       .error = err.code ? th_str_of(err.msg) : TH_STR_NONE });
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", "web.safety.go");
  th_html_close(h);
  th_html_close(h);
  if (judged) {
    char day[TH_DATE_TEXT];
    const th_str facts[] = { th_str_fmt(x->a, "%zu", l.drugs.n), th_str_of(th_date_iso(x->today, day)) };
    th_html_open_cls(h, "section", "result");
    th_html_el_sayf(h, "p", "as-of", "web.safety.as-of", 2, facts);
    th_html_open_cls(h, "p", "only-print");
    for (size_t i = 0; i < l.drugs.n; i++) th_html_textf(h, "%s%.*s", i ? ", " : "", TH_STR_ARG(l.drugs.v[i].asked));
    th_html_close(h);
    th_web_drug_list(h, &l);
    th_html_close(h);
  }
  return th_serve_page_end(x, err.code ? th_code_describe(err.code).http_status : 200);
}

const th_route th_serve__compare_routes[] = {
  { "GET", "/compare", compare_page, 0 },
  { "GET", "/safety", safety, 0 },
  { 0 },
};
