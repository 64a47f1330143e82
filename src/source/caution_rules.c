/* Severity checked against its own text (rules S-1, S-2, S-3 of the evidence specification, 2.3).
 *
 * A text is looked at sentence by sentence: "is also not a contraindication" denies, and "certain agents are contraindicated"
 * speaks of the class. Two sentences of one text may differ; the one that forbids wins. */
#include "source/caution_priv.h"

static bool is_letter(th_str s, size_t i) {
  return i < s.n && (((unsigned char)s.p[i] | 0x20) >= 'a') && (((unsigned char)s.p[i] | 0x20) <= 'z');
}

/* First occurrence, ASCII case ignored, at or after from. */
static size_t find_nocase(th_str s, const char *word, size_t from) {
  const th_str w = th_str_of(word);
  for (size_t i = from; i + w.n <= s.n; i++)
    if ((s.p[i] | 0x20) == (*word | 0x20) && th_str_eq_nocase(th_str_sub(s, i, i + w.n), w)) return i;
  return SIZE_MAX;
}

static bool has_word(th_str s, const char *word) {
  for (size_t i = find_nocase(s, word, 0); i != SIZE_MAX; i = find_nocase(s, word, i + 1))
    if ((i == 0 || !is_letter(s, i - 1)) && !is_letter(s, i + strlen(word))) return true;
  return false;
}

/* Up to and with the mark that ends a sentence: a point before a blank or the end, 。 or ；. Points inside numbers do not. */
static bool next_sentence(th_str *rest, th_str *out) {
  if (rest->n == 0) return false;
  size_t i = 0;
  for (; i < rest->n; i++) {
    const char c = rest->p[i];
    if ((c == '.' || c == '!' || c == '?' || c == '\n') && (i + 1 == rest->n || strchr(" \t\r\n", rest->p[i + 1]))) {
      i++;
      break;
    }
    if (th_str_starts(th_str_sub(*rest, i, rest->n), TH_S("。")) || th_str_starts(th_str_sub(*rest, i, rest->n), TH_S("；"))) {
      i += 3;
      break;
    }
  }
  *out = th_str_trim(th_str_sub(*rest, 0, i));
  *rest = th_str_sub(*rest, i, rest->n);
  return true;
}

typedef enum stand { SAYS_NOTHING, SAYS_OF_CLASS, FORBIDS } stand;

static bool ends_with_any(th_str s, const char *const *word) {
  for (s = th_str_trim(s); *word; word++) {
    const th_str w = th_str_of(*word);
    if (s.n >= w.n && th_str_eq_nocase(th_str_sub(s, s.n - w.n, s.n), w) && (s.n == w.n || !is_letter(s, s.n - w.n - 1)))
      return true;
  }
  return false;
}

/* What stands before the word decides: "not", "no", "without a"; 非, 無, 不是. */
static bool denied(th_str before) {
  static const char *const en[] = {
    "not",         "not a",   "not an absolute", "not considered", "not considered a", "no",    "no known",
    "no absolute", "without", "without a",       "isn't",          "aren't",           "never", "nor",
    NULL
  };
  static const char *const zh[] = { "非", "並非", "不是", "無", "沒有", "未列為", NULL };
  for (const char *const *w = zh; *w; w++)
    if (th_str_ends(th_str_trim(before), th_str_of(*w))) return true;
  return ends_with_any(before, en);
}

/* "Certain agents are …", "the use of some formulations is …", 部分藥物: the quantifier stands in the clause of the verb. */
static bool of_class(th_str before) {
  const size_t comma = th_str_rfind(before, TH_S(";"));
  if (comma != SIZE_MAX) before = th_str_sub(before, comma + 1, before.n);
  static const char *const zh[] = { "部分藥", "某些", "有些", "部份藥" };
  for (size_t i = 0; i < sizeof zh / sizeof *zh; i++)
    if (th_str_has(before, th_str_of(zh[i]))) return true;
  static const char *const thing[] = { "agents",       "drugs",   "medications",    "products", "formulations",
                                       "preparations", "members", "medicines",      "brands",   "generics",
                                       "of these",     "of them", "antidepressants" };
  for (size_t i = 0; i < sizeof thing / sizeof *thing; i++) {
    const size_t at = find_nocase(before, thing[i], 0);
    if (at == SIZE_MAX) continue;
    const th_str head = th_str_sub(before, 0, at);
    if (has_word(head, "certain") || has_word(head, "some") || has_word(head, "several")) return true;
  }
  return false;
}

static stand stand_of(th_str sentence) {
  static const char *const word[] = { "contraindicat", "contra-indicat", "禁用", "禁忌" };
  stand best = SAYS_NOTHING;
  for (size_t k = 0; k < sizeof word / sizeof *word; k++) {
    for (size_t i = find_nocase(sentence, word[k], 0); i != SIZE_MAX; i = find_nocase(sentence, word[k], i + 1)) {
      const th_str before = th_str_sub(sentence, 0, i);
      const stand s = denied(before) ? SAYS_NOTHING : of_class(before) ? SAYS_OF_CLASS : FORBIDS;
      if (s > best) best = s;
    }
  }
  return best;
}

static bool says_fatal(th_str s) {
  if (th_str_has(s, TH_S("致命")) || find_nocase(s, "life-threatening", 0) != SIZE_MAX ||
      find_nocase(s, "life threatening", 0) != SIZE_MAX)
    return true;
  for (size_t i = find_nocase(s, "fatal", 0); i != SIZE_MAX; i = find_nocase(s, "fatal", i + 1)) {
    const th_str before = th_str_sub(s, 0, i);
    static const char *const no[] = { "non", "non-", "not", NULL };
    if (!ends_with_any(before, no) && (i == 0 || !is_letter(s, i - 1))) return true;
  }
  return false;
}

/* The sentence with the strongest word, as a place within its field. A text that was unescaped has other bytes than the document:
 * then the place of the whole field stands. */
static th_field place_in(th_field whole, th_str sentence) {
  th_field f = { sentence, whole.from, whole.to, whole.line };
  if (whole.to - whole.from == whole.text.n) {
    f.from = whole.from + (uint32_t)(sentence.p - whole.text.p);
    f.to = f.from + (uint32_t)sentence.n;
  }
  return f;
}

typedef struct said {
  stand stand;
  bool fatal;
  th_field sentence, fatal_sentence;
} said;

static void hear(th_field field, said *s) {
  th_str rest = field.text, sentence;
  while (next_sentence(&rest, &sentence)) {
    const stand st = stand_of(sentence);
    if (st > s->stand) {
      s->stand = st;
      s->sentence = place_in(field, sentence);
    }
    if (!s->fatal && says_fatal(sentence)) {
      s->fatal = true;
      s->fatal_sentence = place_in(field, sentence);
    }
  }
}

static said hear_row(const th_caution_row *x) {
  said s = { 0 };
  hear(x->text, &s);
  hear(x->management, &s);
  return s;
}

static void apply(th_caution_row *x, const said *s, bool inverted) {
  x->severity = x->labelled;
  if (inverted && x->raw_level == 0 && x->labelled == TH_SEVERITY_MINOR) {
    x->severity = TH_SEVERITY_MAJOR;
    x->rules |= TH_CAUTION_S3;
  }
  x->class_statement = s->stand == SAYS_OF_CLASS;
  x->sentence = s->sentence;
  if (s->stand == FORBIDS) {
    x->severity = TH_SEVERITY_CONTRAINDICATED;
    x->rules |= TH_CAUTION_S1;
  }
  if (s->fatal && x->severity < TH_SEVERITY_MODERATE) {
    x->severity = TH_SEVERITY_MODERATE;
    x->rules |= TH_CAUTION_S2;
    if (!th_field_has(x->sentence)) x->sentence = s->fatal_sentence;
  }
}

th_code th_source__caution_rules(th_arena *a, th_caution_table *t, th_err *err) {
  said *s = TH_NEWN(a, said, t->rows.n);
  if (!s) return th_fail_nomem(err);
  th_severity lowest = TH_SEVERITY_CONTRAINDICATED;
  for (size_t i = 0; i < t->rows.n; i++) {
    const th_caution_row *x = &t->rows.v[i];
    if (x->raw_level == 0 && x->labelled != TH_SEVERITY_UNKNOWN && x->labelled < lowest) lowest = x->labelled;
  }
  for (size_t i = 0; i < t->rows.n; i++) {
    s[i] = hear_row(&t->rows.v[i]);
    if (s[i].stand != FORBIDS || t->rows.v[i].raw_level != 0) continue;
    t->n_forbidding++;
    t->n_forbidding_lowest += t->rows.v[i].labelled == lowest;
  }
  t->inverted = 2 * (uint64_t)t->n_forbidding_lowest > t->n_forbidding && lowest < TH_SEVERITY_MAJOR;
  for (size_t i = 0; i < t->rows.n; i++) apply(&t->rows.v[i], &s[i], t->inverted);
  if (!t->inverted) return TH_OK;
  const th_str why =
      th_str_fmt(a,
                 "%u of %u texts that state a contraindication sit in the lowest class (%s): the scale stands upside down "
                 "and was mapped back (S-3)",
                 t->n_forbidding_lowest, t->n_forbidding, th_severity_name(lowest));
  if (!why.p || !TH_VEC_PUSH(a, &t->gaps, (th_gap){ "scale", 0, why })) return th_fail_nomem(err);
  return TH_OK;
}
