/* Dose and calendar of a drug under a rule: weight to milligrams, milligrams to vials and waste, vials to money by the imported price list,
 * and the days on which a dose, a review, a taper or a stop falls. Schedules and doses are the policy's data (theriac-policy(5)); nothing
 * here says that anybody approved anything. Pure: lists come in as values. */
#ifndef THERIAC_COVERAGE_DOSE_H
#define THERIAC_COVERAGE_DOSE_H

#include "theriac/io.h"
#include "theriac/rule.h"
#include "theriac/source/nhi_items.h"
#include "theriac/store.h"

struct th_coverage_case; /* coverage.h */

#define TH_LIMIT_DOSE_PACKS 8      /* products of one route */
#define TH_LIMIT_DOSE_STEPS 100000 /* a dose, in steps of what the strengths have in common */
#define TH_LIMIT_DOSE_DAYS  1000   /* doses of one course */

typedef enum th_dose_state {
  TH_DOSE_KNOWN,
  TH_DOSE_NO_WEIGHT,  /* the dose goes by weight, which is not known */
  TH_DOSE_BAD_WEIGHT, /* outside the plausible range of the fact "weight" */
  TH_DOSE_OTHER_AGE,  /* the label's dose is for other ages */
  TH_DOSE_NO_PRODUCT  /* the amount is known; the policy lists nothing to take it from */
} th_dose_state;

typedef enum th_price_state {
  TH_PRICE_HELD,
  TH_PRICE_NO_DOSE,  /* the dose itself is not known */
  TH_PRICE_NO_LIST,  /* no list of the payer's items is held */
  TH_PRICE_NO_ITEM,  /* the list has no item of this drug and strength */
  TH_PRICE_NOT_THEN, /* it has one, not in force on the first day */
  TH_PRICE_NONE      /* its price is no number above 0 */
} th_price_state;

typedef struct th_dose_pack { /* vials of one strength */
  const th_rule_product *product;
  uint32_t count;          /* in one dose; 0 where the best choice does without it */
  th_price_state state;    /* of the item */
  const th_nhi_item *item; /* HELD, NONE: the item of this strength in force on the first day, else NULL */
  uint32_t
      others; /* further items of this strength in force that day: the codes named in the policy go first, then the lowest code */
  th_dec price; /* HELD: of one vial, in the list's currency */
} th_dose_pack;

typedef struct th_dose_amount { /* one dose */
  th_dec mg;
  th_dec opened, waste;                   /* mg in the vials opened, and what is left of it */
  th_dec waste_percent;                   /* of what is opened, one decimal */
  th_dose_pack pack[TH_LIMIT_DOSE_PACKS]; /* every product of the route, the largest first */
  uint32_t n_packs;
  th_price_state price; /* HELD only when every vial needed has a price */
  th_dec cost;          /* HELD */
} th_dose_amount;

typedef struct th_dose_course { /* from the first dose to the day before the clause asks for a review */
  const th_rule_path *path;
  const th_rule_schedule *review;
  th_date from, last, review_day; /* the last dose is before the day of the review */
  uint32_t doses, firsts;         /* all, and those of the first amount */
  th_price_state price;
  th_dec cost;        /* HELD: at the prices of the first day throughout */
  th_date price_ends; /* an item's printed last day when that is before the last dose, else NONE */
} th_dose_course;

typedef struct th_dose {
  const th_rule_policy *policy;
  const th_rule_regimen *regimen;
  th_date start;
  th_dose_state state;
  bool has_weight;
  th_dec weight;            /* kg */
  th_dose_amount amount[2]; /* [0]: each dose; [1]: those of the days listed first, where they differ */
  uint32_t n_amounts;       /* 0: not known */
  const th_dose_course *course;
  uint32_t n_courses;
  th_str dosage_zh, dosage_en; /* 用法用量 in one line, as far as it is known */
} th_dose;

typedef struct th_dose_ask {
  const th_rule_policy *policy;
  th_str drug;  /* "belimumab", any case, or one of the policy's codes; empty: the policy's first */
  th_str route; /* "iv", "sc"; empty: the first of the drug */
  th_str path;  /* empty: the first dose stated for drug and route, with a course for each of its paths */
  bool has_weight;
  th_dec weight;           /* kg */
  int32_t age;             /* completed years, or -1: not known */
  th_date start;           /* day of the first dose, a full date */
  bool list_held;          /* a list of items was imported */
  const th_nhi_item *item; /* its rows for this drug (th_store_nhi_items) */
  size_t n_items;
} th_dose_ask;

/* Works out dose, vials, cost and courses. Vials: least waste, then fewest vials, exactly. TH_ENOENT: the policy states no dose of this
 * drug, route or path. TH_EINVAL: no full date. TH_ELIMIT: TH_LIMIT_DOSE_*, or numbers too long. O(dose over the common
 * step × products). */
TH_API th_code th_coverage_dose(th_arena *a, const th_dose_ask *ask, th_dose *out, th_err *err);
/* Puts the imported items of the policy's drug into a question (list_held, item, n_items), found by the ATC codes among the policy's codes
 * and by the drug's name. s NULL: no list is held. */
TH_API th_code th_coverage_dose_items(th_arena *a, th_store *s, th_dose_ask *ask, th_err *err);
/* Weight, age, path and, where ask->start is NONE, the day assessed, as a case gives them. A weight that is no single number or cannot be
 * used leaves the weight unknown. */
TH_API th_code th_coverage_dose_of_case(th_arena *a, const struct th_coverage_case *c, th_dose_ask *ask, th_err *err);
/* Writes the dose as JSON; amounts of money and of drug are decimals, exact. */
TH_API void th_coverage_dose_json(th_jwrite *w, const th_dose *d);
/* The dose in words; zh: as written in Taiwan, else English. A want of memory shows in out->failed. */
TH_API void th_coverage_dose_text(th_buf *out, const th_dose *d, bool zh);
/* "NT$ 21,607.75", "21,607.75 元". */
TH_API void th_money_text(th_buf *out, th_dec d, bool zh);
/* "held", "not held: …" in words. */
TH_API const char *th_price_state_text(th_price_state s, bool zh);
TH_API const char *th_dose_state_text(th_dose_state s, bool zh);

#endif
