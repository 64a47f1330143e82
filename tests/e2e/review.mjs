// A pharmacist checks a list of eight drugs; a reviewer recomputes a study and audits a page; a researcher looks at ranks; each by keyboard
// alone, wide and at 390 px, in both languages.
//   node tests/e2e/review.mjs PROGRAM DEMO        TAP; DEMO: folder of the demonstration pack. $SHOTS and $AXE as in walk.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium, openBrowser } from './browser.mjs';
import { glance, hands, looker, start, stop } from './walk.mjs';

const [, , program, demo] = process.argv, chromium = findChromium();
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
const look = looker(result, (name, why) => console.log(`ok ${++n} - ${name} # SKIP ${why}`));
const says = (page, words) => page.evaluate((w) => document.body.innerText.includes(w) ? [] : [`the page does not say "${w}"`], words);
const submit = (e) => e.tag === 'BUTTON' && e.type === 'submit';

const DRUGS = ['belimumab', 'cyclophosphamide', 'prednisolone', 'warfarin', 'omeprazole', 'atorvastatin', 'metformin', 'nosuchdrug'];
// 4 of 49 is 8.2 %, never 9.9 %.
const STUDY = 'In a randomized trial 12 of 51 patients (23.5%) given drug and 4 of 49 patients (9.9%) given placebo responded.';

const pharmacist = async (page, tag, zh) => {
  const h = hands(page);
  await h.link('/drugs');
  await look(page, `${tag}-drugs`);
  await h.restart();
  await h.link('/safety');
  await h.type('drugs', DRUGS.join('\n'));
  await h.enter('check the list', (e) => submit(e) && /^(Check|檢視)$/.test(e.text));
  result(`${tag}: eight drugs, and what was not looked up`, [...(await says(page, zh ? '藥品 8 種' : '8 drugs')), ...(await says(page, 'nosuchdrug'))]);
  await look(page, `${tag}-list`);
  const { data } = await page.call('Page.printToPDF', { paperWidth: 8.27, paperHeight: 11.69 });
  result(`${tag}: it prints`, Buffer.from(data, 'base64').subarray(0, 5).toString() === '%PDF-' ? [] : ['no PDF']);
  await h.restart();
  await h.link('/drugs');
  await h.link('/drug/belimumab');
  result(`${tag}: pregnancy stands before anything favourable`, await page.evaluate(() => {
    const warn = document.querySelector('#pregnancy'), table = document.querySelector('table.pairs');
    return warn && table && warn.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING ? [] : ['no notice before the table of pairs'];
  }));
  await look(page, `${tag}-drug`);
};

const reviewer = async (page, tag, zh) => {
  const h = hands(page);
  await h.restart();
  await h.link('/study');
  await h.type('text', STUDY);
  await h.enter('check the study', (e) => submit(e) && /^(Check|查證)$/.test(e.text));
  result(`${tag}: a number that cannot be right is found`, await says(page, zh ? '有印出的數字不可能正確。' : 'A printed number cannot be right.'));
  await look(page, `${tag}-study`);
  await h.restart();
  await h.link('/study');
  await h.link('/audit');
  await h.type('text', readFileSync(join(demo, 'report-page.md'), 'utf8'));
  await h.enter('audit the page', (e) => submit(e) && /^(Audit|稽核)$/.test(e.text));
  result(`${tag}: contradictions by code`, await says(page, 'AUD-'));
  await look(page, `${tag}-audit`);
};

const researcher = async (page, tag, zh) => {
  const h = hands(page);
  await h.restart();
  await h.link('/predict');
  await h.type('drug', 'belimumab');
  await h.enter('ranks', (e) => submit(e) && /^(Show ranks|顯示排名)$/.test(e.text));
  result(`${tag}: without a graph nothing is predicted, and it says so`, await says(page, zh ? '知識圖譜' : 'No knowledge graph is imported here'));
  await look(page, `${tag}-predict`);
  await h.restart();
  await h.link('/trials');
  await look(page, `${tag}-trials`);
  await h.restart();
  await h.link('/glossary');
  await look(page, `${tag}-glossary`);
};

const browser = await openBrowser(chromium);
const folder = mkdtempSync(join(tmpdir(), 'theriac-review-'));
try {
  const home = join(folder, 'home');
  execFileSync(program, ['import', ...['report-page.md', 'abstract.txt', 'rule-8.2.13.txt', 'trial-page.txt'].map((f) => join(demo, f)), '--home', home, '--quiet']);
  // A table whose file lies deep and has a long name, and whose drugs are of several classes.
  const deep = join(folder, 'a-folder-with-a-long-name', 'another-folder-with-a-long-name');
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'ddinter_downloads_code_of_a_long_name_L.csv'), ['DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level', 'DDInter1,Belimumab,DDInter2,Cyclophosphamide,Major',
    'DDInter1,Belimumab,DDInter3,Smallpox (Vaccinia) Vaccine, Live,Major'.replace('Smallpox (Vaccinia) Vaccine, Live', '"Smallpox (Vaccinia) Vaccine, Live"'),
    'DDInter1,Belimumab,DDInter4,Warfarin,Moderate', 'DDInter1,Belimumab,DDInter5,Azathioprine,Moderate', ''].join('\n'));
  writeFileSync(join(deep, 'study.json'), JSON.stringify({ protocolSection: { identificationModule: { nctId: 'NCT09000001', briefTitle: 'Belimumab in Lupus Nephritis' },
    statusModule: { overallStatus: 'RECRUITING', lastUpdatePostDateStruct: { date: '2025-01-01' } }, conditionsModule: { conditions: ['Lupus Nephritis'] },
    designModule: { studyType: 'INTERVENTIONAL', phases: ['PHASE3'], designInfo: { allocation: 'RANDOMIZED' }, enrollmentInfo: { count: 300 } },
    eligibilityModule: { eligibilityCriteria: 'Inclusion Criteria:\n\n* Age >= 18\n* eGFR >= 30\n\nExclusion Criteria:\n\n* Dialysis', minimumAge: '18 Years', sex: 'ALL' },
    armsInterventionsModule: { armGroups: [{ label: 'A', type: 'EXPERIMENTAL', interventionNames: ['Drug: Belimumab'] }],
      interventions: [{ type: 'DRUG', name: 'Belimumab', armGroupLabels: ['A'] }] } } }));
  execFileSync(program, ['import', deep, '--home', home, '--quiet']);
  const server = await start(program, home, '2025-06-15');
  for (const [lang, width] of [['zh-TW', 1280], ['en', 390]]) {
    const tag = `${lang}-${width}`, zh = lang === 'zh-TW';
    const page = await browser.openPage(`${server.url}/?lang=${lang}`, { width, height: 900 });
    await page.call('Network.setCookie', { name: 'lang', value: lang, url: server.url });
    for (const walk of [pharmacist, reviewer, researcher]) {
      try {
        await walk(page, tag, zh);
      } catch (e) {
        result(`${tag}: the way of the ${walk.name}`, [e.stack]);
      }
    }
    result(`${tag}: nothing is asked of another host`, page.seen.requests.filter((u) => !u.startsWith(server.url) && !u.startsWith('data:')));
    await page.close();
  }
  await glance(browser, server, { home: '/', drugs: '/drugs', list: `/safety?drugs=${encodeURIComponent(DRUGS.join('\n'))}`, dossier: '/drug/belimumab?with=warfarin%0Aazathioprine',
    pair: '/drug/belimumab?disease=lupus%20nephritis', disease: '/disease/lupus%20nephritis', study: '/study', audit: '/audit', predict: '/predict?drug=belimumab', trials: '/trials',
    trial: '/trial/NCT09000001', item: '/find?q=AC12345100', glossary: '/glossary' }, look);
  await stop(server);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
