# A small study of our own: both languages, a table with its families, an error, and a text without numbers.
cat > both.txt <<'T'
Response was seen in 45 of 51 (88.23%) with drug vs 36/51 (70.59%) with placebo [P = 0.048, OR = 3.13; 95% CI 1.10-8.87].

有效者 45/51（88.23%），對照組 36/51（70.59%）[P = 0.048，OR = 3.13；95%信賴區間 1.10-8.87]。
T
theriac study check both.txt
echo "status $?"
theriac study check both.txt --lang zh-TW
echo 'The groups differed, t(28) = 2.10, p = .30.' > wrong.txt
theriac study check wrong.txt
echo "status $?"
echo 'No numbers here.' | theriac study check -
echo "status $?"
printf '\244\244\244\345' > big5.txt
theriac study check big5.txt
echo "status $?"
theriac study check absent.txt
echo "status $?"
