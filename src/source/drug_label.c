/* openFDA's labels: members that are lists of texts, most of them of one. */
#include "theriac/source/drug_label.h"

#include <stdlib.h>

#include "source/source_priv.h"
#include "theriac/io.h"

static const char *const part_name[TH_LABEL_PARTS] = { "boxed_warning", "indications", "contraindications", "warnings",
                                                       "pregnancy",     "lactation",   "reproduction",      "children",
                                                       "aged",          "populations", "interactions" };

const char *th_label_part_name(th_label_part p) {
  return (unsigned)p < TH_LABEL_PARTS ? part_name[p] : "";
}

/* Prescription labels since 2006, older ones, and those of drugs sold without prescription name their sections differently. */
static const struct {
  const char *key;
  th_label_part part;
} keys[] = {
  { "boxed_warning", TH_LABEL_BOXED },
  { "indications_and_usage", TH_LABEL_INDICATIONS },
  { "contraindications", TH_LABEL_CONTRAINDICATIONS },
  { "do_not_use", TH_LABEL_CONTRAINDICATIONS },
  { "warnings_and_cautions", TH_LABEL_WARNINGS },
  { "warnings", TH_LABEL_WARNINGS },
  { "precautions", TH_LABEL_WARNINGS },
  { "general_precautions", TH_LABEL_WARNINGS },
  { "ask_doctor", TH_LABEL_WARNINGS },
  { "stop_use", TH_LABEL_WARNINGS },
  { "pregnancy", TH_LABEL_PREGNANCY },
  { "teratogenic_effects", TH_LABEL_PREGNANCY },
  { "nonteratogenic_effects", TH_LABEL_PREGNANCY },
  { "pregnancy_or_breast_feeding", TH_LABEL_PREGNANCY },
  { "lactation", TH_LABEL_LACTATION },
  { "nursing_mothers", TH_LABEL_LACTATION },
  { "females_and_males_of_reproductive_potential", TH_LABEL_REPRODUCTION },
  { "pediatric_use", TH_LABEL_CHILDREN },
  { "geriatric_use", TH_LABEL_AGED },
  { "use_in_specific_populations", TH_LABEL_POPULATIONS },
  { "drug_interactions", TH_LABEL_INTERACTIONS },
};

/* ── Where the labels stand ────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_source_label_cut(th_arena *a, th_str bytes, th_source_cuts *out, th_label_frame *frame, th_err *err) {
  th_json j;
  *frame = (th_label_frame){ -1, -1, TH_STR_NONE };
  TH_TRY(th_source__cut_member(a, bytes, "results", out, &j, err));
  const th_json *error = th_json_get(&j, "error"), *total = th_json_at(&j, "meta.results.total"),
                *skip = th_json_at(&j, "meta.results.skip");
  if (error)
    return th_fail_at(err, TH_EPARSE, 1, 1, "openFDA answered with an error: %.*s",
                      TH_STR_ARG(th_str_sub(th_json_text(th_json_get(error, "message")), 0, 160)));
  if (!th_json_i64(total, &frame->total)) frame->total = -1;
  if (!th_json_i64(skip, &frame->skip)) frame->skip = -1;
  frame->updated = th_json_text(th_json_at(&j, "meta.last_updated"));
  return out->n ? TH_OK : th_fail_at(err, TH_EPARSE, 1, 1, "expected labels of openFDA under \"results\"");
}

/* ── One label ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct reader {
  th_arena *a;
  th_source__jdoc d;
  th_label *x;
  th_err *err;
} reader;

static th_code add_gap(reader *r, const char *what, uint32_t line, const char *why) {
  return TH_VEC_PUSH(r->a, &r->x->gaps, (th_gap){ what, line, th_str_of(why) }) ? TH_OK : th_fail_nomem(r->err);
}

static th_code add_section(reader *r, th_label_part part, const th_json_member *m) {
  th_field_vec texts = { 0 };
  const th_json *v = &m->value;
  if (v->kind != TH_JSON_ARRAY && v->kind != TH_JSON_STRING)
    return th_fail_at(r->err, TH_EPARSE, th_source__jdoc_line(&r->d, v->offset), 1, "\"%.*s\" must be a list of texts",
                      TH_STR_ARG(m->key));
  if (!th_source__jfields(r->a, &r->d, v, &texts)) return th_fail_nomem(r->err);
  for (size_t i = 0; i < texts.n; i++) {
    texts.v[i].text = th_str_trim(texts.v[i].text);
    if (texts.v[i].text.n && !TH_VEC_PUSH(r->a, &r->x->sections, (th_label_section){ part, m->key, texts.v[i] }))
      return th_fail_nomem(r->err);
  }
  return TH_OK;
}

static th_code read_sections(reader *r, const th_json *o) {
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
    for (uint32_t i = 0; i < o->n; i++)
      if (th_str_is(o->u.member[i].key, keys[k].key)) TH_TRY(add_section(r, keys[k].part, &o->u.member[i]));
  return r->x->sections.n ? TH_OK : add_gap(r, "sections", r->x->line, "the label has none of its texts");
}

static th_code read_names(reader *r, const th_json *o) {
  const th_json *fda = th_json_get(o, "openfda");
  const struct {
    const char *key;
    th_field_vec *to;
  } lists[] = { { "brand_name", &r->x->brands },
                { "generic_name", &r->x->generics },
                { "substance_name", &r->x->substances },
                { "manufacturer_name", &r->x->makers },
                { "product_type", &r->x->types },
                { "route", &r->x->routes },
                { "application_number", &r->x->applications } };
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    if (!th_source__jfields(r->a, &r->d, th_json_get(fda, lists[i].key), lists[i].to)) return th_fail_nomem(r->err);
  if (r->x->brands.n || r->x->generics.n || r->x->substances.n) return TH_OK;
  return add_gap(r, "names", r->x->line, "the label names neither product nor substance: openFDA could not match it");
}

/* "20240501", as SPL dates are written. */
static th_code read_date(reader *r, const th_json *o) {
  const th_str s = th_json_text(th_json_get(o, "effective_time"));
  char iso[16];
  if (!s.n) return TH_OK;
  int64_t number;
  if (s.n == 8 && th_str_to_i64(s, &number) && number > 0) {
    snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", s.p, s.p + 4, s.p + 6);
    if (th_date_parse_iso(th_str_of(iso), &r->x->effective)) return TH_OK;
  }
  r->x->effective = (th_date){ 0 };
  return add_gap(r, "date", r->x->line, "effective_time is no date");
}

th_code th_source_label_one(th_arena *a, th_str bytes, const th_source_cut *cut, th_label *out, th_err *err) {
  th_json j;
  th_err own = { 0 };
  const th_str text = th_str_sub(bytes, cut->from, cut->to);
  *out = (th_label){ .from = (uint32_t)cut->from, .to = (uint32_t)cut->to, .line = cut->line };
  reader r = { .a = a, .x = out, .err = err };
  const th_code code = th_json_parse(a, text, &j, &own);
  if (code != TH_OK) return th_fail_at(err, code, own.line ? own.line + cut->line - 1 : cut->line, own.col, "%s", own.msg);
  if (j.kind != TH_JSON_OBJECT) return th_fail_at(err, TH_EPARSE, cut->line, 1, "a label is not an object");
  TH_TRY(th_source__jdoc_open(a, text, &r.d, err));
  r.d.base = (uint32_t)cut->from;
  r.d.base_line = cut->line - 1;
  out->set_id = th_source__jfield(&r.d, th_json_get(&j, "set_id"));
  out->id = th_source__jfield(&r.d, th_json_get(&j, "id"));
  out->version = th_source__jfield(&r.d, th_json_get(&j, "version"));
  if (out->set_id.text.n == 0) out->set_id = out->id;
  if (out->set_id.text.n == 0) return th_fail_at(err, TH_EPARSE, cut->line, 1, "a label without its number (set_id)");
  TH_TRY(read_names(&r, &j));
  TH_TRY(read_date(&r, &j));
  return read_sections(&r, &j);
}

/* ── What is asked of a label ──────────────────────────────────────────────────────────────────────────────────────── */

static const th_label_section *section_of(const th_label *l, th_label_part part) {
  for (size_t i = 0; i < l->sections.n; i++)
    if (l->sections.v[i].part == part) return &l->sections.v[i];
  return NULL;
}

/* "8.2 Lactation": a number of a subsection, its title behind it. SIZE_MAX: not there. */
static size_t heading(th_str s, size_t from, const char *number, const char *title) {
  for (size_t at = from; (at = th_str_find(s, th_str_of(number), at)) != SIZE_MAX; at++) {
    const bool begins = at == 0 || s.p[at - 1] == ' ' || s.p[at - 1] == '\n';
    th_str rest = th_str_sub(s, at + strlen(number), s.n);
    while (rest.n && (rest.p[0] == ' ' || rest.p[0] == '.')) rest = th_str_sub(rest, 1, rest.n);
    if (begins && th_str_eq_nocase(th_str_sub(rest, 0, strlen(title)), th_str_of(title))) return at;
  }
  return SIZE_MAX;
}

/* Titles as the rule on labels of 2014 gives them (21 CFR 201.57(c)(9)) and as they were before. */
static const struct {
  th_label_part part;
  const char *number, *title;
} headings[] = { { TH_LABEL_PREGNANCY, "8.1", "Pregnancy" },       { TH_LABEL_LACTATION, "8.2", "Lactation" },
                 { TH_LABEL_LACTATION, "8.3", "Nursing Mothers" }, { TH_LABEL_REPRODUCTION, "8.3", "Females and Males" },
                 { TH_LABEL_CHILDREN, "8.4", "Pediatric Use" },    { TH_LABEL_AGED, "8.5", "Geriatric Use" } };

th_field th_label_text(const th_label *l, th_label_part part) {
  const th_label_section *own = section_of(l, part), *all = section_of(l, TH_LABEL_POPULATIONS);
  if (own || !all) return own ? own->text : (th_field){ 0 };
  const th_str s = all->text.text;
  for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
    if (headings[i].part != part) continue;
    const size_t from = heading(s, 0, headings[i].number, headings[i].title);
    if (from == SIZE_MAX) continue;
    size_t to = s.n;
    for (size_t k = 0; k < sizeof headings / sizeof *headings; k++) {
      const size_t next = heading(s, from + 3, headings[k].number, headings[k].title);
      if (next < to) to = next;
    }
    const size_t next = heading(s, from + 3, "8.6", "");
    if (next < to) to = next;
    th_field f = all->text; /* the place stays that of the section: escapes may lie between */
    f.text = th_str_trim(th_str_sub(s, from, to));
    return f;
  }
  return (th_field){ 0 };
}

th_tri th_label_is_single(const th_label *l) {
  if (l->substances.n == 0) return TH_UNKNOWN;
  return l->substances.n == 1 ? TH_TRUE : TH_FALSE;
}

/* A sentence ends with a point or semicolon before a blank (in Chinese before anything), or where the next item of a list begins;
 * "8.1 Pregnancy" is no end. */
bool th_label_sentence(th_str *rest, th_str *one) {
  *rest = th_str_trim(*rest);
  if (!rest->n) return false;
  size_t end = rest->n;
  for (size_t i = 0; i + 1 < rest->n && end == rest->n; i++) {
    const char c = rest->p[i], next = rest->p[i + 1];
    const bool number = c == '.' && i > 0 && rest->p[i - 1] >= '0' && rest->p[i - 1] <= '9' && i < 4;
    if (((c == '.' || c == ';') && next == ' ' && !number) || c == '\n') end = i + 1;
    const th_str from = th_str_sub(*rest, i, rest->n);
    if (th_str_starts(from, TH_S("。")) || th_str_starts(from, TH_S("；"))) end = i + 3;
    if (i > 0 && th_str_starts(from, TH_S("•"))) end = i;
  }
  *one = th_str_trim(th_str_sub(*rest, 0, end));
  *rest = th_str_sub(*rest, end, rest->n);
  return true;
}
