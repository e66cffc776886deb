"""TEI P5: the article with its quotes marked in place."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from quotelens import _core
from quotelens.analysis.filter import ACTS, KINDS
from quotelens.corpus import Corpus
from quotelens.exchange.shared import (
    FLAGS,
    PARTS,
    WITHIN,
    Annotated,
    Assembly,
    Breaks,
    Region,
    Relation,
    Span,
    annotated,
    check_corpus,
    file_name,
    one_file,
    read_document,
    statement_fields,
    web_address,
    without_blank,
)

_SPACE = "http://www.tei-c.org/ns/1.0"
_TEI = f"{{{_SPACE}}}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_BREAKS = Breaks(r"[ \t\r\n]", r"\n")  # between paragraphs
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_CATEGORIES = {"kind": KINDS, "act": ACTS, "is": FLAGS}
_DIRECT = {"direct": "true", "indirect": "false"}
_TAGS = {"source": "rs", "cue": "seg"}
_ROLES: dict[tuple[str, str | None], str] = {
    ("said", None): "quote",
    ("soCalled", None): "quote",
    ("rs", "source"): "source",
    ("seg", "cue"): "cue",
}
_ORGANISATIONS = ("agency", "outlet", "organisation", "document")


# --------------------------------------------------------------------------------------------------------- writing


def to_tei(corpus: Corpus, path: str | os.PathLike[str]) -> int:
    """Write the articles in TEI P5 (<https://tei-c.org/guidelines/p5/>), with quotes, sources and cues marked.

    If `path` ends in `.xml`, all documents go into that file, as a `teiCorpus`.  Otherwise it is a folder, created if
    needed, with a file for each document, named after it.  A file appears only once it is complete.

    `body` holds the whole text, with one `p` per line; characters that XML does not allow become U+FFFD. A quote is a
    `said`, and words in scare quotes are `soCalled`.  `@who` points to a person or an organisation in `particDesc`,
    `@ana` to kind and act in a taxonomy.  `@cert` is the confidence.  `@direct` is true or false, or unknown for
    mixed quotes; `@aloud` is false for thoughts.  A source is an `rs` and a cue a `seg`, with `@corresp` pointing to
    their quotes.  Quotes with several spans, or that cross a paragraph or another quote, are split into parts linked
    by `@next` and `@prev`.  Title, byline, date and outlet are in the `bibl` of `sourceDesc`.

    Returns the number of documents.  Raises TypeError for anything but a corpus, and FileNotFoundError if the folder
    does not exist.

    >>> import quotelens as ql, tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_tei(ql.Corpus(["“It rained,” Ann Lee said."]), f"{folder}/a")
    ...     written = pathlib.Path(folder, "a", "0.xml").read_text("utf-8")
    >>> print(written[written.index("<p><said"):written.index(" cert=")])
    <p><said xml:id="q0" ana="#kind.direct #act.speech" who="#s0" direct="true"
    >>> print(written[written.index("<rs"):written.index("</p></body")])
    <rs xml:id="source0" type="source" subtype="name" corresp="#q0">Ann Lee</rs> <seg xml:id="cue1" type="cue"
    corresp="#q0">said</seg>.
    """
    check_corpus(corpus, "to_tei")
    target = Path(path)
    if target.suffix.lower() == ".xml":
        return _write_one(corpus, target)
    target.mkdir(parents=True, exist_ok=True)
    n, taken = 0, set[str]()
    for document in corpus._each(annotated):
        with one_file(target / file_name(document.doc_id, taken, ".xml")) as file:
            file.write('<?xml version="1.0" encoding="UTF-8"?>\n' + _tei(document, "", _taxonomies(), _NAMESPACE))
        n += 1
    return n


_NAMESPACE = f' xmlns="{_SPACE}"'


def _write_one(corpus: Corpus, target: Path) -> int:
    n = 0
    with one_file(target) as file:
        head = _header("Articles with their quotes", "<p>Articles of a corpus.</p>", _taxonomies(), "")
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<teiCorpus{_NAMESPACE}>\n{head}')
        for document in corpus._each(annotated):
            file.write(_tei(document, f"d{n}.", "", ""))
            n += 1
        file.write("</teiCorpus>\n")
    return n


def _text(value: str) -> str:
    """Text as XML holds it: a carriage return would be read as the end of a line."""
    return escape(_NO_XML.sub("\ufffd", value), {"\r": "&#13;"})


def _attributes(values: Mapping[str, str | None]) -> str:
    given = ((name, _NO_XML.sub("\ufffd", value)) for name, value in values.items() if value)
    return "".join(f" {name}={quoteattr(value)}" for name, value in given)


def _element(name: str, content: str | None, **attributes: str | None) -> str:
    """An element with text; nothing where there is none."""
    return f"<{name}{_attributes(attributes)}>{_text(content)}</{name}>" if content else ""


# ---------------------------------------------------------------------------------------------------------- header


def _header(title: str, source: str, taxonomies: str, profile: str) -> str:
    encoding = f"<encodingDesc><classDecl>{taxonomies}</classDecl></encodingDesc>\n" if taxonomies else ""
    return (
        f"<teiHeader>\n<fileDesc><titleStmt>{_element('title', title)}</titleStmt>\n"
        f"<publicationStmt><p>Written by quotelens {_core.__version__}.</p></publicationStmt>\n"
        f"<sourceDesc>{source}</sourceDesc></fileDesc>\n{encoding}{profile}</teiHeader>\n"
    )


def _taxonomies() -> str:
    """Kinds, acts and flags, for @ana."""
    return "".join(
        f'<taxonomy xml:id="{group}">'
        + "".join(f'<category xml:id="{group}.{name}"><catDesc>{name}</catDesc></category>' for name in names)
        + "</taxonomy>"
        for group, names in _CATEGORIES.items()
    )


def _source(document: Annotated) -> str:
    """The article as it was published."""
    meta = document.meta
    address, published = web_address(meta["url"]), meta["published"]
    when = published if published and _DATE.fullmatch(published) else None
    parts = (
        _element("title", meta["title"]),
        *(_element("author", author) for author in meta["byline"] or ()),
        _element("publisher", meta["outlet"]),
        _element("pubPlace", meta["place"]),
        _element("date", published, when=when),
        _element("idno", document.doc_id, type="doc_id"),
        f"<ptr{_attributes({'target': address})}/>" if address else "",
    )
    return f"<bibl>{''.join(parts)}</bibl>"


def _profile(people: Mapping[str, tuple[str, str]]) -> str:
    """Who speaks: id and role by name."""
    persons, organisations = [], []
    for name, (key, role) in people.items():
        if role in _ORGANISATIONS:
            organisations.append(f'<org xml:id="{key}" type="{role}">{_element("orgName", name)}</org>')
        else:
            persons.append(f'<person xml:id="{key}">{_element("persName", name)}</person>')
    lists = [("listPerson", persons), ("listOrg", organisations)]
    content = "".join(f"<{name}>{''.join(items)}</{name}>" for name, items in lists if items)
    return f"<profileDesc><particDesc>{content}</particDesc></profileDesc>\n" if content else ""


# ------------------------------------------------------------------------------------------------------------ body


@dataclass(slots=True)
class _Mark:
    """A quote, a source or a cue: an element in one or more parts."""

    key: str
    tag: str
    attributes: dict[str, str | None]
    spans: list[Span]
    n_parts: int = 0
    n_opened: int = 0

    def opened(self) -> str:
        """The tag that begins the next part."""
        number = self.n_opened
        self.n_opened += 1
        attributes = {"xml:id": self._id(number), **self.attributes}
        attributes["next"] = f"#{self._id(number + 1)}" if number + 1 < self.n_parts else None
        attributes["prev"] = f"#{self._id(number - 1)}" if number else None
        return f"<{self.tag}{_attributes(attributes)}>"

    def _id(self, number: int) -> str:
        return f"{self.key}.{number}" if number else self.key


def _tei(document: Annotated, prefix: str, taxonomies: str, namespace: str) -> str:
    document = without_blank(document)
    people = _people(document.quotes, prefix)
    body = _body(document, prefix, people)
    title = document.meta.get("title") or document.doc_id or "none"
    header = _header(title, _source(document), taxonomies, _profile(people))
    return f"<TEI{namespace}>\n{header}<text><body>{body}</body></text>\n</TEI>\n"


def _people(quotes: Iterable[Mapping[str, Any]], prefix: str) -> dict[str, tuple[str, str]]:
    people: dict[str, tuple[str, str]] = {}
    for statement in quotes:
        if statement["speaker"]:
            role = statement["chain"][0]["role"] if statement["chain"] else "speaker"
            people.setdefault(statement["speaker"], (f"{prefix}s{len(people)}", role))
    return people


def _body(document: Annotated, prefix: str, people: Mapping[str, tuple[str, str]]) -> str:
    """The text with its tags: paragraphs, and in them what is marked."""
    text, marks = document.text, _marks(document.quotes, prefix, people)
    paragraphs = _BREAKS.fragments(text, [(0, len(text))])
    ranges = [(start, -end, -1) for start, end in paragraphs]
    for number, mark in enumerate(marks):
        ranges += [(start, -end, number) for span in mark.spans for start, end in _within(span, paragraphs)]
    nested = list(_nested(ranges))
    for _, _, number in nested:
        if number >= 0:
            marks[number].n_parts += 1
    out: list[str] = []
    place, open_ends = 0, list[tuple[int, str]]()
    for start, end, number in [*nested, (len(text), len(text), -2)]:
        while open_ends and open_ends[-1][0] <= start:
            closes, tag = open_ends.pop()
            out += (_text(text[place:closes]), f"</{tag}>")
            place = closes
        out.append(_text(text[place:start]))
        place = start
        if number >= 0:
            out.append(marks[number].opened())
            open_ends.append((end, marks[number].tag))
        elif number == -1:
            out.append("<p>")
            open_ends.append((end, "p"))
    return "".join(out) if paragraphs else "".join(out) + "<p/>"


def _marks(quotes: Iterable[Mapping[str, Any]], prefix: str, people: Mapping[str, tuple[str, str]]) -> list[_Mark]:
    """Quotes first, so that a source that makes up a whole quote is inside it."""
    parts: dict[tuple[str, int, int], _Mark] = {}
    statements = []
    for statement in quotes:
        key = f"{prefix}q{statement['quote_id']}"
        statements.append(_Mark(key, *_said(statement, prefix, people), [(a, b) for a, b in statement["spans"]]))
        for role in PARTS:
            if (part := statement[role]) is not None:
                place = part["start"], part["end"]
                mark = parts.get((role, *place))
                if mark is None:
                    name = f"{prefix}{role}{len(parts)}"
                    kind = part["kind"] if role == "source" else None
                    mark = _Mark(name, _TAGS[role], {"type": role, "subtype": kind, "corresp": ""}, [place])
                    parts[role, *place] = mark
                mark.attributes["corresp"] = f"{mark.attributes['corresp']} #{key}".lstrip()
    return [*statements, *parts.values()]


def _said(
    statement: Mapping[str, Any], prefix: str, people: Mapping[str, tuple[str, str]]
) -> tuple[str, dict[str, str | None]]:
    """Tag and attributes of a quote."""
    fields = statement_fields(statement)
    categories = [
        f"kind.{fields['type']}",
        f"act.{fields['act']}",
        *(f"is.{flag}" for flag in FLAGS if flag in fields),
    ]
    who = f"#{people[fields['speaker']][0]}" if fields.get("speaker") else ""
    parent = statement["parent_id"]
    attributes: dict[str, str | None] = {"ana": " ".join(f"#{category}" for category in categories)}
    if fields["type"] == "scare":
        tag = "soCalled"
        attributes["ana"] = f"{attributes['ana']} {who}".rstrip()
    else:
        tag = "said"
        attributes["who"] = who
        attributes["direct"] = _DIRECT.get(fields["type"], "unknown")
        attributes["aloud"] = "false" if fields["act"] == "thought" else None
    attributes["cert"] = str(fields["confidence"]) if "confidence" in fields else None
    attributes["corresp"] = f"#{prefix}q{parent}" if parent >= 0 else None
    return tag, attributes


def _within(span: Span, paragraphs: list[Span]) -> Iterator[Span]:
    """The parts of a span that stand in paragraphs."""
    start, end = span
    for first, last in paragraphs[max(bisect_right(paragraphs, (start, start)) - 1, 0) :]:
        if first >= end:
            break
        if max(first, start) < min(last, end):
            yield max(first, start), min(last, end)


def _nested(ranges: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """(start, end, number) of (start, -end, number), in the order of their tags: cut where two would cross."""
    heapify(ranges)
    open_ends: list[int] = []
    while ranges:
        start, minus_end, number = heappop(ranges)
        end = -minus_end
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        if open_ends and end > open_ends[-1]:
            end = open_ends[-1]
            heappush(ranges, (end, minus_end, number))
        open_ends.append(end)
        yield start, end, number


# --------------------------------------------------------------------------------------------------------- reading


def from_tei(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Read files that `to_tei` wrote, corrected or not, as gold for `evaluate` and `train`.

    `path` is one .xml file or a folder of them.  Documents are as `from_brat` gives them.  `said`, `soCalled`, and
    `rs` and `seg` with the types source and cue are read, as `to_tei` writes them; the text of other tags is kept,
    and the tags are ignored.

    Raises ValueError, naming file and line or quote, for malformed input, and FileNotFoundError if the path does not
    exist.

    >>> import quotelens as ql, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     n = to_tei(ql.Corpus(["“It rained,” Ann Lee said."]), f"{folder}/a")
    ...     quote = from_tei(f"{folder}/a")[0]["quotes"][0]
    >>> quote["spans"], quote["source"]["text"], quote["speaker"]
    ([(0, 12)], 'Ann Lee', 'Ann Lee')
    """
    target = Path(path)
    paths = sorted(target.glob("*.xml")) if target.is_dir() else [target]
    return [document for file in paths for document in _documents(file)]


def _documents(path: Path) -> Iterator[dict[str, Any]]:
    n = 0
    try:
        for _, element in ElementTree.iterparse(path):
            if element.tag == f"{_TEI}TEI":
                yield _Reading(element, str(path), n).document()
                element.clear()
                n += 1
    except ElementTree.ParseError as error:
        raise ValueError(f"{path}:{error.position[0]}: this is not well-formed XML: {error}.") from None
    except RecursionError:
        raise ValueError(f"{path}: its elements are nested too deeply.") from None
    if not n:
        raise ValueError(f"{path}: there is no TEI element of the namespace {_SPACE} in it.")


class _Reading:
    """One TEI element: its text, and what is marked in it."""

    def __init__(self, root: ElementTree.Element, path: str, number: int) -> None:
        self._path = path
        named = root.find(f".//{_TEI}bibl/{_TEI}idno[@type='doc_id']")
        self._doc_id = (named.text or "") if named is not None else str(number)
        self._people = {
            f"#{person.get(_ID)}": "".join(name.itertext())
            for tag, called in (("person", "persName"), ("org", "orgName"))
            for person in root.iter(_TEI + tag)
            if (name := person.find(_TEI + called)) is not None
        }
        self._out: list[str] = []
        self._length = 0
        self._regions: dict[str, Region] = {}
        self._relations: list[Relation] = []
        self._firsts: dict[str, str] = {}  # of each part the first one
        body = root.find(f"{_TEI}text/{_TEI}body")
        if body is None:
            raise self._wrong("there is no body")
        self._read(body)

    def _wrong(self, what: str) -> ValueError:
        return ValueError(f"{self._path}: {self._doc_id!r}: {what}.")

    def document(self) -> dict[str, Any]:
        text = "".join(self._out)
        for region in self._regions.values():
            region.spans = _BREAKS.joined(text, region.spans)
        place = f"{self._path}: {self._doc_id!r}"
        quotes = Assembly(self._regions.values(), self._relations, place).quotes(text)
        return read_document(self._doc_id, text, quotes, place)

    def _add(self, text: str | None) -> None:
        if text:
            self._out.append(text)
            self._length += len(text)

    def _read(self, element: ElementTree.Element) -> None:
        start, region = self._length, self._region(element)
        self._add(element.text)
        for child in element:
            self._read(child)
            self._add(child.tail)
        if region is not None and start < self._length:
            region.spans.append((start, self._length))

    def _region(self, element: ElementTree.Element) -> Region | None:
        """The quote, source or cue that an element is, or is a part of."""
        role = _ROLES.get((element.tag.removeprefix(_TEI), element.get("type")))
        if role is None:
            return None
        key = element.get(_ID)
        if key is None:
            raise self._wrong(f"a {element.tag.removeprefix(_TEI)} has no xml:id")
        before = element.get("prev")
        if before is None:
            self._firsts[key] = key
            self._regions[key] = Region(key, role, [], self._fields(element, role))
            self._relate(element, key, role)
        elif before.removeprefix("#") in self._firsts:
            self._firsts[key] = self._firsts[before.removeprefix("#")]
        else:
            raise self._wrong(f"{key} has prev={before!r}, but no earlier part has that id")
        return self._regions[self._firsts[key]]

    def _relate(self, element: ElementTree.Element, key: str, role: str) -> None:
        for other in element.get("corresp", "").split():
            name = WITHIN if role == "quote" else role
            ends = (key, other.removeprefix("#")) if role == "quote" else (other.removeprefix("#"), key)
            self._relations.append(Relation(*ends, name))

    def _fields(self, element: ElementTree.Element, role: str) -> dict[str, Any]:
        if role != "quote":
            kind = element.get("subtype")
            return {"kind": kind} if kind and role == "source" else {}
        fields: dict[str, Any] = {}
        for pointer in f"{element.get('ana', '')} {element.get('who', '')}".split():
            group, _, name = pointer.removeprefix("#").partition(".")
            if pointer in self._people:
                fields["speaker"] = self._people[pointer]
            elif name not in _CATEGORIES.get(group, ()):
                raise self._wrong(f"{element.get(_ID)} points to {pointer}, not a speaker, kind, act or flag")
            else:
                fields |= {name: True} if group == "is" else {{"kind": "type", "act": "act"}[group]: name}
        return fields
