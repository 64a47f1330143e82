# Two versions of an invented study, from files and from the store; two studies side by side.
study() {
  printf '{"protocolSection": {"identificationModule": {"nctId": "NCT0000000%s", "briefTitle": "Testimab"}, "statusModule": {"overallStatus": "%s", "startDateStruct": {"date": "2020-01-01"}, "lastUpdatePostDateStruct": {"date": "%s"}}, "outcomesModule": {"primaryOutcomes": [{"measure": "%s"}]}, "designModule": {"enrollmentInfo": {"count": %s}}, "eligibilityModule": {"eligibilityCriteria": "Inclusion Criteria:\\n\\n* Age \\u2265 18 years\\n* %s"}}}' "$@"
}
study 1 RECRUITING 2020-05-01 Death 100 "EDSS \\\\<= 6" > old.json
study 1 COMPLETED 2022-05-01 Relapse 80 "EDSS \\\\<= 3" > new.json
study 2 COMPLETED 2022-05-01 Relapse 50 "EDSS \\\\<= 3" > other.json
theriac trial diff old.json new.json; echo "= $?"
theriac trial diff new.json new.json; echo "= $?"
theriac trial diff old.json other.json; echo "= $?"
theriac --quiet import old.json new.json > /dev/null
theriac trial diff NCT00000001 --json | tail -6
theriac trial diff NCT00000001@1 NCT00000001@2 --lang zh-TW | tail -3
theriac trial compare new.json other.json; echo "= $?"
theriac trial show NCT00000001 --as-of 2026-01-01 --lang zh-TW
