/* The way of a dossier: name, documents, engines, one value. */
#include "dossier_priv.h"

static th_code resolve_drug(th_dossier_work *w) {
  const th_name_hit hit = th_names_resolve(w->names, w->a, TH_NAME_DRUG, w->opts->drug);
  th_dossier *d = w->d;
  d->asked_for = w->opts->drug;
  if (hit.how == TH_NAME_AMBIGUOUS)
    return th_fail(w->err, TH_EINVAL, "\"%.*s\" names more than one drug; give the INN", TH_STR_ARG(w->opts->drug));
  d->drug = hit.row;
  if (!d->drug) { /* a drug no table lists: its own name is all there is */
    const th_name_row row = { .kind = TH_NAME_DRUG, .id = w->opts->drug, .en = w->opts->drug };
    th_names *names;
    TH_TRY(th_names_with(w->a, w->names, &row, &names, w->err));
    w->names = names;
    d->drug = th_names_by_id(names, row.id);
  }
  d->drug_en = d->drug->en;
  d->drug_zh = d->drug->zh;
  return TH_OK;
}

static th_date oldest(const th_dossier *d) {
  th_date best = { 0 };
  for (size_t i = 0; i < d->sources.n; i++) {
    const th_date x = d->sources.v[i].dated.prec ? d->sources.v[i].dated : d->sources.v[i].retrieved;
    if (x.prec && (!best.prec || th_date_cmp(x, best) < 0)) best = x;
  }
  return best;
}

th_code th_dossier_build(th_arena *a, th_store *s, const th_names *names, const th_dossier_options *o, th_dossier **out,
                         th_err *err) {
  th_dossier *d = TH_NEW(a, th_dossier);
  if (!d) return th_fail_nomem(err);
  d->schema = "theriac.dossier/1";
  d->build = THERIAC_VERSION;
  d->as_of = o->as_of;
  th_dossier_work w = { .a = a, .store = s, .names = names, .opts = o, .d = d, .err = err };
  TH_TRY(resolve_drug(&w));
  TH_TRY(th_dossier__load(&w));
  d->oldest_source = oldest(d);
  TH_TRY(th_dossier__appraise(&w));
  TH_TRY(th_dossier__studies(&w));
  TH_TRY(th_dossier__licensed(&w));
  TH_TRY(th_dossier__pairs(&w));
  TH_TRY(th_dossier__outlook(&w));
  if (!d->sources.n && !o->only && !(d->outlook && d->outlook->state == TH_OUTLOOK_DONE))
    return th_fail(err, TH_ENOENT, "no document in the store concerns \"%.*s\"; import some first (theriac import PATH…)",
                   TH_STR_ARG(o->drug));
  TH_TRY(th_dossier__pool(&w));
  TH_TRY(th_dossier__clusters(&w));
  TH_TRY(th_dossier__claims_of_pages(&w));
  TH_TRY(th_dossier__relatives(&w));
  TH_TRY(th_dossier__needs(&w));
  TH_TRY(th_dossier__cover(&w));
  TH_TRY(th_dossier__scan(&w));
  TH_TRY(th_dossier__cite(&w));
  *out = d;
  return TH_OK;
}
