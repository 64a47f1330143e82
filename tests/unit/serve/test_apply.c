/* A physician's way through the pages: a case is begun, entered step by step, judged, kept. The sample cases of the specification, entered
 * through the pages' own fields, come to the outcomes the specification gives. */
#include "serve_test.h"

#include <sys/stat.h>

#include "theriac/report/web.h"
#include "theriac/store/cases.h"

#define FORM     "application/x-www-form-urlencoded"
#define PNG_FILE "alpha.png"

static char key_file[96];

static void open_with_key(bool read_only) {
  server_open_with(read_only, NULL);
  snprintf(key_file, sizeof key_file, "%s.key", home);
  setenv("THERIAC_KEY_FILE", key_file, 1);
}

static void close_with_key(void) {
  unlink(key_file);
  unsetenv("THERIAC_KEY_FILE");
  server_close();
}

static th_response got(const char *target) {
  return asked((ask){ .target = target });
}

static th_response posted(const char *target, th_str body) {
  return asked((ask){ .method = "POST", .target = target, .origin = "http://127.0.0.1:8420", .type = FORM, .body = body });
}

/* "/case/<id>" of a new case. */
static const char *begin(const char *path, const char *as_of) {
  const th_response r = posted("/case/new", th_str_fmt(arena, "title=Case&as_of=%s&path=%s", as_of, path));
  CHECK_INT(r.status, 303);
  const th_str to = header_of(&r, "Location");
  const size_t end = th_str_find(to, TH_S("/enter"), 0);
  CHECK(th_str_starts(to, TH_S("/case/")));
  return th_str_z(arena, th_str_sub(to, 0, end));
}

static const char *sub(const char *kase, const char *page) {
  return th_str_fmt(arena, "%s/%s", kase, page).p;
}

static th_json judged(const char *kase) {
  th_json j = { 0 };
  th_err err = { 0 };
  const th_response r = asked((ask){ .target = kase, .accept = "application/json" });
  CHECK_INT(r.status, 200);
  CHECK_OK_ERR(th_json_parse(arena, r.body, &j, &err), &err);
  return j;
}

/* ── The samples, through the pages ────────────────────────────────────────────────────────────────────────────────── */

static void field(th_buf *b, th_str name, const char *suffix, th_str value) {
  const th_str v = th_web_encode(arena, value);
  if (b->n) th_buf_addc(b, '&');
  th_buf_addf(b, "%.*s%s=%.*s", TH_STR_ARG(name), suffix, TH_STR_ARG(v));
}

static th_str words(const th_json *v) {
  if (v->kind == TH_JSON_BOOL) return v->boolean ? TH_S("yes") : TH_S("no");
  if (v->kind != TH_JSON_ARRAY) return th_json_text(v);
  th_buf b;
  th_buf_init(&b, arena, 64);
  for (uint32_t i = 0; i < v->n; i++) th_buf_add(&b, th_json_text(&v->u.item[i])), th_buf_addz(&b, "\r\n");
  return th_buf_str(&b);
}

static bool is_list(const th_json *v) {
  return v->kind == TH_JSON_ARRAY && (!v->n || v->u.item[0].kind == TH_JSON_OBJECT);
}

static void fact_fields(th_buf *b, th_str name, const th_json *v) {
  const th_json *value = v->kind == TH_JSON_OBJECT ? th_json_get(v, "value") : v;
  const th_str lo = th_json_text(th_json_get(v, "lo")), hi = th_json_text(th_json_get(v, "hi"));
  if (value && is_list(value)) {
    field(b, name, ".count", th_str_fmt(arena, "%u", value->n));
    for (uint32_t i = 0; i < value->n; i++)
      for (uint32_t k = 0; k < value->u.item[i].n; k++) {
        const th_json_member *m = &value->u.item[i].u.member[k];
        field(b, name, th_str_fmt(arena, ".%u.%.*s", i, TH_STR_ARG(m->key)).p, words(&m->value));
      }
    return;
  }
  field(b, name, "",
        value          ? words(value)
        : lo.n && hi.n ? th_str_fmt(arena, "%.*s-%.*s", TH_STR_ARG(lo), TH_STR_ARG(hi))
        : hi.n         ? th_str_fmt(arena, "<%.*s", TH_STR_ARG(hi))
                       : th_str_fmt(arena, ">%.*s", TH_STR_ARG(lo)));
  if (v->kind != TH_JSON_OBJECT) return;
  if (th_json_get(v, "unit")) field(b, name, ".unit", th_json_text(th_json_get(v, "unit")));
  if (th_json_get(v, "date")) field(b, name, ".date", th_json_text(th_json_get(v, "date")));
}

/* Fields go to the step on whose page they stand, as a person would send them. */
static void enter_at(const char *kase, const char *step, const th_json *facts, size_t *n_entered) {
  th_buf b;
  const char *page = sub(kase, th_str_fmt(arena, "enter/%s", step).p);
  const th_response r = got(page);
  if (r.status == 404) return;
  CHECK_INT(r.status, 200);
  th_buf_init(&b, arena, 2048);
  for (uint32_t i = 0; i < facts->n; i++) {
    const th_json_member *m = &facts->u.member[i];
    if (m->value.kind == TH_JSON_NULL || !th_str_has(r.body, th_str_fmt(arena, "id=\"q-%.*s\"", TH_STR_ARG(m->key)))) continue;
    fact_fields(&b, m->key, &m->value);
    ++*n_entered;
  }
  if (b.n) CHECK_INT(posted(page, th_buf_str(&b)).status, 303);
}

static void enter_all(th_str line, th_str expected) {
  static const char *const steps[] = { "person",   "disease",    "therapy",   "course",     "score-t1",
                                       "score-t2", "score-base", "score-now", "exclusions", "decisions" };
  th_json in, want;
  th_err err = { 0 };
  size_t n = 0;
  CHECK_OK(th_json_parse(arena, line, &in, &err));
  CHECK_OK(th_json_parse(arena, expected, &want, &err));
  const char *kase = begin(th_str_fmt(arena, "%.*s/%.*s", TH_STR_ARG(th_json_text(th_json_get(&in, "program"))),
                                      TH_STR_ARG(th_json_text(th_json_get(&in, "path"))))
                               .p,
                           th_str_z(arena, th_json_text(th_json_get(&in, "as_of"))));
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) enter_at(kase, steps[i], th_json_get(&in, "facts"), &n);
  const th_json j = judged(kase);
  const th_str outcome = th_json_text(th_json_get(&want, "outcome"));
  if (!th_str_eq(th_json_text(th_json_get(&j, "outcome")), outcome))
    printf("# case %.*s\n", TH_STR_ARG(th_json_text(th_json_get(&in, "case"))));
  CHECK_STR(th_json_text(th_json_get(&j, "outcome")), th_str_z(arena, outcome));
  CHECK(n > 0);
}

TEST(thirty_cases_through_the_pages) {
  const char *shared = test_shared();
  if (!shared) SKIP("no shared data here");
  th_file in, want;
  th_err err = { 0 };
  char path[4200];
  open_with_key(false);
  snprintf(path, sizeof path, "%s/data/coverage/sample_cases.jsonl", shared);
  CHECK_OK_ERR(th_file_open(path, 0, &in, &err), &err);
  snprintf(path, sizeof path, "%s/data/coverage/sample_expected.jsonl", shared);
  CHECK_OK_ERR(th_file_open(path, 0, &want, &err), &err);
  th_str x = in.bytes, y = want.bytes, line, expected;
  int n = 0;
  while (th_str_line(&x, &line) && th_str_line(&y, &expected)) {
    if (!line.n) continue;
    enter_all(line, expected);
    n++;
  }
  CHECK_INT(n, 30);
  th_file_close(&in), th_file_close(&want);
  close_with_key();
}

/* ── One case ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

TEST(a_case_goes_from_step_to_step) {
  open_with_key(false);
  th_response r = got("/cases");
  CHECK(shows(&r, "No cases are kept yet."));
  const char *kase = begin("nhi-8.2.13/sle-initial", "114/6/15");
  r = got(sub(kase, "enter/person"));
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "Not enough data"));
  CHECK(th_str_is(header_of(&r, "Cache-Control"), "no-store"));
  r = posted(sub(kase, "enter/person"),
             TH_S("version=1&birth_date=1985-11-20&prescriber_internal_medicine=yes&prescriber_rheumatology="
                  "yes&then=next"));
  CHECK_INT(r.status, 303);
  CHECK(th_str_ends(header_of(&r, "Location"), TH_S("/enter/person")) ||
        th_str_ends(header_of(&r, "Location"), TH_S("/enter/disease")));
  r = got("/cases");
  CHECK(shows(&r, kase));
  r = got(sub(kase, "versions"));
  CHECK(shows(&r, "?at=1\""));
  /* Made from a version that is no longer the newest: told, not overwritten. */
  r = posted(sub(kase, "enter/person"), TH_S("version=1&sex=male"));
  CHECK_INT(r.status, 409);
  /* Seventeen: the answer is firm, and says so everywhere. */
  r = posted(sub(kase, "enter/person"), TH_S("version=2&birth_date=97/2/29&then=next"));
  CHECK_INT(r.status, 303);
  CHECK_STR(header_of(&r, "Location"), kase);
  r = got(kase);
  CHECK(shows(&r, "class=\"answer stop\""));
  CHECK(shows(&r, "2008-02-29"));
  CHECK(shows(&r, "turns 18"));
  close_with_key();
}

TEST(what_cannot_be_read_is_shown_again_and_nothing_is_kept) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/ln-initial", "2025-06-15");
  th_response r = posted(sub(kase, "enter/disease"), TH_S("version=1&upcr=a%3Cb&gfr=70"));
  CHECK_INT(r.status, 400);
  CHECK(shows(&r, "value=\"a&lt;b\""));
  CHECK(shows(&r, "aria-describedby=\"e-upcr\""));
  CHECK(shows(&r, "value=\"70\""));
  r = got(sub(kase, "versions"));
  CHECK(!th_str_has(r.body, TH_S("?at=2\"")));
  r = posted(sub(kase, "drugs"), TH_S("version=1&table=HCQ%2C200+mg%2Fd%2C2024-13-01%2C%0AAZA%2Ca+lot%2C2024-01-01%2C"));
  CHECK_INT(r.status, 400);
  CHECK(shows(&r, "Line 1: "));
  CHECK(shows(&r, "Line 2: "));
  close_with_key();
}

TEST(the_table_of_drugs_is_drawn_and_counted) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/sle-initial", "2025-06-15");
  th_response r =
      posted(sub(kase, "drugs"),
             TH_S("version=1&whole=1&table=drug%09dose%09from%09to%0A%3Cb%3EHCQ%3C%2Fb%3E%09200+mg+BID%092024-10-01%09"));
  CHECK_INT(r.status, 303);
  r = got(sub(kase, "enter/therapy"));
  CHECK(shows(&r, "<svg"));
  CHECK(shows(&r, "&lt;b&gt;HCQ&lt;/b&gt;"));
  CHECK(!th_str_has(r.body, TH_S("<b>HCQ")));
  CHECK(shows(&r, "8.5 months"));
  CHECK(shows(&r, ">#1<"));
  close_with_key();
}

TEST(all_other_items_absent_in_one_act) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/psle-initial", "2025-06-15");
  th_response r = posted(sub(kase, "enter/score-now"), TH_S("version=1&now_vasculitis=yes&absent=now"));
  CHECK_INT(r.status, 303);
  r = got(sub(kase, "enter/score-now"));
  CHECK(shows(&r, "Countable: 8"));
  CHECK(shows(&r, "All items: 8"));
  close_with_key();
}

TEST(a_case_is_deleted_only_when_that_is_confirmed) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/sle-taper", "2025-06-15");
  CHECK_INT(posted(sub(kase, "delete"), TH_S("x=1")).status, 303);
  CHECK_INT(got(kase).status, 200);
  CHECK_INT(posted(sub(kase, "delete"), TH_S("sure=1")).status, 303);
  CHECK_INT(got(kase).status, 404);
  close_with_key();
}

/* ── The key ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

TEST(without_its_key_a_case_stays_shut_and_the_page_says_what_to_do) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/sle-initial", "2025-06-15");
  char elsewhere[128];
  snprintf(elsewhere, sizeof elsewhere, "%s.away", key_file);
  CHECK_INT(rename(key_file, elsewhere), 0);
  th_response r = got("/cases");
  CHECK_INT(r.status, 404);
  CHECK(shows(&r, "Put the key file back"));
  CHECK(shows(&r, key_file));
  CHECK_INT(rename(elsewhere, key_file), 0);
  CHECK_INT(got(kase).status, 200);
  CHECK_INT(chmod(key_file, 0644), 0);
  r = got("/cases");
  CHECK_INT(r.status, 403);
  CHECK(shows(&r, "permissions 600"));
  close_with_key();
}

/* The second of two windows is told in its language that nothing was kept, and where to go on; another program gets the error. */
TEST(two_windows_on_one_case) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/sle-initial", "2025-06-15");
  CHECK_INT(posted(sub(kase, "enter/person"), TH_S("version=1&sex=female")).status, 303);
  th_response r = posted(sub(kase, "enter/person?lang=zh-TW"), TH_S("version=1&sex=male"));
  CHECK_INT(r.status, 409);
  CHECK(shows(&r, "本案已於另一視窗修改") && shows(&r, th_str_fmt(arena, "href=\"%s\"", kase).p));
  r = got(kase);
  CHECK(!shows(&r, "sex=male"));
  const th_json now = judged(kase);
  CHECK(now.kind == TH_JSON_OBJECT);
  close_with_key();
}

/* One patient, born on 20 November 1985. Pasted or sent as a file, the record is taken over; nothing, or no bundle, is told. */
TEST(a_record_is_pasted) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/sle-initial", "2025-06-15");
  const th_str bundle = TH_S("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":"
                             "\"Patient\",\"id\":\"p\",\"birthDate\":\"1985-11-20\",\"gender\":\"female\"}}]}");
  CHECK_INT(posted(sub(kase, "record"), th_str_fmt(arena, "pasted=%.*s", TH_STR_ARG(th_web_encode(arena, bundle)))).status,
            303);
  const th_response r = got(sub(kase, "enter/person"));
  CHECK(shows(&r, "1985-11-20"));
  CHECK_INT(posted(sub(kase, "record"), TH_S("pasted=+")).status, 400);
  CHECK_INT(posted(sub(kase, "record"), TH_S("pasted=no+bundle")).status, 400);
  CHECK_INT(posted(sub(kase, "record"), TH_S("pasted=%7B%7D")).status, 400);
  close_with_key();
}

TEST(read_only_shows_and_changes_nothing) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/sle-initial", "2025-06-15");
  th_serve_close(server);
  th_err err = { 0 };
  const th_serve_options o = { .home = home, .read_only = true, .today = test_day };
  CHECK_OK_ERR(th_serve_open(&o, &server, &err), &err);
  th_response r = got(sub(kase, "enter/person"));
  CHECK_INT(r.status, 200);
  CHECK(!th_str_has(r.body, TH_S("name=\"then\"")));
  CHECK_INT(posted(sub(kase, "enter/person"), TH_S("sex=female")).status, 403);
  close_with_key();
}

/* 114/6/15 is of the ROC; 0114 would be the year 114 of the other era, and nobody lives in 9999. */
TEST(days_of_another_age_are_refused) {
  static const struct {
    const char *day;
    int status;
  } rows[] = { { "114/6/15", 303 },   { "1140615", 303 },    { "2025-06-15", 303 }, { "0114/06/15", 400 },
               { "9999-06-15", 400 }, { "1899-12-31", 400 }, { "114/2/30", 400 },   { "2025-06", 400 } };
  open_with_key(false);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const th_str body = th_str_fmt(arena, "title=x&path=nhi-8.2.13%%2Fsle-initial&token=abcdefgh%zu&as_of=%s", i, rows[i].day);
    CHECK_INT(posted("/case/new", body).status, rows[i].status);
  }
  close_with_key();
}

/* The samples of the specification as JSON, answered as JSON; what is no case is told as JSON too. */
TEST(a_case_is_judged_for_another_program) {
  open_with_key(false);
  const ask post = {
    .method = "POST",
    .target = "/coverage/check",
    .type = "application/json",
    .body =
        TH_S("{\"program\":\"nhi-8.2.13\",\"path\":\"sle-initial\",\"as_of\":\"2025-06-15\",\"case\":\"x\",\"facts\":{}}")
  };
  const th_response r = asked(post);
  CHECK_INT(r.status, 200);
  CHECK_STR(r.type, "application/json");
  CHECK(shows(&r, "\"unknown\""));
  ask broken = post;
  broken.body = TH_S("{\"program\":\"no-such\"}");
  const th_response bad = asked(broken);
  CHECK(bad.status >= 400);
  CHECK_STR(bad.type, "application/json");
  ask foreign = post;
  foreign.origin = "http://evil.example";
  CHECK_INT(asked(foreign).status, 403);
  close_with_key();
}

static th_response sent_file(const char *target, const char *evidence, const char *date, const char *name, th_str bytes) {
  th_buf b;
  th_buf_init(&b, arena, bytes.n + 1024);
  th_buf_addf(&b, "--x\r\nContent-Disposition: form-data; name=\"evidence\"\r\n\r\n%s\r\n", evidence);
  th_buf_addf(&b, "--x\r\nContent-Disposition: form-data; name=\"date\"\r\n\r\n%s\r\n", date);
  th_buf_addf(&b, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n", name);
  th_buf_add(&b, bytes);
  th_buf_addz(&b, "\r\n--x--\r\n");
  return asked((ask){ .method = "POST",
                      .target = target,
                      .origin = "http://127.0.0.1:8420",
                      .type = "multipart/form-data; boundary=x",
                      .body = th_buf_str(&b) });
}

/* The value of the first option of the evidence that the page offers. */
static const char *first_evidence(const th_response *page) {
  const size_t at = th_str_find(page->body, TH_S("name=\"evidence\"><option value=\""), 0);
  CHECK(at != SIZE_MAX);
  if (at == SIZE_MAX) return "";
  const size_t from = at + strlen("name=\"evidence\"><option value=\""), to = th_str_find(page->body, TH_S("\""), from);
  return th_str_z(arena, th_str_sub(page->body, from, to));
}

TEST(documents_go_with_the_case_and_into_one_pdf) {
  open_with_key(false);
  const char *kase = begin("nhi-8.2.13/sle-initial", "2025-06-15");
  th_response r = got(sub(kase, "packet"));
  CHECK_INT(r.status, 200);
  const char *evidence = first_evidence(&r);
  th_file png;
  th_err err = { 0 };
  CHECK_OK_ERR(th_file_open(THERIAC_SOURCE_ROOT "/tests/fuzz/corpus/paper/" PNG_FILE, 0, &png, &err), &err);
  r = sent_file(sub(kase, "attach"), evidence, "114/6/1", "lab.png", png.bytes);
  CHECK_INT(r.status, 303);
  r = got(sub(kase, "packet"));
  CHECK(shows(&r, "lab.png"));
  CHECK(shows(&r, "2025-06-01 (114/6/1)"));
  /* What is no picture and no PDF, or a day that is none, is told on the page; nothing is kept. */
  r = sent_file(sub(kase, "attach"), evidence, "114/6/1", "note.txt", TH_S("plain text"));
  CHECK(r.status >= 400 && r.status < 600);
  CHECK(shows(&r, "aria-invalid"));
  CHECK_INT(sent_file(sub(kase, "attach"), evidence, "114/6/1", "empty.pdf", TH_S("")).status, 400);
  /* A document that no clause asks for is not kept: it would stand in the way of all the others. */
  CHECK_INT(sent_file(sub(kase, "attach"), "E-none", "114/6/1", "lab3.png", png.bytes).status, 400);
  CHECK_INT(got(sub(kase, "packet")).status, 200);
  CHECK_INT(sent_file(sub(kase, "attach"), evidence, "114/13/1", "lab4.png", png.bytes).status, 400);
  r = sent_file(sub(kase, "attach"), evidence, "yesterday", "lab2.png", png.bytes);
  CHECK_INT(r.status, 400);
  CHECK(!th_str_has(got(sub(kase, "packet")).body, TH_S("lab2.png")));
  r = got(sub(kase, "packet.pdf"));
  CHECK_INT(r.status, 200);
  CHECK(th_str_starts(r.body, TH_S("%PDF-")));
  CHECK(th_str_eq(r.body, got(sub(kase, "packet.pdf")).body));
  r = got(sub(kase, "bedside.pdf"));
  CHECK(th_str_starts(r.body, TH_S("%PDF-")));
  r = got(sub(kase, "packet"));
  const size_t at = th_str_find(r.body, TH_S("name=\"attachment\" value=\""), 0);
  CHECK(at != SIZE_MAX);
  const th_str id = th_str_sub(r.body, at + strlen("name=\"attachment\" value=\""), th_str_find(r.body, TH_S("\">"), at));
  const char *other = begin("nhi-8.2.13/sle-initial", "2025-07-15");
  CHECK_INT(posted(sub(other, "detach"), th_str_fmt(arena, "attachment=%.*s", TH_STR_ARG(id))).status, 404);
  CHECK_INT(posted(sub(kase, "detach"), th_str_fmt(arena, "attachment=%.*s", TH_STR_ARG(id))).status, 303);
  CHECK(!th_str_has(got(sub(kase, "packet")).body, TH_S("lab.png")));
  th_file_close(&png);
  close_with_key();
}

TEST_MAIN(RUN(thirty_cases_through_the_pages), RUN(documents_go_with_the_case_and_into_one_pdf), RUN(two_windows_on_one_case),
          RUN(a_record_is_pasted), RUN(days_of_another_age_are_refused), RUN(a_case_is_judged_for_another_program),
          RUN(a_case_goes_from_step_to_step), RUN(what_cannot_be_read_is_shown_again_and_nothing_is_kept),
          RUN(the_table_of_drugs_is_drawn_and_counted), RUN(all_other_items_absent_in_one_act),
          RUN(a_case_is_deleted_only_when_that_is_confirmed),
          RUN(without_its_key_a_case_stays_shut_and_the_page_says_what_to_do), RUN(read_only_shows_and_changes_nothing))
