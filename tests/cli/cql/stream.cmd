# Patients from a stream: the same answers as from the file read whole, in the memory of one patient.
# needs: python3
cat > T.json <<'E'
{"library":{"identifier":{"id":"T","version":"1"},"schemaIdentifier":{"id":"urn:hl7-org:elm","version":"r1"},"statements":{"def":[
{"name":"n","context":"Patient","accessLevel":"Public","expression":{"type":"Count","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Observation"}}},
{"name":"drugs","context":"Patient","accessLevel":"Public","expression":{"type":"Count","source":{"type":"Retrieve","dataType":"{http://hl7.org/fhir}Medication"}}}
]}}}
E
run() { theriac cql run --library T.json --now 2026-01-01T00:00:00+08:00 --json "$@"; echo "status $?"; }
cat > d.ndjson <<'E'
{"resourceType":"Medication","id":"m"}
{"resourceType":"Patient","id":"a"}
{"resourceType":"Observation","id":"1","subject":{"reference":"Patient/a"}}

{"resourceType":"Observation","id":"2","subject":{"reference":"Patient/a"}}
{"resourceType":"Observation","id":"3","subject":{"reference":"Patient/b"}}
E
run --ndjson d.ndjson > whole
run --ndjson d.ndjson --stream > piece
cat piece
cmp whole piece
run --ndjson - --stream < d.ndjson | cmp - piece
echo "a Bundle a line:"
printf '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"x"}},{"resource":{"resourceType":"Observation"}}]}\n{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"y"}}]}' | run --ndjson - --stream
echo "refused:"
(cat d.ndjson; echo '{"resourceType":"Observation","id":"4","subject":{"reference":"Patient/a"}}') | run --ndjson - --stream --define n
(cat d.ndjson; echo '{"resourceType":"Medication","id":"late"}') | run --ndjson - --stream --define n
(cat d.ndjson; echo '{"resourceType":') | run --ndjson - --stream --define n
gzip -c d.ndjson > d.gz; run --ndjson d.gz --stream
echo "memory:"
python3 - <<'E'
import resource, subprocess
line = b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"%d"}}' + b',{"resource":{"resourceType":"Observation","valueQuantity":{"value":9.5}}}' * 9 + b']}\n'
def peak(n):
    p = subprocess.Popen(['theriac', 'cql', 'run', '--library', 'T.json', '--ndjson', '-', '--stream', '--json'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    for i in range(n):
        p.stdin.write(line % i)
    p.stdin.close()
    p.wait()
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # the largest child so far
few = peak(200)
many = peak(20000)
print('flat' if many < few + 16384 else f'{few} KiB for 200 patients, {many} for 20000')
E
theriac cql run --library T.json --data d.ndjson --stream; echo "status $?"
