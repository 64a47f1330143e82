/* The calendar of a judged case, and what falls due over many. */
#include <stdlib.h>

#include "coverage/coverage_priv.h"

static const char *const kind_names[] = { "dose", "window", "review", "taper", "stop", "reached", "last", "age" };

const char *th_day_kind_name(th_day_kind k) {
  return kind_names[k];
}

bool th_day_kind_of(th_str name, th_day_kind *out) {
  for (size_t k = 0; k < sizeof kind_names / sizeof *kind_names; k++)
    if (th_str_is(name, kind_names[k])) return *out = (th_day_kind)k, true;
  return false;
}

const char *th_day_kind_text(th_day_kind k, bool zh) {
  static const char *const words[][2] = {
    { "dose", "給藥" }, { "preparation", "續用準備" },       { "review", "續用評估" },   { "taper", "減量" },
    { "stop", "停用" }, { "condition reached", "條件達成" }, { "last day", "最後期限" }, { "age", "年齡" },
  };
  return words[k][zh];
}

typedef struct building {
  th_arena *arena;
  const th_coverage_result *r;
  TH_VEC(th_calendar_day) v;
  bool nomem;
} building;

/* The first day of its kind and clause has the plain key, the next ones are numbered. */
static void add(building *b, th_calendar_day d, th_str plain) {
  uint32_t same = 1;
  d.key = plain;
  for (size_t i = 0; i < b->v.n && d.key.p; i++)
    if (th_str_eq(b->v.v[i].key, d.key)) {
      d.key = th_str_fmt(b->arena, "%.*s-%u", TH_STR_ARG(plain), ++same);
      i = SIZE_MAX; /* from the beginning */
    }
  if (!d.key.p || !d.zh.p || !d.en.p || !TH_VEC_PUSH(b->arena, &b->v, d)) b->nomem = true;
}

static th_str numbered(building *b, th_day_kind kind, int32_t number) {
  return th_str_fmt(b->arena, "%s-%d", th_day_kind_name(kind), number);
}

/* Values count as current for so many days: what is taken from then on is still current at the review. */
static void window(building *b, const th_coverage_due *due, th_str clause) {
  const int32_t days = b->r->policy->current_days, last = th_date_first(due->day);
  const th_date from = th_civil_from_days(last - days);
  if (from.prec == TH_DATE_NONE) return;
  const th_calendar_day d = {
    .day = from,
    .to = due->day,
    .kind = TH_DAY_WINDOW,
    .clause = clause,
    .zh = th_str_fmt(b->arena, "續用申請準備：此期間之檢驗與評分，於評估日仍在 %d 天內", days),
    .en = th_str_fmt(b->arena, "prepare the renewal: reports and scores of these days are at most %d days old at the review",
                     days),
  };
  add(b, d, numbered(b, d.kind, due->months));
}

static void dues(building *b, const th_coverage_due *due, uint32_t n) {
  const th_rule_policy *p = b->r->policy;
  for (uint32_t i = 0; i < n; i++) {
    const bool scheduled = due[i].node == UINT32_MAX;
    const th_rule_node *node = &p->node[scheduled ? b->r->path->root : due[i].node];
    const th_calendar_day d = {
      .day = due[i].day, .kind = due[i].kind, .zh = due[i].zh, .en = due[i].en, .clause = node->cite
    };
    add(b, d,
        scheduled ? numbered(b, d.kind, due[i].months)
                  : th_str_fmt(b->arena, "%s-%.*s", th_day_kind_name(d.kind), TH_STR_ARG(node->id)));
    if (due[i].kind == TH_DAY_REVIEW) window(b, &due[i], node->cite);
  }
}

static const th_rule_regimen *regimen_of(const th_coverage_result *r, th_str route) {
  for (uint32_t i = 0; i < r->policy->n_regimens; i++) {
    const th_rule_regimen *g = &r->policy->regimen[i];
    for (uint32_t k = 0; k < g->n_paths; k++)
      if (th_str_eq(g->paths[k], r->path->name) && (!route.n || th_str_eq_nocase(g->route, route))) return g;
  }
  return NULL;
}

static th_code doses(building *b, const th_rule_regimen *g, th_date start, int32_t end, th_err *err) {
  const int32_t from = th_date_first(start);
  for (uint32_t k = 0;; k++) {
    const int32_t day = th_coverage__dose_day(g, k);
    if (from + day >= end) return TH_OK;
    if (k == TH_LIMIT_DOSE_DAYS)
      return th_fail(err, TH_ELIMIT, "a course of more than TH_LIMIT_DOSE_DAYS (%d) doses", TH_LIMIT_DOSE_DAYS);
    const th_calendar_day d = {
      .day = th_civil_from_days(from + day),
      .kind = TH_DAY_DOSE,
      .number = k + 1,
      .zh = th_str_fmt(b->arena, "%.*s %.*s，第 %u 次（第 %d 天）", TH_STR_ARG(g->drug), TH_STR_ARG(g->zh), k + 1, day),
      .en = th_str_fmt(b->arena, "%.*s, %.*s, dose %u (day %d)", TH_STR_ARG(g->drug), TH_STR_ARG(g->en), k + 1, day),
    };
    add(b, d, numbered(b, d.kind, (int32_t)k + 1));
    if (b->nomem) return th_fail_nomem(err);
  }
}

static int by_day(const void *a, const void *b) {
  const th_calendar_day *x = a, *y = b;
  const int c = th_date_cmp(x->day, y->day);
  return c ? c : x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : th_str_cmp(x->key, y->key);
}

th_code th_coverage_calendar_of(th_arena *a, const th_coverage_result *r, th_date start, th_str route,
                                th_coverage_calendar *out, th_err *err) {
  *out = (th_coverage_calendar){ .result = r, .as_of = r->kase->as_of, .start = start };
  if (start.prec == TH_DATE_NONE) out->start = r->kase->as_of;
  if (out->start.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "the day of the first dose is not a full date");
  if (r->rule.outcome == TH_OUT_VERSION_UNAVAILABLE) {
    out->why_zh = "該日適用之條文未收錄或尚未生效";
    out->why_en = "the text in force on that day is not held";
    return TH_OK;
  }
  const th_coverage_due *due;
  uint32_t n;
  building b = { .arena = a, .r = r };
  TH_TRY(th_coverage__dates(a, r, out->start, true, &due, &n, err));
  dues(&b, due, n);
  int32_t end = INT32_MIN;
  for (uint32_t i = 0; i < n && end == INT32_MIN; i++)
    if (due[i].kind == TH_DAY_REVIEW) end = th_date_first(due[i].day);
  const th_rule_regimen *g = regimen_of(r, route);
  if (r->rule.stop == TH_V_T) {
    out->why_zh = "依規定應停止使用";
    out->why_en = "the rule asks for the treatment to end";
  } else if (!g) {
    out->why_zh = "政策資料未載此途徑之給藥時程";
    out->why_en = "the policy states no schedule of doses for this path";
  } else if (end == INT32_MIN) {
    out->why_zh = "條文未訂下次評估日";
    out->why_en = "the clause names no next review";
  } else {
    out->regimen = g;
    TH_TRY(doses(&b, g, out->start, end, err));
  }
  if (b.nomem) return th_fail_nomem(err);
  if (b.v.n) qsort(b.v.v, b.v.n, sizeof *b.v.v, by_day);
  out->day = b.v.v;
  out->n = (uint32_t)b.v.n;
  return TH_OK;
}

/* ── Many cases ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_due(const void *a, const void *b) {
  const th_due_day *x = a, *y = b;
  int c = th_date_cmp(x->day->day, y->day->day);
  if (!c && x->day->kind != y->day->kind) c = x->day->kind < y->day->kind ? -1 : 1;
  if (!c) c = th_str_cmp(x->of->id, y->of->id);
  return c ? c : th_str_cmp(x->day->key, y->day->key);
}

th_code th_coverage_due_between(th_arena *a, const th_due_list *list, size_t n, th_date from, th_date to, bool with_doses,
                                const th_due_day **out, size_t *n_out, th_err *err) {
  TH_VEC(th_due_day) v = { 0 };
  if (from.prec != TH_DATE_DAY || to.prec != TH_DATE_DAY)
    return th_fail(err, TH_EINVAL, "what falls due is asked for between two full dates");
  const int32_t first = th_date_first(from), last = th_date_first(to);
  for (size_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < list[i].n; k++) {
      const th_calendar_day *d = &list[i].day[k];
      const int32_t begins = th_date_first(d->day), ends = d->to.prec == TH_DATE_NONE ? begins : th_date_first(d->to);
      if (begins > last || ends < first || (d->kind == TH_DAY_DOSE && !with_doses)) continue;
      if (!TH_VEC_PUSH(a, &v, (th_due_day){ &list[i], d })) return th_fail_nomem(err);
    }
  if (v.n) qsort(v.v, v.n, sizeof *v.v, by_due);
  *out = v.v;
  *n_out = v.n;
  return TH_OK;
}
