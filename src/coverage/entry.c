/* A case under way, from its file and back. */
#include "coverage/entry_priv.h"

static const char *const own[] = { "case", "program", "path", "as_of", "facts", "not_done", "drugs", "drugs_whole" };

static bool is_own(th_str key) {
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (th_str_is(key, own[i])) return true;
  return false;
}

/* ── What may be entered ───────────────────────────────────────────────────────────────────────────────────────────── */

const th_rule_tally *th_coverage_entry_sheet(const th_rule_policy *p) {
  const th_rule_tally *best = NULL;
  for (uint32_t i = 0; i < p->n_tallies; i++)
    if (p->tally[i].prefix.n && (!best || p->tally[i].n > best->n)) best = &p->tally[i];
  return best;
}

int32_t th_coverage__item_fact(const th_entry *e, th_str prefix, const th_rule_item *item) {
  const th_str name = th_str_fmt(e->arena, "%.*s_%.*s", TH_STR_ARG(prefix), TH_STR_ARG(item->name));
  return name.p ? th_rule_fact_find(&e->coverage->dict, name) : -1;
}

/* Printed on forms or needed for the dose, and read by no clause of some paths. */
static const struct {
  const char *path, *fact;
} beside[] = {
  { "", "sex" }, { "", "birth_date" }, { "", "weight" }, { "ln-", "ana_positive" }, { "ln-", "anti_dsdna_positive" }
};

static bool ask_facts(th_entry *e) {
  const th_rule_dict *d = &e->coverage->dict;
  const th_rule_tally *sheet = th_coverage_entry_sheet(e->policy);
  uint8_t *on = TH_NEWN(e->arena, uint8_t, d->n);
  int32_t *list = TH_NEWN(e->arena, int32_t, d->n);
  if (!on || !list) return false;
  for (uint32_t i = 0; i < e->path->n_facts; i++) {
    const th_rule_fact *f = &d->fact[e->path->fact[i]];
    on[e->path->fact[i]] = 1;
    for (uint32_t k = 0; f->sheet >= 0 && sheet && k < sheet->n; k++) {
      const int32_t item = th_coverage__item_fact(e, d->prefix[f->sheet].name, &sheet->item[k]);
      if (item >= 0) on[item] = 1;
    }
  }
  for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
    const int32_t fact = th_rule_fact_find(d, th_str_of(beside[i].fact));
    if (fact >= 0 && th_str_starts(e->path->name, th_str_of(beside[i].path))) on[fact] = 1;
  }
  for (uint32_t i = 0; i < d->n; i++)
    if (on[i]) list[e->n_asked++] = (int32_t)i;
  e->asked = list;
  return true;
}

th_code th_coverage_entry_new(th_arena *a, const th_coverage *c, th_str program, th_str path, th_date as_of, th_entry *out,
                              th_err *err) {
  *out = (th_entry){ .arena = a, .coverage = c, .id = TH_S("case"), .as_of = as_of };
  out->policy = th_coverage_policy(c, program);
  if (!out->policy) return th_fail(err, TH_ENOENT, "no policy is called \"%.*s\"", TH_STR_ARG(program));
  out->path = th_rule_path_find(out->policy, path);
  if (!out->path) return th_fail(err, TH_ENOENT, "no clause: %.*s has no path \"%.*s\"", TH_STR_ARG(program), TH_STR_ARG(path));
  if (as_of.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "the day assessed must be a full date, YYYY-MM-DD");
  out->fact = TH_NEWN(a, th_entry_fact, c->dict.n);
  if (!out->fact || !ask_facts(out)) return th_fail_nomem(err);
  return TH_OK;
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code facts_of(th_entry *e, const th_json *facts, th_err *err) {
  for (uint32_t i = 0; i < facts->n; i++) {
    const th_json_member *m = &facts->u.member[i];
    const int32_t fact = th_rule_fact_find(&e->coverage->dict, m->key);
    if (fact >= 0)
      e->fact[fact].json = m->value.kind == TH_JSON_NULL ? NULL : &m->value;
    else if (!TH_VEC_PUSH(e->arena, &e->stray, *m))
      return th_fail_nomem(err);
  }
  return TH_OK;
}

static void not_done_of(th_entry *e, const th_json *list) {
  for (uint32_t i = 0; list && list->kind == TH_JSON_ARRAY && i < list->n; i++) {
    const int32_t fact = th_rule_fact_find(&e->coverage->dict, th_json_text(&list->u.item[i]));
    if (fact >= 0 && !e->fact[fact].json) e->fact[fact].not_done = true;
  }
}

static th_code drugs_of(th_entry *e, const th_json *list, th_err *err) {
  for (uint32_t i = 0; list && list->kind == TH_JSON_ARRAY && i < list->n; i++) {
    const th_json *d = &list->u.item[i];
    int64_t line;
    th_drug_line l = { .drug = th_json_text(th_json_get(d, "drug")),
                       .name = th_json_text(th_json_get(d, "name")),
                       .dose = th_json_text(th_json_get(d, "dose")),
                       .from = th_json_text(th_json_get(d, "from")),
                       .to = th_json_text(th_json_get(d, "to")),
                       .route = th_json_text(th_json_get(d, "route")),
                       .line = i + 1 };
    if (th_json_i64(th_json_get(d, "line"), &line) && line > 0 && line < 1000000) l.line = (uint32_t)line;
    if (!TH_VEC_PUSH(e->arena, &e->drug, l)) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_coverage_entry_read(th_arena *a, const th_coverage *c, th_str text, th_entry *out, th_err *err) {
  th_coverage_case kase;
  th_json *json = TH_NEW(a, th_json);
  if (!json) return th_fail_nomem(err);
  TH_TRY(th_json_parse(a, text, json, err));
  TH_TRY(th_coverage_case_read(a, c, json, &kase, err));
  TH_TRY(th_coverage_entry_new(a, c, kase.program, kase.path_name, kase.as_of, out, err));
  out->id = kase.id;
  TH_TRY(facts_of(out, th_json_get(json, "facts"), err));
  not_done_of(out, th_json_get(json, "not_done"));
  TH_TRY(drugs_of(out, th_json_get(json, "drugs"), err));
  out->drugs_whole = th_json_true(th_json_get(json, "drugs_whole"));
  for (uint32_t i = 0; i < json->n; i++)
    if (!is_own(json->u.member[i].key) && !TH_VEC_PUSH(a, &out->other, json->u.member[i])) return th_fail_nomem(err);
  return TH_OK;
}

/* ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void write_drugs(th_jwrite *w, const th_entry *e) {
  if (e->drugs_whole) th_jw_key(w, "drugs_whole"), th_jw_bool(w, true);
  if (e->drug.n == 0) return;
  th_jw_key(w, "drugs");
  th_jw_arr(w);
  for (size_t i = 0; i < e->drug.n; i++) {
    const th_drug_line *d = &e->drug.v[i];
    const struct {
      const char *key;
      th_str text;
    } parts[] = { { "drug", d->drug }, { "name", d->name }, { "dose", d->dose },
                  { "from", d->from }, { "to", d->to },     { "route", d->route } };
    th_jw_obj(w);
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
      if (parts[k].text.n) th_jw_key(w, parts[k].key), th_jw_str(w, parts[k].text);
    th_jw_key(w, "line"), th_jw_i64(w, d->line);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void write_facts(th_jwrite *w, const th_entry *e) {
  const th_rule_dict *d = &e->coverage->dict;
  bool any = false;
  th_jw_key(w, "facts");
  th_jw_obj(w);
  for (uint32_t i = 0; i < d->n; i++) {
    any |= e->fact[i].not_done;
    if (e->fact[i].json) th_jw_key_str(w, d->fact[i].name), th_jw_json(w, e->fact[i].json);
  }
  for (size_t i = 0; i < e->stray.n; i++) th_jw_key_str(w, e->stray.v[i].key), th_jw_json(w, &e->stray.v[i].value);
  th_jw_obj_end(w);
  if (!any) return;
  th_jw_key(w, "not_done");
  th_jw_arr(w);
  for (uint32_t i = 0; i < d->n; i++)
    if (e->fact[i].not_done) th_jw_str(w, d->fact[i].name);
  th_jw_arr_end(w);
}

void th_coverage_entry_write(th_buf *out, const th_entry *e) {
  th_jwrite w;
  char iso[TH_DATE_TEXT];
  th_jwrite_open(&w, out, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "case"), th_jw_str(&w, e->id);
  th_jw_key(&w, "program"), th_jw_str(&w, e->policy->id);
  th_jw_key(&w, "path"), th_jw_str(&w, e->path->name);
  th_jw_key(&w, "as_of"), th_jw_z(&w, th_date_iso(e->as_of, iso));
  write_facts(&w, e);
  write_drugs(&w, e);
  for (size_t i = 0; i < e->other.n; i++) th_jw_key_str(&w, e->other.v[i].key), th_jw_json(&w, &e->other.v[i].value);
  th_jw_obj_end(&w);
}

th_code th_coverage_entry_keep(th_entry *e, const char *key, const th_json *value, th_err *err) {
  size_t at = 0;
  while (at < e->other.n && !th_str_is(e->other.v[at].key, key)) at++;
  if (!value || value->kind == TH_JSON_NULL) {
    for (size_t i = at; i + 1 < e->other.n; i++) e->other.v[i] = e->other.v[i + 1];
    if (at < e->other.n) e->other.n--;
    return TH_OK;
  }
  if (at < e->other.n) {
    e->other.v[at].value = *value;
    return TH_OK;
  }
  const th_json_member m = { th_str_of(key), *value };
  return TH_VEC_PUSH(e->arena, &e->other, m) ? TH_OK : th_fail_nomem(err);
}

const th_json *th_coverage_entry_kept(const th_entry *e, const char *key) {
  for (size_t i = 0; i < e->other.n; i++)
    if (th_str_is(e->other.v[i].key, key)) return &e->other.v[i].value;
  return NULL;
}

/* ── Values made here ──────────────────────────────────────────────────────────────────────────────────────────────── */

th_json *th_coverage__json_text(th_arena *a, th_str s) {
  th_json *j = TH_NEW(a, th_json);
  if (j) *j = (th_json){ .kind = TH_JSON_STRING, .u.text = s };
  return j;
}

th_json *th_coverage__json_bool(th_arena *a, bool b) {
  th_json *j = TH_NEW(a, th_json);
  if (j) *j = (th_json){ .kind = TH_JSON_BOOL, .boolean = b };
  return j;
}

th_json *th_coverage__json_number(th_arena *a, double v) {
  th_json *j = TH_NEW(a, th_json);
  const th_str text = th_str_fmt(a, "%.15g", v == 0 ? 0 : v);
  if (!j || !text.p) return NULL;
  *j = (th_json){ .kind = TH_JSON_NUMBER, .u.text = text };
  return j;
}

th_json *th_coverage__json_object(th_arena *a, uint32_t cap) {
  th_json *j = TH_NEW(a, th_json);
  th_json_member *m = TH_NEWN(a, th_json_member, cap ? cap : 1);
  if (!j || !m) return NULL;
  *j = (th_json){ .kind = TH_JSON_OBJECT, .u.member = m };
  return j;
}

bool th_coverage__json_put(th_json *object, const char *key, const th_json *value) {
  if (!object || !value) return false;
  object->u.member[object->n++] = (th_json_member){ th_str_of(key), *value };
  return true;
}
