/* Full-text search: Chinese words of one, two and more characters, folding, what is cut out and marked, queries that try to be
 * more than text. The reasons are in src/store/fts_tokenizer.c; the trap of FTS5's trigram is shown beside. */
#include <sqlite3.h>

#include "unit/store/home.h"

static th_arena *arena;
static th_store *store;
static char home[4096];

static void put(const char *key, const char *title, const char *text) {
  th_err err = { 0 };
  th_store_added added;
  th_store_document d = { .name = TH_S("t"), .kind = TH_S("abstract"), .retrieved = home_day };
  CHECK_OK_ERR(th_store_document_add(arena, store, th_str_of(text), &d, &err), &err);
  th_store_record r = {
    .kind = TH_S("abstract"), .key = th_str_of(key), .title = th_str_of(title), .body = TH_S("{}"), .doc = d
  };
  CHECK_OK_ERR(th_store_record_add(store, &r, th_str_of(text), &added, &err), &err);
  CHECK_OK_ERR(
      th_store_passage_add(
          store, &(th_store_passage){ r.id, { TH_S("text"), 0, 0 }, TH_S(""), th_str_of(title), th_str_of(text) }, &err),
      &err);
}

/* Keys of the hits, best first, joined by a space; the code's name when the search failed. */
static const char *find(const char *query) {
  static char out[512];
  th_store_hit_vec hits;
  th_err err = { 0 };
  uint64_t total = 0;
  const th_code code = th_store_search(arena, store, th_str_of(query), TH_S(""), 0, 0, &hits, &total, &err);
  if (code != TH_OK) return th_code_describe(code).name;
  CHECK_INT(total, hits.n);
  out[0] = 0;
  size_t n = 0;
  for (size_t i = 0; i < hits.n; i++)
    n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s", i ? " " : "", TH_STR_ARG(hits.v[i].record.key));
  return out;
}

static void check_find(const char *query, const char *want, int line) {
  const char *got = find(query);
  if (strcmp(got, want) == 0) return;
  test_failed_checks++;
  printf("# line %d: %s: expected \"%s\", got \"%s\"\n", line, query, want, got);
}
#define FIND(query, want) check_find((query), (want), __LINE__)

TEST(filled) {
  th_err err = { 0 };
  snprintf(home, sizeof home, "%s", home_fresh());
  arena = th_arena_new(0);
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &store, &err), &err);
  CHECK_OK_ERR(th_store_begin(store, &err), &err);
  put("cancer", "抗癌藥物", "非小細胞肺癌患者第一線治療，癌症標靶藥物 gefitinib 250mg 給付規定");
  put("lupus", "Systemic lupus erythematosus",
      "Benlysta（belimumab）10 mg/kg for α-interferon signatures in anti-dsDNA positive disease");
  put("simplified", "贝利尤单抗", "复发性自然流产患者，使用贝利尤单抗治疗");
  put("wide", "ＳＬＥ", "ＢＥＬＩＭＵＭＡＢ was given; ﬁnal dose 500㎎");
  CHECK_OK_ERR(th_store_commit(store, &err), &err);
}

TEST(chinese_words_of_every_length) {
  FIND("癌症", "cancer");
  FIND("肺癌", "cancer");
  FIND("細胞肺癌", "cancer");
  FIND("癌", "cancer");
  FIND("癌*", "cancer");
  FIND("物", "cancer");
  FIND("胞細", "");
  FIND("癌症 gefitinib", "cancer");
  FIND("\"藥物 gefitinib\"", "cancer"); /* the lone character at a run's end takes no position of its own */
}

TEST(trigram_would_lose_two_characters) {
  sqlite3 *db = NULL;
  sqlite3_stmt *st = NULL;
  CHECK_INT(sqlite3_open(":memory:", &db), SQLITE_OK);
  CHECK_INT(sqlite3_exec(db, "CREATE VIRTUAL TABLE t USING fts5(x, tokenize='trigram'); INSERT INTO t VALUES('癌症標靶藥物')",
                         NULL, NULL, NULL),
            SQLITE_OK);
  CHECK_INT(sqlite3_prepare_v2(db, "SELECT count(*) FROM t WHERE t MATCH '癌症'", -1, &st, NULL), SQLITE_OK);
  CHECK_INT(sqlite3_step(st), SQLITE_ROW);
  CHECK_INT(sqlite3_column_int(st, 0), 0);
  sqlite3_finalize(st);
  sqlite3_close(db);
}

TEST(scripts_width_case_and_hyphens_fold) {
  FIND("復發性", "simplified");
  FIND("貝利尤單抗", "simplified");
  FIND("贝利尤单抗", "simplified");
  FIND("belimumab", "wide lupus");
  FIND("ＢＥＬＩＭＵＭＡＢ -final", "lupus");
  FIND("final", "wide");
  FIND("sle", "wide");
  FIND("alpha-interferon", "lupus");
  FIND("anti‑dsDNA", "lupus"); /* U+2011, the hyphen that does not break */
}

TEST(whole_words_only) {
  FIND("gefit", "");
  FIND("gefit*", "cancer");
  FIND("mab", "");
}

TEST(operators_are_ours_alone) {
  FIND("gefitinib OR lupus", "lupus cancer");
  FIND("belimumab OR gefitinib -benlysta", "cancer wide");
  FIND("lupus -belimumab", "");
  FIND("\"systemic lupus\"", "lupus");
  FIND("\"lupus systemic\"", "");
  FIND("gefitinib AND lupus", ""); /* "and" is a word like others, and no text holds it beside these */
  FIND("-belimumab", "TH_EINVAL");
  FIND("", "TH_EINVAL");
  FIND("  …  ", "TH_EINVAL");
  FIND("*", "TH_EINVAL");
}

TEST(nothing_typed_is_syntax) {
  static const char *const nasty[] = { "\"",
                                       "\"\"",
                                       "a\"b",
                                       "title:lupus",
                                       "{title text}: lupus",
                                       "lupus NEAR(gefitinib)",
                                       "^lupus",
                                       "a + b",
                                       "(lupus",
                                       "lupus)",
                                       "'; DROP TABLE record; --",
                                       "lupus\\",
                                       "col : x",
                                       "- - -",
                                       "OR",
                                       "OR OR lupus",
                                       "lupus OR",
                                       "-\"",
                                       "\xff\xfe lupus",
                                       "lupus\x01",
                                       "a*b*",
                                       "NOT lupus" };
  for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++) {
    const char *got = find(nasty[i]);
    if (strncmp(got, "TH_", 3) == 0 && strcmp(got, "TH_EINVAL") != 0) {
      test_failed_checks++;
      printf("# %s: %s\n", nasty[i], got);
    }
  }
  FIND("OR OR lupus", "lupus");
  FIND("lupus OR", "lupus");
  char longer[TH_LIMIT_QUERY_BYTES + 2], many[3 * TH_LIMIT_QUERY_TERMS + 4] = "";
  memset(longer, 'a', sizeof longer - 1);
  longer[sizeof longer - 1] = 0;
  FIND(longer, "TH_ELIMIT");
  for (int i = 0; i <= TH_LIMIT_QUERY_TERMS; i++) memcpy(many + 2 * i, "a ", 3);
  FIND(many, "TH_ELIMIT");
}

/* Every byte string of two characters of this set, as a query: an answer or "nothing to search for", never an error of SQL. */
TEST(all_pairs_of_signs) {
  static const char signs[] = "\"*-():^+{}'\\ OR,.;%?a\t\n[]<>=&|!~`@#$/\x80\xe7\xff";
  th_store_hit_vec hits;
  for (size_t i = 0; i + 1 < sizeof signs; i++)
    for (size_t k = 0; k + 1 < sizeof signs; k++) {
      const char q[4] = { signs[i], signs[k], signs[i], 0 };
      const th_code code = th_store_search(arena, store, th_str_n(q, 3), TH_S(""), 1, 0, &hits, NULL, NULL);
      CHECK(code == TH_OK || code == TH_EINVAL);
    }
}

TEST(what_matched_is_marked) {
  th_store_hit_vec hits;
  th_err err = { 0 };
  CHECK_OK_ERR(th_store_search(arena, store, TH_S("肺癌"), TH_S(""), 0, 0, &hits, NULL, &err), &err);
  CHECK_INT(hits.n, 1);
  if (hits.n == 1) CHECK(th_str_has(hits.v[0].snippet, TH_S("細胞\x02肺癌\x03患者")));
  CHECK_OK_ERR(th_store_search(arena, store, TH_S("細胞肺癌"), TH_S(""), 0, 0, &hits, NULL, &err), &err);
  if (hits.n == 1) CHECK(th_str_has(hits.v[0].snippet, TH_S("小\x02細胞肺癌\x03患者")));
  CHECK_OK_ERR(th_store_search(arena, store, TH_S("抗癌"), TH_S(""), 0, 0, &hits, NULL, &err), &err);
  CHECK(hits.n == 1 && th_str_is(hits.v[0].title, "\x02抗癌\x03藥物"));
  /* Folding changes lengths: the marks stand in the original all the same. */
  CHECK_OK_ERR(th_store_search(arena, store, TH_S("belimumab final"), TH_S(""), 0, 0, &hits, NULL, &err), &err);
  CHECK(hits.n == 1 && th_str_has(hits.v[0].snippet, TH_S("\x02ＢＥＬＩＭＵＭＡＢ\x03 was")) &&
        th_str_has(hits.v[0].snippet, TH_S("\x02ﬁnal\x03")));
  CHECK_OK_ERR(th_store_search(arena, store, TH_S("alpha-interferon"), TH_S(""), 0, 0, &hits, NULL, &err), &err);
  CHECK(hits.n == 1 && th_str_has(hits.v[0].snippet, TH_S("interferon\x03")));
}

TEST(pages_of_results_fit_together) {
  th_store_hit_vec all, one;
  th_err err = { 0 };
  CHECK_OK_ERR(th_store_search(arena, store, TH_S("belimumab"), TH_S("abstract"), 0, 0, &all, NULL, &err), &err);
  CHECK_OK_ERR(th_store_search(arena, store, TH_S("belimumab"), TH_S("abstract"), 1, 1, &one, NULL, &err), &err);
  CHECK(all.n == 2 && one.n == 1 && th_str_eq(all.v[1].record.key, one.v[0].record.key));
  CHECK(all.n == 2 && all.v[0].score >= all.v[1].score);
  CHECK_OK_ERR(th_store_search(arena, store, TH_S("belimumab"), TH_S("trial-page"), 0, 0, &one, NULL, &err), &err);
  CHECK_INT(one.n, 0);
}

TEST(records_that_name) {
  const th_str names[] = { TH_S("貝利尤單抗"), TH_S("Benlysta"), TH_S("…") };
  th_store_record_vec v;
  th_err err = { 0 };
  CHECK_OK_ERR(th_store_records_naming(arena, store, names, 3, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 2);
  CHECK(v.n == 2 && th_str_is(v.v[0].key, "lupus") && th_str_is(v.v[1].key, "simplified"));
  CHECK_OK_ERR(th_store_records_naming(arena, store, names + 2, 1, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 0);
}

TEST(emptied) {
  th_store_close(store);
  th_arena_del(arena);
  home_remove(home);
}

TEST_MAIN(RUN(filled), RUN(chinese_words_of_every_length), RUN(trigram_would_lose_two_characters),
          RUN(scripts_width_case_and_hyphens_fold), RUN(whole_words_only), RUN(operators_are_ours_alone),
          RUN(nothing_typed_is_syntax), RUN(all_pairs_of_signs), RUN(what_matched_is_marked),
          RUN(pages_of_results_fit_together), RUN(records_that_name), RUN(emptied))
