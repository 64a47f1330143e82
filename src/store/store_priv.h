/* What the files of the store share: the handle, and the few calls through which all SQL goes. */
#ifndef THERIAC_STORE_PRIV_H
#define THERIAC_STORE_PRIV_H

#include <sqlite3.h>

#include "theriac/io.h"
#include "theriac/store.h"
#include "theriac/store/remarks.h"

#define TH_STORE__STATEMENTS 256 /* kept prepared; a power of two */
#define TH_STORE__MARKS      16  /* set at most at a time */

/* A kind of database file in the home: what it is called, how it is known, and the steps that lead to its schema. */
typedef struct th_store__file {
  const char *name;            /* "theriac.db" */
  int application;             /* PRAGMA application_id */
  const char *absent, *remedy; /* told to a reader when it is not there: "ABSENT in HOME yetREMEDY" */
  bool secret;                 /* made with mode 0600 */
  const char *const *step;     /* SQL that leads from one version to the next */
  int newest;
} th_store__file;
extern const th_store__file th_store__records; /* theriac.db */
extern const th_store__file th_store__cases;   /* cases.db */

typedef struct th_store__cached {
  const char *sql; /* the literal itself: its address is the key */
  sqlite3_stmt *st;
} th_store__cached;

typedef struct th_store__pending {
  char sha256[65];
  bool fresh; /* this transaction wrote the file */
} th_store__pending;

struct th_store {
  sqlite3 *db;
  const th_store__file *file;
  char *home;
  th_store_mode mode;
  int wait_ms;
  int schema;
  int marks; /* savepoints open */
  bool in_transaction;
  th_store__cached cached[TH_STORE__STATEMENTS];
  th_store__pending *pending; /* documents of this transaction, whose files are still to be synced */
  size_t n_pending, cap_pending;
  size_t mark_pending[TH_STORE__MARKS]; /* how many when each mark was set */
  int sources_fd;                       /* the folder, while something is pending; else -1 */
  th_packer *packer;                    /* made when first needed */
  const th_store_ready *ready;          /* of the next put */
  const struct th_store__cut
      *cut; /* two: of the title and the text that full-text search is given; NULL: it cuts them itself */
  struct th_store__trial_writer *trial; /* studies of this transaction on their way into the index; made when first needed */
};

/* Memory of SQLite goes through th_malloc, so that it is counted, and made to fail, like all other. Call before anything else. */
th_code th_store__sqlite_ready(th_err *err);

/* Opens one database file by itself (no home, no migration): flags as of sqlite3_open_v2. */
th_code th_store__db_open(const char *path, int flags, int wait_ms, sqlite3 **db, th_err *err);
/* Error value of a result code of SQLite, with its message. */
th_code th_store__sql_fail(sqlite3 *db, int rc, const char *doing, th_err *err);
/* Runs statements without results. */
th_code th_store__exec(sqlite3 *db, const char *sql, const char *doing, th_err *err);
/* First column of the first row as a number. */
th_code th_store__number(sqlite3 *db, const char *sql, int64_t *out, th_err *err);

/* A prepared statement for a string literal, reset and unbound. It stays with the store. */
th_code th_store__stmt(th_store *s, const char *sql, sqlite3_stmt **out, th_err *err);
void th_store__forget(th_store *s); /* drops all prepared statements */
/* Text is bound without a copy: it must stay until the statement was stepped. NULL pointers bind the empty text. */
void th_store__bind(sqlite3_stmt *st, int i, th_str text);
void th_store__bind_date(sqlite3_stmt *st, int i, th_date d, char keep[TH_DATE_TEXT]);
/* One row on; *row false after the last (the statement is then reset). */
th_code th_store__step(th_store *s, sqlite3_stmt *st, bool *row, th_err *err);
/* Steps to the end and resets. */
th_code th_store__run(th_store *s, sqlite3_stmt *st, th_err *err);
/* Column as text in the arena; p is NULL when memory is short. */
th_str th_store__text(th_arena *a, sqlite3_stmt *st, int col);
th_date th_store__date(sqlite3_stmt *st, int col);
/* Must be inside begin…commit. */
th_code th_store__need_write(th_store *s, th_err *err);

/* The index of studies follows the transaction: marks counts those open before (mark) or after (undo; 0: rolled back). */
th_code th_store__trial_flush(th_store *s, th_err *err);
void th_store__trial_mark(th_store *s, int marks);
void th_store__trial_drop(th_store *s, int marks);
void th_store__trial_close(th_store *s);

/* Schema. */
th_code th_store__migrate(sqlite3 *db, const th_store__file *file, int to, th_err *err);

/* th_store_open of another file than theriac.db: the handle serves for the calls through which SQL goes, and for nothing else. */
th_code th_store__open_file(const char *home, const th_store__file *file, th_store_mode mode, int wait_ms, th_store **out,
                            th_err *err);

/* Full text. */
/* cut: where the words of a passage stand that were cut ahead (th_store's member); may be NULL. */
th_code th_store__tokenizer_add(sqlite3 *db, const struct th_store__cut *const *cut, th_err *err);
/* Query as FTS5 understands it, every term quoted. */
th_code th_store__query(th_arena *a, th_str query, th_str *fts, th_err *err);

/* Remarks and shortlists. */
th_code th_store__name_check(th_str text, const char *what, bool needed, th_err *err);
th_code th_store__remark_text_check(th_str text, const char *what, th_err *err);
th_code th_store__hand_check(const th_store_hand *h, th_err *err);
void th_store__hand_bind(sqlite3_stmt *st, int at, const th_store_hand *h); /* four columns: who, at, dossier, generation */
bool th_store__hand_row(th_arena *a, sqlite3_stmt *st, int col, th_store_hand *h);

/* Documents. */
/* Syncs the files of this transaction's documents and their folder; before every commit. */
th_code th_store__sync_sources(th_store *s, th_err *err);
/* Forgets them. undo: their files go too, where this transaction wrote them; the writer's lock must still be held, or another
 * import might already count on one. */
void th_store__drop_pending(th_store *s, bool undo);
/* The same with those from the given one on: a mark is undone. */
void th_store__undo_pending(th_store *s, size_t from);
th_str th_store__source_path(th_arena *a, const char *home, th_str sha256);
/* Columns of a record with its document in a fixed order; with_body false leaves the body empty. */
#define TH_STORE__RECORD_COLUMNS                                                                                               \
  "r.id, r.kind, r.key, r.version, r.current, r.title, "                                                                       \
  "coalesce((SELECT k.body FROM record_packed k WHERE k.record_id = r.id), r.body), r.span_from, r.span_to, "                  \
  "d.id, d.sha256, d.bytes, d.name, d.kind, d.retrieved, d.licence, r.dated"
/* The same without reading the body. */
#define TH_STORE__RECORD_COLUMNS_BRIEF                                                                                         \
  "r.id, r.kind, r.key, r.version, r.current, r.title, '', r.span_from, r.span_to, "                                           \
  "d.id, d.sha256, d.bytes, d.name, d.kind, d.retrieved, d.licence, r.dated"
th_code th_store__record_row(th_arena *a, th_store *s, sqlite3_stmt *st, bool with_body, th_store_record *out, th_err *err);

/* th_store_record_add told more: pack (the body is kept packed), beside or current (the caller knows whether r takes the place of
 * the current version; without either the dates decide). */
enum { TH_STORE__PACK = 1, TH_STORE__BESIDE = 2, TH_STORE__CURRENT = 4 };
/* ready: its hash and packed body are taken instead of making them; may be NULL. */
th_code th_store__record_add(th_arena *a, th_store *s, th_store_record *r, th_str content, unsigned flags,
                             const th_store_ready *ready, th_store_added *added, th_err *err);

/* All rows of a statement that selects TH_STORE__RECORD_COLUMNS. */
th_code th_store__record_list(th_arena *a, th_store *s, sqlite3_stmt *st, th_store_record_vec *out, th_err *err);

#endif
