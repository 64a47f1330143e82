/* The head of a policy: title, versions in force, evidence, ambiguities, what it covers. The grammar is theriac-policy(5). */
#include "rule/rule_priv.h"

static th_code notices(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "zh", "en", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "notices", false, &list, l->err));
  if (!list || list->n == 0) return TH_OK;
  th_rule_notice *v = TH_NEWN(l->arena, th_rule_notice, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) {
    TH_TRY(th_rule__keys(&list->u.item[i], keys, "a notice", l->err));
    TH_TRY(th_rule__text(&list->u.item[i], "zh", true, &v[i].zh, l->err));
    TH_TRY(th_rule__text(&list->u.item[i], "en", true, &v[i].en, l->err));
  }
  l->out->notice = v;
  l->out->n_notices = list->n;
  return TH_OK;
}

static th_code titles(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "zh", "en", NULL };
  const th_yaml *t = th_yaml_get(top, "title");
  TH_TRY(th_rule__text(top, "policy", true, &l->out->id, l->err));
  if (!t) return TH_RULE__FAIL(l->err, top, "\"title\" is missing here");
  TH_TRY(th_rule__keys(t, keys, "a title", l->err));
  TH_TRY(th_rule__text(t, "zh", true, &l->out->zh, l->err));
  TH_TRY(th_rule__text(t, "en", true, &l->out->en, l->err));
  TH_TRY(th_rule__text(top, "jurisdiction", false, &l->out->jurisdiction, l->err));
  TH_TRY(th_rule__texts(l->arena, top, "drug", &l->out->drug, &l->out->n_drugs, l->err));
  return notices(l, top);
}

static th_code params(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "current_days", NULL };
  const th_yaml *p = th_yaml_get(top, "params");
  int64_t days = 90;
  if (p) {
    TH_TRY(th_rule__keys(p, keys, "params", l->err));
    TH_TRY(th_rule__whole(p, "current_days", 1, 3660, &days, l->err));
  }
  l->out->current_days = (int32_t)days;
  return TH_OK;
}

static th_code date_at(th_rule_load *l, const th_yaml *map, const char *key, bool open_allowed, th_date *out) {
  const th_yaml *v = th_yaml_get(map, key);
  *out = (th_date){ 0 };
  if (open_allowed && th_str_is(th_yaml_text(v), "open")) return TH_OK;
  if (!v || !th_rule__date(th_yaml_text(v), out) || out->prec != TH_DATE_DAY)
    return TH_RULE__FAIL(l->err, v ? v : map, "\"%s\": expected YYYY-MM-DD%s", key, open_allowed ? " or open" : "");
  return TH_OK;
}

static th_code versions(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "from", "to", "applies", "state", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "versions", true, &list, l->err));
  if (list->n == 0) return TH_RULE__FAIL(l->err, list, "expected one version or more");
  th_rule_version *v = TH_NEWN(l->arena, th_rule_version, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) {
    const th_yaml *y = &list->u.item[i];
    TH_TRY(th_rule__keys(y, keys, "a version", l->err));
    TH_TRY(date_at(l, y, "from", false, &v[i].from));
    TH_TRY(date_at(l, y, "to", true, &v[i].to));
    TH_TRY(th_rule__texts(l->arena, y, "applies", &v[i].applies, &v[i].n_applies, l->err));
    const th_str state = th_yaml_text(th_yaml_get(y, "state"));
    v[i].held = th_str_is(state, "held");
    if (!v[i].held && !th_str_is(state, "text_not_held")) return TH_RULE__FAIL(l->err, y, "\"state\" is held or text_not_held");
    char iso[TH_DATE_TEXT];
    const th_str from = th_str_dup(l->arena, th_str_of(th_date_iso(v[i].from, iso)));
    if (!from.p) return th_fail_nomem(l->err);
    if (v[i].held && th_str_cmp(from, l->out->version) > 0) l->out->version = from;
  }
  l->out->versions = v;
  l->out->n_versions = list->n;
  return TH_OK;
}

static th_code yes_or_no(th_rule_load *l, const th_yaml *map, const char *key, int32_t *out) {
  th_str name;
  *out = -1;
  TH_TRY(th_rule__text(map, key, false, &name, l->err));
  if (!name.n) return TH_OK;
  *out = th_rule_fact_find(l->dict, name);
  if (*out < 0 || l->dict->fact[*out].type != TH_RULE_BOOL)
    return TH_RULE__FAIL(l->err, th_yaml_get(map, key), "\"%s\" names a yes-or-no fact", key);
  return TH_OK;
}

static th_code due_kind(th_rule_load *l, const th_yaml *y, th_rule_due_kind *out) {
  static const char *const names[] = { "review", "taper", "stop" };
  th_str kind;
  TH_TRY(th_rule__text(y, "kind", false, &kind, l->err));
  *out = TH_DUE_REVIEW;
  for (int k = 0; kind.n && k < 3; k++)
    if (th_str_is(kind, names[k])) {
      *out = (th_rule_due_kind)k;
      return TH_OK;
    }
  return kind.n ? TH_RULE__FAIL(l->err, th_yaml_get(y, "kind"), "\"kind\" is review, taper or stop") : TH_OK;
}

static th_code schedule(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "kind", "paths", "months", "since", "when", "zh", "en", NULL };
  static const char *const when_keys[] = { "zh", "en", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "schedule", false, &list, l->err));
  if (!list || list->n == 0) return TH_OK;
  th_rule_schedule *v = TH_NEWN(l->arena, th_rule_schedule, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) {
    const th_yaml *y = &list->u.item[i];
    int64_t months;
    TH_TRY(th_rule__keys(y, keys, "an entry of the schedule", l->err));
    TH_TRY(due_kind(l, y, &v[i].kind));
    const th_yaml *when = th_yaml_get(y, "when");
    if (when) {
      TH_TRY(th_rule__keys(when, when_keys, "a condition", l->err));
      TH_TRY(th_rule__text(when, "zh", true, &v[i].when_zh, l->err));
      TH_TRY(th_rule__text(when, "en", true, &v[i].when_en, l->err));
    }
    TH_TRY(th_rule__texts(l->arena, y, "paths", &v[i].paths, &v[i].n_paths, l->err));
    TH_TRY(th_rule__text(y, "zh", true, &v[i].zh, l->err));
    TH_TRY(th_rule__text(y, "en", true, &v[i].en, l->err));
    TH_TRY(th_rule__whole(y, "months", 1, 600, &months, l->err));
    v[i].months = (int32_t)months;
    th_str since;
    TH_TRY(th_rule__text(y, "since", false, &since, l->err));
    v[i].since = since.n ? th_rule_fact_find(l->dict, since) : -1;
    if (since.n && (v[i].since < 0 || !th_str_is(l->dict->fact[v[i].since].unit, "mo")))
      return TH_RULE__FAIL(l->err, th_yaml_get(y, "since"), "\"since\" names a fact counted in months");
  }
  l->out->schedule = v;
  l->out->n_schedule = list->n;
  return TH_OK;
}

static th_code derives(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "fact", "library", "define", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "derive", false, &list, l->err));
  if (!list || list->n == 0) return TH_OK;
  th_rule_derive *v = TH_NEWN(l->arena, th_rule_derive, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) {
    const th_yaml *y = &list->u.item[i];
    th_str name;
    TH_TRY(th_rule__keys(y, keys, "a derived fact", l->err));
    TH_TRY(th_rule__text(y, "fact", true, &name, l->err));
    TH_TRY(th_rule__text(y, "library", true, &v[i].library, l->err));
    TH_TRY(th_rule__text(y, "define", true, &v[i].define, l->err));
    v[i].fact = th_rule_fact_find(l->dict, name);
    if (v[i].fact < 0) return TH_RULE__FAIL(l->err, y, "no fact is called \"%.*s\"", TH_STR_ARG(name));
  }
  l->out->derive = v;
  l->out->n_derives = list->n;
  return TH_OK;
}

static th_code need_facts(th_rule_load *l, const th_yaml *y, th_rule_need *v) {
  const th_str *name;
  TH_TRY(th_rule__texts(l->arena, y, "of", &name, &v->n_of, l->err));
  int32_t *of = TH_NEWN(l->arena, int32_t, v->n_of + 1);
  if (!of) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < v->n_of; i++) {
    of[i] = th_rule_fact_find(l->dict, name[i]);
    if (of[i] < 0) return TH_RULE__FAIL(l->err, y, "no fact is called \"%.*s\"", TH_STR_ARG(name[i]));
  }
  v->of = of;
  return TH_OK;
}

/* within: a number of days, or "current" for those of current facts. */
static th_code need_window(th_rule_load *l, const th_yaml *y, th_rule_need *v) {
  int64_t days = l->out->current_days;
  if (!th_yaml_get(y, "within")) return TH_OK;
  if (!th_str_is(th_yaml_text(th_yaml_get(y, "within")), "current"))
    TH_TRY(th_rule__whole(y, "within", 1, 36600, &days, l->err));
  v->within = (int32_t)days;
  if (v->undated) return TH_RULE__FAIL(l->err, y, "a document whose day does not matter has no window");
  return TH_OK;
}

static th_code need_site(th_rule_load *l, const th_yaml *y, th_rule_need *v) {
  static const char *const names[] = { "free", "picture", "always" };
  th_str site;
  TH_TRY(th_rule__text(y, "site", false, &site, l->err));
  if (!site.n) return TH_OK;
  for (uint8_t i = 0; i < 3; i++)
    if (th_str_is(site, names[i])) {
      v->site = i;
      return TH_OK;
    }
  return TH_RULE__FAIL(l->err, y, "site is free, picture or always");
}

static th_code needs(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "id", "zh", "en", "when", "keep", "undated", "within", "each_item", "site", "of", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "evidence", false, &list, l->err));
  if (!list || list->n == 0) return TH_OK;
  th_rule_need *v = TH_NEWN(l->arena, th_rule_need, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) {
    const th_yaml *y = &list->u.item[i];
    TH_TRY(th_rule__keys(y, keys, "a piece of evidence", l->err));
    TH_TRY(th_rule__text(y, "id", true, &v[i].id, l->err));
    TH_TRY(th_rule__text(y, "zh", true, &v[i].zh, l->err));
    TH_TRY(th_rule__text(y, "en", true, &v[i].en, l->err));
    TH_TRY(yes_or_no(l, y, "when", &v[i].when));
    TH_TRY(th_rule__bool(y, "keep", &v[i].keep, l->err));
    TH_TRY(th_rule__bool(y, "undated", &v[i].undated, l->err));
    TH_TRY(th_rule__bool(y, "each_item", &v[i].each_item, l->err));
    TH_TRY(need_window(l, y, &v[i]));
    TH_TRY(need_site(l, y, &v[i]));
    TH_TRY(need_facts(l, y, &v[i]));
    for (uint32_t k = 0; k < i; k++)
      if (th_str_eq(v[k].id, v[i].id)) return TH_RULE__FAIL(l->err, y, "evidence \"%.*s\" stands twice", TH_STR_ARG(v[i].id));
  }
  l->out->need = v;
  l->out->n_needs = list->n;
  return TH_OK;
}

static th_code covers(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "zh", "en", "paths", "icd10", "names", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "covers", false, &list, l->err));
  if (!list || list->n == 0) return TH_OK;
  th_rule_cover *v = TH_NEWN(l->arena, th_rule_cover, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) {
    const th_yaml *y = &list->u.item[i];
    TH_TRY(th_rule__keys(y, keys, "a cover", l->err));
    TH_TRY(th_rule__text(y, "zh", true, &v[i].zh, l->err));
    TH_TRY(th_rule__text(y, "en", true, &v[i].en, l->err));
    TH_TRY(th_rule__texts(l->arena, y, "paths", &v[i].paths, &v[i].n_paths, l->err));
    TH_TRY(th_rule__texts(l->arena, y, "icd10", &v[i].icd10, &v[i].n_icd10, l->err));
    TH_TRY(th_rule__texts(l->arena, y, "names", &v[i].names, &v[i].n_names, l->err));
  }
  l->out->cover = v;
  l->out->n_covers = list->n;
  return TH_OK;
}

static th_code amb_of(th_rule_load *l, const th_yaml *y, th_rule_amb *a) {
  static const char *const keys[] = { "id", "cite", "zh", "en", "readings", "active", NULL };
  static const char *const reading_keys[] = { "id", "zh", "en", NULL };
  static const char *const names[] = { "r0", "r1" };
  TH_TRY(th_rule__keys(y, keys, "an ambiguity", l->err));
  TH_TRY(th_rule__text(y, "id", true, &a->id, l->err));
  TH_TRY(th_rule__text(y, "cite", false, &a->cite, l->err));
  TH_TRY(th_rule__text(y, "zh", true, &a->zh, l->err));
  TH_TRY(th_rule__text(y, "en", true, &a->en, l->err));
  TH_TRY(th_rule__bool(y, "active", &a->active, l->err));
  const th_yaml *r;
  TH_TRY(th_rule__seq(y, "readings", a->active, &r, l->err));
  if (!r) return TH_OK;
  if (r->n > 2 || (a->active && r->n != 2)) return TH_RULE__FAIL(l->err, r, "an active ambiguity has the readings r0 and r1");
  for (uint32_t i = 0; i < r->n; i++) {
    TH_TRY(th_rule__keys(&r->u.item[i], reading_keys, "a reading", l->err));
    if (!th_str_is(th_yaml_text(th_yaml_get(&r->u.item[i], "id")), names[i]))
      return TH_RULE__FAIL(l->err, &r->u.item[i], "expected the reading %s here", names[i]);
    TH_TRY(th_rule__text(&r->u.item[i], "zh", true, &a->r_zh[i], l->err));
    TH_TRY(th_rule__text(&r->u.item[i], "en", true, &a->r_en[i], l->err));
  }
  return TH_OK;
}

static th_code ambiguities(th_rule_load *l, const th_yaml *top) {
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "ambiguities", false, &list, l->err));
  if (!list || list->n == 0) return TH_OK;
  th_rule_amb *v = TH_NEWN(l->arena, th_rule_amb, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) {
    TH_TRY(amb_of(l, &list->u.item[i], &v[i]));
    for (uint32_t k = 0; k < i; k++)
      if (th_str_eq(v[k].id, v[i].id))
        return TH_RULE__FAIL(l->err, &list->u.item[i], "ambiguity \"%.*s\" stands twice", TH_STR_ARG(v[i].id));
  }
  l->out->amb = v;
  l->out->n_ambs = list->n;
  return TH_OK;
}

static th_code check_applies(th_rule_load *l, const th_yaml *top) {
  const th_yaml *list = th_yaml_get(top, "versions");
  for (uint32_t i = 0; i < l->out->n_versions; i++)
    for (uint32_t k = 0; k < l->out->versions[i].n_applies; k++)
      if (!th_rule_path_find(l->out, l->out->versions[i].applies[k]))
        return TH_RULE__FAIL(l->err, &list->u.item[i], "no path is called \"%.*s\"",
                             TH_STR_ARG(l->out->versions[i].applies[k]));
  return TH_OK;
}

static th_code load(th_rule_load *l, const th_yaml *top) {
  static const char *const keys[] = { "policy",      "title", "jurisdiction", "drug",     "params",   "versions", "facts",
                                      "derive",      "links", "notices",      "schedule", "evidence", "covers",   "scores",
                                      "ambiguities", "paths", "doses",        "products", "renewals", NULL };
  TH_TRY(th_rule__keys(top, keys, "a policy", l->err));
  TH_TRY(titles(l, top));
  TH_TRY(params(l, top));
  TH_TRY(versions(l, top));
  TH_TRY(needs(l, top));
  TH_TRY(covers(l, top));
  TH_TRY(schedule(l, top));
  TH_TRY(derives(l, top));
  TH_TRY(ambiguities(l, top));
  TH_TRY(th_rule__load_tables(l, top));
  TH_TRY(th_rule__load_paths(l, top));
  th_rule_policy *p = l->out;
  p->node = l->nodes.v;
  p->n_nodes = (uint32_t)l->nodes.n;
  p->leaf = l->leaves.v;
  p->n_leaves = (uint32_t)l->leaves.n;
  p->tally = l->tallies.v;
  p->n_tallies = (uint32_t)l->tallies.n;
  TH_TRY(th_rule__load_links(l, top));
  TH_TRY(th_rule__load_renewals(l, top));
  TH_TRY(th_rule__load_doses(l, top));
  return check_applies(l, top);
}

th_code th_rule_policy_load(th_arena *a, const th_rule_dict *d, th_str yaml, const char *source, th_rule_policy *out,
                            th_err *err) {
  th_yaml top;
  *out = (th_rule_policy){ .dict = d };
  th_rule_load l = { .arena = a, .err = err, .dict = d, .out = out };
  th_map_init(&l.ids, a);
  th_map_init(&l.shapes, a);
  th_code code = th_yaml_parse(a, yaml, &top, err);
  if (code == TH_OK) code = load(&l, &top);
  if (code != TH_OK && source) th_err_source(err, source);
  return code;
}

const th_rule_path *th_rule_path_find(const th_rule_policy *p, th_str name) {
  for (uint32_t i = 0; i < p->n_paths; i++)
    if (th_str_eq(p->path[i].name, name)) return &p->path[i];
  return NULL;
}
