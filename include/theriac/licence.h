/* Floor 5: what is licensed. A product belongs to a drug by ingredient; what a page says of a licence is a claim until the register is held. */
#ifndef THERIAC_LICENCE_H
#define THERIAC_LICENCE_H

#include "theriac/names.h"
#include "theriac/source.h"

typedef enum th_licence_state {
  TH_LICENCE_UNKNOWN,
  TH_LICENCE_VALID,
  TH_LICENCE_EXPIRED,
  TH_LICENCE_CANCELLED
} th_licence_state;
TH_API const char *th_licence_state_code(th_licence_state s);

typedef struct th_licence_product {
  th_str number, name, form, holder, indication;
  th_date expires;
  th_licence_state state; /* on the as-of day */
  bool from_register;     /* false: a published page says so */
  uint32_t source, line;
} th_licence_product;
typedef TH_VEC(th_licence_product) th_licence_products;

/* Appends the page's licence rows; a licence already listed by the register is not added twice. */
TH_API th_code th_licence_products_of_page(th_arena *a, const th_report_page *page, uint32_t source, th_date as_of,
                                           th_licence_products *out, th_err *err);
/* Appends a row of the register; its word replaces a page's claim on the same licence. */
TH_API th_code th_licence_product_of_register(th_arena *a, const th_tfda_licence *row, uint32_t source, th_date as_of,
                                              th_licence_products *out, th_err *err);
/* A use that labels grant, restated with its limiting words. Ships with the program for few drugs; a register says more. */
typedef struct th_licence_use {
  th_str drug_id, disease_id, limit, source;
} th_licence_use;
typedef TH_VEC(th_licence_use) th_licence_uses;
/* drug_id empty: those of all drugs. */
TH_API th_code th_licence_labelled_uses(th_arena *a, th_str drug_id, th_licence_uses *out, th_err *err);
/* A disease that an indication's text names, with the sentence. What the text limits or denies is left out, and so is a word as wide
 * as "cancer": one with more than TH_LICENCE_USE_DESCENDANTS_MAX kinds below it. */
#define TH_LICENCE_USE_DESCENDANTS_MAX 1000
typedef struct th_licence_label_use {
  const th_name_row *disease;
  th_str sentence;
  uint32_t line;
} th_licence_label_use;
typedef TH_VEC(th_licence_label_use) th_licence_label_uses;
/* Appends what is not yet there. line: of the text, for each. */
TH_API th_code th_licence_uses_in(th_arena *a, const th_names *names, th_str text, uint32_t line, th_licence_label_uses *out,
                                  th_err *err);
TH_API th_code th_licence_uses_of_label(th_arena *a, const th_names *names, const th_label *label, th_licence_label_uses *out,
                                        th_err *err);
/* Diseases that products in force name, each with the first product (index) that does; a licence that is over, or of unknown state,
 * licenses nothing. */
typedef struct th_licence_product_use {
  const th_name_row *disease;
  uint32_t product;
} th_licence_product_use;
typedef TH_VEC(th_licence_product_use) th_licence_product_uses;
TH_API th_code th_licence_uses_of_products(th_arena *a, const th_names *names, const th_licence_products *products,
                                           th_licence_product_uses *out, th_err *err);
TH_API th_licence_state th_licence_state_on(th_date expires, bool cancelled, th_date as_of);

#endif
