/* What every put does. */
#include "store/put_priv.h"

bool th_store__put_begin(th_store__put *p, const th_codec *c, const void *v, const th_store_document *d,
                         th_store_added *added) {
  th_str content;
  *added = TH_STORE_SAME;
  p->r->doc = *d;
  if (p->code == TH_OK) p->code = th_store__encode(p->a, c, v, false, &p->r->body, p->err);
  if (p->code == TH_OK) p->code = th_store__encode(p->a, c, v, true, &content, p->err);
  if (p->code == TH_OK) p->code = th_store_record_add(p->s, p->r, content, added, p->err);
  return p->code == TH_OK && *added != TH_STORE_SAME;
}

bool th_store__put_packed(th_store__put *p, const th_codec *c, const void *v, const th_store_document *d, unsigned flags,
                          th_store_added *added) {
  const th_store_ready *ready = p->s->ready;
  p->s->ready = NULL;
  *added = TH_STORE_SAME;
  p->r->doc = *d;
  if (ready)
    p->r->body = ready->body;
  else if (p->code == TH_OK)
    p->code = th_store__encode(p->a, c, v, true, &p->r->body, p->err);
  if (p->code == TH_OK)
    p->code = th_store__record_add(p->a, p->s, p->r, p->r->body, TH_STORE__PACK | flags, ready, added, p->err);
  return p->code == TH_OK && *added != TH_STORE_SAME;
}

void th_store_ready_next(th_store *s, const th_store_ready *ready) {
  s->ready = ready;
}

th_str th_store__table_key(const th_store_document *d) {
  const size_t slash = th_str_rfind(d->name, TH_S("/"));
  th_str name = slash == SIZE_MAX ? d->name : th_str_sub(d->name, slash + 1, d->name.n);
  if (th_str_is(name, "-")) return th_str_sub(d->sha256, 0, 16);
  if (th_str_ends(name, TH_S(".gz"))) name.n -= 3;
  const size_t dot = th_str_rfind(name, TH_S("."));
  return dot != SIZE_MAX && dot > 0 ? th_str_sub(name, 0, dot) : name;
}

th_str th_store__path(th_store__put *p, const char *list, size_t i, const char *member) {
  if (p->code != TH_OK) return TH_STR_NONE;
  const th_str s = th_str_fmt(p->a, "%s.%zu%s%s", list, i, *member ? "." : "", member);
  if (!s.p) p->code = th_fail_nomem(p->err);
  return s;
}

int64_t th_store__put_about(th_store__put *p, th_store_what what, th_str name, const char *role, th_str path) {
  int64_t id = 0;
  if (p->code == TH_OK) p->code = th_store__about(p->a, p->s, what, name, role, p->r->id, path, &id, p->err);
  return id;
}

void th_store__put_name(th_store__put *p, th_store_what what, int64_t id, th_str name, const char *how, th_str path) {
  if (p->code == TH_OK && id) p->code = th_store__name_add(p->a, p->s, what, id, name, how, p->r->id, path, p->err);
}

void th_store__put_identifier(th_store__put *p, const char *scheme, th_str value, th_str path) {
  if (p->code == TH_OK) p->code = th_store__identifier_add(p->a, p->s, scheme, value, p->r->id, path, p->err);
}

void th_store__put_passage(th_store__put *p, th_str path, th_field at, const char *lang, th_str title, th_str text) {
  if (p->code != TH_OK || (th_str_empty(th_str_trim(text)) && th_str_empty(th_str_trim(title)))) return;
  const th_store_passage passage = { p->r->id, { path, at.from, at.to }, th_str_of(lang), title, text };
  p->code = th_store_passage_add(p->s, &passage, p->err);
}

void th_store__put_lines(th_store__put *p, const char *path, const th_field_vec *v, th_str title) {
  if (p->code != TH_OK || v->n == 0) return;
  th_buf b;
  th_field at = { TH_STR_NONE, v->v[0].from, v->v[v->n - 1].to, v->v[0].line };
  th_buf_init(&b, p->a, 256);
  for (size_t i = 0; i < v->n; i++) {
    if (i) th_buf_addc(&b, '\n');
    th_buf_add(&b, v->v[i].text);
  }
  if (b.failed)
    p->code = th_fail_nomem(p->err);
  else
    th_store__put_passage(p, th_str_of(path), at, "", title, th_buf_str(&b));
}

sqlite3_stmt *th_store__put_stmt(th_store__put *p, const char *sql) {
  sqlite3_stmt *st = NULL;
  if (p->code == TH_OK) p->code = th_store__stmt(p->s, sql, &st, p->err);
  if (p->code != TH_OK) return NULL;
  sqlite3_bind_int64(st, 1, p->r->id);
  return st;
}

void th_store__put_run(th_store__put *p, sqlite3_stmt *st) {
  if (p->code == TH_OK) p->code = th_store__run(p->s, st, p->err);
}

th_str th_store__first(const th_field *const *f, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (th_field_has(*f[i]) && f[i]->text.n > 0) return f[i]->text;
  return TH_S("");
}
