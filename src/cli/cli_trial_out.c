#include "cli/cli_trial_out.h"

static const char *const by_names[] = { "condition", "intervention", "sponsor", "title", "text" };

th_str th_cli_trial_country(th_str name) {
  static const struct {
    const char *zh, *en;
  } all[] = { { "臺灣", "Taiwan" },      { "台灣", "Taiwan" },      { "美國", "United States" },  { "日本", "Japan" },
              { "中國", "China" },       { "韓國", "South Korea" }, { "南韓", "South Korea" },    { "香港", "Hong Kong" },
              { "新加坡", "Singapore" }, { "泰國", "Thailand" },    { "英國", "United Kingdom" }, { "德國", "Germany" },
              { "法國", "France" },      { "加拿大", "Canada" },    { "澳洲", "Australia" },      { "義大利", "Italy" },
              { "西班牙", "Spain" },     { "越南", "Vietnam" },     { "印度", "India" },          { "菲律賓", "Philippines" },
              { "馬來西亞", "Malaysia" } };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (th_str_is(name, all[i].zh)) return th_str_of(all[i].en);
  return name;
}

/* ── Terminal ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void labelled(const th_cli_trials *t, th_buf *b, const char *key, th_str joined, size_t columns) {
  th_buf x;
  th_str rest = joined, one;
  if (!joined.n) return;
  th_buf_init(&x, t->c->arena, 256);
  const th_str word = th_cli_trial_word(t, key);
  th_buf_addf(&x, "%.*s: ", TH_STR_ARG(word));
  for (bool first = true; rest.n && th_str_split(&rest, '|', &one); first = false) {
    if (!first) th_buf_addz(&x, "; ");
    th_buf_add(&x, one);
  }
  th_buf_addz(b, "  ");
  th_cli_wrap(b, th_buf_str(&x), 2, 4, columns);
  th_buf_addc(b, '\n');
}

static void hit_text(const th_cli_trials *t, th_buf *b, const th_trial_hit *h, size_t columns) {
  th_buf_addf(b, "%.*s  ", TH_STR_ARG(h->id));
  th_cli_trial_value(t, b, h->status);
  th_buf_addz(b, " · ");
  th_cli_trial_value(t, b, h->phase);
  if (h->enrolment >= 0) th_buf_addf(b, " · n %lld", (long long)h->enrolment);
  if (h->start.n) th_buf_addf(b, " · %.*s", TH_STR_ARG(h->start));
  th_buf_addz(b, "\n  ");
  th_cli_wrap(b, h->title, 2, 2, columns);
  th_buf_addc(b, '\n');
  labelled(t, b, "conditions", h->conditions, columns);
  labelled(t, b, "interventions", h->interventions, columns);
  if (!h->how) return;
  th_buf x;
  th_buf_init(&x, t->c->arena, 64);
  for (int i = 0; i < 5; i++) {
    char key[32];
    if (!(h->how >> i & 1)) continue;
    snprintf(key, sizeof key, "by.%s", by_names[i]);
    th_buf_addf(&x, "%s%.*s", x.n ? "|" : "", TH_STR_ARG(th_cli_trial_word(t, key)));
  }
  labelled(t, b, "met_in", th_buf_str(&x), columns);
}

static void counts_text(const th_cli_trials *t, th_buf *b, const th_trial_found *f, size_t columns) {
  th_buf x;
  th_buf_init(&x, t->c->arena, 1024);
  for (size_t i = 0; i < f->counts.n;) {
    const th_trial_facet facet = f->counts.v[i].facet;
    char key[48];
    snprintf(key, sizeof key, "facet.%s", th_trial_facet_name(facet));
    x.n = 0;
    th_buf_addf(&x, "%.*s: ", TH_STR_ARG(th_cli_trial_word(t, key)));
    size_t shown = 0, left = 0;
    for (; i < f->counts.n && f->counts.v[i].facet == facet; i++) {
      if (shown == 12) {
        left++;
        continue;
      }
      if (shown++) th_buf_addz(&x, "; ");
      th_cli_trial_value(t, &x, f->counts.v[i].value);
      th_buf_addf(&x, " %u", f->counts.v[i].n);
    }
    if (left) th_buf_addf(&x, "; … %zu", left);
    th_cli_wrap(b, th_buf_str(&x), 0, 2, columns);
    th_buf_addc(b, '\n');
  }
}

void th_cli_trials_text(const th_cli_trials *t, th_buf *b, const th_cli_found *f) {
  const size_t columns = th_cli_columns();
  th_arena *a = t->c->arena;
  for (size_t i = 0; i < f->n_notes; i++) {
    th_cli_wrap(b, f->note[i], 0, 2, columns);
    th_buf_addc(b, '\n');
  }
  for (size_t i = 0; i < f->found->hits.n; i++) {
    th_buf_addc(b, '\n');
    hit_text(t, b, &f->found->hits.v[i], columns);
  }
  if (f->found->hits.n) th_buf_addc(b, '\n');
  const th_str values[] = { th_str_fmt(a, "%llu", (unsigned long long)f->found->total),
                            th_str_fmt(a, "%llu", (unsigned long long)f->found->held),
                            th_str_fmt(a, "%llu", (unsigned long long)f->offset + (f->found->hits.n ? 1 : 0)),
                            th_str_fmt(a, "%llu", (unsigned long long)f->offset + f->found->hits.n) };
  th_cli_wrap(b, th_words_fill(a, th_cli_trial_word(t, f->found->total ? "search.total" : "search.nothing"), values, 4), 0, 0,
              columns);
  th_buf_addc(b, '\n');
  if (f->found->counts.n) th_buf_addc(b, '\n');
  counts_text(t, b, f->found, columns);
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void hit_json(th_jwrite *w, const th_trial_hit *h) {
  th_jw_obj(w);
  th_cli_json_text(w, "id", h->id);
  th_cli_json_text(w, "title", h->title);
  th_cli_json_text(w, "status", h->status);
  th_cli_json_list(w, "phases", h->phase);
  th_cli_json_text(w, "type", h->type);
  th_jw_key(w, "enrolment");
  if (h->enrolment >= 0)
    th_jw_i64(w, h->enrolment);
  else
    th_jw_null(w);
  th_cli_json_text(w, "start", h->start);
  th_cli_json_text(w, "primary_completion", h->completion);
  th_cli_json_text(w, "updated", h->updated);
  th_cli_json_text(w, "sponsor", h->sponsor);
  th_cli_json_list(w, "conditions", h->conditions);
  th_cli_json_list(w, "interventions", h->interventions);
  th_cli_json_list(w, "countries", h->countries);
  th_jw_key(w, "met_in");
  th_jw_arr(w);
  for (int i = 0; i < 5; i++)
    if (h->how >> i & 1) th_jw_z(w, by_names[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

void th_cli_trials_json(th_buf *b, const th_cli_found *f) {
  th_jwrite w;
  th_jwrite_open(&w, b, 1);
  th_jw_obj(&w);
  th_jw_key(&w, "total"), th_jw_i64(&w, (int64_t)f->found->total);
  th_jw_key(&w, "held"), th_jw_i64(&w, (int64_t)f->found->held);
  th_jw_key(&w, "offset"), th_jw_i64(&w, f->offset);
  th_jw_key(&w, "searched");
  th_jw_arr(&w);
  for (size_t i = 0; i < f->n_notes; i++) th_jw_str(&w, f->note[i]);
  th_jw_arr_end(&w);
  th_jw_key(&w, "met_in");
  th_jw_obj(&w);
  for (int i = 0; i < 5; i++) th_jw_key(&w, by_names[i]), th_jw_i64(&w, (int64_t)f->found->n_by[i]);
  th_jw_obj_end(&w);
  th_jw_key(&w, "studies");
  th_jw_arr(&w);
  for (size_t i = 0; i < f->found->hits.n; i++) hit_json(&w, &f->found->hits.v[i]);
  th_jw_arr_end(&w);
  if (f->found->counts.n) {
    th_jw_key(&w, "facets");
    th_jw_obj(&w);
    for (size_t i = 0; i < f->found->counts.n;) {
      const th_trial_facet facet = f->found->counts.v[i].facet;
      th_jw_key(&w, th_trial_facet_name(facet));
      th_jw_arr(&w);
      for (; i < f->found->counts.n && f->found->counts.v[i].facet == facet; i++) {
        th_jw_obj(&w);
        th_cli_json_text(&w, "value", f->found->counts.v[i].value);
        th_jw_key(&w, "n"), th_jw_i64(&w, f->found->counts.v[i].n);
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

void th_cli_trials_csv(th_buf *b, const th_trial_found *f) {
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

void th_cli_trials_ris(th_buf *b, const th_trial_found *f) {
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
