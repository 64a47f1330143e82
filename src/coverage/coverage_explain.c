/* The explanation, written once for two media: a terminal and an HTML fragment. */
#include "coverage/coverage_priv.h"

typedef struct writer {
  th_buf *out;
  th_buf text; /* of the line under way, plain */
  const th_coverage_result *r;
  bool html, zh, full;
} writer;

static const char *say(const writer *w, const char *en, const char *zh) {
  return w->zh ? zh : en;
}

static th_str either(const writer *w, th_str en, th_str zh) {
  return w->zh ? zh : en;
}

static void put(writer *w, th_str s) {
  if (w->html)
    th_coverage__escape(w->out, s);
  else
    th_buf_add(w->out, s);
}

static void flush(writer *w, const char *open, const char *close, int indent) {
  if (w->html) th_buf_addz(w->out, open);
  for (int i = 0; !w->html && i < indent; i++) th_buf_addc(w->out, ' ');
  put(w, th_buf_str(&w->text));
  th_buf_addz(w->out, w->html ? close : "\n");
  w->out->failed |= w->text.failed;
  w->text.n = 0;
}

static void heading(writer *w, const char *text) {
  if (!w->html) th_buf_addc(w->out, '\n');
  th_buf_addz(&w->text, text);
  flush(w, "<h3>", "</h3>\n", 0);
}

/* ── Clauses ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_coverage_tone tone_of(const writer *w, uint32_t node) {
  static const th_coverage_tone tone[] = { TH_TONE_NOT, TH_TONE_UNKNOWN, TH_TONE_MET, TH_TONE_HUMAN };
  return w->r->rule.node_depends[node] ? TH_TONE_DEPENDS : tone[w->r->rule.node[node]];
}

static const char *const tone_class[] = { "met", "not", "unknown", "human", "depends" };
static const char *const tone_mark[] = { "+", "-", "?", "!", "~" };

static void fact_line(writer *w, int32_t fact) {
  const th_rule_policy *p = w->r->policy;
  th_buf_add(&w->text, either(w, p->dict->fact[fact].en, p->dict->fact[fact].zh));
  th_buf_addz(&w->text, w->zh ? "：" : ": ");
  th_coverage_value_text(&w->text, p->dict, w->r->kase->values, fact, w->zh);
  flush(w, "<li>", "</li>\n", 10);
}

static void leaf_line(writer *w, const th_rule_node *n, uint32_t at) {
  th_coverage__leaf_text(&w->text, w->r->policy, &w->r->policy->leaf[n->leaf], w->zh);
  th_buf_addf(&w->text, " — %s", th_coverage__verdict_word((th_rule_verdict)w->r->rule.node[at], w->zh));
  flush(w, "<li>", "</li>\n", 8);
  const th_rule_leaf *l = &w->r->policy->leaf[n->leaf];
  if (w->html) th_buf_addz(w->out, "<ul>");
  for (uint32_t i = 0; i < l->n_facts; i++) fact_line(w, l->fact[i]);
  if (w->html) th_buf_addz(w->out, "</ul>");
}

/* Leaves that belong to a clause itself: those below it that no other named clause claims. */
static void own_leaves(writer *w, uint32_t at, bool top, uint8_t *seen) {
  const th_rule_node *n = &w->r->policy->node[at];
  if (seen[at] || (!top && n->id.n)) return;
  seen[at] = 1;
  if (n->kind == TH_RULE_LEAF) leaf_line(w, n, at);
  if (n->kind == TH_RULE_HUMAN) fact_line(w, n->fact);
  const uint32_t kids = n->kind == TH_RULE_READING || n->kind == TH_RULE_GATE ? 1 : n->n_kids;
  for (uint32_t i = 0; i < kids; i++) own_leaves(w, n->kid[i], false, seen);
}

static const th_rule_node *score_below(const writer *w, uint32_t at) {
  for (int depth = 0; depth < 8; depth++) {
    const th_rule_node *n = &w->r->policy->node[at];
    if (n->kind == TH_RULE_SCORE) return n;
    if (n->kind != TH_RULE_READING && n->kind != TH_RULE_GATE) return NULL;
    at = n->kid[0];
  }
  return NULL;
}

static void sheet_name(writer *w, th_str prefix) {
  const th_rule_dict *d = w->r->policy->dict;
  for (uint32_t i = 0; i < d->n_prefixes; i++)
    if (th_str_eq(d->prefix[i].name, prefix)) th_buf_add(&w->text, either(w, d->prefix[i].en, d->prefix[i].zh));
  th_buf_addz(&w->text, w->zh ? "：" : ": ");
}

static void score_sheet(writer *w, int32_t tally) {
  if (tally < 0) return;
  const th_rule_tally *t = &w->r->policy->tally[tally];
  for (uint32_t i = 0; i < t->n; i++) {
    const uint8_t v = w->r->rule.node[t->item[i].node];
    if (v == TH_V_F) continue;
    sheet_name(w, t->prefix);
    th_buf_add(&w->text, either(w, t->item[i].en, t->item[i].zh));
    th_buf_addf(&w->text, w->zh ? " %d 分 — %s" : " %d — %s", t->item[i].weight,
                v == TH_V_T ? say(w, "counts", "採計") : say(w, "may count", "可能採計"));
    flush(w, "<li>", "</li>\n", 8);
  }
}

static void score_line(writer *w, uint32_t at) {
  const th_rule_node *n = score_below(w, at);
  if (!n) return;
  for (uint32_t i = 0; i < w->r->rule.n_scores; i++) {
    const th_rule_score_at *s = &w->r->rule.score[i];
    if (s->node != at) continue;
    th_buf_addf(&w->text, "%s %d", say(w, "score", "分數"), s->lo);
    if (s->hi != s->lo) th_buf_addf(&w->text, "–%d", s->hi);
    th_buf_addf(&w->text, "%s %s ", say(w, ", asked", "，門檻"), th_coverage__op_sign(n->op));
    th_coverage__number(&w->text, n->value);
    flush(w, "<li>", "</li>\n", 8);
  }
  score_sheet(w, n->tally);
  score_sheet(w, n->minus);
}

static void clause(writer *w, uint32_t at, uint8_t *seen) {
  const th_rule_node *n = &w->r->policy->node[at];
  const th_coverage_tone tone = tone_of(w, at);
  if (!w->full && tone == TH_TONE_MET) return;
  if (w->html)
    th_buf_addf(w->out, "<li class=\"%s\"><b>", tone_class[tone]);
  else
    th_buf_addf(w->out, "  %s ", tone_mark[tone]);
  put(w, n->id);
  th_buf_addz(w->out, w->html ? "</b> " : "  ");
  put(w, either(w, n->en, n->zh));
  th_buf_addz(w->out, w->html ? " <span>" : "  [");
  put(w, th_str_of(th_coverage__tone_word(tone, w->zh)));
  th_buf_addz(w->out, w->html ? "</span> <cite>" : "]  ");
  put(w, n->cite);
  th_buf_addz(w->out, w->html ? "</cite><ul>\n" : "\n");
  score_line(w, at);
  own_leaves(w, at, true, seen);
  if (w->html) th_buf_addz(w->out, "</ul></li>\n");
}

static void clauses(writer *w, uint8_t *seen) {
  heading(w, w->full ? say(w, "Clauses", "各條款") : say(w, "Clauses that are not plainly met", "未明確符合之條款"));
  if (w->html) th_buf_addz(w->out, "<ul class=\"clauses\">\n");
  for (uint32_t i = 0; i < w->r->rule.n_named; i++) {
    memset(seen, 0, w->r->policy->n_nodes);
    clause(w, w->r->rule.named[i], seen);
  }
  if (w->html) th_buf_addz(w->out, "</ul>\n");
}

/* ── The rest ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void readings(writer *w) {
  const th_coverage_result *r = w->r;
  bool any = false;
  for (uint32_t i = 0; i < r->path->n_amb; i++) {
    const th_rule_amb *a = &r->policy->amb[r->path->amb[i]];
    const th_rule_verdict other = (th_rule_verdict)r->rule.combo[1u << (r->path->n_amb - 1 - i)];
    const bool decides = r->rule.readings >> i & 1;
    if (!decides && other == r->rule.by_default) continue;
    if (!any) {
      heading(w, say(w, "What changes under another reading", "其他解讀下之差異"));
      if (w->html) th_buf_addz(w->out, "<ul>\n");
    }
    any = true;
    th_buf_addf(&w->text, "%.*s ", TH_STR_ARG(a->id));
    th_buf_add(&w->text, either(w, a->en, a->zh));
    if (a->cite.n) th_buf_addf(&w->text, " (%.*s)", TH_STR_ARG(a->cite));
    flush(w, "<li>", "<br>", 2);
    th_buf_addz(&w->text, say(w, "default: ", "預設："));
    th_buf_add(&w->text, either(w, a->r_en[0], a->r_zh[0]));
    th_buf_addf(&w->text, " — %s", th_coverage__verdict_word(r->rule.by_default, w->zh));
    flush(w, "", "<br>", 4);
    th_buf_addz(&w->text, say(w, "otherwise: ", "另解："));
    th_buf_add(&w->text, either(w, a->r_en[1], a->r_zh[1]));
    th_buf_addf(&w->text, " — %s", th_coverage__verdict_word(other, w->zh));
    if (decides && other == r->rule.by_default)
      th_buf_addz(&w->text, say(w, " (decides together with another reading)", "（與其他解讀併同時影響結果）"));
    flush(w, "", "</li>\n", 4);
  }
  if (any && w->html) th_buf_addz(w->out, "</ul>\n");
}

/* The facts of a set: those that every set asks for (common), or the others. */
static uint32_t set_words(writer *w, const th_rule_set *s, bool common) {
  uint32_t n = 0;
  for (uint32_t k = 0; k < s->n; k++) {
    const th_rule_fact *f = &w->r->policy->dict->fact[s->fact[k]];
    if (th_coverage_in_every_set(w->r, s->fact[k]) != common) continue;
    if (n++) th_buf_addz(&w->text, w->zh ? "；" : "; ");
    th_buf_add(&w->text, either(w, f->en, f->zh));
    const th_rule_cost *class = th_rule_fact_cost(w->r->policy->dict, s->fact[k]);
    th_buf_addf(&w->text, w->zh ? "（%.*s" : " (%.*s", TH_STR_ARG(f->name));
    if (class) th_buf_addf(&w->text, w->zh ? "；%.*s" : "; %.*s", TH_STR_ARG(either(w, class->en, class->zh)));
    th_buf_addz(&w->text, w->zh ? "）" : ")");
  }
  return n;
}

/* Cheapest first. With several sets, what all of them ask for stands once at the head. */
static void collect(writer *w) {
  const th_rule_result *r = &w->r->rule;
  if (r->n_cheapest == 0) return;
  const bool several = r->n_cheapest > 1;
  heading(w, say(w, "What would settle it (cheapest first)", "補齊下列任一組即可能判定（由易至難）"));
  if (several && set_words(w, &r->cheapest[0], true)) {
    const th_str words = th_str_dup(w->out->arena, th_buf_str(&w->text));
    w->text.n = 0;
    th_buf_addz(&w->text, say(w, "In any case: ", "均需："));
    th_buf_add(&w->text, words);
    flush(w, "<p>", "</p>\n", 2);
    th_buf_addz(&w->text, say(w, "and one of these sets:", "另加下列任一組："));
    flush(w, "<p>", "</p>\n", 2);
  }
  if (w->html) th_buf_addz(w->out, "<ol>\n");
  for (uint32_t i = 0; i < r->n_cheapest; i++) {
    if (!w->html) th_buf_addf(&w->text, "%u. ", i + 1);
    set_words(w, &r->cheapest[i], !several);
    flush(w, "<li>", "</li>\n", 2);
  }
  if (w->html) th_buf_addz(w->out, "</ol>\n");
}

/* A document once, with the clauses that ask for it. */
static void one_document(writer *w, uint32_t from, th_coverage_have state) {
  const char *const states[2][3] = { { "missing", "at hand", "not needed" }, { "缺", "已備", "免附" } };
  const th_coverage_result *r = w->r;
  th_buf_addf(&w->text, "[%s] ", states[w->zh][state]);
  th_buf_add(&w->text, either(w, r->evidence[from].en, r->evidence[from].zh));
  th_buf_addz(&w->text, w->zh ? "（" : " (");
  for (uint32_t i = from, n = 0; i < r->n_evidence; i++) {
    const th_coverage_evidence *e = &r->evidence[i];
    if (!th_str_eq(e->id, r->evidence[from].id) || (state == TH_COVER_MISSING && e->state != state)) continue;
    if (n++) th_buf_addz(&w->text, w->zh ? "、" : ", ");
    th_buf_add(&w->text, r->policy->node[e->node].id);
  }
  th_buf_addz(&w->text, w->zh ? "）" : ")");
  flush(w, "<li>", "</li>\n", 2);
}

static void documents(writer *w) {
  const th_coverage_result *r = w->r;
  if (r->n_evidence == 0) return;
  heading(w, say(w, "Documents", "應備文件"));
  if (w->html) th_buf_addz(w->out, "<ul>\n");
  for (uint32_t i = 0; i < r->n_evidence; i++) {
    th_coverage_have state;
    if (th_coverage_document(r, i, &state)) one_document(w, i, state);
  }
  if (w->html) th_buf_addz(w->out, "</ul>\n");
}

static void dates(writer *w) {
  const th_coverage_result *r = w->r;
  if (r->n_dates == 0) return;
  heading(w, say(w, "Dates", "時程"));
  if (w->html) th_buf_addz(w->out, "<ul>\n");
  for (uint32_t i = 0; i < r->n_dates; i++) {
    char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
    th_buf_addz(&w->text, th_date_iso(r->date[i].day, iso));
    if (w->zh) th_buf_addf(&w->text, "（民國 %s）", th_date_roc(r->date[i].day, roc));
    th_buf_addz(&w->text, "  ");
    th_buf_add(&w->text, either(w, r->date[i].en, r->date[i].zh));
    flush(w, "<li>", "</li>\n", 2);
  }
  if (w->html) th_buf_addz(w->out, "</ul>\n");
}

static void warnings(writer *w) {
  th_str_vec list = { 0 };
  th_err err = { 0 };
  if (th_coverage_remarks(w->out->arena, w->r, w->zh, &list, &err) != TH_OK) w->out->failed = true;
  if (list.n == 0) return;
  heading(w, say(w, "Please note", "請注意"));
  if (w->html) th_buf_addz(w->out, "<ul>\n");
  for (size_t i = 0; i < list.n; i++) {
    th_buf_add(&w->text, list.v[i]);
    flush(w, "<li>", "</li>\n", 2);
  }
  if (w->html) th_buf_addz(w->out, "</ul>\n");
}

static void head(writer *w) {
  const th_coverage_result *r = w->r;
  char iso[TH_DATE_TEXT];
  if (w->html) th_buf_addf(w->out, "<section class=\"coverage %s\">\n", th_rule_outcome_name(r->rule.outcome));
  th_buf_addz(&w->text, th_coverage__outcome_word(r->rule.outcome, w->zh));
  th_buf_addf(&w->text, w->zh ? "（%s）" : " (%s)", th_rule_outcome_name(r->rule.outcome));
  flush(w, "<h2>", "</h2>\n", 0);
  th_buf_add(&w->text, either(w, r->policy->en, r->policy->zh));
  th_buf_addz(&w->text, " · ");
  th_buf_add(&w->text, either(w, r->policy->node[r->path->root].en, r->policy->node[r->path->root].zh));
  th_buf_addf(&w->text, w->zh ? "（%.*s） · %s %s · %s %.*s" : " (%.*s) · %s %s · %s %.*s", TH_STR_ARG(r->path->name),
              say(w, "as of", "評估日"), th_date_iso(r->kase->as_of, iso), say(w, "text of", "條文版本"),
              TH_STR_ARG(r->policy->version));
  flush(w, "<p>", "</p>\n", 0);
  if (r->rule.reason) {
    th_buf_addz(&w->text,
                strcmp(r->rule.reason, "not_in_force") == 0
                    ? say(w, "No such rule was in force on that day.", "該日尚無此規定。")
                    : say(w, "A rule was in force, but its wording is not held.", "該日已有規定，但條文內容未收錄。"));
    flush(w, "<p>", "</p>\n", 0);
  }
  if (r->rule.stop == TH_V_T) {
    th_buf_addz(&w->text, say(w, "Stop: the rule asks for the treatment to end.", "停用：依規定應停止使用。"));
    flush(w, "<p class=\"stop\">", "</p>\n", 0);
  }
}

void th_coverage_explain(th_buf *out, const th_coverage_result *r, th_coverage_format format, bool zh, bool full) {
  writer w = { .out = out, .r = r, .html = format == TH_COVER_HTML, .zh = zh, .full = full };
  th_buf_init(&w.text, out->arena, 256);
  head(&w);
  if (r->rule.outcome != TH_OUT_VERSION_UNAVAILABLE) {
    uint8_t *seen = TH_NEWN(out->arena, uint8_t, r->policy->n_nodes);
    if (!seen) {
      out->failed = true;
      return;
    }
    readings(&w);
    collect(&w);
    clauses(&w, seen);
    documents(&w);
    dates(&w);
    warnings(&w);
  }
  if (!w.html) th_buf_addc(out, '\n');
  th_buf_addz(&w.text, say(&w, "Decision support only: the insurer decides.", "僅供決策輔助，給付與否由保險人決定。"));
  flush(&w, "<p class=\"note\">", "</p>\n</section>\n", 0);
}
