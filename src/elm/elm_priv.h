/* The inside of the engine: values, the compiled tree, the evaluation. */
#ifndef THERIAC_ELM_PRIV_H
#define THERIAC_ELM_PRIV_H

#include "theriac/elm.h"
#include "theriac/unit.h"

/* ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef th_elm_val val;
typedef struct elm_node node;
typedef struct elm_type type;
typedef th_elm_eval eval;

/* The decimal's coefficient, in units of 10^-8. */
#define DEC_ONE ((th_i128)100000000)
/* Bound of a literal, 10^28, and of what arithmetic keeps, 10^29. The standard asks for at least 28 digits and allows more (Types,
 * Decimal); the official suite reckons with 10^28 - 10^-8. */
#define DEC_LITERAL_TOP (((th_i128)1000000000000000000) * ((th_i128)1000000000000000000))
#define DEC_TOP         (DEC_LITERAL_TOP * 10)
/* Magnitude of "maximum Decimal": (10^28 - 1) / 10^8. */
#define DEC_MAX_VALUE (((th_i128)100000000000000) * ((th_i128)100000000000000) - 1)

__extension__ typedef unsigned __int128 u128;

static inline th_i128 dec_of(val v) {
  return (th_i128)(((u128)(uint64_t)v.u.dec.hi << 64) | v.u.dec.lo);
}
static inline val v_null(void) {
  return (val){ .kind = TH_ELM_NULL };
}
static inline val v_bool(bool b) {
  return (val){ .kind = TH_ELM_BOOL, .u.i = b };
}
static inline val v_int(int64_t i) {
  return (val){ .kind = TH_ELM_INT, .u.i = i };
}
static inline val v_long(int64_t i) {
  return (val){ .kind = TH_ELM_LONG, .u.i = i };
}
static inline val v_str(th_str s) {
  return (val){ .kind = TH_ELM_STRING, .u.str = s };
}
static inline val v_dec(th_i128 d, unsigned scale) {
  return (val){ .kind = TH_ELM_DECIMAL, .scale = (uint8_t)scale, .u.dec = { (uint64_t)d, (int64_t)(d >> 64) } };
}
static inline val v_tri(th_tri t) {
  return t == TH_UNKNOWN ? v_null() : v_bool(t == TH_TRUE);
}
static inline bool is_null(val v) {
  return v.kind == TH_ELM_NULL;
}
static inline bool is_true(val v) {
  return v.kind == TH_ELM_BOOL && v.u.i;
}
static inline bool is_temporal(val v) {
  return v.kind == TH_ELM_DATE || v.kind == TH_ELM_DATETIME || v.kind == TH_ELM_TIME;
}
static inline th_tri tri_of(val v) {
  return v.kind != TH_ELM_BOOL ? TH_UNKNOWN : th_tri_of(v.u.i != 0);
}

/* ── Types ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum type_kind {
  T_ANY,
  T_SYSTEM, /* sys: a th_elm_kind */
  T_VOCABULARY,
  T_FHIR,  /* fhir: a th_fhir_type */
  T_NAMED, /* of a model that is not known here */
  T_LIST,
  T_INTERVAL,
  T_TUPLE,
  T_CHOICE
} type_kind;

struct elm_type {
  uint8_t kind, sys;
  uint16_t fhir;
  uint32_t n;          /* CHOICE, TUPLE */
  th_str name;         /* as written */
  const type *elem;    /* LIST, INTERVAL */
  const type **choice; /* TUPLE: of the members */
  th_str *member;      /* TUPLE */
};

/* ── The compiled tree ─────────────────────────────────────────────────────────────────────────────────────────────── */

typedef th_code (*elm_op_fn)(eval *e, const node *n, val *out);

typedef struct elm_op {
  const char *name;
  elm_op_fn fn;
  const char *kids; /* child members, blank between; NULL: "operand" */
} elm_op;

typedef enum elm_quick { QUICK_NONE, QUICK_LITERAL, QUICK_DEFINE, QUICK_PARAM, QUICK_SLOT } elm_quick;

/* One step of a path: a member, its name looked up once, and the place in a list, -1 for all of it. */
typedef struct elm_step {
  th_fhir_name name;
  int64_t index;
} elm_step;

typedef struct elm_sort {
  const node *by; /* NULL: the element itself */
  th_str path;
  bool desc;
} elm_sort;

typedef struct elm_source {
  const node *expr;
  uint32_t slot;
} elm_source;

typedef struct elm_rel {
  const node *expr, *that;
  uint32_t slot;
  bool without;
} elm_rel;

typedef struct elm_query {
  uint32_t n_source, n_let, n_rel, n_sort;
  elm_source *source, *let;
  elm_rel *rel;
  elm_sort *sort;
  const node *where, *ret, *agg, *agg_start;
  uint32_t agg_slot;
  bool distinct, agg_distinct, is_list, sort_by_expr;
  th_str *alias;
} elm_query;

typedef struct elm_retrieve {
  uint16_t fhir;
  th_str type_name;
  const node *codes, *dates;
  th_str code_path, date_path, code_comparator;
  bool main_code; /* code_path is where th_fhir_of_code looks */
} elm_retrieve;

struct elm_node {
  const elm_op *op;
  uint8_t prec; /* of a timing phrase: th_elm_prec, 0 none */
  uint8_t low_closed, high_closed;
  bool flag;            /* strict, distinct … by operator */
  uint8_t quick;        /* elm_quick: what th_elm__kid may answer without a call */
  uint32_t n;           /* kids */
  const node **kid;     /* a missing optional one is NULL */
  const type *rtype;    /* result type when written */
  const type *type;     /* asType, isType, toType, valueType, classType */
  th_str name;          /* reference, path, unit, member names */
  const th_str *names;  /* Tuple, Instance: member of each kid */
  const elm_step *step; /* Property: the path */
  uint32_t n_steps;
  val lit;
  uint32_t slot;
  uint32_t id;     /* index in its library, for coverage */
  const void *ref; /* define, function set, parameter, terminology, query */
  th_str local_id; /* ties it to the narrative */
  const char *loc; /* "12:3-12:18", or NULL */
  const char *lib;
};

typedef struct elm_define {
  th_str name;
  const node *expr;
  const type *rtype;
  uint32_t index;   /* memo slot in the program */
  uint32_t n_slots; /* locals it needs */
  bool is_public, patient;
  const char *loc;
  bool implied;
  const th_json *json;
  struct elm_library *lib;
} elm_define;

typedef struct elm_function {
  th_str name;
  const node *body; /* NULL: external */
  const type **param;
  uint32_t n_params, n_slots;
  const type *rtype;
  const char *loc;
  const th_json *json;
  struct elm_function *next, *last; /* overloads: the next; of the first, the last */
  struct elm_library *lib;
} elm_function;

typedef struct elm_param {
  th_str name;
  const type *type;
  const node *dflt;
  uint32_t index, n_slots;
  const th_json *json;
  struct elm_library *lib;
} elm_param;

/* A named member of a library: what a reference resolves to. */
typedef enum elm_term_kind { TERM_CODESYSTEM, TERM_VALUESET, TERM_CODE, TERM_CONCEPT } elm_term_kind;
typedef struct elm_term {
  uint8_t kind;
  th_str name;
  val value;
} elm_term;

typedef struct elm_library {
  th_elm_library pub; /* first member: the public face */
  th_map includes, defines, functions, params, terms;
  TH_VEC(elm_define *) define;
  TH_VEC(elm_function *) function;
  TH_VEC(const node *) node;
  const th_json *json;
  const char *id_z;
  uint32_t index;
} elm_library;

struct th_elm_program {
  th_arena *arena;
  TH_VEC(elm_library *) lib;
  TH_VEC(elm_param *) param;
  TH_VEC(th_elm_issue) issue;
  TH_VEC(const elm_define *) result; /* public defines of the main library */
  uint32_t n_defines, n_nodes;
  elm_library *main;
  th_map by_id;
};

/* ── Compiling ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct comp_name {
  th_str name;
  uint32_t slot;
} comp_name;

typedef struct comp {
  th_elm_program *p;
  elm_library *lib;
  const char *where; /* define or function */
  comp_name scope[256];
  uint32_t n_scope, used, n_slots, depth;
  bool nomem;
} comp;

node *th_elm__compile(comp *c, const th_json *j);                              /* NULL only when memory is short */
node *th_elm__broken(comp *c, const th_json *j, const char *fmt, th_str what); /* fmt may hold one %s, for `what` */
th_code th_elm__op_broken(eval *e, const node *n, val *out);

/* ── Evaluation ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct elm_frame {
  val *slot;
  uint32_t n;
} elm_frame;

typedef struct elm_retrieved {
  th_str type;
  th_fhir_resource **res;
  val list;
} elm_retrieved;

struct th_elm_eval {
  const th_elm_program *prog;
  const th_elm_options *opt;
  th_arena *arena; /* of the patient */
  th_fhir_patient *patient;
  val *memo;
  uint8_t *memo_state; /* 0 none, 1 running, 2 done */
  val *param;
  uint8_t *param_state;
  const th_json **given; /* a parameter's value from the caller, NULL: none */
  elm_frame frame;
  const val *item; /* the element a sort expression looks at */
  th_elm_time now; /* DateTime at milliseconds, with offset */
  uint32_t depth;
  uint64_t steps, steps_max;
  const th_json *malformed; /* an element that could not be read as its type: the expression that asked fails */
  th_fhir_type malformed_type;
  th_err *err, scratch; /* scratch: of the define that is evaluated, kept clean between defines */
  TH_VEC(th_str) warning;
  TH_VEC(elm_retrieved) retrieved;
  bool overrun; /* a comparison without a way to fail went past a limit: the expression that asked fails */
  bool watched; /* a cover or a trace wants to see every expression */
  struct elm_trace *trace;
  struct th_elm_cover *cover;
  struct elm_regex_cache *regex;
};

#define ELM_DEPTH_MAX 2000

th_code th_elm__eval(eval *e, const node *n, val *out);
th_code th_elm__fail(eval *e, const node *n, th_code code, const char *fmt, ...) TH_PRINTF(4, 5);
th_code th_elm__nomem(eval *e);
/* Work beside the evaluation of expressions, counted as steps of the define; TH_ELIMIT once they are used up. */
th_code th_elm__work(eval *e, const node *n, uint64_t steps);
void th_elm__warn(eval *e, const char *fmt, ...) TH_PRINTF(2, 3);
th_code th_elm__define(eval *e, const elm_define *d, val *out);
/* Whether a value nests less than `depth` levels and has no more than *parts parts, each counted as often as it would be written. */
bool th_elm__fits(val v, unsigned depth, size_t *parts);
/* Evaluates kid i; a missing kid is null. What is known already (a literal, a define or parameter that was computed, a name in the
 * frame) is taken without a call: most operands are of that kind. */
static inline th_code th_elm__kid(eval *e, const node *n, uint32_t i, val *out) {
  const node *k = i < n->n ? n->kid[i] : NULL;
  if (!k) {
    *out = v_null();
    return TH_OK;
  }
  if (k->quick != QUICK_NONE && !e->watched) {
    switch ((elm_quick)k->quick) {
    case QUICK_LITERAL: *out = k->lit; return TH_OK;
    case QUICK_DEFINE:
      if (e->memo_state[k->slot] != 2) break;
      *out = e->memo[k->slot];
      return TH_OK;
    case QUICK_PARAM:
      if (e->param_state[k->slot] != 2) break;
      *out = e->param[k->slot];
      return TH_OK;
    case QUICK_SLOT:
      if (k->slot >= e->frame.n) break;
      *out = e->frame.slot[k->slot];
      return TH_OK;
    case QUICK_NONE: break;
    }
  }
  return th_elm__eval(e, k, out);
}

extern const elm_op th_elm__ops[];
const elm_op *th_elm__op_find(th_str name);

/* decimals */
bool th_elm__dec_parse(th_str s, bool strict, val *out);
val th_elm__dec_from_f80(long double x);
long double th_elm__dec_to_f80(th_i128 d);
bool th_elm__dec_mul(th_i128 a, th_i128 b, th_i128 *out);
bool th_elm__dec_div(th_i128 a, th_i128 b, th_i128 *out);
th_i128 th_elm__dec_round(th_i128 d, int places);
unsigned th_elm__dec_places(th_i128 d); /* digits after the point that are not trailing zeroes */
th_str th_elm__dec_text(th_arena *a, th_i128 d, unsigned scale);
static inline bool dec_fits(th_i128 d) {
  return d > -DEC_TOP && d < DEC_TOP;
}

/* temporal */
#define TZ_NONE INT16_MIN
typedef enum elm_cmp { CMP_LT = -1, CMP_EQ = 0, CMP_GT = 1, CMP_UNKNOWN = 2, CMP_NO = 3 } elm_cmp;
bool th_elm__time_parse(th_elm_kind kind, th_str s, int16_t dflt_tz, th_elm_time *out);
th_str th_elm__time_text(th_arena *a, th_elm_kind kind, th_elm_time t, bool offset);
bool th_elm__time_valid(th_elm_kind kind, th_elm_time t);
elm_cmp th_elm__time_cmp(const eval *e, th_elm_kind kind, th_elm_time a, th_elm_time b, unsigned prec);
elm_cmp th_elm__time_order(th_elm_kind kind, th_elm_time a, th_elm_time b);
bool th_elm__time_step(th_elm_kind kind, th_elm_time t, int by, th_elm_time *out);
bool th_elm__time_add(th_elm_kind kind, th_elm_time t, th_i128 amount, unsigned unit_prec, th_elm_time *out);
th_elm_time th_elm__time_low(th_elm_kind kind, th_elm_time t, unsigned prec);
th_elm_time th_elm__time_high(th_elm_kind kind, th_elm_time t, unsigned prec);
th_elm_time th_elm__time_cut(th_elm_kind kind, th_elm_time t, unsigned prec);
/* Whole periods (boundaries when `diff`) from a to b. */
void th_elm__time_between(const eval *e, th_elm_kind kind, th_elm_time a, th_elm_time b, unsigned prec, bool diff, int64_t *lo,
                          int64_t *hi);
th_elm_time th_elm__time_to_offset(th_elm_time t, int16_t tz);
th_elm_time th_elm__time_min(th_elm_kind kind);
th_elm_time th_elm__time_max(th_elm_kind kind);
unsigned th_elm__prec_of(th_str word); /* "year", "Years", "Month" … 0 none */
static inline val v_time(th_elm_kind kind, th_elm_time t) {
  return (val){ .kind = (uint8_t)kind, .u.t = t };
}

/* quantities */
typedef struct elm_qty {
  th_i128 v;
  uint8_t scale;
  th_str unit;
} elm_qty;
val th_elm__qty_new(eval *e, th_i128 v, unsigned scale, th_str unit);
const elm_qty *th_elm__qty(val v);
elm_cmp th_elm__qty_cmp(eval *e, val a, val b, bool equiv);
bool th_elm__qty_convert(eval *e, val q, th_str unit, val *out);
bool th_elm__qty_product(eval *e, val a, val b, bool divide, val *out);
th_str th_elm__unit_product(eval *e, th_str a, th_str b, bool divide); /* p NULL: memory is short */
/* Both in the finer of the two units; false when they do not compare. */
bool th_elm__qty_align(eval *e, val a, val b, th_i128 *x, th_i128 *y, th_str *unit);
unsigned th_elm__calendar(th_str unit); /* precision named by a calendar word or a definite UCUM time unit, 0 none */
bool th_elm__unit_ok(th_str unit);

typedef struct elm_ratio {
  val num, den;
} elm_ratio;
typedef struct elm_code {
  th_str code, system, version, display; /* p NULL: absent */
} elm_code;
typedef struct elm_concept {
  val codes; /* LIST */
  th_str display;
} elm_concept;
typedef struct elm_vocab { /* ValueSet, CodeSystem */
  th_str id, version, name;
} elm_vocab;
typedef struct elm_tuple {
  th_str type_name; /* of an instance; empty for a plain tuple */
  uint32_t n;
  const th_str *name;
  const val *v;
} elm_tuple;
typedef struct elm_interval {
  val low, high;
  bool low_closed, high_closed;
  const type *point;
} elm_interval;

static inline const elm_code *as_code(val v) {
  return v.u.p;
}
static inline const elm_concept *as_concept(val v) {
  return v.u.p;
}
static inline const elm_vocab *as_vocab(val v) {
  return v.u.p;
}
static inline const elm_tuple *as_tuple(val v) {
  return v.u.p;
}
static inline const elm_interval *as_interval(val v) {
  return v.u.p;
}
static inline const elm_ratio *as_ratio(val v) {
  return v.u.p;
}

val th_elm__interval(eval *e, val low, bool lc, val high, bool hc, const type *point);
val th_elm__uncertain(eval *e, val low, val high); /* collapses to a point when both ends are the same */
val th_elm__code_new(eval *e, th_str code, th_str system, th_str version, th_str display);
static inline val v_list(const val *items, size_t n) {
  return (val){ .kind = TH_ELM_LIST, .n = (uint32_t)n, .u.list = items };
}

/* comparison */
th_code th_elm__equal(eval *e, const node *n, val a, val b, th_tri *out);
bool th_elm__equivalent(eval *e, val a, val b); /* past a limit: false, and e->overrun */
/* a ? b at a precision (0: none named). TH_EINVAL when the two do not compare. */
th_tri th_elm__less(eval *e, val a, val b, unsigned prec);
th_tri th_elm__less_eq(eval *e, val a, val b, unsigned prec);
th_tri th_elm__same(eval *e, val a, val b, unsigned prec);
/* Total order of sorting and Min/Max: false when the two are not comparable. */
bool th_elm__order(eval *e, val a, val b, int *out);
bool th_elm__seen(eval *e, const node *n, const val *list, size_t n_list, val v, th_code *code); /* Equal, nulls the same */

th_code th_elm__list_has(eval *e, const node *n, val list, val item, bool proper, val *out);
th_code th_elm__list_includes(eval *e, const node *n, val list, val part, bool proper, val *out);

th_code th_elm__distinct(eval *e, const node *n, val list, val *out);
/* An interval that ends before it starts: an error of its author, or, of data, null with a warning. */
th_code th_elm__interval_order(eval *e, const node *n, bool of_data, val *out);
th_code th_elm__interval_union(eval *e, const node *n, val a, val b, val *out);
th_code th_elm__interval_intersect(eval *e, const node *n, val a, val b, val *out);
th_code th_elm__interval_except(eval *e, const node *n, val a, val b, val *out);

/* point arithmetic */
th_code th_elm__multiply(eval *e, const node *n, val a, val b, val *out);
th_code th_elm__successor(eval *e, const node *n, val v, int by, val *out);
val th_elm__min_value(eval *e, const type *t);
val th_elm__max_value(eval *e, const type *t);
val th_elm__start(eval *e, const node *n, val iv, th_code *code);
val th_elm__end(eval *e, const node *n, val iv, th_code *code);
th_code th_elm__add(eval *e, const node *n, val a, val b, bool subtract, val *out);
const type *th_elm__type_of(val v); /* of a point, for an interval */

/* types */
const type *th_elm__type_named(th_arena *a, th_str name);
const type *th_elm__type_read(th_arena *a, const th_json *j, unsigned depth); /* NULL: not a specifier */
bool th_elm__type_same(const type *a, const type *b);
bool th_elm__is(val v, const type *t);
const type *th_elm__type_system(th_elm_kind k);
th_code th_elm__convert(eval *e, const node *n, val v, th_elm_kind to, val *out);
th_str th_elm__kind_name(val v);

/* data */
/* "a", "a.b[0].c": as steps in the arena; false when it cannot be read. NULL *out: memory is short. */
bool th_elm__path_read(th_arena *a, th_str path, const elm_step **out, uint32_t *n);
th_code th_elm__property(eval *e, const node *n, val v, th_str path, val *out);
val th_elm__fhir_primitive(eval *e, val v);
th_code th_elm__malformed(eval *e, const node *n); /* the error that names its path */
th_code th_elm__fhir_list(eval *e, const th_fhir_elem *el, size_t n, val *out);
th_code th_elm__code_in(eval *e, const node *n, val code, val vocab, th_tri *out);
bool th_elm__terms_known(const eval *e, val vocab);                  /* the value set or code system is loaded */
bool th_elm__codes_of(eval *e, val v, const val **codes, size_t *n); /* Code, Concept, list of them, FHIR Coding … */

/* regular expressions */
th_code th_elm__regex_match(eval *e, const node *n, th_str text, th_str pattern, bool *out); /* the whole text */
th_code th_elm__regex_replace(eval *e, const node *n, th_str text, th_str pattern, th_str with, th_str *out);
th_code th_elm__regex_split(eval *e, const node *n, th_str text, th_str pattern, val *out);
void th_elm__regex_del(eval *e);

/* explaining, coverage */
void th_elm__observe(eval *e, const node *n, val v);

/* ── Operators: ELM node, children. NULL children: "operand". ──────────────────────────────────────────────────────── */

/* clang-format off */
#define ELM_OPS(X) \
  X(And, NULL) X(Or, NULL) X(Xor, NULL) X(Implies, NULL) X(Not, NULL) X(IsNull, NULL) X(IsTrue, NULL) X(IsFalse, NULL) \
  X(Coalesce, NULL) X(If, "condition then else") X(Case, "") X(Null, "") X(Literal, "") X(List, "element") X(Tuple, "") \
  X(Instance, "") X(Interval, "low high lowClosedExpression highClosedExpression") X(Quantity, "") X(Ratio, "") X(Code, "") \
  X(Concept, "") X(CodeRef, "") X(ConceptRef, "") X(CodeSystemRef, "") X(ValueSetRef, "") X(ParameterRef, "") \
  X(ExpressionRef, "") X(FunctionRef, NULL) X(OperandRef, "") X(AliasRef, "") X(QueryLetRef, "") X(IdentifierRef, "") \
  X(Property, "source") X(Query, "") X(Sort, "source") X(Retrieve, "") X(ExpandValueSet, NULL) \
  X(Equal, NULL) X(NotEqual, NULL) X(Equivalent, NULL) X(Less, NULL) X(LessOrEqual, NULL) X(Greater, NULL) X(GreaterOrEqual, NULL) \
  X(Add, NULL) X(Subtract, NULL) X(Multiply, NULL) X(Divide, NULL) X(TruncatedDivide, NULL) X(Modulo, NULL) X(Negate, NULL) \
  X(Abs, NULL) X(Ceiling, NULL) X(Floor, NULL) X(Truncate, NULL) X(Round, "operand precision") X(Ln, NULL) X(Log, NULL) \
  X(Exp, NULL) X(Power, NULL) X(MinValue, "") X(MaxValue, "") X(Predecessor, NULL) X(Successor, NULL) X(Precision, NULL) \
  X(LowBoundary, NULL) X(HighBoundary, NULL) \
  X(Is, NULL) X(As, NULL) X(Convert, NULL) X(CanConvert, NULL) X(ToBoolean, NULL) X(ToChars, NULL) X(ToConcept, NULL) \
  X(ToDate, NULL) X(ToDateTime, NULL) X(ToDecimal, NULL) X(ToInteger, NULL) X(ToLong, NULL) X(ToList, NULL) X(ToInterval, NULL) \
  X(ToQuantity, NULL) X(ToRatio, NULL) X(ToString, NULL) X(ToTime, NULL) X(ConvertsToBoolean, NULL) X(ConvertsToDate, NULL) \
  X(ConvertsToDateTime, NULL) X(ConvertsToDecimal, NULL) X(ConvertsToInteger, NULL) X(ConvertsToLong, NULL) \
  X(ConvertsToQuantity, NULL) X(ConvertsToRatio, NULL) X(ConvertsToString, NULL) X(ConvertsToTime, NULL) \
  X(CanConvertQuantity, NULL) X(ConvertQuantity, NULL) X(Children, "source") X(Descendents, "source") X(Descendants, "source") \
  X(Concatenate, NULL) X(Combine, "source separator") X(Split, "stringToSplit separator") \
  X(SplitOnMatches, "stringToSplit separatorPattern") X(Length, NULL) X(Upper, NULL) X(Lower, NULL) X(Indexer, NULL) \
  X(PositionOf, "pattern string") X(LastPositionOf, "pattern string") X(Substring, "stringToSub startIndex length") \
  X(StartsWith, NULL) X(EndsWith, NULL) X(Matches, NULL) X(MatchesFull, NULL) X(ReplaceMatches, NULL) \
  X(Now, "") X(Today, "") X(TimeOfDay, "") X(Date, "year month day") \
  X(DateTime, "year month day hour minute second millisecond timezoneOffset") X(Time, "hour minute second millisecond") \
  X(DateFrom, NULL) X(TimeFrom, NULL) X(TimezoneFrom, NULL) X(TimezoneOffsetFrom, NULL) X(DateTimeComponentFrom, NULL) \
  X(DurationBetween, NULL) X(DifferenceBetween, NULL) X(CalculateAge, NULL) X(CalculateAgeAt, NULL) \
  X(SameAs, NULL) X(SameOrBefore, NULL) X(SameOrAfter, NULL) X(Before, NULL) X(After, NULL) \
  X(Start, NULL) X(End, NULL) X(Width, NULL) X(Size, NULL) X(PointFrom, NULL) X(Contains, NULL) X(In, NULL) \
  X(ProperContains, NULL) X(ProperIn, NULL) X(Includes, NULL) X(IncludedIn, NULL) X(ProperIncludes, NULL) \
  X(ProperIncludedIn, NULL) X(Overlaps, NULL) X(OverlapsBefore, NULL) X(OverlapsAfter, NULL) X(Meets, NULL) \
  X(MeetsBefore, NULL) X(MeetsAfter, NULL) X(Starts, NULL) X(Ends, NULL) X(Collapse, NULL) X(Expand, NULL) X(Union, NULL) \
  X(Intersect, NULL) X(Except, NULL) \
  X(Exists, NULL) X(Distinct, NULL) X(Flatten, NULL) X(SingletonFrom, NULL) X(First, "source") X(Last, "source") \
  X(IndexOf, "source element") X(Slice, "source startIndex endIndex") X(Times, NULL) X(Filter, "source condition") \
  X(ForEach, "source element") X(Current, "") \
  X(Count, "source") X(Sum, "source") X(Product, "source") X(Min, "source") X(Max, "source") X(Avg, "source") \
  X(Median, "source") X(Mode, "source") X(GeometricMean, "source") X(Variance, "source") X(PopulationVariance, "source") \
  X(StdDev, "source") X(PopulationStdDev, "source") X(AllTrue, "source") X(AnyTrue, "source") \
  X(InValueSet, "code valuesetExpression") X(AnyInValueSet, "codes valuesetExpression") \
  X(InCodeSystem, "code codesystemExpression") X(AnyInCodeSystem, "codes codesystemExpression") X(Subsumes, NULL) \
  X(SubsumedBy, NULL) X(Message, "source condition code severity message")
/* clang-format on */

#define ELM_OP(name, kids) th_code th_elm__op_##name(eval *e, const node *n, val *out);
ELM_OPS(ELM_OP)
#undef ELM_OP

/* An operator's first lines: evaluates kid i, and leaves with null when it is null. */
#define KID(i, name)                                                                                                           \
  val name;                                                                                                                    \
  TH_TRY(th_elm__kid(e, n, i, &name))
#define KID_OR_NULL(i, name)                                                                                                   \
  KID(i, name);                                                                                                                \
  if (is_null(name)) {                                                                                                         \
    *out = v_null();                                                                                                           \
    return TH_OK;                                                                                                              \
  }

#endif
