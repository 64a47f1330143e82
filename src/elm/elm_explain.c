/* Explaining: every evaluated expression with its value, tied to the source text; coverage of boolean expressions over a run. */
#include "elm/elm_priv.h"

#define TRACE_MAX 20000
#define LIST_CUT  20
#define PARTS_MAX 2000 /* of a value that is shown */

typedef struct event {
  const node *n;
  val v;
  uint32_t depth;
  uint32_t first_kid, next; /* tree links: index + 1, 0 none */
} event;

struct elm_trace {
  TH_VEC(event) ev;
  bool full;
};

enum { SAW_TRUE = 1, SAW_FALSE = 2, SAW_NULL = 4 };

struct th_elm_cover {
  uint8_t *saw;
  uint32_t *times;
  uint32_t n;
};

void th_elm__observe(eval *e, const node *n, val v) {
  if (e->cover && n->id < e->cover->n) {
    struct th_elm_cover *c = e->cover;
    c->times[n->id]++;
    if (v.kind == TH_ELM_BOOL)
      c->saw[n->id] |= v.u.i ? SAW_TRUE : SAW_FALSE;
    else if (is_null(v))
      c->saw[n->id] |= SAW_NULL;
  }
  struct elm_trace *t = e->trace;
  if (!t) return;
  const event x = { n, v, e->depth, 0, 0 };
  if (t->ev.n >= TRACE_MAX || !TH_VEC_PUSH(e->arena, &t->ev, x)) t->full = true;
}

/* ── Source text ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static void narrative(th_buf *b, const th_json *s, unsigned depth) {
  if (!s || depth > 200) return;
  const th_json *value = th_json_get(s, "value"), *kids = th_json_get(s, "s");
  for (uint32_t i = 0; value && value->kind == TH_JSON_ARRAY && i < value->n; i++)
    th_buf_add(b, th_json_text(&value->u.item[i]));
  for (uint32_t i = 0; kids && kids->kind == TH_JSON_ARRAY && i < kids->n; i++) narrative(b, &kids->u.item[i], depth + 1);
}

static const th_json *find_part(const th_json *s, th_str id, unsigned depth) {
  if (!s || depth > 200) return NULL;
  if (id.n && th_str_eq(th_json_text(th_json_get(s, "r")), id)) return s;
  const th_json *kids = th_json_get(s, "s");
  for (uint32_t i = 0; kids && kids->kind == TH_JSON_ARRAY && i < kids->n; i++) {
    const th_json *hit = find_part(&kids->u.item[i], id, depth + 1);
    if (hit) return hit;
  }
  return NULL;
}

static const th_json *narrative_of(const th_json *def) {
  const th_json *list = th_json_get(def, "annotation");
  for (uint32_t i = 0; list && list->kind == TH_JSON_ARRAY && i < list->n; i++) {
    const th_json *s = th_json_get(&list->u.item[i], "s");
    if (s) return s;
  }
  return NULL;
}

static th_str source_of(const eval *e, const elm_define *d, th_str local_id) {
  const th_json *root = narrative_of(d->json), *part = local_id.n ? find_part(root, local_id, 0) : root;
  th_buf b;
  if (!part) return TH_STR_NONE;
  th_buf_init(&b, e->arena, 64);
  narrative(&b, part, 0);
  return b.failed ? TH_STR_NONE : th_str_trim(th_buf_str(&b));
}

/* ── The tree ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Events come children first: those one deeper, since the last event at this depth or above, are the children. */
static th_code link_events(eval *e, struct elm_trace *t) {
  uint32_t *open = TH_NEWN(e->arena, uint32_t, t->ev.n);
  size_t top = 0;
  if (!open) return TH_ENOMEM;
  for (uint32_t i = 0; i < t->ev.n; i++) {
    event *x = &t->ev.v[i];
    while (top && t->ev.v[open[top - 1]].depth > x->depth) {
      event *kid = &t->ev.v[open[--top]];
      if (kid->depth != x->depth + 1) continue;
      kid->next = x->first_kid;
      x->first_kid = open[top] + 1;
    }
    open[top++] = i;
  }
  return TH_OK;
}

/* A value too large to show is left out, which is not null. */
static void write_value(th_jwrite *w, const eval *e, val v) {
  size_t parts = PARTS_MAX;
  if (v.kind == TH_ELM_LIST && v.n > LIST_CUT) {
    th_jw_key(w, "elements");
    th_jw_i64(w, v.n);
    v.n = LIST_CUT;
  }
  if (!th_elm__fits(v, TH_LIMIT_ELM_VALUE_DEPTH / 2, &parts)) {
    th_jw_key(w, "value_left_out");
    th_jw_bool(w, true);
    return;
  }
  th_jw_key(w, "value");
  th_elm_write(w, e, v);
}

static th_str literal_pattern(const node *n) {
  const node *p = n->n > 1 ? n->kid[1] : NULL;
  return p && p->lit.kind == TH_ELM_STRING ? p->lit.u.str : TH_STR_NONE;
}

/* What a reader of the rule may not expect. Texts say what the rule does, not what it should do. */
static const char *note_of(const node *n) {
  const char *name = n->op->name;
  if (strcmp(name, "DifferenceBetween") == 0 && (n->prec == TH_ELM_YEAR || n->prec == TH_ELM_MONTH))
    return "difference counts boundaries of the calendar, not completed periods: born 2008-12-31 is 18 \"years\" on 2026-01-01 "
           "and 17 years old";
  if (strcmp(name, "Matches") == 0 || strcmp(name, "MatchesFull") == 0) {
    const th_str p = literal_pattern(n);
    if (th_str_has(p, TH_S("|\\+")) || th_str_has(p, TH_S("|[+]")) || th_str_has(p, TH_S("|.*\\+")))
      return "one alternative of the pattern is a plus sign: any text that holds \"+\" satisfies it, whatever else it says";
    return "free text is matched against a pattern: other wording of the same fact does not match";
  }
  if (strcmp(name, "InCodeSystem") == 0)
    return "membership is by the code system's address; the code itself is not looked up unless content is loaded";
  return NULL;
}

static void write_event(th_jwrite *w, const eval *e, const elm_define *d, const struct elm_trace *t, uint32_t i,
                        unsigned depth) {
  const event *x = &t->ev.v[i];
  th_jw_obj(w);
  th_jw_key(w, "expression");
  th_jw_z(w, x->n->op->name);
  if (x->n->name.n) {
    th_jw_key(w, "name");
    th_jw_str(w, x->n->name);
  }
  th_jw_key(w, "type");
  th_jw_z(w, th_elm_kind_name(x->v));
  if (x->n->loc) {
    th_jw_key(w, "locator");
    th_jw_z(w, x->n->loc);
  }
  if (x->n->lib == d->lib->id_z && x->n->local_id.n) {
    const th_str src = source_of(e, d, x->n->local_id);
    if (src.n) {
      th_jw_key(w, "source");
      th_jw_str(w, th_str_sub(src, 0, 400));
    }
  }
  write_value(w, e, x->v);
  const char *note = note_of(x->n);
  if (note) {
    th_jw_key(w, "note");
    th_jw_z(w, note);
  }
  if (x->first_kid && depth < 100) {
    th_jw_key(w, "operands");
    th_jw_arr(w);
    for (uint32_t k = x->first_kid; k; k = t->ev.v[k - 1].next) write_event(w, e, d, t, k - 1, depth + 1);
    th_jw_arr_end(w);
  }
  th_jw_obj_end(w);
}

static int64_t resources_of(eval *e, const struct elm_trace *t) {
  th_map seen;
  th_map_init(&seen, e->arena);
  for (size_t i = 0; i < t->ev.n; i++) {
    const val *v = &t->ev.v[i].v;
    if (v->kind != TH_ELM_FHIR || th_fhir_type_kind((th_fhir_type)v->n) != TH_FHIR_RESOURCE) continue;
    if (th_map_put(&seen, th_str_n((const char *)&v->u.fhir.value, sizeof v->u.fhir.value), 1) != TH_OK) break;
  }
  return (int64_t)seen.n;
}

/* A pass over the notes of everything that was evaluated, each text once. */
static void write_notes(th_jwrite *w, const struct elm_trace *t) {
  const char *given[8];
  size_t n = 0;
  th_jw_key(w, "notes");
  th_jw_arr(w);
  for (size_t i = 0; i < t->ev.n && n < 8; i++) {
    const char *note = note_of(t->ev.v[i].n);
    bool old = !note;
    for (size_t k = 0; k < n && !old; k++) old = given[k] == note;
    if (old) continue;
    given[n++] = note;
    th_jw_z(w, note);
  }
  th_jw_arr_end(w);
}

th_code th_elm_explain(th_elm_eval *e, th_str define, th_jwrite *w, th_err *err) {
  uint64_t at;
  struct elm_trace t = { 0 };
  val v;
  th_err fault = { 0 };
  if (!e->prog->main || !th_map_get(&e->prog->main->defines, define, &at))
    return th_fail(err, TH_ENOENT, "the library has no define \"%.*s\"", TH_STR_ARG(define));
  const elm_define *d = (const elm_define *)(uintptr_t)at;
  memset(e->memo_state, 0, e->prog->n_defines);
  e->trace = &t;
  e->watched = true;
  const th_code code = th_elm_value(e, define, &v, &fault);
  e->trace = NULL;
  e->watched = e->cover != NULL;
  if (code == TH_ENOMEM || link_events(e, &t) != TH_OK) return th_fail_nomem(err);
  th_jw_obj(w);
  th_jw_key(w, "define");
  th_jw_str(w, define);
  th_jw_key(w, "library");
  th_jw_str(w, d->lib->pub.id);
  th_jw_key(w, "locator");
  th_jw_z(w, d->loc ? d->loc : "");
  const th_str src = source_of(e, d, TH_STR_NONE);
  if (src.n) {
    th_jw_key(w, "source");
    th_jw_str(w, src);
  }
  if (code == TH_OK) {
    th_jw_key(w, "type");
    th_jw_z(w, th_elm_kind_name(v));
    write_value(w, e, v);
  } else {
    const char *bar = strchr(fault.source, '|');
    th_jw_key(w, "error");
    th_jw_z(w, fault.msg);
    th_jw_key(w, "error_locator");
    th_jw_z(w, bar ? bar + 1 : "");
  }
  th_jw_key(w, "evaluations");
  th_jw_i64(w, (int64_t)t.ev.n);
  th_jw_key(w, "resources");
  th_jw_i64(w, resources_of(e, &t));
  th_jw_key(w, "cut");
  th_jw_bool(w, t.full);
  write_notes(w, &t);
  th_jw_key(w, "tree");
  if (t.ev.n && code == TH_OK)
    write_event(w, e, d, &t, (uint32_t)t.ev.n - 1, 0);
  else
    th_jw_null(w);
  th_jw_obj_end(w);
  return TH_OK;
}

/* ── Coverage ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_elm_cover *th_elm_cover_new(const th_elm_program *p, th_arena *a) {
  th_elm_cover *c = TH_NEW(a, th_elm_cover);
  if (!c) return NULL;
  c->n = p->n_nodes;
  c->saw = TH_NEWN(a, uint8_t, c->n);
  c->times = TH_NEWN(a, uint32_t, c->n);
  return c->saw && c->times ? c : NULL;
}

void th_elm_cover_use(th_elm_eval *e, th_elm_cover *c) {
  e->cover = c;
  e->watched = c != NULL || e->trace != NULL;
}

static bool is_boolean(const node *n) {
  return n->rtype && n->rtype->kind == T_SYSTEM && n->rtype->sys == TH_ELM_BOOL;
}

static void write_seen(th_jwrite *w, uint8_t saw) {
  th_jw_key(w, "true");
  th_jw_bool(w, saw & SAW_TRUE);
  th_jw_key(w, "false");
  th_jw_bool(w, saw & SAW_FALSE);
  th_jw_key(w, "null");
  th_jw_bool(w, saw & SAW_NULL);
}

/* Conditions with a place in the text that were not seen both true and false. */
static void write_open(const th_elm_program *p, const th_elm_cover *c, th_jwrite *w) {
  th_jw_key(w, "open");
  th_jw_arr(w);
  for (size_t i = 0; i < p->main->node.n; i++) {
    const node *n = p->main->node.v[i];
    const uint8_t saw = c->saw[n->id];
    if (!is_boolean(n) || !n->loc || (saw & (SAW_TRUE | SAW_FALSE)) == (SAW_TRUE | SAW_FALSE)) continue;
    th_jw_obj(w);
    th_jw_key(w, "locator");
    th_jw_z(w, n->loc);
    th_jw_key(w, "expression");
    th_jw_z(w, n->op->name);
    th_jw_key(w, "evaluations");
    th_jw_i64(w, c->times[n->id]);
    write_seen(w, saw);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

void th_elm_cover_write(const th_elm_program *p, const th_elm_cover *c, th_jwrite *w) {
  uint32_t nodes = 0, hit = 0, booleans = 0, both = 0;
  for (size_t i = 0; i < p->main->node.n; i++) {
    const node *n = p->main->node.v[i];
    nodes++;
    hit += c->times[n->id] > 0;
    if (!is_boolean(n)) continue;
    booleans++;
    both += (c->saw[n->id] & (SAW_TRUE | SAW_FALSE)) == (SAW_TRUE | SAW_FALSE);
  }
  th_jw_obj(w);
  th_jw_key(w, "library");
  th_jw_str(w, p->main->pub.id);
  th_jw_key(w, "expressions");
  th_jw_i64(w, nodes);
  th_jw_key(w, "evaluated");
  th_jw_i64(w, hit);
  th_jw_key(w, "conditions");
  th_jw_i64(w, booleans);
  th_jw_key(w, "seen_true_and_false");
  th_jw_i64(w, both);
  th_jw_key(w, "defines");
  th_jw_arr(w);
  for (size_t i = 0; i < p->main->define.n; i++) {
    const elm_define *d = p->main->define.v[i];
    if (!d->expr || !is_boolean(d->expr)) continue;
    const uint8_t saw = c->saw[d->expr->id];
    th_jw_obj(w);
    th_jw_key(w, "define");
    th_jw_str(w, d->name);
    th_jw_key(w, "locator");
    th_jw_z(w, d->loc ? d->loc : "");
    write_seen(w, saw);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  write_open(p, c, w);
  th_jw_obj_end(w);
}
