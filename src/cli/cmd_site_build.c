/* theriac site build --out FOLDER: the public part as a static site. */
#include "cli/cli_priv.h"
#include "cli/cli_site.h"

#include "theriac/io.h"

static const th_opt opts[] = {
  { "out", 'o', "FOLDER", "the folder of the site: new, empty, or one that this command made", false },
  { "base-url", 0, "URL", "address the site will have; gives the sitemap, whole links in feeds, canonical addresses", false },
  { "redirects", 0, "FILE", "old addresses: a path, a tab, and a drug or a page of the site, a line each", false },
  { "bom", 0, NULL, "CSV files begin with a byte order mark, as old spreadsheets want", false },
  { "model", 0, NULL, "tell what the home's own model says of each drug; the first time this takes seconds a drug", false },
  { "threads", 0, "N", "at most so many processors; the bytes are the same", false },
  { 0 },
};

static const char *const examples[] = {
  "theriac site build --out public/",
  "theriac site build --out public/ --base-url https://example.org/drugs/ --as-of 2026-11-21",
  "theriac site build belimumab tofacitinib --out two-drugs/", NULL
};

/* "https://example.org/drugs" → with a '/' at its end; empty when it is no such address. */
static th_str base_of(th_cli *c, const char *url) {
  const th_str s = th_str_of(url);
  if (!th_str_starts(s, TH_S("https://")) && !th_str_starts(s, TH_S("http://"))) return TH_STR_NONE;
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] <= ' ' || strchr("\"<>?#", s.p[i])) return TH_STR_NONE;
  return th_str_ends(s, TH_S("/")) ? s : th_str_fmt(c->arena, "%.*s/", TH_STR_ARG(s));
}

static int tell(th_cli *c, const th_cli_site_told *t) {
  th_buf b;
  th_buf_init(&b, c->arena, 256);
  const struct {
    const char *key;
    uint64_t n;
  } counts[] = { { "drugs", t->drugs },           { "diseases", t->diseases },     { "pairs", t->pairs },
                 { "changes", t->changes },       { "written", t->files.written }, { "unchanged", t->files.same },
                 { "removed", t->files.removed }, { "left", t->files.left },       { "bytes", t->files.bytes } };
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 0);
    th_jw_obj(&w);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
      th_jw_key(&w, counts[i].key);
      th_jw_i64(&w, (int64_t)counts[i].n);
    }
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
  } else {
    const bool zh = strcmp(c->lang, "zh-TW") == 0;
    th_buf_addf(&b,
                zh ? "藥品 %llu 種、疾病 %llu 種、配對 %llu 組；檔案寫入 %llu、未變更 %llu、移除 %llu（共 %llu 位元組）\n"
                   : "drugs %llu, diseases %llu, pairs %llu; files written %llu, unchanged %llu, removed %llu (%llu bytes)\n",
                (unsigned long long)t->drugs, (unsigned long long)t->diseases, (unsigned long long)t->pairs,
                (unsigned long long)t->files.written, (unsigned long long)t->files.same, (unsigned long long)t->files.removed,
                (unsigned long long)t->files.bytes);
    if (t->files.left)
      th_buf_addf(&b,
                  zh ? "先前建置的檔案有 %llu 個已被他人修改，予以保留\n"
                     : "%llu files of an earlier build have been changed by somebody since: left as they are\n",
                  (unsigned long long)t->files.left);
  }
  return th_cli__put_buf(c, &b);
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_cli_site_told told;
  const char *out = th_cli_opt(c, "out"), *base = th_cli_opt(c, "base-url"), *threads = th_cli_opt(c, "threads");
  if (!out || !*out) return th_cli_usage(c, "--out FOLDER is needed");
  th_str *drug = TH_NEWN(c->arena, th_str, (size_t)c->n_args + 1);
  if (!drug) return th_cli__nomem(c);
  for (int i = 0; i < c->n_args; i++) drug[i] = th_str_of(c->args[i]);
  int64_t n = 0;
  if (threads && (!th_str_to_i64(th_str_of(threads), &n) || n < 1 || n > TH_LIMIT_POOL_THREADS))
    return th_cli_usage(c, "--threads: a number from 1 to %d is expected, not \"%s\"", TH_LIMIT_POOL_THREADS, threads);
  const th_cli_site o = { .home = c->home,
                          .out = out,
                          .as_of = c->as_of.prec ? c->as_of : th_cli_today(),
                          .drug = drug,
                          .n_drugs = (size_t)c->n_args,
                          .base = base ? base_of(c, base) : TH_STR_NONE,
                          .redirects = th_cli_opt(c, "redirects"),
                          .bom = th_cli_has(c, "bom"),
                          .model = th_cli_has(c, "model"),
                          .threads = (unsigned)n };
  if (base && !o.base.n)
    return th_cli_usage(c, "--base-url: an address that begins with https:// or http:// is expected, not \"%s\"", base);
  if (th_cli_site_build(c->arena, &o, &told, &err) != TH_OK) return th_cli_error(c, &err);
  return tell(c, &told);
}

const th_cmd th_cmd_site_build = {
  .name = "site build",
  .group = "Dossier",
  .synopsis = "--out FOLDER [DRUG…]",
  .summary = "a static site of all dossiers, for a web server or a disk",
  .details =
      "Writes a page in each language for every drug that an imported report page, search or rule has as its subject (or for "
      "the drugs "
      "named), with lists by name, level, decision and disease, a search, charts, the changes that later imports brought, with "
      "Atom feeds "
      "for each drug, each disease and all, downloads as CSV and JSON with a dictionary of their columns, references, and how "
      "verdicts are "
      "made.\n\n"
      "The pages hold no patient data, ask nothing from elsewhere, and are complete without JavaScript. The same documents and "
      "day "
      "(--as-of, or SOURCE_DATE_EPOCH) give the same bytes.\n\n"
      "The folder is kept equal to the site: only files that changed are written, files of an earlier build that are no more "
      "are "
      "removed, and files that this command did not make are never touched. SHA256SUMS lists its files and can be checked with "
      "sha256sum -c. Pages are not synced to the disk: after a power cut, build again.",
  .opts = opts,
  .args_min = 0,
  .args_max = -1,
  .examples = examples,
  .run = run,
};
