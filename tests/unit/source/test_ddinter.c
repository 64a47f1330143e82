/* DDInter's table: rows, unordered pairs, and the check value of the data's own description. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/source/ddinter.h"

static const char head[] = "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\n";

static th_code read_text(th_arena *a, const char *rows, th_ddinter_table *out, th_err *err) {
  return th_source_ddinter_read(a, th_str_fmt(a, "%s%s", head, rows), out, err);
}

TEST(rows_as_printed) {
  th_arena *a = th_arena_new(0);
  th_ddinter_table t;
  th_err err = { 0 };
  CHECK_OK_ERR(read_text(a, "DDInter2,B,DDInter1,\"A vaccine, Live\",Major\r\nDDInter3,C,DDInter1,A,Severe-ish\n", &t, &err),
               &err);
  CHECK_INT(t.rows.n, 2);
  CHECK_STR(t.rows.v[0].name_b, "A vaccine, Live");
  CHECK_INT(t.rows.v[0].severity, TH_SEVERITY_MAJOR);
  CHECK_INT(t.rows.v[0].line, 2);
  CHECK_INT(t.rows.v[1].severity, TH_SEVERITY_UNKNOWN);
  CHECK_INT(t.gaps.n, 1);
  CHECK(t.gaps.n == 1 && t.gaps.v[0].line == 3);
  th_arena_del(a);
}

TEST(pairs_have_no_order_and_the_gravest_stays) {
  th_arena *a = th_arena_new(0);
  th_ddinter_table t;
  th_ddinter_pairs p;
  th_err err = { 0 };
  CHECK_OK_ERR(read_text(a,
                         "DDInter2,B,DDInter1,A,Moderate\nDDInter1,A,DDInter2,B,Major\nDDInter1,A,DDInter3,C,Unknown\n"
                         "DDInter3,C,DDInter1,A,Minor\nDDInter9,I,DDInter8,H,Minor\nDDInter8,H,DDInter9,I,Minor\n",
                         &t, &err),
               &err);
  CHECK_OK_ERR(th_source_ddinter_pairs(a, t.rows.v, t.rows.n, &p, &err), &err);
  CHECK_INT(p.n, 3);
  CHECK(p.v[0].row.severity == TH_SEVERITY_MAJOR && p.v[0].differs && p.v[0].n_rows == 2);
  CHECK_STR(p.v[0].row.name_a, "A");
  CHECK(p.v[1].row.severity == TH_SEVERITY_MINOR && p.v[1].differs);
  CHECK(p.v[2].row.severity == TH_SEVERITY_MINOR && !p.v[2].differs && p.v[2].n_rows == 2);
  th_arena_del(a);
}

TEST(bad_tables_are_refused_with_their_line) {
  static const struct {
    const char *text;
    uint32_t line;
  } bad[] = {
    { "", 1 },
    { "a,b\n1,2\n", 1 },
    { "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\n", 1 },
    { "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A,DDInter2,B,Major\nDDInter1,A,DDInter2\n", 3 },
    { "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,,DDInter2,B,Major\n", 2 },
    { "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A,DDInter1,A,Major\n", 2 },
    { "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A,DDInter2,\"B,Major\n", 2 },
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_ddinter_table t;
    th_err err = { 0 };
    CHECK_CODE(th_source_ddinter_read(a, th_str_of(bad[i].text), &t, &err), TH_EPARSE);
    CHECK_INT(err.line, bad[i].line);
  }
  th_arena_del(a);
}

/* interactions/README.md: 222,383 rows, 160,235 unique pairs (26,914 / 96,675 / 6,833 / 29,813); belimumab 69 (26, 37, 6). */
TEST(the_whole_export) {
  const char *shared = test_shared();
  if (!shared) SKIP("the shared data is not here");
  th_arena *a = th_arena_new(0), *keep = th_arena_new(0);
  th_ddinter_rows all = { 0 };
  th_err err = { 0 };
  for (const char *code = "ABDHLPRV"; *code; code++) {
    char path[4300];
    th_file f;
    th_ddinter_table t;
    snprintf(path, sizeof path, "%s/data/interactions/ddinter_code_%c.csv.gz", shared, *code);
    CHECK_OK_ERR(th_file_open(path, 0, &f, &err), &err);
    const th_str bytes = th_str_dup(keep, f.bytes);
    th_file_close(&f);
    CHECK_OK_ERR(th_source_ddinter_read(keep, bytes, &t, &err), &err);
    CHECK_INT(t.gaps.n, 0);
    for (size_t i = 0; i < t.rows.n; i++) CHECK(TH_VEC_PUSH(keep, &all, t.rows.v[i]));
  }
  CHECK_INT(all.n, 222383);
  th_ddinter_pairs p;
  CHECK_OK_ERR(th_source_ddinter_pairs(a, all.v, all.n, &p, &err), &err);
  CHECK_INT(p.n, 160235);
  size_t n[5] = { 0 }, mine[5] = { 0 };
  for (size_t i = 0; i < p.n; i++) {
    n[p.v[i].row.severity]++;
    if (th_str_is(p.v[i].row.name_a, "Belimumab") || th_str_is(p.v[i].row.name_b, "Belimumab")) mine[p.v[i].row.severity]++;
  }
  CHECK_INT(n[TH_SEVERITY_MAJOR], 26914);
  CHECK_INT(n[TH_SEVERITY_MODERATE], 96675);
  CHECK_INT(n[TH_SEVERITY_MINOR], 6833);
  CHECK_INT(n[TH_SEVERITY_UNKNOWN], 29813);
  CHECK_INT(mine[TH_SEVERITY_MAJOR], 26);
  CHECK_INT(mine[TH_SEVERITY_MODERATE], 37);
  CHECK_INT(mine[TH_SEVERITY_MINOR], 6);
  CHECK_INT(mine[TH_SEVERITY_UNKNOWN], 0);
  th_arena_del(keep);
  th_arena_del(a);
}

static th_code with_little_memory(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_ddinter_table t;
  th_ddinter_pairs p;
  th_err err = { 0 };
  th_code code = th_source_ddinter_read(
      a, TH_S("DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A,DDInter2,\"B \"\"x\"\"\",odd\n"), &t, &err);
  if (code == TH_OK) code = th_source_ddinter_pairs(a, t.rows.v, t.rows.n, &p, &err);
  th_arena_del(a);
  return code;
}

TEST(memory_runs_out) {
  CHECK(test_each_alloc_fails(with_little_memory) > 1);
}

TEST_MAIN(RUN(rows_as_printed), RUN(pairs_have_no_order_and_the_gravest_stays), RUN(bad_tables_are_refused_with_their_line),
          RUN(the_whole_export), RUN(memory_runs_out))
