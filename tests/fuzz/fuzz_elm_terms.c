/* Value sets and code systems of any content: refused with a reason, or every membership asked has an answer. */
#include <stdlib.h>

#include "theriac/elm.h"

#define SYS       "{urn:hl7-org:elm-types:r1}"
#define DEF(n, x) "{\"name\":\"" n "\",\"context\":\"Unfiltered\",\"expression\":" x "}"
#define SET       "\"valueset\":{\"name\":\"Set\"}"
#define CODE      "{\"type\":\"Code\",\"system\":{\"name\":\"Lab\"},\"code\":\"c\"}"
#define TEXT      "{\"type\":\"Literal\",\"valueType\":\"" SYS "String\",\"value\":\"c\"}"

static const char library[] =
    "{\"library\":{\"identifier\":{\"id\":\"T\"},\"schemaIdentifier\":{\"id\":\"urn:hl7-org:elm\",\"version\":\"r1\"},"
    "\"codeSystems\":{\"def\":[{\"name\":\"Lab\",\"id\":\"s\"}]},\"valueSets\":{\"def\":[{\"name\":\"Set\",\"id\":\"v|1\"}]},"
    "\"statements\":{\"def\":[" DEF("A", "{\"type\":\"InValueSet\",\"code\":" CODE "," SET "}") "," DEF(
        "B",
        "{\"type\":\"InValueSet\",\"code\":" TEXT "," SET
        "}") "," DEF("C",
                     "{\"type\":\"InCodeSystem\",\"code\":" CODE
                     ",\"codesystem\":{\"name\":\"Lab\"}}") "," DEF("D", "{\"type\":\"ExpandValueSet\",\"operand\":{\"type\":"
                                                                         "\"ValueSetRef\",\"name\":\"Set\"}}") "]}}}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static th_elm_program *p;
  th_elm_options opt = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 } };
  th_err err = { 0 };
  if (!p) {
    p = th_elm_new();
    if (!p || th_elm_add(p, th_str_n(library, sizeof library - 1), "library", &err) != TH_OK || th_elm_link(p, &err) != TH_OK)
      abort();
  }
  th_arena *a = th_arena_new(0);
  th_elm_terms *t = a ? th_elm_terms_new(a) : NULL;
  th_elm_eval *e = NULL;
  if (t && th_elm_terms_add(t, th_str_n((const char *)data, n), "input", &err) == TH_OK) {
    opt.terms = t;
    if (th_elm_begin(p, &opt, a, NULL, &e, &err) != TH_OK) abort();
    for (size_t i = 0; i < th_elm_defines(p); i++) {
      th_elm_val v;
      if (th_elm_value_at(e, i, &v, &err) != TH_OK) abort();
    }
    th_elm_finish(e);
  } else if (t && !err.msg[0]) {
    abort();
  }
  th_arena_del(a);
  return 0;
}
