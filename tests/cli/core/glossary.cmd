# The glossary, whole and by term.
theriac help glossary 勝算比
theriac help glossary "confidence interval" --lang zh-TW
theriac help glossary prior-authorisation --json
theriac help glossary | grep -c 'For professionals'
theriac help glossary nothing; echo "status $?"
theriac help glossary a b; echo "status $?"
