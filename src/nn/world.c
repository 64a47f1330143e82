/* Profiles, degree-weighted edges and likenesses of drugs: read once from the graph.
 *
 * Profile A: neighbours in the hierarchy and genes, binary. B: the disease with all its ancestors and its genes, each column
 * weighted ln((n + 1)/(df + 1)), n diseases of which df have it. P: phenotypes with all their ancestors, weighted so. C: the three
 * blocks, each scaled to length 1. Degrees and frequencies come from edges that no split ever holds out. */
#include <math.h>
#include <stdlib.h>

#include "nn/nn_priv.h"

static const th_graph_csr none_csr;

/* Rows of `type_rows`, columns of the other type; an absent relation gives empty rows. */
static const th_graph_csr *side(const th_graph *g, const char *name, bool from_src, uint32_t n_rows, th_graph_csr *empty,
                                uint32_t *zero_rows) {
  const th_graph_relation *r = th_graph_relation_find(g, name);
  if (r) return from_src ? &r->fwd : &r->rev;
  *empty = none_csr;
  empty->n = n_rows;
  empty->row = zero_rows;
  return empty;
}

typedef struct setup {
  th_nn_world *w;
  th_arena *a;
  const th_graph *g;
  uint32_t *zero_rows; /* enough zeros for any type */
  th_graph_csr empty[24];
  uint32_t n_empty;
  const th_graph_csr *dis_dis, *dis_gene, *gene_dis, *dis_pheno, *drug_gene, *gene_drug, *gene_gene, *gene_path, *path_gene,
      *drug_effect, *effect_drug, *drug_drug, *drug_ind, *dis_ind, *dis_contra;
  uint32_t n_pheno;
} setup;

static const th_graph_csr *take(setup *s, const char *name, bool from_src, uint32_t n_rows) {
  return side(s->g, name, from_src, n_rows, &s->empty[s->n_empty++], s->zero_rows);
}

static uint32_t type_size(const th_graph *g, const char *name) {
  const uint32_t t = th_graph_type_find(g, name);
  return t == TH_GRAPH_NONE ? 0 : g->type[t].n;
}

static bool sparse_new(th_arena *a, uint32_t n, size_t edges, th_nn__sparse *s) {
  *s = (th_nn__sparse){ n, TH_NEWN(a, uint32_t, (size_t)n + 2), TH_NEWN(a, uint32_t, edges), TH_NEWN(a, float, edges) };
  return s->row && s->col && s->w;
}

/* Edges weighted by both ends' degrees to a power, and kept where the mark has one of `bits` (0: all). */
static bool weighted(th_arena *a, const th_graph_csr *c, const th_graph_csr *other, double power, uint32_t bits,
                     th_nn__sparse *out) {
  if (!sparse_new(a, c->n, c->row[c->n], out)) return false;
  uint32_t *deg_row = th_malloc(((size_t)c->n + 1) * 4), *deg_col = th_malloc(((size_t)other->n + 1) * 4);
  if (deg_row && deg_col) {
    memset(deg_row, 0, ((size_t)c->n + 1) * 4);
    memset(deg_col, 0, ((size_t)other->n + 1) * 4);
    for (uint32_t v = 0; v < c->n; v++)
      for (uint32_t k = c->row[v]; k < c->row[v + 1]; k++)
        if (!bits || (c->mark[k] & bits)) deg_row[v]++, deg_col[c->col[k]]++;
    uint32_t n = 0;
    for (uint32_t v = 0; v < c->n; v++) {
      for (uint32_t k = c->row[v]; k < c->row[v + 1]; k++) {
        if (bits && !(c->mark[k] & bits)) continue;
        out->col[n] = c->col[k];
        out->w[n++] = (float)(pow(deg_row[v], power) * pow(deg_col[c->col[k]], power));
      }
      out->row[v + 1] = n;
    }
  }
  const bool ok = deg_row && deg_col;
  th_free(deg_row);
  th_free(deg_col);
  return ok;
}

static bool transpose(th_arena *a, const th_nn__sparse *in, uint32_t n_cols, th_nn__sparse *out) {
  const uint32_t n = in->row[in->n];
  if (!sparse_new(a, n_cols, n, out)) return false;
  for (uint32_t k = 0; k < n; k++) out->row[in->col[k] + 2]++;
  for (uint32_t v = 0; v < n_cols; v++) out->row[v + 2] += out->row[v + 1];
  for (uint32_t v = 0; v < in->n; v++)
    for (uint32_t k = in->row[v]; k < in->row[v + 1]; k++) {
      const uint32_t at = out->row[in->col[k] + 1]++;
      out->col[at] = v;
      out->w[at] = in->w[k];
    }
  return true;
}

/* ── Profile blocks ────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(uint32_t) u32_vec;

/* Weights by idf over the rows' own frequencies, norms, and the inverted rows of the labelled. */
static bool finish_block(setup *s, const uint32_t *row, const uint32_t *col, uint32_t n_cols, bool idf, th_nn__block *b) {
  th_nn_world *w = s->w;
  const uint32_t n = w->n_diseases, edges = row[n];
  if (!sparse_new(s->a, n, edges, &b->of)) return false;
  uint32_t *df = TH_NEWN(s->a, uint32_t, (size_t)n_cols + 1);
  b->norm = TH_NEWN(s->a, double, n);
  b->n_cols = n_cols;
  if (!df || !b->norm) return false;
  for (uint32_t k = 0; k < edges; k++) df[col[k]]++;
  memcpy(b->of.row, row, ((size_t)n + 1) * 4);
  if (edges) memcpy(b->of.col, col, (size_t)edges * 4);
  uint32_t labelled_edges = 0;
  for (uint32_t v = 0; v < n; v++) {
    double sum = 0;
    for (uint32_t k = row[v]; k < row[v + 1]; k++) {
      const double x = idf ? log((n + 1.0) / (df[col[k]] + 1.0)) : 1;
      b->of.w[k] = (float)x;
      sum += (double)b->of.w[k] * b->of.w[k];
    }
    b->norm[v] = sqrt(sum);
    if (w->labelled_of[v] != TH_GRAPH_NONE) labelled_edges += row[v + 1] - row[v];
  }
  if (!sparse_new(s->a, n_cols, labelled_edges, &b->labelled)) return false;
  th_nn__sparse *t = &b->labelled;
  for (uint32_t i = 0; i < w->n_labelled; i++)
    for (uint32_t k = row[w->labelled[i]]; k < row[w->labelled[i] + 1]; k++) t->row[col[k] + 2]++;
  for (uint32_t c = 0; c < n_cols; c++) t->row[c + 2] += t->row[c + 1];
  for (uint32_t i = 0; i < w->n_labelled; i++)
    for (uint32_t k = row[w->labelled[i]]; k < row[w->labelled[i] + 1]; k++) {
      const uint32_t at = t->row[col[k] + 1]++;
      t->col[at] = i;
      t->w[at] = b->of.w[k];
    }
  return true;
}

static bool block_a(setup *s) {
  const uint32_t n = s->w->n_diseases;
  u32_vec col = { 0 };
  uint32_t *row = TH_NEWN(s->a, uint32_t, (size_t)n + 1);
  if (!row) return false;
  for (uint32_t v = 0; v < n; v++) {
    for (uint32_t k = s->dis_dis->row[v]; k < s->dis_dis->row[v + 1]; k++)
      if (!TH_VEC_PUSH(s->a, &col, s->dis_dis->col[k])) return false;
    for (uint32_t k = s->dis_gene->row[v]; k < s->dis_gene->row[v + 1]; k++)
      if (!TH_VEC_PUSH(s->a, &col, n + s->dis_gene->col[k])) return false;
    row[v + 1] = (uint32_t)col.n;
  }
  return finish_block(s, row, col.v, n + s->w->n_genes, false, &s->w->block[BLOCK_A]);
}

static bool block_onto(setup *s) {
  const uint32_t n = s->w->n_diseases;
  u32_vec col = { 0 };
  uint32_t *row = TH_NEWN(s->a, uint32_t, (size_t)n + 1);
  if (!row) return false;
  for (uint32_t v = 0; v < n; v++) {
    if (!TH_VEC_PUSH(s->a, &col, v)) return false;
    const th_graph_csr *up = &s->w->onto.ancestors;
    for (uint32_t k = s->w->has_onto ? up->row[v] : 0; s->w->has_onto && k < up->row[v + 1]; k++)
      if (!TH_VEC_PUSH(s->a, &col, up->col[k])) return false;
    row[v + 1] = (uint32_t)col.n;
  }
  return finish_block(s, row, col.v, n, true, &s->w->block[BLOCK_ONTO]);
}

/* Columns with all their ancestors, each once. up NULL: the columns as they are. */
static bool closed_rows(setup *s, const th_graph_csr *c, const th_graph_csr *up, uint32_t n_cols, uint32_t **row_out,
                        u32_vec *col) {
  uint32_t *row = TH_NEWN(s->a, uint32_t, (size_t)c->n + 1), *seen = TH_NEWN(s->a, uint32_t, (size_t)n_cols + 1);
  if (!row || !seen) return false;
  for (uint32_t v = 0; v < c->n; v++) {
    for (uint32_t k = c->row[v]; k < c->row[v + 1]; k++) {
      const uint32_t x = c->col[k];
      if (seen[x] != v + 1 && !TH_VEC_PUSH(s->a, col, x)) return false;
      seen[x] = v + 1;
      for (uint32_t j = up ? up->row[x] : 0; up && j < up->row[x + 1]; j++) {
        if (seen[up->col[j]] != v + 1 && !TH_VEC_PUSH(s->a, col, up->col[j])) return false;
        seen[up->col[j]] = v + 1;
      }
    }
    row[v + 1] = (uint32_t)col->n;
  }
  *row_out = row;
  return true;
}

static bool block_closed(setup *s, const th_graph_csr *c, const th_graph_csr *up, uint32_t n_cols, th_nn__block *b) {
  u32_vec col = { 0 };
  uint32_t *row;
  return closed_rows(s, c, up, n_cols, &row, &col) && finish_block(s, row, col.v, n_cols, true, b);
}

/* ── Likeness of drugs ─────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct near_drug {
  double sim;
  uint32_t drug;
} near_drug;

/* Into the list of the most alike so far, by falling likeness, ties by number. */
static uint32_t keep_near(near_drug *list, uint32_t n, uint32_t most, near_drug x) {
  uint32_t at = n < most ? n++ : n;
  for (; at > 0 && (list[at - 1].sim < x.sim || (list[at - 1].sim == x.sim && list[at - 1].drug > x.drug)); at--)
    if (at < n) list[at] = list[at - 1];
  if (at < n) list[at] = x;
  return n;
}

/* idf cosine over the columns; of each drug the 20 most alike. O(Σ column degree²). */
static bool likeness(setup *s, const uint32_t *row, const uint32_t *col, uint32_t n_cols, th_nn__sparse *out) {
  enum { KEEP = 20 };
  const uint32_t n = s->w->n_drugs;
  th_nn__sparse of, by;
  double *norm = TH_NEWN(s->a, double, n), *dot = TH_NEWN(s->a, double, n);
  uint32_t *df = TH_NEWN(s->a, uint32_t, (size_t)n_cols + 1), *touched = TH_NEWN(s->a, uint32_t, n);
  near_drug near[KEEP];
  if (!norm || !dot || !df || !touched || !sparse_new(s->a, n, row[n], &of) || !sparse_new(s->a, n, (size_t)n * KEEP, out))
    return false;
  for (uint32_t k = 0; k < row[n]; k++) df[col[k]]++;
  memcpy(of.row, row, ((size_t)n + 1) * 4);
  for (uint32_t u = 0; u < n; u++) {
    for (uint32_t k = row[u]; k < row[u + 1]; k++) {
      of.col[k] = col[k];
      of.w[k] = (float)log((n + 1.0) / (df[col[k]] + 1.0));
      norm[u] += (double)of.w[k] * of.w[k];
    }
    norm[u] = sqrt(norm[u]);
  }
  if (!transpose(s->a, &of, n_cols, &by)) return false;
  uint32_t n_out = 0;
  for (uint32_t u = 0; u < n; u++) {
    uint32_t n_touched = 0;
    for (uint32_t k = of.row[u]; k < of.row[u + 1]; k++)
      for (uint32_t j = by.row[of.col[k]]; j < by.row[of.col[k] + 1]; j++) {
        const uint32_t x = by.col[j];
        if (x == u) continue;
        if (dot[x] == 0) touched[n_touched++] = x;
        dot[x] += (double)of.w[k] * by.w[j];
      }
    uint32_t n_near = 0;
    for (uint32_t i = 0; i < n_touched; i++) {
      const uint32_t x = touched[i];
      if (norm[u] > 0 && norm[x] > 0) n_near = keep_near(near, n_near, KEEP, (near_drug){ dot[x] / (norm[u] * norm[x]), x });
      dot[x] = 0;
    }
    for (uint32_t i = 0; i < n_near && near[i].sim > 0; i++) {
      out->col[n_out] = near[i].drug;
      out->w[n_out++] = (float)near[i].sim;
    }
    out->row[u + 1] = n_out;
  }
  return true;
}

static bool likenesses(setup *s, const th_graph_onto *pheno) {
  u32_vec col = { 0 };
  uint32_t *row;
  th_nn_world *w = s->w;
  if (!likeness(s, s->drug_gene->row, s->drug_gene->col, w->n_genes, &w->like[LIKE_TARGET])) return false;
  if (!closed_rows(s, s->drug_effect, pheno ? &pheno->ancestors : NULL, s->n_pheno, &row, &col)) return false;
  if (!likeness(s, row, col.v, s->n_pheno, &w->like[LIKE_EFFECT])) return false;
  return likeness(s, s->drug_drug->row, s->drug_drug->col, w->n_drugs, &w->like[LIKE_PARTNER]);
}

/* ── Labels ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool label_rows(setup *s, const th_graph_csr *c, const uint32_t **row_out, const uint32_t **col_out) {
  th_nn_world *w = s->w;
  uint32_t *row = TH_NEWN(s->a, uint32_t, (size_t)w->n_labelled + 1), *col = TH_NEWN(s->a, uint32_t, c->row[c->n]), n = 0;
  if (!row || !col) return false;
  for (uint32_t i = 0; i < w->n_labelled; i++) {
    for (uint32_t k = c->row[w->labelled[i]]; k < c->row[w->labelled[i] + 1]; k++) col[n++] = c->col[k];
    row[i + 1] = n;
  }
  *row_out = row;
  *col_out = col;
  return true;
}

static bool find_labelled(setup *s) {
  th_nn_world *w = s->w;
  w->labelled = TH_NEWN(s->a, uint32_t, w->n_diseases);
  w->labelled_of = TH_NEWN(s->a, uint32_t, w->n_diseases);
  if (!w->labelled || !w->labelled_of) return false;
  for (uint32_t v = 0; v < w->n_diseases; v++) {
    const bool is = th_graph_degree(s->dis_ind, v) || th_graph_degree(s->dis_contra, v);
    w->labelled_of[v] = is ? w->n_labelled : TH_GRAPH_NONE;
    if (is) w->labelled[w->n_labelled++] = v;
  }
  w->all.n = w->n_labelled;
  if (!label_rows(s, s->dis_ind, &w->all.row, &w->all.drug) ||
      !label_rows(s, s->dis_contra, &w->all.contra_row, &w->all.contra_drug))
    return false;
  th_map sets;
  th_map_init(&sets, s->a);
  w->drug_set = TH_NEWN(s->a, uint32_t, w->n_labelled);
  if (!w->drug_set) return false;
  for (uint32_t i = 0; i < w->n_labelled; i++) {
    bool is_new;
    const th_str key = th_str_n((const char *)(w->all.drug + w->all.row[i]), (w->all.row[i + 1] - w->all.row[i]) * 4);
    uint64_t *at = th_map_at(&sets, key, &is_new);
    if (!at) return false;
    if (is_new) *at = w->n_drug_sets++;
    w->drug_set[i] = (uint32_t)*at;
  }
  return true;
}

static bool log_degrees(setup *s) {
  th_nn_world *w = s->w;
  w->log_proteins = TH_NEWN(s->a, float, w->n_drugs);
  w->log_drugs = TH_NEWN(s->a, float, w->n_drugs);
  w->log_effects = TH_NEWN(s->a, float, w->n_drugs);
  if (!w->log_proteins || !w->log_drugs || !w->log_effects) return false;
  for (uint32_t u = 0; u < w->n_drugs; u++) {
    w->log_proteins[u] = (float)log1p(th_graph_degree(s->drug_gene, u));
    w->log_drugs[u] = (float)log1p(th_graph_degree(s->drug_drug, u));
    w->log_effects[u] = (float)log1p(th_graph_degree(s->drug_effect, u));
  }
  return true;
}

static bool path_edges(setup *s) {
  th_nn_world *w = s->w;
  const double p = -0.4;
  uint32_t target = 0;
  const th_graph_relation *r = th_graph_relation_find(s->g, "drug_protein");
  for (uint32_t d = 0; r && d < r->n_displays; d++)
    if (th_str_is(r->display[d], "target")) target = 1u << d;
  th_nn__sparse drug_target;
  if (!weighted(s->a, s->dis_gene, s->gene_dis, p, 0, &w->dis_gene) ||
      !weighted(s->a, s->gene_dis, s->dis_gene, p, 0, &w->gene_dis) ||
      !weighted(s->a, s->gene_drug, s->drug_gene, p, 0, &w->gene_drug) ||
      !weighted(s->a, s->drug_gene, s->gene_drug, p, target, &drug_target) ||
      !transpose(s->a, &drug_target, w->n_genes, &w->gene_target) ||
      !weighted(s->a, s->gene_gene, s->gene_gene, p, 0, &w->gene_gene) ||
      !weighted(s->a, s->gene_path, s->path_gene, p, 0, &w->gene_path) ||
      !weighted(s->a, s->path_gene, s->gene_path, p, 0, &w->path_gene) ||
      !weighted(s->a, s->dis_dis, s->dis_dis, p, 0, &w->kin) ||
      !weighted(s->a, s->dis_pheno, s->effect_drug, p, 0, &w->dis_pheno) ||
      !weighted(s->a, s->effect_drug, s->drug_effect, p, 0, &w->pheno_drug) ||
      !weighted(s->a, s->drug_drug, s->drug_drug, -0.5, 0, &w->drug_drug))
    return false;
  return true;
}

static void take_relations(setup *s) {
  const th_graph *g = s->g;
  th_nn_world *w = s->w;
  s->dis_dis = take(s, "disease_disease", true, w->n_diseases);
  s->gene_dis = take(s, "disease_protein", true, w->n_genes);
  s->dis_gene = take(s, "disease_protein", false, w->n_diseases);
  s->dis_pheno = take(s, "disease_phenotype_positive", true, w->n_diseases);
  s->drug_gene = take(s, "drug_protein", true, w->n_drugs);
  s->gene_drug = take(s, "drug_protein", false, w->n_genes);
  s->gene_gene = take(s, "protein_protein", true, w->n_genes);
  s->gene_path = take(s, "pathway_protein", true, w->n_genes);
  s->path_gene = take(s, "pathway_protein", false, w->n_pathways);
  s->drug_effect = take(s, "drug_effect", true, w->n_drugs);
  s->effect_drug = take(s, "drug_effect", false, type_size(g, "effect/phenotype"));
  s->drug_drug = take(s, "drug_drug", true, w->n_drugs);
  s->dis_ind = take(s, "indication", false, w->n_diseases);
  s->dis_contra = take(s, "contraindication", false, w->n_diseases);
}

th_code th_nn_world_open(th_arena *a, const th_graph *g, th_nn_world **out, th_err *err) {
  th_nn_world *w = TH_NEW(a, th_nn_world);
  setup *s = TH_NEW(a, setup);
  if (!w || !s) return th_fail_nomem(err);
  *out = w;
  *w = (th_nn_world){ .a = a,
                      .g = g,
                      .n_drugs = type_size(g, "drug"),
                      .n_diseases = type_size(g, "disease"),
                      .n_genes = type_size(g, "gene/protein"),
                      .n_pathways = type_size(g, "pathway") };
  *s = (setup){ .w = w, .a = a, .g = g, .n_pheno = type_size(g, "effect/phenotype") };
  if (!w->n_drugs || !w->n_diseases || !th_graph_relation_find(g, "indication"))
    return th_fail(err, TH_EPARSE,
                   "prediction needs drugs, diseases and the relation indication: this graph lacks one of them");
  uint32_t widest = 0;
  for (uint32_t t = 0; t < g->n_types; t++) widest = g->type[t].n > widest ? g->type[t].n : widest;
  s->zero_rows = TH_NEWN(a, uint32_t, (size_t)widest + 1);
  if (!s->zero_rows) return th_fail_nomem(err);
  take_relations(s);
  th_graph_onto pheno;
  w->has_onto = th_graph_relation_find(g, "disease_disease") != NULL;
  const bool has_pheno = th_graph_relation_find(g, "phenotype_phenotype") != NULL;
  if (w->has_onto) TH_TRY(th_graph_onto_open(a, g, "disease_disease", &w->onto, err));
  if (has_pheno) TH_TRY(th_graph_onto_open(a, g, "phenotype_phenotype", &pheno, err));
  if (!find_labelled(s) || !log_degrees(s) || !path_edges(s) || !block_a(s) || !block_onto(s) ||
      !block_closed(s, s->dis_gene, NULL, w->n_genes, &w->block[BLOCK_GENE]) ||
      !block_closed(s, s->dis_pheno, has_pheno ? &pheno.ancestors : NULL, s->n_pheno, &w->block[BLOCK_PHENO]) ||
      !likenesses(s, has_pheno ? &pheno : NULL))
    return th_fail_nomem(err);
  return TH_OK;
}

uint32_t th_nn_n_drugs(const th_nn_world *w) {
  return w->n_drugs;
}

uint32_t th_nn_n_diseases(const th_nn_world *w) {
  return w->n_diseases;
}

uint32_t th_nn_n_labelled(const th_nn_world *w) {
  return w->n_labelled;
}

uint32_t th_nn_labelled(const th_nn_world *w, uint32_t k) {
  return w->labelled[k];
}

uint32_t th_nn_labelled_of(const th_nn_world *w, uint32_t disease) {
  return w->labelled_of[disease];
}

const th_graph_onto *th_nn_ontology(const th_nn_world *w) {
  return w->has_onto ? &w->onto : NULL;
}

const th_graph *th_nn_graph(const th_nn_world *w) {
  return w->g;
}

const uint32_t *th_nn_known(const th_nn_world *w, bool contra, uint32_t labelled, uint32_t *n) {
  const uint32_t *row = contra ? w->all.contra_row : w->all.row, *drug = contra ? w->all.contra_drug : w->all.drug;
  *n = row[labelled + 1] - row[labelled];
  return drug + row[labelled];
}

th_code th_nn_labels_of(th_arena *a, const th_nn_world *w, const uint8_t *visible, th_nn_labels *out, th_err *err) {
  uint32_t *row = TH_NEWN(a, uint32_t, (size_t)w->n_labelled + 1), *drug = TH_NEWN(a, uint32_t, w->all.row[w->n_labelled]);
  uint32_t *crow = TH_NEWN(a, uint32_t, (size_t)w->n_labelled + 1),
           *cdrug = TH_NEWN(a, uint32_t, w->all.contra_row[w->n_labelled]);
  if (!row || !drug || !crow || !cdrug) return th_fail_nomem(err);
  uint32_t n = 0, cn = 0;
  for (uint32_t i = 0; i < w->n_labelled; i++) {
    for (uint32_t k = w->all.row[i]; visible[i] && k < w->all.row[i + 1]; k++) drug[n++] = w->all.drug[k];
    for (uint32_t k = w->all.contra_row[i]; visible[i] && k < w->all.contra_row[i + 1]; k++)
      cdrug[cn++] = w->all.contra_drug[k];
    row[i + 1] = n;
    crow[i + 1] = cn;
  }
  *out = (th_nn_labels){ .n = w->n_labelled, .row = row, .drug = drug, .contra_row = crow, .contra_drug = cdrug };
  return th_nn__group_twins(a, w, out, err);
}

th_code th_nn_labels_take(th_arena *a, const th_nn_world *w, th_nn_labels *l, const uint32_t *row, const uint32_t *drug,
                          th_err *err) {
  l->row = row, l->drug = drug;
  return th_nn__group_twins(a, w, l, err);
}

th_code th_nn_all_twins(th_arena *a, const th_nn_world *w, const uint32_t **out, th_err *err) {
  return th_nn_twins(a, w, w->all.row, w->all.drug, out, err);
}
