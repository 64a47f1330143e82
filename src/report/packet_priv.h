/* The packet in its making: what cover, heads and the joining share. */
#ifndef THERIAC_REPORT_PACKET_PRIV_H
#define THERIAC_REPORT_PACKET_PRIV_H

#include "ink.h"
#include "theriac/report/packet_pdf.h"

#define PACKET_FORMS 4
#define PACKET_SIDE  36.0 /* margins of a sheet that carries a document, in points */
#define PACKET_HEAD  58.0 /* from its upper edge down to the document */
#define PACKET_FOOT  40.0

typedef struct packet_plan { /* where everything stands; pages count from 0 */
  th_arena *arena;
  const th_coverage_packet *packet;
  th_words lang;
  const th_form *form;
  uint32_t n_forms;
  uint32_t cover_pages, form_pages[PACKET_FORMS], form_at[PACKET_FORMS];
  uint32_t *paper_at; /* first page of each document */
  uint32_t pages;
} packet_plan;

/* Words of the catalogue with up to two values. */
th_str th_report__packet_say(const packet_plan *k, const char *key, th_str v0, th_str v1);
/* "2025-06-01（民國 114/6/1）", or that it is not given. */
th_str th_report__packet_day(const packet_plan *k, th_date d);
th_str th_report__packet_number(const packet_plan *k, uint32_t n);
/* Adds a row of cells (kind, span, text; span 0 ends). */
typedef struct packet_cell {
  th_form_kind kind;
  uint32_t span;
  th_str text;
  uint32_t lines;
} packet_cell;
th_code th_report__packet_row(th_arena *a, th_form *f, const packet_cell *cell, uint32_t n, th_err *err);

th_code th_report__packet_cover(const packet_plan *k, th_form *out, th_err *err);
/* A sheet for every page of the packet: foot on all, head on those of documents, and the pictures themselves. */
th_code th_report__packet_heads(const packet_plan *k, th_str *out, th_err *err);

#endif
