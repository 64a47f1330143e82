// A pharmacist checks a list of eight drugs and prints it; a reviewer recomputes a study, takes its appendix and audits a page; a researcher
// looks at ranks, without a model and with one trained here, and keeps a shortlist; each by keyboard alone, wide and at 390 px, in both
// languages.
//   node tests/e2e/review.mjs PROGRAM DEMO        TAP; DEMO: folder of the demonstration pack. $SHOTS and $AXE as in walk.mjs
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

// What a PDF says, by poppler where it is installed; words are broken where lines end.
const printed = (pdf, words) => {
  if (pdf.subarray(0, 5).toString() !== '%PDF-') return ['no PDF'];
  const { status, stdout } = spawnSync('pdftotext', ['-', '-'], { input: pdf });
  if (status !== 0) return [];
  const text = stdout.toString().replace(/\s+/g, '').toLowerCase();
  return words.filter((w) => !text.includes(w.toLowerCase())).map((w) => `${w} is not on the paper`);
};

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
  result(`${tag}: it prints, every drug on paper`, printed(Buffer.from(data, 'base64'), DRUGS));
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
  result(`${tag}: the appendix, to compute it again`, await page.evaluate(async () => {
    const form = document.querySelector('form[action="/study/appendix"]'), button = form?.querySelector('button');
    if (!button) return ['no appendix is offered'];
    const body = new URLSearchParams(new FormData(form, button)), answer = await fetch(form.action, { method: 'POST', body });
    const text = await answer.text();
    return [...(answer.ok ? [] : [`status ${answer.status}`]), ...(['12', '51', '49'].every((v) => text.includes(v)) ? [] : ['without the counts'])];
  }));
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

// Two candidates and a control from the list of a model, as they stand in it.
const shortlist = async (page, tag, zh) => {
  const h = hands(page), name = `${tag} anti-BAFF`;
  await h.link('/predict');
  await h.type('drug', 'belimumab');
  await h.enter('ranks', (e) => submit(e) && /^(Show ranks|顯示排名)$/.test(e.text));
  const shown = await page.evaluate(() => [...document.querySelectorAll('table.list tbody tr')].map((r) => [...r.cells].slice(1).map((c) => c.textContent.trim())));
  result(`${tag}: the model ranks`, shown.length > 4 && shown.every((r) => Number(r[1]) > 0 && r[3].endsWith('%')) ? [] : [JSON.stringify(shown.slice(0, 3))]);
  await look(page, `${tag}-ranks`);
  result(`${tag}: a row ticked both ways is refused`, await page.evaluate(async () => {
    const answer = await fetch('/predict/keep', { method: 'POST', body: new URLSearchParams('drug=belimumab&name=n&who=w&keep=1&negative=1') });
    return answer.status === 400 ? [] : [`status ${answer.status}`];
  }));
  page.seen.errors.splice(0); // the status, told by the console
  for (const [box, row] of [['keep', '0'], ['keep', '2'], ['negative', '3']]) {
    await h.restart();
    await h.check(box, row);
  }
  await h.type('name', name);
  await h.type('who', zh ? '林研究員' : 'Dr Lin');
  await h.type('why', '=BAFF');
  await h.enter('keep', (e) => submit(e) && /^(Keep as a shortlist|保存為候選清單)$/.test(e.text));
  const kept = await page.evaluate(() => [...document.querySelectorAll('table.list tbody tr')].map((r) => [...r.cells].map((c) => c.textContent.trim())));
  const wanted = [0, 2, 3].map((i) => ['belimumab', shown[i][0], shown[i][1], shown[i][3], i === 3 ? (zh ? '陰性對照' : 'negative control') : '', '=BAFF']);
  result(`${tag}: the shortlist holds what was ticked, with its control`, JSON.stringify(kept) === JSON.stringify(wanted) ? [] : [JSON.stringify(kept), JSON.stringify(wanted)]);
  await look(page, `${tag}-shortlist`);
  await h.reach('the export', (e) => e.tag === 'A' && e.href.endsWith('.csv'));
  const [csv, type] = await page.evaluate(async () => {
    const answer = await fetch(document.activeElement.href);
    return [await answer.text(), answer.headers.get('content-disposition') ?? ''];
  });
  const rows = csv.trim().split('\r\n').map((line) => line.split(','));
  result(`${tag}: exported, no cell a formula`, [...(type.includes('attachment') ? [] : [type]), ...(rows.length === 4 ? [] : [csv]),
    ...[1, 2, 3].filter((i) => rows[i]?.[1] !== wanted[i - 1][1] || rows[i]?.[4] !== (i === 3 ? 'yes' : 'no') || rows[i]?.[5].startsWith('=')).map((i) => rows[i]?.join())]);
  await h.restart();
  await h.link('/predict');
  result(`${tag}: it stays`, await says(page, name));
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
  // A graph of invented names of which one drug is called belimumab, and the smallest model of it: its numbers mean nothing.
  const own = join(folder, 'model'), tables = ['node.csv', 'kg.csv'].map((f) => join(folder, 'graph', f));
  cpSync(home, own, { recursive: true });
  execFileSync(program, ['graph', 'generate', '--scale', '0.006', '--out', join(folder, 'graph'), '--home', own]);
  for (const t of tables) writeFileSync(t, readFileSync(t, 'utf8').replaceAll(/\bdrug 2\b/g, 'belimumab'));
  execFileSync(program, ['graph', 'import', ...tables, '--home', own, '--quiet']);
  execFileSync(program, ['model', 'train', '--members', '2', '--home', own, '--quiet']);
  const server = await start(program, home, '2025-06-15'), model = await start(program, own, '2025-06-15');
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
    const ranks = await browser.openPage(`${model.url}/?lang=${lang}`, { width, height: 900 });
    await ranks.call('Network.setCookie', { name: 'lang', value: lang, url: model.url });
    try {
      await shortlist(ranks, tag, zh);
    } catch (e) {
      result(`${tag}: the way to a shortlist`, [e.stack]);
    }
    await ranks.close();
  }
  await glance(browser, server, { home: '/', drugs: '/drugs', list: `/safety?drugs=${encodeURIComponent(DRUGS.join('\n'))}`, dossier: '/drug/belimumab?with=warfarin%0Aazathioprine',
    pair: '/drug/belimumab?disease=lupus%20nephritis', disease: '/disease/lupus%20nephritis', study: '/study', audit: '/audit', predict: '/predict?drug=belimumab', trials: '/trials',
    trial: '/trial/NCT09000001', item: '/find?q=AC12345100', glossary: '/glossary' }, look);
  await stop(server);
  await stop(model);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`1..${n}`);
process.exit(failed ? 1 : 0);
