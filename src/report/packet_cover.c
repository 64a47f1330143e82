/* The cover of a packet: whose it is, what is in it clause by clause and on which page, what is missing, where to sign. */
#include "report/packet_priv.h"

th_str th_report__packet_say(const packet_plan *k, const char *key, th_str v0, th_str v1) {
  const th_str v[] = { v0, v1 };
  return th_words_fill(k->arena, th_words_get(k->lang, key), v, 2);
}

th_str th_report__packet_number(const packet_plan *k, uint32_t n) {
  return th_str_fmt(k->arena, "%u", n);
}

th_str th_report__packet_day(const packet_plan *k, th_date d) {
  char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
  if (d.prec == TH_DATE_NONE) return th_words_get(k->lang, "packet.undated");
  th_date_iso(d, iso);
  if (d.year <= 1911) return th_str_fmt(k->arena, "%s", iso);
  return th_str_fmt(k->arena, k->lang == TH_WORDS_ZH_TW ? "%s（民國 %s）" : "%s (ROC %s)", iso, th_date_roc(d, roc));
}

th_code th_report__packet_row(th_arena *a, th_form *f, const packet_cell *cell, uint32_t n, th_err *err) {
  th_form_row *row = TH_VEC_ADD(a, &f->row);
  if (!row) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n; i++) {
    if (!cell[i].text.p && cell[i].text.n) return th_fail_nomem(err);
    row->cell[row->n++] =
        (th_form_cell){ cell[i].kind, TH_UNKNOWN, cell[i].text, TH_STR_NONE, TH_STR_NONE, cell[i].span, cell[i].lines };
  }
  return TH_OK;
}

typedef struct cover {
  const packet_plan *k;
  th_form *f;
  th_err *err;
} cover;

static th_str word(const cover *c, const char *key) {
  return th_words_get(c->k->lang, key);
}

static th_code heading(cover *c, const char *key) {
  return th_report__packet_row(c->k->arena, c->f, &(packet_cell){ TH_FORM_HEADING, 12, word(c, key), 0 }, 1, c->err);
}

static th_code pair(cover *c, const char *key, th_str text, const char *key2, th_str text2) {
  const packet_cell cell[] = { { TH_FORM_LABEL, 2, word(c, key), 0 },
                               { TH_FORM_TEXT, 4, text, 0 },
                               { TH_FORM_LABEL, 2, word(c, key2), 0 },
                               { TH_FORM_TEXT, 4, text2, 0 } };
  return th_report__packet_row(c->k->arena, c->f, cell, 4, c->err);
}

static th_str either(const cover *c, th_str zh, th_str en) {
  return c->k->lang == TH_WORDS_ZH_TW ? zh : en;
}

static th_code whose(cover *c) {
  const th_coverage_result *r = c->k->packet->result;
  const th_json *name = r->kase->form ? th_json_get(r->kase->form, "name") : NULL;
  TH_TRY(pair(c, "packet.case", r->kase->id, "packet.name", name ? th_json_text(name) : TH_S("")));
  TH_TRY(pair(c, "packet.path",
              th_str_fmt(c->k->arena, "%.*s · %.*s", TH_STR_ARG(either(c, r->policy->zh, r->policy->en)),
                         TH_STR_ARG(either(c, r->policy->node[r->path->root].zh, r->policy->node[r->path->root].en))),
              "packet.as_of", th_report__packet_day(c->k, r->kase->as_of)));
  th_buf b;
  th_buf_init(&b, c->k->arena, 64);
  th_coverage_outcome_text(&b, r, c->k->lang == TH_WORDS_ZH_TW);
  const packet_cell cell[] = { { TH_FORM_LABEL, 2, word(c, "packet.outcome"), 0 }, { TH_FORM_TEXT, 10, th_buf_str(&b), 0 } };
  return b.failed ? th_fail_nomem(c->err) : th_report__packet_row(c->k->arena, c->f, cell, 2, c->err);
}

/* ── The index ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code index_row(cover *c, th_form_kind kind, th_str clause, th_str document, th_str file, th_str page, th_str remark) {
  const packet_cell cell[] = {
    { kind, 3, clause, 0 }, { kind, 3, document, 0 }, { kind, 3, file, 0 }, { kind, 1, page, 0 }, { kind, 2, remark, 0 }
  };
  return th_report__packet_row(c->k->arena, c->f, cell, 5, c->err);
}

/* Pages from..from+n as a reader counts them: "5", "5–7". */
static void add_pages(th_buf *b, uint32_t from, uint32_t n) {
  th_buf_addf(b, n > 1 ? "%u–%u" : "%u", from + 1, from + n);
}

static th_code forms(cover *c) {
  for (uint32_t i = 0; i < c->k->n_forms; i++) {
    th_buf page;
    th_buf_init(&page, c->k->arena, 16);
    add_pages(&page, c->k->form_at[i], c->k->form_pages[i]);
    if (page.failed) return th_fail_nomem(c->err);
    TH_TRY(index_row(c, TH_FORM_TEXT, word(c, "packet.form"), c->k->form[i].title, TH_S(""), th_buf_str(&page), TH_S("")));
  }
  return TH_OK;
}

typedef struct columns { /* what stands of the documents of a row */
  th_buf file, page, remark;
} columns;

static void columns_open(const cover *c, columns *v) {
  th_buf_init(&v->file, c->k->arena, 64);
  th_buf_init(&v->page, c->k->arena, 16);
  th_buf_init(&v->remark, c->k->arena, 64);
}

static void add_paper(cover *c, columns *v, uint32_t at) {
  const th_packet_paper *p = &c->k->packet->paper[at];
  const char *between = v->file.n ? "\n" : "";
  th_buf_addf(&v->file, "%s%.*s\n%.*s", between, TH_STR_ARG(p->paper->name),
              TH_STR_ARG(th_report__packet_day(c->k, p->paper->date)));
  if (v->page.n) th_buf_addz(&v->page, "\n\n"); /* beside the name, over the day */
  add_pages(&v->page, c->k->paper_at[at], p->paper->file.pages);
  if (p->faults && v->remark.n) th_buf_addc(&v->remark, '\n');
  th_coverage_paper_faults(&v->remark, p, c->k->lang == TH_WORDS_ZH_TW);
}

static th_str clause_text(const cover *c, uint32_t node) {
  const th_rule_node *n = &c->k->packet->result->policy->node[node];
  return th_str_fmt(c->k->arena, "%.*s %.*s\n%.*s", TH_STR_ARG(n->cite), TH_STR_ARG(n->id),
                    TH_STR_ARG(either(c, n->zh, n->en)));
}

static th_code clause(cover *c, const th_packet_row *row) {
  const bool zh = c->k->lang == TH_WORDS_ZH_TW;
  columns v;
  if (row->state == TH_PACKET_IDLE && row->n_papers == 0) return TH_OK;
  columns_open(c, &v);
  if (row->state != TH_PACKET_HAVE) th_buf_addz(&v.remark, th_packet_state_text(row->state, zh));
  for (uint32_t i = 0; i < row->n_papers; i++) add_paper(c, &v, row->paper[i]);
  if (row->n_items) {
    if (v.remark.n) th_buf_addc(&v.remark, '\n');
    th_coverage_row_items(&v.remark, row, zh);
  }
  if (v.file.failed || v.page.failed || v.remark.failed) return th_fail_nomem(c->err);
  return index_row(c, TH_FORM_TEXT, clause_text(c, row->node), either(c, row->need->zh, row->need->en), th_buf_str(&v.file),
                   th_buf_str(&v.page), th_buf_str(&v.remark));
}

static th_code unasked(cover *c) {
  for (uint32_t i = 0; i < c->k->packet->n_papers; i++) {
    const th_packet_paper *p = &c->k->packet->paper[i];
    columns v;
    if (!(p->faults & TH_PAPER_UNASKED)) continue;
    columns_open(c, &v);
    add_paper(c, &v, i);
    if (v.file.failed || v.page.failed || v.remark.failed) return th_fail_nomem(c->err);
    TH_TRY(index_row(c, TH_FORM_TEXT, word(c, "packet.unasked"), either(c, p->need->zh, p->need->en), th_buf_str(&v.file),
                     th_buf_str(&v.page), th_buf_str(&v.remark)));
  }
  return TH_OK;
}

static th_code index_of(cover *c) {
  TH_TRY(heading(c, "packet.index"));
  TH_TRY(index_row(c, TH_FORM_LABEL, word(c, "packet.clause"), word(c, "packet.document"), word(c, "packet.file"),
                   word(c, "packet.page"), word(c, "packet.remark")));
  TH_TRY(forms(c));
  for (uint32_t i = 0; i < c->k->packet->n_rows; i++) TH_TRY(clause(c, &c->k->packet->row[i]));
  return unasked(c);
}

/* ── What is missing, where to sign ────────────────────────────────────────────────────────────────────────────────── */

/* A document once, however many clauses miss it. */
static th_code missing(cover *c) {
  const th_coverage_packet *p = c->k->packet;
  uint32_t n = 0;
  TH_TRY(heading(c, "packet.missing"));
  for (uint32_t i = 0; i < p->n_rows; i++) {
    const th_packet_row *row = &p->row[i];
    bool told = row->state != TH_PACKET_MISSING && row->state != TH_PACKET_FAULTY;
    for (uint32_t k = 0; k < i && !told; k++) told = p->row[k].need == row->need && p->row[k].state == row->state;
    if (told) continue;
    const th_str text = th_str_fmt(c->k->arena, "%u. %.*s：%s", ++n, TH_STR_ARG(either(c, row->need->zh, row->need->en)),
                                   th_packet_state_text(row->state, c->k->lang == TH_WORDS_ZH_TW));
    if (!text.p) return th_fail_nomem(c->err);
    TH_TRY(th_report__packet_row(c->k->arena, c->f, &(packet_cell){ TH_FORM_TEXT, 12, text, 0 }, 1, c->err));
  }
  if (n) return TH_OK;
  return th_report__packet_row(c->k->arena, c->f, &(packet_cell){ TH_FORM_TEXT, 12, word(c, "packet.none_missing"), 0 }, 1,
                               c->err);
}

static th_code signatures(cover *c) {
  const packet_cell first[] = { { TH_FORM_LABEL, 2, word(c, "packet.applicant"), 3 },
                                { TH_FORM_TEXT, 4, TH_S(""), 3 },
                                { TH_FORM_LABEL, 2, word(c, "packet.certificate"), 3 },
                                { TH_FORM_TEXT, 4, TH_S(""), 3 } };
  const packet_cell second[] = { { TH_FORM_LABEL, 2, word(c, "packet.hospital"), 4 },
                                 { TH_FORM_TEXT, 4, TH_S(""), 4 },
                                 { TH_FORM_LABEL, 2, word(c, "packet.date"), 4 },
                                 { TH_FORM_TEXT, 4, TH_S(""), 4 } };
  TH_TRY(heading(c, "packet.sign"));
  TH_TRY(th_report__packet_row(c->k->arena, c->f, first, 4, c->err));
  TH_TRY(th_report__packet_row(c->k->arena, c->f, second, 4, c->err));
  return th_report__packet_row(c->k->arena, c->f, &(packet_cell){ TH_FORM_NOTE, 12, word(c, "packet.note"), 0 }, 1, c->err);
}

th_code th_report__packet_cover(const packet_plan *k, th_form *out, th_err *err) {
  cover c = { .k = k, .f = out, .err = err };
  *out = (th_form){ .id = TH_S("cover"),
                    .title = th_report__packet_say(k, "packet.title", k->packet->result->kase->id, TH_S("")) };
  if (!out->title.p) return th_fail_nomem(err);
  TH_TRY(whose(&c));
  TH_TRY(index_of(&c));
  TH_TRY(missing(&c));
  return signatures(&c);
}
