#ifndef THERIAC_TEXT_PRIV_H
#define THERIAC_TEXT_PRIV_H

#include "theriac/text.h"

/* The variant that a group of Han characters folds to; the rune itself where we know no other. */
uint32_t th_text__han_fold(uint32_t rune);
/* "alpha" for U+03B1 and so on; NULL for anything but the 25 small and 24 capital letters. */
const char *th_text__greek_name(uint32_t rune);

#endif
