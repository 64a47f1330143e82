/* What the files of the sealed cases share. */
#ifndef THERIAC_STORE_CASES_PRIV_H
#define THERIAC_STORE_CASES_PRIV_H

#include <sodium.h>

#include "store/store_priv.h"
#include "theriac/store/cases.h"

#define TH_CASES__CHUNK ((size_t)256 << 10) /* of an attachment, sealed by itself */

typedef struct th_cases__keys {
  unsigned char seal[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
  unsigned char chain[crypto_generichash_KEYBYTES];
  char id[17];
} th_cases__keys;

struct th_cases {
  th_store *db; /* cases.db, for the calls all SQL goes through */
  char key_path[TH_LIMIT_PATH_BYTES];
  th_cases__keys key;
};

/* Where a sealed record lies: it opens there and nowhere else. */
typedef struct th_cases__place {
  const char *table;
  th_str id, of; /* of: the case an attachment belongs to */
  uint64_t n;    /* version, or number of a chunk */
  int64_t at;
} th_cases__place;

/* Reads the key, or makes it when `make` and it is not there; *found false: not there. */
th_code th_cases__key_read(const char *path, const char *home, bool make, bool *found, th_cases__keys *out, th_err *err);

/* 1 byte form, nonce, cipher text of the plain bytes padded to 64. In the arena. */
th_code th_cases__seal(th_arena *a, const th_cases *c, th_cases__place at, th_str plain, th_str *out, th_err *err);
/* TH_EPARSE: it does not open here. */
th_code th_cases__unseal(th_arena *a, const th_cases *c, th_cases__place at, th_str sealed, th_str *out, th_err *err);

void th_cases__id_new(char out[TH_CASES_ID]);
th_code th_cases__id_check(th_str id, th_err *err);
th_code th_cases__text_check(th_str text, const char *what, th_err *err); /* TH_LIMIT_CASE_TEXT_BYTES */
th_code th_cases__act_check(th_cases_act act, th_err *err);

void th_cases__bind_blob(sqlite3_stmt *st, int i, th_str bytes);
th_str th_cases__blob(th_arena *a, sqlite3_stmt *st, int col); /* p NULL: memory */

/* Adds an entry to the chain; inside begin…commit. */
th_code th_cases__entry_add(th_arena *a, th_cases *c, th_cases_act act, const char *did, th_str id, uint32_t version,
                            th_err *err);
/* TH_ENOENT unless a case of this id is there; *version its newest. */
th_code th_cases__must_exist(th_cases *c, th_str id, uint32_t *version, th_err *err);
/* Takes all attachments of a case away, an entry for each; inside begin…commit. */
th_code th_cases__detach_all(th_arena *a, th_cases *c, th_cases_act act, th_str case_id, th_err *err);
/* Empties the log into the database, so that what was overwritten there stands nowhere else. A reader who holds it back is waited for. */
void th_cases__settle(th_cases *c);

#endif
