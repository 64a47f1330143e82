#include "text/text_priv.h"

const char *th_text__greek_name(uint32_t rune) {
  static const char *const names[] = {
    "alpha", "beta",    "gamma", "delta", "epsilon", "zeta",  "eta", "theta",   "iota", "kappa", "lambda", "mu",    "nu",
    "xi",    "omicron", "pi",    "rho",   "sigma",   "sigma", "tau", "upsilon", "phi",  "chi",   "psi",    "omega",
  };
  if (rune >= 0x3B1 && rune <= 0x3C9) return names[rune - 0x3B1];
  if (rune >= 0x391 && rune <= 0x3A9 && rune != 0x3A2) return names[rune - 0x391];
  return NULL;
}
