"""The words of the program: which texts people read, and whether they keep to the glossary (po/glossary.tsv) and to Taiwan's usage.

Texts are the catalogue, the policies' wordings, string literals of the sources, files of the web app, and manual pages. Sources also hold
Chinese words that are looked for in other people's documents; those are no texts of ours and may be of any usage."""
import re

HAN = re.compile(r'[\u3400-\u9fff]')
# Folders and files that read Chinese documents. There a literal is a text of ours only if it is a sentence or a format.
READERS = re.compile(r'src/(source|study|evidence|trial|names|text|import)/|src/dossier/(pairs|claims|contradictions)\.c|'
                     r'src/base/date_parse\.c|src/coverage/(dose_words|drug_rows|fhir_facts|fhir_labs)\.c|src/safety/(cautions|interactions)\.c')
SENTENCE = re.compile(r'%[\w.*]|[，。；]')
COLUMNS = ('id', 'group', 'bound', 'en', 'zh', 'also_en', 'also_zh', 'not_en', 'not_zh', 'plain_en', 'plain_zh', 'expert_en', 'expert_zh', 'source')


def literals(source):
    """String literals of C: (line, text), those that follow each other joined."""
    source = re.sub(r'/\*.*?\*/|//[^\n]*', lambda m: re.sub(r'[^\n]', ' ', m.group(0)), source, flags=re.S)
    one = r'"(?:\\.|[^"\\\n])*"'
    for m in re.finditer(rf'{one}(?:\s*{one})*', source):
        yield source.count('\n', 0, m.start()) + 1, ''.join(p[1:-1] for p in re.findall(one, m.group(0)))


def rows(text):
    for i, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith('#'):
            yield i, line.split('\t')


def glossary(text):
    for i, cells in rows(text):
        if len(cells) == len(COLUMNS):
            term = {k: '' if c == '-' else c for k, c in zip(COLUMNS, cells)}
            term['line'] = i
            yield term


def forms(cell):
    return [f for f in cell.split('|') if f]


def pairs(name, text):
    """Texts that stand in both languages side by side: (line, English, Chinese)."""
    if re.match(r'po/.*\.tsv$', name) and name != 'po/glossary.tsv':
        for i, cells in rows(text):
            if len(cells) == 3:
                yield i, cells[1], cells[2]
    elif name.startswith('policy/'):
        for m in re.finditer(r'zh: "([^"]*)",?\s*en: "([^"]*)"', text):
            yield text.count('\n', 0, m.start()) + 1, m.group(2), m.group(1)
    elif re.match(r'src/.*\.c$', name) and not READERS.match(name):
        one = r'"((?:\\.|[^"\\\n])*)"'
        for m in re.finditer(rf'{one}\s*([,:])\s*{one}', text):  # { "met", "符合" } and zh ? "符合" : "met"
            first, second = m.group(1), m.group(3)
            if m.group(2) == ',' and not first.startswith('theriac ') and HAN.search(second) and not HAN.search(first):
                yield text.count('\n', 0, m.start()) + 1, first, second
            elif m.group(2) == ':' and HAN.search(first) and not HAN.search(second):
                yield text.count('\n', 0, m.start()) + 1, second, first


def chinese(name, text):
    """Chinese texts of ours: (line, text)."""
    if name == 'po/glossary.tsv':
        for t in glossary(text):
            for k in ('zh', 'also_zh', 'plain_zh', 'expert_zh'):
                yield t['line'], t[k].replace('|', ' ')
    elif name.startswith(('po/', 'policy/')):
        for i, _, zh in pairs(name, text):
            yield i, zh
    elif re.match(r'src/.*\.c$', name):
        for i, s in literals(text):
            if HAN.search(s) and (not READERS.match(name) or SENTENCE.search(s)):
                yield i, s
    elif re.match(r'(src/(safety|licence)/.*\.tsv|web/.*|docs/man/.*\.scd|[A-Z]+\.md)$', name):
        for i, line in enumerate(text.splitlines(), 1):
            if HAN.search(line):
                yield i, line


def english(name, text):
    if name.startswith(('po/', 'policy/')):
        for i, en, _ in pairs(name, text):
            yield i, en
    elif re.match(r'src/(cli|coverage|report|plot|serve)/.*\.c$', name):
        for i, s in literals(text):
            if not HAN.search(s) and ' ' in s:
                yield i, s


def whole(word):
    return re.compile(rf'(?<![\w-]){re.escape(word)}(?![\w-])', re.I)


def hide(text, words):
    for w in sorted(words, key=len, reverse=True):
        text = text.replace(w, '\0' * len(w))
    return text


def check_glossary(text):
    seen, own = {}, {}
    for i, cells in rows(text):
        if len(cells) != len(COLUMNS) or not all(cells):
            yield i, f'{len(cells)} cells, expected {len(COLUMNS)}, none of them empty'
    terms = list(glossary(text))
    for t in terms:
        for k in ('id', 'en', 'zh'):
            if (k, t[k].lower()) in seen:
                yield t['line'], f'{t[k]} stands in line {seen[k, t[k].lower()]} too'
            seen[k, t[k].lower()] = t['line']
        for f in [t['en'], t['zh'], *forms(t['also_en']), *forms(t['also_zh'])]:
            own.setdefault(f.lower(), t['line'])
        for k in ('plain', 'expert'):
            if not t[f'{k}_en'] or not HAN.search(t[f'{k}_zh']):
                yield t['line'], f'{t["id"]}: not explained in both languages'
    for t in terms:
        for f in forms(t['not_en']) + forms(t['not_zh']):
            if f.lower() in own:
                yield t['line'], f'"{f}" is not to be used, and is a form of line {own[f.lower()]}'


def check_terms(terms, name, text):
    own_zh = [f for t in terms for f in [t['zh'], *forms(t['also_zh'])]]
    for i, zh in chinese(name, text):
        for t in terms:
            for f in forms(t['not_zh']):  # a right term that holds it hides it; one inside it does not
                if f in zh and f in hide(zh, [o for o in own_zh if f in o]):
                    yield i, f'"{f}": the word is {t["zh"]} ({t["id"]} of the glossary)'
    for i, en in english(name, text):
        for t in terms:
            for f in forms(t['not_en']):
                if whole(f).search(en):
                    yield i, f'"{f}": the word is {t["en"]} ({t["id"]} of the glossary)'
    for i, en, zh in pairs(name, text):
        for t in terms:
            if t['bound'] == 'bound' and HAN.search(zh) and any(whole(f).search(en) for f in [t['en'], *forms(t['also_en'])]):
                longer = [u for u in terms if u is not t and t['en'] in u['en'] and whole(u['en']).search(en)]
                if not longer and not any(f in zh for f in [t['zh'], *forms(t['also_zh'])]):
                    yield i, f'"{t["en"]}" without {t["zh"]} ({t["id"]} of the glossary): {zh[:40]}'


def check_usage(patterns, name, text):
    for i, zh in chinese(name, text):
        for pattern, here in patterns:
            m = pattern.search(zh)
            if m:
                yield i, f'"{m.group(0)}": in Taiwan {here}'
        for ch in zh:
            if HAN.match(ch):
                try:
                    ch.encode('cp950')
                except UnicodeEncodeError:
                    yield i, f'"{ch}" (U+{ord(ch):04X}) is no character of Big5: simplified, or foreign'


def mainland(text):
    for i, cells in rows(text):
        yield re.compile(cells[0]), cells[1]
