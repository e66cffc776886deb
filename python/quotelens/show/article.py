"""Articles to look at: quotations, cues and sources marked in HTML that needs neither scripts nor a network.

Everything that comes from a document is escaped.  Each kind of quotation has its own line (solid, dashed, dotted,
wavy) and its name beside the text as well as a colour, so it survives print and colour blindness.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, Protocol

from quotelens.analysis.filter import Choice
from quotelens.table.layout import one_line
from quotelens.table.table import Table

_KINDS = {
    "direct": "word for word, in quotation marks",
    "mixed": "partly in quotation marks",
    "indirect": "reported without quotation marks",
    "scare": "in quotation marks, but nobody’s words",
}
TAIL = "Sources with one or two quotes are the least sure: some of them are misread names."
_DEFAULT_ZONE = "body"
TAGS = {"title": "h2", "deck": "p", "byline": "p", "date": "p", "dateline": "p", "caption": "p", "body": "p"}


# ------------------------------------------------------------------------------------------------ the layers


class Article(Protocol):
    """What showing needs from a document."""

    id: str
    text: str
    meta: dict[str, Any]

    def quotes(self, *, kind: Choice = None, acts: Choice = None, zones: Choice = None) -> Table: ...
    def zones(self) -> Table: ...
    def chains(self) -> Table: ...
    def _table(self, name: str, /) -> Table: ...


@dataclass(slots=True)
class Layer:
    """A span to mark: a part of a quotation, a source or a cue."""

    start: int
    end: int
    role: str  # quote, source, cue
    quote: dict[str, Any] | None = None
    is_first: bool = False  # the first span of its quotation, which carries its number


@dataclass(slots=True)
class Line:
    """A line of the text, with the quotations that begin in it."""

    start: int
    end: int
    zone: str
    html: list[str] = field(default_factory=list)
    quotes: list[dict[str, Any]] = field(default_factory=list)


def layers_of(
    document: Article, quotes: list[dict[str, Any]], *, roles: Iterable[str] = ("source", "cue")
) -> list[Layer]:
    """What to mark of these quotes: their spans and, by `roles`, their sources and cues, in order."""
    by_id = {quote["quote_id"]: quote for quote in quotes}
    layers = []
    numbered: set[int] = set()
    for span in document._table("spans"):
        if (quote := by_id.get(span["quote_id"])) is None:
            continue
        is_first = quote["quote_id"] not in numbered
        numbered.add(quote["quote_id"])
        layers.append(Layer(span["start"], span["end"], "quote", quote, is_first))
    for role in roles:
        spans = {(quote[f"{role}_start"], quote[f"{role}_end"]) for quote in quotes if quote[role] is not None}
        layers.extend(Layer(start, end, role) for start, end in spans)
    return sorted((x for x in layers if x.start < x.end), key=lambda x: (x.start, -x.end))


def lines_of(document: Article) -> list[Line]:
    """The lines of the text that are not blank, each with the zone that covers most of it."""
    zones = [(row["start"], row["end"], row["zone"]) for row in document.zones()]
    lines = []
    position = first = 0
    for raw in document.text.split("\n"):
        start, end = position, position + len(raw)
        position = end + 1
        if not raw.strip():
            continue
        while first < len(zones) and zones[first][1] <= start:
            first += 1
        lines.append(Line(start, end, _zone_between(start, end, zones, first)))
    return lines


def _zone_between(start: int, end: int, zones: list[tuple[int, int, str]], first: int) -> str:
    best, most = _DEFAULT_ZONE, 0
    for zone_start, zone_end, name in zones[first:]:
        if zone_start >= end:
            break
        shared = min(end, zone_end) - max(start, zone_start)
        if shared > most:
            best, most = name, shared
    return best


# ------------------------------------------------------------------------------------------------- the marks


def mark_up(
    text: str,
    lines: list[Line],
    layers: list[Layer],
    *,
    run: Callable[[str, list[Layer]], str],
    reference: Callable[[dict[str, Any]], str] | None = None,
) -> None:
    """Fill each line's HTML with what `run` makes of a text between two edges of layers and the layers over it.

    What `reference` returns for a quotation goes after its first span.
    """
    active: list[Layer] = []
    coming = 0
    for line in lines:
        at = line.start
        while at < line.end:
            active = [layer for layer in active if layer.end > at]
            while coming < len(layers) and layers[coming].start <= at:
                if layers[coming].end > at:
                    active.append(layers[coming])
                    _note_quote(line, layers[coming])
                coming += 1
            edges = [layer.end for layer in active]
            if coming < len(layers):
                edges.append(layers[coming].start)
            end = min([line.end, *edges])
            line.html.append(run(text[at:end], active))
            if reference is not None:
                line.html.extend(reference(x.quote) for x in active if x.quote and x.is_first and x.end == end)
            at = end


def _note_quote(line: Line, layer: Layer) -> None:
    if layer.quote is not None and layer.is_first:
        line.quotes.append(layer.quote)


def inwards(layer: Layer) -> tuple[int, int]:
    """The order of layers over one place, the innermost first."""
    return layer.end - layer.start, -layer.start


def _run(text: str, active: list[Layer]) -> str:
    html = escape(text)
    roles = {layer.role for layer in active}
    for role in ("cue", "source"):
        if role in roles:
            html = f'<span class="ql-{role}">{html}</span>'
    quotes = [layer for layer in active if layer.quote is not None]
    if not quotes:
        return html
    inner = min(quotes, key=inwards).quote
    assert inner is not None
    classes = ["ql-q", f"ql-{escape(inner['kind'])}"]
    if len(quotes) > 1:
        classes.append("ql-inner")
    return f'<span class="{" ".join(classes)}" title="{escape(_summary(inner))}">{html}</span>'


def _reference(quote: dict[str, Any], anchor: str) -> str:
    name = f"{anchor}-{quote['quote_id']}"
    return f'<a class="ql-ref" id="{name}" href="#{name}-note">{quote["quote_id"]}</a>'


def who(quote: dict[str, Any]) -> str | None:
    """Who said a quotation: the speaker if known, otherwise the source as written."""
    name: str | None = quote["speaker"] or quote["source"]
    return name


def _summary(quote: dict[str, Any]) -> str:
    """The tooltip of a quotation: "direct · Ann Lee → memo → Reuters"."""
    through = quote["chain"] if len(quote["chain"]) > 1 else [who(quote) or "no source"]
    return " · ".join([quote["kind"], " → ".join(through), *_remarks(quote)])


def _remarks(quote: dict[str, Any]) -> list[str]:
    remarks = [] if quote["act"] in ("speech", "none") else [quote["act"]]
    remarks += [word for word in ("hedged", "negated") if quote[word]]
    return remarks if quote["closed"] else [*remarks, "never closed"]


def _note(quote: dict[str, Any], anchor: str) -> str:
    name = f"{anchor}-{quote['quote_id']}"
    kind = escape(quote["kind"])
    parts = [f'<a class="ql-num" href="#{name}">{quote["quote_id"]}</a>']
    if quote["kind"] != "scare" or who(quote):
        parts.append(_credit(quote))
    if quote["cue"]:
        parts.append(f'<span class="ql-cue">{escape(quote["cue"])}</span>')
    parts.append(f'<span class="ql-kind ql-{kind}">{kind}</span>')
    parts += [f'<span class="ql-remark">{escape(remark)}</span>' for remark in _remarks(quote)]
    return f'<li id="{name}-note">{" ".join(parts)}</li>'


def _credit(quote: dict[str, Any]) -> str:
    name = who(quote)
    if name is None:
        return '<span class="ql-remark">no source</span>'
    written = quote["source"]
    alias = f" <span class='ql-remark'>({escape(written)})</span>" if written and written != name else ""
    through = passed_on(quote)
    chain = f' <span class="ql-chain">→ {escape(through)}</span>' if through else ""
    return f'<b class="ql-source">{escape(name)}</b>{alias}{chain}'


def passed_on(quote: dict[str, Any]) -> str:
    """The steps of a quotation after its speaker: "memo → Reuters"; empty if nobody passed it on."""
    own = {who(quote), quote["source"]}
    return " → ".join(step for step in quote["chain"][1:] if step not in own)


# ----------------------------------------------------------------------------------------------- the article


def anchor_of(document: Article) -> str:
    """A name for links to a document, made of letters and digits only."""
    return "ql-" + hashlib.sha1(document.id.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:10]


def article(document: Article, *, legend: bool = True) -> str:
    """The article as HTML, without its style sheet."""
    quotes = with_chains(document, list(document.quotes(acts="all", zones="all", kind="all")))
    anchor = anchor_of(document)
    lines = lines_of(document)
    layers = layers_of(document, quotes)
    mark_up(document.text, lines, layers, run=_run, reference=lambda quote: _reference(quote, anchor))
    parts = [f'<article class="ql-article" id="{anchor}">', strip_of(document)]
    if legend:
        parts.append(legend_of())
    parts.extend(_blocks(lines, anchor))
    parts.append("</article>")
    return "".join(parts)


def with_chains(document: Article, quotes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Quotes with the names of their steps, from the speaker outward, under "chain"."""
    chains: dict[int, list[str]] = {}
    for step in document.chains():
        chains.setdefault(step["quote_id"], []).append(one_line(step["name"]))
    return [quote | {"chain": chains.get(quote["quote_id"], [])} for quote in quotes]


def strip_of(document: Article) -> str:
    """The line above an article: its outlet, date and id."""
    facts = [escape(str(document.meta[name])) for name in ("outlet", "published") if document.meta.get(name)]
    url = str(document.meta.get("url") or "")
    name = escape(document.id)
    if url.startswith(("https://", "http://")):
        name = f'<a href="{escape(url)}" rel="noreferrer">{name}</a>'
    return f'<p class="ql-strip">{" · ".join([*facts, name])}</p>'


def legend_of() -> str:
    """What the marks mean."""
    kinds = "".join(
        f'<li><span class="ql-q ql-{kind}">{kind}</span> {meaning}</li>' for kind, meaning in _KINDS.items()
    )
    return (
        f'<ul class="ql-legend">{kinds}<li><span class="ql-source">source</span> who said it</li>'
        '<li><span class="ql-cue">cue</span> the reporting word</li></ul>'
    )


def _blocks(lines: list[Line], anchor: str) -> Iterator[str]:
    """Lines as paragraphs with their notes; lines that belong to the page and not to the article are folded away."""
    furniture: list[Line] = []
    for line in lines:
        if line.zone == "boilerplate":
            furniture.append(line)
            continue
        yield from _folded(furniture, anchor)
        furniture = []
        yield _block(line, anchor)
    yield from _folded(furniture, anchor)


def _folded(lines: list[Line], anchor: str) -> Iterator[str]:
    if lines:
        count = f"{len(lines)} line{'s' if len(lines) > 1 else ''} around the article"
        inside = "".join(_block(line, anchor) for line in lines)
        yield f'<details class="ql-furniture"><summary>{count}</summary>{inside}</details>'


def _block(line: Line, anchor: str) -> str:
    tag = TAGS.get(line.zone, "p")
    notes = "".join(_note(quote, anchor) for quote in line.quotes)
    aside = f'<ol class="ql-notes">{notes}</ol>' if notes else ""
    return f'<div class="ql-row"><{tag} class="ql-{line.zone}">{"".join(line.html)}</{tag}>{aside}</div>'
