/* What drugs and diseases are called in an address. */
#include "theriac/dossier/atlas.h"

#include "theriac/text.h"

#include <stdlib.h>

/* Small letters, digits and '-' for everything between them; empty when nothing is left. */
static th_str slug_of(th_arena *a, th_str name) {
  const th_str folded = th_text_fold(a, name, TH_FOLD_NAME, NULL);
  th_buf b;
  th_buf_init(&b, a, folded.n + 16);
  bool gap = false;
  for (size_t i = 0; i < folded.n && b.n < 80; i++) {
    const char c = folded.p[i];
    const bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (keep && gap && b.n) th_buf_addc(&b, '-');
    if (keep) th_buf_addc(&b, c);
    gap = !keep;
  }
  return b.failed || !folded.p ? TH_STR_NONE : b.n ? th_buf_str(&b) : TH_S("");
}

/* With the first letters of the hash of `of` behind it. */
static th_str told_apart(th_arena *a, th_str slug, th_str of) {
  char hex[TH_SHA256_HEX];
  th_sha256_hex(of, hex);
  return th_str_fmt(a, "%.*s%s%.8s", TH_STR_ARG(slug), slug.n ? "-" : "x", hex);
}

th_str th_slug_of_disease(th_arena *a, th_str id, th_str name) {
  if (id.n) {
    const th_str slug = slug_of(a, id);
    if (slug.n) return slug;
  }
  return told_apart(a, slug_of(a, name), name);
}

static int by_name(const void *x, const void *y) {
  const th_subject *p = x, *q = y;
  const int d = th_str_cmp(p->row ? p->row->en : p->name, q->row ? q->row->en : q->name);
  return d ? d : th_str_cmp(p->name, q->name);
}

static th_str identity(const th_subject *s) {
  return s->row ? s->row->id : s->name;
}

/* Drugs whose names differ in signs alone would share an address: each of them then carries letters of its own. */
static th_code name_them(th_arena *a, th_subjects *v, th_err *err) {
  th_map seen;
  th_map_init(&seen, a);
  if (v->n) qsort(v->v, v->n, sizeof *v->v, by_name);
  for (size_t i = 0; i < v->n; i++) {
    v->v[i].slug = slug_of(a, identity(&v->v[i]));
    bool is_new;
    uint64_t *n = v->v[i].slug.p ? th_map_at(&seen, v->v[i].slug, &is_new) : NULL;
    if (!n) return th_fail_nomem(err);
    ++*n;
  }
  for (size_t i = 0; i < v->n; i++) {
    uint64_t n = 0;
    (void)th_map_get(&seen, v->v[i].slug, &n);
    if (n > 1 || !v->v[i].slug.n) v->v[i].slug = told_apart(a, v->v[i].slug, identity(&v->v[i]));
    if (!v->v[i].slug.p) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code add(th_arena *a, th_map *known, const th_names *names, th_str name, th_subjects *out, th_err *err) {
  const th_name_hit hit = th_names_resolve(names, a, TH_NAME_DRUG, name);
  if (hit.how == TH_NAME_AMBIGUOUS)
    return th_fail(err, TH_EINVAL, "\"%.*s\" names more than one drug; give the INN", TH_STR_ARG(name));
  const th_str key = hit.row ? th_str_fmt(a, "=%.*s", TH_STR_ARG(hit.row->id)) : th_text_fold(a, name, TH_FOLD_NAME, NULL);
  bool is_new;
  if (!key.p || !th_map_at(known, key, &is_new)) return th_fail_nomem(err);
  if (!is_new) return TH_OK;
  const th_subject s = { hit.row, hit.row ? hit.row->en : name, TH_STR_NONE };
  return TH_VEC_PUSH(a, out, s) ? TH_OK : th_fail_nomem(err);
}

th_code th_subjects_of(th_arena *a, const th_names *names, const th_str *name, size_t n, th_subjects *out, th_err *err) {
  th_map known;
  th_map_init(&known, a);
  *out = (th_subjects){ 0 };
  for (size_t i = 0; i < n; i++) TH_TRY(add(a, &known, names, name[i], out, err));
  return name_them(a, out, err);
}
