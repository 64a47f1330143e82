/* theriac backup FOLDER, theriac restore FOLDER. */
#include <stdio.h>
#include <string.h>

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/store.h"
#include "theriac/store/cases.h"

static int say(const th_cli *c, const char *en, const char *tw, const char *key, const char *path) {
  th_buf b;
  th_buf_init(&b, c->arena, 256);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 0);
    th_jw_obj(&w);
    th_jw_key(&w, key);
    th_jw_z(&w, path);
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
  } else {
    th_buf_addf(&b, "%s: %s\n", strcmp(c->lang, "zh-TW") == 0 ? tw : en, path);
  }
  return th_cli__put_buf(c, &b);
}

/* Whoever holds the backup alone cannot read the cases; whoever restores it needs to know that. */
static void tell_of_key(const th_cli *c, const char *folder) {
  char key[TH_LIMIT_PATH_BYTES];
  if (c->quiet || !th_cases_exist(folder)) return;
  if (th_cases_key_path(key, NULL) != TH_OK) key[0] = '\0';
  fprintf(stderr,
          strcmp(c->lang, "zh-TW") == 0
              ? "備份內的個案仍為加密狀態，不含金鑰；請將金鑰 %s 另存他處\n"
              : "the cases in it are sealed, and their key is not in it: keep a copy of %s elsewhere\n",
          key);
}

/* A home that holds cases and no record yet is backed up too: with an empty store. */
static th_code open_store(const th_cli *c, th_store **s, th_err *err) {
  th_err why = { 0 };
  const th_code code = th_store_open(c->home, TH_STORE_READ, -1, s, &why);
  if (code == TH_ENOENT && th_cases_exist(c->home)) return th_store_open(c->home, TH_STORE_WRITE, -1, s, err);
  if (code != TH_OK) *err = why;
  return code;
}

static int run_backup(th_cli *c) {
  th_err err = { 0 };
  th_store *s = NULL;
  if (open_store(c, &s, &err) != TH_OK) return th_cli_error(c, &err);
  const th_code code = th_store_backup(s, c->args[0], &err);
  th_store_close(s);
  if (code != TH_OK) return th_cli_error(c, &err);
  tell_of_key(c, c->args[0]);
  return say(c, "backup written and checked", "備份完成並已驗證", "backup", c->args[0]);
}

/* Restored cases are of no use without the key they were sealed with. */
static void tell_of_opening(const th_cli *c) {
  th_cases *cases;
  th_err why = { 0 };
  char text[512];
  if (!th_cases_exist(c->home)) return;
  if (th_cases_open(c->home, TH_CASES_READ, NULL, -1, &cases, &why) == TH_OK) {
    th_cases_close(cases);
    return;
  }
  th_err_text(&why, text, sizeof text);
  fprintf(stderr, strcmp(c->lang, "zh-TW") == 0 ? "還原的個案尚無法開啟：%s\n" : "the restored cases do not open yet: %s\n",
          text);
}

static int run_restore(th_cli *c) {
  th_err err = { 0 };
  if (th_store_restore(c->args[0], c->home, th_cli_has(c, "replace"), &err) != TH_OK) return th_cli_error(c, &err);
  tell_of_opening(c);
  return say(c, "restored and checked", "還原完成並已驗證", "home", c->home);
}

static const char *const backup_examples[] = { "theriac backup /media/usb/theriac-2026-11-21", NULL };

const th_cmd th_cmd_backup = {
  .name = "backup",
  .group = "Upkeep",
  .synopsis = "FOLDER",
  .summary = "copy the store into a new folder, and check the copy",
  .details = "The copy is of one moment, whatever is read or written meanwhile, and is a home directory of its own: --home "
             "FOLDER reads it. Kept cases are in it, sealed; their key is not: keep a copy of it elsewhere.",
  .args_min = 1,
  .args_max = 1,
  .examples = backup_examples,
  .run = run_backup,
};

static const th_opt restore_opts[] = {
  { "replace", 0, NULL, "put it in the place of the store that is there, which is kept as theriac.db.before-restore", false },
  { 0 },
};

static const char *const restore_examples[] = { "theriac restore /media/usb/theriac-2026-11-21 --replace", NULL };

const th_cmd th_cmd_restore = {
  .name = "restore",
  .group = "Upkeep",
  .synopsis = "FOLDER [--replace]",
  .summary = "put a backup back, after checking it",
  .details =
      "A damaged backup is refused and changes nothing. No other program may have the store open meanwhile. Cases of the "
      "backup take the place of those here, which are kept as cases.db.before-restore; a backup without cases leaves them.",
  .opts = restore_opts,
  .args_min = 1,
  .args_max = 1,
  .examples = restore_examples,
  .run = run_restore,
};
