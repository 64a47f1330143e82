/* theriac backup FOLDER, theriac restore FOLDER. */
#include <string.h>

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/store.h"

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

static int run_backup(th_cli *c) {
  th_err err = { 0 };
  th_store *s = NULL;
  if (th_store_open(c->home, TH_STORE_READ, -1, &s, &err) != TH_OK) return th_cli_error(c, &err);
  const th_code code = th_store_backup(s, c->args[0], &err);
  th_store_close(s);
  return code == TH_OK ? say(c, "backup written and checked", "備份完成並已驗證", "backup", c->args[0]) : th_cli_error(c, &err);
}

static int run_restore(th_cli *c) {
  th_err err = { 0 };
  if (th_store_restore(c->args[0], c->home, th_cli_has(c, "replace"), &err) != TH_OK) return th_cli_error(c, &err);
  return say(c, "restored and checked", "還原完成並已驗證", "home", c->home);
}

static const char *const backup_examples[] = { "theriac backup /media/usb/theriac-2026-11-21", NULL };

const th_cmd th_cmd_backup = {
  .name = "backup",
  .group = "Upkeep",
  .synopsis = "FOLDER",
  .summary = "copy the store into a new folder, and check the copy",
  .details = "The copy is of one moment, whatever is read or written meanwhile, and is a home directory of its own: --home "
             "FOLDER reads it.",
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
  .details = "A damaged backup is refused and changes nothing. No other program may have the store open meanwhile.",
  .opts = restore_opts,
  .args_min = 1,
  .args_max = 1,
  .examples = restore_examples,
  .run = run_restore,
};
