/* theriac serve: the web app, until it is told to stop. */
#include "cli/cli_priv.h"
#include "theriac/serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const th_opt opts[] = {
  { "listen", 0, "ADDRESS", "where to listen: 127.0.0.1:8420 (the default), [::1]:8420, or a port; port 0 takes a free one",
    false },
  { "host", 0, "NAME", "a further name under which pages may be asked for, behind a proxy say", true },
  { "read-only", 0, NULL, "nothing can be changed or uploaded", false },
  { 0 },
};

static const char *const examples[] = { "theriac serve", "theriac serve --listen 127.0.0.1:9000 --read-only", NULL };

static th_date fixed_day;

static th_date today(void) {
  return fixed_day.prec ? fixed_day : th_cli_today();
}

static int64_t now(void) {
  return (int64_t)time(NULL);
}

/* Seconds that the clock on the wall is ahead of UTC. */
static int32_t utc_offset(void) {
  const time_t t = time(NULL);
  struct tm tm;
  return localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

static const char *user(void) {
  const char *who = getenv("USER");
  return who && *who ? who : getenv("LOGNAME");
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_serve *s;
  sigset_t stop;
  int caught;
  const char **hosts = TH_NEWN(c->arena, const char *, c->n_opts + 1);
  if (!hosts) return th_cli__nomem(c);
  fixed_day = c->as_of;
  th_serve_options o = { .home = c->home,
                         .listen = th_cli_opt(c, "listen"),
                         .hosts = hosts,
                         .read_only = th_cli_has(c, "read-only"),
                         .today = today,
                         .now = now,
                         .utc_offset = utc_offset(),
                         .who = user() };
  for (size_t i = 0; i < c->n_opts; i++)
    if (strcmp(c->opt[i].name, "host") == 0) hosts[o.n_hosts++] = c->opt[i].value;
  /* Blocked before threads are started, so that this thread alone hears of them. */
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  sigprocmask(SIG_BLOCK, &stop, NULL);
  signal(SIGPIPE, SIG_IGN);
  if (th_serve_open(&o, &s, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_serve_start(s, &err) != TH_OK) {
    th_serve_close(s);
    return th_cli_error(c, &err);
  }
  const char *listen = o.listen ? o.listen : "127.0.0.1:8420";
  const char *colon = strrchr(listen, ':');
  const int status = th_cli_put(c, th_str_fmt(c->arena, "http://%.*s:%u/\n", colon ? (int)(colon - listen) : 9,
                                              colon ? listen : "127.0.0.1", th_serve_port(s)));
  if (!th_serve_is_local(s)) th_log(TH_LOG_WARN, "listening beyond this machine: pages about patients are closed");
  sigwait(&stop, &caught);
  th_serve_close(s);
  return status;
}

const th_cmd th_cmd_serve = {
  .name = "serve",
  .group = "Dossier",
  .synopsis = "[--listen ADDRESS] [--read-only]",
  .summary = "the web app, on this machine",
  .details =
      "Prints its address and answers until it gets SIGINT or SIGTERM. Listens on the loopback interface unless told "
      "otherwise; "
      "beyond it, pages about patients are closed, and a proxy in front has to see to encryption and to who may come in. "
      "A request is answered only under a name of this machine, the address listened on, or a --host; changes are taken from "
      "pages of its own alone. POST /coverage/check takes a case as JSON and answers as coverage check --json does; nothing of "
      "it is kept.",
  .opts = opts,
  .args_min = 0,
  .args_max = 0,
  .examples = examples,
  .run = run,
};
