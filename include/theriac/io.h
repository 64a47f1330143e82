/* Floor 1: bytes in and out. Files, gzip, HTTP, CSV, JSON, XML. Nothing here knows what the bytes mean. */
#ifndef THERIAC_IO_H
#define THERIAC_IO_H

#include "theriac/base.h"

#define TH_SHA256_HEX 65 /* bytes of a digest as text */

/* ── Files ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Bytes of one input, read whole (a mapped file that another program cuts short would kill us); gzip is inflated by content, not
 * by name. Close when done. */
typedef struct th_file {
  th_str bytes;
  bool was_gzip;
  void *owned; /* private */
} th_file;

/* path "-" reads standard input. A directory, FIFO, socket or device (standard input excepted) is refused by name before
 * anything is read. limit_bytes 0: TH_LIMIT_FILE_BYTES; it holds for the inflated size too (and TH_LIMIT_GZIP_RATIO).
 * Errors: TH_ENOENT, TH_EAUTH, TH_EIO, TH_ELIMIT, TH_EPARSE (broken gzip), TH_EUNSUP (not a regular file). err->source is set. */
TH_API th_code th_file_open(const char *path, size_t limit_bytes, th_file *out, th_err *err);
TH_API void th_file_close(th_file *f);
/* The bytes of a regular file as they are (nothing is inflated), in the arena, aligned to 16. Errors as above. */
TH_API th_code th_file_load(th_arena *a, const char *path, size_t limit_bytes, th_str *out, th_err *err);
/* Writes beside the target and renames over it: readers see the old file or the new one, never half. Synced to disk.
 * Disk full and permission are errors that leave the old file as it was. */
TH_API th_code th_file_write(const char *path, th_str bytes, th_err *err);
TH_API th_code th_dir_make(const char *path, th_err *err); /* with parents; existing is fine */

typedef struct th_dir_entry {
  th_str path;             /* dir/name, NUL behind it */
  bool is_dir, is_regular; /* of what a symbolic link leads to */
  bool is_link;
} th_dir_entry;
typedef TH_VEC(th_dir_entry) th_dir_list;
/* Entries in byte order of name, without . and .. */
TH_API th_code th_dir_read(th_arena *a, const char *path, th_dir_list *out, th_err *err);

/* A file too large to lie in memory: it comes in pieces, inflated by content like th_file, while a thread reads ahead and hashes
 * what it gives. One caller at a time. */
typedef struct th_stream th_stream;
/* piece_bytes: of each piece but the last. path, limit_bytes and errors as with th_file_open; what goes wrong later is told by
 * th_stream_next. */
TH_API th_code th_stream_open(const char *path, size_t piece_bytes, size_t limit_bytes, th_stream **out, th_err *err);
/* The next piece, which lasts until the next call; empty at the end. */
TH_API th_code th_stream_next(th_stream *s, th_str *piece, th_err *err);
/* Bytes of the file read so far, and its size (0: not known). */
TH_API void th_stream_progress(th_stream *s, uint64_t *done, uint64_t *total);
/* Digest of all bytes given, once th_stream_next has told the end. */
TH_API char *th_stream_sha256(th_stream *s, char out[TH_SHA256_HEX]);
TH_API void th_stream_close(th_stream *s); /* NULL is fine; may come at any time */

/* gzip in memory: all members. The result lives in the arena. */
TH_API bool th_gzip_is(th_str bytes);
TH_API th_code th_gzip_inflate(th_arena *a, th_str packed, size_t limit_bytes, th_str *out, th_err *err);
/* The bytes in zlib's format (RFC 1950), as small as it makes them; in the arena. Errors: TH_ENOMEM. */
TH_API th_code th_zlib_deflate(th_arena *a, th_str bytes, th_str *out, th_err *err);

/* What we keep packed ourselves (zstd, one frame). A packer holds the working memory of one thread. */
typedef struct th_packer th_packer;
TH_API th_packer *th_packer_new(void); /* NULL: no memory */
TH_API void th_packer_del(th_packer *p);
TH_API th_code th_pack(th_packer *p, th_arena *a, th_str bytes, th_str *out, th_err *err);
/* TH_EPARSE: damaged; TH_ELIMIT: more than limit_bytes. */
TH_API th_code th_unpack(th_packer *p, th_arena *a, th_str packed, size_t limit_bytes, th_str *out, th_err *err);

/* zip in memory. */
typedef struct th_zip_entry {
  th_str name; /* as it stands there: bytes of the archive, perhaps no UTF-8 */
  bool is_dir;
  uint16_t flags, method;
  uint32_t crc;
  uint64_t packed, size, at;
} th_zip_entry;
typedef TH_VEC(th_zip_entry) th_zip_entries;
#define TH_LIMIT_ZIP_ENTRIES 10000

TH_API bool th_zip_is(th_str bytes);
/* Members in the order of the directory; names view the bytes. TH_EPARSE: broken; TH_ELIMIT: members or their sizes are too many;
 * TH_EUNSUP: parts. */
TH_API th_code th_zip_list(th_arena *a, th_str bytes, th_zip_entries *out, th_err *err);
/* One member, checked against its CRC-32; in the arena. TH_EUNSUP: encrypted, or a method other than deflate. */
TH_API th_code th_zip_read(th_arena *a, th_str bytes, const th_zip_entry *e, th_str *out, th_err *err);

TH_API char *th_sha256_hex(th_str bytes, char out[TH_SHA256_HEX]);
/* The same over bytes that come in pieces: begin, add…, end. Nothing to free. */
typedef struct th_sha256 {
  bool fast;
  uint32_t state[8];
  uint64_t n;
  unsigned char held[64];
  uint64_t plain[16]; /* the library's state, where the processor has no instructions for it */
} th_sha256;
TH_API void th_sha256_begin(th_sha256 *s);
TH_API void th_sha256_add(th_sha256 *s, th_str bytes);
TH_API char *th_sha256_end(th_sha256 *s, char out[TH_SHA256_HEX]);
/* CRC-32C of bytes behind those that gave `crc` (0 to begin). */
TH_API uint32_t th_crc32c(uint32_t crc, th_str bytes);

/* ── HTTP, as a client (libcurl) ───────────────────────────────────────────────────────────────────────────────────── */

#define TH_LIMIT_HTTP_BYTES     ((size_t)1 << 30) /* one answer, inflated */
#define TH_LIMIT_HTTP_URL       8192              /* bytes of an address */
#define TH_LIMIT_HTTP_REDIRECTS 5

typedef struct th_http_options {
  const char *user_agent;
  uint32_t connect_ms;          /* 0: 15 s */
  uint32_t total_ms;            /* one answer with its redirects, whole; 0: 10 min */
  uint32_t idle_s;              /* an answer slower than 64 bytes/s for so long is given up; 0: 30 s */
  size_t bytes_max;             /* 0: TH_LIMIT_HTTP_BYTES */
  bool (*cancelled)(void *ctx); /* asked several times a second; may be NULL */
  void *ctx;
} th_http_options;

typedef struct th_http_ask {
  const char *url;
  th_str if_none_match, if_modified_since; /* empty: not sent */
} th_http_ask;

/* What a server said. Texts live in the arena; headers that were not sent are empty. */
typedef struct th_http_answer {
  int status; /* 200, 304, 429 … */
  th_str body;
  th_str content_type, etag, last_modified, retry_after, date;
} th_http_answer;

typedef struct th_http th_http;

/* A client with one connection pool, for one thread. TLS with verified certificates (1.2 or later) for every host; plain http to
 * a loopback address alone. gzip is asked for and inflated. */
TH_API th_code th_http_open(const th_http_options *o, th_http **out, th_err *err);
TH_API void th_http_close(th_http *h); /* NULL is fine */
/* GET. TH_OK with any status but a redirect, those are followed (TH_LIMIT_HTTP_REDIRECTS; never to another scheme than https, never
 * from a public host to a loopback address). Errors: TH_EINVAL (address), TH_EIO (no connection, cut off before the end),
 * TH_ETIMEOUT, TH_ELIMIT (body too large), TH_EAUTH (certificate), TH_EUNSUP (where a redirect leads), TH_ECANCEL, TH_ENOMEM.
 * err->source is the address. */
TH_API th_code th_http_get(th_http *h, th_arena *a, const th_http_ask *ask, th_http_answer *out, th_err *err);
/* Is this http to a loopback address (127.0.0.0/8, ::1, localhost)? */
TH_API bool th_http_is_loopback(const char *url);
/* s as it stands in a query: all but letters, digits and -._~ as %XX (RFC 3986, 2.1). */
TH_API void th_http_escape(th_buf *b, th_str s);

/* ── CSV (RFC 4180; separator chosen; BOM skipped; quoted line ends allowed) ───────────────────────────────────────── */

typedef struct th_csv {
  th_str rest;
  char sep;
  uint32_t line; /* of the row last read, 1-based */
  uint32_t next_line;
} th_csv;

typedef struct th_csv_row {
  th_str *cell; /* unquoted; views into the input where possible, else into the arena */
  size_t n;
  uint32_t line;
} th_csv_row;

TH_API void th_csv_open(th_csv *c, th_str bytes, char sep);
/* Next row; *more is false after the last. Blank lines are skipped. TH_EPARSE with line and column on a stray or open
 * quote (within a cell of tab-separated values a quote stands for itself). */
TH_API th_code th_csv_next(th_csv *c, th_arena *a, th_csv_row *row, bool *more, th_err *err);
/* Separator that the first line uses most, of , \t ; | (quotes respected). */
TH_API char th_csv_sniff(th_str bytes);
/* Index of the column with this header (exact), or -1. */
TH_API int th_csv_column(const th_csv_row *header, const char *name);
TH_API th_code th_csv_i64(const th_csv_row *row, int col, int64_t *out, th_err *err);
/* One cell written by RFC 4180; text that a spreadsheet would run as a formula (= + - @ tab CR first, numbers excepted) gets a ' before it. */
TH_API void th_csv_write_cell(th_buf *b, th_str cell);

/* ── JSON: pull parser ─────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_jtok {
  TH_J_END,
  TH_J_NULL,
  TH_J_TRUE,
  TH_J_FALSE,
  TH_J_NUMBER,
  TH_J_STRING,
  TH_J_KEY,
  TH_J_OBJ,
  TH_J_OBJ_END,
  TH_J_ARR,
  TH_J_ARR_END
} th_jtok;

typedef struct th_jread {
  const char *p, *end, *start;
  const char *at;  /* where the token starts */
  th_arena *arena; /* unescaped strings that differ from their bytes */
  th_jtok tok;
  th_str text; /* NUMBER: as written; STRING, KEY: unescaped UTF-8 */
  uint32_t depth;
  uint8_t state;
  uint8_t stack[TH_LIMIT_JSON_DEPTH / 8 + 1]; /* bit a level: object or array */
} th_jread;

/* Strict RFC 8259 (BOM allowed): bad UTF-8, lone surrogates, control characters, leading zeros, trailing commas and rubbish behind
 * the value are TH_EPARSE with line and column. Memory: the arena grows by escaped strings only. */
TH_API void th_jread_open(th_jread *r, th_arena *a, th_str bytes);
TH_API th_code th_jread_next(th_jread *r, th_err *err); /* sets tok and text; TH_J_END once the value is complete */
TH_API th_code th_jread_skip(th_jread *r, th_err *err); /* the value that starts at the current token, whole */
TH_API uint64_t th_jread_offset(const th_jread *r);     /* of the current token's first byte */

/* ── JSON: the tree, for documents that are looked up rather than streamed ─────────────────────────────────────────── */

typedef enum th_jkind { TH_JSON_NULL, TH_JSON_BOOL, TH_JSON_NUMBER, TH_JSON_STRING, TH_JSON_ARRAY, TH_JSON_OBJECT } th_jkind;

typedef struct th_json {
  uint8_t kind; /* th_jkind */
  bool boolean;
  uint32_t n;      /* members or elements */
  uint64_t offset; /* of the value, in bytes */
  union {
    th_str text; /* NUMBER as written; STRING */
    struct th_json *item;
    struct th_json_member *member;
  } u;
} th_json;

typedef struct th_json_member {
  th_str key;
  th_json value;
} th_json_member;

/* Order of members is kept; a repeated key is TH_EPARSE. Everything lives in the arena or views the bytes. */
TH_API th_code th_json_parse(th_arena *a, th_str bytes, th_json *out, th_err *err);
/* Member or NULL; NULL in, NULL out, so that look-ups chain. Linear in members. */
TH_API const th_json *th_json_get(const th_json *obj, const char *key);
/* "a.b.0.c": members and indices. Keys that hold a dot are not reachable so. */
TH_API const th_json *th_json_at(const th_json *v, const char *path);
TH_API const th_json *th_json_item(const th_json *arr, size_t i);
/* Text of a string or number; empty view for anything else. */
TH_API th_str th_json_text(const th_json *v);
TH_API bool th_json_i64(const th_json *v, int64_t *out); /* a number that is whole */
TH_API bool th_json_f64(const th_json *v, double *out);  /* a number (not a string) */
TH_API bool th_json_true(const th_json *v);

/* ── JSON: writer ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_jwrite {
  th_buf *out;
  int indent; /* spaces a level; 0 = one line */
  uint32_t depth;
  bool first, after_key;
} th_jwrite;

TH_API void th_jwrite_open(th_jwrite *w, th_buf *out, int indent);
TH_API void th_jw_obj(th_jwrite *w);
TH_API void th_jw_obj_end(th_jwrite *w);
TH_API void th_jw_arr(th_jwrite *w);
TH_API void th_jw_arr_end(th_jwrite *w);
TH_API void th_jw_key(th_jwrite *w, const char *key);
TH_API void th_jw_key_str(th_jwrite *w, th_str key);
TH_API void th_jw_str(th_jwrite *w, th_str s); /* p NULL writes null; bad UTF-8 becomes U+FFFD */
TH_API void th_jw_z(th_jwrite *w, const char *z);
TH_API void th_jw_bool(th_jwrite *w, bool b);
TH_API void th_jw_null(th_jwrite *w);
TH_API void th_jw_i64(th_jwrite *w, int64_t v);
/* The shortest text that reads back the same; infinity as "inf" or "-inf", nan as null. */
TH_API void th_jw_f64(th_jwrite *w, double v);
TH_API void th_jw_num(th_jwrite *w, th_str text); /* digits as they are */
TH_API void th_jw_json(th_jwrite *w, const th_json *v);

/* ── XML by expat ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_xml_attr {
  th_str name, value;
} th_xml_attr;

/* Calls in document order; text comes whole between tags. A handler's code other than TH_OK ends the reading with it.
 * Entity expansion is bounded by expat and external entities are never fetched. Depth: TH_LIMIT_XML_DEPTH. */
typedef struct th_xml_handler {
  void *ctx;
  th_code (*start)(void *ctx, th_str name, const th_xml_attr *attr, size_t n_attr, uint32_t line, th_err *err);
  th_code (*end)(void *ctx, th_str name, uint32_t line, th_err *err);
  th_code (*text)(void *ctx, th_str text, uint32_t line, th_err *err);
} th_xml_handler;

TH_API th_code th_xml_read(th_str bytes, const th_xml_handler *h, th_err *err);

/* ── YAML by libyaml, strict subset ────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_ykind { TH_YAML_NULL, TH_YAML_SCALAR, TH_YAML_SEQ, TH_YAML_MAP } th_ykind;

typedef struct th_yaml {
  uint8_t kind; /* th_ykind */
  bool quoted;  /* a scalar in quotes or block form: text, never a number or a truth value */
  uint32_t n;
  uint32_t line, col; /* where it starts, 1-based, in characters */
  union {
    th_str text;
    struct th_yaml *item;
    struct th_yaml_pair *pair;
  } u;
} th_yaml;

typedef struct th_yaml_pair {
  th_str key;
  uint32_t line, col;
  th_yaml value;
} th_yaml_pair;

/* One document; anchors, aliases, tags, repeated keys and nesting past TH_LIMIT_YAML_DEPTH are refused with line and column.
 * Everything lives in the arena. Errors: TH_EPARSE, TH_ELIMIT, TH_ENOMEM. */
TH_API th_code th_yaml_parse(th_arena *a, th_str bytes, th_yaml *out, th_err *err);
TH_API const th_yaml *th_yaml_get(const th_yaml *map, const char *key); /* NULL in, NULL out */
TH_API bool th_yaml_is_null(const th_yaml *v);                          /* absent, empty, ~ or null */
TH_API bool th_yaml_f64(const th_yaml *v, double *out);                 /* plain scalars only, like the next two */
TH_API bool th_yaml_i64(const th_yaml *v, int64_t *out);
TH_API bool th_yaml_bool(const th_yaml *v, bool *out); /* true or false, nothing else */
TH_API th_str th_yaml_text(const th_yaml *v);          /* empty for anything but a scalar */

#endif
