/* Biopsy notations, from the rules of the text language: what is understood, and what must stay unrecognised. */
#include "test.h"
#include "theriac/rule.h"

static const struct {
  const char *text;
  unsigned classes; /* bit 0..5 = I..VI; 0: unrecognised */
} notes[] = {
  { "IV", 8 },
  { "class IV", 8 },
  { "ISN/RPS class III + V", 4 | 16 },
  { "Class IV-S (A)", 8 },
  { "第Ⅳ型", 8 },
  { "ⅲ 和 ⅴ", 4 | 16 },
  { "ＩＶ型狼瘡性腎炎", 8 },
  { "Lupus nephritis, class III (A/C) and V", 4 | 16 },
  { "class II", 2 },
  { "LN type VI.", 32 },
  { "III，V", 4 | 16 },
  { "not IV", 0 },
  { "III or IV", 0 },
  { "IVa", 0 },
  { "IV-G/III", 8 | 4 }, /* the slash stands behind G, not behind a class */
  { "Class 4", 0 },
  { "III/IV", 0 },
  { "III - IV", 0 },
  { "III–V", 0 },
  { "ⅢⅣ", 0 }, /* folds to one word */
  { "", 0 },
  { "class", 0 },
  { "IV?", 0 },
  { "IV\xc2\xa0", 0 }, /* a no-break space is no blank of this language */
  { "III\tV\n", 4 | 16 },
  { "IV \xff", 0 },
};

TEST(notations) {
  for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
    bool bad;
    const uint8_t got = th_rule_class_read(th_str_of(notes[i].text), &bad);
    if (got != notes[i].classes || bad != (notes[i].classes == 0)) printf("# \"%s\"\n", notes[i].text);
    CHECK_INT(got, notes[i].classes);
    CHECK_INT(bad, notes[i].classes == 0);
  }
}

TEST_MAIN(RUN(notations))
