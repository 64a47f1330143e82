/* Building the static site: dossiers by all processors, then what is made of all of them. */
#ifndef THERIAC_CLI_SITE_H
#define THERIAC_CLI_SITE_H

#include "theriac/base.h"
#include "theriac/io/tree.h"

typedef struct th_cli_site {
  const char *home, *out;
  th_date as_of;
  const th_str *drug;
  size_t n_drugs;        /* 0: every drug that a document of the store has as its subject */
  th_str base;           /* address of the site, "/" at its end; empty: not known */
  const char *redirects; /* a table of old addresses, or NULL */
  bool bom, model;       /* model: what the home's own model says is told too */
  unsigned threads;      /* 0: all processors */
} th_cli_site;

typedef struct th_cli_site_told {
  uint64_t drugs, diseases, pairs, changes;
  th_tree_counts files;
} th_cli_site_told;

th_code th_cli_site_build(th_arena *a, const th_cli_site *o, th_cli_site_told *told, th_err *err);

#endif
