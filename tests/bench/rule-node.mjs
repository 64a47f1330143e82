// A path exported as CQL, in cql-execution: compiled by the standard's translator into DIR/elm, then cases a second under one reading, all
// defines, parameters prepared, single thread, after a warm-up. Used by bench_coverage.
//   NODE_PATH=…/node_modules node rule-node.mjs DIR LIBRARY     (DIR/src/LIBRARY.cql, DIR/params.json)
import fs from 'node:fs';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(path.join(process.env.NODE_PATH, 'x.js'));
const cql = require('cql-execution');
const [dir, name] = process.argv.slice(2);
const compiler = path.join(path.dirname(fileURLToPath(import.meta.url)), '../oracle/cql-compile.mjs');
execFileSync('node', [compiler, path.join(dir, 'src'), path.join(dir, 'elm')], { stdio: 'ignore' });

const elm = JSON.parse(fs.readFileSync(path.join(dir, 'elm', name + '.json'), 'utf8'));
for (const d of elm.library.statements.def) d.context = 'Patient';
const library = new cql.Library(elm);
const values = JSON.parse(fs.readFileSync(path.join(dir, 'params.json'), 'utf8'));
values.as_of = cql.Date.parse(values.as_of);
const executor = new cql.Executor(library, null, values);
const once = () => executor.exec(new cql.PatientSource([{ id: 'p', recordType: 'Patient' }]));

const first = await once();
const met = first.patientResults.p['criteria met'];
if (met !== true) throw new Error(`criteria met: ${met}`);
for (let i = 0; i < 50; i++) await once();
const start = process.hrtime.bigint();
let n = 0;
while (process.hrtime.bigint() - start < 2000000000n) {
  await once();
  n++;
}
console.log(n / (Number(process.hrtime.bigint() - start) / 1e9));
