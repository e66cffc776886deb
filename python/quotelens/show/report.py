"""A corpus as one HTML page to read, filter and print: who is quoted, where, how openly, through whom.

Quotes are numbered over the page; a tooltip gives doc_id and quote_id.  Every figure links to the quotes that it
counts, and each number to its sentence.  Bars and their parts are labelled, so no colour is needed.  The script
serves only the tooltips and the filter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from quotelens.families.shown import told_of
from quotelens.show.article import (
    TAGS,
    TAIL,
    Article,
    Layer,
    Line,
    inwards,
    layers_of,
    lines_of,
    mark_up,
    strip_of,
    who,
)
from quotelens.show.articles import Articles
from quotelens.sources.network import edges_of
from quotelens.sources.share import values_of
from quotelens.sources.sources import Seen, Source, Sources, Step
from quotelens.table.layout import one_line
from quotelens.table.view import whole_page

_FULL_TEXT = 400_000  # characters of all articles, up to which they are shown whole
_MOST_ROWS = 40  # rows of a table; the rest is folded away
_MOST_FAMILIES = 25
_MOST_LINKS = 10  # links of a figure; the first section links all quotes
_LONGEST_TEXT = 80  # of a quote out of its article
_KINDS = ("person", "organisation", "document", "agency", "outlet", "group", "anonymous", "none")
_WORDING = ("direct", "mixed", "indirect")
_ANONYMITY = ("named", "described", "bare", "none")
_LEFT_OUT = ("boilerplate", "title")  # zones whose lines are shown only if they contain a quote
_NOTES = {
    "kinds": "Shares of quotes by what their source is; none has no source at all.",
    "wording": "Shares of quotes that stand in quotation marks, do so in part, or not at all.",
    "anonymity": "Shares of quotes whose source is named, described (“a senior official”), bare (“sources”), or "
    "not given.",
}
_NO_OUTLET = "outlet not known"
_NOBODY = "no name found"


@dataclass(slots=True)
class _Statement:
    """A quote, with its number on the page."""

    number: int
    article: int
    quote: dict[str, Any]
    n_words: int
    source: Source | None
    kind: str
    anonymity: str
    chain: list[str]
    edges: list[tuple[Any, ...]]

    @property
    def source_id(self) -> int:
        return self.source.number if self.source else -1


@dataclass(slots=True)
class _Article:
    """A document, the place of its outlet among all, and its quotes."""

    number: int
    document: Article
    title: str
    outlet: int
    statements: list[_Statement]


@dataclass(slots=True)
class _Content:
    """Everything that a page shows; `outlets` are in order of the words of their quotes."""

    articles: list[_Article]
    outlets: list[str]
    sources: list[Source]
    statements: list[_Statement]
    dates: list[str]


def page(corpus: Articles, *, title: str | None = None, full_text: bool | None = None) -> str:
    """The page of `Corpus.report`."""
    with corpus._analysed_once():
        return _page(corpus, title, full_text)


def _page(corpus: Articles, title: str | None, full_text: bool | None) -> str:
    content = _content(corpus)
    if full_text is None:
        full_text = sum(len(article.document.text) for article in content.articles) <= _FULL_TEXT
    title = "Who is quoted" if title is None else title
    sections = [
        _head(content, title),
        _problems(corpus),
        _filter(content),
        _sources(content),
        _outlets(content),
        _parts(content, "kinds", "Kinds of source", _KINDS, lambda statement: statement.kind),
        _parts(content, "wording", "In whose words", _WORDING, lambda statement: statement.quote["kind"]),
        _parts(content, "anonymity", "How openly", _ANONYMITY, lambda statement: statement.anonymity),
        _network(content),
        _unnamed(content, corpus),
        _families(content, corpus),
        _articles(content, full_text),
    ]
    return whole_page(title, f"<main>{''.join(sections)}</main>", style=_STYLE, script=_SCRIPT)


# ----------------------------------------------------------------------------------------------- what it shows


def _content(corpus: Articles) -> _Content:
    seen = corpus._seen()
    sources = Sources(seen, corpus._engine.claims)
    rows = list(corpus.documents().select("title", "published"))
    sizes: Counter[str] = Counter()
    for of in seen:
        sizes[of.outlet or _NO_OUTLET] += sum(said.n_words for said in of.said if said.is_usual)
    outlets = sorted(sizes, key=lambda name: (-sizes[name], name))
    places = {name: place for place, name in enumerate(outlets)}
    articles: list[_Article] = []
    statements: list[_Statement] = []
    for document, of, row in zip(corpus, seen, rows, strict=True):
        quotes = {quote["quote_id"]: quote for quote in document.quotes()}
        own: list[_Statement] = []
        for said in (said for said in of.said if said.is_usual):
            values = values_of(of, said, sources)
            number = len(statements) + len(own) + 1
            place, quote = len(articles), quotes[said.quote_id]
            chain = list(dict.fromkeys(_step_name(of, step, sources) for step in said.steps))
            source, edges = sources.get(of, said.entity_id), list(edges_of(of, said, sources))
            kind, openly = values["source_kind"], values["anonymity"]
            own.append(_Statement(number, place, quote, said.n_words, source, kind, openly, chain, edges))
        statements += own
        title = str(row["title"] or document.id)
        articles.append(_Article(len(articles), document, title, places[of.outlet or _NO_OUTLET], own))
    dates = sorted(f"{row['published']:%Y-%m-%d}" for row in rows if row["published"] is not None)
    return _Content(articles, outlets, sources.chosen, statements, dates)


def _step_name(of: Seen, step: Step, sources: Sources) -> str:
    source = sources.get(of, step.entity_id)
    return source.name if source else one_line(step.name)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole if whole else 0:.1f}\N{NO-BREAK SPACE}%"


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _words(statements: Iterable[_Statement]) -> int:
    return sum(statement.n_words for statement in statements)


def _link(statement: _Statement) -> str:
    return f'<a href="#{statement.number}">{statement.number}</a>'


def _figure(statements: Sequence[_Statement], most: int | None = _MOST_LINKS) -> str:
    """How many, with links to them."""
    if len(statements) < 2:
        return "".join(f'<a href="#{statement.number}">1</a>' for statement in statements) or "0"
    links = " ".join(map(_link, statements[:most]))
    if most is not None and len(statements) > most:
        links += f' <span class="ql-remark">and {len(statements) - most:,} more: the first section has all</span>'
    summary = f"<summary>{len(statements):,}</summary>"
    return f'<details class="fig" name="fig">{summary}<div>{links}</div></details>'


def _table(heads: Sequence[str], rows: Sequence[str]) -> str:
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in heads) + "</tr>"
    table = f'<table class="rows">{head}{"".join(rows[:_MOST_ROWS])}</table>'
    if len(rows) <= _MOST_ROWS:
        return table
    rest = f'<table class="rows">{head}{"".join(rows[_MOST_ROWS:])}</table>'
    return f"{table}<details><summary>{len(rows) - _MOST_ROWS:,} more</summary>{rest}</details>"


def _section(name: str, heading: str, body: str, note: str = "") -> str:
    note = f'<p class="note">{note}</p>' if note else ""
    return f'<section id="{name}"><h2>{heading}</h2>{note}{body}</section>'


def _bar(part: int, largest: int) -> str:
    return f'<i class="bar" style="width:{100 * part / largest:.1f}%"></i>' if part else ""


# -------------------------------------------------------------------------------------------------- the parts


def _head(content: _Content, title: str) -> str:
    n_silent = sum(not article.statements for article in content.articles)
    known = [name for name in content.outlets if name != _NO_OUTLET]
    n_speaking = sum(source.n_quotes > 0 for source in content.sources)
    facts = [
        _counted(len(content.articles), "article") + (f" of {_counted(len(known), 'outlet')}" if known else ""),
        f"{_counted(len(content.statements), 'quote')} of {_counted(_words(content.statements), 'word')}",
        f"{_counted(len(content.sources), 'source')} with a name, {n_speaking:,} of them with quotes",
    ]
    if content.dates:
        facts.append(" to ".join(dict.fromkeys((content.dates[0], content.dates[-1]))))
    if n_silent:
        facts.append(f"{_counted(n_silent, 'article')} without a quote")
    contents = (
        '<nav><a href="#sources">Sources</a> <a href="#outlets">Outlets</a> <a href="#kinds">Kinds</a>'
        ' <a href="#wording">Whose words</a> <a href="#anonymity">How openly</a> <a href="#chains">Through whom</a>'
        ' <a href="#unnamed">Unnamed</a> <a href="#families">Same words</a> <a href="#articles">Articles</a></nav>'
    )
    return (
        f'<header class="ql-head"><h1>{escape(title)}</h1><p>{" · ".join(facts)}</p>'
        '<p class="note">A program found these quotes, and some are wrong. A figure opens the numbers of its quotes; '
        f"a number leads to its sentence.</p>{contents}</header>"
    )


def _problems(corpus: Articles) -> str:
    counts = corpus.problems().count("problem")
    if not len(counts):
        return ""
    told = ", ".join(f"{row['n']:,} {escape(row['problem'])}" for row in counts)
    return f'<p class="note">Problems with the files: {told}.</p>'


def _filter(content: _Content) -> str:
    if not content.articles:
        return ""
    names = [(str(source.number), source.name) for source in content.sources]
    if any(statement.source is None for statement in content.statements):
        names.append(("-1", _NOBODY))
    outlets = [(str(k), name) for k, name in enumerate(content.outlets)]
    return (
        '<form id="filter" hidden autocomplete="off">'
        f"{_choice('s', 'Source', names)}{_choice('o', 'Outlet', outlets)}"
        '<button type="reset">Show all</button> <output></output>'
        "<small>Hides everything else. The figures still count all articles.</small></form>"
    )


def _choice(name: str, label: str, options: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f'<option value="{value}">{escape(text)}</option>' for value, text in options)
    return f'<label>{label} <select name="{name}"><option value="">all</option>{listed}</select></label> '


def _sources(content: _Content) -> str:
    said: dict[int, list[_Statement]] = {source.number: [] for source in content.sources}
    for statement in content.statements:
        said.setdefault(statement.source_id, []).append(statement)
    n_words = _words(content.statements)
    own = {number: _words(statements) for number, statements in said.items()}
    largest = max(own.values(), default=0)

    def row(number: int, name: str) -> str:
        outlets = sorted({content.articles[statement.article].outlet for statement in said[number]})
        return (
            f'<tr id="p{number}" data-s="{number}" data-o="{" ".join(map(str, outlets)) or "none"}">'
            f"<th>{name}{_bar(own[number], largest)}</th><td>{_figure(said[number], None)}</td>"
            f"<td>{own[number]:,}</td><td>{_share(own[number], n_words)}</td></tr>"
        )

    ranked = sorted(content.sources, key=lambda source: (-own[source.number], source.number))
    rows = [row(source.number, _described(source)) for source in ranked]
    if -1 in said:
        rows.insert(0, row(-1, f"<em>{_NOBODY}</em>"))  # before the rows that are folded away
    note = (
        "Shares are of the words of all quotes. Sources without a quote only pass on the words of others."
        f" {TAIL} {_told_of_nameless(content)}"
    )
    heads = ("Source", "Quotes", "Words", "Share")
    return _section("sources", "Sources", _table(heads, rows) if rows else _nothing("Nobody is quoted."), note)


def _told_of_nameless(content: _Content) -> str:
    """How the quotes without a named source divide, which "How openly" counts differently."""
    nameless = Counter(statement.anonymity for statement in content.statements if statement.source is None)
    if not nameless:
        return ""
    words = {
        "named": "with a pronoun or the like whose name was not found",
        "described": "with a source that is only described",
        "bare": "with a bare one",
        "none": "without a source",
    }
    parts = [f"{nameless[value]:,} {words[value]}" for value in _ANONYMITY if nameless[value]]
    n = sum(nameless.values())
    return f"The {n:,} with {_NOBODY}: {', '.join(parts)}."


def _told_of_named(content: _Content) -> str:
    """How the quotes of named sources relate to those in the table of sources."""
    named = [statement for statement in content.statements if statement.anonymity == "named"]
    n_nameless = sum(statement.source is None for statement in named)
    if not n_nameless:
        return ""
    return (
        f" Of the {len(named):,} named, {len(named) - n_nameless:,} are those of the named sources above; "
        f"{n_nameless:,} have a pronoun or the like whose name was not found."
    )


def _described(source: Source) -> str:
    return f'{escape(source.name)} <span class="ql-remark">{escape(source.kind)}</span>'


def _nothing(text: str) -> str:
    return f'<p class="ql-remark">{text}</p>'


def _by_outlet(content: _Content) -> list[list[_Statement]]:
    said: list[list[_Statement]] = [[] for _ in content.outlets]
    for article in content.articles:
        said[article.outlet] += article.statements
    return said


def _outlets(content: _Content) -> str:
    said = _by_outlet(content)
    n_words = _words(content.statements)
    own = list(map(_words, said))
    n_articles = [0] * len(said)
    for article in content.articles:
        n_articles[article.outlet] += 1
    rows = [
        f'<tr data-o="{k}"><th>{escape(name)}{_bar(own[k], max(own))}</th><td>{n_articles[k]:,}</td>'
        f"<td>{_figure(said[k])}</td><td>{own[k]:,}</td><td>{_share(own[k], n_words)}</td></tr>"
        for k, name in enumerate(content.outlets)
    ]
    heads = ("Outlet", "Articles", "Quotes", "Words", "Share")
    return _section("outlets", "Outlets", _table(heads, rows) if rows else _nothing("There are no articles."))


def _parts(
    content: _Content, name: str, heading: str, values: Sequence[str], value_of: Callable[[_Statement], str]
) -> str:
    """How all quotes and those of each outlet divide by a value: bars, and the figures in words."""
    if not content.statements:
        return _section(name, heading, _nothing("There are no quotes."))
    groups = [("All outlets", "", content.statements)] if len(content.outlets) > 1 else []
    for k, statements in enumerate(_by_outlet(content)):
        groups.append((content.outlets[k], f' data-o="{k}"', statements))
    items, none = [], '<span class="ql-remark">no quotes</span>'
    for label, data, statements in groups:
        parts: dict[str, list[_Statement]] = {value: [] for value in values}
        for statement in statements:
            parts.setdefault(value_of(statement), []).append(statement)
        found = [(k, value, own) for k, (value, own) in enumerate(parts.items()) if own]
        bar = "".join(f'<i class="k{k}" style="flex:{len(own)}"></i>' for k, _, own in found)
        keys = "".join(
            f'<li><i class="k{k}"></i>{escape(value)} {_share(len(own), len(statements))} {_figure(own)}</li>'
            for k, value, own in found
        )
        head = f'<b>{escape(label)}</b><div class="stack">{bar}</div>' if found else f"<b>{escape(label)}</b> {none}"
        items.append(f'<li{data}>{head}<ul class="keys">{keys}</ul></li>')
    note = _NOTES[name] + (_told_of_named(content) if name == "anonymity" else "")
    return _section(name, heading, f'<ul class="parts">{"".join(items)}</ul>', note)


def _network(content: _Content) -> str:
    through: dict[tuple[Any, ...], list[_Statement]] = {}
    for statement in content.statements:
        for edge in statement.edges:
            through.setdefault(edge, []).append(statement)
    ranked = sorted(through, key=lambda edge: (-len(through[edge]), [str(part) for part in edge]))
    rows = []
    for edge in ranked:
        statements = through[edge]
        outlets = " ".join(map(str, sorted({content.articles[statement.article].outlet for statement in statements})))
        ends = f"{_end(*edge[:3])} <span class='ql-remark'>through</span> {_end(*edge[3:])}"
        n_articles = len({statement.article for statement in statements})
        rows.append(
            f'<tr data-s="{edge[0]} {edge[3]}" data-o="{outlets}"><th>{ends}</th>'
            f"<td>{_figure(statements)}</td><td>{n_articles:,}</td></tr>"
        )
    body = _table(("Quoted", "Quotes", "Articles"), rows) if rows else _nothing("Nobody is, in these articles.")
    return _section("chains", "Who is quoted through whom", body)


def _end(number: int, name: str | None, kind: str) -> str:
    if name is None:
        return f"<em>{'somebody unnamed' if kind == 'anonymous' else f'{escape(kind)} without a name'}</em>"
    return f'<a href="#p{number}">{escape(name)}</a>'


def _unnamed(content: _Content, corpus: Articles) -> str:
    by_id = {(each.quote["doc_id"], each.quote["quote_id"]): each for each in content.statements}
    rows = []
    for row in corpus.unnamed():
        statement = by_id[row["doc_id"], row["quote_id"]]
        article = content.articles[statement.article]
        reason = f"; {escape(one_line(row['reason']))}" if row["reason"] else ""
        rows.append(
            f'<li{_said_by([statement])} data-o="{article.outlet}">{_link(statement)}'
            f" <b>{escape(one_line(row['source'] or ''))}</b>"
            f" {escape(_shortened(row['text']))}"
            f" <small>{escape(content.outlets[article.outlet])}{reason}</small></li>"
        )
    note = (
        f"{len(rows):,} of {_counted(len(content.statements), 'quote')}: one person without a name, and nobody else "
        "in the chain."
    )
    listed = f'<ul class="lone">{"".join(rows[:_MOST_ROWS])}</ul>'
    if len(rows) > _MOST_ROWS:
        rest = f'<ul class="lone">{"".join(rows[_MOST_ROWS:])}</ul>'
        listed += f"<details><summary>{len(rows) - _MOST_ROWS:,} more</summary>{rest}</details>"
    return _section("unnamed", "Resting on one unnamed source", listed if rows else "", note)


def _families(content: _Content, corpus: Articles) -> str:
    """Words that several quotes share, those of most outlets first, and how they differ."""
    by_id = {(each.quote["doc_id"], each.quote["quote_id"]): each for each in content.statements}
    found = corpus.quotes().families()
    shared = sorted(found, key=lambda row: (-row["n_outlets"], -row["n_members"], row["family_id"]))
    items = []
    for row in shared[:_MOST_FAMILIES]:
        forms: dict[str, list[_Statement]] = {}
        for variant in found.variants(row["family_id"]):
            statement = by_id[variant["doc_id"], variant["quote_id"]]
            forms.setdefault("the same words" if variant["is_exact"] else variant["edit"], []).append(statement)
        members = [statement for own in forms.values() for statement in own]
        outlets = " ".join(map(str, sorted({content.articles[each.article].outlet for each in members})))
        listed = "".join(f"<li>{_figure(own)} {escape(one_line(form))}</li>" for form, own in forms.items())
        items.append(
            f'<li{_said_by(members)} data-o="{outlets}"><b>{escape(one_line(row["canonical"]))}</b> '
            f'<small>{escape(told_of(row))}</small><ul class="forms">{listed}</ul></li>'
        )
    note = "Under each form: how many have it, and what they [-leave out-] or {+put in+}, the earliest first."
    if len(shared) > _MOST_FAMILIES:
        note += f" Shown are {_MOST_FAMILIES} of {len(shared):,}, those of most outlets; families() has all."
    body = f'<ul class="lone">{"".join(items)}</ul>' if items else _nothing("No quote stands in a second article.")
    return _section("families", "The same words elsewhere", body, note if items else "")


def _shortened(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


# ----------------------------------------------------------------------------------------------- the articles


_LEGEND = '<u>direct</u>, <u class="m">mixed</u> and <u class="i">indirect</u> quotes'


def _articles(content: _Content, full_text: bool) -> str:
    shown = "".join(_article(article, full_text) for article in content.articles)
    note = f"Underlined: {_LEGEND}. Beside a paragraph: whose its quotes are."
    if not full_text:
        note += " Of each article only the paragraphs with quotes are shown."
    return _section("articles", "Articles", shown or _nothing("There are none."), note)


def _article(article: _Article, full_text: bool) -> str:
    document = article.document
    of = {statement.quote["quote_id"]: statement for statement in article.statements}
    lines = lines_of(document)
    layers = layers_of(document, [statement.quote for statement in article.statements], roles=("source",))
    mark_up(document.text, lines, layers, run=_Marker(of))
    ids = ""
    if article.statements:
        first, runs = article.statements[0].number, _quote_ids(article.statements)
        ids = f' data-n="{first}" data-q="{runs}" title="{escape(document.id)}"'
    shown = [line for line in lines if _is_marked(line) or (full_text and line.zone not in _LEFT_OUT)]
    return (
        f'<article id="a{article.number}" data-o="{article.outlet}"{_said_by(article.statements)}{ids}>'
        f"<h3>{escape(one_line(article.title))}</h3>{strip_of(document)}"
        f"{''.join(_block(line, of) for line in shown) or _nothing('No statements.')}</article>"
    )


def _is_marked(line: Line) -> bool:
    return any("<u" in html for html in line.html)  # by a mark of ours: the text is escaped


class _Marker:
    """Marks runs of a text: quotes, each with its number where it begins, and sources."""

    def __init__(self, of: dict[int, _Statement]) -> None:
        self._of = of
        self._begun: set[int] = set()

    def __call__(self, text: str, active: list[Layer]) -> str:
        html = escape(text)
        if any(layer.role == "source" for layer in active):
            html = f"<b>{html}</b>"
        quotes = sorted((layer for layer in active if layer.quote is not None), key=inwards)
        for k, layer in enumerate(quotes):
            assert layer.quote is not None
            statement = self._of[layer.quote["quote_id"]]
            is_new = statement.number not in self._begun
            self._begun.add(statement.number)
            if is_new or k == 0:
                number = f' id="{statement.number}"' if is_new else ""
                html = f"<u{_CLASSES[statement.quote['kind']]}{number}>{html}</u>"
        return html


def _quote_ids(statements: Sequence[_Statement]) -> str:
    """The quote_ids of an article's quotes in runs, such as "0-3 5-7", which the script expands."""
    runs: list[list[int]] = []
    for statement in statements:
        quote_id = statement.quote["quote_id"]
        if runs and quote_id == runs[-1][1] + 1:
            runs[-1][1] = quote_id
        else:
            runs.append([quote_id, quote_id])
    return " ".join(f"{first}-{last}" for first, last in runs)


# Short, because a page has thousands of them.
_CLASSES = {"direct": "", "mixed": ' class="m"', "indirect": ' class="i"'}


def _block(line: Line, of: dict[int, _Statement]) -> str:
    """A line with notes beside it: numbers, who said it, and the kind."""
    tag = "p" if line.zone == "title" else TAGS.get(line.zone, "p")
    zone = "" if line.zone == "body" else f' class="ql-{line.zone}"'
    statements = [of[quote["quote_id"]] for quote in line.quotes]
    notes: dict[str, dict[str, list[str]]] = {}
    for each in statements:
        notes.setdefault(_credit(each), {}).setdefault(each.quote["kind"], []).append(str(each.number))
    items = "".join(f"<li>{credit}: {_numbered(kinds)}</li>" for credit, kinds in notes.items())
    aside = f"<ul>{items}</ul>" if items else ""
    return f"<div{_said_by(statements)}><{tag}{zone}>{''.join(line.html)}</{tag}>{aside}</div>"


def _numbered(kinds: dict[str, list[str]]) -> str:
    return "; ".join(f"{', '.join(numbers)} {escape(kind)}" for kind, numbers in kinds.items())


def _said_by(statements: Iterable[_Statement]) -> str:
    """An attribute with the numbers of the sources of quotes, for the filter; empty for none, which no choice
    matches."""
    numbers = " ".join(map(str, sorted({each.source_id for each in statements if each.source_id >= 0})))
    return f' data-s="{numbers}"' if numbers else " data-s"


def _credit(statement: _Statement) -> str:
    """The source, with a link where it has a name, and whom it is quoted through."""
    source = statement.source
    name = source.name if source else one_line(who(statement.quote) or "no source")
    linked = f'<a href="#p{source.number}">{escape(name)}</a>' if source else escape(name)
    return " → ".join([linked, *(escape(step) for step in statement.chain[1:] if step != name)])


# A row, note or article is there if it has both of what is chosen; a link to what is hidden shows all again.
_SCRIPT = """
(function () {
  "use strict";
  var form = document.getElementById("filter"), all = document.querySelectorAll("[data-s],[data-o]");
  var folded = document.querySelectorAll("section details:not(.fig)");
  if (!form) return;
  function has(list, one) { return !one || list === undefined || list.split(" ").indexOf(one) >= 0; }
  function apply() {
    var shown = 0;
    all.forEach(function (each) {
      each.hidden = !(has(each.dataset.s, form.s.value) && has(each.dataset.o, form.o.value));
      if (each.tagName === "ARTICLE" && !each.hidden) shown++;
    });
    folded.forEach(function (each) { each.open = form.s.value !== "" || form.o.value !== ""; });
    form.querySelector("output").textContent = shown + (shown === 1 ? " article" : " articles");
  }
  function reveal() {
    var to = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!to) return;
    if (to.closest("[hidden]")) { form.s.value = form.o.value = ""; apply(); }
    for (var at = to; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    to.scrollIntoView();
  }
  document.querySelectorAll("article[data-q]").forEach(function (each) {
    var number = +each.dataset.n;
    each.dataset.q.split(" ").forEach(function (run) {
      var ends = run.split("-"), mark;
      for (var id = +ends[0]; id <= +ends[1]; id++, number++) {
        mark = document.getElementById(number);
        if (mark) mark.title = each.title + ", quote_id " + id;
      }
    });
  });
  form.hidden = false;
  form.addEventListener("change", apply);
  form.addEventListener("reset", function () { setTimeout(apply); });
  document.addEventListener("click", function (event) {
    document.querySelectorAll(".fig[open]").forEach(function (each) {
      if (!each.contains(event.target) || event.target.tagName === "A") each.open = false;
    });
  });
  addEventListener("hashchange", reveal);
  apply();
  reveal();
})();
"""

# The parts of bars have the colours of Okabe and Ito, and gaps between them; words and figures stand beside each.
_STYLE = """
.ql [hidden]{display:none!important}
.ql .note{font-size:.88rem;color:var(--quiet);margin:0 0 1rem;max-width:44rem}
.ql .ql-head p{margin:0 0 .6rem}
.ql nav{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:1rem 0}
.ql nav,.ql #filter,.ql .fig,.ql .keys,.ql .rows td,.ql article ul{font-family:system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",sans-serif;font-size:.85rem}
.ql #filter{position:sticky;top:0;z-index:2;background:var(--paper);border:solid var(--rule);border-width:1px 0;
padding:.6rem 0;display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:center}
.ql #filter select{font:inherit;max-width:14rem}.ql #filter button{font:inherit}
.ql #filter small{color:var(--quiet)}
.ql section{scroll-margin-top:4rem}.ql u,.ql tr{scroll-margin-top:40vh}
.ql .rows{border-collapse:collapse;width:100%}
.ql .rows th,.ql .rows td{border-bottom:1px solid var(--rule);padding:.45rem 0 .45rem .8rem;text-align:right;
vertical-align:top;font-variant-numeric:tabular-nums;background:none;white-space:nowrap}
.ql .rows th:first-child{text-align:left;padding-left:0;font-weight:600;width:60%;overflow-wrap:anywhere;
white-space:normal;font-family:inherit}
.ql .rows .ql-remark{font-weight:400}
.ql .rows tr:first-child th{font-size:.75rem;font-weight:500;color:var(--quiet)}
.ql .rows tr,.ql .keys li{position:relative}
.ql .bar{display:block;height:.5rem;margin-top:.25rem;background:#0072b2;min-width:1px}
.ql .fig{display:inline-block;text-align:left}
.ql .fig summary{list-style:none;font-size:inherit;color:var(--ink);text-decoration:underline var(--quiet);
text-underline-offset:.2em}
.ql .fig summary::-webkit-details-marker{display:none}
.ql .fig>div{white-space:normal;position:absolute;right:0;top:100%;z-index:1;
width:min(24rem,80vw);max-height:14rem;overflow:auto;padding:.6rem .8rem;
background:var(--paper);border:1px solid var(--quiet);border-radius:.3rem;line-height:1.9;
box-shadow:0 .3rem 1rem #0003}
.ql .fig>div a{display:inline-block;min-width:1.8em}
.ql .parts,.ql .keys,.ql .lone{list-style:none;margin:0;padding:0}
.ql .parts>li{margin:0 0 1.1rem}.ql .keys{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem}
.ql .keys .fig>div{right:auto;left:0}
.ql .stack{display:flex;gap:2px;height:1rem;margin:.2rem 0 .35rem}.ql .stack i{min-width:3px}
.ql .keys i{display:inline-block;width:.8em;height:.8em;margin-right:.4em;vertical-align:-.05em}
.ql .k0{background:#0072b2}.ql .k1{background:#e69f00}.ql .k2{background:#009e73}.ql .k3{background:#cc79a7}
.ql .k4{background:#56b4e9}.ql .k5{background:#8c6d31}.ql .k6{background:#d55e00}
.ql #wording .k1{background:repeating-linear-gradient(90deg,#e69f00 0 8px,#b97f00 8px 10px)}
.ql .k7,.ql #anonymity .k3{background:repeating-linear-gradient(45deg,#888 0 3px,transparent 3px 6px)}
.ql .lone small{font-size:.8rem;color:var(--quiet)}
.ql .forms{list-style:none;padding-left:1.2rem;margin:.2rem 0 .8rem}
.ql .forms li{position:relative;margin:0!important;font-size:.92rem}.ql .forms .fig>div{right:auto;left:0}
.ql .lone li{margin:0 0 .6rem;max-width:44rem}
.ql article{border-top:1px solid var(--rule);margin-top:2rem;padding-top:1rem}
.ql h3{font-size:1.25rem;line-height:1.3;margin:0 0 .3rem}
.ql article>div{display:grid;grid-template-columns:minmax(0,37rem) minmax(11rem,1fr);column-gap:2.25rem}
.ql article>div>p{margin:0 0 1rem;overflow-wrap:anywhere}
.ql article .ql-title{font-weight:600}.ql article .ql-caption,.ql article .ql-deck{font-style:italic}
.ql article ul{list-style:none;margin:.25rem 0 1rem;padding:0;font-size:.8rem;line-height:1.45}
.ql article div b{font-weight:650;color:var(--source)}
.ql u{--hue:var(--direct)}.ql u.m{--hue:var(--mixed)}.ql u.i{--hue:var(--indirect)}
.ql u{background:color-mix(in srgb,var(--hue) var(--tint),transparent);text-decoration:underline 2px var(--hue);
text-underline-offset:.28em;text-decoration-skip-ink:none}
.ql u.m{text-decoration-style:dashed}.ql u.i{text-decoration-style:dotted}
.ql u[id]::before{content:attr(id);font-size:.68em;vertical-align:super;line-height:0;color:var(--quiet);
padding-right:.25em}
.ql u:target,.ql tr:target{background:color-mix(in srgb,var(--source) 25%,transparent)}
@media (max-width:52rem){.ql .rows th,.ql .rows td{padding-left:.5rem}.ql .rows th:first-child{width:auto}
.ql #filter{position:static}.ql #filter select{max-width:100%}.ql u,.ql tr{scroll-margin-top:20vh}
.ql article>div{display:block}.ql article ul{margin:-.6rem 0 1.1rem;padding-left:.8rem;
border-left:2px solid var(--rule)}}
@media print{.ql{font-size:10.5pt}.ql #filter,.ql nav{display:none}.ql .rows tr,.ql .parts>li,.ql .lone li,
.ql article>div{break-inside:avoid}.ql h2,.ql h3,.ql .ql-strip{break-after:avoid}.ql .bar,.ql .stack i,.ql .keys i,
.ql u{print-color-adjust:exact;-webkit-print-color-adjust:exact}.ql a{text-decoration:none}.ql .fig>div{display:none}}
""".strip()
