/* Parts of pages: tables, fields, call-outs. Every field has a label, a hint or an error tied to it, and keeps what was typed. */
#include "theriac/report/web.h"

#include "page.h"

void th_html_table_open(th_html *h, const char *cls, const char *caption_key) {
  th_html_open_cls(h, "div", "scroll");
  th_html_attrz(h, "tabindex", "0");
  th_html_attrz(h, "role", "group");
  th_html_attr_say(h, "aria-label", caption_key);
  th_html_open_cls(h, "table", cls);
  th_html_el_say(h, "caption", NULL, caption_key);
  th_html_open(h, "thead");
  th_html_open(h, "tr");
}

void th_html_table_begin(th_html *h, const char *cls, const char *caption_key, const char *const *keys, size_t n) {
  th_html_table_open(h, cls, caption_key);
  for (size_t i = 0; i < n; i++) {
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "col");
    th_html_say(h, keys[i]);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
  th_html_open(h, "tbody");
  h->heads = keys; /* from here on cells are of a column; the heads themselves are not */
  h->n_heads = n;
  h->column = 0;
}

void th_html_table_end(th_html *h) {
  for (int i = 0; i < 3; i++) th_html_close(h);
  h->heads = NULL;
}

void th_html_row_begin(th_html *h, const char *cls) {
  h->column = 0;
  th_html_open_cls(h, "tr", cls);
}

void th_html_row_end(th_html *h) {
  th_html_close(h);
}

void th_html_cell(th_html *h, th_str text) {
  th_html_el(h, "td", NULL, text);
}

void th_web_form_begin(th_html *h, const char *method, th_str action, bool multipart) {
  th_html_open(h, "form");
  th_html_attrz(h, "method", method);
  th_html_attr(h, "action", action);
  if (multipart) th_html_attrz(h, "enctype", "multipart/form-data");
  if (strcmp(method, "post") == 0) th_html_attrz(h, "accept-charset", "utf-8");
}

static void described_by(th_html *h, const th_web_field *f, bool hint) {
  if (!hint && !f->error.n) return;
  th_html_attr(h, "aria-describedby",
               th_str_fmt(h->a, "%s%s%s", hint ? th_str_fmt(h->a, "h-%s", f->name).p : "", hint && f->error.n ? " " : "",
                          f->error.n ? th_str_fmt(h->a, "e-%s", f->name).p : ""));
  if (f->error.n) th_html_attrz(h, "aria-invalid", "true");
}

static void input(th_html *h, const th_web_field *f, bool hint) {
  const bool area = f->rows > 1, file = f->type && strcmp(f->type, "file") == 0;
  th_html_open(h, area ? "textarea" : "input");
  th_html_attr(h, "id", th_str_fmt(h->a, "f-%s", f->name));
  th_html_attrz(h, "name", f->name);
  if (area)
    th_html_attr(h, "rows", th_str_fmt(h->a, "%u", f->rows));
  else
    th_html_attrz(h, "type", f->type ? f->type : "text");
  if (!area && !file && f->value.n) th_html_attr(h, "value", f->value);
  if (f->placeholder.n) th_html_attr(h, "placeholder", f->placeholder);
  if (f->inputmode) th_html_attrz(h, "inputmode", f->inputmode);
  if (f->list) th_html_attrz(h, "list", f->list);
  if (!file) th_html_attrz(h, "autocomplete", f->autocomplete ? f->autocomplete : "off");
  described_by(h, f, hint);
  th_html_flag(h, "required", f->required);
  th_html_flag(h, "multiple", f->multiple);
  if (area) {
    th_html_text(h, TH_S("\n")); /* a first line break is not part of the value */
    th_html_text(h, f->value);
    th_html_close(h);
  }
}

void th_web_field_put(th_html *h, const th_web_field *f) {
  const bool hint = f->hint.n || f->hint_key;
  th_html_open_cls(h, "p", f->error.n ? "field wrong" : "field");
  th_html_open(h, "label");
  th_html_attr(h, "for", th_str_fmt(h->a, "f-%s", f->name));
  th_html_text(h, f->label.n ? f->label : th_words_get(h->lang, f->label_key));
  th_html_close(h);
  input(h, f, hint);
  if (hint) {
    th_html_open_cls(h, "span", "hint");
    th_html_attr(h, "id", th_str_fmt(h->a, "h-%s", f->name));
    th_html_text(h, f->hint.n ? f->hint : th_words_get(h->lang, f->hint_key));
    th_html_close(h);
  }
  if (f->error.n) {
    th_html_open_cls(h, "strong", "error");
    th_html_attr(h, "id", th_str_fmt(h->a, "e-%s", f->name));
    th_html_text(h, f->error);
    th_html_close(h);
  }
  th_html_close(h);
}

void th_web_hidden(th_html *h, const char *name, th_str value) {
  th_html_open(h, "input");
  th_html_attrz(h, "type", "hidden");
  th_html_attrz(h, "name", name);
  th_html_attr(h, "value", value);
}

static void option_words(th_html *h, const th_web_option *o) {
  th_html_text(h, o->key ? th_words_get(h->lang, o->key) : o->text);
}

void th_web_select(th_html *h, const char *name, const char *label_key, const th_web_option *o, size_t n, th_str chosen) {
  th_html_open_cls(h, "p", "field");
  th_html_open(h, "label");
  th_html_attr(h, "for", th_str_fmt(h->a, "f-%s", name));
  th_html_say(h, label_key);
  th_html_close(h);
  th_html_open(h, "select");
  th_html_attr(h, "id", th_str_fmt(h->a, "f-%s", name));
  th_html_attrz(h, "name", name);
  for (size_t i = 0; i < n; i++) {
    th_html_open(h, "option");
    th_html_attrz(h, "value", o[i].value);
    th_html_flag(h, "selected", th_str_is(chosen, o[i].value));
    option_words(h, &o[i]);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

void th_web_choice(th_html *h, const char *name, th_str legend, const th_web_option *o, size_t n, th_str chosen) {
  th_html_open_cls(h, "fieldset", "choice");
  th_html_el(h, "legend", NULL, legend);
  for (size_t i = 0; i < n; i++) {
    th_html_open(h, "label");
    th_html_open(h, "input");
    th_html_attrz(h, "type", "radio");
    th_html_attrz(h, "name", name);
    th_html_attrz(h, "value", o[i].value);
    th_html_flag(h, "checked", th_str_is(chosen, o[i].value));
    th_html_text(h, TH_S(" "));
    option_words(h, &o[i]);
    th_html_close(h);
  }
  th_html_close(h);
}

void th_web_check(th_html *h, const char *name, const char *value, th_str label, bool on) {
  th_html_open_cls(h, "label", "check");
  th_html_open(h, "input");
  th_html_attrz(h, "type", "checkbox");
  th_html_attrz(h, "name", name);
  th_html_attrz(h, "value", value);
  th_html_flag(h, "checked", on);
  th_html_text(h, TH_S(" "));
  th_html_text(h, label);
  th_html_close(h);
}

void th_web_button(th_html *h, const char *cls, const char *key) {
  th_html_open_cls(h, "button", cls);
  th_html_attrz(h, "type", "submit");
  th_html_say(h, key);
  th_html_close(h);
}

void th_web_button_value(th_html *h, const char *cls, const char *name, const char *value, const char *key) {
  th_html_open_cls(h, "button", cls);
  th_html_attrz(h, "type", "submit");
  th_html_attrz(h, "name", name);
  th_html_attrz(h, "value", value);
  th_html_say(h, key);
  th_html_close(h);
}

void th_web_note_begin(th_html *h, const char *cls) {
  th_html_open(h, "div");
  th_html_attrz(h, "role", "note");
  th_html_attr(h, "class", th_str_fmt(h->a, "note n-%s", cls));
}

void th_web_note(th_html *h, const char *cls, const char *key) {
  th_web_note_begin(h, cls);
  th_html_el_say(h, "p", NULL, key);
  th_html_close(h);
}

void th_web_empty(th_html *h, const char *title_key, const char *what_key) {
  th_html_open_cls(h, "div", "empty");
  th_html_el_say(h, "p", "lede", title_key);
  th_html_el_say(h, "p", NULL, what_key);
  th_html_close(h);
}
