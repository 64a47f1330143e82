/* theriac import PATH…: documents into the store, and what became of each. */
#include <string.h>

#include "cli/cli_priv.h"
#include "theriac/import.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "kind", 'k', "KIND", "take every document for one of this kind, whatever it looks like", false },
  { "strict", 0, NULL, "all or nothing: one refused document means that none is stored", false },
  { "licence", 0, "TEXT", "licence of the source, kept with every document", false },
  { "list", 'l', NULL, "name the kinds of documents, and stop", false },
  { 0 },
};

static const char *const examples[] = { "theriac import page.md trial.txt rule.txt",
                                        "theriac import --licence 'CC BY-NC-SA 4.0' ddinter/",
                                        "zcat pages.gz | theriac import -", NULL };

static bool zh(const th_cli *c) {
  return strcmp(c->lang, "zh-TW") == 0;
}

static int list_kinds(const th_cli *c) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, c->arena, 2048);
  th_jwrite_open(&w, &b, 2);
  if (c->json) th_jw_arr(&w);
  for (int k = TH_SOURCE_UNKNOWN + 1; k < TH_SOURCE_KIND_COUNT; k++) {
    const char *name = th_source_kind_name((th_source_kind)k), *about = th_source_kind_about((th_source_kind)k);
    const bool imports = th_import_has_reader((th_source_kind)k);
    if (c->json) {
      th_jw_obj(&w);
      th_jw_key(&w, "kind");
      th_jw_z(&w, name);
      th_jw_key(&w, "about");
      th_jw_z(&w, about);
      th_jw_key(&w, "imported");
      th_jw_bool(&w, imports);
      th_jw_obj_end(&w);
    } else {
      th_buf_addf(&b, "%-15s %s%s\n", name, about, imports ? "" : zh(c) ? "（辨識，尚不匯入）" : " (recognised, not imported)");
    }
  }
  if (c->json) {
    th_jw_arr_end(&w);
    th_buf_addc(&b, '\n');
  }
  return th_cli__put_buf(c, &b);
}

static const char *outcome(const th_cli *c, th_import_outcome o) {
  if (!zh(c)) return th_import_outcome_name(o);
  switch (o) {
  case TH_IMPORT_NOT_STORED: return "未存入";
  case TH_IMPORT_STORED: return "已存入";
  case TH_IMPORT_HELD: return "先前已有";
  case TH_IMPORT_REFUSED: return "拒絕";
  }
  return "";
}

static void put_records(const th_cli *c, th_buf *b, const th_import_document *d) {
  static const char *const en[] = { "new", "new version", "known already" }, *const tw[] = { "新增", "新版本", "內容已有" };
  const size_t all = (size_t)(d->n_new + d->n_new_versions + d->n_same),
               shown = d->records.n > 5 && c->verbose == 0 ? 5 : d->records.n;
  for (size_t i = 0; i < shown; i++) {
    const th_import_record *r = &d->records.v[i];
    th_buf_addf(b, "    %.*s  (%s", TH_STR_ARG(r->key), (zh(c) ? tw : en)[r->added]);
    if (r->version > 1) th_buf_addf(b, zh(c) ? "，第 %u 版" : ", version %u", r->version);
    th_buf_addz(b, ")\n");
  }
  if (shown < all) th_buf_addf(b, zh(c) ? "    …另有 %zu 筆\n" : "    … and %zu more\n", all - shown);
  if (d->rows > 0) th_buf_addf(b, zh(c) ? "    %llu 列\n" : "    %llu rows\n", (unsigned long long)d->rows);
}

static void put_notes(const th_cli *c, th_buf *b, const th_import_document *d) {
  if (d->notes.n == 0) return;
  if (c->verbose == 0) {
    th_buf_addf(b, zh(c) ? "    註記 %zu 則（--verbose 列出）\n" : "    %zu notes (--verbose shows them)\n", d->notes.n);
    return;
  }
  for (size_t i = 0; i < d->notes.n; i++) {
    const th_store_note *n = &d->notes.v[i];
    if (n->line)
      th_buf_addf(b, "    %u: %.*s: %.*s\n", n->line, TH_STR_ARG(n->code), TH_STR_ARG(n->message));
    else
      th_buf_addf(b, "    %.*s: %.*s\n", TH_STR_ARG(n->code), TH_STR_ARG(n->message));
  }
}

static void put_text(const th_cli *c, th_buf *b, const th_import_summary *sum) {
  enum { MANY = 20 };
  for (size_t i = 0; i < sum->documents.n; i++) {
    const th_import_document *d = &sum->documents.v[i];
    /* Of many documents only those are shown that somebody may have to look after. */
    if (sum->documents.n > MANY && c->verbose == 0 && d->outcome != TH_IMPORT_REFUSED && d->outcome != TH_IMPORT_NOT_STORED)
      continue;
    th_buf_addf(b, "%s  %.*s", outcome(c, d->outcome), TH_STR_ARG(d->path));
    if (d->kind != TH_SOURCE_UNKNOWN) th_buf_addf(b, "  [%s]", th_source_kind_name(d->kind));
    th_buf_addc(b, '\n');
    if (d->outcome == TH_IMPORT_REFUSED) {
      if (d->error.line)
        th_buf_addf(b, "    %.*s:%u:%u: %s\n", TH_STR_ARG(d->path), d->error.line, d->error.col, d->error.msg);
      else
        th_buf_addf(b, "    %s\n", d->error.msg);
      continue;
    }
    put_records(c, b, d);
    put_notes(c, b, d);
  }
  const size_t lost = sum->documents.n - sum->n_stored - sum->n_held - sum->n_refused;
  if (lost > 0) th_buf_addf(b, zh(c) ? "未存入文件：%zu\n" : "documents not stored: %zu\n", lost);
  th_buf_addf(
      b,
      zh(c) ? "文件：已存入 %zu，先前已有 %zu，拒絕 %zu。紀錄：新增 %zu，新版本 %zu，內容已有 %zu。\n"
            : "documents: %zu stored, %zu already held, %zu refused; records: %zu new, %zu new versions, %zu known already\n",
      sum->n_stored, sum->n_held, sum->n_refused, sum->n_new, sum->n_new_versions, sum->n_same);
}

static int put_summary(const th_cli *c, const th_import_summary *sum) {
  th_buf b;
  th_str json;
  th_buf_init(&b, c->arena, 4096);
  if (!c->json) {
    put_text(c, &b, sum);
    return th_cli__put_buf(c, &b);
  }
  th_err err = { 0 };
  if (th_import_json(c->arena, sum, &json, &err) != TH_OK) return th_cli_error(c, &err);
  return th_cli_put(c, json);
}

/* Refused documents are bad data (3) unless the machine is to blame: a file that is not there or may not be read (4). */
static int status_of(const th_import_summary *sum) {
  int status = 0;
  for (size_t i = 0; i < sum->documents.n; i++) {
    if (sum->documents.v[i].outcome != TH_IMPORT_REFUSED) continue;
    const int s = th_code_describe(sum->documents.v[i].error.code).exit_status;
    if (status != 3) status = s == 3 ? 3 : s > status ? s : status;
  }
  return status;
}

static bool read_options(th_cli *c, th_import_options *o, int *status) {
  const char *kind = th_cli_opt(c, "kind"), *licence = th_cli_opt(c, "licence");
  *o = (th_import_options){ .strict = th_cli_has(c, "strict"),
                            .progress = !c->quiet && !c->json,
                            .licence = th_str_of(licence),
                            .retrieved = c->as_of.prec == TH_DATE_DAY ? c->as_of : th_cli_today() };
  if (kind && (!th_source_kind_find(th_str_of(kind), &o->kind) || o->kind == TH_SOURCE_UNKNOWN)) {
    *status = th_cli_usage(c, "there is no kind \"%s\": theriac import --list names them", kind);
    return false;
  }
  if (c->as_of.prec != TH_DATE_NONE && c->as_of.prec != TH_DATE_DAY) {
    *status = th_cli_usage(c, "--as-of must be a full day for an import");
    return false;
  }
  return true;
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_store *s = NULL;
  th_import_options o;
  th_import_summary sum = { 0 };
  int status = 0;
  if (th_cli_has(c, "list")) return list_kinds(c);
  if (c->n_args == 0) return th_cli_usage(c, "expected at least one file or folder (or - for standard input)");
  if (!read_options(c, &o, &status)) return status;
  if (th_store_open(c->home, TH_STORE_WRITE, -1, &s, &err) != TH_OK) return th_cli_error(c, &err);
  const th_code code = th_import_paths(c->arena, s, c->args, (size_t)c->n_args, &o, &sum, &err);
  th_store_close(s);
  status = put_summary(c, &sum);
  if (status != 0) return status;
  return code == TH_OK ? status_of(&sum) : th_cli_error(c, &err);
}

const th_cmd th_cmd_import = {
  .name = "import",
  .group = "Dossier",
  .synopsis = "PATH… [--kind K] [--strict] [--licence TEXT] | --list",
  .summary = "recognise documents by their content and store them",
  .details =
      "Files, folders with all below them (in byte order; names that begin with a dot are passed over) and - for standard "
      "input; "
      "gzip is inflated, zip taken apart. What a document is, its content tells, not its name.\n\n"
      "A document goes in whole or not at all. One that cannot be read is told with its line, the others are stored, and the "
      "exit "
      "status is 3 (4 when a file is not there or may not be read); with --strict none is stored. The same bytes again change "
      "nothing; a record with other content becomes a new version beside the old one. What was reported as stored is on the "
      "disk.",
  .opts = opts,
  .args_min = 0,
  .args_max = -1,
  .examples = examples,
  .run = run,
};
