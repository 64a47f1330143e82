/* Names, identifiers and links of records, for the files that put records. */
#ifndef THERIAC_STORE_ENTITY_PRIV_H
#define THERIAC_STORE_ENTITY_PRIV_H

#include "store/store_priv.h"

th_code th_store__fold(th_arena *a, th_str name, th_str *out, th_err *err);
bool th_store__entity_row(th_arena *a, sqlite3_stmt *st, int col, th_store_entity *e);
/* The record is about the drug or disease of this name (made when new), in this role; the name is kept. *id 0: blank name. */
th_code th_store__about(th_arena *a, th_store *s, th_store_what what, th_str name, const char *role, int64_t record_id,
                        th_str path, int64_t *id, th_err *err);
/* One more name of an entity. */
th_code th_store__name_add(th_arena *a, th_store *s, th_store_what what, int64_t id, th_str name, const char *how,
                           int64_t record_id, th_str path, th_err *err);
th_code th_store__identifier_add(th_arena *a, th_store *s, const char *scheme, th_str value, int64_t record_id, th_str path,
                                 th_err *err);
/* FTS5 query for any of the names as phrases; empty when none holds a word. */
th_code th_store__query_any(th_arena *a, const th_str *names, size_t n, th_str *fts, th_err *err);

#endif
