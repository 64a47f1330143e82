/* The index written as bytes. Everything is sorted or numbered by the order of the rows, so that equal rows give equal bytes. */
#include <stdlib.h>

#include "names/names_priv.h"
#include "theriac/io.h"

typedef struct name_ref {
  th_str key;
  uint64_t first; /* meaning + 1 */
} name_ref;

typedef struct writer {
  th_names__maker *m;
  th_arena *a;
  th_buf text;
  th_map texts; /* texts already written → offset */
  th_names__head head;
  const void *from[TH_NAMES__SECTIONS];
  TH_VEC(th_names__key) keys;
  TH_VEC(uint32_t) meant;
  TH_VEC(th_names__first) firsts;
  TH_VEC(th_names__xref) xrefs;
  th_err *err;
} writer;

/* Text in the heap; the same text stands there once. */
static bool put_text(writer *w, th_str s, th_names__text *out) {
  *out = (th_names__text){ 0, (uint32_t)s.n };
  if (s.n == 0) return true;
  bool is_new;
  uint64_t *at = th_map_at(&w->texts, s, &is_new);
  if (!at) return false;
  if (is_new) {
    *at = w->text.n;
    th_buf_add(&w->text, s);
  }
  out->at = (uint32_t)*at;
  return !w->text.failed && w->text.n < UINT32_MAX;
}

static th_str view(const writer *w, th_names__text t) {
  return th_str_n(w->text.p + t.at, t.n);
}

static int by_key(const void *p, const void *q) {
  return th_str_cmp(((const name_ref *)p)->key, ((const name_ref *)q)->key);
}

static int by_number(const void *p, const void *q) {
  const uint32_t x = *(const uint32_t *)p, y = *(const uint32_t *)q;
  return (x > y) - (x < y);
}

/* ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Those with the best right to the name. */
static bool put_meanings(writer *w, uint64_t first, th_names__key *k) {
  const th_names__meaning *all = w->m->meanings.v;
  unsigned best = UINT32_MAX;
  for (uint64_t i = first; i; i = all[i - 1].next)
    if (all[i - 1].rank < best) best = all[i - 1].rank;
  k->first = (uint32_t)w->meant.n;
  k->whole = true;
  for (uint64_t i = first; i; i = all[i - 1].next) {
    const th_names__meaning *x = &all[i - 1];
    if (x->rank != best) continue;
    k->how = x->how;
    k->whole &= x->whole;
    k->n++;
    if (!TH_VEC_PUSH(w->a, &w->meant, x->row)) return false;
  }
  qsort(w->meant.v + k->first, k->n, sizeof(uint32_t), by_number);
  return true;
}

static bool put_first(writer *w, th_map *firsts, th_str key, int kind) {
  th_str unit;
  bool is_new;
  const size_t units = th_names__units(key, &unit);
  uint64_t *at = th_map_at(firsts, unit, &is_new);
  if (!at) return false;
  if (is_new) {
    *at = w->firsts.n;
    th_names__first *f = TH_VEC_ADD(w->a, &w->firsts);
    if (!f || !put_text(w, unit, &f->text)) return false;
    w->head.n_firsts[kind]++;
  }
  if (units > w->firsts.v[*at].most) w->firsts.v[*at].most = (uint32_t)units;
  if (units > w->head.units_max[kind]) w->head.units_max[kind] = (uint32_t)units;
  return true;
}

static bool put_names(writer *w, int kind) {
  const th_map *names = &w->m->by_key[kind];
  name_ref *ref = TH_NEWN(w->a, name_ref, names->n + 1);
  th_map firsts;
  th_map_init(&firsts, w->a);
  if (!ref) return false;
  for (size_t i = 0; i < names->n; i++) ref[i] = (name_ref){ names->entry[i].key, names->entry[i].value };
  qsort(ref, names->n, sizeof *ref, by_key);
  for (size_t i = 0; i < names->n; i++) {
    th_names__key *k = TH_VEC_ADD(w->a, &w->keys);
    if (!k || !put_text(w, ref[i].key, &k->text) || !put_meanings(w, ref[i].first, k)) return false;
    if (!k->whole && !put_first(w, &firsts, ref[i].key, kind)) return false;
    w->head.n_keys[kind]++;
  }
  return true;
}

/* Open addressing with a load of at most a half. */
static bool put_slots(writer *w, th_names__section s, const void *record, size_t size, size_t at, size_t n, uint32_t from) {
  size_t slots = 8;
  while (slots < 2 * n) slots *= 2;
  uint32_t *slot = TH_NEWN(w->a, uint32_t, slots);
  if (!slot) return false;
  for (size_t i = 0; i < n; i++) {
    th_names__text t;
    memcpy(&t, (const char *)record + (from + i) * size + at, sizeof t);
    size_t h = th_hash(view(w, t)) & (slots - 1);
    while (slot[h]) h = (h + 1) & (slots - 1);
    slot[h] = (uint32_t)i + 1;
  }
  w->from[s] = slot;
  w->head.n[s] = slots;
  return true;
}

static int by_xref_key(const void *p, const void *q) {
  return th_str_cmp(((const name_ref *)p)->key, ((const name_ref *)q)->key);
}

static bool put_xrefs(writer *w) {
  TH_VEC(name_ref) all = { 0 };
  for (size_t i = 0; i < w->m->rows.n; i++) {
    th_str rest = w->m->rows.v[i].xrefs, one;
    while (rest.n && th_str_split(&rest, '|', &one)) {
      const name_ref x = { th_names__xref_of(w->a, one), i };
      if (!x.key.p || (x.key.n && !TH_VEC_PUSH(w->a, &all, x))) return false;
    }
  }
  /* equal keys keep the order of their rows: the row is the second key */
  if (all.n) qsort(all.v, all.n, sizeof *all.v, by_xref_key);
  for (size_t i = 0; i < all.n; i++) {
    th_names__xref *x = TH_VEC_ADD(w->a, &w->xrefs);
    if (!x || !put_text(w, all.v[i].key, &x->text)) return false;
    x->row = (uint32_t)all.v[i].first;
  }
  for (size_t i = 0; i < w->xrefs.n;) { /* qsort is not stable */
    size_t k = i + 1;
    while (k < w->xrefs.n && w->xrefs.v[k].text.at == w->xrefs.v[i].text.at) k++;
    for (size_t x = i + 1; x < k; x++)
      for (size_t y = x; y > i && w->xrefs.v[y].row < w->xrefs.v[y - 1].row; y--) {
        const th_names__xref swap = w->xrefs.v[y];
        w->xrefs.v[y] = w->xrefs.v[y - 1];
        w->xrefs.v[y - 1] = swap;
      }
    i = k;
  }
  w->from[TH_NAMES__S_XREF] = w->xrefs.v;
  w->head.n[TH_NAMES__S_XREF] = w->xrefs.n;
  return true;
}

/* ── Rows and their hierarchy ──────────────────────────────────────────────────────────────────────────────────────── */

static bool put_rows(writer *w) {
  th_names__row *row = TH_NEWN(w->a, th_names__row, w->m->rows.n + 1);
  if (!row) return false;
  for (size_t i = 0; i < w->m->rows.n; i++) {
    const th_name_row *r = &w->m->rows.v[i];
    const th_str text[TH_NAMES__TEXTS] = {
      [TH_NAMES__EN] = r->en,           [TH_NAMES__ZH] = r->zh,         [TH_NAMES__SYNONYMS] = r->synonyms,
      [TH_NAMES__PARENTS] = r->parents, [TH_NAMES__SOURCE] = r->source, [TH_NAMES__XREFS] = r->xrefs,
      [TH_NAMES__GROUPS] = r->groups,   [TH_NAMES__ID] = r->id
    };
    for (int k = 0; k < TH_NAMES__TEXTS; k++)
      if (!put_text(w, text[k], &row[i].text[k])) return false;
    row[i].kind = (uint8_t)r->kind;
    row[i].reason = (uint8_t)r->reason;
    row[i].imported = r->imported;
  }
  w->from[TH_NAMES__S_ROW] = row;
  w->head.n[TH_NAMES__S_ROW] = w->m->rows.n;
  return put_slots(w, TH_NAMES__S_ID_SLOTS, row, sizeof *row, offsetof(th_names__row, text[TH_NAMES__ID]), w->m->rows.n, 0);
}

/* Shortest way from a root, by breadth; a node in or below a cycle without a root has depth 0. */
static bool depths(writer *w, const th_graph_onto *o, uint32_t *depth) {
  uint32_t *queue = TH_NEWN(w->a, uint32_t, (size_t)o->n + 1), head = 0, tail = 0;
  if (!queue) return false;
  for (uint32_t v = 0; v < o->n; v++)
    if (th_graph_degree(&o->parents, v) == 0) queue[tail++] = v, depth[v] = 1;
  while (head < tail) {
    const uint32_t v = queue[head++];
    for (uint32_t k = o->children.row[v]; k < o->children.row[v + 1]; k++) {
      const uint32_t c = o->children.col[k];
      if (!depth[c]) depth[c] = depth[v] + 1, queue[tail++] = c;
    }
  }
  return true;
}

static th_code put_hierarchy(writer *w) {
  uint32_t *row, *parent;
  th_graph_onto o;
  const uint32_t n = (uint32_t)w->m->rows.n;
  TH_TRY(th_names__parents(w->m, &row, &parent));
  TH_TRY(th_graph_onto_of(w->a, n, row, parent, &o, w->err));
  uint32_t *below = TH_NEWN(w->a, uint32_t, (size_t)n + 1), *depth = TH_NEWN(w->a, uint32_t, (size_t)n + 1);
  if (!below || !depth || !depths(w, &o, depth)) return th_fail_nomem(w->err);
  for (uint32_t v = 0; v < n; v++) below[v] = th_graph_degree(&o.descendants, v);
  th_names__reasons(w->m, &o);
  const struct {
    th_names__section s;
    const void *from;
    size_t n;
  } put[] = { { TH_NAMES__S_PARENT_ROW, o.parents.row, (size_t)n + 1 },
              { TH_NAMES__S_PARENT, o.parents.col, o.parents.row[n] },
              { TH_NAMES__S_ANCESTOR_ROW, o.ancestors.row, (size_t)n + 1 },
              { TH_NAMES__S_ANCESTOR, o.ancestors.col, o.ancestors.row[n] },
              { TH_NAMES__S_DESCENDANTS, below, n },
              { TH_NAMES__S_DEPTH, depth, n },
              { TH_NAMES__S_IC, o.ic, n } };
  for (size_t i = 0; i < sizeof put / sizeof *put; i++) w->from[put[i].s] = put[i].from, w->head.n[put[i].s] = put[i].n;
  return TH_OK;
}

/* ── The file ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

size_t th_names__size_of(th_names__section s) {
  switch (s) {
  case TH_NAMES__S_ROW: return sizeof(th_names__row);
  case TH_NAMES__S_KEY: return sizeof(th_names__key);
  case TH_NAMES__S_FIRST: return sizeof(th_names__first);
  case TH_NAMES__S_XREF: return sizeof(th_names__xref);
  case TH_NAMES__S_IC: return sizeof(double);
  case TH_NAMES__S_TEXT: return 1;
  case TH_NAMES__S_MEANT:
  case TH_NAMES__S_KEY_SLOTS_0:
  case TH_NAMES__S_KEY_SLOTS_1:
  case TH_NAMES__S_FIRST_SLOTS_0:
  case TH_NAMES__S_FIRST_SLOTS_1:
  case TH_NAMES__S_ID_SLOTS:
  case TH_NAMES__S_PARENT_ROW:
  case TH_NAMES__S_PARENT:
  case TH_NAMES__S_ANCESTOR_ROW:
  case TH_NAMES__S_ANCESTOR:
  case TH_NAMES__S_DESCENDANTS:
  case TH_NAMES__S_DEPTH:
  case TH_NAMES__SECTIONS: break;
  }
  return sizeof(uint32_t);
}

uint32_t th_names__crc(th_str bytes) {
  th_names__head head;
  memcpy(&head, bytes.p, sizeof head);
  head.crc = 0;
  return th_crc32c(th_crc32c(0, th_str_n((const char *)&head, sizeof head)), th_str_sub(bytes, sizeof head, bytes.n));
}

static size_t rounded(size_t n) {
  return (n + 7) & ~(size_t)7;
}

static th_code put_file(writer *w, th_str key, th_str *out) {
  size_t total = sizeof w->head;
  for (int s = 0; s < TH_NAMES__SECTIONS; s++) total += rounded(w->head.n[s] * th_names__size_of((th_names__section)s));
  char *p = th_arena_alloc_n(w->a, total, 1, 8);
  if (!p) return th_fail_nomem(w->err);
  memcpy(w->head.magic, TH_NAMES__MAGIC, sizeof w->head.magic);
  w->head.version = TH_NAMES__VERSION;
  w->head.order = TH_NAMES__ORDER;
  w->head.bytes = total;
  w->head.key_n = (uint32_t)(key.n < sizeof w->head.key ? key.n : sizeof w->head.key);
  if (w->head.key_n) memcpy(w->head.key, key.p, w->head.key_n);
  size_t at = sizeof w->head;
  for (int s = 0; s < TH_NAMES__SECTIONS; s++) {
    const size_t n = w->head.n[s] * th_names__size_of((th_names__section)s);
    if (n) memcpy(p + at, w->from[s], n);
    memset(p + at + n, 0, rounded(n) - n);
    at += rounded(n);
  }
  memcpy(p, &w->head, sizeof w->head);
  w->head.crc = th_names__crc(th_str_n(p, total));
  memcpy(p, &w->head, sizeof w->head);
  *out = th_str_n(p, total);
  return TH_OK;
}

static th_code put_all(writer *w) {
  for (int kind = 0; kind < 2; kind++)
    if (!put_names(w, kind)) return th_fail_nomem(w->err);
  TH_TRY(put_hierarchy(w));
  const th_names__key *k = w->keys.v;
  const th_names__first *f = w->firsts.v;
  const uint32_t *n_keys = w->head.n_keys, *n_firsts = w->head.n_firsts;
  if (!put_rows(w) || !put_xrefs(w) ||
      !put_slots(w, TH_NAMES__S_KEY_SLOTS_0, k, sizeof *k, offsetof(th_names__key, text), n_keys[0], 0) ||
      !put_slots(w, TH_NAMES__S_KEY_SLOTS_1, k, sizeof *k, offsetof(th_names__key, text), n_keys[1], n_keys[0]) ||
      !put_slots(w, TH_NAMES__S_FIRST_SLOTS_0, f, sizeof *f, offsetof(th_names__first, text), n_firsts[0], 0) ||
      !put_slots(w, TH_NAMES__S_FIRST_SLOTS_1, f, sizeof *f, offsetof(th_names__first, text), n_firsts[1], n_firsts[0]))
    return w->text.n >= UINT32_MAX ? th_fail(w->err, TH_ELIMIT, "names of more than 4 GiB") : th_fail_nomem(w->err);
  w->from[TH_NAMES__S_KEY] = k, w->head.n[TH_NAMES__S_KEY] = w->keys.n;
  w->from[TH_NAMES__S_MEANT] = w->meant.v, w->head.n[TH_NAMES__S_MEANT] = w->meant.n;
  w->from[TH_NAMES__S_FIRST] = f, w->head.n[TH_NAMES__S_FIRST] = w->firsts.n;
  w->from[TH_NAMES__S_TEXT] = w->text.p, w->head.n[TH_NAMES__S_TEXT] = w->text.n;
  return TH_OK;
}

th_code th_names_pack(th_arena *a, const th_name_rows *rows, th_str key, th_str *bytes, th_err *err) {
  th_names__maker m = { .a = a, .err = err };
  TH_TRY(th_names__join(&m, rows));
  writer w = { .m = &m, .a = a, .err = err };
  th_buf_init(&w.text, a, 1 << 12);
  th_map_init(&w.texts, a);
  TH_TRY(put_all(&w));
  return put_file(&w, key, bytes);
}
