/* What a transaction adds to the index of studies, gathered until its commit: each posting then grows once, at its end. */
#include <stdlib.h>

#include "store/trial_index.h"

#define PAIRS_MAX ((size_t)6 << 20) /* gathered at most before they are written: 48 MiB */
#define TERMS_MAX ((size_t)1 << 19) /* known by heart at most */

typedef struct value {
  uint64_t at; /* column << 32 | ordinal */
  int32_t value;
} value;

struct th_store__trial_writer {
  th_arena *terms_arena;
  th_map terms;   /* term → id << 32 | ordinal + 1 it was last given to */
  uint64_t *pair; /* chunk of the ordinal, term id, ordinal within the chunk */
  size_t n, cap;
  value *value;
  size_t n_values, cap_values;
  size_t mark[TH_STORE__MARKS], mark_values[TH_STORE__MARKS]; /* how many when each mark was set */
  int64_t ordinals;                                           /* how many are given out; -1: not asked yet */
  uint64_t unposted; /* terms from this id on were made since the last flush: no posting holds them */
};

th_store__trial_writer *th_store__trial_writer_of(th_store *s) {
  if (s->trial) return s->trial;
  th_store__trial_writer *w = th_malloc(sizeof *w);
  if (!w) return NULL;
  *w = (th_store__trial_writer){ .terms_arena = th_arena_new((size_t)1 << 20), .ordinals = -1, .unposted = UINT64_MAX };
  if (!w->terms_arena) return th_free(w), NULL;
  th_map_init(&w->terms, w->terms_arena);
  return s->trial = w;
}

static void forget_terms(th_store__trial_writer *w) {
  th_arena_reset(w->terms_arena);
  th_map_init(&w->terms, w->terms_arena);
  w->ordinals = -1;
  w->unposted = UINT64_MAX;
}

void th_store__trial_drop(th_store *s, int marks) {
  if (!s->trial) return;
  const bool marked = marks > 0 && marks <= TH_STORE__MARKS;
  s->trial->n = marked ? s->trial->mark[marks - 1] : 0;
  s->trial->n_values = marked ? s->trial->mark_values[marks - 1] : 0;
  forget_terms(s->trial); /* their ids may have gone with the transaction */
}

void th_store__trial_mark(th_store *s, int marks) {
  if (!s->trial || marks < 0 || marks >= TH_STORE__MARKS) return;
  s->trial->mark[marks] = s->trial->n;
  s->trial->mark_values[marks] = s->trial->n_values;
}

void th_store__trial_close(th_store *s) {
  if (!s->trial) return;
  th_arena_del(s->trial->terms_arena);
  th_free(s->trial->pair);
  th_free(s->trial->value);
  th_free(s->trial);
  s->trial = NULL;
}

/* ── Writing postings ──────────────────────────────────────────────────────────────────────────────────────────────── */

/* Chunk first: what a commit changes lies together, in the chunk that grows, not beside each term's older chunks. */
static uint64_t pair_of(uint64_t term, uint32_t ordinal) {
  return (uint64_t)(ordinal >> CHUNK_BITS) << 48 | term << CHUNK_BITS | (ordinal & (CHUNK_ORDINALS - 1));
}

static int64_t post_id(uint64_t pair) {
  return (int64_t)(pair >> CHUNK_BITS);
}

/* By one byte after the other from the lowest; a byte that all have alike is passed over. Millions of pairs come at once, for which
 * comparing them costs ten times as much. */
static th_code sort_pairs(uint64_t *pair, size_t n, th_err *err) {
  size_t count[8][256] = { { 0 } };
  uint64_t *other = th_malloc((n ? n : 1) * sizeof *other), *from = pair, *to = other;
  if (!other) return th_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    for (int b = 0; b < 8; b++) count[b][pair[i] >> 8 * b & 0xFF]++;
  for (int b = 0; b < 8; b++) {
    size_t at = 0;
    if (n && count[b][pair[0] >> 8 * b & 0xFF] == n) continue;
    for (int v = 0; v < 256; v++) {
      const size_t here = count[b][v];
      count[b][v] = at;
      at += here;
    }
    for (size_t i = 0; i < n; i++) to[count[b][from[i] >> 8 * b & 0xFF]++] = from[i];
    uint64_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != pair) memcpy(pair, from, n * sizeof *pair);
  th_free(other);
  return TH_OK;
}

static th_code read_post(th_store *s, int64_t id, uint8_t *body, size_t *n, int32_t *last, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  *n = 0, *last = -1;
  TH_TRY(th_store__stmt(s, "SELECT body FROM trial_post WHERE id = ?1", &st, err));
  sqlite3_bind_int64(st, 1, id);
  TH_TRY(th_store__step(s, st, &row, err));
  if (!row) return TH_OK;
  const int bytes = sqlite3_column_bytes(st, 0);
  const bool fits = bytes > 0 && bytes <= POST_BYTES_MAX;
  if (fits) memcpy(body, sqlite3_column_blob(st, 0), *n = (size_t)bytes);
  sqlite3_reset(st);
  if (!fits || !th_store__post_last(body, *n, last))
    return th_fail(err, TH_EPARSE, "the index of trials is damaged: run \"theriac doctor\"");
  return TH_OK;
}

static th_code write_post(th_store *s, int64_t id, const uint8_t *body, size_t n, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(
      s, "INSERT INTO trial_post(id, body) VALUES (?1, ?2) ON CONFLICT(id) DO UPDATE SET body = excluded.body", &st, err));
  sqlite3_bind_int64(st, 1, id);
  sqlite3_bind_blob64(st, 2, body, n, SQLITE_STATIC);
  return th_store__run(s, st, err);
}

/* A posting that has ordinals above the first new one (a study marked as replaced) is made anew from its bits. */
static th_code grow(th_store *s, const uint64_t *pair, size_t n, th_err *err) {
  uint8_t body[POST_BYTES_MAX + 8];
  size_t bytes;
  int32_t last;
  const int64_t id = post_id(pair[0]);
  bytes = 0, last = -1;
  if ((pair[0] >> CHUNK_BITS & UINT32_MAX) < s->trial->unposted) TH_TRY(read_post(s, id, body, &bytes, &last, err));
  if ((int32_t)(pair[0] & (CHUNK_ORDINALS - 1)) <= last) {
    uint64_t bits[CHUNK_WORDS] = { 0 };
    th_store__post_or(body, bytes, bits);
    for (size_t i = 0; i < n; i++) bits[(pair[i] & (CHUNK_ORDINALS - 1)) / 64] |= UINT64_C(1) << (pair[i] & 63);
    bytes = 0;
    for (uint32_t i = 0; i < CHUNK_ORDINALS; i++)
      if (bits[i / 64] >> i % 64 & 1) th_store__post_append(body, &bytes, &last, (uint16_t)i);
  } else {
    for (size_t i = 0; i < n; i++) th_store__post_append(body, &bytes, &last, (uint16_t)(pair[i] & (CHUNK_ORDINALS - 1)));
  }
  return write_post(s, id, body, bytes, err);
}

static int by_place(const void *x, const void *y) {
  const value *a = x, *b = y;
  return (a->at > b->at) - (a->at < b->at);
}

/* Values v[0..n) of one chunk of one column. */
static th_code fill_column(th_store *s, const value *v, size_t n, th_err *err) {
  int32_t body[COLUMN_ORDINALS];
  size_t held = 0;
  sqlite3_stmt *st;
  bool row;
  const int64_t id = (int64_t)(v[0].at / COLUMN_ORDINALS);
  TH_TRY(th_store__stmt(s, "SELECT body FROM trial_column WHERE id = ?1", &st, err));
  sqlite3_bind_int64(st, 1, id);
  TH_TRY(th_store__step(s, st, &row, err));
  if (row) {
    const int bytes = sqlite3_column_bytes(st, 0);
    held = bytes > 0 && (size_t)bytes <= sizeof body ? (size_t)bytes / sizeof *body : 0;
    if (held) memcpy(body, sqlite3_column_blob(st, 0), held * sizeof *body);
    sqlite3_reset(st);
  }
  for (size_t i = 0; i < n; i++) {
    const size_t at = v[i].at % COLUMN_ORDINALS;
    while (held <= at) body[held++] = COLUMN_UNKNOWN;
    body[at] = v[i].value;
  }
  TH_TRY(th_store__stmt(
      s, "INSERT INTO trial_column(id, body) VALUES (?1, ?2) ON CONFLICT(id) DO UPDATE SET body = excluded.body", &st, err));
  sqlite3_bind_int64(st, 1, id);
  sqlite3_bind_blob64(st, 2, body, held * sizeof *body, SQLITE_STATIC);
  return th_store__run(s, st, err);
}

static th_code flush_values(th_store *s, size_t from, th_err *err) {
  th_store__trial_writer *w = s->trial;
  if (w->n_values <= from) return TH_OK;
  qsort(w->value + from, w->n_values - from, sizeof *w->value, by_place);
  for (size_t i = from; i < w->n_values;) {
    size_t k = i + 1;
    while (k < w->n_values && w->value[k].at / COLUMN_ORDINALS == w->value[i].at / COLUMN_ORDINALS) k++;
    TH_TRY(fill_column(s, w->value + i, k - i, err));
    i = k;
  }
  w->n_values = from;
  return TH_OK;
}

/* Writes what was gathered from the innermost mark on: what lies before it would be lost if that mark were undone. */
th_code th_store__trial_flush(th_store *s, th_err *err) {
  th_store__trial_writer *w = s->trial;
  if (!w) return TH_OK;
  const bool marked = s->marks > 0 && s->marks <= TH_STORE__MARKS;
  const size_t from = marked ? w->mark[s->marks - 1] : 0;
  TH_TRY(flush_values(s, marked ? w->mark_values[s->marks - 1] : 0, err));
  if (w->n <= from) return TH_OK;
  TH_TRY(sort_pairs(w->pair + from, w->n - from, err));
  for (size_t i = from; i < w->n;) {
    size_t k = i + 1;
    while (k < w->n && post_id(w->pair[k]) == post_id(w->pair[i])) k++;
    TH_TRY(grow(s, w->pair + i, k - i, err));
    i = k;
  }
  w->n = from;
  w->unposted = UINT64_MAX;
  return TH_OK;
}

static th_code add_pair(th_store *s, uint64_t term, uint32_t ordinal, th_err *err) {
  th_store__trial_writer *w = s->trial;
  if (w->n == w->cap) {
    const size_t cap = w->cap ? 2 * w->cap : 4096;
    uint64_t *pair = th_realloc(w->pair, cap * sizeof *pair);
    if (!pair) return th_fail_nomem(err);
    w->pair = pair, w->cap = cap;
  }
  w->pair[w->n++] = pair_of(term, ordinal);
  return TH_OK;
}

/* ── Terms ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Id of a term, made when new. */
static th_code term_id(th_store *s, th_str term, uint64_t *id, bool *made, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_store__stmt(s, "INSERT INTO trial_term(term) VALUES (?1) ON CONFLICT(term) DO NOTHING", &st, err));
  th_store__bind(st, 1, term);
  TH_TRY(th_store__run(s, st, err));
  *made = sqlite3_changes(s->db) > 0;
  if (*made) {
    *id = (uint64_t)sqlite3_last_insert_rowid(s->db);
    if (*id < s->trial->unposted) s->trial->unposted = *id;
    return TH_OK;
  }
  TH_TRY(th_store__stmt(s, "SELECT id FROM trial_term WHERE term = ?1", &st, err));
  th_store__bind(st, 1, term);
  TH_TRY(th_store__step(s, st, &row, err));
  *id = row ? (uint64_t)sqlite3_column_int64(st, 0) : 0;
  sqlite3_reset(st);
  return row && *id < UINT32_MAX ? TH_OK : th_fail(err, TH_EPARSE, "the index of trials is damaged: run \"theriac doctor\"");
}

th_code th_store__trial_give(th_store *s, th_str term, uint32_t ordinal, uint64_t *id, bool *made, th_err *err) {
  th_store__trial_writer *w = s->trial;
  uint64_t seen = 0;
  *made = false;
  const bool known = th_map_get(&w->terms, term, &seen);
  *id = seen >> 32;
  if (known && (uint32_t)seen == ordinal + 1) return TH_OK;
  if (!known) TH_TRY(term_id(s, term, id, made, err));
  const th_str key = known ? term : th_str_dup(w->terms_arena, term);
  uint64_t *at = key.p ? th_map_at(&w->terms, key, NULL) : NULL;
  if (!at) return th_fail_nomem(err);
  *at = *id << 32 | (ordinal + 1);
  return add_pair(s, *id, ordinal, err);
}

th_code th_store__trial_value(th_store *s, th_store__column c, uint32_t ordinal, int32_t v, th_err *err) {
  th_store__trial_writer *w = s->trial;
  if (w->n_values == w->cap_values) {
    const size_t cap = w->cap_values ? 2 * w->cap_values : 1024;
    value *grown = th_realloc(w->value, cap * sizeof *grown);
    if (!grown) return th_fail_nomem(err);
    w->value = grown, w->cap_values = cap;
  }
  w->value[w->n_values++] = (value){ (uint64_t)c << 32 | ordinal, v };
  return TH_OK;
}

th_code th_store__trial_next(th_store *s, uint32_t *ordinal, th_err *err) {
  th_store__trial_writer *w = s->trial;
  sqlite3_stmt *st;
  bool found;
  if (w->terms.n > TERMS_MAX) forget_terms(w);
  if (w->ordinals < 0) {
    TH_TRY(th_store__stmt(s, "SELECT max(ordinal) FROM trial", &st, err));
    TH_TRY(th_store__step(s, st, &found, err));
    w->ordinals = !found || sqlite3_column_type(st, 0) == SQLITE_NULL ? 0 : sqlite3_column_int64(st, 0) + 1;
    sqlite3_reset(st);
  }
  if (w->ordinals >= ORDINALS_MAX)
    return th_fail(err, TH_ELIMIT, "more than ORDINALS_MAX (%u) studies in one store", ORDINALS_MAX);
  *ordinal = (uint32_t)w->ordinals++;
  return w->n < PAIRS_MAX ? TH_OK : th_store__trial_flush(s, err);
}
