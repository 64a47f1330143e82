/* Records of the WHO's ICTRP search portal, XML or CSV. */
#ifndef THERIAC_SOURCE_ICTRP_H
#define THERIAC_SOURCE_ICTRP_H

#include "theriac/source/ctgov.h"

/* Reads an export (Trials_downloaded_from_ICTRP/Trial, or a table with a column TrialID) as studies: nct_id holds the TrialID, whatever
 * register it is of; words that the registry of origin would give as values (status, allocation, phase) become these values where
 * they are plainly the same, else they stay as printed with a gap "enumeration". Places are lines.
 *
 * The export loses "≥" and "≤": every record with criteria has the gap "criteria", and they are never to be taken from here when the
 * register of origin is at hand. A root that is not closed is mended (gap "cut off" in the last study, *cut set); a file that ends
 * inside a record keeps the records before it. TH_EPARSE with line: no record, XML broken otherwise, a record without TrialID. */
TH_API th_code th_source_ictrp_read(th_arena *a, th_str bytes, th_ctgov_doc *out, bool *cut, th_err *err);

#endif
