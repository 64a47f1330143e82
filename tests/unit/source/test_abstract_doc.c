/* Abstracts as they come: a database's text, a repository's, pasted paragraphs, Chinese. */
#include "test.h"
#include "theriac/source.h"

static th_arena *arena;
static th_abstract_doc doc;
static th_err err;

static th_code read_doc(const char *text) {
  th_arena_del(arena);
  arena = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_abstract_read(arena, th_str_of(text), &doc, &err);
}

static bool gap(const char *what) {
  for (size_t i = 0; i < doc.gaps.n; i++)
    if (strcmp(doc.gaps.v[i].what, what) == 0) return true;
  return false;
}

static const char database[] =
    "1. J Test Med. 2024 Mar 5;12(3):101-9. doi: 10.1000/jtm.2024.01(a)5. Epub 2024 \nFeb 1.\n\n"
    "Testimab for imaginary disease: a randomised controlled trial of something very\nlong indeed.\n\n"
    "Doe J(1), Roe RA(1)(2), van der Berg K(2); Imaginary Study Group.\n\n"
    "Author information:\n(1)Department of Tests, University of Nowhere, Nowhere, Noland.\n"
    "(2)Institute of Trials, Somewhere, Noland. Electronic address: a@b.org.\n\n"
    "BACKGROUND: Testimab has not been studied in imaginary disease, which is a pity\nbecause it might help.\n"
    "METHODS: We randomised 100 patients (n = 50 each). Registered as NCT01234567.\n"
    "RESULTS: Response occurred in 30/50 (60%) versus 20/50 (40%); RR 1.5, 95% CI \n1.0-2.25; P = 0.046.\n"
    "CONCLUSIONS: Testimab may help.\n\n© 2024. The Author(s).\n\nDOI: 10.1000/jtm.2024.01(a)5\n"
    "PMID: 12345678 [Indexed for MEDLINE]\n\nConflict of interest statement: none.\n";

TEST(text_of_a_database) {
  CHECK_OK_ERR(read_doc(database), &err);
  CHECK_STR(doc.title.text, "Testimab for imaginary disease: a randomised controlled trial of something very long indeed.");
  CHECK_INT(doc.title.line, 4);
  CHECK_INT(doc.authors.n, 4);
  CHECK_STR(doc.authors.v[1].text, "Roe RA");
  CHECK_INT(doc.affiliations.n, 2);
  CHECK_STR(doc.journal.text, "J Test Med");
  CHECK_STR(doc.volume.text, "12");
  CHECK_STR(doc.issue.text, "3");
  CHECK_STR(doc.pages.text, "101-9");
  CHECK_INT(doc.date.year, 2024);
  CHECK_INT(doc.date.day, 5);
  CHECK_STR(doc.doi.text, "10.1000/jtm.2024.01(a)5");
  CHECK_STR(doc.pmid.text, "12345678");
  CHECK_INT(doc.registry_ids.n, 1);
  CHECK_STR(doc.registry_ids.v[0].text, "NCT01234567");
  CHECK_INT(doc.sections.n, 4);
  static const th_abstract_role roles[] = { TH_ABSTRACT_BACKGROUND, TH_ABSTRACT_METHODS, TH_ABSTRACT_RESULTS,
                                            TH_ABSTRACT_CONCLUSION };
  for (size_t i = 0; i < 4 && i < doc.sections.n; i++) {
    CHECK_INT(doc.sections.v[i].role, roles[i]);
    CHECK(!doc.sections.v[i].inferred);
    CHECK_INT(doc.sections.v[i].lang, TH_LANG_EN);
  }
  CHECK_STR(doc.sections.v[2].label.text, "RESULTS");
  CHECK_STR(doc.sections.v[2].text.text,
            "Response occurred in 30/50 (60%) versus 20/50 (40%); RR 1.5, 95% CI 1.0-2.25; P = 0.046.");
  CHECK_STR(doc.sections.v[3].text.text, "Testimab may help.");
  CHECK(!gap("end"));
  CHECK(!th_field_has(doc.retraction));
}

static const char bilingual[] =
    "Doe Jane, Roe Richard, Wang Xiao\nDepartment of Tests, Hospital of Nowhere, Nowhere, Noland.\n"
    "J Test. 2023 Jan 2;5(1):7. doi: 10.1000/abc.5.\n"
    "To learn whether testimab helps in imaginary disease.\n"
    "The study included 40 women, divided into two groups of 20 each, one of which received testimab.\n"
    "Response was seen in 15 (75%) and 8 (40%) [P = 0.025].\n"
    "The findings suggest that testimab may help.\n"
    "探讨某药对某病患者的影响。\n本研究纳入40名女性，分为两组，每组20名。\n治疗组15名(75%)，对照组8名(40%)有效[P = "
    "0.025]。\n研究结果表明该药可能有效。\n";

TEST(two_languages_without_labels) {
  CHECK_OK_ERR(read_doc(bilingual), &err);
  CHECK_INT(doc.authors.n, 3);
  CHECK_INT(doc.affiliations.n, 1);
  CHECK_INT(doc.n_lang[TH_LANG_EN], 4);
  CHECK_INT(doc.n_lang[TH_LANG_ZH_HANS], 4);
  static const th_abstract_role roles[] = { TH_ABSTRACT_BACKGROUND, TH_ABSTRACT_METHODS, TH_ABSTRACT_RESULTS,
                                            TH_ABSTRACT_CONCLUSION };
  for (size_t i = 0; i < doc.sections.n; i++) {
    CHECK_INT(doc.sections.v[i].role, roles[i % 4]);
    CHECK(doc.sections.v[i].inferred);
  }
  CHECK(gap("title"));
  CHECK_STR(doc.pages.text, "7");
  const th_field f = doc.sections.v[5].text;
  CHECK_STR(th_str_n(bilingual + f.from, f.to - f.from), "本研究纳入40名女性，分为两组，每组20名。");
  CHECK_INT(f.line, 9);
}

TEST(traditional_chinese_with_labels_in_one_paragraph) {
  CHECK_OK_ERR(read_doc("題目：某藥用於某病之研究\n\n【摘要】\n目的：探討某藥的療效。方法：納入100名病人，隨機分為兩組。結果："
                        "治療組30例(60%)有效，P = 0.04。結論：某藥可能有效。\n關鍵詞：某藥\n"),
               &err);
  CHECK_STR(doc.title.text, "某藥用於某病之研究");
  CHECK_INT(doc.sections.n, 4);
  CHECK_INT(doc.sections.v[0].lang, TH_LANG_ZH_HANT);
  CHECK_STR(doc.sections.v[2].text.text, "治療組30例(60%)有效，P = 0.04。");
  CHECK_INT(doc.sections.v[2].role, TH_ABSTRACT_RESULTS);
  CHECK_INT(doc.keywords.n, 1);
}

TEST(labels_on_lines_of_their_own) {
  CHECK_OK_ERR(read_doc("TITLE:\nA title\n\n\nABSTRACT.BACKGROUND:\nSomething is known.\n\nABSTRACT.METHODS AND FINDINGS:\nWe "
                        "did it in 20 patients.\nIt worked in 10 of 20 patients.\n\n"
                        "ABSTRACT.TRIAL REGISTRATION:\nISRCTN12345678\n"),
               &err);
  CHECK_STR(doc.title.text, "A title");
  CHECK_INT(doc.sections.n, 4);
  CHECK_STR(doc.sections.v[1].label.text, "ABSTRACT.METHODS AND FINDINGS");
  CHECK_INT(doc.sections.v[1].role, TH_ABSTRACT_METHODS);
  CHECK_INT(doc.sections.v[2].role, TH_ABSTRACT_METHODS);
  CHECK(!gap("results"));
  CHECK_INT(doc.sections.v[3].role, TH_ABSTRACT_OTHER);
  CHECK_STR(doc.registry_ids.v[0].text, "ISRCTN12345678");
}

TEST(retraction_and_cut_end) {
  CHECK_OK_ERR(read_doc("RETRACTED: Testimab in imaginary disease\n\nBackground: We studied 20 patients with imaginary "
                        "disease. Results: Of them 10 were bet"),
               &err);
  CHECK(th_field_has(doc.retraction));
  CHECK(gap("end"));
}

TEST(no_text_is_refused) {
  CHECK_CODE(read_doc(""), TH_EPARSE);
  CHECK_CODE(read_doc("Doe Jane, Roe Richard\nJ Test. 2023 Jan 2;5(1):7. doi: 10.1000/abc.5.\n"), TH_EPARSE);
  CHECK_INT(err.line, 2);
}

TEST(every_beginning_ends_well) {
  const char *all[] = { database, bilingual };
  for (size_t k = 0; k < 2; k++)
    for (size_t n = 0; n <= strlen(all[k]); n++) {
      th_arena *a = th_arena_new(0);
      th_abstract_doc d;
      const th_code code = th_source_abstract_read(a, th_str_n(all[k], n), &d, NULL);
      if (code != TH_OK && code != TH_EPARSE) CHECK_INT(code, TH_EPARSE);
      th_arena_del(a);
    }
}

static th_code read_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_abstract_doc d;
  const th_code code = th_source_abstract_read(a, th_str_of(database), &d, NULL);
  th_arena_del(a);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 1);
}

TEST_MAIN(RUN(text_of_a_database), RUN(two_languages_without_labels), RUN(traditional_chinese_with_labels_in_one_paragraph),
          RUN(labels_on_lines_of_their_own), RUN(retraction_and_cut_end), RUN(no_text_is_refused),
          RUN(every_beginning_ends_well), RUN(allocation_failures))
