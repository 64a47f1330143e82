/* The table of drugs made into a FHIR record and read by the one reader of records, so that months, doses and overlaps have one home; and
 * facts of records taken over into a case. */
#include <math.h>

#include "coverage/entry_priv.h"

/* ── The table as a record ─────────────────────────────────────────────────────────────────────────────────────────── */

static void codeable(th_jwrite *w, const char *key, th_str text) {
  th_jw_key(w, key);
  th_jw_obj(w);
  th_jw_key(w, "text"), th_jw_str(w, text);
  th_jw_obj_end(w);
}

static void subject(th_jwrite *w) {
  th_jw_key(w, "subject");
  th_jw_obj(w);
  th_jw_key(w, "reference"), th_jw_z(w, "Patient/p");
  th_jw_obj_end(w);
}

static void quantity(th_jwrite *w, const char *key, double v, const char *unit) {
  th_jw_key(w, key);
  th_jw_obj(w);
  th_jw_key(w, "value"), th_jw_f64(w, v);
  th_jw_key(w, "unit"), th_jw_z(w, unit);
  th_jw_key(w, "code"), th_jw_z(w, unit);
  th_jw_obj_end(w);
}

static void amount(th_jwrite *w, const th_dose_words *d) {
  th_jw_key(w, "doseAndRate");
  th_jw_arr(w);
  th_jw_obj(w);
  if (d->mg[0] == d->mg[1])
    quantity(w, "doseQuantity", d->mg[0], "mg");
  else {
    th_jw_key(w, "doseRange");
    th_jw_obj(w);
    quantity(w, "low", d->mg[0], "mg");
    quantity(w, "high", d->mg[1], "mg");
    th_jw_obj_end(w);
  }
  th_jw_obj_end(w);
  th_jw_arr_end(w);
}

static void timing(th_jwrite *w, double per_day) {
  th_jw_key(w, "timing");
  th_jw_obj(w);
  th_jw_key(w, "repeat");
  th_jw_obj(w);
  th_jw_key(w, "frequency"), th_jw_f64(w, per_day >= 1 ? per_day : 1);
  th_jw_key(w, "period"), th_jw_f64(w, per_day >= 1 ? 1 : round(1e6 / per_day) / 1e6);
  th_jw_key(w, "periodUnit"), th_jw_z(w, "d");
  th_jw_obj_end(w);
  th_jw_obj_end(w);
}

static bool in_vein(th_str route) {
  return th_str_eq_nocase(route, TH_S("iv")) || th_str_eq_nocase(route, TH_S("ivd")) || th_str_has(route, TH_S("靜脈")) ||
         th_str_eq_nocase(route, TH_S("intravenous"));
}

static void statement(th_jwrite *w, th_arena *a, const th_drug_line *l) {
  th_dose_words d;
  th_str name;
  (void)th_coverage__drug_named(a, l->name, &name);
  const bool read = l->dose.n && th_coverage__dose_read(a, l->dose, &d);
  th_jw_obj(w);
  th_jw_key(w, "resource");
  th_jw_obj(w);
  th_jw_key(w, "resourceType"), th_jw_z(w, "MedicationStatement");
  th_jw_key(w, "id"), th_jw_str(w, th_str_fmt(a, "row-%u", l->line));
  th_jw_key(w, "status"), th_jw_z(w, l->to.n ? "completed" : "active");
  codeable(w, "medicationCodeableConcept", name);
  subject(w);
  th_jw_key(w, "effectivePeriod");
  th_jw_obj(w);
  th_jw_key(w, "start"), th_jw_str(w, l->from);
  if (l->to.n) th_jw_key(w, "end"), th_jw_str(w, l->to);
  th_jw_obj_end(w);
  th_jw_key(w, "dosage");
  th_jw_arr(w);
  th_jw_obj(w);
  if (l->route.n || (read && d.vein)) codeable(w, "route", in_vein(l->route) || (read && d.vein) ? TH_S("IV") : l->route);
  if (read && d.per_day > 0) timing(w, d.per_day);
  if (read) amount(w, &d);
  th_jw_obj_end(w);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
  th_jw_obj_end(w);
}

/* The one weight that the case knows, taken as that of the whole table. */
static void weight(th_jwrite *w, const th_entry *e, th_str first_day) {
  const int32_t fact = th_rule_fact_find(&e->coverage->dict, TH_S("weight"));
  th_rule_value *v = th_rule_values_new(e->arena, &e->coverage->dict);
  th_err err = { 0 };
  if (fact < 0 || !v || !e->fact[fact].json ||
      th_coverage_fact_read(e->arena, &e->coverage->dict, e->fact[fact].json, fact, e->as_of, v, &err) != TH_OK ||
      v[fact].state != TH_RULE_KNOWN || v[fact].lo != v[fact].hi)
    return;
  th_jw_obj(w);
  th_jw_key(w, "resource");
  th_jw_obj(w);
  th_jw_key(w, "resourceType"), th_jw_z(w, "Observation");
  th_jw_key(w, "id"), th_jw_z(w, "weight");
  th_jw_key(w, "status"), th_jw_z(w, "final");
  th_jw_key(w, "code");
  th_jw_obj(w);
  th_jw_key(w, "coding");
  th_jw_arr(w);
  th_jw_obj(w);
  th_jw_key(w, "system"), th_jw_z(w, "http://loinc.org");
  th_jw_key(w, "code"), th_jw_z(w, "29463-7");
  th_jw_obj_end(w);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
  subject(w);
  th_jw_key(w, "effectiveDateTime"), th_jw_str(w, first_day);
  quantity(w, "valueQuantity", v[fact].lo, "kg");
  th_jw_obj_end(w);
  th_jw_obj_end(w);
}

static th_str bundle_of(const th_entry *e) {
  th_buf b;
  th_jwrite w;
  th_date first = e->as_of;
  char iso[TH_DATE_TEXT];
  th_buf_init(&b, e->arena, 4096);
  th_jwrite_open(&w, &b, 0);
  for (size_t i = 0; i < e->drug.n; i++) {
    th_date d;
    if (th_coverage__date(e->drug.v[i].from, &d) && th_date_first(d) < th_date_first(first))
      first = th_civil_from_days(th_date_first(d));
  }
  th_jw_obj(&w);
  th_jw_key(&w, "resourceType"), th_jw_z(&w, "Bundle");
  th_jw_key(&w, "type"), th_jw_z(&w, "collection");
  th_jw_key(&w, "entry");
  th_jw_arr(&w);
  th_jw_obj(&w);
  th_jw_key(&w, "resource");
  th_jw_obj(&w);
  th_jw_key(&w, "resourceType"), th_jw_z(&w, "Patient");
  th_jw_key(&w, "id"), th_jw_z(&w, "p");
  th_jw_obj_end(&w);
  th_jw_obj_end(&w);
  weight(&w, e, th_str_of(th_date_iso(first, iso)));
  for (size_t i = 0; i < e->drug.n; i++)
    if (e->drug.v[i].drug.n && e->drug.v[i].from.n) statement(&w, e->arena, &e->drug.v[i]);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

/* ── Facts taken over ──────────────────────────────────────────────────────────────────────────────────────────────── */

static bool put_end(th_arena *a, th_json *o, const char *key, double v) {
  return isinf(v) || th_coverage__json_put(o, key, th_coverage__json_number(a, v));
}

static bool put_value(th_arena *a, th_json *o, const th_rule_fact *f, const th_rule_value *v) {
  th_buf b;
  th_jwrite w;
  th_json *tree = TH_NEW(a, th_json);
  th_err err = { 0 };
  if (f->type == TH_RULE_NUMBER) {
    const bool unit = v->raw_unit.n && !th_str_eq(v->raw_unit, f->unit);
    if (unit && !th_coverage__json_put(o, "unit", th_coverage__json_text(a, v->raw_unit))) return false;
    if (v->lo == v->hi) return put_end(a, o, "value", unit ? v->raw_lo : v->lo);
    return put_end(a, o, "lo", unit ? v->raw_lo : v->lo) && put_end(a, o, "hi", unit ? v->raw_hi : v->hi);
  }
  th_buf_init(&b, a, 64);
  th_jwrite_open(&w, &b, 0);
  th_coverage__value_json(&w, f, v);
  return tree && !b.failed && th_json_parse(a, th_buf_str(&b), tree, &err) == TH_OK && th_coverage__json_put(o, "value", tree);
}

/* "MedicationStatement/row-3, MedicationStatement/row-5" of the table: "#3, #5". */
static th_str short_source(th_arena *a, th_str s) {
  static const char *const long_name = "MedicationStatement/row-";
  th_buf b;
  th_buf_init(&b, a, s.n + 1);
  while (s.n) {
    if (th_str_starts(s, th_str_of(long_name))) {
      th_buf_addc(&b, '#');
      s = th_str_sub(s, strlen(long_name), s.n);
    } else
      th_buf_addc(&b, s.p[0]), s = th_str_sub(s, 1, s.n);
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static th_code take(th_entry *e, const th_rule_value *v, int32_t fact, th_str source, th_err *err) {
  char iso[TH_DATE_TEXT];
  th_json *o = th_coverage__json_object(e->arena, 6);
  bool whole = o && put_value(e->arena, o, &e->coverage->dict.fact[fact], v);
  if (whole && v->dated.prec)
    whole = th_coverage__json_put(
        o, "date", th_coverage__json_text(e->arena, th_str_dup(e->arena, th_str_of(th_date_iso(v->dated, iso)))));
  if (whole) whole = th_coverage__json_put(o, "source", th_coverage__json_text(e->arena, source));
  if (!whole) return th_fail_nomem(err);
  e->fact[fact] = (th_entry_fact){ .json = o };
  return TH_OK;
}

static bool by_hand(const th_entry *e, int32_t fact) {
  return e->fact[fact].not_done || (e->fact[fact].json && !th_coverage_entry_source(e, fact).n);
}

static bool from_table(th_str source) {
  return source.n && source.p[0] == '#';
}

static th_code keep_told(th_entry *e, const th_str *told, uint32_t n, th_err *err) {
  th_json *list = TH_NEW(e->arena, th_json), *item = TH_NEWN(e->arena, th_json, n ? n : 1);
  if (!list || !item) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n; i++) item[i] = (th_json){ .kind = TH_JSON_STRING, .u.text = short_source(e->arena, told[i]) };
  *list = (th_json){ .kind = TH_JSON_ARRAY, .n = n, .u.item = item };
  return th_coverage_entry_keep(e, "told", n ? list : NULL, err);
}

th_code th_coverage_entry_compute(th_entry *e, th_err *err) {
  th_coverage_case k;
  const th_rule_dict *d = &e->coverage->dict;
  if (e->drug.n == 0 && !e->drugs_whole) return TH_OK;
  const th_str bundle = bundle_of(e);
  if (!bundle.p) return th_fail_nomem(err);
  const th_coverage_record rec = { .bundle = bundle, .source = "drugs", .whole = e->drugs_whole };
  TH_TRY(th_coverage__record(e->arena, e->coverage, &rec, e->policy->id, e->path->name, e->as_of, &k, err));
  for (uint32_t i = 0; i < d->n; i++) {
    if (from_table(th_coverage_entry_source(e, (int32_t)i))) e->fact[i] = (th_entry_fact){ 0 };
    const th_rule_value *v = &k.values[i];
    const bool rows = th_str_starts(v->source, TH_S("MedicationStatement")) || th_str_is(v->source, TH_WHOLE_TABLE);
    if (v->state != TH_RULE_KNOWN || !rows || by_hand(e, (int32_t)i)) continue;
    const th_str source = th_str_is(v->source, TH_WHOLE_TABLE) ? TH_S("#*") : short_source(e->arena, v->source);
    TH_TRY(take(e, v, (int32_t)i, source, err));
  }
  return keep_told(e, k.told, k.n_told, err);
}

th_code th_coverage_entry_drugs(th_entry *e, const th_drug_line *line, size_t n, bool whole, th_err *err) {
  e->drug = (th_drug_lines){ 0 };
  for (uint32_t i = 0; i < e->coverage->dict.n; i++)
    if (from_table(th_coverage_entry_source(e, (int32_t)i))) e->fact[i] = (th_entry_fact){ 0 };
  for (size_t i = 0; i < n; i++) {
    th_drug_line l = line[i];
    l.line = (uint32_t)i + 1;
    if (!TH_VEC_PUSH(e->arena, &e->drug, l)) return th_fail_nomem(err);
  }
  e->drugs_whole = whole;
  TH_TRY(keep_told(e, NULL, 0, err));
  return th_coverage_entry_compute(e, err);
}

th_code th_coverage_entry_fhir(th_entry *e, th_str bundle, const char *source, th_str_vec *told, th_err *err) {
  th_coverage_case k;
  const th_rule_dict *d = &e->coverage->dict;
  TH_TRY(th_coverage_case_fhir(e->arena, e->coverage, bundle, source, e->policy->id, e->path->name, e->as_of, &k, err));
  for (uint32_t i = 0; i < d->n; i++) {
    const th_rule_value *v = &k.values[i];
    if (v->state != TH_RULE_KNOWN || by_hand(e, (int32_t)i)) continue;
    TH_TRY(take(e, v, (int32_t)i, v->source.n ? v->source : th_str_of(source), err));
  }
  for (uint32_t i = 0; k.drugs && i < k.drugs->n; i++) {
    const th_json *r = &k.drugs->u.item[i];
    const th_drug_line l = { .drug = th_json_text(th_json_get(r, "drug")),
                             .name = th_json_text(th_json_get(r, "name")),
                             .dose = th_json_text(th_json_get(r, "dose")),
                             .from = th_json_text(th_json_get(r, "from")),
                             .to = th_json_text(th_json_get(r, "to")),
                             .line = i + 1 };
    if (i == 0) e->drug = (th_drug_lines){ 0 };
    if (!TH_VEC_PUSH(e->arena, &e->drug, l)) return th_fail_nomem(err);
  }
  if (k.drugs && k.drugs->n) e->drugs_whole = false;
  for (uint32_t i = 0; i < k.n_told; i++)
    if (!TH_VEC_PUSH(e->arena, told, k.told[i])) return th_fail_nomem(err);
  return keep_told(e, k.told, k.n_told, err);
}
