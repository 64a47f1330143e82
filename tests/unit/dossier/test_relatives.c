/* Related drugs and why, over invented tables; codes and groups are of the form of the WHO's index. */
#include "test.h"

#include "theriac/dossier.h"
#include "theriac/import.h"

#include <ftw.h>

static th_arena *a;
static char home[64];
static th_store *store;
static th_names *names;

static int remove_entry(const char *path, const struct stat *s, int kind, struct FTW *f) {
  (void)s, (void)kind, (void)f;
  return remove(path);
}

static void open_home(void) {
  th_err err = { 0 };
  snprintf(home, sizeof home, "/tmp/theriac-relatives-XXXXXX");
  CHECK(mkdtemp(home) != NULL);
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &store, &err), &err);
}

static void close_home(void) {
  th_store_close(store);
  nftw(home, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void import_text(const char *name, const char *text) {
  th_err err = { 0 };
  th_import_summary sum = { 0 };
  const th_import_options o = { .retrieved = { 2026, 4, 1, TH_DATE_DAY, TH_ERA_CE } };
  CHECK_OK_ERR(th_import_bytes(a, store, th_str_of(name), th_str_of(text), &o, &sum, &err), &err);
  CHECK_INT(sum.n_refused, 0);
}

static th_dossier *dossier(const char *drug) {
  th_err err = { 0 };
  th_dossier *d = NULL;
  th_kindred *k;
  CHECK_OK_ERR(th_store_names(a, store, &names, &err), &err);
  CHECK_OK_ERR(th_kindred_of(a, store, names, &k, &err), &err);
  const th_dossier_options o = { .drug = th_str_of(drug), .as_of = { 2026, 6, 1, TH_DATE_DAY, TH_ERA_CE }, .kindred = k };
  CHECK_OK_ERR(th_dossier_build(a, store, names, &o, &d, &err), &err);
  return d;
}

#define PAGE(drug, use)                                                                                                           \
  "---\ntitle: " drug "\nevidence_level: L5\nindication_count: 1\n---\n\n# " drug "\n\n## 快速總覽\n| 項目 | 內容 |\n"    \
  "|------|------|\n| 原適應症 | " use " |\n| 證據等級 | L5 |\n| 建議決策 | Hold |\n\n## 預測適應症詳細分析\n\n" \
  "<details class=\"indication-section\" open>\n<summary>\n<span class=\"indication-name\">1. lupus nephritis</span>\n"           \
  "<span class=\"evidence-badge evidence-L5\">L5</span>\n</summary>\n<div class=\"indication-content\">\n"                        \
  "<h3>為什麼這個預測合理？</h3>\n\n<p>可能有效。</p>\n</div>\n</details>\n"

static const char *const codes = "atc_code,atc_name,ddd,uom,adm_r,note\n"
                                 "X,INVENTED,NA,NA,NA,NA\n"
                                 "X01A,INVENTED AGENTS,NA,NA,NA,NA\n"
                                 "X01AA,Inventomabs,NA,NA,NA,NA\n"
                                 "X01AA01,alfamab,NA,NA,NA,NA\n"
                                 "X01AA02,betamab,NA,NA,NA,NA\n"
                                 "X01AB01,gammastat,NA,NA,NA,NA\n"
                                 "X02AA01,deltavir,NA,NA,NA,NA\n";
static const char *const targets =
    "\"# GtoPdb Version: 2025.4 - published: 2025-12-10\"\n"
    "Ligand,Ligand ID,Type,Ligand Synonyms,CAS Number,Target,Target ID,Target Entrez Gene ID,Target "
    "Ensembl Gene ID,Target Gene Name,Target Species\n"
    "alfamab,1,Antibody,,,receptor one,11,,,GEN1,Human\n"
    "alfamab,1,Antibody,,,receptor two,12,,,GEN2,Human\n"
    "deltavir,2,Synthetic,,,receptor one,11,,,GEN1,Human\n"
    "deltavir,2,Synthetic,,,receptor two,12,,,GEN2,Human\n"
    "deltavir,2,Synthetic,,,receptor two,12,,,GEN2,Mouse\n"
    "gammastat,3,Synthetic,,,receptor two,12,,,GEN2,Human\n";

static const th_dossier_relative *relative(const th_dossier *d, const char *name) {
  for (size_t i = 0; i < d->relatives.n; i++)
    if (th_str_eq_nocase(d->relatives.v[i].en, th_str_of(name))) return &d->relatives.v[i];
  return NULL;
}

/* deltavir: two targets; gammastat: one target and the third level; betamab: the fourth level and the licensed disease, no target.
 * So by targets first, then by uses. */
TEST(the_strongest_reason_leads) {
  open_home();
  import_text("atc.csv", codes);
  import_text("targets.csv", targets);
  import_text("a.md", PAGE("alfamab", "asthma"));
  import_text("b.md", PAGE("betamab", "asthma"));
  const th_dossier *d = dossier("alfamab");
  CHECK(d->relatives_asked);
  CHECK_INT(d->n_relatives, 3);
  CHECK_INT(d->relatives.n, 3);
  CHECK_STR(d->relatives.v[0].en, "deltavir");
  CHECK_STR(d->relatives.v[1].en, "gammastat");
  CHECK_STR(d->relatives.v[2].en, "betamab");
  const th_dossier_relative *x = relative(d, "deltavir");
  CHECK_INT(x ? x->n[TH_RELATIVE_BY_TARGET] : 0, 2); /* the row of the mouse is no third target */
  CHECK(x && !x->held);
  x = relative(d, "gammastat");
  CHECK(x && x->n[TH_RELATIVE_BY_TARGET] == 1 && x->atc_level == 3 && x->why.n == 2);
  x = relative(d, "betamab");
  CHECK(x && x->held && x->n[TH_RELATIVE_BY_USE] == 1 && x->atc_level == 4);
  for (size_t i = 0; x && i < x->why.n; i++) {
    const th_relative_reason *w = &x->why.v[i];
    if (w->by == TH_RELATIVE_BY_ATC) CHECK(th_str_is(w->id, "X01AA") && th_str_is(w->name, "Inventomabs"));
    if (w->by == TH_RELATIVE_BY_USE) CHECK(th_str_is(w->name, "asthma"));
    CHECK(w->own.source < d->sources.n && w->other.source < d->sources.n);
  }
  CHECK_INT(d->relative_state[TH_RELATIVE_BY_TARGET], TH_RELATIVES_FOUND);
  CHECK_INT(d->relative_state[TH_RELATIVE_BY_PATH], TH_RELATIVES_NOT_HELD);
  close_home();
}

TEST(what_is_not_known_is_told_apart) {
  open_home();
  import_text("a.md", PAGE("alfamab", "asthma"));
  const th_dossier *bare = dossier("alfamab");
  CHECK_INT(bare->relatives.n, 0);
  CHECK_INT(bare->relative_state[TH_RELATIVE_BY_TARGET], TH_RELATIVES_NOT_HELD);
  CHECK_INT(bare->relative_state[TH_RELATIVE_BY_ATC], TH_RELATIVES_NOT_HELD);
  CHECK_INT(bare->relative_state[TH_RELATIVE_BY_USE], TH_RELATIVES_NONE);
  import_text("atc.csv", codes);
  import_text("targets.csv", targets);
  import_text("e.md", PAGE("epsilonil", ""));
  const th_dossier *other = dossier("epsilonil");
  CHECK_INT(other->relative_state[TH_RELATIVE_BY_TARGET], TH_RELATIVES_NO_DRUG);
  CHECK_INT(other->relative_state[TH_RELATIVE_BY_ATC], TH_RELATIVES_NO_DRUG);
  CHECK_INT(other->relative_state[TH_RELATIVE_BY_USE], TH_RELATIVES_NO_DRUG);
  close_home();
}

/* A licence that ran out, or was cancelled, licenses nothing; nor does a combination for one of its parts. */
TEST(only_what_is_licensed_now_counts) {
  open_home();
  import_text("a.md", PAGE("alfamab", "asthma"));
  import_text("atc.csv", codes);
  import_text("register.json", "[{\"許可證字號\": \"衛部藥輸字第000001號\", \"註銷狀態\": \"\", \"有效日期\": \"2025/01/01\", "
                               "\"中文品名\": \"甲\", \"適應症\": "
                               "\"asthma\", \"主成分略述\": \"BETAMAB\"},\n"
                               "{\"許可證字號\": \"衛部藥輸字第000002號\", \"註銷狀態\": \"已註銷\", \"有效日期\": "
                               "\"2029/01/01\", \"中文品名\": \"乙\", \"適應症\": "
                               "\"asthma\", \"主成分略述\": \"GAMMASTAT\"},\n"
                               "{\"許可證字號\": \"衛部藥輸字第000003號\", \"註銷狀態\": \"\", \"有效日期\": \"2029/01/01\", "
                               "\"中文品名\": \"丙\", \"適應症\": "
                               "\"asthma\", \"主成分略述\": \"DELTAVIR\"}]");
  const th_dossier *d = dossier("alfamab");
  CHECK(relative(d, "deltavir") && relative(d, "deltavir")->n[TH_RELATIVE_BY_USE] == 1);
  CHECK(!relative(d, "betamab") || relative(d, "betamab")->n[TH_RELATIVE_BY_USE] == 0);
  CHECK(!relative(d, "gammastat") || relative(d, "gammastat")->n[TH_RELATIVE_BY_USE] == 0);
  close_home();
}

/* What is read of a page from its first lines is what the whole page says. */
TEST(the_lead_of_a_page_is_the_page) {
  open_home();
  import_text("a.md", PAGE("alfamab", "asthma"));
  th_store_record_vec all = { 0 };
  th_report_page page;
  th_field drug, original, alone;
  CHECK_OK(th_store_records(a, store, TH_S("report-page"), &all, NULL));
  CHECK_INT(all.n, 1);
  CHECK_OK(th_store_report_of(a, &all.v[0], &page, NULL));
  CHECK_OK(th_store_report_lead(a, &all.v[0], &drug, &original, NULL));
  CHECK_OK(th_store_report_lead(a, &all.v[0], &alone, NULL, NULL));
  CHECK_STR(drug.text, "alfamab");
  CHECK_STR(alone.text, "alfamab");
  CHECK_STR(original.text, "asthma");
  CHECK_INT(original.line, page.original.line);
  CHECK_INT(original.from, page.original.from);
  CHECK_INT(original.to, page.original.to);
  close_home();
}

int main(void) {
  a = th_arena_new(0);
  static const th_test tests[] = { RUN(the_strongest_reason_leads), RUN(what_is_not_known_is_told_apart),
                                   RUN(only_what_is_licensed_now_counts), RUN(the_lead_of_a_page_is_the_page) };
  const int status = test_main_(tests, sizeof tests / sizeof *tests);
  th_arena_del(a);
  return status;
}
