/* What forms print beside the facts, and the forms themselves. */
#include "theriac/report/web_case.h"

static const struct {
  const char *key, *label, *path; /* path: how its name begins; "": all */
} fields[] = {
  { "hospital_code", "apply.form.hospital-code", "" },
  { "hospital_name", "apply.form.hospital-name", "" },
  { "application_date", "apply.form.application-date", "" },
  { "name", "apply.form.name", "" },
  { "id_no", "apply.form.id-no", "" },
  { "chart_no", "apply.form.chart-no", "" },
  { "period_from", "apply.form.period-from", "" },
  { "period_to", "apply.form.period-to", "" },
  { "drug_code", "apply.form.drug-code", "" },
  { "dosage", "apply.form.dosage", "" },
  { "certificate_no", "apply.form.certificate-no", "" },
  { "hcq_side_effect", "apply.form.hcq-side-effect", "psle-" },
  { "is_side_effect", "apply.form.is-side-effect", "psle-" },
  { "intolerance", "apply.form.intolerance", "sle-" },
  { "t1_date", "apply.form.t1-date", "sle-initial" },
  { "t2_date", "apply.form.t2-date", "sle-initial" },
  { "base_date", "apply.form.base-date", "sle-renewal" },
  { "now_date", "apply.form.now-date", "" },
};

size_t th_web_form_fields(const th_rule_path *path, const char *const **keys, th_arena *a) {
  const char **list = TH_NEWN(a, const char *, sizeof fields / sizeof *fields);
  size_t n = 0;
  for (size_t i = 0; list && i < sizeof fields / sizeof *fields; i++)
    if (th_str_starts(path->name, th_str_of(fields[i].path))) list[n++] = fields[i].key;
  *keys = list;
  return n;
}

const char *const *th_web_forms_of(const th_rule_policy *p, const th_rule_path *path) {
  static const char *const ln[] = { "36", NULL }, *const psle[] = { "36-1", "36-2", NULL },
                           *const sle[] = { "s2", "36-2", NULL }, *const none[] = { NULL };
  if (th_str_starts(p->id, TH_S("trial-"))) return none;
  return th_str_starts(path->name, TH_S("ln-")) ? ln : th_str_starts(path->name, TH_S("psle-")) ? psle : sle;
}

static void form_links(th_html *h, const th_case_view *v) {
  const char *const *forms = th_web_forms_of(v->e->policy, v->e->path);
  if (!*forms) {
    th_web_empty(h, "apply.form.none", "apply.form.none.what");
    return;
  }
  th_html_open_cls(h, "ul", "results");
  for (; *forms; forms++) {
    th_html_open(h, "li");
    th_html_say(h, th_str_fmt(h->a, "apply.form.%s", *forms).p);
    th_html_text(h, TH_S(" · "));
    th_html_link_say(h, th_str_fmt(h->a, "%.*s/form/%s", TH_STR_ARG(v->href), *forms), "apply.form.open");
    th_html_text(h, TH_S(" · "));
    th_html_link_say(h, th_str_fmt(h->a, "%.*s/form/%s.pdf", TH_STR_ARG(v->href), *forms), "apply.form.pdf");
    th_html_close(h);
  }
  th_html_close(h);
}

void th_web_case_form(th_html *h, const th_case_view *v) {
  const th_json *kept = th_coverage_entry_kept(v->e, "form");
  form_links(h, v);
  th_html_el_say(h, "h2", NULL, "apply.form.fields");
  th_html_el_say(h, "p", NULL, "apply.form.fields.what");
  th_web_form_begin(h, "post", th_str_fmt(h->a, "%.*s/form", TH_STR_ARG(v->href)), false);
  th_html_attrz(h, "class", "columns-2");
  th_web_hidden(h, "version", th_str_fmt(h->a, "%u", v->version));
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (th_str_starts(v->e->path->name, th_str_of(fields[i].path)))
      th_web_field_put(h, &(th_web_field){ .name = fields[i].key,
                                           .label_key = fields[i].label,
                                           .value = th_json_text(th_json_get(kept, fields[i].key)),
                                           .rows = th_str_has(th_str_of(fields[i].key), TH_S("effect")) ||
                                                           strcmp(fields[i].key, "intolerance") == 0
                                                       ? 3
                                                       : 1 });
  if (!v->read_only) {
    th_html_open_cls(h, "p", "actions");
    th_web_button(h, "primary", "apply.save");
    th_html_close(h);
  }
  th_html_close(h);
}
