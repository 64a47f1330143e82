# Where words and options may stand.
theriac --home here -q version --json | cut -c1-20
theriac -- version | head -n 1 | cut -c1-8
theriac '' ; echo "status $?"
theriac - ; echo "status $?"
theriac help -- version | head -n 1
theriac help help version ; echo "status $?"
theriac version -qqqqqqqqqqqqqqqqqqqqqvvvvvvvvvvvvvvv | cut -c1-8
theriac version -- --json ; echo "status $?"
theriac --home ; echo "status $?"
theriac --help | head -n 1
theriac stat --help | grep -c '^  stat table'
theriac stat table --help | head -n 1 | cut -c1-18
env -i "$(command -v theriac)" version | cut -c1-8
