/* theriac demo: the whole way on the embedded pack, facts in our own words, for who has no documents yet. */
#include "cli/cli_priv.h"
#include "theriac/base/embed.h"
#include "theriac/dossier.h"
#include "theriac/import.h"
#include "theriac/report.h"

extern const th_embed th_demo_files[];

static const th_opt opts[] = {
  { "out", 'o', "DIR", "folder to write to (theriac-demo)", false },
  { 0 },
};

static const char *const examples[] = { "theriac demo", "theriac demo --out /tmp/demo --lang zh-TW", NULL };

/* The pack's documents as files, so that they can be looked at and imported like any others. */
static th_code unpack(th_arena *a, const char *dir, const char *const **paths, size_t *n, th_err *err) {
  size_t count = 0;
  while (th_demo_files[count].name) count++;
  const char **out = TH_NEWN(a, const char *, count + 1);
  if (!out) return th_fail_nomem(err);
  TH_TRY(th_dir_make(dir, err));
  for (size_t i = 0; i < count; i++) {
    const th_str path = th_str_fmt(a, "%s/%s", dir, th_demo_files[i].name);
    if (!path.p) return th_fail_nomem(err);
    TH_TRY(th_file_write(path.p, th_str_n(th_demo_files[i].bytes, th_demo_files[i].n), err));
    out[i] = path.p;
  }
  *paths = out;
  *n = count;
  return TH_OK;
}

typedef struct form {
  const char *file;
  th_words lang;
  int kind; /* 0 HTML, 1 Markdown, 2 JSON, 3 text */
} form;

static const form forms[] = {
  { "belimumab.html", TH_WORDS_EN, 0 },         { "belimumab.zh-TW.html", TH_WORDS_ZH_TW, 0 },
  { "belimumab.md", TH_WORDS_EN, 1 },           { "belimumab.zh-TW.md", TH_WORDS_ZH_TW, 1 },
  { "belimumab.json", TH_WORDS_EN, 2 },         { "belimumab.txt", TH_WORDS_EN, 3 },
  { "belimumab.zh-TW.txt", TH_WORDS_ZH_TW, 3 },
};

static th_code write_form(th_arena *a, const th_dossier *d, const char *dir, const form *f, th_err *err) {
  th_buf b;
  th_buf_init(&b, a, 1 << 16);
  switch (f->kind) {
  case 0: TH_TRY(th_report_html(a, d, f->lang, &b, err)); break;
  case 1: TH_TRY(th_report_markdown(a, d, f->lang, &b, err)); break;
  case 2: TH_TRY(th_report_json(a, d, &b, err)); break;
  default: TH_TRY(th_report_text(a, d, f->lang, 100, false, &b, err));
  }
  const th_str path = th_str_fmt(a, "%s/%s", dir, f->file);
  return path.p ? th_file_write(path.p, th_buf_str(&b), err) : th_fail_nomem(err);
}

static th_code import_pack(th_cli *c, const char *dir, th_date today, th_store *store, th_err *err) {
  const th_str documents = th_str_fmt(c->arena, "%s/documents", dir);
  const char *const *paths = NULL;
  size_t n = 0;
  th_import_summary sum = { 0 };
  if (!documents.p) return th_fail_nomem(err);
  TH_TRY(unpack(c->arena, documents.p, &paths, &n, err));
  const th_import_options o = { .strict = true, .retrieved = today, .licence = TH_S("restated facts, Apache-2.0") };
  return th_import_paths(c->arena, store, paths, n, &o, &sum, err);
}

static th_code make(th_cli *c, const char *dir, th_dossier **d, th_store **store, th_err *err) {
  const th_date today = c->as_of.prec ? c->as_of : th_cli_today();
  const th_str home = th_str_fmt(c->arena, "%s/home", dir);
  th_names *names;
  if (!home.p) return th_fail_nomem(err);
  TH_TRY(th_dir_make(dir, err));
  TH_TRY(th_store_open(home.p, TH_STORE_WRITE, -1, store, err));
  TH_TRY(import_pack(c, dir, today, *store, err));
  TH_TRY(th_names_builtin_index(c->arena, &names, err));
  th_kindred *kindred;
  TH_TRY(th_kindred_of(c->arena, *store, names, &kindred, err));
  const th_dossier_options o = { .drug = TH_S("belimumab"), .as_of = today, .kindred = kindred };
  TH_TRY(th_dossier_build(c->arena, *store, names, &o, d, err));
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) TH_TRY(write_form(c->arena, *d, dir, &forms[i], err));
  return TH_OK;
}

static int summary(th_cli *c, const th_dossier *d, const char *dir) {
  th_words lang;
  if (!th_words_find(c->lang, &lang)) lang = TH_WORDS_EN;
  th_buf b;
  th_buf_init(&b, c->arena, 4096);
  const bool zh = lang == TH_WORDS_ZH_TW;
  th_buf_addf(&b, "%.*s %.*s\n\n", TH_STR_ARG(d->drug_en), TH_STR_ARG(d->drug_zh));
  for (size_t i = 0; i < d->pairs.n; i++) {
    const th_dossier_pair *p = &d->pairs.v[i];
    th_buf_addf(&b, "  %-8s %-10s %-18s %.*s\n", th_level_code(p->grade.level), th_direction_code(p->grade.direction),
                th_decision_code(p->decided.decision), TH_STR_ARG(zh && p->name_zh.n ? p->name_zh : p->name_en));
  }
  th_buf_addf(&b,
              zh ? "\n發現矛盾 %zu 項，來源 %zu 件。\n\n請以瀏覽器開啟：%s/belimumab.zh-TW.html（英文：belimumab.html）\n"
                 : "\n%zu contradictions found in %zu sources.\n\nOpen in a browser: %s/belimumab.html (Chinese: "
                   "belimumab.zh-TW.html)\n",
              d->findings.n, d->sources.n, dir);
  th_buf_addf(&b, zh ? "文件：%s/documents　　資料庫：%s/home\n" : "Documents: %s/documents   Store: %s/home\n", dir, dir);
  return th_cli__put_buf(c, &b);
}

static int run(th_cli *c) {
  th_err err = { 0 };
  const char *dir = th_cli_opt(c, "out") ? th_cli_opt(c, "out") : "theriac-demo";
  th_store *store = NULL;
  th_dossier *d = NULL;
  const th_code code = make(c, dir, &d, &store, &err);
  th_store_close(store);
  if (code != TH_OK) return th_cli_error(c, &err);
  return summary(c, d, dir);
}

const th_cmd th_cmd_demo = {
  .name = "demo",
  .group = "Dossier",
  .synopsis = "[--out DIR]",
  .summary = "load the embedded pack and write the belimumab dossier",
  .details = "Writes the documents of the embedded pack (facts in our own words, with their sources), imports them into a "
             "store of its own below DIR, and "
             "writes the dossier of belimumab as HTML, Markdown, JSON and text, in English and Chinese. Nothing outside DIR is "
             "touched.",
  .opts = opts,
  .args_max = 0,
  .examples = examples,
  .run = run,
};
