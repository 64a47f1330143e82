#include "test.h"
#include "theriac/text.h"

static const char *guess(const char *bytes, size_t n) {
  const char *g = th_text_encoding_guess(th_str_n(bytes, n));
  return g ? g : "";
}
#define GUESS(lit, want) CHECK_STR(th_str_of(guess(lit, sizeof(lit) - 1)), want)

/* The same sentence as iconv 2.36 writes it: 全身性紅斑性狼瘡病人使用本藥須經事前審查 / 系统性红斑狼疮患者使用本药须经事前审查 */
static const char big5[] = "\xa5\xfe\xa8\xad\xa9\xca\xac\xf5\xb4\xb3\xa9\xca\xaf\x54\xbd\x48\xaf\x66\xa4\x48\xa8\xcf\xa5\xce"
                           "\xa5\xbb\xc3\xc4\xb6\xb7\xb8\x67\xa8\xc6\xab\x65\xbc\x66\xac\x64";
static const char gb[] = "\xcf\xb5\xcd\xb3\xd0\xd4\xba\xec\xb0\xdf\xc0\xc7\xb4\xaf\xbb\xbc\xd5\xdf\xca\xb9\xd3\xc3\xb1\xbe\xd2"
                         "\xa9\xd0\xeb\xbe\xad\xca\xc2\xc7\xb0\xc9\xf3\xb2\xe9";

TEST(guesses_the_encoding) {
  GUESS("", "");
  GUESS("plain text", "");
  GUESS("全身性紅斑性狼瘡", "");
  GUESS("\xEF\xBB\xBF"
        "text",
        "");
  CHECK_STR(th_str_of(guess(big5, sizeof big5 - 1)), "Big5");
  CHECK_STR(th_str_of(guess(gb, sizeof gb - 1)), "GB18030");
  GUESS("\xff\xfe"
        "a\0b\0",
        "UTF-16");
  GUESS("\xfe\xff\0a\0b", "UTF-16");
  GUESS("a\0b\0c\0d\0e\0f\0", "UTF-16");
  GUESS("\0a\0b\0c\0d\0e\0f", "UTF-16");
  GUESS("\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48", "binary data");
  GUESS("\x7f"
        "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0",
        "binary data");
  GUESS("text with one\0nul", "binary data");
  GUESS("caf\xe9 cr\xe8me br\xfbl\xe9"
        "e, d\xe9j\xe0 vu",
        "Latin-1");
  GUESS("狼瘡狼瘡狼瘡狼瘡狼瘡狼\xe7\x98", "damaged UTF-8");
  GUESS("狼瘡狼瘡狼瘡狼瘡\xff狼瘡狼瘡狼瘡狼瘡", "damaged UTF-8");
}

TEST(says_what_is_wrong_and_what_to_do) {
  th_str s = th_str_of("\xEF\xBB\xBF狼瘡");
  CHECK_OK(th_text_require_utf8(&s, NULL));
  CHECK_STR(s, "狼瘡");
  s = TH_STR_NONE;
  CHECK_OK(th_text_require_utf8(&s, NULL));
  char text[100];
  snprintf(text, sizeof text, "a\nbc%s", big5);
  th_err err = { 0 };
  s = th_str_of(text);
  CHECK_CODE(th_text_require_utf8(&s, &err), TH_EPARSE);
  CHECK_INT(err.line, 2);
  CHECK_INT(err.col, 3);
  CHECK_INT(err.offset, 4);
  CHECK(strstr(err.msg, "iconv -f Big5 -t UTF-8"));
  err = (th_err){ 0 };
  s = TH_S("狼瘡\n狼瘡狼\xe7\x98");
  CHECK_CODE(th_text_require_utf8(&s, &err), TH_EPARSE);
  CHECK_INT(err.line, 2);
  CHECK_INT(err.col, 4);
  CHECK(strstr(err.msg, "cut short"));
  err = (th_err){ 0 };
  s = th_str_n("ab\0\xff", 4);
  CHECK_CODE(th_text_require_utf8(&s, &err), TH_EPARSE);
  CHECK_INT(err.offset, 2);
  CHECK(strstr(err.msg, "binary"));
}

TEST(no_truncation_crashes) {
  for (int which = 0; which < 2; which++) {
    const char *from = which ? gb : big5;
    for (size_t n = 1; n < (which ? sizeof gb : sizeof big5); n++) {
      char *copy = malloc(n);
      memcpy(copy, from, n);
      th_str s = th_str_n(copy, n);
      CHECK_CODE(th_text_require_utf8(&s, NULL),
                 which && (n == 2 || n == 4) ? TH_OK : TH_EPARSE); /* CF B5 CD B3 are letters in UTF-8 too */
      free(copy);
    }
  }
}

TEST_MAIN(RUN(guesses_the_encoding), RUN(says_what_is_wrong_and_what_to_do), RUN(no_truncation_crashes))
