/* Floor 2: clause trees as data. A policy (YAML) is loaded into a loop-free graph of typed nodes over a dictionary of facts; one
 * pass evaluates it, three-valued, under every combination of the readings its wording admits. Pure: no file, clock, network.
 *
 * The engine says whether recorded facts satisfy written conditions. It never says that anybody approved anything. */
#ifndef THERIAC_RULE_H
#define THERIAC_RULE_H

#include "theriac/base.h"

#define TH_LIMIT_RULE_NODES     65536 /* nodes of one policy */
#define TH_LIMIT_RULE_FACTS     4096  /* names of one dictionary, prefixes written out */
#define TH_LIMIT_RULE_AMBS      10    /* active ambiguities of one path: 1024 combinations */
#define TH_LIMIT_RULE_HUMANS    10    /* human decisions of one path */
#define TH_LIMIT_RULE_PATHFACTS 256   /* facts that one path mentions */

/* ── The dictionary ────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_rule_type {
  TH_RULE_NUMBER,
  TH_RULE_BOOL,
  TH_RULE_DATE,
  TH_RULE_CODE,  /* one text, of a list where `values` is given */
  TH_RULE_CODES, /* biopsy classes: a text or texts, read by th_rule_class_read */
  TH_RULE_LIST   /* entries of a date and named fields */
} th_rule_type;

typedef struct th_rule_unit {
  th_str code;
  double factor; /* value in this unit × factor = value in the canonical unit */
} th_rule_unit;

typedef struct th_rule_field {
  th_str name;
  bool is_bool; /* else a number */
} th_rule_field;

/* What becomes of a fact when the next application is made. */
typedef enum th_rule_later {
  TH_LATER_CONFIRM, /* may have changed: the old value is proposed */
  TH_LATER_KEEP,    /* stays true: a birth date, a baseline */
  TH_LATER_EVER,    /* "ever": yes stays, no may have changed */
  TH_LATER_AGAIN,   /* belongs to the day or the period assessed */
  TH_LATER_EXTEND,  /* a record that is gone on with */
  TH_LATER_GROWS,   /* months that went on */
  TH_LATER_NEXT,    /* a running number */
  TH_LATER_SINCE    /* months since the last application */
} th_rule_later;

#define TH_RULE_FIELDS 4

typedef struct th_rule_fact {
  th_str name, unit, zh, en, time, codes;
  uint8_t type; /* th_rule_type */
  bool current; /* should be at most current_days old */
  bool sheet_current;
  bool has_range;
  double lo, hi; /* plausible, canonical unit, ends included */
  const th_rule_unit *units;
  uint32_t n_units;
  const th_str *values; /* of a CODE; none listed: any text */
  uint32_t n_values;
  th_rule_field field[TH_RULE_FIELDS];
  uint32_t n_fields;
  uint8_t later;    /* th_rule_later; names of sheets: AGAIN where the sheet is current, else KEEP */
  int32_t gate;     /* where it is asked for: index of a gate, or -1 */
  int32_t cost;     /* what it takes to learn it: index of a class of costs, or -1 where the dictionary has none */
  int32_t sheet;    /* index of its prefix, or -1 */
  int32_t equation; /* the fact that names its estimating equation, or -1 */
  th_str scoped;    /* name without the prefix; the name itself outside sheets */
} th_rule_fact;

typedef struct th_rule_prefix {
  th_str name, zh, en;
  bool current;
  int32_t cost; /* class of all facts of the sheet, or -1: each has its own */
} th_rule_prefix;

typedef struct th_rule_cost { /* what it takes to learn a fact: looked up, asked, examined, ... */
  th_str name, zh, en, why;
  uint32_t cost; /* 1..TH_RULE_COST_MAX; costs of a set add up */
} th_rule_cost;

#define TH_RULE_COST_MAX 10000

typedef struct th_rule_gate { /* a page of questions when a case is entered */
  th_str name, zh, en;
} th_rule_gate;

typedef struct th_rule_dict {
  const th_rule_fact *fact;
  uint32_t n;
  const th_rule_gate *gate; /* in the order they are asked */
  uint32_t n_gates;
  const th_rule_cost *cost; /* none: every fact costs nothing, and sets are told by size */
  uint32_t n_costs;
  const th_rule_prefix *prefix;
  uint32_t n_prefixes;
  th_map by_name; /* name → index */
} th_rule_dict;

/* Reads policy/facts.yaml. Everything lives in the arena. TH_EPARSE with line and column; TH_ELIMIT; TH_ENOMEM. */
TH_API th_code th_rule_dict_load(th_arena *a, th_str yaml, const char *source, th_rule_dict *out, th_err *err);
TH_API int32_t th_rule_fact_find(const th_rule_dict *d, th_str name); /* index or -1 */
/* What it takes to learn a fact. NULL: the dictionary has no classes. */
TH_API const th_rule_cost *th_rule_fact_cost(const th_rule_dict *d, int32_t fact);

/* ── Values of facts ───────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_rule_state {
  TH_RULE_ABSENT = 0,
  TH_RULE_UNUSABLE, /* present, and not to be used: unknown, with a fault */
  TH_RULE_KNOWN
} th_rule_state;

typedef enum th_rule_fault {
  TH_RULE_FINE = 0,
  TH_RULE_BAD_TYPE,
  TH_RULE_BAD_UNIT,
  TH_RULE_FUTURE,
  TH_RULE_IMPLAUSIBLE
} th_rule_fault;

typedef struct th_rule_entry {
  th_date date; /* NONE: without a date, or unreadable */
  uint32_t has; /* bit i: field i is known */
  double field[TH_RULE_FIELDS];
} th_rule_entry;

typedef struct th_rule_value {
  uint8_t state, fault; /* th_rule_state, th_rule_fault */
  bool boolean;
  bool class_bad;  /* CODES: a text was unrecognised, or the list was empty */
  uint8_t classes; /* CODES: bit 0..5 = I..VI named by a recognised text */
  th_date dated;   /* when it was taken; NONE: undated */
  th_date date;    /* DATE */
  double lo, hi;   /* NUMBER, canonical unit */
  th_str text;     /* CODE; the texts of CODES joined by " / " */
  th_str raw_unit; /* as given; empty when none was */
  double raw_lo, raw_hi;
  const th_rule_entry *entry;
  uint32_t n_entries;
  th_str source; /* where it came from, for the explanation: "Observation/o1"; may be empty */
} th_rule_value;

/* A case's facts: one slot a name of the dictionary. All absent to start with. NULL when memory is short. */
TH_API th_rule_value *th_rule_values_new(th_arena *a, const th_rule_dict *d);
/* Setters for callers that hold typed values. Each judges the value as the specification does (unit, date after as_of, plausible
 * range) and leaves it known, or unusable with its fault. unit and dated may be empty / NONE. as_of is a full date. */
TH_API void th_rule_set_number(const th_rule_dict *d, th_rule_value *v, int32_t fact, double lo, double hi, th_str unit,
                               th_date dated, th_date as_of);
TH_API void th_rule_set_bool(const th_rule_dict *d, th_rule_value *v, int32_t fact, bool b, th_date dated, th_date as_of);
TH_API void th_rule_set_date(const th_rule_dict *d, th_rule_value *v, int32_t fact, th_date date, th_date dated, th_date as_of);
TH_API void th_rule_set_code(const th_rule_dict *d, th_rule_value *v, int32_t fact, th_str code, th_date dated, th_date as_of);
TH_API void th_rule_set_classes(th_arena *a, const th_rule_dict *d, th_rule_value *v, int32_t fact, const th_str *text,
                                size_t n, th_date dated, th_date as_of);
TH_API void th_rule_set_list(const th_rule_dict *d, th_rule_value *v, int32_t fact, const th_rule_entry *entry, uint32_t n,
                             th_date dated, th_date as_of);
TH_API void th_rule_set_fault(const th_rule_dict *d, th_rule_value *v, int32_t fact, th_rule_fault fault);
/* One biopsy text: classes named (bit 0..5 = I..VI), or 0 and *bad when it is not of the small language allowed. */
TH_API uint8_t th_rule_class_read(th_str text, bool *bad);

/* ── The policy ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_rule_op { TH_RULE_GE, TH_RULE_GT, TH_RULE_LE, TH_RULE_LT, TH_RULE_EQ } th_rule_op;

typedef enum th_rule_kind {
  TH_RULE_ALL,
  TH_RULE_ANY,
  TH_RULE_NOT,
  TH_RULE_AT_LEAST,
  TH_RULE_MEASURED,
  TH_RULE_EXCEPTION,     /* kid 0 or (kid 1 and kid 2) */
  TH_RULE_HUMAN,         /* a recorded decision */
  TH_RULE_STOP_OVERRIDE, /* not kid 0, and the rest */
  TH_RULE_SCORE,
  TH_RULE_LEAF,
  TH_RULE_READING, /* kid 0 under r0, kid 1 under r1 */
  TH_RULE_GATE,    /* kid 0 while in force, else kid 1 */
  TH_RULE_CONST    /* what a removed child leaves behind: neutral for its parent */
} th_rule_kind;

typedef enum th_rule_leaf_kind {
  TH_LEAF_IS,
  TH_LEAF_VALUE,
  TH_LEAF_RATIO,
  TH_LEAF_BSA,
  TH_LEAF_MIN,
  TH_LEAF_SUM,
  TH_LEAF_AGE,
  TH_LEAF_IN,
  TH_LEAF_FROM, /* date on or after as_of − window */
  TH_LEAF_TO,   /* date on or before as_of */
  TH_LEAF_BEFORE,
  TH_LEAF_COUNT,
  TH_LEAF_SUSTAINED
} th_rule_leaf_kind;

typedef struct th_rule_term {
  double times;
  int32_t of; /* -1: the number alone */
} th_rule_term;

#define TH_RULE_LEAF_FACTS 4

typedef struct th_rule_leaf {
  uint8_t kind, op; /* th_rule_leaf_kind, th_rule_op */
  bool want;        /* IS, and the field of COUNT */
  bool du_bois;     /* BSA */
  bool in_days;     /* windows: days, else months */
  bool has_gap, has_absent_min;
  uint8_t field, field2; /* of list entries */
  int32_t window, gap;
  double value, absent_min;
  int32_t fact[TH_RULE_LEAF_FACTS]; /* all facts it reads; fact[0] is the one compared */
  uint32_t n_facts;
  th_rule_term term[TH_RULE_LEAF_FACTS]; /* RATIO: one; MIN: all */
  uint32_t n_terms;
  uint64_t codes; /* IN: bit i = value i of the fact (or class i) */
} th_rule_leaf;

typedef struct th_rule_item {
  th_str name, zh, en, group;
  th_str def_zh[2], def_en[2]; /* SELENA-SLEDAI as printed; SLEDAI-2K where it differs. May be empty */
  int32_t weight;
  bool capped; /* of the group that has a cap */
  uint32_t node;
} th_rule_item;

typedef struct th_rule_tally { /* a score table at one sheet */
  th_str table, prefix;
  const th_rule_item *item;
  uint32_t n;
  th_str cap_group;
  int32_t cap; /* < 0: none */
} th_rule_tally;

typedef struct th_rule_node {
  uint8_t kind, op;        /* op: SCORE */
  bool measured_all;       /* MEASURED */
  bool constant;           /* CONST */
  bool stop;               /* the stop limb of a STOP_OVERRIDE */
  th_str id, cite, zh, en; /* empty when unnamed */
  const uint32_t *kid;
  uint32_t n_kids;
  uint32_t k;           /* AT_LEAST */
  int32_t leaf, fact;   /* LEAF; HUMAN */
  int32_t amb;          /* READING: index of the ambiguity */
  int32_t tally, minus; /* SCORE */
  double value;         /* SCORE */
  int32_t from, to;     /* GATE: day numbers, both ends included */
  const th_str *evidence;
  uint32_t n_evidence;
  uint32_t line;
} th_rule_node;

typedef struct th_rule_amb {
  th_str id, cite, zh, en;
  th_str r_zh[2], r_en[2];
  bool active;
} th_rule_amb;

typedef enum th_rule_site { TH_SITE_FREE, TH_SITE_PICTURE, TH_SITE_ALWAYS } th_rule_site;

typedef struct th_rule_need { /* a document to attach */
  th_str id, zh, en;
  int32_t when;      /* a yes-or-no fact without which it is not needed, or -1 */
  bool keep;         /* serves for later applications too */
  bool undated;      /* its day does not matter */
  int32_t within;    /* days before the day assessed that it may be old; 0: any */
  bool each_item;    /* of a score: one for each item that is counted */
  uint8_t site;      /* th_rule_site: whether the place on the body is to be told, of a picture alone or always */
  const int32_t *of; /* facts whose values it shows */
  uint32_t n_of;
} th_rule_need;

typedef enum th_rule_due_kind { TH_DUE_REVIEW, TH_DUE_TAPER, TH_DUE_STOP } th_rule_due_kind;

typedef struct th_rule_schedule { /* what falls due so many months after a favourable answer */
  th_rule_due_kind kind;
  th_str zh, en;
  th_str when_zh, when_en; /* "if given from this day"; may be empty */
  int32_t months;
  int32_t since; /* a fact that counts the months that are over already, or -1: from the day assessed */
  const th_str *paths;
  uint32_t n_paths;
} th_rule_schedule;

#define TH_RULE_DOSE_DAYS 16

typedef struct th_rule_regimen { /* how a drug is given on some paths, as its label says; from the key `doses` */
  th_str drug, route;            /* "belimumab"; "iv", "sc" */
  const th_str *paths;
  uint32_t n_paths;
  bool per_kg;                    /* mg is mg a kg of body weight */
  bool has_first;                 /* first: what is given on the days listed, mg thereafter */
  th_dec mg, first;               /* > 0 */
  int32_t day[TH_RULE_DOSE_DAYS]; /* from the first dose, which is day 0; ascending */
  uint32_t n_days;
  int32_t every;            /* days, after the last of them */
  int32_t age_from, age_to; /* completed years, both included; 0 and INT32_MAX where nothing is said */
  th_str zh, en;            /* "靜脈輸注", "intravenous infusion" */
  th_str note_zh, note_en;  /* what to know beside it, may be empty */
  th_str source;
} th_rule_regimen;

typedef struct th_rule_product { /* what doses are taken from; from the key `products` */
  th_str drug, route, zh, en;    /* "瓶", "vial" */
  th_dec mg;                     /* of the drug in one of them, > 0 */
  th_str source;
} th_rule_product;

typedef struct th_rule_notice { /* shown with every answer */
  th_str zh, en;
} th_rule_notice;

typedef enum th_rule_link_kind {
  TH_LINK_CONTINUES, /* who was admitted by `from` is judged by `to` next: verification asks whether that can be reached */
  TH_LINK_FOLLOWS,   /* the same for a patient's course alone */
  TH_LINK_ADJOINS,
  TH_LINK_IMPLIES
} th_rule_link_kind;

typedef struct th_rule_link { /* what verification may assume between paths, or between facts */
  th_rule_link_kind kind;
  int32_t months;       /* CONTINUES, FOLLOWS: after so many */
  th_str from, to;      /* paths; IMPLIES: the path it is asked of, `from` alone */
  const int32_t *carry; /* CONTINUES, FOLLOWS: pairs (fact of `to`, fact of `from` it is taken from) */
  uint32_t n_carry;
  int32_t fact, then; /* ADJOINS: the fact that parts the paths; IMPLIES: a true `fact` makes `then` true */
  th_str zh, en;
} th_rule_link;

typedef struct th_rule_renewal { /* which application follows on which; from the key `renewals` */
  const th_str *from;            /* paths */
  uint32_t n_from;
  th_str to;
  const int32_t *carry; /* pairs (fact of `to`, fact of `from` whose value is proposed for it) */
  uint32_t n_carry;
  const th_str *sheet; /* pairs (prefix of `to`, prefix of `from`), of the sheets among them */
  uint32_t n_sheets;
} th_rule_renewal;

typedef struct th_rule_derive { /* a fact computed by a published library of clinical logic */
  int32_t fact;
  th_str library, define;
} th_rule_derive;

typedef struct th_rule_version {
  th_date from, to; /* to NONE: open */
  const th_str *applies;
  uint32_t n_applies;
  bool held;
} th_rule_version;

typedef struct th_rule_cover { /* what the paths are for, so that a question about another disease is answered "no clause" */
  th_str zh, en;
  const th_str *paths, *icd10, *names;
  uint32_t n_paths, n_icd10, n_names;
} th_rule_cover;

typedef struct th_rule_path {
  th_str name;
  uint32_t root;
  const uint32_t *order; /* nodes, kids before parents, root last */
  uint32_t n_order;
  const uint32_t *named; /* named nodes under r0, in the order of the text */
  uint32_t n_named;
  bool gated;               /* some node is in force for a time only */
  const int32_t *slot;      /* a node of the policy: its place in order, or -1 */
  const uint64_t *amb_mask; /* words an ambiguity: bits of the combinations that read r1 */
  const int32_t *amb;       /* active ambiguities, ascending */
  uint32_t n_amb;
  const int32_t *fact; /* facts mentioned under any reading, by name */
  uint32_t n_facts;
  const int32_t *human; /* decision facts */
  uint32_t n_humans;
} th_rule_path;

typedef struct th_rule_policy {
  th_str id, zh, en, jurisdiction, version; /* version: first day of the newest one */
  char sha256[65];                          /* of the policy's bytes, hexadecimal; set by the loader's caller, may be empty */
  int32_t current_days;
  const th_rule_dict *dict;
  const th_rule_node *node;
  uint32_t n_nodes;
  const th_rule_leaf *leaf;
  uint32_t n_leaves;
  const th_rule_tally *tally;
  uint32_t n_tallies;
  const th_rule_amb *amb;
  uint32_t n_ambs;
  const th_rule_need *need;
  uint32_t n_needs;
  const th_rule_version *versions;
  uint32_t n_versions;
  const th_rule_cover *cover;
  uint32_t n_covers;
  const th_rule_schedule *schedule;
  uint32_t n_schedule;
  const th_rule_renewal *renewal; /* the first that fits a path is its usual next application */
  uint32_t n_renewals;
  const th_rule_regimen *regimen;
  uint32_t n_regimens;
  const th_rule_product *product;
  uint32_t n_products;
  const th_rule_link *link;
  uint32_t n_links;
  const th_rule_derive *derive;
  uint32_t n_derives;
  const th_rule_path *path;
  uint32_t n_paths;
  const th_str *drug;
  const th_rule_notice *notice;
  uint32_t n_drugs, n_notices;
} th_rule_policy;

/* Reads a policy (man page theriac-policy(5)) against a dictionary, which must outlive it. Strict: unknown keys, comparators that do
 * not fit a fact's type or unit, repeated ids, named clauses without both wordings and cycles of `use` are TH_EPARSE with line and
 * column. Everything lives in the arena. */
TH_API th_code th_rule_policy_load(th_arena *a, const th_rule_dict *d, th_str yaml, const char *source, th_rule_policy *out,
                                   th_err *err);
TH_API const th_rule_path *th_rule_path_find(const th_rule_policy *p, th_str name); /* NULL: no such path */

/* ── Evaluation ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_rule_verdict { TH_V_F = 0, TH_V_U = 1, TH_V_T = 2, TH_V_H = 3 } th_rule_verdict;

typedef enum th_rule_outcome {
  TH_OUT_VERSION_UNAVAILABLE,
  TH_OUT_DEPENDS,
  TH_OUT_MET,
  TH_OUT_NOT_MET,
  TH_OUT_UNKNOWN,
  TH_OUT_HUMAN
} th_rule_outcome;

typedef enum th_rule_warn_kind {
  TH_WARN_TYPE,
  TH_WARN_UNIT,
  TH_WARN_FUTURE,
  TH_WARN_IMPLAUSIBLE,
  TH_WARN_STALE,
  TH_WARN_UNDATED,
  TH_WARN_EQUATION,
  TH_WARN_CLASS
} th_rule_warn_kind;

typedef struct th_rule_score_at {
  uint32_t node; /* that carries the name it is reported under */
  int32_t lo, hi;
} th_rule_score_at;

typedef struct th_rule_set {
  const int32_t *fact; /* by name */
  uint32_t n;
  uint32_t cost; /* of its facts together */
} th_rule_set;

typedef struct th_rule_result {
  th_rule_outcome outcome;
  const char *reason; /* "not_in_force", "text_not_held", or NULL */
  th_rule_verdict by_default;
  th_rule_verdict stop; /* F where the path has no stop clause */
  uint32_t readings;    /* bit i = path->amb[i] decides between met and not met */
  uint32_t n_combos;
  const uint8_t *combo;  /* verdict a combination; the last ambiguity varies fastest */
  const uint32_t *named; /* named nodes in force under r0, in the order of the text */
  uint32_t n_named;
  const uint8_t *node;         /* verdict a node of the policy under r0 (nodes of other paths: U) */
  const uint8_t *node_depends; /* 1: some combination makes it T and another F */
  const th_rule_score_at *score;
  uint32_t n_scores;
  const th_rule_set *collect; /* minimal sets that could make it true, fewest facts first, then by name; at most 16 */
  uint32_t n_collect;
  const th_rule_set *cheapest; /* of all minimal sets the 16 of least cost: by cost, then as collect */
  uint32_t n_cheapest;
  const th_str *warning; /* "kind:name", sorted */
  uint32_t n_warnings;
} th_rule_result;

/* Evaluates one path. values: a slot a fact of the policy's dictionary. as_of must be a full date (TH_EINVAL otherwise).
 * Cost: one pass over the path's nodes for all readings at once, plus one for each assignment of undecided human decisions. */
TH_API th_code th_rule_check(th_arena *a, const th_rule_policy *p, const th_rule_path *path, const th_rule_value *values,
                             th_date as_of, th_rule_result *out, th_err *err);
/* The value of one leaf alone (explanations, tests). */
TH_API th_tri th_rule_leaf_value(const th_rule_policy *p, const th_rule_leaf *l, const th_rule_value *values, th_date as_of);
/* Countable and raw bounds of a table at a sheet, under r0. */
TH_API th_code th_rule_tally_value(th_arena *a, const th_rule_policy *p, const th_rule_path *path, int32_t tally,
                                   const th_rule_value *values, th_date as_of, int32_t *lo, int32_t *hi, uint8_t *item_value,
                                   th_err *err);

TH_API const char *th_rule_outcome_name(th_rule_outcome o);
TH_API char th_rule_verdict_letter(th_rule_verdict v);
TH_API const char *th_rule_op_text(th_rule_op op);

/* ── Columns ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One fact of many cases. Arrays are padded to a multiple of 64 cases; bit i % 64 of word i / 64 is case i. Dates are day numbers. */
typedef struct th_rule_column {
  const uint64_t *present; /* NULL: absent everywhere */
  const double *lo, *hi;   /* numbers in the canonical unit, dates; hi NULL: all exact */
  const uint64_t *truth;   /* yes-or-no facts and decisions */
} th_rule_column;

/* Verdict planes of n cases under the combinations combo … combo + n_combos - 1: t and f hold n_combos · ceil(n / 64) words, bit set
 * where the root is true, or false; undecided human decisions are unknown. column: one a fact of the dictionary. Values are taken as
 * usable; what is no number is unknown. Paths that read codes or lists: TH_EUNSUP. One thread; cost is that of the leaves once, and of the
 * nodes below a reading each time it changes from one combination to the next. */
TH_API th_code th_rule_columns(th_arena *a, const th_rule_policy *p, const th_rule_path *path, const th_rule_column *column,
                               size_t n, th_date as_of, uint32_t combo, uint32_t n_combos, uint64_t *t, uint64_t *f,
                               th_err *err);

/* ── Verification ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_rule_finding_kind {
  TH_FIND_DEAD_CLAUSE,
  TH_FIND_CONSTANT,
  TH_FIND_GAP,
  TH_FIND_CONTRADICTION,
  TH_FIND_READING,
  TH_FIND_BOUNDARY
} th_rule_finding_kind;

typedef struct th_rule_finding {
  th_rule_finding_kind kind;
  const th_rule_path *path;
  int32_t amb;         /* -1: none */
  uint32_t node, with; /* the clause, and the one it stands against (the same when there is none) */
  th_str zh, en;
  const th_rule_value *witness; /* a slot a fact; shows the effect when it is checked */
} th_rule_finding;

typedef struct th_rule_report {
  const th_rule_finding *finding;
  uint32_t n;
  uint32_t leaves, shown; /* leaves of all paths, and those shown to act alone by a pair of cases (MC/DC) */
  uint32_t unproved;      /* questions for which no case was found and none was proved to exist or not */
} th_rule_report;

/* Looks through the space of cases of every path, cell by cell of its cut points, for what the specification lists. Each finding has
 * a witness that was run through th_rule_check. as_of must lie in a held version. Deterministic for a seed. */
TH_API th_code th_rule_verify(th_arena *a, const th_rule_policy *p, th_date as_of, uint64_t seed, th_rule_report *out,
                              th_err *err);
TH_API const char *th_rule_finding_name(th_rule_finding_kind k);

/* A case aimed at: facts of the path are set so that `node` is likely to change the root when it changes, all of them exact. The case
 * is not checked; callers try until it does what they want. Used for witnesses, MC/DC and synthetic cases. */
TH_API th_code th_rule_aim(th_arena *a, const th_rule_policy *p, const th_rule_path *path, uint32_t node, th_date as_of,
                           uint64_t seed, th_rule_value *values, th_err *err);

#endif
