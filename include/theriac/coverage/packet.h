/* The documents of an application: what each clause asks for, what is at hand, what is missing, outdated or not told of. One value that the
 * packet, its cover and every page about it are drawn from. */
#ifndef THERIAC_COVERAGE_PACKET_H
#define THERIAC_COVERAGE_PACKET_H

#include "theriac/io.h"
#include "theriac/io/paper.h"
#include "theriac/rule.h"
#include "theriac/store/cases.h"

struct th_coverage_result; /* coverage.h */

/* A document at hand, as its giver describes it, and as th_paper_probe found it. */
typedef struct th_coverage_paper {
  th_str evidence;     /* "E-photo" */
  th_str clause, item; /* it is for: id of a clause, item of a score; empty: every one that asks for this evidence */
  th_str name;         /* of the file */
  th_date date;        /* of the document; NONE: not told */
  th_str site, note;
  th_paper file;
  th_str bytes;
} th_coverage_paper;

/* What is wrong with a document where it stands. */
enum {
  TH_PAPER_UNASKED = 1,    /* no clause of the path asks for it */
  TH_PAPER_UNDATED = 2,    /* its day is not told, and matters */
  TH_PAPER_VAGUE = 4,      /* of its day only the month or year is told */
  TH_PAPER_FUTURE = 8,     /* later than the day assessed */
  TH_PAPER_OUTDATED = 16,  /* older than the rule's window */
  TH_PAPER_SITELESS = 32,  /* the place on the body is not told */
  TH_PAPER_OTHER_DAY = 64, /* a doubt, no fault: the values used are of other days */
  TH_PAPER_TWICE = 128,    /* a doubt: the same file is here for the same evidence already */
};
#define TH_PAPER_DOUBTS (TH_PAPER_OTHER_DAY | TH_PAPER_TWICE)

typedef enum th_packet_state {
  TH_PACKET_MISSING,
  TH_PACKET_FAULTY, /* there is a document, and none without a fault */
  TH_PACKET_LISTED, /* the case says that it is attached, but it is not in the packet */
  TH_PACKET_HAVE,
  TH_PACKET_IDLE, /* not needed */
} th_packet_state;
TH_API const char *th_packet_state_name(th_packet_state s); /* "missing", "faulty", "listed", "have", "not needed" */

typedef struct th_packet_paper {
  const th_coverage_paper *paper;
  const th_rule_need *need; /* NULL: the policy knows no such evidence */
  uint32_t faults;
  th_date from; /* first day of the window, NONE: there is none */
} th_packet_paper;

typedef struct th_packet_row { /* a clause and one piece of evidence that it asks for */
  uint32_t node;
  const th_rule_need *need;
  th_packet_state state;
  const uint32_t *paper; /* places in the packet's papers */
  uint32_t n_papers;
  const th_rule_item *const *item; /* evidence for each item of a score: those ticked that count or may count, and that
                                   * no paper of the row names */
  uint32_t n_items;
} th_packet_row;

typedef struct th_coverage_packet {
  const struct th_coverage_result *result;
  const th_packet_paper *paper; /* in the order of the clauses; those that none asks for last */
  uint32_t n_papers;
  const th_packet_row *row; /* in the order of the clauses */
  uint32_t n_rows;
  const char *form[2]; /* the forms of the path, in order: "36", "36-1", "36-2", "s2" */
  uint32_t n_forms;
  bool complete; /* nothing is missing or faulty */
} th_coverage_packet;

/* Matches documents with what a judged case asks for. It lives in the arena and views the result and the papers. TH_EINVAL: an evidence id
 * that the policy does not have (its ids are told). TH_ELIMIT: more than TH_LIMIT_CASE_ATTACHMENTS. Pure. */
TH_API th_code th_coverage_packet_of(th_arena *a, const struct th_coverage_result *r, const th_coverage_paper *paper, size_t n,
                                     th_coverage_packet *out, th_err *err);
/* A kept attachment with its bytes as a document; probes it. TH_EUNSUP, TH_EPARSE, TH_ELIMIT as th_paper_probe. */
TH_API th_code th_coverage_paper_of(th_arena *a, const th_case_attachment *kept, th_str bytes, th_coverage_paper *out,
                                    th_err *err);

/* What is wrong with a document, in words: "不在 2025-03-17（民國 114/3/17）之後". Empty when nothing is. */
TH_API void th_coverage_paper_faults(th_buf *out, const th_packet_paper *p, bool zh);
/* "尚無文件指明之計分項目：皮疹、關節炎" of a row. Empty when there are none. */
TH_API void th_coverage_row_items(th_buf *out, const th_packet_row *row, bool zh);
/* "缺件", "須補正", …, "missing". */
TH_API const char *th_packet_state_text(th_packet_state s, bool zh);
/* {"complete", "forms", "documents": [...], "clauses": [...]}. */
TH_API void th_coverage_packet_json(th_jwrite *w, const th_coverage_packet *p);

#endif
