# needs: python3:icalendar
# The iCalendar file as another program reads it: python3-icalendar of Debian.
cat > c.json <<'J'
{"case":"c","program":"nhi-8.2.13","path":"sle-initial","as_of":"2025-06-15","facts":{"pulse_date":"2025-05-20"}}
J
for lang in en zh-TW; do
  theriac coverage calendar --case c.json --format ics --lang $lang > a.ics
  /usr/bin/python3 - <<'P'
import icalendar
cal = icalendar.Calendar.from_ical(open('a.ics', 'rb').read())
events = cal.walk('VEVENT')
print(cal['VERSION'], cal['PRODID'], len(events), 'events', len({str(e['UID']) for e in events}), 'UIDs')
for e in events:
    print(e.decoded('DTSTART'), e.decoded('DTEND'), e.decoded('DTSTAMP'), e['SUMMARY'], '|', str(e['DESCRIPTION']).splitlines()[0])
P
done
