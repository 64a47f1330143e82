/* The packet put together: cover, forms, documents, in this order; numbered through, with an outline. */
#include "report/packet_priv.h"

/* ── Where everything stands ───────────────────────────────────────────────────────────────────────────────────────── */

static void lay_out(packet_plan *k) {
  uint32_t at = k->cover_pages;
  for (uint32_t i = 0; i < k->n_forms; i++) {
    k->form_at[i] = at;
    at += k->form_pages[i];
  }
  for (uint32_t i = 0; i < k->packet->n_papers; i++) {
    k->paper_at[i] = at;
    at += k->packet->paper[i].paper->file.pages;
  }
  k->pages = at;
}

/* The cover names pages, and its own length moves them: drawn again until it is as long as it was taken for. */
static th_code draw_cover(packet_plan *k, th_str *out, th_err *err) {
  uint32_t pages = 0;
  for (int tried = 0; pages != k->cover_pages; tried++) {
    th_form cover;
    if (tried) k->cover_pages = pages;
    if (tried == 8) return th_fail(err, TH_EBUG, "the cover does not settle");
    lay_out(k);
    TH_TRY(th_report__packet_cover(k, &cover, err));
    TH_TRY(th_report__form_pdf(k->arena, &cover, k->packet->result->kase->as_of, out, &pages, err));
  }
  return TH_OK;
}

/* ── Joining ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct assembly {
  packet_plan *k;
  th_str *doc; /* forms, cover, sheets, then the documents that are PDFs */
  uint32_t n_docs, sheets, cover;
  th_pdf_page *page;
  th_pdf_layer *layer; /* one a page */
  TH_VEC(th_pdf_mark) mark;
  th_err *err;
} assembly;

/* A page of ours, with its foot from the sheet over it. */
static void own_page(assembly *s, uint32_t at, uint32_t doc, uint32_t page) {
  s->layer[at] = (th_pdf_layer){ .doc = s->sheets, .page = at, .whole = true };
  s->page[at] = (th_pdf_page){ .doc = doc, .page = page, .layer = &s->layer[at], .n_layers = 1 };
}

static void paper_pages(assembly *s, uint32_t i) {
  const th_coverage_paper *p = s->k->packet->paper[i].paper;
  const uint32_t doc = s->n_docs;
  if (p->file.kind == TH_PAPER_PDF) s->doc[s->n_docs++] = p->bytes;
  for (uint32_t n = 0; n < p->file.pages; n++) {
    const uint32_t at = s->k->paper_at[i] + n;
    s->page[at] = (th_pdf_page){ .doc = s->sheets, .page = at };
    if (p->file.kind != TH_PAPER_PDF) continue;
    s->layer[at] = (th_pdf_layer){
      .doc = doc,
      .page = n,
      .box = { PACKET_SIDE, PACKET_FOOT, PAGE_W - 2 * PACKET_SIDE, PAGE_H - PACKET_HEAD - PACKET_FOOT },
    };
    s->page[at].layer = &s->layer[at];
    s->page[at].n_layers = 1;
  }
}

static th_code mark(assembly *s, th_str title, uint32_t page, uint32_t depth) {
  const th_pdf_mark m = { title, page, depth };
  return title.p && TH_VEC_PUSH(s->k->arena, &s->mark, m) ? TH_OK : th_fail_nomem(s->err);
}

static th_code outline(assembly *s) {
  const packet_plan *k = s->k;
  const th_rule_need *before = NULL;
  TH_TRY(mark(s, th_words_get(k->lang, "packet.cover"), 0, 0));
  for (uint32_t i = 0; i < k->n_forms; i++) TH_TRY(mark(s, k->form[i].title, k->form_at[i], 0));
  for (uint32_t i = 0; i < k->packet->n_papers; i++) {
    const th_packet_paper *p = &k->packet->paper[i];
    if (p->need != before) TH_TRY(mark(s, k->lang == TH_WORDS_ZH_TW ? p->need->zh : p->need->en, k->paper_at[i], 0));
    TH_TRY(mark(s, p->paper->name.p ? p->paper->name : TH_S(""), k->paper_at[i], 1));
    before = p->need;
  }
  return TH_OK;
}

static th_code join(assembly *s, th_str *out) {
  packet_plan *k = s->k;
  uint32_t form[PACKET_FORMS];
  th_str name[PACKET_FORMS];
  for (uint32_t i = 0; i < k->cover_pages; i++) own_page(s, i, s->cover, i);
  for (uint32_t i = 0; i < k->n_forms; i++) {
    form[i] = i;
    name[i] = k->form[i].id;
    for (uint32_t n = 0; n < k->form_pages[i]; n++) own_page(s, k->form_at[i] + n, i, n);
  }
  for (uint32_t i = 0; i < k->packet->n_papers; i++) paper_pages(s, i);
  TH_TRY(outline(s));
  const th_pdf_join j = { .doc = s->doc,
                          .n_docs = s->n_docs,
                          .page = s->page,
                          .n_pages = k->pages,
                          .mark = s->mark.v,
                          .n_marks = (uint32_t)s->mark.n,
                          .form = form,
                          .form_name = name,
                          .n_forms = k->n_forms,
                          .title = th_report__packet_say(k, "packet.title", k->packet->result->kase->id, TH_S("")) };
  return th_pdf_join_pages(k->arena, &j, out, s->err);
}

th_code th_report_packet_pdf(th_arena *a, const th_coverage_packet *p, const th_form *form, size_t n_forms, th_words lang,
                             th_str *out, th_err *err) {
  packet_plan k = { .arena = a, .packet = p, .lang = lang, .form = form, .n_forms = (uint32_t)n_forms, .cover_pages = 1 };
  assembly s = { .k = &k, .err = err };
  if (n_forms > PACKET_FORMS) return th_fail(err, TH_EBUG, "%zu forms in one packet", n_forms);
  k.paper_at = TH_NEWN(a, uint32_t, p->n_papers + 1);
  s.doc = TH_NEWN(a, th_str, n_forms + 2 + p->n_papers);
  if (!k.paper_at || !s.doc) return th_fail_nomem(err);
  for (; s.n_docs < k.n_forms; s.n_docs++)
    TH_TRY(th_report__form_pdf(a, &form[s.n_docs], p->result->kase->as_of, &s.doc[s.n_docs], &k.form_pages[s.n_docs], err));
  s.cover = s.n_docs++;
  s.sheets = s.n_docs++;
  TH_TRY(draw_cover(&k, &s.doc[s.cover], err));
  if (k.pages > TH_LIMIT_PACKET_PAGES)
    return th_fail(err, TH_ELIMIT, "the packet would have %u pages: TH_LIMIT_PACKET_PAGES (%d)", k.pages,
                   TH_LIMIT_PACKET_PAGES);
  TH_TRY(th_report__packet_heads(&k, &s.doc[s.sheets], err));
  s.page = TH_NEWN(a, th_pdf_page, k.pages);
  s.layer = TH_NEWN(a, th_pdf_layer, k.pages);
  return s.page && s.layer ? join(&s, out) : th_fail_nomem(err);
}
