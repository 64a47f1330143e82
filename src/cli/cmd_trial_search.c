/* theriac trial search: the studies held, by what they are about, where and how. */
#include "cli/cli_trial.h"
#include "cli/cli_trial_out.h"

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
  th_trial_query q;
  th_str_vec conditions, drugs;
  TH_VEC(th_trial_words) text;
  TH_VEC(th_trial_filter) filters;
  th_str_vec notes; /* what was searched for, and what no table knows */
} asked;

/* ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_row_names(th_arena *a, const th_name_row *row, th_str_vec *out, th_err *err) {
  th_str rest = row->synonyms, one;
  if (!TH_VEC_PUSH(a, out, row->en) || (row->zh.n && !TH_VEC_PUSH(a, out, row->zh))) return th_fail_nomem(err);
  while (rest.n && th_str_split(&rest, '|', &one))
    if (one.n > 2 && !TH_VEC_PUSH(a, out, one)) return th_fail_nomem(err);
  return TH_OK;
}

/* The name and, when a table knows it, all names of what it means; of a disease those of its kinds too. */
static th_code add_meaning(th_cli_trials *t, asked *x, th_name_kind kind, const char *name, th_str_vec *out, th_err *err) {
  th_arena *a = t->c->arena;
  const th_name_hit hit = th_names_resolve(t->names, a, kind, th_str_of(name));
  if (!TH_VEC_PUSH(a, out, th_str_of(name))) return th_fail_nomem(err);
  if (!hit.row) {
    const th_str values[] = { th_str_of(name) };
    const char *key = hit.how == TH_NAME_AMBIGUOUS ? "search.ambiguous" : "search.unknown";
    return TH_VEC_PUSH(a, &x->notes, th_words_fill(a, th_cli_trial_word(t, key), values, 1)) ? TH_OK : th_fail_nomem(err);
  }
  TH_TRY(add_row_names(a, hit.row, out, err));
  th_name_row_list below = { 0 };
  if (kind == TH_NAME_DISEASE && !th_cli_has(t->c, "exact"))
    TH_TRY(th_names_descendants(t->names, a, hit.row->id, &below, err));
  for (size_t i = 0; i < below.n; i++) TH_TRY(add_row_names(a, below.v[i], out, err));
  const th_str values[] = { th_str_of(name), t->lang == TH_WORDS_ZH_TW && hit.row->zh.n ? hit.row->zh : hit.row->en,
                            hit.row->id, th_str_fmt(a, "%zu", below.n) };
  const char *key = kind == TH_NAME_DISEASE ? "search.disease" : "search.drug";
  return TH_VEC_PUSH(a, &x->notes, th_words_fill(a, th_cli_trial_word(t, key), values, 4)) ? TH_OK : th_fail_nomem(err);
}

/* ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A word of the query. One that names a disease or drug is met by its other names too: the registry writes English. */
static th_code add_word(th_cli_trials *t, asked *x, th_str word, th_err *err) {
  th_arena *a = t->c->arena;
  const bool without = word.n > 1 && word.p[0] == '-';
  if (without) word = th_str_sub(word, 1, word.n);
  th_str_vec names = { 0 };
  if (!TH_VEC_PUSH(a, &names, word)) return th_fail_nomem(err);
  bool chinese = false;
  for (size_t i = 0; i < word.n; i++) chinese |= (word.p[i] & 0x80) != 0;
  for (int kind = 0; chinese && kind < 2; kind++) {
    const th_name_hit hit = th_names_resolve(t->names, a, (th_name_kind)kind, word);
    if (hit.row) TH_TRY(add_row_names(a, hit.row, &names, err));
  }
  return TH_VEC_PUSH(a, &x->text, (th_trial_words){ names.v, names.n, without }) ? TH_OK : th_fail_nomem(err);
}

static th_code add_text(th_cli_trials *t, asked *x, const char *text, th_err *err) {
  th_str rest = th_str_of(text), word;
  while (rest.n && th_str_split(&rest, ' ', &word))
    if (th_str_trim(word).n) TH_TRY(add_word(t, x, th_str_trim(word), err));
  return TH_OK;
}

/* ── Options ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_filter(th_cli_trials *t, asked *x, const char *arg, th_err *err) {
  const th_str s = th_str_of(arg);
  const size_t equals = th_str_find(s, TH_S("="), 0);
  th_trial_filter f;
  if (equals == SIZE_MAX || !th_trial_facet_find(th_str_sub(s, 0, equals), &f.facet))
    return th_fail(
        err, TH_EINVAL,
        "\"%s\": expected FACET=VALUE; facets are status, phase, type, allocation, model, purpose, masking, results, sponsor, "
        "sex, age, country and year",
        arg);
  th_str rest = th_str_sub(s, equals + 1, s.n);
  while (th_str_split(&rest, ',', &f.value)) {
    f.value = th_str_trim(f.value);
    if (f.facet == TH_FACET_COUNTRY) f.value = th_cli_trial_country(f.value);
    if (!TH_VEC_PUSH(t->c->arena, &x->filters, f)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* "2020..2022-06": from the first day of the one to the last of the other. */
static th_code range_of(const th_cli *c, const char *name, th_days *out, th_err *err) {
  const char *arg = th_cli_opt(c, name);
  if (!arg) return TH_OK;
  const th_str s = th_str_of(arg);
  const size_t dots = th_str_find(s, TH_S(".."), 0);
  const th_str from = dots == SIZE_MAX ? s : th_str_sub(s, 0, dots), to = dots == SIZE_MAX ? s : th_str_sub(s, dots + 2, s.n);
  th_date d;
  *out = (th_days){ INT32_MIN + 1, INT32_MAX };
  const bool ok = (from.n == 0 || th_date_parse_iso(from, &d)) && (from.n || to.n);
  if (ok && from.n) out->from = th_date_first(d);
  if (!ok || (to.n && !th_date_parse_iso(to, &d)))
    return th_fail(err, TH_EINVAL, "--%s %s: expected FROM..TO, dates as 2020, 2020-05 or 2020-05-31", name, arg);
  if (to.n) out->to = th_date_last(d) + 1;
  return TH_OK;
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
  x->q.radius_km = 50;
  if (radius && (!th_str_to_f64(th_str_of(radius), &x->q.radius_km) || !(x->q.radius_km > 0 && x->q.radius_km <= 20000)))
    return th_fail(err, TH_EINVAL, "--radius %s: expected kilometres", radius);
  const size_t comma = th_str_find(s, TH_S(","), 0);
  if (comma != SIZE_MAX && th_str_to_f64(th_str_trim(th_str_sub(s, 0, comma)), &x->q.latitude) &&
      th_str_to_f64(th_str_trim(th_str_sub(s, comma + 1, s.n)), &x->q.longitude))
    return TH_OK;
  TH_TRY(th_store_trial_city(t->c->arena, t->store, s, &found, &x->q.latitude, &x->q.longitude, err));
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
    if (strcmp(name, "condition") == 0) TH_TRY(add_meaning(t, x, TH_NAME_DISEASE, value, &x->conditions, err));
    if (strcmp(name, "drug") == 0) TH_TRY(add_meaning(t, x, TH_NAME_DRUG, value, &x->drugs, err));
    if (strcmp(name, "filter") == 0) TH_TRY(add_filter(t, x, value, err));
  }
  if (th_cli_opt(c, "text")) TH_TRY(add_text(t, x, th_cli_opt(c, "text"), err));
  for (int i = 0; i < c->n_args; i++) TH_TRY(add_text(t, x, c->args[i], err));
  TH_TRY(range_of(c, "start", &x->q.start, err));
  TH_TRY(range_of(c, "completion", &x->q.completion, err));
  TH_TRY(range_of(c, "updated", &x->q.updated, err));
  TH_TRY(count_of(c, "limit", 20, &x->q.limit, err));
  TH_TRY(count_of(c, "offset", 0, &x->q.offset, err));
  TH_TRY(sort_of(c, &x->q.sort, err));
  TH_TRY(near_of(t, x, err));
  x->q.city = th_str_of(th_cli_opt(c, "city"));
  x->q.sponsor = th_str_of(th_cli_opt(c, "sponsor"));
  x->q.facets = th_cli_has(c, "facets");
  x->q.condition = x->conditions.v, x->q.n_conditions = x->conditions.n;
  x->q.intervention = x->drugs.v, x->q.n_interventions = x->drugs.n;
  x->q.text = x->text.v, x->q.n_text = x->text.n;
  x->q.filter = x->filters.v, x->q.n_filters = x->filters.n;
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
  if (code == TH_OK) code = th_store_trial_search(c->arena, t.store, &x.q, &found, &err);
  th_cli_trials_close(&t);
  if (code != TH_OK) return th_cli_error(c, &err);
  const th_cli_found shown = { &found, x.notes.v, x.notes.n, x.q.offset };
  if (form == 0) th_cli_trials_text(&t, &b, &shown);
  if (form == 1) th_cli_trials_json(&b, &shown);
  if (form == 2) th_cli_trials_csv(&b, &found);
  if (form == 3) th_cli_trials_ris(&b, &found);
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
