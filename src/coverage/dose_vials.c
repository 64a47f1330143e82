/* Which vials to open for a dose: least is left over, then fewest vials. All reachable amounts are counted in steps of what the strengths
 * have in common, so the answer is exact. */
#include "coverage/coverage_priv.h"

enum { SCALE_MAX = 12 };

th_dec th_coverage__plain(th_dec d) {
  while (d.scale > 0 && d.coeff % 10 == 0) d = (th_dec){ .coeff = d.coeff / 10, .scale = d.scale - 1 };
  d.text = TH_STR_NONE;
  return d;
}

static th_i128 at_scale(th_dec d, int32_t scale) {
  th_i128 c = d.coeff;
  for (int32_t k = d.scale; k < scale; k++) c *= 10;
  return c;
}

static th_i128 common(th_i128 a, th_i128 b) {
  while (b) {
    const th_i128 t = a % b;
    a = b;
    b = t;
  }
  return a;
}

typedef struct ways {
  uint32_t *fewest; /* vials for an amount of so many steps; UINT32_MAX: it cannot be reached */
  uint8_t *last;    /* the product put in last */
  uint32_t size[TH_LIMIT_DOSE_PACKS];
  uint32_t n;
} ways;

/* Larger products come first, so that of equal numbers of vials the larger ones are taken. */
static void reach(const th_dose_amount *d, ways *w, uint32_t top) {
  w->fewest[0] = 0;
  for (uint32_t s = 1; s <= top; s++) {
    w->fewest[s] = UINT32_MAX;
    for (uint32_t i = 0; i < d->n_packs; i++) {
      if (w->size[i] > s || w->fewest[s - w->size[i]] == UINT32_MAX || w->fewest[s - w->size[i]] + 1 >= w->fewest[s]) continue;
      w->fewest[s] = w->fewest[s - w->size[i]] + 1;
      w->last[s] = (uint8_t)i;
    }
  }
}

static th_code too_long(th_err *err) {
  return th_fail(err, TH_ELIMIT, "the dose has too many digits, or takes more than TH_LIMIT_DOSE_STEPS (%d) steps of its vials",
                 TH_LIMIT_DOSE_STEPS);
}

th_code th_coverage__vials(th_arena *a, th_dose_amount *d, th_err *err) {
  th_dec dose = th_coverage__plain(d->mg), size[TH_LIMIT_DOSE_PACKS];
  int32_t scale = dose.scale;
  for (uint32_t i = 0; i < d->n_packs; i++) {
    size[i] = th_coverage__plain(d->pack[i].product->mg);
    if (size[i].scale > scale) scale = size[i].scale;
  }
  if (scale > SCALE_MAX || th_dec_cmp(dose, th_dec_of(1000000000, 0)) > 0) return too_long(err);
  th_i128 step = 0;
  for (uint32_t i = 0; i < d->n_packs; i++) step = common(at_scale(size[i], scale), step);
  const th_i128 need = (at_scale(dose, scale) + step - 1) / step, largest = at_scale(size[0], scale) / step;
  if (need + largest > TH_LIMIT_DOSE_STEPS) return too_long(err);
  ways w = { 0 };
  const uint32_t top = (uint32_t)(need + largest);
  w.fewest = TH_NEWN(a, uint32_t, (size_t)top + 1);
  w.last = TH_NEWN(a, uint8_t, (size_t)top + 1);
  if (!w.fewest || !w.last) return th_fail_nomem(err);
  for (uint32_t i = 0; i < d->n_packs; i++) w.size[i] = (uint32_t)(at_scale(size[i], scale) / step);
  reach(d, &w, top);
  uint32_t best = (uint32_t)need; /* one of the next `largest` amounts is a number of the largest vials */
  while (w.fewest[best] == UINT32_MAX) best++;
  for (uint32_t s = best; s > 0; s -= w.size[w.last[s]]) d->pack[w.last[s]].count++;
  d->opened = th_coverage__plain(th_dec_of(best * step, scale));
  th_dec ratio;
  if (!th_dec_sub(d->opened, dose, &d->waste) || !th_dec_mul(d->waste, th_dec_of(100, 0), &ratio) ||
      !th_dec_div(ratio, d->opened, 1, TH_ROUND_HALF_UP, &d->waste_percent))
    return too_long(err);
  d->waste = th_coverage__plain(d->waste);
  return TH_OK;
}
