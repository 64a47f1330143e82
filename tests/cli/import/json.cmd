# needs: jq
printf 'DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A,DDInter2,B,Major\n' | gzip > pairs.csv.gz
printf 'DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A\n' > broken.csv
theriac import --json --licence 'CC0 1.0' pairs.csv.gz broken.csv > seen.json; echo "status $?"
jq '{stored, refused, documents: [.documents[] | {path, outcome, kind, gzip, rows, records, error}]}' seen.json
theriac doctor --json | jq '{sound, documents, records, faults}'
