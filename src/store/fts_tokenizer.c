/* FTS5 tokenizer: th_text_tokens over the folded text, so that search cuts text exactly as matching does.
 *
 * Why not the stock ones: "trigram" finds no Chinese word of two characters, and most medical words have two; "unicode61" makes
 * one token of a whole Chinese run. Overlapping pairs find words of two and more. For a single character the last one of a run
 * is added once more by itself, at the same position as the pair before it: then the prefix query 癌* meets both 癌症 and 肺癌,
 * and no phrase that crosses the run's end changes its distances.
 *
 * Folding moves offsets; the map leads every token back to the bytes of the original, which highlight() and snippet() cut. */
#include "store/ready_priv.h"

enum { FOLD = TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_DASH | TH_FOLD_HAN | TH_FOLD_GREEK };

typedef int token_fn(void *ctx, int flags, const char *token, int n, int from, int to);

typedef struct tokenizer {
  th_arena *arena;
  const th_store__cut *const *ahead;
} tokenizer;

th_code th_store__cut_text(th_arena *a, th_str text, bool map, th_store__cut *out, th_err *err) {
  *out = (th_store__cut){ .text = text };
  out->folded = th_text_fold(a, text, FOLD, map ? &out->map : NULL);
  return out->folded.p ? th_text_tokens(a, out->folded, &out->tokens, err) : th_fail_nomem(err);
}

/* A folded character may be a part of an original one (㎎ → m, g): the token then ends behind the whole of it. */
static int give(const th_store__cut *c, token_fn *fn, void *ctx, uint32_t from, uint32_t to, int flags) {
  if (!c->map) return fn(ctx, flags, c->folded.p + from, (int)(to - from), 0, 0);
  uint32_t at = c->map[from], end = c->map[to];
  for (uint32_t next = to; end <= at && next < c->folded.n; next++) end = c->map[next + 1];
  if (end <= at) end = (uint32_t)c->text.n;
  return fn(ctx, flags, c->folded.p + from, (int)(to - from), (int)at, (int)end);
}

static uint32_t last_rune(th_str s, uint32_t from, uint32_t to) {
  uint32_t at = to;
  do at--;
  while (at > from && ((unsigned char)s.p[at] & 0xc0) == 0x80);
  return at;
}

static int give_all(const th_store__cut *c, int reason, token_fn *fn, void *ctx) {
  int rc = SQLITE_OK;
  for (size_t i = 0; i < c->tokens.n && rc == SQLITE_OK; i++) {
    const th_token t = c->tokens.v[i];
    rc = give(c, fn, ctx, t.from, t.to, 0);
    if (rc != SQLITE_OK || !t.cjk || (reason & FTS5_TOKENIZE_QUERY)) continue;
    const uint32_t last = last_rune(c->folded, t.from, t.to);
    const bool run_ends = i + 1 == c->tokens.n || !c->tokens.v[i + 1].cjk || c->tokens.v[i + 1].from != last;
    if (run_ends && last > t.from) rc = give(c, fn, ctx, last, t.to, FTS5_TOKEN_COLOCATED);
  }
  return rc;
}

static int tokenizer_create(void *ctx, const char **arg, int n_arg, Fts5Tokenizer **out) {
  (void)arg;
  if (n_arg > 0) return SQLITE_ERROR;
  tokenizer *t = th_malloc(sizeof *t);
  if (!t) return SQLITE_NOMEM;
  *t = (tokenizer){ .arena = th_arena_new(0), .ahead = ctx };
  if (!t->arena) return th_free(t), SQLITE_NOMEM;
  *out = (Fts5Tokenizer *)t;
  return SQLITE_OK;
}

static void tokenizer_delete(Fts5Tokenizer *f) {
  tokenizer *t = (tokenizer *)f;
  if (t) th_arena_del(t->arena);
  th_free(t);
}

/* The words of this very text, if they were cut ahead. */
static const th_store__cut *cut_ahead(const tokenizer *t, th_str text) {
  const th_store__cut *c = t->ahead ? *t->ahead : NULL;
  for (int i = 0; c && i < 2; i++)
    if (th_str_eq(c[i].text, text)) return &c[i];
  return NULL;
}

/* Documents need no places: FTS5 keeps none of them, and asks for them anew when it marks hits. */
static int tokenizer_run(Fts5Tokenizer *f, void *ctx, int reason, const char *text, int n, token_fn *fn) {
  const tokenizer *t = (const tokenizer *)f;
  if (n <= 0) return SQLITE_OK;
  const th_str s = th_str_n(text, (size_t)n);
  const th_store__cut *ahead = reason == FTS5_TOKENIZE_DOCUMENT ? cut_ahead(t, s) : NULL;
  if (ahead) return give_all(ahead, reason, fn, ctx);
  th_store__cut own;
  const th_code code = th_store__cut_text(t->arena, s, reason != FTS5_TOKENIZE_DOCUMENT, &own, NULL);
  const int rc = code == TH_OK ? give_all(&own, reason, fn, ctx) : SQLITE_NOMEM;
  th_arena_reset(t->arena);
  return rc;
}

th_code th_store__tokenizer_add(sqlite3 *db, const th_store__cut *const *cut, th_err *err) {
  static fts5_tokenizer methods = { tokenizer_create, tokenizer_delete, tokenizer_run };
  fts5_api *api = NULL;
  sqlite3_stmt *st = NULL;
  int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(st);
  const int ended = sqlite3_finalize(st);
  if (rc != SQLITE_ROW) return th_store__sql_fail(db, ended ? ended : rc, "starting full-text search", err);
  if (!api) return th_fail(err, TH_EUNSUP, "this SQLite was built without full-text search (FTS5)");
  rc = api->xCreateTokenizer(api, "theriac", (void *)(uintptr_t)cut, &methods, NULL);
  return rc == SQLITE_OK ? TH_OK : th_store__sql_fail(db, rc, "starting full-text search", err);
}
