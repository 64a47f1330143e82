/* Names inside a text: whole words of the Latin kind, longest run of characters of the Chinese kind. */
#include "names/names_priv.h"

#include "theriac/text.h"

/* A unit of the text: a Latin word or one Chinese character, with its comparable form. */
typedef struct unit {
  uint32_t from, to;
  bool cjk;
  th_str key;
} unit;
typedef TH_VEC(unit) units;

static bool is_word_rune(uint32_t r) {
  return (r >= '0' && r <= '9') || th_rune_is_letter(r);
}

/* End of the unit that begins at `from` with rune r. */
static size_t unit_end(th_str text, size_t at, uint32_t r) {
  if (th_rune_is_cjk(r)) return at;
  size_t end = at;
  while (at < text.n) {
    r = th_utf8_next(text, &at);
    if (!is_word_rune(r) || th_rune_is_cjk(r)) break;
    end = at;
  }
  return end;
}

static th_code cut_units(th_arena *a, th_str text, units *out, th_err *err) {
  size_t at = 0;
  while (at < text.n) {
    const size_t from = at;
    const uint32_t r = th_utf8_next(text, &at);
    if (!is_word_rune(r) && !th_rune_is_cjk(r)) continue;
    at = unit_end(text, at, r);
    const th_str key = th_names__key_of(a, th_str_sub(text, from, at));
    if (!key.p || !TH_VEC_PUSH(a, out, (unit){ (uint32_t)from, (uint32_t)at, th_rune_is_cjk(r), key }))
      return th_fail_nomem(err);
  }
  return TH_OK;
}

size_t th_names__units(th_str key, th_str *first) {
  size_t n = 0, at = 0;
  *first = TH_STR_NONE;
  while (at < key.n) {
    const size_t from = at;
    const uint32_t r = th_utf8_next(key, &at);
    if (!is_word_rune(r) && !th_rune_is_cjk(r)) continue;
    at = unit_end(key, at, r);
    if (!n++) *first = th_str_sub(key, from, at);
  }
  return n;
}

/* Short Latin names are abbreviations: "itp" inside prose names nothing, "ITP" does. */
static bool is_lower_abbreviation(th_str raw) {
  if (raw.n > 5) return false;
  bool lower = false;
  for (size_t i = 0; i < raw.n; i++) {
    if (raw.p[i] & 0x80) return false;
    lower |= raw.p[i] >= 'a' && raw.p[i] <= 'z';
  }
  return lower;
}

/* Scratch of a search. */
typedef struct work {
  th_buf joined; /* comparable form of some units */
  size_t *end;   /* where that of the first k + 1 of them ends */
  size_t most;   /* of them */
} work;

/* The comparable form of the `most` units from the i-th: a blank where the text has a gap. */
static bool join(const units *u, size_t i, size_t most, work *w) {
  th_buf *b = &w->joined;
  b->n = 0;
  for (size_t k = 0; k < most; k++) {
    if (k && u->v[i + k].from > u->v[i + k - 1].to) th_buf_addc(b, ' ');
    th_buf_add(b, u->v[i + k].key);
    w->end[k] = b->n;
  }
  return !b->failed;
}

/* Longest name of one index that begins at unit i; gives how many units it takes, 0 for none. */
static size_t longest_of(const th_names *n, th_name_kind kind, th_str text, const units *u, size_t i, work *w,
                         th_name_hit *hit) {
  size_t most = th_names__first_find(n, kind, u->v[i].key);
  if (most > u->n - i) most = u->n - i;
  if (most > w->most) most = w->most;
  if (!most || !join(u, i, most, w)) return 0;
  for (size_t taken = most; taken > 0; taken--) {
    const th_names__key *k = th_names__key_find(n, kind, th_str_n(w->joined.p, w->end[taken - 1]));
    if (!k || k->whole || k->n > 1) continue;
    const unit *last = &u->v[i + taken - 1];
    if (is_lower_abbreviation(th_str_sub(text, u->v[i].from, last->to))) continue;
    *hit = (th_name_hit){ th_names__meant(n, k, 0), (th_name_how)k->how, u->v[i].from, last->to };
    return taken;
  }
  return 0;
}

static size_t longest_name(const th_names *n, th_name_kind kind, th_str text, const units *u, size_t i, work *w,
                           th_name_hit *hit) {
  size_t best = 0;
  for (; n; n = n->under) {
    th_name_hit other = { 0 };
    const size_t taken = longest_of(n, kind, text, u, i, w, &other);
    if (taken > best) best = taken, *hit = other;
  }
  return best;
}

/* First name in byte order that is not below key. */
static uint32_t lower_bound(const th_names *n, th_name_kind kind, th_str key) {
  const th_names__key *all = th_names__keys(n, kind);
  uint32_t lo = 0, hi = n->head->n_keys[kind];
  while (lo < hi) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (th_str_cmp(th_names__view(n, all[mid].text), key) < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

/* The text's last words begin names of one entity only: at least one whole word and four letters of the next. */
static bool try_cut(const th_names *n, th_arena *a, th_name_kind kind, th_str text, uint32_t from, th_name_hit *hit) {
  const th_str key = th_names__key_of(a, th_str_sub(text, from, text.n));
  const size_t space = th_str_find(key, TH_S(" "), 0);
  if (space == SIZE_MAX || key.n < space + 5) return false;
  const th_name_row *only = NULL;
  for (; n; n = n->under) {
    const th_names__key *all = th_names__keys(n, kind);
    for (uint32_t i = lower_bound(n, kind, key); i < n->head->n_keys[kind]; i++) {
      if (!th_str_starts(th_names__view(n, all[i].text), key)) break;
      if (all[i].whole) continue;
      const th_name_row *row = th_names__meant(n, &all[i], 0);
      if (all[i].n > 1 || (only && only != row)) return false;
      only = row;
    }
  }
  if (!only) return false;
  *hit = (th_name_hit){ only, TH_NAME_CUT, from, (uint32_t)text.n };
  return true;
}

static size_t units_most(const th_names *n, th_name_kind kind) {
  size_t most = 0;
  for (; n; n = n->under)
    if (n->head->units_max[kind] > most) most = n->head->units_max[kind];
  return most;
}

th_code th_names_find(const th_names *n, th_arena *a, th_name_kind kind, th_str text, bool cut, th_name_hits *out,
                      th_err *err) {
  units u = { 0 };
  const size_t most = units_most(n, kind);
  if (cut) { /* the dots say that it was cut; they are no part of a word */
    while (text.n && text.p[text.n - 1] == '.') text.n--;
    while (th_str_ends(text, TH_S("…"))) text.n -= 3;
  }
  TH_TRY(cut_units(a, text, &u, err));
  work w = { .most = most < u.n ? most : u.n };
  w.end = TH_NEWN(a, size_t, w.most);
  th_buf_init(&w.joined, a, 128);
  if (!w.end) return th_fail_nomem(err);
  for (size_t i = 0; i < u.n;) {
    th_name_hit hit = { 0 };
    size_t taken = longest_name(n, kind, text, &u, i, &w, &hit);
    const bool last_words = cut && u.n - i <= most;
    if (last_words && !u.v[i].cjk && try_cut(n, a, kind, text, u.v[i].from, &hit)) taken = u.n - i;
    if (w.joined.failed) return th_fail_nomem(err);
    if (hit.row && !TH_VEC_PUSH(a, out, hit)) return th_fail_nomem(err);
    i += taken ? taken : 1;
  }
  return TH_OK;
}
