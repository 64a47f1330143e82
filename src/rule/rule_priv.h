/* Shared by the files of the rule room. */
#ifndef THERIAC_RULE_PRIV_H
#define THERIAC_RULE_PRIV_H

#include "theriac/io.h"
#include "theriac/rule.h"

/* ── Reading YAML strictly ─────────────────────────────────────────────────────────────────────────────────────────── */

/* Fails with the place of the first key of `map` that is not in `allowed` (a list that ends in NULL), or when it is no mapping. */
th_code th_rule__keys(const th_yaml *map, const char *const *allowed, const char *what, th_err *err);
th_code th_rule__text(const th_yaml *map, const char *key, bool required, th_str *out, th_err *err);
th_code th_rule__number(const th_yaml *map, const char *key, double *out, th_err *err); /* required */
th_code th_rule__bool(const th_yaml *map, const char *key, bool *out, th_err *err);     /* keeps *out when absent */
th_code th_rule__whole(const th_yaml *map, const char *key, int64_t lo, int64_t hi, int64_t *out, th_err *err);
/* A sequence of scalars; absent gives none. */
th_code th_rule__texts(th_arena *a, const th_yaml *map, const char *key, const th_str **out, uint32_t *n, th_err *err);
th_code th_rule__seq(const th_yaml *map, const char *key, bool required, const th_yaml **out, th_err *err);
#define TH_RULE__FAIL(err, y, ...) th_fail_at((err), TH_EPARSE, (y)->line, (y)->col, __VA_ARGS__)

/* ── Dates as the specification writes them ────────────────────────────────────────────────────────────────────────── */

/* "YYYY", "YYYY-MM", "YYYY-MM-DD" and nothing else. */
bool th_rule__date(th_str s, th_date *out);

/* ── Intervals ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_iv {
  double lo, hi;
} th_iv;

th_tri th_rule__compare(th_iv a, th_rule_op op, th_iv b);
double th_rule__surface(bool du_bois, double h_cm, double w_kg); /* body surface, m² */
bool th_rule__less(double a, double b);                          /* below, and not equal within the tolerance */

/* ── One evaluation ────────────────────────────────────────────────────────────────────────────────────────────────── */

#define TH_RULE_WORDS ((1u << TH_LIMIT_RULE_AMBS) / 64)

typedef struct th_rule_planes { /* bit c: value under combination c */
  uint64_t *t, *f;
} th_rule_planes;

typedef struct th_rule_run {
  th_arena *arena;
  const th_rule_policy *policy;
  const th_rule_path *path;
  const th_rule_value *values;
  th_date as_of;
  int32_t today; /* as_of as a day number */
  uint32_t n_combos, words;
  uint64_t *plane;          /* 2·words a node of the path */
  const int32_t *slot;      /* node → place in path order, or -1 */
  const uint64_t *amb_mask; /* words an ambiguity of the path: bits where it reads r1 */
  int8_t *human;            /* a decision of the path: -1 undecided, 0 F, 1 T, 2 present but unusable; assignments write here */
  int32_t forced;           /* a node whose value is given, or -1 */
  th_tri forced_value;
  uint8_t *leaf; /* th_tri a leaf of the policy, 3 = not evaluated yet */
} th_rule_run;

/* Named nodes below the path's root under r0, each once, in the order of the text; those out of force on `today` are left out
 * unless it is INT32_MIN. */
th_code th_rule__named(th_arena *a, const th_rule_node *node, uint32_t n_nodes, uint32_t root, int32_t today,
                       const uint32_t **out, uint32_t *n, th_err *err);
/* Reads the decisions anew and forgets leaf values, for a run over changed facts. */
void th_rule__run_again(th_rule_run *r);
th_code th_rule__run_open(th_rule_run *r, th_err *err);
void th_rule__run_pass(th_rule_run *r);
th_rule_verdict th_rule__at(const th_rule_run *r, uint32_t node, uint32_t combo); /* F, U or T */
th_tri th_rule__leaf(th_rule_run *r, uint32_t leaf);
/* [lo, hi] of a tally under one combination. */
void th_rule__tally(const th_rule_run *r, const th_rule_tally *t, uint32_t combo, int32_t *lo, int32_t *hi);
int th_rule__human_state(const th_rule_run *r, int32_t fact);
/* Score tables cap a group at both ends. Sums weights of the items whose bit is set in `counted`. */
int32_t th_rule__tally_sum(const th_rule_tally *t, const uint8_t *counted);

/* Verdicts of all combinations (F, U, T, H) of a run whose pass is done; human decisions are tried out. */
void th_rule__verdicts(th_rule_run *r, uint8_t *combo);

/* ── Columns ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_rule_unit_kind { TH_UNIT_PLAIN, TH_UNIT_AVX2, TH_UNIT_AVX512 } th_rule_unit_kind;

typedef struct th_rule_columns_in { /* as th_rule_columns takes them */
  const th_rule_policy *policy;
  const th_rule_path *path;
  const th_rule_column *column;
  size_t n;
  th_date as_of;
  uint32_t combo, n_combos;
} th_rule_columns_in;

/* On a vector unit no wider than `most`. */
th_code th_rule__columns(th_arena *a, const th_rule_columns_in *in, th_rule_unit_kind most, uint64_t *t, uint64_t *f,
                         th_err *err);

/* ── Aimed cases ───────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_rule_aiming {
  th_arena *arena;
  const th_rule_policy *policy;
  const th_rule_path *path;
  th_rule_value *values;
  th_date as_of;
  th_rng rng;
  const uint8_t *holds; /* a node: the target is it or below it */
  uint32_t target;
  int8_t target_limbs; /* at a reading that is the target: 0 both alike, 1 r0 true and r1 false, 2 the other way */
} th_rule_aiming;

/* Typical values for all facts of the path, none near a condition. */
void th_rule__aim_plain(th_rule_aiming *m);
/* Sets facts so that a node is likely to have this value. */
void th_rule__aim_want(th_rule_aiming *m, uint32_t node, bool value);
/* Sets the facts beside the way from node to the target so that the target decides. */
void th_rule__aim_through(th_rule_aiming *m, uint32_t node);
/* Marks the nodes at or above the target (m->holds, in the arena). */
th_code th_rule__aim_at(th_rule_aiming *m, uint32_t target, th_err *err);
/* One leaf brought to a value, by the facts it reads. */
void th_rule__aim_leaf(th_rule_aiming *m, const th_rule_leaf *l, bool value);

th_code th_rule__collect(th_rule_run *r, uint32_t combo, th_rule_result *out, th_err *err);
th_code th_rule__warnings(th_rule_run *r, const th_str **out, uint32_t *n, th_err *err);

/* ── Verification ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_rule_verify_state {
  th_arena *arena, *scratch; /* scratch: lists of the case at hand */
  const th_rule_policy *policy;
  const th_rule_path *path;
  th_date as_of;
  uint64_t seed;
  th_rule_value *values;
  th_rule_run run;
  th_rule_aiming aim;
  uint8_t *combo;
  TH_VEC(th_rule_finding) findings;
  th_rule_report *out;
  th_err *err;
} th_rule_verify_state;

th_code th_rule__verify_open(th_rule_verify_state *v, const th_rule_path *path);
void th_rule__verify_draw(th_rule_verify_state *v, uint64_t stream, uint64_t index);
void th_rule__verify_eval(th_rule_verify_state *v);
bool th_rule__verify_matters(th_rule_verify_state *v, uint32_t node);
th_code th_rule__verify_report(th_rule_verify_state *v, th_rule_finding f);
uint32_t th_rule__verify_owner(const th_rule_verify_state *v, uint32_t node);
/* Values of a node in cases where it alone decides: seen[0] false, seen[1] true. */
th_code th_rule__verify_effect(th_rule_verify_state *v, uint32_t node, bool seen[2]);
#define TH_VERIFY_FACT_CELLS 24
/* One value a cell of a number, given the facts it is compared with a multiple of; 0: the cells are not known. */
uint32_t th_rule__verify_number_cells(const th_rule_verify_state *v, int32_t fact, double *cell);
bool th_rule__verify_multiplied(const th_rule_verify_state *v, int32_t fact);
/* Proofs by groups of leaves, for paths of any size; *proved false: not proved, whatever is so. No case of the path at hand: ... in
 * which giving the node this value turns a verdict round; in which it has this value; in which the reading alone turns one round. */
th_code th_rule__prove_idle(th_rule_verify_state *v, uint32_t node, bool value, bool *proved);
th_code th_rule__prove_never(th_rule_verify_state *v, uint32_t node, bool value, bool *proved);
th_code th_rule__prove_reading(th_rule_verify_state *v, uint32_t amb, bool *proved);
/* Constant and dead clauses: all cells of a small path; of a large one what cases show and groups prove. */
th_code th_rule__verify_cells(th_rule_verify_state *v);
th_code th_rule__verify_link(th_rule_verify_state *v, const th_rule_link *link);

/* ── State of one policy load, shared by the files policy_*.c ──────────────────────────────────────────────────────── */

typedef enum th_rule_neutral { TH_NEUTRAL_NONE, TH_NEUTRAL_F, TH_NEUTRAL_T } th_rule_neutral;

typedef struct th_rule_named {
  const th_yaml *yaml;
  bool decision; /* stands under `decide` */
  bool open;     /* under construction: a second visit is a cycle */
  bool done;
  uint8_t neutral; /* th_rule_neutral it was built for */
  uint32_t node;
} th_rule_named;

typedef struct th_rule_table {
  th_str id;
  const th_yaml *yaml, *items;
  th_str cap_group;
  int32_t cap;
} th_rule_table;

typedef struct th_rule_load {
  th_arena *arena;
  th_err *err;
  const th_rule_dict *dict;
  th_rule_policy *out;
  TH_VEC(th_rule_node) nodes;
  TH_VEC(th_rule_leaf) leaves;
  TH_VEC(th_rule_tally) tallies;
  TH_VEC(th_rule_named) named;
  TH_VEC(th_rule_table) tables;
  th_map ids;    /* id → named */
  th_map shapes; /* text of an unnamed node → node, so that equal subtrees are evaluated once */
  th_str prefix; /* of the sheet whose score items are being read */
  uint32_t depth;
} th_rule_load;

/* A leaf, or the two ends of a window, as a node not yet added. */
th_code th_rule__load_leaf(th_rule_load *l, const th_yaml *y, th_rule_node *node);
bool th_rule__is_leaf(const th_yaml *y);
th_code th_rule__load_node(th_rule_load *l, const th_yaml *y, th_rule_neutral neutral, uint32_t *node);
th_code th_rule__load_score(th_rule_load *l, const th_yaml *y, th_rule_node *node);
th_code th_rule__load_op(th_rule_load *l, const th_yaml *y, uint8_t *op);
/* A named node is added as it is; an unnamed one only if no equal one is there. */
th_code th_rule__add_node(th_rule_load *l, const th_rule_node *n, uint32_t *at);
th_code th_rule__add_leaf(th_rule_load *l, const th_rule_leaf *leaf, int32_t *at);
th_code th_rule__load_constant(th_rule_load *l, bool value, uint32_t *node);
th_code th_rule__load_tables(th_rule_load *l, const th_yaml *top);
th_code th_rule__load_paths(th_rule_load *l, const th_yaml *top);
th_code th_rule__load_links(th_rule_load *l, const th_yaml *top);
th_code th_rule__load_renewals(th_rule_load *l, const th_yaml *top);
th_code th_rule__load_doses(th_rule_load *l, const th_yaml *top); /* doses, products; the paths must be there */
th_code th_rule__scan_ids(th_rule_load *l, const th_yaml *y, bool decision);

/* Every key a node may carry beside those of its kind. */
#define TH_RULE_NODE_KEYS "id", "cite", "zh", "en", "evidence", "from", "to"

#endif
