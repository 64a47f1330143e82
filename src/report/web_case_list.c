/* The cases kept: all by their last change; versions of one; a new one. */
#include "theriac/report/web_case.h"

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

static th_str title_of(const th_html *h, const th_case_head *c) {
  return c->summary.title.n ? c->summary.title : th_words_get(h->lang, "apply.untitled");
}

static th_str href_of(const th_html *h, const th_case_head *c) {
  return th_str_fmt(h->a, "/case/%.*s", TH_STR_ARG(c->id));
}

static th_str path_name(const th_html *h, const th_coverage *cov, const th_case_summary *s) {
  const th_rule_policy *p = th_coverage_policy(cov, s->program);
  const th_rule_path *path = p ? th_rule_path_find(p, s->path) : NULL;
  if (!path) return s->path;
  return zh(h) ? p->node[path->root].zh : p->node[path->root].en;
}

static th_str iso(const th_html *h, th_date d) {
  char t[TH_DATE_TEXT];
  return th_str_dup(h->a, th_str_of(th_date_iso(d, t)));
}

th_str th_web_moment(th_arena *a, int64_t at) {
  const th_date d = th_civil_from_days((int32_t)(at / 86400));
  const int minutes = (int)(at % 86400 / 60);
  return th_str_fmt(a, "%04d-%02d-%02d %02d:%02d", d.year, d.month, d.day, minutes / 60, minutes % 60);
}

static void outcome(th_html *h, th_str name) {
  static const struct {
    const char *outcome, *cls;
  } classes[] = { { "criteria_met", "ok" },
                  { "not_met", "stop" },
                  { "unknown", "unknown" },
                  { "depends_on_reading", "hold" },
                  { "human_judgement", "hold" } };
  const char *cls = "unknown";
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
    if (th_str_is(name, classes[i].outcome)) cls = classes[i].cls;
  th_html_badge(h, cls, th_words_get(h->lang, th_web_outcome_key_of(name)));
}

/* ── All ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_web_case_table(th_html *h, const th_coverage *cov, const th_case_heads *all, size_t most, int32_t offset) {
  static const char *const heads[] = { "apply.list.title", "apply.list.outcome", "apply.list.path", "apply.list.as-of",
                                       "apply.list.changed" };
  th_html_table_begin(h, "stack", "apply.cases", heads, 5);
  for (size_t i = 0; i < all->n && i < most; i++) {
    const th_case_head *c = &all->v[i];
    th_html_row_begin(h, NULL);
    th_html_open(h, "td");
    th_html_link(h, href_of(h, c), c->damaged ? c->id : title_of(h, c));
    th_html_close(h);
    th_html_open(h, "td");
    if (c->damaged)
      th_html_badge(h, "stop", th_words_get(h->lang, "apply.list.damaged"));
    else
      outcome(h, c->summary.outcome);
    th_html_close(h);
    th_html_cell(h, c->damaged ? TH_STR_NONE : path_name(h, cov, &c->summary));
    th_html_cell(h, c->damaged ? TH_STR_NONE : iso(h, c->summary.as_of));
    th_html_cell(h, th_web_moment(h->a, c->at + offset));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

void th_web_case_versions(th_html *h, const th_coverage *cov, const th_case_heads *all, int32_t offset) {
  static const char *const heads[] = { "apply.list.version", "apply.list.changed", "apply.list.who",
                                       "apply.list.outcome", "apply.list.path",    "apply.list.as-of" };
  th_html_table_begin(h, "stack", "apply.versions", heads, 6);
  for (size_t i = 0; i < all->n; i++) {
    const th_case_head *c = &all->v[i];
    th_html_row_begin(h, NULL);
    th_html_open(h, "td");
    th_html_link(h, th_str_fmt(h->a, "/case/%.*s?at=%u", TH_STR_ARG(c->id), c->version), th_str_fmt(h->a, "%u", c->version));
    th_html_close(h);
    th_html_cell(h, th_web_moment(h->a, c->at + offset));
    th_html_cell(h, c->who);
    th_html_open(h, "td");
    if (!c->damaged) outcome(h, c->summary.outcome);
    th_html_close(h);
    th_html_cell(h, c->damaged ? TH_STR_NONE : path_name(h, cov, &c->summary));
    th_html_cell(h, c->damaged ? TH_STR_NONE : iso(h, c->summary.as_of));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

/* ── A new one ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void paths_of(th_html *h, const th_rule_policy *p, th_str program, th_str path) {
  th_html_open(h, "fieldset");
  th_html_el(h, "legend", NULL, zh(h) ? p->zh : p->en);
  for (uint32_t i = 0; i < p->n_paths; i++) {
    const th_rule_node *root = &p->node[p->path[i].root];
    th_html_open_cls(h, "label", "check");
    th_html_open(h, "input");
    th_html_attrz(h, "type", "radio");
    th_html_attrz(h, "name", "path");
    th_html_attr(h, "value", th_str_fmt(h->a, "%.*s/%.*s", TH_STR_ARG(p->id), TH_STR_ARG(p->path[i].name)));
    th_html_flag(h, "checked", th_str_eq(p->id, program) && th_str_eq(p->path[i].name, path));
    th_html_flag(h, "required", true);
    th_html_text(h, TH_S(" "));
    th_html_text(h, zh(h) ? root->zh : root->en);
    th_html_text(h, TH_S(" "));
    th_html_el(h, "cite", NULL, root->cite);
    th_html_close(h);
    th_html_open(h, "br");
  }
  th_html_close(h);
}

void th_web_case_basics(th_html *h, const th_coverage *cov, const th_web_basics *b) {
  th_web_form_begin(h, "post", b->action, false);
  if (b->version) th_web_hidden(h, "version", th_str_fmt(h->a, "%u", b->version));
  if (b->token.n) th_web_hidden(h, "token", b->token);
  th_web_field_put(
      h, &(th_web_field){
             .name = "title", .label_key = "apply.basics.title", .hint_key = "apply.basics.title.hint", .value = b->title });
  th_web_field_put(h, &(th_web_field){ .name = "as_of",
                                       .label_key = "apply.basics.as-of",
                                       .hint_key = "apply.basics.as-of.hint",
                                       .value = b->as_of,
                                       .error = b->bad_day ? th_words_get(h->lang, "apply.bad.full-date") : TH_STR_NONE,
                                       .required = true });
  th_html_el_say(h, "h2", NULL, "apply.basics.path");
  if (b->no_path) th_html_el_say(h, "p", "error", "apply.basics.path.none");
  for (uint32_t i = 0; i < cov->n; i++)
    if (!b->same_policy || th_str_eq(cov->policy[i].id, b->program)) paths_of(h, &cov->policy[i], b->program, b->path);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", b->version ? "apply.save" : "apply.new.go");
  th_html_close(h);
  th_html_close(h);
}
