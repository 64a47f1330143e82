#ifndef THERIAC_SOURCE_CAUTION_PRIV_H
#define THERIAC_SOURCE_CAUTION_PRIV_H

#include "theriac/source/caution_table.h"

/* Applies S-3, S-1 and S-2 to every row, and says so in the gaps when S-3 holds. */
th_code th_source__caution_rules(th_arena *a, th_caution_table *t, th_err *err);

#endif
