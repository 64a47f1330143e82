/* A study on its way into the index: its words, names, places and values, and the row that a result shows. */
#include <math.h>

#include "store/put_priv.h"
#include "store/trial_index.h"

typedef struct adder {
  th_store__put *p;
  uint32_t ordinal;
} adder;

/* The study carries the term; gives the term's id, and in *made whether no study did before. */
static uint64_t give(adder *x, char kind, th_str text, bool *made) {
  char term[TERM_BYTES_MAX + 1];
  const size_t n = text.n < TERM_BYTES_MAX ? text.n : TERM_BYTES_MAX;
  uint64_t id = 0;
  bool fresh = false;
  term[0] = kind;
  if (n) memcpy(term + 1, text.p, n);
  if (x->p->code == TH_OK)
    x->p->code = th_store__trial_give(x->p->s, (th_str){ term, n + 1 }, x->ordinal, &id, &fresh, x->p->err);
  if (made) *made = fresh;
  return id;
}

static void words(adder *x, const char *kinds, th_str text) {
  const th_arena_mark mark = th_arena_save(x->p->a);
  th_store__word_vec v = { 0 };
  if (x->p->code == TH_OK && text.n) x->p->code = th_store__trial_words(x->p->a, text, &v, x->p->err);
  for (size_t i = 0; i < v.n && x->p->code == TH_OK; i++)
    for (const char *k = kinds; *k; k++) {
      if (*k != TERM_CONDITION_PAIR && *k != TERM_INTERVENTION_PAIR) {
        give(x, *k, v.v[i], NULL);
      } else if (i + 1 < v.n) {
        char pair[TERM_BYTES_MAX + 1];
        const int n = snprintf(pair, sizeof pair, "%.*s %.*s", TH_STR_ARG(v.v[i]), TH_STR_ARG(v.v[i + 1]));
        if (n > 0 && (size_t)n < sizeof pair) give(x, *k, th_str_n(pair, (size_t)n), NULL);
      }
    }
  th_arena_rewind(x->p->a, mark);
}

static void lists(adder *x, const char *kinds, const th_field_vec *v) {
  for (size_t i = 0; i < v->n; i++) words(x, kinds, v->v[i].text);
}

static void name(adder *x, char kind, th_str text) {
  const th_arena_mark mark = th_arena_save(x->p->a);
  th_str key = TH_S(""), turned = TH_S("");
  if (x->p->code == TH_OK) x->p->code = th_store__trial_name(x->p->a, text, &key, &turned, x->p->err);
  if (key.n) give(x, kind, key, NULL);
  if (turned.n) give(x, kind, turned, NULL);
  th_arena_rewind(x->p->a, mark);
}

static void facet(adder *x, th_trial_facet f, th_str value) {
  char term[TERM_BYTES_MAX];
  const int n =
      snprintf(term, sizeof term, "%c%.*s", 'a' + (int)f, (int)(value.n < 120 ? value.n : 120), value.p ? value.p : "");
  give(x, TERM_FACET, th_str_n(term, (size_t)n), NULL);
}

static void facet_list(adder *x, th_trial_facet f, const th_field_vec *v) {
  for (size_t i = 0; i < v->n; i++) facet(x, f, v->v[i].text);
  if (v->n == 0) facet(x, f, TH_S(""));
}

/* ── The study ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void facets(adder *x, const th_ctgov_study *t) {
  char year[8] = "";
  facet(x, TH_FACET_STATUS, t->status.text);
  facet_list(x, TH_FACET_PHASE, &t->phases);
  facet(x, TH_FACET_TYPE, t->study_type.text);
  facet(x, TH_FACET_ALLOCATION, t->allocation.text);
  facet(x, TH_FACET_MODEL, t->model.text.n ? t->model.text : t->observational_model.text);
  facet(x, TH_FACET_PURPOSE, t->purpose.text);
  facet(x, TH_FACET_MASKING, t->masking.text);
  facet(x, TH_FACET_RESULTS, t->has_results == TH_UNKNOWN ? TH_S("") : t->has_results == TH_TRUE ? TH_S("yes") : TH_S("no"));
  facet(x, TH_FACET_SPONSOR, t->sponsor_class.text);
  facet(x, TH_FACET_SEX, t->sex.text);
  facet_list(x, TH_FACET_AGE, &t->std_ages);
  if (t->start.date.prec != TH_DATE_NONE) snprintf(year, sizeof year, "%d", t->start.date.year);
  facet(x, TH_FACET_YEAR, th_str_of(year));
}

static void spot(adder *x, const th_ctgov_place *place, th_str city) {
  char key[32];
  bool made;
  sqlite3_stmt *st;
  if (!isfinite(place->latitude) || !isfinite(place->longitude) || fabs(place->latitude) > 90 || fabs(place->longitude) > 180)
    return;
  const int lat = (int)lround(place->latitude * 100), lon = (int)lround(place->longitude * 100);
  const int n = snprintf(key, sizeof key, "%d,%d", lat, lon);
  const uint64_t id = give(x, TERM_SPOT, th_str_n(key, (size_t)n), &made);
  if (!made || x->p->code != TH_OK) return;
  x->p->code = th_store__stmt(x->p->s, "INSERT OR IGNORE INTO trial_spot(term_id, lat, lon, city) VALUES (?1, ?2, ?3, ?4)", &st,
                              x->p->err);
  if (x->p->code != TH_OK) return;
  sqlite3_bind_int64(st, 1, (sqlite3_int64)id);
  sqlite3_bind_int(st, 2, lat);
  sqlite3_bind_int(st, 3, lon);
  th_store__bind(st, 4, city);
  th_store__put_run(x->p, st);
}

static void one_place(adder *x, const th_ctgov_place *place) {
  const th_arena_mark mark = th_arena_save(x->p->a);
  th_str city = TH_S(""), turned;
  facet(x, TH_FACET_COUNTRY, place->country.text);
  if (x->p->code == TH_OK) x->p->code = th_store__trial_name(x->p->a, place->city.text, &city, &turned, x->p->err);
  if (city.n) give(x, TERM_CITY, city, NULL);
  spot(x, place, city);
  th_arena_rewind(x->p->a, mark);
}

static void places(adder *x, const th_ctgov_study *t) {
  for (size_t i = 0; i < t->places.n; i++) one_place(x, &t->places.v[i]);
  if (t->places.n == 0) facet(x, TH_FACET_COUNTRY, TH_S(""));
}

static void texts(adder *x, const th_ctgov_study *t) {
  words(x, "tx", t->brief_title.text);
  words(x, "tx", t->official_title.text);
  words(x, "tx", t->acronym.text);
  for (size_t i = 0; i < t->conditions.n; i++) name(x, TERM_CONDITION, t->conditions.v[i].text);
  lists(x, "cdx", &t->conditions);
  lists(x, "x", &t->keywords);
  for (size_t i = 0; i < t->interventions.n; i++) {
    const th_ctgov_intervention *v = &t->interventions.v[i];
    name(x, TERM_INTERVENTION, v->name.text);
    words(x, "ijx", v->name.text);
    for (size_t k = 0; k < v->other_names.n; k++) name(x, TERM_INTERVENTION, v->other_names.v[k].text);
    lists(x, "ijx", &v->other_names);
    words(x, "x", v->description.text);
  }
  for (size_t i = 0; i < t->arms.n; i++) words(x, "x", t->arms.v[i].label.text), words(x, "x", t->arms.v[i].description.text);
  words(x, "sx", t->sponsor.text);
  lists(x, "sx", &t->collaborators);
  words(x, "x", t->brief_summary.text);
  words(x, "x", t->detailed_description.text);
  for (size_t i = 0; i < t->outcomes.n; i++) words(x, "x", t->outcomes.v[i].measure.text);
  words(x, "x", t->eligibility.text);
  words(x, "x", t->nct_id.text);
  words(x, "x", t->org_id.text);
}

/* ── The row that a result shows ───────────────────────────────────────────────────────────────────────────────────── */

static th_str joined(adder *x, const th_field_vec *v) {
  th_buf b;
  th_buf_init(&b, x->p->a, 64);
  for (size_t i = 0; i < v->n && b.n < 2000; i++) {
    if (i) th_buf_addc(&b, '|');
    th_buf_add(&b, v->v[i].text);
  }
  if (b.failed && x->p->code == TH_OK) x->p->code = th_fail_nomem(x->p->err);
  return th_buf_str(&b);
}

static th_str intervention_names(adder *x, const th_ctgov_study *t) {
  th_field_vec v = { 0 };
  for (size_t i = 0; i < t->interventions.n; i++)
    if (!TH_VEC_PUSH(x->p->a, &v, t->interventions.v[i].name)) x->p->code = th_fail_nomem(x->p->err);
  return joined(x, &v);
}

static th_str country_names(adder *x, const th_ctgov_study *t) {
  th_field_vec v = { 0 };
  for (size_t i = 0; i < t->places.n && v.n < 40; i++) {
    bool seen = t->places.v[i].country.text.n == 0;
    for (size_t k = 0; k < v.n && !seen; k++) seen = th_str_eq(v.v[k].text, t->places.v[i].country.text);
    if (!seen && !TH_VEC_PUSH(x->p->a, &v, t->places.v[i].country)) x->p->code = th_fail_nomem(x->p->err);
  }
  return joined(x, &v);
}

static void column(adder *x, th_store__column c, int32_t value) {
  if (x->p->code == TH_OK) x->p->code = th_store__trial_value(x->p->s, c, x->ordinal, value, x->p->err);
}

static void date_column(adder *x, th_store__column c, th_date d) {
  if (d.prec != TH_DATE_NONE) column(x, c, th_date_first(d));
}

static void row(adder *x, const th_ctgov_study *t) {
  const th_str text[] = { t->nct_id.text,           t->status.text,     joined(x, &t->phases),
                          t->study_type.text,       t->sponsor.text,    joined(x, &t->conditions),
                          intervention_names(x, t), country_names(x, t) };
  const th_date day[] = { t->start.date, t->primary_completion.date, t->last_update.date };
  char iso[3][TH_DATE_TEXT];
  sqlite3_stmt *st;
  if (x->p->code == TH_OK)
    x->p->code = th_store__stmt(
        x->p->s,
        "INSERT INTO trial(ordinal, record_id, enrolment, nct, status, phase, type, sponsor, conditions, interventions, "
        "countries, start, completion, updated) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        &st, x->p->err);
  if (x->p->code != TH_OK) return;
  sqlite3_bind_int64(st, 1, x->ordinal);
  sqlite3_bind_int64(st, 2, x->p->r->id);
  sqlite3_bind_int64(st, 3, t->enrolment);
  for (int i = 0; i < 8; i++) th_store__bind(st, 4 + i, text[i]);
  for (int i = 0; i < 3; i++) th_store__bind_date(st, 12 + i, day[i], iso[i]);
  th_store__put_run(x->p, st);
  date_column(x, COLUMN_START, t->start.date);
  date_column(x, COLUMN_COMPLETION, t->primary_completion.date.prec ? t->primary_completion.date : t->completion.date);
  date_column(x, COLUMN_UPDATE, t->last_update.date);
  int64_t number;
  if (th_str_to_i64(th_str_sub(t->nct_id.text, 3, t->nct_id.text.n), &number) && number < INT32_MAX)
    column(x, COLUMN_NUMBER, (int32_t)number);
  if (t->enrolment >= 0) column(x, COLUMN_ENROLMENT, t->enrolment < INT32_MAX ? (int32_t)t->enrolment : INT32_MAX);
}

/* The version that stood for this study so far no longer does. */
static void replace(adder *x, const th_ctgov_study *t) {
  sqlite3_stmt *st;
  bool found = true;
  x->p->code = th_store__stmt(x->p->s, "SELECT ordinal FROM trial WHERE nct = ?1 AND record_id <> ?2", &st, x->p->err);
  if (x->p->code != TH_OK) return;
  th_store__bind(st, 1, t->nct_id.text);
  sqlite3_bind_int64(st, 2, x->p->r->id);
  const uint32_t own = x->ordinal;
  while (x->p->code == TH_OK) {
    x->p->code = th_store__step(x->p->s, st, &found, x->p->err);
    if (x->p->code != TH_OK || !found) break;
    x->ordinal = (uint32_t)sqlite3_column_int64(st, 0);
    give(x, TERM_DEAD, TH_S(""), NULL);
  }
  x->ordinal = own;
}

void th_store__trial_put(th_store__put *p, const th_ctgov_study *t) {
  adder x = { .p = p };
  if (p->code != TH_OK) return;
  if (!th_store__trial_writer_of(p->s)) {
    p->code = th_fail_nomem(p->err);
    return;
  }
  const th_arena_mark mark = th_arena_save(p->a);
  p->code = th_store__trial_next(p->s, &x.ordinal, p->err);
  if (p->code == TH_OK && p->r->version > 1) replace(&x, t);
  if (p->code == TH_OK) row(&x, t);
  facets(&x, t);
  places(&x, t);
  texts(&x, t);
  th_arena_rewind(p->a, mark);
}
