# The anchor of the statistics specification, read by people; then a table with a zero cell.
theriac stat table 45 6 36 15
theriac stat table 0 8 2 9
