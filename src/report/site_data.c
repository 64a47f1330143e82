/* Downloads: the tables and documents with their sizes and checksums, what every column means, under which licence its values stand. */
#include "site_parts.h"

#include "theriac/io.h"

th_str th_site_table_path(th_arena *a, th_table_kind t) {
  return th_str_fmt(a, "data/%s.csv", th_table_name(t));
}

/* Is this one of the kinds of a list with blanks between them? */
static bool listed(const char *kinds, th_str kind) {
  th_str rest = th_str_of(kinds), one;
  while (rest.n && th_str_split(&rest, ' ', &one))
    if (th_str_eq(one, kind)) return true;
  return false;
}

/* ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void str(th_jwrite *w, const char *key, th_str s) {
  th_jw_key(w, key);
  if (s.n)
    th_jw_str(w, s);
  else
    th_jw_null(w);
}

static void whole(th_jwrite *w, const char *key, uint64_t v) {
  th_jw_key(w, key);
  th_jw_i64(w, (int64_t)v);
}

static void pair_json(th_jwrite *w, const th_atlas *v, uint32_t i) {
  const th_overview_pair *p = &v->all.pairs.v[i];
  th_jw_obj(w);
  str(w, "id", p->id);
  str(w, "disease_id", p->disease_id);
  str(w, "en", p->disease_en);
  str(w, "zh", p->disease_zh);
  str(w, "level", th_str_of(th_level_code(p->level)));
  str(w, "direction", th_str_of(th_direction_code(p->direction)));
  str(w, "decision", th_str_of(th_decision_code(p->decision)));
  str(w, "novelty", th_str_of(th_novelty_code(p->novelty)));
  whole(w, "counted_units", p->counted);
  whole(w, "listed_units", p->listed);
  th_jw_key(w, "leading");
  th_jw_bool(w, p->leading);
  th_jw_obj_end(w);
}

th_code th_site_drugs_json(const th_site *s, th_buf *out, th_err *err) {
  const th_atlas *v = s->atlas;
  char day[TH_DATE_TEXT];
  th_jwrite w;
  th_jwrite_open(&w, out, 1);
  th_jw_obj(&w);
  str(&w, "schema", TH_S("theriac.drugs/1"));
  str(&w, "build", TH_S(THERIAC_VERSION));
  str(&w, "as_of", th_str_of(th_date_iso(s->as_of, day)));
  th_jw_key(&w, "drugs");
  th_jw_arr(&w);
  for (uint32_t i = 0; i < v->all.drugs.n; i++) {
    const th_overview_drug *d = &v->all.drugs.v[i];
    th_jw_obj(&w);
    str(&w, "id", v->drug[i]->drug_id);
    str(&w, "slug", v->drug[i]->slug);
    str(&w, "en", d->en);
    str(&w, "zh", d->zh);
    whole(&w, "interactions_major", d->n_interactions[TH_SEVERITY_MAJOR] + d->n_interactions[TH_SEVERITY_CONTRAINDICATED]);
    whole(&w, "licences", d->n_licences);
    whole(&w, "licences_valid", d->n_valid_licences);
    whole(&w, "contradictions", d->n_findings);
    whole(&w, "sources", d->n_sources);
    th_jw_key(&w, "pairs");
    th_jw_arr(&w);
    for (uint32_t k = 0; k < d->n_pairs; k++) pair_json(&w, v, d->first + k);
    th_jw_arr_end(&w);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(out, '\n');
  return out->failed ? th_fail_nomem(err) : TH_OK;
}

static void terms_json(th_jwrite *w, const th_site *s, th_table_kind t, bool printed) {
  th_jw_key(w, "licences");
  th_jw_arr(w);
  for (size_t i = 0; printed && i < s->n_terms; i++) {
    if (!listed(th_table_from(t), s->terms[i].kind)) continue;
    th_jw_obj(w);
    str(w, "kind", s->terms[i].kind);
    str(w, "licence", s->terms[i].licence);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

th_code th_site_fields_json(const th_site *s, th_buf *out, th_err *err) {
  char key[96];
  th_jwrite w;
  th_jwrite_open(&w, out, 1);
  th_jw_obj(&w);
  str(&w, "schema", TH_S("theriac.fields/1"));
  th_jw_key(&w, "tables");
  th_jw_arr(&w);
  for (int t = 0; t < TH_TABLE_KINDS; t++) {
    size_t n;
    const th_table_column *c = th_table_columns((th_table_kind)t, &n);
    th_jw_obj(&w);
    str(&w, "name", th_str_of(th_table_name((th_table_kind)t)));
    th_jw_key(&w, "columns");
    th_jw_arr(&w);
    for (size_t i = 0; i < n; i++) {
      snprintf(key, sizeof key, "field.%s", c[i].name);
      th_jw_obj(&w);
      str(&w, "name", th_str_of(c[i].name));
      str(&w, "en", th_words_get(TH_WORDS_EN, key));
      str(&w, "zh", th_words_get(TH_WORDS_ZH_TW, key));
      str(&w, "from", c[i].printed ? TH_S("source") : TH_S("theriac"));
      terms_json(&w, s, (th_table_kind)t, c[i].printed);
      th_jw_obj_end(&w);
    }
    th_jw_arr_end(&w);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(out, '\n');
  return out->failed ? th_fail_nomem(err) : TH_OK;
}

/* ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The set of tables as structured data: names and addresses, what is held and no more. */
static th_str facts(th_html *h, const th_site *s) {
  th_buf b;
  th_jwrite w;
  if (!s->base.n) return TH_STR_NONE; /* a data set without an address says nothing */
  th_buf_init(&b, h->a, 1024);
  th_jwrite_open(&w, &b, 0);
  th_jw_obj(&w);
  str(&w, "@context", TH_S("https://schema.org"));
  str(&w, "@type", TH_S("Dataset"));
  str(&w, "name", th_words_get(h->lang, "site.data.set"));
  str(&w, "description", th_words_get(h->lang, "site.data.what"));
  str(&w, "url", th_str_fmt(h->a, "%.*s%s/data.html", TH_STR_ARG(s->base), th_site__lang(h->lang)));
  str(&w, "dateModified", th_site__day(h->a, s->as_of));
  str(&w, "version", TH_S(THERIAC_VERSION));
  th_jw_key(&w, "distribution");
  th_jw_arr(&w);
  for (int t = 0; t < TH_TABLE_KINDS; t++) {
    th_jw_obj(&w);
    str(&w, "@type", TH_S("DataDownload"));
    str(&w, "encodingFormat", TH_S("text/csv"));
    str(&w, "contentUrl",
        th_str_fmt(h->a, "%.*s%.*s", TH_STR_ARG(s->base), TH_STR_ARG(th_site_table_path(h->a, (th_table_kind)t))));
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  if (b.failed) h->out->failed = true;
  return th_buf_str(&b);
}

static void downloads(th_html *h, const th_site *s) {
  static const char *const heads[] = { "site.col.file", "site.col.bytes", "col.sha256" };
  th_site__table(h, "site.data.files", heads, 3, -1);
  for (size_t i = 0; i < s->n_files; i++) {
    const th_tree_file *f = &s->file[i];
    th_html_row_begin(h, NULL);
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    th_html_link(h, th_str_fmt(h->a, "../%.*s", TH_STR_ARG(f->path)), f->path);
    th_html_close(h);
    th_site__cell_by(h, "num", th_str_fmt(h->a, "%012llu", (unsigned long long)f->bytes), th_site__number(h, f->bytes));
    th_html_open_cls(h, "td", "hash");
    th_html_el(h, "code", NULL, th_str_of(f->sha256));
    th_html_close(h);
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

/* Licences that documents of these kinds state, each once. */
static void terms(th_html *h, const th_site *s, th_table_kind t) {
  size_t n = 0;
  for (size_t i = 0; i < s->n_terms; i++) {
    const th_site_terms *x = &s->terms[i];
    char kind[40];
    if (!listed(th_table_from(t), x->kind)) continue;
    snprintf(kind, sizeof kind, "%.*s", TH_STR_ARG(x->kind));
    if (n++) th_html_open(h, "br");
    th_html_text(h, th_site__code(h, "kind", kind));
    th_html_text(h, TH_S(": "));
    if (x->licence.n)
      th_html_quote(h, x->licence);
    else
      th_html_say(h, "state.not-stated");
  }
  if (!n) th_html_say(h, "state.none");
}

static void dictionary(th_html *h, const th_site *s, th_table_kind t) {
  static const char *const heads[] = { "site.col.field", "site.col.meaning", "site.col.from", "col.licence-terms" };
  char key[96];
  size_t n;
  const th_table_column *c = th_table_columns(t, &n);
  snprintf(key, sizeof key, "table.%s", th_table_name(t));
  th_html_open(h, "details");
  th_html_open(h, "summary");
  th_html_el(h, "code", NULL, th_str_fmt(h->a, "%s.csv", th_table_name(t)));
  th_html_text(h, TH_S(" "));
  th_html_say(h, key);
  th_html_close(h);
  th_site__table(h, "site.data.fields", heads, 4, -1);
  for (size_t i = 0; i < n; i++) {
    snprintf(key, sizeof key, "field.%s", c[i].name);
    th_html_row_begin(h, NULL);
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    th_html_el(h, "code", NULL, th_str_of(c[i].name));
    th_html_close(h);
    th_html_cell(h, th_words_get(h->lang, key));
    th_html_cell(h, th_words_get(h->lang, c[i].printed ? "site.data.from-source" : "site.data.from-here"));
    th_html_open(h, "td");
    if (c[i].printed)
      terms(h, s, t);
    else
      th_html_say(h, "site.data.own");
    th_html_close(h);
    th_html_row_end(h);
  }
  th_html_table_end(h);
  th_html_close(h);
}

void th_site__data(th_html *h, const th_site *s, th_str path, size_t which) {
  const th_site_frame f = { .path = path,
                            .title = th_words_get(h->lang, "site.data.title"),
                            .about = th_words_get(h->lang, "site.data.what"),
                            .here = "data",
                            .facts = facts(h, s) };
  (void)which;
  th_site__begin(h, s, &f);
  th_html_el_say(h, "p", NULL, "site.data.what");
  downloads(h, s);
  th_html_el_say(h, "p", NULL, "site.data.each");
  th_html_el_say(h, "p", NULL, "site.data.sums");
  th_html_el_say(h, "h2", NULL, "site.data.fields");
  th_html_el_say(h, "p", NULL, "site.data.fields.what");
  for (int t = 0; t < TH_TABLE_KINDS; t++) dictionary(h, s, (th_table_kind)t);
  th_site__end(h, s, &f);
}
