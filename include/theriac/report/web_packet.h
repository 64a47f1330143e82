/* The page of an application's documents: what each clause asks for, what is at hand, what is wrong with it, and the way to add one. */
#ifndef THERIAC_REPORT_WEB_PACKET_H
#define THERIAC_REPORT_WEB_PACKET_H

#include "theriac/coverage/packet.h"
#include "theriac/report/web_case.h"

/* attachment: of the packet's papers by their place in the list handed to th_coverage_packet_of. error: what was wrong with the last upload;
 * empty: nothing. */
typedef struct th_web_packet {
  const th_case_view *view;
  const th_coverage_packet *packet;
  const th_coverage_paper *paper; /* the list handed in */
  const th_case_attachment *attachment;
  th_str error;
} th_web_packet;
void th_web_packet_put(th_html *h, const th_web_packet *p);

#endif
