/* PubMed records: each has its number, and no mark of a raised figure is left in a text. */
#include <stdlib.h>

#include "theriac/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_pubmed_articles all;
  if (th_source_pubmed_read(a, th_str_n((const char *)data, n), &all, NULL) == TH_OK)
    for (size_t i = 0; i < all.n; i++) {
      if (all.v[i].pmid.text.n == 0) abort();
      if (all.v[i].title.text.n && memchr(all.v[i].title.text.p, 1, all.v[i].title.text.n)) abort();
    }
  th_source_cuts cuts;
  if (th_source_pubmed_cut(a, th_str_n((const char *)data, n), &cuts, NULL) == TH_OK)
    for (size_t i = 0; i < cuts.n; i++) {
      th_pubmed_article x;
      if (cuts.v[i].from >= cuts.v[i].to || cuts.v[i].to > n) abort();
      if (th_source_pubmed_one(a, th_str_n((const char *)data, n), &cuts.v[i], &x, NULL) == TH_OK && x.pmid.text.n == 0)
        abort();
    }
  th_arena_del(a);
  return 0;
}
