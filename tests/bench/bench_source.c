/* Readers of documents: 300 invented report pages of the usual length read and audited, against one pass over their bytes. */
#include "bench.h"
#include "theriac/source.h"

#define PAGES 300

typedef struct pages {
  th_str page;
  uint64_t found;
} pages;

static th_str invented(th_arena *a) {
  th_buf b;
  th_buf_init(&b, a, 32 << 10);
  th_buf_addz(&b, "---\ntitle: Testimab\nparent: 僅模型預測 (L5)\nevidence_level: L2\nindication_count: 6\n---\n# Testimab\n\n"
                  "證據等級: **L5** | 預測適應症: **6** 個\n\n## 快速總覽\n| 項目 | 內容 |\n|---|---|\n| 證據等級 | L3 |\n\n"
                  "## 預測適應症詳細分析\n");
  for (int i = 1; i <= 6; i++) {
    th_buf_addf(
        &b,
        "<details class=\"indication-section\">\n<summary>\n<span class=\"indication-name\">%d. imaginary disease</span>\n"
        "<span class=\"evidence-badge evidence-L4\">L4</span>\n</summary>\n<h3>為什麼這個預測合理？</h3>\n"
        "<p>因為<strong>機轉</strong>相近，但證據有限。</p>\n<h3>臨床試驗</h3>\n<table>\n<thead>\n"
        "<tr><th>試驗編號</th><th>階段</th><th>狀態</th><th>人數</th><th>主要發現</th></tr>\n</thead>\n<tbody>\n",
        i);
    for (int k = 0; k < 3; k++)
      th_buf_addf(&b,
                  "<tr><td><a href=\"https://example.org/study/NCT0%07d\">NCT0%07d</a></td><td>PHASE2</td><td>COMPLETED</td>"
                  "<td>14</td><td>A study of testimab in imaginary disease with a title that is cut...</td></tr>\n",
                  i * 10 + k, i * 10 + k);
    th_buf_addz(&b, "</tbody>\n</table>\n</details>\n\n");
  }
  th_buf_addz(&b, "### 藥物-疾病注意事項 (DDSI)\n\n**Infections** 🟢 Minor\n- 本藥物禁用。\n\n## "
                  "結論與下一步\n**決策：Hold**\n");
  if (b.failed) abort();
  return th_buf_str(&b);
}

static void audit(void *ctx) {
  pages *in = ctx;
  th_arena *a = th_arena_new(0);
  for (int i = 0; i < PAGES; i++) {
    th_report_page page;
    th_findings found;
    if (th_source_report_read(a, in->page, &page, NULL) != TH_OK || th_source_audit_page(a, &page, &found, NULL) != TH_OK)
      abort();
    in->found += found.n;
    th_arena_reset(a);
  }
  th_arena_del(a);
}

static void one_pass(void *ctx) {
  pages *in = ctx;
  for (int k = 0; k < PAGES; k++)
    for (size_t i = 0; i < in->page.n; i++) {
      in->found += in->page.p[i] == '\n';
      __asm__ volatile("" : "+r"(in->found)); /* byte by byte: no vectors */
    }
}

int main(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return 4;
  pages in = { invented(a), 0 };
  const double n = (double)in.page.n * PAGES;
  const double pass = n / bench_seconds(one_pass, &in);
  bench_line("report pages audited, bytes", n, "B", bench_seconds(audit, &in), "one pass", pass, "memory", bench_memory_rate());
  bench_line("report pages audited", PAGES, "pages", bench_seconds(audit, &in), "300 pages in 0.1 s", 3000, "", 0);
  th_arena_del(a);
  return 0;
}
