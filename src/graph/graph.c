/* A view over the bytes of a graph file. Whatever the bytes say is checked here once, so that no reader has to. */
#include "theriac/graph.h"

#include "graph/graph_priv.h"
#include "theriac/io.h"

static th_code damaged(th_err *err, const char *what) {
  th_fail(err, TH_EPARSE, "the graph file is damaged (%s): import the graph again", what);
  return TH_EPARSE;
}

typedef struct view {
  const char *p;
  const th_graph__section *s;
  uint32_t n;
} view;

static th_code check_header(th_str bytes, view *v, th_err *err) {
  const th_graph__header *h = (const void *)bytes.p;
  if (bytes.n < sizeof *h || memcmp(h->magic, TH_GRAPH__MAGIC, sizeof h->magic) != 0)
    return th_fail(err, TH_EPARSE, "this is no graph file (graph.thg, made by theriac graph import)");
  if ((uintptr_t)bytes.p % 8) return th_fail(err, TH_EBUG, "the graph's bytes are not aligned");
  if (h->endian != TH_GRAPH__ENDIAN) return th_fail(err, TH_EUNSUP, "the graph was written on a machine of other byte order");
  if (h->version != TH_GRAPH_VERSION)
    return th_fail(err, TH_EUNSUP, "the graph file has version %u, this program reads %d: import the graph again", h->version,
                   TH_GRAPH_VERSION);
  const size_t table = (size_t)h->n_sections * sizeof(th_graph__section);
  if (h->size != bytes.n) return damaged(err, "its size is not the one it states");
  if (h->n_sections < TH_GRAPH__FIXED_SECTIONS || table > bytes.n - sizeof *h) return damaged(err, "section table");
  th_graph__header clean = *h;
  clean.crc = 0;
  const uint32_t crc =
      th_crc32c(th_crc32c(0, th_str_n((const char *)&clean, sizeof clean)), th_str_n(bytes.p + sizeof *h, table));
  if (crc != h->crc) return damaged(err, "checksum of the header");
  *v = (view){ bytes.p, (const void *)(bytes.p + sizeof *h), h->n_sections };
  for (uint32_t i = 0; i < v->n; i++) {
    const th_graph__section *s = &v->s[i];
    if (s->offset % TH_GRAPH__ALIGN || s->offset > bytes.n || s->size > bytes.n - s->offset)
      return damaged(err, "section table");
    if (th_crc32c(0, th_str_n(bytes.p + s->offset, s->size)) != s->crc) return damaged(err, "checksum");
  }
  return TH_OK;
}

static th_code array_of(const view *v, uint32_t i, size_t size, const void **p, uint32_t *n, th_err *err) {
  if (i >= v->n || v->s[i].size % size || v->s[i].size / size > UINT32_MAX - 1) return damaged(err, "section size");
  *p = v->p + v->s[i].offset;
  *n = (uint32_t)(v->s[i].size / size);
  return TH_OK;
}

static bool text_fits(const th_graph *g, th_graph__text t) {
  return t.at < g->text.n && t.n < g->text.n - t.at;
}

static th_str text_at(const th_graph *g, th_graph__text t) {
  return th_str_n(g->text.p + t.at, t.n);
}

static th_code open_types(th_arena *a, const view *v, th_graph *g, th_err *err) {
  const void *p;
  TH_TRY(array_of(v, TH_GRAPH__TYPES, sizeof(th_graph__type), &p, &g->n_types, err));
  const th_graph__type *in = p;
  th_graph_type *out = TH_NEWN(a, th_graph_type, g->n_types);
  if (!out) return th_fail_nomem(err);
  uint64_t first = 0;
  for (uint32_t i = 0; i < g->n_types; first += in[i++].n) {
    if (!text_fits(g, in[i].name) || in[i].first != first) return damaged(err, "types");
    out[i] = (th_graph_type){ text_at(g, in[i].name), in[i].first, in[i].n };
  }
  if (first != g->n_nodes) return damaged(err, "types");
  g->type = out;
  return TH_OK;
}

static th_code open_csr(const view *v, uint32_t at, uint32_t n_rows, uint32_t n_cols, uint32_t n_edges, bool has_mark,
                        th_graph_csr *c, th_err *err) {
  const void *p;
  uint32_t n;
  *c = (th_graph_csr){ .n = n_rows };
  TH_TRY(array_of(v, at, 4, &p, &n, err));
  c->row = p;
  if (n != n_rows + 1 || c->row[0] != 0) return damaged(err, "rows");
  for (uint32_t i = 0; i < n_rows; i++)
    if (c->row[i] > c->row[i + 1]) return damaged(err, "rows");
  TH_TRY(array_of(v, at + 1, 4, &p, &n, err));
  c->col = p;
  if (n != c->row[n_rows] || n != n_edges) return damaged(err, "columns");
  for (uint32_t i = 0; i < n_rows; i++)
    for (uint32_t k = c->row[i]; k < c->row[i + 1]; k++)
      if (c->col[k] >= n_cols || (k > c->row[i] && c->col[k] <= c->col[k - 1])) return damaged(err, "columns");
  if (!has_mark) return TH_OK;
  TH_TRY(array_of(v, at + 2, 4, &p, &n, err));
  c->mark = p;
  return n == n_edges ? TH_OK : damaged(err, "marks");
}

static th_code open_relations(th_arena *a, const view *v, th_graph *g, th_err *err) {
  const void *p, *d;
  uint32_t n_displays;
  TH_TRY(array_of(v, TH_GRAPH__RELATIONS, sizeof(th_graph__relation), &p, &g->n_relations, err));
  TH_TRY(array_of(v, TH_GRAPH__DISPLAYS, sizeof(th_graph__text), &d, &n_displays, err));
  const th_graph__relation *in = p;
  const th_graph__text *displays = d;
  th_graph_relation *out = TH_NEWN(a, th_graph_relation, g->n_relations);
  th_str *shown = TH_NEWN(a, th_str, n_displays);
  if (!out || !shown) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n_displays; i++) {
    if (!text_fits(g, displays[i])) return damaged(err, "displays");
    shown[i] = text_at(g, displays[i]);
  }
  if (v->n != TH_GRAPH__FIXED_SECTIONS + (uint64_t)g->n_relations * TH_GRAPH__REL_SECTIONS)
    return damaged(err, "section count");
  for (uint32_t i = 0; i < g->n_relations; i++) {
    const th_graph__relation *r = &in[i];
    if (!text_fits(g, r->name) || r->src >= g->n_types || r->dst >= g->n_types || r->first_display > n_displays ||
        r->n_displays > n_displays - r->first_display || r->n_displays > TH_GRAPH_DISPLAYS_MAX || r->n_pairs > INT32_MAX)
      return damaged(err, "relations");
    out[i] = (th_graph_relation){ .name = text_at(g, r->name),
                                  .src = r->src,
                                  .dst = r->dst,
                                  .n_pairs = r->n_pairs,
                                  .n_records = r->n_records,
                                  .n_displays = r->n_displays,
                                  .display = shown + r->first_display };
    const uint32_t at = TH_GRAPH__FIXED_SECTIONS + i * TH_GRAPH__REL_SECTIONS, ns = g->type[r->src].n, nd = g->type[r->dst].n;
    const bool one_type = r->src == r->dst;
    TH_TRY(open_csr(v, at, ns, nd, r->n_pairs * (one_type ? 2 : 1), true, &out[i].fwd, err));
    out[i].rev = out[i].fwd;
    if (!one_type) TH_TRY(open_csr(v, at + 3, nd, ns, r->n_pairs, false, &out[i].rev, err));
  }
  g->relation = out;
  return TH_OK;
}

static th_code open_nodes(const view *v, th_graph *g, th_err *err) {
  const void *p;
  TH_TRY(array_of(v, TH_GRAPH__NODES, sizeof(th_graph__node), &p, &g->n_nodes, err));
  const th_graph__node *n = g->node = p;
  for (uint32_t i = 0; i < g->n_nodes; i++)
    if (!text_fits(g, n[i].id) || !text_fits(g, n[i].name) || !text_fits(g, n[i].source)) return damaged(err, "nodes");
  TH_TRY(array_of(v, TH_GRAPH__KEYS, sizeof(th_graph__key), &p, &g->n_keys, err));
  const th_graph__key *k = g->key = p;
  for (uint32_t i = 0; i < g->n_keys; i++)
    if (k[i].node >= g->n_nodes || (i && k[i].hash < k[i - 1].hash)) return damaged(err, "keys");
  return TH_OK;
}

static th_code open_sources(th_arena *a, const view *v, th_graph *g, th_err *err) {
  const void *p;
  TH_TRY(array_of(v, TH_GRAPH__SOURCES, sizeof(th_graph__source), &p, &g->n_sources, err));
  const th_graph__source *in = p;
  th_graph_source *out = TH_NEWN(a, th_graph_source, g->n_sources);
  if (!out) return th_fail_nomem(err);
  for (uint32_t i = 0; i < g->n_sources; i++) {
    if (!text_fits(g, in[i].name) || !text_fits(g, in[i].sha256)) return damaged(err, "sources");
    out[i] = (th_graph_source){ text_at(g, in[i].name), text_at(g, in[i].sha256), in[i].rows };
  }
  g->source = out;
  return TH_OK;
}

th_code th_graph_open(th_arena *a, th_str bytes, th_graph *out, th_err *err) {
  view v;
  *out = (th_graph){ .bytes = bytes };
  TH_TRY(check_header(bytes, &v, err));
  out->sha256 = th_str_n(((const th_graph__header *)(const void *)bytes.p)->sha256, 64);
  out->text = th_str_n(v.p + v.s[TH_GRAPH__TEXT].offset, v.s[TH_GRAPH__TEXT].size);
  TH_TRY(open_nodes(&v, out, err));
  TH_TRY(open_types(a, &v, out, err));
  TH_TRY(open_relations(a, &v, out, err));
  return open_sources(a, &v, out, err);
}

th_code th_graph_head_sha256(th_str head, char out[65], th_err *err) {
  th_graph__header h;
  TH_ASSERT(sizeof h == TH_GRAPH_HEAD_BYTES);
  if (head.n < sizeof h || memcmp(head.p, TH_GRAPH__MAGIC, sizeof h.magic) != 0)
    return th_fail(err, TH_EPARSE, "this is no graph file (theriac graph import makes one)");
  memcpy(&h, head.p, sizeof h);
  if (h.endian != TH_GRAPH__ENDIAN || h.version != TH_GRAPH_VERSION)
    return th_fail(err, TH_EUNSUP, "the graph file has another version or byte order: import the tables again");
  memcpy(out, h.sha256, 64);
  out[64] = 0;
  return TH_OK;
}

uint32_t th_graph_type_find(const th_graph *g, const char *name) {
  for (uint32_t i = 0; i < g->n_types; i++)
    if (th_str_is(g->type[i].name, name)) return i;
  return TH_GRAPH_NONE;
}

const th_graph_relation *th_graph_relation_find(const th_graph *g, const char *name) {
  for (uint32_t i = 0; i < g->n_relations; i++)
    if (th_str_is(g->relation[i].name, name)) return &g->relation[i];
  return NULL;
}

uint32_t th_graph_type_of(const th_graph *g, uint32_t node) {
  uint32_t t = 0;
  while (t + 1 < g->n_types && node >= g->type[t + 1].first) t++;
  return t;
}

th_str th_graph_node_id(const th_graph *g, uint32_t node) {
  return text_at(g, ((const th_graph__node *)g->node)[node].id);
}

th_str th_graph_node_name(const th_graph *g, uint32_t node) {
  return text_at(g, ((const th_graph__node *)g->node)[node].name);
}

th_str th_graph_node_source(const th_graph *g, uint32_t node) {
  return text_at(g, ((const th_graph__node *)g->node)[node].source);
}

uint32_t th_graph_node_by_id(const th_graph *g, uint32_t type, th_str id) {
  if (type >= g->n_types) return TH_GRAPH_NONE;
  uint32_t lo = g->type[type].first, hi = lo + g->type[type].n;
  const uint32_t end = hi;
  while (lo < hi) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (th_str_cmp(th_graph_node_id(g, mid), id) < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < end && th_str_eq(th_graph_node_id(g, lo), id) ? lo : TH_GRAPH_NONE;
}

uint32_t th_graph_csr_find(const th_graph_csr *c, uint32_t v, uint32_t col) {
  uint32_t lo = c->row[v], hi = c->row[v + 1];
  const uint32_t end = hi;
  while (lo < hi) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (c->col[mid] < col)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < end && c->col[lo] == col ? lo : TH_GRAPH_NONE;
}
