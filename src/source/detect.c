/* What kind of document is this? Told by what stands in it, never by its name. Cheap marks first; each kind says by which it was
 * told, so that a wrong guess can be argued with. */
#include <stdio.h>

#include "source/source_priv.h"
#include "theriac/source/vocabulary.h"
#include "theriac/text.h"

#define LOOK_BYTES ((size_t)256 << 10)

static const struct {
  const char *name, *about;
} kinds[TH_SOURCE_KIND_COUNT] = {
  { "unknown", "not recognised" },
  { "report-page", "a published drug-repurposing page, Markdown or HTML; by its front matter, levels and indication sections" },
  { "abstract", "one study's abstract as text, English or Chinese; by section labels, a citation, counts and P values" },
  { "trial-page", "one trial's registry page as text; by its registration number and labels such as Inclusion criteria" },
  { "coverage-text", "a rule of the NHI drug benefit list as text; by its number and numbered clauses" },
  { "capture", "the result of one search, JSON; by its member \"capture\", or a drug bundle's \"collection_log\"" },
  { "ctgov", "ClinicalTrials.gov API v2 studies, JSON; by protocolSection.identificationModule" },
  { "pubmed", "PubMed efetch XML; by PubmedArticleSet" },
  { "ictrp", "WHO ICTRP export, XML or CSV; by Trials_downloaded_from_ICTRP, or the column TrialID" },
  { "tfda", "Taiwan licences (open data set 36), JSON or CSV; by 許可證字號" },
  { "ddinter", "DDInter drug-drug pairs, CSV; by its header" },
  { "cautions", "drug-disease and drug-food cautions, JSON" },
  { "vocabulary",
    "names of drugs and diseases, their parents and cross-references (MONDO, DrugBank, ATC, own tables); by the header" },
  { "targets", "drugs and their targets (Guide to PHARMACOLOGY), CSV; by the columns Ligand ID and Target" },
  { "nhi-items", "the NHI's item file, CSV; by the columns 藥品代號 and 支付價" },
  { "label", "drug labels of the United States (openFDA), JSON; by \"set_id\" and \"openfda\" under \"results\"" },
};

const char *th_source_kind_name(th_source_kind k) {
  return (unsigned)k < TH_SOURCE_KIND_COUNT ? kinds[k].name : "unknown";
}

const char *th_source_kind_about(th_source_kind k) {
  return (unsigned)k < TH_SOURCE_KIND_COUNT ? kinds[k].about : kinds[0].about;
}

bool th_source_kind_find(th_str name, th_source_kind *out) {
  for (unsigned i = 1; i < TH_SOURCE_KIND_COUNT; i++)
    if (th_str_is(name, kinds[i].name)) return *out = (th_source_kind)i, true;
  return false;
}

static bool has(th_str s, const char *word) {
  return th_str_find(s, th_str_of(word), 0) != SIZE_MAX;
}

static bool has_nocase(th_str s, const char *word) {
  return th_source__find_nocase(s, word, 0) != SIZE_MAX;
}

static th_code tell(th_source_guess *out, th_source_kind kind, const char *why) {
  out->kind = kind;
  snprintf(out->why, sizeof out->why, "%s", why);
  return TH_OK;
}

/* ── Structured text ───────────────────────────────────────────────────────────────────────────────────────────────── */

/* Known by sight, and no document of evidence: where it belongs is said instead. */
static th_code refused_json(th_str s, th_err *err) {
  static const struct {
    const char *mark, *also, *what;
  } known[] = {
    { "\"resourceType\"", "", "a FHIR resource: give it to \"theriac coverage check\" or \"theriac cql run\"" },
    { "\"library\"", "\"usings\"", "an ELM library: give it to \"theriac cql run\"" },
    { "\"disclaimer\"", "open.fda.gov", "an answer of openFDA that is no label: there is no reader for it" },
    { "\"resultsSection\"", "", "results of a study without its identification: fetch the whole study from API v2" },
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (has(s, known[i].mark) && has(s, known[i].also)) return th_fail_at(err, TH_EUNSUP, 1, 1, "this is %s", known[i].what);
  return th_fail_at(err, TH_EPARSE, 1, 1,
                    "JSON of no known kind: expected a capture, ClinicalTrials.gov v2 studies, licences or cautions");
}

static th_code json(th_str s, th_source_guess *out, th_err *err) {
  if (has(s, "\"FullStudiesResponse\"") || has(s, "\"StudyFieldsResponse\""))
    return th_fail_at(err, TH_EUNSUP, 1, 1,
                      "this is the retired ClinicalTrials.gov API v1; fetch the studies again from API v2");
  if (has(s, "\"protocolSection\"") && has(s, "\"identificationModule\""))
    return tell(out, TH_SOURCE_CTGOV, "protocolSection.identificationModule");
  if (has(s, "\"capture\"") && (has(s, "\"trial-search\"") || has(s, "\"paper-search\"") || has(s, "\"licence-search\"")))
    return tell(out, TH_SOURCE_CAPTURE, "member \"capture\"");
  if (has(s, "\"collection_log\"") || has(s, "\"predicted_indications\"")) return tell(out, TH_SOURCE_CAPTURE, "a drug bundle");
  if (has(s, "\"set_id\"") && has(s, "\"openfda\"") && has(s, "\"results\""))
    return tell(out, TH_SOURCE_LABEL, "set_id and openfda under results");
  if (has(s, "\"許可證字號\"")) return tell(out, TH_SOURCE_TFDA, "member 許可證字號");
  if ((has(s, "\"severity\"") || has(s, "\"level\"")) && (has(s, "\"interactions\"") || has(s, "\"data\"")) &&
      (has_nocase(s, "\"disease") || has_nocase(s, "\"food") || has_nocase(s, "\"herb")) &&
      (has_nocase(s, "\"drug") || has(s, "\"interactions\"")))
    return tell(out, TH_SOURCE_CAUTIONS, "drug; disease, food or herb; severity");
  return refused_json(s, err);
}

static th_code xml(th_str s, th_source_guess *out, th_err *err) {
  if (has(s, "<clinical_study"))
    return th_fail_at(err, TH_EUNSUP, 1, 1, "this is the retired ClinicalTrials.gov XML; fetch the study again from API v2");
  if (has(s, "<PubmedArticleSet") || has(s, "<PubmedArticle") || has(s, "<PubmedBookArticle"))
    return tell(out, TH_SOURCE_PUBMED, "PubmedArticle");
  if (has(s, "Trials_downloaded_from_ICTRP")) return tell(out, TH_SOURCE_ICTRP, "Trials_downloaded_from_ICTRP");
  return th_fail_at(err, TH_EPARSE, 1, 1, "XML of no known kind: expected PubMed efetch or an ICTRP export");
}

/* ── Running text ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str first_line(th_str s) {
  th_str line;
  while (th_str_line(&s, &line))
    if (th_str_trim(line).n) return th_str_trim(line);
  return TH_STR_NONE;
}

static unsigned lines_that_are(th_str s, const char *const *labels) {
  th_str line;
  unsigned n = 0;
  while (th_str_line(&s, &line)) {
    th_str t = th_str_trim(line);
    const size_t colon = th_str_find(t, TH_S(":"), 0);
    if (colon != SIZE_MAX && colon < 40) t = th_str_trim(th_str_sub(t, 0, colon));
    for (const char *const *l = labels; *l; l++)
      if (th_str_eq_nocase(t, th_str_of(*l))) {
        n++;
        break;
      }
  }
  return n;
}

static bool report(th_str s, th_source_guess *out) {
  const bool front = th_str_starts(first_line(s), TH_S("---"));
  if (has(s, "indication-section") || has(s, "evidence-badge"))
    return tell(out, TH_SOURCE_REPORT_PAGE, "indication sections") == TH_OK;
  if (front && has(s, "evidence_level:")) return tell(out, TH_SOURCE_REPORT_PAGE, "front matter with evidence_level") == TH_OK;
  const bool level = has(s, "證據等級") || has_nocase(s, "evidence level");
  const bool predicted = has(s, "預測適應症") || has(s, "預測新適應症") || has_nocase(s, "predicted indication");
  const bool heading = th_str_starts(first_line(s), TH_S("# ")) || has(s, "\n# ") || has(s, "<h1");
  if (level && predicted && (heading || front))
    return tell(out, TH_SOURCE_REPORT_PAGE, "levels and predicted indications under headings") == TH_OK;
  return false;
}

static bool coverage(th_str s, th_source_guess *out) {
  size_t n;
  const th_str line = first_line(s);
  if (!th_source__rule_number(line, &n)) return false;
  static const char *const marks[] = { "給付", "限用於", "限", "事前審查", "附表", "：", "(如", "（如", NULL };
  if (!th_source__has_any(s, marks)) return false;
  return tell(out, TH_SOURCE_COVERAGE_TEXT, "a rule number at the head") == TH_OK;
}

static bool trial(th_str s, th_source_guess *out) {
  static const char *const labels[] = { "status and phase",
                                        "conditions",
                                        "condition",
                                        "condition or disease",
                                        "treatments",
                                        "intervention / treatment",
                                        "interventions",
                                        "study type",
                                        "inclusion criteria",
                                        "exclusion criteria",
                                        "eligibility criteria",
                                        "primary purpose",
                                        "allocation",
                                        "masking",
                                        "interventional model",
                                        "enrollment",
                                        "enrollment (actual)",
                                        "sex",
                                        "ages",
                                        "sponsor",
                                        "identifiers",
                                        "phase",
                                        "study start (actual)",
                                        "primary outcome measures",
                                        "brief summary",
                                        "official title",
                                        NULL };
  const unsigned n = lines_that_are(s, labels);
  if (n < 4) return false;
  snprintf(out->why, sizeof out->why, "%u labels of a registry page", n);
  out->kind = TH_SOURCE_TRIAL_PAGE;
  return true;
}

static bool abstract(th_str s, th_source_guess *out) {
  unsigned labels = 0, cues = 0;
  bool doi = has_nocase(s, "doi: 10.") || has(s, "PMID:") || has(s, "doi.org/10.");
  th_str rest = s, line;
  bool frame = false;
  while (th_str_line(&rest, &line)) {
    const th_str t = th_str_trim(line);
    th_abstract_role role;
    bool title;
    size_t word;
    frame |= th_str_starts(t, TH_S("ABSTRACT")) || th_str_starts(t, TH_S("【摘要】"));
    if (t.n && th_source__abstract_label(t, &role, &title, &word) &&
        (title || (role != TH_ABSTRACT_OTHER && role != TH_ABSTRACT_UNLABELLED)))
      labels++;
  }
  static const char *const words[] = { "patients",     "participants", "randomi", "confidence interval",
                                       "95% ci",       "p = ",         "p < ",    "p=",
                                       "p<",           "n = ",         "n=",      "odds ratio",
                                       "hazard ratio", "conclusion",   "患者",    "病人",
                                       "受試者",       "對照組",       "对照组",  "隨機",
                                       "随机",         "研究",         NULL };
  for (size_t i = 0; words[i]; i++) cues += th_source__find_nocase(s, words[i], 0) != SIZE_MAX;
  const unsigned score = labels * 2 + cues + (doi ? 3 : 0) + (frame ? 3 : 0);
  if (score < 4 || cues == 0) return false;
  snprintf(out->why, sizeof out->why, "%u section labels, %u cues of a study%s", labels, cues, doi ? ", a citation" : "");
  out->kind = TH_SOURCE_ABSTRACT;
  return true;
}

static bool csv(th_str line, th_source_guess *out) {
  if (has(line, "DDInterID_A") && has(line, "Level")) return tell(out, TH_SOURCE_DDINTER, "header of DDInter") == TH_OK;
  if (has(line, "許可證字號") && (has(line, ",") || has(line, "\t")))
    return tell(out, TH_SOURCE_TFDA, "header with 許可證字號") == TH_OK;
  if (has(line, "藥品代號") && has(line, "支付價")) return tell(out, TH_SOURCE_NHI_ITEMS, "header with 藥品代號") == TH_OK;
  if (has(line, "TrialID") && (has(line, ",") || has(line, "\t"))) return tell(out, TH_SOURCE_ICTRP, "column TrialID") == TH_OK;
  th_vocabulary_form form;
  if (!th_vocabulary_form_of(line, &form)) return false;
  snprintf(out->why, sizeof out->why, "header of %s", th_vocabulary_form_name(form));
  out->kind = TH_SOURCE_VOCABULARY;
  return true;
}

static size_t separators(th_str line, char sep) {
  size_t n = 0;
  bool quoted = false;
  for (size_t i = 0; i < line.n; i++) {
    quoted ^= line.p[i] == '"';
    n += !quoted && line.p[i] == sep;
  }
  return n;
}

/* Lines 2 to 4 cut alike into eight columns or more: a table, whatever words its cells hold. The first line may be a remark. */
static bool table(th_str s) {
  static const char sep[] = ",\t;|";
  for (const char *c = sep; *c; c++) {
    th_str rest = s, line;
    size_t n[4] = { 0 }, k = 0;
    while (k < 4 && th_str_line(&rest, &line))
      if (th_str_trim(line).n) n[k++] = separators(line, *c);
    if (k == 4 && n[1] >= 7 && n[1] == n[2] && n[2] == n[3]) return true;
  }
  return false;
}

/* Text that would pass for running text, told by its first word. */
static th_code refused_text(th_str head, th_err *err) {
  static const struct {
    const char *begin, *what;
  } known[] = {
    { "CodeSystem:", "FHIR Shorthand, the source of an implementation guide: there is no reader for it" },
    { "ValueSet:", "FHIR Shorthand, the source of an implementation guide: there is no reader for it" },
    { "Profile:", "FHIR Shorthand, the source of an implementation guide: there is no reader for it" },
    { "Instance:", "FHIR Shorthand, the source of an implementation guide: there is no reader for it" },
    { "Alias:", "FHIR Shorthand, the source of an implementation guide: there is no reader for it" },
    { "openapi:", "the description of an API: there is nothing in it to import" },
    { "swagger:", "the description of an API: there is nothing in it to import" },
    { "relation,display_relation,", "edges of a knowledge graph: give them to \"theriac graph import\"" },
    { "node_index,node_id,", "nodes of a knowledge graph: give them to \"theriac graph import\"" },
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (th_str_starts(head, th_str_of(known[i].begin))) return th_fail_at(err, TH_EUNSUP, 1, 1, "this is %s", known[i].what);
  return TH_OK;
}

th_code th_source_detect(th_str bytes, th_source_guess *out, th_err *err) {
  *out = (th_source_guess){ 0 };
  if (bytes.n == 0) return th_fail_at(err, TH_EPARSE, 1, 1, "the document is empty");
  const bool whole = bytes.n <= LOOK_BYTES;
  th_str s = th_str_sub(bytes, 0, LOOK_BYTES);
  for (int back = 0; !whole && back < 4 && s.n && ((unsigned char)s.p[s.n - 1] & 0xC0) == 0x80; back++)
    s.n--; /* not inside a character */
  if (!whole && s.n && (unsigned char)s.p[s.n - 1] >= 0xC0) s.n--;
  TH_TRY(th_text_require_utf8(&s, err));
  const th_str t = th_str_trim(s);
  const th_str head = first_line(t);
  if (t.n == 0) return th_fail_at(err, TH_EPARSE, 1, 1, "the document holds nothing but blanks");
  if (t.p[0] == '{' || t.p[0] == '[') return json(t, out, err);
  if (th_str_starts(t, TH_S("<?xml")) || (t.p[0] == '<' && !has(t, "<h1") && !has(t, "indication-section") && !has(t, "<html")))
    return xml(t, out, err);
  TH_TRY(refused_text(head, err));
  if (csv(head, out)) return TH_OK;
  if (has(t, "Target Entrez Gene ID") && has(t, "Ligand ID"))
    return tell(out, TH_SOURCE_TARGETS, "columns Ligand ID and Target");
  if (table(t))
    return th_fail_at(
        err, TH_EPARSE, 1, 1,
        "a table of no known kind: expected DDInter pairs, data set 36 of the Taiwan FDA, targets, names or items of the NHI");
  if (report(t, out) || coverage(t, out) || trial(t, out) || abstract(t, out)) return TH_OK;
  return th_fail_at(err, TH_EPARSE, 1, 1,
                    "text of no known kind: expected a report page, an abstract, a trial's page or a rule's text (theriac "
                    "import --list names all kinds)");
}
