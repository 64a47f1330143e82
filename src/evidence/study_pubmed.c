/* A literature record as a study, and the facts read from its abstract. */
#include "evidence_priv.h"

#include <math.h>

/* Arms that print their size, when no total is printed: each name once. */
static int64_t sum_of_arms(const th_study_result *r) {
  int64_t sum = 0;
  size_t arms = 0;
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_finding *f = &r->findings.v[i];
    if (f->kind != TH_STUDY_ARM_N || f->zh) continue;
    bool again = false;
    for (size_t k = 0; k < i; k++)
      again |= r->findings.v[k].kind == TH_STUDY_ARM_N && th_str_eq_nocase(r->findings.v[k].text, f->text) && f->text.n;
    if (again) continue;
    sum += f->n;
    arms++;
  }
  return arms >= 2 ? sum : -1;
}

/* What stands behind a share up to the next one or the end of its sentence: "(48.3%) patients given Testimab". */
static th_str words_beside(const th_study_result *r, const th_str *section, size_t n_sections, uint32_t at) {
  const th_study_finding *f = &r->findings.v[at];
  if (f->text.n) return f->text; /* the arm as the text names it */
  if (f->span.section >= n_sections) return TH_STR_NONE;
  const th_str text = section[f->span.section];
  size_t to = f->span.to;
  while (to < text.n && to < f->span.to + 90u && text.p[to] != ';' &&
         !(text.p[to] == '.' && to + 1 < text.n && text.p[to + 1] == ' '))
    to++;
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_finding *g = &r->findings.v[i];
    if (g->kind == TH_STUDY_PROPORTION && g->span.section == f->span.section && g->span.from >= f->span.to && g->span.from < to)
      to = g->span.from;
  }
  return th_str_sub(text, f->span.to, to);
}

th_code th_study_take_facts(th_arena *a, const th_study_result *r, const th_str *section, size_t n_sections, th_study_seen *out,
                            th_err *err) {
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_finding *f = &r->findings.v[i];
    if (f->kind != TH_STUDY_RATIO && f->kind != TH_STUDY_DIFFERENCE) continue;
    if (f->span.section >= n_sections) continue;
    const th_effect_seen e = { .estimate = f->value.v,
                               .ci_lo = f->lo.v,
                               .ci_hi = f->hi.v,
                               .p = f->p_cmp == TH_P_EQ || f->p_cmp == TH_P_LT ? f->p.v : NAN,
                               .ratio = f->kind == TH_STUDY_RATIO,
                               .adjusted = f->adjusted,
                               .sentence = th_evidence_sentence(section[f->span.section], f->span.from),
                               .hazard = f->what && strcmp(f->what, "HR") == 0 };
    if (!TH_VEC_PUSH(a, &out->effects, e)) return th_fail_nomem(err);
  }
  const th_study_table *main = r->tables.n ? &r->tables.v[0] : NULL;
  out->events = main ? main->t.a + main->t.c : -1;
  if (main) {
    out->has_table = true;
    out->table = main->t;
    for (int k = 0; k < 2; k++) out->table_arm[k] = words_beside(r, section, n_sections, main->from[k]);
  }
  for (size_t i = 0; i < r->findings.n; i++)
    if (r->findings.v[i].kind == TH_STUDY_TOTAL_N) {
      out->n = r->findings.v[i].n;
      return TH_OK;
    }
  out->n = main ? main->t.a + main->t.b + main->t.c + main->t.d : sum_of_arms(r);
  return TH_OK;
}

static bool named(th_arena *a, th_field f, const char *word) {
  return th_str_has(th_evidence__plain(a, f.text), th_str_of(word));
}

/* What indexers say: major topics, people or animals. */
static th_code indexing_of(th_arena *a, const th_pubmed_article *r, th_study_seen *out, th_err *err) {
  for (size_t i = 0; i < r->mesh.n; i++) {
    const th_pubmed_mesh *m = &r->mesh.v[i];
    out->humans |= th_str_is(m->name.text, "Humans");
    out->animals |= th_str_is(m->name.text, "Animals");
    out->animal_model |= th_str_is(m->name.text, "Disease Models, Animal");
    if ((m->major && !TH_VEC_PUSH(a, &out->topics, m->name)) || !TH_VEC_PUSH(a, &out->headings, m->name.text))
      return th_fail_nomem(err);
  }
  for (size_t i = 0; i < r->types.n; i++)
    if (!TH_VEC_PUSH(a, &out->pub_types, r->types.v[i].name.text)) return th_fail_nomem(err);
  for (size_t i = 0; i < r->links.n; i++) {
    const char *type = th_str_has(r->links.v[i].type.text, TH_S("RetractionIn"))            ? "Retracted Publication"
                       : th_str_has(r->links.v[i].type.text, TH_S("ExpressionOfConcernIn")) ? "Expression of Concern"
                                                                                            : NULL;
    if (type && !TH_VEC_PUSH(a, &out->pub_types, th_str_of(type))) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* Data banks that hold sequences and structures, not studies. */
static bool is_gene_bank(th_arena *a, th_field bank) {
  static const char *const banks[] = { "genbank",  "geo",     "pdb",     "swissprot", "refseq",     "omim",
                                       "pir",      "gdb",     "snp",     "sra",       "bioproject", "dryad",
                                       "figshare", "uniprot", "pubchem", "unimes",    "uniparc",    "dbvar" };
  const th_str b = th_evidence__plain(a, bank.text);
  for (size_t i = 0; i < sizeof banks / sizeof *banks; i++)
    if (th_str_starts(b, th_str_of(banks[i]))) return true;
  return false;
}

static th_code texts_of(th_arena *a, const th_pubmed_article *r, th_study_seen *out, th_err *err) {
  for (int other = 0; other < 2; other++) /* the record's own abstract first */
    for (size_t i = 0; i < r->parts.n; i++) {
      const th_pubmed_part *p = &r->parts.v[i];
      if (!p->text.text.n || th_field_has(p->language) != (other == 1)) continue;
      if (!TH_VEC_PUSH(a, &out->texts, p->text)) return th_fail_nomem(err);
      if (other) continue;
      const bool labelled =
          named(a, p->label, "conclusion") || named(a, p->category, "conclusion") || named(a, p->label, "interpretation");
      if (labelled) out->conclusion = p->text.text;
      TH_TRY(th_evidence__registrations(a, &out->related_ids, p->text.text, err));
    }
  for (size_t i = 0; i < r->accessions.n; i++)
    if (!is_gene_bank(a, r->accessions.v[i].bank) && !TH_VEC_PUSH(a, &out->related_ids, r->accessions.v[i].number.text))
      return th_fail_nomem(err);
  return th_evidence__registrations(a, &out->related_ids, r->title.text, err);
}

/* Phase by publication type: "Clinical Trial, Phase III". */
static unsigned phases_by_type(const th_study_seen *s) {
  static const char *const names[] = { "Clinical Trial, Phase I", "Clinical Trial, Phase II", "Clinical Trial, Phase III",
                                       "Clinical Trial, Phase IV" };
  unsigned bits = 0;
  for (size_t i = 0; i < s->pub_types.n; i++)
    for (unsigned k = 0; k < 4; k++)
      if (th_str_is(s->pub_types.v[i], names[k])) bits |= 2u << k;
  return bits;
}

th_code th_study_of_pubmed(th_arena *a, const th_pubmed_article *r, uint32_t source, th_study_seen *out, th_err *err) {
  *out = (th_study_seen){ .origin = TH_ORIGIN_PAPER,
                          .form = TH_FORM_PUBMED,
                          .source = source,
                          .id = th_str_fmt(a, "PMID%.*s", TH_STR_ARG(r->pmid.text)),
                          .title = r->title.text,
                          .published = r->date,
                          .status = TH_STATUS_COMPLETED,
                          .n = -1,
                          .events = -1,
                          .analysed = NAN,
                          .outcome_changed = TH_UNKNOWN,
                          .people_started = NAN,
                          .people_done = NAN,
                          .healthy_volunteers = TH_UNKNOWN,
                          .line = r->line };
  if (!out->id.p) return th_fail_nomem(err);
  if (r->doi.text.n) {
    const th_str doi = th_str_fmt(a, "doi:%.*s", TH_STR_ARG(r->doi.text));
    if (!doi.p || !TH_VEC_PUSH(a, &out->related_ids, doi)) return th_fail_nomem(err);
  }
  TH_TRY(indexing_of(a, r, out, err));
  TH_TRY(texts_of(a, r, out, err));
  out->phases = phases_by_type(out);
  out->has_results = out->texts.n ? TH_TRUE : TH_UNKNOWN;
  return TH_OK;
}
