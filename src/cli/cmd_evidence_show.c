/* theriac evidence show ID: one study whole, with every step of its judgement. */
#include "cli/cli_evidence.h"
#include "theriac/report.h"

#include <math.h>

static const th_opt opts[] = {
  { "drug", 'd', "D", "judged for this drug (else the first the study gives)", false },
  { "disease", 'x', "X", "judged for this disease (else the first the study names)", false },
  { 0 },
};

static const char *const examples[] = { "theriac evidence show NCT01610492", "theriac evidence show 31243451 --json",
                                        "theriac evidence show NCT02210780 --drug dupilumab --disease \"atopic dermatitis\"",
                                        NULL };

typedef struct shown {
  th_store_record record;
  th_study_seen study;
  th_str drug, disease;
} shown;

static th_code find_record(th_cli *c, th_store *store, const char *id, shown *out, th_err *err) {
  th_str key = th_str_of(id);
  bool found = false;
  TH_TRY(th_store_record_find(c->arena, store, TH_S("ctgov"), key, &found, &out->record, err));
  if (found) {
    th_ctgov_study *s = TH_NEW(c->arena, th_ctgov_study);
    if (!s) return th_fail_nomem(err);
    TH_TRY(th_store_ctgov_of(c->arena, &out->record, s, err));
    return th_study_of_ctgov(c->arena, s, 0, &out->study, err);
  }
  if (th_str_starts(key, TH_S("PMID"))) key = th_str_trim(th_str_sub(key, 4, key.n));
  TH_TRY(th_store_record_find(c->arena, store, TH_S("pubmed"), key, &found, &out->record, err));
  if (!found)
    return th_fail(err, TH_ENOENT, "no study or paper \"%s\" among the imported records (an NCT number or a PMID is expected)",
                   id);
  th_pubmed_article *p = TH_NEW(c->arena, th_pubmed_article);
  if (!p) return th_fail_nomem(err);
  TH_TRY(th_store_pubmed_of(c->arena, &out->record, p, err));
  return th_study_of_pubmed(c->arena, p, 0, &out->study, err);
}

/* The name of an intervention without its type and its other names. */
static th_str bare_name(th_str text) {
  const size_t colon = th_str_find(text, TH_S(": "), 0);
  if (colon != SIZE_MAX && colon < 24) text = th_str_sub(text, colon + 2, text.n);
  const size_t bracket = th_str_find(text, TH_S(" ("), 0);
  return bracket == SIZE_MAX ? text : th_str_sub(text, 0, bracket);
}

static th_code first_drug(th_cli *c, const th_names *names, const th_study_seen *s, th_str *out, th_err *err) {
  for (size_t i = 0; i <= s->treatments.n; i++) {
    th_name_hits hits = { 0 };
    const th_str text = i < s->treatments.n ? s->treatments.v[i].text : s->title;
    TH_TRY(th_names_find(names, c->arena, TH_NAME_DRUG, text, false, &hits, err));
    if (hits.n) return *out = hits.v[0].row->en, TH_OK;
  }
  *out = s->treatments.n ? bare_name(s->treatments.v[0].text) : TH_STR_NONE;
  return TH_OK;
}

static th_code first_disease(th_cli *c, const th_names *names, const th_study_seen *s, th_str *out, th_err *err) {
  th_name_hits hits = { 0 };
  TH_TRY(th_evidence_about(c->arena, names, s, &hits, err));
  *out = hits.n ? hits.v[0].row->en : s->conditions.n ? s->conditions.v[0].text : TH_STR_NONE;
  return TH_OK;
}

static th_code prepare(th_cli *c, th_store *store, const th_names *names, shown *out, th_err *err) {
  const char *drug = th_cli_opt(c, "drug"), *disease = th_cli_opt(c, "disease");
  TH_TRY(find_record(c, store, c->args[0], out, err));
  out->drug = th_str_of(drug);
  out->disease = th_str_of(disease);
  if (!drug) TH_TRY(first_drug(c, names, &out->study, &out->drug, err));
  if (!disease) TH_TRY(first_disease(c, names, &out->study, &out->disease, err));
  if (!out->drug.n) return th_fail(err, TH_EINVAL, "%s names no drug that is known; say which with --drug", c->args[0]);
  if (!out->disease.n)
    return th_fail(err, TH_EINVAL, "%s names no disease that is known; say which with --disease", c->args[0]);
  return TH_OK;
}

/* ── JSON ── */

static void fields_json(th_jwrite *w, const char *key, const th_field_vec *v) {
  th_jw_key(w, key);
  th_jw_arr(w);
  for (size_t i = 0; i < v->n; i++) th_jw_str(w, v->v[i].text);
  th_jw_arr_end(w);
}

static void number_json(th_jwrite *w, const char *key, double v) {
  th_jw_key(w, key);
  if (isnan(v))
    th_jw_null(w);
  else
    th_jw_f64(w, v);
}

static void arms_json(th_jwrite *w, const th_study_seen *s) {
  th_jw_key(w, "arms");
  th_jw_arr(w);
  for (size_t i = 0; i < s->arms.n; i++) {
    th_jw_obj(w);
    th_cli_jtext(w, "label", s->arms.v[i].label.text);
    th_cli_jtext(w, "type", s->arms.v[i].type.text);
    fields_json(w, "treatments", &s->arms.v[i].treatments);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void analyses_json(th_jwrite *w, const th_study_seen *s) {
  static const char *const ranks[] = { "primary", "secondary", "other" };
  th_jw_key(w, "comparisons");
  th_jw_arr(w);
  for (size_t i = 0; i < s->analyses.n; i++) {
    const th_analysis_seen *x = &s->analyses.v[i];
    th_jw_obj(w);
    th_cli_jtext(w, "outcome", x->title);
    th_jw_key(w, "rank");
    th_jw_z(w, ranks[x->rank]);
    th_cli_jtext(w, "measure", x->param);
    number_json(w, "estimate", x->estimate);
    number_json(w, "lower", x->lo);
    number_json(w, "upper", x->hi);
    number_json(w, "level", x->level);
    th_jw_key(w, "p_sign");
    if (x->p_sign)
      th_jw_str(w, th_str_n(&x->p_sign, 1));
    else
      th_jw_null(w);
    number_json(w, "p", x->p);
    th_jw_key(w, "non_inferiority");
    th_jw_bool(w, x->non_inferiority);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void json(th_jwrite *w, const shown *x, const th_dossier_pair *p, size_t at) {
  const th_study_seen *s = &x->study;
  th_jw_obj(w);
  th_jw_key(w, "schema");
  th_jw_z(w, "theriac.study/1");
  th_cli_jtext(w, "id", s->id);
  th_cli_jtext(w, "title", s->title);
  th_cli_jtext(w, "official_title", s->official_title);
  th_cli_jtext(w, "sponsor", s->sponsor);
  th_cli_jtext(w, "document", x->record.doc.sha256);
  th_cli_jtext(w, "why_stopped", s->why_stopped.text);
  fields_json(w, "conditions", &s->conditions);
  fields_json(w, "topics", &s->topics);
  arms_json(w, s);
  analyses_json(w, s);
  th_jw_key(w, "judged_for");
  th_jw_obj(w);
  th_cli_jtext(w, "drug", x->drug);
  th_cli_jtext(w, "disease", x->disease);
  th_jw_obj_end(w);
  th_jw_key(w, "judgement");
  if (at < p->items.n)
    th_cli_evidence_item_json(w, &p->items, at);
  else
    th_jw_null(w);
  th_jw_obj_end(w);
}

/* ── For people ── */

static void line(th_buf *b, const char *head, th_str text) {
  if (text.n) th_buf_addf(b, "%s%.*s\n", head, TH_STR_ARG(text));
}

static void comparisons(th_buf *b, const th_study_seen *s, bool zh) {
  if (s->analyses.n) th_buf_addz(b, zh ? "\n登載之比較\n" : "\nPosted comparisons\n");
  for (size_t i = 0; i < s->analyses.n; i++) {
    const th_analysis_seen *x = &s->analyses.v[i];
    th_buf_addf(b, "  %s %.*s\n    ", x->rank ? " " : "*", TH_STR_ARG(x->title));
    if (!isnan(x->estimate)) th_buf_addf(b, "%.*s %g", TH_STR_ARG(x->param), x->estimate);
    if (!isnan(x->lo) && !isnan(x->hi)) th_buf_addf(b, " (%g to %g", x->lo, x->hi);
    if (!isnan(x->lo) && !isnan(x->hi)) th_buf_addf(b, isnan(x->level) ? ")" : ", %g %%)", 100 * x->level);
    if (x->p_sign) th_buf_addf(b, "  P %c %g", x->p_sign, x->p);
    if (x->non_inferiority) th_buf_addz(b, zh ? "（不劣性）" : " (non-inferiority)");
    th_buf_addc(b, '\n');
  }
}

static void text(const th_cli *c, th_buf *b, const shown *x, const th_dossier_pair *p, size_t at) {
  const th_study_seen *s = &x->study;
  const bool zh = strcmp(c->lang, "zh-TW") == 0;
  th_buf_addf(b, "%.*s  %.*s\n", TH_STR_ARG(s->id), TH_STR_ARG(s->title));
  line(b, zh ? "正式標題：" : "Official title: ", s->official_title);
  line(b, zh ? "試驗委託者：" : "Sponsor: ", s->sponsor);
  line(b, zh ? "狀態：" : "Status: ", s->status_text.text);
  line(b, zh ? "終止原因：" : "Why stopped: ", s->why_stopped.text);
  for (size_t i = 0; i < s->conditions.n; i++) line(b, zh ? "疾病：" : "Condition: ", s->conditions.v[i].text);
  for (size_t i = 0; i < s->arms.n; i++) {
    th_buf_addf(b, zh ? "組別：%.*s（%.*s）" : "Arm: %.*s (%.*s)", TH_STR_ARG(s->arms.v[i].label.text),
                TH_STR_ARG(s->arms.v[i].type.text));
    for (size_t k = 0; k < s->arms.v[i].treatments.n; k++)
      th_buf_addf(b, "%s%.*s", k ? "; " : " ", TH_STR_ARG(s->arms.v[i].treatments.v[k].text));
    th_buf_addc(b, '\n');
  }
  comparisons(b, s, zh);
  th_buf_addf(b, zh ? "\n就 %.*s 用於%.*s 之判定：" : "\nJudged for %.*s in %.*s: ", TH_STR_ARG(x->drug),
              TH_STR_ARG(x->disease));
  if (at >= p->items.n) {
    th_buf_addz(b, zh ? "未列入\n" : "not listed\n");
    return;
  }
  const th_evidence_item *it = &p->items.v[at];
  th_buf_addz(b, it->counted ? (zh ? "計入" : "counted") : (zh ? "不計入" : "not counted"));
  if (it->gates.n || it->flags.n) th_buf_addz(b, zh ? "：" : ": ");
  th_cli_evidence_reasons(b, it, c->lang);
  th_buf_addc(b, '\n');
  th_cli_evidence_steps_text(b, it);
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_store *store = NULL;
  th_dossier *d = NULL;
  th_names *names = NULL;
  shown x = { 0 };
  th_code code = th_store_open(c->home, TH_STORE_READ, -1, &store, &err);
  if (code == TH_OK) code = th_store_names(c->arena, store, &names, &err);
  if (code == TH_OK) code = prepare(c, store, names, &x, &err);
  if (code == TH_OK) {
    const th_cli_pair ask = { th_str_z(c->arena, x.drug), th_str_z(c->arena, x.disease), true, th_evidence_settings_default() };
    code = ask.drug && ask.disease ? th_cli_evidence_build(c, store, &ask, names, &d, &err) : th_fail_nomem(&err);
  }
  th_store_close(store);
  if (code != TH_OK) return th_cli_error(c, &err);
  const th_dossier_pair *p = &d->pairs.v[d->leading];
  size_t at = 0;
  while (at < p->items.n && !th_str_eq(p->items.v[at].study->id, x.study.id)) at++;
  th_buf b;
  th_buf_init(&b, c->arena, 1 << 13);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    json(&w, &x, p, at);
    th_buf_addc(&b, '\n');
  } else {
    text(c, &b, &x, p, at);
  }
  return th_cli__put_buf(c, &b);
}

const th_cmd th_cmd_evidence_show = {
  .name = "evidence show",
  .group = "Evidence",
  .synopsis = "ID [--drug D] [--disease X]",
  .summary = "one study or paper whole, with every step of its judgement",
  .details =
      "ID is an NCT number or a PMID of an imported record. Arms with what they get, posted comparisons with their intervals "
      "at "
      "their own level, and the judgement for a drug and a disease, each step with its rule, the value read and the field it "
      "was read from. Without --drug and --disease the first drug and the first disease of the study are taken and named.",
  .opts = opts,
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
