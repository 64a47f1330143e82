/* theriac safety check: what may harm, for one drug or all pairs of a list. */
#include "cli/cli_trial.h"
#include "theriac/dossier/drug_list.h"

#include <stdlib.h>

static const th_opt opts[] = {
  { "list", 'l', "FILE", "a file of drug names, one a line; - reads standard input", false },
  { "min", 0, "S", "from this severity on: unknown, minor, moderate, major or contraindicated", false },
  { 0 },
};

typedef struct desk {
  th_cli *c;
  th_cli_trials t;
  th_drug_list list;
  th_severity from;
  th_err *err;
} desk;

/* Names of the arguments, then those of the file. */
static th_code gather(desk *d) {
  th_arena *a = d->c->arena;
  const char *list = th_cli_opt(d->c, "list");
  th_str bytes = TH_STR_NONE, line;
  th_str_vec asked = { 0 };
  for (int i = 0; i < d->c->n_args; i++)
    if (!TH_VEC_PUSH(a, &asked, th_str_of(d->c->args[i]))) return th_fail_nomem(d->err);
  if (list) TH_TRY(th_cli_read_file(d->c, list, &bytes, d->err));
  while (bytes.n && th_str_line(&bytes, &line))
    if (!TH_VEC_PUSH(a, &asked, line)) return th_fail_nomem(d->err);
  if (!asked.n) return th_fail(d->err, TH_EINVAL, "name a drug, or a list of them (--list FILE)");
  TH_TRY(th_cli_trials_store(&d->t, d->err));
  TH_TRY(th_cli_trials_names(&d->t, d->err));
  return th_drug_list_build(a, d->t.store, d->t.names, asked.v, asked.n, &d->list, d->err);
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void at_json(th_jwrite *w, const desk *d, uint32_t source_at, uint32_t line) {
  th_cli_json_text(w, "source", source_at < d->list.sources.n ? d->list.sources.v[source_at].name : TH_S(""));
  th_jw_key(w, "line");
  if (line)
    th_jw_i64(w, line);
  else
    th_jw_null(w);
}

static void pair_json(th_jwrite *w, const desk *d, const th_safety_pair *p) {
  th_jw_obj(w);
  th_cli_json_text(w, "a", d->list.drugs.v[p->a].row->en);
  th_cli_json_text(w, "b", d->list.drugs.v[p->b].row->en);
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
  if (x->section) th_jw_key(w, "label_section"), th_jw_z(w, x->section);
  th_cli_json_text(w, "text", x->text);
  at_json(w, d, x->source, x->line);
  th_jw_obj_end(w);
}

static void drug_json(th_jwrite *w, const desk *d, const th_drug_list_item *x) {
  th_jw_obj(w);
  th_cli_json_text(w, "asked", x->asked);
  th_cli_json_text(w, "name", x->row->en);
  th_jw_key(w, "known"), th_jw_bool(w, x->known);
  th_jw_key(w, "in_tables"), th_jw_bool(w, x->in_tables);
  if (d->list.drugs.n == 1) {
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
  th_jw_key(w, "labels_held"), th_jw_i64(w, (int64_t)x->labels);
  th_jw_key(w, "label_warnings");
  th_jw_arr(w);
  for (size_t i = 0; i < x->warnings.n; i++) {
    th_jw_obj(w);
    th_cli_json_text(w, "population", x->warnings.v[i].population);
    th_cli_json_text(w, "text", d->t.lang == TH_WORDS_ZH_TW ? x->warnings.v[i].zh : x->warnings.v[i].en);
    th_cli_json_text(w, "source", x->warnings.v[i].source);
    th_jw_key(w, "major"), th_jw_bool(w, x->warnings.v[i].major);
    th_jw_key(w, "quoted"), th_jw_bool(w, x->warnings.v[i].quoted);
    if (x->warnings.v[i].quoted) {
      th_jw_key(w, "at");
      th_jw_obj(w);
      at_json(w, d, x->warnings.v[i].at, x->warnings.v[i].line);
      th_jw_obj_end(w);
    }
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static void json(th_buf *b, const desk *d) {
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_jw_key(&w, "interaction_tables_held"), th_jw_i64(&w, (int64_t)d->list.tables);
  th_jw_key(&w, "caution_tables_held"), th_jw_i64(&w, (int64_t)d->list.caution_tables);
  th_jw_key(&w, "pairs");
  th_jw_arr(&w);
  for (size_t i = 0; i < d->list.pairs.n; i++)
    if (d->list.pairs.v[i].severity >= d->from) pair_json(&w, d, &d->list.pairs.v[i]);
  th_jw_arr_end(&w);
  th_jw_key(&w, "drugs");
  th_jw_arr(&w);
  for (size_t i = 0; i < d->list.drugs.n; i++) drug_json(&w, d, &d->list.drugs.v[i]);
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
  if (source_at >= d->list.sources.n) return;
  const th_str name = d->list.sources.v[source_at].name; /* a label's record is kept without its lines */
  para(b, line ? th_str_fmt(d->c->arena, "%.*s:%u", TH_STR_ARG(name), line) : name, indent);
}

static void pairs_text(const desk *d, th_buf *b) {
  th_severity last = TH_SEVERITY_CONTRAINDICATED + 1;
  for (size_t i = 0; i < d->list.pairs.n; i++) {
    const th_safety_pair *p = &d->list.pairs.v[i];
    if (p->severity < d->from) continue;
    if (p->severity != last) th_buf_addf(b, "\n%.*s\n", TH_STR_ARG(severity_word(d, p->severity)));
    last = p->severity;
    para(b,
         th_str_fmt(d->c->arena, "%.*s + %.*s", TH_STR_ARG(d->list.drugs.v[p->a].row->en),
                    TH_STR_ARG(d->list.drugs.v[p->b].row->en)),
         2);
    if (p->effect.n) para(b, p->effect, 4);
    if (p->conflict) para(b, say(d, "differ", TH_S(""), TH_S("")), 4);
    if (p->page_only) para(b, say(d, "page_only", TH_S(""), TH_S("")), 4);
    from_where(d, b, p->source, p->line, 4);
  }
}

static void others_text(const desk *d, th_buf *b, const th_drug_list_item *x) {
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

static void cautions_text(const desk *d, th_buf *b, const th_drug_list_item *x) {
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
    const th_safety_warning *v = &x->warnings.v[i];
    char key[48];
    snprintf(key, sizeof key, "population.%.*s", TH_STR_ARG(v->population));
    para(b,
         th_str_fmt(d->c->arena, "[%.*s%s%.*s] %.*s", TH_STR_ARG(th_words_get(d->t.lang, key)), v->major ? ", " : "",
                    TH_STR_ARG(v->major ? severity_word(d, TH_SEVERITY_MAJOR) : TH_S("")),
                    TH_STR_ARG(d->t.lang == TH_WORDS_ZH_TW ? v->zh : v->en)),
         2);
    para(b, v->source, 4);
    if (v->quoted) from_where(d, b, v->at, v->line, 4);
  }
}

static void text(th_buf *b, const desk *d) {
  const th_str n = th_str_fmt(d->c->arena, "%zu", d->list.drugs.n), shown = th_str_fmt(d->c->arena, "%zu", d->list.pairs.n);
  for (size_t i = 0; i < d->list.drugs.n; i++) {
    const th_drug_list_item *x = &d->list.drugs.v[i];
    if (!x->known) para(b, say(d, "unknown_name", x->asked, TH_S("")), 0);
    if (d->list.tables && !x->in_tables) para(b, say(d, "not_in_tables", x->asked, TH_S("")), 0);
  }
  if (d->list.tables == 0) para(b, say(d, "no_table", TH_S(""), TH_S("")), 0);
  if (d->list.caution_tables == 0) para(b, say(d, "no_cautions", TH_S(""), TH_S("")), 0);
  if (d->list.drugs.n > 1 && d->list.tables) para(b, say(d, d->list.pairs.n ? "pairs" : "no_pairs", n, shown), 0);
  pairs_text(d, b);
  for (size_t i = 0; i < d->list.drugs.n; i++) {
    if (d->list.drugs.n == 1) others_text(d, b, &d->list.drugs.v[i]);
    cautions_text(d, b, &d->list.drugs.v[i]);
  }
  th_buf_addc(b, '\n');
  para(b, say(d, "foot", TH_S(""), TH_S("")), 0);
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
  return status ? status : th_drug_list_calls_for_a_look(&d.list);
}

static const char *const examples[] = { "theriac safety check belimumab", "theriac safety check warfarin ibuprofen omeprazole",
                                        "theriac safety check --list drugs.txt --min major --lang zh-TW", NULL };

const th_cmd th_cmd_safety_check = {
  .name = "safety check",
  .group = "Safety and licence",
  .synopsis = "DRUG… [--list FILE]",
  .summary = "interactions by severity, all pairs of a list at once; cautions on diseases and food, with their text",
  .details =
      "Reads the tables imported (DDInter, drug-disease and drug-food cautions), the labels held (theriac fetch labels) and "
      "what "
      "published pages about the drugs claim. What a label says is quoted: its boxed warning, contraindications, pregnancy, "
      "breast-feeding, contraception; a disease that its contraindications name is shown as contraindicated. "
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
