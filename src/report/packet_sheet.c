/* The verdict for the bedside: one page, whatever the case. Lists are cut until all of it fits, and what was left out is counted. */
#include "report/packet_priv.h"

typedef struct bedside {
  packet_plan k;
  th_form *f;
  uint32_t most; /* entries of a list */
  th_err *err;
} bedside;

static bool zh(const bedside *b) {
  return b->k.lang == TH_WORDS_ZH_TW;
}

static th_str word(const bedside *b, const char *key) {
  return th_words_get(b->k.lang, key);
}

static th_code full(bedside *b, th_form_kind kind, th_str text) {
  return th_report__packet_row(b->k.arena, b->f, &(packet_cell){ kind, 12, text, 0 }, 1, b->err);
}

static th_code more(bedside *b, uint32_t n) {
  if (n == 0) return TH_OK;
  return full(b, TH_FORM_NOTE, th_report__packet_say(&b->k, "bedside.more", th_report__packet_number(&b->k, n), TH_S("")));
}

static th_code head(bedside *b) {
  const th_coverage_result *r = b->k.packet->result;
  const th_rule_node *root = &r->policy->node[r->path->root];
  th_buf out;
  th_buf_init(&out, b->k.arena, 64);
  th_coverage_outcome_text(&out, r, zh(b));
  const bool told = r->rule.outcome != TH_OUT_DEPENDS && r->rule.outcome != TH_OUT_HUMAN;
  const th_str verdict = th_str_of(th_coverage_verdict_text(r->rule.by_default, zh(b)));
  if (!told && r->rule.by_default != TH_V_H)
    th_buf_add(&out, th_report__packet_say(&b->k, "bedside.default", verdict, TH_S("")));
  if (out.failed) return th_fail_nomem(b->err);
  const packet_cell first[] = { { TH_FORM_LABEL, 2, word(b, "packet.path"), 0 },
                                { TH_FORM_TEXT, 4, zh(b) ? root->zh : root->en, 0 },
                                { TH_FORM_LABEL, 2, word(b, "packet.as_of"), 0 },
                                { TH_FORM_TEXT, 4, th_report__packet_day(&b->k, r->kase->as_of), 0 } };
  const packet_cell second[] = { { TH_FORM_LABEL, 2, word(b, "packet.outcome"), 0 },
                                 { TH_FORM_TEXT, 10, th_buf_str(&out), 0 } };
  TH_TRY(th_report__packet_row(b->k.arena, b->f, first, 4, b->err));
  return th_report__packet_row(b->k.arena, b->f, second, 2, b->err);
}

/* Two clauses a row. */
static th_code clauses(bedside *b) {
  const th_coverage_result *r = b->k.packet->result;
  const uint32_t n = r->rule.n_named < 2 * b->most ? r->rule.n_named : 2 * b->most;
  TH_TRY(full(b, TH_FORM_HEADING, word(b, "bedside.clauses")));
  for (uint32_t i = 0; i < n; i += 2) {
    packet_cell cell[4];
    uint32_t used = 0;
    for (uint32_t c = i; c < i + 2 && c < n; c++) {
      const uint32_t at = r->rule.named[c];
      const th_rule_node *node = &r->policy->node[at];
      cell[used++] =
          (packet_cell){ TH_FORM_LABEL, 1, th_str_of(th_coverage_verdict_text((th_rule_verdict)r->rule.node[at], zh(b))), 0 };
      cell[used++] = (packet_cell){
        TH_FORM_TEXT, 5, th_str_fmt(b->k.arena, "%.*s %.*s", TH_STR_ARG(node->id), TH_STR_ARG(zh(b) ? node->zh : node->en)), 0
      };
    }
    TH_TRY(th_report__packet_row(b->k.arena, b->f, cell, used, b->err));
  }
  return more(b, r->rule.n_named - n);
}

/* Its facts that every set asks for, or the others. Empty: none. */
static th_str set_text(const bedside *b, const th_rule_set *s, bool common) {
  const th_rule_dict *d = b->k.packet->result->policy->dict;
  th_buf text;
  th_buf_init(&text, b->k.arena, 128);
  for (uint32_t i = 0; i < s->n; i++) {
    if (th_coverage_in_every_set(b->k.packet->result, s->fact[i]) != common) continue;
    if (text.n) th_buf_addz(&text, zh(b) ? "；" : "; ");
    const th_rule_cost *class = th_rule_fact_cost(d, s->fact[i]);
    th_buf_add(&text, zh(b) ? d->fact[s->fact[i]].zh : d->fact[s->fact[i]].en);
    if (class) th_buf_addf(&text, zh(b) ? "（%.*s）" : " (%.*s)", TH_STR_ARG(zh(b) ? class->zh : class->en));
  }
  return text.failed ? (th_str){ NULL, 1 } : th_buf_str(&text);
}

static th_code collect(bedside *b) {
  const th_rule_result *r = &b->k.packet->result->rule;
  const uint32_t n = r->n_cheapest < b->most ? r->n_cheapest : b->most;
  if (r->n_cheapest == 0) return TH_OK;
  const th_str always = set_text(b, &r->cheapest[0], true);
  const char *lead = r->n_cheapest > 1 ? "apply.collect.always" : "apply.collect.all";
  TH_TRY(full(b, TH_FORM_HEADING, word(b, "bedside.collect")));
  if (always.n)
    TH_TRY(full(b, TH_FORM_TEXT, th_str_fmt(b->k.arena, "%.*s %.*s", TH_STR_ARG(word(b, lead)), TH_STR_ARG(always))));
  if (r->n_cheapest == 1 && always.n) return TH_OK;
  if (always.n) TH_TRY(full(b, TH_FORM_NOTE, word(b, "apply.collect.and-one")));
  for (uint32_t i = 0; i < n; i++) TH_TRY(full(b, TH_FORM_TEXT, set_text(b, &r->cheapest[i], false)));
  return more(b, r->n_cheapest - n);
}

static th_code documents(bedside *b) {
  const th_coverage_packet *p = b->k.packet;
  uint32_t n = 0;
  TH_TRY(full(b, TH_FORM_HEADING, word(b, "bedside.documents")));
  for (uint32_t i = 0; i < p->n_rows; i++) {
    const th_packet_row *row = &p->row[i];
    bool told = row->state != TH_PACKET_MISSING && row->state != TH_PACKET_FAULTY;
    for (uint32_t k = 0; k < i && !told; k++) told = p->row[k].need == row->need && p->row[k].state == row->state;
    if (told || n++ >= b->most) continue;
    TH_TRY(full(b, TH_FORM_TEXT,
                th_str_fmt(b->k.arena, zh(b) ? "%.*s（%s）" : "%.*s (%s)", TH_STR_ARG(zh(b) ? row->need->zh : row->need->en),
                           th_packet_state_text(row->state, zh(b)))));
  }
  if (n == 0) return full(b, TH_FORM_TEXT, word(b, "bedside.nothing"));
  return more(b, n > b->most ? n - b->most : 0);
}

static th_code dates(bedside *b) {
  const th_coverage_result *r = b->k.packet->result;
  const uint32_t n = r->n_dates < b->most ? r->n_dates : b->most;
  if (r->n_dates == 0) return TH_OK;
  TH_TRY(full(b, TH_FORM_HEADING, word(b, "bedside.dates")));
  for (uint32_t i = 0; i < n; i++) {
    const packet_cell cell[] = { { TH_FORM_LABEL, 4, th_report__packet_day(&b->k, r->date[i].day), 0 },
                                 { TH_FORM_TEXT, 8, zh(b) ? r->date[i].zh : r->date[i].en, 0 } };
    TH_TRY(th_report__packet_row(b->k.arena, b->f, cell, 2, b->err));
  }
  return more(b, r->n_dates - n);
}

static th_code build(bedside *b) {
  *b->f = (th_form){ .id = TH_S("bedside"),
                     .title = th_report__packet_say(&b->k, "bedside.title", b->k.packet->result->kase->id, TH_S("")) };
  if (!b->f->title.p) return th_fail_nomem(b->err);
  TH_TRY(head(b));
  TH_TRY(clauses(b));
  TH_TRY(collect(b));
  TH_TRY(documents(b));
  TH_TRY(dates(b));
  return full(b, TH_FORM_NOTE, word(b, "bedside.note"));
}

th_code th_report_bedside_pdf(th_arena *a, const th_coverage_packet *p, th_words lang, th_str *out, th_err *err) {
  th_form form;
  uint32_t pages = 0;
  bedside b = { .k = { .arena = a, .packet = p, .lang = lang }, .f = &form, .most = 16, .err = err };
  for (; b.most > 0; b.most--) {
    TH_TRY(build(&b));
    TH_TRY(th_report__form_pdf(a, &form, p->result->kase->as_of, out, &pages, err));
    if (pages == 1) return TH_OK;
  }
  return th_fail(err, TH_ELIMIT, "the words of this case do not fit on one page");
}
