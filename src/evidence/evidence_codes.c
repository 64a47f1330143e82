/* The words that leave the program for each enumerated value. */
#include "theriac/evidence.h"

#define CODE_OF(type, ...)                                                                                                     \
  static const char *const codes[] = { __VA_ARGS__ };                                                                          \
  return (size_t)v < sizeof codes / sizeof *codes && codes[v] ? codes[v] : "unknown"

const char *th_level_code(th_level v) {
  CODE_OF(th_level, "unknown", "L1", "L2", "L3", "L4", "L5");
}
const char *th_direction_code(th_direction v) {
  CODE_OF(th_direction, "none", "supports", "null", "against", "unclear", "mixed");
}
const char *th_design_code(th_design v) {
  CODE_OF(th_design, "UNKNOWN", "SR_RCT", "SR_OBS", "RCT", "NRCT", "COHORT", "CASE_CONTROL", "CROSS_SECTIONAL", "UNCONTROLLED",
          "CASE_SERIES", "CASE_REPORT", "EXPANDED_ACCESS", "PRECLINICAL", "GUIDELINE");
}
const char *th_role_code(th_role v) {
  CODE_OF(th_role, "unknown", "tested", "background", "comparator", "mentioned");
}
const char *th_relevance_code(th_relevance v) {
  CODE_OF(th_relevance, "U", "A", "B", "C");
}
const char *th_novelty_code(th_novelty v) {
  CODE_OF(th_novelty, "unknown", "new", "expansion", "licensed", "contraindicated");
}
const char *th_certainty_code(th_certainty v) {
  CODE_OF(th_certainty, "NONE", "VERY_LOW", "LOW", "MODERATE", "HIGH");
}
const char *th_decision_code(th_decision v) {
  CODE_OF(th_decision, NULL, "STOP", "LICENSED", "SEARCH_FIRST", "NO_GO", "GO", "PROCEED_WITH_GUARDRAILS", "HOLD",
          "RESEARCH_QUESTION", "RESEARCH_QUESTION", "HOLD");
}
