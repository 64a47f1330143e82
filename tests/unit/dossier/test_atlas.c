/* What is counted over many dossiers; the briefs are made by hand, so every count below can be read off them. */
#include "theriac/dossier/atlas.h"

#include "test.h"

static th_arena *arena;

static th_overview_pair pair(const char *id, const char *en, th_level level, th_decision decision, th_novelty novelty) {
  return (th_overview_pair){
    .disease_id = th_str_of(id), .disease_en = th_str_of(en), .level = level, .decision = decision, .novelty = novelty
  };
}

static th_brief brief(const char *name, th_overview_drug *drug, th_overview_pair *pairs, uint32_t n,
                      th_dossier_change *change) {
  *drug = (th_overview_drug){ .en = th_str_of(name), .n_pairs = n };
  return (th_brief){ .slug = th_str_of(name),
                     .glance = { .drugs = { drug, 1, 1 }, .pairs = { pairs, n, n } },
                     .changes = { change, change != NULL, change != NULL } };
}

static void briefs(th_brief v[3]) {
  static th_overview_pair x[3], y[2];
  static th_overview_drug drug[3];
  static th_dossier_change change[2];
  x[0] = pair("MONDO:0000001", "asthma", TH_LEVEL_L2, TH_DECISION_GUARDRAILS, TH_NOVELTY_NEW);
  x[1] = pair("MONDO:0000002", "gout", TH_LEVEL_L5, TH_DECISION_HOLD, TH_NOVELTY_NEW);
  x[2] = pair("", "some rare thing", TH_LEVEL_UNKNOWN, TH_DECISION_SEARCH_FIRST, TH_NOVELTY_NEW);
  y[0] = pair("MONDO:0000002", "gout", TH_LEVEL_L1, TH_DECISION_LICENSED, TH_NOVELTY_LICENSED);
  y[1] = pair("MONDO:0000001", "asthma", TH_LEVEL_L5, TH_DECISION_HOLD, TH_NOVELTY_NEW);
  y[1].disease_zh = TH_S("氣喘");
  change[0] = (th_dossier_change){ .code = "NEW_TRIAL", .on = { 2026, 3, 1, TH_DATE_DAY, TH_ERA_CE } };
  change[1] = (th_dossier_change){ .code = "STATUS", .on = { 2026, 4, 1, TH_DATE_DAY, TH_ERA_CE } };
  v[0] = brief("Zolmid", &drug[0], x, 3, &change[0]); /* a capital sorts as a small letter */
  v[1] = brief("abac", &drug[1], y, 2, &change[1]);
  v[2] = brief("lone", &drug[2], NULL, 0, NULL);
}

TEST(pairs_are_counted_once_and_licensed_uses_apart) {
  th_brief v[3];
  th_atlas o;
  briefs(v);
  CHECK_OK(th_atlas_make(arena, v, 3, &o, NULL));
  CHECK_STR(o.all.drugs.v[0].en, "abac");
  CHECK_STR(o.all.drugs.v[2].en, "Zolmid");
  CHECK(o.all.drugs.v[2].first == 2 && o.all.pairs.n == 5 && o.licensed == 1);
  CHECK(o.levels[TH_LEVEL_L1] == 0 && o.levels[TH_LEVEL_L2] == 1 && o.levels[TH_LEVEL_L5] == 2 &&
        o.levels[TH_LEVEL_UNKNOWN] == 1);
  CHECK(o.decisions[TH_DECISION_HOLD] == 2 && o.decisions[TH_DECISION_LICENSED] == 1);
  CHECK_INT(o.n_diseases, 3);
  CHECK_STR(o.disease[0].en, "asthma");
  CHECK_STR(o.disease[0].zh, "氣喘"); /* one dossier knows it */
  CHECK_INT(o.disease[0].n_pairs, 2);
  CHECK_INT(o.all.pairs.v[o.disease[0].pair[0]].drug, 2); /* zolmid at L2 before abac at L5 */
  CHECK_INT(o.all.pairs.v[o.disease[1].pair[0]].drug, 0); /* the licensed use of gout first */
  for (size_t i = 0; i < o.all.pairs.n; i++) CHECK_STR(o.disease[o.disease_of[i]].en, o.all.pairs.v[i].disease_en.p);
  CHECK(o.n_events == 2 && strcmp(o.event[0].change->code, "STATUS") == 0 && o.event[0].drug == 0);
}

TEST(the_map_shows_the_heaviest) {
  th_brief v[3];
  th_atlas o;
  th_atlas_map m;
  briefs(v);
  CHECK_OK(th_atlas_make(arena, v, 3, &o, NULL));
  CHECK_OK(th_atlas_map_of(arena, &o, 10, 2, &m, NULL));
  CHECK(m.n_drugs == 2 && m.n_diseases == 2); /* lone has no pair, the rare thing only one */
  for (uint32_t r = 0; r < 2; r++)
    for (uint32_t c = 0; c < 2; c++) {
      const uint32_t k = m.cell[r * 2 + c];
      CHECK(k && o.all.pairs.v[k - 1].drug == m.drug[r] && o.disease_of[k - 1] == m.disease[c]);
    }
  CHECK_OK(th_atlas_map_of(arena, &o, 1, 1, &m, NULL));
  CHECK(m.n_drugs == 1 && m.n_diseases == 1);
}

TEST(addresses_tell_names_apart) {
  th_names *names;
  th_subjects v;
  CHECK_OK(th_names_builtin_index(arena, &names, NULL));
  const th_str given[] = { TH_S("Benlysta"), TH_S("belimumab"), TH_S("nova-x 1"), TH_S("nova x-1"), TH_S("查無此藥") };
  CHECK_OK(th_subjects_of(arena, names, given, 5, &v, NULL));
  CHECK_INT(v.n, 4); /* a brand and its substance are one */
  CHECK_STR(v.v[0].slug, "belimumab");
  for (size_t i = 0; i < v.n; i++) {
    for (size_t k = 0; k < v.v[i].slug.n; k++) CHECK(strchr("abcdefghijklmnopqrstuvwxyz0123456789-", v.v[i].slug.p[k]) != NULL);
    for (size_t k = 0; k < i; k++) CHECK(!th_str_eq(v.v[i].slug, v.v[k].slug));
  }
  CHECK_STR(th_slug_of_disease(arena, TH_S("MONDO:0007915"), TH_S("x")), "mondo-0007915");
  const th_str a = th_slug_of_disease(arena, TH_S(""), TH_S("rare thing")),
               b = th_slug_of_disease(arena, TH_S(""), TH_S("rare, thing"));
  CHECK(th_str_starts(a, TH_S("rare-thing-")) && !th_str_eq(a, b));
}

TEST(begin) {
  arena = th_arena_new(0);
  CHECK(arena != NULL);
}

TEST_MAIN(RUN(begin), RUN(pairs_are_counted_once_and_licensed_uses_apart), RUN(the_map_shows_the_heaviest),
          RUN(addresses_tell_names_apart))
