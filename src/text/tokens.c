#include <utf8proc.h>

#include "theriac/text.h"

static bool is_mark(uint32_t rune) {
  if (rune < 0x300) return false;
  const utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)rune);
  return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}

static bool is_word(uint32_t rune) {
  if (rune < 0x80) return th_rune_is_letter(rune) || th_rune_is_digit(rune);
  if (th_rune_is_cjk(rune)) return false;
  const utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)rune);
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO;
}

/* Moves over the marks that belong to the character before. */
static size_t over_marks(th_str s, size_t at) {
  while (at < s.n) {
    size_t next = at;
    if (!is_mark(th_utf8_next(s, &next))) break;
    at = next;
  }
  return at;
}

/* A run of CJK characters that starts at `from`; `at` is behind its first. Gives the end of the run. */
static size_t cjk_run(th_arena *a, th_str s, size_t from, size_t at, th_token_vec *out, bool *ok) {
  size_t previous = from;
  bool alone = true;
  at = over_marks(s, at);
  while (at < s.n) {
    size_t next = at;
    if (!th_rune_is_cjk(th_utf8_next(s, &next))) break;
    next = over_marks(s, next);
    *ok = *ok && TH_VEC_PUSH(a, out, (th_token){ (uint32_t)previous, (uint32_t)next, true });
    alone = false;
    previous = at;
    at = next;
  }
  if (alone) *ok = *ok && TH_VEC_PUSH(a, out, (th_token){ (uint32_t)from, (uint32_t)at, true });
  return at;
}

/* One behind the letters and digits of ASCII from `at` on; the table saves a question for each of the three ranges. */
static size_t past_plain(th_str s, size_t at) {
  static const uint64_t word[2] = { 0x03ff000000000000u, 0x07fffffe07fffffeu };
  while (at < s.n && (unsigned char)s.p[at] < 0x80 && (word[(unsigned char)s.p[at] >> 6] >> (s.p[at] & 63) & 1)) at++;
  return at;
}

th_code th_text_tokens(th_arena *a, th_str s, th_token_vec *out, th_err *err) {
  *out = (th_token_vec){ 0 };
  if (s.n > UINT32_MAX) return th_fail(err, TH_ELIMIT, "a text of more than 4 GiB cannot be cut into words");
  bool ok = true;
  for (size_t at = 0; at < s.n && ok;) {
    const size_t from = at;
    if ((unsigned char)s.p[at] < 0x80) {
      const size_t plain = past_plain(s, at);
      if (plain == from || plain == s.n || (unsigned char)s.p[plain] < 0x80) { /* no word, or one that is all of it */
        ok = plain == from || TH_VEC_PUSH(a, out, (th_token){ (uint32_t)from, (uint32_t)plain, false });
        at = plain == from ? at + 1 : plain;
        continue;
      }
    }
    const uint32_t rune = th_utf8_next(s, &at);
    if (th_rune_is_cjk(rune)) {
      at = cjk_run(a, s, from, at, out, &ok);
    } else if (is_word(rune)) {
      for (size_t next = at; at < s.n; at = next)
        if (!is_word(th_utf8_next(s, &next))) break;
      ok = TH_VEC_PUSH(a, out, (th_token){ (uint32_t)from, (uint32_t)at, false });
    }
  }
  return ok ? TH_OK : th_fail_nomem(err);
}
