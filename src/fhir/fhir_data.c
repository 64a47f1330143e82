/* A Bundle or bulk export as patients. The input is walked once by the pull parser to locate each resource (type, id, patient);
 * trees are built only for the patient that is asked for, in the arena of the moment. */
#include "fhir/fhir_priv.h"

#define NOBODY UINT32_MAX /* belongs to every patient */

typedef struct slice {
  uint64_t from, to;
  uint32_t patient;
  th_str url; /* fullUrl of the entry */
} slice;

typedef struct person {
  th_str id, url;
  uint32_t first, n; /* in data.mine */
} person;

struct th_fhir_data {
  th_arena *arena;
  const char *source;
  th_str bytes;
  TH_VEC(slice) slice;
  TH_VEC(person) person;
  th_map by_id, by_url;
  uint32_t *mine;   /* slices grouped by patient, input order */
  uint32_t *common; /* slices of nobody */
  uint32_t n_common;
  th_json *shared; /* trees of the common ones, read once where there are several patients; NULL otherwise */
  bool one_bundle; /* a Bundle; with at most one Patient all of it is that patient's */
};

typedef struct seen {
  th_str type, id, subject;
} seen;

typedef struct walk {
  th_fhir_data *d;
  th_jread r;
  th_err *err;
} walk;

static th_code fault(walk *w, const char *what) {
  uint32_t line, col;
  th_text_place(w->d->bytes, th_jread_offset(&w->r), &line, &col);
  th_fail_at(w->err, TH_EPARSE, line, col, "%s", what);
  th_err_source(w->err, w->d->source);
  return TH_EPARSE;
}

static th_code next(walk *w) {
  const th_code code = th_jread_next(&w->r, w->err);
  if (code != TH_OK) th_err_source(w->err, w->d->source);
  return code;
}

static th_code skip(walk *w) {
  const th_code code = th_jread_skip(&w->r, w->err);
  if (code != TH_OK) th_err_source(w->err, w->d->source);
  return code;
}

static bool names_patient(th_str key) {
  static const char *const word[] = { "subject", "patient", "beneficiary", "individual", "for", "recipient" };
  for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
    if (th_str_is(key, word[i])) return true;
  }
  return false;
}

/* The object at the current token: its own "reference" member. */
static th_code read_reference(walk *w, th_str *out) {
  if (w->r.tok != TH_J_OBJ) return skip(w);
  for (;;) {
    TH_TRY(next(w));
    if (w->r.tok == TH_J_OBJ_END) return TH_OK;
    const bool is_ref = th_str_is(w->r.text, "reference");
    TH_TRY(next(w));
    if (is_ref && w->r.tok == TH_J_STRING)
      *out = w->r.text;
    else
      TH_TRY(skip(w));
  }
}

/* The resource at the current token (an object): what it is and whose. */
static th_code read_resource(walk *w, seen *s) {
  *s = (seen){ 0 };
  if (w->r.tok != TH_J_OBJ) return fault(w, "a resource is expected here, an object with \"resourceType\"");
  for (;;) {
    TH_TRY(next(w));
    if (w->r.tok == TH_J_OBJ_END) break;
    const th_str key = w->r.text;
    TH_TRY(next(w));
    if (th_str_is(key, "resourceType") && w->r.tok == TH_J_STRING)
      s->type = w->r.text;
    else if (th_str_is(key, "id") && w->r.tok == TH_J_STRING)
      s->id = w->r.text;
    else if (!s->subject.n && names_patient(key))
      TH_TRY(read_reference(w, &s->subject));
    else
      TH_TRY(skip(w));
  }
  return s->type.n ? TH_OK : fault(w, "this resource has no \"resourceType\"");
}

static th_code person_of(th_fhir_data *d, th_str id, uint32_t *out) {
  bool is_new;
  uint64_t *at = th_map_at(&d->by_id, id, &is_new);
  if (!at) return TH_ENOMEM;
  if (is_new) {
    const person p = { .id = id };
    *at = d->person.n;
    if (!TH_VEC_PUSH(d->arena, &d->person, p)) return TH_ENOMEM;
  }
  *out = (uint32_t)*at;
  return TH_OK;
}

/* "Patient/1", "http://…/Patient/1", "Patient/1/_history/2": 1. */
static th_str patient_id(th_str ref) {
  const size_t at = th_str_rfind(ref, TH_S("Patient/"));
  if (at == SIZE_MAX || (at > 0 && ref.p[at - 1] != '/')) return TH_STR_NONE;
  th_str id = th_str_sub(ref, at + 8, ref.n);
  const size_t slash = th_str_find(id, TH_S("/"), 0);
  return th_str_sub(id, 0, slash);
}

typedef struct pending {
  uint32_t slice;
  th_str ref;
} pending;
typedef TH_VEC(pending) pending_vec;

/* References by fullUrl are settled once all entries are known. */
static th_code add_slice(walk *w, const seen *s, uint64_t from, uint64_t to, th_str url, pending_vec *later) {
  th_fhir_data *d = w->d;
  slice x = { from, to, NOBODY, url };
  const bool is_patient = th_str_is(s->type, "Patient");
  if (is_patient) {
    if (person_of(d, s->id.n ? s->id : url, &x.patient) != TH_OK) return th_fail_nomem(w->err);
    if (url.n && th_map_put(&d->by_url, url, x.patient) != TH_OK) return th_fail_nomem(w->err);
    if (url.n) d->person.v[x.patient].url = url;
  }
  if (!TH_VEC_PUSH(d->arena, &d->slice, x)) return th_fail_nomem(w->err);
  if (!is_patient && s->subject.n) {
    const pending p = { (uint32_t)d->slice.n - 1, s->subject };
    if (!TH_VEC_PUSH(d->arena, later, p)) return th_fail_nomem(w->err);
  }
  return TH_OK;
}

static uint64_t start_of_value(const walk *w) {
  return (uint64_t)(w->r.at - w->r.start);
}

static th_code read_entry(walk *w, pending_vec *later) {
  th_str url = TH_STR_NONE;
  seen s = { 0 };
  uint64_t from = 0, to = 0;
  if (w->r.tok != TH_J_OBJ) return fault(w, "an entry of a Bundle is an object");
  for (;;) {
    TH_TRY(next(w));
    if (w->r.tok == TH_J_OBJ_END) break;
    const th_str key = w->r.text;
    TH_TRY(next(w));
    if (th_str_is(key, "fullUrl") && w->r.tok == TH_J_STRING) {
      url = w->r.text;
    } else if (th_str_is(key, "resource")) {
      from = start_of_value(w);
      TH_TRY(read_resource(w, &s));
      to = (uint64_t)(w->r.p - w->r.start);
    } else {
      TH_TRY(skip(w));
    }
  }
  return s.type.n ? add_slice(w, &s, from, to, url, later) : TH_OK;
}

/* The object at the current token: a Bundle's entries, or one resource. */
static th_code read_top(walk *w, pending_vec *later, bool *bundle) {
  const uint64_t from = start_of_value(w);
  seen s = { 0 };
  *bundle = false;
  if (w->r.tok != TH_J_OBJ) return fault(w, "FHIR JSON begins with an object that has \"resourceType\"");
  for (;;) {
    TH_TRY(next(w));
    if (w->r.tok == TH_J_OBJ_END) break;
    const th_str key = w->r.text;
    TH_TRY(next(w));
    if (th_str_is(key, "resourceType") && w->r.tok == TH_J_STRING) {
      s.type = w->r.text;
    } else if (th_str_is(key, "id") && w->r.tok == TH_J_STRING) {
      s.id = w->r.text;
    } else if (th_str_is(key, "entry") && w->r.tok == TH_J_ARR) {
      *bundle = true;
      for (;;) {
        TH_TRY(next(w));
        if (w->r.tok == TH_J_ARR_END) break;
        TH_TRY(read_entry(w, later));
      }
    } else if (!s.subject.n && names_patient(key)) {
      TH_TRY(read_reference(w, &s.subject));
    } else {
      TH_TRY(skip(w));
    }
  }
  if (!s.type.n) return fault(w, "this resource has no \"resourceType\"");
  if (th_str_is(s.type, "Bundle")) {
    *bundle = true;
    return TH_OK;
  }
  return add_slice(w, &s, from, (uint64_t)(w->r.p - w->r.start), TH_STR_NONE, later);
}

static th_code settle(th_fhir_data *d, const pending_vec *later, bool lines) {
  for (size_t i = 0; i < later->n; i++) {
    const th_str ref = later->v[i].ref, id = patient_id(ref);
    uint64_t who;
    uint32_t p;
    if (id.n) {
      if (!th_map_get(&d->by_id, id, &who)) {
        if (!lines && d->person.n) continue; /* a patient whom the Bundle does not hold */
        TH_TRY(person_of(d, id, &p));
        who = p;
      }
      d->slice.v[later->v[i].slice].patient = (uint32_t)who;
    } else if (th_map_get(&d->by_url, ref, &who)) {
      d->slice.v[later->v[i].slice].patient = (uint32_t)who;
    }
  }
  return TH_OK;
}

/* Slices by patient, by counting. */
static th_code group(th_fhir_data *d) {
  if (d->person.n == 0) {
    const person nobody = { 0 };
    if (!TH_VEC_PUSH(d->arena, &d->person, nobody)) return TH_ENOMEM;
  }
  if (d->one_bundle && d->person.n == 1) {
    for (size_t i = 0; i < d->slice.n; i++) d->slice.v[i].patient = 0;
  }
  d->mine = TH_NEWN(d->arena, uint32_t, d->slice.n);
  d->common = TH_NEWN(d->arena, uint32_t, d->slice.n);
  if (!d->mine || !d->common) return TH_ENOMEM;
  for (size_t i = 0; i < d->slice.n; i++) {
    if (d->slice.v[i].patient != NOBODY) d->person.v[d->slice.v[i].patient].n++;
  }
  uint32_t at = 0;
  for (size_t i = 0; i < d->person.n; i++) {
    d->person.v[i].first = at;
    at += d->person.v[i].n;
    d->person.v[i].n = 0;
  }
  for (size_t i = 0; i < d->slice.n; i++) {
    const uint32_t who = d->slice.v[i].patient;
    if (who == NOBODY) {
      d->common[d->n_common++] = (uint32_t)i;
    } else {
      person *p = &d->person.v[who];
      d->mine[p->first + p->n++] = (uint32_t)i;
    }
  }
  return TH_OK;
}

static bool blank(th_str s) {
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r' && s.p[i] != '\n') return false;
  }
  return true;
}

static th_code read_array(walk *w, pending_vec *later) {
  bool bundle;
  for (;;) {
    TH_TRY(next(w));
    if (w->r.tok == TH_J_ARR_END) return TH_OK;
    TH_TRY(read_top(w, later, &bundle));
  }
}

/* A value, then the next on a line of its own: NDJSON. */
static th_code read_all(walk *w, pending_vec *later, bool *lines) {
  th_fhir_data *d = w->d;
  uint64_t at = 0;
  size_t values = 0;
  bool bundle = false;
  while (!blank(th_str_sub(d->bytes, at, d->bytes.n))) {
    th_jread_open(&w->r, d->arena, th_str_sub(d->bytes, at, d->bytes.n));
    w->r.start = d->bytes.p;
    TH_TRY(next(w));
    if (w->r.tok == TH_J_ARR && values == 0)
      TH_TRY(read_array(w, later));
    else
      TH_TRY(read_top(w, later, &bundle));
    at = (uint64_t)(w->r.p - d->bytes.p);
    values++;
  }
  *lines = values > 1;
  d->one_bundle = values == 1 && bundle;
  return TH_OK;
}

static th_code parse_slice(const th_fhir_data *d, th_arena *a, const slice *s, th_json *out, th_err *err) {
  const th_code code = th_json_parse(a, th_str_sub(d->bytes, s->from, s->to), out, err);
  if (code == TH_OK || code == TH_ENOMEM || !err) return code;
  th_text_place(d->bytes, s->from + err->offset, &err->line, &err->col);
  th_err_source(err, d->source);
  return code;
}

/* What belongs to all patients is read once, not once for each of them; and it is looked at once for each, which is bounded. */
static th_code share(th_fhir_data *d, th_err *err) {
  uint64_t bytes = 0;
  if (d->person.n < 2 || !d->n_common) return TH_OK;
  if ((uint64_t)d->person.n * d->n_common > TH_LIMIT_FHIR_SHARED)
    return th_fail(err, TH_ELIMIT,
                   "%s: %zu patients and %u resources that name none of them are more pairs than TH_LIMIT_FHIR_SHARED",
                   d->source, d->person.n, d->n_common);
  for (uint32_t i = 0; i < d->n_common; i++) bytes += d->slice.v[d->common[i]].to - d->slice.v[d->common[i]].from;
  if (bytes > TH_LIMIT_FHIR_PATIENT_BYTES) return TH_OK; /* too much for any patient, which is told then */
  d->shared = TH_NEWN(d->arena, th_json, d->n_common);
  if (!d->shared) return th_fail_nomem(err);
  for (uint32_t i = 0; i < d->n_common; i++) TH_TRY(parse_slice(d, d->arena, &d->slice.v[d->common[i]], &d->shared[i], err));
  return TH_OK;
}

th_code th_fhir_open(th_arena *a, th_str bytes, const char *source, th_fhir_data **out, th_err *err) {
  th_fhir_data *d = TH_NEW(a, th_fhir_data);
  if (!d) return th_fail_nomem(err);
  d->arena = a;
  d->bytes = bytes;
  d->source = source;
  th_map_init(&d->by_id, a);
  th_map_init(&d->by_url, a);
  walk w = { .d = d, .err = err };
  pending_vec later = { 0 };
  bool lines = false;
  if (bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0) d->bytes = th_str_sub(bytes, 3, bytes.n);
  TH_TRY(read_all(&w, &later, &lines));
  if (settle(d, &later, lines) != TH_OK || group(d) != TH_OK) return th_fail_nomem(err);
  TH_TRY(share(d, err));
  *out = d;
  return TH_OK;
}

size_t th_fhir_patients(const th_fhir_data *d) {
  return d->person.n;
}

th_str th_fhir_patient_id(const th_fhir_data *d, size_t i) {
  return i < d->person.n ? d->person.v[i].id : TH_STR_NONE;
}

bool th_fhir_is_bundle(const th_fhir_data *d) {
  return d->one_bundle;
}

th_code th_fhir_patient_at(const th_fhir_data *d, th_arena *a, size_t i, th_fhir_patient **out, th_err *err) {
  if (i >= d->person.n) return th_fail(err, TH_ENOENT, "there are %zu patients", d->person.n);
  const person *p = &d->person.v[i];
  const uint32_t n = p->n + d->n_common;
  th_json *tree = TH_NEWN(a, th_json, n);
  if (!tree) return th_fail_nomem(err);
  /* own and common ones in the order of the input */
  uint32_t x = 0, y = 0;
  uint64_t bytes = 0;
  for (uint32_t k = 0; k < n; k++) {
    const bool own = y == d->n_common || (x < p->n && d->mine[p->first + x] < d->common[y]);
    const uint32_t c = y;
    const slice *s = &d->slice.v[own ? d->mine[p->first + x++] : d->common[y++]];
    bytes += s->to - s->from;
    if (bytes > TH_LIMIT_FHIR_PATIENT_BYTES)
      return th_fail(err, TH_ELIMIT, "%s: the patient %.*s has more than TH_LIMIT_FHIR_PATIENT_BYTES (%zu)", d->source,
                     TH_STR_ARG(p->id), TH_LIMIT_FHIR_PATIENT_BYTES);
    if (!own && d->shared)
      tree[k] = d->shared[c];
    else
      TH_TRY(parse_slice(d, a, s, &tree[k], err));
  }
  TH_TRY(th_fhir_patient_of(a, tree, n, out, err));
  if (!(*out)->patient) (*out)->id = p->id;
  (*out)->url = p->url;
  return TH_OK;
}
