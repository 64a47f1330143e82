/* Shared inside the room: text with a way back to its bytes, pages cut into blocks, lines with places. */
#ifndef THERIAC_SOURCE_PRIV_H
#define THERIAC_SOURCE_PRIV_H

#include "theriac/source.h"

/* ── Text whose markup is gone and which still knows its bytes ─────────────────────────────────────────────────────── */

/* From `clean` (offset in the page's clean text) on, byte i came from src + (i - clean), until the next run. */
typedef struct th_source__run {
  uint32_t clean, src, line;
} th_source__run;

typedef enum th_source__mark_kind { TH_MARK_STRONG, TH_MARK_CLASS, TH_MARK_LINK } th_source__mark_kind;

/* An inline element, as offsets within its text. */
typedef struct th_source__mark {
  th_source__mark_kind kind;
  uint32_t a, b;
  th_str value; /* class, or target of a link */
} th_source__mark;

typedef struct th_source__text {
  th_str s; /* in the page's clean buffer */
  uint32_t from, to, line;
  uint32_t run0, n_run, mark0, n_mark;
} th_source__text;

/* ── A page of Markdown, HTML or both, as a flat list of blocks ────────────────────────────────────────────────────── */

typedef enum th_source__block {
  TH_BLOCK_LINE, /* a line of running text; a paragraph is several, `gap` false on all but the first */
  TH_BLOCK_HEADING,
  TH_BLOCK_ITEM,
  TH_BLOCK_TABLE,
  TH_BLOCK_CODE,
  TH_BLOCK_RULE,
  TH_BLOCK_OPEN, /* an HTML element that holds blocks */
  TH_BLOCK_CLOSE,
  TH_BLOCK_TEMPLATE, /* a site generator's directive */
} th_source__block;

typedef struct th_source__cellrow {
  uint32_t cell0, n_cell, line;
} th_source__cellrow;

typedef struct th_source__table {
  uint32_t row0, n_row;
  bool has_head; /* row0 is the head */
  uint32_t from, to, line;
} th_source__table;

typedef struct th_source__node {
  th_source__block kind;
  uint8_t level; /* HEADING 1–6; ITEM: depth from 0 */
  bool ordered;  /* ITEM */
  bool gap;      /* a blank line, or a block of another kind, stands before it */
  bool quoted;   /* in a block quotation */
  th_source__text text;
  th_str tag, attrs; /* OPEN, CLOSE */
  uint32_t table;    /* TABLE: index */
} th_source__node;

typedef struct th_source__page {
  th_arena *arena;
  th_str doc;
  char *clean; /* room for the whole document */
  uint32_t clean_n;
  TH_VEC(th_source__run) run;
  TH_VEC(th_source__mark) mark;
  TH_VEC(th_source__node) node;
  TH_VEC(th_source__text) cell;
  TH_VEC(th_source__cellrow) row;
  TH_VEC(th_source__table) table;
  TH_VEC(th_field_pair) front;
  uint32_t front_line, end_line; /* of the front matter's fence; of the last line */
} th_source__page;

/* Cuts a page into blocks. Refuses what was cut off inside: front matter, a code block, a comment, an HTML table, a details
 * element. Linear. */
th_code th_source__page_read(th_arena *a, th_str doc, th_source__page *out, th_err *err);

/* Bytes a..b of a text as a field with its place. */
th_field th_source__sub(const th_source__page *p, const th_source__text *t, size_t a, size_t b);
th_field th_source__all(const th_source__page *p, const th_source__text *t);
/* First mark of this kind (and class holding the word, NULL: any); NULL when none. */
const th_source__mark *th_source__mark_find(const th_source__page *p, const th_source__text *t, th_source__mark_kind kind,
                                            const char *word);
/* Value of an attribute in a tag's attribute text; p NULL when it is not there. */
th_str th_source__attr(th_str attrs, const char *name);
bool th_source__class_has(th_str classes, const char *word);

/* The scanner, shared by the two files that make pages. One text is open at a time; closing it trims it. */
typedef struct th_source__open_mark {
  th_source__mark_kind kind;
  uint8_t tag_n; /* HTML element: length of its name; 0: Markdown */
  char tag[11];
  uint32_t a; /* in the clean buffer */
  th_str value;
} th_source__open_mark;

#define TH_SOURCE_OPEN_MARKS 16

typedef struct th_source__scan {
  th_source__page *page;
  th_str doc;
  uint32_t pos, line;
  bool nomem;
  /* the open text */
  uint32_t text0, run0, mark0; /* starts in clean, run, mark */
  uint32_t last_src;           /* one behind the last source byte taken */
  th_source__open_mark open[TH_SOURCE_OPEN_MARKS];
  uint32_t n_open;
  uint32_t link_at; /* clean offset of the latest '[', or UINT32_MAX */
  /* block state */
  th_source__block pending; /* what the next text becomes */
  uint8_t pending_level;
  bool pending_ordered, gap, quoted;
  uint8_t list_depth;
  uint32_t list_ordered; /* a bit a level */
  uint32_t table_depth;  /* HTML tables open; the outermost is read, inner ones become its text */
  bool in_row, in_cell, table_head;
  bool mid_line; /* the next line begins behind a tag that spanned lines */
  uint32_t table_from, table_line, table_row0, row_heads, row_cell0, row_line;
  uint32_t details; /* open ones */
  uint32_t details_line;
} th_source__scan;

void th_source__scan_text_begin(th_source__scan *s);
/* Takes document bytes [from, to) as text, markup resolved; block tags are handed to th_source__scan_tag. */
th_code th_source__scan_inline(th_source__scan *s, uint32_t from, uint32_t to, th_err *err);
void th_source__scan_copy(th_source__scan *s, uint32_t from, uint32_t to); /* verbatim */
void th_source__scan_put(th_source__scan *s, const char *p, size_t n, uint32_t src);
/* Closes the open text into *out; false when it is blank. */
bool th_source__scan_text_end(th_source__scan *s, th_source__text *out);
/* A tag that is not inline. name in lower case. */
th_code th_source__scan_tag(th_source__scan *s, th_str name, th_str attrs, bool closing, uint32_t at, uint32_t end,
                            th_err *err);

/* ── Report pages: one context, several files ──────────────────────────────────────────────────────────────────────── */

typedef struct th_source__report {
  th_arena *a;
  th_source__page p;
  th_report_page *out;
  uint32_t *section_of;    /* a node: index of its section */
  uint32_t *prediction_of; /* a node: index of its indication section, UINT32_MAX outside */
} th_source__report;

th_report_role th_source__role(th_str heading); /* OTHER when the words are not known */
/* First level in the text at or after a; lo 0 when there is none. */
th_level_mark th_source__level(const th_source__page *p, const th_source__text *t, size_t a, size_t b);
th_level_mark th_source__level_field(th_field f);
/* Nodes i..j (exclusive) as one text, a line a block, table cells parted by " | ". */
th_code th_source__join(th_source__report *r, size_t i, size_t j, th_field *out, th_err *err);
/* Node behind the CLOSE that ends the OPEN at i (or the node count). */
size_t th_source__element_end(const th_source__page *p, size_t i);
/* "1. 甲病 (disease a)" → rank, name, parts by script. */
void th_source__names(th_field printed, th_field *rank, th_field *name, th_field *en, th_field *zh);
th_field th_source__cut(th_field f, size_t a,
                        size_t b); /* a part of a field; its place is exact when the field views the document */

th_code th_source__report_predictions(th_source__report *r, th_err *err); /* indication sections */
th_code th_source__report_tables(th_source__report *r, th_err *err);
th_code th_source__report_quick_names(th_source__report *r, th_err *err); /* predictions of pages without sections */
th_code th_source__report_interactions(th_source__report *r, th_err *err);
th_code th_source__report_cautions(th_source__report *r, th_err *err);
th_code th_source__report_end(th_source__report *r, th_err *err); /* conclusion, related drugs, citation, review */
bool th_source__text_forbids(th_str s);
bool th_source__text_fatal(th_str s);

/* ── Lines of plain text ───────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_source__line {
  th_str raw;    /* without its end */
  th_str s;      /* trimmed */
  uint32_t from; /* of s */
  uint32_t no;
  uint32_t indent; /* columns before s; a tab goes to the next multiple of 4 */
} th_source__line;
typedef TH_VEC(th_source__line) th_source__lines;

/* All lines of a text, BOM dropped. TH_ELIMIT past TH_LIMIT_DOCUMENT_BYTES. */
th_code th_source__lines_read(th_arena *a, th_str doc, th_source__lines *out, th_err *err);
/* Piece s of the document (a view into it) as a field. */
th_field th_source__view(th_str doc, th_str s, uint32_t line);
/* Lines i..j (exclusive) as one field: from the first byte of the first to the last of the last, blank ends trimmed. */
th_field th_source__span(th_str doc, const th_source__lines *l, size_t i, size_t j);

/* ── Abstracts ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A label at s's start ("BACKGROUND:", "ABSTRACT.METHODS.", "目的：", "【方法】"). alone: the label must fill s. Gives the bytes it takes, its
 * end mark included, or 0. A capitalised label that is not in the table is OTHER. */
size_t th_source__abstract_label(th_str s, th_abstract_role *role, bool *is_title, size_t *word_n);
th_lang th_source__language(th_str s);
/* What a line before or behind the abstract's own text is. */
typedef enum th_source__head_kind {
  TH_HEAD_PROSE = 0,
  TH_HEAD_AUTHORS,
  TH_HEAD_AFFILIATION,
  TH_HEAD_CITATION,
  TH_HEAD_IDS, /* "PMID: …", "DOI: …" */
  TH_HEAD_KEYWORDS,
  TH_HEAD_NOTE, /* copyright, conflict of interest, "Author information:" */
} th_source__head_kind;
th_source__head_kind th_source__head_kind_of(th_str s);
th_code th_source__abstract_authors(th_arena *a, th_str doc, th_field line, th_field_vec *out, th_err *err);
void th_source__abstract_citation(th_str doc, th_field line, th_abstract_doc *out);
th_code th_source__registry_ids(th_arena *a, th_str doc, th_field_vec *out, th_err *err);
/* DOI in s at or after `from`, or an empty view. */
th_str th_source__doi(th_str s, size_t from);

/* ── Rule texts ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_source__label_style {
  TH_LABEL_NONE = 0,
  TH_LABEL_DIGIT,       /* 1. */
  TH_LABEL_PAREN_DIGIT, /* (1) */
  TH_LABEL_ROMAN_UP,    /* I. */
  TH_LABEL_ROMAN_LOW,   /* i. */
  TH_LABEL_PAREN_ROMAN, /* (i) */
  TH_LABEL_ALPHA_UP,    /* A. */
  TH_LABEL_ALPHA_LOW,   /* a. */
  TH_LABEL_PAREN_ALPHA, /* (a) */
  TH_LABEL_CIRCLED,     /* ① */
} th_source__label_style;

/* A label may read two ways ("I." is one or the ninth letter): up to two. n is its length with the blanks behind it. */
typedef struct th_source__label {
  size_t n, mark_n; /* with and without the blanks behind */
  uint32_t ways;
  th_source__label_style style[2];
  uint32_t ordinal[2];
} th_source__label;

bool th_source__clause_label(th_str s, th_source__label *out);
/* Text as it goes into an id: "2", "(4)", "II", "iii", "(i)". */
th_str th_source__label_id(th_arena *a, th_source__label_style style, uint32_t ordinal);
/* Length of "8.2.13." at s's start (0: none); *number_n without the last point. */
size_t th_source__rule_number(th_str s, size_t *number_n);
/* All ROC dates in brackets that hold nothing but dates. */
th_code th_source__roc_dates(th_arena *a, th_str doc, th_str s, uint32_t line, th_coverage_dates *out, th_err *err);
bool th_source__only_dates(th_str s); /* one bracket of dates and nothing else */
/* Plain characters, sentences joined, date brackets gone. */
th_code th_source__clean(th_arena *a, th_str s, th_str *out, th_err *err);
/* "附表三十六之二…" at s's start: length of the number, 0 without. */
size_t th_source__form_number(th_str s);
th_code th_source__coverage_forms(th_arena *a, th_str doc, const th_source__lines *l, size_t from, size_t to,
                                  th_coverage_text *out, th_err *err);

/* ── Trial pages ───────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_source__trial_what {
  TH_TRIAL_NOTHING = 0, /* a heading that only groups */
  TH_TRIAL_STATUS_PHASE,
  TH_TRIAL_STATUS,
  TH_TRIAL_PHASE,
  TH_TRIAL_CONDITIONS,
  TH_TRIAL_TREATMENTS,
  TH_TRIAL_KEYWORDS,
  TH_TRIAL_STUDY_TYPE,
  TH_TRIAL_FUNDER,
  TH_TRIAL_IDENTIFIERS,
  TH_TRIAL_ABOUT,
  TH_TRIAL_FULL,
  TH_TRIAL_ENROLMENT,
  TH_TRIAL_SEX,
  TH_TRIAL_AGES,
  TH_TRIAL_AGE_MIN,
  TH_TRIAL_AGE_MAX,
  TH_TRIAL_VOLUNTEERS,
  TH_TRIAL_INCLUSION,
  TH_TRIAL_EXCLUSION,
  TH_TRIAL_ELIGIBILITY,
  TH_TRIAL_PURPOSE,
  TH_TRIAL_ALLOCATION,
  TH_TRIAL_MODEL,
  TH_TRIAL_MASKING,
  TH_TRIAL_MASKED_ROLES,
  TH_TRIAL_OBS_MODEL,
  TH_TRIAL_TIME_PERSPECTIVE,
  TH_TRIAL_ARMS,
  TH_TRIAL_OUTCOMES_PRIMARY,
  TH_TRIAL_OUTCOMES_OTHER,
  TH_TRIAL_START,
  TH_TRIAL_PRIMARY_COMPLETION,
  TH_TRIAL_COMPLETION,
  TH_TRIAL_FIRST_POSTED,
  TH_TRIAL_LAST_UPDATE,
  TH_TRIAL_RESULTS,
  TH_TRIAL_SITES,
  TH_TRIAL_LOCATIONS,
  TH_TRIAL_CONTACT,
  TH_TRIAL_SPONSOR,
  TH_TRIAL_COLLABORATORS,
  TH_TRIAL_TITLE,
  TH_TRIAL_OFFICIAL_TITLE,
  TH_TRIAL_ACRONYM,
  TH_TRIAL_FOOT,
} th_source__trial_what;

/* A label with what stands under it. */
typedef struct th_source__trial_part {
  th_source__trial_what is;
  th_field label, value; /* value: on the label's own line */
  size_t from, to;       /* lines below it */
  bool actual, estimated;
} th_source__trial_part;

typedef TH_VEC(th_source__trial_part) th_source__trial_parts;

/* Is s one of the labels? Sets what it is, and whether it says "(Actual)" or "(Estimated)". */
bool th_source__trial_label(th_str s, th_source__trial_part *p);

/* ── JSON with places ──────────────────────────────────────────────────────────────────────────────────────────────── */

struct th_json;

/* The elements of the array under this member of the outermost object; *frame: the document without them. No such array: the whole
 * document is in *frame and nothing is cut. */
th_code th_source__cut_member(th_arena *a, th_str bytes, const char *name, th_source_cuts *out, struct th_json *frame,
                              th_err *err);

typedef struct th_source__jdoc {
  th_str doc;
  uint32_t *line_at; /* offset of each line's first byte */
  size_t n_line;
  uint32_t base, base_line; /* of doc within a larger document: added to every place */
} th_source__jdoc;

/* One record a line: the first line is whole JSON and more stands behind it. */
bool th_source__is_ndjson(th_str bytes);
th_code th_source__jdoc_open(th_arena *a, th_str doc, th_source__jdoc *out, th_err *err);
uint32_t th_source__jdoc_line(const th_source__jdoc *d, uint64_t offset);
/* One behind the last byte of the value at `offset`. */
uint32_t th_source__jdoc_end(const th_source__jdoc *d, uint64_t offset);
/* A string, number or truth value as a field; absent for null, objects, arrays and NULL. */
th_field th_source__jfield(const th_source__jdoc *d, const struct th_json *v);
/* Every text of an array (or the one text). */
bool th_source__jfields(th_arena *a, const th_source__jdoc *d, const struct th_json *v, th_field_vec *out);

/* ── Small text helpers ────────────────────────────────────────────────────────────────────────────────────────────── */

bool th_source__has_any(th_str s, const char *const *words); /* ASCII letters of both cases match */
size_t th_source__find_nocase(th_str s, const char *needle, size_t from);
bool th_source__is_cjk_at(th_str s, size_t at);
/* NFKC-like for the few signs that matter in labels: full-width colon, brackets, digits count as their ASCII twins. */
bool th_source__is_colon(th_str s, size_t at, size_t *len);
/* s without leading list numbers, signs, emoji and blanks. */
th_str th_source__strip_lead(th_str s);
/* Adds a gap; false when memory is short. */
bool th_source__gap(th_arena *a, th_gap_vec *gaps, const char *what, uint32_t line, const char *why);
th_code th_source__check_doc(th_str *doc, th_err *err); /* size and UTF-8 */

#endif
