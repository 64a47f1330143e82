#!/usr/bin/env python3
"""tests/oracle/stat_oracle.py --bin build/src/cli: statistics beside R (stats, metafor) and SciPy on made-up data, where installed.
What is missing is skipped by name. Random tables and studies come from fixed seeds; every line is TAP."""
import argparse, csv, json, math, os, pathlib, random, shutil, subprocess, sys, tempfile

ap = argparse.ArgumentParser()
ap.add_argument('--bin', required=True)
program = str(pathlib.Path(ap.parse_args().bin).resolve() / 'theriac')
count = failed = 0


def call(*args):
    done = subprocess.run([program, *args, '--json'], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f'Bail out! {args}: {done.stderr}')
    return json.loads(done.stdout)


def near(x, y, tol):
    if x is None or y is None:
        return x is None and y is None
    x, y = float(x), float(y)
    return x == y or abs(x - y) <= tol * max(abs(y), 1e-12)


def check(name, pairs, tol):
    """pairs: (what, ours, theirs)"""
    global count, failed
    count += 1
    bad = [(w, a, b) for w, a, b in pairs if not near(a, b, tol)]
    for w, a, b in bad[:5]:
        print(f'# {w}: ours {a!r}, theirs {b!r}')
    failed += bool(bad)
    print(f'{"not ok" if bad else "ok"} {count} - {name} ({len(pairs)} values to {tol:g})')


def skip(name, why):
    global count
    count += 1
    print(f'ok {count} - {name} # SKIP {why}')


def r(code):
    done = subprocess.run(['Rscript', '--vanilla', '-e', 'options(digits=17, warn=-1); suppressMessages({' + code + '})'], capture_output=True, text=True)
    if done.returncode:
        return None
    return [float(x) for x in done.stdout.split()]


random.seed(20)
tables = [tuple(random.randint(lo, hi) for _ in range(4)) for lo, hi in [(1, 15)] * 12 + [(5, 120)] * 12 + [(200, 4000)] * 6]


def panels_in_r():
    code = ''.join(f'm<-matrix(c({a},{c},{b},{d}),2); f<-fisher.test(m); cat(f$p.value, fisher.test(m,alternative="less")$p.value, '
                   f'fisher.test(m,alternative="greater")$p.value, chisq.test(m,correct=FALSE)$p.value, chisq.test(m)$p.value, "");'
                   for a, b, c, d in tables)
    got = r(code)
    if got is None:
        return skip('2x2 tests as in R', 'R did not run')
    pairs = []
    for i, t in enumerate(tables):
        p = call('stat', 'table', *map(str, t))['test']
        ours = (p['fisher']['p'], p['fisher']['p_less'], p['fisher']['p_greater'], p['pearson']['p'], p['yates']['p'])
        pairs += [(f'{t} {w}', o, g) for w, o, g in zip(('fisher', 'less', 'greater', 'pearson', 'yates'), ours, got[5 * i:5 * i + 5])]
    check('2x2 tests as in R', pairs, 1e-9)


def barnard(a, b, c, d):
    """By definition, on a fine grid: packages search the nuisance parameter coarsely and can miss the supremum."""
    n1, n2 = a + b, c + d

    def z(x, y):
        p = (x + y) / (n1 + n2)
        v = p * (1 - p) * (1 / n1 + 1 / n2)
        return abs(x / n1 - y / n2) / math.sqrt(v) if v > 0 else 0
    bar = z(a, c) - 1e-9
    by_sum = [0] * (n1 + n2 + 1)
    for x in range(n1 + 1):
        for y in range(n2 + 1):
            if z(x, y) >= bar:
                by_sum[x + y] += math.comb(n1, x) * math.comb(n2, y)
    n = n1 + n2
    return max(sum(w * q ** s * (1 - q) ** (n - s) for s, w in enumerate(by_sum)) for q in (i / 5000 for i in range(1, 5000)))


def panels_in_scipy():
    small = [t for t in tables if sum(t) < 60]
    check('Barnard by its definition', [(f'{t}', call('stat', 'table', *map(str, t))['test']['barnard']['p'], barnard(*t)) for t in small], 1e-5)
    python = next((p for p in ('/usr/bin/python3', sys.executable) if subprocess.run([p, '-c', 'import scipy.stats'], capture_output=True).returncode == 0), None)
    if not python:
        return skip('2x2 exact intervals as in SciPy', 'SciPy is not installed')
    code = ('import json,sys\nfrom scipy.stats.contingency import odds_ratio\nout=[]\n'
            'for a,b,c,d in json.loads(sys.argv[1]):\n'
            ' o=odds_ratio([[a,b],[c,d]]); i=o.confidence_interval(0.95)\n'
            ' out.append([o.statistic,i.low,i.high])\nprint(json.dumps(out))')
    got = json.loads(subprocess.run([python, '-c', code, json.dumps(tables)], capture_output=True, text=True).stdout)
    exact = []
    for t, (mle, lo, hi) in zip(tables, got):
        e = call('stat', 'table', *map(str, t))['or_exact']
        exact += [(f'{t} mle', e['estimate'], mle), (f'{t} lo', e['ci'][0], lo), (f'{t} hi', e['ci'][1], hi)]
    check('conditional odds ratio as in SciPy', exact, 1e-6)  # their roots stop at 1e-8 or so


def meta_in_r():
    if r('library(metafor)') is None:
        return skip('pooling as in metafor', 'R with metafor is not installed')
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, 'd.csv')
        rows = []
        for i in range(14):
            n1, n2 = random.randint(30, 300), random.randint(30, 300)
            rows.append([f's{i}', random.randint(0 if i < 3 else 1, n1 // 4), n1, random.randint(1, n2 // 3), n2, random.uniform(0, 10)])
        with open(path, 'w', newline='') as f:
            w = csv.writer(f)
            w.writerow(['study', 'ai', 'n1i', 'ci', 'n2i', 'x'])
            w.writerows(rows)
        measures, methods = ('OR', 'RR', 'RD'), ('EE', 'DL', 'HE', 'HS', 'SJ', 'PM', 'ML', 'REML')
        got = r(f'library(metafor); d<-read.csv("{path}"); for (m in c("OR","RR","RD")) {{'
                'for (t in c("EE","DL","HE","HS","SJ","PM","ML","REML")) { f<-rma(measure=m,ai=ai,n1i=n1i,ci=ci,n2i=n2i,data=d,method=t,'
                'control=list(threshold=1e-12,maxiter=5000,tol=1e-14)); cat(f$beta,f$se,f$tau2,f$QE,f$I2,f$pval,"") };'
                'f<-rma.mh(measure=m,ai=ai,n1i=n1i,ci=ci,n2i=n2i,data=d); cat(f$beta,f$se,"") }')
        for measure in measures:
            for method in methods:
                theirs, got = got[:6], got[6:]
                o = call('stat', 'meta', path, '--measure', measure, '--method', method)
                h = o['heterogeneity']
                check(f'{measure} {method} as in metafor', list(zip(('estimate', 'se', 'tau2', 'q', 'i2', 'p'),
                      (o['pooled']['estimate'], o['pooled']['se'], h['tau2'], h['q'], h['i2'], o['pooled']['p']), theirs)), 1e-6)
            theirs, got = got[:2], got[2:]
            o = call('stat', 'meta', path, '--measure', measure, '--method', 'MH')
            check(f'{measure} MH as in metafor', [('estimate', o['pooled']['estimate'], theirs[0]), ('se', o['pooled']['se'], theirs[1])], 1e-9)
        got = r(f'library(metafor); d<-read.csv("{path}"); f<-rma(measure="OR",ai=ai,n1i=n1i,ci=ci,n2i=n2i,mods=~x,data=d,'
                'control=list(threshold=1e-12,maxiter=5000)); cat(f$beta,f$se,f$tau2,f$QM)')
        o = call('stat', 'meta', path, '--measure', 'OR', '--mods', 'x')['regression']
        check('meta-regression as in metafor', list(zip('abcdef', (*o['estimate'], *o['se'], o['tau2'], o['qm']), got)), 1e-5)


if not shutil.which('Rscript'):
    skip('2x2 tests as in R', 'R is not installed')
    skip('pooling as in metafor', 'R is not installed')
else:
    panels_in_r()
    meta_in_r()
panels_in_scipy()
print(f'1..{count}')
sys.exit(failed > 0)
