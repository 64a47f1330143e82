/* The documents of an application in words and as JSON. */
#include "coverage_priv.h"
#include "theriac/coverage/packet.h"

const char *th_packet_state_name(th_packet_state s) {
  static const char *const names[] = { "missing", "faulty", "listed", "have", "not needed" };
  return names[s];
}

const char *th_packet_state_text(th_packet_state s, bool zh) {
  static const char *const names[2][5] = { { "missing", "not acceptable as it is", "said to be attached, not in this file",
                                             "at hand", "not needed" },
                                           { "缺件", "須補正", "已備（未附於本檔）", "已備", "免附" } };
  return names[zh][s];
}

/* "2025-03-17（民國 114/3/17）" */
static void put_day(th_buf *b, th_date d, bool zh) {
  char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
  th_buf_addz(b, th_date_iso(d, iso));
  if (zh && d.year > 1911) th_buf_addf(b, "（民國 %s）", th_date_roc(d, roc));
}

void th_coverage_paper_faults(th_buf *b, const th_packet_paper *p, bool zh) {
  static const struct {
    uint32_t fault;
    const char *en, *zh;
  } words[] = {
    { TH_PAPER_UNASKED, "no clause of this application asks for it", "本次申請之條文未要求此文件" },
    { TH_PAPER_UNDATED, "the day of the document is not given", "未載明文件日期" },
    { TH_PAPER_VAGUE, "of its day only the month or year is given", "文件日期只有年或年月" },
    { TH_PAPER_FUTURE, "dated after the day assessed", "文件日期晚於評估日" },
    { TH_PAPER_OUTDATED, "outdated: it must be of ", "已逾期：應為 " },
    { TH_PAPER_SITELESS, "the place on the body is not given", "未載明部位" },
    { TH_PAPER_OTHER_DAY, "please check: the values entered are of other days", "請核對：個案所填數值非此日期" },
    { TH_PAPER_TWICE, "the same file is here already", "與前一份文件相同" },
  };
  bool any = false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!(p->faults & words[i].fault)) continue;
    if (any) th_buf_addz(b, zh ? "；" : "; ");
    any = true;
    th_buf_addz(b, zh ? words[i].zh : words[i].en);
    if (words[i].fault != TH_PAPER_OUTDATED) continue;
    put_day(b, p->from, zh);
    th_buf_addz(b, zh ? "以後" : " or later");
  }
}

void th_coverage_row_items(th_buf *b, const th_packet_row *row, bool zh) {
  for (uint32_t i = 0; i < row->n_items; i++) {
    th_buf_addz(b, i ? (zh ? "、" : ", ") : zh ? "尚無文件指明之計分項目：" : "counted items that no document names: ");
    th_buf_add(b, zh ? row->item[i]->zh : row->item[i]->en);
  }
}

static void paper_json(th_jwrite *w, const th_packet_paper *p, th_buf *text) {
  char iso[TH_DATE_TEXT];
  th_jw_obj(w);
  th_jw_key(w, "evidence"), th_jw_str(w, p->paper->evidence);
  th_jw_key(w, "name"), th_jw_str(w, p->paper->name);
  th_jw_key(w, "type"), th_jw_z(w, p->paper->file.media_type);
  th_jw_key(w, "pages"), th_jw_i64(w, p->paper->file.pages);
  th_jw_key(w, "date"), th_jw_z(w, th_date_iso(p->paper->date, iso));
  th_jw_key(w, "site"), th_jw_str(w, p->paper->site.p ? p->paper->site : TH_S(""));
  th_jw_key(w, "sound"), th_jw_bool(w, (p->faults & ~(uint32_t)TH_PAPER_DOUBTS) == 0);
  for (int zh = 0; zh < 2; zh++) {
    text->n = 0;
    th_coverage_paper_faults(text, p, zh);
    th_jw_key(w, zh ? "faults_zh" : "faults"), th_jw_str(w, th_buf_str(text));
  }
  th_jw_obj_end(w);
}

void th_coverage_packet_json(th_jwrite *w, const th_coverage_packet *p) {
  th_buf text;
  th_buf_init(&text, w->out->arena, 128);
  th_jw_obj(w);
  th_jw_key(w, "complete"), th_jw_bool(w, p->complete);
  th_jw_key(w, "forms");
  th_jw_arr(w);
  for (uint32_t i = 0; i < p->n_forms; i++) th_jw_z(w, p->form[i]);
  th_jw_arr_end(w);
  th_jw_key(w, "documents");
  th_jw_arr(w);
  for (uint32_t i = 0; i < p->n_papers; i++) paper_json(w, &p->paper[i], &text);
  th_jw_arr_end(w);
  th_jw_key(w, "clauses");
  th_jw_arr(w);
  for (uint32_t i = 0; i < p->n_rows; i++) {
    const th_packet_row *row = &p->row[i];
    const th_rule_node *n = &p->result->policy->node[row->node];
    th_jw_obj(w);
    th_jw_key(w, "id"), th_jw_str(w, n->id);
    th_jw_key(w, "cite"), th_jw_str(w, n->cite);
    th_jw_key(w, "evidence"), th_jw_str(w, row->need->id);
    th_jw_key(w, "state"), th_jw_z(w, th_packet_state_name(row->state));
    th_jw_key(w, "documents");
    th_jw_arr(w);
    for (uint32_t k = 0; k < row->n_papers; k++) th_jw_i64(w, row->paper[k]);
    th_jw_arr_end(w);
    th_jw_key(w, "items_without");
    th_jw_arr(w);
    for (uint32_t k = 0; k < row->n_items; k++) th_jw_str(w, row->item[k]->name);
    th_jw_arr_end(w);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
  w->out->failed |= text.failed;
}
