# Wrong columns, a count that is none, more events than subjects, options that do not exist.
printf 'study,a,b\nA,1,2\n' > a.csv
printf 'study,ai,n1i,ci,n2i\nA,1,10,3.5,10\n' > b.csv
printf 'study,ai,n1i,ci,n2i\nA,11,10,3,10\n' > c.csv
for f in a b c; do theriac stat meta $f.csv --measure OR; echo "status $?"; done
theriac stat meta a.csv; echo "status $?"
theriac stat meta a.csv --measure OR --method XX; echo "status $?"
theriac stat meta a.csv --measure OR --to some; echo "status $?"
