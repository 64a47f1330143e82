/* A case written back as JSON, for witnesses and synthetic cases, and the report of a verification. */
#include "coverage/coverage_priv.h"

static void entry_json(th_jwrite *w, const th_rule_fact *f, const th_rule_entry *e) {
  char iso[TH_DATE_TEXT];
  th_jw_obj(w);
  if (e->date.prec != TH_DATE_NONE) th_jw_key(w, "date"), th_jw_z(w, th_date_iso(e->date, iso));
  for (uint32_t i = 0; i < f->n_fields; i++) {
    if (!(e->has >> i & 1)) continue;
    th_jw_key_str(w, f->field[i].name);
    if (f->field[i].is_bool)
      th_jw_bool(w, e->field[i] != 0);
    else
      th_jw_f64(w, e->field[i]);
  }
  th_jw_obj_end(w);
}

static void number_json(th_jwrite *w, const th_rule_value *v) {
  if (v->lo == v->hi) {
    th_jw_f64(w, v->lo);
    return;
  }
  th_jw_obj(w);
  if (v->lo > -1e300) th_jw_key(w, "lo"), th_jw_f64(w, v->lo);
  if (v->hi < 1e300) th_jw_key(w, "hi"), th_jw_f64(w, v->hi);
  th_jw_obj_end(w);
}

void th_coverage__value_json(th_jwrite *w, const th_rule_fact *f, const th_rule_value *v) {
  char iso[TH_DATE_TEXT];
  switch ((th_rule_type)f->type) {
  case TH_RULE_NUMBER: number_json(w, v); break;
  case TH_RULE_BOOL: th_jw_bool(w, v->boolean); break;
  case TH_RULE_DATE: th_jw_z(w, th_date_iso(v->date, iso)); break;
  case TH_RULE_CODE:
  case TH_RULE_CODES: th_jw_str(w, v->text); break;
  case TH_RULE_LIST:
    th_jw_arr(w);
    for (uint32_t i = 0; i < v->n_entries; i++) entry_json(w, f, &v->entry[i]);
    th_jw_arr_end(w);
    break;
  }
}

void th_coverage_case_json(th_jwrite *w, th_str id, const th_rule_policy *p, const th_rule_path *path, th_date as_of,
                           const th_rule_value *values) {
  char iso[TH_DATE_TEXT];
  th_jw_obj(w);
  th_jw_key(w, "case"), th_jw_str(w, id);
  th_jw_key(w, "synthetic"), th_jw_bool(w, true);
  th_jw_key(w, "program"), th_jw_str(w, p->id);
  th_jw_key(w, "path"), th_jw_str(w, path->name);
  th_jw_key(w, "as_of"), th_jw_z(w, th_date_iso(as_of, iso));
  th_jw_key(w, "facts");
  th_jw_obj(w);
  for (uint32_t i = 0; i < path->n_facts; i++) {
    const int32_t fact = path->fact[i];
    if (values[fact].state != TH_RULE_KNOWN) continue;
    th_jw_key_str(w, p->dict->fact[fact].name);
    th_coverage__value_json(w, &p->dict->fact[fact], &values[fact]);
  }
  th_jw_obj_end(w);
  th_jw_obj_end(w);
}

void th_coverage_report_json(th_jwrite *w, const th_rule_policy *p, const th_rule_report *r, th_date as_of) {
  th_jw_obj(w);
  th_jw_key(w, "policy"), th_jw_str(w, p->id);
  th_jw_key(w, "sha256"), th_jw_z(w, p->sha256);
  th_jw_key(w, "leaves"), th_jw_i64(w, r->leaves);
  th_jw_key(w, "leaves_shown"), th_jw_i64(w, r->shown);
  th_jw_key(w, "unproved"), th_jw_i64(w, r->unproved);
  th_jw_key(w, "findings");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->n; i++) {
    const th_rule_finding *f = &r->finding[i];
    char id[32];
    snprintf(id, sizeof id, "witness-%u", i + 1);
    th_jw_obj(w);
    th_jw_key(w, "kind"), th_jw_z(w, th_rule_finding_name(f->kind));
    th_jw_key(w, "path"), th_jw_str(w, f->path->name);
    if (f->amb >= 0) th_jw_key(w, "ambiguity"), th_jw_str(w, p->amb[f->amb].id);
    th_jw_key(w, "node"), th_jw_str(w, p->node[f->node].id);
    if (f->with && p->node[f->with].id.n && f->with != f->node) th_jw_key(w, "with"), th_jw_str(w, p->node[f->with].id);
    th_jw_key(w, "zh"), th_jw_str(w, f->zh);
    th_jw_key(w, "en"), th_jw_str(w, f->en);
    th_jw_key(w, "witness"), th_coverage_case_json(w, th_str_of(id), p, f->path, as_of, f->witness);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}
