/* Reading name rows; the index as a view over its bytes; looking a name up. */
#include "names/names_priv.h"

#include "theriac/base/embed.h"
#include "theriac/io.h"

extern const th_embed th_names__files[];

const char *th_name_reason_name(th_name_reason r) {
  switch (r) {
  case TH_NAME_REASON_NONE: return "";
  case TH_NAME_EXCIPIENT: return "excipient";
  case TH_NAME_ANIMAL: return "animal";
  case TH_NAME_SUSCEPTIBILITY: return "susceptibility";
  case TH_NAME_OBSOLETE: return "obsolete";
  }
  return "";
}

/* ── Rows as tab-separated text ────────────────────────────────────────────────────────────────────────────────────── */

static th_code read_line(th_str line, uint32_t number, th_name_row *row, th_err *err) {
  th_str cell[7] = { { 0, 0 } };
  size_t n = 0;
  while (n < 7 && th_str_split(&line, '\t', &cell[n])) n++;
  if (n != 7)
    return th_fail_at(err, TH_EPARSE, number, 1,
                      "expected 7 tab-separated cells (kind, id, en, zh, synonyms, parents, source), found %zu", n);
  *row =
      (th_name_row){ .id = cell[1], .en = cell[2], .zh = cell[3], .synonyms = cell[4], .parents = cell[5], .source = cell[6] };
  if (th_str_is(cell[0], "drug"))
    row->kind = TH_NAME_DRUG;
  else if (th_str_is(cell[0], "disease"))
    row->kind = TH_NAME_DISEASE;
  else
    return th_fail_at(err, TH_EPARSE, number, 1, "expected kind \"drug\" or \"disease\", found \"%.*s\"", TH_STR_ARG(cell[0]));
  if (th_str_empty(row->id) || th_str_empty(row->en))
    return th_fail_at(err, TH_EPARSE, number, 1, "a name row needs an id and an English name");
  return TH_OK;
}

th_code th_names_read(th_arena *a, th_str tsv, th_name_rows *out, th_err *err) {
  th_str line;
  uint32_t number = 0;
  while (th_str_line(&tsv, &line)) {
    th_name_row row;
    if (++number == 1 || th_str_empty(th_str_trim(line))) continue;
    TH_TRY(read_line(line, number, &row, err));
    if (!TH_VEC_PUSH(a, out, row)) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_names_builtin(th_arena *a, th_name_rows *out, th_err *err) {
  return th_names_read(a, th_embed_find(th_names__files, "builtin.tsv"), out, err);
}

/* ── Opening ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code damaged(th_err *err) {
  return th_fail(err, TH_EPARSE, "the index of names is damaged: remove names.thn, it is made again");
}

static th_code lay_out(th_names *n, th_str bytes, th_err *err) {
  const th_names__head *h = n->head = (const th_names__head *)(const void *)bytes.p;
  if (bytes.n < sizeof *h || memcmp(h->magic, TH_NAMES__MAGIC, sizeof h->magic) != 0) return damaged(err);
  if (h->version != TH_NAMES__VERSION || h->order != TH_NAMES__ORDER)
    return th_fail(err, TH_EUNSUP, "the index of names has version %u, this program reads %u", h->version, TH_NAMES__VERSION);
  if (h->bytes != bytes.n || h->key_n > sizeof h->key || th_names__crc(bytes) != h->crc) return damaged(err);
  size_t at = sizeof *h;
  for (int s = 0; s < TH_NAMES__SECTIONS; s++) {
    const size_t size = th_names__size_of((th_names__section)s);
    if (h->n[s] > (bytes.n - at) / size) return damaged(err);
    n->at[s] = bytes.p + at;
    const size_t step = (h->n[s] * size + 7) & ~(size_t)7;
    if (step > bytes.n - at) return damaged(err);
    at += step;
  }
  return at == bytes.n ? TH_OK : damaged(err);
}

static bool text_ok(const th_names *n, th_names__text t) {
  return (uint64_t)t.at + t.n <= n->head->n[TH_NAMES__S_TEXT];
}

static bool numbers_ok(const th_names *n, th_names__section s, uint64_t limit) {
  const uint32_t *v = (const uint32_t *)(const void *)n->at[s];
  bool ok = true;
  for (uint64_t i = 0; i < n->head->n[s]; i++) ok &= v[i] < limit;
  return ok;
}

static bool csr_ok(const th_names *n, th_names__section row, th_names__section col) {
  const uint32_t *at = (const uint32_t *)(const void *)n->at[row];
  bool ok = n->head->n[row] == n->n_rows + 1 && at[0] == 0 && at[n->n_rows] == n->head->n[col] && numbers_ok(n, col, n->n_rows);
  for (size_t i = 0; ok && i < n->n_rows; i++) ok = at[i] <= at[i + 1];
  return ok;
}

/* Slots must have a free one, or a search for what is not there would not end. */
static bool slots_ok(const th_names *n, th_names__section s, uint64_t records) {
  const uint64_t slots = n->head->n[s];
  return slots > records && (slots & (slots - 1)) == 0 && numbers_ok(n, s, records + 1) &&
         ((const uint32_t *)(const void *)n->at[s])[0] <= records;
}

static bool has_free_slot(const th_names *n, th_names__section s) {
  const uint32_t *v = (const uint32_t *)(const void *)n->at[s];
  for (uint64_t i = 0; i < n->head->n[s]; i++)
    if (!v[i]) return true;
  return false;
}

static bool records_ok(const th_names *n) {
  const th_names__head *h = n->head;
  const th_names__key *k = (const th_names__key *)(const void *)n->at[TH_NAMES__S_KEY];
  const th_names__first *f = (const th_names__first *)(const void *)n->at[TH_NAMES__S_FIRST];
  const th_names__xref *x = (const th_names__xref *)(const void *)n->at[TH_NAMES__S_XREF];
  bool ok = (uint64_t)h->n_keys[0] + h->n_keys[1] == h->n[TH_NAMES__S_KEY] &&
            (uint64_t)h->n_firsts[0] + h->n_firsts[1] == h->n[TH_NAMES__S_FIRST];
  for (uint64_t i = 0; i < h->n[TH_NAMES__S_KEY]; i++)
    ok &= text_ok(n, k[i].text) && k[i].n > 0 && (uint64_t)k[i].first + k[i].n <= h->n[TH_NAMES__S_MEANT] &&
          (k[i].how == TH_NAME_EXACT || k[i].how == TH_NAME_SYNONYM);
  for (uint64_t i = 0; i < h->n[TH_NAMES__S_FIRST]; i++) ok &= text_ok(n, f[i].text);
  for (uint64_t i = 0; i < h->n[TH_NAMES__S_XREF]; i++) ok &= text_ok(n, x[i].text) && x[i].row < n->n_rows;
  return ok;
}

static bool arrays_ok(const th_names *n) {
  const th_names__head *h = n->head;
  const struct {
    th_names__section s;
    uint64_t records;
  } slots[] = { { TH_NAMES__S_KEY_SLOTS_0, h->n_keys[0] },
                { TH_NAMES__S_KEY_SLOTS_1, h->n_keys[1] },
                { TH_NAMES__S_FIRST_SLOTS_0, h->n_firsts[0] },
                { TH_NAMES__S_FIRST_SLOTS_1, h->n_firsts[1] },
                { TH_NAMES__S_ID_SLOTS, n->n_rows } };
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
    if (!slots_ok(n, slots[i].s, slots[i].records) || !has_free_slot(n, slots[i].s)) return false;
  return numbers_ok(n, TH_NAMES__S_MEANT, n->n_rows) && csr_ok(n, TH_NAMES__S_PARENT_ROW, TH_NAMES__S_PARENT) &&
         csr_ok(n, TH_NAMES__S_ANCESTOR_ROW, TH_NAMES__S_ANCESTOR) && h->n[TH_NAMES__S_DESCENDANTS] == n->n_rows &&
         h->n[TH_NAMES__S_DEPTH] == n->n_rows && h->n[TH_NAMES__S_IC] == n->n_rows;
}

static bool read_rows(th_arena *a, th_names *n) {
  const th_names__row *row = (const th_names__row *)(const void *)n->at[TH_NAMES__S_ROW];
  if (!(n->rows = th_arena_alloc_n(a, n->n_rows + 1, sizeof *n->rows, alignof(th_name_row)))) return false;
  for (size_t i = 0; i < n->n_rows; i++) {
    const th_names__row *r = &row[i];
    n->rows[i] = (th_name_row){ .kind = (th_name_kind)r->kind,
                                .id = th_names__view(n, r->text[TH_NAMES__ID]),
                                .en = th_names__view(n, r->text[TH_NAMES__EN]),
                                .zh = th_names__view(n, r->text[TH_NAMES__ZH]),
                                .synonyms = th_names__view(n, r->text[TH_NAMES__SYNONYMS]),
                                .parents = th_names__view(n, r->text[TH_NAMES__PARENTS]),
                                .source = th_names__view(n, r->text[TH_NAMES__SOURCE]),
                                .xrefs = th_names__view(n, r->text[TH_NAMES__XREFS]),
                                .groups = th_names__view(n, r->text[TH_NAMES__GROUPS]),
                                .imported = r->imported != 0,
                                .reason = (th_name_reason)r->reason };
  }
  return true;
}

static bool rows_ok(const th_names *n) {
  const th_names__row *row = (const th_names__row *)(const void *)n->at[TH_NAMES__S_ROW];
  bool ok = true;
  for (size_t i = 0; i < n->n_rows; i++) {
    for (int k = 0; k < TH_NAMES__TEXTS; k++) ok &= text_ok(n, row[i].text[k]);
    ok &= row[i].kind <= TH_NAME_DISEASE && row[i].reason <= TH_NAME_OBSOLETE;
  }
  return ok;
}

static th_graph_csr csr(const th_names *n, th_names__section row, th_names__section col) {
  return (th_graph_csr){ .n = (uint32_t)n->n_rows,
                         .row = (const uint32_t *)(const void *)n->at[row],
                         .col = (const uint32_t *)(const void *)n->at[col] };
}

th_code th_names_open(th_arena *a, th_str bytes, th_names **out, th_err *err) {
  th_names *n = TH_NEW(a, th_names);
  if (!n) return th_fail_nomem(err);
  if (((uintptr_t)bytes.p & 7) != 0) return th_fail(err, TH_EBUG, "the index of names is not aligned");
  TH_TRY(lay_out(n, bytes, err));
  n->n_rows = n->head->n[TH_NAMES__S_ROW];
  if (n->n_rows >= UINT32_MAX || !rows_ok(n) || !records_ok(n) || !arrays_ok(n)) return damaged(err);
  if (!read_rows(a, n)) return th_fail_nomem(err);
  n->onto = (th_graph_onto){ .n = (uint32_t)n->n_rows,
                             .parents = csr(n, TH_NAMES__S_PARENT_ROW, TH_NAMES__S_PARENT),
                             .ancestors = csr(n, TH_NAMES__S_ANCESTOR_ROW, TH_NAMES__S_ANCESTOR),
                             .ic = (const double *)(const void *)n->at[TH_NAMES__S_IC] };
  *out = n;
  return TH_OK;
}

th_code th_names_build(th_arena *a, const th_name_rows *rows, th_names **out, th_err *err) {
  th_str bytes;
  TH_TRY(th_names_pack(a, rows, TH_S(""), &bytes, err));
  return th_names_open(a, bytes, out, err);
}

th_code th_names_builtin_index(th_arena *a, th_names **out, th_err *err) {
  th_name_rows rows = { 0 };
  TH_TRY(th_names_builtin(a, &rows, err));
  return th_names_build(a, &rows, out, err);
}

th_code th_names_with(th_arena *a, const th_names *base, const th_name_row *row, th_names **out, th_err *err) {
  th_name_row one = *row;
  const th_name_rows rows = { &one, 1, 1 };
  TH_TRY(th_names_build(a, &rows, out, err));
  (*out)->under = base;
  return TH_OK;
}

/* ── Looking up ────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Index of the record with this text among records of `size` bytes whose text stands at `at`; UINT32_MAX: none. */
static uint32_t slot_find(const th_names *n, th_names__section s, const void *record, size_t size, size_t at, th_str key) {
  const uint32_t *slot = (const uint32_t *)(const void *)n->at[s];
  const uint64_t mask = n->head->n[s] - 1;
  for (uint64_t h = th_hash(key) & mask; slot[h]; h = (h + 1) & mask) {
    th_names__text t;
    memcpy(&t, (const char *)record + (size_t)(slot[h] - 1) * size + at, sizeof t);
    if (th_str_eq(th_names__view(n, t), key)) return slot[h] - 1;
  }
  return UINT32_MAX;
}

const th_names__key *th_names__key_find(const th_names *n, th_name_kind kind, th_str key) {
  const th_names__key *all = th_names__keys(n, kind);
  if (key.n == 0) return NULL;
  const uint32_t i = slot_find(n, kind == TH_NAME_DRUG ? TH_NAMES__S_KEY_SLOTS_0 : TH_NAMES__S_KEY_SLOTS_1, all, sizeof *all,
                               offsetof(th_names__key, text), key);
  return i == UINT32_MAX ? NULL : &all[i];
}

uint32_t th_names__first_find(const th_names *n, th_name_kind kind, th_str unit) {
  const th_names__first *all = (const th_names__first *)(const void *)n->at[TH_NAMES__S_FIRST];
  if (kind == TH_NAME_DISEASE) all += n->head->n_firsts[0];
  const uint32_t i = slot_find(n, kind == TH_NAME_DRUG ? TH_NAMES__S_FIRST_SLOTS_0 : TH_NAMES__S_FIRST_SLOTS_1, all,
                               sizeof *all, offsetof(th_names__first, text), unit);
  return i == UINT32_MAX ? 0 : all[i].most;
}

uint32_t th_names__row_find(const th_names *n, th_str id) {
  return slot_find(n, TH_NAMES__S_ID_SLOTS, n->at[TH_NAMES__S_ROW], sizeof(th_names__row),
                   offsetof(th_names__row, text[TH_NAMES__ID]), id);
}

const th_name_row *th_names_by_id(const th_names *n, th_str id) {
  for (; n; n = n->under) {
    const uint32_t i = th_names__row_find(n, id);
    if (i != UINT32_MAX) return &n->rows[i];
  }
  return NULL;
}

th_str th_names_key(const th_names *n) {
  return th_str_n(n->head->key, n->head->key_n);
}

size_t th_names_count(const th_names *n, th_name_kind kind) {
  size_t count = 0;
  for (; n; n = n->under)
    for (size_t i = 0; i < n->n_rows; i++) count += n->rows[i].kind == kind;
  return count;
}
