/* One record on its way in: what the put functions share. */
#ifndef THERIAC_STORE_PUT_PRIV_H
#define THERIAC_STORE_PUT_PRIV_H

#include "store/codec_priv.h"
#include "store/entity_priv.h"

struct th_store__trial_terms;

/* A put in progress: the first failure sticks, later calls do nothing, so that a list of additions reads as one. */
typedef struct th_store__put {
  th_arena *a;
  th_store *s;
  th_store_record *r;
  th_code code;
  th_err *err;
} th_store__put;

/* Encodes v, adds the record (kind, key, title, from, to set by the caller) and says whether its details are to be added: not
 * when this content was known. */
bool th_store__put_begin(th_store__put *p, const th_codec *c, const void *v, const th_store_document *d, th_store_added *added);
/* The same for a kind that comes by the hundred thousand: values without places, packed. flags: see th_store__record_add. */
bool th_store__put_packed(th_store__put *p, const th_codec *c, const void *v, const th_store_document *d, unsigned flags,
                          th_store_added *added);
/* Key of a table: the file's name without folder and endings; what came from standard input has none and goes by its bytes. */
th_str th_store__table_key(const th_store_document *d);
/* "predictions.3.name" */
th_str th_store__path(th_store__put *p, const char *list, size_t i, const char *member);
int64_t th_store__put_about(th_store__put *p, th_store_what what, th_str name, const char *role, th_str path);
void th_store__put_name(th_store__put *p, th_store_what what, int64_t id, th_str name, const char *how, th_str path);
void th_store__put_identifier(th_store__put *p, const char *scheme, th_str value, th_str path);
void th_store__put_passage(th_store__put *p, th_str path, th_field at, const char *lang, th_str title, th_str text);
/* All values of a list as one passage, a line each. */
void th_store__put_lines(th_store__put *p, const char *path, const th_field_vec *v, th_str title);
/* The statement for an insertion, record_id bound to ?1; NULL once failed. */
sqlite3_stmt *th_store__put_stmt(th_store__put *p, const char *sql);
void th_store__put_run(th_store__put *p, sqlite3_stmt *st);
/* The study goes into the index of studies. */
void th_store__trial_put(th_store__put *p, const th_ctgov_study *t, const struct th_store__trial_terms *terms);
/* The passages of a record made ready. */
struct th_store__index;
void th_store__put_parts(th_store__put *p, const struct th_store__index *index);
/* First of the fields that is there and not blank. */
th_str th_store__first(const th_field *const *f, size_t n);
#define TH_STORE__FIRST(...)                                                                                                   \
  th_store__first((const th_field *const[]){ __VA_ARGS__ }, sizeof((const th_field *const[]){ __VA_ARGS__ }) / sizeof(void *))

#endif
