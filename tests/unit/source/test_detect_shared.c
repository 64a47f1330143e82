/* Every document of the shared data is what it is, or is refused by name: whole folders by kind, single files by what they are. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/source.h"

static th_arena *a;

static void check_file(const char *path, const char *want) {
  th_err err = { 0 };
  th_file f;
  th_source_guess g;
  if (th_file_open(path, 0, &f, &err) != TH_OK) return;
  const th_code code = th_source_detect(f.bytes, &g, &err);
  th_file_close(&f);
  if (strcmp(want, "refused") == 0) {
    CHECK(code != TH_OK);
    return;
  }
  if (strcmp(want, "unsupported") == 0 || strcmp(want, "unknown") == 0) {
    CHECK_INT(code, strcmp(want, "unknown") == 0 ? TH_EPARSE : TH_EUNSUP);
    if (code != (strcmp(want, "unknown") == 0 ? TH_EPARSE : TH_EUNSUP))
      printf("# %s: %s\n", path, code == TH_OK ? th_source_kind_name(g.kind) : err.msg);
    return;
  }
  CHECK_CODE(code, TH_OK);
  if (code != TH_OK) printf("# %s: %s\n", path, err.msg);
  if (code != TH_OK || strcmp(th_source_kind_name(g.kind), want) == 0) return;
  test_failed_checks++;
  printf("# %s: told as %s, it is %s\n", path, th_source_kind_name(g.kind), want);
}

static size_t check_folder(const char *dir, const char *want) {
  th_dir_list list = { 0 };
  size_t n = 0;
  if (th_dir_read(a, dir, &list, NULL) != TH_OK) return 0;
  for (size_t i = 0; i < list.n; i++) {
    if (list.v[i].is_dir || th_str_ends(list.v[i].path, TH_S("README.md"))) continue;
    const bool label = th_str_has(list.v[i].path, TH_S("/label_"));
    check_file(list.v[i].path.p, strcmp(want, "labels") != 0 ? want : label ? "label" : "refused");
    n++;
  }
  return n;
}

TEST(folders_by_kind) {
  if (!test_shared()) SKIP("no shared data");
  a = th_arena_new(0);
  static const struct {
    const char *dir, *want;
    size_t n;
  } folder[] = { { "captures/trials", "capture", 66 },
                 { "captures/papers", "capture", 160 },
                 { "captures/peer_bundle", "capture", 1 },
                 { "papers/abstracts", "abstract", 174 },
                 { "papers/pubmed", "pubmed", 11 },
                 { "papers/reconstructed", "pubmed", 2 },
                 { "papers/synthetic", "pubmed", 1 },
                 { "peer-reports/feb2026", "report-page", 140 },
                 { "peer-reports/aug2026", "report-page", 100 },
                 { "trials/v2", "ctgov", 7 },
                 { "trials/v2_partial", "ctgov", 6 },
                 { "trials/reconstructed", "ctgov", 4 },
                 { "trials/ictrp", "ictrp", 2 },
                 { "trials/v1", "unsupported", 3 },
                 { "trials/classic", "unsupported", 1 },
                 { "names", "vocabulary", 5 },
                 { "licences/openfda", "labels", 6 }, /* labels are read, openFDA's other answers are not */
                 { "cql/nhi/bundles", "unsupported", 75 } };
  for (size_t i = 0; i < sizeof folder / sizeof *folder; i++) {
    const size_t n = check_folder(th_str_fmt(a, "%s/data/%s", test_shared(), folder[i].dir).p, folder[i].want);
    if (strcmp(folder[i].dir, "cql/nhi/bundles") != 0) CHECK_INT(n, folder[i].n);
  }
  th_arena_del(a);
}

TEST(single_files) {
  if (!test_shared()) SKIP("no shared data");
  a = th_arena_new(0);
  static const struct {
    const char *file, *want;
  } file[] = { { "interactions/ddinter_code_A.csv.gz", "ddinter" },
               { "interactions/ddinter_code_P.csv", "ddinter" },
               { "interactions/ddinter2_ddsi_processed.json.gz", "cautions" },
               { "interactions/ddinter2_dfi_processed.json.gz", "cautions" },
               { "interactions/ddinter2_dfi_raw.json.gz", "cautions" },
               { "interactions/dfi_curated.json", "cautions" },
               { "interactions/dhi_curated.json", "cautions" },
               { "interactions/gtopdb_drug_targets.csv.gz", "targets" },
               { "licences/tfda36_layout.reconstructed.json", "tfda" },
               { "licences/tfda36_traps.synthetic.json", "tfda" },
               { "licences/tfda36_traps.synthetic.csv", "tfda" },
               { "licences/tfda42_appearance.json.gz", "unknown" },
               { "licences/peer_page_licence_rows.tsv", "unknown" },
               { "licences/twcore_CodeSystem_TWMedcationATC.fsh", "unsupported" },
               { "licences/twcore_CodeSystem_TWMedicationFDA.fsh", "unsupported" },
               { "licences/twcore_CodeSystem_TWMedicationNHI.fsh", "unsupported" },
               { "licences/twcore_ValueSet_TWMedcationATC.fsh", "unsupported" },
               { "trials/expected_sample.json", "unknown" },
               { "trials/ctg-oas-v2.yaml", "unsupported" },
               { "papers/expected_extraction_sample.json", "unknown" },
               { "peer-reports/expected_audit.json", "unknown" },
               { "graph/kg.csv.gz", "unsupported" },
               { "graph/node.csv.gz", "refused" },
               { "stats/meta/bcg.csv", "unknown" },
               { "stats/tables.json", "unknown" },
               { "coverage/sample_cases.jsonl", "unknown" } };
  for (size_t i = 0; i < sizeof file / sizeof *file; i++)
    check_file(th_str_fmt(a, "%s/data/%s", test_shared(), file[i].file).p, file[i].want);
  th_arena_del(a);
}

TEST_MAIN(RUN(folders_by_kind), RUN(single_files))
