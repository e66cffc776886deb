"""Articles on one HTML page: a table of who said what, then the articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from quotelens.show.article import TAIL, Article, anchor_of, article, legend_of, passed_on, with_chains
from quotelens.table.view import whole_page

_SAME_EVERYWHERE = ("name", "organisation", "agency", "outlet")  # kinds of source that keep their name
_LONGEST_CELL = 280


@dataclass(slots=True)
class _Voice:
    """Everything that one name said, over all articles."""

    name: str
    statements: list[tuple[Article, dict[str, Any]]] = field(default_factory=list)


def page(documents: Iterable[Article], *, title: str | None = None) -> str:
    """One self-contained HTML page: a table of who said what, then the articles.

    Quotes are grouped by the name they are attributed to; `title` is the page's heading.
    """
    articles, title = list(documents), "Who said what" if title is None else title
    voices: dict[tuple[str, str], _Voice] = {}
    n_statements = 0
    for document in articles:
        for quote in with_chains(document, list(document.quotes())):
            name, scope = _voice_of(document, quote)
            voices.setdefault((name.casefold(), scope), _Voice(name)).statements.append((document, quote))
            n_statements += 1
    ranked = sorted(voices.values(), key=lambda voice: (not voice.name, -len(voice.statements), voice.name))
    named = sum(1 for voice in ranked if voice.name)
    body = [
        f'<header class="ql-head"><h1>{escape(title)}</h1>',
        f"<p>{len(articles):,} articles, {n_statements:,} quotes, {named:,} sources as written. {TAIL}</p>",
        "</header>",
        legend_of(),
        _voices_table(ranked),
        _contents(articles),
        *(article(document, legend=False) for document in articles),
    ]
    return whole_page(title, "".join(body))


def _voice_of(document: Article, quote: dict[str, Any]) -> tuple[str, str]:
    """The name to list a quote under, and the document in which that name is valid (none: in all of them).

    A pronoun is not a name, and "a spokesman" in one article is somebody else in another.
    """
    if quote["speaker"]:
        return quote["speaker"], ""
    if quote["source"] is None or quote["source_kind"] == "pronoun":
        return "", ""
    return quote["source"], "" if quote["source_kind"] in _SAME_EVERYWHERE else document.id


def _voices_table(voices: list[_Voice]) -> str:
    rows = "".join(_voice_row(voice) for voice in voices)
    head = "<tr><th>Who</th><th>Quotes</th><th>Articles</th><th>What</th></tr>"
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


def _statement(document: Article, quote: dict[str, Any]) -> str:
    words = quote["content"] or quote["text"]
    if len(words) > _LONGEST_CELL:
        words = words[: _LONGEST_CELL - 1] + "…"
    link = f"#{anchor_of(document)}-{quote['quote_id']}"
    kind = escape(quote["kind"])
    where = escape(str(document.meta.get("outlet") or document.id))
    pronoun = quote["source"] if quote["source_kind"] == "pronoun" and not quote["speaker"] else None
    if pronoun:
        where = f"{escape(pronoun)} · {where}"
    if through := passed_on(quote):
        where = f"through {escape(through)} · {where}"
    return (
        f'<li><a href="{link}">{escape(words)}</a> <span class="ql-kind ql-{kind}">{kind}</span>'
        f' <span class="ql-remark">{where}</span></li>'
    )


def _contents(documents: list[Article]) -> str:
    if len(documents) < 2:
        return ""
    rows = []
    for document in documents:
        outlet = document.meta.get("outlet")
        note = f' <span class="ql-remark">{escape(str(outlet))}</span>' if outlet else ""
        rows.append(f'<li><a href="#{anchor_of(document)}">{escape(document.id)}</a>{note}</li>')
    return f'<nav><h2>Articles</h2><ol class="ql-contents">{"".join(rows)}</ol></nav>'
