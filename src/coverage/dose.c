/* Weight to dose, dose to vials, vials to money, and how many doses there are before a clause asks for a review. */
#include "coverage/coverage_priv.h"

int32_t th_coverage__dose_day(const th_rule_regimen *r, uint32_t k) {
  return k < r->n_days ? r->day[k] : r->day[r->n_days - 1] + r->every * (int32_t)(k - r->n_days + 1);
}

const th_rule_schedule *th_coverage__review(const th_rule_policy *p, th_str path) {
  const th_rule_schedule *next = NULL;
  for (uint32_t i = 0; i < p->n_schedule; i++) {
    const th_rule_schedule *s = &p->schedule[i];
    for (uint32_t k = 0; k < s->n_paths; k++)
      if (s->kind == TH_DUE_REVIEW && s->since < 0 && th_str_eq(s->paths[k], path) && (!next || s->months < next->months))
        next = s;
  }
  return next;
}

static bool listed(const th_str *list, uint32_t n, th_str s) {
  for (uint32_t i = 0; i < n; i++)
    if (th_str_eq(list[i], s)) return true;
  return false;
}

/* ── Which dose ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code choose(const th_dose_ask *q, th_dose *out, th_err *err) {
  const th_rule_policy *p = q->policy;
  const bool by_code = q->drug.n && listed(p->drug, p->n_drugs, q->drug);
  for (uint32_t i = 0; i < p->n_regimens && !out->regimen; i++) {
    const th_rule_regimen *r = &p->regimen[i];
    if (q->drug.n && !by_code && !th_str_eq_nocase(r->drug, q->drug)) continue;
    if (q->route.n && !th_str_eq_nocase(r->route, q->route)) continue;
    if (q->path.n && !listed(r->paths, r->n_paths, q->path)) continue;
    out->regimen = r;
  }
  if (out->regimen) return TH_OK;
  return th_fail(err, TH_ENOENT, "%.*s states no dose of %.*s%s%.*s%s%.*s", TH_STR_ARG(p->id),
                 TH_STR_ARG(q->drug.n ? q->drug : TH_S("a drug")), q->route.n ? " by the route " : "", TH_STR_ARG(q->route),
                 q->path.n ? " for the path " : "", TH_STR_ARG(q->path));
}

static bool plausible(const th_rule_policy *p, th_dec weight) {
  const int32_t f = th_rule_fact_find(p->dict, TH_S("weight"));
  const double kg = th_dec_to_f64(weight);
  return f < 0 || !p->dict->fact[f].has_range ? kg > 0 : kg >= p->dict->fact[f].lo && kg <= p->dict->fact[f].hi;
}

static th_dose_state state_of(const th_dose_ask *q, const th_rule_regimen *r) {
  if (q->age >= 0 && (q->age < r->age_from || q->age > r->age_to)) return TH_DOSE_OTHER_AGE;
  if (r->per_kg && !q->has_weight) return TH_DOSE_NO_WEIGHT;
  if (r->per_kg && !plausible(q->policy, q->weight)) return TH_DOSE_BAD_WEIGHT;
  return TH_DOSE_KNOWN;
}

/* ── Prices ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "120.0000000" "MG" of an item against the milligrams of a product. An amount that cannot be read fits nothing. */
static bool same_strength(const th_nhi_item *item, th_dec mg) {
  static const struct {
    const char *unit;
    th_i128 up, down;
  } units[] = { { "MG", 1, 1 }, { "GM", 1000, 1 }, { "G", 1000, 1 }, { "MCG", 1, 1000 }, { "UG", 1, 1000 } };
  th_dec amount, left, right;
  if (!th_dec_parse(item->amount, &amount)) return false;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (th_str_eq_nocase(item->unit, th_str_of(units[i].unit)))
      return th_dec_mul(amount, th_dec_of(units[i].up, 0), &left) && th_dec_mul(mg, th_dec_of(units[i].down, 0), &right) &&
             th_dec_cmp(left, right) == 0;
  return false;
}

static bool of_drug(const th_rule_policy *p, const th_rule_regimen *r, const th_nhi_item *item) {
  return listed(p->drug, p->n_drugs, item->code) || (item->atc.n && listed(p->drug, p->n_drugs, item->atc)) ||
         th_str_eq_nocase(item->ingredient, r->drug);
}

static bool in_force(const th_nhi_item *item, th_date day) {
  const int32_t d = th_date_first(day);
  return item->from.prec == TH_DATE_DAY && th_date_first(item->from) <= d &&
         (item->to.prec == TH_DATE_NONE || th_date_last(item->to) >= d);
}

/* Codes that the policy names, then the lowest; of one code what came into force last. */
static bool goes_first(const th_rule_policy *p, const th_nhi_item *a, const th_nhi_item *b) {
  const bool x = listed(p->drug, p->n_drugs, a->code), y = listed(p->drug, p->n_drugs, b->code);
  const int c = th_str_cmp(a->code, b->code);
  return x != y ? x : c ? c < 0 : th_date_cmp(a->from, b->from) > 0;
}

static bool fits(const th_dose_ask *q, const th_rule_regimen *r, const th_nhi_item *item, th_dec mg) {
  return of_drug(q->policy, r, item) && same_strength(item, mg);
}

static void price_of(const th_dose_ask *q, const th_rule_regimen *r, th_dose_pack *k) {
  bool some = false;
  uint32_t n = 0;
  for (size_t i = 0; i < q->n_items; i++) {
    const th_nhi_item *item = &q->item[i];
    if (!fits(q, r, item, k->product->mg)) continue;
    some = true;
    if (!in_force(item, q->start)) continue;
    bool seen = false; /* the same code twice: an older table is held as well */
    for (size_t j = 0; j < i && !seen; j++)
      seen =
          th_str_eq(q->item[j].code, item->code) && fits(q, r, &q->item[j], k->product->mg) && in_force(&q->item[j], q->start);
    n += !seen;
    if (!k->item || goes_first(q->policy, item, k->item)) k->item = item;
  }
  k->others = n ? n - 1 : 0;
  k->state = !q->list_held ? TH_PRICE_NO_LIST : k->item ? TH_PRICE_HELD : some ? TH_PRICE_NOT_THEN : TH_PRICE_NO_ITEM;
  if (k->item && (!th_dec_parse(th_str_trim(k->item->price), &k->price) || k->price.coeff <= 0)) k->state = TH_PRICE_NONE;
  if (k->state != TH_PRICE_HELD) k->price = (th_dec){ 0 };
}

static th_code too_long(th_err *err) {
  return th_fail(err, TH_ELIMIT, "a weight, dose or price has more digits than TH_LIMIT_DECIMAL_DIGITS (%d) allows",
                 TH_LIMIT_DECIMAL_DIGITS);
}

static bool add_times(th_dec *sum, th_dec price, uint32_t n) {
  th_dec product;
  return th_dec_mul(price, th_dec_of(n, 0), &product) && th_dec_add(*sum, product, sum);
}

static th_code cost_of(th_dose_amount *d, th_err *err) {
  d->price = TH_PRICE_HELD;
  for (uint32_t i = 0; i < d->n_packs && d->price == TH_PRICE_HELD; i++) {
    if (d->pack[i].count == 0) continue;
    if (d->pack[i].state != TH_PRICE_HELD)
      d->price = d->pack[i].state;
    else if (!add_times(&d->cost, d->pack[i].price, d->pack[i].count))
      return too_long(err);
  }
  d->cost = d->price == TH_PRICE_HELD ? th_coverage__plain(d->cost) : (th_dec){ 0 };
  return TH_OK;
}

/* ── One dose ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code packs(const th_dose_ask *q, const th_rule_regimen *r, th_dose_amount *d, th_err *err) {
  for (uint32_t i = 0; i < q->policy->n_products; i++) {
    const th_rule_product *p = &q->policy->product[i];
    if (!th_str_eq(p->drug, r->drug) || !th_str_eq(p->route, r->route)) continue;
    if (d->n_packs == TH_LIMIT_DOSE_PACKS)
      return th_fail(err, TH_ELIMIT, "more products of one route than TH_LIMIT_DOSE_PACKS (%d)", TH_LIMIT_DOSE_PACKS);
    uint32_t at = d->n_packs++;
    for (; at > 0 && th_dec_cmp(d->pack[at - 1].product->mg, p->mg) < 0; at--) d->pack[at] = d->pack[at - 1];
    d->pack[at] = (th_dose_pack){ .product = p };
    price_of(q, r, &d->pack[at]);
  }
  return TH_OK;
}

static th_code amount_of(th_arena *a, const th_dose_ask *q, th_dec mg, th_dose *out, th_err *err) {
  th_dose_amount *d = &out->amount[out->n_amounts];
  *d = (th_dose_amount){ .mg = mg };
  if (out->regimen->per_kg && !th_dec_mul(mg, q->weight, &d->mg)) return too_long(err);
  d->mg = th_coverage__plain(d->mg);
  TH_TRY(packs(q, out->regimen, d, err));
  out->n_amounts++;
  if (d->n_packs == 0) {
    out->state = TH_DOSE_NO_PRODUCT;
    d->price = q->list_held ? TH_PRICE_NO_ITEM : TH_PRICE_NO_LIST;
    return TH_OK;
  }
  TH_TRY(th_coverage__vials(a, d, err));
  return cost_of(d, err);
}

/* ── Courses ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void price_ends(const th_dose *d, th_dose_course *c) {
  for (uint32_t k = 0; k < d->n_amounts; k++)
    for (uint32_t i = 0; i < d->amount[k].n_packs; i++) {
      const th_dose_pack *p = &d->amount[k].pack[i];
      if (p->count == 0 || !p->item || p->item->to.prec == TH_DATE_NONE || th_date_last(p->item->to) >= th_date_first(c->last))
        continue;
      if (c->price_ends.prec == TH_DATE_NONE || th_date_last(p->item->to) < th_date_last(c->price_ends))
        c->price_ends = p->item->to;
    }
}

static th_code course(const th_dose *d, th_dose_course *c, th_err *err) {
  const th_rule_regimen *r = d->regimen;
  const int32_t from = th_date_first(d->start);
  c->from = d->start;
  c->review_day = th_date_add_months(d->start, c->review->months);
  if (c->review_day.prec == TH_DATE_NONE) return th_fail(err, TH_EINVAL, "the course ends after the year 9999");
  const int32_t end = th_date_first(c->review_day);
  while (c->doses < TH_LIMIT_DOSE_DAYS && from + th_coverage__dose_day(r, c->doses) < end) c->doses++;
  if (c->doses == TH_LIMIT_DOSE_DAYS)
    return th_fail(err, TH_ELIMIT, "a course of more than TH_LIMIT_DOSE_DAYS (%d) doses", TH_LIMIT_DOSE_DAYS);
  c->last = th_civil_from_days(from + th_coverage__dose_day(r, c->doses - 1));
  c->firsts = !r->has_first ? 0 : c->doses < r->n_days ? c->doses : r->n_days;
  c->price = TH_PRICE_NO_DOSE;
  if (d->n_amounts == 0) return TH_OK;
  c->price = d->amount[0].price;
  if (d->n_amounts > 1 && c->price == TH_PRICE_HELD) c->price = d->amount[1].price;
  if (c->price != TH_PRICE_HELD) return TH_OK;
  if (!add_times(&c->cost, d->amount[0].cost, c->doses - c->firsts) ||
      (c->firsts && !add_times(&c->cost, d->amount[1].cost, c->firsts)))
    return too_long(err);
  c->cost = th_coverage__plain(c->cost);
  price_ends(d, c);
  return TH_OK;
}

static th_code courses(th_arena *a, const th_dose_ask *q, th_dose *out, th_err *err) {
  const th_rule_regimen *r = out->regimen;
  th_dose_course *list = TH_NEWN(a, th_dose_course, r->n_paths ? r->n_paths : 1);
  if (!list) return th_fail_nomem(err);
  for (uint32_t i = 0; i < r->n_paths; i++) {
    if (q->path.n && !th_str_eq(q->path, r->paths[i])) continue;
    th_dose_course c = { .path = th_rule_path_find(q->policy, r->paths[i]),
                         .review = th_coverage__review(q->policy, r->paths[i]) };
    if (!c.review) continue;
    TH_TRY(course(out, &c, err));
    list[out->n_courses++] = c;
  }
  out->course = list;
  return TH_OK;
}

th_code th_coverage_dose(th_arena *a, const th_dose_ask *ask, th_dose *out, th_err *err) {
  *out = (th_dose){
    .policy = ask->policy, .start = ask->start, .has_weight = ask->has_weight, .weight = th_coverage__plain(ask->weight)
  };
  if (ask->start.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "the day of the first dose is not a full date");
  TH_TRY(choose(ask, out, err));
  const th_rule_regimen *r = out->regimen;
  out->state = state_of(ask, r);
  if (out->state == TH_DOSE_KNOWN) TH_TRY(amount_of(a, ask, r->mg, out, err));
  if (out->n_amounts && r->has_first) TH_TRY(amount_of(a, ask, r->first, out, err));
  TH_TRY(courses(a, ask, out, err));
  return th_coverage__dosage(a, out, err);
}
