#ifndef THERIAC_FHIR_PRIV_H
#define THERIAC_FHIR_PRIV_H

#include "theriac/fhir.h"

typedef struct th_fhir__type {
  const char *name;
  th_fhir_kind kind;
  const char *base;
} th_fhir__type;
typedef struct th_fhir__name {
  const char *name, *type;
} th_fhir__name;
typedef struct th_fhir__owned {
  const char *owner, *name, *type;
} th_fhir__owned;
typedef struct th_fhir__main {
  const char *type, *code, *dates;
} th_fhir__main;

extern const th_fhir__type th_fhir__types[];
extern const size_t th_fhir__n_types;
extern const th_fhir__name th_fhir__names[];
extern const size_t th_fhir__n_names;
extern const th_fhir__owned th_fhir__owned_names[];
extern const size_t th_fhir__n_owned;
extern const th_fhir__main th_fhir__mains[];
extern const size_t th_fhir__n_mains;

/* Type of the element `name` under an owner, as its value's shape allows. */
th_fhir_type th_fhir__member_type(th_fhir_type owner, th_fhir_name name, const th_json *value);

#endif
