/* Tables that say how a record struct is written as JSON. */
#ifndef THERIAC_STORE_CODEC_PRIV_H
#define THERIAC_STORE_CODEC_PRIV_H

#include "store/store_priv.h"
#include "theriac/source.h"

typedef enum th_codec_type {
  TH_C_FIELD, /* th_field */
  TH_C_STR,   /* th_str */
  TH_C_CSTR,  /* const char *, a stable word */
  TH_C_DATE,  /* th_date */
  TH_C_BOOL,
  TH_C_ENUM, /* by name, so that a renumbered enum does no harm */
  TH_C_U8,
  TH_C_U32,
  TH_C_I32,
  TH_C_I64,
  TH_C_F64,    /* double; NaN: absent */
  TH_C_INDEX,  /* uint32_t into a list of the record; UINT32_MAX: none */
  TH_C_PLACE,  /* uint32_t, a place in the document: no part of the content */
  TH_C_SUB,    /* a struct */
  TH_C_FIELDS, /* vector of th_field */
  TH_C_VEC,    /* vector of structs */
} th_codec_type;

typedef struct th_codec th_codec;

typedef struct th_codec_item {
  const char *key;
  uint32_t offset;
  uint8_t type;             /* th_codec_type */
  uint8_t size;             /* of an enum's storage: 1 or sizeof(int) */
  int n_names;              /* enum: values 0..n_names-1 */
  const char *(*name)(int); /* enum */
  const th_codec *sub;
} th_codec_item;

struct th_codec {
  size_t size;
  const th_codec_item *item; /* ends with a NULL key */
};

/* Records of registries and of the literature come by the hundred thousand: their values are kept without their places, which the
 * document has. */
extern const th_codec th_store__codec_ctgov, th_store__codec_pubmed, th_store__codec_vocabulary, th_store__codec_targets,
    th_store__codec_nhi_items, th_store__codec_label;
extern const th_codec th_store__codec_report_page, th_store__codec_abstract, th_store__codec_trial_page,
    th_store__codec_coverage, th_store__codec_capture, th_store__codec_caution, th_store__codec_caution_table,
    th_store__codec_ddinter_table, th_store__codec_tfda_register, th_store__codec_licence;

/* v as JSON in the arena. content: without places (see codec.c); it reads back too, with all places 0. */
th_code th_store__encode(th_arena *a, const th_codec *c, const void *v, bool content, th_str *out, th_err *err);
/* The struct back; its texts view `body` or live in the arena. */
th_code th_store__decode(th_arena *a, const th_codec *c, th_str body, void *out, th_err *err);

#endif
