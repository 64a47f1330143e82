#!/usr/bin/env python3
"""The rules are worth something only if they catch: each is shown a copy of the tree with one fault put into it, and must name
that fault and nothing else that was not there before."""
import pathlib, re, shutil, subprocess, sys, tempfile

root = pathlib.Path(__file__).resolve().parents[2]
lint = root / 'tests/lint/lint.py'

# rule, file, what is put at its end (or the whole of a new file), what the finding says
faults = [
    ('floors', 'src/base/arena.c', '#include "theriac/io.h"\n', 'an arrow pointing up'),
    ('floors', 'src/io/csv.c', '#include "theriac/text.h"\n', 'an arrow pointing sideways'),
    ('floors', 'include/theriac/io.h', '#include "theriac/store.h"\n', 'an arrow pointing up'),
    ('floors', 'src/cli/main.c', '#include "base/base_priv.h"\n', 'private to base'),
    ('floors', 'src/attic/attic.c', 'int x;\n', 'has no floor'),
    ('floors', 'src/io/csv.c', '#include "../base/base_priv.h"\n', 'no way through the parent folder'),
    ('file-size', 'src/base/arena.c', '\n' * 801, 'the ceiling is 800'),
    ('long-function', 'src/base/arena.c', 'int f(int x) {\n' + '  x++;\n' * 71 + '}\n', 'f has 71 lines'),
    ('unique-names', 'src/io/arena.c', 'int x;\n', 'stands at'),
    ('layout', 'src/base/arena.c', 'int  y ;\n', 'not as clang-format'),
    ('memory-by-one-door', 'src/base/arena.c', 'void *g(void) {\n  return malloc(1);\n}\n', 'malloc()'),
    ('forbidden-calls', 'src/base/arena.c', 'int h(const char *s) {\n  return atoi(s);\n}\n', 'atoi()'),
    ('one-clock', 'src/base/arena.c', 'long t(void) {\n  return time(0);\n}\n', 'time()'),
    ('no-loose-ends', 'src/base/arena.c', '/* TO' + 'DO */\n', 'do it'),
    ('no-machine-paths', 'README.md', '/ro' + 'ot/x\n', 'a path of one machine'),
    ('public-functions-have-a-comment', 'include/theriac/base/arena.h', '\n' * 14 + 'TH_API int th_bare(void);\n', 'th_bare'),
    ('every-source-is-built', 'src/base/forgotten.c', 'int x;\n', 'not in src/base/meson.build'),
    ('every-source-is-built', 'tests/fuzz/fuzz_forgotten.c', 'int x;\n', 'not in tests/fuzz/meson.build'),
    ('every-source-is-built', 'docs/man/forgotten.7.scd', 'forgotten(7)\n', 'not in docs/man/meson.build'),
    ('packages-are-complete', 'src/base/meson.build', "x = dependency('libnothing')\n", 'no package'),
    ('links-lead-somewhere', 'README.md', '[a](docs/nowhere.md)\n', 'is not there'),
    ('engines-are-pure', 'src/stat/impure.c', 'int k(void) {\n  return fopen(0, 0) != 0;\n}\n', 'fopen()'),
    ('the-glossary-is-whole', 'po/glossary.tsv', 'met\tcoverage\tfree\ta\t甲\t-\t-\t-\t-\ta\t甲\ta\t甲\ta\n', 'met stands in line'),
    ('the-glossary-is-whole', 'po/glossary.tsv', 'a\tb\n', '2 cells'),
    ('words-of-the-glossary', 'po/messages.tsv', 'x.y\tOdds ratio\t比值比\n', 'the word is 勝算比'),
    ('words-of-the-glossary', 'po/messages.tsv', 'x.y\tthe cohort was small\t此群人數少\n', '"cohort" without 世代研究'),
    ('words-of-the-glossary', 'po/messages.tsv', 'x.y\ta randomized thing\t隨機之物\n', 'the word is randomised trial'),
    ('words-of-the-glossary', 'po/messages.tsv', 'x.y\tsomebody judges\t待人判斷\n', 'the word is 需專業判斷'),
    ('words-of-the-glossary', 'src/base/arena.c', 'const char *w = "結果視解讀。";\n', 'the word is 依條文解讀而異'),
    ('chinese-as-in-taiwan', 'po/messages.tsv', 'x.y\tfind\t搜索文獻\n', 'in Taiwan 搜尋'),
    ('chinese-as-in-taiwan', 'po/messages.tsv', 'x.y\tsupported\t支持多種格式\n', 'in Taiwan 支援'),
    ('chinese-as-in-taiwan', 'po/messages.tsv', 'x.y\tdefault\t默認值\n', 'in Taiwan 預設'),
    ('chinese-as-in-taiwan', 'po/messages.tsv', 'x.y\tdata\t资料\n', 'no character of Big5'),
    ('chinese-as-in-taiwan', 'src/base/arena.c', 'const char *w = "打印";\n', 'in Taiwan 列印'),
    ('libraries-in-their-rooms', 'src/base/arena.c', '#include <sqlite3.h>\n', 'belongs to store'),
]


def findings(tree, rule):
    done = subprocess.run([sys.executable, str(lint), '--root', str(tree), rule], capture_output=True, text=True)
    return [l[2:] for l in done.stdout.splitlines() if l.startswith('# ')], '# SKIP' in done.stdout


print(f'1..{len(faults)}')
failed = 0
with tempfile.TemporaryDirectory() as tmp:
    tree = pathlib.Path(tmp) / 'tree'
    names = subprocess.run([sys.executable, str(lint), 'files'], capture_output=True, text=True, check=True).stdout.splitlines()
    part = re.compile(r'(po/|src/(base|io)/|src/cli/main\.c|include/theriac/(base|io)|tests/(lint|fuzz)/[^/]*$|tools/|docs/man/meson|[^/]*$|.*meson\.build$)')
    for name in filter(part.match, names):  # enough of the tree to be put wrong
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, tree / name)
    sound = {rule: findings(tree, rule)[0] for rule in {f[0] for f in faults}}
    for i, (rule, name, fault, says) in enumerate(faults, 1):
        file = tree / name
        before = file.read_text() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((before or '') + fault)
        found, skipped = findings(tree, rule)
        found = [f for f in found if f not in sound[rule]]
        if before is None:
            file.unlink()
        else:
            file.write_text(before)
        good = any(f.startswith(name + ':') and says in f for f in found) and all(f.startswith(name + ':') for f in found)
        for f in [] if good or skipped else found or ['nothing found']:
            print('# ' + f)
        failed += not (good or skipped)
        print(f'{"ok" if good or skipped else "not ok"} {i} - {rule}: {says}' + (' # SKIP the rule is skipped here' if skipped else ''), flush=True)
sys.exit(failed != 0)
