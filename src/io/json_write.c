#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "theriac/io.h"

void th_jwrite_open(th_jwrite *w, th_buf *out, int indent) {
  *w = (th_jwrite){ .out = out, .indent = indent, .first = true };
}

static void new_line(th_jwrite *w) {
  if (w->indent <= 0) return;
  static const char line[] = "\n                                                                ";
  uint64_t more = (uint64_t)w->depth * (unsigned)w->indent;
  const size_t at_once = more < sizeof line - 2 ? (size_t)more : sizeof line - 2;
  th_buf_add(w->out, th_str_n(line, at_once + 1));
  for (more -= at_once; more; more--) th_buf_addc(w->out, ' ');
}

/* Comma and line end before a value or a key. */
static void before(th_jwrite *w) {
  if (w->after_key) {
    w->after_key = false;
    return;
  }
  if (!w->depth) return;
  if (!w->first) th_buf_addc(w->out, ',');
  new_line(w);
  w->first = false;
}

static void open_bracket(th_jwrite *w, char c) {
  before(w);
  th_buf_addc(w->out, c);
  w->depth++;
  w->first = true;
}

static void close_bracket(th_jwrite *w, char c) {
  TH_ASSERT(w->depth > 0 && !w->after_key);
  w->depth--;
  if (!w->first) new_line(w);
  th_buf_addc(w->out, c);
  w->first = false;
}

void th_jw_obj(th_jwrite *w) {
  open_bracket(w, '{');
}
void th_jw_obj_end(th_jwrite *w) {
  close_bracket(w, '}');
}
void th_jw_arr(th_jwrite *w) {
  open_bracket(w, '[');
}
void th_jw_arr_end(th_jwrite *w) {
  close_bracket(w, ']');
}

static void escaped(th_buf *b, unsigned char c) {
  static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
  const char *hit = c ? strchr(from, c) : NULL;
  if (hit) {
    th_buf_addc(b, '\\');
    th_buf_addc(b, to[hit - from]);
  } else {
    th_buf_addf(b, "\\u%04x", c);
  }
}

/* Bytes from `at` on that stand for themselves, eight at a time: no control, quote, backslash, nor anything beyond ASCII. Any of these
 * sets the top bit of its byte; a false alarm costs a slower look, never a miss. */
static size_t plain_from(th_str s, size_t at) {
  const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
  for (uint64_t w; s.n - at >= 8; at += 8) {
    memcpy(&w, s.p + at, 8);
    const uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
    if (((w - ones * 0x20) | (quote - ones) | (slash - ones) | w) & tops) return at;
  }
  for (; at < s.n; at++) {
    const unsigned char c = (unsigned char)s.p[at];
    if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') return at;
  }
  return at;
}

static void quoted(th_buf *b, th_str s) {
  th_buf_addc(b, '"');
  size_t from = 0, at = plain_from(s, 0);
  while (at < s.n) {
    const unsigned char c = (unsigned char)s.p[at];
    const unsigned len = th_utf8_seq(s.p + at, s.n - at);
    if (c >= 0x20 && c != '"' && c != '\\' && len) {
      at += len;
      continue;
    }
    th_buf_add(b, th_str_sub(s, from, at));
    if (len)
      escaped(b, c);
    else
      th_buf_add(b, TH_S("\xEF\xBF\xBD"));
    from = ++at;
  }
  th_buf_add(b, th_str_sub(s, from, at));
  th_buf_addc(b, '"');
}

void th_jw_key_str(th_jwrite *w, th_str key) {
  before(w);
  quoted(w->out, key);
  th_buf_addc(w->out, ':');
  if (w->indent > 0) th_buf_addc(w->out, ' ');
  w->after_key = true;
}

void th_jw_key(th_jwrite *w, const char *key) {
  th_jw_key_str(w, th_str_of(key));
}

void th_jw_str(th_jwrite *w, th_str s) {
  before(w);
  if (s.p)
    quoted(w->out, s);
  else
    th_buf_add(w->out, TH_S("null"));
}

void th_jw_z(th_jwrite *w, const char *z) {
  th_jw_str(w, th_str_of(z));
}

void th_jw_bool(th_jwrite *w, bool b) {
  before(w);
  th_buf_addz(w->out, b ? "true" : "false");
}

void th_jw_null(th_jwrite *w) {
  before(w);
  th_buf_add(w->out, TH_S("null"));
}

void th_jw_i64(th_jwrite *w, int64_t v) {
  before(w);
  th_buf_addf(w->out, "%lld", (long long)v);
}

/* 15 digits always come back from a normal double, so the shortest text that reads back is found by trying 15, 16, 17; numbers
 * below the normal range have fewer digits to give and are tried from one. */
void th_jw_f64(th_jwrite *w, double v) {
  if (v != v) {
    th_jw_null(w);
    return;
  }
  if (v - v != 0) {
    th_jw_z(w, v > 0 ? "inf" : "-inf");
    return;
  }
  const double size = v < 0 ? -v : v;
  if (size < 1e15 && size == (double)(int64_t)size && (v != 0 || !signbit(v))) { /* so %.15g writes it */
    th_jw_i64(w, (int64_t)v);
    return;
  }
  char text[40];
  for (int digits = size < 2.2250738585072014e-308 ? 1 : 15; digits <= 17; digits++) {
    double back;
    const int n = snprintf(text, sizeof text, "%.*g", digits, v);
    for (int i = 0; i < n; i++)
      if (text[i] == ',') text[i] = '.'; /* whatever the process's locale */
    if (th_str_to_f64(th_str_of(text), &back) && back == v) break;
  }
  before(w);
  th_buf_addz(w->out, text);
}

void th_jw_num(th_jwrite *w, th_str text) {
  before(w);
  th_buf_add(w->out, text);
}

void th_jw_json(th_jwrite *w, const th_json *v) {
  switch (v ? (th_jkind)v->kind : TH_JSON_NULL) {
  case TH_JSON_NULL: th_jw_null(w); break;
  case TH_JSON_BOOL: th_jw_bool(w, v->boolean); break;
  case TH_JSON_NUMBER: th_jw_num(w, v->u.text); break;
  case TH_JSON_STRING: th_jw_str(w, v->u.text.p ? v->u.text : TH_S("")); break;
  case TH_JSON_ARRAY:
    th_jw_arr(w);
    for (uint32_t i = 0; i < v->n; i++) th_jw_json(w, &v->u.item[i]);
    th_jw_arr_end(w);
    break;
  case TH_JSON_OBJECT:
    th_jw_obj(w);
    for (uint32_t i = 0; i < v->n; i++) {
      th_jw_key_str(w, v->u.member[i].key);
      th_jw_json(w, &v->u.member[i].value);
    }
    th_jw_obj_end(w);
    break;
  default: TH_ASSERT(!"kind of a JSON value");
  }
}
