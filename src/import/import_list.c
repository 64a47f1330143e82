/* From the paths given to the files to read. */
#include <string.h>
#include <sys/stat.h>

#include "import/import_priv.h"
#include "theriac/io.h"

static th_code add_file(th_arena *a, th_str path, th_import__file_vec *out, th_err *err) {
  if (out->n >= TH_LIMIT_IMPORT_FILES)
    return th_fail(err, TH_ELIMIT, "more files than TH_LIMIT_IMPORT_FILES (%zu): give them in parts", TH_LIMIT_IMPORT_FILES);
  return TH_VEC_PUSH(a, out, (th_import__file){ path }) ? TH_OK : th_fail_nomem(err);
}

static th_code add_folder(th_arena *a, const char *path, int depth, th_import__file_vec *out, th_err *err) {
  if (depth > TH_LIMIT_FOLDER_DEPTH)
    return th_fail(err, TH_ELIMIT, "%s: folders deeper than TH_LIMIT_FOLDER_DEPTH (%d)", path, TH_LIMIT_FOLDER_DEPTH);
  th_dir_list list = { 0 };
  TH_TRY(th_dir_read(a, path, &list, err));
  for (size_t i = 0; i < list.n; i++) {
    const th_dir_entry *e = &list.v[i];
    const size_t slash = th_str_rfind(e->path, TH_S("/"));
    if (slash != SIZE_MAX && slash + 1 < e->path.n && e->path.p[slash + 1] == '.') continue;
    if (e->is_dir && e->is_link) continue; /* it may lead in a circle, or out of what was given */
    TH_TRY(e->is_dir ? add_folder(a, e->path.p, depth + 1, out, err) : add_file(a, e->path, out, err));
  }
  return TH_OK;
}

th_code th_import__list(th_arena *a, const char *const *path, size_t n, th_import__file_vec *out, th_err *err) {
  *out = (th_import__file_vec){ 0 };
  for (size_t i = 0; i < n; i++) {
    struct stat st;
    const bool folder = strcmp(path[i], "-") != 0 && stat(path[i], &st) == 0 && S_ISDIR(st.st_mode);
    if (folder) {
      TH_TRY(add_folder(a, path[i], 0, out, err));
      continue;
    }
    const th_str name = th_str_dup(a, th_str_of(path[i]));
    if (!name.p) return th_fail_nomem(err);
    TH_TRY(add_file(a, name, out, err));
  }
  return TH_OK;
}
