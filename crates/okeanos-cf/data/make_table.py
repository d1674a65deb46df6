"""Makes standard-names.tsv and aliases.tsv from CF's standard-name table (XML).

    pip download --no-deps compliance-checker==6.1.0 && unzip -j compliance_checker-6.1.0-*.whl '*/cf-standard-name-table.xml'
    python3 make_table.py cf-standard-name-table.xml

Both files are sorted by their first column (bytes), which the lookup relies on.
"""

import pathlib
import sys
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).parent


def write(name, rows):
    rows = sorted(set(rows))
    assert len({row[0] for row in rows}) == len(rows), "a name appears twice"
    (HERE / name).write_text("".join(f"{a}\t{b}\n" for a, b in rows), encoding="ascii")
    print(f"{name}: {len(rows)} rows")


def main():
    table = xml.parse(sys.argv[1]).getroot()
    print("version", table.findtext("version_number"))
    names = [(e.get("id"), (e.findtext("canonical_units") or "").strip()) for e in table.findall("entry")]
    known = {name for name, _ in names}
    aliases = []
    for alias in table.findall("alias"):
        # An alias may have been split into several names: then it stands for none of them, and is left out.
        targets = [t.text.strip() for t in alias.findall("entry_id")]
        if len(targets) == 1 and targets[0] in known and alias.get("id") not in known:
            aliases.append((alias.get("id"), targets[0]))
        else:
            print("left out:", alias.get("id"), "->", targets)
    write("standard-names.tsv", names)
    write("aliases.tsv", aliases)


main()
