/* Synthetic patients, seeded, and labelled so in every line. Boundary cases stand next to the conditions of a clause; metamorphic ones
 * come in pairs that must be answered alike (other units, other order, facts that nobody reads); longitudinal ones follow one patient from
 * an application along the policy's links: renewal, taper, stop, restart. */
#include <math.h>

#include "coverage/coverage_priv.h"

typedef struct synth {
  th_arena *arena;
  const th_rule_policy *p;
  const th_rule_path *path;
  th_date as_of;
  uint64_t seed;
  th_buf *out;
  th_rule_value *values;
  th_err *err;
} synth;

static th_code draw(synth *s, uint64_t k) {
  th_rng rng = { s->seed, 11, k << 8 };
  const uint32_t target = s->path->named[th_rng_below(&rng, s->path->n_named)];
  memset(s->values, 0, s->p->dict->n * sizeof *s->values);
  TH_TRY(th_rule_aim(s->arena, s->p, s->path, target, s->as_of, th_rng_u64(&rng), s->values, s->err));
  for (uint64_t gone = th_rng_below(&rng, 3); gone > 0; gone--)
    s->values[s->path->fact[th_rng_below(&rng, s->path->n_facts)]] = (th_rule_value){ 0 };
  return TH_OK;
}

static void write_case(synth *s, const char *kind, uint64_t k, const char *suffix) {
  char id[96];
  th_jwrite w;
  th_jwrite_open(&w, s->out, 0);
  snprintf(id, sizeof id, "synthetic-%s-%.*s-%llu%s", kind, TH_STR_ARG(s->path->name), (unsigned long long)k, suffix);
  th_coverage_case_json(&w, th_str_of(id), s->p, s->path, s->as_of, s->values);
  th_buf_addc(s->out, '\n');
}

/* ── Metamorphic ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static void other_words(th_jwrite *w, const th_rule_fact *f, const th_rule_value *v) {
  const th_rule_unit *u = &f->units[f->n_units - 1];
  th_jw_obj(w);
  th_jw_key(w, "unit"), th_jw_str(w, u->code);
  th_jw_key(w, "value"), th_jw_f64(w, v->lo / u->factor);
  th_jw_obj_end(w);
}

static void write_twin(synth *s, uint64_t k) {
  char id[96], iso[TH_DATE_TEXT];
  th_jwrite w;
  th_jwrite_open(&w, s->out, 0);
  snprintf(id, sizeof id, "synthetic-metamorphic-%.*s-%llu-b", TH_STR_ARG(s->path->name), (unsigned long long)k);
  th_jw_obj(&w);
  th_jw_key(&w, "facts");
  th_jw_obj(&w);
  th_jw_key(&w, "shoe_size"), th_jw_i64(&w, 38);
  for (uint32_t i = s->path->n_facts; i-- > 0;) {
    const th_rule_fact *f = &s->p->dict->fact[s->path->fact[i]];
    const th_rule_value *v = &s->values[s->path->fact[i]];
    if (v->state != TH_RULE_KNOWN) continue;
    th_jw_key_str(&w, f->name);
    if (f->type == TH_RULE_NUMBER && v->lo == v->hi && f->n_units > 1)
      other_words(&w, f, v);
    else
      th_coverage__value_json(&w, f, v);
  }
  th_jw_obj_end(&w);
  th_jw_key(&w, "as_of"), th_jw_z(&w, th_date_iso(s->as_of, iso));
  th_jw_key(&w, "path"), th_jw_str(&w, s->path->name);
  th_jw_key(&w, "program"), th_jw_str(&w, s->p->id);
  th_jw_key(&w, "synthetic"), th_jw_bool(&w, true);
  th_jw_key(&w, "case"), th_jw_z(&w, id);
  th_jw_obj_end(&w);
  th_buf_addc(s->out, '\n');
}

/* ── Longitudinal ──────────────────────────────────────────────────────────────────────────────────────────────────── */

/* What does not change from one visit to the next. */
static bool stands(const th_rule_fact *f) {
  static const char *const times[] = { "fixed", "any biopsy", "before standard therapy", "before first belimumab" };
  for (size_t i = 0; i < sizeof times / sizeof *times; i++)
    if (th_str_is(f->time, times[i])) return true;
  return th_str_is(f->name, "sex");
}

static void set_months(synth *s, const char *name, double v) {
  const int32_t f = th_rule_fact_find(s->p->dict, th_str_of(name));
  if (f >= 0) th_rule_set_number(s->p->dict, s->values, f, v, v, TH_STR_NONE, (th_date){ 0 }, s->as_of);
}

/* One visit after another: what stands is the same patient's, what the link carries comes from the visit before, time goes on. */
static th_code visit(synth *s, uint64_t k, const th_rule_link *l, th_rule_value *before, double months, int renewals) {
  const th_date last = s->as_of;
  const int32_t taper = th_rule_fact_find(s->p->dict, TH_S("taper_start_date"));
  s->path = th_rule_path_find(s->p, l->to);
  s->as_of = th_date_add_months(s->as_of, l->months);
  TH_TRY(draw(s, k));
  for (uint32_t i = 0; i < s->path->n_facts; i++) {
    const int32_t f = s->path->fact[i];
    if (stands(&s->p->dict->fact[f]) && before[f].state == TH_RULE_KNOWN) s->values[f] = before[f];
    if (th_str_is(s->p->dict->fact[f].time, "ever") && before[f].state == TH_RULE_KNOWN && before[f].boolean)
      s->values[f] = before[f];
  }
  for (uint32_t c = 0; c < l->n_carry; c++) s->values[l->carry[2 * c]] = before[l->carry[2 * c + 1]];
  set_months(s, "months_on_belimumab", months);
  set_months(s, "renewal_number", renewals);
  if (taper >= 0 && l->kind == TH_LINK_FOLLOWS) th_rule_set_date(s->p->dict, s->values, taper, last, (th_date){ 0 }, s->as_of);
  for (uint32_t f = 0; f < s->p->dict->n; f++) /* standing facts that this path does not ask are the next one's again */
    if (!(stands(&s->p->dict->fact[f]) && s->values[f].state == TH_RULE_ABSENT)) before[f] = s->values[f];
  return TH_OK;
}

#define VISITS_MOST 8

static th_code follow(synth *s, uint64_t k) {
  const th_rule_path *first = s->path;
  const th_date day = s->as_of;
  th_rule_value *before = th_rule_values_new(s->arena, s->p->dict);
  char suffix[8];
  double months = 0;
  if (!before) return th_fail_nomem(s->err);
  TH_TRY(draw(s, k));
  write_case(s, "longitudinal", k, "-1");
  memcpy(before, s->values, s->p->dict->n * sizeof *before);
  for (int n = 1; n < VISITS_MOST; n++) {
    const th_rule_link *next = NULL;
    for (uint32_t i = 0; i < s->p->n_links && !next; i++) {
      const th_rule_link *l = &s->p->link[i];
      if ((l->kind == TH_LINK_CONTINUES || l->kind == TH_LINK_FOLLOWS) && th_str_eq(l->from, s->path->name)) next = l;
    }
    if (!next) break;
    months += next->months;
    TH_TRY(visit(s, k, next, before, months, n));
    snprintf(suffix, sizeof suffix, "-%d", n + 1);
    write_case(s, "longitudinal", k, suffix);
  }
  s->path = first;
  s->as_of = day;
  return TH_OK;
}

th_code th_coverage_synth(th_arena *a, const th_rule_policy *p, const th_rule_path *path, th_synth_kind kind, uint64_t seed,
                          uint64_t n, th_date as_of, th_buf *out, th_err *err) {
  synth s = { .arena = a, .p = p, .path = path, .as_of = as_of, .seed = seed, .out = out, .err = err };
  if (as_of.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "as_of must be a full date, YYYY-MM-DD");
  s.values = th_rule_values_new(a, p->dict);
  if (!s.values) return th_fail_nomem(err);
  for (uint64_t k = 0; k < n; k++) {
    const th_arena_mark mark = th_arena_save(a);
    if (kind == TH_SYNTH_LONGITUDINAL) {
      TH_TRY(follow(&s, k));
    } else {
      TH_TRY(draw(&s, k));
      write_case(&s, kind == TH_SYNTH_METAMORPHIC ? "metamorphic" : "boundary", k, kind == TH_SYNTH_METAMORPHIC ? "-a" : "");
      if (kind == TH_SYNTH_METAMORPHIC) write_twin(&s, k);
    }
    if (out->arena != a) th_arena_rewind(a, mark);
  }
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
