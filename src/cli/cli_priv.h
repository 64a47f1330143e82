/* One command is one th_cmd in a file of its own; src/cli/commands.c lists them. The same table gives --help, the manual page,
 * the shell completion and the index, so none of them can lag behind. */
#ifndef THERIAC_CLI_PRIV_H
#define THERIAC_CLI_PRIV_H

#include "theriac/base.h"

typedef struct th_opt {
  const char *name; /* "json", given as --json */
  char letter;      /* 'j' or 0 */
  const char *arg;  /* "FILE": takes a value; NULL: a switch */
  const char *help; /* one line */
  bool repeats;     /* may stand more than once */
} th_opt;

typedef struct th_cli th_cli;

typedef struct th_cmd {
  const char *name;            /* "dossier", "stat table" */
  const char *group;           /* heading in the index: "Evidence", "Statistics", … */
  const char *synopsis;        /* what follows the name: "DRUG [--disease X]" */
  const char *summary;         /* one line, no full stop */
  const char *details;         /* paragraphs for --help and the manual; may be NULL */
  const th_opt *opts;          /* ends with a NULL name; may be NULL */
  int args_min, args_max;      /* positional; args_max -1: any number */
  const char *const *examples; /* "theriac …" lines, NULL at the end; may be NULL */
  /* Gives the exit status: 0 done, 1 an answer other than yes, or th_cli_error(). */
  int (*run)(th_cli *c);
} th_cmd;

/* Options that every command takes: --home, --json, --lang zh-TW|en, --as-of DATE, --quiet, --verbose, --help. */
extern const th_opt th_cli_globals[];

struct th_cli {
  const th_cmd *cmd;
  th_arena *arena;  /* lives as long as the command */
  const char *home; /* --home, else $THERIAC_HOME, else $XDG_DATA_HOME/theriac, else ~/.local/share/theriac; never NULL */
  const char *lang; /* "en" or "zh-TW" */
  bool json, quiet;
  int verbose;   /* how often --verbose was given */
  th_date as_of; /* --as-of; NONE when not given: th_cli_today() decides */
  int n_args;
  const char **args;
  size_t n_opts;
  struct {
    const char *name, *value;
  } * opt; /* in order given */
};

const char *th_cli_opt(const th_cli *c, const char *name); /* last value given, or NULL */
bool th_cli_has(const th_cli *c, const char *name);
/* SOURCE_DATE_EPOCH, else today (UTC): the one clock of the program besides progress. */
th_date th_cli_today(void);
int64_t th_cli_now(void); /* the same clock, in seconds since 1970-01-01 UTC */
/* Prints the error (as JSON on stderr with --json) and gives its exit status. */
int th_cli_error(const th_cli *c, const th_err *err);
int th_cli_usage(const th_cli *c, const char *fmt, ...) TH_PRINTF(2, 3); /* message, synopsis; gives 2 */
/* Writes to stdout in one piece; a failed write (disk full, closed pipe) is an error with status 4. */
int th_cli_put(const th_cli *c, th_str text);

extern const th_cmd *const th_commands[]; /* NULL at the end; commands of a group stand together */

/* ── The core's own, for help, manual and completion ───────────────────────────────────────────────────────────────── */

int th_cli__main(int argc, char **argv);
int th_cli__nomem(const th_cli *c);
int th_cli__put_buf(const th_cli *c, const th_buf *b); /* th_cli_put, or the error when the text could not be built */
int th_cli__write_failed(const th_cli *c);             /* reports errno of a failed write to stdout */
/* Command whose name is the longest run of the leading words; *used says how many words. NULL when there is none. */
const th_cmd *th_cli__find(char *const *word, int n, int *used);
/* Whether some command's name starts with these n words and goes on ("stat" of "stat table"). */
bool th_cli__is_noun(char *const *word, int n);
/* The option of this name or letter that cmd (may be NULL) or every command takes; NULL when there is none. */
const th_opt *th_cli__option(const th_cmd *cmd, th_str name, char letter);

void th_cli__help_index(th_buf *b);
void th_cli__help_noun(th_buf *b, char *const *word, int n);
void th_cli__help_command(th_buf *b, const th_cmd *cmd);
void th_cli__help_json(th_buf *b);
/* All terms, or one; in the command's language, JSON with --json. False: no such term. */
bool th_cli__help_glossary(const th_cli *c, th_buf *b, const char *word);
void th_cli__man(th_buf *b);
void th_cli__completion_bash(th_buf *b);
const char *th_cli__usage(th_arena *a, const th_cmd *cmd); /* "theriac stat table FILE" */

#endif
