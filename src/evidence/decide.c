/* The printed decision table (evidence.md §10): the first row that fits. The score of a model never enters. */
#include "evidence_priv.h"

th_decided th_evidence_decide(const th_grade *g, const th_decision_facts *f) {
  th_decision d;
  const bool high = g->level == TH_LEVEL_L1 || g->level == TH_LEVEL_L2, supports = g->direction == TH_DIRECTION_SUPPORTS;
  if (f->novelty == TH_NOVELTY_CONTRAINDICATED || f->major_warning)
    d = TH_DECISION_STOP;
  else if (f->novelty == TH_NOVELTY_LICENSED)
    d = TH_DECISION_LICENSED;
  else if (g->level == TH_LEVEL_UNKNOWN)
    d = TH_DECISION_SEARCH_FIRST;
  else if (g->direction == TH_DIRECTION_AGAINST && g->level <= TH_LEVEL_L3)
    d = TH_DECISION_NO_GO;
  else if (g->level == TH_LEVEL_L1 && supports && g->certainty >= TH_GRADE_MODERATE && f->confirmed_by.n)
    d = TH_DECISION_GO;
  else if (high && supports)
    d = TH_DECISION_GUARDRAILS;
  else if (high && (g->direction == TH_DIRECTION_NULL || g->direction == TH_DIRECTION_MIXED))
    d = TH_DECISION_HOLD_MIXED;
  else if (g->level == TH_LEVEL_L3 && supports)
    d = TH_DECISION_QUESTION_GUARDED;
  else if ((g->level == TH_LEVEL_L4 && (supports || g->direction == TH_DIRECTION_UNCLEAR)) ||
           (g->level == TH_LEVEL_L3 && (g->direction == TH_DIRECTION_UNCLEAR || g->direction == TH_DIRECTION_MIXED)))
    d = TH_DECISION_QUESTION;
  else
    d = TH_DECISION_HOLD;
  const bool capped = f->pregnancy && (d == TH_DECISION_GO || d == TH_DECISION_GUARDRAILS);
  return (th_decided){ capped ? TH_DECISION_QUESTION_GUARDED : d, (int)d, capped };
}
