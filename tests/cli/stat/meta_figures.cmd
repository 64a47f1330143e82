# Figures are files; equal input gives equal bytes; a bad place to write is told.
printf 'study,ai,bi,ci,di\nOne,4,119,11,128\nTwo,6,300,29,274\nThree,3,228,11,209\n' > t.csv
theriac stat meta t.csv --measure OR --forest a.svg --funnel b.svg --labbe c.svg --cumulative d.svg
theriac stat meta t.csv --measure OR --forest a2.svg
cmp a.svg a2.svg && grep -c '<text' a.svg && grep -o '<title[^/]*' a.svg
theriac stat meta t.csv --measure OR --forest no/such/folder.svg; echo "status $?"
theriac stat meta t.csv --measure OR --forest e.svg --width 10; echo "status $?"
theriac stat meta t.csv --measure OR --forest f.svg --groups Drug,Placebo --favours drug,placebo && grep -o 'favours [a-z]*' f.svg | sort -u
theriac stat meta t.csv --measure OR --forest g.svg --favours drug; echo "status $?"
