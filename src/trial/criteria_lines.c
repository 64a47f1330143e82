/* Eligibility criteria cut into lines: which side, which depth, under what. What a line says is read in criteria_terms.c. */
#include "trial_priv.h"

#include "theriac/text.h"

#include <math.h>

typedef struct cutter {
  th_arena *a;
  const th_names *names;
  th_trial_lines *out;
  th_err *err;
  th_trial_side side;
  th_str under;
  bool blank;       /* an empty line came before */
  int32_t open[16]; /* line that heads each depth, -1: none */
} cutter;

#define DEPTH_MAX 15

/* ── Headings ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const struct {
  const char *phrase;
  th_trial_side side;
} headings[] = {
  { "inclusion", TH_TRIAL_INCLUDE }, { "exclusion", TH_TRIAL_EXCLUDE }, { "include", TH_TRIAL_INCLUDE },
  { "exclude", TH_TRIAL_EXCLUDE },   { "納入", TH_TRIAL_INCLUDE },      { "纳入", TH_TRIAL_INCLUDE },
  { "入選", TH_TRIAL_INCLUDE },      { "入选", TH_TRIAL_INCLUDE },      { "收案", TH_TRIAL_INCLUDE },
  { "入組", TH_TRIAL_INCLUDE },      { "入组", TH_TRIAL_INCLUDE },      { "排除", TH_TRIAL_EXCLUDE },
  { "剔除", TH_TRIAL_EXCLUDE },
};
static const char *const heading_nouns[] = { "criteria", "criterion", "標準", "标准", "條件", "条件" };

/* Words that may stand in a heading beside the two that make it one. */
static bool heading_filler(th_str word) {
  static const char *const words[] = {
    "key",   "main",       "major",   "general",      "adult",       "primary",  "the",        "for",
    "step",  "patient",    "all",     "subject",      "and",         "patients", "subjects",   "study",
    "other", "additional", "of",      "participants", "participant", "healthy",  "volunteers", "part",
    "phase", "cohort",     "group",   "arm",          "controls",    "cases",    "1",          "2",
    "a",     "b",          "include", "主要",         "病人",        "受試者",   "受试者"
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_is(word, words[i])) return true;
  return false;
}

static size_t phrase_at(th_str s, size_t at, th_trial_side *side) {
  for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
    const th_str p = th_str_of(headings[i].phrase);
    if (!th_str_starts(th_str_sub(s, at, s.n), p)) continue;
    *side = headings[i].side;
    return p.n;
  }
  return 0;
}

static size_t noun_at(th_str s, size_t at) {
  for (size_t i = 0; i < sizeof heading_nouns / sizeof *heading_nouns; i++)
    if (th_str_starts(th_str_sub(s, at, s.n), th_str_of(heading_nouns[i]))) return strlen(heading_nouns[i]);
  return 0;
}

/* A heading is short, says inclusion or exclusion with "criteria" (or a colon at once behind), and nothing else but fillers. What
 * stands behind its colon is a line of that side. */
static bool heading(th_str folded, th_trial_side *side, bool *more) {
  size_t i = 0, found = 0, noun = 0;
  *more = false;
  while (i < folded.n && folded.p[i] != ':') {
    th_trial_side s;
    size_t n = found ? 0 : phrase_at(folded, i, &s);
    if (n) {
      found = 1, *side = s;
    } else if ((n = noun_at(folded, i))) {
      noun = 1;
    } else if (strchr(" *#_()[]-.,/", folded.p[i])) {
      n = 1;
    } else {
      size_t end = i;
      if (folded.p[i] & 0x80) {
        th_utf8_next(folded, &end);
        size_t two = end;
        if (two < folded.n) th_utf8_next(folded, &two);
        end = two;
      } else {
        while (end < folded.n && !strchr(" :,()[]*/", folded.p[end])) end++;
      }
      if (!heading_filler(th_str_sub(folded, i, end))) return false;
      n = end - i;
    }
    i += n;
  }
  if (!found || !(noun || i < folded.n)) return false;
  *more = i + 1 < folded.n && th_str_trim(th_str_sub(folded, i + 1, folded.n)).n > 0;
  return true;
}

/* ── Bullets ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t sign_at(th_str s, size_t at) {
  static const char *const signs[] = { "*", "-", "•", "·", "●", "○", "▪", "◦", "‧", "–", "—", "+", "#" };
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (th_str_starts(th_str_sub(s, at, s.n), th_str_of(signs[i]))) return strlen(signs[i]);
  return 0;
}

static size_t chinese_digit(th_str s, size_t at) {
  static const char *const digits[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" };
  for (size_t i = 0; i < sizeof digits / sizeof *digits; i++)
    if (th_str_starts(th_str_sub(s, at, s.n), th_str_of(digits[i]))) return strlen(digits[i]);
  return 0;
}

static size_t closer_at(th_str s, size_t at) {
  static const char *const closers[] = { "\\.", "\\)", ".", ")", "、", "）", "．" };
  for (size_t i = 0; i < sizeof closers / sizeof *closers; i++)
    if (th_str_starts(th_str_sub(s, at, s.n), th_str_of(closers[i]))) return strlen(closers[i]);
  return 0;
}

/* "1.", "2)", "(3)", "a.", "iv)", "一、": the number of a line. 0 when the text begins otherwise ("1.5 mg"). */
static size_t number_at(th_str s, size_t at) {
  size_t i = at, n = 0;
  if (th_str_starts(th_str_sub(s, i, s.n), TH_S("（"))) i += 3;
  const bool open = i > at || (i < s.n && s.p[i] == '(');
  if (i < s.n && s.p[i] == '(') i++;
  while (i < s.n && n < 3 && s.p[i] >= '0' && s.p[i] <= '9') i++, n++;
  if (!n)
    for (size_t d; n < 2 && (d = chinese_digit(s, i)); n++) i += d;
  if (!n) {
    const size_t from = i;
    while (i < s.n && i - from < 4 && strchr("ivx", s.p[i] | 0x20) && s.p[i]) i++;
    n = i - from;
    if (!n && i < s.n && ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z')) i++, n = 1;
  }
  if (!n) return 0;
  const size_t close = closer_at(s, i);
  if (!close) return 0;
  i += close;
  if (!open && i < s.n && s.p[i] >= '0' && s.p[i] <= '9') return 0;
  /* A letter's dot needs a blank behind it: "e.g." is no number. */
  if (i < s.n && s.p[i] != ' ' && !(s.p[i] & 0x80) && !(s.p[at] >= '0' && s.p[at] <= '9') && !open) return 0;
  return i - at;
}

static size_t skip_blank(th_str s, size_t i) {
  while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t')) i++;
  return i;
}

/* Where the text begins behind bullets and numbers; *marked when there was one. */
static size_t bullet(th_str s, bool *marked) {
  size_t i = skip_blank(s, 0);
  *marked = false;
  for (int k = 0; k < 3; k++) {
    size_t n = i < s.n && s.p[i] == '\\' ? 1 : 0; /* "\- Participants" */
    size_t sign = sign_at(s, i + n);
    /* A sign stands before a blank or at once before its words; "-5" keeps its minus. */
    if (sign && i + n + sign < s.n && s.p[i + n + sign] >= '0' && s.p[i + n + sign] <= '9' && s.p[i + n] == '-') sign = 0;
    const size_t step = sign ? n + sign : number_at(s, i);
    const size_t next = step ? skip_blank(s, i + step) : s.n;
    if (th_str_trim(th_str_sub(s, next, s.n)).n == 0) break; /* "a." by itself is a text */
    *marked = true;
    i = next;
  }
  return i;
}

/* Markdown's backslash before a sign. */
static th_str unescape(th_arena *a, th_str s) {
  char *p = th_arena_alloc(a, s.n + 1, 1);
  size_t n = 0;
  if (!p) return TH_STR_NONE;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '\\' && i + 1 < s.n && strchr("\\`*_{}[]()#+-.!<>=~|&\"'$%/:;?@^,", s.p[i + 1])) i++;
    p[n++] = s.p[i];
  }
  p[n] = 0;
  return th_str_trim(th_str_n(p, n));
}

/* ── Lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool has_any(th_str s, const char *const *words) {
  for (; *words; words++)
    if (th_str_has(s, th_str_of(*words))) return true;
  return false;
}
#define HAS_ANY(s, ...) has_any((s), (const char *const[]){ __VA_ARGS__, NULL })

static th_trial_join children_of(th_str folded, th_trial_side side) {
  if (HAS_ANY(folded, "any of", "one of", "one or more", "at least one", "either", "one of the", "任一", "之一", "至少一"))
    return TH_TRIAL_ANY;
  if (HAS_ANY(folded, "at least two", "at least 2", "at least three", "at least 3", "two or more", "2 or more", "至少兩"))
    return TH_TRIAL_UNCLEAR;
  if (HAS_ANY(folded, "all of", "all the following", "each of", "以下所有", "下列所有")) return TH_TRIAL_ALL;
  return side == TH_TRIAL_EXCLUDE ? TH_TRIAL_ANY : side == TH_TRIAL_INCLUDE ? TH_TRIAL_ALL : TH_TRIAL_UNCLEAR;
}

static th_code add_line(cutter *c, th_str raw, th_str text, uint32_t number, uint32_t depth) {
  if (c->out->n >= TH_LIMIT_CRITERIA_LINES)
    return th_fail_at(c->err, TH_ELIMIT, number, 1, "more than TH_LIMIT_CRITERIA_LINES (%d) lines of criteria",
                      TH_LIMIT_CRITERIA_LINES);
  th_trial_line x = {
    .side = c->side, .raw = raw, .text = text, .line = number, .depth = depth, .parent = -1, .under = c->under
  };
  for (uint32_t d = depth; d-- > 0;)
    if (c->open[d] >= 0) {
      x.parent = c->open[d];
      break;
    }
  const th_str folded = th_text_fold(c->a, text, TH_TRIAL__FOLD, NULL);
  if (!folded.p) return th_fail_nomem(c->err);
  x.children = children_of(folded, c->side);
  if (x.parent >= 0) c->out->v[x.parent].heads = true;
  TH_TRY(th_trial__read_line(c->a, c->names, &x, c->err));
  if (!TH_VEC_PUSH(c->a, c->out, x)) return th_fail_nomem(c->err);
  for (uint32_t d = depth; d <= DEPTH_MAX; d++) c->open[d] = -1;
  /* Only what asks for more heads what stands deeper. */
  c->open[depth] = (int32_t)c->out->n - 1;
  return TH_OK;
}

static void new_side(cutter *c, th_trial_side side) {
  c->side = side;
  c->under = TH_STR_NONE;
  for (size_t d = 0; d <= DEPTH_MAX; d++) c->open[d] = -1;
}

static th_code one_line(cutter *c, th_str raw, uint32_t number) {
  if (th_str_trim(raw).n == 0) {
    c->blank = true;
    return TH_OK;
  }
  bool marked, more;
  th_trial_side side = TH_TRIAL_UNSTATED;
  const size_t start = bullet(raw, &marked);
  th_str text = unescape(c->a, th_str_sub(raw, start, raw.n));
  if (!text.p) return th_fail_nomem(c->err);
  th_str folded = th_text_fold(c->a, text, TH_TRIAL__FOLD, NULL);
  if (!folded.p) return th_fail_nomem(c->err);
  const bool was_blank = c->blank;
  c->blank = false;
  if (heading(folded, &side, &more)) {
    new_side(c, side);
    const size_t colon = th_str_find(text, TH_S(":"), 0), wide = th_str_find(text, TH_S("："), 0);
    const size_t at = colon < wide ? colon + 1 : wide == SIZE_MAX ? SIZE_MAX : wide + 3;
    if (!more || at == SIZE_MAX) return TH_OK;
    text = th_str_trim(th_str_sub(text, at, text.n));
    return text.n ? add_line(c, raw, text, number, 0) : TH_OK;
  }
  if (text.n == 0) return TH_OK;
  const bool colon = th_str_ends(text, TH_S(":")) || th_str_ends(text, TH_S("："));
  if (!marked && colon && was_blank && text.n <= 120) { /* a group's heading: "For parent participants:" */
    for (size_t d = 0; d <= DEPTH_MAX; d++) c->open[d] = -1;
    c->under = text;
    return TH_OK;
  }
  size_t indent = 0;
  for (size_t i = 0; i < raw.n && (raw.p[i] == ' ' || raw.p[i] == '\t'); i++) indent += raw.p[i] == '\t' ? 4 : 1;
  uint32_t depth = (uint32_t)(indent / 2 < DEPTH_MAX ? indent / 2 : DEPTH_MAX);
  if (!marked && !was_blank && indent == 0) depth = 0;
  return add_line(c, raw, text, number, depth);
}

#define HEADING_MAX 80 /* bytes of a heading within a line, its colon included */

/* "... consent. Exclusion Criteria: pregnancy" on one line: where the next such heading begins behind a sentence; the end if none. */
static size_t heading_within(cutter *c, th_str line) {
  for (size_t i = 2; i < line.n; i++) {
    const th_str before = th_str_sub(line, 0, i), rest = th_str_sub(line, i, line.n);
    const bool sentence = line.p[i - 1] == ' ' && strchr(".;", line.p[i - 2]);
    if (!sentence && !th_str_ends(before, TH_S("。")) && !th_str_ends(before, TH_S("；"))) continue;
    const th_str near = th_str_sub(rest, 0, rest.n < HEADING_MAX ? rest.n : HEADING_MAX);
    const size_t plain = th_str_find(near, TH_S(":"), 0), wide = th_str_find(near, TH_S("："), 0);
    const size_t at = plain < wide ? plain + 1 : wide == SIZE_MAX ? SIZE_MAX : wide + 3;
    if (at == SIZE_MAX) continue;
    const th_str folded = th_text_fold(c->a, th_str_sub(rest, 0, at), TH_TRIAL__FOLD, NULL);
    th_trial_side side;
    bool more;
    if (folded.p && heading(folded, &side, &more)) return i;
  }
  return line.n;
}

th_code th_trial_criteria(th_arena *a, const th_names *names, th_str eligibility, th_trial_lines *out, th_err *err) {
  cutter c = { .a = a, .names = names, .out = out, .err = err, .blank = true };
  new_side(&c, TH_TRIAL_UNSTATED);
  th_str rest = eligibility, line;
  for (uint32_t number = 1; th_str_line(&rest, &line); number++) {
    for (size_t to; (to = heading_within(&c, line)) < line.n; line = th_str_sub(line, to, line.n))
      TH_TRY(one_line(&c, th_str_sub(line, 0, to), number));
    TH_TRY(one_line(&c, line, number));
  }
  return TH_OK;
}

/* ── What the record says in fields of its own ─────────────────────────────────────────────────────────────────────── */

static th_code field_line(th_arena *a, const char *field, th_str raw, const th_trial_term *t, th_trial_lines *out,
                          th_err *err) {
  th_trial_line x = { .side = TH_TRIAL_INCLUDE, .raw = raw, .text = raw, .field = field, .parent = -1, .whole = t != NULL };
  if (t && !TH_VEC_PUSH(a, &x.terms, *t)) return th_fail_nomem(err);
  return TH_VEC_PUSH(a, out, x) ? TH_OK : th_fail_nomem(err);
}

/* "18 Years", "6 Months". A field that cannot be read stays a question. */
static th_code age_field(th_arena *a, const char *field, th_field f, th_trial_op op, th_trial_lines *out, th_err *err) {
  if (!th_field_has(f) || f.text.n == 0 || th_str_eq_nocase(f.text, TH_S("N/A"))) return TH_OK;
  const size_t space = th_str_find(f.text, TH_S(" "), 0);
  th_trial_term t = { .fact = TH_TRIAL_AGE, .op = op, .number2 = NAN };
  const bool read = space != SIZE_MAX && th_str_to_f64(th_str_sub(f.text, 0, space), &t.number);
  if (read) t.unit = th_text_fold(a, th_str_sub(f.text, space + 1, f.text.n), TH_TRIAL__FOLD, NULL);
  if (read && !t.unit.p) return th_fail_nomem(err);
  return field_line(a, field, f.text, read ? &t : NULL, out, err);
}

th_code th_trial_criteria_of(th_arena *a, const th_names *names, const th_ctgov_study *s, th_trial_lines *out, th_err *err) {
  TH_TRY(age_field(a, "minimumAge", s->minimum_age, TH_TRIAL_GE, out, err));
  /* The registry's upper limit is in whole years completed: "64 Years" takes in everybody until the 65th birthday. */
  TH_TRY(age_field(a, "maximumAge", s->maximum_age, TH_TRIAL_LE, out, err));
  const bool female = th_str_eq_nocase(s->sex.text, TH_S("FEMALE")), male = th_str_eq_nocase(s->sex.text, TH_S("MALE"));
  if (female || male) {
    const th_trial_term t = {
      .fact = TH_TRIAL_SEX, .what = female ? TH_S("female") : TH_S("male"), .number = NAN, .number2 = NAN
    };
    TH_TRY(field_line(a, "sex", s->sex.text, &t, out, err));
  }
  return th_trial_criteria(a, names, s->eligibility.text, out, err);
}
