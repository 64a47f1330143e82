/* What a page claims about safety: drug interactions by severity, and cautions about diseases, food and herbs. */
#include "source/source_priv.h"

/* ── Names in a list ───────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t starts_any(th_str s, size_t at, const char *const *signs) {
  for (; *signs; signs++)
    if (th_str_starts(th_str_sub(s, at, s.n), th_str_of(*signs))) return strlen(*signs);
  return 0;
}

static const char *const list_signs[] = { ",", "，", "、", ";", "；", " / ", NULL };

static th_field clean_name(th_field f) {
  static const char *const lead[] = { "與 ", "與", "和 ", "含 ", NULL };
  const size_t n = starts_any(f.text, 0, lead);
  if (n && n < f.text.n) f = th_source__cut(f, n, f.text.n);
  static const char *const tail[] = { "等藥物", "等", "。", NULL };
  for (size_t i = 0; tail[i]; i++)
    if (f.text.n > strlen(tail[i]) && th_str_ends(f.text, th_str_of(tail[i])))
      f = th_source__cut(f, 0, f.text.n - strlen(tail[i]));
  return f;
}

/* Splits at list signs that stand outside brackets. */
static bool split_names(th_arena *a, th_field f, th_field_vec *out) {
  static const char *const open[] = { "(", "（", "[", NULL }, *const close[] = { ")", "）", "]", NULL };
  size_t start = 0, depth = 0, n;
  for (size_t i = 0; i <= f.text.n;) {
    if (i < f.text.n && (n = starts_any(f.text, i, open))) {
      depth++;
      i += n;
      continue;
    }
    if (i < f.text.n && (n = starts_any(f.text, i, close))) {
      depth -= depth > 0;
      i += n;
      continue;
    }
    n = i < f.text.n && depth == 0 ? starts_any(f.text, i, list_signs) : 0;
    if (i == f.text.n || n) {
      const th_field name = clean_name(th_source__cut(f, start, i));
      if (name.text.n && !TH_VEC_PUSH(a, out, name)) return false;
      start = i + n;
    }
    i += n ? n : 1;
  }
  return true;
}

static bool has_latin(th_str s) {
  for (size_t i = 0; i < s.n; i++)
    if ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') return true;
  return false;
}

static bool has_list_sign(th_str s) {
  for (size_t i = 0; i < s.n; i++)
    if (starts_any(s, i, list_signs)) return true;
  return false;
}

/* Offset of the first colon outside brackets, its length in *len; SIZE_MAX without. */
static size_t colon_at(th_str s, size_t *len) {
  size_t depth = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '(' || th_str_starts(th_str_sub(s, i, s.n), TH_S("（"))) depth++;
    if (depth && (s.p[i] == ')' || th_str_starts(th_str_sub(s, i, s.n), TH_S("）")))) depth--;
    if (depth == 0 && th_source__is_colon(s, i, len)) return i;
  }
  return SIZE_MAX;
}

/* ── Interactions ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *const w_interaction[] = { "交互作用", "併用藥", "相互作用", "interaction", "ddi", NULL };

typedef struct context {
  bool on;           /* what follows is about interactions */
  th_field severity; /* where the class was said */
  th_severity cls;
  th_field group;
  int severity_depth, group_depth; /* list depth of the label that said it; -1: a heading or a line did, or nobody */
} context;

static th_report_interaction *interaction(th_source__report *r, const context *c, th_field raw) {
  th_report_interaction *x = TH_VEC_ADD(r->a, &r->out->interactions);
  if (!x) return NULL;
  x->severity = c->cls;
  x->severity_text = c->severity;
  x->group = c->group;
  x->raw = raw;
  return x;
}

/* The count a sentence states: a number directly before 種 筆 項 個 or "known/drug interactions". Classes' own counts are not it. */
static void claimed(th_source__report *r, const th_source__text *t) {
  static const char *const units[] = { "種",           "筆",         "項",  "個",     " 種",
                                       " 筆",          " 項",        " 個", " known", " drug interaction",
                                       " interaction", " drug-drug", NULL };
  if (th_field_has(r->out->interactions_claimed) || !th_source__has_any(t->s, w_interaction)) return;
  for (size_t i = 0; i < t->s.n; i++) {
    if (t->s.p[i] < '0' || t->s.p[i] > '9') continue;
    size_t j = i;
    while (j < t->s.n && ((t->s.p[j] >= '0' && t->s.p[j] <= '9') || t->s.p[j] == ',')) j++;
    if (starts_any(t->s, j, units)) {
      if (th_severity_parse(th_str_sub(t->s, 0, i)) == TH_SEVERITY_UNKNOWN)
        r->out->interactions_claimed = th_source__sub(&r->p, t, i, j);
      return; /* behind the name of a class every count is that class's own */
    }
    i = j;
  }
}

/* "（Major）" or "(Moderate)" inside the item. */
static bool own_severity(const th_source__report *r, const th_source__text *t, size_t end, context *c) {
  const th_str head = th_str_sub(t->s, 0, end);
  const th_severity s = th_severity_parse(head);
  if (s == TH_SEVERITY_UNKNOWN) return false;
  c->cls = s;
  c->severity = th_source__sub(&r->p, t, 0, end);
  return true;
}

static th_field without_severity_bracket(th_field f) {
  static const char *const open[] = { "（", "(", "[", NULL };
  for (size_t i = 0; i < f.text.n; i++)
    if (starts_any(f.text, i, open) && i > 0 && th_severity_parse(th_str_sub(f.text, i, f.text.n)) != TH_SEVERITY_UNKNOWN)
      return th_source__cut(f, 0, i);
  return f;
}

static th_code item(th_source__report *r, const th_source__node *n, context *c, th_err *err) {
  const th_source__text *t = &n->text;
  const th_field raw = th_source__all(&r->p, t);
  if ((int)n->level <= c->severity_depth) c->cls = TH_SEVERITY_UNKNOWN, c->severity = (th_field){ 0 }, c->severity_depth = -1;
  if ((int)n->level <= c->group_depth) c->group = (th_field){ 0 }, c->group_depth = -1;
  size_t len = 0;
  const size_t colon = colon_at(t->s, &len);
  const size_t left = colon == SIZE_MAX ? t->s.n : colon;
  const th_str after = colon == SIZE_MAX ? TH_STR_NONE : th_str_trim(th_str_sub(t->s, colon + len, t->s.n));
  const bool about = th_source__has_any(th_str_sub(t->s, 0, left), w_interaction);
  claimed(r, t);
  if (colon == SIZE_MAX && about && th_field_has(r->out->interactions_claimed)) return TH_OK;
  context own = *c;
  const bool severity_here = own_severity(r, t, left, &own);
  if (about && !severity_here && c->cls == TH_SEVERITY_UNKNOWN && after.n == 0) { /* "藥物交互作用：" opens a list */
    c->on = true;
    return TH_OK;
  }
  if (after.n == 0 && colon != SIZE_MAX) { /* a label over the items below it */
    if (severity_here) {
      *c = own;
      c->on |= about;
      c->severity_depth = n->level;
    } else {
      c->group = th_source__sub(&r->p, t, 0, left);
      c->group_depth = n->level;
    }
    return TH_OK;
  }
  if (!c->on && !(about && severity_here)) return TH_OK;
  th_report_interaction *x = interaction(r, &own, raw);
  if (!x) return th_fail_nomem(err);
  const th_field head = without_severity_bracket(th_source__sub(&r->p, t, 0, left));
  if (colon == SIZE_MAX) return split_names(r->a, head, &x->name) ? TH_OK : th_fail_nomem(err);
  const th_field tail = th_source__sub(&r->p, t, colon + len, t->s.n);
  const bool names_follow =
      (about && severity_here) || (!has_latin(head.text) && (has_latin(tail.text) || has_list_sign(tail.text)) &&
                                   (own.cls != TH_SEVERITY_UNKNOWN) && !severity_here);
  if (names_follow) {
    if (!about) x->group = head;
    return split_names(r->a, tail, &x->name) ? TH_OK : th_fail_nomem(err);
  }
  x->effect = tail;
  return split_names(r->a, head, &x->name) ? TH_OK : th_fail_nomem(err);
}

/* A line of running text: a label that opens or ends the list of interactions, or a list in a sentence. */
static th_code sentence(th_source__report *r, const th_source__node *n, bool section, context *c, th_err *err) {
  const th_source__text *t = &n->text;
  const th_source__mark *strong = th_source__mark_find(&r->p, t, TH_MARK_STRONG, NULL);
  const bool label = strong && strong->a < 8;
  const bool about = th_source__has_any(t->s, w_interaction);
  size_t len = 0;
  const size_t colon = colon_at(t->s, &len);
  claimed(r, t);
  if (label) {
    const th_severity s = th_severity_parse(th_str_sub(t->s, 0, colon == SIZE_MAX ? t->s.n : colon));
    c->on = section || about || (s != TH_SEVERITY_UNKNOWN && c->on);
    c->cls = s;
    c->severity = s ? th_source__sub(&r->p, t, 0, colon == SIZE_MAX ? t->s.n : colon) : (th_field){ 0 };
    c->severity_depth = c->group_depth = -1;
    c->group = (th_field){ 0 };
    return TH_OK;
  }
  if (!c->on || colon == SIZE_MAX || !about) return TH_OK;
  context own = *c;
  const th_field tail = th_source__sub(&r->p, t, colon + len, t->s.n);
  if (!own_severity(r, t, colon, &own) || !has_list_sign(tail.text)) return TH_OK;
  th_report_interaction *x = interaction(r, &own, th_source__all(&r->p, t));
  return x && split_names(r->a, tail, &x->name) ? TH_OK : th_fail_nomem(err);
}

static int find_column(const th_source__page *p, const th_source__cellrow *head, const char *const *words, int not ) {
  for (; *words; words++)
    for (uint32_t k = 0; k < head->n_cell; k++)
      if ((int)k != not &&th_source__find_nocase(p->cell.v[head->cell0 + k].s, *words, 0) != SIZE_MAX) return (int)k;
  return -1;
}

static th_field cell(const th_source__page *p, const th_source__cellrow *row, int k) {
  return k < 0 || (uint32_t)k >= row->n_cell ? (th_field){ 0 } : th_source__all(p, &p->cell.v[row->cell0 + (uint32_t)k]);
}

static const char *const w_severity[] = { "嚴重", "等級", "程度", "severity", "level", "分級", NULL };

static th_code interaction_table(th_source__report *r, const th_source__node *n, const context *c, th_err *err) {
  static const char *const drug[] = { "交互作用藥", "交互藥", "併用藥物", "代表藥物", "藥物", "藥", "drug", "interact", NULL };
  static const char *const group[] = { "類別", "類型", "class", "category", NULL };
  static const char *const effect[] = { "臨床意義", "說明",      "影響",        "風險", "機轉", "機制", "意義",
                                        "effect",   "mechanism", "description", "備",   "建議", NULL };
  const th_source__page *p = &r->p;
  const th_source__table *t = &p->table.v[n->table];
  if (!t->has_head) return TH_OK;
  const th_source__cellrow *head = &p->row.v[t->row0];
  const int sev = find_column(p, head, w_severity, -1), name = find_column(p, head, drug, sev);
  bool about = c->on;
  for (uint32_t k = 0; k < head->n_cell; k++)
    about |= th_source__has_any(p->cell.v[head->cell0 + k].s, w_interaction) ||
             th_str_has(p->cell.v[head->cell0 + k].s, TH_S("交互"));
  if (name < 0 || (!about && sev < 0)) return TH_OK;
  int grp = find_column(p, head, group, name);
  if (grp == sev) grp = -1;
  const int eff = find_column(p, head, effect, name);
  for (uint32_t i = t->row0 + 1; i < t->row0 + t->n_row; i++) {
    const th_source__cellrow *row = &p->row.v[i];
    context own = *c;
    const th_field s = cell(p, row, sev);
    if (th_field_has(s)) own.cls = th_severity_parse(s.text), own.severity = s;
    th_field raw = cell(p, row, 0);
    const th_field last = cell(p, row, (int)row->n_cell - 1);
    if (last.to >= raw.from) raw = th_source__view(p->doc, th_str_sub(p->doc, raw.from, last.to), row->line);
    th_report_interaction *x = interaction(r, &own, raw);
    if (!x) return th_fail_nomem(err);
    x->group = cell(p, row, grp);
    x->effect = eff == sev ? (th_field){ 0 } : cell(p, row, eff);
    if (!split_names(r->a, cell(p, row, name), &x->name)) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_source__report_interactions(th_source__report *r, th_err *err) {
  context c = { .severity_depth = -1, .group_depth = -1 };
  for (size_t i = 0; i < r->p.node.n; i++) {
    const th_source__node *n = &r->p.node.v[i];
    const th_report_section *s = &r->out->sections.v[r->section_of[i]];
    if ((s->role != TH_REPORT_SAFETY && s->role != TH_REPORT_DDI) || r->prediction_of[i] != UINT32_MAX) {
      c = (context){ .severity_depth = -1, .group_depth = -1 };
      continue;
    }
    const bool section = s->role == TH_REPORT_DDI;
    if (n->kind == TH_BLOCK_HEADING) {
      c = (context){ .on = section, .severity_depth = -1, .group_depth = -1, .cls = th_severity_parse(n->text.s) };
      if (c.cls) c.severity = th_source__all(&r->p, &n->text);
      claimed(r, &n->text);
    } else if (n->kind == TH_BLOCK_LINE) {
      TH_TRY(sentence(r, n, section, &c, err));
    } else if (n->kind == TH_BLOCK_ITEM) {
      TH_TRY(item(r, n, &c, err));
    } else if (n->kind == TH_BLOCK_TABLE) {
      TH_TRY(interaction_table(r, n, &c, err));
    }
  }
  return TH_OK;
}

/* ── Cautions ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "**Infections** 🟢 Minor", a heading with a severity behind the name, or an item of the same form. False when the block opens
 * no caution. */
static bool opens_caution(const th_source__report *r, const th_source__node *n, th_field *subject, th_field *label,
                          size_t *rest) {
  const th_source__text *t = &n->text;
  size_t name_end;
  const th_source__mark *m = th_source__mark_find(&r->p, t, TH_MARK_STRONG, NULL);
  if (n->kind == TH_BLOCK_HEADING) {
    name_end = SIZE_MAX;
    static const char *const dots[] = { "🔴", "🟡", "🟢", "🟠", "⚠", " Major", " Moderate", " Minor", NULL };
    for (size_t k = 0; dots[k]; k++) {
      const size_t at = th_str_find(t->s, th_str_of(dots[k]), 0);
      if (at != SIZE_MAX && at > 0 && at < name_end) name_end = at;
    }
    if (name_end == SIZE_MAX) return false;
  } else {
    if (!m || m->a > 4 || (n->kind != TH_BLOCK_LINE && n->kind != TH_BLOCK_ITEM)) return false;
    name_end = m->b;
  }
  *subject = th_source__sub(&r->p, t, n->kind == TH_BLOCK_HEADING ? 0 : m->a, name_end);
  size_t len = 0, end = name_end;
  while (end < t->s.n && !th_source__is_colon(t->s, end, &len)) end++;
  *rest = end < t->s.n ? end + len : t->s.n;
  const th_str tail = th_source__strip_lead(th_str_sub(t->s, name_end, end));
  const size_t at = tail.p ? (size_t)(tail.p - t->s.p) : end;
  *label = th_source__sub(&r->p, t, at, end);
  const bool severity = th_severity_parse(label->text) != TH_SEVERITY_UNKNOWN;
  if (severity) return label->text.n < 48;
  *label = (th_field){ 0 };
  return n->kind == TH_BLOCK_LINE && n->gap && name_end == t->s.n; /* a bold name alone on its line: severity not stated */
}

static th_code caution_text(th_source__report *r, th_report_caution *c, const th_source__node *head, size_t rest, size_t i,
                            size_t j, th_err *err) {
  const th_field inline_text =
      rest < head->text.s.n ? th_source__sub(&r->p, &head->text, rest, head->text.s.n) : (th_field){ 0 };
  TH_TRY(th_source__join(r, i, j, &c->text, err));
  if (inline_text.text.n) {
    if (!th_field_has(c->text)) {
      c->text = inline_text;
    } else {
      const th_str both = th_str_fmt(r->a, "%.*s\n%.*s", TH_STR_ARG(inline_text.text), TH_STR_ARG(c->text.text));
      if (!both.p) return th_fail_nomem(err);
      c->text = (th_field){ both, inline_text.from, c->text.to, inline_text.line };
    }
  }
  c->forbids = th_source__text_forbids(c->text.text);
  c->fatal = th_source__text_fatal(c->text.text);
  c->from = head->text.from;
  c->to = th_field_has(c->text) ? c->text.to : head->text.to;
  c->line = head->text.line;
  return TH_OK;
}

static th_code caution_table(th_source__report *r, const th_source__node *n, th_caution_kind kind, th_err *err) {
  static const char *const text[] = { "注意", "說明",        "影響",   "建議",   "內容", "caution",
                                      "text", "description", "effect", "advice", NULL };
  const th_source__page *p = &r->p;
  const th_source__table *t = &p->table.v[n->table];
  if (!t->has_head) return TH_OK;
  const th_source__cellrow *head = &p->row.v[t->row0];
  const int sev = find_column(p, head, w_severity, -1);
  int body = find_column(p, head, text, sev);
  if (body == 0) body = -1;
  for (uint32_t i = t->row0 + 1; i < t->row0 + t->n_row; i++) {
    const th_source__cellrow *row = &p->row.v[i];
    th_report_caution *c = TH_VEC_ADD(r->a, &r->out->cautions);
    if (!c) return th_fail_nomem(err);
    c->kind = kind;
    c->subject = cell(p, row, sev == 0 ? 1 : 0);
    c->label = cell(p, row, sev);
    c->severity = th_severity_parse(c->label.text);
    c->text = cell(p, row, body);
    c->forbids = th_source__text_forbids(c->text.text);
    c->fatal = th_source__text_fatal(c->text.text);
    const th_field last = cell(p, row, (int)row->n_cell - 1);
    c->from = cell(p, row, 0).from;
    c->to = last.to;
    c->line = row->line;
  }
  return TH_OK;
}

static bool caution_role(th_report_role role, th_caution_kind *kind) {
  *kind = role == TH_REPORT_DFI ? TH_CAUTION_FOOD : role == TH_REPORT_DHI ? TH_CAUTION_HERB : TH_CAUTION_DISEASE;
  return role == TH_REPORT_DDSI || role == TH_REPORT_DFI || role == TH_REPORT_DHI;
}

th_code th_source__report_cautions(th_source__report *r, th_err *err) {
  const th_source__page *p = &r->p;
  for (size_t i = 0; i < p->node.n; i++) {
    const th_source__node *n = &p->node.v[i];
    th_caution_kind kind;
    if (!caution_role(r->out->sections.v[r->section_of[i]].role, &kind)) continue;
    if (n->kind == TH_BLOCK_TABLE) TH_TRY(caution_table(r, n, kind, err));
    th_field subject, label;
    size_t rest;
    if (!opens_caution(r, n, &subject, &label, &rest)) continue;
    size_t j = i + 1;
    th_field s2, l2;
    size_t r2;
    th_caution_kind k2;
    while (j < p->node.n && p->node.v[j].kind != TH_BLOCK_HEADING && p->node.v[j].kind != TH_BLOCK_RULE &&
           caution_role(r->out->sections.v[r->section_of[j]].role, &k2) && !opens_caution(r, &p->node.v[j], &s2, &l2, &r2))
      j++;
    th_report_caution *c = TH_VEC_ADD(r->a, &r->out->cautions);
    if (!c) return th_fail_nomem(err);
    c->kind = kind;
    c->subject = subject;
    c->label = label;
    c->severity = th_severity_parse(label.text);
    TH_TRY(caution_text(r, c, n, rest, i + 1, j, err));
    i = j - 1;
  }
  return TH_OK;
}
