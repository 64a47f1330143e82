/* The graph's way from tables to a file and back into memory. */
#include <errno.h>
#include <stdio.h>

#include "predict/outlook_priv.h"
#include "theriac/io.h"

enum { PIECE = 1 << 22 };

static bool is_node_table(th_str bytes) {
  th_str line;
  return th_str_line(&bytes, &line) && th_str_has(line, TH_S("node_id"));
}

static th_code feed_file(th_graph_build *b, const char *path, const char *columns, const th_file *f, th_err *err) {
  const char *slash = strrchr(path, '/');
  char sha[TH_SHA256_HEX];
  th_progress bar;
  TH_TRY(th_graph_build_begin(b, slash ? slash + 1 : path, columns, err));
  th_progress_begin(&bar, slash ? slash + 1 : path, f->bytes.n);
  for (size_t at = 0; at < f->bytes.n; at += PIECE) {
    const th_str piece = th_str_sub(f->bytes, at, at + PIECE);
    TH_TRY(th_graph_build_feed(b, piece, err));
    th_progress_step(&bar, piece.n);
  }
  th_progress_end(&bar);
  return th_graph_build_end(b, th_sha256_hex(f->bytes, sha), err);
}

/* Node tables in the first pass, edge tables in the second. A table that a pass does not want is closed again at once: the two
 * need not be in memory together. */
static th_code feed_pass(th_graph_build *b, const th_predict_import *in, bool nodes, size_t *n_fed, th_err *err) {
  for (size_t i = 0; i < in->n_paths; i++) {
    th_file f;
    TH_TRY(th_file_open(in->path[i], 0, &f, err));
    const bool mine = is_node_table(f.bytes) == nodes;
    const th_code code = mine ? feed_file(b, in->path[i], in->columns, &f, err) : TH_OK;
    th_file_close(&f);
    TH_TRY(code);
    *n_fed += mine;
  }
  return TH_OK;
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
  if (!b) return th_fail_nomem(err);
  size_t n_nodes = 0, n_edges = 0;
  th_str file;
  th_code code = feed_pass(b, &in, true, &n_nodes, err);
  if (code == TH_OK) code = feed_pass(b, &in, false, &n_edges, err);
  if (code == TH_OK && !n_edges) code = th_fail(err, TH_EINVAL, "no edge table (kg.csv or edges.csv) is among the files");
  if (code == TH_OK && in.synonyms) code = feed_synonyms(b, in.synonyms, err);
  if (code == TH_OK) code = th_graph_build_finish(b, &file, report, err);
  if (code == TH_OK) code = th_file_write(path_out, file, err);
  th_graph_build_del(b);
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
