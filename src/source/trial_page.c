/* A registry's page as text: labels, each with the lines under it. A label stands alone on its line, before a colon or before a
 * tab; what stands above the first label is the head. */
#include "source/source_priv.h"

typedef struct reader {
  th_arena *a;
  th_str doc;
  th_source__lines l;
  th_source__trial_parts parts;
  size_t head_to; /* lines above the first label */
  th_trial_page *out;
} reader;

/* ── Labels ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Is the line a label, alone or with its value? */
static bool label_line(const reader *r, size_t i, th_source__trial_part *p) {
  const th_source__line *l = &r->l.v[i];
  *p = (th_source__trial_part){ .from = i + 1 };
  if (l->s.n == 0) return false;
  if (th_source__find_nocase(l->s, "data sourced from", 0) < 4)
    return p->is = TH_TRIAL_FOOT, p->label = th_source__view(r->doc, l->s, l->no), true;
  if (th_source__trial_label(l->s, p)) {
    p->label = th_source__view(r->doc, l->s, l->no);
    return true;
  }
  const size_t limit = l->s.n < 60 ? l->s.n : 60;
  for (size_t k = 1; k < limit; k++) {
    if (l->s.p[k] != ':' && l->s.p[k] != '\t') continue;
    if (!th_source__trial_label(th_str_sub(l->s, 0, k), p)) return false;
    p->label = th_source__view(r->doc, th_str_trim(th_str_sub(l->s, 0, k)), l->no);
    p->value = th_source__view(r->doc, th_str_trim(th_str_sub(l->s, k + 1, l->s.n)), l->no);
    return p->is != TH_TRIAL_ARMS && p->is != TH_TRIAL_NOTHING;
  }
  return false;
}

/* What may end the list of arms, in which "Description:" and "Treatment:" are labels of an arm. */
static bool ends_arms(th_source__trial_what is, bool own_line) {
  return own_line && (is == TH_TRIAL_SITES || is == TH_TRIAL_OUTCOMES_PRIMARY || is == TH_TRIAL_OUTCOMES_OTHER ||
                      is == TH_TRIAL_LOCATIONS || is == TH_TRIAL_CONTACT || is == TH_TRIAL_FOOT || is == TH_TRIAL_SPONSOR ||
                      is == TH_TRIAL_COLLABORATORS || is == TH_TRIAL_START || is == TH_TRIAL_RESULTS || is == TH_TRIAL_NOTHING);
}

/* "14 participants in 1 patient group" */
static bool arms_line(th_str s, int64_t *n_arms) {
  const size_t in = th_str_find(s, TH_S(" in "), 0);
  if (in == SIZE_MAX || th_source__find_nocase(s, "participants in ", 0) == SIZE_MAX ||
      th_source__find_nocase(s, "group", in) == SIZE_MAX)
    return false;
  size_t k = in + 4;
  while (k < s.n && s.p[k] >= '0' && s.p[k] <= '9') k++;
  return th_str_to_i64(th_str_sub(s, in + 4, k), n_arms);
}

static th_code cut(reader *r, th_err *err) {
  r->head_to = r->l.n;
  bool in_arms = false;
  for (size_t i = 0; i < r->l.n; i++) {
    th_source__trial_part p;
    int64_t n_arms;
    bool is = label_line(r, i, &p);
    th_source__trial_part *last = r->parts.n ? &r->parts.v[r->parts.n - 1] : NULL;
    const bool own_line = !th_field_has(p.value);
    if (in_arms && is && !ends_arms(p.is, own_line)) is = false;
    if (arms_line(r->l.v[i].s, &n_arms)) {
      is = true;
      p = (th_source__trial_part){ .is = TH_TRIAL_ARMS,
                                   .from = i + 1,
                                   .label = th_source__view(r->doc, r->l.v[i].s, r->l.v[i].no) };
      r->out->arm_count = n_arms;
    }
    /* "Volunteers" / "Accepts Healthy Volunteers": the second is the first one's value */
    if (is && p.is == TH_TRIAL_VOLUNTEERS && last && last->is == TH_TRIAL_VOLUNTEERS && own_line &&
        th_source__span(r->doc, &r->l, last->from, i).text.n == 0)
      is = false;
    if (!is) continue;
    if (r->parts.n == 0) r->head_to = i;
    if (last) last->to = i;
    in_arms = p.is == TH_TRIAL_ARMS;
    if (!TH_VEC_PUSH(r->a, &r->parts, p)) return th_fail_nomem(err);
  }
  if (r->parts.n) r->parts.v[r->parts.n - 1].to = r->l.n;
  return TH_OK;
}

/* ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool nav(th_str s) {
  static const char *const words[] = { "menu", "loading...", "show more", "show less", "home",       "search results",
                                       "back", "print",      "share",     "see all",   "learn more", "skip to main content" };
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (th_str_eq_nocase(s, th_str_of(words[i]))) return true;
  return s.n == 1 && (s.p[0] < '0' || s.p[0] > '9'); /* a sponsor's initial in place of its picture */
}

static th_field line_field(const reader *r, size_t i) {
  return th_source__view(r->doc, r->l.v[i].s, r->l.v[i].no);
}

/* The value of a single-valued label: on its line, else the first line below. */
static th_field one(const reader *r, const th_source__trial_part *p) {
  if (th_field_has(p->value) && p->value.text.n) return p->value;
  for (size_t i = p->from; i < p->to; i++)
    if (r->l.v[i].s.n && !nav(r->l.v[i].s)) return line_field(r, i);
  return (th_field){ 0 };
}

static th_field text(const reader *r, const th_source__trial_part *p) {
  const th_field below = th_source__span(r->doc, &r->l, p->from, p->to);
  if (!th_field_has(p->value) || p->value.text.n == 0) return below;
  if (!th_field_has(below)) return p->value;
  return th_source__view(r->doc, th_str_sub(r->doc, p->value.from, below.to), p->value.line);
}

static bool push_split(th_arena *a, th_str doc, th_field f, char sep, th_field_vec *out) {
  th_str rest = f.text, piece;
  while (th_str_split(&rest, sep, &piece)) {
    piece = th_str_trim(piece);
    if (piece.n && !TH_VEC_PUSH(a, out, th_source__view(doc, piece, f.line))) return false;
  }
  return true;
}

/* All lines of a label, one value each; a value on the label's own line may hold several ("A; B", "A|B"). */
static th_code many(reader *r, const th_source__trial_part *p, th_field_vec *out, th_err *err) {
  if (th_field_has(p->value) && p->value.text.n) {
    const char sep = memchr(p->value.text.p, '|', p->value.text.n) ? '|' : ';';
    if (!push_split(r->a, r->doc, p->value, sep, out)) return th_fail_nomem(err);
  }
  for (size_t i = p->from; i < p->to; i++)
    if (r->l.v[i].s.n && !nav(r->l.v[i].s) && !TH_VEC_PUSH(r->a, out, line_field(r, i))) return th_fail_nomem(err);
  return TH_OK;
}

/* Length of a list mark: "1. ", "(a) ", "* ", "- ", "• "; 0 without. */
static size_t list_mark(th_str s) {
  if (s.n > 2 && (s.p[0] == '-' || s.p[0] == '*') && s.p[1] == ' ') return 2;
  if (th_str_starts(s, TH_S("• ")) || th_str_starts(s, TH_S("· "))) return th_str_find(s, TH_S(" "), 0) + 1;
  size_t i = s.n && s.p[0] == '(' ? 1 : 0;
  const size_t d = i;
  while (i < s.n && i < d + 3 && s.p[i] >= '0' && s.p[i] <= '9') i++;
  if (i == d && i < s.n && (s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') i++;
  if (i == d || i >= s.n || !(s.p[i] == '.' || s.p[i] == ')' || (d == 0 && th_str_starts(th_str_sub(s, i, s.n), TH_S("、")))))
    return 0;
  const bool wide = (unsigned char)s.p[i] >= 0x80;
  i += wide ? 3 : 1;
  if (i < s.n && s.p[i] == '\\') i++;
  if (!wide && i < s.n && s.p[i] != ' ') return 0;
  while (i < s.n && s.p[i] == ' ') i++;
  return i < s.n ? i : 0;
}

/* Lines i..j as one criterion, its mark left out, its lines joined by a blank. */
static th_code criterion(reader *r, size_t i, size_t j, th_field_vec *out, th_err *err) {
  const th_source__line *first = &r->l.v[i], *last = &r->l.v[j - 1];
  const size_t mark = list_mark(first->s);
  th_field f = th_source__view(r->doc, th_str_sub(first->s, mark, first->s.n), first->no);
  if (j - i > 1) {
    th_buf b;
    th_buf_init(&b, r->a, last->from + last->s.n - first->from + 1);
    th_buf_add(&b, f.text);
    for (size_t k = i + 1; k < j; k++) {
      th_buf_addc(&b, ' ');
      th_buf_add(&b, r->l.v[k].s);
    }
    if (b.failed) return th_fail_nomem(err);
    f.text = th_buf_str(&b);
    f.to = last->from + (uint32_t)last->s.n;
  }
  return TH_VEC_PUSH(r->a, out, f) ? TH_OK : th_fail_nomem(err);
}

/* Criteria, one a line; lines without a mark directly below a marked one go on with it. */
static th_code criteria(reader *r, const th_source__trial_part *p, th_field_vec *out, th_err *err) {
  if (th_field_has(p->value) && p->value.text.n && !TH_VEC_PUSH(r->a, out, p->value)) return th_fail_nomem(err);
  for (size_t i = p->from; i < p->to;) {
    size_t j = i + 1;
    if (r->l.v[i].s.n == 0) {
      i = j;
      continue;
    }
    if (list_mark(r->l.v[i].s))
      while (j < p->to && r->l.v[j].s.n && !list_mark(r->l.v[j].s)) j++;
    TH_TRY(criterion(r, i, j, out, err));
    i = j;
  }
  return TH_OK;
}

static bool is_phase(th_str s) {
  return th_source__find_nocase(s, "phase", 0) != SIZE_MAX || th_str_eq_nocase(s, TH_S("n/a")) ||
         th_str_eq_nocase(s, TH_S("not applicable"));
}

static th_code phases(reader *r, th_field f, th_err *err) {
  if (f.text.n == 0) return TH_OK;
  const char sep = memchr(f.text.p, '|', f.text.n) ? '|' : memchr(f.text.p, ',', f.text.n) ? ',' : '\n';
  return push_split(r->a, r->doc, f, sep, &r->out->phases) ? TH_OK : th_fail_nomem(err);
}

static th_code status_and_phase(reader *r, const th_source__trial_part *p, th_err *err) {
  th_field_vec all = { 0 };
  TH_TRY(many(r, p, &all, err));
  for (size_t i = 0; i < all.n; i++) {
    if (is_phase(all.v[i].text))
      TH_TRY(phases(r, all.v[i], err));
    else if (!th_field_has(r->out->status))
      r->out->status = all.v[i];
  }
  return TH_OK;
}

static void enrolment(th_trial_page *o, th_field f, const th_source__trial_part *p) {
  o->enrolment = f;
  size_t i = 0;
  while (i < f.text.n && (f.text.p[i] < '0' || f.text.p[i] > '9')) i++;
  int64_t n = 0;
  bool any = false;
  for (; i < f.text.n && n < 1000000000 && ((f.text.p[i] >= '0' && f.text.p[i] <= '9') || f.text.p[i] == ','); i++)
    if (f.text.p[i] != ',') n = n * 10 + (f.text.p[i] - '0'), any = true;
  if (any) o->enrolment_n = n;
  if (p->actual || th_source__find_nocase(f.text, "actual", 0) != SIZE_MAX)
    o->enrolment_kind = TH_COUNT_ACTUAL;
  else if (p->estimated || th_source__find_nocase(f.text, "estimated", 0) != SIZE_MAX ||
           th_source__find_nocase(f.text, "anticipated", 0) != SIZE_MAX)
    o->enrolment_kind = TH_COUNT_ESTIMATED;
}

static void volunteers(th_trial_page *o, th_field f) {
  static const char *const no[] = { "no", "does not", "not accept", NULL };
  o->volunteers = f;
  if (f.text.n == 0) return;
  if (th_source__has_any(f.text, no))
    o->healthy_volunteers = TH_FALSE;
  else if (th_source__find_nocase(f.text, "accept", 0) != SIZE_MAX || th_source__find_nocase(f.text, "yes", 0) != SIZE_MAX)
    o->healthy_volunteers = TH_TRUE;
}

static void date(th_field *to, th_date *on, th_field f) {
  *to = f;
  th_date d;
  th_str s = f.text;
  const size_t bracket = th_str_find(s, TH_S("("), 0);
  if (bracket != SIZE_MAX) s = th_str_trim(th_str_sub(s, 0, bracket));
  if (on && (th_date_parse_iso(s, &d) || th_date_parse_english(s, &d))) *on = d;
}

/* ── Arms and outcomes ─────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *const arm_types[] = { "experimental",    "active comparator", "placebo comparator",
                                         "sham comparator", "no intervention",   "other" };

/* "Experimental group" (the line below an arm's label) or "Experimental: label". */
static bool arm_type(th_str s, size_t *colon) {
  *colon = SIZE_MAX;
  for (size_t i = 0; i < sizeof arm_types / sizeof arm_types[0]; i++) {
    const size_t n = strlen(arm_types[i]);
    if (!th_str_eq_nocase(th_str_sub(s, 0, n), th_str_of(arm_types[i]))) continue;
    const th_str rest = th_str_trim(th_str_sub(s, n, s.n));
    if (th_str_eq_nocase(rest, TH_S("group")) || th_str_eq_nocase(rest, TH_S("arm"))) return true;
    if (rest.n && rest.p[0] == ':') return *colon = (size_t)(rest.p - s.p), i + 1 < sizeof arm_types / sizeof arm_types[0];
  }
  return false;
}

static bool treatment_line(th_str s) {
  static const char *const kinds[] = { "drug:",
                                       "biological:",
                                       "device:",
                                       "procedure:",
                                       "behavioral:",
                                       "behavioural:",
                                       "dietary supplement:",
                                       "radiation:",
                                       "genetic:",
                                       "combination product:",
                                       "diagnostic test:",
                                       "other:" };
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (th_str_eq_nocase(th_str_sub(s, 0, strlen(kinds[i])), th_str_of(kinds[i]))) return true;
  return false;
}

static th_code arm_lines(reader *r, th_trial_arm *arm, size_t from, size_t to, th_err *err) {
  size_t text_from = SIZE_MAX, text_to = 0;
  bool treatments = false;
  for (size_t i = from; i < to; i++) {
    const th_str s = r->l.v[i].s;
    if (s.n == 0) continue;
    if (th_str_eq_nocase(s, TH_S("description:")))
      treatments = false;
    else if (th_str_eq_nocase(s, TH_S("treatment:")) || th_str_eq_nocase(s, TH_S("treatments:")))
      treatments = true;
    else if (treatments || treatment_line(s)) {
      if (!TH_VEC_PUSH(r->a, &arm->treatments, line_field(r, i))) return th_fail_nomem(err);
    } else {
      if (text_from == SIZE_MAX) text_from = i;
      text_to = i + 1;
    }
  }
  if (text_from != SIZE_MAX) arm->description = th_source__span(r->doc, &r->l, text_from, text_to);
  return TH_OK;
}

static size_t next_text(const reader *r, size_t i, size_t to) {
  while (i < to && r->l.v[i].s.n == 0) i++;
  return i;
}

/* Does an arm begin at line i? *body is where its own lines begin. */
static bool arm_at(const reader *r, size_t i, size_t to, size_t *body, th_trial_arm *arm) {
  size_t colon;
  const th_str s = r->l.v[i].s;
  *arm = (th_trial_arm){ 0 };
  if (s.n == 0) return false;
  if (arm_type(s, &colon) && colon != SIZE_MAX) {
    const th_field f = line_field(r, i);
    arm->type = th_source__cut(f, 0, colon);
    arm->label = th_source__cut(f, colon + 1, s.n);
    *body = i + 1;
    return true;
  }
  const size_t next = next_text(r, i + 1, to);
  if (next >= to || !arm_type(r->l.v[next].s, &colon) || colon != SIZE_MAX) return false;
  arm->label = line_field(r, i);
  arm->type = line_field(r, next);
  *body = next + 1;
  return true;
}

static th_code arms(reader *r, const th_source__trial_part *p, th_err *err) {
  for (size_t i = p->from; i < p->to;) {
    th_trial_arm arm, next;
    size_t body, skip;
    if (!arm_at(r, i, p->to, &body, &arm)) {
      i++;
      continue;
    }
    size_t end = body;
    while (end < p->to && !arm_at(r, end, p->to, &skip, &next)) end++;
    TH_TRY(arm_lines(r, &arm, body, end, err));
    if (!TH_VEC_PUSH(r->a, &r->out->arms, arm)) return th_fail_nomem(err);
    i = end;
  }
  return TH_OK;
}

static th_code outcomes(reader *r, const th_source__trial_part *p, bool primary, th_err *err) {
  if (th_field_has(p->value) && p->value.text.n &&
      !TH_VEC_PUSH(r->a, &r->out->outcomes, (th_trial_outcome){ .primary = primary, .measure = p->value }))
    return th_fail_nomem(err);
  for (size_t i = p->from; i < p->to; i++) {
    const th_str s = r->l.v[i].s;
    if (s.n == 0 || nav(s) || th_str_starts(s, TH_S("Outcome Measure"))) continue;
    th_trial_outcome o = { .primary = primary };
    const th_field f = th_source__view(r->doc, th_str_sub(s, list_mark(s), s.n), r->l.v[i].no);
    const size_t tab = th_str_rfind(f.text, TH_S("\t")), bracket = th_source__find_nocase(f.text, "[time frame", 0);
    const size_t at = bracket != SIZE_MAX ? bracket : tab;
    o.measure = th_source__cut(f, 0, at);
    if (at != SIZE_MAX) o.time_frame = th_source__cut(f, at + 1, f.text.n);
    if (!TH_VEC_PUSH(r->a, &r->out->outcomes, o)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* ── The head, the parts, the rest ─────────────────────────────────────────────────────────────────────────────────── */

static bool status_word(th_str s) {
  static const char *const words[] = { "completed",
                                       "recruiting",
                                       "active, not recruiting",
                                       "not yet recruiting",
                                       "terminated",
                                       "withdrawn",
                                       "suspended",
                                       "unknown status",
                                       "unknown",
                                       "enrolling by invitation",
                                       "no longer available",
                                       "available",
                                       "invitation-only",
                                       "begins enrollment" };
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (th_str_eq_nocase(s, th_str_of(words[i]))) return true;
  return false;
}

static bool site_line(th_str s) {
  static const char *const words[] = {
    "clinicaltrials.veeva", "clinicaltrials.gov", "isrctn registry", "eu clinical trials register", "chictr", "ictrp", NULL
  };
  return s.n < 48 && th_source__has_any(s, words) && !memchr(s.p, ' ', s.n < 12 ? s.n : 12);
}

static void head(reader *r) {
  th_trial_page *o = r->out;
  for (size_t i = 0; i < r->head_to; i++) {
    const th_str s = r->l.v[i].s;
    if (s.n == 0 || nav(s)) continue;
    if (site_line(s) && !th_field_has(o->site))
      o->site = line_field(r, i);
    else if (status_word(s) && !th_field_has(o->status))
      o->status = line_field(r, i);
    else if (!th_field_has(o->title) && s.n >= 12 && memchr(s.p, ' ', s.n) && th_source__find_nocase(s, "NCT0", 0) > 3)
      o->title = line_field(r, i);
    else if (th_field_has(o->title) && !th_field_has(o->sponsor) && s.n > 2 && th_source__find_nocase(s, "NCT0", 0) == SIZE_MAX)
      o->sponsor = line_field(r, i);
  }
}

static th_code apply(reader *r, const th_source__trial_part *p, th_err *err) {
  th_trial_page *o = r->out;
  switch (p->is) {
  case TH_TRIAL_STATUS_PHASE: return status_and_phase(r, p, err);
  case TH_TRIAL_STATUS: o->status = one(r, p); break;
  case TH_TRIAL_PHASE: return phases(r, one(r, p), err);
  case TH_TRIAL_CONDITIONS: return many(r, p, &o->conditions, err);
  case TH_TRIAL_TREATMENTS: return many(r, p, &o->treatments, err);
  case TH_TRIAL_KEYWORDS: return many(r, p, &o->keywords, err);
  case TH_TRIAL_STUDY_TYPE: o->study_type = one(r, p); break;
  case TH_TRIAL_FUNDER: o->funder = one(r, p); break;
  case TH_TRIAL_IDENTIFIERS: return many(r, p, &o->identifiers, err);
  case TH_TRIAL_ABOUT: o->about = text(r, p); break;
  case TH_TRIAL_FULL: o->full_description = text(r, p); break;
  case TH_TRIAL_ENROLMENT: enrolment(o, one(r, p), p); break;
  case TH_TRIAL_SEX: o->sex = one(r, p); break;
  case TH_TRIAL_AGES: o->ages = one(r, p); break;
  case TH_TRIAL_VOLUNTEERS: volunteers(o, one(r, p)); break;
  case TH_TRIAL_INCLUSION: return criteria(r, p, &o->inclusion, err);
  case TH_TRIAL_EXCLUSION: return criteria(r, p, &o->exclusion, err);
  case TH_TRIAL_ELIGIBILITY: o->eligibility = text(r, p); break;
  case TH_TRIAL_PURPOSE: o->purpose = one(r, p); break;
  case TH_TRIAL_ALLOCATION: o->allocation = one(r, p); break;
  case TH_TRIAL_MODEL: o->model = one(r, p); break;
  case TH_TRIAL_MASKING: o->masking = one(r, p); break;
  case TH_TRIAL_MASKED_ROLES: o->masked_roles = one(r, p); break;
  case TH_TRIAL_OBS_MODEL: o->observation_model = one(r, p); break;
  case TH_TRIAL_TIME_PERSPECTIVE: o->time_perspective = one(r, p); break;
  case TH_TRIAL_ARMS: return arms(r, p, err);
  case TH_TRIAL_OUTCOMES_PRIMARY: return outcomes(r, p, true, err);
  case TH_TRIAL_OUTCOMES_OTHER: return outcomes(r, p, false, err);
  case TH_TRIAL_START: date(&o->start, &o->start_on, one(r, p)); break;
  case TH_TRIAL_PRIMARY_COMPLETION: date(&o->primary_completion, &o->primary_completion_on, one(r, p)); break;
  case TH_TRIAL_COMPLETION: date(&o->completion, &o->completion_on, one(r, p)); break;
  case TH_TRIAL_FIRST_POSTED: date(&o->first_posted, NULL, one(r, p)); break;
  case TH_TRIAL_LAST_UPDATE: date(&o->last_update, &o->last_update_on, one(r, p)); break;
  case TH_TRIAL_RESULTS: o->results = text(r, p); break;
  case TH_TRIAL_SITES: {
    int64_t n;
    const th_field f = one(r, p);
    if (th_str_to_i64(f.text, &n) && n >= 0) o->location_count = n;
    break;
  }
  case TH_TRIAL_LOCATIONS: return many(r, p, &o->locations, err);
  case TH_TRIAL_CONTACT: o->contacts = text(r, p); break;
  case TH_TRIAL_SPONSOR: o->sponsor = one(r, p); break;
  case TH_TRIAL_COLLABORATORS: return many(r, p, &o->collaborators, err);
  case TH_TRIAL_TITLE: o->title = one(r, p); break;
  case TH_TRIAL_OFFICIAL_TITLE: o->official_title = one(r, p); break;
  case TH_TRIAL_ACRONYM: o->acronym = one(r, p); break;
  case TH_TRIAL_AGE_MIN:
  case TH_TRIAL_AGE_MAX:
    return TH_VEC_PUSH(r->a, &o->other, (th_field_pair){ p->label, one(r, p) }) ? TH_OK : th_fail_nomem(err);
  case TH_TRIAL_NOTHING:
  case TH_TRIAL_FOOT:
  default: break;
  }
  return TH_OK;
}

static th_code finish(reader *r, th_err *err) {
  th_trial_page *o = r->out;
  th_field_vec found = { 0 };
  TH_TRY(th_source__registry_ids(r->a, r->doc, &found, err));
  if (found.n) o->registry_id = found.v[0];
  for (size_t i = 0; i < o->identifiers.n; i++) { /* the registry's own number stands among the identifiers */
    for (size_t k = 0; k < found.n; k++)
      if (th_str_has(o->identifiers.v[i].text, found.v[k].text)) {
        o->registry_id = found.v[k];
        i = o->identifiers.n;
        break;
      }
  }
  if (o->identifiers.n == 0 && found.n && !TH_VEC_PUSH(r->a, &o->identifiers, found.v[0])) return th_fail_nomem(err);
  for (size_t i = 0; i < r->l.n; i++) {
    const th_str s = r->l.v[i].s;
    static const char *const no_results[] = { "no results posted", "no study results", "results not posted", "has no results",
                                              NULL };
    if (!th_field_has(o->source_line) && th_source__find_nocase(s, "data sourced from", 0) < 4)
      o->source_line = line_field(r, i);
    if (th_source__has_any(s, no_results)) o->has_results = TH_FALSE;
  }
  if (th_field_has(o->results) && o->results.text.n > 2 && o->has_results == TH_UNKNOWN) o->has_results = TH_TRUE;
  if (o->location_count < 0 && o->locations.n) o->location_count = (int64_t)o->locations.n;
  return TH_OK;
}

static th_code gaps(reader *r, th_err *err) {
  th_trial_page *o = r->out;
  const bool dates = th_field_has(o->start) || th_field_has(o->completion) || th_field_has(o->primary_completion);
  const struct {
    bool there;
    const char *what, *why;
  } all[] = {
    { th_field_has(o->registry_id), "registry number", "no registration number" },
    { th_field_has(o->sponsor), "sponsor", "no sponsor" },
    { th_field_has(o->status), "status", "no recruitment status" },
    { o->conditions.n > 0, "conditions", "no condition" },
    { o->treatments.n > 0, "treatments", "no treatment" },
    { o->enrolment_n >= 0, "enrolment", "no number of participants" },
    { o->enrolment_kind != TH_COUNT_UNKNOWN, "enrolment kind",
      "the page does not say whether the number is actual or planned" },
    { o->inclusion.n > 0 || th_field_has(o->eligibility), "inclusion criteria", "no inclusion criteria" },
    { o->exclusion.n > 0 || th_field_has(o->eligibility), "exclusion criteria", "no exclusion criteria" },
    { o->arms.n > 0, "arms", "no arms" },
    { o->outcomes.n > 0, "outcomes", "no outcome measures: what was to be shown is not on the page" },
    { dates, "dates", "neither start nor completion date" },
    { o->has_results != TH_UNKNOWN, "results", "the page neither shows results nor says that there are none" },
    { o->locations.n > 0, "locations", "no place is named" },
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (!all[i].there && !th_source__gap(r->a, &o->gaps, all[i].what, 0, all[i].why)) return th_fail_nomem(err);
  return TH_OK;
}

static bool announces_eligibility(const reader *r, uint32_t *line) {
  for (size_t i = 0; i < r->parts.n; i++) {
    static const char *const words[] = { "eligibility", "participation criteria", NULL };
    if (!th_source__has_any(r->parts.v[i].label.text, words)) continue;
    *line = r->parts.v[i].label.line;
    return true;
  }
  return false;
}

th_code th_source_trial_read(th_arena *a, th_str bytes, th_trial_page *out, th_err *err) {
  *out = (th_trial_page){
    .enrolment_n = -1, .arm_count = -1, .location_count = -1, .healthy_volunteers = TH_UNKNOWN, .has_results = TH_UNKNOWN
  };
  reader r = { .a = a, .doc = bytes, .out = out };
  TH_TRY(th_source__lines_read(a, bytes, &r.l, err));
  TH_TRY(cut(&r, err));
  head(&r);
  for (size_t i = 0; i < r.parts.n; i++) TH_TRY(apply(&r, &r.parts.v[i], err));
  TH_TRY(finish(&r, err));
  const bool known =
      th_field_has(out->registry_id) || (th_field_has(out->title) && (th_field_has(out->study_type) || out->conditions.n));
  const uint32_t last = r.l.n ? r.l.v[r.l.n - 1].no : 1;
  if (!known || r.parts.n < 3)
    return th_fail_at(err, TH_EPARSE, last, 1,
                      "not a trial's page: expected a registry number and labels such as Conditions, Study type, Inclusion "
                      "criteria; give the whole page");
  uint32_t line = 0;
  if (announces_eligibility(&r, &line) && out->inclusion.n == 0 && out->exclusion.n == 0 && !th_field_has(out->eligibility))
    return th_fail_at(err, TH_EPARSE, line, 1,
                      "the page announces eligibility and ends before it: it was cut off; get the whole page");
  return gaps(&r, err);
}
