/* Reading name rows, and the index over them. */
#include "names_priv.h"

#include "theriac/base/embed.h"

#include <stdlib.h>

extern const th_embed th_names__files[];

static bool next_cell(th_str *line, th_str *cell) {
  return th_str_split(line, '\t', cell);
}

th_code th_names_read(th_arena *a, th_str tsv, th_name_rows *out, th_err *err) {
  th_str line;
  uint32_t number = 0;
  while (th_str_line(&tsv, &line)) {
    number++;
    if (number == 1 || th_str_empty(th_str_trim(line))) continue;
    th_str cell[7] = { { 0, 0 } }, rest = line;
    size_t n = 0;
    while (n < 7 && next_cell(&rest, &cell[n])) n++;
    if (n != 7)
      return th_fail_at(err, TH_EPARSE, number, 1,
                        "expected 7 tab-separated cells (kind, id, en, zh, synonyms, parents, source), found %zu", n);
    th_name_row row = {
      .id = cell[1], .en = cell[2], .zh = cell[3], .synonyms = cell[4], .parents = cell[5], .source = cell[6]
    };
    if (th_str_is(cell[0], "drug"))
      row.kind = TH_NAME_DRUG;
    else if (th_str_is(cell[0], "disease"))
      row.kind = TH_NAME_DISEASE;
    else
      return th_fail_at(err, TH_EPARSE, number, 1, "expected kind \"drug\" or \"disease\", found \"%.*s\"",
                        TH_STR_ARG(cell[0]));
    if (th_str_empty(row.id) || th_str_empty(row.en))
      return th_fail_at(err, TH_EPARSE, number, 1, "a name row needs an id and an English name");
    if (!TH_VEC_PUSH(a, out, row)) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_names_builtin(th_arena *a, th_name_rows *out, th_err *err) {
  return th_names_read(a, th_embed_find(th_names__files, "builtin.tsv"), out, err);
}

static th_code add_key(th_names *n, th_name_kind kind, th_str key, uint32_t row, th_name_how how, th_err *err) {
  if (key.n < 2) return TH_OK;
  bool is_new;
  uint64_t *at = th_map_at(&n->by_key[kind], key, &is_new);
  if (!at) return th_fail_nomem(err);
  if (!is_new) {
    th_name_key *k = &n->keys.v[*at];
    if (k->row == row) return TH_OK;
    /* A preferred name outranks another entity's synonym; two synonyms of different entities are ambiguous. */
    if (how == TH_NAME_EXACT && k->how != TH_NAME_EXACT)
      *k = (th_name_key){ row, how, false };
    else if (how == k->how)
      k->ambiguous = true;
    return TH_OK;
  }
  *at = n->keys.n;
  if (!TH_VEC_PUSH(n->arena, &n->keys, (th_name_key){ row, how, false })) return th_fail_nomem(err);
  if (!TH_VEC_PUSH(n->arena, &n->sorted[kind], key)) return th_fail_nomem(err);
  th_str first;
  const size_t units = th_names__units(key, &first);
  uint64_t *most = th_map_at(&n->first[kind], first, &is_new);
  if (!most) return th_fail_nomem(err);
  if (units > *most) *most = units;
  if (units > n->units_max[kind]) n->units_max[kind] = units;
  return TH_OK;
}

static th_code add_names(th_names *n, const th_name_row *r, uint32_t row, th_err *err) {
  TH_TRY(add_key(n, r->kind, th_names__key(n->arena, r->en), row, TH_NAME_EXACT, err));
  TH_TRY(add_key(n, r->kind, th_names__key(n->arena, r->zh), row, TH_NAME_EXACT, err));
  if (r->kind == TH_NAME_DISEASE) TH_TRY(add_key(n, r->kind, th_names__key(n->arena, r->id), row, TH_NAME_SYNONYM, err));
  th_str rest = r->synonyms, one;
  while (rest.n && th_str_split(&rest, '|', &one))
    TH_TRY(add_key(n, r->kind, th_names__key(n->arena, one), row, TH_NAME_SYNONYM, err));
  return TH_OK;
}

static int by_bytes(const void *x, const void *y) {
  return th_str_cmp(*(const th_str *)x, *(const th_str *)y);
}

th_code th_names_build(th_arena *a, const th_name_rows *rows, th_names **out, th_err *err) {
  th_names *n = TH_NEW(a, th_names);
  if (!n) return th_fail_nomem(err);
  n->arena = a;
  th_map_init(&n->by_id, a);
  th_map_init(&n->by_key[0], a);
  th_map_init(&n->by_key[1], a);
  th_map_init(&n->first[0], a);
  th_map_init(&n->first[1], a);
  n->rows = TH_NEWN(a, th_name_row, rows->n + 1);
  if (!n->rows) return th_fail_nomem(err);
  for (size_t i = 0; i < rows->n; i++) {
    bool is_new;
    uint64_t *at = th_map_at(&n->by_id, rows->v[i].id, &is_new);
    if (!at) return th_fail_nomem(err);
    if (is_new) *at = n->n_rows, n->rows[n->n_rows++] = rows->v[i];
    TH_TRY(add_names(n, &rows->v[i], (uint32_t)*at, err));
  }
  for (int k = 0; k < 2; k++)
    if (n->sorted[k].n) qsort(n->sorted[k].v, n->sorted[k].n, sizeof(th_str), by_bytes);
  TH_TRY(th_names__ontology(n, err));
  *out = n;
  return TH_OK;
}

th_code th_names_builtin_index(th_arena *a, th_names **out, th_err *err) {
  th_name_rows *rows = TH_NEW(a, th_name_rows); /* lives as long as the index */
  if (!rows) return th_fail_nomem(err);
  TH_TRY(th_names_builtin(a, rows, err));
  return th_names_build(a, rows, out, err);
}

th_code th_names_with(th_arena *a, const th_names *base, const th_name_row *row, th_names **out, th_err *err) {
  th_name_rows rows = { 0 };
  if (!TH_VEC_RESERVE(a, &rows, base->n_rows + 1)) return th_fail_nomem(err);
  for (size_t i = 0; i < base->n_rows; i++) rows.v[rows.n++] = base->rows[i];
  rows.v[rows.n++] = *row;
  return th_names_build(a, &rows, out, err);
}

const th_name_row *th_names_by_id(const th_names *n, th_str id) {
  uint64_t at;
  return th_map_get(&n->by_id, id, &at) ? &n->rows[at] : NULL;
}

static th_name_hit look_up(const th_names *n, th_name_kind kind, th_str key, th_name_how at_best) {
  uint64_t at;
  if (!key.n || !th_map_get(&n->by_key[kind], key, &at)) return (th_name_hit){ 0 };
  const th_name_key *k = &n->keys.v[at];
  if (k->ambiguous) return (th_name_hit){ .how = TH_NAME_AMBIGUOUS };
  return (th_name_hit){ .row = &n->rows[k->row], .how = k->how > at_best ? k->how : at_best };
}

/* "systemic lupus erythematosus (SLE)": the part before the bracket, when the whole is no name. */
static th_str before_bracket(th_str name) {
  size_t at = th_str_find(name, TH_S("("), 0);
  const size_t wide = th_str_find(name, TH_S("（"), 0);
  if (wide < at) at = wide;
  return at == SIZE_MAX || at == 0 ? TH_STR_NONE : th_str_trim(th_str_sub(name, 0, at));
}

th_name_hit th_names_resolve(const th_names *n, th_arena *a, th_name_kind kind, th_str name) {
  const th_str key = th_names__key(a, name);
  th_name_hit hit = look_up(n, kind, key, TH_NAME_EXACT);
  if (hit.how == TH_NAME_NOT_FOUND && kind == TH_NAME_DRUG) hit = look_up(n, kind, th_names__drug_stem(key), TH_NAME_STRIPPED);
  const th_str front = hit.how == TH_NAME_NOT_FOUND ? before_bracket(name) : TH_STR_NONE;
  if (front.n) hit = look_up(n, kind, th_names__key(a, front), TH_NAME_STRIPPED);
  hit.to = (uint32_t)name.n;
  return hit;
}
