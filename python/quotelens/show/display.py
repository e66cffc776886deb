"""Articles to look at: quotations, cues and sources marked in HTML that needs neither scripts nor a network.

Everything that comes from a document is escaped.  A kind of quotation is told by a line of its own (solid, dashed,
dotted, wavy) and by its name beside the text as well as by a colour, so that it survives print and colour blindness.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quotelens.table.files import replacing
from quotelens.table.layout import one_line

if TYPE_CHECKING:
    from quotelens.document import Document

_KINDS = {
    "direct": "word for word, in quotation marks",
    "mixed": "partly in quotation marks",
    "indirect": "reported without quotation marks",
    "scare": "marked, but nobody’s words",
}
TAIL = "Sources with one or two statements are the least sure: some of them are misread names."
_SAME_EVERYWHERE = ("name", "organisation", "agency", "outlet")  # kinds of source that keep their name
_LONGEST_CELL = 280
_DEFAULT_ZONE = "body"
TAGS = {"title": "h2", "deck": "p", "byline": "p", "date": "p", "dateline": "p", "caption": "p", "body": "p"}


class View:
    """A piece of HTML that a notebook shows, and `write` puts into a file of its own."""

    __slots__ = ("_body",)

    def __init__(self, body: str) -> None:
        self._body = body

    def _repr_html_(self) -> str:
        return f'<div class="ql"><style>{_STYLE}</style>{self._body}</div>'

    def __str__(self) -> str:
        return whole_page("quotelens", self._body)

    def __repr__(self) -> str:
        return f"<View: {len(self._body):,} characters of HTML; show it in a notebook or .write(path) it>"

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a self-contained HTML file."""
        with replacing(Path(path)) as temporary:
            temporary.write_text(str(self), encoding="utf-8", errors="replace")


# ------------------------------------------------------------------------------------------------ the layers


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
    document: Document, quotes: list[dict[str, Any]], *, roles: Iterable[str] = ("source", "cue")
) -> list[Layer]:
    """What to mark of these quotes: their spans and, by `roles`, their sources and cues, in order."""
    by_id = {quote["quote_id"]: quote for quote in quotes}
    layers = []
    numbered: set[int] = set()
    for span in document.table("spans"):
        if (quote := by_id.get(span["quote_id"])) is None:
            continue
        is_first = quote["quote_id"] not in numbered
        numbered.add(quote["quote_id"])
        layers.append(Layer(span["start"], span["end"], "quote", quote, is_first))
    for role in roles:
        spans = {(quote[f"{role}_start"], quote[f"{role}_end"]) for quote in quotes if quote[role] is not None}
        layers.extend(Layer(start, end, role) for start, end in spans)
    return sorted((x for x in layers if x.start < x.end), key=lambda x: (x.start, -x.end))


def lines_of(document: Document) -> list[Line]:
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

    What `reference` makes of a quotation goes behind its first span.
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
    """The one a quotation is given to: the speaker where known, else the source as written."""
    name: str | None = quote["speaker"] or quote["source"]
    return name


def _summary(quote: dict[str, Any]) -> str:
    """What is said when the mouse rests on a quotation: "direct · Ann Lee → memo → Reuters"."""
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
    return f'<b class="ql-source">{escape(name)}</b>{alias}'


# ----------------------------------------------------------------------------------------------- the article


def anchor_of(document: Document) -> str:
    """A name for links to a document, made of letters and digits only."""
    return "ql-" + hashlib.sha1(document.id.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()[:10]


def article(document: Document, *, legend: bool = True) -> str:
    """The article as HTML, without the style it needs."""
    quotes = _with_chains(document, list(document.quotes(acts="all", zones="all", kind="all")))
    anchor = anchor_of(document)
    lines = lines_of(document)
    layers = layers_of(document, quotes)
    mark_up(document.text, lines, layers, run=_run, reference=lambda quote: _reference(quote, anchor))
    parts = [f'<article class="ql-article" id="{anchor}">', strip_of(document)]
    if legend:
        parts.append(_legend())
    parts.extend(_blocks(lines, anchor))
    parts.append("</article>")
    return "".join(parts)


def _with_chains(document: Document, quotes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Quotes with the names of their steps, from whoever spoke outward, under "chain"."""
    chains: dict[int, list[str]] = {}
    for step in document.chains():
        chains.setdefault(step["quote_id"], []).append(one_line(step["name"]))
    return [quote | {"chain": chains.get(quote["quote_id"], [])} for quote in quotes]


def strip_of(document: Document) -> str:
    """The line above an article: where it is from, when, and what it is called."""
    facts = [escape(str(document.meta[name])) for name in ("outlet", "published") if document.meta.get(name)]
    url = str(document.meta.get("url") or "")
    name = escape(document.id)
    if url.startswith(("https://", "http://")):
        name = f'<a href="{escape(url)}" rel="noreferrer">{name}</a>'
    return f'<p class="ql-strip">{" · ".join([*facts, name])}</p>'


def _legend() -> str:
    kinds = "".join(
        f'<li><span class="ql-q ql-{kind}">{kind}</span> {meaning}</li>' for kind, meaning in _KINDS.items()
    )
    return (
        f'<ul class="ql-legend">{kinds}<li><span class="ql-source">source</span> who it is given to</li>'
        '<li><span class="ql-cue">cue</span> the reporting word</li></ul>'
    )


def _blocks(lines: list[Line], anchor: str) -> Iterator[str]:
    """Lines as paragraphs with their notes; what belongs to the page and not the article is folded away."""
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


# -------------------------------------------------------------------------------------------------- the page


@dataclass(slots=True)
class _Voice:
    """Everything one name is given, over all articles."""

    name: str
    statements: list[tuple[Document, dict[str, Any]]] = field(default_factory=list)


def page(documents: Iterable[Document], *, title: str = "Who said what") -> str:
    """One self-contained HTML page: a table of who said what, then the articles.

    Statements are gathered by the name they are given to; `title` is the page's heading.
    """
    articles = list(documents)
    voices: dict[tuple[str, str], _Voice] = {}
    n_statements = 0
    for document in articles:
        for quote in document.quotes():
            name, scope = _voice_of(document, quote)
            voices.setdefault((name.casefold(), scope), _Voice(name)).statements.append((document, quote))
            n_statements += 1
    ranked = sorted(voices.values(), key=lambda voice: (not voice.name, -len(voice.statements), voice.name))
    named = sum(1 for voice in ranked if voice.name)
    body = [
        f'<header class="ql-head"><h1>{escape(title)}</h1>',
        f"<p>{len(articles):,} articles, {n_statements:,} statements, {named:,} sources as written. {TAIL}</p>",
        "</header>",
        _legend(),
        _voices_table(ranked),
        _contents(articles),
        *(article(document, legend=False) for document in articles),
    ]
    return whole_page(title, "".join(body))


def _voice_of(document: Document, quote: dict[str, Any]) -> tuple[str, str]:
    """The name to gather a statement under, and the document it holds for (none: it means the same in all).

    A pronoun is nobody's name; "a spokesman" of one article is not that of another.
    """
    if quote["speaker"]:
        return quote["speaker"], ""
    if quote["source"] is None or quote["source_kind"] == "pronoun":
        return "", ""
    return quote["source"], "" if quote["source_kind"] in _SAME_EVERYWHERE else document.id


def _voices_table(voices: list[_Voice]) -> str:
    rows = "".join(_voice_row(voice) for voice in voices)
    head = "<tr><th>Who</th><th>Statements</th><th>Articles</th><th>What</th></tr>"
    return (
        f'<section><h2>By source, as written</h2><table class="ql-voices">{head}{rows}</table></section>'
        if voices
        else ""
    )


def _voice_row(voice: _Voice) -> str:
    items = [_statement(document, quote) for document, quote in voice.statements]
    what = f'<ul class="ql-said">{items[0]}</ul>'
    if len(items) > 1:
        rest = "".join(items[1:])
        what += f'<details><summary>{len(items) - 1} more</summary><ul class="ql-said">{rest}</ul></details>'
    n_articles = len({document.id for document, _ in voice.statements})
    name = escape(voice.name) if voice.name else '<span class="ql-remark">no name found</span>'
    return f"<tr><th>{name}</th><td>{len(items)}</td><td>{n_articles}</td><td>{what}</td></tr>"


def _statement(document: Document, quote: dict[str, Any]) -> str:
    words = quote["content"] or quote["text"]
    if len(words) > _LONGEST_CELL:
        words = words[: _LONGEST_CELL - 1] + "…"
    link = f"#{anchor_of(document)}-{quote['quote_id']}"
    kind = escape(quote["kind"])
    where = escape(str(document.meta.get("outlet") or document.id))
    pronoun = quote["source"] if quote["source_kind"] == "pronoun" and not quote["speaker"] else None
    if pronoun:
        where = f"{escape(pronoun)} · {where}"
    return (
        f'<li><a href="{link}">{escape(words)}</a> <span class="ql-kind ql-{kind}">{kind}</span>'
        f' <span class="ql-remark">{where}</span></li>'
    )


def _contents(documents: list[Document]) -> str:
    if len(documents) < 2:
        return ""
    rows = []
    for document in documents:
        outlet = document.meta.get("outlet")
        note = f' <span class="ql-remark">{escape(str(outlet))}</span>' if outlet else ""
        rows.append(f'<li><a href="#{anchor_of(document)}">{escape(document.id)}</a>{note}</li>')
    return f'<nav><h2>Articles</h2><ol class="ql-contents">{"".join(rows)}</ol></nav>'


def whole_page(title: str, body: str, *, style: str = "", script: str = "") -> str:
    """A page of its own, with the style of articles and, behind it, another, and a script.

    Its policy is a second lock behind the escaped texts: a browser runs this script alone, and loads nothing.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"'sha256-{digest}'" if script else "'none'"
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}; base-uri 'none'; form-action 'none'"
    )
    behind = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>body{{margin:0}}{_STYLE}{style}</style></head>"
        f'<body class="ql ql-page">{body}{behind}</body></html>\n'
    )


# Colours after Okabe and Ito, darkened or lightened until they read well on the paper behind them.
_STYLE = """
.ql{--paper:#fffdf9;--ink:#22201c;--quiet:#6d675d;--rule:#e6e0d4;--direct:#0067a3;--mixed:#00795a;--indirect:#94620a;
--scare:#a8487f;--source:#b34a00;--tint:11%;color-scheme:light dark;background:var(--paper);color:var(--ink);
font:1.0625rem/1.65 Charter,"Bitstream Charter","Iowan Old Style",Palatino,"Source Serif 4",Georgia,serif;
padding:1.25rem 1.5rem;-webkit-text-size-adjust:100%}
@media screen and (prefers-color-scheme:dark){.ql{--paper:#191815;--ink:#e6e1d6;--quiet:#a39b8d;--rule:#38352f;
--direct:#6cbcf0;--mixed:#45c99f;--indirect:#e9ab3c;--scare:#e39cc4;--source:#ff9a5c;--tint:17%}}
.ql *{box-sizing:border-box}
.ql-page{max-width:64rem;margin:0 auto!important;padding:3rem 1.5rem 5rem}
.ql a{color:inherit;text-decoration-color:var(--quiet);text-underline-offset:.2em}
.ql h1{font-size:2.3rem;line-height:1.15;font-weight:600;margin:0 0 .3rem;letter-spacing:-.01em}
.ql h2{font-size:1.6rem;line-height:1.25;font-weight:600;margin:0 0 .5rem}
.ql section,.ql nav{margin:2.5rem 0}
.ql .ql-head p{color:var(--quiet);margin:0 0 1.5rem}
.ql .ql-article{max-width:60rem}
.ql-page .ql-article{border-top:1px solid var(--rule);margin-top:3.5rem;padding-top:1.5rem}
.ql .ql-row{display:grid;grid-template-columns:minmax(0,37rem) minmax(11rem,1fr);column-gap:2.25rem}
.ql .ql-row>p{margin:0 0 1rem;hyphens:auto;overflow-wrap:break-word}
.ql .ql-row>.ql-title{margin:.5rem 0 .75rem}
.ql .ql-row>.ql-deck{font-size:1.15rem;font-style:italic}
.ql .ql-row>.ql-byline,.ql .ql-row>.ql-date,.ql .ql-row>.ql-caption{color:var(--quiet);font-size:.92rem}
.ql .ql-row>.ql-caption{border-left:2px solid var(--rule);padding-left:.8rem}
.ql .ql-strip,.ql .ql-notes,.ql .ql-legend,.ql .ql-kind,.ql .ql-remark,.ql .ql-ref,.ql summary,.ql th,.ql .ql-contents
{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.ql .ql-strip{color:var(--quiet);font-size:.8rem;margin:0 0 1rem}
.ql .ql-legend{list-style:none;display:flex;flex-wrap:wrap;gap:.35rem 1.4rem;margin:0 0 1.5rem;padding:.6rem 0;
border:solid var(--rule);border-width:1px 0;font-size:.78rem;color:var(--quiet)}
.ql .ql-legend .ql-q,.ql .ql-legend .ql-cue{color:var(--ink)}
.ql .ql-direct{--hue:var(--direct)}.ql .ql-mixed{--hue:var(--mixed)}
.ql .ql-indirect{--hue:var(--indirect)}.ql .ql-scare{--hue:var(--scare)}
.ql .ql-q{background:color-mix(in srgb,var(--hue) var(--tint),transparent);text-decoration:underline 2px var(--hue);
text-underline-offset:.28em;text-decoration-skip-ink:none;padding:.1em 0}
.ql .ql-q.ql-mixed{text-decoration-style:dashed}.ql .ql-q.ql-indirect{text-decoration-style:dotted}
.ql .ql-q.ql-scare{background:none;text-decoration:underline wavy 1px var(--hue)}
.ql .ql-q.ql-inner{background:color-mix(in srgb,var(--hue) calc(2*var(--tint)),transparent);
text-decoration-thickness:3px}
.ql .ql-source{font-weight:650;color:var(--source)}
.ql .ql-cue{font-style:italic;border-bottom:1px solid var(--quiet)}
.ql .ql-ref{font-size:.62em;vertical-align:super;line-height:0;color:var(--quiet);text-decoration:none;
padding:0 .15em;user-select:none}
.ql .ql-notes{list-style:none;margin:.25rem 0 1rem;padding:0;font-size:.8rem;line-height:1.45}
.ql .ql-notes li{margin:0 0 .35rem}
.ql .ql-num{display:inline-block;min-width:1.4em;color:var(--quiet);text-decoration:none;
font-variant-numeric:tabular-nums}
.ql .ql-notes .ql-cue{border:0;color:var(--quiet)}
.ql .ql-kind{font-size:.7rem;color:var(--hue);border:1px solid;border-radius:.7em;padding:0 .5em;white-space:nowrap}
.ql .ql-remark{font-size:.75rem;color:var(--quiet)}
.ql li:target,.ql .ql-ref:target{background:color-mix(in srgb,var(--source) 20%,transparent);border-radius:.2em}
.ql .ql-furniture{margin:0 0 1.25rem;color:var(--quiet);font-size:.88rem}
.ql .ql-furniture .ql-row>p{margin:0 0 .2rem}
.ql summary{cursor:pointer;font-size:.78rem;color:var(--quiet)}
.ql .ql-furniture>summary{padding:.25rem 0}
.ql .ql-voices{border-collapse:collapse;width:100%;font-size:.95rem;line-height:1.5}
.ql .ql-voices th,.ql .ql-voices td{border-bottom:1px solid var(--rule);padding:.55rem .9rem .55rem 0;text-align:left;
vertical-align:top;background:none}
.ql .ql-voices tr:first-child th{font-size:.75rem;font-weight:500;color:var(--quiet)}
.ql .ql-voices tr>th:first-child{width:22%;font-weight:600}
.ql .ql-voices td:nth-child(2),.ql .ql-voices td:nth-child(3){font-variant-numeric:tabular-nums;width:6rem}
.ql .ql-said{list-style:none;margin:0;padding:0}.ql .ql-said li{margin:0 0 .4rem}
.ql .ql-said a{text-decoration:none}.ql .ql-said a:hover{text-decoration:underline}
.ql .ql-contents{columns:2 18rem;font-size:.88rem;padding-left:1.6rem}
@media (max-width:52rem){.ql .ql-row{display:block}.ql .ql-notes{margin:-.6rem 0 1.1rem;padding-left:.8rem;
border-left:2px solid var(--rule)}.ql-page{padding:1.5rem 1rem 3rem}}
@media print{.ql{--paper:#fff;padding:0}.ql .ql-furniture{display:none}}
""".strip()
