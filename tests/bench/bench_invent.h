/* Registry studies and papers of full size, invented, for the benches: about 12 kB a study without posted results, 70 kB with; papers with
 * the structured abstract, authors, headings and references that PubMed sends. */
#ifndef THERIAC_BENCH_INVENT_H
#define THERIAC_BENCH_INVENT_H

#include "theriac/base.h"

/* What a record is about; texts may be empty where it is about nothing in particular. */
typedef struct bench_subject {
  uint64_t number; /* of the record, and of its words */
  th_str drug, condition;
  th_str finding; /* sentences put into the results of a paper */
} bench_subject;

static inline uint64_t bench_draw(uint64_t doc, uint64_t part, uint64_t n) {
  return th_rng_at(doc, part, 11) % n;
}

/* Words that recur as words do: small numbers are drawn more often. */
static inline void bench_words(th_buf *b, uint64_t doc, uint64_t part, int n) {
  static const char *const syllable[] = { "ba", "ce", "di", "fo", "gu", "ha", "le", "mi",
                                          "no", "pu", "ra", "se", "ti", "vo", "xu", "za" };
  for (int i = 0; i < n; i++) {
    uint64_t w = th_rng_at(doc, part, (uint64_t)i) % 40000;
    w = w * (th_rng_at(doc, part + 1000, (uint64_t)i) % 1000) / 1000 * (th_rng_at(doc, part + 2000, (uint64_t)i) % 1000) / 1000;
    if (i) th_buf_addz(b, i % 14 == 13 ? ". " : " ");
    do th_buf_addz(b, syllable[w % 16]);
    while (w /= 16);
  }
}

static inline void bench_member(th_buf *b, const char *key, uint64_t doc, uint64_t part, int n) {
  th_buf_addf(b, "\"%s\": \"", key);
  bench_words(b, doc, part, n);
  th_buf_addz(b, "\", ");
}

/* ── A study ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static inline void bench_outcome_(th_buf *b, uint64_t doc, int k) {
  th_buf_addz(b, "{\"type\": \"SECONDARY\", ");
  bench_member(b, "title", doc, 300 + (uint64_t)k, 12);
  bench_member(b, "description", doc, 400 + (uint64_t)k, 40);
  th_buf_addz(b, "\"paramType\": \"COUNT_OF_PARTICIPANTS\", \"unitOfMeasure\": \"Participants\", \"timeFrame\": \"24 weeks\", "
                 "\"groups\": [");
  for (int g = 0; g < 2; g++) {
    th_buf_addf(b, "%s{\"id\": \"OG00%d\", ", g ? ", " : "", g);
    bench_member(b, "description", doc, 500 + (uint64_t)g, 30);
    th_buf_addf(b, "\"title\": \"Arm %d\"}", g);
  }
  th_buf_addz(b, "], \"denoms\": [{\"units\": \"Participants\", \"counts\": [{\"groupId\": \"OG000\", \"value\": \"100\"}, "
                 "{\"groupId\": \"OG001\", \"value\": \"99\"}]}], \"classes\": [");
  for (int c = 0; c < 6; c++) {
    th_buf_addf(b, "%s{\"title\": \"Week %d\", \"categories\": [{\"measurements\": [", c ? ", " : "", c * 4);
    for (int g = 0; g < 2; g++)
      th_buf_addf(b, "%s{\"groupId\": \"OG00%d\", \"value\": \"%d.%d\", \"lowerLimit\": \"1.%d\", \"upperLimit\": \"9.%d\"}",
                  g ? ", " : "", g, c + k, g, c, k % 10);
    th_buf_addz(b, "]}]}");
  }
  th_buf_addz(
      b, "], \"analyses\": [{\"groupIds\": [\"OG000\", \"OG001\"], \"pValue\": \"<0.001\", \"statisticalMethod\": "
         "\"Cochran-Mantel-Haenszel\", \"paramType\": \"Odds Ratio (OR)\", \"paramValue\": \"1.8\", \"ciPctValue\": \"95\", "
         "\"ciNumSides\": \"TWO_SIDED\", \"ciLowerLimit\": \"1.2\", \"ciUpperLimit\": \"2.7\"}]}");
}

static inline void bench_results_(th_buf *b, uint64_t doc) {
  th_buf_addz(b, ", \"resultsSection\": {\"outcomeMeasuresModule\": {\"outcomeMeasures\": [");
  for (int k = 0; k < 20; k++) {
    if (k) th_buf_addz(b, ", ");
    bench_outcome_(b, doc, k);
  }
  th_buf_addz(
      b, "]}, \"adverseEventsModule\": {\"eventGroups\": [{\"id\": \"EG000\", \"title\": \"Arm 0\", \"seriousNumAffected\": "
         "3, \"seriousNumAtRisk\": 100}], \"otherEvents\": [");
  for (int k = 0; k < 60; k++) {
    th_buf_addf(b, "%s{\"term\": \"", k ? ", " : "");
    bench_words(b, doc, 600 + (uint64_t)k, 2);
    th_buf_addf(b,
                "\", \"organSystem\": \"Nervous system disorders\", \"stats\": [{\"groupId\": \"EG000\", \"numEvents\": %d, "
                "\"numAffected\": %d, \"numAtRisk\": 100}]}",
                k, k);
  }
  th_buf_addz(b, "]}}");
}

static inline void bench_study(th_buf *b, const bench_subject *s) {
  const uint64_t doc = s->number;
  th_buf_addf(b, "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT%08u\", ", (unsigned)doc + 1);
  th_buf_addf(b, "\"briefTitle\": \"%.*s in %.*s: ", TH_STR_ARG(s->drug), TH_STR_ARG(s->condition));
  bench_words(b, doc, 1, 8);
  th_buf_addz(b, "\", ");
  bench_member(b, "officialTitle", doc, 2, 22);
  th_buf_addf(
      b,
      "\"orgStudyIdInfo\": {\"id\": \"X-%u\"}}, \"statusModule\": {\"overallStatus\": \"COMPLETED\", \"startDateStruct\": "
      "{\"date\": \"2015-03\"}, \"lastUpdatePostDateStruct\": {\"date\": \"2020-01-02\", \"type\": \"ACTUAL\"}}, "
      "\"sponsorCollaboratorsModule\": {\"leadSponsor\": {\"name\": \"Sponsor %u\", \"class\": \"OTHER\"}}, "
      "\"descriptionModule\": {",
      (unsigned)doc, (unsigned)bench_draw(doc, 3, 3000));
  bench_member(b, "briefSummary", doc, 4, 150);
  th_buf_addz(b, "\"detailedDescription\": \"");
  bench_words(b, doc, 5, 300);
  th_buf_addf(b, "\"}, \"conditionsModule\": {\"conditions\": [\"%.*s\", \"condition %u\"], \"keywords\": [\"key %u\"]}, ",
              TH_STR_ARG(s->condition), (unsigned)bench_draw(doc, 7, 4000), (unsigned)bench_draw(doc, 8, 9000));
  th_buf_addz(
      b,
      "\"designModule\": {\"studyType\": \"INTERVENTIONAL\", \"phases\": [\"PHASE3\"], \"designInfo\": {\"allocation\": "
      "\"RANDOMIZED\", \"interventionModel\": \"PARALLEL\", \"primaryPurpose\": \"TREATMENT\", \"maskingInfo\": {\"masking\": "
      "\"DOUBLE\"}}, \"enrollmentInfo\": {\"count\": 199, \"type\": \"ACTUAL\"}}, \"armsInterventionsModule\": {\"armGroups\": "
      "[");
  for (int g = 0; g < 2; g++) {
    th_buf_addf(b, "%s{\"label\": \"Arm %d\", \"type\": \"%s\", ", g ? ", " : "", g, g ? "PLACEBO_COMPARATOR" : "EXPERIMENTAL");
    bench_member(b, "description", doc, 9 + (uint64_t)g, 40);
    th_buf_addf(b, "\"interventionNames\": [\"Drug: %.*s\"]}", TH_STR_ARG(s->drug));
  }
  th_buf_addf(b,
              "], \"interventions\": [{\"type\": \"DRUG\", \"name\": \"%.*s\", \"otherNames\": [\"code-%u\"], "
              "\"armGroupLabels\": [\"Arm 0\"]}]}, \"outcomesModule\": {\"primaryOutcomes\": [",
              TH_STR_ARG(s->drug), (unsigned)bench_draw(doc, 12, 6000));
  for (int k = 0; k < 10; k++) {
    if (k == 1) th_buf_addz(b, "], \"secondaryOutcomes\": [");
    th_buf_addz(b, k > 1 ? ", {" : "{");
    bench_member(b, "measure", doc, 20 + (uint64_t)k, 12);
    bench_member(b, "description", doc, 40 + (uint64_t)k, 25);
    th_buf_addz(b, "\"timeFrame\": \"24 weeks\"}");
  }
  th_buf_addz(b, "]}, \"eligibilityModule\": {\"eligibilityCriteria\": \"Inclusion Criteria:\\n\\n* ");
  for (int k = 0; k < 12; k++) {
    bench_words(b, doc, 60 + (uint64_t)k, 18);
    th_buf_addz(b, "\\n* ");
  }
  th_buf_addz(b, "age \\\\>= 18\", \"healthyVolunteers\": false, \"sex\": \"ALL\", \"minimumAge\": \"18 Years\", \"stdAges\": "
                 "[\"ADULT\"]}, \"contactsLocationsModule\": {\"locations\": [");
  const int places = 1 + (int)bench_draw(doc, 80, 12);
  for (int k = 0; k < places; k++)
    th_buf_addf(b,
                "%s{\"facility\": \"Hospital %d\", \"city\": \"City %u\", \"country\": \"Land %u\", \"geoPoint\": {\"lat\": "
                "25.%d, \"lon\": 121.%d}}",
                k ? ", " : "", k, (unsigned)bench_draw(doc, 81 + (uint64_t)k, 600),
                (unsigned)bench_draw(doc, 81 + (uint64_t)k, 80), k, k);
  th_buf_addf(b,
              "]}}, \"derivedSection\": {\"conditionBrowseModule\": {\"meshes\": [{\"id\": \"D%06u\", \"term\": \"%.*s\"}]}}, "
              "\"hasResults\": %s",
              (unsigned)bench_draw(doc, 6, 4000), TH_STR_ARG(s->condition), doc % 5 ? "false" : "true");
  if (doc % 5 == 0) bench_results_(b, doc);
  th_buf_addz(b, "}");
}

/* ── A paper ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static inline void bench_paper(th_buf *b, const bench_subject *s) {
  const uint64_t doc = s->number;
  th_buf_addf(
      b,
      "<PubmedArticle>\n<MedlineCitation Status=\"MEDLINE\" Owner=\"NLM\">\n<PMID Version=\"1\">%u</PMID>\n<DateRevised>"
      "<Year>2021</Year><Month>10</Month><Day>20</Day></DateRevised>\n<Article PubModel=\"Print\"><Journal><ISSN "
      "IssnType=\"Print\">1234-5678</ISSN><JournalIssue CitedMedium=\"Print\"><Volume>12</Volume><Issue>3</Issue><PubDate>"
      "<Year>2011</Year><Month>Dec</Month></PubDate></JournalIssue><Title>Journal of Bench %u</Title></Journal>\n"
      "<ArticleTitle>",
      10000000 + (unsigned)doc, (unsigned)bench_draw(doc, 1, 900));
  th_buf_addf(b, "%.*s in %.*s: ", TH_STR_ARG(s->drug), TH_STR_ARG(s->condition));
  bench_words(b, doc, 2, 9);
  th_buf_addz(b, "</ArticleTitle><Abstract>");
  static const char *const label[] = { "BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS" };
  for (int k = 0; k < 4; k++) {
    th_buf_addf(b, "<AbstractText Label=\"%s\" NlmCategory=\"%s\">", label[k], label[k]);
    bench_words(b, doc, 10 + (uint64_t)k, 55);
    if (k == 2) th_buf_addf(b, ". %.*s", TH_STR_ARG(s->finding));
    th_buf_addz(b, " 10<sup>3</sup>.</AbstractText>\n");
  }
  th_buf_addz(b, "</Abstract><AuthorList CompleteYN=\"Y\">");
  for (int k = 0; k < 6; k++)
    th_buf_addf(
        b,
        "<Author ValidYN=\"Y\"><LastName>Doe%d</LastName><ForeName>Jane</ForeName><Initials>J</Initials><AffiliationInfo>"
        "<Affiliation>Department %d, University of Nowhere, City %u, Land.</Affiliation></AffiliationInfo></Author>\n",
        k, k, (unsigned)bench_draw(doc, 30, 600));
  th_buf_addz(b, "</AuthorList><Language>eng</Language><PublicationTypeList><PublicationType UI=\"D016428\">Journal "
                 "Article</PublicationType></PublicationTypeList></Article>\n<ChemicalList>");
  for (int k = 0; k < 2; k++)
    th_buf_addf(b,
                "<Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance UI=\"D%06u\">%.*s</NameOfSubstance></Chemical>",
                (unsigned)k, TH_STR_ARG(s->drug));
  th_buf_addz(b, "</ChemicalList><MeshHeadingList>");
  for (int k = 0; k < 10; k++)
    th_buf_addf(b, "<MeshHeading><DescriptorName UI=\"D%06u\" MajorTopicYN=\"N\">heading %u</DescriptorName></MeshHeading>\n",
                (unsigned)bench_draw(doc, 50 + (uint64_t)k, 30000), (unsigned)bench_draw(doc, 50 + (uint64_t)k, 30000));
  th_buf_addz(b, "</MeshHeadingList></MedlineCitation>\n<PubmedData><ArticleIdList><ArticleId IdType=\"doi\">10.1000/");
  th_buf_addf(b, "%u</ArticleId></ArticleIdList><ReferenceList>", (unsigned)doc);
  for (int k = 0; k < 15; k++)
    th_buf_addf(
        b,
        "<Reference><Citation>J Bench. 2001;%d(2):1-9</Citation><ArticleIdList><ArticleId IdType=\"pubmed\">%u</ArticleId>"
        "</ArticleIdList></Reference>\n",
        k, (unsigned)bench_draw(doc, 70 + (uint64_t)k, 30000000));
  th_buf_addz(b, "</ReferenceList></PubmedData></PubmedArticle>\n");
}

#endif
