/* theriac licence show: products of a drug in the register, what they are licensed for, and until when. */
#include "cli/cli_trial.h"
#include "theriac/dossier/labels.h"
#include "theriac/evidence.h"
#include "theriac/licence.h"

static const th_opt opts[] = {
  { "disease", 'x', "X", "is this use within the licensed text?", false },
  { "all", 'a', NULL, "expired and cancelled licences one by one too, not only their number", false },
  { 0 },
};

typedef struct desk {
  th_cli *c;
  th_cli_trials t;
  const th_name_row *drug, *disease;
  th_licence_products products;
  th_tfda_licences rows; /* of the register, beside the product of the same place when from_register */
  th_str_vec documents;
  size_t registers; /* held */
  uint32_t n[TH_LICENCE_CANCELLED + 1];
  th_novelty_seen novelty;
  th_name_row_vec licensed;
  TH_VEC(uint32_t) licensed_by; /* product that names it */
  th_held_labels labels;        /* of the United States: no licence here, shown beside */
  th_novelty_seen by_label;
  const th_held_label *naming; /* the label that names the use, or what it is related to */
  th_date as_of;
  th_err *err;
} desk;

static th_code document_index(desk *d, int64_t record_id, uint32_t *out) {
  th_store_record r;
  bool found;
  TH_TRY(th_store_record_get(d->c->arena, d->t.store, record_id, &found, &r, d->err));
  if (!found) return th_fail(d->err, TH_EBUG, "a row refers to record %lld, which is not there", (long long)record_id);
  for (size_t i = 0; i < d->documents.n; i++)
    if (th_str_eq(d->documents.v[i], r.doc.name)) return *out = (uint32_t)i, TH_OK;
  *out = (uint32_t)d->documents.n;
  return TH_VEC_PUSH(d->c->arena, &d->documents, r.doc.name) ? TH_OK : th_fail_nomem(d->err);
}

static th_code add_rows(desk *d, const th_store_licence_vec *v) {
  for (size_t i = 0; i < v->n; i++) {
    uint32_t at;
    TH_TRY(document_index(d, v->v[i].record_id, &at));
    TH_TRY(th_licence_product_of_register(d->c->arena, &v->v[i].row, at, d->as_of, &d->products, d->err));
    if (!TH_VEC_PUSH(d->c->arena, &d->rows, v->v[i].row)) return th_fail_nomem(d->err);
  }
  return TH_OK;
}

/* What published pages say of the drug's licences: claims, until the register is held. */
static th_code add_pages(desk *d, const th_str_vec *names) {
  th_arena *a = d->c->arena;
  th_store_entity_vec entities;
  th_store_record_vec records;
  for (size_t n = 0; n < names->n; n++) {
    TH_TRY(th_store_entity_find(a, d->t.store, TH_STORE_DRUG, names->v[n], &entities, d->err));
    for (size_t e = 0; e < entities.n; e++) {
      TH_TRY(th_store_records_about(a, d->t.store, TH_STORE_DRUG, entities.v[e].id, TH_S("report-page"), &records, d->err));
      for (size_t k = 0; k < records.n; k++) {
        th_report_page page;
        uint32_t at;
        TH_TRY(th_store_report_of(a, &records.v[k], &page, d->err));
        if (d->drug && th_names_resolve(d->t.names, a, TH_NAME_DRUG, page.drug.text).row != d->drug) continue;
        TH_TRY(document_index(d, records.v[k].id, &at));
        TH_TRY(th_licence_products_of_page(a, &page, at, d->as_of, &d->products, d->err));
      }
    }
  }
  return TH_OK;
}

static th_code by_name(desk *d, const char *asked) {
  th_arena *a = d->c->arena;
  th_str_vec names = { 0 };
  th_store_licence_vec rows;
  const th_name_hit hit = th_names_resolve(d->t.names, a, TH_NAME_DRUG, th_str_of(asked));
  if (hit.how == TH_NAME_AMBIGUOUS)
    return th_fail(d->err, TH_EINVAL, "\"%s\" names several drugs: give the one meant by its INN", asked);
  d->drug = hit.row;
  if (hit.row) TH_TRY(th_licence_names(a, d->t.store, d->t.names, hit.row, &names, d->err));
  if (!hit.row && !TH_VEC_PUSH(a, &names, th_str_of(asked))) return th_fail_nomem(d->err);
  TH_TRY(th_store_licences(a, d->t.store, names.v, names.n, &rows, d->err));
  TH_TRY(add_rows(d, &rows));
  return add_pages(d, &names);
}

static th_code licensed_uses(desk *d) {
  th_licence_product_uses uses = { 0 };
  TH_TRY(th_licence_uses_of_products(d->c->arena, d->t.names, &d->products, &uses, d->err));
  for (size_t i = 0; i < uses.n; i++)
    if (!TH_VEC_PUSH(d->c->arena, &d->licensed, uses.v[i].disease) ||
        !TH_VEC_PUSH(d->c->arena, &d->licensed_by, uses.v[i].product))
      return th_fail_nomem(d->err);
  return TH_OK;
}

/* Whether the use is within a label's own indications, and which label says so. */
static th_code use_of_labels(desk *d) {
  th_name_row_vec rows = { 0 };
  TH_VEC(uint32_t) by = { 0 };
  const th_name_row_vec none = { 0 };
  for (size_t i = 0; i < d->labels.n; i++) {
    th_licence_label_uses uses = { 0 };
    TH_TRY(th_licence_uses_of_label(d->c->arena, d->t.names, &d->labels.v[i].label, &uses, d->err));
    for (size_t k = 0; k < uses.n; k++)
      if (!TH_VEC_PUSH(d->c->arena, &rows, uses.v[k].disease) || !TH_VEC_PUSH(d->c->arena, &by, (uint32_t)i))
        return th_fail_nomem(d->err);
  }
  d->by_label = th_evidence_novelty(d->c->arena, d->t.names, d->disease, &rows, &none, d->labels.n > 0);
  for (size_t i = 0; i < rows.n && !d->naming; i++)
    if (rows.v[i] == d->by_label.through) d->naming = &d->labels.v[by.v[i]];
  return TH_OK;
}

static th_code gather(desk *d) {
  const char *asked = d->c->args[0], *disease = th_cli_opt(d->c, "disease");
  th_store_record_vec registers;
  TH_TRY(th_cli_trials_store(&d->t, d->err));
  TH_TRY(th_cli_trials_names(&d->t, d->err));
  TH_TRY(th_store_records(d->c->arena, d->t.store, TH_S("tfda"), &registers, d->err));
  d->registers = registers.n;
  if (th_str_has(th_str_of(asked), TH_S("字第"))) {
    th_store_licence_vec rows;
    TH_TRY(th_store_licence_find(d->c->arena, d->t.store, th_str_of(asked), &rows, d->err));
    TH_TRY(add_rows(d, &rows));
  } else {
    TH_TRY(by_name(d, asked));
  }
  if (d->drug) TH_TRY(th_labels_held(d->c->arena, d->t.store, d->t.names, d->drug, &d->labels, d->err));
  for (size_t i = 0; i < d->products.n; i++) d->n[d->products.v[i].state]++;
  if (!disease) return TH_OK;
  d->disease = th_names_resolve(d->t.names, d->c->arena, TH_NAME_DISEASE, th_str_of(disease)).row;
  if (!d->disease) return th_fail(d->err, TH_EINVAL, "\"%s\" is no disease that a table of names knows", disease);
  TH_TRY(licensed_uses(d));
  const th_name_row_vec none = { 0 };
  d->novelty = th_evidence_novelty(d->c->arena, d->t.names, d->disease, &d->licensed, &none, d->n[TH_LICENCE_VALID] > 0);
  return use_of_labels(d);
}

static const th_tfda_licence *row_of(const desk *d, const th_licence_product *p) {
  for (size_t i = 0; p->from_register && i < d->rows.n; i++)
    if (th_str_eq(d->rows.v[i].text[TH_TFDA_NUMBER], p->number)) return &d->rows.v[i];
  return NULL;
}

static const char *state_code(const th_licence_product *p) {
  return p->state == TH_LICENCE_EXPIRED ? "expired_not_cancelled" : th_licence_state_code(p->state);
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void product_json(th_jwrite *w, const desk *d, const th_licence_product *p) {
  char day[TH_DATE_TEXT];
  const th_tfda_licence *row = row_of(d, p);
  th_jw_obj(w);
  th_cli_json_text(w, "number", p->number);
  th_jw_key(w, "state"), th_jw_z(w, state_code(p));
  th_cli_json_text(w, "name", p->name);
  if (row) th_cli_json_text(w, "name_en", row->text[TH_TFDA_NAME_EN]);
  th_cli_json_text(w, "form", p->form);
  th_cli_json_text(w, "holder", p->holder);
  if (row) th_cli_json_text(w, "maker", row->text[TH_TFDA_MAKER]);
  if (row) th_cli_json_text(w, "ingredients", row->text[TH_TFDA_INGREDIENTS]);
  th_cli_json_text(w, "indication", p->indication);
  th_jw_key(w, "expires"), th_jw_z(w, th_date_iso(p->expires, day));
  if (row && row->text[TH_TFDA_CANCELLED].n) {
    th_cli_json_text(w, "cancelled", row->text[TH_TFDA_CANCELLED]);
    th_jw_key(w, "cancelled_on"), th_jw_z(w, th_date_iso(row->cancelled_on, day));
    th_cli_json_text(w, "cancel_reason", row->text[TH_TFDA_CANCEL_REASON]);
  }
  th_jw_key(w, "from_register"), th_jw_bool(w, p->from_register);
  th_cli_json_text(w, "source", p->source < d->documents.n ? d->documents.v[p->source] : TH_S(""));
  th_jw_key(w, "line"), th_jw_i64(w, p->line);
  th_jw_obj_end(w);
}

static void label_json(th_jwrite *w, const th_held_label *l) {
  char day[TH_DATE_TEXT];
  const th_field f = th_label_text(&l->label, TH_LABEL_INDICATIONS);
  th_jw_obj(w);
  th_cli_json_text(w, "set_id", l->label.set_id.text);
  th_cli_json_text(w, "name", l->record.title);
  th_jw_key(w, "effective"), th_jw_z(w, th_date_iso(l->label.effective, day));
  th_jw_key(w, "combination"), th_jw_z(w, l->single == TH_UNKNOWN ? "unknown" : l->single == TH_TRUE ? "no" : "yes");
  th_cli_json_text(w, "indications", f.text);
  th_cli_json_text(w, "source", l->record.doc.name);
  th_jw_key(w, "from"), th_jw_i64(w, (int64_t)l->record.from);
  th_jw_obj_end(w);
}

static void json(th_buf *b, const desk *d) {
  static const char *const states[] = { "unknown", "valid", "expired_not_cancelled", "cancelled" };
  th_jwrite w;
  char day[TH_DATE_TEXT];
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_jw_key(&w, "asked"), th_jw_z(&w, d->c->args[0]);
  if (d->drug) th_cli_json_text(&w, "drug", d->drug->en);
  th_jw_key(&w, "as_of"), th_jw_z(&w, th_date_iso(d->as_of, day));
  th_jw_key(&w, "registers_held"), th_jw_i64(&w, (int64_t)d->registers);
  th_jw_key(&w, "counts");
  th_jw_obj(&w);
  for (int i = 0; i <= TH_LICENCE_CANCELLED; i++) th_jw_key(&w, states[i]), th_jw_i64(&w, d->n[i]);
  th_jw_obj_end(&w);
  if (d->disease) {
    th_jw_key(&w, "use");
    th_jw_obj(&w);
    th_cli_json_text(&w, "disease", d->disease->en);
    th_cli_json_text(&w, "id", d->disease->id);
    th_jw_key(&w, "novelty"), th_jw_z(&w, th_novelty_code(d->novelty.novelty));
    if (d->novelty.through) th_cli_json_text(&w, "through", d->novelty.through->en);
    th_jw_key(&w, "by_label"), th_jw_z(&w, th_novelty_code(d->by_label.novelty));
    if (d->naming) th_cli_json_text(&w, "label", d->naming->label.set_id.text);
    th_jw_obj_end(&w);
  }
  th_jw_key(&w, "labels");
  th_jw_arr(&w);
  for (size_t i = 0; i < d->labels.n; i++) label_json(&w, &d->labels.v[i]);
  th_jw_arr_end(&w);
  th_jw_key(&w, "licences");
  th_jw_arr(&w);
  for (size_t i = 0; i < d->products.n; i++) product_json(&w, d, &d->products.v[i]);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

/* ── Terminal ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str say(const desk *d, const char *key, th_str x, th_str y) {
  const th_str values[] = { x, y };
  char whole[80];
  snprintf(whole, sizeof whole, "licences.%s", key);
  return th_words_fill(d->c->arena, th_words_get(d->t.lang, whole), values, 2);
}

static void para(th_buf *b, th_str text, size_t indent) {
  if (!text.n) return;
  for (size_t i = 0; i < indent; i++) th_buf_addc(b, ' ');
  th_cli_wrap(b, text, indent, indent, th_cli_columns());
  th_buf_addc(b, '\n');
}

static void product_text(const desk *d, th_buf *b, const th_licence_product *p) {
  char day[TH_DATE_TEXT];
  const th_tfda_licence *row = row_of(d, p);
  const th_str until = th_str_of(th_date_iso(p->expires, day));
  th_buf_addc(b, '\n');
  para(b, th_str_fmt(d->c->arena, "%.*s  %.*s", TH_STR_ARG(p->number), TH_STR_ARG(p->name)), 0);
  if (row && row->text[TH_TFDA_NAME_EN].n) para(b, row->text[TH_TFDA_NAME_EN], 2);
  char key[48];
  snprintf(key, sizeof key, "state.%s", state_code(p));
  para(b, say(d, key, until, row ? row->text[TH_TFDA_CANCEL_REASON] : TH_S("")), 2);
  if (p->form.n || p->holder.n) para(b, th_str_fmt(d->c->arena, "%.*s · %.*s", TH_STR_ARG(p->form), TH_STR_ARG(p->holder)), 2);
  if (p->indication.n) para(b, say(d, "for", p->indication, TH_S("")), 2);
  if (!p->from_register) para(b, say(d, "claim", TH_S(""), TH_S("")), 2);
  if (p->source < d->documents.n)
    para(b, th_str_fmt(d->c->arena, "%.*s:%u", TH_STR_ARG(d->documents.v[p->source]), p->line), 2);
}

static th_str name_in(const desk *d, const th_name_row *row) {
  return d->t.lang == TH_WORDS_ZH_TW && row->zh.n ? row->zh : row->en;
}

static void use_text(const desk *d, th_buf *b) {
  if (!d->disease) return;
  char key[48];
  snprintf(key, sizeof key, "use.%s", th_novelty_code(d->novelty.novelty));
  th_buf_addc(b, '\n');
  para(b, say(d, key, name_in(d, d->disease), d->novelty.through ? name_in(d, d->novelty.through) : TH_S("")), 0);
  if (!d->labels.n) return;
  snprintf(key, sizeof key, "label.%s", th_novelty_code(d->by_label.novelty));
  para(b, say(d, key, name_in(d, d->disease), d->naming ? d->naming->record.title : TH_S("")), 0);
}

static void labels_text(const desk *d, th_buf *b) {
  for (size_t i = 0; i < d->labels.n && i < 3; i++) {
    const th_held_label *l = &d->labels.v[i];
    char day[TH_DATE_TEXT];
    const bool dated = l->label.effective.prec != TH_DATE_NONE;
    th_buf_addc(b, '\n');
    para(b,
         say(d, l->single == TH_FALSE ? "label.combination" : "label", l->record.title,
             dated ? th_str_of(th_date_iso(l->label.effective, day)) : th_words_get(d->t.lang, "licences.label.undated")),
         0);
    para(b, th_label_text(&l->label, TH_LABEL_INDICATIONS).text, 2);
    para(b, l->record.doc.name, 2);
  }
}

static void text(th_buf *b, const desk *d) {
  static const th_licence_state order[] = { TH_LICENCE_VALID, TH_LICENCE_UNKNOWN, TH_LICENCE_EXPIRED, TH_LICENCE_CANCELLED };
  const bool all = th_cli_has(d->c, "all") || d->n[TH_LICENCE_VALID] + d->n[TH_LICENCE_UNKNOWN] == 0;
  if (!d->registers) para(b, say(d, "no_register", TH_S(""), TH_S("")), 0);
  if (!d->products.n) para(b, say(d, "none", th_str_of(d->c->args[0]), TH_S("")), 0);
  for (int s = 0; s < 4; s++) {
    if ((order[s] == TH_LICENCE_EXPIRED || order[s] == TH_LICENCE_CANCELLED) && !all) continue;
    for (size_t i = 0; i < d->products.n; i++)
      if (d->products.v[i].state == order[s]) product_text(d, b, &d->products.v[i]);
  }
  labels_text(d, b);
  use_text(d, b);
  const th_str count[] = { th_str_fmt(d->c->arena, "%u", d->n[TH_LICENCE_VALID]),
                           th_str_fmt(d->c->arena, "%u", d->n[TH_LICENCE_EXPIRED]),
                           th_str_fmt(d->c->arena, "%u", d->n[TH_LICENCE_CANCELLED]),
                           th_str_fmt(d->c->arena, "%u", d->n[TH_LICENCE_UNKNOWN]) };
  th_buf_addc(b, '\n');
  para(b, th_words_fill(d->c->arena, th_words_get(d->t.lang, "licences.counts"), count, 4), 0);
}

static int run(th_cli *c) {
  th_err err = { 0 };
  desk d = { .c = c, .err = &err, .as_of = c->as_of.prec ? c->as_of : th_cli_today() };
  th_buf b;
  th_cli_trials_open(c, &d.t);
  th_buf_init(&b, c->arena, 8192);
  const th_code code = gather(&d);
  th_cli_trials_close(&d.t);
  if (code != TH_OK) return th_cli_error(c, &err);
  if (c->json)
    json(&b, &d);
  else
    text(&b, &d);
  const int status = th_cli__put_buf(c, &b);
  const bool yes = d.n[TH_LICENCE_VALID] > 0 && (!d.disease || d.novelty.novelty == TH_NOVELTY_LICENSED);
  return status ? status : !yes;
}

static const char *const examples[] = { "theriac licence show belimumab", "theriac licence show 衛署菌疫輸字第000935號",
                                        "theriac licence show belimumab --disease \"lupus nephritis\" --json", NULL };

const th_cmd th_cmd_licence_show = {
  .name = "licence show",
  .group = "Safety and licence",
  .synopsis = "DRUG|NUMBER [--disease X]",
  .summary = "licensed products: state on the day, expiry, form, holder, licensed text; whether a use is within it",
  .details =
      "A licence belongs to a drug by its ingredients alone, never by a word of its indication. A licence that expired "
      "and was not "
      "cancelled is told apart from one that was cancelled. What a published page says of a licence is a claim, marked "
      "so, until the "
      "register (Taiwan FDA, open data set 36) is imported.\n\n"
      "With --disease: licensed (a licence in force names it), expansion (a kind, a parent or a sibling of a licensed "
      "disease), new, "
      "or unknown without a licence in force. The licensed text itself decides; it is shown.\n\n"
      "Labels of the United States that are held (theriac fetch labels) stand beside: they are no licence here; their words "
      "and whether they name the use are told apart.\n\n"
      "Exit status 0 when a licence is in force (and names the disease asked for), 1 otherwise.",
  .opts = opts,
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
