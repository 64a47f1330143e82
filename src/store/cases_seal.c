/* Sealing and opening of single records, and the small checks that all calls share. */
#include "store/cases_priv.h"

enum { FORM = 1, NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
enum { PAD = 64 }; /* the size of a name says less so */

/* What a record is bound to, one field behind another, none of which can hold the NUL between them. */
static th_code binding(th_arena *a, th_cases__place at, th_str *out, th_err *err) {
  th_buf b;
  th_buf_init(&b, a, 160);
  th_buf_addf(&b, "theriac-cases-1%c%s%c%.*s%c%.*s%c%llu%c%lld", 0, at.table, 0, TH_STR_ARG(at.id), 0, TH_STR_ARG(at.of), 0,
              (unsigned long long)at.n, 0, (long long)at.at);
  *out = th_buf_str(&b);
  return b.failed ? th_fail_nomem(err) : TH_OK;
}

th_code th_cases__seal(th_arena *a, const th_cases *c, th_cases__place at, th_str plain, th_str *out, th_err *err) {
  const size_t padded = (plain.n / PAD + 1) * PAD;
  th_str to;
  TH_TRY(binding(a, at, &to, err));
  unsigned char *p = th_arena_alloc(a, 1 + NONCE + padded + TAG, 16);
  if (!p) return th_fail_nomem(err);
  unsigned char *nonce = p + 1, *body = nonce + NONCE;
  unsigned long long n;
  p[0] = FORM;
  randombytes_buf(nonce, NONCE);
  if (plain.n) memcpy(body, plain.p, plain.n);
  body[plain.n] = 0x80;
  crypto_aead_xchacha20poly1305_ietf_encrypt(body, &n, body, padded, (const unsigned char *)to.p, to.n, NULL, nonce,
                                             c->key.seal);
  *out = th_str_n((const char *)p, 1 + NONCE + (size_t)n);
  return TH_OK;
}

static th_code does_not_open(th_cases__place at, th_err *err) {
  return th_fail(err, TH_EPARSE, "%s %.*s (%llu) does not open: it was changed, moved or damaged; restore a backup", at.table,
                 TH_STR_ARG(at.id), (unsigned long long)at.n);
}

th_code th_cases__unseal(th_arena *a, const th_cases *c, th_cases__place at, th_str sealed, th_str *out, th_err *err) {
  th_str to;
  TH_TRY(binding(a, at, &to, err));
  if (sealed.n < 1 + NONCE + TAG + PAD || sealed.p[0] != FORM) return does_not_open(at, err);
  const unsigned char *nonce = (const unsigned char *)sealed.p + 1, *body = nonce + NONCE;
  unsigned char *p = th_arena_alloc(a, sealed.n, 16);
  unsigned long long n = 0;
  if (!p) return th_fail_nomem(err);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(p, &n, NULL, body, sealed.n - 1 - NONCE, (const unsigned char *)to.p, to.n,
                                                 nonce, c->key.seal) != 0)
    return does_not_open(at, err);
  while (n > 0 && p[n - 1] == 0) n--;
  if (n == 0 || p[n - 1] != 0x80) return does_not_open(at, err);
  p[n - 1] = '\0'; /* texts end in NUL behind n */
  *out = th_str_n((const char *)p, (size_t)n - 1);
  return TH_OK;
}

void th_cases__id_new(char out[TH_CASES_ID]) {
  unsigned char bytes[(TH_CASES_ID - 1) / 2];
  randombytes_buf(bytes, sizeof bytes);
  sodium_bin2hex(out, TH_CASES_ID, bytes, sizeof bytes);
}

th_code th_cases__id_check(th_str id, th_err *err) {
  bool ok = id.n == TH_CASES_ID - 1;
  for (size_t i = 0; ok && i < id.n; i++) ok = (id.p[i] >= '0' && id.p[i] <= '9') || (id.p[i] >= 'a' && id.p[i] <= 'f');
  return ok ? TH_OK : th_fail(err, TH_EINVAL, "an id of 32 hex digits is expected");
}

th_code th_cases__text_check(th_str text, const char *what, th_err *err) {
  if (text.n <= TH_LIMIT_CASE_TEXT_BYTES) return TH_OK;
  return th_fail(err, TH_ELIMIT, "%s has %zu bytes: TH_LIMIT_CASE_TEXT_BYTES (%d)", what, text.n, TH_LIMIT_CASE_TEXT_BYTES);
}

th_code th_cases__act_check(th_cases_act act, th_err *err) {
  if (th_str_empty(act.who)) return th_fail(err, TH_EINVAL, "who does this is to be said");
  return th_cases__text_check(act.who, "the name of who does this", err);
}

void th_cases__bind_blob(sqlite3_stmt *st, int i, th_str bytes) {
  sqlite3_bind_blob64(st, i, bytes.p ? bytes.p : "", bytes.n, SQLITE_STATIC);
}

th_str th_cases__blob(th_arena *a, sqlite3_stmt *st, int col) {
  const char *p = sqlite3_column_blob(st, col);
  const int n = sqlite3_column_bytes(st, col);
  return th_str_dup(a, th_str_n(p ? p : "", p ? (size_t)n : 0));
}
