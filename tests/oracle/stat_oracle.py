#!/usr/bin/env python3
"""tests/oracle/stat_oracle.py --bin build/src/cli: statistics beside R (stats, metafor) and SciPy on made-up data, where installed.
What is missing is skipped by name. Random tables and studies come from fixed seeds; every line is TAP."""
import argparse, csv, fractions, json, math, os, pathlib, random, shutil, statistics, subprocess, sys, tempfile

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
    with tempfile.NamedTemporaryFile('w', suffix='.R') as f:  # too long for a command line
        f.write('options(digits=17, warn=-1); suppressMessages({' + code.replace('; ', ';\n').replace(';d<-', ';\nd<-') + '})\n')
        f.flush()
        done = subprocess.run(['Rscript', '--vanilla', f.name], capture_output=True, text=True)
    if done.returncode:
        return None
    return [float(x) for x in done.stdout.split()]


random.seed(20)
tables = [tuple(random.randint(lo, hi) for _ in range(4)) for lo, hi in [(1, 15)] * 12 + [(5, 120)] * 12 + [(200, 4000)] * 6 + [(3, 300000)] * 3]


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


def fisher_exact(a, b, c, d):
    """Two-sided by minimum likelihood, in whole numbers: no rounding at all."""
    n1, n2, m = a + b, c + d, a + c
    w = {k: math.comb(n1, k) * math.comb(n2, m - k) for k in range(max(0, m - n2), min(n1, m) + 1)}
    return fractions.Fraction(sum(v for v in w.values() if v <= w[a]), math.comb(n1 + n2, m))


def fragility(t):
    """index, Walsh, reverse by trying every move; P < 0.05 as a fraction."""
    def sig(u):
        return 20 * fisher_exact(*u) < 1

    def moved(g, k):
        a, b, c, d = t
        return (a + k, b - k, c, d) if g == 1 else (a, b, c + k, d - k)

    def first(g, sign):
        for k in range(1, sum(t) + 1):
            u = moved(g, sign * k)
            if min(u) < 0:
                return None
            if sig(u) != sig(t):
                return k
        return None
    few = 1 if (t[0], t[0] + t[1]) < (t[2], t[2] + t[3]) else 2
    ways = [k for k in (first(g, s) for g in (1, 2) for s in (1, -1)) if k is not None]
    return {'index': min(ways, default=None), 'walsh': first(few, 1) if sig(t) else None, 'reverse': None if sig(t) else first(few, -1)}


def panels_by_whole_numbers():
    random.seed(31)
    small = [t for t in (tuple(random.choice((0, 0, 1, 2, random.randint(0, 25))) for _ in range(4)) for _ in range(60))
             if t[0] + t[1] and t[2] + t[3]] + [tuple(random.randint(0, 40) for _ in range(4)) for _ in range(25)]
    pairs = []
    for t in small:
        if not (t[0] + t[1] and t[2] + t[3]):
            continue
        p = call('stat', 'table', *map(str, t))
        pairs.append((f'{t} fisher', p['test']['fisher']['p'], float(fisher_exact(*t))))
        pairs += [(f'{t} {k}', p['fragility'].get(k), v) for k, v in fragility(t).items()]
    check('Fisher and fragility in whole numbers, zero cells and all', pairs, 1e-12)


def root(f, lo, hi):
    up = f(hi) > 0
    for _ in range(200):
        mid = (lo + hi) / 2
        lo, hi = (lo, mid) if (f(mid) > 0) == up else (mid, hi)
    return (lo + hi) / 2


def score_limits():
    """Miettinen and Nurminen by their definition: likelihood maximised under the constraint, root of the score. No package here is a
    reference: the one at hand misses roots."""
    z2 = statistics.NormalDist().inv_cdf(0.975) ** 2
    forms = {'rd_mn': (lambda p, t: p + t, lambda p, t: 1, lambda t: (max(0, -t), min(1, 1 - t)), -1, 1),
             'rr_mn': (lambda p, t: p * math.exp(t), lambda p, t: math.exp(t), lambda t: (0, min(1, math.exp(-t))), -12, 12),
             'or_mn': (lambda p, t: p * math.exp(t) / (1 - p + p * math.exp(t)),
                       lambda p, t: math.exp(t) / (1 - p + p * math.exp(t)) ** 2, lambda t: (0, 1), -12, 12)}
    pairs = []
    for a, b, c, d in [t for t in tables if sum(t) < 1000]:
        n1, n2 = a + b, c + d
        n = n1 + n2
        panel = call('stat', 'table', *map(str, (a, b, c, d)))
        at = {'rd_mn': a / n1 - c / n2, 'rr_mn': math.log(a / n1 / (c / n2)), 'or_mn': math.log(a * d / (b * c))}
        for name, (p1_of, slope, range_of, least, most) in forms.items():
            def gap(t):
                lo, hi = range_of(t)

                def score(p):
                    p = min(max(p, 1e-15), 1 - 1e-15)
                    q = min(max(p1_of(p, t), 1e-15), 1 - 1e-15)
                    return (a / q - b / (1 - q)) * slope(p, t) + c / p - d / (1 - p)
                eps = 1e-12 * (hi - lo)
                p2 = root(lambda p: -score(p), lo + eps, hi - eps)
                p1 = p1_of(p2, t)
                if name == 'or_mn':
                    return (a - n1 * p1) ** 2 * (1 / (n1 * p1 * (1 - p1)) + 1 / (n2 * p2 * (1 - p2))) * (n - 1) / n - z2
                f = slope(p2, t) if name == 'rr_mn' else 1
                e = a / n1 - f * c / n2 - (t if name == 'rd_mn' else 0)
                return e ** 2 - z2 * (p1 * (1 - p1) / n1 + f * f * p2 * (1 - p2) / n2) * n / (n - 1)
            turn = math.exp if name != 'rd_mn' else float
            pairs += [(f'{(a, b, c, d)} {name} low', panel[name]['ci'][0], turn(root(gap, least + 1e-9, at[name]))),
                      (f'{(a, b, c, d)} {name} high', panel[name]['ci'][1], turn(root(gap, at[name], most - 1e-9)))]
    check('Miettinen-Nurminen limits by their definition', pairs, 1e-7)


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
    some = [t for t in tables if sum(t) < 20000]  # the sums over larger ones take minutes there
    got = json.loads(subprocess.run([python, '-c', code, json.dumps(some)], capture_output=True, text=True).stdout)
    exact = []
    for t, (mle, lo, hi) in zip(some, got):
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


def odd_data_in_r():
    """Zero and double-zero rows under every rule, two studies, equal variances, means, shares, correlations, rates."""
    if r('library(metafor)') is None:
        return skip('odd data as in metafor', 'R with metafor is not installed')
    files = {'zero': 'study,ai,bi,ci,di\nA,0,20,4,16\nB,3,27,0,30\nC,0,15,0,18\nD,5,45,9,41\nE,12,8,12,8\nF,1,99,2,198\n',
             'two': 'study,ai,bi,ci,di\nA,4,20,9,16\nB,30,27,11,30\n',
             'same': 'study,yi,vi\nA,0.1,0.04\nB,0.9,0.04\nC,-0.5,0.04\nD,0.4,0.04\n',
             'calm': 'study,yi,vi\nA,0.31,0.04\nB,0.29,0.09\nC,0.30,0.01\nD,0.28,0.16\n',
             'wild': 'study,yi,vi\nA,1000,0.04\nB,-2000,9\nC,30,0.0001\nD,7,400\nE,5,2\n',
             'means': 'study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,10,3,5,12,4,7\nB,9.5,2,40,11,2.5,38\nC,14,5,3,10,1,3\nD,8,2,60,9,3,61\n',
             'shares': 'study,xi,ni\nA,0,12\nB,3,30\nC,30,30\nD,11,45\n',
             'cor': 'study,ri,ni\nA,0.9,12\nB,-0.2,30\nC,0.05,400\nD,0.4,45\n',
             'rates': 'study,x1i,t1i,x2i,t2i\nA,0,120.5,4,110\nB,13,900,20,880\nC,5,44,1,60\n'}
    cells, means = 'ai=ai,bi=bi,ci=ci,di=di', 'm1i=m1i,sd1i=sd1i,n1i=n1i,m2i=m2i,sd2i=sd2i,n2i=n2i'
    jobs = [('zero', m, t, ['--to', to, *drop], f'{cells},add=0.5,to="{to}",drop00={"TRUE" if drop else "FALSE"}')
            for m in ('OR', 'RR', 'RD') for t in ('REML', 'DL') for to in ('only0', 'all', 'if0all') for drop in ([], ['--drop00'])]
    jobs += [('two', m, t, [], cells) for m in ('OR', 'RD') for t in ('REML', 'PM', 'SJ')]
    jobs += [(f, 'GEN', t, [], 'yi=yi,vi=vi') for f in ('same', 'calm', 'wild') for t in ('DL', 'HE', 'HS', 'SJ', 'PM', 'ML', 'REML')]
    jobs += [('means', m, 'REML', [], means) for m in ('MD', 'SMD', 'ROM')]
    jobs += [('shares', m, 'REML', [], 'xi=xi,ni=ni') for m in ('PR', 'PLO', 'PFT')] + [('cor', m, 'REML', [], 'ri=ri,ni=ni') for m in ('COR', 'ZCOR')]
    jobs += [('rates', 'IRR', 'REML', [], 'x1i=x1i,t1i=t1i,x2i=x2i,t2i=t2i')]
    with tempfile.TemporaryDirectory() as tmp:
        for name, text in files.items():
            pathlib.Path(tmp, name + '.csv').write_text(text)
        code = 'library(metafor);'
        for name, m, t, _, columns in jobs:
            sm = ',vtype="LS"' if m == 'SMD' else ''
            code += (f'd<-read.csv("{tmp}/{name}.csv"); f<-rma(measure="{m}",{columns},data=d,method="{t}"{sm},'
                     'control=list(threshold=1e-12,maxiter=10000,tol=1e-14,tau2.max=1e12)); k<-rma.uni(f$yi,f$vi,method="'
                     f'{t}",test="knha",control=list(threshold=1e-12,maxiter=10000,tol=1e-14,tau2.max=1e12));'
                     'q<-confint(f,control=list(tol=1e-13,tau2.max=1e12))$random; cat(f$beta,f$se,f$tau2,f$QE,k$se,q[1,2],q[1,3],"");')
        got = r(code)
        if got is None:
            return skip('odd data as in metafor', 'R did not run')
        pairs = []
        for name, m, t, more, _ in jobs:
            theirs, got = got[:7], got[7:]
            o = call('stat', 'meta', os.path.join(tmp, name + '.csv'), '--measure', m, '--method', t, *more)
            h = o['heterogeneity']
            ours = (o['pooled']['estimate'], o['pooled']['se'], h['tau2'], h['q'], o['hksj']['se'], *(h['tau2_ci'] or ()))
            pairs += [(f'{name} {m} {t} {" ".join(more)} {w}', a, b) for w, a, b in
                      zip(('estimate', 'se', 'tau2', 'q', 'hksj', 'tau2 low', 'tau2 high'), ours, theirs) if abs(b) > 1e-7 or abs(a) > 1e-7]
        check('odd data as in metafor', pairs, 1e-5)


panels_by_whole_numbers()
score_limits()
if not shutil.which('Rscript'):
    skip('2x2 tests as in R', 'R is not installed')
    skip('pooling as in metafor', 'R is not installed')
else:
    panels_in_r()
    meta_in_r()
    odd_data_in_r()
panels_in_scipy()
print(f'1..{count}')
sys.exit(failed > 0)
