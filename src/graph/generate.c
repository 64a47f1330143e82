/* Invented graphs of PrimeKG's shape: its types, relations, numbers of nodes and edges, and hubs as it has them (the degree of the
 * k-th busiest node falls as a power of k). Nothing in them is true. */
#include <math.h>
#include <stdio.h>

#include "graph/graph_priv.h"

enum { ANATOMY, PROCESS, COMPONENT, DISEASE, DRUG, PHENOTYPE, EXPOSURE, GENE, FUNCTION, PATHWAY, TYPES };

static const struct {
  const char *name, *source;
  uint32_t n;
} types[TYPES] = {
  { "anatomy", "UBERON", 14035 },  { "biological_process", "GO", 28642 }, { "cellular_component", "GO", 4176 },
  { "disease", "MONDO", 17080 },   { "drug", "DrugBank", 7957 },          { "effect/phenotype", "HPO", 15311 },
  { "exposure", "CTD", 818 },      { "gene/protein", "NCBI", 27671 },     { "molecular_function", "GO", 11169 },
  { "pathway", "REACTOME", 2516 },
};

static const struct {
  const char *name, *display[4];
  int src, dst;
  uint32_t n;
} relations[] = {
  { "indication", { "indication" }, DRUG, DISEASE, 9388 },
  { "contraindication", { "contraindication" }, DRUG, DISEASE, 30675 },
  { "off-label use", { "off-label use" }, DRUG, DISEASE, 2568 },
  { "drug_protein", { "target", "enzyme", "transporter", "carrier" }, DRUG, GENE, 25653 },
  { "drug_effect", { "side effect" }, DRUG, PHENOTYPE, 64784 },
  { "drug_drug", { "synergistic interaction" }, DRUG, DRUG, 1336314 },
  { "disease_protein", { "associated with" }, GENE, DISEASE, 80411 },
  { "disease_disease", { "parent-child" }, DISEASE, DISEASE, 32194 },
  { "disease_phenotype_positive", { "phenotype present" }, DISEASE, PHENOTYPE, 150317 },
  { "disease_phenotype_negative", { "phenotype absent" }, DISEASE, PHENOTYPE, 1193 },
  { "phenotype_protein", { "associated with" }, GENE, PHENOTYPE, 3330 },
  { "phenotype_phenotype", { "parent-child" }, PHENOTYPE, PHENOTYPE, 18736 },
  { "protein_protein", { "ppi" }, GENE, GENE, 321075 },
  { "pathway_protein", { "interacts with" }, GENE, PATHWAY, 42646 },
  { "bioprocess_protein", { "interacts with" }, GENE, PROCESS, 144805 },
  { "bioprocess_bioprocess", { "parent-child" }, PROCESS, PROCESS, 52886 },
  { "molfunc_protein", { "interacts with" }, GENE, FUNCTION, 69530 },
  { "molfunc_molfunc", { "parent-child" }, FUNCTION, FUNCTION, 13574 },
  { "cellcomp_protein", { "interacts with" }, GENE, COMPONENT, 83402 },
  { "cellcomp_cellcomp", { "parent-child" }, COMPONENT, COMPONENT, 4845 },
  { "anatomy_protein_present", { "expression present" }, GENE, ANATOMY, 1518203 },
  { "anatomy_protein_absent", { "expression absent" }, GENE, ANATOMY, 19887 },
  { "anatomy_anatomy", { "parent-child" }, ANATOMY, ANATOMY, 14032 },
  { "pathway_pathway", { "parent-child" }, PATHWAY, PATHWAY, 2535 },
  { "exposure_disease", { "linked to" }, EXPOSURE, DISEASE, 2304 },
  { "exposure_exposure", { "parent-child" }, EXPOSURE, EXPOSURE, 2070 },
  { "exposure_bioprocess", { "interacts with" }, EXPOSURE, PROCESS, 1625 },
  { "exposure_protein", { "interacts with" }, EXPOSURE, GENE, 1212 },
  { "exposure_molfunc", { "interacts with" }, EXPOSURE, FUNCTION, 45 },
  { "exposure_cellcomp", { "interacts with" }, EXPOSURE, COMPONENT, 10 },
};
enum { RELATIONS = sizeof relations / sizeof *relations };

typedef struct made {
  uint32_t n, *x, *y;
} made;

typedef struct generator {
  th_arena *a;
  uint64_t seed;
  uint32_t n[TYPES], first[TYPES];
  made rel[RELATIONS];
  th_graph_put put;
  void *ctx;
  th_buf out;
} generator;

static uint32_t scaled(double n, double scale, uint32_t least) {
  const double v = n * scale;
  return v < least ? least : v > 4e9 ? 4000000000u : (uint32_t)v;
}

/* A hub is likely, the last node is not; the order of hubs differs from relation to relation. */
static uint32_t pick(th_rng *r, uint32_t n, uint64_t twist) {
  const double u = th_rng_unit(r);
  const uint32_t k = (uint32_t)(n * u * u * u);
  return (uint32_t)(((uint64_t)k * 2654435761u + twist) % n);
}

static bool insert(uint64_t *set, size_t mask, uint64_t key) {
  size_t i = (size_t)(key * 0x9E3779B97F4A7C15u >> 20) & mask;
  while (set[i] && set[i] != key + 1) i = (i + 1) & mask;
  if (set[i]) return false;
  set[i] = key + 1;
  return true;
}

/* Distinct pairs, no loops; in a hierarchy the parent has the smaller number, so that there is no cycle. */
static th_code make_relation(generator *g, int k, double scale, th_err *err) {
  const uint32_t nx = g->n[relations[k].src], ny = g->n[relations[k].dst];
  const bool one_type = relations[k].src == relations[k].dst,
             tree = one_type && !strcmp(relations[k].display[0], "parent-child");
  const double most = one_type ? (double)nx * (nx - 1) / 4 : (double)nx * ny / 2;
  made *m = &g->rel[k];
  m->n = scaled(relations[k].n, scale, 1);
  if (m->n > most) m->n = (uint32_t)most;
  size_t slots = 16;
  while (slots < (size_t)m->n * 2) slots *= 2;
  m->x = TH_NEWN(g->a, uint32_t, m->n);
  m->y = TH_NEWN(g->a, uint32_t, m->n);
  uint64_t *set = th_malloc(slots * sizeof *set);
  if (!m->x || !m->y || !set) {
    th_free(set);
    return th_fail_nomem(err);
  }
  memset(set, 0, slots * sizeof *set);
  th_rng r = { g->seed, (uint64_t)k, 0 };
  for (uint32_t i = 0, tries = 0; i < m->n; tries++) {
    /* a node drawn evenly now and then: without it the last pairs of a dense relation would never come */
    const bool even = tries % 4 == 3;
    uint32_t x = even ? (uint32_t)th_rng_below(&r, nx) : pick(&r, nx, g->seed + (uint64_t)k);
    uint32_t y = even ? (uint32_t)th_rng_below(&r, ny) : pick(&r, ny, g->seed + (uint64_t)k * 7);
    if (one_type && x == y) continue;
    if (one_type && x > y) {
      const uint32_t t = x;
      x = y, y = t;
    }
    if (!insert(set, slots - 1, (uint64_t)x << 32 | y)) continue;
    const bool turned = one_type && !tree && i % 2;
    m->x[i] = turned ? y : x;
    m->y[i++] = turned ? x : y;
  }
  th_free(set);
  return TH_OK;
}

static void put_id(th_buf *b, int type, uint32_t i) {
  if (type == DRUG)
    th_buf_addf(b, "DB%05u", i + 1);
  else if (type == DISEASE && i % 13 == 5) /* a grouped disease */
    th_buf_addf(b, "%u_%u_%u", 100000 + i, 200000 + i, 300000 + i);
  else
    th_buf_addf(b, "%u", i + 1);
}

/* Some names hold commas and quotes, as real ones do. */
static void put_name(th_buf *b, int type, uint32_t i, bool csv) {
  const bool odd = i % 17 == 3;
  if (odd && csv) th_buf_addc(b, '"');
  th_buf_addf(b, "%s %u", types[type].name, i + 1);
  if (odd) th_buf_addz(b, csv ? ", \"\"old\"\" form" : ", \"old\" form");
  if (odd && csv) th_buf_addc(b, '"');
}

static th_code flush(generator *g, int table, bool all, th_err *err) {
  if (g->out.failed) return th_fail_nomem(err);
  if (!all && g->out.n < (1 << 20)) return TH_OK;
  const th_code code = g->put(g->ctx, table, th_buf_str(&g->out));
  g->out.n = 0;
  return code == TH_OK ? code : th_fail(err, code, "the table could not be written");
}

static const char *source_of(int type, uint32_t i) {
  return type == DISEASE && i % 13 == 5 ? "MONDO_grouped" : types[type].source;
}

static th_code put_nodes(generator *g, th_err *err) {
  th_buf_addz(&g->out, "node_index\tnode_id\tnode_type\tnode_name\tnode_source\n");
  for (int t = 0; t < TYPES; t++)
    for (uint32_t i = 0; i < g->n[t]; i++) {
      th_buf_addf(&g->out, "%u\t", g->first[t] + i);
      put_id(&g->out, t, i);
      th_buf_addf(&g->out, "\t%s\t", types[t].name);
      put_name(&g->out, t, i, false);
      th_buf_addf(&g->out, "\t%s\n", source_of(t, i));
      TH_TRY(flush(g, 0, false, err));
    }
  return flush(g, 0, true, err);
}

static void put_end(generator *g, int type, uint32_t i) {
  th_buf_addf(&g->out, ",%u,", g->first[type] + i);
  put_id(&g->out, type, i);
  th_buf_addf(&g->out, ",%s,", types[type].name);
  put_name(&g->out, type, i, true);
  th_buf_addf(&g->out, ",%s", source_of(type, i));
}

static th_code put_edges(generator *g, th_err *err) {
  th_buf_addz(&g->out, "relation,display_relation,x_index,x_id,x_type,x_name,x_source,y_index,y_id,y_type,y_name,y_source\n");
  for (int way = 0; way < 2; way++)
    for (int k = 0; k < RELATIONS; k++)
      for (uint32_t i = 0; i < g->rel[k].n; i++) {
        int n_displays = 0;
        while (n_displays < 4 && relations[k].display[n_displays]) n_displays++;
        th_buf_addf(&g->out, "%s,%s", relations[k].name, relations[k].display[i % (uint32_t)n_displays]);
        put_end(g, way ? relations[k].dst : relations[k].src, way ? g->rel[k].y[i] : g->rel[k].x[i]);
        put_end(g, way ? relations[k].src : relations[k].dst, way ? g->rel[k].x[i] : g->rel[k].y[i]);
        th_buf_addc(&g->out, '\n');
        TH_TRY(flush(g, 1, false, err));
      }
  return flush(g, 1, true, err);
}

th_code th_graph_generate(th_graph_shape shape, th_graph_put put, void *ctx, th_err *err) {
  if (!(shape.scale > 0) || shape.scale > 100)
    return th_fail(err, TH_EINVAL, "the scale of a generated graph is above 0, at most 100");
  generator g = { .a = th_arena_new(1 << 20), .seed = shape.seed, .put = put, .ctx = ctx };
  if (!g.a) return th_fail_nomem(err);
  th_buf_init(&g.out, g.a, 1 << 21);
  uint32_t first = 0;
  for (int t = 0; t < TYPES; t++) {
    g.n[t] = scaled(types[t].n, shape.scale, 8);
    g.first[t] = first;
    first += g.n[t];
  }
  th_code code = TH_OK;
  for (int k = 0; k < RELATIONS && code == TH_OK; k++) code = make_relation(&g, k, shape.scale, err);
  if (code == TH_OK) code = put_nodes(&g, err);
  if (code == TH_OK) code = put_edges(&g, err);
  th_arena_del(g.a);
  return code;
}
