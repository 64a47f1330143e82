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

/* The same for the lines of one file, "-" for standard input, in the memory of one patient. */
th_code th_cli__cql_stream(const char *path, th_cql_visit visit, void *ctx, th_err *err);

/* The capabilities that the tests of one file of the official suite (XML) ask for: "GROUP/TEST" → const th_str *, codes with a blank
 * between. All of it lives in the arena. */
th_code th_cli__cql_capabilities(th_arena *a, const char *path, th_map *out, th_err *err);

/* clang-format off */
#define TH_CQL_OPTS \
  { .name = "library", .letter = 'l', .arg = "FILE", .help = "the ELM library, JSON, plain or gzip" }, \
  { .name = "include", .letter = 'I', .arg = "DIR", .repeats = true, \
    .help = "where included libraries lie, as ID.json; the library's own folder is searched too" }, \
  { .name = "data", .letter = 'd', .arg = "FILE", .repeats = true, .help = "a FHIR R4 Bundle or resource; a folder of them" }, \
  { .name = "ndjson", .arg = "FILE", .repeats = true, .help = "a bulk export, one resource a line, or one Bundle a line" }, \
  { .name = "stream", \
    .help = "the lines of a patient follow one another: keep one patient in memory; --ndjson - is standard input" }, \
  { .name = "terms", .arg = "FILE", .repeats = true, .help = "value sets and code systems as FHIR JSON" }, \
  { .name = "param", .arg = "NAME=JSON", .repeats = true, .help = "a parameter of the library" }, \
  { .name = "now", .arg = "INSTANT", .help = "the instant of the evaluation, with offset; default: today at 00:00 UTC" }
/* clang-format on */

#endif
