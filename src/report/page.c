/* Building a page. */
#include "page.h"

#include <math.h>

void th_page_init(th_page *p, th_arena *a, th_words lang, const th_dossier *d) {
  *p = (th_page){ .a = a, .lang = lang, .d = d };
  p->root.kind = BLOCK_SECTION;
  p->open[0] = &p->root;
}

th_block *th_page_begin(th_page *p, th_block_kind kind, const char *cls) {
  static th_block nowhere; /* after a failure the tree is not used any more */
  th_block *b = p->failed || p->depth + 1 >= (int)(sizeof p->open / sizeof *p->open) ? NULL : TH_NEW(p->a, th_block);
  if (!b) {
    p->failed = true;
    nowhere = (th_block){ 0 };
    return &nowhere;
  }
  b->kind = kind;
  b->cls = cls;
  th_block *parent = p->open[p->depth];
  if (parent->last)
    parent->last->next = b;
  else
    parent->first = b;
  parent->last = b;
  p->open[++p->depth] = b;
  return b;
}

void th_page_end(th_page *p) {
  if (p->depth > 0) p->depth--;
}

th_str th_page_word(th_page *p, const char *key) {
  return th_words_get(p->lang, key);
}

th_str th_page_code(th_page *p, const char *prefix, const char *code) {
  char key[96];
  const size_t n = strlen(prefix), m = strlen(code);
  if (n + m + 2 > sizeof key) return th_str_dup(p->a, th_str_of(code));
  memcpy(key, prefix, n);
  key[n] = '.';
  memcpy(key + n + 1, code, m + 1);
  return th_words_has(key) ? th_words_get(p->lang, key) : th_str_dup(p->a, th_str_of(code));
}

void th_page_run(th_page *p, th_run_kind kind, const char *cls, th_str text, th_str href) {
  if (p->failed) return;
  if (!TH_VEC_PUSH(p->a, &p->open[p->depth]->runs, (th_run){ kind, text, cls, href })) p->failed = true;
}

void th_page_text(th_page *p, th_str text) {
  th_page_run(p, RUN_TEXT, NULL, text, TH_STR_NONE);
}
void th_page_say(th_page *p, const char *key) {
  th_page_text(p, th_page_word(p, key));
}

void th_page_sayf(th_page *p, const char *key, size_t n, const th_str *values) {
  const th_str s = th_words_fill(p->a, th_page_word(p, key), values, n);
  if (!s.p) p->failed = true;
  th_page_text(p, s);
}

void th_page_badge(th_page *p, const char *cls, th_str text) {
  th_page_run(p, RUN_BADGE, cls, text, TH_STR_NONE);
}
void th_page_quote(th_page *p, th_str text) {
  th_page_run(p, RUN_QUOTE, NULL, text, TH_STR_NONE);
}

void th_page_ref(th_page *p, th_place at) {
  if (at.source == TH_NO_SOURCE || at.source >= p->d->sources.n) return;
  const th_str id = p->d->sources.v[at.source].id;
  const th_str text = at.line ? th_str_fmt(p->a, "%.*s:%u", TH_STR_ARG(id), at.line) : id;
  const th_str href = th_str_fmt(p->a, "#%.*s", TH_STR_ARG(id));
  if (!text.p || !href.p) p->failed = true;
  th_page_run(p, RUN_REF, NULL, text, href);
}

th_str th_page_name(const th_page *p, const th_dossier_pair *pair) {
  return p->lang == TH_WORDS_ZH_TW && pair->name_zh.n ? pair->name_zh : pair->name_en;
}

th_str th_page_num(th_page *p, double v, int digits) {
  if (isnan(v)) return TH_S("–");
  if (isinf(v)) return v > 0 ? TH_S("∞") : TH_S("−∞");
  const th_str s = th_str_fmt(p->a, "%.*f", digits, v);
  if (!s.p) p->failed = true;
  return s;
}

void th_page_para(th_page *p, const char *key) {
  th_page_begin(p, BLOCK_PARA, NULL);
  th_page_say(p, key);
  th_page_end(p);
}

void th_page_cell(th_page *p, th_str text) {
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, text);
  th_page_end(p);
}

void th_page_cell_say(th_page *p, const char *key) {
  th_page_cell(p, th_page_word(p, key));
}

void th_page_head(th_page *p, const char *const *keys, size_t n) {
  p->open[p->depth]->has_head = true;
  th_page_begin(p, BLOCK_ROW, NULL);
  for (size_t i = 0; i < n; i++) th_page_cell_say(p, keys[i]);
  th_page_end(p);
}

void th_page_section(th_page *p, const char *id, const char *key) {
  th_page_begin(p, BLOCK_SECTION, NULL)->id = th_str_of(id);
  th_page_say(p, key);
}

th_code th_page_of_dossier(th_arena *a, const th_dossier *d, th_words lang, const struct th_web_links *links, th_page *out,
                           th_err *err) {
  th_page_init(out, a, lang, d);
  out->links = links;
  th_page__verdict(out);
  th_page__cards(out);
  th_page__outlook(out);
  th_page__predictions(out);
  th_page__evidence(out);
  th_page__appraisal(out);
  th_page__safety(out);
  th_page__licence(out);
  th_page__coverage(out);
  th_page__change(out);
  th_page__findings(out);
  th_page__relatives(out);
  th_page__claims(out);
  th_page__history(out);
  th_page__provenance(out);
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
