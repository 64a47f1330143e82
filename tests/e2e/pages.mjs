// Looks at the pages of the demo dossier in Chromium: both languages, wide and narrow, light, dark and on paper.
//   node tests/e2e/pages.mjs PROGRAM        TAP; screenshots in $SHOTS when that is set
// axe-core is used when it is found in $AXE (its axe.min.js), and is skipped otherwise.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const out = mkdtempSync(join(tmpdir(), 'theriac-pages-'));
execFileSync(program, ['demo', '--out', join(out, 'demo')], { stdio: 'ignore' });
const pages = [['en', 'belimumab.html'], ['zh-TW', 'belimumab.zh-TW.html']].map(([lang, file]) => ({ lang, url: pathToFileURL(join(out, 'demo', file)).href }));

const browser = await openBrowser(chromium);
const shot = async (page, name) => {
  if (!process.env.SHOTS) return;
  const { data } = await page.call('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
  writeFileSync(join(process.env.SHOTS, `${name}.png`), Buffer.from(data, 'base64'));
};
try {
  for (const { lang, url } of pages) {
    let wide = await browser.openPage(url);
    result(`${lang}: asks for nothing but itself`, wide.seen.requests.filter((u) => u !== url && !u.startsWith('data:')));
    result(`${lang}: no error, no policy violation`, wide.seen.errors);
    result(`${lang}: structure`, await wide.evaluate(structure));
    result(`${lang}: says its language`, (await wide.evaluate(() => document.documentElement.lang)).startsWith(lang.slice(0, 2)) ? [] : ['lang of html']);
    result(`${lang}: 1280 wide`, await wide.evaluate(overflow));
    result(`${lang}: contrast, light`, await wide.evaluate(contrast));
    await shot(wide, `${lang}-1280`);

    const stops = [];
    for (let i = 0; i < 12; i++) {
      await wide.call('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 });
      await wide.call('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 });
      stops.push(await wide.evaluate(focusOrder));
    }
    const reached = stops.filter((s) => s.tag !== 'BODY');
    result(`${lang}: keyboard`, [
      ...(reached[0]?.href?.startsWith('#') ? [] : [`the first stop is no link past the head: ${JSON.stringify(reached[0])}`]),
      ...reached.filter((s) => !s.ring || !s.shown).map((s) => `focus does not show on ${s.tag} "${s.text}"`)]);

    if (process.env.AXE && existsSync(process.env.AXE)) {
      await wide.call('Runtime.evaluate', { expression: readFileSync(process.env.AXE, 'utf8') });
      result(`${lang}: axe-core`, await wide.evaluate(async () => (await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
        .violations.map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((x) => x.target.join(' ')).join('; ')}`)));
    } else skip(`${lang}: axe-core`, '$AXE names no axe-core');
    const text = await wide.evaluate(() => document.querySelector('main').innerText.replace(/\s+/g, ' ').length);
    await wide.close();

    for (const width of [390, 320]) {
      const narrow = await browser.openPage(url, { width, height: 800 });
      result(`${lang}: ${width} wide`, await narrow.evaluate(overflow));
      await shot(narrow, `${lang}-${width}`);
      await narrow.close();
    }
    const dark = await browser.openPage(url, { dark: true });
    result(`${lang}: contrast, dark`, await dark.evaluate(contrast));
    await shot(dark, `${lang}-dark`);
    await dark.close();

    const paper = await browser.openPage(url, { media: 'print', width: 794 });
    const { data } = await paper.call('Page.printToPDF', { paperWidth: 8.27, paperHeight: 11.69 });
    const pdf = Buffer.from(data, 'base64');
    result(`${lang}: on paper`, [...(pdf.subarray(0, 5).toString() === '%PDF-' ? [] : ['no PDF']), ...(await paper.evaluate(contrast)),
      ...(await paper.evaluate(() => [...document.querySelectorAll('main details:not([open]) > :not(summary)')].filter((e) => !e.checkVisibility({ contentVisibilityAuto: true })).slice(0, 5).map((e) => `folded away on paper: "${e.textContent.trim().slice(0, 40)}"`)))]);
    await shot(paper, `${lang}-print`);
    await paper.close();

    const plain = await browser.openPage(url, { script: false });
    const { root } = await plain.call('DOM.getDocument', { depth: 0 });
    const { nodeId } = await plain.call('DOM.querySelector', { nodeId: root.nodeId, selector: 'main' });
    const { outerHTML } = await plain.call('DOM.getOuterHTML', { nodeId });
    const left = outerHTML.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/g, ' ').replace(/\s+/g, ' ').length;
    result(`${lang}: without script`, left * 1.2 >= text ? [] : [`${left} characters left of ${text}`]);
    await plain.close();
  }
} finally {
  await browser.close();
  rmSync(out, { recursive: true, force: true });
}
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
