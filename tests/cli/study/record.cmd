# A registry record of our own with posted results, a PubMed record of our own, and what is refused.
cat > record.json <<'J'
{"protocolSection":{"identificationModule":{"nctId":"NCT00000001","briefTitle":"A made-up trial"}},
 "hasResults":true,
 "resultsSection":{"participantFlowModule":{"groups":[{"id":"FG000","title":"Drug"}],"periods":[{"title":"All","milestones":[
   {"type":"STARTED","achievements":[{"groupId":"FG000","numSubjects":"60"}]},
   {"type":"COMPLETED","achievements":[{"groupId":"FG000","numSubjects":"50"}]},
   {"type":"NOT COMPLETED","achievements":[{"groupId":"FG000","numSubjects":"9"}]}]}]},
  "outcomeMeasuresModule":{"outcomeMeasures":[{"type":"PRIMARY","title":"Response","paramType":"NUMBER",
   "unitOfMeasure":"percentage of participants","groups":[{"id":"OG000","title":"Placebo"},{"id":"OG001","title":"Drug"}],
   "denoms":[{"units":"Participants","counts":[{"groupId":"OG000","value":"50"},{"groupId":"OG001","value":"50"}]}],
   "classes":[{"categories":[{"measurements":[{"groupId":"OG000","value":"20.0"},{"groupId":"OG001","value":"50.0"}]}]}],
   "analyses":[{"groupIds":["OG000","OG001"],"paramType":"Percentage Difference","paramValue":"30.0","ciPctValue":"90",
    "ciLowerLimit":"15.1","ciUpperLimit":"44.9","pValue":"0.0017"}]}]}}}
J
theriac study check record.json
echo "status $?"
cat > paper.xml <<'X'
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>99999999</PMID><Article><ArticleTitle>A made-up paper</ArticleTitle>
<Abstract><AbstractText Label="RESULTS">Response was 45/51 (88.24%) vs 36/51 (70.59%), t(28) = 2.10, p = .30.</AbstractText>
</Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>
X
theriac study check paper.xml
echo "status $?"
printf '[%s,%s]' "$(cat record.json)" "$(cat record.json)" | sed 's/^\[/{"studies":[/; s/\]$/]}/' > two.json
theriac study check two.json
echo "status $?"
