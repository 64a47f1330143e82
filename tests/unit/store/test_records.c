/* Every kind of record goes in and comes back as it was read, places included; what is asked across records is found. */
#include "store/codec_priv.h"
#include "unit/store/home.h"

static th_arena *a;
static th_store *s;
static char home[4096];

static th_store_document document(const char *bytes, const char *kind) {
  th_err err = { 0 };
  th_store_document d = { .name = TH_S("x"), .kind = th_str_of(kind), .retrieved = home_day, .licence = TH_S("L") };
  CHECK_OK_ERR(th_store_document_add(a, s, th_str_of(bytes), &d, &err), &err);
  return d;
}

static th_field at(const char *text, uint32_t from, uint32_t line) {
  return (th_field){ th_str_of(text), from, from + (uint32_t)strlen(text), line };
}

static void fields(th_field_vec *v, const char *one, const char *two) {
  CHECK(TH_VEC_PUSH(a, v, at(one, 10, 1)));
  if (two) CHECK(TH_VEC_PUSH(a, v, at(two, 20, 2)));
}

/* Encoding what was decoded must give the same bytes: nothing was lost on the way. */
static void check_same(const th_codec *c, const void *value, th_str body) {
  th_str again;
  th_err err = { 0 };
  CHECK_OK_ERR(th_store__encode(a, c, value, false, &again, &err), &err);
  CHECK(th_str_eq(again, body));
}

static th_report_page page_of(const char *drug, const char *score) {
  th_report_page p = { .generation = 1, .best_badge = 3, .n_sections = 1 };
  p.drug = at(drug, 5, 2);
  p.title = at("Belimumab：從紅斑性狼瘡到血小板", 30, 3);
  p.level_front = (th_level_mark){ at("L3", 60, 4), 3, 3 };
  p.level_table = (th_level_mark){ at("L3-L4", 70, 5), 3, 4 };
  p.reviewed_on = (th_date){ 2026, 2, 0, TH_DATE_MONTH, TH_ERA_CE };
  th_report_prediction *x = TH_VEC_ADD(a, &p.predictions);
  x->name = at("系統性紅斑狼瘡 (systemic lupus erythematosus)", 100, 9);
  x->name_en = at("systemic lupus erythematosus", 110, 9);
  x->name_zh = at("系統性紅斑狼瘡", 100, 9);
  x->score = at(score, 140, 9);
  x->badge = (th_level_mark){ at("L5", 150, 9), 5, 5 };
  x->rank = at("1", 98, 9);
  x->primary = true;
  x->from = 90, x->to = 400, x->line = 8;
  th_report_trial *t = TH_VEC_ADD(a, &p.trials);
  t->id = at("NCT01610492", 200, 12);
  t->title_cut = true;
  t->prediction = 0;
  th_report_trial *none = TH_VEC_ADD(a, &p.trials);
  none->id = at("-", 240, 13);
  none->placeholder = true;
  none->prediction = UINT32_MAX;
  th_report_licence *l = TH_VEC_ADD(a, &p.licences);
  l->number = at("衛署菌疫輸字第000935號", 300, 20);
  l->name = at("奔麗生凍晶注射劑", 330, 20);
  l->expires = (th_date){ 2027, 11, 6, TH_DATE_DAY, TH_ERA_ROC };
  th_report_section *sec = TH_VEC_ADD(a, &p.sections);
  sec->role = TH_REPORT_SUMMARY;
  sec->heading = at("一句話總結", 500, 30);
  sec->body = at("Belimumab 是抗 BLyS 單株抗體", 520, 31);
  sec->parent = UINT32_MAX;
  sec->prediction = UINT32_MAX;
  th_field_table *table = TH_VEC_ADD(a, &p.tables);
  fields(&table->head, "項目", "內容");
  th_field_row *row = TH_VEC_ADD(a, &table->row);
  fields(&row->cell, "證據等級", "L3");
  CHECK(TH_VEC_PUSH(a, &p.gaps, (th_gap){ "papers", 0, TH_S("there is no list of papers") }));
  return p;
}

TEST(report_page) {
  th_err err = { 0 };
  th_store_record r, got;
  th_store_added added;
  th_report_page back;
  bool found;
  const th_report_page p = page_of("Belimumab", "99.96%");
  const th_store_document d = document("page one", "report-page");
  CHECK_OK_ERR(th_store_report_put(a, s, &d, &p, &r, &added, &err), &err);
  CHECK_INT(added, TH_STORE_NEW);
  CHECK_STR(r.key, "belimumab");
  CHECK_OK_ERR(th_store_record_get(a, s, r.id, &found, &got, &err), &err);
  CHECK(found);
  CHECK_OK_ERR(th_store_report_of(a, &got, &back, &err), &err);
  check_same(&th_store__codec_report_page, &back, got.body);
  CHECK_STR(back.drug.text, "Belimumab");
  CHECK(back.drug.from == 5 && back.drug.to == 14 && back.drug.line == 2);
  CHECK(!th_field_has(back.summary)); /* absent stays absent */
  CHECK(back.level_table.lo == 3 && back.level_table.hi == 4);
  CHECK(back.reviewed_on.year == 2026 && back.reviewed_on.month == 2 && back.reviewed_on.prec == TH_DATE_MONTH);
  CHECK(back.licences.v[0].expires.era == TH_ERA_ROC && back.licences.v[0].expires.day == 6);
  CHECK(back.trials.v[0].prediction == 0 && back.trials.v[1].prediction == UINT32_MAX && back.trials.v[1].placeholder);
  CHECK(back.predictions.v[0].primary && back.predictions.v[0].from == 90 && back.predictions.v[0].to == 400);
  CHECK_STR(back.tables.v[0].row.v[0].cell.v[1].text, "L3");
  CHECK(back.sections.v[0].role == TH_REPORT_SUMMARY && back.sections.v[0].parent == UINT32_MAX);
  CHECK_STR(th_str_of(back.gaps.v[0].what), "papers");
}

TEST(same_content_at_other_places_is_the_same) {
  th_err err = { 0 };
  th_store_record r;
  th_store_added added;
  th_report_page p = page_of("Belimumab", "99.96%");
  p.drug.from += 3, p.drug.to += 3, p.predictions.v[0].from += 3;
  th_store_document d = document("\n\n\npage one", "report-page");
  CHECK_OK_ERR(th_store_report_put(a, s, &d, &p, &r, &added, &err), &err);
  CHECK_INT(added, TH_STORE_SAME);
  const th_report_page q = page_of("Belimumab", "98.00%");
  d = document("page two", "report-page");
  CHECK_OK_ERR(th_store_report_put(a, s, &d, &q, &r, &added, &err), &err);
  CHECK_INT(added, TH_STORE_NEW_VERSION);
}

TEST(names_lead_to_the_drug_and_its_claims) {
  th_err err = { 0 };
  th_store_entity_vec v;
  static const char *const names[] = { "belimumab", "ＢＥＬＩＭＵＭＡＢ", "奔麗生凍晶注射劑", "奔丽生冻晶注射剂" };
  for (size_t i = 0; i < 4; i++) {
    CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DRUG, th_str_of(names[i]), &v, &err), &err);
    CHECK(v.n == 1 && th_str_is(v.v[0].key, "belimumab"));
  }
  const int64_t drug = v.n ? v.v[0].id : 0;
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DRUG, TH_S("belimuma"), &v, &err), &err);
  CHECK_INT(v.n, 0);
  th_store_claim_vec claims;
  CHECK_OK_ERR(th_store_claims(a, s, drug, 0, &claims, &err), &err);
  CHECK_INT(claims.n, 1); /* of the current version alone */
  if (claims.n == 1) {
    CHECK_STR(claims.v[0].score, "98.00%");
    CHECK_STR(claims.v[0].level, "L5");
    CHECK_STR(claims.v[0].disease.name, "systemic lupus erythematosus");
    CHECK_STR(claims.v[0].place.path, "predictions.0");
    CHECK(claims.v[0].place.from == 90 && claims.v[0].place.to == 400);
  }
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DISEASE, TH_S("系統性紅斑狼瘡"), &v, &err), &err);
  CHECK(v.n == 1 && th_str_is(v.v[0].key, "systemic lupus erythematosus"));
  CHECK_OK_ERR(th_store_claims(a, s, 0, v.n ? v.v[0].id : -1, &claims, &err), &err);
  CHECK_INT(claims.n, 1);
  th_store_name_vec nv;
  CHECK_OK_ERR(th_store_entity_names(a, s, TH_STORE_DRUG, drug, &nv, &err), &err);
  CHECK_INT(nv.n, 4); /* two names, each said by two versions */
  th_store_record_vec rv;
  CHECK_OK_ERR(th_store_records_with_id(a, s, TH_S("trial"), TH_S("nct01610492"), &rv, &err), &err);
  CHECK(rv.n == 1 && rv.v[0].version == 2);
  CHECK_OK_ERR(th_store_records_with_id(a, s, TH_S("trial"), TH_S("-"), &rv, &err), &err);
  CHECK_INT(rv.n, 0);
}

TEST(abstract) {
  th_err err = { 0 };
  th_store_record r;
  th_store_added added;
  th_abstract_doc doc = { .title = at("Belimumab in recurrent abortion", 0, 1),
                          .doi = at("10.1186/S12884-025-07600-5", 40, 2) };
  doc.date = (th_date){ 2025, 4, 21, TH_DATE_DAY, TH_ERA_CE };
  fields(&doc.authors, "Liu L", "Ma X");
  fields(&doc.registry_ids, "ChiCTR2000000000", NULL);
  doc.n_lang[TH_LANG_EN] = 1, doc.n_lang[TH_LANG_ZH_HANS] = 1;
  th_abstract_section *x = TH_VEC_ADD(a, &doc.sections);
  x->role = TH_ABSTRACT_RESULTS, x->inferred = true, x->text = at("Healthy newborns were delivered by 45 participants", 100, 5);
  x = TH_VEC_ADD(a, &doc.sections);
  x->lang = TH_LANG_ZH_HANS, x->text = at("贝利尤单抗对复发性自然流产女性的影响", 200, 8);
  const th_store_document d = document("abstract one", "abstract");
  CHECK_OK_ERR(th_store_abstract_put(a, s, &d, &doc, &r, &added, &err), &err);
  CHECK_STR(r.key, "doi:10.1186/s12884-025-07600-5");
  th_abstract_doc back;
  CHECK_OK_ERR(th_store_abstract_of(a, &r, &back, &err), &err);
  check_same(&th_store__codec_abstract, &back, r.body);
  CHECK(back.sections.v[0].role == TH_ABSTRACT_RESULTS && back.sections.v[0].inferred &&
        back.sections.v[1].lang == TH_LANG_ZH_HANS);
  CHECK(back.n_lang[TH_LANG_EN] == 1 && back.n_lang[TH_LANG_ZH_HANS] == 1 && back.n_lang[TH_LANG_ZH] == 0);
  th_store_hit_vec hits;
  CHECK_OK_ERR(th_store_search(a, s, TH_S("流產 復發性"), TH_S("abstract"), 0, 0, &hits, NULL, &err), &err);
  CHECK(hits.n == 1 && th_str_is(hits.v[0].place.path, "sections.1.text") && hits.v[0].place.from == 200);

  th_abstract_doc bare = { 0 };
  x = TH_VEC_ADD(a, &bare.sections);
  x->text = at("A study without any label.", 0, 1);
  const th_store_document e = document("abstract two", "abstract");
  CHECK_OK_ERR(th_store_abstract_put(a, s, &e, &bare, &r, &added, &err), &err);
  CHECK(th_str_starts(r.key, TH_S("text:")) && r.key.n == 21);
}

TEST(trial_page) {
  th_err err = { 0 };
  th_store_record r;
  th_store_added added;
  th_trial_page t = { .title = at("Belimumab in NMOSD", 0, 1),
                      .registry_id = at("NCT05154734", 30, 2),
                      .enrolment_n = 14,
                      .arm_count = 1,
                      .location_count = -1,
                      .healthy_volunteers = TH_TRUE,
                      .has_results = TH_UNKNOWN,
                      .enrolment_kind = TH_COUNT_ACTUAL };
  fields(&t.identifiers, "NCT05154734", "IRB2021-YX-187-01");
  fields(&t.treatments, "Drug: Rituximab", "Procedure: Biopsy");
  fields(&t.conditions, "NMO Spectrum Disorder", NULL);
  fields(&t.inclusion, "EDSS <= 6.0", "Adults");
  th_trial_arm *arm = TH_VEC_ADD(a, &t.arms);
  arm->label = at("Arm", 5, 5);
  fields(&arm->treatments, "Drug: Rituximab", NULL);
  const th_store_document d = document("trial one", "trial-page");
  CHECK_OK_ERR(th_store_trial_put(a, s, &d, &t, &r, &added, &err), &err);
  CHECK_STR(r.key, "trial:nct05154734");
  th_trial_page back;
  CHECK_OK_ERR(th_store_trial_of(a, &r, &back, &err), &err);
  check_same(&th_store__codec_trial_page, &back, r.body);
  CHECK(back.enrolment_n == 14 && back.location_count == -1 && back.healthy_volunteers == TH_TRUE &&
        back.has_results == TH_UNKNOWN);
  CHECK_INT(back.enrolment_kind, TH_COUNT_ACTUAL);
  th_store_entity_vec v;
  th_store_record_vec rv;
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DRUG, TH_S("rituximab"), &v, &err), &err);
  CHECK_INT(v.n, 1);
  CHECK_OK_ERR(th_store_records_about(a, s, TH_STORE_DRUG, v.n ? v.v[0].id : 0, TH_S(""), &rv, &err), &err);
  CHECK(rv.n == 1 && th_str_is(rv.v[0].kind, "trial-page"));
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DRUG, TH_S("Biopsy"), &v, &err), &err);
  CHECK_INT(v.n, 0);
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DISEASE, TH_S("nmo spectrum disorder"), &v, &err), &err);
  CHECK_INT(v.n, 1);
}

TEST(coverage_rule) {
  th_err err = { 0 };
  th_store_record r;
  th_store_added added;
  th_coverage_text c = { .number = at("8.2.13", 0, 1), .heading = at("8.2.13. Belimumab(如 Benlysta)", 0, 1), .items_sum = 8 };
  fields(&c.drugs, "Belimumab", NULL);
  fields(&c.brands, "Benlysta", NULL);
  CHECK(TH_VEC_PUSH(a, &c.dates, (th_coverage_date){ at("114/2/1", 30, 1), { 2025, 2, 1, TH_DATE_DAY, TH_ERA_ROC } }));
  th_coverage_clause *x = TH_VEC_ADD(a, &c.clauses);
  *x = (th_coverage_clause){
    .id = TH_S("8.2.13"), .text = at("Belimumab", 0, 1), .parent = UINT32_MAX, .n_below = 1, .to = 900, .line = 1
  };
  x = TH_VEC_ADD(a, &c.clauses);
  *x = (th_coverage_clause){ .id = TH_S("8.2.13-1"),
                             .label = at("1.", 60, 2),
                             .text = at("狼瘡腎炎", 63, 2),
                             .clean = TH_S("第Ⅲ型狼瘡腎炎"),
                             .depth = 1,
                             .from = 60,
                             .to = 900,
                             .line = 2 };
  th_coverage_form *f = TH_VEC_ADD(a, &c.forms);
  f->id = TH_S("36-1"), f->number = at("附表三十六之一", 800, 40), f->is_score = true;
  th_coverage_block *b = TH_VEC_ADD(a, &f->block);
  b->kind = TH_COVERAGE_SIGN;
  th_coverage_score_item *item = TH_VEC_ADD(a, &c.items);
  item->weight = -8, item->name_en = at("Seizure", 850, 44);
  const th_store_document d = document("rule one", "coverage-text");
  CHECK_OK_ERR(th_store_coverage_put(a, s, &d, &c, &r, &added, &err), &err);
  CHECK_STR(r.key, "8.2.13");
  CHECK_INT(r.to, 900);
  th_coverage_text back;
  CHECK_OK_ERR(th_store_coverage_of(a, &r, &back, &err), &err);
  check_same(&th_store__codec_coverage, &back, r.body);
  CHECK(back.clauses.v[0].parent == UINT32_MAX && back.clauses.v[1].parent == 0 && back.items.v[0].weight == -8);
  CHECK_INT(back.forms.v[0].block.v[0].kind, TH_COVERAGE_SIGN);
  CHECK_INT(back.dates.v[0].date.era, TH_ERA_ROC);
  th_store_entity_vec v;
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DRUG, TH_S("BENLYSTA"), &v, &err), &err);
  CHECK(v.n == 1 && th_str_is(v.v[0].key, "belimumab"));
  th_store_hit_vec hits;
  CHECK_OK_ERR(th_store_search(a, s, TH_S("III 狼瘡腎炎"), TH_S(""), 0, 0, &hits, NULL, &err), &err);
  CHECK_INT(hits.n, 1); /* Ⅲ as one character of Unicode */
  CHECK_OK_ERR(th_store_search(a, s, TH_S("狼疮肾炎"), TH_S("coverage-text"), 0, 0, &hits, NULL, &err), &err);
  CHECK(hits.n == 1 && th_str_is(hits.v[0].place.path, "clauses.1"));
}

TEST(states_of_a_search_stay_apart) {
  th_err err = { 0 };
  static const struct {
    th_capture_source source;
    th_search_state state;
    int64_t n;
  } run[] = { { TH_CAPTURE_REGISTRY, TH_SEARCH_NOTHING, 0 },
              { TH_CAPTURE_LITERATURE, TH_SEARCH_FAILED, -1 },
              { TH_CAPTURE_ICTRP, TH_SEARCH_NOT_SEARCHED, -1 },
              { TH_CAPTURE_INTERACTIONS, TH_SEARCH_FOUND, 69 },
              { TH_CAPTURE_OTHER, TH_SEARCH_NOT_APPLICABLE, -1 } };
  const th_store_document d = document("captures", "capture");
  for (size_t i = 0; i < 5; i++) {
    th_store_record r;
    th_store_added added;
    th_capture c = { .source = run[i].source,
                     .drug = at("Belimumab", 0, 1),
                     .disease = at("pseudo-von Willebrand disease", 20, 1),
                     .state = run[i].state,
                     .records_in_source = run[i].n,
                     .records_kept = run[i].n,
                     .incomplete = run[i].n > 0,
                     .queried_on = { 2026, 3, 1, TH_DATE_DAY, TH_ERA_CE } };
    CHECK_OK_ERR(th_store_capture_put(a, s, &d, &c, false, &r, &added, &err), &err);
    th_capture back;
    CHECK_OK_ERR(th_store_capture_of(a, &r, &back, &err), &err);
    check_same(&th_store__codec_capture, &back, r.body);
  }
  th_store_entity_vec drug, disease;
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DRUG, TH_S("belimumab"), &drug, &err), &err);
  CHECK_OK_ERR(th_store_entity_find(a, s, TH_STORE_DISEASE, TH_S("Pseudo-von Willebrand disease"), &disease, &err), &err);
  CHECK(drug.n == 1 && disease.n == 1);
  th_store_search_vec v;
  CHECK_OK_ERR(th_store_searches(a, s, drug.v[0].id, disease.v[0].id, &v, &err), &err);
  CHECK_INT(v.n, 5);
  for (size_t i = 0; i < v.n; i++)
    for (size_t k = 0; k < 5; k++)
      if (v.v[i].source == run[k].source) {
        CHECK_INT(v.v[i].state, run[k].state);
        CHECK_INT(v.v[i].in_source, run[k].n);
        CHECK_INT(v.v[i].incomplete, run[k].n > 0);
        CHECK_INT(th_date_first(v.v[i].queried_on), th_days_from_civil(2026, 3, 1));
      }
}

TEST(tables) {
  th_err err = { 0 };
  th_store_record r;
  th_store_added added;
  th_ddinter_table t;
  CHECK_OK_ERR(
      th_source_ddinter_read(a,
                             TH_S("DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter2,Belimumab,DDInter1,BCG,Major\n"
                                  "DDInter3,X,DDInter2,Belimumab,Minor\nDDInter3,X,DDInter1,BCG,Moderate\n"),
                             &t, &err),
      &err);
  th_store_document d = document("ddinter", "ddinter");
  d.name = TH_S("some/where/ddinter_code_L.csv.gz");
  CHECK_OK_ERR(th_store_ddinter_put(a, s, &d, &t, &r, &added, &err), &err);
  CHECK_STR(r.key, "ddinter_code_L");
  const th_str names[] = { TH_S("BELIMUMAB"), TH_S("none") };
  th_ddinter_rows rows;
  CHECK_OK_ERR(th_store_interactions(a, s, names, 2, &rows, &err), &err);
  CHECK_INT(rows.n, 2);
  CHECK(rows.n == 2 && rows.v[0].severity == TH_SEVERITY_MAJOR && rows.v[0].line == 2 && rows.v[0].tag == r.id);
  /* The file read again later: the old rows no longer count. */
  t.rows.n = 1;
  d = document("ddinter later", "ddinter");
  d.name = TH_S("ddinter_code_L.csv");
  CHECK_OK_ERR(th_store_ddinter_put(a, s, &d, &t, &r, &added, &err), &err);
  CHECK_INT(added, TH_STORE_NEW_VERSION);
  CHECK_OK_ERR(th_store_interactions(a, s, names, 2, &rows, &err), &err);
  CHECK_INT(rows.n, 1);

  th_caution_table c;
  CHECK_OK_ERR(
      th_source_caution_read(a,
                             TH_S("{\"interactions\": {\"Belimumab\": [{\"disease\": \"PML\", \"severity\": \"Minor\", "
                                  "\"description\": \"Certain agents are contraindicated.\"}]}}"),
                             &c, &err),
      &err);
  d = document("cautions", "cautions");
  CHECK_OK_ERR(th_store_caution_put(a, s, &d, &c, &r, &added, &err), &err);
  th_store_caution_vec cautions;
  CHECK_OK_ERR(th_store_cautions(a, s, names, 1, &cautions, &err), &err);
  CHECK_INT(cautions.n, 1);
  CHECK(cautions.n == 1 && cautions.v[0].row.class_statement && cautions.v[0].row.severity == TH_SEVERITY_MINOR);
  if (cautions.n == 1) CHECK_STR(cautions.v[0].row.sentence.text, "Certain agents are contraindicated.");

  th_tfda_register g;
  CHECK_OK_ERR(
      th_source_tfda_read(
          a,
          TH_S("[{\"許可證字號\": \"衛署菌疫輸字第000935號\", \"主成分略述\": \"BELIMUMAB\", \"有效日期\": \"2027/11/06\"},"
               "{\"許可證字號\": \"2\", \"主成分略述\": \"IMATINIB MESYLATE (EQ TO IMATINIB)\", \"適應症\": \"belimumab\"}]"),
          &g, &err),
      &err);
  d = document("register", "tfda");
  CHECK_OK_ERR(th_store_tfda_put(a, s, &d, &g, &r, &added, &err), &err);
  th_store_licence_vec licences;
  CHECK_OK_ERR(th_store_licences(a, s, names, 1, &licences, &err), &err);
  CHECK_INT(licences.n, 1); /* the word in the other's indication does not count */
  CHECK(licences.n == 1 && licences.v[0].row.expires.day == 6);
  const th_str base = TH_S("imatinib");
  CHECK_OK_ERR(th_store_licences(a, s, &base, 1, &licences, &err), &err);
  CHECK(licences.n == 1 && licences.v[0].row.ingredients.n == 1);
  CHECK_OK_ERR(th_store_licence_find(a, s, TH_S("2"), &licences, &err), &err);
  CHECK_INT(licences.n, 1);
}

static size_t width_of(const th_codec_item *it) {
  switch (it->type) {
  case TH_C_FIELD: return sizeof(th_field);
  case TH_C_STR: return sizeof(th_str);
  case TH_C_CSTR: return sizeof(char *);
  case TH_C_DATE: return sizeof(th_date);
  case TH_C_BOOL:
  case TH_C_U8: return 1;
  case TH_C_ENUM: return it->size;
  case TH_C_I64:
  case TH_C_F64: return 8;
  case TH_C_SUB: return it->sub->size;
  case TH_C_FIELDS:
  case TH_C_VEC: return sizeof(th_field_vec);
  default: return 4;
  }
}

/* A member that has no line in its table would be lost without a word: no hole in a struct may be as large as one. */
static void check_complete(const th_codec *c, const char *name) {
  uint8_t covered[4096] = { 0 };
  CHECK(c->size <= sizeof covered);
  for (const th_codec_item *it = c->item; it->key; it++) {
    memset(covered + it->offset, 1, width_of(it));
    if (it->type == TH_C_SUB || it->type == TH_C_VEC) check_complete(it->sub, it->key);
  }
  size_t hole = 0;
  for (size_t i = 0; i < c->size; i++) {
    hole = covered[i] ? 0 : hole + 1;
    if (hole == 8 || (hole == 4 && i % 8 == 3)) { /* padding is shorter, or follows a smaller member */
      test_failed_checks++;
      printf("# %s: the member at byte %zu has no line in codec_tables.c\n", name, i + 1 - hole);
      return;
    }
  }
}

TEST(no_member_is_left_out) {
  check_complete(&th_store__codec_report_page, "th_report_page");
  check_complete(&th_store__codec_ctgov, "ctgov");
  check_complete(&th_store__codec_pubmed, "pubmed");
  check_complete(&th_store__codec_abstract, "th_abstract_doc");
  check_complete(&th_store__codec_trial_page, "th_trial_page");
  check_complete(&th_store__codec_coverage, "th_coverage_text");
  check_complete(&th_store__codec_capture, "th_capture");
  check_complete(&th_store__codec_caution, "th_caution_row");
  check_complete(&th_store__codec_licence, "th_tfda_licence");
}

TEST(stored_bodies_of_another_form_are_refused) {
  static const char *const bad[] = { "",
                                     "{",
                                     "[]x",
                                     "{\"drug\": 3}",
                                     "{\"drug\": {\"t\": 3, \"at\": [0,0,0]}}",
                                     "{\"generation\": 300}",
                                     "{\"predictions\": {}}",
                                     "{\"predictions\": [{\"origin\": \"nowhere\"}]}",
                                     "{\"reviewed_on\": \"soon\"}",
                                     "{\"gaps\": [{\"what\": 1}]}",
                                     "{\"sections\": [{\"parent\": -2}]}" };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_err err = { 0 };
    th_report_page p;
    const th_store_record r = { .kind = TH_S("report-page"), .body = th_str_of(bad[i]) };
    CHECK_CODE(th_store_report_of(a, &r, &p, &err), TH_EPARSE);
  }
  th_report_page p;
  const th_store_record newer = { .kind = TH_S("report-page"),
                                  .body = TH_S("{\"drug\": {\"t\": \"x\", \"at\": [0, 1, 1]}, \"later\": {}}") };
  CHECK_CODE(th_store_report_of(a, &newer, &p, NULL), TH_OK);
}

TEST(opened) {
  th_err err = { 0 };
  snprintf(home, sizeof home, "%s", home_fresh());
  a = th_arena_new(0);
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &s, &err), &err);
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
}

TEST(whole_at_the_end) {
  th_err err = { 0 };
  th_store_fault_vec faults;
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  CHECK_OK_ERR(th_store_check(a, s, false, &faults, NULL, &err), &err);
  CHECK_INT(faults.n, 0);
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

TEST_MAIN(RUN(opened), RUN(report_page), RUN(same_content_at_other_places_is_the_same),
          RUN(names_lead_to_the_drug_and_its_claims), RUN(abstract), RUN(trial_page), RUN(coverage_rule),
          RUN(states_of_a_search_stay_apart), RUN(tables), RUN(no_member_is_left_out),
          RUN(stored_bodies_of_another_form_are_refused), RUN(whole_at_the_end))
