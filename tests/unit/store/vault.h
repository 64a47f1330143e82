/* A home with sealed cases and a key outside it, for a test. */
#ifndef THERIAC_TEST_STORE_VAULT_H
#define THERIAC_TEST_STORE_VAULT_H

#include "theriac/store/cases.h"
#include "unit/store/home.h"

typedef struct vault {
  char home[4096], key[4200];
} vault;

static inline vault vault_fresh(void) {
  vault v;
  snprintf(v.home, sizeof v.home, "%s", home_fresh());
  snprintf(v.key, sizeof v.key, "%s.key", v.home);
  return v;
}

static inline void vault_remove(const vault *v) {
  home_remove(v->home);
  unlink(v->key);
}

static inline th_cases *vault_open(const vault *v, th_cases_mode mode) {
  th_cases *c = NULL;
  th_err err = { 0 };
  CHECK_OK_ERR(th_cases_open(v->home, mode, v->key, 2000, &c, &err), &err);
  if (!c) exit(1);
  return c;
}

static const th_cases_act by_lin = { { "Dr. Lin", 7 }, 1795219200 };

static inline th_case_in case_in(const char *title, const char *body) {
  static const th_case_due due[] = {
    { { 2026, 12, 1, TH_DATE_DAY, TH_ERA_CE }, { "續用申請", 12 }, { "renewal", 7 }, { "review", 6 } }
  };
  return (th_case_in){ .summary = { .title = th_str_of(title),
                                    .program = TH_S("nhi-8.2.13"),
                                    .path = TH_S("ln-initial"),
                                    .as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE },
                                    .outcome = TH_S("unknown"),
                                    .due = due,
                                    .n_due = 1 },
                       .body = th_str_of(body) };
}

/* Keeps a case and gives its id, as long as the arena. */
static inline th_case_head vault_put(th_arena *a, th_cases *c, const th_case_in *in, bool want_same) {
  th_case_head h = { 0 };
  th_err err = { 0 };
  bool same = !want_same;
  CHECK_OK_ERR(th_cases_put(a, c, by_lin, in, &h, &same, &err), &err);
  CHECK(same == want_same);
  return h;
}

#endif
