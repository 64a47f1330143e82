/* Names, words and filters of a search over studies, widened by what the tables of names know. */
#include "theriac/dossier/trial_ask.h"

th_str th_trial_country(th_str name) {
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

static th_code add_row_names(th_arena *a, const th_name_row *row, th_str_vec *out, th_err *err) {
  th_str rest = row->synonyms, one;
  if (!TH_VEC_PUSH(a, out, row->en) || (row->zh.n && !TH_VEC_PUSH(a, out, row->zh))) return th_fail_nomem(err);
  while (rest.n && th_str_split(&rest, '|', &one))
    if (one.n > 2 && !TH_VEC_PUSH(a, out, one)) return th_fail_nomem(err);
  return TH_OK;
}

/* The name and, when a table knows it, all names of what it means; of a disease those of its kinds too. */
th_code th_trial_ask_name(th_arena *a, const th_names *names, th_trial_ask *ask, th_name_kind kind, th_str name, bool exact,
                          th_err *err) {
  th_str_vec *out = kind == TH_NAME_DISEASE ? &ask->conditions : &ask->drugs;
  const th_name_hit hit = th_names_resolve(names, a, kind, name);
  th_trial_note note = { .key = hit.how == TH_NAME_AMBIGUOUS ? "search.ambiguous" : "search.unknown", .asked = name };
  if (!TH_VEC_PUSH(a, out, name)) return th_fail_nomem(err);
  if (hit.row) {
    th_name_row_list below = { 0 };
    TH_TRY(add_row_names(a, hit.row, out, err));
    if (kind == TH_NAME_DISEASE && !exact) TH_TRY(th_names_descendants(names, a, hit.row->id, &below, err));
    for (size_t i = 0; i < below.n; i++) TH_TRY(add_row_names(a, below.v[i], out, err));
    note = (th_trial_note){
      kind == TH_NAME_DISEASE ? "search.disease" : "search.drug", name, hit.row->en, hit.row->zh, hit.row->id, below.n
    };
  }
  return TH_VEC_PUSH(a, &ask->notes, note) ? TH_OK : th_fail_nomem(err);
}

/* A word of the query. One that names a disease or drug is met by its other names too: the registry writes English. */
static th_code add_word(th_arena *a, const th_names *names, th_trial_ask *ask, th_str word, th_err *err) {
  const bool without = word.n > 1 && word.p[0] == '-';
  if (without) word = th_str_sub(word, 1, word.n);
  th_str_vec all = { 0 };
  if (!TH_VEC_PUSH(a, &all, word)) return th_fail_nomem(err);
  bool chinese = false;
  for (size_t i = 0; i < word.n; i++) chinese |= (word.p[i] & 0x80) != 0;
  for (int kind = 0; chinese && kind < 2; kind++) {
    const th_name_hit hit = th_names_resolve(names, a, (th_name_kind)kind, word);
    if (hit.row) TH_TRY(add_row_names(a, hit.row, &all, err));
  }
  return TH_VEC_PUSH(a, &ask->text, (th_trial_words){ all.v, all.n, without }) ? TH_OK : th_fail_nomem(err);
}

th_code th_trial_ask_words(th_arena *a, const th_names *names, th_trial_ask *ask, th_str text, th_err *err) {
  th_str word;
  while (text.n && th_str_split(&text, ' ', &word))
    if (th_str_trim(word).n) TH_TRY(add_word(a, names, ask, th_str_trim(word), err));
  return TH_OK;
}

th_code th_trial_ask_filter(th_arena *a, th_trial_ask *ask, th_trial_facet facet, th_str values, th_err *err) {
  th_trial_filter f = { .facet = facet };
  while (th_str_split(&values, ',', &f.value)) {
    f.value = th_str_trim(f.value);
    if (facet == TH_FACET_COUNTRY) f.value = th_trial_country(f.value);
    if (!TH_VEC_PUSH(a, &ask->filters, f)) return th_fail_nomem(err);
  }
  return TH_OK;
}

bool th_trial_ask_range(th_str s, th_days *out) {
  const size_t dots = th_str_find(s, TH_S(".."), 0);
  const th_str from = dots == SIZE_MAX ? s : th_str_sub(s, 0, dots), to = dots == SIZE_MAX ? s : th_str_sub(s, dots + 2, s.n);
  th_date d;
  *out = (th_days){ INT32_MIN + 1, INT32_MAX };
  if ((from.n && !th_date_parse_iso(from, &d)) || (!from.n && !to.n)) return false;
  if (from.n) out->from = th_date_first(d);
  if (to.n && !th_date_parse_iso(to, &d)) return false;
  if (to.n) out->to = th_date_last(d) + 1;
  return true;
}

void th_trial_ask_settle(th_trial_ask *ask) {
  ask->q.condition = ask->conditions.v, ask->q.n_conditions = ask->conditions.n;
  ask->q.intervention = ask->drugs.v, ask->q.n_interventions = ask->drugs.n;
  ask->q.text = ask->text.v, ask->q.n_text = ask->text.n;
  ask->q.filter = ask->filters.v, ask->q.n_filters = ask->filters.n;
}
