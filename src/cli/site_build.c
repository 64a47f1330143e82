/* The site, in two rounds: each drug's dossier, from which its own files are written and a brief is kept; then lists, charts, feeds and
 * tables of all briefs. Tasks go by drug and by page, and what is kept of them is put together in the order of the drugs, so that the
 * bytes do not hang on the number of threads. */
#include "cli/cli_site.h"

#include <stdlib.h>

#include "theriac/dossier.h"
#include "theriac/report/site.h"

/* What is kept of one drug: its brief, its rows of every table, the licences of its sources. */
typedef struct kept {
  th_brief brief;
  th_str rows[TH_TABLE_KINDS];
  TH_VEC(th_site_terms) terms;
  th_err err;
} kept;

typedef struct worker {
  th_store *store;
  th_arena *work, *keep; /* of one task; of all of them */
} worker;

typedef struct build {
  const th_cli_site *o;
  th_arena *a;
  th_pool *pool;
  worker *worker;
  th_names *names;
  th_subjects subjects;
  th_kindred *kindred;
  kept *kept; /* one a subject */
  th_tree *tree;
  th_atlas atlas;
  th_site site;
  th_err *page_err; /* one a page of the second round */
} build;

/* ── Round one: dossiers ───────────────────────────────────────────────────────────────────────────────────────────── */

/* A public page does not say where on a machine a document lay. */
static void strip_paths(th_dossier *d) {
  for (size_t i = 0; i < d->sources.n; i++) {
    th_str *name = &d->sources.v[i].name;
    const size_t slash = th_str_rfind(*name, TH_S("/"));
    if (slash != SIZE_MAX) *name = th_str_sub(*name, slash + 1, name->n);
  }
}

static th_code keep_terms(th_arena *a, const th_dossier *d, kept *k, th_err *err) {
  for (size_t i = 0; i < d->sources.n; i++) {
    const th_dossier_source *s = &d->sources.v[i];
    bool known = false;
    for (size_t n = 0; n < k->terms.n && !known; n++)
      known = th_str_eq(k->terms.v[n].kind, s->kind) && th_str_eq(k->terms.v[n].licence, s->licence);
    if (known) continue;
    const th_site_terms x = { th_str_dup(a, s->kind), s->licence.n ? th_str_dup(a, s->licence) : TH_S("") };
    if (!x.kind.p || !x.licence.p || !TH_VEC_PUSH(a, &k->terms, x)) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code keep_rows(worker *w, const th_dossier *d, kept *k, th_err *err) {
  for (int t = 0; t < TH_TABLE_KINDS; t++) {
    const th_arena_mark mark = th_arena_save(w->work);
    th_buf b;
    th_buf_init(&b, w->work, 1 << 14);
    th_table_rows((th_table_kind)t, d, &b);
    k->rows[t] = b.failed ? TH_STR_NONE : b.n ? th_str_dup(w->keep, th_buf_str(&b)) : TH_S("");
    th_arena_rewind(w->work, mark);
    if (!k->rows[t].p) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code put_parts(build *b, worker *w, const th_dossier *d, const th_brief *brief, th_err *err) {
  for (int part = 0; part < TH_SITE_PARTS; part++) {
    const th_arena_mark mark = th_arena_save(w->work);
    th_str path;
    th_buf out;
    th_buf_init(&out, w->work, 1 << 17);
    TH_TRY(th_site_drug(w->work, &b->site, d, brief, (th_site_part)part, &path, &out, err));
    TH_TRY(th_tree_put(b->tree, path, th_buf_str(&out), err));
    th_arena_rewind(w->work, mark);
  }
  return TH_OK;
}

static th_code make_drug(build *b, worker *w, size_t i, th_err *err) {
  th_dossier *d;
  kept *k = &b->kept[i];
  const th_subject *s = &b->subjects.v[i];
  const th_dossier_options o = {
    .drug = s->name, .as_of = b->o->as_of, .kindred = b->kindred, .home = b->o->model ? b->o->home : NULL
  };
  TH_TRY(th_dossier_build(w->work, w->store, b->names, &o, &d, err));
  TH_TRY(th_dossier_history(w->work, w->store, b->names, &o, d, err));
  strip_paths(d);
  TH_TRY(th_brief_of(w->keep, d, s->slug, &k->brief, err));
  TH_TRY(keep_terms(w->keep, d, k, err));
  TH_TRY(keep_rows(w, d, k, err));
  return put_parts(b, w, d, &k->brief, err);
}

static th_code drug_task(void *ctx, size_t task, unsigned index) {
  build *b = ctx;
  kept *k = &b->kept[task];
  const th_code code = make_drug(b, &b->worker[index], task, &k->err);
  if (code != TH_OK) th_err_ctx(&k->err, "drug %.*s", TH_STR_ARG(b->subjects.v[task].name));
  th_arena_reset(b->worker[index].work);
  return code;
}

/* The error of the lowest task that failed: the pool gives its code. */
static th_code first_error(build *b, th_code code, th_err *err) {
  for (size_t i = 0; i < b->subjects.n; i++)
    if (b->kept[i].err.code != TH_OK) {
      if (err) *err = b->kept[i].err;
      return b->kept[i].err.code;
    }
  return code == TH_ENOMEM ? th_fail_nomem(err) : code;
}

/* ── Round two: all together ───────────────────────────────────────────────────────────────────────────────────────── */

static int by_terms(const void *x, const void *y) {
  const th_site_terms *p = x, *q = y;
  const int d = th_str_cmp(p->kind, q->kind);
  return d ? d : th_str_cmp(p->licence, q->licence);
}

static th_code join_terms(build *b, th_err *err) {
  TH_VEC(th_site_terms) v = { 0 };
  for (size_t i = 0; i < b->subjects.n; i++)
    for (size_t k = 0; k < b->kept[i].terms.n; k++)
      if (!TH_VEC_PUSH(b->a, &v, b->kept[i].terms.v[k])) return th_fail_nomem(err);
  if (v.n) qsort(v.v, v.n, sizeof *v.v, by_terms);
  size_t n = 0;
  for (size_t i = 0; i < v.n; i++)
    if (!n || by_terms(&v.v[n - 1], &v.v[i]) != 0) v.v[n++] = v.v[i];
  b->site.terms = v.v;
  b->site.n_terms = n;
  return TH_OK;
}

static th_code make_atlas(build *b, th_err *err) {
  th_brief *brief = TH_NEWN(b->a, th_brief, b->subjects.n + 1);
  if (!brief) return th_fail_nomem(err);
  for (size_t i = 0; i < b->subjects.n; i++) brief[i] = b->kept[i].brief;
  TH_TRY(th_atlas_make(b->a, brief, (uint32_t)b->subjects.n, &b->atlas, err));
  b->site.atlas = &b->atlas;
  return join_terms(b, err);
}

static th_code put_table(build *b, th_table_kind t, th_err *err) {
  th_buf out;
  worker *w = &b->worker[0];
  const th_arena_mark mark = th_arena_save(w->work);
  size_t n = 1024;
  for (size_t i = 0; i < b->subjects.n; i++) n += b->kept[i].rows[t].n;
  th_buf_init(&out, w->work, n);
  if (b->o->bom) th_buf_addz(&out, "\xEF\xBB\xBF");
  th_table_head(t, &out);
  for (size_t i = 0; i < b->subjects.n; i++) th_buf_add(&out, b->kept[i].rows[t]);
  if (out.failed) return th_fail_nomem(err);
  TH_TRY(th_tree_put(b->tree, th_site_table_path(w->work, t), th_buf_str(&out), err));
  th_arena_rewind(w->work, mark);
  return TH_OK;
}

static th_code put_document(build *b, const char *path, th_code (*draw)(const th_site *, th_buf *, th_err *), th_err *err) {
  th_buf out;
  const th_arena_mark mark = th_arena_save(b->worker[0].work);
  th_buf_init(&out, b->worker[0].work, 1 << 16);
  TH_TRY(draw(&b->site, &out, err));
  TH_TRY(th_tree_put(b->tree, th_str_of(path), th_buf_str(&out), err));
  th_arena_rewind(b->worker[0].work, mark);
  return TH_OK;
}

/* Files straight below data/, for the page that lists them. */
static th_code list_downloads(build *b, th_err *err) {
  const th_tree_file *all;
  size_t n, below = 0;
  TH_TRY(th_tree_files(b->tree, b->a, &all, &n, err));
  th_tree_file *v = TH_NEWN(b->a, th_tree_file, n + 1);
  if (!v) return th_fail_nomem(err);
  for (size_t i = 0; i < n; i++)
    if (th_str_starts(all[i].path, TH_S("data/")) && th_str_find(all[i].path, TH_S("/"), 5) == SIZE_MAX) v[below++] = all[i];
  b->site.file = v;
  b->site.n_files = below;
  return TH_OK;
}

static th_code page_task(void *ctx, size_t task, unsigned index) {
  build *b = ctx;
  worker *w = &b->worker[index];
  th_err *err = &b->page_err[task];
  th_str path;
  th_buf out;
  th_buf_init(&out, w->work, 1 << 16);
  th_code code = th_site_page(w->work, &b->site, task, &path, &out, err);
  if (code == TH_OK) code = th_tree_put(b->tree, path, th_buf_str(&out), err);
  th_arena_reset(w->work);
  return code;
}

static th_code put_pages(build *b, th_err *err) {
  const size_t n = th_site_pages(&b->site);
  if (!(b->page_err = TH_NEWN(b->a, th_err, n + 1))) return th_fail_nomem(err);
  const th_code code = th_pool_run(b->pool, n, page_task, b);
  for (size_t i = 0; code != TH_OK && i < n; i++)
    if (b->page_err[i].code != TH_OK) {
      if (err) *err = b->page_err[i];
      return b->page_err[i].code;
    }
  return code;
}

/* ── Old addresses ─────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code lead_to(build *b, th_str to, th_str *page, th_err *err) {
  th_subjects one;
  *page = TH_STR_NONE;
  if (th_str_ends(to, TH_S(".html"))) { /* a page of the site, in either language */
    const th_tree_file *all;
    size_t n;
    const th_str path = th_str_fmt(b->a, "en/%.*s", TH_STR_ARG(to));
    TH_TRY(th_tree_files(b->tree, b->a, &all, &n, err));
    for (size_t i = 0; i < n; i++)
      if (th_str_eq(all[i].path, path)) *page = to;
  } else {
    TH_TRY(th_subjects_of(b->a, b->names, &to, 1, &one, err));
    for (size_t i = 0; i < b->subjects.n; i++)
      if (one.v[0].row ? b->subjects.v[i].row == one.v[0].row : th_str_eq_nocase(b->subjects.v[i].name, to))
        *page = th_site_find(b->a, &b->site, b->subjects.v[i].slug);
  }
  return page->n ? TH_OK : th_fail(err, TH_ENOENT, "\"%.*s\" is no drug and no page of the site", TH_STR_ARG(to));
}

static th_code put_redirect(build *b, th_str line, th_err *err) {
  th_str from, to, page, path;
  th_buf out;
  if (!th_str_split(&line, '\t', &from) || !th_str_split(&line, '\t', &to) || !from.n || !to.n)
    return th_fail(err, TH_EPARSE, "expected an old path, a tab, and a drug or a page of the site");
  TH_TRY(lead_to(b, th_str_trim(to), &page, err));
  th_buf_init(&out, b->a, 2048);
  TH_TRY(th_site_redirect(b->a, &b->site, th_str_trim(from), page, &path, &out, err));
  return th_tree_put(b->tree, path, th_buf_str(&out), err);
}

static th_code put_redirects(build *b, th_err *err) {
  th_file f;
  th_str rest, line;
  th_code code = TH_OK;
  if (!b->o->redirects) return TH_OK;
  TH_TRY(th_file_open(b->o->redirects, TH_LIMIT_DOCUMENT_BYTES, &f, err));
  rest = f.bytes;
  for (uint32_t n = 1; code == TH_OK && th_str_line(&rest, &line); n++) {
    if (!th_str_trim(line).n || line.p[0] == '#') continue;
    code = put_redirect(b, line, err);
    if (code != TH_OK && err && !err->line) err->line = n;
    if (code != TH_OK) th_err_source(err, b->o->redirects);
  }
  th_file_close(&f);
  return code;
}

/* ── All of it ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code open_all(build *b, th_err *err) {
  if (!(b->pool = th_pool_new(b->o->threads))) return th_fail_nomem(err);
  const unsigned n = th_pool_threads(b->pool);
  if (!(b->worker = TH_NEWN(b->a, worker, n))) return th_fail_nomem(err);
  for (unsigned i = 0; i < n; i++) {
    worker *w = &b->worker[i];
    if (!(w->work = th_arena_new(1 << 22)) || !(w->keep = th_arena_new(1 << 16))) return th_fail_nomem(err);
    TH_TRY(th_store_open(b->o->home, TH_STORE_READ, -1, &w->store, err));
  }
  for (unsigned i = 0; i < n; i++) TH_TRY(th_store_begin(b->worker[i].store, err)); /* one moment for all */
  TH_TRY(th_store_names(b->a, b->worker[0].store, &b->names, err));
  th_str_vec all = { 0 };
  if (!b->o->n_drugs) TH_TRY(th_overview_subjects(b->a, b->worker[0].store, b->names, &all, err));
  const th_str *drug = b->o->n_drugs ? b->o->drug : all.v;
  TH_TRY(th_subjects_of(b->a, b->names, drug, b->o->n_drugs ? b->o->n_drugs : all.n, &b->subjects, err));
  if (!b->subjects.n)
    return th_fail(err, TH_ENOENT,
                   "no document of the store has a drug as its subject; import report pages, searches or rules first");
  b->site.subjects = &b->subjects;
  TH_TRY(th_kindred_of(b->a, b->worker[0].store, b->names, &b->kindred, err));
  if (!(b->kept = TH_NEWN(b->a, kept, b->subjects.n))) return th_fail_nomem(err);
  return th_tree_open(b->o->out, "theriac site build", &b->tree, err);
}

static th_code run(build *b, th_err *err) {
  TH_TRY(open_all(b, err));
  const th_code code = th_pool_run(b->pool, b->subjects.n, drug_task, b);
  if (code != TH_OK) return first_error(b, code, err);
  TH_TRY(make_atlas(b, err));
  for (int t = 0; t < TH_TABLE_KINDS; t++) TH_TRY(put_table(b, (th_table_kind)t, err));
  TH_TRY(put_document(b, "data/drugs.json", th_site_drugs_json, err));
  TH_TRY(put_document(b, "data/fields.json", th_site_fields_json, err));
  TH_TRY(list_downloads(b, err));
  TH_TRY(put_pages(b, err));
  return put_redirects(b, err);
}

static void close_all(build *b) {
  for (unsigned i = 0; b->worker && i < th_pool_threads(b->pool); i++) {
    th_store_close(b->worker[i].store);
    th_arena_del(b->worker[i].work);
    th_arena_del(b->worker[i].keep);
  }
  th_pool_del(b->pool);
}

th_code th_cli_site_build(th_arena *a, const th_cli_site *o, th_cli_site_told *told, th_err *err) {
  build b = { .o = o, .a = a, .site = { .as_of = o->as_of, .base = o->base, .bom = o->bom } };
  *told = (th_cli_site_told){ 0 };
  th_code code = run(&b, err);
  if (code == TH_OK) {
    told->drugs = b.atlas.all.drugs.n;
    told->diseases = b.atlas.n_diseases;
    told->pairs = b.atlas.all.pairs.n;
    told->changes = b.atlas.n_events;
    code = th_tree_close(b.tree, &told->files, err);
  } else {
    th_tree_give_up(b.tree);
  }
  close_all(&b);
  return code;
}
