/* What the commands over the graph share. */
#ifndef THERIAC_CLI_GRAPH_H
#define THERIAC_CLI_GRAPH_H

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/predict.h"

extern const th_opt th_cli__graph_opts[]; /* --graph FILE alone */
/* --graph, else graph.thg of the home. 0, or the exit status of the error printed. */
int th_cli__graph_open(th_cli *c, th_predict_graph *g);
/* A node as people write it, "TYPE:" in front allowed; 0 or the exit status of the error printed. type NULL: any. */
int th_cli__graph_node(th_cli *c, const th_graph *g, const char *type, const char *text, uint32_t *node);
const char *th_cli__graph_name(th_cli *c, const th_graph *g, uint32_t node);  /* "name (type id)" */
void th_cli__graph_node_json(th_jwrite *w, const th_graph *g, uint32_t node); /* its type, id and name, into an open object */

/* Prints how two graph files differ; list: every change. 1 when they do. */
int th_cli__graph_diff(th_cli *c, const char *path_old, const char *path_new, bool list);

#endif
