/* Documents matched with clauses: each fault is found, by the windows and places that the policy states. Days are counted by hand. */
#include "test.h"
#include "theriac/coverage.h"
#include "theriac/coverage/packet.h"

static th_arena *arena;
static th_coverage cov;
static th_coverage_case kase;
static th_coverage_result result;
static th_coverage_packet packet;

static bool judge(const char *json) {
  th_err err = { 0 };
  arena = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(arena, NULL, 0, &cov, &err), &err);
  CHECK_OK_ERR(th_coverage_case_parse(arena, &cov, th_str_of(json), &kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(arena, &kase, &result, &err), &err);
  return test_failed_checks == 0;
}

static th_date day(const char *iso) {
  th_date d = { 0 };
  if (*iso) CHECK(th_date_parse_iso(th_str_of(iso), &d));
  return d;
}

static th_coverage_paper paper(const char *evidence, const char *date, const char *site, th_paper_kind kind) {
  return (th_coverage_paper){ .evidence = th_str_of(evidence),
                              .name = th_str_of(evidence),
                              .date = day(date),
                              .site = th_str_of(site),
                              .file = { .kind = kind, .media_type = "x", .pages = 1, .turn = 1 },
                              .bytes = th_str_of(date) };
}

static void match(const th_coverage_paper *p, size_t n) {
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_packet_of(arena, &result, p, n, &packet, &err), &err);
}

static uint32_t faults_of(th_coverage_paper p) {
  match(&p, 1);
  return packet.paper[0].faults;
}

static th_packet_state state_at(const char *clause, const char *evidence) {
  for (uint32_t i = 0; i < packet.n_rows; i++)
    if (th_str_is(result.policy->node[packet.row[i].node].id, clause) && th_str_is(packet.row[i].need->id, evidence))
      return packet.row[i].state;
  CHECK(!"such a row");
  return TH_PACKET_IDLE;
}

static const char nephritis[] =
    "{\"case\":\"p\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-initial\",\"as_of\":\"2025-06-15\","
    "\"evidence\":[\"E-drugs\"],\"facts\":{\"upcr\":{\"value\":2.1,\"unit\":\"g/g\",\"date\":\"2025-06-01\"},"
    "\"gfr\":{\"value\":60,\"date\":\"2025-05-20\"},\"toxicity_documented\":false}}";

/* 90 days before 2025-06-15: 15 of June, 31 of May, 30 of April make 76, so 14 into March from its end: 2025-03-17. */
TEST(window_of_current_values) {
  if (!judge(nephritis)) return;
  CHECK_INT(faults_of(paper("E-lab-now", "2025-06-01", "", TH_PAPER_PDF)), 0);
  CHECK_INT(faults_of(paper("E-lab-now", "2025-05-20", "", TH_PAPER_PDF)), 0);
  CHECK_INT(faults_of(paper("E-lab-now", "2025-03-17", "", TH_PAPER_PDF)), TH_PAPER_OTHER_DAY);
  CHECK_INT(faults_of(paper("E-lab-now", "2025-03-16", "", TH_PAPER_PDF)), TH_PAPER_OUTDATED);
  CHECK_INT(faults_of(paper("E-lab-now", "2025-06-16", "", TH_PAPER_PDF)), TH_PAPER_FUTURE);
  CHECK_INT(faults_of(paper("E-lab-now", "2025-06", "", TH_PAPER_PDF)), TH_PAPER_VAGUE);
  CHECK_INT(faults_of(paper("E-lab-now", "", "", TH_PAPER_PDF)), TH_PAPER_UNDATED);
  CHECK_INT(faults_of(paper("E-biopsy", "2001-01-01", "", TH_PAPER_PDF)), 0); /* a biopsy may be of any time */
  CHECK_INT(faults_of(paper("E-drugs", "", "", TH_PAPER_PDF)), 0);            /* a table is not dated */
  CHECK_INT(faults_of(paper("E-certificate", "", "", TH_PAPER_PNG)), TH_PAPER_UNASKED);
  th_arena_del(arena);
}

TEST(rows_in_the_order_of_the_clauses) {
  if (!judge(nephritis)) return;
  const th_coverage_paper all[] = { paper("E-lab-now", "2025-06-01", "", TH_PAPER_PDF),
                                    paper("E-photo", "2025-06-01", "", TH_PAPER_JPEG),
                                    paper("E-lab-now", "2025-05-20", "", TH_PAPER_PDF),
                                    paper("E-biopsy", "2024-01-02", "", TH_PAPER_PNG),
                                    paper("E-biopsy", "", "", TH_PAPER_PNG) };
  match(all, 5);
  CHECK_INT(packet.n_papers, 5);
  CHECK(packet.paper[0].paper == &all[4] && packet.paper[1].paper == &all[3]); /* LN-01; undated before dated */
  CHECK(packet.paper[2].paper == &all[2] && packet.paper[3].paper == &all[0]); /* LN-09, by day */
  CHECK(packet.paper[4].paper == &all[1] && packet.paper[4].faults & TH_PAPER_UNASKED);
  CHECK_INT(state_at("LN-01", "E-biopsy"), TH_PACKET_HAVE);
  CHECK_INT(state_at("LN-03", "E-drugs"), TH_PACKET_LISTED);
  CHECK_INT(state_at("LN-08", "E-toxicity"), TH_PACKET_IDLE); /* there was none, it is said */
  CHECK_INT(state_at("LN-09", "E-lab-base"), TH_PACKET_MISSING);
  CHECK_INT(state_at("LN-10", "E-lab-now"), TH_PACKET_HAVE);
  CHECK(!packet.complete);
  CHECK(packet.n_forms == 1 && strcmp(packet.form[0], "36") == 0);
  for (uint32_t i = 0; i < packet.n_rows; i++)
    if (th_str_is(packet.row[i].need->id, "E-lab-now"))
      CHECK(packet.row[i].n_papers == 2 && packet.row[i].paper[0] == 2 && packet.row[i].paper[1] == 3);
  match(&all[4], 1);
  CHECK_INT(state_at("LN-01", "E-biopsy"), TH_PACKET_FAULTY);
  th_arena_del(arena);
}

TEST(a_document_for_one_clause) {
  if (!judge(nephritis)) return;
  th_coverage_paper p = paper("E-lab-now", "2025-06-01", "", TH_PAPER_PDF);
  p.clause = TH_S("LN-10");
  match(&p, 1);
  CHECK_INT(state_at("LN-10", "E-lab-now"), TH_PACKET_HAVE);
  CHECK_INT(state_at("LN-09", "E-lab-now"), TH_PACKET_MISSING);
  p.clause = TH_S("LN-01"); /* which does not ask for it */
  CHECK_INT(faults_of(p), TH_PAPER_UNASKED);
  const th_coverage_paper twice[] = { paper("E-biopsy", "2024-01-02", "", TH_PAPER_PNG),
                                      paper("E-biopsy", "2024-01-02", "", TH_PAPER_PNG) };
  match(twice, 2);
  CHECK(packet.paper[0].faults == 0 && packet.paper[1].faults == TH_PAPER_TWICE);
  p.evidence = TH_S("E-nothing");
  th_err err = { 0 };
  CHECK_CODE(th_coverage_packet_of(arena, &result, &p, 1, &packet, &err), TH_EINVAL);
  CHECK(strstr(err.msg, "E-biopsy") != NULL);
  CHECK_CODE(th_coverage_packet_of(arena, &result, &p, TH_LIMIT_CASE_ATTACHMENTS + 1, &packet, NULL), TH_ELIMIT);
  th_arena_del(arena);
}

static const char lupus[] = "{\"case\":\"p\",\"program\":\"nhi-8.2.13\",\"path\":\"psle-initial\",\"as_of\":\"2025-06-15\","
                            "\"facts\":{\"now_rash\":true}}";

TEST(places_on_the_body) {
  if (!judge(lupus)) return;
  CHECK_INT(faults_of(paper("E-photo", "2025-06-01", "", TH_PAPER_JPEG)), TH_PAPER_SITELESS);
  CHECK_INT(faults_of(paper("E-photo", "2025-06-01", " ", TH_PAPER_PDF)), TH_PAPER_SITELESS); /* photos in a PDF are photos */
  CHECK_INT(faults_of(paper("E-photo", "2025-06-01", "左頰", TH_PAPER_JPEG)), 0);
  CHECK(packet.n_forms == 2 && strcmp(packet.form[0], "36-1") == 0 && strcmp(packet.form[1], "36-2") == 0);
  th_arena_del(arena);
}

static const char adult[] =
    "{\"case\":\"p\",\"program\":\"nhi-8.2.13\",\"path\":\"sle-initial\",\"as_of\":\"2025-06-15\",\"facts\":{"
    "\"t2_arthritis\":true,\"t2_rash\":true,\"t2_alopecia\":true}}";

/* Alopecia is ticked too and does not count for adults. "photos, imaging, histology, ECG": a picture needs its place,
 * a report does not; and each counted item its own proof. */
TEST(proof_of_each_counted_item) {
  if (!judge(adult)) return;
  CHECK_INT(faults_of(paper("E-item-proof", "2025-06-01", "", TH_PAPER_PDF)), 0);
  CHECK_INT(faults_of(paper("E-item-proof", "2025-06-01", "", TH_PAPER_PNG)), TH_PAPER_SITELESS);
  th_coverage_paper p = paper("E-item-proof", "2025-06-01", "右手", TH_PAPER_PNG);
  p.item = TH_S("arthritis");
  match(&p, 1);
  bool seen = false;
  for (uint32_t i = 0; i < packet.n_rows; i++) {
    const th_packet_row *row = &packet.row[i];
    if (!th_str_is(result.policy->node[row->node].id, "AD-08") || !th_str_is(row->need->id, "E-item-proof")) continue;
    seen = true;
    CHECK_INT(row->n_items, 1);
    CHECK(row->n_items == 1 && th_str_is(row->item[0]->name, "rash"));
  }
  CHECK(seen);
  CHECK(packet.n_forms == 1 && strcmp(packet.form[0], "s2") == 0);
  th_arena_del(arena);
}

TEST(words_for_every_fault) {
  if (!judge(nephritis)) return;
  for (uint32_t f = 1; f <= TH_PAPER_TWICE; f <<= 1)
    for (int zh = 0; zh < 2; zh++) {
      th_buf b;
      const th_packet_paper p = { .faults = f, .from = day("2025-03-17") };
      th_buf_init(&b, arena, 64);
      th_coverage_paper_faults(&b, &p, zh);
      CHECK(b.n > 5);
      if (f == TH_PAPER_OUTDATED && zh) CHECK_STR(th_buf_str(&b), "已逾期：應為 2025-03-17（民國 114/3/17）以後");
    }
  th_arena_del(arena);
}

TEST_MAIN(RUN(window_of_current_values), RUN(rows_in_the_order_of_the_clauses), RUN(a_document_for_one_clause),
          RUN(places_on_the_body), RUN(proof_of_each_counted_item), RUN(words_for_every_fault))
