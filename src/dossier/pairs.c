/* The pairs of a drug: which there are, what is known of each, and the verdict on each by itself. */
#include "dossier_priv.h"

#include "theriac/text.h"

#include <math.h>
#include <stdlib.h>

th_place th_dossier__at(uint32_t source, th_field f) {
  return (th_place){ source, f.line, f.from, f.to };
}

/* An unmapped disease has a row of its own without an id: nothing can be related to it, and that is said. */
static const th_name_row *unmapped_row(th_arena *a, th_str printed) {
  th_name_row *r = TH_NEW(a, th_name_row);
  if (r) *r = (th_name_row){ .kind = TH_NAME_DISEASE, .en = printed };
  return r;
}

th_code th_dossier__pair(th_dossier_work *w, const th_name_row *disease, th_str printed, th_dossier_pair **out) {
  for (size_t i = 0; i < w->d->pairs.n; i++) {
    th_dossier_pair *p = &w->d->pairs.v[i];
    if (disease ? p->disease == disease : !p->disease->id.n && th_str_eq_nocase(p->as_printed, printed)) {
      *out = p;
      return TH_OK;
    }
  }
  th_dossier_pair *p = TH_VEC_ADD(w->a, &w->d->pairs);
  if (!p) return th_fail_nomem(w->err);
  p->disease = disease ? disease : unmapped_row(w->a, printed);
  if (!p->disease) return th_fail_nomem(w->err);
  p->as_printed = printed;
  p->name_en = p->disease->en;
  p->name_zh = p->disease->zh;
  *out = p;
  return TH_OK;
}

static bool doubtful(th_arena *a, th_str text) {
  const th_str t = th_text_fold(a, text, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
  static const char *const words[] = { "存疑",         "不明確",   "關聯不大",          "缺乏直接",    "質疑",
                                       "questionable", "doubtful", "unclear relevance", "not directly" };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_has(t, th_str_of(words[i]))) return true;
  return false;
}

static th_str level_text(th_arena *a, th_level_mark m) {
  if (!m.lo) return m.at.text;
  return m.hi > m.lo ? th_str_fmt(a, "L%u-L%u", m.lo, m.hi) : th_str_fmt(a, "L%u", m.lo);
}

/* "99.96%" → 99.96; NaN when it is no percentage. */
static double percent_of(th_str score) {
  double v;
  const bool percent = score.n && score.p[score.n - 1] == '%';
  return percent && th_str_to_f64(th_str_trim(th_str_sub(score, 0, score.n - 1)), &v) ? v : NAN;
}

static th_code claims_of(th_dossier_work *w, const th_report_page *page, uint32_t source) {
  for (size_t i = 0; i < page->predictions.n; i++) {
    const th_report_prediction *r = &page->predictions.v[i];
    const th_str printed = r->name_en.text.n ? r->name_en.text : r->name.text;
    th_name_hit hit = th_names_resolve(w->names, w->a, TH_NAME_DISEASE, printed);
    if (!hit.row && r->name_zh.text.n) hit = th_names_resolve(w->names, w->a, TH_NAME_DISEASE, r->name_zh.text);
    th_dossier_pair *p;
    TH_TRY(th_dossier__pair(w, hit.row, printed, &p));
    if (!p->name_zh.n) p->name_zh = r->name_zh.text;
    th_dossier_claim c = { .at = { source, r->line, r->from, r->to },
                           .name = r->name.text,
                           .rank = r->rank.text,
                           .score = r->score.text,
                           .level = level_text(w->a, r->badge),
                           .primary = r->primary,
                           .rationale = r->rationale.text,
                           .decision = r->decision.text.n                       ? r->decision.text
                                       : r->primary || page->predictions.n == 1 ? page->decision.text
                                                                                : TH_STR_NONE };
    if (!c.score.n && (r->primary || i == 0)) c.score = page->score.text;
    c.no_study = th_field_has(r->no_evidence);
    c.doubts_itself = doubtful(w->a, r->rationale.text) ||
                      ((r->primary || i == 0) && (doubtful(w->a, page->rationale.text) || doubtful(w->a, page->why.text)));
    c.score_percent = percent_of(c.score);
    if (!TH_VEC_PUSH(w->a, &p->claims, c)) return th_fail_nomem(w->err);
  }
  return TH_OK;
}

/* A row of a search or of somebody's table founds no pair; of a registry or of the literature only what tests the drug does. */
static bool founds_pair(const th_dossier_work *w, size_t i) {
  const th_str kind = w->d->sources.v[w->studies.v[i].source].kind;
  if (th_str_is(kind, "trial-page") || th_str_is(kind, "abstract")) return true;
  const bool record = th_str_is(kind, "ctgov") || th_str_is(kind, "ictrp") || th_str_is(kind, "pubmed");
  return record && w->observed[i].item.role == TH_ROLE_TESTED;
}

/* Pairs that somebody names: pages predict them, licences and rules cover them, studies test them, searches ask for them. */
static th_code collect_pairs(th_dossier_work *w) {
  th_dossier_pair *p;
  for (size_t i = 0; i < w->licensed.n; i++) TH_TRY(th_dossier__pair(w, w->licensed.v[i], w->licensed.v[i]->en, &p));
  for (size_t i = 0; i < w->docs.pages.n; i++) TH_TRY(claims_of(w, &w->docs.pages.v[i].page, w->docs.pages.v[i].source));
  for (size_t i = 0; i < w->studies.n; i++) {
    if (!founds_pair(w, i)) continue;
    const th_name_hits about = w->observed[i].about;
    if (about.n) TH_TRY(th_dossier__pair(w, about.v[0].row, about.v[0].row->en, &p));
  }
  for (size_t i = 0; i < w->docs.captures.n; i++) {
    const th_str disease = w->docs.captures.v[i].capture.disease.text;
    if (!disease.n) continue;
    TH_TRY(th_dossier__pair(w, th_names_resolve(w->names, w->a, TH_NAME_DISEASE, disease).row, disease, &p));
  }
  return TH_OK;
}

static bool pair_is(const th_dossier_work *w, const th_dossier_pair *p, th_str disease) {
  const th_name_hit hit = th_names_resolve(w->names, w->a, TH_NAME_DISEASE, disease);
  return hit.row ? p->disease == hit.row : !p->disease->id.n && th_str_eq_nocase(p->as_printed, disease);
}

/* One search told by two documents (a capture and the bundle it went into) is listed once. */
static bool same_search_listed(const th_searches_seen *v, const th_search_seen *s) {
  for (size_t i = 0; i < v->n; i++)
    if (v->v[i].source == s->source && v->v[i].state == s->state && v->v[i].records == s->records &&
        th_date_cmp(v->v[i].on, s->on) == 0)
      return true;
  return false;
}

/* A search of a register for the drug alone, by its field, covers each of its diseases. */
static bool for_any_disease(const th_capture *c) {
  const bool register_of_studies = c->source == TH_CAPTURE_REGISTRY || c->source == TH_CAPTURE_LITERATURE;
  return c->disease.text.n == 0 && register_of_studies && th_str_is(c->query_form.text, "by field");
}

static th_code searches_of(th_dossier_work *w, th_dossier_pair *p) {
  for (size_t i = 0; i < w->docs.captures.n; i++) {
    const th_capture *c = &w->docs.captures.v[i].capture;
    if (!for_any_disease(c) && !pair_is(w, p, c->disease.text)) continue;
    const th_search_seen s = { c->source,
                               c->state,
                               c->incomplete,
                               c->query.text,
                               c->error.text,
                               c->queried_on,
                               c->records_in_source >= 0 ? c->records_in_source : c->records_kept,
                               w->docs.captures.v[i].source };
    if (!same_search_listed(&p->searches, &s) && !TH_VEC_PUSH(w->a, &p->searches, s)) return th_fail_nomem(w->err);
  }
  /* What nobody asked is listed as not searched: absence of a row must not look like absence of evidence. */
  for (int source = TH_CAPTURE_REGISTRY; source <= TH_CAPTURE_ICTRP; source++) {
    bool asked = false;
    for (size_t i = 0; i < p->searches.n; i++) asked |= (int)p->searches.v[i].source == source;
    const th_search_seen none = {
      .source = (th_capture_source)source, .state = TH_SEARCH_NOT_SEARCHED, .records = -1, .document = TH_NO_SOURCE
    };
    if (!asked && !TH_VEC_PUSH(w->a, &p->searches, none)) return th_fail_nomem(w->err);
  }
  return TH_OK;
}

/* Is this study on the list of the pair whatever its subject: a page lists it there, or a search for the pair returned it? */
static bool listed_for(const th_dossier_work *w, const th_dossier_pair *p, const th_study_seen *s) {
  return s->listed_under.n && pair_is(w, p, s->listed_under);
}

/* The same record told by a second document (a capture and the bundle it went into) is listed once. */
static th_code told_already(th_dossier_work *w, th_map *told, const th_study_seen *s, bool **listed) {
  const th_str key = th_str_fmt(w->a, "%d %.*s", (int)s->origin, TH_STR_ARG(s->id));
  bool is_new;
  uint64_t *at = key.p ? th_map_at(told, key, &is_new) : NULL;
  if (!at) return th_fail_nomem(w->err);
  if (is_new) {
    bool *mark = TH_NEW(w->a, bool);
    if (!mark) return th_fail_nomem(w->err);
    *at = (uint64_t)(uintptr_t)mark;
  }
  *listed = (bool *)(uintptr_t)*at;
  return TH_OK;
}

static th_code items_of(th_dossier_work *w, th_dossier_pair *p) {
  const th_evidence_question q = { w->names, w->d->drug, p->disease, w->opts->as_of };
  th_map told;
  th_map_init(&told, w->a);
  for (size_t i = 0; i < w->studies.n; i++) {
    th_evidence_item it;
    bool *listed = NULL;
    TH_TRY(told_already(w, &told, &w->studies.v[i], &listed));
    if (*listed) continue;
    TH_TRY(th_evidence_relate(w->a, &q, &w->observed[i], &it, w->err));
    /* A row of somebody's table belongs where they put it; a record of a source belongs wherever it is near. */
    const bool near =
        w->studies.v[i].origin != TH_ORIGIN_CLAIM && (it.relevance == TH_RELEVANCE_A || it.relevance == TH_RELEVANCE_B);
    const bool asked = w->opts->only && w->studies.v[i].origin != TH_ORIGIN_CLAIM;
    if (!near && !asked && !listed_for(w, p, &w->studies.v[i])) continue;
    if (!TH_VEC_PUSH(w->a, &p->items, it)) return th_fail_nomem(w->err);
    *listed = true;
  }
  return TH_OK;
}

static th_unit_state state_of(const th_evidence_item *it) {
  static const char *const voids[] = { "V-WITHDRAWN", "V-N0", "V-RETRACTED", "V-CONCERN", "V-WITHHELD" };
  for (size_t i = 0; i < sizeof voids / sizeof *voids; i++)
    if (th_codes_has(&it->gates, voids[i])) return TH_UNIT_VOID;
  if (it->counted) return TH_UNIT_COUNTED;
  return th_codes_has(&it->gates, "V-ONGOING") ? TH_UNIT_ONGOING : TH_UNIT_LISTED;
}

static void count_units(th_dossier_pair *p) {
  for (size_t i = 0; i < p->items.n; i++)
    if (!p->items.v[i].duplicate) p->n_units[state_of(&p->items.v[i])]++;
}

/* "Negative pregnancy test", "not pregnant": nobody there is. */
static bool rules_it_out(th_str t, size_t at) {
  static const char *const before[] = {
    "not ", "non-", "negative ", "exclu", "without ", "prevent", "avoid", "未", "非", "排除"
  };
  static const char *const after[] = { "y test", "cy test" };
  const th_str b = th_str_sub(t, at > 24 ? at - 24 : 0, at), f = th_str_sub(t, at + 7, at + 16);
  for (size_t i = 0; i < sizeof before / sizeof *before; i++)
    if (th_str_has(b, th_str_of(before[i]))) return true;
  for (size_t i = 0; i < sizeof after / sizeof *after; i++)
    if (th_str_starts(f, th_str_of(after[i]))) return true;
  return false;
}

static bool speaks_of_pregnancy(th_arena *a, th_str text, th_str *words) {
  const th_str t = th_text_fold(a, text, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
  static const char *const cues[] = { "pregnan", "gestation", "miscarriage", "abortion", "fetal", "foetal",
                                      "妊娠",    "懷孕",      "怀孕",        "流產",     "流产",  "胎兒" };
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
    for (size_t at = 0; (at = th_str_find(t, th_str_of(cues[i]), at)) != SIZE_MAX; at++) {
      if (rules_it_out(t, at)) continue;
      *words = text;
      return true;
    }
  return false;
}

/* Disease, study population or treatment may touch a pregnancy (evidence.md §10). */
static void pregnancy_of(th_dossier_work *w, th_dossier_pair *p) {
  const th_kin kin = th_names_kinship(w->names, w->a, TH_S("MONDO:0024575"), p->disease->id);
  p->pregnancy_at = (th_place){ .source = TH_NO_SOURCE };
  p->pregnancy = kin.kinship == TH_KIN_SAME || kin.kinship == TH_KIN_DESCENDANT ||
                 speaks_of_pregnancy(w->a, p->name_en, &p->pregnancy_why);
  for (size_t i = 0; i < p->items.n; i++) {
    const th_evidence_item *it = &p->items.v[i];
    if (it->role != TH_ROLE_TESTED || it->relevance != TH_RELEVANCE_A) continue;
    for (size_t k = 0; k < it->study->texts.n; k++)
      if (speaks_of_pregnancy(w->a, it->study->texts.v[k].text, &p->pregnancy_why)) {
        p->pregnancy = true;
        p->pregnancy_at = th_dossier__at(it->study->source, it->study->texts.v[k]);
        return;
      }
  }
}

/* A boxed warning speaks of patients with this disease, or one above it. */
static bool boxed(const th_dossier_work *w, const th_dossier_pair *p) {
  for (size_t i = 0; i < w->d->cautions.n; i++) {
    const th_safety_caution *c = &w->d->cautions.v[i];
    if (!c->section || c->severity < TH_SEVERITY_MAJOR || !c->disease) continue;
    const th_kin kin = th_names_kinship(w->names, w->a, c->disease->id, p->disease->id);
    if (kin.kinship == TH_KIN_SAME || kin.kinship == TH_KIN_DESCENDANT) return true;
  }
  return false;
}

static bool barred(const th_dossier_work *w, const th_dossier_pair *p) {
  if (boxed(w, p)) return true;
  for (size_t i = 0; i < w->d->warnings.n; i++)
    if (p->pregnancy && w->d->warnings.v[i].major && th_str_is(w->d->warnings.v[i].population, "pregnancy")) return true;
  return false;
}

/* The disease is in no table, and some study tests the drug in something that is in none either: it may be the same. */
static bool may_concern(const th_evidence_items *v) {
  for (size_t i = 0; i < v->n; i++)
    if (v->v[i].role == TH_ROLE_TESTED && v->v[i].relevance == TH_RELEVANCE_U && !th_codes_has(&v->v[i].gates, "V-OFF-TOPIC"))
      return true;
  return false;
}

static th_code judge_pair(th_dossier_work *w, th_dossier_pair *p) {
  const th_searches_seen none = { 0 };
  TH_TRY(searches_of(w, p));
  TH_TRY(items_of(w, p));
  TH_TRY(th_evidence_grade(w->a, &p->items, w->opts->imported ? &none : &p->searches, w->opts->settings, &p->grade, w->err));
  if (!p->disease->id.n && p->grade.level == TH_LEVEL_L5 && may_concern(&p->items)) {
    p->grade.level = TH_LEVEL_UNKNOWN;
    p->grade.level_rule = "LEVEL-UNKNOWN-UNMAPPED";
  }
  count_units(p);
  pregnancy_of(w, p);
  p->novelty =
      th_evidence_novelty(w->a, w->names, p->disease, &w->licensed, &w->contraindicated, w->licensed.n || w->d->products.n);
  p->novelty_at = (th_place){ .source = TH_NO_SOURCE };
  for (size_t i = 0; i < w->licensed.n; i++)
    if (w->licensed.v[i] == p->novelty.through) p->novelty_at = w->licensed_at.v[i];
  const th_decision_facts f = { .novelty = p->novelty.novelty, .major_warning = barred(w, p), .pregnancy = p->pregnancy };
  p->decided = th_evidence_decide(&p->grade, &f);
  return TH_OK;
}

static int best_rank(const th_dossier_pair *p) {
  int best = 9999;
  for (size_t i = 0; i < p->claims.n; i++) {
    int64_t rank;
    if (th_str_to_i64(p->claims.v[i].rank, &rank) && rank < best) best = (int)rank;
  }
  return best;
}

static int level_order(const th_dossier_pair *p) {
  return p->grade.level == TH_LEVEL_UNKNOWN ? 9 : (int)p->grade.level;
}

/* Licensed uses, then by level, then as published, then by name. */
static int table_order(const void *x, const void *y) {
  const th_dossier_pair *p = x, *q = y;
  const bool lp = p->novelty.novelty == TH_NOVELTY_LICENSED, lq = q->novelty.novelty == TH_NOVELTY_LICENSED;
  if (lp != lq) return lp ? -1 : 1;
  if (level_order(p) != level_order(q)) return level_order(p) - level_order(q);
  if (best_rank(p) != best_rank(q)) return best_rank(p) - best_rank(q);
  return th_str_cmp(p->name_en, q->name_en);
}

/* The pair asked for; else the first that is no licensed use; else the first. */
static void choose_leading(th_dossier_work *w) {
  th_dossier *d = w->d;
  d->leading = UINT32_MAX;
  for (size_t i = 0; i < d->pairs.n && d->leading == UINT32_MAX; i++)
    if (w->opts->disease.n ? pair_is(w, &d->pairs.v[i], w->opts->disease)
                           : d->pairs.v[i].novelty.novelty != TH_NOVELTY_LICENSED)
      d->leading = (uint32_t)i;
  if (d->leading == UINT32_MAX && d->pairs.n) d->leading = 0;
  if (d->pairs.n) d->pairs.v[d->leading].leading = true;
}

static th_code observe(th_dossier_work *w) {
  const th_evidence_question q = { w->names, w->d->drug, NULL, w->opts->as_of };
  w->observed = TH_NEWN(w->a, th_evidence_observed, w->studies.n);
  if (w->studies.n && !w->observed) return th_fail_nomem(w->err);
  for (size_t i = 0; i < w->studies.n; i++) TH_TRY(th_evidence_observe(w->a, &q, &w->studies.v[i], &w->observed[i], w->err));
  return TH_OK;
}

th_code th_dossier__pairs(th_dossier_work *w) {
  TH_TRY(observe(w));
  if (!w->opts->only) TH_TRY(collect_pairs(w));
  if (w->opts->disease.n) { /* asked for, so it is answered, also when nobody names it */
    th_dossier_pair *p;
    TH_TRY(th_dossier__pair(w, th_names_resolve(w->names, w->a, TH_NAME_DISEASE, w->opts->disease).row, w->opts->disease, &p));
  }
  for (size_t i = 0; i < w->d->pairs.n; i++) TH_TRY(judge_pair(w, &w->d->pairs.v[i]));
  if (w->d->pairs.n) qsort(w->d->pairs.v, w->d->pairs.n, sizeof *w->d->pairs.v, table_order);
  for (size_t i = 0; i < w->d->pairs.n; i++) {
    w->d->pairs.v[i].id = th_str_fmt(w->a, "p%zu", i + 1);
    if (!w->d->pairs.v[i].id.p) return th_fail_nomem(w->err);
  }
  choose_leading(w);
  return TH_OK;
}
