/* The glossary as it is built in. */
#include "theriac/text/terms.h"

#include <pthread.h>

#include "text/text_priv.h"
#include "theriac/base/embed.h"

extern const th_embed th_text__files[];

#define TERMS_MAX 512
#define CELLS     14
static th_term term[TERMS_MAX];
static char word[TERMS_MAX][2][64]; /* en and zh, ended by NUL */
static size_t n_terms;

static void read_line(th_str line) {
  th_str c[CELLS] = { 0 };
  for (int i = 0; i < CELLS; i++) {
    const bool whole = th_str_split(&line, '\t', &c[i]);
    TH_ASSERT(whole && c[i].n > 0);
    if (th_str_is(c[i], "-")) c[i] = TH_STR_NONE;
  }
  TH_ASSERT(n_terms < TERMS_MAX && c[3].n < sizeof word[0][0] && c[4].n < sizeof word[0][0]);
  memcpy(word[n_terms][0], c[3].p, c[3].n);
  memcpy(word[n_terms][1], c[4].p, c[4].n);
  term[n_terms++] =
      (th_term){ c[0], c[1], th_str_is(c[2], "bound"), c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12], c[13] };
}

/* Part of the program, so what is wrong with it is a bug: read once, by whoever asks first. */
static void read_all(void) {
  th_str rest = th_embed_find(th_text__files, "glossary.tsv"), line;
  while (th_str_line(&rest, &line))
    if (line.n && line.p[0] != '#') read_line(line);
}

const th_term *th_terms(size_t *n) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_all);
  *n = n_terms;
  return term;
}

static bool one_of(th_str forms, th_str w) {
  th_str one;
  while (forms.n && th_str_split(&forms, '|', &one))
    if (th_str_eq_nocase(one, w)) return true;
  return false;
}

const th_term *th_term_find(th_str w) {
  size_t n;
  const th_term *t = th_terms(&n);
  if (!w.n) return NULL;
  for (size_t i = 0; i < n; i++)
    if (th_str_eq_nocase(t[i].id, w) || th_str_eq_nocase(t[i].en, w) || th_str_eq(t[i].zh, w)) return &t[i];
  for (size_t i = 0; i < n; i++)
    if (one_of(t[i].also_en, w) || one_of(t[i].also_zh, w)) return &t[i];
  return NULL;
}

const char *th_term_word(const char *id, bool zh) {
  size_t n;
  const th_term *t = th_terms(&n);
  for (size_t i = 0; i < n; i++)
    if (th_str_is(t[i].id, id)) return word[i][zh];
  TH_ASSERT(!"a term of the glossary");
  return "";
}

const char *th_term_group(th_str group, bool zh) {
  static const char *const groups[][3] = {
    { "coverage", "Coverage", "健保給付" },
    { "licence", "Drugs and licences", "藥品與許可證" },
    { "safety", "Safety", "用藥安全" },
    { "evidence", "Evidence", "證據" },
    { "statistics", "Statistics", "統計" },
    { "prediction", "Prediction", "預測" },
    { "records", "Documents and records", "文件與紀錄" },
  };
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
    if (th_str_is(group, groups[i][0])) return groups[i][1 + zh];
  return "";
}
