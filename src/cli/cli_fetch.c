/* theriac fetch --status: what was searched, when and how far; and what was cut off. */
#include <string.h>

#include "cli/cli_fetch.h"
#include "theriac/import/fetch.h"

static bool zh(const th_cli *c) {
  return strcmp(c->lang, "zh-TW") == 0;
}

const char *th_cli__search_state(const th_cli *c, th_search_state s) {
  static const char *const tw[] = { "未檢索", "已檢索，無紀錄", "已檢索，有紀錄", "來源失敗", "不適用" };
  static const char *const en[] = { "not searched", "searched, nothing", "found", "source failed", "not applicable" };
  return (zh(c) ? tw : en)[(unsigned)s < 5 ? s : 0];
}

void th_cli__jtext(th_jwrite *w, const char *key, th_str s) {
  th_jw_key(w, key);
  th_jw_str(w, s.n ? s : TH_STR_NONE);
}

void th_cli__jcount(th_jwrite *w, const char *key, int64_t n) {
  th_jw_key(w, key);
  if (n < 0)
    th_jw_null(w);
  else
    th_jw_i64(w, n);
}

static void put_text(const th_cli *c, th_buf *b, const th_store_search_vec *all, const th_fetch_left_vec *left) {
  char day[TH_DATE_TEXT];
  for (size_t i = 0; i < all->n; i++) {
    const th_store_search_run *x = &all->v[i];
    th_buf_addf(b, "%-10s  %-12s  %.*s", th_date_iso(x->queried_on, day), th_capture_source_name(x->source),
                TH_STR_ARG(x->drug.name));
    if (x->disease.id) th_buf_addf(b, ", %.*s", TH_STR_ARG(x->disease.name));
    th_buf_addf(b, ": %s", th_cli__search_state(c, x->state));
    if (x->in_source >= 0 && x->kept >= 0)
      th_buf_addf(b, zh(c) ? "，%lld／%lld 筆" : ", %lld of %lld", (long long)x->kept, (long long)x->in_source);
    if (x->incomplete) th_buf_addz(b, zh(c) ? "（不完整）" : " (incomplete)");
    th_buf_addc(b, '\n');
  }
  for (size_t i = 0; i < left->n; i++) {
    const th_fetch_left *x = &left->v[i];
    th_buf_addf(b, zh(c) ? "中斷，可用 --resume 繼續：%.*s  %.*s" : "cut off, --resume goes on: %.*s  %.*s",
                TH_STR_ARG(x->source), TH_STR_ARG(x->drug));
    if (x->disease.n) th_buf_addf(b, ", %.*s", TH_STR_ARG(x->disease));
    th_buf_addf(b, zh(c) ? "（%.*s 開始，已有 %llu 份回應）\n" : " (begun %.*s, %llu answers at hand)\n", TH_STR_ARG(x->begun),
                (unsigned long long)x->answers);
  }
  if (all->n + left->n == 0) th_buf_addz(b, zh(c) ? "尚無任何檢索紀錄。\n" : "Nothing was searched yet.\n");
}

static void put_json(const th_cli *c, th_buf *b, const th_store_search_vec *all, const th_fetch_left_vec *left) {
  th_jwrite w;
  char day[TH_DATE_TEXT];
  (void)c;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "searches");
  th_jw_arr(&w);
  for (size_t i = 0; i < all->n; i++) {
    const th_store_search_run *x = &all->v[i];
    th_jw_obj(&w);
    th_cli__jtext(&w, "source", th_str_of(th_capture_source_name(x->source)));
    th_cli__jtext(&w, "drug", x->drug.name);
    th_cli__jtext(&w, "disease", x->disease.name);
    th_cli__jtext(&w, "query", x->query);
    th_cli__jtext(&w, "queried_on", th_str_of(th_date_iso(x->queried_on, day)));
    th_cli__jtext(&w, "state", th_str_of(th_search_state_name(x->state)));
    th_jw_key(&w, "incomplete");
    th_jw_bool(&w, x->incomplete);
    th_cli__jcount(&w, "records_in_source", x->in_source);
    th_cli__jcount(&w, "records_kept", x->kept);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_key(&w, "cut_off");
  th_jw_arr(&w);
  for (size_t i = 0; i < left->n; i++) {
    th_jw_obj(&w);
    th_cli__jtext(&w, "source", left->v[i].source);
    th_cli__jtext(&w, "drug", left->v[i].drug);
    th_cli__jtext(&w, "disease", left->v[i].disease);
    th_cli__jtext(&w, "since", left->v[i].since);
    th_cli__jtext(&w, "begun", left->v[i].begun);
    th_cli__jcount(&w, "answers_at_hand", (int64_t)left->v[i].answers);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

int th_cli__fetch_status(th_cli *c) {
  th_err err = { 0 };
  th_store *s = NULL;
  th_store_search_vec all = { 0 };
  th_fetch_left_vec left = { 0 };
  th_buf b;
  th_code code = th_store_open(c->home, TH_STORE_READ, -1, &s, &err);
  if (code == TH_OK) code = th_store_searches(c->arena, s, 0, 0, &all, &err);
  th_store_close(s);
  if (code == TH_ENOENT) code = TH_OK, err = (th_err){ 0 }; /* a home without a store: nothing was searched */
  if (code == TH_OK) code = th_import_fetch_left(c->arena, c->home, &left, &err);
  if (code != TH_OK) return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 4096);
  (c->json ? put_json : put_text)(c, &b, &all, &left);
  return th_cli__put_buf(c, &b);
}
