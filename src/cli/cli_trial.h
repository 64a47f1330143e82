/* What the trial commands share: a study by its number or from a file, words in both languages, text on a terminal. */
#ifndef THERIAC_CLI_TRIAL_H
#define THERIAC_CLI_TRIAL_H

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/report.h"
#include "theriac/store.h"
#include "theriac/trial.h"

typedef struct th_cli_study {
  const char *asked;
  th_ctgov_study study;
  th_store_record record; /* id 0: from a file */
} th_cli_study;

/* What a trial command works with; close it when done. */
typedef struct th_cli_trials {
  th_cli *c;
  th_store *store; /* opened when first needed */
  th_words lang;
  th_names *names;
} th_cli_trials;

void th_cli_trials_open(th_cli *c, th_cli_trials *t);
void th_cli_trials_close(th_cli_trials *t);
th_code th_cli_trials_store(th_cli_trials *t, th_err *err);
/* Index of names: of the store when there is one, else the built-in. */
th_code th_cli_trials_names(th_cli_trials *t, th_err *err);
/* "NCT05154734" (the current version held), "NCT05154734@2" (the second imported), or the path of a file with one study, or with
 * several and "#NCT…" behind it. */
th_code th_cli_trial_load(th_cli_trials *t, const char *asked, th_cli_study *out, th_err *err);
/* A file whole, in the command's arena. */
th_code th_cli_read_file(th_cli *c, const char *path, th_str *bytes, th_err *err);

/* Word of the catalogue: "registry." and key. */
th_str th_cli_trial_word(const th_cli_trials *t, const char *key);
/* A value of the registry ("ACTIVE_NOT_RECRUITING") in words; as it is when the catalogue has none. "A|B" becomes "A, B". */
void th_cli_trial_value(const th_cli_trials *t, th_buf *b, th_str value);
/* A field's value in words where the registry writes a code ("PHASE1; PHASE2"); other fields as they are. */
th_str th_cli_trial_field(const th_cli_trials *t, const char *field, th_str value);
/* Text in lines of at most `columns` with `indent` blanks before each; the first continues where the buffer's line stands. */
void th_cli_wrap(th_buf *b, th_str text, size_t at, size_t indent, size_t columns);
size_t th_cli_columns(void); /* $COLUMNS, else 80 */

void th_cli_json_text(th_jwrite *w, const char *key, th_str text);
void th_cli_json_list(th_jwrite *w, const char *key, th_str joined); /* "a|b" as an array */

#endif
