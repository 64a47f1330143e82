/* What the evidence commands share: the pair asked for, built once, and how a study of it is written. */
#ifndef THERIAC_CLI_EVIDENCE_H
#define THERIAC_CLI_EVIDENCE_H

#include "cli/cli_priv.h"
#include "theriac/dossier.h"
#include "theriac/io.h"

typedef struct th_cli_pair {
  const char *drug, *disease;
  bool imported; /* graded by what was imported alone */
  th_evidence_settings settings;
} th_cli_pair;

/* The drug's dossier with that pair alone. */
th_code th_cli_evidence_build(th_cli *c, th_store *store, const th_cli_pair *ask, const th_names *names, th_dossier **out,
                              th_err *err);
/* Items of one unit other than items->v[i]. */
th_code th_cli_evidence_unit_with(th_cli *c, const th_evidence_items *items, size_t i, th_str_vec *out, th_err *err);

/* One study of the pair as a JSON object; steps: with every step of the judgement. */
void th_cli_evidence_item_json(th_jwrite *w, const th_evidence_items *items, size_t i);
void th_cli_evidence_steps_text(th_buf *b, const th_evidence_item *it);
/* "recruiting, no result; about another disease" in the language asked for. */
void th_cli_evidence_reasons(th_buf *b, const th_evidence_item *it, const char *lang);
/* Text cut to `columns` on a terminal and filled up with blanks. */
void th_cli_evidence_cell(th_arena *a, th_buf *b, th_str text, size_t columns);

/* A JSON string member. */
void th_cli_jtext(th_jwrite *w, const char *key, th_str text);

#endif
