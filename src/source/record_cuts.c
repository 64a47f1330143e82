/* Where the records of a large document stand, without reading them: the frame around them is read strictly, each record by itself
 * afterwards (and by as many threads as there are). What is cut here is read as if it were read whole: a record that is broken says
 * so with its own line. */
#include "source/source_priv.h"
#include "theriac/io.h"

typedef struct cutter {
  th_arena *a;
  th_str doc;
  th_source_cuts *out;
  size_t at;
  uint32_t line; /* of doc.p[at] */
  th_err *err;
} cutter;

static void go_to(cutter *c, size_t to) {
  for (const char *p = c->doc.p + c->at, *end = c->doc.p + to;;) {
    p = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    if (!p) break;
    c->line++;
    p++;
  }
  c->at = to;
}

static bool add(cutter *c, size_t from, size_t to, uint32_t line) {
  return TH_VEC_PUSH(c->a, c->out, (th_source_cut){ from, to, line, false });
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t past_blanks(th_str s, size_t at) {
  while (at < s.n && is_blank(s.p[at])) at++;
  return at;
}

/* One behind the string that begins at `at`; s.n + 1 when it does not end. */
static size_t past_string(th_str s, size_t at) {
  for (at++; at < s.n;) {
    const char *quote = memchr(s.p + at, '"', s.n - at);
    if (!quote) break;
    size_t end = (size_t)(quote - s.p), back = 0;
    while (end - back > at && s.p[end - back - 1] == '\\') back++;
    if (back % 2 == 0) return end + 1;
    at = end + 1;
  }
  return s.n + 1;
}

/* One behind the object or array that begins at `at`; s.n + 1 when it does not end. */
static size_t past_nested(th_str s, size_t at) {
  size_t depth = 0;
  while (at < s.n) {
    const char c = s.p[at];
    if (c == '"') {
      at = past_string(s, at);
      continue;
    }
    at++;
    if (c == '{' || c == '[') depth++;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return s.n + 1;
}

/* One behind any value. */
static size_t past_value(th_str s, size_t at) {
  if (at >= s.n) return s.n + 1;
  if (s.p[at] == '{' || s.p[at] == '[') return past_nested(s, at);
  if (s.p[at] == '"') return past_string(s, at);
  while (at < s.n && !is_blank(s.p[at]) && s.p[at] != ',' && s.p[at] != '}' && s.p[at] != ']') at++;
  return at;
}

/* Elements of the array that begins at c->at; *end one behind it. False: it is no well-formed list of values, or memory is short. */
static bool cut_array(cutter *c, size_t *end) {
  size_t at = past_blanks(c->doc, c->at + 1);
  if (at < c->doc.n && c->doc.p[at] == ']') return *end = at + 1, true;
  for (;;) {
    go_to(c, at);
    const uint32_t line = c->line;
    const size_t to = past_value(c->doc, at);
    if (to > c->doc.n || to == at || !add(c, at, to, line)) return false;
    at = past_blanks(c->doc, to);
    if (at >= c->doc.n) return false;
    if (c->doc.p[at] == ']') return *end = at + 1, true;
    if (c->doc.p[at] != ',') return false;
    at = past_blanks(c->doc, at + 1);
  }
}

/* The array under this member of the outermost object: its first byte, or SIZE_MAX. */
static size_t find_array(th_str s, size_t at, const char *name) {
  for (at = past_blanks(s, at + 1); at < s.n && s.p[at] == '"';) {
    const size_t key_end = past_string(s, at);
    if (key_end > s.n) return SIZE_MAX;
    const bool is = th_str_is(th_str_sub(s, at + 1, key_end - 1), name);
    at = past_blanks(s, key_end);
    if (at >= s.n || s.p[at] != ':') return SIZE_MAX;
    at = past_blanks(s, at + 1);
    if (is) return at < s.n && s.p[at] == '[' ? at : SIZE_MAX;
    at = past_value(s, at);
    if (at > s.n) return SIZE_MAX;
    at = past_blanks(s, at);
    if (at >= s.n || s.p[at] != ',') return SIZE_MAX;
    at = past_blanks(s, at + 1);
  }
  return SIZE_MAX;
}

/* The document without what its records hold must be well formed by itself. */
static th_code check_frame(cutter *c, size_t from, size_t to, th_json *frame) {
  const th_str text =
      th_str_fmt(c->a, "%.*s[]%.*s", TH_STR_ARG(th_str_sub(c->doc, 0, from)), TH_STR_ARG(th_str_sub(c->doc, to, c->doc.n)));
  return text.p ? th_json_parse(c->a, text, frame, c->err) : th_fail_nomem(c->err);
}

static th_code cut_lines(cutter *c) {
  th_str rest = c->doc, line;
  for (uint32_t no = 1; th_str_line(&rest, &line); no++) {
    const th_str t = th_str_trim(line);
    const size_t from = (size_t)(t.p - c->doc.p);
    if (t.n && !add(c, from, from + t.n, no)) return th_fail_nomem(c->err);
  }
  return TH_OK;
}

th_code th_source_ctgov_cut(th_arena *a, th_str bytes, th_source_cuts *out, th_ctgov_doc *frame, th_err *err) {
  *out = (th_source_cuts){ 0 };
  *frame = (th_ctgov_doc){ .total = -1 };
  if (bytes.n > UINT32_MAX) return th_fail(err, TH_ELIMIT, "more than 4 GiB in one document: split it");
  cutter c = { a, bytes, out, 0, 1, err };
  if (th_source__is_ndjson(bytes)) return cut_lines(&c);
  const size_t bom = th_str_starts(bytes, TH_S("\xEF\xBB\xBF")) ? 3 : 0;
  const size_t root = past_blanks(bytes, bom);
  const bool list = root < bytes.n && bytes.p[root] == '[';
  const size_t array = list ? root : root < bytes.n && bytes.p[root] == '{' ? find_array(bytes, root, "studies") : SIZE_MAX;
  if (array == SIZE_MAX) { /* one study, or what its reader will refuse */
    go_to(&c, root);
    return TH_VEC_PUSH(a, out, (th_source_cut){ root, bytes.n, c.line, true }) ? TH_OK : th_fail_nomem(err);
  }
  size_t end = 0;
  go_to(&c, array);
  if (!cut_array(&c, &end)) {
    th_json all;
    TH_TRY(th_json_parse(a, bytes, &all, err)); /* says what is wrong, and where */
    return th_fail_nomem(err);
  }
  th_json j;
  TH_TRY(check_frame(&c, array, end, &j));
  if (j.kind != TH_JSON_OBJECT) return TH_OK;
  if (th_json_get(&j, "FullStudiesResponse") || th_json_get(&j, "FullStudy") || th_json_get(&j, "StudyFieldsResponse"))
    return th_fail_at(err, TH_EUNSUP, 1, 1,
                      "this is the retired ClinicalTrials.gov API v1; fetch the studies again from API v2");
  if (!th_json_i64(th_json_get(&j, "totalCount"), &frame->total)) frame->total = -1;
  frame->next_page.text = th_json_text(th_json_get(&j, "nextPageToken"));
  if (!th_json_get(&j, "nextPageToken")) frame->next_page = (th_field){ 0 };
  return TH_OK;
}

th_code th_source__cut_member(th_arena *a, th_str bytes, const char *name, th_source_cuts *out, th_json *frame, th_err *err) {
  *out = (th_source_cuts){ 0 };
  if (bytes.n > UINT32_MAX) return th_fail(err, TH_ELIMIT, "more than 4 GiB in one document: split it");
  cutter c = { a, bytes, out, 0, 1, err };
  const size_t root = past_blanks(bytes, th_str_starts(bytes, TH_S("\xEF\xBB\xBF")) ? 3 : 0);
  const size_t array = root < bytes.n && bytes.p[root] == '{' ? find_array(bytes, root, name) : SIZE_MAX;
  size_t end = 0;
  if (array == SIZE_MAX) return th_json_parse(a, bytes, frame, err); /* what stands instead, or what is wrong */
  go_to(&c, array);
  if (cut_array(&c, &end)) return check_frame(&c, array, end, frame);
  TH_TRY(th_json_parse(a, bytes, frame, err));
  return th_fail_nomem(err);
}

/* ── XML ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool is_tag(th_str s, size_t at, const char *name) {
  const size_t n = strlen(name);
  if (!th_str_is(th_str_sub(s, at, at + n), name) || at + n >= s.n) return false;
  return s.p[at + n] == '>' || is_blank(s.p[at + n]);
}

/* One behind what begins with '<' at `at` and is no element: a comment, CDATA, a declaration; at itself otherwise. */
static size_t past_other(th_str s, size_t at) {
  static const struct { const char *begin, *end; } kinds[] = { { "<!--", "-->" }, { "<![CDATA[", "]]>" }, { "<?", "?>" } };
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (!th_str_is(th_str_sub(s, at, at + strlen(kinds[i].begin)), kinds[i].begin)) continue;
    const size_t end = th_str_find(s, th_str_of(kinds[i].end), at);
    return end == SIZE_MAX ? s.n : end + strlen(kinds[i].end);
  }
  return at;
}

static th_code frame_start(void *ctx, th_str name, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  (void)ctx, (void)name, (void)attr, (void)n, (void)line, (void)err;
  return TH_OK;
}

static th_code frame_end(void *ctx, th_str name, uint32_t line, th_err *err) {
  (void)ctx, (void)name, (void)line, (void)err;
  return TH_OK;
}

static th_code frame_text(void *ctx, th_str text, uint32_t line, th_err *err) {
  (void)ctx, (void)text, (void)line, (void)err;
  return TH_OK;
}

/* The set without its records must be well formed by itself. */
static th_code check_set(cutter *c) {
  th_buf b;
  size_t from = 0;
  th_buf_init(&b, c->a, 4096);
  for (size_t i = 0; i < c->out->n; i++) {
    th_buf_add(&b, th_str_sub(c->doc, from, c->out->v[i].from));
    from = c->out->v[i].to;
  }
  th_buf_add(&b, th_str_sub(c->doc, from, c->doc.n));
  if (b.failed) return th_fail_nomem(c->err);
  if (c->out->n == 1 && th_str_trim(th_buf_str(&b)).n == 0) return TH_OK; /* a single record without a set */
  const th_xml_handler h = { NULL, frame_start, frame_end, frame_text };
  return th_xml_read(th_buf_str(&b), &h, c->err);
}

th_code th_source_pubmed_cut(th_arena *a, th_str bytes, th_source_cuts *out, th_err *err) {
  static const char *const open_tag[] = { "<PubmedArticle", "<PubmedBookArticle" };
  static const char *const close_tag[] = { "</PubmedArticle", "</PubmedBookArticle" };
  *out = (th_source_cuts){ 0 };
  cutter c = { a, bytes, out, 0, 1, err };
  int open = -1;
  size_t from = 0;
  for (size_t at = 0; at < bytes.n;) {
    const char *lt = memchr(bytes.p + at, '<', bytes.n - at);
    if (!lt) break;
    at = (size_t)(lt - bytes.p);
    const char next = at + 1 < bytes.n ? bytes.p[at + 1] : 0;
    const size_t past = next == '!' || next == '?' ? past_other(bytes, at) : at;
    if (past > at) {
      at = past;
      continue;
    }
    if (next != 'P' && next != '/') {
      at++;
      continue;
    }
    for (int k = 0; k < 2 && open < 0; k++)
      if (is_tag(bytes, at, open_tag[k])) open = k, from = at;
    if (open >= 0 && is_tag(bytes, at, close_tag[open])) {
      const size_t end = th_str_find(bytes, TH_S(">"), at);
      if (end == SIZE_MAX) break;
      go_to(&c, from);
      if (!add(&c, from, end + 1, c.line)) return th_fail_nomem(err);
      open = -1;
    }
    at++;
  }
  if (open >= 0) {
    go_to(&c, from);
    return th_fail_at(err, TH_EPARSE, c.line, 1, "a record begins here and does not end: the file was cut off; fetch it again");
  }
  TH_TRY(check_set(&c));
  return out->n ? TH_OK
                : th_fail_at(err, TH_EPARSE, 1, 1,
                             "no PubmedArticle and no PubmedBookArticle: expected what efetch gives with retmode=xml");
}
