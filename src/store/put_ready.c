/* Studies and papers made ready: body encoded, hashed and packed, passages cut into words, terms of the index of studies. */
#include "store/put_priv.h"
#include "store/ready_priv.h"

typedef struct maker {
  th_arena *a;
  th_store__part_vec *out;
  th_code code;
  th_err *err;
} maker;

/* ── Texts of several values as one passage ────────────────────────────────────────────────────────────────────────── */

typedef struct passage {
  maker *p;
  th_buf b;
  th_field at;
} passage;

static passage passage_begin(maker *p) {
  passage x = { .p = p };
  th_buf_init(&x.b, p->a, 1024);
  return x;
}

static void passage_line(passage *x, const char *before, th_field f) {
  if (f.text.n == 0) return;
  if (x->b.n) th_buf_addc(&x->b, '\n');
  th_buf_addz(&x->b, before);
  th_buf_add(&x->b, f.text);
  if (!x->at.to || f.from < x->at.from) x->at.from = f.from;
  if (f.to > x->at.to) x->at.to = f.to;
}

static void passage_lines(passage *x, const th_field_vec *v) {
  for (size_t i = 0; i < v->n; i++) passage_line(x, "", v->v[i]);
}

/* What is blank has no passage. */
static void passage_end(passage *x, const char *path, const char *lang, th_str title) {
  maker *m = x->p;
  if (m->code == TH_OK && x->b.failed) m->code = th_fail_nomem(m->err);
  const th_str text = th_buf_str(&x->b);
  if (m->code != TH_OK || (th_str_empty(th_str_trim(text)) && th_str_empty(th_str_trim(title)))) return;
  th_store__part *part = TH_VEC_ADD(m->a, m->out);
  if (!part) {
    m->code = th_fail_nomem(m->err);
    return;
  }
  *part = (th_store__part){ .path = path, .lang = lang, .at = x->at, .title = title, .text = text };
  m->code = th_store__cut_text(m->a, title, false, &part->cut[0], m->err);
  if (m->code == TH_OK) m->code = th_store__cut_text(m->a, text, false, &part->cut[1], m->err);
}

static void study_passages(maker *p, const th_ctgov_study *t) {
  passage x = passage_begin(p);
  passage_line(&x, "", t->official_title);
  passage_line(&x, "", t->acronym);
  passage_end(&x, "identificationModule", "en", t->brief_title.text);
  x = passage_begin(p);
  passage_lines(&x, &t->conditions);
  passage_lines(&x, &t->keywords);
  passage_end(&x, "conditionsModule", "en", TH_S(""));
  x = passage_begin(p);
  for (size_t i = 0; i < t->interventions.n; i++) {
    passage_line(&x, "", t->interventions.v[i].name);
    passage_lines(&x, &t->interventions.v[i].other_names);
    passage_line(&x, "", t->interventions.v[i].description);
  }
  for (size_t i = 0; i < t->arms.n; i++) {
    passage_line(&x, "", t->arms.v[i].label);
    passage_line(&x, "", t->arms.v[i].description);
  }
  passage_end(&x, "armsInterventionsModule", "en", TH_S(""));
  x = passage_begin(p);
  passage_line(&x, "", t->brief_summary);
  passage_line(&x, "", t->detailed_description);
  passage_end(&x, "descriptionModule", "en", TH_S(""));
  x = passage_begin(p);
  for (size_t i = 0; i < t->outcomes.n; i++) passage_line(&x, "", t->outcomes.v[i].measure);
  passage_end(&x, "outcomesModule", "en", TH_S(""));
  x = passage_begin(p);
  passage_line(&x, "", t->eligibility);
  passage_end(&x, "eligibilityModule", "en", TH_S(""));
}

static const char *language_of(th_str s) {
  if (th_str_is(s, "chi") || th_str_is(s, "zho") || th_str_is(s, "zh")) return "zh";
  return s.n == 0 || th_str_is(s, "eng") || th_str_is(s, "en") ? "en" : "";
}

/* The parts of one language as one passage; its label stands before each. */
static size_t abstract_passage(maker *p, const th_pubmed_article *x, size_t from) {
  passage text = passage_begin(p);
  const th_str language = x->parts.v[from].language.text;
  size_t i = from;
  for (; i < x->parts.n && th_str_eq(x->parts.v[i].language.text, language); i++) {
    passage_line(&text, "", x->parts.v[i].label);
    passage_line(&text, "", x->parts.v[i].text);
  }
  passage_end(&text, language.n ? "OtherAbstract" : "Abstract", language_of(language), TH_S(""));
  return i;
}

static void paper_passages(maker *p, const th_pubmed_article *x) {
  passage title = passage_begin(p);
  passage_line(&title, "", x->vernacular_title);
  passage_line(&title, "", x->journal);
  passage_end(&title, "ArticleTitle", "en", x->title.text);
  for (size_t i = 0; i < x->parts.n;) i = abstract_passage(p, x, i);
  passage terms = passage_begin(p);
  for (size_t i = 0; i < x->mesh.n; i++) passage_line(&terms, "", x->mesh.v[i].name);
  for (size_t i = 0; i < x->chemicals.n; i++) passage_line(&terms, "", x->chemicals.v[i].name);
  for (size_t i = 0; i < x->supplementary.n; i++) passage_line(&terms, "", x->supplementary.v[i].name);
  passage_lines(&terms, &x->keywords);
  passage_end(&terms, "MeshHeadingList", "en", TH_S(""));
}

th_code th_store__study_index(th_arena *a, const th_ctgov_study *t, bool terms, th_store__index *out, th_err *err) {
  *out = (th_store__index){ 0 };
  maker m = { a, &out->parts, TH_OK, err };
  study_passages(&m, t);
  return m.code == TH_OK && terms ? th_store__trial_terms_of(a, t, out, err) : m.code;
}

th_code th_store__paper_index(th_arena *a, const th_pubmed_article *x, th_store__index *out, th_err *err) {
  *out = (th_store__index){ 0 };
  maker m = { a, &out->parts, TH_OK, err };
  paper_passages(&m, x);
  return m.code;
}

static th_code make_ready(th_arena *a, th_packer *p, const th_codec *c, const void *v, th_store_ready *out, th_err *err) {
  TH_TRY(th_store__encode(a, c, v, true, &out->body, err));
  th_sha256_hex(out->body, out->content);
  return th_pack(p, a, out->body, &out->packed, err);
}

th_code th_store_ctgov_ready(th_arena *a, th_packer *p, const th_ctgov_study *study, th_store_ready *out, th_err *err) {
  th_store__index *index = TH_NEW(a, th_store__index);
  if (!index) return th_fail_nomem(err);
  out->index = index;
  TH_TRY(th_store__study_index(a, study, true, index, err));
  return make_ready(a, p, &th_store__codec_ctgov, study, out, err);
}

th_code th_store_label_ready(th_arena *a, th_packer *p, const th_label *label, th_store_ready *out, th_err *err) {
  th_store__index *index = TH_NEW(a, th_store__index);
  if (!index) return th_fail_nomem(err);
  out->index = index;
  TH_TRY(th_store__label_index(a, label, index, err));
  return make_ready(a, p, &th_store__codec_label, label, out, err);
}

void th_store__put_parts(th_store__put *p, const th_store__index *index) {
  for (size_t i = 0; p->code == TH_OK && i < index->parts.n; i++) {
    const th_store__part *x = &index->parts.v[i];
    const th_store_passage row = {
      p->r->id, { th_str_of(x->path), x->at.from, x->at.to }, th_str_of(x->lang), x->title, x->text
    };
    p->code = th_store__passage_add(p->s, &row, x->cut, p->err);
  }
}

th_code th_store_pubmed_ready(th_arena *a, th_packer *p, const th_pubmed_article *article, th_store_ready *out, th_err *err) {
  th_store__index *index = TH_NEW(a, th_store__index);
  if (!index) return th_fail_nomem(err);
  out->index = index;
  TH_TRY(th_store__paper_index(a, article, index, err));
  return make_ready(a, p, &th_store__codec_pubmed, article, out, err);
}
