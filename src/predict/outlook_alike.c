/* Drugs that stand near a drug in the graph: PathSim (Sun, Han, Yan, Yu, Wu 2011, definition 4) along drug–protein–drug and
 * drug–protein–pathway–protein–drug. For x and y with vectors of path counts to the middle of the path it is
 * 2·x·y / (x·x + y·y): 1 for equal vectors, small for a drug that acts on everything. */
#include <math.h>
#include <stdlib.h>

#include "predict/outlook_priv.h"

enum { ALIKE = 12, OVER = 3 };

typedef struct middle { /* what the paths meet in: proteins, or the pathways behind them */
  const th_graph *g;
  const th_graph_csr *proteins, *pathways; /* of a drug; of a protein, NULL: the proteins themselves */
  uint32_t first, n;                       /* nodes */
} middle;

typedef struct scored {
  uint32_t drug, shared;
  double likeness;
} scored;

static bool middle_of(const th_graph *g, bool pathways, middle *m) {
  const th_graph_relation *dp = th_graph_relation_find(g, "drug_protein"), *pp = th_graph_relation_find(g, "pathway_protein");
  const uint32_t drugs = th_graph_type_find(g, "drug"), proteins = th_graph_type_find(g, "gene/protein"),
                 ways = th_graph_type_find(g, "pathway");
  if (!dp || drugs == TH_GRAPH_NONE || proteins == TH_GRAPH_NONE || dp->src != drugs || dp->dst != proteins) return false;
  *m = (middle){ .g = g, .proteins = &dp->fwd, .first = g->type[proteins].first, .n = g->type[proteins].n };
  if (!pathways) return true;
  if (!pp || ways == TH_GRAPH_NONE || (pp->src != proteins && pp->dst != proteins) || pp->src == pp->dst) return false;
  m->pathways = pp->src == proteins ? &pp->fwd : &pp->rev;
  m->first = g->type[ways].first, m->n = g->type[ways].n;
  return true;
}

/* Adds `by` for every path from the drug to each node of the middle; touched nodes are listed once. */
static uint32_t spread(const middle *m, uint32_t drug, uint32_t *count, uint32_t *touched) {
  uint32_t n = 0;
  for (uint32_t i = m->proteins->row[drug]; i < m->proteins->row[drug + 1]; i++) {
    const uint32_t protein = m->proteins->col[i];
    const uint32_t from = m->pathways ? m->pathways->row[protein] : 0, to = m->pathways ? m->pathways->row[protein + 1] : 1;
    for (uint32_t k = from; k < to; k++) {
      const uint32_t node = m->pathways ? m->pathways->col[k] : protein;
      if (!count[node]++) touched[n++] = node;
    }
  }
  return n;
}

static int best_first(const void *p, const void *q) {
  const scored *x = p, *y = q;
  if (x->likeness != y->likeness) return x->likeness > y->likeness ? -1 : 1;
  return x->drug < y->drug ? -1 : x->drug > y->drug;
}

typedef struct counts {
  uint32_t *mine, *theirs, *touched, *my_nodes, n_mine;
} counts;

static void forget(uint32_t *count, const uint32_t *touched, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) count[touched[i]] = 0;
}

static size_t score_all(const middle *m, uint32_t drug, uint32_t n_drugs, counts *c, scored *out) {
  size_t n = 0;
  double own = 0;
  for (uint32_t i = 0; i < c->n_mine; i++) own += (double)c->mine[c->my_nodes[i]] * c->mine[c->my_nodes[i]];
  for (uint32_t y = 0; y < n_drugs; y++) {
    if (y == drug) continue;
    double cross = 0, other = 0;
    scored s = { .drug = y };
    const uint32_t touched = spread(m, y, c->theirs, c->touched);
    for (uint32_t i = 0; i < touched; i++) {
      const uint32_t node = c->touched[i];
      other += (double)c->theirs[node] * c->theirs[node];
      cross += (double)c->theirs[node] * c->mine[node];
      s.shared += c->mine[node] > 0;
    }
    forget(c->theirs, c->touched, touched);
    s.likeness = cross > 0 ? 2 * cross / (own + other) : 0;
    if (s.shared) out[n++] = s;
  }
  if (n) qsort(out, n, sizeof *out, best_first);
  return n;
}

/* The nodes most paths run through, in their order among equals. */
static th_code name_middle(th_arena *a, const middle *m, counts *c, th_outlook_alike *x, uint32_t drug, th_err *err) {
  const uint32_t touched = spread(m, drug, c->theirs, c->touched);
  x->over = TH_NEWN(a, th_str, OVER);
  if (!x->over) return th_fail_nomem(err);
  while (x->n_over < OVER) {
    uint32_t best = UINT32_MAX;
    uint64_t most = 0;
    for (uint32_t i = 0; i < touched; i++) {
      const uint32_t node = c->touched[i];
      const uint64_t paths = (uint64_t)c->theirs[node] * c->mine[node];
      if (paths > most || (paths == most && paths && node < best)) best = node, most = paths;
    }
    if (!most) break;
    const th_str name = th_graph_node_name(m->g, m->first + best);
    x->over[x->n_over++] = th_str_dup(a, name.n ? name : th_graph_node_id(m->g, m->first + best));
    c->theirs[best] = 0;
  }
  forget(c->theirs, c->touched, touched);
  return TH_OK;
}

static th_code along(th_arena *a, th_arena *scratch, const middle *m, uint32_t drug, th_nn_via via, th_outlook *o,
                     th_err *err) {
  const th_graph_type *drugs = &m->g->type[th_graph_type_find(m->g, "drug")];
  const uint32_t n = m->n + 1;
  counts c = { TH_NEWN(scratch, uint32_t, n), TH_NEWN(scratch, uint32_t, n), TH_NEWN(scratch, uint32_t, n),
               TH_NEWN(scratch, uint32_t, n), 0 };
  scored *s = TH_NEWN(scratch, scored, drugs->n + 1);
  if (!c.mine || !c.theirs || !c.touched || !c.my_nodes || !s) return th_fail_nomem(err);
  c.n_mine = spread(m, drug, c.mine, c.my_nodes);
  size_t all = score_all(m, drug, drugs->n, &c, s);
  for (size_t i = 0; i < all && i < ALIKE; i++) {
    th_outlook_alike *x = &o->alike[o->n_alike++];
    *x = (th_outlook_alike){ .id = th_str_dup(a, th_graph_node_id(m->g, drugs->first + s[i].drug)),
                             .name = th_str_dup(a, th_graph_node_name(m->g, drugs->first + s[i].drug)),
                             .via = via,
                             .likeness = s[i].likeness,
                             .n_shared = s[i].shared };
    TH_TRY(name_middle(a, m, &c, x, s[i].drug, err));
  }
  return TH_OK;
}

th_code th_predict__alike(th_arena *a, th_arena *scratch, const th_graph *g, uint32_t drug, th_outlook *o, th_err *err) {
  middle m;
  o->n_alike = 0;
  o->alike = TH_NEWN(a, th_outlook_alike, 2 * ALIKE);
  if (!o->alike) return th_fail_nomem(err);
  if (middle_of(g, false, &m)) TH_TRY(along(a, scratch, &m, drug, TH_NN_VIA_GENE, o, err));
  if (middle_of(g, true, &m)) TH_TRY(along(a, scratch, &m, drug, TH_NN_VIA_GENE_PATHWAY, o, err));
  return TH_OK;
}
