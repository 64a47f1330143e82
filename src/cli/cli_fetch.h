/* What `fetch` and its list of searches share. */
#ifndef THERIAC_CLI_FETCH_H
#define THERIAC_CLI_FETCH_H

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/source.h"

int th_cli__fetch_status(th_cli *c);
const char *th_cli__search_state(const th_cli *c, th_search_state s);
void th_cli__jtext(th_jwrite *w, const char *key, th_str s);   /* null when empty */
void th_cli__jcount(th_jwrite *w, const char *key, int64_t n); /* null below 0 */

#endif
