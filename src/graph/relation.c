/* One relation: its rows as they come, then sorted by both ends and folded into pairs, then laid out as rows of neighbours.
 *
 * A row becomes one number: its ends in canonical order (a, b), its display, and whether it ran b → a. Sorting by (a, b) is by
 * counting, digit by digit from the low end, which keeps rows of one pair in the order of the table: so the first of them says
 * which way the pair was first given. Lines are not carried along; the line of a row that is complained of is looked up. */
#include "graph/graph_priv.h"

enum { CHUNK_FIRST = 64, CHUNK_MAX = 1 << 16, DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, LOW_BITS = 6, PASSES_MAX = 6 };

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_chunk(th_graph__rel_in *r, uint32_t line, th_err *err) {
  const uint32_t cap = !r->last ? CHUNK_FIRST : r->last->cap < CHUNK_MAX ? r->last->cap * 4 : CHUNK_MAX;
  th_graph__chunk *c = th_malloc(sizeof *c + (size_t)cap * 9);
  if (!c) return th_fail_nomem(err);
  uint32_t *x = (uint32_t *)(void *)(c + 1);
  *c = (th_graph__chunk){ .cap = cap, .line = line, .x = x, .y = x + cap, .display = (uint8_t *)(x + 2 * (size_t)cap) };
  if (r->last)
    r->last->next = c;
  else
    r->first = c;
  r->last = c;
  return TH_OK;
}

static th_code keep_lines(th_graph__chunk *c, th_err *err) {
  c->lines = th_malloc(c->cap * sizeof *c->lines);
  if (!c->lines) return th_fail_nomem(err);
  for (uint32_t i = 0; i < c->n; i++) c->lines[i] = c->line + i;
  return TH_OK;
}

th_code th_graph__records_add(th_graph__rel_in *r, const uint32_t *x, const uint32_t *y, uint32_t n, uint8_t display,
                              uint32_t line, th_err *err) {
  while (n) {
    th_graph__chunk *c = r->last;
    if (!c || c->n == c->cap) {
      TH_TRY(add_chunk(r, line, err));
      c = r->last;
    }
    if (!c->lines && line != c->line + c->n) TH_TRY(keep_lines(c, err));
    const uint32_t some = n < c->cap - c->n ? n : c->cap - c->n;
    memcpy(c->x + c->n, x, some * sizeof *x);
    memcpy(c->y + c->n, y, some * sizeof *y);
    memset(c->display + c->n, display, some);
    for (uint32_t i = 0; c->lines && i < some; i++) c->lines[c->n + i] = line + i;
    c->n += some, r->n += some;
    x += some, y += some, line += some, n -= some;
  }
  return TH_OK;
}

void th_graph__records_free(th_graph__rel_in *r) {
  for (th_graph__chunk *c = r->first, *next; c; c = next) {
    next = c->next;
    th_free(c->lines);
    th_free(c);
  }
  r->first = r->last = NULL;
}

/* ── Sorting ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct form {
  const uint32_t *rank; /* node in order of appearance → number in the graph */
  uint32_t src0, dst0, n_src;
  int b_bits;
  bool one_type;
} form;

static inline uint64_t key_of(const form *f, uint32_t x, uint32_t y, uint8_t display) {
  uint32_t a = f->rank[x], b = f->rank[y];
  const bool turned = f->one_type ? a > b : a - f->src0 >= f->n_src;
  if (turned) {
    const uint32_t t = a;
    a = b, b = t;
  }
  return ((uint64_t)(a - f->src0) << f->b_bits | (b - f->dst0)) << LOW_BITS | (uint64_t)display << 1 | turned;
}

static int bits_of(uint32_t n) {
  return n > 1 ? 32 - __builtin_clz(n - 1) : 1;
}

/* Sorted keys end up in *v; *w is as long. */
static void sort_keys(uint64_t **v, uint64_t **w, size_t n, int bits, uint32_t (*count)[DIGITS]) {
  const int passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
  for (int k = 0; k < passes; k++) {
    const int shift = LOW_BITS + k * DIGIT_BITS;
    uint32_t *at = count[k], sum = 0;
    for (int d = 0; d < DIGITS; d++) {
      const uint32_t here = at[d];
      at[d] = sum;
      sum += here;
    }
    const uint64_t *in = *v;
    uint64_t *out = *w;
    for (size_t i = 0; i < n; i++) out[at[in[i] >> shift & (DIGITS - 1)]++] = in[i];
    *w = *v;
    *v = out;
  }
}

/* Keys of all rows, and how often each digit has each value. */
static void gather(const th_graph__rel_in *r, const form *f, uint64_t *out, int bits, uint32_t (*count)[DIGITS]) {
  const int passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
  memset(count, 0, (size_t)passes * sizeof *count);
  for (const th_graph__chunk *c = r->first; c; c = c->next)
    for (uint32_t i = 0; i < c->n; i++) {
      const uint64_t key = *out++ = key_of(f, c->x[i], c->y[i], c->display[i]);
      for (int k = 0; k < passes; k++) count[k][key >> (LOW_BITS + k * DIGIT_BITS) & (DIGITS - 1)]++;
    }
}

/* ── Folding ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Line of the nth row whose key is this one behind `shift` bits. */
static uint32_t line_of(const th_graph__rel_in *r, const form *f, uint64_t key, int shift, int nth) {
  for (const th_graph__chunk *c = r->first; c; c = c->next)
    for (uint32_t i = 0; i < c->n; i++)
      if (key_of(f, c->x[i], c->y[i], c->display[i]) >> shift == key >> shift && --nth == 0)
        return c->lines ? c->lines[i] : c->line + i;
  return 0;
}

static void fold_group(const th_graph__rel_in *r, const form *f, const uint64_t *g, size_t n, th_graph__pairs *p) {
  uint32_t seen[2] = { 0, 0 };
  for (size_t i = 0; i < n; i++) {
    const uint32_t bit = 1u << (g[i] >> 1 & 31);
    uint32_t *way = &seen[g[i] & 1];
    if (*way & bit && !p->n_twice++) p->line_twice = line_of(r, f, g[i], 0, 2);
    *way |= bit;
  }
  if (seen[0] != seen[1] && !p->n_one_way++) p->line_one_way = line_of(r, f, g[0], LOW_BITS, 1);
  const uint64_t ends = g[0] >> LOW_BITS;
  const uint32_t shown = seen[0] | seen[1];
  p->mark[p->n] = shown | (g[0] & 1 ? 0 : TH_GRAPH_FORWARD);
  p->ends[p->n++] = ends >> f->b_bits << 32 | (ends & ((UINT64_C(1) << f->b_bits) - 1));
  p->n_records += (uint64_t)__builtin_popcount(shown);
}

static void give_back(th_graph__pairs *p) {
  uint64_t *ends = th_realloc(p->ends, (size_t)p->n * sizeof *ends);
  if (ends) p->ends = ends;
  uint32_t *mark = th_realloc(p->mark, (size_t)p->n * sizeof *mark);
  if (mark) p->mark = mark;
}

th_code th_graph__pairs_of(const th_graph__rel_in *r, const uint32_t *rank, const th_graph__type *src,
                           const th_graph__type *dst, th_graph__pairs *p, th_err *err) {
  const size_t n = (size_t)r->n;
  const form f = { rank, src->first, dst->first, src->n, bits_of(dst->n), src == dst };
  const int bits = f.b_bits + bits_of(src->n);
  *p = (th_graph__pairs){ .n_src = src->n, .n_dst = dst->n };
  if (bits + LOW_BITS > 64 || n > INT32_MAX)
    return th_fail(err, TH_ELIMIT, "relation %.*s has more rows, or joins more nodes, than a graph file can hold",
                   TH_STR_ARG(r->name));
  uint64_t *v = th_malloc(n * sizeof *v), *w = th_malloc(n * sizeof *w);
  uint32_t(*count)[DIGITS] = th_malloc(PASSES_MAX * sizeof *count);
  if (v && w && count) {
    gather(r, &f, v, bits, count);
    sort_keys(&v, &w, n, bits, count);
    p->ends = v; /* a pair is written behind the keys that are still to be read */
    p->mark = (uint32_t *)w;
    for (size_t i = 0, k; i < n; i = k) {
      for (k = i + 1; k < n && v[k] >> LOW_BITS == v[i] >> LOW_BITS;) k++;
      fold_group(r, &f, v + i, k - i, p);
    }
    give_back(p);
  } else {
    th_free(v);
    th_free(w);
  }
  th_free(count);
  return p->ends ? TH_OK : th_fail_nomem(err);
}

void th_graph__pairs_free(th_graph__pairs *p) {
  th_free(p->ends);
  th_free(p->mark);
  p->ends = NULL, p->mark = NULL;
}

/* ── Rows of neighbours ────────────────────────────────────────────────────────────────────────────────────────────── */

/* How often each end occurs becomes where its row ends. */
static void ends_of_rows(uint32_t *row, uint32_t n_rows) {
  for (uint32_t v = 0; v < n_rows; v++) row[v + 1] += row[v];
}

/* Rows have been filled from behind, so that row[v + 1] holds where v begins. */
static void begins_of_rows(uint32_t *row, uint32_t n_rows, uint32_t total) {
  memmove(row, row + 1, n_rows * sizeof *row);
  row[n_rows] = total;
}

static void lay_both_ways(const th_graph__pairs *p, uint32_t *row, uint32_t *col, uint32_t *mark) {
  memset(row, 0, ((size_t)p->n_src + 1) * sizeof *row);
  for (uint32_t i = 0; i < p->n; i++) {
    row[(p->ends[i] >> 32) + 1]++;
    row[(uint32_t)p->ends[i] + 1]++;
  }
  ends_of_rows(row, p->n_src);
  for (uint32_t i = p->n; i-- > 0;) {
    const uint32_t a = (uint32_t)(p->ends[i] >> 32), b = (uint32_t)p->ends[i];
    const uint32_t at_a = --row[a + 1], at_b = --row[b + 1];
    col[at_a] = b, mark[at_a] = p->mark[i];
    col[at_b] = a, mark[at_b] = p->mark[i] ^ TH_GRAPH_FORWARD;
  }
  begins_of_rows(row, p->n_src, p->n * 2);
}

static void lay_forward(const th_graph__pairs *p, uint32_t *row, uint32_t *col, uint32_t *mark) {
  uint32_t v = 0;
  for (uint32_t i = 0; i < p->n; i++) {
    const uint32_t a = (uint32_t)(p->ends[i] >> 32);
    while (v <= a) row[v++] = i;
    col[i] = (uint32_t)p->ends[i];
  }
  while (v <= p->n_src) row[v++] = p->n;
  if (p->n) memcpy(mark, p->mark, (size_t)p->n * sizeof *mark);
}

static void lay_back(const th_graph__pairs *p, uint32_t *row, uint32_t *col) {
  memset(row, 0, ((size_t)p->n_dst + 1) * sizeof *row);
  for (uint32_t i = 0; i < p->n; i++) row[(uint32_t)p->ends[i] + 1]++;
  ends_of_rows(row, p->n_dst);
  for (uint32_t i = p->n; i-- > 0;) col[--row[(uint32_t)p->ends[i] + 1]] = (uint32_t)(p->ends[i] >> 32);
  begins_of_rows(row, p->n_dst, p->n);
}

void th_graph__lay(const th_graph__pairs *p, bool one_type, uint32_t *const part[TH_GRAPH__REL_SECTIONS]) {
  if (one_type) {
    lay_both_ways(p, part[0], part[1], part[2]);
  } else {
    lay_forward(p, part[0], part[1], part[2]);
    lay_back(p, part[3], part[4]);
  }
}
