# A patient against the criteria of an invented study.
cat > s.json <<'END'
{"protocolSection": {"identificationModule": {"nctId": "NCT00000003", "briefTitle": "Testimab in NMOSD"},
 "eligibilityModule": {"minimumAge": "18 Years", "sex": "FEMALE", "eligibilityCriteria": "Inclusion Criteria:\n\n* Diagnosis of neuromyelitis optica\n* EDSS \\<= 6.0\n* At least two relapses in the 12 months before screening\n* Willing to keep a diary\n\nExclusion Criteria:\n\n* Pregnant or breastfeeding\n* Treatment with rituximab within 6 months before screening\n* ALT \\> 3 x ULN"}}}
END
printf '{"as_of": "2026-03-01", "birth_date": "1990-05", "sex": "female", "diagnoses": ["NMOSD"], "edss": 6.5, "relapses": ["2025-04-02", "2026-01"], "pregnant": false, "drugs": {"rituximab": "2025-01-01"}, "alt": {"value": 30, "unit": "U/L", "uln": 40}}' > p.json
theriac trial match s.json --patient p.json; echo "= $?"
theriac trial match s.json --patient p.json --lang zh-TW | tail -3
theriac trial match s.json --lines --json | head -30
printf '{"pregnant": "no"}' > bad.json
theriac trial match s.json --patient bad.json; echo "= $?"
theriac trial match s.json; echo "= $?"
