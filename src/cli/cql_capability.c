/* The suite's XML beside the compiled tests says which capability of an engine a test asks for: its own words, else those of its group, else
 * those of the file. */
#include "cli/cli_cql.h"
#include "theriac/io.h"

typedef struct reading {
  th_arena *arena;
  th_map *out;
  th_str group, test;
  th_str of_file, of_group, of_test; /* codes, blank between */
  unsigned depth;                    /* 1 file, 2 group, 3 test */
} reading;

static th_str attribute(const th_xml_attr *attr, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++) {
    if (th_str_is(attr[i].name, name)) return attr[i].value;
  }
  return TH_STR_NONE;
}

static bool has_word(th_str list, th_str word) {
  th_str one;
  while (th_str_split(&list, ' ', &one)) {
    if (th_str_eq(one, word)) return true;
  }
  return false;
}

static th_code add(reading *r, th_str *list, th_str words, th_err *err) {
  th_str word;
  while (th_str_split(&words, ' ', &word)) {
    if (!word.n || has_word(*list, word)) continue;
    *list = list->n ? th_str_fmt(r->arena, "%.*s %.*s", TH_STR_ARG(*list), TH_STR_ARG(word)) : th_str_dup(r->arena, word);
    if (!list->p) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code start(void *ctx, th_str name, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  reading *r = ctx;
  (void)line;
  if (th_str_is(name, "capability"))
    return add(r, r->depth == 3 ? &r->of_test : r->depth == 2 ? &r->of_group : &r->of_file, attribute(attr, n, "code"), err);
  const unsigned depth = th_str_is(name, "tests") ? 1 : th_str_is(name, "group") ? 2 : th_str_is(name, "test") ? 3 : 0;
  if (!depth) return TH_OK;
  r->depth = depth;
  th_str *own = depth == 2 ? &r->group : depth == 3 ? &r->test : &r->of_file;
  if (depth > 1) *own = th_str_dup(r->arena, attribute(attr, n, "name"));
  if (depth == 2) r->of_group = TH_STR_NONE;
  if (depth == 3) r->of_test = TH_STR_NONE;
  return TH_OK;
}

static th_code end(void *ctx, th_str name, uint32_t line, th_err *err) {
  reading *r = ctx;
  (void)line;
  if (th_str_is(name, "group")) r->depth = 1;
  if (!th_str_is(name, "test")) return TH_OK;
  r->depth = 2;
  if (!r->of_test.n) r->of_test = r->of_group.n ? r->of_group : r->of_file;
  const th_str key = th_str_fmt(r->arena, "%.*s/%.*s", TH_STR_ARG(r->group), TH_STR_ARG(r->test));
  th_str *words = TH_NEW(r->arena, th_str);
  if (!key.p || !words || th_map_put(r->out, key, (uint64_t)(uintptr_t)words) != TH_OK) return th_fail_nomem(err);
  *words = r->of_test;
  return TH_OK;
}

th_code th_cli__cql_capabilities(th_arena *a, const char *path, th_map *out, th_err *err) {
  reading r = { .arena = a, .out = out };
  const th_xml_handler h = { &r, start, end, NULL };
  th_file f;
  th_map_init(out, a);
  TH_TRY(th_file_open(path, 0, &f, err));
  const th_code code = th_xml_read(f.bytes, &h, err);
  th_file_close(&f);
  if (code != TH_OK) th_err_source(err, path);
  return code;
}
