#include "cli/cli_priv.h"
#include "theriac/io.h"

static int run_version(th_cli *c) {
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 0);
    th_jw_obj(&w);
    th_jw_key(&w, "program"), th_jw_z(&w, "theriac");
    th_jw_key(&w, "version"), th_jw_z(&w, THERIAC_VERSION);
    th_jw_key(&w, "released"), th_jw_z(&w, THERIAC_RELEASED);
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
  } else
    th_buf_addz(&b, "theriac " THERIAC_VERSION " (" THERIAC_RELEASED ")\n");
  return th_cli__put_buf(c, &b);
}

const th_cmd th_cmd_version = {
  .name = "version",
  .group = "Program",
  .summary = "the version and its date",
  .run = run_version,
};
