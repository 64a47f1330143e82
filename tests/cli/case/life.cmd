# needs: jq
# A kept case from the first day to its deletion: versions, the log, backup and restore. Ids and hashes are random: masked.
export USER=lin
mask() { sed -E 's/[0-9a-f]{64}/HASH/g; s/[0-9a-f]{32}/ID/g; s/key [0-9a-f]{16}/key KEY/g; s/need [0-9a-f]{16}, this is [0-9a-f]{16}/need KEY, this is KEY/'; }
cat > a.json <<'END'
{"case":"A-17","program":"nhi-8.2.13","path":"sle-stop","as_of":"2026-11-01","facts":{"months_on_belimumab":14,"birth_date":"1990-03-01"}}
END
sed 's/14,/15,/' a.json > b.json
theriac case list; echo "status $?"
theriac audit-log verify 2>/dev/null; echo "status $?"
ls -A
id=$(theriac case keep a.json --json | jq -r .id)
stat -c '%a %n' .config/theriac/cases.key home/cases.db
theriac case keep a.json | mask
theriac case keep b.json --id $id --title 甲17 --who 'Dr. Chen' | mask
theriac case keep b.json --id $id --title 甲17 | mask
theriac case list $id --lang zh-TW | mask
theriac case list --json | jq -c '.[] | {version, at, who, title, path, as_of, outcome}'
theriac case show $id 1 | cmp - a.json
theriac case show $id | cmp - b.json
theriac case show $id 3 2>&1 | mask
theriac case show 1; echo "status $?"
theriac audit-log verify | mask
theriac audit-log verify --lang zh-TW | mask
last=$(theriac audit-log verify --json | jq -r .last)
theriac audit-log show | mask
theriac doctor | mask
grep -c -a -e A-17 -e 甲17 -e birth_date home/cases.db
theriac backup bak
mv .config aside
theriac doctor | mask; theriac case list; echo "status $?"
THERIAC_KEY_FILE=home/k theriac case list; echo "status $?"
mv aside .config
chmod 644 .config/theriac/cases.key; theriac case list; echo "status $?"; chmod 600 .config/theriac/cases.key
THERIAC_KEY_FILE=other.key THERIAC_HOME=other theriac case keep a.json --quiet | mask
THERIAC_KEY_FILE=other.key theriac case list 2>&1 | mask
theriac case delete $id
theriac case list
theriac case delete $id 2>&1 | mask
theriac audit-log verify --last $last | mask
theriac restore bak; echo "status $?"
theriac restore bak --replace
theriac case list | mask
theriac audit-log verify --last $last | mask
ls home
env -u USER -u LOGNAME theriac case show $id; echo "status $?"
