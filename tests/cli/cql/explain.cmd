# Why a define has its value, for people and as JSON: text and places where the library carries them, values, notes, an error's place;
# and at the end of a run, which conditions were seen true, false and null.
D="$ROOT/tests/data/cql/record"
theriac cql explain --library "$D/Record.json" --data "$D/bundle.json" --now 2026-06-01T00:00:00+08:00 --define "Below limit"; echo "status $?"
cat > E.json <<'E'
{"library":{"identifier":{"id":"E","version":"1"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"},"statements":{"def":[
{"name":"plus","context":"Unfiltered","accessLevel":"Public","locator":"3:1-3:40","expression":{"type":"Matches","locator":"3:16-3:40","resultTypeName":"{urn:hl7-org:elm-types:r1}Boolean","operand":[
 {"type":"Literal","valueType":"{urn:hl7-org:elm-types:r1}String","value":"ER 90% +"},{"type":"Literal","valueType":"{urn:hl7-org:elm-types:r1}String","value":".*(no visceral crisis|\\+).*"}]}},
{"name":"two","context":"Unfiltered","accessLevel":"Public","locator":"4:1-4:30","expression":{"type":"SingletonFrom","locator":"4:16-4:30","operand":{"type":"List","element":[
 {"type":"Literal","valueType":"{urn:hl7-org:elm-types:r1}Integer","value":"1"},{"type":"Literal","valueType":"{urn:hl7-org:elm-types:r1}Integer","value":"2"}]}}}
]}}}
E
theriac cql explain --library E.json --now 2026-06-01T00:00:00+08:00 --define plus; echo "status $?"
theriac cql explain --library E.json --now 2026-06-01T00:00:00+08:00 --define plus --json
theriac cql explain --library E.json --now 2026-06-01T00:00:00+08:00 --define two; echo "status $?"
theriac cql explain --library E.json; echo "status $?"
theriac cql run --library E.json --now 2026-06-01T00:00:00+08:00 --define plus --coverage; echo "status $?"
