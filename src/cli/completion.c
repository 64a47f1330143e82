/* Bash completion from the command table: words of commands, options of each, values by the kind their name says. */
#include "cli/cli_priv.h"

static void option_words(th_buf *b, const th_opt *opts) {
  for (const th_opt *o = opts; o && o->name; o++) th_buf_addf(b, " --%s", o->name);
}

static bool names_file(const char *arg) {
  const th_str s = th_str_of(arg);
  return th_str_has(s, TH_S("FILE")) || th_str_has(s, TH_S("PATH")) || th_str_is(s, "OUT") || th_str_is(s, "P");
}

/* One case arm an option value: choices as "a|b" are words, FILE and DIR are names on disk, all else is left alone. */
static void value_arm(th_buf *b, const char *command, const th_opt *o) {
  if (!o->arg) return;
  const char *kind = !strcmp(o->arg, "DIR") ? "compgen -d" : names_file(o->arg) ? "compgen -f" : NULL;
  const bool choices = th_str_has(th_str_of(o->arg), TH_S("|"));
  if (!kind && !choices) return;
  th_buf_addf(b, "    '%s --%s')", command, o->name);
  if (kind) {
    th_buf_addf(b, " mapfile -t COMPREPLY < <(%s -- \"$cur\") ;;\n", kind);
    return;
  }
  th_buf_addz(b, " mapfile -t COMPREPLY < <(compgen -W '");
  for (const char *p = o->arg; *p; p++) th_buf_addc(b, *p == '|' ? ' ' : *p);
  th_buf_addz(b, "' -- \"$cur\") ;;\n");
}

void th_cli__completion_bash(th_buf *b) {
  th_buf_addz(b, "# bash completion for theriac\n"
                 "_theriac() {\n"
                 "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd='' word i\n"
                 "  COMPREPLY=()\n"
                 "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "    word=${COMP_WORDS[i]}\n"
                 "    [[ $word == -* ]] && break\n"
                 "    case \"${cmd:+$cmd }$word\" in\n");
  th_buf_addz(b, "      ");
  for (const th_cmd *const *c = th_commands; *c; c++) {
    const th_str name = th_str_of((*c)->name);
    const size_t space = th_str_find(name, TH_S(" "), 0);
    if (c != th_commands) th_buf_addz(b, "|");
    if (space != SIZE_MAX) th_buf_addf(b, "'%.*s'|", TH_STR_ARG(th_str_sub(name, 0, space)));
    th_buf_addf(b, "'%s'", (*c)->name);
  }
  th_buf_addz(b, ") cmd=\"${cmd:+$cmd }$word\" ;;\n"
                 "      *) break ;;\n"
                 "    esac\n"
                 "  done\n"
                 "  case \"$cmd $prev\" in\n");
  for (const th_cmd *const *c = th_commands; *c; c++)
    for (const th_opt *o = (*c)->opts; o && o->name; o++) value_arm(b, (*c)->name, o);
  for (const th_opt *o = th_cli_globals; o->name; o++) value_arm(b, "'*'", o);
  th_buf_addz(b, "  esac\n"
                 "  [[ ${#COMPREPLY[@]} -gt 0 ]] && return\n"
                 "  local words=''\n"
                 "  case \"$cmd\" in\n"
                 "    '') words='");
  for (const th_cmd *const *c = th_commands; *c; c++) th_buf_addf(b, "%.*s ", (int)strcspn((*c)->name, " "), (*c)->name);
  th_buf_addz(b, "' ;;\n");
  for (const th_cmd *const *c = th_commands; *c; c++) {
    th_buf_addf(b, "    '%s') words='", (*c)->name);
    option_words(b, (*c)->opts);
    th_buf_addz(b, "' ;;\n");
  }
  th_buf_addz(b, "  esac\n");
  for (const th_cmd *const *c = th_commands; *c; c++) {
    const size_t space = th_str_find(th_str_of((*c)->name), TH_S(" "), 0);
    if (space == SIZE_MAX) continue;
    th_buf_addf(b, "  [[ $cmd == '%.*s' ]] && words+=' %s'\n", (int)space, (*c)->name, (*c)->name + space + 1);
  }
  th_buf_addz(b, "  words+='");
  option_words(b, th_cli_globals);
  th_buf_addz(b, "'\n"
                 "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
                 "  [[ $cur != -* && -n $cmd ]] && mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\")\n"
                 "}\n"
                 "complete -o filenames -F _theriac theriac\n");
}
