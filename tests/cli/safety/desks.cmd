# Invented tables: pairs of a list by severity, cautions checked against their own text, licences by ingredient and state.
printf 'DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nD1,Belimumab,D2,Rituximab,Moderate\nD2,Rituximab,D1,Belimumab,Major\nD1,Belimumab,D3,Otherine,Minor\n' > ddi.csv
cat > cautions.json <<'END'
{"metadata": {"source": "invented"}, "interactions": {"Belimumab": [
 {"disease": "Infections", "severity": "Minor", "description": "Use is contraindicated in severe infection."},
 {"disease": "Depression", "severity": "Moderate", "description": "Watch."},
 {"disease": "Hypertension", "severity": "Major", "description": "Certain agents are contraindicated."}]}}
END
cat > tfda.json <<'END'
[{"許可證字號": "衛部菌疫輸字第000001號", "中文品名": "甲注射劑", "英文品名": "A", "適應症": "狼瘡性腎炎", "劑型": "注射劑", "主成分略述": "BELIMUMAB", "申請商名稱": "甲公司", "有效日期": "2030/01/01", "註銷狀態": ""},
 {"許可證字號": "衛部菌疫輸字第000002號", "中文品名": "乙注射劑", "適應症": "氣喘", "主成分略述": "BELIMUMAB", "有效日期": "2020/01/01", "註銷狀態": ""},
 {"許可證字號": "衛部藥輸字第000003號", "中文品名": "丙錠", "適應症": "belimumab 治療無效者", "主成分略述": "OTHERINE", "有效日期": "2030/01/01", "註銷狀態": ""},
 {"許可證字號": "衛部藥輸字第000004號", "中文品名": "丁錠", "適應症": "氣喘", "主成分略述": "PREDNISOLONE SODIUM PHOSPHATE", "有效日期": "2030/01/01", "註銷狀態": ""},
 {"許可證字號": "衛部藥輸字第000005號", "中文品名": "戊錠", "適應症": "氣喘", "主成分略述": "PREDNISOLONE ANTAGONIST EXTRACT", "有效日期": "2030/01/01", "註銷狀態": ""}]
END
theriac --quiet import ddi.csv cautions.json tfda.json > /dev/null
theriac safety check belimumab rituximab; echo "= $?"
printf 'rituximab\n# none\notherine\n' | theriac safety check --list - --lang zh-TW; echo "= $?"
theriac safety check nosuchdrug --json; echo "= $?"
theriac licence show belimumab --all; echo "= $?"
theriac licence show belimumab --disease "lupus nephritis" --lang zh-TW; echo "= $?"
theriac licence show 衛部菌疫輸字第000002號 --json; echo "= $?"
# a salt is the drug; what only begins with its name is not
theriac licence show prednisolone --json; echo "= $?"
