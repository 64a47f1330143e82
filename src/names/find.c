/* Names inside a text: whole words of the Latin kind, longest run of characters of the Chinese kind. */
#include "names_priv.h"

#include "theriac/text.h"

/* A word of the text: a Latin word, or one CJK character. */
typedef struct word {
  uint32_t from, to;
  bool cjk;
} word;
typedef TH_VEC(word) words;

static bool is_word_rune(uint32_t r) {
  return (r >= '0' && r <= '9') || th_rune_is_letter(r);
}

static th_code cut_words(th_arena *a, th_str text, words *out, th_err *err) {
  size_t at = 0;
  while (at < text.n) {
    const size_t from = at;
    uint32_t r = th_utf8_next(text, &at);
    if (th_rune_is_cjk(r)) {
      if (!TH_VEC_PUSH(a, out, (word){ (uint32_t)from, (uint32_t)at, true })) return th_fail_nomem(err);
      continue;
    }
    if (!is_word_rune(r)) continue;
    size_t end = at;
    while (at < text.n) {
      r = th_utf8_next(text, &at);
      if (!is_word_rune(r) || th_rune_is_cjk(r)) break;
      end = at;
    }
    at = end;
    if (!TH_VEC_PUSH(a, out, (word){ (uint32_t)from, (uint32_t)end, false })) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* Short Latin names are abbreviations: "itp" inside prose names nothing, "ITP" does. */
static bool capitals_needed(th_str raw) {
  if (raw.n > 5) return false;
  for (size_t i = 0; i < raw.n; i++)
    if (raw.p[i] & 0x80) return false;
  return true;
}

static bool all_capitals(th_str raw) {
  for (size_t i = 0; i < raw.n; i++)
    if (raw.p[i] >= 'a' && raw.p[i] <= 'z') return false;
  return true;
}

static bool try_span(const th_names *n, th_arena *a, th_name_kind kind, th_str text, uint32_t from, uint32_t to,
                     th_name_hit *hit) {
  const th_str raw = th_str_sub(text, from, to);
  const th_arena_mark mark = th_arena_save(a);
  const th_str key = th_names__key(a, raw);
  uint64_t at;
  const bool found = key.n && th_map_get(&n->by_key[kind], key, &at);
  th_arena_rewind(a, mark);
  if (!found || n->keys.v[at].ambiguous || (capitals_needed(raw) && !all_capitals(raw))) return false;
  *hit = (th_name_hit){ &n->rows[n->keys.v[at].row], n->keys.v[at].how, from, to };
  return true;
}

/* How many words on from i a name may reach: Chinese names by bytes, others by words. */
static size_t reach(const th_names *n, th_name_kind kind, const words *w, size_t i) {
  size_t j = i;
  const size_t most = w->v[i].cjk ? n->bytes_max[kind] : n->words_max[kind];
  while (j < w->n && (w->v[i].cjk ? w->v[j].to - w->v[i].from <= most : j - i < most)) j++;
  return j;
}

/* First sorted name that is not below key. */
static size_t lower_bound(const th_str_vec *v, th_str key) {
  size_t lo = 0, hi = v->n;
  while (lo < hi) {
    const size_t mid = lo + (hi - lo) / 2;
    if (th_str_cmp(v->v[mid], key) < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

/* The text's last words begin names of one entity only: at least one whole word and four letters of the next. */
static bool try_cut(const th_names *n, th_arena *a, th_name_kind kind, th_str text, uint32_t from, th_name_hit *hit) {
  const th_str key = th_names__key(a, th_str_sub(text, from, text.n));
  const size_t space = th_str_find(key, TH_S(" "), 0);
  if (space == SIZE_MAX || key.n < space + 5) return false;
  const th_str_vec *v = &n->sorted[kind];
  uint32_t row = UINT32_MAX;
  for (size_t i = lower_bound(v, key); i < v->n && th_str_starts(v->v[i], key); i++) {
    uint64_t at;
    if (!th_map_get(&n->by_key[kind], v->v[i], &at) || n->keys.v[at].ambiguous) return false;
    if (row != UINT32_MAX && row != n->keys.v[at].row) return false;
    row = n->keys.v[at].row;
  }
  if (row == UINT32_MAX) return false;
  *hit = (th_name_hit){ &n->rows[row], TH_NAME_CUT, from, (uint32_t)text.n };
  return true;
}

th_code th_names_find(const th_names *n, th_arena *a, th_name_kind kind, th_str text, bool cut, th_name_hits *out,
                      th_err *err) {
  words w = { 0 };
  if (cut) { /* the dots say that it was cut; they are no part of a word */
    while (text.n && text.p[text.n - 1] == '.') text.n--;
    while (th_str_ends(text, TH_S("…"))) text.n -= 3;
  }
  TH_TRY(cut_words(a, text, &w, err));
  for (size_t i = 0; i < w.n;) {
    th_name_hit hit = { 0 };
    size_t j = reach(n, kind, &w, i);
    while (j > i && !try_span(n, a, kind, text, w.v[i].from, w.v[j - 1].to, &hit)) j--;
    const bool last_words = cut && w.n - i <= n->words_max[kind];
    if (last_words && !w.v[i].cjk && try_cut(n, a, kind, text, w.v[i].from, &hit)) j = w.n;
    if (!hit.row) {
      i++;
      continue;
    }
    if (!TH_VEC_PUSH(a, out, hit)) return th_fail_nomem(err);
    i = j;
  }
  return TH_OK;
}
