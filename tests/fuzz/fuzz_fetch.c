/* Answers of the public registers: what they say of a search. The first byte says whose answer it is. */
#include "import/fetch_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static th_code (*const readers[])(th_arena *, th_str, th_fetch__found *,
                                    th_err *) = { th_fetch__read_studies, th_fetch__read_version, th_fetch__read_esearch,
                                                  th_fetch__read_articles, th_fetch__read_labels };
  if (size < 1) return 0;
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_arena_limit(a, (size_t)256 << 20);
  const th_str body = th_str_n((const char *)data + 1, size - 1);
  th_fetch__found f;
  th_err err = { 0 };
  const th_code code = readers[(size_t)(data[0] - '0') % 5](a, body, &f, &err);
  if (code == TH_OK) {
    TH_ASSERT(f.total >= -1);
    for (size_t i = 0; i < f.ids.n; i++) TH_ASSERT(f.ids.v[i].n > 0);
  } else {
    TH_ASSERT(err.code == code && err.msg[0] != '\0');
  }
  th_fetch__retry_after(body, TH_S("Sat, 21 Nov 2026 23:59:50 GMT"));
  th_fetch__retry_after(TH_S("Sat, 21 Nov 2026 23:59:50 GMT"), body);
  th_str_vec terms;
  if (th_fetch__terms(a, NULL, TH_NAME_DRUG, th_str_sub(body, 0, 512), &terms, NULL) == TH_OK)
    for (size_t i = 0; i < terms.n; i++) TH_ASSERT(terms.v[i].n > 0 && !th_str_has(terms.v[i], TH_S("\"")));
  th_arena_del(a);
  return 0;
}
