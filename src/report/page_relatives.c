/* Related drugs, each with what it shares and where that stands. */
#include "page.h"
#include "theriac/report/web.h"

static th_str name_in(const th_page *p, th_str en, th_str zh) {
  return p->lang == TH_WORDS_ZH_TW && zh.n ? zh : en;
}

static void drug_cell(th_page *p, const th_dossier_relative *r) {
  const th_str name = name_in(p, r->en, r->zh), second = th_str_eq(name, r->en) ? r->zh : r->en;
  const th_str href = p->links ? p->links->drug(p->links->ctx, p->a, r) : TH_STR_NONE;
  th_page_begin(p, BLOCK_CELL, NULL);
  if (href.n)
    th_page_run(p, RUN_LINK, NULL, name, href);
  else
    th_page_text(p, name);
  if (second.n) th_page_run(p, RUN_TEXT, "other-script", th_str_fmt(p->a, " %.*s", TH_STR_ARG(second)), TH_STR_NONE);
  th_page_end(p);
}

/* "Same ATC group, level 4: L04AG Monoclonal antibodies" */
static void atc(th_page *p, const th_relative_reason *w) {
  FILL(p, "relative.atc", th_str_fmt(p->a, "%u", w->level));
  th_page_run(p, RUN_CODE, NULL, w->id, TH_STR_NONE);
  th_page_text(p, TH_S(" "));
  if (w->name.n) th_page_quote(p, w->name);
}

static void path(th_page *p, const th_relative_reason *w) {
  FILL(p, w->path->via == TH_NN_VIA_GENE ? "relative.path.gene" : "relative.path.pathway", th_page_num(p, w->path->likeness, 2),
       th_str_fmt(p->a, "%u", w->path->n_shared));
  for (size_t i = 0; i < w->path->n_over; i++) {
    if (i) th_page_say(p, "list.and");
    th_page_text(p, w->path->over[i]);
  }
  th_page_text(p, TH_S(" "));
  th_page_run(p, RUN_LINK, NULL, th_page_word(p, "relative.path.source"), TH_S("#outlook"));
}

static void reason(th_page *p, const th_relative_reason *w) {
  switch (w->by) {
  case TH_RELATIVE_BY_TARGET: FILL(p, "relative.target", w->name); break;
  case TH_RELATIVE_BY_USE: FILL(p, "relative.use", name_in(p, w->name, w->name_zh)); break;
  case TH_RELATIVE_BY_ATC: atc(p, w); break;
  case TH_RELATIVE_BY_PATH: path(p, w); break;
  case TH_RELATIVE_BYS: break;
  }
  th_page_ref(p, w->own);
  if (w->other.source != w->own.source || w->other.line != w->own.line) th_page_ref(p, w->other);
  if (w->by == TH_RELATIVE_BY_USE && (w->own.source == TH_NO_SOURCE || w->other.source == TH_NO_SOURCE))
    th_page_say(p, "relative.builtin");
}

static void row(th_page *p, const th_dossier_relative *r) {
  uint32_t told[TH_RELATIVE_BYS] = { 0 };
  th_page_begin(p, BLOCK_ROW, NULL);
  drug_cell(p, r);
  th_page_begin(p, BLOCK_CELL, NULL);
  for (size_t i = 0; i < r->why.n; i++) {
    const th_relative_reason *w = &r->why.v[i];
    if (i) th_page_run(p, RUN_BREAK, NULL, TH_STR_NONE, TH_STR_NONE);
    reason(p, w);
    const bool last = i + 1 == r->why.n || r->why.v[i + 1].by != w->by;
    if (++told[w->by] < r->n[w->by] && last) FILL(p, "relative.more", th_str_fmt(p->a, "%u", r->n[w->by] - told[w->by]));
  }
  th_page_end(p);
  th_page_end(p);
}

/* What was not found is said for each kind of reason: an empty place would not tell why. */
static void states(th_page *p) {
  const th_dossier *d = p->d;
  th_page_begin(p, BLOCK_LIST, NULL);
  for (int by = 0; by < TH_RELATIVE_BYS; by++) {
    const th_relative_state s = d->relative_state[by];
    if (s == TH_RELATIVES_FOUND) continue;
    char key[64];
    snprintf(key, sizeof key, "relative.state.%s", th_relative_state_code(s));
    th_page_begin(p, BLOCK_ITEM, NULL);
    FILL(p, key, th_page_code(p, "relative.by", th_relative_by_code((th_relative_by)by)));
    th_page_end(p);
  }
  th_page_end(p);
}

void th_page__relatives(th_page *p) {
  static const char *const head[] = { "col.drug", "col.shared" };
  const th_dossier *d = p->d;
  th_page_section(p, "relatives", "h.relatives");
  if (!d->relatives_asked) {
    th_page_para(p, "relative.not-asked");
    th_page_end(p);
    return;
  }
  if (d->relatives.n) {
    th_page_para(p, "relative.order");
    th_page_begin(p, BLOCK_TABLE, NULL);
    th_page_head(p, head, 2);
    for (size_t i = 0; i < d->relatives.n; i++) row(p, &d->relatives.v[i]);
    th_page_end(p);
  }
  if (d->n_relatives > d->relatives.n) {
    th_page_begin(p, BLOCK_PARA, NULL);
    FILL(p, "relative.of", th_str_fmt(p->a, "%zu", d->relatives.n), th_str_fmt(p->a, "%zu", d->n_relatives));
    th_page_end(p);
  }
  states(p);
  th_page_end(p);
}
