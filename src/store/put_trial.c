/* A study on its way into the index. Its words, names and places are gathered first, each once and in any thread; then they are given
 * to the index, with its values and the row that a result shows. */
#include <math.h>

#include "store/put_priv.h"
#include "store/ready_priv.h"

/* ── Terms of a study ──────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct gatherer {
  th_arena *a;
  th_map seen;
  th_store__trial_terms *out;
  th_code code;
  th_err *err;
} gatherer;

static void fail_nomem(gatherer *g) {
  if (g->code == TH_OK) g->code = th_fail_nomem(g->err);
}

static void term(gatherer *g, char kind, th_str text) {
  char bytes[TERM_BYTES_MAX + 1];
  const size_t n = text.n < TERM_BYTES_MAX ? text.n : TERM_BYTES_MAX;
  bytes[0] = kind;
  if (n) memcpy(bytes + 1, text.p, n);
  const th_str t = { bytes, n + 1 };
  if (g->code != TH_OK || th_map_get(&g->seen, t, NULL)) return;
  const th_str copy = th_str_dup(g->a, t);
  if (!copy.p || th_map_put(&g->seen, copy, 0) != TH_OK || !TH_VEC_PUSH(g->a, &g->out->terms, copy)) fail_nomem(g);
}

static void word(gatherer *g, const char *kinds, th_str w) {
  for (const char *k = kinds; *k && w.n && w.n < TERM_BYTES_MAX / 2; k++) term(g, *k, w);
}

static void words(gatherer *g, const char *kinds, th_str text) {
  th_store__word_vec v = { 0 };
  if (g->code == TH_OK && text.n) g->code = th_store__trial_words(g->a, text, &v, g->err);
  for (size_t i = 0; i < v.n && g->code == TH_OK; i++)
    for (const char *k = kinds; *k; k++) {
      if (*k != TERM_CONDITION_PAIR && *k != TERM_INTERVENTION_PAIR) {
        term(g, *k, v.v[i]);
      } else if (i + 1 < v.n) {
        char pair[TERM_BYTES_MAX + 1];
        const int n = snprintf(pair, sizeof pair, "%.*s %.*s", TH_STR_ARG(v.v[i]), TH_STR_ARG(v.v[i + 1]));
        if (n > 0 && (size_t)n < sizeof pair) term(g, *k, th_str_n(pair, (size_t)n));
      }
    }
}

static void lists(gatherer *g, const char *kinds, const th_field_vec *v) {
  for (size_t i = 0; i < v->n; i++) words(g, kinds, v->v[i].text);
}

static void name(gatherer *g, char kind, th_str text) {
  th_str key = TH_S(""), turned = TH_S("");
  if (g->code == TH_OK) g->code = th_store__trial_name(g->a, text, &key, &turned, g->err);
  if (key.n) term(g, kind, key);
  if (turned.n) term(g, kind, turned);
}

static void facet(gatherer *g, th_trial_facet f, th_str value) {
  char text[TERM_BYTES_MAX];
  const int n =
      snprintf(text, sizeof text, "%c%.*s", 'a' + (int)f, (int)(value.n < 120 ? value.n : 120), value.p ? value.p : "");
  term(g, TERM_FACET, th_str_n(text, (size_t)n));
}

static void facet_list(gatherer *g, th_trial_facet f, const th_field_vec *v) {
  for (size_t i = 0; i < v->n; i++) facet(g, f, v->v[i].text);
  if (v->n == 0) facet(g, f, TH_S(""));
}

static void facets(gatherer *g, const th_ctgov_study *t) {
  char year[8] = "";
  facet(g, TH_FACET_STATUS, t->status.text);
  facet_list(g, TH_FACET_PHASE, &t->phases);
  facet(g, TH_FACET_TYPE, t->study_type.text);
  facet(g, TH_FACET_ALLOCATION, t->allocation.text);
  facet(g, TH_FACET_MODEL, t->model.text.n ? t->model.text : t->observational_model.text);
  facet(g, TH_FACET_PURPOSE, t->purpose.text);
  facet(g, TH_FACET_MASKING, t->masking.text);
  facet(g, TH_FACET_RESULTS, t->has_results == TH_UNKNOWN ? TH_S("") : t->has_results == TH_TRUE ? TH_S("yes") : TH_S("no"));
  facet(g, TH_FACET_SPONSOR, t->sponsor_class.text);
  facet(g, TH_FACET_SEX, t->sex.text);
  facet_list(g, TH_FACET_AGE, &t->std_ages);
  if (t->start.date.prec != TH_DATE_NONE) snprintf(year, sizeof year, "%d", t->start.date.year);
  facet(g, TH_FACET_YEAR, th_str_of(year));
}

static void place(gatherer *g, const th_ctgov_place *at) {
  th_str city = TH_S(""), turned;
  facet(g, TH_FACET_COUNTRY, at->country.text);
  if (g->code == TH_OK) g->code = th_store__trial_name(g->a, at->city.text, &city, &turned, g->err);
  if (city.n) term(g, TERM_CITY, city);
  if (!isfinite(at->latitude) || !isfinite(at->longitude) || fabs(at->latitude) > 90 || fabs(at->longitude) > 180) return;
  const th_store__spot spot = { (int)lround(at->latitude * 100), (int)lround(at->longitude * 100), city };
  if (!TH_VEC_PUSH(g->a, &g->out->spots, spot)) fail_nomem(g);
}

static void places(gatherer *g, const th_ctgov_study *t) {
  for (size_t i = 0; i < t->places.n; i++) place(g, &t->places.v[i]);
  if (t->places.n == 0) facet(g, TH_FACET_COUNTRY, TH_S(""));
}

static bool is_ascii(th_str s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] & 0x80) return false;
  return true;
}

/* Words of a text that full-text search has cut. The two fold alike what is plain ASCII; what else there is, is folded as names are. */
static void cut_words(gatherer *g, const th_store__cut *c) {
  if (!is_ascii(c->text)) {
    words(g, "x", c->text);
    return;
  }
  for (size_t i = 0; i < c->tokens.n; i++) word(g, "x", th_str_sub(c->folded, c->tokens.v[i].from, c->tokens.v[i].to));
}

static void texts(gatherer *g, const th_ctgov_study *t, const th_store__part_vec *parts) {
  words(g, "t", t->brief_title.text);
  words(g, "t", t->official_title.text);
  words(g, "t", t->acronym.text);
  for (size_t i = 0; i < t->conditions.n; i++) name(g, TERM_CONDITION, t->conditions.v[i].text);
  lists(g, "cd", &t->conditions);
  for (size_t i = 0; i < t->interventions.n; i++) {
    const th_ctgov_intervention *v = &t->interventions.v[i];
    name(g, TERM_INTERVENTION, v->name.text);
    words(g, "ij", v->name.text);
    for (size_t k = 0; k < v->other_names.n; k++) name(g, TERM_INTERVENTION, v->other_names.v[k].text);
    lists(g, "ij", &v->other_names);
  }
  words(g, "sx", t->sponsor.text);
  lists(g, "sx", &t->collaborators);
  words(g, "x", t->nct_id.text);
  words(g, "x", t->org_id.text);
  for (size_t i = 0; i < parts->n; i++)
    for (int k = 0; k < 2; k++) cut_words(g, &parts->v[i].cut[k]);
}

static th_str joined(gatherer *g, const th_field_vec *v) {
  th_buf b;
  th_buf_init(&b, g->a, 64);
  for (size_t i = 0; i < v->n && b.n < 2000; i++) {
    if (i) th_buf_addc(&b, '|');
    th_buf_add(&b, v->v[i].text);
  }
  if (b.failed) fail_nomem(g);
  return th_buf_str(&b);
}

static th_str intervention_names(gatherer *g, const th_ctgov_study *t) {
  th_field_vec v = { 0 };
  for (size_t i = 0; i < t->interventions.n; i++)
    if (!TH_VEC_PUSH(g->a, &v, t->interventions.v[i].name)) fail_nomem(g);
  return joined(g, &v);
}

static th_str country_names(gatherer *g, const th_ctgov_study *t) {
  th_field_vec v = { 0 };
  for (size_t i = 0; i < t->places.n && v.n < 40; i++) {
    bool seen = t->places.v[i].country.text.n == 0;
    for (size_t k = 0; k < v.n && !seen; k++) seen = th_str_eq(v.v[k].text, t->places.v[i].country.text);
    if (!seen && !TH_VEC_PUSH(g->a, &v, t->places.v[i].country)) fail_nomem(g);
  }
  return joined(g, &v);
}

th_code th_store__trial_terms_of(th_arena *a, const th_ctgov_study *t, th_store__index *into, th_err *err) {
  gatherer g = { .a = a, .out = &into->trial, .code = TH_OK, .err = err };
  into->trial = (th_store__trial_terms){ 0 };
  th_map_init(&g.seen, a);
  facets(&g, t);
  places(&g, t);
  texts(&g, t, &into->parts);
  into->trial.phases = joined(&g, &t->phases);
  into->trial.conditions = joined(&g, &t->conditions);
  into->trial.interventions = intervention_names(&g, t);
  into->trial.countries = country_names(&g, t);
  return g.code;
}

/* ── Into the index ────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct adder {
  th_store__put *p;
  uint32_t ordinal;
} adder;

/* The study carries the term; gives the term's id, and in *made whether no study did before. */
static uint64_t give(adder *x, th_str text, bool *made) {
  uint64_t id = 0;
  bool fresh = false;
  if (x->p->code == TH_OK) x->p->code = th_store__trial_give(x->p->s, text, x->ordinal, &id, &fresh, x->p->err);
  if (made) *made = fresh;
  return id;
}

static void spot(adder *x, const th_store__spot *at) {
  char key[32];
  bool made;
  sqlite3_stmt *st;
  const int n = snprintf(key, sizeof key, "%c%d,%d", TERM_SPOT, at->lat, at->lon);
  const uint64_t id = give(x, th_str_n(key, (size_t)n), &made);
  if (!made || x->p->code != TH_OK) return;
  x->p->code = th_store__stmt(x->p->s, "INSERT OR IGNORE INTO trial_spot(term_id, lat, lon, city) VALUES (?1, ?2, ?3, ?4)", &st,
                              x->p->err);
  if (x->p->code != TH_OK) return;
  sqlite3_bind_int64(st, 1, (sqlite3_int64)id);
  sqlite3_bind_int(st, 2, at->lat);
  sqlite3_bind_int(st, 3, at->lon);
  th_store__bind(st, 4, at->city);
  th_store__put_run(x->p, st);
}

static void column(adder *x, th_store__column c, int32_t value) {
  if (x->p->code == TH_OK) x->p->code = th_store__trial_value(x->p->s, c, x->ordinal, value, x->p->err);
}

static void date_column(adder *x, th_store__column c, th_date d) {
  if (d.prec != TH_DATE_NONE) column(x, c, th_date_first(d));
}

static void row(adder *x, const th_ctgov_study *t, const th_store__trial_terms *terms) {
  const th_str text[] = { t->nct_id.text,  t->status.text,    terms->phases,        t->study_type.text,
                          t->sponsor.text, terms->conditions, terms->interventions, terms->countries };
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
  const char dead = TERM_DEAD;
  while (x->p->code == TH_OK) {
    x->p->code = th_store__step(x->p->s, st, &found, x->p->err);
    if (x->p->code != TH_OK || !found) break;
    x->ordinal = (uint32_t)sqlite3_column_int64(st, 0);
    give(x, th_str_n(&dead, 1), NULL);
  }
  x->ordinal = own;
}

void th_store__trial_put(th_store__put *p, const th_ctgov_study *t, const th_store__trial_terms *terms) {
  adder x = { .p = p };
  if (p->code != TH_OK) return;
  if (!th_store__trial_writer_of(p->s)) {
    p->code = th_fail_nomem(p->err);
    return;
  }
  p->code = th_store__trial_next(p->s, &x.ordinal, p->err);
  if (p->code == TH_OK && p->r->version > 1) replace(&x, t);
  if (p->code == TH_OK) row(&x, t, terms);
  for (size_t i = 0; i < terms->terms.n; i++) give(&x, terms->terms.v[i], NULL);
  for (size_t i = 0; i < terms->spots.n; i++) spot(&x, &terms->spots.v[i]);
}
