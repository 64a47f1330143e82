/* What part the drug plays in a study (evidence.md §4): tested, background, comparator, mentioned, or not to be told.
 *
 * Arms decide where they are listed. The type of an arm alone does not: registries hold placebo arms typed EXPERIMENTAL, and trials
 * of two drugs in which every arm is an ACTIVE_COMPARATOR. Without arms the list of interventions and the title decide. */
#include "evidence_priv.h"

static th_code names_drug(th_arena *a, const th_evidence_question *q, th_str text, bool cut, th_name_hit *hit, bool *found,
                          th_err *err) {
  th_name_hits hits = { 0 };
  *found = false;
  TH_TRY(th_names_find(q->names, a, TH_NAME_DRUG, text, cut, &hits, err));
  for (size_t i = 0; i < hits.n && !*found; i++) {
    if (hits.v[i].row != q->drug) continue;
    *found = true;
    *hit = hits.v[i];
  }
  return TH_OK;
}

static bool is_sham(th_str plain) {
  static const char *const words[] = { "placebo", "sham", "vehicle", "dummy", "matching", "安慰劑", "安慰剂" };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_has(plain, th_str_of(words[i]))) return true;
  return false;
}

/* The piece of a treatment's text around byte `at`: "Testimab + placebo" is two pieces, "placebo matching Testimab" one. */
static th_str piece_around(th_str text, size_t at) {
  static const char stops[] = "+;,/()&\n";
  size_t from = at, to = at;
  while (from && !strchr(stops, text.p[from - 1]) && !th_str_ends(th_str_sub(text, 0, from), TH_S(" and ")) &&
         !th_str_ends(th_str_sub(text, 0, from), TH_S(" plus ")) && !th_str_ends(th_str_sub(text, 0, from), TH_S(" with ")))
    from--;
  while (to < text.n && !strchr(stops, text.p[to]) && !th_str_starts(th_str_sub(text, to, text.n), TH_S(" and ")) &&
         !th_str_starts(th_str_sub(text, to, text.n), TH_S(" plus ")) &&
         !th_str_starts(th_str_sub(text, to, text.n), TH_S(" with ")))
    to++;
  return th_str_sub(text, from, to);
}

th_code th_evidence__gives(th_arena *a, const th_evidence_question *q, th_str text, bool *gives, th_err *err) {
  th_name_hits hits = { 0 };
  *gives = false;
  TH_TRY(th_names_find(q->names, a, TH_NAME_DRUG, text, false, &hits, err));
  /* "Placebo (also called: Testimab placebo)": what stands in brackets names the whole again */
  const size_t bracket = th_str_find(text, TH_S(" ("), 0);
  const th_str head = th_evidence__plain(a, th_str_sub(text, 0, bracket == SIZE_MAX ? text.n : bracket));
  const bool sham =
      is_sham(head) && !th_str_has(head, TH_S("+")) && !th_str_has(head, TH_S(" and ")) && !th_str_has(head, TH_S(" plus "));
  for (size_t i = 0; i < hits.n && !*gives; i++) {
    if (hits.v[i].row != q->drug || sham) continue;
    const th_str piece = th_evidence__plain(a, piece_around(text, hits.v[i].from));
    *gives = !is_sham(piece) && !th_str_starts(piece, TH_S("without ")) && !th_str_starts(piece, TH_S("no "));
  }
  return TH_OK;
}

/* ── Arms ── */

typedef enum arm_kind { ARM_UNTYPED, ARM_EXPERIMENTAL, ARM_ACTIVE, ARM_INERT } arm_kind;

static arm_kind kind_of(th_arena *a, const th_trial_arm *arm) {
  const th_str t = th_evidence__plain(a, arm->type.text);
  if (th_str_has(t, TH_S("experimental")) || th_str_has(t, TH_S("實驗"))) return ARM_EXPERIMENTAL;
  if (th_str_has(t, TH_S("placebo")) || th_str_has(t, TH_S("sham")) || th_str_has(t, TH_S("no intervention")) ||
      th_str_has(t, TH_S("安慰")))
    return ARM_INERT;
  return t.n ? ARM_ACTIVE : ARM_UNTYPED;
}

/* A treatment that is neither the drug nor nothing: another substance, which the drug may be the background of. */
static bool other_substance(th_arena *a, th_str treatment) {
  const th_str t = th_evidence__plain(a, treatment);
  static const char *const others[] = { "procedure:",          "device:",      "behavioral:",         "radiation:",
                                        "diagnostic",          "other: no ",   "no treatment",        "saline",
                                        "normal saline",       "drug: saline", "drug: normal saline", "other: saline",
                                        "other: normal saline" };
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (th_str_starts(t, th_str_of(others[i]))) return false;
  return !is_sham(t);
}

typedef struct arms_seen {
  size_t with, experimental_with, experimental_without, active_with, untyped_with;
  bool others;               /* some arm gets another substance */
  bool same_rest, same_drug; /* all arms so far get the same beside the drug; and the drug in the same words */
  th_str rest, drug;         /* those of the first arm */
  th_str words;
} arms_seen;

/* Is what this arm gets what the first one gets? */
static bool compare_arm(th_arena *a, th_buf *rest, th_buf *drug, bool first, arms_seen *seen) {
  if (rest->failed || drug->failed) return false;
  const th_str r = th_evidence__plain(a, th_buf_str(rest)), d = th_evidence__plain(a, th_buf_str(drug));
  if (first) seen->rest = r, seen->drug = d, seen->same_rest = seen->same_drug = true;
  seen->same_rest &= th_str_eq(r, seen->rest);
  seen->same_drug &= th_str_eq(d, seen->drug);
  return true;
}

static th_code look_at_arm(th_arena *a, const th_evidence_question *q, const th_trial_arm *arm, bool first, arms_seen *seen,
                           th_err *err) {
  bool found = false;
  th_buf rest, drug;
  th_buf_init(&rest, a, 64);
  th_buf_init(&drug, a, 64);
  for (size_t t = 0; t < arm->treatments.n; t++) {
    bool gives;
    TH_TRY(th_evidence__gives(a, q, arm->treatments.v[t].text, &gives, err));
    found |= gives;
    seen->others |= !gives && other_substance(a, arm->treatments.v[t].text);
    th_buf_add(gives ? &drug : &rest, arm->treatments.v[t].text);
    th_buf_addc(gives ? &drug : &rest, '\n');
  }
  if (!compare_arm(a, &rest, &drug, first, seen)) return th_fail_nomem(err);
  const arm_kind kind = kind_of(a, arm);
  if (!arm->treatments.n) TH_TRY(th_evidence__gives(a, q, arm->label.text, &found, err));
  if (!found) {
    seen->experimental_without += kind == ARM_EXPERIMENTAL && !is_sham(th_evidence__plain(a, arm->label.text));
    return TH_OK;
  }
  seen->with++;
  seen->experimental_with += kind == ARM_EXPERIMENTAL;
  seen->active_with += kind == ARM_ACTIVE || kind == ARM_INERT;
  seen->untyped_with += kind == ARM_UNTYPED;
  if (!seen->words.n) seen->words = arm->label.text;
  return TH_OK;
}

/* "versus", "compared with": what follows is the comparator. */
static bool after_versus(th_str plain, size_t at) {
  static const char *const cues[] = { " versus ",        " vs ",   " vs. ", "compared with ", "compared to ",
                                      "comparing with ", "相較於", "對照" };
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++) {
    const size_t cue = th_str_find(plain, th_str_of(cues[i]), 0);
    if (cue != SIZE_MAX && cue < at) return true;
  }
  /* "comparing X with D", not "comparing X and D": there both are compared */
  const th_str before = th_str_sub(plain, 0, at);
  return th_str_has(before, TH_S("compar")) &&
         (th_str_ends(before, TH_S(" with ")) || th_str_ends(before, TH_S(" to ")) || th_str_ends(before, TH_S(" against ")));
}

/* What was given before and did not do: "refractory to three months of X", "after X". */
static bool after_failure(th_str plain, size_t at) {
  static const char *const near[] = { "failure of ",
                                      "failure to ",
                                      "failed ",
                                      "refractory to ",
                                      "resistant to ",
                                      "intolerant to ",
                                      "intolerant of ",
                                      "intolerance to ",
                                      "response to prior ",
                                      "switching from ",
                                      "switched from ",
                                      "switch from ",
                                      "conversion from ",
                                      "converted from ",
                                      "inadequate response to ",
                                      "insufficient response to ",
                                      "unresponsive to ",
                                      "despite ",
                                      "previously treated with ",
                                      "not responding to ",
                                      "治療失敗",
                                      "无效",
                                      "反應不佳" };
  static const char *const adjacent[] = { "after ", "naive to ", "withdrawal of ", "failing ", "following " };
  th_str before = th_str_sub(plain, at > 60 ? at - 60 : 0, at);
  for (size_t i = 0; i < sizeof adjacent / sizeof *adjacent; i++)
    if (th_str_ends(before, th_str_of(adjacent[i]))) return true;
  const size_t stop = th_str_rfind(before, TH_S(". ")), colon = th_str_rfind(before, TH_S(": "));
  if (stop != SIZE_MAX) before = th_str_sub(before, stop, before.n);
  if (colon != SIZE_MAX && colon < before.n) before = th_str_sub(before, colon, before.n);
  for (size_t i = 0; i < sizeof near / sizeof *near; i++)
    if (th_str_has(before, th_str_of(near[i]))) return true;
  return false;
}

/* "X-resistant patients", "X-naive": who they are, not what they get. */
static bool describes_patients(th_str plain, size_t end) {
  static const char *const cues[] = { "-resistant",  " resistant", "-refractory", " refractory",  "-intolerant",
                                      " intolerant", "-naive",     " naive",      "-experienced", "-pretreated",
                                      "-treated",    "-induced",   " failure",    "-failure",     "-dependent" };
  const th_str after = th_str_sub(plain, end, plain.n);
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
    if (th_str_starts(after, th_str_of(cues[i]))) return true;
  return false;
}

/* "X in combination with D": D is what X is added to. */
static bool is_partner(th_str plain, size_t at) {
  static const char *const cues[] = { "in combination with ", "combined with ",  "added to ",      "add-on to ",
                                      "on top of ",           "in addition to ", "adjunctive to ", "with background " };
  const th_str before = th_str_sub(plain, at > 40 ? at - 40 : 0, at);
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++)
    if (th_str_ends(before, th_str_of(cues[i])) && before.n > strlen(cues[i])) return true;
  return false;
}

/* "X plus D versus D alone": it stands on both sides of the comparison, and before it something else does. */
static bool on_both_sides(th_str plain, th_str name, size_t at) {
  static const char *const cues[] = { " versus ", " vs ", " vs. ", " compared with ", " compared to " };
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++) {
    const size_t cue = th_str_find(plain, th_str_of(cues[i]), 0);
    if (cue == SIZE_MAX || cue < at || th_str_find(plain, name, cue) == SIZE_MAX) continue;
    const th_str left = th_str_sub(plain, 0, cue);
    return th_str_has(left, TH_S(" plus ")) || th_str_has(left, TH_S(" with ")) || th_str_has(left, TH_S(" and ")) ||
           th_str_has(left, TH_S("+"));
  }
  return false;
}

static th_role role_in_sentence(th_str plain, size_t at, size_t name_n) {
  const th_str name = th_str_sub(plain, at, at + name_n);
  if (after_failure(plain, at) || describes_patients(plain, at + name_n)) return TH_ROLE_MENTIONED;
  if (is_partner(plain, at) || on_both_sides(plain, name, at)) return TH_ROLE_BACKGROUND;
  return after_versus(plain, at) ? TH_ROLE_COMPARATOR : TH_ROLE_TESTED;
}

/* Role by a title that names the drug; UNKNOWN when it does not. */
static th_code role_in_title(th_arena *a, const th_evidence_question *q, th_str title, bool cut, th_role *out, th_err *err) {
  th_name_hit hit;
  bool found;
  *out = TH_ROLE_UNKNOWN;
  TH_TRY(names_drug(a, q, title, cut, &hit, &found, err));
  if (!found) return TH_OK;
  const size_t through = th_evidence__plain(a, th_str_sub(title, 0, hit.to)).n,
               name = th_evidence__plain(a, th_str_sub(title, hit.from, hit.to)).n;
  *out = role_in_sentence(th_evidence__plain(a, title), through > name ? through - name : 0, name);
  return TH_OK;
}

static th_code role_in_titles(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_role *out, th_err *err) {
  TH_TRY(role_in_title(a, q, s->title, s->title_cut, out, err));
  return *out == TH_ROLE_UNKNOWN && s->official_title.n ? role_in_title(a, q, s->official_title, false, out, err) : TH_OK;
}

/* Every arm gets it: it is the background, unless the arms differ in it alone (doses, one group, both sides of a crossover). */
static th_role role_in_all(th_arena *a, const th_study_seen *s, const arms_seen *seen, th_role title) {
  if (s->arms.n == 1 || !seen->others) return TH_ROLE_TESTED;
  /* doses of the drug on one background; where the lists do not tell the doses apart, the title names what is tested */
  if (seen->same_rest && (!seen->same_drug || title == TH_ROLE_TESTED)) return TH_ROLE_TESTED;
  const bool crossover = th_str_has(th_evidence__plain(a, s->model.text), TH_S("crossover"));
  return crossover && title == TH_ROLE_TESTED ? TH_ROLE_TESTED : TH_ROLE_BACKGROUND;
}

/* It stands in active (not experimental) arms only: what the title compares is tested, what it is compared with is not. */
static th_role role_in_active(const arms_seen *seen, th_role title) {
  if (seen->experimental_without) return TH_ROLE_COMPARATOR;
  if (title == TH_ROLE_UNKNOWN) return seen->others ? TH_ROLE_COMPARATOR : TH_ROLE_TESTED;
  return TH_ROLE_TESTED; /* no experimental arm: both sides of "versus" are compared */
}

static th_code role_by_arms(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                            th_err *err) {
  arms_seen seen = { 0 };
  th_role title;
  for (size_t i = 0; i < s->arms.n; i++) TH_TRY(look_at_arm(a, q, &s->arms.v[i], !i, &seen, err));
  TH_TRY(role_in_titles(a, q, s, &title, err));
  if (!seen.with)
    it->role = TH_ROLE_MENTIONED;
  else if (seen.with == s->arms.n)
    it->role = role_in_all(a, s, &seen, title);
  else if (seen.experimental_with || seen.untyped_with)
    it->role = TH_ROLE_TESTED;
  else
    it->role = role_in_active(&seen, title);
  return th_evidence__step(a, it, "ROLE-ARMS", th_str_of(th_role_code(it->role)), seen.words, TH_S("arms"), err);
}

/* ── Without arms ── */

/* Does a text say that the drug is what is given and looked at? */
static bool is_object(th_str plain, size_t at, size_t name_n) {
  static const char *const before_cues[] = { "received ",
                                             "receive ",
                                             "treated with ",
                                             "treatment with ",
                                             "administered ",
                                             "efficacy of ",
                                             "safety of ",
                                             "impact of ",
                                             "effect of ",
                                             "effects of ",
                                             "efficacy and safety of ",
                                             "supplemented with ",
                                             "use of ",
                                             "trial of ",
                                             "study of ",
                                             "therapy with ",
                                             "assigned to ",
                                             "1:1 to ",
                                             "given ",
                                             "randomized to ",
                                             "randomised to ",
                                             "response to ",
                                             "responded to ",
                                             "effectiveness of " };
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
  th_name_hits others = { 0 };
  it->role = TH_ROLE_UNKNOWN;
  TH_TRY(th_names_find(q->names, a, TH_NAME_DRUG, s->title, s->title_cut, &others, err));
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
      /* a title that names another drug says what was tested */
      if (others.n || !is_object(plain, at, name.n) || after_failure(plain, at)) continue;
      it->role = TH_ROLE_TESTED;
      return th_evidence__step(a, it, "ROLE-TEXT", TH_S("tested"), th_evidence_sentence(text, hits.v[h].from),
                               th_str_fmt(a, "texts[%zu]", i), err);
    }
  }
  return th_evidence__step(a, it, "ROLE-TEXT", th_str_of(th_role_code(it->role)), TH_STR_NONE, TH_S("texts"), err);
}

/* The list of interventions: alone or first is tested, unless the title says otherwise. */
static th_code role_by_list(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                            bool *found, th_err *err) {
  size_t others_before = 0, others = 0;
  th_str words = TH_STR_NONE;
  *found = false;
  for (size_t i = 0; i < s->treatments.n; i++) {
    bool gives;
    TH_TRY(th_evidence__gives(a, q, s->treatments.v[i].text, &gives, err));
    if (gives && !words.n) words = s->treatments.v[i].text;
    *found |= gives;
    const bool other = !gives && other_substance(a, s->treatments.v[i].text);
    others += other;
    others_before += other && !*found;
  }
  if (!*found) return TH_OK;
  th_role title;
  TH_TRY(role_in_titles(a, q, s, &title, err));
  it->role = title != TH_ROLE_TESTED && title != TH_ROLE_UNKNOWN    ? title
             : !others || !others_before || title == TH_ROLE_TESTED ? TH_ROLE_TESTED
                                                                    : TH_ROLE_UNKNOWN;
  return th_evidence__step(a, it, "ROLE-LIST", th_str_of(th_role_code(it->role)), words, TH_S("treatments"), err);
}

th_code th_evidence__role(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                          th_err *err) {
  if (s->arms.n) return role_by_arms(a, q, s, it, err);
  bool listed;
  TH_TRY(role_by_list(a, q, s, it, &listed, err));
  if (listed) return TH_OK;
  TH_TRY(role_in_titles(a, q, s, &it->role, err));
  if (it->role != TH_ROLE_UNKNOWN)
    return th_evidence__step(a, it, "ROLE-TITLE", th_str_of(th_role_code(it->role)), s->title, TH_S("title"), err);
  return role_by_texts(a, q, s, it, err);
}
