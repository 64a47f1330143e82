/* Documents matched with the evidence that the clauses ask for. */
#include <stdlib.h>

#include "coverage_priv.h"
#include "theriac/coverage/packet.h"

typedef struct matcher {
  th_arena *arena;
  const th_coverage_result *r;
  const th_coverage_paper *given;
  uint32_t n;
  th_packet_paper *paper;
  uint32_t *order; /* the first row that a paper belongs to */
  TH_VEC(th_packet_row) row;
  th_err *err;
} matcher;

static const th_rule_need *need_of(const th_rule_policy *p, th_str id) {
  for (uint32_t i = 0; i < p->n_needs; i++)
    if (th_str_eq(p->need[i].id, id)) return &p->need[i];
  return NULL;
}

static th_code unknown_evidence(const matcher *m, const th_coverage_paper *p) {
  th_buf ids;
  const th_rule_policy *policy = m->r->policy;
  th_buf_init(&ids, m->arena, 256);
  for (uint32_t i = 0; i < policy->n_needs; i++) th_buf_addf(&ids, "%s%.*s", i ? ", " : "", TH_STR_ARG(policy->need[i].id));
  return th_fail(m->err, TH_EINVAL, "no evidence is called \"%.*s\": %.*s", TH_STR_ARG(p->evidence),
                 TH_STR_ARG(th_buf_str(&ids)));
}

/* ── One document ──────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Whether the values that it shows are of other days: some of them are dated, and none of its day. */
static bool other_day(const matcher *m, const th_rule_need *need, th_date day) {
  bool dated = false;
  for (uint32_t i = 0; i < need->n_of; i++) {
    const th_rule_value *v = &m->r->kase->values[need->of[i]];
    if (v->state != TH_RULE_KNOWN || v->dated.prec == TH_DATE_NONE) continue;
    dated = true;
    if (th_days_meet(th_date_span(v->dated), th_date_span(day))) return false;
  }
  return dated;
}

static uint32_t date_faults(const matcher *m, const th_packet_paper *p) {
  const th_date day = p->paper->date;
  uint32_t faults = 0;
  if (day.prec == TH_DATE_NONE) return p->need->undated ? 0 : TH_PAPER_UNDATED;
  if (day.prec != TH_DATE_DAY && !p->need->undated) faults |= TH_PAPER_VAGUE;
  if (th_date_first(day) > th_date_first(m->r->kase->as_of)) faults |= TH_PAPER_FUTURE;
  if (p->from.prec && th_date_last(day) < th_date_first(p->from)) faults |= TH_PAPER_OUTDATED;
  if (!(faults & (TH_PAPER_FUTURE | TH_PAPER_OUTDATED)) && other_day(m, p->need, day)) faults |= TH_PAPER_OTHER_DAY;
  return faults;
}

static bool site_missing(const th_packet_paper *p) {
  const bool picture = p->paper->file.kind != TH_PAPER_PDF;
  const bool wanted = p->need->site == TH_SITE_ALWAYS || (p->need->site == TH_SITE_PICTURE && picture);
  return wanted && th_str_empty(th_str_trim(p->paper->site));
}

static th_code judge(matcher *m, uint32_t i) {
  th_packet_paper *p = &m->paper[i];
  *p = (th_packet_paper){ .paper = &m->given[i], .need = need_of(m->r->policy, m->given[i].evidence) };
  if (!p->need) return unknown_evidence(m, p->paper);
  if (p->need->within) p->from = th_civil_from_days(th_date_first(m->r->kase->as_of) - p->need->within);
  p->faults = date_faults(m, p);
  if (site_missing(p)) p->faults |= TH_PAPER_SITELESS;
  for (uint32_t k = 0; k < i; k++) {
    const th_coverage_paper *q = &m->given[k];
    if (th_str_eq(q->evidence, p->paper->evidence) && th_str_eq(q->clause, p->paper->clause) &&
        th_str_eq(q->item, p->paper->item) && th_str_eq(q->bytes, p->paper->bytes))
      p->faults |= TH_PAPER_TWICE;
  }
  return TH_OK;
}

/* ── Clauses ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool belongs(const matcher *m, const th_coverage_evidence *e, const th_coverage_paper *p) {
  return th_str_eq(p->evidence, e->id) && (th_str_empty(p->clause) || th_str_eq(p->clause, m->r->policy->node[e->node].id));
}

static th_packet_state state_of(const matcher *m, const th_coverage_evidence *e, const th_packet_row *row) {
  for (uint32_t i = 0; i < row->n_papers; i++)
    if ((m->paper[row->paper[i]].faults & ~(uint32_t)TH_PAPER_DOUBTS) == 0) return TH_PACKET_HAVE;
  if (row->n_papers && e->state != TH_COVER_NOT_NEEDED) return TH_PACKET_FAULTY;
  return e->state == TH_COVER_HAVE ? TH_PACKET_LISTED : e->state == TH_COVER_MISSING ? TH_PACKET_MISSING : TH_PACKET_IDLE;
}

/* Ticked on the sheet, and not known to be left out of the score. */
static bool claimed(const matcher *m, const th_rule_tally *t, const th_rule_item *item) {
  const th_str fact = th_str_fmt(m->arena, "%.*s_%.*s", TH_STR_ARG(t->prefix), TH_STR_ARG(item->name));
  const int32_t at = fact.p ? th_rule_fact_find(m->r->policy->dict, fact) : -1;
  if (at < 0 || m->r->rule.node[item->node] == TH_V_F) return false;
  return m->r->kase->values[at].state == TH_RULE_KNOWN && m->r->kase->values[at].boolean;
}

/* Items of the score that no paper of the row names. */
static th_code unproved(matcher *m, th_packet_row *row) {
  const th_rule_policy *p = m->r->policy;
  const th_rule_node *n = &p->node[row->node];
  if (!row->need->each_item || n->kind != TH_RULE_SCORE || n->tally < 0) return TH_OK;
  const th_rule_tally *t = &p->tally[n->tally];
  const th_rule_item **item = TH_NEWN(m->arena, const th_rule_item *, t->n + 1);
  if (!item) return th_fail_nomem(m->err);
  for (uint32_t i = 0; i < t->n; i++) {
    bool named = !claimed(m, t, &t->item[i]);
    for (uint32_t k = 0; k < row->n_papers && !named; k++) named = th_str_eq(m->given[row->paper[k]].item, t->item[i].name);
    if (!named) item[row->n_items++] = &t->item[i];
  }
  row->item = item;
  return TH_OK;
}

static th_code match_row(matcher *m, uint32_t at) {
  const th_coverage_evidence *e = &m->r->evidence[at];
  uint32_t *paper = TH_NEWN(m->arena, uint32_t, m->n + 1);
  th_packet_row row = { .node = e->node, .need = need_of(m->r->policy, e->id), .paper = paper };
  if (!paper) return th_fail_nomem(m->err);
  for (uint32_t i = 0; i < m->n; i++) {
    if (!belongs(m, e, &m->given[i])) continue;
    paper[row.n_papers++] = i;
    if (m->order[i] == UINT32_MAX) m->order[i] = at;
  }
  row.state = state_of(m, e, &row);
  TH_TRY(unproved(m, &row));
  return TH_VEC_PUSH(m->arena, &m->row, row) ? TH_OK : th_fail_nomem(m->err);
}

typedef struct rank { /* a paper's place: its first clause, then its day, then as given */
  uint32_t row, at;
  th_date day;
} rank;

static int by_rank(const void *a, const void *b) {
  const rank *x = a, *y = b;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  const int c = th_date_cmp(x->day, y->day);
  return c ? c : x->at < y->at ? -1 : x->at > y->at;
}

/* Papers into the order of the clauses; rows follow. */
static th_code sort_papers(matcher *m) {
  rank *order = TH_NEWN(m->arena, rank, m->n + 1);
  uint32_t *now = TH_NEWN(m->arena, uint32_t, m->n + 1);
  th_packet_paper *sorted = TH_NEWN(m->arena, th_packet_paper, m->n + 1);
  if (!order || !now || !sorted) return th_fail_nomem(m->err);
  for (uint32_t i = 0; i < m->n; i++) {
    if (m->order[i] == UINT32_MAX) m->paper[i].faults |= TH_PAPER_UNASKED;
    order[i] = (rank){ m->order[i], i, m->given[i].date };
  }
  if (m->n) qsort(order, m->n, sizeof *order, by_rank);
  for (uint32_t i = 0; i < m->n; i++) {
    sorted[i] = m->paper[order[i].at];
    now[order[i].at] = i;
  }
  m->paper = sorted;
  for (size_t k = 0; k < m->row.n; k++) {
    uint32_t *paper = TH_NEWN(m->arena, uint32_t, m->row.v[k].n_papers + 1);
    if (!paper) return th_fail_nomem(m->err);
    for (uint32_t i = 0, n = 0; i < m->n && n < m->row.v[k].n_papers; i++)
      for (uint32_t o = 0; o < m->row.v[k].n_papers; o++)
        if (now[m->row.v[k].paper[o]] == i) paper[n++] = i;
    m->row.v[k].paper = paper;
  }
  return TH_OK;
}

static void forms_of(const th_coverage_result *r, th_coverage_packet *out) {
  static const struct {
    const char *path, *form[2];
  } known[] = { { "ln-", { "36", NULL } }, { "psle-", { "36-1", "36-2" } }, { "sle-", { "s2", NULL } } };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (!th_str_starts(r->path->name, th_str_of(known[i].path)) || th_str_starts(r->policy->id, TH_S("trial-"))) continue;
    for (uint32_t k = 0; k < 2 && known[i].form[k]; k++) out->form[out->n_forms++] = known[i].form[k];
  }
}

th_code th_coverage_packet_of(th_arena *a, const th_coverage_result *r, const th_coverage_paper *paper, size_t n,
                              th_coverage_packet *out, th_err *err) {
  matcher m = { .arena = a, .r = r, .given = paper, .n = (uint32_t)n, .err = err };
  if (n > TH_LIMIT_CASE_ATTACHMENTS)
    return th_fail(err, TH_ELIMIT, "%zu documents: TH_LIMIT_CASE_ATTACHMENTS (%d)", n, TH_LIMIT_CASE_ATTACHMENTS);
  m.paper = TH_NEWN(a, th_packet_paper, n + 1);
  m.order = TH_NEWN(a, uint32_t, n + 1);
  if (!m.paper || !m.order) return th_fail_nomem(err);
  for (uint32_t i = 0; i < m.n; i++) {
    m.order[i] = UINT32_MAX;
    TH_TRY(judge(&m, i));
  }
  for (uint32_t i = 0; i < r->n_evidence; i++) TH_TRY(match_row(&m, i));
  TH_TRY(sort_papers(&m));
  *out = (th_coverage_packet){
    .result = r, .paper = m.paper, .n_papers = m.n, .row = m.row.v, .n_rows = (uint32_t)m.row.n, .complete = true
  };
  for (uint32_t i = 0; i < out->n_rows; i++)
    out->complete &= out->row[i].state != TH_PACKET_MISSING && out->row[i].state != TH_PACKET_FAULTY;
  forms_of(r, out);
  return TH_OK;
}

th_code th_coverage_paper_of(th_arena *a, const th_case_attachment *kept, th_str bytes, th_coverage_paper *out, th_err *err) {
  *out = (th_coverage_paper){ .evidence = kept->evidence,
                              .clause = kept->clause,
                              .item = kept->item,
                              .name = kept->name,
                              .date = kept->date,
                              .site = kept->site,
                              .note = kept->note,
                              .bytes = bytes };
  return th_paper_probe(a, bytes, &out->file, err);
}
