/* theriac audit PATH…: contradictions that published report pages hold within themselves. */
#include "cli/cli_priv.h"
#include "theriac/dossier/study_record.h"
#include "theriac/io.h"
#include "theriac/report.h"

#include <stdio.h>

/* One page, or one file that could not be read; in the order the paths were given, folders by name. */
typedef struct audited {
  th_str path;
  th_file file; /* open as long as the findings are shown: they view its bytes */
  th_findings found;
  th_err err;
} audited;

typedef TH_VEC(audited) audited_vec;

typedef struct audit {
  const th_cli *cli;
  audited_vec page;
  size_t n_pages, n_findings, n_failed, n_skipped, n_with, n_held_against;
  th_store *store; /* NULL: pages are held against themselves alone */
  th_names *names;
  th_arena *work; /* what one page needs */
} audit;

#define FOLDERS_DEEP 16

/* Findings of a page within itself carry an English sentence of their own; the catalogue has the others, and all in Chinese. */
static th_str message(const th_cli *c, const th_finding *f) {
  th_words lang = TH_WORDS_EN;
  th_words_find(c->lang, &lang);
  return th_report_finding_words(c->arena, lang, f);
}

/* ── Against the store ─────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code open_store(audit *a, th_err *err) {
  th_err none = { 0 };
  if (th_cli_has(a->cli, "page-only")) return TH_OK;
  const th_code code = th_store_open(a->cli->home, TH_STORE_READ, -1, &a->store, &none);
  if (code == TH_ENOENT) return TH_OK;
  if (code != TH_OK) {
    if (err) *err = none;
    return code;
  }
  if (!(a->work = th_arena_new((size_t)1 << 20))) return th_fail_nomem(err);
  return th_store_names(a->cli->arena, a->store, &a->names, err);
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A file somebody named must be a report page; one found in a folder is passed over when it is something else. */
static th_code one_file(audit *a, th_str path, bool named, th_err *err) {
  audited *x = TH_VEC_ADD(a->cli->arena, &a->page);
  if (!x) return th_fail_nomem(err);
  x->path = path;
  th_code code = th_file_open(path.p, TH_LIMIT_DOCUMENT_BYTES, &x->file, &x->err);
  th_source_guess guess = { 0 };
  if (code == TH_OK) code = th_source_detect(x->file.bytes, &guess, &x->err);
  const bool other = code == TH_OK && guess.kind != TH_SOURCE_REPORT_PAGE;
  if (!named && (other || (guess.kind == TH_SOURCE_UNKNOWN && (code == TH_EPARSE || code == TH_EUNSUP)))) {
    th_log(TH_LOG_INFO, "%s: no report page, passed over", path.p);
    th_file_close(&x->file);
    a->page.n--;
    a->n_skipped++;
    return TH_OK;
  }
  if (other) code = th_fail(&x->err, TH_EPARSE, "not a report page: it looks like kind %s", th_source_kind_name(guess.kind));
  th_page_audit got = { 0 };
  const th_date as_of = a->cli->as_of.prec ? a->cli->as_of : th_cli_today();
  if (code == TH_OK)
    code = th_page_audit_run(a->cli->arena, a->work, a->store, a->names, as_of, path, x->file.bytes, &got, &x->err);
  x->found = got.findings;
  a->n_held_against += got.held_against;
  if (code == TH_ENOMEM) return th_fail_nomem(err);
  if (code != TH_OK) {
    th_err_source(&x->err, path.p);
    a->n_failed++;
    return TH_OK;
  }
  a->n_pages++;
  a->n_findings += x->found.n;
  a->n_with += x->found.n > 0;
  return TH_OK;
}

static th_code folder(audit *a, const char *path, int depth, th_err *err) {
  if (depth == FOLDERS_DEEP) return th_fail(err, TH_ELIMIT, "folders nested more than %d deep", FOLDERS_DEEP);
  th_dir_list list = { 0 };
  TH_TRY(th_dir_read(a->cli->arena, path, &list, err));
  for (size_t i = 0; i < list.n; i++) {
    if (list.v[i].is_dir)
      TH_TRY(folder(a, list.v[i].path.p, depth + 1, err));
    else if (list.v[i].is_regular)
      TH_TRY(one_file(a, list.v[i].path, false, err));
  }
  return TH_OK;
}

/* A folder is told by asking for its entries: what refuses that is taken as a file, which names its own fault. */
static th_code path(audit *a, const char *name, th_err *err) {
  th_dir_list list = { 0 };
  th_err none = { 0 };
  const th_code code = strcmp(name, "-") == 0 ? TH_EUNSUP : th_dir_read(a->cli->arena, name, &list, &none);
  if (code == TH_ENOMEM) return th_fail_nomem(err);
  return code == TH_OK ? folder(a, name, 0, err) : one_file(a, th_str_of(name), true, err);
}

/* ── Showing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void json_finding(th_jwrite *w, const audit *a, th_str file, const th_finding *f) {
  th_jw_obj(w);
  th_jw_key(w, "file");
  th_jw_str(w, file);
  th_jw_key(w, "code");
  th_jw_z(w, f->code);
  th_jw_key(w, "line");
  th_jw_i64(w, f->line);
  th_jw_key(w, "values");
  th_jw_arr(w);
  for (size_t i = 0; i < f->values.n; i++) th_jw_str(w, f->values.v[i].text);
  th_jw_arr_end(w);
  th_jw_key(w, "message");
  th_jw_str(w, message(a->cli, f));
  th_jw_obj_end(w);
}

static void json(th_buf *b, const audit *a) {
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_jw_key(&w, "pages");
  th_jw_i64(&w, (int64_t)a->n_pages);
  th_jw_key(&w, "pages_with_findings");
  th_jw_i64(&w, (int64_t)a->n_with);
  th_jw_key(&w, "passed_over");
  th_jw_i64(&w, (int64_t)a->n_skipped);
  th_jw_key(&w, "held_against_store");
  th_jw_i64(&w, (int64_t)a->n_held_against);
  th_jw_key(&w, "findings");
  th_jw_arr(&w);
  for (size_t i = 0; i < a->page.n; i++)
    for (size_t k = 0; k < a->page.v[i].found.n; k++) json_finding(&w, a, a->page.v[i].path, &a->page.v[i].found.v[k]);
  th_jw_arr_end(&w);
  th_jw_key(&w, "unreadable");
  th_jw_arr(&w);
  for (size_t i = 0; i < a->page.n; i++) {
    const audited *x = &a->page.v[i];
    if (x->err.code == TH_OK) continue;
    th_jw_obj(&w);
    th_jw_key(&w, "file");
    th_jw_str(&w, x->path);
    th_jw_key(&w, "line");
    th_jw_i64(&w, x->err.line);
    th_jw_key(&w, "message");
    th_jw_z(&w, x->err.msg);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

/* One value on one line: what a terminal shows between bars. */
static void value(th_buf *b, th_str s) {
  for (size_t i = 0; i < s.n; i++) th_buf_addc(b, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
}

static void text(th_buf *b, const audit *a) {
  const bool zh = strcmp(a->cli->lang, "zh-TW") == 0;
  for (size_t i = 0; i < a->page.n; i++) {
    const audited *x = &a->page.v[i];
    for (size_t k = 0; k < x->found.n; k++) {
      const th_finding *f = &x->found.v[k];
      th_str m = message(a->cli, f);
      if (th_str_ends(m, TH_S("。"))) m = th_str_sub(m, 0, m.n - strlen("。")); /* the values follow */
      th_buf_addf(b, "%.*s:%u: %s: %.*s: ", TH_STR_ARG(x->path), f->line, f->code, TH_STR_ARG(m));
      for (size_t v = 0; v < f->values.n; v++) {
        if (v) th_buf_addz(b, " | ");
        value(b, f->values.v[v].text);
      }
      th_buf_addc(b, '\n');
    }
  }
  th_buf_addf(b, zh ? "共 %zu 頁，%zu 頁有矛盾，%zu 項發現\n" : "%zu pages, %zu with contradictions, %zu findings\n",
              a->n_pages, a->n_with, a->n_findings);
}

static int run(th_cli *c) {
  audit a = { .cli = c };
  th_err err = { 0 };
  th_code code = open_store(&a, &err);
  for (int i = 0; i < c->n_args && code == TH_OK; i++) code = path(&a, c->args[i], &err);
  th_store_close(a.store);
  th_arena_del(a.work);
  int status = code == TH_OK ? 0 : th_cli_error(c, &err);
  if (code == TH_OK && a.n_pages + a.n_failed == 0) {
    th_fail(&err, TH_ENOENT, "no report page among the %zu files looked at", a.n_skipped);
    status = th_cli_error(c, &err);
  } else if (code == TH_OK) {
    th_buf b;
    th_buf_init(&b, c->arena, (size_t)64 << 10);
    if (c->json)
      json(&b, &a);
    else
      text(&b, &a);
    status = th_cli__put_buf(c, &b);
    if (status == 0 && a.n_findings) status = 1;
    for (size_t i = 0; i < a.page.n; i++) /* a page that could not be read outweighs what the others hold */
      if (a.page.v[i].err.code != TH_OK) status = th_cli_error(c, &a.page.v[i].err);
  }
  for (size_t i = 0; i < a.page.n; i++) th_file_close(&a.page.v[i].file);
  return status;
}

static const th_opt opts[] = {
  { "page-only", 0, NULL, "what each page holds against itself alone, whatever is in the store", false },
  { 0 },
};

static const char *const examples[] = { "theriac audit pages/", "theriac audit page.md --json", NULL };

const th_cmd th_cmd_audit = {
  .name = "audit",
  .group = "Evidence",
  .synopsis = "PATH…",
  .summary = "contradictions within published report pages",
  .details =
      "Reads drug-repurposing pages as they were published, Markdown or HTML, and reports by code where a page "
      "contradicts itself: "
      "levels of evidence that differ, cautions labelled below their own text, withdrawn trials listed as evidence. A "
      "folder is "
      "read with all below it; files in it that are no report pages are passed over. Where records of the page's drug are "
      "held (trials, papers, licences, cautions), its claims are held against them too: a trial about another disease, one "
      "that "
      "does not test the drug, a level that the evidence does not give, a use that is licensed or forbidden, a licence of "
      "another "
      "product. Every code is explained in theriac-findings(7).\n\n"
      "Exit status 1 when something was found, 3 when a page could not be read.",
  .opts = opts,
  .args_min = 1,
  .args_max = -1,
  .examples = examples,
  .run = run,
};
