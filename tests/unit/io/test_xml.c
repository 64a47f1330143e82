#include "io/io_priv.h"
#include "test.h"

static th_buf *log_;

static th_code on_start(void *ctx, th_str name, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  (void)line;
  if (ctx && th_str_is(name, "stop")) return th_fail(err, TH_EUNSUP, "stopped");
  th_buf_addf(log_, "<%.*s", TH_STR_ARG(name));
  for (size_t i = 0; i < n; i++) th_buf_addf(log_, " %.*s=%.*s", TH_STR_ARG(attr[i].name), TH_STR_ARG(attr[i].value));
  th_buf_addc(log_, '>');
  return TH_OK;
}
static th_code on_end(void *ctx, th_str name, uint32_t line, th_err *err) {
  (void)ctx, (void)line, (void)err;
  th_buf_addf(log_, "</%.*s>", TH_STR_ARG(name));
  return TH_OK;
}
static th_code on_text(void *ctx, th_str text, uint32_t line, th_err *err) {
  (void)ctx, (void)err;
  th_buf_addf(log_, "{%u:%.*s}", line, TH_STR_ARG(text));
  return TH_OK;
}

static th_code read_xml(th_arena *a, th_str in, th_str *out, th_err *err) {
  static th_buf b;
  th_buf_init(&b, a, 0);
  log_ = &b;
  const th_xml_handler h = { &b, on_start, on_end, on_text };
  const th_code code = th_xml_read(in, &h, err);
  *out = th_buf_str(&b);
  return b.failed && code == TH_OK ? TH_ENOMEM : code;
}

TEST(hands_on_tags_attributes_and_whole_text) {
  th_arena *a = th_arena_new(0);
  th_str got;
  th_err err = { 0 };
  CHECK_OK_ERR(
      read_xml(a,
               TH_S("<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'http://x.invalid/a.dtd'>\n<a x='1' y='&lt;&#x4e2d;'>one "
                    "&amp; <![CDATA[<two>]]>\n<!-- c -->three<b/>四</a>"),
               &got, &err),
      &err);
  CHECK_STR(got, "<a x=1 y=<中>{3:one & <two>\nthree}<b></b>{4:四}</a>");
  th_arena_del(a);
}

TEST(reads_other_encodings_that_xml_names) {
  th_arena *a = th_arena_new(0);
  th_str got;
  CHECK_OK(read_xml(a, TH_S("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>"), &got, NULL));
  CHECK_STR(got, "<a>{1:é}</a>");
  CHECK_OK(read_xml(a, th_str_n("\xff\xfe<\0a\0>\0-N<\0/\0a\0>\0", 18), &got, NULL));
  CHECK_STR(got, "<a>{1:中}</a>");
  CHECK_CODE(read_xml(a, TH_S("<?xml version='1.0' encoding='Big5'?><a>\xa4\xa4</a>"), &got, NULL), TH_EPARSE);
  CHECK_CODE(read_xml(a, TH_S("<a>\xa4\xa4</a>"), &got, NULL), TH_EPARSE);
  th_arena_del(a);
}

TEST(refuses_broken_input_with_a_place) {
  static const char *const bad[] = {
    "",  " ",           "<a>",         "<a></b>", "<a><b></a></b>", "<a x=1/>", "<a x='1' x='2'/>", "<a>&nope;</a>", "<a/><b/>",
    "x", "<a>\x01</a>", "<a>&#0;</a>", "{}",      "<a>]]></a>"
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_str got;
    th_err err = { 0 };
    CHECK_CODE(read_xml(a, th_str_of(bad[i]), &got, &err), TH_EPARSE);
    CHECK(err.line >= 1 && strstr(err.msg, "XML"));
  }
  th_err err = { 0 };
  th_str got;
  CHECK_CODE(read_xml(a, TH_S("<a>\n <b></c>\n</a>"), &got, &err), TH_EPARSE);
  CHECK_INT(err.line, 2);
  th_arena_del(a);
}

TEST(bounds_depth_and_entities) {
  th_arena *a = th_arena_new(0);
  th_str got;
  th_buf b;
  for (int depth = TH_LIMIT_XML_DEPTH; depth <= TH_LIMIT_XML_DEPTH + 1; depth++) {
    th_buf_init(&b, a, 0);
    for (int i = 0; i < depth; i++) th_buf_addz(&b, "<a>");
    for (int i = 0; i < depth; i++) th_buf_addz(&b, "</a>");
    th_err err = { 0 };
    CHECK_CODE(read_xml(a, th_buf_str(&b), &got, &err), depth > TH_LIMIT_XML_DEPTH ? TH_ELIMIT : TH_OK);
    if (depth > TH_LIMIT_XML_DEPTH) CHECK(strstr(err.msg, "TH_LIMIT_XML_DEPTH (256)"));
  }
  th_buf_init(&b, a, 0);
  th_buf_addz(&b, "<!DOCTYPE a [<!ENTITY l0 'lol'>");
  for (int i = 1; i <= 12; i++)
    th_buf_addf(&b, "<!ENTITY l%d '&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;&l%d;'>", i, i - 1, i - 1, i - 1, i - 1, i - 1,
                i - 1, i - 1, i - 1, i - 1, i - 1);
  th_buf_addz(&b, "]><a>&l12;</a>");
  CHECK_CODE(read_xml(a, th_buf_str(&b), &got, NULL), TH_ELIMIT);
  th_arena_del(a);
}

TEST(a_handler_stops_the_reading) {
  th_arena *a = th_arena_new(0);
  th_str got;
  th_err err = { 0 };
  CHECK_CODE(read_xml(a, TH_S("<a>\n<stop/><b/></a>"), &got, &err), TH_EUNSUP);
  CHECK_INT(err.line, 2);
  CHECK_STR(got, "<a>{1:\n}");
  th_arena_del(a);
}

/* What our own reader takes is taken by expat, with the same calls; what it leaves to expat may be anything. */
static bool both_say(th_arena *a, th_str in) {
  static th_buf b[2];
  bool plain = false;
  th_err err[2] = { 0 };
  th_arena *scratch = th_arena_new(0);
  for (int k = 0; k < 2; k++) {
    th_buf_init(&b[k], a, 0);
    log_ = &b[k];
    const th_xml_handler h = { &b, on_start, on_end, on_text };
    const th_code code = k ? th_io__xml_expat(in, &h, &err[k]) : th_io__xml_plain(scratch, in, &h, &plain, &err[k]);
    if (k == 0 && !plain) {
      CHECK(code == TH_OK && b[0].n == 0);
      th_arena_del(scratch);
      return false;
    }
    CHECK_INT(code, plain && err[0].code ? err[0].code : TH_OK);
  }
  CHECK_STR(th_buf_str(&b[0]), b[1].p ? th_str_z(a, th_buf_str(&b[1])) : "");
  CHECK_INT(err[0].line, err[1].line);
  th_arena_del(scratch);
  return true;
}

TEST(a_plain_record_is_read_as_expat_reads_it) {
  static const char *const plain[] = {
    "<a/>",
    "<a />",
    " \n<a>\n <b x=\"1\" y='\"'>one\ntwo ] ]] > é 中 \xF0\x9F\x92\x8A</b>\n</a>\n",
    "<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x4E2d;&#13;&#x1F48A;</a>",
    "<a t='&lt;b&gt; &amp;&#10;'><mml:x-1.y/>x<stop/></a>",
    "<a>\t</a>",
  };
  static const char *const other[] = {
    "",
    "a",
    " ",
    "<a>",
    "<a></b>",
    "<a/><a/>",
    "<a/>x",
    "&lt;<a/>",
    "<a>]]></a>",
    "<a>&nbsp;</a>",
    "<a>&#0;</a>",
    "<a>&#;</a>",
    "<a>&#x;</a>",
    "<a>&#55296;</a>",
    "<a>&#xFFFE;</a>",
    "<a>\xEF\xBF\xBE</a>",
    "<a>\xC3</a>",
    "<a>\r\n</a>",
    "<a>\x0B</a>",
    "<a x=1/>",
    "<a x='1'y='2'/>",
    "<a x='1' x='2'/>",
    "<a x='<'/>",
    "<a x='\t'/>",
    "<a x='1/>",
    "<1/>",
    "< a/>",
    "<a></ a>",
    "<a><!-- c --></a>",
    "<a><![CDATA[x]]></a>",
    "<a><?p?></a>",
    "<?xml version='1.0'?><a/>",
    "<!DOCTYPE a><a/>",
    "\xEF\xBB\xBF<a/>",
    "<\xC3\xA9/>",
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) CHECK(both_say(a, th_str_of(plain[i])));
  for (size_t i = 0; i < sizeof other / sizeof *other; i++) CHECK(!both_say(a, th_str_of(other[i])));
  CHECK(!both_say(a, TH_S("<a>\0</a>")));
  th_arena_del(a);
}

static const char sample[] = "<?xml version='1.0' encoding='UTF-8'?><a x='狼'>t&amp;<b>瘡</b><![CDATA[z]]></a>";

TEST(every_truncation_is_an_error) {
  th_arena *a = th_arena_new(0);
  for (size_t n = 0; n < sizeof sample - 1; n++) {
    char *copy = malloc(n ? n : 1);
    memcpy(copy, sample, n);
    th_str got;
    CHECK_CODE(read_xml(a, th_str_n(copy, n), &got, NULL), TH_EPARSE);
    free(copy);
  }
  th_arena_del(a);
}

static th_code read_sample(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_str got;
  const th_code code = read_xml(a, th_str_of(sample), &got, NULL);
  th_arena_del(a);
  return code;
}

static th_code read_plain_sample(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_str got;
  const th_code code = read_xml(a, TH_S("<a x='&lt;' y='2'>one &amp; two<b/></a>"), &got, NULL);
  th_arena_del(a);
  return code;
}

TEST(survives_want_of_memory) {
  CHECK(test_each_alloc_fails(read_sample) > 5);
  CHECK(test_each_alloc_fails(read_plain_sample) > 2);
}

TEST_MAIN(RUN(hands_on_tags_attributes_and_whole_text), RUN(reads_other_encodings_that_xml_names),
          RUN(refuses_broken_input_with_a_place), RUN(bounds_depth_and_entities), RUN(a_handler_stops_the_reading),
          RUN(a_plain_record_is_read_as_expat_reads_it), RUN(every_truncation_is_an_error), RUN(survives_want_of_memory))
