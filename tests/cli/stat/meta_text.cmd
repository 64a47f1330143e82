# Four made-up trials: random effects, Mantel-Haenszel from standard input, subgroups, a study left out.
cat > t.csv <<'T'
study,ai,bi,ci,di,region
One,4,119,11,128,north
Two,6,300,29,274,south
Three,3,228,11,209,north
Four,0,50,0,48,south
Five,NA,50,2,48,south
T
theriac stat meta t.csv --measure OR --subgroup region
theriac stat meta - --measure OR --method MH --lang zh-TW < t.csv
