/* Records into arrays: nodes sorted by type and id, each relation sorted by two stable counting passes (so that of equal rows the
 * first in the table comes first), folded into pairs, transposed, and laid out as sections of the file. */
#include <stdlib.h>

#include "graph/graph_priv.h"
#include "theriac/io.h"

typedef struct blob {
  const void *p;
  size_t n;
} blob;

typedef struct emit {
  th_graph_build *b;
  th_arena *a;
  uint32_t n_types, n_nodes, n_rels;
  uint32_t *type_rank, *type_at; /* type in order of appearance → by name, and back */
  uint32_t *node_rank, *node_at; /* node in order of appearance → by type and id, and back */
  uint32_t *rel_at;
  th_graph__type *types;
  th_graph__relation *rels;
  th_buf text;
  th_map texts;
  TH_VEC(blob) blobs;
  TH_VEC(th_graph__text) displays;
} emit;

static int by_type_name(const void *p, const void *q, void *ctx) {
  const emit *e = ctx;
  return th_str_cmp(e->b->type_name.v[*(const uint32_t *)p], e->b->type_name.v[*(const uint32_t *)q]);
}

static int by_type_and_id(const void *p, const void *q, void *ctx) {
  const emit *e = ctx;
  const th_graph__node_in *x = &e->b->nodes.v[*(const uint32_t *)p], *y = &e->b->nodes.v[*(const uint32_t *)q];
  if (x->type != y->type) return e->type_rank[x->type] < e->type_rank[y->type] ? -1 : 1;
  return th_str_cmp(x->id, y->id);
}

static int by_relation(const void *p, const void *q, void *ctx) {
  const emit *e = ctx;
  const th_graph__rel_in *x = &e->b->rels.v[*(const uint32_t *)p], *y = &e->b->rels.v[*(const uint32_t *)q];
  if (e->type_rank[x->src] != e->type_rank[y->src]) return e->type_rank[x->src] < e->type_rank[y->src] ? -1 : 1;
  const int c = th_str_cmp(x->name, y->name);
  if (c) return c;
  return (e->type_rank[x->dst] > e->type_rank[y->dst]) - (e->type_rank[x->dst] < e->type_rank[y->dst]);
}

static uint32_t *iota(th_arena *a, size_t n) {
  uint32_t *v = TH_NEWN(a, uint32_t, n + 1);
  for (size_t i = 0; v && i < n; i++) v[i] = (uint32_t)i;
  return v;
}

static th_code sort_all(emit *e, th_err *err) {
  th_graph_build *b = e->b;
  e->n_types = (uint32_t)b->type_name.n, e->n_nodes = (uint32_t)b->nodes.n, e->n_rels = (uint32_t)b->rels.n;
  e->type_at = iota(e->a, e->n_types), e->node_at = iota(e->a, e->n_nodes), e->rel_at = iota(e->a, e->n_rels);
  e->type_rank = TH_NEWN(e->a, uint32_t, e->n_types + 1);
  e->node_rank = TH_NEWN(e->a, uint32_t, e->n_nodes + 1);
  e->types = TH_NEWN(e->a, th_graph__type, e->n_types + 1);
  e->rels = TH_NEWN(e->a, th_graph__relation, e->n_rels + 1);
  if (!e->type_at || !e->node_at || !e->rel_at || !e->type_rank || !e->node_rank || !e->types || !e->rels)
    return th_fail_nomem(err);
  qsort_r(e->type_at, e->n_types, sizeof(uint32_t), by_type_name, e);
  for (uint32_t i = 0; i < e->n_types; i++) e->type_rank[e->type_at[i]] = i;
  qsort_r(e->node_at, e->n_nodes, sizeof(uint32_t), by_type_and_id, e);
  for (uint32_t i = 0; i < e->n_nodes; i++) {
    e->node_rank[e->node_at[i]] = i;
    e->types[e->type_rank[b->nodes.v[e->node_at[i]].type]].n++;
  }
  for (uint32_t i = 0, first = 0; i < e->n_types; first += e->types[i++].n) e->types[i].first = first;
  qsort_r(e->rel_at, e->n_rels, sizeof(uint32_t), by_relation, e);
  return TH_OK;
}

static th_graph__text put_text(emit *e, th_str s) {
  const th_graph__text t = { (uint32_t)e->text.n, (uint32_t)s.n };
  th_buf_add(&e->text, s);
  th_buf_addc(&e->text, 0);
  return t;
}

/* For texts that come up often: sources. */
static th_graph__text share_text(emit *e, th_str s) {
  uint64_t v;
  if (!th_map_get(&e->texts, s, &v)) {
    v = e->text.n;
    put_text(e, s);
    if (th_map_put(&e->texts, s, v) != TH_OK) e->text.failed = true;
  }
  return (th_graph__text){ (uint32_t)v, (uint32_t)s.n };
}

static th_code add_blob(emit *e, const void *p, size_t n, th_err *err) {
  return TH_VEC_PUSH(e->a, &e->blobs, (blob){ p, n }) ? TH_OK : th_fail_nomem(err);
}

/* ── One relation ──────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One edge row in canonical order: a in the source type (or the smaller number), b in the other. */
typedef struct edge {
  uint32_t a, b, line, way_display; /* bit 31: the row ran b → a */
} edge;

typedef struct pairs {
  uint32_t n_src, n_dst, n;
  uint32_t *a, *b, *mark; /* mark with TH_GRAPH_FORWARD: first seen a → b */
  uint64_t n_records;
} pairs;

static th_code gather(emit *e, const th_graph__rel_in *r, bool one_type, edge *out, th_err *err) {
  const th_graph__node_in *nodes = e->b->nodes.v;
  const uint32_t src0 = e->types[e->type_rank[r->src]].first, dst0 = e->types[e->type_rank[r->dst]].first;
  (void)err;
  size_t n = 0;
  for (const th_graph__chunk *c = r->first; c; c = c->next)
    for (uint32_t i = 0; i < c->n; i++) {
      const th_graph__record *v = &c->v[i];
      uint32_t x = e->node_rank[v->x], y = e->node_rank[v->y];
      const bool turned = one_type ? x > y : nodes[v->x].type != r->src;
      if (turned) {
        const uint32_t t = x;
        x = y, y = t;
      }
      out[n++] = (edge){ x - src0, y - dst0, v->line, v->display | (turned ? TH_GRAPH_FORWARD : 0) };
    }
  return TH_OK;
}

/* Stable counting sort by one end. */
static void sort_by(const edge *in, edge *out, size_t n, bool by_a, uint32_t *count, uint32_t n_keys) {
  memset(count, 0, (n_keys + 1) * sizeof *count);
  for (size_t i = 0; i < n; i++) count[(by_a ? in[i].a : in[i].b) + 1]++;
  for (uint32_t k = 0; k < n_keys; k++) count[k + 1] += count[k];
  for (size_t i = 0; i < n; i++) out[count[by_a ? in[i].a : in[i].b]++] = in[i];
}

static void fold_group(emit *e, const th_graph__rel_in *r, const edge *g, size_t n, pairs *p) {
  uint32_t there = 0, back = 0;
  for (size_t i = 0; i < n; i++) {
    const uint32_t bit = 1u << (g[i].way_display & 31), turned = g[i].way_display & TH_GRAPH_FORWARD;
    uint32_t *seen = turned ? &back : &there;
    if (*seen & bit)
      th_graph__note(e->b, TH_GRAPH_DUPLICATE, g[i].line, "relation %.*s", (int)(r->name.n < 100 ? r->name.n : 100), r->name.p);
    *seen |= bit;
  }
  if (there != back)
    th_graph__note(e->b, TH_GRAPH_ONE_WAY, g[0].line, "relation %.*s", (int)(r->name.n < 100 ? r->name.n : 100), r->name.p);
  p->a[p->n] = g[0].a;
  p->b[p->n] = g[0].b;
  p->mark[p->n++] = there | back | (g[0].way_display & TH_GRAPH_FORWARD ? 0 : TH_GRAPH_FORWARD);
  p->n_records += (uint64_t)__builtin_popcount(there | back);
}

static th_code fold_relation(emit *e, const th_graph__rel_in *r, bool one_type, pairs *p, th_err *err) {
  const size_t n = (size_t)r->n;
  p->n_src = e->types[e->type_rank[r->src]].n;
  p->n_dst = e->types[e->type_rank[r->dst]].n;
  const uint32_t keys = p->n_src > p->n_dst ? p->n_src : p->n_dst;
  edge *v = th_malloc(n * sizeof *v), *w = th_malloc(n * sizeof *w);
  uint32_t *count = th_malloc(((size_t)keys + 1) * sizeof *count);
  p->a = TH_NEWN(e->a, uint32_t, n);
  p->b = TH_NEWN(e->a, uint32_t, n);
  p->mark = TH_NEWN(e->a, uint32_t, n);
  th_code code = v && w && count && p->a && p->b && p->mark ? TH_OK : th_fail_nomem(err);
  if (code == TH_OK) code = gather(e, r, one_type, v, err);
  if (code == TH_OK) {
    sort_by(v, w, n, false, count, keys);
    sort_by(w, v, n, true, count, keys);
    e->b->table = r->table < e->b->sources.n ? e->b->sources.v[r->table].name : TH_STR_NONE;
    for (size_t i = 0, k; i < n; i = k) {
      for (k = i + 1; k < n && v[k].a == v[i].a && v[k].b == v[i].b;) k++;
      fold_group(e, r, v + i, k - i, p);
    }
  }
  th_free(v);
  th_free(w);
  th_free(count);
  return code;
}

/* Rows from the ends `key`, in the order of the pairs: both are sorted, so columns rise. */
static th_code put_csr(emit *e, uint32_t n_rows, const pairs *p, bool from_a, bool both, th_err *err) {
  const size_t n = both ? (size_t)p->n * 2 : p->n;
  uint32_t *row = TH_NEWN(e->a, uint32_t, (size_t)n_rows + 2);
  uint32_t *col = TH_NEWN(e->a, uint32_t, n), *mark = TH_NEWN(e->a, uint32_t, n);
  if (!row || !col || !mark) return th_fail_nomem(err);
  for (uint32_t i = 0; i < p->n; i++) {
    if (from_a || both) row[p->a[i] + 2]++;
    if (!from_a || both) row[p->b[i] + 2]++;
  }
  for (uint32_t v = 0; v < n_rows; v++) row[v + 2] += row[v + 1];
  for (uint32_t i = 0; i < p->n; i++) {
    if (from_a || both) {
      const uint32_t at = row[p->a[i] + 1]++;
      col[at] = p->b[i];
      mark[at] = p->mark[i];
    }
    if (!from_a || both) {
      const uint32_t at = row[p->b[i] + 1]++;
      col[at] = p->a[i];
      mark[at] = p->mark[i] ^ TH_GRAPH_FORWARD;
    }
  }
  TH_TRY(add_blob(e, row, ((size_t)n_rows + 1) * 4, err));
  TH_TRY(add_blob(e, col, n * 4, err));
  if (from_a) TH_TRY(add_blob(e, mark, n * 4, err));
  return TH_OK;
}

static th_code put_relation(emit *e, uint32_t k, th_err *err) {
  const th_graph__rel_in *r = &e->b->rels.v[e->rel_at[k]];
  const bool one_type = r->src == r->dst;
  pairs p = { 0 };
  TH_TRY(fold_relation(e, r, one_type, &p, err));
  e->rels[k] = (th_graph__relation){ .name = put_text(e, r->name),
                                     .src = e->type_rank[r->src],
                                     .dst = e->type_rank[r->dst],
                                     .n_pairs = p.n,
                                     .n_records = p.n_records,
                                     .n_displays = (uint32_t)r->display.n,
                                     .first_display = (uint32_t)e->displays.n };
  for (size_t d = 0; d < r->display.n; d++)
    if (!TH_VEC_PUSH(e->a, &e->displays, put_text(e, r->display.entry[d].key))) return th_fail_nomem(err);
  TH_TRY(put_csr(e, p.n_src, &p, true, one_type, err));
  if (!one_type) return put_csr(e, p.n_dst, &p, false, false, err);
  TH_TRY(add_blob(e, NULL, 0, err));
  return add_blob(e, NULL, 0, err);
}

/* ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(th_graph__key) key_vec;

static th_code put_key(emit *e, key_vec *v, th_str text, uint32_t node, th_graph__key_kind kind, th_err *err) {
  th_arena *s = e->b->scratch;
  th_arena_reset(s);
  const th_str folded = th_graph__fold(s, text);
  if (!folded.p) return th_fail_nomem(err);
  if (folded.n == 0) return TH_OK;
  return TH_VEC_PUSH(e->a, v, (th_graph__key){ th_graph__key_hash(folded), node, kind }) ? TH_OK : th_fail_nomem(err);
}

static bool is_grouped(th_str id) {
  for (size_t i = 0; i < id.n; i++)
    if (id.p[i] != '_' && (id.p[i] < '0' || id.p[i] > '9')) return false;
  return th_str_has(id, TH_S("_"));
}

static int by_hash(const void *p, const void *q) {
  const th_graph__key *x = p, *y = q;
  if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
  if (x->node != y->node) return x->node < y->node ? -1 : 1;
  return (x->kind > y->kind) - (x->kind < y->kind);
}

static th_code put_keys(emit *e, key_vec *v, th_err *err) {
  for (uint32_t k = 0; k < e->n_nodes; k++) {
    const th_graph__node_in *n = &e->b->nodes.v[e->node_at[k]];
    TH_TRY(put_key(e, v, th_graph__bare_id(n->id), k, TH_GRAPH__BY_ID, err));
    TH_TRY(put_key(e, v, n->name, k, TH_GRAPH__BY_NAME, err));
    if (th_str_ends(n->name, TH_S(" (disease)")))
      TH_TRY(put_key(e, v, th_str_sub(n->name, 0, n->name.n - 10), k, TH_GRAPH__BY_SYNONYM, err));
    th_str rest = n->id, member;
    while (is_grouped(n->id) && th_str_split(&rest, '_', &member))
      TH_TRY(put_key(e, v, th_graph__bare_id(member), k, TH_GRAPH__BY_MEMBER, err));
  }
  for (size_t i = 0; i < e->b->synonyms.n; i++)
    TH_TRY(put_key(e, v, e->b->synonyms.v[i].name, e->node_rank[e->b->synonyms.v[i].node], TH_GRAPH__BY_SYNONYM, err));
  if (v->n) qsort(v->v, v->n, sizeof *v->v, by_hash);
  return TH_OK;
}

/* ── The file ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t aligned(size_t n) {
  return (n + TH_GRAPH__ALIGN - 1) & ~(size_t)(TH_GRAPH__ALIGN - 1);
}

static th_code lay_out(emit *e, th_err *err) {
  const size_t n = e->blobs.n, table = sizeof(th_graph__header) + n * sizeof(th_graph__section);
  size_t size = aligned(table);
  for (size_t i = 0; i < n; i++) size += aligned(e->blobs.v[i].n);
  char *file = th_malloc(size);
  if (!file) return th_fail_nomem(err);
  memset(file, 0, size);
  e->b->file = th_str_n(file, size);
  th_graph__header *h = (void *)file;
  th_graph__section *s = (void *)(file + sizeof *h);
  size_t at = aligned(table);
  for (size_t i = 0; i < n; i++) {
    if (e->blobs.v[i].n) memcpy(file + at, e->blobs.v[i].p, e->blobs.v[i].n);
    const uint32_t kind = i < TH_GRAPH__FIXED_SECTIONS
                              ? (uint32_t)i
                              : TH_GRAPH__FIXED_SECTIONS + (uint32_t)(i - TH_GRAPH__FIXED_SECTIONS) % TH_GRAPH__REL_SECTIONS;
    s[i] = (th_graph__section){ at, e->blobs.v[i].n, kind, th_crc32c(0, th_str_n(file + at, e->blobs.v[i].n)) };
    at += aligned(e->blobs.v[i].n);
  }
  char hex[TH_SHA256_HEX];
  th_sha256_hex(th_str_n(file + aligned(table), size - aligned(table)), hex);
  *h = (th_graph__header){ .version = TH_GRAPH_VERSION, .endian = TH_GRAPH__ENDIAN, .size = size, .n_sections = (uint32_t)n };
  memcpy(h->magic, TH_GRAPH__MAGIC, sizeof h->magic);
  memcpy(h->sha256, hex, sizeof h->sha256);
  h->crc = th_crc32c(0, th_str_n(file, table));
  return TH_OK;
}

static th_code put_fixed(emit *e, key_vec *keys, th_err *err) {
  th_graph_build *b = e->b;
  th_graph__node *nodes = TH_NEWN(e->a, th_graph__node, e->n_nodes + 1);
  th_graph__source *sources = TH_NEWN(e->a, th_graph__source, b->sources.n + 1);
  if (!nodes || !sources) return th_fail_nomem(err);
  for (uint32_t i = 0; i < e->n_types; i++) e->types[i].name = put_text(e, b->type_name.v[e->type_at[i]]);
  for (uint32_t i = 0; i < e->n_nodes; i++) {
    const th_graph__node_in *n = &b->nodes.v[e->node_at[i]];
    nodes[i] = (th_graph__node){ put_text(e, n->id), put_text(e, n->name), share_text(e, n->source) };
  }
  for (size_t i = 0; i < b->sources.n; i++)
    sources[i] =
        (th_graph__source){ put_text(e, b->sources.v[i].name), put_text(e, b->sources.v[i].sha256), b->sources.v[i].rows };
  TH_TRY(put_keys(e, keys, err));
  if (e->text.failed) return th_fail_nomem(err);
  if (e->text.n > UINT32_MAX) return th_fail(err, TH_ELIMIT, "names and ids of the graph take more than 4 GiB");
  blob *v = e->blobs.v;
  v[TH_GRAPH__TEXT] = (blob){ e->text.p, e->text.n };
  v[TH_GRAPH__TYPES] = (blob){ e->types, e->n_types * sizeof *e->types };
  v[TH_GRAPH__NODES] = (blob){ nodes, e->n_nodes * sizeof *nodes };
  v[TH_GRAPH__RELATIONS] = (blob){ e->rels, e->n_rels * sizeof *e->rels };
  v[TH_GRAPH__DISPLAYS] = (blob){ e->displays.v, e->displays.n * sizeof *e->displays.v };
  v[TH_GRAPH__KEYS] = (blob){ keys->v, keys->n * sizeof *keys->v };
  v[TH_GRAPH__SOURCES] = (blob){ sources, b->sources.n * sizeof *sources };
  return TH_OK;
}

static th_code refuse_issues(const th_graph_build *b, th_err *err) {
  for (int k = 0; k < TH_GRAPH_ISSUE_COUNT; k++) {
    const th_graph_issue *i = &b->report.issue[k];
    if (!i->n) continue;
    th_fail_at(err, TH_EPARSE, i->line, 0, "%llu %s (first: %s), refused by --strict", (unsigned long long)i->n,
               th_graph_issue_name((th_graph_issue_kind)k), i->what);
    th_err_source(err, i->source);
    return TH_EPARSE;
  }
  return TH_OK;
}

th_code th_graph_build_finish(th_graph_build *b, th_str *out, th_graph_report *report, th_err *err) {
  emit e = { .b = b, .a = b->a };
  key_vec keys = { 0 };
  th_buf_init(&e.text, b->a, 1 << 16);
  th_map_init(&e.texts, b->a);
  if (b->nodes.n == 0) return th_fail(err, TH_EPARSE, "the tables hold no node");
  TH_TRY(sort_all(&e, err));
  for (int k = 0; k < TH_GRAPH__FIXED_SECTIONS; k++) TH_TRY(add_blob(&e, NULL, 0, err));
  for (uint32_t k = 0; k < e.n_rels; k++) TH_TRY(put_relation(&e, k, err));
  TH_TRY(put_fixed(&e, &keys, err));
  if (report) *report = b->report;
  if (b->strict) TH_TRY(refuse_issues(b, err));
  TH_TRY(lay_out(&e, err));
  *out = b->file;
  return TH_OK;
}
