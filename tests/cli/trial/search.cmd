# Invented studies: searches, what a name was taken for, facets, exports.
cat > a.json <<'END'
{"studies": [
 {"protocolSection": {"identificationModule": {"nctId": "NCT00000001", "briefTitle": "Testimab in kidney disease"},
  "statusModule": {"overallStatus": "RECRUITING", "startDateStruct": {"date": "2024-03"}},
  "conditionsModule": {"conditions": ["Lupus Nephritis"]},
  "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2", "PHASE3"], "enrollmentInfo": {"count": 120}},
  "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": "Belimumab"}]},
  "contactsLocationsModule": {"locations": [{"city": "Taipei", "country": "Taiwan", "geoPoint": {"lat": 25.05, "lon": 121.53}}]}}, "hasResults": false},
 {"protocolSection": {"identificationModule": {"nctId": "NCT00000002", "briefTitle": "Otherine for lupus nephritis, a register"},
  "statusModule": {"overallStatus": "COMPLETED", "startDateStruct": {"date": "2015-01-10"}},
  "conditionsModule": {"conditions": ["Arthritis"]}, "designModule": {"studyType": "OBSERVATIONAL"},
  "descriptionModule": {"briefSummary": "Patients with 腎臟 biopsy."}}}
]}
END
theriac --quiet import a.json > /dev/null
theriac trial search -c "lupus nephritis"; echo "= $?"
theriac trial search lupus nephritis --facets; echo "= $?"
theriac trial search -c 狼瘡性腎炎 -f country=臺灣 --lang zh-TW; echo "= $?"
theriac trial search -f status=WITHDRAWN; echo "= $?"
theriac trial search -f status=finished; echo "= $?"
theriac trial search --near taipei --radius 10 --format csv; echo "= $?"
theriac trial search 腎臟 --start 2015..2015 --format ris; echo "= $?"
theriac trial search -d belimumab --json | head -12
