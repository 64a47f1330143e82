/* The evaluation: one patient, one instant. Defines are computed once and kept; frames hold the names of queries and functions. */
#include <stdarg.h>
#include <stdio.h>

#include "elm/elm_priv.h"

const elm_op th_elm__ops[] = {
#define ELM_OP(name, kids) { #name, th_elm__op_##name, kids },
  ELM_OPS(ELM_OP)
#undef ELM_OP
};

const elm_op *th_elm__op_find(th_str name) {
  for (size_t i = 0; i < sizeof th_elm__ops / sizeof *th_elm__ops; i++) {
    if (th_str_is(name, th_elm__ops[i].name)) return &th_elm__ops[i];
  }
  return NULL;
}

th_code th_elm__fail(eval *e, const node *n, th_code code, const char *fmt, ...) {
  char msg[256];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(msg, sizeof msg, fmt, ap);
  va_end(ap);
  th_fail(e->err, code, "%s", msg);
  if (e->err && n && e->err->source[0] == 0)
    snprintf(e->err->source, sizeof e->err->source, "%s|%s", n->lib ? n->lib : "", n->loc ? n->loc : "");
  return code;
}

th_code th_elm__nomem(eval *e) {
  return th_fail_nomem(e->err);
}

static th_code out_of_steps(eval *e, const node *n) {
  return th_elm__fail(e, n, TH_ELIMIT, "more expressions or comparisons than TH_LIMIT_ELM_STEPS were evaluated");
}

th_code th_elm__work(eval *e, const node *n, uint64_t steps) {
  e->steps += steps;
  return e->steps > e->steps_max ? out_of_steps(e, n) : TH_OK;
}

void th_elm__warn(eval *e, const char *fmt, ...) {
  char msg[320];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(msg, sizeof msg, fmt, ap);
  va_end(ap);
  for (size_t i = 0; i < e->warning.n; i++) {
    if (th_str_is(e->warning.v[i], msg)) return;
  }
  if (e->warning.n >= 100) return;
  const th_str kept = th_str_dup(e->arena, th_str_of(msg));
  if (kept.p && TH_VEC_PUSH(e->arena, &e->warning, kept)) return;
}

static th_code overrun(eval *e, const node *n) {
  e->overrun = false;
  if (e->steps > e->steps_max) return out_of_steps(e, n);
  return th_elm__fail(e, n, TH_ELIMIT, "values nested deeper than %d", ELM_DEPTH_MAX);
}

th_code th_elm__eval(eval *e, const node *n, val *out) {
  if (e->depth >= ELM_DEPTH_MAX) return th_elm__fail(e, n, TH_ELIMIT, "evaluation is nested deeper than %d", ELM_DEPTH_MAX);
  if (++e->steps > e->steps_max) return out_of_steps(e, n);
  e->depth++;
  const th_code code = n->op->fn(e, n, out);
  e->depth--;
  if (e->malformed && code == TH_OK) return th_elm__malformed(e, n);
  if (e->overrun && code == TH_OK) return overrun(e, n);
  if (e->watched && code == TH_OK) th_elm__observe(e, n, *out);
  return code;
}

/* ── Frames ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code frame_begin(eval *e, uint32_t n, elm_frame *saved) {
  *saved = e->frame;
  if (n == 0) {
    e->frame = (elm_frame){ NULL, 0 };
    return TH_OK;
  }
  val *slot = TH_NEWN(e->arena, val, n);
  if (!slot) return th_elm__nomem(e);
  e->frame = (elm_frame){ slot, n };
  return TH_OK;
}

th_code th_elm__define(eval *e, const elm_define *d, val *out) {
  const uint32_t i = d->index;
  if (e->memo_state[i] == 2) {
    *out = e->memo[i];
    return TH_OK;
  }
  if (e->memo_state[i] == 1)
    return th_elm__fail(e, d->expr, TH_EINVAL, "the define \"%.*s\" needs itself", TH_STR_ARG(d->name));
  elm_frame saved;
  const val *item = e->item;
  TH_TRY(frame_begin(e, d->n_slots, &saved));
  e->memo_state[i] = 1;
  e->item = NULL;
  const th_code code = th_elm__eval(e, d->expr, out);
  e->item = item;
  e->frame = saved;
  e->memo_state[i] = code == TH_OK ? 2 : 0;
  if (code == TH_OK) e->memo[i] = *out;
  return code;
}

/* A FHIR value whose type the tables leave open takes the type that the function asks for. */
static val as_declared(val v, const type *t) {
  if (v.kind == TH_ELM_FHIR && t && t->kind == T_FHIR && v.n == TH_FHIR_UNKNOWN) v.n = t->fhir;
  return v;
}

static const elm_function *choose(const elm_function *f, const val *arg, uint32_t n) {
  for (; f; f = f->next) {
    bool fits = f->n_params == n;
    for (uint32_t i = 0; i < n && fits; i++) fits = is_null(arg[i]) || th_elm__is(arg[i], f->param[i]);
    if (fits) return f;
  }
  return NULL;
}

th_code th_elm__op_FunctionRef(eval *e, const node *n, val *out) {
  const elm_function *f = n->ref;
  val *arg = TH_NEWN(e->arena, val, n->n > f->n_slots ? n->n : f->n_slots);
  if (!arg) return th_elm__nomem(e);
  for (uint32_t i = 0; i < n->n; i++) TH_TRY(th_elm__kid(e, n, i, &arg[i]));
  if (n->flag) {
    const elm_function *other = choose(f, arg, n->n);
    if (!other) return th_elm__fail(e, n, TH_EINVAL, "no overload of \"%.*s\" takes these operands", TH_STR_ARG(n->name));
    if (other != f) {
      val *more = TH_NEWN(e->arena, val, n->n > other->n_slots ? n->n : other->n_slots);
      if (!more) return th_elm__nomem(e);
      memcpy(more, arg, n->n * sizeof *arg);
      arg = more;
      f = other;
    }
  }
  if (!f->body) return th_elm__fail(e, n, TH_EUNSUP, "the function \"%.*s\" is external", TH_STR_ARG(n->name));
  for (uint32_t i = 0; i < n->n; i++) arg[i] = as_declared(arg[i], f->param[i]);
  const elm_frame saved = e->frame;
  const val *item = e->item;
  e->frame = (elm_frame){ arg, f->n_slots };
  e->item = NULL;
  const th_code code = th_elm__eval(e, f->body, out);
  e->frame = saved;
  e->item = item;
  return code;
}

th_code th_elm__op_ExpressionRef(eval *e, const node *n, val *out) {
  return th_elm__define(e, n->ref, out);
}

static th_code slot(eval *e, const node *n, val *out) {
  if (n->slot >= e->frame.n) return th_elm__fail(e, n, TH_EBUG, "slot %u of %u", n->slot, e->frame.n);
  *out = e->frame.slot[n->slot];
  return TH_OK;
}
th_code th_elm__op_OperandRef(eval *e, const node *n, val *out) {
  return slot(e, n, out);
}
th_code th_elm__op_AliasRef(eval *e, const node *n, val *out) {
  return slot(e, n, out);
}
th_code th_elm__op_QueryLetRef(eval *e, const node *n, val *out) {
  return slot(e, n, out);
}
th_code th_elm__op_Current(eval *e, const node *n, val *out) {
  return slot(e, n, out);
}
th_code th_elm__op_IdentifierRef(eval *e, const node *n, val *out) {
  if (!n->flag) return slot(e, n, out);
  if (!e->item) return th_elm__fail(e, n, TH_EINVAL, "the name \"%.*s\" means nothing here", TH_STR_ARG(n->name));
  if (th_str_is(n->name, "$this")) {
    *out = *e->item;
    return TH_OK;
  }
  return th_elm__property(e, n, *e->item, n->name, out);
}

/* ── Constants, constructors ───────────────────────────────────────────────────────────────────────────────────────── */

static th_code constant(const node *n, val *out) {
  *out = n->lit;
  return TH_OK;
}
#define CONSTANT(name)                                                                                                         \
  th_code th_elm__op_##name(eval *e, const node *n, val *out) {                                                                \
    (void)e;                                                                                                                   \
    return constant(n, out);                                                                                                   \
  }
CONSTANT(Null)
CONSTANT(Quantity)
CONSTANT(Ratio)
CONSTANT(Code)
CONSTANT(Concept)
CONSTANT(CodeRef)
CONSTANT(ConceptRef)
CONSTANT(CodeSystemRef)
CONSTANT(ValueSetRef)

th_code th_elm__op_Literal(eval *e, const node *n, val *out) {
  *out = n->lit;
  if (out->kind == TH_ELM_DATETIME && n->flag) out->u.t.offset = e->now.offset;
  return TH_OK;
}

th_code th_elm__op_List(eval *e, const node *n, val *out) {
  val *v = TH_NEWN(e->arena, val, n->n);
  if (!v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < n->n; i++) TH_TRY(th_elm__kid(e, n, i, &v[i]));
  *out = v_list(v, n->n);
  return TH_OK;
}

th_code th_elm__op_Tuple(eval *e, const node *n, val *out) {
  elm_tuple *t = TH_NEW(e->arena, elm_tuple);
  val *v = TH_NEWN(e->arena, val, n->n);
  if (!t || !v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < n->n; i++) TH_TRY(th_elm__kid(e, n, i, &v[i]));
  *t = (elm_tuple){ .n = n->n, .name = n->names, .v = v };
  *out = (val){ .kind = TH_ELM_TUPLE, .u.p = t };
  return TH_OK;
}

static val pick(const node *n, const val *v, const char *name) {
  for (uint32_t i = 0; i < n->n; i++) {
    if (th_str_is(n->names[i], name)) return v[i];
  }
  return v_null();
}
static th_str pick_text(const node *n, const val *v, const char *name) {
  const val x = pick(n, v, name);
  return x.kind == TH_ELM_STRING ? x.u.str : TH_STR_NONE;
}

static th_code system_instance(eval *e, const node *n, const val *v, th_elm_kind kind, val *out) {
  *out = v_null();
  if (kind == TH_ELM_QUANTITY) {
    const val x = pick(n, v, "value");
    const th_str unit = pick_text(n, v, "unit");
    if (x.kind == TH_ELM_DECIMAL)
      *out = th_elm__qty_new(e, dec_of(x), x.scale, unit.p ? unit : TH_S("1"));
    else if (x.kind == TH_ELM_INT)
      *out = th_elm__qty_new(e, (th_i128)x.u.i * DEC_ONE, 0, unit.p ? unit : TH_S("1"));
    return TH_OK;
  }
  if (kind == TH_ELM_CODE) {
    *out = th_elm__code_new(e, pick_text(n, v, "code"), pick_text(n, v, "system"), pick_text(n, v, "version"),
                            pick_text(n, v, "display"));
    return TH_OK;
  }
  void *p = NULL;
  if (kind == TH_ELM_RATIO) {
    elm_ratio *r = p = TH_NEW(e->arena, elm_ratio);
    const val num = pick(n, v, "numerator"), den = pick(n, v, "denominator");
    if ((!is_null(num) && num.kind != TH_ELM_QUANTITY) || (!is_null(den) && den.kind != TH_ELM_QUANTITY))
      return th_elm__fail(e, n, TH_EINVAL, "the parts of a Ratio are quantities");
    if (r) *r = (elm_ratio){ num, den };
  } else if (kind == TH_ELM_CONCEPT) {
    elm_concept *r = p = TH_NEW(e->arena, elm_concept);
    const val codes = pick(n, v, "codes");
    if (r) *r = (elm_concept){ codes.kind == TH_ELM_LIST ? codes : v_list(NULL, 0), pick_text(n, v, "display") };
  } else if (kind == TH_ELM_VALUESET || kind == TH_ELM_CODESYSTEM) {
    elm_vocab *r = p = TH_NEW(e->arena, elm_vocab);
    if (r) *r = (elm_vocab){ pick_text(n, v, "id"), pick_text(n, v, "version"), pick_text(n, v, "name") };
  } else {
    return th_elm__fail(e, n, TH_EINVAL, "no instance of this type can be made of parts");
  }
  if (!p) return th_elm__nomem(e);
  *out = (val){ .kind = (uint8_t)kind, .u.p = p };
  return TH_OK;
}

th_code th_elm__op_Instance(eval *e, const node *n, val *out) {
  TH_TRY(th_elm__op_Tuple(e, n, out));
  const elm_tuple *t = as_tuple(*out);
  const type *class = n->type;
  if (class && class->kind == T_SYSTEM) return system_instance(e, n, t->v, (th_elm_kind) class->sys, out);
  elm_tuple *named = TH_NEW(e->arena, elm_tuple);
  if (!named) return th_elm__nomem(e);
  *named = *t;
  if (class) named->type_name = class->name;
  out->u.p = named;
  return TH_OK;
}

/* ── Logic (CQL 1.5, Appendix B, "Logical Operators"; Kleene) ──────────────────────────────────────────────────────── */

th_code th_elm__op_And(eval *e, const node *n, val *out) {
  KID(0, a);
  if (tri_of(a) == TH_FALSE) {
    *out = v_bool(false);
    return TH_OK;
  }
  KID(1, b);
  *out = v_tri(th_tri_and(tri_of(a), tri_of(b)));
  return TH_OK;
}
th_code th_elm__op_Or(eval *e, const node *n, val *out) {
  KID(0, a);
  if (tri_of(a) == TH_TRUE) {
    *out = v_bool(true);
    return TH_OK;
  }
  KID(1, b);
  *out = v_tri(th_tri_or(tri_of(a), tri_of(b)));
  return TH_OK;
}
th_code th_elm__op_Implies(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  *out = v_tri(th_tri_or(th_tri_not(tri_of(a)), tri_of(b)));
  return TH_OK;
}
th_code th_elm__op_Xor(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  *out = is_null(a) || is_null(b) ? v_null() : v_bool(is_true(a) != is_true(b));
  return TH_OK;
}
th_code th_elm__op_Not(eval *e, const node *n, val *out) {
  KID(0, a);
  *out = v_tri(th_tri_not(tri_of(a)));
  return TH_OK;
}
th_code th_elm__op_IsNull(eval *e, const node *n, val *out) {
  KID(0, a);
  *out = v_bool(is_null(a));
  return TH_OK;
}
th_code th_elm__op_IsTrue(eval *e, const node *n, val *out) {
  KID(0, a);
  *out = v_bool(tri_of(a) == TH_TRUE);
  return TH_OK;
}
th_code th_elm__op_IsFalse(eval *e, const node *n, val *out) {
  KID(0, a);
  *out = v_bool(tri_of(a) == TH_FALSE);
  return TH_OK;
}

th_code th_elm__op_Coalesce(eval *e, const node *n, val *out) {
  *out = v_null();
  for (uint32_t i = 0; i < n->n && is_null(*out); i++) {
    TH_TRY(th_elm__kid(e, n, i, out));
    if (n->n != 1 || out->kind != TH_ELM_LIST) continue;
    const val list = *out;
    *out = v_null();
    for (uint32_t k = 0; k < list.n && is_null(*out); k++) *out = list.u.list[k];
  }
  return TH_OK;
}

th_code th_elm__op_If(eval *e, const node *n, val *out) {
  KID(0, c);
  return th_elm__kid(e, n, tri_of(c) == TH_TRUE ? 1 : 2, out);
}

th_code th_elm__op_Case(eval *e, const node *n, val *out) {
  KID(0, comparand);
  for (uint32_t i = 2; i + 1 < n->n; i += 2) {
    KID(i, when);
    th_tri hit = tri_of(when);
    if (n->kid[0]) TH_TRY(th_elm__equal(e, n, comparand, when, &hit));
    if (hit == TH_TRUE) return th_elm__kid(e, n, i + 1, out);
  }
  return th_elm__kid(e, n, 1, out);
}

th_code th_elm__op_Message(eval *e, const node *n, val *out) {
  TH_TRY(th_elm__kid(e, n, 0, out));
  KID(1, condition);
  if (tri_of(condition) != TH_TRUE) return TH_OK;
  KID(2, code);
  KID(3, severity);
  KID(4, message);
  const th_str level = severity.kind == TH_ELM_STRING ? severity.u.str : TH_S("Message");
  const th_str text = message.kind == TH_ELM_STRING ? message.u.str : TH_S("");
  const th_str id = code.kind == TH_ELM_STRING ? code.u.str : TH_S("");
  if (th_str_eq_nocase(level, TH_S("Error")))
    return th_elm__fail(e, n, TH_EINVAL, "%.*s: %.*s", TH_STR_ARG(id), TH_STR_ARG(text));
  th_elm__warn(e, "%.*s %.*s: %.*s", TH_STR_ARG(level), TH_STR_ARG(id), TH_STR_ARG(text));
  return TH_OK;
}

/* ── The public face ───────────────────────────────────────────────────────────────────────────────────────────────── */

/* Values that the caller gives, by parameter; the last of a name counts. Callers mostly keep the library's order: the one after the
 * last found is tried before the name is looked up. */
static void find_given(eval *e) {
  const th_elm_program *p = e->prog;
  uint32_t next = 0;
  for (size_t i = 0; p->main && i < e->opt->n_params; i++) {
    const th_str name = e->opt->param[i].name;
    uint64_t v;
    if (next >= p->param.n || p->param.v[next]->lib != p->main || !th_str_eq(p->param.v[next]->name, name)) {
      if (!th_map_get(&p->main->params, name, &v)) continue;
      next = ((const elm_param *)(uintptr_t)v)->index;
    }
    e->given[next++] = &e->opt->param[i].value;
  }
}

th_code th_elm_begin(const th_elm_program *p, const th_elm_options *opt, th_arena *a, th_fhir_patient *patient,
                     th_elm_eval **out, th_err *err) {
  eval *e = TH_NEW(a, eval);
  if (!e) return th_fail_nomem(err);
  e->prog = p;
  e->opt = opt;
  e->arena = a;
  e->patient = patient;
  e->now = opt->now;
  e->steps_max = opt->steps_max ? opt->steps_max : TH_LIMIT_ELM_STEPS;
  e->memo = TH_NEWN(a, val, p->n_defines);
  e->memo_state = TH_NEWN(a, uint8_t, p->n_defines);
  e->param = TH_NEWN(a, val, p->param.n);
  e->param_state = TH_NEWN(a, uint8_t, p->param.n);
  e->given = TH_NEWN(a, const th_json *, p->param.n);
  if (!e->memo || !e->memo_state || !e->param || !e->param_state || !e->given) return th_fail_nomem(err);
  find_given(e);
  *out = e;
  return TH_OK;
}

void th_elm_finish(th_elm_eval *e) {
  if (e) th_elm__regex_del(e);
}

bool th_elm__fits(val v, unsigned depth, size_t *parts) {
  if (depth == 0 || *parts == 0) return false;
  --*parts;
  switch ((int)v.kind) {
  case TH_ELM_LIST:
    for (uint32_t i = 0; i < v.n; i++) {
      if (!th_elm__fits(v.u.list[i], depth - 1, parts)) return false;
    }
    return true;
  case TH_ELM_TUPLE:
    for (uint32_t i = 0; i < as_tuple(v)->n; i++) {
      if (!th_elm__fits(as_tuple(v)->v[i], depth - 1, parts)) return false;
    }
    return true;
  case TH_ELM_INTERVAL:
    return th_elm__fits(as_interval(v)->low, depth - 1, parts) && th_elm__fits(as_interval(v)->high, depth - 1, parts);
  case TH_ELM_CONCEPT: return th_elm__fits(as_concept(v)->codes, depth - 1, parts);
  default: return true;
  }
}

/* What leaves the engine can be written, and read back by whoever reads JSON. */
static th_code handed_out(eval *e, const elm_define *d, const val *v, th_err *err) {
  size_t parts = TH_LIMIT_ELM_VALUE_PARTS;
  if (th_elm__fits(*v, TH_LIMIT_ELM_VALUE_DEPTH, &parts)) return TH_OK;
  e->err = err;
  const th_code code =
      parts ? th_elm__fail(e, d->expr, TH_ELIMIT, "the value is nested deeper than TH_LIMIT_ELM_VALUE_DEPTH (%d)",
                           TH_LIMIT_ELM_VALUE_DEPTH)
            : th_elm__fail(e, d->expr, TH_ELIMIT, "the value has more parts than TH_LIMIT_ELM_VALUE_PARTS (%zu)",
                           TH_LIMIT_ELM_VALUE_PARTS);
  e->err = NULL;
  return code;
}

static th_code evaluate(eval *e, const elm_define *d, val *out, th_err *err) {
  if (e->memo_state[d->index] == 2) {
    *out = e->memo[d->index];
    return handed_out(e, d, out, err);
  }
  e->err = &e->scratch;
  e->depth = 0;
  e->steps = 0;
  e->malformed = NULL;
  e->overrun = false;
  e->frame = (elm_frame){ NULL, 0 };
  e->item = NULL;
  *out = v_null();
  const th_code code = th_elm__define(e, d, out);
  if (code != TH_OK && err) *err = e->scratch;
  if (code != TH_OK) e->scratch = (th_err){ 0 };
  e->err = NULL;
  return code == TH_OK ? handed_out(e, d, out, err) : code;
}

th_code th_elm_value_at(th_elm_eval *e, size_t i, th_elm_val *out, th_err *err) {
  if (i >= e->prog->result.n) return th_fail(err, TH_ENOENT, "the library has %zu public defines", e->prog->result.n);
  return evaluate(e, e->prog->result.v[i], out, err);
}

th_code th_elm_value(th_elm_eval *e, th_str define, th_elm_val *out, th_err *err) {
  uint64_t v;
  if (!e->prog->main || !th_map_get(&e->prog->main->defines, define, &v))
    return th_fail(err, TH_ENOENT, "the library has no define \"%.*s\"", TH_STR_ARG(define));
  return evaluate(e, (const elm_define *)(uintptr_t)v, out, err);
}

size_t th_elm_warnings(const th_elm_eval *e, const th_str **out) {
  *out = e->warning.v;
  return e->warning.n;
}

bool th_elm_as_bool(th_elm_val v, bool *out) {
  if (v.kind != TH_ELM_BOOL) return false;
  *out = v.u.i != 0;
  return true;
}

bool th_elm_as_f64(th_elm_val v, double *out) {
  if (v.kind == TH_ELM_INT || v.kind == TH_ELM_LONG)
    *out = (double)v.u.i;
  else if (v.kind == TH_ELM_DECIMAL)
    *out = (double)th_elm__dec_to_f80(dec_of(v));
  else if (v.kind == TH_ELM_QUANTITY)
    *out = (double)th_elm__dec_to_f80(th_elm__qty(v)->v);
  else
    return false;
  return true;
}

th_str th_elm_as_text(th_elm_val v) {
  if (v.kind == TH_ELM_STRING) return v.u.str;
  if (v.kind == TH_ELM_CODE) return as_code(v)->code;
  if (v.kind == TH_ELM_FHIR) return th_json_text(v.u.fhir.value);
  return TH_STR_NONE;
}
