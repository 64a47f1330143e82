/* PubMed efetch XML, read as a stream: a stack of element names, one text at a time. */
#include "source/source_priv.h"
#include "theriac/io.h"

typedef enum element {
  OTHER_ELEMENT = 0,
  ARTICLE,
  BOOK_ARTICLE,
  CITATION,
  PMID,
  DATE_REVISED,
  PUB_DATE,
  YEAR,
  MONTH,
  DAY,
  SEASON,
  MEDLINE_DATE,
  JOURNAL,
  ISSN,
  VOLUME,
  ISSUE,
  JOURNAL_TITLE,
  ISO_TITLE,
  TITLE,
  VERNACULAR,
  PAGES,
  LOCATION,
  ABSTRACT,
  OTHER_ABSTRACT,
  PART,
  AUTHOR_LIST,
  AUTHOR,
  LAST_NAME,
  FORE_NAME,
  INITIALS,
  COLLECTIVE,
  IDENTIFIER,
  AFFILIATION,
  LANGUAGE,
  BANK,
  ACCESSION,
  TYPE,
  SUBSTANCE,
  SUPPLEMENT,
  DESCRIPTOR,
  QUALIFIER,
  MESH,
  KEYWORD,
  LINK,
  LINK_SOURCE,
  ARTICLE_ID,
  REFERENCES,
  SUP,
  SUB,
  MATH_SUP,
  MATH_SUB,
  BOOK,
  BOOK_TITLE,
  INVESTIGATORS,
} element;

#define N(literal)                                                                                                             \
  { "" literal, sizeof(literal) - 1 }
static const struct {
  th_str name;
  element is;
  bool text; /* its content is a value */
} elements[] = {
  { N("PubmedArticle"), ARTICLE, false },
  { N("PubmedBookArticle"), BOOK_ARTICLE, false },
  { N("MedlineCitation"), CITATION, false },
  { N("BookDocument"), CITATION, false },
  { N("PMID"), PMID, true },
  { N("DateRevised"), DATE_REVISED, false },
  { N("PubDate"), PUB_DATE, false },
  { N("Year"), YEAR, true },
  { N("Month"), MONTH, true },
  { N("Day"), DAY, true },
  { N("Season"), SEASON, true },
  { N("MedlineDate"), MEDLINE_DATE, true },
  { N("Journal"), JOURNAL, false },
  { N("ISSN"), ISSN, true },
  { N("Volume"), VOLUME, true },
  { N("Issue"), ISSUE, true },
  { N("Title"), JOURNAL_TITLE, true },
  { N("ISOAbbreviation"), ISO_TITLE, true },
  { N("ArticleTitle"), TITLE, true },
  { N("VernacularTitle"), VERNACULAR, true },
  { N("MedlinePgn"), PAGES, true },
  { N("ELocationID"), LOCATION, true },
  { N("Abstract"), ABSTRACT, false },
  { N("OtherAbstract"), OTHER_ABSTRACT, false },
  { N("AbstractText"), PART, true },
  { N("AuthorList"), AUTHOR_LIST, false },
  { N("Author"), AUTHOR, false },
  { N("LastName"), LAST_NAME, true },
  { N("ForeName"), FORE_NAME, true },
  { N("Initials"), INITIALS, true },
  { N("CollectiveName"), COLLECTIVE, true },
  { N("Identifier"), IDENTIFIER, true },
  { N("Affiliation"), AFFILIATION, true },
  { N("Language"), LANGUAGE, true },
  { N("DataBankName"), BANK, true },
  { N("AccessionNumber"), ACCESSION, true },
  { N("PublicationType"), TYPE, true },
  { N("NameOfSubstance"), SUBSTANCE, true },
  { N("SupplMeshName"), SUPPLEMENT, true },
  { N("DescriptorName"), DESCRIPTOR, true },
  { N("QualifierName"), QUALIFIER, true },
  { N("MeshHeading"), MESH, false },
  { N("Keyword"), KEYWORD, true },
  { N("CommentsCorrections"), LINK, false },
  { N("RefSource"), LINK_SOURCE, true },
  { N("ArticleId"), ARTICLE_ID, true },
  { N("ReferenceList"), REFERENCES, false },
  { N("sup"), SUP, false },
  { N("sub"), SUB, false },
  { N("mml:msup"), MATH_SUP, false },
  { N("mml:msub"), MATH_SUB, false },
  { N("msup"), MATH_SUP, false },
  { N("msub"), MATH_SUB, false },
  { N("Book"), BOOK, false },
  { N("BookTitle"), BOOK_TITLE, true },
  { N("InvestigatorList"), INVESTIGATORS, false },
};

#undef N

#define ELEMENTS (sizeof elements / sizeof *elements)
#define CHAINS   64

typedef struct reader {
  th_arena *a;
  uint8_t head[CHAINS], next[ELEMENTS]; /* elements by hash of their name: place in the table + 1, 0 none */
  th_pubmed_articles *out;
  th_pubmed_article *x; /* the open record */
  uint8_t stack[TH_LIMIT_XML_DEPTH + 1];
  uint8_t children[TH_LIMIT_XML_DEPTH +
                   1];     /* begun in the element of this depth, at most 2: MathML tells base and exponent by order */
  uint32_t base_line;      /* lines before the text that is read: added to every place */
  uint32_t passed_over;    /* depth of the open list of references, in which nothing is taken; 0: none */
  uint32_t depth, capture; /* depth of the element whose text is taken; 0: none */
  uint32_t capture_line;
  th_buf text;
  th_field attr[3]; /* of the captured element: UI or Label, NlmCategory or EIdType, MajorTopicYN … */
  th_field part_language, bank;
  th_field year, month, day; /* of the open date */
} reader;

static unsigned chain_of(th_str name) {
  return ((unsigned char)name.p[0] * 7u + (unsigned)name.n) % CHAINS;
}

static reader reader_of(th_arena *a, th_pubmed_articles *out, uint32_t base_line) {
  reader r = { .a = a, .out = out, .base_line = base_line };
  th_buf_init(&r.text, a, 4096);
  for (size_t i = 0; i < ELEMENTS; i++) {
    const unsigned c = chain_of(elements[i].name);
    r.next[i] = r.head[c];
    r.head[c] = (uint8_t)(i + 1);
  }
  return r;
}

static element lookup(const reader *r, th_str name, bool *text) {
  for (size_t i = name.n ? r->head[chain_of(name)] : 0; i; i = r->next[i - 1])
    if (th_str_eq(elements[i - 1].name, name)) {
      *text = elements[i - 1].text;
      return elements[i - 1].is;
    }
  *text = false;
  return OTHER_ELEMENT;
}

/* Is this element open, however far out? */
static bool within(const reader *r, element e) {
  for (uint32_t i = r->depth; i-- > 0;)
    if (r->stack[i] == e) return true;
  return false;
}

static th_code keep(reader *r, th_str s, uint32_t line, th_field *out, th_err *err) {
  const th_str copy = th_str_dup(r->a, s);
  if (!copy.p) return th_fail_nomem(err);
  *out = (th_field){ .text = copy, .line = line + r->base_line };
  return TH_OK;
}

static th_code attribute(reader *r, const th_xml_attr *attr, size_t n, const char *name, uint32_t line, th_field *out,
                         th_err *err) {
  for (size_t i = 0; i < n; i++)
    if (th_str_is(attr[i].name, name)) return keep(r, attr[i].value, line, out, err);
  return TH_OK;
}

static th_code open_element(reader *r, element e, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  if (e == ARTICLE || e == BOOK_ARTICLE) {
    if (r->x) return th_fail_at(err, TH_EPARSE, line, 1, "a record begins here within another one");
    if (!(r->x = TH_VEC_ADD(r->a, r->out))) return th_fail_nomem(err);
    r->bank = r->part_language = (th_field){ 0 };
    r->x->line = line + r->base_line;
    r->x->book = e == BOOK_ARTICLE;
    return TH_OK;
  }
  if (!r->x) return TH_OK;
  switch ((int)e) {
  case CITATION: return attribute(r, attr, n, "Status", line, &r->x->status, err);
  case PUB_DATE:
  case DATE_REVISED: r->year = r->month = r->day = (th_field){ 0 }; return TH_OK;
  case OTHER_ABSTRACT: return attribute(r, attr, n, "Language", line, &r->part_language, err);
  case AUTHOR: return within(r, INVESTIGATORS) || TH_VEC_ADD(r->a, &r->x->authors) ? TH_OK : th_fail_nomem(err);
  case MESH: return TH_VEC_ADD(r->a, &r->x->mesh) ? TH_OK : th_fail_nomem(err);
  case LINK: {
    th_pubmed_link *l = TH_VEC_ADD(r->a, &r->x->links);
    return l ? attribute(r, attr, n, "RefType", line, &l->type, err) : th_fail_nomem(err);
  }
  default: return TH_OK;
  }
}

/* The second child of MathML's msup is an exponent, of msub an index. */
static element raised(reader *r, element e) {
  if (r->depth == 0) return e;
  const element up = (element)r->stack[r->depth - 1];
  if (up != MATH_SUP && up != MATH_SUB) return e;
  if (r->children[r->depth - 1] < 2) r->children[r->depth - 1]++;
  return r->children[r->depth - 1] == 2 ? (up == MATH_SUP ? SUP : SUB) : e;
}

static th_code start(void *ctx, th_str name, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  reader *r = ctx;
  bool text;
  if (r->depth > TH_LIMIT_XML_DEPTH) return th_fail_at(err, TH_ELIMIT, line, 1, "TH_LIMIT_XML_DEPTH (%d)", TH_LIMIT_XML_DEPTH);
  if (r->passed_over) { /* what others wrote: often longer than the record itself */
    r->stack[r->depth++] = OTHER_ELEMENT;
    return TH_OK;
  }
  const element e = lookup(r, name, &text);
  if (e == REFERENCES && !r->capture) r->passed_over = r->depth + 1;
  if (r->capture == 0) TH_TRY(open_element(r, e, attr, n, line, err));
  r->stack[r->depth] = (uint8_t)(r->capture ? raised(r, e) : e);
  r->children[r->depth] = 0;
  r->depth++;
  if (r->capture) { /* markup inside a text: 10³ must not become 103 */
    if (r->stack[r->depth - 1] == SUP) th_buf_addc(&r->text, '\x01');
    if (r->stack[r->depth - 1] == SUB) th_buf_addc(&r->text, '\x02');
    return TH_OK;
  }
  if (!text || !r->x) return TH_OK;
  r->capture = r->depth;
  r->capture_line = line;
  r->text.n = 0;
  memset(r->attr, 0, sizeof r->attr);
  if (n == 0) return TH_OK;
  static const char *const first[] = { "UI", "Label", "Version", "IdType", "EIdType" };
  for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) TH_TRY(attribute(r, attr, n, first[i], line, &r->attr[0], err));
  TH_TRY(attribute(r, attr, n, "NlmCategory", line, &r->attr[1], err));
  return attribute(r, attr, n, "MajorTopicYN", line, &r->attr[2], err);
}

static th_code text(void *ctx, th_str s, uint32_t line, th_err *err) {
  reader *r = ctx;
  (void)line;
  if (!r->capture) return TH_OK;
  th_buf_add(&r->text, s);
  return r->text.failed ? th_fail_nomem(err) : TH_OK;
}

/* Closes the superscript or subscript that the last mark opened. */
static void raise(reader *r, bool up) {
  static const char *const super[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
  static const char *const below[] = { "₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉" };
  size_t at = r->text.n;
  while (at > 0 && r->text.p[at - 1] != (up ? '\x01' : '\x02')) at--;
  if (at == 0) return;
  char inside[64];
  const size_t n = r->text.n - at;
  bool plain = n > 0 && n < sizeof inside;
  for (size_t i = at; i < r->text.n && plain; i++) {
    const char c = r->text.p[i];
    plain = (c >= '0' && c <= '9') || (up && (c == '-' || c == '+'));
  }
  if (!plain) { /* ^text: the mark itself is replaced */
    r->text.p[at - 1] = up ? '^' : '_';
    return;
  }
  memcpy(inside, r->text.p + at, n);
  r->text.n = at - 1;
  for (size_t i = 0; i < n; i++) {
    if (inside[i] == '-')
      th_buf_addz(&r->text, "⁻");
    else if (inside[i] == '+')
      th_buf_addz(&r->text, "⁺");
    else
      th_buf_addz(&r->text, up ? super[inside[i] - '0'] : below[inside[i] - '0']);
  }
}

static th_str squeezed(th_buf *b) {
  size_t w = 0;
  bool blank = true;
  for (size_t i = 0; i < b->n; i++) {
    const char c = b->p[i];
    const bool is = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (is && blank) continue;
    b->p[w++] = is ? ' ' : c;
    blank = is;
  }
  return th_str_trim(th_str_n(b->p, w));
}

static bool add_type(reader *r, th_pubmed_types *to, th_field f) {
  return TH_VEC_PUSH(r->a, to, (th_pubmed_type){ r->attr[0], f });
}

static bool author_value(reader *r, element e, th_field f) {
  if (within(r, INVESTIGATORS) || r->x->authors.n == 0) return true;
  th_pubmed_author *au = &r->x->authors.v[r->x->authors.n - 1];
  if (e == AFFILIATION) return TH_VEC_PUSH(r->a, &au->affiliations, f);
  *(e == LAST_NAME    ? &au->last
    : e == FORE_NAME  ? &au->fore
    : e == INITIALS   ? &au->initials
    : e == COLLECTIVE ? &au->collective
                      : &au->identifier) = f;
  return true;
}

static void id_value(reader *r, th_field f, th_str kind) {
  if (th_str_is(kind, "doi") && !th_field_has(r->x->doi)) r->x->doi = f;
  if (th_str_is(kind, "pmc") && !th_field_has(r->x->pmc)) r->x->pmc = f;
}

static bool mesh_value(reader *r, element e, th_field f) {
  if (r->x->mesh.n == 0) return true;
  th_pubmed_mesh *m = &r->x->mesh.v[r->x->mesh.n - 1];
  m->major |= th_str_is(r->attr[2].text, "Y");
  if (e == QUALIFIER) return TH_VEC_PUSH(r->a, &m->qualifiers, f);
  m->ui = r->attr[0];
  m->name = f;
  return true;
}

/* One value is complete. False when memory is short. */
static bool value(reader *r, element e, th_field f) {
  th_pubmed_article *x = r->x;
  th_pubmed_link *link = within(r, LINK) && x->links.n ? &x->links.v[x->links.n - 1] : NULL;
  switch ((int)e) {
  case PMID:
    if (link)
      link->pmid = f;
    else if (!th_field_has(x->pmid))
      x->pmid = f, x->version = r->attr[0];
    return true;
  case LINK_SOURCE: return link ? (link->source = f, true) : true;
  case YEAR: return r->year = f, true;
  case MONTH: return r->month = f, true;
  case DAY: return r->day = f, true;
  case SEASON:
  case MEDLINE_DATE: return within(r, PUB_DATE) ? (x->date_text = f, true) : true;
  case ISSN: return x->issn = f, true;
  case VOLUME: return x->volume = f, true;
  case ISSUE: return x->issue = f, true;
  case JOURNAL_TITLE: return within(r, JOURNAL) ? (x->journal = f, true) : true;
  case ISO_TITLE: return x->journal_short = f, true;
  case BOOK_TITLE: return x->journal = f, true;
  case TITLE: return x->title = f, true;
  case VERNACULAR: return x->vernacular_title = f, true;
  case PAGES: return x->pages = f, true;
  case LOCATION: return id_value(r, f, r->attr[0].text), true;
  case ARTICLE_ID: return id_value(r, f, r->attr[0].text), true;
  case PART: {
    th_pubmed_part p = { .label = r->attr[0], .category = r->attr[1], .text = f };
    if (within(r, OTHER_ABSTRACT)) p.language = r->part_language;
    return f.text.n == 0 || TH_VEC_PUSH(r->a, &x->parts, p);
  }
  case LAST_NAME:
  case FORE_NAME:
  case INITIALS:
  case COLLECTIVE:
  case IDENTIFIER:
  case AFFILIATION: return within(r, AUTHOR) ? author_value(r, e, f) : true;
  case LANGUAGE: return TH_VEC_PUSH(r->a, &x->languages, f);
  case BANK: return r->bank = f, true;
  case ACCESSION: return TH_VEC_PUSH(r->a, &x->accessions, ((th_pubmed_accession){ r->bank, f }));
  case TYPE: return add_type(r, &x->types, f);
  case SUBSTANCE: return add_type(r, &x->chemicals, f);
  case SUPPLEMENT: return add_type(r, &x->supplementary, f);
  case DESCRIPTOR:
  case QUALIFIER: return within(r, MESH) ? mesh_value(r, e, f) : true;
  case KEYWORD: return TH_VEC_PUSH(r->a, &x->keywords, f);
  default: return true;
  }
}

static th_code date_end(reader *r, bool published, th_err *err) {
  th_date d = { 0 };
  const th_str s = th_str_fmt(r->a, "%.*s%s%.*s%s%.*s", TH_STR_ARG(r->year.text), r->month.text.n ? " " : "",
                              TH_STR_ARG(r->month.text), r->day.text.n ? " " : "", TH_STR_ARG(r->day.text));
  if (!s.p) return th_fail_nomem(err);
  th_str iso = s; /* "2021 10 20" as ISO, "2011 Dec" as English */
  char *z = th_str_z(r->a, s);
  if (!z) return th_fail_nomem(err);
  for (char *c = z; *c; c++)
    if (*c == ' ') *c = '-';
  iso = th_str_of(z);
  if (!th_date_parse_iso(iso, &d) && !th_date_parse_english(s, &d)) d = (th_date){ 0 };
  if (!published) {
    r->x->revised = d;
    return TH_OK;
  }
  const bool own = th_field_has(r->year) || !th_field_has(r->x->date_text);
  if (own) r->x->date_text = (th_field){ .text = s, .line = r->year.line };
  if (d.prec == TH_DATE_NONE) { /* "1998 Dec-1999 Jan": its first day */
    const th_str t = r->x->date_text.text;
    size_t end = t.n < 8 ? t.n : 8;
    for (; end >= 4 && d.prec == TH_DATE_NONE; end--)
      if (!th_date_parse_english(th_str_trim(th_str_sub(t, 0, end)), &d) && !th_date_parse_iso(th_str_sub(t, 0, end), &d))
        d = (th_date){ 0 };
  }
  r->x->date = d;
  return TH_OK;
}

static void withdrawn(th_pubmed_article *x) {
  for (size_t i = 0; i < x->types.n; i++) {
    x->retracted |=
        th_str_eq_nocase(x->types.v[i].name.text, TH_S("Retracted Publication")) || th_str_is(x->types.v[i].ui.text, "D016441");
    x->of_concern |= th_str_eq_nocase(x->types.v[i].name.text, TH_S("Expression of Concern"));
  }
  for (size_t i = 0; i < x->links.n; i++) {
    x->retracted |= th_str_is(x->links.v[i].type.text, "RetractionIn");
    x->of_concern |= th_str_is(x->links.v[i].type.text, "ExpressionOfConcernIn");
  }
}

static th_code end(void *ctx, th_str name, uint32_t line, th_err *err) {
  reader *r = ctx;
  (void)name;
  const element e = (element)r->stack[r->depth - 1];
  if (r->passed_over) {
    if (r->depth == r->passed_over) r->passed_over = 0;
    r->depth--;
    return TH_OK;
  }
  if (r->capture && r->capture < r->depth) {
    if (e == SUP || e == SUB) raise(r, e == SUP);
    r->depth--;
    return r->text.failed ? th_fail_nomem(err) : TH_OK;
  }
  r->depth--;
  if (r->capture) {
    r->capture = 0;
    th_field f;
    if (r->text.failed) return th_fail_nomem(err);
    TH_TRY(keep(r, r->text.n ? squeezed(&r->text) : TH_S(""), r->capture_line, &f, err));
    return value(r, e, f) ? TH_OK : th_fail_nomem(err);
  }
  if (!r->x) return TH_OK;
  if (e == PUB_DATE || (e == DATE_REVISED && within(r, CITATION))) return date_end(r, e == PUB_DATE, err);
  if (e != ARTICLE && e != BOOK_ARTICLE) return TH_OK;
  withdrawn(r->x);
  if (!th_field_has(r->x->pmid) || r->x->pmid.text.n == 0)
    return th_fail_at(err, TH_EPARSE, line, 1, "a record ends here without a PMID");
  r->x = NULL;
  return TH_OK;
}

th_code th_source_pubmed_read(th_arena *a, th_str bytes, th_pubmed_articles *out, th_err *err) {
  *out = (th_pubmed_articles){ 0 };
  reader r = reader_of(a, out, 0);
  const th_xml_handler h = { &r, start, end, text };
  TH_TRY(th_xml_read(bytes, &h, err));
  if (out->n == 0)
    return th_fail_at(err, TH_EPARSE, 1, 1,
                      "no PubmedArticle and no PubmedBookArticle: expected what efetch gives with retmode=xml");
  return TH_OK;
}

th_code th_source_pubmed_one(th_arena *a, th_str bytes, const th_source_cut *cut, th_pubmed_article *out, th_err *err) {
  th_pubmed_articles all = { 0 };
  reader r = reader_of(a, &all, cut->line - 1);
  th_err own = { 0 };
  const th_xml_handler h = { &r, start, end, text };
  const th_code code = th_xml_read(th_str_sub(bytes, cut->from, cut->to), &h, &own);
  if (code != TH_OK) return th_fail_at(err, code, own.line ? own.line + cut->line - 1 : cut->line, own.col, "%s", own.msg);
  if (all.n != 1) return th_fail_at(err, TH_EPARSE, cut->line, 1, "expected one record here");
  *out = all.v[0];
  return TH_OK;
}
