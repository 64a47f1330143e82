#include "cli/cli_cql.h"

#include <stdio.h>
#include <sys/stat.h>

#include "theriac/io.h"

th_code th_cli__cql_add(th_elm_program *p, const char *path, th_err *err) {
  th_file f;
  TH_TRY(th_file_open(path, 0, &f, err));
  const th_code code = th_elm_add(p, f.bytes, path, err);
  th_file_close(&f);
  return code;
}

static bool readable(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static const char *folder_of(th_cli *c, const char *path) {
  const th_str s = th_str_of(path);
  const size_t slash = th_str_rfind(s, TH_S("/"));
  return slash == SIZE_MAX ? "." : th_str_z(c->arena, th_str_sub(s, 0, slash ? slash : 1));
}

/* DIR/ID.json, DIR/ID-VERSION.json, each also with .gz */
static const char *find_include(th_cli *c, const char *dir, const th_elm_library *want) {
  for (size_t i = 0; dir && i < 4; i++) {
    th_str path = i < 2 ? th_str_fmt(c->arena, i == 0 ? "%s/%.*s.json" : "%s/%.*s.json.gz", dir, TH_STR_ARG(want->id))
                        : th_str_fmt(c->arena, i == 2 ? "%s/%.*s-%.*s.json" : "%s/%.*s-%.*s.json.gz", dir, TH_STR_ARG(want->id),
                                     TH_STR_ARG(want->version));
    if (path.p && readable(path.p)) return path.p;
  }
  return NULL;
}

static th_code add_includes(th_cli *c, th_elm_program *p, const char *library, th_err *err) {
  for (int round = 0; round < 256; round++) {
    const th_elm_library *want;
    size_t n;
    bool found = false;
    if (th_elm_missing(p, c->arena, &want, &n) != TH_OK) return th_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
      const char *path = NULL;
      for (size_t k = 0; k < c->n_opts && !path; k++) {
        if (strcmp(c->opt[k].name, "include") == 0) path = find_include(c, c->opt[k].value, &want[i]);
      }
      if (!path) path = find_include(c, folder_of(c, library), &want[i]);
      if (!path) continue;
      TH_TRY(th_cli__cql_add(p, path, err));
      found = true;
    }
    if (!found) break;
  }
  return TH_OK;
}

th_code th_cli__cql_load(th_cli *c, const char *library, th_elm_program **out, th_err *err) {
  th_elm_program *p = *out = th_elm_new();
  if (!p) return th_fail_nomem(err);
  TH_TRY(th_cli__cql_add(p, library, err));
  TH_TRY(add_includes(c, p, library, err));
  return th_elm_link(p, err);
}

static th_code add_params(th_cli *c, th_cql *q, th_err *err) {
  TH_VEC(th_elm_param) list = { 0 };
  for (size_t i = 0; i < c->n_opts; i++) {
    if (strcmp(c->opt[i].name, "param") != 0) continue;
    const th_str s = th_str_of(c->opt[i].value);
    const size_t eq = th_str_find(s, TH_S("="), 0);
    if (eq == SIZE_MAX) return th_fail(err, TH_EINVAL, "--param takes NAME=JSON, not \"%s\"", c->opt[i].value);
    th_elm_param p = { .name = th_str_sub(s, 0, eq) };
    const th_code code = th_json_parse(c->arena, th_str_sub(s, eq + 1, s.n), &p.value, err);
    if (code != TH_OK) {
      th_err_ctx(err, "--param %.*s", TH_STR_ARG(p.name));
      return code;
    }
    if (!TH_VEC_PUSH(c->arena, &list, p)) return th_fail_nomem(err);
  }
  q->opt.param = list.v;
  q->opt.n_params = list.n;
  return TH_OK;
}

static th_code add_terms(th_cli *c, th_cql *q, th_err *err) {
  th_elm_terms *t = th_elm_terms_new(c->arena);
  if (!t) return th_fail_nomem(err);
  for (size_t i = 0; i < c->n_opts; i++) {
    if (strcmp(c->opt[i].name, "terms") != 0) continue;
    th_file f;
    TH_TRY(th_file_open(c->opt[i].value, 0, &f, err));
    const th_code code = th_elm_terms_add(t, f.bytes, c->opt[i].value, err);
    th_file_close(&f);
    TH_TRY(code);
  }
  q->opt.terms = t;
  return TH_OK;
}

static th_code set_now(th_cli *c, th_cql *q, th_err *err) {
  const char *now = th_cli_opt(c, "now");
  const th_date d = c->as_of.prec == TH_DATE_DAY ? c->as_of : th_cli_today();
  if (!now) {
    q->opt.now = (th_elm_time){ .year = d.year, .month = d.month, .day = d.day, .prec = TH_ELM_MILLI };
    return TH_OK;
  }
  if (th_elm_now_parse(th_str_of(now), &q->opt.now)) return TH_OK;
  return th_fail(err, TH_EINVAL, "--now takes an instant with offset, as 2026-01-01T00:00:00+08:00, not \"%s\"", now);
}

th_code th_cli__cql_open(th_cli *c, th_cql *q, th_err *err) {
  const char *library = th_cli_opt(c, "library");
  *q = (th_cql){ 0 };
  if (th_cli_has(c, "stream") && !th_cli_has(c, "ndjson")) return th_fail(err, TH_EINVAL, "--stream goes with --ndjson FILE");
  if (!library) return th_fail(err, TH_EINVAL, "--library FILE is missing");
  TH_TRY(set_now(c, q, err));
  TH_TRY(add_params(c, q, err));
  TH_TRY(add_terms(c, q, err));
  return th_cli__cql_load(c, library, &q->prog, err);
}

void th_cli__cql_close(th_cql *q) {
  th_elm_del(q->prog);
  q->prog = NULL;
}

/* ── Patients ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code visit_file(const char *path, th_cql_visit visit, void *ctx, th_err *err) {
  th_file f;
  th_fhir_data *data;
  TH_TRY(th_file_open(path, 0, &f, err));
  th_arena *keep = th_arena_new(0), *a = th_arena_new(0);
  if (a) th_arena_limit(a, TH_LIMIT_ELM_BYTES);
  th_code code = keep && a ? th_fhir_open(keep, f.bytes, path, &data, err) : th_fail_nomem(err);
  for (size_t i = 0; code == TH_OK && i < th_fhir_patients(data); i++) {
    th_fhir_patient *p;
    th_arena_reset(a);
    code = th_fhir_patient_at(data, a, i, &p, err);
    if (code == TH_OK) code = visit(ctx, a, p, err);
  }
  th_arena_del(a);
  th_arena_del(keep);
  th_file_close(&f);
  return code;
}

static th_code visit_path(th_cli *c, const char *path, th_cql_visit visit, void *ctx, th_err *err) {
  struct stat st;
  if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) return visit_file(path, visit, ctx, err);
  th_dir_list list = { 0 };
  TH_TRY(th_dir_read(c->arena, path, &list, err));
  for (size_t i = 0; i < list.n; i++) {
    const th_str name = list.v[i].path;
    if (!list.v[i].is_regular ||
        !(th_str_ends(name, TH_S(".json")) || th_str_ends(name, TH_S(".json.gz")) || th_str_ends(name, TH_S(".ndjson"))))
      continue;
    TH_TRY(visit_file(name.p, visit, ctx, err));
  }
  return TH_OK;
}

th_code th_cli__cql_patients(th_cli *c, th_cql_visit visit, void *ctx, th_err *err) {
  bool any = false;
  for (size_t i = 0; i < c->n_opts; i++) {
    if (strcmp(c->opt[i].name, "data") != 0 && strcmp(c->opt[i].name, "ndjson") != 0) continue;
    any = true;
    if (c->opt[i].name[0] == 'n' && th_cli_has(c, "stream")) {
      TH_TRY(th_cli__cql_stream(c->opt[i].value, visit, ctx, err));
      continue;
    }
    TH_TRY(visit_path(c, c->opt[i].value, visit, ctx, err));
  }
  if (any) return TH_OK;
  th_arena *a = th_arena_new(0);
  if (a) th_arena_limit(a, TH_LIMIT_ELM_BYTES);
  const th_code code = a ? visit(ctx, a, NULL, err) : th_fail_nomem(err);
  th_arena_del(a);
  return code;
}
