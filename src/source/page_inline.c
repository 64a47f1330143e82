/* Inline markup: what a reader of the rendered page sees, with a way back to the bytes.
 *
 * HTML tags, entities, Markdown emphasis, code marks, links and escapes are resolved. "<" that opens no known element stays text
 * ("P<0.05"). Every look-ahead is bounded by the line and remembered, so that no input makes it quadratic. */
#include "source/source_priv.h"

static const char *const inline_tags[] = {
  "a",    "abbr", "b", "cite",  "code", "del",    "em",  "font", "i",    "ins", "kbd",
  "mark", "q",    "s", "small", "span", "strong", "sub", "sup",  "time", "u",   "var"
};
static const char *const block_tags[] = {
  "article", "aside",  "blockquote", "body",    "br",         "button", "caption", "center", "col",      "colgroup", "dd",
  "details", "div",    "dl",         "dt",      "figcaption", "figure", "footer",  "form",   "h1",       "h2",       "h3",
  "h4",      "h5",     "h6",         "head",    "header",     "hr",     "html",    "iframe", "img",      "input",    "label",
  "li",      "link",   "main",       "meta",    "nav",        "ol",     "option",  "p",      "pre",      "script",   "section",
  "select",  "source", "style",      "summary", "svg",        "table",  "tbody",   "td",     "template", "textarea", "tfoot",
  "th",      "thead",  "title",      "tr",      "ul",         "video",  "path"
};

/* name is never empty. */
static bool in_list(const char *const *list, size_t n, th_str name) {
  for (size_t i = 0; i < n; i++)
    if (list[i][0] == name.p[0] && th_str_is(name, list[i])) return true;
  return false;
}

void th_source__scan_text_begin(th_source__scan *s) {
  th_source__page *p = s->page;
  s->text0 = p->clean_n;
  s->run0 = (uint32_t)p->run.n;
  s->mark0 = (uint32_t)p->mark.n;
  s->link_at = UINT32_MAX;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < s->n_open; i++) /* emphasis by signs ends with its text, elements go on */
    if (s->open[i].tag_n) {
      s->open[kept] = s->open[i];
      s->open[kept++].a = s->text0;
    }
  s->n_open = kept;
}

void th_source__scan_put(th_source__scan *s, const char *bytes, size_t n, uint32_t src) {
  th_source__page *p = s->page;
  if (n == 0) return;
  const bool follows = p->run.n > s->run0 && p->run.v[p->run.n - 1].src + (p->clean_n - p->run.v[p->run.n - 1].clean) == src &&
                       s->last_src == src;
  if (!follows && !TH_VEC_PUSH(p->arena, &p->run, (th_source__run){ p->clean_n, src, s->line })) {
    s->nomem = true;
    return;
  }
  memcpy(p->clean + p->clean_n, bytes, n);
  p->clean_n += (uint32_t)n;
  s->last_src = src + (uint32_t)n;
}

void th_source__scan_copy(th_source__scan *s, uint32_t from, uint32_t to) {
  th_source__scan_put(s, s->doc.p + from, to - from, from);
}

static void mark_end(th_source__scan *s, uint32_t i) {
  th_source__page *p = s->page;
  const th_source__open_mark *o = &s->open[i];
  if (p->clean_n > o->a &&
      !TH_VEC_PUSH(p->arena, &p->mark, (th_source__mark){ o->kind, o->a - s->text0, p->clean_n - s->text0, o->value }))
    s->nomem = true;
}

static void mark_begin(th_source__scan *s, th_source__mark_kind kind, th_str tag, th_str value) {
  if (s->n_open == TH_SOURCE_OPEN_MARKS) return; /* deeper nesting keeps its text and loses the mark */
  th_source__open_mark *o = &s->open[s->n_open++];
  o->kind = kind;
  o->tag_n = (uint8_t)(tag.n < sizeof o->tag ? tag.n : sizeof o->tag);
  if (o->tag_n) memcpy(o->tag, tag.p, o->tag_n);
  o->a = s->page->clean_n;
  o->value = value;
}

static void mark_close_tag(th_source__scan *s, th_str tag) {
  for (uint32_t i = s->n_open; i-- > 0;)
    if (s->open[i].tag_n == tag.n && memcmp(s->open[i].tag, tag.p, tag.n) == 0) {
      mark_end(s, i);
      memmove(&s->open[i], &s->open[i + 1], (s->n_open - i - 1) * sizeof s->open[0]);
      s->n_open--;
      return;
    }
}

static bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool th_source__scan_text_end(th_source__scan *s, th_source__text *out) {
  th_source__page *p = s->page;
  for (uint32_t i = 0; i < s->n_open; i++) mark_end(s, i);
  const th_str all = th_str_n(p->clean + s->text0, p->clean_n - s->text0);
  const th_str trimmed = th_str_trim(all);
  if (trimmed.n == 0) {
    p->clean_n = s->text0;
    p->run.n = s->run0;
    p->mark.n = s->mark0;
    th_source__scan_text_begin(s);
    return false;
  }
  const uint32_t lead = (uint32_t)(trimmed.p - all.p);
  for (size_t i = s->mark0; i < p->mark.n; i++) { /* marks count from the trimmed start */
    th_source__mark *m = &p->mark.v[i];
    m->a = m->a > lead ? m->a - lead : 0;
    m->b = m->b > lead ? m->b - lead : 0;
    if (m->a > trimmed.n) m->a = (uint32_t)trimmed.n;
    if (m->b > trimmed.n) m->b = (uint32_t)trimmed.n;
  }
  *out = (th_source__text){ .s = trimmed,
                            .run0 = s->run0,
                            .n_run = (uint32_t)p->run.n - s->run0,
                            .mark0 = s->mark0,
                            .n_mark = (uint32_t)p->mark.n - s->mark0 };
  const th_field f = th_source__sub(p, out, 0, trimmed.n);
  out->from = f.from;
  out->to = f.to;
  out->line = f.line;
  th_source__scan_text_begin(s);
  return true;
}

/* ── Entities ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const struct {
  const char *name, *text;
} entities[] = {
  { "amp", "&" },    { "lt", "<" },     { "gt", ">" },    { "quot", "\"" },  { "apos", "'" },  { "nbsp", " " },
  { "hellip", "…" }, { "mdash", "—" },  { "ndash", "–" }, { "le", "≤" },     { "ge", "≥" },    { "plusmn", "±" },
  { "times", "×" },  { "alpha", "α" },  { "beta", "β" },  { "gamma", "γ" },  { "delta", "δ" }, { "kappa", "κ" },
  { "lambda", "λ" }, { "micro", "µ" },  { "mu", "μ" },    { "deg", "°" },    { "reg", "®" },   { "trade", "™" },
  { "copy", "©" },   { "middot", "·" }, { "bull", "•" },  { "rarr", "→" },   { "larr", "←" },  { "ldquo", "“" },
  { "rdquo", "”" },  { "lsquo", "‘" },  { "rsquo", "’" }, { "eacute", "é" }, { "ouml", "ö" },  { "uuml", "ü" },
};

static size_t rune_put(uint32_t r, char out[4]) {
  if (r < 0x80) return out[0] = (char)r, 1;
  if (r < 0x800) return out[0] = (char)(0xC0 | r >> 6), out[1] = (char)(0x80 | (r & 63)), 2;
  if (r < 0x10000)
    return out[0] = (char)(0xE0 | r >> 12), out[1] = (char)(0x80 | (r >> 6 & 63)), out[2] = (char)(0x80 | (r & 63)), 3;
  out[0] = (char)(0xF0 | r >> 18);
  out[1] = (char)(0x80 | (r >> 12 & 63));
  out[2] = (char)(0x80 | (r >> 6 & 63));
  out[3] = (char)(0x80 | (r & 63));
  return 4;
}

/* Decodes the entity at doc[at] == '&'; 0 when it is none, else its length in the source. The text is never longer than that. */
static uint32_t entity(th_str doc, uint32_t at, uint32_t end, char out[4], size_t *out_n) {
  uint32_t semi = at + 1;
  while (semi < end && semi - at < 12 && doc.p[semi] != ';') semi++;
  if (semi >= end || doc.p[semi] != ';' || semi == at + 1) return 0;
  const th_str name = th_str_sub(doc, at + 1, semi);
  if (name.p[0] == '#') {
    const bool hex = name.n > 1 && (name.p[1] == 'x' || name.p[1] == 'X');
    uint32_t r = 0;
    for (size_t i = hex ? 2 : 1; i < name.n; i++) {
      const char c = name.p[i];
      const int d = c >= '0' && c <= '9' ? c - '0' : hex && (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
      if (d < 0 || r > 0x10FFFF) return 0;
      r = r * (hex ? 16 : 10) + (uint32_t)d;
    }
    if (r == 0xA0 || r == 9 || r == 10 || r == 13) r = ' ';
    if (r < 0x20 || r > 0x10FFFF || (r >= 0xD800 && r < 0xE000)) return 0;
    *out_n = rune_put(r, out);
    return *out_n <= semi - at + 1 ? semi - at + 1 : 0;
  }
  for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
    if (th_str_is(name, entities[i].name)) {
      *out_n = strlen(entities[i].text);
      memcpy(out, entities[i].text, *out_n);
      return semi - at + 1;
    }
  return 0;
}

/* ── Tags ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Offset behind the '>' that ends the tag at doc[at] == '<', or 0. Quotes are honoured; a tag is at most 4 KiB. */
static uint32_t tag_end(th_str doc, uint32_t at) {
  char quote = 0;
  const uint32_t max = doc.n - at > 4096 ? at + 4096 : (uint32_t)doc.n;
  for (uint32_t i = at + 1; i < max; i++) {
    const char c = doc.p[i];
    if (quote) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'')
      quote = c;
    else if (c == '>')
      return i + 1;
    else if (c == '<')
      return 0;
  }
  return 0;
}

static void count_lines(th_source__scan *s, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++)
    if (s->doc.p[i] == '\n' || (s->doc.p[i] == '\r' && !(i + 1 < s->doc.n && s->doc.p[i + 1] == '\n'))) s->line++;
}

/* Handles the tag at `at`. *next is the byte behind it, or `at` when it is no tag. */
static th_code tag(th_source__scan *s, uint32_t at, uint32_t *next, th_err *err) {
  const th_str doc = s->doc;
  *next = at;
  uint32_t i = at + 1;
  const bool closing = i < doc.n && doc.p[i] == '/';
  i += closing;
  char name[12];
  uint32_t n = 0;
  while (i < doc.n && n < sizeof name &&
         (((doc.p[i] | 32) >= 'a' && (doc.p[i] | 32) <= 'z') || (n && doc.p[i] >= '0' && doc.p[i] <= '9')))
    name[n++] = (char)((doc.p[i] >= 'A' && doc.p[i] <= 'Z') ? doc.p[i] + 32 : doc.p[i]), i++;
  if (n == 0 || n == sizeof name || i >= doc.n || !(blank(doc.p[i]) || doc.p[i] == '>' || doc.p[i] == '/')) return TH_OK;
  const th_str tag_name = th_str_n(name, n);
  const bool is_inline = in_list(inline_tags, sizeof inline_tags / sizeof inline_tags[0], tag_name);
  if (!is_inline && !in_list(block_tags, sizeof block_tags / sizeof block_tags[0], tag_name)) return TH_OK;
  const uint32_t end = tag_end(doc, at);
  if (end == 0) return TH_OK;
  const th_str attrs = th_str_trim(th_str_sub(doc, i, end - 1));
  *next = end;
  if (!is_inline) {
    TH_TRY(th_source__scan_tag(s, tag_name, attrs, closing, at, end, err));
  } else if (closing) {
    mark_close_tag(s, tag_name);
  } else if (!th_str_ends(attrs, TH_S("/"))) {
    const bool bold = th_str_is(tag_name, "strong") || th_str_is(tag_name, "b");
    if (bold)
      mark_begin(s, TH_MARK_STRONG, tag_name, TH_STR_NONE);
    else if (th_str_is(tag_name, "a"))
      mark_begin(s, TH_MARK_LINK, tag_name, th_source__attr(attrs, "href"));
    else
      mark_begin(s, TH_MARK_CLASS, tag_name, th_source__attr(attrs, "class"));
  }
  count_lines(s, at, end);
  return TH_OK;
}

th_str th_source__attr(th_str attrs, const char *name) {
  const th_str want = th_str_of(name);
  size_t i = 0;
  while (i < attrs.n) {
    while (i < attrs.n && (blank(attrs.p[i]) || attrs.p[i] == '/')) i++;
    const size_t k0 = i;
    while (i < attrs.n && attrs.p[i] != '=' && !blank(attrs.p[i])) i++;
    const th_str key = th_str_sub(attrs, k0, i);
    while (i < attrs.n && blank(attrs.p[i])) i++;
    th_str value = th_str_sub(attrs, i, i);
    if (i < attrs.n && attrs.p[i] == '=') {
      i++;
      while (i < attrs.n && blank(attrs.p[i])) i++;
      const char q = i < attrs.n && (attrs.p[i] == '"' || attrs.p[i] == '\'') ? attrs.p[i] : 0;
      const size_t v0 = i += q != 0;
      while (i < attrs.n && (q ? attrs.p[i] != q : !blank(attrs.p[i]))) i++;
      value = th_str_sub(attrs, v0, i);
      if (q && i < attrs.n) i++;
    }
    if (th_str_eq_nocase(key, want)) return value;
  }
  return TH_STR_NONE;
}

bool th_source__class_has(th_str classes, const char *word) {
  const th_str w = th_str_of(word);
  for (size_t at = th_str_find(classes, w, 0); at != SIZE_MAX; at = th_str_find(classes, w, at + 1)) {
    const bool starts = at == 0 || blank(classes.p[at - 1]);
    const bool ends = at + w.n == classes.n || blank(classes.p[at + w.n]);
    if (starts && ends) return true;
  }
  return false;
}

/* ── Markdown signs ────────────────────────────────────────────────────────────────────────────────────────────────── */

static void strong_toggle(th_source__scan *s) {
  for (uint32_t i = s->n_open; i-- > 0;)
    if (s->open[i].tag_n == 0 && s->open[i].kind == TH_MARK_STRONG) {
      mark_end(s, i);
      memmove(&s->open[i], &s->open[i + 1], (s->n_open - i - 1) * sizeof s->open[0]);
      s->n_open--;
      return;
    }
  mark_begin(s, TH_MARK_STRONG, TH_STR_NONE, TH_STR_NONE);
}

/* "](target)": the text since the latest '[' becomes a link and the '[' goes. Gives the byte behind ')', or 0. */
static uint32_t link_close(th_source__scan *s, uint32_t at, uint32_t to, uint32_t *no_paren_before) {
  if (s->link_at == UINT32_MAX || at < *no_paren_before) return 0;
  uint32_t depth = 0, i = at + 1;
  for (; i < to; i++) {
    if (s->doc.p[i] == '(') depth++;
    if (s->doc.p[i] == ')' && --depth == 0) break;
  }
  if (i == to) {
    *no_paren_before = to;
    return 0;
  }
  th_source__page *p = s->page;
  const uint32_t open = s->link_at;
  memmove(p->clean + open, p->clean + open + 1, p->clean_n - open - 1);
  p->clean_n--;
  /* runs: the one that holds '[' is cut there, those behind move down by one */
  for (size_t k = p->run.n; k-- > s->run0;) {
    th_source__run *r = &p->run.v[k];
    if (r->clean > open) {
      r->clean--;
      continue;
    }
    if (r->clean == open) {
      r->src++;
    } else {
      const th_source__run rest = { open, r->src + (open - r->clean) + 1, r->line };
      const bool same = k + 1 < p->run.n && p->run.v[k + 1].clean == open;
      if (!same) {
        if (!TH_VEC_PUSH(p->arena, &p->run, rest)) return s->nomem = true, 0;
        memmove(&p->run.v[k + 2], &p->run.v[k + 1], (p->run.n - k - 2) * sizeof rest);
        p->run.v[k + 1] = rest;
      }
    }
    break;
  }
  for (size_t k = p->mark.n; k-- > s->mark0 && p->mark.v[k].b > open - s->text0;) { /* ends rise with the index */
    if (p->mark.v[k].a > open - s->text0) p->mark.v[k].a--;
    p->mark.v[k].b--;
  }
  for (uint32_t k = 0; k < s->n_open; k++)
    if (s->open[k].a > open) s->open[k].a--;
  const th_source__mark m = { TH_MARK_LINK, open - s->text0, p->clean_n - s->text0,
                              th_str_trim(th_str_sub(s->doc, at + 2, i)) };
  if (m.b > m.a && !TH_VEC_PUSH(p->arena, &p->mark, m)) s->nomem = true;
  s->link_at = UINT32_MAX;
  return i + 1;
}

/* A single star is emphasis when it hugs a word and its partner stands within reach on the same line. */
static bool star_is_sign(th_str doc, uint32_t at, uint32_t from, uint32_t to, bool *open) {
  if (*open) return *open = false, true;
  if (at + 1 >= to || blank(doc.p[at + 1]) || (at > from && (unsigned char)doc.p[at - 1] > ' ' && doc.p[at - 1] != '('))
    return false;
  const uint32_t max = to - at > 256 ? at + 256 : to;
  for (uint32_t i = at + 2; i < max; i++)
    if (doc.p[i] == '*' && !blank(doc.p[i - 1])) return *open = true;
  return false;
}

static bool special(char c) {
  static const bool sign[256] = { ['<'] = true, ['&'] = true, ['*'] = true,  ['`'] = true,  ['['] = true,
                                  [']'] = true, ['!'] = true, ['\\'] = true, ['\n'] = true, ['\r'] = true };
  return sign[(unsigned char)c];
}

static th_code comment(th_source__scan *s, uint32_t at, uint32_t *next, th_err *err) {
  const size_t end = th_str_find(s->doc, TH_S("-->"), at + 4);
  if (end == SIZE_MAX)
    return th_fail_at(err, TH_EPARSE, s->line, 1,
                      "a comment is opened and never closed; the page seems cut off: get the whole page");
  count_lines(s, at, (uint32_t)end + 3);
  *next = (uint32_t)end + 3;
  return TH_OK;
}

th_code th_source__scan_inline(th_source__scan *s, uint32_t from, uint32_t to, th_err *err) {
  const th_str doc = s->doc;
  uint32_t i = from, no_paren = from;
  bool star = false;
  while (i < to && !s->nomem) {
    uint32_t j = i;
    while (j < to && !special(doc.p[j])) j++;
    th_source__scan_copy(s, i, j);
    if ((i = j) >= to) break;
    const char c = doc.p[i];
    const char d = i + 1 < to ? doc.p[i + 1] : 0;
    uint32_t next = i;
    if (c == '<') {
      if (th_str_starts(th_str_sub(doc, i, doc.n), TH_S("<!--")))
        TH_TRY(comment(s, i, &next, err));
      else
        TH_TRY(tag(s, i, &next, err));
    } else if (c == '&') {
      char text[4];
      size_t n = 0;
      const uint32_t len = entity(doc, i, to, text, &n);
      if (len) {
        th_source__scan_put(s, text, n, i);
        s->last_src = i + len;
        next = i + len;
      }
    } else if (c == '*' && d == '*') {
      strong_toggle(s);
      next = i + 2;
    } else if (c == '*' && star_is_sign(doc, i, from, to, &star)) {
      next = i + 1;
    } else if (c == '`') {
      next = i + 1;
    } else if (c == '!' && d == '[') {
      next = i + 1;
    } else if (c == '[') {
      s->link_at = s->page->clean_n;
      th_source__scan_copy(s, i, i + 1);
      next = i + 1;
    } else if (c == ']' && d == '(') {
      const uint32_t end = link_close(s, i, to, &no_paren);
      if (end) next = end;
    } else if (c == '\\' && d && strchr("\\`*_{}[]()#+-.!|<>~", d)) {
      th_source__scan_copy(s, i + 1, i + 2);
      next = i + 2;
    } else if (c == '\n' || c == '\r') {
      th_source__scan_put(s, " ", 1, i);
      count_lines(s, i, i + 1);
      next = i + 1;
    }
    if (next == i) {
      th_source__scan_copy(s, i, i + 1);
      next = i + 1;
    }
    i = next;
  }
  s->pos = i;
  return s->nomem ? th_fail_nomem(err) : TH_OK;
}
