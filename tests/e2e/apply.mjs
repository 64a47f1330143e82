// A physician applies for adult SLE, then renews: by keyboard alone, wide and at 390 px, in both languages.
//   node tests/e2e/apply.mjs PROGRAM        TAP; screenshots in $SHOTS when that is set
// axe-core is used when it is found in $AXE (its axe.min.js), and is skipped otherwise.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, openBrowser } from './browser.mjs';
import { glance, hands, looker, start, stop } from './walk.mjs';

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

const DRUGS = ['藥品\t劑量\t起\t迄', 'prednisolone\t30 mg QD\t113/10/1\t113/12/31', 'prednisolone\t10 mg QD\t114/1/1\t', 'Plaquenil\t200 mg BID\t113/10/1\t', 'Imuran\t150 mg/d\t113/10/1\t'].join('\n');

const browser = await openBrowser(chromium);
const look = looker(result, skip);
const says = (page, words) => page.evaluate((w) => document.querySelector('main').innerText.includes(w) ? [] : [`the page does not say "${w}"`], words);

const sheet = async (h, p, months) => {
  await h.type('sheet-day', p === 't1' ? '114/3/5' : '114/6/10');
  await h.type(`${p}_months_on_therapy`, months);
  await h.type(`${p}_esr`, '40');
  await h.choose(`${p}_arthritis`, 'yes');
  await h.type(`${p}_tender_joints`, '6');
  await h.type(`${p}_swollen_joints`, '5');
  await h.choose(`${p}_joint_image`, 'yes');
  await h.choose(`${p}_low_complement`, 'yes');
  await h.choose(`${p}_dna_binding`, 'yes');
};

// Eight points at month 5 and after month 6, three classes of drugs together for eight months: section 2 of the rule is met.
const apply = async (page, lang, tag) => {
  const h = hands(page);
  await h.link('/case/new');
  await h.type('title', lang === 'en' ? 'Patient one' : '王○美');
  await h.type('as_of', '114/6/15');
  await h.choose('path', 'nhi-8.2.13/sle-initial');
  await look(page, `${tag}-new`);
  await h.restart();
  await h.enter('begin', (e) => e.tag === 'BUTTON' && e.type === 'submit' && e.name === '' && /Begin|開始/.test(e.text));
  await h.type('birth_date', '74/11/20');
  await h.choose('sex', 'female');
  await h.type('weight', '55');
  await h.choose('prescriber_internal_medicine', 'yes');
  await h.choose('prescriber_rheumatology', 'yes');
  await look(page, `${tag}-person`);
  await h.restart();
  await h.button('next');
  await h.choose('sle_diagnosis', 'yes');
  await h.choose('anti_dsdna_positive', 'yes');
  await h.type('anti_dsdna_positive.date', '114/6/1');
  await h.type('c3', '60');
  await h.type('c3.date', '114/6/1');
  await h.type('c3_lln', '90');
  await look(page, `${tag}-disease`);
  await h.restart();
  await h.button('next');
  await h.type('table', DRUGS);
  await h.check('whole');
  await h.enter('read the table', (e) => e.tag === 'BUTTON' && /Read the table|讀取用藥表/.test(e.text));
  result(`${tag}: months computed, with their lines`, [...(await says(page, lang === 'en' ? '8.5 months' : '8.5 個月')), ...(await says(page, '#3'))]);
  await look(page, `${tag}-therapy`);
  await h.restart();
  await h.button('next');
  // An intolerance is not documented, and need not be: the doses are full.
  for (const [p, months] of [['t1', '5.3'], ['t2', '6.5']]) {
    await sheet(h, p, months);
    await h.restart();
    await h.reach('all others absent', (e) => e.name === 'absent');
    await h.press('Enter', 'Enter', 13, '\r');
    await look(page, `${tag}-score-${p}`);
    await h.restart();
    await h.button('next');
  }
  for (const name of ['started_before_approval', 'np_lupus', 'other_biologic_overlap']) await h.choose(name, 'no');
  await look(page, `${tag}-exclusions`);
  await h.restart();
  await h.button('next');
  result(`${tag}: criteria met`, [...(await says(page, lang === 'en' ? 'Criteria met' : '符合')), ...((await page.evaluate(() => document.querySelector('.answer').classList.contains('ok'))) ? [] : ['the answer is not green'])]);
  await look(page, `${tag}-answer`);
  const kase = await h.where();
  for (const part of ['calendar', 'dose', 'form', 'versions']) {
    await h.restart();
    await h.link(`${kase}/${part}`);
    await look(page, `${tag}-${part}`);
  }
  await h.restart();
  await h.link(`${kase}/calendar`);
  result(`${tag}: infusions on days 0, 14, 28`, [...(await says(page, '2025-06-15')), ...(await says(page, '2025-06-29')), ...(await says(page, '2025-07-13')), ...(await says(page, '2025-08-10'))]);
  await packet(page, lang, tag, kase);
  return kase;
};

// A report added to the clause that asks for it, and everything put into one PDF.
const packet = async (page, lang, tag, kase) => {
  const h = hands(page), photo = join(folder, 'report.png');
  const { data } = await page.call('Page.captureScreenshot', { format: 'png' });
  writeFileSync(photo, Buffer.from(data, 'base64'));
  await h.restart();
  await h.link(`${kase}/packet`);
  const open = () => page.evaluate(() => document.querySelectorAll('main section h3 .b-stop').length);
  const before = await open();
  await h.pick('evidence', 'E-esr-crp');
  await h.reach('the file', (e) => e.type === 'file');
  const { root } = await page.call('DOM.getDocument', { depth: 0 });
  const { nodeId } = await page.call('DOM.querySelector', { nodeId: root.nodeId, selector: 'input[type=file]' });
  await page.call('DOM.setFileInputFiles', { nodeId, files: [photo] });
  await h.type('date', '114/6/10');
  await h.enter('add', (e) => e.tag === 'BUTTON' && e.type === 'submit' && /^(Add|新增)$/.test(e.text));
  result(`${tag}: a document less is missing`, [...(await says(page, 'report.png')), ...((await open()) < before ? [] : [`${before} missing, then ${await open()}`])]);
  await look(page, `${tag}-packet`);
  result(`${tag}: one PDF, and a sheet for the bedside`, await page.evaluate(async (at) => {
    const wrong = [];
    for (const file of ['packet.pdf', 'bedside.pdf']) {
      const bytes = new Uint8Array(await (await fetch(`${at}/${file}`)).arrayBuffer());
      if (String.fromCharCode(...bytes.slice(0, 5)) !== '%PDF-') wrong.push(`${file} is no PDF`);
    }
    return wrong;
  }, kase));
};

// Six months on: what is true still is carried over, and only the rest is asked.
const renew = async (page, lang, tag, kase) => {
  const h = hands(page);
  await h.link(kase);
  await h.restart();
  await h.link(`${kase}/renew`);
  await h.type('as_of', '114/12/20');
  await h.type('start', '114/6/15');
  await h.enter('look', (e) => e.tag === 'BUTTON' && /Go on|繼續/.test(e.text) && e.type === 'submit');
  await h.type('table', `${DRUGS.replace('10 mg QD\t114/1/1\t', '10 mg QD\t114/1/1\t114/8/31')}\nprednisolone\t5 mg QD\t114/9/1\t\nBenlysta\t550 mg\t114/6/15\t\tIV`);
  await h.check('whole');
  await look(page, `${tag}-renew`);
  await h.restart();
  await h.enter('begin the renewal', (e) => e.tag === 'BUTTON' && /Begin the renewal|開始續用申請/.test(e.text));
  for (let i = 0; i < 12 && (await h.where()).includes('/enter/'); i++) {
    const step = (await h.where()).split('/').pop();
    const open = await page.evaluate(() => [...document.querySelectorAll('fieldset.fact.wanted')].map((f) => f.id.slice(2)));
    for (const name of open.filter((f) => !f.startsWith('now_'))) {
      if (name === 'steroid_dose_now') await h.type(name, '5');
      else if (name === 'steroid_dose_pre_belimumab') await h.type(name, '10');
      else if (name === 'months_on_belimumab') await h.type(name, '6.2');
      else if (name === 'renewal_number') await h.type(name, '1');
      else if (name.startsWith('prescriber_')) await h.choose(name, name.includes('immuno') ? 'no' : 'yes');
      else if (['new_organ_involvement', 'worsening_of_prior', 'np_lupus', 'other_biologic_overlap'].includes(name)) await h.choose(name, 'no');
    }
    if (step === 'score-now') {
      await h.type('sheet-day', '114/12/18');
      await h.reach('all others absent', (e) => e.name === 'absent');
      await h.press('Enter', 'Enter', 13, '\r');
    }
    await look(page, `${tag}-renew-${step}`);
    await h.restart();
    await h.button('next');
  }
  result(`${tag}: renewal, criteria met`, (await page.evaluate(() => document.querySelector('.answer')?.classList.contains('ok'))) ? [] : [`no green answer on ${await h.where()}: ${await page.evaluate(() => document.querySelector('main').innerText.slice(0, 300))}`]);
  await look(page, `${tag}-renew-answer`);
};

const folder = mkdtempSync(join(tmpdir(), 'theriac-apply-'));
try {
  for (const [lang, width] of [['zh-TW', 1280], ['en', 390]]) {
    const tag = `${lang}-${width}`, home = join(folder, `home-${width}`);
    let server = await start(program, home, '2025-06-15');
    let page = await browser.openPage(`${server.url}/cases?lang=${lang}`, { width, height: 900 });
    await page.call('Network.setCookie', { name: 'lang', value: lang, url: server.url });
    try {
      await look(page, `${tag}-empty`);
      const kase = await apply(page, lang, tag);
      await page.close();
      await stop(server);
      server = await start(program, home, '2025-12-20');
      page = await browser.openPage(`${server.url}/cases`, { width, height: 900 });
      await page.call('Network.setCookie', { name: 'lang', value: lang, url: server.url });
      await look(page, `${tag}-cases`);
      await hands(page).link('/');
      result(`${tag}: the first page tells what falls due`, await says(page, '2025-12-'));
      await look(page, `${tag}-home`);
      await hands(page).link('/cases');
      await renew(page, lang, tag, kase);
      if (lang === 'zh-TW')
        await glance(browser, server, { home: '/', cases: '/cases', new: '/case/new', answer: kase, person: `${kase}/enter/person`, therapy: `${kase}/enter/therapy`,
          calendar: `${kase}/calendar`, dose: `${kase}/dose`, form: `${kase}/form`, packet: `${kase}/packet`, versions: `${kase}/versions` }, look);
    } catch (e) {
      if (process.env.SHOTS) await look(page, `${tag}-failed`).catch(() => {});
      result(`${tag}: the way through`, [e.stack]);
    }
    await page.close();
    await stop(server);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
