/* Tables in, records out: what each row means, which nodes its ends are, and what is wrong with it. */
#include <stdarg.h>
#include <stdio.h>

#include "graph/graph_priv.h"

enum { INDEX_MAX = 1 << 26, BLOCK_BYTES = 1 << 18 };

static const char *const column_names[COL_COUNT] = {
  "relation", "display_relation", "x_index",  "x_id",       "x_type",  "x_name",    "x_source",  "y_index",     "y_id",
  "y_type",   "y_name",           "y_source", "node_index", "node_id", "node_type", "node_name", "node_source",
};

static const char *const known_types[] = {
  "anatomy",  "biological_process", "cellular_component", "disease", "drug", "effect/phenotype",
  "exposure", "gene/protein",       "molecular_function", "pathway"
};

/* PrimeKG's relations and the type each starts from. */
static const char *const known_relations[][2] = {
  { "indication", "drug" },
  { "contraindication", "drug" },
  { "off-label use", "drug" },
  { "drug_protein", "drug" },
  { "drug_effect", "drug" },
  { "drug_drug", "drug" },
  { "disease_protein", "gene/protein" },
  { "disease_disease", "disease" },
  { "disease_phenotype_positive", "disease" },
  { "disease_phenotype_negative", "disease" },
  { "phenotype_protein", "gene/protein" },
  { "phenotype_phenotype", "effect/phenotype" },
  { "protein_protein", "gene/protein" },
  { "pathway_protein", "gene/protein" },
  { "pathway_pathway", "pathway" },
  { "bioprocess_protein", "gene/protein" },
  { "bioprocess_bioprocess", "biological_process" },
  { "molfunc_protein", "gene/protein" },
  { "molfunc_molfunc", "molecular_function" },
  { "cellcomp_protein", "gene/protein" },
  { "cellcomp_cellcomp", "cellular_component" },
  { "anatomy_protein_present", "gene/protein" },
  { "anatomy_protein_absent", "gene/protein" },
  { "anatomy_anatomy", "anatomy" },
  { "exposure_disease", "exposure" },
  { "exposure_exposure", "exposure" },
  { "exposure_bioprocess", "exposure" },
  { "exposure_protein", "exposure" },
  { "exposure_molfunc", "exposure" },
  { "exposure_cellcomp", "exposure" },
};

bool th_graph__canonical(th_str relation, const char **src) {
  for (size_t k = 0; k < sizeof known_relations / sizeof *known_relations; k++)
    if (th_str_is(relation, known_relations[k][0])) {
      *src = known_relations[k][1];
      return true;
    }
  return false;
}

bool th_graph__type_known(th_str type) {
  for (size_t k = 0; k < sizeof known_types / sizeof *known_types; k++)
    if (th_str_is(type, known_types[k])) return true;
  return false;
}

const char *th_graph_issue_name(th_graph_issue_kind k) {
  static const char *const names[TH_GRAPH_ISSUE_COUNT] = {
    "edges to nodes the node table does not list",
    "edges of a node to itself",
    "rows given twice",
    "edges given in one orientation only",
    "relations PrimeKG does not have",
    "node types PrimeKG does not have",
    "rows whose name, source or index differ from the node table",
  };
  return (unsigned)k < TH_GRAPH_ISSUE_COUNT ? names[k] : "";
}

static int upto(th_str s, int max) {
  return s.n < (size_t)max ? (int)s.n : max;
}

void th_graph__note(th_graph_build *b, th_graph_issue_kind k, uint32_t line, const char *fmt, ...) {
  th_graph_issue *i = &b->report.issue[k];
  if (i->n++) return;
  i->line = line;
  snprintf(i->source, sizeof i->source, "%.*s", upto(b->table, 95), b->table.p ? b->table.p : "");
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(i->what, sizeof i->what, fmt, ap);
  va_end(ap);
}

th_graph_build *th_graph_build_new(bool strict) {
  th_graph_build *b = th_malloc(sizeof *b);
  if (!b) return NULL;
  *b = (th_graph_build){ .strict = strict,
                         .block_bytes = BLOCK_BYTES,
                         .a = th_arena_new(1 << 16),
                         .scratch = th_arena_new(0),
                         .keys = th_arena_new(0) };
  if (!b->a || !b->scratch || !b->keys) {
    th_graph_build_del(b);
    return NULL;
  }
  th_map_init(&b->type, b->a);
  th_map_init(&b->source, b->a);
  th_map_init(&b->node, b->a);
  th_map_init(&b->relation, b->a);
  return b;
}

void th_graph_build_pool(th_graph_build *b, th_pool *pool) {
  b->pool = pool;
}

th_code th_graph__run(th_graph_build *b, size_t n, th_pool_fn fn, void *ctx) {
  if (b->pool && n > 1) return th_pool_run(b->pool, n, fn, ctx);
  for (size_t i = 0; i < n; i++) TH_TRY(fn(ctx, i, 0));
  return TH_OK;
}

void th_graph_build_del(th_graph_build *b) {
  if (!b) return;
  for (size_t k = 0; k < b->rels.n; k++) th_graph__records_free(&b->rels.v[k]);
  th_graph__seen_free(&b->seen);
  th_arena_del(b->a);
  th_arena_del(b->scratch);
  th_arena_del(b->keys);
  th_free(b->tail);
  th_free((void *)(uintptr_t)b->file.p);
  th_free(b);
}

/* The number of a text in a map, added when new. Few distinct texts: types, sources, displays. */
static bool intern(th_graph_build *b, th_map *m, th_str s, uint32_t *id, th_str *kept) {
  uint64_t v;
  if (th_map_get(m, s, &v)) {
    *id = (uint32_t)v;
    if (kept) *kept = m->entry[v].key;
    return true;
  }
  const th_str copy = th_str_dup(b->a, s);
  *id = (uint32_t)m->n;
  if (kept) *kept = copy;
  return copy.p && th_map_put(m, copy, m->n) == TH_OK;
}

static th_code type_of(th_graph_build *b, th_str name, uint32_t *t, th_err *err) {
  const size_t before = b->type.n;
  if (before && *t < before && th_str_eq(b->type_name.v[*t], name)) return TH_OK;
  if (name.n == 0) return th_fail_at(err, TH_EPARSE, b->reader.row_line, 0, "a node without a type");
  th_str kept;
  if (!intern(b, &b->type, name, t, &kept)) return th_fail_nomem(err);
  if (*t < before) return TH_OK;
  if (before >= UINT16_MAX)
    return th_fail_at(err, TH_ELIMIT, b->reader.row_line, 0, "more than %d node types: are the columns shifted?", UINT16_MAX);
  if (!TH_VEC_PUSH(b->a, &b->type_name, kept)) return th_fail_nomem(err);
  if (!th_graph__type_known(name))
    th_graph__note(b, TH_GRAPH_NEW_TYPE, b->reader.row_line, "\"%.*s\"", upto(name, 100), name.p);
  return TH_OK;
}

/* "1234" or "1234.0"; UINT32_MAX otherwise. */
static uint32_t index_of(th_str s) {
  uint32_t v = 0;
  size_t i = 0;
  for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
    v = v * 10 + (uint32_t)(s.p[i] - '0');
    if (v > INDEX_MAX) return UINT32_MAX;
  }
  if (i == 0) return UINT32_MAX;
  if (i < s.n && !th_str_is(th_str_sub(s, i, s.n), ".0")) return UINT32_MAX;
  return v;
}

static th_str node_key(th_graph_build *b, uint32_t type, th_str id) {
  th_arena_reset(b->keys);
  char *k = th_arena_alloc(b->keys, id.n + 2, 1);
  if (!k) return TH_STR_NONE;
  k[0] = (char)(type & 0xFF);
  k[1] = (char)(type >> 8);
  if (id.n) memcpy(k + 2, id.p, id.n);
  return th_str_n(k, id.n + 2);
}

static th_code add_node(th_graph_build *b, th_str key, uint32_t type, th_str name, th_str source, uint32_t *node, th_err *err) {
  const th_str kept = th_str_dup(b->a, key), own_name = th_str_dup(b->a, name);
  th_str own_source;
  uint32_t ignored;
  if (!kept.p || !own_name.p || !intern(b, &b->source, source, &ignored, &own_source)) return th_fail_nomem(err);
  *node = (uint32_t)b->nodes.n;
  if (b->nodes.n >= UINT32_MAX - 1) return th_fail(err, TH_ELIMIT, "more than %u nodes", UINT32_MAX - 1);
  if (th_map_put(&b->node, kept, *node) != TH_OK ||
      !TH_VEC_PUSH(b->a, &b->nodes, (th_graph__node_in){ th_str_sub(kept, 2, kept.n), own_name, own_source, type }))
    return th_fail_nomem(err);
  return TH_OK;
}

/* The first node of an index keeps it. */
static th_code remember_index(th_graph_build *b, uint32_t index, uint32_t node, th_err *err) {
  if (index == UINT32_MAX || (index < b->by_index.n && b->by_index.v[index])) return TH_OK;
  while (b->by_index.n <= index)
    if (!TH_VEC_PUSH(b->a, &b->by_index, 0)) return th_fail_nomem(err);
  b->by_index.v[index] = node + 1;
  return TH_OK;
}

static th_str cell(const th_graph_build *b, th_graph__column c) {
  return b->col[c] >= 0 ? b->reader.cell[b->col[c]] : b->col[c] == -2 ? b->constant[c] : TH_STR_NONE;
}

static th_code take_node_row(th_graph_build *b, th_err *err) {
  const uint32_t line = b->reader.row_line;
  const th_str id = cell(b, COL_NID);
  if (th_str_trim(id).n == 0) return th_fail_at(err, TH_EPARSE, line, (uint32_t)b->col[COL_NID] + 1, "a node without an id");
  TH_TRY(type_of(b, cell(b, COL_NT), &b->last_types[0], err));
  const th_str key = node_key(b, b->last_types[0], id);
  if (!key.p) return th_fail_nomem(err);
  uint64_t seen;
  b->report.n_node_rows++;
  if (th_map_get(&b->node, key, &seen)) {
    th_graph__note(b, TH_GRAPH_DUPLICATE, line, "node %.*s", upto(id, 90), id.p);
    return remember_index(b, index_of(cell(b, COL_NI)), (uint32_t)seen, err);
  }
  uint32_t node;
  TH_TRY(add_node(b, key, b->last_types[0], cell(b, COL_NN), cell(b, COL_NS), &node, err));
  return remember_index(b, index_of(cell(b, COL_NI)), node, err);
}

static void check_against_table(th_graph_build *b, const th_graph__node_in *n, int side) {
  const th_graph__column name = side ? COL_YN : COL_XN, source = side ? COL_YS : COL_XS;
  const uint32_t line = b->reader.row_line;
  if ((b->col[name] >= 0 && !th_str_eq(cell(b, name), n->name)))
    th_graph__note(b, TH_GRAPH_DISAGREES, line, "\"%.*s\" is \"%.*s\" in the node table", upto(cell(b, name), 50),
                   cell(b, name).p, upto(n->name, 50), n->name.p);
  else if (b->col[source] >= 0 && !th_str_eq(cell(b, source), n->source))
    th_graph__note(b, TH_GRAPH_DISAGREES, line, "source of %.*s", upto(n->id, 90), n->id.p);
}

/* An index that is no number, or that another node has. Too many of them: the columns do not hold what the header says. */
static void note_index(th_graph_build *b, th_str text, bool taken) {
  b->odd_indices++;
  th_graph__note(b, TH_GRAPH_DISAGREES, b->reader.row_line, "index \"%.*s\" is %s", upto(text, 40), text.p,
                 taken ? "another node" : "no number");
}

/* The node at one end of an edge row; TH_GRAPH_NONE when it dangles. The row's index is only a hint where to look: what counts
 * is type and id. */
static th_code end_of(th_graph_build *b, int side, uint32_t *node, th_err *err) {
  const th_str id = cell(b, side ? COL_YID : COL_XID), index_text = cell(b, side ? COL_YI : COL_XI);
  const uint32_t line = b->reader.row_line, index = index_of(index_text);
  const uint32_t hint = index < b->by_index.n ? b->by_index.v[index] : 0;
  *node = TH_GRAPH_NONE;
  if (b->col[side ? COL_YID : COL_XID] == -1) { /* an edge table over indices */
    if (!hint)
      th_graph__note(b, TH_GRAPH_DANGLING, line, "index \"%.*s\"", upto(index_text, 40), index_text.p);
    else
      *node = hint - 1;
    return TH_OK;
  }
  if (th_str_trim(id).n == 0) return th_fail_at(err, TH_EPARSE, line, 0, "%s is empty", side ? "y_id" : "x_id");
  TH_TRY(type_of(b, cell(b, side ? COL_YT : COL_XT), &b->last_types[side], err));
  const uint32_t type = b->last_types[side];
  if (hint && b->nodes.v[hint - 1].type == type && th_str_eq(b->nodes.v[hint - 1].id, id)) {
    *node = hint - 1;
  } else {
    const th_str key = node_key(b, type, id);
    if (!key.p) return th_fail_nomem(err);
    uint64_t v;
    if (th_map_get(&b->node, key, &v) ||
        (th_str_ends(id, TH_S(".0")) && th_map_get(&b->node, th_str_sub(key, 0, key.n - 2), &v))) {
      *node = (uint32_t)v;
      if (hint && hint - 1 != *node) note_index(b, index_text, true);
      if (!b->has_nodes) TH_TRY(remember_index(b, index, *node, err));
    } else if (b->has_nodes) {
      th_graph__note(b, TH_GRAPH_DANGLING, line, "%.*s %.*s", upto(b->type_name.v[type], 40), b->type_name.v[type].p,
                     upto(id, 60), id.p);
      return TH_OK;
    } else {
      TH_TRY(add_node(b, key, type, cell(b, side ? COL_YN : COL_XN), cell(b, side ? COL_YS : COL_XS), node, err));
      if (hint) note_index(b, index_text, true);
      if (index == UINT32_MAX && index_text.n) note_index(b, index_text, false);
      return remember_index(b, index, *node, err);
    }
  }
  if (index == UINT32_MAX && index_text.n) note_index(b, index_text, false);
  if (b->has_nodes) check_against_table(b, &b->nodes.v[*node], side);
  return TH_OK;
}

/* The relation of this name between two types, whichever way round. */
static th_code relation_of(th_graph_build *b, th_str name, uint32_t tx, uint32_t ty, th_graph__rel_in **out, th_err *err) {
  th_graph__rel_in *last = b->last_rel;
  if (last && th_str_eq(last->name, name) && ((last->src == tx && last->dst == ty) || (last->src == ty && last->dst == tx))) {
    *out = last;
    return TH_OK;
  }
  if (name.n == 0) return th_fail_at(err, TH_EPARSE, b->reader.row_line, 0, "an edge without a relation");
  th_arena_reset(b->keys);
  const th_str key = th_str_fmt(b->keys, "%u %u %.*s", tx < ty ? tx : ty, tx < ty ? ty : tx, TH_STR_ARG(name));
  if (!key.p) return th_fail_nomem(err);
  uint64_t v;
  if (!th_map_get(&b->relation, key, &v)) {
    if (b->rels.n >= 4096)
      return th_fail_at(err, TH_ELIMIT, b->reader.row_line, 0, "more than 4096 relations: are the columns shifted?");
    const char *src = NULL;
    const bool known = th_graph__canonical(name, &src);
    if (!known) th_graph__note(b, TH_GRAPH_NEW_RELATION, b->reader.row_line, "\"%.*s\"", upto(name, 100), name.p);
    const bool turned = known && tx != ty && th_str_is(b->type_name.v[ty], src);
    th_graph__rel_in r = { .name = th_str_dup(b->a, name), .src = turned ? ty : tx, .dst = turned ? tx : ty };
    r.table = (uint16_t)b->sources.n;
    th_map_init(&r.display, b->a);
    v = b->rels.n;
    const th_str kept = th_str_dup(b->a, key);
    if (!r.name.p || !kept.p || !TH_VEC_PUSH(b->a, &b->rels, r) || th_map_put(&b->relation, kept, v) != TH_OK)
      return th_fail_nomem(err);
  }
  *out = b->last_rel = &b->rels.v[v];
  return TH_OK;
}

/* Whether any complaint came with a row; the first of each kind alone is kept, so they are counted. */
static uint64_t complaints(const th_graph_build *b) {
  uint64_t n = 0;
  for (int k = 0; k < TH_GRAPH_ISSUE_COUNT; k++) n += b->report.issue[k].n;
  return n;
}

static th_code take_edge_row(th_graph_build *b, th_err *err) {
  uint32_t x, y, display = 0;
  const uint32_t line = b->reader.row_line;
  const uint64_t before = complaints(b);
  b->report.n_edge_rows++;
  TH_TRY(end_of(b, 0, &x, err));
  TH_TRY(end_of(b, 1, &y, err));
  if (x == TH_GRAPH_NONE || y == TH_GRAPH_NONE) return TH_OK;
  if (x == y) {
    th_graph__note(b, TH_GRAPH_SELF_LOOP, line, "node %.*s", upto(b->nodes.v[x].id, 100), b->nodes.v[x].id.p);
    return TH_OK;
  }
  th_graph__rel_in *r = NULL;
  const th_str name = cell(b, COL_REL);
  TH_TRY(relation_of(b, name, b->nodes.v[x].type, b->nodes.v[y].type, &r, err));
  const th_str shown = b->col[COL_DISPLAY] == -1 ? name : cell(b, COL_DISPLAY);
  if (!intern(b, &r->display, shown, &display, NULL)) return th_fail_nomem(err);
  if (display >= TH_GRAPH_DISPLAYS_MAX)
    return th_fail_at(err, TH_ELIMIT, line, 0, "relation %.*s has more than TH_GRAPH_DISPLAYS_MAX (%d) display_relations",
                      TH_STR_ARG(name), TH_GRAPH_DISPLAYS_MAX);
  TH_TRY(th_graph__records_add(r, &x, &y, 1, (uint8_t)display, line, err));
  if (!b->seen.usable || complaints(b) != before) return TH_OK;
  return th_graph__seen_add(b, &(th_graph__row){ x, y, (uint32_t)(r - b->rels.v), display }, err);
}

/* ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The first column that the list asks for and the header lacks; empty: none. */
static th_str column_missing(const th_graph_build *b) {
  th_str rest = b->columns, item;
  while (rest.n && th_str_split(&rest, ',', &item)) {
    const th_str header = th_str_sub(item, th_str_find(item, TH_S("="), 0) + 1, item.n);
    bool there = th_str_starts(header, TH_S(":"));
    for (uint32_t k = 0; k < b->reader.n; k++) there = there || th_str_eq(th_str_trim(b->reader.cell[k]), header);
    if (!there) return header;
  }
  return TH_STR_NONE;
}

/* columns: "x_id=drug,x_type=:drug": the header that stands for a column, or its constant. */
static th_code bind_columns(th_graph_build *b, th_err *err) {
  for (int c = 0; c < COL_COUNT; c++) {
    th_str want = th_str_of(column_names[c]), rest = b->columns, item;
    while (rest.n && th_str_split(&rest, ',', &item)) {
      const size_t eq = th_str_find(item, TH_S("="), 0);
      if (eq != SIZE_MAX && th_str_eq(th_str_sub(item, 0, eq), th_str_of(column_names[c])))
        want = th_str_sub(item, eq + 1, item.n);
    }
    b->col[c] = -1;
    if (th_str_starts(want, TH_S(":"))) {
      b->col[c] = -2;
      b->constant[c] = th_str_sub(want, 1, want.n);
    }
    for (uint32_t k = 0; k < b->reader.n && b->col[c] == -1; k++)
      if (th_str_eq(th_str_trim(b->reader.cell[k]), want)) b->col[c] = (int)k;
  }
  const int *col = b->col;
  b->is_nodes = col[COL_NID] != -1 && col[COL_NT] != -1;
  const bool by_id = col[COL_XID] != -1 && col[COL_XT] != -1 && col[COL_YID] != -1 && col[COL_YT] != -1;
  const bool by_index = col[COL_XI] != -1 && col[COL_YI] != -1 && col[COL_XID] == -1 && col[COL_YID] == -1;
  if (b->is_nodes || (col[COL_REL] != -1 && (by_id || by_index))) return TH_OK;
  const th_str missing = column_missing(b);
  if (missing.n)
    return th_fail_at(err, TH_EPARSE, 1, 1,
                      "the table has no column \"%.*s\", which the list of columns names; it begins \"%.*s\"",
                      upto(missing, 60), missing.p, upto(b->reader.cell[0], 60), b->reader.cell[0].p);
  return th_fail_at(err, TH_EPARSE, 1, 1,
                    "the header is neither that of a node table (node_id, node_type, …) nor of an edge table (relation, x_id, "
                    "x_type, y_id, y_type, … or relation, x_index, y_index); it begins \"%.*s\"",
                    upto(b->reader.cell[0], 60), b->reader.cell[0].p);
}

/* Each item of a list of columns names one of ours. */
static th_code check_columns(th_str list, th_err *err) {
  th_str item;
  while (list.n && th_str_split(&list, ',', &item)) {
    const size_t eq = th_str_find(item, TH_S("="), 0);
    bool known = false;
    for (int c = 0; c < COL_COUNT && eq != SIZE_MAX; c++)
      known = known || th_str_eq(th_str_sub(item, 0, eq), th_str_of(column_names[c]));
    if (!known)
      return th_fail(err, TH_EINVAL,
                     "\"%.*s\" in the list of columns is not NAME=HEADER or NAME=:CONSTANT with NAME one of relation, "
                     "display_relation, x_id, x_type, x_index, x_name, x_source, y_…, node_id, node_type, …",
                     upto(item, 60), item.p);
  }
  return TH_OK;
}

static char separator_of(th_str s) {
  static const char seps[] = { ',', '\t', ';', '|' };
  char best = ',';
  size_t most = 0;
  for (size_t k = 0; k < sizeof seps; k++) {
    size_t n = 0;
    for (size_t i = 0; i < s.n && s.p[i] != '\n'; i++) n += s.p[i] == seps[k];
    if (n > most) most = n, best = seps[k];
  }
  return best;
}

th_code th_graph_build_begin(th_graph_build *b, const char *source, const char *columns, th_err *err) {
  b->table = th_str_dup(b->a, th_str_of(source));
  b->columns = th_str_dup(b->a, th_str_of(columns));
  if (!b->table.p || !b->columns.p) return th_fail_nomem(err);
  TH_TRY(check_columns(b->columns, err));
  if (b->sources.n >= UINT16_MAX) return th_fail(err, TH_ELIMIT, "more than %d tables", UINT16_MAX);
  b->header_seen = false;
  b->last_rel = NULL;
  b->tail_n = 0;
  b->rows = b->odd_indices = 0;
  b->reader = (th_graph__rows){ .line = 1, .scratch = b->scratch };
  return TH_OK;
}

/* The header line is whole here or still waits for its end; then what is settled now is settled again. */
static th_str settle_format(th_graph_build *b, th_str bytes) {
  if (th_str_starts(bytes, TH_S("\xEF\xBB\xBF"))) bytes = th_str_sub(bytes, 3, bytes.n);
  const size_t eol = th_str_find(bytes, TH_S("\n"), 0);
  b->reader.sep = separator_of(bytes);
  b->reader.quotes = b->reader.sep != '\t' || th_str_has(th_str_sub(bytes, 0, eol), TH_S("\""));
  return bytes;
}

static th_code take_header(th_graph_build *b, th_err *err) {
  b->header_seen = true;
  b->n_cells = b->reader.n;
  TH_TRY(bind_columns(b, err));
  th_graph__seen_begin(b);
  return TH_OK;
}

th_code th_graph__next_row(th_graph_build *b, bool *more, th_err *err) {
  th_graph__rows *r = &b->reader;
  th_graph__row row;
  *more = true;
  if (b->header_seen && b->seen.usable && th_graph__seen_row(b, &row)) {
    b->rows++;
    b->report.n_edge_rows++;
    return th_graph__records_add(&b->rels.v[row.rel], &row.x, &row.y, 1, (uint8_t)row.display, r->row_line, err);
  }
  th_arena_reset(b->scratch);
  const int got = th_graph__rows_next(r, err);
  if (got < 0) return r->failed;
  *more = got > 0;
  if (!got) return TH_OK;
  if (!b->header_seen) return take_header(b, err);
  if (r->n != b->n_cells)
    return th_fail_at(err, TH_EPARSE, r->row_line, 0, "the row has %u cells, the header %u", r->n, b->n_cells);
  b->rows++;
  return b->is_nodes ? take_node_row(b, err) : take_edge_row(b, err);
}

static th_code read_rows(th_graph_build *b, th_str bytes, bool last, th_err *err) {
  th_graph__rows *r = &b->reader;
  if (!b->header_seen) bytes = settle_format(b, bytes);
  r->p = bytes.p;
  r->end = bytes.p + bytes.n;
  r->last = last;
  if (b->header_seen) TH_TRY(th_graph__seen_read(b, err));
  for (bool more = true; more;) {
    const bool had_header = b->header_seen;
    TH_TRY(th_graph__next_row(b, &more, err));
    if (b->header_seen != had_header) TH_TRY(th_graph__seen_read(b, err));
  }
  const size_t left = (size_t)(r->end - r->p);
  if (left > b->tail_cap) {
    char *p = th_malloc(left * 2);
    if (!p) return th_fail_nomem(err);
    memcpy(p, r->p, left);
    th_free(b->tail);
    b->tail = p;
    b->tail_cap = left * 2;
  } else if (left) {
    memmove(b->tail, r->p, left);
  }
  b->tail_n = left;
  return TH_OK;
}

/* The unread end of the last piece and the head of this one, up to its first line end, as one short text. */
static th_code join_tail(th_graph_build *b, th_str *piece, th_err *err) {
  while (b->tail_n && piece->n) {
    const char *eol = memchr(piece->p, '\n', piece->n);
    const size_t more = eol ? (size_t)(eol - piece->p) + 1 : piece->n, n = b->tail_n + more;
    if (n > TH_LIMIT_LINE_BYTES * 2)
      return th_fail_at(err, TH_ELIMIT, b->reader.line, 0, "a row is longer than TH_LIMIT_LINE_BYTES");
    char *both = th_malloc(n);
    if (!both) return th_fail_nomem(err);
    memcpy(both, b->tail, b->tail_n);
    memcpy(both + b->tail_n, piece->p, more);
    *piece = th_str_sub(*piece, more, piece->n);
    const th_code code = read_rows(b, th_str_n(both, n), false, err);
    th_free(both);
    TH_TRY(code);
  }
  return TH_OK;
}

th_code th_graph_build_feed(th_graph_build *b, th_str piece, th_err *err) {
  th_code code = join_tail(b, &piece, err);
  if (code == TH_OK && piece.n) code = read_rows(b, piece, false, err);
  if (code != TH_OK && err && b->table.p) th_err_source(err, b->table.p);
  return code;
}

static th_code end_table(th_graph_build *b, const char *sha256, th_err *err) {
  if (b->tail_n) {
    char *rest = b->tail;
    const size_t n = b->tail_n;
    b->tail = NULL;
    b->tail_n = b->tail_cap = 0;
    const th_code code = read_rows(b, th_str_n(rest, n), true, err);
    th_free(rest);
    TH_TRY(code);
  }
  if (!b->header_seen) return th_fail(err, TH_EPARSE, "the table is empty");
  if (b->is_nodes) b->has_nodes = true;
  const th_graph_issue *lost = &b->report.issue[TH_GRAPH_DANGLING];
  if (!b->is_nodes && b->rows && lost->n * 2 > b->rows)
    return th_fail_at(err, TH_EPARSE, lost->line, 0,
                      "more than half of the rows name nodes that the node table does not list (first: %s): are the columns "
                      "shuffled, or does the node table belong to another graph?",
                      lost->what);
  if (!b->is_nodes && b->odd_indices > b->rows)
    return th_fail(
        err, TH_EPARSE,
        "more than half of the indices are no numbers, or those of other nodes (first: line %u, %s): are the columns "
        "shuffled?",
        b->report.issue[TH_GRAPH_DISAGREES].line, b->report.issue[TH_GRAPH_DISAGREES].what);
  const th_graph_source s = { b->table, th_str_dup(b->a, th_str_of(sha256 ? sha256 : "")), b->rows };
  if (!s.sha256.p || !TH_VEC_PUSH(b->a, &b->sources, s)) return th_fail_nomem(err);
  return TH_OK;
}

th_code th_graph_build_end(th_graph_build *b, const char *sha256, th_err *err) {
  const th_code code = end_table(b, sha256, err);
  if (code != TH_OK && err && b->table.p) th_err_source(err, b->table.p);
  return code;
}

th_code th_graph_build_synonym(th_graph_build *b, th_str type, th_str id, th_str name, th_err *err) {
  uint64_t t, node;
  const bool known = th_map_get(&b->type, type, &t);
  const th_str key = node_key(b, known ? (uint32_t)t : 0, id), own = th_str_dup(b->a, name);
  if (!key.p || !own.p) return th_fail_nomem(err);
  if (!known || !th_map_get(&b->node, key, &node))
    return th_fail(err, TH_ENOENT, "no node %.*s of type %.*s for the name \"%.*s\"", TH_STR_ARG(id), TH_STR_ARG(type),
                   TH_STR_ARG(name));
  return TH_VEC_PUSH(b->a, &b->synonyms, (th_graph__synonym){ (uint32_t)node, own }) ? TH_OK : th_fail_nomem(err);
}
