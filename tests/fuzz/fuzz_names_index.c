/* A kept index of names: any bytes laid over, with a check sum that fits, so that what lies behind it is reached. */
#include <stdlib.h>
#include <string.h>

#include "names/names_priv.h"
#include "theriac/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  char *p = a ? th_arena_alloc_n(a, n + 1, 1, 16) : NULL;
  th_names *names;
  if (p) {
    memcpy(p, data, n);
    if (n >= sizeof(th_names__head)) {
      th_names__head *h = (th_names__head *)(void *)p;
      h->bytes = n;
      h->crc = th_names__crc(th_str_n(p, n));
    }
    if (th_names_open(a, th_str_n(p, n), &names, NULL) == TH_OK) {
      th_name_hits hits = { 0 };
      for (int kind = 0; kind < 2; kind++) {
        (void)th_names_resolve(names, a, (th_name_kind)kind, TH_S("belimumab"));
        if (th_names_find(names, a, (th_name_kind)kind, TH_S("trial of testimab in lupus nephritis…"), true, &hits, NULL) !=
            TH_OK)
          break;
      }
      (void)th_names_by_xref(names, a, TH_S("MESH:D008180"), &hits, NULL);
      for (size_t i = 0; i + 1 < names->n_rows && i < 8; i++)
        (void)th_names_kinship(names, a, names->rows[i].id, names->rows[i + 1].id);
    }
  }
  th_arena_del(a);
  return 0;
}
