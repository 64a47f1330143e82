/* What the home's model ranks for a drug, and shortlists of it that are kept, with negative controls, and exported. */
#include "serve/serve_priv.h"

#include "theriac/dossier.h"
#include "theriac/store/remarks.h"

#include <math.h>

static th_str percent(th_arena *a, double v) {
  return isnan(v) ? TH_S("–") : th_str_fmt(a, "%.*f %%", v < 0.001 ? 4 : v < 0.01 ? 2 : 1, 100 * v);
}

/* ── Ranks of a drug ───────────────────────────────────────────────────────────────────────────────────────────────── */

static void rank_row(th_ctx *x, const th_dossier *d, size_t i) {
  th_html *h = &x->html;
  const th_dossier_foretold *f = &d->foretold.v[i];
  const th_outlook_pair *p = f->of;
  const th_str en = f->row ? f->row->en : p->name, name = f->row && x->lang == TH_WORDS_ZH_TW && f->row->zh.n ? f->row->zh : en;
  th_html_row_begin(h, NULL);
  th_html_open(h, "td");
  th_web_check(h, "keep", th_str_fmt(x->a, "%zu", i).p, th_words_get(x->lang, "web.predict.keep"), false);
  th_html_text(h, TH_S(" "));
  th_web_check(h, "negative", th_str_fmt(x->a, "%zu", i).p, th_words_get(x->lang, "web.predict.negative"), false);
  th_html_close(h);
  th_html_open(h, "th");
  th_html_attrz(h, "scope", "row");
  th_html_link(h, th_str_fmt(x->a, "%.*s#outlook", TH_STR_ARG(th_web_path(x->a, "/drug/", d->drug_en, ""))), name);
  th_html_close(h);
  th_html_el(h, "td", "num", th_str_fmt(x->a, "%.0f", p->rank_in_drug));
  th_html_el(h, "td", "num", th_str_fmt(x->a, "%.0f (%.0f–%.0f)", p->rank, p->rank_lo, p->rank_hi));
  th_html_el(h, "td", "num", percent(x->a, p->p_cal));
  const th_str key = th_str_fmt(x->a, "foretold.%s", th_predict_novelty_name(p->novelty));
  th_html_cell(h, key.p ? th_words_get(x->lang, key.p) : TH_STR_NONE);
  th_html_open(h, "td");
  if (p->abstain != TH_ABSTAIN_NO)
    th_html_badge(h, "hold", th_words_get(x->lang, "outlook.abstain"));
  else
    TH_HTML_FILL(h, "outlook.support", th_str_fmt(x->a, "%u", p->support.n_keys), th_str_fmt(x->a, "%.2f", p->support.max_sim));
  th_html_close(h);
  th_html_row_end(h);
}

static th_code dossier_of(th_ctx *x, th_str drug, th_dossier **d, th_err *err) {
  const th_dossier_options o = { .drug = drug, .as_of = x->today, .home = th_serve_options_of(x->app)->home, .only = true };
  return th_dossier_build(x->a, x->lane->store, x->lane->names, &o, d, err);
}

static void ranks(th_ctx *x, th_str drug) {
  static const char *const heads[] = { "web.predict.choose", "col.disease", "web.predict.rank",   "web.predict.rank-in-disease",
                                       "web.predict.p",      "col.novelty", "web.predict.support" };
  th_html *h = &x->html;
  th_err err = { 0 };
  th_dossier *d;
  if (dossier_of(x, drug, &d, &err) != TH_OK) {
    th_web_note_begin(h, "warn");
    th_html_el(h, "p", NULL, th_str_of(err.msg));
    th_html_close(h);
    return;
  }
  const th_outlook *o = d->outlook;
  const th_str state = th_str_fmt(x->a, "outlook.state.%s", o ? th_outlook_state_code(o->state) : "not-asked");
  th_html_el(h, "h2", NULL, x->lang == TH_WORDS_ZH_TW && d->drug_zh.n ? d->drug_zh : d->drug_en);
  th_html_el(h, "p", NULL, state.p ? th_words_get(x->lang, state.p) : TH_STR_NONE);
  if (!d->foretold.n) return;
  const th_str base = percent(x->a, o->base_rate);
  th_html_el_sayf(h, "p", "as-of", "outlook.meaning", 1, &base);
  th_web_form_begin(h, "post", TH_S("/predict/keep"), false);
  th_web_hidden(h, "drug", d->drug_en);
  th_html_table_begin(h, "list", "web.predict.ranks", heads, 7);
  for (size_t i = 0; i < d->foretold.n; i++) rank_row(x, d, i);
  th_html_table_end(h);
  th_html_open_cls(h, "div", "columns-2");
  th_web_field_put(h, &(th_web_field){ .name = "name", .label_key = "web.predict.name", .required = true });
  th_web_field_put(h,
                   &(th_web_field){ .name = "who", .label_key = "web.remark.who", .required = true, .autocomplete = "name" });
  th_html_close(h);
  th_web_field_put(h, &(th_web_field){ .name = "why", .label_key = "web.predict.why", .rows = 2 });
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", "web.predict.keep-list");
  th_html_close(h);
  th_html_close(h);
}

/* ── Shortlists ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void lists(th_ctx *x) {
  th_html *h = &x->html;
  th_shortlists all = { 0 };
  th_err err = { 0 };
  size_t n = 0;
  th_html_el_say(h, "h2", NULL, "web.predict.lists");
  if (x->lane->store) (void)th_store_shortlist_all(x->a, x->lane->store, &all, &err);
  th_html_open_cls(h, "ul", "results");
  for (size_t i = 0; i < all.n; i++) {
    if (all.v[i].withdrawn) continue;
    n++;
    th_html_open(h, "li");
    th_html_link(h, th_str_fmt(x->a, "/predict/list/%lld", (long long)all.v[i].id), all.v[i].name);
    th_html_textf(h, " (%u) ", all.v[i].n);
    th_html_el(
        h, "span", "hint inline",
        th_str_fmt(x->a, "%.*s · %.*s", TH_STR_ARG(all.v[i].hand.who), TH_STR_ARG(th_serve_moment(x, all.v[i].hand.at))));
    th_html_close(h);
  }
  th_html_close(h);
  if (!n) th_html_el_say(h, "p", NULL, "web.predict.no-lists");
}

static th_done predict(th_ctx *x) {
  const th_str drug = th_str_trim(th_serve_param(x, "drug"));
  th_html *h = &x->html;
  if (!th_serve_need_store(x)) return TH_DONE;
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "web.predict.title"), .here = "predict" });
  th_html_el_say(h, "p", "lede", "web.predict.lede");
  th_web_form_begin(h, "get", TH_S("/predict"), false);
  th_web_field_put(h, &(th_web_field){ .name = "drug", .label_key = "web.list.drug", .value = drug });
  th_web_button(h, "primary", "web.predict.go");
  th_html_close(h);
  if (drug.n) ranks(x, drug);
  lists(x);
  return th_serve_page_end(x, 200);
}

static bool chosen(th_ctx *x, const char *name, size_t i) {
  int64_t v;
  for (size_t k = 0; k < th_serve_count(x, name); k++)
    if (th_str_to_i64(th_serve_nth(x, name, k), &v) && v == (int64_t)i) return true;
  return false;
}

static th_code items_of(th_ctx *x, const th_dossier *d, th_shortlist *l, th_err *err) {
  th_shortlist_item *item = TH_NEWN(x->a, th_shortlist_item, d->foretold.n + 1);
  if (!item) return th_fail_nomem(err);
  for (size_t i = 0; i < d->foretold.n; i++) {
    const th_dossier_foretold *f = &d->foretold.v[i];
    const bool negative = chosen(x, "negative", i), kept = chosen(x, "keep", i);
    if (!negative && !kept) continue;
    if (negative && kept)
      return th_fail(err, TH_EINVAL, "row %zu is ticked both ways: a negative control is no candidate; tick one", i + 1);
    item[l->n++] = (th_shortlist_item){ .drug = d->drug_en,
                                        .disease = f->row ? f->row->en : f->of->name,
                                        .rank = llround(f->of->rank_in_drug),
                                        .score = percent(x->a, f->of->p_cal),
                                        .why = th_str_trim(th_serve_param(x, "why")),
                                        .negative = negative };
  }
  l->item = item;
  return l->n ? TH_OK : th_fail(err, TH_EINVAL, "no row was chosen: tick those to keep");
}

static th_code keep_list(th_ctx *x, th_shortlist *l, th_err *err) {
  th_dossier *d;
  th_store *store;
  bool same;
  TH_TRY(dossier_of(x, th_serve_param(x, "drug"), &d, err));
  TH_TRY(items_of(x, d, l, err));
  l->model = d->outlook->model_id;
  TH_TRY(th_serve_open_write(x, &store, err));
  th_code code = th_store_begin(store, err);
  if (code == TH_OK) code = th_store_generation(store, &l->hand.generation, err);
  if (code == TH_OK) code = th_store_shortlist_put(x->a, store, l, &same, err);
  if (code == TH_OK) code = th_store_commit(store, err);
  th_store_close(store);
  return code;
}

static th_done keep(th_ctx *x) {
  th_err err = { 0 };
  if (!th_serve_need_store(x)) return TH_DONE;
  th_shortlist l = { .name = th_str_trim(th_serve_param(x, "name")),
                     .hand = { .who = th_str_trim(th_serve_param(x, "who")), .at = th_serve_now(x) } };
  if (keep_list(x, &l, &err) != TH_OK) return th_serve_fail(x, &err);
  return th_serve_redirect(x, th_str_fmt(x->a, "/predict/list/%lld", (long long)l.id));
}

static th_done list_csv(th_ctx *x, const th_shortlist *l) {
  th_buf b;
  th_buf_init(&b, x->a, 2048);
  th_buf_addz(&b, "drug,disease,rank,probability,negative_control,why,kept_by,kept_at,model\r\n");
  for (uint32_t i = 0; i < l->n; i++) {
    const th_shortlist_item *it = &l->item[i];
    const th_str cell[] = { it->drug,
                            it->disease,
                            th_str_fmt(x->a, "%lld", (long long)it->rank),
                            it->score,
                            it->negative ? TH_S("yes") : TH_S("no"),
                            it->why,
                            l->hand.who,
                            th_serve_moment(x, l->hand.at),
                            l->model };
    for (size_t k = 0; k < sizeof cell / sizeof *cell; k++) {
      if (k) th_buf_addc(&b, ',');
      th_csv_write_cell(&b, cell[k]);
    }
    th_buf_addz(&b, "\r\n");
  }
  return th_serve_download(x, "text/csv; charset=utf-8", TH_S("shortlist.csv"), th_buf_str(&b));
}

static th_done list_page(th_ctx *x) {
  static const char *const heads[] = { "web.list.drug", "col.disease",          "web.predict.rank",
                                       "web.predict.p", "web.predict.negative", "web.predict.why" };
  th_err err = { 0 };
  th_shortlist l;
  int64_t id;
  th_html *h = &x->html;
  th_str name = x->seg[0];
  const bool csv = th_str_ends(name, TH_S(".csv"));
  if (csv) name = th_str_sub(name, 0, name.n - 4);
  if (!th_serve_need_store(x)) return TH_DONE;
  if (!th_str_to_i64(name, &id)) return th_serve_fail_code(x, TH_ENOENT, "a shortlist is named by its number");
  if (th_store_shortlist_get(x->a, x->lane->store, id, 0, &l, &err) != TH_OK) return th_serve_fail(x, &err);
  if (csv) return list_csv(x, &l);
  th_serve_page_begin(x, &(th_web_frame){ .title = l.name, .here = "predict" });
  const th_str facts[] = { l.hand.who, th_serve_moment(x, l.hand.at), th_str_sub(l.model, 0, 16) };
  th_html_el_sayf(h, "p", "as-of", "web.predict.kept-by", 3, facts);
  th_html_table_begin(h, "list", "web.predict.lists", heads, 6);
  for (uint32_t i = 0; i < l.n; i++) {
    th_html_row_begin(h, NULL);
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    th_html_link(h, th_web_path(x->a, "/drug/", l.item[i].drug, ""), l.item[i].drug);
    th_html_close(h);
    th_html_open(h, "td");
    th_html_link(h, th_web_path(x->a, "/disease/", l.item[i].disease, ""), l.item[i].disease);
    th_html_close(h);
    th_html_el(h, "td", "num", th_str_fmt(x->a, "%lld", (long long)l.item[i].rank));
    th_html_el(h, "td", "num", l.item[i].score);
    th_html_cell(h, l.item[i].negative ? th_words_get(x->lang, "web.predict.negative") : TH_STR_NONE);
    th_html_cell(h, l.item[i].why);
    th_html_row_end(h);
  }
  th_html_table_end(h);
  th_html_open_cls(h, "p", "actions");
  th_html_link(h, th_str_fmt(x->a, "/predict/list/%lld.csv", (long long)l.id), TH_S("csv"));
  th_html_close(h);
  return th_serve_page_end(x, 200);
}

const th_route th_serve__predict_routes[] = {
  { "GET", "/predict", predict, 0 },
  { "POST", "/predict/keep", keep, TH_ROUTE_CHANGES },
  { "GET", "/predict/list/*", list_page, 0 },
  { 0 },
};
