/* The vocabulary of eligibility criteria, English and Chinese, and the cutting of a line by it: longest phrase first, whole words.
 * What is not in it stays a word nobody understood, and a line with such a word is never taken as read whole. */
#include "trial_priv.h"

#include "theriac/text.h"

#include <math.h>
#include <stdlib.h>

typedef struct phrase {
  const char *text; /* folded */
  th_trial__class c;
  int32_t value;
  const char *what;
} phrase;

#define DAYS(x) ((int32_t)((x)*100.0 + 0.5))
#define YEAR    DAYS(365.25)
#define MONTH   DAYS(30.4375)

/* Blanks inside a phrase stand for one blank of the folded line. Order does not matter: the longest phrase wins. */
static const phrase phrases[] = {
  /* operators before the number */
  { ">", W_OP, TH_TRIAL_GT, NULL },
  { "<", W_OP, TH_TRIAL_LT, NULL },
  { ">=", W_OP, TH_TRIAL_GE, NULL },
  { "<=", W_OP, TH_TRIAL_LE, NULL },
  { "=>", W_OP, TH_TRIAL_GE, NULL },
  { "=<", W_OP, TH_TRIAL_LE, NULL },
  { ">/=", W_OP, TH_TRIAL_GE, NULL },
  { "</=", W_OP, TH_TRIAL_LE, NULL },
  { "≥", W_OP, TH_TRIAL_GE, NULL },
  { "≤", W_OP, TH_TRIAL_LE, NULL },
  { "≧", W_OP, TH_TRIAL_GE, NULL },
  { "≦", W_OP, TH_TRIAL_LE, NULL },
  { "=", W_OP, TH_TRIAL_EQ, NULL },
  { "> or =", W_OP, TH_TRIAL_GE, NULL },
  { "> or = to", W_OP, TH_TRIAL_GE, NULL },
  { "< or =", W_OP, TH_TRIAL_LE, NULL },
  { "< or = to", W_OP, TH_TRIAL_LE, NULL },
  { "at least", W_OP, TH_TRIAL_GE, NULL },
  { "minimum of", W_OP, TH_TRIAL_GE, NULL },
  { "a minimum of", W_OP, TH_TRIAL_GE, NULL },
  { "not less than", W_OP, TH_TRIAL_GE, NULL },
  { "no less than", W_OP, TH_TRIAL_GE, NULL },
  { "greater than or equal to", W_OP, TH_TRIAL_GE, NULL },
  { "greater or equal to", W_OP, TH_TRIAL_GE, NULL },
  { "more than or equal to", W_OP, TH_TRIAL_GE, NULL },
  { "equal to or greater than", W_OP, TH_TRIAL_GE, NULL },
  { "equal or greater than", W_OP, TH_TRIAL_GE, NULL },
  { "greater than", W_OP, TH_TRIAL_GT, NULL },
  { "more than", W_OP, TH_TRIAL_GT, NULL },
  { "higher than", W_OP, TH_TRIAL_GT, NULL },
  { "above", W_OP, TH_TRIAL_GT, NULL },
  { "older than", W_OP, TH_TRIAL_GT, NULL },
  { "exceeding", W_OP, TH_TRIAL_GT, NULL },
  { "less than or equal to", W_OP, TH_TRIAL_LE, NULL },
  { "less or equal to", W_OP, TH_TRIAL_LE, NULL },
  { "equal to or less than", W_OP, TH_TRIAL_LE, NULL },
  { "no more than", W_OP, TH_TRIAL_LE, NULL },
  { "not more than", W_OP, TH_TRIAL_LE, NULL },
  { "at most", W_OP, TH_TRIAL_LE, NULL },
  { "up to", W_OP, TH_TRIAL_LE, NULL },
  { "not exceeding", W_OP, TH_TRIAL_LE, NULL },
  { "maximum of", W_OP, TH_TRIAL_LE, NULL },
  { "less than", W_OP, TH_TRIAL_LT, NULL },
  { "lower than", W_OP, TH_TRIAL_LT, NULL },
  { "below", W_OP, TH_TRIAL_LT, NULL },
  { "younger than", W_OP, TH_TRIAL_LT, NULL },
  { "under", W_OP, TH_TRIAL_LT, NULL },
  { "over", W_OP, TH_TRIAL_GT, NULL },
  { "大於等於", W_OP, TH_TRIAL_GE, NULL },
  { "大于等于", W_OP, TH_TRIAL_GE, NULL },
  { "大於或等於", W_OP, TH_TRIAL_GE, NULL },
  { "小於等於", W_OP, TH_TRIAL_LE, NULL },
  { "小于等于", W_OP, TH_TRIAL_LE, NULL },
  { "小於或等於", W_OP, TH_TRIAL_LE, NULL },
  { "大於", W_OP, TH_TRIAL_GT, NULL },
  { "大于", W_OP, TH_TRIAL_GT, NULL },
  { "小於", W_OP, TH_TRIAL_LT, NULL },
  { "小于", W_OP, TH_TRIAL_LT, NULL },
  { "未滿", W_OP, TH_TRIAL_LT, NULL },
  { "未满", W_OP, TH_TRIAL_LT, NULL },
  { "至少", W_OP, TH_TRIAL_GE, NULL },
  { "不少於", W_OP, TH_TRIAL_GE, NULL },
  { "不超過", W_OP, TH_TRIAL_LE, NULL },
  { "不超过", W_OP, TH_TRIAL_LE, NULL },
  { "年滿", W_OP, TH_TRIAL_GE, NULL },
  { "年满", W_OP, TH_TRIAL_GE, NULL },
  { "滿", W_OP, TH_TRIAL_GE, NULL },
  /* behind it */
  { "or older", W_POST, TH_TRIAL_GE, NULL },
  { "and older", W_POST, TH_TRIAL_GE, NULL },
  { "or over", W_POST, TH_TRIAL_GE, NULL },
  { "and over", W_POST, TH_TRIAL_GE, NULL },
  { "or above", W_POST, TH_TRIAL_GE, NULL },
  { "and above", W_POST, TH_TRIAL_GE, NULL },
  { "or more", W_POST, TH_TRIAL_GE, NULL },
  { "or greater", W_POST, TH_TRIAL_GE, NULL },
  { "or higher", W_POST, TH_TRIAL_GE, NULL },
  { "and up", W_POST, TH_TRIAL_GE, NULL },
  { "or younger", W_POST, TH_TRIAL_LE, NULL },
  { "and younger", W_POST, TH_TRIAL_LE, NULL },
  { "or less", W_POST, TH_TRIAL_LE, NULL },
  { "or lower", W_POST, TH_TRIAL_LE, NULL },
  { "or below", W_POST, TH_TRIAL_LE, NULL },
  { "or fewer", W_POST, TH_TRIAL_LE, NULL },
  { "(含)以上", W_POST, TH_TRIAL_GE, NULL },
  { "(含)以下", W_POST, TH_TRIAL_LE, NULL },
  { "以上", W_POST, TH_TRIAL_GE, NULL },
  { "以下", W_POST, TH_TRIAL_LE, NULL },
  /* spans of time */
  { "years", W_PERIOD, YEAR, "years" },
  { "year", W_PERIOD, YEAR, "years" },
  { "yrs", W_PERIOD, YEAR, "years" },
  { "yr", W_PERIOD, YEAR, "years" },
  { "months", W_PERIOD, MONTH, "months" },
  { "month", W_PERIOD, MONTH, "months" },
  { "weeks", W_PERIOD, DAYS(7), "weeks" },
  { "week", W_PERIOD, DAYS(7), "weeks" },
  { "days", W_PERIOD, DAYS(1), "days" },
  { "day", W_PERIOD, DAYS(1), "days" },
  { "年", W_PERIOD, YEAR, "years" },
  { "個月", W_PERIOD, MONTH, "months" },
  { "个月", W_PERIOD, MONTH, "months" },
  { "週", W_PERIOD, DAYS(7), "weeks" },
  { "周", W_PERIOD, DAYS(7), "weeks" },
  { "天", W_PERIOD, DAYS(1), "days" },
  { "日", W_PERIOD, DAYS(1), "days" },
  { "years old", W_OLD, YEAR, "years" },
  { "year old", W_OLD, YEAR, "years" },
  { "years of age", W_OLD, YEAR, "years" },
  { "years-old", W_OLD, YEAR, "years" },
  { "year-old", W_OLD, YEAR, "years" },
  { "yrs old", W_OLD, YEAR, "years" },
  { "months old", W_OLD, MONTH, "months" },
  { "months of age", W_OLD, MONTH, "months" },
  { "weeks of age", W_OLD, DAYS(7), "weeks" },
  { "days old", W_OLD, DAYS(1), "days" },
  { "歲", W_OLD, YEAR, "years" },
  { "岁", W_OLD, YEAR, "years" },
  { "週歲", W_OLD, YEAR, "years" },
  { "周岁", W_OLD, YEAR, "years" },
  { "足歲", W_OLD, YEAR, "years" },
  { "age", W_AGE, 0, NULL },
  { "aged", W_AGE, 0, NULL },
  { "ages", W_AGE, 0, NULL },
  { "age range", W_AGE, 0, NULL },
  { "年齡", W_AGE, 0, NULL },
  { "年龄", W_AGE, 0, NULL },
  /* sex */
  { "male", W_SEX, 2, NULL },
  { "males", W_SEX, 2, NULL },
  { "men", W_SEX, 2, NULL },
  { "man", W_SEX, 2, NULL },
  { "boys", W_SEX, 2, NULL },
  { "female", W_SEX, 1, NULL },
  { "females", W_SEX, 1, NULL },
  { "women", W_SEX, 1, NULL },
  { "woman", W_SEX, 1, NULL },
  { "girls", W_SEX, 1, NULL },
  { "男性", W_SEX, 2, NULL },
  { "女性", W_SEX, 1, NULL },
  { "婦女", W_SEX, 1, NULL },
  { "male or female", W_SEX, 0, NULL },
  { "male and female", W_SEX, 0, NULL },
  { "males or females", W_SEX, 0, NULL },
  { "males and females", W_SEX, 0, NULL },
  { "female or male", W_SEX, 0, NULL },
  { "female and male", W_SEX, 0, NULL },
  { "men and women", W_SEX, 0, NULL },
  { "men or women", W_SEX, 0, NULL },
  { "women and men", W_SEX, 0, NULL },
  { "women or men", W_SEX, 0, NULL },
  { "both sexes", W_SEX, 0, NULL },
  { "both genders", W_SEX, 0, NULL },
  { "either sex", W_SEX, 0, NULL },
  { "of either sex", W_SEX, 0, NULL },
  { "any sex", W_SEX, 0, NULL },
  { "男女不限", W_SEX, 0, NULL },
  { "不限男女", W_SEX, 0, NULL },
  { "不限性別", W_SEX, 0, NULL },
  { "男女均可", W_SEX, 0, NULL },
  { "男性或女性", W_SEX, 0, NULL },
  /* scores */
  { "edss", W_SCORE, 0, "EDSS" },
  { "expanded disability status scale", W_SCORE, 0, "EDSS" },
  { "sledai", W_SCORE, 0, "SLEDAI" },
  { "sledai-2k", W_SCORE, 0, "SLEDAI-2K" },
  { "sela-sledai", W_SCORE, 0, "SELENA-SLEDAI" },
  { "selena-sledai", W_SCORE, 0, "SELENA-SLEDAI" },
  { "easi", W_SCORE, 0, "EASI" },
  { "eczema area and severity index", W_SCORE, 0, "EASI" },
  { "iga", W_SCORE, 0, "IGA" },
  { "investigator's global assessment", W_SCORE, 0, "IGA" },
  { "pasi", W_SCORE, 0, "PASI" },
  { "das28", W_SCORE, 0, "DAS28" },
  { "das28-crp", W_SCORE, 0, "DAS28-CRP" },
  { "das28-esr", W_SCORE, 0, "DAS28-ESR" },
  { "cdai", W_SCORE, 0, "CDAI" },
  { "sdai", W_SCORE, 0, "SDAI" },
  { "haq-di", W_SCORE, 0, "HAQ-DI" },
  { "basdai", W_SCORE, 0, "BASDAI" },
  { "mayo", W_SCORE, 0, "Mayo" },
  { "mmse", W_SCORE, 0, "MMSE" },
  { "moca", W_SCORE, 0, "MoCA" },
  { "nihss", W_SCORE, 0, "NIHSS" },
  { "mrs", W_SCORE, 0, "mRS" },
  { "modified rankin scale", W_SCORE, 0, "mRS" },
  { "gcs", W_SCORE, 0, "GCS" },
  { "ecog", W_SCORE, 0, "ECOG" },
  { "ecog ps", W_SCORE, 0, "ECOG" },
  { "eastern cooperative oncology group", W_SCORE, 0, "ECOG" },
  { "performance status ecog", W_SCORE, 0, "ECOG" },
  { "karnofsky", W_SCORE, 0, "KPS" },
  { "kps", W_SCORE, 0, "KPS" },
  { "child-pugh", W_SCORE, 0, "Child-Pugh" },
  { "nyha", W_SCORE, 0, "NYHA" },
  { "madrs", W_SCORE, 0, "MADRS" },
  { "ham-d", W_SCORE, 0, "HAM-D" },
  { "hamd", W_SCORE, 0, "HAM-D" },
  { "panss", W_SCORE, 0, "PANSS" },
  { "vas", W_SCORE, 0, "VAS" },
  { "bmi", W_SCORE, 0, "BMI" },
  { "body mass index", W_SCORE, 0, "BMI" },
  { "身體質量指數", W_SCORE, 0, "BMI" },
  { "weight", W_SCORE, 0, "weight" },
  { "body weight", W_SCORE, 0, "weight" },
  { "體重", W_SCORE, 0, "weight" },
  { "life expectancy", W_SCORE, 0, "life expectancy" },
  { "expected survival", W_SCORE, 0, "life expectancy" },
  { "預期壽命", W_SCORE, 0, "life expectancy" },
  { "lvef", W_SCORE, 0, "LVEF" },
  { "left ventricular ejection fraction", W_SCORE, 0, "LVEF" },
  /* laboratory */
  { "hemoglobin", W_LAB, 0, "hemoglobin" },
  { "haemoglobin", W_LAB, 0, "hemoglobin" },
  { "hgb", W_LAB, 0, "hemoglobin" },
  { "血紅素", W_LAB, 0, "hemoglobin" },
  { "platelets", W_LAB, 0, "platelets" },
  { "platelet", W_LAB, 0, "platelets" },
  { "platelet count", W_LAB, 0, "platelets" },
  { "血小板", W_LAB, 0, "platelets" },
  { "absolute neutrophil count", W_LAB, 0, "neutrophils" },
  { "anc", W_LAB, 0, "neutrophils" },
  { "neutrophils", W_LAB, 0, "neutrophils" },
  { "neutrophil count", W_LAB, 0, "neutrophils" },
  { "wbc", W_LAB, 0, "leukocytes" },
  { "white blood cell count", W_LAB, 0, "leukocytes" },
  { "leukocytes", W_LAB, 0, "leukocytes" },
  { "lymphocyte count", W_LAB, 0, "lymphocytes" },
  { "alt", W_LAB, 0, "ALT" },
  { "sgpt", W_LAB, 0, "ALT" },
  { "alanine aminotransferase", W_LAB, 0, "ALT" },
  { "ast", W_LAB, 0, "AST" },
  { "sgot", W_LAB, 0, "AST" },
  { "aspartate aminotransferase", W_LAB, 0, "AST" },
  { "bilirubin", W_LAB, 0, "bilirubin" },
  { "total bilirubin", W_LAB, 0, "bilirubin" },
  { "total serum bilirubin", W_LAB, 0, "bilirubin" },
  { "creatinine", W_LAB, 0, "creatinine" },
  { "serum creatinine", W_LAB, 0, "creatinine" },
  { "creatinine clearance", W_LAB, 0, "creatinine clearance" },
  { "crcl", W_LAB, 0, "creatinine clearance" },
  { "egfr", W_LAB, 0, "eGFR" },
  { "estimated glomerular filtration rate", W_LAB, 0, "eGFR" },
  { "腎絲球過濾率", W_LAB, 0, "eGFR" },
  { "albumin", W_LAB, 0, "albumin" },
  { "serum albumin", W_LAB, 0, "albumin" },
  { "hba1c", W_LAB, 0, "HbA1c" },
  { "糖化血色素", W_LAB, 0, "HbA1c" },
  { "crp", W_LAB, 0, "CRP" },
  { "c-reactive protein", W_LAB, 0, "CRP" },
  { "esr", W_LAB, 0, "ESR" },
  { "inr", W_LAB, 0, "INR" },
  { "igg", W_LAB, 0, "IgG" },
  { "proteinuria", W_LAB, 0, "proteinuria" },
  { "upcr", W_LAB, 0, "UPCR" },
  { "urine protein to creatinine ratio", W_LAB, 0, "UPCR" },
  { "uric acid", W_LAB, 0, "uric acid" },
  { "ldl-c", W_LAB, 0, "LDL-C" },
  { "triglycerides", W_LAB, 0, "triglycerides" },
  { "potassium", W_LAB, 0, "potassium" },
  /* findings that are there or not */
  { "aqp4-igg", W_FINDING, 0, "AQP4-IgG" },
  { "aqp4 igg", W_FINDING, 0, "AQP4-IgG" },
  { "aqp4", W_FINDING, 0, "AQP4-IgG" },
  { "aqp4-ab", W_FINDING, 0, "AQP4-IgG" },
  { "anti-aqp4", W_FINDING, 0, "AQP4-IgG" },
  { "aqp4 antibody", W_FINDING, 0, "AQP4-IgG" },
  { "aqp4 antibodies", W_FINDING, 0, "AQP4-IgG" },
  { "mog-igg", W_FINDING, 0, "MOG-IgG" },
  { "ana", W_FINDING, 0, "ANA" },
  { "antinuclear antibody", W_FINDING, 0, "ANA" },
  { "anti-dsdna", W_FINDING, 0, "anti-dsDNA" },
  { "hbsag", W_FINDING, 0, "HBsAg" },
  { "hepatitis b surface antigen", W_FINDING, 0, "HBsAg" },
  { "rheumatoid factor", W_FINDING, 0, "rheumatoid factor" },
  { "anti-ccp", W_FINDING, 0, "anti-CCP" },
  { "her2", W_FINDING, 0, "HER2" },
  { "pd-l1", W_FINDING, 0, "PD-L1" },
  { "positive", W_POSITIVE, TH_TRIAL_POSITIVE, NULL },
  { "positive for", W_POSITIVE, TH_TRIAL_POSITIVE, NULL },
  { "seropositive", W_POSITIVE, TH_TRIAL_POSITIVE, NULL },
  { "seropositive for", W_POSITIVE, TH_TRIAL_POSITIVE, NULL },
  { "陽性", W_POSITIVE, TH_TRIAL_POSITIVE, NULL },
  { "阳性", W_POSITIVE, TH_TRIAL_POSITIVE, NULL },
  { "negative", W_POSITIVE, TH_TRIAL_NEGATIVE, NULL },
  { "negative for", W_POSITIVE, TH_TRIAL_NEGATIVE, NULL },
  { "seronegative for", W_POSITIVE, TH_TRIAL_NEGATIVE, NULL },
  { "陰性", W_POSITIVE, TH_TRIAL_NEGATIVE, NULL },
  { "阴性", W_POSITIVE, TH_TRIAL_NEGATIVE, NULL },
  /* events that are counted */
  { "attack", W_EVENT, 0, "attack" },
  { "attacks", W_EVENT, 0, "attack" },
  { "發作", W_EVENT, 0, "attack" },
  { "relapse", W_EVENT, 0, "relapse" },
  { "relapses", W_EVENT, 0, "relapse" },
  { "復發", W_EVENT, 0, "relapse" },
  { "复发", W_EVENT, 0, "relapse" },
  { "exacerbation", W_EVENT, 0, "exacerbation" },
  { "exacerbations", W_EVENT, 0, "exacerbation" },
  { "急性惡化", W_EVENT, 0, "exacerbation" },
  { "flare", W_EVENT, 0, "flare" },
  { "flares", W_EVENT, 0, "flare" },
  { "episode", W_EVENT, 0, "episode" },
  { "episodes", W_EVENT, 0, "episode" },
  { "seizure", W_EVENT, 0, "seizure" },
  { "seizures", W_EVENT, 0, "seizure" },
  { "miscarriage", W_EVENT, 0, "miscarriage" },
  { "miscarriages", W_EVENT, 0, "miscarriage" },
  { "pregnancy losses", W_EVENT, 0, "miscarriage" },
  { "流產", W_EVENT, 0, "miscarriage" },
  /* windows */
  { "within", W_PAST, 0, NULL },
  { "within the", W_PAST, 0, NULL },
  { "within the last", W_PAST, 0, NULL },
  { "within the past", W_PAST, 0, NULL },
  { "within last", W_PAST, 0, NULL },
  { "in the", W_PAST, 0, NULL },
  { "in the last", W_PAST, 0, NULL },
  { "in the past", W_PAST, 0, NULL },
  { "in the previous", W_PAST, 0, NULL },
  { "in the preceding", W_PAST, 0, NULL },
  { "in past", W_PAST, 0, NULL },
  { "during the", W_PAST, 0, NULL },
  { "during the last", W_PAST, 0, NULL },
  { "during the past", W_PAST, 0, NULL },
  { "over the last", W_PAST, 0, NULL },
  { "over the past", W_PAST, 0, NULL },
  { "過去", W_PAST, 0, NULL },
  { "过去", W_PAST, 0, NULL },
  { "最近", W_PAST, 0, NULL },
  { "before screening", W_BEFORE, 0, NULL },
  { "before the screening visit", W_BEFORE, 0, NULL },
  { "before screening visit", W_BEFORE, 0, NULL },
  { "prior to screening", W_BEFORE, 0, NULL },
  { "preceding screening", W_BEFORE, 0, NULL },
  { "of screening", W_BEFORE, 0, NULL },
  { "before baseline", W_BEFORE, 0, NULL },
  { "before the baseline visit", W_BEFORE, 0, NULL },
  { "prior to baseline", W_BEFORE, 0, NULL },
  { "of baseline visit", W_BEFORE, 0, NULL },
  { "of baseline", W_BEFORE, 0, NULL },
  { "before enrollment", W_BEFORE, 0, NULL },
  { "before enrolment", W_BEFORE, 0, NULL },
  { "prior to enrollment", W_BEFORE, 0, NULL },
  { "prior to enrolment", W_BEFORE, 0, NULL },
  { "of enrollment", W_BEFORE, 0, NULL },
  { "before randomization", W_BEFORE, 0, NULL },
  { "before randomisation", W_BEFORE, 0, NULL },
  { "prior to randomization", W_BEFORE, 0, NULL },
  { "prior to randomisation", W_BEFORE, 0, NULL },
  { "of randomization", W_BEFORE, 0, NULL },
  { "before study entry", W_BEFORE, 0, NULL },
  { "prior to study entry", W_BEFORE, 0, NULL },
  { "before inclusion", W_BEFORE, 0, NULL },
  { "prior to inclusion", W_BEFORE, 0, NULL },
  { "before day 1", W_BEFORE, 0, NULL },
  { "篩選前", W_BEFORE, 0, NULL },
  { "收案前", W_BEFORE, 0, NULL },
  { "入組前", W_BEFORE, 0, NULL },
  { "內", W_BEFORE, 0, NULL },
  { "内", W_BEFORE, 0, NULL },
  /* treatment, trials */
  { "treatment with", W_TREATED, 0, NULL },
  { "treated with", W_TREATED, 0, NULL },
  { "therapy with", W_TREATED, 0, NULL },
  { "previous treatment with", W_TREATED, 0, NULL },
  { "prior treatment with", W_TREATED, 0, NULL },
  { "prior therapy with", W_TREATED, 0, NULL },
  { "previous therapy with", W_TREATED, 0, NULL },
  { "previously treated with", W_TREATED, 0, NULL },
  { "prior use of", W_TREATED, 0, NULL },
  { "previous use of", W_TREATED, 0, NULL },
  { "use of", W_TREATED, 0, NULL },
  { "received", W_TREATED, 0, NULL },
  { "receipt of", W_TREATED, 0, NULL },
  { "exposure to", W_TREATED, 0, NULL },
  { "prior exposure to", W_TREATED, 0, NULL },
  { "曾接受", W_TREATED, 0, NULL },
  { "曾使用", W_TREATED, 0, NULL },
  { "使用過", W_TREATED, 0, NULL },
  { "participation in another interventional trial", W_TRIAL, 0, NULL },
  { "participation in another clinical trial", W_TRIAL, 0, NULL },
  { "participation in another interventional study", W_TRIAL, 0, NULL },
  { "participation in another clinical study", W_TRIAL, 0, NULL },
  { "participation in another trial", W_TRIAL, 0, NULL },
  { "participation in another study", W_TRIAL, 0, NULL },
  { "participation in other clinical trials", W_TRIAL, 0, NULL },
  { "participated in another clinical trial", W_TRIAL, 0, NULL },
  { "participation in any clinical trial", W_TRIAL, 0, NULL },
  { "participation in any other clinical trial", W_TRIAL, 0, NULL },
  { "參加其他臨床試驗", W_TRIAL, 0, NULL },
  { "参加其他临床试验", W_TRIAL, 0, NULL },
  /* diagnosis */
  { "diagnosis of", W_DIAGNOSIS, 0, NULL },
  { "clinical diagnosis of", W_DIAGNOSIS, 0, NULL },
  { "confirmed diagnosis of", W_DIAGNOSIS, 0, NULL },
  { "diagnosed with", W_DIAGNOSIS, 0, NULL },
  { "diagnosed", W_DIAGNOSIS, 0, NULL },
  { "history of", W_DIAGNOSIS, 0, NULL },
  { "known history of", W_DIAGNOSIS, 0, NULL },
  { "patients with", W_DIAGNOSIS, 0, NULL },
  { "subjects with", W_DIAGNOSIS, 0, NULL },
  { "participants with", W_DIAGNOSIS, 0, NULL },
  { "診斷為", W_DIAGNOSIS, 0, NULL },
  { "诊断为", W_DIAGNOSIS, 0, NULL },
  { "確診", W_DIAGNOSIS, 0, NULL },
  { "患有", W_DIAGNOSIS, 0, NULL },
  { "病史", W_DIAGNOSIS, 0, NULL },
  /* pregnancy */
  { "pregnant", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "pregnancy", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "pregnant women", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "pregnant female", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "pregnant females", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "懷孕", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "怀孕", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "妊娠", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "孕婦", W_PREGNANT, TH_TRIAL_PREGNANCY, NULL },
  { "breastfeeding", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "breast-feeding", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "breast feeding", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "breastfeeding women", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "lactating", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "lactating women", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "lactation", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "nursing", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "哺乳", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "哺乳期", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "授乳", W_PREGNANT, TH_TRIAL_BREASTFEEDING, NULL },
  { "child-bearing potential", W_PREGNANT, TH_TRIAL_CHILDBEARING, NULL },
  { "childbearing potential", W_PREGNANT, TH_TRIAL_CHILDBEARING, NULL },
  { "of child-bearing potential", W_PREGNANT, TH_TRIAL_CHILDBEARING, NULL },
  { "women of child-bearing potential", W_PREGNANT, TH_TRIAL_CHILDBEARING, NULL },
  { "women of childbearing potential", W_PREGNANT, TH_TRIAL_CHILDBEARING, NULL },
  { "informed consent", W_CONSENT, 0, NULL },
  { "written informed consent", W_CONSENT, 0, NULL },
  { "signed informed consent", W_CONSENT, 0, NULL },
  { "signed written informed consent", W_CONSENT, 0, NULL },
  { "give written informed consent", W_CONSENT, 0, NULL },
  { "informed written consent", W_CONSENT, 0, NULL },
  { "informed consent form", W_CONSENT, 0, NULL },
  { "同意書", W_CONSENT, 0, NULL },
  { "知情同意", W_CONSENT, 0, NULL },
  { "知情同意書", W_CONSENT, 0, NULL },
  { "healthy volunteers", W_HEALTHY, 0, NULL },
  { "healthy volunteer", W_HEALTHY, 0, NULL },
  { "healthy subjects", W_HEALTHY, 0, NULL },
  { "healthy adults", W_HEALTHY, 0, NULL },
  { "healthy children", W_HEALTHY, 0, NULL },
  { "健康受試者", W_HEALTHY, 0, NULL },
  /* joints */
  { "or", W_OR, 0, NULL },
  { "and/or", W_OR, 0, NULL },
  { "either", W_OR, 0, NULL },
  { "during the course of the study", W_MARK, 0, NULL },
  { "during the study", W_MARK, 0, NULL },
  { "或", W_OR, 0, NULL },
  { "、", W_OR, 0, NULL },
  { "and", W_AND, 0, NULL },
  { "且", W_AND, 0, NULL },
  { "及", W_AND, 0, NULL },
  { "to", W_TO, 0, NULL },
  { "-", W_TO, 0, NULL },
  { "~", W_TO, 0, NULL },
  { "through", W_TO, 0, NULL },
  { "至", W_TO, 0, NULL },
  { "到", W_TO, 0, NULL },
  { "between", W_BETWEEN, 0, NULL },
  { "between the ages of", W_BETWEEN, 0, NULL },
  { "介於", W_BETWEEN, 0, NULL },
  { "介于", W_BETWEEN, 0, NULL },
  { "not", W_NOT, 0, NULL },
  { "no", W_NOT, 0, NULL },
  { "non", W_NOT, 0, NULL },
  { "none", W_NOT, 0, NULL },
  { "never", W_NOT, 0, NULL },
  { "without", W_NOT, 0, NULL },
  { "with or without", W_NOT, 0, NULL },
  { "unless", W_NOT, 0, NULL },
  { "except", W_NOT, 0, NULL },
  { "excluding", W_NOT, 0, NULL },
  { "other than", W_NOT, 0, NULL },
  { "absence of", W_NOT, 0, NULL },
  { "free of", W_NOT, 0, NULL },
  { "ineligible", W_NOT, 0, NULL },
  { "naive", W_NOT, 0, NULL },
  { "無", W_NOT, 0, NULL },
  { "无", W_NOT, 0, NULL },
  { "未", W_NOT, 0, NULL },
  { "非", W_NOT, 0, NULL },
  { "不", W_NOT, 0, NULL },
  { "除", W_NOT, 0, NULL },
};

/* Words that change nothing in a statement that was read. */
static const char *const stops[] = {
  "patient", "patients", "subject",    "subjects",  "participant", "participants", "volunteers", "must",        "have",
  "has",     "be",       "is",         "are",       "were",        "was",          "been",       "being",       "a",
  "an",      "the",      "of",         "with",      "for",         "who",          "whose",      "by",          "on",
  "in",      "as",       "at",         "should",    "shall",       "will",         "adult",      "adults",      "score",
  "scores",  "level",    "levels",     "value",     "index",       "scale",        "total",      "status",      "performance",
  "grade",   "class",    "inclusive",  "only",      "time",        "signing",      "screening",  "baseline",    "visit",
  "visits",  "entry",    "enrollment", "enrolment", "able",        "willing",      "provide",    "providing",   "sign",
  "signed",  "give",     "obtained",   "written",   "their",       "currently",    "current",    "male/female", "gender",
  "sex",     "any",      "患者",       "病人",      "病患",        "受試者",       "受试者",     "之",          "的",
  "為",      "为",       "者",         "需",        "應",          "須",           "可",         "能",          "簽署",
  "签署",    "本",       "study",      "count",     "serum",       "disease",      "性別",       "並",          "願意",
  "自願",
};

/* ── Look-up ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool letter_at(th_str s, size_t at) {
  if (at >= s.n) return false;
  const unsigned char c = (unsigned char)s.p[at];
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* A Latin phrase ends at a word's end; "age" is not in "agent". A phrase that ends in a digit or sign needs no such end. */
static bool fits(th_str s, size_t at, th_str p) {
  if (!th_str_starts(th_str_sub(s, at, s.n), p)) return false;
  const char last = p.p[p.n - 1], first = p.p[0];
  if (last >= 'a' && last <= 'z' && letter_at(s, at + p.n) && !(s.p[at + p.n] >= '0' && s.p[at + p.n] <= '9')) return false;
  if (first >= 'a' && first <= 'z' && at > 0 && s.p[at - 1] >= 'a' && s.p[at - 1] <= 'z') return false;
  return true;
}

/* Longest phrase of the table that stands at a byte. The table is small and sorted by nothing: a line is short. */
static const phrase *phrase_at(th_str s, size_t at) {
  const phrase *best = NULL;
  size_t n = 0;
  for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
    const phrase *p = &phrases[i];
    if (p->text[0] != s.p[at]) continue;
    const th_str t = th_str_of(p->text);
    if (t.n > n && fits(s, at, t)) best = p, n = t.n;
  }
  return best;
}

static bool is_stop(th_str word) {
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
    if (th_str_is(word, stops[i])) return true;
  return false;
}

/* "1,500", "6.0": digits with thousands in groups of three, and a point. */
static size_t number_at(th_str s, size_t at, double *out) {
  char digits[40];
  size_t i = at, n = 0;
  bool point = false;
  if (!(s.p[i] >= '0' && s.p[i] <= '9')) return 0;
  while (i < s.n && n + 1 < sizeof digits) {
    const char c = s.p[i];
    if (c >= '0' && c <= '9') {
      digits[n++] = c;
    } else if (c == '.' && !point && i + 1 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9') {
      digits[n++] = c, point = true;
    } else if (c == ',' && !point && i + 3 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9' && s.p[i + 2] >= '0' &&
               s.p[i + 2] <= '9' && s.p[i + 3] >= '0' && s.p[i + 3] <= '9' &&
               !(i + 4 < s.n && s.p[i + 4] >= '0' && s.p[i + 4] <= '9')) {
      /* a thousands mark */
    } else {
      break;
    }
    i++;
  }
  return th_str_to_f64(th_str_n(digits, n), out) ? i - at : 0;
}

static size_t worded_number(th_str s, size_t at, double *out) {
  static const char *const words[] = { "zero",     "one",     "two",     "three",     "four",     "five",     "six",
                                       "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen",
                                       "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty" };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (fits(s, at, th_str_of(words[i]))) return *out = (double)i, strlen(words[i]);
  static const char *const zh[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九", "十" };
  for (size_t i = 0; i < sizeof zh / sizeof *zh; i++) {
    const th_str z = th_str_of(zh[i]);
    if (th_str_starts(th_str_sub(s, at, s.n), z)) return *out = (double)(i + 1), z.n;
  }
  if (th_str_starts(th_str_sub(s, at, s.n), TH_S("兩"))) return *out = 2, strlen("兩");
  return 0;
}

/* ── Cutting ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct found {
  th_name_hits diseases, drugs;
  size_t d, g; /* the next of each */
} found;

/* A name that begins at this byte; the longer of disease and drug. */
static const th_name_hit *name_at(found *f, size_t at, th_trial__class *c) {
  while (f->d < f->diseases.n && f->diseases.v[f->d].from < at) f->d++;
  while (f->g < f->drugs.n && f->drugs.v[f->g].from < at) f->g++;
  const th_name_hit *x = f->d < f->diseases.n && f->diseases.v[f->d].from == at ? &f->diseases.v[f->d] : NULL;
  const th_name_hit *y = f->g < f->drugs.n && f->drugs.v[f->g].from == at ? &f->drugs.v[f->g] : NULL;
  *c = W_DISEASE;
  if (x && (!y || x->to >= y->to)) return x;
  *c = W_DRUG;
  return y;
}

static size_t word_end(th_str s, size_t at) {
  size_t i = at;
  if ((unsigned char)s.p[i] >= 0x80) return th_utf8_next(s, &i), i;
  if (!letter_at(s, i)) return i + 1;
  while (letter_at(s, i) || (i < s.n && strchr("/'-^", s.p[i]) && letter_at(s, i + 1))) i++;
  return i;
}

static th_trial__word next_word(th_str s, size_t at, found *f) {
  th_trial__word w = { .from = (uint32_t)at, .number = NAN };
  th_trial__class c;
  const phrase *p = phrase_at(s, at);
  const th_name_hit *name = name_at(f, at, &c);
  size_t n;
  if (name && (!p || name->to - at > strlen(p->text))) {
    w.c = c, w.row = name->row, w.to = name->to;
  } else if (p) {
    w.c = p->c, w.value = p->value, w.what = p->what, w.to = (uint32_t)(at + strlen(p->text));
  } else if ((n = number_at(s, at, &w.number)) || (n = worded_number(s, at, &w.number))) {
    w.c = W_NUMBER, w.to = (uint32_t)(at + n);
  } else {
    w.to = (uint32_t)word_end(s, at);
    const th_str text = th_str_sub(s, at, w.to);
    w.c = text.n == 1 && !letter_at(text, 0) ? W_MARK : is_stop(text) ? W_STOP : W_WORD;
    if (th_str_is(text, "。") || th_str_is(text, "，") || th_str_is(text, "；")) w.c = W_MARK;
    /* Chinese has no blanks: the longest stop word that begins here. */
    for (size_t i = 0; w.c == W_WORD && (text.p[0] & 0x80) && i < sizeof stops / sizeof *stops; i++) {
      const th_str t = th_str_of(stops[i]);
      if ((t.p[0] & 0x80) && th_str_starts(th_str_sub(s, at, s.n), t)) w.c = W_STOP, w.to = (uint32_t)(at + t.n);
    }
  }
  return w;
}

/* "Disease" by itself names all of them: a patient has it, whatever ails them. It says nothing. */
static void leave_out_all(th_name_hits *hits) {
  size_t n = 0;
  for (size_t i = 0; i < hits->n; i++)
    if (!th_str_is(hits->v[i].row->id, "MONDO:0000001") && !th_str_is(hits->v[i].row->id, "MONDO:0700096"))
      hits->v[n++] = hits->v[i];
  hits->n = n;
}

/* Names are looked for in the text as printed, where capitals tell an abbreviation; their places are moved to the folded text. */
static void move_hits(th_name_hits *hits, const uint32_t *map, size_t n) {
  size_t i = 0;
  for (size_t k = 0; k < hits->n; k++) {
    th_name_hit *h = &hits->v[k];
    while (i < n && map[i] < h->from) i++;
    const size_t from = i;
    while (i < n && map[i] < h->to) i++;
    h->from = (uint32_t)from, h->to = (uint32_t)i;
  }
}

th_code th_trial__lex(th_arena *a, const th_names *names, th_str text, th_str *folded, th_trial__words *out, th_err *err) {
  found f = { 0 };
  uint32_t *map;
  *folded = th_text_fold(a, text, TH_TRIAL__FOLD, &map);
  if (!folded->p) return th_fail_nomem(err);
  if (names) {
    TH_TRY(th_names_find(names, a, TH_NAME_DISEASE, text, false, &f.diseases, err));
    TH_TRY(th_names_find(names, a, TH_NAME_DRUG, text, false, &f.drugs, err));
    leave_out_all(&f.diseases);
    move_hits(&f.diseases, map, folded->n);
    move_hits(&f.drugs, map, folded->n);
  }
  for (size_t at = 0; at < folded->n;) {
    if (folded->p[at] == ' ') {
      at++;
      continue;
    }
    const th_trial__word w = next_word(*folded, at, &f);
    if (!TH_VEC_PUSH(a, out, w)) return th_fail_nomem(err);
    at = w.to > at ? w.to : at + 1;
  }
  return TH_OK;
}
