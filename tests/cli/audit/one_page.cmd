# A page that contradicts itself, on the terminal in both languages and as JSON; one that does not; a folder.
mkdir pages
cat > pages/bad.md <<'EOF'
---
title: Testimab
parent: 僅模型預測 (L5)
evidence_level: L2
---
# Testimab

證據等級: **L5** | 預測適應症: **1** 個

## 臨床試驗
| 試驗編號 | 狀態 | 標題 |
|---|---|---|
| NCT01000001 | WITHDRAWN | A Study of... |
EOF
cat > pages/good.md <<'EOF'
---
title: Testamide
parent: 中證據等級 (L3-L4)
evidence_level: L4
---
# Testamide

證據等級: **L4**
EOF
echo "# A readme, no report page" > pages/README.md
theriac audit pages
echo "status $?"
theriac audit --lang zh-TW pages/bad.md
echo "status $?"
theriac audit --json pages
echo "status $?"
theriac audit pages/good.md
echo "status $?"
