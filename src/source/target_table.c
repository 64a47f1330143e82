/* The table of drugs and targets. Names hold markup (5-HT<sub>1A</sub>, Secuado&reg;): what is shown is kept. */
#include "theriac/source/target_table.h"

#include "source/source_priv.h"
#include "theriac/io.h"

enum { DRUG, DRUG_ID, TYPE, SYNONYMS, CAS, TARGET, TARGET_ID, GENE_ID, ENSEMBL, GENE, SPECIES, COLUMNS };
static const char *const columns[COLUMNS] = { "Ligand",
                                              "Ligand ID",
                                              "Type",
                                              "Ligand Synonyms",
                                              "CAS Number",
                                              "Target",
                                              "Target ID",
                                              "Target Entrez Gene ID",
                                              "Target Ensembl Gene ID",
                                              "Target Gene Name",
                                              "Target Species" };

static const struct {
  const char *entity, *text;
} entities[] = { { "&reg;", "®" },   { "&trade;", "™" }, { "&alpha;", "α" }, { "&beta;", "β" },  { "&gamma;", "γ" },
                 { "&delta;", "δ" }, { "&kappa;", "κ" }, { "&mu;", "μ" },    { "&omega;", "ω" }, { "&epsilon;", "ε" },
                 { "&zeta;", "ζ" },  { "&eta;", "η" },   { "&theta;", "θ" }, { "&amp;", "&" },   { "&lt;", "<" },
                 { "&gt;", ">" },    { "&quot;", "\"" }, { "&nbsp;", " " },  { "&prime;", "′" }, { "&lambda;", "λ" },
                 { "&sigma;", "σ" }, { "&Delta;", "Δ" } };

static size_t entity_at(th_str s, const char **text) {
  for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
    if (th_str_starts(s, th_str_of(entities[i].entity))) return *text = entities[i].text, strlen(entities[i].entity);
  return 0;
}

/* An inline element's tag: <sub>, </i>. */
static size_t tag_at(th_str s) {
  if (s.n < 3 || s.p[0] != '<') return 0;
  size_t i = s.p[1] == '/' ? 2 : 1;
  const size_t first = i;
  while (i < s.n && ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z'))) i++;
  return i > first && i < s.n && s.p[i] == '>' && i - first <= 3 ? i + 1 : 0;
}

static th_str plain(th_arena *a, th_str s) {
  s = th_str_trim(s);
  if (th_str_find(s, TH_S("&"), 0) == SIZE_MAX && th_str_find(s, TH_S("<"), 0) == SIZE_MAX) return s;
  th_buf b;
  th_buf_init(&b, a, s.n + 8);
  for (size_t i = 0; i < s.n;) {
    const th_str rest = th_str_sub(s, i, s.n);
    const char *text = "";
    size_t skip = entity_at(rest, &text);
    if (!skip) skip = tag_at(rest);
    if (skip)
      th_buf_addz(&b, text);
    else
      th_buf_addc(&b, s.p[i]);
    i += skip ? skip : 1;
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static th_str piped(th_arena *a, th_str s) {
  th_buf b;
  th_str one;
  th_buf_init(&b, a, s.n + 8);
  while (s.n && th_str_split(&s, '|', &one)) {
    one = th_str_trim(one);
    if (!one.n) continue;
    if (b.n) th_buf_addc(&b, '|');
    th_buf_add(&b, one);
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static th_code read_row(th_arena *a, const th_csv_row *row, const int *col, th_target_table *out, th_err *err) {
  th_str cell[COLUMNS];
  for (int k = 0; k < COLUMNS; k++) {
    cell[k] = plain(a, row->cell[col[k]]);
    if (!cell[k].p && row->cell[col[k]].n) return th_fail_nomem(err);
  }
  if (!cell[DRUG].n) return th_fail_at(err, TH_EPARSE, row->line, (uint32_t)col[DRUG] + 1, "a row without a drug");
  if (!cell[TARGET].n)
    return th_source__gap(a, &out->gaps, "target", row->line, "a row without a target is left out") ? TH_OK
                                                                                                    : th_fail_nomem(err);
  const th_target_row x = { .drug = cell[DRUG],
                            .drug_id = cell[DRUG_ID],
                            .type = cell[TYPE],
                            .synonyms = piped(a, cell[SYNONYMS]),
                            .cas = cell[CAS],
                            .target = cell[TARGET],
                            .target_id = cell[TARGET_ID],
                            .gene_id = cell[GENE_ID],
                            .gene = cell[GENE],
                            .ensembl = cell[ENSEMBL],
                            .species = cell[SPECIES],
                            .line = row->line };
  return (x.synonyms.p || !cell[SYNONYMS].n) && TH_VEC_PUSH(a, &out->rows, x) ? TH_OK : th_fail_nomem(err);
}

th_code th_source_targets_read(th_arena *a, th_str bytes, th_target_table *out, th_err *err) {
  th_csv csv;
  th_csv_row row;
  bool more;
  int col[COLUMNS];
  *out = (th_target_table){ 0 };
  th_csv_open(&csv, bytes, ',');
  TH_TRY(th_csv_next(&csv, a, &row, &more, err));
  if (more && row.n == 1 && th_str_starts(th_str_trim(row.cell[0]), TH_S("#"))) {
    out->version = th_str_trim(th_str_sub(th_str_trim(row.cell[0]), 1, row.cell[0].n));
    TH_TRY(th_csv_next(&csv, a, &row, &more, err));
  }
  if (!more) return th_fail_at(err, TH_EPARSE, 1, 1, "the table is empty");
  for (int k = 0; k < COLUMNS; k++)
    if ((col[k] = th_csv_column(&row, columns[k])) < 0)
      return th_fail_at(err, TH_EPARSE, row.line, 1, "a table of drugs and targets needs the column \"%s\"", columns[k]);
  for (const size_t width = row.n;;) {
    TH_TRY(th_csv_next(&csv, a, &row, &more, err));
    if (!more) break;
    if (row.n != width) return th_fail_at(err, TH_EPARSE, row.line, 1, "expected %zu columns, found %zu", width, row.n);
    TH_TRY(read_row(a, &row, col, out, err));
  }
  return out->rows.n ? TH_OK : th_fail_at(err, TH_EPARSE, 1, 1, "the table holds no drug with a target");
}
