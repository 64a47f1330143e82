/* theriac trial search: the studies held, by what they are about, where and how. */
#include "cli/cli_trial.h"
#include "cli/cli_trial_out.h"
#include "theriac/report/trial_list.h"

static const th_opt opts[] = {
  { "condition", 'c', "X", "a disease by any of its names: its synonyms and all kinds of it are searched too", true },
  { "exact", 0, NULL, "the disease itself, without kinds of it", false },
  { "drug", 'd', "D", "an intervention by any of its names", true },
  { "text", 't', "WORDS", "words anywhere in the record, English or Chinese; word* for a beginning, -word to leave out",
    false },
  { "filter", 'f', "FACET=VALUE", "a value of a facet (status=RECRUITING, phase=PHASE3, country=Taiwan …); again for more",
    true },
  { "sponsor", 0, "WORDS", "words of the sponsor's or a collaborator's name", false },
  { "city", 0, "NAME", "with a place in this town", false },
  { "near", 0, "PLACE", "with a place near a town or LATITUDE,LONGITUDE; with --radius", false },
  { "radius", 0, "KM", "how near (50)", false },
  { "start", 0, "FROM..TO", "begun between two dates; either may be left out", false },
  { "completion", 0, "FROM..TO", "primary completion between two dates", false },
  { "updated", 0, "FROM..TO", "last updated between two dates", false },
  { "sort", 0, "BY", "relevance, start, updated, enrolment or id", false },
  { "limit", 'n', "N", "at most so many (20); all for every one", false },
  { "offset", 0, "N", "from the so-manieth on", false },
  { "facets", 0, NULL, "count what was found by status, phase, country …", false },
  { "format", 0, "F", "text, json, csv or ris", false },
  { 0 },
};

static const char *const examples[] = {
  "theriac trial search --condition \"lupus nephritis\" --drug belimumab",
  "theriac trial search -c 全身性紅斑性狼瘡 -f status=RECRUITING -f country=Taiwan --lang zh-TW",
  "theriac trial search --text \"kidney biopsy -children\" --start 2020.. --facets",
  "theriac trial search -d rituximab --near Taipei --radius 30 --format csv",
  NULL,
};

typedef struct asked {
  th_trial_ask ask;
  th_str_vec notes; /* what was searched for, and what no table knows, in words */
} asked;

/* ── Options ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_filter(th_cli_trials *t, asked *x, const char *arg, th_err *err) {
  const th_str s = th_str_of(arg);
  const size_t equals = th_str_find(s, TH_S("="), 0);
  th_trial_facet facet;
  if (equals == SIZE_MAX || !th_trial_facet_find(th_str_sub(s, 0, equals), &facet))
    return th_fail(
        err, TH_EINVAL,
        "\"%s\": expected FACET=VALUE; facets are status, phase, type, allocation, model, purpose, masking, results, sponsor, "
        "sex, age, country and year",
        arg);
  return th_trial_ask_filter(t->c->arena, &x->ask, facet, th_str_sub(s, equals + 1, s.n), err);
}

static th_code range_of(const th_cli *c, const char *name, th_days *out, th_err *err) {
  const char *arg = th_cli_opt(c, name);
  if (!arg || th_trial_ask_range(th_str_of(arg), out)) return TH_OK;
  return th_fail(err, TH_EINVAL, "--%s %s: expected FROM..TO, dates as 2020, 2020-05 or 2020-05-31", name, arg);
}

static th_code count_of(const th_cli *c, const char *name, uint32_t otherwise, uint32_t *out, th_err *err) {
  const char *arg = th_cli_opt(c, name);
  int64_t n;
  *out = otherwise;
  if (!arg) return TH_OK;
  if (strcmp(name, "limit") == 0 && strcmp(arg, "all") == 0) return *out = 100000000, TH_OK;
  if (!th_str_to_i64(th_str_of(arg), &n) || n < 0 || n > 100000000)
    return th_fail(err, TH_EINVAL, "--%s %s: expected a whole number", name, arg);
  *out = (uint32_t)n;
  return TH_OK;
}

static th_code near_of(th_cli_trials *t, asked *x, th_err *err) {
  const char *near = th_cli_opt(t->c, "near"), *radius = th_cli_opt(t->c, "radius");
  const th_str s = th_str_of(near);
  bool found = false;
  if (!near && !radius) return TH_OK;
  if (!near) return th_fail(err, TH_EINVAL, "--radius needs --near");
  x->ask.q.radius_km = 50;
  if (radius &&
      (!th_str_to_f64(th_str_of(radius), &x->ask.q.radius_km) || !(x->ask.q.radius_km > 0 && x->ask.q.radius_km <= 20000)))
    return th_fail(err, TH_EINVAL, "--radius %s: expected kilometres", radius);
  const size_t comma = th_str_find(s, TH_S(","), 0);
  if (comma != SIZE_MAX && th_str_to_f64(th_str_trim(th_str_sub(s, 0, comma)), &x->ask.q.latitude) &&
      th_str_to_f64(th_str_trim(th_str_sub(s, comma + 1, s.n)), &x->ask.q.longitude))
    return TH_OK;
  TH_TRY(th_store_trial_city(t->c->arena, t->store, s, &found, &x->ask.q.latitude, &x->ask.q.longitude, err));
  return found ? TH_OK
               : th_fail(err, TH_ENOENT,
                         "no study held has a place called %s: give its LATITUDE,LONGITUDE, as --near 25.03,121.56", near);
}

static th_code sort_of(const th_cli *c, th_trial_sort *out, th_err *err) {
  static const char *const names[] = { "relevance", "start", "updated", "enrolment", "id" };
  const char *arg = th_cli_opt(c, "sort");
  *out = TH_TRIAL_SORT_RELEVANCE;
  if (!arg) return TH_OK;
  for (int i = 0; i < 5; i++)
    if (strcmp(arg, names[i]) == 0) return *out = (th_trial_sort)i, TH_OK;
  return th_fail(err, TH_EINVAL, "--sort %s: known are relevance, start, updated, enrolment and id", arg);
}

static th_code ask(th_cli_trials *t, asked *x, th_err *err) {
  th_cli *c = t->c;
  *x = (asked){ 0 };
  TH_TRY(th_cli_trials_store(t, err));
  TH_TRY(th_cli_trials_names(t, err));
  for (size_t i = 0; i < c->n_opts; i++) {
    const char *name = c->opt[i].name, *value = c->opt[i].value;
    const bool disease = strcmp(name, "condition") == 0;
    if (disease || strcmp(name, "drug") == 0)
      TH_TRY(th_trial_ask_name(c->arena, t->names, &x->ask, disease ? TH_NAME_DISEASE : TH_NAME_DRUG, th_str_of(value),
                               th_cli_has(c, "exact"), err));
    if (strcmp(name, "filter") == 0) TH_TRY(add_filter(t, x, value, err));
  }
  if (th_cli_opt(c, "text")) TH_TRY(th_trial_ask_words(c->arena, t->names, &x->ask, th_str_of(th_cli_opt(c, "text")), err));
  for (int i = 0; i < c->n_args; i++) TH_TRY(th_trial_ask_words(c->arena, t->names, &x->ask, th_str_of(c->args[i]), err));
  TH_TRY(range_of(c, "start", &x->ask.q.start, err));
  TH_TRY(range_of(c, "completion", &x->ask.q.completion, err));
  TH_TRY(range_of(c, "updated", &x->ask.q.updated, err));
  TH_TRY(count_of(c, "limit", 20, &x->ask.q.limit, err));
  TH_TRY(count_of(c, "offset", 0, &x->ask.q.offset, err));
  TH_TRY(sort_of(c, &x->ask.q.sort, err));
  TH_TRY(near_of(t, x, err));
  x->ask.q.city = th_str_of(th_cli_opt(c, "city"));
  x->ask.q.sponsor = th_str_of(th_cli_opt(c, "sponsor"));
  x->ask.q.facets = th_cli_has(c, "facets");
  th_trial_ask_settle(&x->ask);
  for (size_t i = 0; i < x->ask.notes.n; i++)
    if (!TH_VEC_PUSH(c->arena, &x->notes, th_report_trial_note(c->arena, t->lang, &x->ask.notes.v[i])))
      return th_fail_nomem(err);
  return TH_OK;
}

static int run(th_cli *c) {
  static const char *const formats[] = { "text", "json", "csv", "ris" };
  const char *format = th_cli_opt(c, "format");
  th_cli_trials t;
  asked x;
  th_trial_found found = { 0 };
  th_err err = { 0 };
  th_buf b;
  int form = c->json ? 1 : 0;
  if (format) {
    for (form = 0; form < 4 && strcmp(format, formats[form]) != 0;) form++;
    if (form == 4) return th_cli_usage(c, "unknown format \"%s\"; text, json, csv and ris are known", format);
  }
  th_cli_trials_open(c, &t);
  th_buf_init(&b, c->arena, 16384);
  th_code code = ask(&t, &x, &err);
  if (code == TH_OK) code = th_store_trial_search(c->arena, t.store, &x.ask.q, &found, &err);
  th_cli_trials_close(&t);
  if (code != TH_OK) return th_cli_error(c, &err);
  const th_cli_found shown = { &found, x.notes.v, x.notes.n, x.ask.q.offset };
  if (form == 0) th_cli_trials_text(&t, &b, &shown);
  if (form == 1) th_report_trials_json(&b, &found, x.notes.v, x.notes.n, x.ask.q.offset);
  if (form == 2) th_report_trials_csv(&b, &found);
  if (form == 3) th_report_trials_ris(&b, &found);
  const int status = th_cli__put_buf(c, &b);
  return status ? status : found.total == 0;
}

const th_cmd th_cmd_trial_search = {
  .name = "trial search",
  .group = "Evidence",
  .synopsis = "[WORDS…] [--condition X] [--drug D] [--filter FACET=VALUE]…",
  .summary = "the registry studies held, by condition, drug, words, place, status, phase, dates",
  .details =
      "A condition is searched by all its names and by those of every kind of it; what was searched is said with the result. "
      "Each "
      "study tells where it was met: in its conditions, its interventions, its sponsor, its title, or anywhere else in its "
      "text. "
      "Values of one facet given several times, or with commas, are alternatives; facets add up. A value left empty "
      "(--filter phase=) finds the studies that do not state it.\n\n"
      "Nothing found among the studies held does not mean that there is none: theriac fetch trials asks the registry.\n\n"
      "Exit status 0 when something was found, 1 when nothing was.",
  .opts = opts,
  .args_min = 0,
  .args_max = -1,
  .examples = examples,
  .run = run,
};
