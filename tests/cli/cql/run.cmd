# A small library of our own over two patients of a bulk export: results, an error that stays alone, a value set that is not loaded.
cat > T.json <<'T'
{"library":{"identifier":{"id":"T","version":"1"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"},
"valueSets":{"def":[{"name":"VS","id":"http://example.org/vs"}]},
"statements":{"def":[
{"name":"Patient","context":"Patient","expression":{"type":"SingletonFrom","operand":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Patient"}}},
{"name":"age","context":"Patient","accessLevel":"Public","expression":{"type":"CalculateAge","precision":"Year","operand":{"type":"Property","path":"birthDate.value","source":{"type":"ExpressionRef","name":"Patient"}}}},
{"name":"low","context":"Patient","accessLevel":"Public","expression":{"type":"Exists","operand":{"type":"Query","source":[{"alias":"O","expression":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}],"let":[],"relationship":[],
"where":{"type":"Less","locator":"9:5-9:20","operand":[{"type":"Property","path":"value.value.value","scope":"O"},{"type":"Literal","valueType":"{urn:hl7-org:elm-types:r1}Decimal","value":"10.0"}]}}}},
{"name":"coded","context":"Patient","accessLevel":"Public","expression":{"type":"InValueSet","code":{"type":"Literal","valueType":"{urn:hl7-org:elm-types:r1}String","value":"x"},"valueset":{"name":"VS"}}},
{"name":"broken","context":"Patient","accessLevel":"Public","expression":{"type":"Telepathy","locator":"12:1-12:9"}}
]}}}
T
cat > d.ndjson <<'T'
{"resourceType":"Patient","id":"a","birthDate":"2008-12-31"}
{"resourceType":"Patient","id":"b","birthDate":"1950"}
{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/a"},"code":{"text":"Hb"},"valueQuantity":{"value":9.50,"unit":"g/dL"}}
T
theriac cql run --library T.json --ndjson d.ndjson --now 2026-01-01T00:00:00+08:00 --json; echo "status $?"
theriac cql run --library T.json --ndjson d.ndjson --now 2026-01-01T00:00:00+08:00 --define low; echo "status $?"
printf '{"resourceType":"ValueSet","url":"http://example.org/vs","compose":{"include":[{"system":"s","concept":[{"code":"x"}]}]}}' > vs.json
theriac cql run --library T.json --terms vs.json --now 2026-01-01T00:00:00+08:00 --define coded --json; echo "status $?"
