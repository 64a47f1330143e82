// cql-execution on the files that bench_cql wrote: patients a second, single thread, after a warm-up.
//   NODE_PATH=…/node_modules node cql-node.mjs DIR fhir|param
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.env.NODE_PATH, 'x.js'));
const cql = require('cql-execution');
const fhir = require('cql-exec-fhir');
const [dir, what] = process.argv.slice(2);
const json = (name) => JSON.parse(fs.readFileSync(path.join(dir, name), 'utf8'));

let once;
if (what === 'fhir') {
  const elm = json('rule.json');
  elm.library.usings = { def: [{ localIdentifier: 'FHIR', uri: 'http://hl7.org/fhir', version: '4.0.1' }] };
  const executor = new cql.Executor(new cql.Library(elm));
  const text = fs.readFileSync(path.join(dir, 'bundle.json'), 'utf8');
  once = async () => {
    const source = fhir.PatientSource.FHIRv401();
    source.loadBundles([JSON.parse(text)]);
    await executor.exec(source);
  };
} else {
  const elm = json('params.json');
  for (const d of elm.library.statements.def) d.context = 'Patient';
  const library = new cql.Library(elm);
  const values = {};
  for (let i = 0; i < 38; i++) values['P' + i] = i + 0.5;
  const executor = new cql.Executor(library, null, values);
  once = async () => {
    await executor.exec(new cql.PatientSource([{ id: 'p', recordType: 'Patient' }]));
  };
}
for (let i = 0; i < 5; i++) await once();
const start = process.hrtime.bigint();
let n = 0;
while (process.hrtime.bigint() - start < 3000000000n) {
  await once();
  n++;
}
console.log(n / (Number(process.hrtime.bigint() - start) / 1e9));
