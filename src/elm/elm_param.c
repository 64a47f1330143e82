/* Parameters: values that the caller gives as JSON, in the shapes that results are written in, or the default of the text (CQL 1.5,
 * Author's Guide, "Parameters"). Computed once an evaluation. */
#include "elm/elm_priv.h"

static th_code of_json(eval *e, const node *n, const th_json *j, const type *t, val *out);

static th_code list_of_json(eval *e, const node *n, const th_json *j, const type *elem, val *out) {
  val *v = TH_NEWN(e->arena, val, j->n);
  if (!v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < j->n; i++) TH_TRY(of_json(e, n, &j->u.item[i], elem, &v[i]));
  *out = v_list(v, j->n);
  return TH_OK;
}

static th_code tuple_of_json(eval *e, const node *n, const th_json *j, const type *t, val *out) {
  elm_tuple *tuple = TH_NEW(e->arena, elm_tuple);
  val *v = TH_NEWN(e->arena, val, t->n);
  if (!tuple || !v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < t->n; i++) {
    const char *key = th_str_z(e->arena, t->member[i]);
    if (!key) return th_elm__nomem(e);
    TH_TRY(of_json(e, n, th_json_get(j, key), t->choice[i], &v[i]));
  }
  *tuple = (elm_tuple){ .n = t->n, .name = t->member, .v = v };
  *out = (val){ .kind = TH_ELM_TUPLE, .u.p = tuple };
  return TH_OK;
}

static th_code interval_of_json(eval *e, const node *n, const th_json *j, const type *point, val *out) {
  const th_json *lc = th_json_get(j, "lowClosed"), *hc = th_json_get(j, "highClosed");
  val low, high;
  TH_TRY(of_json(e, n, th_json_get(j, "low"), point, &low));
  TH_TRY(of_json(e, n, th_json_get(j, "high"), point, &high));
  *out = th_elm__interval(e, low, !lc || th_json_true(lc), high, !hc || th_json_true(hc), point);
  return is_null(*out) ? th_elm__nomem(e) : th_elm__interval_order(e, n, false, out);
}

static th_code quantity_of_json(eval *e, const node *n, const th_json *j, val *out) {
  val d;
  const th_str unit = th_json_text(th_json_get(j, "unit"));
  if (!th_elm__dec_parse(th_json_text(th_json_get(j, "value")), false, &d))
    return th_elm__fail(e, n, TH_EINVAL, "a Quantity needs a value");
  *out = th_elm__qty_new(e, dec_of(d), d.scale, unit.n ? unit : TH_S("1"));
  return is_null(*out) ? th_elm__nomem(e) : TH_OK;
}

/* {"codes": [Code…], "display"}, as a Concept is written. */
static th_code concept_of_json(eval *e, const node *n, const th_json *j, val *out) {
  static const type code_type = { .kind = T_SYSTEM, .sys = TH_ELM_CODE };
  elm_concept *c = TH_NEW(e->arena, elm_concept);
  if (!c) return th_elm__nomem(e);
  const th_json *codes = th_json_get(j, "codes");
  if (!codes || codes->kind != TH_JSON_ARRAY) return th_elm__fail(e, n, TH_EINVAL, "a Concept needs a list of codes");
  TH_TRY(list_of_json(e, n, codes, &code_type, &c->codes));
  c->display = th_json_text(th_json_get(j, "display"));
  *out = (val){ .kind = TH_ELM_CONCEPT, .u.p = c };
  return TH_OK;
}

static th_code ratio_of_json(eval *e, const node *n, const th_json *j, val *out) {
  static const type part = { .kind = T_SYSTEM, .sys = TH_ELM_QUANTITY };
  elm_ratio *r = TH_NEW(e->arena, elm_ratio);
  if (!r) return th_elm__nomem(e);
  TH_TRY(of_json(e, n, th_json_get(j, "numerator"), &part, &r->num));
  TH_TRY(of_json(e, n, th_json_get(j, "denominator"), &part, &r->den));
  *out = (val){ .kind = TH_ELM_RATIO, .u.p = r };
  return TH_OK;
}

/* An object as a value of a System type that is made of parts; false when the type is not one of them. */
static bool structured(eval *e, const node *n, const th_json *j, const type *t, val *out, th_code *code) {
  if (t->kind != T_SYSTEM || j->kind != TH_JSON_OBJECT) return false;
  switch ((int)t->sys) {
  case TH_ELM_QUANTITY: *code = quantity_of_json(e, n, j, out); return true;
  case TH_ELM_RATIO: *code = ratio_of_json(e, n, j, out); return true;
  case TH_ELM_CONCEPT: *code = concept_of_json(e, n, j, out); return true;
  case TH_ELM_CODE:
    *out = th_elm__code_new(e, th_json_text(th_json_get(j, "code")), th_json_text(th_json_get(j, "system")),
                            th_json_text(th_json_get(j, "version")), th_json_text(th_json_get(j, "display")));
    *code = is_null(*out) ? th_elm__nomem(e) : TH_OK;
    return true;
  default: return false;
  }
}

static th_code of_json(eval *e, const node *n, const th_json *j, const type *t, val *out) {
  th_code code;
  *out = v_null();
  if (!j || j->kind == TH_JSON_NULL) return TH_OK;
  if (t && t->kind == T_LIST && j->kind == TH_JSON_ARRAY) return list_of_json(e, n, j, t->elem, out);
  if (t && t->kind == T_TUPLE && j->kind == TH_JSON_OBJECT) return tuple_of_json(e, n, j, t, out);
  if (t && t->kind == T_INTERVAL && j->kind == TH_JSON_OBJECT) return interval_of_json(e, n, j, t->elem, out);
  if (t && structured(e, n, j, t, out, &code)) return code;
  if (t && t->kind == T_SYSTEM && t->sys == TH_ELM_DECIMAL && j->kind == TH_JSON_NUMBER &&
      th_elm__dec_parse(j->u.text, false, out)) {
    if (out->scale == 0) out->scale = 1;
    return TH_OK;
  }
  const val plain = j->kind == TH_JSON_BOOL ? v_bool(j->boolean)
                                            : (val){ .kind = TH_ELM_FHIR, .n = TH_FHIR_UNKNOWN, .u.fhir = { .value = j } };
  const val v = th_elm__fhir_primitive(e, plain);
  if (!t || t->kind != T_SYSTEM || v.kind == t->sys) {
    *out = v;
    return TH_OK;
  }
  TH_TRY(th_elm__convert(e, n, v, (th_elm_kind)t->sys, out));
  return is_null(*out) ? th_elm__fail(e, n, TH_EINVAL, "the parameter's value does not suit its type") : TH_OK;
}

th_code th_elm__op_ParameterRef(eval *e, const node *n, val *out) {
  const elm_param *p = n->ref;
  if (e->param_state[p->index] == 2) {
    *out = e->param[p->index];
    return TH_OK;
  }
  if (e->param_state[p->index] == 1)
    return th_elm__fail(e, n, TH_EINVAL, "the parameter \"%.*s\" needs itself", TH_STR_ARG(p->name));
  const th_json *given = e->given[p->index];
  *out = v_null();
  e->param_state[p->index] = 1;
  th_code code = TH_OK;
  if (given) {
    code = of_json(e, n, given, p->type, out);
  } else if (p->dflt) {
    const elm_frame saved = e->frame;
    val *slot = TH_NEWN(e->arena, val, p->n_slots);
    if (!slot) return th_elm__nomem(e);
    e->frame = (elm_frame){ slot, p->n_slots };
    code = th_elm__eval(e, p->dflt, out);
    e->frame = saved;
  }
  e->param_state[p->index] = code == TH_OK ? 2 : 0;
  e->param[p->index] = *out;
  return code;
}
