/* The index of the search: drugs and diseases with their names, and for every word and pair of Chinese characters the entries that bear it.
 * It is a script that hands its value to the page, since a page read from a disk may not read another file. */
#include "site_parts.h"

#include "theriac/io.h"
#include "theriac/text.h"

#include <stdlib.h>

typedef struct posting {
  th_str token;
  uint32_t entry;
} posting;

typedef struct builder {
  th_arena *a;
  TH_VEC(posting) v;
  bool failed;
} builder;

static void add_tokens(builder *x, th_str text, uint32_t entry) {
  th_token_vec tokens = { 0 };
  if (th_text_tokens(x->a, text, &tokens, NULL) != TH_OK) x->failed = true;
  for (size_t i = 0; i < tokens.n; i++) {
    const th_str t = th_str_sub(text, tokens.v[i].from, tokens.v[i].to);
    if (t.n <= 64 && !TH_VEC_PUSH(x->a, &x->v, (posting){ t, entry })) x->failed = true;
  }
}

/* As a browser folds what is typed (case, compatibility forms), and as we fold names besides (traditional and simplified together). */
static void add_name(builder *x, th_str name, uint32_t entry) {
  if (!name.n) return;
  const th_str plain = th_text_fold(x->a, name, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
  const th_str folded = th_text_fold(x->a, name, TH_FOLD_NAME, NULL);
  if (!plain.p || !folded.p) {
    x->failed = true;
    return;
  }
  add_tokens(x, plain, entry);
  if (!th_str_eq(plain, folded)) add_tokens(x, folded, entry);
}

static int by_token(const void *p, const void *q) {
  const posting *x = p, *y = q;
  const int d = th_str_cmp(x->token, y->token);
  return d ? d : (x->entry > y->entry) - (x->entry < y->entry);
}

static void entry(th_jwrite *w, int kind, th_str slug, th_str en, th_str zh) {
  th_jw_arr(w);
  th_jw_i64(w, kind);
  th_jw_str(w, slug);
  th_jw_str(w, en);
  th_jw_str(w, zh.p ? zh : TH_S(""));
  th_jw_arr_end(w);
}

static void entries(th_jwrite *w, const th_atlas *v) {
  th_jw_key(w, "entries");
  th_jw_arr(w);
  for (uint32_t i = 0; i < v->all.drugs.n; i++) entry(w, 0, v->drug[i]->slug, v->all.drugs.v[i].en, v->all.drugs.v[i].zh);
  for (uint32_t i = 0; i < v->n_diseases; i++) entry(w, 1, v->disease[i].slug, v->disease[i].en, v->disease[i].zh);
  th_jw_arr_end(w);
}

#define SYNONYMS 40 /* of a drug: chemical names by the hundred are looked for by nobody */

void th_site__index(th_arena *a, const th_site *s, th_buf *out, th_err *err) {
  const th_atlas *v = s->atlas;
  builder x = { .a = a };
  (void)err;
  for (uint32_t i = 0; i < v->all.drugs.n; i++) {
    th_str rest = v->drug[i]->synonyms, one;
    add_name(&x, v->all.drugs.v[i].en, i);
    add_name(&x, v->all.drugs.v[i].zh, i);
    for (int n = 0; n < SYNONYMS && rest.n && th_str_split(&rest, '|', &one); n++) add_name(&x, one, i);
  }
  for (uint32_t i = 0; i < v->n_diseases; i++) {
    const uint32_t at = (uint32_t)v->all.drugs.n + i;
    add_name(&x, v->disease[i].en, at);
    add_name(&x, v->disease[i].zh, at);
    add_name(&x, v->disease[i].id, at);
  }
  if (x.v.n) qsort(x.v.v, x.v.n, sizeof *x.v.v, by_token);
  th_jwrite w;
  th_buf_addz(out, "globalThis.theriacIndex = ");
  th_jwrite_open(&w, out, 0);
  th_jw_obj(&w);
  entries(&w, v);
  th_jw_key(&w, "tokens");
  th_jw_obj(&w);
  for (size_t i = 0; i < x.v.n;) {
    th_jw_key_str(&w, x.v.v[i].token);
    th_jw_arr(&w);
    const size_t from = i;
    for (uint32_t last = UINT32_MAX; i < x.v.n && th_str_eq(x.v.v[i].token, x.v.v[from].token); i++) {
      if (x.v.v[i].entry != last) th_jw_i64(&w, x.v.v[i].entry);
      last = x.v.v[i].entry;
    }
    th_jw_arr_end(&w);
  }
  th_jw_obj_end(&w);
  th_jw_obj_end(&w);
  th_buf_addz(out, ";\n");
  if (x.failed) out->failed = true;
}
