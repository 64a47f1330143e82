/* One name, whole: whom it means. First as written, then in the other forms that the same name is written in. */
#include <stdlib.h>

#include "names/names_priv.h"

#include "theriac/text.h"

/* What a comparable name means, in the first index that knows it. */
typedef struct meaning {
  const th_names *n;
  const th_names__key *key; /* NULL: nobody */
  th_name_how at_best;
} meaning;

static meaning look_up(const th_names *n, th_name_kind kind, th_str key, th_name_how at_best) {
  for (; n && key.n; n = n->under) {
    const th_names__key *k = th_names__key_find(n, kind, key);
    if (k) return (meaning){ n, k, at_best };
  }
  return (meaning){ 0 };
}

/* The forms of a drug's name: as it is, without salt and form, without a stereo prefix, without both. */
static meaning look_up_drug(const th_names *n, th_str key) {
  meaning m = look_up(n, TH_NAME_DRUG, key, TH_NAME_EXACT);
  const th_str stem = th_names__drug_stem(key), plain = th_names__drug_plain(key);
  if (!m.key) m = look_up(n, TH_NAME_DRUG, stem, TH_NAME_STRIPPED);
  if (!m.key) m = look_up(n, TH_NAME_DRUG, plain, TH_NAME_STRIPPED);
  if (!m.key && plain.n) m = look_up(n, TH_NAME_DRUG, th_names__drug_stem(plain), TH_NAME_STRIPPED);
  return m;
}

static meaning look_up_name(const th_names *n, th_arena *a, th_name_kind kind, th_str name) {
  const th_str key = th_names__key_of(a, name);
  if (kind == TH_NAME_DRUG) return look_up_drug(n, key);
  const meaning m = look_up(n, kind, key, TH_NAME_EXACT);
  return m.key ? m : look_up(n, kind, th_names__variant(a, name, key), TH_NAME_SYNONYM);
}

/* "systemic lupus erythematosus (SLE)": the part before the bracket, when the whole is no name. */
static th_str before_bracket(th_str name) {
  size_t at = th_str_find(name, TH_S("("), 0);
  const size_t wide = th_str_find(name, TH_S("（"), 0);
  if (wide < at) at = wide;
  return at == SIZE_MAX || at == 0 ? TH_STR_NONE : th_str_trim(th_str_sub(name, 0, at));
}

static meaning mean(const th_names *n, th_arena *a, th_name_kind kind, th_str name) {
  meaning m = look_up_name(n, a, kind, name);
  const th_str front = m.key ? TH_STR_NONE : before_bracket(name);
  if (front.n) {
    m = look_up_name(n, a, kind, front);
    m.at_best = TH_NAME_STRIPPED;
  }
  return m;
}

static th_name_hit hit_of(const meaning *m, uint32_t i, th_str name) {
  const th_name_how how = m->key->n > 1                           ? TH_NAME_AMBIGUOUS
                          : (th_name_how)m->key->how > m->at_best ? (th_name_how)m->key->how
                                                                  : m->at_best;
  return (th_name_hit){ th_names__meant(m->n, m->key, i), how, 0, (uint32_t)name.n };
}

th_name_hit th_names_resolve(const th_names *n, th_arena *a, th_name_kind kind, th_str name) {
  const meaning m = mean(n, a, kind, name);
  if (!m.key) return (th_name_hit){ .to = (uint32_t)name.n };
  th_name_hit hit = hit_of(&m, 0, name);
  if (hit.how == TH_NAME_AMBIGUOUS) hit.row = NULL;
  return hit;
}

/* ── All it may mean ───────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_meanings(th_arena *a, const meaning *m, th_str name, uint32_t from, th_name_hits *out, th_err *err) {
  for (uint32_t i = 0; i < m->key->n; i++) {
    th_name_hit hit = hit_of(m, i, name);
    hit.from += from, hit.to += from;
    if (!TH_VEC_PUSH(a, out, hit)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* End of the first part of a combination, or n; *skip: length of what parts them. */
static size_t part_end(th_str s, size_t *skip) {
  static const char *const between[] = { " and ", " plus ", " with ", " / ", "/", "+", ";", "；", "、", "＋", " & " };
  size_t best = s.n;
  *skip = 0;
  for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
    const size_t at = th_str_find(s, th_str_of(between[i]), 0);
    if (at < best) best = at, *skip = strlen(between[i]);
  }
  return best;
}

static th_code add_parts(const th_names *n, th_arena *a, th_str name, th_name_hits *out, th_err *err) {
  size_t skip, at = 0;
  while (at < name.n) {
    const size_t end = at + part_end(th_str_sub(name, at, name.n), &skip);
    const th_str raw = th_str_sub(name, at, end), part = th_str_trim(raw);
    const uint32_t from = (uint32_t)(part.p ? part.p - name.p : (ptrdiff_t)at);
    const meaning m = part.n ? mean(n, a, TH_NAME_DRUG, part) : (meaning){ 0 };
    const th_name_hit none = { .from = from, .to = from + (uint32_t)part.n };
    if (m.key)
      TH_TRY(add_meanings(a, &m, part, from, out, err));
    else if (part.n && !TH_VEC_PUSH(a, out, none))
      return th_fail_nomem(err);
    at = end + (skip ? skip : 1);
  }
  return TH_OK;
}

th_code th_names_resolve_all(const th_names *n, th_arena *a, th_name_kind kind, th_str name, th_name_hits *out, th_err *err) {
  size_t skip;
  const meaning m = mean(n, a, kind, name);
  if (m.key) return add_meanings(a, &m, name, 0, out, err);
  if (kind == TH_NAME_DRUG && part_end(name, &skip) < name.n) return add_parts(n, a, name, out, err);
  return TH_VEC_PUSH(a, out, (th_name_hit){ .to = (uint32_t)name.n }) ? TH_OK : th_fail_nomem(err);
}

/* ── By other vocabularies ─────────────────────────────────────────────────────────────────────────────────────────── */

/* Ids equal to the key, or that begin with it. */
static th_code by_xref(const th_names *n, th_arena *a, th_str key, bool begins, th_name_hits *out, th_err *err) {
  if (!key.p) return th_fail_nomem(err);
  for (; n; n = n->under) {
    const th_names__xref *all = (const th_names__xref *)(const void *)n->at[TH_NAMES__S_XREF];
    uint64_t lo = 0, hi = n->head->n[TH_NAMES__S_XREF];
    while (lo < hi) {
      const uint64_t mid = lo + (hi - lo) / 2;
      if (th_str_cmp(th_names__view(n, all[mid].text), key) < 0)
        lo = mid + 1;
      else
        hi = mid;
    }
    for (; lo < n->head->n[TH_NAMES__S_XREF]; lo++) {
      const th_str id = th_names__view(n, all[lo].text);
      if (begins ? !th_str_starts(id, key) : !th_str_eq(id, key)) break;
      if (!TH_VEC_PUSH(a, out, (th_name_hit){ &n->rows[all[lo].row], TH_NAME_SYNONYM, 0, (uint32_t)key.n }))
        return th_fail_nomem(err);
    }
  }
  return TH_OK;
}

th_code th_names_by_xref(const th_names *n, th_arena *a, th_str xref, th_name_hits *out, th_err *err) {
  const size_t before = out->n;
  TH_TRY(by_xref(n, a, th_names__xref_of(a, xref), false, out, err));
  for (size_t i = before; i < out->n; i++) out->v[i].to = (uint32_t)xref.n;
  return TH_OK;
}

th_code th_names_under_xref(const th_names *n, th_arena *a, th_str prefix, th_name_hits *out, th_err *err) {
  return by_xref(n, a, th_names__xref_of(a, prefix), true, out, err);
}

/* ── Names near one that is none ───────────────────────────────────────────────────────────────────────────────────── */

#define NEAR_DISTANCE 2

typedef struct near {
  const th_name_row *row;
  size_t score; /* smaller is nearer */
  th_str key;
} near;

static int by_score(const void *p, const void *q) {
  const near *x = p, *y = q;
  const int d = (x->score > y->score) - (x->score < y->score);
  return d ? d : th_str_cmp(x->key, y->key);
}

/* Stands `part` in `whole` as whole words? */
static bool holds_words(th_str whole, th_str part) {
  for (size_t at = th_str_find(whole, part, 0); at != SIZE_MAX; at = th_str_find(whole, part, at + 1)) {
    const size_t end = at + part.n;
    if ((at == 0 || whole.p[at - 1] == ' ') && (end == whole.n || whole.p[end] == ' ')) return true;
  }
  return false;
}

/* SIZE_MAX: not near. */
static size_t nearness(th_arena *a, th_str key, th_str name) {
  const size_t longer = key.n > name.n ? key.n - name.n : name.n - key.n;
  if (longer <= NEAR_DISTANCE * 3 && name.n >= 5) {
    const size_t d = th_text_distance(a, key, name, NEAR_DISTANCE);
    if (d <= NEAR_DISTANCE) return d;
  }
  const bool holds = (key.n >= 6 && holds_words(name, key)) || (name.n >= 5 && holds_words(key, name));
  return holds ? 10 + longer : SIZE_MAX;
}

th_code th_names_suggest(const th_names *n, th_arena *a, th_name_kind kind, th_str name, size_t max, th_name_hits *out,
                         th_err *err) {
  const th_str key = th_names__key_of(a, name);
  TH_VEC(near) all = { 0 };
  if (!key.p) return th_fail_nomem(err);
  for (; n && key.n >= 3; n = n->under) {
    const th_names__key *k = th_names__keys(n, kind);
    for (uint32_t i = 0; i < n->head->n_keys[kind]; i++) {
      const th_arena_mark mark = th_arena_save(a);
      const th_str text = th_names__view(n, k[i].text);
      const size_t score = nearness(a, text, key);
      th_arena_rewind(a, mark);
      if (score != SIZE_MAX && !TH_VEC_PUSH(a, &all, (near){ th_names__meant(n, &k[i], 0), score, text }))
        return th_fail_nomem(err);
    }
  }
  if (all.n) qsort(all.v, all.n, sizeof *all.v, by_score);
  for (size_t i = 0; i < all.n && max; i++) {
    bool known = false;
    for (size_t k = 0; k < out->n && !known; k++) known = out->v[k].row == all.v[i].row;
    if (known) continue;
    if (!TH_VEC_PUSH(a, out, (th_name_hit){ all.v[i].row, TH_NAME_SYNONYM, 0, (uint32_t)name.n })) return th_fail_nomem(err);
    max--;
  }
  return TH_OK;
}
