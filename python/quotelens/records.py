"""Documents as they came in: their text, their identifiers, and what was wrong with them."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_DETECT_BYTES = 65536  # detection is slow and learns nothing more from the rest
_SURROGATES = re.compile("[\ud800-\udfff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(slots=True)
class Record:
    """A document before analysis."""

    doc_id: str
    text: str
    meta: dict[str, Any] = field(default_factory=dict)
    origin: str | None = None  # the file, or the file and line
    qualified: str | None = None  # a longer id, with its folder, for when the short one is taken
    bad_encoding: bool = False


@dataclass(slots=True)
class Problem:
    """Something about a document, or about a file that gave none, that a reader of the results should know."""

    record: Record | None
    origin: str | None
    problem: str
    message: str


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of `data`, and how it was read where it is not clean UTF-8 (otherwise None).

    A byte order mark is obeyed and taken off.  What is not UTF-8 is read as charset-normalizer says if that is
    installed, else as Windows-1252, or as Latin-1, which has a letter for every byte.

    >>> decode(b"\\xef\\xbb\\xbfHello")
    ('Hello', None)
    >>> decode("caf\u00e9".encode())
    ('caf\u00e9', None)
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding) if encoding == "utf-8" else data.decode(encoding), None
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return _decode_other(data, f"not UTF-8 (byte {error.start} is 0x{data[error.start]:02x})")


def _decode_other(data: bytes, why: str) -> tuple[str, str]:
    for encoding in (_detected(data), "cp1252"):
        if encoding is None:
            continue
        try:
            return data.decode(encoding), f"{why}; read as {encoding}"
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1"), f"{why}; read as latin-1"


def _detected(data: bytes) -> str | None:
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return None
    best = from_bytes(data[:_DETECT_BYTES]).best()
    return None if best is None else best.encoding


def name_of(value: object) -> str | None:
    """An id as a string, or None where there is none; a whole float, as frames with gaps make it, is an integer."""
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def pick_columns(names: Iterable[str], text: str | None, id: str | None) -> tuple[str, str | None]:
    """The names of the text column and of the id column (None: there is none).

    Raises ValueError, with the columns there are, for a column that is not there.
    """
    have = list(names)
    for option, wanted in (("text", text), ("id", id)):
        if wanted is not None and wanted not in have:
            raise ValueError(f"{option}={wanted!r}: there is no such column. The columns are: {_listed(have)}.")
    if text is None and "text" not in have:
        raise ValueError(
            f"There is no column 'text'. Say which column holds it with text=…; the columns are: {_listed(have)}."
        )
    if id is None:
        id = next((name for name in ("doc_id", "id", "__index_level_0__") if name in have), None)
    return text or "text", id


def _listed(names: list[str], most: int = 20) -> str:
    shown = ", ".join(repr(name) for name in names[:most])
    return (shown or "none") + (f" and {len(names) - most} more" if len(names) > most else "")


def record_of(
    row: Mapping[str, Any], *, text: str, id: str | None, default_id: str, origin: str | None = None
) -> tuple[Record, Problem | None]:
    """A document from a row of a table; its other columns become metadata."""
    value = row.get(text)
    given = row.get(id) if id is not None else None
    doc_id = name_of(given) or default_id
    meta = {
        ("doc_id_given" if name == "doc_id" else str(name)): value  # ours is called doc_id
        for name, value in row.items()
        if name not in (text, id) and not str(name).startswith("__index_level_")
    }
    if isinstance(given, int) and id not in (None, "doc_id", "__index_level_0__"):
        meta[str(id)] = given
    record, problem = text_record(value, doc_id, origin)
    record.meta = meta
    if problem is not None and problem.problem == "unreadable" and text not in row:
        problem.message = f"no {text!r} here; the keys are: {_listed(list(row))}"
    return record, problem


def text_record(value: object, doc_id: str, origin: str | None = None) -> tuple[Record, Problem | None]:
    """A document from a text; from bytes, decoded; from anything else an empty one with a problem."""
    record = Record(doc_id, "", origin=origin)
    if isinstance(value, str):
        record.text = value
        return record, None
    if isinstance(value, (bytes, bytearray, memoryview)):
        record.text, how = decode(bytes(value))
        record.bad_encoding = how is not None
        return record, Problem(record, origin, "bad_encoding", how) if how else None
    if value is None or value != value:
        return record, Problem(record, origin, "unreadable", "there is no text here")
    message = f"the text should be a string and is of type {type(value).__name__}"
    return record, Problem(record, origin, "unreadable", message)


def make_unique(records: list[Record], problems: list[Problem]) -> None:
    """Give every document an id of its own, and say where that changed one.

    Files of the same name get their folder in front of it; anything else a number behind it.
    """
    for record in records:
        record.doc_id = _SURROGATES.sub("\ufffd", record.doc_id)  # as file names have them that are no valid UTF-8
    counts = Counter(record.doc_id for record in records)
    if len(counts) == len(records):
        return
    qualified = Counter(record.qualified for record in records if counts[record.doc_id] > 1)
    taken = set(counts)
    seen: Counter[str] = Counter()
    for record in records:
        old = record.doc_id
        if counts[old] == 1:
            continue
        longer = record.qualified
        if longer is not None and qualified[longer] == 1 and (longer == old or longer not in taken):
            record.doc_id = longer
        else:
            record.doc_id = _numbered(old, seen, taken)
        taken.add(record.doc_id)
        if record.doc_id != old:
            message = f"{counts[old]} documents are called {old!r}; this one is now {record.doc_id!r}"
            problems.append(Problem(record, record.origin, "duplicate_id", message))


def _numbered(name: str, seen: Counter[str], taken: set[str]) -> str:
    """The first document of a name keeps it; the next is `name#2`, unless another document has that name."""
    seen[name] += 1
    if seen[name] == 1:
        return name
    while f"{name}#{seen[name]}" in taken:
        seen[name] += 1
    return f"{name}#{seen[name]}"
