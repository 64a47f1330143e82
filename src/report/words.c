/* The catalogue: every word a reader sees, in both languages, in one table (po/messages.tsv, and po/web_*.tsv for the pages of the
 * web app). */
#include "theriac/report.h"

#include "theriac/base/embed.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

extern const th_embed th_report__files[];

typedef struct message {
  th_str key, word[2];
} message;

#define MESSAGES_MAX 4096
static message table[MESSAGES_MAX];
static size_t n_messages;
static uint16_t key_at[4 * MESSAGES_MAX]; /* index + 1 of a key, beside others of its place; 0: free */

static size_t place_of(th_str key) {
  uint32_t h = 2166136261u; /* FNV-1a */
  for (size_t i = 0; i < key.n; i++) h = (h ^ (unsigned char)key.p[i]) * 16777619u;
  return (h ^ h >> 15) % (sizeof key_at / sizeof *key_at);
}

static int by_key(const void *x, const void *y) {
  return th_str_cmp(((const message *)x)->key, ((const message *)y)->key);
}

static void read_file(th_str rest) {
  th_str line;
  while (th_str_line(&rest, &line)) {
    message m;
    if (!line.n || line.p[0] == '#') continue;
    const bool whole =
        th_str_split(&line, '\t', &m.key) && th_str_split(&line, '\t', &m.word[0]) && th_str_split(&line, '\t', &m.word[1]);
    TH_ASSERT(whole && n_messages < MESSAGES_MAX);
    table[n_messages++] = m;
  }
}

/* The table is part of the program and never changes: read once, by whoever asks first. */
static void read_table(void) {
  for (const th_embed *f = th_report__files; f->name; f++)
    if (th_str_ends(th_str_of(f->name), TH_S(".tsv"))) read_file(th_str_n(f->bytes, f->n));
  qsort(table, n_messages, sizeof *table, by_key);
  for (size_t i = 0; i < n_messages; i++) {
    size_t at = place_of(table[i].key);
    while (key_at[at]) at = (at + 1) % (sizeof key_at / sizeof *key_at);
    key_at[at] = (uint16_t)(i + 1);
  }
}

static const message *find(const char *key) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_table);
  const th_str want = th_str_of(key);
  for (size_t at = place_of(want); key_at[at]; at = (at + 1) % (sizeof key_at / sizeof *key_at))
    if (th_str_eq(table[key_at[at] - 1].key, want)) return &table[key_at[at] - 1];
  return NULL;
}

bool th_words_find(const char *lang, th_words *out) {
  if (!lang || strcmp(lang, "en") == 0) return *out = TH_WORDS_EN, true;
  if (strcmp(lang, "zh-TW") == 0 || strcmp(lang, "zh-Hant") == 0 || strcmp(lang, "zh") == 0) return *out = TH_WORDS_ZH_TW, true;
  return false;
}

bool th_words_has(const char *key) {
  return find(key) != NULL;
}

bool th_words_next(const char *prefix, size_t *i, th_str *key) {
  const th_str begins = th_str_of(prefix);
  (void)find(""); /* reads the table */
  size_t lo = 0, hi = n_messages;
  while (lo < hi) {
    const size_t mid = lo + (hi - lo) / 2;
    if (th_str_cmp(table[mid].key, begins) < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  lo += (*i)++;
  if (lo >= n_messages || !th_str_starts(table[lo].key, begins)) return false;
  *key = table[lo].key;
  return true;
}

th_str th_words_get(th_words lang, const char *key) {
  const message *m = find(key);
  return m ? m->word[lang == TH_WORDS_ZH_TW] : th_str_of(key);
}

th_str th_words_fill(th_arena *a, th_str pattern, const th_str *values, size_t n) {
  th_buf b;
  th_buf_init(&b, a, pattern.n + 64);
  for (size_t i = 0; i < pattern.n; i++) {
    const bool slot = pattern.p[i] == '{' && i + 2 < pattern.n && pattern.p[i + 2] == '}' && pattern.p[i + 1] >= '0' &&
                      pattern.p[i + 1] <= '9';
    if (!slot) {
      th_buf_addc(&b, pattern.p[i]);
      continue;
    }
    const size_t k = (size_t)(pattern.p[i + 1] - '0');
    th_buf_add(&b, k < n && values[k].n ? values[k] : TH_S("?"));
    i += 2;
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

th_str th_report_finding_words(th_arena *a, th_words lang, const th_finding *f) {
  th_str_vec values = { 0 };
  char key[96];
  snprintf(key, sizeof key, "finding.%s", f->code);
  if (!th_words_has(key) || (f->message.n && lang == TH_WORDS_EN)) return f->message;
  for (size_t i = 0; i < f->values.n; i++)
    if (!TH_VEC_PUSH(a, &values, f->values.v[i].text)) return TH_STR_NONE;
  return th_words_fill(a, th_words_get(lang, key), values.v, values.n);
}
