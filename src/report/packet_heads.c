/* The sheets of a packet: the foot of every page, the running head over each document, and the pictures. A JPEG goes into the file byte by
 * byte as it is; how it is to be turned is what its EXIF says. */
#include "report/packet_priv.h"

typedef struct sheet { /* text of one page, shaped */
  PangoLayout *what, *which, *foot;
} sheet;

typedef struct heads {
  const packet_plan *k;
  pdf_ink ink;
  sheet *sheet;
  th_err *err;
} heads;

/* ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "目前檢驗報告　8.2.13-1(3)I LN-09、8.2.13-1(3) LN-10": the document, and the clauses that it is for. */
static th_str what_for(const heads *h, uint32_t at) {
  const th_coverage_packet *p = h->k->packet;
  const bool zh = h->k->lang == TH_WORDS_ZH_TW;
  const th_rule_need *need = p->paper[at].need;
  uint32_t clauses = 0;
  th_buf b;
  th_buf_init(&b, h->k->arena, 128);
  th_buf_add(&b, zh ? need->zh : need->en);
  th_buf_addz(&b, zh ? "　" : " · ");
  for (uint32_t i = 0; i < p->n_rows; i++)
    for (uint32_t k = 0; k < p->row[i].n_papers; k++) {
      const th_rule_node *n = &p->result->policy->node[p->row[i].node];
      if (p->row[i].paper[k] != at) continue;
      th_buf_addf(&b, "%s%.*s %.*s", clauses++ ? (zh ? "、" : ", ") : "", TH_STR_ARG(n->cite), TH_STR_ARG(n->id));
    }
  if (clauses == 0) th_buf_add(&b, th_words_get(h->k->lang, "packet.unasked"));
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static th_str which_one(const heads *h, uint32_t at, uint32_t page) {
  const packet_plan *k = h->k;
  const th_coverage_paper *p = k->packet->paper[at].paper;
  const char *between = k->lang == TH_WORDS_ZH_TW ? "　" : " · ";
  th_buf b;
  th_buf_init(&b, k->arena, 128);
  th_buf_add(&b, p->name);
  if (p->file.pages > 1) {
    th_buf_addz(&b, between);
    th_buf_add(&b, th_report__packet_say(k, "packet.sheet_of", th_report__packet_number(k, page + 1),
                                         th_report__packet_number(k, p->file.pages)));
  }
  th_buf_addz(&b, between);
  const th_str day = th_report__packet_day(k, p->date);
  th_buf_add(&b, p->date.prec ? th_report__packet_say(k, "packet.dated", day, TH_S("")) : day);
  if (p->site.n) {
    th_buf_addz(&b, between);
    th_buf_add(&b, th_report__packet_say(k, "packet.site", p->site, TH_S("")));
  }
  if (p->note.n) {
    th_buf_addz(&b, between);
    th_buf_add(&b, th_report__packet_say(k, "packet.doc_note", p->note, TH_S("")));
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

/* ── Shaping ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static PangoLayout *line(heads *h, th_str text, int lines, const char *font) {
  PangoLayout *l = th_report__ink_shape(&h->ink, text, PAGE_W - 2 * PACKET_SIDE, font);
  if (!l) return NULL;
  pango_layout_set_single_paragraph_mode(l, TRUE);
  pango_layout_set_height(l, -lines);
  pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
  th_report__ink_collect(&h->ink, l, false);
  return l;
}

static void shape_all(heads *h) {
  const packet_plan *k = h->k;
  for (uint32_t i = 0; i < k->pages; i++) {
    const th_str pages =
        th_report__packet_say(k, "packet.of_pages", th_report__packet_number(k, i + 1), th_report__packet_number(k, k->pages));
    h->sheet[i].foot = line(h, th_str_fmt(k->arena, "%.*s · %.*s", TH_STR_ARG(k->packet->result->kase->id), TH_STR_ARG(pages)),
                            1, "Noto Sans CJK TC 7.5");
    if (h->sheet[i].foot) pango_layout_set_alignment(h->sheet[i].foot, PANGO_ALIGN_CENTER);
  }
  for (uint32_t i = 0; i < k->packet->n_papers; i++)
    for (uint32_t n = 0; n < k->packet->paper[i].paper->file.pages; n++) {
      sheet *s = &h->sheet[k->paper_at[i] + n];
      s->what = line(h, what_for(h, i), 1, "Noto Sans CJK TC Bold 8.5");
      s->which = line(h, which_one(h, i, n), 1, "Noto Sans CJK TC 8");
    }
}

/* ── Pictures ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct reader { /* of PNG bytes for cairo */
  th_str rest;
} reader;

static cairo_status_t read_png(void *ctx, unsigned char *to, unsigned n) {
  reader *r = ctx;
  if (n > r->rest.n) return CAIRO_STATUS_READ_ERROR;
  memcpy(to, r->rest.p, n);
  r->rest = th_str_sub(r->rest, n, r->rest.n);
  return CAIRO_STATUS_SUCCESS;
}

/* The pixels of the surface are never looked at: cairo writes the bytes that come with it. */
static cairo_surface_t *jpeg_surface(const th_coverage_paper *p) {
  cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)p->file.width, (int)p->file.height);
  cairo_surface_set_mime_data(s, CAIRO_MIME_TYPE_JPEG, (const unsigned char *)p->bytes.p, p->bytes.n, NULL, NULL);
  return s;
}

/* From the pixels as stored to the picture as shown (EXIF 2.3, Orientation). */
static void turned(uint8_t turn, double w, double h, cairo_matrix_t *m) {
  const double all[8][6] = { { 1, 0, 0, 1, 0, 0 }, { -1, 0, 0, 1, w, 0 }, { -1, 0, 0, -1, w, h }, { 1, 0, 0, -1, 0, h },
                             { 0, 1, 1, 0, 0, 0 }, { 0, 1, -1, 0, h, 0 }, { 0, -1, -1, 0, h, w }, { 0, -1, 1, 0, 0, w } };
  const double *v = all[turn >= 1 && turn <= 8 ? turn - 1 : 0];
  cairo_matrix_init(m, v[0], v[1], v[2], v[3], v[4], v[5]);
}

/* As large as fits, at least 96 pixels an inch. */
static th_code draw_picture(heads *h, const th_coverage_paper *p) {
  reader r = { p->bytes };
  cairo_t *cr = h->ink.cr;
  cairo_matrix_t m;
  cairo_surface_t *s =
      p->file.kind == TH_PAPER_JPEG ? jpeg_surface(p) : cairo_image_surface_create_from_png_stream(read_png, &r);
  if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
    const th_code code = cairo_surface_status(s) == CAIRO_STATUS_NO_MEMORY
                             ? th_fail_nomem(h->err)
                             : th_fail(h->err, TH_EPARSE, "%.*s: the picture is broken", TH_STR_ARG(p->name));
    cairo_surface_destroy(s);
    return code;
  }
  const double pw = p->file.width, ph = p->file.height, w = p->file.turn > 4 ? ph : pw, high = p->file.turn > 4 ? pw : ph;
  const double room_w = PAGE_W - 2 * PACKET_SIDE, room_h = PAGE_H - PACKET_HEAD - PACKET_FOOT;
  double scale = 0.75;
  if (w * scale > room_w) scale = room_w / w;
  if (high * scale > room_h) scale = room_h / high;
  turned(p->file.turn, pw, ph, &m);
  cairo_save(cr);
  cairo_translate(cr, (PAGE_W - w * scale) / 2, PACKET_HEAD);
  cairo_scale(cr, scale, scale);
  cairo_transform(cr, &m);
  cairo_set_source_surface(cr, s, 0, 0);
  cairo_paint(cr);
  cairo_restore(cr);
  cairo_surface_destroy(s);
  return TH_OK;
}

/* ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code draw_paper(heads *h, uint32_t page) {
  const packet_plan *k = h->k;
  for (uint32_t i = 0; i < k->packet->n_papers; i++) {
    const th_coverage_paper *p = k->packet->paper[i].paper;
    if (p->file.kind != TH_PAPER_PDF && k->paper_at[i] == page) return draw_picture(h, p);
  }
  return TH_OK;
}

static th_code draw_sheet(heads *h, uint32_t page) {
  const sheet *s = &h->sheet[page];
  cairo_t *cr = h->ink.cr;
  cairo_set_source_rgb(cr, 0, 0, 0);
  th_report__ink_draw(&h->ink, s->foot, PACKET_SIDE, PAGE_H - 26);
  if (s->what) {
    th_report__ink_draw(&h->ink, s->what, PACKET_SIDE, 22);
    th_report__ink_draw(&h->ink, s->which, PACKET_SIDE, 36);
    cairo_set_line_width(cr, 0.6);
    cairo_move_to(cr, PACKET_SIDE, 52);
    cairo_line_to(cr, PAGE_W - PACKET_SIDE, 52);
    cairo_stroke(cr);
  }
  const th_code code = draw_paper(h, page);
  cairo_show_page(cr);
  return code;
}

static th_code draw_all(heads *h, th_buf *file) {
  th_code code = TH_OK;
  th_report__ink_page(&h->ink, file, TH_S(""), h->k->packet->result->kase->as_of);
  for (uint32_t i = 0; i < h->k->pages && code == TH_OK; i++) code = draw_sheet(h, i);
  th_report__ink_finish(&h->ink);
  return code;
}

th_code th_report__packet_heads(const packet_plan *k, th_str *out, th_err *err) {
  heads h = { .k = k, .err = err };
  th_buf file;
  th_code code = TH_OK;
  h.sheet = TH_NEWN(k->arena, sheet, k->pages + 1);
  th_buf_init(&file, k->arena, 1 << 16);
  if (!h.sheet) return th_fail_nomem(err);
  th_report__ink_open(&h.ink, k->arena);
  h.ink.lenient = true;
  shape_all(&h);
  if (!h.ink.fault && !th_report__faces_cut(h.ink.face, h.ink.n_faces)) h.ink.fault = "a font could not be cut down";
  if (!h.ink.fault) code = draw_all(&h, &file);
  th_report__ink_close(&h.ink);
  TH_TRY(code);
  if (file.failed) return th_fail_nomem(err);
  if (h.ink.fault) return th_fail(err, TH_EUNSUP, "the packet could not be drawn: %s", h.ink.fault);
  *out = th_buf_str(&file);
  return TH_OK;
}
