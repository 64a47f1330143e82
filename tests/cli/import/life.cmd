# The way of a document: in, held, a new version, refused; doctor, backup, restore.
mkdir docs
printf '%s\n' '---' 'title: Examplumab' 'evidence_level: L5' 'indication_count: 1' '---' '' '# Examplumab' '' '## 快速總覽' '| 項目 | 內容 |' '|------|------|' '| TxGNN 預測分數 | 99.00% |' '| 證據等級 | L5 |' '| 建議決策 | Hold |' '' '## 預測適應症詳細分析' '' '<details class="indication-section">' '<summary>' '<span class="indication-name">1. lupus nephritis</span>' '<span class="evidence-badge evidence-L5">L5</span>' '<span class="prediction-score">99.00%</span>' '</summary>' '<div class="indication-content">' '<p>無。</p>' '</div>' '</details>' > docs/page.md
theriac import docs
echo "status $?"
theriac import --lang zh-TW docs/page.md
echo "status $?"
sed -i 's/99.00%/98.00%/' docs/page.md
theriac import - < docs/page.md
echo "status $?"
printf '' > docs/empty.txt
theriac import docs; echo "status $?"
theriac import nowhere.txt; echo "status $?"
theriac import --strict docs/page.md docs/empty.txt; echo "status $?"
theriac doctor; echo "status $?"
theriac backup copy; echo "status $?"
theriac backup copy; echo "status $?"
theriac restore copy; echo "status $?"
theriac restore copy --replace; echo "status $?"
for f in home/sources/*; do echo changed > $f; break; done
echo left > home/sources/over
theriac doctor --lang zh-TW > seen; echo "status $?"
grep -c 錯誤 seen; grep -c 無礙 seen
theriac doctor --mend > seen; echo "status $?"
ls home/sources | grep -c over
theriac --home nowhere doctor; echo "status $?"
