/* FTS5 tokenizer: th_text_tokens over the folded text, so that search cuts text exactly as matching does.
 *
 * Why not the stock ones: "trigram" finds no Chinese word of two characters, and most medical words have two; "unicode61" makes
 * one token of a whole Chinese run. Overlapping pairs find words of two and more. For a single character the last one of a run
 * is added once more by itself, at the same position as the pair before it: then the prefix query 癌* meets both 癌症 and 肺癌,
 * and no phrase that crosses the run's end changes its distances.
 *
 * Folding moves offsets; the map leads every token back to the bytes of the original, which highlight() and snippet() cut. */
#include "store/store_priv.h"
#include "theriac/text.h"

enum { FOLD = TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_DASH | TH_FOLD_HAN | TH_FOLD_GREEK };

typedef int token_fn(void *ctx, int flags, const char *token, int n, int from, int to);

typedef struct cutter {
  th_arena *arena;
  th_str original;
  uint32_t *map;
  token_fn *give;
  void *ctx;
} cutter;

/* A folded character may be a part of an original one (㎎ → m, g): the token then ends behind the whole of it. */
static int give(const cutter *c, th_str folded, uint32_t from, uint32_t to, int flags) {
  uint32_t at = c->map[from], end = c->map[to];
  for (uint32_t next = to; end <= at && next < folded.n; next++) end = c->map[next + 1];
  if (end <= at) end = (uint32_t)c->original.n;
  return c->give(c->ctx, flags, folded.p + from, (int)(to - from), (int)at, (int)end);
}

static uint32_t last_rune(th_str s, uint32_t from, uint32_t to) {
  uint32_t at = to;
  do at--;
  while (at > from && ((unsigned char)s.p[at] & 0xc0) == 0x80);
  return at;
}

static int cut(cutter *c, int reason) {
  th_str folded = th_text_fold(c->arena, c->original, FOLD, &c->map);
  if (!folded.p) return SQLITE_NOMEM;
  th_token_vec tokens = { 0 };
  if (th_text_tokens(c->arena, folded, &tokens, NULL) != TH_OK) return SQLITE_NOMEM;
  int rc = SQLITE_OK;
  for (size_t i = 0; i < tokens.n && rc == SQLITE_OK; i++) {
    const th_token t = tokens.v[i];
    rc = give(c, folded, t.from, t.to, 0);
    if (rc != SQLITE_OK || !t.cjk || (reason & FTS5_TOKENIZE_QUERY)) continue;
    const uint32_t last = last_rune(folded, t.from, t.to);
    const bool run_ends = i + 1 == tokens.n || !tokens.v[i + 1].cjk || tokens.v[i + 1].from != last;
    if (run_ends && last > t.from) rc = give(c, folded, last, t.to, FTS5_TOKEN_COLOCATED);
  }
  return rc;
}

static int tokenizer_create(void *ctx, const char **arg, int n_arg, Fts5Tokenizer **out) {
  (void)ctx;
  (void)arg;
  if (n_arg > 0) return SQLITE_ERROR;
  *out = (Fts5Tokenizer *)th_arena_new(0);
  return *out ? SQLITE_OK : SQLITE_NOMEM;
}

static void tokenizer_delete(Fts5Tokenizer *t) {
  th_arena_del((th_arena *)t);
}

static int tokenizer_run(Fts5Tokenizer *t, void *ctx, int reason, const char *text, int n, token_fn *fn) {
  if (n <= 0) return SQLITE_OK;
  cutter c = { (th_arena *)t, th_str_n(text, (size_t)n), NULL, fn, ctx };
  const int rc = cut(&c, reason);
  th_arena_reset(c.arena);
  return rc;
}

th_code th_store__tokenizer_add(sqlite3 *db, th_err *err) {
  static fts5_tokenizer methods = { tokenizer_create, tokenizer_delete, tokenizer_run };
  fts5_api *api = NULL;
  sqlite3_stmt *st = NULL;
  int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
  if (rc == SQLITE_OK) rc = sqlite3_step(st);
  const int ended = sqlite3_finalize(st);
  if (rc != SQLITE_ROW) return th_store__sql_fail(db, ended ? ended : rc, "starting full-text search", err);
  if (!api) return th_fail(err, TH_EUNSUP, "this SQLite was built without full-text search (FTS5)");
  rc = api->xCreateTokenizer(api, "theriac", NULL, &methods, NULL);
  return rc == SQLITE_OK ? TH_OK : th_store__sql_fail(db, rc, "starting full-text search", err);
}
