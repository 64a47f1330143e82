/* Floor 5: which drugs rank high for a disease, and how far to believe it. Opens the files that the engines of floors 2 and 3 work
 * on, splits what is known into parts, measures, trains, scores and explains. */
#ifndef THERIAC_PREDICT_H
#define THERIAC_PREDICT_H

#include "theriac/graph.h"

/* ── The graph file ────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_predict_import {
  const char *const *path; /* node and edge tables, plain or gzip, in any order */
  size_t n_paths;
  const char *columns;  /* see th_graph_build_begin; NULL: the headers as they are */
  const char *synonyms; /* table node_type, node_id, name; NULL: none */
  bool strict;
} th_predict_import;

/* Reads the tables and writes the graph to path_out, beside it first and renamed, so that a failed import leaves the old graph.
 * *report is filled also when --strict refuses. */
TH_API th_code th_predict_graph_import(th_predict_import in, const char *path_out, th_graph_report *report, th_err *err);

/* A graph file in memory with the view over it. */
typedef struct th_predict_graph {
  th_graph g;
  th_arena *arena;
  void *owned; /* private */
} th_predict_graph;

TH_API th_code th_predict_graph_open(const char *path, th_predict_graph *out, th_err *err);
TH_API void th_predict_graph_close(th_predict_graph *p);

#endif
