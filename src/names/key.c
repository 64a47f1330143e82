/* The comparable form of a name, and the stem of a drug's name. */
#include "names_priv.h"

#include "theriac/text.h"

static const struct {
  const char *british, *american;
} spelling[] = {
  { "haem", "hem" },       { "anaem", "anem" },     { "paed", "ped" },     { "oedem", "edem" },
  { "foet", "fet" },       { "tumour", "tumor" },   { "oesoph", "esoph" }, { "diarrhoea", "diarrhea" },
  { "leukaem", "leukem" }, { "glycaem", "glycem" }, { "paenia", "penia" },
};

/* British to American, in place of the buffer; the American form is never longer. */
static size_t respell(char *p, size_t n) {
  size_t out = 0;
  for (size_t i = 0; i < n;) {
    size_t step = 0;
    for (size_t s = 0; s < sizeof spelling / sizeof *spelling && !step; s++) {
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

static bool is_separator(char c) {
  return strchr(" -,;:/'\"()[]", c) != NULL;
}

th_str th_names__key(th_arena *a, th_str name) {
  th_str folded = th_text_fold(a, name, TH_FOLD_NAME, NULL);
  if (!folded.p) return TH_STR_NONE;
  char *p = th_arena_alloc(a, folded.n + 1, 1);
  if (!p) return TH_STR_NONE;
  size_t n = 0;
  static const char *const marks[] = { "®", "™", "©", "(disease)", "(tm)", "\"" };
  for (size_t i = 0; i < folded.n;) {
    size_t skip = 0;
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
      if (th_str_starts(th_str_sub(folded, i, folded.n), th_str_of(marks[m]))) skip = strlen(marks[m]);
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
