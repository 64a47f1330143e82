# An invented graph: import from standard input and gzip, look-ups, typed paths with their P values, comparison.
cat > node.csv <<'T'
node_index,node_id,node_type,node_name,node_source
0,DB1,drug,Alphamab,DrugBank
1,DB2,drug,Betamab,DrugBank
2,10,disease,great sickness (disease),MONDO
3,11_12,disease,grouped sickness,MONDO_grouped
4,7,effect/phenotype,Great sickness,HPO
5,1,gene/protein,GENE1,NCBI
6,2,gene/protein,GENE2,NCBI
T
cat > kg.csv <<'T'
relation,display_relation,x_index,y_index
indication,indication,0,3
indication,indication,3,0
drug_protein,target,0,5
drug_protein,target,5,0
drug_protein,enzyme,1,6
drug_protein,enzyme,6,1
disease_protein,associated with,5,2
disease_protein,associated with,2,5
disease_disease,parent-child,2,3
disease_disease,parent-child,3,2
T
gzip -nk kg.csv
theriac graph import node.csv - < kg.csv > a.txt; theriac graph import node.csv kg.csv.gz > b.txt
sed -n '2p' a.txt; cat b.txt | sed -n '2p'
for q in DB1 drugbank:DB2 MONDO:0000010 MONDO:12 11_12 "disease:0012.0" "GREAT SICKNESS (DISEASE)" "Great sickness"; do
  echo "$q: $(theriac graph show "$q" --limit 0 | head -1)"
done
theriac graph show "great sickness"; echo "status $?"
theriac graph show alfamab; echo "status $?"
theriac graph show nobody; echo "status $?"
theriac graph path Alphamab MONDO:10 --typed --nulls 200 --seed 3; echo "status $?"
theriac graph path Alphamab MONDO:10 --metapath drug_protein,disease_protein --json | grep -c '"source"'
theriac graph path Betamab MONDO:10 --metapath drug_protein,disease_protein; echo "status $?"
theriac graph path Alphamab MONDO:10 --metapath drug_protein; echo "status $?"
theriac graph path GENE1 GENE2 --typed 2>&1 | head -1
cp home/graph.thg old.thg
sed '1!s/,enzyme,/,carrier,/; /^indication/d' kg.csv > less.csv; sed '/GENE2/s/GENE2/GENE3/' node.csv > renamed.csv
theriac graph import renamed.csv less.csv --out new.thg > c.txt
theriac graph import --diff old.thg new.thg --list; echo "status $?"
theriac graph import --diff old.thg old.thg > d.txt; echo "status $?"
