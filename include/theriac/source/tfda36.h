/* Taiwan FDA: drug licences, open data set 36. */
#ifndef THERIAC_SOURCE_TFDA36_H
#define THERIAC_SOURCE_TFDA36_H

#include "theriac/source/field.h"

/* The set's 28 columns, in its order. */
typedef enum th_tfda_column {
  TH_TFDA_NUMBER,          /* 許可證字號 */
  TH_TFDA_CANCELLED,       /* 註銷狀態 */
  TH_TFDA_CANCELLED_DATE,  /* 註銷日期 */
  TH_TFDA_CANCEL_REASON,   /* 註銷理由 */
  TH_TFDA_EXPIRY,          /* 有效日期 */
  TH_TFDA_ISSUED,          /* 發證日期 */
  TH_TFDA_TYPE,            /* 許可證種類 */
  TH_TFDA_OLD_NUMBER,      /* 舊證字號 */
  TH_TFDA_CUSTOMS_NUMBER,  /* 通關簽審文件編號 */
  TH_TFDA_NAME_ZH,         /* 中文品名 */
  TH_TFDA_NAME_EN,         /* 英文品名 */
  TH_TFDA_INDICATION,      /* 適應症 */
  TH_TFDA_FORM,            /* 劑型 */
  TH_TFDA_PACKAGE,         /* 包裝 */
  TH_TFDA_CATEGORY,        /* 藥品類別 */
  TH_TFDA_CONTROLLED,      /* 管制藥品分類級別 */
  TH_TFDA_INGREDIENTS,     /* 主成分略述 */
  TH_TFDA_APPLICANT,       /* 申請商名稱 */
  TH_TFDA_APPLICANT_PLACE, /* 申請商地址 */
  TH_TFDA_APPLICANT_ID,    /* 申請商統一編號 */
  TH_TFDA_MAKER,           /* 製造商名稱 */
  TH_TFDA_MAKER_PLACE,     /* 製造廠廠址 */
  TH_TFDA_MAKER_OFFICE,    /* 製造廠公司地址 */
  TH_TFDA_COUNTRY,         /* 製造廠國別 */
  TH_TFDA_PROCESS,         /* 製程 */
  TH_TFDA_CHANGED,         /* 異動日期 */
  TH_TFDA_DOSAGE,          /* 用法用量 */
  TH_TFDA_BARCODE,         /* 包裝與國際條碼 */
  TH_TFDA_COLUMNS
} th_tfda_column;
TH_API const char *th_tfda_column_name(th_tfda_column c); /* "許可證字號" */

typedef struct th_tfda_ingredient {
  th_str name; /* "IMATINIB MESYLATE" */
  th_str base; /* "IMATINIB", from "(EQ TO IMATINIB)"; empty without it */
} th_tfda_ingredient;
typedef TH_VEC(th_tfda_ingredient) th_tfda_ingredients;

typedef struct th_tfda_licence {
  th_str text[TH_TFDA_COLUMNS]; /* trimmed; empty for empty, null and absent alike */
  th_date cancelled_on, expires, issued, changed;
  th_tfda_ingredients ingredients;
  uint64_t from, to; /* the row */
  uint32_t line;
} th_tfda_licence;
typedef TH_VEC(th_tfda_licence) th_tfda_licences;

typedef struct th_tfda_register {
  th_tfda_licences rows;
  th_gap_vec gaps; /* a date that cannot be read, a column not known, a row without ingredient */
} th_tfda_register;

/* A JSON array of objects or CSV with a head row; columns in any order, licence number required, others may be absent. Refused
 * with the line: no licence number column, a row without number, rows of another width, no row. Linear. */
TH_API th_code th_source_tfda_read(th_arena *a, th_str bytes, th_tfda_register *out, th_err *err);

typedef enum th_tfda_state {
  TH_TFDA_UNKNOWN = 0, /* not cancelled, and no expiry that can be read */
  TH_TFDA_VALID,
  TH_TFDA_EXPIRED, /* past, and not cancelled */
  TH_TFDA_IS_CANCELLED,
} th_tfda_state;
TH_API const char *th_tfda_state_name(th_tfda_state s); /* "valid", "expired", "cancelled", "unknown" */
/* State on a day: valid up to and including the day of expiry. as_of must be a full date. */
TH_API th_tfda_state th_tfda_state_on(const th_tfda_licence *l, th_date as_of);

#endif
