/* Labels of the United States as openFDA gives them: what a product may be used for, when not, and what it warns of, in its own
 * words. */
#ifndef THERIAC_SOURCE_DRUG_LABEL_H
#define THERIAC_SOURCE_DRUG_LABEL_H

#include "theriac/source/field.h"

typedef enum th_label_part {
  TH_LABEL_BOXED, /* the warning in a box */
  TH_LABEL_INDICATIONS,
  TH_LABEL_CONTRAINDICATIONS,
  TH_LABEL_WARNINGS,
  TH_LABEL_PREGNANCY,
  TH_LABEL_LACTATION,
  TH_LABEL_REPRODUCTION, /* contraception, testing, fertility */
  TH_LABEL_CHILDREN,
  TH_LABEL_AGED,
  TH_LABEL_POPULATIONS, /* "use in specific populations" as a whole */
  TH_LABEL_INTERACTIONS,
  TH_LABEL_PARTS
} th_label_part;
TH_API const char *th_label_part_name(th_label_part p); /* "boxed_warning", "pregnancy", … */

typedef struct th_label_section {
  th_label_part part;
  th_str key; /* the member it stands under: "warnings_and_cautions" */
  th_field text;
} th_label_section;
typedef TH_VEC(th_label_section) th_label_sections;

typedef struct th_label {
  th_field set_id; /* stays from version to version; `id` where there is none */
  th_field id, version;
  th_date effective;
  th_field_vec brands, generics, substances, makers, types, routes, applications;
  th_label_sections sections; /* in the order of th_label_part, then of the document */
  th_gap_vec gaps;            /* no text at all, no name at all, a date that cannot be read */
  uint32_t from, to, line;
} th_label;

/* What stands around the labels of one answer; -1: not stated. */
typedef struct th_label_frame {
  int64_t total, skip;
  th_str updated;
} th_label_frame;

/* An answer of openFDA, /drug/label.json ({meta, results: […]}), or the file of its download. Where each label stands; the frame is
 * read strictly. TH_EPARSE with the line, also for an answer that tells an error. Linear. */
TH_API th_code th_source_label_cut(th_arena *a, th_str bytes, th_source_cuts *out, th_label_frame *frame, th_err *err);
/* One label. Refused: no object, no set_id, a section that is no text. Views point into bytes or live in the arena. */
TH_API th_code th_source_label_one(th_arena *a, th_str bytes, const th_source_cut *cut, th_label *out, th_err *err);

/* The text of a part: its first section with text, else, for pregnancy, lactation and reproduction, the piece under its numbered
 * heading ("8.2 Lactation") in the section on populations. Absent: text.p is NULL. */
TH_API th_field th_label_text(const th_label *l, th_label_part part);
/* Cuts the next sentence, or item of a list, off *rest. False when it is used up. */
TH_API bool th_label_sentence(th_str *rest, th_str *one);
/* Does it stand for one substance alone? TH_UNKNOWN when the label names none. */
TH_API th_tri th_label_is_single(const th_label *l);

#endif
