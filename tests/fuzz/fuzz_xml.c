/* Tags pair up, what a handler is given is UTF-8, and what our own reader of plain documents takes is taken by expat with the same
 * calls. */
#include <stdlib.h>

#include "io/io_priv.h"

typedef struct log {
  int open;
  uint64_t calls; /* hash of all calls */
} log_of;

static void note(log_of *l, char kind, th_str s, uint32_t line) {
  l->calls = (l->calls ^ (uint64_t)(unsigned char)kind ^ (uint64_t)line << 8) * 0x100000001b3u;
  for (size_t i = 0; i < s.n; i++) l->calls = (l->calls ^ (unsigned char)s.p[i]) * 0x100000001b3u;
}

static th_code on_start(void *ctx, th_str name, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  (void)err;
  log_of *l = ctx;
  l->open++;
  note(l, '<', name, line);
  if (!line || th_utf8_check(name) != SIZE_MAX) abort();
  for (size_t i = 0; i < n; i++) {
    if (th_utf8_check(attr[i].name) != SIZE_MAX || th_utf8_check(attr[i].value) != SIZE_MAX) abort();
    note(l, '@', attr[i].name, 0);
    note(l, '=', attr[i].value, 0);
  }
  return TH_OK;
}

static th_code on_end(void *ctx, th_str name, uint32_t line, th_err *err) {
  (void)err;
  log_of *l = ctx;
  note(l, '>', name, line);
  if (--l->open < 0) abort();
  return TH_OK;
}

static th_code on_text(void *ctx, th_str text, uint32_t line, th_err *err) {
  (void)err;
  note(ctx, '_', text, line);
  if (!text.n || th_utf8_check(text) != SIZE_MAX) abort();
  return TH_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  log_of log[2] = { 0 };
  const th_str in = th_str_n((const char *)data, n);
  th_err err = { 0 };
  const th_xml_handler h = { &log[0], on_start, on_end, on_text }, own = { &log[1], on_start, on_end, on_text };
  const th_code code = th_io__xml_expat(in, &h, &err);
  if (code == TH_OK ? log[0].open != 0 : !err.msg[0]) abort();
  bool plain;
  th_arena *a = th_arena_new(0);
  if (!a || th_io__xml_plain(a, in, &own, &plain, NULL) != TH_OK) abort();
  if (plain ? code != TH_OK || log[0].calls != log[1].calls : log[1].calls != 0) abort();
  th_arena_del(a);
  return 0;
}
