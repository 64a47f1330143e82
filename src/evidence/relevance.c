/* Does a study speak of the disease asked about (evidence.md §5)? Conditions first, then what indexers derived from them; for papers
 * major topics, then title, then text. A name counts as a whole: a part of a longer name, a complication, a risk of it do not. */
#include "evidence_priv.h"

#include "theriac/text.h"

/* Names this long in a summary are no chance words ("infection", "disease"). */
#define LONG_NAME_BYTES 10

static bool any_of(th_str text, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (th_str_has(text, th_str_of(words[i]))) return true;
  return false;
}
#define ANY(text, list) any_of(text, list, sizeof list / sizeof *list)

/* The subject of a condition: what stands before "due to", "in", "secondary to". Later words are where or why. */
static size_t subject_end(th_str plain) {
  static const char *const cues[] = { " due to ",         " caused by ",  " secondary to ", " associated with ", " in patients",
                                      " in people with ", " induced by ", " following ",    " related to ",      " in " };
  size_t end = plain.n;
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++) {
    const size_t at = th_str_find(plain, th_str_of(cues[i]), 0);
    if (at != SIZE_MAX && at && at < end) end = at;
  }
  return end;
}

/* "X-induced", "X related", "susceptibility to X", "risk of X": something else than X. */
static bool is_aside(th_arena *a, th_str text, const th_name_hit *h) {
  static const char *const before[] = { "susceptibility to ", "risk of ",       "risk for ", "history of ", "model of ",
                                        "without ",           "screening for ", "non-",      "healthy " };
  static const char *const after[] = { "-induced",  " induced",   "-related", " related",        "-associated",  " associated",
                                       " survivor", " screening", " risk",    " susceptibility", " complication" };
  const th_str b = th_evidence__plain(a, th_str_sub(text, h->from > 24 ? h->from - 24 : 0, h->from)),
               f = th_evidence__plain(a, th_str_sub(text, h->to, h->to + 24));
  th_str spaced = th_str_fmt(a, "%.*s ", TH_STR_ARG(b)),
         behind = th_str_fmt(a, "%s%.*s", f.n && f.p[0] != '-' ? " " : "", TH_STR_ARG(f));
  for (size_t i = 0; i < sizeof before / sizeof *before; i++)
    if (th_str_ends(spaced, th_str_of(before[i])) || th_str_ends(b, th_str_of(before[i]))) return true;
  for (size_t i = 0; i < sizeof after / sizeof *after; i++)
    if (th_str_starts(behind, th_str_of(after[i]))) return true;
  return false;
}

static th_code push_hits(th_arena *a, const th_names *n, th_str text, bool cut, size_t shortest, bool asides, th_name_hits *out,
                         th_err *err) {
  th_name_hits hits = { 0 };
  TH_TRY(th_names_find(n, a, TH_NAME_DISEASE, text, cut, &hits, err));
  for (size_t i = 0; i < hits.n; i++) {
    if (hits.v[i].to - hits.v[i].from < shortest || (!asides && is_aside(a, text, &hits.v[i]))) continue;
    if (!TH_VEC_PUSH(a, out, hits.v[i])) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code push_condition(th_arena *a, const th_names *n, th_str text, th_name_hits *out, th_err *err) {
  const th_name_hit whole = th_names_resolve(n, a, TH_NAME_DISEASE, text);
  if (whole.row) return TH_VEC_PUSH(a, out, whole) ? TH_OK : th_fail_nomem(err);
  /* the cue words are ASCII: an offset in the folded copy serves as long as nothing before it changed its length */
  const th_str plain = th_evidence__plain(a, text);
  const size_t end = plain.n == text.n ? subject_end(plain) : text.n;
  return push_hits(a, n, th_str_sub(text, 0, end), false, 0, false, out, err);
}

th_code th_evidence_about(th_arena *a, const th_names *n, const th_study_seen *s, th_name_hits *out, th_err *err) {
  for (size_t i = 0; i < s->conditions.n; i++) TH_TRY(push_condition(a, n, s->conditions.v[i].text, out, err));
  for (size_t i = 0; i < s->topics.n; i++) {
    const th_name_hit whole = th_names_resolve(n, a, TH_NAME_DISEASE, s->topics.v[i].text);
    if (whole.row && !TH_VEC_PUSH(a, out, whole)) return th_fail_nomem(err);
  }
  if (s->conditions.n || out->n) return TH_OK;
  TH_TRY(push_hits(a, n, s->title, s->title_cut, 0, false, out, err));
  for (size_t i = 0; !out->n && i < s->texts.n; i++)
    TH_TRY(push_hits(a, n, s->texts.v[i].text, false, LONG_NAME_BYTES, false, out, err));
  return TH_OK;
}

static th_relevance relevance_of(th_kinship k) {
  switch (k) {
  case TH_KIN_SAME:
  case TH_KIN_DESCENDANT: return TH_RELEVANCE_A;
  case TH_KIN_PARENT:
  case TH_KIN_SIBLING:
  case TH_KIN_NEAR: return TH_RELEVANCE_B;
  case TH_KIN_ANCESTOR:
  case TH_KIN_FAR: return TH_RELEVANCE_C;
  case TH_KIN_UNMAPPED: break;
  }
  return TH_RELEVANCE_U;
}

/* A before B before C before U. */
static int rank_of(th_relevance r) {
  return r == TH_RELEVANCE_A ? 3 : r == TH_RELEVANCE_B ? 2 : r == TH_RELEVANCE_C ? 1 : 0;
}

/* ── A disease no table lists: equal names are all there is ── */

static th_str folded(th_arena *a, th_str name) {
  return th_text_fold(a, name, TH_FOLD_NAME, NULL);
}

/* The name as a whole word of the text. */
static bool names_whole(th_str text, th_str name) {
  for (size_t at = 0; (at = th_str_find(text, name, at)) != SIZE_MAX; at += name.n) {
    const char before = at ? text.p[at - 1] : ' ', after = at + name.n < text.n ? text.p[at + name.n] : ' ';
    const bool inside = (before >= 'a' && before <= 'z') || (after >= 'a' && after <= 'z' && after != 's');
    if (!inside) return true;
  }
  return false;
}

/* "Caries, Dental" is "dental caries". */
static bool is_name(th_arena *a, th_str printed, th_str want) {
  if (th_str_eq(folded(a, printed), want)) return true;
  const size_t comma = th_str_find(printed, TH_S(","), 0);
  if (comma == SIZE_MAX || th_str_find(printed, TH_S(","), comma + 1) != SIZE_MAX) return false;
  const th_str head = th_str_trim(th_str_sub(printed, 0, comma)), tail = th_str_trim(th_str_sub(printed, comma + 1, printed.n));
  const th_str turned = th_str_fmt(a, "%.*s %.*s", TH_STR_ARG(tail), TH_STR_ARG(head));
  return turned.p && th_str_eq(folded(a, turned), want);
}

static bool equal_by_name(th_arena *a, const th_evidence_question *q, const th_study_seen *s) {
  const th_str want = folded(a, q->disease->en);
  if (want.n < 3) return false;
  for (size_t i = 0; i < s->conditions.n; i++)
    if (is_name(a, s->conditions.v[i].text, want)) return true;
  for (size_t i = 0; i < s->topics.n; i++)
    if (is_name(a, s->topics.v[i].text, want)) return true;
  if (s->conditions.n) return false;
  if (names_whole(folded(a, s->title), want)) return true;
  return s->texts.n && want.n >= LONG_NAME_BYTES && names_whole(folded(a, s->texts.v[0].text), want);
}

/* "Solid tumours", "rare diseases": too wide to be any disease. */
static bool is_umbrella(th_arena *a, const th_study_seen *s, th_str *words) {
  static const char *const wide[] = {
    "solid tumor",          "solid tumour",    "solid cancer", "rare disease",       "advanced cancer",
    "advanced malignan",    "malignan",        "neoplasm",     "autoimmune disease", "healthy",
    "inflammatory disease", "chronic disease", "cancer"
  };
  for (size_t i = 0; i < s->conditions.n; i++)
    if (ANY(th_evidence__plain(a, s->conditions.v[i].text), wide)) {
      *words = s->conditions.v[i].text;
      return true;
    }
  return false;
}

/* ── The study held against the disease ── */

/* "Effect of X on proteinuria in Y": what stands behind "on" is measured, the disease follows. */
static bool is_measured(const th_study_seen *s, const th_name_hit *hit) {
  return hit->from >= 4 && th_str_eq_nocase(th_str_sub(s->title, hit->from - 4, hit->from), TH_S(" on "));
}

static th_code by_names(th_arena *a, const th_evidence_question *q, const th_evidence_observed *o, th_evidence_item *it,
                        th_kin *decided) {
  const th_study_seen *s = it->study;
  for (size_t i = 0; i < o->about.n; i++) {
    /* An abstract's first subject is what it is about: what follows are complications and comparisons. */
    const bool by_title = !s->conditions.n && !s->topics.n && s->origin == TH_ORIGIN_PAPER;
    if (i && by_title && it->relevance != TH_RELEVANCE_U) break;
    if (by_title && i + 1 < o->about.n && is_measured(s, &o->about.v[i])) continue;
    const th_kin kin = th_names_kinship(q->names, a, q->disease->id, o->about.v[i].row->id);
    /* Without a common ancestor the tables do not tell how far they are apart. */
    const bool apart = kin.kinship == TH_KIN_FAR && !kin.ancestor && !q->disease->parents.n;
    const th_relevance r = apart ? TH_RELEVANCE_U : relevance_of(kin.kinship);
    if (it->about && rank_of(r) <= rank_of(it->relevance)) continue;
    it->relevance = r;
    it->about = o->about.v[i].row;
    *decided = kin;
  }
  return TH_OK;
}

th_code th_evidence__relevance(th_arena *a, const th_evidence_question *q, const th_evidence_observed *o, th_evidence_item *it,
                               th_err *err) {
  const th_study_seen *s = it->study;
  th_kin decided = { 0 };
  TH_TRY(by_names(a, q, o, it, &decided));
  th_str why = TH_S("no condition of this study is in the table of diseases"), wide = TH_STR_NONE;
  if (it->relevance != TH_RELEVANCE_A && !q->disease->id.n && equal_by_name(a, q, s)) {
    it->relevance = TH_RELEVANCE_A;
    it->about = q->disease;
    why = q->disease->en;
  } else if (it->about) {
    why = decided.ancestor ? th_str_fmt(a, "%.*s; nearest common ancestor: %.*s", TH_STR_ARG(it->about->en),
                                        TH_STR_ARG(decided.ancestor->en))
                           : it->about->en;
    if (!why.p) return th_fail_nomem(err);
  } else if (is_umbrella(a, s, &wide)) {
    it->relevance = TH_RELEVANCE_C;
    why = wide;
  }
  return th_evidence__step(a, it, "REL", th_str_of(th_relevance_code(it->relevance)), why,
                           s->conditions.n ? TH_S("conditions") : TH_S("title"), err);
}
