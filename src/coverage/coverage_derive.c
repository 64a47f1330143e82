/* Facts by clinical logic: a policy may name, for a fact, the define of a library (ELM) that computes it from the patient's record.
 * What the case states itself goes before; what the define leaves unknown stays unknown. */
#include "coverage/coverage_priv.h"

/* A value of the engine as the case file would write it: an uncertainty as its bounds, text and numbers as they are. */
static th_code as_case_value(th_arena *a, const th_elm_eval *e, th_elm_val v, th_json *out, th_err *err) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 128);
  th_jwrite_open(&w, &b, 0);
  th_elm_write(&w, e, v);
  if (b.failed) return th_fail_nomem(err);
  TH_TRY(th_json_parse(a, th_buf_str(&b), out, err));
  const th_json *low = th_json_get(out, "low"), *high = th_json_get(out, "high");
  if (!low || !high) return TH_OK;
  th_json_member *m = TH_NEWN(a, th_json_member, 2);
  if (!m) return th_fail_nomem(err);
  m[0] = (th_json_member){ TH_S("lo"), *low };
  m[1] = (th_json_member){ TH_S("hi"), *high };
  *out = (th_json){ .kind = TH_JSON_OBJECT, .n = 2, .u.member = m };
  return TH_OK;
}

/* A Quantity of another shape than {value, unit}, a resource, a tuple: nothing the dictionary has a place for. */
static bool has_place(th_elm_val v) {
  return v.kind != TH_ELM_NULL && v.kind != TH_ELM_FHIR && v.kind != TH_ELM_TUPLE && v.kind != TH_ELM_CONCEPT &&
         v.kind != TH_ELM_RATIO && v.kind != TH_ELM_VALUESET && v.kind != TH_ELM_CODESYSTEM && v.kind != TH_ELM_TIME;
}

static th_code note(th_arena *a, th_str_vec *notes, th_str text, th_err *err) {
  return text.p && TH_VEC_PUSH(a, notes, text) ? TH_OK : th_fail_nomem(err);
}

static th_code one_fact(th_arena *a, const th_coverage_case *kase, th_elm_eval *e, const th_rule_derive *d, th_str_vec *notes,
                        th_err *err) {
  const th_str name = kase->policy->dict->fact[d->fact].name;
  th_elm_val v;
  th_err fault = { 0 };
  th_json json;
  if (kase->values[d->fact].state != TH_RULE_ABSENT) return TH_OK;
  const th_code code = th_elm_value(e, d->define, &v, &fault);
  if (code == TH_ENOMEM) return th_fail_nomem(err);
  if (code != TH_OK)
    return note(a, notes,
                th_str_fmt(a, "%.*s: %.*s could not be computed: %s", TH_STR_ARG(name), TH_STR_ARG(d->define), fault.msg), err);
  if (v.kind == TH_ELM_CODE) { /* facts hold the code alone */
    const th_str code_text = th_str_dup(a, th_elm_as_text(v));
    if (!code_text.p) return th_fail_nomem(err);
    json = (th_json){ .kind = TH_JSON_STRING, .u.text = code_text };
  } else if (has_place(v)) {
    TH_TRY(as_case_value(a, e, v, &json, err));
  } else {
    return note(a, notes,
                th_str_fmt(a, "%.*s: %.*s gives %s, so the fact stays unknown", TH_STR_ARG(name), TH_STR_ARG(d->define),
                           v.kind == TH_ELM_NULL ? "no value" : th_elm_kind_name(v)),
                err);
  }
  TH_TRY(th_coverage_fact_read(a, kase->policy->dict, &json, d->fact, kase->as_of, kase->values, err));
  kase->values[d->fact].source = th_str_fmt(a, "%.*s.%.*s", TH_STR_ARG(d->library), TH_STR_ARG(d->define));
  return TH_OK;
}

th_code th_coverage_derive(th_arena *a, const th_coverage_case *kase, const th_elm_program *prog, const th_elm_options *opt,
                           th_fhir_patient *patient, th_str_vec *notes, th_err *err) {
  th_elm_eval *e = NULL;
  const th_elm_library *lib = th_elm_main(prog);
  TH_TRY(th_elm_begin(prog, opt, a, patient, &e, err));
  th_code code = TH_OK;
  for (uint32_t i = 0; i < kase->policy->n_derives && code == TH_OK; i++) {
    const th_rule_derive *d = &kase->policy->derive[i];
    if (th_str_eq(d->library, lib->id)) code = one_fact(a, kase, e, d, notes, err);
  }
  const th_str *warning;
  const size_t n = th_elm_warnings(e, &warning);
  for (size_t i = 0; i < n && code == TH_OK; i++) code = note(a, notes, warning[i], err);
  th_elm_finish(e);
  return code;
}
