/* Registry studies and papers at full size: read by all processors (nothing stored), then imported, stored and indexed. Records are
 * invented, one in five studies with posted results, as in the registry (about 12 kB without, 70 kB with); papers have the
 * structured abstract, authors, headings and references that PubMed sends. Limits of the specification, on 2 processors: reading
 * 5,000 studies and 20,000 papers a second, storing and indexing 1,000 and 5,000. With words as arguments, only the lines that
 * hold one of them. On a machine that does other work too the processor time under each line says more than the wall's. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "theriac/import.h"
#include "theriac/io.h"
#include "theriac/source.h"

enum { STUDIES = 2000, PAPERS = 6000 };

static char base[] = "/tmp/theriac-bench-XXXXXX";
static th_arena *arena;

static void die(const char *what, const th_err *err) {
  fprintf(stderr, "%s: %s\n", what, err->msg);
  exit(1);
}

static double processor_now(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static bool wanted(const char *name, int argc, char **argv) {
  bool any = argc < 2;
  for (int i = 1; i < argc; i++) any |= strstr(name, argv[i]) != NULL;
  return any;
}

static uint64_t draw(uint64_t doc, uint64_t part, uint64_t n) {
  return th_rng_at(doc, part, 11) % n;
}

/* Words that recur as words do: small numbers are drawn more often. */
static void words(th_buf *b, uint64_t doc, uint64_t part, int n) {
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

static void member(th_buf *b, const char *key, uint64_t doc, uint64_t part, int n) {
  th_buf_addf(b, "\"%s\": \"", key);
  words(b, doc, part, n);
  th_buf_addz(b, "\", ");
}

/* ── A study ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void outcome_result(th_buf *b, uint64_t doc, int k) {
  th_buf_addz(b, "{\"type\": \"SECONDARY\", ");
  member(b, "title", doc, 300 + (uint64_t)k, 12);
  member(b, "description", doc, 400 + (uint64_t)k, 40);
  th_buf_addz(b, "\"paramType\": \"COUNT_OF_PARTICIPANTS\", \"unitOfMeasure\": \"Participants\", \"timeFrame\": \"24 weeks\", "
                 "\"groups\": [");
  for (int g = 0; g < 2; g++) {
    th_buf_addf(b, "%s{\"id\": \"OG00%d\", ", g ? ", " : "", g);
    member(b, "description", doc, 500 + (uint64_t)g, 30);
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

static void results(th_buf *b, uint64_t doc) {
  th_buf_addz(b, ", \"resultsSection\": {\"outcomeMeasuresModule\": {\"outcomeMeasures\": [");
  for (int k = 0; k < 20; k++) {
    if (k) th_buf_addz(b, ", ");
    outcome_result(b, doc, k);
  }
  th_buf_addz(
      b, "]}, \"adverseEventsModule\": {\"eventGroups\": [{\"id\": \"EG000\", \"title\": \"Arm 0\", \"seriousNumAffected\": "
         "3, \"seriousNumAtRisk\": 100}], \"otherEvents\": [");
  for (int k = 0; k < 60; k++) {
    th_buf_addf(b, "%s{\"term\": \"", k ? ", " : "");
    words(b, doc, 600 + (uint64_t)k, 2);
    th_buf_addf(b,
                "\", \"organSystem\": \"Nervous system disorders\", \"stats\": [{\"groupId\": \"EG000\", \"numEvents\": %d, "
                "\"numAffected\": %d, \"numAtRisk\": 100}]}",
                k, k);
  }
  th_buf_addz(b, "]}}");
}

static void study(th_buf *b, uint64_t doc) {
  th_buf_addf(b, "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT%08u\", ", (unsigned)doc + 1);
  member(b, "briefTitle", doc, 1, 12);
  member(b, "officialTitle", doc, 2, 22);
  th_buf_addf(
      b,
      "\"orgStudyIdInfo\": {\"id\": \"X-%u\"}}, \"statusModule\": {\"overallStatus\": \"COMPLETED\", \"startDateStruct\": "
      "{\"date\": \"2015-03\"}, \"lastUpdatePostDateStruct\": {\"date\": \"2020-01-02\", \"type\": \"ACTUAL\"}}, "
      "\"sponsorCollaboratorsModule\": {\"leadSponsor\": {\"name\": \"Sponsor %u\", \"class\": \"OTHER\"}}, "
      "\"descriptionModule\": {",
      (unsigned)doc, (unsigned)draw(doc, 3, 3000));
  member(b, "briefSummary", doc, 4, 150);
  th_buf_addz(b, "\"detailedDescription\": \"");
  words(b, doc, 5, 300);
  th_buf_addf(b,
              "\"}, \"conditionsModule\": {\"conditions\": [\"condition %u\", \"condition %u\"], \"keywords\": [\"key %u\"]}, ",
              (unsigned)draw(doc, 6, 4000), (unsigned)draw(doc, 7, 4000), (unsigned)draw(doc, 8, 9000));
  th_buf_addz(
      b,
      "\"designModule\": {\"studyType\": \"INTERVENTIONAL\", \"phases\": [\"PHASE3\"], \"designInfo\": {\"allocation\": "
      "\"RANDOMIZED\", \"interventionModel\": \"PARALLEL\", \"primaryPurpose\": \"TREATMENT\", \"maskingInfo\": {\"masking\": "
      "\"DOUBLE\"}}, \"enrollmentInfo\": {\"count\": 199, \"type\": \"ACTUAL\"}}, \"armsInterventionsModule\": {\"armGroups\": "
      "[");
  for (int g = 0; g < 2; g++) {
    th_buf_addf(b, "%s{\"label\": \"Arm %d\", \"type\": \"%s\", ", g ? ", " : "", g, g ? "PLACEBO_COMPARATOR" : "EXPERIMENTAL");
    member(b, "description", doc, 9 + (uint64_t)g, 40);
    th_buf_addf(b, "\"interventionNames\": [\"Drug: drug %u\"]}", (unsigned)draw(doc, 12, 6000));
  }
  th_buf_addf(b,
              "], \"interventions\": [{\"type\": \"DRUG\", \"name\": \"drug %u\", \"otherNames\": [\"code-%u\"], "
              "\"armGroupLabels\": [\"Arm 0\"]}]}, \"outcomesModule\": {\"primaryOutcomes\": [",
              (unsigned)draw(doc, 12, 6000), (unsigned)draw(doc, 12, 6000));
  for (int k = 0; k < 10; k++) {
    if (k == 1) th_buf_addz(b, "], \"secondaryOutcomes\": [");
    th_buf_addz(b, k > 1 ? ", {" : "{");
    member(b, "measure", doc, 20 + (uint64_t)k, 12);
    member(b, "description", doc, 40 + (uint64_t)k, 25);
    th_buf_addz(b, "\"timeFrame\": \"24 weeks\"}");
  }
  th_buf_addz(b, "]}, \"eligibilityModule\": {\"eligibilityCriteria\": \"Inclusion Criteria:\\n\\n* ");
  for (int k = 0; k < 12; k++) {
    words(b, doc, 60 + (uint64_t)k, 18);
    th_buf_addz(b, "\\n* ");
  }
  th_buf_addz(b, "age \\\\>= 18\", \"healthyVolunteers\": false, \"sex\": \"ALL\", \"minimumAge\": \"18 Years\", \"stdAges\": "
                 "[\"ADULT\"]}, \"contactsLocationsModule\": {\"locations\": [");
  const int places = 1 + (int)draw(doc, 80, 12);
  for (int k = 0; k < places; k++)
    th_buf_addf(b,
                "%s{\"facility\": \"Hospital %d\", \"city\": \"City %u\", \"country\": \"Land %u\", \"geoPoint\": {\"lat\": "
                "25.%d, \"lon\": 121.%d}}",
                k ? ", " : "", k, (unsigned)draw(doc, 81 + (uint64_t)k, 600), (unsigned)draw(doc, 81 + (uint64_t)k, 80), k, k);
  th_buf_addf(
      b,
      "]}}, \"derivedSection\": {\"conditionBrowseModule\": {\"meshes\": [{\"id\": \"D%06u\", \"term\": \"condition %u\"}]}}, "
      "\"hasResults\": %s",
      (unsigned)draw(doc, 6, 4000), (unsigned)draw(doc, 6, 4000), doc % 5 ? "false" : "true");
  if (doc % 5 == 0) results(b, doc);
  th_buf_addz(b, "}");
}

/* ── A paper ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void paper(th_buf *b, uint64_t doc) {
  th_buf_addf(
      b,
      "<PubmedArticle>\n<MedlineCitation Status=\"MEDLINE\" Owner=\"NLM\">\n<PMID Version=\"1\">%u</PMID>\n<DateRevised>"
      "<Year>2021</Year><Month>10</Month><Day>20</Day></DateRevised>\n<Article PubModel=\"Print\"><Journal><ISSN "
      "IssnType=\"Print\">1234-5678</ISSN><JournalIssue CitedMedium=\"Print\"><Volume>12</Volume><Issue>3</Issue><PubDate>"
      "<Year>2011</Year><Month>Dec</Month></PubDate></JournalIssue><Title>Journal of Bench %u</Title></Journal>\n"
      "<ArticleTitle>",
      10000000 + (unsigned)doc, (unsigned)draw(doc, 1, 900));
  words(b, doc, 2, 14);
  th_buf_addz(b, "</ArticleTitle><Abstract>");
  static const char *const label[] = { "BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS" };
  for (int k = 0; k < 4; k++) {
    th_buf_addf(b, "<AbstractText Label=\"%s\" NlmCategory=\"%s\">", label[k], label[k]);
    words(b, doc, 10 + (uint64_t)k, 55);
    th_buf_addz(b, " 10<sup>3</sup>.</AbstractText>\n");
  }
  th_buf_addz(b, "</Abstract><AuthorList CompleteYN=\"Y\">");
  for (int k = 0; k < 6; k++)
    th_buf_addf(
        b,
        "<Author ValidYN=\"Y\"><LastName>Doe%d</LastName><ForeName>Jane</ForeName><Initials>J</Initials><AffiliationInfo>"
        "<Affiliation>Department %d, University of Nowhere, City %u, Land.</Affiliation></AffiliationInfo></Author>\n",
        k, k, (unsigned)draw(doc, 30, 600));
  th_buf_addz(b, "</AuthorList><Language>eng</Language><PublicationTypeList><PublicationType UI=\"D016428\">Journal "
                 "Article</PublicationType></PublicationTypeList></Article>\n<ChemicalList>");
  for (int k = 0; k < 2; k++)
    th_buf_addf(
        b, "<Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance UI=\"D%06u\">drug %u</NameOfSubstance></Chemical>",
        (unsigned)k, (unsigned)draw(doc, 40 + (uint64_t)k, 6000));
  th_buf_addz(b, "</ChemicalList><MeshHeadingList>");
  for (int k = 0; k < 10; k++)
    th_buf_addf(b, "<MeshHeading><DescriptorName UI=\"D%06u\" MajorTopicYN=\"N\">heading %u</DescriptorName></MeshHeading>\n",
                (unsigned)draw(doc, 50 + (uint64_t)k, 30000), (unsigned)draw(doc, 50 + (uint64_t)k, 30000));
  th_buf_addz(b, "</MeshHeadingList></MedlineCitation>\n<PubmedData><ArticleIdList><ArticleId IdType=\"doi\">10.1000/");
  th_buf_addf(b, "%u</ArticleId></ArticleIdList><ReferenceList>", (unsigned)doc);
  for (int k = 0; k < 15; k++)
    th_buf_addf(
        b,
        "<Reference><Citation>J Bench. 2001;%d(2):1-9</Citation><ArticleIdList><ArticleId IdType=\"pubmed\">%u</ArticleId>"
        "</ArticleIdList></Reference>\n",
        k, (unsigned)draw(doc, 70 + (uint64_t)k, 30000000));
  th_buf_addz(b, "</ReferenceList></PubmedData></PubmedArticle>\n");
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct reading {
  th_pool *pool;
  th_str doc;
  bool xml;
  th_source_cuts cuts;
  th_arena *work[TH_LIMIT_POOL_THREADS];
} reading;

static th_code read_one(void *ctx, size_t task, unsigned worker) {
  reading *r = ctx;
  th_ctgov_study s;
  th_pubmed_article x;
  th_err err = { 0 };
  const th_code code = r->xml ? th_source_pubmed_one(r->work[worker], r->doc, &r->cuts.v[task], &x, &err)
                              : th_source_ctgov_one(r->work[worker], r->doc, &r->cuts.v[task], &s, &err);
  th_arena_reset(r->work[worker]);
  if (code != TH_OK) die("record", &err);
  return code;
}

static void read_all(void *ctx) {
  reading *r = ctx;
  th_arena *a = th_arena_new(0);
  th_ctgov_doc frame;
  th_err err = { 0 };
  const th_code code =
      r->xml ? th_source_pubmed_cut(a, r->doc, &r->cuts, &err) : th_source_ctgov_cut(a, r->doc, &r->cuts, &frame, &err);
  if (code != TH_OK || th_pool_run(r->pool, r->cuts.n, read_one, r) != TH_OK) die("document", &err);
  th_arena_del(a);
}

static void bench_reading(const char *name, th_str doc, bool xml, double records, double limit) {
  reading *r = calloc(1, sizeof *r);
  if (!r || !(r->pool = th_pool_new(0))) abort();
  for (unsigned i = 0; i < th_pool_threads(r->pool); i++)
    if (!(r->work[i] = th_arena_new(1 << 20))) abort();
  r->doc = doc, r->xml = xml;
  bench_line(name, records, "records", bench_seconds(read_all, r), "", 0, "asked for", limit);
  const double used = processor_now();
  for (int i = 0; i < 5; i++) read_all(r);
  printf("# %.0f us of processor time a record, all threads together\n", (processor_now() - used) / 5 / records * 1e6);
  for (unsigned i = 0; i < th_pool_threads(r->pool); i++) th_arena_del(r->work[i]);
  th_pool_del(r->pool);
  free(r);
}

static void bench_import(const char *name, const char *file, th_str doc, double records, double limit) {
  th_err err = { 0 };
  th_import_summary sum;
  th_store *store;
  const th_str path = th_str_fmt(arena, "%s/%s", base, file), home = th_str_fmt(arena, "%s/home-%s", base, file);
  const th_import_options o = { .retrieved = { 2026, 1, 1, TH_DATE_DAY, TH_ERA_CE } };
  if (th_file_write(path.p, doc, &err) != TH_OK) die("file", &err);
  const double t = bench_now(), used = processor_now();
  if (th_store_open(home.p, TH_STORE_WRITE, -1, &store, &err) != TH_OK) die("open", &err);
  const char *p = path.p;
  if (th_import_paths(arena, store, &p, 1, &o, &sum, &err) != TH_OK || sum.n_new != (size_t)records) die("import", &err);
  th_store_close(store);
  bench_line(name, records, "records", bench_now() - t, "", 0, "asked for", limit);
  printf("# %.0f us of processor time a record, all threads together\n", (processor_now() - used) / records * 1e6);
  struct stat st;
  if (stat(th_str_fmt(arena, "%.*s/theriac.db", TH_STR_ARG(home)).p, &st) == 0)
    printf("# the store holds %.1f kB a record, read from %.1f kB\n", (double)st.st_size / records / 1e3,
           (double)doc.n / records / 1e3);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    bool import, xml;
    double limit;
  } line[] = { { "read registry studies, full records", false, false, 5000 },
               { "read PubMed records", false, true, 20000 },
               { "import registry studies, stored and indexed", true, false, 1000 },
               { "import PubMed records, stored and indexed", true, true, 5000 } };
  arena = th_arena_new(0);
  if (!arena || !mkdtemp(base)) return 1;
  th_buf b, x;
  th_buf_init(&b, arena, 1 << 20);
  th_buf_init(&x, arena, 1 << 20);
  for (uint64_t i = 0; i < STUDIES; i++) {
    study(&b, i);
    th_buf_addc(&b, '\n');
  }
  th_buf_addz(&x, "<?xml version=\"1.0\" ?>\n<PubmedArticleSet>\n");
  for (uint64_t i = 0; i < PAPERS; i++) paper(&x, i);
  th_buf_addz(&x, "</PubmedArticleSet>\n");
  if (b.failed || x.failed) return 1;
  for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
    if (!wanted(line[i].name, argc, argv)) continue;
    const th_str doc = th_buf_str(line[i].xml ? &x : &b);
    const double n = line[i].xml ? PAPERS : STUDIES;
    if (line[i].import)
      bench_import(line[i].name, line[i].xml ? "papers.xml" : "studies.ndjson", doc, n, line[i].limit);
    else
      bench_reading(line[i].name, doc, line[i].xml, n, line[i].limit);
  }
  fflush(stdout);
  const char *const remove[] = { "rm", "-rf", base, NULL };
  execvp("rm", (char *const *)(uintptr_t)remove);
  return 1;
}
