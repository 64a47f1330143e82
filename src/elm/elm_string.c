/* Strings (CQL 1.5, Appendix B, "String Operators"): positions count code points. */
#include "elm/elm_priv.h"
#include "theriac/text.h"

static th_code text_kid(eval *e, const node *n, uint32_t i, th_str *s, bool *null) {
  KID(i, v);
  v = th_elm__fhir_primitive(e, v);
  *null = is_null(v);
  if (*null) return TH_OK;
  if (v.kind != TH_ELM_STRING)
    return th_elm__fail(e, n, TH_EINVAL, "%s takes a String, not a %s", n->op->name, th_elm_kind_name(v));
  *s = v.u.str;
  return th_elm__work(e, n, v.u.str.n / 256); /* a long text is much to read */
}

#define TEXT(i, name)                                                                                                          \
  th_str name = { 0 };                                                                                                         \
  bool name##_null;                                                                                                            \
  TH_TRY(text_kid(e, n, i, &name, &name##_null));                                                                              \
  if (name##_null) {                                                                                                           \
    *out = v_null();                                                                                                           \
    return TH_OK;                                                                                                              \
  }

/* Byte offset of code point `i`, or SIZE_MAX behind the end. */
static size_t byte_of(th_str s, int64_t i) {
  size_t at = 0;
  for (; i > 0; i--) {
    if (at >= s.n) return SIZE_MAX;
    th_utf8_next(s, &at);
  }
  return at;
}

static int64_t point_of(th_str s, size_t byte) {
  return (int64_t)th_utf8_length(th_str_sub(s, 0, byte));
}

th_code th_elm__op_Concatenate(eval *e, const node *n, val *out) {
  th_buf b;
  th_buf_init(&b, e->arena, 64);
  for (uint32_t i = 0; i < n->n; i++) {
    TEXT(i, s)
    if (b.n + s.n > TH_LIMIT_DOCUMENT_BYTES)
      return th_elm__fail(e, n, TH_ELIMIT, "the text grows past TH_LIMIT_DOCUMENT_BYTES");
    th_buf_add(&b, s);
  }
  if (b.failed) return th_elm__nomem(e);
  *out = v_str(th_str_n(b.p ? b.p : "", b.n));
  return TH_OK;
}

th_code th_elm__op_Combine(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID(1, sep);
  th_buf b;
  uint32_t m = 0;
  if (a.kind != TH_ELM_LIST) return th_elm__fail(e, n, TH_EINVAL, "Combine takes a list of texts");
  th_buf_init(&b, e->arena, 64);
  for (uint32_t i = 0; i < a.n; i++) {
    const val v = th_elm__fhir_primitive(e, a.u.list[i]);
    if (v.kind != TH_ELM_STRING) continue;
    if (m++ && sep.kind == TH_ELM_STRING) th_buf_add(&b, sep.u.str);
    th_buf_add(&b, v.u.str);
    if (b.n > TH_LIMIT_DOCUMENT_BYTES) return th_elm__fail(e, n, TH_ELIMIT, "the text grows past TH_LIMIT_DOCUMENT_BYTES");
  }
  if (b.failed) return th_elm__nomem(e);
  *out = m ? v_str(th_str_n(b.p ? b.p : "", b.n)) : v_null();
  return TH_OK;
}

th_code th_elm__op_Split(eval *e, const node *n, val *out) {
  TEXT(0, s)
  KID(1, sep);
  TH_VEC(val) list = { 0 };
  const th_str cut = sep.kind == TH_ELM_STRING ? sep.u.str : TH_STR_NONE;
  size_t from = 0;
  for (size_t at = cut.n ? th_str_find(s, cut, 0) : SIZE_MAX; at != SIZE_MAX; at = th_str_find(s, cut, from)) {
    if (!TH_VEC_PUSH(e->arena, &list, v_str(th_str_sub(s, from, at)))) return th_elm__nomem(e);
    from = at + cut.n;
  }
  if (!TH_VEC_PUSH(e->arena, &list, v_str(th_str_sub(s, from, s.n)))) return th_elm__nomem(e);
  *out = v_list(list.v, list.n);
  return TH_OK;
}

th_code th_elm__op_SplitOnMatches(eval *e, const node *n, val *out) {
  TEXT(0, s)
  KID(1, p);
  if (p.kind != TH_ELM_STRING) {
    val *one = TH_NEW(e->arena, val);
    if (!one) return th_elm__nomem(e);
    *one = v_str(s);
    *out = v_list(one, 1);
    return TH_OK;
  }
  return th_elm__regex_split(e, n, s, p.u.str, out);
}

th_code th_elm__op_Length(eval *e, const node *n, val *out) {
  KID(0, a);
  a = th_elm__fhir_primitive(e, a);
  if (is_null(a)) { /* of a null list 0, of a null text null */
    const node *k = n->n ? n->kid[0] : NULL;
    const type *t = k ? k->rtype ? k->rtype : k->type : NULL;
    *out = t && t->kind == T_LIST ? v_int(0) : v_null();
    return TH_OK;
  }
  if (a.kind == TH_ELM_LIST) {
    *out = v_int(a.n);
  } else if (a.kind == TH_ELM_STRING) {
    TH_TRY(th_elm__work(e, n, a.u.str.n / 256));
    *out = v_int((int64_t)th_utf8_length(a.u.str));
  } else {
    return th_elm__fail(e, n, TH_EINVAL, "Length takes a String or a list");
  }
  return TH_OK;
}

/* Blocks where capitals and small letters alternate: [from, to], capitals at `even` or odd numbers. */
static bool paired(uint32_t r, uint32_t *capital) {
  static const struct {
    uint32_t from, to;
    bool even;
  } block[] = { { 0x100, 0x12F, true },  { 0x132, 0x137, true },  { 0x139, 0x148, false }, { 0x14A, 0x177, true },
                { 0x179, 0x17E, false }, { 0x1A0, 0x1A5, true },  { 0x1AF, 0x1B0, false }, { 0x1CD, 0x1DC, false },
                { 0x1DE, 0x1EF, true },  { 0x1F8, 0x21F, true },  { 0x222, 0x233, true },  { 0x460, 0x481, true },
                { 0x48A, 0x4BF, true },  { 0x4C1, 0x4CE, false }, { 0x4D0, 0x52F, true },  { 0x1E00, 0x1E95, true },
                { 0x1EA0, 0x1EFF, true } };
  for (size_t i = 0; i < sizeof block / sizeof *block; i++) {
    if (r < block[i].from || r > block[i].to) continue;
    *capital = block[i].even ? r & ~1u : (r - 1) | 1u;
    return true;
  }
  return false;
}

/* Letters of Latin, Greek and Cyrillic, and full-width ones, by the regular distances of their blocks (Unicode, simple mapping). */
static uint32_t fold_rune(uint32_t r, bool up) {
  uint32_t capital;
  if (paired(r, &capital)) return up ? capital : capital + 1;
  if (up) {
    if (r >= 'a' && r <= 'z') return r - 32;
    if ((r >= 0xE0 && r <= 0xFE && r != 0xF7) || (r >= 0x430 && r <= 0x44F) || (r >= 0x3B1 && r <= 0x3CB && r != 0x3C2))
      return r - 32;
    if (r >= 0x450 && r <= 0x45F) return r - 80;
    if (r >= 0xFF41 && r <= 0xFF5A) return r - 32;
    return r == 0x3C2 ? 0x3A3 : r == 0xFF ? 0x178 : r == 0xB5 ? 0x39C : r;
  }
  if (r >= 'A' && r <= 'Z') return r + 32;
  if ((r >= 0xC0 && r <= 0xDE && r != 0xD7) || (r >= 0x410 && r <= 0x42F) || (r >= 0x391 && r <= 0x3AB && r != 0x3A2))
    return r + 32;
  if (r >= 0x400 && r <= 0x40F) return r + 80;
  if (r >= 0xFF21 && r <= 0xFF3A) return r + 32;
  return r == 0x178 ? 0xFF : r;
}

static th_code recase(eval *e, const node *n, bool up, val *out) {
  TEXT(0, s)
  th_buf b;
  th_buf_init(&b, e->arena, s.n + 8);
  for (size_t at = 0; at < s.n;) {
    const uint32_t r = th_utf8_next(s, &at);
    if (up && r == 0xDF) /* the one letter whose capital is two */
      th_buf_addz(&b, "SS");
    else
      th_buf_add_rune(&b, fold_rune(r, up));
  }
  if (b.failed) return th_elm__nomem(e);
  *out = v_str(th_str_n(b.p ? b.p : "", b.n));
  return TH_OK;
}
th_code th_elm__op_Upper(eval *e, const node *n, val *out) {
  return recase(e, n, true, out);
}
th_code th_elm__op_Lower(eval *e, const node *n, val *out) {
  return recase(e, n, false, out);
}

th_code th_elm__op_Indexer(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, i);
  *out = v_null();
  if (i.kind != TH_ELM_INT && i.kind != TH_ELM_LONG) return th_elm__fail(e, n, TH_EINVAL, "an index is an Integer");
  if (a.kind == TH_ELM_LIST) {
    if (i.u.i >= 0 && i.u.i < (int64_t)a.n) *out = a.u.list[i.u.i];
    return TH_OK;
  }
  a = th_elm__fhir_primitive(e, a);
  if (a.kind != TH_ELM_STRING) return th_elm__fail(e, n, TH_EINVAL, "the indexer takes a list or a String");
  TH_TRY(th_elm__work(e, n, a.u.str.n / 256));
  const size_t at = i.u.i < 0 ? SIZE_MAX : byte_of(a.u.str, i.u.i);
  if (at == SIZE_MAX || at >= a.u.str.n) return TH_OK;
  size_t end = at;
  th_utf8_next(a.u.str, &end);
  *out = v_str(th_str_sub(a.u.str, at, end));
  return TH_OK;
}

static th_code position(eval *e, const node *n, bool last, val *out) {
  TEXT(0, pattern)
  TEXT(1, s)
  TH_TRY(th_elm__work(e, n, s.n / 256 * (pattern.n / 256))); /* at worst all of the pattern is read at each place */
  const size_t at = last ? th_str_rfind(s, pattern) : th_str_find(s, pattern, 0);
  *out = v_int(at == SIZE_MAX ? -1 : point_of(s, at));
  return TH_OK;
}
th_code th_elm__op_PositionOf(eval *e, const node *n, val *out) {
  return position(e, n, false, out);
}
th_code th_elm__op_LastPositionOf(eval *e, const node *n, val *out) {
  return position(e, n, true, out);
}

/* A start behind the end gives null; the end itself too, but for the empty text ("Substring('', 0)" is ''). */
th_code th_elm__op_Substring(eval *e, const node *n, val *out) {
  TEXT(0, s)
  KID_OR_NULL(1, from);
  KID(2, len);
  *out = v_null();
  if (from.kind != TH_ELM_INT) return th_elm__fail(e, n, TH_EINVAL, "Substring starts at an Integer");
  if (from.u.i < 0 || (from.u.i > 0 && from.u.i >= (int64_t)th_utf8_length(s))) return TH_OK;
  const size_t at = byte_of(s, from.u.i);
  if (at == SIZE_MAX) return TH_OK;
  const th_str rest = th_str_sub(s, at, s.n);
  if (len.kind != TH_ELM_INT) {
    *out = v_str(rest);
    return TH_OK;
  }
  if (len.u.i < 0) return TH_OK;
  const size_t end = byte_of(rest, len.u.i);
  *out = v_str(th_str_sub(rest, 0, end == SIZE_MAX ? rest.n : end));
  return TH_OK;
}

th_code th_elm__op_StartsWith(eval *e, const node *n, val *out) {
  TEXT(0, s)
  TEXT(1, part)
  *out = v_bool(th_str_starts(s, part));
  return TH_OK;
}
th_code th_elm__op_EndsWith(eval *e, const node *n, val *out) {
  TEXT(0, s)
  TEXT(1, part)
  *out = v_bool(th_str_ends(s, part));
  return TH_OK;
}

th_code th_elm__op_Matches(eval *e, const node *n, val *out) {
  TEXT(0, s)
  TEXT(1, p)
  bool hit;
  TH_TRY(th_elm__regex_match(e, n, s, p, &hit));
  *out = v_bool(hit);
  return TH_OK;
}
th_code th_elm__op_MatchesFull(eval *e, const node *n, val *out) {
  return th_elm__op_Matches(e, n, out);
}

th_code th_elm__op_ReplaceMatches(eval *e, const node *n, val *out) {
  TEXT(0, s)
  TEXT(1, p)
  TEXT(2, with)
  th_str r;
  TH_TRY(th_elm__regex_replace(e, n, s, p, with, &r));
  *out = v_str(th_str_n(r.p ? r.p : "", r.n));
  return TH_OK;
}

th_code th_elm__op_ToChars(eval *e, const node *n, val *out) {
  TEXT(0, s)
  TH_VEC(val) list = { 0 };
  for (size_t at = 0; at < s.n;) {
    const size_t from = at;
    th_utf8_next(s, &at);
    if (!TH_VEC_PUSH(e->arena, &list, v_str(th_str_sub(s, from, at)))) return th_elm__nomem(e);
  }
  *out = v_list(list.v, list.n);
  return TH_OK;
}
