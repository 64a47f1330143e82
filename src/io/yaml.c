/* YAML by libyaml, as a strict subset: one document, plain trees of mappings, sequences and scalars. Anchors, aliases, tags and
 * repeated keys are refused with their place, so that a policy means what its lines say and nothing grows by expansion. */
#include <stdio.h>
#include <yaml.h>

#include "theriac/io.h"

typedef struct yread {
  yaml_parser_t parser;
  th_arena *arena;
  th_err *err;
  uint32_t depth;
} yread;

static th_code fail_mark(yread *r, yaml_mark_t at, const char *what) {
  return th_fail_at(r->err, TH_EPARSE, (uint32_t)at.line + 1, (uint32_t)at.column + 1, "%s", what);
}

static th_code next_event(yread *r, yaml_event_t *ev) {
  if (yaml_parser_parse(&r->parser, ev)) return TH_OK;
  if (r->parser.error == YAML_MEMORY_ERROR) return th_fail_nomem(r->err);
  const yaml_mark_t at = r->parser.error == YAML_READER_ERROR ? (yaml_mark_t){ 0 } : r->parser.problem_mark;
  return th_fail_at(r->err, TH_EPARSE, (uint32_t)at.line + 1, (uint32_t)at.column + 1, "not YAML: %s%s%s",
                    r->parser.context ? r->parser.context : "", r->parser.context ? ", " : "",
                    r->parser.problem ? r->parser.problem : "unreadable");
}

static th_code node_of(yread *r, const yaml_event_t *ev, th_yaml *out);

static th_code sequence_of(yread *r, th_yaml *out) {
  TH_VEC(th_yaml) items = { 0 };
  for (;;) {
    yaml_event_t ev;
    TH_TRY(next_event(r, &ev));
    const bool end = ev.type == YAML_SEQUENCE_END_EVENT;
    th_yaml *slot = end ? NULL : TH_VEC_ADD(r->arena, &items);
    const th_code code = end ? TH_OK : slot ? node_of(r, &ev, slot) : th_fail_nomem(r->err);
    yaml_event_delete(&ev);
    TH_TRY(code);
    if (end) break;
  }
  out->n = (uint32_t)items.n;
  out->u.item = items.v;
  return TH_OK;
}

static th_code key_of(yread *r, const yaml_event_t *ev, const th_yaml_pair *before, size_t n, th_yaml_pair *out) {
  th_yaml key = { 0 };
  TH_TRY(node_of(r, ev, &key));
  if (key.kind != TH_YAML_SCALAR) return fail_mark(r, ev->start_mark, "expected a plain key");
  for (size_t i = 0; i < n; i++)
    if (th_str_eq(before[i].key, key.u.text))
      return th_fail_at(r->err, TH_EPARSE, key.line, key.col, "key \"%.*s\" stands twice in one mapping",
                        TH_STR_ARG(key.u.text));
  *out = (th_yaml_pair){ .key = key.u.text, .line = key.line, .col = key.col };
  return TH_OK;
}

static th_code mapping_of(yread *r, th_yaml *out) {
  TH_VEC(th_yaml_pair) pairs = { 0 };
  for (;;) {
    yaml_event_t ev;
    TH_TRY(next_event(r, &ev));
    if (ev.type == YAML_MAPPING_END_EVENT) {
      yaml_event_delete(&ev);
      break;
    }
    th_yaml_pair *slot = TH_VEC_ADD(r->arena, &pairs);
    th_code code = slot ? key_of(r, &ev, pairs.v, pairs.n - 1, slot) : th_fail_nomem(r->err);
    yaml_event_delete(&ev);
    TH_TRY(code);
    TH_TRY(next_event(r, &ev));
    code = node_of(r, &ev, &slot->value);
    yaml_event_delete(&ev);
    TH_TRY(code);
  }
  out->n = (uint32_t)pairs.n;
  out->u.pair = pairs.v;
  return TH_OK;
}

static th_code scalar_of(yread *r, const yaml_event_t *ev, th_yaml *out) {
  if (ev->data.scalar.anchor)
    return fail_mark(r, ev->start_mark, "anchors are not allowed here: name the node by id and use {use: id}");
  if (ev->data.scalar.tag) return fail_mark(r, ev->start_mark, "tags are not allowed here");
  out->kind = TH_YAML_SCALAR;
  out->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
  out->u.text = th_str_dup(r->arena, th_str_n((const char *)ev->data.scalar.value, ev->data.scalar.length));
  return out->u.text.p ? TH_OK : th_fail_nomem(r->err);
}

static th_code node_of(yread *r, const yaml_event_t *ev, th_yaml *out) {
  *out = (th_yaml){ .line = (uint32_t)ev->start_mark.line + 1, .col = (uint32_t)ev->start_mark.column + 1 };
  if (ev->type == YAML_ALIAS_EVENT) return fail_mark(r, ev->start_mark, "aliases are not allowed here: use {use: id}");
  if (ev->type == YAML_SCALAR_EVENT) return scalar_of(r, ev, out);
  const bool seq = ev->type == YAML_SEQUENCE_START_EVENT;
  if (!seq && ev->type != YAML_MAPPING_START_EVENT) return fail_mark(r, ev->start_mark, "expected a value");
  const yaml_char_t *anchor = seq ? ev->data.sequence_start.anchor : ev->data.mapping_start.anchor;
  const yaml_char_t *tag = seq ? ev->data.sequence_start.tag : ev->data.mapping_start.tag;
  if (anchor) return fail_mark(r, ev->start_mark, "anchors are not allowed here: name the node by id and use {use: id}");
  if (tag) return fail_mark(r, ev->start_mark, "tags are not allowed here");
  if (r->depth >= TH_LIMIT_YAML_DEPTH)
    return th_fail_at(r->err, TH_ELIMIT, out->line, out->col, "nested deeper than TH_LIMIT_YAML_DEPTH (%d)",
                      TH_LIMIT_YAML_DEPTH);
  r->depth++;
  out->kind = seq ? TH_YAML_SEQ : TH_YAML_MAP;
  TH_TRY(seq ? sequence_of(r, out) : mapping_of(r, out));
  r->depth--;
  return TH_OK;
}

static th_code document_of(yread *r, th_yaml *out) {
  yaml_event_t ev;
  bool have = false;
  for (;;) {
    TH_TRY(next_event(r, &ev));
    const yaml_event_type_t type = ev.type;
    th_code code = TH_OK;
    if (type == YAML_DOCUMENT_START_EVENT && have)
      code = fail_mark(r, ev.start_mark, "a second document: expected one only");
    else if (type == YAML_DOCUMENT_START_EVENT)
      have = true;
    else if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT && type != YAML_DOCUMENT_END_EVENT)
      code = node_of(r, &ev, out);
    yaml_event_delete(&ev);
    TH_TRY(code);
    if (type == YAML_STREAM_END_EVENT) break;
  }
  return have ? TH_OK : th_fail(r->err, TH_EPARSE, "the file holds no YAML document");
}

th_code th_yaml_parse(th_arena *a, th_str bytes, th_yaml *out, th_err *err) {
  if (bytes.n > TH_LIMIT_DOCUMENT_BYTES)
    return th_fail(err, TH_ELIMIT, "YAML input is larger than TH_LIMIT_DOCUMENT_BYTES (%zu)", TH_LIMIT_DOCUMENT_BYTES);
  yread r = { .arena = a, .err = err };
  *out = (th_yaml){ 0 };
  if (!yaml_parser_initialize(&r.parser)) return th_fail_nomem(err);
  yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&r.parser, (const unsigned char *)(bytes.p ? bytes.p : ""), bytes.n);
  const th_code code = document_of(&r, out);
  yaml_parser_delete(&r.parser);
  return code;
}

const th_yaml *th_yaml_get(const th_yaml *map, const char *key) {
  if (!map || map->kind != TH_YAML_MAP) return NULL;
  const th_str wanted = th_str_of(key);
  for (uint32_t i = 0; i < map->n; i++)
    if (th_str_eq(map->u.pair[i].key, wanted)) return &map->u.pair[i].value;
  return NULL;
}

bool th_yaml_is_null(const th_yaml *v) {
  if (!v || v->kind == TH_YAML_NULL) return true;
  return v->kind == TH_YAML_SCALAR && !v->quoted &&
         (v->u.text.n == 0 || th_str_is(v->u.text, "~") || th_str_is(v->u.text, "null"));
}

bool th_yaml_f64(const th_yaml *v, double *out) {
  return v && v->kind == TH_YAML_SCALAR && !v->quoted && th_str_to_f64(v->u.text, out);
}

bool th_yaml_i64(const th_yaml *v, int64_t *out) {
  return v && v->kind == TH_YAML_SCALAR && !v->quoted && th_str_to_i64(v->u.text, out);
}

bool th_yaml_bool(const th_yaml *v, bool *out) {
  if (!v || v->kind != TH_YAML_SCALAR || v->quoted) return false;
  *out = th_str_is(v->u.text, "true");
  return *out || th_str_is(v->u.text, "false");
}

th_str th_yaml_text(const th_yaml *v) {
  return v && v->kind == TH_YAML_SCALAR ? v->u.text : TH_STR_NONE;
}
