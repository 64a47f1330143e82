/* The panel as JSON (theriac.stat.table/1) and the notes that stand under it. */
#include "stat/stat_priv.h"

static void number(th_jwrite *w, const char *key, double v) {
  th_jw_key(w, key);
  th_jw_f64(w, v);
}

static void interval(th_jwrite *w, th_interval ci) {
  th_jw_key(w, "ci");
  th_jw_arr(w);
  th_jw_f64(w, ci.lo);
  th_jw_f64(w, ci.hi);
  th_jw_arr_end(w);
}

static void effect(th_jwrite *w, const char *key, const th_effect *e, bool ratio) {
  th_jw_key(w, key);
  th_jw_obj(w);
  number(w, "estimate", e->estimate);
  if (ratio) number(w, "log", e->log);
  number(w, "se", e->se);
  number(w, "z", e->z);
  number(w, "p", e->p);
  interval(w, e->ci);
  th_jw_obj_end(w);
}

static void range(th_jwrite *w, const char *key, th_range r) {
  th_jw_key(w, key);
  th_jw_obj(w);
  number(w, "estimate", r.estimate);
  interval(w, r.ci);
  th_jw_obj_end(w);
}

static void only_ci(th_jwrite *w, const char *key, th_interval ci) {
  th_jw_key(w, key);
  th_jw_obj(w);
  interval(w, ci);
  th_jw_obj_end(w);
}

static void chi2(th_jwrite *w, const char *key, th_chi2_test t) {
  th_jw_key(w, key);
  th_jw_obj(w);
  number(w, "statistic", t.statistic);
  number(w, "p", t.p);
  th_jw_obj_end(w);
}

static void sup(th_jwrite *w, const char *key, const th_sup_test *t) {
  if (!t->given) return;
  th_jw_key(w, key);
  th_jw_obj(w);
  number(w, "statistic", t->statistic);
  number(w, "p", t->p);
  number(w, "nuisance", t->nuisance);
  th_jw_obj_end(w);
}

static void count_or_null(th_jwrite *w, const char *key, int64_t v) {
  th_jw_key(w, key);
  if (v < 0)
    th_jw_null(w);
  else
    th_jw_i64(w, v);
}

static void tests(th_jwrite *w, const th_stat_panel *p) {
  th_jw_key(w, "test");
  th_jw_obj(w);
  th_jw_key(w, "fisher");
  th_jw_obj(w);
  number(w, "p", p->fisher_p);
  number(w, "p_less", p->fisher_less);
  number(w, "p_greater", p->fisher_greater);
  th_jw_obj_end(w);
  th_jw_key(w, "midp");
  th_jw_obj(w);
  number(w, "p", p->midp_p);
  th_jw_obj_end(w);
  chi2(w, "pearson", p->pearson);
  chi2(w, "yates", p->yates);
  chi2(w, "n1", p->n1);
  chi2(w, "lr", p->lr);
  chi2(w, "williams", p->williams);
  sup(w, "barnard", &p->barnard);
  sup(w, "boschloo", &p->boschloo);
  th_jw_obj_end(w);
}

static void fragility(th_jwrite *w, const th_fragility *f) {
  if (!f->given) return;
  th_jw_key(w, "fragility");
  th_jw_obj(w);
  th_jw_key(w, "significant");
  th_jw_bool(w, f->significant);
  count_or_null(w, "index", f->index);
  count_or_null(w, "walsh", f->walsh);
  count_or_null(w, "reverse", f->reverse);
  number(w, "quotient", f->quotient);
  count_or_null(w, "group", f->group ? f->group : -1);
  th_jw_key(w, "direction");
  if (f->group)
    th_jw_z(w, f->to_event ? "event" : "nonevent");
  else
    th_jw_null(w);
  number(w, "p_after", f->p_after);
  th_jw_obj_end(w);
}

static void nnt_and_e_values(th_jwrite *w, const th_stat_panel *p) {
  th_jw_key(w, "nnt");
  th_jw_obj(w);
  number(w, "estimate", p->nnt.estimate);
  interval(w, p->nnt.ci);
  th_jw_key(w, "through_infinity");
  th_jw_bool(w, p->nnt_through_infinity);
  th_jw_obj_end(w);
  th_jw_key(w, "evalue");
  th_jw_obj(w);
  number(w, "rr", p->evalue_rr);
  number(w, "rr_limit", p->evalue_rr_limit);
  number(w, "or_sqrt", p->evalue_or_sqrt);
  number(w, "or_sqrt_limit", p->evalue_or_sqrt_limit);
  th_jw_obj_end(w);
  number(w, "phi", p->phi);
}

void th_stat_panel_json(const th_stat_panel *p, th_jwrite *w) {
  th_jw_obj(w);
  th_jw_key(w, "schema");
  th_jw_z(w, "theriac.stat.table/1");
  th_jw_key(w, "input");
  th_jw_obj(w);
  static const char *const name[4] = { "a", "b", "c", "d" };
  const int64_t cell[4] = { p->t.a, p->t.b, p->t.c, p->t.d };
  for (int i = 0; i < 4; i++) {
    th_jw_key(w, name[i]);
    th_jw_i64(w, cell[i]);
  }
  th_jw_obj_end(w);
  number(w, "level", p->level);
  range(w, "p1", p->p1);
  range(w, "p2", p->p2);
  effect(w, "or", &p->odds_ratio, true);
  effect(w, "or_haldane", &p->or_haldane, true);
  effect(w, "or_peto", &p->or_peto, true);
  effect(w, "rr", &p->rr, true);
  effect(w, "rr_haldane", &p->rr_haldane, true);
  range(w, "or_exact", p->or_exact);
  range(w, "or_midp", p->or_midp);
  only_ci(w, "or_cornfield", p->or_cornfield);
  only_ci(w, "or_mn", p->or_mn);
  only_ci(w, "rr_mn", p->rr_mn);
  only_ci(w, "rd_newcombe", p->rd_newcombe);
  only_ci(w, "rd_mn", p->rd_mn);
  effect(w, "rd", &p->rd, false);
  tests(w, p);
  nnt_and_e_values(w, p);
  fragility(w, &p->fragility);
  const char *notes[TH_STAT_NOTES];
  const size_t n = th_stat_panel_notes(p, "en", notes);
  th_jw_key(w, "notes");
  th_jw_arr(w);
  for (size_t i = 0; i < n; i++) th_jw_z(w, notes[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

size_t th_stat_panel_notes(const th_stat_panel *p, const char *lang, const char *notes[TH_STAT_NOTES]) {
  const bool zh = lang && strcmp(lang, "zh-TW") == 0;
  const th_table2 t = p->t;
  size_t n = 0;
  notes[n++] =
      zh ? "Fisher 雙尾 P：所有機率不大於觀察表（容許 1e-7）之表的機率總和。"
         : "Fisher two-sided P: sum of all tables with a probability no larger than the observed one's (times 1 + 1e-7).";
  if (t.a == 0 || t.b == 0 || t.c == 0 || t.d == 0)
    notes[n++] = zh ? "有零格：勝算比不加校正，Haldane 欄為各格加 ½ 的結果。"
                    : "A cell is zero: the odds ratio is not corrected; the Haldane rows add ½ to every cell.";
  if (t.a + t.c == 0 || t.b + t.d == 0)
    notes[n++] = zh ? "兩組都沒有事件（或全為事件）：漸近檢定與勝算比無定義。"
                    : "No events, or only events, in both groups: asymptotic tests and the odds ratio are undefined.";
  else if (!p->barnard.given)
    notes[n++] = zh ? "(n1+1)(n2+1) 超過 12,000：未計算 Barnard 與 Boschloo 檢定。"
                    : "(n1+1)(n2+1) exceeds 12,000: Barnard and Boschloo are left out.";
  if (!p->fragility.given)
    notes[n++] = zh ? "N 超過 20,000：未計算脆弱指數。" : "N exceeds 20,000: the fragility index is not looked for.";
  else if (p->fragility.index >= 0)
    notes[n++] =
        zh ? "脆弱指數說的是顯著性，不說偏差。" : "The fragility index speaks of significance; it says nothing on bias.";
  return n;
}
