/* theriac doctor: is the store whole? */
#include <string.h>

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/store.h"
#include "theriac/store/cases.h"

static const th_opt opts[] = {
  { "mend", 0, NULL, "remove what an import that was cut off has left under sources/", false },
  { 0 },
};

static const char *const examples[] = { "theriac doctor", "theriac doctor --mend --json", NULL };

static const char *const kind_name[] = { "database", "reference", "missing", "changed", "index", "orphan", "sealed" };

static bool zh(const th_cli *c) {
  return strcmp(c->lang, "zh-TW") == 0;
}

typedef struct findings {
  const th_store *store; /* NULL: cases alone are here */
  th_store_fault_vec fault;
  th_store_counts counts;
  bool cases; /* there are some, and they could be opened */
  th_cases_state sealed;
} findings;

static void put_counts(th_buf *b, const findings *f, bool z) {
  const th_store_counts *n = &f->counts;
  if (f->store) {
    th_buf_addf(b, z ? "資料庫：%s（綱要 %d）\n" : "store: %s (schema %d)\n", th_store_home(f->store),
                th_store_schema(f->store));
    th_buf_addf(b,
                z ? "文件 %llu 份（%llu 位元組），紀錄 %llu 筆（含舊版 %llu 筆），全文段落 %llu 段\n"
                  : "%llu documents (%llu bytes), %llu records (%llu with earlier versions), %llu passages\n",
                (unsigned long long)n->documents, (unsigned long long)n->bytes, (unsigned long long)n->records,
                (unsigned long long)n->versions, (unsigned long long)n->passages);
  }
  if (f->cases)
    th_buf_addf(b,
                z ? "個案 %llu 件（%llu 個版本），附件 %llu 件（%llu 位元組），稽核紀錄 %llu 筆，金鑰 %s\n"
                  : "cases: %llu (versions: %llu); attachments: %llu (%llu bytes); entries of the log: %llu; key %s\n",
                (unsigned long long)f->sealed.cases, (unsigned long long)f->sealed.versions,
                (unsigned long long)f->sealed.attachments, (unsigned long long)f->sealed.bytes,
                (unsigned long long)f->sealed.entries, f->sealed.key_id);
}

static void put_text(const th_cli *c, th_buf *b, const findings *f) {
  const bool z = zh(c);
  const th_store_fault_vec *v = &f->fault;
  put_counts(b, f, z);
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

static void put_json(const th_cli *c, th_buf *b, const findings *f, bool sound) {
  const th_store_counts *n = &f->counts;
  const th_store_fault_vec *v = &f->fault;
  const struct {
    const char *key;
    bool known;
    uint64_t n;
  } count[] = { { "documents", f->store, n->documents },
                { "bytes", f->store, n->bytes },
                { "records", f->store, n->records },
                { "versions", f->store, n->versions },
                { "passages", f->store, n->passages },
                { "schema", f->store, f->store ? (uint64_t)th_store_schema(f->store) : 0 },
                { "cases", f->cases, f->sealed.cases },
                { "case_versions", f->cases, f->sealed.versions },
                { "attachments", f->cases, f->sealed.attachments },
                { "log_entries", f->cases, f->sealed.entries } };
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "home");
  th_jw_z(&w, c->home);
  th_jw_key(&w, "sound");
  th_jw_bool(&w, sound);
  for (size_t i = 0; i < sizeof count / sizeof *count; i++) {
    if (!count[i].known) continue;
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

static th_code check_store(const th_cli *c, bool mend, th_store **s, findings *f, th_err *err) {
  th_err why = { 0 };
  const th_code code = open_store(c, mend, s, &why);
  if (code == TH_ENOENT && th_cases_exist(c->home)) return TH_OK;
  if (code != TH_OK) {
    *err = why;
    return code;
  }
  f->store = *s;
  return th_store_check(c->arena, *s, mend, &f->fault, &f->counts, err);
}

static th_code sealed_fault(const th_cli *c, findings *f, th_str what, th_err *err) {
  const th_store_fault one = { .kind = TH_STORE_FAULT_SEALED, .what = what };
  return what.p && TH_VEC_PUSH(c->arena, &f->fault, one) ? TH_OK : th_fail_nomem(err);
}

/* What keeps the cases from being opened, the key that is missing say, is a fault to be told beside the others. */
static th_code check_cases(const th_cli *c, findings *f, th_err *err) {
  th_cases *cases;
  th_err why = { 0 };
  char text[512];
  if (!th_cases_exist(c->home)) return TH_OK;
  th_code code = th_cases_open(c->home, TH_CASES_READ, NULL, -1, &cases, &why);
  if (code == TH_OK) {
    code = th_cases_check(c->arena, cases, &f->sealed, &why);
    th_cases_close(cases);
    f->cases = code == TH_OK;
  }
  if (code == TH_ENOMEM) return th_fail_nomem(err);
  if (code != TH_OK) {
    th_err_text(&why, text, sizeof text);
    return sealed_fault(c, f, th_str_dup(c->arena, th_str_of(text)), err);
  }
  for (size_t i = 0; i < f->sealed.fault.n; i++) TH_TRY(sealed_fault(c, f, f->sealed.fault.v[i], err));
  return TH_OK;
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_store *s = NULL;
  findings f = { 0 };
  th_buf b;
  th_code code = check_store(c, th_cli_has(c, "mend"), &s, &f, &err);
  if (code == TH_OK) code = check_cases(c, &f, &err);
  bool sound = true;
  for (size_t i = 0; i < f.fault.n; i++) sound &= f.fault.v[i].harmless;
  th_buf_init(&b, c->arena, 1024);
  if (code == TH_OK && c->json)
    put_json(c, &b, &f, sound);
  else if (code == TH_OK)
    put_text(c, &b, &f);
  th_store_close(s);
  if (code != TH_OK) return th_cli_error(c, &err);
  const int status = th_cli__put_buf(c, &b);
  return status ? status : sound ? 0 : 1;
}

const th_cmd th_cmd_doctor = {
  .name = "doctor",
  .group = "Upkeep",
  .synopsis = "[--mend]",
  .summary = "check that the store is whole and its documents are what was read",
  .details = "Reads everything: the database's own check, references between rows, every document against its SHA-256, the "
             "full-text index, files that belong to no document (harmless: an import was cut off); where cases are kept, "
             "every sealed record and attachment, and the log. Exit status 1 when something is wrong; restore a backup then.",
  .opts = opts,
  .examples = examples,
  .run = run,
};
