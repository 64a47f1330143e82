/* The tree is built from the token stream. Children wait on one stack (of its own: in the frame while they are few, then in an arena)
 * until their bracket closes, and are then copied in one piece, so that arrays lie together in memory and nothing is grown inside the
 * caller's arena. */
#include "theriac/io.h"

typedef struct open_value {
  size_t from;     /* first child on the stack */
  uint64_t offset; /* of the bracket */
  th_str key;      /* under which the value stands in its parent */
} open_value;

#define FEW 48

typedef struct builder {
  th_arena *arena, *scratch; /* scratch: NULL until it is needed */
  th_jread *read;
  th_json_member *child;
  size_t n, cap;
  th_str key;
  th_json_member few[FEW];
  open_value open[TH_LIMIT_JSON_DEPTH + 1];
} builder;

static bool scratch(builder *b) {
  if (!b->scratch) b->scratch = th_arena_new(0);
  return b->scratch != NULL;
}

static bool push(builder *b, th_json v) {
  if (b->n == b->cap) {
    if (!scratch(b)) return false;
    const bool first = b->child == b->few;
    const size_t size = b->cap * sizeof *b->child;
    th_json_member *more =
        th_arena_grow(b->scratch, first ? NULL : b->child, first ? 0 : size, 2 * size, alignof(th_json_member));
    if (!more) return false;
    if (first) memcpy(more, b->few, size);
    b->child = more;
    b->cap *= 2;
  }
  b->child[b->n++] = (th_json_member){ b->key, v };
  return true;
}

static th_code repeated(const builder *b, th_str name, uint64_t offset, th_err *err) {
  uint32_t line = 0, col = 0;
  if (err) th_text_place(th_str_n(b->read->start, (size_t)(b->read->end - b->read->start)), offset, &line, &col);
  return th_fail_at(err, TH_EPARSE, line, col, "the member \"%.*s\" stands twice in one object", TH_STR_ARG(name));
}

/* Small objects by comparing all pairs, large ones by a map. */
static th_code check_keys(builder *b, const th_json_member *m, size_t n, th_err *err) {
  if (n <= 12) {
    for (size_t i = 1; i < n; i++)
      for (size_t k = 0; k < i; k++)
        if (m[i].key.n == m[k].key.n && th_str_eq(m[i].key, m[k].key)) return repeated(b, m[i].key, m[i].value.offset, err);
    return TH_OK;
  }
  if (!scratch(b)) return th_fail_nomem(err);
  const th_arena_mark mark = th_arena_save(b->scratch);
  th_map seen;
  th_map_init(&seen, b->scratch);
  th_code code = TH_OK;
  for (size_t i = 0; i < n && code == TH_OK; i++) {
    bool is_new;
    if (!th_map_at(&seen, m[i].key, &is_new))
      code = th_fail_nomem(err);
    else if (!is_new)
      code = repeated(b, m[i].key, m[i].value.offset, err);
  }
  th_arena_rewind(b->scratch, mark);
  return code;
}

static th_code close_value(builder *b, uint32_t depth, th_json *out, th_err *err) {
  const open_value *o = &b->open[depth];
  const size_t n = b->n - o->from;
  const th_json_member *from = b->child + o->from;
  if (n > UINT32_MAX) return th_fail(err, TH_ELIMIT, "more than 2^32 - 1 elements in one JSON value");
  *out =
      (th_json){ .kind = b->read->tok == TH_J_OBJ_END ? TH_JSON_OBJECT : TH_JSON_ARRAY, .n = (uint32_t)n, .offset = o->offset };
  if (out->kind == TH_JSON_OBJECT) {
    TH_TRY(check_keys(b, from, n, err));
    out->u.member = TH_NEWN(b->arena, th_json_member, n);
    if (!out->u.member) return th_fail_nomem(err);
    if (n) memcpy(out->u.member, from, n * sizeof *from);
  } else {
    out->u.item = TH_NEWN(b->arena, th_json, n);
    if (!out->u.item) return th_fail_nomem(err);
    for (size_t i = 0; i < n; i++) out->u.item[i] = from[i].value;
  }
  b->n = o->from;
  b->key = o->key;
  return TH_OK;
}

static th_json scalar(const th_jread *r) {
  th_json v = { .offset = th_jread_offset(r) };
  switch (r->tok) {
  case TH_J_TRUE:
  case TH_J_FALSE:
    v.kind = TH_JSON_BOOL;
    v.boolean = r->tok == TH_J_TRUE;
    break;
  case TH_J_NUMBER:
    v.kind = TH_JSON_NUMBER;
    v.u.text = r->text;
    break;
  case TH_J_STRING:
    v.kind = TH_JSON_STRING;
    v.u.text = r->text;
    break;
  case TH_J_NULL:
  case TH_J_END:
  case TH_J_KEY:
  case TH_J_OBJ:
  case TH_J_OBJ_END:
  case TH_J_ARR:
  case TH_J_ARR_END:
  default: v.kind = TH_JSON_NULL;
  }
  return v;
}

static th_code build(builder *b, th_json *out, th_err *err) {
  th_jread *r = b->read;
  for (;;) {
    TH_TRY(th_jread_next(r, err));
    if (r->tok == TH_J_KEY) {
      b->key = r->text;
      continue;
    }
    if (r->tok == TH_J_OBJ || r->tok == TH_J_ARR) {
      b->open[r->depth - 1] = (open_value){ .from = b->n, .offset = th_jread_offset(r), .key = b->key };
      b->key = TH_STR_NONE;
      continue;
    }
    th_json v;
    if (r->tok == TH_J_OBJ_END || r->tok == TH_J_ARR_END)
      TH_TRY(close_value(b, r->depth, &v, err));
    else
      v = scalar(r);
    if (!r->depth) {
      *out = v;
      return th_jread_next(r, err); /* TH_J_END, or rubbish */
    }
    if (!push(b, v)) return th_fail_nomem(err);
    b->key = TH_STR_NONE;
  }
}

th_code th_json_parse(th_arena *a, th_str bytes, th_json *out, th_err *err) {
  *out = (th_json){ 0 };
  builder b; /* few and open are filled as they are needed: clearing them would cost more than most documents */
  b.arena = a;
  b.scratch = NULL;
  b.child = b.few;
  b.n = 0;
  b.cap = FEW;
  b.key = TH_STR_NONE;
  th_jread r;
  th_jread_open(&r, a, bytes);
  b.read = &r;
  const th_code code = build(&b, out, err);
  th_arena_del(b.scratch);
  if (code != TH_OK) *out = (th_json){ 0 };
  return code;
}

static const th_json *member(const th_json *obj, th_str key) {
  if (!obj || obj->kind != TH_JSON_OBJECT) return NULL;
  for (uint32_t i = 0; i < obj->n; i++)
    if (th_str_eq(obj->u.member[i].key, key)) return &obj->u.member[i].value;
  return NULL;
}

const th_json *th_json_get(const th_json *obj, const char *key) {
  return member(obj, th_str_of(key));
}

const th_json *th_json_item(const th_json *arr, size_t i) {
  return arr && arr->kind == TH_JSON_ARRAY && i < arr->n ? &arr->u.item[i] : NULL;
}

const th_json *th_json_at(const th_json *v, const char *path) {
  th_str rest = th_str_of(path), step;
  while (v && th_str_split(&rest, '.', &step)) {
    int64_t i;
    if (v->kind == TH_JSON_ARRAY)
      v = th_str_to_i64(step, &i) && i >= 0 ? th_json_item(v, (size_t)i) : NULL;
    else
      v = member(v, step);
  }
  return v;
}

th_str th_json_text(const th_json *v) {
  return v && (v->kind == TH_JSON_STRING || v->kind == TH_JSON_NUMBER) ? v->u.text : TH_STR_NONE;
}

bool th_json_i64(const th_json *v, int64_t *out) {
  if (!v || v->kind != TH_JSON_NUMBER) return false;
  if (th_str_to_i64(v->u.text, out)) return true;
  th_dec d; /* 1e3 and 2.0 are whole too */
  if (!th_dec_parse(v->u.text, &d)) return false;
  d = th_dec_round(d, 0, TH_ROUND_DOWN);
  th_dec whole;
  if (!th_dec_parse(v->u.text, &whole) || th_dec_cmp(whole, d) != 0) return false;
  if (d.coeff < INT64_MIN || d.coeff > INT64_MAX) return false;
  *out = (int64_t)d.coeff;
  return true;
}

bool th_json_f64(const th_json *v, double *out) {
  return v && v->kind == TH_JSON_NUMBER && th_str_to_f64(v->u.text, out);
}

bool th_json_true(const th_json *v) {
  return v && v->kind == TH_JSON_BOOL && v->boolean;
}
