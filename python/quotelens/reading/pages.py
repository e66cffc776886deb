"""Web pages: .html, and .warc with many of them.  Needs trafilatura, for .warc also warcio.

What a page says about itself for machines comes first (JSON-LD, then <meta>), what trafilatura guesses second; for
dates, `date_source` says which it was.  The title is the one that most of JSON-LD, <meta>, <h1> and <title> agree on.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from quotelens.reading.base import Found, Options, Source, TooLargeError
from quotelens.reading.records import Problem, Record, decode, encoding_problem
from quotelens.table.extras import optional

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096  # bytes at the start in which a page names its encoding
_XML_START = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ARTICLE = re.compile(r"Article|Posting|Report(?:age)?\b")
_DATE_METAS = ("article:published_time", "og:article:published_time", "og:published_time", "datepublished")
_OPENING, _CLOSING = "“‘«„\"'", "”’»“\"'"
_BAR = re.compile(r"\s+[|·»–—-]\s")
_BAR_AT_END = re.compile(r"\s+[|·»–—-]\s+$")
_MOST_HEADINGS = 5
_PARAGRAPHS = ("p", "li")
_MOST_HEADERS = 1 << 20  # bytes of the lines around a page of an archive
_BLOCKS = {"p", "div", "blockquote", "ul", "ol", "li", "section", "article", "table", "pre"}


def read_html(source: Source, options: Options) -> Iterator[Found]:
    """A page that is one document: its article, with <q> and <blockquote> in quotation marks."""
    data = source.read(options.max_member)
    yield page_of(data, source.stem, source.name)


def page_of(data: bytes, doc_id: str, place: str, *, declared: str | None = None, url: str | None = None) -> Found:
    """The document of a page; `declared` is the encoding that came with it."""
    trafilatura = optional("trafilatura", "Reading HTML")
    if declared is None and (match := _DECLARED.search(data[:_HEAD])):
        declared = match[1].decode("ascii")
    markup, how = decode(data, declared)
    record = Record(doc_id, "", source=place)
    tree = trafilatura.load_html(_XML_START.sub("", markup))
    if tree is None:
        return record, Problem(record, place, "unreadable", "no HTML in it")
    known = _said_by_page(tree)
    mark_quotations(tree)
    found = trafilatura.bare_extraction(
        tree,
        url=url,
        with_metadata=True,
        include_comments=False,
        # trafilatura 2.0 wants a max_date, though None is what it is without
        date_extraction_params={"original_date": True, "extensive_search": False, "max_date": None},
    )
    record.text = (found.text if found is not None else None) or ""
    record.meta = _metadata(known, found, url)
    if how is not None:
        return record, encoding_problem(record, how)
    if not record.text.strip():
        return record, Problem(
            record, place, "empty", "no article was found on the page", "kept as an empty document"
        )
    return record, None


# --------------------------------------------------------------------------------------------------- quotations


def mark_quotations(tree: Any) -> None:
    """Put quotation marks around what <q> and <blockquote> hold: extraction drops the elements, not the marks."""
    etree = optional("lxml.etree", "Reading HTML")
    for q in _inline_quotations(etree.iterwalk(tree, ("start", "end", "comment", "pi"))):
        opening, closing = "“”" if q.depth % 2 == 0 else "‘’"
        is_open = q.first in _OPENING
        is_closed = q.last in _CLOSING and not (is_open and q.length == 1)
        _put(q.element, "" if is_open else opening, "" if is_closed else closing)
    etree.strip_tags(tree, "q")
    for quotation in list(tree.iter("blockquote")):
        if next(quotation.iterancestors("blockquote"), None) is None:
            _mark_block(quotation)


@dataclass(slots=True)
class _Inline:
    """A <q>: how many are around it, and what its text begins and ends with."""

    element: Any
    depth: int
    before: int  # characters of the page before it
    first: str = ""
    last: str = ""
    length: int = 0


def _inline_quotations(walk: Iterable[tuple[str, Any]]) -> list[_Inline]:
    """Every <q> that holds text, outer ones first, in one walk over the page, however many and nested they are."""
    found: list[_Inline] = []
    around: list[_Inline] = []
    waiting: list[_Inline] = []  # for the first character: the innermost of those around it
    n, last = 0, ""
    for event, element in walk:
        if event == "start" and element.tag == "q":
            around.append(_Inline(element, len(around), n))
            waiting.append(around[-1])
            found.append(around[-1])
        elif event == "end" and element.tag == "q":
            closed = around.pop()
            closed.last, closed.length = last, n - closed.before
            if not closed.length:
                waiting.pop()
        text = (element.text if event == "start" else element.tail) or ""
        if text := text.strip():
            for one in waiting:
                one.first = text[0]
            waiting.clear()
            n, last = n + len(text), text[-1]
    return [one for one in found if one.length]


def _mark_block(quotation: Any) -> None:
    """As newspapers do: a mark opens every paragraph, and one closes the last."""
    paragraphs = [p for p in quotation.iter(*_PARAGRAPHS) if not any(c.tag in _BLOCKS for c in p) and _text(p)]
    blocks = paragraphs or [quotation]
    if not _text(quotation) or (not paragraphs and any(child.tag in _BLOCKS for child in quotation)):
        return
    for block in blocks:
        _put(block, "" if _text(block)[0] in _OPENING else "“", "")
    text = _text(blocks[-1])
    _put(blocks[-1], "", "" if text[-1] in _CLOSING and len(text) > 1 else "”")


def _put(element: Any, opening: str, closing: str) -> None:
    """Put marks around the text of an element."""
    if opening:
        element.text = opening + (element.text or "").lstrip()
    if closing and len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + closing
    elif closing:
        element.text = (element.text or "").rstrip() + closing


def _text(element: Any) -> str:
    return str(element.text_content()).strip()


# ----------------------------------------------------------------------------------------------------- metadata


def _said_by_page(tree: Any) -> dict[str, Any]:
    """What JSON-LD and <meta> say, under our names; read before extraction, which changes the tree."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = (meta.get("content") or "").strip()
        if name and content:
            metas.setdefault(name, content)
    known = _from_json_ld(tree)
    for name in _DATE_METAS:
        if "published" not in known and name in metas:
            known |= {"published": metas[name], "date_source": name}
    for name, key in (("outlet", "og:site_name"), ("url", "og:url")):
        if name not in known and key in metas:
            known[name] = metas[key]
    said = [known.get("title"), metas.get("og:title"), metas.get("twitter:title")]
    if title := _best_title([_joined(one) for one in said if one], *_headings(tree), known.get("outlet")):
        known["title"] = title
    author = metas.get("author", "")
    if "byline" not in known and author and "://" not in author:
        known["byline"] = [author]
    return known


def _headings(tree: Any) -> tuple[list[str], list[str]]:
    """The main headings of the page, and what a browser's tab calls it."""
    headings = [_joined(_text(element)) for element in tree.iter("h1")]
    return headings[:_MOST_HEADINGS], [_joined(element.text or "") for element in tree.iter("title")][:1]


def _joined(text: str) -> str:
    return " ".join(text.split())


def _best_title(said: list[str], headings: list[str], tab: list[str], outlet: str | None) -> str | None:
    """The title that most of the others repeat, with or without the site's name after it; the first of equals.

    A heading counts only if something else repeats it, because it may be the name of the site.
    """
    voters = [*said, *headings, *tab]
    candidates = [(_without_site(title, outlet), 0) for title in said]
    candidates += [(title, 1) for title in headings if title]
    best, most = None, 0
    for title, least in candidates:
        votes = sum(_repeats(other, title) for other in voters)
        if votes > most and votes > least:
            best, most = title, votes
    return best


def _without_site(title: str, outlet: str | None) -> str:
    head = title.removesuffix(outlet) if outlet else title
    bar = _BAR_AT_END.search(head) if head != title else None
    return head[: bar.start()] if bar and bar.start() else title


def _repeats(other: str, title: str) -> bool:
    return other == title or (other.startswith(title) and _BAR.match(other, len(title)) is not None)


def _from_json_ld(tree: Any) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        try:
            found = json.loads(script.text, strict=False)  # line breaks inside strings are common
        except (ValueError, RecursionError):
            continue
        for article in _articles_in(found):
            for name, value in _article_facts(article).items():
                known.setdefault(name, value)
    return known


def _articles_in(found: Any) -> Iterator[dict[str, Any]]:
    """The articles of a JSON-LD script: itself, or in a list, or in its graph."""
    waiting = [found]
    for _ in range(1000):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            kinds = one.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and _ARTICLE.search(kind) for kind in kinds):
                yield one
            waiting.extend(one[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in one)


def _article_facts(article: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    published = article.get("datePublished")
    if isinstance(published, str) and published.strip():
        facts |= {"published": published.strip(), "date_source": "json-ld"}
    if isinstance(article.get("headline"), str) and article["headline"].strip():
        facts["title"] = article["headline"].strip()
    if authors := _names_in(article.get("author")):
        facts["byline"] = authors
    if outlet := _names_in(article.get("publisher")):
        facts["outlet"] = outlet[0]
    if isinstance(article.get("url"), str):
        facts["url"] = article["url"]
    return facts


def _names_in(value: Any) -> list[str]:
    """Names of people or bodies, which are strings, objects with a name, or lists of these."""
    found: list[Any] = []
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        found += name if isinstance(name, list) else [name]
    return [name.strip() for name in found if isinstance(name, str) and name.strip()]


def _metadata(known: dict[str, Any], found: Any, url: str | None) -> dict[str, Any]:
    """What the page says, and guesses for what it does not say."""
    meta = {name: known.get(name) for name in ("title", "published", "date_source", "byline", "outlet", "url")}
    meta["url"] = url or meta["url"]
    if found is not None:
        if meta["published"] is None and found.date:
            meta |= {"published": found.date, "date_source": "guess"}
        meta["title"] = meta["title"] or found.title
        meta["byline"] = meta["byline"] or (found.author.split("; ") if found.author else None)
        meta["outlet"] = meta["outlet"] or found.sitename
        meta["url"] = meta["url"] or found.url
    return {name: value for name, value in meta.items() if value is not None}


# --------------------------------------------------------------------------------------------------------- WARC


def read_warc(source: Source, options: Options) -> Iterator[Found]:
    """Pages of a web archive: answers that are HTML and came with status 200, called by their addresses.

    Other records are counted in problems(), by kind.
    """
    iterator = optional("warcio.archiveiterator", "Reading .warc").ArchiveIterator
    optional("trafilatura", "Reading HTML")
    others: Counter[str] = Counter()
    with source.open() as file:
        records = iterator(file)
        lines = _BoundedLines(records.reader)
        for record in records:
            lines.read = 0
            if record.rec_type not in ("response", "resource"):
                continue
            kind = _kind_of(record)
            if kind != "text/html":
                others[kind] += 1
                continue
            yield _page_in(record, source, options)
    if others:
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in others.most_common(10))
        yield None, Problem(None, source.name, "skipped", f"records that are not pages: {kinds}")


class _BoundedLines:
    """The lines that warcio's reader gives, limited to so many bytes in all (warcio has no limit)."""

    def __init__(self, reader: Any) -> None:
        self.read: int = 0
        self._readline = reader.readline
        reader.readline = self._bounded

    def _bounded(self, length: int | None = None) -> bytes:
        left = _MOST_HEADERS - self.read + 1
        line: bytes = self._readline(left if length is None else min(length, left))
        self.read += len(line)
        if self.read > _MOST_HEADERS:
            raise ValueError(f"the lines around a page take more than {_MOST_HEADERS:,} bytes")
        return line


def _page_in(record: Any, source: Source, options: Options) -> Found:
    url = record.rec_headers.get_header("WARC-Target-URI") or source.stem
    place = f"{source.name}!{url}"
    data = record.content_stream().read(options.max_member + 1)
    if len(data) > options.max_member:
        raise TooLargeError(options.max_member)
    source.spend(len(data))
    headers = record.http_headers
    match = _IN_HEADER.search(headers.get_header("Content-Type") or "") if headers else None
    page, problem = page_of(data, url, place, declared=match[1] if match else None, url=url)
    crawled = record.rec_headers.get_header("WARC-Date")
    if page is not None and crawled:
        page.meta["crawled"] = crawled
    return page, problem


def _kind_of(record: Any) -> str:
    """text/html for a page; else its type, or the status that it came with."""
    headers = record.http_headers
    if headers is not None and headers.get_statuscode() not in ("200", None):
        return f"status {headers.get_statuscode()}"
    kind = (headers or record.rec_headers).get_header("Content-Type") or "unknown"
    kind = kind.partition(";")[0].strip().lower()
    return "text/html" if kind in ("text/html", "application/xhtml+xml") else kind
