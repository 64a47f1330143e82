/* Floor 2: FHIR R4 over the JSON tree. A Bundle or a bulk export (NDJSON) becomes patients with their resources, found by type,
 * code and date; elements know their FHIR type, choice elements (value[x]) read the member that is there.
 *
 * Absent is not an error: look-ups give nothing. Malformed data is TH_EPARSE with the path of the element. Unknown elements are
 * kept and can be read. Source of names and types: HL7 FHIR R4 (4.0.1). */
#ifndef THERIAC_FHIR_H
#define THERIAC_FHIR_H

#include "theriac/io.h"

/* ── Types ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef uint16_t th_fhir_type;
#define TH_FHIR_UNKNOWN ((th_fhir_type)0)

/* "Observation", "CodeableConcept", "dateTime" …; TH_FHIR_UNKNOWN for a name this table lacks. */
TH_API th_fhir_type th_fhir_type_find(th_str name);
TH_API const char *th_fhir_type_name(th_fhir_type t); /* "" for TH_FHIR_UNKNOWN */
typedef enum th_fhir_kind {
  TH_FHIR_NO_KIND,
  TH_FHIR_TEXT, /* string, code, uri, id, markdown, base64Binary … */
  TH_FHIR_BOOLEAN,
  TH_FHIR_INTEGER,
  TH_FHIR_DECIMAL,
  TH_FHIR_DATE,
  TH_FHIR_DATETIME, /* dateTime, instant */
  TH_FHIR_TIME,
  TH_FHIR_COMPLEX,
  TH_FHIR_RESOURCE
} th_fhir_kind;
TH_API th_fhir_kind th_fhir_type_kind(th_fhir_type t);
/* True when t is `of` or derived from it (Age is a Quantity, code is a string, Patient is a Resource). */
TH_API bool th_fhir_type_is(th_fhir_type t, th_fhir_type of);

/* ── Elements ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One element: its value, and for a primitive the sibling object ("_birthDate") that carries id and extensions. Either may be
 * NULL, not both. Views into the tree; nothing to free. */
typedef struct th_fhir_elem {
  const th_json *value, *sibling;
  th_fhir_type type;
} th_fhir_elem;

typedef TH_VEC(th_fhir_elem) th_fhir_elem_vec;

/* Appends the elements called `name` under `of`: none when absent, all of a list. A choice element is asked for by its bare name
 * ("value", "effective", "medication"). *repeats: the document holds an array there. O(members). TH_ENOMEM. */
TH_API th_code th_fhir_children(th_arena *a, th_fhir_elem of, th_str name, th_fhir_elem_vec *out, bool *repeats);
/* A member's name, looked up once for many elements. Views text. */
typedef struct th_fhir_name {
  th_str text;
  const void *known; /* private */
} th_fhir_name;
TH_API th_fhir_name th_fhir_name_of(th_str text);
/* th_fhir_member with such a name. */
TH_API bool th_fhir_member_named(th_fhir_elem of, th_fhir_name name, th_fhir_elem *out);
/* Type of one item of a list: resources of a list (contained) are each of their own type. */
TH_API th_fhir_type th_fhir_item_type(th_fhir_type of_list, const th_json *one);
/* The member as the document holds it: value and sibling may be arrays. False when absent. No allocation. */
TH_API bool th_fhir_member(th_fhir_elem of, th_str name, th_fhir_elem *out);
/* The first of them, as a value: false when there is none. No allocation. */
TH_API bool th_fhir_child(th_fhir_elem of, const char *name, th_fhir_elem *out);
/* "code.coding.0.system": members and indices, choices by bare name; a list without index gives its first. */
TH_API bool th_fhir_at(th_fhir_elem of, const char *path, th_fhir_elem *out);
TH_API th_str th_fhir_text(th_fhir_elem e); /* of a primitive; empty view otherwise */
/* First extension with this url; false when there is none. */
TH_API bool th_fhir_extension(th_fhir_elem of, const char *url, th_fhir_elem *out);

typedef struct th_fhir_coding {
  th_str system, code, version, display; /* p NULL: absent */
} th_fhir_coding;
typedef TH_VEC(th_fhir_coding) th_fhir_coding_vec;
/* All codings of a code, Coding, CodeableConcept, or a list of them. */
TH_API th_code th_fhir_codings(th_arena *a, th_fhir_elem e, th_fhir_coding_vec *out);

/* Whether a Coding, CodeableConcept or list of them has this system and code. No allocation. */
TH_API bool th_fhir_has_coding(th_fhir_elem e, th_str system, th_str code);

/* The days a date, dateTime, instant, Period or Timing element may mean; false when it has none (or is malformed). A Period with
 * an open end reaches INT32_MIN or INT32_MAX. */
TH_API bool th_fhir_days(th_fhir_elem e, th_days *out);

/* ── Data ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_fhir_resource {
  th_fhir_elem elem;
  th_fhir_type type;
  th_str type_name, id;
  uint32_t order; /* in the input */
} th_fhir_resource;

/* One patient and all that is said of him, in input order, by type. Resources that name no patient (Organization, Medication …)
 * belong to every patient of the same input. */
typedef struct th_fhir_patient {
  th_str id, url;                  /* url: fullUrl of the Patient's entry in a Bundle; empty when it has none */
  const th_fhir_resource *patient; /* NULL: the input has no Patient resource of this id */
  th_fhir_resource **res;          /* grouped by type, input order within */
  uint32_t n;
  struct th_fhir_group {
    th_fhir_type type;
    th_str name;
    uint32_t from, n;
  } * group;
  uint32_t n_groups;
  struct th_fhir_index *index; /* private: built on first use */
  th_arena *arena;
} th_fhir_patient;

/* Resources of one type name, in input order. */
TH_API th_fhir_resource **th_fhir_of_type(const th_fhir_patient *p, th_str type, uint32_t *n);
/* The same, narrowed to those with a coding of this system and code under the type's main code element (Observation.code,
 * medication, Claim.type, …). O(1) after the first call for the patient, which builds the index. An empty system matches any. */
TH_API th_code th_fhir_of_code(th_fhir_patient *p, th_str type, th_str system, th_str code, th_fhir_resource ***out,
                               uint32_t *n);
/* The element under which th_fhir_of_code looks, by type name: "code" for most. */
TH_API const char *th_fhir_main_code(th_str type);
/* The same, narrowed to those whose main date meets `span`, in order of that date; undated resources are left out. */
TH_API th_code th_fhir_of_date(th_fhir_patient *p, th_str type, th_days span, th_fhir_resource ***out, uint32_t *n);
/* "Patient/1", "urn:uuid:…", "#contained" or an absolute URL; NULL when it is not in the input. `from` for contained ones. */
TH_API const th_fhir_resource *th_fhir_resolve(const th_fhir_patient *p, const th_fhir_resource *from, th_str reference);

typedef struct th_fhir_data th_fhir_data;

/* Opens a Bundle, a single resource, a JSON array of resources, or NDJSON (told apart by content). The bytes must outlive the data.
 * Lines of NDJSON are only located here (type, id, patient); each patient's are parsed when asked for, so that memory stays with one
 * patient. What belongs to all of several patients is parsed here, once.
 * Errors: TH_EPARSE with line and column, or with the path of the resource; TH_ELIMIT (TH_LIMIT_FHIR_SHARED). */
TH_API th_code th_fhir_open(th_arena *a, th_str bytes, const char *source, th_fhir_data **out, th_err *err);
TH_API size_t th_fhir_patients(const th_fhir_data *d);
TH_API th_str th_fhir_patient_id(const th_fhir_data *d, size_t i); /* empty: the input names no patient */
TH_API bool th_fhir_is_bundle(const th_fhir_data *d);              /* the input is one Bundle */
/* Patient i in `a` (reset it between patients). TH_ELIMIT: more than TH_LIMIT_FHIR_PATIENT_BYTES are said of him. */
TH_API th_code th_fhir_patient_at(const th_fhir_data *d, th_arena *a, size_t i, th_fhir_patient **out, th_err *err);
/* A patient made of a list of resources already parsed (facts of a case, tests). */
TH_API th_code th_fhir_patient_of(th_arena *a, const th_json *resources, size_t n, th_fhir_patient **out, th_err *err);

#define TH_LIMIT_FHIR_PATIENT_BYTES ((size_t)256 << 20)     /* of text about one patient */
#define TH_LIMIT_FHIR_SHARED        ((uint64_t)10000000000) /* patients times resources that name no patient */

#endif
