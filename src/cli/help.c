/* --help and the index, from the command table. */
#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/text.h"

#define TEXT_WIDTH 79

static void pad(th_buf *b, size_t n) {
  while (n--) th_buf_addc(b, ' ');
}

/* Fills words into lines from column `at`, further lines indented by `indent`. */
static void fill(th_buf *b, th_str text, size_t at, size_t indent) {
  th_str word;
  bool first = true;
  while (th_str_split(&text, ' ', &word)) {
    if (!word.n) continue;
    const size_t width = th_text_width(word);
    if (!first && at + 1 + width > TEXT_WIDTH) {
      th_buf_addc(b, '\n');
      pad(b, indent);
      at = indent;
    } else if (!first) {
      th_buf_addc(b, ' ');
      at++;
    }
    th_buf_add(b, word);
    at += width;
    first = false;
  }
  th_buf_addc(b, '\n');
}

/* Lines of a paragraph run together; lines that begin with a blank stand as they are. */
static void paragraphs(th_buf *b, const char *text) {
  th_str rest = th_str_of(text), line;
  th_buf open;
  th_buf_init(&open, b->arena, 0);
  bool more = true;
  while (more) {
    more = th_str_line(&rest, &line);
    const bool verbatim = more && line.n && line.p[0] == ' ';
    if (more && line.n && !verbatim) {
      if (open.n) th_buf_addc(&open, ' ');
      th_buf_add(&open, line);
      continue;
    }
    if (open.n) fill(b, th_buf_str(&open), 0, 0);
    open.n = 0;
    if (verbatim || (more && !line.n)) {
      th_buf_add(b, line);
      th_buf_addc(b, '\n');
    }
  }
  b->failed |= open.failed;
}

static void two_columns(th_buf *b, th_str left, const char *right, size_t column) {
  const size_t width = th_text_width(left);
  pad(b, 2);
  th_buf_add(b, left);
  if (width + 4 > column) {
    th_buf_addc(b, '\n');
    pad(b, column);
  } else
    pad(b, column - width - 2);
  fill(b, th_str_of(right), column, column);
}

static void options(th_buf *b, const th_opt *opts) {
  for (const th_opt *o = opts; o && o->name; o++) {
    const char letter[] = { '-', o->letter, ',', ' ', 0 };
    const th_str left =
        th_str_fmt(b->arena, "%s--%s%s%s", o->letter ? letter : "    ", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
    th_str help = th_str_of(o->help);
    if (o->repeats && o->arg) help = th_str_fmt(b->arena, "%s (may be repeated)", o->help);
    b->failed |= !left.p || !help.p;
    if (!b->failed) two_columns(b, left, help.p, 28);
  }
}

static void one_line(th_buf *b, const th_cmd *cmd) {
  two_columns(b, th_str_of(cmd->name), cmd->summary, 20);
}

const char *th_cli__usage(th_arena *a, const th_cmd *cmd) {
  const th_str s =
      cmd->synopsis ? th_str_fmt(a, "theriac %s %s", cmd->name, cmd->synopsis) : th_str_fmt(a, "theriac %s", cmd->name);
  return s.p ? s.p : "theriac";
}

void th_cli__help_index(th_buf *b) {
  th_buf_addz(b, "usage: theriac COMMAND [ARGUMENT…] [OPTION…]\n\n"
                 "From a predicted use of a drug to a paid one: evidence, safety, licence and\n"
                 "reimbursement in one dossier, every number traceable.\n");
  const char *group = "";
  for (const th_cmd *const *c = th_commands; *c; c++) {
    if (strcmp(group, (*c)->group)) th_buf_addf(b, "\n%s\n", (*c)->group);
    group = (*c)->group;
    one_line(b, *c);
  }
  th_buf_addz(b, "\nOptions of every command\n");
  options(b, th_cli_globals);
  th_buf_addz(b, "\nExit status: 0 done, 1 an answer other than yes, 2 usage, 3 bad data,\n"
                 "4 environment, 70 a bug. \"theriac COMMAND --help\" says more.\n");
}

void th_cli__help_noun(th_buf *b, char *const *word, int n) {
  for (const th_cmd *const *c = th_commands; *c; c++) {
    th_str rest = th_str_of((*c)->name), piece;
    int k = 0;
    while (k < n && th_str_split(&rest, ' ', &piece) && th_str_is(piece, word[k])) k++;
    if (k == n) one_line(b, *c);
  }
}

void th_cli__help_command(th_buf *b, const th_cmd *cmd) {
  th_buf_addf(b, "theriac %s: %s\n\nusage: %s\n", cmd->name, cmd->summary, th_cli__usage(b->arena, cmd));
  if (cmd->details) {
    th_buf_addc(b, '\n');
    paragraphs(b, cmd->details);
  }
  if (cmd->opts && cmd->opts->name) {
    th_buf_addz(b, "\nOptions\n");
    options(b, cmd->opts);
  }
  th_buf_addz(b, "\nOptions of every command\n");
  options(b, th_cli_globals);
  if (cmd->examples && *cmd->examples) th_buf_addz(b, "\nExamples\n");
  for (const char *const *e = cmd->examples; e && *e; e++) th_buf_addf(b, "  %s\n", *e);
}

static void json_options(th_jwrite *w, const th_opt *opts) {
  th_jw_arr(w);
  for (const th_opt *o = opts; o && o->name; o++) {
    th_jw_obj(w);
    th_jw_key(w, "name"), th_jw_z(w, o->name);
    if (o->letter) th_jw_key(w, "letter"), th_jw_str(w, th_str_n(&o->letter, 1));
    if (o->arg) th_jw_key(w, "value"), th_jw_z(w, o->arg);
    th_jw_key(w, "help"), th_jw_z(w, o->help);
    th_jw_key(w, "repeats"), th_jw_bool(w, o->repeats);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void json_command(th_jwrite *w, const th_cmd *cmd) {
  th_jw_obj(w);
  th_jw_key(w, "name"), th_jw_z(w, cmd->name);
  th_jw_key(w, "group"), th_jw_z(w, cmd->group);
  th_jw_key(w, "synopsis"), th_jw_z(w, cmd->synopsis ? cmd->synopsis : "");
  th_jw_key(w, "summary"), th_jw_z(w, cmd->summary);
  if (cmd->details) th_jw_key(w, "details"), th_jw_z(w, cmd->details);
  th_jw_key(w, "options"), json_options(w, cmd->opts);
  th_jw_key(w, "examples"), th_jw_arr(w);
  for (const char *const *e = cmd->examples; e && *e; e++) th_jw_z(w, *e);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

void th_cli__help_json(th_buf *b) {
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "program"), th_jw_z(&w, "theriac");
  th_jw_key(&w, "version"), th_jw_z(&w, THERIAC_VERSION);
  th_jw_key(&w, "options"), json_options(&w, th_cli_globals);
  th_jw_key(&w, "commands"), th_jw_arr(&w);
  for (const th_cmd *const *c = th_commands; *c; c++) json_command(&w, *c);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}
