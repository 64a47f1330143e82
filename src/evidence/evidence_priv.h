#ifndef THERIAC_EVIDENCE_PRIV_H
#define THERIAC_EVIDENCE_PRIV_H

#include "theriac/evidence.h"

th_code th_evidence__step(th_arena *a, th_evidence_item *it, const char *rule, th_str gave, th_str words, th_str path,
                          th_err *err);
th_code th_evidence__role(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                          th_err *err);
th_code th_evidence__relevance(th_arena *a, const th_evidence_question *q, const th_evidence_observed *o, th_evidence_item *it,
                               th_err *err);
/* Gates and flags a study brings by itself (own->design must be set), and those that hang on the disease asked about. */
th_code th_evidence__own_gates(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *own,
                               th_err *err);
th_code th_evidence__pair_gates(th_arena *a, th_evidence_item *it, th_err *err);
th_code th_evidence__certainty(th_arena *a, const th_evidence_items *items, th_grade *g, th_err *err);

/* Lower-cased copy with one kind of dash and blank, for cue words; byte offsets do not survive. */
th_str th_evidence__plain(th_arena *a, th_str text);

#endif
