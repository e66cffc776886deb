"""What the formats have in common: documents, names of files, offsets, and marked places with their relations."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import quote

from quotelens import _core
from quotelens.analysis.annotation import QUOTE_TABLES, annotated_quotes, document_meta
from quotelens.analysis.engine import Core
from quotelens.analysis.filter import KINDS
from quotelens.analysis.recurrence import analyse
from quotelens.annotations.gold import checked
from quotelens.corpus import Corpus
from quotelens.reading.records import Record
from quotelens.table.files import open_text, replacing

Span = tuple[int, int]

FLAGS = ("hedged", "negated", "boilerplate")  # what a quote is or is not
PARTS = ("source", "cue")  # what a quote has one of at most
CONTINUED, WITHIN = "continued", "within"  # relations of quotes: to the next part of it, to the one around it

_LONGEST_NAME = 160  # bytes of a file name before its ending
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNSAFE = re.compile("[\\s/%\x00-\x1f\x7f\ud800-\udfff\ufffd]")


# ------------------------------------------------------------------------------------------------------- documents


class Annotated(NamedTuple):
    """A document with what is found in it; `quotes` as `quotelens annotate` gives them, each with "negated".

    Lone surrogates become U+FFFD, because these file formats cannot hold them.
    """

    doc_id: str
    text: str
    meta: dict[str, Any]  # title, published, byline, outlet, agency, place, url
    quotes: list[dict[str, Any]]


def without_blank(document: Annotated) -> Annotated:
    """The document without quotes, sources and cues that consist of white space."""

    def is_blank(spans: Iterable[Sequence[int]]) -> bool:
        return not any(document.text[start:end].strip() for start, end in spans)

    quotes = [dict(statement) for statement in document.quotes if not is_blank(statement["spans"])]
    kept = {statement["quote_id"] for statement in quotes}
    for statement in quotes:
        if statement["parent_id"] not in kept:
            statement["parent_id"] = -1
        for role in PARTS:
            part = statement[role]
            if part is not None and is_blank([(part["start"], part["end"])]):
                statement[role] = None
    return document._replace(quotes=quotes)


def check_corpus(corpus: object, function: str) -> None:
    """Raise TypeError for anything but a corpus."""
    if not isinstance(corpus, Corpus):
        raise TypeError(
            f"{function} writes a Corpus, not a {type(corpus).__name__}; Corpus([text]) makes one of a text."
        )


def annotated(record: Record, engine: Core, counts: _core.LineCounts | None) -> Annotated:
    """For `Corpus._each`: a document with its quotes, of all kinds, acts and zones."""
    found = analyse(engine, [record], ("metadata", *QUOTE_TABLES), counts)
    quotes = annotated_quotes(found)
    for statement, negated in zip(quotes, found["quotes"].column("negated"), strict=True):
        statement["negated"] = negated
        if statement["speaker"] is not None:
            statement["speaker"] = well_formed(statement["speaker"])
    meta = document_meta(record, found["metadata"])
    known = {name: plain(value) for name, value in {**meta, "url": record.meta.get("url")}.items()}
    return Annotated(record.doc_id, well_formed(record.text), known, quotes)


def well_formed(text: str) -> str:
    """The text with U+FFFD for each lone surrogate."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def plain(value: Any) -> Any:
    """A user's value in a form that every format can hold: a string, a list of strings, or None."""
    if isinstance(value, (list, tuple)):
        return [well_formed(str(item)) for item in value]
    if value is None or value != value:
        return None
    return well_formed(value.isoformat() if hasattr(value, "isoformat") else str(value))


def web_address(url: Any) -> str | None:
    """The url, if it can be an IRI."""
    is_one = isinstance(url, str) and re.fullmatch('https?://[^\\s<>"{}|\\\\^`\x00-\x20\ud800-\udfff]+', url)
    return url if is_one else None


def read_document(doc_id: str, text: str, quotes: list[dict[str, Any]], place: str) -> dict[str, Any]:
    """A document in the form of `annotate`; ValueError, with the place, where a span is not inside the text."""
    return checked({"doc_id": doc_id, "text": text, "quotes": quotes}, place)


# ----------------------------------------------------------------------------------------------------------- files


def safe_id(doc_id: str) -> str:
    """A doc_id with the characters escaped that CoNLL-U ids or file names cannot have; always unique."""
    if _UNSAFE.search(doc_id) or not unicodedata.is_normalized("NFC", doc_id):
        return quote(doc_id, safe=":,;=@+()", errors="surrogatepass")
    return doc_id


def file_name(doc_id: str, taken: set[str], ending: str) -> str:
    """A unique file name for a document, even where upper and lower case are the same."""
    name = safe_id(doc_id)
    if name.startswith("."):
        name = "%2E" + name[1:]
    if len(name.encode()) > _LONGEST_NAME or name.casefold() in taken:
        hashed = blake2b(doc_id.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        name = f"{name.encode()[: _LONGEST_NAME - 20].decode(errors='ignore')}-{hashed}"
    taken.add(name.casefold())
    return name + ending


@contextmanager
def one_file(target: Path) -> Generator[IO[str]]:
    """A file to write to, which appears only once it is complete."""
    with replacing(target) as temporary, open_text(temporary) as file:
        yield file


def read_json(path: str | os.PathLike[str]) -> Any:
    """The value in a JSON file; ValueError, with the line, if it is not JSON."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{os.fspath(path)}:{line}: this is not UTF-8: {error.reason}.") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{os.fspath(path)}:{error.lineno}: this is not JSON: {error.msg}.") from None
    except RecursionError:
        raise ValueError(f"{os.fspath(path)}: this JSON is nested too deeply.") from None


# --------------------------------------------------------------------------------------------------------- offsets


class Utf16:
    """Positions in a text as JavaScript counts them: a character beyond U+FFFF counts twice.

    >>> places = Utf16("a😀b")
    >>> [places.of(k) for k in range(4)], [places.back(k) for k in range(5)]
    ([0, 1, 3, 4], [0, 1, 1, 2, 3])
    """

    def __init__(self, text: str) -> None:
        self._wide = [] if text.isascii() else [k for k, c in enumerate(text) if c > "\uffff"]
        self._units = [k + before for before, k in enumerate(self._wide)]

    def of(self, place: int) -> int:
        """The number of units before a code point."""
        return place + bisect_left(self._wide, place)

    def back(self, unit: int) -> int:
        """The number of code points before a unit."""
        return unit - bisect_left(self._units, unit)


class Breaks:
    """Where lines end: runs of `blank` characters with one of `ends` among them."""

    def __init__(self, blank: str, ends: str) -> None:
        # A pattern for all of it would try a long run without an end from each of its characters.
        self._blank, self._ends = re.compile(f"{blank}+"), re.compile(f"[{ends}]")

    def fragments(self, text: str, spans: Iterable[Sequence[int]]) -> list[Span]:
        """The spans without the breaks in them, for formats where none goes over the end of a line."""
        found = []
        for start, end in spans:
            for match in self._blank.finditer(text, start, end):
                if self._ends.search(match[0]):
                    found.append((start, match.start()))
                    start = match.end()
            found.append((start, end))
        return [(start, end) for start, end in found if start < end]

    def joined(self, text: str, spans: Iterable[Span]) -> list[Span]:
        """What `fragments` were made of: those with nothing, or a break, between them are one."""
        whole: list[Span] = []
        for start, end in sorted(spans):
            if whole and self._is_between(text, whole[-1][1], start):
                whole[-1] = (whole[-1][0], end)
            else:
                whole.append((start, end))
        return whole

    def _is_between(self, text: str, start: int, end: int) -> bool:
        is_blank = start < end and self._blank.fullmatch(text, start, end) is not None
        return start == end or (is_blank and self._ends.search(text, start, end) is not None)


# --------------------------------------------------------------------------------- marked places and their relations


@dataclass(slots=True)
class Region:
    """A marked place: a quote or a part of one, a source, or a cue."""

    key: str
    role: str  # quote, source, cue
    spans: list[Span]
    fields: dict[str, Any] = field(default_factory=dict)  # type, act, speaker, confidence, flags; of a source: kind


class Relation(NamedTuple):
    """From a quote to its source, its cue, its next part, or the quote around it; `name` may be empty."""

    origin: str
    target: str
    name: str


def statement_fields(statement: Mapping[str, Any]) -> dict[str, Any]:
    """What is said about a quote itself; flags that are off, and unknown values, are left out."""
    fields = {key: statement[key] for key in ("type", "act", "speaker", "confidence") if statement[key] is not None}
    flags = {**statement, "boilerplate": statement["zone"] == "boilerplate"}
    return fields | {flag: True for flag in FLAGS if flags[flag]}


def graph(quotes: Iterable[Mapping[str, Any]], *, whole: bool) -> tuple[list[Region], list[Relation]]:
    """Quotes as marked places and relations; each is one region where it may be `whole`, else one for each span.

    Quotes with the same source have one region for it.
    """
    regions: dict[str, Region] = {}
    relations = []
    for statement in quotes:
        key = f"q{statement['quote_id']}"
        groups = [statement["spans"]] if whole else [[span] for span in statement["spans"]]
        keys = [key, *(f"{key}.{k}" for k in range(1, len(groups)))]
        for name, spans in zip(keys, groups, strict=True):
            regions[name] = Region(name, "quote", [(a, b) for a, b in spans], {"type": statement["type"]})
        regions[key].fields = statement_fields(statement)
        relations += [Relation(a, b, CONTINUED) for a, b in pairwise(keys)]
        for role in PARTS:
            part = statement[role]
            if part is not None:
                name = f"{role[0]}{part['start']}-{part['end']}"
                fields = {"kind": part["kind"]} if role == "source" else {}
                regions.setdefault(name, Region(name, role, [(part["start"], part["end"])], fields))
                relations.append(Relation(key, name, role))
        if statement["parent_id"] >= 0:
            relations.append(Relation(key, f"q{statement['parent_id']}", WITHIN))
    return list(regions.values()), relations


class Assembly:
    """Quotes put together from marked places and the relations that somebody drew between them."""

    def __init__(self, regions: Iterable[Region], relations: Iterable[Relation], place: str) -> None:
        self._place = place
        self._regions = {region.key: region for region in regions}
        self._group = {region.key: [region] for region in self._regions.values() if region.role == "quote"}
        self._parts: dict[tuple[str, str], Region] = {}
        self._parents: dict[str, str] = {}
        sorted_out = [self._sorted_out(relation) for relation in relations]
        for origin, target, name in sorted_out:
            if name == CONTINUED:
                self._join(origin, target)
        for origin, target, name in sorted_out:
            if name != CONTINUED:
                self._attach(origin, target, name)

    def _wrong(self, what: str) -> ValueError:
        return ValueError(f"{self._place}: {what}")

    def _sorted_out(self, relation: Relation) -> Relation:
        """The relation from the quote on, in whichever direction it was drawn, with its name."""
        for key in relation[:2]:
            if key not in self._regions:
                raise self._wrong(f"a relation points to {key!r}, but nothing is marked with that id.")
        origin, target, name = relation
        roles = [self._regions[key].role for key in (origin, target)]
        if roles[0] != "quote":
            origin, target, roles = target, origin, roles[::-1]
        if roles[0] != "quote" or (roles[1] == "quote" and name not in (CONTINUED, WITHIN)):
            raise self._wrong(
                f"the relation {name!r} from {relation.origin} to {relation.target} joins a {roles[0]} and a "
                f"{roles[1]}: expected one from a quote to its source or cue, or {CONTINUED!r} or {WITHIN!r} "
                "between quotes."
            )
        return Relation(origin, target, name if roles[1] == "quote" else roles[1])

    def _join(self, a: str, b: str) -> None:
        if self._group[a] is not self._group[b]:
            self._group[a] += self._group[b]
            for region in self._group[b]:
                self._group[region.key] = self._group[a]

    def _attach(self, origin: str, target: str, name: str) -> None:
        head = self._head(origin)
        if name == WITHIN:
            outer = self._head(target)
            if outer == head or self._parents.setdefault(head, outer) != outer:
                raise self._wrong(f"the quote {head} is within itself, or within two others.")
        elif self._parts.setdefault((head, name), self._regions[target]).key != target:
            raise self._wrong(
                f"the quote {head} has two relations {name!r}, to {self._parts[head, name].key} and "
                f"{target}: keep one."
            )

    def _head(self, key: str) -> str:
        return self._group[key][0].key

    def quotes(self, text: str, *, related: bool = True) -> list[dict[str, Any]]:
        """The quotes as `annotate` gives them, in the order of their places.

        Without `related`, source, cue and parent are unknown, and the keys are missing.
        """
        heads = [key for key in self._group if self._head(key) == key]
        heads.sort(key=lambda key: min(span for region in self._group[key] for span in region.spans)[0])
        numbers = {key: number for number, key in enumerate(heads)}
        quotes = []
        for key in heads:
            fields = self._fields(key)
            statement: dict[str, Any] = {
                "quote_id": numbers[key],
                **{name: fields[name] for name in ("type", "act") if name in fields},
                "spans": sorted({span for region in self._group[key] for span in region.spans}),
                **({role: self._part(key, role, text) for role in PARTS} if related else {}),
                "speaker": fields.get("speaker"),
                "hedged": "hedged" in fields,
                "negated": "negated" in fields,
            }
            if related:
                parent = self._parents.get(key)
                statement["parent_id"] = -1 if parent is None else numbers[parent]
            if "boilerplate" in fields:
                statement["zone"] = "boilerplate"
            quotes.append(statement)
        return quotes

    def _fields(self, head: str) -> dict[str, Any]:
        """What is said about the parts of a quote: on one of them, or the same on several."""
        fields: dict[str, Any] = {}
        for region in self._group[head]:
            for name, value in region.fields.items():
                if fields.setdefault(name, value) != value:
                    raise self._wrong(
                        f"the parts of the quote {head} differ in {name!r}: {fields[name]!r} and {value!r}."
                    )
        return fields

    def _part(self, head: str, role: str, text: str) -> dict[str, Any] | None:
        region = self._parts.get((head, role))
        if region is None:
            return None
        start, end = region.spans[0][0], region.spans[-1][1]
        return {"start": start, "end": end, "text": text[start:end], **region.fields}


def labelled(label: str) -> tuple[str, dict[str, Any]] | None:
    """The role and the fields that a label stands for: `source`, `cue`, or a kind of quote; None for others."""
    if label in PARTS:
        return label, {}
    return ("quote", {"type": label}) if label in KINDS else None
