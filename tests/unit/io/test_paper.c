/* Pictures and PDFs looked through; pages put together. The samples are those of the fuzz target; what they hold is written out in it. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/io/paper.h"

/* A sanitizer maps more memory than any bound would allow, so there is none there. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNBOUNDED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNBOUNDED 1
#endif

static th_arena *arena;

static th_str sample(const char *name) {
  char path[4200];
  th_str bytes = TH_STR_NONE;
  snprintf(path, sizeof path, "%s/tests/fuzz/corpus/paper/%s", THERIAC_SOURCE_ROOT, name);
  CHECK_OK(th_file_load(arena, path, 0, &bytes, NULL));
  return bytes;
}

static th_code probe(th_str bytes, th_paper *p, const char *says) {
  th_err err = { 0 };
  const th_code code = th_paper_probe(arena, bytes, p, &err);
  if (says && !strstr(err.msg, says)) printf("# \"%s\" does not say \"%s\"\n", err.msg, says), test_failed_checks++;
  return code;
}

TEST(pictures) {
  static const struct {
    const char *name;
    th_paper_kind kind;
    uint32_t w, h;
    uint8_t turn;
  } all[] = { { "colour.png", TH_PAPER_PNG, 6, 4, 1 },
              { "alpha.png", TH_PAPER_PNG, 9, 3, 1 },
              { "adam7.png", TH_PAPER_PNG, 5, 7, 1 },
              { "grey.jpg", TH_PAPER_JPEG, 8, 8, 1 },
              { "turned.jpg", TH_PAPER_JPEG, 16, 8, 6 } };
  arena = th_arena_new(0);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    th_paper p = { 0 };
    const th_str bytes = sample(all[i].name);
    CHECK_CODE(probe(bytes, &p, NULL), TH_OK);
    CHECK(p.kind == all[i].kind && p.width == all[i].w && p.height == all[i].h && p.turn == all[i].turn && p.pages == 1);
    /* Cut anywhere, it is never taken for whole: the end of a PNG is its last chunk, that of a JPEG its last marker. */
    for (size_t n = 0; n < bytes.n; n++) CHECK(th_paper_probe(arena, th_str_sub(bytes, 0, n), &p, NULL) != TH_OK);
  }
  th_arena_del(arena);
}

TEST(broken_pictures) {
  th_paper p;
  arena = th_arena_new(0);
  const th_str sound = sample("colour.png");
  char *png = th_arena_alloc(arena, sound.n, 1);
  memcpy(png, sound.p, sound.n);
  png[23] = 5; /* 6 × 5 pixels where there are 6 × 4 */
  CHECK_CODE(probe(th_str_n(png, sound.n), &p, "checksum"), TH_EPARSE);
  memcpy(png + 29, "\xe9\x3a\x0a\xb1", 4); /* CRC-32 of that head by Python's zlib.crc32 */
  CHECK_CODE(probe(th_str_n(png, sound.n), &p, "fewer pixels"), TH_EPARSE);
  char *jpg = th_arena_alloc(arena, 159, 1);
  memcpy(jpg, sample("grey.jpg").p, 159);
  jpg[93] = 12; /* bits a colour */
  CHECK_CODE(probe(th_str_n(jpg, 159), &p, "12 bits"), TH_EUNSUP);
  jpg[93] = 8;
  jpg[98] = 4; /* colours: then the frame would be longer */
  CHECK_CODE(probe(th_str_n(jpg, 159), &p, "CMYK"), TH_EUNSUP);
  th_arena_del(arena);
}

TEST(other_files_are_refused_by_name) {
  th_paper p;
  arena = th_arena_new(0);
  CHECK_CODE(probe(sample("heic"), &p, "HEIC"), TH_EUNSUP);
  CHECK_CODE(probe(TH_S("II*\0...."), &p, "TIFF"), TH_EUNSUP);
  CHECK_CODE(probe(TH_S("PK\3\4abcdefg"), &p, "Office"), TH_EUNSUP);
  CHECK_CODE(probe(TH_S("RIFF\1\2\3\4WEBPVP8 "), &p, "WebP"), TH_EUNSUP);
  CHECK_CODE(probe(TH_S("<html>"), &p, "neither JPEG, PNG nor PDF"), TH_EUNSUP);
  CHECK_CODE(probe(TH_S(""), &p, "empty"), TH_EPARSE);
  char dicom[140] = { 0 };
  memcpy(dicom + 128, "DICM", 4);
  CHECK_CODE(probe(th_str_n(dicom, sizeof dicom), &p, "DICOM"), TH_EUNSUP);
  th_arena_del(arena);
}

TEST(pdfs) {
  th_paper p;
  arena = th_arena_new(0);
  CHECK_CODE(probe(sample("plain.pdf"), &p, NULL), TH_OK);
  CHECK(p.kind == TH_PAPER_PDF && p.pages == 2);
  CHECK_STR(th_str_of(p.media_type), "application/pdf");
  CHECK_CODE(probe(sample("rotated.pdf"), &p, NULL), TH_OK);
  CHECK_CODE(probe(sample("annotated.pdf"), &p, NULL), TH_OK);
  CHECK_CODE(probe(sample("encrypted.pdf"), &p, "encrypted"),
             TH_EUNSUP); /* opens without a password, and forbids to take it apart */
  CHECK_CODE(probe(sample("locked.pdf"), &p, "encrypted"), TH_EUNSUP);
  CHECK_CODE(probe(sample("pageless.pdf"), &p, "no pages"), TH_EPARSE);
  CHECK_CODE(probe(sample("sizeless.pdf"), &p, "no size"), TH_EPARSE);
  CHECK_CODE(probe(sample("circle.pdf"), &p, "broken"), TH_EPARSE);
  CHECK_CODE(probe(TH_S("%PDF-1.4\nrubbish"), &p, "broken"), TH_EPARSE);
  th_arena_del(arena);
}

/* A chain of objects so long that a reader who follows it by recursion runs out of stack: an error here, whatever it does there. */
TEST(hostile_pdfs_end_in_an_error_or_an_answer) {
  th_paper p;
  th_buf b;
  arena = th_arena_new(0);
  enum { DEEP = 300000 };
  th_buf_init(&b, arena, 32 << 20);
  th_buf_addz(&b, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</A 4 0 R>>>>endobj\n");
  for (int i = 4; i < DEEP; i++) th_buf_addf(&b, "%d 0 obj<</A %d 0 R>>endobj\n", i, i + 1);
  th_buf_addz(&b, "trailer<</Root 1 0 R>>\n");
  const th_code chain = th_paper_probe(arena, th_buf_str(&b), &p, NULL);
  CHECK(chain == TH_OK || chain == TH_EPARSE || chain == TH_ELIMIT);
  b.n = 0;
  th_buf_addz(&b, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n");
  for (int i = 4; i < DEEP; i++) th_buf_addf(&b, "%d 0 obj<</Length %d 0 R>>stream\nendstream endobj\n", i, i + 1);
  th_buf_addz(&b, "trailer<</Root 1 0 R>>\n");
  const th_code lengths = th_paper_probe(arena, th_buf_str(&b), &p, NULL);
  CHECK(lengths == TH_OK || lengths == TH_EPARSE || lengths == TH_ELIMIT);
  th_arena_del(arena);
}

/* 16 GiB of zeros in 256 KiB: a page draws the same 256 MiB of instructions 64 times. */
TEST(a_bomb_is_bounded) {
#ifdef UNBOUNDED
  SKIP("the sanitizer forbids a bound on memory");
#endif
  th_paper p;
  th_str zeros, packed;
  th_buf b;
  arena = th_arena_new(0);
  zeros = th_str_n(th_arena_alloc(arena, (size_t)256 << 20, 1), (size_t)256 << 20);
  CHECK_OK(th_zlib_deflate(arena, zeros, &packed, NULL));
  th_buf_init(&b, arena, 64 << 10);
  th_buf_addz(&b, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents[");
  for (int i = 0; i < 64; i++) th_buf_addz(&b, "4 0 R ");
  th_buf_addf(&b, "]>>endobj\n4 0 obj<</Filter/FlateDecode/Length %zu>>stream\n", packed.n);
  th_buf_add(&b, packed);
  th_buf_addz(&b, "\nendstream endobj\ntrailer<</Root 1 0 R>>\n");
  const th_code code = probe(th_buf_str(&b), &p, NULL);
  CHECK(code == TH_ELIMIT || code == TH_EPARSE);
  th_arena_del(arena);
}

/* ── Joining ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code joined(th_str *out, th_err *err) {
  const th_str doc[] = { sample("plain.pdf"), sample("rotated.pdf"), sample("annotated.pdf"), sample("plain.pdf") };
  const th_pdf_layer over[] = { { .doc = 1, .page = 0, .box = { 40, 400, 200, 200 } },
                                { .doc = 2, .page = 0, .box = { 300, 400, 100, 100 } },
                                { .doc = 3, .page = 1, .whole = true } };
  const th_pdf_page page[] = { { .doc = 0, .page = 1 }, { .doc = 1 }, { .doc = 0, .page = 0, .layer = over, .n_layers = 3 } };
  const th_pdf_mark mark[] = {
    { TH_S("第一"), 0, 0 }, { TH_S("under"), 1, 1 }, { TH_S("under too"), 2, 1 }, { TH_S("last"), 2, 0 }
  };
  const th_pdf_join j = {
    .doc = doc, .n_docs = 4, .page = page, .n_pages = 3, .mark = mark, .n_marks = 4, .title = TH_S("標題")
  };
  return th_pdf_join_pages(arena, &j, out, err);
}

TEST(pages_are_joined) {
  th_err err = { 0 };
  th_str one, two;
  th_paper p;
  arena = th_arena_new(0);
  CHECK_OK_ERR(joined(&one, &err), &err);
  CHECK_OK_ERR(joined(&two, &err), &err);
  CHECK(th_str_eq(one, two)); /* the same bytes for the same input */
  CHECK_CODE(probe(one, &p, NULL), TH_OK);
  CHECK_INT(p.pages, 3);
  CHECK(!th_str_has(one, TH_S("example.invalid")) && !th_str_has(one, TH_S("app.alert"))); /* links and scripts stay behind */
  const char *keep = getenv("THERIAC_KEEP");
  if (keep) CHECK_OK(th_file_write(keep, one, NULL));
  th_arena_del(arena);
}

TEST(a_document_that_breaks_is_named) {
  th_err err = { 0 };
  th_str out;
  arena = th_arena_new(0);
  const th_str doc[] = { sample("plain.pdf"), sample("locked.pdf") };
  const th_pdf_page page[] = { { .doc = 0 }, { .doc = 1 } };
  th_pdf_join j = { .doc = doc, .n_docs = 2, .page = page, .n_pages = 2 };
  CHECK_CODE(th_pdf_join_pages(arena, &j, &out, &err), TH_EUNSUP);
  const th_pdf_page none[] = { { .doc = 7 } };
  j.page = none;
  j.n_pages = 1;
  CHECK_CODE(th_pdf_join_pages(arena, &j, &out, NULL), TH_EBUG);
  const th_pdf_page past[] = { { .doc = 0, .page = 9 } };
  j.page = past;
  j.n_docs = 1;
  CHECK_CODE(th_pdf_join_pages(arena, &j, &out, NULL), TH_EPARSE);
  th_arena_del(arena);
}

TEST_MAIN(RUN(pictures), RUN(broken_pictures), RUN(other_files_are_refused_by_name), RUN(pdfs),
          RUN(hostile_pdfs_end_in_an_error_or_an_answer), RUN(a_bomb_is_bounded), RUN(pages_are_joined),
          RUN(a_document_that_breaks_is_named))
