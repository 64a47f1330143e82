# Tables and files that cannot be right: each is told by what is wrong with it, and the old graph stays.
cat > node.csv <<'T'
node_index,node_id,node_type,node_name,node_source
0,DB1,drug,Alphamab,DrugBank
1,10,disease,great sickness,MONDO
T
head='relation,display_relation,x_index,x_id,x_type,x_name,x_source,y_index,y_id,y_type,y_name,y_source'
printf '%s\n' "$head" 'indication,indication,0,DB1,drug,Alphamab,DrugBank,1,10,disease,great sickness,MONDO' \
  'indication,indication,1,10,disease,great sickness,MONDO,0,DB1,drug,Alphamab,DrugBank' > kg.csv
theriac graph import node.csv kg.csv > kept.txt; cp home/graph.thg kept.thg
try() { echo "== $1"; shift; theriac graph import "$@"; echo "status $?"; cmp home/graph.thg kept.thg; }
printf '%s\n' "$head" 'indication,indication,DB1,0,drug,Alphamab,DrugBank,10,1,disease,great sickness,MONDO' > shuffled.csv
try 'shuffled, with the node table' node.csv shuffled.csv
printf '%s\n' 'drug_drug,synergy,DB1,0,drug,Alphamab,DrugBank,DB2,2,drug,Betamab,DrugBank' | cat shuffled.csv - > drugs.csv
try 'shuffled, without' drugs.csv
gzip -nc kg.csv | head -c 120 > cut.csv.gz
try 'gzip cut short' node.csv cut.csv.gz
printf '%s\n' 'indication,indication,9,DB9,drug,Ghost,DrugBank,1,10,disease,great sickness,MONDO' | cat kg.csv - > ghost.csv
try 'an unknown node' --strict node.csv ghost.csv
sed '1!y/,/;/' kg.csv > semicolons.csv
try 'another separator' node.csv semicolons.csv
head -c 150 kg.csv > row.csv
try 'a row cut short' node.csv row.csv
printf '%s\n' "$head" 'indication,indication,0, ,drug,Alphamab,DrugBank,1,10,disease,great sickness,MONDO' > blank.csv
try 'an id of a no-break space' node.csv blank.csv
try 'no edges' node.csv
try 'no such column' node.csv kg.csv --columns x_id=drug,relation=:indication,x_type=:drug,y_id=y_id,y_type=y_type
try 'no such name' node.csv kg.csv --columns drug=x_id
echo '== graphs'
head -c 1000 kept.thg > short.thg; theriac graph stat --graph short.thg; echo "status $?"
theriac graph stat --graph kg.csv; echo "status $?"
theriac graph path Alphamab "great sickness" --nulls 200; echo "status $?"
