/* Notes, review states and shortlists: by version, nothing lost. */
#include "theriac/store/remarks.h"
#include "unit/store/home.h"

static th_arena *arena;
static th_store *store;
static char home[4096];

static void begin(void) {
  th_err err = { 0 };
  snprintf(home, sizeof home, "%s", home_fresh());
  arena = th_arena_new(0);
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, 1000, &store, &err), &err);
  if (!store) exit(1);
}

static void end(void) {
  th_store_fault_vec faults;
  th_err err = { 0 };
  CHECK_OK_ERR(th_store_check(arena, store, false, &faults, NULL, &err), &err);
  CHECK_INT(faults.n, 0);
  th_store_close(store);
  store = NULL;
  th_arena_del(arena);
  home_remove(home);
}

static th_store_remark put(th_store_remark r, bool want_same) {
  th_err err = { 0 };
  bool same = !want_same;
  CHECK_OK_ERR(th_store_begin(store, &err), &err);
  CHECK_OK_ERR(th_store_remark_put(arena, store, &r, &same, &err), &err);
  CHECK_OK_ERR(th_store_commit(store, &err), &err);
  CHECK(same == want_same);
  return r;
}

static th_store_remark remark(th_remark_state state, const char *disease, const char *text) {
  return (th_store_remark){ .drug = TH_S("Belimumab"),
                            .disease = th_str_of(disease),
                            .state = state,
                            .text = th_str_of(text),
                            .hand = { TH_S("林藥師"), 1795219200, TH_S("build-1"), 7 } };
}

TEST(remarks_by_version) {
  begin();
  th_err err = { 0 };
  th_store_remarks all;
  th_store_remark found;
  bool there = true;
  CHECK_OK_ERR(th_store_review(arena, store, TH_S("belimumab"), TH_S("lupus nephritis"), &there, &found, &err), &err);
  CHECK(!there); /* not reviewed is an answer */
  const th_store_remark note = put(remark(TH_REMARK_NOTE, "", "劑量表缺 2026 年版"), false);
  CHECK(note.id > 0 && note.version == 1);
  put(remark(TH_REMARK_NOTE, "", "劑量表缺 2026 年版"), true);
  const th_store_remark seen = put(remark(TH_REMARK_REVIEWED, "Lupus Nephritis", ""), false);
  th_store_remark doubt = remark(TH_REMARK_QUESTIONED, "lupus nephritis", "n of arm B");
  doubt.hand.who = TH_S("Reviewer 2");
  doubt.hand.generation = 8;
  doubt = put(doubt, false);
  CHECK_OK_ERR(th_store_review(arena, store, TH_S("BELIMUMAB"), TH_S("lupus nephritis"), &there, &found, &err), &err);
  CHECK(there && found.state == TH_REMARK_QUESTIONED && found.hand.generation == 8);
  doubt.state = TH_REMARK_WITHDRAWN;
  doubt.hand.at++;
  CHECK_INT(put(doubt, false).version, 2);
  CHECK_OK_ERR(th_store_review(arena, store, TH_S("belimumab"), TH_S("Lupus nephritis"), &there, &found, &err), &err);
  CHECK(there && found.id == seen.id && found.state == TH_REMARK_REVIEWED && th_str_is(found.hand.who, "林藥師"));
  CHECK_OK_ERR(th_store_remark_versions(arena, store, doubt.id, &all, &err), &err);
  CHECK(all.n == 2 && all.v[0].state == TH_REMARK_QUESTIONED && th_str_is(all.v[0].text, "n of arm B") &&
        all.v[1].state == TH_REMARK_WITHDRAWN);
  const th_str none = TH_S("");
  CHECK_OK_ERR(th_store_remarks_of(arena, store, TH_S("belimumab"), &none, &all, &err), &err);
  CHECK(all.n == 1 && all.v[0].id == note.id);
  CHECK_OK_ERR(th_store_remarks_of(arena, store, TH_S("belimumab"), NULL, &all, &err), &err);
  CHECK_INT(all.n, 3);
  CHECK_OK_ERR(th_store_remarks_of(arena, store, TH_S("rituximab"), NULL, &all, &err), &err);
  CHECK_INT(all.n, 0);
  end();
}

TEST(remarks_that_are_refused) {
  begin();
  th_err err = { 0 };
  bool same;
  th_store_remark r = remark(TH_REMARK_NOTE, "", " ");
  CHECK_CODE(th_store_remark_put(arena, store, &r, &same, NULL), TH_EBUG); /* outside a transaction */
  CHECK_OK_ERR(th_store_begin(store, &err), &err);
  CHECK_CODE(th_store_remark_put(arena, store, &r, &same, NULL), TH_EINVAL);
  r = remark(TH_REMARK_NOTE, "", "x");
  r.hand.who = TH_STR_NONE;
  CHECK_CODE(th_store_remark_put(arena, store, &r, &same, NULL), TH_EINVAL);
  r = remark(TH_REMARK_NOTE, "", "x");
  r.id = 99;
  CHECK_CODE(th_store_remark_put(arena, store, &r, &same, NULL), TH_ENOENT);
  r = remark(TH_REMARK_NOTE, "", "x");
  r.text = th_str_n(th_arena_alloc(arena, TH_LIMIT_REMARK_BYTES + 1, 1), TH_LIMIT_REMARK_BYTES + 1);
  CHECK_CODE(th_store_remark_put(arena, store, &r, &same, NULL), TH_ELIMIT);
  th_store_rollback(store);
  end();
}

TEST(generation_grows_with_records) {
  begin();
  th_err err = { 0 };
  int64_t before = -1, after = -1;
  th_store_added added;
  CHECK_OK_ERR(th_store_generation(store, &before, &err), &err);
  CHECK_INT(before, 0);
  CHECK_OK_ERR(th_store_begin(store, &err), &err);
  CHECK_OK_ERR(home_put(arena, store, "k", "text", &added, &err), &err);
  CHECK_OK_ERR(th_store_commit(store, &err), &err);
  CHECK_OK_ERR(th_store_generation(store, &after, &err), &err);
  CHECK(after > before);
  put(remark(TH_REMARK_NOTE, "", "x"), false);
  CHECK_OK_ERR(th_store_generation(store, &before, &err), &err);
  CHECK_INT(before, after); /* a note changes no dossier */
  end();
}

static th_shortlist keep(th_shortlist l, bool want_same) {
  th_err err = { 0 };
  bool same = !want_same;
  CHECK_OK_ERR(th_store_begin(store, &err), &err);
  CHECK_OK_ERR(th_store_shortlist_put(arena, store, &l, &same, &err), &err);
  CHECK_OK_ERR(th_store_commit(store, &err), &err);
  CHECK(same == want_same);
  return l;
}

TEST(shortlists_by_version) {
  begin();
  th_err err = { 0 };
  static const th_shortlist_item item[] = {
    { { "belimumab", 9 }, { "NMOSD", 5 }, 3, { "0.9996", 6 }, { "B cells", 7 }, false },
    { { "belimumab", 9 }, { "gout", 4 }, 812, { "0.01", 4 }, { "control", 7 }, true },
  };
  th_shortlist l = { .name = TH_S("候選"), .model = TH_S("m1"), .hand = { TH_S("R"), 5, TH_S(""), 7 }, .item = item, .n = 2 };
  l = keep(l, false);
  CHECK(l.id > 0 && l.version == 1);
  keep(l, true);
  l.n = 1;
  l.hand.at = 6;
  CHECK_INT(keep(l, false).version, 2);
  th_shortlist got;
  CHECK_OK_ERR(th_store_shortlist_get(arena, store, l.id, 1, &got, &err), &err);
  CHECK(got.n == 2 && got.item[1].negative && got.item[1].rank == 812 && th_str_is(got.item[0].score, "0.9996") &&
        th_str_is(got.item[0].why, "B cells") && got.hand.at == 5);
  CHECK_OK_ERR(th_store_shortlist_get(arena, store, l.id, 0, &got, &err), &err);
  CHECK(got.version == 2 && got.n == 1);
  CHECK_CODE(th_store_shortlist_get(arena, store, l.id, 3, &got, NULL), TH_ENOENT);
  CHECK_CODE(th_store_shortlist_get(arena, store, 99, 0, &got, NULL), TH_ENOENT);
  l.withdrawn = true;
  keep(l, false);
  th_shortlists all;
  CHECK_OK_ERR(th_store_shortlist_all(arena, store, &all, &err), &err);
  CHECK(all.n == 1 && all.v[0].withdrawn && all.v[0].version == 3 && all.v[0].n == 1);
  bool same;
  th_shortlist bad = { .hand = { TH_S("R"), 5, TH_S(""), 7 } };
  CHECK_OK_ERR(th_store_begin(store, &err), &err);
  CHECK_CODE(th_store_shortlist_put(arena, store, &bad, &same, NULL), TH_EINVAL);
  th_store_rollback(store);
  end();
}

TEST_MAIN(RUN(remarks_by_version), RUN(remarks_that_are_refused), RUN(generation_grows_with_records),
          RUN(shortlists_by_version))
