/* Kept cases for requests: the key's troubles told as pages, a case judged whenever it is shown, every change a version. */
#include "serve/case_desk.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>

/* ── Policies ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

const th_coverage *th_serve__policies(th_serve *s, th_err *err) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&lock);
  if (!s->policies) {
    th_arena *a = th_arena_new(0);
    th_coverage *c = a ? TH_NEW(a, th_coverage) : NULL;
    const th_code code = c ? th_coverage_open(a, NULL, 0, c, err) : th_fail_nomem(err);
    if (code == TH_OK)
      s->policies = c, s->policies_arena = a;
    else
      th_arena_del(a);
  }
  const th_coverage *c = s->policies;
  pthread_mutex_unlock(&lock);
  return c;
}

const th_coverage *th_serve__coverage(th_ctx *x) {
  th_err err = { 0 };
  const th_coverage *c = th_serve__policies(x->app, &err);
  if (!c) th_serve_fail(x, &err);
  return c;
}

/* ── The vault ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_done closed_page(th_ctx *x, const th_err *err, const char *what_key) {
  char path[TH_LIMIT_PATH_BYTES], text[600];
  th_err none = { 0 };
  if (x->json) return th_serve_fail(x, err);
  if (th_cases_key_path(path, &none) != TH_OK) snprintf(path, sizeof path, "$THERIAC_KEY_FILE");
  th_serve_page_begin(
      x, &(th_web_frame){
             .title = th_words_get(x->lang, "apply.closed"), .here = "apply", .noindex = true, .path = x->q->target });
  th_html *h = &x->html;
  th_web_note_begin(h, "stop");
  th_html_open(h, "p");
  th_err_text(err, text, sizeof text);
  th_html_quote(h, th_str_of(text));
  th_html_close(h);
  th_html_close(h);
  th_html_el_say(h, "h2", NULL, "apply.closed.do");
  th_html_el_say(h, "p", NULL, what_key);
  th_html_open(h, "p");
  th_html_say(h, "apply.closed.key");
  th_html_text(h, TH_S(" "));
  th_html_el(h, "code", NULL, th_str_of(path));
  th_html_close(h);
  th_html_open(h, "p");
  th_html_link_say(h, x->q->target, "apply.closed.again");
  th_html_close(h);
  return th_serve_page_end(x, th_code_describe(err->code).http_status);
}

static const char *what_to_do(th_code code, bool kept) {
  switch ((int)code) {
  case TH_ENOENT: return kept ? "apply.closed.missing" : "apply.closed.other";
  case TH_EAUTH: return "apply.closed.wrong";
  case TH_EINVAL: return "apply.closed.inside";
  case TH_EPARSE: return "apply.closed.damaged";
  default: return "apply.closed.other";
  }
}

/* One handle stays open while the server runs: else whoever is last to close settles the file, and all who open meanwhile wait for it. */
static void stay_open(th_serve *s) {
  th_cases *mine, *none = NULL;
  if (atomic_load(&s->cases) || th_cases_open(s->o.home, TH_CASES_READ, NULL, -1, &mine, NULL) != TH_OK || !mine) return;
  if (!atomic_compare_exchange_strong(&s->cases, &none, mine)) th_cases_close(mine); /* somebody else was quicker */
}

void th_serve__cases_forget(th_serve *s) {
  th_cases_close(atomic_exchange(&s->cases, NULL));
}

bool th_serve__cases_open(th_ctx *x, th_cases_mode mode, th_cases **out) {
  const th_serve_options *o = th_serve_options_of(x->app);
  th_err err = { 0 };
  const bool kept = th_cases_exist(o->home);
  *out = NULL;
  if (!kept && mode == TH_CASES_READ) return true;
  if (mode == TH_CASES_WRITE && o->read_only) {
    th_serve_fail_code(x, TH_EAUTH, "this server was started to read only");
    return false;
  }
  const th_code code = th_cases_open(o->home, mode, NULL, -1, out, &err);
  if (code == TH_OK) return stay_open(x->app), true;
  closed_page(x, &err, what_to_do(code, kept));
  return false;
}

th_cases_act th_serve__act(const th_ctx *x) {
  const th_serve_options *o = th_serve_options_of(x->app);
  const int64_t at = th_serve_now(x);
  return (th_cases_act){ th_str_of(o->who && *o->who ? o->who : "theriac serve"), at };
}

/* ── A case ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_str th_serve__case_href(const th_ctx *x, th_str id) {
  return th_str_fmt(x->a, "/case/%.*s", TH_STR_ARG(id));
}

/* The rule as imported, when it is held. */
static const th_coverage_text *official_of(th_ctx *x, const th_rule_policy *p) {
  th_store_record record;
  th_err err = { 0 };
  bool found = false;
  th_coverage_text *t = TH_NEW(x->a, th_coverage_text);
  const th_str key = th_str_starts(p->id, TH_S("nhi-")) ? th_str_sub(p->id, 4, p->id.n) : p->id;
  if (!t || !x->lane->store ||
      th_store_record_find(x->a, x->lane->store, TH_S("coverage-text"), key, &found, &record, &err) != TH_OK || !found ||
      th_store_coverage_of(x->a, &record, t, &err) != TH_OK)
    return NULL;
  return t;
}

th_code th_serve__case_judge(th_case_at *c, th_err *err) {
  th_arena *a = c->x->a;
  th_buf b;
  th_buf_init(&b, a, 8192);
  th_coverage_entry_write(&b, &c->entry);
  if (b.failed) return th_fail_nomem(err);
  TH_TRY(th_coverage_case_parse(a, c->entry.coverage, th_buf_str(&b), &c->kase, err));
  TH_TRY(th_coverage_check(a, &c->kase, &c->result, err));
  th_case_view *v = &c->view;
  v->e = &c->entry;
  v->r = &c->result;
  TH_TRY(th_coverage_entry_ask(a, &c->result, &v->ask, err));
  TH_TRY(th_coverage_entry_gates(a, &c->entry, v->ask, &v->gate, &v->n_gates, err));
  v->href = th_serve__case_href(c->x, c->head.id);
  v->version = c->head.version;
  v->read_only = th_serve_options_of(c->x->app)->read_only;
  if (!v->official) v->official = official_of(c->x, c->entry.policy);
  return TH_OK;
}

static th_code read_case(th_case_at *c, const th_coverage *cov, th_err *err) {
  th_str body;
  int64_t version = 0;
  const th_str asked = th_serve_param(c->x, "at");
  if (asked.n && (!th_str_to_i64(asked, &version) || version < 1 || version > UINT32_MAX))
    return th_fail(err, TH_EINVAL, "\"%.*s\" is no number of a version", TH_STR_ARG(th_str_sub(asked, 0, 40)));
  TH_TRY(th_cases_get(c->x->a, c->cases, c->x->seg[0], (uint32_t)version, &c->head, &body, err));
  TH_TRY(th_coverage_entry_read(c->x->a, cov, body, &c->entry, err));
  return th_serve__case_judge(c, err);
}

bool th_serve__case_open(th_ctx *x, th_cases_mode mode, th_case_at *c) {
  th_err err = { 0 };
  *c = (th_case_at){ .x = x };
  const th_coverage *cov = th_serve__coverage(x);
  if (!cov || !th_serve__cases_open(x, mode, &c->cases)) return false;
  if (!c->cases) {
    th_serve_fail_code(x, TH_ENOENT, "no case was kept here yet");
    return false;
  }
  if (read_case(c, cov, &err) == TH_OK) return true;
  th_serve__case_fail(c, &err);
  return false;
}

void th_serve__case_close(th_case_at *c) {
  th_cases_close(c->cases);
  c->cases = NULL;
}

/* Two windows, one case: nothing of this one was kept; what was typed is still there one step back. */
static th_done changed_page(th_ctx *x, th_str id) {
  th_html *h = &x->html;
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "apply.changed"), .here = "apply", .noindex = true });
  th_web_note_begin(h, "stop");
  th_html_el_say(h, "p", NULL, "apply.changed.what");
  th_html_close(h);
  th_html_open_cls(h, "p", "actions");
  th_html_open_cls(h, "a", "button primary");
  th_html_attr(h, "href", th_serve__case_href(x, id));
  th_html_say(h, "apply.changed.newest");
  th_html_close(h);
  th_html_link_say(h, th_str_fmt(x->a, "/case/%.*s/versions", TH_STR_ARG(id)), "apply.versions");
  th_html_close(h);
  return th_serve_page_end(x, th_code_describe(TH_ECONFLICT).http_status);
}

th_done th_serve__case_fail(th_case_at *c, const th_err *err) {
  th_serve__case_close(c);
  if (err->code == TH_ECONFLICT && c->head.id.n && !c->x->json) return changed_page(c->x, c->head.id);
  return c->view.href.n ? th_serve_fail_at(c->x, err, c->view.href, "apply.as-it-is") : th_serve_fail(c->x, err);
}

th_code th_serve__case_keep(th_case_at *c, uint32_t expect, th_str token, th_err *err) {
  th_buf b;
  bool same;
  TH_TRY(th_serve__case_judge(c, err));
  th_case_in in = { .id = c->head.id, .expect = expect, .token = token };
  TH_TRY(th_coverage_summary(c->x->a, &c->result, c->head.summary.title, &in.summary, err));
  th_buf_init(&b, c->x->a, 8192);
  th_coverage_entry_write(&b, &c->entry);
  if (b.failed) return th_fail_nomem(err);
  in.body = th_buf_str(&b);
  TH_TRY(th_cases_put(c->x->a, c->cases, th_serve__act(c->x), &in, &c->head, &same, err));
  c->view.href = th_serve__case_href(c->x, c->head.id);
  c->view.version = c->head.version;
  return TH_OK;
}

uint32_t th_serve__case_expect(const th_ctx *x) {
  int64_t v = 0;
  return th_str_to_i64(th_serve_param(x, "version"), &v) && v > 0 && v <= UINT32_MAX ? (uint32_t)v : 0;
}

th_str th_serve__token(th_ctx *x) {
  unsigned char raw[16];
  char hex[33];
  randombytes_buf(raw, sizeof raw);
  sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
  return th_str_dup(x->a, th_str_of(hex));
}

bool th_serve__day(th_str text, th_date *out) {
  if ((th_date_parse_iso(text, out) || th_date_parse_roc(text, out)) && out->prec == TH_DATE_DAY && out->year >= 1900 &&
      out->year < 2200)
    return true;
  *out = (th_date){ 0 };
  return false;
}

th_code th_serve__fields(th_ctx *x, const th_entry_field **out, th_err *err) {
  th_entry_field *f = TH_NEWN(x->a, th_entry_field, x->n_params ? x->n_params : 1);
  if (!f) return th_fail_nomem(err);
  for (size_t i = 0; i < x->n_params; i++) f[i] = (th_entry_field){ x->param[i].name, x->param[i].value };
  *out = f;
  return TH_OK;
}

/* ── Steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

const th_entry_gate *th_serve__case_gate(const th_case_at *c, th_str name) {
  const th_case_view *v = &c->view;
  for (uint32_t i = 0; i < v->n_gates; i++) {
    const th_entry_gate *g = &v->gate[i];
    const th_str own = g->sheet < 0 ? g->gate->name
                                    : th_str_fmt(c->x->a, "%.*s-%.*s", TH_STR_ARG(g->gate->name),
                                                 TH_STR_ARG(c->entry.coverage->dict.prefix[g->sheet].name));
    if (th_str_eq(own, name)) return g;
  }
  return NULL;
}

th_str th_serve__case_next(th_case_at *c, const th_entry_gate *after) {
  const th_case_view *v = &c->view;
  th_html h;
  th_buf none;
  th_buf_init(&none, c->x->a, 0);
  th_html_init(&h, c->x->a, &none, c->x->lang);
  const uint32_t from = after ? (uint32_t)(after - v->gate) + 1 : 0;
  for (uint32_t k = 0; k < v->n_gates; k++) {
    const th_entry_gate *g = &v->gate[(from + k) % v->n_gates];
    if (g->n_ask) return th_web_case_step(&h, v, g);
  }
  return v->href;
}

void th_serve__case_begin(th_case_at *c, const char *title_key, const th_entry_gate *here, const char *tab) {
  th_ctx *x = c->x;
  th_html *h = &x->html;
  const th_str name = c->head.summary.title.n ? c->head.summary.title : th_words_get(x->lang, "apply.untitled");
  const th_html words = { .a = x->a, .lang = x->lang };
  const th_str part = here ? th_web_gate_name(&words, &c->view, here) : th_words_get(x->lang, title_key);
  th_serve_page_begin(x, &(th_web_frame){ .title = th_str_fmt(x->a, "%.*s · %.*s", TH_STR_ARG(part), TH_STR_ARG(name)),
                                          .here = "apply",
                                          .script = "apply.js",
                                          .bare = true,
                                          .noindex = true });
  th_html_open_cls(h, "p", "crumbs");
  th_html_link_say(h, TH_S("/cases"), "apply.cases");
  th_html_text(h, TH_S(" › "));
  th_html_link(h, c->view.href, name);
  th_html_close(h);
  th_html_el(h, "h1", NULL, part);
  const th_rule_node *root = &c->entry.policy->node[c->entry.path->root];
  char iso[TH_DATE_TEXT];
  th_html_open_cls(h, "p", "as-of");
  TH_HTML_FILL(h, "apply.head", x->lang == TH_WORDS_ZH_TW ? root->zh : root->en, c->entry.policy->id,
               th_str_of(th_date_iso(c->entry.as_of, iso)), th_str_fmt(x->a, "%u", c->head.version));
  th_html_close(h);
  if (tab) th_web_case_tabs(h, &c->view, tab);
  if (tab && !*tab) th_web_case_steps(h, &c->view, here);
}

th_done th_serve__case_end(th_case_at *c, int status) {
  th_serve__case_close(c);
  return th_serve_page_end(c->x, status);
}
