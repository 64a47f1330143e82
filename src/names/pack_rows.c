/* Joining rows of several vocabularies: one row an entity, every name with whom it means.
 *
 * A name may be borne by several. Who has the better right wins: built-in rows before imported ones (they were chosen by hand), a
 * preferred name before a synonym, a name as written before a variant of it, any name before that of a group. Equal rights: all of
 * them, and the name is ambiguous. */
#include "names/names_priv.h"

enum { RANK_SYNONYM = 1, RANK_IMPORTED = 2, RANK_VARIANT = 4, RANK_GROUP = 8 };

static th_code short_of_memory(th_names__maker *m) {
  return th_fail_nomem(m->err);
}

/* ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One Latin word of up to this many letters is an abbreviation when a vocabulary lists it among synonyms. */
#define ABBREVIATION 5

static bool is_code(th_str key, unsigned rank) {
  const size_t limit = rank & RANK_IMPORTED && rank & RANK_SYNONYM ? ABBREVIATION : 2;
  if (key.n > limit) return false;
  for (size_t i = 0; i < key.n; i++)
    if (key.p[i] & 0x80 || key.p[i] == ' ') return false;
  return true;
}

static th_code add_key(th_names__maker *m, th_name_kind kind, th_str key, uint32_t row, unsigned rank) {
  if (!key.p) return short_of_memory(m);
  if (key.n < 2 || (rank & (RANK_SYNONYM | RANK_IMPORTED) && th_names__is_junk(kind, key))) return TH_OK;
  bool is_new;
  uint64_t *first = th_map_at(&m->by_key[kind], key, &is_new);
  if (!first) return short_of_memory(m);
  for (uint64_t i = *first; i; i = m->meanings.v[i - 1].next)
    if (m->meanings.v[i - 1].row == row) {
      if (rank < m->meanings.v[i - 1].rank) m->meanings.v[i - 1].rank = (uint8_t)rank;
      return TH_OK;
    }
  const th_names__meaning x = { row, (uint32_t)*first, (uint8_t)rank,
                                (uint8_t)(rank & (RANK_SYNONYM | RANK_VARIANT | RANK_GROUP) ? TH_NAME_SYNONYM : TH_NAME_EXACT),
                                rank & (RANK_VARIANT | RANK_GROUP) || is_code(key, rank) };
  if (m->meanings.n >= UINT32_MAX - 1 || !TH_VEC_PUSH(m->a, &m->meanings, x)) return short_of_memory(m);
  *first = m->meanings.n;
  return TH_OK;
}

static th_code add_name(th_names__maker *m, th_name_kind kind, th_str name, uint32_t row, unsigned rank) {
  if (name.n == 0) return TH_OK;
  const th_str key = th_names__key_of(m->a, name);
  TH_TRY(add_key(m, kind, key, row, rank));
  if (kind == TH_NAME_DRUG || rank & RANK_GROUP) return TH_OK;
  const th_str variant = th_names__variant(m->a, name, key);
  if (!variant.p) return short_of_memory(m);
  return variant.n ? add_key(m, kind, variant, row, rank | RANK_VARIANT) : TH_OK;
}

static th_code add_list(th_names__maker *m, th_name_kind kind, th_str list, uint32_t row, unsigned rank) {
  th_str one;
  while (list.n && th_str_split(&list, '|', &one)) TH_TRY(add_name(m, kind, th_str_trim(one), row, rank));
  return TH_OK;
}

static th_code add_names(th_names__maker *m, const th_name_row *r, uint32_t row) {
  const unsigned from = r->imported ? RANK_IMPORTED : 0;
  TH_TRY(add_name(m, r->kind, r->en, row, from));
  TH_TRY(add_name(m, r->kind, r->zh, row, from));
  TH_TRY(add_list(m, r->kind, r->synonyms, row, from | RANK_SYNONYM));
  if (r->kind == TH_NAME_DISEASE) TH_TRY(add_key(m, r->kind, th_names__key_of(m->a, r->id), row, from | RANK_SYNONYM));
  return add_list(m, r->kind, r->groups, row, from | RANK_GROUP);
}

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The one entity that bears this drug's name, or UINT32_MAX. */
static uint32_t bearer(th_names__maker *m, const th_name_row *r) {
  const th_str key = th_names__key_of(m->a, r->en);
  uint64_t first;
  if (r->kind != TH_NAME_DRUG || !r->imported || key.n < 3 || !th_map_get(&m->by_key[TH_NAME_DRUG], key, &first))
    return UINT32_MAX;
  uint32_t best = UINT32_MAX;
  unsigned rank = UINT32_MAX;
  bool several = false;
  for (uint64_t i = first; i; i = m->meanings.v[i - 1].next) {
    const th_names__meaning *x = &m->meanings.v[i - 1];
    several = x->rank == rank || (several && x->rank > rank);
    if (x->rank < rank) best = x->row, rank = x->rank;
  }
  return several ? UINT32_MAX : best;
}

static bool is_listed(th_str list, char sep, th_str item) {
  th_str one;
  while (list.n && th_str_split(&list, sep, &one))
    if (th_str_eq(th_str_trim(one), item)) return true;
  return false;
}

/* to, and of the items of `more` those it does not have. */
static bool join(th_names__maker *m, th_str *to, th_str more, char sep) {
  th_str one;
  if (to->n == 0) {
    *to = more;
    return true;
  }
  while (more.n && th_str_split(&more, sep, &one)) {
    one = th_str_trim(one);
    if (one.n == 0 || is_listed(*to, sep, one)) continue;
    *to = th_str_fmt(m->a, "%.*s%c%.*s", TH_STR_ARG(*to), sep, TH_STR_ARG(one));
    if (!to->p) return false;
  }
  return true;
}

static th_code merge(th_names__maker *m, uint32_t at, const th_name_row *r) {
  th_name_row *x = &m->rows.v[at];
  const bool other_name = x->en.n && r->en.n && !th_str_eq_nocase(x->en, r->en);
  if (x->en.n == 0) x->en = r->en;
  if (x->zh.n == 0) x->zh = r->zh;
  /* a vocabulary knows all direct parents; the built-in table names only those it holds */
  if (r->parents.n && r->imported && !m->parents_told.v[at]) x->parents = TH_S(""), m->parents_told.v[at] = true;
  if (!join(m, &x->synonyms, r->synonyms, '|') || (other_name && !join(m, &x->synonyms, r->en, '|')) ||
      !join(m, &x->parents, r->parents, ';') || !join(m, &x->xrefs, r->xrefs, '|') || !join(m, &x->groups, r->groups, '|') ||
      !join(m, &x->source, r->source, ';'))
    return short_of_memory(m);
  return TH_OK;
}

static th_code add_row(th_names__maker *m, const th_name_row *r) {
  bool is_new;
  uint64_t at;
  if (!th_map_get(&m->by_id, r->id, &at)) {
    const uint32_t same = bearer(m, r);
    uint64_t *slot = th_map_at(&m->by_id, r->id, &is_new);
    if (!slot) return short_of_memory(m);
    at = *slot = same != UINT32_MAX ? same : m->rows.n;
    if (same == UINT32_MAX) {
      if (m->rows.n >= UINT32_MAX - 1 || !TH_VEC_PUSH(m->a, &m->rows, *r) ||
          !TH_VEC_PUSH(m->a, &m->parents_told, r->imported && r->parents.n > 0))
        return short_of_memory(m);
      return add_names(m, r, (uint32_t)at);
    }
  }
  TH_TRY(merge(m, (uint32_t)at, r));
  return add_names(m, r, (uint32_t)at);
}

th_code th_names__join(th_names__maker *m, const th_name_rows *rows) {
  th_map_init(&m->by_id, m->a);
  th_map_init(&m->by_key[0], m->a);
  th_map_init(&m->by_key[1], m->a);
  for (size_t i = 0; i < rows->n; i++) TH_TRY(add_row(m, &rows->v[i]));
  return TH_OK;
}

/* ── The hierarchy ─────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_names__parents(th_names__maker *m, uint32_t **row, uint32_t **parent) {
  size_t most = 0;
  for (size_t i = 0; i < m->rows.n; i++) {
    th_str rest = m->rows.v[i].parents, one;
    while (rest.n && th_str_split(&rest, ';', &one)) most++;
  }
  *row = TH_NEWN(m->a, uint32_t, m->rows.n + 1);
  *parent = TH_NEWN(m->a, uint32_t, most + 1);
  if (!*row || !*parent || most >= UINT32_MAX) return short_of_memory(m);
  uint32_t n = 0;
  for (size_t i = 0; i < m->rows.n; i++) {
    th_str rest = m->rows.v[i].parents, one;
    uint64_t p;
    (*row)[i] = n;
    while (rest.n && th_str_split(&rest, ';', &one)) {
      if (!th_map_get(&m->by_id, th_str_trim(one), &p) || p == i) continue;
      bool known = false;
      for (uint32_t k = (*row)[i]; k < n && !known; k++) known = (*parent)[k] == p;
      if (!known) (*parent)[n++] = (uint32_t)p;
    }
  }
  (*row)[m->rows.n] = n;
  return TH_OK;
}

static th_name_reason disease_reason(const th_graph_onto *o, uint32_t row, uint64_t animals, th_str key) {
  if (th_str_starts(key, TH_S("obsolete "))) return TH_NAME_OBSOLETE;
  if (th_str_find(key, TH_S("susceptibility"), 0) != SIZE_MAX) return TH_NAME_SUSCEPTIBILITY;
  if (row == animals || (animals != UINT64_MAX && th_graph_csr_find(&o->ancestors, row, (uint32_t)animals) != TH_GRAPH_NONE))
    return TH_NAME_ANIMAL;
  return th_str_find(key, TH_S("non human animal"), 0) != SIZE_MAX ? TH_NAME_ANIMAL : TH_NAME_REASON_NONE;
}

void th_names__reasons(th_names__maker *m, const th_graph_onto *o) {
  uint64_t animals;
  if (!th_map_get(&m->by_id, TH_S("MONDO:0005583"), &animals)) animals = UINT64_MAX;
  for (uint32_t i = 0; i < m->rows.n; i++) {
    th_name_row *r = &m->rows.v[i];
    const th_arena_mark mark = th_arena_save(m->a);
    const th_str key = th_names__key_of(m->a, r->en);
    r->reason = r->kind == TH_NAME_DISEASE    ? disease_reason(o, i, animals, key)
                : th_names__is_excipient(key) ? TH_NAME_EXCIPIENT
                                              : TH_NAME_REASON_NONE;
    th_arena_rewind(m->a, mark);
  }
}
