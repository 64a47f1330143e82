/* Licensed products of a drug. */
#include "theriac/licence.h"

const char *th_licence_state_code(th_licence_state s) {
  static const char *const codes[] = { "unknown", "valid", "expired", "cancelled" };
  return (size_t)s < sizeof codes / sizeof *codes ? codes[s] : "unknown";
}

th_licence_state th_licence_state_on(th_date expires, bool cancelled, th_date as_of) {
  if (cancelled) return TH_LICENCE_CANCELLED;
  if (expires.prec == TH_DATE_NONE || as_of.prec == TH_DATE_NONE) return TH_LICENCE_UNKNOWN;
  const th_tri past = th_date_before(expires, as_of);
  return past == TH_UNKNOWN ? TH_LICENCE_UNKNOWN : past == TH_TRUE ? TH_LICENCE_EXPIRED : TH_LICENCE_VALID;
}

static th_licence_product *by_number(th_licence_products *v, th_str number) {
  for (size_t i = 0; i < v->n; i++)
    if (th_str_eq(v->v[i].number, number)) return &v->v[i];
  return NULL;
}

th_code th_licence_products_of_page(th_arena *a, const th_report_page *page, uint32_t source, th_date as_of,
                                    th_licence_products *out, th_err *err) {
  for (size_t i = 0; i < page->licences.n; i++) {
    const th_report_licence *l = &page->licences.v[i];
    if (by_number(out, l->number.text)) continue;
    const bool cancelled = th_str_has(l->state.text, TH_S("註銷")) && !th_str_has(l->state.text, TH_S("未註銷"));
    const th_licence_product p = { .number = l->number.text,
                                   .name = l->name.text,
                                   .form = l->form.text,
                                   .holder = l->holder.text,
                                   .indication = l->indication.text,
                                   .expires = l->expires,
                                   .source = source,
                                   .line = l->line,
                                   .state = th_licence_state_on(l->expires, cancelled, as_of) };
    if (!TH_VEC_PUSH(a, out, p)) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_licence_product_of_register(th_arena *a, const th_tfda_licence *row, uint32_t source, th_date as_of,
                                       th_licence_products *out, th_err *err) {
  const th_licence_product p = { .number = row->text[TH_TFDA_NUMBER],
                                 .name = row->text[TH_TFDA_NAME_ZH].n ? row->text[TH_TFDA_NAME_ZH] : row->text[TH_TFDA_NAME_EN],
                                 .form = row->text[TH_TFDA_FORM],
                                 .holder = row->text[TH_TFDA_APPLICANT],
                                 .indication = row->text[TH_TFDA_INDICATION],
                                 .expires = row->expires,
                                 .from_register = true,
                                 .source = source,
                                 .line = row->line,
                                 .state = th_licence_state_on(row->expires, row->text[TH_TFDA_CANCELLED].n > 0, as_of) };
  th_licence_product *old = by_number(out, p.number);
  if (old)
    *old = p;
  else if (!TH_VEC_PUSH(a, out, p))
    return th_fail_nomem(err);
  return TH_OK;
}
