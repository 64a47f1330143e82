#!/usr/bin/env python3
"""The rules of the house, read off the tree. TAP: one result a rule, each finding as file:line: what is wrong.

  tests/lint/lint.py [--root DIR] [--bin FOLDER-OF-PROGRAM] [RULE …]
  tests/lint/lint.py files     the files that are looked at"""
import argparse, json, os, pathlib, re, shutil, subprocess, sys

sys.dont_write_bytecode = True
import words

ap = argparse.ArgumentParser()
ap.add_argument('--root', default=pathlib.Path(__file__).resolve().parents[2], type=pathlib.Path)
ap.add_argument('--bin', help='folder of the program, for the rules that ask it')
ap.add_argument('rules', nargs='*')
args = ap.parse_args()
root = args.root
FILE_LINES, FUNCTION_LINES, COLUMNS = 800, 70, 128
rules = []


def rule(f):
    rules.append((f.__name__.replace('_', '-'), f))
    return f


class Skip(Exception):
    pass


def tracked():
    """What git knows and does not ignore; in a copy without git, all but the folders that .gitignore names."""
    if shutil.which('git') and (root / '.git').exists():
        git = subprocess.run(['git', '-C', str(root), 'ls-files', '-co', '--exclude-standard'], capture_output=True, text=True)
        names = git.stdout.splitlines()
    else:
        names = [str(p.relative_to(root)) for p in root.rglob('*') if not re.match(r'(build[^/]*|\.cache|\.git)/', str(p.relative_to(root)))]
    return sorted(n for n in names if (root / n).is_file() and '__pycache__' not in n)


files = tracked()
cache = {}


def text(name):
    if name not in cache:
        cache[name] = (root / name).read_text(encoding='utf-8', errors='replace')
    return cache[name]


def code(name):
    """The file with comments and the insides of strings blanked; lines keep their numbers."""
    key = ('code', name)
    if key not in cache:
        pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
        blank = lambda m: re.sub(r'[^\n]', ' ', m.group(0)) if m.group(0)[0] == '/' else m.group(0)[0] + re.sub(r'[^\n]', ' ', m.group(0)[1:-1]) + m.group(0)[-1]
        cache[key] = re.sub(pattern, blank, text(name), flags=re.S)
    return cache[key]


def product():
    return [f for f in files if re.match(r'(src|include)/.*\.[ch]$', f)]


def c_files():
    return [f for f in files if re.search(r'\.[ch]$', f)]


def at(name, pos, what):
    return f'{name}:{text(name).count(chr(10), 0, pos) + 1}: {what}'


def listed(name):
    lines = [l.split() for l in text(name).splitlines()] if name in files else []
    return [l for l in lines if l and not l[0].startswith('#')]


floor_of = {m: int(row[0]) for row in listed('tests/lint/floors.txt') for m in row[1:]}
allowed = {(row[0], row[1]): False for row in listed('tests/lint/allow.txt')}


def excused(name, about):
    if (name, about) in allowed:
        allowed[(name, about)] = True
        return True
    return False


def module_of(name):
    m = re.match(r'src/([^/]+)/', name) or re.match(r'include/theriac/([^/.]+)', name)
    return m.group(1) if m else None


@rule
def floors():
    for name in product():
        mine = module_of(name)
        if mine not in floor_of:
            yield f'{name}:1: room {mine} has no floor in tests/lint/floors.txt'
            continue
        for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', text(name), re.M):
            path = m.group(1)
            other = (re.match(r'theriac/([^/.]+)', path) or re.match(r'([^/]+)/', path) or re.match(r'(\w+)_priv\.h$', path))
            other = other.group(1) if other else mine
            if '..' in path:
                yield at(name, m.start(), f'"{path}": no way through the parent folder')
            elif other == mine:
                continue
            elif other not in floor_of:
                yield at(name, m.start(), f'"{path}": {other} has no floor in tests/lint/floors.txt')
            elif not path.startswith('theriac/'):
                yield at(name, m.start(), f'"{path}": private to {other}')
            elif floor_of[other] >= floor_of[mine]:
                way = 'up' if floor_of[other] > floor_of[mine] else 'sideways'
                yield at(name, m.start(), f'{mine} (floor {floor_of[mine]}) uses {other} (floor {floor_of[other]}): an arrow pointing {way}')


@rule
def floors_in_the_documents():
    rooms = re.findall(r"^  '(\w+)',", text('meson.build'), re.M)
    if rooms != sorted(rooms, key=lambda r: floor_of.get(r, -1)):
        yield 'meson.build:1: rooms are not in the order of the floors'
    if 'DESIGN.md' in files:
        shown = {}
        for m in re.finditer(r'^\| *(\d)[^|]*\| *([^|]*)\|', text('DESIGN.md'), re.M):
            shown.update({r: int(m.group(1)) for r in re.findall(r'`(\w+)`', m.group(2))})
        for r in sorted(set(shown) | set(floor_of)):
            if shown.get(r) != floor_of.get(r):
                yield f'DESIGN.md:1: {r}: floor {shown.get(r, "not shown")}, but {floor_of.get(r, "none")} in tests/lint/floors.txt'


@rule
def engines_are_pure():
    """Floors 2 and 3, text and unit: no file, database, clock or network."""
    touch = re.compile(r'\b(fopen|open|openat|read|write|mmap|socket|connect|getenv|sqlite3_\w+|curl_\w+|th_file_\w+|th_dir_\w+|'
                       r'printf|puts|fputs|fprintf|th_log\w*|th_progress_\w+|pthread_create)\s*\(')
    for name in product():
        mine = module_of(name)
        if not (floor_of.get(mine) in (2, 3) or mine in ('text', 'unit')) or name.startswith('include'):
            continue
        for m in touch.finditer(code(name)):
            before = code(name)[max(0, m.start() - 2):m.start()]
            if before.endswith(('.', '->')) or excused('engines-are-pure', f'{name}:{m.group(1)}'):
                continue
            yield at(name, m.start(), f'{m.group(1)}(): an engine touches no file, database, clock or network')


@rule
def libraries_in_their_rooms():
    home = {'sqlite3.h': {'store'}, 'curl/curl.h': {'io'}, 'expat.h': {'io'}, 'zlib.h': {'io'}, 'yaml.h': {'io'},
            'microhttpd.h': {'serve'}, 'utf8proc.h': {'text'}}
    for name in product():
        for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*<([^>]+)>', text(name), re.M):
            if module_of(name) not in home.get(m.group(1), {module_of(name)}):
                yield at(name, m.start(), f'<{m.group(1)}> belongs to {", ".join(home[m.group(1)])}')


@rule
def file_size():
    for name in c_files():
        n = text(name).count('\n')
        if n > FILE_LINES and not excused('file-size', name):
            yield f'{name}:{n}: {n} lines, the ceiling is {FILE_LINES}'
        if name.startswith(('src/', 'include/', 'tests/')):
            for i, line in enumerate(text(name).splitlines(), 1):
                if len(line) > COLUMNS + 40:
                    yield f'{name}:{i}: {len(line)} columns, the ceiling is {COLUMNS}'


@rule
def long_function():
    for name in product():
        start = head = None
        for i, line in enumerate(code(name).splitlines(), 1):
            if re.match(r'[A-Za-z_]', line):
                head = line if '(' in line or head is None else head
                if '(' in line:
                    head = line
            if start is None and line.rstrip().endswith('{') and head and '=' not in line and re.match(r'[A-Za-z_ ]', line) and '(' in head \
               and not re.match(r'(typedef|struct|enum|union|extern)\b[^(]*\{', line):
                start, signature = i, head
            if line.rstrip() == '}' and start is not None:
                m = re.search(r'(\w+)\s*\(', signature)
                function = m.group(1) if m else '?'
                if i - start - 1 > FUNCTION_LINES and not excused('long-function', f'{name}:{function}'):
                    yield f'{name}:{start}: {function} has {i - start - 1} lines, the ceiling is {FUNCTION_LINES}'
                start = head = None
            elif re.match(r'\}', line):
                start = head = None


@rule
def unique_names():
    seen = {}
    for name in c_files():
        base = os.path.basename(name)
        if base in seen:
            yield f'{name}:1: the name stands at {seen[base]} too'
        seen[base] = name


@rule
def layout():
    program = shutil.which('clang-format')
    version = subprocess.run([program, '--version'], capture_output=True, text=True).stdout if program else ''
    if 'version 14' not in version:
        raise Skip('clang-format 14 is not installed')
    names = [f for f in c_files() if f.startswith(('src/', 'include/', 'tests/'))]
    for i in range(0, len(names), 40):
        done = subprocess.run([program, '--dry-run', *names[i:i + 40]], cwd=root, capture_output=True, text=True)
        seen = set()
        for m in re.finditer(r'^([^:\n]+):(\d+):\d+: (?:warning|error)', done.stderr, re.M):
            if m.group(1) not in seen:
                yield f'{m.group(1)}:{m.group(2)}: not as clang-format writes it (clang-format -i {m.group(1)})'
            seen.add(m.group(1))


def calls(name, words):
    for m in re.finditer(rf'(?<![\w.>])({words})\s*\(', code(name)):
        yield m.start(), m.group(1)


@rule
def memory_by_one_door():
    for name in product():
        if name == 'src/base/alloc.c' or name.startswith('include/'):
            continue
        for pos, call in calls(name, r'malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf|aligned_alloc|posix_memalign'):
            if not excused('memory-by-one-door', f'{name}:{call}'):
                yield at(name, pos, f'{call}(): memory comes from an arena or th_malloc')


@rule
def forbidden_calls():
    for name in product():
        for pos, call in calls(name, r'strcpy|strcat|stpcpy|sprintf|vsprintf|gets|atoi|atol|atoll|atof|strtok|strtok_r|system|popen|'
                                     r'alloca|rand|srand|tmpnam|mktemp|setlocale'):
            if not excused('forbidden-calls', f'{name}:{call}'):
                yield at(name, pos, f'{call}() is not used here')


@rule
def one_clock():
    for name in product():
        if module_of(name) == 'cli' or name == 'src/base/progress.c':
            continue
        for pos, call in calls(name, r'time|clock|clock_gettime|gettimeofday|timespec_get|localtime|localtime_r|gmtime|gmtime_r|ftime'):
            if not excused('one-clock', f'{name}:{call}'):
                yield at(name, pos, f'{call}(): the day comes in as an argument (th_cli_today)')


@rule
def no_loose_ends():
    words = re.compile(r'\b(' + '|'.join(['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK']) + r')\b')
    for name in files:
        if name.startswith('tests/') and not name.endswith(('.c', '.h', '.py')):
            continue
        for m in words.finditer(text(name)):
            yield at(name, m.start(), f'"{m.group(1)}": do it, or leave it out')


@rule
def no_machine_paths():
    words = re.compile(r'(?<![\w.@$}])/(' + '|'.join(['wo' + 'rk', 'ro' + 'ot', 'ho' + r'me/[a-z]\w+', 'mn' + 't/']) + r')(/|\b)(?!/\*)')
    for name in files:
        for m in words.finditer(text(name)):
            if not excused('no-machine-paths', name):
                yield at(name, m.start(), f'"{m.group(0)}": a path of one machine')


@rule
def public_functions_have_a_comment():
    for name in files:
        if not re.match(r'include/.*\.h$', name):
            continue
        lines, start = text(name).splitlines(), 0
        for i, line in enumerate(lines):
            start = start if line.strip() else i + 1
            m = re.match(r'(?:TH_API|static inline)[^;{]*?(\w+)\(', line)
            near = '\n'.join(lines[max(0, start - 12):i + 2])
            if m and '/*' not in near and '*/' not in near:
                yield f'{name}:{i + 1}: {m.group(1)}: what it does, shapes, units, ownership, errors'


@rule
def every_source_is_built():
    for name in files:
        m = re.match(r'(src/([^/]+))/(.+\.c)$', name)
        if m and m.group(1) + '/meson.build' in files and f"'{m.group(3)}'" not in text(m.group(1) + '/meson.build'):
            yield f'{name}:1: not in {m.group(1)}/meson.build'
        m = re.match(r'tests/(unit)/([^/]+)/(test_\w+)\.c$', name)
        if m and f"'{m.group(2)}/{m.group(3)}'" not in text(f'tests/unit/{m.group(2)}/meson.build'):
            yield f'{name}:1: not in tests/unit/{m.group(2)}/meson.build'
        m = re.match(r'docs/man/(.+)\.scd$', name)
        if m and f"'{m.group(1)}'" not in text('docs/man/meson.build'):
            yield f'{name}:1: not in docs/man/meson.build'
        m = re.match(r'tests/fuzz/fuzz_(\w+)\.c$', name)
        if m and f"'{m.group(1)}'" not in text('tests/fuzz/meson.build'):
            yield f'{name}:1: not in tests/fuzz/meson.build'
        if m and not any(f.startswith(f'tests/fuzz/corpus/{m.group(1)}/') for f in files):
            yield f'{name}:1: has no corpus in tests/fuzz/corpus/{m.group(1)}/'


@rule
def packages_are_complete():
    known = {}
    for row in listed('tools/packages.txt'):
        for asked in row[1:]:
            known[asked] = row[0]
    asked_for = set()
    for name in files:
        if not name.endswith('meson.build'):
            continue
        for m in re.finditer(r"\bdependency\('([^']+)'", text(name)):
            asked_for.add(m.group(1))
            if m.group(1) not in known and m.group(1) != 'threads':
                yield at(name, m.start(), f'{m.group(1)}: no package in tools/packages.txt brings it')
        for m in re.finditer(r"\bfind_library\('([^']+)'", text(name)):
            asked_for.add(m.group(1))
            if m.group(1) not in known and m.group(1) not in ('m', 'dl', 'rt', 'pthread'):
                yield at(name, m.start(), f'{m.group(1)}: no package in tools/packages.txt brings it')
        for m in re.finditer(r"\bfind_program\('([^'/.]+)'", text(name)):
            if f'({m.group(1)})' not in known and f'{os.path.dirname(name)}/{m.group(1)}' not in files:
                yield at(name, m.start(), f'{m.group(1)}: no package in tools/packages.txt brings it')
    for asked, package in known.items():
        if not asked.startswith('(') and asked not in asked_for:
            yield f'tools/packages.txt:1: {package} is for {asked}, which no meson.build asks for'


def worded():
    return [f for f in files if re.match(r'(po|policy|web)/|src/.*\.(c|tsv)$|docs/man/|[A-Z]+\.md$', f)]


@rule
def the_glossary_is_whole():
    for line, what in words.check_glossary(text('po/glossary.tsv')):
        yield f'po/glossary.tsv:{line}: {what}'


@rule
def words_of_the_glossary():
    terms = list(words.glossary(text('po/glossary.tsv')))
    for name in worded():
        for line, what in words.check_terms(terms, name, text(name)):
            if not excused('words-of-the-glossary', f'{name}:{line}'):
                yield f'{name}:{line}: {what}'


@rule
def chinese_as_in_taiwan():
    patterns = list(words.mainland(text('tests/lint/mainland.tsv')))
    for name in worded():
        for line, what in words.check_usage(patterns, name, text(name)):
            yield f'{name}:{line}: {what}'


@rule
def one_version():
    version = re.search(r"version: '([^']+)'", text('meson.build')).group(1)
    if 'CHANGELOG.md' in files:
        m = re.search(r'^## +(\S+)', text('CHANGELOG.md'), re.M)
        if not m or m.group(1) != version:
            yield f'CHANGELOG.md:1: begins with {m.group(1) if m else "nothing"}, meson.build says {version}'


@rule
def documents_name_real_commands():
    if not args.bin:
        raise Skip('needs --bin')
    table = json.loads(subprocess.run([f'{args.bin}/theriac', 'help', '--json'], capture_output=True, text=True, check=True).stdout)
    names = {c['name']: {o['name'] for o in c['options']} for c in table['commands']}
    common = {o['name'] for o in table['options']}
    nouns = {n.split()[0] for n in names}
    for doc in files:
        if not re.match(r'([A-Z]+\.md|docs/(?!adr/).*\.(md|scd))$', doc):
            continue
        for m in re.finditer(r'(?:`|^ {2,}|\$ )theriac ([a-z][^`\n|#]*)', text(doc), re.M):
            words = m.group(1).split()
            command = next((' '.join(words[:k]) for k in (3, 2, 1) if ' '.join(words[:k]) in names), None)
            if not command and words[0] in nouns and len(words) == 1:
                continue
            if not command:
                yield at(doc, m.start(), f'there is no command "theriac {" ".join(words[:2])}"')
                continue
            for o in re.findall(r'(?<!\S)--([a-z][a-z-]*)', m.group(1)):
                if o not in names[command] | common:
                    yield at(doc, m.start(), f'"theriac {command}" has no --{o}')


@rule
def links_lead_somewhere():
    for doc in files:
        if not doc.endswith('.md'):
            continue
        for m in re.finditer(r'\]\(([^)#\s]+)[^)]*\)|<img [^>]*src="([^"]+)"', text(doc)):
            link = m.group(1) or m.group(2)
            if not re.match(r'\w+:', link) and not (root / doc).parent.joinpath(link).exists():
                yield at(doc, m.start(), f'{link} is not there')


def main():
    if args.rules == ['files']:
        print('\n'.join(files))
        return 0
    chosen = [r for r in rules if not args.rules or r[0] in args.rules]
    print(f'1..{len(chosen) + (not args.rules)}')
    failed = 0
    for i, (name, check) in enumerate(chosen, 1):
        try:
            wrong = list(check())
        except Skip as why:
            print(f'ok {i} - {name} # SKIP {why}')
            continue
        for line in wrong:
            print('# ' + line)
        failed += bool(wrong)
        print(f'{"not ok" if wrong else "ok"} {i} - {name}', flush=True)
    if not args.rules:
        stale = [f'{check} {about}' for (check, about), used in allowed.items() if not used]
        for line in stale:
            print(f'# tests/lint/allow.txt: excuses nothing: {line}')
        failed += bool(stale)
        print(f'{"not ok" if stale else "ok"} {len(chosen) + 1} - allowed-exceptions-are-needed')
    return failed != 0


sys.exit(main())
