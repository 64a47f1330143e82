/* The atoms of UCUM 2.1, tables 3 to 27, as facts: code, magnitude, definition. Values of physical constants are those the
 * standard prints. Homeopathic potencies and retired codes are left out. */
#include <limits.h>

#include "unit/unit_priv.h"

#define BASE(code, d)                                                                                                          \
  { code, NULL, d, 0, true, 0, 0 }
#define METRIC(code, num, e, as)                                                                                               \
  { code, as, num, e, true, 0, 0 }
#define PLAIN(code, num, e, as)                                                                                                \
  { code, as, num, e, false, 0, 0 }
#define SPECIAL(code, m, f, n, as)                                                                                             \
  { code, as, n, 0, m, f, 0 }
#define ARBITRARY(code, metric, id)                                                                                            \
  { code, "1", 1, 0, metric, 0, id }

/* clang-format off */
static const th_unit__atom atoms[] = {
  BASE("m", TH_UNIT_LENGTH), BASE("s", TH_UNIT_TIME), BASE("g", TH_UNIT_MASS), BASE("rad", TH_UNIT_ANGLE),
  BASE("K", TH_UNIT_TEMPERATURE), BASE("C", TH_UNIT_CHARGE), BASE("cd", TH_UNIT_LUMINOSITY),
  /* plain numbers */
  PLAIN("10*", 10, 0, "1"), PLAIN("10^", 10, 0, "1"), PLAIN("%", 1, -2, "1"), PLAIN("[ppth]", 1, -3, "1"),
  PLAIN("[ppm]", 1, -6, "1"), PLAIN("[ppb]", 1, -9, "1"), PLAIN("[pptr]", 1, -12, "1"), METRIC("mol", 60221367, 16, "1"),
  METRIC("eq", 1, 0, "mol"), METRIC("osm", 1, 0, "mol"),
  /* SI and beside it */
  METRIC("sr", 1, 0, "rad2"), METRIC("Hz", 1, 0, "s-1"), METRIC("N", 1, 0, "kg.m/s2"), METRIC("Pa", 1, 0, "N/m2"),
  METRIC("J", 1, 0, "N.m"), METRIC("W", 1, 0, "J/s"), METRIC("A", 1, 0, "C/s"), METRIC("V", 1, 0, "J/C"),
  METRIC("F", 1, 0, "C/V"), METRIC("Ohm", 1, 0, "V/A"), METRIC("S", 1, 0, "Ohm-1"), METRIC("Wb", 1, 0, "V.s"),
  METRIC("T", 1, 0, "Wb/m2"), METRIC("H", 1, 0, "Wb/A"), METRIC("lm", 1, 0, "cd.sr"), METRIC("lx", 1, 0, "lm/m2"),
  METRIC("Bq", 1, 0, "s-1"), METRIC("Gy", 1, 0, "J/kg"), METRIC("Sv", 1, 0, "J/kg"), METRIC("kat", 1, 0, "mol/s"),
  PLAIN("gon", 9, -1, "deg"), PLAIN("deg", 2, 0, "[pi].rad/360"), PLAIN("'", 1, 0, "deg/60"), PLAIN("''", 1, 0, "'/60"),
  METRIC("l", 1, 0, "dm3"), METRIC("L", 1, 0, "l"), METRIC("ar", 100, 0, "m2"), METRIC("t", 1000, 0, "kg"),
  METRIC("bar", 1, 5, "Pa"), METRIC("u", 16605402, -31, "g"), METRIC("eV", 1, 0, "[e].V"),
  PLAIN("AU", 149597870691, -6, "Mm"), METRIC("pc", 3085678, 10, "m"), PLAIN("min", 60, 0, "s"), PLAIN("h", 60, 0, "min"),
  PLAIN("d", 24, 0, "h"), PLAIN("wk", 7, 0, "d"), PLAIN("a_t", 36524219, -5, "d"), PLAIN("a_j", 36525, -2, "d"),
  PLAIN("a_g", 3652425, -4, "d"), PLAIN("a", 1, 0, "a_j"), PLAIN("mo_s", 2953059, -5, "d"), PLAIN("mo_j", 1, 0, "a_j/12"),
  PLAIN("mo_g", 1, 0, "a_g/12"), PLAIN("mo", 1, 0, "mo_j"),
  /* constants of nature */
  METRIC("[c]", 299792458, 0, "m/s"), METRIC("[h]", 66260755, -41, "J.s"), METRIC("[k]", 1380658, -29, "J/K"),
  METRIC("[eps_0]", 8854187817, -21, "F/m"), METRIC("[mu_0]", 4, -7, "[pi].N/A2"), METRIC("[e]", 160217733, -27, "C"),
  METRIC("[m_e]", 91093897, -35, "g"), METRIC("[m_p]", 16726231, -31, "g"), METRIC("[G]", 667259, -16, "m3.kg-1.s-2"),
  METRIC("[g]", 980665, -5, "m/s2"), PLAIN("atm", 101325, 0, "Pa"), METRIC("[ly]", 1, 0, "[c].a_j"),
  METRIC("gf", 1, 0, "g.[g]"), PLAIN("[lbf_av]", 1, 0, "[lb_av].[g]"),
  /* CGS */
  METRIC("Ky", 1, 0, "cm-1"), METRIC("Gal", 1, 0, "cm/s2"), METRIC("dyn", 1, 0, "g.cm/s2"), METRIC("erg", 1, 0, "dyn.cm"),
  METRIC("P", 1, 0, "dyn.s/cm2"), METRIC("Bi", 10, 0, "A"), METRIC("St", 1, 0, "cm2/s"), METRIC("Mx", 1, -8, "Wb"),
  METRIC("G", 1, -4, "T"), METRIC("Oe", 250, 0, "/[pi].A/m"), METRIC("Gb", 1, 0, "Oe.cm"), METRIC("sb", 1, 0, "cd/cm2"),
  METRIC("Lmb", 1, 0, "cd/cm2/[pi]"), METRIC("ph", 1, -4, "lx"), METRIC("Ci", 37, 9, "Bq"), METRIC("R", 258, -6, "C/kg"),
  METRIC("RAD", 100, 0, "erg/g"), METRIC("REM", 1, 0, "RAD"),
  /* lengths, areas and volumes in inches and feet: international, United States survey, British */
  PLAIN("[in_i]", 254, -2, "cm"), PLAIN("[ft_i]", 12, 0, "[in_i]"), PLAIN("[yd_i]", 3, 0, "[ft_i]"),
  PLAIN("[mi_i]", 5280, 0, "[ft_i]"), PLAIN("[fth_i]", 6, 0, "[ft_i]"), PLAIN("[nmi_i]", 1852, 0, "m"),
  PLAIN("[kn_i]", 1, 0, "[nmi_i]/h"), PLAIN("[sin_i]", 1, 0, "[in_i]2"), PLAIN("[sft_i]", 1, 0, "[ft_i]2"),
  PLAIN("[syd_i]", 1, 0, "[yd_i]2"), PLAIN("[cin_i]", 1, 0, "[in_i]3"), PLAIN("[cft_i]", 1, 0, "[ft_i]3"),
  PLAIN("[cyd_i]", 1, 0, "[yd_i]3"), PLAIN("[bf_i]", 144, 0, "[in_i]3"), PLAIN("[cr_i]", 128, 0, "[ft_i]3"),
  PLAIN("[mil_i]", 1, -3, "[in_i]"), PLAIN("[cml_i]", 1, 0, "[pi]/4.[mil_i]2"), PLAIN("[hd_i]", 4, 0, "[in_i]"),
  PLAIN("[ft_us]", 1200, 0, "m/3937"), PLAIN("[yd_us]", 3, 0, "[ft_us]"), PLAIN("[in_us]", 1, 0, "[ft_us]/12"),
  PLAIN("[rd_us]", 165, -1, "[ft_us]"), PLAIN("[ch_us]", 4, 0, "[rd_us]"), PLAIN("[lk_us]", 1, 0, "[ch_us]/100"),
  PLAIN("[rch_us]", 100, 0, "[ft_us]"), PLAIN("[rlk_us]", 1, 0, "[rch_us]/100"), PLAIN("[fth_us]", 6, 0, "[ft_us]"),
  PLAIN("[fur_us]", 40, 0, "[rd_us]"), PLAIN("[mi_us]", 8, 0, "[fur_us]"), PLAIN("[acr_us]", 160, 0, "[rd_us]2"),
  PLAIN("[srd_us]", 1, 0, "[rd_us]2"), PLAIN("[smi_us]", 1, 0, "[mi_us]2"), PLAIN("[sct]", 1, 0, "[mi_us]2"),
  PLAIN("[twp]", 36, 0, "[sct]"), PLAIN("[mil_us]", 1, -3, "[in_us]"), PLAIN("[in_br]", 2539998, -6, "cm"),
  PLAIN("[ft_br]", 12, 0, "[in_br]"), PLAIN("[rd_br]", 165, -1, "[ft_br]"), PLAIN("[ch_br]", 4, 0, "[rd_br]"),
  PLAIN("[lk_br]", 1, 0, "[ch_br]/100"), PLAIN("[fth_br]", 6, 0, "[ft_br]"), PLAIN("[pc_br]", 25, -1, "[ft_br]"),
  PLAIN("[yd_br]", 3, 0, "[ft_br]"), PLAIN("[mi_br]", 5280, 0, "[ft_br]"), PLAIN("[nmi_br]", 6080, 0, "[ft_br]"),
  PLAIN("[kn_br]", 1, 0, "[nmi_br]/h"), PLAIN("[acr_br]", 4840, 0, "[yd_br]2"), PLAIN("[gal_us]", 231, 0, "[in_i]3"),
  PLAIN("[bbl_us]", 42, 0, "[gal_us]"), PLAIN("[qt_us]", 1, 0, "[gal_us]/4"), PLAIN("[pt_us]", 1, 0, "[qt_us]/2"),
  PLAIN("[gil_us]", 1, 0, "[pt_us]/4"), PLAIN("[foz_us]", 1, 0, "[gil_us]/4"), PLAIN("[fdr_us]", 1, 0, "[foz_us]/8"),
  PLAIN("[min_us]", 1, 0, "[fdr_us]/60"), PLAIN("[crd_us]", 128, 0, "[ft_i]3"), PLAIN("[bu_us]", 215042, -2, "[in_i]3"),
  PLAIN("[gal_wi]", 1, 0, "[bu_us]/8"), PLAIN("[pk_us]", 1, 0, "[bu_us]/4"), PLAIN("[dqt_us]", 1, 0, "[pk_us]/8"),
  PLAIN("[dpt_us]", 1, 0, "[dqt_us]/2"), PLAIN("[tbs_us]", 1, 0, "[foz_us]/2"), PLAIN("[tsp_us]", 1, 0, "[tbs_us]/3"),
  PLAIN("[cup_us]", 16, 0, "[tbs_us]"), PLAIN("[foz_m]", 30, 0, "mL"), PLAIN("[cup_m]", 240, 0, "mL"),
  PLAIN("[tsp_m]", 5, 0, "mL"), PLAIN("[tbs_m]", 15, 0, "mL"), PLAIN("[gal_br]", 454609, -5, "l"),
  PLAIN("[pk_br]", 2, 0, "[gal_br]"), PLAIN("[bu_br]", 4, 0, "[pk_br]"), PLAIN("[qt_br]", 1, 0, "[gal_br]/4"),
  PLAIN("[pt_br]", 1, 0, "[qt_br]/2"), PLAIN("[gil_br]", 1, 0, "[pt_br]/4"), PLAIN("[foz_br]", 1, 0, "[gil_br]/5"),
  PLAIN("[fdr_br]", 1, 0, "[foz_br]/8"), PLAIN("[min_br]", 1, 0, "[fdr_br]/60"),
  /* weights: avoirdupois, troy, apothecaries' */
  PLAIN("[gr]", 6479891, -5, "mg"), PLAIN("[lb_av]", 7000, 0, "[gr]"), PLAIN("[oz_av]", 1, 0, "[lb_av]/16"),
  PLAIN("[dr_av]", 1, 0, "[oz_av]/16"), PLAIN("[scwt_av]", 100, 0, "[lb_av]"), PLAIN("[lcwt_av]", 112, 0, "[lb_av]"),
  PLAIN("[ston_av]", 20, 0, "[scwt_av]"), PLAIN("[lton_av]", 20, 0, "[lcwt_av]"), PLAIN("[stone_av]", 14, 0, "[lb_av]"),
  PLAIN("[pwt_tr]", 24, 0, "[gr]"), PLAIN("[oz_tr]", 20, 0, "[pwt_tr]"), PLAIN("[lb_tr]", 12, 0, "[oz_tr]"),
  PLAIN("[sc_ap]", 20, 0, "[gr]"), PLAIN("[dr_ap]", 3, 0, "[sc_ap]"), PLAIN("[oz_ap]", 8, 0, "[dr_ap]"),
  PLAIN("[lb_ap]", 12, 0, "[oz_ap]"), PLAIN("[oz_m]", 28, 0, "g"),
  /* typesetters' */
  PLAIN("[lne]", 1, 0, "[in_i]/12"), PLAIN("[pnt]", 1, 0, "[lne]/6"), PLAIN("[pca]", 12, 0, "[pnt]"),
  PLAIN("[pnt_pr]", 13837, -6, "[in_i]"), PLAIN("[pca_pr]", 12, 0, "[pnt_pr]"), PLAIN("[pied]", 3248, -2, "cm"),
  PLAIN("[pouce]", 1, 0, "[pied]/12"), PLAIN("[ligne]", 1, 0, "[pouce]/12"), PLAIN("[didot]", 1, 0, "[ligne]/6"),
  PLAIN("[cicero]", 12, 0, "[didot]"),
  /* heat */
  SPECIAL("Cel", true, UNIT_CEL, 1, "K"), SPECIAL("[degF]", false, UNIT_DEGF, 5, "K/9"),
  SPECIAL("[degRe]", false, UNIT_DEGRE, 5, "K/4"), PLAIN("[degR]", 5, 0, "K/9"), METRIC("cal_[15]", 41858, -4, "J"),
  METRIC("cal_[20]", 41819, -4, "J"), METRIC("cal_m", 419002, -5, "J"), METRIC("cal_IT", 41868, -4, "J"),
  METRIC("cal_th", 4184, -3, "J"), METRIC("cal", 1, 0, "cal_th"), PLAIN("[Cal]", 1, 0, "kcal_th"),
  PLAIN("[Btu_39]", 105967, -5, "kJ"), PLAIN("[Btu_59]", 10548, -4, "kJ"), PLAIN("[Btu_60]", 105468, -5, "kJ"),
  PLAIN("[Btu_m]", 105587, -5, "kJ"), PLAIN("[Btu_IT]", 105505585262, -11, "kJ"), PLAIN("[Btu_th]", 105435, -5, "kJ"),
  PLAIN("[Btu]", 1, 0, "[Btu_th]"), PLAIN("[HP]", 550, 0, "[ft_i].[lbf_av]/s"), METRIC("tex", 1, 0, "g/km"),
  PLAIN("[den]", 1, 0, "g/9/km"),
  /* clinical */
  METRIC("m[H2O]", 980665, -5, "kPa"), METRIC("m[Hg]", 133322, -3, "kPa"), PLAIN("[in_i'H2O]", 1, 0, "m[H2O].[in_i]/m"),
  PLAIN("[in_i'Hg]", 1, 0, "m[Hg].[in_i]/m"), PLAIN("[PRU]", 1, 0, "mm[Hg].s/ml"), PLAIN("[wood'U]", 1, 0, "mm[Hg].min/L"),
  PLAIN("[diop]", 1, 0, "m-1"), SPECIAL("[p'diop]", false, UNIT_TAN, 1, "rad"),
  SPECIAL("%[slope]", false, UNIT_TAN, 1, "rad"), PLAIN("[mesh_i]", 1, 0, "[in_i]-1"), PLAIN("[Ch]", 1, 0, "mm/3"),
  PLAIN("[drp]", 1, 0, "ml/20"), PLAIN("[hnsf'U]", 1, 0, "1"), PLAIN("[MET]", 35, -1, "mL/min/kg"),
  SPECIAL("[pH]", false, UNIT_PH, 1, "mol/l"), PLAIN("g%", 1, 0, "g/dl"), PLAIN("[S]", 1, -13, "s"),
  PLAIN("[HPF]", 1, 0, "1"), PLAIN("[LPF]", 100, 0, "1"), METRIC("U", 1, 0, "umol/min"), ARBITRARY("[iU]", true, 1),
  ARBITRARY("[IU]", true, 1), ARBITRARY("[arb'U]", false, 2), ARBITRARY("[USP'U]", false, 3), ARBITRARY("[GPL'U]", false, 4),
  ARBITRARY("[MPL'U]", false, 5), ARBITRARY("[APL'U]", false, 6), ARBITRARY("[beth'U]", false, 7),
  ARBITRARY("[anti'Xa'U]", false, 8), ARBITRARY("[todd'U]", false, 9), ARBITRARY("[dye'U]", false, 10),
  ARBITRARY("[smgy'U]", false, 11), ARBITRARY("[bdsk'U]", false, 12), ARBITRARY("[ka'U]", false, 13),
  ARBITRARY("[knk'U]", false, 14), ARBITRARY("[mclg'U]", false, 15), ARBITRARY("[tb'U]", false, 16),
  ARBITRARY("[CCID_50]", false, 17), ARBITRARY("[TCID_50]", false, 18), ARBITRARY("[EID_50]", false, 19),
  ARBITRARY("[PFU]", false, 20), ARBITRARY("[FFU]", false, 21), ARBITRARY("[CFU]", false, 22), ARBITRARY("[IR]", false, 23),
  ARBITRARY("[BAU]", false, 24), ARBITRARY("[AU]", false, 25), ARBITRARY("[Amb'a'1'U]", false, 26),
  ARBITRARY("[PNU]", false, 27), ARBITRARY("[Lf]", false, 28), ARBITRARY("[D'ag'U]", false, 29),
  ARBITRARY("[FEU]", false, 30), ARBITRARY("[ELU]", false, 31), ARBITRARY("[EU]", false, 32),
  /* levels */
  SPECIAL("Np", true, UNIT_LN, 1, "1"), SPECIAL("B", true, UNIT_LG, 1, "1"), SPECIAL("B[SPL]", true, UNIT_2LG, 2, "10*-5.Pa"),
  SPECIAL("B[V]", true, UNIT_2LG, 1, "V"), SPECIAL("B[mV]", true, UNIT_2LG, 1, "mV"),
  SPECIAL("B[uV]", true, UNIT_2LG, 1, "uV"), SPECIAL("B[10.nV]", true, UNIT_2LG, 10, "nV"),
  SPECIAL("B[W]", true, UNIT_LG, 1, "W"), SPECIAL("B[kW]", true, UNIT_LG, 1, "kW"), SPECIAL("bit_s", false, UNIT_LD, 1, "1"),
  METRIC("bit", 1, 0, "1"), METRIC("By", 8, 0, "bit"), METRIC("Bd", 1, 0, "s-1"),
  /* the rest */
  METRIC("st", 1, 0, "m3"), PLAIN("Ao", 1, -1, "nm"), PLAIN("b", 100, 0, "fm2"), PLAIN("att", 1, 0, "kgf/cm2"),
  METRIC("mho", 1, 0, "S"), PLAIN("[psi]", 1, 0, "[lbf_av]/[in_i]2"), PLAIN("circ", 2, 0, "[pi].rad"),
  PLAIN("sph", 4, 0, "[pi].sr"), PLAIN("[car_m]", 2, -1, "g"), PLAIN("[car_Au]", 1, 0, "1/24"),
  PLAIN("[smoot]", 67, 0, "[in_i]"), SPECIAL("[m/s2/Hz^0.5]", false, UNIT_SQRT, 1, "m2/s4/Hz"), PLAIN("[pi]", 0, 0, "1"),
};

static const struct { const char *code; int exp; } prefixes[] = {
  { "Y", 24 }, { "Z", 21 }, { "E", 18 }, { "P", 15 }, { "T", 12 }, { "G", 9 }, { "M", 6 }, { "k", 3 }, { "h", 2 }, { "da", 1 },
  { "d", -1 }, { "c", -2 }, { "m", -3 }, { "u", -6 }, { "n", -9 }, { "p", -12 }, { "f", -15 }, { "a", -18 }, { "z", -21 }, { "y", -24 },
  { "Ki", 129 }, { "Mi", 130 }, { "Gi", 131 }, { "Ti", 132 },
};
/* clang-format on */

const th_unit__atom *th_unit__find(th_str code) {
  for (size_t i = 0; i < sizeof atoms / sizeof *atoms; i++)
    if (code.n && atoms[i].code[0] == code.p[0] && th_str_is(code, atoms[i].code)) return &atoms[i];
  return NULL;
}

int th_unit__prefix(th_str code) {
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
    if (th_str_is(code, prefixes[i].code)) return prefixes[i].exp;
  return INT_MIN;
}
