# What import says of itself and of wrong options.
# needs: jq
theriac import --list --lang zh-TW; echo "status $?"
theriac import; echo "status $?"
theriac import --kind poem x; echo "status $?"
theriac import --as-of 2026-01 x; echo "status $?"
theriac import --list --json | jq -r '.[] | select(.imported) | .kind' ; echo "status $?"
