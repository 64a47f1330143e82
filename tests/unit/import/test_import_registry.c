/* Registry records and vocabularies in every frame they come in: a study, a page, an array, a line each, gzip, zip; what is refused
 * by name; a document of many records goes in whole or not at all, and killing the import in the middle loses nothing reported. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <zlib.h>

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

static th_import_summary import_one(const char *path) {
  th_store *s = NULL;
  th_err err = { 0 };
  th_import_summary sum = { 0 };
  const th_import_options o = { .retrieved = home_day };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, 2000, &s, &err), &err);
  CHECK_OK_ERR(th_import_paths(a, s, &path, 1, &o, &sum, &err), &err);
  th_store_close(s);
  return sum;
}

static size_t held(const char *kind) {
  th_store *s = NULL;
  th_err err = { 0 };
  th_store_record_vec v = { 0 };
  th_store_fault_vec faults = { 0 };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, 2000, &s, &err), &err);
  if (!s) return 0;
  CHECK_OK_ERR(th_store_records(a, s, th_str_of(kind), &v, &err), &err);
  CHECK_OK_ERR(th_store_check(a, s, false, &faults, NULL, &err), &err);
  for (size_t i = 0; i < faults.n; i++) CHECK(faults.v[i].harmless);
  th_store_close(s);
  return v.n;
}

static th_str study(unsigned n) {
  return th_str_fmt(a,
                    "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT%08u\", \"briefTitle\": \"Study %u of "
                    "testimab\"}, \"conditionsModule\": {\"conditions\": [\"Invented disease %u\"]}}}",
                    n, n, n % 7);
}

TEST(every_frame) {
  begin();
  const th_str one = study(1), page = th_str_fmt(a, "{\"totalCount\": 9, \"studies\": [%.*s, %.*s], \"nextPageToken\": \"x\"}",
                                                 TH_STR_ARG(study(2)), TH_STR_ARG(study(3)));
  const th_str list = th_str_fmt(a, "[\n%.*s,\n%.*s\n]", TH_STR_ARG(study(4)), TH_STR_ARG(study(5)));
  const th_str lines = th_str_fmt(a, "%.*s\n\n%.*s\n", TH_STR_ARG(study(6)), TH_STR_ARG(study(7)));
  import_one(write_doc("one.json", one));
  const th_import_summary p = import_one(write_doc("page.json", page));
  bool told = false;
  for (size_t i = 0; i < p.documents.v[0].notes.n; i++)
    told |= th_str_is(p.documents.v[0].notes.v[i].code, "search-incomplete");
  CHECK(told); /* the search goes on behind this page */
  import_one(write_doc("list.json", list));
  import_one(write_doc("lines.ndjson", lines));
  CHECK_INT(held("ctgov"), 7);
  const th_import_summary again = import_one(docs);
  CHECK_INT(again.n_held, 4);
  CHECK_INT(again.n_new, 0);
  end();
}

static th_str gzipped(th_str s) {
  z_stream z = { 0 };
  char *out = th_arena_alloc_n(a, s.n + 1000, 1, 1);
  CHECK_INT(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  z.next_in = (Bytef *)(uintptr_t)s.p, z.avail_in = (uInt)s.n;
  z.next_out = (Bytef *)out, z.avail_out = (uInt)s.n + 1000;
  CHECK_INT(deflate(&z, Z_FINISH), Z_STREAM_END);
  const th_str r = th_str_n(out, z.total_out);
  deflateEnd(&z);
  return r;
}

/* An archive of stored entries, written by hand as APPNOTE says. */
static void put_le(th_buf *b, uint64_t v, int n) {
  for (int i = 0; i < n; i++) th_buf_addc(b, (char)(v >> 8 * i));
}

static th_str zip_of(const char *const *name, const th_str *bytes, size_t n) {
  th_buf b, dir;
  th_buf_init(&b, a, 4096);
  th_buf_init(&dir, a, 4096);
  for (size_t i = 0; i < n; i++) {
    const size_t at = b.n;
    const uint32_t crc = (uint32_t)crc32(0, (const Bytef *)bytes[i].p, (uInt)bytes[i].n);
    for (int central = 0; central < 2; central++) {
      th_buf *to = central ? &dir : &b;
      put_le(to, central ? 0x02014b50 : 0x04034b50, 4);
      if (central) put_le(to, 20, 2);
      put_le(to, 20, 2), put_le(to, 0, 2), put_le(to, 0, 2), put_le(to, 0, 4), put_le(to, crc, 4);
      put_le(to, bytes[i].n, 4), put_le(to, bytes[i].n, 4), put_le(to, strlen(name[i]), 2), put_le(to, 0, 2);
      if (central) put_le(to, 0, 2), put_le(to, 0, 2), put_le(to, 0, 2), put_le(to, 0, 4), put_le(to, at, 4);
      th_buf_addz(to, name[i]);
    }
    th_buf_add(&b, bytes[i]);
  }
  const size_t from = b.n;
  th_buf_add(&b, th_buf_str(&dir));
  put_le(&b, 0x06054b50, 4), put_le(&b, 0, 4), put_le(&b, n, 2), put_le(&b, n, 2), put_le(&b, dir.n, 4), put_le(&b, from, 4);
  put_le(&b, 0, 2);
  return th_buf_str(&b);
}

TEST(archives) {
  begin();
  const char *const name[] = { "a/one.json", "b.json.gz", "bad.json", ".hidden", "__MACOSX/x" };
  const th_str bytes[] = { study(1), gzipped(study(2)), TH_S("{\"nothing\": 1}"), study(3), study(4) };
  const th_str zip = zip_of(name, bytes, 5);
  const th_import_summary sum = import_one(write_doc("all.zip", zip));
  CHECK_INT(sum.documents.n, 3);
  CHECK_INT(sum.n_stored, 2);
  CHECK_INT(sum.n_refused, 1);
  CHECK(th_str_ends(sum.documents.v[0].path, TH_S("a/one.json")));
  CHECK(sum.documents.v[1].was_gzip);
  CHECK_INT(held("ctgov"), 2);
  /* a flipped byte, and an end cut off, are broken archives */
  char *p = th_arena_alloc_n(a, zip.n, 1, 1);
  memcpy(p, zip.p, zip.n);
  p[60] ^= 1;
  CHECK_INT(import_one(write_doc("flipped.zip", th_str_n(p, zip.n))).n_refused, 2);
  CHECK_INT(import_one(write_doc("cut.zip", th_str_sub(zip, 0, zip.n - 30))).n_refused, 1);
  end();
}

TEST(refused_by_name_changes_nothing) {
  begin();
  static const struct {
    const char *text;
    th_code code;
  } bad[] = { { "{\"FullStudiesResponse\": {\"APIVrs\": \"1.01\"}}", TH_EUNSUP },
              { "<?xml version=\"1.0\"?><clinical_study><id_info/></clinical_study>", TH_EUNSUP },
              { "{\"protocolSection\": {\"identificationModule\": {\"briefTitle\": \"x\"}}}", TH_EPARSE },
              { "{\"studies\": [{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT00000001\"}}}, 7]}",
                TH_EPARSE },
              { "<PubmedArticleSet><PubmedArticle><MedlineCitation/></PubmedArticle></PubmedArticleSet>", TH_EPARSE } };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const th_import_summary sum = import_one(write_doc("bad", th_str_of(bad[i].text)));
    CHECK_INT(sum.n_refused, 1);
    CHECK_INT(sum.documents.v[0].error.code, bad[i].code);
  }
  CHECK_INT(held(""), 0);
  end();
}

/* Thousands of records, the last but one broken: nothing of it is stored. */
TEST(a_large_document_is_stored_whole_or_not_at_all) {
  begin();
  th_buf b;
  th_buf_init(&b, a, 1 << 20);
  for (unsigned i = 1; i <= 3000; i++) {
    th_buf_add(&b, study(i));
    th_buf_addc(&b, '\n');
  }
  const size_t good = b.n;
  th_buf_addz(&b, "{\"protocolSection\": {\"identificationModule\": {}}}\n");
  th_buf_add(&b, study(4000));
  const th_import_summary sum = import_one(write_doc("bad.ndjson", th_buf_str(&b)));
  CHECK_INT(sum.n_refused, 1);
  CHECK_INT(sum.documents.v[0].error.line, 3001);
  CHECK_INT(held(""), 0);
  const th_import_summary whole = import_one(write_doc("good.ndjson", th_str_sub(th_buf_str(&b), 0, good)));
  CHECK_INT(whole.n_new, 3000);
  CHECK_INT(whole.documents.v[0].records.n, TH_IMPORT_RECORDS_TOLD);
  CHECK_INT(held("ctgov"), 3000);
  end();
}

TEST(killed_in_the_middle_of_a_large_import) {
  begin();
  for (unsigned f = 0; f < 6; f++) {
    th_buf b;
    th_buf_init(&b, a, 1 << 20);
    for (unsigned i = 0; i < 400; i++) {
      th_buf_add(&b, study(f * 400 + i + 1));
      th_buf_addc(&b, '\n');
    }
    write_doc(th_str_fmt(a, "%u.ndjson", f).p, th_buf_str(&b));
  }
  for (long ms = 5; ms < 400; ms *= 3) {
    const pid_t pid = fork();
    if (pid == 0) {
      import_one(docs);
      _exit(0);
    }
    nanosleep(&(struct timespec){ 0, ms * 1000000 }, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    th_store *s = NULL;
    th_err err = { 0 };
    if (th_store_open(home, TH_STORE_READ, 2000, &s, &err) != TH_OK) continue; /* not even made yet */
    th_store_close(s);
    CHECK_INT(held("ctgov") % 400, 0); /* whole documents only */
  }
  import_one(docs);
  CHECK_INT(held("ctgov"), 2400);
  end();
}

TEST(vocabularies_make_the_index_of_names) {
  begin();
  import_one(
      write_doc("names.csv", TH_S("mondo_id,name,group_name\n5148,type 2 diabetes mellitus,x\n3441,dystonic disorder,x\n")));
  import_one(write_doc("xrefs.csv", TH_S("mondo_id,ontology,id\n5148,MESH,D003924\n")));
  for (int pass = 0; pass < 3; pass++) { /* made, then read back; a damaged one is made again */
    th_store *s = NULL;
    th_err err = { 0 };
    th_names *names = NULL;
    CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, 2000, &s, &err), &err);
    CHECK_OK_ERR(th_store_names(a, s, &names, &err), &err);
    th_name_hits hits = { 0 };
    CHECK_OK(th_names_by_xref(names, a, TH_S("MESH:D003924"), &hits, NULL));
    CHECK_INT(hits.n, 1);
    const th_name_hit h = th_names_resolve(names, a, TH_NAME_DISEASE, TH_S("Diabetes Mellitus, Type II"));
    CHECK(h.row && th_str_is(h.row->id, "MONDO:0005148"));
    CHECK(th_names_resolve(names, a, TH_NAME_DRUG, TH_S("Benlysta")).row != NULL); /* the built-in names are there too */
    th_store_close(s);
    if (pass == 1) CHECK_OK(th_file_write(th_str_fmt(a, "%s/names.thn", home).p, TH_S("THNAMES\x1a damaged"), &err));
  }
  end();
}

TEST_MAIN(RUN(every_frame), RUN(archives), RUN(refused_by_name_changes_nothing),
          RUN(a_large_document_is_stored_whole_or_not_at_all), RUN(killed_in_the_middle_of_a_large_import),
          RUN(vocabularies_make_the_index_of_names))
