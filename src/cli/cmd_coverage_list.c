#include "cli/cli_coverage.h"

static void path_json(th_jwrite *w, const th_rule_policy *p, const th_rule_path *path) {
  th_jw_obj(w);
  th_jw_key(w, "path"), th_jw_str(w, path->name);
  th_jw_key(w, "zh"), th_jw_str(w, p->node[path->root].zh);
  th_jw_key(w, "en"), th_jw_str(w, p->node[path->root].en);
  th_jw_key(w, "ambiguities");
  th_jw_arr(w);
  for (uint32_t i = 0; i < path->n_amb; i++) th_jw_str(w, p->amb[path->amb[i]].id);
  th_jw_arr_end(w);
  th_jw_key(w, "facts");
  th_jw_arr(w);
  for (uint32_t i = 0; i < path->n_facts; i++) th_jw_str(w, p->dict->fact[path->fact[i]].name);
  th_jw_arr_end(w);
  th_jw_key(w, "clauses");
  th_jw_arr(w);
  for (uint32_t i = 0; i < path->n_named; i++) {
    const th_rule_node *n = &p->node[path->named[i]];
    th_jw_obj(w);
    th_jw_key(w, "id"), th_jw_str(w, n->id);
    th_jw_key(w, "cite"), th_jw_str(w, n->cite);
    th_jw_key(w, "zh"), th_jw_str(w, n->zh);
    th_jw_key(w, "en"), th_jw_str(w, n->en);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static void list_json(th_buf *b, const th_coverage *cov) {
  th_jwrite w;
  th_jwrite_open(&w, b, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "policies");
  th_jw_arr(&w);
  for (uint32_t i = 0; i < cov->n; i++) {
    const th_rule_policy *p = &cov->policy[i];
    th_jw_obj(&w);
    th_jw_key(&w, "id"), th_jw_str(&w, p->id);
    th_jw_key(&w, "version"), th_jw_str(&w, p->version);
    th_jw_key(&w, "sha256"), th_jw_z(&w, p->sha256);
    th_jw_key(&w, "zh"), th_jw_str(&w, p->zh);
    th_jw_key(&w, "en"), th_jw_str(&w, p->en);
    th_jw_key(&w, "paths");
    th_jw_arr(&w);
    for (uint32_t k = 0; k < p->n_paths; k++) path_json(&w, p, &p->path[k]);
    th_jw_arr_end(&w);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static int run_list(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_buf b;
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 16384);
  const bool zh = th_str_is(th_str_of(c->lang), "zh-TW");
  if (c->json) list_json(&b, &cov);
  for (uint32_t i = 0; !c->json && i < cov.n; i++) {
    const th_rule_policy *p = &cov.policy[i];
    const th_str title = zh ? p->zh : p->en;
    th_buf_addf(&b, "%.*s  %.*s  %.*s\n", TH_STR_ARG(p->id), TH_STR_ARG(p->version), TH_STR_ARG(title));
    for (uint32_t k = 0; k < p->n_paths; k++) {
      const th_rule_node *root = &p->node[p->path[k].root];
      const th_str text = zh ? root->zh : root->en;
      th_buf_addf(&b, "  %-14.*s %.*s\n", TH_STR_ARG(p->path[k].name), TH_STR_ARG(text));
    }
  }
  return th_cli__put_buf(c, &b);
}

static const th_opt opts[] = {
  { .name = "policy",
    .letter = 'p',
    .arg = "FILE",
    .help = "a further policy; one of the same id replaces the built-in one",
    .repeats = true },
  { 0 },
};

static const char *const examples[] = { "theriac coverage list", "theriac coverage list --json", NULL };

const th_cmd th_cmd_coverage_list = {
  .name = "coverage list",
  .group = "Reimbursement",
  .synopsis = "[--policy FILE]",
  .summary = "programs and their paths, with clauses, facts and open readings (--json)",
  .opts = opts,
  .examples = examples,
  .run = run_list,
};
