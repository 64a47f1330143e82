/* What people write for a node, and how it is found. Keys are folded (ASCII case, runs of blanks) and kept by hash; the text
 * itself is compared before a node is believed. */
#include <stdio.h>

#include "graph/graph_priv.h"

th_str th_graph__fold(th_arena *scratch, th_str s) {
  s = th_str_trim(s);
  char *out = th_arena_alloc(scratch, s.n + 1, 1);
  if (!out) return TH_STR_NONE;
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    const char c = s.p[i];
    if (c == ' ' || c == '\t') {
      if (n && out[n - 1] != ' ') out[n++] = ' ';
      continue;
    }
    out[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  return th_str_n(out, n);
}

uint64_t th_graph__key_hash(th_str folded) {
  return th_hash(folded);
}

static bool digits(th_str s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n > 0;
}

th_str th_graph__bare_id(th_str s) {
  s = th_str_trim(s);
  const size_t colon = th_str_find(s, TH_S(":"), 0);
  if (colon != SIZE_MAX && colon <= 10 && digits(th_str_sub(s, colon + 1, s.n))) s = th_str_sub(s, colon + 1, s.n);
  if (th_str_ends(s, TH_S(".0")) && digits(th_str_sub(s, 0, s.n - 2))) s.n -= 2;
  if (digits(s))
    while (s.n > 1 && s.p[0] == '0') s = th_str_sub(s, 1, s.n);
  return s;
}

/* A prefix that says which type is meant, or NULL; *id what stands behind it. */
static const char *type_of_prefix(th_str query, th_str *id) {
  static const char *const prefixes[][2] = { { "MONDO", "disease" },         { "HP", "effect/phenotype" },
                                             { "NCBIGENE", "gene/protein" }, { "ENTREZ", "gene/protein" },
                                             { "NCBI", "gene/protein" },     { "DRUGBANK", "drug" } };
  const size_t colon = th_str_find(query, TH_S(":"), 0);
  for (size_t k = 0; colon != SIZE_MAX && k < sizeof prefixes / sizeof *prefixes; k++)
    if (th_str_eq_nocase(th_str_trim(th_str_sub(query, 0, colon)), th_str_of(prefixes[k][0]))) {
      *id = th_str_sub(query, colon + 1, query.n);
      return prefixes[k][1];
    }
  return NULL;
}

static void add_candidate(th_graph_match *m, uint32_t node) {
  for (uint32_t k = 0; k < m->n_candidates && k < 20; k++)
    if (m->candidate[k] == node) return;
  if (m->n_candidates < 20) m->candidate[m->n_candidates++] = node;
}

/* Whether the key that led here is not a mere collision of hashes. Synonyms are compared by hash alone: their text is not kept. */
static bool key_holds(const th_graph *g, th_arena *scratch, const th_graph__key *k, th_str want) {
  if (k->kind == TH_GRAPH__BY_SYNONYM) return true;
  if (k->kind == TH_GRAPH__BY_NAME) return th_str_eq(th_graph__fold(scratch, th_graph_node_name(g, k->node)), want);
  const th_str id = th_graph_node_id(g, k->node);
  if (k->kind == TH_GRAPH__BY_ID) return th_str_eq(th_graph__fold(scratch, th_graph__bare_id(id)), want);
  th_str rest = id, member;
  while (th_str_split(&rest, '_', &member))
    if (th_str_eq(th_graph__bare_id(member), want)) return true;
  return false;
}

/* kinds: bits of th_graph__key_kind. */
static void collect(const th_graph *g, th_arena *scratch, uint32_t type, th_str want, unsigned kinds, th_graph_match *m) {
  const uint64_t hash = th_graph__key_hash(want);
  const th_graph__key *keys = g->key;
  uint32_t lo = 0, hi = g->n_keys;
  while (lo < hi) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (keys[mid].hash < hash)
      lo = mid + 1;
    else
      hi = mid;
  }
  for (; lo < g->n_keys && keys[lo].hash == hash; lo++) {
    if (keys[lo].kind > TH_GRAPH__BY_SYNONYM || !(kinds >> keys[lo].kind & 1)) continue;
    if (type != TH_GRAPH_NONE && th_graph_type_of(g, keys[lo].node) != type) continue;
    if (key_holds(g, scratch, &keys[lo], want)) add_candidate(m, keys[lo].node);
  }
}

static bool settle(const th_graph *g, th_str query, th_graph_match *m) {
  if (m->n_candidates == 0) return false;
  uint32_t exact = 0, node = m->candidate[0];
  for (uint32_t k = 0; k < m->n_candidates; k++)
    if (th_str_eq(th_graph_node_name(g, m->candidate[k]), query)) exact++, node = m->candidate[k];
  const bool one = m->n_candidates == 1 || exact == 1;
  m->found = one ? TH_GRAPH_ONE : TH_GRAPH_AMBIGUOUS;
  m->node = one ? node : TH_GRAPH_NONE;
  return true;
}

static unsigned char lower_of(char c) {
  return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool holds_nocase(th_str s, th_str part) {
  for (size_t i = 0; i + part.n <= s.n; i++) {
    size_t k = 0;
    while (k < part.n && lower_of(s.p[i + k]) == lower_of(part.p[k])) k++;
    if (k == part.n) return true;
  }
  return false;
}

/* Levenshtein distance up to 2 of short texts, without regard to case. */
static bool is_near(th_str x, th_str y) {
  enum { MAX = 48 };
  if (x.n > MAX || y.n > MAX || x.n + 2 < y.n || y.n + 2 < x.n) return false;
  unsigned char row[MAX + 1];
  for (size_t j = 0; j <= y.n; j++) row[j] = (unsigned char)j;
  for (size_t i = 1; i <= x.n; i++) {
    unsigned diagonal = row[0], best = row[0] = (unsigned char)i;
    for (size_t j = 1; j <= y.n; j++) {
      const unsigned change = diagonal + (lower_of(x.p[i - 1]) != lower_of(y.p[j - 1]));
      const unsigned step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1u;
      diagonal = row[j];
      row[j] = (unsigned char)(change < step ? change : step);
      if (row[j] < best) best = row[j];
    }
    if (best > 2) return false;
  }
  return row[y.n] <= 2;
}

static void suggest(const th_graph *g, uint32_t type, th_str query, th_graph_match *m) {
  for (int pass = 0; pass < 2; pass++)
    for (uint32_t v = 0; v < g->n_nodes && m->n_candidates < 20; v++) {
      if (type != TH_GRAPH_NONE && th_graph_type_of(g, v) != type) continue;
      const th_str name = th_graph_node_name(g, v);
      if (pass == 0 ? query.n >= 3 && holds_nocase(name, query) : query.n >= 5 && is_near(name, query)) add_candidate(m, v);
    }
}

void th_graph_lookup(const th_graph *g, uint32_t type, th_str query, th_graph_match *out) {
  *out = (th_graph_match){ .node = TH_GRAPH_NONE };
  query = th_str_trim(query);
  th_arena *scratch = th_arena_new(4096);
  if (!scratch || query.n == 0 || query.n > 65536) {
    th_arena_del(scratch);
    return;
  }
  th_str id = query;
  const char *implied = type_of_prefix(query, &id);
  const uint32_t id_type = type == TH_GRAPH_NONE && implied ? th_graph_type_find(g, implied) : type;
  const th_str bare = th_graph__fold(scratch, th_graph__bare_id(id)), folded = th_graph__fold(scratch, query);
  /* A further name is as good as a name: what one node is called and another is called too is not to be guessed. */
  static const unsigned order[] = { 1u << TH_GRAPH__BY_ID, 1u << TH_GRAPH__BY_MEMBER,
                                    1u << TH_GRAPH__BY_NAME | 1u << TH_GRAPH__BY_SYNONYM };
  bool done = false;
  for (int k = 0; k < 3 && !done; k++) {
    const bool by_id = k < 2;
    collect(g, scratch, by_id ? id_type : type, by_id ? bare : folded, order[k], out);
    done = settle(g, query, out);
  }
  if (!done) suggest(g, type, query, out);
  th_arena_del(scratch);
}

th_code th_graph_lookup_one(const th_graph *g, uint32_t type, th_str query, uint32_t *node, th_err *err) {
  th_graph_match m;
  th_graph_lookup(g, type, query, &m);
  if (m.found == TH_GRAPH_ONE) {
    *node = m.node;
    return TH_OK;
  }
  char list[220] = "";
  size_t n = 0;
  for (uint32_t k = 0; k < m.n_candidates && n < sizeof list - 75; k++) {
    const th_str id = th_graph_node_id(g, m.candidate[k]), name = th_graph_node_name(g, m.candidate[k]);
    const th_str kind = g->type[th_graph_type_of(g, m.candidate[k])].name;
    n += (size_t)snprintf(list + n, sizeof list - n, "%s%.*s:%.*s %.*s", k ? "; " : "", (int)(kind.n < 20 ? kind.n : 20),
                          kind.p, (int)(id.n < 12 ? id.n : 12), id.p, (int)(name.n < 30 ? name.n : 30), name.p);
  }
  const int qn = (int)(query.n < 60 ? query.n : 60);
  if (m.found == TH_GRAPH_AMBIGUOUS)
    return th_fail(err, TH_ECONFLICT, "\"%.*s\" may mean %s: give the id and its type", qn, query.p, list);
  if (n) return th_fail(err, TH_ENOENT, "the graph has no \"%.*s\"; near it: %s", qn, query.p, list);
  return th_fail(err, TH_ENOENT, "the graph has no \"%.*s\"", qn, query.p ? query.p : "");
}
