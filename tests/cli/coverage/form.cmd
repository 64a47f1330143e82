# needs: qpdf python3
# The application forms as PDF: whole files, a field for each value, what is known in it and blank where nothing is.
cat > c.json <<'J'
{"case":"c","program":"nhi-8.2.13","path":"ln-initial","as_of":"2025-06-15","form":{"name":"王小明","application_date":"2025-06-15"},
 "drugs":[{"drug":"mmf","dose":"2 g","from":"2024-11-01","to":"2025-06-01"}],
 "facts":{"birth_date":"1990-03-01","ana_positive":true,"upcr":2.1,"upcr_pre_standard":3.0}}
J
theriac coverage form --case c.json --form 36 --out f.pdf
case $? in 4) echo "no font with Chinese characters"; exit 0;; esac
qpdf --check f.pdf > check.txt 2>&1 && echo "qpdf: whole"
qpdf --json --json-key=acroform f.pdf | python3 -c '
import json, sys
form = json.load(sys.stdin)["acroform"]
for f in form["fields"]:
    if f["fullname"] in ("name", "application_date", "birth_date", "sex", "mmf_dose", "mmf_from", "mmf_to", "mpa_dose", "ana_positive",
                         "anti_dsdna_positive", "LN-I", "LN-II", "LR-01"):
        print(f["fullname"], f["fieldtype"], f["value"])'
theriac coverage form --case c.json --form 36-1 --out g.pdf; echo "status $?"; ls g.pdf 2> /dev/null
theriac coverage form --case c.json --form 37; echo "status $?"
theriac coverage form --case c.json; echo "status $?"
