/* Arena, vectors, maps and the injection of failing allocations. */
#include "test.h"

#include <stdint.h>

static bool all_zero(const char *p, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (p[i]) return false;
  return true;
}

TEST(memory_is_zero_also_when_used_before) {
  th_arena *a = th_arena_new(64);
  for (int round = 0; round < 3; round++) {
    const th_arena_mark m = th_arena_save(a);
    for (size_t n = 1; n < 3000; n = n * 3 + 1) {
      char *p = th_arena_alloc(a, n, 1);
      CHECK(p && all_zero(p, n));
      memset(p, 0x5A, n);
    }
    th_arena_rewind(a, m);
    char *p = th_arena_alloc(a, 200, 8);
    CHECK(p && all_zero(p, 200));
    memset(p, 0x5A, 200);
    th_arena_reset(a);
    CHECK_INT(th_arena_used(a), 0);
  }
  th_arena_del(a);
}

TEST(addresses_have_the_alignment_asked_for) {
  th_arena *a = th_arena_new(0);
  for (size_t align = 1; align <= 4096; align *= 2)
    for (int k = 0; k < 5; k++) {
      CHECK(th_arena_alloc(a, 1, 1) != NULL);
      char *p = th_arena_alloc(a, 33, align);
      CHECK(p && (uintptr_t)p % align == 0 && all_zero(p, 33));
    }
  th_arena_del(a);
}

TEST(nothing_asked_gives_a_pointer) {
  th_arena *a = th_arena_new(0);
  CHECK(th_arena_alloc(a, 0, 1) != NULL);
  CHECK(TH_NEWN(a, int, 0) != NULL);
  th_arena_del(a);
  th_arena_del(NULL);
}

TEST(limit_is_kept_and_can_be_lifted) {
  th_arena *a = th_arena_new(0);
  th_arena_limit(a, 1000);
  CHECK(th_arena_alloc(a, 600, 1) != NULL);
  CHECK(th_arena_alloc(a, 401, 1) == NULL);
  CHECK(th_arena_alloc(a, 400, 1) != NULL);
  CHECK(th_arena_alloc(a, 1, 1) == NULL);
  CHECK_INT(th_arena_used(a), 1000);
  th_arena_limit(a, 0);
  CHECK(th_arena_alloc(a, 100000, 1) != NULL);
  th_arena_del(a);
}

TEST(sizes_that_overflow_are_refused) {
  th_arena *a = th_arena_new(0);
  CHECK(th_arena_alloc(a, SIZE_MAX, 16) == NULL);
  CHECK(th_arena_alloc(a, SIZE_MAX - 8, 4096) == NULL);
  CHECK(th_arena_alloc_n(a, SIZE_MAX / 4, 8, 8) == NULL);
  CHECK(th_arena_alloc(a, 8, 8) != NULL);
  th_arena_del(a);
}

TEST(latest_allocation_grows_in_place_and_others_keep_their_content) {
  th_arena *a = th_arena_new(4096);
  char *p = th_arena_alloc(a, 10, 1);
  memcpy(p, "0123456789", 10);
  char *q = th_arena_grow(a, p, 10, 100, 1);
  CHECK(q == p && all_zero(q + 10, 90));
  CHECK(th_arena_alloc(a, 1, 1) != NULL);
  char *r = th_arena_grow(a, q, 100, 200, 1);
  CHECK(r && r != q && memcmp(r, "0123456789", 10) == 0 && all_zero(r + 10, 190));
  char *s = th_arena_grow(a, r, 200, 1 << 20, 1); /* past the block */
  CHECK(s && memcmp(s, "0123456789", 10) == 0 && all_zero(s + 10, (1 << 20) - 10));
  CHECK(th_arena_grow(a, s, 1 << 20, 5, 1) == s);
  CHECK(th_arena_grow(a, NULL, 0, 8, 8) != NULL);
  th_arena_del(a);
}

TEST(rewind_gives_back_what_came_after_the_mark) {
  th_arena *a = th_arena_new(128);
  char *kept = th_arena_alloc(a, 100, 1);
  memset(kept, 7, 100);
  const th_arena_mark m = th_arena_save(a);
  for (int round = 0; round < 50; round++) {
    for (int k = 0; k < 20; k++) CHECK(th_arena_alloc(a, 1000, 8) != NULL);
    th_arena_rewind(a, m);
    CHECK_INT(th_arena_used(a), 100);
  }
  for (int i = 0; i < 100; i++) CHECK(kept[i] == 7);
  th_arena_del(a);
}

TEST(vector_grows_and_keeps_its_elements) {
  th_arena *a = th_arena_new(0);
  TH_VEC(uint32_t) v = { 0 };
  for (uint32_t i = 0; i < 10000; i++) CHECK(TH_VEC_PUSH(a, &v, i * i));
  CHECK_INT(v.n, 10000);
  for (uint32_t i = 0; i < 10000; i++)
    if (v.v[i] != i * i) CHECK_INT(v.v[i], i * i);
  uint32_t *z = TH_VEC_ADD(a, &v);
  CHECK(z && *z == 0 && v.n == 10001);
  CHECK(TH_VEC_RESERVE(a, &v, 50000));
  CHECK(v.cap - v.n >= 50000);
  CHECK(!TH_VEC_RESERVE(a, &v, SIZE_MAX / 2));
  CHECK_INT(v.n, 10001);
  th_arena_del(a);
}

TEST(map_keeps_the_order_of_insertion_under_1e5_keys) {
  enum { N = 100000 };
  th_arena *a = th_arena_new(1 << 20);
  th_map m;
  th_map_init(&m, a);
  CHECK(!th_map_get(&m, TH_S("k0"), NULL));
  for (int i = 0; i < N; i++) CHECK_OK(th_map_put(&m, th_str_fmt(a, "k%d", i * 7919 % N), (uint64_t)i));
  CHECK_INT(m.n, N);
  for (int i = 0; i < N; i++) {
    char key[16];
    snprintf(key, sizeof key, "k%d", i * 7919 % N);
    if (m.entry[i].value != (uint64_t)i || !th_str_is(m.entry[i].key, key)) CHECK_STR(m.entry[i].key, key);
    uint64_t v = 0;
    if (!th_map_get(&m, th_str_of(key), &v) || v != (uint64_t)i) CHECK_INT(v, i);
  }
  CHECK(!th_map_get(&m, TH_S("k100000"), NULL));
  CHECK_OK(th_map_put(&m, TH_S("k0"), 99)); /* replaced in its place */
  CHECK_INT(m.n, N);
  CHECK(th_str_is(m.entry[0].key, "k0") && m.entry[0].value == 99);
  th_arena_del(a);
}

TEST(map_at_tells_new_from_old) {
  th_arena *a = th_arena_new(0);
  th_map m;
  th_map_init(&m, a);
  bool is_new = false;
  uint64_t *v = th_map_at(&m, TH_S(""), &is_new);
  CHECK(v && is_new && *v == 0);
  *v = 5;
  v = th_map_at(&m, TH_STR_NONE, &is_new); /* the empty text and no text are one key */
  CHECK(v && !is_new && *v == 5);
  CHECK(th_map_at(&m, TH_S("a"), NULL) != NULL);
  CHECK_INT(m.n, 2);
  th_arena_del(a);
}

/* XXH3-64 of the empty text with seed 0, as the xxHash specification's sanity table gives it. */
TEST(hash_is_xxh3) {
  CHECK(th_hash(TH_S("")) == 0x2D06800538D394C2u);
  CHECK(th_hash(TH_STR_NONE) == 0x2D06800538D394C2u);
}

static th_code build_everything(void) {
  th_arena *a = th_arena_new(16);
  if (!a) return TH_ENOMEM;
  th_map m;
  th_map_init(&m, a);
  th_str_vec v = { 0 };
  th_buf b;
  th_buf_init(&b, a, 4);
  th_code code = TH_OK;
  for (int i = 0; i < 40 && code == TH_OK; i++) {
    const th_str k = th_str_fmt(a, "key %d", i);
    if (!k.p || !TH_VEC_PUSH(a, &v, k)) code = TH_ENOMEM;
    if (code == TH_OK) code = th_map_put(&m, k, (uint64_t)i);
    th_buf_addf(&b, "%d,", i);
    if (v.n > (size_t)i + 1 || m.n > v.n) code = TH_EBUG;
  }
  if (code == TH_OK && b.failed) code = TH_ENOMEM;
  if (code == TH_OK && (m.n != 40 || v.n != 40 || b.n != 110)) code = TH_EBUG;
  th_arena_del(a);
  return code;
}

TEST(every_allocation_can_fail) {
  CHECK(test_each_alloc_fails(build_everything) > 50);
}

TEST(failing_once_lets_the_next_allocation_through) {
  th_arena *a = th_arena_new(0);
  th_alloc_fail_after(2, 0);
  CHECK(th_arena_alloc(a, 8, 8) != NULL);
  CHECK(th_arena_alloc(a, 8, 8) == NULL);
  CHECK(th_arena_alloc(a, 8, 8) != NULL);
  void *p = th_malloc(10);
  CHECK(p != NULL);
  CHECK_INT(th_alloc_fail_after(1, 1), 4);
  CHECK(th_malloc(1) == NULL);
  CHECK(th_realloc(p, 20) == NULL);
  th_alloc_fail_after(0, 0);
  p = th_realloc(p, 20);
  CHECK(p != NULL);
  th_free(p);
  th_arena_del(a);
}

TEST_MAIN(RUN(memory_is_zero_also_when_used_before), RUN(addresses_have_the_alignment_asked_for),
          RUN(nothing_asked_gives_a_pointer), RUN(limit_is_kept_and_can_be_lifted), RUN(sizes_that_overflow_are_refused),
          RUN(latest_allocation_grows_in_place_and_others_keep_their_content), RUN(rewind_gives_back_what_came_after_the_mark),
          RUN(vector_grows_and_keeps_its_elements), RUN(map_keeps_the_order_of_insertion_under_1e5_keys),
          RUN(map_at_tells_new_from_old), RUN(hash_is_xxh3), RUN(every_allocation_can_fail),
          RUN(failing_once_lets_the_next_allocation_through))
