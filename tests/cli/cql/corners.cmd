# Our own tests of CQL's corners, in the layout of the official suite: all pass, and the JUnit report holds them all.
theriac cql suite "$ROOT/tests/data/cql/corners" --junit j.xml; echo "status $?"
grep -c '<testcase' j.xml
# One that fails is told with what was expected and what came, a define that is missing as an error; the status is 1.
mkdir -p s/elm
cat > s/elm/F.json <<'E'
{"library":{"identifier":{"id":"F","version":"1"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"},"statements":{"def":[
{"name":"G/one","context":"Unfiltered","expression":{"type":"Literal","valueType":"{urn:hl7-org:elm-types:r1}Integer","value":"1"}},
{"name":"G/one#out1","context":"Unfiltered","expression":{"type":"Literal","valueType":"{urn:hl7-org:elm-types:r1}Integer","value":"2"}},
{"name":"G/odd","context":"Unfiltered","expression":{"type":"Telepathy"}}
]}}}
E
cat > s/index.jsonl <<'E'
{"file":"F","group":"G","test":"one","invalid":"false","expression":"1 & <\"x\">","define":"G/one","expected_define":["G/one#out1"]}
{"file":"F","group":"G","test":"odd","invalid":"false","expression":"odd","define":"G/odd","expected_define":["G/one"]}
{"file":"F","group":"G","test":"gone","invalid":"false","expression":"gone","define":"G/gone","expected_define":["G/one"]}
{"file":"F","group":"G","test":"bad","invalid":"true","expression":"bad","define":"G/odd","expected_define":[],"capability":"x"}
{"file":"F","group":"G","test":"later","invalid":"false","expression":"later","define":null,"expected_define":[],"not_translated":"why"}
E
theriac cql suite s --junit f.xml; echo "status $?"
cat f.xml
theriac cql suite s --json; echo "status $?"
theriac cql suite s --only F/G/one | tail -n 2
theriac cql suite nowhere; echo "status $?"
