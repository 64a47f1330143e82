# A policy of our own whose facts come from a library over the patient's record; what the case states goes before.
cat > p.yaml <<'T'
policy: made-up
title: {zh: "範例", en: "made up"}
jurisdiction: test
drug: [L04AG04]
params: {current_days: 90}
facts: facts.yaml
versions:
  - {from: 1900-01-01, to: open, applies: [one], state: held}
derive:
  - {fact: edss, library: Facts, define: score}
  - {fact: aqp4_igg_positive, library: Facts, define: positive}
paths:
  one:
    id: P
    cite: "made up"
    zh: "路徑"
    en: "path"
    all:
      - {id: P1, cite: "made up", zh: "EDSS 6.0 以下", en: "EDSS of 6.0 or less", fact: edss, op: "<=", value: 6.0}
      - {id: P2, cite: "made up", zh: "AQP4-IgG 陽性", en: "AQP4-IgG positive", fact: aqp4_igg_positive, is: true}
T
cat > Facts.json <<'T'
{"library":{"identifier":{"id":"Facts","version":"1"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"},"statements":{"def":[
{"name":"score","context":"Patient","accessLevel":"Public","expression":{"type":"Max","source":{"type":"Property","path":"value.value.value","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}}},
{"name":"positive","context":"Patient","accessLevel":"Public","expression":{"type":"Exists","operand":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}DiagnosticReport"}}}
]}}}
T
printf '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"x"}},{"resource":{"resourceType":"Observation","id":"o","valueQuantity":{"value":4.5}}},{"resource":{"resourceType":"DiagnosticReport","id":"r"}}]}' > b.json
printf '{"resourceType":"Patient","id":"y"}' > empty.json
printf '{"case":"c","program":"made-up","path":"one","as_of":"2025-06-01","facts":{}}' > c.json
printf '{"case":"d","program":"made-up","path":"one","as_of":"2025-06-01","facts":{"edss":7}}' > d.json
theriac coverage check --policy p.yaml --case c.json; echo "status $?"
theriac coverage check --policy p.yaml --case c.json --derive Facts.json --data b.json; echo "status $?"
theriac coverage check --policy p.yaml --case d.json --derive Facts.json --data b.json; echo "status $?"
theriac coverage check --policy p.yaml --case c.json --derive Facts.json --data empty.json; echo "status $?"
