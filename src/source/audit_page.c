/* Contradictions within one published page. Each rule is a few lines; the table at the end names them in order.
 *
 * The definitions are those of theriac-findings(7). A rule compares what the page prints, never what is true: a page may agree
 * with itself and still be wrong, which is for the dossier to say. */
#include "source/source_priv.h"

typedef struct scan {
  th_arena *a;
  const th_report_page *page;
  th_findings *out;
} scan;

static th_finding *hit(scan *s, const char *code, th_field first, const char *message) {
  th_finding *f = TH_VEC_ADD(s->a, s->out);
  if (!f) return NULL;
  f->code = code;
  f->line = first.line;
  f->message = th_str_of(message);
  return TH_VEC_PUSH(s->a, &f->values, first) ? f : NULL;
}

static bool also(scan *s, th_finding *f, th_field value) {
  return !th_field_has(value) || TH_VEC_PUSH(s->a, &f->values, value);
}

/* ── Levels ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct surfaces {
  uint8_t level[4], n, lo, hi;
  th_field at[4];
} surfaces;

static surfaces surfaces_of(const th_report_page *p) {
  surfaces s = { .lo = 9 };
  const th_level_mark *marks[] = { &p->level_front, &p->level_header, &p->level_table };
  for (size_t i = 0; i < 3; i++)
    if (marks[i]->lo) {
      s.level[s.n] = marks[i]->lo;
      s.at[s.n++] = marks[i]->at;
    }
  for (size_t i = 0; i < p->predictions.n && p->best_badge; i++)
    if (p->predictions.v[i].origin == TH_REPORT_FROM_SECTION && p->predictions.v[i].badge.lo == p->best_badge) {
      s.level[s.n] = p->best_badge;
      s.at[s.n++] = p->predictions.v[i].badge.at;
      break;
    }
  for (size_t i = 0; i < s.n; i++) {
    if (s.level[i] < s.lo) s.lo = s.level[i];
    if (s.level[i] > s.hi) s.hi = s.level[i];
  }
  return s;
}

static bool levels(scan *s, const char *code, const char *message, uint8_t gap) {
  const surfaces x = surfaces_of(s->page);
  if (x.n < 2 || x.hi - x.lo < gap) return true;
  th_finding *f = hit(s, code, x.at[0], message);
  for (size_t i = 1; f && i < x.n; i++)
    if (!also(s, f, x.at[i])) return false;
  return f;
}

static bool level(scan *s, const char *code) {
  return levels(s, code, "front matter, header line, table and best badge do not state one level", 1);
}

static bool level_gap2(scan *s, const char *code) {
  return levels(s, code, "the levels the page states lie two or more apart", 2);
}

static bool description(scan *s, const char *code) {
  const th_report_page *p = s->page;
  if (!p->level_description.lo || !p->level_front.lo || p->level_description.lo == p->level_front.lo) return true;
  th_finding *f = hit(s, code, p->level_description.at, "the description states another level than the front matter");
  return f && also(s, f, p->level_front.at);
}

static bool category(scan *s, const char *code) {
  const th_report_page *p = s->page;
  const uint8_t x = p->level_front.lo;
  if (!x || !p->level_parent.lo || (x >= p->level_parent.lo && x <= p->level_parent.hi)) return true;
  th_finding *f = hit(s, code, p->level_parent.at, "the page is filed under a category that its own level does not belong to");
  return f && also(s, f, p->level_front.at);
}

static bool badge(scan *s, const char *code) {
  for (size_t i = 0; i < s->page->predictions.n; i++) {
    const th_report_prediction *x = &s->page->predictions.v[i];
    if (!x->badge.lo || !x->badge_class.lo || x->badge.lo == x->badge_class.lo) continue;
    th_finding *f = hit(s, code, x->badge.at, "a badge shows one level and is coloured as another");
    if (!f || !also(s, f, x->badge_class.at) || !also(s, f, x->name)) return false;
  }
  return true;
}

/* ── Counts, cautions, decisions ───────────────────────────────────────────────────────────────────────────────────── */

static bool count(scan *s, const char *code) {
  const th_report_page *p = s->page;
  int64_t front, header;
  if (!th_str_to_i64(p->count_front.text, &front)) return true;
  const bool has_header = th_str_to_i64(p->count_header.text, &header);
  const bool sections = p->n_sections && front != (int64_t)p->n_sections;
  if (!sections && !(has_header && header != front)) return true;
  th_finding *f = hit(s, code, p->count_front, "the number of predicted indications differs from what the page shows");
  if (f && sections) {
    const th_str n = th_str_fmt(s->a, "%u", p->n_sections);
    if (!n.p || !also(s, f, (th_field){ .text = n, .line = p->predictions.v[0].line })) return false;
  }
  return f && also(s, f, p->count_header);
}

/* The rule names the word, not the meaning: "may threaten life" in other words raises th_report_caution.fatal alone. */
static bool says_fatal(th_str text) {
  static const char *const words[] = { "致命", "fatal", "life-threatening", NULL };
  return th_source__has_any(text, words);
}

static bool caution(scan *s, const char *code, bool fatal) {
  for (size_t i = 0; i < s->page->cautions.n; i++) {
    const th_report_caution *c = &s->page->cautions.v[i];
    const bool is = fatal ? c->fatal && says_fatal(c->text.text) && !c->forbids && c->severity == TH_SEVERITY_MINOR
                          : c->forbids && (c->severity == TH_SEVERITY_MINOR || c->severity == TH_SEVERITY_MODERATE);
    if (c->kind != TH_CAUTION_DISEASE || !is) continue;
    th_finding *f = hit(s, code, c->subject,
                        fatal ? "a caution whose text speaks of death is labelled minor"
                              : "a caution whose text forbids the drug is labelled below major");
    if (!f || !also(s, f, c->label) || !also(s, f, c->text)) return false;
  }
  return true;
}

static bool severity(scan *s, const char *code) {
  return caution(s, code, false);
}

static bool severity_fatal(scan *s, const char *code) {
  return caution(s, code, true);
}

/* Without bracketed remarks, ASCII case and outer blanks folded. */
static th_str core_of(th_str s) {
  size_t end = s.n;
  for (size_t i = 1; i < s.n && end == s.n; i++)
    if (s.p[i] == '(' || th_str_starts(th_str_sub(s, i, s.n), TH_S("（"))) end = i;
  return th_str_trim(th_str_sub(s, 0, end));
}

static bool decision_mismatch(scan *s, const char *code) {
  const th_report_page *p = s->page;
  if (!th_field_has(p->decision) || p->decisions.n == 0) return true;
  if (th_str_eq_nocase(core_of(p->decision.text), core_of(p->decisions.v[0].text.text))) return true;
  th_finding *f = hit(s, code, p->decision, "the overview table and the conclusion draw different decisions");
  return f && also(s, f, p->decisions.v[0].text);
}

static bool favourable(th_str s) {
  static const char *const words[] = { "go", "proceed", "strong proceed", "proceed with guardrails" };
  const th_str core = core_of(s);
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (th_str_eq_nocase(core, th_str_of(words[i]))) return true;
  return false;
}

static bool decision_unsupported(scan *s, const char *code) {
  const th_report_page *p = s->page;
  const th_level_mark shown = p->level_header.lo ? p->level_header : p->level_front;
  if (shown.lo != 5) return true;
  th_field decision = { 0 };
  if (favourable(p->decision.text)) decision = p->decision;
  for (size_t i = 0; i < p->decisions.n && !th_field_has(decision); i++)
    if (favourable(p->decisions.v[i].text.text)) decision = p->decisions.v[i].text;
  if (!th_field_has(decision)) return true;
  th_finding *f = hit(s, code, decision, "a favourable decision on a page that shows level L5, a model's prediction alone");
  return f && also(s, f, shown.at);
}

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool void_trial(scan *s, const char *code) {
  for (size_t i = 0; i < s->page->trials.n; i++) {
    const th_report_trial *t = &s->page->trials.v[i];
    if (t->placeholder || th_source__find_nocase(t->status.text, "withdrawn", 0) == SIZE_MAX)
      continue; /* the registry's word */
    th_finding *f = hit(s, code, t->id, "a withdrawn trial, in which nobody was studied, is listed as evidence");
    if (!f || !also(s, f, t->status) || !also(s, f, t->n)) return false;
  }
  return true;
}

static bool cut_title(scan *s, const char *code) {
  for (size_t i = 0; i < s->page->trials.n; i++) {
    const th_report_trial *t = &s->page->trials.v[i];
    if (!t->title_cut) continue;
    th_finding *f = hit(s, code, t->id, "a trial's title is cut, so that what was studied cannot be read");
    if (!f || !also(s, f, t->title) || !also(s, f, t->finding)) return false;
  }
  return true;
}

static bool is_100(th_str s) {
  th_dec d;
  s = th_str_trim(s);
  if (!th_str_ends(s, TH_S("%")) || !th_dec_parse(th_str_trim(th_str_sub(s, 0, s.n - 1)), &d)) return false;
  return th_dec_cmp(d, th_dec_of(100, 0)) >= 0;
}

static bool score_100(scan *s, const char *code) {
  const char *message = "a model's score is printed as certainty";
  if (is_100(s->page->score.text) && !hit(s, code, s->page->score, message)) return false;
  for (size_t i = 0; i < s->page->predictions.n; i++) {
    const th_report_prediction *x = &s->page->predictions.v[i];
    if (!is_100(x->score.text)) continue;
    th_finding *f = hit(s, code, x->score, message);
    if (!f || !also(s, f, x->name)) return false;
  }
  return true;
}

static const struct {
  const char *code;
  bool (*find)(scan *, const char *code); /* false when memory is short */
} rules[] = {
  { "AUD-LEVEL", level },
  { "AUD-LEVEL-GAP2", level_gap2 },
  { "AUD-DESCRIPTION", description },
  { "AUD-CATEGORY", category },
  { "AUD-BADGE", badge },
  { "AUD-COUNT", count },
  { "AUD-SEVERITY", severity },
  { "AUD-SEVERITY-FATAL", severity_fatal },
  { "AUD-DECISION-MISMATCH", decision_mismatch },
  { "AUD-DECISION-UNSUPPORTED", decision_unsupported },
  { "AUD-VOID-TRIAL", void_trial },
  { "AUD-CUT-TITLE", cut_title },
  { "AUD-SCORE-100", score_100 },
};

th_code th_source_audit_page(th_arena *a, const th_report_page *page, th_findings *out, th_err *err) {
  *out = (th_findings){ 0 };
  scan s = { a, page, out };
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
    if (!rules[i].find(&s, rules[i].code)) return th_fail_nomem(err);
  return TH_OK;
}
