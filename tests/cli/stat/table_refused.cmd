# Each bad table is named, and nothing is computed.
for cells in "1 2 3 x" "1 2 3 4.5" "-1 2 3 4" "0 0 1 2"; do
  theriac stat table $cells
  echo "status $?"
done
theriac stat table 1 2 3 4 --level 95
echo "status $?"
