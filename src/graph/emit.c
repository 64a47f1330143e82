/* Rows into arrays: nodes sorted by type and id, each relation folded into pairs (relation.c), keys by hash, all laid out as sections of
 * the file. Relations, and the names and keys beside them, are work for several threads; each writes what is its own. */
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
  uint32_t *rel_at, *rel_first;  /* relations by name; and those of most rows first */
  th_graph__type *types;
  th_graph__relation *rels;
  th_graph__pairs *pairs; /* of each relation by name */
  th_err *errs;           /* of each task */
  th_buf text;
  th_map texts;
  blob fixed[TH_GRAPH__FIXED_SECTIONS];
  TH_VEC(th_graph__text) displays;
  TH_VEC(th_graph__key) keys;
  char *file;
  th_graph__section *sections; /* in the file */
} emit;

static int by_type_name(const void *p, const void *q, void *ctx) {
  const emit *e = ctx;
  return th_str_cmp(e->b->type_name.v[*(const uint32_t *)p], e->b->type_name.v[*(const uint32_t *)q]);
}

static int by_relation(const void *p, const void *q, void *ctx) {
  const emit *e = ctx;
  const th_graph__rel_in *x = &e->b->rels.v[*(const uint32_t *)p], *y = &e->b->rels.v[*(const uint32_t *)q];
  if (e->type_rank[x->src] != e->type_rank[y->src]) return e->type_rank[x->src] < e->type_rank[y->src] ? -1 : 1;
  const int c = th_str_cmp(x->name, y->name);
  if (c) return c;
  return (e->type_rank[x->dst] > e->type_rank[y->dst]) - (e->type_rank[x->dst] < e->type_rank[y->dst]);
}

static int by_rows(const void *p, const void *q, void *ctx) {
  const emit *e = ctx;
  const uint32_t x = *(const uint32_t *)p, y = *(const uint32_t *)q;
  const uint64_t nx = e->b->rels.v[e->rel_at[x]].n, ny = e->b->rels.v[e->rel_at[y]].n;
  return nx != ny ? (nx < ny ? 1 : -1) : (x > y) - (x < y);
}

/* Ids differ in their first eight bytes nearly always: those are compared as one number. */
typedef struct id_key {
  uint64_t head;
  th_str id;
  uint32_t node;
} id_key;

static int by_id(const void *p, const void *q) {
  const id_key *x = p, *y = q;
  return x->head != y->head ? (x->head < y->head ? -1 : 1) : th_str_cmp(x->id, y->id);
}

static uint64_t head_of(th_str id) {
  uint64_t v = 0;
  for (size_t i = 0; i < 8; i++) v = v << 8 | (i < id.n ? (unsigned char)id.p[i] : 0);
  return v;
}

/* node_at of one type, which holds its nodes in order of appearance, comes into byte order of ids. */
static th_code sort_type(void *ctx, size_t type, unsigned worker) {
  (void)worker;
  emit *e = ctx;
  const uint32_t n = e->types[type].n;
  uint32_t *at = e->node_at + e->types[type].first;
  id_key *v = th_malloc(n * sizeof *v);
  if (!v) return TH_ENOMEM;
  for (uint32_t i = 0; i < n; i++) {
    const th_str id = e->b->nodes.v[at[i]].id;
    v[i] = (id_key){ head_of(id), id, at[i] };
  }
  if (n) qsort(v, n, sizeof *v, by_id);
  for (uint32_t i = 0; i < n; i++) {
    at[i] = v[i].node;
    e->node_rank[at[i]] = e->types[type].first + i;
  }
  th_free(v);
  return TH_OK;
}

static uint32_t *iota(th_arena *a, size_t n) {
  uint32_t *v = TH_NEWN(a, uint32_t, n + 1);
  for (size_t i = 0; v && i < n; i++) v[i] = (uint32_t)i;
  return v;
}

static th_code sort_all(emit *e, th_err *err) {
  th_graph_build *b = e->b;
  e->n_types = (uint32_t)b->type_name.n, e->n_nodes = (uint32_t)b->nodes.n, e->n_rels = (uint32_t)b->rels.n;
  e->type_at = iota(e->a, e->n_types), e->rel_at = iota(e->a, e->n_rels), e->rel_first = iota(e->a, e->n_rels);
  e->type_rank = TH_NEWN(e->a, uint32_t, e->n_types + 1);
  e->node_at = TH_NEWN(e->a, uint32_t, e->n_nodes + 1), e->node_rank = TH_NEWN(e->a, uint32_t, e->n_nodes + 1);
  e->types = TH_NEWN(e->a, th_graph__type, e->n_types + 1);
  e->rels = TH_NEWN(e->a, th_graph__relation, e->n_rels + 1);
  e->pairs = TH_NEWN(e->a, th_graph__pairs, e->n_rels + 1);
  e->errs = TH_NEWN(e->a, th_err, e->n_rels + 1);
  uint32_t *next = TH_NEWN(e->a, uint32_t, e->n_types + 1);
  if (!e->type_at || !e->rel_at || !e->rel_first || !e->type_rank || !e->node_at || !e->node_rank || !e->types || !e->rels ||
      !e->pairs || !e->errs || !next)
    return th_fail_nomem(err);
  qsort_r(e->type_at, e->n_types, sizeof(uint32_t), by_type_name, e);
  for (uint32_t i = 0; i < e->n_types; i++) e->type_rank[e->type_at[i]] = i;
  for (uint32_t i = 0; i < e->n_nodes; i++) e->types[e->type_rank[b->nodes.v[i].type]].n++;
  for (uint32_t i = 0, first = 0; i < e->n_types; first += e->types[i++].n) next[i] = e->types[i].first = first;
  for (uint32_t i = 0; i < e->n_nodes; i++) e->node_at[next[e->type_rank[b->nodes.v[i].type]]++] = i;
  if (th_graph__run(b, e->n_types, sort_type, e) != TH_OK) return th_fail_nomem(err);
  qsort_r(e->rel_at, e->n_rels, sizeof(uint32_t), by_relation, e);
  qsort_r(e->rel_first, e->n_rels, sizeof(uint32_t), by_rows, e);
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

/* ── Keys ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code put_key(emit *e, th_str text, uint32_t node, th_graph__key_kind kind, th_err *err) {
  th_arena *s = e->b->scratch;
  th_arena_reset(s);
  const th_str folded = th_graph__fold(s, text);
  if (!folded.p) return th_fail_nomem(err);
  if (folded.n == 0) return TH_OK;
  return TH_VEC_PUSH(e->a, &e->keys, (th_graph__key){ th_graph__key_hash(folded), node, kind }) ? TH_OK : th_fail_nomem(err);
}

static bool is_grouped(th_str id) {
  for (size_t i = 0; i < id.n; i++)
    if (id.p[i] != '_' && (id.p[i] < '0' || id.p[i] > '9')) return false;
  return th_str_has(id, TH_S("_"));
}

static bool key_less(const th_graph__key *x, const th_graph__key *y) {
  if (x->hash != y->hash) return x->hash < y->hash;
  return x->node != y->node ? x->node < y->node : x->kind < y->kind;
}

/* By hash, node, kind. Hashes are even, so counting by their first 16 bits leaves few that are out of place. */
static th_code sort_keys(emit *e, th_err *err) {
  enum { FIRST_BITS = 16 };
  const size_t n = e->keys.n;
  th_graph__key *out = TH_NEWN(e->a, th_graph__key, n + 1);
  uint32_t *at = TH_NEWN(e->a, uint32_t, ((size_t)1 << FIRST_BITS) + 1);
  if (!out || !at) return th_fail_nomem(err);
  for (size_t i = 0; i < n; i++) at[(e->keys.v[i].hash >> (64 - FIRST_BITS)) + 1]++;
  for (size_t d = 0; d < (size_t)1 << FIRST_BITS; d++) at[d + 1] += at[d];
  for (size_t i = 0; i < n; i++) out[at[e->keys.v[i].hash >> (64 - FIRST_BITS)]++] = e->keys.v[i];
  for (size_t i = 1; i < n; i++) {
    const th_graph__key key = out[i];
    size_t k = i;
    for (; k && key_less(&key, &out[k - 1]); k--) out[k] = out[k - 1];
    out[k] = key;
  }
  e->keys.v = out;
  return TH_OK;
}

static th_code put_keys(emit *e, th_err *err) {
  for (uint32_t k = 0; k < e->n_nodes; k++) {
    const th_graph__node_in *n = &e->b->nodes.v[e->node_at[k]];
    TH_TRY(put_key(e, th_graph__bare_id(n->id), k, TH_GRAPH__BY_ID, err));
    TH_TRY(put_key(e, n->name, k, TH_GRAPH__BY_NAME, err));
    if (th_str_ends(n->name, TH_S(" (disease)")))
      TH_TRY(put_key(e, th_str_sub(n->name, 0, n->name.n - 10), k, TH_GRAPH__BY_SYNONYM, err));
    th_str rest = n->id, member;
    while (is_grouped(n->id) && th_str_split(&rest, '_', &member))
      TH_TRY(put_key(e, th_graph__bare_id(member), k, TH_GRAPH__BY_MEMBER, err));
  }
  for (size_t i = 0; i < e->b->synonyms.n; i++)
    TH_TRY(put_key(e, e->b->synonyms.v[i].name, e->node_rank[e->b->synonyms.v[i].node], TH_GRAPH__BY_SYNONYM, err));
  return sort_keys(e, err);
}

/* ── Names, and relations beside them ──────────────────────────────────────────────────────────────────────────────── */

static th_code put_relation_names(emit *e, th_err *err) {
  for (uint32_t k = 0; k < e->n_rels; k++) {
    const th_graph__rel_in *r = &e->b->rels.v[e->rel_at[k]];
    e->rels[k] = (th_graph__relation){ .name = put_text(e, r->name),
                                       .src = e->type_rank[r->src],
                                       .dst = e->type_rank[r->dst],
                                       .n_displays = (uint32_t)r->display.n,
                                       .first_display = (uint32_t)e->displays.n };
    for (size_t d = 0; d < r->display.n; d++)
      if (!TH_VEC_PUSH(e->a, &e->displays, put_text(e, r->display.entry[d].key))) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code put_fixed(emit *e, th_err *err) {
  th_graph_build *b = e->b;
  th_graph__node *nodes = TH_NEWN(e->a, th_graph__node, e->n_nodes + 1);
  th_graph__source *sources = TH_NEWN(e->a, th_graph__source, b->sources.n + 1);
  if (!nodes || !sources) return th_fail_nomem(err);
  TH_TRY(put_relation_names(e, err));
  for (uint32_t i = 0; i < e->n_types; i++) e->types[i].name = put_text(e, b->type_name.v[e->type_at[i]]);
  for (uint32_t i = 0; i < e->n_nodes; i++) {
    const th_graph__node_in *n = &b->nodes.v[e->node_at[i]];
    nodes[i] = (th_graph__node){ put_text(e, n->id), put_text(e, n->name), share_text(e, n->source) };
  }
  for (size_t i = 0; i < b->sources.n; i++)
    sources[i] =
        (th_graph__source){ put_text(e, b->sources.v[i].name), put_text(e, b->sources.v[i].sha256), b->sources.v[i].rows };
  TH_TRY(put_keys(e, err));
  if (e->text.failed) return th_fail_nomem(err);
  if (e->text.n > UINT32_MAX) return th_fail(err, TH_ELIMIT, "names and ids of the graph take more than 4 GiB");
  blob *v = e->fixed;
  v[TH_GRAPH__TEXT] = (blob){ e->text.p, e->text.n };
  v[TH_GRAPH__TYPES] = (blob){ e->types, e->n_types * sizeof *e->types };
  v[TH_GRAPH__NODES] = (blob){ nodes, e->n_nodes * sizeof *nodes };
  v[TH_GRAPH__RELATIONS] = (blob){ e->rels, e->n_rels * sizeof *e->rels };
  v[TH_GRAPH__DISPLAYS] = (blob){ e->displays.v, e->displays.n * sizeof *e->displays.v };
  v[TH_GRAPH__KEYS] = (blob){ e->keys.v, e->keys.n * sizeof *e->keys.v };
  v[TH_GRAPH__SOURCES] = (blob){ sources, b->sources.n * sizeof *sources };
  return TH_OK;
}

/* Task 0: names and keys; the others: relations, those of most rows first. */
static th_code prepare(void *ctx, size_t task, unsigned worker) {
  (void)worker;
  emit *e = ctx;
  if (task == 0) return put_fixed(e, &e->errs[0]);
  const uint32_t k = e->rel_first[task - 1];
  th_graph__rel_in *r = &e->b->rels.v[e->rel_at[k]];
  const th_graph__type *src = &e->types[e->type_rank[r->src]], *dst = &e->types[e->type_rank[r->dst]];
  TH_TRY(th_graph__pairs_of(r, e->node_rank, src, dst, &e->pairs[k], &e->errs[task]));
  th_graph__records_free(r);
  return TH_OK;
}

static void note_many(emit *e, th_graph_issue_kind kind, const th_graph__rel_in *r, uint64_t n, uint32_t line) {
  if (!n) return;
  e->b->table = r->table < e->b->sources.n ? e->b->sources.v[r->table].name : TH_STR_NONE;
  th_graph__note(e->b, kind, line, "relation %.*s", (int)(r->name.n < 100 ? r->name.n : 100), r->name.p);
  e->b->report.issue[kind].n += n - 1;
}

static th_code prepare_all(emit *e, th_err *err) {
  const th_code code = th_graph__run(e->b, (size_t)e->n_rels + 1, prepare, e);
  for (size_t k = 0; code != TH_OK && k <= e->n_rels; k++)
    if (e->errs[k].code == code) {
      if (err) *err = e->errs[k];
      return code;
    }
  if (code != TH_OK) return code;
  for (uint32_t k = 0; k < e->n_rels; k++) {
    const th_graph__rel_in *r = &e->b->rels.v[e->rel_at[k]];
    const th_graph__pairs *p = &e->pairs[k];
    e->rels[k].n_pairs = p->n;
    e->rels[k].n_records = p->n_records;
    note_many(e, TH_GRAPH_DUPLICATE, r, p->n_twice, p->line_twice);
    note_many(e, TH_GRAPH_ONE_WAY, r, p->n_one_way, p->line_one_way);
  }
  return TH_OK;
}

/* ── The file ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t aligned(size_t n) {
  return (n + TH_GRAPH__ALIGN - 1) & ~(size_t)(TH_GRAPH__ALIGN - 1);
}

static void section_sizes(const emit *e, uint32_t k, size_t size[TH_GRAPH__REL_SECTIONS]) {
  const th_graph__pairs *p = &e->pairs[k];
  const bool one_type = e->rels[k].src == e->rels[k].dst;
  const size_t cells = (size_t)p->n * (one_type ? 8 : 4);
  size[0] = ((size_t)p->n_src + 1) * 4;
  size[1] = size[2] = cells;
  size[3] = one_type ? 0 : ((size_t)p->n_dst + 1) * 4;
  size[4] = one_type ? 0 : cells;
}

static void place(emit *e, size_t i, uint32_t kind, size_t size, size_t *at) {
  e->sections[i] = (th_graph__section){ *at, size, kind, 0 };
  *at += aligned(size);
}

static void finish_section(emit *e, size_t i) {
  th_graph__section *s = &e->sections[i];
  memset(e->file + s->offset + s->size, 0, aligned(s->size) - s->size);
  s->crc = th_crc32c(0, th_str_n(e->file + s->offset, s->size));
}

/* Task 0: the fixed sections; the others: relations, those of most rows first. */
static th_code write_sections(void *ctx, size_t task, unsigned worker) {
  (void)worker;
  emit *e = ctx;
  if (task == 0) {
    for (size_t i = 0; i < TH_GRAPH__FIXED_SECTIONS; i++) {
      if (e->fixed[i].n) memcpy(e->file + e->sections[i].offset, e->fixed[i].p, e->fixed[i].n);
      finish_section(e, i);
    }
    return TH_OK;
  }
  const uint32_t k = e->rel_first[task - 1];
  const size_t first = TH_GRAPH__FIXED_SECTIONS + (size_t)k * TH_GRAPH__REL_SECTIONS;
  uint32_t *part[TH_GRAPH__REL_SECTIONS];
  for (size_t i = 0; i < TH_GRAPH__REL_SECTIONS; i++) part[i] = (uint32_t *)(void *)(e->file + e->sections[first + i].offset);
  th_graph__lay(&e->pairs[k], e->rels[k].src == e->rels[k].dst, part);
  for (size_t i = 0; i < TH_GRAPH__REL_SECTIONS; i++) finish_section(e, first + i);
  return TH_OK;
}

static th_code lay_out(emit *e, th_err *err) {
  const size_t n = TH_GRAPH__FIXED_SECTIONS + (size_t)e->n_rels * TH_GRAPH__REL_SECTIONS;
  const size_t table = sizeof(th_graph__header) + n * sizeof(th_graph__section);
  size_t size = aligned(table), part[TH_GRAPH__REL_SECTIONS];
  for (size_t i = 0; i < TH_GRAPH__FIXED_SECTIONS; i++) size += aligned(e->fixed[i].n);
  for (uint32_t k = 0; k < e->n_rels; k++) {
    section_sizes(e, k, part);
    for (size_t i = 0; i < TH_GRAPH__REL_SECTIONS; i++) size += aligned(part[i]);
  }
  e->file = th_malloc(size);
  if (!e->file) return th_fail_nomem(err);
  e->b->file = th_str_n(e->file, size);
  e->sections = (th_graph__section *)(void *)(e->file + sizeof(th_graph__header));
  memset(e->file, 0, aligned(table));
  size_t at = aligned(table);
  for (size_t i = 0; i < TH_GRAPH__FIXED_SECTIONS; i++) place(e, i, (uint32_t)i, e->fixed[i].n, &at);
  for (uint32_t k = 0; k < e->n_rels; k++) {
    section_sizes(e, k, part);
    for (size_t i = 0; i < TH_GRAPH__REL_SECTIONS; i++)
      place(e, TH_GRAPH__FIXED_SECTIONS + (size_t)k * TH_GRAPH__REL_SECTIONS + i, TH_GRAPH__FWD_ROW + (uint32_t)i, part[i],
            &at);
  }
  TH_TRY(th_graph__run(e->b, (size_t)e->n_rels + 1, write_sections, e));
  char hex[TH_SHA256_HEX];
  th_sha256_hex(th_str_n(e->file + aligned(table), size - aligned(table)), hex);
  th_graph__header *h = (void *)e->file;
  *h = (th_graph__header){ .version = TH_GRAPH_VERSION, .endian = TH_GRAPH__ENDIAN, .size = size, .n_sections = (uint32_t)n };
  memcpy(h->magic, TH_GRAPH__MAGIC, sizeof h->magic);
  memcpy(h->sha256, hex, sizeof h->sha256);
  h->crc = th_crc32c(0, th_str_n(e->file, table));
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

static void count_all(const emit *e, th_graph_report *r) {
  *r = e->b->report;
  r->n_nodes = e->n_nodes, r->n_relations = e->n_rels;
  for (uint32_t k = 0; k < e->n_rels; k++) r->n_pairs += e->pairs[k].n;
}

static th_code finish(emit *e, th_graph_report *report, th_err *err) {
  TH_TRY(sort_all(e, err));
  TH_TRY(prepare_all(e, err));
  if (report) count_all(e, report);
  if (e->b->strict) TH_TRY(refuse_issues(e->b, err));
  TH_TRY(lay_out(e, err));
  if (report) memcpy(report->sha256, ((const th_graph__header *)(const void *)e->file)->sha256, 64);
  return TH_OK;
}

th_code th_graph_build_finish(th_graph_build *b, th_str *out, th_graph_report *report, th_err *err) {
  emit e = { .b = b, .a = b->a };
  th_buf_init(&e.text, b->a, 1 << 16);
  th_map_init(&e.texts, b->a);
  if (b->nodes.n == 0) return th_fail(err, TH_EPARSE, "the tables hold no node");
  const th_code code = finish(&e, report, err);
  for (uint32_t k = 0; e.pairs && k < e.n_rels; k++) th_graph__pairs_free(&e.pairs[k]);
  if (code == TH_OK) *out = b->file;
  return code;
}
