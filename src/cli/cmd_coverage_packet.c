/* theriac coverage packet, coverage sheet: an application on paper. */
#include "cli/cli_coverage.h"
#include "theriac/report/packet_pdf.h"

typedef struct packet_input {
  th_coverage coverage;
  th_coverage_case kase;
  th_coverage_result result;
  th_coverage_packet packet;
} packet_input;

static bool zh(const th_cli *c) {
  return th_str_is(th_str_of(c->lang), "zh-TW");
}

/* ── --attach ID=FILE[,date=DAY][,site=TEXT][,note=TEXT][,clause=ID][,item=NAME] ───────────────────────────────────── */

typedef struct attach_key {
  const char *mark; /* ",date=" */
  th_str *into;
} attach_key;

/* Cuts what the last mark in the text leads in off its end, until none is left: a comma in a file's name stays. */
static void cut_keys(th_str *text, const attach_key *key, size_t n) {
  for (;;) {
    size_t last = SIZE_MAX, which = 0;
    for (size_t i = 0; i < n; i++) {
      const size_t at = th_str_rfind(*text, th_str_of(key[i].mark));
      if (at != SIZE_MAX && (last == SIZE_MAX || at > last)) last = at, which = i;
    }
    if (last == SIZE_MAX) return;
    *key[which].into = th_str_sub(*text, last + strlen(key[which].mark), text->n);
    *text = th_str_sub(*text, 0, last);
  }
}

static th_code attach_read(th_cli *c, const char *given, th_coverage_paper *out, th_err *err) {
  th_str text = th_str_of(given), date = TH_STR_NONE;
  *out = (th_coverage_paper){ 0 };
  const attach_key keys[] = { { ",date=", &date },
                              { ",site=", &out->site },
                              { ",note=", &out->note },
                              { ",clause=", &out->clause },
                              { ",item=", &out->item } };
  cut_keys(&text, keys, sizeof keys / sizeof *keys);
  const size_t equals = th_str_find(text, TH_S("="), 0);
  if (equals == SIZE_MAX || equals == 0 || equals + 1 == text.n)
    return th_fail(err, TH_EINVAL, "--attach %s: expected EVIDENCE_ID=FILE[,date=DAY][,site=TEXT]", given);
  out->evidence = th_str_sub(text, 0, equals);
  const char *file = th_str_z(c->arena, th_str_sub(text, equals + 1, text.n));
  if (!file) return th_fail_nomem(err);
  if (date.n && !th_date_parse_iso(date, &out->date) && !th_date_parse_roc(date, &out->date))
    return th_fail(err, TH_EINVAL, "--attach: date=%.*s: expected a day, as 2025-02-01 or 114/2/1", TH_STR_ARG(date));
  const char *slash = strrchr(file, '/');
  out->name = th_str_of(slash ? slash + 1 : file);
  TH_TRY(th_file_load(c->arena, file, TH_LIMIT_CASE_ATTACHMENT_BYTES, &out->bytes, err));
  const th_code code = th_paper_probe(c->arena, out->bytes, &out->file, err);
  if (code != TH_OK) th_err_source(err, file);
  return code;
}

static th_code papers(th_cli *c, th_coverage_paper **out, size_t *n, th_err *err) {
  *n = 0;
  *out = TH_NEWN(c->arena, th_coverage_paper, c->n_opts + 1);
  if (!*out) return th_fail_nomem(err);
  for (size_t i = 0; i < c->n_opts; i++)
    if (strcmp(c->opt[i].name, "attach") == 0) TH_TRY(attach_read(c, c->opt[i].value, &(*out)[(*n)++], err));
  return TH_OK;
}

static th_code read_input(th_cli *c, packet_input *in, th_err *err) {
  th_coverage_paper *paper;
  size_t n;
  TH_TRY(th_cli__coverage_open(c, &in->coverage, err));
  TH_TRY(th_cli__coverage_input(c, &in->coverage, &in->kase, err));
  TH_TRY(th_coverage_check(c->arena, &in->kase, &in->result, err));
  TH_TRY(papers(c, &paper, &n, err));
  return th_coverage_packet_of(c->arena, &in->result, paper, n, &in->packet, err);
}

/* ── packet ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code fill_forms(th_cli *c, const packet_input *in, th_form *form, th_err *err) {
  th_coverage_text official;
  bool found;
  TH_TRY(th_cli__coverage_official(c, in->kase.policy, &official, &found, err));
  for (uint32_t i = 0; i < in->packet.n_forms; i++)
    TH_TRY(
        th_coverage_form_fill(c->arena, &in->result, th_str_of(in->packet.form[i]), found ? &official : NULL, &form[i], err));
  return TH_OK;
}

/* What is missing or doubtful, a line each; nothing when all is well. */
static void tell(const th_cli *c, const th_coverage_packet *p, th_buf *b) {
  for (uint32_t i = 0; i < p->n_rows; i++) {
    const th_packet_row *row = &p->row[i];
    if (row->state != TH_PACKET_MISSING && row->state != TH_PACKET_FAULTY) continue;
    const th_rule_node *n = &p->result->policy->node[row->node];
    th_buf_addf(b, "%.*s %.*s: %s\n", TH_STR_ARG(n->id), TH_STR_ARG(zh(c) ? row->need->zh : row->need->en),
                th_packet_state_text(row->state, zh(c)));
  }
  for (uint32_t i = 0; i < p->n_papers; i++) {
    if (!p->paper[i].faults) continue;
    th_buf_addf(b, "%.*s: ", TH_STR_ARG(p->paper[i].paper->name));
    th_coverage_paper_faults(b, &p->paper[i], zh(c));
    th_buf_addc(b, '\n');
  }
}

static int report(th_cli *c, const th_coverage_packet *p) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, c->arena, 1024);
  if (c->json) {
    th_jwrite_open(&w, &b, 0);
    th_coverage_packet_json(&w, p);
    th_buf_addc(&b, '\n');
  } else {
    tell(c, p, &b);
  }
  const int status = th_cli__put_buf(c, &b);
  return status ? status : p->complete ? 0 : 1;
}

static int run_packet(th_cli *c) {
  th_err err = { 0 };
  packet_input in = { 0 };
  th_form form[2];
  th_str pdf;
  th_words lang;
  const char *out = th_cli_opt(c, "out");
  if (!out) return th_cli_usage(c, "--out FILE is missing");
  th_words_find("zh-TW", &lang); /* the payer reads it, whatever the language of this terminal */
  if (read_input(c, &in, &err) != TH_OK || fill_forms(c, &in, form, &err) != TH_OK ||
      th_report_packet_pdf(c->arena, &in.packet, form, in.packet.n_forms, lang, &pdf, &err) != TH_OK ||
      th_file_write(out, pdf, &err) != TH_OK)
    return th_cli_error(c, &err);
  return report(c, &in.packet);
}

#define ATTACH                                                                                                                 \
  {                                                                                                                            \
    .name = "attach", .arg = "ID=FILE",                                                                                        \
    .help = "a document: EVIDENCE_ID=FILE[,date=DAY][,site=TEXT][,note=TEXT][,clause=ID][,item=NAME]", .repeats = true         \
  }
#define POLICY                                                                                                                 \
  {                                                                                                                            \
    .name = "policy", .letter = 'p', .arg = "FILE", .help = "a further policy; one of the same id replaces the built-in one",  \
    .repeats = true                                                                                                            \
  }

static const th_opt packet_opts[] = {
  TH_CLI_COVERAGE_INPUT, ATTACH, { .name = "out", .letter = 'o', .arg = "FILE", .help = "the PDF" }, POLICY, { 0 },
};

static const char *const packet_examples[] = {
  "theriac coverage packet --case patient.json --attach E-biopsy=biopsy.pdf,date=2024-03-02 --attach "
  "E-lab-now=lab.jpg,date=114/6/1 --out packet.pdf",
  NULL,
};

const th_cmd th_cmd_coverage_packet = {
  .name = "coverage packet",
  .group = "Reimbursement",
  .synopsis = "--case FILE --attach EVIDENCE_ID=FILE[,date=DAY,site=TEXT]… --out FILE",
  .summary = "cover, forms and documents of an application as one PDF, in the order of the clauses",
  .details =
      "JPEG, PNG and PDF are taken, told by their content; others, encrypted and broken ones are refused with the reason. "
      "Each document is matched with the evidence that the clauses ask for: its day (and whether it is within the rule's "
      "window), the place on the body of photos, and whether the values entered are of that day. What is missing, outdated "
      "or not told is printed here and on the cover; status 1 when there is any. Forms keep their fields. The same input "
      "gives the same bytes. A photo goes in as it is, with what the camera wrote into it. theriac coverage check --json "
      "lists the ids of the evidence.",
  .opts = packet_opts,
  .examples = packet_examples,
  .run = run_packet,
};

/* ── sheet ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int run_sheet(th_cli *c) {
  th_err err = { 0 };
  packet_input in = { 0 };
  th_str pdf;
  th_words lang;
  const char *out = th_cli_opt(c, "out");
  if (!out) return th_cli_usage(c, "--out FILE is missing");
  if (!th_words_find(c->lang, &lang)) lang = TH_WORDS_EN;
  if (read_input(c, &in, &err) != TH_OK || th_report_bedside_pdf(c->arena, &in.packet, lang, &pdf, &err) != TH_OK ||
      th_file_write(out, pdf, &err) != TH_OK)
    return th_cli_error(c, &err);
  return 0;
}

static const th_opt sheet_opts[] = {
  TH_CLI_COVERAGE_INPUT, ATTACH, { .name = "out", .letter = 'o', .arg = "FILE", .help = "the PDF" }, POLICY, { 0 },
};

static const char *const sheet_examples[] = { "theriac coverage sheet --case patient.json --out bedside.pdf --lang zh-TW",
                                              NULL };

const th_cmd th_cmd_coverage_sheet = {
  .name = "coverage sheet",
  .group = "Reimbursement",
  .synopsis = "--case FILE [--attach EVIDENCE_ID=FILE]… --out FILE",
  .summary = "the answer for the bedside on one A4 page: outcome, clauses, what to collect, next days",
  .details = "One page whatever the case: lists are cut until all fits, and what was left out is counted.",
  .opts = sheet_opts,
  .examples = sheet_examples,
  .run = run_sheet,
};
