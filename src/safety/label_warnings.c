/* What an imported label says, in its own words: populations, the boxed warning, diseases in which the drug must not be used. */
#include "theriac/safety.h"
#include "theriac/text.h"

#define QUOTE_MAX 900 /* bytes: a section runs over pages; its beginning is the summary */

/* The beginning of a text, ended behind a sentence where one ends. */
static th_str quote(th_arena *a, th_str s) {
  if (s.n <= QUOTE_MAX) return s;
  size_t end = QUOTE_MAX;
  while (end > 0 && ((unsigned char)s.p[end] & 0xC0) == 0x80) end--;
  for (size_t i = end; i > QUOTE_MAX / 2; i--)
    if (s.p[i] == ' ' && (s.p[i - 1] == '.' || s.p[i - 1] == ']')) {
      end = i;
      break;
    }
  return th_str_fmt(a, "%.*s […]", TH_STR_ARG(th_str_trim(th_str_sub(s, 0, end))));
}

typedef struct desk {
  th_arena *a;
  const th_names *names;
  const th_label *label;
  th_str title; /* product, version, day */
  uint32_t source;
  th_safety_warnings *warnings;
  th_safety_cautions *cautions;
  th_err *err;
} desk;

static th_str folded(const desk *d, th_str s) {
  return th_text_fold(d->a, s, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
}

/* ── Diseases ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool known(const desk *d, const th_name_row *disease, th_severity s) {
  for (size_t i = 0; i < d->cautions->n; i++)
    if (d->cautions->v[i].disease == disease && d->cautions->v[i].severity >= s && d->cautions->v[i].section) return true;
  return false;
}

/* Diseases that a sentence names, from byte `from` on: what stands before it is not the population. */
static th_code cautions_in(const desk *d, th_str sentence, size_t from, th_severity s, th_label_part part, uint32_t line) {
  th_name_hits hits = { 0 };
  TH_TRY(th_names_find(d->names, d->a, TH_NAME_DISEASE, sentence, false, &hits, d->err));
  for (size_t i = 0; i < hits.n; i++) {
    if (!hits.v[i].row || hits.v[i].from < from || known(d, hits.v[i].row, s)) continue;
    const th_safety_caution c = { .kind = TH_CAUTION_DISEASE,
                                  .subject = th_str_sub(sentence, hits.v[i].from, hits.v[i].to),
                                  .disease = hits.v[i].row,
                                  .label = th_str_of(th_label_part_name(part)),
                                  .labelled = s,
                                  .severity = s,
                                  .section = th_label_part_name(part),
                                  .text = sentence,
                                  .source = d->source,
                                  .line = line };
    if (!TH_VEC_PUSH(d->a, d->cautions, c)) return th_fail_nomem(d->err);
  }
  return TH_OK;
}

/* "in patients with …": where the population that is warned of begins; SIZE_MAX: the sentence tells of harms, not of patients. */
static size_t population_at(th_str t) {
  static const char *const cues[] = { "patients with ",          "patients who have ", "patients who are being treated for ",
                                      "individuals with ",       "women with ",        "adults with ",
                                      "children with ",          "history of ",        "patients having ",
                                      "patients diagnosed with " };
  size_t best = SIZE_MAX;
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++) {
    const size_t at = th_str_find(t, th_str_of(cues[i]), 0);
    if (at < best) best = at + strlen(cues[i]) - 1;
  }
  return best;
}

static th_code contraindications(const desk *d) {
  const th_field f = th_label_text(d->label, TH_LABEL_CONTRAINDICATIONS);
  th_str rest = f.text, one;
  while (th_label_sentence(&rest, &one)) {
    const th_str t = folded(d, one);
    if (!t.p) return th_fail_nomem(d->err);
    if (th_str_has(t, TH_S("not contraindicated")) || th_str_has(t, TH_S("no contraindication"))) continue;
    TH_TRY(cautions_in(d, one, 0, TH_SEVERITY_CONTRAINDICATED, TH_LABEL_CONTRAINDICATIONS, f.line));
  }
  return TH_OK;
}

static th_code boxed(const desk *d) {
  const th_field f = th_label_text(d->label, TH_LABEL_BOXED);
  th_str rest = f.text, one;
  while (th_label_sentence(&rest, &one)) {
    const th_str t = folded(d, one);
    if (!t.p) return th_fail_nomem(d->err);
    const size_t at = population_at(t);
    const bool forbids = th_str_has(t, TH_S("contraindicated")) && !th_str_has(t, TH_S("not contraindicated"));
    if (at != SIZE_MAX && t.n == one.n)
      TH_TRY(cautions_in(d, one, at, forbids ? TH_SEVERITY_CONTRAINDICATED : TH_SEVERITY_MAJOR, TH_LABEL_BOXED, f.line));
  }
  return TH_OK;
}

/* ── Populations ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Does the boxed warning or the list of contraindications speak of it? */
static th_code gravest(const desk *d, const char *const *words, bool *out) {
  static const th_label_part parts[] = { TH_LABEL_BOXED, TH_LABEL_CONTRAINDICATIONS };
  *out = false;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    th_str rest = th_label_text(d->label, parts[i]).text, one;
    while (th_label_sentence(&rest, &one)) {
      const th_str t = folded(d, one);
      if (!t.p) return th_fail_nomem(d->err);
      if (th_str_has(t, TH_S("not contraindicated"))) continue;
      for (const char *const *w = words; *w; w++) *out |= th_str_has(t, th_str_of(*w));
    }
  }
  return TH_OK;
}

static th_code population(const desk *d, th_label_part part, const char *name, bool major) {
  const th_field f = th_label_text(d->label, part);
  if (!f.text.n) return TH_OK;
  const th_str text = quote(d->a, f.text);
  const th_safety_warning w = { .drug_id = TH_S(""),
                                .population = th_str_of(name),
                                .major = major,
                                .en = text,
                                .zh = th_str_fmt(d->a, "仿單原文：%.*s", TH_STR_ARG(text)),
                                .source = th_str_fmt(d->a, "%.*s, %s", TH_STR_ARG(d->title), th_label_part_name(part)),
                                .quoted = true,
                                .at = d->source,
                                .line = f.line };
  if (!text.p || !w.zh.p || !w.source.p || !TH_VEC_PUSH(d->a, d->warnings, w)) return th_fail_nomem(d->err);
  return TH_OK;
}

th_code th_safety_of_label(th_arena *a, const th_names *names, const th_label *label, uint32_t source, bool warnings_too,
                           th_safety_warnings *warnings, th_safety_cautions *cautions, th_err *err) {
  static const char *const pregnant[] = { "pregnan", "fetal", "embryo", NULL },
                           *const nursing[] = { "breast", "lactat", "nursing", NULL },
                           *const fertile[] = { "contracepti", "childbearing", "reproductive potential", NULL };
  char day[TH_DATE_TEXT];
  const th_str product = label->brands.n ? label->brands.v[0].text : label->generics.n ? label->generics.v[0].text : TH_S("");
  desk d = { a, names, label, TH_STR_NONE, source, warnings, cautions, err };
  d.title = label->effective.prec != TH_DATE_NONE
                ? th_str_fmt(a, "%.*s, US label of %s", TH_STR_ARG(product), th_date_iso(label->effective, day))
                : th_str_fmt(a, "%.*s, US label without a date", TH_STR_ARG(product));
  if (!d.title.p) return th_fail_nomem(err);
  TH_TRY(contraindications(&d));
  TH_TRY(boxed(&d));
  if (!warnings_too) return TH_OK;
  bool p, n, f;
  TH_TRY(gravest(&d, pregnant, &p));
  TH_TRY(gravest(&d, nursing, &n));
  TH_TRY(gravest(&d, fertile, &f));
  TH_TRY(population(&d, TH_LABEL_BOXED, "boxed", true));
  TH_TRY(population(&d, TH_LABEL_CONTRAINDICATIONS, "contraindications", false));
  TH_TRY(population(&d, TH_LABEL_PREGNANCY, "pregnancy", p));
  TH_TRY(population(&d, TH_LABEL_LACTATION, "breast-feeding", n));
  TH_TRY(population(&d, TH_LABEL_REPRODUCTION, "contraception", f));
  TH_TRY(population(&d, TH_LABEL_CHILDREN, "children", false));
  return population(&d, TH_LABEL_AGED, "aged", false);
}

/* What the program ships on a population stands back where a label at hand speaks of it. */
th_code th_safety_warnings_add(th_arena *a, th_safety_warnings *all, const th_safety_warnings *built_in, th_err *err) {
  const size_t quoted = all->n;
  for (size_t i = 0; i < built_in->n; i++) {
    bool spoken = false;
    for (size_t k = 0; k < quoted; k++) spoken |= th_str_eq(all->v[k].population, built_in->v[i].population);
    if (!spoken && !TH_VEC_PUSH(a, all, built_in->v[i])) return th_fail_nomem(err);
  }
  return TH_OK;
}
