# Dose, vials and cost; prices come from an imported list. 5 × 4321.55 = 21607.75 a dose, 15 doses in the year: 324116.25.
theriac coverage dose --drug belimumab --weight 58 --start 2025-06-15
theriac coverage dose --drug belimumab; echo "status $?"
theriac coverage dose --drug belimumab --weight x; echo "status $?"
theriac coverage dose --drug rituximab --weight 58; echo "status $?"
theriac coverage dose; echo "status $?"
cat > items.csv <<'C'
藥品代號,藥品英文名稱,藥品中文名稱,成分,規格量,規格單位,支付價,有效起日,有效迄日,ATC代碼
KC00935257,TEST 120 MG,測試凍晶注射劑 120 毫克,BELIMUMAB,120.0000000,MG,4321.55,1140201,9991231,L04AG04
KC00935271,TEST 400 MG,測試凍晶注射劑 400 毫克,BELIMUMAB,400.0000000,MG,14000,1140201,1141231,L04AG04
C
theriac --quiet import items.csv > /dev/null || echo "not imported"
theriac coverage dose --drug belimumab --weight 58 --start 2025-06-15 --path ln-initial --lang zh-TW
theriac coverage dose --drug belimumab --weight 40 --start 2025-06-15 --path ln-initial --json
theriac coverage dose --drug belimumab --weight 58 --start 2025-01-31 --path ln-initial
