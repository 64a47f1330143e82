/* Documents clause by clause. What is missing stands first in each; a document that does not fit stays, with what is wrong with it. */
#include "theriac/report/web_packet.h"

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

static void state(th_html *h, th_packet_state s) {
  static const char *const cls[] = { "stop", "moderate", "moderate", "ok", "hold" };
  th_html_badge(h, cls[s], th_str_of(th_packet_state_text(s, zh(h))));
}

static void paper(th_html *h, const th_web_packet *p, const th_packet_paper *x) {
  const th_case_attachment *kept = &p->attachment[x->paper - p->paper];
  char day[TH_DATE_TEXT], roc[TH_DATE_TEXT];
  th_buf faults;
  th_html_open(h, "li");
  th_html_el(h, "strong", NULL, x->paper->name);
  th_html_text(h, TH_S(" "));
  if (x->paper->date.prec) th_html_textf(h, "%s (%s)", th_date_iso(x->paper->date, day), th_date_roc(x->paper->date, roc));
  if (x->paper->site.n) th_html_text(h, TH_S(" · ")), th_html_text(h, x->paper->site);
  if (x->paper->note.n) th_html_text(h, TH_S(" · ")), th_html_text(h, x->paper->note);
  th_buf_init(&faults, h->a, 128);
  th_coverage_paper_faults(&faults, x, zh(h));
  if (faults.n) th_html_el(h, "strong", x->faults & ~TH_PAPER_DOUBTS ? "error" : "hint", th_buf_str(&faults));
  if (!p->view->read_only) {
    th_web_form_begin(h, "post", th_str_fmt(h->a, "%.*s/detach", TH_STR_ARG(p->view->href)), false);
    th_web_hidden(h, "attachment", kept->id);
    th_web_button(h, "quiet", "web.packet.remove");
    th_html_close(h);
  }
  th_html_close(h);
}

static void row(th_html *h, const th_web_packet *p, const th_packet_row *r) {
  const th_rule_node *n = &p->packet->result->policy->node[r->node];
  th_buf items;
  th_html_open(h, "section");
  th_html_open(h, "h3");
  state(h, r->state);
  th_html_text(h, TH_S(" "));
  th_html_text(h, zh(h) ? r->need->zh : r->need->en);
  th_html_text(h, TH_S(" "));
  th_html_el(h, "code", NULL, n->id);
  th_html_close(h);
  th_buf_init(&items, h->a, 128);
  th_coverage_row_items(&items, r, zh(h));
  if (items.n) th_html_el(h, "p", "hint", th_buf_str(&items));
  if (r->n_papers) {
    th_html_open(h, "ul");
    for (uint32_t i = 0; i < r->n_papers; i++) paper(h, p, &p->packet->paper[r->paper[i]]);
    th_html_close(h);
  }
  th_html_close(h);
}

/* Evidence that some clause of the path asks for, each once. */
static size_t kinds(th_html *h, const th_web_packet *p, th_web_option *out) {
  size_t n = 0;
  for (uint32_t i = 0; i < p->packet->n_rows; i++) {
    const th_rule_need *need = p->packet->row[i].need;
    const char *id = th_str_z(h->a, need->id);
    bool there = !id;
    for (size_t k = 0; k < n && !there; k++) there = strcmp(out[k].value, id) == 0;
    if (!there) out[n++] = (th_web_option){ id, NULL, zh(h) ? need->zh : need->en };
  }
  return n;
}

static void add_form(th_html *h, const th_web_packet *p) {
  th_web_option *o = TH_NEWN(h->a, th_web_option, p->packet->n_rows + 1);
  const size_t n = o ? kinds(h, p, o) : 0;
  if (!n) return;
  th_html_el_say(h, "h2", NULL, "web.packet.add");
  th_web_form_begin(h, "post", th_str_fmt(h->a, "%.*s/attach", TH_STR_ARG(p->view->href)), true);
  th_web_select(h, "evidence", "web.packet.evidence", o, n, TH_STR_NONE);
  th_web_field_put(h, &(th_web_field){ .name = "file",
                                       .type = "file",
                                       .label_key = "web.packet.file",
                                       .hint_key = "web.packet.file.hint",
                                       .required = true,
                                       .multiple = true,
                                       .error = p->error });
  th_html_open_cls(h, "div", "columns-2");
  th_web_field_put(h, &(th_web_field){ .name = "date", .label_key = "web.packet.date", .hint_key = "web.packet.date.hint" });
  th_web_field_put(h, &(th_web_field){ .name = "site", .label_key = "web.packet.site" });
  th_web_field_put(h, &(th_web_field){ .name = "note", .label_key = "web.packet.note" });
  th_html_close(h);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", "web.packet.add.go");
  th_html_close(h);
  th_html_close(h);
}

static void download(th_html *h, const th_web_packet *p, const char *file, const char *cls, const char *key) {
  th_html_open(h, "a");
  th_html_attr(h, "class", th_str_fmt(h->a, "button %s", cls));
  th_html_attr(h, "href", th_str_fmt(h->a, "%.*s/%s", TH_STR_ARG(p->view->href), file));
  th_html_say(h, key);
  th_html_close(h);
}

void th_web_packet_put(th_html *h, const th_web_packet *p) {
  const th_coverage_packet *k = p->packet;
  size_t open = 0, loose = 0;
  for (uint32_t i = 0; i < k->n_rows; i++) open += k->row[i].state == TH_PACKET_MISSING || k->row[i].state == TH_PACKET_FAULTY;
  th_html_open(h, "div");
  th_html_attrz(h, "class", k->complete ? "answer ok" : "answer hold");
  th_html_attrz(h, "role", "status");
  const th_str n = th_str_fmt(h->a, "%zu", open);
  th_html_el_sayf(h, "p", "lede", k->complete ? "web.packet.complete" : "web.packet.open", 1, &n);
  th_html_open_cls(h, "p", "actions");
  download(h, p, "packet.pdf", "primary", "web.packet.pdf");
  download(h, p, "bedside.pdf", "", "web.packet.sheet");
  th_html_close(h);
  th_html_close(h);
  th_html_el_say(h, "h2", NULL, "web.packet.clauses");
  if (!k->n_rows) th_html_el_say(h, "p", NULL, "web.packet.none");
  for (uint32_t i = 0; i < k->n_rows; i++) row(h, p, &k->row[i]);
  for (uint32_t i = 0; i < k->n_papers; i++) {
    if (!(k->paper[i].faults & TH_PAPER_UNASKED)) continue;
    if (!loose++) th_html_el_say(h, "h2", NULL, "web.packet.unasked"), th_html_open(h, "ul");
    paper(h, p, &k->paper[i]);
  }
  if (loose) th_html_close(h);
  if (!p->view->read_only) add_form(h, p);
}
