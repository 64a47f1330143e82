/* Patients from a stream of lines, in the memory of one patient: a line is a Bundle, complete in itself, or a resource, and the
 * resources of a patient follow one another. A patient who comes back later would have been judged on a part of his record, so that
 * is an error; the names seen are kept as hashes, eight bytes each, for that check alone. Resources that name no patient (Medication,
 * Organization) belong to all patients behind them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli_cql.h"
#include "theriac/io.h"

#define BLOCK ((size_t)1 << 20)

/* Hashes of the patients that are done; zero is an empty place. */
typedef struct hashes {
  uint64_t *v;
  size_t n, cap;
} hashes;

typedef struct lines {
  const char *path;
  FILE *in;
  char *block;
  size_t at, have, cap;
  bool eof;
  uint64_t no; /* of the line given last */
} lines;

typedef struct text { /* lines kept, in memory that is used again */
  char *p;
  size_t n, cap;
} text;

typedef struct stream {
  lines in;
  text common, group;
  char *id; /* of the patient whose lines are being gathered */
  size_t id_n;
  uint64_t first; /* line of his first resource */
  hashes done;
  th_arena *data, *patient;
  th_cql_visit visit;
  void *ctx;
  th_err *err;
} stream;

static bool hash_put(hashes *h, uint64_t x, bool *is_new) {
  if (x == 0) x = 1;
  if (2 * (h->n + 1) > h->cap) {
    const hashes old = *h;
    h->cap = old.cap ? 2 * old.cap : 1024;
    h->v = th_malloc(h->cap * sizeof *h->v);
    if (!h->v) {
      *h = old;
      return false;
    }
    memset(h->v, 0, h->cap * sizeof *h->v);
    for (size_t i = 0; i < old.cap; i++) {
      size_t at = old.v[i] & (h->cap - 1);
      while (old.v[i] && h->v[at]) at = (at + 1) & (h->cap - 1);
      if (old.v[i]) h->v[at] = old.v[i];
    }
    th_free(old.v);
  }
  size_t at = x & (h->cap - 1);
  while (h->v[at] && h->v[at] != x) at = (at + 1) & (h->cap - 1);
  *is_new = h->v[at] == 0;
  h->v[at] = x;
  h->n += *is_new;
  return true;
}

static th_code text_add(stream *s, text *t, th_str line) {
  if (t->n + line.n + 1 > TH_LIMIT_FHIR_PATIENT_BYTES)
    return th_fail(s->err, TH_ELIMIT, "one patient has more than TH_LIMIT_FHIR_PATIENT_BYTES (%zu)",
                   TH_LIMIT_FHIR_PATIENT_BYTES);
  if (t->n + line.n + 1 > t->cap) {
    const size_t cap = 2 * (t->n + line.n + 1);
    char *p = th_realloc(t->p, cap);
    if (!p) return th_fail_nomem(s->err);
    t->p = p;
    t->cap = cap;
  }
  if (line.n) memcpy(t->p + t->n, line.p, line.n);
  t->n += line.n;
  t->p[t->n++] = '\n';
  return TH_OK;
}

/* The next line without its end, valid until the next call. *more: there was one. */
static th_code next_line(lines *in, th_str *line, bool *more, th_err *err) {
  for (;;) {
    const char *end = in->have > in->at ? memchr(in->block + in->at, '\n', in->have - in->at) : NULL;
    if (end || (in->eof && in->have > in->at)) {
      const size_t stop = end ? (size_t)(end - in->block) : in->have;
      *line = th_str_trim(th_str_n(in->block + in->at, stop - in->at));
      in->at = end ? stop + 1 : stop;
      in->no++;
      *more = true;
      return TH_OK;
    }
    *more = false;
    if (in->eof) return TH_OK;
    memmove(in->block, in->block + in->at, in->have - in->at);
    in->have -= in->at;
    in->at = 0;
    if (in->have == in->cap) {
      if (in->cap >= TH_LIMIT_FHIR_PATIENT_BYTES)
        return th_fail(err, TH_ELIMIT, "a line is longer than TH_LIMIT_FHIR_PATIENT_BYTES (%zu)", TH_LIMIT_FHIR_PATIENT_BYTES);
      char *block = th_realloc(in->block, in->cap * 2);
      if (!block) return th_fail_nomem(err);
      in->block = block;
      in->cap *= 2;
    }
    const size_t n = fread(in->block + in->have, 1, in->cap - in->have, in->in);
    if (n == 0 && ferror(in->in)) return th_fail(err, TH_EIO, "reading failed: %s", strerror(errno));
    in->have += n;
    in->eof = n == 0;
  }
}

/* Opens text and shows each of its patients; a fault is told with the line of the whole input. */
static th_code show(stream *s, th_str bytes, uint64_t first) {
  th_fhir_data *d;
  th_err e = { 0 };
  th_arena_reset(s->data);
  th_code code = th_fhir_open(s->data, bytes, s->in.path, &d, &e);
  for (size_t i = 0; code == TH_OK && i < th_fhir_patients(d); i++) {
    th_fhir_patient *p;
    th_arena_reset(s->patient);
    code = th_fhir_patient_at(d, s->patient, i, &p, &e);
    if (code == TH_OK) code = s->visit(s->ctx, s->patient, p, &e);
  }
  if (code != TH_OK && s->err) {
    *s->err = e;
    if (e.line) s->err->line = (uint32_t)(e.line + first - 1);
  }
  return code;
}

static th_code finish_group(stream *s) {
  if (!s->group.n) return TH_OK;
  uint64_t before = 0; /* lines of the common part stand in front */
  for (size_t i = 0; i < s->common.n; i++) before += s->common.p[i] == '\n';
  const th_str mine = th_str_n(s->group.p, s->group.n);
  th_code code;
  if (before == 0) {
    code = show(s, mine, s->first);
  } else {
    text all = { 0 };
    code = text_add(s, &all, th_str_n(s->common.p, s->common.n - 1));
    if (code == TH_OK) code = text_add(s, &all, mine);
    if (code == TH_OK) code = show(s, th_str_n(all.p, all.n), s->first > before ? s->first - before : 1);
    th_free(all.p);
  }
  s->group.n = 0;
  return code;
}

static th_code begin_group(stream *s, th_str id) {
  bool is_new;
  char *p = th_realloc(s->id, id.n + 1); /* the view ends with the group before */
  if (!p) return th_fail_nomem(s->err);
  memcpy(p, id.p, id.n);
  s->id = p;
  s->id_n = id.n;
  TH_TRY(finish_group(s));
  s->first = s->in.no;
  if (!hash_put(&s->done, th_hash(th_str_n(s->id, s->id_n)), &is_new)) return th_fail_nomem(s->err);
  if (is_new) return TH_OK;
  return th_fail_at(s->err, TH_EPARSE, (uint32_t)s->in.no, 0,
                    "the patient %.*s was here before: with --stream the lines of a patient follow one another", (int)s->id_n,
                    s->id);
}

static th_code take_line(stream *s, th_str line) {
  th_fhir_data *d;
  if (!line.n) return TH_OK;
  th_arena_reset(s->data);
  const th_code code = th_fhir_open(s->data, line, s->in.path, &d, s->err);
  if (code != TH_OK) {
    if (s->err) s->err->line = (uint32_t)s->in.no;
    return code;
  }
  if (th_fhir_is_bundle(d)) {
    TH_TRY(finish_group(s));
    s->id_n = 0;
    return show(s, line, s->in.no);
  }
  const th_str id = th_fhir_patient_id(d, 0);
  if (id.n) {
    if (s->group.n == 0 || !th_str_eq(id, th_str_n(s->id, s->id_n))) TH_TRY(begin_group(s, id));
    return text_add(s, &s->group, line);
  }
  if (s->group.n || s->done.n)
    return th_fail_at(s->err, TH_EPARSE, (uint32_t)s->in.no, 0,
                      "a resource that names no patient stands behind patients: with --stream it must come before them");
  return text_add(s, &s->common, line);
}

th_code th_cli__cql_stream(const char *path, th_cql_visit visit, void *ctx, th_err *err) {
  stream s = { .in = { .path = path, .cap = BLOCK }, .visit = visit, .ctx = ctx, .err = err };
  s.in.in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
  if (!s.in.in) {
    th_fail(err, errno == ENOENT ? TH_ENOENT : TH_EIO, "%s", strerror(errno));
    th_err_source(err, path);
    return errno == ENOENT ? TH_ENOENT : TH_EIO;
  }
  s.in.block = th_malloc(s.in.cap);
  s.data = th_arena_new(0);
  s.patient = th_arena_new(0);
  if (s.patient) th_arena_limit(s.patient, TH_LIMIT_ELM_BYTES);
  th_code code = s.in.block && s.data && s.patient ? TH_OK : th_fail_nomem(err);
  for (bool more = true; code == TH_OK && more;) {
    th_str line;
    code = next_line(&s.in, &line, &more, err);
    if (code == TH_OK && s.in.no == 1 && more && th_gzip_is(line))
      code = th_fail(err, TH_EUNSUP, "a packed file cannot be streamed; unpack it into --ndjson -");
    if (code == TH_OK && more) code = take_line(&s, line);
  }
  if (code == TH_OK) code = finish_group(&s);
  if (code != TH_OK) th_err_source(err, path);
  th_arena_del(s.data);
  th_arena_del(s.patient);
  th_free(s.in.block);
  th_free(s.common.p);
  th_free(s.group.p);
  th_free(s.id);
  th_free(s.done.v);
  if (s.in.in != stdin) fclose(s.in.in);
  return code;
}
