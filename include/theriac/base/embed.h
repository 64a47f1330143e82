/* Files built into the program (tools/embed.py): tables, policies, styles, the demonstration pack. */
#ifndef THERIAC_BASE_EMBED_H
#define THERIAC_BASE_EMBED_H

#include "theriac/base/str.h"

typedef struct th_embed {
  const char *name;  /* NULL ends a list */
  const char *bytes; /* a NUL follows */
  size_t n;
} th_embed;

static inline th_str th_embed_find(const th_embed *list, const char *name) {
  for (; list->name; list++)
    if (strcmp(list->name, name) == 0) return th_str_n(list->bytes, list->n);
  return TH_STR_NONE;
}

#endif
