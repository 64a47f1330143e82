/* Lines of criteria against a patient. Unknown is never yes: a line read in part leaves nobody in. */
#include "trial_priv.h"

#include "theriac/text.h"

/* Words that let somebody in by another way than the statement that fails. */
static bool another_way(th_arena *a, th_str text) {
  static const char *const words[] = { " or ", "unless", "except", "alternatively", "and/or", "waive", "或" };
  const th_str f = th_text_fold(a, text, TH_TRIAL__FOLD, NULL);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (!f.p || th_str_has(f, th_str_of(words[i]))) return true;
  return false;
}

/* A group's heading that names some of the participants: "For adolescent participants:". */
static bool of_some(th_arena *a, th_str under) {
  static const char *const starts[] = { "for ", "part ", "cohort", "arm ", "group ", "step ", "stage ", "controls", "parent" };
  const th_str f = th_text_fold(a, under, TH_TRIAL__FOLD, NULL);
  if (under.n && !f.p) return true;
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (th_str_starts(f, th_str_of(starts[i]))) return true;
  return false;
}

static th_tri join(th_trial_join how, th_tri x, th_tri y) {
  if (how == TH_TRIAL_ALL) return th_tri_and(x, y);
  if (how == TH_TRIAL_ANY) return th_tri_or(x, y);
  return x == y ? x : TH_UNKNOWN;
}

static th_code own_terms(th_arena *a, const th_names *names, const th_trial_line *l, const th_trial_patient *p,
                         th_trial_answer *out, th_err *err) {
  out->holds = TH_UNKNOWN;
  for (size_t i = 0; i < l->terms.n; i++) {
    th_tri one;
    th_str why;
    TH_TRY(th_trial__term_holds(a, names, &l->terms.v[i], p, &one, &why, err));
    /* the words of the statement that settles the line, else of the first */
    const bool settles = i == 0 || (l->join == TH_TRIAL_ALL ? one < out->holds : one > out->holds);
    if (settles) out->why = why;
    out->holds = i == 0 ? one : join(l->join, out->holds, one);
  }
  if (l->whole) return TH_OK;
  /* Read in part: a statement that must hold and does not still settles an inclusion line. */
  const bool fails = l->side == TH_TRIAL_INCLUDE && l->terms.n && l->join == TH_TRIAL_ALL && out->holds == TH_FALSE;
  if (!fails || another_way(a, l->text)) out->holds = TH_UNKNOWN;
  return TH_OK;
}

/* A line that only introduces others says what they say together. */
static bool introduces(th_arena *a, const th_trial_line *l) {
  const th_str f = th_text_fold(a, l->text, TH_TRIAL__FOLD, NULL);
  return l->heads && l->terms.n == 0 && f.p &&
         (th_str_ends(f, TH_S(":")) || th_str_has(f, TH_S("following")) || th_str_has(f, TH_S("下列")));
}

th_code th_trial_match_lines(th_arena *a, const th_names *names, const th_trial_lines *lines, const th_trial_patient *p,
                             th_trial_match *out, th_err *err) {
  *out = (th_trial_match){ 0 };
  for (size_t i = 0; i < lines->n; i++) {
    th_trial_answer x = { .holds = TH_UNKNOWN, .why = TH_S("") };
    TH_TRY(own_terms(a, names, &lines->v[i], p, &x, err));
    if (of_some(a, lines->v[i].under)) x.holds = TH_UNKNOWN;
    if (!TH_VEC_PUSH(a, &out->lines, x)) return th_fail_nomem(err);
  }
  for (size_t i = lines->n; i-- > 0;) { /* children before their parents */
    const th_trial_line *l = &lines->v[i];
    if (!l->heads) continue;
    th_tri all = TH_UNKNOWN;
    bool first = true;
    for (size_t k = i + 1; k < lines->n; k++) {
      if (lines->v[k].parent != (int32_t)i) continue;
      all = first ? out->lines.v[k].holds : join(l->children, all, out->lines.v[k].holds);
      first = false;
    }
    th_trial_answer *x = &out->lines.v[i];
    if (introduces(a, l))
      x->holds = all;
    else if (!(x->holds == TH_FALSE && l->side == TH_TRIAL_INCLUDE))
      x->holds = TH_UNKNOWN; /* what stands under it may widen or narrow it */
  }
  out->eligible = TH_TRUE;
  for (size_t i = 0; i < lines->n; i++) {
    th_trial_answer *x = &out->lines.v[i];
    const th_trial_side side = lines->v[i].side;
    x->eligible = side == TH_TRIAL_INCLUDE ? x->holds : side == TH_TRIAL_EXCLUDE ? th_tri_not(x->holds) : TH_UNKNOWN;
    if (lines->v[i].parent >= 0) continue; /* counted through the line it stands under */
    out->n[x->eligible]++;
    out->eligible = th_tri_and(out->eligible, x->eligible);
  }
  if (lines->n == 0) out->eligible = TH_UNKNOWN;
  return TH_OK;
}
