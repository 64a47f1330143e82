/* theriac doctor: is the store whole? */
#include <string.h>

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/store.h"

static const th_opt opts[] = {
  { "mend", 0, NULL, "remove what an import that was cut off has left under sources/", false },
  { 0 },
};

static const char *const examples[] = { "theriac doctor", "theriac doctor --mend --json", NULL };

static const char *const kind_name[] = { "database", "reference", "missing", "changed", "index", "orphan" };

static bool zh(const th_cli *c) {
  return strcmp(c->lang, "zh-TW") == 0;
}

static void put_text(const th_cli *c, th_buf *b, const th_store *s, const th_store_fault_vec *v, const th_store_counts *n) {
  const bool z = zh(c);
  th_buf_addf(b, z ? "資料庫：%s（綱要 %d）\n" : "store: %s (schema %d)\n", th_store_home(s), th_store_schema(s));
  th_buf_addf(b,
              z ? "文件 %llu 份（%llu 位元組），紀錄 %llu 筆（含舊版 %llu 筆），全文段落 %llu 段\n"
                : "%llu documents (%llu bytes), %llu records (%llu with earlier versions), %llu passages\n",
              (unsigned long long)n->documents, (unsigned long long)n->bytes, (unsigned long long)n->records,
              (unsigned long long)n->versions, (unsigned long long)n->passages);
  enum { SHOWN = 5 };
  size_t orphans = 0;
  for (size_t i = 0; i < v->n; i++)
    if (!v->v[i].harmless || ++orphans <= SHOWN || c->verbose > 0)
      th_buf_addf(b, "%s: %.*s\n", v->v[i].harmless ? (z ? "無礙" : "harmless") : (z ? "錯誤" : "FAULT"),
                  TH_STR_ARG(v->v[i].what));
  if (orphans > SHOWN && c->verbose == 0)
    th_buf_addf(b, z ? "無礙: 另有 %zu 個（--verbose 列出）\n" : "harmless: %zu more (--verbose shows them)\n",
                orphans - SHOWN);
  if (v->n == 0) th_buf_addz(b, z ? "未發現問題\n" : "no fault found\n");
}

static void put_json(th_buf *b, const th_store *s, const th_store_fault_vec *v, const th_store_counts *n, bool sound) {
  const struct {
    const char *key;
    uint64_t n;
  } count[] = { { "documents", n->documents }, { "bytes", n->bytes },       { "records", n->records },
                { "versions", n->versions },   { "passages", n->passages }, { "schema", (uint64_t)th_store_schema(s) } };
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "home");
  th_jw_z(&w, th_store_home(s));
  th_jw_key(&w, "sound");
  th_jw_bool(&w, sound);
  for (size_t i = 0; i < sizeof count / sizeof *count; i++) {
    th_jw_key(&w, count[i].key);
    th_jw_i64(&w, (int64_t)count[i].n);
  }
  th_jw_key(&w, "faults");
  th_jw_arr(&w);
  for (size_t i = 0; i < v->n; i++) {
    th_jw_obj(&w);
    th_jw_key(&w, "kind");
    th_jw_z(&w, kind_name[v->v[i].kind]);
    th_jw_key(&w, "harmless");
    th_jw_bool(&w, v->v[i].harmless);
    th_jw_key(&w, "mended");
    th_jw_bool(&w, v->v[i].mended);
    th_jw_key(&w, "what");
    th_jw_str(&w, v->v[i].what);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

/* A store that is there is opened for writing, for the full-text index checks itself by writing; one that may only be read is
 * checked as far as reading goes. */
static th_code open_store(const th_cli *c, bool mend, th_store **s, th_err *err) {
  TH_TRY(th_store_open(c->home, TH_STORE_READ, -1, s, err));
  th_store *writer = NULL;
  th_err why = { 0 };
  const th_code code = th_store_open(c->home, TH_STORE_WRITE, -1, &writer, &why);
  if (code != TH_OK && mend) {
    if (err) *err = why;
    th_store_close(*s);
    return code;
  }
  if (code == TH_OK) {
    th_store_close(*s);
    *s = writer;
  }
  return TH_OK;
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_store *s = NULL;
  th_store_fault_vec faults = { 0 };
  th_store_counts counts = { 0 };
  th_buf b;
  const bool mend = th_cli_has(c, "mend");
  if (open_store(c, mend, &s, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_store_check(c->arena, s, mend, &faults, &counts, &err) != TH_OK) {
    th_store_close(s);
    return th_cli_error(c, &err);
  }
  bool sound = true;
  for (size_t i = 0; i < faults.n; i++) sound &= faults.v[i].harmless;
  th_buf_init(&b, c->arena, 1024);
  if (c->json)
    put_json(&b, s, &faults, &counts, sound);
  else
    put_text(c, &b, s, &faults, &counts);
  th_store_close(s);
  const int status = th_cli__put_buf(c, &b);
  return status ? status : sound ? 0 : 1;
}

const th_cmd th_cmd_doctor = {
  .name = "doctor",
  .group = "Upkeep",
  .synopsis = "[--mend]",
  .summary = "check that the store is whole and its documents are what was read",
  .details = "Reads everything: the database's own check, references between rows, every document against its SHA-256, the "
             "full-text index, "
             "and files that belong to no document (harmless: an import was cut off). Exit status 1 when something is wrong; "
             "restore a "
             "backup then.",
  .opts = opts,
  .examples = examples,
  .run = run,
};
