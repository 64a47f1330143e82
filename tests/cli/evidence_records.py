"""Invented registry records, papers and captures, graded by the program: what evidence_cases and evidence_traps share. The drug is
Testimab, which no table lists; the diseases are in the built-in table."""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile
from xml.sax.saxutils import escape

here = pathlib.Path(__file__).resolve().parent
shared = pathlib.Path(os.environ.get("THERIAC_SHARED") or here.parent.parent.parent / "shared")
args = argparse.ArgumentParser()
args.add_argument("--bin", required=True)
theriac = str(pathlib.Path(args.parse_args().bin).resolve() / "theriac")
count = failed = 0
LN, SLE, MN, RA = "lupus nephritis", "systemic lupus erythematosus", "membranous nephropathy", "rheumatoid arthritis"


def result(name, wrong):
    global count, failed
    count += 1
    for line in wrong[:20]:
        print("#", line)
    failed += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} {count} - {name}")


def skip(name, why):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {why}")


def drug(name="Testimab", kind="DRUG", **more):
    return dict(type=kind, name=name, **more)


def arm(label, type, *names):
    return dict(label=label, type=type, interventionNames=[f"Drug: {n}" for n in names])


def two_arms():
    return [arm("Testimab", "EXPERIMENTAL", "Testimab"), arm("Placebo", "PLACEBO_COMPARATOR", "Placebo")]


def outcome(title, values, p=None, param=None, estimate=None, ci=None, level="95", type="PRIMARY", unit="percentage of participants",
            ni="SUPERIORITY", groups=("Testimab", "Placebo"), comment="", people=100):
    ids = [f"OG{i:03}" for i in range(len(groups))]
    analysis = dict(groupIds=ids, nonInferiorityType=ni, groupDescription=comment)
    if p is not None:
        analysis["pValue"] = p
    if param:
        analysis.update(paramType=param, paramValue=estimate)
    if ci:
        analysis.update(ciPctValue=level, ciNumSides="TWO_SIDED", ciLowerLimit=ci[0], ciUpperLimit=ci[1])
    return dict(type=type, title=title, unitOfMeasure=unit, paramType="NUMBER", reportingStatus="POSTED",
                groups=[dict(id=i, title=g) for i, g in zip(ids, groups)],
                denoms=[dict(units="Participants", counts=[dict(groupId=i, value=str(people)) for i in ids])],
                classes=[dict(categories=[dict(measurements=[dict(groupId=i, value=v) for i, v in zip(ids, values)])])],
                analyses=[analysis] if p is not None or ci else [])


def trial(id, conditions=(LN,), status="COMPLETED", n=240, actual="ACTUAL", phases=("PHASE3",), allocation="RANDOMIZED",
          model="PARALLEL", masking="DOUBLE", arms=None, drugs=None, results=None, references=(), why=None, completion="2025-12-01",
          title="Testimab in lupus nephritis", sponsor="Example University", secondary=(), mesh=(), leaves=(), kind="INTERVENTIONAL",
          eligibility="Inclusion Criteria: adults", healthy=False, purpose="TREATMENT", aliases=(), posted=None):
    arms = two_arms() if arms is None else arms
    drugs = [drug(), drug("Placebo")] if drugs is None else drugs
    design = dict(allocation=allocation, interventionModel=model, primaryPurpose=purpose, maskingInfo=dict(masking=masking))
    if kind == "OBSERVATIONAL":
        design = dict(observationalModel=model, timePerspective="PROSPECTIVE")
    p = dict(
        identificationModule=dict(nctId=id, briefTitle=title, organization=dict(fullName=sponsor), nctIdAliases=list(aliases),
                                  secondaryIdInfos=[dict(id=s, type="EUDRACT_NUMBER") for s in secondary]),
        statusModule=dict(overallStatus=status, primaryCompletionDateStruct=dict(date=completion, type=actual),
                          **(dict(whyStopped=why) if why else {})),
        sponsorCollaboratorsModule=dict(leadSponsor=dict(name=sponsor)),
        conditionsModule=dict(conditions=list(conditions)),
        designModule=dict(studyType=kind, phases=list(phases), designInfo=design, enrollmentInfo=dict(count=n, type=actual)),
        armsInterventionsModule=dict(armGroups=arms, interventions=drugs),
        eligibilityModule=dict(eligibilityCriteria=eligibility, healthyVolunteers=healthy),
        referencesModule=dict(references=[dict(pmid=x[0], type=x[1], citation=x[3] if len(x) > 3 else "x",
                                               **(dict(retractions=[dict(pmid="1", source="x")]) if len(x) > 2 and x[2] else {}))
                                          for x in references]))
    out = dict(protocolSection=p, hasResults=bool(results) if posted is None else posted)
    if results:
        out["resultsSection"] = dict(outcomeMeasuresModule=dict(outcomeMeasures=results))
    if mesh:
        out["derivedSection"] = dict(conditionBrowseModule=dict(
            meshes=[dict(id="D000000001", term=t) for t in mesh],
            browseLeaves=[dict(id="M1", name=n, asFound=f, relevance=r) for n, f, r in leaves]))
    return out


def good(**kw):
    return outcome("Complete renal response at week 52", ("48", "30"), p="0.004", **kw)


def poor(**kw):
    return outcome("Complete renal response at week 52", ("31", "30"), p="0.81", **kw)


def paper(pmid, title, *parts, types=("Journal Article",), mesh=(("Lupus Nephritis", "Y"), ("Humans", "N")), trials=(), links=(),
          other=""):
    text = "".join(f'<AbstractText Label="{l}" NlmCategory="{l}">{escape(t)}</AbstractText>' if l else
                   f"<AbstractText>{escape(t)}</AbstractText>" for l, t in parts)
    related = "".join(f'<CommentsCorrections RefType="{l}"><RefSource>x</RefSource><PMID>9</PMID></CommentsCorrections>' for l in links)
    banks = "".join(f"<AccessionNumber>{t}</AccessionNumber>" for t in trials)
    return f"""<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article><Journal><JournalIssue>
<PubDate><Year>2024</Year></PubDate></JournalIssue><Title>J Synth Test</Title></Journal><ArticleTitle>{escape(title)}</ArticleTitle>
{f"<Abstract>{text}</Abstract>" if text else ""}<Language>eng</Language>
{f'<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>{banks}</AccessionNumberList></DataBank></DataBankList>' if banks else ''}
<PublicationTypeList>{''.join(f'<PublicationType UI="D0">{t}</PublicationType>' for t in types)}</PublicationTypeList></Article>
<MeshHeadingList>{''.join(f'<MeshHeading><DescriptorName UI="D1" MajorTopicYN="{y}">{m}</DescriptorName></MeshHeading>' for m, y in mesh)}
</MeshHeadingList>{other}{f"<CommentsCorrectionsList>{related}</CommentsCorrectionsList>" if links else ""}
</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"""


RCT_TYPES = ("Journal Article", "Randomized Controlled Trial")
GOOD_RESULT = ("RESULTS", "Complete renal response was reached by 58/120 (48.3%) patients given Testimab and 36/120 (30.0%) given "
               "placebo (OR 2.18, 95% CI 1.29-3.71; P = 0.004).")
METHODS = ("METHODS", "Adults with lupus nephritis were randomly assigned 1:1 to Testimab (n = 120) or placebo (n = 120).")


def run(home, *argv):
    env = dict(os.environ, THERIAC_HOME=str(home), LC_ALL="C.UTF-8")
    return subprocess.run([theriac, *argv], env=env, capture_output=True, text=True)


def grade(records, disease=LN, drug_name="Testimab", extra=(), files=(), scope="imported"):
    with tempfile.TemporaryDirectory() as t:
        t = pathlib.Path(t)
        paths = list(map(str, files))
        trials = [r for r in records if isinstance(r, dict) and "capture" not in r]
        papers = [r for r in records if isinstance(r, str)]
        if trials:
            (t / "trials.json").write_text(json.dumps(trials))
            paths.append(str(t / "trials.json"))
        if papers:
            (t / "papers.xml").write_text("<PubmedArticleSet>" + "".join(papers) + "</PubmedArticleSet>")
            paths.append(str(t / "papers.xml"))
        for i, c in enumerate(r for r in records if isinstance(r, dict) and "capture" in r):
            (t / f"capture{i}.json").write_text(json.dumps(c))
            paths.append(str(t / f"capture{i}.json"))
        done = run(t / "home", "import", *paths)
        if done.returncode:
            return dict(error=done.stderr)
        done = run(t / "home", "evidence", "grade", "--drug", drug_name, "--disease", disease, "--json", "--as-of", "2026-11-21",
                   *(["--scope", "imported"] if scope == "imported" else []), *extra)
        return json.loads(done.stdout) if done.returncode == 0 else dict(error=done.stderr)


def wrong_in(g, expect):
    if "error" in g:
        return [g["error"].strip()]
    wrong = []
    items = {i["id"]: i for i in g["items"]}
    for key, want in expect.items():
        if key == "items" or want is None:
            continue
        got = g[key] if key != "sources" else {k: g["sources"][k] for k in want}
        bad = [w for w in want if w not in got] if key == "flags" else (got not in want if isinstance(want, list) else got != want)
        if bad:
            wrong.append(f"{key}: got {got}, wanted {want}")
    for id, want in expect.get("items", {}).items():
        it = items.get(id)
        if not it:
            wrong.append(f"{id} is not listed")
            continue
        for key, value in want.items():
            if key in ("reasons", "flags", "unit_with"):
                wrong += [f"{id} {key}: {it[key]} lacks {v}" for v in value if v not in it[key]]
            elif key == "lacks":
                wrong += [f"{id} has {v}" for v in value if v in it["reasons"] + it["flags"]]
            elif it[key] not in value if isinstance(value, list) else it[key] != value:
                wrong.append(f"{id} {key}: got {it[key]}, wanted {value}")
    return wrong


def case(name, records, level, direction, units, items=None, **more):
    opts = {k: more.pop(k) for k in ("disease", "extra", "scope", "drug_name", "files") if k in more}
    g = grade(records, **opts)
    result(name, wrong_in(g, dict(level=level, direction=direction, counted_units=units, items=items or {}, **more)))


T1, T2 = "NCT09990001", "NCT09990002"


def capture(kind, records=0, **more):
    return dict(capture=kind, source="ClinicalTrials.gov" if kind == "trial-search" else "PubMed", drug="Testimab", disease=LN,
                query=f"Testimab AND {LN}", query_form="free text", queried_at="2026-11-01T00:00:00", success=True, error=None,
                state="searched_nothing", records_in_source=0, records_kept=0, records=[], **more)


def done():
    print(f"1..{count}")
    raise SystemExit(failed != 0)
