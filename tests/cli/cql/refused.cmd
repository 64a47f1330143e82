# What cannot be run says why: no ELM, another schema, a missing include, an instant without offset, broken data.
printf '{"a":1}' > a.json
printf '{"library":{"identifier":{"id":"B"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r2"}}}' > b.json
printf '{"library":{"identifier":{"id":"C"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"},"includes":{"def":[{"localIdentifier":"O","path":"Other","version":"2"}]}}}' > c.json
printf '{"library":{"identifier":{"id":"D"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"}}}' > d.json
for f in a b c; do theriac cql run --library $f.json --json; echo "status $?"; done
theriac cql run --library d.json --now 2026-01-01T00:00:00; echo "status $?"
printf '{"resourceType":"Bundle",\n"entry":[{"resource":{"id":"x"}}]}' > x.json
theriac cql run --library d.json --data x.json; echo "status $?"
theriac cql run; echo "status $?"
theriac cql explain --library d.json --define nothing; echo "status $?"
