/* theriac evidence search: imported studies and papers by words, drug and disease, each with what grading would take from it. */
#include "cli/cli_evidence.h"
#include "theriac/report.h"

#include <stdio.h>

static const th_opt opts[] = {
  { "drug", 'd', "D", "records that name this drug, by any of its names; each is judged for it", false },
  { "disease", 'x', "X", "only records about this disease, a kind of it or a near relative", false },
  { "kind", 'k', "K", "trials or papers (both)", false },
  { "limit", 'n', "N", "at most this many (50)", false },
  { 0 },
};

static const char *const examples[] = { "theriac evidence search \"proteinuria\"",
                                        "theriac evidence search --drug belimumab --disease \"membranous nephropathy\"",
                                        "theriac evidence search remission --drug belimumab --kind papers --json", NULL };

typedef struct hit {
  th_study_seen study;
  th_evidence_item item;
  bool judged; /* role and relevance are of the drug and disease asked for */
} hit;
typedef TH_VEC(hit) hits;

typedef struct search {
  th_cli *c;
  th_store *store;
  const th_names *names;
  const th_name_row *drug, *disease;
  size_t limit;
  uint64_t total;
  hits found;
} search;

static th_code study_of(search *s, const th_store_record *r, th_study_seen *out, th_err *err) {
  if (th_str_is(r->kind, "ctgov")) {
    th_ctgov_study *x = TH_NEW(s->c->arena, th_ctgov_study);
    if (!x) return th_fail_nomem(err);
    TH_TRY(th_store_ctgov_of(s->c->arena, r, x, err));
    return th_study_of_ctgov(s->c->arena, x, 0, out, err);
  }
  th_pubmed_article *x = TH_NEW(s->c->arena, th_pubmed_article);
  if (!x) return th_fail_nomem(err);
  TH_TRY(th_store_pubmed_of(s->c->arena, r, x, err));
  return th_study_of_pubmed(s->c->arena, x, 0, out, err);
}

/* Takes the record when it fits what was asked. */
static th_code take(search *s, const th_store_record *r, th_err *err) {
  hit *h = TH_VEC_ADD(s->c->arena, &s->found);
  th_study_seen *study = TH_NEW(s->c->arena, th_study_seen);
  if (!h || !study) return th_fail_nomem(err);
  TH_TRY(study_of(s, r, study, err));
  h->study = *study;
  static const th_name_row nobody = { .kind = TH_NAME_DRUG };
  const th_evidence_question q = { s->names, s->drug ? s->drug : &nobody, s->disease,
                                   s->c->as_of.prec ? s->c->as_of : th_cli_today() };
  th_evidence_observed o;
  TH_TRY(th_evidence_observe(s->c->arena, &q, study, &o, err));
  h->item = o.item;
  h->judged = s->drug != NULL;
  if (s->disease) {
    TH_TRY(th_evidence_relate(s->c->arena, &q, &o, &h->item, err));
    if (h->item.relevance != TH_RELEVANCE_A && h->item.relevance != TH_RELEVANCE_B) s->found.n--;
  }
  return TH_OK;
}

static bool wanted(const th_cli *c, th_str kind) {
  const char *k = th_cli_opt(c, "kind");
  if (!th_str_is(kind, "ctgov") && !th_str_is(kind, "pubmed")) return false;
  return !k || (strcmp(k, "trials") == 0) == th_str_is(kind, "ctgov");
}

static th_code by_words(search *s, th_str words, th_err *err) {
  static const char *const kinds[] = { "ctgov", "pubmed" };
  for (int k = 0; k < 2; k++) {
    th_store_hit_vec v = { 0 };
    uint64_t total = 0;
    if (!wanted(s->c, th_str_of(kinds[k]))) continue;
    TH_TRY(th_store_search(s->c->arena, s->store, words, th_str_of(kinds[k]), (uint32_t)s->limit, 0, &v, &total, err));
    s->total += total;
    for (size_t i = 0; i < v.n && s->found.n < s->limit; i++) {
      bool again = false, there;
      for (size_t j = 0; j < i && !again; j++) again = v.v[j].record.id == v.v[i].record.id; /* one record, several passages */
      th_store_record r;
      if (again) continue;
      TH_TRY(th_store_record_get(s->c->arena, s->store, v.v[i].record.id, &there, &r, err));
      if (there) TH_TRY(take(s, &r, err));
    }
  }
  return TH_OK;
}

static th_code by_names(search *s, const th_name_row *row, th_err *err) {
  th_str_vec names = { 0 };
  th_store_record_vec all = { 0 };
  if (!TH_VEC_PUSH(s->c->arena, &names, row->en) || (row->zh.n && !TH_VEC_PUSH(s->c->arena, &names, row->zh)))
    return th_fail_nomem(err);
  th_str rest = row->synonyms, one;
  while (rest.n && th_str_split(&rest, '|', &one))
    if (one.n && !TH_VEC_PUSH(s->c->arena, &names, one)) return th_fail_nomem(err);
  TH_TRY(th_store_records_naming(s->c->arena, s->store, names.v, names.n, TH_STR_NONE, &all, err));
  for (size_t i = 0; i < all.n; i++) {
    if (!wanted(s->c, all.v[i].kind)) continue;
    s->total++;
    if (s->found.n < s->limit) TH_TRY(take(s, &all.v[i], err));
  }
  return TH_OK;
}

/* ── Output ── */

static const char *result_of(const th_study_seen *s) {
  return s->has_results == TH_TRUE ? "yes" : s->has_results == TH_FALSE ? "no" : "unknown";
}

static void json(const search *s, th_jwrite *w) {
  th_jw_obj(w);
  th_jw_key(w, "schema");
  th_jw_z(w, "theriac.evidence.search/1");
  th_jw_key(w, "total");
  th_jw_i64(w, (int64_t)s->total);
  th_jw_key(w, "records");
  th_jw_arr(w);
  for (size_t i = 0; i < s->found.n; i++) {
    const hit *h = &s->found.v[i];
    th_jw_obj(w);
    th_cli_jtext(w, "id", h->study.id);
    th_cli_jtext(w, "title", h->study.title);
    th_jw_key(w, "design");
    th_jw_z(w, th_design_code(h->item.design));
    th_jw_key(w, "n");
    if (h->study.n >= 0)
      th_jw_i64(w, h->study.n);
    else
      th_jw_null(w);
    th_cli_jtext(w, "status", h->study.status_text.text);
    th_cli_jtext(w, "phase", h->study.phase_text.text);
    th_jw_key(w, "results");
    th_jw_z(w, result_of(&h->study));
    th_jw_key(w, "role");
    if (h->judged)
      th_jw_z(w, th_role_code(h->item.role));
    else
      th_jw_null(w);
    th_jw_key(w, "relevance");
    if (s->disease)
      th_jw_z(w, th_relevance_code(h->item.relevance));
    else
      th_jw_null(w);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static th_str word(th_words lang, const char *group, const char *code, char *room, size_t n) {
  snprintf(room, n, "%s.%s", group, code);
  return th_words_has(room) ? th_words_get(lang, room) : th_str_of(code);
}

static void text(const search *s, th_buf *b) {
  const bool zh = strcmp(s->c->lang, "zh-TW") == 0;
  th_words lang;
  char room[80];
  if (!th_words_find(s->c->lang, &lang)) lang = TH_WORDS_EN;
  for (size_t i = 0; i < s->found.n; i++) {
    const hit *h = &s->found.v[i];
    th_cli_evidence_cell(s->c->arena, b, h->study.id, 14);
    th_buf_addc(b, ' ');
    th_cli_evidence_cell(s->c->arena, b, word(lang, "design", th_design_code(h->item.design), room, sizeof room), 24);
    if (h->study.n >= 0)
      th_buf_addf(b, " n=%-6lld", (long long)h->study.n);
    else
      th_buf_addz(b, " n=?     ");
    th_buf_addf(b, " %.*s", TH_STR_ARG(h->study.status_text.text));
    if (h->judged) th_buf_addf(b, "  %s", th_role_code(h->item.role));
    if (s->disease) th_buf_addf(b, " %s", th_relevance_code(h->item.relevance));
    th_buf_addf(b, "\n  %.*s\n", TH_STR_ARG(h->study.title));
  }
  th_buf_addf(b, zh ? "列出 %zu 筆，共 %llu 筆相符\n" : "%zu listed, %llu match\n", s->found.n, (unsigned long long)s->total);
}

static th_code run_search(search *s, th_err *err) {
  const char *drug = th_cli_opt(s->c, "drug"), *disease = th_cli_opt(s->c, "disease");
  th_names *names;
  TH_TRY(th_store_open(s->c->home, TH_STORE_READ, -1, &s->store, err));
  TH_TRY(th_store_names(s->c->arena, s->store, &names, err));
  if (drug) {
    s->drug = th_names_resolve(names, s->c->arena, TH_NAME_DRUG, th_str_of(drug)).row;
    if (!s->drug) { /* a drug no table lists: its own name is all there is */
      const th_name_row row = { .kind = TH_NAME_DRUG, .id = th_str_of(drug), .en = th_str_of(drug) };
      th_names *more;
      TH_TRY(th_names_with(s->c->arena, names, &row, &more, err));
      names = more;
      s->drug = th_names_by_id(names, row.id);
    }
  }
  s->names = names;
  if (disease) {
    th_name_row *row = TH_NEW(s->c->arena, th_name_row);
    if (!row) return th_fail_nomem(err);
    *row = (th_name_row){ .kind = TH_NAME_DISEASE, .en = th_str_of(disease) };
    s->disease = th_names_resolve(names, s->c->arena, TH_NAME_DISEASE, th_str_of(disease)).row;
    if (!s->disease) s->disease = row;
  }
  if (s->c->n_args) return by_words(s, th_str_of(s->c->args[0]), err);
  return by_names(s, s->drug ? s->drug : s->disease, err);
}

static int run(th_cli *c) {
  th_err err = { 0 };
  int64_t limit = 50;
  const char *n = th_cli_opt(c, "limit"), *kind = th_cli_opt(c, "kind");
  if (n && (!th_str_to_i64(th_str_of(n), &limit) || limit < 1 || limit > 10000))
    return th_cli_usage(c, "--limit takes a whole number from 1 to 10000");
  if (kind && strcmp(kind, "trials") != 0 && strcmp(kind, "papers") != 0) return th_cli_usage(c, "--kind is trials or papers");
  if (!c->n_args && !th_cli_opt(c, "drug") && !th_cli_opt(c, "disease"))
    return th_cli_usage(c, "words to search for, --drug or --disease are needed");
  search s = { .c = c, .limit = (size_t)limit };
  const th_code code = run_search(&s, &err);
  th_store_close(s.store);
  if (code != TH_OK) return th_cli_error(c, &err);
  th_buf b;
  th_buf_init(&b, c->arena, 1 << 13);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    json(&s, &w);
    th_buf_addc(&b, '\n');
  } else {
    text(&s, &b);
  }
  return th_cli__put_buf(c, &b);
}

const th_cmd th_cmd_evidence_search = {
  .name = "evidence search",
  .group = "Evidence",
  .synopsis = "[TEXT] [--drug D] [--disease X]",
  .summary = "imported studies and papers by words, drug and disease, with what grading takes from each",
  .details =
      "TEXT is searched in titles and abstracts of imported registry studies and papers (all words; \"several words\" in "
      "order; word* for beginnings; Chinese too). Without TEXT every record that names the drug, or the disease, is listed. "
      "Each record "
      "shows its design after repair, people, status and whether it has results; with --drug the part the drug plays, with "
      "--disease how near the condition is (A, B; others are left out).",
  .opts = opts,
  .args_min = 0,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
