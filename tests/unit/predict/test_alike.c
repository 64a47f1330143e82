/* Drugs near a drug in a graph: values by the definition of PathSim (Sun 2011), by hand. */
#include "test.h"

#include "predict/outlook_priv.h"

static const char table[] = "relation,display_relation,x_id,x_type,y_id,y_type\n"
                            "drug_protein,target,A,drug,g1,gene/protein\n"
                            "drug_protein,target,A,drug,g2,gene/protein\n"
                            "drug_protein,target,B,drug,g1,gene/protein\n"
                            "drug_protein,target,B,drug,g2,gene/protein\n"
                            "drug_protein,enzyme,C,drug,g2,gene/protein\n"
                            "drug_protein,target,D,drug,g3,gene/protein\n"
                            "pathway_protein,interacts with,g1,gene/protein,w1,pathway\n"
                            "pathway_protein,interacts with,g2,gene/protein,w1,pathway\n"
                            "pathway_protein,interacts with,g2,gene/protein,w2,pathway\n"
                            "pathway_protein,interacts with,g3,gene/protein,w2,pathway\n";

static th_arena *a;

static th_graph *graph(void) {
  th_graph *g = TH_NEW(a, th_graph);
  th_graph_build *build = th_graph_build_new(false);
  th_str file = TH_STR_NONE;
  th_err err = { 0 };
  CHECK_OK_ERR(th_graph_build_begin(build, "toy.csv", NULL, &err), &err);
  CHECK_OK_ERR(th_graph_build_feed(build, th_str_of(table), &err), &err);
  CHECK_OK_ERR(th_graph_build_end(build, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_build_finish(build, &file, NULL, &err), &err);
  char *copy = th_arena_alloc(a, file.n, 64);
  memcpy(copy, file.p, file.n);
  CHECK_OK_ERR(th_graph_open(a, th_str_n(copy, file.n), g, &err), &err);
  th_graph_build_del(build);
  return g;
}

/* Along genes A = (1, 1, 0): B the same, 2·2 / (2 + 2) = 1; C = (0, 1, 0), 2·1 / (2 + 1) = 2/3; D meets it nowhere.
 * Along pathways A = (2, 1): B the same, 1; C = (1, 1), 2·3 / (5 + 2) = 6/7; D = (0, 1), 2·1 / (5 + 1) = 1/3. */
TEST(likeness_is_pathsim_along_genes_and_pathways) {
  static const struct {
    const char *id;
    th_nn_via via;
    double likeness;
    uint32_t shared;
    const char *over;
  } want[] = { { "B", TH_NN_VIA_GENE, 1, 2, "g1" },
               { "C", TH_NN_VIA_GENE, 2.0 / 3, 1, "g2" },
               { "B", TH_NN_VIA_GENE_PATHWAY, 1, 2, "w1" },
               { "C", TH_NN_VIA_GENE_PATHWAY, 6.0 / 7, 2, "w1" },
               { "D", TH_NN_VIA_GENE_PATHWAY, 1.0 / 3, 1, "w2" } };
  th_graph *g = graph();
  th_outlook o = { 0 };
  CHECK_OK(th_predict__alike(a, a, g, 0, &o, NULL));
  CHECK_INT(o.n_alike, sizeof want / sizeof *want);
  for (size_t i = 0; i < o.n_alike && i < sizeof want / sizeof *want; i++) {
    CHECK_STR(o.alike[i].id, want[i].id);
    CHECK_INT(o.alike[i].via, want[i].via);
    CHECK(fabs(o.alike[i].likeness - want[i].likeness) < 1e-12);
    CHECK_INT(o.alike[i].n_shared, want[i].shared);
    CHECK(o.alike[i].n_over > 0);
    CHECK_STR(o.alike[i].over[0], want[i].over);
  }
}

int main(void) {
  a = th_arena_new(0);
  static const th_test tests[] = { RUN(likeness_is_pathsim_along_genes_and_pathways) };
  const int status = test_main_(tests, sizeof tests / sizeof *tests);
  th_arena_del(a);
  return status;
}
