/* Limits on everything read, by name. A message about one names it: "TH_LIMIT_JSON_DEPTH (512)". */
#ifndef THERIAC_BASE_LIMITS_H
#define THERIAC_BASE_LIMITS_H

#define TH_LIMIT_ARENA_BYTES    ((size_t)16 << 30) /* one arena */
#define TH_LIMIT_FILE_BYTES     ((size_t)4 << 30)  /* one input, plain or inflated */
#define TH_LIMIT_DOCUMENT_BYTES ((size_t)64 << 20) /* one document read as text: a page, an abstract, a rule */
#define TH_LIMIT_GZIP_RATIO     1100               /* inflated : packed, past the first MiB */
#define TH_LIMIT_LINE_BYTES     ((size_t)16 << 20) /* one line of a text or CSV input */
#define TH_LIMIT_CSV_COLUMNS    4096
#define TH_LIMIT_JSON_DEPTH     512
#define TH_LIMIT_XML_DEPTH      256
#define TH_LIMIT_YAML_DEPTH     128
#define TH_LIMIT_DECIMAL_DIGITS 36
#define TH_LIMIT_PATH_BYTES     4096
#define TH_LIMIT_POOL_THREADS   256

/* Cases of patients, kept sealed. */
#define TH_LIMIT_CASE_BYTES            ((size_t)8 << 20)  /* body of one version */
#define TH_LIMIT_CASE_TEXT_BYTES       4096               /* one text of a summary or of what is said of an attachment */
#define TH_LIMIT_CASE_DUES             64                 /* days of one summary */
#define TH_LIMIT_CASE_ATTACHMENTS      200                /* of one case */
#define TH_LIMIT_CASE_ATTACHMENT_BYTES ((size_t)32 << 20) /* one of them */

/* What people add to dossiers. */
#define TH_LIMIT_REMARK_BYTES    20000 /* text of a note; why an item was kept */
#define TH_LIMIT_REMARK_NAME     1000  /* every other text */
#define TH_LIMIT_SHORTLIST_ITEMS 5000

/* Files that are shown as they are, and put together to one. */
#define TH_LIMIT_PICTURE_SIDE  30000              /* pixels, width or height */
#define TH_LIMIT_PNG_PIXELS    ((size_t)64 << 20) /* a PNG is decoded */
#define TH_LIMIT_JPEG_PIXELS   ((size_t)256 << 20)
#define TH_LIMIT_PAPER_PAGES   200               /* of one PDF */
#define TH_LIMIT_PAPER_MEMORY  ((size_t)3 << 30) /* what looking through one, or putting them together, may use */
#define TH_LIMIT_PAPER_SECONDS 60
#define TH_LIMIT_PACKET_PAGES  1000

#endif
