/* Studies found, for other programs. */
#ifndef THERIAC_REPORT_TRIAL_LIST_H
#define THERIAC_REPORT_TRIAL_LIST_H

#include "theriac/dossier/trial_ask.h"
#include "theriac/report.h"

/* "lupus: systemic lupus erythematosus (MONDO:…) and 12 kinds of it", from the catalogue. */
TH_API th_str th_report_trial_note(th_arena *a, th_words lang, const th_trial_note *n);
TH_API void th_report_trials_json(th_buf *b, const th_trial_found *f, const th_str *note, size_t n_notes, uint32_t offset);
/* RFC 4180, a head row, lists separated by |. */
TH_API void th_report_trials_csv(th_buf *b, const th_trial_found *f);
/* A record of type DBASE a study, as reference managers read it. */
TH_API void th_report_trials_ris(th_buf *b, const th_trial_found *f);

#endif
