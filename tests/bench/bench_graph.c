/* The knowledge graph at PrimeKG's size (an invented one: 129,375 nodes, 8.1 million rows, about 1 GB), and the network over it:
 * import as a user runs it, all pairs scored, an epoch of fine-tuning and its two heaviest kernels, the reasons for a page.
 * THERIAC_BENCH_SCALE=0.1 makes all of it smaller. */
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "nn/net_priv.h"
#include "theriac/io.h"
#include "theriac/predict.h"

static const char program[] = THERIAC_BUILD_ROOT "/src/cli/theriac";
static char dir[] = "/tmp/theriac-bench-XXXXXX";
static th_arena *arena;
static th_pool *pool;

static void die(const char *what, const th_err *err) {
  fprintf(stderr, "%s: %s\n", what, err->msg);
  exit(1);
}

static char *in_dir(const char *name) {
  const th_str s = th_str_fmt(arena, "%s/%s", dir, name);
  if (!s.p) abort();
  return (char *)(uintptr_t)s.p;
}

typedef struct cost {
  double wall, cpu, bytes_max;
  int status;
} cost;

/* A program from start to end; its output goes to `out`. */
static cost run(const char *const *argv, const char *out) {
  posix_spawn_file_actions_t to;
  posix_spawn_file_actions_init(&to);
  posix_spawn_file_actions_addopen(&to, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&to, 2, "/dev/null", O_WRONLY, 0);
  pid_t pid;
  int status = -1;
  struct rusage use = { 0 };
  const double t = bench_now();
  if (posix_spawnp(&pid, argv[0], &to, NULL, (char *const *)(uintptr_t)argv, environ) == 0) wait4(pid, &status, 0, &use);
  posix_spawn_file_actions_destroy(&to);
  return (cost){ .wall = bench_now() - t,
                 .cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                        1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec),
                 .bytes_max = 1024.0 * (double)use.ru_maxrss,
                 .status = WIFEXITED(status) ? WEXITSTATUS(status) : -1 };
}

/* ── Import ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One pass over the file, piece by piece as any reader must have it, that does no more than find the line ends. */
static double scan_rate(const char *path, double *bytes) {
  static char piece[1 << 18];
  size_t lines = 0;
  double total = 0;
  const double t = bench_now();
  const int fd = open(path, O_RDONLY);
  for (ssize_t n; fd >= 0 && (n = read(fd, piece, sizeof piece)) > 0; total += (double)n)
    for (char *p = piece, *end = piece + n; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) lines++;
  const double seconds = bench_now() - t;
  if (fd >= 0) close(fd);
  __asm__ volatile("" ::"r"(lines));
  *bytes = total;
  return total / seconds;
}

/* Bytes a second by pandas, 0 where it is not installed. */
static double pandas_rate(const char *path, double bytes) {
  static const char script[] = "import sys, pandas; pandas.read_csv(sys.argv[1], low_memory=False)";
  static const char *const pythons[] = { "python3", "/usr/bin/python3" };
  for (size_t k = 0; k < 2; k++) {
    if (run((const char *[]){ pythons[k], "-c", "import pandas", NULL }, "/dev/null").status != 0) continue;
    const cost c = run((const char *[]){ pythons[k], "-c", script, path, NULL }, "/dev/null");
    if (c.status == 0) return bytes / c.wall;
  }
  return 0;
}

static double least(double x, double y) {
  return x < y ? x : y;
}

static void bench_import(const char *scale) {
  const char *nodes = in_dir("node.csv"), *edges = in_dir("kg.csv"), *graph = in_dir("graph.thg");
  if (run((const char *[]){ program, "graph", "generate", "--scale", scale, "--out", dir, NULL }, "/dev/null").status != 0)
    die("graph generate", &(th_err){ 0 });
  double bytes = 0;
  scan_rate(edges, &bytes); /* into the cache */
  const double scan = scan_rate(edges, &bytes), pandas = pandas_rate(edges, bytes);
  cost best = { .wall = INFINITY, .cpu = INFINITY };
  for (int k = 0; k < 3; k++) {
    const cost c = run((const char *[]){ program, "graph", "import", nodes, edges, "--out", graph, NULL }, "/dev/null");
    if (c.status != 0) die("graph import", &(th_err){ 0 });
    best.wall = least(best.wall, c.wall);
    best.cpu = least(best.cpu, c.cpu);
    best.bytes_max = fmax(best.bytes_max, c.bytes_max);
  }
  const unsigned threads = th_pool_threads(pool);
  bench_line("graph import, a kg.csv in the cache", bytes, "B", best.wall, "pandas.read_csv", pandas,
             "finding line ends, all cores", scan * threads);
  printf("%.0f MB of edges; %.2f s of processor time (%.0f MB/s on %u processors that do nothing else), %.0f MB of memory at "
         "most\n",
         bytes / 1e6, best.cpu, bytes / best.cpu * threads / 1e6, threads, best.bytes_max / 1e6);
  if (!pandas) printf("pandas is not installed (python3-pandas): no reference\n");
  fflush(stdout);
}

/* ── The network ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Multiply-adds from registers alone, on one processor: what no kernel can beat. */
#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f"))) static void fma_512(long n) {
  __m512 v[12], x = _mm512_set1_ps(0.999f), y = _mm512_set1_ps(0.001f);
  for (int k = 0; k < 12; k++) v[k] = _mm512_set1_ps((float)k);
  for (long i = 0; i < n; i++)
    for (int k = 0; k < 12; k++) v[k] = _mm512_fmadd_ps(v[k], x, y);
  for (int k = 0; k < 12; k++) __asm__ volatile("" ::"v"(v[k]));
}

__attribute__((target("avx2,fma"))) static void fma_256(long n) {
  __m256 v[12], x = _mm256_set1_ps(0.999f), y = _mm256_set1_ps(0.001f);
  for (int k = 0; k < 12; k++) v[k] = _mm256_set1_ps((float)k);
  for (long i = 0; i < n; i++)
    for (int k = 0; k < 12; k++) v[k] = _mm256_fmadd_ps(v[k], x, y);
  for (int k = 0; k < 12; k++) __asm__ volatile("" ::"x"(v[k]));
}
#endif

static void fma_some(void *ctx) {
  const int *width = ctx;
#if defined(__x86_64__)
  if (*width == 16) fma_512(100000);
  if (*width == 8) fma_256(100000);
#else
  (void)width;
#endif
}

/* Operations a second of one processor at most, 0 where it is not known how to ask. */
static double peak_rate(void) {
  int width = th_net__kernels_avx512() ? 16 : th_net__kernels_avx2() ? 8 : 0;
  return width ? 2.0 * width * 12 * 100000 / bench_seconds(fma_some, &width) : 0;
}

typedef struct kernel_work {
  const th_net__kernels *k;
  float *a, *b, *w, *c;
  uint32_t *index;
  size_t n;
} kernel_work;

enum { D = 100, LD = 112, ROWS = 192, DEGREE = 64, TABLE = 8192 };

static void multiply_rows(void *ctx) {
  const kernel_work *k = ctx;
  for (size_t i = 0; i + ROWS <= k->n; i += ROWS) k->k->multiply(ROWS, k->a + i * LD, NULL, k->w, k->c, NULL, D, LD);
}

static void outer_rows(void *ctx) {
  const kernel_work *k = ctx;
  for (size_t i = 0; i + ROWS <= k->n; i += ROWS) k->k->outer(ROWS, k->a + i * LD, NULL, k->b + i * LD, NULL, k->w, D, LD);
}

static void gather_rows(void *ctx) {
  const kernel_work *k = ctx;
  for (size_t i = 0; i + DEGREE <= k->n; i += DEGREE) k->k->gather(k->a, k->index + i, DEGREE, 1, k->c, LD);
}

/* On one processor, over rows as the network lays them: what it does most of. */
static void bench_kernels(void) {
  const size_t n = 20 * ROWS;
  kernel_work k = { .k = th_net__kernels_best(), .n = n };
  k.a = TH_NEWN(arena, float, (size_t)TABLE *LD), k.b = TH_NEWN(arena, float, n *LD),
  k.w = TH_NEWN(arena, float, (size_t)D *LD);
  k.c = TH_NEWN(arena, float, (size_t)ROWS *LD), k.index = TH_NEWN(arena, uint32_t, n);
  if (!k.a || !k.b || !k.w || !k.c || !k.index) abort();
  for (size_t i = 0; i < n; i++) k.index[i] = (uint32_t)(th_rng_at(1, 2, i) % TABLE);
  for (size_t i = 0; i < (size_t)TABLE * LD; i++) k.a[i] = (float)(i % 7) * 1e-3f;
  const double peak = peak_rate(), sums = (double)n * D * LD * 2;
  bench_line("network kernel: rows times weights", sums, "FLOP", bench_seconds(multiply_rows, &k), "", 0,
             "multiply-adds of one core", peak);
  bench_line("network kernel: gradients of weights", sums, "FLOP", bench_seconds(outer_rows, &k), "", 0,
             "multiply-adds of one core", peak);
  const double bytes = (double)n * LD * sizeof(float), lots = bench_seconds(gather_rows, &k);
  for (size_t i = 0; i < n; i++) k.index[i] = (uint32_t)i;
  bench_line("network kernel: sums of neighbours", bytes, "B", lots, "", 0, "the same rows in their order",
             bytes / bench_seconds(gather_rows, &k));
}

/* ── All pairs ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct pairs_work {
  th_net_vectors v;
  uint32_t n_drugs;
} pairs_work;

static void all_pairs(void *ctx) {
  const pairs_work *w = ctx;
  th_arena *a = th_arena_new(1 << 20);
  th_net_best *out;
  th_err err = { 0 };
  if (!a || th_net_best_of(a, &w->v, w->n_drugs, 30, pool, &out, &err) != TH_OK) die("all pairs", &err);
  th_arena_del(a);
}

static void bench_pairs(const th_net *net, uint32_t n_drugs) {
  pairs_work w = { .n_drugs = n_drugs };
  th_err err = { 0 };
  if (th_net_vectors_of(arena, net, &w.v, &err) != TH_OK) die("vectors", &err);
  const double n = (double)n_drugs * w.v.n_diseases, peak = peak_rate() * th_pool_threads(pool);
  bench_line("all pairs of a relation, 30 best each", n, "pairs", bench_seconds(all_pairs, &w), "3 s in all", n / 3,
             "multiply-adds of all cores", peak / (2.0 * D));
}

/* ── An epoch ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_net *bench_epochs(const th_nn_world *w, uint32_t epochs) {
  const uint32_t n = th_nn_n_labelled(w);
  uint8_t *visible = TH_NEWN(arena, uint8_t, n + 1);
  uint32_t *cluster = TH_NEWN(arena, uint32_t, n + 1);
  th_net *net = NULL;
  th_err err = { 0 };
  if (!visible || !cluster) abort();
  for (uint32_t i = 0; i < n; i++) visible[i] = i % 10 < 8, cluster[i] = i;
  if (th_net_new(arena, w, visible, cluster, th_net_default(1), pool, &net, &err) != TH_OK) die("network", &err);
  th_net_begin(net);
  double loss = 0, first = 0;
  const double start = bench_now();
  for (uint32_t k = 0; k <= epochs; k++) { /* the first one also sums what stays the same for all */
    if (th_net_epoch(net, k, &loss, &err) != TH_OK) die("epoch", &err);
    if (k == 0) first = bench_now() - start;
  }
  const double each = (bench_now() - start - first) / epochs;
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  bench_line("network: an epoch of fine-tuning", 1, "epochs", each, "500 in 5 min", 500 / 300.0, "", 0);
  printf("%u epochs after the first (%.2f s), loss %.4f; 500 would take %.0f s; %.0f MB of memory at most\n", epochs, first,
         loss, first + 499 * each, 1.024e-3 * (double)use.ru_maxrss);
  fflush(stdout);
  th_net_encode(net);
  return net;
}

/* ── Reasons ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct page {
  const th_graph *g;
  const th_nn_world *w;
  th_net *net;
  uint32_t drug, disease;
} page;

/* What a page shows of one pair: the network's exact shares, and the heaviest paths of the graph. */
static void reasons(void *ctx) {
  const page *p = ctx;
  th_arena *a = th_arena_new(1 << 20);
  th_net_reasons r;
  th_graph_path *path;
  size_t n;
  th_err err = { 0 };
  if (!a || th_net_explain(a, p->net, p->drug, p->disease, 20, &r, &err) != TH_OK) die("reasons", &err);
  const uint32_t from = p->g->type[th_graph_type_find(p->g, "drug")].first + p->drug;
  const uint32_t to = p->g->type[th_graph_type_find(p->g, "disease")].first + p->disease;
  const char *const skip[] = { "indication", "contraindication", "off-label use", NULL };
  const th_graph_path_options o = { .through = TH_GRAPH_NONE, .k = 10, .length_max = 3, .skip = skip };
  if (th_graph_paths(a, p->g, from, to, o, &path, &n, &err) != TH_OK) die("paths", &err);
  th_arena_del(a);
}

static void bench_page(const th_graph *g, const th_nn_world *w, th_net *net) {
  page p = { .g = g, .w = w, .net = net };
  for (uint32_t i = th_nn_n_labelled(w) / 2; i < th_nn_n_labelled(w); i++) { /* a pair that is known, from the middle */
    uint32_t n;
    const uint32_t *drug = th_nn_known(w, false, i, &n);
    if (!n) continue;
    p.drug = drug[n / 2], p.disease = th_nn_labelled(w, i);
    break;
  }
  bench_line("reasons for a pair: shares and paths", 1, "pages", bench_seconds(reasons, &p), "the 50 ms allowed", 20, "", 0);
}

int main(void) {
  const char *scale = getenv("THERIAC_BENCH_SCALE");
  arena = th_arena_new(0);
  pool = th_pool_new(0);
  if (!arena || !pool || !mkdtemp(dir)) return 4;
  bench_kernels();
  bench_import(scale ? scale : "1");
  th_predict_graph g;
  th_nn_world *w;
  th_err err = { 0 };
  if (th_predict_graph_open(in_dir("graph.thg"), &g, &err) != TH_OK) die("graph", &err);
  double t = bench_now();
  if (th_nn_world_open(arena, &g.g, &w, &err) != TH_OK) die("world", &err);
  bench_line("what any model reads of the graph first", 1, "graphs", bench_now() - t, "", 0, "", 0);
  th_net *net = bench_epochs(w, 10);
  bench_pairs(net, th_nn_n_drugs(w));
  bench_page(&g.g, w, net);
  th_predict_graph_close(&g);
  th_pool_del(pool);
  const char *const remove[] = { "rm", "-rf", dir, NULL };
  execvp("rm", (char *const *)(uintptr_t)remove);
  return 1;
}
