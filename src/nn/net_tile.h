/* The kernels over one width of vector. The file that includes this defines V (the type), V_N (floats in it), V_ROWS and V_COLS (rows
 * and vectors of a tile that the registers hold), V_FN (attributes), V_ZERO, V_LOAD, V_STORE, V_ALL (one float in every place),
 * V_FMA, V_ADD, V_MUL. No guard: it is included once by each width. */

/* rows × cols vectors of C gather the products over n steps; step s reads one float for each row and cols vectors of B. */
static inline __attribute__((always_inline)) V_FN void tile(size_t n, int rows, int cols, const float *const *a, const float *b,
                                                            size_t b_step, float *const *c) {
  V sum[V_ROWS][V_COLS];
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < cols; j++) sum[i][j] = V_LOAD(c[i] + j * V_N);
  for (size_t s = 0; s < n; s++) {
    V row[V_COLS];
    for (int j = 0; j < cols; j++) row[j] = V_LOAD(b + s * b_step + (size_t)j * V_N);
    for (int i = 0; i < rows; i++) {
      const V one = V_ALL(a[i][s]);
      for (int j = 0; j < cols; j++) sum[i][j] = V_FMA(one, row[j], sum[i][j]);
    }
  }
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < cols; j++) V_STORE(c[i] + j * V_N, sum[i][j]);
}

/* Sizes known to the compiler, so that the sums stay in registers. */
static inline __attribute__((always_inline)) V_FN void tile_cols(size_t n, int rows, int cols, const float *const *a,
                                                                 const float *b, size_t b_step, float *const *c) {
  switch (cols) {
  case 1: tile(n, rows, 1, a, b, b_step, c); return;
#if V_COLS > 2
  case 2: tile(n, rows, 2, a, b, b_step, c); return;
  case 3: tile(n, rows, 3, a, b, b_step, c); return;
#endif
  default: tile(n, rows, V_COLS, a, b, b_step, c); return;
  }
}

static V_FN void tile_of(size_t n, int rows, int cols, const float *const *a, const float *b, size_t b_step, float *const *c) {
  if (rows == V_ROWS) {
    tile_cols(n, V_ROWS, cols, a, b, b_step, c);
    return;
  }
  for (int i = 0; i < rows; i++) tile_cols(n, 1, cols, a + i, b, b_step, c + i);
}

static V_FN void multiply(size_t n, const float *a, const uint32_t *ai, const float *w, float *c, const uint32_t *ci,
                          uint32_t d, uint32_t ld) {
  for (size_t from = 0; from < n; from += V_ROWS) {
    const int rows = n - from < V_ROWS ? (int)(n - from) : V_ROWS;
    const float *ra[V_ROWS];
    float *rc[V_ROWS];
    for (int i = 0; i < rows; i++) ra[i] = a + (size_t)(ai ? ai[from + (size_t)i] : from + (size_t)i) * ld;
    for (uint32_t j = 0; j < ld; j += V_COLS * V_N) {
      const int cols = ld - j < V_COLS * V_N ? (int)((ld - j) / V_N) : V_COLS;
      for (int i = 0; i < rows; i++) rc[i] = c + (size_t)(ci ? ci[from + (size_t)i] : from + (size_t)i) * ld + j;
      tile_of(d, rows, cols, ra, w + j, ld, rc);
    }
  }
}

static V_FN void product(size_t n, const float *a, uint32_t lda, const float *w, uint32_t d, float *c, uint32_t width) {
  memset(c, 0, n * width * sizeof *c);
  for (uint32_t j = 0; j < width; j += V_COLS * V_N) /* the columns of W at hand stay in the cache for all rows */
    for (size_t from = 0; from < n; from += V_ROWS) {
      const int rows = n - from < V_ROWS ? (int)(n - from) : V_ROWS;
      const float *ra[V_ROWS];
      float *rc[V_ROWS];
      for (int i = 0; i < rows; i++) {
        ra[i] = a + (from + (size_t)i) * lda;
        rc[i] = c + (from + (size_t)i) * width + j;
      }
      tile_of(d, rows, V_COLS, ra, w + j, width, rc);
    }
}

enum { OUTER_ROWS = 4 }; /* the width of a network is a multiple of it */

/* The rows of both factors lie apart, so each step looks its own up. */
static inline __attribute__((always_inline)) V_FN void outer_tile(size_t n, int cols, const float *a, const uint32_t *ai,
                                                                  const float *b, const uint32_t *bi, float *c, uint32_t ld) {
  V sum[OUTER_ROWS][V_COLS];
  for (int i = 0; i < OUTER_ROWS; i++)
    for (int j = 0; j < cols; j++) sum[i][j] = V_LOAD(c + (size_t)i * ld + (size_t)j * V_N);
  for (size_t s = 0; s < n; s++) {
    const float *x = a + (size_t)(ai ? ai[s] : s) * ld, *y = b + (size_t)(bi ? bi[s] : s) * ld;
    V row[V_COLS];
    for (int j = 0; j < cols; j++) row[j] = V_LOAD(y + (size_t)j * V_N);
    for (int i = 0; i < OUTER_ROWS; i++) {
      const V one = V_ALL(x[i]);
      for (int j = 0; j < cols; j++) sum[i][j] = V_FMA(one, row[j], sum[i][j]);
    }
  }
  for (int i = 0; i < OUTER_ROWS; i++)
    for (int j = 0; j < cols; j++) V_STORE(c + (size_t)i * ld + (size_t)j * V_N, sum[i][j]);
}

static V_FN void outer(size_t n, const float *a, const uint32_t *ai, const float *b, const uint32_t *bi, float *c, uint32_t d,
                       uint32_t ld) {
  for (uint32_t i = 0; i < d; i += OUTER_ROWS)
    for (uint32_t j = 0; j < ld; j += V_COLS * V_N) {
      float *to = c + (size_t)i * ld + j;
      switch (ld - j < V_COLS * V_N ? (ld - j) / V_N : V_COLS) {
      case 1: outer_tile(n, 1, a + i, ai, b + j, bi, to, ld); break;
#if V_COLS > 2
      case 2: outer_tile(n, 2, a + i, ai, b + j, bi, to, ld); break;
      case 3: outer_tile(n, 3, a + i, ai, b + j, bi, to, ld); break;
#endif
      default: outer_tile(n, V_COLS, a + i, ai, b + j, bi, to, ld); break;
      }
    }
}

static inline __attribute__((always_inline)) V_FN void gather_cols(const float *src, const uint32_t *col, size_t n, float scale,
                                                                   float *out, uint32_t ld, int cols) {
  V sum[8];
  for (int j = 0; j < cols; j++) sum[j] = V_ZERO();
  for (size_t k = 0; k < n; k++)
    for (int j = 0; j < cols; j++) sum[j] = V_ADD(sum[j], V_LOAD(src + (size_t)col[k] * ld + (size_t)j * V_N));
  for (int j = 0; j < cols; j++) V_STORE(out + j * V_N, V_MUL(sum[j], V_ALL(scale)));
}

static V_FN void gather(const float *src, const uint32_t *col, size_t n, float scale, float *out, uint32_t ld) {
  uint32_t j = 0;
  for (; ld - j >= 7 * V_N; j += 7 * V_N) gather_cols(src + j, col, n, scale, out + j, ld, 7);
  for (; j < ld; j += V_N) gather_cols(src + j, col, n, scale, out + j, ld, 1);
}
