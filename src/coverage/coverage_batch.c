/* Many cases: a block of lines is cut into tasks of some lines each; every task writes its own text, and the texts are joined in the
 * order of the input, so that the output does not hang on the number of threads. */
#include "coverage/coverage_priv.h"

#define LINES_A_TASK 64

typedef struct batch_line {
  th_str text;    /* JSON */
  th_csv_row row; /* CSV */
  uint64_t line;
} batch_line;

typedef struct batch_task {
  unsigned worker;
  size_t from, to; /* its answers, in the text of its worker */
  size_t n_good;
  TH_VEC(th_coverage_bad) bad;
} batch_task;

typedef struct batch_run {
  th_coverage_batch *batch;
  const batch_line *line;
  size_t n;
  batch_task *task;
} batch_run;

bool th_coverage__lane_open(th_coverage_lane *l, const th_coverage *c) {
  *l = (th_coverage_lane){ 0 };
  l->arena = th_arena_new((size_t)1 << 18);
  l->block = th_arena_new(0);
  l->keep = th_arena_new((size_t)1 << 16);
  if (!l->arena || !l->block || !l->keep) return false;
  l->values = th_rule_values_new(l->keep, &c->dict);
  l->touched = TH_NEWN(l->keep, int32_t, c->dict.n + 1);
  l->stamp = TH_NEWN(l->keep, uint32_t, c->dict.n + 1);
  th_buf_init(&l->out, l->keep, (size_t)1 << 16);
  return l->values && l->touched && l->stamp && !l->out.failed;
}

void th_coverage__lane_close(th_coverage_lane *l) {
  th_arena_del(l->arena);
  th_arena_del(l->block);
  th_arena_del(l->keep);
}

th_code th_coverage_batch_open(const th_coverage *c, th_pool *pool, bool csv, th_coverage_batch *out, th_err *err) {
  const unsigned n = th_pool_threads(pool);
  *out = (th_coverage_batch){ .coverage = c, .pool = pool, .csv = csv };
  out->keep = th_arena_new(0);
  out->block = th_arena_new((size_t)1 << 18);
  out->lane = out->keep ? TH_NEWN(out->keep, th_coverage_lane, n) : NULL;
  bool ok = out->block && out->lane && th_coverage__frames(out->keep, c, &out->frame, &out->n_frames);
  for (unsigned i = 0; i < n && ok; i++) ok = th_coverage__lane_open(&out->lane[i], c);
  if (ok) return TH_OK;
  th_coverage_batch_close(out);
  return th_fail_nomem(err);
}

void th_coverage_batch_close(th_coverage_batch *b) {
  for (unsigned i = 0; b->lane && i < th_pool_threads(b->pool); i++) th_coverage__lane_close(&b->lane[i]);
  th_arena_del(b->block);
  th_arena_del(b->keep);
  b->lane = NULL;
  b->keep = b->block = NULL;
}

/* ── One line ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_json cell_json(th_rule_type type, th_str cell) {
  double x;
  th_json v = { .kind = TH_JSON_STRING, .u.text = cell };
  if (type == TH_RULE_NUMBER && th_str_to_f64(cell, &x)) v.kind = TH_JSON_NUMBER;
  if (type == TH_RULE_BOOL && (th_str_is(cell, "true") || th_str_is(cell, "false"))) {
    v = (th_json){ .kind = TH_JSON_BOOL, .boolean = th_str_is(cell, "true") };
  }
  return v;
}

static th_code csv_fact(th_arena *a, const th_coverage *c, const th_csv_row *head, const th_csv_row *row, size_t col,
                        int32_t fact, th_coverage_case *out, th_err *err) {
  static const char *const parts[] = { "unit", "date", "lo", "hi" };
  th_json_member member[5];
  uint32_t n = 0;
  const th_rule_fact *f = &c->dict.fact[fact];
  const th_str cell = row->cell[col];
  if (cell.n && f->type == TH_RULE_LIST) {
    th_json *list = TH_NEW(a, th_json);
    if (!list) return th_fail_nomem(err);
    if (th_json_parse(a, cell, list, NULL) != TH_OK) *list = (th_json){ .kind = TH_JSON_STRING, .u.text = cell };
    member[n++] = (th_json_member){ TH_S("value"), *list };
  } else if (cell.n) {
    member[n++] = (th_json_member){ TH_S("value"), cell_json((th_rule_type)f->type, cell) };
  }
  for (size_t p = 0; p < 4; p++) {
    char name[128];
    snprintf(name, sizeof name, "%.*s.%s", TH_STR_ARG(head->cell[col]), parts[p]);
    const int at = th_csv_column(head, name);
    if (at < 0 || (size_t)at >= row->n || row->cell[at].n == 0) continue;
    member[n++] = (th_json_member){ th_str_of(parts[p]), cell_json(p < 2 ? TH_RULE_CODE : TH_RULE_NUMBER, row->cell[at]) };
  }
  bool given = cell.n > 0;
  for (uint32_t i = 0; i < n; i++) given |= th_str_is(member[i].key, "lo") || th_str_is(member[i].key, "hi");
  if (!given) return TH_OK;
  const th_json object = { .kind = TH_JSON_OBJECT, .n = n, .u.member = member };
  return th_coverage_fact_read(a, &c->dict, &object, fact, out->as_of, out->values, err);
}

static th_code csv_case(th_arena *a, const th_coverage *c, const th_csv_row *head, const th_csv_row *row, th_coverage_case *out,
                        th_err *err) {
  static const char *const names[] = { "case", "program", "path", "as_of" };
  th_json_member member[5] = { { .key = TH_S("facts"), .value = { .kind = TH_JSON_OBJECT } } };
  if (row->n != head->n) return th_fail(err, TH_EPARSE, "the row has %zu cells, the header %zu", row->n, head->n);
  for (size_t i = 0; i < 4; i++) {
    const int at = th_csv_column(head, names[i]);
    if (at < 0) return th_fail(err, TH_EPARSE, "the header has no column \"%s\"", names[i]);
    member[i + 1] = (th_json_member){ th_str_of(names[i]), { .kind = TH_JSON_STRING, .u.text = row->cell[at] } };
  }
  const th_json top = { .kind = TH_JSON_OBJECT, .n = 5, .u.member = member };
  TH_TRY(th_coverage_case_read(a, c, &top, out, err));
  for (size_t col = 0; col < head->n; col++) {
    const int32_t fact = th_rule_fact_find(&c->dict, head->cell[col]);
    if (fact >= 0) TH_TRY(csv_fact(a, c, head, row, col, fact, out, err));
  }
  return TH_OK;
}

static th_code judge(const th_coverage_batch *b, th_coverage_lane *lane, const batch_line *line, th_err *err) {
  th_arena *a = lane->arena;
  th_coverage_case kase;
  th_coverage_result r = { 0 };
  if (line->text.n > TH_LIMIT_LINE_BYTES)
    return th_fail(err, TH_ELIMIT, "the line is longer than TH_LIMIT_LINE_BYTES (%zu)", TH_LIMIT_LINE_BYTES);
  if (b->csv)
    TH_TRY(csv_case(a, b->coverage, &b->header, &line->row, &kase, err));
  else if (!th_coverage__scan(b->coverage, lane, line->text, &kase))
    TH_TRY(th_coverage_case_parse(a, b->coverage, line->text, &kase, err));
  r = (th_coverage_result){ .kase = &kase, .policy = kase.policy, .path = kase.path };
  TH_TRY(th_rule_check(a, kase.policy, kase.path, kase.values, kase.as_of, &r.rule, err));
  th_coverage__brief(&lane->out, b, &r);
  th_buf_addc(&lane->out, '\n');
  return lane->out.failed ? th_fail_nomem(err) : TH_OK;
}

static th_code run_task(void *ctx, size_t task, unsigned worker) {
  const batch_run *run = ctx;
  batch_task *t = &run->task[task];
  th_coverage_lane *lane = &run->batch->lane[worker];
  t->worker = worker;
  t->from = lane->out.n;
  const size_t from = task * LINES_A_TASK, to = from + LINES_A_TASK < run->n ? from + LINES_A_TASK : run->n;
  for (size_t i = from; i < to; i++) {
    th_err err = { 0 };
    const size_t before = lane->out.n;
    const th_code code = judge(run->batch, lane, &run->line[i], &err);
    th_arena_reset(lane->arena);
    if (code == TH_ENOMEM) return code;
    t->n_good += code == TH_OK;
    if (code == TH_OK) continue;
    lane->out.n = before;
    const th_coverage_bad bad = { run->line[i].line, err };
    if (!TH_VEC_PUSH(lane->block, &t->bad, bad)) return TH_ENOMEM;
  }
  t->to = lane->out.n;
  return TH_OK;
}

/* ── A block ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(batch_line) line_vec;

static th_code cut_lines(th_coverage_batch *b, th_arena *a, th_str block, line_vec *v, th_err *err) {
  th_str rest = block, line;
  while (th_str_line(&rest, &line)) {
    b->line++;
    if (th_str_trim(line).n == 0) continue;
    const batch_line l = { .text = line, .line = b->line };
    if (!TH_VEC_PUSH(a, v, l)) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code cut_rows(th_coverage_batch *b, th_arena *a, th_str block, line_vec *v, th_err *err) {
  th_csv csv;
  const uint64_t before = b->line;
  th_csv_open(&csv, block, ',');
  for (bool more = true; more;) {
    th_csv_row row;
    TH_TRY(th_csv_next(&csv, a, &row, &more, err));
    if (!more) break;
    const batch_line l = { .row = row, .line = before + row.line };
    if (!TH_VEC_PUSH(a, v, l)) return th_fail_nomem(err);
  }
  b->line = before + csv.next_line - 1;
  return TH_OK;
}

static th_code join(const batch_run *run, size_t n_tasks, th_buf *out, const th_coverage_bad **bad, size_t *n_bad,
                    th_err *err) {
  th_coverage_batch *b = run->batch;
  TH_VEC(th_coverage_bad) all = { 0 };
  for (size_t t = 0; t < n_tasks; t++) {
    const batch_task *task = &run->task[t];
    th_buf_add(out, th_str_sub(th_buf_str(&b->lane[task->worker].out), task->from, task->to));
    b->n_good += task->n_good;
    b->n_bad += task->bad.n;
    for (size_t i = 0; i < task->bad.n; i++)
      if (!TH_VEC_PUSH(b->block, &all, task->bad.v[i])) return th_fail_nomem(err);
  }
  *bad = all.v;
  *n_bad = all.n;
  return out->failed ? th_fail_nomem(err) : TH_OK;
}

/* The first row names the columns; it is kept, since the block is not. */
static th_code take_header(th_coverage_batch *b, line_vec *v, th_err *err) {
  if (!b->csv || b->header.n > 0 || v->n == 0) return TH_OK;
  const th_csv_row row = v->v[0].row;
  th_str *copy = TH_NEWN(b->keep, th_str, row.n);
  if (!copy) return th_fail_nomem(err);
  for (size_t i = 0; i < row.n; i++) {
    copy[i] = th_str_dup(b->keep, row.cell[i]);
    if (!copy[i].p) return th_fail_nomem(err);
  }
  b->header = row;
  b->header.cell = copy;
  v->v++;
  v->n--;
  return TH_OK;
}

th_code th_coverage_batch_run(th_coverage_batch *b, th_str block, th_buf *out, const th_coverage_bad **bad, size_t *n_bad,
                              th_err *err) {
  line_vec v = { 0 };
  batch_run run = { .batch = b };
  *bad = NULL;
  *n_bad = 0;
  th_arena_reset(b->block);
  for (unsigned i = 0; i < th_pool_threads(b->pool); i++) {
    th_arena_reset(b->lane[i].block);
    b->lane[i].out.n = 0;
  }
  TH_TRY(b->csv ? cut_rows(b, b->block, block, &v, err) : cut_lines(b, b->block, block, &v, err));
  TH_TRY(take_header(b, &v, err));
  run.line = v.v;
  run.n = v.n;
  const size_t n_tasks = (v.n + LINES_A_TASK - 1) / LINES_A_TASK;
  run.task = TH_NEWN(b->block, batch_task, n_tasks ? n_tasks : 1);
  if (!run.task) return th_fail_nomem(err);
  const th_code code = n_tasks ? th_pool_run(b->pool, n_tasks, run_task, &run) : TH_OK;
  if (code != TH_OK) return th_fail_nomem(err); /* the one thing a task can fail of */
  return join(&run, n_tasks, out, bad, n_bad, err);
}
