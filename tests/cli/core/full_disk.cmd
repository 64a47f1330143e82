theriac version > /dev/full
echo "status $?"
theriac help --man > /dev/full
echo "status $?"
theriac version >&-
echo "status $?"
theriac help --json --completion bash > /dev/full
echo "status $?"
(ulimit -f 0; theriac help --man > big); echo "status $?"
