/* theriac safety check: what may harm, for one drug or all pairs of a list. */
#include "cli/cli_trial.h"
#include "theriac/safety.h"

#include <stdlib.h>

static const th_opt opts[] = {
  { "list", 'l', "FILE", "a file of drug names, one a line; - reads standard input", false },
  { "min", 0, "S", "from this severity on: unknown, minor, moderate, major or contraindicated", false },
  { 0 },
};

typedef struct drug {
  th_str asked;
  const th_name_row *row;
  bool known;     /* some table of names has it */
  bool in_tables; /* stands in some table of interactions held */
  th_safety_cautions cautions;
  th_safety_warnings warnings;
  th_safety_interactions others; /* of a single drug: everything it interacts with */
} drug;
typedef TH_VEC(drug) drug_vec;

typedef struct source {
  int64_t record_id;
  th_str name, licence;
} source;

typedef struct desk {
  th_cli *c;
  th_cli_trials t;
  drug_vec drugs;
  TH_VEC(source) sources;
  th_safety_pair_vec pairs;
  size_t tables, caution_tables; /* held */
  th_severity from;
  th_err *err;
} desk;

/* ── Which drugs ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_drug(desk *d, th_str name) {
  th_arena *a = d->c->arena;
  name = th_str_trim(name);
  if (!name.n || name.p[0] == '#') return TH_OK;
  const th_name_hit hit = th_names_resolve(d->t.names, a, TH_NAME_DRUG, name);
  if (hit.how == TH_NAME_AMBIGUOUS)
    return th_fail(d->err, TH_EINVAL, "\"%.*s\" names several drugs: give the one meant by its INN", TH_STR_ARG(name));
  drug x = { .asked = name, .row = hit.row, .known = hit.row != NULL };
  for (size_t i = 0; i < d->drugs.n; i++)
    if (x.row && d->drugs.v[i].row == x.row) return TH_OK; /* named twice */
  if (!x.row) {                                            /* in no table of names: it is then itself alone, as written */
    const th_name_row own = { .kind = TH_NAME_DRUG, .id = name, .en = name, .source = TH_S("as asked") };
    TH_TRY(th_names_with(a, d->t.names, &own, &d->t.names, d->err));
    /* rows of the base are views of it still; those of earlier drugs are found again below */
    for (size_t i = 0; i < d->drugs.n; i++)
      d->drugs.v[i].row = th_names_resolve(d->t.names, a, TH_NAME_DRUG, d->drugs.v[i].asked).row;
    x.row = th_names_resolve(d->t.names, a, TH_NAME_DRUG, name).row;
    if (!x.row) return th_fail(d->err, TH_EINVAL, "\"%.*s\" cannot be a drug's name", TH_STR_ARG(name));
  }
  return TH_VEC_PUSH(a, &d->drugs, x) ? TH_OK : th_fail_nomem(d->err);
}

#define DRUGS_MAX 200

static th_code read_drugs(desk *d) {
  const char *list = th_cli_opt(d->c, "list");
  for (int i = 0; i < d->c->n_args; i++) TH_TRY(add_drug(d, th_str_of(d->c->args[i])));
  th_str bytes = TH_STR_NONE, line;
  if (list) TH_TRY(th_cli_read_file(d->c, list, &bytes, d->err));
  while (bytes.n && th_str_line(&bytes, &line)) TH_TRY(add_drug(d, line));
  if (d->drugs.n > DRUGS_MAX) return th_fail(d->err, TH_ELIMIT, "more than DRUGS_MAX (%d) drugs in one list", DRUGS_MAX);
  return d->drugs.n ? TH_OK : th_fail(d->err, TH_EINVAL, "name a drug, or a list of them (--list FILE)");
}

/* ── What is held on them ──────────────────────────────────────────────────────────────────────────────────────────── */

static th_code source_index(desk *d, int64_t record_id, uint32_t *out) {
  th_store_record r;
  bool found;
  for (size_t i = 0; i < d->sources.n; i++)
    if (d->sources.v[i].record_id == record_id) return *out = (uint32_t)i, TH_OK;
  TH_TRY(th_store_record_get(d->c->arena, d->t.store, record_id, &found, &r, d->err));
  if (!found) return th_fail(d->err, TH_EBUG, "a row refers to record %lld, which is not there", (long long)record_id);
  *out = (uint32_t)d->sources.n;
  return TH_VEC_PUSH(d->c->arena, &d->sources, (source){ record_id, r.doc.name, r.doc.licence }) ? TH_OK
                                                                                                 : th_fail_nomem(d->err);
}

static uint32_t source_of_tag(void *ctx, int64_t tag) {
  const desk *d = ctx;
  for (size_t i = 0; i < d->sources.n; i++)
    if (d->sources.v[i].record_id == tag) return (uint32_t)i;
  return UINT32_MAX;
}

static th_code names_of(th_arena *a, const th_name_row *row, th_str_vec *out, th_err *err) {
  th_str rest = row->synonyms, one;
  if (!TH_VEC_PUSH(a, out, row->en) || (row->zh.n && !TH_VEC_PUSH(a, out, row->zh))) return th_fail_nomem(err);
  while (rest.n && th_str_split(&rest, '|', &one))
    if (one.n && !TH_VEC_PUSH(a, out, one)) return th_fail_nomem(err);
  return TH_OK;
}

static th_code cautions_of(desk *d, drug *x, const th_str_vec *names) {
  th_store_caution_vec rows;
  TH_TRY(th_store_cautions(d->c->arena, d->t.store, names->v, names->n, &rows, d->err));
  for (size_t i = 0; i < rows.n; i++) {
    uint32_t at;
    TH_TRY(source_index(d, rows.v[i].record_id, &at));
    TH_TRY(th_safety_caution_of_row(d->c->arena, d->t.names, &rows.v[i].row, at, &x->cautions, d->err));
  }
  return th_safety_warnings_of(d->c->arena, x->row->id, &x->warnings, d->err);
}

/* Published pages about the drug: what they claim joins what tables say. */
static th_code pages_of(desk *d, size_t i, const th_name_row *const *rows, const th_str_vec *names) {
  th_arena *a = d->c->arena;
  drug *x = &d->drugs.v[i];
  th_store_entity_vec entities;
  th_store_record_vec records;
  for (size_t n = 0; n < names->n; n++) {
    TH_TRY(th_store_entity_find(a, d->t.store, TH_STORE_DRUG, names->v[n], &entities, d->err));
    for (size_t e = 0; e < entities.n; e++) {
      TH_TRY(th_store_records_about(a, d->t.store, TH_STORE_DRUG, entities.v[e].id, TH_S("report-page"), &records, d->err));
      for (size_t k = 0; k < records.n; k++) {
        th_report_page page;
        uint32_t at;
        if (source_of_tag(d, records.v[k].id) != UINT32_MAX) continue;
        TH_TRY(th_store_report_of(a, &records.v[k], &page, d->err));
        if (th_names_resolve(d->t.names, a, TH_NAME_DRUG, page.drug.text).row != x->row) continue;
        TH_TRY(source_index(d, records.v[k].id, &at));
        TH_TRY(th_safety_pairs_of_page(a, d->t.names, rows, d->drugs.n, i, &page, at, &d->pairs, d->err));
        TH_TRY(th_safety_cautions_of_page(a, d->t.names, &page, at, &x->cautions, d->err));
        if (d->drugs.n == 1) TH_TRY(th_safety_interactions_of_page(a, d->t.names, &page, at, &x->others, d->err));
      }
    }
  }
  return TH_OK;
}

static th_code interactions_of(desk *d, const th_name_row *const *rows, const th_str_vec *all) {
  th_arena *a = d->c->arena;
  th_ddinter_rows found;
  th_ddinter_pairs pairs = { 0 };
  TH_TRY(th_store_interactions(a, d->t.store, all->v, all->n, &found, d->err));
  if (!found.n) return TH_OK;
  TH_TRY(th_source_ddinter_pairs(a, found.v, found.n, &pairs, d->err));
  for (size_t i = 0; i < pairs.n; i++) {
    uint32_t at;
    TH_TRY(source_index(d, pairs.v[i].row.tag, &at));
    const th_name_row *x = th_names_resolve(d->t.names, a, TH_NAME_DRUG, pairs.v[i].row.name_a).row;
    const th_name_row *y = th_names_resolve(d->t.names, a, TH_NAME_DRUG, pairs.v[i].row.name_b).row;
    for (size_t k = 0; k < d->drugs.n; k++) d->drugs.v[k].in_tables |= d->drugs.v[k].row == x || d->drugs.v[k].row == y;
  }
  TH_TRY(th_safety_pairs_of_list(a, d->t.names, rows, d->drugs.n, &pairs, source_of_tag, d, &d->pairs, d->err));
  if (d->drugs.n > 1) return TH_OK;
  return th_safety_interactions_of_pairs(a, d->t.names, rows[0], &pairs, source_of_tag, d, &d->drugs.v[0].others, d->err);
}

static th_code count_tables(desk *d) {
  th_store_record_vec v;
  TH_TRY(th_store_records(d->c->arena, d->t.store, TH_S("ddinter"), &v, d->err));
  d->tables = v.n;
  TH_TRY(th_store_records(d->c->arena, d->t.store, TH_S("cautions"), &v, d->err));
  d->caution_tables = v.n;
  return TH_OK;
}

static int gravest_caution(const void *p, const void *q) {
  const th_safety_caution *x = p, *y = q;
  if (x->severity != y->severity) return x->severity > y->severity ? -1 : 1;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return th_str_cmp(x->subject, y->subject);
}

static th_code gather(desk *d) {
  TH_TRY(th_cli_trials_store(&d->t, d->err));
  TH_TRY(th_cli_trials_names(&d->t, d->err));
  TH_TRY(read_drugs(d));
  TH_TRY(count_tables(d));
  const th_name_row **rows = TH_NEWN(d->c->arena, const th_name_row *, d->drugs.n);
  th_str_vec *names = TH_NEWN(d->c->arena, th_str_vec, d->drugs.n), all = { 0 };
  if (!rows || !names) return th_fail_nomem(d->err);
  for (size_t i = 0; i < d->drugs.n; i++) {
    rows[i] = d->drugs.v[i].row;
    TH_TRY(names_of(d->c->arena, rows[i], &names[i], d->err));
    TH_TRY(names_of(d->c->arena, rows[i], &all, d->err));
  }
  TH_TRY(interactions_of(d, rows, &all));
  for (size_t i = 0; i < d->drugs.n; i++) {
    TH_TRY(cautions_of(d, &d->drugs.v[i], &names[i]));
    TH_TRY(pages_of(d, i, rows, &names[i]));
    th_safety_cautions *v = &d->drugs.v[i].cautions;
    if (v->n) qsort(v->v, v->n, sizeof *v->v, gravest_caution);
    uint32_t counts[TH_SEVERITY_CONTRAINDICATED + 1];
    th_safety_sort(&d->drugs.v[i].others, counts);
  }
  return TH_OK;
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void at_json(th_jwrite *w, const desk *d, uint32_t source_at, uint32_t line) {
  th_cli_json_text(w, "source", source_at < d->sources.n ? d->sources.v[source_at].name : TH_S(""));
  th_jw_key(w, "line"), th_jw_i64(w, line);
}

static void pair_json(th_jwrite *w, const desk *d, const th_safety_pair *p) {
  th_jw_obj(w);
  th_cli_json_text(w, "a", d->drugs.v[p->a].row->en);
  th_cli_json_text(w, "b", d->drugs.v[p->b].row->en);
  th_jw_key(w, "severity"), th_jw_z(w, th_severity_name(p->severity));
  th_cli_json_text(w, "label", p->label);
  th_cli_json_text(w, "text", p->effect);
  th_jw_key(w, "sources_differ"), th_jw_bool(w, p->conflict);
  th_jw_key(w, "page_only"), th_jw_bool(w, p->page_only);
  th_jw_key(w, "n_sources"), th_jw_i64(w, p->n_sources);
  at_json(w, d, p->source, p->line);
  th_jw_obj_end(w);
}

static void caution_json(th_jwrite *w, const desk *d, const th_safety_caution *x) {
  static const char *const kinds[] = { "disease", "food", "herb" };
  th_jw_obj(w);
  th_jw_key(w, "kind"), th_jw_z(w, kinds[x->kind]);
  th_cli_json_text(w, "subject", x->subject);
  th_jw_key(w, "severity"), th_jw_z(w, th_severity_name(x->severity));
  th_cli_json_text(w, "label", x->label);
  th_jw_key(w, "rule"), th_jw_z(w, x->rule);
  th_jw_key(w, "class_statement"), th_jw_bool(w, x->class_statement);
  th_cli_json_text(w, "text", x->text);
  at_json(w, d, x->source, x->line);
  th_jw_obj_end(w);
}

static void drug_json(th_jwrite *w, const desk *d, const drug *x) {
  th_jw_obj(w);
  th_cli_json_text(w, "asked", x->asked);
  th_cli_json_text(w, "name", x->row->en);
  th_jw_key(w, "known"), th_jw_bool(w, x->known);
  th_jw_key(w, "in_tables"), th_jw_bool(w, x->in_tables);
  if (d->drugs.n == 1) {
    th_jw_key(w, "interactions");
    th_jw_arr(w);
    for (size_t i = 0; i < x->others.n; i++) {
      const th_safety_interaction *o = &x->others.v[i];
      if (o->severity < d->from) continue;
      th_jw_obj(w);
      th_cli_json_text(w, "name", o->name);
      th_jw_key(w, "severity"), th_jw_z(w, th_severity_name(o->severity));
      th_cli_json_text(w, "text", o->effect);
      th_jw_key(w, "sources_differ"), th_jw_bool(w, o->conflict);
      th_jw_key(w, "page_only"), th_jw_bool(w, o->page_only);
      at_json(w, d, o->source, o->line);
      th_jw_obj_end(w);
    }
    th_jw_arr_end(w);
  }
  th_jw_key(w, "cautions");
  th_jw_arr(w);
  for (size_t i = 0; i < x->cautions.n; i++)
    if (x->cautions.v[i].severity >= d->from) caution_json(w, d, &x->cautions.v[i]);
  th_jw_arr_end(w);
  th_jw_key(w, "label_warnings");
  th_jw_arr(w);
  for (size_t i = 0; i < x->warnings.n; i++) {
    th_jw_obj(w);
    th_cli_json_text(w, "population", x->warnings.v[i].population);
    th_cli_json_text(w, "text", d->t.lang == TH_WORDS_ZH_TW ? x->warnings.v[i].zh : x->warnings.v[i].en);
    th_cli_json_text(w, "source", x->warnings.v[i].source);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static void json(th_buf *b, const desk *d) {
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_jw_key(&w, "interaction_tables_held"), th_jw_i64(&w, (int64_t)d->tables);
  th_jw_key(&w, "caution_tables_held"), th_jw_i64(&w, (int64_t)d->caution_tables);
  th_jw_key(&w, "pairs");
  th_jw_arr(&w);
  for (size_t i = 0; i < d->pairs.n; i++)
    if (d->pairs.v[i].severity >= d->from) pair_json(&w, d, &d->pairs.v[i]);
  th_jw_arr_end(&w);
  th_jw_key(&w, "drugs");
  th_jw_arr(&w);
  for (size_t i = 0; i < d->drugs.n; i++) drug_json(&w, d, &d->drugs.v[i]);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

/* ── Terminal ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str severity_word(const desk *d, th_severity s) {
  char key[48];
  snprintf(key, sizeof key, "severity.%s", th_severity_name(s));
  return th_words_get(d->t.lang, key);
}

static th_str say(const desk *d, const char *key, th_str x, th_str y) {
  const th_str values[] = { x, y };
  char whole[80];
  snprintf(whole, sizeof whole, "safety.%s", key);
  return th_words_fill(d->c->arena, th_words_get(d->t.lang, whole), values, 2);
}

static void para(th_buf *b, th_str text, size_t indent) {
  for (size_t i = 0; i < indent; i++) th_buf_addc(b, ' ');
  th_cli_wrap(b, text, indent, indent, th_cli_columns());
  th_buf_addc(b, '\n');
}

static void from_where(const desk *d, th_buf *b, uint32_t source_at, uint32_t line, size_t indent) {
  if (source_at >= d->sources.n) return;
  para(b, th_str_fmt(d->c->arena, "%.*s:%u", TH_STR_ARG(d->sources.v[source_at].name), line), indent);
}

static void pairs_text(const desk *d, th_buf *b) {
  th_severity last = TH_SEVERITY_CONTRAINDICATED + 1;
  for (size_t i = 0; i < d->pairs.n; i++) {
    const th_safety_pair *p = &d->pairs.v[i];
    if (p->severity < d->from) continue;
    if (p->severity != last) th_buf_addf(b, "\n%.*s\n", TH_STR_ARG(severity_word(d, p->severity)));
    last = p->severity;
    para(b, th_str_fmt(d->c->arena, "%.*s + %.*s", TH_STR_ARG(d->drugs.v[p->a].row->en), TH_STR_ARG(d->drugs.v[p->b].row->en)),
         2);
    if (p->effect.n) para(b, p->effect, 4);
    if (p->conflict) para(b, say(d, "differ", TH_S(""), TH_S("")), 4);
    if (p->page_only) para(b, say(d, "page_only", TH_S(""), TH_S("")), 4);
    from_where(d, b, p->source, p->line, 4);
  }
}

static void others_text(const desk *d, th_buf *b, const drug *x) {
  for (int s = TH_SEVERITY_CONTRAINDICATED; s >= (int)d->from; s--) {
    th_buf line;
    size_t n = 0;
    th_buf_init(&line, d->c->arena, 512);
    for (size_t i = 0; i < x->others.n; i++) {
      if ((int)x->others.v[i].severity != s) continue;
      if (n++) th_buf_addz(&line, "; ");
      th_buf_add(&line, x->others.v[i].name);
      if (x->others.v[i].page_only) th_buf_addc(&line, '*');
    }
    if (!n) continue;
    const th_str count = th_str_fmt(d->c->arena, "%zu", n);
    th_buf_addf(b, "\n%.*s\n", TH_STR_ARG(say(d, "with", severity_word(d, (th_severity)s), count)));
    para(b, th_buf_str(&line), 2);
  }
}

static void cautions_text(const desk *d, th_buf *b, const drug *x) {
  bool head = false;
  for (size_t i = 0; i < x->cautions.n; i++) {
    const th_safety_caution *k = &x->cautions.v[i];
    if (k->severity < d->from) continue;
    if (!head) th_buf_addf(b, "\n%.*s\n", TH_STR_ARG(say(d, "cautions", x->row->en, TH_S(""))));
    head = true;
    const th_str word = severity_word(d, k->severity);
    para(b, th_str_fmt(d->c->arena, "[%.*s] %.*s", TH_STR_ARG(word), TH_STR_ARG(k->subject)), 2);
    if (k->rule) para(b, say(d, strcmp(k->rule, "S-3") == 0 ? "turned" : "moved", k->label, th_str_of(k->rule)), 4);
    if (k->class_statement) para(b, say(d, "class", TH_S(""), TH_S("")), 4);
    para(b, k->text, 4);
    from_where(d, b, k->source, k->line, 4);
  }
  for (size_t i = 0; i < x->warnings.n; i++) {
    if (i == 0) th_buf_addf(b, "\n%.*s\n", TH_STR_ARG(say(d, "warnings", x->row->en, TH_S(""))));
    para(b, d->t.lang == TH_WORDS_ZH_TW ? x->warnings.v[i].zh : x->warnings.v[i].en, 2);
    para(b, x->warnings.v[i].source, 4);
  }
}

static void text(th_buf *b, const desk *d) {
  const th_str n = th_str_fmt(d->c->arena, "%zu", d->drugs.n), shown = th_str_fmt(d->c->arena, "%zu", d->pairs.n);
  for (size_t i = 0; i < d->drugs.n; i++) {
    const drug *x = &d->drugs.v[i];
    if (!x->known) para(b, say(d, "unknown_name", x->asked, TH_S("")), 0);
    if (d->tables && !x->in_tables) para(b, say(d, "not_in_tables", x->asked, TH_S("")), 0);
  }
  if (d->tables == 0) para(b, say(d, "no_table", TH_S(""), TH_S("")), 0);
  if (d->caution_tables == 0) para(b, say(d, "no_cautions", TH_S(""), TH_S("")), 0);
  if (d->drugs.n > 1 && d->tables) para(b, say(d, d->pairs.n ? "pairs" : "no_pairs", n, shown), 0);
  pairs_text(d, b);
  for (size_t i = 0; i < d->drugs.n; i++) {
    if (d->drugs.n == 1) others_text(d, b, &d->drugs.v[i]);
    cautions_text(d, b, &d->drugs.v[i]);
  }
  th_buf_addc(b, '\n');
  para(b, say(d, "foot", TH_S(""), TH_S("")), 0);
}

/* Is there something to look at before these go together, or something nobody can tell? */
static bool calls_for_a_look(const desk *d) {
  bool grave = d->tables == 0;
  for (size_t i = 0; i < d->pairs.n; i++) grave |= d->pairs.v[i].severity >= TH_SEVERITY_MAJOR;
  for (size_t i = 0; i < d->drugs.n; i++) {
    grave |= !d->drugs.v[i].in_tables;
    for (size_t k = 0; k < d->drugs.v[i].cautions.n; k++) grave |= d->drugs.v[i].cautions.v[k].severity >= TH_SEVERITY_MAJOR;
    for (size_t k = 0; k < d->drugs.v[i].others.n; k++) grave |= d->drugs.v[i].others.v[k].severity >= TH_SEVERITY_MAJOR;
  }
  return grave;
}

static int run(th_cli *c) {
  th_err err = { 0 };
  desk d = { .c = c, .err = &err };
  const char *from = th_cli_opt(c, "min");
  th_buf b;
  if (from) {
    bool known = false;
    for (int s = 0; s <= TH_SEVERITY_CONTRAINDICATED; s++)
      if (strcmp(from, th_severity_name((th_severity)s)) == 0) d.from = (th_severity)s, known = true;
    if (!known) return th_cli_usage(c, "--min %s: known are unknown, minor, moderate, major and contraindicated", from);
  }
  th_cli_trials_open(c, &d.t);
  th_buf_init(&b, c->arena, 16384);
  const th_code code = gather(&d);
  th_cli_trials_close(&d.t);
  if (code != TH_OK) return th_cli_error(c, &err);
  if (c->json)
    json(&b, &d);
  else
    text(&b, &d);
  const int status = th_cli__put_buf(c, &b);
  return status ? status : calls_for_a_look(&d);
}

static const char *const examples[] = { "theriac safety check belimumab", "theriac safety check warfarin ibuprofen omeprazole",
                                        "theriac safety check --list drugs.txt --min major --lang zh-TW", NULL };

const th_cmd th_cmd_safety_check = {
  .name = "safety check",
  .group = "Safety and licence",
  .synopsis = "DRUG… [--list FILE]",
  .summary = "interactions by severity, all pairs of a list at once; cautions on diseases and food, with their text",
  .details = "Reads the tables imported (DDInter, drug-disease and drug-food cautions) and what published pages about the "
             "drugs claim. "
             "A pair that several sources name stands once; where they differ in severity the gravest counts and that is said. "
             "A caution "
             "whose text forbids the use is shown as contraindicated whatever its label (rule S-1), one that speaks of deaths "
             "is never minor "
             "(S-2), and a table whose scale stands upside down is turned (S-3); each says which rule moved it.\n\n"
             "A pair that no table held lists is not listed: nobody says that it is harmless.\n\n"
             "Exit status 0 when nothing of major severity or above is listed, 1 when something is, when a drug stands in no "
             "table held, or "
             "when no table is held.",
  .opts = opts,
  .args_min = 0,
  .args_max = -1,
  .examples = examples,
  .run = run,
};
