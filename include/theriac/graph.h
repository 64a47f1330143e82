/* Floor 2: the knowledge graph. Built from tables of nodes and edges, kept as one file of flat arrays (graph.thg, see
 * theriac-graph(5)), read by laying a view over its bytes. Nothing here opens a file: bytes come in, bytes go out.
 *
 * A node is a number 0..n-1, sorted by type name and then id, both in byte order; its key is (type, id), never its number, which
 * changes with the graph. A relation joins two types; every undirected edge of it is one pair. */
#ifndef THERIAC_GRAPH_H
#define THERIAC_GRAPH_H

#include "theriac/base.h"

#define TH_GRAPH_VERSION      1
#define TH_GRAPH_NONE         UINT32_MAX
#define TH_GRAPH_DISPLAYS_MAX 31 /* kinds of edge (display_relation) within one relation */

/* Rows of neighbours: those of row v are col[row[v]] .. col[row[v + 1] - 1], rising and distinct. */
typedef struct th_graph_csr {
  uint32_t n;
  const uint32_t *row;
  const uint32_t *col;  /* number of the neighbour within its type */
  const uint32_t *mark; /* bit k: the edge has display k; bit 31: row → col is the way the source first gave it */
} th_graph_csr;

#define TH_GRAPH_FORWARD 0x80000000u

typedef struct th_graph_type {
  th_str name;
  uint32_t first, n; /* nodes first .. first + n - 1 */
} th_graph_type;

typedef struct th_graph_relation {
  th_str name;
  uint32_t src, dst;  /* types; equal for a relation within one type, whose fwd and rev are then the same, both ways in one */
  uint32_t n_pairs;   /* undirected */
  uint64_t n_records; /* pairs counted once for each display */
  uint32_t n_displays;
  const th_str *display;
  th_graph_csr fwd, rev; /* fwd: row of src, col of dst; rev the transpose */
} th_graph_relation;

typedef struct th_graph_source {
  th_str name, sha256; /* as named at the import; hex digest of the bytes read, inflated */
  uint64_t rows;
} th_graph_source;

typedef struct th_graph {
  th_str bytes;
  uint32_t n_nodes, n_types, n_relations, n_sources, n_keys;
  const th_graph_type *type;
  const th_graph_relation *relation;
  const th_graph_source *source;
  th_str sha256;          /* of all arrays: names this graph in splits and models */
  const void *node, *key; /* private */
  th_str text;            /* private */
} th_graph;

/* Lays a view over the bytes of a graph file; they must outlive it. Version, byte order, checksums and every index are checked, so
 * that no file can lead a reader out of its bounds: O(size). TH_EPARSE when it is no graph or damaged, TH_EUNSUP for another
 * version. */
TH_API th_code th_graph_open(th_arena *a, th_str bytes, th_graph *out, th_err *err);

/* The SHA-256 that names the graph, from the first bytes of its file alone; nothing behind them is checked. Errors as above. */
#define TH_GRAPH_HEAD_BYTES 128
TH_API th_code th_graph_head_sha256(th_str head, char out[65], th_err *err);

TH_API uint32_t th_graph_type_find(const th_graph *g, const char *name);                     /* or TH_GRAPH_NONE */
TH_API const th_graph_relation *th_graph_relation_find(const th_graph *g, const char *name); /* first of that name, or NULL */
TH_API uint32_t th_graph_type_of(const th_graph *g, uint32_t node);
TH_API th_str th_graph_node_id(const th_graph *g, uint32_t node);
TH_API th_str th_graph_node_name(const th_graph *g, uint32_t node);
TH_API th_str th_graph_node_source(const th_graph *g, uint32_t node);
/* The node with exactly this type and id, or TH_GRAPH_NONE. O(log n). */
TH_API uint32_t th_graph_node_by_id(const th_graph *g, uint32_t type, th_str id);

static inline uint32_t th_graph_degree(const th_graph_csr *c, uint32_t v) {
  return c->row[v + 1] - c->row[v];
}
/* Place of col in row v, or TH_GRAPH_NONE. O(log degree). */
TH_API uint32_t th_graph_csr_find(const th_graph_csr *c, uint32_t v, uint32_t col);

/* ── Looking up what people write ──────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_graph_found { TH_GRAPH_UNKNOWN, TH_GRAPH_ONE, TH_GRAPH_AMBIGUOUS } th_graph_found;

typedef struct th_graph_match {
  th_graph_found found;
  uint32_t node; /* when ONE */
  uint32_t n_candidates;
  uint32_t candidate[20]; /* AMBIGUOUS: the nodes it may mean; UNKNOWN: nodes whose name holds the text or is near it */
} th_graph_match;

/* Full id, member of a grouped id, MONDO:0007915, with or without zeros in front and ".0" behind, exact name, name in any case,
 * supplied synonym. type TH_GRAPH_NONE: any type. An exact id wins over a name, an exact name over one in other case and over a
 * synonym; a name of one node that is a synonym of another is ambiguous otherwise. */
TH_API void th_graph_lookup(const th_graph *g, uint32_t type, th_str query, th_graph_match *out);
/* The same as an error that lists the candidates: TH_ENOENT, TH_ECONFLICT when ambiguous. */
TH_API th_code th_graph_lookup_one(const th_graph *g, uint32_t type, th_str query, uint32_t *node, th_err *err);

/* ── Hierarchies ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A relation within one type read as parent → child (the way the source first gave each edge). It may hold cycles: ancestors are
 * everything reachable over parents, the node itself excluded. Numbers are those within the type.
 * ic: information content -ln((1 + descendants) / n), n = nodes with an edge in the hierarchy (Seco 2004's intrinsic form without
 * its scaling): 0 at a root over all, larger for the specific; 0 for nodes outside. */
typedef struct th_graph_onto {
  const th_graph *g;
  uint32_t type, n;
  th_graph_csr ancestors, descendants; /* transitive; mark is NULL */
  th_graph_csr parents, children;      /* direct; mark is NULL */
  const double *ic;
} th_graph_onto;

TH_API th_code th_graph_onto_open(th_arena *a, const th_graph *g, const char *relation, th_graph_onto *out, th_err *err);
/* The same over parents given as rows (row has n + 1 places); g is NULL and type 0 then. Parents of a row must be distinct; they
 * are sorted in place. */
TH_API th_code th_graph_onto_of(th_arena *a, uint32_t n, const uint32_t *row, uint32_t *parent, th_graph_onto *out,
                                th_err *err);
/* Most informative common ancestor-or-self of x and y (the lowest number among equals), or TH_GRAPH_NONE. */
TH_API uint32_t th_graph_common_ancestor(const th_graph_onto *o, uint32_t x, uint32_t y);
/* How y stands to x. A graph's own answer is one of SAME, DESCENDANT, PARENT (direct), ANCESTOR (farther up), SIBLING and FAR; the
 * others belong to those who ask which of the near count (theriac/names.h). In a cycle an ancestor is a descendant too, and told
 * as ancestor. */
typedef enum th_kinship {
  TH_KIN_UNMAPPED,   /* one of them is not in the hierarchy */
  TH_KIN_SAME,       /* the same entity */
  TH_KIN_DESCENDANT, /* y is a kind of x */
  TH_KIN_PARENT,     /* y is a direct parent of x */
  TH_KIN_ANCESTOR,   /* y is above x, by more than one step */
  TH_KIN_SIBLING,    /* they share a direct parent */
  TH_KIN_NEAR,       /* a common ancestor that says something */
  TH_KIN_FAR,
} th_kinship;
TH_API th_kinship th_graph_kinship(const th_graph_onto *o, uint32_t x, uint32_t y);
/* Lin 1998: 2·ic(common) / (ic(x) + ic(y)); 0 without a common ancestor, 1 for x = y. */
TH_API double th_graph_lin(const th_graph_onto *o, uint32_t x, uint32_t y);

/* ── Paths ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_graph_step {
  uint32_t relation, display_mark;
  uint32_t node; /* reached by this step */
} th_graph_step;

typedef struct th_graph_path {
  uint32_t n;
  th_graph_step step[4];
  double weight; /* product over the steps of (degree of both ends in the relation)^-0.4 (Himmelstein 2015) */
} th_graph_path;

/* Relations in a row, from one type to another. back[i]: from the relation's second type to its first. */
typedef struct th_graph_metapath {
  uint32_t n, relation[4];
  bool back[4];
} th_graph_metapath;

typedef struct th_graph_path_options {
  uint32_t length_max;               /* 1..4; 0: 3 */
  uint32_t k;                        /* paths wanted; 0: 10 */
  uint32_t through;                  /* only paths through this node; TH_GRAPH_NONE: any */
  const char *relation;              /* only paths that use this relation; NULL: any */
  const char *display;               /* only paths with an edge of this display; NULL: any */
  bool disjoint;                     /* no two paths share an inner node */
  const char *const *skip;           /* relations left out, NULL at the end; may be NULL */
  const th_graph_metapath *metapath; /* only paths of these relations in a row (length_max is then its length); NULL: any */
} th_graph_path_options;

/* The k heaviest simple paths from one node to another, by falling weight, ties by node number. The direct edge counts as a path of
 * length 1. TH_ELIMIT when more than TH_LIMIT_PATH_STEPS steps would be needed. */
TH_API th_code th_graph_paths(th_arena *a, const th_graph *g, uint32_t from, uint32_t to, th_graph_path_options opt,
                              th_graph_path **out, size_t *n, th_err *err);

/* "drug_protein,protein_protein,disease_protein" between two types: TH_ENOENT for a relation that the graph lacks or that does not
 * go on from where the one before ends, TH_EINVAL for none or more than four. */
TH_API th_code th_graph_metapath_of(const th_graph *g, uint32_t from_type, uint32_t to_type, th_str relations,
                                    th_graph_metapath *out, th_err *err);
/* Those that are usual between a drug and a disease (over genes, pathways, other drugs and diseases, phenotypes) and that the graph
 * has the relations for. out has room for TH_GRAPH_METAPATHS; how many. */
enum { TH_GRAPH_METAPATHS = 8 };
TH_API size_t th_graph_metapaths(const th_graph *g, uint32_t from_type, uint32_t to_type,
                                 th_graph_metapath out[TH_GRAPH_METAPATHS]);

/* What a metapath holds between two nodes: its simple paths and the sum of their weights (the degree-weighted path count,
 * Himmelstein 2015), and where that sum stands among graphs whose relations were rewired with every node keeping its degree
 * (swaps of edges' ends: Maslov 2002, Hanhijärvi 2009). */
typedef struct th_graph_typed {
  uint64_t n;
  double weight;
  double null_mean, null_sd, p; /* p = (1 + rewired graphs with at least this weight) / (1 + nulls); NAN without nulls */
} th_graph_typed;
/* nulls 0: none. The same for a seed at any number of threads. TH_ELIMIT: too many half paths, or a relation between types too large
 * to rewire. Cost of a null: three swaps tried for each edge of the relations in use (ten before the first). */
TH_API th_code th_graph_typed_paths(th_arena *a, const th_graph *g, uint32_t from, uint32_t to, const th_graph_metapath *m,
                                    size_t n, uint32_t nulls, uint64_t seed, th_pool *pool, th_graph_typed *out, th_err *err);

/* ── Building ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_graph_issue_kind {
  TH_GRAPH_DANGLING,     /* an end that the node table does not list: the row is left out */
  TH_GRAPH_SELF_LOOP,    /* left out */
  TH_GRAPH_DUPLICATE,    /* the same row again: left out */
  TH_GRAPH_ONE_WAY,      /* an edge in one orientation only: kept */
  TH_GRAPH_NEW_RELATION, /* a relation PrimeKG does not have: kept, as a generic one */
  TH_GRAPH_NEW_TYPE,     /* a node type PrimeKG does not have: kept */
  TH_GRAPH_DISAGREES,    /* name, source or index differ from the node table: the node table wins */
  TH_GRAPH_ISSUE_COUNT
} th_graph_issue_kind;

typedef struct th_graph_issue {
  uint64_t n;
  uint32_t line;   /* of the first one */
  char source[96]; /* its table */
  char what[128];
} th_graph_issue;

typedef struct th_graph_report {
  uint64_t n_node_rows, n_edge_rows, n_pairs;
  uint32_t n_nodes, n_relations;
  char sha256[65]; /* of the graph; "" when it was refused */
  th_graph_issue issue[TH_GRAPH_ISSUE_COUNT];
} th_graph_report;

TH_API const char *th_graph_issue_name(th_graph_issue_kind k); /* "edges to unknown nodes" */

typedef struct th_graph_build th_graph_build;

/* A builder. strict: any issue ends the build with TH_EPARSE. */
TH_API th_graph_build *th_graph_build_new(bool strict);
TH_API void th_graph_build_del(th_graph_build *b);
/* Threads to read and sort with: the graph is the same at any number. The pool stays the caller's and outlives the builder; without
 * one the caller's thread does all. */
TH_API void th_graph_build_pool(th_graph_build *b, th_pool *pool);
/* Reads one table, nodes or edges as its header says: node_index, node_id, node_type, node_name, node_source; or relation,
 * display_relation, x_index, x_id, x_type, x_name, x_source, y_…; or relation, display_relation, x_index, y_index over an earlier
 * node table. columns renames: "x_id=drug,y_id=disease,x_type=:drug" (a colon gives a constant); NULL: none. A node table read
 * first makes unknown ends dangling; without one, nodes come from the edges. Tables may be fed in pieces: begin, feed…, end.
 * Errors name source and line. */
TH_API th_code th_graph_build_begin(th_graph_build *b, const char *source, const char *columns, th_err *err);
TH_API th_code th_graph_build_feed(th_graph_build *b, th_str piece, th_err *err);
TH_API th_code th_graph_build_end(th_graph_build *b, const char *sha256, th_err *err);
/* A further name for a node; type and id as in the tables. */
TH_API th_code th_graph_build_synonym(th_graph_build *b, th_str type, th_str id, th_str name, th_err *err);
/* The graph file. *out belongs to the builder. The same tables give the same bytes. */
TH_API th_code th_graph_build_finish(th_graph_build *b, th_str *out, th_graph_report *report, th_err *err);

/* ── Two graphs compared ───────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_graph_change_kind {
  TH_GRAPH_NODE_ADDED,
  TH_GRAPH_NODE_REMOVED,
  TH_GRAPH_NODE_RENAMED,
  TH_GRAPH_EDGE_ADDED,
  TH_GRAPH_EDGE_REMOVED,
  TH_GRAPH_EDGE_CHANGED /* its displays */
} th_graph_change_kind;

/* relation NULL and y = x for a node. All are of graph: the old one for what is removed, else the new one. */
typedef struct th_graph_change {
  th_graph_change_kind kind;
  const th_graph *graph;
  const th_graph_relation *relation;
  uint32_t x, y;
} th_graph_change;
typedef void (*th_graph_diff_fn)(void *ctx, const th_graph_change *c);

typedef struct th_graph_diff_type {
  th_str name;
  uint32_t n_old, n_new, added, removed, renamed;
} th_graph_diff_type;

typedef struct th_graph_diff_relation {
  th_str name, src, dst;                          /* types */
  uint32_t n_old, n_new, added, removed, changed; /* undirected pairs */
} th_graph_diff_relation;

typedef struct th_graph_diff {
  th_graph_diff_type *type; /* the old graph's, then those that are new */
  th_graph_diff_relation *relation;
  uint32_t n_types, n_relations;
  uint64_t n_changes;
} th_graph_diff;

/* Nodes are the same by type and id, edges by relation and ends. fn (may be NULL) is told every change, type by type and relation by
 * relation, in order of the nodes. O(nodes + edges). */
TH_API th_code th_graph_diff_of(th_arena *a, const th_graph *old, const th_graph *new_, th_graph_diff_fn fn, void *ctx,
                                th_graph_diff *out, th_err *err);

/* ── Invented graphs ───────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_graph_shape {
  uint64_t seed;
  double scale; /* 1: 129,375 nodes and 8.1 million rows, with PrimeKG's types, relations and kind of degrees */
} th_graph_shape;

/* Writes node.csv and kg.csv of an invented graph, piece by piece, to put(ctx, table, piece): table 0 nodes, 1 edges. */
typedef th_code (*th_graph_put)(void *ctx, int table, th_str piece);
TH_API th_code th_graph_generate(th_graph_shape shape, th_graph_put put, void *ctx, th_err *err);

#endif
