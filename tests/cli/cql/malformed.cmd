# A date that is none: what asks for it fails and says where it stands, the rest goes on; an absent one is null.
cat > T.json <<'T'
{"library":{"identifier":{"id":"T","version":"1"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"},"statements":{"def":[
{"name":"days","context":"Patient","accessLevel":"Public","expression":{"type":"Property","path":"effective.value","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}},
{"name":"n","context":"Patient","accessLevel":"Public","expression":{"type":"Count","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}},
{"name":"born","context":"Patient","accessLevel":"Public","expression":{"type":"Property","path":"birthDate.value","source":{"type":"SingletonFrom","operand":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Patient"}}}}
]}}}
T
printf '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"x"}},{"resource":{"resourceType":"Observation","id":"o1","effectiveDateTime":"2025-13-40"}}]}' > b.json
theriac cql run --library T.json --data b.json --now 2026-01-01T00:00:00+08:00 --json; echo "status $?"
