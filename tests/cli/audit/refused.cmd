# What is no page is named; a cut page outweighs what the others hold; a folder without pages is no success.
mkdir empty
echo "hello" > words.txt
printf -- '---\ntitle: X\nevidence_level: L5\n' > cut.md
theriac audit words.txt
echo "status $?"
theriac audit cut.md
echo "status $?"
theriac audit empty
echo "status $?"
theriac audit
echo "status $?"
