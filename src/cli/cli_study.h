/* A structured record as `study check` takes it. */
#ifndef THERIAC_CLI_STUDY_H
#define THERIAC_CLI_STUDY_H

#include "cli/cli_priv.h"
#include "theriac/study.h"

/* Reads and re-checks the bytes: a PubMed record by its title and abstracts, a registry record by its posted results, anything else as
 * text. Spans are bytes of the file for text and registry records; of the section (title, then parts in order) for PubMed. Errors as of
 * the readers; TH_EUNSUP: a file of more than one record. */
th_code th_cli_study_check(th_arena *a, th_str bytes, th_study_result *out, th_err *err);

#endif
