/* Floor 1: what text is before anyone asks what it says. UTF-8, folding, Chinese, width, nearness. */
#ifndef THERIAC_TEXT_H
#define THERIAC_TEXT_H

#include "theriac/base.h"
#include "theriac/text/terms.h"

/* Guess for an error message: "Big5", "GB18030", "UTF-16", "Latin-1", "damaged UTF-8" or "binary data"; NULL when it is UTF-8 without
 * NUL. A guess by shape: byte pairs that only one of the encodings allows, and where its usual characters lie. */
TH_API const char *th_text_encoding_guess(th_str s);
/* TH_EPARSE that says what the input seems to be and what to do, with line, column and offset. BOM is dropped from *s. */
TH_API th_code th_text_require_utf8(th_str *s, th_err *err);

TH_API bool th_rune_is_cjk(uint32_t rune);    /* Han, kana, hangul */
TH_API bool th_rune_is_letter(uint32_t rune); /* Unicode L* and M* */
TH_API bool th_rune_is_digit(uint32_t rune);  /* ASCII 0–9 only: fold first */
TH_API bool th_rune_is_space(uint32_t rune);  /* incl. NBSP, thin spaces, U+3000 */

typedef enum th_fold_flags {
  TH_FOLD_NFKC = 1,   /* full width, ligatures, compatibility forms, Roman numeral letters */
  TH_FOLD_CASE = 2,   /* full case folding */
  TH_FOLD_SPACE = 4,  /* runs of any blank become one; trimmed; what nobody sees (soft hyphen, zero width) is dropped */
  TH_FOLD_DASH = 8,   /* every hyphen, dash and minus becomes '-' ; middle dot between digits becomes '.' */
  TH_FOLD_HAN = 16,   /* traditional and simplified variants fold together (own table) */
  TH_FOLD_GREEK = 32, /* α → alpha, … */
  TH_FOLD_NAME = 1 | 2 | 4 | 8 | 16 | 32,
} th_fold_flags;

/* Folded copy in the arena. When map is not NULL, *map gets n + 1 byte offsets: folded byte i came from the character that starts
 * at original byte (*map)[i], and (*map)[n] is the end of the last one. What composes (a letter with its marks, kana with a voicing
 * mark) counts as one character; a run of more than 32 marks is cut there (stream-safe text, UAX 15). Ill-formed bytes become
 * U+FFFD. p is NULL when memory is short or s is over 4 GiB - 1. O(n). */
TH_API th_str th_text_fold(th_arena *a, th_str s, unsigned flags, uint32_t **map);
/* Original bytes that the folded bytes from..to came from, whole characters: for a ligature, all of it. */
TH_API void th_text_fold_span(const uint32_t *map, size_t folded_n, size_t from, size_t to, size_t *orig_from, size_t *orig_to);

/* Overlapping bigrams of CJK runs (a lone character by itself) and whole words of the rest, as byte spans of s, in order.
 * The same cutting serves full-text search and matching. */
typedef struct th_token {
  uint32_t from, to;
  bool cjk;
} th_token;
typedef TH_VEC(th_token) th_token_vec;
TH_API th_code th_text_tokens(th_arena *a, th_str s, th_token_vec *out, th_err *err);

/* Columns on a terminal: wide and full-width characters take two, combining marks none. */
TH_API size_t th_text_width(th_str s);

/* Damerau–Levenshtein distance (optimal string alignment) in code points, or max + 1 when it is more than max; SIZE_MAX when
 * memory is short. O(n·max). */
TH_API size_t th_text_distance(th_arena *a, th_str x, th_str y, size_t max);

#endif
