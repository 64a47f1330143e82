/* Cases of patients, kept sealed. They lie in cases.db beside theriac.db; each record is encrypted by itself (XChaCha20-Poly1305 of
 * libsodium) with a key that lies outside the home, and is bound to its table, id and version, so that a changed row, or one put in
 * another's place, does not open. Open lie only: random ids, versions, times of change, sizes, what was done to which id.
 *
 * Every put is a new version and the old one stays; the same content twice is one. Who did what to which id is kept in a chain of
 * entries, each bound to the one before by a hash that needs the key.
 *
 * A handle belongs to one thread; open as many as you like. Each call is one transaction: what was reported as kept survives a kill
 * and a power cut. Texts that come out live in the arena. */
#ifndef THERIAC_STORE_CASES_H
#define THERIAC_STORE_CASES_H

#include "theriac/base.h"

#define TH_CASES_ID 33 /* bytes of an id as text: 32 hex digits and NUL */

typedef struct th_cases th_cases;
typedef enum th_cases_mode { TH_CASES_READ, TH_CASES_WRITE } th_cases_mode;

/* Where the key lies: $THERIAC_KEY_FILE, else $XDG_CONFIG_HOME/theriac/cases.key, else ~/.config/theriac/cases.key. TH_EINVAL: none of
 * the variables is set, or the path is too long. */
TH_API th_code th_cases_key_path(char out[TH_LIMIT_PATH_BYTES], th_err *err);

/* Opens cases.db of `home` with the key in `key_file` (NULL: th_cases_key_path). WRITE makes both when neither is there; the key is
 * made with mode 0600 and is on the disk before anything is sealed with it. wait_ms < 0: TH_STORE_WAIT_MS.
 * Errors: TH_ENOENT (READ: no case was kept here yet; or the key is missing while cases exist), TH_EAUTH (not the key these cases were
 * sealed with; a key that others may read, or that belongs to another user; no permission), TH_EINVAL (the key lies inside the home),
 * TH_EPARSE (no key, no database of ours, damaged), TH_EUNSUP (written by a newer program), TH_ECONFLICT, TH_EIO, TH_ENOMEM. */
TH_API th_code th_cases_open(const char *home, th_cases_mode mode, const char *key_file, int wait_ms, th_cases **out,
                             th_err *err);
TH_API void th_cases_close(th_cases *c); /* NULL is fine; the key is wiped from memory */
/* Whether `home` has a cases.db. */
TH_API bool th_cases_exist(const char *home);

/* Who acts, as he is to be named in the record, and when: seconds since 1970-01-01 UTC. */
typedef struct th_cases_act {
  th_str who;
  int64_t at;
} th_cases_act;

/* ── Cases ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_case_due {
  th_date day;
  th_str zh, en;
  th_str kind; /* "review", "taper", … as coverage calls it; empty: kept before kinds were */
} th_case_due;

/* What a list shows of a case; sealed beside it. */
typedef struct th_case_summary {
  th_str title; /* the user's own name for it */
  th_str program, path;
  th_date as_of;
  th_str outcome;         /* "criteria_met", … as coverage calls it; empty: not judged */
  const th_case_due *due; /* next days, in order */
  uint32_t n_due;
} th_case_summary;

typedef struct th_case_head {
  th_str id;
  uint32_t version; /* 1, 2, …; in a list the newest */
  int64_t at;       /* when this version was kept */
  th_str who;
  uint64_t bytes; /* of the body */
  char sha256[65];
  bool damaged; /* the record does not open: changed or broken. Only id, version and at are known then */
  th_case_summary summary;
} th_case_head;
typedef TH_VEC(th_case_head) th_case_heads;

typedef struct th_case_in {
  th_str id;       /* of a case; empty: a new one */
  uint32_t expect; /* the version this one was made from: TH_ECONFLICT when another came between; 0: whichever is newest */
  th_str
      token; /* new case: made by the client once for one intended case, so that the same request sent again gives the same case.
                    * Empty: a case whose newest version has this very content is taken for the same */
  th_case_summary summary;
  th_str body; /* the case as coverage reads it (JSON); any bytes are kept */
} th_case_in;

/* Keeps a case; *out is its head, *same true when the newest version has this content already and nothing was written.
 * TH_ENOENT: no case of this id. TH_ELIMIT, TH_EINVAL: id is none of ours, who is empty. */
TH_API th_code th_cases_put(th_arena *a, th_cases *c, th_cases_act act, const th_case_in *in, th_case_head *out, bool *same,
                            th_err *err);
/* A version of a case (0: the newest). TH_ENOENT: not there (or deleted); TH_EPARSE: does not open. Reading is not logged by itself:
 * th_cases_log. */
TH_API th_code th_cases_get(th_arena *a, th_cases *c, th_str id, uint32_t version, th_case_head *head, th_str *body,
                            th_err *err);
/* All cases, newest change first; then by id. Opens every summary: O(cases). */
TH_API th_code th_cases_list(th_arena *a, th_cases *c, th_case_heads *out, th_err *err);
/* All versions of a case, newest first. TH_ENOENT. */
TH_API th_code th_cases_versions(th_arena *a, th_cases *c, th_str id, th_case_heads *out, th_err *err);
/* Takes a case with all versions and attachments away: the bytes are overwritten in the database and the log is emptied. Copies made
 * before (backups) are not touched. TH_ENOENT. */
TH_API th_code th_cases_delete(th_cases *c, th_cases_act act, th_str id, th_err *err);

/* ── Attachments ───────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_case_attachment {
  th_str id, case_id; /* set by us */
  uint32_t version;   /* of this description, 1, 2, … */
  int64_t at;
  th_str who;
  uint64_t bytes;
  char sha256[65];
  bool damaged; /* the description does not open */
  /* what the caller says */
  th_str name, media_type; /* "photo.jpg", "image/jpeg" */
  th_str evidence;         /* id of the evidence it proves, "E-photo" */
  th_str clause, item;     /* clause and item of a score it is for; may be empty */
  th_date date;            /* of the document itself; NONE: not known */
  th_str site, note;       /* of the body; free text */
} th_case_attachment;
typedef TH_VEC(th_case_attachment) th_case_attachments;

/* Keeps bytes with what is said of them. The same bytes for the same case, evidence, clause and item are one attachment: *same true,
 * and its description is brought up to date. TH_ENOENT: no such case. TH_ELIMIT: TH_LIMIT_CASE_ATTACHMENTS, _ATTACHMENT_BYTES. */
TH_API th_code th_cases_attach(th_arena *a, th_cases *c, th_cases_act act, th_str case_id, const th_case_attachment *in,
                               th_str bytes, th_case_attachment *out, bool *same, th_err *err);
/* What is said of an attachment, said anew (by in->id): all fields the caller may set are replaced. */
TH_API th_code th_cases_attachment_set(th_arena *a, th_cases *c, th_cases_act act, const th_case_attachment *in,
                                       th_case_attachment *out, th_err *err);
/* Attachments of a case in the order they were added. TH_ENOENT: no such case. */
TH_API th_code th_cases_attachments(th_arena *a, th_cases *c, th_str case_id, th_case_attachments *out, th_err *err);
/* One of them with its bytes (bytes NULL: description alone), checked against the SHA-256. TH_ENOENT, TH_EPARSE. */
TH_API th_code th_cases_attachment_get(th_arena *a, th_cases *c, th_str id, th_case_attachment *out, th_str *bytes,
                                       th_err *err);
TH_API th_code th_cases_attachment_delete(th_cases *c, th_cases_act act, th_str id, th_err *err);

/* ── The log ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_cases_entry {
  uint64_t n; /* 1, 2, … without a gap */
  int64_t at;
  th_str who;
  th_str did; /* put, delete, attach, describe, detach; what th_cases_log is told: "read", "print", "packet" */
  th_str id;
  uint32_t version;
  char hash[65];
} th_cases_entry;
typedef TH_VEC(th_cases_entry) th_cases_entries;

/* Notes what was done with an id besides changing it. did: 1 to 16 small letters or hyphens. */
TH_API th_code th_cases_log(th_cases *c, th_cases_act act, const char *did, th_str id, uint32_t version, th_err *err);
/* Entries from number `from` (1: the first), at most `limit` (0: all); id empty: of all. */
TH_API th_code th_cases_entries_get(th_arena *a, th_cases *c, th_str id, uint64_t from, uint32_t limit, th_cases_entries *out,
                                    th_err *err);

typedef struct th_cases_state {
  uint64_t entries, cases, versions, attachments, bytes; /* bytes: of attachments */
  char last[65];   /* hash of the last entry: kept elsewhere, it proves later that nothing before it was changed or taken out */
  char key_id[17]; /* tells keys apart, tells nothing of the key */
  th_str_vec fault; /* sentences; none: whole */
} th_cases_state;

/* Goes through the chain and compares it with the records: an entry changed, left out or put in, a record without its entry, one that
 * is gone without having been deleted. `last` (empty: not asked): a hash that must stand in the chain. O(entries). */
TH_API th_code th_cases_verify(th_arena *a, th_cases *c, th_str last, th_cases_state *out, th_err *err);
/* The same, and opens every record and every attachment. O(size). */
TH_API th_code th_cases_check(th_arena *a, th_cases *c, th_cases_state *out, th_err *err);

#endif
