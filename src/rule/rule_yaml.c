/* Strict reading of YAML mappings: every key known, every value of the kind it should be, every fault with its line and column. */
#include "rule/rule_priv.h"

th_code th_rule__keys(const th_yaml *map, const char *const *allowed, const char *what, th_err *err) {
  if (map->kind != TH_YAML_MAP) return TH_RULE__FAIL(err, map, "expected a mapping for %s", what);
  for (uint32_t i = 0; i < map->n; i++) {
    const th_yaml_pair *p = &map->u.pair[i];
    bool known = false;
    for (const char *const *k = allowed; *k && !known; k++) known = th_str_is(p->key, *k);
    if (!known) return th_fail_at(err, TH_EPARSE, p->line, p->col, "unknown key \"%.*s\" in %s", TH_STR_ARG(p->key), what);
  }
  return TH_OK;
}

th_code th_rule__text(const th_yaml *map, const char *key, bool required, th_str *out, th_err *err) {
  const th_yaml *v = th_yaml_get(map, key);
  *out = TH_STR_NONE;
  if (!v) return required ? TH_RULE__FAIL(err, map, "\"%s\" is missing here", key) : TH_OK;
  if (v->kind != TH_YAML_SCALAR || v->u.text.n == 0) return TH_RULE__FAIL(err, v, "expected a text for \"%s\"", key);
  *out = v->u.text;
  return TH_OK;
}

th_code th_rule__number(const th_yaml *map, const char *key, double *out, th_err *err) {
  const th_yaml *v = th_yaml_get(map, key);
  if (!v) return TH_RULE__FAIL(err, map, "\"%s\" is missing here: expected a number", key);
  if (!th_yaml_f64(v, out)) return TH_RULE__FAIL(err, v, "expected a number for \"%s\"", key);
  return TH_OK;
}

th_code th_rule__bool(const th_yaml *map, const char *key, bool *out, th_err *err) {
  const th_yaml *v = th_yaml_get(map, key);
  if (!v) return TH_OK;
  return th_yaml_bool(v, out) ? TH_OK : TH_RULE__FAIL(err, v, "expected true or false for \"%s\"", key);
}

th_code th_rule__whole(const th_yaml *map, const char *key, int64_t lo, int64_t hi, int64_t *out, th_err *err) {
  const th_yaml *v = th_yaml_get(map, key);
  if (!v) return TH_RULE__FAIL(err, map, "\"%s\" is missing here: expected a whole number", key);
  if (!th_yaml_i64(v, out) || *out < lo || *out > hi)
    return TH_RULE__FAIL(err, v, "expected a whole number from %lld to %lld for \"%s\"", (long long)lo, (long long)hi, key);
  return TH_OK;
}

th_code th_rule__seq(const th_yaml *map, const char *key, bool required, const th_yaml **out, th_err *err) {
  *out = th_yaml_get(map, key);
  if (!*out) return required ? TH_RULE__FAIL(err, map, "\"%s\" is missing here: expected a list", key) : TH_OK;
  return (*out)->kind == TH_YAML_SEQ ? TH_OK : TH_RULE__FAIL(err, *out, "expected a list for \"%s\"", key);
}

th_code th_rule__texts(th_arena *a, const th_yaml *map, const char *key, const th_str **out, uint32_t *n, th_err *err) {
  const th_yaml *v;
  *out = NULL;
  *n = 0;
  TH_TRY(th_rule__seq(map, key, false, &v, err));
  if (!v || v->n == 0) return TH_OK;
  th_str *list = TH_NEWN(a, th_str, v->n);
  if (!list) return th_fail_nomem(err);
  for (uint32_t i = 0; i < v->n; i++) {
    if (v->u.item[i].kind != TH_YAML_SCALAR) return TH_RULE__FAIL(err, &v->u.item[i], "expected a text in \"%s\"", key);
    list[i] = v->u.item[i].u.text;
  }
  *out = list;
  *n = v->n;
  return TH_OK;
}

static int digits(th_str s, size_t from, size_t n) {
  int v = 0;
  for (size_t i = from; i < from + n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return -1;
    v = v * 10 + (s.p[i] - '0');
  }
  return v;
}

bool th_rule__date(th_str s, th_date *out) {
  *out = (th_date){ 0 };
  if (s.n != 4 && s.n != 7 && s.n != 10) return false;
  if ((s.n > 4 && s.p[4] != '-') || (s.n > 7 && s.p[7] != '-')) return false;
  const int y = digits(s, 0, 4), m = s.n > 4 ? digits(s, 5, 2) : 1, d = s.n > 7 ? digits(s, 8, 2) : 1;
  if (y < 1 || m < 1 || m > 12 || d < 1 || d > th_days_in_month(y, m)) return false;
  out->year = (int16_t)y;
  out->month = s.n > 4 ? (uint8_t)m : 0;
  out->day = s.n > 7 ? (uint8_t)d : 0;
  out->prec = s.n == 4 ? TH_DATE_YEAR : s.n == 7 ? TH_DATE_MONTH : TH_DATE_DAY;
  return true;
}
