/* The readers on the shared documents: every page, every abstract, every capture, the four seeds. Expected values were read off
 * the documents, or stand in expected_audit.json. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/source.h"

static th_arena *arena;
static th_err err;

static const char *shared(const char *tail) {
  return th_str_fmt(arena, "%s/%s", test_shared(), tail).p;
}

/* The first regular file of a folder whose name starts so. */
static bool open_seed(const char *prefix, th_file *f) {
  th_dir_list list = { 0 };
  if (th_dir_read(arena, shared("seeds"), &list, &err) != TH_OK) return false;
  for (size_t i = 0; i < list.n; i++)
    if (th_str_has(list.v[i].path, th_str_of(prefix))) return th_file_open(list.v[i].path.p, 0, f, &err) == TH_OK;
  return false;
}

#define NEED_SHARED                                                                                                            \
  if (!test_shared()) SKIP("no shared data");                                                                                  \
  th_arena_del(arena);                                                                                                         \
  arena = th_arena_new(0);                                                                                                     \
  err = (th_err) {                                                                                                             \
    0                                                                                                                          \
  }

TEST(seed_report_page) {
  NEED_SHARED;
  th_file f;
  if (!open_seed("/000_", &f)) SKIP("no seed");
  th_report_page p;
  CHECK_OK_ERR(th_source_report_read(arena, f.bytes, &p, &err), &err);
  CHECK_STR(p.drug.text, "Belimumab");
  CHECK_INT(p.level_header.lo, 5);
  CHECK_INT(p.level_table.lo, 3);
  CHECK_INT(p.predictions.n, 6);
  CHECK_STR(p.predictions.v[0].score.text, "99.96%");
  CHECK_INT(p.trials.n, 1);
  CHECK(p.trials.v[0].title_cut);
  CHECK_INT(p.licences.n, 1);
  CHECK_INT(p.licences.v[0].expires.month, 11);
  CHECK_STR(p.interactions_claimed.text, "69");
  CHECK_INT(p.interactions.n, 5);
  CHECK_INT(p.cautions.n, 3);
  CHECK(p.cautions.v[2].forbids && p.cautions.v[2].severity == TH_SEVERITY_MINOR);
  CHECK(p.cautions.v[1].fatal);
  CHECK_INT(p.needs.n, 4);
  CHECK_INT(p.related.n, 5);
  CHECK_INT(p.n_unknown, 0);
  CHECK_INT(p.gaps.n, 0);
  th_file_close(&f);
}

TEST(seed_abstract) {
  NEED_SHARED;
  th_file f;
  if (!open_seed("/001_", &f)) SKIP("no seed");
  th_abstract_doc d;
  CHECK_OK_ERR(th_source_abstract_read(arena, f.bytes, &d, &err), &err);
  CHECK_INT(d.authors.n, 7);
  CHECK_INT(d.affiliations.n, 2);
  CHECK_STR(d.journal.text, "BMC Pregnancy Childbirth");
  CHECK_STR(d.pages.text, "463");
  CHECK_STR(d.doi.text, "10.1186/s12884-025-07600-5");
  CHECK_INT(d.date.day, 21);
  CHECK_INT(d.n_lang[TH_LANG_EN], 4);
  CHECK_INT(d.n_lang[TH_LANG_ZH_HANS], 4);
  CHECK_INT(d.sections.v[6].role, TH_ABSTRACT_RESULTS);
  th_file_close(&f);
}

TEST(seed_trial_page) {
  NEED_SHARED;
  th_file f;
  if (!open_seed("/002_", &f)) SKIP("no seed");
  th_trial_page p;
  CHECK_OK_ERR(th_source_trial_read(arena, f.bytes, &p, &err), &err);
  CHECK_STR(p.registry_id.text, "NCT05154734");
  CHECK_STR(p.sponsor.text, "Tianjin Medical University");
  CHECK_INT(p.enrolment_n, 14);
  CHECK_INT(p.phases.n, 2);
  CHECK_INT(p.healthy_volunteers, TH_TRUE);
  CHECK_INT(p.inclusion.n, 6);
  CHECK_INT(p.exclusion.n, 5);
  CHECK_STR(p.purpose.text, "Basic Science");
  CHECK_INT(p.arms.n, 1);
  CHECK_INT(p.location_count, 1);
  CHECK_INT(p.outcomes.n, 0);
  th_file_close(&f);
}

TEST(seed_rule) {
  NEED_SHARED;
  th_file f;
  if (!open_seed("/003_", &f)) SKIP("no seed");
  th_coverage_texts t;
  CHECK_OK_ERR(th_source_coverage_read(arena, f.bytes, &t, &err), &err);
  CHECK_INT(t.n, 1);
  const th_coverage_text *r = &t.v[0];
  CHECK_STR(r->number.text, "8.2.13");
  CHECK_INT(r->clauses.n, 56);
  CHECK_INT(r->effective.year, 2025);
  CHECK_INT(r->effective.month, 2);
  CHECK_INT(r->items.n, 24);
  CHECK_INT(r->items_sum, 105);
  CHECK_INT(r->forms.n, 3);
  CHECK_STR(r->forms.v[2].id, "36-2");
  CHECK_INT(r->forms.v[2].n_ticks, 24);
  bool vasculitis = false;
  for (size_t i = 0; i < r->clauses.n; i++)
    if (th_str_is(r->clauses.v[i].id, "8.2.13-2(4)II-iii"))
      vasculitis = th_str_has(r->clauses.v[i].clean, TH_S("ESR ≥ 28 mm/hour"));
  CHECK(vasculitis);
  CHECK_INT(r->gaps.n, 0);
  th_file_close(&f);
}

/* Does the list of findings hold this code? */
static bool has_code(const th_findings *f, th_str code) {
  for (size_t i = 0; i < f->n; i++)
    if (th_str_eq(th_str_of(f->v[i].code), code)) return true;
  return false;
}

static void level_is(const char *page, const char *what, uint8_t got, const th_json *want) {
  const th_str text = th_json_text(want);
  const int level = text.n == 2 ? text.p[1] - '0' : 0;
  if (got != level) printf("# %s: %s\n", page, what);
  CHECK_INT(got, level);
}

static void check_page(const char *folder, const th_json_member *m) {
  char tail[512];
  snprintf(tail, sizeof tail, "data/peer-reports/%s/%.*s", folder, TH_STR_ARG(m->key));
  th_file f;
  CHECK_OK_ERR(th_file_open(shared(tail), 0, &f, &err), &err);
  th_arena *a = th_arena_new(0);
  th_report_page p;
  th_findings found;
  CHECK_OK_ERR(th_source_report_read(a, f.bytes, &p, &err), &err);
  CHECK_OK_ERR(th_source_audit_page(a, &p, &found, &err), &err);
  level_is(tail, "front matter", p.level_front.lo, th_json_at(&m->value, "levels.front_matter"));
  level_is(tail, "header", p.level_header.lo, th_json_at(&m->value, "levels.header"));
  level_is(tail, "table", p.level_table.lo, th_json_at(&m->value, "levels.table"));
  level_is(tail, "best badge", p.best_badge, th_json_at(&m->value, "levels.best_badge"));
  const th_json *codes = th_json_get(&m->value, "codes");
  size_t distinct = 0;
  for (size_t i = 0; i < found.n; i++) {
    bool first = true;
    for (size_t k = 0; k < i; k++) first &= strcmp(found.v[i].code, found.v[k].code) != 0;
    distinct += first;
    CHECK(found.v[i].line > 0);
  }
  if (distinct != codes->n) printf("# %s\n", tail);
  CHECK_INT(distinct, codes->n);
  for (size_t i = 0; i < codes->n; i++) CHECK(has_code(&found, th_json_text(th_json_item(codes, i))));
  int64_t rows = 0;
  if (th_json_i64(th_json_get(&m->value, "trial_rows"), &rows) && p.generation == 1) {
    int64_t n = 0;
    for (size_t i = 0; i < p.trials.n; i++) n += p.trials.v[i].prediction != UINT32_MAX;
    CHECK_INT(n, rows);
  }
  th_arena_del(a);
  th_file_close(&f);
}

TEST(every_peer_page_agrees_with_the_expected_audit) {
  NEED_SHARED;
  th_file f;
  if (th_file_open(shared("data/peer-reports/expected_audit.json"), 0, &f, &err) != TH_OK) SKIP("no peer reports");
  th_json root;
  CHECK_OK_ERR(th_json_parse(arena, f.bytes, &root, &err), &err);
  const th_json *generations = th_json_get(&root, "generations");
  size_t pages = 0;
  for (uint32_t g = 0; generations && g < generations->n; g++) {
    const th_json_member *folder = &generations->u.member[g];
    const th_json *detail = th_json_get(&folder->value, "pages_detail");
    for (uint32_t i = 0; i < detail->n; i++)
      check_page(folder->key.p ? th_str_z(arena, folder->key) : "", &detail->u.member[i]);
    pages += detail->n;
  }
  CHECK_INT(pages, 240);
  th_file_close(&f);
}

/* Runs fn on every regular file of a folder. */
static size_t each_file(const char *tail, void (*fn)(const char *path, th_str bytes)) {
  th_dir_list list = { 0 };
  size_t n = 0;
  if (th_dir_read(arena, shared(tail), &list, &err) != TH_OK) return 0;
  for (size_t i = 0; i < list.n; i++) {
    th_file f;
    if (!list.v[i].is_regular || th_file_open(list.v[i].path.p, 0, &f, &err) != TH_OK) continue;
    fn(list.v[i].path.p, f.bytes);
    th_file_close(&f);
    n++;
  }
  return n;
}

/* Characters of s that carry words: letters and digits of ASCII, and everything beyond it that is no blank. */
static size_t words_in(th_str s) {
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++)
    n += (unsigned char)s.p[i] >= 0x80 || (s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z');
  return n;
}

/* No section lost: the spans of headings and bodies cover the page behind its front matter but for markup. */
static void census(const char *path, th_str bytes) {
  th_arena *a = th_arena_new(0);
  th_report_page p;
  th_err e = { 0 };
  if (th_source_report_read(a, bytes, &p, &e) == TH_OK) {
    char *taken = th_arena_alloc(a, bytes.n + 1, 1);
    for (size_t i = 0; i < p.sections.n; i++) {
      const th_report_section *s = &p.sections.v[i];
      memset(taken + s->heading.from, 1, s->heading.to - s->heading.from);
      memset(taken + s->body.from, 1, s->body.to - s->body.from);
    }
    size_t from = th_str_find(bytes, TH_S("\n---"), 4), lost = 0;
    th_str rest = th_str_sub(bytes, from + 4, bytes.n), line;
    while (th_str_line(&rest, &line)) {
      const th_str t = th_str_trim(line);
      const bool markup = t.n == 0 || t.p[0] == '<' || t.p[0] == '{' || t.p[0] == '`';
      if (!markup && words_in(t) && !memchr(taken + (t.p - bytes.p), 1, t.n)) {
        lost++;
        printf("# %s: not in any section: %.*s\n", path, TH_STR_ARG(t));
      }
    }
    CHECK_INT(lost, 0);
  } else
    CHECK_STR(th_str_of(e.msg), "");
  th_arena_del(a);
}

TEST(no_section_of_a_peer_page_is_lost) {
  NEED_SHARED;
  if (each_file("data/peer-reports/feb2026", census) + each_file("data/peer-reports/aug2026", census) == 0)
    SKIP("no peer reports");
}

static void one_abstract(const char *path, th_str bytes) {
  th_arena *a = th_arena_new(0);
  th_abstract_doc d;
  th_source_guess g;
  th_err e = { 0 };
  const bool read = th_source_detect(bytes, &g, &e) == TH_OK && g.kind == TH_SOURCE_ABSTRACT &&
                    th_source_abstract_read(a, bytes, &d, &e) == TH_OK;
  if (!read) printf("# %s: %s\n", path, e.msg);
  CHECK(read);
  if (read) {
    size_t prose = 0;
    for (size_t i = 0; i < d.sections.n; i++)
      prose += words_in(d.sections.v[i].text.text) + words_in(d.sections.v[i].label.text);
    prose += words_in(d.title.text);
    for (size_t i = 0; i < d.other.n; i++) prose += words_in(d.other.v[i].text);
    for (size_t i = 0; i < d.keywords.n; i++) prose += words_in(d.keywords.v[i].text);
    if (prose + 40 < words_in(bytes)) printf("# %s: %zu of %zu\n", path, prose, words_in(bytes));
    CHECK(prose + 40 >= words_in(bytes)); /* "TITLE", "ABSTRACT" and the like are all that may be missing */
  }
  th_arena_del(a);
}

TEST(every_abstract_is_read_whole) {
  NEED_SHARED;
  if (each_file("data/papers/abstracts", one_abstract) == 0) SKIP("no abstracts");
}

static size_t failed_searches, found_searches;

static void one_capture(const char *path, th_str bytes) {
  th_arena *a = th_arena_new(0);
  th_capture_doc d;
  th_err e = { 0 };
  CHECK_OK_ERR(th_source_capture_read(a, bytes, &d, &e), &e);
  for (size_t i = 0; i < d.captures.n; i++) {
    const th_capture *c = &d.captures.v[i];
    failed_searches += c->state == TH_SEARCH_FAILED;
    found_searches += c->state == TH_SEARCH_FOUND;
    th_search_state said;
    if (!d.bundle && th_search_state_find(c->state_text.text, &said)) CHECK_INT(c->state, said);
    if (!d.bundle) CHECK_INT((int64_t)(c->trials.n + c->papers.n), c->records_kept);
    if (d.bundle && c->source == TH_CAPTURE_ICTRP) CHECK_INT(c->state, TH_SEARCH_NOT_SEARCHED);
  }
  if (test_failed_checks) printf("# up to %s\n", path);
  th_arena_del(a);
}

TEST(every_capture_keeps_its_state) {
  NEED_SHARED;
  failed_searches = found_searches = 0;
  if (each_file("data/captures/trials", one_capture) == 0) SKIP("no captures");
  CHECK_INT(found_searches, 57);
  each_file("data/captures/papers", one_capture);
  CHECK_INT(failed_searches, 1);
  CHECK_INT(found_searches, 144);
  each_file("data/captures/peer_bundle", one_capture);
}

/* A seed cut at any byte is read or refused, quickly and with a reason. Every 7th length: all of them is for the fuzz replay. */
TEST(seeds_cut_anywhere) {
  NEED_SHARED;
  static const char *const seeds[] = { "/000_", "/001_", "/002_", "/003_" };
  for (size_t k = 0; k < 4; k++) {
    th_file f;
    if (!open_seed(seeds[k], &f)) SKIP("no seed");
    for (size_t n = 0; n < f.bytes.n; n += 29) {
      th_arena *a = th_arena_new(0);
      const th_str cut = th_str_sub(f.bytes, 0, n);
      th_report_page page;
      th_abstract_doc doc;
      th_trial_page trial;
      th_coverage_texts rules;
      th_err e = { 0 };
      const th_code code = k == 0   ? th_source_report_read(a, cut, &page, &e)
                           : k == 1 ? th_source_abstract_read(a, cut, &doc, &e)
                           : k == 2 ? th_source_trial_read(a, cut, &trial, &e)
                                    : th_source_coverage_read(a, cut, &rules, &e);
      if (code != TH_OK) {
        CHECK_INT(code, TH_EPARSE);
        CHECK(e.msg[0] != 0);
      }
      th_arena_del(a);
    }
    th_file_close(&f);
  }
}

TEST_MAIN(RUN(seed_report_page), RUN(seed_abstract), RUN(seed_trial_page), RUN(seed_rule),
          RUN(every_peer_page_agrees_with_the_expected_audit), RUN(no_section_of_a_peer_page_is_lost),
          RUN(every_abstract_is_read_whole), RUN(every_capture_keeps_its_state), RUN(seeds_cut_anywhere))
