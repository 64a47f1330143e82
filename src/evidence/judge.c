/* One study judged for one pair: role of the drug, relevance of the condition. */
#include "evidence_priv.h"

#include "theriac/text.h"

th_code th_evidence__step(th_arena *a, th_evidence_item *it, const char *rule, th_str gave, th_str words, th_str path,
                          th_err *err) {
  return TH_VEC_PUSH(a, &it->steps, (th_evidence_step){ rule, gave, words, path }) ? TH_OK : th_fail_nomem(err);
}

bool th_codes_has(const th_codes *codes, const char *code) {
  for (size_t i = 0; i < codes->n; i++)
    if (strcmp(codes->v[i], code) == 0) return true;
  return false;
}

th_str th_evidence__plain(th_arena *a, th_str text) {
  return th_text_fold(a, text, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE | TH_FOLD_DASH, NULL);
}

th_str th_evidence_sentence(th_str text, size_t at) {
  size_t from = at, to = at;
  while (from && !(text.p[from - 1] == '\n' ||
                   (from > 1 && (text.p[from - 2] == '.' || text.p[from - 2] == '?') && text.p[from - 1] == ' '))) {
    if (from > 2 && memcmp(text.p + from - 3, "。", 3) == 0) break;
    from--;
  }
  while (to < text.n && text.p[to] != '\n') {
    if (text.p[to] == '.' && (to + 1 == text.n || text.p[to + 1] == ' ' || text.p[to + 1] == '\n')) {
      to++;
      break;
    }
    if (to + 3 <= text.n && memcmp(text.p + to, "。", 3) == 0) {
      to += 3;
      break;
    }
    to++;
  }
  return th_str_trim(th_str_sub(text, from, to));
}

/* ── Role ── */

static th_code names_drug(th_arena *a, const th_evidence_question *q, th_str text, bool cut, uint32_t *at, bool *first,
                          bool *found, th_err *err) {
  th_name_hits hits = { 0 };
  *found = false;
  TH_TRY(th_names_find(q->names, a, TH_NAME_DRUG, text, cut, &hits, err));
  for (size_t i = 0; i < hits.n && !*found; i++) {
    if (hits.v[i].row != q->drug) continue;
    *found = true;
    *at = hits.v[i].from;
    *first = i == 0;
  }
  return TH_OK;
}

static bool means_experimental(th_arena *a, const th_trial_arm *arm) {
  const th_str type = th_evidence__plain(a, arm->type.text);
  return th_str_has(type, TH_S("experimental")) || th_str_has(type, TH_S("實驗"));
}

/* Arms are listed: in which does the drug stand? */
static th_code role_by_arms(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                            th_err *err) {
  size_t with = 0, experimental = 0;
  th_str words = TH_STR_NONE;
  for (size_t i = 0; i < s->arms.n; i++) {
    const th_trial_arm *arm = &s->arms.v[i];
    bool found = false, first;
    uint32_t at;
    for (size_t t = 0; t < arm->treatments.n && !found; t++)
      TH_TRY(names_drug(a, q, arm->treatments.v[t].text, false, &at, &first, &found, err));
    if (!found) TH_TRY(names_drug(a, q, arm->label.text, false, &at, &first, &found, err));
    if (!found) continue;
    with++;
    experimental += means_experimental(a, arm);
    if (!words.n) words = arm->label.text;
  }
  if (!with)
    it->role = TH_ROLE_MENTIONED;
  else if (s->arms.n == 1)
    it->role = TH_ROLE_TESTED;
  else if (with == s->arms.n)
    it->role = TH_ROLE_BACKGROUND;
  else
    it->role = experimental ? TH_ROLE_TESTED : TH_ROLE_COMPARATOR;
  return th_evidence__step(a, it, "ROLE-ARMS", th_str_of(th_role_code(it->role)), words, TH_S("arms"), err);
}

/* "versus", "compared with": what follows is the comparator. */
static bool after_versus(th_str plain, size_t at) {
  static const char *const cues[] = { " versus ",        " vs ",   " vs. ", "compared with ", "compared to ",
                                      "comparing with ", "相較於", "對照" };
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++) {
    const size_t cue = th_str_find(plain, th_str_of(cues[i]), 0);
    if (cue != SIZE_MAX && cue < at) return true;
  }
  return false;
}

static bool after_failure(th_str plain, size_t at) {
  static const char *const cues[] = { "failure of ",    "refractory to ", "resistant to ", "previously treated with ",
                                      "intolerant to ", "after " };
  const th_str before = th_str_sub(plain, at > 40 ? at - 40 : 0, at);
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
    if (th_str_ends(before, th_str_of(cues[i]))) return true;
  return false;
}

static th_role role_in_sentence(th_str plain, size_t at) {
  return after_failure(plain, at) ? TH_ROLE_MENTIONED : after_versus(plain, at) ? TH_ROLE_COMPARATOR : TH_ROLE_TESTED;
}

/* Does a text say that the drug is what is given and looked at? */
static bool is_object(th_str plain, size_t at, size_t name_n) {
  static const char *const before_cues[] = {
    "received ",  "receive ",   "treated with ", "treatment with ", "administered ",           "efficacy of ",
    "safety of ", "impact of ", "effect of ",    "effects of ",     "efficacy and safety of ", "supplemented with ",
    "use of ",    "trial of ",  "study of ",     "therapy with "
  };
  static const char *const after_cues[] = { " group",     " arm",     " treatment", " in patients",
                                            " in adults", " therapy", "組",         "治療" };
  const th_str before = th_str_sub(plain, at > 60 ? at - 60 : 0, at), after = th_str_sub(plain, at + name_n, at + name_n + 16);
  for (size_t i = 0; i < sizeof before_cues / sizeof *before_cues; i++)
    if (th_str_ends(before, th_str_of(before_cues[i]))) return true;
  for (size_t i = 0; i < sizeof after_cues / sizeof *after_cues; i++)
    if (th_str_starts(after, th_str_of(after_cues[i]))) return true;
  return th_str_has(before, TH_S("對")) || th_str_has(before, TH_S("探討"));
}

static th_code role_by_texts(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                             th_err *err) {
  it->role = TH_ROLE_UNKNOWN;
  for (size_t i = 0; i < s->texts.n && it->role != TH_ROLE_TESTED; i++) {
    th_name_hits hits = { 0 };
    const th_str text = s->texts.v[i].text;
    TH_TRY(th_names_find(q->names, a, TH_NAME_DRUG, text, false, &hits, err));
    for (size_t h = 0; h < hits.n; h++) {
      if (hits.v[h].row != q->drug) continue;
      const th_str plain = th_evidence__plain(a, th_str_sub(text, hits.v[h].from > 80 ? hits.v[h].from - 80 : 0, text.n));
      const th_str name = th_evidence__plain(a, th_str_sub(text, hits.v[h].from, hits.v[h].to));
      const size_t at = th_str_find(plain, name, hits.v[h].from > 80 ? 60 : 0);
      if (at == SIZE_MAX) continue;
      if (it->role == TH_ROLE_UNKNOWN) it->role = TH_ROLE_MENTIONED;
      if (!is_object(plain, at, name.n) || after_failure(plain, at)) continue;
      it->role = TH_ROLE_TESTED;
      return th_evidence__step(a, it, "ROLE-TEXT", TH_S("tested"), th_evidence_sentence(text, hits.v[h].from),
                               th_str_fmt(a, "texts[%zu]", i), err);
    }
  }
  return th_evidence__step(a, it, "ROLE-TEXT", th_str_of(th_role_code(it->role)), TH_STR_NONE, TH_S("texts"), err);
}

th_code th_evidence__role(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                          th_err *err) {
  if (s->arms.n) return role_by_arms(a, q, s, it, err);
  for (size_t i = 0; i < s->treatments.n; i++) {
    bool found, first;
    uint32_t at;
    TH_TRY(names_drug(a, q, s->treatments.v[i].text, false, &at, &first, &found, err));
    if (!found) continue;
    it->role = s->treatments.n == 1 || i == 0 ? TH_ROLE_TESTED : TH_ROLE_UNKNOWN;
    return th_evidence__step(a, it, "ROLE-LIST", th_str_of(th_role_code(it->role)), s->treatments.v[i].text, TH_S("treatments"),
                             err);
  }
  bool found, first;
  uint32_t at;
  TH_TRY(names_drug(a, q, s->title, s->title_cut, &at, &first, &found, err));
  if (found) {
    const th_str plain = th_evidence__plain(a, s->title), before = th_evidence__plain(a, th_str_sub(s->title, 0, at));
    it->role = role_in_sentence(plain, before.n);
    return th_evidence__step(a, it, "ROLE-TITLE", th_str_of(th_role_code(it->role)), s->title, TH_S("title"), err);
  }
  return role_by_texts(a, q, s, it, err);
}

/* ── Relevance ── */

static th_code push_hits(th_arena *a, const th_names *n, th_str text, bool cut, size_t shortest, th_name_hits *out,
                         th_err *err) {
  th_name_hits hits = { 0 };
  TH_TRY(th_names_find(n, a, TH_NAME_DISEASE, text, cut, &hits, err));
  for (size_t i = 0; i < hits.n; i++)
    if (hits.v[i].to - hits.v[i].from >= shortest && !TH_VEC_PUSH(a, out, hits.v[i])) return th_fail_nomem(err);
  return TH_OK;
}

/* Names this long in a summary are no chance words ("infection", "disease"). */
#define LONG_NAME_BYTES 10

th_code th_evidence_about(th_arena *a, const th_names *n, const th_study_seen *s, th_name_hits *out, th_err *err) {
  for (size_t i = 0; i < s->conditions.n; i++) {
    const th_name_hit whole = th_names_resolve(n, a, TH_NAME_DISEASE, s->conditions.v[i].text);
    if (whole.row && !TH_VEC_PUSH(a, out, whole)) return th_fail_nomem(err);
    if (!whole.row) TH_TRY(push_hits(a, n, s->conditions.v[i].text, false, 0, out, err));
  }
  if (s->conditions.n) return TH_OK;
  TH_TRY(push_hits(a, n, s->title, s->title_cut, 0, out, err));
  for (size_t i = 0; !out->n && i < s->texts.n; i++)
    TH_TRY(push_hits(a, n, s->texts.v[i].text, false, LONG_NAME_BYTES, out, err));
  return TH_OK;
}

static th_relevance relevance_of(th_kinship k) {
  switch (k) {
  case TH_KIN_SAME:
  case TH_KIN_DESCENDANT: return TH_RELEVANCE_A;
  case TH_KIN_PARENT:
  case TH_KIN_SIBLING:
  case TH_KIN_NEAR: return TH_RELEVANCE_B;
  case TH_KIN_FAR: return TH_RELEVANCE_C;
  case TH_KIN_UNMAPPED: break;
  }
  return TH_RELEVANCE_U;
}

/* A before B before C before U. */
static int rank_of(th_relevance r) {
  return r == TH_RELEVANCE_A ? 3 : r == TH_RELEVANCE_B ? 2 : r == TH_RELEVANCE_C ? 1 : 0;
}

th_code th_evidence__relevance(th_arena *a, const th_evidence_question *q, const th_evidence_observed *o, th_evidence_item *it,
                               th_err *err) {
  const th_study_seen *s = it->study;
  th_kin decided = { 0 };
  for (size_t i = 0; i < o->about.n; i++) {
    /* An abstract's first subject is what it is about: what follows are complications and comparisons. */
    if (i && !s->conditions.n && s->origin == TH_ORIGIN_PAPER && it->relevance != TH_RELEVANCE_U) break;
    const th_kin kin = th_names_kinship(q->names, a, q->disease->id, o->about.v[i].row->id);
    const th_relevance r = relevance_of(kin.kinship);
    if (it->about && rank_of(r) <= rank_of(it->relevance)) continue;
    it->relevance = r;
    it->about = o->about.v[i].row;
    decided = kin;
  }
  th_str why = TH_S("no condition of this study is in the table of diseases");
  if (it->about) {
    why = decided.ancestor ? th_str_fmt(a, "%.*s; nearest common ancestor: %.*s", TH_STR_ARG(it->about->en),
                                        TH_STR_ARG(decided.ancestor->en))
                           : it->about->en;
    if (!why.p) return th_fail_nomem(err);
  }
  return th_evidence__step(a, it, "REL", th_str_of(th_relevance_code(it->relevance)), why,
                           s->conditions.n ? TH_S("conditions") : TH_S("title"), err);
}

th_code th_evidence_observe(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_observed *out,
                            th_err *err) {
  *out = (th_evidence_observed){ .item = { .study = s } };
  TH_TRY(th_evidence__role(a, q, s, &out->item, err));
  TH_TRY(th_evidence_design(a, s, &out->item, err));
  TH_TRY(th_evidence_direction(a, s, &out->item, err));
  out->own.design = out->item.design;
  TH_TRY(th_evidence__own_gates(a, q, s, &out->own, err));
  return th_evidence_about(a, q->names, s, &out->about, err);
}

/* What the study brings by itself, behind what the pair added. */
static bool append(th_arena *a, const th_evidence_item *own, th_evidence_item *out) {
  for (size_t i = 0; i < own->gates.n; i++)
    if (!TH_VEC_PUSH(a, &out->gates, own->gates.v[i])) return false;
  for (size_t i = 0; i < own->flags.n; i++)
    if (!TH_VEC_PUSH(a, &out->flags, own->flags.v[i])) return false;
  for (size_t i = 0; i < own->steps.n; i++)
    if (!TH_VEC_PUSH(a, &out->steps, own->steps.v[i])) return false;
  return true;
}

th_code th_evidence_relate(th_arena *a, const th_evidence_question *q, const th_evidence_observed *o, th_evidence_item *out,
                           th_err *err) {
  *out = o->item;
  out->steps.cap = out->steps.n; /* the next push copies: many items grow from one observation */
  out->flags.cap = out->flags.n;
  out->gates.cap = out->gates.n;
  TH_TRY(th_evidence__relevance(a, q, o, out, err));
  TH_TRY(th_evidence__pair_gates(a, out, err));
  return append(a, &o->own, out) ? TH_OK : th_fail_nomem(err);
}

th_code th_evidence_judge(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *out,
                          th_err *err) {
  th_evidence_observed o;
  TH_TRY(th_evidence_observe(a, q, s, &o, err));
  return th_evidence_relate(a, q, &o, out, err);
}
