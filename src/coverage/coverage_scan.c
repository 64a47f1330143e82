/* The short way into a case line: written as case files usually are (names and texts in plain ASCII, no escapes, no member twice,
 * as_of before facts), its facts are put into their slots without a tree in between. A line of any other form, and every faulty one,
 * is left to th_coverage_case_parse, which decides what it means and what is wrong with it. Both ways judge a value by the same
 * function. */
#include "coverage/coverage_priv.h"

#define OTHER_KEYS 8 /* members that mean nothing here, remembered so that none stands twice */
#define NESTED     8

typedef struct scan {
  const char *p, *end;
  th_arena *arena;
} scan;

static void blanks(scan *s) {
  while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r' || *s->p == '\n')) s->p++;
}

/* The next byte that is no blank, which is passed over if it is c. */
static bool eat(scan *s, char c) {
  blanks(s);
  if (s->p == s->end || *s->p != c) return false;
  s->p++;
  return true;
}

/* Eight bytes at a time while all of them stand for themselves; what stops that may be a false alarm, never a miss. */
static bool text(scan *s, th_str *out) {
  const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
  if (!eat(s, '"')) return false;
  const char *from = s->p;
  for (uint64_t w; s->end - s->p >= 8; s->p += 8) {
    memcpy(&w, s->p, 8);
    const uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
    if (((w - ones * 0x20) | (quote - ones) | (slash - ones) | w) & tops) break;
  }
  for (; s->p < s->end; s->p++) {
    const unsigned char c = (unsigned char)*s->p;
    if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
  }
  if (s->p == s->end || *s->p != '"') return false;
  *out = th_str_n(from, (size_t)(s->p - from));
  s->p++;
  return true;
}

static bool digits(scan *s) {
  const char *from = s->p;
  while (s->p < s->end && *s->p >= '0' && *s->p <= '9') s->p++;
  return s->p > from;
}

/* RFC 8259, section 6 */
static bool number(scan *s, th_str *out) {
  const char *from = s->p;
  if (*s->p == '-') s->p++;
  const char *whole = s->p;
  if (!digits(s) || (*whole == '0' && s->p - whole > 1)) return false;
  if (s->p < s->end && *s->p == '.') {
    s->p++;
    if (!digits(s)) return false;
  }
  if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
    s->p++;
    if (s->p < s->end && (*s->p == '+' || *s->p == '-')) s->p++;
    if (!digits(s)) return false;
  }
  *out = th_str_n(from, (size_t)(s->p - from));
  return true;
}

static bool word(scan *s, th_str w) {
  if ((size_t)(s->end - s->p) < w.n || memcmp(s->p, w.p, w.n) != 0) return false;
  s->p += w.n;
  return true;
}

/* A list is read as a tree of its own. */
static bool list(scan *s, th_json *out) {
  const char *from = s->p;
  unsigned depth = 0;
  do {
    th_str skipped;
    blanks(s);
    if (s->p == s->end) return false;
    if (*s->p == '"') {
      if (!text(s, &skipped)) return false;
      continue;
    }
    const bool opens = *s->p == '[' || *s->p == '{', closes = *s->p == ']' || *s->p == '}';
    depth = depth + opens - closes;
    if (depth > NESTED) return false;
    s->p++;
  } while (depth);
  return th_json_parse(s->arena, th_str_n(from, (size_t)(s->p - from)), out, NULL) == TH_OK;
}

static bool scalar(scan *s, th_json *out) {
  *out = (th_json){ .kind = TH_JSON_NULL };
  blanks(s);
  if (s->p == s->end) return false;
  switch (*s->p) {
  case '"': out->kind = TH_JSON_STRING; return text(s, &out->u.text);
  case 't': *out = (th_json){ .kind = TH_JSON_BOOL, .boolean = true }; return word(s, TH_S("true"));
  case 'f': out->kind = TH_JSON_BOOL; return word(s, TH_S("false"));
  case 'n': return word(s, TH_S("null"));
  default: break;
  }
  out->kind = TH_JSON_NUMBER;
  return number(s, &out->u.text);
}

static bool value(scan *s, th_json *out) {
  blanks(s);
  return s->p < s->end && *s->p == '[' ? list(s, out) : scalar(s, out);
}

/* {"value", "unit", "date", "lo", "hi"}, each once at most. */
static bool parts(scan *s, th_json_member *member, uint32_t *n) {
  static const char *const names[] = { "value", "unit", "date", "lo", "hi" };
  unsigned seen = 0;
  *n = 0;
  if (!eat(s, '{')) return false;
  do {
    th_json_member *m = &member[*n];
    unsigned at = 0;
    if (!text(s, &m->key) || !eat(s, ':')) return false;
    while (at < 5 && !th_str_is(m->key, names[at])) at++;
    if (at == 5 || seen >> at & 1 || !value(s, &m->value)) return false;
    seen |= 1u << at;
    (*n)++;
  } while (eat(s, ','));
  return eat(s, '}');
}

/* Cases mostly come with the same facts in the same order: the fact that stood in this place before is looked at first. */
static int32_t fact_named(const th_coverage *c, th_coverage_lane *lane, uint32_t place, th_str name) {
  if (place < TH_LANE_PLACES && th_str_eq(c->dict.fact[lane->before[place]].name, name)) return lane->before[place];
  const int32_t at = th_rule_fact_find(&c->dict, name);
  if (at >= 0 && place < TH_LANE_PLACES) lane->before[place] = at;
  return at;
}

static bool fact(scan *s, const th_coverage *c, th_coverage_lane *lane, th_date as_of) {
  th_str name;
  th_json v;
  th_json_member member[5];
  if (!text(s, &name) || !eat(s, ':')) return false;
  const int32_t at = fact_named(c, lane, lane->n_touched, name);
  if (at < 0 || lane->stamp[at] == lane->serial) return false;
  lane->stamp[at] = lane->serial;
  blanks(s);
  if (s->p < s->end && *s->p == '{') {
    v = (th_json){ .kind = TH_JSON_OBJECT, .u.member = member };
    if (!parts(s, member, &v.n)) return false;
  } else if (!value(s, &v)) {
    return false;
  }
  lane->touched[lane->n_touched++] = at;
  return th_coverage_fact_read(s->arena, &c->dict, &v, at, as_of, lane->values, NULL) == TH_OK;
}

static bool facts(scan *s, const th_coverage *c, th_coverage_lane *lane, th_date as_of) {
  if (!eat(s, '{')) return false;
  if (eat(s, '}')) return true;
  do
    if (!fact(s, c, lane, as_of)) return false;
  while (eat(s, ','));
  return eat(s, '}');
}

typedef struct heading { /* the members that make a case, "case" to "as_of" */
  th_str text[4];
  th_str other[OTHER_KEYS];
  unsigned n_other;
  bool has_facts;
} heading;

/* A member of the case that is neither of the four texts nor the facts. */
static bool other(scan *s, heading *h, th_str key) {
  th_json v;
  static const char *const meant[] = { "evidence", "form", "drugs" };
  for (unsigned i = 0; i < 3; i++)
    if (th_str_is(key, meant[i])) return false;
  for (unsigned i = 0; i < h->n_other; i++)
    if (th_str_eq(h->other[i], key)) return false;
  if (h->n_other == OTHER_KEYS) return false;
  h->other[h->n_other++] = key;
  return scalar(s, &v);
}

static bool member(scan *s, const th_coverage *c, th_coverage_lane *lane, heading *h, th_date *as_of) {
  static const char *const names[] = { "case", "program", "path", "as_of" };
  th_str key;
  if (!text(s, &key) || !eat(s, ':')) return false;
  for (unsigned i = 0; i < 4; i++) {
    if (!th_str_is(key, names[i])) continue;
    if (h->text[i].n || !text(s, &h->text[i]) || h->text[i].n == 0) return false;
    return i < 3 || (th_coverage__date(h->text[3], as_of) && as_of->prec == TH_DATE_DAY);
  }
  if (!th_str_is(key, "facts")) return other(s, h, key);
  if (h->has_facts || !h->text[3].n) return false;
  h->has_facts = true;
  return facts(s, c, lane, *as_of);
}

static bool whole(scan *s, const th_coverage *c, th_coverage_lane *lane, th_coverage_case *out) {
  heading h = { 0 };
  if (!eat(s, '{')) return false;
  do
    if (!member(s, c, lane, &h, &out->as_of)) return false;
  while (eat(s, ','));
  if (!eat(s, '}') || !h.has_facts || !h.text[0].n || !h.text[1].n || !h.text[2].n) return false;
  blanks(s);
  out->id = h.text[0];
  out->program = h.text[1];
  out->path_name = h.text[2];
  out->policy = th_coverage_policy(c, out->program);
  out->path = out->policy ? th_rule_path_find(out->policy, out->path_name) : NULL;
  out->values = lane->values;
  return out->path && s->p == s->end;
}

void th_coverage__lane_clear(th_coverage_lane *lane) {
  for (uint32_t i = 0; i < lane->n_touched; i++) lane->values[lane->touched[i]] = (th_rule_value){ 0 };
  lane->n_touched = 0;
}

bool th_coverage__scan(const th_coverage *c, th_coverage_lane *lane, th_str line, th_coverage_case *out) {
  scan s = { .p = line.p, .end = line.p + line.n, .arena = lane->arena };
  *out = (th_coverage_case){ 0 };
  th_coverage__lane_clear(lane);
  if (++lane->serial == 0) { /* the stamps of 2^32 cases ago must not look new */
    memset(lane->stamp, 0, c->dict.n * sizeof *lane->stamp);
    lane->serial = 1;
  }
  if (whole(&s, c, lane, out)) return true;
  th_coverage__lane_clear(lane);
  return false;
}
