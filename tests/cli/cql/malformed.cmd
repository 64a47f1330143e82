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
# So with every other shape: text for a number, text where an object belongs, a fraction for an integer, a number for a date.
cat > V.json <<'T'
{"library":{"identifier":{"id":"V","version":"1"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"},"statements":{"def":[
{"name":"amounts","context":"Patient","accessLevel":"Public","expression":{"type":"Property","path":"value.value.value","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}},
{"name":"values","context":"Patient","accessLevel":"Public","expression":{"type":"Property","path":"value.value","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}},
{"name":"days","context":"Patient","accessLevel":"Public","expression":{"type":"Property","path":"effective.value","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}},
{"name":"n","context":"Patient","accessLevel":"Public","expression":{"type":"Count","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}}
]}}}
T
for v in '"valueQuantity":{"value":"9.5"}' '"valueQuantity":"9.5 g"' '"valueBoolean":"yes"' '"valueInteger":1.5' '"valueString":7' '"effectiveDateTime":20250304' '"valueQuantity":{"value":1e-3},"effectiveDateTime":"2025-03"'; do
  printf '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"x"}},{"resource":{"resourceType":"Observation","id":"o1",%s}}]}' "$v" > b.json
  theriac cql run --library V.json --data b.json --now 2026-01-01T00:00:00+08:00
done
