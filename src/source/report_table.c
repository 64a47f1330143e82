/* Tables of a page: what each is about is told by its head, then by the section it stands in; every one is also kept whole. */
#include "source/source_priv.h"

typedef struct columns {
  const th_source__page *p;
  const th_source__table *t;
  const th_source__cellrow *head; /* NULL without a head */
  uint32_t used;                  /* a bit a column already taken (the first 32) */
} columns;

static const th_source__text *cell_of(const th_source__page *p, const th_source__cellrow *row, uint32_t k) {
  return k < row->n_cell ? &p->cell.v[row->cell0 + k] : NULL;
}

static th_field field_of(const th_source__page *p, const th_source__text *t) {
  return t ? th_source__all(p, t) : (th_field){ 0 };
}

/* First free column whose head holds one of the words; -1 without. Words earlier in the list win. */
static int column(columns *c, const char *const *words) {
  if (!c->head) return -1;
  for (; *words; words++)
    for (uint32_t k = 0; k < c->head->n_cell && k < 32; k++)
      if (!(c->used >> k & 1) && th_source__find_nocase(cell_of(c->p, c->head, k)->s, *words, 0) != SIZE_MAX) {
        c->used |= 1u << k;
        return (int)k;
      }
  return -1;
}

static bool head_has(const columns *c, const char *const *words) {
  for (uint32_t k = 0; c->head && k < c->head->n_cell; k++)
    if (th_source__has_any(cell_of(c->p, c->head, k)->s, words)) return true;
  return false;
}

static th_field get(const columns *c, const th_source__cellrow *row, int col) {
  return col < 0 ? (th_field){ 0 } : field_of(c->p, cell_of(c->p, row, (uint32_t)col));
}

/* Cells of columns nobody asked for, under their heads. */
static bool others(th_arena *a, const columns *c, const th_source__cellrow *row, th_field_pairs *out) {
  for (uint32_t k = 0; k < row->n_cell; k++) {
    if (k < 32 && c->used >> k & 1) continue;
    th_field_pair pair = { .value = field_of(c->p, cell_of(c->p, row, k)) };
    if (c->head) pair.key = field_of(c->p, cell_of(c->p, c->head, k));
    if (!TH_VEC_PUSH(a, out, pair)) return false;
  }
  return true;
}

static uint32_t first_row(const columns *c) {
  return c->t->row0 + (c->t->has_head ? 1 : 0);
}

static bool cut(th_str s) {
  return th_str_ends(s, TH_S("...")) || th_str_ends(s, TH_S("…"));
}

static bool dash(th_field f) {
  return !th_field_has(f) || f.text.n == 0 || th_str_is(f.text, "-") || th_str_is(f.text, "—") || th_str_is(f.text, "–");
}

/* ── Trials and papers ─────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *const w_trial[] = { "試驗編號", "nct",          "試驗登",     "trial id", "registration",
                                       "registry", "trial number", "identifier", "study id", NULL };
static const char *const w_phase[] = { "階段", "期別", "phase", NULL };
static const char *const w_status[] = { "狀態", "status", NULL };
static const char *const w_n[] = { "人數", "收案", "樣本", "enrol", "participants", "sample size", "n=", NULL };
static const char *const w_title[] = { "標題", "試驗名稱", "題目", "title", "名稱", NULL };
static const char *const w_finding[] = { "發現",   "結論",       "結果", "研究目標", "重點", "說明", "finding",
                                         "result", "conclusion", "摘要", "備註",     "note", NULL };
static const char *const w_condition[] = { "疾病", "適應症", "condition", "indication", "disease", NULL };
static const char *const w_paper[] = { "pmid", "pubmed", NULL };
static const char *const w_doi[] = { "doi", NULL };
static const char *const w_year[] = { "年份", "年", "year", NULL };
static const char *const w_type[] = { "類型", "設計", "type", "design", NULL };
static const char *const w_journal[] = { "期刊", "journal", NULL };
static const char *const w_relevance[] = { "相關性", "關聯性", "relevance", NULL };

static bool withdrawn(th_str status) {
  static const char *const words[] = { "withdrawn", "撤回", "已撤銷", NULL };
  return th_source__has_any(status, words);
}

static th_code trials(th_source__report *r, columns *c, uint32_t prediction, th_err *err) {
  const int id = column(c, w_trial), phase = column(c, w_phase), status = column(c, w_status), n = column(c, w_n),
            title = column(c, w_title), finding = column(c, w_finding), condition = column(c, w_condition);
  for (uint32_t i = first_row(c); i < c->t->row0 + c->t->n_row; i++) {
    const th_source__cellrow *row = &c->p->row.v[i];
    th_report_trial *t = TH_VEC_ADD(r->a, &r->out->trials);
    if (!t || !others(r->a, c, row, &t->other)) return th_fail_nomem(err);
    t->id = get(c, row, id);
    t->phase = get(c, row, phase);
    t->status = get(c, row, status);
    t->n = get(c, row, n);
    t->title = get(c, row, title);
    t->finding = get(c, row, finding);
    t->condition = get(c, row, condition);
    t->prediction = prediction;
    t->title_cut = cut(t->title.text) || cut(t->finding.text);
    t->withdrawn = withdrawn(t->status.text);
    t->placeholder = dash(t->id);
    t->line = row->line;
  }
  return TH_OK;
}

static th_code papers(th_source__report *r, columns *c, uint32_t prediction, th_err *err) {
  const int pmid = column(c, w_paper), doi = column(c, w_doi), year = column(c, w_year), type = column(c, w_type),
            journal = column(c, w_journal), relevance = column(c, w_relevance), title = column(c, w_title),
            finding = column(c, w_finding);
  for (uint32_t i = first_row(c); i < c->t->row0 + c->t->n_row; i++) {
    const th_source__cellrow *row = &c->p->row.v[i];
    th_report_paper *t = TH_VEC_ADD(r->a, &r->out->papers);
    if (!t || !others(r->a, c, row, &t->other)) return th_fail_nomem(err);
    t->pmid = get(c, row, pmid);
    t->doi = get(c, row, doi);
    t->year = get(c, row, year);
    t->type = get(c, row, type);
    t->journal = get(c, row, journal);
    t->title = get(c, row, title);
    t->finding = get(c, row, finding);
    t->relevance = get(c, row, relevance);
    t->prediction = prediction;
    t->placeholder = dash(t->pmid) && dash(t->doi);
    t->line = row->line;
  }
  return TH_OK;
}

/* ── Licences ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *const w_licence[] = { "許可證字號", "許可證號", "許可證編號", "licence n",
                                         "license n",  "licence",  "license",    NULL };
static const char *const w_product[] = { "中文品名", "商品名", "品名", "product", "brand", "trade name", "name", NULL };
static const char *const w_form[] = { "劑型", "dosage form", "form", NULL };
static const char *const w_holder[] = { "持有者", "持證商", "持證公司", "藥商", "申請商", "holder", "company", NULL };
static const char *const w_expiry[] = { "效期", "有效期", "有效日", "expir", "valid", NULL };

static th_code licences(th_source__report *r, columns *c, th_err *err) {
  const int holder = column(c, w_holder), expiry = column(c, w_expiry), number = column(c, w_licence),
            name = column(c, w_product), form = column(c, w_form), indication = column(c, w_condition),
            state = column(c, w_status);
  for (uint32_t i = first_row(c); i < c->t->row0 + c->t->n_row; i++) {
    const th_source__cellrow *row = &c->p->row.v[i];
    th_report_licence *l = TH_VEC_ADD(r->a, &r->out->licences);
    if (!l || !others(r->a, c, row, &l->other)) return th_fail_nomem(err);
    l->number = get(c, row, number);
    l->name = get(c, row, name);
    l->form = get(c, row, form);
    l->holder = get(c, row, holder);
    l->expiry = get(c, row, expiry);
    l->indication = get(c, row, indication);
    l->state = get(c, row, state);
    if (!th_date_parse_iso(l->expiry.text, &l->expires) && !th_date_parse_roc(l->expiry.text, &l->expires))
      l->expires = (th_date){ 0 };
    l->line = row->line;
  }
  return TH_OK;
}

/* ── Overview of predictions ───────────────────────────────────────────────────────────────────────────────────────── */

static const char *const w_rank[] = { "排名", "rank", "#", "序", NULL };
static const char *const w_predicted[] = { "預測適應症", "預測新適應症", "適應症", "predicted",
                                           "indication", "disease",      "疾病",   NULL };
static const char *const w_score[] = { "分數", "score", "機率", "probability", NULL };
static const char *const w_level[] = { "證據等級", "evidence level", "等級", "level", NULL };
static const char *const w_decision[] = { "決策", "decision", "recommendation", NULL };

static th_report_prediction *same_name(th_report_predictions *all, th_field name) {
  th_field rank, whole, en, zh;
  th_source__names(name, &rank, &whole, &en, &zh);
  for (size_t i = 0; i < all->n && i < 500; i++) { /* a page names a dozen */
    th_report_prediction *x = &all->v[i];
    if (th_str_eq_nocase(x->name.text, whole.text) || (en.text.n && th_str_eq_nocase(x->name_en.text, en.text)) ||
        (zh.text.n && th_str_eq(x->name_zh.text, zh.text)))
      return x;
  }
  return NULL;
}

static void keep(th_field *have, th_field more) {
  if (!th_field_has(*have)) *have = more;
}

static th_code overview(th_source__report *r, columns *c, th_err *err) {
  const int rank = column(c, w_rank), name = column(c, w_predicted), score = column(c, w_score), level = column(c, w_level),
            decision = column(c, w_decision);
  for (uint32_t i = first_row(c); i < c->t->row0 + c->t->n_row; i++) {
    const th_source__cellrow *row = &c->p->row.v[i];
    const th_field printed = get(c, row, name);
    if (dash(printed)) continue;
    th_report_prediction *x = same_name(&r->out->predictions, printed);
    if (!x) {
      if (!(x = TH_VEC_ADD(r->a, &r->out->predictions))) return th_fail_nomem(err);
      x->origin = TH_REPORT_FROM_TABLE;
      th_source__names(printed, &x->rank, &x->name, &x->name_en, &x->name_zh);
      x->from = printed.from;
      x->to = printed.to;
      x->line = row->line;
    }
    keep(&x->rank, get(c, row, rank));
    keep(&x->score, get(c, row, score));
    keep(&x->decision, get(c, row, decision));
    if (!x->badge.lo && x->origin == TH_REPORT_FROM_TABLE) x->badge = th_source__level_field(get(c, row, level));
    if (!others(r->a, c, row, &x->other)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* ── The quick table ───────────────────────────────────────────────────────────────────────────────────────────────── */

static void known_row(th_report_page *o, th_field key, th_field value) {
  static const char *const original[] = {
    "原適應症", "原核准", "核准適應症", "original indication", "approved indication", NULL
  };
  static const char *const score[] = { "預測分數", "score", NULL };
  static const char *const predicted[] = { "新適應症", "預測適應症", "predicted", NULL };
  static const char *const marketed[] = { "台灣上市", "上市狀", "上市情", "marketed", "market status", NULL };
  static const char *const count[] = { "許可證數", "licences", "licenses", "number of licen", NULL };
  static const char *const decision[] = { "決策", "decision", "recommendation", NULL };
  const struct {
    const char *const *words;
    th_field *to;
  } rows[] = { { original, &o->original },   { score, &o->score },       { predicted, &o->predicted },
               { count, &o->licence_count }, { marketed, &o->marketed }, { decision, &o->decision } };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (th_source__has_any(key.text, rows[i].words)) {
      keep(rows[i].to, value);
      return;
    }
}

static th_code quick(th_source__report *r, columns *c, th_err *err) {
  for (uint32_t i = first_row(c); i < c->t->row0 + c->t->n_row; i++) {
    const th_source__cellrow *row = &c->p->row.v[i];
    const th_field_pair pair = { get(c, row, 0), get(c, row, 1) };
    if (!TH_VEC_PUSH(r->a, &r->out->quick, pair)) return th_fail_nomem(err);
    known_row(r->out, pair.key, pair.value);
  }
  return TH_OK;
}

/* The level of the first row anywhere whose first cell is exactly this label. */
static bool level_row(th_source__report *r, const columns *c) {
  for (uint32_t i = c->t->row0; i < c->t->row0 + c->t->n_row; i++) {
    const th_source__cellrow *row = &c->p->row.v[i];
    const th_source__text *key = cell_of(c->p, row, 0), *value = cell_of(c->p, row, 1);
    if (!key || !value || !(th_str_is(key->s, "證據等級") || th_str_eq_nocase(key->s, TH_S("evidence level")))) continue;
    if (c->head && row == c->head && row->n_cell > 2) continue; /* a column's head */
    r->out->level_table = th_source__level(c->p, value, 0, value->s.n);
    if (!r->out->level_table.lo) r->out->level_table.at = th_source__all(c->p, value);
    return true;
  }
  return false;
}

/* ── All tables ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code whole(th_source__report *r, const columns *c, th_err *err) {
  th_field_table *out = TH_VEC_ADD(r->a, &r->out->tables);
  if (!out) return th_fail_nomem(err);
  out->from = c->t->from;
  out->to = c->t->to;
  out->line = c->t->line;
  for (uint32_t i = c->t->row0; i < c->t->row0 + c->t->n_row; i++) {
    const th_source__cellrow *row = &c->p->row.v[i];
    th_field_vec *to = &out->head;
    if (row != c->head) {
      th_field_row *x = TH_VEC_ADD(r->a, &out->row);
      if (!x) return th_fail_nomem(err);
      x->line = row->line;
      to = &x->cell;
    }
    if (!TH_VEC_RESERVE(r->a, to, row->n_cell)) return th_fail_nomem(err);
    for (uint32_t k = 0; k < row->n_cell; k++) to->v[to->n++] = field_of(c->p, cell_of(c->p, row, k));
  }
  return TH_OK;
}

static bool is_quick(const columns *c, th_report_role role, bool first) {
  static const char *const item[] = { "項目", "item", "field", NULL };
  if (!c->head) return role == TH_REPORT_QUICK && first;
  if (c->head->n_cell != 2) return false;
  return th_source__has_any(cell_of(c->p, c->head, 0)->s, item) || (role == TH_REPORT_QUICK && first);
}

th_code th_source__report_tables(th_source__report *r, th_err *err) {
  static const char *const interact[] = { "交互", "併用藥", "相互作用", "interact", NULL };
  const th_source__page *p = &r->p;
  bool have_level = false;
  for (size_t i = 0; i < p->node.n; i++) {
    if (p->node.v[i].kind != TH_BLOCK_TABLE) continue;
    columns c = { .p = p, .t = &p->table.v[p->node.v[i].table] };
    if (c.t->has_head) c.head = &p->row.v[c.t->row0];
    const th_report_role role = r->out->sections.v[r->section_of[i]].role;
    const uint32_t prediction = r->prediction_of[i];
    TH_TRY(whole(r, &c, err));
    if (!have_level) have_level = level_row(r, &c);
    if (is_quick(&c, role, r->out->quick.n == 0) && prediction == UINT32_MAX &&
        (role == TH_REPORT_QUICK || r->out->quick.n == 0))
      TH_TRY(quick(r, &c, err));
    else if (head_has(&c, interact))
      continue; /* with the other interactions */
    else if (head_has(&c, w_trial))
      TH_TRY(trials(r, &c, prediction, err));
    else if (head_has(&c, w_paper) || head_has(&c, w_doi))
      TH_TRY(papers(r, &c, prediction, err));
    else if (head_has(&c, w_licence) || (role == TH_REPORT_LICENCES && head_has(&c, w_product)))
      TH_TRY(licences(r, &c, err));
    else if (prediction == UINT32_MAX && head_has(&c, w_predicted) &&
             (head_has(&c, w_score) || head_has(&c, w_level) || head_has(&c, w_rank)))
      TH_TRY(overview(r, &c, err));
  }
  return TH_OK;
}
