# needs: mandoc
theriac help --man > theriac.1
mandoc -T lint -W warning theriac.1
mandoc -T ascii theriac.1 | col -b | grep -c -E '^(NAME|SYNOPSIS|DESCRIPTION|OPTIONS|COMMANDS|EXIT STATUS|ENVIRONMENT|NOTES)'
