/* PubMed records on an invented set: mixed markup, partial dates, other languages, corrections, books, and what is refused. */
#include "test.h"
#include "theriac/source.h"

static th_arena *arena;
static th_pubmed_articles all;
static th_err err;

static th_code read_set(const char *text) {
  th_arena_del(arena);
  arena = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_pubmed_read(arena, th_str_of(text), &all, &err);
}

static const char set[] =
    "<?xml version=\"1.0\"?>\n<PubmedArticleSet>\n"
    "<PubmedArticle><MedlineCitation Status=\"MEDLINE\"><PMID "
    "Version=\"2\">99000001</PMID><DateRevised><Year>2021</Year><Month>10</Month><Day>20</Day></DateRevised>\n"
    "<Article><Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>12</Volume><Issue>3</Issue><PubDate><Year>2011</"
    "Year><Month>Dec</Month></PubDate></JournalIssue>"
    "<Title>Journal of Tests</Title><ISOAbbreviation>J Tests</ISOAbbreviation></Journal>\n"
    "<ArticleTitle>Testimab at 10<sup>3</sup> IU and <i>H<sub>2</sub>O</i> &lt; 5 m<sup>-2</sup>,\n   "
    "x<sup>th</sup></ArticleTitle><Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>"
    "<ELocationID EIdType=\"doi\">10.1000/x</ELocationID>\n"
    "<Abstract><AbstractText Label=\"METHODS\" NlmCategory=\"METHODS\">We <b>did</b> "
    "it.</AbstractText><AbstractText>More.</AbstractText></Abstract>\n"
    "<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane</ForeName><Initials>J</"
    "Initials><AffiliationInfo><Affiliation>U</Affiliation></AffiliationInfo></Author>"
    "<Author><CollectiveName>Test Group</CollectiveName></Author></AuthorList><Language>eng</Language>\n"
    "<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList><AccessionNumber>NCT09999999</"
    "AccessionNumber></AccessionNumberList></DataBank></DataBankList>\n"
    "<PublicationTypeList><PublicationType UI=\"D016449\">Randomized Controlled "
    "Trial</PublicationType></PublicationTypeList></Article>\n"
    "<CommentsCorrectionsList><CommentsCorrections RefType=\"RetractionIn\"><RefSource>J Tests. "
    "2012</RefSource><PMID>99000009</PMID></CommentsCorrections></CommentsCorrectionsList>\n"
    "<MeshHeadingList><MeshHeading><DescriptorName UI=\"D008181\" MajorTopicYN=\"N\">Lupus "
    "Nephritis</DescriptorName><QualifierName UI=\"Q000188\" MajorTopicYN=\"Y\">drug "
    "therapy</QualifierName></MeshHeading></MeshHeadingList>\n"
    "<OtherAbstract Language=\"chi\"><AbstractText>中文摘要。</AbstractText></OtherAbstract></MedlineCitation>\n"
    "<PubmedData><ArticleIdList><ArticleId "
    "IdType=\"pmc\">PMC1</ArticleId></ArticleIdList><ReferenceList><Reference><ArticleIdList><ArticleId "
    "IdType=\"pubmed\">1</ArticleId><ArticleId "
    "IdType=\"doi\">10.1/no</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>\n"
    "<PubmedArticle><MedlineCitation><PMID>99000002</PMID><Article><Journal><JournalIssue><PubDate><MedlineDate>1998 Dec-1999 "
    "Jan</MedlineDate></PubDate></JournalIssue></Journal><ArticleTitle>T</ArticleTitle></Article></MedlineCitation></"
    "PubmedArticle>\n"
    "<PubmedBookArticle><BookDocument><PMID>99000003</PMID><Book><BookTitle>B</BookTitle><PubDate><Year>2015</Year></PubDate></"
    "Book></BookDocument></PubmedBookArticle>\n"
    "</PubmedArticleSet>\n";

TEST(a_record) {
  CHECK_OK_ERR(read_set(set), &err);
  CHECK_INT(all.n, 3);
  const th_pubmed_article *x = &all.v[0];
  CHECK_STR(x->pmid.text, "99000001"); /* not that of the retraction */
  CHECK_STR(x->version.text, "2");
  CHECK_STR(x->title.text, "Testimab at 10³ IU and H₂O < 5 m⁻², x^th");
  CHECK_INT(x->title.line, 5);
  CHECK_STR(x->journal.text, "Journal of Tests");
  CHECK_STR(x->pages.text, "1-9");
  CHECK_INT(x->date.year, 2011);
  CHECK_INT(x->date.month, 12);
  CHECK_INT(x->date.prec, TH_DATE_MONTH);
  CHECK_INT(x->revised.day, 20);
  CHECK_STR(x->doi.text, "10.1000/x"); /* not that of a reference */
  CHECK_STR(x->pmc.text, "PMC1");
  CHECK_INT(x->parts.n, 3);
  CHECK_STR(x->parts.v[0].label.text, "METHODS");
  CHECK_STR(x->parts.v[0].text.text, "We did it.");
  CHECK_STR(x->parts.v[2].language.text, "chi");
  CHECK_STR(x->parts.v[2].text.text, "中文摘要。");
  CHECK(!th_field_has(x->parts.v[1].language));
  CHECK_INT(x->authors.n, 2);
  CHECK_STR(x->authors.v[0].last.text, "Doe");
  CHECK_INT(x->authors.v[0].affiliations.n, 1);
  CHECK_STR(x->authors.v[1].collective.text, "Test Group");
  CHECK_STR(x->accessions.v[0].number.text, "NCT09999999");
  CHECK_STR(x->types.v[0].ui.text, "D016449");
  CHECK_INT(x->mesh.n, 1);
  CHECK(x->mesh.v[0].major);
  CHECK_STR(x->mesh.v[0].ui.text, "D008181");
  CHECK_INT(x->links.n, 1);
  CHECK_STR(x->links.v[0].pmid.text, "99000009");
  CHECK(x->retracted && !x->of_concern);
}

TEST(odd_dates_and_books) {
  CHECK_OK_ERR(read_set(set), &err);
  CHECK_STR(all.v[1].date_text.text, "1998 Dec-1999 Jan");
  CHECK_INT(all.v[1].date.year, 1998);
  CHECK_INT(all.v[1].date.month, 12);
  CHECK(all.v[2].book);
  CHECK_STR(all.v[2].journal.text, "B");
  CHECK_INT(all.v[2].date.year, 2015);
}

TEST(refused) {
  CHECK_CODE(read_set(""), TH_EPARSE);
  CHECK_CODE(read_set("<PubmedArticleSet/>"), TH_EPARSE);
  CHECK_CODE(read_set("<PubmedArticleSet>\n<PubmedArticle><MedlineCitation/></PubmedArticle></PubmedArticleSet>"), TH_EPARSE);
  CHECK_INT(err.line, 2);
  CHECK_CODE(read_set("<PubmedArticleSet><PubmedArticle>\n<PubmedBookArticle><BookDocument><PMID>3</PMID></BookDocument>"
                      "</PubmedBookArticle></PubmedArticle></PubmedArticleSet>"),
             TH_EPARSE);
  CHECK_INT(err.line, 2);
}

TEST(every_beginning_is_refused) {
  for (size_t n = 0; n < strlen(set) - 20; n += 5) {
    th_arena *a = th_arena_new(0);
    th_pubmed_articles x;
    CHECK_CODE(th_source_pubmed_read(a, th_str_n(set, n), &x, NULL), TH_EPARSE);
    th_arena_del(a);
  }
}

static th_code read_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_pubmed_articles x;
  const th_code code = th_source_pubmed_read(a, th_str_of(set), &x, NULL);
  th_arena_del(a);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 1);
}

/* Cut apart and read one by one: the same records on the same lines. */
TEST(cut_apart) {
  th_arena *a = th_arena_new(0);
  th_source_cuts cuts;
  th_pubmed_articles whole;
  const th_str doc = th_str_of(set);
  CHECK_OK_ERR(th_source_pubmed_read(a, doc, &whole, &err), &err);
  CHECK_OK_ERR(th_source_pubmed_cut(a, doc, &cuts, &err), &err);
  CHECK_INT(cuts.n, whole.n);
  for (size_t i = 0; i < cuts.n && i < whole.n; i++) {
    th_pubmed_article x;
    CHECK_OK_ERR(th_source_pubmed_one(a, doc, &cuts.v[i], &x, &err), &err);
    CHECK(th_str_eq(x.pmid.text, whole.v[i].pmid.text));
    CHECK_INT(x.line, whole.v[i].line);
    CHECK_INT(x.title.line, whole.v[i].title.line);
    CHECK_INT(x.parts.n, whole.v[i].parts.n);
    CHECK_INT(x.book, whole.v[i].book);
  }
  CHECK_OK_ERR(th_source_pubmed_cut(a,
                                    TH_S("<PubmedArticleSet><!-- <PubmedArticle> --><PubmedArticle "
                                         "x='1'>y</PubmedArticle ></PubmedArticleSet>"),
                                    &cuts, &err),
               &err);
  CHECK_INT(cuts.n, 1); /* a comment holds none */
  CHECK_CODE(th_source_pubmed_cut(a, TH_S("<PubmedArticleSet><PubmedArticle>"), &cuts, NULL), TH_EPARSE);
  CHECK_CODE(th_source_pubmed_cut(a, TH_S("<PubmedArticleSet></PubmedArticleSet>"), &cuts, NULL), TH_EPARSE);
  CHECK_CODE(th_source_pubmed_cut(a, TH_S("<PubmedArticleSet><PubmedArticle></PubmedArticle>"), &cuts, NULL), TH_EPARSE);
  th_arena_del(a);
}

TEST(exponents_in_mathml) {
  CHECK_OK_ERR(
      read_set(
          "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>dose <mml:math><mml:mrow><mml:msup><mml:mn>10"
          "</mml:mn><mml:mn>3</mml:mn></mml:msup></mml:mrow></mml:math> of <mml:msub><mml:mi>T</mml:mi><mml:mrow><mml:mi>max"
          "</mml:mi></mml:mrow></mml:msub>, <mml:msup><mml:mi>x</mml:mi><mml:mrow><mml:mo>-</mml:mo><mml:mn>2</mml:mn>"
          "</mml:mrow></mml:msup></ArticleTitle></Article></MedlineCitation></PubmedArticle>"),
      &err);
  CHECK_STR(all.v[0].title.text, "dose 10³ of T_max, x⁻²");
}

TEST_MAIN(RUN(exponents_in_mathml), RUN(cut_apart), RUN(a_record), RUN(odd_dates_and_books), RUN(refused),
          RUN(every_beginning_is_refused), RUN(allocation_failures))
