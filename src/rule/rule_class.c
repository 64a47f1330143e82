/* Biopsy notations of lupus nephritis. Pathologists write "ISN/RPS class III + V", "第Ⅳ型", "Class IV-S (A)"; a text is understood
 * only when every token of it belongs to a small language, so that "not IV", "III or IV" and "IVa" stay unrecognised. */
#include "rule/rule_priv.h"
#include "theriac/text.h"

static const char *const class_names[] = { "I", "II", "III", "IV", "V", "VI" };
static const char *const words[] = { "CLASS", "TYPE", "ISN", "RPS",  "LUPUS", "NEPHRITIS", "LN",      "S",         "G",
                                     "A",     "C",    "AND", "PLUS", "WITH",  "FOCAL",     "DIFFUSE", "MEMBRANOUS" };
static const char marks[] = ",;:.+&-/()[]";
static const uint32_t han[] = { 0x3001, 0x3002, /* 、。 */
                                /* 第型級類和及與併合狼瘡性腎炎 */
                                0x7B2C, 0x578B, 0x7D1A, 0x985E, 0x548C, 0x53CA, 0x8207, 0x4F75, 0x5408, 0x72FC, 0x7621, 0x6027,
                                0x814E, 0x708E };

/* ASCII text for one code point; "" when it stays itself. */
static const char *fold(uint32_t c, char one[2]) {
  if (c >= 0x2160 && c <= 0x2165) return class_names[c - 0x2160];
  if (c >= 0x2170 && c <= 0x2175) return class_names[c - 0x2170];
  if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + 0x21;
  if (c >= 0x2010 && c <= 0x2015) c = '-';
  if (c == '\t' || c == '\n' || c == '\r' || c == 0x3000) c = ' ';
  if (c >= 0x80) return "";
  one[0] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  one[1] = 0;
  return one;
}

typedef struct class_scan {
  char word[16];
  size_t n; /* bytes of the word under way; past the buffer it can be no allowed word */
  uint8_t named;
  bool bad, last_class; /* the token before was a class … */
  bool last_dash;       /* … or a '/' or '-' right behind a class */
} class_scan;

static void end_word(class_scan *s) {
  if (s->n == 0) return;
  const size_t n = s->n;
  s->n = 0;
  const bool after_dash = s->last_dash;
  s->last_class = s->last_dash = false;
  const th_str w = { s->word, n < sizeof s->word ? n : 0 };
  for (size_t i = 0; i < 6; i++)
    if (th_str_is(w, class_names[i])) {
      s->named |= (uint8_t)(1u << i);
      s->last_class = true;
      if (after_dash) s->bad = true;
      return;
    }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_is(w, words[i])) return;
  s->bad = true;
}

static void take(class_scan *s, char c) {
  if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
    if (s->n < sizeof s->word) s->word[s->n] = c;
    s->n++;
    return;
  }
  end_word(s);
  if (c == ' ') return;
  if (c == 0 || !strchr(marks, c)) s->bad = true;
  s->last_dash = s->last_class && (c == '/' || c == '-');
  s->last_class = false;
}

uint8_t th_rule_class_read(th_str text, bool *bad) {
  class_scan s = { 0 };
  for (size_t at = 0; at < text.n;) {
    const uint32_t c = th_utf8_next(text, &at);
    char one[2];
    const char *ascii = fold(c, one);
    if (c == 0) s.bad = true;
    for (const char *p = ascii; *p; p++) take(&s, *p);
    if (*ascii) continue;
    end_word(&s);
    s.last_class = s.last_dash = false;
    bool known = false;
    for (size_t i = 0; i < sizeof han / sizeof *han; i++) known |= han[i] == c;
    if (!known) s.bad = true;
  }
  end_word(&s);
  *bad = s.bad || s.named == 0;
  return *bad ? 0 : s.named;
}
