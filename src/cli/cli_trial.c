#include "cli/cli_trial.h"

#include <stdlib.h>

#include "theriac/text.h"

void th_cli_trials_open(th_cli *c, th_cli_trials *t) {
  *t = (th_cli_trials){ .c = c };
  th_words_find(c->lang, &t->lang);
}

void th_cli_trials_close(th_cli_trials *t) {
  th_store_close(t->store);
  t->store = NULL;
}

th_code th_cli_trials_store(th_cli_trials *t, th_err *err) {
  return t->store ? TH_OK : th_store_open(t->c->home, TH_STORE_READ, -1, &t->store, err);
}

th_code th_cli_trials_names(th_cli_trials *t, th_err *err) {
  if (t->names) return TH_OK;
  th_err none = { 0 };
  const th_code code = th_cli_trials_store(t, &none);
  if (code == TH_ENOENT) return th_names_builtin_index(t->c->arena, &t->names, err);
  if (code != TH_OK) {
    if (err) *err = none;
    return code;
  }
  return th_store_names(t->c->arena, t->store, &t->names, err);
}

th_code th_cli_read_file(th_cli *c, const char *path, th_str *bytes, th_err *err) {
  th_file file;
  TH_TRY(th_file_open(path, 0, &file, err));
  *bytes = th_str_dup(c->arena, file.bytes);
  th_file_close(&file);
  return bytes->p ? TH_OK : th_fail_nomem(err);
}

/* ── A study ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code from_store(th_cli_trials *t, th_str id, th_str version, th_cli_study *out, th_err *err) {
  th_arena *a = t->c->arena;
  bool found = false;
  int64_t n = 0;
  char key[12];
  snprintf(key, sizeof key, "NCT%.*s", 8, id.p + 3);
  TH_TRY(th_cli_trials_store(t, err));
  if (version.n) {
    th_store_record_vec all;
    if (!th_str_to_i64(version, &n) || n < 1)
      return th_fail(err, TH_EINVAL, "\"%s\": behind @ stands the number of a version, 1 for the first imported", out->asked);
    TH_TRY(th_store_record_versions(a, t->store, TH_S("ctgov"), th_str_of(key), &all, err));
    for (size_t i = 0; i < all.n; i++)
      if (all.v[i].version == (uint32_t)n) out->record = all.v[i], found = true;
    if (!found) return th_fail(err, TH_ENOENT, "%s: %zu versions are held, not version %lld", key, all.n, (long long)n);
  } else {
    TH_TRY(th_store_record_find(a, t->store, TH_S("ctgov"), th_str_of(key), &found, &out->record, err));
    if (!found)
      return th_fail(err, TH_ENOENT,
                     "%s is not held: import the study (theriac import FILE), or fetch it (theriac fetch trials)", key);
  }
  return th_store_ctgov_of(a, &out->record, &out->study, err);
}

static th_code from_file(th_cli_trials *t, th_str path, th_str id, th_cli_study *out, th_err *err) {
  th_ctgov_doc doc;
  th_str bytes;
  const char *name = th_str_z(t->c->arena, path);
  if (!name) return th_fail_nomem(err);
  TH_TRY(th_cli_read_file(t->c, name, &bytes, err));
  th_code code = th_source_ctgov_read(t->c->arena, bytes, &doc, err);
  if (code != TH_OK) {
    th_err_source(err, name);
    return code;
  }
  if (doc.studies.n == 0) return th_fail(err, TH_EPARSE, "%s holds no study", name);
  if (id.n == 0 && doc.studies.n > 1)
    return th_fail(err, TH_EINVAL, "%s holds %zu studies: say which, as %s#%.*s", name, doc.studies.n, name,
                   TH_STR_ARG(doc.studies.v[0].nct_id.text));
  for (size_t i = 0; i < doc.studies.n; i++)
    if (id.n == 0 || th_str_eq_nocase(doc.studies.v[i].nct_id.text, id)) {
      out->study = doc.studies.v[i];
      return TH_OK;
    }
  return th_fail(err, TH_ENOENT, "%s holds no study %.*s", name, TH_STR_ARG(id));
}

th_code th_cli_trial_load(th_cli_trials *t, const char *asked, th_cli_study *out, th_err *err) {
  const th_str s = th_str_of(asked);
  *out = (th_cli_study){ .asked = asked };
  const size_t at = th_str_rfind(s, TH_S("@")), hash = th_str_rfind(s, TH_S("#"));
  if (th_str_is_nct(s)) return from_store(t, s, TH_STR_NONE, out, err);
  if (at != SIZE_MAX && th_str_is_nct(th_str_sub(s, 0, at))) return from_store(t, s, th_str_sub(s, at + 1, s.n), out, err);
  if (hash != SIZE_MAX && th_str_is_nct(th_str_sub(s, hash + 1, s.n)))
    return from_file(t, th_str_sub(s, 0, hash), th_str_sub(s, hash + 1, s.n), out, err);
  return from_file(t, s, TH_STR_NONE, out, err);
}

/* ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_str th_cli_trial_word(const th_cli_trials *t, const char *key) {
  char whole[96];
  snprintf(whole, sizeof whole, "registry.%s", key);
  return th_words_has(whole) ? th_words_get(t->lang, whole) : th_str_of(key);
}

static void one_value(const th_cli_trials *t, th_buf *b, th_str value) {
  char key[96];
  snprintf(key, sizeof key, "registry.value.%.*s", (int)(value.n < 70 ? value.n : 70), value.p ? value.p : "");
  if (value.n == 0)
    th_buf_add(b, th_cli_trial_word(t, "not_stated"));
  else
    th_buf_add(b, th_words_has(key) ? th_words_get(t->lang, key) : value);
}

void th_cli_trial_value(const th_cli_trials *t, th_buf *b, th_str value) {
  th_str rest = value, one;
  bool first = true;
  if (value.n == 0) one_value(t, b, value);
  while (rest.n && th_str_split(&rest, '|', &one)) {
    if (!first) th_buf_addz(b, t->lang == TH_WORDS_ZH_TW ? "、" : ", ");
    one_value(t, b, one);
    first = false;
  }
}

th_str th_cli_trial_field(const th_cli_trials *t, const char *field, th_str value) {
  static const char *const coded[] = { "status",     "has_results",        "sponsor_class",       "study_type", "phases",
                                       "allocation", "intervention_model", "observational_model", "purpose",    "masking",
                                       "sex",        "healthy_volunteers" };
  bool code = false;
  for (size_t i = 0; i < sizeof coded / sizeof *coded; i++) code |= strcmp(field, coded[i]) == 0;
  if (!code || !value.p) return value;
  th_buf b;
  th_buf_init(&b, t->c->arena, 64);
  for (size_t at = 0; at <= value.n;) {
    const size_t end = th_str_find(value, TH_S("; "), at);
    if (at) th_buf_addz(&b, t->lang == TH_WORDS_ZH_TW ? "、" : ", ");
    one_value(t, &b, th_str_sub(value, at, end == SIZE_MAX ? value.n : end));
    if (end == SIZE_MAX) break;
    at = end + 2;
  }
  return b.failed ? value : th_buf_str(&b);
}

/* ── Text on a terminal ────────────────────────────────────────────────────────────────────────────────────────────── */

size_t th_cli_columns(void) {
  const char *columns = getenv("COLUMNS");
  int64_t n;
  return columns && th_str_to_i64(th_str_of(columns), &n) && n >= 40 && n <= 400 ? (size_t)n : 80;
}

/* End of the piece that may not be broken: a word with the blanks behind it, or one wide character. */
static size_t piece_end(th_str s, size_t at) {
  size_t i = at;
  const uint32_t first = th_utf8_next(s, &i);
  if (th_rune_is_cjk(first)) return i;
  while (i < s.n && s.p[i] != ' ' && s.p[i] != '\n') {
    size_t next = i;
    if (th_rune_is_cjk(th_utf8_next(s, &next))) return i;
    i = next;
  }
  return i;
}

static void line_break(th_buf *b, size_t indent, size_t *at) {
  th_buf_addc(b, '\n');
  for (size_t i = 0; i < indent; i++) th_buf_addc(b, ' ');
  *at = indent;
}

void th_cli_wrap(th_buf *b, th_str text, size_t at, size_t indent, size_t columns) {
  for (size_t i = 0; i < text.n;) {
    if (text.p[i] == '\n' || text.p[i] == '\r') {
      while (i < text.n && (text.p[i] == '\n' || text.p[i] == '\r' || text.p[i] == ' ')) i++;
      if (i < text.n) line_break(b, indent, &at);
      continue;
    }
    if (text.p[i] == ' ') {
      size_t next = i;
      while (next < text.n && text.p[next] == ' ') next++;
      const th_str word = th_str_sub(text, next, next < text.n ? piece_end(text, next) : next);
      if (at + 1 + th_text_width(word) > columns && at > indent)
        line_break(b, indent, &at);
      else
        th_buf_addc(b, ' '), at++;
      i = next;
      continue;
    }
    const size_t end = piece_end(text, i);
    const th_str piece = th_str_sub(text, i, end > i ? end : i + 1);
    const size_t width = th_text_width(piece);
    if (at + width > columns && at > indent) line_break(b, indent, &at);
    th_buf_add(b, piece);
    at += width;
    i += piece.n;
  }
}

void th_cli_json_text(th_jwrite *w, const char *key, th_str text) {
  th_jw_key(w, key);
  th_jw_str(w, text);
}

void th_cli_json_list(th_jwrite *w, const char *key, th_str joined) {
  th_str rest = joined, one;
  th_jw_key(w, key);
  th_jw_arr(w);
  while (rest.n && th_str_split(&rest, '|', &one)) th_jw_str(w, one);
  th_jw_arr_end(w);
}
