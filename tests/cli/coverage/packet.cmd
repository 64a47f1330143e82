# needs: jq
# The documents of an application: matched, refused with the reason, put together; the same bytes twice.
paper=$ROOT/tests/fuzz/corpus/paper
cat > case.json <<'END'
{"case":"A-17","program":"nhi-8.2.13","path":"ln-initial","as_of":"2025-06-15","evidence":["E-drugs"],
 "facts":{"upcr":{"value":2.1,"unit":"g/g","date":"2025-06-01"},"toxicity_documented":false}}
END
cp $paper/turned.jpg 'photo, of 1.jpg'
packet() { theriac coverage packet --case case.json "$@"; echo "status $?"; }
packet --out p.pdf --lang zh-TW \
  --attach E-biopsy=$paper/plain.pdf,date=113/3/2 --attach E-lab-base=$paper/rotated.pdf \
  --attach "E-lab-now=photo, of 1.jpg,date=2025-06-01,note=a, b,site=左頰" --attach E-photo=$paper/alpha.png,date=2025-06-01
packet --out q.pdf \
  --attach E-biopsy=$paper/plain.pdf,date=113/3/2 --attach E-lab-base=$paper/rotated.pdf \
  --attach "E-lab-now=photo, of 1.jpg,date=2025-06-01,note=a, b,site=左頰" --attach E-photo=$paper/alpha.png,date=2025-06-01
cmp p.pdf q.pdf && echo same
head -c 5 p.pdf; echo
packet --out p.pdf --json --attach E-lab-now=$paper/grey.jpg,date=2025-01-02 |
  sed '$d' | jq -c '.complete, .forms, .documents, (.clauses[] | [.id, .evidence, .state])'
theriac coverage packet --case case.json --out r.pdf --attach E-biopsy=$paper/plain.pdf,date=113/3/2 \
  --attach E-lab-base=$paper/plain.pdf,date=2024-11-01 --attach E-lab-now=$paper/plain.pdf,date=2025-06-01; echo "complete: status $?"
theriac coverage sheet --case case.json --out s.pdf --lang zh-TW; echo "status $?"
head -c 5 s.pdf; echo
rm -f no.pdf
for bad in E-biopsy=$paper/encrypted.pdf E-biopsy=$paper/heic E-biopsy=$paper/circle.pdf E-nothing=$paper/plain.pdf \
  E-biopsy=$paper E-biopsy=gone.pdf E-biopsy E-biopsy=$paper/plain.pdf,date=yesterday; do
  packet --out no.pdf --attach $bad
done
head -c 200 $paper/turned.jpg > cut.jpg
packet --out no.pdf --attach E-photo=cut.jpg
packet
test -e no.pdf || echo nothing written
