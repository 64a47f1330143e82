/* What later imports changed. The documents are invented; what must be told of them follows from their texts by hand. */
#include "../store/home.h"

#include "theriac/dossier.h"
#include "theriac/import.h"

static th_arena *arena;
static const char *home;

static th_date on(int month, int day) {
  return th_civil_from_days(th_days_from_civil(2026, month, day));
}

static void import_text(const char *name, th_str bytes, th_date day) {
  th_err err = { 0 };
  th_store *s;
  th_import_summary sum;
  const th_import_options o = { .retrieved = day };
  const th_str path = th_str_fmt(arena, "%s-docs-%s", home, name);
  const char *p = path.p;
  CHECK_OK_ERR(th_file_write(p, bytes, &err), &err);
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &s, &err), &err);
  CHECK_OK_ERR(th_import_paths(arena, s, &p, 1, &o, &sum, &err), &err);
  CHECK_INT(sum.n_refused, 0);
  th_store_close(s);
  unlink(p);
}

static th_str study(const char *id, const char *status, const char *updated, bool results, const char *more) {
  return th_str_fmt(
      arena,
      "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"%s\", \"briefTitle\": \"Belimumab in Lupus Nephritis\"}, "
      "\"statusModule\": {\"overallStatus\": \"%s\", \"startDateStruct\": {\"date\": \"2024-01-01\"}, "
      "\"lastUpdatePostDateStruct\": {\"date\": \"%s\"}}, \"conditionsModule\": {\"conditions\": [\"Lupus Nephritis\"]}, "
      "\"designModule\": {\"studyType\": \"INTERVENTIONAL\", \"phases\": [\"PHASE3\"], \"designInfo\": {\"allocation\": "
      "\"RANDOMIZED\", "
      "\"interventionModel\": \"PARALLEL\", \"primaryPurpose\": \"TREATMENT\"}, \"enrollmentInfo\": {\"count\": 100}}, "
      "\"armsInterventionsModule\": {\"armGroups\": [{\"label\": \"A\", \"type\": \"EXPERIMENTAL\", \"interventionNames\": "
      "[\"Drug: "
      "Belimumab\"]}, {\"label\": \"B\", \"type\": \"PLACEBO_COMPARATOR\", \"interventionNames\": [\"Drug: Placebo\"]}], "
      "\"interventions\": [{\"type\": \"DRUG\", \"name\": \"Belimumab\", \"armGroupLabels\": [\"A\"]}, {\"type\": \"DRUG\", "
      "\"name\": "
      "\"Placebo\", \"armGroupLabels\": [\"B\"]}]}, \"outcomesModule\": {\"primaryOutcomes\": [{\"measure\": \"Renal "
      "response%s\"}]}}, "
      "\"hasResults\": %s}",
      id, status, updated, more, results ? "true" : "false");
}

static th_str paper(bool retracted, const char *revised) {
  return th_str_fmt(
      arena,
      "<?xml version=\"1.0\"?>\n<PubmedArticleSet>\n<PubmedArticle><MedlineCitation Status=\"MEDLINE\" Owner=\"NLM\"><PMID "
      "Version=\"1\">39999999</PMID><DateRevised><Year>2026</Year><Month>%s</Month><Day>01</Day></DateRevised><Article "
      "PubModel=\"Print\"><Journal><Title>Journal of Nothing</Title><JournalIssue "
      "CitedMedium=\"Print\"><PubDate><Year>2025</Year>"
      "</PubDate></JournalIssue></Journal><ArticleTitle>Belimumab in lupus nephritis: a cohort.</ArticleTitle><Abstract>"
      "<AbstractText>We treated patients with belimumab.</AbstractText></Abstract><PublicationTypeList><PublicationType "
      "UI=\"D016428\">Journal Article</PublicationType>%s</PublicationTypeList></Article></MedlineCitation></PubmedArticle>\n"
      "</PubmedArticleSet>\n",
      revised, retracted ? "<PublicationType UI=\"D016441\">Retracted Publication</PublicationType>" : "");
}

static th_str rule(const char *months, const char *last) {
  return th_str_fmt(arena, "8.2.13. Belimumab（如 Benlysta）：（115/3/1）\n1. 限用於成人。\n2. 每次申請以 %s 個月為限。\n%s",
                    months, last);
}

static th_str licences(const char *expiry, const char *cancelled, bool second) {
  return th_str_fmt(
      arena,
      "[{\"許可證字號\": \"衛部菌疫輸字第000001號\", \"註銷狀態\": \"%s\", \"有效日期\": \"%s\", \"中文品名\": \"測試注射劑\", "
      "\"適應症\": \"全身性紅斑性狼瘡\", \"主成分略述\": \"BELIMUMAB\"}%s]",
      cancelled, expiry,
      second ? ", {\"許可證字號\": \"衛部菌疫輸字第000002號\", \"註銷狀態\": \"\", \"有效日期\": \"2030/01/01\", "
               "\"中文品名\": \"測試二號\", \"適應症\": \"狼瘡性腎炎\", \"主成分略述\": \"BELIMUMAB\"}"
             : "");
}

static th_dossier *dossier(th_date as_of) {
  th_err err = { 0 };
  th_store *s;
  th_names *names;
  th_dossier *d = NULL;
  const th_dossier_options o = { .drug = TH_S("belimumab"), .as_of = as_of };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, -1, &s, &err), &err);
  CHECK_OK_ERR(th_store_names(arena, s, &names, &err), &err);
  CHECK_OK_ERR(th_dossier_build(arena, s, names, &o, &d, &err), &err);
  CHECK_OK_ERR(th_dossier_history(arena, s, names, &o, d, &err), &err);
  th_store_close(s);
  return d;
}

static const th_dossier_change *find(const th_dossier *d, const char *code, const char *subject) {
  for (size_t i = 0; i < d->changes.n; i++)
    if (strcmp(d->changes.v[i].code, code) == 0 && th_str_is(d->changes.v[i].subject, subject)) return &d->changes.v[i];
  printf("# no change %s of %s\n", code, subject);
  CHECK(false);
  static const th_dossier_change none;
  return &none;
}

static void first_day(void) {
  import_text("study.json", study("NCT09000001", "RECRUITING", "2026-01-01", false, ""), on(2, 1));
  import_text("paper.xml", paper(false, "01"), on(2, 1));
  import_text("rule.txt", rule("六", "3. 不得併用。\n"), on(2, 1));
  import_text("register.json", licences("2027/01/01", "", false), on(2, 1));
}

TEST(one_day_of_imports_is_no_history) {
  first_day();
  const th_dossier *d = dossier(on(2, 2));
  CHECK(d->history && d->records.n >= 3);
  CHECK_INT(d->changes.n, 0);
  CHECK_INT(th_date_cmp(d->changes_since, on(2, 1)), 0);
}

TEST(each_kind_of_change_is_told_with_its_day) {
  import_text("study.json", study("NCT09000001", "COMPLETED", "2026-03-01", true, " at week 52"), on(3, 5));
  import_text("study2.json", study("NCT09000002", "RECRUITING", "2026-03-01", false, ""), on(3, 5));
  import_text("paper.xml", paper(true, "04"), on(4, 7));
  import_text("rule.txt", rule("十二", "4. 應檢附病歷。\n"), on(4, 7));
  import_text("register.json", licences("2028/01/01", "已註銷", true), on(4, 8));
  const th_dossier *d = dossier(on(5, 1));
  const th_dossier_change *status = find(d, "STATUS", "NCT09000001");
  CHECK_STR(status->was, "RECRUITING");
  CHECK_STR(status->now, "COMPLETED");
  CHECK_INT(th_date_cmp(status->on, on(3, 5)), 0);
  find(d, "RESULTS", "NCT09000001");
  find(d, "OUTCOME", "NCT09000001"); /* the measure got "at week 52" after the start of 2024 */
  CHECK_STR(find(d, "NEW_TRIAL", "NCT09000002")->now, "Belimumab in Lupus Nephritis");
  CHECK_INT(th_date_cmp(find(d, "RETRACTED", "PMID39999999")->on, on(4, 7)), 0);
  find(d, "CLAUSE_TEXT", "8.2.13-2");
  find(d, "CLAUSE_NEW", "8.2.13-4");
  find(d, "CLAUSE_GONE", "8.2.13-3");
  CHECK_STR(find(d, "LICENCE_STATE", "衛部菌疫輸字第000001號")->now, "cancelled");
  CHECK_STR(find(d, "LICENCE_EXPIRY", "衛部菌疫輸字第000001號")->now, "2028/01/01");
  CHECK_STR(find(d, "LICENCE_NEW", "衛部菌疫輸字第000002號")->now, "測試二號");
  for (size_t i = 1; i < d->changes.n; i++) CHECK(th_date_cmp(d->changes.v[i - 1].on, d->changes.v[i].on) >= 0);
}

TEST(what_was_graded_anew_stands_beside_its_old_grade) {
  const th_dossier *d = dossier(on(5, 1));
  const th_dossier_change *c = NULL;
  for (size_t i = 0; i < d->changes.n && !c; i++)
    if (strcmp(d->changes.v[i].code, "REGRADED") == 0 && th_str_is(d->changes.v[i].subject, "lupus nephritis") &&
        th_date_cmp(d->changes.v[i].on, on(3, 5)) == 0)
      c = &d->changes.v[i];
  CHECK(c && c->grade[0].level && c->grade[1].level);
  if (!c) return;
  /* Before: a cohort, and a randomised trial that is going on. After: that trial is complete and has results (evidence.md, levels). */
  CHECK_STR(th_str_of(c->grade[0].level), "L3");
  CHECK_STR(th_str_of(c->grade[1].level), "L2");
  CHECK(c->grade[0].rule && c->grade[1].rule && c->subject_zh.n > 0);
}

TEST(a_version_dated_earlier_is_no_change) {
  import_text("study.json", study("NCT09000001", "NOT_YET_RECRUITING", "2025-06-01", false, ""), on(5, 2));
  const th_dossier *d = dossier(on(5, 3));
  for (size_t i = 0; i < d->changes.n; i++)
    CHECK(!(strcmp(d->changes.v[i].code, "STATUS") == 0 && th_str_is(d->changes.v[i].now, "NOT_YET_RECRUITING")));
}

static int run(void) {
  static const th_test tests[] = { RUN(one_day_of_imports_is_no_history), RUN(each_kind_of_change_is_told_with_its_day),
                                   RUN(what_was_graded_anew_stands_beside_its_old_grade),
                                   RUN(a_version_dated_earlier_is_no_change) };
  return test_main_(tests, sizeof tests / sizeof *tests);
}

int main(void) {
  home = home_fresh();
  arena = th_arena_new(0);
  if (!arena) return 1;
  const int rc = run();
  home_remove(home);
  th_arena_del(arena);
  return rc;
}
