// A page in headless Chromium, driven over a pipe: no package, no port, no network.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function findChromium() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      continue;
    }
  }
  return null;
}

export async function openBrowser(program) {
  const profile = mkdtempSync(join(tmpdir(), 'theriac-e2e-'));
  const child = spawn(program, ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`,
    '--no-first-run', '--disable-extensions', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-dev-shm-usage', '--hide-scrollbars', '--force-color-profile=srgb', 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  let id = 0, rest = '';
  const waiting = new Map(), listeners = new Set();
  child.stdio[4].setEncoding('utf8');
  child.stdio[4].on('data', (chunk) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop();
    for (const part of parts) {
      const m = JSON.parse(part);
      if (m.id && waiting.has(m.id)) {
        const { resolve, reject, method } = waiting.get(m.id);
        waiting.delete(m.id);
        if (m.error) reject(new Error(`${method}: ${m.error.message}`));
        else resolve(m.result);
      } else for (const l of listeners) l(m);
    }
  });
  const send = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
    waiting.set(++id, { resolve, reject, method });
    child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
  });
  const close = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    send('Browser.close').catch(() => {});
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000))]);
    if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };

  // A page at a width, in a colour scheme; requests, errors and policy violations are collected from before it loads.
  const openPage = async (url, { width = 1280, height = 900, dark = false, media = '', script = true } = {}) => {
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const call = (method, params) => send(method, params, sessionId);
    const seen = { requests: [], errors: [] };
    let loaded;
    const load = new Promise((resolve) => { loaded = resolve; });
    const listen = (m) => {
      if (m.sessionId !== sessionId) return;
      if (m.method === 'Network.requestWillBeSent') seen.requests.push(m.params.request.url);
      if (m.method === 'Runtime.exceptionThrown') seen.errors.push(m.params.exceptionDetails.exception?.description ?? m.params.exceptionDetails.text);
      if (m.method === 'Runtime.consoleAPICalled' && m.params.type === 'error') seen.errors.push(JSON.stringify(m.params.args));
      if (m.method === 'Log.entryAdded' && ['error', 'warning'].includes(m.params.entry.level)) seen.errors.push(m.params.entry.text);
      if (m.method === 'Page.loadEventFired') loaded();
    };
    listeners.add(listen);
    for (const domain of ['Page', 'Network', 'Runtime', 'Log', 'DOM', 'Accessibility']) await call(`${domain}.enable`);
    await call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await call('Emulation.setEmulatedMedia', { media, features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
      { name: 'prefers-reduced-motion', value: 'reduce' }] });
    if (!script) await call('Emulation.setScriptExecutionDisabled', { value: true });
    await call('Page.navigate', { url });
    await Promise.race([load, new Promise((_, reject) => setTimeout(() => reject(new Error(`${url}: not loaded in 30 s`)), 30000).unref())]);
    const evaluate = async (fn, ...args) => {
      const r = await call('Runtime.evaluate', { expression: `(${fn})(...${JSON.stringify(args)})`, returnByValue: true, awaitPromise: true });
      if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description ?? r.exceptionDetails.text);
      return r.result.value;
    };
    const closePage = async () => {
      listeners.delete(listen);
      await send('Target.closeTarget', { targetId });
    };
    return { call, seen, evaluate, close: closePage };
  };
  return { openPage, close };
}
