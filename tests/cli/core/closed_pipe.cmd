{ sleep 0.3; theriac help --man; echo "status $?" >&2; } | true
