/* What drugs share with each other, over a whole store: made once, asked by every dossier. Targets of imported tables, diseases that
 * registers, pages and the built-in table license, groups of an imported ATC index. Nothing of it is a finding of its own: a dossier
 * takes from it whom its drug is related to, and why (theriac/dossier.h, th_dossier_relative). */
#ifndef THERIAC_DOSSIER_KINDRED_H
#define THERIAC_DOSSIER_KINDRED_H

#include "theriac/names.h"
#include "theriac/store.h"

typedef struct th_kindred_target {
  const th_name_row *drug;
  th_str id, name; /* "2907", "5-HT1A receptor (HTR1A)" */
  uint32_t record, line;
} th_kindred_target;

typedef struct th_kindred_use {
  const th_name_row *drug, *disease;
  uint32_t record, line; /* record TH_KINDRED_BUILTIN: a table of the program */
  th_date expires;       /* of the licence; NONE: not stated */
} th_kindred_use;

typedef struct th_kindred_code {
  th_str code, name; /* "L04AG", as the index words it */
  uint32_t record, line;
} th_kindred_code;

#define TH_KINDRED_BUILTIN UINT32_MAX

typedef struct th_kindred {
  TH_VEC(th_kindred_target) targets;    /* by id, then drug */
  TH_VEC(th_kindred_use) uses;          /* by disease, then drug: one a pair, the one that lasts longest */
  TH_VEC(th_kindred_code) codes;        /* of every level, by code */
  TH_VEC(const th_name_row *) subjects; /* drugs with a dossier of their own, by id */
  th_store_record_vec records;          /* what `record` counts in, without bodies */
  bool registers;                       /* a register or a page was there to tell uses */
} th_kindred;

/* names must be those of the store and outlive the result. A store without any of it gives an empty one. O(tables + pages). */
TH_API th_code th_kindred_of(th_arena *a, th_store *s, const th_names *names, th_kindred **out, th_err *err);

#endif
