/* Registry records and papers, judged and graded for a pair: whatever they hold, the level is one of the six, only one record of a
 * unit counts, and nothing void does. */
#include <stdlib.h>

#include "theriac/evidence.h"

static th_arena *held;
static th_names *names;
static th_evidence_question question;

static void set_up(void) {
  const th_name_row row = { .kind = TH_NAME_DRUG, .id = TH_S("Testimab"), .en = TH_S("Testimab") };
  th_names *base;
  held = th_arena_new(0);
  if (!held || th_names_builtin_index(held, &base, NULL) != TH_OK || th_names_with(held, base, &row, &names, NULL) != TH_OK)
    abort();
  question = (th_evidence_question){ names,
                                     th_names_by_id(names, row.id),
                                     th_names_resolve(names, held, TH_NAME_DISEASE, TH_S("lupus nephritis")).row,
                                     { 2026, 11, 21, TH_DATE_DAY, TH_ERA_CE } };
}

static size_t read(th_arena *a, th_str bytes, th_study_seen *out, size_t most) {
  th_ctgov_doc d;
  th_pubmed_articles p = { 0 };
  size_t n = 0;
  if (th_source_ctgov_read(a, bytes, &d, NULL) == TH_OK) {
    for (size_t i = 0; i < d.studies.n && n < most; i++)
      if (th_study_of_ctgov(a, &d.studies.v[i], 0, &out[n++], NULL) != TH_OK) abort();
  } else if (th_source_pubmed_read(a, bytes, &p, NULL) == TH_OK) {
    for (size_t i = 0; i < p.n && n < most; i++) {
      th_study_result check;
      th_str section[TH_STUDY_SECTIONS_MAX];
      size_t k = 0;
      if (th_study_of_pubmed(a, &p.v[i], 0, &out[n++], NULL) != TH_OK) abort();
      for (size_t t = 0; t < out[n - 1].texts.n && k < TH_STUDY_SECTIONS_MAX; t++) section[k++] = out[n - 1].texts.v[t].text;
      if (th_study_check(a, section, k, &check, NULL) == TH_OK &&
          th_study_take_facts(a, &check, section, k, &out[n - 1], NULL) != TH_OK)
        abort();
    }
  }
  return n;
}

static th_grade grade(th_arena *a, const th_study_seen *s, size_t n, th_evidence_items *items) {
  const th_searches_seen none = { 0 };
  th_grade g;
  for (size_t i = 0; i < n; i++) {
    th_evidence_item it;
    if (th_evidence_judge(a, &question, &s[i], &it, NULL) != TH_OK) abort();
    if (!TH_VEC_PUSH(a, items, it)) abort();
  }
  if (th_evidence_grade(a, items, &none, NULL, &g, NULL) != TH_OK) abort();
  return g;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!held) set_up();
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_study_seen s[32];
  const size_t n = read(a, th_str_n((const char *)data, size), s, 32);
  th_evidence_items items = { 0 };
  const th_grade g = grade(a, s, n, &items);
  if (g.level > TH_LEVEL_L5 || g.direction > TH_DIRECTION_MIXED) abort();
  uint32_t counted = 0;
  for (size_t i = 0; i < items.n; i++) {
    const th_evidence_item *it = &items.v[i];
    counted += it->counted;
    if (it->counted && (it->duplicate || th_codes_has(&it->gates, "V-WITHDRAWN") || th_codes_has(&it->gates, "V-RETRACTED")))
      abort();
    for (size_t k = 0; k < i; k++)
      if (it->counted && items.v[k].counted && items.v[k].unit == it->unit) abort();
  }
  if (counted != g.counted_units) abort();
  th_arena_del(a);
  return 0;
}
