/* The index of studies against a plain look at every study, over invented ones; and postings by themselves. */
#include <math.h>

#include "store/trial_index.h"
#include "unit/store/home.h"

static th_arena *a;
static th_store *s;
static char home[4096];

/* ── Postings ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

TEST(postings_hold_what_was_added) {
  static uint8_t body[POST_BYTES_MAX + 8];
  static bool want[CHUNK_ORDINALS];
  for (uint32_t step = 1; step < 5000; step = step * 3 + 1) {
    size_t n = 0;
    int32_t last = -1, seen;
    uint32_t held = 0;
    memset(want, 0, sizeof want);
    for (uint32_t i = step % 7; i < CHUNK_ORDINALS; i += 1 + (uint32_t)(th_rng_at(1, step, i) % step)) {
      th_store__post_append(body, &n, &last, (uint16_t)i);
      want[i] = true, held++;
    }
    CHECK(n <= POST_BYTES_MAX);
    CHECK(th_store__post_last(body, n, &seen));
    CHECK_INT(seen, last);
    uint64_t bits[CHUNK_WORDS] = { 0 }, odd[CHUNK_WORDS];
    CHECK(th_store__post_or(body, n, bits));
    size_t wrong = 0;
    uint32_t odds = 0, count;
    for (uint32_t i = 0; i < CHUNK_ORDINALS; i++) wrong += (bits[i / 64] >> i % 64 & 1) != want[i], odds += want[i] && i % 2;
    CHECK_INT(wrong, 0);
    memset(odd, 0xAA, sizeof odd);
    CHECK(th_store__post_count(body, n, odd, &count));
    CHECK_INT(count, odds);
  }
}

TEST(bytes_that_are_no_posting_are_refused) {
  uint64_t bits[CHUNK_WORDS];
  uint32_t count;
  int32_t last;
  static const uint8_t bad[][6] = {
    { 2, 1 }, { 0, 0x80 }, { 0, 0xff, 0xff, 0xff, 0x01 }, { 1, 0, 0 }, { 0, 0xff, 0xff, 0x07 }
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    memset(bits, 0, sizeof bits);
    const bool refused = !th_store__post_or(bad[i], i < 2 ? 2 : 5, bits) || !th_store__post_last(bad[i], i < 2 ? 2 : 5, &last);
    CHECK(refused || !th_store__post_count(bad[i], 5, bits, &count));
  }
}

/* ── Studies ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *const diseases[] = {
  "Lupus Nephritis",        "Glomerulonephritis, Membranous",     "Non-Small Cell Lung Cancer",
  "Small Cell Lung Cancer", "Systemic Lupus Erythematosus (SLE)", "狼瘡性腎炎"
};
static const char *const drugs[] = { "Testimab", "Testimab 10 mg/kg", "Otherine", "Placebo" };
static const char *const states[] = { "RECRUITING", "COMPLETED", "WITHDRAWN" };
static const char *const lands[] = { "Taiwan", "Japan", "France" };
static const char *const words[] = { "alpha", "beta", "gamma", "腎臟" };

typedef struct made {
  int disease[2], drug, state, land, word[2], phase, n, year;
} made;

static made made_of(uint64_t i) {
  made m;
#define DRAW(k, n) (int)(th_rng_at(5, i, k) % (n))
  m.disease[0] = DRAW(0, 6), m.disease[1] = DRAW(1, 6), m.drug = DRAW(2, 4), m.state = DRAW(3, 3), m.land = DRAW(4, 3);
  m.word[0] = DRAW(5, 4), m.word[1] = DRAW(6, 4), m.phase = DRAW(7, 4), m.n = DRAW(8, 500), m.year = 2000 + DRAW(9, 25);
  return m;
}

static th_str json_of(uint64_t i, const made *m, const char *updated) {
  return th_str_fmt(
      a,
      "{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT%08d\",\"briefTitle\":\"A trial of "
      "%s\"},\"statusModule\":{"
      "\"overallStatus\":\"%s\",\"startDateStruct\":{\"date\":\"%d-05\"},\"lastUpdatePostDateStruct\":{\"date\":\"%s\"}},"
      "\"sponsorCollaboratorsModule\":{\"leadSponsor\":{\"name\":\"%s Hospital\",\"class\":\"OTHER\"}},"
      "\"descriptionModule\":{\"briefSummary\":\"It looks at %s.\"},\"conditionsModule\":{\"conditions\":[\"%s\",\"%s\"]},"
      "\"designModule\":{\"studyType\":\"INTERVENTIONAL\",\"phases\":[\"PHASE%d\"],\"enrollmentInfo\":{\"count\":%d}},"
      "\"armsInterventionsModule\":{\"interventions\":[{\"type\":\"DRUG\",\"name\":\"%s\"}]},"
      "\"contactsLocationsModule\":{\"locations\":[{\"city\":\"Town "
      "%d\",\"country\":\"%s\",\"geoPoint\":{\"lat\":%d,\"lon\":120}}]}}}",
      (int)i + 1, words[m->word[0]], states[m->state], m->year, updated, lands[m->land], words[m->word[1]],
      diseases[m->disease[0]], diseases[m->disease[1]], m->phase + 1, m->n, drugs[m->drug], m->land, lands[m->land],
      10 * m->land + 20);
}

static void put(th_str json) {
  th_err err = { 0 };
  th_ctgov_doc doc;
  th_store_record r;
  th_store_added added;
  th_store_document d = { .name = TH_S("x"), .kind = TH_S("ctgov"), .retrieved = home_day };
  CHECK_OK_ERR(th_source_ctgov_read(a, json, &doc, &err), &err);
  CHECK_OK_ERR(th_store_document_add(a, s, json, &d, &err), &err);
  for (size_t i = 0; i < doc.studies.n; i++)
    CHECK_OK_ERR(th_store_ctgov_put(a, s, &d, &doc.studies.v[i], &r, &added, &err), &err);
}

enum { STUDIES = 300 };

static void begin(void) {
  th_err err = { 0 };
  snprintf(home, sizeof home, "%s", home_fresh());
  a = th_arena_new(0);
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &s, &err), &err);
  for (uint64_t i = 0; i < STUDIES; i++) { /* some to a commit, so that postings grow */
    if (i % 50 == 0) CHECK_OK_ERR(th_store_begin(s, &err), &err);
    const made m = made_of(i);
    put(json_of(i, &m, "2024-01-01"));
    if (i % 50 == 49) CHECK_OK_ERR(th_store_commit(s, &err), &err);
  }
}

static void end(void) {
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

static th_trial_found find(const th_trial_query *q) {
  th_err err = { 0 };
  th_trial_found f = { 0 };
  CHECK_OK_ERR(th_store_trial_search(a, s, q, &f, &err), &err);
  return f;
}

static bool has_disease(const made *m, int d) {
  return m->disease[0] == d || m->disease[1] == d;
}

#define EXPECT(q, condition)                                                                                                   \
  do {                                                                                                                         \
    uint64_t want = 0;                                                                                                         \
    for (uint64_t i = 0; i < STUDIES; i++) {                                                                                   \
      const made m = made_of(i);                                                                                               \
      want += (condition);                                                                                                     \
    }                                                                                                                          \
    const th_trial_found got = find(&(q));                                                                                     \
    CHECK_INT(got.total, want);                                                                                                \
    CHECK_INT(got.held, STUDIES);                                                                                              \
  } while (0)

TEST(searches_agree_with_looking_at_every_study) {
  begin();
  th_str one[] = { TH_S("lupus nephritis") };
  th_trial_query q = { .condition = one, .n_conditions = 1 };
  EXPECT(q, has_disease(&m, 0));
  one[0] = TH_S("membranous glomerulonephritis"); /* turned round the comma */
  EXPECT(q, has_disease(&m, 1));
  one[0] = TH_S("Small Cell Lung Cancer"); /* non-small is another disease */
  EXPECT(q, m.disease[0] == 3 || m.disease[1] == 3 || false);
  one[0] = TH_S("systemic lupus erythematosus");
  EXPECT(q, has_disease(&m, 4));
  one[0] = TH_S("狼瘡性腎炎");
  EXPECT(q, has_disease(&m, 5));
  th_str both[] = { TH_S("lupus nephritis"), TH_S("狼瘡性腎炎") };
  q.condition = both, q.n_conditions = 2;
  EXPECT(q, has_disease(&m, 0) || has_disease(&m, 5));

  th_str drug[] = { TH_S("testimab") };
  q = (th_trial_query){ .intervention = drug, .n_interventions = 1 };
  EXPECT(q, m.drug < 2);
  const th_trial_filter filters[] = { { TH_FACET_STATUS, TH_S("recruiting") },
                                      { TH_FACET_STATUS, TH_S("COMPLETED") },
                                      { TH_FACET_COUNTRY, TH_S("taiwan") },
                                      { TH_FACET_PHASE, TH_S("PHASE2") } };
  q.filter = filters, q.n_filters = 4;
  EXPECT(q, m.drug < 2 && m.state < 2 && m.land == 0 && m.phase == 1);

  const th_str alpha[] = { TH_S("alpha") }, either[] = { TH_S("beta"), TH_S("腎臟") }, gam[] = { TH_S("gam*") };
  const th_trial_words text[] = { { alpha, 1, false }, { either, 2, false }, { gam, 1, true } };
  q = (th_trial_query){ .text = text, .n_text = 1 };
  EXPECT(q, m.word[0] == 0 || m.word[1] == 0);
  q.n_text = 2;
#define W(k) (m.word[0] == (k) || m.word[1] == (k))
  EXPECT(q, W(0) && (W(1) || W(3)));
  q = (th_trial_query){ .text = text + 2, .n_text = 1 };
  EXPECT(q, !W(2));

  q = (th_trial_query){ .start = { th_days_from_civil(2010, 1, 1), th_days_from_civil(2012, 1, 1) } };
  EXPECT(q, m.year == 2010 || m.year == 2011);
  q = (th_trial_query){ .city = TH_S("TOWN 1") };
  EXPECT(q, m.land == 1);
  q = (th_trial_query){ .latitude = 20.5, .longitude = 120, .radius_km = 60 }; /* half a degree is 55.6 km */
  EXPECT(q, m.land == 0);
  q = (th_trial_query){ .sponsor = TH_S("france hospital") };
  EXPECT(q, m.land == 2);
  end();
}

TEST(hits_tell_where_they_were_met_and_stand_in_order) {
  begin();
  const th_str beta[] = { TH_S("beta") };
  const th_trial_words text[] = { { beta, 1, false } };
  th_trial_query q = { .text = text, .n_text = 1, .limit = 300 };
  th_trial_found f = find(&q);
  uint64_t titles = 0;
  for (uint64_t i = 0; i < STUDIES; i++) titles += made_of(i).word[0] == 1;
  CHECK_INT(f.n_by[3], titles);
  CHECK_INT(f.n_by[4], f.total - titles);
  bool texts = false;
  size_t wrong = 0;
  for (size_t i = 0; i < f.hits.n; i++) {
    texts |= f.hits.v[i].how == TH_TRIAL_BY_TEXT;
    wrong += texts && f.hits.v[i].how != TH_TRIAL_BY_TEXT;
  }
  CHECK_INT(wrong, 0);
  q = (th_trial_query){ .sort = TH_TRIAL_SORT_ENROLMENT, .limit = 10, .offset = 5 };
  f = find(&q);
  CHECK_INT(f.hits.n, 10);
  for (size_t i = 1; i < f.hits.n; i++) CHECK(f.hits.v[i - 1].enrolment >= f.hits.v[i].enrolment);
  q = (th_trial_query){ .sort = TH_TRIAL_SORT_ID, .limit = 3 };
  f = find(&q);
  CHECK_STR(f.hits.v[0].id, "NCT00000001");
  CHECK_STR(f.hits.v[2].id, "NCT00000003");
  q = (th_trial_query){ .sort = TH_TRIAL_SORT_START, .limit = 300 };
  f = find(&q);
  CHECK_INT(f.hits.n, STUDIES);
  for (size_t i = 1; i < f.hits.n; i++) CHECK(th_str_cmp(f.hits.v[i - 1].start, f.hits.v[i].start) >= 0);
  end();
}

TEST(facets_count_what_is_met) {
  begin();
  th_str one[] = { TH_S("lupus nephritis") };
  const th_trial_query q = { .condition = one, .n_conditions = 1, .facets = true };
  const th_trial_found f = find(&q);
  uint32_t want[3] = { 0 };
  for (uint64_t i = 0; i < STUDIES; i++) {
    const made m = made_of(i);
    if (has_disease(&m, 0)) want[m.state]++;
  }
  uint64_t sum = 0;
  for (size_t i = 0; i < f.counts.n; i++) {
    if (f.counts.v[i].facet != TH_FACET_STATUS) continue;
    sum += f.counts.v[i].n;
    for (int k = 0; k < 3; k++)
      if (th_str_is(f.counts.v[i].value, states[k])) CHECK_INT(f.counts.v[i].n, want[k]);
  }
  CHECK_INT(sum, f.total);
  end();
}

TEST(a_newer_version_takes_the_place_of_the_old) {
  begin();
  th_err err = { 0 };
  made m = made_of(0);
  const int before = m.state;
  m.state = (m.state + 1) % 3;
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  put(json_of(0, &m, "2025-02-02"));
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  const th_trial_filter now[] = { { TH_FACET_STATUS, th_str_of(states[m.state]) } };
  const th_trial_query q = { .filter = now, .n_filters = 1 };
  uint64_t want = 0;
  for (uint64_t i = 0; i < STUDIES; i++) want += (i ? made_of(i).state : m.state) == m.state;
  const th_trial_found f = find(&q);
  CHECK_INT(f.total, want);
  CHECK_INT(f.held, STUDIES);
  /* one that is older than the current stands beside it and is not found */
  m.state = before;
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  put(json_of(0, &m, "2023-02-02"));
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  CHECK_INT(find(&q).total, want);
  end();
}

TEST(what_is_taken_back_is_not_found) {
  begin();
  th_err err = { 0 };
  const made m = made_of(7);
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  put(json_of(1000, &m, "2024-01-01"));
  CHECK_OK_ERR(th_store_mark(s, &err), &err);
  put(json_of(1001, &m, "2024-01-01"));
  th_store_undo(s);
  put(json_of(1002, &m, "2024-01-01"));
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  const th_trial_query all = { .sort = TH_TRIAL_SORT_ID, .limit = 1000 };
  th_trial_found f = find(&all);
  CHECK_INT(f.total, STUDIES + 2);
  CHECK_STR(f.hits.v[STUDIES].id, "NCT00001001");
  CHECK_STR(f.hits.v[STUDIES + 1].id, "NCT00001003");
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  put(json_of(2000, &m, "2024-01-01"));
  th_store_rollback(s);
  CHECK_INT(find(&all).total, STUDIES + 2);
  end();
}

TEST(the_check_sees_what_is_wrong_with_the_index) {
  begin();
  static const char *const harm[] = { "UPDATE trial_post SET body = x'0080' WHERE id = (SELECT min(id) FROM trial_post)",
                                      "INSERT INTO trial_post(id, body) VALUES (4000000000, x'0000')",
                                      "DELETE FROM trial WHERE ordinal = 3" };
  for (size_t i = 0; i <= sizeof harm / sizeof *harm; i++) {
    th_err err = { 0 };
    th_store_fault_vec f;
    CHECK_OK_ERR(th_store_check(a, s, false, &f, NULL, &err), &err);
    CHECK_INT(f.n, i == 0 ? 0 : i < 3 ? 1 : 2); /* damaged lists are told together, studies that lack by themselves */
    for (size_t k = 0; k < f.n; k++) CHECK_INT(f.v[k].kind, TH_STORE_FAULT_INDEX);
    if (i == sizeof harm / sizeof *harm) break;
    CHECK_OK_ERR(th_store_begin(s, &err), &err);
    CHECK_OK_ERR(th_store__exec(s->db, harm[i], "harming", &err), &err);
    CHECK_OK_ERR(th_store_commit(s, &err), &err);
  }
  end();
}

TEST(a_filter_that_can_mean_nothing_is_an_error) {
  begin();
  th_err err = { 0 };
  th_trial_found f;
  const th_trial_filter wrong[] = { { TH_FACET_STATUS, TH_S("finished") } };
  const th_trial_query q = { .filter = wrong, .n_filters = 1 };
  CHECK_CODE(th_store_trial_search(a, s, &q, &f, &err), TH_EINVAL);
  CHECK(strstr(err.msg, "COMPLETED") != NULL);
  const th_trial_filter none[] = { { TH_FACET_STATUS, TH_S("SUSPENDED") } };
  const th_trial_query empty = { .filter = none, .n_filters = 1 };
  CHECK_INT(find(&empty).total, 0);
  bool found;
  double lat, lon;
  CHECK_OK_ERR(th_store_trial_city(a, s, TH_S("town 2"), &found, &lat, &lon, &err), &err);
  CHECK(found);
  CHECK_REL(lat, 40, 1e-9);
  CHECK_OK_ERR(th_store_trial_city(a, s, TH_S("nowhere"), &found, &lat, &lon, &err), &err);
  CHECK(!found);
  end();
}

TEST_MAIN(RUN(postings_hold_what_was_added), RUN(bytes_that_are_no_posting_are_refused),
          RUN(searches_agree_with_looking_at_every_study), RUN(hits_tell_where_they_were_met_and_stand_in_order),
          RUN(facets_count_what_is_met), RUN(a_newer_version_takes_the_place_of_the_old), RUN(what_is_taken_back_is_not_found),
          RUN(the_check_sees_what_is_wrong_with_the_index), RUN(a_filter_that_can_mean_nothing_is_an_error))
