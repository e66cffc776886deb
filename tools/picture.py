#!/usr/bin/env python3
"""Draw what `show()` marks in a sample article as an SVG: the picture at the top of the README.

    picture.py             write docs/_static/article.svg
    picture.py --print     print it instead

Spans, notes and colours are those of the article's page.  Only the lines are broken here, by the widths of
Helvetica, which Arial and Liberation Sans share; `textLength` keeps every run of letters in its place in other fonts.
"""

import argparse
import pathlib
import re
from dataclasses import dataclass, field
from html import escape
from typing import Any

import quotelens as ql
from quotelens.show import article as shown
from quotelens.table import view

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "_static" / "article.svg"
ARTICLE, PARAGRAPHS = "funicular-clarion", 4

WIDTH, MARGIN, GUTTER, NOTES = 720, 24, 26, 214
TEXT = WIDTH - 2 * MARGIN - GUTTER - NOTES
SANS = "Helvetica, Arial, 'Liberation Sans', sans-serif"
DASHES = {"direct": "", "mixed": "6 3", "indirect": "1.5 3", "scare": "3 1"}

# Thousandths of the size of the font, from a space to a tilde; then what is not ASCII.
_ASCII = """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278
278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722
667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556
556 333 500 278 556 500 722 500 500 500 334 260 334 584
"""
WIDTHS = dict(zip(map(chr, range(32, 127)), map(int, _ASCII.split()), strict=True))
WIDTHS |= {"“": 333, "”": 333, "‘": 222, "’": 222, "—": 1000, "→": 1000, "…": 1000, "·": 278}
BOLD = 1.07  # a bold letter beside a plain one


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of letters looks."""

    size: float = 15.0
    classes: tuple[str, ...] = ()
    kind: str = ""  # of the quotation that the run stands in

    def width(self, text: str) -> float:
        wide = BOLD if "source" in self.classes else 1.0
        return sum(WIDTHS.get(letter, 556) for letter in text) * self.size * wide / 1000


@dataclass(slots=True)
class Block:
    """Runs of letters to be broken into lines."""

    runs: list[tuple[str, Style]] = field(default_factory=list)

    def lines(self, width: float) -> list[list[tuple[str, Style]]]:
        """Lines of runs, broken at spaces."""
        lines: list[list[tuple[str, Style]]] = [[]]
        used = 0.0
        for word in self._words():
            wide = sum(style.width(text.rstrip()) for text, style in word)
            if lines[-1] and used + wide > width:
                lines.append([])
                used = 0.0
            for text, style in word:
                if lines[-1] and lines[-1][-1][1] == style:
                    lines[-1][-1] = (lines[-1][-1][0] + text, style)
                else:
                    lines[-1].append((text, style))
                used += style.width(text)
        return lines

    def _words(self) -> list[list[tuple[str, Style]]]:
        words: list[list[tuple[str, Style]]] = [[]]
        for text, style in self.runs:
            for part in re.findall(r"\S+\s*|\s+", text):
                words[-1].append((part, style))
                if part[-1].isspace():
                    words.append([])
        return [word for word in words if word]


# ------------------------------------------------------------------------------------------ what is shown


def paragraph(document: ql.Document, line: shown.Line, layers: list[shown.Layer]) -> Block:
    """A line of the article with its marks; `line.quotes` gets the quotations that begin in it."""
    block = Block()

    def run(text: str, active: list[shown.Layer]) -> str:
        roles = tuple(role for role in ("source", "cue") if any(layer.role == role for layer in active))
        quotes = [layer for layer in active if layer.quote is not None]
        quote = min(quotes, key=shown.inwards).quote if quotes else None
        block.runs.append((text, Style(15.0, roles, quote["kind"] if quote else "")))
        return ""

    def reference(quote: dict[str, Any]) -> str:
        follows = block.runs[-1][1].classes == ("ref",)
        block.runs.append((f",{quote['quote_id']}" if follows else str(quote["quote_id"]), Style(9.5, ("ref",))))
        return ""

    shown.mark_up(document.text, [line], layers, run=run, reference=reference)
    return block


def note(quote: dict[str, Any]) -> Block:
    """What stands beside a quotation: its number, whom it is given to, what it came through, its cue and its kind."""
    plain = Style(12.0, ("quiet",))
    block = Block([(f"{quote['quote_id']}  ", plain)])
    if name := shown.who(quote):
        block.runs.append((name + " ", Style(12.0, ("source",))))
        if quote["source"] and quote["source"] != name:
            block.runs.append((f"({quote['source']}) ", plain))
        if through := shown.passed_on(quote):
            block.runs.append((f"→ {through} ", plain))
    if quote["cue"]:
        block.runs.append((quote["cue"] + " ", Style(12.0, ("quiet", "cue-note"))))
    block.runs.append((quote["kind"], Style(12.0, (f"{quote['kind']}-note",))))
    return block


# --------------------------------------------------------------------------------------------- the drawing


def drawn_line(runs: list[tuple[str, Style]], x: float, y: float) -> list[str]:
    """The elements of a line, its baseline at y."""
    parts = []
    for number, (text, style) in enumerate(runs):
        letters, whole = text.strip(), style.width(text)
        ahead, wide = style.width(text[: len(text) - len(text.lstrip())]), style.width(letters)
        marked = whole if number + 1 < len(runs) else ahead + wide
        if style.kind:
            colour = f'class="{style.kind}"'
            if style.kind != "scare":
                parts.append(f'<rect {colour} x="{x:.1f}" y="{y - 14:.1f}" width="{marked:.1f}" height="19"/>')
            dash = f' stroke-dasharray="{DASHES[style.kind]}"' if DASHES[style.kind] else ""
            parts.append(f'<path {colour} d="M{x:.1f} {y + 5:.1f}h{marked:.1f}"{dash}/>')
        if letters:
            raised = y - 5 if "ref" in style.classes else y
            classes = f' class="{" ".join(style.classes)}"' if style.classes else ""
            parts.append(
                f'<text x="{x + ahead:.1f}" y="{raised:.1f}" font-size="{style.size:g}" textLength="{wide:.1f}" '
                f'lengthAdjust="spacingAndGlyphs"{classes}>'
                f"{escape(letters)}</text>"
            )
        x += whole
    return parts


def stacked(block: Block, x: float, y: float, width: float, leading: float) -> tuple[list[str], float]:
    """The elements of a block from y downwards, and where it ends."""
    parts: list[str] = []
    for line in block.lines(width):
        y += leading
        parts += drawn_line(line, x, y)
    return parts, y


def legend(y: float) -> list[str]:
    """One line that says what the marks mean."""
    runs: list[tuple[str, Style]] = []
    quiet = Style(12.0, ("quiet",))
    meanings = {"direct": "in quotation marks", "mixed": "partly", "indirect": "reported"}
    for kind, meaning in meanings.items():
        runs += [(kind, Style(12.0, (), kind)), (f"  {meaning}     ", quiet)]
    runs += [("source", Style(12.0, ("source",))), ("  who said it     ", quiet)]
    runs += [("cue", Style(12.0, ("cue",))), ("  the reporting word     ", quiet)]
    runs += [("A → B", Style(12.0, ("quiet",))), ("  chain", quiet)]
    return drawn_line(runs, MARGIN, y)


def colours(style: str) -> str:
    """The rules of one set of colours of `show()`."""
    of = dict(re.findall(r"--(\w+):(#[0-9a-f]+)", style))
    rules = [
        f".paper{{fill:{of['paper']};stroke:{of['rule']}}}text{{fill:{of['ink']}}}.rule{{stroke:{of['rule']}}}",
        f".quiet,.ref{{fill:{of['quiet']}}}.source{{fill:{of['source']}}}",
    ]
    for kind in ("direct", "mixed", "indirect", "scare"):
        rules.append(f"rect.{kind},.{kind}-note{{fill:{of[kind]}}}path.{kind}{{stroke:{of[kind]}}}")
    return "".join(rules)


def picture(document: ql.Document, paragraphs: int) -> str:
    """The SVG of an article: where it is from, and the first paragraphs of its body."""
    quotes = shown.with_chains(document, list(document.quotes(acts="all", zones="all", kind="all")))
    layers = shown.layers_of(document, quotes)
    strip = Block([(f"{document.meta['outlet']} · {document.meta['published'][:10]}", Style(12.0, ("quiet",)))])
    parts, y = stacked(strip, MARGIN, 44.0, TEXT, 22)
    y += 6
    noted = set()
    for line in [line for line in shown.lines_of(document) if line.zone == "body"][:paragraphs]:
        of_line, below = stacked(paragraph(document, line, layers), MARGIN, y, TEXT, 22)
        parts += of_line
        beside = y + 3
        for quote in line.quotes:
            if quote["quote_id"] not in noted:
                noted.add(quote["quote_id"])
                of_note, beside = stacked(note(quote), WIDTH - MARGIN - NOTES, beside, NOTES, 16)
                parts += of_note
                beside += 5
        y = max(below, beside - 5) + 13
    light, dark = view._STYLE.split("@media screen", 1)
    height = round(y + 14)
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" font-family="{SANS}">',
        f"<title>The article {escape(document.id)} with its quotations, sources and reporting words marked</title>",
        f"<style>{colours(light)}rect{{stroke:none}}rect.direct,rect.mixed,rect.indirect{{fill-opacity:.12}}"
        "path{fill:none;stroke-width:1.6}.source{font-weight:bold}.cue,.cue-note{font-style:italic}"
        f"@media (prefers-color-scheme:dark){{{colours(dark.partition('}}')[0])}}}</style>",
        f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>',
    ]
    rule = f'<path class="rule" d="M{MARGIN} 42h{WIDTH - 2 * MARGIN}"/>'
    return "\n".join([*head, *legend(28), rule, *parts, "</svg>"]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", action="store_true", help="to standard output")
    options = parser.parse_args()
    drawn = picture(ql.sample()[ARTICLE], PARAGRAPHS)
    if options.print:
        print(drawn, end="")
    else:
        PICTURE.write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
