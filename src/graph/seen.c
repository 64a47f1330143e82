/* Rows made of what has been seen before. A table of eight million edges names the same hundred thousand nodes and few relations
 * over and over, byte for byte; so what a row's beginning (relation, display) and its two ends came to is remembered with the bytes
 * they were written in, and a later row of the same bytes means the same. Such rows are read by several threads at once, block by
 * block; every other row is left to the plain reading, which alone decides what anything means, in the order of the table. So the
 * graph, and what is told of the table, are those of the plain reading at any number of threads.
 *
 * The ends are looked for by their index, which only says where to compare: identity stays type and id. A block begins behind a line
 * end. Where that turns out to be inside a quoted cell (the row before reached over it), its findings are dropped and it is read
 * plainly. */
#include "graph/graph_priv.h"

enum {
  KINDS_MAX = 2048,
  KIND_SLOTS = 2 * KINDS_MAX,
  BLOCKS_FEW = 4,
  BLOCKS_MANY = 32,
  ROW_BYTES_FEW = 16, /* a block has room for as many rows as there would be of this length */
  ROW_BYTES = 10,     /* what a row read takes: two ends and a kind */
  SIDE_BYTES_MAX = 4096,
  LEFT = UINT16_MAX /* kind of a row left to the plain reading; x says where it begins */
};

typedef struct block {
  const char *from, *to, *stop; /* stop: how far it was read */
  uint32_t n, n_left;
  uint16_t *kind;
  uint32_t *x, *y;
} block;

typedef struct scan {
  const th_graph_build *b;
  const char *end; /* of the bytes at hand */
  size_t rows_max;
  block block[BLOCKS_MANY];
} scan;

/* ── Matching ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static inline bool same16(const char *p, const char *q) {
  return __builtin_memcmp(p, q, 16) == 0;
}

static inline bool same(const char *p, const char *q, size_t n) {
  if (n < 16) return memcmp(p, q, n) == 0;
  for (size_t i = 0; i + 16 < n; i += 16)
    if (!same16(p + i, q + i)) return false;
  return same16(p + n - 16, q + n - 16);
}

/* The digits at p as a number, 0 to 7 of them: at least 8 bytes can be read there. Without a branch on how many there are: what is no
 * digit is found by carries, the digits are moved to the high end, and three multiplications add them up by twos and fours. */
static inline uint32_t leading_number(const char *p, bool *any) {
  uint64_t v;
  memcpy(&v, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  v = __builtin_bswap64(v);
#endif
  const uint64_t digits = v ^ 0x3030303030303030u;
  const uint64_t other = ((digits + 0x7676767676767676u) | digits) & 0x8080808080808080u;
  const int n = other ? __builtin_ctzll(other) / 8 : 8;
  *any = n > 0 && n < 8;
  if (!*any) return 0;
  uint64_t d = digits << (64 - 8 * n);
  d = (d * 10 + (d >> 8)) & 0x00FF00FF00FF00FFu;
  d = (d * 100 + (d >> 16)) & 0x0000FFFF0000FFFFu;
  return (uint32_t)(d * 10000 + (d >> 32));
}

/* Behind the end of an edge that begins at p, or NULL. */
static inline const char *match_side(const th_graph__seen *s, const char *p, const char *end, const th_graph__sight **side) {
  bool any;
  if (end - p < 8) return NULL;
  const uint32_t index = leading_number(p, &any);
  if (!any || index >= s->n_sights) return NULL;
  const th_graph__sight *t = *side = &s->sight[index];
  return t->n && (size_t)(end - p) > t->n && same(p, s->text + t->at, t->n) ? p + t->n : NULL;
}

static uint32_t slot_of(th_str text, uint32_t tx, uint32_t ty) {
  return (uint32_t)((th_hash(text) ^ (uint64_t)tx << 20 ^ (uint64_t)ty << 40) * 0x9E3779B97F4A7C15u >> 32) % KIND_SLOTS;
}

static const th_graph__kind *find_kind(const th_graph__seen *s, th_str text, uint32_t tx, uint32_t ty) {
  for (uint32_t at = slot_of(text, tx, ty); s->slot[at]; at = (at + 1) % KIND_SLOTS) {
    const th_graph__kind *k = &s->kind[s->slot[at] - 1];
    if (k->tx == tx && k->ty == ty && th_str_eq(th_str_n(s->text + k->at, k->n), text)) return k;
  }
  return NULL;
}

/* Behind the cells before the first end of an edge, or NULL when a quote or the line's end is among them. */
static const char *prefix_end(const th_graph__seen *s, char sep, const char *p, const char *end) {
  for (uint32_t left = s->first_x; left; p++) {
    if (p == end || *p == '\n' || *p == '"') return NULL;
    left -= *p == sep;
  }
  return p;
}

typedef struct found {
  const th_graph__kind *kind;
  uint32_t x, y;
} found;

/* Behind the row that begins at p, when it is made of what has been seen; NULL otherwise. last: the kind of the row before, likely
 * that of this one. */
static inline __attribute__((always_inline)) const char *match_row(const th_graph__seen *s, char sep, const char *p,
                                                                   const char *end, const th_graph__kind *last, found *f) {
  const bool alike = last && (size_t)(end - p) > last->n && same(p, s->text + last->at, last->n);
  const char *x = alike ? p + last->n : prefix_end(s, sep, p, end);
  if (!x) return NULL;
  const th_graph__sight *sx, *sy;
  const char *behind = match_side(s, x, end, &sx);
  if (!behind || *behind != sep) return NULL;
  behind = match_side(s, behind + 1, end, &sy);
  if (!behind || sx->node == sy->node) return NULL;
  if (*behind == '\r') behind++;
  if (behind == end || *behind != '\n') return NULL;
  f->kind = alike && last->tx == sx->type && last->ty == sy->type
                ? last
                : find_kind(s, th_str_n(p, (size_t)(x - p)), sx->type, sy->type);
  f->x = sx->node;
  f->y = sy->node;
  return f->kind ? behind + 1 : NULL;
}

/* ── Remembering ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Whether both ends stand in whole groups of cells of one form, so that the bytes of one mean the same as the other. */
static bool same_form(const th_graph_build *b, uint32_t *first_x, uint32_t *first_y) {
  const int *col = b->col, cx = col[COL_XI], cy = col[COL_YI];
  if (cx < 0 || cy <= cx || (int)b->n_cells - cy != cy - cx) return false;
  static const int pair[][2] = { { COL_XID, COL_YID }, { COL_XT, COL_YT }, { COL_XN, COL_YN }, { COL_XS, COL_YS } };
  for (size_t k = 0; k < sizeof pair / sizeof *pair; k++) {
    const int x = col[pair[k][0]], y = col[pair[k][1]];
    if (x == -1 && y == -1) continue;
    if (x < cx || x >= cy || x - cx != y - cy) return false;
  }
  if (col[COL_REL] >= cx || col[COL_DISPLAY] >= cx) return false;
  *first_x = (uint32_t)cx, *first_y = (uint32_t)cy;
  return true;
}

void th_graph__seen_begin(th_graph_build *b) {
  th_graph__seen *s = &b->seen;
  s->usable = b->block_bytes && !b->is_nodes && same_form(b, &s->first_x, &s->first_y);
  s->n_sights = s->n_kinds = s->last_kind = 0;
  s->text_n = 0;
  s->span = BLOCKS_FEW;
  if (s->slot) memset(s->slot, 0, KIND_SLOTS * sizeof *s->slot);
}

void th_graph__seen_free(th_graph__seen *s) {
  th_free(s->sight);
  th_free(s->kind);
  th_free(s->slot);
  th_free(s->text);
  th_free(s->rows);
  *s = (th_graph__seen){ 0 };
}

static bool grow(void *array, size_t *cap, size_t want, size_t size) {
  if (want <= *cap) return true;
  const size_t more = want > 2 * *cap ? want : 2 * *cap;
  void *old;
  memcpy(&old, array, sizeof old);
  void *p = th_realloc(old, more * size);
  if (!p) return false;
  memcpy(array, &p, sizeof p);
  *cap = more;
  return true;
}

static bool keep_text(th_graph__seen *s, th_str text, uint32_t *at) {
  if (text.n > UINT32_MAX - s->text_n || !grow(&s->text, &s->text_cap, s->text_n + text.n, 1)) return false;
  memcpy(s->text + s->text_n, text.p, text.n);
  *at = (uint32_t)s->text_n;
  s->text_n += text.n;
  return true;
}

/* Rows must not pay for an index that stands alone far out: the table grows no further than the nodes that are known warrant. */
static th_code remember_side(th_graph_build *b, th_str text, uint32_t node, th_err *err) {
  th_graph__seen *s = &b->seen;
  char head[8] = { 0 };
  memcpy(head, text.p, text.n < sizeof head ? text.n : sizeof head);
  bool any;
  const uint32_t index = leading_number(head, &any);
  if (!any || text.n > SIDE_BYTES_MAX || index / 64 > b->nodes.n + 1024) return TH_OK;
  if (index >= s->n_sights) {
    if (!grow(&s->sight, &s->sight_cap, (size_t)index + 1, sizeof *s->sight)) return th_fail_nomem(err);
    memset(s->sight + s->n_sights, 0, (index + 1 - s->n_sights) * sizeof *s->sight);
    s->n_sights = index + 1;
  }
  th_graph__sight *t = &s->sight[index];
  if (t->n) return TH_OK;
  uint32_t at;
  if (!keep_text(s, text, &at)) return th_fail_nomem(err);
  *t = (th_graph__sight){ at, node, (uint16_t)text.n, (uint16_t)b->nodes.v[node].type };
  return TH_OK;
}

static th_code remember_kind(th_graph_build *b, th_str text, const th_graph__row *row, th_err *err) {
  th_graph__seen *s = &b->seen;
  const uint32_t tx = b->nodes.v[row->x].type, ty = b->nodes.v[row->y].type;
  if (s->n_kinds == KINDS_MAX || find_kind(s, text, tx, ty)) return TH_OK;
  uint32_t at;
  if (!keep_text(s, text, &at)) return th_fail_nomem(err);
  uint32_t slot = slot_of(text, tx, ty);
  while (s->slot[slot]) slot = (slot + 1) % KIND_SLOTS;
  s->kind[s->n_kinds++] = (th_graph__kind){ at, (uint32_t)text.n, tx, ty, row->rel, row->display };
  s->slot[slot] = (uint16_t)s->n_kinds;
  return TH_OK;
}

static th_code have_tables(th_graph__seen *s, th_err *err) {
  if (!s->kind) s->kind = th_malloc(KINDS_MAX * sizeof *s->kind);
  if (!s->slot) {
    s->slot = th_malloc(KIND_SLOTS * sizeof *s->slot);
    if (s->slot) memset(s->slot, 0, KIND_SLOTS * sizeof *s->slot);
  }
  return s->kind && s->slot ? TH_OK : th_fail_nomem(err);
}

th_code th_graph__seen_add(th_graph_build *b, const th_graph__row *row, th_err *err) {
  th_graph__seen *s = &b->seen;
  const th_graph__rows *r = &b->reader;
  const char *x = r->start[s->first_x], *y = r->start[s->first_y];
  const th_str prefix = th_str_n(r->start[0], (size_t)(x - r->start[0]));
  if (r->line != r->row_line + 1 || (prefix.n && memchr(prefix.p, '"', prefix.n))) return TH_OK;
  TH_TRY(have_tables(s, err));
  TH_TRY(remember_kind(b, prefix, row, err));
  TH_TRY(remember_side(b, th_str_n(x, (size_t)(y - x) - 1), row->x, err));
  return remember_side(b, th_str_n(y, (size_t)(r->row_end - y)), row->y, err);
}

bool th_graph__seen_row(th_graph_build *b, th_graph__row *row) {
  th_graph__rows *r = &b->reader;
  found f;
  th_graph__seen *s = &b->seen;
  const char *next = s->n_kinds ? match_row(s, r->sep, r->p, r->end, &s->kind[s->last_kind], &f) : NULL;
  if (!next) return false;
  s->last_kind = (uint32_t)(f.kind - s->kind);
  *row = (th_graph__row){ f.x, f.y, f.kind->rel, f.kind->display };
  r->row_line = r->line++;
  r->p = next;
  return true;
}

/* ── Blocks ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Where the row ends that begins at p, for a row that only the plain reading can tell the meaning of. NULL: not in these bytes, or
 * broken. */
static const char *row_behind(const th_graph__rows *form, const char *p, const char *end) {
  if (*p != '\n' && *p != '\r') {
    const char *eol = memchr(p, '\n', (size_t)(end - p));
    if (!eol) return NULL;
    if (!form->quotes || !memchr(p, '"', (size_t)(eol - p))) return eol + 1;
  }
  th_graph__rows r = { .p = p, .end = end, .quotes = form->quotes, .sep = form->sep, .line = 1 };
  return th_graph__rows_next(&r, NULL) > 0 ? r.p : NULL;
}

static th_code scan_block(void *ctx, size_t task, unsigned worker) {
  (void)worker;
  scan *c = ctx;
  block *k = &c->block[task];
  const th_graph__seen *s = &c->b->seen;
  const char sep = c->b->reader.sep, *p = k->from;
  const th_graph__kind *last = NULL;
  uint32_t n = 0, n_left = 0;
  while (p < k->to && n < c->rows_max) {
    found f;
    const char *next = match_row(s, sep, p, c->end, last, &f);
    if (next) {
      last = f.kind;
      k->kind[n] = (uint16_t)(f.kind - s->kind), k->x[n] = f.x, k->y[n] = f.y;
    } else {
      next = row_behind(&c->b->reader, p, c->end);
      if (!next) break;
      k->kind[n] = LEFT, k->x[n] = (uint32_t)(p - k->from);
      n_left++;
    }
    n++;
    p = next;
  }
  k->stop = p;
  k->n = n;
  k->n_left = n_left;
  return TH_OK;
}

/* Blocks over what is at hand, each behind a line end, the last up to the last line end. How many there are. */
static size_t cut_blocks(th_graph_build *b, scan *c) {
  const char *from = b->reader.p, *end = memrchr(from, '\n', (size_t)(b->reader.end - from));
  size_t n = 0;
  for (; end && n < b->seen.span && from <= end; n++) {
    block *k = &c->block[n];
    const bool rest = (size_t)(end - from) < b->block_bytes;
    const char *eol = rest ? end : memchr(from + b->block_bytes, '\n', (size_t)(end - from) - b->block_bytes + 1);
    k->from = from;
    k->to = from = eol + 1;
    k->x = (uint32_t *)(void *)(b->seen.rows + n * c->rows_max * ROW_BYTES);
    k->y = k->x + c->rows_max;
    k->kind = (uint16_t *)(void *)(k->y + c->rows_max);
  }
  return n;
}

/* The rows of a block, in their order. */
static th_code take_block(th_graph_build *b, const block *k, th_err *err) {
  th_graph__rows *r = &b->reader;
  for (uint32_t i = 0; i < k->n;) {
    if (k->kind[i] == LEFT) {
      r->p = k->from + k->x[i++];
      bool more;
      TH_TRY(th_graph__next_row(b, &more, err));
      continue;
    }
    const th_graph__kind *kind = &b->seen.kind[k->kind[i]];
    uint32_t n = 1;
    while (i + n < k->n && k->kind[i + n] == k->kind[i]) n++;
    TH_TRY(th_graph__records_add(&b->rels.v[kind->rel], k->x + i, k->y + i, n, (uint8_t)kind->display, r->line, err));
    r->line += n;
    b->rows += n;
    b->report.n_edge_rows += n;
    i += n;
  }
  r->p = k->stop;
  return TH_OK;
}

th_code th_graph__seen_read(th_graph_build *b, th_err *err) {
  th_graph__rows *r = &b->reader;
  th_graph__seen *s = &b->seen;
  scan c = { .b = b, .end = r->end };
  while (s->usable && r->p < r->end) {
    const size_t left = (size_t)(r->end - r->p), one = left < b->block_bytes ? left : b->block_bytes;
    const size_t blocks = left / one < s->span ? left / one + 1 : s->span;
    c.rows_max = (one / ROW_BYTES_FEW + 4) & ~(size_t)3;
    if (!grow(&s->rows, &s->rows_cap, blocks * c.rows_max * ROW_BYTES, 1)) return th_fail_nomem(err);
    const size_t n = cut_blocks(b, &c);
    if (!n) break;
    TH_TRY(th_graph__run(b, n, scan_block, &c));
    size_t n_rows = 0, n_left = 0;
    for (size_t i = 0; i < n; i++) {
      const block *k = &c.block[i];
      n_rows += k->n, n_left += k->n_left;
      if (r->p == k->from) TH_TRY(take_block(b, k, err));
      for (bool more = true; r->p < k->to;) {
        TH_TRY(th_graph__next_row(b, &more, err));
        if (!more) return TH_OK; /* a row that the next bytes end */
      }
    }
    if (n_left * 4 > n_rows)
      s->span = BLOCKS_FEW;
    else if (s->span < BLOCKS_MANY)
      s->span *= 2;
  }
  return TH_OK;
}
