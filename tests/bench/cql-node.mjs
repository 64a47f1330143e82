// cql-execution on the files that bench_cql wrote: patients a second, single thread, after a warm-up; and the number of values that
// were true in one round, so that the two engines are seen to do the same work.
//   NODE_PATH=…/node_modules node cql-node.mjs DIR fhir|param|queries
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.env.NODE_PATH, 'x.js'));
const cql = require('cql-execution');
const fhir = require('cql-exec-fhir');
const [dir, what] = process.argv.slice(2);
const text = (name) => fs.readFileSync(path.join(dir, name), 'utf8');
const json = (name) => JSON.parse(text(name));
const now = cql.DateTime.parse('2026-06-01T00:00:00.000+08:00');

// A list of calls, each of which evaluates one patient and gives cql-execution's results.
let calls;
const over = (elm, bundles) => {
  const executor = new cql.Executor(new cql.Library(elm));
  return bundles.map((bundle) => () => {
    const source = fhir.PatientSource.FHIRv401();
    source.loadBundles([JSON.parse(bundle)]);
    return executor.exec(source, now);
  });
};
if (what === 'queries') {
  const elm = json('queries.json');
  elm.library.usings = { def: [{ localIdentifier: 'FHIR', uri: 'http://hl7.org/fhir', version: '4.0.1' }] };
  calls = over(elm, [text('bundle.json')]);
} else if (what === 'fhir') {
  calls = over(json('elm/Over_bundles.json'), json('bundles.json').map((b) => JSON.stringify(b)));
} else {
  const elm = json('elm/Prepared.json');
  for (const d of elm.library.statements.def) d.context = 'Patient';
  const library = new cql.Library(elm);
  const dates = new Set(elm.library.parameters.def.filter((p) => /Date$/.test(p.parameterTypeSpecifier?.name || '')).map((p) => p.name));
  calls = json('params.json').map((values) => {
    for (const name of dates) if (values[name]) values[name] = cql.Date.parse(values[name]);
    const executor = new cql.Executor(library, null, values);
    return () => executor.exec(new cql.PatientSource([{ id: 'p', recordType: 'Patient' }]), now);
  });
}
let yes = 0;
for (const call of calls) {
  const results = await call();
  for (const defines of Object.values(results.patientResults)) {
    for (const [name, value] of Object.entries(defines)) yes += name !== 'Patient' && value === true;
  }
}
const warm = process.hrtime.bigint();
let n = 0;
for (; n < 200 && process.hrtime.bigint() - warm < 2000000000n; n++) await calls[n % calls.length]();
const start = process.hrtime.bigint();
n = 0;
while (process.hrtime.bigint() - start < 3000000000n) await calls[n++ % calls.length]();
console.log(n / (Number(process.hrtime.bigint() - start) / 1e9), yes);
