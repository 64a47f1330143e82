/* The two stages of training, and what comes out of them. */
#include <math.h>

#include "nn/net_priv.h"

enum { STREAM_SHUFFLE = 5000, STREAM_CORRUPT = 6000, STREAM_MASK = 7000, STREAM_NEGATIVE = 8000 };

/* AdamW (Loshchilov and Hutter 2019). */
static void adam_step(th_net *t, double rate) {
  th_net__adam *o = &t->adam;
  const float b1 = 0.9f, b2 = 0.999f;
  o->step++;
  const double c1 = 1 - pow(0.9, (double)o->step), c2 = 1 - pow(0.999, (double)o->step);
  const float shrink = (float)(1 - rate * t->o.decay), scale = (float)(rate / c1), root = (float)(1 / sqrt(c2));
  for (size_t i = 0; i < t->n_theta; i++) {
    const float g = t->gradient[i];
    o->m[i] = b1 * o->m[i] + (1 - b1) * g;
    o->v[i] = b2 * o->v[i] + (1 - b2) * g * g;
    t->theta[i] = t->theta[i] * shrink - scale * o->m[i] / (sqrtf(o->v[i]) * root + 1e-8f);
  }
}

static uint32_t forward_of(const th_net *t, int kind) {
  for (uint32_t i = 0; i < t->n_relations; i++)
    if (t->r[i].kind == kind && t->r[i].dst == t->disease) return i;
  return TH_GRAPH_NONE;
}

uint32_t th_net__indication(const th_net *t) {
  return forward_of(t, 0);
}

static th_code check_loss(double loss, uint32_t epoch, th_err *err) {
  if (isfinite(loss)) return TH_OK;
  return th_fail(err, TH_EPARSE, "the loss of epoch %u is no number any more: a smaller rate may help", epoch + 1);
}

/* ── Pretraining ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code lay_out_marks(th_net *t, th_err *err) {
  for (uint32_t i = 0; i < t->n_relations; i++) {
    th_net__relation *r = &t->r[i];
    if (r->out) continue;
    r->out = TH_NEWN(t->a, uint8_t, (size_t)r->in.row[r->in.n] + 1);
    if (!r->out) return th_fail_nomem(err);
  }
  return TH_OK;
}

static uint32_t row_holding(const th_net__rows *in, uint32_t k) {
  uint32_t lo = 0, hi = in->n;
  while (hi - lo > 1) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (in->row[mid] <= k)
      lo = mid;
    else
      hi = mid;
  }
  return lo;
}

static uint32_t place_of(const th_net__rows *in, uint32_t row, uint32_t col) {
  uint32_t lo = in->row[row], hi = in->row[row + 1];
  while (lo < hi) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (in->col[mid] < col)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

/* Edge number `at` over all relations, and one with its row drawn anew; both are out of the flow for this batch. */
static bool take_edge(th_net *t, const uint64_t *before, uint64_t at, uint64_t draw) {
  uint32_t i = 0;
  while (at >= before[i + 1]) i++;
  th_net__relation *r = &t->r[i];
  const uint32_t k = (uint32_t)(at - before[i]), row = row_holding(&r->in, k), col = r->in.col[k];
  r->out[k] = 1;
  t->r[r->back].out[place_of(&t->r[r->back].in, col, row)] = 1;
  uint32_t other = row; /* a row with an edge, by lot: a place of an edge would favour the rich */
  for (uint32_t tries = 0; tries < 64; tries++) {
    other = (uint32_t)(th_rng_at(t->o.seed_draws, STREAM_CORRUPT + draw, at * 64 + tries) % r->in.n);
    if (r->in.row[other + 1] > r->in.row[other]) break;
  }
  return th_net__edge_add(t, i, col, row, 1, 1) && th_net__edge_add(t, i, col, other, 0, 1);
}

static void put_back(th_net *t) {
  for (uint32_t i = 0; i < t->n_relations; i++) memset(t->r[i].out, 0, t->r[i].in.row[t->r[i].in.n]);
}

static th_code pretrain_batches(th_net *t, uint32_t epoch, const uint64_t *before, uint32_t *order, th_net_tick tick,
                                double *loss, th_err *err) {
  const uint64_t n = before[t->n_relations];
  th_rng g = { t->o.seed_draws, STREAM_SHUFFLE + epoch, 0 };
  for (uint64_t i = 0; i < n; i++) order[i] = (uint32_t)i;
  for (uint64_t i = n; i > 1; i--) {
    const uint64_t j = th_rng_below(&g, i);
    const uint32_t x = order[i - 1];
    order[i - 1] = order[j], order[j] = x;
  }
  *loss = 0;
  for (uint64_t from = 0; from < n; from += t->o.batch) {
    const uint64_t to = from + t->o.batch < n ? from + t->o.batch : n;
    t->e.n = 0;
    for (uint64_t k = from; k < to; k++)
      if (!take_edge(t, before, order[k], epoch)) return th_fail_nomem(err);
    th_net__flows(t, NULL);
    th_net__forward(t);
    memset(t->gradient, 0, t->n_theta * sizeof(float));
    const double one = th_net__decode(t, false, true);
    th_net__backward(t);
    adam_step(t, t->o.pretrain_rate);
    put_back(t);
    *loss += one * (double)(to - from) / (double)n;
    TH_TRY(check_loss(one, epoch, err));
    if (tick.fn) tick.fn(tick.ctx, to, n);
  }
  return TH_OK;
}

th_code th_net_pretrain(th_net *t, uint32_t epoch, th_net_tick tick, double *loss, th_err *err) {
  uint64_t *before = TH_NEWN(t->a, uint64_t, t->n_relations + 1);
  if (!before) return th_fail_nomem(err);
  memset(t->hidden, 0, th_nn_n_labelled(t->w));
  th_net__hide(t);
  th_net__use(t, true);
  for (uint32_t i = 0; i < t->n_relations; i++)
    before[i + 1] = before[i] + (t->r[i].kind == NET_SELF ? 0 : t->r[i].in.row[t->r[i].in.n]);
  const uint64_t n = before[t->n_relations];
  if (n > UINT32_MAX) return th_fail(err, TH_ELIMIT, "pretraining takes at most 4 billion edges");
  uint32_t *order = th_malloc((size_t)n * sizeof *order + 1);
  if (!order) return th_fail_nomem(err);
  th_code code = lay_out_marks(t, err);
  if (code == TH_OK) code = pretrain_batches(t, epoch, before, order, tick, loss, err);
  th_free(order);
  for (uint32_t i = 0; i < t->n_relations; i++) t->r[i].out = NULL, t->flow1[i].n = 0;
  return code;
}

/* ── Fine tuning ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Whole clusters by lot until the wanted share of the diseases that can be learnt from is hidden. */
static void draw_hidden(th_net *t, uint32_t epoch, uint32_t *order) {
  const uint32_t n = th_nn_n_labelled(t->w);
  uint32_t able = 0, hidden = 0;
  for (uint32_t k = 0; k < n; k++) able += t->visible[k], order[k] = k, t->hidden[k] = 0;
  th_rng g = { t->o.seed_draws, STREAM_MASK, (uint64_t)epoch << 24 };
  for (uint32_t i = n; i > 1; i--) {
    const uint32_t j = (uint32_t)th_rng_below(&g, i), x = order[i - 1];
    order[i - 1] = order[j], order[j] = x;
  }
  for (uint32_t i = 0; i < n && hidden < t->o.mask * able; i++) {
    if (!t->visible[order[i]] || t->hidden[order[i]]) continue;
    const uint32_t c = t->cluster[order[i]];
    for (uint32_t k = 0; k < n; k++)
      if (t->cluster[k] == c && t->visible[k]) t->hidden[k] = 1, hidden++;
  }
}

/* Edges of the diseases hidden now; all of them when nothing is hidden. */
static bool learnt_now(const th_net *t, uint32_t disease) {
  const uint32_t k = th_nn_labelled_of(t->w, disease);
  if (!(t->o.mask > 0)) return true;
  return k != TH_GRAPH_NONE && t->hidden[k];
}

static bool holds(const th_net__rows *r, uint32_t row, uint32_t col) {
  const uint32_t at = place_of(r, row, col);
  return at < r->row[row + 1] && r->col[at] == col;
}

/* For each positive of a disease, drugs drawn over all that are none of its positives. The diseases of one cluster share one vote,
 * by the root of their number, and so do the positives of one disease. */
static bool ranked_edges(th_net *t, uint32_t i, uint32_t epoch, const uint32_t *cluster_size) {
  const th_net__rows *all = &t->r[i].all;
  for (uint32_t v = 0; v < all->n; v++) {
    const uint32_t n = all->row[v + 1] - all->row[v], k = th_nn_labelled_of(t->w, v);
    if (!n || !learnt_now(t, v)) continue;
    const double share = 1 / sqrt((double)n * (k == TH_GRAPH_NONE ? 1 : cluster_size[t->cluster[k]]));
    for (uint32_t j = all->row[v]; j < all->row[v + 1]; j++) {
      if (!th_net__edge_add(t, i, all->col[j], v, 1, (float)share)) return false;
      for (uint32_t q = 0; q < t->o.negatives_each; q++) {
        const uint64_t lot = th_rng_at(t->o.seed_draws, STREAM_NEGATIVE + i, ((uint64_t)epoch << 32 | j) * 256 + q);
        const uint32_t drug = (uint32_t)(lot % t->size[t->drug]);
        if (holds(all, v, drug)) continue;
        if (!th_net__edge_add(t, i, drug, v, 0, (float)(share / t->o.negatives_each))) return false;
      }
    }
  }
  return true;
}

/* The other end drawn among the rows with an edge (Huang 2024). */
static bool n1_edges(th_net *t, uint32_t i, uint32_t epoch) {
  const th_net__relation *r = &t->r[i];
  const bool rows_are_diseases = r->dst == t->disease;
  uint64_t lot = (uint64_t)epoch << 32;
  for (uint32_t v = 0; v < r->all.n; v++)
    for (uint32_t j = r->all.row[v]; j < r->all.row[v + 1]; j++) {
      const uint32_t u = r->all.col[j];
      if (!learnt_now(t, rows_are_diseases ? v : u)) continue;
      uint32_t other = v;
      for (int tries = 0; tries < 64; tries++) {
        other = (uint32_t)(th_rng_at(t->o.seed_draws, STREAM_NEGATIVE + i, lot++) % r->all.n);
        if (r->all.row[other + 1] == r->all.row[other] || (rows_are_diseases && !learnt_now(t, other))) continue;
        if (t->o.negatives == TH_NET_N1 || !holds(&r->all, other, u)) break;
      }
      if (!th_net__edge_add(t, i, u, v, 1, 1) || !th_net__edge_add(t, i, u, other, 0, 1)) return false;
    }
  return true;
}

static bool contra_edges(th_net *t) {
  const uint32_t indication = forward_of(t, 0), contra = forward_of(t, 1);
  if (!(t->o.contra_weight > 0) || indication == TH_GRAPH_NONE || contra == TH_GRAPH_NONE) return true;
  const th_net__rows *all = &t->r[contra].all;
  for (uint32_t v = 0; v < all->n; v++)
    for (uint32_t j = all->row[v]; j < all->row[v + 1]; j++)
      if (learnt_now(t, v) && !holds(&t->r[indication].all, v, all->col[j]) &&
          !th_net__edge_add(t, indication, all->col[j], v, 0, (float)t->o.contra_weight))
        return false;
  return true;
}

static bool epoch_edges(th_net *t, uint32_t epoch, uint32_t *cluster_size) {
  const uint32_t n = th_nn_n_labelled(t->w);
  memset(cluster_size, 0, n * sizeof *cluster_size);
  for (uint32_t k = 0; k < n; k++) cluster_size[t->cluster[k]] += t->visible[k];
  t->e.n = 0;
  for (uint32_t i = 0; i < t->n_relations; i++) {
    if (t->r[i].kind < 0) continue;
    const bool ok = t->o.negatives != TH_NET_RANKED ? n1_edges(t, i, epoch)
                    : t->r[i].dst == t->disease     ? ranked_edges(t, i, epoch, cluster_size)
                                                    : true;
    if (!ok) return false;
  }
  return contra_edges(t);
}

/* As published the rate falls by a fifth when the loss has stood for ten epochs; with diseases hidden by lot the loss jumps, and the
 * rate falls in a straight line. */
static double next_rate(th_net *t, uint32_t epoch, double loss) {
  if (t->o.mask > 0) return t->o.rate * (1 - (double)epoch / t->o.epochs);
  th_net__adam *o = &t->adam;
  if (loss < o->best_loss * (1 - 1e-4))
    o->best_loss = loss, o->bad = 0;
  else if (++o->bad > 10)
    o->rate *= 0.8, o->bad = 0;
  return o->rate;
}

th_code th_net_epoch(th_net *t, uint32_t epoch, double *loss, th_err *err) {
  if (t->o.mask > 0) draw_hidden(t, epoch, t->lot);
  th_net__hide(t);
  th_net__use(t, false);
  th_net__flows(t, t->want);
  if (!epoch_edges(t, epoch, t->lot)) return th_fail_nomem(err);
  th_net__forward(t);
  th_net__hat(t);
  memset(t->gradient, 0, t->n_theta * sizeof(float));
  *loss = th_net__decode(t, true, true);
  th_net__hat_back(t);
  th_net__backward(t);
  TH_TRY(check_loss(*loss, epoch, err));
  adam_step(t, next_rate(t, epoch, *loss));
  return TH_OK;
}

/* ── Out of it ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_net_encode(th_net *t) {
  memset(t->hidden, 0, th_nn_n_labelled(t->w));
  th_net__hide(t);
  th_net__use(t, false);
  th_net__flows(t, NULL);
  th_net__forward(t);
  th_net__hat(t);
}

bool th_net_score(const th_net *t, uint32_t disease, float *out) {
  const uint32_t i = forward_of(t, 0);
  const float *b = t->hat[0] + (size_t)disease * t->ld, *w = i == TH_GRAPH_NONE ? NULL : th_net__decoder(t, i);
  float q[512] = { 0 };
  bool any = false;
  for (uint32_t j = 0; w && j < t->d; j++) q[j] = w[j] * b[j], any |= b[j] != 0;
  for (uint32_t u = 0; u < t->size[t->drug]; u++) {
    const float *a = t->h2[t->drug] + (size_t)u * t->ld;
    float s = 0;
    for (uint32_t j = 0; j < t->d; j++) s += a[j] * q[j];
    out[u] = s;
  }
  return any;
}

th_code th_net_vectors_of(th_arena *a, const th_net *t, th_net_vectors *out, th_err *err) {
  const size_t n_drugs = t->size[t->drug], n = t->size[t->disease], i = forward_of(t, 0);
  float *drug = th_arena_alloc(a, n_drugs * t->ld * sizeof *drug, 64),
        *disease = th_arena_alloc(a, n * t->ld * sizeof *drug, 64);
  if (!drug || !disease) return th_fail_nomem(err);
  for (size_t u = 0; u < n_drugs && i != TH_GRAPH_NONE; u++)
    for (uint32_t j = 0; j < t->d; j++)
      drug[u * t->ld + j] = t->h2[t->drug][u * t->ld + j] * th_net__decoder(t, (uint32_t)i)[j];
  memcpy(disease, t->hat[0], n * t->ld * sizeof *disease);
  *out = (th_net_vectors){ t->ld, t->size[t->disease], drug, disease };
  return TH_OK;
}
