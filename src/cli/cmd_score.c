/* A calculator over the policy's own tables: what is ticked, what counts where, bounds for what is not known. */
#include "cli/cli_coverage.h"

typedef struct score_view {
  const th_rule_policy *p;
  const th_rule_tally *raw;
  th_rule_value *values;
  th_date as_of;
  th_str prefix;
  bool zh, child;
} score_view;

static const th_rule_tally *tally_of(const th_rule_policy *p, const char *table, th_str prefix, int32_t *at) {
  for (uint32_t i = 0; i < p->n_tallies; i++)
    if (th_str_is(p->tally[i].table, table) && (!prefix.p || th_str_eq(p->tally[i].prefix, prefix))) {
      *at = (int32_t)i;
      return &p->tally[i];
    }
  return NULL;
}

/* A path that counts the table at the sheet: the tally is evaluated within it. Tables share items, so all must be there. */
static const th_rule_path *path_with(const th_rule_policy *p, const th_rule_tally *t) {
  for (uint32_t i = 0; i < p->n_paths; i++) {
    uint32_t there = 0;
    for (uint32_t k = 0; k < t->n; k++)
      for (uint32_t o = 0; o < p->path[i].n_order; o++) there += p->path[i].order[o] == t->item[k].node;
    if (there == t->n) return &p->path[i];
  }
  return NULL;
}

static int32_t flag_of(const score_view *v, th_str item) {
  char name[128];
  snprintf(name, sizeof name, "%.*s_%.*s", TH_STR_ARG(v->prefix), TH_STR_ARG(item));
  return th_rule_fact_find(v->p->dict, th_str_of(name));
}

/* "rash", "rash=yes", "rash=no", and numbers of the sheet: "esr=40". */
static bool set_arg(score_view *v, th_str arg, bool *known) {
  const size_t eq = th_str_find(arg, TH_S("="), 0);
  const th_str name = th_str_sub(arg, 0, eq == SIZE_MAX ? arg.n : eq),
               value = eq == SIZE_MAX ? TH_S("yes") : th_str_sub(arg, eq + 1, arg.n);
  const int32_t f = flag_of(v, name);
  double x;
  *known = f >= 0;
  if (f < 0) return false;
  if (v->p->dict->fact[f].type == TH_RULE_NUMBER) {
    if (!th_str_to_f64(value, &x)) return false;
    th_rule_set_number(v->p->dict, v->values, f, x, x, TH_STR_NONE, (th_date){ 0 }, v->as_of);
    return v->values[f].state == TH_RULE_KNOWN;
  }
  if (!th_str_is(value, "yes") && !th_str_is(value, "no")) return false;
  th_rule_set_bool(v->p->dict, v->values, f, th_str_is(value, "yes"), (th_date){ 0 }, v->as_of);
  return true;
}

static char mark(const score_view *v, th_str item) {
  const int32_t f = flag_of(v, item);
  if (f < 0 || v->values[f].state != TH_RULE_KNOWN) return '?';
  return v->values[f].boolean ? 'x' : ' ';
}

typedef struct score_sum {
  const th_rule_tally *tally;
  uint8_t item[64];
  int32_t lo, hi, raw_lo, raw_hi;
} score_sum;

static int counted(const score_view *v, const score_sum *s, th_str item) {
  (void)v;
  for (uint32_t i = 0; i < s->tally->n; i++)
    if (th_str_eq(s->tally->item[i].name, item)) return s->item[i];
  return -1;
}

static void print_json(th_buf *b, const score_view *v, const score_sum *s) {
  static const char *const words[] = { "no", "unknown", "yes" };
  th_jwrite w;
  th_jwrite_open(&w, b, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "index"), th_jw_z(&w, v->child ? "SELENA-SLEDAI" : "SLEDAI-2K");
  th_jw_key(&w, "countable"), th_jw_arr(&w), th_jw_i64(&w, s->lo), th_jw_i64(&w, s->hi), th_jw_arr_end(&w);
  th_jw_key(&w, "raw"), th_jw_arr(&w), th_jw_i64(&w, s->raw_lo), th_jw_i64(&w, s->raw_hi), th_jw_arr_end(&w);
  th_jw_key(&w, "items"), th_jw_arr(&w);
  for (uint32_t i = 0; i < v->raw->n; i++) {
    const th_rule_item *it = &v->raw->item[i];
    const char m = mark(v, it->name);
    const int c = counted(v, s, it->name);
    const int d = !v->child && it->def_en[1].n;
    th_jw_obj(&w);
    th_jw_key(&w, "item"), th_jw_str(&w, it->name);
    th_jw_key(&w, "weight"), th_jw_i64(&w, it->weight);
    th_jw_key(&w, "present"), th_jw_z(&w, m == 'x' ? "yes" : m == ' ' ? "no" : "unknown");
    th_jw_key(&w, "counts"), th_jw_z(&w, c < 0 ? "never" : words[c]);
    th_jw_key(&w, "zh"), th_jw_str(&w, it->zh);
    th_jw_key(&w, "definition_zh"), th_jw_str(&w, it->def_zh[d]);
    th_jw_key(&w, "definition_en"), th_jw_str(&w, it->def_en[d]);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w), th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void bounds(th_buf *b, const char *what, int32_t lo, int32_t hi, bool zh) {
  th_buf_addf(b, "%s%d", what, lo);
  if (hi != lo) th_buf_addf(b, zh ? "–%d" : " to %d", hi);
}

static void print_words(th_buf *b, const score_view *v, const score_sum *s) {
  for (uint32_t i = 0; i < v->raw->n; i++) {
    const th_rule_item *it = &v->raw->item[i];
    const int c = counted(v, s, it->name), d = !v->child && it->def_en[1].n;
    const th_str name = v->zh ? it->zh : it->en, def = v->zh ? it->def_zh[d] : it->def_en[d];
    const char *const en[] = { "", "may count", "counts" }, *const zh[] = { "", "可能採計", "採計" };
    th_buf_addf(b, "[%c] %d  %.*s", mark(v, it->name), it->weight, TH_STR_ARG(name));
    if (c != 0) th_buf_addf(b, " (%s)", c < 0 ? (v->zh ? "不採計" : "never counts") : v->zh ? zh[c] : en[c]);
    th_buf_addf(b, "\n       %.*s\n", TH_STR_ARG(def));
  }
  bounds(b, v->zh ? "可採計積分 " : "countable ", s->lo, s->hi, v->zh);
  bounds(b, v->zh ? "；全部項目總分 " : "; raw total ", s->raw_lo, s->raw_hi, v->zh);
  th_buf_addc(b, '\n');
  if (!v->child)
    th_buf_addz(b, v->zh ? "SLEDAI-2K 定義尚未與原始文獻核對。\n"
                         : "The SLEDAI-2K definitions have not been checked against their source.\n");
}

static int run_score(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_coverage_case kase;
  score_sum s = { 0 };
  th_buf b;
  int32_t at = -1, unused;
  const char *file = th_cli_opt(c, "case"), *sheet = th_cli_opt(c, "sheet"), *policy = th_cli_opt(c, "program");
  score_view v = { .zh = th_str_is(th_str_of(c->lang), "zh-TW"),
                   .child = th_cli_has(c, "child"),
                   .prefix = th_str_of(sheet ? sheet : "now") };
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  v.p = th_coverage_policy(&cov, th_str_of(policy ? policy : "nhi-8.2.13"));
  if (!v.p) return th_cli_usage(c, "no policy is called \"%s\"", policy);
  v.as_of = c->as_of.prec == TH_DATE_DAY ? c->as_of : th_cli_today();
  if (file) {
    if (th_cli__coverage_case(c, &cov, file, &kase, &err) != TH_OK) return th_cli_error(c, &err);
    v.values = kase.values;
    v.as_of = kase.as_of;
  } else {
    v.values = th_rule_values_new(c->arena, v.p->dict);
    if (!v.values) return th_cli__nomem(c);
  }
  v.raw = tally_of(v.p, "raw", TH_STR_NONE, &unused);
  s.tally = tally_of(v.p, v.child ? "child" : "adult", v.prefix, &at);
  const th_rule_path *path = s.tally ? path_with(v.p, s.tally) : NULL;
  if (!v.raw || !path)
    return th_cli_usage(c, "no path counts %s scores at the sheet \"%s\"", v.child ? "child" : "adult", sheet ? sheet : "now");
  for (uint32_t i = 0; th_cli_has(c, "others-no") && i < v.raw->n; i++)
    th_rule_set_bool(v.p->dict, v.values, flag_of(&v, v.raw->item[i].name), false, (th_date){ 0 }, v.as_of);
  for (int i = 0; i < c->n_args; i++) {
    bool known;
    if (!set_arg(&v, th_str_of(c->args[i]), &known))
      return th_cli_usage(
          c, known ? "\"%s\": expected =yes, =no or a plausible number" : "\"%s\" is no item or value of the sheet",
          c->args[i]);
  }
  if (th_rule_tally_value(c->arena, v.p, path, at, v.values, v.as_of, &s.lo, &s.hi, s.item, &err) != TH_OK)
    return th_cli_error(c, &err);
  th_coverage_raw_total(v.p, v.values, v.prefix, &s.raw_lo, &s.raw_hi);
  th_buf_init(&b, c->arena, 8192);
  c->json ? print_json(&b, &v, &s) : print_words(&b, &v, &s);
  return th_cli__put_buf(c, &b);
}

static const th_opt opts[] = {
  { .name = "case", .letter = 'c', .arg = "FILE", .help = "takes the sheet from a case" },
  { .name = "sheet", .arg = "NAME", .help = "t1, t2, base or now (default)" },
  { .name = "child", .help = "SELENA-SLEDAI as section 3 counts it, else SLEDAI-2K as section 2 does" },
  { .name = "others-no", .help = "items not named are absent; else they are unknown and widen the bounds" },
  { .name = "program", .arg = "ID", .help = "policy whose tables are used; nhi-8.2.13 by default" },
  { .name = "policy",
    .letter = 'p',
    .arg = "FILE",
    .help = "a further policy; one of the same id replaces the built-in one",
    .repeats = true },
  { 0 },
};

static const char *const examples[] = {
  "theriac score sledai --others-no rash low_complement dna_binding --child",
  "theriac score sledai --case patient.json --sheet t1 --lang zh-TW",
  NULL,
};

const th_cmd th_cmd_score = {
  .name = "score sledai",
  .group = "Reimbursement",
  .synopsis = "[ITEM[=yes|no] | NAME=NUMBER]... [--case FILE] [--sheet NAME] [--child] [--others-no]",
  .summary = "SLEDAI-2K or SELENA-SLEDAI: definitions, what counts, countable and raw totals with bounds",
  .opts = opts,
  .args_max = -1,
  .examples = examples,
  .run = run_score,
};
