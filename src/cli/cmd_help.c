#include "cli/cli_priv.h"

static int run_help(th_cli *c) {
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  const char *shell = th_cli_opt(c, "completion");
  if (shell && strcmp(shell, "bash")) return th_cli_usage(c, "--completion %s: bash is the one shell known", shell);
  if (shell)
    th_cli__completion_bash(&b);
  else if (th_cli_has(c, "man"))
    th_cli__man(&b);
  else if (c->n_args > 0 && strcmp(c->args[0], "glossary") == 0) {
    if (c->n_args > 2) return th_cli_usage(c, "one term at a time; put a term of several words in quotes");
    if (!th_cli__help_glossary(c, &b, c->n_args > 1 ? c->args[1] : NULL)) return th_cli_put(c, TH_S("no such term\n")), 1;
  } else if (c->json)
    th_cli__help_json(&b);
  else if (!c->n_args)
    th_cli__help_index(&b);
  else {
    char **word = (char **)(uintptr_t)c->args;
    int used;
    const th_cmd *cmd = th_cli__find(word, c->n_args, &used);
    if (cmd && used == c->n_args)
      th_cli__help_command(&b, cmd);
    else if (th_cli__is_noun(word, c->n_args))
      th_cli__help_noun(&b, word, c->n_args);
    else
      return th_cli_usage(c, "there is no command \"%s\"", c->args[used < c->n_args ? used : 0]);
  }
  return th_cli__put_buf(c, &b);
}

const th_cmd th_cmd_help = {
  .name = "help",
  .group = "Program",
  .synopsis = "[COMMAND… | glossary [TERM]] [--man] [--completion bash]",
  .summary = "the commands, or what one of them does; the glossary",
  .details = "With --json the whole command table, for programs. \"help glossary\" lists the terms in both languages and "
             "explains them, "
             "for patients and for professionals; with a term (an id, or the word in either language) only that one. Status 1: "
             "no such "
             "term.",
  .opts = (const th_opt[]){ { "man", 0, NULL, "the manual page, as roff", false },
                            { "completion", 0, "bash", "a completion script for this shell", false },
                            { NULL, 0, NULL, NULL, false } },
  .args_max = -1,
  .examples = (const char *const[]){ "theriac help", "theriac help version", "theriac help glossary 勝算比",
                                     "theriac help --man | man -l -", NULL },
  .run = run_help,
};
