/* Searching the index of studies: sets of studies as bits, met and counted. */
#include <math.h>
#include <stdlib.h>

#include "store/trial_index.h"
#include "theriac/store.h"

static const char *const facet_names[TH_FACETS] = { "status",  "phase",   "type", "allocation", "model",   "purpose", "masking",
                                                    "results", "sponsor", "sex",  "age",        "country", "year" };

const char *th_trial_facet_name(th_trial_facet f) {
  return (unsigned)f < TH_FACETS ? facet_names[f] : "";
}

bool th_trial_facet_find(th_str name, th_trial_facet *out) {
  for (int i = 0; i < TH_FACETS; i++)
    if (th_str_eq_nocase(name, th_str_of(facet_names[i]))) return *out = (th_trial_facet)i, true;
  return false;
}

/* What the registry may write in a facet; a store need not hold a study of each. */
static const char *const known[TH_FACETS] = {
  [TH_FACET_STATUS] =
      " ACTIVE_NOT_RECRUITING COMPLETED ENROLLING_BY_INVITATION NOT_YET_RECRUITING RECRUITING SUSPENDED TERMINATED "
      "WITHDRAWN AVAILABLE NO_LONGER_AVAILABLE TEMPORARILY_NOT_AVAILABLE APPROVED_FOR_MARKETING WITHHELD UNKNOWN ",
  [TH_FACET_PHASE] = " NA EARLY_PHASE1 PHASE1 PHASE2 PHASE3 PHASE4 ",
  [TH_FACET_TYPE] = " EXPANDED_ACCESS INTERVENTIONAL OBSERVATIONAL ",
  [TH_FACET_ALLOCATION] = " RANDOMIZED NON_RANDOMIZED NA ",
  [TH_FACET_MASKING] = " NONE SINGLE DOUBLE TRIPLE QUADRUPLE ",
  [TH_FACET_RESULTS] = " yes no ",
  [TH_FACET_SPONSOR] = " NIH FED OTHER_GOV INDIV INDUSTRY NETWORK AMBIG OTHER UNKNOWN ",
  [TH_FACET_SEX] = " ALL FEMALE MALE ",
  [TH_FACET_AGE] = " CHILD ADULT OLDER_ADULT ",
};

/* ── Sets ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct facet_term {
  th_trial_facet facet;
  th_str value;
  int64_t id;
} facet_term;

typedef struct search {
  th_arena *a;
  th_store *s;
  th_err *err;
  uint32_t ordinals;
  size_t words; /* of a set, whole chunks */
  uint64_t *scratch;
  TH_VEC(facet_term) facets;
} search;

static uint64_t *new_set(search *x) {
  return TH_NEWN(x->a, uint64_t, x->words);
}

static void meet(const search *x, uint64_t *set, const uint64_t *with) {
  for (size_t i = 0; i < x->words; i++) set[i] &= with[i];
}

static void leave(const search *x, uint64_t *set, const uint64_t *out) {
  for (size_t i = 0; i < x->words; i++) set[i] &= ~out[i];
}

static void join(const search *x, uint64_t *set, const uint64_t *more) {
  for (size_t i = 0; i < x->words; i++) set[i] |= more[i];
}

static void clear(const search *x, uint64_t *set) {
  memset(set, 0, x->words * sizeof *set);
}

static uint64_t size_of(const search *x, const uint64_t *set) {
  uint64_t n = 0;
  for (size_t i = 0; i < x->words; i++) n += (uint64_t)__builtin_popcountll(set[i]);
  return n;
}

static th_code damaged(search *x) {
  return th_fail(x->err, TH_EPARSE, "the index of trials is damaged: run \"theriac doctor\"");
}

static bool empty(const uint64_t *chunk) {
  for (size_t i = 0; i < CHUNK_WORDS; i++)
    if (chunk[i]) return false;
  return true;
}

/* Adds the posting of a term to a set; or counts its meeting with the set (count not NULL). */
static th_code posting(search *x, int64_t id, uint64_t *set, uint32_t *count) {
  sqlite3_stmt *st;
  bool row;
  for (size_t chunk = 0; chunk * CHUNK_WORDS < x->words; chunk++) {
    if (count && empty(set + chunk * CHUNK_WORDS)) continue;
    TH_TRY(th_store__stmt(x->s, "SELECT body FROM trial_post WHERE id = ?1", &st, x->err));
    sqlite3_bind_int64(st, 1, (int64_t)chunk << 32 | id);
    TH_TRY(th_store__step(x->s, st, &row, x->err));
    if (!row) continue;
    const uint8_t *body = sqlite3_column_blob(st, 0);
    const size_t n = (size_t)sqlite3_column_bytes(st, 0);
    uint64_t *bits = set + chunk * CHUNK_WORDS;
    uint32_t one = 0;
    const bool ok = body && (count ? th_store__post_count(body, n, bits, &one) : th_store__post_or(body, n, bits));
    sqlite3_reset(st);
    if (!ok) return damaged(x);
    if (count) *count += one;
  }
  return TH_OK;
}

/* Id of a term; 0: no study carries it. */
static th_code find_term(search *x, char kind, th_str text, int64_t *id) {
  char term[TERM_BYTES_MAX + 1];
  const size_t n = text.n < TERM_BYTES_MAX ? text.n : TERM_BYTES_MAX;
  sqlite3_stmt *st;
  bool row;
  term[0] = kind;
  if (n) memcpy(term + 1, text.p, n);
  TH_TRY(th_store__stmt(x->s, "SELECT id FROM trial_term WHERE term = ?1", &st, x->err));
  th_store__bind(st, 1, th_str_n(term, n + 1));
  TH_TRY(th_store__step(x->s, st, &row, x->err));
  *id = row ? sqlite3_column_int64(st, 0) : 0;
  sqlite3_reset(st);
  return TH_OK;
}

static th_code add_term(search *x, char kind, th_str text, uint64_t *set) {
  int64_t id;
  TH_TRY(find_term(x, kind, text, &id));
  return id ? posting(x, id, set, NULL) : TH_OK;
}

#define PREFIX_TERMS_MAX 2000

/* Every word that begins so. */
static th_code add_prefix(search *x, char kind, th_str text, uint64_t *set) {
  char from[TERM_BYTES_MAX + 2], to[TERM_BYTES_MAX + 2];
  const size_t n = text.n < TERM_BYTES_MAX ? text.n : TERM_BYTES_MAX;
  sqlite3_stmt *st;
  TH_VEC(int64_t) ids = { 0 };
  from[0] = to[0] = kind;
  memcpy(from + 1, text.p, n), memcpy(to + 1, text.p, n);
  to[n + 1] = '\x7f';
  TH_TRY(th_store__stmt(x->s, "SELECT id FROM trial_term WHERE term >= ?1 AND term < ?2 LIMIT ?3", &st, x->err));
  th_store__bind(st, 1, th_str_n(from, n + 1));
  th_store__bind(st, 2, th_str_n(to, n + 2));
  sqlite3_bind_int(st, 3, PREFIX_TERMS_MAX + 1);
  for (bool row = true;;) {
    TH_TRY(th_store__step(x->s, st, &row, x->err));
    if (!row) break;
    if (TH_VEC_PUSH(x->a, &ids, sqlite3_column_int64(st, 0))) continue;
    sqlite3_reset(st);
    return th_fail_nomem(x->err);
  }
  if (ids.n > PREFIX_TERMS_MAX)
    return th_fail(x->err, TH_ELIMIT, "\"%.*s*\": more than PREFIX_TERMS_MAX (%d) words begin so; give more letters",
                   TH_STR_ARG(text), PREFIX_TERMS_MAX);
  for (size_t i = 0; i < ids.n; i++) TH_TRY(posting(x, ids.v[i], set, NULL));
  return TH_OK;
}

/* ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Studies one of whose names holds these words in a row; "non-small cell" is no "small cell". */
static th_code add_run(search *x, char word, char pair, const th_store__word_vec *w, uint64_t *set) {
  int64_t id[24];
  const size_t n = w->n > 1 ? (w->n - 1 < 24 ? w->n - 1 : 24) : 0;
  if (w->n == 0) return TH_OK;
  for (size_t i = 0; i < n; i++) {
    const th_str two = th_str_fmt(x->a, "%.*s %.*s", TH_STR_ARG(w->v[i]), TH_STR_ARG(w->v[i + 1]));
    if (!two.p) return th_fail_nomem(x->err);
    TH_TRY(find_term(x, pair, two, &id[i]));
    if (!id[i]) return TH_OK;
  }
  uint64_t *all = new_set(x), *one = new_set(x);
  if (!all || !one) return th_fail_nomem(x->err);
  if (n == 0) TH_TRY(add_term(x, word, w->v[0], all));
  for (size_t i = 0; i < n; i++) {
    clear(x, one);
    TH_TRY(posting(x, id[i], i ? one : all, NULL));
    if (i) meet(x, all, one);
  }
  const th_str non = th_str_fmt(x->a, "non %.*s", TH_STR_ARG(w->v[0]));
  if (!non.p) return th_fail_nomem(x->err);
  clear(x, one);
  TH_TRY(add_term(x, pair, non, one));
  leave(x, all, one);
  join(x, set, all);
  return TH_OK;
}

static th_code add_names(search *x, const th_str *name, size_t n, char whole, char word, char pair, uint64_t *set) {
  if (n > TH_LIMIT_TRIAL_NAMES)
    return th_fail(x->err, TH_ELIMIT, "more than TH_LIMIT_TRIAL_NAMES (%d) names", TH_LIMIT_TRIAL_NAMES);
  for (size_t i = 0; i < n; i++) {
    const th_arena_mark mark = th_arena_save(x->a);
    th_str key, turned;
    th_store__word_vec w = { 0 };
    TH_TRY(th_store__trial_name(x->a, name[i], &key, &turned, x->err));
    if (key.n) TH_TRY(add_term(x, whole, key, set));
    if (turned.n) TH_TRY(add_term(x, whole, turned, set));
    TH_TRY(th_store__trial_words(x->a, turned.n ? turned : key, &w, x->err));
    TH_TRY(add_run(x, word, pair, &w, set));
    th_arena_rewind(x->a, mark);
  }
  return TH_OK;
}

/* ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Studies whose words of this kind hold all words of one of the names. */
static th_code add_group(search *x, const th_trial_words *g, char kind, uint64_t *set) {
  for (size_t i = 0; i < g->n; i++) {
    const th_arena_mark mark = th_arena_save(x->a);
    th_str name = g->name[i];
    const bool prefix = th_str_ends(name, TH_S("*"));
    th_store__word_vec w = { 0 };
    uint64_t *all = new_set(x), *one = new_set(x);
    if (!all || !one) return th_fail_nomem(x->err);
    TH_TRY(th_store__trial_words(x->a, name, &w, x->err));
    for (size_t k = 0; k < w.n; k++) {
      uint64_t *into = k ? one : all;
      if (k) clear(x, one);
      TH_TRY(prefix && k + 1 == w.n ? add_prefix(x, kind, w.v[k], into) : add_term(x, kind, w.v[k], into));
      if (k) meet(x, all, one);
    }
    join(x, set, all);
    th_arena_rewind(x->a, mark);
  }
  return TH_OK;
}

/* ── Facets ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code load_facets(search *x) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(x->s, "SELECT id, term FROM trial_term WHERE term >= 'f' AND term < 'g'", &st, x->err));
  for (bool row = true;;) {
    TH_TRY(th_store__step(x->s, st, &row, x->err));
    if (!row) return TH_OK;
    const th_str term = th_store__text(x->a, st, 1);
    if (!term.p) {
      sqlite3_reset(st);
      return th_fail_nomem(x->err);
    }
    const facet_term f = { (th_trial_facet)(term.n > 1 ? term.p[1] - 'a' : TH_FACETS), th_str_sub(term, 2, term.n),
                           sqlite3_column_int64(st, 0) };
    if ((unsigned)f.facet >= TH_FACETS) continue;
    if (TH_VEC_PUSH(x->a, &x->facets, f)) continue;
    sqlite3_reset(st);
    return th_fail_nomem(x->err);
  }
}

static bool is_known(th_trial_facet f, th_str value) {
  th_str rest = th_str_of(known[f]), one;
  if (!known[f]) return true;
  while (th_str_split(&rest, ' ', &one))
    if (th_str_eq_nocase(one, value)) return true;
  return false;
}

static th_code filter(search *x, const th_trial_query *q, th_trial_facet f, uint64_t *hits) {
  uint64_t *set = NULL;
  for (size_t i = 0; i < q->n_filters; i++) {
    if (q->filter[i].facet != f) continue;
    if (!set && !(set = new_set(x))) return th_fail_nomem(x->err);
    bool held = false;
    for (size_t k = 0; k < x->facets.n; k++) {
      if (x->facets.v[k].facet != f || !th_str_eq_nocase(x->facets.v[k].value, q->filter[i].value)) continue;
      held = true;
      TH_TRY(posting(x, x->facets.v[k].id, set, NULL));
    }
    if (!held && !is_known(f, q->filter[i].value))
      return th_fail(x->err, TH_EINVAL, "\"%.*s\" is no %s; known are%s", TH_STR_ARG(q->filter[i].value), facet_names[f],
                     known[f]);
  }
  if (set) meet(x, hits, set);
  return TH_OK;
}

static int by_count(const void *p, const void *q) {
  const th_trial_count *x = p, *y = q;
  if (x->facet != y->facet) return x->facet < y->facet ? -1 : 1;
  if (x->n != y->n) return x->n > y->n ? -1 : 1;
  return th_str_cmp(x->value, y->value);
}

static th_code count_facets(search *x, uint64_t *hits, th_trial_found *out) {
  for (size_t i = 0; i < x->facets.n; i++) {
    th_trial_count c = { x->facets.v[i].facet, x->facets.v[i].value, 0 };
    TH_TRY(posting(x, x->facets.v[i].id, hits, &c.n));
    if (c.n && !TH_VEC_PUSH(x->a, &out->counts, c)) return th_fail_nomem(x->err);
  }
  if (out->counts.n) qsort(out->counts.v, out->counts.n, sizeof *out->counts.v, by_count);
  return TH_OK;
}

/* ── Places and days ───────────────────────────────────────────────────────────────────────────────────────────────── */

static double kilometres(double lat1, double lon1, double lat2, double lon2) {
  const double rad = acos(-1) / 180, a = sin((lat2 - lat1) * rad / 2), b = sin((lon2 - lon1) * rad / 2);
  const double h = a * a + cos(lat1 * rad) * cos(lat2 * rad) * b * b;
  return 2 * 6371.0088 * asin(sqrt(h < 1 ? h : 1)); /* mean radius of the Earth, IUGG */
}

static th_code near(search *x, const th_trial_query *q, uint64_t *hits) {
  sqlite3_stmt *st;
  TH_VEC(int64_t) ids = { 0 };
  const double degrees = q->radius_km / 111.0 + 0.01;
  uint64_t *set = new_set(x);
  if (!set) return th_fail_nomem(x->err);
  TH_TRY(th_store__stmt(x->s, "SELECT term_id, lat, lon FROM trial_spot WHERE lat BETWEEN ?1 AND ?2", &st, x->err));
  sqlite3_bind_int(st, 1, (int)floor((q->latitude - degrees) * 100));
  sqlite3_bind_int(st, 2, (int)ceil((q->latitude + degrees) * 100));
  for (bool row = true;;) {
    TH_TRY(th_store__step(x->s, st, &row, x->err));
    if (!row) break;
    const double lat = sqlite3_column_int(st, 1) / 100.0, lon = sqlite3_column_int(st, 2) / 100.0;
    if (kilometres(q->latitude, q->longitude, lat, lon) > q->radius_km) continue;
    if (TH_VEC_PUSH(x->a, &ids, sqlite3_column_int64(st, 0))) continue;
    sqlite3_reset(st);
    return th_fail_nomem(x->err);
  }
  for (size_t i = 0; i < ids.n; i++) TH_TRY(posting(x, ids.v[i], set, NULL));
  meet(x, hits, set);
  return TH_OK;
}

static th_code load_column(search *x, th_store__column c, int32_t **out) {
  const size_t rows = x->words * 64 / COLUMN_ORDINALS;
  int32_t *v = *out = TH_NEWN(x->a, int32_t, x->words * 64);
  sqlite3_stmt *st;
  if (!v) return th_fail_nomem(x->err);
  for (size_t i = 0; i < x->words * 64; i++) v[i] = COLUMN_UNKNOWN;
  const int64_t first = (int64_t)(((uint64_t)c << 32) / COLUMN_ORDINALS);
  TH_TRY(th_store__stmt(x->s, "SELECT id, body FROM trial_column WHERE id BETWEEN ?1 AND ?2", &st, x->err));
  sqlite3_bind_int64(st, 1, first);
  sqlite3_bind_int64(st, 2, first + (int64_t)rows - 1);
  for (bool row = true;;) {
    TH_TRY(th_store__step(x->s, st, &row, x->err));
    if (!row) return TH_OK;
    const size_t at = (size_t)(sqlite3_column_int64(st, 0) - first), n = (size_t)sqlite3_column_bytes(st, 1) / sizeof *v;
    if (n && n <= COLUMN_ORDINALS) memcpy(v + at * COLUMN_ORDINALS, sqlite3_column_blob(st, 1), n * sizeof *v);
  }
}

static th_code between(search *x, th_store__column c, th_days days, uint64_t *hits) {
  int32_t *v;
  if (days.from == 0 && days.to == 0) return TH_OK;
  TH_TRY(load_column(x, c, &v));
  for (size_t w = 0; w < x->words; w++) {
    uint64_t keep = 0;
    if (!hits[w]) continue;
    for (size_t i = 0; i < 64; i++) {
      const int32_t d = v[w * 64 + i];
      keep |= (uint64_t)(d != COLUMN_UNKNOWN && d >= days.from && d < days.to) << i;
    }
    hits[w] &= keep;
  }
  return TH_OK;
}

/* ── Order ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The largest key goes first. A heap keeps the best k while the hits pass by. */
static void sift(uint64_t *heap, size_t n, size_t i) {
  for (;;) {
    size_t least = i;
    for (size_t c = 2 * i + 1; c <= 2 * i + 2 && c < n; c++)
      if (heap[c] < heap[least]) least = c;
    if (least == i) return;
    const uint64_t t = heap[i];
    heap[i] = heap[least], heap[least] = t;
    i = least;
  }
}

static int largest_first(const void *p, const void *q) {
  const uint64_t x = *(const uint64_t *)p, y = *(const uint64_t *)q;
  return (x < y) - (x > y);
}

static th_code rank(search *x, const th_trial_query *q, const uint64_t *hits, uint64_t *const by[5], uint64_t total,
                    uint64_t **keys, size_t *n) {
  static const th_store__column columns[] = { [TH_TRIAL_SORT_RELEVANCE] = COLUMN_START,
                                              [TH_TRIAL_SORT_START] = COLUMN_START,
                                              [TH_TRIAL_SORT_UPDATE] = COLUMN_UPDATE,
                                              [TH_TRIAL_SORT_ENROLMENT] = COLUMN_ENROLMENT,
                                              [TH_TRIAL_SORT_ID] = COLUMN_NUMBER };
  int32_t *v;
  const uint64_t want = (uint64_t)q->offset + (q->limit ? q->limit : 20);
  const size_t k = (size_t)(want < total ? want : total);
  uint64_t *heap = *keys = TH_NEWN(x->a, uint64_t, k + 1);
  size_t held = 0;
  TH_TRY(load_column(x, columns[q->sort], &v));
  if (!heap) return th_fail_nomem(x->err);
  for (size_t w = 0; w < x->words; w++)
    for (uint64_t rest = hits[w]; rest; rest &= rest - 1) {
      const unsigned b = (unsigned)__builtin_ctzll(rest);
      const uint32_t o = (uint32_t)(w * 64 + b);
      uint64_t tier = 0;
      if (q->sort == TH_TRIAL_SORT_RELEVANCE)
        for (int c = 0; c < 4; c++) tier |= by[c] ? (by[c][w] >> b & 1) << (c == 2 ? 0 : c == 3 ? 1 : 3 - c) : 0;
      const uint32_t value = (uint32_t)v[o] ^ 0x80000000u;
      const uint64_t key = tier << 60 | (uint64_t)(q->sort == TH_TRIAL_SORT_ID ? ~value : value) << 28 | (ORDINALS_MAX - o);
      if (held < k) {
        heap[held++] = key;
        if (held == k)
          for (size_t i = k / 2; i-- > 0;) sift(heap, k, i);
      } else if (k && key > heap[0]) {
        heap[0] = key;
        sift(heap, k, 0);
      }
    }
  if (held) qsort(heap, held, sizeof *heap, largest_first);
  *n = held;
  return TH_OK;
}

static th_code show(search *x, uint32_t ordinal, th_trial_hit *h) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_store__stmt(x->s,
                        "SELECT t.record_id, t.enrolment, t.nct, r.title, t.status, t.phase, t.type, t.sponsor, t.conditions, "
                        "t.interventions, t.countries, t.start, t.completion, t.updated FROM trial t JOIN record r ON r.id = "
                        "t.record_id WHERE t.ordinal = ?1",
                        &st, x->err));
  sqlite3_bind_int64(st, 1, ordinal);
  TH_TRY(th_store__step(x->s, st, &row, x->err));
  if (!row) return damaged(x);
  h->record_id = sqlite3_column_int64(st, 0);
  h->enrolment = sqlite3_column_int64(st, 1);
  th_str *const text[] = { &h->id,         &h->title,         &h->status,    &h->phase, &h->type,       &h->sponsor,
                           &h->conditions, &h->interventions, &h->countries, &h->start, &h->completion, &h->updated };
  bool ok = true;
  for (int i = 0; i < 12; i++) ok &= (*text[i] = th_store__text(x->a, st, 2 + i)).p != NULL;
  sqlite3_reset(st);
  return ok ? TH_OK : th_fail_nomem(x->err);
}

/* ── All together ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code open_search(search *x, uint64_t **live) {
  int64_t n = 0;
  TH_TRY(th_store__number(x->s->db, "SELECT coalesce(max(ordinal) + 1, 0) FROM trial", &n, x->err));
  if (n < 0 || n > ORDINALS_MAX) return damaged(x);
  x->ordinals = (uint32_t)n;
  x->words = ((size_t)x->ordinals + CHUNK_ORDINALS) / CHUNK_ORDINALS * CHUNK_WORDS;
  uint64_t *dead = new_set(x), *set = *live = new_set(x);
  if (!dead || !set) return th_fail_nomem(x->err);
  TH_TRY(add_term(x, TERM_DEAD, TH_S(""), dead));
  for (uint32_t i = 0; i < x->ordinals / 64; i++) set[i] = UINT64_MAX;
  for (uint32_t i = x->ordinals / 64 * 64; i < x->ordinals; i++) set[i / 64] |= UINT64_C(1) << i % 64;
  leave(x, set, dead);
  return load_facets(x);
}

/* Sets of where the text was met: condition, intervention, sponsor, title, anywhere. A group must be met somewhere; a study is told
 * by a field when all groups are met in it. */
static th_code text_sets(search *x, const th_trial_query *q, uint64_t *hits, uint64_t *by[5]) {
  static const char kinds[] = { TERM_CONDITION_WORD, TERM_INTERVENTION_WORD, TERM_SPONSOR_WORD, TERM_TITLE_WORD, TERM_WORD };
  for (size_t g = 0; g < q->n_text; g++) {
    const th_arena_mark mark = th_arena_save(x->a);
    uint64_t *set = new_set(x);
    if (!set) return th_fail_nomem(x->err);
    for (int k = q->text[g].without ? 4 : 0; k < 5; k++) {
      clear(x, set);
      TH_TRY(add_group(x, &q->text[g], kinds[k], set));
      if (q->text[g].without)
        leave(x, hits, set);
      else if (k == 4)
        meet(x, hits, set);
      else
        meet(x, by[k], set);
    }
    th_arena_rewind(x->a, mark);
  }
  return TH_OK;
}

static th_code named_sets(search *x, const th_trial_query *q, uint64_t *hits, uint64_t *by[5]) {
  const struct {
    const th_str *name;
    size_t n;
    char whole, word, pair;
  } field[] = { { q->condition, q->n_conditions, TERM_CONDITION, TERM_CONDITION_WORD, TERM_CONDITION_PAIR },
                { q->intervention, q->n_interventions, TERM_INTERVENTION, TERM_INTERVENTION_WORD, TERM_INTERVENTION_PAIR } };
  for (int i = 0; i < 2; i++) {
    if (!field[i].n) continue;
    uint64_t *set = new_set(x);
    if (!set) return th_fail_nomem(x->err);
    TH_TRY(add_names(x, field[i].name, field[i].n, field[i].whole, field[i].word, field[i].pair, set));
    meet(x, hits, set);
    join(x, by[i], set);
  }
  if (q->sponsor.n == 0) return TH_OK;
  uint64_t *set = new_set(x);
  const th_trial_words words = { &q->sponsor, 1, false };
  if (!set) return th_fail_nomem(x->err);
  TH_TRY(add_group(x, &words, TERM_SPONSOR_WORD, set));
  meet(x, hits, set);
  join(x, by[2], set);
  return TH_OK;
}

static bool asks_words(const th_trial_query *q) {
  for (size_t i = 0; i < q->n_text; i++)
    if (!q->text[i].without) return true;
  return false;
}

static th_code place_sets(search *x, const th_trial_query *q, uint64_t *hits) {
  if (q->city.n) {
    th_str key, turned;
    uint64_t *set = new_set(x);
    if (!set) return th_fail_nomem(x->err);
    TH_TRY(th_store__trial_name(x->a, q->city, &key, &turned, x->err));
    TH_TRY(add_term(x, TERM_CITY, key, set));
    meet(x, hits, set);
  }
  return q->radius_km > 0 ? near(x, q, hits) : TH_OK;
}

static th_code run(search *x, const th_trial_query *q, th_trial_found *out) {
  uint64_t *hits, *by[5];
  TH_TRY(open_search(x, &hits));
  out->held = size_of(x, hits);
  const bool words = asks_words(q);
  for (int i = 0; i < 5; i++) {
    if (!(by[i] = new_set(x))) return th_fail_nomem(x->err);
    if (words && i < 4) memcpy(by[i], hits, x->words * sizeof *hits);
  }
  TH_TRY(text_sets(x, q, hits, by));
  TH_TRY(named_sets(x, q, hits, by));
  for (int f = 0; f < TH_FACETS; f++) TH_TRY(filter(x, q, (th_trial_facet)f, hits));
  TH_TRY(place_sets(x, q, hits));
  TH_TRY(between(x, COLUMN_START, q->start, hits));
  TH_TRY(between(x, COLUMN_COMPLETION, q->completion, hits));
  TH_TRY(between(x, COLUMN_UPDATE, q->updated, hits));
  out->total = size_of(x, hits);
  for (size_t w = 0; words && w < x->words; w++) by[4][w] = hits[w] & ~(by[0][w] | by[1][w] | by[2][w] | by[3][w]);
  for (int i = 0; i < 5; i++) {
    meet(x, by[i], hits);
    out->n_by[i] = size_of(x, by[i]);
  }
  uint64_t *keys = NULL;
  size_t n = 0;
  TH_TRY(rank(x, q, hits, by, out->total, &keys, &n));
  for (size_t i = q->offset; i < n; i++) {
    th_trial_hit *h = TH_VEC_ADD(x->a, &out->hits);
    const uint32_t o = ORDINALS_MAX - (uint32_t)(keys[i] & ORDINALS_MAX);
    if (!h) return th_fail_nomem(x->err);
    TH_TRY(show(x, o, h));
    for (int k = 0; k < 5; k++) h->how |= (unsigned)(by[k][o / 64] >> o % 64 & 1) << k;
  }
  return q->facets ? count_facets(x, hits, out) : TH_OK;
}

th_code th_store_trial_search(th_arena *a, th_store *s, const th_trial_query *q, th_trial_found *out, th_err *err) {
  *out = (th_trial_found){ 0 };
  search x = { .a = a, .s = s, .err = err };
  const bool alone = !s->in_transaction && s->mode == TH_STORE_READ; /* one moment of the store for all its statements */
  if (alone) TH_TRY(th_store_begin(s, err));
  const th_code code = run(&x, q, out);
  if (alone) th_store_rollback(s);
  return code;
}

th_code th_store_trial_city(th_arena *a, th_store *s, th_str city, bool *found, double *latitude, double *longitude,
                            th_err *err) {
  search x = { .a = a, .s = s, .err = err };
  th_str key, turned;
  sqlite3_stmt *st;
  uint64_t *live;
  uint32_t best = 0;
  TH_VEC(facet_term) spots = { 0 };
  *found = false;
  TH_TRY(open_search(&x, &live));
  TH_TRY(th_store__trial_name(a, city, &key, &turned, err));
  TH_TRY(th_store__stmt(s, "SELECT term_id, lat, lon FROM trial_spot WHERE city = ?1 ORDER BY term_id", &st, err));
  th_store__bind(st, 1, key);
  for (bool row = true;;) { /* of several towns of one name the one most studies are in */
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) break;
    const th_str place = th_str_fmt(a, "%d %d", sqlite3_column_int(st, 1), sqlite3_column_int(st, 2));
    if (place.p && TH_VEC_PUSH(a, &spots, (facet_term){ 0, place, sqlite3_column_int64(st, 0) })) continue;
    sqlite3_reset(st);
    return th_fail_nomem(err);
  }
  for (size_t i = 0; i < spots.n; i++) {
    uint32_t n = 0;
    int lat, lon;
    TH_TRY(posting(&x, spots.v[i].id, live, &n));
    if (n <= best || sscanf(spots.v[i].value.p, "%d %d", &lat, &lon) != 2) continue;
    best = n, *found = true;
    *latitude = lat / 100.0, *longitude = lon / 100.0;
  }
  return TH_OK;
}
