theriac | head -n 1
theriac --no-such-thing
echo "status $?"
