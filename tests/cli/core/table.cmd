# needs: jq
# Every command has what the index, the manual and the completion need, and no name twice.
theriac help --json > table.json
jq -r '.commands[] | select((.summary | length) < 5 or (.summary | endswith(".")) or (.group | length) == 0) | .name' table.json
jq -r '.commands[].name' table.json | sort | uniq -d
jq -r '.commands[] | .name as $c | .options[].name | "\($c) --\(.)"' table.json | sort | uniq -d
jq -r '[.commands[].group] | [., unique] | map(length) | .[1]' table.json > groups
jq -r '.commands[].group' table.json | uniq | wc -l | diff - groups && echo "groups stand together"
for name in $(jq -r '.commands[].name | gsub(" "; ",")' table.json); do
  theriac $(echo $name | tr , ' ') --help | grep -q '^usage: theriac ' || echo "no help: $name"
done
jq -r '.commands[] | select(.summary | test("^[A-Z][a-z]")) | "the summary begins with a capital: \(.name)"' table.json
