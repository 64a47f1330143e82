/* Shared by the files of the room `study` only. */
#ifndef THERIAC_STUDY_PRIV_H
#define THERIAC_STUDY_PRIV_H

#include "theriac/study.h"

/* The text as the patterns see it: full width, dashes, thin spaces, middle dots and brackets folded, one byte map back. */
typedef struct th_folded {
  th_arena *arena;
  th_str s;             /* folded */
  uint32_t *map;        /* n + 1 offsets into the joined original */
  uint32_t *sentence;   /* start of each sentence in the folded text, ascending */
  uint32_t n_sentences; /* the first starts at 0 */
  const th_str *section;
  uint32_t *section_at; /* start of each section in the joined original */
  uint32_t n_sections;
} th_folded;

th_code th_study__fold(th_arena *a, const th_str *section, size_t n, th_folded *out, th_err *err);
uint32_t th_study__sentence_of(const th_folded *f, size_t at);
void th_study__sentence_range(const th_folded *f, uint32_t sentence, size_t *from, size_t *to);
bool th_study__is_zh(const th_folded *f, uint32_t sentence);
th_study_span th_study__span(const th_folded *f, size_t from, size_t to);

/* ── Reading: each moves *i on when it matches and leaves it alone when it does not ────────────────────────────────── */

static inline char th_at(th_str s, size_t i) {
  return i < s.n ? s.p[i] : '\0';
}
static inline bool th_is_digit(char c) {
  return c >= '0' && c <= '9';
}
static inline bool th_is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool th_is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
/* No letter or digit (ASCII) stands before i. */
static inline bool th_word_starts(th_str s, size_t i) {
  return i == 0 || !(th_is_alpha(s.p[i - 1]) || th_is_digit(s.p[i - 1]));
}
void th_study__spaces(th_str s, size_t *i);
static inline char th_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
bool th_study__rest_of_word(th_str s, size_t *i, const char *word);
/* ASCII case ignored; a letter may not follow an ASCII word. Nearly all is told by the first letter. */
static inline bool th_study__word(th_str s, size_t *i, const char *word) {
  return (*word == ' ' || th_lower(*word) == th_lower(th_at(s, *i))) && th_study__rest_of_word(s, i, word);
}
/* Bytes as they are. */
static inline bool th_study__exact(th_str s, size_t *i, const char *word) {
  if (*i >= s.n || s.p[*i] != *word) return false;
  const size_t n = strlen(word);
  if (s.n - *i < n || memcmp(s.p + *i, word, n) != 0) return false;
  *i += n;
  return true;
}
/* First of a NULL-ended list that matches; its index or −1. */
int th_study__one_of(th_str s, size_t *i, const char *const *list);
/* Any of the list anywhere in from..to; its start or SIZE_MAX. */
size_t th_study__find_any(th_str s, size_t from, size_t to, const char *const *list);
bool th_study__chars(th_str s, size_t *i, const char *set, size_t most); /* up to `most` characters of the set; true when ≥ 1 */
/* Unsigned decimal: 12, 1.5, .36, 2,159. */
bool th_study__number(th_str s, size_t *i, th_printed *out);
/* The same without thousands: in "F(3,200)" the comma parts two numbers. */
bool th_study__plain(th_str s, size_t *i, th_printed *out);
/* With a sign before it, where a sign makes sense there. */
bool th_study__signed(th_str s, size_t *i, th_printed *out);
bool th_study__count(th_str s, size_t *i, int64_t *out); /* whole number, thousands separated or not */

typedef struct th_p_read {
  th_p_cmp cmp;
  th_printed p;
  bool damaged;   /* "p b .05": a sign lost on its way through a PDF */
  bool one_sided; /* said just before or just behind */
  size_t from, to;
} th_p_read;
bool th_study__p(th_str s, size_t *i, th_p_read *out);            /* "P = 0.048", "p < .05" */
bool th_study__number_word(th_str s, size_t *i, int64_t *out);    /* one … ninety-nine */
bool th_study__time_unit(th_str s, size_t *i, const char **unit); /* "weeks", "週": "day" "week" "month" "year" */
bool th_study__people(th_str s, size_t *i); /* up to three words, then one for subjects; in Chinese 名 例 位 人 */

/* ── Findings ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_finder {
  const th_folded *f;
  th_study_result *out;
  uint8_t *taken; /* a byte of the folded text: 1 = read by a finding */
  bool failed;    /* memory */
} th_finder;

/* A zeroed finding with kind, span, sentence and language set and its bytes taken; NULL when memory or room is short. */
th_study_finding *th_study__add(th_finder *w, th_study_kind kind, size_t from, size_t to, const char *rule);
bool th_study__is_taken(const th_finder *w, size_t from, size_t to);

void th_study__find_ratios(th_finder *w);
void th_study__find_tests(th_finder *w);
void th_study__find_arms(th_finder *w); /* before shares: their n may come from an arm */
void th_study__find_shares(th_finder *w);
void th_study__find_means(th_finder *w);
void th_study__find_spreads(th_finder *w); /* after shares: "12 (3)" may be counts */
void th_study__find_facts(th_finder *w);   /* flow of subjects, duration, primary outcome; and the places */
void th_study__find_places(th_finder *w);
void th_study__find_words(th_finder *w); /* registration, dose, schedule, follow-up, design, total n */
void th_study__find_bare_p(th_finder *w);

void th_study__recheck(th_study_finding *f);
th_code th_study__tables(th_arena *a, const th_folded *f, th_study_result *r, th_err *err);
th_code th_study__judge(th_arena *a, th_study_table *t, th_study_finding *ratio, th_err *err);
bool th_study__mixed(const th_study_table *t);                             /* the P is of another method than the interval */
bool th_study__flags(th_arena *a, const th_folded *f, th_study_result *r); /* f NULL: numbers and tables only */

/* ── Flags ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_flagger {
  th_arena *a;
  const th_folded *f;
  th_study_result *r;
  bool failed;
} th_flagger;
void th_study__flag(th_flagger *w, const char *code, th_study_severity severity, th_study_span span, th_str en, th_str zh);
void th_study__doubts(th_flagger *w); /* information: spreads, flow of subjects, repeated numbers, swapped percentages */
size_t th_study__folded_at(const th_folded *f, uint32_t section,
                           uint32_t offset); /* where a finding stands in the folded text */

#endif
