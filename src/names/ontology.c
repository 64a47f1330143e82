/* Kinship of diseases over the parents their rows name. */
#include "names_priv.h"

static size_t count_parents(const th_names *n, const th_name_row *r) {
  size_t found = 0;
  th_str rest = r->parents, one;
  while (rest.n && th_str_split(&rest, ';', &one)) found += th_map_get(&n->by_id, th_str_trim(one), NULL);
  return found;
}

/* Marks x and everything above it with its distance + 1; mark has n_rows zeroes. Order of visit in queue; gives its length. */
static size_t climb(const th_names *n, uint32_t x, uint32_t *mark, uint32_t *queue) {
  size_t head = 0, tail = 0;
  queue[tail++] = x;
  mark[x] = 1;
  while (head < tail) {
    const uint32_t v = queue[head++];
    for (uint32_t i = n->parent_at[v]; i < n->parent_at[v + 1]; i++) {
      const uint32_t p = n->parent[i];
      if (mark[p]) continue;
      mark[p] = mark[v] + 1;
      queue[tail++] = p;
    }
  }
  return tail;
}

th_code th_names__ontology(th_names *n, th_err *err) {
  size_t edges = 0;
  for (size_t i = 0; i < n->n_rows; i++) edges += count_parents(n, &n->rows[i]);
  n->parent = TH_NEWN(n->arena, uint32_t, edges + 1);
  n->parent_at = TH_NEWN(n->arena, uint32_t, n->n_rows + 1);
  n->descendants = TH_NEWN(n->arena, uint32_t, n->n_rows + 1);
  n->depth = TH_NEWN(n->arena, uint32_t, n->n_rows + 1);
  uint32_t *mark = TH_NEWN(n->arena, uint32_t, n->n_rows + 1);
  uint32_t *queue = TH_NEWN(n->arena, uint32_t, n->n_rows + 1);
  if (!n->parent || !n->parent_at || !n->descendants || !n->depth || !mark || !queue) return th_fail_nomem(err);
  uint32_t at = 0;
  for (size_t i = 0; i < n->n_rows; i++) {
    n->parent_at[i] = at;
    th_str rest = n->rows[i].parents, one;
    uint64_t p;
    while (rest.n && th_str_split(&rest, ';', &one))
      if (th_map_get(&n->by_id, th_str_trim(one), &p) && p != i) n->parent[at++] = (uint32_t)p;
  }
  n->parent_at[n->n_rows] = at;
  for (uint32_t i = 0; i < n->n_rows; i++) {
    const size_t seen = climb(n, i, mark, queue);
    for (size_t k = 0; k < seen; k++) {
      const uint32_t v = queue[k];
      if (v != i) n->descendants[v]++;
      if (n->parent_at[v] == n->parent_at[v + 1] && (!n->depth[i] || mark[v] < n->depth[i]))
        n->depth[i] = mark[v]; /* root: depth 1 */
      mark[v] = 0;
    }
  }
  return TH_OK;
}

static bool is_direct_parent(const th_names *n, uint32_t child, uint32_t p) {
  for (uint32_t i = n->parent_at[child]; i < n->parent_at[child + 1]; i++)
    if (n->parent[i] == p) return true;
  return false;
}

/* Levels 1 and 2 from a root say nothing ("human disease", "hematologic disease" stand on 2 and 3 of MONDO: roots are cut). */
static bool specific(const th_names *n, uint32_t v) {
  return n->depth[v] > 3 && n->descendants[v] <= TH_KIN_DESCENDANTS_MAX;
}

th_kin th_names_kinship(const th_names *n, th_arena *scratch, th_str target_id, th_str x_id) {
  uint64_t t, x;
  th_kin kin = { 0 };
  if (!th_map_get(&n->by_id, target_id, &t) || !th_map_get(&n->by_id, x_id, &x)) return kin;
  if (t == x) return (th_kin){ TH_KIN_SAME, &n->rows[t], n->descendants[t] };
  const th_arena_mark save = th_arena_save(scratch);
  uint32_t *up_t = TH_NEWN(scratch, uint32_t, n->n_rows + 1), *up_x = TH_NEWN(scratch, uint32_t, n->n_rows + 1);
  uint32_t *queue = TH_NEWN(scratch, uint32_t, n->n_rows + 1);
  if (up_t && up_x && queue) {
    climb(n, (uint32_t)t, up_t, queue);
    const size_t seen = climb(n, (uint32_t)x, up_x, queue);
    uint32_t best = UINT32_MAX; /* nearest common: fewest descendants, then first reached */
    bool sibling = false;
    for (size_t i = 0; i < seen; i++) {
      const uint32_t v = queue[i];
      if (!up_t[v]) continue;
      if (best == UINT32_MAX || n->descendants[v] < n->descendants[best]) best = v;
      sibling |= specific(n, v) && is_direct_parent(n, (uint32_t)t, v) && is_direct_parent(n, (uint32_t)x, v);
    }
    kin.kinship = up_x[t]                                         ? TH_KIN_DESCENDANT
                  : is_direct_parent(n, (uint32_t)t, (uint32_t)x) ? TH_KIN_PARENT
                  : sibling                                       ? TH_KIN_SIBLING
                  : best != UINT32_MAX && specific(n, best)       ? TH_KIN_NEAR
                                                                  : TH_KIN_FAR;
    if (best != UINT32_MAX) kin.ancestor = &n->rows[best], kin.descendants = n->descendants[best];
  }
  th_arena_rewind(scratch, save);
  return kin;
}
