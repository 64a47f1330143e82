/* Pictures and PDFs: whatever the bytes are, an answer or an error, and what is told of a picture is within its limits. The PDF is read in
 * this process, so that a fault shows. */
#include "io/io_priv.h"
#include "theriac/io/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  th_arena *a = th_arena_new(0);
  const th_str bytes = th_str_n((const char *)data, size);
  th_paper p;
  th_err err = { 0 };
  if (!a) return 0;
  const bool pdf = th_str_has(th_str_sub(bytes, 0, 1024), TH_S("%PDF-"));
  const th_code code = pdf ? th_io__pdf_here(a, bytes, &p, &err) : th_paper_probe(a, bytes, &p, &err);
  if (code == TH_OK) {
    TH_ASSERT(p.pages >= 1 && p.pages <= TH_LIMIT_PAPER_PAGES);
    TH_ASSERT(p.turn >= 1 && p.turn <= 8);
    TH_ASSERT(p.kind == TH_PAPER_PDF || (p.width >= 1 && p.width <= TH_LIMIT_PICTURE_SIDE && p.height >= 1));
  } else {
    TH_ASSERT(err.msg[0] != '\0');
  }
  th_arena_del(a);
  return 0;
}
