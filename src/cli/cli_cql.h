/* What the cql commands share: libraries with their includes, terminology, parameters, the instant. */
#ifndef THERIAC_CLI_CQL_H
#define THERIAC_CLI_CQL_H

#include "cli/cli_priv.h"
#include "theriac/elm.h"

typedef struct th_cql {
  th_elm_program *prog;
  th_elm_options opt;
} th_cql;

/* From --library, --include, --terms, --param and --now. Close it always. */
th_code th_cli__cql_open(th_cli *c, th_cql *q, th_err *err);
void th_cli__cql_close(th_cql *q);
/* A linked program of one library with its includes, sought in the --include folders and in the library's own. */
th_code th_cli__cql_load(th_cli *c, const char *library, th_elm_program **out, th_err *err);
/* Reads one ELM file (plain or gzip) into the program. */
th_code th_cli__cql_add(th_elm_program *p, const char *path, th_err *err);

/* Calls visit for every patient of --data and --ndjson in turn (once with NULL where neither is given), in an arena that is emptied
 * between patients. */
typedef th_code (*th_cql_visit)(void *ctx, th_arena *a, th_fhir_patient *p, th_err *err);
th_code th_cli__cql_patients(th_cli *c, th_cql_visit visit, void *ctx, th_err *err);

#define TH_CQL_OPTS                                                                                                            \
  { .name = "library", .letter = 'l', .arg = "FILE", .help = "the ELM library, JSON, plain or gzip" },                         \
      { .name = "include",                                                                                                     \
        .letter = 'I',                                                                                                         \
        .arg = "DIR",                                                                                                          \
        .help = "where included libraries lie, as ID.json; the library's own folder is searched too",                          \
        .repeats = true },                                                                                                     \
      { .name = "data",                                                                                                        \
        .letter = 'd',                                                                                                         \
        .arg = "FILE",                                                                                                         \
        .help = "a FHIR R4 Bundle or resource; a folder of them",                                                              \
        .repeats = true },                                                                                                     \
      { .name = "ndjson", .arg = "FILE", .help = "a bulk export, one resource a line", .repeats = true },                      \
      { .name = "terms", .arg = "FILE", .help = "value sets and code systems as FHIR JSON", .repeats = true },                 \
      { .name = "param", .arg = "NAME=JSON", .help = "a parameter of the library", .repeats = true }, {                        \
    .name = "now", .arg = "INSTANT", .help = "the instant of the evaluation, with offset; default: today at 00:00 UTC"         \
  }

#endif
