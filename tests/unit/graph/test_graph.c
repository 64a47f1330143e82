/* Invented toy graphs: import, its checks, the file, look-ups, hierarchy, paths. Expected values are counted by hand. */
#include "graph/graph_priv.h"
#include "test.h"
#include "theriac/io.h"

#define HEAD "relation,display_relation,x_index,x_id,x_type,x_name,x_source,y_index,y_id,y_type,y_name,y_source\n"

static const char nodes_tsv[] = "node_index\tnode_id\tnode_type\tnode_name\tnode_source\n"
                                "0\tD1\tdrug\tAlphamab\tToy\n"
                                "1\tD2\tdrug\tBeta, \"the\" drug\tToy\n"
                                "2\t10\tdisease\tgreat sickness (disease)\tM\n"
                                "3\t11_12\tdisease\tgrouped sickness\tM_grouped\n"
                                "4\t13\tdisease\tsmall sickness\tM\n"
                                "5\t1\tgene/protein\tGENE1\tN\n"
                                "6\t2\tgene/protein\tgene1\tN\n"
                                "7\t99\tdisease\tlonely\tM\n";
/* great is parent of grouped and small, grouped of small. */
#define D1   "0,D1,drug,Alphamab,Toy"
#define D2   "1,D2,drug,\"Beta, \"\"the\"\" drug\",Toy"
#define GR   "2,10,disease,great sickness (disease),M"
#define GP   "3,11_12,disease,grouped sickness,M_grouped"
#define SM   "4,13,disease,small sickness,M"
#define G1   "5,1,gene/protein,GENE1,N"
#define G2   "6,2,gene/protein,gene1,N"
#define TREE "disease_disease,parent-child,"
static const char kg_csv[] = HEAD "indication,indication," D1 "," GP "\n"
                                  "drug_protein,target," D1 "," G1 "\n"
                                  "drug_protein,enzyme," D1 "," G1 "\n"
                                  "drug_protein,enzyme," D2 "," G2 "\n"
                                  "disease_protein,associated with," G1 "," SM "\n" TREE GR "," GP "\n" TREE GR "," SM
                                  "\n" TREE GP "," SM "\n" TREE SM "," GP "\n"
                                  "protein_protein,ppi," G2 "," G1 "\n"
                                  "indication,indication," GP "," D1 "\n"
                                  "drug_protein,target," G1 "," D1 "\n"
                                  "drug_protein,enzyme," G1 "," D1 "\n"
                                  "drug_protein,enzyme," G2 "," D2 "\n"
                                  "disease_protein,associated with," SM "," G1 "\n" TREE GP "," GR "\n" TREE SM "," GR "\n"
                                  "protein_protein,ppi," G1 "," G2 "\n";

static th_code feed(th_graph_build *b, const char *name, th_str text, size_t step, th_err *err) {
  TH_TRY(th_graph_build_begin(b, name, NULL, err));
  for (size_t at = 0; at < text.n; at += step) TH_TRY(th_graph_build_feed(b, th_str_sub(text, at, at + step), err));
  return th_graph_build_end(b, "sum", err);
}

/* Builds from the two tables in pieces of `step` bytes and copies the file out. */
static th_code build(th_arena *a, th_str nodes, th_str edges, bool strict, size_t step, th_str *file, th_graph_report *r,
                     th_err *err) {
  th_graph_build *b = th_graph_build_new(strict);
  if (!b) return TH_ENOMEM;
  th_str out;
  th_code code = nodes.n ? feed(b, "node.csv", nodes, step, err) : TH_OK;
  if (code == TH_OK) code = feed(b, "kg.csv", edges, step, err);
  if (code == TH_OK) code = th_graph_build_finish(b, &out, r, err);
  if (code == TH_OK) {
    char *p = th_arena_alloc(a, out.n, 64);
    if (p) memcpy(p, out.p, out.n);
    *file = th_str_n(p, out.n);
    if (!p) code = TH_ENOMEM;
  }
  th_graph_build_del(b);
  return code;
}

static th_arena *arena;
static th_graph toy(void) {
  th_str file = TH_STR_NONE;
  th_graph g = { 0 };
  th_err err = { 0 };
  if (!arena) arena = th_arena_new(0);
  CHECK_OK_ERR(build(arena, th_str_of(nodes_tsv), th_str_of(kg_csv), false, 1 << 20, &file, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_open(arena, file, &g, &err), &err);
  return g;
}

TEST(counts_pairs_and_records) {
  const th_graph g = toy();
  CHECK_INT(g.n_nodes, 8);
  CHECK_INT(g.n_types, 3);
  CHECK_STR(g.type[0].name, "disease");
  CHECK_INT(g.type[0].n, 4);
  CHECK_INT(g.n_relations, 5);
  const th_graph_relation *dp = th_graph_relation_find(&g, "drug_protein");
  CHECK_INT(dp->n_pairs, 2);
  CHECK_INT(dp->n_records, 3);
  CHECK_STR(g.type[dp->src].name, "drug");
  CHECK_INT(dp->n_displays, 2);
  CHECK_INT(dp->fwd.mark[0] & 0x7FFFFFFF, 3); /* D1–GENE1: target and enzyme */
  const th_graph_relation *sp = th_graph_relation_find(&g, "disease_protein");
  CHECK_STR(g.type[sp->src].name, "gene/protein"); /* canonical, whatever the rows' order */
  CHECK_INT(th_graph_relation_find(&g, "disease_disease")->n_pairs, 3);
  CHECK(th_graph_relation_find(&g, "nothing") == NULL);
  for (uint32_t k = 0; k < g.n_relations; k++) { /* fwd and rev are transposes */
    const th_graph_relation *r = &g.relation[k];
    for (uint32_t v = 0; v < r->fwd.n; v++)
      for (uint32_t i = r->fwd.row[v]; i < r->fwd.row[v + 1]; i++)
        CHECK(th_graph_csr_find(&r->rev, r->fwd.col[i], v) != TH_GRAPH_NONE);
    CHECK_INT(r->fwd.row[r->fwd.n], r->rev.row[r->rev.n]);
  }
}

TEST(file_is_the_same_however_the_tables_come) {
  th_graph g = toy();
  for (size_t step = 1; step < 60; step += 7) {
    th_str file = TH_STR_NONE;
    CHECK_OK(build(arena, th_str_of(nodes_tsv), th_str_of(kg_csv), false, step, &file, NULL, NULL));
    CHECK(th_str_eq(file, g.bytes));
  }
}

TEST(names_and_ids_are_found) {
  const th_graph g = toy();
  static const struct {
    const char *type, *query, *id;
  } cases[] = { { NULL, "Alphamab", "D1" },
                { NULL, "ALPHAMAB ", "D1" },
                { NULL, "d1", "D1" },
                { NULL, "MONDO:0000012", "11_12" },
                { NULL, "drugbank:D2", "D2" },
                { NULL, "MONDO:11_12", "11_12" },
                { NULL, "MONDO: 0000010", "10" },
                { NULL, "DRUGBANK:13", NULL },
                { "disease", "0011", "11_12" },
                { NULL, "11_12", "11_12" },
                { "disease", "13.0", "13" },
                { NULL, "great  sickness", "10" },
                { NULL, "great sickness (disease)", "10" },
                { NULL, "GENE1", "1" },
                { NULL, "gene1", "2" },
                { NULL, "Beta, \"the\" drug", "D2" },
                { NULL, "GeNe1", NULL },
                { NULL, "sickness", NULL },
                { NULL, "", NULL },
                { "drug", "13", NULL },
                { NULL, "D3", NULL } };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const uint32_t type = cases[k].type ? th_graph_type_find(&g, cases[k].type) : TH_GRAPH_NONE;
    th_graph_match m;
    th_graph_lookup(&g, type, th_str_of(cases[k].query), &m);
    if ((m.found == TH_GRAPH_ONE) != (cases[k].id != NULL) ||
        (m.found == TH_GRAPH_ONE && !th_str_is(th_graph_node_id(&g, m.node), cases[k].id)))
      CHECK_STR(TH_S("found otherwise"), cases[k].query);
  }
  th_graph_match m;
  th_graph_lookup(&g, TH_GRAPH_NONE, TH_S("GeNe1"), &m);
  CHECK(m.found == TH_GRAPH_AMBIGUOUS && m.n_candidates == 2);
  th_graph_lookup(&g, TH_GRAPH_NONE, TH_S("sickness"), &m);
  CHECK(m.found == TH_GRAPH_UNKNOWN && m.n_candidates == 3);
  th_graph_lookup(&g, TH_GRAPH_NONE, TH_S("alfamab"), &m); /* two letters off */
  CHECK(m.found == TH_GRAPH_UNKNOWN && m.n_candidates == 1);
  th_err err = { 0 };
  uint32_t node;
  CHECK_CODE(th_graph_lookup_one(&g, TH_GRAPH_NONE, TH_S("sickness"), &node, &err), TH_ENOENT);
  CHECK(strstr(err.msg, "grouped sickness") != NULL);
}

/* "great sickness" is a disease without its bracket, and here the very name of a gene in other case. */
TEST(a_name_that_is_another_nodes_synonym_is_ambiguous) {
  if (!arena) arena = th_arena_new(0);
  th_graph_build *b = th_graph_build_new(false);
  th_err err = { 0 };
  th_str file;
  th_graph g;
  th_graph_match m;
  CHECK_OK_ERR(feed(b, "node.csv",
                    TH_S("node_index\tnode_id\tnode_type\tnode_name\tnode_source\n"
                         "0\t1\tdisease\tgreat sickness (disease)\tM\n1\t7\teffect/phenotype\tGreat sickness\tH\n"
                         "2\tD1\tdrug\tAlphamab\tT\n3\tD2\tdrug\tBetamab\tT\n"),
                    99, &err),
               &err);
  CHECK_OK_ERR(feed(b, "kg.csv", TH_S("relation,x_index,y_index\nindication,2,0\n"), 99, &err), &err);
  CHECK_OK_ERR(th_graph_build_synonym(b, TH_S("drug"), TH_S("D1"), TH_S("Oldname"), &err), &err);
  CHECK_OK_ERR(th_graph_build_synonym(b, TH_S("drug"), TH_S("D2"), TH_S("alphamab"), &err), &err);
  CHECK_OK_ERR(th_graph_build_finish(b, &file, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_open(arena, file, &g, &err), &err);
  th_graph_lookup(&g, TH_GRAPH_NONE, TH_S("great sickness"), &m);
  CHECK(m.found == TH_GRAPH_AMBIGUOUS && m.n_candidates == 2);
  th_graph_lookup(&g, TH_GRAPH_NONE, TH_S("Great sickness"), &m); /* exactly one node's name */
  CHECK(m.found == TH_GRAPH_ONE && th_str_is(th_graph_node_id(&g, m.node), "7"));
  th_graph_lookup(&g, th_graph_type_find(&g, "disease"), TH_S("GREAT sickness"), &m);
  CHECK(m.found == TH_GRAPH_ONE && th_str_is(th_graph_node_id(&g, m.node), "1"));
  th_graph_lookup(&g, TH_GRAPH_NONE, TH_S("oldNAME"), &m);
  CHECK(m.found == TH_GRAPH_ONE && th_str_is(th_graph_node_id(&g, m.node), "D1"));
  th_graph_lookup(&g, TH_GRAPH_NONE, TH_S("alphamab"), &m); /* one's name in other case, the other's synonym */
  CHECK(m.found == TH_GRAPH_AMBIGUOUS && m.n_candidates == 2);
  th_graph_build_del(b);
}

TEST(hierarchy) {
  const th_graph g = toy();
  th_graph_onto o;
  CHECK_OK(th_graph_onto_open(arena, &g, "disease_disease", &o, NULL));
  const uint32_t first = g.type[o.type].first;
#define AT(id) (th_graph_node_by_id(&g, o.type, TH_S(id)) - first)
  const uint32_t great = AT("10"), grouped = AT("11_12"), small = AT("13"), lonely = AT("99");
  CHECK_INT(th_graph_degree(&o.ancestors, great), 0);
  CHECK_INT(th_graph_degree(&o.descendants, great), 2);
  CHECK_INT(th_graph_degree(&o.ancestors, small), 2); /* great and grouped; not itself */
  CHECK(th_graph_csr_find(&o.ancestors, small, small) == TH_GRAPH_NONE);
  CHECK_REL(o.ic[great], 0, 1e-12);      /* ln(3/3) */
  CHECK_REL(o.ic[small], log(3), 1e-12); /* a leaf */
  CHECK_REL(o.ic[grouped], log(1.5), 1e-12);
  CHECK_INT(th_graph_common_ancestor(&o, grouped, small), grouped);
  CHECK_INT(th_graph_common_ancestor(&o, great, small), great);
  CHECK(th_graph_common_ancestor(&o, lonely, small) == TH_GRAPH_NONE);
  CHECK_INT(th_graph_kinship(&o, small, great), TH_KIN_PARENT);
  CHECK_INT(th_graph_kinship(&o, great, grouped), TH_KIN_DESCENDANT);
  CHECK_INT(th_graph_kinship(&o, small, lonely), TH_KIN_FAR);
  CHECK_INT(th_graph_kinship(&o, small, grouped), TH_KIN_PARENT);
  CHECK_INT(th_graph_kinship(&o, small, small), TH_KIN_SAME);
  CHECK_REL(th_graph_lin(&o, small, great), 0, 1e-12);
  CHECK_REL(th_graph_lin(&o, small, grouped), 2 * log(1.5) / (log(3) + log(1.5)), 1e-12);
  CHECK_REL(th_graph_lin(&o, lonely, lonely), 1, 1e-12);
  CHECK_CODE(th_graph_onto_open(arena, &g, "indication", &o, NULL), TH_EINVAL);
  CHECK_CODE(th_graph_onto_open(arena, &g, "nothing", &o, NULL), TH_ENOENT);
}

/* a → b → c → a: each has the two others above and below it. */
TEST(hierarchy_with_a_cycle) {
  if (!arena) arena = th_arena_new(0);
  static const char edges[] = "relation,display_relation,x_id,x_type,y_id,y_type\n" TREE "a,disease,b,disease\n" TREE
                              "b,disease,c,disease\n" TREE "c,disease,a,disease\n" TREE "c,disease,d,disease\n";
  th_str file = TH_STR_NONE;
  th_graph g;
  th_graph_onto o;
  CHECK_OK(build(arena, TH_STR_NONE, th_str_of(edges), false, 99, &file, NULL, NULL));
  CHECK_OK(th_graph_open(arena, file, &g, NULL));
  CHECK_OK(th_graph_onto_open(arena, &g, "disease_disease", &o, NULL));
  for (uint32_t v = 0; v < 3; v++) {
    CHECK_INT(th_graph_degree(&o.ancestors, v), 2);
    CHECK_INT(th_graph_degree(&o.descendants, v), 3);
    CHECK(th_graph_csr_find(&o.ancestors, v, v) == TH_GRAPH_NONE);
    CHECK_REL(o.ic[v], 0, 1e-12);
  }
  CHECK_INT(th_graph_degree(&o.ancestors, 3), 3);
  CHECK_REL(o.ic[3], log(4), 1e-12);
}

/* D1 –target– GENE1 –associated– small: degrees 1, 2 (GENE1 has ppi apart), 1, 1 → weight by hand. */
TEST(paths_by_weight_and_filter) {
  const th_graph g = toy();
  const uint32_t d1 = th_graph_node_by_id(&g, th_graph_type_find(&g, "drug"), TH_S("D1"));
  const uint32_t d2 = th_graph_node_by_id(&g, th_graph_type_find(&g, "drug"), TH_S("D2"));
  const uint32_t small = th_graph_node_by_id(&g, th_graph_type_find(&g, "disease"), TH_S("13"));
  const uint32_t gene1 = th_graph_node_by_id(&g, th_graph_type_find(&g, "gene/protein"), TH_S("1"));
  th_graph_path *p;
  size_t n;
  th_graph_path_options o = { .length_max = 2, .through = TH_GRAPH_NONE };
  CHECK_OK(th_graph_paths(arena, &g, d1, small, o, &p, &n, NULL));
  CHECK_INT(n, 2); /* over GENE1; over the grouped sickness it is indicated for */
  CHECK_REL(p[0].weight, 1, 1e-12);
  CHECK_INT(p[0].step[0].node, gene1);
  CHECK_REL(p[1].weight, pow(2, -0.4) * pow(2, -0.4), 1e-12); /* both sicknesses have two neighbours in the tree */
  o.through = gene1;
  o.length_max = 3;
  CHECK_OK(th_graph_paths(arena, &g, d1, small, o, &p, &n, NULL));
  CHECK_INT(n, 1);
  o.display = "enzyme";
  o.length_max = 4;
  CHECK_OK(th_graph_paths(arena, &g, d2, small, o, &p, &n, NULL));
  CHECK_INT(n, 1); /* D2 – gene1 – GENE1 – small: three steps */
  CHECK_INT(p[0].n, 3);
  CHECK_INT(p[0].step[2].node, small);
  const char *const skip[] = { "protein_protein", NULL };
  o.skip = skip;
  CHECK_OK(th_graph_paths(arena, &g, d2, small, o, &p, &n, NULL));
  CHECK_INT(n, 0);
  CHECK_CODE(th_graph_paths(arena, &g, d1, d1, o, &p, &n, NULL), TH_EINVAL);
}

typedef struct changes {
  int n[6];
  char last[6][64];
} changes;

static void count_change(void *ctx, const th_graph_change *x) {
  changes *c = ctx;
  c->n[x->kind]++;
  snprintf(c->last[x->kind], sizeof c->last[0], "%.*s %.*s", TH_STR_ARG(th_graph_node_id(x->graph, x->x)),
           TH_STR_ARG(th_graph_node_id(x->graph, x->y)));
}

static th_graph graph_of(const char *nodes, const char *edges) {
  th_str file = TH_STR_NONE;
  th_graph g = { 0 };
  th_err err = { 0 };
  if (!arena) arena = th_arena_new(0);
  CHECK_OK_ERR(build(arena, th_str_of(nodes), th_str_of(edges), false, 999, &file, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_open(arena, file, &g, &err), &err);
  return g;
}

/* Counted by hand: D2 and a disease are gone, D3 and D0 come, D1 is renamed; in the hierarchy one edge goes with its node, one goes
 * between nodes that stay, one comes between old nodes and two with a new one; drug_protein loses a display. */
TEST(graphs_are_compared) {
#define DIFF_HEAD "relation,display_relation,x_id,x_type,y_id,y_type\n"
  const th_graph old =
      graph_of("node_index\tnode_id\tnode_type\tnode_name\n0\tD1\tdrug\tAlpha\n1\tD2\tdrug\tBeta\n"
               "2\t1\tdisease\tone\n3\t2\tdisease\ttwo\n4\t3\tdisease\tthree\n5\t4\tdisease\tfour\n6\tG\tgene/protein\tG\n",
               DIFF_HEAD "indication,indication,D1,drug,1,disease\nindication,indication,D2,drug,2,disease\n" TREE
                         "1,disease,2,disease\n" TREE "2,disease,3,disease\n" TREE "3,disease,4,disease\n"
                         "drug_protein,target,D1,drug,G,gene/protein\ndrug_protein,enzyme,D1,drug,G,gene/protein\n");
  const th_graph new_ =
      graph_of("node_index\tnode_id\tnode_type\tnode_name\n0\tD1\tdrug\tAlpha!\n1\tD3\tdrug\tGamma\n2\tD0\tdrug\tZero\n"
               "3\t0\tdisease\tzero\n4\t1\tdisease\tone\n5\t2\tdisease\ttwo\n6\t4\tdisease\tfour\n7\tG\tgene/protein\tG\n",
               DIFF_HEAD "indication,indication,D1,drug,1,disease\nindication,indication,D3,drug,2,disease\n"
                         "indication,indication,D0,drug,2,disease\n" TREE "1,disease,4,disease\n" TREE
                         "0,disease,1,disease\n" TREE "2,disease,0,disease\n"
                         "drug_protein,target,D1,drug,G,gene/protein\nphenotype_protein,x,G,gene/protein,9,effect/phenotype\n");
  changes c = { 0 };
  th_graph_diff d;
  CHECK_OK(th_graph_diff_of(arena, &old, &new_, count_change, &c, &d, NULL));
  CHECK_INT(c.n[TH_GRAPH_NODE_ADDED], 3); /* D0, D3, disease 0; the phenotype is in no node table */
  CHECK_INT(c.n[TH_GRAPH_NODE_REMOVED], 2);
  CHECK_INT(c.n[TH_GRAPH_NODE_RENAMED], 1);
  CHECK_INT(c.n[TH_GRAPH_EDGE_ADDED], 2 + 3);
  CHECK_INT(c.n[TH_GRAPH_EDGE_REMOVED], 1 + 3);
  CHECK_INT(c.n[TH_GRAPH_EDGE_CHANGED], 1);
  CHECK_STR(th_str_of(c.last[TH_GRAPH_EDGE_CHANGED]), "D1 G");
  CHECK_STR(th_str_of(c.last[TH_GRAPH_NODE_RENAMED]), "D1 D1");
  CHECK_INT(d.n_changes, 3 + 2 + 1 + 5 + 4 + 1);
  for (uint32_t k = 0; k < d.n_relations; k++)
    if (th_str_is(d.relation[k].name, "disease_disease")) {
      CHECK_INT(d.relation[k].added, 3);
      CHECK_INT(d.relation[k].removed, 3);
      CHECK_INT(d.relation[k].n_new, 3);
    }
  changes back = { 0 };
  CHECK_OK(th_graph_diff_of(arena, &new_, &old, count_change, &back, &d, NULL));
  CHECK_INT(back.n[TH_GRAPH_EDGE_ADDED], c.n[TH_GRAPH_EDGE_REMOVED]);
  CHECK_INT(back.n[TH_GRAPH_EDGE_REMOVED], c.n[TH_GRAPH_EDGE_ADDED]);
  CHECK_INT(back.n[TH_GRAPH_NODE_ADDED], c.n[TH_GRAPH_NODE_REMOVED]);
  CHECK_OK(th_graph_diff_of(arena, &new_, &new_, count_change, &back, &d, NULL));
  CHECK_INT(d.n_changes, 0);
}

typedef struct tables {
  th_buf b[2];
} tables;

static th_code collect(void *ctx, int table, th_str piece) {
  tables *t = ctx;
  th_buf_add(&t->b[table], piece);
  return t->b[table].failed ? TH_ENOMEM : TH_OK;
}

/* ── Typed paths ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The sum over a metapath is that of all its paths as th_graph_paths finds them, on an invented graph. */
TEST(typed_paths_are_all_paths_of_their_relations) {
  th_arena *a = th_arena_new(1 << 20);
  tables t = { 0 };
  th_err err = { 0 };
  th_str file = TH_STR_NONE;
  th_graph g;
  th_buf_init(&t.b[0], a, 0);
  th_buf_init(&t.b[1], a, 0);
  CHECK_OK(th_graph_generate((th_graph_shape){ .seed = 5, .scale = 0.01 }, collect, &t, &err));
  CHECK_OK_ERR(build(a, th_buf_str(&t.b[0]), th_buf_str(&t.b[1]), false, 1 << 20, &file, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_open(a, file, &g, &err), &err);
  const uint32_t drug = th_graph_type_find(&g, "drug"), disease = th_graph_type_find(&g, "disease");
  th_graph_metapath m[TH_GRAPH_METAPATHS];
  const size_t n = th_graph_metapaths(&g, drug, disease, m);
  CHECK_INT(n, 7);
  uint64_t seen = 0;
  for (uint32_t k = 0; k < 14; k++) {
    const uint32_t from = g.type[drug].first + k * k % 79, to = g.type[disease].first + k * 12 % 170;
    th_graph_typed out[TH_GRAPH_METAPATHS];
    CHECK_OK_ERR(th_graph_typed_paths(a, &g, from, to, m, n, 0, 1, NULL, out, &err), &err);
    for (size_t i = 0; i < n; i++) {
      th_graph_path *p;
      size_t found;
      double sum = 0;
      const th_graph_path_options o = { .through = TH_GRAPH_NONE, .k = 100000, .metapath = &m[i] };
      CHECK_OK_ERR(th_graph_paths(a, &g, from, to, o, &p, &found, &err), &err);
      for (size_t x = 0; x < found; x++) {
        sum += p[x].weight;
        CHECK_INT(p[x].n, m[i].n);
        CHECK_INT(p[x].step[m[i].n - 1].node, to);
        for (uint32_t s = 0; s < m[i].n; s++) CHECK_INT(p[x].step[s].relation, m[i].relation[s]);
      }
      CHECK_INT(out[i].n, found);
      CHECK_REL(out[i].weight, sum, 1e-12);
      CHECK(isnan(out[i].p));
      seen += found;
    }
  }
  CHECK(seen > 20);
  th_arena_del(a);
}

/* Two drugs, each with one gene of two; the disease has the first gene. Rewiring has two states, equally likely: the drug meets the
 * disease in half of them. A drug that has both genes can be rewired to nothing else: it always meets it. */
TEST(nulls_of_a_graph_with_two_states) {
  const th_graph g =
      graph_of("", DIFF_HEAD "drug_protein,target,D1,drug,1,gene/protein\ndrug_protein,target,D2,drug,2,gene/protein\n"
                             "disease_protein,x,1,gene/protein,S,disease\n");
  const th_graph h =
      graph_of("", DIFF_HEAD "drug_protein,target,D1,drug,1,gene/protein\ndrug_protein,target,D1,drug,2,gene/protein\n"
                             "drug_protein,target,D2,drug,2,gene/protein\ndisease_protein,x,1,gene/protein,S,disease\n");
  const th_graph *const graphs[] = { &g, &h };
  for (int k = 0; k < 2; k++) {
    const th_graph *x = graphs[k];
    const uint32_t drug = th_graph_type_find(x, "drug"), disease = th_graph_type_find(x, "disease");
    th_graph_metapath m;
    th_graph_typed out[3];
    th_err err = { 0 };
    CHECK_OK_ERR(th_graph_metapath_of(x, drug, disease, TH_S("drug_protein, disease_protein"), &m, &err), &err);
    for (unsigned threads = 0; threads < 3; threads++) {
      th_pool *pool = threads ? th_pool_new(threads) : NULL;
      CHECK_OK_ERR(th_graph_typed_paths(arena, x, x->type[drug].first, x->type[disease].first, &m, 1, 4000, 7, pool,
                                        &out[threads], &err),
                   &err);
      th_pool_del(pool);
    }
    CHECK(memcmp(&out[0], &out[1], sizeof out[0]) == 0 && memcmp(&out[0], &out[2], sizeof out[0]) == 0);
    CHECK_INT(out[0].n, 1);
    if (k == 0) { /* weight 1 in half of the states: 4 standard errors of 4000 throws are 0.032 */
      CHECK_REL(out[0].weight, 1, 1e-12);
      CHECK(fabs(out[0].null_mean - 0.5) < 0.032 && fabs(out[0].p - 0.5) < 0.032 && fabs(out[0].null_sd - 0.5) < 0.01);
    } else { /* degrees 2 and 1, 2 and 1: D1–1, D1–2, D2–2 or D1–1, D1–2, D2–1: D1 has both in each */
      CHECK_REL(out[0].p, 1, 1e-12);
      CHECK_REL(out[0].null_mean, out[0].weight, 1e-12);
    }
  }
}

/* In a ring every node has two neighbours; after rewiring each still has two, other than itself and each other. A path of two steps
 * between neighbours' neighbours is rare then. */
TEST(rewiring_within_one_type_keeps_degrees) {
  th_buf b;
  th_buf_init(&b, arena, 0);
  th_buf_addz(&b, DIFF_HEAD);
  for (int i = 0; i < 60; i++)
    th_buf_addf(&b, "protein_protein,ppi,%d,gene/protein,%d,gene/protein\n", 100 + i, 100 + (i + 1) % 60);
  const th_graph g = graph_of("", th_str_z(arena, th_buf_str(&b)));
  th_graph_metapath m;
  th_graph_typed out;
  CHECK_OK(th_graph_metapath_of(&g, 0, 0, TH_S("protein_protein,protein_protein"), &m, NULL));
  CHECK_OK(th_graph_typed_paths(arena, &g, 0, 2, &m, 1, 400, 3, NULL, &out, NULL));
  CHECK_INT(out.n, 1);
  CHECK_REL(out.weight, pow(2, -0.4 * 4), 1e-12);
  /* expected number of paths: 2·2 ends, each common neighbour by chance about 1/59 */
  CHECK(out.p > 0.02 && out.p < 0.14);
  CHECK(out.null_mean / out.weight > 0.02 && out.null_mean / out.weight < 0.14);
}

TEST(metapaths_that_do_not_go) {
  const th_graph g = toy();
  const uint32_t drug = th_graph_type_find(&g, "drug"), disease = th_graph_type_find(&g, "disease");
  th_graph_metapath m;
  th_err err = { 0 };
  CHECK_CODE(th_graph_metapath_of(&g, drug, disease, TH_S(""), &m, &err), TH_ENOENT);
  CHECK_CODE(th_graph_metapath_of(&g, drug, disease, TH_S("nothing"), &m, NULL), TH_ENOENT);
  CHECK_CODE(th_graph_metapath_of(&g, drug, disease, TH_S("disease_protein"), &m, NULL), TH_ENOENT);
  CHECK_CODE(th_graph_metapath_of(&g, drug, disease, TH_S("drug_protein"), &m, NULL), TH_ENOENT);
  CHECK_CODE(th_graph_metapath_of(&g, drug, disease,
                                  TH_S("indication,disease_disease,disease_disease,disease_disease,disease_disease"), &m, NULL),
             TH_EINVAL);
  CHECK_OK(th_graph_metapath_of(&g, drug, disease, TH_S("indication,disease_disease"), &m, NULL));
  CHECK_CODE(th_graph_typed_paths(arena, &g, 0, 0, &m, 1, 0, 1, NULL, &(th_graph_typed){ 0 }, NULL), TH_EINVAL);
}

static th_graph typed_graph;

static th_code typed_whole(void) {
  const th_graph g = typed_graph;
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  const uint32_t drug = th_graph_type_find(&g, "drug"), disease = th_graph_type_find(&g, "disease");
  th_graph_metapath m[TH_GRAPH_METAPATHS];
  th_graph_typed out[TH_GRAPH_METAPATHS];
  const size_t n = th_graph_metapaths(&g, drug, disease, m);
  const th_code code = th_graph_typed_paths(a, &g, g.type[drug].first, g.type[disease].first, m, n, 3, 1, NULL, out, NULL);
  th_arena_del(a);
  return code;
}

static void off(const char *edges, th_graph_issue_kind kind, uint32_t line) {
  th_str file = TH_STR_NONE;
  th_graph_report r = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(build(arena, th_str_of(nodes_tsv), th_str_of(edges), false, 999, &file, &r, &err), &err);
  CHECK_INT(r.issue[kind].n, 1);
  CHECK_INT(r.issue[kind].line, line);
  CHECK_CODE(build(arena, th_str_of(nodes_tsv), th_str_of(edges), true, 999, &file, &r, &err), TH_EPARSE);
}

TEST(what_is_off_is_counted_and_told_by_line) {
  if (!arena) arena = th_arena_new(0);
#define BOTH "indication,indication," D1 "," GP "\nindication,indication," GP "," D1 "\n"
  off(HEAD BOTH "indication,indication," D1 ",9,55,disease,ghost,M\n", TH_GRAPH_DANGLING, 4);
  off(HEAD BOTH "drug_drug,x," D1 "," D1 "\n", TH_GRAPH_SELF_LOOP, 4);
  off(HEAD BOTH "indication,indication," D1 "," GP "\n", TH_GRAPH_DUPLICATE, 4);
  off(HEAD BOTH "indication,indication," D1 "," SM "\n", TH_GRAPH_ONE_WAY, 4);
  off(HEAD BOTH "cures,cures," D1 "," SM "\ncures,cures," SM "," D1 "\n", TH_GRAPH_NEW_RELATION, 4);
  off(HEAD "indication,indication,0,D1,drug,Other name,Toy," GP "\nindication,indication," GP "," D1 "\n", TH_GRAPH_DISAGREES,
      2);
}

/* Without a node table nothing else tells that ids and indices have changed places. */
TEST(indices_that_cannot_be_right) {
  if (!arena) arena = th_arena_new(0);
  th_str file = TH_STR_NONE;
  th_graph_report r = { 0 };
  th_err err = { 0 };
  static const char shuffled[] = HEAD "indication,indication,D1,0,drug,Alphamab,Toy,10,2,disease,great,M\n"
                                      "indication,indication,10,2,disease,great,M,D1,0,drug,Alphamab,Toy\n"
                                      "drug_protein,target,D1,0,drug,Alphamab,Toy,10,5,gene/protein,G,N\n";
  CHECK_CODE(build(arena, TH_STR_NONE, th_str_of(shuffled), false, 999, &file, &r, &err), TH_EPARSE);
  CHECK(strstr(err.msg, "shuffled") != NULL && strstr(err.msg, "line 2") != NULL);
  static const char one[] =
      HEAD "indication,indication," D1 "," GP "\nindication,indication," GP "," D1 "\n"
           "drug_protein,target," D1 ",3,1,gene/protein,GENE1,N\ndrug_protein,target,3,1,gene/protein,GENE1,N," D1 "\n";
  CHECK_OK(build(arena, TH_STR_NONE, th_str_of(one), false, 999, &file, &r, NULL));
  CHECK_INT(r.issue[TH_GRAPH_DISAGREES].n, 2); /* 3 is the grouped sickness already */
  CHECK_INT(r.issue[TH_GRAPH_DISAGREES].line, 4);
}

TEST(lists_of_columns_are_checked) {
  th_graph_build *b = th_graph_build_new(false);
  th_err err = { 0 };
  CHECK_CODE(th_graph_build_begin(b, "p.tsv", "nonsense=drug", &err), TH_EINVAL);
  CHECK(strstr(err.msg, "nonsense") != NULL);
  CHECK_CODE(th_graph_build_begin(b, "p.tsv", "x_id", NULL), TH_EINVAL);
  err = (th_err){ 0 };
  CHECK_OK(th_graph_build_begin(b, "p.tsv", "relation=:indication,x_id=drugg,x_type=:drug,y_id=disease,y_type=:disease", &err));
  CHECK_CODE(th_graph_build_feed(b, TH_S("drug\tdisease\nD9\t7\n"), &err), TH_EPARSE);
  CHECK(strstr(err.msg, "\"drugg\"") != NULL);
  th_graph_build_del(b);
}

static void refused(const char *nodes, const char *edges, th_code code, uint32_t line, const char *says) {
  th_str file = TH_STR_NONE;
  th_err err = { 0 };
  CHECK_CODE(build(arena, th_str_of(nodes), th_str_of(edges), false, 999, &file, NULL, &err), code);
  CHECK_INT(err.line, line);
  if (!strstr(err.msg, says)) CHECK_STR(th_str_of(err.msg), says);
}

TEST(tables_that_cannot_be_right_are_refused) {
  if (!arena) arena = th_arena_new(0);
  refused(nodes_tsv, HEAD "indication,indication,0,D1,drug\n", TH_EPARSE, 2, "cells");
  refused(nodes_tsv, "relation;x_id;y_id\nindication;D1;10\n", TH_EPARSE, 1, "header");
  refused(nodes_tsv, HEAD "indication,indication," D1 ",2,\"10,disease\n", TH_EPARSE, 2, "never closed");
  refused(nodes_tsv, "", TH_EPARSE, 0, "empty");
  refused(nodes_tsv, HEAD "indication,indication,D1,0,drug,Alphamab,Toy,10,2,disease,great,M\n", TH_EPARSE, 2, "shuffled");
  refused("", HEAD "indication,indication," D1 ",2,,disease,great,M\n", TH_EPARSE, 2, "empty");
  refused("", HEAD "indication,indication," D1 ",2,\xC2\xA0,disease,great,M\n", TH_EPARSE, 2, "empty"); /* a no-break space */
  refused("node_index\tnode_id\tnode_type\n0\t \tdrug\n", HEAD, TH_EPARSE, 2, "without an id");
}

TEST(tables_of_other_shapes) {
  if (!arena) arena = th_arena_new(0);
  th_str file = TH_STR_NONE;
  th_graph g;
  th_err err = { 0 };
  CHECK_OK_ERR(build(arena, th_str_of(nodes_tsv),
                     TH_S("relation,display_relation,x_index,y_index\r\nindication,indication,0.0,3.0\r\n"), false, 999, &file,
                     NULL, &err),
               &err);
  CHECK_OK(th_graph_open(arena, file, &g, NULL));
  CHECK_INT(g.relation[0].n_pairs, 1);
  CHECK_OK_ERR(build(arena, TH_STR_NONE, th_str_of(kg_csv), false, 999, &file, NULL, &err), &err); /* nodes from the edges */
  CHECK_OK(th_graph_open(arena, file, &g, NULL));
  CHECK_INT(g.n_nodes, 7); /* all but the lonely one */
  th_graph_build *b = th_graph_build_new(false);
  CHECK_OK_ERR(
      th_graph_build_begin(b, "pairs.tsv", "relation=:indication,x_id=drug,x_type=:drug,y_id=disease,y_type=:disease", &err),
      &err);
  CHECK_OK_ERR(th_graph_build_feed(b, TH_S("drug\tdisease\nD9\t7\nD8\t7"), &err), &err);
  CHECK_OK_ERR(th_graph_build_end(b, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_build_finish(b, &file, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_open(arena, file, &g, &err), &err);
  CHECK_INT(g.relation[0].n_pairs, 2);
  th_graph_build_del(b);
}

/* Any byte changed, and any cut, is noticed or harmless; under the sanitizers nothing is read out of bounds. */
TEST(damaged_files_are_refused) {
  const th_graph g = toy();
  char *copy = th_arena_alloc(arena, g.bytes.n, 64);
  th_arena *a = th_arena_new(0);
  int taken = 0;
  for (size_t i = 0; i < g.bytes.n; i += 5) {
    th_graph h;
    memcpy(copy, g.bytes.p, g.bytes.n);
    copy[i] = (char)(copy[i] ^ 0x41);
    taken += th_graph_open(a, th_str_n(copy, g.bytes.n), &h, NULL) == TH_OK;
    CHECK(th_graph_open(a, th_str_n(g.bytes.p, i), &h, NULL) != TH_OK);
    th_arena_reset(a);
  }
  CHECK(taken < 400); /* padding between sections */
  th_arena_del(a);
}

static th_code whole(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_str file = TH_STR_NONE;
  th_graph g;
  th_graph_onto o;
  th_graph_path *p;
  size_t n;
  th_code code = build(a, th_str_of(nodes_tsv), th_str_of(kg_csv), false, 40, &file, NULL, NULL);
  if (code == TH_OK) code = th_graph_open(a, file, &g, NULL);
  if (code == TH_OK) code = th_graph_onto_open(a, &g, "disease_disease", &o, NULL);
  if (code == TH_OK) code = th_graph_paths(a, &g, 4, 0, (th_graph_path_options){ .through = TH_GRAPH_NONE }, &p, &n, NULL);
  th_arena_del(a);
  return code;
}

TEST(every_allocation_can_fail) {
  typed_graph = toy();
  CHECK(test_each_alloc_fails(typed_whole) > 20);
  CHECK(test_each_alloc_fails(whole) > 50);
}

/* ── Rows seen before, read in blocks by several threads ───────────────────────────────────────────────────────────── */

typedef struct outcome {
  th_code code;
  th_err err;
  th_str file;
  th_graph_report report;
} outcome;

/* block 0: every row by the plain reading, which is the reference. */
static outcome build_in_blocks(th_arena *a, th_str nodes, th_str edges, size_t step, size_t block, th_pool *pool) {
  outcome o = { .file = TH_STR_NONE };
  th_graph_build *b = th_graph_build_new(false);
  th_str out = TH_STR_NONE;
  b->block_bytes = block;
  th_graph_build_pool(b, pool);
  o.code = nodes.n ? feed(b, "node.csv", nodes, step, &o.err) : TH_OK;
  if (o.code == TH_OK) o.code = feed(b, "kg.csv", edges, step, &o.err);
  if (o.code == TH_OK) o.code = th_graph_build_finish(b, &out, &o.report, &o.err);
  if (out.n) o.file = th_str_dup(a, out);
  th_graph_build_del(b);
  return o;
}

static void same_in_blocks(th_str nodes, th_str edges, size_t step, const size_t *block, size_t n_blocks) {
  th_arena *a = th_arena_new(0);
  const outcome want = build_in_blocks(a, nodes, edges, step, 0, NULL);
  for (unsigned threads = 0; threads < 4; threads += 1 + (threads == 1)) {
    th_pool *pool = threads ? th_pool_new(threads) : NULL;
    for (size_t k = 0; k < n_blocks; k++) {
      const outcome got = build_in_blocks(a, nodes, edges, step, block[k], pool);
      CHECK_INT(got.code, want.code);
      CHECK_INT(got.err.line, want.err.line);
      CHECK_STR(th_str_of(got.err.msg), want.err.msg);
      CHECK(th_str_eq(got.file, want.file));
      CHECK(memcmp(&got.report, &want.report, sizeof want.report) == 0);
    }
    th_pool_del(pool);
  }
  th_arena_del(a);
}

/* Rows as tables have them, good and bad, drawn by number: seen before, new, with cells in quotes, over lines, of other line ends,
 * of unknown nodes and kinds, blank. */
static th_str odd_table(th_arena *a, uint64_t seed, bool broken) {
  static const char *const rows[] = {
    "indication,indication," D1 "," GP "\n",
    "drug_protein,target," D1 "," G1 "\n",
    "drug_protein,enzyme," D1 "," G1 "\n",
    "drug_protein,enzyme," D2 "," G2 "\n",
    "drug_protein,enzyme," G2 "," D2 "\r\n",
    "\"drug_protein\",target," D1 "," G1 "\n",
    "disease_protein,associated with," G1 "," SM "\n",
    TREE GR "," GP "\n",
    TREE SM "," GP "\n",
    "protein_protein,ppi," G2 "," G1 "\n",
    "protein_protein,ppi," G1 "," G1 "\n",
    "indication,indication," D1 ",9,55,disease,ghost,M\n",
    "cures,\"for\ngood\"," D1 "," SM "\n",
    "indication,indication,0,D1,drug,\"Alpha\n\nmab\",Toy," GP "\n",
    "indication,indication,0,D1,drug,Other name,Toy," GP "\n",
    "indication,indication,0.0,D1,drug,Alphamab,Toy,3.0,11_12,disease,grouped sickness,M_grouped\n",
    "indication,indication,3,D1,drug,Alphamab,Toy," SM "\n",
    "indication,indication,,D1,drug,Alphamab,Toy,99999999,13.0,disease,small sickness,M\n",
    "\n",
    "\r\n",
    "indication,off-label," D2 "," GR "\r\n",
    "indication,indication," D2 ",4,13,disease,\"small sickness\",M\n",
  };
  static const char *const wrong[] = { "indication,indication," D1 "\n", "drug_protein,\"x\"y," D1 "," G1 "\n",
                                       "drug_protein,enzyme,1,\"D2,drug,\n", "drug_protein,enzyme,1,,drug,Beta,Toy," G2 "\n" };
  th_buf b;
  th_rng r = { seed, 1, 0 };
  th_buf_init(&b, a, 0);
  th_buf_addz(&b, HEAD);
  const uint64_t kinds = 4 + th_rng_below(&r, sizeof rows / sizeof *rows - 3);
  const uint64_t n = 1 + th_rng_below(&r, 300), bad = broken ? th_rng_below(&r, n) : n;
  for (uint64_t i = 0; i < n; i++) th_buf_addz(&b, i == bad ? wrong[th_rng_below(&r, 4)] : rows[th_rng_below(&r, kinds)]);
  if (th_rng_below(&r, 2)) b.n--;
  return th_buf_str(&b);
}

TEST(blocks_and_threads_change_nothing) {
  static const size_t blocks[] = { 1, 40, 150, 1000, 1 << 18 };
  th_arena *a = th_arena_new(0);
  for (uint64_t seed = 0; seed < 120; seed++) {
    const th_str edges = odd_table(a, seed, seed % 3 == 2);
    same_in_blocks(seed % 2 ? th_str_of(nodes_tsv) : TH_STR_NONE, edges, seed % 5 ? 700 : 1 << 20, blocks, 5);
  }
  th_arena_del(a);
}

TEST(blocks_of_tables_of_other_forms) {
  static const size_t blocks[] = { 30, 1000 };
  static const char tsv[] =
      "x_index\tx_id\tx_type\ty_index\ty_id\ty_type\trelation\n0\tD1\tdrug\t3\t11_12\tdisease\tindication\n";
  static const char indices[] =
      "relation,display_relation,x_index,y_index\nindication,a,0,3\nindication,a,0,4\nindication,b,3,0\n"
      "indication,a,0,77\nindication,a,4,0\nindication,a,0,3\n";
  static const char uneven[] = "relation,x_index,x_id,x_type,y_index,y_id,y_type,note\nindication,0,D1,drug,3,11_12,disease,x\n"
                               "indication,0,D1,drug,3,11_12,disease,y\nindication,3,11_12,disease,0,D1,drug,x\n";
  static const char turned[] = "relation,x_index,x_id,x_type,y_index,y_type,y_id\ndrug_drug,5,pathway,drug,6,drug,disease\n"
                               "drug_drug,5,pathway,drug,6,drug,disease\ndrug_drug,6,drug,disease,5,pathway,drug\n";
  same_in_blocks(TH_STR_NONE, th_str_of(turned), 1 << 20, blocks, 2);
  same_in_blocks(th_str_of(nodes_tsv), th_str_of(tsv), 1 << 20, blocks, 2);
  same_in_blocks(th_str_of(nodes_tsv), th_str_of(indices), 1 << 20, blocks, 2);
  same_in_blocks(th_str_of(nodes_tsv), th_str_of(uneven), 1 << 20, blocks, 2);
}

/* An invented graph of a hundredth of PrimeKG imports without a complaint, twice to the same bytes, with its thirty relations. */
TEST(generated_graphs_are_whole) {
  th_arena *a = th_arena_new(1 << 20);
  tables t[2] = { 0 };
  th_err err = { 0 };
  for (int k = 0; k < 2; k++) {
    th_buf_init(&t[k].b[0], a, 0);
    th_buf_init(&t[k].b[1], a, 0);
    CHECK_OK_ERR(th_graph_generate((th_graph_shape){ .seed = 3, .scale = 0.01 }, collect, &t[k], &err), &err);
  }
  CHECK(th_str_eq(th_buf_str(&t[0].b[1]), th_buf_str(&t[1].b[1])));
  th_str file = TH_STR_NONE;
  th_graph g = { 0 };
  CHECK_OK_ERR(build(a, th_buf_str(&t[0].b[0]), th_buf_str(&t[0].b[1]), true, 1 << 16, &file, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_open(a, file, &g, &err), &err);
  CHECK_INT(g.n_types, 10);
  CHECK_INT(g.n_relations, 30);
  CHECK_INT(th_graph_relation_find(&g, "indication")->n_pairs, 93);
  const size_t blocks[] = { 1 << 12, 1 << 18 };
  same_in_blocks(th_buf_str(&t[0].b[0]), th_buf_str(&t[0].b[1]), 1 << 20, blocks, 2);
  same_in_blocks(TH_STR_NONE, th_buf_str(&t[0].b[1]), 1 << 20, blocks, 2);
  CHECK_CODE(th_graph_generate((th_graph_shape){ .scale = 0 }, collect, &t[0], &err), TH_EINVAL);
  th_arena_del(a);
}

/* The real graph's first rows, as PrimeKG writes them. */
TEST(real_rows_in_blocks) {
  const char *shared = test_shared();
  if (!shared) SKIP("no shared data");
  static const size_t blocks[] = { 1 << 14, 1 << 18 };
  char path[4200];
  th_stream *s[2] = { NULL, NULL };
  th_str table[2];
  static const char *const names[] = { "node.csv.gz", "kg.csv.gz" };
  for (int k = 0; k < 2; k++) {
    snprintf(path, sizeof path, "%s/data/graph/%s", shared, names[k]);
    CHECK_OK(th_stream_open(path, 4 << 20, 0, &s[k], NULL));
    CHECK_OK(th_stream_next(s[k], &table[k], NULL));
    while (table[k].p[table[k].n - 1] != '\n') table[k].n--;
  }
  same_in_blocks(table[0], table[1], 1 << 22, blocks, 2);
  for (int k = 0; k < 2; k++) th_stream_close(s[k]);
}

TEST_MAIN(RUN(blocks_and_threads_change_nothing), RUN(blocks_of_tables_of_other_forms), RUN(real_rows_in_blocks),
          RUN(generated_graphs_are_whole), RUN(counts_pairs_and_records), RUN(file_is_the_same_however_the_tables_come),
          RUN(names_and_ids_are_found), RUN(a_name_that_is_another_nodes_synonym_is_ambiguous), RUN(graphs_are_compared),
          RUN(typed_paths_are_all_paths_of_their_relations), RUN(nulls_of_a_graph_with_two_states),
          RUN(rewiring_within_one_type_keeps_degrees), RUN(metapaths_that_do_not_go), RUN(hierarchy),
          RUN(hierarchy_with_a_cycle), RUN(paths_by_weight_and_filter), RUN(what_is_off_is_counted_and_told_by_line),
          RUN(indices_that_cannot_be_right), RUN(lists_of_columns_are_checked), RUN(tables_that_cannot_be_right_are_refused),
          RUN(tables_of_other_shapes), RUN(damaged_files_are_refused), RUN(every_allocation_can_fail))
