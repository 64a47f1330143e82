# What to collect, cheapest first: of 24 h protein and uPCR one suffices; what was measured before belimumab stands in the record
cat > c.json <<'J'
{"case":"x","program":"nhi-8.2.13","path":"ln-renewal","as_of":"2025-06-15","facts":{"months_on_belimumab":13,"gfr":{"value":95,"date":"2025-06-01"},"gfr_pre_belimumab":96,"creatinine":{"value":0.8,"date":"2025-06-01"},"dialysis_or_transplant":false}}
J
theriac coverage check --case c.json | grep -A6 'What would settle'
theriac coverage check --case c.json --lang zh-TW | grep -A6 '補齊'
theriac coverage check --case c.json --json | tr -d ' \n' | grep -o '"collect":.*"warnings"'
theriac coverage check --case c.json --json | tr -d ' \n' | grep -o '"cheapest":.*"clauses"'
