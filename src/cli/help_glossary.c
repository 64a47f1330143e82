/* The glossary for people: terms by group, each with its word in both languages and explained twice. */
#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/text.h"

static void line(th_buf *b, const char *label, th_str text, const char *between) {
  if (!text.n) return;
  th_buf_addf(b, "    %s", label);
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] == '|')
      th_buf_addz(b, between);
    else
      th_buf_addc(b, text.p[i]);
  th_buf_addc(b, '\n');
}

static void term_text(th_buf *b, const th_term *t, bool zh) {
  th_buf_addf(b, "  %.*s  %.*s\n", TH_STR_ARG(zh ? t->zh : t->en), TH_STR_ARG(zh ? t->en : t->zh));
  line(b, "", zh ? t->plain_zh : t->plain_en, "|");
  line(b, zh ? "專業說明：" : "For professionals: ", zh ? t->expert_zh : t->expert_en, "|");
  line(b, zh ? "不用：" : "Not used: ", zh ? t->not_zh : t->not_en, zh ? "、" : ", ");
}

static void key(th_jwrite *w, const char *name, th_str text) {
  th_jw_key(w, name), th_jw_str(w, text);
}

static void term_json(th_jwrite *w, const th_term *t) {
  th_jw_obj(w);
  key(w, "id", t->id);
  key(w, "group", t->group);
  key(w, "en", t->en);
  key(w, "zh", t->zh);
  key(w, "plain_en", t->plain_en);
  key(w, "plain_zh", t->plain_zh);
  key(w, "expert_en", t->expert_en);
  key(w, "expert_zh", t->expert_zh);
  key(w, "source", t->source);
  th_jw_obj_end(w);
}

bool th_cli__help_glossary(const th_cli *c, th_buf *b, const char *word) {
  size_t n = 1;
  const th_term *t = word ? th_term_find(th_str_of(word)) : th_terms(&n);
  const bool zh = th_str_is(th_str_of(c->lang), "zh-TW");
  th_jwrite w;
  if (!t) return false;
  if (c->json) {
    th_jwrite_open(&w, b, 0);
    th_jw_arr(&w);
    for (size_t i = 0; i < n; i++) term_json(&w, &t[i]);
    th_jw_arr_end(&w);
    th_buf_addc(b, '\n');
    return true;
  }
  for (size_t i = 0; i < n; i++) {
    if (!word && (i == 0 || !th_str_eq(t[i].group, t[i - 1].group)))
      th_buf_addf(b, "%s%s\n", i ? "\n" : "", th_term_group(t[i].group, zh));
    term_text(b, &t[i], zh);
  }
  return true;
}
