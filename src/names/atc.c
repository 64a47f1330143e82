/* A drug's place in the WHO's Anatomical Therapeutic Chemical classification, as far as the table of names has its codes. */
#include "names/names_priv.h"

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
static bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

/* "L04AG04" */
static bool is_code(th_str s) {
  return s.n == 7 && is_capital(s.p[0]) && is_digit(s.p[1]) && is_digit(s.p[2]) && is_capital(s.p[3]) && is_capital(s.p[4]) &&
         is_digit(s.p[5]) && is_digit(s.p[6]);
}

/* The next code of a list, xrefs ("ATC:L04AG04") or synonyms (built-in rows have the bare code among them). */
static bool next_code(th_str *rest, bool xrefs, th_str *code) {
  th_str one;
  while (rest->n && th_str_split(rest, '|', &one)) {
    if (xrefs && !th_str_starts(one, TH_S("ATC:"))) continue;
    *code = xrefs ? th_str_sub(one, 4, one.n) : one;
    if (is_code(*code)) return true;
  }
  return false;
}

th_code th_names_atc(th_arena *a, const th_name_row *drug, th_str_vec *out, th_err *err) {
  const th_str list[] = { drug->xrefs, drug->synonyms };
  for (int k = 0; k < 2; k++) {
    th_str rest = list[k], code;
    while (next_code(&rest, k == 0, &code)) {
      size_t at = 0;
      while (at < out->n && th_str_cmp(out->v[at], code) < 0) at++;
      if (at < out->n && th_str_eq(out->v[at], code)) continue;
      if (!TH_VEC_PUSH(a, out, code)) return th_fail_nomem(err);
      for (size_t i = out->n - 1; i > at; i--) out->v[i] = out->v[i - 1];
      out->v[at] = code;
    }
  }
  return TH_OK;
}

/* Groups of what is put where it is to work: mouth, bowel, skin, vagina, nose, throat, joint, eye and ear. */
static bool is_local(th_str code) {
  static const char group[][4] = { "A01", "A07", "C05", "D", "G01", "M02", "R01", "R02", "S" };
  for (size_t i = 0; i < sizeof group / sizeof *group; i++)
    if (th_str_starts(code, th_str_of(group[i]))) return true;
  return false;
}

th_str th_names_atc_main(const th_name_row *drug) {
  const th_str list[] = { drug->xrefs, drug->synonyms };
  th_str best = TH_STR_NONE;
  for (int k = 0; k < 2; k++) {
    th_str rest = list[k], code;
    while (next_code(&rest, k == 0, &code)) {
      const bool nearer = best.n && is_local(code) != is_local(best) ? is_local(best) : th_str_cmp(code, best) < 0;
      if (!best.n || nearer) best = code;
    }
  }
  return best;
}
