/* References as reference managers read them: the dossier itself, then every study that stands in its lists for what it says of the drug.
 * RIS: one value a line, lines end in CR LF. BibTeX: keys are unique and plain ASCII; signs that TeX would take for commands are escaped. */
#include "theriac/report.h"

typedef struct cited {
  th_str id, title;
  const th_abstract_doc *doc; /* NULL: only number and title are held */
  bool registry;
  th_date started;
} cited;
typedef TH_VEC(cited) cited_vec;

static const th_abstract_doc *doc_of(const th_dossier *d, th_str id) {
  for (size_t i = 0; i < d->appraisals.n; i++)
    if (th_str_eq(d->appraisals.v[i].id, id)) return d->appraisals.v[i].doc;
  return NULL;
}

/* Studies that test the drug in one of the pairs or near it, each once, in the order of the pairs. */
static th_code used(th_arena *a, const th_dossier *d, cited_vec *out, th_err *err) {
  th_map seen;
  th_map_init(&seen, a);
  for (size_t i = 0; i < d->pairs.n; i++)
    for (size_t k = 0; k < d->pairs.v[i].items.n; k++) {
      const th_evidence_item *it = &d->pairs.v[i].items.v[k];
      const th_study_seen *s = it->study;
      const bool near = it->relevance == TH_RELEVANCE_A || it->relevance == TH_RELEVANCE_B;
      bool is_new;
      if (!near || !s->id.n || s->origin == TH_ORIGIN_CLAIM) continue;
      if (!th_map_at(&seen, s->id, &is_new)) return th_fail_nomem(err);
      const cited c = { s->id, s->title, doc_of(d, s->id), s->origin == TH_ORIGIN_REGISTRY, s->started };
      if (is_new && !TH_VEC_PUSH(a, out, c)) return th_fail_nomem(err);
    }
  return TH_OK;
}

static th_str year_of(th_date d, char text[TH_DATE_TEXT]) {
  return th_str_sub(th_str_of(th_date_iso(d, text)), 0, 4);
}

static th_str address_of(th_arena *a, const cited *c) {
  if (th_str_starts(c->id, TH_S("NCT"))) return th_str_fmt(a, "https://clinicaltrials.gov/study/%.*s", TH_STR_ARG(c->id));
  if (th_str_starts(c->id, TH_S("PMID")))
    return th_str_fmt(a, "https://pubmed.ncbi.nlm.nih.gov/%.*s/", TH_STR_ARG(th_str_sub(c->id, 4, c->id.n)));
  if (c->doc && c->doc->doi.text.n) return th_str_fmt(a, "https://doi.org/%.*s", TH_STR_ARG(c->doc->doi.text));
  return TH_STR_NONE;
}

/* "123-9" → "123" and "9". */
static void pages_of(th_str pages, th_str *from, th_str *to) {
  const size_t dash = th_str_find(pages, TH_S("-"), 0);
  *from = th_str_sub(pages, 0, dash < pages.n ? dash : pages.n);
  *to = dash < pages.n ? th_str_sub(pages, dash + 1, pages.n) : TH_STR_NONE;
}

/* ── RIS ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void ris(th_buf *b, const char *tag, th_str value) {
  if (!value.n) return;
  th_buf_addz(b, tag);
  th_buf_addz(b, "  - ");
  for (size_t i = 0; i < value.n; i++) th_buf_addc(b, (unsigned char)value.p[i] < 0x20 ? ' ' : value.p[i]);
  th_buf_addz(b, "\r\n");
}

static void ris_study(th_arena *a, th_buf *b, const cited *c) {
  char day[TH_DATE_TEXT];
  const th_abstract_doc *p = c->doc;
  th_str from, to;
  ris(b, "TY", c->registry ? TH_S("DBASE") : TH_S("JOUR"));
  ris(b, "ID", c->id);
  ris(b, "TI", c->title);
  for (size_t i = 0; p && i < p->authors.n; i++) ris(b, "AU", p->authors.v[i].text);
  ris(b, "PY", year_of(p ? p->date : c->started, day));
  if (p) {
    pages_of(p->pages.text, &from, &to);
    ris(b, "JO", p->journal.text);
    ris(b, "VL", p->volume.text);
    ris(b, "IS", p->issue.text);
    ris(b, "SP", from);
    ris(b, "EP", to);
    ris(b, "DO", p->doi.text);
  }
  ris(b, "AN", c->id);
  ris(b, "UR", address_of(a, c));
  th_buf_addz(b, "ER  - \r\n\r\n");
}

th_code th_report_ris(th_arena *a, const th_dossier *d, th_buf *out, th_err *err) {
  char day[TH_DATE_TEXT];
  cited_vec v = { 0 };
  TH_TRY(used(a, d, &v, err));
  th_date_iso(d->as_of, day);
  ris(out, "TY", TH_S("RPRT"));
  ris(out, "ID", d->cite.key);
  ris(out, "TI", th_str_fmt(a, "Dossier of %.*s", TH_STR_ARG(d->drug_en)));
  ris(out, "AU", TH_S("Theriac"));
  ris(out, "PY", th_str_sub(th_str_of(day), 0, 4));
  ris(out, "DA", th_str_of(day));
  ris(out, "N1", th_str_fmt(a, "program version %s, as of %s, %zu sources", d->build, day, d->sources.n));
  th_buf_addz(out, "ER  - \r\n\r\n");
  for (size_t i = 0; i < v.n; i++) ris_study(a, out, &v.v[i]);
  return out->failed ? th_fail_nomem(err) : TH_OK;
}

/* ── BibTeX ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void tex(th_buf *b, th_str s) {
  for (size_t i = 0; i < s.n; i++) {
    const char c = s.p[i];
    if (strchr("&%$#_{}", c) && c)
      th_buf_addc(b, '\\'), th_buf_addc(b, c);
    else if (c == '\\')
      th_buf_addz(b, "\\textbackslash{}");
    else if (c == '~')
      th_buf_addz(b, "\\textasciitilde{}");
    else if (c == '^')
      th_buf_addz(b, "\\textasciicircum{}");
    else
      th_buf_addc(b, (unsigned char)c < 0x20 ? ' ' : c);
  }
}

static void bib(th_buf *b, const char *field, th_str value) {
  if (!value.n) return;
  th_buf_addz(b, ",\n  ");
  th_buf_addz(b, field);
  th_buf_addz(b, " = {");
  tex(b, value);
  th_buf_addc(b, '}');
}

/* Letters and digits of the id; two that fall together get a number. */
static th_str key_of(th_arena *a, th_map *keys, th_str id) {
  th_buf b;
  bool is_new;
  th_buf_init(&b, a, id.n + 16);
  for (size_t i = 0; i < id.n; i++) {
    const char c = id.p[i];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) th_buf_addc(&b, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
  }
  if (!b.n) th_buf_addz(&b, "study");
  if (b.failed) return TH_STR_NONE;
  uint64_t *n = th_map_at(keys, th_buf_str(&b), &is_new);
  if (!n) return TH_STR_NONE;
  return ++*n == 1 ? th_buf_str(&b) : th_str_fmt(a, "%.*s_%llu", TH_STR_ARG(th_buf_str(&b)), (unsigned long long)*n);
}

static void bib_study(th_arena *a, th_buf *b, th_map *keys, const cited *c) {
  char day[TH_DATE_TEXT];
  const th_abstract_doc *p = c->doc;
  const th_str key = key_of(a, keys, c->id);
  if (!key.p) b->failed = true;
  th_buf_addf(b, "@%s{%.*s", p ? "article" : "misc", TH_STR_ARG(key));
  th_buf authors;
  th_buf_init(&authors, a, 0);
  for (size_t i = 0; p && i < p->authors.n; i++) {
    if (i) th_buf_addz(&authors, " and ");
    th_buf_add(&authors, p->authors.v[i].text);
  }
  if (authors.failed) b->failed = true;
  bib(b, "author", th_buf_str(&authors));
  bib(b, "title", c->title);
  bib(b, "year", year_of(p ? p->date : c->started, day));
  if (p) {
    bib(b, "journal", p->journal.text);
    bib(b, "volume", p->volume.text);
    bib(b, "number", p->issue.text);
    bib(b, "pages", p->pages.text);
    bib(b, "doi", p->doi.text);
  }
  bib(b, "note", c->id);
  bib(b, "url", address_of(a, c));
  th_buf_addz(b, "\n}\n");
}

th_code th_report_bibtex(th_arena *a, const th_dossier *d, th_buf *out, th_err *err) {
  cited_vec v = { 0 };
  th_map keys;
  th_map_init(&keys, a);
  TH_TRY(used(a, d, &v, err));
  th_buf_add(out, d->cite.bibtex);
  th_buf_addc(out, '\n');
  for (size_t i = 0; i < v.n; i++) bib_study(a, out, &keys, &v.v[i]);
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
