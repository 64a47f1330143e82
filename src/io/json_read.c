/* JSON (RFC 8259) as a stream of tokens. A small state says what may come next; one bit a level says whether that level is an
 * object. Numbers are checked and handed on as written: nothing here turns them into floats. */
#include "theriac/io.h"

enum { AT_VALUE, AT_FIRST_ITEM, AT_FIRST_KEY, AT_KEY, AT_COLON, AT_AFTER, AT_DONE };

void th_jread_open(th_jread *r, th_arena *a, th_str bytes) {
  memset(r, 0, sizeof *r);
  r->arena = a;
  r->start = r->at = r->p = bytes.p ? bytes.p : "";
  r->end = r->p + bytes.n;
  if (bytes.n >= 3 && memcmp(r->p, "\xEF\xBB\xBF", 3) == 0) r->p += 3;
  r->state = AT_VALUE;
}

uint64_t th_jread_offset(const th_jread *r) {
  return (uint64_t)(r->at - r->start);
}

static th_code fail_at(const th_jread *r, const char *at, th_err *err, const char *what) {
  uint32_t line = 0, col = 0;
  const uint64_t offset = (uint64_t)(at - r->start);
  if (err) th_text_place(th_str_n(r->start, (size_t)(r->end - r->start)), offset, &line, &col);
  th_fail_at(err, TH_EPARSE, line, col, "not JSON: %s%s", what, at == r->end ? "; the input ends here" : "");
  if (err && !err->offset) err->offset = offset;
  return TH_EPARSE;
}

static bool in_object(const th_jread *r) {
  return r->depth && (r->stack[(r->depth - 1) / 8] >> ((r->depth - 1) % 8) & 1);
}

static th_code push(th_jread *r, bool object, th_err *err) {
  if (r->depth == TH_LIMIT_JSON_DEPTH) {
    uint32_t line = 0, col = 0;
    if (err) th_text_place(th_str_n(r->start, (size_t)(r->end - r->start)), (uint64_t)(r->p - r->start), &line, &col);
    return th_fail_at(err, TH_ELIMIT, line, col, "JSON nested deeper than TH_LIMIT_JSON_DEPTH (%d)", TH_LIMIT_JSON_DEPTH);
  }
  const uint32_t byte = r->depth / 8, bit = r->depth % 8;
  r->stack[byte] = (uint8_t)((r->stack[byte] & ~(1u << bit)) | (unsigned)object << bit);
  r->depth++;
  r->at = r->p++;
  r->tok = object ? TH_J_OBJ : TH_J_ARR;
  r->state = object ? AT_FIRST_KEY : AT_FIRST_ITEM;
  return TH_OK;
}

static void value_done(th_jread *r) {
  r->state = r->depth ? AT_AFTER : AT_DONE;
}

static th_code pop(th_jread *r) {
  r->tok = in_object(r) ? TH_J_OBJ_END : TH_J_ARR_END;
  r->depth--;
  r->at = r->p++;
  value_done(r);
  return TH_OK;
}

static int hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool hex4(const char *p, const char *end, uint32_t *out) {
  if (end - p < 4) return false;
  *out = 0;
  for (int i = 0; i < 4; i++) {
    const int d = hex_digit(p[i]);
    if (d < 0) return false;
    *out = *out << 4 | (uint32_t)d;
  }
  return true;
}

/* One escape at *p (the backslash); writes what it means at *o. */
static th_code escape(const th_jread *r, const char **p, char **o, th_err *err) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *at = *p;
  if (r->end - at < 2) return fail_at(r, r->end, err, "a string's closing \" is expected");
  const char *hit = at[1] ? strchr(from, at[1]) : NULL;
  if (hit) {
    *(*o)++ = to[hit - from];
    *p += 2;
    return TH_OK;
  }
  uint32_t rune, low;
  if (at[1] != 'u') return fail_at(r, at, err, "unknown escape in a string");
  if (!hex4(at + 2, r->end, &rune)) return fail_at(r, at, err, "four hex digits are expected after \\u");
  *p += 6;
  if (rune >= 0xD800 && rune <= 0xDFFF) {
    const bool pair = rune < 0xDC00 && r->end - at >= 12 && at[6] == '\\' && at[7] == 'u' && hex4(at + 8, r->end, &low) &&
                      low >= 0xDC00 && low <= 0xDFFF;
    if (!pair) return fail_at(r, at, err, "half of a surrogate pair in a string");
    rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
    *p += 6;
  }
  *o += th_utf8_put(*o, rune);
  return TH_OK;
}

/* Moves over bytes that stand for themselves: eight at a time while none of them is a quote, a backslash, a control or beyond
 * ASCII; then sequence by sequence. Stops at a quote, a backslash, the end, or (with a code) a fault. */
static th_code plain_run(const th_jread *r, const char **at, th_err *err) {
  const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
  const char *p = *at;
  for (;;) {
    for (uint64_t w; r->end - p >= 8; p += 8) {
      memcpy(&w, p, 8);
      const uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
      if (((w - ones * 0x20) | (quote - ones) | (slash - ones) | w) & tops) break;
    }
    /* the test above may call a false alarm, never miss */
    unsigned len = 0;
    for (int i = 0; i < 8 && p < r->end; i++) {
      const unsigned char b = (unsigned char)*p;
      if (b == '"' || b == '\\') {
        *at = p;
        return TH_OK;
      }
      if (b < 0x20) return fail_at(r, p, err, "a control character in a string: write it as \\u00XX");
      len = b < 0x80 ? 1 : th_utf8_seq(p, (size_t)(r->end - p));
      if (!len) return fail_at(r, p, err, "a string holds bytes that are not UTF-8");
      p += len;
    }
    if (p == r->end) return fail_at(r, p, err, "a string's closing \" is expected");
  }
}

/* p stands at the first backslash. The bytes up to the closing quote are the most that the text can take. */
static th_code unescape(th_jread *r, const char *from, const char *p, th_err *err) {
  const char *close = p;
  while (close < r->end && *close != '"') close += *close == '\\' ? 2 : 1;
  if (close >= r->end) return fail_at(r, r->end, err, "a string's closing \" is expected");
  char *out = th_arena_alloc(r->arena, (size_t)(close - from), 1);
  if (!out) return th_fail_nomem(err);
  memcpy(out, from, (size_t)(p - from));
  char *o = out + (p - from);
  while (*p != '"') {
    if (*p == '\\') {
      TH_TRY(escape(r, &p, &o, err));
      continue;
    }
    const char *run = p;
    TH_TRY(plain_run(r, &p, err));
    memcpy(o, run, (size_t)(p - run));
    o += p - run;
  }
  r->text = th_str_n(out, (size_t)(o - out));
  r->p = p + 1;
  return TH_OK;
}

/* r->p stands at the opening quote. */
static th_code string(th_jread *r, th_jtok tok, th_err *err) {
  const char *from = r->p + 1, *p = from;
  TH_TRY(plain_run(r, &p, err));
  r->tok = tok;
  r->at = r->p;
  if (*p == '\\') return unescape(r, from, p, err);
  r->text = th_str_n(from, (size_t)(p - from));
  r->p = p + 1;
  return TH_OK;
}

static const char *digits(const char *p, const char *end) {
  while (p < end && *p >= '0' && *p <= '9') p++;
  return p;
}

static th_code number(th_jread *r, th_err *err) {
  const char *p = r->p, *from;
  if (*p == '-') p++;
  from = p;
  p = digits(p, r->end);
  if (p == from) return fail_at(r, p, err, "a digit is expected");
  if (*from == '0' && p - from > 1) return fail_at(r, from, err, "a number does not start with 0");
  if (p < r->end && *p == '.') {
    from = ++p;
    p = digits(p, r->end);
    if (p == from) return fail_at(r, p, err, "a digit is expected after the decimal point");
  }
  if (p < r->end && (*p == 'e' || *p == 'E')) {
    p++;
    if (p < r->end && (*p == '+' || *p == '-')) p++;
    from = p;
    p = digits(p, r->end);
    if (p == from) return fail_at(r, p, err, "a digit is expected in the exponent");
  }
  r->tok = TH_J_NUMBER;
  r->at = r->p;
  r->text = th_str_n(r->p, (size_t)(p - r->p));
  r->p = p;
  return TH_OK;
}

static th_code word(th_jread *r, th_str w, th_jtok tok, th_err *err) {
  if ((size_t)(r->end - r->p) < w.n || memcmp(r->p, w.p, w.n) != 0)
    return fail_at(r, r->p, err, "a value is expected (text stands in \", and the only words are true, false, null)");
  r->tok = tok;
  r->at = r->p;
  r->p += w.n;
  return TH_OK;
}

static th_code value(th_jread *r, th_err *err) {
  th_code code;
  switch (*r->p) {
  case '{': return push(r, true, err);
  case '[': return push(r, false, err);
  case '"': code = string(r, TH_J_STRING, err); break;
  case 't': code = word(r, TH_S("true"), TH_J_TRUE, err); break;
  case 'f': code = word(r, TH_S("false"), TH_J_FALSE, err); break;
  case 'n': code = word(r, TH_S("null"), TH_J_NULL, err); break;
  default:
    if (*r->p != '-' && (*r->p < '0' || *r->p > '9')) return fail_at(r, r->p, err, "a value is expected");
    code = number(r, err);
  }
  if (code == TH_OK) value_done(r);
  return code;
}

static void blanks(th_jread *r) {
  while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t')) r->p++;
}

static th_code key(th_jread *r, th_err *err) {
  if (r->p == r->end || *r->p != '"') return fail_at(r, r->p, err, "a member's name in \" is expected");
  TH_TRY(string(r, TH_J_KEY, err));
  r->state = AT_COLON;
  return TH_OK;
}

/* Behind a value inside an array or object: moves over the comma, or reports the closing bracket in *closed. */
static th_code after_value(th_jread *r, bool *closed, th_err *err) {
  const bool object = in_object(r);
  const char c = r->p < r->end ? *r->p : '\0';
  *closed = c == (object ? '}' : ']');
  if (*closed) return pop(r);
  if (c != ',') return fail_at(r, r->p, err, object ? "a comma or } is expected" : "a comma or ] is expected");
  r->p++;
  blanks(r);
  r->state = object ? AT_KEY : AT_VALUE;
  return TH_OK;
}

th_code th_jread_next(th_jread *r, th_err *err) {
  r->text = TH_STR_NONE;
  blanks(r);
  if (r->state == AT_AFTER) {
    bool closed;
    TH_TRY(after_value(r, &closed, err));
    if (closed) return TH_OK;
  } else if (r->state == AT_COLON) {
    if (r->p == r->end || *r->p != ':') return fail_at(r, r->p, err, "a colon is expected after the member's name");
    r->p++;
    blanks(r);
    r->state = AT_VALUE;
  } else if (r->state == AT_DONE) {
    if (r->p != r->end) return fail_at(r, r->p, err, "something follows the value");
    r->tok = TH_J_END;
    r->at = r->p;
    return TH_OK;
  }
  if (r->state == AT_FIRST_KEY && r->p < r->end && *r->p == '}') return pop(r);
  if (r->state == AT_FIRST_ITEM && r->p < r->end && *r->p == ']') return pop(r);
  if (r->state == AT_KEY || r->state == AT_FIRST_KEY) return key(r, err);
  if (r->p == r->end) return fail_at(r, r->p, err, "a value is expected");
  return value(r, err);
}

th_code th_jread_skip(th_jread *r, th_err *err) {
  if (r->tok == TH_J_KEY) TH_TRY(th_jread_next(r, err));
  if (r->tok != TH_J_OBJ && r->tok != TH_J_ARR) return TH_OK;
  for (const uint32_t outside = r->depth - 1; r->depth != outside;) TH_TRY(th_jread_next(r, err));
  return TH_OK;
}
