/* Rules of the drug benefit list, clause by clause. */
#include "store/put_priv.h"

static void coverage_details(th_store__put *p, const th_coverage_text *rule) {
  int64_t only = 0;
  th_store__put_identifier(p, "rule", rule->number.text, TH_S("number"));
  for (size_t i = 0; i < rule->drugs.n; i++) {
    const int64_t id = th_store__put_about(p, TH_STORE_DRUG, rule->drugs.v[i].text, "rule", th_store__path(p, "drugs", i, ""));
    only = i == 0 ? id : 0;
  }
  /* With several drugs in one rule the text does not say whose brand it is. */
  for (size_t i = 0; i < rule->brands.n; i++)
    th_store__put_name(p, TH_STORE_DRUG, only, rule->brands.v[i].text, "brand", th_store__path(p, "brands", i, ""));
  for (size_t i = 0; i < rule->clauses.n; i++) {
    const th_coverage_clause *c = &rule->clauses.v[i];
    const th_field at = { TH_STR_NONE, c->from, c->to, c->line };
    th_store__put_passage(p, th_store__path(p, "clauses", i, ""), at, "zh", c->id, c->clean.n ? c->clean : c->text.text);
  }
  for (size_t i = 0; i < rule->forms.n; i++) {
    const th_coverage_form *f = &rule->forms.v[i];
    const th_field at = { TH_STR_NONE, f->from, f->to, f->line };
    th_store__put_identifier(p, "form", f->id, th_store__path(p, "forms", i, "id"));
    th_store__put_passage(p, th_store__path(p, "forms", i, ""), at, "zh", f->number.text,
                          TH_STORE__FIRST(&f->title, &f->number));
  }
  for (size_t i = 0; i < rule->items.n; i++) {
    const th_coverage_score_item *x = &rule->items.v[i];
    th_store__put_passage(p, th_store__path(p, "items", i, ""), x->name_zh.text.n ? x->name_zh : x->name_en, "",
                          TH_STORE__FIRST(&x->name_zh, &x->name_en),
                          TH_STORE__FIRST(&x->definition_zh, &x->definition_en, &x->name_en));
  }
}

th_code th_store_coverage_put(th_arena *a, th_store *s, const th_store_document *d, const th_coverage_text *rule,
                              th_store_record *r, th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("coverage-text"),
                          .title = TH_STORE__FIRST(&rule->heading, &rule->number),
                          .dated = rule->effective,
                          .to = d->bytes };
  if (rule->clauses.n > 0 && rule->clauses.v[0].to > rule->clauses.v[0].from) {
    r->from = rule->clauses.v[0].from;
    r->to = rule->clauses.v[0].to;
  }
  th_store__put p = { a, s, r, TH_OK, err };
  p.code = th_store__fold(a, rule->number.text, &r->key, err);
  if (th_store__put_begin(&p, &th_store__codec_coverage, rule, d, added)) coverage_details(&p, rule);
  return p.code;
}
