theriac verson
echo "status $?"
theriac --json verson
echo "status $?"
theriac zzzzzzzz
echo "status $?"
theriac --json=1 version
echo "status $?"
