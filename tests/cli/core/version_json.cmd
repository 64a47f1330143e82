# needs: jq
theriac version --json | jq -r .program
theriac --json version | jq -e 'has("released")'
