/* A drug's page in the frame of the site: its dossier, questions that the dossier answers, its files, what is held of it as structured data. */
#include "site_parts.h"

#include "theriac/io.h"

/* ── Structured data ───────────────────────────────────────────────────────────────────────────────────────────────── */

static void key_str(th_jwrite *w, const char *key, th_str s) {
  th_jw_key(w, key);
  th_jw_str(w, s);
}

/* Codes of other vocabularies that the table of names holds: "ATC:L04AG04". */
static void codes(th_jwrite *w, th_str xrefs) {
  static const char *const schemes[] = { "ATC", "DrugBank", "UNII", "CAS" };
  th_str rest = xrefs, one;
  th_jw_key(w, "code");
  th_jw_arr(w);
  while (rest.n && th_str_split(&rest, '|', &one)) {
    const size_t colon = th_str_find(one, TH_S(":"), 0);
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes && colon != SIZE_MAX; i++) {
      if (!th_str_eq_nocase(th_str_sub(one, 0, colon), th_str_of(schemes[i]))) continue;
      th_jw_obj(w);
      key_str(w, "@type", TH_S("MedicalCode"));
      key_str(w, "codingSystem", th_str_of(schemes[i]));
      key_str(w, "codeValue", th_str_sub(one, colon + 1, one.n));
      th_jw_obj_end(w);
    }
  }
  th_jw_arr_end(w);
}

/* '<' could end the script it stands in. */
static th_str safe(th_html *h, th_str json) {
  th_buf b;
  th_buf_init(&b, h->a, json.n + 64);
  for (size_t i = 0; i < json.n; i++)
    if (json.p[i] == '<')
      th_buf_addz(&b, "\\u003c");
    else
      th_buf_addc(&b, json.p[i]);
  if (b.failed) h->out->failed = true;
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

th_str th_site__facts(th_html *h, const th_site *s, const th_dossier *d, th_str path) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, h->a, 1024);
  th_jwrite_open(&w, &b, 0);
  th_jw_obj(&w);
  key_str(&w, "@context", TH_S("https://schema.org"));
  key_str(&w, "@type", TH_S("WebPage"));
  key_str(&w, "name", th_site__first_name(h, d->drug_en, d->drug_zh));
  key_str(&w, "inLanguage", h->lang == TH_WORDS_ZH_TW ? TH_S("zh-Hant-TW") : TH_S("en"));
  key_str(&w, "dateModified", th_site__day(h->a, d->as_of));
  if (s->base.n)
    key_str(&w, "url", th_str_fmt(h->a, "%.*s%s/%.*s", TH_STR_ARG(s->base), th_site__lang(h->lang), TH_STR_ARG(path)));
  th_jw_key(&w, "about");
  th_jw_obj(&w);
  key_str(&w, "@type", TH_S("Drug"));
  key_str(&w, "name", d->drug_en);
  key_str(&w, "nonProprietaryName", d->drug_en);
  if (d->drug_zh.n) key_str(&w, "alternateName", d->drug_zh);
  codes(&w, d->drug->xrefs);
  th_jw_obj_end(&w);
  th_jw_obj_end(&w);
  if (b.failed) h->out->failed = true;
  return b.failed ? TH_STR_NONE : safe(h, th_buf_str(&b));
}

/* ── Questions ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define ASK(h, key, ...)                                                                                                       \
  th_html_el_sayf(h, "h3", NULL, key, sizeof((th_str[]){ __VA_ARGS__ }) / sizeof(th_str), (th_str[]){ __VA_ARGS__ })
#define TELL(h, key, ...)                                                                                                      \
  th_html_el_sayf(h, "p", NULL, key, sizeof((th_str[]){ __VA_ARGS__ }) / sizeof(th_str), (th_str[]){ __VA_ARGS__ })

static th_str joined(th_html *h, th_buf *b, th_str more) {
  if (b->n) th_buf_add(b, th_words_get(h->lang, "list.and"));
  th_buf_add(b, more);
  if (b->failed) h->out->failed = true;
  return th_buf_str(b);
}

static void ask_licence(th_html *h, const th_dossier *d, th_str drug) {
  th_buf uses;
  size_t valid = 0;
  th_buf_init(&uses, h->a, 64);
  for (size_t i = 0; i < d->pairs.n; i++)
    if (d->pairs.v[i].novelty.novelty == TH_NOVELTY_LICENSED)
      joined(h, &uses, th_site__first_name(h, d->pairs.v[i].name_en, d->pairs.v[i].name_zh));
  for (size_t i = 0; i < d->products.n; i++) valid += d->products.v[i].state == TH_LICENCE_VALID;
  ASK(h, "site.q.licence", drug);
  if (uses.n)
    TELL(h, "site.a.licence", drug, th_buf_str(&uses));
  else
    th_html_el_say(h, "p", NULL, d->products.n ? "site.a.licence.none" : "licence.not-held");
  if (d->products.n) TELL(h, "site.a.licence.count", th_site__number(h, d->products.n), th_site__number(h, valid));
}

static void ask_evidence(th_html *h, const th_dossier *d, th_str drug) {
  if (d->leading >= d->pairs.n) return;
  const th_dossier_pair *p = &d->pairs.v[d->leading];
  const th_str name = th_site__first_name(h, p->name_en, p->name_zh);
  ASK(h, "site.q.evidence", drug, name);
  TELL(h, "verdict.sentence", d->drug_en, name, th_site__code(h, "level", th_level_code(p->grade.level)),
       th_site__code(h, "direction.phrase", th_direction_code(p->grade.direction)),
       th_site__code(h, "decision.phrase", th_decision_code(p->decided.decision)));
  ASK(h, "site.q.missing", name);
  TELL(h, "site.a.missing", th_site__number(h, p->needs.n));
}

static void ask_safety(th_html *h, const th_dossier *d, th_str drug) {
  uint32_t all = 0;
  for (int i = 0; i <= TH_SEVERITY_CONTRAINDICATED; i++) all += d->n_interactions[i];
  ASK(h, "site.q.interactions", drug);
  if (all)
    TELL(h, "card.interactions.counts",
         th_site__number(h, d->n_interactions[TH_SEVERITY_CONTRAINDICATED] + d->n_interactions[TH_SEVERITY_MAJOR]),
         th_site__number(h, d->n_interactions[TH_SEVERITY_MODERATE]));
  else
    th_html_el_say(h, "p", NULL, "interaction.none");
}

static void ask_coverage(th_html *h, const th_dossier *d, th_str drug) {
  th_buf rules;
  th_buf_init(&rules, h->a, 64);
  for (size_t i = 0; i < d->rules.n; i++)
    if (d->rules.v[i].in_force) joined(h, &rules, d->rules.v[i].text->number.text);
  ASK(h, "site.q.coverage", drug);
  if (rules.n)
    TELL(h, "site.a.coverage", th_buf_str(&rules));
  else
    th_html_el_say(h, "p", NULL, "coverage.not-held");
}

void th_site__questions(th_html *h, const th_dossier *d) {
  const th_str drug = th_site__first_name(h, d->drug_en, d->drug_zh);
  th_html_open(h, "section");
  th_html_attrz(h, "id", "questions");
  th_html_el_say(h, "h2", NULL, "site.questions");
  ask_licence(h, d, drug);
  ask_evidence(h, d, drug);
  ask_safety(h, d, drug);
  ask_coverage(h, d, drug);
  th_html_close(h);
}

/* ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void file_link(th_html *h, th_str href, const char *key) {
  th_html_open(h, "li");
  th_html_link_say(h, href, key);
  th_html_close(h);
}

static void files(th_html *h, const th_brief *b) {
  th_html_open(h, "nav");
  th_html_attr_say(h, "aria-label", "site.files");
  th_html_open_cls(h, "ul", "chips");
  file_link(h, th_str_fmt(h->a, "../../data/drug/%.*s.json", TH_STR_ARG(b->slug)), "site.file.json");
  file_link(h, th_str_fmt(h->a, "../../data/drug/%.*s.ris", TH_STR_ARG(b->slug)), "site.file.ris");
  file_link(h, th_str_fmt(h->a, "../../data/drug/%.*s.bib", TH_STR_ARG(b->slug)), "site.file.bibtex");
  file_link(h, th_str_fmt(h->a, "%.*s.atom", TH_STR_ARG(b->slug)), "site.feed");
  file_link(h, TH_S("#questions"), "site.questions");
  th_html_close(h);
  th_html_close(h);
}

static void diseases(th_html *h, const th_dossier *d) {
  th_html_open(h, "section");
  th_html_attrz(h, "id", "diseases");
  th_html_el_say(h, "h2", NULL, "site.drug.diseases");
  th_html_open_cls(h, "ul", "chips");
  for (size_t i = 0; i < d->pairs.n; i++) {
    const th_dossier_pair *p = &d->pairs.v[i];
    const th_str slug = th_slug_of_disease(h->a, p->disease->id, p->name_en);
    if (!slug.p) h->out->failed = true;
    th_html_open(h, "li");
    th_html_link(h, th_str_fmt(h->a, "../disease/%.*s.html", TH_STR_ARG(slug)), th_site__first_name(h, p->name_en, p->name_zh));
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

static th_str page_of(void *ctx, th_arena *a, const th_dossier_relative *r) {
  const th_site *s = ctx;
  for (size_t i = 0; s->subjects && i < s->subjects->n; i++)
    if (s->subjects->v[i].row == r->drug) return th_str_fmt(a, "%.*s.html", TH_STR_ARG(s->subjects->v[i].slug));
  return TH_STR_NONE;
}

static th_code page(th_html *h, const th_site *s, const th_dossier *d, const th_brief *b, th_str path, th_err *err) {
  const th_str name = th_site__first_name(h, d->drug_en, d->drug_zh);
  const th_str values[] = { name, th_site__number(h, d->pairs.n), th_site__day(h->a, d->as_of) };
  const th_site_frame f = { .path = path,
                            .title = name,
                            .about = th_html_words(h, "site.drug.about", 3, values),
                            .here = "drugs",
                            .feed = th_str_fmt(h->a, "drug/%.*s.atom", TH_STR_ARG(b->slug)),
                            .facts = th_site__facts(h, s, d, path),
                            .bare = true };
  th_site__begin(h, s, &f);
  th_html_open(h, "h1");
  th_html_text(h, name);
  const th_str second = th_str_eq(name, d->drug_en) ? d->drug_zh : d->drug_en;
  if (second.n) {
    th_html_text(h, TH_S(" "));
    th_html_open_cls(h, "span", "other-script");
    th_html_attrz(h, "lang", th_str_eq(second, d->drug_en) ? "en" : "zh-Hant-TW");
    th_html_text(h, second);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_open_cls(h, "p", "as-of");
  TH_HTML_FILL(h, "header.facts", th_site__day(h->a, d->as_of), th_site__day(h->a, d->oldest_source),
               th_site__number(h, d->findings.n), th_site__number(h, d->sources.n));
  th_html_close(h);
  files(h, b);
  const th_web_links links = { page_of, (void *)(uintptr_t)s };
  TH_TRY(th_web_dossier(h, d, 2, &links, err));
  th_site__questions(h, d);
  diseases(h, d);
  th_site__end(h, s, &f);
  return TH_OK;
}

static void feed(th_html *h, const th_site *s, const th_dossier *d, const th_brief *b, th_str path) {
  th_site__entry *e = TH_NEWN(h->a, th_site__entry, d->changes.n + 1);
  if (!e) {
    h->out->failed = true;
    return;
  }
  for (size_t i = 0; i < d->changes.n; i++) e[i] = (th_site__entry){ b, &d->changes.v[i] };
  th_site__feed(h, s, path, th_site__first_name(h, d->drug_en, d->drug_zh),
                th_str_fmt(h->a, "drug/%.*s.html", TH_STR_ARG(b->slug)), e, d->changes.n);
}

th_code th_site_drug(th_arena *a, const th_site *s, const th_dossier *d, const th_brief *b, th_site_part part, th_str *path,
                     th_buf *out, th_err *err) {
  static const char *const end[TH_SITE_PARTS] = { "html", "html", "atom", "atom", "json", "ris", "bib" };
  if (d->kase) return th_fail(err, TH_EINVAL, "a dossier that holds a patient's case is no page of a public site");
  const bool shown = part <= TH_SITE_FEED_ZH;
  const th_words lang = part == TH_SITE_PAGE_ZH || part == TH_SITE_FEED_ZH ? TH_WORDS_ZH_TW : TH_WORDS_EN;
  const th_str below = th_str_fmt(a, "drug/%.*s.%s", TH_STR_ARG(b->slug), end[part]);
  *path = th_str_fmt(a, "%s/%.*s", shown ? th_site__lang(lang) : "data", TH_STR_ARG(below));
  if (!below.p || !path->p) return th_fail_nomem(err);
  th_html h;
  th_html_init(&h, a, out, lang);
  switch (part) {
  case TH_SITE_PAGE_EN:
  case TH_SITE_PAGE_ZH: TH_TRY(page(&h, s, d, b, below, err)); break;
  case TH_SITE_FEED_EN:
  case TH_SITE_FEED_ZH: feed(&h, s, d, b, below); break;
  case TH_SITE_JSON: TH_TRY(th_report_json(a, d, out, err)); break;
  case TH_SITE_RIS: TH_TRY(th_report_ris(a, d, out, err)); break;
  case TH_SITE_BIBTEX: TH_TRY(th_report_bibtex(a, d, out, err)); break;
  case TH_SITE_PARTS: break;
  }
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
