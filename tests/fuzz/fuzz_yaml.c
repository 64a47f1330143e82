/* A document that is read has a place for every node, and text in UTF-8. */
#include <stdlib.h>

#include "theriac/io.h"

static void walk(const th_yaml *v, uint32_t depth) {
  if (!v->line || !v->col || depth > TH_LIMIT_YAML_DEPTH + 1) abort();
  double d;
  int64_t i;
  bool b;
  if (th_yaml_i64(v, &i) && (!th_yaml_f64(v, &d) || th_yaml_bool(v, &b))) abort();
  if (v->kind == TH_YAML_SCALAR && th_utf8_check(v->u.text) != SIZE_MAX) abort();
  for (uint32_t k = 0; v->kind == TH_YAML_SEQ && k < v->n; k++) walk(&v->u.item[k], depth + 1);
  for (uint32_t k = 0; v->kind == TH_YAML_MAP && k < v->n; k++) walk(&v->u.pair[k].value, depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_yaml v;
  th_err err = { 0 };
  if (th_yaml_parse(a, th_str_n((const char *)data, n), &v, &err) == TH_OK)
    walk(&v, 0);
  else if (!err.msg[0])
    abort();
  th_arena_del(a);
  return 0;
}
