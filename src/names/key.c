/* The comparable form of a name, and the stem of a drug's name. */
#include "names/names_priv.h"

#include "theriac/text.h"

static const struct {
  const char *british, *american;
} spelling[] = {
  { "haem", "hem" },       { "anaem", "anem" },     { "paed", "ped" },       { "oedem", "edem" },
  { "foet", "fet" },       { "tumour", "tumor" },   { "oesoph", "esoph" },   { "diarrhoea", "diarrhea" },
  { "leukaem", "leukem" }, { "glycaem", "glycem" }, { "paenia", "penia" },   { "ischaem", "ischem" },
  { "coeliac", "celiac" }, { "gynaec", "gynec" },   { "anaesth", "anesth" }, { "faecal", "fecal" },
  { "pnoea", "pnea" },     { "rrhoea", "rrhea" },   { "uraemi", "uremi" },   { "aemia", "emia" },
  { "aemic", "emic" },     { "sulph", "sulf" },     { "caecal", "cecal" },   { "behaviour", "behavior" },
};

/* Every British form above has one of these in it, and few names do. */
static bool may_be_british(const char *p, size_t n) {
  for (size_t i = 0; i + 1 < n; i++) {
    const char c = p[i], d = p[i + 1];
    if ((d == 'e' && (c == 'a' || c == 'o')) || (c == 'o' && d == 'u') || (c == 'l' && d == 'p')) return true;
  }
  return false;
}

/* British to American, in place of the buffer; the American form is never longer. */
static size_t respell(char *p, size_t n) {
  size_t out = 0;
  if (!may_be_british(p, n)) return n;
  for (size_t i = 0; i < n;) {
    size_t step = 0;
    for (size_t s = 0; s < sizeof spelling / sizeof *spelling && !step; s++) {
      if (p[i] != spelling[s].british[0]) continue;
      const size_t b = strlen(spelling[s].british), m = strlen(spelling[s].american);
      if (i + b > n || memcmp(p + i, spelling[s].british, b) != 0) continue;
      memmove(p + out, spelling[s].american, m);
      out += m;
      step = b;
    }
    if (!step) p[out++] = p[i], step = 1;
    i += step;
  }
  return out;
}

/* Bytes of a mark that is no part of the name and leaves no gap: ®, ©, ™, "(disease)", "(tm)", a double quote. 0: none here. */
static size_t mark_at(th_str s, size_t i) {
  const th_str rest = th_str_sub(s, i, s.n);
  switch ((unsigned char)s.p[i]) {
  case '"': return 1;
  case '(': return th_str_starts(rest, TH_S("(disease)")) ? 9 : th_str_starts(rest, TH_S("(tm)")) ? 4 : 0;
  case 0xC2: return th_str_starts(rest, TH_S("®")) || th_str_starts(rest, TH_S("©")) ? 2 : 0;
  case 0xE2: return th_str_starts(rest, TH_S("™")) ? 3 : 0;
  default: return 0;
  }
}

static bool is_separator(char c) {
  switch (c) {
  case 0:
  case ' ':
  case '-':
  case ',':
  case ';':
  case ':':
  case '/':
  case '\'':
  case '"':
  case '(':
  case ')':
  case '[':
  case ']': return true;
  default: return false;
  }
}

/* The fold is of our own making and never longer afterwards, so it is rewritten where it lies. */
th_str th_names__key_of(th_arena *a, th_str name) {
  const th_str folded = th_text_fold(a, name, TH_FOLD_NAME, NULL);
  if (!folded.p) return TH_STR_NONE;
  char *p = (char *)(uintptr_t)folded.p;
  size_t n = 0;
  for (size_t i = 0; i < folded.n;) {
    const size_t skip = mark_at(folded, i);
    if (skip) {
      i += skip;
      continue;
    }
    const char c = folded.p[i++];
    if (!is_separator(c))
      p[n++] = c;
    else if (n && p[n - 1] != ' ')
      p[n++] = ' ';
  }
  n = respell(p, n);
  while (n && p[n - 1] == ' ') n--;
  p[n] = 0;
  return th_str_n(p, n);
}

static const char *const drug_tail[] = {
  "sodium",
  "potassium",
  "calcium",
  "magnesium",
  "hydrochloride",
  "hcl",
  "dihydrochloride",
  "hydrobromide",
  "mesylate",
  "mesilate",
  "maleate",
  "fumarate",
  "tartrate",
  "succinate",
  "acetate",
  "phosphate",
  "sulfate",
  "sulphate",
  "citrate",
  "besylate",
  "besilate",
  "tosylate",
  "nitrate",
  "bromide",
  "chloride",
  "monohydrate",
  "dihydrate",
  "hydrate",
  "anhydrous",
  "disodium",
  "tromethamine",
  "injection",
  "infusion",
  "tablet",
  "tablets",
  "capsule",
  "capsules",
  "solution",
  "powder",
  "lyophilized",
  "for",
  "film",
  "coated",
  "iv",
  "sc",
  "oral",
  "vial",
  "syringe",
  "autoinjector",
  "prefilled",
  "pen",
  "mg",
  "ml",
  "mcg",
  "g",
  "iu",
  "%",
};

static bool is_tail(th_str word) {
  bool digits = word.n > 0;
  for (size_t i = 0; i < word.n; i++)
    if (!strchr("0123456789.mgl%/ciu", word.p[i])) digits = false;
  if (digits && word.p[0] >= '0' && word.p[0] <= '9') return true;
  for (size_t i = 0; i < sizeof drug_tail / sizeof *drug_tail; i++)
    if (th_str_is(word, drug_tail[i])) return true;
  return false;
}

th_str th_names__drug_stem(th_str key) {
  while (key.n) {
    size_t at = key.n;
    while (at && key.p[at - 1] != ' ') at--;
    if (!at) break; /* one word is left: the salt may be the drug itself */
    const th_str word = th_str_sub(key, at, key.n);
    const th_str before = th_str_trim(th_str_sub(key, 0, at));
    /* the four letters a biologic's name may end in, as "-abcd" behind -mab, -cept, -stim */
    const bool biologic_suffix = word.n == 4 && (th_str_ends(before, TH_S("mab")) || th_str_ends(before, TH_S("cept")) ||
                                                 th_str_ends(before, TH_S("stim")));
    if (!is_tail(word) && !biologic_suffix) break;
    key = before;
  }
  /* lithium carbonate, potassium chloride: the first word alone would be an element, not a drug */
  static const char *const elements[] = { "lithium", "potassium", "sodium", "calcium", "magnesium",
                                          "iron",    "ferrous",   "zinc",   "aluminum" };
  for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
    if (th_str_is(key, elements[i])) return TH_STR_NONE;
  return key;
}

/* "l-carnitine", "(r)-warfarin", "rac-ketamine": the letters in front say which hand, not which drug. */
th_str th_names__drug_plain(th_str key) {
  static const char *const hands[] = { "l",       "d",    "r",      "s",   "dl",    "rs", "rac",
                                       "racemic", "levo", "dextro", "cis", "trans", "+",  "+-" };
  const th_str whole = key;
  for (;;) {
    const size_t space = th_str_find(key, TH_S(" "), 0);
    bool hand = false;
    for (size_t i = 0; i < sizeof hands / sizeof *hands && space != SIZE_MAX && !hand; i++)
      hand = th_str_is(th_str_sub(key, 0, space), hands[i]);
    if (!hand) break;
    key = th_str_sub(key, space + 1, key.n);
  }
  return key.n == whole.n ? TH_STR_NONE : key;
}

/* Words of everyday language, of tables and of chemistry at large that lists of synonyms hold by mistake. */
static const char *const junk[] = {
  "without",  "with",     "vitamine", "vitamin",   "other",     "others",   "none",         "unknown",
  "placebo",  "drug",     "drugs",    "acid",      "base",      "salt",     "mixture",      "extract",
  "oil",      "standard", "control",  "treatment", "product",   "compound", "solution",     "agent",
  "combined", "various",  "and",      "the",       "for",       "not",      "no",           "na",
  "n a",      "nil",      "test",     "sample",    "substance", "generic",  "therapy",      "medication",
  "vaccine",  "antibody", "protein",  "peptide",   "enzyme",    "hormone",  "combinations", "general nutrients",
  "patient",  "patients",
};

static const char *const junk_disease[] = {
  "disease", "disorder", "syndrome", "disease or disorder", "healthy", "normal", "other", "unknown",
  "none",    "patients", "injury",
};

bool th_names__is_junk(th_name_kind kind, th_str key) {
  const char *const *words = kind == TH_NAME_DRUG ? junk : junk_disease;
  const size_t n = kind == TH_NAME_DRUG ? sizeof junk / sizeof *junk : sizeof junk_disease / sizeof *junk_disease;
  for (size_t i = 0; i < n; i++)
    if (th_str_is(key, words[i])) return true;
  return false;
}

bool th_names__is_excipient(th_str key) {
  static const char *const words[] = {
    "water",
    "lactose",
    "lactose monohydrate",
    "sucrose",
    "mannitol",
    "starch",
    "corn starch",
    "cellulose",
    "microcrystalline cellulose",
    "magnesium stearate",
    "stearic acid",
    "talc",
    "titanium dioxide",
    "gelatin",
    "povidone",
    "crospovidone",
    "copovidone",
    "hypromellose",
    "carboxymethylcellulose",
    "croscarmellose",
    "silicon dioxide",
    "silica",
    "polysorbate 20",
    "polysorbate 80",
    "propylene glycol",
    "glycerin",
    "ethanol",
    "benzyl alcohol",
    "methylparaben",
    "propylparaben",
    "shellac",
    "carnauba wax",
    "beeswax",
    "lecithin",
    "sorbitol",
    "xylitol",
    "aspartame",
    "saccharin",
    "sodium lauryl sulfate",
    "trehalose",
    "dextrin",
    "maltodextrin",
    "nitrogen",
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_is(key, words[i])) return true;
  return false;
}

th_str th_names__xref_of(th_arena *a, th_str xref) {
  const th_str s = th_str_trim(xref);
  const size_t colon = th_str_find(s, TH_S(":"), 0);
  char *p = th_arena_alloc(a, s.n + 1, 1);
  if (!p) return TH_STR_NONE;
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) p[n++] = (char)(s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 32 : s.p[i]);
  /* D000001943 is D001943: zeros behind the letter are padding */
  if (colon != SIZE_MAX && th_str_is(th_str_n(p, colon), "MESH") && n > colon + 8) {
    size_t zeros = colon + 2;
    while (n - zeros > 6 && p[zeros] == '0') zeros++;
    memmove(p + colon + 2, p + zeros, n - zeros);
    n -= zeros - (colon + 2);
  }
  p[n] = 0;
  return th_str_n(p, n);
}
