// What walks through the web app share: a server over a home of its own, hands on a keyboard, a look at a page.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contrast, overflow, structure } from './page_checks.mjs';

// A server over a home of its own; the day is fixed.
export const start = (program, home, day) => new Promise((resolve, reject) => {
  const child = spawn(program, ['--home', home, '--as-of', day, 'serve', '--listen', '127.0.0.1:0'],
    { env: { ...process.env, THERIAC_KEY_FILE: join(home, '..', 'cases.key'), USER: 'physician' }, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    const m = text.match(/http:\S+/);
    if (m) resolve({ child, url: m[0].replace(/\/$/, '') });
  });
  child.once('exit', () => reject(new Error('the server ended')));
});
export const stop = (server) => new Promise((resolve) => {
  server.child.removeAllListeners('exit');
  server.child.once('exit', resolve);
  server.child.kill('SIGTERM');
});

// Hands on a keyboard: nothing here clicks or sets a value by script.
export const hands = (page) => {
  const press = async (key, code = key, keyCode = 0, text) => {
    await page.call('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', key, code, windowsVirtualKeyCode: keyCode, text });
    await page.call('Input.dispatchKeyEvent', { type: 'keyUp', key, code, windowsVirtualKeyCode: keyCode });
  };
  const tab = () => press('Tab', 'Tab', 9);
  const at = () => page.evaluate(() => {
    const e = document.activeElement;
    return { tag: e.tagName, type: e.type ?? '', name: e.name ?? '', value: e.value ?? '', text: (e.textContent ?? '').trim(), checked: !!e.checked, href: e.getAttribute('href') ?? '' };
  });
  const reach = async (what, fits) => {
    for (let i = 0; i < 400; i++) {
      if (fits(await at())) return;
      await tab();
    }
    throw new Error(`not reached by Tab: ${what}`);
  };
  const type = async (name, text) => {
    await reach(name, (e) => e.name === name);
    await page.evaluate(() => document.activeElement.select?.());
    await page.call('Input.insertText', { text });
  };
  const choose = async (name, value) => {
    await reach(name, (e) => e.name === name && e.type === 'radio');
    for (let i = 0; i < 20; i++) {
      const e = await at();
      if (e.name === name && e.value === value && e.checked) return;
      if (e.value === value) await press(' ', 'Space', 32, ' ');
      else await press('ArrowDown', 'ArrowDown', 40);
    }
    throw new Error(`${name} is not to be set to ${value}`);
  };
  const check = async (name, value) => {
    await reach(`${name} ${value ?? ''}`, (e) => e.name === name && e.type === 'checkbox' && (value === undefined || e.value === value));
    if (!(await at()).checked) await press(' ', 'Space', 32, ' ');
  };
  const pick = async (name, value) => { // a row of a list
    await reach(name, (e) => e.tag === 'SELECT' && e.name === name);
    for (let i = 0; i < 60; i++) {
      if ((await at()).value === value) return;
      await press('ArrowDown', 'ArrowDown', 40);
    }
    throw new Error(`${name} has no ${value}`);
  };
  const loaded = () => new Promise((resolve) => setTimeout(resolve, 120));
  const settle = async (before) => {
    for (let i = 0; i < 100; i++) {
      await loaded();
      const now = await page.evaluate(() => `${performance.timeOrigin} ${document.readyState}`).catch(() => '');
      if (now.endsWith('complete') && now !== before) return;
    }
    throw new Error('no page came');
  };
  const enter = async (what, fits) => {
    await reach(what, fits);
    const before = await page.evaluate(() => `${performance.timeOrigin} complete`);
    await press('Enter', 'Enter', 13, '\r');
    await settle(before);
  };
  const button = (value) => enter(`button ${value}`, (e) => e.tag === 'BUTTON' && e.type === 'submit' && (e.name === 'then' ? e.value === value : value === e.name || value === 'submit') && e.text !== '' && !e.href);
  const link = (href) => enter(`link ${href}`, (e) => e.tag === 'A' && e.href.endsWith(href));
  const where = () => page.evaluate(() => location.pathname);
  const restart = () => page.evaluate(() => document.activeElement.blur());
  return { press, tab, at, reach, type, choose, check, pick, enter, button, link, where, restart };
};

// Looks at a page of a name and tells what is wrong by `result(name, lines)`; a screenshot goes to $SHOTS when that is set.
export const looker = (result, skip) => {
  const looked = new Set();
  return async (page, name) => {
    result(`${name}: structure`, await page.evaluate(structure));
    result(`${name}: width`, await page.evaluate(overflow));
    result(`${name}: contrast`, await page.evaluate(contrast));
    result(`${name}: no error`, page.seen.errors.splice(0));
    if (process.env.SHOTS) {
      const { data } = await page.call('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
      writeFileSync(join(process.env.SHOTS, `${name}.png`), Buffer.from(data, 'base64'));
    }
    if (!process.env.AXE || !existsSync(process.env.AXE)) {
      if (!looked.has('axe')) skip('axe-core', '$AXE names no axe-core');
      looked.add('axe');
      return;
    }
    await page.call('Runtime.evaluate', { expression: readFileSync(process.env.AXE, 'utf8') });
    result(`${name}: axe-core`, await page.evaluate(async () => (await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
      .violations.map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((x) => x.target.join(' ')).join('; ')}`)));
  };
};

// The other halves of a walk in two languages and two widths: its pages once more, without walking.
export const OTHERS = [['zh-TW', 390], ['en', 1280]];
export const glance = async (browser, server, paths, look) => {
  for (const [lang, width] of OTHERS)
    for (const [name, path] of Object.entries(paths)) {
      const page = await browser.openPage(`${server.url}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`, { width, height: 900 });
      await look(page, `${lang}-${width}-${name}`);
      await page.close();
    }
};
