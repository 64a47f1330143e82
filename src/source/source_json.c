/* JSON values as fields with their places. */
#include "source/source_priv.h"
#include "theriac/io.h"

th_code th_source__jdoc_open(th_arena *a, th_str doc, th_source__jdoc *out, th_err *err) {
  *out = (th_source__jdoc){ .doc = doc };
  size_t n = 1;
  for (const char *p = doc.p; (p = p < doc.p + doc.n ? memchr(p, '\n', (size_t)(doc.p + doc.n - p)) : NULL); p++) n++;
  out->line_at = TH_NEWN(a, uint32_t, n);
  if (!out->line_at) return th_fail_nomem(err);
  out->line_at[out->n_line++] = 0;
  for (const char *p = doc.p; (p = p < doc.p + doc.n ? memchr(p, '\n', (size_t)(doc.p + doc.n - p)) : NULL); p++)
    out->line_at[out->n_line++] = (uint32_t)(p - doc.p) + 1;
  return TH_OK;
}

uint32_t th_source__jdoc_line(const th_source__jdoc *d, uint64_t offset) {
  size_t lo = 0, hi = d->n_line;
  while (hi - lo > 1) {
    const size_t mid = lo + (hi - lo) / 2;
    if (d->line_at[mid] <= offset)
      lo = mid;
    else
      hi = mid;
  }
  return (uint32_t)lo + 1 + d->base_line;
}

/* One behind the string that begins at `offset`. */
static uint32_t string_end(const th_source__jdoc *d, uint64_t offset) {
  for (size_t at = offset + 1; at < d->doc.n;) {
    const char *quote = memchr(d->doc.p + at, '"', d->doc.n - at);
    if (!quote) break;
    const size_t end = (size_t)(quote - d->doc.p);
    size_t back = 0;
    while (end - back > at && d->doc.p[end - back - 1] == '\\') back++;
    if (back % 2 == 0) return (uint32_t)end + 1;
    at = end + 1;
  }
  return (uint32_t)d->doc.n;
}

uint32_t th_source__jdoc_end(const th_source__jdoc *d, uint64_t offset) {
  if (offset < d->doc.n && d->doc.p[offset] == '"') return string_end(d, offset);
  size_t depth = 0;
  bool text = false;
  for (size_t i = offset; i < d->doc.n; i++) {
    const char c = d->doc.p[i];
    if (text) {
      if (c == '\\')
        i++;
      else if (c == '"')
        text = false;
      if (!text && depth == 0) return (uint32_t)i + 1;
    } else if (c == '"')
      text = true;
    else if (c == '{' || c == '[')
      depth++;
    else if (c == '}' || c == ']') {
      if (depth == 0) return (uint32_t)i; /* a number before the end of what holds it */
      if (--depth == 0) return (uint32_t)i + 1;
    } else if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t'))
      return (uint32_t)i;
  }
  return (uint32_t)d->doc.n;
}

/* The same for a string or number, which mostly is a view of the document: then nothing need be looked for. */
static uint32_t scalar_end(const th_source__jdoc *d, const th_json *v) {
  const bool text = v->kind == TH_JSON_STRING;
  if (v->kind != TH_JSON_BOOL && v->u.text.p == d->doc.p + v->offset + text)
    return (uint32_t)(v->offset + v->u.text.n + 2 * text);
  return th_source__jdoc_end(d, v->offset);
}

th_field th_source__jfield(const th_source__jdoc *d, const th_json *v) {
  if (!v || (v->kind != TH_JSON_STRING && v->kind != TH_JSON_NUMBER && v->kind != TH_JSON_BOOL)) return (th_field){ 0 };
  const uint32_t end = scalar_end(d, v), from = (uint32_t)v->offset;
  th_field f = { .from = from, .to = end, .line = th_source__jdoc_line(d, v->offset) };
  f.text = v->kind == TH_JSON_BOOL ? th_str_sub(d->doc, from, end) : v->u.text;
  if (v->kind == TH_JSON_STRING) f.from++, f.to--;
  f.from += d->base;
  f.to += d->base;
  if (!f.text.p) f.text = TH_S("");
  return f;
}

bool th_source__jfields(th_arena *a, const th_source__jdoc *d, const th_json *v, th_field_vec *out) {
  if (!v) return true;
  if (v->kind != TH_JSON_ARRAY) {
    const th_field f = th_source__jfield(d, v);
    return !th_field_has(f) || TH_VEC_PUSH(a, out, f);
  }
  for (size_t i = 0; i < v->n; i++) {
    const th_field f = th_source__jfield(d, th_json_item(v, i));
    if (th_field_has(f) && !TH_VEC_PUSH(a, out, f)) return false;
  }
  return true;
}
