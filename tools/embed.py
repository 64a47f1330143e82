#!/usr/bin/env python3
"""Turns files into one C source: embed.py OUT.c PREFIX FILE… gives `const th_embed PREFIX[]` {name, bytes, n}, sorted by name, ending in a NULL name.

A name is the file's path below the folder given as --root, so that C asks for "report-page.md" wherever the sources lie."""
import os
import sys


def main() -> int:
    args = sys.argv[1:]
    root = ""
    if args[0] == "--root":
        root, args = args[1], args[2:]
    out, prefix, files = args[0], args[1], args[2:]
    names = {}
    for path in files:
        names[os.path.relpath(path, root) if root else os.path.basename(path)] = path
    lines = ['#include "theriac/base/embed.h"', ""]
    entries = []
    for i, name in enumerate(sorted(names)):
        with open(names[name], "rb") as handle:
            data = handle.read()
        lines.append(f"static const unsigned char file_{i}[] = {{")
        for at in range(0, len(data), 24):
            lines.append("  " + ",".join(str(b) for b in data[at : at + 24]) + ",")
        lines.append("  0 };")
        entries.append(f'  {{ "{name}", (const char *)file_{i}, {len(data)} }},')
    lines.append(f"const th_embed {prefix}[] = {{")
    lines += entries
    lines.append("  { 0, 0, 0 } };")
    with open(out, "w", encoding="ascii") as handle:
        handle.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
