/* Floor 4: the records. One folder (the home directory) holds theriac.db and, under sources/, every document exactly as read,
 * by its SHA-256. This is the only room that speaks SQL; everybody else sees structs that live in the caller's arena.
 *
 * A document is what was read (a file, an answer of an API). A record is one thing said in it (a report page, a trial, a
 * paper, a rule). A record read again with other content becomes a new version; the old one stays. Every value that comes out
 * carries where it came from: document, record, path of the field, span of bytes, day of retrieval, licence of the source.
 *
 * A handle belongs to one thread; open as many as you like. Results come in a fixed order, so equal stores give equal bytes. */
#ifndef THERIAC_STORE_H
#define THERIAC_STORE_H

#include "theriac/base.h"
#include "theriac/io.h"
#include "theriac/names.h"
#include "theriac/source.h"
#include "theriac/store/trial_search.h"

/* ── The home directory ────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_store th_store;

typedef enum th_store_mode {
  TH_STORE_READ,  /* the store must exist; no record is written (an older schema is brought up to date first) */
  TH_STORE_WRITE, /* makes the folder and the store when they are not there */
} th_store_mode;

#define TH_STORE_WAIT_MS 10000 /* how long a writer waits for another by default */

/* Opens the store in `home`. wait_ms (< 0: TH_STORE_WAIT_MS) bounds the wait for another writer. Errors: TH_ENOENT (no store
 * there, mode READ), TH_EAUTH, TH_EIO, TH_EUNSUP (written by a newer program: nothing is touched), TH_EPARSE (the file is no
 * store of ours, or damaged), TH_ECONFLICT (another import is writing), TH_ENOMEM. */
TH_API th_code th_store_open(const char *home, th_store_mode mode, int wait_ms, th_store **out, th_err *err);
TH_API void th_store_close(th_store *s); /* rolls back what is open; NULL is fine */
TH_API const char *th_store_home(const th_store *s);
TH_API int th_store_schema(const th_store *s); /* number of the schema the store has */
/* A number that changes whenever another handle (of any process) has committed; not comparable between handles. About a microsecond. */
TH_API th_code th_store_version(th_store *s, uint64_t *out, th_err *err);
TH_API int th_store_schema_newest(void); /* number of the schema this program writes */

/* Writer: one at a time; begin waits for another, then TH_ECONFLICT. What was committed survives a kill and a power cut.
 * Reader: begin…commit sees the store as it is at one moment, whatever others write meanwhile.
 * mark/keep/undo nest inside begin…commit: undo takes back everything since its mark. */
TH_API th_code th_store_begin(th_store *s, th_err *err);
TH_API th_code th_store_commit(th_store *s, th_err *err);
TH_API void th_store_rollback(th_store *s);
TH_API th_code th_store_mark(th_store *s, th_err *err);
TH_API th_code th_store_keep(th_store *s, th_err *err);
TH_API void th_store_undo(th_store *s);

/* ── Documents and records ─────────────────────────────────────────────────────────────────────────────────────────── */

/* Where something stands: bytes from..to of the document (both 0: the whole of it), and the path of the field. */
typedef struct th_store_place {
  th_str path;
  uint64_t from, to;
} th_store_place;

typedef struct th_store_document {
  int64_t id;
  th_str sha256; /* of the bytes after inflating, hex; the name of the file under sources/ */
  uint64_t bytes;
  th_str name; /* as the user gave it */
  th_str kind; /* "report-page", "abstract", … */
  th_date retrieved;
  th_str licence; /* of the source; empty: not stated */
} th_store_document;
typedef TH_VEC(th_store_document) th_store_document_vec;

/* What a reader did not understand or doubts, kept with the document. */
typedef struct th_store_note {
  uint32_t line, col;
  th_str code, message;
} th_store_note;
typedef TH_VEC(th_store_note) th_store_note_vec;

typedef struct th_store_record {
  int64_t id;
  th_str kind, key; /* "trial-page", "NCT05154734" */
  uint32_t version; /* 1, 2, … in the order they were imported */
  bool current;     /* the newest version: by its own date where it states one, else by import */
  th_date dated;    /* what the record says of its own date; NONE: nothing */
  th_str title;
  th_str body; /* canonical JSON of everything that was read */
  th_store_document doc;
  uint64_t from, to; /* its bytes in the document */
} th_store_record;
typedef TH_VEC(th_store_record) th_store_record_vec;

/* Looks a document up by its SHA-256. *found false is no error. */
TH_API th_code th_store_document_find(th_arena *a, th_store *s, th_str sha256, bool *found, th_store_document *out,
                                      th_err *err);
TH_API th_code th_store_is_empty(th_store *s, bool *empty, th_err *err); /* no document is held */
TH_API th_code th_store_documents(th_arena *a, th_store *s, th_store_document_vec *out, th_err *err);
/* Keeps the bytes under sources/ (on the disk before a commit refers to them) and adds the row; sets d->id, bytes and, where the
 * caller has not hashed them already, sha256. Inside begin…commit. A document already held is TH_ECONFLICT: look first. */
TH_API th_code th_store_document_add(th_arena *a, th_store *s, th_str bytes, th_store_document *d, th_err *err);
/* The bytes as they were read, checked against their SHA-256 (TH_EPARSE when they changed on disk). */
TH_API th_code th_store_document_bytes(th_arena *a, th_store *s, th_str sha256, th_str *bytes, th_err *err);
TH_API th_code th_store_note_add(th_store *s, int64_t document_id, const th_store_note *n, th_err *err);
TH_API th_code th_store_notes(th_arena *a, th_store *s, int64_t document_id, th_store_note_vec *out, th_err *err);

typedef enum th_store_added {
  TH_STORE_NEW,         /* first version of this key */
  TH_STORE_NEW_VERSION, /* the key was known with other content */
  TH_STORE_SAME,        /* this content was known: the document is noted as a further source of it */
} th_store_added;

/* Adds r (kind, key, title, body, dated, doc.id, from, to); sets id, version, current. One dated before the current version is
 * kept beside it, not put in its place. `content` is what decides whether two records
 * say the same (the body without byte spans, say). */
TH_API th_code th_store_record_add(th_store *s, th_store_record *r, th_str content, th_store_added *added, th_err *err);
TH_API th_code th_store_record_get(th_arena *a, th_store *s, int64_t id, bool *found, th_store_record *out, th_err *err);
/* Current version of a key, or all of them in the order of import. */
TH_API th_code th_store_record_find(th_arena *a, th_store *s, th_str kind, th_str key, bool *found, th_store_record *out,
                                    th_err *err);
TH_API th_code th_store_record_versions(th_arena *a, th_store *s, th_str kind, th_str key, th_store_record_vec *out,
                                        th_err *err);
/* Current records of a kind (empty: of all), by kind and key. */
TH_API th_code th_store_records(th_arena *a, th_store *s, th_str kind, th_store_record_vec *out, th_err *err);

/* ── Drugs and diseases ────────────────────────────────────────────────────────────────────────────────────────────── */

/* Something named. Identity is by whole name, folded (case, full width, hyphens, traditional or simplified), never by substring:
 * who knows synonyms (theriac/names) asks once for each. */
typedef struct th_store_entity {
  int64_t id;
  th_str key;  /* the folded name it was first met by: unique */
  th_str name; /* as printed there */
} th_store_entity;
typedef TH_VEC(th_store_entity) th_store_entity_vec;

typedef struct th_store_name {
  th_str name;
  th_str how; /* "title", "brand", "product", "capture", … */
  int64_t record_id;
  th_str path;
} th_store_name;
typedef TH_VEC(th_store_name) th_store_name_vec;

typedef enum th_store_what { TH_STORE_DRUG, TH_STORE_DISEASE } th_store_what;

/* Everything that bears this name: none, one, or several when the name is ambiguous. By key. */
TH_API th_code th_store_entity_find(th_arena *a, th_store *s, th_store_what what, th_str name, th_store_entity_vec *out,
                                    th_err *err);
/* All of them, by key. */
TH_API th_code th_store_entities(th_arena *a, th_store *s, th_store_what what, th_store_entity_vec *out, th_err *err);
/* Its names, each with where it was read; by folded name, how and record. */
TH_API th_code th_store_entity_names(th_arena *a, th_store *s, th_store_what what, int64_t id, th_store_name_vec *out,
                                     th_err *err);

/* Drugs that a published page, a search or a payer's rule is about. By key. */
TH_API th_code th_store_subjects(th_arena *a, th_store *s, th_store_entity_vec *out, th_err *err);

/* Current records of a kind (empty: all) that are about the drug (or disease) by a field of their own: a page's subject, a
 * trial's treatments or conditions, a rule's drug, a search's drug. By kind and key. */
TH_API th_code th_store_records_about(th_arena *a, th_store *s, th_store_what what, int64_t id, th_str kind,
                                      th_store_record_vec *out, th_err *err);
/* Current records of a kind (empty: all) in whose text one of the names stands as a whole word (in Chinese: as a run of
 * characters). Candidates: what part the name plays there is for the reader to find. By kind and key. */
TH_API th_code th_store_records_naming(th_arena *a, th_store *s, const th_str *names, size_t n, th_str kind,
                                       th_store_record_vec *out, th_err *err);
/* Current records that carry this identifier: scheme "trial", "pmid", "pmcid", "doi", "licence", "rule", "form" and those named at
 * th_store_ctgov_put; letters' case does not matter. */
TH_API th_code th_store_records_with_id(th_arena *a, th_store *s, th_str scheme, th_str value, th_store_record_vec *out,
                                        th_err *err);

/* ── The kinds of records, whole ───────────────────────────────────────────────────────────────────────────────────── */

/* Each put stores one record of document d (already added) with its names, identifiers, links and passages, inside
 * begin…commit; r tells what became of it. Keys: page = its drug; abstract = pmid:…, doi:… or text:<hash>; trial = registry
 * number or title:…; rule = its number; capture = source/drug/disease. */
TH_API th_code th_store_report_put(th_arena *a, th_store *s, const th_store_document *d, const th_report_page *page,
                                   th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_abstract_put(th_arena *a, th_store *s, const th_store_document *d, const th_abstract_doc *doc,
                                     th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_trial_put(th_arena *a, th_store *s, const th_store_document *d, const th_trial_page *page,
                                  th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_coverage_put(th_arena *a, th_store *s, const th_store_document *d, const th_coverage_text *rule,
                                     th_store_record *r, th_store_added *added, th_err *err);
/* bundle: the capture stands in a drug bundle; it never takes the place of the search itself. */
TH_API th_code th_store_capture_put(th_arena *a, th_store *s, const th_store_document *d, const th_capture *capture,
                                    bool bundle, th_store_record *r, th_store_added *added, th_err *err);

/* A study of ClinicalTrials.gov, kind "ctgov", key the NCT number; a paper of PubMed, kind "pubmed", key the PMID. They come by
 * the hundred thousand: the body is kept packed and without the places of single values (a span of the record in its document
 * is kept for studies). An answer that lacks modules the current version has, and is not dated later, is kept beside it.
 * Identifiers: "trial" (own number, aliases, ids of other registries), "study-id" (the sponsor's and all other ids), "pmid" of a
 * study's RESULT and DERIVED references, "pmid-background"; of a paper "pmid", "doi", "pmcid", "trial" (DataBankList),
 * "retracts" and "concerns" (the PMIDs that a notice speaks of). Drugs: roles "intervention", "other-name", "mesh"; papers
 * "chemical". Diseases: "condition", "mesh" (derived by the registry, may be wrong). */
TH_API th_code th_store_ctgov_put(th_arena *a, th_store *s, const th_store_document *d, const th_ctgov_study *study,
                                  th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_pubmed_put(th_arena *a, th_store *s, const th_store_document *d, const th_pubmed_article *article,
                                   th_store_record *r, th_store_added *added, th_err *err);
/* What a put spends most of its time on besides the database: the body encoded and packed, its hash, its words. Made in any thread
 * (with a packer of its own), handed to the put by th_store_ready_next; lives in the arena. */
typedef struct th_store_ready {
  th_str body, packed;
  char content[65];
  const struct th_store__index *index;
} th_store_ready;
TH_API th_code th_store_ctgov_ready(th_arena *a, th_packer *p, const th_ctgov_study *study, th_store_ready *out, th_err *err);
TH_API th_code th_store_pubmed_ready(th_arena *a, th_packer *p, const th_pubmed_article *article, th_store_ready *out,
                                     th_err *err);
TH_API th_code th_store_label_ready(th_arena *a, th_packer *p, const th_label *label, th_store_ready *out, th_err *err);
/* The next put of this store, of just this value, uses it. */
TH_API void th_store_ready_next(th_store *s, const th_store_ready *ready);
/* A label of the United States, kind "label", key its set_id. Drugs: roles "substance", "generic", "brand". */
TH_API th_code th_store_label_put(th_arena *a, th_store *s, const th_store_document *d, const th_label *label,
                                  th_store_record *r, th_store_added *added, th_err *err);
/* Current labels whose product or substance names hold one of these as whole words ("imatinib" in "IMATINIB MESYLATE"). By key. */
TH_API th_code th_store_labels(th_arena *a, th_store *s, const th_str *names, size_t n, th_store_record_vec *out, th_err *err);
TH_API th_code th_store_label_of(th_arena *a, const th_store_record *r, th_label *out, th_err *err);
/* A record of the WHO's ICTRP, kind "ictrp", key the TrialID; otherwise as a study. */
TH_API th_code th_store_ictrp_put(th_arena *a, th_store *s, const th_store_document *d, const th_ctgov_study *study,
                                  th_store_record *r, th_store_added *added, th_err *err);
/* Either kind. */
TH_API th_code th_store_ctgov_of(th_arena *a, const th_store_record *r, th_ctgov_study *out, th_err *err);
TH_API th_code th_store_pubmed_of(th_arena *a, const th_store_record *r, th_pubmed_article *out, th_err *err);

/* The struct back from a record of that kind, as it was read, places included. Texts view r->body or live in the arena. */
TH_API th_code th_store_report_of(th_arena *a, const th_store_record *r, th_report_page *out, th_err *err);
/* Whom a report page is about, and the use it says is licensed (original may be NULL), without reading the rest: pages that merely
 * mention a drug are many. */
TH_API th_code th_store_report_lead(th_arena *a, const th_store_record *r, th_field *drug, th_field *original, th_err *err);
TH_API th_code th_store_abstract_of(th_arena *a, const th_store_record *r, th_abstract_doc *out, th_err *err);
TH_API th_code th_store_trial_of(th_arena *a, const th_store_record *r, th_trial_page *out, th_err *err);
TH_API th_code th_store_coverage_of(th_arena *a, const th_store_record *r, th_coverage_text *out, th_err *err);
TH_API th_code th_store_capture_of(th_arena *a, const th_store_record *r, th_capture *out, th_err *err);

/* ── Tables: interactions, cautions, licences ──────────────────────────────────────────────────────────────────────── */

/* One record a table, its key the name of the file without folder and endings: the same file read again later is a new version,
 * and the rows of the old one no longer count. */
TH_API th_code th_store_ddinter_put(th_arena *a, th_store *s, const th_store_document *d, const th_ddinter_table *t,
                                    th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_caution_put(th_arena *a, th_store *s, const th_store_document *d, const th_caution_table *t,
                                    th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_tfda_put(th_arena *a, th_store *s, const th_store_document *d, const th_tfda_register *t,
                                 th_store_record *r, th_store_added *added, th_err *err);

/* A vocabulary, kind "vocabulary". */
TH_API th_code th_store_vocabulary_put(th_arena *a, th_store *s, const th_store_document *d, const th_vocabulary *v,
                                       th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_vocabulary_of(th_arena *a, const th_store_record *r, th_vocabulary *out, th_err *err);
/* Name rows of the built-in table and behind them of all current vocabularies: what the index of names is made of. */
TH_API th_code th_store_name_rows(th_arena *a, th_store *s, th_name_rows *out, th_err *err);
/* The index of names over th_store_name_rows, which lives in the arena. It is kept in the home (names.thn) and made anew when the
 * vocabularies are others; where the home cannot be written, it is made each time. s NULL: the built-in names alone. Without
 * vocabularies about 1 ms, with all of MONDO and DrugBank some 15 ms (a second when made anew). */
TH_API th_code th_store_names(th_arena *a, th_store *s, th_names **out, th_err *err);

/* Drugs and their targets, kind "targets"; rows of current tables whose drug bears one of the names. By table and row. */
typedef struct th_store_target {
  int64_t record_id;
  th_target_row row;
} th_store_target;
typedef TH_VEC(th_store_target) th_store_target_vec;
TH_API th_code th_store_targets_put(th_arena *a, th_store *s, const th_store_document *d, const th_target_table *t,
                                    th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_targets_of(th_arena *a, const th_store_record *r, th_target_table *out, th_err *err);
TH_API th_code th_store_targets(th_arena *a, th_store *s, const th_str *names, size_t n, th_store_target_vec *out, th_err *err);

/* Items of the NHI, kind "nhi-items"; rows of current tables of this ATC code (empty: any of none) or whose ingredient is, as a whole,
 * one of the names. By table and row. */
typedef struct th_store_nhi_item {
  int64_t record_id;
  th_nhi_item row;
} th_store_nhi_item;
typedef TH_VEC(th_store_nhi_item) th_store_nhi_item_vec;
TH_API th_code th_store_nhi_items_put(th_arena *a, th_store *s, const th_store_document *d, const th_nhi_table *t,
                                      th_store_record *r, th_store_added *added, th_err *err);
TH_API th_code th_store_nhi_items(th_arena *a, th_store *s, th_str atc, const th_str *names, size_t n,
                                  th_store_nhi_item_vec *out, th_err *err);
/* Rows of current tables with this 藥品代碼 (letters' case does not matter): an item has one for each span of its price. *tables: how
 * many are held; 0: nothing was looked up. */
TH_API th_code th_store_nhi_item_find(th_arena *a, th_store *s, th_str code, th_store_nhi_item_vec *out, size_t *tables,
                                      th_err *err);

/* Rows of current tables in which either drug bears one of the names (whole, folded). tag is the record's id. A pair may stand in
 * several tables and in either order: th_source_ddinter_pairs joins them. By table and line. */
TH_API th_code th_store_interactions(th_arena *a, th_store *s, const th_str *names, size_t n, th_ddinter_rows *out,
                                     th_err *err);

typedef struct th_store_caution {
  int64_t record_id;
  th_caution_row row;
} th_store_caution;
typedef TH_VEC(th_store_caution) th_store_caution_vec;

/* Cautions of current tables for a drug of one of the names. By table and row. */
TH_API th_code th_store_cautions(th_arena *a, th_store *s, const th_str *names, size_t n, th_store_caution_vec *out,
                                 th_err *err);

typedef struct th_store_licence {
  int64_t record_id;
  th_tfda_licence row;
} th_store_licence;
typedef TH_VEC(th_store_licence) th_store_licence_vec;

/* Licences of current registers with an ingredient (or what it is equal to) of one of the names: by ingredient alone, never by a
 * word of the indication. Every one, cancelled and expired too. By number and table. */
TH_API th_code th_store_licences(th_arena *a, th_store *s, const th_str *names, size_t n, th_store_licence_vec *out,
                                 th_err *err);
/* Ingredients of any register held, folded, that begin with one of the names and a blank: "warfarin sodium" for warfarin. In order of
 * bytes, each once. Whose they are is for the caller to find. O(what is found). */
TH_API th_code th_store_ingredients_beginning(th_arena *a, th_store *s, const th_str *names, size_t n, th_str_vec *out,
                                              th_err *err);
/* All of one version, in its order. */
TH_API th_code th_store_register(th_arena *a, th_store *s, int64_t record_id, th_store_licence_vec *out, th_err *err);
/* The same of one version of a register, current or not: the id of its record. */
TH_API th_code th_store_licences_in(th_arena *a, th_store *s, int64_t record_id, const th_str *names, size_t n,
                                    th_store_licence_vec *out, th_err *err);
/* Licences of this number (as printed). */
TH_API th_code th_store_licence_find(th_arena *a, th_store *s, th_str number, th_store_licence_vec *out, th_err *err);

/* ── Across records ────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A pair of drug and disease that a page claims. Texts as printed there, empty when it prints none. */
typedef struct th_store_claim {
  int64_t record_id;
  th_store_entity drug, disease;
  uint32_t n; /* index among the page's predictions */
  th_str rank, score, level, decision;
  th_store_place place;
} th_store_claim;
typedef TH_VEC(th_store_claim) th_store_claim_vec;

/* Claims of current records; drug_id or disease_id 0: any. By drug, record and n. */
TH_API th_code th_store_claims(th_arena *a, th_store *s, int64_t drug_id, int64_t disease_id, th_store_claim_vec *out,
                               th_err *err);

typedef struct th_store_search_run {
  int64_t record_id;
  th_str key; /* of the record */
  th_capture_source source;
  th_store_entity drug, disease; /* id 0: the search names none */
  th_search_state state;
  th_str query;
  th_date queried_on;
  int64_t in_source, kept; /* -1: not stated */
  bool incomplete;
  th_store_place place;
} th_store_search_run;
typedef TH_VEC(th_store_search_run) th_store_search_vec;

/* Searches of current records. No row means not searched: nobody ran a query. By drug, disease, source, date and record. */
TH_API th_code th_store_searches(th_arena *a, th_store *s, int64_t drug_id, int64_t disease_id, th_store_search_vec *out,
                                 th_err *err);

/* ── Full text ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One passage of a record: what the search finds. */
typedef struct th_store_passage {
  int64_t record_id;
  th_store_place place;
  th_str lang; /* "en", "zh", or empty */
  th_str title, text;
} th_store_passage;

typedef struct th_store_hit {
  th_store_record record; /* without its body */
  th_store_place place;
  th_str title;   /* with what matched between TH_STORE_HIT_ON and TH_STORE_HIT_OFF */
  th_str snippet; /* likewise, cut to about 32 tokens */
  double score;   /* BM25, larger is better */
} th_store_hit;
typedef TH_VEC(th_store_hit) th_store_hit_vec;

#define TH_STORE_HIT_ON      "\x02"
#define TH_STORE_HIT_OFF     "\x03"
#define TH_LIMIT_QUERY_BYTES 1000
#define TH_LIMIT_QUERY_TERMS 32

TH_API th_code th_store_passage_add(th_store *s, const th_store_passage *p, th_err *err);

/* Searches titles and texts of current records. The query: words (all must occur), "several words" in this order, word* for
 * beginnings, OR between two, -word to exclude; everything else is text, whatever signs it holds. Case, full width, hyphens and
 * traditional or simplified Chinese make no difference; Chinese words of two characters and one are found. kind empty: all.
 * At most `limit` hits (0: 50) from the offset-th, best first, ties by kind, key and place; *total counts all (may be NULL).
 * TH_EINVAL: nothing to search for, TH_ELIMIT: too long. */
TH_API th_code th_store_search(th_arena *a, th_store *s, th_str query, th_str kind, uint32_t limit, uint32_t offset,
                               th_store_hit_vec *out, uint64_t *total, th_err *err);

/* ── Upkeep ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_store_fault_kind {
  TH_STORE_FAULT_DATABASE,  /* SQLite finds its file damaged */
  TH_STORE_FAULT_REFERENCE, /* a row refers to one that is not there */
  TH_STORE_FAULT_MISSING,   /* a document's bytes are gone */
  TH_STORE_FAULT_CHANGED,   /* a document's bytes are not what was read */
  TH_STORE_FAULT_INDEX,     /* the full-text index does not fit its texts */
  TH_STORE_FAULT_ORPHAN,    /* a file under sources/ that no document refers to: harmless, an import that was cut off */
  TH_STORE_FAULT_SEALED,    /* sealed cases: one does not open, the log does not fit, or the key is not there */
} th_store_fault_kind;

typedef struct th_store_fault {
  th_store_fault_kind kind;
  bool harmless;
  bool mended;
  th_str what; /* a sentence */
} th_store_fault;
typedef TH_VEC(th_store_fault) th_store_fault_vec;

typedef struct th_store_counts {
  uint64_t documents, records, versions, passages, bytes;
} th_store_counts;

/* Reads everything and compares. mend: removes orphans (the store must be open for writing). O(size of the store). */
TH_API th_code th_store_check(th_arena *a, th_store *s, bool mend, th_store_fault_vec *out, th_store_counts *counts,
                              th_err *err);
/* Copies the store, as it is at one moment, into the folder `to` (which must not exist or be empty): a home of its own, checked
 * after writing. Others may read and write meanwhile. Sealed cases go with it as they lie; the key that opens them does not. */
TH_API th_code th_store_backup(th_store *s, const char *to, th_err *err);
/* Puts the backup `from` in place of `home` after checking it. A store already there is TH_ECONFLICT unless `replace`; it is
 * then kept as theriac.db.before-restore; documents are added, none is removed. Likewise cases.db, where the backup has one. */
TH_API th_code th_store_restore(const char *from, const char *home, bool replace, th_err *err);

#endif
