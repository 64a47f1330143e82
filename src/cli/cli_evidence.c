/* What the evidence commands share: the pair asked for, built once, and how a study of it is written. */
#include "cli/cli_evidence.h"

#include "theriac/report.h"
#include "theriac/text.h"

#include <stdio.h>

th_code th_cli_evidence_build(th_cli *c, th_store *store, const th_cli_pair *ask, const th_names *names, th_dossier **out,
                              th_err *err) {
  const th_dossier_options o = { .drug = th_str_of(ask->drug),
                                 .disease = th_str_of(ask->disease),
                                 .as_of = c->as_of.prec ? c->as_of : th_cli_today(),
                                 .only = true,
                                 .imported = ask->imported,
                                 .settings = &ask->settings };
  return th_dossier_build(c->arena, store, names, &o, out, err);
}

th_code th_cli_evidence_unit_with(th_cli *c, const th_evidence_items *items, size_t i, th_str_vec *out, th_err *err) {
  for (size_t k = 0; k < items->n; k++)
    if (k != i && items->v[k].unit == items->v[i].unit && !TH_VEC_PUSH(c->arena, out, items->v[k].study->id))
      return th_fail_nomem(err);
  return TH_OK;
}

void th_cli_jtext(th_jwrite *w, const char *key, th_str text) {
  th_jw_key(w, key);
  if (text.n)
    th_jw_str(w, text);
  else
    th_jw_null(w);
}

static void jcode(th_jwrite *w, const char *key, const char *code) {
  th_jw_key(w, key);
  th_jw_z(w, code);
}

static void jcodes(th_jwrite *w, const char *key, const th_codes *v) {
  th_jw_key(w, key);
  th_jw_arr(w);
  for (size_t i = 0; i < v->n; i++) th_jw_z(w, v->v[i]);
  th_jw_arr_end(w);
}

static void unit_json(th_jwrite *w, const th_evidence_items *items, size_t i) {
  th_jw_key(w, "unit");
  th_jw_i64(w, items->v[i].unit);
  th_jw_key(w, "unit_with");
  th_jw_arr(w);
  for (size_t k = 0; k < items->n; k++)
    if (k != i && items->v[k].unit == items->v[i].unit) th_jw_str(w, items->v[k].study->id);
  th_jw_arr_end(w);
}

void th_cli_evidence_item_json(th_jwrite *w, const th_evidence_items *items, size_t i) {
  const th_evidence_item *it = &items->v[i];
  th_jw_obj(w);
  th_cli_jtext(w, "id", it->study->id);
  th_cli_jtext(w, "title", it->study->title);
  th_jw_key(w, "counted");
  th_jw_bool(w, it->counted);
  jcode(w, "relevance", th_relevance_code(it->relevance));
  jcodes(w, "reasons", &it->gates);
  jcodes(w, "flags", &it->flags);
  jcode(w, "design", th_design_code(it->design));
  jcode(w, "design_labelled", th_design_code(it->design_labelled));
  th_jw_key(w, "n");
  if (it->study->n >= 0)
    th_jw_i64(w, it->study->n);
  else
    th_jw_null(w);
  jcode(w, "role", th_role_code(it->role));
  jcode(w, "direction", th_direction_code(it->direction));
  th_cli_jtext(w, "status", it->study->status_text.text);
  th_cli_jtext(w, "phase", it->study->phase_text.text);
  th_jw_key(w, "reported");
  th_jw_bool(w, it->reported);
  unit_json(w, items, i);
  th_jw_key(w, "steps");
  th_jw_arr(w);
  for (size_t k = 0; k < it->steps.n; k++) {
    const th_evidence_step *s = &it->steps.v[k];
    th_jw_obj(w);
    jcode(w, "rule", s->rule);
    th_cli_jtext(w, "gave", s->gave);
    th_cli_jtext(w, "words", s->words);
    th_cli_jtext(w, "path", s->path);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

void th_cli_evidence_steps_text(th_buf *b, const th_evidence_item *it) {
  for (size_t k = 0; k < it->steps.n; k++) {
    const th_evidence_step *s = &it->steps.v[k];
    th_buf_addf(b, "    %-18s %-22.*s %.*s", s->rule, TH_STR_ARG(s->gave), TH_STR_ARG(s->path));
    if (s->words.n) th_buf_addf(b, "\n      “%.*s”", TH_STR_ARG(s->words));
    th_buf_addc(b, '\n');
  }
}

void th_cli_evidence_reasons(th_buf *b, const th_evidence_item *it, const char *lang) {
  th_words words;
  if (!th_words_find(lang, &words)) words = TH_WORDS_EN;
  const char *between = words == TH_WORDS_ZH_TW ? "；" : "; ";
  size_t n = 0;
  for (int kind = 0; kind < 2; kind++) {
    const th_codes *v = kind ? &it->flags : &it->gates;
    for (size_t i = 0; i < v->n; i++) {
      char key[64];
      snprintf(key, sizeof key, "%s.%s", kind ? "flag" : "gate", v->v[i]);
      if (kind && th_codes_has(&it->gates, v->v[i])) continue;
      if (n++) th_buf_addz(b, between);
      th_buf_add(b, th_words_has(key) ? th_words_get(words, key) : th_str_of(v->v[i]));
    }
  }
}

void th_cli_evidence_cell(th_arena *a, th_buf *b, th_str text, size_t columns) {
  (void)a;
  size_t at = 0, width = 0;
  while (at < text.n) {
    size_t next = at;
    th_utf8_next(text, &next);
    const size_t w = th_text_width(th_str_sub(text, at, next));
    if (width + w > columns - (next < text.n)) break;
    width += w;
    at = next;
  }
  th_buf_add(b, th_str_sub(text, 0, at));
  if (at < text.n) th_buf_addz(b, "…"), width++;
  while (width++ < columns) th_buf_addc(b, ' ');
}
