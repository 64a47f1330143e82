/* The file's layout and what the files of `graph` share. */
#ifndef THERIAC_GRAPH_PRIV_H
#define THERIAC_GRAPH_PRIV_H

#include "theriac/graph.h"

#define TH_GRAPH__MAGIC  "THGRAPH"
#define TH_GRAPH__ENDIAN 0x01020304u
enum { TH_GRAPH__ALIGN = 64, TH_GRAPH__FIXED_SECTIONS = 7, TH_GRAPH__REL_SECTIONS = 5 };

/* Sections stand in this order: the fixed ones, then five for each relation. */
typedef enum th_graph__section_kind {
  TH_GRAPH__TEXT,      /* bytes that every text reference points into */
  TH_GRAPH__TYPES,     /* th_graph__type */
  TH_GRAPH__NODES,     /* th_graph__node, by type and id */
  TH_GRAPH__RELATIONS, /* th_graph__relation */
  TH_GRAPH__DISPLAYS,  /* th_graph__text */
  TH_GRAPH__KEYS,      /* th_graph__key, by hash and node */
  TH_GRAPH__SOURCES,   /* th_graph__source */
  TH_GRAPH__FWD_ROW,   /* uint32_t each; absent rev sections have size 0 when src = dst */
  TH_GRAPH__FWD_COL,
  TH_GRAPH__FWD_MARK,
  TH_GRAPH__REV_ROW,
  TH_GRAPH__REV_COL
} th_graph__section_kind;

typedef struct th_graph__header {
  char magic[8];
  uint32_t version, endian;
  uint64_t size;
  uint32_t n_sections, crc; /* of header (with crc 0) and section table */
  char sha256[64];          /* of everything behind the section table */
  uint8_t reserved[32];
} th_graph__header;

typedef struct th_graph__section {
  uint64_t offset, size;
  uint32_t kind, crc;
} th_graph__section;

typedef struct th_graph__text {
  uint32_t at, n;
} th_graph__text;

typedef struct th_graph__type {
  th_graph__text name;
  uint32_t first, n;
} th_graph__type;

typedef struct th_graph__node {
  th_graph__text id, name, source;
} th_graph__node;

typedef struct th_graph__relation {
  th_graph__text name;
  uint32_t src, dst, n_pairs, n_displays, first_display, reserved;
  uint64_t n_records;
} th_graph__relation;

typedef struct th_graph__key {
  uint64_t hash; /* of the folded text */
  uint32_t node;
  uint32_t kind; /* th_graph__key_kind */
} th_graph__key;

typedef enum th_graph__key_kind {
  TH_GRAPH__BY_ID,
  TH_GRAPH__BY_MEMBER,
  TH_GRAPH__BY_NAME,
  TH_GRAPH__BY_SYNONYM
} th_graph__key_kind;

typedef struct th_graph__source {
  th_graph__text name, sha256;
  uint64_t rows;
} th_graph__source;

/* ── Rows of a delimited table fed in pieces ───────────────────────────────────────────────────────────────────────── */

enum { TH_GRAPH__CELLS_MAX = 64 };

typedef struct th_graph__rows {
  const char *p, *end;
  bool last;   /* no further piece follows */
  bool quotes; /* quoted cells occur */
  char sep;
  uint32_t line; /* of the row to come */
  th_str cell[TH_GRAPH__CELLS_MAX];
  const char *start[TH_GRAPH__CELLS_MAX],
      *row_end; /* where each cell stands as written, its quotes included; before the line end */
  uint32_t n, row_line;
  th_code failed;
  th_arena *scratch; /* unescaped cells of one row; NULL: only where the row ends is wanted */
} th_graph__rows;

/* 1: a row; 0: no whole row is left; the rest from p on waits for the next piece; -1: r->failed says why, err is filled. */
int th_graph__rows_next(th_graph__rows *r, th_err *err);

/* ── The builder ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* What one row of an edge table says: its ends by order of appearance, its relation, its display within that. */
typedef struct th_graph__row {
  uint32_t x, y, rel, display;
} th_graph__row;

/* Rows of one relation, in the order of the table. */
typedef struct th_graph__chunk {
  struct th_graph__chunk *next;
  uint32_t n, cap;
  uint32_t line;   /* of the first; those behind it follow line by line, */
  uint32_t *lines; /* unless the line of each stands here (th_malloc) */
  uint32_t *x, *y;
  uint8_t *display;
} th_graph__chunk;

/* A relation name between one pair of types. */
typedef struct th_graph__rel_in {
  th_str name;
  uint32_t src, dst; /* types, in order of appearance */
  uint64_t n;
  th_graph__chunk *first, *last;
  th_map display;
  uint16_t table; /* of the first row */
} th_graph__rel_in;

typedef struct th_graph__node_in {
  th_str id, name, source;
  uint32_t type;
} th_graph__node_in;

typedef enum th_graph__column {
  COL_REL,
  COL_DISPLAY,
  COL_XI,
  COL_XID,
  COL_XT,
  COL_XN,
  COL_XS,
  COL_YI,
  COL_YID,
  COL_YT,
  COL_YN,
  COL_YS,
  COL_NI,
  COL_NID,
  COL_NT,
  COL_NN,
  COL_NS,
  COL_COUNT
} th_graph__column;

typedef struct th_graph__synonym {
  uint32_t node;
  th_str name;
} th_graph__synonym;

/* An end of an edge as written, at its index; n 0: none yet. */
typedef struct th_graph__sight {
  uint32_t at, node;
  uint16_t n, type;
} th_graph__sight;

/* What stands before the ends of an edge, as written, and what it means between nodes of two types. */
typedef struct th_graph__kind {
  uint32_t at, n, tx, ty, rel, display;
} th_graph__kind;

typedef struct th_graph__seen {
  bool usable;
  uint32_t first_x, first_y; /* cells where the ends begin */
  uint32_t n_sights, n_kinds, span, last_kind;
  th_graph__sight *sight;
  th_graph__kind *kind;
  uint16_t *slot; /* place of a kind + 1, by hash */
  char *text, *rows;
  size_t sight_cap, text_n, text_cap, rows_cap;
} th_graph__seen;

struct th_graph_build {
  th_arena *a, *scratch, *keys; /* scratch: unescaped cells of the row at hand; keys: one look-up's key */
  bool strict, has_nodes;
  th_pool *pool;      /* the caller's; may be NULL */
  size_t block_bytes; /* how much of a table a thread reads at a time; 0: row by row, all plainly */
  th_graph__seen seen;
  th_map type, source, node, relation; /* node: "type\0id"; relation: "name\0type\0type" */
  TH_VEC(th_str) type_name;
  TH_VEC(th_graph__node_in) nodes;
  TH_VEC(th_graph__rel_in) rels;
  TH_VEC(th_graph_source) sources;
  TH_VEC(th_graph__synonym) synonyms;
  TH_VEC(uint32_t) by_index; /* node_index of the node table → node + 1 */
  th_graph_report report;
  /* the table being read */
  th_str table, columns;
  bool header_seen, is_nodes;
  int col[COL_COUNT]; /* cell, -1 none, -2 a constant */
  th_str constant[COL_COUNT];
  uint32_t n_cells;
  uint64_t rows, odd_indices;
  th_graph__rows reader;
  char *tail; /* th_malloc: the unread end of the last piece */
  size_t tail_n, tail_cap;
  th_str last_rel_text;
  uint32_t last_types[2];
  th_graph__rel_in *last_rel;
  th_str file; /* th_malloc */
};

/* The row at reader.p, by whichever way reads it; *more is false when no whole row is left. */
th_code th_graph__next_row(th_graph_build *b, bool *more, th_err *err);
/* Runs fn for each task, on the pool if there is one. */
th_code th_graph__run(th_graph_build *b, size_t n, th_pool_fn fn, void *ctx);

/* Rows seen before (seen.c): forget all for a new table; read as much as can be read in blocks; read the row at reader.p if it is
 * made of what was seen; remember the row just read, which came without a complaint. */
void th_graph__seen_begin(th_graph_build *b);
void th_graph__seen_free(th_graph__seen *s);
th_code th_graph__seen_read(th_graph_build *b, th_err *err);
bool th_graph__seen_row(th_graph_build *b, th_graph__row *row);
th_code th_graph__seen_add(th_graph_build *b, const th_graph__row *row, th_err *err);

/* n rows of one display, one a line from `line` on. */
th_code th_graph__records_add(th_graph__rel_in *r, const uint32_t *x, const uint32_t *y, uint32_t n, uint8_t display,
                              uint32_t line, th_err *err);
void th_graph__records_free(th_graph__rel_in *r);

/* A relation's rows folded into pairs, sorted: ends a << 32 | b (numbers within their types; of one type: a < b), mark as in the
 * file. What was off: how often, and the line of the first. */
typedef struct th_graph__pairs {
  uint32_t n_src, n_dst, n;
  uint64_t n_records, n_twice, n_one_way;
  uint32_t line_twice, line_one_way;
  uint64_t *ends;
  uint32_t *mark;
} th_graph__pairs;

/* rank: node in order of appearance → number in the graph. TH_ELIMIT, TH_ENOMEM. Touches nothing else: may run beside others. */
th_code th_graph__pairs_of(const th_graph__rel_in *r, const uint32_t *rank, const th_graph__type *src,
                           const th_graph__type *dst, th_graph__pairs *p, th_err *err);
void th_graph__pairs_free(th_graph__pairs *p);
/* The five sections of a relation; the last two of one type are empty. */
void th_graph__lay(const th_graph__pairs *p, bool one_type, uint32_t *const part[TH_GRAPH__REL_SECTIONS]);

/* n and weight of a metapath between two nodes; columns of rows need not rise. The arena holds the half paths. */
th_code th_graph__metapath_sum(th_arena *a, const th_graph *g, uint32_t from, uint32_t to, const th_graph_metapath *m,
                               th_graph_typed *out, th_err *err);

void th_graph__note(th_graph_build *b, th_graph_issue_kind k, uint32_t line, const char *fmt, ...) TH_PRINTF(4, 5);
/* Canonical orientation of a PrimeKG relation: source type in *src, or false when PrimeKG has no such relation. */
bool th_graph__canonical(th_str relation, const char **src);
bool th_graph__type_known(th_str type);

/* Text folded for keys: case, width and blanks; in scratch. */
th_str th_graph__fold(th_arena *scratch, th_str s);
uint64_t th_graph__key_hash(th_str folded);
/* "MONDO:0007915" → "7915", "DB08879" stays, "7915.0" → "7915". A view into s. */
th_str th_graph__bare_id(th_str s);

#endif
