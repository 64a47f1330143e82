/* Shared by the files of the coverage room. */
#ifndef THERIAC_COVERAGE_PRIV_H
#define THERIAC_COVERAGE_PRIV_H

#include "theriac/base/embed.h"
#include "theriac/coverage.h"

extern const th_embed th_coverage__policies[];

typedef enum th_coverage_tone { TH_TONE_MET, TH_TONE_NOT, TH_TONE_UNKNOWN, TH_TONE_HUMAN, TH_TONE_DEPENDS } th_coverage_tone;

const char *th_coverage__tone_word(th_coverage_tone t, bool zh);
const char *th_coverage__outcome_word(th_rule_outcome o, bool zh);
const char *th_coverage__verdict_word(th_rule_verdict v, bool zh);
/* A leaf in words: "uPCR >= 0.5 × uPCR before standard therapy". */
void th_coverage__leaf_text(th_buf *b, const th_rule_policy *p, const th_rule_leaf *l, bool zh);
/* A warning of the engine in words. */
void th_coverage__warning_text(th_buf *b, const th_rule_policy *p, th_str warning, bool zh);
void th_coverage__number(th_buf *b, double v); /* shortest text that reads back the same to 12 digits */
void th_coverage__escape(th_buf *b, th_str s); /* for HTML text and attributes */

#endif
