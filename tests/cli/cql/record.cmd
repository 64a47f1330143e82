# What CQL meets in a FHIR record, each value by hand from tests/data/cql/record: retrieves by code, concept and value set, choice types,
# extensions of elements and of primitives, contained resources, partial dates, overloads, parameters.
D="$ROOT/tests/data/cql/record"
run() { theriac cql run --library "$D/Record.json" --data "$D/bundle.json" --now 2026-06-01T00:00:00+08:00 "$@"; echo "status $?"; }
run --terms "$D/set.json"
run --define "By set not loaded" --define "By set" --json
run --terms "$D/set.json" --param Limit=9 --param 'Year={"low":"2025-03-04T00:00:00+08:00","high":"2025-03-05T00:00:00+08:00"}' --define "Below limit" --define "In the year"
