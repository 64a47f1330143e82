/* Kinship of diseases over the parents their rows name: the hierarchy is the graph's, what counts as near is ours. */
#include "names/names_priv.h"

static uint32_t number(const th_names *n, th_names__section s, uint32_t v) {
  return ((const uint32_t *)(const void *)n->at[s])[v];
}

/* Levels 1 and 2 from a root say nothing ("human disease", "hematologic disease" stand on 2 and 3 of MONDO: roots are cut). */
static bool below_top(const th_names *n, uint32_t v) {
  return number(n, TH_NAMES__S_DEPTH, v) > 3;
}

static bool specific(const th_names *n, uint32_t v) {
  return below_top(n, v) && number(n, TH_NAMES__S_DESCENDANTS, v) <= TH_KIN_DESCENDANTS_MAX;
}

static bool share_specific_parent(const th_names *n, uint32_t t, uint32_t x) {
  const th_graph_csr *p = &n->onto.parents;
  for (uint32_t k = p->row[t]; k < p->row[t + 1]; k++)
    if (specific(n, p->col[k]) && th_graph_csr_find(p, x, p->col[k]) != TH_GRAPH_NONE) return true;
  return false;
}

th_kin th_names_kinship(const th_names *n, th_arena *scratch, th_str target_id, th_str x_id) {
  (void)scratch;
  uint32_t t = UINT32_MAX, x = UINT32_MAX;
  for (; n; n = n->under) {
    t = th_names__row_find(n, target_id);
    x = th_names__row_find(n, x_id);
    if (t != UINT32_MAX && x != UINT32_MAX) break;
  }
  if (!n) return (th_kin){ 0 };
  if (t == x) return (th_kin){ TH_KIN_SAME, &n->rows[t], number(n, TH_NAMES__S_DESCENDANTS, t) };
  const uint32_t common = th_graph_common_ancestor(&n->onto, t, x);
  th_kin kin = { .kinship = th_graph_kinship(&n->onto, t, x) };
  if (common != TH_GRAPH_NONE) kin.ancestor = &n->rows[common], kin.descendants = number(n, TH_NAMES__S_DESCENDANTS, common);
  const bool near = common != TH_GRAPH_NONE && specific(n, common);
  const bool sibling = kin.kinship == TH_KIN_SIBLING && share_specific_parent(n, t, x);
  /* a parent that is a whole field of medicine ("cancer", "infectious disease") is no nearer than other ancestors */
  const bool parent = kin.kinship == TH_KIN_PARENT && below_top(n, x);
  if (!sibling && !parent && kin.kinship != TH_KIN_DESCENDANT) kin.kinship = near ? TH_KIN_NEAR : TH_KIN_FAR;
  return kin;
}

th_code th_names_descendants(const th_names *n, th_arena *a, th_str id, th_name_row_list *out, th_err *err) {
  *out = (th_name_row_list){ 0 };
  uint32_t t = UINT32_MAX;
  while (n && (t = th_names__row_find(n, id)) == UINT32_MAX) n = n->under;
  for (uint32_t x = 0; n && t != UINT32_MAX && x < n->onto.n; x++)
    if (x != t && th_graph_csr_find(&n->onto.ancestors, x, t) != TH_GRAPH_NONE && !TH_VEC_PUSH(a, out, &n->rows[x]))
      return th_fail_nomem(err);
  return TH_OK;
}
