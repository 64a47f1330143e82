/* Queries, forms and uploads taken apart (WHATWG URL §5.1, RFC 7578). */
#include "test.h"

#include "serve/serve_priv.h"

static th_arena *a;
static const th_param *param;
static size_t n_params;

static th_code parse(const char *query, const char *type, th_str body) {
  const th_request_header h = { TH_S("content-type"), th_str_of(type ? type : "") };
  const th_request q = { .method = TH_S("POST"), .header = &h, .n_headers = type ? 1 : 0, .body = body };
  th_err err = { 0 };
  param = NULL, n_params = 0;
  return th_serve__params(a, &q, th_str_of(query), &param, &n_params, &err);
}

TEST(queries) {
  a = th_arena_new(0);
  CHECK_OK(parse("a=1&b=%E7%97%85+x&c&d=&a=2&&e=%3D%26", NULL, TH_STR_NONE));
  CHECK_INT(n_params, 6);
  CHECK_STR(param[1].value, "病 x");
  CHECK_STR(param[2].name, "c");
  CHECK_INT(param[2].value.n, 0);
  CHECK_STR(param[4].value, "2");
  CHECK_STR(param[5].value, "=&");
  CHECK_CODE(parse("a=%", NULL, TH_STR_NONE), TH_EPARSE);
  CHECK_CODE(parse("a=%1", NULL, TH_STR_NONE), TH_EPARSE);
  CHECK_CODE(parse("a=%00", NULL, TH_STR_NONE), TH_EPARSE);
  CHECK_CODE(parse("a=%C3%28", NULL, TH_STR_NONE), TH_EPARSE);
  th_arena_del(a);
}

TEST(uploads) {
  a = th_arena_new(0);
  const th_str body = TH_S("--x\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nva\r\nlue\r\n"
                           "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\xe7\x85\xa7.png\"\r\nContent-Type: "
                           "image/png\r\n\r\n\x89PNG\x00\r\n--y\r\n"
                           "--x--\r\n");
  CHECK_OK(parse("", "multipart/form-data; boundary=x", body));
  CHECK_INT(n_params, 2);
  CHECK_STR(param[0].name, "t");
  CHECK_STR(param[0].value, "va\r\nlue");
  CHECK(param[0].file.p == NULL);
  CHECK_STR(param[1].file, "照.png");
  CHECK_STR(param[1].type, "image/png");
  CHECK_INT(param[1].value.n, 10);
  /* Every beginning of it is refused, save the one that lacks only the last line end. */
  for (size_t n = 0; n + 2 < body.n; n++)
    CHECK(n == 0 || parse("", "multipart/form-data; boundary=x", th_str_sub(body, 0, n)) == TH_EPARSE);
  CHECK_CODE(parse("", "multipart/form-data", body), TH_EPARSE);
  CHECK_CODE(parse("", "text/xml", body), TH_EUNSUP);
  th_arena_del(a);
}

TEST(too_many_fields) {
  a = th_arena_new(0);
  th_buf b;
  th_buf_init(&b, a, 0);
  for (int i = 0; i <= TH_LIMIT_REQUEST_FIELDS; i++) th_buf_addz(&b, "a=1&");
  CHECK_CODE(parse("", "application/x-www-form-urlencoded", th_buf_str(&b)), TH_ELIMIT);
  th_arena_del(a);
}

TEST_MAIN(RUN(queries), RUN(uploads), RUN(too_many_fields))
