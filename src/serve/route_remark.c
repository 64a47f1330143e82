/* Notes and review of a dossier: who, when, of which state of the records. And the glossary. */
#include "serve/serve_priv.h"

#include "theriac/store/remarks.h"
#include "theriac/text/terms.h"

static void remark(th_ctx *x, const th_store_remark *r, int64_t generation) {
  static const char *const cls[] = { "hold", "ok", "stop", "hold" };
  static const char *const key[] = { "web.remark.note", "web.remark.reviewed", "web.remark.questioned",
                                     "web.remark.withdrawn" };
  th_html *h = &x->html;
  th_html_open(h, "li");
  th_html_badge(h, cls[r->state], th_words_get(x->lang, key[r->state]));
  th_html_text(h, TH_S(" "));
  th_html_el(h, "strong", NULL, r->hand.who);
  th_html_textf(h, " · %.*s", TH_STR_ARG(th_serve_moment(x, r->hand.at)));
  if (r->disease.n) th_html_text(h, TH_S(" · ")), th_html_text(h, r->disease);
  th_html_textf(h, " · v%u", r->version);
  if (r->text.n) th_html_open(h, "br"), th_html_quote(h, r->text);
  if (r->hand.generation != generation) th_html_text(h, TH_S(" ")), th_html_el_say(h, "span", "hint", "web.remark.older");
  th_html_close(h);
}

void th_serve_remarks(th_ctx *x, th_str drug, const th_str *diseases, size_t n) {
  static const th_web_option states[] = { { "note", "web.remark.note", { NULL, 0 } },
                                          { "reviewed", "web.remark.reviewed", { NULL, 0 } },
                                          { "questioned", "web.remark.questioned", { NULL, 0 } } };
  th_html *h = &x->html;
  th_store_remarks all = { 0 };
  th_err err = { 0 };
  int64_t generation = 0;
  size_t shown = 0;
  th_html_open(h, "section");
  th_html_attrz(h, "id", "remarks");
  th_html_el_say(h, "h2", NULL, "web.drug.notes");
  if (th_store_generation(x->lane->store, &generation, &err) == TH_OK)
    (void)th_store_remarks_of(x->a, x->lane->store, drug, NULL, &all, &err);
  th_html_open_cls(h, "ul", "results");
  for (size_t i = 0; i < all.n; i++)
    if (all.v[i].state != TH_REMARK_WITHDRAWN) remark(x, &all.v[i], generation), shown++;
  th_html_close(h);
  if (!shown) th_html_el_say(h, "p", NULL, "web.remark.none");
  if (!x->app->o.read_only) {
    th_html_open(h, "details");
    th_html_el_say(h, "summary", NULL, "web.remark.add");
    th_web_form_begin(h, "post", th_web_path(x->a, "/drug/", drug, "/remark"), false);
    th_web_field_put(h,
                     &(th_web_field){ .name = "who", .label_key = "web.remark.who", .required = true, .autocomplete = "name" });
    th_web_option *of = TH_NEWN(x->a, th_web_option, n + 1);
    if (of) {
      of[0] = (th_web_option){ "", "web.remark.whole", { NULL, 0 } };
      for (size_t i = 0; i < n; i++) of[i + 1] = (th_web_option){ th_str_z(x->a, diseases[i]), NULL, diseases[i] };
      th_web_select(h, "pair", "web.remark.of", of, n + 1, TH_STR_NONE);
    }
    th_web_choice(h, "state", th_words_get(x->lang, "web.remark.state"), states, 3, TH_S("note"));
    th_web_field_put(h, &(th_web_field){ .name = "text", .label_key = "web.remark.text", .rows = 3 });
    th_html_open_cls(h, "p", "actions");
    th_web_button(h, "primary", "web.remark.go");
    th_html_close(h);
    th_html_close(h);
    th_html_close(h);
  }
  th_html_close(h);
}

static th_code put(th_ctx *x, th_store *store, th_store_remark *r, th_err *err) {
  bool same;
  TH_TRY(th_store_begin(store, err));
  TH_TRY(th_store_generation(store, &r->hand.generation, err));
  TH_TRY(th_store_remark_put(x->a, store, r, &same, err));
  return th_store_commit(store, err);
}

static th_done add(th_ctx *x) {
  th_err err = { 0 };
  th_store *store;
  const th_str state = th_serve_param(x, "state");
  const th_name_hit hit = th_names_resolve(x->lane->names, x->a, TH_NAME_DRUG, x->seg[0]);
  const th_str drug = hit.row ? hit.row->en : x->seg[0];
  th_store_remark r = {
    .drug = drug,
    .disease = th_str_trim(th_serve_param(x, "pair")),
    .state = th_str_is(state, "reviewed")     ? TH_REMARK_REVIEWED
             : th_str_is(state, "questioned") ? TH_REMARK_QUESTIONED
                                              : TH_REMARK_NOTE,
    .text = th_str_trim(th_serve_param(x, "text")),
    .hand = { .who = th_str_trim(th_serve_param(x, "who")), .at = th_serve_now(x), .dossier = TH_S("theriac " THERIAC_VERSION) }
  };
  if (!th_serve_need_store(x)) return TH_DONE;
  if (th_serve_open_write(x, &store, &err) != TH_OK) return th_serve_fail(x, &err);
  const th_code code = put(x, store, &r, &err);
  th_store_close(store);
  if (code != TH_OK) return th_serve_fail(x, &err);
  return th_serve_redirect(x, th_web_path(x->a, "/drug/", drug, "#remarks"));
}

/* ── Glossary ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void term(th_ctx *x, const th_term *t) {
  const bool zh = x->lang == TH_WORDS_ZH_TW;
  th_html *h = &x->html;
  th_html_open(h, "dt");
  th_html_attr(h, "id", t->id);
  th_html_el(h, "strong", NULL, zh ? t->zh : t->en);
  th_html_text(h, TH_S(" "));
  th_html_open_cls(h, "span", "other-script");
  th_html_attrz(h, "lang", zh ? "en" : "zh-Hant");
  th_html_text(h, zh ? t->en : t->zh);
  th_html_close(h);
  th_html_close(h);
  th_html_open(h, "dd");
  th_html_text(h, zh ? t->plain_zh : t->plain_en);
  th_html_open_cls(h, "span", "hint");
  th_html_text(h, zh ? t->expert_zh : t->expert_en);
  th_html_close(h);
  th_html_close(h);
}

static th_done glossary(th_ctx *x) {
  size_t n;
  const th_term *t = th_terms(&n);
  th_html *h = &x->html;
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "web.glossary") });
  for (size_t i = 0; i < n;) {
    const th_str group = t[i].group;
    th_html_el(h, "h2", NULL, th_str_of(th_term_group(group, x->lang == TH_WORDS_ZH_TW)));
    th_html_open_cls(h, "dl", "terms");
    for (; i < n && th_str_eq(t[i].group, group); i++) term(x, &t[i]);
    th_html_close(h);
  }
  return th_serve_page_end(x, 200);
}

const th_route th_serve__remark_routes[] = {
  { "POST", "/drug/*/remark", add, TH_ROUTE_CHANGES },
  { "GET", "/glossary", glossary, 0 },
  { 0 },
};
