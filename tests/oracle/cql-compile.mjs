// Compiles CQL sources to ELM JSON with the standard's own translator (npm @cqframework/cql). An authoring-time tool.
//
//   node cql-compile.mjs SOURCE_DIR OUT_DIR [Library…]
//
// Wants @cqframework/cql and cql-exec-fhir (for the FHIR model description) in a node_modules folder named by NODE_PATH or above
// the working folder. SOURCE_DIR holds *.cql; a FHIR Library resource with an attached CQL text (*.json) is read too.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [srcDir, outDir, ...only] = process.argv.slice(2);
const home = process.env.NODE_PATH || path.join(process.cwd(), 'node_modules');
const load = (name) => import(pathToFileURL(path.join(home, name)));
const C = await load('@cqframework/cql/cql-to-elm.mjs');
const fhirXml = fs.readFileSync(path.join(home, 'cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml'), 'utf8');

// The System model (CQL 1.5, Appendix B, Types) in the translator's own notation; the package carries none.
const simple = ['Boolean', 'Integer', 'Long', 'Decimal', 'String', 'Date', 'DateTime', 'Time'];
const classes = {
  Quantity: ['Any', 'value:System.Decimal', 'unit:System.String'],
  Ratio: ['Any', 'numerator:System.Quantity', 'denominator:System.Quantity'],
  Code: ['Any', 'code:System.String', 'system:System.String', 'version:System.String', 'display:System.String'],
  Concept: ['Any', 'codes:*System.Code', 'display:System.String'],
  Vocabulary: ['Any', 'id:System.String', 'version:System.String', 'name:System.String'],
  CodeSystem: ['Vocabulary'],
  ValueSet: ['Vocabulary', 'codesystem:*System.CodeSystem'],
};
const element = (e) => {
  const [name, type] = e.split(':');
  return type[0] === '*'
    ? `<element name="${name}"><typeSpecifier xsi:type="ListTypeSpecifier" elementType="${type.slice(1)}"/></element>`
    : `<element name="${name}" type="${type}"/>`;
};
const systemXml =
  '<?xml version="1.0" encoding="UTF-8"?><modelInfo name="System" version="1.0.0" url="urn:hl7-org:elm-types:r1"' +
  ' targetQualifier="system" xmlns="urn:hl7-org:elm-modelinfo:r1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
  '<typeInfo xsi:type="SimpleTypeInfo" name="System.Any"/>' +
  simple.map((t) => `<typeInfo xsi:type="SimpleTypeInfo" name="System.${t}" baseType="System.Any"/>`).join('') +
  Object.entries(classes)
    .map(([t, [base, ...els]]) =>
      `<typeInfo xsi:type="ClassInfo" name="System.${t}" baseType="System.${base}">${els.map(element).join('')}</typeInfo>`)
    .join('') +
  '</modelInfo>';

const text = new Map();
for (const file of fs.readdirSync(srcDir)) {
  const full = path.join(srcDir, file);
  if (file.endsWith('.cql')) text.set(path.basename(file, '.cql'), fs.readFileSync(full, 'utf8'));
  if (file.endsWith('.json')) {
    const json = JSON.parse(fs.readFileSync(full, 'utf8'));
    const cql = (json.content || []).find((c) => c.contentType === 'text/cql');
    if (json.resourceType === 'Library' && cql?.data) text.set(json.name, Buffer.from(cql.data, 'base64').toString('utf8'));
  }
}
fs.mkdirSync(outDir, { recursive: true });
const { CqlCompilerOptions, LibraryBuilder } = C;
const O = CqlCompilerOptions.Options;
const options = new CqlCompilerOptions()
  .withOptions([O.EnableLocators, O.EnableAnnotations, O.EnableResultTypes, O.DisableListDemotion, O.DisableListPromotion])
  .withValidateUnits(false)
  .withSignatureLevel(LibraryBuilder.SignatureLevel.Overloads);
const models = new C.ModelManager();
models.modelInfoLoader.registerModelInfoProvider(
  C.createModelInfoProvider((id, system, version) => (id === 'FHIR' ? C.stringAsSource(fhirXml) : id === 'System' ? C.stringAsSource(systemXml) : null)), true);
// Units are checked where they are used; the translator is told that every unit is one.
const units = C.createUcumService((value) => value, () => null, (left) => left, (left) => left);
const libraries = new C.LibraryManager(models, options, undefined, units);
libraries.librarySourceLoader.registerProvider(
  C.createLibrarySourceProvider((id) => (text.has(id) ? C.stringAsSource(text.get(id)) : null)));
let failed = 0;
for (const name of only.length ? only : [...text.keys()].sort()) {
  try {
    const t = C.CqlTranslator.fromText(text.get(name), libraries);
    const errors = t.errors ? [...(t.errors.asJsReadonlyArrayView?.() ?? [])] : [];
    if (errors.length) {
      failed++;
      for (const e of errors.slice(0, 5)) console.error(`${name}: ${e.message}`);
    }
    fs.writeFileSync(path.join(outDir, name + '.json'), t.toJson());
  } catch (e) {
    failed++;
    console.error(`${name}: ${e.message}`);
  }
}
console.error(`${text.size} sources, ${failed} with errors`);
process.exit(failed ? 1 : 0);
