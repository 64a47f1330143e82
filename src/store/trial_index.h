/* The index of studies: what its files share. Studies are numbered densely in the order of import (ordinals); a posting is the
 * sorted set of ordinals that carry a term, cut into chunks of 65,536. */
#ifndef THERIAC_STORE_TRIAL_INDEX_H
#define THERIAC_STORE_TRIAL_INDEX_H

#include "store/store_priv.h"
#include "theriac/store/trial_search.h"

/* First letter of a term: what kind it is. Pairs are two words in a row, so that a run of words can be asked for. */
#define TERM_CONDITION         'C' /* a whole condition, folded */
#define TERM_CONDITION_WORD    'c'
#define TERM_CONDITION_PAIR    'd'
#define TERM_DEAD              'D' /* studies replaced by a newer version */
#define TERM_FACET             'f' /* 'f', facet letter, value */
#define TERM_SPOT              'g' /* a place on the map */
#define TERM_INTERVENTION      'I'
#define TERM_INTERVENTION_WORD 'i'
#define TERM_INTERVENTION_PAIR 'j'
#define TERM_CITY              'p'
#define TERM_SPONSOR_WORD      's'
#define TERM_TITLE_WORD        't'
#define TERM_WORD              'x'

#define TERM_BYTES_MAX 160
#define CHUNK_BITS     16
#define CHUNK_ORDINALS (1u << CHUNK_BITS)
#define CHUNK_WORDS    (CHUNK_ORDINALS / 64)
#define POST_LIST      0 /* first byte of a posting's body: differences as 7-bit groups … */
#define POST_BITS      1 /* … or 8 KiB of bits */
#define POST_BYTES_MAX (1 + 8 * 1024)

/* ── Postings as bytes ─────────────────────────────────────────────────────────────────────────────────────────────── */

/* Adds an ordinal (its low 16 bits) above all held; body has room for POST_BYTES_MAX. last: the highest held, -1 none. */
void th_store__post_append(uint8_t *body, size_t *n, int32_t *last, uint16_t low);
/* Highest ordinal held; -1: none. False when the bytes are no posting. */
bool th_store__post_last(const uint8_t *body, size_t n, int32_t *last);
/* Sets the bits of a posting in `bits` (CHUNK_WORDS words). False as above. */
bool th_store__post_or(const uint8_t *body, size_t n, uint64_t *bits);
/* How many of a posting are set in `bits`. False as above. */
bool th_store__post_count(const uint8_t *body, size_t n, const uint64_t *bits, uint32_t *count);

/* ── The words of a text ───────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(th_str) th_store__word_vec;
/* Words as they are indexed and asked for: folded, Chinese in pairs of characters. */
th_code th_store__trial_words(th_arena *a, th_str text, th_store__word_vec *out, th_err *err);
/* A whole name as it is compared: folded, signs as blanks; in *turned "Lupus Erythematosus, Systemic" is "systemic lupus
 * erythematosus", empty when there is no comma. An abbreviation in brackets at the end is left out. */
th_code th_store__trial_name(th_arena *a, th_str name, th_str *key, th_str *turned, th_err *err);

/* What the index is told of one study, each term once. */
typedef struct th_store__spot {
  int lat, lon; /* hundredths of a degree */
  th_str city;
} th_store__spot;

typedef struct th_store__trial_terms {
  th_str_vec terms; /* first byte: the kind */
  TH_VEC(th_store__spot) spots;
  th_str phases, conditions, interventions, countries; /* joined, for the row that a result shows */
} th_store__trial_terms;

/* ── Writing: what a transaction adds, gathered until its commit ───────────────────────────────────────────────────── */

typedef enum th_store__column {
  COLUMN_START,
  COLUMN_COMPLETION,
  COLUMN_UPDATE,
  COLUMN_ENROLMENT,
  COLUMN_NUMBER,
  COLUMNS
} th_store__column;
#define COLUMN_ORDINALS 8192 /* values in a row of trial_column; its id is (column << 32 | ordinal) / COLUMN_ORDINALS */
#define COLUMN_UNKNOWN  INT32_MIN
#define ORDINALS_MAX    ((1u << 28) - 1) /* what a key of sorting has room for */

typedef struct th_store__trial_writer th_store__trial_writer;
th_store__trial_writer *th_store__trial_writer_of(th_store *s); /* made when there is none; NULL: memory is short */
/* Number of the next study. The writer must be there, here and below. */
th_code th_store__trial_next(th_store *s, uint32_t *ordinal, th_err *err);
th_code th_store__trial_give(th_store *s, th_str term, uint32_t ordinal, uint64_t *id, bool *made, th_err *err);
th_code th_store__trial_value(th_store *s, th_store__column c, uint32_t ordinal, int32_t v, th_err *err);

#endif
