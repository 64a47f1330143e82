/* The schema, as steps from one version to the next. A step that has been released is never edited: add another.
 *
 * Dates are ISO text at the precision known. Names are stored as printed and once more folded ("folded"), which is what look-ups
 * compare. Everything that says something carries record and path, and through the record its document, day and licence. */
#include "store/store_priv.h"

/* 1: documents, records and their versions, notes, names, what was predicted, what was searched, full text. */
static const char step_1[] =
    "CREATE TABLE document ("
    "  id INTEGER PRIMARY KEY,"
    "  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),"
    "  bytes INTEGER NOT NULL CHECK (bytes >= 0),"
    "  name TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  retrieved TEXT NOT NULL,"
    "  licence TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE document_note ("
    "  id INTEGER PRIMARY KEY,"
    "  document_id INTEGER NOT NULL REFERENCES document(id),"
    "  line INTEGER NOT NULL, col INTEGER NOT NULL,"
    "  code TEXT NOT NULL, message TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX document_note_of ON document_note(document_id);"
    "CREATE TABLE record ("
    "  id INTEGER PRIMARY KEY,"
    "  kind TEXT NOT NULL, key TEXT NOT NULL,"
    "  version INTEGER NOT NULL CHECK (version >= 1),"
    "  current INTEGER NOT NULL CHECK (current IN (0, 1)),"
    "  content TEXT NOT NULL CHECK (length(content) = 64),"
    "  title TEXT NOT NULL,"
    "  body TEXT NOT NULL,"
    "  document_id INTEGER NOT NULL REFERENCES document(id),"
    "  span_from INTEGER NOT NULL, span_to INTEGER NOT NULL CHECK (span_to >= span_from),"
    "  UNIQUE (kind, key, version),"
    "  UNIQUE (kind, key, content)"
    ") STRICT;"
    "CREATE INDEX record_document ON record(document_id);"
    /* Further documents that say the same. The first one is in the record itself. */
    "CREATE TABLE record_again ("
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  document_id INTEGER NOT NULL REFERENCES document(id),"
    "  span_from INTEGER NOT NULL, span_to INTEGER NOT NULL,"
    "  PRIMARY KEY (record_id, document_id, span_from)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX record_again_document ON record_again(document_id);"
    "CREATE TABLE drug (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;"
    "CREATE TABLE disease (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;"
    "CREATE TABLE drug_name ("
    "  drug_id INTEGER NOT NULL REFERENCES drug(id),"
    "  folded TEXT NOT NULL, name TEXT NOT NULL, how TEXT NOT NULL,"
    "  record_id INTEGER NOT NULL REFERENCES record(id), path TEXT NOT NULL,"
    "  PRIMARY KEY (folded, drug_id, how, record_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX drug_name_drug ON drug_name(drug_id);"
    "CREATE INDEX drug_name_record ON drug_name(record_id);"
    "CREATE TABLE disease_name ("
    "  disease_id INTEGER NOT NULL REFERENCES disease(id),"
    "  folded TEXT NOT NULL, name TEXT NOT NULL, how TEXT NOT NULL,"
    "  record_id INTEGER NOT NULL REFERENCES record(id), path TEXT NOT NULL,"
    "  PRIMARY KEY (folded, disease_id, how, record_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX disease_name_disease ON disease_name(disease_id);"
    "CREATE INDEX disease_name_record ON disease_name(record_id);"
    /* Which records speak of which drug and disease, and as what. */
    "CREATE TABLE record_drug ("
    "  drug_id INTEGER NOT NULL REFERENCES drug(id),"
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  role TEXT NOT NULL, path TEXT NOT NULL,"
    "  PRIMARY KEY (drug_id, record_id, role)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX record_drug_record ON record_drug(record_id);"
    "CREATE TABLE record_disease ("
    "  disease_id INTEGER NOT NULL REFERENCES disease(id),"
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  role TEXT NOT NULL, path TEXT NOT NULL,"
    "  PRIMARY KEY (disease_id, record_id, role)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX record_disease_record ON record_disease(record_id);"
    /* Numbers by which others know what a record is about. */
    "CREATE TABLE identifier ("
    "  scheme TEXT NOT NULL, value TEXT NOT NULL,"
    "  record_id INTEGER NOT NULL REFERENCES record(id), path TEXT NOT NULL,"
    "  PRIMARY KEY (scheme, value, record_id, path)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX identifier_record ON identifier(record_id);"
    /* A pair somebody claims, with rank, score and level as printed there. */
    "CREATE TABLE pair_claim ("
    "  id INTEGER PRIMARY KEY,"
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  drug_id INTEGER NOT NULL REFERENCES drug(id),"
    "  disease_id INTEGER NOT NULL REFERENCES disease(id),"
    "  n INTEGER NOT NULL,"
    "  rank TEXT NOT NULL, score TEXT NOT NULL, level TEXT NOT NULL, decision TEXT NOT NULL,"
    "  path TEXT NOT NULL, span_from INTEGER NOT NULL, span_to INTEGER NOT NULL,"
    "  UNIQUE (record_id, n)"
    ") STRICT;"
    "CREATE INDEX pair_claim_drug ON pair_claim(drug_id, disease_id);"
    "CREATE INDEX pair_claim_disease ON pair_claim(disease_id, drug_id);"
    /* The five states are never collapsed: counts are NULL when not stated. */
    "CREATE TABLE search ("
    "  id INTEGER PRIMARY KEY,"
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  n INTEGER NOT NULL,"
    "  source TEXT NOT NULL,"
    "  drug_id INTEGER REFERENCES drug(id),"
    "  disease_id INTEGER REFERENCES disease(id),"
    "  state TEXT NOT NULL"
    "    CHECK (state IN ('not_searched', 'searched_nothing', 'found', 'source_failed', 'not_applicable')),"
    "  query TEXT NOT NULL, queried_on TEXT NOT NULL,"
    "  in_source INTEGER, kept INTEGER,"
    "  incomplete INTEGER NOT NULL CHECK (incomplete IN (0, 1)),"
    "  path TEXT NOT NULL, span_from INTEGER NOT NULL, span_to INTEGER NOT NULL,"
    "  UNIQUE (record_id, n)"
    ") STRICT;"
    "CREATE INDEX search_pair ON search(drug_id, disease_id);"
    "CREATE INDEX search_disease ON search(disease_id);"
    /* Full text: the index keeps no copy of the texts. */
    "CREATE TABLE passage ("
    "  id INTEGER PRIMARY KEY,"
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  path TEXT NOT NULL, span_from INTEGER NOT NULL, span_to INTEGER NOT NULL,"
    "  lang TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX passage_record ON passage(record_id);"
    "CREATE VIRTUAL TABLE passage_text USING fts5(title, text, content='passage', content_rowid='id', tokenize='theriac');";

/* 2: tables of interactions, cautions and licences, row by row; the record is the table. What is asked for by value has a column;
 * the rest of a row is in its body, as JSON. */
static const char step_2[] =
    "CREATE TABLE interaction ("
    "  id INTEGER PRIMARY KEY,"
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  line INTEGER NOT NULL,"
    "  code_a TEXT NOT NULL, name_a TEXT NOT NULL, folded_a TEXT NOT NULL,"
    "  code_b TEXT NOT NULL, name_b TEXT NOT NULL, folded_b TEXT NOT NULL,"
    "  severity TEXT NOT NULL, label TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX interaction_a ON interaction(folded_a);"
    "CREATE INDEX interaction_b ON interaction(folded_b);"
    "CREATE INDEX interaction_record ON interaction(record_id);"
    "CREATE TABLE caution ("
    "  id INTEGER PRIMARY KEY,"
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  n INTEGER NOT NULL,"
    "  folded TEXT NOT NULL,"
    "  kind TEXT NOT NULL, severity TEXT NOT NULL,"
    "  body TEXT NOT NULL,"
    "  UNIQUE (record_id, n)"
    ") STRICT;"
    "CREATE INDEX caution_drug ON caution(folded);"
    "CREATE TABLE licence ("
    "  id INTEGER PRIMARY KEY,"
    "  record_id INTEGER NOT NULL REFERENCES record(id),"
    "  n INTEGER NOT NULL,"
    "  number TEXT NOT NULL, expires TEXT NOT NULL, cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),"
    "  body TEXT NOT NULL,"
    "  UNIQUE (record_id, n)"
    ") STRICT;"
    "CREATE INDEX licence_number ON licence(number);"
    /* A licence belongs to a drug by ingredient, never by a word of its indication. */
    "CREATE TABLE licence_ingredient ("
    "  folded TEXT NOT NULL,"
    "  licence_id INTEGER NOT NULL REFERENCES licence(id),"
    "  n INTEGER NOT NULL, as_base INTEGER NOT NULL CHECK (as_base IN (0, 1)),"
    "  PRIMARY KEY (folded, licence_id, n, as_base)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX licence_ingredient_licence ON licence_ingredient(licence_id);";

/* 3: what a record says of its own date, so that an old page read late does not pass for the present one. */
static const char step_3[] = "ALTER TABLE record ADD COLUMN dated TEXT NOT NULL DEFAULT '';";

/* 4: bodies of records that come by the hundred thousand (registry studies, papers), packed; `body` is then empty. */
static const char step_4[] = "CREATE TABLE record_packed ("
                             "  record_id INTEGER PRIMARY KEY REFERENCES record(id),"
                             "  body BLOB NOT NULL"
                             ") STRICT;";

/* 5: the index of registry studies: a dense number for each, the row a result shows, and for each term the set of numbers that
 * carry it, in chunks (id = number >> 16 << 32 | term); values to sort and to limit by, in columns. */
static const char step_5[] =
    "CREATE TABLE trial ("
    "  ordinal INTEGER PRIMARY KEY,"
    "  record_id INTEGER NOT NULL UNIQUE REFERENCES record(id),"
    "  enrolment INTEGER NOT NULL,"
    "  nct TEXT NOT NULL, status TEXT NOT NULL, phase TEXT NOT NULL, type TEXT NOT NULL, sponsor TEXT NOT NULL,"
    "  conditions TEXT NOT NULL, interventions TEXT NOT NULL, countries TEXT NOT NULL,"
    "  start TEXT NOT NULL, completion TEXT NOT NULL, updated TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX trial_nct ON trial(nct);"
    "CREATE TABLE trial_term (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE trial_post (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;"
    "CREATE TABLE trial_column (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;"
    "CREATE TABLE trial_spot ("
    "  term_id INTEGER PRIMARY KEY REFERENCES trial_term(id),"
    "  lat INTEGER NOT NULL, lon INTEGER NOT NULL," /* hundredths of a degree */
    "  city TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX trial_spot_lat ON trial_spot(lat, lon);"
    "CREATE INDEX trial_spot_city ON trial_spot(city);";

/* 6: what people add: remarks on dossiers and shortlists of predictions. A version is never changed. */
static const char step_6[] =
    "CREATE TABLE remark ("
    "  id INTEGER PRIMARY KEY,"
    "  drug TEXT NOT NULL, drug_folded TEXT NOT NULL,"
    "  disease TEXT NOT NULL, disease_folded TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX remark_subject ON remark(drug_folded, disease_folded);"
    "CREATE TABLE remark_version ("
    "  n INTEGER PRIMARY KEY,"
    "  remark_id INTEGER NOT NULL REFERENCES remark(id),"
    "  version INTEGER NOT NULL CHECK (version >= 1),"
    "  state TEXT NOT NULL CHECK (state IN ('note', 'reviewed', 'questioned', 'withdrawn')),"
    "  text TEXT NOT NULL,"
    "  who TEXT NOT NULL, at INTEGER NOT NULL, dossier TEXT NOT NULL, generation INTEGER NOT NULL,"
    "  UNIQUE (remark_id, version)"
    ") STRICT;"
    "CREATE TABLE shortlist (id INTEGER PRIMARY KEY) STRICT;"
    "CREATE TABLE shortlist_version ("
    "  shortlist_id INTEGER NOT NULL REFERENCES shortlist(id),"
    "  version INTEGER NOT NULL CHECK (version >= 1),"
    "  name TEXT NOT NULL, note TEXT NOT NULL, model TEXT NOT NULL,"
    "  withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),"
    "  who TEXT NOT NULL, at INTEGER NOT NULL, dossier TEXT NOT NULL, generation INTEGER NOT NULL,"
    "  PRIMARY KEY (shortlist_id, version)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE shortlist_item ("
    "  shortlist_id INTEGER NOT NULL, version INTEGER NOT NULL, n INTEGER NOT NULL,"
    "  drug TEXT NOT NULL, disease TEXT NOT NULL, rank INTEGER NOT NULL, score TEXT NOT NULL, why TEXT NOT NULL,"
    "  negative INTEGER NOT NULL CHECK (negative IN (0, 1)),"
    "  PRIMARY KEY (shortlist_id, version, n),"
    "  FOREIGN KEY (shortlist_id, version) REFERENCES shortlist_version(shortlist_id, version)"
    ") STRICT, WITHOUT ROWID;";

static const char *const steps[] = { step_1, step_2, step_3, step_4, step_5, step_6 };

const th_store__file th_store__records = {
  .name = "theriac.db",
  .application = 0x54685263, /* "ThRc" */
  .absent = "there is no store",
  .remedy = ": import something first (theriac import PATH…)",
  .step = steps,
  .newest = sizeof steps / sizeof *steps,
};

/* All steps in one transaction: a store is at one version or at another, never between. Another process may migrate at the same
 * moment, so the version is read again once the lock is held. */
th_code th_store__migrate(sqlite3 *db, const th_store__file *file, int to, th_err *err) {
  TH_TRY(th_store__exec(db, "BEGIN IMMEDIATE", "bringing the store up to date", err));
  int64_t at = 0;
  th_code code = th_store__number(db, "PRAGMA user_version", &at, err);
  for (int v = (int)at + 1; code == TH_OK && v <= to; v++) {
    char stamp[64];
    snprintf(stamp, sizeof stamp, "PRAGMA user_version = %d", v);
    code = th_store__exec(db, file->step[v - 1], "bringing the store up to date", err);
    if (code == TH_OK) code = th_store__exec(db, stamp, "bringing the store up to date", err);
  }
  if (code == TH_OK && at == 0) {
    char stamp[64];
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d", file->application);
    code = th_store__exec(db, stamp, "making the store", err);
  }
  if (code == TH_OK) code = th_store__exec(db, "COMMIT", "bringing the store up to date", err);
  if (code != TH_OK) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  return code;
}
