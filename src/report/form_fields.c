/* Fields to fill, appended to a PDF as an incremental update (ISO 32000-1, 7.5.6): the catalog and the pages are written again with
 * what they gain, fields and fonts are new objects, and a second table of offsets points back to the first. cairo 1.16 writes pages but
 * no fields; its objects are uncompressed and its page tree is flat, which is all that is relied on here, and checked.
 *
 * A text field carries the picture of the text that stands in it, in a font cut down to its characters; what is typed later is drawn by
 * the viewer, whose own fonts have the characters. */
#include <hb-ot.h>

#include "form_draw.h"
#include "theriac/base/utf8.h"

#include <stdlib.h>

#define PAGES_MOST 256

typedef struct entry {
  uint32_t object, offset;
} entry;

typedef struct update {
  th_arena *arena;
  th_buf *out;
  form_fields *f;
  th_str old; /* the file as it was, in a copy */
  size_t xref;
  uint32_t n_old, next; /* objects of the old file; the next free number */
  uint32_t root, info, helv, tick[2];
  uint32_t page[PAGES_MOST], n_pages;
  TH_VEC(entry) entry;
  uint32_t *widget; /* object of each field */
} update;

/* ── Reading what cairo wrote ──────────────────────────────────────────────────────────────────────────────────────── */

static uint32_t number_after(th_str s, const char *key) {
  const size_t at = th_str_find(s, th_str_of(key), 0);
  uint64_t n = 0;
  size_t i = at == SIZE_MAX ? s.n : at + strlen(key);
  while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '[')) i++;
  for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && n < UINT32_MAX / 10; i++) n = n * 10 + (uint64_t)(s.p[i] - '0');
  return (uint32_t)n;
}

/* The text of an object between "obj" and "endobj"; empty when the file is not as expected. */
static th_str object_text(const update *u, uint32_t object) {
  const size_t table = th_str_find(u->old, TH_S("\n"), th_str_find(u->old, TH_S("\n"), u->xref) + 1) + 1;
  const th_str row = th_str_sub(u->old, table + (size_t)object * 20, table + (size_t)object * 20 + 20);
  if (object == 0 || object >= u->n_old || row.n < 20 || row.p[17] != 'n') return TH_STR_NONE;
  const size_t at = number_after(row, "");
  const size_t from = th_str_find(u->old, TH_S(" obj\n"), at), to = th_str_find(u->old, TH_S("endobj"), at);
  if (from == SIZE_MAX || to == SIZE_MAX || from > at + 16 || to < from) return TH_STR_NONE;
  return th_str_sub(u->old, from + 5, to);
}

static bool read_pages(update *u) {
  th_str kids = object_text(u, number_after(object_text(u, u->root), "/Pages"));
  const size_t from = th_str_find(kids, TH_S("/Kids ["), 0), to = th_str_find(kids, TH_S("]"), from == SIZE_MAX ? 0 : from);
  if (from == SIZE_MAX || to == SIZE_MAX) return false;
  kids = th_str_sub(kids, from + 7, to);
  while (kids.n) {
    const uint32_t page = number_after(kids, "");
    const size_t next = th_str_find(kids, TH_S("R"), 0);
    if (page && u->n_pages == PAGES_MOST) return false;
    if (page) u->page[u->n_pages++] = page;
    kids = next == SIZE_MAX ? TH_STR_NONE : th_str_sub(kids, next + 1, kids.n);
  }
  for (uint32_t i = 0; i < u->n_pages; i++) {
    const th_str text = object_text(u, u->page[i]);
    if (!th_str_starts(text, TH_S("<<")) || th_str_has(text, TH_S("/Annots"))) return false;
  }
  return u->n_pages > 0;
}

static bool read_old(update *u) {
  const size_t start = th_str_rfind(u->old, TH_S("startxref"));
  const size_t trailer = th_str_rfind(u->old, TH_S("trailer"));
  if (start == SIZE_MAX || trailer == SIZE_MAX) return false;
  u->xref = number_after(th_str_sub(u->old, start, u->old.n), "startxref");
  const th_str t = th_str_sub(u->old, trailer, start);
  u->n_old = u->next = number_after(t, "/Size");
  u->root = number_after(t, "/Root");
  u->info = number_after(t, "/Info");
  return th_str_starts(th_str_sub(u->old, u->xref, u->old.n), TH_S("xref\n0 ")) &&
         th_str_starts(object_text(u, u->root), TH_S("<<")) && read_pages(u);
}

/* ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void open_object(update *u, uint32_t object) {
  const entry e = { object, (uint32_t)u->out->n };
  if (!TH_VEC_PUSH(u->arena, &u->entry, e)) u->out->failed = true;
  th_buf_addf(u->out, "%u 0 obj\n", object);
}

static void stream(update *u, uint32_t object, const char *keys, th_str bytes) {
  th_err err = { 0 };
  th_str packed;
  if (th_zlib_deflate(u->arena, bytes, &packed, &err) != TH_OK) {
    u->out->failed = true;
    return;
  }
  open_object(u, object);
  th_buf_addf(u->out, "<< %s /Filter /FlateDecode /Length %zu >>\nstream\n", keys, packed.n);
  th_buf_add(u->out, packed);
  th_buf_addz(u->out, "\nendstream\nendobj\n");
}

static void utf16(th_buf *b, th_str s, bool mark) {
  th_buf_addz(b, mark ? "<FEFF" : "<");
  for (size_t at = 0; at < s.n;) {
    const uint32_t c = th_utf8_next(s, &at);
    if (c > 0xffff)
      th_buf_addf(b, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
    else
      th_buf_addf(b, "%04X", c);
  }
  th_buf_addc(b, '>');
}

/* ── Fonts ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void font_words(update *u, const form_face *f, uint32_t object) {
  th_buf b;
  th_buf_init(&b, u->arena, 2048);
  th_buf_addz(&b, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Theriac def\n/CMapType 2 def\n"
                  "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
  for (size_t i = 0; i < f->word.n; i++) {
    if (i % 100 == 0) th_buf_addf(&b, "%zu beginbfchar\n", f->word.n - i < 100 ? f->word.n - i : 100);
    th_buf_addf(&b, "<%04X> ", f->word.v[i].glyph);
    utf16(&b, f->word.v[i].text, false);
    th_buf_addc(&b, '\n');
    if (i % 100 == 99 || i + 1 == f->word.n) th_buf_addz(&b, "endbfchar\n");
  }
  th_buf_addz(&b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
  u->out->failed |= b.failed;
  stream(u, object, "", th_buf_str(&b));
}

static size_t index_end(th_str s, size_t at) { /* of a CFF INDEX that begins at `at`; SIZE_MAX when it leaves the table */
  const uint8_t *p = (const uint8_t *)s.p;
  if (at + 3 > s.n) return SIZE_MAX;
  const size_t count = (size_t)p[at] << 8 | p[at + 1], size = p[at + 2], last = at + 3 + count * size;
  size_t end = 0;
  if (count == 0) return at + 2;
  if (size < 1 || size > 4 || last + size > s.n) return SIZE_MAX;
  for (size_t i = 0; i < size; i++) end = end << 8 | p[last + i];
  return end <= s.n ? last + size - 1 + end : SIZE_MAX;
}

/* Whether a CFF table numbers its glyphs by CID: operator ROS (12 30) in its Top DICT (Adobe TN 5176, section 9). */
static bool by_cid(th_str cff) {
  const size_t names = cff.n > 4 ? index_end(cff, (uint8_t)cff.p[2]) : SIZE_MAX;
  const size_t top = names == SIZE_MAX ? SIZE_MAX : index_end(cff, names);
  return top != SIZE_MAX && top <= cff.n && th_str_has(th_str_sub(cff, names, top), TH_S("\x0c\x1e"));
}

/* The face for the fields. Codes are glyph ids, so ids are kept; a face that numbers by CID says its numbers itself and needs no empty
 * places, which fill a CJK face with a hundred kilobytes. In the CJK faces in use glyph id and CID are one. */
static bool font_file(update *u, const form_face *f, uint32_t object, bool *cff) {
  unsigned n = 0;
  bool again = false;
  *cff = false;
  for (int keep = 1; keep >= 0 && (keep == 1 || again); keep--) {
    hb_blob_t *blob = th_report__face_cut(f->from, f->typed, keep == 1);
    if (!blob) return false;
    hb_face_t *small = hb_face_create(blob, 0);
    hb_blob_t *table = hb_face_reference_table(small, HB_TAG('C', 'F', 'F', ' '));
    *cff = hb_blob_get_length(table) > 0;
    const char *bytes = hb_blob_get_data(*cff ? table : blob, &n);
    again = *cff && keep == 1 && by_cid(th_str_n(bytes, n));
    if (!again) stream(u, object, *cff ? "/Subtype /CIDFontType0C" : "", th_str_n(bytes, n));
    hb_blob_destroy(table);
    hb_face_destroy(small);
    hb_blob_destroy(blob);
  }
  return true;
}

static void font_widths(update *u, const form_face *f) {
  hb_font_t *font = hb_font_create(f->from);
  const unsigned em = hb_face_get_upem(f->from);
  hb_codepoint_t glyph = HB_SET_VALUE_INVALID;
  hb_font_set_scale(font, (int)em, (int)em);
  th_buf_addz(u->out, " /DW 1000 /W [");
  while (hb_set_next(f->typed, &glyph))
    th_buf_addf(u->out, " %u [%.0f]", glyph, (double)hb_font_get_glyph_h_advance(font, glyph) * 1000 / em);
  th_buf_addz(u->out, " ]");
  hb_font_destroy(font);
}

/* A composite font whose codes are glyph ids. The ids were kept when the face was cut, and the CJK faces number their characters alike. */
static bool font(update *u, form_face *f, uint32_t at) {
  bool cff;
  f->object = u->next;
  u->next += 5;
  const uint32_t cid = f->object + 1, descriptor = cid + 1, file = cid + 2, words = cid + 3;
  if (!font_file(u, f, file, &cff)) return false;
  font_words(u, f, words);
  open_object(u, f->object);
  th_buf_addf(u->out,
              "<< /Type /Font /Subtype /Type0 /BaseFont /THERIA+Field%u /Encoding /Identity-H /DescendantFonts [%u 0 R] "
              "/ToUnicode %u 0 R >>\nendobj\n",
              at, cid, words);
  open_object(u, cid);
  th_buf_addf(u->out,
              "<< /Type /Font /Subtype /%s /BaseFont /THERIA+Field%u /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
              "/Supplement 0 >> /FontDescriptor %u 0 R%s",
              cff ? "CIDFontType0" : "CIDFontType2", at, descriptor, cff ? "" : " /CIDToGIDMap /Identity");
  font_widths(u, f);
  th_buf_addz(u->out, " >>\nendobj\n");
  open_object(u, descriptor);
  th_buf_addf(
      u->out,
      "<< /Type /FontDescriptor /FontName /THERIA+Field%u /Flags 4 /FontBBox [-1000 -500 2000 1500] /ItalicAngle 0 /Ascent 880 "
      "/Descent -120 /CapHeight 733 /StemV 80 /%s %u 0 R >>\nendobj\n",
      at, cff ? "FontFile3" : "FontFile2", file);
  return true;
}

static bool fonts(update *u) {
  for (uint32_t i = 0; i < u->f->n_faces; i++)
    if (!hb_set_is_empty(u->f->face[i].typed) && !font(u, &u->f->face[i], i)) return false;
  u->helv = u->next++;
  open_object(u, u->helv);
  th_buf_addz(u->out, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>\nendobj\n");
  return true;
}

static void font_list(update *u, th_buf *b) {
  th_buf_addf(b, "/Font << /Helv %u 0 R", u->helv);
  for (uint32_t i = 0; i < u->f->n_faces; i++)
    if (u->f->face[i].object) th_buf_addf(b, " /F%u %u 0 R", i, u->f->face[i].object);
  th_buf_addz(b, " >>");
}

/* ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void tick_pictures(update *u) {
  static const char *const ink[] = { "", "q 1.3 w 1.5 4.5 m 3.8 2 l 7.5 7.5 l S Q" };
  for (int i = 0; i < 2; i++) {
    u->tick[i] = u->next++;
    stream(u, u->tick[i], "/Type /XObject /Subtype /Form /BBox [0 0 9 9]", th_str_of(ink[i]));
  }
}

static uint32_t picture(update *u, const form_field *f) {
  const uint32_t object = u->next++;
  th_buf ink, keys;
  th_buf_init(&ink, u->arena, 256);
  th_buf_init(&keys, u->arena, 256);
  th_buf_addf(&ink, "/Tx BMC\nq 0 0 %.2f %.2f re W n\nBT\n", f->w, f->h);
  for (size_t i = 0; i < f->glyph.n; i++) {
    const form_glyph *g = &f->glyph.v[i];
    if (i == 0 || g->face != g[-1].face || g->size != g[-1].size) th_buf_addf(&ink, "/F%u %.2f Tf\n", g->face, g->size);
    th_buf_addf(&ink, "1 0 0 1 %.2f %.2f Tm <%04X> Tj\n", g->x, f->h - g->y, g->id);
  }
  th_buf_addz(&ink, "ET\nQ\nEMC\n");
  th_buf_addf(&keys, "/Type /XObject /Subtype /Form /BBox [0 0 %.2f %.2f] /Resources << ", f->w, f->h);
  font_list(u, &keys);
  th_buf_addz(&keys, " >>");
  th_buf_addc(&keys, '\0');
  u->out->failed |= ink.failed || keys.failed;
  if (!u->out->failed) stream(u, object, keys.p, th_buf_str(&ink));
  return object;
}

static void field(update *u, const form_field *f, uint32_t object) {
  const bool box = f->cell->kind == TH_FORM_TICK, on = f->cell->tick == TH_TRUE;
  const uint32_t text = box ? 0 : picture(u, f);
  const double bottom = u->f->page_h - f->y - f->h;
  open_object(u, object);
  th_buf_addf(u->out, "<< /Type /Annot /Subtype /Widget /F 4 /P %u 0 R /Rect [%.2f %.2f %.2f %.2f] /T ", u->page[f->page], f->x,
              bottom, f->x + f->w, bottom + f->h);
  utf16(u->out, f->cell->name, true);
  th_buf_addz(u->out, " /TU ");
  utf16(u->out, f->cell->hint, true);
  if (box) {
    th_buf_addf(u->out,
                " /FT /Btn /V /%s /AS /%s /MK << /CA (4) >> /DA (/Helv 8 Tf 0 g) /AP << /N << /Yes %u 0 R /Off %u 0 R >> >>",
                on ? "Yes" : "Off", on ? "Yes" : "Off", u->tick[1], u->tick[0]);
  } else {
    th_buf_addf(u->out, " /FT /Tx /Ff %d /DA (/Helv 8.5 Tf 0 g) /V ", f->h > 26 ? 4096 : 0);
    utf16(u->out, f->cell->text, true);
    th_buf_addf(u->out, " /AP << /N %u 0 R >>", text);
  }
  th_buf_addz(u->out, " >>\nendobj\n");
}

static bool fields(update *u) {
  u->widget = TH_NEWN(u->arena, uint32_t, u->f->field.n + 1);
  if (!u->widget) return false;
  for (size_t i = 0; i < u->f->field.n; i++) {
    if (u->f->field.v[i].page >= u->n_pages) return false;
    u->widget[i] = u->next++;
    field(u, &u->f->field.v[i], u->widget[i]);
  }
  return true;
}

/* An object of the old file with more keys at its head. */
static void again(update *u, uint32_t object, th_str keys) {
  const th_str text = object_text(u, object);
  open_object(u, object);
  th_buf_addz(u->out, "<< ");
  th_buf_add(u->out, keys);
  th_buf_add(u->out, th_str_sub(text, 2, text.n));
  th_buf_addz(u->out, "endobj\n");
}

static void pages(update *u) {
  for (uint32_t p = 0; p < u->n_pages; p++) {
    th_buf keys;
    th_buf_init(&keys, u->arena, 1024);
    th_buf_addz(&keys, "/Tabs /R /Annots [");
    for (size_t i = 0; i < u->f->field.n; i++)
      if (u->f->field.v[i].page == p) th_buf_addf(&keys, " %u 0 R", u->widget[i]);
    th_buf_addz(&keys, " ]\n  ");
    u->out->failed |= keys.failed;
    again(u, u->page[p], th_buf_str(&keys));
  }
}

static void catalog(update *u) {
  const uint32_t form = u->next++;
  open_object(u, form);
  th_buf_addz(u->out, "<< /Fields [");
  for (size_t i = 0; i < u->f->field.n; i++) th_buf_addf(u->out, " %u 0 R", u->widget[i]);
  th_buf_addz(u->out, " ] /DA (/Helv 8.5 Tf 0 g) /DR << ");
  font_list(u, u->out);
  th_buf_addz(u->out, " >> >>\nendobj\n");
  again(u, u->root,
        th_str_fmt(u->arena, "/AcroForm %u 0 R /Lang (zh-TW) /ViewerPreferences << /DisplayDocTitle true >>\n   ", form));
}

static int by_object(const void *a, const void *b) {
  const entry *x = a, *y = b;
  return x->object < y->object ? -1 : x->object > y->object;
}

static void table(update *u) {
  const size_t at = u->out->n;
  qsort(u->entry.v, u->entry.n, sizeof *u->entry.v, by_object);
  th_buf_addz(u->out, "xref\n");
  for (size_t i = 0, end; i < u->entry.n; i = end) {
    for (end = i + 1; end < u->entry.n && u->entry.v[end].object == u->entry.v[end - 1].object + 1;) end++;
    th_buf_addf(u->out, "%u %zu\n", u->entry.v[i].object, end - i);
    for (size_t k = i; k < end; k++) th_buf_addf(u->out, "%010u 00000 n \n", u->entry.v[k].offset);
  }
  th_buf_addf(u->out, "trailer\n<< /Size %u /Root %u 0 R /Info %u 0 R /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n", u->next,
              u->root, u->info, u->xref, at);
}

th_code th_report__fields_add(th_arena *a, form_fields *f, th_buf *pdf, th_err *err) {
  update u = { .arena = a, .out = pdf, .f = f, .old = th_str_dup(a, th_buf_str(pdf)) };
  if (!u.old.p) return th_fail_nomem(err);
  if (!read_old(&u))
    return th_fail(err, TH_EUNSUP, "the form could not be drawn: this version of cairo builds files in another way");
  if (!fonts(&u))
    return th_fail(err, TH_EUNSUP, "the form could not be drawn: a font could not be cut down to the fields' characters");
  tick_pictures(&u);
  if (!fields(&u))
    return pdf->failed ? th_fail_nomem(err) : th_fail(err, TH_EUNSUP, "the form could not be drawn: a page is missing");
  pages(&u);
  catalog(&u);
  if (u.entry.n) table(&u);
  return pdf->failed ? th_fail_nomem(err) : TH_OK;
}
