/* Tables of cautions: reading the three forms. The rules that move severities are in caution_rules.c. */
#include "theriac/source/caution_table.h"

#include "source/caution_priv.h"
#include "source/source_priv.h"
#include "theriac/io.h"
#include "theriac/text.h"

typedef struct reader {
  th_arena *a;
  th_source__jdoc at;
  th_caution_table *out;
  th_err *err;
} reader;

static th_code fail_at(reader *r, const th_json *v, const char *what) {
  return th_fail_at(r->err, TH_EPARSE, v ? th_source__jdoc_line(&r->at, v->offset) : 1, 1, "%s", what);
}

static th_field get(reader *r, const th_json *row, const char *key) {
  const th_json *v = th_json_get(row, key);
  if (!v || v->kind == TH_JSON_BOOL) return (th_field){ 0 };
  th_field f = th_source__jfield(&r->at, v);
  if (f.text.p) f.text = th_str_trim(f.text);
  return f;
}

static th_field first(reader *r, const th_json *row, const char *const *key) {
  for (; *key; key++) {
    const th_field f = get(r, row, *key);
    if (f.text.n > 0) return f;
  }
  return (th_field){ 0 };
}
#define FIRST(r, row, ...) first((r), (row), (const char *const[]){ __VA_ARGS__, NULL })

static bool has_cjk(th_str s) {
  for (size_t i = 0; i < s.n;)
    if (th_rune_is_cjk(th_utf8_next(s, &i))) return true;
  return false;
}

static th_code add_gap(reader *r, const char *what, uint32_t line, th_str why) {
  if (!why.p || !TH_VEC_PUSH(r->a, &r->out->gaps, (th_gap){ what, line, why })) return th_fail_nomem(r->err);
  return TH_OK;
}

static th_code read_subject(reader *r, const th_json *row, th_caution_row *x) {
  static const struct {
    th_caution_kind kind;
    const char *name, *zh, *raw;
  } form[] = { { TH_CAUTION_DISEASE, "disease", "disease_zh", "diseaseName" },
               { TH_CAUTION_FOOD, "food", "food_zh", "foodName" },
               { TH_CAUTION_HERB, "herb", "herb_zh", "herbName" } };
  for (size_t i = 0; i < sizeof form / sizeof *form; i++) {
    const th_field f = FIRST(r, row, form[i].name, form[i].raw);
    if (f.text.n == 0) continue;
    x->kind = form[i].kind;
    x->subject = f;
    const th_field zh = get(r, row, form[i].zh);
    if (has_cjk(zh.text)) x->subject_zh = zh;
    return TH_OK;
  }
  return fail_at(r, row, "a row names no disease, food or herb");
}

static th_code read_severity(reader *r, const th_json *row, th_caution_row *x) {
  const th_field raw = get(r, row, "level");
  int64_t level;
  if (th_str_to_i64(raw.text, &level) && level >= 1 && level <= 3) {
    x->label = raw;
    x->raw_level = (int8_t)level;
    x->labelled = level == 3 ? TH_SEVERITY_MAJOR : level == 2 ? TH_SEVERITY_MODERATE : TH_SEVERITY_MINOR;
    return TH_OK;
  }
  x->label = FIRST(r, row, "severity", "level");
  x->labelled = th_severity_parse(x->label.text);
  if (x->labelled != TH_SEVERITY_UNKNOWN || th_str_eq_nocase(x->label.text, TH_S("unknown"))) return TH_OK;
  return add_gap(r, "severity", th_source__jdoc_line(&r->at, row->offset),
                 th_str_fmt(r->a, "class \"%.*s\" is not known", TH_STR_ARG(x->label.text)));
}

static th_code read_row(reader *r, const th_json *row, th_field drug) {
  if (row->kind != TH_JSON_OBJECT) return fail_at(r, row, "a row of the table is no object");
  th_caution_row x = { .drug = drug.text.n ? drug : FIRST(r, row, "drug", "drugName") };
  if (x.drug.text.n == 0) return fail_at(r, row, "a row names no drug");
  TH_TRY(read_subject(r, row, &x));
  TH_TRY(read_severity(r, row, &x));
  x.text = FIRST(r, row, "description", "interaction", "newInteraction", "effect_zh", "effect");
  x.management = FIRST(r, row, "management", "newManagement", "management_zh");
  x.mechanism = FIRST(r, row, "mechanism", "magnesium"); /* the source's own slip for mechanism */
  x.references = get(r, row, "references");
  if (x.text.text.n == 0)
    TH_TRY(add_gap(r, "text", th_source__jdoc_line(&r->at, row->offset),
                   TH_S("a caution without a text: its class stands alone")));
  return TH_VEC_PUSH(r->a, &r->out->rows, x) ? TH_OK : th_fail_nomem(r->err);
}

static th_code read_list(reader *r, const th_json *list, th_field drug) {
  if (list->kind != TH_JSON_ARRAY) return fail_at(r, list, "expected a list of cautions");
  for (size_t i = 0; i < list->n; i++) TH_TRY(read_row(r, th_json_item(list, i), drug));
  return TH_OK;
}

static th_code read_all(reader *r, const th_json *doc) {
  const th_json *rows = th_json_get(doc, "interactions"), *data = th_json_get(doc, "data");
  if (!rows) return data ? read_list(r, data, (th_field){ 0 }) : fail_at(r, doc, "expected \"interactions\" or \"data\"");
  if (rows->kind == TH_JSON_ARRAY) return read_list(r, rows, (th_field){ 0 });
  if (rows->kind != TH_JSON_OBJECT) return fail_at(r, rows, "\"interactions\" is neither a list nor an object");
  for (size_t i = 0; i < rows->n; i++) {
    const th_json_member *m = &rows->u.member[i];
    /* The key's own place is not kept by the parser; its list begins right behind it. */
    const th_field drug = { th_str_trim(m->key), (uint32_t)m->value.offset, (uint32_t)m->value.offset,
                            th_source__jdoc_line(&r->at, m->value.offset) };
    if (drug.text.n == 0) return fail_at(r, &m->value, "a list of cautions has no drug's name");
    TH_TRY(read_list(r, &m->value, drug));
  }
  return TH_OK;
}

static void read_about(reader *r, const th_json *doc) {
  const th_json *meta = th_json_get(doc, "metadata");
  th_caution_table *t = r->out;
  t->source = get(r, meta, "source");
  t->url = get(r, meta, "url");
  t->licence = FIRST(r, meta, "license", "licence");
  t->stated = -1;
  if (!th_json_i64(th_json_get(meta, "total_records"), &t->stated) &&
      !th_json_i64(th_json_get(meta, "total_interactions"), &t->stated) &&
      !th_json_i64(th_json_get(doc, "recordsTotal"), &t->stated))
    t->stated = -1;
}

th_code th_source_caution_read(th_arena *a, th_str bytes, th_caution_table *out, th_err *err) {
  th_json doc;
  *out = (th_caution_table){ 0 };
  TH_TRY(th_json_parse(a, bytes, &doc, err));
  reader r = { .a = a, .out = out, .err = err };
  TH_TRY(th_source__jdoc_open(a, bytes, &r.at, err));
  if (doc.kind != TH_JSON_OBJECT) return fail_at(&r, &doc, "expected an object that holds \"interactions\" or \"data\"");
  read_about(&r, &doc);
  TH_TRY(read_all(&r, &doc));
  if (out->rows.n == 0) return fail_at(&r, &doc, "the table holds no caution");
  if (out->stated >= 0 && (uint64_t)out->stated != out->rows.n)
    TH_TRY(add_gap(&r, "rows", 0,
                   th_str_fmt(a, "the source says it has %lld records, here are %zu", (long long)out->stated, out->rows.n)));
  return th_source__caution_rules(a, out, err);
}
