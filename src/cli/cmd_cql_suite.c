/* The official CQL suite: index.jsonl says what is asked, elm/FILE.json[.gz] holds question and answer compiled. */
#include <stdio.h>
#include <unistd.h>

#include "cli/cli_cql.h"
#include "theriac/io.h"

typedef enum verdict { PASS, FAIL, ERROR, NOT_TRANSLATED, VERDICTS } verdict;
static const char *const verdict_name[] = { "pass", "fail", "error", "not-translated" };

typedef struct item {
  th_str file, group, test, expression, invalid, define, expected;
  th_str capability; /* codes, blank between */
  th_str why;        /* not translated */
  bool untranslated;
  verdict verdict;
  th_str detail;
} item;

typedef struct tally {
  th_str name;
  size_t n[VERDICTS];
} tally;

typedef struct suite {
  th_cli *c;
  const char *dir;
  th_str only;
  TH_VEC(item) items;
  TH_VEC(tally) files;
  th_elm_options opt;
  th_err *err;
} suite;

static th_str member(const th_json *j, const char *key) {
  return th_json_text(th_json_get(j, key));
}

static bool wanted(const suite *s, const item *i) {
  if (!s->only.n) return true;
  const th_str full = th_str_fmt(s->c->arena, "%.*s/%.*s/%.*s", TH_STR_ARG(i->file), TH_STR_ARG(i->group), TH_STR_ARG(i->test));
  if (!th_str_starts(full, s->only)) return false;
  return full.n == s->only.n || full.p[s->only.n] == '/' || s->only.p[s->only.n - 1] == '/';
}

static th_code read_index(suite *s) {
  th_file f;
  th_str rest, line;
  const th_str path = th_str_fmt(s->c->arena, "%s/index.jsonl", s->dir);
  if (!path.p) return th_fail_nomem(s->err);
  TH_TRY(th_file_open(path.p, 0, &f, s->err));
  rest = th_str_dup(s->c->arena, f.bytes);
  th_file_close(&f);
  for (uint32_t no = 1; th_str_line(&rest, &line); no++) {
    th_json j;
    if (!th_str_trim(line).n) continue;
    const th_code code = th_json_parse(s->c->arena, line, &j, s->err);
    if (code != TH_OK) {
      if (s->err) s->err->line = no;
      th_err_source(s->err, path.p);
      return code;
    }
    const th_json *want = th_json_get(&j, "expected_define");
    const th_json *no_elm = th_json_get(&j, "not_translated");
    const item i = { .file = member(&j, "file"),
                     .group = member(&j, "group"),
                     .test = member(&j, "test"),
                     .expression = member(&j, "expression"),
                     .invalid = member(&j, "invalid"),
                     .define = member(&j, "define"),
                     .expected = th_json_text(th_json_item(want, 0)),
                     .capability = member(&j, "capability"),
                     .why = th_json_text(no_elm),
                     .untranslated = no_elm && no_elm->kind != TH_JSON_NULL };
    if (wanted(s, &i) && !TH_VEC_PUSH(s->c->arena, &s->items, i)) return th_fail_nomem(s->err);
  }
  return TH_OK;
}

static th_str value_text(th_arena *a, const th_elm_eval *e, th_elm_val v) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 128);
  th_jwrite_open(&w, &b, 0);
  th_elm_write(&w, e, v);
  return th_buf_str(&b);
}

static void judge(suite *s, th_elm_eval *e, item *i) {
  th_elm_val got, want;
  th_err err = { 0 };
  const bool must_fail = !th_str_is(i->invalid, "false") && i->invalid.n;
  if (i->untranslated) {
    i->verdict = must_fail ? PASS : NOT_TRANSLATED;
    i->detail = i->why;
    return;
  }
  const th_code code = th_elm_value(e, i->define, &got, &err);
  if (must_fail) {
    i->verdict = code != TH_OK ? PASS : FAIL;
    if (code == TH_OK)
      i->detail = th_str_fmt(s->c->arena, "an error is expected, got %.*s", TH_STR_ARG(value_text(s->c->arena, e, got)));
    return;
  }
  if (code != TH_OK) {
    i->verdict = ERROR;
    i->detail = th_str_dup(s->c->arena, th_str_of(err.msg));
    return;
  }
  th_err second = { 0 };
  if (!i->expected.n) {
    i->verdict = PASS;
    return;
  }
  if (th_elm_value(e, i->expected, &want, &second) != TH_OK) {
    i->verdict = ERROR;
    i->detail = th_str_fmt(s->c->arena, "the expected value: %s", second.msg);
    return;
  }
  i->verdict = th_elm_same_result(e, got, want) ? PASS : FAIL;
  if (i->verdict == FAIL)
    i->detail = th_str_fmt(s->c->arena, "expected %.*s, got %.*s", TH_STR_ARG(value_text(s->c->arena, e, want)),
                           TH_STR_ARG(value_text(s->c->arena, e, got)));
}

/* From tests/FILE.xml, where it is there and the index does not say. */
static th_code add_capabilities(suite *s, size_t from, size_t to) {
  const th_str path = th_str_fmt(s->c->arena, "%s/tests/%.*s.xml", s->dir, TH_STR_ARG(s->items.v[from].file));
  th_map of;
  if (!path.p) return th_fail_nomem(s->err);
  if (access(path.p, R_OK) != 0) return TH_OK;
  TH_TRY(th_cli__cql_capabilities(s->c->arena, path.p, &of, s->err));
  for (size_t i = from; i < to; i++) {
    item *x = &s->items.v[i];
    const th_str key = th_str_fmt(s->c->arena, "%.*s/%.*s", TH_STR_ARG(x->group), TH_STR_ARG(x->test));
    uint64_t words;
    if (!key.p) return th_fail_nomem(s->err);
    if (!x->capability.n && th_map_get(&of, key, &words)) x->capability = *(const th_str *)(uintptr_t)words;
  }
  return TH_OK;
}

static th_code run_file(suite *s, size_t from, size_t to) {
  th_elm_program *p = th_elm_new();
  th_arena *a = th_arena_new(0);
  th_elm_eval *e = NULL;
  th_code code = p && a ? TH_OK : th_fail_nomem(s->err);
  th_str path = th_str_fmt(s->c->arena, "%s/elm/%.*s.json.gz", s->dir, TH_STR_ARG(s->items.v[from].file));
  if (path.p && access(path.p, F_OK) != 0) path = th_str_sub(path, 0, path.n - 3); /* or not packed */
  path = th_str_dup(s->c->arena, path);
  if (code == TH_OK) code = th_cli__cql_add(p, path.p, s->err);
  if (code == TH_OK) code = th_elm_link(p, s->err);
  if (code == TH_OK) code = th_elm_begin(p, &s->opt, a, NULL, &e, s->err);
  if (code == TH_OK) code = add_capabilities(s, from, to);
  tally t = { .name = s->items.v[from].file };
  for (size_t i = from; code == TH_OK && i < to; i++) {
    judge(s, e, &s->items.v[i]);
    t.n[s->items.v[i].verdict]++;
  }
  th_elm_finish(e);
  th_arena_del(a);
  th_elm_del(p);
  if (code == TH_OK && !TH_VEC_PUSH(s->c->arena, &s->files, t)) return th_fail_nomem(s->err);
  return code;
}

static th_code run_all(suite *s) {
  for (size_t i = 0; i < s->items.n;) {
    size_t end = i;
    while (end < s->items.n && th_str_eq(s->items.v[end].file, s->items.v[i].file)) end++;
    TH_TRY(run_file(s, i, end));
    i = end;
  }
  return TH_OK;
}

/* ── Reports ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void write_counts(th_jwrite *w, const tally *t) {
  size_t all = 0;
  for (int v = 0; v < VERDICTS; v++) {
    th_jw_key(w, verdict_name[v]);
    th_jw_i64(w, (int64_t)t->n[v]);
    all += t->n[v];
  }
  th_jw_key(w, "tests");
  th_jw_i64(w, (int64_t)all);
}

/* Counts by name, in order of appearance. */
typedef struct tallies {
  th_arena *arena;
  TH_VEC(tally) list;
  th_map by_name;
} tallies;

static void count(tallies *t, th_str name, verdict v) {
  bool is_new;
  uint64_t *at = th_map_at(&t->by_name, name, &is_new);
  const tally none = { .name = name };
  if (!at) return;
  if (is_new) *at = t->list.n;
  if (is_new && !TH_VEC_PUSH(t->arena, &t->list, none)) return;
  t->list.v[*at].n[v]++;
}

static void write_tallies(th_jwrite *w, const char *key, const tally *list, size_t n) {
  th_jw_key(w, key);
  th_jw_obj(w);
  for (size_t i = 0; i < n; i++) {
    th_jw_key_str(w, list[i].name);
    th_jw_obj(w);
    write_counts(w, &list[i]);
    th_jw_obj_end(w);
  }
  th_jw_obj_end(w);
}

static void write_words(th_jwrite *w, th_str words) {
  th_str one;
  th_jw_arr(w);
  while (th_str_split(&words, ' ', &one)) th_jw_str(w, one);
  th_jw_arr_end(w);
}

static void write_item(th_buf *b, const item *x) {
  th_jwrite w;
  th_jwrite_open(&w, b, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "file");
  th_jw_str(&w, x->file);
  th_jw_key(&w, "group");
  th_jw_str(&w, x->group);
  th_jw_key(&w, "test");
  th_jw_str(&w, x->test);
  th_jw_key(&w, "result");
  th_jw_z(&w, verdict_name[x->verdict]);
  if (x->capability.n) {
    th_jw_key(&w, "capabilities");
    write_words(&w, x->capability);
  }
  if (x->verdict != PASS) {
    th_jw_key(&w, "expression");
    th_jw_str(&w, x->expression);
    th_jw_key(&w, "detail");
    th_jw_str(&w, x->detail);
  }
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void report_json(suite *s, th_buf *b) {
  th_jwrite w;
  tally total = { 0 };
  tallies group = { .arena = s->c->arena }, capability = { .arena = s->c->arena };
  th_map_init(&group.by_name, s->c->arena);
  th_map_init(&capability.by_name, s->c->arena);
  for (size_t i = 0; i < s->items.n; i++) {
    const item *x = &s->items.v[i];
    th_str words = x->capability, one;
    write_item(b, x);
    total.n[x->verdict]++;
    count(&group, th_str_fmt(s->c->arena, "%.*s/%.*s", TH_STR_ARG(x->file), TH_STR_ARG(x->group)), x->verdict);
    while (th_str_split(&words, ' ', &one)) count(&capability, one, x->verdict);
  }
  th_jwrite_open(&w, b, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "summary");
  th_jw_obj(&w);
  write_counts(&w, &total);
  write_tallies(&w, "files", s->files.v, s->files.n);
  write_tallies(&w, "groups", group.list.v, group.list.n);
  write_tallies(&w, "capabilities", capability.list.v, capability.list.n);
  th_jw_obj_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void report_plain(suite *s, th_buf *b) {
  size_t total[VERDICTS] = { 0 }, all = 0;
  th_buf_addf(b, "%-36s %6s %6s %6s %6s\n", "", "pass", "fail", "error", "n.t.");
  for (size_t i = 0; i < s->files.n; i++) {
    const tally *t = &s->files.v[i];
    th_buf_addf(b, "%-36.*s %6zu %6zu %6zu %6zu\n", TH_STR_ARG(t->name), t->n[PASS], t->n[FAIL], t->n[ERROR],
                t->n[NOT_TRANSLATED]);
    for (int v = 0; v < VERDICTS; v++) {
      total[v] += t->n[v];
      all += t->n[v];
    }
  }
  th_buf_addf(b, "%-36s %6zu %6zu %6zu %6zu   %.1f %% of %zu\n", "all", total[PASS], total[FAIL], total[ERROR],
              total[NOT_TRANSLATED], all ? 100.0 * (double)total[PASS] / (double)all : 0.0, all);
  for (size_t i = 0; i < s->items.n; i++) {
    const item *x = &s->items.v[i];
    if (x->verdict == PASS) continue;
    th_buf_addf(b, "%s  %.*s/%.*s/%.*s: %.*s\n    %.*s\n", verdict_name[x->verdict], TH_STR_ARG(x->file), TH_STR_ARG(x->group),
                TH_STR_ARG(x->test), TH_STR_ARG(x->expression), TH_STR_ARG(x->detail));
  }
}

static void xml_text(th_buf *b, th_str s) {
  for (size_t i = 0; i < s.n; i++) {
    const char c = s.p[i];
    if (c == '&')
      th_buf_addz(b, "&amp;");
    else if (c == '<')
      th_buf_addz(b, "&lt;");
    else if (c == '>')
      th_buf_addz(b, "&gt;");
    else if (c == '"')
      th_buf_addz(b, "&quot;");
    else if ((unsigned char)c >= 0x20)
      th_buf_addc(b, c);
    else
      th_buf_addc(b, ' ');
  }
}

static void report_junit(suite *s, th_buf *b) {
  th_buf_addz(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cql\">\n");
  for (size_t f = 0; f < s->files.n; f++) {
    const tally *t = &s->files.v[f];
    th_buf_addf(b, "<testsuite name=\"%.*s\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
                TH_STR_ARG(t->name), t->n[PASS] + t->n[FAIL] + t->n[ERROR] + t->n[NOT_TRANSLATED], t->n[FAIL], t->n[ERROR],
                t->n[NOT_TRANSLATED]);
    for (size_t i = 0; i < s->items.n; i++) {
      const item *x = &s->items.v[i];
      static const char *const tag[] = { "", "failure", "error", "skipped" };
      if (!th_str_eq(x->file, t->name)) continue;
      th_buf_addz(b, "<testcase classname=\"");
      xml_text(b, x->group);
      th_buf_addz(b, "\" name=\"");
      xml_text(b, x->test);
      th_buf_addz(b, "\">");
      if (x->verdict != PASS) {
        th_buf_addf(b, "<%s message=\"", tag[x->verdict]);
        xml_text(b, x->detail);
        th_buf_addz(b, "\"/>");
      }
      th_buf_addz(b, "</testcase>\n");
    }
    th_buf_addz(b, "</testsuite>\n");
  }
  th_buf_addz(b, "</testsuites>\n");
}

static int run_suite(th_cli *c) {
  th_err err = { 0 };
  suite s = { .c = c, .dir = c->args[0], .err = &err };
  th_buf b;
  const char *only = th_cli_opt(c, "only"), *junit = th_cli_opt(c, "junit"), *now = th_cli_opt(c, "now");
  s.only = th_str_of(only);
  if (!th_elm_now_parse(th_str_of(now ? now : "2026-06-01T00:00:00.000+00:00"), &s.opt.now))
    return th_cli_usage(c, "--now takes an instant with offset, as 2026-01-01T00:00:00+08:00");
  s.opt.steps_max = 5000000; /* far beyond any test; a test that needs more has hung */
  th_code code = read_index(&s);
  if (code == TH_OK) code = run_all(&s);
  if (code != TH_OK) return th_cli_error(c, &err);
  if (junit) {
    th_buf_init(&b, c->arena, 65536);
    report_junit(&s, &b);
    if (b.failed) return th_cli__nomem(c);
    if (th_file_write(junit, th_buf_str(&b), &err) != TH_OK) return th_cli_error(c, &err);
  }
  th_buf_init(&b, c->arena, 65536);
  if (c->json)
    report_json(&s, &b);
  else
    report_plain(&s, &b);
  bool all = true;
  for (size_t i = 0; i < s.items.n; i++) all = all && s.items.v[i].verdict == PASS;
  const int status = th_cli__put_buf(c, &b);
  return status ? status : !all;
}

static const th_opt opts[] = {
  { .name = "only", .arg = "FILE[/GROUP[/TEST]]", .help = "a part of the suite" },
  { .name = "junit", .arg = "FILE", .help = "a JUnit report beside" },
  { .name = "now", .arg = "INSTANT", .help = "the instant of the evaluation; default 2026-06-01T00:00:00+00:00" },
  { 0 },
};

static const char *const examples[] = {
  "theriac cql suite suite",
  "theriac cql suite suite --only CqlListOperatorsTest/Sort --json",
  NULL,
};

const th_cmd th_cmd_cql_suite = {
  .name = "cql suite",
  .group = "Clinical logic",
  .synopsis = "DIR [--only FILE[/GROUP[/TEST]]] [--junit FILE]",
  .summary = "run the official CQL test suite, compiled to ELM",
  .details =
      "DIR holds index.jsonl, one line a test, and elm/FILE.json (or .json.gz), where the define GROUP/TEST is the question "
      "and "
      "GROUP/TEST#out1 the answer. A test passes when both have the same value: same type, text exact, dates to the same "
      "precision, quantities in the same unit, intervals by their ends; a test marked invalid passes on an error. Tests that "
      "the translator could not compile count as not translated, never as passed. Where tests/FILE.xml of the suite lies "
      "beside, "
      "the counts of --json are by capability too. Status 1 when any test does not pass.",
  .opts = opts,
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run_suite,
};
