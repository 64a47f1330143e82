/* The first page: one box, three ways. And where the box leads. */
#include "serve/serve_priv.h"

static void way(th_html *h, const char *href, const char *title, const char *what) {
  th_html_open_cls(h, "a", "way");
  th_html_attrz(h, "href", href);
  th_html_el_say(h, "strong", NULL, title);
  th_html_el_say(h, "span", NULL, what);
  th_html_close(h);
}

static th_done home(th_ctx *x) {
  th_html *h = &x->html;
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "web.home.title"), .here = "home", .bare = true });
  th_html_el_say(h, "h1", NULL, "web.home.title");
  th_html_el_say(h, "p", "lede", "web.home.lede");
  th_web_form_begin(h, "post", TH_S("/find"), false); /* a pasted text does not fit into an address */
  th_html_attrz(h, "class", "big-find");
  th_html_attrz(h, "role", "search");
  th_html_attr_say(h, "aria-label", "web.find.label");
  th_web_field_put(h, &(th_web_field){ .name = "q", .label_key = "web.find.label", .hint_key = "web.find.hint", .rows = 2 });
  th_web_button(h, "primary", "web.find.go");
  th_html_close(h);
  th_html_open_cls(h, "div", "three-ways");
  way(h, "/drugs", "web.home.drug", "web.home.drug.what");
  way(h, "/cases", "web.home.apply", "web.home.apply.what");
  way(h, "/study", "web.home.check", "web.home.check.what");
  th_html_close(h);
  th_serve__cases_on_home(x);
  if (x->lane->empty) th_web_empty(h, "web.nothing.lede", "web.nothing.what");
  return th_serve_page_end(x, 200);
}

static bool digits(th_str s, size_t from, size_t least, size_t most) {
  if (s.n < from + least || s.n > from + most) return false;
  for (size_t i = from; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return true;
}

static bool is_rule_number(th_str q) { /* "8.2.13" of the payer's rules */
  size_t dots = 0;
  for (size_t i = 0; i < q.n; i++) {
    if (q.p[i] == '.')
      dots++;
    else if (q.p[i] < '0' || q.p[i] > '9')
      return false;
  }
  return dots >= 1 && q.n <= 16 && q.p[0] != '.' && q.p[q.n - 1] != '.';
}

static bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* 藥品代碼 of the NHI, "AC47964100", "K000935229", "AC058531G0": ten signs, the licence's kind and number, then strength and pack. */
static bool item_code(th_str q, char code[11]) {
  if (q.n != 10) return false;
  for (size_t i = 0; i < 10; i++) code[i] = (char)(q.p[i] >= 'a' && q.p[i] <= 'z' ? q.p[i] - 32 : q.p[i]);
  code[10] = 0;
  bool ok = is_capital(code[0]);
  for (size_t i = 1; i < 10 && ok; i++) ok = is_digit(code[i]) || ((i == 1 || i == 8) && is_capital(code[i]));
  return ok;
}

/* By its ATC code, which stands for one substance, else by the whole name of its ingredient. */
static const th_name_row *drug_of_item(th_ctx *x, const th_nhi_item *item) {
  const th_name_hit by_code =
      item->atc.n == 7 ? th_names_resolve(x->lane->names, x->a, TH_NAME_DRUG, item->atc) : (th_name_hit){ 0 };
  return by_code.row ? by_code.row : th_names_resolve(x->lane->names, x->a, TH_NAME_DRUG, item->ingredient).row;
}

/* Where an item code leads: the drug's page, or what is to be said of it. False: it is none, or a name all the same. */
static bool lead_item(th_ctx *x, th_str q) {
  char code[11];
  th_store_nhi_item_vec items = { 0 };
  size_t tables = 0;
  th_err err = { 0 };
  if (!item_code(q, code)) return false;
  if (x->lane->store && th_store_nhi_item_find(x->a, x->lane->store, th_str_of(code), &items, &tables, &err) != TH_OK) {
    th_serve_fail(x, &err);
    return true;
  }
  const th_nhi_item *item = items.n ? &items.v[0].row : NULL; /* rows differ in their days and prices alone */
  const th_name_row *drug = item ? drug_of_item(x, item) : NULL;
  if (drug) return th_serve_redirect(x, th_web_path(x->a, "/drug/", drug->en, "")), true;
  if (!item && th_names_resolve(x->lane->names, x->a, TH_NAME_DRUG, q).how != TH_NAME_NOT_FOUND) return false;
  th_html *h = &x->html;
  const th_str values[] = { th_str_dup(x->a, th_str_of(code)),
                            item ? item->name_zh.n ? item->name_zh : item->name_en : TH_S(""),
                            item ? item->ingredient : TH_S("") };
  th_serve_page_begin(x, &(th_web_frame){ .title = values[0], .noindex = true });
  th_web_note_begin(h, "info");
  th_html_el_sayf(h, "p", NULL,
                  item     ? "web.find.item.no-drug"
                  : tables ? "web.find.item.unknown"
                           : "web.find.item.no-list",
                  3, values);
  th_html_close(h);
  (void)th_serve_page_end(x, 200);
  return true;
}

/* Identity first: a number of a register, a clause, a whole name. False: what it is was not plain. */
static bool lead(th_ctx *x, th_str q) {
  th_str rest = q;
  if (th_str_starts(q, TH_S("PMID"))) rest = th_str_trim(th_str_sub(q, q.n > 4 && q.p[4] == ':' ? 5 : 4, q.n));
  if (th_str_is_nct(q)) return th_serve_redirect(x, th_web_path(x->a, "/trial/", q, "")), true;
  if (digits(rest, 0, 5, 9)) return th_serve_redirect(x, th_web_path(x->a, "/paper/", rest, "")), true;
  if (is_rule_number(q)) return th_serve_redirect(x, th_web_path(x->a, "/policy/", q, "")), true;
  if (th_str_starts(q, TH_S("10.")) && th_str_has(q, TH_S("/")))
    return th_serve_redirect(x, th_web_path(x->a, "/paper/", q, "")), true;
  if (q.n > 240) return false;
  if (lead_item(x, q)) return true;
  const th_name_hit drug = th_names_resolve(x->lane->names, x->a, TH_NAME_DRUG, q);
  const th_name_hit disease = th_names_resolve(x->lane->names, x->a, TH_NAME_DISEASE, q);
  if (drug.row && !disease.row) return th_serve_redirect(x, th_web_path(x->a, "/drug/", drug.row->en, "")), true;
  if (disease.row && !drug.row) return th_serve_redirect(x, th_web_path(x->a, "/disease/", disease.row->en, "")), true;
  return false;
}

static void names_of(th_ctx *x, th_name_kind kind, const char *title, const char *path, th_str q) {
  th_html *h = &x->html;
  th_name_hits hits = { 0 };
  th_err err = { 0 };
  const th_name_hit whole = th_names_resolve(x->lane->names, x->a, kind, q);
  if (whole.row || whole.how == TH_NAME_AMBIGUOUS)
    (void)th_names_resolve_all(x->lane->names, x->a, kind, q, &hits, &err);
  else
    (void)th_names_suggest(x->lane->names, x->a, kind, q, 8, &hits, &err);
  if (!hits.n) return;
  th_html_el_say(h, "h2", NULL, title);
  th_html_open_cls(h, "ul", "results");
  for (size_t i = 0; i < hits.n; i++) {
    const th_name_row *r = hits.v[i].row;
    if (!r) continue;
    th_html_open(h, "li");
    th_html_link(h, th_web_path(x->a, path, r->en, ""), x->lang == TH_WORDS_ZH_TW && r->zh.n ? r->zh : r->en);
    th_html_text(h, TH_S(" "));
    th_html_el(h, "span", "other-script", x->lang == TH_WORDS_ZH_TW && r->zh.n ? r->en : r->zh);
    th_html_close(h);
  }
  th_html_close(h);
}

static void records_of(th_ctx *x, th_str q) {
  th_html *h = &x->html;
  th_store_hit_vec hits = { 0 };
  uint64_t total = 0;
  th_err err = { 0 };
  if (!x->lane->store || th_store_search(x->a, x->lane->store, q, TH_STR_NONE, 20, 0, &hits, &total, &err) != TH_OK || !hits.n)
    return;
  th_html_el_say(h, "h2", NULL, "web.find.records");
  th_html_open_cls(h, "ul", "results");
  for (size_t i = 0; i < hits.n; i++) {
    const th_store_record *r = &hits.v[i].record;
    th_html_open(h, "li");
    th_html_link(h, th_str_fmt(x->a, "/record/%lld", (long long)r->id), r->title.n ? r->title : r->key);
    th_html_text(h, TH_S(" "));
    th_html_el(h, "code", NULL, r->key);
    th_html_close(h);
  }
  th_html_close(h);
}

/* More than a name: a text to be read, which goes to the check of a study. */
static bool is_text(th_str q) {
  return q.n > 300 || th_str_has(q, TH_S("\n"));
}

static th_done find(th_ctx *x) {
  const th_str q = th_str_trim(th_serve_param(x, "q"));
  th_html *h = &x->html;
  if (!q.n) return th_serve_redirect(x, TH_S("/"));
  if (is_text(q)) return th_serve_study(x);
  if (lead(x, q)) return TH_DONE;
  th_serve_page_begin(
      x, &(th_web_frame){ .title = th_html_words(&(th_html){ .a = x->a, .lang = x->lang }, "web.find.title", 1, &q),
                          .noindex = true });
  const size_t before = x->out.n;
  names_of(x, TH_NAME_DRUG, "web.find.drugs", "/drug/", q);
  names_of(x, TH_NAME_DISEASE, "web.find.diseases", "/disease/", q);
  records_of(x, q);
  if (x->out.n == before) th_web_empty(h, "web.find.none", "web.find.none.what");
  return th_serve_page_end(x, 200);
}

const th_route th_serve__home_routes[] = {
  { "GET", "/", home, 0 },
  { "GET", "/find", find, 0 },
  { "POST", "/find", find, 0 },
  { 0 },
};
