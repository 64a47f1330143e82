/* The dossier of a drug as a page: its ways on, the patient's list where one is given, then the dossier itself; and its other forms. */
#include "serve/serve_priv.h"

#include "theriac/dossier.h"
#include "theriac/report/web_dossier.h"

/* The patient's other drugs as typed, one a line. */
static th_code typed(th_ctx *x, th_str_vec *names, th_err *err) {
  th_str rest = th_serve_param(x, "with"), line;
  while (th_str_line(&rest, &line))
    if (th_str_trim(line).n && !TH_VEC_PUSH(x->a, names, th_str_trim(line))) return th_fail_nomem(err);
  return TH_OK;
}

static th_code build(th_ctx *x, const th_str_vec *with, th_dossier **d, th_err *err) {
  const th_kindred *kindred;
  TH_TRY(th_serve_kindred(x, &kindred, err));
  const th_dossier_options o = { .drug = x->seg[0],
                                 .kindred = kindred,
                                 .with = with ? with->v : NULL,
                                 .n_with = with ? with->n : 0,
                                 .disease = th_str_trim(th_serve_param(x, "disease")),
                                 .as_of = x->today,
                                 .home = th_serve_options_of(x->app)->home };
  return th_dossier_build(x->a, x->lane->store, x->lane->names, &o, d, err);
}

/* ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void forms(th_ctx *x, th_str drug) {
  static const char form[][5] = { "html", "md", "json", "txt" };
  th_html *h = &x->html;
  const th_str page = th_web_path(x->a, "/drug/", drug, ""), disease = th_str_trim(th_serve_param(x, "disease"));
  const th_str query = disease.n ? th_web_path(x->a, "?disease=", disease, "") : TH_S("");
  th_html_open_cls(h, "p", "actions");
  th_html_el_say(h, "span", "small", "web.drug.forms");
  for (size_t i = 0; i < sizeof form / sizeof *form; i++) {
    th_html_link(h, th_str_fmt(x->a, "%.*s/dossier.%s%.*s", TH_STR_ARG(page), form[i], TH_STR_ARG(query)), th_str_of(form[i]));
    th_html_text(h, TH_S(" "));
  }
  th_html_link_say(h, th_web_path(x->a, "/compare?drug=", drug, ""), "web.drug.compare");
  th_html_close(h);
}

static th_str page_of(void *ctx, th_arena *a, const th_dossier_relative *r) {
  (void)ctx;
  return r->held ? th_web_path(a, "/drug/", r->en, "") : TH_STR_NONE;
}

static th_str role_of(const th_ctx *x) {
  static const char *const roles[] = { "pharmacist", "physician", "reviewer", "researcher", "patient" };
  const th_str role = th_serve_param(x, "role");
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    if (th_str_is(role, roles[i])) return role;
  return TH_STR_NONE;
}

/* Who reads goes into the address; it moves that reader's card to the front and hides nothing. */
static void roles(th_ctx *x, th_str drug) {
  static const char role[][12] = { "pharmacist", "physician", "reviewer", "researcher", "patient" };
  th_html *h = &x->html;
  const th_str now = role_of(x);
  th_html_open_cls(h, "ul", "chips");
  th_html_attr_say(h, "aria-label", "web.drug.role");
  for (size_t i = 0; i < sizeof role / sizeof *role; i++) {
    th_html_open(h, "li");
    th_html_open(h, "a");
    th_html_attr(h, "href",
                 th_str_fmt(x->a, "%.*s?role=%s#role-%s", TH_STR_ARG(th_web_path(x->a, "/drug/", drug, "")), role[i], role[i]));
    if (th_str_is(now, role[i])) th_html_attrz(h, "aria-current", "true");
    const th_str key = th_str_fmt(x->a, "role.%s", role[i]);
    th_html_say(h, key.p ? key.p : "web.drug.role");
    th_html_close(h);
    th_html_close(h);
  }
  th_html_close(h);
}

static void questions(th_ctx *x, th_str drug) {
  th_html *h = &x->html;
  const th_str page = th_web_path(x->a, "/drug/", drug, "");
  th_html_open(h, "details");
  th_html_flag(h, "open", th_serve_has(x, "with"));
  th_html_el_say(h, "summary", NULL, "web.drug.with");
  th_web_form_begin(h, "get", page, false);
  th_web_field_put(h, &(th_web_field){ .name = "with",
                                       .label_key = "web.drug.list.label",
                                       .hint_key = "web.safety.list.hint",
                                       .rows = 4,
                                       .value = th_serve_param(x, "with") });
  th_web_field_put(
      h, &(th_web_field){ .name = "disease", .label_key = "web.drug.pair.label", .value = th_serve_param(x, "disease") });
  th_web_button(h, "primary", "web.safety.go");
  th_html_close(h);
  th_html_close(h);
}

/* The drug itself first, then the patient's others: what concerns it stands in the pairs. */
static th_code patient_list(th_ctx *x, const th_dossier *d, const th_str_vec *with, th_err *err) {
  th_str_vec names = { 0 };
  th_drug_list l;
  if (!with->n) return TH_OK;
  if (!TH_VEC_PUSH(x->a, &names, d->drug_en)) return th_fail_nomem(err);
  for (size_t i = 0; i < with->n; i++)
    if (!TH_VEC_PUSH(x->a, &names, with->v[i])) return th_fail_nomem(err);
  TH_TRY(th_drug_list_build(x->a, x->lane->store, x->lane->names, names.v, names.n, &l, err));
  th_html_open_cls(&x->html, "section", "result");
  th_html_el_say(&x->html, "h2", NULL, "web.drug.list");
  th_web_drug_list(&x->html, &l);
  th_html_close(&x->html);
  return TH_OK;
}

static th_done drug(th_ctx *x) {
  th_err err = { 0 };
  th_dossier *d;
  th_str_vec with = { 0 };
  const bool own = th_serve_has(x, "with"); /* a patient's list is not kept */
  if (!th_serve_need_store(x) || (!own && th_serve_cached(x))) return TH_DONE;
  if (typed(x, &with, &err) != TH_OK || build(x, &with, &d, &err) != TH_OK) return th_serve_fail(x, &err);
  const bool zh = x->lang == TH_WORDS_ZH_TW && d->drug_zh.n;
  char day[TH_DATE_TEXT], old[TH_DATE_TEXT];
  const th_str facts[] = { th_str_of(th_date_iso(d->as_of, day)), th_str_of(th_date_iso(d->oldest_source, old)),
                           th_str_fmt(x->a, "%zu", d->findings.n), th_str_fmt(x->a, "%zu", d->sources.n) };
  th_html *h = &x->html;
  const th_str role = role_of(x);
  th_serve_page_begin(x,
                      &(th_web_frame){ .title = zh ? d->drug_zh : d->drug_en, .here = "drugs", .bare = true, .noindex = own });
  th_html_open(h, "div");
  th_html_attr(h, "class", role.n ? th_str_fmt(x->a, "dossier first-%.*s", TH_STR_ARG(role)) : TH_S("dossier"));
  th_html_open(h, "h1");
  th_html_text(h, zh ? d->drug_zh : d->drug_en);
  if (d->drug_zh.n) th_html_text(h, TH_S(" ")), th_html_el(h, "span", "other-script", zh ? d->drug_en : d->drug_zh);
  th_html_close(h);
  th_html_el_sayf(h, "p", "as-of", "header.facts", 4, facts);
  forms(x, d->drug_en);
  roles(x, d->drug_en);
  questions(x, d->drug_en);
  if (patient_list(x, d, &with, &err) != TH_OK || th_web_dossier(h, d, 2, &(th_web_links){ page_of, NULL }, &err) != TH_OK)
    return th_serve_fail(x, &err);
  th_str *pairs = TH_NEWN(x->a, th_str, d->pairs.n + 1);
  for (size_t i = 0; pairs && i < d->pairs.n; i++) pairs[i] = d->pairs.v[i].name_en;
  if (pairs) th_serve_remarks(x, d->drug_en, pairs, d->pairs.n);
  th_html_close(h);
  const th_done done = th_serve_page_end(x, 200);
  return own ? done : th_serve_keep(x);
}

/* ── Other forms ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code render(th_ctx *x, const th_dossier *d, th_str form, const char **type, th_buf *b, th_err *err) {
  if (th_str_is(form, "dossier.json")) return *type = "application/json", th_report_json(x->a, d, b, err);
  if (th_str_is(form, "dossier.md"))
    return *type = "text/markdown; charset=utf-8", th_report_markdown(x->a, d, x->lang, b, err);
  if (th_str_is(form, "dossier.txt"))
    return *type = "text/plain; charset=utf-8", th_report_text(x->a, d, x->lang, 100, false, b, err);
  if (th_str_is(form, "dossier.html")) return *type = "text/html; charset=utf-8", th_report_html(x->a, d, x->lang, b, err);
  return th_fail(err, TH_ENOENT, "a dossier is had as dossier.html, dossier.md, dossier.json and dossier.txt");
}

static th_done other_form(th_ctx *x) {
  th_err err = { 0 };
  th_dossier *d;
  th_buf b;
  const char *type = "text/plain; charset=utf-8";
  if (!th_serve_need_store(x) || th_serve_cached(x)) return TH_DONE;
  th_buf_init(&b, x->a, 1 << 16);
  if (build(x, NULL, &d, &err) != TH_OK || render(x, d, x->seg[1], &type, &b, &err) != TH_OK) return th_serve_fail(x, &err);
  th_serve_download(x, type,
                    th_str_fmt(x->a, "%.*s.%.*s", TH_STR_ARG(d->drug_en), TH_STR_ARG(th_str_sub(x->seg[1], 8, x->seg[1].n))),
                    th_buf_str(&b));
  return TH_DONE;
}

const th_route th_serve__drug_routes[] = {
  { "GET", "/drug/*", drug, 0 },
  { "GET", "/drug/*/*", other_form, 0 },
  { 0 },
};
