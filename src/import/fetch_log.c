/* That a search was made, as a document like those of others' searches (kind "capture"): it is imported by the same reader, and
 * can be exported and read again. Its records stand in the answers, which it names by their SHA-256. */
#include "import/fetch_priv.h"

static void text(th_jwrite *w, const char *key, th_str value) {
  if (value.n == 0) return;
  th_jw_key(w, key);
  th_jw_str(w, value);
}

static void count(th_jwrite *w, const char *key, int64_t n) {
  if (n < 0) return;
  th_jw_key(w, key);
  th_jw_i64(w, n);
}

static void answers(th_jwrite *w, const th_fetch__run *r) {
  th_jw_key(w, "answers");
  th_jw_arr(w);
  for (size_t i = 0; i < r->pages.n; i++) {
    const th_fetch__page *p = &r->pages.v[i];
    th_jw_obj(w);
    text(w, "url", p->url);
    text(w, "sha256", p->sha256);
    text(w, "at", p->at);
    count(w, "records", (int64_t)p->records);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

th_code th_fetch__log(th_arena *a, const th_fetch__run *r, th_str *out, th_err *err) {
  static const char *const kinds[TH_FETCH_SOURCE_COUNT] = { [TH_FETCH_TRIALS] = "trial-search",
                                                            [TH_FETCH_PAPERS] = "paper-search",
                                                            [TH_FETCH_LABELS] = "licence-search",
                                                            [TH_FETCH_LICENCES] = "licence-search" };
  const th_fetch_result *o = r->out;
  const bool failed = o->state == TH_SEARCH_FAILED;
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 4096);
  th_jwrite_open(&w, &b, 2);
  th_jw_obj(&w);
  text(&w, "capture", th_str_of(kinds[r->q->source]));
  text(&w, "source", th_str_of(r->about->text));
  text(&w, "drug", o->drug);
  th_jw_key(&w, "disease");
  th_jw_str(&w, o->disease.n ? o->disease : TH_STR_NONE);
  text(&w, "query", o->query);
  text(&w, "query_form", TH_S("by field"));
  text(&w, "queried_at", o->begun);
  th_jw_key(&w, "success");
  th_jw_bool(&w, !failed);
  if (failed) text(&w, "error", o->why);
  text(&w, "state", th_str_of(th_search_state_name(o->state)));
  count(&w, "records_in_source", o->in_source);
  count(&w, "records_kept", o->kept);
  th_jw_key(&w, "incomplete");
  th_jw_bool(&w, o->incomplete);
  if (!failed) text(&w, "why", o->why);
  text(&w, "source_version", o->version);
  text(&w, "remark", o->remark);
  answers(&w, r);
  th_jw_obj_end(&w);
  th_buf_addc(&b, '\n');
  if (b.failed) return th_fail_nomem(err);
  *out = th_buf_str(&b);
  return TH_OK;
}
