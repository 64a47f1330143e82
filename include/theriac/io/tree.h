/* A folder kept equal to a set of files: what is the same is left alone, what is new or has changed is written, what an earlier set had
 * and this one has not is removed. Files that are not of the set are never touched, changed or removed, whoever put them there.
 *
 * What belongs to us stands in the file SHA256SUMS of the folder (as sha256sum(1) writes and checks it, behind a line that says whose it
 * is). Readers see an old file or a new one, never half. Nothing is synced to disk: after a power cut the next run compares contents
 * and mends what was lost. */
#ifndef THERIAC_IO_TREE_H
#define THERIAC_IO_TREE_H

#include "theriac/io.h"

#define TH_TREE_LIST        "SHA256SUMS"
#define TH_LIMIT_TREE_FILES 4000000

typedef struct th_tree th_tree;

typedef struct th_tree_counts {
  uint64_t written, same, removed;
  uint64_t left;  /* of an earlier set, and changed by somebody since: not removed */
  uint64_t bytes; /* of the whole set */
} th_tree_counts;

typedef struct th_tree_file {
  th_str path;
  uint64_t bytes;
  char sha256[TH_SHA256_HEX];
} th_tree_file;

/* Opens the folder, made when it is not there. `maker` ("theriac site build") is whose list it must be. Errors: TH_ECONFLICT (a list of
 * somebody else, or another run is at work), TH_EPARSE (a list that is damaged), TH_EAUTH, TH_EIO, TH_EUNSUP (no folder). */
TH_API th_code th_tree_open(const char *dir, const char *maker, th_tree **out, th_err *err);
/* Puts one file of the set. path: parts of letters, digits and . - _ between slashes, no part beginning with a dot. May be called by
 * several threads. TH_EINVAL: no such path; TH_ECONFLICT: put twice, or a file that is not ours stands there. */
TH_API th_code th_tree_put(th_tree *t, th_str path, th_str bytes, th_err *err);
/* What was put so far, by path; in the arena. For one thread, with no put at work. */
TH_API th_code th_tree_files(th_tree *t, th_arena *a, const th_tree_file **out, size_t *n, th_err *err);
/* Removes what the earlier set had and this one has not, and writes the list. Then closed, also after an error. */
TH_API th_code th_tree_close(th_tree *t, th_tree_counts *out, th_err *err);
/* Leaves the set unfinished: what was put stays and is known to be ours. NULL is fine. */
TH_API void th_tree_give_up(th_tree *t);

#endif
