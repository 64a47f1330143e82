/* Floor 0: what every other room stands on. Knows nothing of medicine, files or clocks. */
#ifndef THERIAC_BASE_H
#define THERIAC_BASE_H

#include "theriac/base/arena.h"
#include "theriac/base/date.h"
#include "theriac/base/dec.h"
#include "theriac/base/err.h"
#include "theriac/base/limits.h"
#include "theriac/base/log.h"
#include "theriac/base/map.h"
#include "theriac/base/pool.h"
#include "theriac/base/rng.h"
#include "theriac/base/str.h"
#include "theriac/base/tri.h"
#include "theriac/base/utf8.h"
#include "theriac/base/vec.h"

#endif
