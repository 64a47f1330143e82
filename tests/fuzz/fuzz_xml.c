/* Tags pair up, and what a handler is given is UTF-8. */
#include <stdlib.h>

#include "theriac/io.h"

static th_code on_start(void *ctx, th_str name, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  (void)err;
  *(int *)ctx += 1;
  if (!line || th_utf8_check(name) != SIZE_MAX) abort();
  for (size_t i = 0; i < n; i++)
    if (th_utf8_check(attr[i].name) != SIZE_MAX || th_utf8_check(attr[i].value) != SIZE_MAX) abort();
  return TH_OK;
}

static th_code on_end(void *ctx, th_str name, uint32_t line, th_err *err) {
  (void)name, (void)line, (void)err;
  if (--*(int *)ctx < 0) abort();
  return TH_OK;
}

static th_code on_text(void *ctx, th_str text, uint32_t line, th_err *err) {
  (void)ctx, (void)line, (void)err;
  if (!text.n || th_utf8_check(text) != SIZE_MAX) abort();
  return TH_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  int open = 0;
  const th_xml_handler h = { &open, on_start, on_end, on_text };
  th_err err = { 0 };
  if (th_xml_read(th_str_n((const char *)data, n), &h, &err) == TH_OK ? open != 0 : !err.msg[0]) abort();
  return 0;
}
