/* From the words of the command line to one command's run: finds the command, reads options by its table, sets up what every
 * command shares. */
#include <pwd.h>
#include <stdalign.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli_priv.h"
#include "theriac/text.h"

const th_opt th_cli_globals[] = {
  { "home", 0, "DIR", "where Theriac keeps its data (default: $THERIAC_HOME, else the XDG data directory)", false },
  { "json", 0, NULL, "data and errors as JSON", false },
  { "lang", 0, "en|zh-TW", "language of the output (default: en)", false },
  { "as-of", 0, "DATE", "the day the answer is for, ISO or ROC era (default: today, UTC)", false },
  { "quiet", 'q', NULL, "errors only on standard error", false },
  { "verbose", 'v', NULL, "more on standard error; twice: everything", true },
  { "help", 'h', NULL, "what the command does and takes", false },
  { "version", 0, NULL, "the version", false },
  { NULL, 0, NULL, NULL, false },
};

typedef struct scan {
  th_cli *c;
  char **argv;
  int argc, at;
  bool want_help, want_version;
} scan;

const char *th_cli_opt(const th_cli *c, const char *name) {
  for (size_t i = c->n_opts; i-- > 0;)
    if (!strcmp(c->opt[i].name, name)) return c->opt[i].value;
  return NULL;
}

bool th_cli_has(const th_cli *c, const char *name) {
  for (size_t i = 0; i < c->n_opts; i++)
    if (!strcmp(c->opt[i].name, name)) return true;
  return false;
}

/* SOURCE_DATE_EPOCH; false when it is set and no number of a year 1–9999. */
static bool source_date(bool *is_set, int64_t *seconds) {
  const char *text = getenv("SOURCE_DATE_EPOCH");
  *is_set = text && *text;
  return !*is_set || (th_str_to_i64(th_str_of(text), seconds) && *seconds >= -62135596800 && *seconds <= 253402300799);
}

int64_t th_cli_now(void) {
  bool is_set;
  int64_t seconds;
  return source_date(&is_set, &seconds) && is_set ? seconds : (int64_t)time(NULL);
}

th_date th_cli_today(void) {
  const int64_t seconds = th_cli_now();
  return th_civil_from_days((int32_t)(seconds / 86400 - (seconds % 86400 < 0)));
}

/* How many words of the name stand in word[0..n); 0 when it is not these. */
static int words_match(const char *name, char *const *word, int n) {
  th_str rest = th_str_of(name), piece;
  int k = 0;
  while (th_str_split(&rest, ' ', &piece)) {
    if (k == n || !th_str_is(piece, word[k])) return 0;
    k++;
  }
  return k;
}

const th_cmd *th_cli__find(char *const *word, int n, int *used) {
  const th_cmd *best = NULL;
  *used = 0;
  for (const th_cmd *const *c = th_commands; *c; c++) {
    const int k = words_match((*c)->name, word, n);
    if (k > *used) best = *c, *used = k;
  }
  return best;
}

bool th_cli__is_noun(char *const *word, int n) {
  for (const th_cmd *const *c = th_commands; *c; c++) {
    th_str rest = th_str_of((*c)->name), piece;
    int k = 0;
    while (k < n && th_str_split(&rest, ' ', &piece) && th_str_is(piece, word[k])) k++;
    if (n > 0 && k == n && rest.n) return true;
  }
  return false;
}

const th_opt *th_cli__option(const th_cmd *cmd, th_str name, char letter) {
  const th_opt *const tables[] = { cmd ? cmd->opts : NULL, th_cli_globals };
  for (size_t t = 0; t < 2; t++)
    for (const th_opt *o = tables[t]; o && o->name; o++)
      if (letter ? o->letter == letter : th_str_is(name, o->name)) return o;
  return NULL;
}

/* The known word that was probably meant, or NULL. */
static const char *nearest(th_arena *a, const char *given, const char *const *known, size_t n) {
  const char *best = NULL;
  size_t least = strlen(given) / 3 + 1;
  for (size_t i = 0; i < n; i++) {
    const size_t d = th_text_distance(a, th_str_of(given), th_str_of(known[i]), least);
    if (d <= least && (!best || d < least)) best = known[i], least = d;
  }
  return best;
}

static int unknown_option(const th_cli *c, const char *given) {
  const char *known[128];
  size_t n = 0;
  for (const th_opt *o = c->cmd ? c->cmd->opts : NULL; o && o->name && n < 100; o++) known[n++] = o->name;
  for (const th_opt *o = th_cli_globals; o->name; o++) known[n++] = o->name;
  const th_str name = th_str_n(given, strcspn(given, "="));
  const char *bare = th_str_starts(name, TH_S("--")) ? th_str_z(c->arena, th_str_sub(name, 2, name.n)) : NULL;
  const char *near = bare ? nearest(c->arena, bare, known, n) : NULL;
  if (near) return th_cli_usage(c, "unknown option %.*s; did you mean --%s?", TH_STR_ARG(name), near);
  return th_cli_usage(c, "unknown option %.*s", TH_STR_ARG(name));
}

static int unknown_command(const th_cli *c, char *const *word, int n) {
  const bool with_verb = n > 1 && th_cli__is_noun(word, 1);
  const char *given = with_verb ? th_str_fmt(c->arena, "%s %s", word[0], word[1]).p : word[0];
  size_t k = 0, cap = 1;
  for (const th_cmd *const *t = th_commands; *t; t++) cap += 2;
  const char **known = TH_NEWN(c->arena, const char *, cap);
  if (!given || !known) return th_cli__nomem(c);
  for (const th_cmd *const *t = th_commands; *t; t++) {
    known[k++] = (*t)->name;
    const char *noun = with_verb ? NULL : th_str_z(c->arena, th_str_n((*t)->name, strcspn((*t)->name, " ")));
    if (noun) known[k++] = noun;
  }
  const char *near = nearest(c->arena, given, known, k);
  if (near) return th_cli_usage(c, "unknown command \"%s\"; did you mean \"%s\"?", given, near);
  return th_cli_usage(c, "unknown command \"%s\"; \"theriac help\" lists them all", given);
}

/* Gives -1 when all is well, else the exit status. */
static int take_option(scan *s, const th_opt *o, const char *value) {
  th_cli *c = s->c;
  if (!o->arg && value) return th_cli_usage(c, "--%s takes no value", o->name);
  if (o->arg && !value) {
    if (s->at + 1 >= s->argc) return th_cli_usage(c, "--%s needs a value: %s", o->name, o->arg);
    value = s->argv[++s->at];
  }
  if (o->arg && !o->repeats && th_cli_has(c, o->name)) return th_cli_usage(c, "--%s is given twice", o->name);
  c->opt[c->n_opts].name = o->name;
  c->opt[c->n_opts++].value = value;
  s->want_help |= !strcmp(o->name, "help");
  s->want_version |= !strcmp(o->name, "version");
  return -1;
}

/* "-qv", "-oFILE", "-o FILE". */
static int take_letters(scan *s, const char *arg) {
  for (const char *p = arg + 1; *p; p++) {
    const th_opt *o = th_cli__option(s->c->cmd, TH_STR_NONE, *p);
    if (!o) return unknown_option(s->c, arg);
    const bool attached = o->arg && p[1];
    const int status = take_option(s, o, attached ? p + 1 : NULL);
    if (status >= 0 || o->arg) return status;
  }
  return -1;
}

static int take_word(scan *s, const char *arg) {
  th_cli *c = s->c;
  if (!strncmp(arg, "--", 2)) {
    const th_str name = th_str_n(arg + 2, strcspn(arg + 2, "="));
    const th_opt *o = th_cli__option(c->cmd, name, 0);
    if (!o) return unknown_option(c, arg);
    return take_option(s, o, arg[2 + name.n] == '=' ? arg + 3 + name.n : NULL);
  }
  const bool number = arg[0] == '-' && (arg[1] == '.' || (arg[1] >= '0' && arg[1] <= '9'));
  if (arg[0] == '-' && arg[1] && !number) return take_letters(s, arg);
  c->args[c->n_args++] = arg;
  return -1;
}

/* What all commands share, from the options read. */
static int settle(th_cli *c) {
  for (size_t i = 0; i < c->n_opts; i++) {
    c->verbose += !strcmp(c->opt[i].name, "verbose");
    c->quiet |= !strcmp(c->opt[i].name, "quiet");
  }
  th_log_setup(c->quiet ? TH_LOG_ERROR : c->verbose > 1 ? TH_LOG_DEBUG : c->verbose ? TH_LOG_INFO : TH_LOG_WARN, stderr);

  const char *lang = th_cli_opt(c, "lang");
  c->lang = "en";
  if (lang && (!strcmp(lang, "zh-TW") || !strcmp(lang, "zh_TW")))
    c->lang = "zh-TW";
  else if (lang && strcmp(lang, "en"))
    return th_cli_usage(c, "--lang %s: the languages are en and zh-TW", lang);

  const char *as_of = th_cli_opt(c, "as-of");
  if (as_of && !((th_date_parse_iso(th_str_of(as_of), &c->as_of) || th_date_parse_roc(th_str_of(as_of), &c->as_of)) &&
                 c->as_of.prec == TH_DATE_DAY))
    return th_cli_usage(c, "--as-of %s: expected a day, as 2025-02-01 or 114/2/1", as_of);

  bool is_set;
  int64_t seconds;
  if (!source_date(&is_set, &seconds)) return th_cli_usage(c, "SOURCE_DATE_EPOCH: expected seconds since 1970");

  const char *home = th_cli_opt(c, "home"), *theriac_home = getenv("THERIAC_HOME"), *data = getenv("XDG_DATA_HOME");
  if (home && !*home) return th_cli_usage(c, "--home is empty");
  if (!home && theriac_home && *theriac_home) home = theriac_home;
  if (!home && data && data[0] == '/') home = th_str_fmt(c->arena, "%s/theriac", data).p;
  if (!home) {
    const char *user = getenv("HOME");
    const struct passwd *pw = user && *user ? NULL : getpwuid(getuid());
    home = th_str_fmt(c->arena, "%s/.local/share/theriac", pw ? pw->pw_dir : user ? user : "").p;
  }
  if (!home) return th_cli__nomem(c);
  c->home = home;
  return -1;
}

static int check_count(const th_cli *c) {
  const th_cmd *cmd = c->cmd;
  if (c->n_args < cmd->args_min) {
    if (c->n_args == 0) return th_cli_usage(c, "something is missing");
    return th_cli_usage(c, "something is missing after \"%s\"", c->args[c->n_args - 1]);
  }
  if (cmd->args_max >= 0 && c->n_args > cmd->args_max) return th_cli_usage(c, "unexpected \"%s\"", c->args[cmd->args_max]);
  return -1;
}

static int put_help(const th_cli *c, char *const *word, int n) {
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  if (c->cmd)
    th_cli__help_command(&b, c->cmd);
  else if (n)
    th_cli__help_noun(&b, word, n);
  else
    th_cli__help_index(&b);
  return th_cli__put_buf(c, &b);
}

static int missing_verb(const th_cli *c, char *const *word, int n) {
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  th_cli__help_noun(&b, word, n);
  const int status = th_cli_usage(c, "\"%s\" needs a verb", word[n - 1]);
  if (!c->json) fprintf(stderr, "%.*s", TH_STR_ARG(th_buf_str(&b)));
  return status;
}

/* The words that may name a command: those before the first that is an option, once global options in front are skipped. */
static int leading_words(scan *s) {
  while (s->at < s->argc && s->argv[s->at][0] == '-' && s->argv[s->at][1] && strcmp(s->argv[s->at], "--")) {
    const int status = take_word(s, s->argv[s->at]);
    if (status >= 0) return status;
    s->at++;
  }
  s->at += s->at < s->argc && !strcmp(s->argv[s->at], "--");
  return -1;
}

static int scan_and_run(scan *s) {
  th_cli *c = s->c;
  int status = leading_words(s);
  if (status >= 0) return status;
  char *const *word = s->argv + s->at;
  int n_words = 0, used;
  while (s->at + n_words < s->argc && word[n_words][0] != '-') n_words++;
  c->cmd = th_cli__find(word, n_words, &used);
  s->at += used;
  /* Without a command only the global options are read on, so that "stat --help" and "--version" work. */
  if (!c->cmd) s->at += n_words;
  bool only_words = false;
  for (; s->at < s->argc; s->at++) {
    if (only_words)
      c->args[c->n_args++] = s->argv[s->at];
    else if (!strcmp(s->argv[s->at], "--"))
      only_words = true;
    else if ((status = take_word(s, s->argv[s->at])) >= 0)
      return status;
  }
  if (s->want_version) c->cmd = th_cli__find((char *const[]){ (char[]){ "version" } }, 1, &used), c->n_args = 0;
  if ((status = settle(c)) >= 0) return status;
  if (!c->cmd && n_words && !th_cli__is_noun(word, n_words)) return unknown_command(c, word, n_words);
  if (!c->cmd && !n_words && c->n_args) return unknown_command(c, (char **)(uintptr_t)c->args, 1);
  if (s->want_help) return put_help(c, word, n_words);
  if (!c->cmd && !n_words) return put_help(c, word, 0);
  if (!c->cmd) return missing_verb(c, word, n_words);
  if ((status = check_count(c)) >= 0) return status;
  return c->cmd->run(c);
}

int th_cli__main(int argc, char **argv) {
  th_cli c = { .arena = th_arena_new(0), .lang = "en" };
  /* Known before the words are read, so that an error in them comes as JSON wherever --json stands. */
  for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) c.json |= !strcmp(argv[i], "--json");
  scan s = { .c = &c, .argc = argc, .argv = argv, .at = argc > 0 };
  size_t most = 1; /* options: "-qv" holds two */
  for (int i = 1; i < argc; i++) most += strlen(argv[i]);
  if (c.arena) c.opt = th_arena_alloc_n(c.arena, most, sizeof *c.opt, alignof(max_align_t));
  if (c.opt) c.args = TH_NEWN(c.arena, const char *, (size_t)argc + 1);
  if (!c.args) return th_cli__nomem(&c);
  int status = scan_and_run(&s);
  if (fflush(stdout) != 0 && status < 2) status = th_cli__write_failed(&c);
  th_arena_del(c.arena);
  return status;
}
