/* Floor 7: the dossier in every form. Renderers choose words and layout; they compute nothing, so no two forms can disagree.
 *
 * Text forms (HTML, Markdown, terminal) are written from one page (th_page): the same blocks in the same order with the same words,
 * built once per language from the Dossier. JSON is written from the Dossier itself. */
#ifndef THERIAC_REPORT_H
#define THERIAC_REPORT_H

#include "theriac/dossier.h"
#include "theriac/io.h"

typedef enum th_words { TH_WORDS_EN, TH_WORDS_ZH_TW } th_words;
TH_API bool th_words_find(const char *lang, th_words *out); /* "en", "zh-TW" (also "zh-Hant", "zh") */

/* Sentence or term of the catalogue (po/messages.tsv) by key; the key itself when it is missing (a test forbids that). */
TH_API th_str th_words_get(th_words lang, const char *key);
TH_API bool th_words_has(const char *key);
/* Keys that begin so, in byte order: *i counts them from 0 on; false after the last. */
TH_API bool th_words_next(const char *prefix, size_t *i, th_str *key);
/* "{0} says {1}" with values put in. Missing values become "?". */
TH_API th_str th_words_fill(th_arena *a, th_str pattern, const th_str *values, size_t n);

/* What a finding of an audited page says: the catalogue's sentence with its values, else the finding's own. */
TH_API th_str th_report_finding_words(th_arena *a, th_words lang, const th_finding *f);

/* One self-contained HTML file: no script, no outside request, its own strict content policy. */
TH_API th_code th_report_html(th_arena *a, const th_dossier *d, th_words lang, th_buf *out, th_err *err);
TH_API th_code th_report_markdown(th_arena *a, const th_dossier *d, th_words lang, th_buf *out, th_err *err);
/* For a terminal of `columns` (0: 100); colour with escape sequences only when asked. */
TH_API th_code th_report_text(th_arena *a, const th_dossier *d, th_words lang, unsigned columns, bool colour, th_buf *out,
                              th_err *err);
/* The Dossier, schema theriac.dossier/1 (docs/formats/dossier.schema.json). Same bytes for the same value. */
TH_API th_code th_report_json(th_arena *a, const th_dossier *d, th_buf *out, th_err *err);
/* One change as a sentence; p is NULL when memory is short. */
TH_API th_str th_report_change(th_arena *a, th_words lang, const th_dossier_change *c);
/* The dossier itself and the studies it rests on, for reference managers. */
TH_API th_code th_report_ris(th_arena *a, const th_dossier *d, th_buf *out, th_err *err);
TH_API th_code th_report_bibtex(th_arena *a, const th_dossier *d, th_buf *out, th_err *err);
/* The JSON schema itself, as shipped. */
TH_API th_str th_report_json_schema(void);

/* The days of a case as an iCalendar file (RFC 5545), one event a day or window, in one language, without the patient's name. The same case
 * gives the same UIDs and bytes. TH_ENOENT: the calendar has no day. */
TH_API th_code th_report_calendar_ics(th_arena *a, const th_coverage_calendar *c, th_words lang, th_buf *out, th_err *err);

/* An application form as one HTML page that can be filled and printed: no script, no outside request. A want of memory shows in
 * out->failed. */
TH_API void th_report_form_html(th_buf *out, const th_form *f);
/* The same as PDF: A4, fonts subset, text selectable, a field to fill for every value and tick (what is known stands in it), the same
 * bytes for the same form. day: creation date of the file. The bytes live in the arena. TH_EUNSUP when no font of the machine has the
 * characters. */
TH_API th_code th_report_form_pdf(th_arena *a, const th_form *f, th_date day, th_str *out, th_err *err);

#endif
