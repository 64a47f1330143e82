/* Answers of a batch, written by frame: what is the same for every case of a path is quoted once when the batch opens, and a case
 * puts its letters, numbers and names into it. The bytes are those of th_coverage_json with `brief`, which says what they mean. */
#include "coverage/coverage_priv.h"

static void quote(th_buf *b, th_str s) {
  th_jwrite w;
  th_jwrite_open(&w, b, 0);
  th_jw_str(&w, s);
}

static bool nodes_frame(th_arena *a, const th_rule_policy *p, const th_rule_path *path, th_coverage_frame *f) {
  th_buf b;
  th_buf_init(&b, a, 256);
  f->letter = TH_NEWN(a, uint32_t, path->n_named + 1);
  if (!f->letter) return false;
  th_buf_addz(&b, "],\"nodes\":{");
  for (uint32_t i = 0; i < path->n_named; i++) {
    if (i) th_buf_addc(&b, ',');
    quote(&b, p->node[path->named[i]].id);
    th_buf_addz(&b, ":\"");
    f->letter[i] = (uint32_t)b.n;
    th_buf_addz(&b, "?\"");
  }
  th_buf_addz(&b, "},\"scores\":{");
  f->nodes = th_buf_str(&b);
  return !b.failed;
}

static bool frame(th_arena *a, const th_rule_policy *p, const th_rule_path *path, th_coverage_frame *f) {
  th_buf head, tail;
  th_buf_init(&head, a, 128);
  th_buf_init(&tail, a, 256);
  th_buf_addz(&head, ",\"program\":");
  quote(&head, p->id);
  th_buf_addz(&head, ",\"path\":");
  quote(&head, path->name);
  th_buf_addz(&head, ",\"as_of\":\"");
  th_buf_addz(&tail, ",\"policy\":{\"id\":");
  quote(&tail, p->id);
  th_buf_addz(&tail, ",\"version\":");
  quote(&tail, p->version);
  th_buf_addz(&tail, ",\"sha256\":");
  quote(&tail, th_str_of(p->sha256));
  th_buf_addz(&tail, "}}");
  f->path = path;
  f->head = th_buf_str(&head);
  f->tail = th_buf_str(&tail);
  return nodes_frame(a, p, path, f) && !head.failed && !tail.failed;
}

bool th_coverage__frames(th_arena *a, const th_coverage *c, const th_coverage_frame **out, uint32_t *n) {
  uint32_t paths = 0;
  for (uint32_t i = 0; i < c->n; i++) paths += c->policy[i].n_paths;
  th_coverage_frame *f = TH_NEWN(a, th_coverage_frame, paths + 1);
  if (!f) return false;
  *out = f;
  *n = paths;
  for (uint32_t i = 0; i < c->n; i++)
    for (uint32_t k = 0; k < c->policy[i].n_paths; k++)
      if (!frame(a, &c->policy[i], &c->policy[i].path[k], f++)) return false;
  return true;
}

static void whole_number(th_buf *b, int32_t v) {
  char text[12], *p = text + sizeof text;
  uint32_t u = v < 0 ? 0u - (uint32_t)v : (uint32_t)v;
  do *--p = (char)('0' + u % 10);
  while (u /= 10);
  if (v < 0) *--p = '-';
  th_buf_add(b, th_str_n(p, (size_t)(text + sizeof text - p)));
}

static void names(th_buf *b, const th_rule_dict *d, const th_rule_set *set) {
  th_buf_addc(b, '[');
  for (uint32_t k = 0; k < set->n; k++) {
    if (k) th_buf_addc(b, ',');
    quote(b, d->fact[set->fact[k]].name);
  }
  th_buf_addc(b, ']');
}

static void letters(th_buf *b, const th_coverage_frame *f, const th_rule_result *r) {
  const size_t at = b->n;
  th_buf_add(b, f->nodes);
  for (uint32_t i = 0; i < r->n_named && !b->failed; i++)
    b->p[at + f->letter[i]] = th_rule_verdict_letter((th_rule_verdict)r->node[r->named[i]]);
}

static void scores(th_buf *b, const th_rule_policy *p, const th_rule_result *r) {
  for (uint32_t i = 0; i < r->n_scores; i++) {
    if (i) th_buf_addc(b, ',');
    quote(b, p->node[r->score[i].node].id);
    th_buf_add(b, TH_S(":["));
    whole_number(b, r->score[i].lo);
    th_buf_addc(b, ',');
    whole_number(b, r->score[i].hi);
    th_buf_addc(b, ']');
  }
  th_buf_add(b, TH_S("},\"collect\":["));
  for (uint32_t i = 0; i < r->n_collect; i++) {
    if (i) th_buf_addc(b, ',');
    names(b, p->dict, &r->collect[i]);
  }
  th_buf_add(b, TH_S("],\"warnings\":["));
  for (uint32_t i = 0; i < r->n_warnings; i++) {
    if (i) th_buf_addc(b, ',');
    quote(b, r->warning[i]);
  }
}

static const th_coverage_frame *frame_of(const th_coverage_batch *batch, const th_rule_path *path) {
  for (uint32_t i = 0; i < batch->n_frames; i++)
    if (batch->frame[i].path == path) return &batch->frame[i];
  return NULL;
}

void th_coverage__brief(th_buf *b, const th_coverage_batch *batch, const th_coverage_result *r) {
  char iso[TH_DATE_TEXT];
  const th_coverage_frame *f = frame_of(batch, r->path);
  if (!f || r->path->gated || r->rule.outcome == TH_OUT_VERSION_UNAVAILABLE) {
    th_jwrite w;
    th_jwrite_open(&w, b, 0);
    th_coverage_json(&w, r, true);
    return;
  }
  th_buf_add(b, TH_S("{\"case\":"));
  quote(b, r->kase->id);
  th_buf_add(b, f->head);
  th_buf_addz(b, th_date_iso(r->kase->as_of, iso));
  th_buf_add(b, TH_S("\",\"outcome\":\""));
  th_buf_addz(b, th_rule_outcome_name(r->rule.outcome));
  th_buf_add(b, TH_S("\",\"by_default_reading\":\""));
  th_buf_addc(b, th_rule_verdict_letter(r->rule.by_default));
  th_buf_add(b, TH_S("\",\"readings\":["));
  bool first = true;
  for (uint32_t i = 0; i < r->path->n_amb; i++) {
    if (!(r->rule.readings >> i & 1)) continue;
    if (!first) th_buf_addc(b, ',');
    first = false;
    quote(b, r->policy->amb[r->path->amb[i]].id);
  }
  letters(b, f, &r->rule);
  scores(b, r->policy, &r->rule);
  th_buf_add(b, TH_S("],\"stop\":\""));
  th_buf_addc(b, th_rule_verdict_letter(r->rule.stop));
  th_buf_addc(b, '"');
  th_buf_add(b, f->tail);
}
