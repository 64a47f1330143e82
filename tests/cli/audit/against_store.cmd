# A page held against what was imported: a trial about another disease, one in which the drug is given to all, a licence of another product.
cat > page.md <<'END'
---
title: Belimumab
evidence_level: L3
---
# Belimumab

證據等級: **L3** | 預測適應症: **1** 個

## 預測適應症詳細分析

<details class="indication-section">
<summary>
<span class="indication-name">1. asthma</span>
<span class="evidence-badge evidence-L3">L3</span>
</summary>
<div class="indication-content">

### 臨床試驗

| 試驗編號 | 階段 | 狀態 | 人數 | 主要發現 |
|---------|------|------|------|---------|
| [NCT00000011](https://clinicaltrials.gov/study/NCT00000011) | PHASE2 | COMPLETED | 14 | A study of treatment |
| [NCT00000012](https://clinicaltrials.gov/study/NCT00000012) | PHASE2 | COMPLETED | 20 | A study of treatment |

</div>
</details>

## 台灣上市資訊

| 許可證號 | 品名 | 劑型 | 核准適應症 |
|---------|------|------|-----------|
| 衛部藥輸字第000003號 | 丙錠 | 錠劑 | 高血壓 |
END
cat > studies.json <<'END'
[{"protocolSection": {"identificationModule": {"nctId": "NCT00000011", "briefTitle": "A study of treatment"}, "statusModule": {"overallStatus": "COMPLETED"},
  "conditionsModule": {"conditions": ["Lupus Nephritis"]}, "designModule": {"studyType": "INTERVENTIONAL"},
  "armsInterventionsModule": {"armGroups": [{"label": "A", "type": "EXPERIMENTAL", "interventionNames": ["Drug: Belimumab"]}, {"label": "P", "type": "PLACEBO_COMPARATOR", "interventionNames": ["Drug: Placebo"]}], "interventions": [{"type": "DRUG", "name": "Belimumab"}, {"type": "DRUG", "name": "Placebo"}]}}},
 {"protocolSection": {"identificationModule": {"nctId": "NCT00000012", "briefTitle": "A study of treatment"}, "statusModule": {"overallStatus": "COMPLETED"},
  "conditionsModule": {"conditions": ["Asthma"]}, "designModule": {"studyType": "INTERVENTIONAL", "designInfo": {"allocation": "RANDOMIZED"}},
  "armsInterventionsModule": {"armGroups": [{"label": "A", "type": "EXPERIMENTAL", "interventionNames": ["Drug: Otherine", "Drug: Belimumab"]}, {"label": "B", "type": "PLACEBO_COMPARATOR", "interventionNames": ["Drug: Placebo", "Drug: Belimumab"]}], "interventions": [{"type": "DRUG", "name": "Otherine"}, {"type": "DRUG", "name": "Belimumab"}, {"type": "DRUG", "name": "Placebo"}]}}}]
END
printf '[{"許可證字號": "衛部藥輸字第000003號", "中文品名": "丙錠", "適應症": "高血壓", "主成分略述": "WARFARIN SODIUM", "有效日期": "2030/01/01", "註銷狀態": ""}]' > tfda.json
theriac audit page.md
theriac --quiet import studies.json tfda.json > /dev/null
theriac audit page.md
echo "= $?"
theriac audit page.md --page-only | tail -1
theriac audit page.md --lang zh-TW | grep -E 'OFF-TOPIC|NOT-TESTED|WRONG'
