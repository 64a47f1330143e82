// Looks at the static site in Chromium: from the disk and from a server, both languages, wide and narrow, light, dark and on paper, with
// and without script.
//   node tests/e2e/site.mjs PROGRAM        TAP; screenshots in $SHOTS when that is set; $SITE: a site built already
// axe-core is used when it is found in $AXE (its axe.min.js), and is skipped otherwise.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findChromium, openBrowser } from './browser.mjs';
import { contrast, focusOrder, overflow, structure } from './page_checks.mjs';

const program = process.argv[2], chromium = findChromium();
if (!chromium) {
  console.log('1..0 # SKIP chromium is not installed');
  process.exit(0);
}
let n = 0, failed = 0;
const result = (name, wrong) => {
  for (const line of wrong.slice(0, 20)) console.log(`# ${line}`);
  failed += wrong.length > 0;
  console.log(`${wrong.length ? 'not ok' : 'ok'} ${++n} - ${name}`);
};
const skip = (name, why) => console.log(`ok ${++n} - ${name} # SKIP ${why}`);

// The demonstration pack and some invented pages, two days of them.
const out = mkdtempSync(join(tmpdir(), 'theriac-site-')), home = join(out, 'home');
const theriac = (...words) => execFileSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
const page = (drug, disease) => `---\ntitle: ${drug}\nevidence_level: L4\nindication_count: 1\n---\n\n# ${drug}\n\n## 快速總覽\n| 項目 | 內容 |\n|------|------|\n`
  + `| 預測新適應症 | ${disease} |\n| 證據等級 | L4 |\n| 建議決策 | Hold |\n\n## 預測適應症詳細分析\n\n<details class="indication-section" open>\n<summary>\n`
  + `<span class="indication-name">1. ${disease}</span>\n<span class="evidence-badge evidence-L4">L4</span>\n<span class="prediction-score">99.10%</span>\n</summary>\n`
  + '<div class="indication-content">\n<h3>為什麼這個預測合理？</h3>\n\n<p>可能有效。</p>\n</div>\n</details>\n';
const study = (status, updated, results) => JSON.stringify({ protocolSection: { identificationModule: { nctId: 'NCT09000001', briefTitle: 'Tofacitinib in Lupus Nephritis' },
  statusModule: { overallStatus: status, lastUpdatePostDateStruct: { date: updated } }, conditionsModule: { conditions: ['Lupus Nephritis'] },
  designModule: { studyType: 'INTERVENTIONAL', phases: ['PHASE3'], designInfo: { allocation: 'RANDOMIZED' }, enrollmentInfo: { count: 300 } },
  armsInterventionsModule: { armGroups: [{ label: 'A', type: 'EXPERIMENTAL', interventionNames: ['Drug: Tofacitinib'] }],
    interventions: [{ type: 'DRUG', name: 'Tofacitinib', armGroupLabels: ['A'] }] } }, hasResults: results });
if (!process.env.SITE) {
  theriac('demo', '--out', join(out, 'demo'), '--as-of', '2026-02-01');
  renameSync(join(out, 'demo', 'home'), home);
  mkdirSync(join(out, 'one'));
  const pairs = [['tofacitinib', 'lupus nephritis'], ['rituximab', 'systemic lupus erythematosus'], ['abatacept', 'lupus nephritis'], ['anifrolumab', 'lupus nephritis'],
    ['Voclosporin', 'membranous nephropathy'], ['Baricitinib', 'lupus nephritis'], ['obinutuzumab', 'lupus nephritis'], ['Cyclophosphamide', 'lupus nephritis'],
    ['tacrolimus', 'lupus nephritis'], ['Telitacicept', 'lupus nephritis'], ['methotrexate', 'systemic lupus erythematosus'], ['azathioprine', 'lupus nephritis'], ['warfarin', 'gout'], ['aspirin', 'gout']];
  for (const [drug, disease] of pairs) writeFileSync(join(out, 'one', `${drug}.md`), page(drug, disease));
  writeFileSync(join(out, 'one', 'study.json'), study('RECRUITING', '2026-01-01', false));
  theriac('import', '--home', home, '--as-of', '2026-02-01', join(out, 'one'));
  writeFileSync(join(out, 'one', 'study.json'), study('COMPLETED', '2026-03-01', true));
  theriac('import', '--home', home, '--as-of', '2026-03-05', join(out, 'one', 'study.json'));
  theriac('site', 'build', '--home', home, '--as-of', '2026-04-01', '--out', join(out, 'site'));
}
const site = process.env.SITE ?? join(out, 'site');

const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.atom': 'application/atom+xml', '.json': 'application/json' };
const server = createServer((request, answer) => {
  const path = join(site, normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)));
  if (!path.startsWith(site) || !existsSync(path)) return answer.writeHead(404).end();
  answer.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' }).end(readFileSync(path));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const served = `http://127.0.0.1:${server.address().port}/`, disk = `${pathToFileURL(site).href}/`;

const browser = await openBrowser(chromium);
const shot = async (tab, name) => {
  if (!process.env.SHOTS) return;
  const { data } = await tab.call('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
  writeFileSync(join(process.env.SHOTS, `${name}.png`), Buffer.from(data, 'base64'));
};
const key = async (tab, name, code) => {
  await tab.call('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: name, code: name, windowsVirtualKeyCode: code });
  await tab.call('Input.dispatchKeyEvent', { type: 'keyUp', key: name, code: name, windowsVirtualKeyCode: code });
};
const pages = ['index.html', 'drugs/index.html', 'drugs/by-level.html', 'diseases/index.html', 'levels/l5.html', 'charts.html', 'changes.html', 'method.html', 'data.html',
  'about.html', 'search.html', 'drug/belimumab.html', 'disease/mondo-0005556.html'];
// Asked from here, not inside the page: the page may be on its way to another.
const settled = async (tab, test, ...given) => {
  for (let i = 0; i < 200; i++) {
    if (await tab.evaluate(test, ...given).catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
};

try {
  for (const lang of ['en', 'zh-TW'])
    for (const path of pages) {
      const name = `${lang}/${path}`;
      if (!existsSync(join(site, name))) continue;
      const wide = await browser.openPage(served + name);
      result(`${name}: asks for nothing but the site`, wide.seen.requests.filter((u) => !u.startsWith(served) && !u.startsWith('data:')));
      result(`${name}: no error, no policy violation`, wide.seen.errors);
      result(`${name}: structure`, await wide.evaluate(structure));
      result(`${name}: 1280 wide`, await wide.evaluate(overflow));
      result(`${name}: contrast, light`, await wide.evaluate(contrast));
      await shot(wide, `${lang}-${path.replaceAll('/', '-').replace('.html', '')}-1280`);
      if (process.env.AXE && existsSync(process.env.AXE)) {
        await wide.call('Runtime.evaluate', { expression: readFileSync(process.env.AXE, 'utf8') });
        result(`${name}: axe-core`, await wide.evaluate(async () => (await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
          .violations.map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((x) => x.target.join(' ')).join('; ')}`)));
      } else skip(`${name}: axe-core`, '$AXE names no axe-core');
      await wide.close();
      for (const width of [390, 320]) {
        const narrow = await browser.openPage(served + name, { width, height: 800 });
        result(`${name}: ${width} wide`, await narrow.evaluate(overflow));
        if (width === 390) await shot(narrow, `${lang}-${path.replaceAll('/', '-').replace('.html', '')}-390`);
        await narrow.close();
      }
      const dark = await browser.openPage(disk + name, { dark: true });
      result(`${name}: from the disk, dark: contrast, no error`, [...(await dark.evaluate(contrast)), ...dark.seen.errors,
        ...dark.seen.requests.filter((u) => !u.startsWith(disk) && !u.startsWith('data:'))]);
      await shot(dark, `${lang}-${path.replaceAll('/', '-').replace('.html', '')}-dark`);
      await dark.close();
      const plain = await browser.openPage(disk + name, { script: false, media: 'print', width: 794 });
      const { root } = await plain.call('DOM.getDocument', { depth: 0 });
      const { nodeId } = await plain.call('DOM.querySelector', { nodeId: root.nodeId, selector: 'main' });
      const { outerHTML } = await plain.call('DOM.getOuterHTML', { nodeId });
      result(`${name}: without script`, outerHTML.replace(/<[^>]*>/g, ' ').trim().length > 100 ? [] : ['nothing is left']);
      await plain.close();
    }

  for (const base of [served, disk]) {
    const from = base === disk ? 'from the disk' : 'from a server';
    for (const [query, goal] of [['benlysta', 'belimumab'], ['狼瘡', 'mondo'], ['lupus neph', 'mondo'], ['tofa', 'tofacitinib']]) {
      const tab = await browser.openPage(`${base}en/search.html?q=${encodeURIComponent(query)}`);
      const found = await settled(tab, (part) => [...document.querySelectorAll('#results a')].some((a) => a.getAttribute('href').includes(part)), goal);
      result(`search ${from}: ${query}`, [...(found ? [] : [await tab.evaluate(() => document.getElementById('results').innerText)]), ...tab.seen.errors]);
      await tab.close();
    }
    const none = await browser.openPage(`${base}zh-TW/search.html?q=zzzz`);
    result(`search ${from}: nothing is said so`, (await settled(none, () => document.getElementById('results').textContent.includes('zzzz'))) ? [] : ['no word of it']);
    await none.close();

    const home = await browser.openPage(`${base}en/index.html`);
    await key(home, '/', 191);
    for (const c of 'rituximab') await home.call('Input.dispatchKeyEvent', { type: 'char', text: c });
    await home.call('Input.dispatchKeyEvent', { type: 'char', text: '\r' });
    result(`search ${from}, by keyboard from the first page`, (await settled(home, () => location.pathname.endsWith('search.html') && document.querySelector('#results a[href*=rituximab]') !== null)) ? []
      : [await home.evaluate(() => location.href)]);
    await home.close();

    const list = await browser.openPage(`${base}en/drugs/index.html`);
    const first = () => list.evaluate(() => document.querySelector('tbody tr:not(.letter):not([hidden]) th').textContent.trim());
    const press = (column) => list.evaluate((c) => document.querySelectorAll('thead button')[c].click(), column);
    const before = await first();
    await press(0);
    const turned = await first();
    await press(3);
    const levels = await list.evaluate(() => [...document.querySelectorAll('tbody tr')].map((r) => r.cells[3]?.dataset.by ?? '').filter(Boolean));
    result(`columns sort ${from}`, [...(before < turned ? [] : [`${before}, then ${turned}`]), ...(levels.join() === [...levels].sort().join() ? [] : [`levels ${levels}`])]);
    await list.evaluate(() => {
      const input = document.querySelector('.narrow input');
      input.value = 'rituximab';
      input.dispatchEvent(new Event('input'));
    });
    result(`rows narrow ${from}`, (await list.evaluate(() => [...document.querySelectorAll('tbody tr:not([hidden])')].length)) === 1 ? [] : ['not one row is left']);
    await list.close();
  }

  const tab = await browser.openPage(`${served}en/drugs/index.html`);
  const stops = [];
  for (let i = 0; i < 20; i++) {
    await key(tab, 'Tab', 9);
    stops.push(await tab.evaluate(focusOrder));
  }
  const reached = stops.filter((s) => s.tag !== 'BODY');
  result('keyboard: the first stop leads past the head, and focus shows', [...(reached[0]?.href === '#main' ? [] : [JSON.stringify(reached[0])]),
    ...reached.filter((s) => !s.ring || !s.shown).map((s) => `focus does not show on ${s.tag} "${s.text}"`)]);
  await tab.close();
} finally {
  await browser.close();
  server.close();
  rmSync(out, { recursive: true, force: true });
}
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
