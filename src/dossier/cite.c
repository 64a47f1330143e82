/* How to cite the dossier: APA and BibTeX, with version and day, keys unique and plain ASCII. */
#include "dossier_priv.h"

th_code th_dossier__cite(th_dossier_work *w) {
  th_dossier *d = w->d;
  char day[TH_DATE_TEXT];
  th_date_iso(d->as_of, day);
  th_buf key;
  th_buf_init(&key, w->a, 64);
  th_buf_addz(&key, "theriac_");
  for (size_t i = 0; i < d->drug->id.n; i++) {
    const char c = d->drug->id.p[i];
    th_buf_addc(&key, (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
  }
  th_buf_addf(&key, "_%.4s%.2s%.2s", day, day + 5, day + 8);
  d->cite.key = th_buf_str(&key);
  d->cite.apa =
      th_str_fmt(w->a, "Theriac. (%.4s). Dossier of %.*s (program version %s, as of %s, %zu sources) [Computed report].", day,
                 TH_STR_ARG(d->drug_en), d->build, day, d->sources.n);
  d->cite.bibtex =
      th_str_fmt(w->a,
                 "@misc{%.*s,\n  title = {Dossier of %.*s},\n  author = {{Theriac}},\n  year = {%.4s},\n  version = {%s},\n"
                 "  note = {As of %s; %zu sources}\n}",
                 TH_STR_ARG(d->cite.key), TH_STR_ARG(d->drug_en), day, d->build, day, d->sources.n);
  return key.failed || !d->cite.apa.p || !d->cite.bibtex.p ? th_fail_nomem(w->err) : TH_OK;
}
