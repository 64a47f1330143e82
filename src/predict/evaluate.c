/* Full ranking of all drugs for each held-out disease, and the pooled 1:1 draws that others publish. */
#include <math.h>

#include "predict/predict_priv.h"

typedef struct item {
  uint32_t disease, labelled, n_pos, first_pos; /* positives in `positives` */
} item;

typedef struct run {
  const th_predict__bench *b;
  const th_predict_split *s;
  const th_nn_labels *l;
  th_predict_eval e;
  const th_predict__method *m;
  size_t n_methods;
  item *items;
  uint32_t n_items, n_drugs;
  uint32_t *positives;
  uint8_t *is;   /* items × drugs: 1 positive, 2 left out */
  float *scores; /* methods × items × drugs */
  uint32_t **scratch;
  th_nn_measure *measure; /* methods × items */
} run;

static bool any_known(const run *r, const th_graph_csr *c, uint32_t v, uint32_t drug) {
  for (uint32_t k = c->row[v]; k < c->row[v + 1]; k++) {
    const uint32_t i = th_nn_labelled_of(r->b->w, c->col[k]);
    if (i == TH_GRAPH_NONE) continue;
    for (uint32_t j = r->l->row[i]; j < r->l->row[i + 1]; j++)
      if (r->l->drug[j] == drug) return true;
  }
  return false;
}

/* Whether no near disease (hop1: parent or child; kin: also ancestor, descendant, sibling) is treated with the drug in training. */
static bool is_novel(const run *r, uint32_t v, uint32_t drug) {
  const th_graph_onto *o = th_nn_ontology(r->b->w);
  if (!o || r->e.stratum == TH_STRATUM_ALL) return true;
  if (any_known(r, &o->parents, v, drug) || any_known(r, &o->children, v, drug)) return false;
  if (r->e.stratum == TH_STRATUM_HOP1) return true;
  if (any_known(r, &o->ancestors, v, drug) || any_known(r, &o->descendants, v, drug)) return false;
  for (uint32_t k = o->parents.row[v]; k < o->parents.row[v + 1]; k++) {
    const uint32_t p = o->parents.col[k];
    for (uint32_t j = o->children.row[p]; j < o->children.row[p + 1]; j++) {
      const uint32_t i = th_nn_labelled_of(r->b->w, o->children.col[j]);
      if (i == TH_GRAPH_NONE || o->children.col[j] == v) continue;
      for (uint32_t t = r->l->row[i]; t < r->l->row[i + 1]; t++)
        if (r->l->drug[t] == drug) return false;
    }
  }
  return true;
}

static bool wanted_part(const run *r, uint8_t part) {
  if (r->e.valid_only) return part == TH_PART_VALID;
  return part == TH_PART_TEST || (r->e.with_valid && part == TH_PART_VALID);
}

/* Held-out indications of a labelled disease: whole diseases, or single pairs. */
static uint32_t held_out(const run *r, uint32_t i, uint32_t *drugs) {
  uint32_t n = 0, n_known;
  if (r->s->kind != TH_SPLIT_RANDOM) {
    if (!wanted_part(r, r->s->part[i])) return 0;
    const uint32_t *d = th_nn_known(r->b->w, false, i, &n_known);
    memcpy(drugs, d, n_known * sizeof *d);
    return n_known;
  }
  for (uint32_t p = 0; p < r->s->n_pairs; p++)
    if (r->s->pair_labelled[p] == i && wanted_part(r, r->s->pair_part[p])) drugs[n++] = r->s->pair_drug[p];
  return n;
}

static th_code find_items(th_arena *a, run *r, th_err *err) {
  const uint32_t nl = th_nn_n_labelled(r->b->w);
  uint32_t *drugs = TH_NEWN(a, uint32_t, r->n_drugs), n_pos = 0;
  r->items = TH_NEWN(a, item, nl);
  r->positives = TH_NEWN(a, uint32_t, (size_t)r->n_drugs + 100000);
  if (!drugs || !r->items || !r->positives) return th_fail_nomem(err);
  for (uint32_t i = 0; i < nl; i++) {
    const uint32_t n = held_out(r, i, drugs), v = th_nn_labelled(r->b->w, i);
    item it = { v, i, 0, n_pos };
    if (n_pos + n > r->n_drugs + 100000)
      return th_fail(err, TH_ELIMIT, "more than %u held-out indications", r->n_drugs + 100000);
    for (uint32_t k = 0; k < n; k++)
      if (is_novel(r, v, drugs[k])) r->positives[n_pos++] = drugs[k];
    it.n_pos = n_pos - it.first_pos;
    if (it.n_pos) r->items[r->n_items++] = it;
  }
  r->is = TH_NEWN(a, uint8_t, (size_t)r->n_items * r->n_drugs);
  if (!r->is) return th_fail_nomem(err);
  for (uint32_t k = 0; k < r->n_items; k++) {
    const item *it = &r->items[k];
    uint8_t *is = r->is + (size_t)k * r->n_drugs;
    const uint32_t n = held_out(r, it->labelled, drugs);
    for (uint32_t j = 0; j < n; j++) is[drugs[j]] = 2; /* held out, but not of this stratum */
    for (uint32_t j = r->l->row[it->labelled]; j < r->l->row[it->labelled + 1]; j++) is[r->l->drug[j]] = 2;
    for (uint32_t j = 0; j < it->n_pos; j++) is[r->positives[it->first_pos + j]] = 1;
  }
  return TH_OK;
}

static th_code score_item(void *ctx, size_t task, unsigned worker) {
  run *r = ctx;
  const item *it = &r->items[task];
  float *x = r->b->x[worker];
  th_nn_features(r->b->w, r->l, NULL, it->disease, r->b->scratch[worker], x, NULL);
  for (size_t m = 0; m < r->n_methods; m++) {
    float *out = r->scores + (m * r->n_items + task) * r->n_drugs;
    r->m[m].score(&r->m[m], r->b->w, x, it->disease, out);
    r->measure[m * r->n_items + task] = th_nn_measure_ranking(out, r->is + task * r->n_drugs, r->n_drugs, r->scratch[worker]);
  }
  return TH_OK;
}

/* For every positive a drug drawn from those with a training indication (redrawn while it is a positive of the disease), or another
 * held-out disease: ten draws each. */
static th_code pooled(th_arena *a, const run *r, const float *scores, th_predict_result *out, th_err *err) {
  uint32_t n_pos = 0, n_trained = 0;
  for (uint32_t k = 0; k < r->n_items; k++) n_pos += r->items[k].n_pos;
  uint32_t *trained = TH_NEWN(a, uint32_t, r->n_drugs), *scratch = TH_NEWN(a, uint32_t, (size_t)n_pos * 2);
  uint8_t *seen = TH_NEWN(a, uint8_t, r->n_drugs), *y = TH_NEWN(a, uint8_t, (size_t)n_pos * 2);
  float *v = TH_NEWN(a, float, (size_t)n_pos * 2);
  if (!trained || !scratch || !seen || !y || !v) return th_fail_nomem(err);
  for (uint32_t k = 0; k < r->l->row[r->l->n]; k++) seen[r->l->drug[k]] = 1;
  for (uint32_t u = 0; u < r->n_drugs; u++)
    if (seen[u]) trained[n_trained++] = u;
  if (!n_trained) return TH_OK;
  for (int rep = 0; rep < 20; rep++) {
    uint64_t state = 1000 * r->s->seed + (uint64_t)(rep < 10 ? rep : 500 + rep - 10);
    size_t n = 0;
    for (uint32_t k = 0; k < r->n_items; k++) {
      const item *it = &r->items[k];
      const uint8_t *is = r->is + (size_t)k * r->n_drugs;
      for (uint32_t j = 0; j < it->n_pos; j++) {
        const uint32_t u = r->positives[it->first_pos + j];
        y[n] = 1;
        v[n++] = scores[(size_t)k * r->n_drugs + u];
        uint32_t u2 = u, k2 = k;
        if (rep < 10) do
            u2 = trained[th_predict__bounded(&state, n_trained)];
          while (is[u2]);
        else
          k2 = (uint32_t)th_predict__bounded(&state, r->n_items);
        y[n] = 0;
        v[n++] = scores[(size_t)k2 * r->n_drugs + u2];
      }
    }
    double ap, roc;
    th_nn_pooled(v, y, n, scratch, &ap, &roc);
    if (rep < 10) {
      out->auprc_drug += ap / 10;
      out->auroc_drug += roc / 10;
    } else {
      out->auroc_disease += roc / 10;
    }
  }
  return TH_OK;
}

static th_code summarise(th_arena *a, const run *r, size_t m, th_predict_result *out, th_err *err) {
  const th_nn_measure *each = r->measure + m * r->n_items;
  *out = (th_predict_result){ .method = r->m[m].name, .n_diseases = r->n_items, .each = each };
  uint32_t *disease = TH_NEWN(a, uint32_t, r->n_items);
  double *count = TH_NEWN(a, double, r->n_drugs), filled = 0;
  if (!disease || !count) return th_fail_nomem(err);
  th_nn_measure *s = &out->mean;
  for (uint32_t k = 0; k < r->n_items; k++) {
    const double n = r->n_items;
    const float *scores = r->scores + (m * r->n_items + k) * r->n_drugs;
    disease[k] = r->items[k].disease;
    s->percentile += each[k].percentile / n, s->mrr += each[k].mrr / n, s->recall10 += each[k].recall10 / n;
    s->recall30 += each[k].recall30 / n, s->recall100 += each[k].recall100 / n, s->recall1pc += each[k].recall1pc / n;
    s->recall5pc += each[k].recall5pc / n, s->hit10 += each[k].hit10 / n, s->ap += each[k].ap / n;
    s->n_positive += each[k].n_positive;
    filled += th_nn_add_top(scores, r->n_drugs, 30, r->scratch[0], count) / 30 / n;
  }
  out->disease = disease;
  out->effective30 = th_nn_effective(count, r->n_drugs);
  out->support30 = filled;
  return pooled(a, r, r->scores + m * r->n_items * r->n_drugs, out, err);
}

th_code th_predict__evaluate(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                             th_predict_eval e, const th_predict__method *m, size_t n, th_predict_table *out, th_err *err) {
  run r = { .b = b, .s = s, .l = l, .e = e, .m = m, .n_methods = n, .n_drugs = th_nn_n_drugs(b->w) };
  TH_TRY(find_items(a, &r, err));
  if (!r.n_items) return th_fail(err, TH_EINVAL, "the split holds no indication out that could be evaluated");
  r.scores = TH_NEWN(a, float, n *r.n_items *r.n_drugs);
  r.measure = TH_NEWN(a, th_nn_measure, n * r.n_items);
  r.scratch = TH_NEWN(a, uint32_t *, b->n);
  *out = (th_predict_table){ TH_NEWN(a, th_predict_result, n), n };
  if (!r.scores || !r.measure || !r.scratch || !out->row) return th_fail_nomem(err);
  for (unsigned k = 0; k < b->n; k++)
    if (!(r.scratch[k] = TH_NEWN(a, uint32_t, r.n_drugs))) return th_fail_nomem(err);
  TH_TRY(th_pool_run(b->pool, r.n_items, score_item, &r));
  for (size_t k = 0; k < n; k++) TH_TRY(summarise(a, &r, k, &out->row[k], err));
  return TH_OK;
}
