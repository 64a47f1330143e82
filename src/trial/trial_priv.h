/* What the files of trial share. */
#ifndef THERIAC_TRIAL_PRIV_H
#define THERIAC_TRIAL_PRIV_H

#include "theriac/io.h"
#include "theriac/trial.h"

#define TH_TRIAL__FOLD (TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE | TH_FOLD_DASH)

/* ── The words of one line ─────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_trial__class {
  W_WORD, /* not known to us */
  W_STOP, /* says nothing by itself: "patients", "must have" */
  W_NUMBER,
  W_OP,     /* value: th_trial_op, before its number */
  W_POST,   /* value: th_trial_op, behind its number: "or older" */
  W_PERIOD, /* value: days × 100 of one: years, months, weeks, days, hours */
  W_OLD,    /* "years old", "years of age", 歲: an age, in the period value */
  W_AGE,
  W_SEX, /* 0 any, 1 female, 2 male */
  W_SCORE,
  W_LAB,
  W_EVENT,
  W_PAST,   /* "within", "in the last": opens a window */
  W_BEFORE, /* "before screening": closes one */
  W_TREATED,
  W_TRIAL, /* "another interventional trial" */
  W_DIAGNOSIS,
  W_PREGNANT, /* value: th_trial_fact */
  W_CONSENT,
  W_HEALTHY,
  W_FINDING,  /* something found or not: a serology, an antibody */
  W_POSITIVE, /* value: th_trial_op */
  W_NOT,
  W_OR,
  W_AND,
  W_TO, /* between two numbers */
  W_BETWEEN,
  W_DISEASE,
  W_DRUG,
  W_MARK /* punctuation that says nothing */
} th_trial__class;

typedef struct th_trial__word {
  th_trial__class c;
  uint32_t from, to; /* bytes of the folded line */
  int32_t value;
  const char *what; /* canonical name of a score, finding, event */
  double number;
  const th_name_row *row;
  bool used; /* by a statement */
} th_trial__word;
typedef TH_VEC(th_trial__word) th_trial__words;

/* Cuts a line into known phrases, numbers, names and the rest; *folded is what the words' bytes count in. */
th_code th_trial__lex(th_arena *a, const th_names *names, th_str text, th_str *folded, th_trial__words *out, th_err *err);
/* Fills terms, join and whole of a line from its text. */
th_code th_trial__read_line(th_arena *a, const th_names *names, th_trial_line *line, th_err *err);

/* ── A patient ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

struct th_trial_patient {
  th_json facts; /* an object */
  th_date as_of;
};

/* A term of the patient; *why names the fact it rests on, or the one that lacks. */
th_code th_trial__term_holds(th_arena *a, const th_names *names, const th_trial_term *t, const th_trial_patient *p,
                             th_tri *holds, th_str *why, th_err *err);

/* ── The fields of a study ─────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_trial__field {
  const char *name;
  th_str (*value)(th_arena *a, const th_ctgov_study *s); /* p NULL: not stated, or memory is short */
} th_trial__field;

extern const th_trial__field th_trial__fields[];
extern const size_t th_trial__n_fields;

/* Do two values say the same but for case, blanks and kinds of dashes? */
bool th_trial__same(th_arena *a, th_str x, th_str y);

#endif
