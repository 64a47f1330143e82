/* Policies at hand: those built in (policy/ of the sources) and files given by the user. */
#include "coverage/coverage_priv.h"

static th_code add(th_arena *a, th_coverage *c, th_str yaml, const char *source, th_err *err) {
  th_rule_policy p;
  TH_TRY(th_rule_policy_load(a, &c->dict, yaml, source, &p, err));
  th_sha256_hex(yaml, p.sha256);
  c->given = p.id;
  for (uint32_t i = 0; i < c->n; i++)
    if (th_str_eq(c->policy[i].id, p.id)) {
      c->policy[i] = p;
      return TH_OK;
    }
  if (c->n == TH_LIMIT_COVERAGE_POLICIES)
    return th_fail(err, TH_ELIMIT, "more policies than TH_LIMIT_COVERAGE_POLICIES (%d)", TH_LIMIT_COVERAGE_POLICIES);
  c->policy[c->n++] = p;
  return TH_OK;
}

th_code th_coverage_open(th_arena *a, const char *const *files, size_t n_files, th_coverage *out, th_err *err) {
  *out = (th_coverage){ 0 };
  TH_TRY(th_rule_dict_load(a, th_embed_find(th_coverage__policies, "facts.yaml"), "facts.yaml", &out->dict, err));
  for (const th_embed *e = th_coverage__policies; e->name; e++)
    if (strcmp(e->name, "facts.yaml") != 0) TH_TRY(add(a, out, th_str_n(e->bytes, e->n), e->name, err));
  for (size_t i = 0; i < n_files; i++) {
    th_file f;
    TH_TRY(th_file_open(files[i], TH_LIMIT_DOCUMENT_BYTES, &f, err));
    const th_str copy = th_str_dup(a, f.bytes); /* the policy views its text for as long as it lives */
    th_file_close(&f);
    if (!copy.p) return th_fail_nomem(err);
    TH_TRY(add(a, out, copy, files[i], err));
  }
  return TH_OK;
}

const th_rule_policy *th_coverage_policy(const th_coverage *c, th_str program) {
  for (uint32_t i = 0; i < c->n; i++)
    if (th_str_eq(c->policy[i].id, program)) return &c->policy[i];
  return NULL;
}

const th_rule_cover *th_coverage_covers(const th_rule_policy *p, th_str name, th_str icd10) {
  for (uint32_t i = 0; i < p->n_covers; i++) {
    const th_rule_cover *c = &p->cover[i];
    for (uint32_t k = 0; k < c->n_names; k++)
      if (name.n && th_str_eq_nocase(c->names[k], name)) return c;
    for (uint32_t k = 0; k < c->n_icd10; k++)
      if (icd10.n && th_str_starts(icd10, c->icd10[k])) return c;
  }
  return NULL;
}
