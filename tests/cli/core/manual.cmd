# needs: mandoc
theriac help --man > theriac.1
mandoc -T lint -W warning theriac.1
mandoc -T ascii theriac.1 | sed 's/.\x08//g' | grep -c -E '^(NAME|SYNOPSIS|DESCRIPTION|OPTIONS|COMMANDS|EXIT STATUS|ENVIRONMENT|NOTES)'
