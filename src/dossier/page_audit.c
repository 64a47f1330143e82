/* A published page held against itself, and its claims against what the records of its drug say. */
#include "theriac/dossier/study_record.h"

/* Codes that rest on what was imported; the others say what a page holds against itself. */
static bool rests_on_store(const char *code) {
  static const char *const codes[] = { "AUD-OFF-TOPIC", "AUD-NOT-TESTED",  "AUD-LEVEL-RECALC",
                                       "AUD-LICENSED",  "AUD-WRONG-LABEL", "AUD-CONTRAINDICATED" };
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (strcmp(code, codes[i]) == 0) return true;
  return false;
}

static th_code keep_finding(th_arena *a, const th_dossier_finding *f, th_findings *out, th_err *err) {
  th_finding *x = TH_VEC_ADD(a, out);
  if (!x) return th_fail_nomem(err);
  x->code = f->code;
  x->line = f->at.line;
  for (size_t i = 0; i < f->values.n; i++) {
    const th_field value = { .text = th_str_dup(a, f->values.v[i]), .line = f->at.line };
    if (!value.text.p || !TH_VEC_PUSH(a, &x->values, value)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* Nothing held on the drug is no fault of the page. */
static th_code against_store(th_arena *a, th_arena *work, th_store *store, const th_names *names, th_date as_of, th_str name,
                             th_page_audit *out, th_err *err) {
  const th_dossier_options o = { .drug = out->page.drug.text, .as_of = as_of, .page = &out->page, .page_name = name };
  th_dossier *d;
  th_err own = { 0 };
  if (!store || !th_str_trim(out->page.drug.text).n) return TH_OK;
  const th_code code = th_dossier_build(work, store, names, &o, &d, &own);
  if (code == TH_EINVAL) return TH_OK; /* a name that means several drugs: nothing can be said */
  if (code != TH_OK) {
    if (err) *err = own;
    return code;
  }
  out->held_against = true;
  for (size_t i = 0; i < d->findings.n; i++)
    if (d->findings.v[i].at.source == 0 && rests_on_store(d->findings.v[i].code))
      TH_TRY(keep_finding(a, &d->findings.v[i], &out->findings, err));
  th_arena_reset(work);
  return TH_OK;
}

th_code th_page_audit_run(th_arena *a, th_arena *work, th_store *store, const th_names *names, th_date as_of, th_str name,
                          th_str bytes, th_page_audit *out, th_err *err) {
  *out = (th_page_audit){ 0 };
  TH_TRY(th_source_report_read(a, bytes, &out->page, err));
  TH_TRY(th_source_audit_page(a, &out->page, &out->findings, err));
  return against_store(a, work, store, names, as_of, name, out, err);
}
