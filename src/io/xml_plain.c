/* XML as databases write a record: elements, attributes, text, the five named entities and characters by number; no prolog, comment,
 * CDATA section, processing instruction or carriage return, names in ASCII. Such a document is cut into tokens here, several times
 * as fast as by expat; every other one, and every one that is not well-formed, is left to expat, which has the last word on what XML
 * is. The handler is called once the whole of it was seen to be plain. Rules: XML 1.0 (fifth edition), productions 1, 2, 4, 10, 14,
 * 39-44, 66-68. */
#include "io/io_priv.h"

enum { ATTRS_MAX = 16 };

typedef enum kind { START, ATTR, VALUE, END, TEXT } kind;

typedef struct token {
  uint32_t from, to, line;
  uint8_t kind;
  bool references; /* holds '&' */
} token;

typedef struct scan {
  th_arena *a;
  th_str s;
  size_t at;
  uint32_t line, depth;
  TH_VEC(token) tokens;
  uint32_t open[TH_LIMIT_XML_DEPTH]; /* START tokens */
  bool nomem;
} scan;

/* What a byte of text is: 0 nothing to look at. */
enum { LOOK_LINE = 1, LOOK_TAG, LOOK_REFERENCE, LOOK_BRACKET, LOOK_WIDE, LOOK_NEVER };
static const uint8_t look[256] = {
  /* clang-format off */
  [0] = LOOK_NEVER, [1] = LOOK_NEVER, [2] = LOOK_NEVER, [3] = LOOK_NEVER, [4] = LOOK_NEVER, [5] = LOOK_NEVER, [6] = LOOK_NEVER,
  [7] = LOOK_NEVER, [8] = LOOK_NEVER, [11] = LOOK_NEVER, [12] = LOOK_NEVER, [13] = LOOK_NEVER, [14] = LOOK_NEVER, [15] = LOOK_NEVER,
  [16] = LOOK_NEVER, [17] = LOOK_NEVER, [18] = LOOK_NEVER, [19] = LOOK_NEVER, [20] = LOOK_NEVER, [21] = LOOK_NEVER, [22] = LOOK_NEVER,
  [23] = LOOK_NEVER, [24] = LOOK_NEVER, [25] = LOOK_NEVER, [26] = LOOK_NEVER, [27] = LOOK_NEVER, [28] = LOOK_NEVER, [29] = LOOK_NEVER,
  [30] = LOOK_NEVER, [31] = LOOK_NEVER, ['\n'] = LOOK_LINE, ['<'] = LOOK_TAG, ['&'] = LOOK_REFERENCE, [']'] = LOOK_BRACKET,
#define W4(i)  [i] = LOOK_WIDE, [(i) + 1] = LOOK_WIDE, [(i) + 2] = LOOK_WIDE, [(i) + 3] = LOOK_WIDE
#define W16(i) W4(i), W4((i) + 4), W4((i) + 8), W4((i) + 12)
  W16(128), W16(144), W16(160), W16(176), W16(192), W16(208), W16(224), W16(240),
#undef W16
#undef W4
  /* clang-format on */
};

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

static bool is_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

static bool push(scan *x, kind k, size_t from, size_t to, bool references) {
  const token t = { (uint32_t)from, (uint32_t)to, x->line, (uint8_t)k, references };
  if (TH_VEC_PUSH(x->a, &x->tokens, t)) return true;
  x->nomem = true;
  return false;
}

static char byte(const scan *x, size_t at) {
  return at < x->s.n ? x->s.p[at] : '\0';
}

/* One behind the name at `at`; `at` itself where there is none. */
static size_t past_name(const scan *x, size_t at) {
  if (!is_letter(byte(x, at))) return at;
  while (is_name(byte(x, at))) at++;
  return at;
}

static bool is_char(uint32_t rune) {
  return rune == '\t' || rune == '\n' || rune == '\r' || (rune >= 0x20 && rune < 0xD800) || (rune >= 0xE000 && rune < 0xFFFE) ||
         (rune >= 0x10000 && rune <= 0x10FFFF);
}

/* The character that the reference at `at` stands for, and one behind it in *past; 0: none that is plain. */
static uint32_t reference(th_str s, size_t at, size_t *past) {
  static const struct {
    const char *name;
    uint32_t rune;
  } named[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' } };
  for (size_t i = 0; i < sizeof named / sizeof *named; i++)
    if (th_str_starts(th_str_sub(s, at, s.n), th_str_of(named[i].name))) {
      *past = at + strlen(named[i].name);
      return named[i].rune;
    }
  if (at + 3 >= s.n || s.p[at + 1] != '#') return 0;
  const bool hex = s.p[at + 2] == 'x';
  uint32_t rune = 0;
  size_t i = at + (hex ? 3 : 2);
  for (const size_t first = i; i < s.n && s.p[i] != ';'; i++) {
    const char c = s.p[i], low = (char)(c | 0x20);
    const int digit = c >= '0' && c <= '9' ? c - '0' : hex && low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
    if (digit < 0 || i - first > 7) return 0;
    rune = rune * (hex ? 16 : 10) + (uint32_t)digit;
  }
  *past = i + 1;
  return i < s.n && s.p[i - 1] != '#' && s.p[i - 1] != 'x' && is_char(rune) ? rune : 0;
}

/* Bytes of the character at `at`, 0 where XML has none such. */
static size_t wide(const scan *x, size_t at) {
  const unsigned n = th_utf8_seq(x->s.p + at, x->s.n - at);
  return n == 3 && memcmp(x->s.p + at, "\xEF\xBF", 2) == 0 && (unsigned char)x->s.p[at + 2] >= 0xBE ? 0 : n;
}

/* Text up to the next tag or the end. */
static bool text(scan *x) {
  const size_t from = x->at;
  const uint32_t line = x->line;
  bool references = false, blank = true;
  size_t at = from;
  for (; at < x->s.n;) {
    const uint8_t what = look[(unsigned char)x->s.p[at]];
    if (what == LOOK_TAG) break;
    size_t past = at + 1;
    blank &= what == LOOK_LINE || x->s.p[at] == ' ' || x->s.p[at] == '\t';
    if (what == LOOK_LINE) x->line++;
    if (what == LOOK_REFERENCE) {
      references = true;
      if (!reference(x->s, at, &past)) return false;
    }
    if (what == LOOK_BRACKET && byte(x, at + 1) == ']' && byte(x, at + 2) == '>') return false;
    if (what == LOOK_WIDE && (past = at + wide(x, at)) == at) return false;
    if (what == LOOK_NEVER) return false;
    at = past;
  }
  x->at = at;
  if (at == from) return true;
  if (x->depth == 0) return blank && !references;
  if (!push(x, TEXT, from, at, references)) return false;
  x->tokens.v[x->tokens.n - 1].line = line;
  return true;
}

static bool value(scan *x) {
  const char quote = byte(x, x->at);
  if (quote != '"' && quote != '\'') return false;
  const size_t from = ++x->at;
  bool references = false;
  while (x->at < x->s.n && x->s.p[x->at] != quote) {
    const char c = x->s.p[x->at];
    size_t past = x->at + 1;
    switch (look[(unsigned char)c]) {
    case LOOK_LINE:
    case LOOK_TAG:
    case LOOK_NEVER: return false;
    case LOOK_REFERENCE:
      references = true;
      if (!reference(x->s, x->at, &past)) return false;
      break;
    case LOOK_WIDE: past = x->at + wide(x, x->at); break;
    default: break;
    }
    if (past == x->at || c == '\t') return false;
    x->at = past;
  }
  return x->at < x->s.n && push(x, VALUE, from, x->at++, references);
}

static th_str view(const scan *x, const token *t) {
  return th_str_sub(x->s, t->from, t->to);
}

/* Attributes of the tag whose START token is `tag`, up to what is neither blank nor a name. */
static bool attributes(scan *x, size_t tag) {
  for (;;) {
    const size_t blank = x->at;
    while (byte(x, x->at) == ' ') x->at++;
    const size_t from = x->at, to = past_name(x, from);
    if (to == from) return true;
    if (blank == from || byte(x, to) != '=' || x->tokens.n - tag > 2 * ATTRS_MAX) return false;
    for (size_t i = tag + 1; i < x->tokens.n; i += 2)
      if (th_str_eq(view(x, &x->tokens.v[i]), th_str_sub(x->s, from, to))) return false;
    x->at = to + 1;
    if (!push(x, ATTR, from, to, false) || !value(x)) return false;
  }
}

static bool begin_tag(scan *x) {
  const size_t from = x->at + 1, to = past_name(x, from), tag = x->tokens.n;
  if (to == from || x->depth == TH_LIMIT_XML_DEPTH || !push(x, START, from, to, false)) return false;
  x->at = to;
  if (!attributes(x, tag)) return false;
  if (byte(x, x->at) == '>') {
    x->open[x->depth++] = (uint32_t)tag;
    x->at++;
    return true;
  }
  if (byte(x, x->at) != '/' || byte(x, x->at + 1) != '>') return false;
  x->at += 2;
  return push(x, END, from, to, false);
}

static bool end_tag(scan *x) {
  const size_t from = x->at + 2, to = past_name(x, from);
  if (x->depth == 0 || byte(x, to) != '>') return false;
  if (!th_str_eq(view(x, &x->tokens.v[x->open[--x->depth]]), th_str_sub(x->s, from, to))) return false;
  x->at = to + 1;
  return push(x, END, from, to, false);
}

static bool tokens_of(scan *x) {
  bool rooted = false;
  for (;;) {
    if (!text(x)) return false;
    if (x->at == x->s.n) return rooted && x->depth == 0;
    if (byte(x, x->at + 1) == '/') {
      if (!end_tag(x)) return false;
      continue;
    }
    if (rooted && x->depth == 0) return false;
    rooted = true;
    if (!begin_tag(x)) return false;
  }
}

/* ── To the handler ────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The text of a token; with references, in `b`. */
static th_str plain(const scan *x, const token *t, th_buf *b) {
  const th_str s = view(x, t);
  if (!t->references) return s;
  b->n = 0;
  for (size_t at = 0; at < s.n;) {
    const char *amp = memchr(s.p + at, '&', s.n - at);
    const size_t to = amp ? (size_t)(amp - s.p) : s.n;
    th_buf_add(b, th_str_sub(s, at, to));
    at = to;
    if (amp) th_buf_add_rune(b, reference(s, at, &at));
  }
  return th_buf_str(b);
}

static th_code give_start(const scan *x, const th_xml_handler *h, size_t *i, th_err *err) {
  th_xml_attr attr[ATTRS_MAX + 1];
  th_buf b[ATTRS_MAX + 1];
  size_t n = 0;
  const token *tag = &x->tokens.v[*i];
  const th_arena_mark mark = th_arena_save(x->a);
  for (; x->tokens.v[*i + 1].kind == ATTR; *i += 2, n++) {
    const token *v = &x->tokens.v[*i + 2];
    if (v->references) th_buf_init(&b[n], x->a, v->to - v->from);
    attr[n] = (th_xml_attr){ view(x, v - 1), plain(x, v, &b[n]) };
    if (v->references && b[n].failed) return th_fail_nomem(err);
  }
  const th_code code = h->start ? h->start(h->ctx, view(x, tag), attr, n, tag->line, err) : TH_OK;
  th_arena_rewind(x->a, mark);
  return code;
}

static th_code give(const scan *x, const th_xml_handler *h, th_err *err) {
  th_buf b;
  th_buf_init(&b, x->a, 0);
  for (size_t i = 0; i < x->tokens.n; i++) {
    const token *t = &x->tokens.v[i];
    uint32_t line = t->line;
    th_code code = TH_OK;
    if (t->kind == START) {
      code = give_start(x, h, &i, err);
    } else if (t->kind == END) {
      if (h->end) code = h->end(h->ctx, view(x, t), t->line, err);
    } else {
      const th_str s = plain(x, t, &b);
      if (b.failed) return th_fail_nomem(err);
      if (h->text) code = h->text(h->ctx, s, t->line, err);
      line = t[1].line; /* the tag that ends the text */
    }
    if (code == TH_OK) continue;
    if (err && !err->line) err->line = line;
    return code;
  }
  return TH_OK;
}

th_code th_io__xml_plain(th_arena *a, th_str bytes, const th_xml_handler *h, bool *is_plain, th_err *err) {
  *is_plain = false;
  scan x = { .a = a, .s = bytes, .line = 1 };
  const bool ok = tokens_of(&x);
  if (x.nomem) return th_fail_nomem(err);
  if (!ok) return TH_OK;
  *is_plain = true;
  return give(&x, h, err);
}
