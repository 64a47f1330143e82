# The next application from the last case.
cat > c.json <<'J'
{"case":"p1","program":"nhi-8.2.13","path":"ln-initial","as_of":"2025-06-15","evidence":["E-biopsy","E-lab-now"],
 "facts":{"birth_date":"1990-03-01","ln_class":["III","V"],"upcr":{"value":2100,"unit":"mg/g","date":"2025-06-01"},"creatinine":0.9,
 "upcr_pre_standard":3.0,"dialysis_or_transplant":false}}
J
theriac coverage renew --case c.json --as-of 2026-06-20 --lang zh-TW
theriac coverage renew --case c.json --as-of 2026-06-20 --start 2025-08-01 --json --out n.json --id p2
cat n.json
theriac coverage renew --case c.json --as-of 2026-06-20 --out m.json --confirmed > /dev/null; theriac coverage check --case m.json --json | head -c 120; echo
theriac coverage renew --case c.json --as-of 2025-06-15; echo "status $?"
theriac coverage renew --case c.json --as-of 2026-06-20 --path sle-renewal; echo "status $?"
theriac coverage renew --case c.json --as-of 2026-06-20 --start 2025; echo "status $?"
theriac coverage renew; echo "status $?"
