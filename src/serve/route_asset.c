/* Styles and modules of the web app, as they are built in; and the choice of language. */
#include "serve/serve_priv.h"

static th_done file(th_ctx *x) {
  const char *type = "application/octet-stream";
  const th_str bytes = th_web_file(x->seg[0], &type);
  if (!bytes.p) return th_serve_fail_code(x, TH_ENOENT, "there is no file %.*s", TH_STR_ARG(th_str_sub(x->seg[0], 0, 60)));
  return th_serve_bytes(x, 200, type, bytes);
}

static th_done language(th_ctx *x) {
  const th_str to = th_serve_param(x, "to");
  if (!th_str_is(to, "zh-TW") && !th_str_is(to, "en")) return th_serve_fail_code(x, TH_EINVAL, "languages are zh-TW and en");
  /* A page that names its language in the address would stay in it. */
  th_str back = th_serve_param(x, "back");
  const size_t at = th_str_find(back, TH_S("lang="), 0);
  if (at != SIZE_MAX && at > 0) {
    const size_t end = th_str_find(back, TH_S("&"), at);
    back = end == SIZE_MAX ? th_str_sub(back, 0, at - 1)
                           : th_str_fmt(x->a, "%.*s%.*s", TH_STR_ARG(th_str_sub(back, 0, at)),
                                        TH_STR_ARG(th_str_sub(back, end + 1, back.n)));
  }
  th_serve_redirect(x, back);
  th_serve_add_header(x, "Set-Cookie",
                      th_str_fmt(x->a, "lang=%.*s; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", TH_STR_ARG(to)));
  return TH_DONE;
}

const th_route th_serve__asset_routes[] = {
  { "GET", "/web/*", file, 0 },
  { "GET", "/language", language, 0 },
  { 0 },
};
