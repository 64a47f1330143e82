/* Floor 3: record types of the outside world and their readers. Pure: bytes in, values in the caller's arena out; no file, no
 * clock, no network. A reader gives the whole record or an error with its line; what a document lacks is listed as a gap. */
#ifndef THERIAC_SOURCE_H
#define THERIAC_SOURCE_H

#include "theriac/source/abstract_doc.h"
#include "theriac/source/audit_page.h"
#include "theriac/source/capture.h"
#include "theriac/source/caution_table.h"
#include "theriac/source/coverage_text.h"
#include "theriac/source/ctgov.h"
#include "theriac/source/ddinter.h"
#include "theriac/source/drug_label.h"
#include "theriac/source/field.h"
#include "theriac/source/ictrp.h"
#include "theriac/source/nhi_items.h"
#include "theriac/source/pubmed.h"
#include "theriac/source/report_page.h"
#include "theriac/source/target_table.h"
#include "theriac/source/tfda36.h"
#include "theriac/source/trial_page.h"
#include "theriac/source/vocabulary.h"

#endif
