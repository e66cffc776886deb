#!/usr/bin/env python3
"""Measure, and write what was measured into every page that says how good or how fast the package is.

    figures.py             measure with ../shared/measure.py into docs/figures.json, then write the pages
    figures.py --pages     write the pages from the figures that stand there

`docs/figures.toml` says which figures a page shows, and in which words.  They stand between <!-- figures: NAME -->
and <!-- end -->, on lines of their own or inside one.  {PART: FIGURE} is a figure, rounded; {PART: FIGURE @1} has one
decimal, and {100 - PART: FIGURE} is what a share of right ones leaves.  PART is one of measure.py's, or

    gender         what tools/gender.py measures
    speed          MB/s of a stage, as the table of docs/guide/comparison.md has it
    calibration    points by which a confidence is off, as the card of the weights, ext/model/README.md, has it;
                   after "right: ", the share of rows that are right
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import gender

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "figures.json"
SHOWN = ROOT / "docs" / "figures.toml"
SHARED = ROOT.parent / "shared"
MEASURE = SHARED / "measure.py"
PARTS = (
    "quotes",
    "reading",
    "who",
    "names",
    "zones",
    "marks",
    "segmentation",
    "families",
    "parse",
    "conformance",
    "gender",
)
OF = re.compile(r"(?<=%) of \d+( found)?$")  # changes with what is found, and is part of no name
BLOCK = re.compile(r"(<!-- figures: (\w+) -->)(\n?).*?(<!-- end -->)", re.S)
PLACE = re.compile(r"\{(100 - )?(\w+): ([^{}]+?)(?: @(\d))?\}")

Figures = dict[str, dict[str, float]]


def name_of(figure: str) -> str:
    """What a figure of measure.py is called here."""
    return OF.sub("", figure)


def measured(part: str) -> dict[str, float]:
    """{figure: value} of a part."""
    if part == "gender":
        readings = [SHARED / "reading" / name for name in ("wikinews.jsonl", "features.jsonl")]
        return gender.measured(SHARED / "entities" / "gum.jsonl", readings)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "figures.json"
        # Its exit status speaks of goals.
        run = subprocess.run([sys.executable, MEASURE, part, "--json", path], capture_output=True, text=True)
        if not path.exists():
            raise SystemExit(f"{MEASURE} {part} ended with {run.returncode}:\n{run.stderr}")
        rows = json.loads(path.read_text(encoding="utf-8"))
    return {name_of(row["figure"]): round(row["value"], 2) for row in rows if row["value"] is not None}


def speeds() -> dict[str, float]:
    """{stage: MB/s} of the comparison."""
    page = (ROOT / "docs" / "guide" / "comparison.md").read_text(encoding="utf-8")
    table = page.partition("| stage | MB/s |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (.+?) \| ([\d.,]+) \|", table, re.M)
    return {stage: float(rate.replace(",", "")) for stage, rate in rows}


def calibration() -> dict[str, float]:
    """{confidence and text: points that it is off} of the card."""
    card = (ROOT / "ext" / "model" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.*?) ?\| ([^|]+) \| [\d,]+ \| ([\d.]+) % \| (0\.\d+) \|", card, re.M)
    found, name = {}, ""
    for own, on, right, error in rows:
        name = own.replace("`", "") or name
        found[f"{name}, {on}"] = round(100 * float(error), 2)
        found[f"right: {name}, {on}"] = float(right)
    return found


def known() -> Figures:
    """All figures, as they stand."""
    figures: Figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    return {**figures, "speed": speeds(), "calibration": calibration()}


def blocks(shown: dict[str, dict], figures: Figures) -> dict[str, str]:
    """{name: Markdown} of all blocks.  Raises KeyError for a figure that there is not."""

    def value(match: re.Match[str]) -> str:
        rest, part, figure, decimals = match.groups()
        if figure not in figures.get(part, {}):
            raise KeyError(f"docs/figures.toml: there is no figure {figure!r} of {part!r}")
        known = figures[part][figure]
        return f"{100 - known if rest else known:,.{decimals or 0}f}"

    made = {}
    for name, block in shown.items():
        rows = ["| " + " | ".join(row) + " |" for row in block.get("rows", ())]
        made[name] = PLACE.sub(value, "\n".join([*block["head"], *rows] if rows else [block["text"].strip("\n")]))
    return made


def pages(figures: Figures) -> dict[pathlib.Path, str]:
    """{page: its text with these figures} of every page that shows some."""
    shown = tomllib.loads(SHOWN.read_text(encoding="utf-8"))
    made, wanted = blocks(shown, figures), set(shown)
    written = {}
    for path in [ROOT / "README.md", ROOT / "ext" / "model" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        names = [name for _, name, _, _ in BLOCK.findall(text)]
        if names:
            written[path] = BLOCK.sub(lambda old: old[1] + old[3] + made[old[2]] + old[3] + old[4], text)
            wanted -= set(names)
    if wanted:
        raise KeyError(f"docs/figures.toml: no page has {', '.join(sorted(wanted))}")
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", action="store_true", help="measure nothing")
    if not parser.parse_args().pages:
        figures = {part: measured(part) for part in PARTS}
        FIGURES.write_text(json.dumps(figures, indent=4, ensure_ascii=False) + "\n", encoding="utf-8")
    for path, text in pages(known()).items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
