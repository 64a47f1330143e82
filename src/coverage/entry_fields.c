/* Fields of a form into facts. What has the text it had before is left alone, so that a computed value stays computed and a number keeps
 * the digits it came with. */
#include <math.h>

#include "coverage/entry_priv.h"

typedef struct fields {
  th_entry *e;
  const th_entry_field *v;
  size_t n;
  th_entry_problems *bad;
  th_err *err;
} fields;

static const th_str *field(const fields *f, th_str name, const char *suffix) {
  const size_t more = strlen(suffix);
  for (size_t i = 0; i < f->n; i++) {
    const th_str n = f->v[i].name;
    if (n.n == name.n + more && th_str_starts(n, name) && memcmp(n.p + name.n, suffix, more) == 0) return &f->v[i].value;
  }
  return NULL;
}

static th_str text_of(const fields *f, th_str name, const char *suffix) {
  const th_str *v = field(f, name, suffix);
  return v ? th_str_trim(*v) : TH_STR_NONE;
}

static th_code wrong(const fields *f, th_entry_fault fault, int32_t fact, th_str text) {
  const th_entry_problem p = { fault, fact, 0, text };
  return TH_VEC_PUSH(f->e->arena, f->bad, p) ? TH_OK : th_fail_nomem(f->err);
}

/* ── Numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Digits, point and sign of full width are the same to the hand that typed them. */
static th_str narrow(const fields *f, th_str s) {
  static const struct {
    const char *wide, *plain;
  } signs[] = { { "．", "." }, { "－", "-" }, { "〜", "-" }, { "～", "-" }, { "~", "-" }, { "–", "-" },
                { "—", "-" },  { "＜", "<" }, { "＞", ">" }, { "≤", "<" },  { "≥", ">" }, { "≦", "<" },
                { "≧", ">" },  { "<=", "<" }, { ">=", ">" }, { "至", "-" }, { "　", " " } };
  th_buf b;
  th_buf_init(&b, f->e->arena, s.n + 8);
  for (size_t i = 0; i < s.n;) {
    const th_str rest = th_str_sub(s, i, s.n);
    size_t k = 0;
    while (k < sizeof signs / sizeof *signs && !th_str_starts(rest, th_str_of(signs[k].wide))) k++;
    if (k < sizeof signs / sizeof *signs) {
      th_buf_addz(&b, signs[k].plain);
      i += strlen(signs[k].wide);
    } else if (rest.n >= 3 && memcmp(rest.p, "\xef\xbc", 2) == 0 && (unsigned char)rest.p[2] >= 0x90 &&
               (unsigned char)rest.p[2] <= 0x99) { /* U+FF10–FF19 */
      th_buf_addc(&b, (char)('0' + ((unsigned char)rest.p[2] - 0x90)));
      i += 3;
    } else
      th_buf_addc(&b, s.p[i++]);
  }
  return b.failed ? s : th_buf_str(&b);
}

static bool number_of(th_str s, double *out) {
  return th_str_to_f64(th_str_trim(s), out) && isfinite(*out);
}

/* The digits as typed where JSON has them so too. */
static const th_json *digits(const fields *f, th_str s, double v) {
  bool plain = s.n && s.n < 32 && s.p[0] >= '1' && s.p[0] <= '9';
  if (s.n >= 2 && s.p[0] == '0' && s.p[1] == '.') plain = true;
  for (size_t i = 0, dots = 0; i < s.n; i++) {
    dots += s.p[i] == '.';
    plain &= (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '.' && dots == 1 && i > 0 && i + 1 < s.n);
  }
  th_json *j = th_coverage__json_number(f->e->arena, v);
  const th_str kept = plain ? th_str_dup(f->e->arena, s) : TH_STR_NONE;
  if (j && kept.p) j->u.text = kept;
  return j;
}

typedef struct bounds {
  const th_json *value, *lo, *hi; /* value, or ends */
} bounds;

static bool number_read(const fields *f, th_str typed, bounds *out) {
  const th_str s = th_str_trim(narrow(f, typed));
  double a, b;
  *out = (bounds){ 0 };
  if (number_of(s, &a)) {
    out->value = digits(f, s, a);
    return true;
  }
  if (s.n > 1 && (s.p[0] == '<' || s.p[0] == '>')) {
    const th_str rest = th_str_trim(th_str_sub(s, 1, s.n));
    if (!number_of(rest, &a)) return false;
    *(s.p[0] == '<' ? &out->hi : &out->lo) = digits(f, rest, a);
    return true;
  }
  const size_t dash = th_str_find(s, TH_S("-"), 1);
  if (dash == SIZE_MAX) return false;
  const th_str left = th_str_trim(th_str_sub(s, 0, dash)), right = th_str_trim(th_str_sub(s, dash + 1, s.n));
  if (!number_of(left, &a) || !number_of(right, &b) || a > b) return false;
  out->lo = digits(f, left, a), out->hi = digits(f, right, b);
  return true;
}

/* ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Alone, or with unit and day. */
static const th_json *dressed(const fields *f, int32_t fact, const bounds *v, th_str unit, th_str day) {
  const th_rule_fact *d = &f->e->coverage->dict.fact[fact];
  const bool plain_unit = !unit.n || th_str_eq(unit, d->unit);
  if (v->value && plain_unit && !day.n) return v->value;
  th_json *o = th_coverage__json_object(f->e->arena, 4);
  if (v->value && !th_coverage__json_put(o, "value", v->value)) return NULL;
  if (v->lo && !th_coverage__json_put(o, "lo", v->lo)) return NULL;
  if (v->hi && !th_coverage__json_put(o, "hi", v->hi)) return NULL;
  if (!plain_unit && !th_coverage__json_put(o, "unit", th_coverage__json_text(f->e->arena, th_str_dup(f->e->arena, unit))))
    return NULL;
  if (day.n && !th_coverage__json_put(o, "date", th_coverage__json_text(f->e->arena, day))) return NULL;
  return o;
}

static const th_json *lines(const fields *f, th_str text) {
  th_json *list = TH_NEW(f->e->arena, th_json);
  th_json *item = TH_NEWN(f->e->arena, th_json, 64);
  th_str line, one = TH_STR_NONE;
  uint32_t n = 0;
  if (!list || !item) return NULL;
  text = th_str_dup(f->e->arena, text);
  while (th_str_line(&text, &line)) {
    line = th_str_trim(line);
    if (!line.n || n == 64) continue;
    one = line;
    item[n++] = (th_json){ .kind = TH_JSON_STRING, .u.text = line };
  }
  *list = (th_json){ .kind = TH_JSON_ARRAY, .n = n, .u.item = item };
  return n == 1 ? th_coverage__json_text(f->e->arena, one) : list;
}

static bool may_be(const th_rule_fact *d, th_str code) {
  for (uint32_t i = 0; i < d->n_values; i++)
    if (th_str_eq(d->values[i], code)) return true;
  return d->n_values == 0;
}

static th_str day_text(const fields *f, th_date d) {
  char iso[TH_DATE_TEXT];
  return th_str_dup(f->e->arena, th_str_of(th_date_iso(d, iso)));
}

/* The value alone, from its text; fault: why not. */
static bool value_of(const fields *f, int32_t fact, th_str text, bounds *out, th_entry_fault *fault) {
  const th_rule_fact *d = &f->e->coverage->dict.fact[fact];
  th_arena *a = f->e->arena;
  th_date day;
  *out = (bounds){ 0 };
  switch ((th_rule_type)d->type) {
  case TH_RULE_NUMBER: *fault = TH_ENTRY_NO_NUMBER; return number_read(f, text, out);
  case TH_RULE_BOOL:
    *fault = TH_ENTRY_NO_CHOICE;
    if (!th_str_is(text, "yes") && !th_str_is(text, "no")) return false;
    out->value = th_coverage__json_bool(a, th_str_is(text, "yes"));
    return true;
  case TH_RULE_DATE:
    *fault = TH_ENTRY_NO_DATE;
    if (!th_coverage__day_read(text, &day)) return false;
    out->value = th_coverage__json_text(a, day_text(f, day));
    return true;
  case TH_RULE_CODE:
    *fault = TH_ENTRY_NO_CHOICE;
    if (!may_be(d, text)) return false;
    out->value = th_coverage__json_text(a, th_str_dup(a, text));
    return true;
  case TH_RULE_CODES: out->value = lines(f, text); return true;
  case TH_RULE_LIST: break;
  }
  return false;
}

static bool same(th_str a, th_str b) {
  return th_str_eq(th_str_trim(a), th_str_trim(b));
}

static bool unchanged(const fields *f, int32_t fact, th_str text, bool not_done) {
  const th_str name = f->e->coverage->dict.fact[fact].name;
  const th_str *unit = field(f, name, ".unit"), *day = field(f, name, ".date");
  const bool told = f->e->fact[fact].json != NULL;
  th_str before = th_coverage_entry_value(f->e, fact), now = text, b, n;
  if (th_str_is(before, "not-done")) before = TH_S("");
  if (th_str_is(now, "not-done")) now = TH_S("");
  while (th_str_line(&before, &b)) /* browsers send line ends of their own */
    if (!th_str_line(&now, &n) || !same(b, n)) return false;
  return !th_str_trim(now).n && told == (text.n && !not_done) && not_done == f->e->fact[fact].not_done &&
         (!unit || !told || same(*unit, th_coverage_entry_unit(f->e, fact))) &&
         (!day || same(*day, th_coverage_entry_date(f->e, fact)));
}

static th_code plain(const fields *f, int32_t fact, const th_str *given) {
  const th_rule_fact *d = &f->e->coverage->dict.fact[fact];
  th_entry_fact *slot = &f->e->fact[fact];
  const th_str text = th_str_trim(*given);
  const bool not_done = th_str_is(text, "not-done") || (!text.n && th_str_is(text_of(f, d->name, ".not-done"), "1"));
  const th_str typed_day = text_of(f, d->name, ".date");
  th_entry_fault fault = TH_ENTRY_NO_CHOICE;
  th_str day = TH_STR_NONE;
  th_date parsed;
  bounds v;
  if (unchanged(f, fact, text, not_done)) return TH_OK;
  if (text.n > TH_LIMIT_CASE_TEXT_BYTES) return wrong(f, TH_ENTRY_TOO_LONG, fact, th_str_sub(text, 0, 60));
  if (not_done || !text.n) {
    *slot = (th_entry_fact){ .not_done = not_done };
    return TH_OK;
  }
  if (!value_of(f, fact, text, &v, &fault)) return wrong(f, fault, fact, text);
  if (typed_day.n && !th_coverage__day_read(typed_day, &parsed)) return wrong(f, TH_ENTRY_NO_DATE, fact, typed_day);
  if (typed_day.n) day = day_text(f, parsed);
  *slot = (th_entry_fact){ .json = dressed(f, fact, &v, text_of(f, d->name, ".unit"), day) };
  return slot->json ? TH_OK : th_fail_nomem(f->err);
}

/* ── Lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code entry_date(const fields *f, int32_t fact, th_str name, uint32_t k, th_json *o, bool *any) {
  char suffix[96];
  th_date d;
  snprintf(suffix, sizeof suffix, ".%u.date", k);
  const th_str text = text_of(f, name, suffix);
  if (!text.n) return TH_OK;
  *any = true;
  if (!th_coverage__day_read(text, &d)) return wrong(f, TH_ENTRY_NO_DATE, fact, text);
  return th_coverage__json_put(o, "date", th_coverage__json_text(f->e->arena, day_text(f, d))) ? TH_OK : th_fail_nomem(f->err);
}

static th_code entry_field(const fields *f, int32_t fact, const th_rule_field *part, th_str name, uint32_t k, th_json *o,
                           bool *any) {
  char suffix[96], key[64];
  bounds v = { 0 };
  snprintf(key, sizeof key, "%.*s", TH_STR_ARG(part->name));
  snprintf(suffix, sizeof suffix, ".%u.%s", k, key);
  const th_str text = text_of(f, name, suffix);
  if (!text.n) return TH_OK;
  *any = true;
  if (part->is_bool && !th_str_is(text, "yes") && !th_str_is(text, "no")) return wrong(f, TH_ENTRY_NO_CHOICE, fact, text);
  if (part->is_bool)
    v.value = th_coverage__json_bool(f->e->arena, th_str_is(text, "yes"));
  else if (!number_read(f, text, &v) || !v.value)
    return wrong(f, TH_ENTRY_NO_NUMBER, fact, text);
  const char *kept = th_str_z(f->e->arena, th_str_of(key));
  return kept && th_coverage__json_put(o, kept, v.value) ? TH_OK : th_fail_nomem(f->err);
}

static th_code list(const fields *f, int32_t fact) {
  const th_rule_fact *d = &f->e->coverage->dict.fact[fact];
  const bool none = th_str_is(text_of(f, d->name, ".none"), "1");
  int64_t count = 0;
  uint32_t n = 0;
  if (!th_str_to_i64(text_of(f, d->name, ".count"), &count) || count < 0 || count > TH_LIMIT_ENTRY_LIST)
    return wrong(f, TH_ENTRY_TOO_MANY, fact, text_of(f, d->name, ".count"));
  th_json *j = TH_NEW(f->e->arena, th_json), *item = TH_NEWN(f->e->arena, th_json, (size_t)count + 1);
  if (!j || !item) return th_fail_nomem(f->err);
  for (uint32_t k = 0; k < (uint32_t)count; k++) {
    bool any = false;
    th_json *o = th_coverage__json_object(f->e->arena, TH_RULE_FIELDS + 1);
    if (!o) return th_fail_nomem(f->err);
    TH_TRY(entry_date(f, fact, d->name, k, o, &any));
    for (uint32_t i = 0; i < d->n_fields; i++) TH_TRY(entry_field(f, fact, &d->field[i], d->name, k, o, &any));
    if (any) item[n++] = *o;
  }
  *j = (th_json){ .kind = TH_JSON_ARRAY, .n = n, .u.item = item };
  f->e->fact[fact] = (th_entry_fact){ .json = n || none ? j : NULL,
                                      .not_done = !n && !none && th_str_is(text_of(f, d->name, ".not-done"), "1") };
  return TH_OK;
}

th_code th_coverage_entry_apply(th_entry *e, const th_entry_field *v, size_t n, th_entry_problems *bad, th_err *err) {
  const fields f = { e, v, n, bad, err };
  for (uint32_t i = 0; i < e->n_asked; i++) {
    const int32_t fact = e->asked[i];
    const th_rule_fact *d = &e->coverage->dict.fact[fact];
    const bool is_list = d->type == TH_RULE_LIST;
    const th_str *given = field(&f, d->name, is_list ? ".count" : "");
    if (given) TH_TRY(is_list ? list(&f, fact) : plain(&f, fact, given));
  }
  return TH_OK;
}

uint32_t th_coverage_entry_absent(th_entry *e, th_str prefix) {
  const th_rule_tally *t = th_coverage_entry_sheet(e->policy);
  uint32_t n = 0;
  for (uint32_t k = 0; t && k < t->n; k++) {
    const int32_t fact = th_coverage__item_fact(e, prefix, &t->item[k]);
    if (fact < 0 || e->fact[fact].json || e->fact[fact].not_done) continue;
    e->fact[fact].json = th_coverage__json_bool(e->arena, false);
    n += e->fact[fact].json != NULL;
  }
  return n;
}

/* ── Parts of a value changed ──────────────────────────────────────────────────────────────────────────────────────── */

/* The value as an object without one of its members, and with room for another. */
static th_json *without(th_entry *e, int32_t fact, const char *key) {
  const th_json *j = e->fact[fact].json;
  const bool plain = j->kind != TH_JSON_OBJECT;
  th_json *o = th_coverage__json_object(e->arena, plain ? 2 : j->n + 1);
  if (!o) return NULL;
  if (plain) return th_coverage__json_put(o, "value", j) ? o : NULL;
  for (uint32_t i = 0; i < j->n; i++)
    if (!th_str_is(j->u.member[i].key, key)) o->u.member[o->n++] = j->u.member[i];
  return o;
}

th_code th_coverage_entry_own(th_entry *e, int32_t fact, th_err *err) {
  if (!e->fact[fact].json || !th_coverage_entry_source(e, fact).n) return TH_OK;
  const th_json *o = without(e, fact, "source");
  if (!o) return th_fail_nomem(err);
  e->fact[fact].json = o;
  return TH_OK;
}

th_code th_coverage_entry_sheet_day(th_entry *e, int32_t sheet, th_date day, th_err *err) {
  char iso[TH_DATE_TEXT];
  const th_str text = th_str_dup(e->arena, th_str_of(th_date_iso(day, iso)));
  for (uint32_t i = 0; i < e->n_asked; i++) {
    const int32_t fact = e->asked[i];
    if (e->coverage->dict.fact[fact].sheet != sheet || !e->fact[fact].json || th_str_eq(th_coverage_entry_date(e, fact), text))
      continue;
    th_json *o = without(e, fact, "date");
    if (!o || (text.n && !th_coverage__json_put(o, "date", th_coverage__json_text(e->arena, text)))) return th_fail_nomem(err);
    e->fact[fact].json = o->n == 1 && th_str_is(o->u.member[0].key, "value") ? &o->u.member[0].value : o;
  }
  return TH_OK;
}

th_str th_coverage_entry_sheet_day_text(const th_entry *e, int32_t sheet) {
  for (uint32_t i = 0; i < e->n_asked; i++) {
    const th_str day = th_coverage_entry_date(e, e->asked[i]);
    if (e->coverage->dict.fact[e->asked[i]].sheet == sheet && day.n) return day;
  }
  return TH_STR_NONE;
}
