/* XML by expat, with our allocator. External entities are never fetched (no handler is set) and expat 2.4 and later bound the
 * growth by internal ones; text is gathered so that a handler sees it whole between two tags. */
#include <expat.h>

#include "io/io_priv.h"

#define PLAIN_MAX ((size_t)1 << 20) /* bytes: beyond, the tokens would take more memory than the speed is worth */

typedef struct reader {
  XML_Parser parser;
  const th_xml_handler *h;
  th_arena *arena; /* pending text and the attributes of one tag */
  th_buf text;
  uint32_t text_line, depth;
  th_code code;
  th_err *err;
} reader;

static uint32_t line_now(const reader *r) {
  return (uint32_t)XML_GetCurrentLineNumber(r->parser);
}

static void stop(reader *r, th_code code) {
  if (code == TH_OK || r->code != TH_OK) return;
  r->code = code;
  if (r->err && !r->err->line) r->err->line = line_now(r);
  XML_StopParser(r->parser, XML_FALSE);
}

static void flush(reader *r) {
  if (r->text.failed) stop(r, th_fail_nomem(r->err));
  if (r->text.n && r->h->text && r->code == TH_OK) stop(r, r->h->text(r->h->ctx, th_buf_str(&r->text), r->text_line, r->err));
  r->text.n = 0;
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **atts) {
  reader *r = ctx;
  flush(r);
  if (r->code != TH_OK) return;
  if (++r->depth > TH_LIMIT_XML_DEPTH) {
    stop(r,
         th_fail_at(r->err, TH_ELIMIT, line_now(r), 0, "XML nested deeper than TH_LIMIT_XML_DEPTH (%d)", TH_LIMIT_XML_DEPTH));
    return;
  }
  if (!r->h->start) return;
  size_t n = 0;
  while (atts[2 * n]) n++;
  const th_arena_mark mark = th_arena_save(r->arena);
  th_xml_attr *attr = TH_NEWN(r->arena, th_xml_attr, n);
  if (!attr) {
    stop(r, th_fail_nomem(r->err));
    return;
  }
  for (size_t i = 0; i < n; i++) attr[i] = (th_xml_attr){ th_str_of(atts[2 * i]), th_str_of(atts[2 * i + 1]) };
  stop(r, r->h->start(r->h->ctx, th_str_of(name), attr, n, line_now(r), r->err));
  th_arena_rewind(r->arena, mark);
}

static void XMLCALL on_end(void *ctx, const XML_Char *name) {
  reader *r = ctx;
  flush(r);
  if (r->code != TH_OK) return;
  r->depth--;
  if (r->h->end) stop(r, r->h->end(r->h->ctx, th_str_of(name), line_now(r), r->err));
}

static void XMLCALL on_text(void *ctx, const XML_Char *s, int n) {
  reader *r = ctx;
  if (r->code != TH_OK) return;
  if (!r->text.n) r->text_line = line_now(r);
  th_buf_add(&r->text, th_str_n(s, (size_t)n));
}

static th_code fail_expat(reader *r, th_err *err) {
  const enum XML_Error e = XML_GetErrorCode(r->parser);
  const XML_Index at = XML_GetCurrentByteIndex(r->parser);
  if (e == XML_ERROR_NO_MEMORY) return th_fail_nomem(err);
  const th_code code = e == XML_ERROR_AMPLIFICATION_LIMIT_BREACH ? TH_ELIMIT : TH_EPARSE;
  th_fail_at(err, code, line_now(r), (uint32_t)XML_GetCurrentColumnNumber(r->parser) + 1, "not well-formed XML: %s",
             XML_ErrorString(e));
  if (err && !err->offset && at > 0) err->offset = (uint64_t)at;
  return code;
}

/* One call as long as int allows: expat 2.5 reads a token that spans calls anew each time, which small pieces would make slow. */
static th_code feed(reader *r, th_str bytes, th_err *err) {
  const size_t piece = (size_t)1 << 30;
  do {
    const size_t n = bytes.n < piece ? bytes.n : piece;
    const enum XML_Status s = XML_Parse(r->parser, bytes.p ? bytes.p : "", (int)n, n == bytes.n);
    if (r->code != TH_OK) return r->code;
    if (s != XML_STATUS_OK) return fail_expat(r, err);
    bytes = th_str_sub(bytes, n, bytes.n);
  } while (bytes.n);
  return TH_OK;
}

th_code th_io__xml_expat(th_str bytes, const th_xml_handler *h, th_err *err) {
  const XML_Memory_Handling_Suite memory = { th_malloc, th_realloc, th_free };
  reader r = { .h = h, .err = err, .parser = XML_ParserCreate_MM(NULL, &memory, NULL), .arena = th_arena_new(0) };
  th_arena *text = th_arena_new(0);
  th_code code = TH_ENOMEM;
  if (r.parser && r.arena && text) {
    th_buf_init(&r.text, text, 0);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    code = feed(&r, bytes, err);
  } else {
    th_fail_nomem(err);
  }
  if (r.parser) XML_ParserFree(r.parser);
  th_arena_del(r.arena);
  th_arena_del(text);
  return code;
}

th_code th_xml_read(th_str bytes, const th_xml_handler *h, th_err *err) {
  if (bytes.n > PLAIN_MAX) return th_io__xml_expat(bytes, h, err);
  bool plain;
  th_arena *a = th_arena_new(32 << 10);
  if (!a) return th_fail_nomem(err);
  const th_code code = th_io__xml_plain(a, bytes, h, &plain, err);
  th_arena_del(a);
  return plain || code != TH_OK ? code : th_io__xml_expat(bytes, h, err);
}
