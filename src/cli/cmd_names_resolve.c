/* theriac names resolve: whom a name means, how it was reached, and what is near one that means nobody. */
#include <string.h>

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/store.h"
#include "theriac/text.h"

#define SUGGESTIONS 5

static const th_opt opts[] = {
  { "drug", 0, NULL, "the names are of drugs", false },
  { "disease", 0, NULL, "the names are of diseases (default: whatever fits)", false },
  { "unresolved", 0, NULL, "every name that an imported record gives to a drug or disease and that means nobody", false },
  { "limit", 0, "N", "with --unresolved: at most N names of each kind (default 200)", false },
  { 0 },
};

static const char *const examples[] = { "theriac import names/",
                                        "theriac names resolve belimumab \"Lupus Erythematosus, Systemic\"",
                                        "theriac names resolve --drug \"ezetimibe / simvastatin\" --json",
                                        "theriac names resolve --unresolved", NULL };

typedef struct asker {
  th_cli *c;
  th_store *store;
  th_names *names;
  th_buf b;
  th_jwrite w;
  size_t n_unknown;
  th_err err;
} asker;

static const char *how_name(th_name_how how, bool zh) {
  switch (how) {
  case TH_NAME_NOT_FOUND: return zh ? "未找到" : "not found";
  case TH_NAME_EXACT: return zh ? "名稱相同" : "preferred name";
  case TH_NAME_SYNONYM: return zh ? "同義名" : "synonym";
  case TH_NAME_STRIPPED: return zh ? "去除含量、劑型或鹽基後" : "without strength, form or salt";
  case TH_NAME_CUT: return zh ? "截斷的名稱" : "cut name";
  case TH_NAME_AMBIGUOUS: return zh ? "多義" : "ambiguous";
  }
  return "";
}

static bool zh(const asker *k) {
  return strcmp(k->c->lang, "zh-TW") == 0;
}

static th_str kind_name(const asker *k, th_name_kind kind) {
  if (zh(k)) return kind == TH_NAME_DRUG ? TH_S("藥品") : TH_S("疾病");
  return kind == TH_NAME_DRUG ? TH_S("drug") : TH_S("disease");
}

/* ── One hit ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void put_hit_json(asker *k, const th_name_row *r, const char *how) {
  th_jwrite *w = &k->w;
  th_jw_obj(w);
  th_jw_key(w, "id");
  th_jw_str(w, r ? r->id : TH_STR_NONE);
  if (r) {
    th_jw_key(w, "kind");
    th_jw_z(w, r->kind == TH_NAME_DRUG ? "drug" : "disease");
    th_jw_key(w, "name");
    th_jw_str(w, r->en);
    th_jw_key(w, "name_zh");
    th_jw_str(w, r->zh.n ? r->zh : TH_STR_NONE);
    th_jw_key(w, "xrefs");
    th_jw_arr(w);
    th_str rest = r->xrefs, one;
    while (rest.n && th_str_split(&rest, '|', &one)) th_jw_str(w, one);
    th_jw_arr_end(w);
    if (r->reason) {
      th_jw_key(w, "no_target");
      th_jw_z(w, th_name_reason_name(r->reason));
    }
    th_jw_key(w, "source");
    th_jw_str(w, r->source);
  }
  th_jw_key(w, "how");
  th_jw_z(w, how);
  th_jw_obj_end(w);
}

static void put_hit_text(asker *k, th_str name, const th_name_hit *h) {
  if (!h->row) {
    th_buf_addf(&k->b, "  %.*s: %s\n", TH_STR_ARG(th_str_sub(name, h->from, h->to)), how_name(TH_NAME_NOT_FOUND, zh(k)));
    return;
  }
  const th_name_row *r = h->row;
  th_buf_addf(&k->b, "  %.*s  %.*s", TH_STR_ARG(r->id), TH_STR_ARG(r->en));
  if (r->zh.n) th_buf_addf(&k->b, "  %.*s", TH_STR_ARG(r->zh));
  th_buf_addf(&k->b, "  (%.*s; %s", TH_STR_ARG(kind_name(k, r->kind)), how_name(h->how, zh(k)));
  if (r->reason) th_buf_addf(&k->b, zh(k) ? "；非標的：%s" : "; no target: %s", th_name_reason_name(r->reason));
  th_buf_addz(&k->b, ")\n");
}

/* ── One name ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool any_row(const th_name_hits *hits) {
  for (size_t i = 0; i < hits->n; i++)
    if (hits->v[i].row) return true;
  return false;
}

static th_code suggestions(asker *k, th_str name, unsigned kinds, th_name_hits *out) {
  for (int kind = 0; kind < 2; kind++)
    if (kinds & 1u << kind)
      TH_TRY(th_names_suggest(k->names, k->c->arena, (th_name_kind)kind, name, SUGGESTIONS, out, &k->err));
  return TH_OK;
}

static void put_suggestions(asker *k, const th_name_hits *near) {
  if (k->c->json) {
    th_jw_key(&k->w, "suggestions");
    th_jw_arr(&k->w);
    for (size_t i = 0; i < near->n; i++) put_hit_json(k, near->v[i].row, "near");
    th_jw_arr_end(&k->w);
    return;
  }
  for (size_t i = 0; i < near->n; i++)
    th_buf_addf(&k->b, zh(k) ? "    是否指：%.*s  %.*s\n" : "    perhaps: %.*s  %.*s\n", TH_STR_ARG(near->v[i].row->id),
                TH_STR_ARG(near->v[i].row->en));
}

/* What a name means as a drug, as a disease, or as either. */
static th_code ask(asker *k, th_str name, unsigned kinds, th_name_hits *hits) {
  for (int kind = 0; kind < 2; kind++) {
    if (!(kinds & 1u << kind)) continue;
    th_name_hits own = { 0 };
    TH_TRY(th_names_resolve_all(k->names, k->c->arena, (th_name_kind)kind, name, &own, &k->err));
    if (!any_row(&own)) continue;
    for (size_t i = 0; i < own.n; i++)
      if (!TH_VEC_PUSH(k->c->arena, hits, own.v[i])) return th_fail_nomem(&k->err);
  }
  return TH_OK;
}

static th_code answer(asker *k, th_str name, unsigned kinds) {
  th_name_hits hits = { 0 }, near = { 0 };
  TH_TRY(ask(k, name, kinds, &hits));
  if (hits.n == 0) {
    k->n_unknown++;
    TH_TRY(suggestions(k, name, kinds, &near));
  }
  if (!k->c->json) {
    th_buf_addf(&k->b, "%.*s%s\n", TH_STR_ARG(name), hits.n ? "" : zh(k) ? "：未找到" : ": not found");
    for (size_t i = 0; i < hits.n; i++) put_hit_text(k, name, &hits.v[i]);
    put_suggestions(k, &near);
    return TH_OK;
  }
  th_jw_obj(&k->w);
  th_jw_key(&k->w, "name");
  th_jw_str(&k->w, name);
  th_jw_key(&k->w, "hits");
  th_jw_arr(&k->w);
  for (size_t i = 0; i < hits.n; i++) put_hit_json(k, hits.v[i].row, how_name(hits.v[i].how, false));
  th_jw_arr_end(&k->w);
  put_suggestions(k, &near);
  th_jw_obj_end(&k->w);
  return TH_OK;
}

/* ── Names of records that mean nobody ─────────────────────────────────────────────────────────────────────────────── */

static th_code unresolved_of(asker *k, th_name_kind kind, size_t limit) {
  th_store_entity_vec all;
  const th_store_what what = kind == TH_NAME_DRUG ? TH_STORE_DRUG : TH_STORE_DISEASE;
  TH_TRY(th_store_entities(k->c->arena, k->store, what, &all, &k->err));
  for (size_t i = 0; i < all.n; i++) {
    th_name_hits hits = { 0 };
    const th_arena_mark mark = th_arena_save(k->c->arena);
    TH_TRY(th_names_resolve_all(k->names, k->c->arena, kind, all.v[i].name, &hits, &k->err));
    const bool known = any_row(&hits);
    th_arena_rewind(k->c->arena, mark);
    if (known) continue;
    if (limit-- == 0) {
      if (!k->c->json) th_buf_addz(&k->b, zh(k) ? "…（尚有其他；--limit）\n" : "… (there are more: --limit)\n");
      return TH_OK;
    }
    TH_TRY(answer(k, all.v[i].name, 1u << kind));
  }
  return TH_OK;
}

static th_code run_all(asker *k, unsigned kinds, size_t limit) {
  TH_TRY(th_store_names(k->c->arena, k->store, &k->names, &k->err));
  for (int i = 0; i < k->c->n_args; i++) TH_TRY(answer(k, th_str_of(k->c->args[i]), kinds));
  if (!th_cli_has(k->c, "unresolved")) return TH_OK;
  for (int kind = 0; kind < 2; kind++)
    if (kinds & 1u << kind) TH_TRY(unresolved_of(k, (th_name_kind)kind, limit));
  return TH_OK;
}

/* Without a store the built-in names answer. */
static th_code open_store(asker *k) {
  const th_code code = th_store_open(k->c->home, TH_STORE_READ, -1, &k->store, &k->err);
  if (code != TH_ENOENT || th_cli_has(k->c, "unresolved")) return code;
  k->err = (th_err){ 0 };
  return TH_OK;
}

static int run(th_cli *c) {
  asker k = { .c = c };
  int64_t limit = 200;
  const char *l = th_cli_opt(c, "limit");
  if (l && (!th_str_to_i64(th_str_of(l), &limit) || limit < 1)) return th_cli_usage(c, "--limit needs a whole number above 0");
  const bool all = th_cli_has(c, "unresolved");
  if (!all && c->n_args == 0) return th_cli_usage(c, "a name is needed, or --unresolved");
  unsigned kinds = (th_cli_has(c, "drug") ? 1u << TH_NAME_DRUG : 0) | (th_cli_has(c, "disease") ? 1u << TH_NAME_DISEASE : 0);
  if (!kinds) kinds = 3;
  th_buf_init(&k.b, c->arena, 4096);
  th_jwrite_open(&k.w, &k.b, 2);
  if (c->json) th_jw_arr(&k.w);
  th_code code = open_store(&k);
  if (code == TH_OK) code = run_all(&k, kinds, (size_t)limit);
  th_store_close(k.store);
  if (code != TH_OK) return th_cli_error(c, &k.err);
  if (c->json) th_jw_arr_end(&k.w), th_buf_addc(&k.b, '\n');
  const int status = th_cli__put_buf(c, &k.b);
  return status ? status : k.n_unknown > 0 && !all ? 1 : 0;
}

const th_cmd th_cmd_names_resolve = {
  .name = "names resolve",
  .group = "Evidence",
  .synopsis = "NAME… [--drug|--disease] | --unresolved",
  .summary = "whom a name of a drug or a disease means",
  .details =
      "Names resolve by identity over whole names, never by a piece of a word: as written (letters' case, width, hyphens, "
      "Greek, "
      "British spelling, traditional or simplified Chinese make no difference), then as synonym, brand or code; a drug then "
      "without strength, form, salt and stereo prefix, or as the parts of a combination; a disease then with its comma "
      "inversion "
      "undone, types in Arabic numbers, and disease, disorder and syndrome for one another. A name of several is ambiguous and "
      "gives all of them. What means nobody stays so, and names near it are suggested.\n\n"
      "The names are the built-in ones and those of imported vocabularies (MONDO, DrugBank, ATC, own tables: kind, id, en, zh, "
      "synonyms, parents, source). Exit status 1: a name means nobody.",
  .opts = opts,
  .args_min = 0,
  .args_max = -1,
  .examples = examples,
  .run = run,
};
