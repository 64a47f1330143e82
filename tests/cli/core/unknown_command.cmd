theriac verson
echo "status $?"
theriac --json verson
echo "status $?"
theriac zzzzzzzz
echo "status $?"
theriac --json=1 version
echo "status $?"
theriac stat 2>&1 | grep -oE "needs a verb|^  stat table"
echo "status $?"
theriac stat tabel
echo "status $?"
theriac statt table
echo "status $?"
