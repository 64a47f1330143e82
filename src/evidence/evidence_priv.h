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

/* Registrations named in a text, "NCT" and eight digits: what joins a paper to its trial. Each once. */
th_code th_evidence__registrations(th_arena *a, th_str_vec *v, th_str text, th_err *err);
/* Does this treatment (an arm's, a group's title) give the drug? "Placebo matching X" does not. */
th_code th_evidence__gives(th_arena *a, const th_evidence_question *q, th_str text, bool *gives, th_err *err);
/* Direction by the posted comparisons of a registry; *found false when none compares the drug with something. */
th_code th_evidence__posted(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                            bool *found, th_err *err);

/* Does this report tell of several trials? It is a unit of its own. */
bool th_evidence__pools(th_arena *a, const th_evidence_item *it);
/* Units joined, gates spread or lifted, duplicates and what counts settled. */
th_code th_evidence__settle(th_arena *a, th_evidence_items *items, th_err *err);
/* The level a single counted item reaches, and by which rule; TH_LEVEL_UNKNOWN: none. */
th_level th_evidence__level_of(const th_evidence_item *it, const char **rule);
void th_evidence__take_level(const th_evidence_items *items, const th_evidence_settings *set, th_grade *g);
void th_evidence__take_direction(const th_evidence_items *items, const th_evidence_settings *set, th_grade *g);
/* Is item i one of those that carry g's level? */
bool th_evidence__at_level(const th_evidence_items *items, size_t i, const th_evidence_settings *set, const th_grade *g);

/* Lower-cased copy with one kind of dash and blank (an underscore is one), for cue words; byte offsets do not survive. */
th_str th_evidence__plain(th_arena *a, th_str text);
/* What was found on such texts, unless one of them could not be had: then TH_ENOMEM. */
th_code th_evidence__whole(th_arena *a, th_code code, th_err *err);

#endif
