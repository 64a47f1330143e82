/* Studies found, for other programs: JSON, CSV, RIS. */
#include "theriac/report/trial_list.h"

#include <stdio.h>

static const char *const by_names[] = { "condition", "intervention", "sponsor", "title", "text" };

th_str th_report_trial_note(th_arena *a, th_words lang, const th_trial_note *n) {
  char key[64];
  snprintf(key, sizeof key, "registry.%s", n->key);
  const th_str values[] = { n->asked, lang == TH_WORDS_ZH_TW && n->zh.n ? n->zh : n->en, n->id,
                            th_str_fmt(a, "%zu", n->n_kinds) };
  return th_words_fill(a, th_words_get(lang, key), values, 4);
}

static void text(th_jwrite *w, const char *key, th_str value) {
  th_jw_key(w, key);
  th_jw_str(w, value);
}

static void list(th_jwrite *w, const char *key, th_str joined) {
  th_str one;
  th_jw_key(w, key);
  th_jw_arr(w);
  while (joined.n && th_str_split(&joined, '|', &one)) th_jw_str(w, one);
  th_jw_arr_end(w);
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void hit_json(th_jwrite *w, const th_trial_hit *h) {
  th_jw_obj(w);
  text(w, "id", h->id);
  text(w, "title", h->title);
  text(w, "status", h->status);
  list(w, "phases", h->phase);
  text(w, "type", h->type);
  th_jw_key(w, "enrolment");
  if (h->enrolment >= 0)
    th_jw_i64(w, h->enrolment);
  else
    th_jw_null(w);
  text(w, "start", h->start);
  text(w, "primary_completion", h->completion);
  text(w, "updated", h->updated);
  text(w, "sponsor", h->sponsor);
  list(w, "conditions", h->conditions);
  list(w, "interventions", h->interventions);
  list(w, "countries", h->countries);
  th_jw_key(w, "met_in");
  th_jw_arr(w);
  for (int i = 0; i < 5; i++)
    if (h->how >> i & 1) th_jw_z(w, by_names[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

void th_report_trials_json(th_buf *b, const th_trial_found *f, const th_str *note, size_t n_notes, uint32_t offset) {
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_jw_key(&w, "total"), th_jw_i64(&w, (int64_t)f->total);
  th_jw_key(&w, "held"), th_jw_i64(&w, (int64_t)f->held);
  th_jw_key(&w, "offset"), th_jw_i64(&w, offset);
  th_jw_key(&w, "searched");
  th_jw_arr(&w);
  for (size_t i = 0; i < n_notes; i++) th_jw_str(&w, note[i]);
  th_jw_arr_end(&w);
  th_jw_key(&w, "met_in");
  th_jw_obj(&w);
  for (int i = 0; i < 5; i++) th_jw_key(&w, by_names[i]), th_jw_i64(&w, (int64_t)f->n_by[i]);
  th_jw_obj_end(&w);
  th_jw_key(&w, "studies");
  th_jw_arr(&w);
  for (size_t i = 0; i < f->hits.n; i++) hit_json(&w, &f->hits.v[i]);
  th_jw_arr_end(&w);
  if (f->counts.n) {
    th_jw_key(&w, "facets");
    th_jw_obj(&w);
    for (size_t i = 0; i < f->counts.n;) {
      const th_trial_facet facet = f->counts.v[i].facet;
      th_jw_key(&w, th_trial_facet_name(facet));
      th_jw_arr(&w);
      for (; i < f->counts.n && f->counts.v[i].facet == facet; i++) {
        th_jw_obj(&w);
        text(&w, "value", f->counts.v[i].value);
        th_jw_key(&w, "n"), th_jw_i64(&w, f->counts.v[i].n);
        th_jw_obj_end(&w);
      }
      th_jw_arr_end(&w);
    }
    th_jw_obj_end(&w);
  }
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

/* ── Files for other programs ──────────────────────────────────────────────────────────────────────────────────────── */

void th_report_trials_csv(th_buf *b, const th_trial_found *f) {
  th_buf_addz(
      b,
      "id,title,status,phases,type,enrolment,start,primary_completion,updated,sponsor,conditions,interventions,countries\r\n");
  for (size_t i = 0; i < f->hits.n; i++) {
    const th_trial_hit *h = &f->hits.v[i];
    char n[24] = "";
    if (h->enrolment >= 0) snprintf(n, sizeof n, "%lld", (long long)h->enrolment);
    const th_str cell[] = { h->id,         h->title,   h->status,  h->phase,      h->type,          th_str_of(n), h->start,
                            h->completion, h->updated, h->sponsor, h->conditions, h->interventions, h->countries };
    for (size_t k = 0; k < sizeof cell / sizeof *cell; k++) {
      if (k) th_buf_addc(b, ',');
      th_csv_write_cell(b, cell[k]);
    }
    th_buf_addz(b, "\r\n");
  }
}

/* A RIS value stands on one line. */
static void ris(th_buf *b, const char *tag, th_str value) {
  if (!value.n) return;
  th_buf_addf(b, "%s  - ", tag);
  for (size_t i = 0; i < value.n; i++) th_buf_addc(b, value.p[i] == '\n' || value.p[i] == '\r' ? ' ' : value.p[i]);
  th_buf_addz(b, "\r\n");
}

static void ris_list(th_buf *b, const char *tag, th_str joined) {
  th_str rest = joined, one;
  while (rest.n && th_str_split(&rest, '|', &one)) ris(b, tag, one);
}

void th_report_trials_ris(th_buf *b, const th_trial_found *f) {
  for (size_t i = 0; i < f->hits.n; i++) {
    const th_trial_hit *h = &f->hits.v[i];
    th_buf_addz(b, "TY  - DBASE\r\n");
    ris(b, "ID", h->id);
    ris(b, "TI", h->title);
    ris(b, "AU", h->sponsor);
    ris(b, "PY", th_str_sub(h->start, 0, 4));
    ris(b, "AN", h->id);
    ris(b, "DB", TH_S("ClinicalTrials.gov"));
    ris_list(b, "KW", h->conditions);
    ris_list(b, "KW", h->interventions);
    th_buf_addf(b, "UR  - https://clinicaltrials.gov/study/%.*s\r\n", TH_STR_ARG(h->id));
    th_buf_addz(b, "ER  - \r\n\r\n");
  }
}
