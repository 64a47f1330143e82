/* Streams: the input is read in blocks of whole lines, each block is judged by all threads and written out before the next is read.
 * With --out, a file FILE.done beside the output says how far it is good and what input that was (its length and checksum), so that a
 * run that was cut short goes on from there, and not with another input. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli_coverage.h"

#define BLOCK ((size_t)1 << 20)
#define SAVED ((size_t)2 << 20) /* input between two notes of how far the output is good */

typedef struct batch_io {
  th_cli *c;
  const char *in_path, *out_path;
  FILE *in, *out;
  char *done_path;
  char *block;
  size_t have, cap;
  bool eof;
  uint64_t read, written; /* bytes of the input that are dealt with, of the output that are good */
  uint64_t saved;         /* bytes of the input that FILE.done speaks of */
  uint32_t crc;           /* of the bytes dealt with */
  uint64_t skip;          /* bytes that an earlier run has dealt with */
  uint32_t skip_crc;
} batch_io;

static size_t whole_lines(const batch_io *io, bool csv) {
  if (!csv) {
    const char *last = memrchr(io->block, '\n', io->have);
    return last ? (size_t)(last - io->block) + 1 : 0;
  }
  size_t cut = 0;
  bool quoted = false;
  for (size_t i = 0; i < io->have; i++) {
    if (io->block[i] == '"') quoted = !quoted;
    if (io->block[i] == '\n' && !quoted) cut = i + 1;
  }
  return cut;
}

/* The first n bytes of the block are dealt with. */
static void drop(batch_io *io, size_t n) {
  io->crc = th_crc32c(io->crc, th_str_n(io->block, n));
  io->read += n;
  memmove(io->block, io->block + n, io->have - n);
  io->have -= n;
}

static th_code refill(batch_io *io, th_err *err) {
  if (io->eof) return TH_OK;
  const size_t n = fread(io->block + io->have, 1, io->cap - io->have, io->in);
  io->have += n;
  if (n == 0 && ferror(io->in)) return th_fail(err, TH_EIO, "reading failed: %s", strerror(errno));
  io->eof = n == 0 || feof(io->in);
  return TH_OK;
}

static void tell_bad(const batch_io *io, const th_coverage_bad *bad, size_t n) {
  for (size_t i = 0; i < n; i++) {
    th_err e = bad[i].err;
    snprintf(e.source, sizeof e.source, "%s", io->in_path);
    e.line = (uint32_t)bad[i].line;
    e.col = 0;
    th_log_err(&e);
  }
}

/* The block is full of one line: it is told and passed over to its end, like any other line that cannot be read. */
static th_code pass_long_line(batch_io *io, th_coverage_batch *b, th_err *err) {
  th_coverage_bad bad = { .line = ++b->line };
  th_fail(&bad.err, TH_ELIMIT, "the line is longer than TH_LIMIT_LINE_BYTES (%zu)", TH_LIMIT_LINE_BYTES);
  tell_bad(io, &bad, 1);
  b->n_bad++;
  for (;;) {
    const char *end = memchr(io->block, '\n', io->have);
    if (end || io->eof) {
      drop(io, end ? (size_t)(end - io->block) + 1 : io->have);
      return TH_OK;
    }
    drop(io, io->have);
    TH_TRY(refill(io, err));
  }
}

/* The next block of whole lines; rows of CSV with line ends inside quotes are not cut either. Empty at the end. */
static th_code next_block(batch_io *io, th_coverage_batch *b, th_str *out, th_err *err) {
  const bool csv = b->csv;
  for (;;) {
    TH_TRY(refill(io, err));
    const size_t cut = io->eof ? io->have : whole_lines(io, csv);
    if (cut || io->eof) {
      *out = th_str_n(io->block, cut);
      return TH_OK;
    }
    if (io->have < io->cap) continue;
    if (io->have > TH_LIMIT_LINE_BYTES) {
      if (csv) return th_fail(err, TH_ELIMIT, "a row is longer than TH_LIMIT_LINE_BYTES (%zu)", TH_LIMIT_LINE_BYTES);
      TH_TRY(pass_long_line(io, b, err));
      continue;
    }
    char *more = th_realloc(io->block, io->cap * 2);
    if (!more) return th_fail_nomem(err);
    io->block = more;
    io->cap *= 2;
  }
}

static th_code save_progress(batch_io *io, const th_coverage_batch *b, th_err *err) {
  char text[160];
  if (!io->done_path || (!io->eof && io->read - io->saved < SAVED)) return TH_OK;
  io->saved = io->read;
  if (fflush(io->out) != 0) return th_fail(err, TH_EIO, "writing %s failed: %s", io->out_path, strerror(errno));
  snprintf(text, sizeof text, "%llu %08x %llu %llu %llu %llu\n", (unsigned long long)io->read, (unsigned)io->crc,
           (unsigned long long)b->line, (unsigned long long)io->written, (unsigned long long)b->n_good,
           (unsigned long long)b->n_bad);
  return th_file_write(io->done_path, th_str_of(text), err);
}

/* Without a FILE.done there is nothing to go on from: the run starts anew. */
static th_code resume(batch_io *io, th_coverage_batch *b, th_err *err) {
  th_file f;
  unsigned long long read, line, bytes, good, bad;
  unsigned crc;
  char text[160];
  const th_code code = th_file_open(io->done_path, 4096, &f, err);
  if (code == TH_ENOENT) return TH_OK;
  TH_TRY(code);
  snprintf(text, sizeof text, "%.*s", TH_STR_ARG(f.bytes));
  th_file_close(&f);
  if (sscanf(text, "%llu %x %llu %llu %llu %llu", &read, &crc, &line, &bytes, &good, &bad) != 6)
    return th_fail(err, TH_EPARSE, "%s does not say how far the output is good", io->done_path);
  struct stat st;
  if (stat(io->out_path, &st) != 0 || (unsigned long long)st.st_size < bytes)
    return th_fail(err, TH_EINVAL, "%s tells of %llu bytes of answers, which %s does not have", io->done_path, bytes,
                   io->out_path);
  if (truncate(io->out_path, (off_t)bytes) != 0)
    return th_fail(err, TH_EIO, "%s could not be cut to %llu bytes: %s", io->out_path, bytes, strerror(errno));
  io->skip = read;
  io->skip_crc = crc;
  io->written = bytes;
  b->line = line;
  b->n_good = good;
  b->n_bad = bad;
  return TH_OK;
}

static size_t first_row(th_str block) {
  bool quoted = false;
  for (size_t i = 0; i < block.n; i++) {
    if (block.p[i] == '"') quoted = !quoted;
    if (block.p[i] == '\n' && !quoted) return i + 1;
  }
  return block.n;
}

/* What an earlier run has dealt with is read again, to see that it is the same, and for the names of the columns of CSV. */
static th_code pass_over(batch_io *io, th_coverage_batch *b, th_err *err) {
  const uint64_t line = b->line;
  while (io->read < io->skip) {
    th_str block;
    TH_TRY(refill(io, err));
    if (io->have == 0) break;
    block = th_str_n(io->block, io->have);
    if (b->csv && io->read == 0) {
      th_buf none;
      const th_coverage_bad *bad;
      size_t n_bad;
      th_buf_init(&none, io->c->arena, 0);
      TH_TRY(th_coverage_batch_run(b, th_str_sub(block, 0, first_row(block)), &none, &bad, &n_bad, err));
    }
    drop(io, io->skip - io->read < io->have ? (size_t)(io->skip - io->read) : io->have);
  }
  b->line = line;
  if (io->read == io->skip && (io->skip == 0 || io->crc == io->skip_crc)) return TH_OK;
  return th_fail(err, TH_EINVAL, "%s tells of another input: its first %llu bytes are not those of %s", io->done_path,
                 (unsigned long long)io->skip, io->in_path);
}

static th_code stream(batch_io *io, th_coverage_batch *b, th_err *err) {
  th_buf out; /* of a block, used again for the next */
  th_buf_init(&out, io->c->arena, BLOCK);
  TH_TRY(pass_over(io, b, err));
  for (;;) {
    th_str block = TH_STR_NONE;
    const th_coverage_bad *bad;
    size_t n_bad;
    TH_TRY(next_block(io, b, &block, err));
    if (block.n == 0) return TH_OK;
    out.n = 0;
    TH_TRY(th_coverage_batch_run(b, block, &out, &bad, &n_bad, err));
    tell_bad(io, bad, n_bad);
    if (fwrite(out.p, 1, out.n, io->out) != out.n) return th_fail(err, TH_EIO, "writing failed: %s", strerror(errno));
    io->written += out.n;
    drop(io, block.n);
    TH_TRY(save_progress(io, b, err));
  }
}

static th_code open_files(batch_io *io, th_coverage_batch *b, th_err *err) {
  io->in = strcmp(io->in_path, "-") == 0 ? stdin : fopen(io->in_path, "rb");
  if (!io->in) return th_fail(err, errno == ENOENT ? TH_ENOENT : TH_EIO, "%s: %s", io->in_path, strerror(errno));
  if (io->out_path) {
    const size_t n = strlen(io->out_path) + 6;
    io->done_path = TH_NEWN(io->c->arena, char, n);
    if (!io->done_path) return th_fail_nomem(err);
    snprintf(io->done_path, n, "%s.done", io->out_path);
    if (th_cli_has(io->c, "resume"))
      TH_TRY(resume(io, b, err));
    else if (unlink(io->done_path) != 0 && errno != ENOENT) /* of an earlier run: it must not outlive that run's answers */
      return th_fail(err, TH_EIO, "%s could not be removed: %s", io->done_path, strerror(errno));
    io->out = fopen(io->out_path, io->skip ? "ab" : "wb");
    if (!io->out) return th_fail(err, TH_EIO, "%s: %s", io->out_path, strerror(errno));
  } else {
    io->out = stdout;
  }
  io->cap = BLOCK;
  io->block = th_malloc(io->cap);
  return io->block ? TH_OK : th_fail_nomem(err);
}

static th_code close_files(batch_io *io, th_code code, th_err *err) {
  if (io->in && io->in != stdin) fclose(io->in);
  if (io->out && io->out != stdout) {
    if (fclose(io->out) != 0 && code == TH_OK)
      code = th_fail(err, TH_EIO, "writing %s failed: %s", io->out_path, strerror(errno));
  } else if (io->out && fflush(io->out) != 0 && code == TH_OK) {
    code = th_fail(err, TH_EIO, "standard output could not be written: %s", strerror(errno));
  }
  th_free(io->block);
  return code;
}

static int run_batch(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_coverage_batch b;
  batch_io io = { .c = c, .in_path = c->args[0], .out_path = th_cli_opt(c, "out") };
  int64_t threads = 0;
  const char *t = th_cli_opt(c, "threads"), *kind = th_cli_opt(c, "format");
  if (t && (!th_str_to_i64(th_str_of(t), &threads) || threads < 1 || threads > TH_LIMIT_POOL_THREADS))
    return th_cli_usage(c, "--threads takes a number from 1 to %d", TH_LIMIT_POOL_THREADS);
  if (kind && strcmp(kind, "csv") != 0 && strcmp(kind, "jsonl") != 0) return th_cli_usage(c, "--format is jsonl or csv");
  if (th_cli_has(c, "resume") && !io.out_path) return th_cli_usage(c, "--resume goes with --out");
  const bool csv = kind ? strcmp(kind, "csv") == 0 : th_str_ends(th_str_of(io.in_path), TH_S(".csv"));
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  th_pool *pool = th_pool_new((unsigned)threads);
  if (!pool) return th_cli__nomem(c);
  th_code code = th_coverage_batch_open(&cov, pool, csv, &b, &err);
  if (code == TH_OK) {
    code = open_files(&io, &b, &err);
    if (code == TH_OK) code = stream(&io, &b, &err);
    code = close_files(&io, code, &err);
    th_coverage_batch_close(&b);
  }
  th_pool_del(pool);
  if (code != TH_OK) return th_cli_error(c, &err);
  if (!c->quiet || b.n_bad)
    fprintf(stderr, "%llu cases judged, %llu lines skipped\n", (unsigned long long)b.n_good, (unsigned long long)b.n_bad);
  return b.n_bad ? 3 : 0;
}

static const th_opt opts[] = {
  { .name = "format", .arg = "KIND", .help = "jsonl or csv; else by the name of the file" },
  { .name = "out",
    .letter = 'o',
    .arg = "FILE",
    .help = "writes there instead of standard output, and notes how far in FILE.done" },
  { .name = "resume", .help = "goes on where FILE.done says the last run stopped; from the start where there is none" },
  { .name = "threads", .arg = "N", .help = "threads; else one for each processor" },
  { .name = "policy",
    .letter = 'p',
    .arg = "FILE",
    .help = "a further policy; one of the same id replaces the built-in one",
    .repeats = true },
  { 0 },
};

static const char *const examples[] = {
  "theriac coverage batch cases.jsonl > answers.jsonl",
  "theriac coverage batch cases.jsonl --out answers.jsonl --resume",
  NULL,
};

const th_cmd th_cmd_coverage_batch = {
  .name = "coverage batch",
  .group = "Reimbursement",
  .synopsis = "FILE|- [--format jsonl|csv] [--out FILE [--resume]] [--threads N] [--policy FILE]",
  .summary = "judges many cases: one result line a case, in the same order",
  .details = "A line that cannot be read is reported with its number, skipped and counted; the status is then 3. CSV has the "
             "columns case, "
             "program, path, as_of and a column a fact; fact.unit, fact.date, fact.lo and fact.hi go with it.",
  .opts = opts,
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run_batch,
};
