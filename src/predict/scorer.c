/* From a raw score to what a reader needs beside it: rank, spread, lift, specificity, calibrated probability, support. */
#include <math.h>
#include <stdlib.h>

#include "predict/predict_priv.h"

struct th_predict_scorer {
  const th_predict_model *m;
  const th_nn_world *w;
  th_nn_labels l;
  th_nn_scratch *scratch;
  uint32_t n_drugs, disease;
  uint32_t *degree, *order; /* order: of the ranks last given */
  uint64_t *keys;           /* 2 · n_drugs */
  float *x;
  float *raw;   /* of the disease last scored */
  double *each; /* n_drugs × members */
  float *spare;
  double *below; /* raw scores, rising */
  uint8_t *novelty;
  double *log_degree, *flat; /* of each drug: ln(1 + indications); what its spread is divided by to be specific */
  th_predict_score *all;     /* for th_predict_best over trees; NULL until it is wanted */
};

const char *th_predict_novelty_name(th_predict_novelty n) {
  static const char *const names[] = { "new", "expansion", "licensed", "contraindicated" };
  return names[n];
}

/* A model for use sees every label; one made for evaluation sees what its split left visible, so that held-out diseases stay so. */
th_code th_predict__visible(th_arena *a, const th_predict_model *m, const th_nn_world *w, th_nn_labels *out, th_err *err) {
  th_predict_split s;
  TH_TRY(th_predict_split_make(a, w, m->kind, m->seed, &s, err));
  if (strcmp(s.sha256, m->split_sha256) != 0)
    return th_fail(err, TH_ECONFLICT, "the model's split cannot be drawn again from this graph: train the model again");
  if (m->kind != TH_SPLIT_FULL) return th_predict__labels(a, w, &s, out, err);
  uint8_t *all = TH_NEWN(a, uint8_t, s.n);
  if (!all) return th_fail_nomem(err);
  memset(all, 1, s.n);
  return th_nn_labels_of(a, w, all, out, err);
}

th_code th_predict_scorer_new(th_arena *a, const th_predict_model *m, const th_nn_world *w, th_predict_scorer **out,
                              th_err *err) {
  th_predict_scorer *s = TH_NEW(a, th_predict_scorer);
  if (!s) return th_fail_nomem(err);
  *s = (th_predict_scorer){ .m = m, .w = w, .n_drugs = th_nn_n_drugs(w), .disease = TH_GRAPH_NONE };
  TH_TRY(th_predict__visible(a, m, w, &s->l, err));
  TH_TRY(th_nn_scratch_new(a, w, &s->scratch, err));
  s->degree = TH_NEWN(a, uint32_t, s->n_drugs);
  s->order = TH_NEWN(a, uint32_t, s->n_drugs);
  s->x = TH_NEWN(a, float, (size_t)TH_NN_FEATURES * s->n_drugs);
  s->raw = TH_NEWN(a, float, s->n_drugs);
  s->spare = TH_NEWN(a, float, s->n_drugs);
  s->below = TH_NEWN(a, double, s->n_drugs);
  s->each = TH_NEWN(a, double, (size_t)s->n_drugs * m->n_members);
  s->novelty = TH_NEWN(a, uint8_t, s->n_drugs);
  s->keys = TH_NEWN(a, uint64_t, 2 * (size_t)s->n_drugs);
  if (!m->net.drug) s->all = TH_NEWN(a, th_predict_score, s->n_drugs);
  s->log_degree = TH_NEWN(a, double, s->n_drugs);
  s->flat = TH_NEWN(a, double, s->n_drugs);
  if (!s->log_degree || !s->flat) return th_fail_nomem(err);
  if (!s->novelty || !s->keys || (!m->net.drug && !s->all)) return th_fail_nomem(err);
  if (!s->degree || !s->order || !s->x || !s->raw || !s->spare || !s->below || !s->each) return th_fail_nomem(err);
  for (uint32_t k = 0; k < s->l.row[s->l.n]; k++) s->degree[s->l.drug[k]]++;
  for (uint32_t u = 0; u < s->n_drugs; u++) {
    s->log_degree[u] = log1p(s->degree[u]);
    s->flat[u] = pow(fmax(m->drug_sd[u], 1e-6), m->specificity);
  }
  *out = s;
  return TH_OK;
}

/* Larger floats have smaller keys; both zeros have one. */
static uint32_t falling_key(float v) {
  uint32_t u;
  v += 0.0f;
  memcpy(&u, &v, sizeof u);
  return u & 0x80000000u ? u : ~(u | 0x80000000u);
}

/* The chosen drugs (NULL: all) into s->order by falling score, equal ones in their order; how many. By counting, digit by digit: a
 * disease's drugs are ordered several times over, and there are as many diseases. */
static uint32_t order_falling(th_predict_scorer *s, const float *score, const uint32_t *chosen) {
  enum { BITS = 11, DIGITS = 1 << BITS, PASSES = 3 };
  uint32_t count[PASSES][DIGITS], n = 0;
  memset(count, 0, sizeof count);
  for (uint32_t u = 0; u < s->n_drugs; u++) {
    if (chosen && !chosen[u]) continue;
    const uint64_t key = falling_key(score[u]);
    s->keys[n++] = key << 32 | u;
    for (int p = 0; p < PASSES; p++) count[p][key >> (p * BITS) & (DIGITS - 1)]++;
  }
  uint64_t *in = s->keys, *out = s->keys + s->n_drugs;
  for (int p = 0; p < PASSES; p++) {
    uint32_t sum = 0;
    for (int d = 0; d < DIGITS; d++) {
      const uint32_t here = count[p][d];
      count[p][d] = sum;
      sum += here;
    }
    for (uint32_t i = 0; i < n; i++) out[count[p][in[i] >> (32 + p * BITS) & (DIGITS - 1)]++] = in[i];
    uint64_t *t = in;
    in = out, out = t;
  }
  for (uint32_t i = 0; i < n; i++) s->order[i] = (uint32_t)in[i];
  return n;
}

/* Mid-ranks by falling score, into rank[]; 1 is the best. chosen[u] 0: left out. */
static void mid_ranks(th_predict_scorer *s, const float *score, const uint32_t *chosen, double *rank, size_t stride) {
  const uint32_t n = order_falling(s, score, chosen);
  for (uint32_t i = 0, k; i < n; i = k) {
    for (k = i; k < n && score[s->order[k]] == score[s->order[i]]; k++) continue;
    for (uint32_t j = i; j < k; j++) *(double *)(void *)((char *)rank + s->order[j] * stride) = (i + 1 + k) / 2.0;
  }
}

static double share_below(double rank, double n) {
  return n > 1 ? (n - rank) / (n - 1) : 1;
}

/* Where a score would stand among the disease's raw scores. */
static double rank_at(const th_predict_scorer *s, double v) {
  uint32_t lo = 0, hi = s->n_drugs;
  while (lo < hi) {
    const uint32_t mid = (lo + hi) / 2;
    if (s->below[mid] <= v)
      lo = mid + 1;
    else
      hi = mid;
  }
  return s->n_drugs - lo + 1.0;
}

/* Share of the reference diseases in which the drug scores lower, linear between the quantiles kept. */
static double within_drug(const th_predict_model *m, uint32_t drug, double raw) {
  const float *q = m->quantile + (size_t)drug * TH_PREDICT_QUANTILES;
  if (raw <= q[0]) return 0;
  if (raw >= q[TH_PREDICT_QUANTILES - 1]) return 1;
  int k = 0;
  while (raw > q[k + 1]) k++;
  const double width = q[k + 1] - q[k];
  return (k + (width > 0 ? (raw - q[k]) / width : 0.5)) / (TH_PREDICT_QUANTILES - 1);
}

static bool treats(const th_predict_scorer *s, uint32_t disease, uint32_t drug) {
  const uint32_t i = th_nn_labelled_of(s->w, disease);
  if (i == TH_GRAPH_NONE) return false;
  for (uint32_t k = s->l.row[i]; k < s->l.row[i + 1]; k++)
    if (s->l.drug[k] == drug) return true;
  return false;
}

/* Of all drugs: what any relative of the disease (ancestor, descendant, sibling) is treated with is an expansion. */
static void tell_novelty(th_predict_scorer *s) {
  const th_graph_onto *o = th_nn_ontology(s->w);
  const uint32_t v = s->disease, own = th_nn_labelled_of(s->w, v);
  uint8_t *of = s->novelty;
  memset(of, TH_PREDICT_NEW, s->n_drugs);
  for (uint32_t i = 0; o && i < s->l.n; i++) {
    const uint32_t d = th_nn_labelled(s->w, i);
    if (s->l.row[i] == s->l.row[i + 1] || d == v || th_graph_kinship(o, v, d) == TH_KIN_FAR) continue;
    for (uint32_t k = s->l.row[i]; k < s->l.row[i + 1]; k++) of[s->l.drug[k]] = TH_PREDICT_EXPANSION;
  }
  if (own == TH_GRAPH_NONE) return;
  for (uint32_t k = s->l.row[own]; k < s->l.row[own + 1]; k++) of[s->l.drug[k]] = TH_PREDICT_LICENSED;
  for (uint32_t k = s->l.contra_row[own]; k < s->l.contra_row[own + 1]; k++)
    if (of[s->l.contra_drug[k]] != TH_PREDICT_LICENSED) of[s->l.contra_drug[k]] = TH_PREDICT_CONTRAINDICATED;
}

const char *th_predict_abstain_code(th_predict_abstain w) {
  static const char *const codes[TH_ABSTAINS] = { "", "nothing-like", "too-unlike", "name-only", "no-lift" };
  return codes[w];
}

const char *th_predict_abstain_text(th_predict_abstain w) {
  static const char *const texts[TH_ABSTAINS] = { "", "no disease with a known treatment is like this one",
                                                  "the nearest disease with a known treatment is too unlike",
                                                  "the graph knows nothing of the drug but its name",
                                                  "the score differs from the drug's popularity by less than its spread" };
  return texts[w];
}

static th_predict_abstain why_abstain(const th_predict_scorer *s, const th_predict_score *p) {
  if (p->support.n_keys == 0) return TH_ABSTAIN_NOTHING_LIKE;
  if (p->support.max_sim < s->m->sim_min) return TH_ABSTAIN_TOO_UNLIKE;
  if (!s->degree[p->drug] && !th_nn_drug_known(s->w, p->drug)) return TH_ABSTAIN_NAME_ONLY;
  return fabs(p->lift) < p->sd ? TH_ABSTAIN_NO_LIFT : TH_ABSTAIN_NO;
}

static void score_raw(th_predict_scorer *s, th_predict_score *out) {
  const th_predict_model *m = s->m;
  th_predict__raw(m, s->x, s->disease, s->n_drugs, s->each);
  for (uint32_t u = 0; u < s->n_drugs; u++) {
    const double *each = s->each + u;
    double raw = 0, var = 0;
    th_predict_score *p = &out[u];
    for (uint32_t k = 0; k < m->n_members; k++) raw += each[(size_t)k * s->n_drugs] / m->n_members;
    *p = (th_predict_score){ .drug = u, .disease = s->disease, .raw = raw, .raw_lo = each[0], .raw_hi = each[0] };
    for (uint32_t k = 0; k < m->n_members; k++) {
      const double v = each[(size_t)k * s->n_drugs];
      var += (v - raw) * (v - raw);
      p->raw_lo = fmin(p->raw_lo, v), p->raw_hi = fmax(p->raw_hi, v);
    }
    p->sd = m->n_members > 1 ? sqrt(var / (m->n_members - 1)) : 0;
    s->raw[u] = (float)raw;
    const double x = s->log_degree[u];
    p->p_cal = th_predict__calibrated(m, raw, s->degree[u]);
    p->lift = raw - (m->lift[0] + m->lift[1] * x);
    p->top_share = m->top_share[u];
    p->pct_in_drug = within_drug(m, u, raw);
  }
}

static void score_specific(th_predict_scorer *s, th_predict_score *out) {
  const th_predict_model *m = s->m;
  double mean = 0, var = 0, sd;
  for (uint32_t u = 0; u < s->n_drugs; u++) mean += out[u].raw / s->n_drugs;
  for (uint32_t u = 0; u < s->n_drugs; u++) var += (out[u].raw - mean) * (out[u].raw - mean) / s->n_drugs;
  sd = sqrt(var) + 1e-12;
  for (uint32_t u = 0; u < s->n_drugs; u++) {
    out[u].z = (out[u].raw - mean) / sd;
    out[u].z_specific = (out[u].z - m->specificity * m->drug_mean[u]) / s->flat[u];
    s->spare[u] = (float)out[u].z_specific;
  }
  mid_ranks(s, s->spare, NULL, &out->rank_specific, sizeof *out);
}

void th_predict_disease(th_predict_scorer *s, uint32_t disease, th_predict_score *out) {
  th_nn_support support;
  const double n = s->n_drugs;
  double labelled = 0;
  s->disease = disease;
  th_nn_features(s->w, &s->l, NULL, disease, s->scratch, s->x, &support);
  score_raw(s, out);
  score_specific(s, out);
  for (uint32_t u = 0; u < s->n_drugs; u++) labelled += s->degree[u] > 0;
  mid_ranks(s, s->raw, s->degree, &out->pct_labelled, sizeof *out);
  for (uint32_t u = 0; u < s->n_drugs; u++)
    out[u].pct_labelled = s->degree[u] ? share_below(out[u].pct_labelled, labelled) : NAN;
  mid_ranks(s, s->x + (size_t)TH_NN_CONTRA * s->n_drugs, NULL, &out->pct_contra, sizeof *out);
  mid_ranks(s, s->raw, NULL, &out->rank, sizeof *out);
  for (uint32_t i = 0; i < s->n_drugs; i++) s->below[s->n_drugs - 1 - i] = s->raw[s->order[i]];
  tell_novelty(s);
  for (uint32_t u = 0; u < s->n_drugs; u++) {
    th_predict_score *p = &out[u];
    p->pct_contra = share_below(p->pct_contra, n);
    p->pct_in_disease = share_below(p->rank, n);
    /* ties share their mean place, which the places of the members' scores need not enclose */
    const bool one = p->raw_lo == p->raw_hi;
    p->rank_lo = one ? p->rank : fmin(p->rank, rank_at(s, p->raw_hi));
    p->rank_hi = one ? p->rank : fmax(p->rank, rank_at(s, p->raw_lo));
    p->support = support;
    p->novelty = s->novelty[u];
    p->abstain = why_abstain(s, p);
  }
}

/* ── The best of a disease ─────────────────────────────────────────────────────────────────────────────────────────── */

static void best_of_trees(th_predict_scorer *s, uint32_t disease, uint32_t most, th_predict_score *out) {
  th_predict_disease(s, disease, s->all);
  for (uint32_t i = 0; i < most; i++) out[i] = s->all[s->order[i]]; /* the last ranks given are those of the raw score */
}

/* What the raw score alone tells. Ranks by what the vectors give, equal ones at their middle as far as they are among the best. */
static void best_of_net(th_predict_scorer *s, uint32_t disease, const th_net_best *best, uint32_t most, th_predict_score *out) {
  const th_predict_model *m = s->m;
  th_nn_support support;
  s->disease = disease;
  th_nn_support_of(s->w, &s->l, disease, s->scratch, &support);
  tell_novelty(s);
  for (uint32_t i = 0, k; i < most; i = k) {
    for (k = i; k < most && best[k].score == best[i].score;) k++;
    for (uint32_t j = i; j < k; j++) {
      const uint32_t u = best[j].drug;
      const double raw = th_predict__raw_of(m, NULL, disease, s->n_drugs, u);
      out[j] = (th_predict_score){ .drug = u,
                                   .disease = disease,
                                   .raw = raw,
                                   .raw_lo = raw,
                                   .raw_hi = raw,
                                   .rank = (i + 1 + k) / 2.0,
                                   .pct_labelled = NAN,
                                   .pct_contra = NAN,
                                   .z = NAN,
                                   .z_specific = NAN,
                                   .rank_specific = NAN,
                                   .pct_in_drug = within_drug(m, u, raw),
                                   .p_cal = th_predict__calibrated(m, raw, s->degree[u]),
                                   .lift = raw - (m->lift[0] + m->lift[1] * log1p(s->degree[u])),
                                   .top_share = m->top_share[u],
                                   .novelty = s->novelty[u],
                                   .support = support };
      out[j].rank_lo = out[j].rank_hi = out[j].rank;
      out[j].pct_in_disease = share_below(out[j].rank, s->n_drugs);
      out[j].abstain = why_abstain(s, &out[j]);
    }
  }
}

th_code th_predict_best_of_all(th_arena *a, const th_predict_model *m, uint32_t most, th_pool *pool, th_net_best **out,
                               th_err *err) {
  *out = NULL;
  return m->net.drug ? th_net_best_of(a, &m->net, m->n_drugs, most, pool, out, err) : TH_OK;
}

uint32_t th_predict_best(th_predict_scorer *s, uint32_t disease, const th_net_best *all, uint32_t most, th_predict_score *out) {
  if (most > s->n_drugs) most = s->n_drugs;
  if (all)
    best_of_net(s, disease, all + (size_t)disease * most, most, out);
  else if (s->all)
    best_of_trees(s, disease, most, out);
  else
    return 0;
  return most;
}

double th_predict__calibrated(const th_predict_model *m, double raw, uint32_t degree) {
  return 1 / (1 + exp(-(m->cal[0] + m->cal[1] * raw + m->cal[2] * log1p(degree))));
}

void th_predict__look(th_predict_scorer *s, uint32_t disease, th_nn_support *support) {
  s->disease = disease;
  th_nn_features(s->w, &s->l, NULL, disease, s->scratch, s->x, support);
}

double th_predict_explain(th_predict_scorer *s, uint32_t drug, double *share) {
  double rest = 0;
  memset(share, 0, TH_NN_FEATURES * sizeof *share);
  if (s->m->net.drug) return th_predict__raw_of(s->m, s->x, s->disease, s->n_drugs, drug); /* no feature moves a network */
  for (uint32_t k = 0; k < s->m->n_members; k++) rest += th_nn_boost_explain(&s->m->member[k], s->x + drug, s->n_drugs, share);
  for (int f = 0; f < TH_NN_FEATURES; f++) share[f] /= s->m->n_members;
  return rest / s->m->n_members;
}

th_code th_predict_trace(th_arena *a, const th_predict_scorer *s, uint32_t drug, const double *share, th_nn_trace *out,
                         th_err *err) {
  return th_nn_trace_paths(a, s->w, &s->l, s->scratch, s->x, s->disease, drug, share, out, err);
}

const float *th_predict_features(const th_predict_scorer *s) {
  return s->x;
}

uint32_t th_predict_voters(const th_predict_scorer *s, uint32_t drug, th_predict_voter *out, uint32_t n) {
  uint32_t found = 0;
  const double *sim = th_nn_similarity(s->scratch);
  for (uint32_t i = 0; i < s->l.n; i++) {
    const uint32_t d = th_nn_labelled(s->w, i);
    if (d == s->disease || !(sim[i] > 0) || !treats(s, d, drug)) continue;
    if (found == n && sim[i] <= out[n - 1].sim) continue;
    uint32_t at = found < n ? found++ : n - 1;
    for (; at > 0 && out[at - 1].sim < sim[i]; at--) out[at] = out[at - 1];
    out[at] = (th_predict_voter){ d, sim[i] };
  }
  return found;
}
