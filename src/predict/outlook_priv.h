/* Shared by the two files of the outlook. */
#ifndef THERIAC_OUTLOOK_PRIV_H
#define THERIAC_OUTLOOK_PRIV_H

#include "predict/predict_priv.h"

/* Reckons the answer anew. Errors: graph or model cannot be read. out->state becomes NO_DRUG or DONE. */
th_code th_predict__outlook(th_arena *a, th_arena *scratch, const th_outlook_ask *q, th_outlook *out, th_err *err);

/* Fills out->alike from the graph alone. */
th_code th_predict__alike(th_arena *a, th_arena *scratch, const th_graph *g, uint32_t drug, th_outlook *out, th_err *err);

/* The head of a model file and its text of what it is, without its arrays. */
th_code th_predict__model_head(th_arena *a, const char *path, th_json *out, char id[65], th_err *err);
/* The SHA-256 that names the graph of a file, from its head alone. */
th_code th_predict__graph_sha256(const char *path, char out[65], th_err *err);

#endif
