/* Random trees and tables go out and come back; folding keeps its map. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/text.h"

static th_arena *arena;
static th_rng rng = { .seed = 20 };

static th_str random_text(size_t most) {
  static const uint32_t pool[] = {
    'a',  'Z',  '0',  ' ',   '"',    '\\',   '/',    ',',    ';',     '\n',     '\r', '\t', 1,
    0x1f, 0x7f, 0xe9, 0x3b1, 0x72fc, 0x7621, 0x2028, 0xfffd, 0x1f600, 0x10ffff, '=',  '-',  '\''
  };
  th_buf b;
  th_buf_init(&b, arena, 8);
  for (uint64_t n = th_rng_below(&rng, most + 1); n > 0; n--)
    th_buf_add_rune(&b, pool[th_rng_below(&rng, sizeof pool / sizeof *pool)]);
  return b.p ? th_buf_str(&b) : TH_S("");
}

static th_str random_number(void) {
  static const char *const before[] = { "", "-", "0.", "-0.0" }, *const after[] = { "", ".50", "e+5", ".0E-12" };
  const uint64_t head = th_rng_below(&rng, 4), tail = th_rng_below(&rng, 4),
                 n = 1 + (th_rng_u64(&rng) >> (1 + th_rng_below(&rng, 60)));
  return th_str_fmt(arena, "%s%llu%s", before[head], (unsigned long long)n, head > 1 && tail % 2 ? "" : after[tail]);
}

static th_json random_tree(int depth) {
  th_json v = { .kind = (uint8_t)th_rng_below(&rng, depth > 0 ? 6 : 4) };
  if (v.kind == TH_JSON_BOOL) v.boolean = th_rng_below(&rng, 2) == 1;
  if (v.kind == TH_JSON_NUMBER) v.u.text = random_number();
  if (v.kind == TH_JSON_STRING) v.u.text = random_text(20);
  if (v.kind < TH_JSON_ARRAY) return v;
  v.n = (uint32_t)th_rng_below(&rng, th_rng_below(&rng, 20) ? 5 : 40);
  if (v.kind == TH_JSON_ARRAY) {
    v.u.item = TH_NEWN(arena, th_json, v.n);
    for (uint32_t i = 0; i < v.n; i++) v.u.item[i] = random_tree(depth - 1);
    return v;
  }
  v.u.member = TH_NEWN(arena, th_json_member, v.n);
  for (uint32_t i = 0; i < v.n; i++) {
    const th_str tail = random_text(5);
    v.u.member[i] = (th_json_member){ th_str_fmt(arena, "%u%.*s", i, TH_STR_ARG(tail)), random_tree(depth - 1) };
  }
  return v;
}

static bool same(const th_json *a, const th_json *b) {
  if (a->kind != b->kind || a->n != b->n || a->boolean != b->boolean) return false;
  if (a->kind == TH_JSON_NUMBER || a->kind == TH_JSON_STRING) return th_str_eq(a->u.text, b->u.text);
  for (uint32_t i = 0; i < a->n; i++) {
    if (a->kind == TH_JSON_ARRAY
            ? !same(&a->u.item[i], &b->u.item[i])
            : !th_str_eq(a->u.member[i].key, b->u.member[i].key) || !same(&a->u.member[i].value, &b->u.member[i].value))
      return false;
  }
  return true;
}

TEST(a_tree_written_is_read_back_the_same) {
  for (int i = 0; i < 5000; i++) {
    th_arena_reset(arena);
    const th_json v = random_tree(4);
    th_buf b;
    th_buf_init(&b, arena, 0);
    th_jwrite w;
    th_jwrite_open(&w, &b, (int)th_rng_below(&rng, 3));
    th_jw_json(&w, &v);
    th_json back;
    th_err err = { 0 };
    CHECK_OK_ERR(th_json_parse(arena, th_buf_str(&b), &back, &err), &err);
    CHECK(same(&v, &back));
  }
}

/* One byte changed in a document never crashes, and what is still JSON is still read the same way twice. */
TEST(a_changed_byte_is_read_or_refused) {
  for (int i = 0; i < 20000; i++) {
    th_arena_reset(arena);
    const th_json v = random_tree(3);
    th_buf b;
    th_buf_init(&b, arena, 0);
    th_jwrite w;
    th_jwrite_open(&w, &b, 0);
    th_jw_json(&w, &v);
    b.p[th_rng_below(&rng, b.n)] = (char)th_rng_below(&rng, 256);
    th_json x;
    th_jread r;
    const th_code tree = th_json_parse(arena, th_buf_str(&b), &x, NULL);
    th_jread_open(&r, arena, th_buf_str(&b));
    th_code pull;
    do pull = th_jread_next(&r, NULL);
    while (pull == TH_OK && r.tok != TH_J_END);
    CHECK(tree == TH_OK || tree == TH_EPARSE);
    CHECK(tree == pull || pull == TH_OK); /* a repeated member: the stream lets it pass */
  }
}

static th_str guarded(th_str cell) {
  double number;
  const bool formula = cell.n && cell.p[0] && strchr("=+-@\t\r", cell.p[0]) && !th_str_to_f64(cell, &number);
  return formula ? th_str_fmt(arena, "'%.*s", TH_STR_ARG(cell)) : cell;
}

TEST(a_table_written_is_read_back_the_same) {
  for (int i = 0; i < 5000; i++) {
    th_arena_reset(arena);
    const size_t rows = th_rng_below(&rng, 5), cols = 2 + th_rng_below(&rng, 4);
    th_str cell[4][5];
    th_buf b;
    th_buf_init(&b, arena, 0);
    for (size_t r = 0; r < rows; r++)
      for (size_t c = 0; c < cols; c++) {
        cell[r][c] = random_text(6);
        th_csv_write_cell(&b, cell[r][c]);
        th_buf_addz(&b, c + 1 < cols ? "," : i % 2 ? "\r\n" : "\n");
      }
    th_csv csv;
    th_csv_open(&csv, th_buf_str(&b), ',');
    th_csv_row row;
    bool more;
    for (size_t r = 0; r < rows; r++) {
      CHECK_OK(th_csv_next(&csv, arena, &row, &more, NULL));
      CHECK(more && row.n == cols);
      for (size_t c = 0; c < cols && c < row.n; c++) CHECK(th_str_eq(row.cell[c], guarded(cell[r][c])));
    }
    CHECK_OK(th_csv_next(&csv, arena, &row, &more, NULL));
    CHECK(!more);
  }
}

/* Folded piece by piece at blanks, the text folds as it does whole, and every span leads to what folds to it. */
TEST(a_word_found_in_folded_text_folds_from_its_span) {
  static const char *const word[] = { "Ｂｅｌｉｍｕｍａｂ", "狼瘡", "ﬃ", "IFN‐α", "e\u0301te\u0301", "0·5", "ガ", "ｶﾞ", "x" };
  for (int i = 0; i < 20000; i++) {
    th_arena_reset(arena);
    th_buf b;
    th_buf_init(&b, arena, 0);
    size_t from = 0, to = 0;
    const uint64_t which = th_rng_below(&rng, 6), n = which + 1 + th_rng_below(&rng, 4);
    for (uint64_t k = 0; k < n; k++) {
      if (k == which) from = b.n;
      th_buf_addz(&b, word[th_rng_below(&rng, sizeof word / sizeof *word)]);
      if (k == which) to = b.n;
      th_buf_addz(&b, th_rng_below(&rng, 2) ? " " : "\u3000 ");
    }
    uint32_t *map;
    const th_str whole = th_text_fold(arena, th_buf_str(&b), TH_FOLD_NAME, &map);
    const th_str piece = th_text_fold(arena, th_str_sub(th_buf_str(&b), from, to), TH_FOLD_NAME, NULL);
    size_t at = 0;
    while (at < whole.n && map[at] < from) at++;
    CHECK(th_str_eq(th_str_sub(whole, at, at + piece.n), piece));
    size_t a, z;
    th_text_fold_span(map, whole.n, at, at + piece.n, &a, &z);
    CHECK_INT(a, from);
    CHECK_INT(z, to);
  }
}

static int run(void) {
  static const th_test tests[] = {
    RUN(a_tree_written_is_read_back_the_same),
    RUN(a_changed_byte_is_read_or_refused),
    RUN(a_table_written_is_read_back_the_same),
    RUN(a_word_found_in_folded_text_folds_from_its_span),
  };
  return test_main_(tests, sizeof tests / sizeof *tests);
}

int main(void) {
  arena = th_arena_new(0);
  const int rc = run();
  th_arena_del(arena);
  return rc;
}
