/* theriac.study.check/1 */
#include <math.h>

#include "study/study_priv.h"

static void num(th_jwrite *w, const char *key, double v) {
  th_jw_key(w, key);
  th_jw_f64(w, v);
}

static void printed(th_jwrite *w, const char *key, th_printed v) {
  num(w, key, v.v);
}

static void z(th_jwrite *w, const char *key, const char *v) {
  th_jw_key(w, key);
  if (v)
    th_jw_z(w, v);
  else
    th_jw_null(w);
}

static void span(th_jwrite *w, th_study_span s, bool sections) {
  th_jw_key(w, "span");
  th_jw_arr(w);
  th_jw_i64(w, s.from);
  th_jw_i64(w, s.to);
  th_jw_arr_end(w);
  if (sections) {
    th_jw_key(w, "section");
    th_jw_i64(w, s.section);
  }
}

static void p_printed(th_jwrite *w, const th_study_finding *f) {
  z(w, "p_cmp", th_p_cmp_name(f->p_cmp));
  th_jw_key(w, "p");
  if (f->p_cmp == TH_P_NONE || f->p_cmp == TH_P_NS)
    th_jw_null(w);
  else
    th_jw_f64(w, f->p.v);
  if (f->one_sided) {
    th_jw_key(w, "p_sided");
    th_jw_i64(w, 1);
  }
}

static void recomputed(th_jwrite *w, const th_study_finding *f) {
  th_jw_key(w, "recomputed");
  th_jw_obj(w);
  num(w, "p", f->rec_p);
  num(w, "lo", f->rec_lo);
  num(w, "hi", f->rec_hi);
  th_jw_obj_end(w);
}

static void interval(th_jwrite *w, const th_study_finding *f) {
  if (f->text.n) {
    th_jw_key(w, "outcome");
    th_jw_str(w, f->text);
  }
  z(w, "measure", f->what);
  th_jw_key(w, "adjusted");
  th_jw_bool(w, f->adjusted);
  printed(w, "estimate", f->value);
  th_jw_key(w, "ci");
  th_jw_arr(w);
  th_jw_f64(w, f->lo.v);
  th_jw_f64(w, f->hi.v);
  th_jw_arr_end(w);
  num(w, "level", f->level);
  th_jw_key(w, "level_printed");
  th_jw_bool(w, f->level_printed);
  p_printed(w, f);
  th_jw_key(w, "checks");
  th_jw_obj(w);
  z(w, "centre", th_study_verdict_name(f->centre, f->kind));
  z(w, "p", th_study_verdict_name(f->p_check, TH_STUDY_TEST));
  recomputed(w, f);
  if (f->explained_by) z(w, "explained_by", f->explained_by);
  if (f->klass) z(w, "class", f->klass);
  th_jw_obj_end(w);
}

static void share(th_jwrite *w, const th_study_finding *f) {
  th_jw_key(w, "x");
  th_jw_i64(w, f->x);
  th_jw_key(w, "n");
  th_jw_i64(w, f->n);
  printed(w, "percent", f->value);
  th_jw_key(w, "decimals");
  th_jw_i64(w, f->value.decimals);
  if (f->n_from_arm) {
    th_jw_key(w, "n_from_arm");
    th_jw_bool(w, true);
  }
  th_jw_key(w, "checks");
  th_jw_obj(w);
  z(w, "percent", th_study_verdict_name(f->share, f->kind));
  num(w, "recomputed", f->rec_share);
  th_jw_obj_end(w);
}

static void test(th_jwrite *w, const th_study_finding *f) {
  z(w, "test", f->what);
  num(w, "df1", f->df1);
  num(w, "df2", f->df2);
  printed(w, "statistic", f->value);
  p_printed(w, f);
  recomputed(w, f);
  z(w, "verdict", th_study_verdict_name(f->p_check, f->kind));
  th_jw_key(w, "one_tailed_fits");
  th_jw_bool(w, f->one_tailed_fits);
}

static void spread(th_jwrite *w, const th_study_finding *f) { /* "sd", "se", or "spread" when the text does not say which */
  printed(w, f->spread_name ? f->spread_name : "spread", f->spread);
  th_jw_key(w, "spread_decimals");
  th_jw_i64(w, f->spread.decimals);
}

static void count(th_jwrite *w, const th_study_finding *f) {
  th_jw_key(w, "n");
  th_jw_i64(w, f->n);
  if (f->kind == TH_STUDY_MEAN) {
    printed(w, "mean", f->value);
    th_jw_key(w, "decimals");
    th_jw_i64(w, f->value.decimals);
    if (f->has_spread) spread(w, f);
    th_jw_key(w, "checks");
    th_jw_obj(w);
    z(w, "grim", th_study_verdict_name(f->grim, f->kind));
    if (f->grimmer != TH_V_NOT_CHECKED) z(w, "grimmer", th_study_verdict_name(f->grimmer, f->kind));
    th_jw_obj_end(w);
  } else if (f->text.n) {
    th_jw_key(w, "name");
    th_jw_str(w, f->text);
  }
}

static void words(th_jwrite *w, const th_study_finding *f) {
  if (f->kind == TH_STUDY_REGISTRATION) {
    th_jw_key(w, "id");
    th_jw_str(w, f->text);
  } else if (f->kind == TH_STUDY_OUTCOME) {
    th_jw_key(w, "text");
    th_jw_str(w, f->text);
  } else if (f->kind == TH_STUDY_COUNTRY) {
    z(w, "country", f->what);
    th_jw_key(w, "name");
    th_jw_str(w, f->text);
  } else if (f->kind == TH_STUDY_MEAN_SD) {
    printed(w, "mean", f->value);
    th_jw_key(w, "decimals");
    th_jw_i64(w, f->value.decimals);
    spread(w, f);
  } else if (f->kind == TH_STUDY_DESIGN) {
    z(w, "design", f->what);
  } else if (f->kind == TH_STUDY_P) {
    p_printed(w, f);
  } else {
    printed(w, f->kind == TH_STUDY_DOSE ? "amount" : "length", f->value);
    th_jw_key(w, "unit");
    if (f->kind == TH_STUDY_DOSE)
      th_jw_str(w, f->text);
    else
      th_jw_z(w, f->what);
  }
}

static void finding(th_jwrite *w, const th_study_finding *f) {
  th_jw_obj(w);
  z(w, "kind", th_study_kind_name(f->kind));
  switch (f->kind) {
  case TH_STUDY_RATIO:
  case TH_STUDY_DIFFERENCE: interval(w, f); break;
  case TH_STUDY_PROPORTION: share(w, f); break;
  case TH_STUDY_TEST: test(w, f); break;
  case TH_STUDY_MEAN:
  case TH_STUDY_ARM_N:
  case TH_STUDY_TOTAL_N:
  case TH_STUDY_LOST_N:
  case TH_STUDY_ANALYSED_N: count(w, f); break;
  case TH_STUDY_REGISTRATION:
  case TH_STUDY_DOSE:
  case TH_STUDY_SCHEDULE:
  case TH_STUDY_FOLLOW_UP:
  case TH_STUDY_DESIGN:
  case TH_STUDY_P:
  case TH_STUDY_MEAN_SD:
  case TH_STUDY_DURATION:
  case TH_STUDY_OUTCOME:
  case TH_STUDY_COUNTRY: words(w, f); break;
  }
  z(w, "lang", f->zh ? "zh" : "en");
  z(w, "rule", f->rule);
  span(w, f->span, f->span.section > 0);
  th_jw_obj_end(w);
}

static void table(th_jwrite *w, const th_study_table *t) {
  static const char *const name[4] = { "a", "b", "c", "d" };
  const int64_t cell[4] = { t->t.a, t->t.b, t->t.c, t->t.d };
  th_jw_obj(w);
  for (int i = 0; i < 4; i++) {
    th_jw_key(w, name[i]);
    th_jw_i64(w, cell[i]);
  }
  th_jw_key(w, "from");
  th_jw_arr(w);
  th_jw_i64(w, t->from[0]);
  th_jw_i64(w, t->from[1]);
  th_jw_arr_end(w);
  if (t->ratio >= 0) {
    th_jw_key(w, "ratio");
    th_jw_i64(w, t->ratio);
  }
  th_jw_key(w, "panel");
  th_stat_panel_json(&t->panel, w);
  th_jw_obj_end(w);
}

static void names(th_jwrite *w, const char *key, const th_study_result *r, bool ci) {
  th_jw_key(w, key);
  th_jw_arr(w);
  for (size_t i = 0; i < r->tables.n; i++) {
    const th_study_table *t = &r->tables.v[i];
    const char *const *v = ci ? t->ci_family : t->p_family;
    const size_t n = ci ? t->n_ci : t->n_p;
    for (size_t k = 0; k < n; k++) {
      bool before = false;
      for (size_t j = 0; j < i && !before; j++) {
        const th_study_table *u = &r->tables.v[j];
        for (size_t m = 0; m < (ci ? u->n_ci : u->n_p); m++) before |= strcmp((ci ? u->ci_family : u->p_family)[m], v[k]) == 0;
      }
      if (!before) th_jw_z(w, v[k]);
    }
  }
  th_jw_arr_end(w);
}

void th_study_json(const th_study_result *r, const char *lang, th_jwrite *w) {
  static const char *const severities[] = { "info", "warn", "error" };
  const bool zh = lang && strcmp(lang, "zh-TW") == 0;
  th_jw_obj(w);
  z(w, "schema", "theriac.study.check/1");
  th_jw_key(w, "findings");
  th_jw_arr(w);
  for (size_t i = 0; i < r->findings.n; i++) finding(w, &r->findings.v[i]);
  th_jw_arr_end(w);
  th_jw_key(w, "tables");
  th_jw_arr(w);
  for (size_t i = 0; i < r->tables.n; i++) table(w, &r->tables.v[i]);
  th_jw_arr_end(w);
  th_jw_key(w, "families");
  th_jw_obj(w);
  names(w, "p", r, false);
  names(w, "ci", r, true);
  th_jw_obj_end(w);
  th_jw_key(w, "flags");
  th_jw_arr(w);
  for (size_t i = 0; i < r->flags.n; i++) {
    const th_study_flag *f = &r->flags.v[i];
    th_jw_obj(w);
    z(w, "code", f->code);
    z(w, "severity", severities[f->severity]);
    th_jw_key(w, "text");
    th_jw_str(w, zh ? f->zh : f->en);
    span(w, f->span, f->span.section > 0);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}
