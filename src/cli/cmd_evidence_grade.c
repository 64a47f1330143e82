/* theriac evidence grade: what all studies of a pair say together, and why each counts or does not. */
#include "cli/cli_evidence.h"
#include "theriac/report.h"

#include <stdio.h>

static const th_opt opts[] = {
  { "drug", 'd', "D", "the drug, by any of its names", false },
  { "disease", 'x', "X", "the disease, by any of its names", false },
  { "scope", 0, "S", "searched (default): a level needs searches too; imported: only what was imported is graded", false },
  { "min-people", 0, "N", "people from which a randomised trial counts towards L1 whatever its phase (200)", false },
  { "min-trials", 0, "K", "such trials that make L1 (2)", false },
  { "steps", 0, NULL, "print every step of the judgement with the words it rests on", false },
  { 0 },
};

static const char *const examples[] = { "theriac evidence grade --drug belimumab --disease \"membranous nephropathy\"",
                                        "theriac evidence grade --drug belimumab --disease NMOSD --scope imported --json",
                                        NULL };

static bool read_ask(const th_cli *c, th_cli_pair *ask, const char **wrong) {
  const char *scope = th_cli_opt(c, "scope"), *people = th_cli_opt(c, "min-people"), *trials = th_cli_opt(c, "min-trials");
  int64_t n;
  *ask = (th_cli_pair){ .drug = th_cli_opt(c, "drug"),
                        .disease = th_cli_opt(c, "disease"),
                        .settings = th_evidence_settings_default() };
  *wrong = "--drug and --disease are needed";
  if (!ask->drug || !ask->disease || !*ask->drug || !*ask->disease) return false;
  *wrong = "--scope is searched or imported";
  if (scope && strcmp(scope, "searched") != 0 && strcmp(scope, "imported") != 0) return false;
  ask->imported = scope && strcmp(scope, "imported") == 0;
  *wrong = "--min-people and --min-trials take a whole number of 1 or more";
  if (people && (!th_str_to_i64(th_str_of(people), &n) || n < 1)) return false;
  if (people) ask->settings.people_min = n;
  if (trials && (!th_str_to_i64(th_str_of(trials), &n) || n < 1)) return false;
  if (trials) ask->settings.trials_min = (size_t)n;
  return true;
}

/* ── JSON ── */

static void name_json(th_jwrite *w, const char *key, const th_name_row *row) {
  th_jw_key(w, key);
  th_jw_obj(w);
  th_cli_jtext(w, "id", row->id);
  th_cli_jtext(w, "en", row->en);
  th_cli_jtext(w, "zh", row->zh);
  th_jw_obj_end(w);
}

static void code_json(th_jwrite *w, const char *key, const char *code) {
  th_jw_key(w, key);
  th_jw_z(w, code);
}

static void number_json(th_jwrite *w, const char *key, int64_t n) {
  th_jw_key(w, key);
  th_jw_i64(w, n);
}

/* The gravest thing that happened to a source: a failure is not hidden behind a search that went well. */
static th_search_state state_of(const th_searches_seen *v, th_capture_source source) {
  th_search_state best = TH_SEARCH_NOT_SEARCHED;
  bool failed = false;
  for (size_t i = 0; i < v->n; i++) {
    if (v->v[i].source != source) continue;
    failed |= v->v[i].state == TH_SEARCH_FAILED;
    if (v->v[i].state == TH_SEARCH_FOUND || best == TH_SEARCH_NOT_SEARCHED) best = v->v[i].state;
  }
  return failed && best != TH_SEARCH_FOUND && best != TH_SEARCH_NOTHING ? TH_SEARCH_FAILED : best;
}

static const struct {
  const char *key;
  th_capture_source source;
} sources[] = { { "trials", TH_CAPTURE_REGISTRY }, { "papers", TH_CAPTURE_LITERATURE }, { "ictrp", TH_CAPTURE_ICTRP } };
#define N_SOURCES (sizeof sources / sizeof *sources)

static void certainty_json(th_jwrite *w, const th_grade *g) {
  code_json(w, "grade", th_certainty_code(g->certainty));
  th_jw_key(w, "grade_automatic");
  th_jw_bool(w, g->certainty_automatic);
  th_jw_key(w, "grade_steps");
  th_jw_arr(w);
  for (size_t i = 0; i < g->certainty_steps.n; i++) {
    th_jw_obj(w);
    code_json(w, "domain", g->certainty_steps.v[i].domain);
    number_json(w, "change", g->certainty_steps.v[i].change);
    th_cli_jtext(w, "why", g->certainty_steps.v[i].why);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

/* What the label says of pregnancy stands before anything favourable. */
static void pregnancy_json(th_jwrite *w, const th_dossier *d, const th_dossier_pair *p) {
  th_jw_key(w, "pregnancy");
  th_jw_bool(w, p->pregnancy);
  th_jw_key(w, "label_statements");
  th_jw_arr(w);
  for (size_t i = 0; i < d->warnings.n && p->pregnancy; i++) {
    const th_safety_warning *x = &d->warnings.v[i];
    if (!th_str_is(x->population, "pregnancy") && !th_str_is(x->population, "breast-feeding")) continue;
    th_jw_obj(w);
    th_cli_jtext(w, "population", x->population);
    th_cli_jtext(w, "en", x->en);
    th_cli_jtext(w, "zh", x->zh);
    th_cli_jtext(w, "source", x->source);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void pair_json(th_jwrite *w, const th_dossier *d, const th_dossier_pair *p, bool imported) {
  const th_grade *g = &p->grade;
  char day[TH_DATE_TEXT];
  th_jw_obj(w);
  code_json(w, "schema", "theriac.evidence/1");
  name_json(w, "drug", d->drug);
  name_json(w, "disease", p->disease);
  code_json(w, "scope", imported ? "imported" : "searched");
  code_json(w, "as_of", th_date_iso(d->as_of, day));
  pregnancy_json(w, d, p);
  code_json(w, "level", th_level_code(g->level));
  code_json(w, "level_rule", g->level_rule);
  code_json(w, "direction", th_direction_code(g->direction));
  code_json(w, "decision", th_decision_code(p->decided.decision));
  number_json(w, "decision_row", p->decided.row);
  th_jw_key(w, "decision_capped_by_pregnancy");
  th_jw_bool(w, p->decided.capped);
  code_json(w, "novelty", th_novelty_code(p->novelty.novelty));
  th_jw_key(w, "ocebm");
  if (g->ocebm)
    th_jw_i64(w, g->ocebm);
  else
    th_jw_null(w);
  certainty_json(w, g);
  number_json(w, "counted_units", g->counted_units);
  th_jw_key(w, "flags");
  th_jw_arr(w);
  for (size_t i = 0; i < g->flags.n; i++) th_jw_z(w, g->flags.v[i]);
  th_jw_arr_end(w);
  th_jw_key(w, "thresholds");
  th_jw_obj(w);
  number_json(w, "people_min", g->settings.people_min);
  number_json(w, "trials_min", (int64_t)g->settings.trials_min);
  th_jw_obj_end(w);
  th_jw_key(w, "sources");
  th_jw_obj(w);
  for (size_t i = 0; i < N_SOURCES; i++)
    code_json(w, sources[i].key, th_search_state_name(state_of(&p->searches, sources[i].source)));
  th_jw_obj_end(w);
  th_jw_key(w, "items");
  th_jw_arr(w);
  for (size_t i = 0; i < p->items.n; i++) th_cli_evidence_item_json(w, &p->items, i);
  th_jw_arr_end(w);
  th_jw_key(w, "would_change");
  th_jw_arr(w);
  for (size_t i = 0; i < p->needs.n; i++) {
    th_jw_obj(w);
    code_json(w, "code", p->needs.v[i].code);
    th_cli_jtext(w, "subject", p->needs.v[i].subject);
    th_cli_jtext(w, "moves", p->needs.v[i].effect);
    th_cli_jtext(w, "due", p->needs.v[i].due.prec ? th_str_of(th_date_iso(p->needs.v[i].due, day)) : TH_STR_NONE);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

/* ── For people ── */

typedef struct out {
  th_cli *c;
  th_buf *b;
  th_words lang;
  bool zh, steps;
} out;

static th_str word(const out *o, const char *group, const char *code) {
  char key[80];
  snprintf(key, sizeof key, "%s.%s", group, code ? code : "");
  return th_words_has(key) ? th_words_get(o->lang, key) : th_str_of(code);
}

static void pregnancy(const out *o, const th_dossier *d, const th_dossier_pair *p) {
  bool held = false;
  if (!p->pregnancy) return;
  th_buf_addz(o->b, o->zh ? "懷孕優先：" : "Pregnancy first. ");
  for (size_t i = 0; i < d->warnings.n; i++) {
    const th_safety_warning *x = &d->warnings.v[i];
    if (!th_str_is(x->population, "pregnancy") && !th_str_is(x->population, "breast-feeding")) continue;
    th_buf_addf(o->b, "%.*s [%.*s]\n", TH_STR_ARG(o->zh ? x->zh : x->en), TH_STR_ARG(x->source));
    held = true;
  }
  if (!held) th_buf_addf(o->b, "%.*s\n", TH_STR_ARG(th_words_get(o->lang, "pregnancy.not-held")));
}

static void head(const out *o, const th_dossier *d, const th_dossier_pair *p, bool imported) {
  const th_grade *g = &p->grade;
  pregnancy(o, d, p);
  const th_str drug = o->zh && d->drug_zh.n ? d->drug_zh : d->drug_en,
               disease = o->zh && p->name_zh.n ? p->name_zh : p->name_en;
  th_buf_addf(o->b, o->zh ? "%.*s 用於%.*s\n" : "%.*s for %.*s\n", TH_STR_ARG(drug), TH_STR_ARG(disease));
  th_buf_addf(o->b,
              o->zh ? "證據等級 %.*s（規則 %s）・方向：%.*s・決策：%.*s（表列第 %d 列）\n"
                    : "Level %.*s (rule %s) · direction: %.*s · decision: %.*s (row %d of the table)\n",
              TH_STR_ARG(word(o, "level", th_level_code(g->level))), g->level_rule,
              TH_STR_ARG(word(o, "direction", th_direction_code(g->direction))),
              TH_STR_ARG(word(o, "decision", th_decision_code(p->decided.decision))), p->decided.row);
  if (p->decided.capped)
    th_buf_addz(o->b, o->zh ? "因涉及懷孕，決策上限為研究題目；應先閱讀仿單。\n"
                            : "Capped at a research question because of pregnancy: the label comes first.\n");
  th_buf_addf(o->b,
              o->zh ? "計入研究 %u／列出 %u・用途：%.*s・OCEBM 2011：%d・GRADE：%s"
                    : "Counted %u of %u records · use: %.*s · OCEBM 2011: %d · GRADE: %s",
              g->counted_units, g->listed, TH_STR_ARG(word(o, "novelty", th_novelty_code(p->novelty.novelty))), g->ocebm,
              th_certainty_code(g->certainty));
  if (g->certainty_automatic) th_buf_addz(o->b, o->zh ? "（自動預填，須由專人確認）" : " (automatic, needs a person)");
  th_buf_addf(o->b,
              o->zh ? "\n門檻：第三、四期或 %lld 人以上；此類試驗 %zu 件為 L1\n"
                    : "\nThresholds: phase 3 or 4, or %lld people; %zu such trials make L1\n",
              (long long)g->settings.people_min, g->settings.trials_min);
  if (imported)
    th_buf_addz(o->b, o->zh ? "範圍：僅評已匯入之資料，未考量檢索。\n"
                            : "Scope: only what was imported; searches were not looked at.\n");
}

static void searches(const out *o, const th_dossier_pair *p) {
  static const char *const zh[] = { "試驗登錄", "文獻", "ICTRP" };
  for (size_t i = 0; i < N_SOURCES; i++) {
    const char *state = th_search_state_name(state_of(&p->searches, sources[i].source));
    th_buf_addf(o->b, "%s%s: %.*s", i ? " · " : "", o->zh ? zh[i] : sources[i].key, TH_STR_ARG(word(o, "search", state)));
  }
  th_buf_addz(o->b, "\n\n");
}

static void study(const out *o, const th_evidence_items *items, size_t i) {
  const th_evidence_item *it = &items->v[i];
  th_buf_addf(o->b, "%s ", it->counted ? "+" : "-");
  th_cli_evidence_cell(o->c->arena, o->b, it->study->id, 14);
  th_buf_addf(o->b, " %s  ", th_relevance_code(it->relevance));
  th_cli_evidence_cell(o->c->arena, o->b, word(o, "design", th_design_code(it->design)), 24);
  if (it->study->n >= 0)
    th_buf_addf(o->b, " n=%-6lld", (long long)it->study->n);
  else
    th_buf_addz(o->b, " n=?     ");
  th_buf_addf(o->b, " %.*s\n    ", TH_STR_ARG(word(o, "direction", th_direction_code(it->direction))));
  th_cli_evidence_cell(o->c->arena, o->b, it->study->title, 74);
  while (o->b->n && o->b->p[o->b->n - 1] == ' ') o->b->n--;
  th_buf_addc(o->b, '\n');
  if (it->gates.n || it->flags.n) {
    th_buf_addz(o->b, "    ");
    th_cli_evidence_reasons(o->b, it, o->c->lang);
    th_buf_addc(o->b, '\n');
  }
  bool first = true;
  for (size_t k = 0; k < items->n; k++) {
    if (k == i || items->v[k].unit != it->unit || it->duplicate) continue;
    th_buf_addf(o->b, "%s%.*s", first ? (o->zh ? "    同一研究：" : "    one study with ") : ", ",
                TH_STR_ARG(items->v[k].study->id));
    first = false;
  }
  if (!first) th_buf_addc(o->b, '\n');
  if (o->steps) th_cli_evidence_steps_text(o->b, it);
}

static bool is_near(const th_evidence_item *it) {
  return it->relevance == TH_RELEVANCE_A || it->relevance == TH_RELEVANCE_B;
}

static void print(const out *o, const th_dossier *d, const th_dossier_pair *p, bool imported) {
  head(o, d, p, imported);
  searches(o, p);
  size_t far = 0;
  for (int counted = 1; counted >= 0; counted--)
    for (size_t i = 0; i < p->items.n; i++)
      if (p->items.v[i].counted == (counted == 1) && is_near(&p->items.v[i])) study(o, &p->items, i);
  for (size_t i = 0; i < p->items.n; i++) far += !is_near(&p->items.v[i]);
  if (far && !o->steps && far > 12)
    th_buf_addf(o->b,
                o->zh ? "- 另有 %zu 筆屬其他疾病或無法對應（--steps 列出）\n"
                      : "- %zu more about other diseases, or none that could be told (--steps lists them)\n",
                far);
  else
    for (size_t i = 0; i < p->items.n; i++)
      if (!is_near(&p->items.v[i])) study(o, &p->items, i);
  if (p->grade.certainty_steps.n) th_buf_addz(o->b, o->zh ? "\nGRADE 預填（自動）\n" : "\nGRADE pre-fill (automatic)\n");
  for (size_t i = 0; i < p->grade.certainty_steps.n; i++) {
    const th_certainty_step *s = &p->grade.certainty_steps.v[i];
    th_buf_addf(o->b, "  %+d  %-18s %.*s\n", s->change, s->domain, TH_STR_ARG(s->why));
  }
  if (p->needs.n) th_buf_addz(o->b, o->zh ? "\n哪些資料會改變結論\n" : "\nWhat would change it\n");
  for (size_t i = 0; i < p->needs.n; i++) {
    const th_str text = th_words_fill(o->c->arena, word(o, "need", p->needs.v[i].code), &p->needs.v[i].subject, 1);
    th_buf_addf(o->b, "  %.*s", TH_STR_ARG(text));
    char day[TH_DATE_TEXT];
    if (p->needs.v[i].due.prec) th_buf_addf(o->b, " (%s)", th_date_iso(p->needs.v[i].due, day));
    th_buf_addc(o->b, '\n');
  }
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_cli_pair ask;
  const char *wrong;
  if (!read_ask(c, &ask, &wrong)) return th_cli_usage(c, "%s", wrong);
  th_store *store = NULL;
  th_dossier *d = NULL;
  th_names *names;
  th_code code = th_store_open(c->home, TH_STORE_READ, -1, &store, &err);
  if (code == TH_OK) code = th_store_names(c->arena, store, &names, &err);
  if (code == TH_OK) code = th_cli_evidence_build(c, store, &ask, names, &d, &err);
  th_store_close(store);
  if (code != TH_OK) return th_cli_error(c, &err);
  const th_dossier_pair *p = &d->pairs.v[d->leading];
  th_buf b;
  th_buf_init(&b, c->arena, 1 << 14);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    pair_json(&w, d, p, ask.imported);
    th_buf_addc(&b, '\n');
  } else {
    out o = { .c = c, .b = &b, .zh = strcmp(c->lang, "zh-TW") == 0, .steps = th_cli_has(c, "steps") };
    if (!th_words_find(c->lang, &o.lang)) o.lang = TH_WORDS_EN;
    print(&o, d, p, ask.imported);
  }
  return th_cli__put_buf(c, &b);
}

const th_cmd th_cmd_evidence_grade = {
  .name = "evidence grade",
  .group = "Evidence",
  .synopsis = "--drug D --disease X [--scope imported]",
  .summary = "level, direction and decision for a drug in a disease, study by study",
  .details = "Every imported record that names the drug (registry studies, papers, hits of searches) is judged for the "
             "disease: what part "
             "the drug plays, whether the condition is this disease, the design, what keeps it from counting, which way it "
             "points. Records "
             "of one study are one unit. Level says how much and how good, direction which way; the decision is a row of a "
             "printed table. "
             "Every step names its rule and the words it rests on (--steps, --json).\n\n"
             "L5 is given only when registries and literature were both searched; else, when nothing counts, the level is "
             "unknown. GRADE "
             "is an automatic pre-fill and needs a person.",
  .opts = opts,
  .args_min = 0,
  .args_max = 0,
  .examples = examples,
  .run = run,
};
