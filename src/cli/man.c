/* theriac(1) in the man macros, from the command table. */
#include "cli/cli_priv.h"

/* Text on a line of its own: '.' and ''' first on a line and every backslash would be read as roff. Hyphens of options are
 * written as \- so that they can be copied from the page. */
static void roff(th_buf *b, const char *text) {
  bool at_start = true;
  for (const char *p = text; *p; p++) {
    if (at_start && (*p == '.' || *p == '\'')) th_buf_addz(b, "\\&");
    if (*p == '\\')
      th_buf_addz(b, "\\e");
    else if (*p == '-')
      th_buf_addz(b, "\\-");
    else if (*p == '`')
      th_buf_addz(b, "\\(ga");
    else if (*p == '^')
      th_buf_addz(b, "\\(ha");
    else if (*p == '~')
      th_buf_addz(b, "\\(ti");
    else
      th_buf_addc(b, *p);
    at_start = *p == '\n';
  }
}

static void roff_line(th_buf *b, const char *text) {
  roff(b, text);
  th_buf_addc(b, '\n');
}

static void paragraphs(th_buf *b, const char *text) {
  th_str rest = th_str_of(text), line;
  bool verbatim = false;
  while (th_str_line(&rest, &line)) {
    const bool indented = line.n && line.p[0] == ' ';
    if (indented != verbatim) th_buf_addz(b, indented ? ".PP\n.nf\n" : ".fi\n");
    verbatim = indented;
    const char *z = th_str_z(b->arena, line);
    b->failed |= !z;
    if (z && line.n)
      roff_line(b, z);
    else if (rest.n && rest.p[0] != ' ')
      th_buf_addz(b, ".PP\n");
  }
  if (verbatim) th_buf_addz(b, ".fi\n");
}

static void options(th_buf *b, const th_opt *opts) {
  for (const th_opt *o = opts; o && o->name; o++) {
    th_buf_addz(b, ".TP\n");
    if (o->letter) th_buf_addf(b, "\\fB\\-%c\\fR, ", o->letter);
    th_buf_addz(b, "\\fB\\-\\-");
    roff(b, o->name);
    th_buf_addz(b, "\\fR");
    if (o->arg) {
      th_buf_addz(b, " \\fI");
      roff(b, o->arg);
      th_buf_addz(b, "\\fR");
    }
    th_buf_addc(b, '\n');
    roff_line(b, o->help);
    if (o->repeats && o->arg) th_buf_addz(b, "May be repeated.\n");
  }
}

static void command(th_buf *b, const th_cmd *cmd) {
  th_buf_addz(b, ".SS theriac ");
  roff_line(b, cmd->name);
  th_buf_addz(b, "\\fBtheriac ");
  roff(b, cmd->name);
  th_buf_addz(b, "\\fR ");
  roff_line(b, cmd->synopsis ? cmd->synopsis : "");
  th_buf_addz(b, ".PP\n");
  roff(b, cmd->summary);
  th_buf_addz(b, ".\n");
  if (cmd->details) {
    th_buf_addz(b, ".PP\n");
    paragraphs(b, cmd->details);
  }
  options(b, cmd->opts);
  if (cmd->examples && *cmd->examples) {
    th_buf_addz(b, ".PP\nExamples:\n.PP\n.nf\n");
    for (const char *const *e = cmd->examples; *e; e++) th_buf_addz(b, "  "), roff_line(b, *e);
    th_buf_addz(b, ".fi\n");
  }
}

static const char head[] =
    ".SH NAME\n"
    "theriac \\- from a predicted use of a drug to a paid one\n"
    ".SH SYNOPSIS\n"
    "\\fBtheriac\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR...] [\\fIOPTION\\fR...]\n"
    ".SH DESCRIPTION\n"
    "Joins, for one drug, what is predicted, what trials and papers show, what is unsafe, what is licensed\n"
    "and what the payer reimburses, and says of every number where it came from.\n"
    "Data goes to standard output, log and progress to standard error.\n"
    ".SH OPTIONS\n"
    "Every command takes these.\n";

static const char tail[] =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\nDone.\n"
    ".TP\n.B 1\nAn answer other than yes: a criterion not met, a contradiction found.\n"
    ".TP\n.B 2\nUsage: an option or argument is off.\n"
    ".TP\n.B 3\nBad data: the message names source, line and reason; nothing was stored.\n"
    ".TP\n.B 4\nEnvironment: a file, the disk, memory or the network.\n"
    ".TP\n.B 70\nA bug of Theriac.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B THERIAC_HOME\nWhere data is kept when \\fB\\-\\-home\\fR is not given.\n"
    ".TP\n.B XDG_DATA_HOME\nUsed when THERIAC_HOME is not set; \\fItheriac\\fR below it.\n"
    ".TP\n.B SOURCE_DATE_EPOCH\nSeconds since 1970 taken as the present, for output that can be repeated.\n"
    ".SH NOTES\n"
    "Theriac supports decisions and does not take them. It approves nothing and gives no advice.\n";

void th_cli__man(th_buf *b) {
  th_buf_addz(b, ".TH THERIAC 1 \"" THERIAC_RELEASED "\" \"theriac " THERIAC_VERSION "\"\n");
  th_buf_addz(b, head);
  options(b, th_cli_globals);
  th_buf_addz(b, ".SH COMMANDS\n");
  for (const th_cmd *const *c = th_commands; *c; c++) command(b, *c);
  th_buf_addz(b, tail);
}
