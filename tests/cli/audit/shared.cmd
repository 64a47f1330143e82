# needs: shared jq
# Every code of every published page, against the expected findings.
cd "$SHARED/data/peer-reports"
theriac audit --json feb2026 aug2026 > "$TMPDIR/found.json"
echo "status $?"
jq -S '[.findings[] | {file, code}] | group_by(.file) | map({key: .[0].file, value: (map(.code) | unique)}) | from_entries' "$TMPDIR/found.json" > "$TMPDIR/found"
jq -S '.generations | to_entries | map(.key as $g | .value.pages_detail | to_entries[] | select(.value.codes | length > 0) | {key: ($g + "/" + .key), value: (.value.codes | sort)}) | from_entries' expected_audit.json > "$TMPDIR/expected"
cmp "$TMPDIR/found" "$TMPDIR/expected" && echo "the same"
jq .pages "$TMPDIR/found.json"
