/* Cautions, with their severity held against their own words (evidence.md §2.3, rules S-1 and S-2). */
#include "theriac/safety.h"

#include "theriac/text.h"

static bool class_words(th_arena *a, th_str text) {
  const th_str t = th_text_fold(a, text, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
  return th_str_has(t, TH_S("certain agents")) || th_str_has(t, TH_S("some agents")) || th_str_has(t, TH_S("此類藥物中的某些"));
}

th_code th_safety_cautions_of_page(th_arena *a, const th_names *names, const th_report_page *page, uint32_t source,
                                   th_safety_cautions *out, th_err *err) {
  for (size_t i = 0; i < page->cautions.n; i++) {
    const th_report_caution *c = &page->cautions.v[i];
    th_safety_caution s = { .kind = c->kind,
                            .subject = c->subject.text,
                            .label = c->label.text,
                            .labelled = c->severity,
                            .severity = c->severity,
                            .text = c->text.text,
                            .source = source,
                            .line = c->line };
    if (c->kind == TH_CAUTION_DISEASE) s.disease = th_names_resolve(names, a, TH_NAME_DISEASE, c->subject.text).row;
    s.class_statement = class_words(a, c->text.text);
    if (c->forbids && !s.class_statement && s.severity != TH_SEVERITY_CONTRAINDICATED)
      s.severity = TH_SEVERITY_CONTRAINDICATED, s.rule = "S-1";
    else if (c->fatal && s.severity == TH_SEVERITY_MINOR)
      s.severity = TH_SEVERITY_MAJOR, s.rule = "S-2";
    if (!TH_VEC_PUSH(a, out, s)) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_safety_caution_of_row(th_arena *a, const th_names *names, const th_caution_row *row, uint32_t source,
                                 th_safety_cautions *out, th_err *err) {
  th_safety_caution s = { .kind = row->kind,
                          .subject = row->subject.text,
                          .label = row->label.text,
                          .labelled = row->labelled,
                          .severity = row->severity,
                          .rule = row->rules & TH_CAUTION_S1   ? "S-1"
                                  : row->rules & TH_CAUTION_S2 ? "S-2"
                                  : row->rules & TH_CAUTION_S3 ? "S-3"
                                                               : NULL,
                          .class_statement = row->class_statement,
                          .text = row->text.text,
                          .source = source,
                          .line = row->drug.line };
  if (row->kind == TH_CAUTION_DISEASE) s.disease = th_names_resolve(names, a, TH_NAME_DISEASE, row->subject.text).row;
  return TH_VEC_PUSH(a, out, s) ? TH_OK : th_fail_nomem(err);
}
