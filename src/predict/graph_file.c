/* The graph's way from tables to a file and back into memory. */
#include <errno.h>
#include <stdio.h>

#include "predict/outlook_priv.h"
#include "theriac/io.h"

enum { PIECE = 8 << 20 };

static bool is_node_table(th_str bytes) {
  th_str line;
  return th_str_line(&bytes, &line) && th_str_has(line, TH_S("node_id"));
}

typedef struct table {
  const char *path, *name;
  th_stream *stream; /* NULL: closed again */
  th_str piece;      /* its first */
} table;

static th_code open_table(table *t, th_err *err) {
  TH_TRY(th_stream_open(t->path, PIECE, 0, &t->stream, err));
  return th_stream_next(t->stream, &t->piece, err);
}

static void close_table(table *t) {
  th_stream_close(t->stream);
  t->stream = NULL;
}

static th_code feed_table(th_graph_build *b, table *t, const char *columns, th_err *err) {
  char sha[TH_SHA256_HEX];
  uint64_t done, total;
  th_progress bar;
  TH_TRY(th_graph_build_begin(b, t->name, columns, err));
  th_stream_progress(t->stream, &done, &total);
  th_progress_begin(&bar, t->name, total);
  for (th_str piece = t->piece; piece.n;) {
    TH_TRY(th_graph_build_feed(b, piece, err));
    th_stream_progress(t->stream, &done, &total);
    th_progress_step(&bar, done - bar.done);
    TH_TRY(th_stream_next(t->stream, &piece, err));
  }
  th_progress_end(&bar);
  return th_graph_build_end(b, th_stream_sha256(t->stream, sha), err);
}

/* Node tables in the first pass, edge tables in the second. A table that is not wanted yet is closed again; standard input, which
 * cannot be read twice, waits open. */
static th_code feed_pass(th_graph_build *b, const th_predict_import *in, table *tables, bool nodes, size_t *n_fed,
                         th_err *err) {
  for (size_t i = 0; i < in->n_paths; i++) {
    table *t = &tables[i];
    const bool is_stdin = strcmp(t->path, "-") == 0;
    if (!t->stream && is_stdin && !nodes) continue; /* it was the node table */
    if (!t->stream) TH_TRY(open_table(t, err));
    const bool mine = is_node_table(t->piece) == nodes;
    if (mine) TH_TRY(feed_table(b, t, in->columns, err));
    if (mine || !is_stdin) close_table(t);
    *n_fed += mine;
  }
  return TH_OK;
}

static th_code feed_tables(th_graph_build *b, const th_predict_import *in, th_err *err) {
  table *tables = th_malloc(in->n_paths * sizeof *tables);
  if (!tables) return th_fail_nomem(err);
  size_t n_nodes = 0, n_edges = 0;
  for (size_t i = 0; i < in->n_paths; i++) {
    const char *slash = strrchr(in->path[i], '/');
    tables[i] = (table){ .path = in->path[i], .name = slash ? slash + 1 : in->path[i] };
  }
  th_code code = feed_pass(b, in, tables, true, &n_nodes, err);
  if (code == TH_OK) code = feed_pass(b, in, tables, false, &n_edges, err);
  for (size_t i = 0; i < in->n_paths; i++) close_table(&tables[i]);
  th_free(tables);
  if (code == TH_OK && !n_edges) code = th_fail(err, TH_EINVAL, "no edge table (kg.csv or edges.csv) is among the files");
  return code;
}

static th_code feed_synonyms(th_graph_build *b, const char *path, th_err *err) {
  th_file f;
  TH_TRY(th_file_open(path, TH_LIMIT_DOCUMENT_BYTES, &f, err));
  th_arena *a = th_arena_new(0);
  th_csv c;
  th_csv_row row = { 0 };
  bool more = true;
  th_code code = a ? TH_OK : th_fail_nomem(err);
  th_csv_open(&c, f.bytes, th_csv_sniff(f.bytes));
  if (code == TH_OK) code = th_csv_next(&c, a, &row, &more, err);
  const int type = th_csv_column(&row, "node_type"), id = th_csv_column(&row, "node_id"), name = th_csv_column(&row, "name");
  if (code == TH_OK && (type < 0 || id < 0 || name < 0))
    code = th_fail_at(err, TH_EPARSE, 1, 0, "a table of synonyms has the columns node_type, node_id, name");
  const int widest = type > id ? (type > name ? type : name) : id > name ? id : name;
  while (code == TH_OK && (code = th_csv_next(&c, a, &row, &more, err)) == TH_OK && more) {
    if ((int)row.n <= widest)
      code = th_fail_at(err, TH_EPARSE, row.line, 0, "the row has %zu cells", row.n);
    else
      code = th_graph_build_synonym(b, row.cell[type], row.cell[id], row.cell[name], err);
  }
  if (code != TH_OK) th_err_source(err, path);
  th_arena_del(a);
  th_file_close(&f);
  return code;
}

th_code th_predict_graph_import(th_predict_import in, const char *path_out, th_graph_report *report, th_err *err) {
  th_graph_build *b = th_graph_build_new(in.strict);
  th_pool *pool = th_pool_new(0);
  th_str file;
  th_code code = b && pool ? TH_OK : th_fail_nomem(err);
  if (code == TH_OK) th_graph_build_pool(b, pool);
  if (code == TH_OK) code = feed_tables(b, &in, err);
  if (code == TH_OK && in.synonyms) code = feed_synonyms(b, in.synonyms, err);
  if (code == TH_OK) code = th_graph_build_finish(b, &file, report, err);
  if (code == TH_OK) code = th_file_write(path_out, file, err);
  th_graph_build_del(b);
  th_pool_del(pool);
  return code;
}

th_code th_predict_graph_open(const char *path, th_predict_graph *out, th_err *err) {
  *out = (th_predict_graph){ .arena = th_arena_new(0) };
  th_file *f = out->arena ? TH_NEW(out->arena, th_file) : NULL;
  th_code code = f ? TH_OK : th_fail_nomem(err);
  if (code == TH_OK) {
    code = th_file_open(path, TH_LIMIT_ARENA_BYTES, f, err);
    if (code == TH_OK)
      out->owned = f;
    else if (code == TH_ENOENT)
      th_err_ctx(err, "no graph yet (theriac graph import NODES EDGES makes it)");
  }
  if (code == TH_OK) code = th_graph_open(out->arena, f->bytes, &out->g, err);
  if (code == TH_OK) return TH_OK;
  th_err_source(err, path);
  th_predict_graph_close(out);
  return code;
}

void th_predict_graph_close(th_predict_graph *p) {
  if (p->owned) th_file_close(p->owned);
  th_arena_del(p->arena);
  *p = (th_predict_graph){ 0 };
}

th_code th_predict__graph_sha256(const char *path, char out[65], th_err *err) {
  char head[TH_GRAPH_HEAD_BYTES];
  FILE *f = fopen(path, "rb");
  if (!f) return th_fail(err, errno == ENOENT ? TH_ENOENT : TH_EIO, "%s cannot be opened: %s", path, strerror(errno));
  const size_t n = fread(head, 1, sizeof head, f);
  fclose(f);
  return th_graph_head_sha256(th_str_n(head, n), out, err);
}
