/* All dossiers put together: diseases with their pairs, what is counted over all, the latest changes, the map. */
#include "theriac/dossier/atlas.h"

#include <stdlib.h>

/* ── One ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool dup_into(th_arena *a, th_str *s) {
  *s = s->n ? th_str_dup(a, *s) : TH_S("");
  return s->p != NULL;
}

th_code th_brief_of(th_arena *a, const th_dossier *d, th_str slug, th_brief *out, th_err *err) {
  *out = (th_brief){ .slug = slug,
                     .drug_id = d->drug->id,
                     .synonyms = d->drug->synonyms,
                     .trials = (uint32_t)d->spans.n,
                     .papers = (uint32_t)d->appraisals.n,
                     .changes_since = d->changes_since,
                     .regraded_since = d->regraded_since };
  if (!dup_into(a, &out->slug) || !dup_into(a, &out->drug_id) || !dup_into(a, &out->synonyms)) return th_fail_nomem(err);
  for (size_t i = 0; i < d->changes.n; i++) {
    th_dossier_change c = d->changes.v[i];
    c.at = (th_place){ .source = TH_NO_SOURCE };
    if (!dup_into(a, &c.subject) || !dup_into(a, &c.subject_zh) || !dup_into(a, &c.was) || !dup_into(a, &c.now) ||
        !TH_VEC_PUSH(a, &out->changes, c))
      return th_fail_nomem(err);
  }
  return th_overview_add(a, &out->glance, d, err);
}

/* ── All ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str name_of(const th_brief *b) {
  return b->glance.drugs.v[0].en;
}

/* As people look names up: capitals make no difference, unless nothing else does. */
static int name_cmp(th_str x, th_str y) {
  for (size_t i = 0; i < x.n && i < y.n; i++) {
    const unsigned char a = (unsigned char)x.p[i], b = (unsigned char)y.p[i];
    const int d = (a >= 'A' && a <= 'Z' ? a + 32 : a) - (b >= 'A' && b <= 'Z' ? b + 32 : b);
    if (d) return d;
  }
  return x.n != y.n ? (x.n > y.n) - (x.n < y.n) : th_str_cmp(x, y);
}

static int briefs_by_name(const void *x, const void *y) {
  const th_brief *p = x, *q = y;
  const int d = name_cmp(name_of(p), name_of(q));
  return d ? d : th_str_cmp(p->slug, q->slug);
}

static th_code join(th_arena *a, th_atlas *v, const th_brief *brief, uint32_t n, th_err *err) {
  v->drug = TH_NEWN(a, const th_brief *, n + 1);
  if (!v->drug) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n; i++) {
    th_overview_drug x = brief[i].glance.drugs.v[0];
    x.first = (uint32_t)v->all.pairs.n;
    v->drug[i] = &brief[i];
    if (!TH_VEC_PUSH(a, &v->all.drugs, x)) return th_fail_nomem(err);
    if (x.oldest.prec && (!v->oldest_source.prec || th_date_cmp(x.oldest, v->oldest_source) < 0)) v->oldest_source = x.oldest;
    for (size_t k = 0; k < brief[i].glance.pairs.n; k++) {
      th_overview_pair p = brief[i].glance.pairs.v[k];
      const bool licensed = p.novelty == TH_NOVELTY_LICENSED;
      p.drug = i;
      v->decisions[p.decision]++;
      v->licensed += licensed;
      v->levels[p.level] += !licensed;
      if (v->all.pairs.n >= UINT32_MAX / 2 || !TH_VEC_PUSH(a, &v->all.pairs, p)) return th_fail_nomem(err);
    }
  }
  return TH_OK;
}

/* Each disease once, under its address; how many pairs it has. */
static th_code list_diseases(th_arena *a, th_atlas *v, th_err *err) {
  th_map known;
  th_map_init(&known, a);
  for (size_t i = 0; i < v->all.pairs.n; i++) {
    const th_overview_pair *p = &v->all.pairs.v[i];
    const th_str slug = th_slug_of_disease(a, p->disease_id, p->disease_en);
    bool is_new;
    uint64_t *at = slug.p ? th_map_at(&known, slug, &is_new) : NULL;
    if (!at) return th_fail_nomem(err);
    if (is_new) {
      *at = v->n_diseases++;
      v->disease[*at] = (th_atlas_disease){ .slug = slug, .id = p->disease_id, .en = p->disease_en };
    }
    th_atlas_disease *x = &v->disease[*at];
    if (!x->zh.n) x->zh = p->disease_zh; /* a page may tell the Chinese name that the tables have not */
    v->disease_of[i] = (uint32_t)*at;
    x->n_pairs++;
    x->levels[p->level] += p->novelty != TH_NOVELTY_LICENSED;
  }
  return TH_OK;
}

typedef struct ranked {
  int rank;
  uint32_t pair;
} ranked;

static int by_rank(const void *x, const void *y) {
  const ranked *p = x, *q = y;
  return p->rank != q->rank ? p->rank - q->rank : (p->pair > q->pair) - (p->pair < q->pair);
}

/* Licensed uses first, then L1 to L5, then unknown; pairs of equal rank stay in the order of the drugs. */
static th_code sort_pairs(th_arena *a, const th_atlas *v, th_atlas_disease *x, th_err *err) {
  ranked *r = TH_NEWN(a, ranked, x->n_pairs + 1);
  if (!r) return th_fail_nomem(err);
  for (uint32_t i = 0; i < x->n_pairs; i++) {
    const th_overview_pair *p = &v->all.pairs.v[x->pair[i]];
    r[i] = (ranked){ p->novelty == TH_NOVELTY_LICENSED ? 0 : p->level == TH_LEVEL_UNKNOWN ? 9 : (int)p->level, x->pair[i] };
  }
  if (x->n_pairs) qsort(r, x->n_pairs, sizeof *r, by_rank);
  for (uint32_t i = 0; i < x->n_pairs; i++) x->pair[i] = r[i].pair;
  return TH_OK;
}

typedef struct named {
  th_atlas_disease disease;
  uint32_t was; /* index before sorting */
} named;

static int diseases_by_name(const void *x, const void *y) {
  const named *p = x, *q = y;
  const int d = name_cmp(p->disease.en, q->disease.en);
  return d ? d : th_str_cmp(p->disease.slug, q->disease.slug);
}

static th_code sort_diseases(th_arena *a, th_atlas *v, th_err *err) {
  named *all = TH_NEWN(a, named, v->n_diseases + 1);
  uint32_t *now = TH_NEWN(a, uint32_t, v->n_diseases + 1);
  if (!all || !now) return th_fail_nomem(err);
  for (uint32_t i = 0; i < v->n_diseases; i++) all[i] = (named){ v->disease[i], i };
  if (v->n_diseases) qsort(all, v->n_diseases, sizeof *all, diseases_by_name);
  for (uint32_t i = 0; i < v->n_diseases; i++) {
    v->disease[i] = all[i].disease;
    now[all[i].was] = i;
  }
  for (size_t i = 0; i < v->all.pairs.n; i++) v->disease_of[i] = now[v->disease_of[i]];
  return TH_OK;
}

static th_code diseases_of(th_arena *a, th_atlas *v, th_err *err) {
  const size_t n = v->all.pairs.n;
  v->disease = TH_NEWN(a, th_atlas_disease, n + 1);
  v->disease_of = TH_NEWN(a, uint32_t, n + 1);
  uint32_t *filled = TH_NEWN(a, uint32_t, n + 1);
  if (!v->disease || !v->disease_of || !filled) return th_fail_nomem(err);
  TH_TRY(list_diseases(a, v, err));
  TH_TRY(sort_diseases(a, v, err));
  for (uint32_t i = 0; i < v->n_diseases; i++)
    if (!(v->disease[i].pair = TH_NEWN(a, uint32_t, v->disease[i].n_pairs))) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n; i++) v->disease[v->disease_of[i]].pair[filled[v->disease_of[i]]++] = i;
  for (uint32_t i = 0; i < v->n_diseases; i++) TH_TRY(sort_pairs(a, v, &v->disease[i], err));
  return TH_OK;
}

static int latest_first(const void *x, const void *y) {
  const th_atlas_event *p = x, *q = y;
  const int day = th_date_cmp(q->change->on, p->change->on);
  if (day) return day;
  if (p->drug != q->drug) return p->drug > q->drug ? 1 : -1;
  return (p->change > q->change) - (p->change < q->change); /* of one drug: as they stand in its list */
}

static th_code events_of(th_arena *a, th_atlas *v, uint32_t n_drugs, th_err *err) {
  for (uint32_t i = 0; i < n_drugs; i++) v->n_events += v->drug[i]->changes.n;
  v->event = TH_NEWN(a, th_atlas_event, v->n_events + 1);
  if (!v->event) return th_fail_nomem(err);
  size_t n = 0;
  for (uint32_t i = 0; i < n_drugs; i++)
    for (size_t k = 0; k < v->drug[i]->changes.n; k++) v->event[n++] = (th_atlas_event){ i, &v->drug[i]->changes.v[k] };
  if (n) qsort(v->event, n, sizeof *v->event, latest_first);
  return TH_OK;
}

th_code th_atlas_make(th_arena *a, th_brief *brief, uint32_t n, th_atlas *out, th_err *err) {
  *out = (th_atlas){ 0 };
  if (n) qsort(brief, n, sizeof *brief, briefs_by_name);
  TH_TRY(join(a, out, brief, n, err));
  TH_TRY(diseases_of(a, out, err));
  return events_of(a, out, n, err);
}

/* ── The map ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct weighed {
  uint32_t index, n;
} weighed;

static int heaviest_first(const void *x, const void *y) {
  const weighed *p = x, *q = y;
  if (p->n != q->n) return p->n > q->n ? -1 : 1;
  return (p->index > q->index) - (p->index < q->index);
}

static int by_index(const void *x, const void *y) {
  const uint32_t p = *(const uint32_t *)x, q = *(const uint32_t *)y;
  return (p > q) - (p < q);
}

/* The `most` heaviest, in the order of their index. */
static uint32_t *choose(th_arena *a, weighed *w, uint32_t n, uint32_t most, uint32_t *n_out) {
  uint32_t *v = TH_NEWN(a, uint32_t, most + 1);
  if (!v) return NULL;
  if (n) qsort(w, n, sizeof *w, heaviest_first);
  for (*n_out = 0; *n_out < n && *n_out < most && w[*n_out].n; ++*n_out) v[*n_out] = w[*n_out].index;
  if (*n_out) qsort(v, *n_out, sizeof *v, by_index);
  return v;
}

th_code th_atlas_map_of(th_arena *a, const th_atlas *v, uint32_t drugs, uint32_t diseases, th_atlas_map *out, th_err *err) {
  const uint32_t n_drugs = (uint32_t)v->all.drugs.n;
  weighed *d = TH_NEWN(a, weighed, n_drugs + 1), *x = TH_NEWN(a, weighed, v->n_diseases + 1);
  *out = (th_atlas_map){ 0 };
  if (!d || !x) return th_fail_nomem(err);
  for (uint32_t i = 0; i < v->n_diseases; i++) x[i] = (weighed){ i, v->disease[i].n_pairs };
  if (!(out->disease = choose(a, x, v->n_diseases, diseases, &out->n_diseases))) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n_drugs; i++) d[i].index = i;
  for (uint32_t c = 0; c < out->n_diseases; c++) { /* drugs weigh by what they have among the diseases shown */
    const th_atlas_disease *one = &v->disease[out->disease[c]];
    for (uint32_t k = 0; k < one->n_pairs; k++) d[v->all.pairs.v[one->pair[k]].drug].n++;
  }
  if (!(out->drug = choose(a, d, n_drugs, drugs, &out->n_drugs))) return th_fail_nomem(err);
  out->cell = TH_NEWN(a, uint32_t, (size_t)out->n_drugs * out->n_diseases + 1);
  uint32_t *row = TH_NEWN(a, uint32_t, n_drugs + 1); /* of a drug, from 1 */
  if (!out->cell || !row) return th_fail_nomem(err);
  for (uint32_t r = 0; r < out->n_drugs; r++) row[out->drug[r]] = r + 1;
  for (uint32_t c = 0; c < out->n_diseases; c++) {
    const th_atlas_disease *one = &v->disease[out->disease[c]];
    for (uint32_t k = 0; k < one->n_pairs; k++) {
      const uint32_t r = row[v->all.pairs.v[one->pair[k]].drug];
      if (r) out->cell[(size_t)(r - 1) * out->n_diseases + c] = one->pair[k] + 1;
    }
  }
  return TH_OK;
}
