/* What later imports changed: the versions of each record held against one another, and the pairs graded as they stood after each day of
 * change. A day is that of an import: what a source changed is known from the day it was read. */
#include "dossier_priv.h"
#include "theriac/dossier/labels.h"

#include <stdlib.h>

typedef struct th_past {
  th_dossier_work w; /* of the dossier, as far as this needs */
  th_date first;     /* import of all */
} th_past;

static th_dossier_change *change(th_past *h, const char *code, th_date on, th_str subject, uint32_t source) {
  th_dossier_changes *v = &h->w.d->changes;
  if (v->n >= TH_LIMIT_CHANGES) {
    (void)th_fail(h->w.err, TH_ELIMIT, "more than TH_LIMIT_CHANGES (%d) changes in one dossier", TH_LIMIT_CHANGES);
    return NULL;
  }
  th_dossier_change *c = TH_VEC_ADD(h->w.a, v);
  if (!c) {
    (void)th_fail_nomem(h->w.err);
    return NULL;
  }
  *c = (th_dossier_change){ .code = code, .on = on, .subject = subject, .at = { source, 0, 0, 0 } };
  return c;
}

static th_code from_to(th_past *h, const char *code, th_date on, th_str subject, uint32_t source, th_str was, th_str now) {
  if (th_str_eq(was, now)) return TH_OK;
  th_dossier_change *c = change(h, code, on, subject, source);
  if (!c) return h->w.err ? h->w.err->code : TH_ENOMEM;
  c->was = was;
  c->now = now;
  return TH_OK;
}

/* ── Studies ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* What is looked at in a version of a study. */
typedef struct face {
  th_str id, status;
  bool results, retracted, concern;
  const th_ctgov_study *study; /* of a register */
} face;

static th_code face_of(th_past *h, const th_store_record *r, face *out) {
  th_arena *a = h->w.a;
  th_err *err = h->w.err;
  *out = (face){ .id = r->key };
  if (th_str_is(r->kind, "ctgov") || th_str_is(r->kind, "ictrp")) {
    th_ctgov_study *s = TH_NEW(a, th_ctgov_study);
    if (!s) return th_fail_nomem(err);
    TH_TRY(th_store_ctgov_of(a, r, s, err));
    *out = (face){
      .id = s->nct_id.text, .status = s->status.text, .results = s->has_results == TH_TRUE || s->results.n, .study = s
    };
  } else if (th_str_is(r->kind, "trial-page")) {
    th_trial_page p;
    TH_TRY(th_store_trial_of(a, r, &p, err));
    *out = (face){ .id = p.registry_id.text, .status = p.status.text, .results = p.has_results == TH_TRUE };
  } else if (th_str_is(r->kind, "pubmed")) {
    th_pubmed_article p;
    TH_TRY(th_store_pubmed_of(a, r, &p, err));
    *out =
        (face){ .id = th_str_fmt(a, "PMID%.*s", TH_STR_ARG(p.pmid.text)), .retracted = p.retracted, .concern = p.of_concern };
  } else if (th_str_is(r->kind, "abstract")) {
    th_abstract_doc d;
    TH_TRY(th_store_abstract_of(a, r, &d, err));
    if (d.pmid.text.n) out->id = th_str_fmt(a, "PMID%.*s", TH_STR_ARG(d.pmid.text));
  }
  return out->id.p ? TH_OK : th_fail_nomem(err);
}

static th_code studies_differ(th_past *h, const face *was, const face *now, th_date on, uint32_t source) {
  if (was->status.n && now->status.n) TH_TRY(from_to(h, "STATUS", on, now->id, source, was->status, now->status));
  const struct {
    const char *code;
    bool come;
  } marks[] = { { "RESULTS", now->results && !was->results },
                { "RETRACTED", now->retracted && !was->retracted },
                { "CONCERN", now->concern && !was->concern } };
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (marks[i].come && !change(h, marks[i].code, on, now->id, source)) return h->w.err ? h->w.err->code : TH_ENOMEM;
  if (!was->study || !now->study) return TH_OK;
  th_trial_diff diff;
  TH_TRY(th_trial_diff_of(h->w.a, was->study, now->study, on, &diff, h->w.err));
  if (diff.outcome_changed == TH_TRUE && !change(h, "OUTCOME", on, now->id, source))
    return h->w.err ? h->w.err->code : TH_ENOMEM;
  return TH_OK;
}

/* ── Rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str words_of(const th_coverage_clause *c) {
  return c->clean.n ? c->clean : c->text.text;
}

static const th_coverage_clause *clause_named(const th_coverage_text *t, th_str id) {
  for (size_t i = 0; i < t->clauses.n; i++)
    if (th_str_eq(t->clauses.v[i].id, id)) return &t->clauses.v[i];
  return NULL;
}

static th_code rules_differ(th_past *h, const th_store_record *before, const th_store_record *after, uint32_t source) {
  th_coverage_text was, now;
  const th_date on = after->doc.retrieved;
  TH_TRY(th_store_coverage_of(h->w.a, before, &was, h->w.err));
  TH_TRY(th_store_coverage_of(h->w.a, after, &now, h->w.err));
  for (size_t i = 0; i < now.clauses.n; i++) {
    const th_coverage_clause *c = &now.clauses.v[i], *old = clause_named(&was, c->id);
    if (old || words_of(c).n)
      TH_TRY(from_to(h, old ? "CLAUSE_TEXT" : "CLAUSE_NEW", on, c->id, source, old ? words_of(old) : TH_STR_NONE, words_of(c)));
  }
  for (size_t i = 0; i < was.clauses.n; i++)
    if (!clause_named(&now, was.clauses.v[i].id))
      TH_TRY(from_to(h, "CLAUSE_GONE", on, was.clauses.v[i].id, source, words_of(&was.clauses.v[i]), TH_STR_NONE));
  return TH_OK;
}

/* ── Registers of licences ─────────────────────────────────────────────────────────────────────────────────────────── */

static const th_tfda_licence *licence_named(const th_store_licence_vec *v, th_str number) {
  for (size_t i = 0; i < v->n; i++)
    if (th_str_eq(v->v[i].row.text[TH_TFDA_NUMBER], number)) return &v->v[i].row;
  return NULL;
}

static th_code licence_differs(th_past *h, const th_tfda_licence *was, const th_tfda_licence *now, th_date on,
                               uint32_t source) {
  const th_str number = now->text[TH_TFDA_NUMBER];
  const th_str cancelled[] = { th_str_of(was->text[TH_TFDA_CANCELLED].n ? "cancelled" : "valid"),
                               th_str_of(now->text[TH_TFDA_CANCELLED].n ? "cancelled" : "valid") };
  TH_TRY(from_to(h, "LICENCE_STATE", on, number, source, cancelled[0], cancelled[1]));
  TH_TRY(from_to(h, "LICENCE_EXPIRY", on, number, source, was->text[TH_TFDA_EXPIRY], now->text[TH_TFDA_EXPIRY]));
  return from_to(h, "LICENCE_USE", on, number, source, was->text[TH_TFDA_INDICATION], now->text[TH_TFDA_INDICATION]);
}

static th_code registers_differ(th_past *h, const th_store_record *before, const th_store_record *after, uint32_t source) {
  th_str_vec names = { 0 };
  th_store_licence_vec was, now;
  const th_date on = after->doc.retrieved;
  TH_TRY(th_licence_names(h->w.a, h->w.store, h->w.names, h->w.d->drug, &names, h->w.err));
  TH_TRY(th_store_licences_in(h->w.a, h->w.store, before->id, names.v, names.n, &was, h->w.err));
  TH_TRY(th_store_licences_in(h->w.a, h->w.store, after->id, names.v, names.n, &now, h->w.err));
  for (size_t i = 0; i < now.n; i++) {
    const th_tfda_licence *row = &now.v[i].row, *old = licence_named(&was, row->text[TH_TFDA_NUMBER]);
    if (old)
      TH_TRY(licence_differs(h, old, row, on, source));
    else
      TH_TRY(from_to(h, "LICENCE_NEW", on, row->text[TH_TFDA_NUMBER], source, TH_STR_NONE, row->text[TH_TFDA_NAME_ZH]));
  }
  for (size_t i = 0; i < was.n; i++)
    if (!licence_named(&now, was.v[i].row.text[TH_TFDA_NUMBER]))
      TH_TRY(from_to(h, "LICENCE_GONE", on, was.v[i].row.text[TH_TFDA_NUMBER], source, was.v[i].row.text[TH_TFDA_NAME_ZH],
                     TH_STR_NONE));
  return TH_OK;
}

/* ── Records ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Each version that became the current one, held against the one before it. */
static th_code versions_differ(th_past *h, const th_dossier_record *r) {
  th_store_record_vec all = { 0 };
  const th_store_record *held = NULL;
  face was = { 0 }, now;
  TH_TRY(th_store_record_versions(h->w.a, h->w.store, r->kind, r->key, &all, h->w.err));
  for (size_t i = 0; i < all.n; i++) {
    const th_store_record *v = &all.v[i];
    if (held && v->dated.prec && held->dated.prec && th_date_before(v->dated, held->dated) == TH_TRUE) continue;
    if (th_str_is(r->kind, "coverage-text")) {
      if (held) TH_TRY(rules_differ(h, held, v, r->source));
    } else if (th_str_is(r->kind, "tfda")) {
      if (held) TH_TRY(registers_differ(h, held, v, r->source));
    } else {
      TH_TRY(face_of(h, v, &now));
      if (held) TH_TRY(studies_differ(h, &was, &now, v->doc.retrieved, r->source));
      was = now;
    }
    held = v;
  }
  return TH_OK;
}

static const char *code_of_new(th_str kind) {
  static const char *const codes[][2] = { { "ctgov", "NEW_TRIAL" },      { "ictrp", "NEW_TRIAL" },
                                          { "trial-page", "NEW_TRIAL" }, { "pubmed", "NEW_PAPER" },
                                          { "abstract", "NEW_PAPER" },   { "coverage-text", "NEW_RULE" } };
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (th_str_is(kind, codes[i][0])) return codes[i][1];
  return NULL;
}

/* Day on which the record came first. */
static th_code first_of(th_past *h, const th_dossier_record *r, th_store_record *out) {
  th_store_record_vec all = { 0 };
  TH_TRY(th_store_record_versions(h->w.a, h->w.store, r->kind, r->key, &all, h->w.err));
  *out = all.n ? all.v[0] : (th_store_record){ .kind = r->kind, .key = r->key, .doc.retrieved = r->retrieved };
  return TH_OK;
}

static th_code records_changed(th_past *h) {
  th_dossier_records v = { 0 };
  th_dossier *d = h->w.d;
  for (size_t i = 0; i < d->records.n; i++)
    if (!TH_VEC_PUSH(h->w.a, &v, d->records.v[i])) return th_fail_nomem(h->w.err);
  for (size_t i = 0; i < d->sources.n; i++) { /* a register is a source, not a record of the drug */
    const th_dossier_source *s = &d->sources.v[i];
    const th_dossier_record r = { s->kind, s->key, s->version, s->retrieved, (uint32_t)i };
    if (th_str_is(s->kind, "tfda") && !TH_VEC_PUSH(h->w.a, &v, r)) return th_fail_nomem(h->w.err);
  }
  th_store_record *first = TH_NEWN(h->w.a, th_store_record, v.n + 1);
  if (!first) return th_fail_nomem(h->w.err);
  for (size_t i = 0; i < v.n; i++) {
    first[i] = (th_store_record){ .kind = v.v[i].kind, .key = v.v[i].key, .doc.retrieved = v.v[i].retrieved };
    if (v.v[i].version > 1) TH_TRY(first_of(h, &v.v[i], &first[i]));
    if (!h->first.prec || th_date_cmp(first[i].doc.retrieved, h->first) < 0) h->first = first[i].doc.retrieved;
  }
  for (size_t i = 0; i < v.n; i++) {
    const char *code = code_of_new(v.v[i].kind);
    if (code && th_date_cmp(first[i].doc.retrieved, h->first) > 0) {
      face f = { .id = v.v[i].key };
      if (v.v[i].version > 1 && !th_str_is(v.v[i].kind, "coverage-text")) TH_TRY(face_of(h, &first[i], &f));
      if (v.v[i].version == 1 && th_str_is(v.v[i].kind, "pubmed"))
        f.id = th_str_fmt(h->w.a, "PMID%.*s", TH_STR_ARG(v.v[i].key));
      if (!f.id.p) return th_fail_nomem(h->w.err);
      TH_TRY(from_to(h, code, first[i].doc.retrieved, f.id, v.v[i].source, TH_STR_NONE, d->sources.v[v.v[i].source].title));
    }
    if (v.v[i].version > 1) TH_TRY(versions_differ(h, &v.v[i]));
  }
  return TH_OK;
}

/* ── Graded again ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct graded {
  const th_name_row *disease;
  th_str name, printed, zh;
  const char *level, *rule, *direction, *decision;
} graded;
typedef TH_VEC(graded) graded_vec;

static th_code keep_grades(th_arena *a, const th_dossier *d, graded_vec *out, th_err *err) {
  for (size_t i = 0; i < d->pairs.n; i++) {
    const th_dossier_pair *p = &d->pairs.v[i];
    const graded g = { p->disease->id.n ? p->disease : NULL,  th_str_dup(a, p->name_en),
                       th_str_dup(a, p->as_printed),          p->name_zh.n ? th_str_dup(a, p->name_zh) : TH_STR_NONE,
                       th_level_code(p->grade.level),         p->grade.level_rule,
                       th_direction_code(p->grade.direction), th_decision_code(p->decided.decision) };
    if (!g.name.p || !g.printed.p || !TH_VEC_PUSH(a, out, g)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* The pairs as they stood at the end of a day, judged on that day. Nothing there yet is no pair. */
static th_code graded_on(th_past *h, th_date day, graded_vec *out) {
  th_dossier_options o = *h->w.opts;
  th_dossier *d;
  th_err mine = { 0 };
  o.as_of = o.until = day;
  o.home = NULL; /* no grade asks the model */
  *out = (graded_vec){ 0 };
  th_arena *work = th_arena_new(0);
  if (!work) return th_fail_nomem(h->w.err);
  th_code code = th_dossier_build(work, h->w.store, h->w.names, &o, &d, &mine);
  if (code == TH_OK) code = keep_grades(h->w.a, d, out, &mine);
  th_arena_del(work);
  if (code == TH_ENOENT) return TH_OK;
  if (code != TH_OK && h->w.err) *h->w.err = mine;
  return code;
}

static const graded *same_pair(const graded_vec *v, const graded *g) {
  for (size_t i = 0; i < v->n; i++)
    if (g->disease ? v->v[i].disease == g->disease : !v->v[i].disease && th_str_eq_nocase(v->v[i].printed, g->printed))
      return &v->v[i];
  return NULL;
}

static th_code regraded(th_past *h, const graded *was, const graded *now, th_date on) {
  const graded *any = now ? now : was;
  if (was && now && strcmp(was->level, now->level) == 0 && strcmp(was->direction, now->direction) == 0 &&
      strcmp(was->decision, now->decision) == 0)
    return TH_OK;
  th_dossier_change *c = change(h, "REGRADED", on, any->name, TH_NO_SOURCE);
  if (!c) return h->w.err ? h->w.err->code : TH_ENOMEM;
  c->subject_zh = any->zh;
  for (int k = 0; k < 2; k++) {
    const graded *g = k ? now : was;
    if (!g) continue;
    c->grade[k].level = g->level;
    c->grade[k].rule = g->rule;
    c->grade[k].direction = g->direction;
    c->grade[k].decision = g->decision;
  }
  return TH_OK;
}

static int latest_day_first(const void *x, const void *y) {
  return th_date_cmp(*(const th_date *)y, *(const th_date *)x);
}

static th_code grade_again(th_past *h) {
  th_dossier *d = h->w.d;
  TH_VEC(th_date) days = { 0 };
  for (size_t i = 0; i < d->changes.n; i++) {
    bool known = false;
    for (size_t k = 0; k < days.n && !known; k++) known = th_date_cmp(days.v[k], d->changes.v[i].on) == 0;
    if (!known && !TH_VEC_PUSH(h->w.a, &days, d->changes.v[i].on)) return th_fail_nomem(h->w.err);
  }
  if (!days.n) return TH_OK;
  qsort(days.v, days.n, sizeof *days.v, latest_day_first);
  const size_t n = days.n < TH_LIMIT_CHANGE_DAYS ? days.n : TH_LIMIT_CHANGE_DAYS;
  if (n < days.n) d->regraded_since = days.v[n - 1];
  graded_vec was, now;
  TH_TRY(graded_on(h, th_civil_from_days(th_date_first(days.v[n - 1]) - 1), &was));
  for (size_t k = n; k-- > 0; was = now) {
    TH_TRY(graded_on(h, days.v[k], &now));
    for (size_t i = 0; i < now.n; i++) TH_TRY(regraded(h, same_pair(&was, &now.v[i]), &now.v[i], days.v[k]));
    for (size_t i = 0; i < was.n; i++)
      if (!same_pair(&now, &was.v[i])) TH_TRY(regraded(h, &was.v[i], NULL, days.v[k]));
  }
  return TH_OK;
}

/* The latest day first; within it what was graded anew, then by code and subject. */
static int in_order(const void *x, const void *y) {
  const th_dossier_change *p = x, *q = y;
  const int day = th_date_cmp(q->on, p->on);
  if (day) return day;
  const bool gp = strcmp(p->code, "REGRADED") == 0, gq = strcmp(q->code, "REGRADED") == 0;
  if (gp != gq) return gp ? -1 : 1;
  const int code = strcmp(p->code, q->code), subject = code ? code : th_str_cmp(p->subject, q->subject);
  return subject ? subject : th_str_cmp(p->now, q->now);
}

th_code th_dossier_history(th_arena *a, th_store *s, const th_names *names, const th_dossier_options *o, th_dossier *d,
                           th_err *err) {
  th_past h = { .w = { .a = a, .store = s, .names = names, .opts = o, .d = d, .err = err } };
  TH_TRY(records_changed(&h));
  d->changes_since = h.first;
  TH_TRY(grade_again(&h));
  if (d->changes.n) qsort(d->changes.v, d->changes.n, sizeof *d->changes.v, in_order);
  d->history = true;
  return TH_OK;
}
