# The days of a case as lines, JSON and iCalendar.
cat > c.json <<'J'
{"case":"c","program":"nhi-8.2.13","path":"sle-initial","as_of":"2025-06-15","form":{"name":"王小明"},"facts":{"pulse_date":"2025-05-20"}}
J
theriac coverage calendar --case c.json --start 2025-07-01
theriac coverage calendar --case c.json --lang zh-TW
theriac coverage calendar --case c.json --json --route sc --start 2025-12-10 | head -c 420; echo
theriac coverage calendar --case c.json --format ics > a.ics; theriac coverage calendar --case c.json --format ics --lang zh-TW > b.ics
grep -c '^BEGIN:VEVENT' a.ics b.ics; cat a.ics b.ics | grep -c '王小明'
LC_ALL=C awk '{ sub(/\r$/, ""); if (length($0) > 75) print "long line" }' a.ics b.ics
theriac coverage calendar --case c.json --format pdf; echo "status $?"
theriac coverage calendar --case c.json --start 2025; echo "status $?"
sed 's/2025-06-15/2024-06-15/' c.json > d.json
theriac coverage calendar --case d.json; echo "status $?"
theriac coverage calendar --case d.json --format ics; echo "status $?"
