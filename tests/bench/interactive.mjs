// How soon pages can be used in Chromium, over the DevTools protocol: interactive (the document is parsed), content loaded (its modules
// have run), the first key handled after that, bytes over the wire. Each page is loaded anew ROUNDS times without a cache; the median is
// told. The limit of the specification: 0.5 s, first page at most 100 KB. Nothing passes or fails by time.
//   node tests/bench/interactive.mjs PROGRAM DEMO
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, openBrowser } from '../e2e/browser.mjs';
import { hands, start, stop } from '../e2e/walk.mjs';

const ROUNDS = 7, [, , program, demo] = process.argv, chromium = findChromium();
if (!chromium) {
  console.log('# interactive: skipped, chromium is not installed');
  process.exit(0);
}
const median = (v) => [...v].sort((x, y) => x - y)[v.length >> 1];

const measure = async (browser, url) => {
  const page = await browser.openPage('about:blank');
  await page.call('Network.setCacheDisabled', { cacheDisabled: true });
  await page.call('Page.navigate', { url });
  for (let i = 0; i < 400; i++) {
    if ((await page.evaluate(() => `${document.readyState} ${location.protocol}`).catch(() => '')) === 'complete http:') break;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const [loading] = await page.evaluate(() => performance.getEntriesByType('navigation').map((e) => ({ interactive: e.domInteractive, loaded: e.domContentLoadedEventEnd,
    bytes: e.transferSize + performance.getEntriesByType('resource').reduce((n, r) => n + r.transferSize, 0) })));
  await page.evaluate(() => addEventListener('keydown', (e) => { window.handled ??= performance.now() - e.timeStamp; }));
  await page.call('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 });
  const key = await page.evaluate(() => window.handled ?? NaN);
  await page.close();
  return { ...loading, key };
};

const folder = mkdtempSync(join(tmpdir(), 'theriac-interactive-')), home = join(folder, 'home');
const browser = await openBrowser(chromium);
let server;
try {
  execFileSync(program, ['import', ...['report-page.md', 'abstract.txt', 'rule-8.2.13.txt', 'trial-page.txt'].map((f) => join(demo, f)), '--home', home, '--quiet']);
  server = await start(program, home, '2025-06-15');
  const page = await browser.openPage(`${server.url}/case/new`), h = hands(page);
  await h.type('title', 'Patient one');
  await h.choose('path', 'nhi-8.2.13/sle-initial');
  await h.restart();
  await h.enter('begin', (e) => e.tag === 'BUTTON' && e.type === 'submit' && e.name === '' && /Begin|開始/.test(e.text));
  const kase = await h.where();
  await page.close();
  console.log(`# interactive in Chromium, median of ${ROUNDS}, ms; ${cpus().length} processors, load ${loadavg()[0].toFixed(1)}; the limit is 500`);
  console.log('# page                        interactive   content loaded   first key   KB');
  for (const [name, path] of [['first page', '/'], ['dossier', '/drug/belimumab'], ['dossier with a list', '/drug/belimumab?with=warfarin'], ['case, a step', kase],
    ['case, the answer', kase.replace(/\/enter\/.*/, '')]]) {
    const all = [];
    for (let i = 0; i < ROUNDS; i++) all.push(await measure(browser, server.url + path));
    const of = (what) => median(all.map((x) => x[what]));
    console.log(`# ${name.padEnd(26)}${of('interactive').toFixed(0).padStart(12)}${of('loaded').toFixed(0).padStart(17)}${of('key').toFixed(1).padStart(12)}${(of('bytes') / 1000).toFixed(0).padStart(5)}`);
  }
} finally {
  await browser.close();
  if (server) await stop(server);
  rmSync(folder, { recursive: true, force: true });
}
