/* What the commands over a model share. */
#ifndef THERIAC_CLI_MODEL_H
#define THERIAC_CLI_MODEL_H

#include "cli/cli_graph.h"

typedef struct th_cli__model {
  th_predict_graph graph;
  th_nn_world *world;
  th_predict_model model;
  th_predict_scorer *scorer;
  th_predict_score *score; /* of all drugs */
  uint32_t n_drugs, n_diseases, first_drug, first_disease;
} th_cli__model;

/* --graph and --model, else those of the home. 0, or the exit status of the error printed. */
int th_cli__model_open(th_cli *c, th_cli__model *m);
void th_cli__model_close(th_cli__model *m);
const char *th_cli__model_path(th_cli *c); /* --model, else models/default.thm of the home; NULL: memory is short */
/* Prints the reasons of a network's score; drug, disease and through are nodes of the graph (through TH_GRAPH_NONE: any). */
int th_cli__explain_network(th_cli *c, th_cli__model *m, uint32_t drug, uint32_t disease, uint32_t through, size_t limit);
int th_cli__threads(th_cli *c, th_pool **pool);

#endif
