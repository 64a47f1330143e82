/* New, expansion, licensed or contraindicated: by ontology and licence, never by equal names alone (evidence.md §6). */
#include "evidence_priv.h"

th_novelty_seen th_evidence_novelty(th_arena *scratch, const th_names *n, const th_name_row *disease,
                                    const th_name_row_vec *licensed, const th_name_row_vec *contraindicated,
                                    bool licence_known) {
  for (size_t i = 0; i < contraindicated->n; i++) {
    const th_kin kin = th_names_kinship(n, scratch, contraindicated->v[i]->id, disease->id);
    if (kin.kinship == TH_KIN_SAME || kin.kinship == TH_KIN_DESCENDANT)
      return (th_novelty_seen){ TH_NOVELTY_CONTRAINDICATED, contraindicated->v[i], kin.kinship };
  }
  th_novelty_seen best = { licence_known ? TH_NOVELTY_NEW : TH_NOVELTY_UNKNOWN, NULL, TH_KIN_UNMAPPED };
  for (size_t i = 0; i < licensed->n; i++) {
    const th_kin kin = th_names_kinship(n, scratch, licensed->v[i]->id, disease->id);
    switch (kin.kinship) {
    case TH_KIN_SAME: return (th_novelty_seen){ TH_NOVELTY_LICENSED, licensed->v[i], kin.kinship };
    case TH_KIN_DESCENDANT: /* below a licensed disease: the licence's own words may limit age or severity, so not simply licensed */
    case TH_KIN_SIBLING:
    case TH_KIN_PARENT:
      if (best.novelty != TH_NOVELTY_EXPANSION) best = (th_novelty_seen){ TH_NOVELTY_EXPANSION, licensed->v[i], kin.kinship };
      break;
    case TH_KIN_NEAR:
    case TH_KIN_ANCESTOR:
    case TH_KIN_FAR:
    case TH_KIN_UNMAPPED: break;
    }
  }
  return best;
}
