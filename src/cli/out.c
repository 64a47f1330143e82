/* What leaves the program: data whole on stdout or an error, and errors on stderr in one form. */
#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#include "cli/cli_priv.h"
#include "theriac/io.h"

int th_cli__write_failed(const th_cli *c) {
  th_err err = { 0 };
  th_fail(&err, TH_EIO, "standard output could not be written: %s", strerror(errno));
  return th_cli_error(c, &err);
}

int th_cli_put(const th_cli *c, th_str text) {
  if (fflush(stdout) != 0) return th_cli__write_failed(c);
  while (text.n) {
    const ssize_t n = write(STDOUT_FILENO, text.p, text.n);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return th_cli__write_failed(c);
    text = th_str_sub(text, (size_t)n, text.n);
  }
  return 0;
}

int th_cli__nomem(const th_cli *c) {
  th_err err = { 0 };
  th_fail_nomem(&err);
  return th_cli_error(c, &err);
}

int th_cli__put_buf(const th_cli *c, const th_buf *b) {
  if (b->failed) return th_cli__nomem(c);
  return th_cli_put(c, th_buf_str(b));
}

static void error_json(const th_cli *c, const th_err *err) {
  const th_code_info info = th_code_describe(err->code);
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, c->arena, 0);
  th_jwrite_open(&w, &b, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "error");
  th_jw_obj(&w);
  th_jw_key(&w, "code"), th_jw_z(&w, info.name);
  th_jw_key(&w, "exit_status"), th_jw_i64(&w, info.exit_status);
  th_jw_key(&w, "message"), th_jw_z(&w, err->msg);
  if (*err->source) th_jw_key(&w, "source"), th_jw_z(&w, err->source);
  if (err->line) th_jw_key(&w, "line"), th_jw_i64(&w, err->line);
  if (err->line && err->col) th_jw_key(&w, "column"), th_jw_i64(&w, err->col);
  th_jw_obj_end(&w);
  th_jw_obj_end(&w);
  if (b.failed)
    th_log_err(err);
  else
    fprintf(stderr, "%.*s\n", TH_STR_ARG(th_buf_str(&b)));
}

int th_cli_error(const th_cli *c, const th_err *err) {
  if (c->json && c->arena)
    error_json(c, err);
  else
    th_log_err(err);
  return th_code_describe(err->code).exit_status;
}

int th_cli_usage(const th_cli *c, const char *fmt, ...) {
  th_err err = { .code = TH_EINVAL };
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(err.msg, sizeof err.msg, fmt, ap);
  va_end(ap);
  th_cli_error(c, &err);
  if (c->cmd && !c->json)
    fprintf(stderr, "usage: %s\n       theriac %s --help says more\n", th_cli__usage(c->arena, c->cmd), c->cmd->name);
  return 2;
}
