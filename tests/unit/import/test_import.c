/* Documents into the store: what is refused changes nothing, what was reported is kept, the same bytes again change nothing. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "theriac/import.h"
#include "unit/store/home.h"

static char home[4096], docs[4096];
static th_arena *a;

static void begin(void) {
  th_err err = { 0 };
  snprintf(home, sizeof home, "%s", home_fresh());
  snprintf(docs, sizeof docs, "%s", home_fresh());
  a = th_arena_new(0);
  CHECK_OK_ERR(th_dir_make(docs, &err), &err);
}

static void end(void) {
  home_remove(home);
  home_remove(docs);
  th_arena_del(a);
}

static const char *write_doc(const char *name, th_str bytes) {
  th_err err = { 0 };
  const th_str path = th_str_fmt(a, "%s/%s", docs, name);
  CHECK_OK_ERR(th_file_write(path.p, bytes, &err), &err);
  return path.p;
}

/* A small page of the kind that is published, about this drug. */
static th_str page(const char *drug, const char *score) {
  return th_str_fmt(
      a,
      "---\ntitle: %s\nevidence_level: L5\nindication_count: 1\n---\n\n# %s\n\n## 快速總覽\n| 項目 | 內容 |\n|------|------|\n"
      "| 原適應症 | 紅斑性狼瘡 |\n| TxGNN 預測分數 | %s |\n| 證據等級 | L5 |\n| 建議決策 | Hold |\n\n## 預測適應症詳細分析\n\n"
      "<details class=\"indication-section\" open>\n<summary>\n<span class=\"indication-name\">1. Glanzmann "
      "thrombasthenia</span>\n"
      "<span class=\"evidence-badge evidence-L5\">L5</span>\n<span class=\"prediction-score\">%s</span>\n</summary>\n"
      "<div class=\"indication-content\">\n<p>目前尚無針對此適應症的專門臨床研究。</p>\n</div>\n</details>\n",
      drug, drug, score, score);
}

static th_code import_paths(const char *const *path, size_t n, bool strict, th_import_summary *sum, th_err *err) {
  th_store *s = NULL;
  const th_import_options o = { .retrieved = home_day, .strict = strict, .licence = TH_S("CC BY 4.0") };
  TH_TRY(th_store_open(home, TH_STORE_WRITE, 2000, &s, err));
  const th_code code = th_import_paths(a, s, path, n, &o, sum, err);
  th_store_close(s);
  return code;
}

static size_t count_records(void) {
  th_store *s = NULL;
  th_err err = { 0 };
  th_store_record_vec v = { 0 };
  th_store_fault_vec faults = { 0 };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, 2000, &s, &err), &err);
  if (!s) return 0;
  CHECK_OK_ERR(th_store_records(a, s, TH_S(""), &v, &err), &err);
  CHECK_OK_ERR(th_store_check(a, s, false, &faults, NULL, &err), &err);
  for (size_t i = 0; i < faults.n; i++) CHECK(faults.v[i].harmless);
  th_store_close(s);
  return v.n;
}

TEST(page_goes_in_with_where_it_came_from) {
  begin();
  const char *path[] = { write_doc("whatever.bin", page("Belimumab", "99.96%")) };
  th_import_summary sum;
  th_err err = { 0 };
  CHECK_OK_ERR(import_paths(path, 1, false, &sum, &err), &err);
  CHECK_INT(sum.documents.n, 1);
  CHECK_INT(sum.n_stored, 1);
  CHECK_INT(sum.n_new, 1);
  const th_import_document d = sum.documents.v[0];
  CHECK_INT(d.outcome, TH_IMPORT_STORED);
  CHECK_INT(d.kind, TH_SOURCE_REPORT_PAGE); /* by content, the name says nothing */
  CHECK(d.why.n > 0 && d.sha256.n == 64);
  th_store *s = NULL;
  th_store_record r;
  bool found;
  CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, 0, &s, &err), &err);
  CHECK_OK_ERR(th_store_record_find(a, s, TH_S("report-page"), TH_S("belimumab"), &found, &r, &err), &err);
  CHECK(found);
  CHECK_STR(r.doc.licence, "CC BY 4.0");
  CHECK_STR(r.doc.name, path[0]);
  CHECK_INT(th_date_first(r.doc.retrieved), th_date_first(home_day));
  th_report_page p;
  CHECK_OK_ERR(th_store_report_of(a, &r, &p, &err), &err);
  CHECK_STR(p.drug.text, "Belimumab");
  th_str bytes;
  CHECK_OK_ERR(th_store_document_bytes(a, s, r.doc.sha256, &bytes, &err), &err);
  CHECK(th_str_eq(th_str_sub(bytes, p.drug.from, p.drug.to), p.drug.text));
  th_store_close(s);
  end();
}

TEST(same_bytes_again_change_nothing) {
  begin();
  const char *path[] = { write_doc("1.md", page("Belimumab", "99.96%")), write_doc("2.md", page("Belimumab", "99.96%")) };
  th_import_summary sum;
  th_err err = { 0 };
  CHECK_OK_ERR(import_paths(path, 2, false, &sum, &err), &err);
  CHECK(sum.n_stored == 1 && sum.n_held == 1);
  CHECK_INT(sum.documents.v[1].outcome, TH_IMPORT_HELD);
  CHECK_OK_ERR(import_paths(path, 1, false, &sum, &err), &err);
  CHECK(sum.n_stored == 0 && sum.n_held == 1 && sum.n_new == 0);
  CHECK_INT(sum.documents.v[0].kind, TH_SOURCE_REPORT_PAGE);
  path[0] = write_doc("1.md", page("Belimumab", "98.00%"));
  CHECK_OK_ERR(import_paths(path, 1, false, &sum, &err), &err);
  CHECK(sum.n_stored == 1 && sum.n_new_versions == 1);
  CHECK_INT(sum.documents.v[0].records.v[0].version, 2);
  CHECK_INT(count_records(), 1);
  end();
}

TEST(folders_in_byte_order_hidden_names_apart) {
  begin();
  th_err err = { 0 };
  th_str dir = th_str_fmt(a, "%s/b", docs);
  CHECK_OK_ERR(th_dir_make(dir.p, &err), &err);
  dir = th_str_fmt(a, "%s/.git", docs);
  CHECK_OK_ERR(th_dir_make(dir.p, &err), &err);
  write_doc("b/x.md", page("Two", "1%"));
  write_doc("a.md", page("One", "1%"));
  write_doc("c.md", page("Three", "1%"));
  write_doc(".hidden.md", page("Hidden", "1%"));
  write_doc(".git/y.md", page("Hidden", "1%"));
  const char *path[] = { docs };
  th_import_summary sum;
  CHECK_OK_ERR(import_paths(path, 1, false, &sum, &err), &err);
  CHECK_INT(sum.documents.n, 3);
  static const char *const key[] = { "one", "two", "three" };
  for (size_t i = 0; i < sum.documents.n && i < 3; i++) CHECK_STR(sum.documents.v[i].records.v[0].key, key[i]);
  end();
}

TEST(bad_documents_among_good_ones) {
  begin();
  char fifo[4200];
  const th_str big5 = TH_S("\xa5\xbb\xc3\xc4\xab~ \xa5\xce\xa9\xf3\xaav\xc0\xf8\xac\xf5\xb4\xb3\xa9\xca\xaaT\xc5\xa7\n");
  snprintf(fifo, sizeof fifo, "%s/fifo", docs);
  CHECK_INT(mkfifo(fifo, 0600), 0);
  const char *path[] = { write_doc("good.md", page("Belimumab", "1%")),
                         write_doc("empty.md", TH_S("")),
                         write_doc("binary.bin", th_str_n("\x7f"
                                                          "ELF\0\0\1\2",
                                                          8)),
                         write_doc("big5.txt", big5),
                         write_doc("late.csv",
                                   th_str_fmt(a, "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A,DDInter2,B,Major\n"
                                                 "DDInter1,A,DDInter3,\xa5\xbb,Major\n")),
                         write_doc("cut.md", th_str_sub(page("Cut", "1%"), 0, 400)),
                         "/nowhere/at/all.md",
                         fifo,
                         write_doc("broken.gz", TH_S("\x1f\x8b\x08\0\0\0\0\0\0\3garbage that is no deflate stream")),
                         write_doc("also good.md", page("Rituximab", "2%")) };
  const size_t n = sizeof path / sizeof *path;
  th_import_summary sum;
  th_err err = { 0 };
  CHECK_OK_ERR(import_paths(path, n, false, &sum, &err), &err);
  CHECK_INT(sum.documents.n, n);
  CHECK_INT(sum.n_stored, 2);
  CHECK_INT(sum.n_refused, n - 2);
  for (size_t i = 1; i + 1 < n; i++) {
    CHECK_INT(sum.documents.v[i].outcome, TH_IMPORT_REFUSED);
    CHECK(sum.documents.v[i].error.msg[0] != 0);
    CHECK_STR(th_str_of(sum.documents.v[i].error.source), path[i]);
  }
  CHECK(strstr(sum.documents.v[3].error.msg, "Big5") != NULL);
  CHECK_INT(sum.documents.v[4].error.line, 3);
  CHECK_INT(sum.documents.v[6].error.code, TH_ENOENT);
  CHECK_INT(count_records(), 2);
  end();
}

TEST(strict_is_all_or_nothing) {
  begin();
  const char *path[] = { write_doc("1.md", page("Belimumab", "1%")), write_doc("2.md", TH_S("")),
                         write_doc("3.md", page("Rituximab", "1%")), write_doc("4.md", TH_S("\0\1\2")) };
  th_import_summary sum;
  th_err err = { 0 };
  CHECK_CODE(import_paths(path, 4, true, &sum, &err), TH_EPARSE);
  CHECK_STR(th_str_of(err.source), path[1]);
  CHECK_INT(sum.n_stored, 0);
  CHECK_INT(sum.n_refused, 2); /* the later one is told as well */
  CHECK_INT(sum.documents.v[0].outcome, TH_IMPORT_NOT_STORED);
  CHECK_INT(count_records(), 0);
  th_dir_list files = { 0 };
  const th_str sources = th_str_fmt(a, "%s/sources", home);
  CHECK_OK_ERR(th_dir_read(a, sources.p, &files, &err), &err);
  CHECK_INT(files.n, 0);
  err = (th_err){ 0 };
  CHECK_OK_ERR(import_paths(path, 1, true, &sum, &err), &err);
  CHECK_INT(sum.n_stored, 1);
  end();
}

TEST(kind_as_told) {
  begin();
  th_store *s = NULL;
  th_err err = { 0 };
  th_import_summary sum;
  const char *path[] = { write_doc("1.md", page("Belimumab", "1%")) };
  th_import_options o = { .retrieved = home_day, .kind = TH_SOURCE_DDINTER };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, 0, &s, &err), &err);
  CHECK_OK_ERR(th_import_paths(a, s, path, 1, &o, &sum, &err), &err);
  CHECK_INT(sum.n_refused, 1);
  o.retrieved.prec = TH_DATE_MONTH;
  CHECK_CODE(th_import_paths(a, s, path, 1, &o, &sum, &err), TH_EINVAL);
  th_store_close(s);
  end();
}

TEST(another_import_is_waited_for_and_then_named) {
  begin();
  th_store *busy = NULL, *s = NULL;
  th_err err = { 0 };
  const char *path[] = { write_doc("1.md", page("Belimumab", "1%")) };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, 0, &busy, &err), &err);
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, 50, &s, &err), &err);
  CHECK_OK_ERR(th_store_begin(busy, &err), &err);
  th_import_summary sum;
  const th_import_options o = { .retrieved = home_day };
  CHECK_CODE(th_import_paths(a, s, path, 1, &o, &sum, &err), TH_ECONFLICT);
  CHECK(strstr(err.msg, "another import") != NULL);
  CHECK(sum.n_stored == 0 && sum.documents.n == 1 && sum.documents.v[0].outcome == TH_IMPORT_NOT_STORED);
  th_store_rollback(busy);
  err = (th_err){ 0 };
  CHECK_OK_ERR(th_import_paths(a, s, path, 1, &o, &sum, &err), &err);
  CHECK_INT(sum.n_stored, 1);
  th_store_close(s);
  th_store_close(busy);
  end();
}

/* A licence that was given counts; without one, what the document says of itself. */
/* An archive with two pages, a hidden file, a folder and noise; made by hand: every member stored, as APPNOTE 4.3 lays it out. */
static void put16(th_buf *b, unsigned v) {
  th_buf_addc(b, (char)(v & 0xFF));
  th_buf_addc(b, (char)(v >> 8 & 0xFF));
}

static void put32(th_buf *b, uint32_t v) {
  put16(b, v & 0xFFFF);
  put16(b, v >> 16);
}

/* CRC-32 of IEEE 802.3, bit by bit. */
static uint32_t crc_of(th_str s) {
  uint32_t c = UINT32_MAX;
  for (size_t i = 0; i < s.n; i++) {
    c ^= (unsigned char)s.p[i];
    for (int k = 0; k < 8; k++) c = c >> 1 ^ (c & 1 ? 0xEDB88320u : 0);
  }
  return ~c;
}

static th_str zip_of(const char *const *name, const th_str *text, unsigned n) {
  th_buf b, dir;
  th_buf_init(&b, a, 4096);
  th_buf_init(&dir, a, 4096);
  for (unsigned i = 0; i < n; i++) {
    const uint32_t at = (uint32_t)b.n, size = (uint32_t)text[i].n, length = (uint32_t)strlen(name[i]);
    th_buf *const both[] = { &b, &dir };
    for (int k = 0; k < 2; k++) {
      th_buf_addz(both[k], k ? "PK\1\2" : "PK\3\4");
      if (k) put16(both[k], 20); /* version made by */
      put16(both[k], 20);
      put32(both[k], 0); /* flags, method: stored */
      put32(both[k], 0); /* time, date */
      put32(both[k], crc_of(text[i]));
      put32(both[k], size);
      put32(both[k], size);
      put16(both[k], length);
      put16(both[k], 0);                                  /* extra */
      for (int z = 0; k && z < 5; z++) put16(both[k], 0); /* comment, disk, attributes */
      if (k) put32(both[k], at);
      th_buf_addz(both[k], name[i]);
    }
    th_buf_add(&b, text[i]);
  }
  const uint32_t at = (uint32_t)b.n;
  th_buf_add(&b, th_buf_str(&dir));
  th_buf_addz(&b, "PK\5\6");
  put32(&b, 0);
  put16(&b, n);
  put16(&b, n);
  put32(&b, (uint32_t)dir.n);
  put32(&b, at);
  put16(&b, 0);
  return th_buf_str(&b);
}

TEST(members_of_an_archive_are_documents) {
  begin();
  static const char *const names[] = { "one.md", "in/", "in/two.md", ".hidden.md", "noise.bin" };
  const th_str texts[] = { page("Firstimab", "10"), TH_S(""), page("Secondimab", "20"), page("Hiddenmab", "30"),
                           TH_S("\1\2\3") };
  const char *path = write_doc("pages.zip", zip_of(names, texts, 5));
  th_import_summary sum;
  th_err err = { 0 };
  CHECK_OK_ERR(import_paths(&path, 1, false, &sum, &err), &err);
  CHECK_INT(sum.documents.n, 3);
  CHECK(sum.n_stored == 2 && sum.n_refused == 1);
  if (sum.documents.n == 3) {
    CHECK(th_str_ends(sum.documents.v[0].path, TH_S("/pages.zip/one.md")));
    CHECK(th_str_ends(sum.documents.v[1].path, TH_S("/pages.zip/in/two.md")));
    CHECK_INT(sum.documents.v[2].outcome, TH_IMPORT_REFUSED);
  }
  const char *cut = write_doc("cut.zip", th_str_sub(zip_of(names, texts, 5), 0, 700));
  CHECK_OK_ERR(import_paths(&cut, 1, false, &sum, &err), &err);
  CHECK(sum.documents.n == 1 && sum.n_refused == 1);
  CHECK(strstr(sum.documents.v[0].error.msg, "zip"));
  end();
}

TEST(licence_of_the_document) {
  begin();
  const char *path[] = { write_doc(
      "c.json", TH_S("{\"metadata\": {\"license\": \"CC BY-NC-SA 4.0\"}, \"interactions\": [{\"drug\": \"X\", "
                     "\"food\": \"tea\", \"severity\": \"Minor\", \"effect\": \"care\"}]}")) };
  static const char *const given[] = { "", "ours" }, *const want[] = { "CC BY-NC-SA 4.0", "ours" };
  for (int i = 0; i < 2; i++) {
    th_store *s = NULL;
    th_err err = { 0 };
    th_import_summary sum;
    th_store_document_vec v;
    const th_import_options o = { .retrieved = home_day, .licence = th_str_of(given[i]) };
    CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, 0, &s, &err), &err);
    CHECK_OK_ERR(th_import_paths(a, s, path, 1, &o, &sum, &err), &err);
    CHECK_OK_ERR(th_store_documents(a, s, &v, &err), &err);
    CHECK(v.n == 1 && th_str_is(v.v[0].licence, want[i]));
    th_store_close(s);
    home_remove(home);
  }
  end();
}

static void write_pages(const char **path, int n) {
  for (int i = 0; i < n; i++) {
    char name[32];
    const th_str drug = th_str_fmt(a, "Drug%d", i);
    snprintf(name, sizeof name, "%03d.md", i);
    path[i] = write_doc(name, page(drug.p, "1%"));
  }
}

TEST(full_disk_keeps_what_was_reported) {
  begin();
  signal(SIGXFSZ, SIG_IGN);
  const char *path[200];
  write_pages(path, 200);
  for (rlim_t limit = 200 * 1024; limit < 4096 * 1024; limit *= 2) {
    int fd[2];
    CHECK_INT(pipe(fd), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit, limit });
      th_import_summary sum = { 0 };
      th_err err = { 0 };
      const th_code code = import_paths(path, 200, false, &sum, &err);
      const size_t told[2] = { sum.n_stored, (size_t)code };
      _exit(write(fd[1], told, sizeof told) == sizeof told ? 0 : 1);
    }
    close(fd[1]);
    size_t told[2] = { 0, TH_EBUG };
    CHECK_INT(read(fd[0], told, sizeof told), sizeof told);
    close(fd[0]);
    waitpid(pid, NULL, 0);
    CHECK(told[1] == TH_EIO || (told[1] == TH_OK && told[0] == 200));
    if (told[0] > 0) CHECK_INT(count_records(), told[0]);
    home_remove(home);
  }
  end();
}

/* Killed at any moment: the store is whole, and documents are in it whole or not at all. */
TEST(killed_at_any_moment) {
  begin();
  const char *path[300];
  write_pages(path, 300);
  size_t most = 0;
  for (int round = 0; round < 8; round++) {
    const pid_t pid = fork();
    if (pid == 0) {
      th_import_summary sum;
      import_paths(path, 300, false, &sum, NULL);
      _exit(0);
    }
    nanosleep(&(struct timespec){ .tv_nsec = (long)(th_rng_at(8213, 0, (uint64_t)round) % 80000000) }, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    char db[4200];
    snprintf(db, sizeof db, "%s/theriac.db", home);
    if (access(db, F_OK) != 0) continue;
    const size_t n = count_records();
    CHECK(n >= most); /* nothing that was there is lost */
    most = n;
  }
  th_import_summary sum;
  th_err err = { 0 };
  CHECK_OK_ERR(import_paths(path, 300, false, &sum, &err), &err);
  CHECK_INT(sum.n_stored + sum.n_held, 300);
  CHECK_INT(count_records(), 300);
  end();
}

TEST(summary_as_json) {
  begin();
  const char *path[] = { write_doc("1.md", page("Belimumab", "1%")), write_doc("2.md", TH_S("")) };
  th_import_summary sum;
  th_err err = { 0 };
  th_str text;
  th_json j;
  CHECK_OK_ERR(import_paths(path, 2, false, &sum, &err), &err);
  CHECK_OK_ERR(th_import_json(a, &sum, &text, &err), &err);
  CHECK_OK_ERR(th_json_parse(a, text, &j, &err), &err);
  CHECK_STR(th_json_text(th_json_at(&j, "stored")), "1");
  CHECK_STR(th_json_text(th_json_at(&j, "documents.0.outcome")), "stored");
  CHECK_STR(th_json_text(th_json_at(&j, "documents.0.records.0.key")), "belimumab");
  CHECK_STR(th_json_text(th_json_at(&j, "documents.1.outcome")), "refused");
  CHECK_STR(th_json_text(th_json_at(&j, "documents.1.error.code")), "TH_EPARSE");
  end();
}

static void check_belimumab(th_store *s, int64_t drug) {
  th_err err = { 0 };
  th_store_claim_vec claims;
  CHECK_OK_ERR(th_store_claims(a, s, drug, 0, &claims, &err), &err);
  CHECK_INT(claims.n, 6);
  if (claims.n == 6) CHECK_STR(claims.v[3].disease.name, "fetal and neonatal alloimmune thrombocytopenia");
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_records_about(a, s, TH_STORE_DRUG, drug, TH_S("trial-page"), &v, &err), &err);
  CHECK_INT(v.n, 1);
  CHECK_OK_ERR(th_store_records_about(a, s, TH_STORE_DRUG, drug, TH_S("coverage-text"), &v, &err), &err);
  CHECK_INT(v.n, 1);
  const th_str names[] = { TH_S("belimumab"), TH_S("貝利尤單抗") };
  CHECK_OK_ERR(th_store_records_naming(a, s, names, 2, TH_S("abstract"), &v, &err), &err);
  CHECK_INT(v.n, 1);
  th_store_search_vec runs;
  CHECK_OK_ERR(th_store_searches(a, s, drug, 0, &runs, &err), &err);
  CHECK(runs.n >= 5);
  th_ddinter_rows rows;
  th_ddinter_pairs pairs;
  CHECK_OK_ERR(th_store_interactions(a, s, names, 1, &rows, &err), &err);
  CHECK_OK_ERR(th_source_ddinter_pairs(a, rows.v, rows.n, &pairs, &err), &err);
  size_t n[TH_SEVERITY_CONTRAINDICATED + 1] = { 0 };
  for (size_t i = 0; i < pairs.n; i++) n[pairs.v[i].row.severity]++;
  CHECK_INT(pairs.n, 69);
  CHECK_INT(n[TH_SEVERITY_MAJOR], 26);
  CHECK_INT(n[TH_SEVERITY_MODERATE], 37);
  CHECK_INT(n[TH_SEVERITY_MINOR], 6);
}

/* The four seeds, the captures and the interactions, with the numbers their descriptions give. */
TEST(the_seeds) {
  const char *shared = test_shared();
  if (!shared) SKIP("the shared data is not here");
  begin();
  char part[10][4300];
  const char *path[10];
  snprintf(part[0], sizeof part[0], "%s/seeds", shared);
  snprintf(part[1], sizeof part[1], "%s/data/captures/trials", shared);
  for (int i = 0; i < 8; i++)
    snprintf(part[2 + i], sizeof part[0], "%s/data/interactions/ddinter_code_%c.csv.gz", shared, "ABDHLPRV"[i]);
  for (int i = 0; i < 10; i++) path[i] = part[i];
  th_import_summary sum;
  th_err err = { 0 };
  CHECK_OK_ERR(import_paths(path, 10, true, &sum, &err), &err);
  CHECK_INT(sum.n_refused, 0);
  static const char *const kind[] = { "report-page", "abstract", "trial-page", "coverage-text" };
  for (size_t i = 0; i < 4 && i < sum.documents.n; i++)
    CHECK_STR(th_str_of(th_source_kind_name(sum.documents.v[i].kind)), kind[i]);
  th_store *s = NULL;
  th_store_entity_vec drug;
  CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, 0, &s, &err), &err);
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DRUG, TH_S("Benlysta"), &drug, &err), &err);
  CHECK_INT(drug.n, 1);
  if (drug.n == 1) check_belimumab(s, drug.v[0].id);
  th_store_hit_vec hits;
  CHECK_OK_ERR(th_store_search(a, s, TH_S("蛋白尿"), TH_S("coverage-text"), 0, 0, &hits, NULL, &err), &err);
  CHECK(hits.n >= 3);
  th_store_close(s);
  CHECK_OK_ERR(import_paths(path, 10, true, &sum, &err), &err);
  CHECK(sum.n_stored == 0 && sum.n_held == sum.documents.n);
  end();
}

TEST_MAIN(RUN(page_goes_in_with_where_it_came_from), RUN(same_bytes_again_change_nothing),
          RUN(folders_in_byte_order_hidden_names_apart), RUN(bad_documents_among_good_ones), RUN(strict_is_all_or_nothing),
          RUN(kind_as_told), RUN(members_of_an_archive_are_documents), RUN(licence_of_the_document),
          RUN(another_import_is_waited_for_and_then_named), RUN(full_disk_keeps_what_was_reported), RUN(killed_at_any_moment),
          RUN(summary_as_json), RUN(the_seeds))
