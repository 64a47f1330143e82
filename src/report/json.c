/* The Dossier as JSON: every value with its place, in the order of the struct. Schema: docs/formats/dossier.schema.json. */
#include "theriac/report.h"

#include "theriac/base/embed.h"

extern const th_embed th_report__files[];

th_str th_report_json_schema(void) {
  return th_embed_find(th_report__files, "dossier.schema.json");
}

typedef struct js {
  th_jwrite w;
  const th_dossier *d;
} js;

static void str(js *j, const char *key, th_str s) {
  th_jw_key(&j->w, key);
  th_jw_str(&j->w, s);
}
static void z(js *j, const char *key, const char *s) {
  th_jw_key(&j->w, key);
  th_jw_z(&j->w, s);
}
static void whole(js *j, const char *key, int64_t v) {
  th_jw_key(&j->w, key);
  th_jw_i64(&j->w, v);
}
/* -1 stands for "not told": null. */
static void count(js *j, const char *key, int64_t v) {
  th_jw_key(&j->w, key);
  if (v < 0)
    th_jw_null(&j->w);
  else
    th_jw_i64(&j->w, v);
}
static void yes(js *j, const char *key, bool v) {
  th_jw_key(&j->w, key);
  th_jw_bool(&j->w, v);
}
static void date(js *j, const char *key, th_date d) {
  char text[TH_DATE_TEXT];
  th_jw_key(&j->w, key);
  if (d.prec)
    th_jw_z(&j->w, th_date_iso(d, text));
  else
    th_jw_null(&j->w);
}
static void text_or_null(js *j, const char *key, th_str s) {
  th_jw_key(&j->w, key);
  if (s.n)
    th_jw_str(&j->w, s);
  else
    th_jw_null(&j->w);
}
static void place(js *j, const char *key, th_place at) {
  th_jw_key(&j->w, key);
  if (at.source == TH_NO_SOURCE || at.source >= j->d->sources.n) {
    th_jw_null(&j->w);
    return;
  }
  th_jw_obj(&j->w);
  str(j, "source", j->d->sources.v[at.source].id);
  if (at.line) whole(j, "line", at.line);
  if (at.to > at.from) {
    whole(j, "from", at.from);
    whole(j, "to", at.to);
  }
  th_jw_obj_end(&j->w);
}
static void codes(js *j, const char *key, const th_codes *v) {
  th_jw_key(&j->w, key);
  th_jw_arr(&j->w);
  for (size_t i = 0; i < v->n; i++) th_jw_z(&j->w, v->v[i]);
  th_jw_arr_end(&j->w);
}
static void disease(js *j, const char *key, const th_name_row *row) {
  th_jw_key(&j->w, key);
  if (!row) {
    th_jw_null(&j->w);
    return;
  }
  th_jw_obj(&j->w);
  text_or_null(j, "id", row->id);
  str(j, "en", row->en);
  text_or_null(j, "zh", row->zh);
  th_jw_obj_end(&j->w);
}

#define EACH(list, T, x)                                                                                                       \
  th_jw_arr(&j->w);                                                                                                            \
  for (size_t x##_i = 0; x##_i < (list).n; x##_i++) {                                                                          \
    const T *x = &(list).v[x##_i];                                                                                             \
    th_jw_obj(&j->w);
#define END                                                                                                                    \
  th_jw_obj_end(&j->w);                                                                                                        \
  }                                                                                                                            \
  th_jw_arr_end(&j->w)

static void grade(js *j, const th_dossier_pair *p) {
  const th_grade *g = &p->grade;
  z(j, "level", th_level_code(g->level));
  z(j, "level_rule", g->level_rule);
  z(j, "direction", th_direction_code(g->direction));
  z(j, "decision", th_decision_code(p->decided.decision));
  whole(j, "decision_row", p->decided.row);
  yes(j, "decision_capped_by_pregnancy", p->decided.capped);
  z(j, "novelty", th_novelty_code(p->novelty.novelty));
  disease(j, "novelty_through", p->novelty.through);
  place(j, "novelty_at", p->novelty_at);
  count(j, "ocebm", g->ocebm ? g->ocebm : -1);
  z(j, "grade", th_certainty_code(g->certainty));
  yes(j, "grade_automatic", g->certainty_automatic);
  th_jw_key(&j->w, "grade_steps");
  EACH(g->certainty_steps, th_certainty_step, s) {
    z(j, "domain", s->domain);
    whole(j, "change", s->change);
    str(j, "why", s->why);
  }
  END;
  whole(j, "counted_units", g->counted_units);
  codes(j, "flags", &g->flags);
}

static void items(js *j, const th_evidence_items *v) {
  th_jw_key(&j->w, "items");
  EACH(*v, th_evidence_item, it) {
    str(j, "id", it->study->id);
    str(j, "title", it->study->title);
    yes(j, "counted", it->counted);
    whole(j, "unit", it->unit);
    z(j, "role", th_role_code(it->role));
    z(j, "relevance", th_relevance_code(it->relevance));
    disease(j, "about", it->about);
    z(j, "design", th_design_code(it->design));
    z(j, "design_labelled", th_design_code(it->design_labelled));
    z(j, "direction", th_direction_code(it->direction));
    count(j, "n", it->study->n);
    text_or_null(j, "phase", it->study->phase_text.text);
    text_or_null(j, "status", it->study->status_text.text);
    codes(j, "reasons", &it->gates);
    codes(j, "flags", &it->flags);
    th_jw_key(&j->w, "steps");
    EACH(it->steps, th_evidence_step, s) {
      z(j, "rule", s->rule);
      str(j, "gave", s->gave);
      text_or_null(j, "words", s->words);
      str(j, "path", s->path);
    }
    END;
    place(j, "at", (th_place){ it->study->source, it->study->line, 0, 0 });
  }
  END;
}

static void searches(js *j, const th_searches_seen *v) {
  th_jw_key(&j->w, "searches");
  EACH(*v, th_search_seen, s) {
    z(j, "source", th_capture_source_name(s->source));
    z(j, "state", th_search_state_name(s->state));
    yes(j, "incomplete", s->incomplete);
    count(j, "records", s->records);
    text_or_null(j, "query", s->query);
    text_or_null(j, "error", s->error);
    date(j, "on", s->on);
    place(j, "at", (th_place){ s->document, 0, 0, 0 });
  }
  END;
}

static void claims(js *j, const th_dossier_claims *v) {
  th_jw_key(&j->w, "claims");
  EACH(*v, th_dossier_claim, c) {
    str(j, "name", c->name);
    text_or_null(j, "rank", c->rank);
    text_or_null(j, "score_as_printed", c->score);
    text_or_null(j, "level_as_printed", c->level);
    text_or_null(j, "decision_as_printed", c->decision);
    yes(j, "primary", c->primary);
    yes(j, "no_study", c->no_study);
    yes(j, "doubts_itself", c->doubts_itself);
    count(j, "cluster", c->cluster ? c->cluster : -1);
    text_or_null(j, "rationale", c->rationale);
    place(j, "at", c->at);
  }
  END;
}

static void needs(js *j, const th_dossier_needs *v) {
  th_jw_key(&j->w, "would_change");
  EACH(*v, th_dossier_need, n) {
    z(j, "code", n->code);
    text_or_null(j, "subject", n->subject);
    str(j, "moves", n->effect);
    date(j, "due", n->due);
    place(j, "at", n->at);
  }
  END;
}

static void pairs(js *j) {
  th_jw_key(&j->w, "pairs");
  EACH(j->d->pairs, th_dossier_pair, p) {
    str(j, "id", p->id);
    disease(j, "disease", p->disease);
    str(j, "as_printed", p->as_printed);
    yes(j, "leading", p->leading);
    grade(j, p);
    yes(j, "pregnancy", p->pregnancy);
    place(j, "pregnancy_at", p->pregnancy_at);
    claims(j, &p->claims);
    items(j, &p->items);
    searches(j, &p->searches);
    needs(j, &p->needs);
    static const char *const states[] = { "no_unit", "one_unit", "no_counts", "designs_differ", "pooled" };
    z(j, "pooling", states[p->pool.state]);
    th_jw_key(&j->w, "pooled");
    if (p->pool.state == TH_POOL_DONE)
      th_meta_json(&p->pool.meta, &j->w);
    else
      th_jw_null(&j->w);
    text_or_null(j, "predicted_as", p->foretold ? p->foretold->id : TH_STR_NONE);
  }
  END;
}

static void appraisals(js *j, th_words lang) {
  th_jw_key(&j->w, "appraisals");
  EACH(j->d->appraisals, th_dossier_appraisal, ap) {
    str(j, "id", ap->id);
    str(j, "title", ap->title);
    text_or_null(j, "citation", ap->citation);
    place(j, "at", ap->at);
    th_jw_key(&j->w, "check");
    th_study_json(&ap->check, lang == TH_WORDS_EN ? "en" : "zh-TW", &j->w);
    th_jw_key(&j->w, "panel");
    if (ap->main)
      th_stat_panel_json(&ap->main->panel, &j->w);
    else
      th_jw_null(&j->w);
    th_jw_key(&j->w, "families");
    th_jw_obj(&j->w);
    th_jw_key(&j->w, "p");
    th_jw_arr(&j->w);
    for (size_t i = 0; ap->main && i < ap->main->n_p; i++) th_jw_z(&j->w, ap->main->p_family[i]);
    th_jw_arr_end(&j->w);
    th_jw_key(&j->w, "ci");
    th_jw_arr(&j->w);
    for (size_t i = 0; ap->main && i < ap->main->n_ci; i++) th_jw_z(&j->w, ap->main->ci_family[i]);
    th_jw_arr_end(&j->w);
    th_jw_obj_end(&j->w);
  }
  END;
}

static void fields(js *j, const char *key, const th_field_vec *v) {
  th_jw_key(&j->w, key);
  th_jw_arr(&j->w);
  for (size_t i = 0; i < v->n; i++) th_jw_str(&j->w, v->v[i].text);
  th_jw_arr_end(&j->w);
}

static void trials(js *j) {
  th_jw_key(&j->w, "trials");
  EACH(j->d->trials, th_dossier_trial, t) {
    const th_trial_page *p = t->page;
    str(j, "id", p->registry_id.text);
    str(j, "title", p->title.text);
    text_or_null(j, "sponsor", p->sponsor.text);
    text_or_null(j, "status", p->status.text);
    fields(j, "phases", &p->phases);
    fields(j, "conditions", &p->conditions);
    fields(j, "treatments", &p->treatments);
    count(j, "enrolment", p->enrolment_n);
    text_or_null(j, "healthy_volunteers", p->volunteers.text);
    text_or_null(j, "purpose", p->purpose.text);
    text_or_null(j, "allocation", p->allocation.text);
    text_or_null(j, "model", p->model.text);
    text_or_null(j, "masking", p->masking.text);
    fields(j, "inclusion", &p->inclusion);
    fields(j, "exclusion", &p->exclusion);
    th_jw_key(&j->w, "not_on_page");
    th_jw_arr(&j->w);
    for (size_t i = 0; i < p->gaps.n; i++) th_jw_z(&j->w, p->gaps.v[i].what);
    th_jw_arr_end(&j->w);
    place(j, "at", t->at);
  }
  END;
}

static void safety(js *j) {
  const th_dossier *d = j->d;
  th_jw_key(&j->w, "safety");
  th_jw_obj(&j->w);
  th_jw_key(&j->w, "populations");
  EACH(d->warnings, th_safety_warning, x) {
    str(j, "population", x->population);
    yes(j, "major", x->major);
    str(j, "en", x->en);
    str(j, "zh", x->zh);
    str(j, "source", x->source);
  }
  END;
  text_or_null(j, "interactions_claimed", d->interactions_claimed);
  th_jw_key(&j->w, "interactions_by_severity");
  th_jw_obj(&j->w);
  for (int s = TH_SEVERITY_CONTRAINDICATED; s >= TH_SEVERITY_UNKNOWN; s--)
    whole(j, th_severity_name((th_severity)s), d->n_interactions[s]);
  th_jw_obj_end(&j->w);
  th_jw_key(&j->w, "interactions");
  EACH(d->interactions, th_safety_interaction, x) {
    z(j, "severity", th_severity_name(x->severity));
    str(j, "name", x->name);
    text_or_null(j, "drug_id", x->drug ? x->drug->id : TH_STR_NONE);
    text_or_null(j, "atc", x->atc);
    text_or_null(j, "group", x->group);
    text_or_null(j, "effect", x->effect);
    yes(j, "page_only", x->page_only);
    yes(j, "class_only", x->vague);
    yes(j, "sources_differ", x->conflict);
    yes(j, "in_list", x->listed);
    place(j, "at", (th_place){ x->source, x->line, 0, 0 });
  }
  END;
  th_jw_key(&j->w, "interaction_classes");
  EACH(d->interaction_classes, th_safety_class, c) {
    text_or_null(j, "atc", c->atc);
    text_or_null(j, "group", c->name);
    z(j, "worst", th_severity_name(c->worst));
    whole(j, "n", c->n);
    whole(j, "in_list", c->n_listed);
    th_jw_key(&j->w, "interactions");
    th_jw_arr(&j->w);
    for (uint32_t i = 0; i < c->n; i++) th_jw_i64(&j->w, c->of[i]);
    th_jw_arr_end(&j->w);
  }
  END;
  th_jw_key(&j->w, "cautions");
  EACH(d->cautions, th_safety_caution, x) {
    str(j, "subject", x->subject);
    disease(j, "disease", x->disease);
    text_or_null(j, "label_as_printed", x->label);
    z(j, "severity", th_severity_name(x->severity));
    yes(j, "severity_conflict", x->rule != NULL);
    text_or_null(j, "rule", x->rule ? th_str_of(x->rule) : TH_STR_NONE);
    yes(j, "class_statement", x->class_statement);
    str(j, "text", x->text);
    place(j, "at", (th_place){ x->source, x->line, 0, 0 });
  }
  END;
  th_jw_obj_end(&j->w);
}

static void passages(js *j, const char *key, const th_dossier_passages *v) {
  th_jw_key(&j->w, key);
  EACH(*v, th_dossier_passage, x) {
    text_or_null(j, "head", x->head);
    str(j, "text", x->text);
    place(j, "at", x->at);
  }
  END;
}

static void licence(js *j) {
  const th_dossier *d = j->d;
  th_jw_key(&j->w, "licence");
  th_jw_obj(&j->w);
  th_jw_key(&j->w, "products");
  EACH(d->products, th_licence_product, x) {
    str(j, "number", x->number);
    text_or_null(j, "name", x->name);
    text_or_null(j, "form", x->form);
    text_or_null(j, "holder", x->holder);
    date(j, "expires", x->expires);
    z(j, "state", th_licence_state_code(x->state));
    yes(j, "from_register", x->from_register);
    place(j, "at", (th_place){ x->source, x->line, 0, 0 });
  }
  END;
  passages(j, "indications", &d->indications);
  th_jw_obj_end(&j->w);
}

static void coverage(js *j) {
  th_jw_key(&j->w, "coverage");
  EACH(j->d->rules, th_dossier_rule, r) {
    const th_coverage_text *t = r->text;
    str(j, "rule", t->number.text);
    date(j, "effective", t->effective);
    yes(j, "in_force", r->in_force);
    place(j, "at", r->at);
    th_jw_key(&j->w, "clauses");
    EACH(t->clauses, th_coverage_clause, c) {
      str(j, "id", c->id);
      text_or_null(j, "parent", c->parent != UINT32_MAX ? t->clauses.v[c->parent].id : TH_STR_NONE);
      whole(j, "depth", c->depth);
      str(j, "official_text", c->clean.n ? c->clean : c->text.text);
      th_jw_key(&j->w, "dates");
      th_jw_arr(&j->w);
      for (size_t i = 0; i < c->dates.n; i++) {
        char iso[TH_DATE_TEXT];
        th_jw_z(&j->w, th_date_iso(c->dates.v[i].date, iso));
      }
      th_jw_arr_end(&j->w);
      place(j, "at", (th_place){ r->at.source, c->line, c->from, c->to });
    }
    END;
    th_jw_key(&j->w, "wordings");
    EACH(r->wordings, th_dossier_wording, x) {
      str(j, "id", x->id);
      str(j, "cite", x->cite);
      text_or_null(j, "clause", x->clause < t->clauses.n ? t->clauses.v[x->clause].id : TH_STR_NONE);
      str(j, "en", x->en);
      str(j, "zh", x->zh);
    }
    END;
    th_jw_key(&j->w, "forms");
    EACH(t->forms, th_coverage_form, f) {
      str(j, "id", f->id);
      str(j, "number", f->number.text);
      text_or_null(j, "title", f->title.text);
      yes(j, "attached", f->attached);
      yes(j, "is_score", f->is_score);
    }
    END;
    th_jw_key(&j->w, "score_items");
    EACH(t->items, th_coverage_score_item, x) {
      whole(j, "weight", x->weight);
      text_or_null(j, "en", x->name_en.text);
      text_or_null(j, "zh", x->name_zh.text);
    }
    END;
    whole(j, "score_sum", t->items_sum);
  }
  END;
}

static void findings(js *j) {
  th_jw_key(&j->w, "findings");
  EACH(j->d->findings, th_dossier_finding, f) {
    z(j, "code", f->code);
    char key[96];
    snprintf(key, sizeof key, "finding.%s", f->code);
    const bool known = th_words_has(key);
    th_arena *a = j->w.out->arena;
    str(j, "en", known ? th_words_fill(a, th_words_get(TH_WORDS_EN, key), f->values.v, f->values.n) : f->message);
    str(j, "zh",
        known             ? th_words_fill(a, th_words_get(TH_WORDS_ZH_TW, key), f->values.v, f->values.n)
        : f->message_zh.n ? f->message_zh
                          : f->message);
    th_jw_key(&j->w, "values");
    th_jw_arr(&j->w);
    for (size_t i = 0; i < f->values.n; i++) th_jw_str(&j->w, f->values.v[i].p ? f->values.v[i] : TH_S(""));
    th_jw_arr_end(&j->w);
    text_or_null(j, "pair", f->pair < j->d->pairs.n ? j->d->pairs.v[f->pair].id : TH_STR_NONE);
    place(j, "at", f->at);
  }
  END;
}

static void relative_reason(js *j, const th_relative_reason *w) {
  z(j, "by", th_relative_by_code(w->by));
  text_or_null(j, "id", w->id);
  text_or_null(j, "en", w->name);
  text_or_null(j, "zh", w->name_zh);
  if (w->by == TH_RELATIVE_BY_ATC) whole(j, "atc_level", w->level);
  if (w->path) {
    z(j, "via", th_nn_via_name(w->path->via));
    th_jw_key(&j->w, "likeness");
    th_jw_f64(&j->w, w->path->likeness);
    whole(j, "shared", w->path->n_shared);
  }
  place(j, "at", w->own);
  place(j, "other_at", w->other);
}

static void relatives(js *j) {
  const th_dossier *d = j->d;
  th_jw_key(&j->w, "related_drugs");
  if (!d->relatives_asked) {
    th_jw_null(&j->w);
    return;
  }
  th_jw_obj(&j->w);
  th_jw_key(&j->w, "states");
  th_jw_obj(&j->w);
  for (int by = 0; by < TH_RELATIVE_BYS; by++)
    z(j, th_relative_by_code((th_relative_by)by), th_relative_state_code(d->relative_state[by]));
  th_jw_obj_end(&j->w);
  whole(j, "in_all", (int64_t)d->n_relatives);
  th_jw_key(&j->w, "drugs");
  EACH(d->relatives, th_dossier_relative, r) {
    str(j, "drug_id", r->drug->id);
    str(j, "en", r->en);
    text_or_null(j, "zh", r->zh);
    yes(j, "dossier_held", r->held);
    th_jw_key(&j->w, "shared");
    th_jw_obj(&j->w);
    for (int by = 0; by < TH_RELATIVE_BYS; by++) whole(j, th_relative_by_code((th_relative_by)by), r->n[by]);
    th_jw_obj_end(&j->w);
    th_jw_key(&j->w, "why");
    EACH(r->why, th_relative_reason, w) relative_reason(j, w);
    END;
  }
  END;
  th_jw_obj_end(&j->w);
}

static void related(js *j) {
  th_jw_key(&j->w, "related");
  EACH(j->d->related, th_dossier_related, x) {
    str(j, "name", x->name);
    text_or_null(j, "level_as_printed", x->level);
    text_or_null(j, "why", x->why);
    yes(j, "by_level_only", x->by_level_only);
    place(j, "at", x->at);
  }
  END;
}

static void changes(js *j) {
  th_jw_key(&j->w, "changes");
  th_jw_obj(&j->w);
  date(j, "since", j->d->changes_since);
  date(j, "regraded_since", j->d->regraded_since);
  th_jw_key(&j->w, "list");
  EACH(j->d->changes, th_dossier_change, c) {
    z(j, "code", c->code);
    date(j, "on", c->on);
    str(j, "subject", c->subject);
    text_or_null(j, "was", c->was);
    text_or_null(j, "now", c->now);
    for (int k = 0; k < 2; k++) {
      th_jw_key(&j->w, k ? "grade_now" : "grade_was");
      if (!c->grade[k].level) {
        th_jw_null(&j->w);
        continue;
      }
      th_jw_obj(&j->w);
      z(j, "level", c->grade[k].level);
      z(j, "level_rule", c->grade[k].rule);
      z(j, "direction", c->grade[k].direction);
      z(j, "decision", c->grade[k].decision);
      th_jw_obj_end(&j->w);
    }
    place(j, "at", c->at);
  }
  END;
  th_jw_obj_end(&j->w);
}

static void sources(js *j) {
  th_jw_key(&j->w, "sources");
  EACH(j->d->sources, th_dossier_source, s) {
    str(j, "id", s->id);
    str(j, "kind", s->kind);
    str(j, "key", s->key);
    text_or_null(j, "title", s->title);
    str(j, "name", s->name);
    str(j, "sha256", s->sha256);
    whole(j, "bytes", (int64_t)s->bytes);
    whole(j, "version", s->version);
    date(j, "retrieved", s->retrieved);
    date(j, "dated", s->dated);
    text_or_null(j, "licence", s->licence);
    yes(j, "restated", s->restated);
  }
  END;
}

th_code th_report_json(th_arena *a, const th_dossier *d, th_buf *out, th_err *err) {
  (void)a;
  js self = { .d = d }, *j = &self;
  th_jwrite_open(&j->w, out, 2);
  th_jw_obj(&j->w);
  z(j, "schema", d->schema);
  z(j, "build", d->build);
  date(j, "as_of", d->as_of);
  date(j, "oldest_source", d->oldest_source);
  disease(j, "drug", d->drug);
  str(j, "asked_for", d->asked_for);
  text_or_null(j, "leading", d->leading < d->pairs.n ? d->pairs.v[d->leading].id : TH_STR_NONE);
  pairs(j);
  th_jw_key(&j->w, "prediction");
  if (d->outlook)
    th_outlook_json(d->outlook, &j->w);
  else
    th_jw_null(&j->w);
  appraisals(j, TH_WORDS_EN);
  trials(j);
  safety(j);
  licence(j);
  coverage(j);
  th_jw_key(&j->w, "case");
  if (d->kase)
    th_coverage_json(&j->w, d->kase, false);
  else
    th_jw_null(&j->w);
  findings(j);
  passages(j, "qa", &d->qa);
  passages(j, "mechanism", &d->mechanism);
  relatives(j);
  related(j);
  sources(j);
  if (j->d->history) changes(j);
  th_jw_key(&j->w, "cite");
  th_jw_obj(&j->w);
  str(j, "key", d->cite.key);
  str(j, "apa", d->cite.apa);
  str(j, "bibtex", d->cite.bibtex);
  th_jw_obj_end(&j->w);
  th_jw_obj_end(&j->w);
  th_buf_addc(out, '\n');
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
