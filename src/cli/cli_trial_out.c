#include "cli/cli_trial_out.h"

static const char *const by_names[] = { "condition", "intervention", "sponsor", "title", "text" };

/* ── Terminal ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void labelled(const th_cli_trials *t, th_buf *b, const char *key, th_str joined, size_t columns) {
  th_buf x;
  th_str rest = joined, one;
  if (!joined.n) return;
  th_buf_init(&x, t->c->arena, 256);
  const th_str word = th_cli_trial_word(t, key);
  th_buf_addf(&x, "%.*s: ", TH_STR_ARG(word));
  for (bool first = true; rest.n && th_str_split(&rest, '|', &one); first = false) {
    if (!first) th_buf_addz(&x, "; ");
    th_buf_add(&x, one);
  }
  th_buf_addz(b, "  ");
  th_cli_wrap(b, th_buf_str(&x), 2, 4, columns);
  th_buf_addc(b, '\n');
}

static void hit_text(const th_cli_trials *t, th_buf *b, const th_trial_hit *h, size_t columns) {
  th_buf_addf(b, "%.*s  ", TH_STR_ARG(h->id));
  th_cli_trial_value(t, b, h->status);
  th_buf_addz(b, " · ");
  th_cli_trial_value(t, b, h->phase);
  if (h->enrolment >= 0) th_buf_addf(b, " · n %lld", (long long)h->enrolment);
  if (h->start.n) th_buf_addf(b, " · %.*s", TH_STR_ARG(h->start));
  th_buf_addz(b, "\n  ");
  th_cli_wrap(b, h->title, 2, 2, columns);
  th_buf_addc(b, '\n');
  labelled(t, b, "conditions", h->conditions, columns);
  labelled(t, b, "interventions", h->interventions, columns);
  if (!h->how) return;
  th_buf x;
  th_buf_init(&x, t->c->arena, 64);
  for (int i = 0; i < 5; i++) {
    char key[32];
    if (!(h->how >> i & 1)) continue;
    snprintf(key, sizeof key, "by.%s", by_names[i]);
    th_buf_addf(&x, "%s%.*s", x.n ? "|" : "", TH_STR_ARG(th_cli_trial_word(t, key)));
  }
  labelled(t, b, "met_in", th_buf_str(&x), columns);
}

static void counts_text(const th_cli_trials *t, th_buf *b, const th_trial_found *f, size_t columns) {
  th_buf x;
  th_buf_init(&x, t->c->arena, 1024);
  for (size_t i = 0; i < f->counts.n;) {
    const th_trial_facet facet = f->counts.v[i].facet;
    char key[48];
    snprintf(key, sizeof key, "facet.%s", th_trial_facet_name(facet));
    x.n = 0;
    th_buf_addf(&x, "%.*s: ", TH_STR_ARG(th_cli_trial_word(t, key)));
    size_t shown = 0, left = 0;
    for (; i < f->counts.n && f->counts.v[i].facet == facet; i++) {
      if (shown == 12) {
        left++;
        continue;
      }
      if (shown++) th_buf_addz(&x, "; ");
      th_cli_trial_value(t, &x, f->counts.v[i].value);
      th_buf_addf(&x, " %u", f->counts.v[i].n);
    }
    if (left) th_buf_addf(&x, "; … %zu", left);
    th_cli_wrap(b, th_buf_str(&x), 0, 2, columns);
    th_buf_addc(b, '\n');
  }
}

void th_cli_trials_text(const th_cli_trials *t, th_buf *b, const th_cli_found *f) {
  const size_t columns = th_cli_columns();
  th_arena *a = t->c->arena;
  for (size_t i = 0; i < f->n_notes; i++) {
    th_cli_wrap(b, f->note[i], 0, 2, columns);
    th_buf_addc(b, '\n');
  }
  for (size_t i = 0; i < f->found->hits.n; i++) {
    th_buf_addc(b, '\n');
    hit_text(t, b, &f->found->hits.v[i], columns);
  }
  if (f->found->hits.n) th_buf_addc(b, '\n');
  const th_str values[] = { th_str_fmt(a, "%llu", (unsigned long long)f->found->total),
                            th_str_fmt(a, "%llu", (unsigned long long)f->found->held),
                            th_str_fmt(a, "%llu", (unsigned long long)f->offset + (f->found->hits.n ? 1 : 0)),
                            th_str_fmt(a, "%llu", (unsigned long long)f->offset + f->found->hits.n) };
  th_cli_wrap(b, th_words_fill(a, th_cli_trial_word(t, f->found->total ? "search.total" : "search.nothing"), values, 4), 0, 0,
              columns);
  th_buf_addc(b, '\n');
  if (f->found->counts.n) th_buf_addc(b, '\n');
  counts_text(t, b, f->found, columns);
}
